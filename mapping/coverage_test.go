package mapping_test

import (
	"testing"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"

	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
)

func TestCoverageStatus(t *testing.T) {
	yesterday, today := dayOf("2024-06-14"), dayOf("2024-06-15")
	const draft, active, cancelled = r4.FinancialResourceStatusCodesDraft, r4.FinancialResourceStatusCodesActive, r4.FinancialResourceStatusCodesCancelled
	for _, c := range []struct {
		name   string
		status *int
		end    *persistence.Date
		want   r4.FinancialResourceStatusCodes
	}{
		{"idle", ptr(1), &today, draft},
		{"idle and past its end", ptr(1), &yesterday, draft},
		{"ready", ptr(16), &today, draft},
		{"nothing said", nil, &today, draft},
		{"active on its last day", ptr(2), &today, active},
		{"active without end", ptr(2), nil, active},
		{"active the day after", ptr(2), &yesterday, cancelled},
		{"suspended", ptr(4), &today, cancelled},
		{"expired", ptr(8), &today, cancelled},
	} {
		if got := mapping.CoverageStatus(c.status, c.end, today); got != c.want {
			t.Errorf("%s: %s, not %s", c.name, got.Code(), c.want.Code())
		}
	}
}

// FuzzParseCoverageID makes sure an id has one spelling: what is read is written the same.
func FuzzParseCoverageID(f *testing.F) {
	for _, id := range []string{
		"00000000-0000-4000-8000-0000000000d1-12", "00000000-0000-4000-8000-0000000000d1", "00000000-0000-4000-8000-0000000000d1-",
		"00000000-0000-4000-8000-0000000000d1-012", "00000000-0000-4000-8000-0000000000d1-+1", "00000000-0000-4000-8000-0000000000d1-99999999999", "", "-",
		"00000000-0000-4000-8000-0000000000D1-12",
	} {
		f.Add(id)
	}
	f.Fuzz(func(t *testing.T, id string) {
		policy, insuree, ok := mapping.ParseCoverageID(id)
		if !ok {
			return
		}
		written := mapping.CoverageID(policy, insuree)
		again, number, ok := mapping.ParseCoverageID(written)
		if !ok || again != policy || number != insuree || insuree <= 0 || len(written) != len(id) {
			t.Errorf("%q is read as %s and %d and written as %q", id, policy, insuree, written)
		}
	})
}
