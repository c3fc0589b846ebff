package scheme

import (
	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// ClaimResult is what became of one claim of many. Outcome is nil when Err is set; then
// nothing of the claim was changed.
type ClaimResult struct {
	ID      persistence.UUID
	Outcome *ClaimOutcome
	Err     error // core.NotFound, core.Conflict for a claim in another state, or what the rule said
}

// ManyClaims is the most claims SubmitMany and ProcessMany take at once.
const ManyClaims = 500

// SubmitMany checks entered claims as Submit does, one after the other in the order given.
// The statements do not grow with the claims. A claim that cannot be submitted does not
// keep the others back. Errors: core.Invalid for more than ManyClaims.
func (c Claims) SubmitMany(x *persistence.Session, ids []persistence.UUID) ([]ClaimResult, error) {
	return c.many(x, ids, StatusEntered, "submitted", (*manyRows).loadForSubmission, func(m *manyRows, f *ClaimFile, _ *ClaimOutcome) (string, error) {
		CheckClaim(f, c.Rules, x.Principal().UserID)
		return "claim.submitted", nil
	})
}

// ProcessMany values checked claims as Process does, one after the other in the order
// given: what one uses up of a ceiling the next does not find. The statements do not grow
// with the claims. Errors: as SubmitMany.
func (c Claims) ProcessMany(x *persistence.Session, ids []persistence.UUID) ([]ClaimResult, error) {
	return c.many(x, ids, StatusChecked, "processed", (*manyRows).loadForProcessing, func(m *manyRows, f *ClaimFile, out *ClaimOutcome) (string, error) {
		prompted := FeedbackTrack.state(&f.Claim) == StepSelected
		if err := ProcessClaim(f, c.Rules, x.Principal().UserID); err != nil {
			return "", err
		}
		m.rebook(f)
		if prompted && FeedbackTrack.state(&f.Claim) != StepSelected {
			m.prompted = append(m.prompted, &out.Claim)
		}
		return "claim." + StatusName(f.Claim.ClaimStatus), nil
	})
}

// many loads the claims, has do change each and writes what changed.
func (c Claims) many(x *persistence.Session, ids []persistence.UUID, needed int, what string, load func(*manyRows),
	do func(m *manyRows, f *ClaimFile, out *ClaimOutcome) (event string, err error)) ([]ClaimResult, error) {
	if len(ids) > ManyClaims {
		return nil, core.Errorf(core.Invalid, "at most %d claims are %s at once, not %d", ManyClaims, what, len(ids))
	}
	if len(ids) == 0 {
		return nil, nil
	}
	results := make([]ClaimResult, len(ids))
	m, err := newManyRows(x, persistence.In(column("tblClaim", "ClaimUUID"), ids))
	if err != nil {
		return nil, err
	}
	if load(m); m.l.err != nil {
		return nil, m.l.err
	}
	m.sort()
	var events []core.Event
	for i, id := range ids {
		results[i].ID = id
		out := m.outcomes[id]
		if out == nil {
			results[i].Err = core.Errorf(core.NotFound, "there is no such claim")
			continue
		}
		if results[i].Err = requireStatus(&out.Claim, needed, what); results[i].Err != nil {
			continue
		}
		rows := m.rowsOf(out)
		f, _ := rows.File(out.Claim.ClaimID, x.Now())
		name, err := do(m, f, out)
		if results[i].Err = err; err != nil {
			continue
		}
		m.keep(f, rows, out)
		e, err := eventOf(x, name, &out.Claim)
		if err != nil {
			return nil, err
		}
		results[i].Outcome, events = out, append(events, e)
	}
	if err := m.write(results, c.Rules); err != nil {
		return nil, err
	}
	return results, x.PublishMany(events)
}

// keep takes what the rule changed over into the outcome and into the rows that later
// claims of the same people are judged by.
func (m *manyRows) keep(f *ClaimFile, rows *ClaimRows, out *ClaimOutcome) {
	for _, l := range f.Lines {
		l.store()
	}
	out.Claim = f.Claim
	copy(out.Items, rows.Items)
	copy(out.Services, rows.Services)
	m.changed(out)
}

// rebook notes the bookings to be closed and the new ones, and has later claims of the
// family find these.
func (m *manyRows) rebook(f *ClaimFile) {
	for i := range f.Booked {
		if f.Booked[i].ClaimID == f.Claim.ClaimID && f.Booked[i].ValidityTo == nil {
			m.oldBookings = append(m.oldBookings, f.Booked[i])
		}
	}
	m.newBookings = append(m.newBookings, f.NewBookings...)
	for _, b := range f.NewBookings {
		if b.PolicyID != nil {
			m.bookings[*b.PolicyID] = append(m.bookings[*b.PolicyID], b)
		}
	}
}

// write writes the claims that changed, their lines and their bookings.
func (m *manyRows) write(results []ClaimResult, book RuleBook) error {
	var claims []*persistence.Claim
	var items []*persistence.ClaimItem
	var services []*persistence.ClaimService
	for _, r := range results {
		if r.Outcome != nil {
			claims = append(claims, &r.Outcome.Claim)
			items = append(items, pointers(r.Outcome.Items)...)
			services = append(services, pointers(r.Outcome.Services)...)
		}
	}
	if err := closeBookings(m.x, pointers(m.oldBookings), book); err != nil {
		return err
	}
	if err := persistence.InsertMany(m.x, m.newBookings); err != nil {
		return err
	}
	if err := persistence.UpdateMany(m.x, claims); err != nil {
		return err
	}
	if err := persistence.UpdateMany(m.x, items); err != nil {
		return err
	}
	if err := persistence.UpdateMany(m.x, services); err != nil {
		return err
	}
	return closePrompts(m.x, m.prompted)
}
