package scheme

import (
	"slices"

	"github.com/shopspring/decimal"
	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// SelectionMode says how claims are picked for review or feedback.
type SelectionMode int

// The modes of the legacy procedure.
const (
	SelectAll      SelectionMode = iota // every claim worth Value or more
	SelectRandom                        // Percent per cent of the list, whatever they are worth
	SelectVariance                      // worth Value or more and Percent per cent above the average of their diagnosis
)

// Selection says which claims of a list are to be picked (rule 5.1).
type Selection struct {
	Track   Track // ReviewTrack or FeedbackTrack
	Mode    SelectionMode
	Percent decimal.Decimal
	Value   decimal.Decimal // least amount claimed
}

// Draw is a source of random numbers: IntN gives one of 0 to n-1. *rand.Rand is one.
type Draw interface{ IntN(n int) int }

// SelectionCounts says what a selection did with the list.
type SelectionCounts struct {
	Submitted, Selected, NotSelected int
}

// check refuses a selection that means nothing. Errors: core.Unprocessable.
func (s *Selection) check() error {
	switch {
	case s.Track != ReviewTrack && s.Track != FeedbackTrack:
		return core.ErrorAt(core.Unprocessable, "type", "claims are selected for review or for feedback")
	case s.Mode < SelectAll || s.Mode > SelectVariance:
		return core.ErrorAt(core.Unprocessable, "mode", "the mode is none of all, random and variance")
	case s.Percent.IsNegative() || s.Mode == SelectRandom && s.Percent.GreaterThan(hundred):
		return core.ErrorAt(core.Unprocessable, "percentage", "%s is no percentage a list can be drawn by", s.Percent)
	case s.Value.IsNegative():
		return core.ErrorAt(core.Unprocessable, "value", "the value %s is below 0", s.Value)
	}
	return nil
}

// PickClaims changes the states of the claims as the selection says (rule 5.1): idle ones
// become not selected, and of all those picked become selected. averages holds the mean
// amount claimed by main diagnosis, for the mode variance; a diagnosis that has none picks
// nothing. The claims are live rows.
func PickClaims(claims []*persistence.Claim, s Selection, averages map[int]decimal.Decimal, draw Draw, book RuleBook) (counts SelectionCounts) {
	idle := map[*persistence.Claim]bool{}
	for _, c := range claims {
		if s.Track.state(c) == StepIdle {
			idle[c] = true
			s.Track.set(c, StepNotSelected)
		}
	}
	counts.Submitted = len(idle)
	for _, c := range picked(claims, idle, s, averages, draw, book) {
		s.Track.set(c, StepSelected)
		counts.Selected++
	}
	if s.Mode == SelectRandom && !book.Legacy(RandomCountsIdle) {
		counts.Submitted = len(claims)
	}
	counts.NotSelected = counts.Submitted - counts.Selected
	return counts
}

// picked gives the claims that become selected. Only a random draw looks beyond those that
// were idle.
func picked(claims []*persistence.Claim, idle map[*persistence.Claim]bool, s Selection, averages map[int]decimal.Decimal, draw Draw, book RuleBook) (out []*persistence.Claim) {
	if s.Mode == SelectRandom {
		return drawn(claims, s, draw, book)
	}
	for _, c := range claims {
		claimed := amount(c.Claimed)
		if !idle[c] || claimed.LessThan(s.Value) {
			continue
		}
		if s.Mode == SelectVariance {
			average, known := averages[c.ICDID]
			if !known || claimed.LessThan(above(average, s.Percent)) {
				continue
			}
		}
		out = append(out, c)
	}
	return out
}

// above gives the amount that lies per cent above the average.
func above(average, percent decimal.Decimal) decimal.Decimal {
	return average.Mul(hundred.Add(percent)).Div(hundred)
}

// drawn picks a random share of the list, rounded up. The corrected book leaves out what
// is settled: delivered or bypassed.
func drawn(claims []*persistence.Claim, s Selection, draw Draw, book RuleBook) []*persistence.Claim {
	share := int(decimal.NewFromInt(int64(len(claims))).Mul(s.Percent).Div(hundred).Ceil().IntPart())
	var open []*persistence.Claim
	for _, c := range claims {
		if state := s.Track.state(c); book.Legacy(RandomDrawsSettled) || state == StepNotSelected || state == StepSelected {
			open = append(open, c)
		}
	}
	share = min(share, len(open))
	for i := range share { // the first steps of a shuffle
		j := i + draw.IntN(len(open)-i)
		open[i], open[j] = open[j], open[i]
	}
	return open[:share]
}

// DiagnosisAverages gives the mean amount claimed for each main diagnosis, over the live
// claims that were processed or valuated and are dated within the year before today; what
// is dated today does not count yet. Claims without amount do not count.
func DiagnosisAverages(claims []persistence.Claim, now persistence.DateTime) map[int]decimal.Decimal {
	sums, counts := map[int]decimal.Decimal{}, map[int]int64{}
	since := yearBefore(now)
	for i := range claims {
		c := &claims[i]
		if c.ValidityTo != nil || c.ClaimStatus != StatusProcessed && c.ClaimStatus != StatusValuated || c.Claimed == nil {
			continue
		}
		if c.DateClaimed.Before(since.Time) || !c.DateClaimed.Before(now.Date().Time) {
			continue
		}
		sums[c.ICDID] = sums[c.ICDID].Add(*c.Claimed)
		counts[c.ICDID]++
	}
	for icd, n := range counts {
		sums[icd] = sums[icd].Div(decimal.NewFromInt(n)).Truncate(6) // as far as the procedure's average goes
	}
	return sums
}

// AboveAverage matches the claims that mode variance would pick for their amount: percent per
// cent above the average of their diagnosis.
func AboveAverage(percent int, now persistence.DateTime) clause.Expression {
	return persistence.CostlyClaims(100+percent, []int{StatusProcessed, StatusValuated}, yearBefore(now), now.Date())
}

// yearBefore gives the first day of the year before now.
func yearBefore(now persistence.DateTime) persistence.Date {
	return persistence.Day(now.Date().AddDate(-1, 0, 0))
}

// Select picks claims of a list for review or feedback. Claims picked for feedback have a
// prompt sent to the officer of the patient's village, as the book says. Errors:
// core.Unprocessable for a selection that means nothing; core.NotFound for a claim that is
// not there; core.Conflict for one that is not checked.
func (c Claims) Select(x *persistence.Session, ids []persistence.UUID, s Selection, draw Draw) (SelectionCounts, error) {
	if err := s.check(); err != nil {
		return SelectionCounts{}, err
	}
	claims, err := c.list(x, ids)
	if err != nil {
		return SelectionCounts{}, err
	}
	var averages map[int]decimal.Decimal
	if s.Mode == SelectVariance {
		if averages, err = averagesFor(x, claims); err != nil {
			return SelectionCounts{}, err
		}
	}
	before := statesOf(claims, s.Track)
	counts := PickClaims(claims, s, averages, draw, c.Rules)
	unprompted, err := c.settleSelection(x, claims, before, s.Track)
	counts.Selected -= unprompted
	counts.NotSelected += unprompted
	return counts, err
}

// Mark moves the review or the feedback of claims by hand: to selected, not selected or
// bypassed. Claims in that state already stay as they are. Errors: core.NotFound;
// core.Conflict with both states for a step the table of transitions does not have;
// core.Unprocessable when the officer to prompt for feedback cannot be found.
func (c Claims) Mark(x *persistence.Session, ids []persistence.UUID, track Track, to int) error {
	acts := map[int]Act{StepSelected: ActSelect, StepNotSelected: ActDrop, StepBypassed: ActBypass}
	if track == ClaimTrack || acts[to] == "" {
		return core.ErrorAt(core.Unprocessable, "status", "a review or a feedback is made selected, not selected or bypassed by hand")
	}
	claims, err := c.list(x, ids)
	if err != nil {
		return err
	}
	before := statesOf(claims, track)
	for _, claim := range claims {
		if track.state(claim) == to {
			continue
		}
		if err := track.move(claim, acts[to], to); err != nil {
			return err
		}
	}
	unprompted, err := c.settleSelection(x, claims, before, track)
	if err == nil && unprompted > 0 {
		return core.Errorf(core.Unprocessable, "no officer with a telephone is responsible for the village of the patient of %d claims", unprompted)
	}
	return err
}

// list loads claims by their UUIDs, in that order and each once, with patient and family.
func (c Claims) list(x *persistence.Session, ids []persistence.UUID) ([]*persistence.Claim, error) {
	found, err := persistence.SelectMany[persistence.Claim](x, ids, "Insuree.Family")
	if err != nil {
		return nil, err
	}
	var claims []*persistence.Claim
	for _, id := range ids {
		claim, ok := found[id]
		switch {
		case !ok:
			return nil, core.Errorf(core.NotFound, "there is no Claim/%s", id)
		case slices.Contains(claims, claim):
			continue
		}
		if err := requireStatus(claim, StatusChecked, "selected or bypassed"); err != nil {
			return nil, err
		}
		claims = append(claims, claim)
	}
	return claims, nil
}

func statesOf(claims []*persistence.Claim, track Track) []int {
	states := make([]int, len(claims))
	for i, c := range claims {
		states[i] = track.state(c)
	}
	return states
}

// averagesFor loads what the diagnoses of the claims cost, as far as the variance needs it.
func averagesFor(x *persistence.Session, claims []*persistence.Claim) (map[int]decimal.Decimal, error) {
	seen := map[int]bool{}
	var icds []int
	for _, c := range claims {
		if !seen[c.ICDID] {
			seen[c.ICDID] = true
			icds = append(icds, c.ICDID)
		}
	}
	var rows []persistence.Claim
	for some := range slices.Chunk(icds, 900) {
		l := &loader{db: x.DB().Select("ClaimID", "ICDID", "ClaimStatus", "Claimed", "DateClaimed", "ValidityTo")}
		var found []persistence.Claim
		find(l, &found,
			persistence.In(column("tblClaim", "ICDID"), some), persistence.IsNull(column("tblClaim", "ValidityTo")),
			persistence.In(column("tblClaim", "ClaimStatus"), []int{StatusProcessed, StatusValuated}),
			persistence.Compare(column("tblClaim", "DateClaimed"), ">=", yearBefore(x.Now())))
		if l.err != nil {
			return nil, l.err
		}
		rows = append(rows, found...)
	}
	return DiagnosisAverages(rows, x.Now()), nil
}

// settleSelection writes the claims whose state changed, opens and closes the prompts for
// feedback that go with it, and tells of how many nobody could be prompted: those keep the
// state not selected, unless the book leaves prompts to others.
func (c Claims) settleSelection(x *persistence.Session, claims []*persistence.Claim, before []int, track Track) (unprompted int, err error) {
	var opened, closed []*persistence.Claim
	if track == FeedbackTrack {
		for i, claim := range claims {
			switch now := track.state(claim); {
			case now == StepSelected && before[i] != StepSelected:
				opened = append(opened, claim)
			case now != StepSelected && before[i] == StepSelected:
				closed = append(closed, claim)
			}
		}
		if unprompted, err = c.prompt(x, opened); err != nil {
			return 0, err
		}
		if err := closePrompts(x, closed); err != nil {
			return 0, err
		}
	}
	var changed []*persistence.Claim
	for i, claim := range claims {
		if track.state(claim) != before[i] {
			changed = append(changed, claim)
		}
	}
	if err := persistence.UpdateMany(x, changed); err != nil {
		return 0, err
	}
	return unprompted, publishSelection(x, changed, track)
}

// publishSelection announces a selection, with the claims it changed.
func publishSelection(x *persistence.Session, changed []*persistence.Claim, track Track) error {
	name := map[Track]string{ReviewTrack: "claim.review-selection", FeedbackTrack: "claim.feedback-selection"}[track]
	return announceMany(x, name, changed, func(some []*persistence.Claim) (string, map[string]any) {
		states := map[persistence.UUID]int{}
		for _, claim := range some {
			states[claim.ClaimUUID] = track.state(claim)
		}
		return "Claim/" + string(some[0].ClaimUUID), map[string]any{"claims": states}
	})
}

// promptsOf matches the open prompts of the claims.
func promptsOf(claims []*persistence.Claim) []clause.Expression {
	keys := make([]int, len(claims))
	for i, c := range claims {
		keys[i] = c.ClaimID
	}
	return []clause.Expression{persistence.In(column("tblFeedbackPrompt", "ClaimID"), keys), persistence.IsNull(column("tblFeedbackPrompt", "ValidityTo"))}
}
