package scheme

import (
	"slices"
	"sort"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// load gives the live claim with the UUID in the caller's scope, with its lines. Errors:
// core.NotFound, core.Gone.
func (c Claims) load(x *persistence.Session, id persistence.UUID) (*ClaimOutcome, error) {
	claim, err := persistence.One[persistence.Claim](x, id, "Insuree.Family", "HF")
	if err != nil {
		return nil, err
	}
	out := &ClaimOutcome{Claim: *claim}
	return out, loadLines(x, out)
}

func sortLines(out *ClaimOutcome) {
	sort.Slice(out.Items, func(a, b int) bool { return out.Items[a].ClaimItemID < out.Items[b].ClaimItemID })
	sort.Slice(out.Services, func(a, b int) bool { return out.Services[a].ClaimServiceID < out.Services[b].ClaimServiceID })
	sort.Slice(out.Attachments, func(a, b int) bool { return out.Attachments[a].ID < out.Attachments[b].ID })
}

// Submit checks an entered claim (rule 2). Errors: core.NotFound, core.Gone, core.Conflict
// for a claim that is not entered.
func (c Claims) Submit(x *persistence.Session, id persistence.UUID) (*ClaimOutcome, error) {
	out, err := c.load(x, id)
	if err != nil {
		return nil, err
	}
	if err := requireStatus(&out.Claim, StatusEntered, "submitted"); err != nil {
		return nil, err
	}
	if err := c.check(x, &out.Claim, out.Items, out.Services); err != nil {
		return nil, err
	}
	if err := updateAll(x, out); err != nil {
		return nil, err
	}
	return out, publish(x, "claim.submitted", &out.Claim)
}

// Process chooses what pays each line of a checked claim and values it (rules 3 and 4).
// Errors: core.NotFound, core.Gone, core.Conflict for a claim that is not checked.
func (c Claims) Process(x *persistence.Session, id persistence.UUID) (*ClaimOutcome, error) {
	out, err := c.load(x, id)
	if err != nil {
		return nil, err
	}
	if err := requireStatus(&out.Claim, StatusChecked, "processed"); err != nil {
		return nil, err
	}
	rows, err := loadForProcessing(x, &out.Claim, out.Items, out.Services)
	if err != nil {
		return nil, err
	}
	f, _ := rows.File(out.Claim.ClaimID, x.Now())
	prompted := FeedbackTrack.state(&out.Claim) == StepSelected
	if err := ProcessClaim(f, c.Rules, x.Principal().UserID); err != nil {
		return nil, err
	}
	for _, l := range f.Lines {
		l.store()
	}
	out.Claim = f.Claim
	copy(out.Items, rows.Items)
	copy(out.Services, rows.Services)
	if err := c.rebook(x, f); err != nil {
		return nil, err
	}
	if err := updateAll(x, out); err != nil {
		return nil, err
	}
	if prompted && FeedbackTrack.state(&out.Claim) != StepSelected {
		if err := closePrompts(x, []*persistence.Claim{&out.Claim}); err != nil {
			return nil, err
		}
	}
	return out, publish(x, "claim."+StatusName(out.Claim.ClaimStatus), &out.Claim)
}

// rebook puts the new bookings of the claim in place of its older ones, which the legacy
// book deletes and the corrected one closes.
func (c Claims) rebook(x *persistence.Session, f *ClaimFile) error {
	var old []*persistence.ClaimDedRem
	for i := range f.Booked {
		if f.Booked[i].ClaimID == f.Claim.ClaimID && f.Booked[i].ValidityTo == nil {
			old = append(old, &f.Booked[i])
		}
	}
	if err := closeBookings(x, old, c.Rules); err != nil {
		return err
	}
	return persistence.InsertMany(x, f.NewBookings)
}

// closeBookings takes bookings away as the book does.
func closeBookings(x *persistence.Session, old []*persistence.ClaimDedRem, book RuleBook) error {
	if !book.Legacy(LastProductBooked) {
		return persistence.DeleteMany(x, old)
	}
	for some := range slices.Chunk(old, 900) {
		keys := make([]int, len(some))
		for i := range some {
			keys[i] = some[i].ExpenditureID
		}
		if err := x.DB().Where(persistence.In(column("tblClaimDedRem", "ExpenditureID"), keys)).Delete(&persistence.ClaimDedRem{}).Error; err != nil {
			return err
		}
	}
	return nil
}

func updateAll(x *persistence.Session, out *ClaimOutcome) error {
	if err := persistence.Update(x, &out.Claim); err != nil {
		return err
	}
	if err := persistence.UpdateMany(x, pointers(out.Items)); err != nil {
		return err
	}
	return persistence.UpdateMany(x, pointers(out.Services))
}

// Replace puts the draft in place of an entered claim; with submit it is checked at once.
// Errors: as Enter, and core.NotFound, core.Gone, core.Conflict for a claim that is not
// entered any more.
func (c Claims) Replace(x *persistence.Session, id persistence.UUID, d *ClaimDraft, submit bool) (*ClaimOutcome, error) {
	old, err := c.load(x, id)
	if err != nil {
		return nil, err
	}
	if err := MayChange(&old.Claim); err != nil {
		return nil, err
	}
	if err := prepare(x, d); err != nil {
		return nil, err
	}
	keepState(d, &old.Claim)
	if !slices.Contains(d.Holds, "Attachments") {
		old.Attachments = nil // they stay
	}
	if c.codeKey(&old.Claim) != c.codeKey(&d.Claim) {
		if _, err := c.reserve(x, d, old.Claim.ClaimID); err != nil {
			return nil, err
		}
		if err := c.release(x, &old.Claim); err != nil {
			return nil, err
		}
	} else if err := c.settle(x, d); err != nil {
		return nil, err
	}
	event := "claim.changed"
	if submit {
		event = "claim.submitted"
		if err := c.check(x, &d.Claim, d.Items, d.Services); err != nil {
			return nil, err
		}
	}
	if err := persistence.Update(x, &d.Claim); err != nil {
		return nil, err
	}
	if err := replaceLines(x, old, d); err != nil {
		return nil, err
	}
	return &ClaimOutcome{Claim: d.Claim, Items: d.Items, Services: d.Services, Attachments: d.Attachments}, publish(x, event, &d.Claim)
}

// MayChange tells whether the claim may still be replaced or deleted. Errors:
// core.Conflict with the state it is in and the one it would have to be in.
func MayChange(claim *persistence.Claim) error {
	return requireStatus(claim, StatusEntered, "changed or deleted")
}

// keptColumns are the columns of a claim that not every door asks, each taken over from the
// claim a draft replaces unless the draft holds it.
var keptColumns = map[string]func(d, old *persistence.Claim){
	"Adjustment":       func(d, old *persistence.Claim) { d.Adjustment = old.Adjustment },
	"ReferFrom":        func(d, old *persistence.Claim) { d.ReferFrom = old.ReferFrom },
	"ReferTo":          func(d, old *persistence.Claim) { d.ReferTo = old.ReferTo },
	"CareType":         func(d, old *persistence.Claim) { d.CareType = old.CareType },
	"PreAuthorization": func(d, old *persistence.Claim) { d.PreAuthorization = old.PreAuthorization },
	"PatientCondition": func(d, old *persistence.Claim) { d.PatientCondition = old.PatientCondition },
	"ReferralCode":     func(d, old *persistence.Claim) { d.ReferralCode = old.ReferralCode },
}

// keepState takes over what a draft does not say: identity, state and what other doors
// keep on the row.
func keepState(draft *ClaimDraft, old *persistence.Claim) {
	d := &draft.Claim
	d.ClaimID, d.ClaimUUID, d.ValidityFrom = old.ClaimID, old.ClaimUUID, old.ValidityFrom
	d.ClaimStatus, d.FeedbackID, d.Feedback = old.ClaimStatus, old.FeedbackID, old.Feedback
	d.FeedbackStatus, d.ReviewStatus, d.ApprovalStatus = old.FeedbackStatus, old.ReviewStatus, old.ApprovalStatus
	d.Adjuster, d.RestoredClaim, d.ClaimCategory = old.Adjuster, old.RestoredClaim, old.ClaimCategory
	for column, keep := range keptColumns {
		if !slices.Contains(draft.Holds, column) {
			keep(d, old)
		}
	}
}

// replaceLines closes the old lines and writes the new ones, as the other applications
// do when a claim is edited.
func replaceLines(x *persistence.Session, old *ClaimOutcome, d *ClaimDraft) error {
	if err := closeLines(x, old); err != nil {
		return err
	}
	if err := insertLines(x, d.Claim.ClaimID, d.Items, d.Services, d.Attachments); err != nil {
		return err
	}
	return beginWith(x, &d.Claim, d.Items, d.Services)
}

// beginWith has new lines begin with the state of the claim they belong to, which is
// later than now when the claim changed twice within one tick of the column: otherwise
// they would be taken for lines of the state before.
func beginWith(x *persistence.Session, claim *persistence.Claim, items []persistence.ClaimItem, services []persistence.ClaimService) error {
	if !claim.ValidityFrom.After(x.Now().Time) {
		return nil
	}
	for i := range items {
		items[i].ValidityFrom = claim.ValidityFrom
	}
	for i := range services {
		services[i].ValidityFrom = claim.ValidityFrom
	}
	if len(items) > 0 {
		keys := keysOf(items, func(l *persistence.ClaimItem) int { return l.ClaimItemID })
		if err := x.DB().Model(&persistence.ClaimItem{}).Where(persistence.In(column("tblClaimItems", "ClaimItemID"), keys)).Update("ValidityFrom", claim.ValidityFrom).Error; err != nil {
			return err
		}
	}
	if len(services) == 0 {
		return nil
	}
	keys := keysOf(services, func(l *persistence.ClaimService) int { return l.ClaimServiceID })
	return x.DB().Model(&persistence.ClaimService{}).Where(persistence.In(column("tblClaimServices", "ClaimServiceID"), keys)).Update("ValidityFrom", claim.ValidityFrom).Error
}

func closeLines(x *persistence.Session, old *ClaimOutcome) error {
	if err := persistence.DeleteMany(x, pointers(old.Items)); err != nil {
		return err
	}
	if err := persistence.DeleteMany(x, pointers(old.Services)); err != nil {
		return err
	}
	return persistence.DeleteMany(x, pointers(old.Attachments))
}

// Remove deletes an entered claim: header, lines and attachments are closed and kept as
// history. Errors: core.NotFound, core.Gone, core.Conflict for a claim that is not entered
// any more, or that a patient gave feedback on.
func (c Claims) Remove(x *persistence.Session, id persistence.UUID) error {
	old, err := c.load(x, id)
	if err != nil {
		return err
	}
	if err := MayChange(&old.Claim); err != nil {
		return err
	}
	if state := FeedbackTrack.state(&old.Claim); state == StepDelivered {
		return core.Errorf(core.Conflict, "the feedback is %s; a claim with feedback on it cannot be deleted", FeedbackTrack.name(state))
	}
	if err := c.release(x, &old.Claim); err != nil {
		return err
	}
	claim := old.Claim
	if err := persistence.Delete(x, &claim); err != nil {
		return err
	}
	if err := closeLines(x, old); err != nil {
		return err
	}
	return publish(x, "claim.deleted", &old.Claim)
}

func pointers[R any](rows []R) []*R {
	out := make([]*R, len(rows))
	for i := range rows {
		out[i] = &rows[i]
	}
	return out
}
