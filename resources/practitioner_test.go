package resources

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

var noOptions fhir.EncodeOptions

func TestPractitionerSearch(t *testing.T) {
	eachScheme(t, func(t *testing.T, w *schemeWorld) {
		placed := "CA0 CA1 CA2 CA3 CA4 CA5" // CA6 has no facility, and so no role
		admins, officers := placed+" CA6", "EO0 EO1 EO2 EO3 EO4 EO5 EO6 EO7"
		facility, district := "Organization/"+string(w.facility.HFUUID), "Location/"+string(w.district.LocationUUID)
		for _, c := range []struct {
			typ         rest.Type
			query, want string
		}{
			{Practitioner(w.strict), "", admins + " " + officers},
			{Practitioner(w.strict), "identifier=CA3", "CA3"},
			{Practitioner(w.strict), "identifier=EO3", "EO3"},
			{Practitioner(w.strict), "family=ADMIN1,officer2", "CA1 EO2"},
			{Practitioner(w.strict), "given=bob", officers},
			{Practitioner(w.strict), "name=ann", "CA0 CA1 CA2 CA3 CA4 CA5"},
			{Practitioner(w.strict), "family:missing=true", "CA6"},
			{Practitioner(w.strict), "phone=1", admins},
			{Practitioner(w.strict), "telecom=phone|1", admins},
			{Practitioner(w.strict), "telecom=email|1", ""},
			{PractitionerRole(w.strict), "role=CA", placed},
			{PractitionerRole(w.strict), "role=EO", officers},
			{PractitionerRole(w.strict), "role:not=EO", placed},
			{PractitionerRole(w.strict), "organization=" + facility, "CA0 CA1 CA2 CA3 CA4 CA5"},
			{PractitionerRole(w.strict), "organization:missing=true", officers},
			{PractitionerRole(w.strict), "location=" + district, "EO0 EO1 EO2 EO3 EO4 EO5 EO6"},
			{PractitionerRole(w.strict), "location:missing=true", placed + " EO7"},
			{PractitionerRole(w.strict), "date=ge2024-12-31", "EO7"},
			{PractitionerRole(w.strict), "date=gt2024-12-31", ""},
			{PractitionerRole(w.strict), "date=lt2024-12-31", "EO7"},
			{PractitionerRole(w.strict), "date=eb2025", "EO7"},
			{Practitioner(w.habitual), "resourceType=ca", admins},
			{Practitioner(w.habitual), "resourceType=eo", officers},
			{Practitioner(w.habitual), "code=EO1", "EO1"},
			{PractitionerRole(w.habitual), "code=CA1&resourceType=ca", "CA1"},
		} {
			if got := strings.Join(found(t, c.typ, c.query), " "); got != c.want {
				t.Errorf("%s?%s: %q, not %q", c.typ.Definition().Name, c.query, got, c.want)
			}
		}
		for _, query := range []string{"_sort=family", "_sort=_lastUpdated", "resourceType=ca", "code=CA1"} {
			if _, err := ask(t, persistencetest.System(t), Practitioner(w.strict), query); core.CodeOf(err) != core.Invalid {
				t.Errorf("%s: %v", query, err)
			}
		}
		if _, err := ask(t, persistencetest.System(t), Practitioner(w.habitual), "resourceType=x"); core.CodeOf(err) != core.Invalid {
			t.Errorf("resourceType=x: %v", err)
		}
	})
}

// TestPractitionersPageToTheEnd walks both tables with pages of every size, there and
// back, with and without a total.
func TestPractitionersPageToTheEnd(t *testing.T) {
	eachScheme(t, func(t *testing.T, w *schemeWorld) {
		typ := Practitioner(w.strict)
		for _, total := range []string{"none", "accurate"} {
			for count := 1; count <= 16; count++ {
				query := fmt.Sprintf("_count=%d&_total=%s", count, total)
				there, back := walk(t, typ, query)
				unique := slices.Compact(slices.Sorted(slices.Values(there)))
				if len(there) != 15 || len(unique) != 15 {
					t.Errorf("%s: %d entries, %d of them different", query, len(there), len(unique))
				}
				if !slices.Equal(there, back) {
					t.Errorf("%s: %v there, %v back", query, there, back)
				}
			}
		}
		for query, want := range map[string]int{"_count=4&_total=accurate": 15, "_count=7&_total=accurate": 15, "_count=0": 15, "_count=0&family=Officer": 8} {
			page, err := ask(t, persistencetest.System(t), typ, query)
			if err != nil || page.Total == nil || *page.Total != want {
				t.Errorf("%s: %v, %v", query, page, err)
			}
		}
	})
}

