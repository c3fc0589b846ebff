package resources_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/resources"
)

// diagnosesOf gives the diagnoses as they are served, as "code display".
func diagnosesOf(t *testing.T, w *world) []string {
	t.Helper()
	entry, err := resources.CodeSystem(w.Environment).(rest.Reader).Read(w.system(t), mapping.DiagnosisList)
	if err != nil {
		t.Fatal(err)
	}
	list, _ := show(t, entry)["concept"].([]any)
	var got []string
	for _, one := range list {
		c := one.(map[string]any)
		got = append(got, c["code"].(string)+" "+c["display"].(string))
	}
	return got
}

// Only live rows are served, each code once and with words, and what changes is there at
// the next reading.
func TestDiagnosesAreLiveRows(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		if got := diagnosesOf(t, w); len(got) > 0 {
			t.Errorf("an empty register is served as %v", got)
		}
		fever := persistence.Diagnosis{ICDCode: "A01", ICDName: "Typhoid"}
		gone := persistence.Diagnosis{ICDCode: "A03", ICDName: "Shigellosis"}
		w.seed(t, func(x *persistence.Session) {
			insert(t, x, &persistence.Diagnosis{ICDCode: "B02", ICDName: "Zoster"})
			insert(t, x, &fever)
			insert(t, x, &persistence.Diagnosis{ICDCode: "A01", ICDName: "Typhoid again"})
			insert(t, x, &persistence.Diagnosis{ICDCode: "A02", ICDName: " "})
			insert(t, x, &persistence.Diagnosis{ICDCode: " ", ICDName: "nothing"})
			insert(t, x, &gone)
		})
		w.seed(t, func(x *persistence.Session) {
			fever.ICDName = "Typhoid fever"
			if err := persistence.Update(x, &fever); err != nil { // leaves a history row
				t.Fatal(err)
			}
			if err := persistence.Delete(x, &gone); err != nil {
				t.Fatal(err)
			}
		})
		if got := diagnosesOf(t, w); !slices.Equal(got, []string{"A01 Typhoid fever", "A02 A02", "B02 Zoster"}) {
			t.Errorf("served: %v", got)
		}
	})
}

func TestSearchOfLists(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for _, c := range []struct {
			typ         func(*resources.Environment) rest.Type
			query, want string
		}{
			{resources.CodeSystem, "_id=claim-status,group-type", "claim-status group-type"},
			{resources.CodeSystem, "url=" + guide + "CodeSystem/claim-status", "claim-status"},
			{resources.CodeSystem, "url=CodeSystem/claim-status", ""},
			{resources.CodeSystem, "system=" + guide + "CodeSystem/claim-status", "claim-status"},
			{resources.CodeSystem, "name=patient", "patient-contact-relationship patient-education-level patient-identification-type patient-profession"},
			{resources.CodeSystem, "name:contains=visit", "claim-visit-type"},
			{resources.CodeSystem, "name:exact=ClaimVisitTypeCS", "claim-visit-type"},
			{resources.ValueSet, "name:exact=ClaimVisitTypeVS", "claim-visit-type"},
			{resources.CodeSystem, "name:exact=claimvisittype", ""},
			{resources.CodeSystem, "title=states", "claim-status feedback-status"},
			{resources.CodeSystem, "code=H&name:contains=organization", "organization-hf-level"},
			{resources.CodeSystem, "code=CodeSystem/group-type|H", "group-type"},
			{resources.CodeSystem, "code=" + guide + "CodeSystem/group-type|", "group-type"},
			{resources.CodeSystem, "status=retired", ""},
			{resources.CodeSystem, "status:not=active", ""},
			{resources.CodeSystem, "url:missing=true", ""},
			{resources.CodeSystem, "_lastUpdated=gt2000-01-01", ""},
			{resources.CodeSystem, "_lastUpdated:missing=true&_id=group-type", "group-type"},
			{resources.CodeSystem, "_id=claim-status,group-type,location-type&_sort=-_id", "location-type group-type claim-status"},
			{resources.CodeSystem, "_id=claim-status,group-type,location-type&_sort=title", "group-type location-type claim-status"},
			{resources.CodeSystem, "_id=coverage-status", ""},
			{resources.ValueSet, "_id=coverage-status", "coverage-status"},
			{resources.ValueSet, "reference=http://terminology.hl7.org/CodeSystem/v3-NullFlavor", "patient-marital-status"},
			{resources.ValueSet, "code=AMB", "activity-definition-usage-context-venue-type"},
		} {
			page, err := searchFor(t, w, c.typ(w.Environment), c.query)
			if err != nil {
				t.Errorf("%s: %v", c.query, err)
				continue
			}
			var got []string
			for _, entry := range page.Entries {
				got = append(got, entry.ID)
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("%s: %v, want %s", c.query, got, c.want)
			}
		}
		for _, query := range []string{"code:in=x", "url:below=x", "_sort=status", "_sort=_lastUpdated", "nonsense=1", "_cursor=x", "_cursor=-1", "_cursor=99"} {
			if _, err := searchFor(t, w, resources.CodeSystem(w.Environment), query); core.CodeOf(err) != core.Invalid {
				t.Errorf("%s: %v", query, err)
			}
		}
	})
}

// Page after page, there and back, every list is met once; a version found by a search is
// the one that is read.
func TestListsPageToTheEnd(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		typ := resources.ValueSet(w.Environment)
		var there []string
		cursor := ""
		for {
			page, err := searchFor(t, w, typ, "_count=7"+cursor)
			if err != nil {
				t.Fatal(err)
			}
			for _, entry := range page.Entries {
				there = append(there, entry.ID)
			}
			if *page.Total != len(mapping.CodeLists) {
				t.Fatalf("a total of %d", *page.Total)
			}
			if page.Next == "" {
				if page.Prev == "" {
					t.Error("the last page has none before it")
				}
				break
			}
			cursor = "&_cursor=" + page.Next
		}
		if unique := slices.Compact(slices.Clone(there)); len(unique) != len(mapping.CodeLists) || len(there) != len(unique) {
			t.Errorf("%d lists, %d of them different", len(there), len(unique))
		}
		entry, err := typ.(rest.Reader).Read(w.system(t), "group-type")
		if err != nil {
			t.Fatal(err)
		}
		version, _ := show(t, entry)["version"].(string)
		if page, err := searchFor(t, w, typ, "version="+version); err != nil || len(page.Entries) != 1 || page.Entries[0].ID != "group-type" {
			t.Errorf("version %s: %v, %v", version, page, err)
		}
	})
}
