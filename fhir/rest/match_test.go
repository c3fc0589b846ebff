package rest

import (
	"context"
	"strings"
	"testing"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
)

// matched takes everybody for a candidate.
type matched struct{ *memory }

func (m matched) Candidates(_ context.Context, described *fhir.Object) ([]*fhir.Entry, error) {
	if described.Get("name") == nil && described.Get("identifier") == nil {
		return nil, core.ErrorAt(core.Unprocessable, "Patient", "too little")
	}
	var all []*fhir.Entry
	for _, id := range m.order {
		all = append(all, m.current(id))
	}
	return all, nil
}

func withMatcher(b *Base) {
	m := b.Types[0].(*memory)
	for _, id := range []string{"t1", "t2"} {
		m.put(`{"resourceType":"Patient","id":"` + id + `","name":[{"family":"Twin","given":["Tom"]}],"gender":"male","birthDate":"2001-02-03"}`)
	}
	b.Types[0] = matched{m}
}

func TestMatch(t *testing.T) {
	const path = "/fhir/Patient/$match"
	asked := func(patient, more string) string {
		return `{"resourceType":"Parameters","parameter":[{"name":"resource","resource":{"resourceType":"Patient"` + patient + `}}` + more + `]}`
	}
	const twin = `,"name":[{"family":"Twin","given":["Tom"]}],"gender":"male","birthDate":"2001-02-03"`
	run(t, withMatcher, []scenario{
		{name: "by number", method: "POST", url: path, headers: asJSON, body: asked(`,"identifier":[{"value":"A1"}]`, ""), status: 200,
			contains: []string{`"type":"searchset","total":1,`, `"fullUrl":"https://example.org/fhir/Patient/` + anna + `"`,
				`"search":{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/match-grade","valueCode":"certain"}],"mode":"match","score":1}`}},
		{name: "alone", method: "POST", url: path, headers: asJSON, body: `{"resourceType":"Patient","identifier":[{"value":"A1"}]}`, status: 200, contains: []string{`"total":1`}},
		{name: "xml", method: "POST", url: path, headers: asXML, status: 200,
			body:     `<Parameters xmlns="http://hl7.org/fhir"><parameter><name value="resource"/><resource><Patient><identifier><value value="A1"/></identifier></Patient></resource></parameter></Parameters>`,
			contains: []string{`<valueCode value="certain"/>`, `<mode value="match"/>`, `<score value="1"/>`}},
		{name: "nobody", method: "POST", url: path, headers: asJSON, body: asked(`,"identifier":[{"value":"Z9"}]`, ""), status: 200, contains: []string{`"total":0`}, absent: []string{"entry"}},
		{name: "twins", method: "POST", url: path, headers: asJSON, body: asked(twin, ""), status: 200, contains: []string{`"total":2`, "Patient/t1", "Patient/t2", `"score":1}`}},
		{name: "one of them", method: "POST", url: path, headers: asJSON, body: asked(twin, `,{"name":"count","valueInteger":1}`), status: 200, contains: []string{`"total":1`, "Patient/t1"}, absent: []string{"Patient/t2"}},
		{name: "twins for certain", method: "POST", url: path, headers: asJSON, body: asked(twin, `,{"name":"onlyCertainMatches","valueBoolean":true}`), status: 200,
			contains: []string{`"total":0`, "2 instances match with certainty", `"mode":"outcome"`}, absent: []string{"Patient/t1"}},
		{name: "a slip for certain", method: "POST", url: path, headers: asJSON, body: asked(strings.Replace(twin, "02-03", "03-02", 1), `,{"name":"onlyCertainMatches","valueBoolean":true}`), status: 200, contains: []string{`"total":0`}, absent: []string{"entry"}},
		{name: "too little", method: "POST", url: path, headers: asJSON, body: asked(`,"gender":"male"`, ""), status: 422, contains: []string{`"expression":["Parameters.parameter[0].resource"]`}},
		{name: "no resource", method: "POST", url: path, headers: asJSON, body: `{"resourceType":"Parameters"}`, status: 400, contains: []string{`"expression":["resource"]`}},
		{name: "another resource", method: "POST", url: path, headers: asJSON, body: `{"resourceType":"Organization","name":"x"}`, status: 400, contains: []string{`"expression":["resource"]`}},
		{name: "asked with GET", method: "GET", url: path, status: 400, contains: []string{`"expression":["resource"]`}},
		{name: "wrong flag", method: "POST", url: path, headers: asJSON, body: asked(twin, `,{"name":"onlyCertainMatches","valueString":"yes"}`), status: 400, contains: []string{`"expression":["onlyCertainMatches"]`}},
		{name: "wrong count", method: "POST", url: path, headers: asJSON, body: asked(twin, `,{"name":"count","valueInteger":-1}`), status: 400, contains: []string{`"expression":["count"]`}},
		{name: "unknown parameter", method: "POST", url: path, headers: asJSON, body: asked(twin, `,{"name":"mood","valueString":"x"}`), status: 400, contains: []string{`"expression":["mood"]`}},
		{name: "very long names", method: "POST", url: path, headers: asJSON, body: asked(`,"name":[{"family":"`+strings.Repeat("a", 1<<20)+`"}]`, ""), status: 200, contains: []string{`"total":0`}},
		{name: "declared", method: "GET", url: "/fhir/metadata", status: 200, contains: []string{`{"name":"match","definition":"http://hl7.org/fhir/OperationDefinition/Patient-match"`}},
	})
}

