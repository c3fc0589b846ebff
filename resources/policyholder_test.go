package resources_test

import (
	"strings"
	"testing"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/fhir/search"
	"github.com/openimis/openimis-go/resources"
)

func TestPolicyHoldersAreOrganizations(t *testing.T) {
	eachBilling(t, func(t *testing.T, b *billing) {
		typ := resources.Organization(b.Environment)
		ctx := b.may(t, 0, 150101)
		facility, holder := string(b.sides[0].facility.HFUUID), string(b.holders[0].UUID)
		text := encode(t, show(t, read(t, ctx, typ, holder)))
		for _, part := range []string{"openimis-policy-holder-organization", `"bus"`, "Trade 1", "54 Pasay", `"John Doe"`, "Jamula 1", "Jamu 1", "Personal Company", "Industry"} {
			if !strings.Contains(text, part) {
				t.Errorf("%s lacks %s", text, part)
			}
		}
		for _, c := range []struct {
			name  string
			value search.Value
			want  string
		}{
			{"", search.Value{}, "insurer " + facility + " " + holder},
			{"type", search.Value{Text: "bus"}, holder},
			{"type", search.Value{Text: "prov"}, facility},
			{"identifier", search.Value{Text: "PH1"}, holder},
			{"identifier", search.Value{Text: "PH2"}, ""}, // of another district
			{"name", search.Value{Text: "trade"}, holder},
			{"legal-form", search.Value{Text: "1"}, holder},
			{"level", search.Value{Text: "H"}, facility},
			{"location", search.Value{Text: string(b.sides[0].village.LocationUUID)}, holder},
		} {
			var values []search.Value
			if c.name != "" {
				values = []search.Value{c.value}
			}
			if got := strings.Join(find(t, ctx, typ, c.name, "", values...), " "); got != c.want {
				t.Errorf("%s=%s: %s, not %s", c.name, c.value.Text, got, c.want)
			}
		}
		if got := strings.Join(find(t, b.may(t, 0), typ, "", ""), " "); got != "insurer "+facility {
			t.Errorf("without the right: %s", got)
		}
		if _, err := typ.(rest.Reader).Read(b.may(t, 0), holder); core.CodeOf(err) != core.NotFound {
			t.Errorf("without the right a policy holder gives %v", err)
		}
		pagesThrough(t, b.world, typ, 5)
		sorted := func(name string, values ...search.Value) (*rest.Page, error) {
			q := query(t, typ, name, "", values...)
			for _, p := range typ.Definition().Params {
				if p.Name == "name" {
					q.Sort = []search.Sort{{Param: &p}}
				}
			}
			return typ.(rest.Searcher).Search(ctx, q)
		}
		_, err := sorted("")
		fails(t, err, core.Invalid, "_sort")
		for kind, want := range map[string]string{"bus": holder, "prov": facility} {
			page, err := sorted("type", search.Value{Text: kind})
			if err != nil || len(page.Entries) != 1 || page.Entries[0].ID != want {
				t.Errorf("type=%s sorted gives %v, %v", kind, page, err)
			}
		}
	})
}
