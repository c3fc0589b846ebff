package resources_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/fhir/search"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/resources"
)

func coded(id, code string) string {
	return extension(id, fmt.Sprintf(`"valueCodeableConcept":{"coding":[{"system":"%sCodeSystem/%s","code":%q}]}`, guide, id, code))
}

func aFacility(code string, district persistence.UUID, more string) string {
	return fmt.Sprintf(`{"resourceType":"Organization","type":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/organization-type","code":"prov"}]}],`+
		`"name":"New clinic","address":[{"type":"physical","line":["1 High Street"],"district":"Rapta 1","state":"Ultha","extension":[%s]}]%s%s}`,
		extension("address-location-reference", fmt.Sprintf(`"valueReference":{"reference":"Location/%s"}`, district)), identifiedBy(code), more)
}

func TestFacilityIsWritten(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		o := &w.sides[0]
		organizations := resources.Organization(w.Environment)
		body := aFacility("NEW1", o.district.LocationUUID, `,"telecom":[{"system":"fax","value":"99"},{"system":"email","value":"a@example.org"}]`+
			extended(coded("organization-hf-legal-form", "C"), coded("organization-hf-level", "D"), coded("organization-hf-care-type", "O")))
		entry, err := organizations.(rest.Creator).Create(w.as(t, 0), decode(t, body))
		if err != nil {
			t.Fatal(err)
		}
		again, err := organizations.(rest.Reader).Read(w.as(t, 0), entry.ID)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(show(t, entry), show(t, again)); diff != "" {
			t.Error(diff)
		}
		if meta := fmt.Sprint(show(t, entry)["meta"]); !strings.Contains(meta, "openimis-health-facility-organization") {
			t.Errorf("meta %s", meta)
		}
		row, err := persistence.One[persistence.HealthFacility](w.Store.Read(w.system(t)), persistence.UUID(entry.ID))
		if err != nil {
			t.Fatal(err)
		}
		if row.HFCode != "NEW1" || row.LegalForm != "C" || row.HFLevel != "D" || row.HFCareType != "O" || row.LocationID != o.district.LocationID || text(row.Fax) != "99" || text(row.HFAddress) != "1 High Street" {
			t.Errorf("row %+v", row)
		}
		off := strings.Replace(body, `"name":`, `"active":false,"name":`, 1)
		entry, err = organizations.(rest.Updater).Update(w.as(t, 0), entry.ID, decode(t, off), rest.Match(entry.VersionID))
		if err != nil {
			t.Fatal(err)
		}
		got := show(t, entry)
		if got["active"] != false || strings.Contains(fmt.Sprint(got["meta"]), "profile") {
			t.Errorf("a facility out of use: %s", encode(t, got))
		}
		if err := organizations.(rest.Deleter).Delete(w.as(t, 0), entry.ID, ""); err != nil {
			t.Fatal(err)
		}
		if _, err := organizations.(rest.Reader).Read(w.as(t, 0), entry.ID); core.CodeOf(err) != core.Gone {
			t.Errorf("deleted: %v", err)
		}
	})
}

func TestFacilityIsRefused(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		o := &w.sides[0]
		organizations := resources.Organization(w.Environment)
		form := extended(coded("organization-hf-legal-form", "C"))
		for _, c := range []struct {
			name, body string
			code       core.Code
			path       string
		}{
			{"no legal form", aFacility("NEW1", o.district.LocationUUID, ""), core.Unprocessable, "Organization.extension"},
			{"unknown legal form", aFacility("NEW1", o.district.LocationUUID, extended(coded("organization-hf-legal-form", "Z"))), core.Unprocessable, "Organization.extension[0].value"},
			{"in a village", aFacility("NEW1", o.village.LocationUUID, form), core.Unprocessable, "Organization.address[0]"},
			{"in another district", aFacility("NEW1", w.sides[1].district.LocationUUID, form), core.Unprocessable, "Organization.address[0]"},
			{"code taken", aFacility("HF2", o.district.LocationUUID, form), core.Conflict, "Organization.identifier"},
			{"an insurer", strings.Replace(aFacility("NEW1", o.district.LocationUUID, form), `"prov"`, `"ins"`, 1), core.Unprocessable, "Organization.type"},
			{"nothing at all", `{"resourceType":"Organization","active":true}`, core.Unprocessable, "Organization.identifier"},
		} {
			t.Run(c.name, func(t *testing.T) {
				_, err := organizations.(rest.Creator).Create(w.as(t, 0), decode(t, c.body))
				fails(t, err, c.code, c.path)
			})
		}
		fails(t, organizations.(rest.Deleter).Delete(w.as(t, 0), string(o.facility.HFUUID), ""), core.Conflict, "claim administrators")
	})
}

