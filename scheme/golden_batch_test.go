package scheme

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

// batchCall is what a case of the batch or of capitation was called with.
type batchCall struct {
	LocationID           *int `json:"LocationId"`
	Period, Year, Month  int
	RegionID, DistrictID *int
	ProdID               int
}

// batchCalls reads the calls of a file by the id of the case.
func batchCalls(t *testing.T, file string) map[string]batchCall {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(goldenFolder(t), file+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		ID   string
		Call batchCall
	}
	if err := json.Unmarshal(raw, &cases); err != nil {
		t.Fatal(err)
	}
	calls := map[string]batchCall{}
	for _, c := range cases {
		calls[c.ID] = c.Call
	}
	return calls
}

// goldenExtra inserts rows of a case that are not part of a claim's world.
func goldenExtra[R any](t *testing.T, x *persistence.Session, c *goldenCase, prepare func(*R)) error {
	t.Helper()
	var rows []R
	goldenRows(t, c, &rows)
	for i := range rows {
		if prepare != nil {
			prepare(&rows[i])
		}
		if err := x.DB().Omit(clause.Associations).Create(&rows[i]).Error; err != nil {
			return fmt.Errorf("%T: %w", rows[i], err)
		}
	}
	return nil
}

// batchWorld inserts the rows of a case.
func batchWorld(t *testing.T, x *persistence.Session, c *goldenCase) error {
	t.Helper()
	if _, err := goldenInsert(x, goldenWorld(t, c)); err != nil {
		return err
	}
	return errors.Join(
		goldenExtra(t, x, c, func(r *persistence.Premium) {
			r.PremiumUUID, r.PayType, r.CreatedDate = persistence.NewUUID(), "C", r.ValidityFrom
		}),
		goldenExtra[persistence.RelativeDistribution](t, x, c, nil),
		goldenExtra(t, x, c, func(r *persistence.BatchRun) { r.RunDate = r.ValidityFrom }))
}

