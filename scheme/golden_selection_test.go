package scheme

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/persistence"
)

// selectionCall is what a recorded call of the selection was given.
type selectionCall struct {
	ReviewType, SelectionType int
	SelectionValue, Value     decimal.Decimal
}

func selectionCalls(t *testing.T) map[string]selectionCall {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(goldenFolder(t), "claim_selection.json"))
	if os.IsNotExist(err) {
		t.Skipf("no claim_selection.json in %s", goldenFolder(t))
	}
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		ID   string
		Call selectionCall
	}
	if err := json.Unmarshal(raw, &cases); err != nil {
		t.Fatal(err)
	}
	calls := map[string]selectionCall{}
	for _, c := range cases {
		calls[c.ID] = c.Call
	}
	return calls
}

// selectGolden does a recorded selection under the book and gives the differences.
func selectGolden(t *testing.T, c *goldenCase, call selectionCall, book RuleBook) []string {
	t.Helper()
	var rows []persistence.Claim
	goldenRows(t, c, &rows)
	var list []*persistence.Claim
	for i := range rows {
		if slices.Contains(c.Call.Claims, rows[i].ClaimID) {
			list = append(list, &rows[i])
		}
	}
	s := Selection{Track: map[int]Track{1: ReviewTrack, 2: FeedbackTrack}[call.ReviewType], Mode: SelectionMode(call.SelectionType), Percent: call.SelectionValue, Value: call.Value}
	if err := s.check(); err != nil {
		t.Fatal(err)
	}
	counts := PickClaims(list, s, DiagnosisAverages(rows, goldenNow), rand.New(rand.NewPCG(1, 2)), book)
	diffs := goldenDiff(t, c, "ClaimID", rows)
	got := map[string]int{"Submitted": counts.Submitted, "Selected": counts.Selected, "NotSelected": counts.NotSelected}
	return append(diffs, goldenCounts(t, c.Then["result"], got, "Submitted", "Selected", "NotSelected")...)
}

func TestGoldenClaimSelection(t *testing.T) {
	calls := selectionCalls(t)
	goldenRun(t, "claim_selection", func(t *testing.T, c *goldenCase) []string {
		return selectGolden(t, c, calls[c.ID], LegacyRules)
	})
}

// Under the corrected book a result may differ only by what a named entry says: with that
// entry alone set back, and nothing else, the case is as recorded.
func TestCorrectedSelectionDiffersByNamedEntries(t *testing.T) {
	calls := selectionCalls(t)
	entries := map[string]string{RandomCountsIdle.name(): "legacy", RandomDrawsSettled.name(): "legacy"}
	back, err := NewRuleBook("corrected", entries)
	if err != nil {
		t.Fatal(err)
	}
	differ := 0
	for _, c := range goldenCases(t, "claim_selection") {
		if goldenNever[c.ID] != "" {
			continue
		}
		if len(selectGolden(t, &c, calls[c.ID], CorrectedRules)) > 0 {
			differ++
			if calls[c.ID].SelectionType != int(SelectRandom) {
				t.Errorf("%s differs, and is no random draw", c.ID)
			}
		}
		if diffs := selectGolden(t, &c, calls[c.ID], back); len(diffs) > 0 {
			t.Errorf("%s: no entry accounts for\n%s", c.ID, strings.Join(diffs, "\n"))
		}
	}
	t.Logf("%d cases differ under the corrected book, each by random-counts-idle or random-draws-settled", differ)
}

// name gives the name of the entry in the configuration.
func (e Entry) name() string { return Entries[e].Name }

func claimsAt(state int, claimed ...string) (list []*persistence.Claim) {
	for i, text := range claimed {
		c := &persistence.Claim{ClaimID: i + 1, ICDID: 1, ClaimStatus: StatusChecked, ReviewStatus: ptr(state), FeedbackStatus: ptr(state)}
		if text != "" {
			c.Claimed = ptr(money(text))
		}
		list = append(list, c)
	}
	return list
}