func TestInsurer(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		organizations := resources.Organization(w.Environment)
		ctx := w.system(t)
		entry, err := organizations.(rest.Reader).Read(ctx, "insurer")
		if err != nil {
			t.Fatal(err)
		}
		if got := show(t, entry); got["name"] != "Scheme of Tests" || !strings.Contains(fmt.Sprint(got["meta"]), "openimis-insurance-organization") {
			t.Errorf("insurer %s", encode(t, got))
		}
		one, two := string(w.sides[0].facility.HFUUID), string(w.sides[1].facility.HFUUID)
		for _, c := range []struct {
			name     string
			modifier search.Modifier
			value    search.Value
			want     string
		}{
			{"", "", search.Value{}, "insurer " + one + " " + two},
			{"type", "", search.Value{Text: "ins"}, "insurer"},
			{"type", "", search.Value{Text: "prov", HasSystem: true, System: "http://terminology.hl7.org/CodeSystem/organization-type"}, one + " " + two},
			{"type", search.Not, search.Value{Text: "ins"}, one + " " + two},
			{"type", "", search.Value{Text: "bus"}, ""},
			{"name", "", search.Value{Text: "scheme"}, "insurer"},
			{"name", search.Exact, search.Value{Text: "Hospital 2"}, two},
			{"identifier", "", search.Value{Text: "INS"}, "insurer"},
			{"identifier", "", search.Value{Text: "HF1"}, one},
			{"_id", "", search.Value{Text: "insurer"}, "insurer"},
			{"active", "", search.Value{Text: "true"}, one + " " + two},
			{"level", "", search.Value{Text: "H"}, one + " " + two},
			{"location", "", search.Value{Text: string(w.sides[0].district.LocationUUID)}, one},
		} {
			var values []search.Value
			if c.name != "" {
				values = []search.Value{c.value}
			}
			if got := strings.Join(find(t, ctx, organizations, c.name, c.modifier, values...), " "); got != c.want {
				t.Errorf("%s:%s=%s: %s, not %s", c.name, c.modifier, c.value.Text, got, c.want)
			}
		}
		if _, err := organizations.(rest.Updater).Update(ctx, "insurer", decode(t, aFacility("INS", w.sides[0].district.LocationUUID, "")), ""); core.CodeOf(err) != core.MethodNotAllowed {
			t.Errorf("update of the insurer: %v", err)
		}
		pagesThrough(t, w, organizations, 3)
	})
}

// pagesThrough walks a search one entry a page, by cursor and by number, and expects every
// instance once.
func pagesThrough(t *testing.T, w *world, typ rest.Type, want int) {
	t.Helper()
	for _, size := range []int{1, 2} {
		seen := map[string]int{}
		q := query(t, typ, "", "")
		q.Count, q.Total = size, search.TotalAccurate
		for range 20 {
			page, err := typ.(rest.Searcher).Search(w.system(t), q)
			if err != nil {
				t.Fatal(err)
			}
			if *page.Total != want {
				t.Errorf("total %d, not %d", *page.Total, want)
			}
			for _, entry := range page.Entries {
				seen[entry.ID]++
			}
			if q.Cursor = page.Next; q.Cursor == "" {
				break
			}
		}
		if len(seen) != want {
			t.Errorf("pages of %d: %v", size, seen)
		}
		for id, times := range seen {
			if times != 1 {
				t.Errorf("pages of %d: %s %d times", size, id, times)
			}
		}
		numbered := map[string]int{}
		for offset := 0; offset < want+size; offset += size {
			q := query(t, typ, "", "")
			q.Count, q.Offset = size, offset
			page, err := typ.(rest.Searcher).Search(w.system(t), q)
			if err != nil {
				t.Fatal(err)
			}
			for _, entry := range page.Entries {
				numbered[entry.ID]++
			}
		}
		if diff := cmp.Diff(seen, numbered); diff != "" {
			t.Errorf("numbered pages of %d: %s", size, diff)
		}
	}
}