// batchPlaces prepares a database for cases of the batch.
func batchPlaces(t *testing.T, s *persistence.Store) {
	t.Helper()
	goldenPlaces(t, s)
	err := s.Tx(persistencetest.System(t), func(x *persistence.Session) error {
		for _, code := range []string{"I", "N", "R"} {
			if err := x.DB().Create(&persistence.HealthFacilitySublevel{HFSublevel: code}).Error; err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	_ = s.Tx(persistencetest.System(t), func(x *persistence.Session) error {
		for range 20 {
			if err := x.DB().Create(&persistence.BatchRun{}).Error; err != nil {
				return err
			}
		}
		return errUndo
	})
}

func batchUser() context.Context {
	return core.WithPrincipal(context.Background(), core.Principal{UserID: 9, Admin: true})
}

// goldenBatch runs a case through the use case under a book, and undoes it.
func goldenBatch(t *testing.T, s *persistence.Store, c *goldenCase, call batchCall, book RuleBook) (diffs []string) {
	t.Helper()
	err := s.Tx(batchUser(), func(x *persistence.Session) error {
		if err := batchWorld(t, x, c); err != nil {
			return err
		}
		var result struct{ ReturnValue int }
		if err := json.Unmarshal(c.Then["result"], &result); err != nil {
			return err
		}
		out, err := Batches{Rules: book}.Run(x, call.LocationID, call.Year, call.Period)
		switch {
		case core.CodeOf(err) == core.Conflict && result.ReturnValue == 2:
			out = &BatchOutcome{}
		case err != nil:
			return err
		}
		diffs, err = batchDiff(t, x, c, out.Run.RunID)
		return errors.Join(err, errUndo)
	})
	if !errors.Is(err, errUndo) || strings.Contains(err.Error(), "\n") {
		diffs = append(diffs, fmt.Sprint("failed: ", err))
	}
	return diffs
}

// days are moments a case writes without their time, since it is midnight.
var days = regexp.MustCompile(`"(\d{4}-\d\d-\d\d)"`)

// batchDiff compares what a run left with what the case expects.
func batchDiff(t *testing.T, x *persistence.Session, c *goldenCase, run int) ([]string, error) {
	t.Helper()
	expected := *c
	expected.Then = map[string]json.RawMessage{}
	for table, rows := range c.Then {
		expected.Then[table] = json.RawMessage(strings.ReplaceAll(string(rows), `"<new run>"`, fmt.Sprint(run)))
	}
	expected.Then["tblBatchRun"] = days.ReplaceAll(expected.Then["tblBatchRun"], []byte(`"$1 00:00:00.000"`))
	back := &ClaimRows{}
	var indexes []persistence.RelativeIndex
	var runs []persistence.BatchRun
	l := &loader{db: x.DB()}
	find(l, &back.Claims, persistence.IsNull(column("tblClaim", "LegacyID")))
	find(l, &back.Items, persistence.IsNull(column("tblClaimItems", "LegacyID")))
	find(l, &back.Services, persistence.IsNull(column("tblClaimServices", "LegacyID")))
	find(l, &indexes)
	find(l, &runs)
	diffs := goldenClaimDiff(t, &expected, back)
	diffs = append(diffs, goldenDiff(t, &expected, "RunID", runs)...)
	var wanted []map[string]any
	if err := json.Unmarshal(expected.Then["tblRelIndex"], &wanted); err != nil {
		t.Fatal(err)
	}
	var want, got []string
	for _, w := range wanted {
		want = append(want, fmt.Sprint(w["ProdID"], w["RelType"], w["RelCareType"], w["RelYear"], w["RelPeriod"], w["LocationId"], " ", goldenText(w["RelIndex"])))
	}
	for _, r := range indexes {
		index := "NULL"
		if r.RelIndex != nil {
			index = r.RelIndex.StringFixed(4)
		}
		got = append(got, fmt.Sprint(float64(r.ProdID), float64(r.RelType), r.RelCareType, float64(r.RelYear), float64(r.RelPeriod), float64(*r.LocationID), " ", index))
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(want, got) {
		diffs = append(diffs, fmt.Sprintf("indexes %q, expected %q", got, want))
	}
	return diffs, l.err
}

func TestGoldenBatchRun(t *testing.T) {
	calls := batchCalls(t, "batch_run")
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		batchPlaces(t, s)
		goldenRun(t, "batch_run", func(t *testing.T, c *goldenCase) []string {
			return goldenBatch(t, s, c, calls[c.ID], LegacyRules)
		})
	}, persistencetest.WithClock(core.FixedClock(goldenInstant())))
}

// oneCorrected is the legacy book with one entry switched.
func oneCorrected(t *testing.T, e Entry) RuleBook {
	t.Helper()
	book, err := NewRuleBook("legacy", map[string]string{Entries[e].Name: "corrected"})
	if err != nil {
		t.Fatal(err)
	}
	return book
}

// goldenTraced holds that every difference the corrected book makes to a file comes from
// named entries: some of them, switched alone, make the case differ, and with all of them
// left to the legacy book it does not.
func goldenTraced(t *testing.T, file string, entries []Entry, run func(t *testing.T, c *goldenCase, book RuleBook) []string) {
	t.Helper()
	cases := goldenCases(t, file)
	single := map[string]string{}
	for _, e := range entries {
		single[Entries[e].Name] = "legacy"
	}
	rest, err := NewRuleBook("corrected", single)
	if err != nil {
		t.Fatal(err)
	}
	differ := 0
	for i := range cases {
		c := &cases[i]
		if len(c.DependsOn) > 0 || goldenNever[c.ID] != "" {
			continue
		}
		if diffs := run(t, c, rest); len(diffs) > 0 {
			t.Errorf("%s differs beyond the named entries:\n%s", c.ID, strings.Join(diffs, "\n"))
		}
		if len(run(t, c, CorrectedRules)) == 0 {
			continue
		}
		differ++
		var traced []string
		for _, e := range entries {
			if len(run(t, c, oneCorrected(t, e))) > 0 {
				traced = append(traced, Entries[e].Name)
			}
		}
		if len(traced) == 0 {
			t.Errorf("%s (%s) differs under the corrected book and no entry alone explains it", c.ID, c.Title)
		}
		t.Logf("%s: %s", c.ID, strings.Join(traced, ", "))
	}
	t.Logf("%s: %d of %d cases differ under the corrected book", file, differ, len(cases))
}

// batchEntries are the entries the batch asks.
var batchEntries = []Entry{PeriodEndsAtMidnight, YearlyIndexEachMonth, IndexTypeOfGeneralPeriod, UnreadyPeriodPaysOne, ShareByMonthNumber,
	ContributionDaysUneven, NoContributionNoIndex, ClosedByRunNotClaimed, MissingInterpretationDiffers, SublevelMissingExcluded,
	ClosedWithoutIndex, CheckedClaimsClosed, ClosedClaimsTakenAgain, LastProductRemunerated, UndoResetsAll}

func TestGoldenBatchRunCorrected(t *testing.T) {
	calls := batchCalls(t, "batch_run")
	s := persistencetest.SQLite(t, persistencetest.WithClock(core.FixedClock(goldenInstant())))
	batchPlaces(t, s)
	goldenTraced(t, "batch_run", batchEntries, func(t *testing.T, c *goldenCase, book RuleBook) []string {
		return goldenBatch(t, s, c, calls[c.ID], book)
	})
}