// TestPractitionersByNumberedPage pages as phones do.
func TestPractitionersByNumberedPage(t *testing.T) {
	eachScheme(t, func(t *testing.T, w *schemeWorld) {
		typ := Practitioner(w.habitual)
		for count := 1; count <= 16; count++ {
			var all []string
			for offset := 0; offset < 20; offset += count {
				q := queryOf(t, typ, fmt.Sprintf("_count=%d&_total=accurate", count))
				q.Offset = offset
				page, err := typ.(rest.Searcher).Search(persistencetest.System(t), q)
				if err != nil {
					t.Fatal(err)
				}
				if *page.Total != 15 {
					t.Errorf("pages of %d from %d: total %d", count, offset, *page.Total)
				}
				if last := offset+count >= 15; last != (page.Next == "") {
					t.Errorf("pages of %d from %d: next is %q", count, offset, page.Next)
				}
				for _, entry := range page.Entries {
					all = append(all, codeOf(t, entry))
				}
			}
			if !slices.IsSorted(all) || len(slices.Compact(all)) != 15 {
				t.Errorf("pages of %d: %v", count, all)
			}
		}
	})
}

// TestPhonesReadPractitioners checks what the claims app cannot do without.
func TestPhonesReadPractitioners(t *testing.T) {
	eachScheme(t, func(t *testing.T, w *schemeWorld) {
		page, err := ask(t, persistencetest.System(t), Practitioner(w.habitual), "resourceType=ca")
		if err != nil {
			t.Fatal(err)
		}
		for _, entry := range page.Entries {
			object := tree(t, entry)
			name := object["name"].([]any)[0].(map[string]any)
			if name["use"] == nil || name["family"] == nil || len(name["given"].([]any)) == 0 {
				t.Errorf("%s has the name %v", entry.ID, name)
			}
			coding := object["qualification"].([]any)[0].(map[string]any)["code"].(map[string]any)["coding"].([]any)[0].(map[string]any)
			if coding["code"] != "CA" || coding["display"] != "Claim Administrator" {
				t.Errorf("%s is a %v", entry.ID, coding)
			}
			facility := object["extension"].([]any)[0].(map[string]any)["valueReference"].(map[string]any)
			value := facility["identifier"].(map[string]any)["value"]
			if facility["type"] != "Organization" || value != "RAHF01" && codeOf(t, entry) != "CA6" || value == "" {
				t.Errorf("%s works at %v", entry.ID, facility)
			}
		}
	})
}

func TestPractitionerRead(t *testing.T) {
	eachScheme(t, func(t *testing.T, w *schemeWorld) {
		ctx := persistencetest.System(t)
		for lacking, typ := range []rest.Type{Practitioner(w.strict), PractitionerRole(w.strict)} {
			many := 15 - lacking // one has no role
			page, err := ask(t, ctx, typ, "")
			if err != nil {
				t.Fatal(err)
			}
			var ids []string
			for _, entry := range page.Entries {
				ids = append(ids, entry.ID)
				again, err := typ.(rest.Reader).Read(ctx, entry.ID)
				if err != nil || codeOf(t, again) != codeOf(t, entry) || again.VersionID != entry.VersionID {
					t.Errorf("%s: %v, %v", entry.ID, again, err)
				}
				history, err := typ.(rest.Historian).History(ctx, entry.ID, rest.HistoryQuery{})
				if err != nil || len(history.Entries) != 1 {
					t.Errorf("history of %s: %v, %v", entry.ID, history, err)
				}
				same, err := typ.(rest.VersionReader).ReadVersion(ctx, entry.ID, entry.VersionID)
				if err != nil {
					t.Fatal(err)
				}
				now, _ := again.AppendJSON(nil, noOptions)
				then, _ := same.AppendJSON(nil, noOptions)
				if string(now) != string(then) {
					t.Errorf("%s\nas a version is\n%s", now, then)
				}
			}
			all, err := typ.(rest.BatchReader).ReadAll(ctx, append(ids, "x", "00000000-0000-4000-8000-00000000ffff"))
			if err != nil || len(all) != many {
				t.Errorf("%d of %d, %v", len(all), many, err)
			}
			if _, err := typ.(rest.Reader).Read(ctx, "00000000-0000-4000-8000-00000000ffff"); core.CodeOf(err) != core.NotFound {
				t.Errorf("an unknown id: %v", err)
			}
		}
		if byCode, err := Practitioner(w.habitual).(rest.Reader).Read(ctx, "EO2"); err != nil || codeOf(t, byCode) != "EO2" {
			t.Errorf("an officer by code: %v, %v", byCode, err)
		}
	})
}
