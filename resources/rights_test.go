package resources_test

import (
	"context"
	"testing"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/resources"
)

func TestAuthorize(t *testing.T) {
	clerk := core.Principal{UserID: 7, Rights: map[int]bool{101101: true, 101103: true}}
	admin := core.Principal{UserID: 1, Admin: true}
	for _, c := range []struct {
		name        string
		who         core.Principal
		typ         string
		interaction rest.Interaction
		want        core.Code
	}{
		{"nobody", core.Principal{}, "Location", rest.Read, core.Unauthenticated},
		{"signed in is enough", clerk, "Location", rest.SearchType, ""},
		{"the right is held", clerk, "Patient", rest.Update, ""},
		{"history is reading", clerk, "Patient", rest.HistoryInstance, ""},
		{"another right is held", clerk, "Patient", rest.Create, core.Forbidden},
		{"no right at all", clerk, "Claim", rest.Read, core.Forbidden},
		{"administrator", admin, "Claim", rest.Delete, ""},
		{"the program itself", core.SystemPrincipal, "Patient", rest.Delete, ""},
		{"written by nobody", clerk, "Coverage", rest.Create, core.Forbidden},
		{"not even by administrators", admin, "ClaimResponse", rest.Update, core.Forbidden},
		{"unknown type", admin, "Basic", rest.Read, core.Forbidden},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := resources.Authorize(core.WithPrincipal(context.Background(), c.who), c.typ, c.interaction)
			got := core.Code("")
			if err != nil {
				got = core.CodeOf(err)
			}
			if got != c.want {
				t.Errorf("got %q, want %q (%v)", got, c.want, err)
			}
		})
	}
}

// Every interaction a type of this room offers stands in the table of rights, and the
// table names no interaction a type does not offer.
func TestAccessesMatchTheTypes(t *testing.T) {
	e := &resources.Environment{}
	for _, typ := range []rest.Type{resources.Patient(e), resources.Group(e), resources.Location(e), resources.Organization(e)} {
		name := typ.Definition().Name
		offered := map[rest.Interaction]bool{}
		for interaction, is := range map[rest.Interaction]bool{
			rest.Read: implements[rest.Reader](typ), rest.VRead: implements[rest.VersionReader](typ),
			rest.HistoryInstance: implements[rest.Historian](typ), rest.HistoryType: implements[rest.ChangeLister](typ), rest.SearchType: implements[rest.Searcher](typ),
			rest.Create: implements[rest.Creator](typ), rest.Update: implements[rest.Updater](typ), rest.Patch: implements[rest.Updater](typ), rest.Delete: implements[rest.Deleter](typ),
			"$everything": implements[rest.Center](typ), "$match": implements[rest.Matcher](typ), "$ihe-pix": implements[rest.Operator](typ), "$export": implements[rest.Center](typ) || name == "Group",
		} {
			if is {
				offered[interaction] = true
			}
		}
		for _, access := range resources.Accesses {
			if access.Type != name {
				continue
			}
			for _, interaction := range access.Interactions {
				if !offered[interaction] {
					t.Errorf("%s: the table has %s, the type does not offer it", name, interaction)
				}
				delete(offered, interaction)
			}
		}
		for interaction := range offered {
			t.Errorf("%s: %s stands not in the table", name, interaction)
		}
	}
}

func implements[I any](v any) bool {
	_, ok := v.(I)
	return ok
}
