package cmd_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"github.com/openimis/openimis-go/cmd/server"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
)

// elsewhere gives a person whom the administrator sees and the user does not.
func elsewhere(t *testing.T, s *server.Server, user string) *aPerson {
	t.Helper()
	seen := map[string]bool{}
	for _, e := range readBundle(t, call{target: "/fhir/Patient?_count=1000&_elements=id", user: user}.on(s)).Entry {
		seen[e.Resource.ID] = true
	}
	var all struct{ Entry []struct{ Resource aPerson } }
	if err := json.Unmarshal(call{target: "/fhir/Patient?_count=1000", user: admin}.on(s).Body.Bytes(), &all); err != nil {
		t.Fatal(err)
	}
	for i := range all.Entry {
		if one := &all.Entry[i].Resource; !seen[one.ID] && one.number() != "" {
			return one
		}
	}
	t.Fatalf("%s sees everybody", user)
	return nil
}

// A person is known by numbers of other registers: $ihe-pix gives one for the other, in the
// caller's scope, and $match finds the person by them.
func TestIdentifiersAreCrossReferenced(t *testing.T) {
	const national, clinic = "http://example.org/national", "urn:oid:1.2.36.146.595.217"
	number, uuid := mapping.Guide+"NamingSystem/patient-code", mapping.Guide+"NamingSystem/patient-uuid"
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, nil)
		asFHIR := map[string]string{"Content-Type": "application/fhir+json"}
		create := func(born, identifiers string) (id, code string) {
			t.Helper()
			w := call{method: "POST", target: "/fhir/Patient", user: admin, header: asFHIR,
				body: `{"resourceType":"Patient","identifier":[` + identifiers + `],"name":[{"family":"Doubled","given":["Ann"]}],"birthDate":"` + born + `"}`}.on(s)
			var p aPerson
			if err := json.Unmarshal(w.Body.Bytes(), &p); w.Code != 201 || err != nil {
				t.Fatalf("%d %s", w.Code, w.Body)
			}
			return p.ID, p.number()
		}
		id, code := create("1980-05-04", `{"system":"`+national+`","value":"N|1,2"},{"system":"`+clinic+`","value":"C7"}`)
		twin, _ := create("1980-05-05", `{"system":"`+clinic+`","value":"C7"},{"system":"urn:other","value":"O9"}`)
		stranger := elsewhere(t, s, "CA001:claims123")
		has := func(system, value string) string {
			return `"valueIdentifier":{"system":"` + system + `","value":"` + value + `"}`
		}
		refers := func(id string) string { return `"valueReference":{"reference":"Patient/` + id + `"}` }
		source := func(system, value string) string { return "?sourceIdentifier=" + url.QueryEscape(system+"|"+value) }
		target := func(system string) string { return "&targetSystem=" + url.QueryEscape(system) }
		posted := func(parameters string) call {
			return call{method: "POST", body: `{"resourceType":"Parameters","parameter":[` + parameters + `]}`, header: asFHIR}
		}
		for _, c := range []struct {
			name   string
			call   call
			status int
			says   []string
			not    []string
		}{
			{"all of one", call{target: source(national, `N\|1\,2`)}, 200, []string{has(clinic, "C7"), has(number, code), has(uuid, id), refers(id)}, []string{national, "O9", twin}},
			{"one target", call{target: source(national, `N\|1\,2`) + target(clinic)}, 200, []string{has(clinic, "C7"), refers(id)}, []string{number, uuid}},
			{"two targets", call{target: source(national, `N\|1\,2`) + target(clinic) + target(number)}, 200, []string{has(clinic, "C7"), has(number, code)}, []string{uuid}},
			{"none of the target", call{target: source(national, `N\|1\,2`) + target("urn:other")}, 200, []string{refers(id)}, []string{"targetIdentifier"}},
			{"by the number", call{target: source(number, code) + target(national)}, 200, []string{has(national, "N|1,2")}, []string{"C7"}},
			{"by the UUID", call{target: source(uuid, id) + target(number)}, 200, []string{has(number, code)}, []string{"C7"}},
			{"of two people", call{target: source(clinic, "C7")}, 200, []string{has(national, "N|1,2"), has("urn:other", "O9"), refers(id), refers(twin)}, []string{clinic}},
			{"posted as an Identifier", posted(`{"name":"sourceIdentifier","valueIdentifier":{"system":"` + national + `","value":"N|1,2"}},{"name":"targetSystem","valueUri":"` + clinic + `"}`), 200, []string{has(clinic, "C7")}, []string{number}},
			{"posted as a token", posted(`{"name":"sourceIdentifier","valueString":"` + clinic + `|C7"}`), 200, []string{refers(twin)}, nil},
			{"in XML", call{target: source(national, `N\|1\,2`) + target(clinic), header: map[string]string{"Accept": "application/fhir+xml"}}, 200, []string{`<value value="C7"/>`, `<reference value="Patient/` + id + `"/>`}, nil},
			{"an unknown value", call{target: source(national, "nobody")}, 404, []string{`"code":"not-found"`, `"diagnostics":"sourceIdentifier Patient Identifier not found"`}, nil},
			{"an unknown number", call{target: source(number, "nobody")}, 404, []string{"sourceIdentifier Patient Identifier not found"}, nil},
			{"no UUID", call{target: source(uuid, "nobody")}, 404, []string{"sourceIdentifier Patient Identifier not found"}, nil},
			{"an unknown system", call{target: source("urn:nowhere", "1")}, 400, []string{`"code":"code-invalid"`, `"diagnostics":"sourceIdentifier Assigning Authority not found"`}, nil},
			{"an unknown target", call{target: source(national, `N\|1\,2`) + target(clinic) + target("urn:nowhere")}, 403, []string{`"code":"code-invalid"`, `"diagnostics":"targetSystem not found"`}, nil},
			{"no source", call{target: "?targetSystem=" + clinic}, 400, []string{`"expression":["sourceIdentifier"]`}, nil},
			{"no system", call{target: "?sourceIdentifier=C7"}, 400, []string{`"expression":["sourceIdentifier"]`}, nil},
			{"no value", call{target: source(national, "")}, 400, []string{`"expression":["sourceIdentifier"]`}, nil},
			{"two sources", call{target: source(national, "1") + "&sourceIdentifier=a%7Cb"}, 400, []string{`"expression":["sourceIdentifier"]`}, nil},
			{"a huge source", posted(`{"name":"sourceIdentifier","valueString":"urn:x|` + strings.Repeat("x", 5000) + `"}`), 400, []string{`"expression":["sourceIdentifier"]`}, nil},
			{"many targets", call{target: source(national, `N\|1\,2`) + strings.Repeat("&targetSystem=urn:x", 100)}, 400, []string{`"expression":["targetSystem"]`}, nil},
			{"an unknown parameter", call{target: source(national, "1") + "&mood=x"}, 400, []string{`"expression":["mood"]`}, nil},
			{"a Patient", call{method: "POST", header: asFHIR, body: `{"resourceType":"Patient"}`}, 400, []string{"Parameters"}, nil},
			{"another district's", call{target: source(number, stranger.number()), user: "CA001:claims123"}, 404, []string{"sourceIdentifier Patient Identifier not found"}, nil},
			{"another district's, for who sees it", call{target: source(number, stranger.number())}, 200, []string{refers(stranger.ID)}, nil},
			{"no right", call{target: source(national, "1"), user: "manager:manager123"}, 403, []string{`"code":"forbidden"`}, nil},
		} {
			if c.call.user == "" {
				c.call.user = admin
			}
			query := c.call.target
			for _, base := range []string{"/fhir", "/api/api_fhir_r4"} {
				c.call.target = base + "/Patient/$ihe-pix" + query
				w := c.call.on(s)
				if w.Code != c.status {
					t.Errorf("%s: %d %.400s, want %d", c.name, w.Code, w.Body, c.status)
				}
				for _, want := range c.says {
					if !strings.Contains(w.Body.String(), want) {
						t.Errorf("%s says not %s: %.900s", c.name, want, w.Body)
					}
				}
				for _, never := range c.not {
					if strings.Contains(w.Body.String(), never) {
						t.Errorf("%s says %s: %.900s", c.name, never, w.Body)
					}
				}
				if _, err := fhir.DecodeJSON(w.Body.Bytes(), fhir.DecodeOptions{}); c.call.header["Accept"] == "" && err != nil {
					t.Errorf("%s: %v", c.name, err)
				}
			}
		}
		for identifier, want := range map[string][]string{
			`{"system":"` + national + `","value":"N|1,2"}`: {id, `"certain"`},
			`{"value":"O9"}`: {twin, `"certain"`},
			`{"system":"urn:other","value":"O9"},{"value":"` + code + `"}`: {twin, id},
			`{"system":"urn:nowhere","value":"C7"}`:                        {`"total":0`},
		} {
			w := call{method: "POST", target: "/fhir/Patient/$match", user: admin, header: asFHIR, body: `{"resourceType":"Patient","identifier":[` + identifier + `]}`}.on(s)
			for _, one := range want {
				if w.Code != 200 || !strings.Contains(w.Body.String(), one) {
					t.Errorf("matching %s: %d %.600s", identifier, w.Code, w.Body)
				}
			}
		}
		for query, want := range map[string]int{"identifier=" + url.QueryEscape(number+"|"+code): 1, "identifier=" + url.QueryEscape(uuid+"|"+id): 1, "identifier=" + url.QueryEscape(number+"|"+id): 0} {
			if found := readBundle(t, call{target: "/fhir/Patient?" + query, user: admin}.on(s)); found.Total != want {
				t.Errorf("%s finds %d, want %d", query, found.Total, want)
			}
		}
	})
}
