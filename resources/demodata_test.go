package resources

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
	"github.com/openimis/openimis-go/persistence/tables"
)

const referenceDemo = "../../shared/reference/demo-data"

// TestDemoDataToTheEnd reads the demonstration data of the legacy application: every
// current row is a resource, found on one page only, readable by its id and valid R4. The sign of a currency on the compatible base is no code.
func TestDemoDataToTheEnd(t *testing.T) {
	if _, err := os.Stat(referenceDemo); err != nil && os.Getenv("CI") == "" {
		t.Skip("absent: " + referenceDemo)
	}
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		ctx := persistencetest.System(t)
		if _, err := tables.Import(ctx, s, tables.ImportOptions{Dir: referenceDemo}); err != nil {
			t.Fatal(err)
		}
		live := func(model any) int {
			var n int64
			if err := s.Read(ctx).DB().Model(model).Where(persistence.IsNull(persistence.Column("", "ValidityTo"))).Count(&n).Error; err != nil {
				t.Fatal(err)
			}
			return int(n)
		}
		strict := &Environment{Store: s, Clock: schemeDay, Currency: "EUR"}
		habitual := &Environment{Store: s, Clock: schemeDay, Currency: "$", Compatible: true}
		staff := live(&persistence.ClaimAdmin{}) + live(&persistence.Officer{})
		for name, c := range map[string]struct {
			typ  rest.Type
			want int
		}{
			"Coverage":                 {Coverage(strict), live(&persistence.InsureePolicy{})},
			"Coverage of policies":     {Coverage(habitual), live(&persistence.Policy{})},
			"InsurancePlan":            {InsurancePlan(strict), live(&persistence.Product{})},
			"Medication":               {Medication(strict), live(&persistence.Item{})},
			"Medication, compatible":   {Medication(habitual), live(&persistence.Item{})},
			"ActivityDefinition":       {ActivityDefinition(strict), live(&persistence.Service{})},
			"Practitioner":             {Practitioner(strict), staff},
			"Practitioner, compatible": {Practitioner(habitual), staff},
			"PractitionerRole":         {PractitionerRole(strict), staff},
		} {
			t.Run(name, func(t *testing.T) { toTheEnd(t, c.typ, c.want, strings.Contains(name, "compatible")) })
		}
	}, persistencetest.WithClock(schemeDay))
}

func toTheEnd(t *testing.T, typ rest.Type, want int, lenient bool) {
	t.Helper()
	ctx := persistencetest.System(t)
	q := queryOf(t, typ, "_count=7&_total=accurate")
	var ids []string
	for {
		page, err := typ.(rest.Searcher).Search(ctx, q)
		if err != nil {
			t.Fatal(err)
		}
		if *page.Total != want {
			t.Fatalf("a total of %d, not %d", *page.Total, want)
		}
		for _, entry := range page.Entries {
			ids = append(ids, entry.ID)
			text, err := entry.AppendJSON(nil, noOptions)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := fhir.DecodeJSON(text, fhir.DecodeOptions{Lenient: lenient}); err != nil {
				t.Errorf("%v: %s", err, text)
			}
			again, err := typ.(rest.Reader).Read(ctx, entry.ID)
			if err != nil || again.VersionID != entry.VersionID {
				t.Errorf("%s read again: %v, %v", entry.ID, again, err)
			}
		}
		if page.Next == "" {
			break
		}
		q.Cursor = page.Next
	}
	if n := len(slices.Compact(slices.Sorted(slices.Values(ids)))); len(ids) != want || n != want {
		t.Errorf("%d entries, %d of them different, not %d", len(ids), n, want)
	}
}
