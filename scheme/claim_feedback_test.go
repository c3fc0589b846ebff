package scheme

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

// employ puts an officer in charge of the family's village.
func (w *claimScheme) employ(t *testing.T, code, phone string) (officer persistence.Officer) {
	t.Helper()
	officer = persistence.Officer{Code: code, LastName: "Officer", OtherNames: code}
	if phone != "" {
		officer.Phone = &phone
	}
	err := w.store.Tx(persistencetest.System(t), func(x *persistence.Session) error {
		put(t, x, &officer)
		put(t, x, &persistence.OfficerVillage{OfficerID: &officer.OfficerID, LocationID: w.insuree.Family.LocationID})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return officer
}

// prompts gives the open prompts.
func (w *claimScheme) prompts(t *testing.T) (open []persistence.FeedbackPrompt) {
	t.Helper()
	if err := w.store.Read(persistencetest.System(t)).DB().Where(persistence.IsNull(column("tblFeedbackPrompt", "ValidityTo"))).Find(&open).Error; err != nil {
		t.Fatal(err)
	}
	return open
}

func (w *claimScheme) mark(t *testing.T, c Claims, id persistence.UUID, track Track, to int) error {
	t.Helper()
	return w.store.Tx(persistencetest.System(t), func(x *persistence.Session) error {
		return c.Mark(x, []persistence.UUID{id}, track, to)
	})
}

func (w *claimScheme) receive(t *testing.T, id persistence.UUID, a FeedbackAnswers) (row *persistence.Feedback, err error) {
	t.Helper()
	err = w.store.Tx(persistencetest.System(t), func(x *persistence.Session) (err error) {
		row, err = Claims{}.Receive(x, id, a)
		return err
	})
	return row, err
}

func TestFeedbackIsPromptedReceivedAndClosed(t *testing.T) {
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		w := newClaimScheme(t, s, nil)
		id := w.enter(t, "A", true).Claim.ClaimUUID
		if err := w.mark(t, Claims{}, id, FeedbackTrack, StepSelected); core.CodeOf(err) != core.Unprocessable {
			t.Fatalf("selected with nobody to prompt: %v", err)
		}
		if out, _ := w.load(t, id); *out.Claim.FeedbackStatus != StepIdle {
			t.Errorf("the feedback is %d after a refusal", *out.Claim.FeedbackStatus)
		}
		w.employ(t, "MUTE", "")
		officer := w.employ(t, "EO1", "0700")
		w.employ(t, "EO2", "0701")
		if err := w.mark(t, Claims{}, id, FeedbackTrack, StepSelected); err != nil {
			t.Fatal(err)
		}
		open := w.prompts(t)
		if len(open) != 1 || *open[0].OfficerID != officer.OfficerID || text(open[0].PhoneNumber) != "0700" || *open[0].SMSStatus != 0 {
			t.Fatalf("prompts %+v", open)
		}
		row, err := w.receive(t, id, FeedbackAnswers{CareRendered: true, Mark: 5, Officer: &officer.OfficerID, Insuree: "070707070"})
		if err != nil {
			t.Fatal(err)
		}
		out, _ := w.load(t, id)
		if c := out.Claim; *c.FeedbackStatus != StepDelivered || !c.Feedback || *c.FeedbackID != row.FeedbackID {
			t.Errorf("the claim: %d %t %d", *c.FeedbackStatus, c.Feedback, *c.FeedbackID)
		}
		if *row.CHFOfficerCode != officer.OfficerID || !*row.CareRendered || *row.PaymentAsked || *row.Asessment != 5 || row.FeedbackDate == nil {
			t.Errorf("stored %+v", row)
		}
		if left := w.prompts(t); len(left) != 0 {
			t.Errorf("open prompts %+v", left)
		}
		if _, err := w.receive(t, id, FeedbackAnswers{}); core.CodeOf(err) != core.Conflict || !strings.Contains(err.Error(), string(row.FeedbackUUID)) {
			t.Errorf("a second feedback: %v", err)
		}
	})
}

