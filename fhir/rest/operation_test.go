package rest

import (
	"context"
	"strings"
	"testing"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
)

// operating gives a type two operations: echo says back what it was asked, and move may
// change something.
type operating struct{ *memory }

func (operating) Operations() []Operation {
	echo := Operation{
		Name: "echo", Definition: "http://example.org/OperationDefinition/echo", OnType: true, OnInstance: true,
		Documentation: "Says what it heard.", Run: echoed,
	}
	move := echo
	move.Name, move.Definition, move.OnType, move.AffectsState = "move", "http://example.org/OperationDefinition/move", false, true
	return []Operation{echo, move}
}

func echoed(_ context.Context, in *Invocation) (*fhir.Entry, error) {
	if err := in.Only("word", "coding", "flag", "number", "patient"); err != nil {
		return nil, err
	}
	said := []string{"id=" + in.ID}
	for _, name := range []string{"word", "flag", "number"} {
		text, err := in.Text(name)
		if err != nil {
			return nil, err
		}
		said = append(said, name+"="+text)
	}
	coding, err := in.Object("coding")
	if err != nil {
		return nil, err
	}
	said = append(said, "coding="+coding.String("code"))
	if in.Resource != nil {
		said = append(said, "posted="+in.Resource.Tree.String("resourceType"))
	}
	if p, _ := in.Get("patient"); p != nil {
		said = append(said, "part="+p.Resource.String("resourceType"))
	}
	answer := strings.Join(said, " ")
	return &fhir.Entry{Resource: &fhir.Resource{Typed: &r4.Parameters{
		Parameter: []r4.ParametersParameter{{Name: "said", ValueString: &answer}},
	}}}, nil
}

// withOperations puts the operations on Patient; change is made besides.
func withOperations(change func(*Base)) func(*Base) {
	return func(b *Base) {
		b.Types[0] = operating{b.Types[0].(*memory)}
		if change != nil {
			change(b)
		}
	}
}

func TestOperation(t *testing.T) {
	const path = "/fhir/Patient/$echo"
	const one = "/fhir/Patient/" + anna
	parameters := func(parts string) string { return `{"resourceType":"Parameters","parameter":[` + parts + `]}` }
	run(t, withOperations(nil), []scenario{
		{name: "get", method: "GET", url: path + "?word=a&_format=json", status: 200, header: headers{"ETag": "-", "Content-Type": "application/fhir+json; charset=utf-8"},
			contains: []string{`"resourceType":"Parameters"`, `id= word=a flag= number= coding="`}},
		{name: "xml", method: "GET", url: path + "?word=a&_format=xml", status: 200, contains: []string{`<valueString value="id= word=a`}},
		{name: "head", method: "HEAD", url: path, status: 200},
		{name: "instance", method: "GET", url: one + "/$echo", status: 200, contains: []string{"id=" + anna}},
		{name: "post", method: "POST", url: path, headers: asJSON, status: 200,
			body:     parameters(`{"name":"word","valueCode":"b"},{"name":"flag","valueBoolean":false},{"name":"number","valueInteger":7},{"name":"coding","valueCoding":{"code":"c"}},{"name":"patient","resource":{"resourceType":"Patient"}}`),
			contains: []string{"word=b flag=false number=7 coding=c part=Patient"}},
		{name: "post xml", method: "POST", url: path, headers: asXML, status: 200,
			body: `<Parameters xmlns="http://hl7.org/fhir"><parameter><name value="word"/><valueUri value="u"/></parameter></Parameters>`, contains: []string{"word=u"}},
		{name: "post without a body", method: "POST", url: one + "/$move?word=z", status: 200, contains: []string{"id=" + anna + " word=z"}},
		{name: "post another resource", method: "POST", url: path, headers: asJSON, body: `{"resourceType":"Patient"}`, status: 200, contains: []string{"posted=Patient"}},
		{name: "what may change something is posted", method: "GET", url: one + "/$move", status: 405, header: headers{"Allow": "POST"}},
		{name: "not on the type", method: "POST", url: "/fhir/Patient/$move", status: 404},
		{name: "other method", method: "DELETE", url: path, status: 405, header: headers{"Allow": "POST, GET, HEAD"}},
		{name: "unknown operation", method: "GET", url: "/fhir/Patient/$sing", status: 404},
		{name: "unknown parameter", method: "GET", url: path + "?melody=a", status: 400, contains: []string{`"expression":["melody"]`}},
		{name: "empty parameter", method: "GET", url: path + "?word=", status: 400, contains: []string{`"expression":["word"]`}},
		{name: "twice", method: "GET", url: path + "?word=a&word=b", status: 400, contains: []string{"more than once"}},
		{name: "complex value in the URL", method: "GET", url: path + "?coding=a", status: 400, contains: []string{`"expression":["coding"]`}},
		{name: "complex value for a primitive one", method: "POST", url: path, headers: asJSON, body: parameters(`{"name":"word","valueCoding":{"code":"c"}}`), status: 400, contains: []string{`"expression":["word"]`}},
		{name: "broken body", method: "POST", url: path, headers: asJSON, body: `{"resourceType":"Parameters","parameter":{}}`, status: 400},
		{name: "form", method: "POST", url: path, headers: form, body: "word=a", status: 415},
		{name: "not signed in", method: "GET", url: path, headers: headers{"X-User": "nobody"}, status: 401},
		{name: "capability", method: "GET", url: "/fhir/metadata", status: 200,
			contains: []string{`"operation":[{"name":"echo","definition":"http://example.org/OperationDefinition/echo","documentation":"Says what it heard."},{"name":"move"`}},
	})
}

func TestOperationRoutes(t *testing.T) {
	var got []string
	for _, r := range newWorld(t, withOperations(nil)).server.Routes() {
		if strings.HasPrefix(string(r.Interaction), "$") && !strings.HasPrefix(string(r.Interaction), "$meta") {
			got = append(got, r.Method+" "+r.Path+" "+string(r.Interaction))
		}
	}
	want := "POST /fhir/Patient/$echo $echo, GET /fhir/Patient/$echo $echo, HEAD /fhir/Patient/$echo $echo, " +
		"POST /fhir/Patient/:id/$echo $echo, GET /fhir/Patient/:id/$echo $echo, HEAD /fhir/Patient/:id/$echo $echo, POST /fhir/Patient/:id/$move $move"
	if strings.Join(got, ", ") != want {
		t.Errorf("routes: %v", got)
	}
}

// incomplete offers an operation that cannot run.
type incomplete struct{ operating }

func (i incomplete) Operations() []Operation {
	return append(i.operating.Operations(), Operation{Name: "x"})
}

type doubled struct{ operating }

func (d doubled) Operations() []Operation {
	return append(d.operating.Operations(), d.operating.Operations()...)
}

func TestOperationsThatCannotBeOffered(t *testing.T) {
	m := operating{newMemory(Definition{Name: "Patient"})}
	for _, typ := range []Type{incomplete{m}, doubled{m}} {
		if _, err := NewServer(Base{Types: []Type{typ}}); core.CodeOf(err) != core.Internal {
			t.Errorf("%T: %v", typ, err)
		}
	}
}
