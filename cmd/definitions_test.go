package cmd_test

import (
	"strings"
	"testing"

	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
)

// What the server holds to can be read and found by everybody who is signed in, is valid
// itself, and is what the CapabilityStatement and the resources point to.
func TestDefinitionsAreServed(t *testing.T) {
	filled := strings.NewReplacer("SD/", mapping.Guide+"StructureDefinition/", "SP/", mapping.Guide+"SearchParameter/")
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, nil)
		for _, c := range []struct {
			target string
			status int
			want   []string
		}{
			{"/fhir/StructureDefinition/openimis-patient", 200, []string{`"url":"SD/openimis-patient"`, `"type":"Patient"`, `"id":"Patient.identifier:Code.type.coding.code"`, `"patternCode":"Code"`}},
			{"/fhir/StructureDefinition/openimis-patient?_format=xml", 200, []string{`<patternCode value="Code"/>`}},
			{"/fhir/StructureDefinition/openimis-patient?_elements=url", 200, []string{`"SUBSETTED"`}},
			{"/fhir/StructureDefinition/nonsense", 404, nil},
			{"/fhir/StructureDefinition?url=SD/patient-is-head", 200, []string{`"total":1,`, `"context":[{"type":"element","expression":"Patient"}]`}},
			{"/fhir/StructureDefinition?type=Organization", 200, []string{`"total":3,`}},
			{"/fhir/StructureDefinition?kind=complex-type&_summary=count", 200, []string{`"total":35`}},
			{"/fhir/StructureDefinition?kind=http://hl7.org/fhir/structure-definition-kind|resource&_summary=count", 200, []string{`"total":25`}},
			{"/fhir/StructureDefinition?base=http://hl7.org/fhir/StructureDefinition/Claim", 200, []string{`"total":1,`, "openimis-claim"}},
			{"/fhir/StructureDefinition?name=openimispat&_sort=-name", 200, []string{`"total":1,`}},
			{"/fhir/StructureDefinition?_count=2&_sort=type", 200, []string{`"total":60,`, `"relation":"next"`, "openimis-activitiy-definition"}},
			{"/fhir/StructureDefinition?nonsense=1", 400, nil},
			{"/fhir/StructureDefinition?kind:in=x", 400, []string{"kind:in"}},
			{"/fhir/StructureDefinition?_filter=kind+eq+resource", 400, nil},
			{"/fhir/StructureDefinition?_has:Claim:patient:status=active", 400, nil},
			{"/fhir/StructureDefinition/openimis-claim/$validate", 200, []string{`"severity":"warning"`}},
			{"/fhir/SearchParameter?code=is-head", 200, nil},
			{"/fhir/SearchParameter/patient-is-head", 200, []string{`"url":"SP/patient-is-head"`, `"base":["Patient"]`, `"type":"token"`}},
			{"/fhir/SearchParameter?base=Claim", 200, []string{"claim-billable-start"}},
			{"/fhir/ImplementationGuide", 200, []string{`"total":1,`, `"StructureDefinition/openimis-patient"`, `"CodeSystem/claim-status"`}},
			{"/fhir/metadata", 200, []string{`"supportedProfile":["SD/openimis-patient"]`, `"supportedProfile":["SD/openimis-contract"]`, `"name":"validate"`}},
		} {
			w := call{target: c.target, user: "reception:reception123"}.on(s)
			if strings.Contains(c.target, "http") || strings.Contains(c.target, "SD/") {
				w = call{target: strings.NewReplacer(":", "%3A", "|", "%7C").Replace(filled.Replace(c.target)), user: "reception:reception123"}.on(s)
			}
			if w.Code != c.status {
				t.Errorf("%s: %d %s", c.target, w.Code, w.Body)
				continue
			}
			for _, want := range c.want {
				if !strings.Contains(w.Body.String(), filled.Replace(want)) {
					t.Errorf("%s lacks %s: %.1500s", c.target, want, w.Body)
				}
			}
		}
		if w := (call{target: "/fhir/StructureDefinition"}).on(s); w.Code != 401 {
			t.Errorf("without signing in: %d", w.Code)
		}
		for _, typ := range []string{"StructureDefinition", "SearchParameter", "ImplementationGuide"} {
			for _, entry := range readBundle(t, call{target: "/fhir/" + typ + "?_count=100", user: "Admin:admin123"}.on(s)).Entry {
				w := call{method: "POST", target: "/fhir/" + typ + "/" + entry.Resource.ID + "/$validate", user: "Admin:admin123"}.on(s)
				if faults := readOutcome(t, w.Code, w.Body.Bytes()).errs(); len(faults) > 0 {
					t.Errorf("%s/%s: %s", typ, entry.Resource.ID, strings.Join(faults, "; "))
				}
			}
		}
	})
}
