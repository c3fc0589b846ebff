package cmd_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
)

// Every operation /metadata declares has a definition that names the same places, and takes
// no parameter that the operation refuses.
func TestEveryOperationIsDefined(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, nil)
		admin := func(c call) call { c.user = "Admin:admin123"; return c }
		type operation struct{ Name, Definition string }
		var statement struct {
			Rest []struct {
				Operation []operation
				Resource  []struct {
					Type      string
					Operation []operation
				}
			}
		}
		if err := json.Unmarshal(call{target: "/fhir/metadata"}.on(s).Body.Bytes(), &statement); err != nil {
			t.Fatal(err)
		}
		var all []operation
		for _, r := range statement.Rest[0].Resource {
			all = append(all, r.Operation...)
		}
		all = append(all, statement.Rest[0].Operation...)
		seen := map[string]bool{}
		for _, op := range all {
			if seen[op.Definition] {
				continue
			}
			seen[op.Definition] = true
			w := admin(call{target: "/fhir/OperationDefinition?base=" + url.QueryEscape(op.Definition)}).on(s)
			var found struct {
				Entry []struct {
					Resource struct {
						ID, URL, Code string
						Parameter     []struct{ Name, Use string }
					}
				}
			}
			if err := json.Unmarshal(w.Body.Bytes(), &found); err != nil || len(found.Entry) != 1 {
				t.Errorf("%s is not defined: %d %s", op.Definition, w.Code, w.Body)
				continue
			}
			d := found.Entry[0].Resource
			if d.Code != op.Name || d.URL != mapping.Guide+"OperationDefinition/"+d.ID || len(d.Parameter) == 0 {
				t.Errorf("%s: %+v", op.Definition, d)
			}
		}
		for _, name := range []string{"Patient-everything", "Patient-match", "Claim-submit", "CodeSystem-lookup", "ValueSet-expand", "Resource-validate", "Resource-meta-add"} {
			if w := admin(call{target: "/fhir/OperationDefinition/" + name}).on(s); w.Code != 200 {
				t.Errorf("%s: %d", name, w.Code)
			}
		}
		for _, c := range []struct {
			target string
			status int
			says   string
		}{
			{"/fhir/OperationDefinition?code=match", 200, `"total":1`},
			{"/fhir/OperationDefinition?url=" + url.QueryEscape(mapping.Guide+"OperationDefinition/Patient-match"), 200, `"total":1`},
			{"/fhir/OperationDefinition?system=true", 200, `"id":"Resource-meta"`},
			{"/fhir/OperationDefinition?name=ValidateCode", 200, `"total":2`},
			{"/fhir/OperationDefinition/nonsense", 404, "not-found"},
			{"/fhir/OperationDefinition?nonsense=1", 400, "nonsense"},
			{"/fhir/OperationDefinition/Patient-match?_format=xml", 200, `<base value="http://hl7.org/fhir/OperationDefinition/Patient-match"/>`},
		} {
			w := admin(call{target: c.target}).on(s)
			if w.Code != c.status || !strings.Contains(w.Body.String(), c.says) {
				t.Errorf("%s: %d %s", c.target, w.Code, w.Body)
			}
		}
		if w := (call{target: "/fhir/OperationDefinition/Patient-match"}).on(s); w.Code != 401 {
			t.Errorf("not signed in: %d", w.Code)
		}
	})
}

// Labels of a person are kept with what goes beyond the columns, in both formats, by those
// who may change him.
func TestLabelsOfAPerson(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, nil)
		at := "/fhir/Patient/" + readPerson(t, s, "identifier=100001145", "Admin:admin123").ID
		asFHIR := map[string]string{"Content-Type": "application/fhir+json"}
		const body = `{"resourceType":"Parameters","parameter":[{"name":"meta","valueMeta":{"tag":[{"system":"http://example.org/tags","code":"vip"}],"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"R"}]}}]}`
		for _, c := range []struct {
			call   call
			status int
			says   string
			not    string
		}{
			{call{target: at + "/$meta", user: "CA001:claims123"}, 200, `"profile":["` + mapping.Guide, "vip"},
			{call{method: "POST", target: at + "/$meta-add", body: body, header: asFHIR, user: "CA001:claims123"}, 403, "", ""},
			{call{method: "POST", target: at + "/$meta-add", body: body, header: asFHIR, user: "Admin:admin123"}, 200, `"code":"vip"`, ""},
			{call{target: at, user: "CA001:claims123"}, 200, `"code":"vip"`, ""},
			{call{target: at + "/$meta", header: map[string]string{"Accept": "application/fhir+xml"}, user: "CA001:claims123"}, 200, `<code value="vip"/>`, ""},
			{call{method: "POST", target: at + "/$meta-delete", body: body, header: asFHIR, user: "Admin:admin123"}, 200, `"profile":["` + mapping.Guide, "vip"},
			{call{target: at, user: "CA001:claims123"}, 200, `"resourceType":"Patient"`, "vip"},
			{call{target: "/fhir/Patient/$meta", user: "CA001:claims123"}, 200, `"profile":["` + mapping.Guide, ""},
			{call{target: "/fhir/$meta", user: "CA001:claims123"}, 200, `"profile":["` + mapping.Guide, ""},
			{call{target: "/fhir/Patient/$meta", user: "manager:manager123"}, 403, "", ""},
			{call{method: "POST", target: at + "/$meta-add", header: asFHIR, user: "Admin:admin123", body: strings.Replace(body, "vip", strings.Repeat("x", 1<<20), 1)}, 422, "Patient", ""},
		} {
			w := c.call.on(s)
			text := w.Body.String()
			if w.Code != c.status || !strings.Contains(text, c.says) || c.not != "" && strings.Contains(text, c.not) {
				t.Errorf("%s %s by %s: %d %.800s", c.call.method, c.call.target, c.call.user, w.Code, text)
			}
			if _, err := fhir.DecodeJSON(w.Body.Bytes(), fhir.DecodeOptions{}); c.call.header["Accept"] == "" && err != nil {
				t.Errorf("%s: %v", c.call.target, err)
			}
		}
	})
}
