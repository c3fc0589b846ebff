package scheme

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

// goldenCapitation runs a case through the use case under a book, and undoes it.
func goldenCapitation(t *testing.T, s *persistence.Store, c *goldenCase, call batchCall, book RuleBook) (diffs []string) {
	t.Helper()
	err := s.Tx(batchUser(), func(x *persistence.Session) error {
		err := errors.Join(
			goldenExtra(t, x, c, func(r *persistence.Location) { r.LocationUUID = persistence.NewUUID() }),
			batchWorld(t, x, c),
			goldenExtra[persistence.HealthFacilityCatchment](t, x, c, nil))
		if err != nil {
			return err
		}
		request := CapitationRequest{Region: call.RegionID, District: call.DistrictID, Product: call.ProdID, Year: call.Year, Month: call.Month}
		out, err := Batches{Rules: book}.Capitate(x, request)
		if err != nil {
			return err
		}
		var wanted []any
		if err := json.Unmarshal(c.Then["result"], &wanted); err != nil {
			return err
		}
		if len(wanted) != len(out.Payments) {
			diffs = append(diffs, fmt.Sprintf("%d payments, expected %d", len(out.Payments), len(wanted)))
		}
		expected := *c
		expected.Then = map[string]json.RawMessage{"tblCapitationPayment": c.Then["result"]}
		diffs = append(diffs, goldenDiff(t, &expected, "HfID", out.Payments)...)
		again, err := Batches{Rules: book}.Capitate(x, request)
		if err != nil || len(again.Payments) != len(wanted) || again.Repeated != (len(wanted) > 0) {
			diffs = append(diffs, fmt.Sprintf("made again: %d payments, repeated %v, %v", len(again.Payments), again.Repeated, err))
		}
		return errUndo
	})
	if !errors.Is(err, errUndo) {
		diffs = append(diffs, fmt.Sprint("failed: ", err))
	}
	return diffs
}

func TestGoldenCapitation(t *testing.T) {
	calls := batchCalls(t, "capitation")
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		batchPlaces(t, s)
		goldenRun(t, "capitation", func(t *testing.T, c *goldenCase) []string {
			return goldenCapitation(t, s, c, calls[c.ID], LegacyRules)
		})
	}, persistencetest.WithClock(core.FixedClock(goldenInstant())))
}

func TestGoldenCapitationCorrected(t *testing.T) {
	calls := batchCalls(t, "capitation")
	s := persistencetest.SQLite(t, persistencetest.WithClock(core.FixedClock(goldenInstant())))
	batchPlaces(t, s)
	entries := []Entry{YearlyIndexEachMonth, ContributionDaysUneven, PercentagesMultiply, CapitationOwnPlaceOnly, RejectedLinesCapitated}
	goldenTraced(t, "capitation", entries, func(t *testing.T, c *goldenCase, book RuleBook) []string {
		return goldenCapitation(t, s, c, calls[c.ID], book)
	})
}
