package cmd_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
)

// An item and a service are written, changed and deleted at both bases, in JSON and in
// XML, by those who may.
func TestWaresAreWrittenAtBothBases(t *testing.T) {
	bodies := map[string]string{
		"Medication": `{"resourceType":"Medication","extension":[
			{"url":"SD/unit-price","valueMoney":{"value":12.50}},
			{"url":"SD/medication-type","valueCodeableConcept":{"coding":[{"system":"CS/medication-item-type","code":"D"}]}},
			{"url":"SD/medication-usage-context","extension":[{"url":"CareType","valueUsageContext":{"code":{"system":"http://terminology.hl7.org/CodeSystem/usage-context-type","code":"venue"},"valueCodeableConcept":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"AMB"}]}}}]}],
			"identifier":[{"type":{"coding":[{"system":"CS/openimis-identifiers","code":"Code"}]},"value":"WARE"}],"code":{"text":"Before"}}`,
		"ActivityDefinition": `{"resourceType":"ActivityDefinition","extension":[
			{"url":"SD/unit-price","valueMoney":{"value":12.50}},
			{"url":"SD/activity-definition-level","valueCodeableConcept":{"coding":[{"system":"CS/activity-definition-level","code":"V"}]}}],
			"identifier":[{"type":{"coding":[{"system":"CS/openimis-identifiers","code":"Code"}]},"value":"WARE"}],"name":"WARE","title":"Before","status":"active",
			"topic":[{"coding":[{"system":"CS/activity-definition-service-type","code":"P"}]}],
			"useContext":[{"code":{"system":"http://terminology.hl7.org/CodeSystem/usage-context-type","code":"venue"},"valueCodeableConcept":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"IMP"}]}}]}`,
	}
	guide := strings.NewReplacer("SD/", mapping.Guide+"StructureDefinition/", "CS/", mapping.Guide+"CodeSystem/")
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, nil)
		for _, base := range []string{"/fhir/", "/api/api_fhir_r4/"} {
			for typ, body := range bodies {
				json1 := map[string]string{"Content-Type": "application/json"}
				if w := (call{method: "POST", target: base + typ, body: guide.Replace(body), header: json1, user: "EO001:officer123"}).on(s); w.Code != 403 {
					t.Errorf("%s%s by an officer: %d", base, typ, w.Code)
				}
				w := call{method: "POST", target: base + typ, body: guide.Replace(body), header: json1, user: "Admin:admin123"}.on(s)
				if w.Code != 201 {
					t.Fatalf("%s%s: %d %s", base, typ, w.Code, w.Body)
				}
				var made struct{ ID string }
				if err := json.Unmarshal(w.Body.Bytes(), &made); err != nil {
					t.Fatal(err)
				}
				at := base + typ + "/" + made.ID
				inXML := map[string]string{"Accept": "application/fhir+xml", "Content-Type": "application/fhir+xml"}
				shown := call{target: at, header: inXML, user: "Admin:admin123"}.on(s).Body.String()
				w = call{method: "PUT", target: at, body: strings.Replace(shown, "Before", "After", 1), header: inXML, user: "Admin:admin123"}.on(s)
				if w.Code != 200 || !strings.Contains(w.Body.String(), "After") {
					t.Errorf("PUT %s: %d %s", at, w.Code, w.Body)
				}
				if found := readBundle(t, call{target: base + typ + "?_id=" + made.ID, user: "Admin:admin123"}.on(s)); found.Total != 1 {
					t.Errorf("%s is found %d times", at, found.Total)
				}
				if w = (call{method: "DELETE", target: at, user: "Admin:admin123"}).on(s); w.Code != 204 {
					t.Errorf("DELETE %s: %d %s", at, w.Code, w.Body)
				}
				if w = (call{target: at, user: "Admin:admin123"}).on(s); w.Code != 410 {
					t.Errorf("%s afterwards: %d", at, w.Code)
				}
			}
		}
	})
}
