package cmd_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
)

// A policy is sold, paid and closed at both bases, in JSON and in XML, by those who may:
// to a family whose other policy is suspended and covers nobody.
func TestPoliciesAreSoldAtBothBases(t *testing.T) {
	guide := strings.NewReplacer("SD/", mapping.Guide+"StructureDefinition/", "CS/", mapping.Guide+"CodeSystem/")
	inJSON := map[string]string{"Content-Type": "application/json"}
	inXML := map[string]string{"Accept": "application/fhir+xml", "Content-Type": "application/fhir+xml"}
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, nil)
		ask := func(method, target, body string, header map[string]string, want int) string {
			t.Helper()
			w := call{method: method, target: target, body: body, header: header, user: "Admin:admin123"}.on(s)
			if w.Code != want {
				t.Fatalf("%s %s: %d %s", method, target, w.Code, w.Body)
			}
			return w.Body.String()
		}
		var found struct {
			Entry []struct {
				Resource struct {
					Issued  string
					Subject []struct{ Reference string }
					Author  struct{ Reference string }
					Term    []struct {
						Offer struct {
							Party []struct{ Reference []struct{ Reference string } }
						}
						Asset []struct {
							ValuedItem []struct {
								EntityReference struct{ Reference string }
								Net             struct{ Currency string }
							}
						}
					}
				}
			}
		}
		if err := json.Unmarshal([]byte(ask("GET", "/fhir/Contract?status=disputed&_count=1", "", nil, 200)), &found); err != nil || len(found.Entry) != 1 {
			t.Fatalf("%d suspended policies, %v", len(found.Entry), err)
		}
		before := found.Entry[0].Resource
		item := before.Term[0].Asset[0].ValuedItem[0]
		for i, base := range []string{"/fhir/", "/api/api_fhir_r4/"} {
			body := fmt.Sprintf(`{"resourceType":"Contract","issued":%q,"subject":[{"reference":%q}],"author":{"reference":%q},"term":[{"offer":{"party":[{"reference":[{"reference":%[7]q}],"role":{"coding":[{"system":"CS/contract-resource-party-role","code":"beneficiary"}]}}]},"asset":[{
				"extension":[{"url":"SD/contract-premium","extension":[
					{"url":"category","valueCodeableConcept":{"coding":[{"system":"CS/contract-premium-category","code":"C"}]}},
					{"url":"amount","valueMoney":{"value":10,"currency":%[4]q}},{"url":"receipt","valueString":"FIRST%[5]d"},{"url":"date","valueDate":%[1]q},
					{"url":"type","valueCodeableConcept":{"coding":[{"system":"CS/contract-premium-type","code":"C"}]}}]}],
				"valuedItem":[{"entityReference":{"reference":%[6]q}}]}]}]}`,
				before.Issued, before.Subject[0].Reference, before.Author.Reference, item.Net.Currency, i, item.EntityReference.Reference, before.Term[0].Offer.Party[0].Reference[0].Reference)
			body = guide.Replace(body)
			if w := (call{method: "POST", target: base + "Contract", body: body, header: inJSON, user: "CA001:claims123"}).on(s); w.Code != 403 {
				t.Errorf("%sContract by a claim administrator: %d", base, w.Code)
			}
			var made struct{ ID, Status string }
			if err := json.Unmarshal([]byte(ask("POST", base+"Contract", body, inJSON, 201)), &made); err != nil || !strings.EqualFold(made.Status, "offered") {
				t.Errorf("sold at %s it is %q, %v", base, made.Status, err)
			}
			ask("POST", base+"Contract", body, inJSON, 409)

			at := base + "Contract/" + made.ID
			shown := ask("GET", at, "", inXML, 200)
			from := strings.Index(shown, guide.Replace(`<extension url="SD/contract-premium">`))
			to := strings.Index(shown, "<typeReference>")
			if from < 0 || to < from {
				t.Fatalf("%s shows no contribution: %s", at, shown)
			}
			further := strings.Replace(shown[from:to], "FIRST", "SECOND", 1)
			if after := ask("PUT", at, shown[:to]+further+shown[to:], inXML, 200); !strings.Contains(after, "FIRST") || !strings.Contains(after, "SECOND") {
				t.Errorf("paid at %s: %s", at, after)
			}
			ask("PUT", at, shown, inXML, 409) // the second is booked and stays
			if n := readBundle(t, call{target: base + "Contract?_id=" + made.ID, user: "Admin:admin123"}.on(s)).Total; n != 1 {
				t.Errorf("%s is found %d times", at, n)
			}
			ask("DELETE", at, "", nil, 204)
			ask("GET", at, "", nil, 410)
		}
	})
}