func TestFeedbackNobodyMayGive(t *testing.T) {
	w := newClaimScheme(t, persistencetest.SQLite(t), nil)
	id := w.enter(t, "A", true).Claim.ClaimUUID
	for name, c := range map[string]struct {
		answers FeedbackAnswers
		id      persistence.UUID
		code    core.Code
		path    string
	}{
		"mark above 5":         {FeedbackAnswers{Mark: 6}, id, core.Unprocessable, "mark"},
		"mark below 0":         {FeedbackAnswers{Mark: -1}, id, core.Unprocessable, "mark"},
		"of another":           {FeedbackAnswers{Insuree: "1"}, id, core.Unprocessable, "insuree"},
		"unknown officer":      {FeedbackAnswers{Officer: ptr(99)}, id, core.Unprocessable, "officer"},
		"unknown claim":        {FeedbackAnswers{}, persistence.NewUUID(), core.NotFound, ""},
		"what nobody can keep": {FeedbackAnswers{Keep: func(*persistence.Feedback) error { return core.ErrorAt(core.Unprocessable, "note", "too long") }}, id, core.Unprocessable, "note"},
	} {
		if _, err := w.receive(t, c.id, c.answers); core.CodeOf(err) != c.code || !strings.Contains(err.Error(), c.path) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSelectionForFeedbackPromptsByTheBook(t *testing.T) {
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		w := newClaimScheme(t, s, nil)
		pick := func(c Claims, id persistence.UUID) (counts SelectionCounts) {
			err := s.Tx(persistencetest.System(t), func(x *persistence.Session) (err error) {
				counts, err = c.Select(x, []persistence.UUID{id}, Selection{Track: FeedbackTrack}, rand.New(rand.NewPCG(1, 2)))
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return counts
		}
		for i, c := range []struct {
			book    RuleBook
			officer bool
			want    string // counts, state, prompts
		}{
			{CorrectedRules, false, "{1 0 1} 2 0"},
			{LegacyRules, false, "{1 1 0} 4 0"},
			{CorrectedRules, true, "{1 1 0} 4 1"},
			{LegacyRules, true, "{1 1 0} 4 1"}, // the one of the case before
		} {
			if c.officer && len(w.prompts(t)) == 0 {
				w.employ(t, "EO", "0700")
			}
			id := w.enter(t, fmt.Sprint("P", i), true).Claim.ClaimUUID
			counts := pick(Claims{Rules: c.book}, id)
			out, _ := w.load(t, id)
			if got := fmt.Sprint(counts, *out.Claim.FeedbackStatus, len(w.prompts(t))); got != c.want {
				t.Errorf("case %d: got %s, want %s", i, got, c.want)
			}
		}
	})
}

func TestLeavingSelectedClosesThePrompt(t *testing.T) {
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		w := newClaimScheme(t, s, nil)
		w.employ(t, "EO", "0700")
		for i, leave := range []func(id persistence.UUID) error{
			func(id persistence.UUID) error { return w.mark(t, Claims{}, id, FeedbackTrack, StepNotSelected) },
			func(id persistence.UUID) error { return w.mark(t, Claims{}, id, FeedbackTrack, StepBypassed) },
			func(id persistence.UUID) error {
				_, err := w.run(t, func(x *persistence.Session) (*ClaimOutcome, error) { return Claims{}.Process(x, id) })
				return err
			},
		} {
			id := w.enter(t, fmt.Sprint("L", i), true).Claim.ClaimUUID
			if err := w.mark(t, Claims{}, id, FeedbackTrack, StepSelected); err != nil {
				t.Fatal(err)
			}
			if err := w.mark(t, Claims{}, id, FeedbackTrack, StepSelected); err != nil { // again
				t.Fatal(err)
			}
			if n := len(w.prompts(t)); n != 1 {
				t.Fatalf("case %d: %d prompts are open", i, n)
			}
			if err := leave(id); err != nil {
				t.Fatal(err)
			}
			if left := w.prompts(t); len(left) != 0 {
				t.Errorf("case %d: the prompt is still open", i)
			}
		}
	})
}

func TestStatesNobodySetsByHand(t *testing.T) {
	w := newClaimScheme(t, persistencetest.SQLite(t), nil)
	id := w.enter(t, "A", true).Claim.ClaimUUID
	for _, c := range []struct {
		track Track
		to    int
	}{{ClaimTrack, StepSelected}, {ReviewTrack, StepDelivered}, {FeedbackTrack, StepIdle}} {
		if err := w.mark(t, Claims{}, id, c.track, c.to); core.CodeOf(err) != core.Unprocessable || !strings.Contains(err.Error(), "status") {
			t.Errorf("%s to %d: %v", c.track.word(), c.to, err)
		}
	}
}

// The patient's own village comes before that of his family (rule 5.3).
func TestVillagesAnOfficerIsFoundBy(t *testing.T) {
	for _, c := range []struct {
		insuree *persistence.Insuree
		want    string
	}{
		{nil, "[]"},
		{&persistence.Insuree{}, "[]"},
		{&persistence.Insuree{CurrentVillage: ptr(0), Family: &persistence.Family{LocationID: ptr(0)}}, "[]"},
		{&persistence.Insuree{CurrentVillage: ptr(1), Family: &persistence.Family{}}, "[1]"},
		{&persistence.Insuree{Family: &persistence.Family{LocationID: ptr(2)}}, "[2]"},
		{&persistence.Insuree{CurrentVillage: ptr(1), Family: &persistence.Family{LocationID: ptr(2)}}, "[1 2]"},
	} {
		if got := fmt.Sprint(villagesOf(&persistence.Claim{Insuree: c.insuree})); got != c.want {
			t.Errorf("%+v: %s, want %s", c.insuree, got, c.want)
		}
	}
}

func TestPromptMessage(t *testing.T) {
	got := PromptMessage{Claim: "12", Name: "Jane Doe", Village: "Jamula", Ward: "Jamu", Facility: "Hospital", Date: "2026-11-02", Insuree: "070707070"}.Text()
	if want := "--Feedback--\n12\nJane Doe\nJamula\nJamu\nHospital\n2026-11-02\n070707070"; got != want {
		t.Errorf("got %q", got)
	}
}

func TestClaimWithFeedbackStays(t *testing.T) {
	w := newClaimScheme(t, persistencetest.SQLite(t), nil)
	id := w.enter(t, "A", false).Claim.ClaimUUID
	if _, err := w.receive(t, id, FeedbackAnswers{}); err != nil {
		t.Fatal(err)
	}
	err := w.store.Tx(persistencetest.System(t), func(x *persistence.Session) error { return Claims{}.Remove(x, id) })
	if core.CodeOf(err) != core.Conflict || !strings.Contains(err.Error(), "delivered (8)") {
		t.Errorf("deleted: %v", err)
	}
}
