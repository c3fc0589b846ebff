package rest

import (
	"context"
	"slices"
	"testing"

	"github.com/openimis/openimis-go/fhir"
)

// transacting gives the base transactions over its types in memory: what a failed one did
// is taken back. names gets the names of each.
func transacting(names *[]string) func(*Base) {
	return func(b *Base) {
		types := slices.Clone(b.Types)
		b.Transact = func(ctx context.Context, alone []string, fn func(context.Context) error) error {
			if names != nil {
				*names = append(*names, alone...)
			}
			var kept []func()
			for _, t := range types {
				if m, ok := t.(*memory); ok {
					kept = append(kept, m.keep())
				}
			}
			err := fn(ctx)
			if err != nil {
				for _, back := range kept {
					back()
				}
			}
			return err
		}
	}
}

// keep remembers what is stored and gives the way back to it.
func (m *memory) keep() func() {
	order, versions := slices.Clone(m.order), map[string][]*fhir.Entry{}
	for id, list := range m.versions {
		versions[id] = slices.Clone(list)
	}
	return func() { m.order, m.versions = order, versions }
}

func TestConditions(t *testing.T) {
	const male = `{"resourceType":"Patient","identifier":[{"value":"N1"}],"gender":"male"}`
	ifNone := func(criteria string) headers {
		return headers{"Content-Type": "application/fhir+json", "If-None-Exist": criteria}
	}
	withID := func(id string) string {
		return `{"resourceType":"Patient","id":"` + id + `","identifier":[{"value":"A1"}],"gender":"other"}`
	}
	run(t, transacting(nil), []scenario{
		{name: "create without a match", method: "POST", url: "/fhir/Patient", headers: ifNone("identifier=N1"), body: male, status: 201, contains: []string{`"id":"new3"`}},
		{name: "create with a match", method: "POST", url: "/fhir/Patient", headers: ifNone("identifier=A1"), body: male, status: 200,
			header: headers{"Location": "https://example.org/fhir/Patient/" + anna + "/_history/1", "ETag": `W/"1"`}, contains: []string{anna, "female"}},
		{name: "create with a match, minimal", method: "POST", url: "/fhir/Patient", headers: headers{"Content-Type": "application/fhir+json", "If-None-Exist": "identifier=A1", "Prefer": "return=minimal"}, body: male, status: 200, absent: []string{"e"}},
		{name: "create with several matches", method: "POST", url: "/fhir/Patient", headers: ifNone("gender=female,male"), body: male, status: 412, contains: []string{"If-None-Exist", "several instances"}},
		{name: "create without criteria", method: "POST", url: "/fhir/Patient", headers: ifNone("_format=json"), body: male, status: 400, contains: []string{"criteria are missing"}},
		{name: "create with an unknown parameter", method: "POST", url: "/fhir/Patient", headers: ifNone("nosuch=1"), body: male, status: 400, contains: []string{"nosuch"}},
		{name: "create with an unknown parameter, lenient", method: "POST", url: "/fhir/Patient", headers: headers{"Content-Type": "application/fhir+json", "If-None-Exist": "nosuch=1&identifier=A1", "Prefer": "handling=lenient"}, body: male, status: 400, contains: []string{"nosuch"}},
		{name: "create with what steers an answer", method: "POST", url: "/fhir/Patient", headers: ifNone("identifier=A1&_sort=gender"), body: male, status: 400, contains: []string{"steer"}},
		{name: "create with broken criteria", method: "POST", url: "/fhir/Patient", headers: ifNone("identifier=%zz"), body: male, status: 400, contains: []string{"If-None-Exist"}},
		{name: "create with a bad body", method: "POST", url: "/fhir/Patient", headers: ifNone("identifier=A1"), body: `{"resourceType":"Patient","x":1}`, status: 400, contains: []string{"Patient.x"}},

		{name: "update of the match", method: "PUT", url: "/fhir/Patient?identifier=A1", headers: asJSON, body: male, status: 200, header: headers{"ETag": `W/"2"`}, contains: []string{`"id":"` + anna + `"`, `"male"`}},
		{name: "update of the match, its id in the body", method: "PUT", url: "/fhir/Patient?identifier=A1", headers: asJSON, body: withID(anna), status: 200, contains: []string{`"other"`}},
		{name: "update of the match, in xml", method: "PUT", url: "/fhir/Patient?identifier=A1&_format=xml", headers: asXML, body: `<Patient xmlns="http://hl7.org/fhir"><gender value="other"/></Patient>`, status: 200, contains: []string{`<gender value="other"/>`}},
		{name: "update with another id in the body", method: "PUT", url: "/fhir/Patient?identifier=A1", headers: asJSON, body: withID(boris), status: 400, contains: []string{"Patient.id"}},
		{name: "update without a match creates", method: "PUT", url: "/fhir/Patient?identifier=N1", headers: asJSON, body: male, status: 201, contains: []string{`"id":"new3"`}},
		{name: "update without a match, an id in the body", method: "PUT", url: "/fhir/Patient?identifier=N1", headers: asJSON, body: withID("x"), status: 404},
		{name: "update with several matches", method: "PUT", url: "/fhir/Patient?gender=female,male", headers: asJSON, body: male, status: 412},
		{name: "update without criteria", method: "PUT", url: "/fhir/Patient", headers: asJSON, body: male, status: 400, contains: []string{"criteria"}},
		{name: "update of another version", method: "PUT", url: "/fhir/Patient?identifier=A1", headers: headers{"Content-Type": "application/fhir+json", "If-Match": `W/"9"`}, body: male, status: 412},

		{name: "delete of the match", method: "DELETE", url: "/fhir/Patient?identifier=A1", status: 204},
		{name: "delete of the match, outcome", method: "DELETE", url: "/fhir/Patient?identifier=A1", headers: headers{"Prefer": "return=OperationOutcome"}, status: 200, contains: []string{anna + " is deleted"}},
		{name: "delete without a match", method: "DELETE", url: "/fhir/Patient?identifier=N1", status: 204},
		{name: "delete of several", method: "DELETE", url: "/fhir/Patient?gender=female,male", status: 412, contains: []string{"several instances"}},
		{name: "delete of everything", method: "DELETE", url: "/fhir/Patient", status: 400, contains: []string{"criteria"}},
	})
}

// The criteria are the name under which requests wait for each other.
func TestConditionsWaitForEachOther(t *testing.T) {
	var names []string
	w := newWorld(t, transacting(&names))
	w.do("POST", "/fhir/Patient", headers{"Content-Type": "application/fhir+json", "If-None-Exist": "identifier=N1&gender=male"}, `{"resourceType":"Patient","gender":"male"}`)
	w.do("DELETE", "/fhir/Patient?gender=male&identifier=N1", nil, "")
	if want := []string{"Patient?gender=male&identifier=N1", "Patient?gender=male&identifier=N1"}; !slices.Equal(names, want) {
		t.Errorf("%q", names)
	}
}
