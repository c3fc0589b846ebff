package cmd_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/openimis/openimis-go/cmd/server"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
)

// Wares, plans and people are written, changed, deleted and put under ids of clients at
// both bases, in JSON and in XML, by those who may.
func TestRegistersAreWrittenAtBothBases(t *testing.T) {
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
		"InsurancePlan": `{"resourceType":"InsurancePlan","identifier":[{"type":{"coding":[{"system":"CS/openimis-identifiers","code":"Code"}]},"value":"WARE"}],
			"name":"Before","type":[MEDICAL],"period":{"start":"2026-01-01","end":"2028-12-31"},
			"coverage":[{"type":MEDICAL,"benefit":[{"type":MEDICAL,"limit":[{"value":{"value":6,"unit":"month"},"code":{"coding":[{"system":"CS/insurance-plan-coverage-benefit-limit","code":"period"}]}}]}]}]}`,
		"Practitioner": `{"resourceType":"Practitioner","identifier":[{"type":{"coding":[{"system":"CS/openimis-identifiers","code":"Code"}]},"value":"WARE"}],
			"name":[{"family":"Before","given":["Ama"]}],"qualification":[{"code":{"coding":[{"system":"CS/practitioner-qualification-type","code":"CA"}]}}]}`,
	}
	guide := strings.NewReplacer("SD/", mapping.Guide+"StructureDefinition/", "CS/", mapping.Guide+"CodeSystem/",
		"MEDICAL", `{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/insurance-plan-type","code":"medical"}]}`)
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, nil)
		for _, base := range []string{"/fhir/", "/api/api_fhir_r4/"} {
			for typ, body := range bodies {
				b := written{t, s, base + typ}
				b.wholeLife(guide.Replace(body))
				b.underIDs(guide.Replace(body))
			}
			person := written{t, s, base + "Practitioner"}
			id := person.post(guide.Replace(bodies["Practitioner"]))
			facility := readBundle(t, call{target: base + "Organization?type=prov&_count=1", user: "Admin:admin123"}.on(s)).Entry[0].Resource.ID
			role := written{t, s, base + "PractitionerRole"}
			role.wholeLife(`{"resourceType":"PractitionerRole","practitioner":{"reference":"Practitioner/` + id + `"},"organization":{"reference":"Organization/` + facility + `"},"availabilityExceptions":"Before"}`)
			person.delete(id)
			var statement struct {
				Rest []struct {
					Resource []struct {
						Type         string
						UpdateCreate bool
					}
				}
			}
			if err := json.Unmarshal([]byte(written{t, s, base}.ask("GET", "metadata", "", nil, 200)), &statement); err != nil {
				t.Fatal(err)
			}
			var making []string
			for _, r := range statement.Rest[0].Resource {
				if r.UpdateCreate {
					making = append(making, r.Type)
				}
			}
			slices.Sort(making)
			if got, want := strings.Join(making, " "), "ActivityDefinition Claim Contract Group InsurancePlan Location Medication Organization Patient Practitioner"; got != want {
				t.Errorf("%s puts under ids of clients %s, expected %s", base, got, want)
			}
		}
	})
}

// written is a type as its clients write it.
type written struct {
	*testing.T
	s  *server.Server
	at string
}

var (
	inJSON = map[string]string{"Content-Type": "application/json"}
	inXML  = map[string]string{"Accept": "application/fhir+xml", "Content-Type": "application/fhir+xml"}
)

func (b written) ask(method, under, body string, header map[string]string, want int) string {
	b.Helper()
	w := call{method: method, target: b.at + under, body: body, header: header, user: "Admin:admin123"}.on(b.s)
	if w.Code != want {
		b.Fatalf("%s %s%s: %d instead of %d\n%s", method, b.at, under, w.Code, want, w.Body)
	}
	return w.Body.String()
}

func (b written) post(body string) string {
	b.Helper()
	var made struct{ ID string }
	if err := json.Unmarshal([]byte(b.ask("POST", "", body, inJSON, 201)), &made); err != nil {
		b.Fatal(err)
	}
	return made.ID
}

func (b written) delete(id string) {
	b.Helper()
	b.ask("DELETE", "/"+id, "", nil, 204)
	b.ask("GET", "/"+id, "", nil, 410)
}

// wholeLife writes, changes, finds and deletes what the body says.
func (b written) wholeLife(body string) {
	b.Helper()
	if w := (call{method: "POST", target: b.at, body: body, header: inJSON, user: "EO001:officer123"}).on(b.s); w.Code != 403 {
		b.Errorf("%s by an officer: %d", b.at, w.Code)
	}
	id := b.post(body)
	shown := b.ask("GET", "/"+id, "", inXML, 200)
	if after := b.ask("PUT", "/"+id, strings.Replace(shown, "Before", "After", 1), inXML, 200); !strings.Contains(after, "After") {
		b.Errorf("%s/%s is changed to %s", b.at, id, after)
	}
	if found := readBundle(b.T, call{target: b.at + "?_id=" + id, user: "Admin:admin123"}.on(b.s)); found.Total != 1 {
		b.Errorf("%s/%s is found %d times", b.at, id, found.Total)
	}
	b.delete(id)
}

// underIDs puts what the body says under ids nobody has, and fails to do so under others.
func (b written) underIDs(body string) {
	b.Helper()
	id := string(persistence.NewUUID())
	as := func(id string) string { return strings.Replace(body, `{`, `{"id":"`+id+`",`, 1) }
	b.ask("PUT", "/"+id, as(id), inJSON, 201)
	b.ask("PUT", "/"+id, as(id), inJSON, 200)
	shown := b.ask("GET", "/"+id, "", inXML, 200)
	b.delete(id)
	b.ask("PUT", "/"+id, as(id), inJSON, 410)
	other := string(persistence.NewUUID())
	b.ask("PUT", "/"+other, strings.ReplaceAll(shown, id, other), inXML, 201)
	b.delete(other)
	b.ask("PUT", "/no-uuid", as("no-uuid"), inJSON, 422)
}
