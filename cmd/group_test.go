package cmd_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
)

// A family is formed, changed and dissolved at both bases, in JSON and in XML, by those who
// may. Who is not named in a change leaves it on the strict base and stays on the other.
func TestFamiliesAreWrittenAtBothBases(t *testing.T) {
	const admin = "Admin:admin123"
	inJSON := map[string]string{"Content-Type": "application/json"}
	inXML := map[string]string{"Accept": "application/fhir+xml", "Content-Type": "application/fhir+xml"}
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, nil)
		made := func(target, body string) string {
			t.Helper()
			w := call{method: "POST", target: target, body: body, header: inJSON, user: admin}.on(s)
			if w.Code != 201 {
				t.Fatalf("%s: %d %s", target, w.Code, w.Body)
			}
			var row struct{ ID string }
			if err := json.Unmarshal(w.Body.Bytes(), &row); err != nil {
				t.Fatal(err)
			}
			return row.ID
		}
		village := aVillage(t, store)
		for base, stay := range map[string]int{"/fhir/": 1, "/api/api_fhir_r4/": 2} {
			var people []any
			for range 2 {
				people = append(people, made(base+"Patient", `{"resourceType":"Patient","name":[{"use":"official","family":"Doe","given":["Joan"]}],"gender":"female","birthDate":"1990-01-01"}`))
			}
			body := fmt.Sprintf(`{"resourceType":"Group","type":"person","actual":true,"extension":[{"url":"%[1]sStructureDefinition/group-address","valueAddress":{"use":"home","line":["Before"],
				"extension":[{"url":"%[1]sStructureDefinition/address-location-reference","valueReference":{"reference":"Location/%[2]s"}}]}}],
				"member":[{"entity":{"reference":"Patient/%[3]s"}},{"entity":{"reference":"Patient/%[4]s"}}]}`, mapping.Guide, village, people[0], people[1])
			if w := (call{method: "POST", target: base + "Group", body: body, header: inJSON, user: "doctor:doctor123"}).on(s); w.Code != 403 {
				t.Errorf("%sGroup by a medical officer: %d", base, w.Code)
			}
			if w := (call{method: "POST", target: base + "Group", body: strings.Replace(body, village, "00000000-0000-4000-8000-00000000abcd", 1), header: inJSON, user: admin}).on(s); w.Code != 422 || !strings.Contains(w.Body.String(), "Group.extension[0].value") {
				t.Errorf("%sGroup in no village: %d %s", base, w.Code, w.Body)
			}
			id := made(base+"Group", body)
			at := base + "Group/" + id
			shown := call{target: at, header: inXML, user: admin}.on(s).Body.String()
			start, end := strings.LastIndex(shown, "<member>"), strings.LastIndex(shown, "</member>")
			if start < 0 {
				t.Fatalf("%s has no members: %s", at, shown)
			}
			changed := strings.Replace(shown[:start]+shown[end+len("</member>"):], "Before", "After", 1)
			w := call{method: "PUT", target: at, body: changed, header: inXML, user: admin}.on(s)
			if w.Code != 200 || !strings.Contains(w.Body.String(), "After") || strings.Count(w.Body.String(), "<member>") != stay {
				t.Errorf("PUT %s: %d, %d members expected: %s", at, w.Code, stay, w.Body)
			}
			if found := readBundle(t, call{target: fmt.Sprintf("%sGroup?member=Patient/%s", base, people[0]), user: admin}.on(s)); found.Total != 1 {
				t.Errorf("%s is found %d times", at, found.Total)
			}
			if w = (call{method: "DELETE", target: at, user: admin}).on(s); w.Code != 204 {
				t.Errorf("DELETE %s: %d %s", at, w.Code, w.Body)
			}
			if w = (call{target: at, user: admin}).on(s); w.Code != 410 {
				t.Errorf("%s afterwards: %d", at, w.Code)
			}
			for _, person := range people {
				if w = (call{target: fmt.Sprintf("%sPatient/%s", base, person), user: admin}).on(s); w.Code != 200 || strings.Contains(w.Body.String(), id) {
					t.Errorf("a member of %s afterwards: %d %s", at, w.Code, w.Body)
				}
			}
		}
	})
}

// aVillage gives the id of a village people live in.
func aVillage(t *testing.T, store *persistence.Store) string {
	t.Helper()
	var places []persistence.Location
	err := store.Read(core.WithPrincipal(t.Context(), core.SystemPrincipal)).DB().Limit(1).
		Where(persistence.Compare(persistence.Column("", "LocationType"), "=", "V")).
		Where(persistence.IsNull(persistence.Column("", "ValidityTo"))).Find(&places).Error
	if err != nil || len(places) == 0 {
		t.Fatalf("%d villages, %v", len(places), err)
	}
	return string(places[0].LocationUUID)
}