func TestPickClaims(t *testing.T) {
	average := map[int]decimal.Decimal{1: money("100")}
	for _, c := range []struct {
		name    string
		claims  []*persistence.Claim
		with    Selection
		average map[int]decimal.Decimal
		want    string // states, then counts
	}{
		{"all from 0", claimsAt(StepIdle, "100", ""), Selection{}, nil, "[4 4] {2 2 0}"},
		{"all from a value", claimsAt(StepIdle, "99.99", "100"), Selection{Value: money("100")}, nil, "[2 4] {2 1 1}"},
		{"not selected before stays", claimsAt(StepNotSelected, "100"), Selection{}, nil, "[2] {0 0 0}"},
		{"bypassed stays", claimsAt(StepBypassed, "100"), Selection{}, nil, "[16] {0 0 0}"},
		{"variance at the edge", claimsAt(StepIdle, "149.99", "150", ""), Selection{Mode: SelectVariance, Percent: money("50")}, average, "[2 4 2] {3 1 2}"},
		{"variance with a value above the edge", claimsAt(StepIdle, "150", "180"), Selection{Mode: SelectVariance, Percent: money("50"), Value: money("160")}, average, "[2 4] {2 1 1}"},
		{"variance without comparison", claimsAt(StepIdle, "900"), Selection{Mode: SelectVariance}, nil, "[2] {1 0 1}"},
		{"random none", claimsAt(StepIdle, "1", "2"), Selection{Mode: SelectRandom}, nil, "[2 2] {2 0 2}"},
		{"random all whatever they are worth", claimsAt(StepIdle, "1", "2"), Selection{Mode: SelectRandom, Percent: hundred, Value: money("9")}, nil, "[4 4] {2 2 0}"},
		{"random leaves what is delivered", claimsAt(StepDelivered, "1", "2"), Selection{Mode: SelectRandom, Percent: hundred}, nil, "[8 8] {2 0 2}"},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.with.Track = ReviewTrack
			counts := PickClaims(c.claims, c.with, c.average, rand.New(rand.NewPCG(1, 2)), CorrectedRules)
			if got := fmt.Sprint(statesOf(c.claims, ReviewTrack), counts); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

// A draw of a third of ten claims takes four, each claim as likely as the next.
func TestRandomDrawIsFairAndRoundedUp(t *testing.T) {
	taken := make([]int, 10)
	source := rand.New(rand.NewPCG(3, 4))
	for range 2000 {
		claims := claimsAt(StepIdle, "1", "1", "1", "1", "1", "1", "1", "1", "1", "1")
		counts := PickClaims(claims, Selection{Track: FeedbackTrack, Mode: SelectRandom, Percent: money("33.3")}, nil, source, CorrectedRules)
		if counts != (SelectionCounts{10, 4, 6}) {
			t.Fatalf("counts %+v", counts)
		}
		for i, c := range claims {
			if *c.FeedbackStatus == StepSelected {
				taken[i]++
			}
		}
	}
	for i, n := range taken {
		if n < 700 || n > 900 {
			t.Errorf("claim %d was drawn %d times of 2000, about 800 are fair", i, n)
		}
	}
}

func TestDiagnosisAverages(t *testing.T) {
	on := func(text string) (d persistence.Date) {
		if err := d.Scan(text); err != nil {
			t.Fatal(err)
		}
		return d
	}
	row := func(icd, status int, claimed, date string) persistence.Claim {
		c := persistence.Claim{ICDID: icd, ClaimStatus: status, DateClaimed: on(date)}
		if claimed != "" {
			c.Claimed = ptr(money(claimed))
		}
		return c
	}
	closed := row(1, 16, "999", "2026-10-01")
	closed.ValidityTo = &goldenNow
	got := DiagnosisAverages([]persistence.Claim{
		row(1, 8, "100", "2026-10-01"), row(1, 16, "50", "2025-11-21"), row(1, 16, "", "2026-10-01"), // the third has no amount
		row(1, 4, "999", "2026-10-01"), row(1, 1, "999", "2026-10-01"), row(1, 16, "999", "2025-11-20"), row(1, 16, "999", "2026-11-21"), closed,
		row(2, 16, "10", "2026-11-20"), row(2, 16, "10", "2026-11-20"), row(2, 16, "5", "2026-11-20"), row(3, 4, "1", "2026-10-01"),
	}, goldenNow)
	if len(got) != 2 || got[1].String() != "75" || got[2].String() != "8.333333" {
		t.Errorf("averages %v", got)
	}
}

func TestSelectionThatMeansNothing(t *testing.T) {
	for name, s := range map[string]Selection{
		"track": {}, "mode": {Track: ReviewTrack, Mode: 3}, "percent": {Track: ReviewTrack, Percent: money("-1")},
		"more than all": {Track: ReviewTrack, Mode: SelectRandom, Percent: money("101")}, "value": {Track: ReviewTrack, Value: money("-1")},
	} {
		if s.check() == nil {
			t.Errorf("%s: taken", name)
		}
	}
}