// The scores are worked out by hand from the weights: identifier 60, family 20, given 15,
// birth 20, gender 5, phone 10, place 5, of 60 or of all that was compared when that is more.
func TestScores(t *testing.T) {
	const held = `{"resourceType":"Patient","identifier":[{"type":{"coding":[{"code":"Code"}]},"value":"100000246"},{"system":"urn:x","value":"X1"}],
		"name":[{"family":"Núñez","given":["Ama","Esi"]}],"birthDate":"1980-05-04","gender":"female","telecom":[{"system":"phone","value":"+255 712 345 678"}],"address":[{"city":"Jamula"}]}`
	for _, c := range []struct {
		name, sent, want string
	}{
		{"number", `"identifier":[{"type":{"coding":[{"code":"Code"}]},"value":"100000246"}]`, "1 certain"},
		{"number without a kind", `"identifier":[{"value":"100000246"}]`, "1 certain"},
		{"number of another system", `"identifier":[{"system":"urn:y","value":"X1"}]`, "0.00 "},
		{"number of the system", `"identifier":[{"system":"urn:x","value":"X1"}]`, "1 certain"},
		{"one digit wrong", `"identifier":[{"type":{"coding":[{"code":"Code"}]},"value":"100000264"}]`, "0.50 possible"},
		{"number, all else differs", `"identifier":[{"system":"urn:x","value":"X1"}],"name":[{"family":"Smith","given":["Joe"]}],"birthDate":"2001-01-01","gender":"male"`, "0.50 possible"},
		{"all but the number", `"name":[{"family":"nunez","given":["ama","esi"]}],"birthDate":"1980-05-04","gender":"female"`, "1 certain"},
		{"no gender", `"name":[{"family":"Nunez","given":["Ama Esi"]}],"birthDate":"1980-05-04"`, "0.91 probable"},
		{"one given name", `"name":[{"family":"Nunez","given":["Ama"]}],"birthDate":"1980-05-04","gender":"female"`, "0.97 probable"},
		{"names exchanged", `"name":[{"family":"Ama Esi","given":["Nunez"]}],"birthDate":"1980-05-04","gender":"female"`, "0.94 probable"},
		{"day and month exchanged", `"name":[{"family":"Nunez","given":["Ama","Esi"]}],"birthDate":"1980-04-05","gender":"female"`, "0.90 probable"},
		{"the year alone", `"name":[{"family":"Nunez","given":["Ama","Esi"]}],"birthDate":"1980"`, "0.78 possible"},
		{"another year", `"name":[{"family":"Nunez","given":["Ama","Esi"]}],"birthDate":"1999-12-30","gender":"female"`, "0.66 possible"},
		{"a letter wrong", `"name":[{"family":"Nunes","given":["Ama","Esi"]}],"birthDate":"1980-05-04","gender":"female"`, "0.93 probable"},
		{"names alone", `"name":[{"family":"Nunez","given":["Ama","Esi"]}]`, "0.58 possible"},
		{"names and phone", `"name":[{"family":"Nunez","given":["Ama","Esi"]}],"telecom":[{"system":"phone","value":"0712345678"}]`, "0.75 possible"},
		{"phone and place", `"name":[{"family":"Nunez"}],"telecom":[{"value":"0712 345678"}],"address":[{"city":"JAMULA"}]`, "0.58 possible"},
		{"family name alone", `"name":[{"family":"Nunez"}]`, "0.33 "},
		{"nothing", `"active":true`, "0.00 "},
	} {
		tree := func(text string) *fhir.Object {
			o, err := fhir.ParseJSON([]byte(text))
			if err != nil {
				t.Fatal(err)
			}
			return o
		}
		v := likenessOf(tree("{" + c.sent + "}")).compare(likenessOf(tree(held)))
		if got := scoreText(v.points) + " " + v.grade; got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}
