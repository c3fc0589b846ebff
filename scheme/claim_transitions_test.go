package scheme

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

// acts are the use cases that move a claim, by the acts they do.
func (w *claimScheme) acts(x *persistence.Session, out *ClaimOutcome) map[string]struct {
	by  []Act
	run func() error
} {
	id, c := out.Claim.ClaimUUID, Claims{Rules: LegacyRules} // which prompts nobody
	mark := func(track Track, to int) func() error {
		return func() error { return c.Mark(x, []persistence.UUID{id}, track, to) }
	}
	sample := func(track Track, mode SelectionMode) func() error {
		return func() error {
			_, err := c.Select(x, []persistence.UUID{id}, Selection{Track: track, Mode: mode, Percent: hundred}, rand.New(rand.NewPCG(1, 2)))
			return err
		}
	}
	all := ClaimReview{Deliver: true, Lines: []LineReview{{Kind: ItemKind, ID: out.Items[0].ClaimItemID, Rejected: true}, {Kind: ServiceKind, ID: out.Services[0].ClaimServiceID, Rejected: true}}}
	return map[string]struct {
		by  []Act
		run func() error
	}{
		"submit":          {[]Act{ActSubmit}, func() error { _, err := c.Submit(x, id); return err }},
		"process":         {[]Act{ActProcess}, func() error { _, err := c.Process(x, id); return err }},
		"review":          {[]Act{ActReview}, func() error { _, err := c.Review(x, id, ClaimReview{Deliver: true}); return err }},
		"reject all":      {[]Act{ActReview}, func() error { _, err := c.Review(x, id, all); return err }},
		"feedback":        {[]Act{ActReceive}, func() error { _, err := c.Receive(x, id, FeedbackAnswers{}); return err }},
		"select review":   {[]Act{ActSelect}, mark(ReviewTrack, StepSelected)},
		"drop review":     {[]Act{ActDrop}, mark(ReviewTrack, StepNotSelected)},
		"bypass review":   {[]Act{ActBypass}, mark(ReviewTrack, StepBypassed)},
		"select feedback": {[]Act{ActSelect}, mark(FeedbackTrack, StepSelected)},
		"drop feedback":   {[]Act{ActDrop}, mark(FeedbackTrack, StepNotSelected)},
		"bypass feedback": {[]Act{ActBypass}, mark(FeedbackTrack, StepBypassed)},
		"all":             {[]Act{ActSample}, sample(ReviewTrack, SelectAll)},
		"variance":        {[]Act{ActSample}, sample(ReviewTrack, SelectVariance)},
		"random":          {[]Act{ActSample, ActRedraw}, sample(ReviewTrack, SelectRandom)},
		"random feedback": {[]Act{ActSample, ActRedraw}, sample(FeedbackTrack, SelectRandom)},
	}
}

// Every use case is tried on a claim in every combination of states. What it changes
// stands in the table of transitions; what it refuses is a conflict that names the state
// the claim is in, and changes nothing.
func TestNothingHappensOutsideTheTableOfTransitions(t *testing.T) {
	steps := []int{StepIdle, StepNotSelected, StepSelected, StepDelivered, StepBypassed}
	w := newClaimScheme(t, persistencetest.SQLite(t), nil)
	claim := w.enter(t, "A", false)
	seen := map[Transition]bool{}
	refused := 0
	for _, status := range []int{StatusRejected, StatusEntered, StatusChecked, StatusProcessed, StatusValuated} {
		for _, review := range steps {
			for _, feedback := range steps {
				before := [3]int{status, review, feedback}
				for name := range w.acts(nil, claim) {
					if !w.try(t, claim, before, name, seen) {
						refused++
					}
				}
			}
		}
	}
	if refused == 0 {
		t.Error("nothing was refused")
	}
	for _, transition := range Transitions {
		waits := transition.From == 0 || transition.By == ActPay || transition.To == StatusProcessed && transition.Track == ClaimTrack
		// idle claims become selected in one step, by way of not selected
		if !seen[transition] && !waits && !rejecting(transition) && transition != (Transition{FeedbackTrack, ActSample, StepIdle, StepNotSelected}) {
			t.Errorf("the table has %+v, which nothing did", transition)
		}
	}
}

// rejecting tells of steps only claims with other lines take; TestGolden does them.
func rejecting(t Transition) bool {
	return t.Track == ClaimTrack && t.To == StatusRejected && t.By != ActReview
}

// try runs one use case on the claim in the states, and undoes it.
func (w *claimScheme) try(t *testing.T, claim *ClaimOutcome, before [3]int, name string, seen map[Transition]bool) (done bool) {
	t.Helper()
	err := w.store.Tx(persistencetest.System(t), func(x *persistence.Session) error {
		states := map[string]any{"ClaimStatus": before[0], "ReviewStatus": before[1], "FeedbackStatus": before[2]}
		if err := x.DB().Model(&persistence.Claim{ClaimID: claim.Claim.ClaimID}).Updates(states).Error; err != nil {
			return err
		}
		use := w.acts(x, claim)[name]
		failure := use.run()
		var row persistence.Claim
		if err := x.DB().First(&row, claim.Claim.ClaimID).Error; err != nil {
			return err
		}
		for _, track := range []Track{ClaimTrack, ReviewTrack, FeedbackTrack} {
			now := track.state(&row)
			if now == before[track] {
				continue
			}
			allowed := false
			for _, by := range use.by {
				if Allowed(track, by, before[track], now) {
					allowed, seen[Transition{track, by, before[track], now}] = true, true
				}
			}
			if !allowed || failure != nil {
				t.Errorf("%s moved %s from %s to %s (%v)", name, track.word(), track.name(before[track]), track.name(now), failure)
			}
		}
		if failure != nil {
			if named := strings.Count(failure.Error(), "("); core.CodeOf(failure) != core.Conflict || named < 1 {
				t.Errorf("%s on %v: %v", name, before, failure)
			}
		}
		done = failure == nil
		return errUndo
	})
	if !errors.Is(err, errUndo) {
		t.Fatal(err)
	}
	return done
}

func TestStatesHaveWords(t *testing.T) {
	for want, got := range map[string]string{
		"selected (4)": ReviewTrack.name(StepSelected), "checked (4)": ClaimTrack.name(StatusChecked), "3 (3)": FeedbackTrack.name(3), "7 (7)": ClaimTrack.name(7),
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	row := persistence.Claim{ClaimStatus: StatusChecked}
	err := ReviewTrack.move(&row, ActReview, StepDelivered)
	if core.CodeOf(err) != core.Conflict || !strings.Contains(err.Error(), "the review is idle (1) and cannot become delivered (8)") || row.ReviewStatus != nil {
		t.Errorf("got %v", err)
	}
}
