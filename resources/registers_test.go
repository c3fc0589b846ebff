package resources

import (
	"slices"
	"strings"
	"testing"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

func TestRegisterSearch(t *testing.T) {
	eachScheme(t, func(t *testing.T, w *schemeWorld) {
		for _, c := range []struct {
			typ   func(*Environment) rest.Type
			query string
			want  string
		}{
			{Medication, "identifier=0003", "0003"},
			{Medication, "identifier=0003,0004", "0003 0004"},
			{Medication, "name=item%200&type=M", "0013 0015 0017 0019 0021"},
			{Medication, "name:contains=M%2021", "0001"},
			{Medication, "status=active&name:exact=Item%2001", "0021"},
			{Medication, "status=inactive", ""},
			{Medication, "_sort=-name&_count=2", "0000 0001"},
			{Medication, "_lastUpdated=gt2024-06-15", ""},
			{Medication, "_lastUpdated=2024-06-15&name=item%2022", "0000"},
			{ActivityDefinition, "context=H", ""},
			{ActivityDefinition, "context=S,C", "S0 S1"},
			{ActivityDefinition, "context=male", "S1 S3 S5"},
			{ActivityDefinition, "context=http://hl7.org/fhir/administrative-gender|female", "S2 S3"},
			{ActivityDefinition, "context=adult", "S4 S5"},
			{ActivityDefinition, "context=IMP", "S1 S2 S4 S5"},
			{ActivityDefinition, "context-type=workflow", "S0 S1 S2 S3"},
			{ActivityDefinition, "context-type=gender", "S1 S2 S3 S5"},
			{ActivityDefinition, "topic=P", "S0 S2 S4"},
			{ActivityDefinition, "topic:not=P", "S1 S3 S5"},
			{ActivityDefinition, "title=service&name=S3", "S3"},
			{ActivityDefinition, "date=ge2024-06-16", ""},
			{ActivityDefinition, "status=http://hl7.org/fhir/publication-status|active&name=S1", "S1"},
			{InsurancePlan, "status=draft", "FC1"},
			{InsurancePlan, "status=active", "BC1"},
			{InsurancePlan, "status=retired", "OLD"},
			{InsurancePlan, "status:not=active", "FC1 OLD"},
			{InsurancePlan, "name=old&type=medical", "OLD"},
			{InsurancePlan, "_sort=name", "BC1 FC1 OLD"},
			{InsurancePlan, "type=dental", ""},
		} {
			if got := strings.Join(found(t, c.typ(w.strict), c.query), " "); got != c.want {
				t.Errorf("%s?%s: %q, not %q", c.typ(w.strict).Definition().Name, c.query, got, c.want)
			}
		}
	})
}

func TestRegistersPageToTheEnd(t *testing.T) {
	eachScheme(t, func(t *testing.T, w *schemeWorld) {
		for _, query := range []string{"_count=5", "_count=23", "_count=1", "_count=7&_sort=-name"} {
			there, back := walk(t, Medication(w.strict), query)
			unique := slices.Compact(slices.Sorted(slices.Values(there)))
			if len(there) != 23 || len(unique) != 23 {
				t.Errorf("%s: %d entries, %d of them different", query, len(there), len(unique))
			}
			if !slices.Equal(there, back) {
				t.Errorf("%s: %v there, %v back", query, there, back)
			}
		}
	})
}

func TestRegisterVersions(t *testing.T) {
	eachScheme(t, func(t *testing.T, w *schemeWorld) {
		ctx := persistencetest.System(t)
		typ := InsurancePlan(w.strict)
		id := string(w.product.ProdUUID)
		first, err := typ.(rest.Reader).Read(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		err = w.store.Tx(ctx, func(x *persistence.Session) error {
			row, err := persistence.One[persistence.Product](x, w.product.ProdUUID)
			if err != nil {
				return err
			}
			row.ProductName = "Better Cover"
			return persistence.Update(x, row)
		})
		if err != nil {
			t.Fatal(err)
		}
		page, err := typ.(rest.Historian).History(ctx, id, rest.HistoryQuery{Count: 10})
		if err != nil || len(page.Entries) != 2 {
			t.Fatalf("%v, %v", page, err)
		}
		if name := tree(t, page.Entries[0])["name"]; name != "Better Cover" {
			t.Errorf("now it is %v", name)
		}
		old, err := typ.(rest.VersionReader).ReadVersion(ctx, id, first.VersionID)
		if err != nil {
			t.Fatal(err)
		}
		object := tree(t, old)
		if object["name"] != "Basic Cover" || object["id"] != id {
			t.Errorf("the first version is %v", object)
		}
		text, _ := old.AppendJSON(nil, noOptions)
		if !strings.Contains(string(text), `"FC1"`) {
			t.Error("the first version has lost the product it is converted to")
		}
		if _, err := typ.(rest.Reader).Read(ctx, "00000000-0000-4000-8000-00000000ffff"); core.CodeOf(err) != core.NotFound {
			t.Errorf("an unknown id: %v", err)
		}
		if _, err := typ.(rest.Reader).Read(ctx, "BC1"); core.CodeOf(err) != core.NotFound {
			t.Errorf("a code as id: %v", err)
		}
		if byCode, err := InsurancePlan(w.habitual).(rest.Reader).Read(ctx, "BC1"); err != nil || byCode.ID != id {
			t.Errorf("a code as id on the compatible base: %v, %v", byCode, err)
		}
	})
}

func TestRegisterStatements(t *testing.T) {
	eachScheme(t, func(t *testing.T, w *schemeWorld) {
		for _, c := range []struct {
			typ   rest.Type
			query string
			want  int
		}{
			{Medication(w.strict), "_count=2&_total=none", 1},
			{Medication(w.strict), "_count=20&_total=none", 1},
			{Medication(w.strict), "_count=20&_total=accurate", 2},
			{ActivityDefinition(w.strict), "_count=20&_total=none", 1},
			{InsurancePlan(w.strict), "_count=20&_total=none", 1},
			{Practitioner(w.strict), "_count=3&_total=none", 1},
			{Practitioner(w.strict), "_count=20&_total=none", 2},
			{PractitionerRole(w.strict), "_count=20&_total=none", 2},
			{Coverage(w.strict), "_count=2&_total=none", 1},
			{Coverage(w.strict), "_count=20&_total=none", 1},
			{Coverage(w.habitual), "_count=20&_total=none", 1},
		} {
			found(t, c.typ, c.query) // the registers are loaded once
			ctx, counter := persistence.CountStatements(persistencetest.System(t))
			if _, err := ask(t, ctx, c.typ, c.query); err != nil {
				t.Fatal(err)
			}
			if counter.Count() != c.want {
				t.Errorf("%s?%s takes %d statements, not %d", c.typ.Definition().Name, c.query, counter.Count(), c.want)
			}
		}
	})
}
