package cmd_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/openimis/openimis-go/cmd/server"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/persistence"
)

// aPerson is what the tests of matching look at in a Patient.
type aPerson struct {
	ID         string
	Gender     string
	BirthDate  string
	Identifier []struct {
		Value string
		Type  struct{ Coding []struct{ Code string } }
	}
	Name []struct {
		Family string
		Given  []string
	}
}

func (p *aPerson) number() string {
	for _, id := range p.Identifier {
		if len(id.Type.Coding) > 0 && id.Type.Coding[0].Code == "Code" {
			return id.Value
		}
	}
	return ""
}

func readPerson(t *testing.T, s *server.Server, query, user string) *aPerson {
	t.Helper()
	var b struct{ Entry []struct{ Resource aPerson } }
	w := call{target: "/fhir/Patient?" + query, user: user}.on(s)
	if err := json.Unmarshal(w.Body.Bytes(), &b); err != nil || len(b.Entry) == 0 {
		t.Fatalf("%s: %d %s", query, w.Code, w.Body)
	}
	return &b.Entry[0].Resource
}

// People of the demo are found by what others know of them, in the caller's scope, and
// graded; wrong requests are refused at the place of the fault.
func TestPeopleAreMatched(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, nil)
		p := readPerson(t, s, "identifier=100001145", "CA001:claims123")
		name := func(family, given string) string {
			return fmt.Sprintf(`"name":[{"family":%q,"given":[%q]}]`, family, given)
		}
		family, given := p.Name[0].Family, strings.Join(p.Name[0].Given, " ")
		born := fmt.Sprintf(`"birthDate":%q,"gender":%q`, p.BirthDate, p.Gender)
		asFHIR := map[string]string{"Content-Type": "application/fhir+json"}
		for _, c := range []struct {
			name, person, more, user string
			status                   int
			says                     []string
		}{
			{"the number", `"identifier":[{"value":"` + p.number() + `"}]`, "", "CA001:claims123", 200, []string{p.ID, `"certain"`, `"score":1}`}},
			{"the UUID", `"identifier":[{"value":"` + p.ID + `"}]`, "", "CA001:claims123", 200, []string{p.ID}},
			{"names and birth", name(family, given) + "," + born, "", "CA001:claims123", 200, []string{p.ID, `"certain"`}},
			{"without capitals", name(strings.ToLower(family), strings.ToUpper(given)) + "," + born, `,{"name":"onlyCertainMatches","valueBoolean":true}`, "CA001:claims123", 200, []string{p.ID, `"total":1`}},
			{"names exchanged", name(given, family) + "," + born, "", "CA001:claims123", 200, []string{p.ID, `"probable"`}},
			{"a letter too many", name(family+"a", given) + "," + born, "", "CA001:claims123", 200, []string{p.ID, `"probable"`}},
			{"names alone", name(family, given), "", "CA001:claims123", 200, []string{p.ID, `"possible"`}},
			{"a name and the year", `"name":[{"family":"` + family + `"}],"birthDate":"` + p.BirthDate[:4] + `"`, "", "CA001:claims123", 200, []string{`"type":"searchset"`}},
			{"nobody", name("Xyzzy", "Plugh") + `,"birthDate":"1901-01-01"`, "", "Admin:admin123", 200, []string{`"total":0`}},
			{"a family name", `"name":[{"family":"` + family + `"}]`, "", "CA001:claims123", 422, []string{"Parameters.parameter[0].resource"}},
			{"nothing", `"active":true`, "", "CA001:claims123", 422, []string{"Parameters.parameter[0].resource"}},
			{"no right", `"identifier":[{"value":"1"}]`, "", "manager:manager123", 403, nil},
			{"not signed in", `"identifier":[{"value":"1"}]`, "", "", 401, nil},
			{"no number of matches", `"identifier":[{"value":"1"}]`, `,{"name":"count","valueInteger":0}`, "CA001:claims123", 400, []string{`"expression":["count"]`}},
			{"long ago", name(family, given) + `,"birthDate":"0001-01-01"`, "", "CA001:claims123", 200, []string{`"searchset"`}},
			{"wild cards", name("%", "_%") + `,"birthDate":"` + p.BirthDate + `"`, "", "CA001:claims123", 200, []string{`"total":0`}},
			{"a huge name", name(strings.Repeat("x", 1<<20), given) + "," + born, "", "CA001:claims123", 200, []string{`"searchset"`}},
			{"a huge identifier", `"identifier":[{"value":"` + strings.Repeat("x", 1<<20) + `"}]`, "", "CA001:claims123", 422, []string{"Parameters.parameter[0].resource"}},
			{"a NUL", `"identifier":[{"value":"a\u0000b"}]`, "", "CA001:claims123", 400, []string{"identifier[0].value"}},
			{"many identifiers", `"identifier":[` + strings.Repeat(`{"value":"1"},`, 5000) + `{"value":"2"}]`, "", "CA001:claims123", 200, []string{`"total":0`}},
		} {
			body := `{"resourceType":"Parameters","parameter":[{"name":"resource","resource":{"resourceType":"Patient",` + c.person + `}}` + c.more + `]}`
			for _, base := range []string{"/fhir", "/api/api_fhir_r4"} {
				w := call{method: "POST", target: base + "/Patient/$match", body: body, header: asFHIR, user: c.user}.on(s)
				if w.Code != c.status {
					t.Errorf("%s%s: %d %.300s, want %d", base, c.name, w.Code, w.Body, c.status)
				}
				for _, want := range c.says {
					if !strings.Contains(w.Body.String(), want) {
						t.Errorf("%s%s says not %s: %.600s", base, c.name, want, w.Body)
					}
				}
			}
		}
		w := call{method: "POST", target: "/fhir/Patient/$match", user: "CA001:claims123", header: map[string]string{"Content-Type": "application/fhir+xml", "Accept": "application/fhir+xml"},
			body: `<Patient xmlns="http://hl7.org/fhir"><identifier><value value="` + p.number() + `"/></identifier></Patient>`}.on(s)
		if _, err := fhir.DecodeXML(w.Body.Bytes(), fhir.DecodeOptions{}); w.Code != 200 || err != nil || !strings.Contains(w.Body.String(), `<score value="1"/>`) {
			t.Errorf("in XML: %d %v %s", w.Code, err, w.Body)
		}
		lines := trail(t, s, "")
		if last := lines[len(lines)-1].line(); !strings.Contains(last, "CA001 E operation 0") {
			t.Errorf("the audit has %q", last)
		}
	})
}

// Who lives in another district is not matched.
func TestMatchStaysInTheDistrict(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, nil)
		for _, user := range []string{"CA001:claims123", "EO001:officer123"} {
			seen := readBundle(t, call{target: "/fhir/Patient?_count=1000&_elements=id", user: user}.on(s))
			mine := map[string]bool{}
			for _, e := range seen.Entry {
				mine[e.Resource.ID] = true
			}
			var all struct{ Entry []struct{ Resource aPerson } }
			if err := json.Unmarshal(call{target: "/fhir/Patient?_count=1000", user: "Admin:admin123"}.on(s).Body.Bytes(), &all); err != nil {
				t.Fatal(err)
			}
			others := 0
			for _, e := range all.Entry {
				if mine[e.Resource.ID] || others == 5 {
					continue
				}
				others++
				w := call{method: "POST", target: "/fhir/Patient/$match", user: user, header: map[string]string{"Content-Type": "application/fhir+json"},
					body: `{"resourceType":"Patient","identifier":[{"value":"` + e.Resource.number() + `"},{"value":"` + e.Resource.ID + `"}]}`}.on(s)
				if found := readBundle(t, w); found.Total != 0 {
					t.Errorf("%s is matched with %s of another district", user, e.Resource.ID)
				}
			}
			if others == 0 {
				t.Errorf("%s sees everybody", user)
			}
		}
	})
}
