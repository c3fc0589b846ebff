package rest

import (
	"strings"
	"testing"

	"github.com/openimis/openimis-go/fhir"
)

func TestMeta(t *testing.T) {
	const one = "/fhir/Patient/" + anna
	tagged := func(parts string) string {
		return `{"resourceType":"Parameters","parameter":[{"name":"meta","valueMeta":{` + parts + `}}]}`
	}
	const tag = `"tag":[{"system":"http://example.org/tags","code":"vip","display":"Important"}]`
	run(t, nil, []scenario{
		{name: "instance", method: "GET", url: one + "/$meta", status: 200, contains: []string{`{"resourceType":"Parameters","parameter":[{"name":"return","valueMeta":{"versionId":"1","lastUpdated":"2024-03-01T10:00:01.500Z"}}]}`}},
		{name: "xml", method: "GET", url: one + "/$meta?_format=xml", status: 200, contains: []string{`<valueMeta><versionId value="1"/>`}},
		{name: "posted", method: "POST", url: one + "/$meta", status: 200, contains: []string{`"versionId":"1"`}},
		{name: "type", method: "GET", url: "/fhir/Patient/$meta", status: 200, contains: []string{`"valueMeta":{"profile":["http://example.org/Patient"]}`}},
		{name: "type without profiles", method: "GET", url: "/fhir/Claim/$meta", status: 200, contains: []string{`{"resourceType":"Parameters"}`}},
		{name: "system", method: "GET", url: "/fhir/$meta", status: 200, contains: []string{`"profile":["http://example.org/Patient"]`}},
		{name: "system, not signed in", method: "GET", url: "/fhir/$meta", headers: headers{"X-User": "nobody"}, status: 401},
		{name: "nobody", method: "GET", url: "/fhir/Patient/nobody/$meta", status: 404},
		{name: "parameters it has not", method: "GET", url: one + "/$meta?x=y", status: 400, contains: []string{`"expression":["x"]`}},
		{name: "add", method: "POST", url: one + "/$meta-add", headers: asJSON, body: tagged(tag + `,"security":[{"code":"R"}]`), status: 200,
			contains: []string{`"versionId":"2"`, `"security":[{"code":"R"}]`, `"display":"Important"`}},
		{name: "add in xml", method: "POST", url: one + "/$meta-add", headers: asXML, status: 200,
			body:     `<Parameters xmlns="http://hl7.org/fhir"><parameter><name value="meta"/><valueMeta><tag><code value="x"/></tag></valueMeta></parameter></Parameters>`,
			contains: []string{`<tag><code value="x"/></tag>`}},
		{name: "delete what is not there", method: "POST", url: one + "/$meta-delete", headers: asJSON, body: tagged(tag), status: 200, contains: []string{`"versionId":"1"`}},
		{name: "add a profile", method: "POST", url: one + "/$meta-add", headers: asJSON, body: tagged(`"profile":["http://example.org/x"]`), status: 422, contains: []string{`"expression":["meta.profile"]`}},
		{name: "add nothing", method: "POST", url: one + "/$meta-add", headers: asJSON, body: tagged(`"source":"http://example.org"`), status: 400, contains: []string{`"expression":["meta"]`}},
		{name: "no meta", method: "POST", url: one + "/$meta-add", headers: asJSON, body: `{"resourceType":"Parameters"}`, status: 400, contains: []string{`"expression":["meta"]`}},
		{name: "another version", method: "POST", url: one + "/$meta-add", headers: headers{"Content-Type": "application/fhir+json", "If-Match": `W/"7"`}, body: tagged(tag), status: 412},
		{name: "asked with GET", method: "GET", url: one + "/$meta-add", status: 405, header: headers{"Allow": "POST"}},
		{name: "where nothing is changed", method: "POST", url: "/fhir/ClaimResponse/x/$meta-add", headers: asJSON, body: tagged(tag), status: 404},
		{name: "a very long tag", method: "POST", url: one + "/$meta-add", headers: asJSON, body: tagged(`"tag":[{"code":"` + strings.Repeat("a", 1<<20) + `"}]`), status: 200},
		{name: "declared", method: "GET", url: "/fhir/metadata", status: 200, contains: []string{
			`"operation":[{"name":"meta","definition":"http://hl7.org/fhir/OperationDefinition/Resource-meta"`, `{"name":"meta-add","definition":"http://hl7.org/fhir/OperationDefinition/Resource-meta-add"`}},
	})
}

// Labels that are added are read back, are there once however often they are added, and go
// when they are deleted; who adds what is there already makes no version.
func TestLabelsComeAndGo(t *testing.T) {
	w := newWorld(t, nil)
	at := "/fhir/Patient/" + anna
	for _, step := range []struct{ operation, code, want, version string }{
		{"$meta-add", "a", "a", "2"}, {"$meta-add", "b", "a b", "3"}, {"$meta-add", "a", "a b", "3"}, {"$meta-delete", "a", "b", "4"}, {"$meta-delete", "b", "", "5"},
	} {
		rec := w.do("POST", at+"/"+step.operation, asJSON, `{"resourceType":"Parameters","parameter":[{"name":"meta","valueMeta":{"tag":[{"system":"urn:t","code":"`+step.code+`"}]}}]}`)
		if rec.Code != 200 {
			t.Fatalf("%s %s: %d %s", step.operation, step.code, rec.Code, rec.Body)
		}
		tree, err := fhir.ParseJSON(w.do("GET", at, nil, "").Body.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		var codes []string
		for _, one := range tree.Object("meta").List("tag") {
			codes = append(codes, one.(*fhir.Object).String("code"))
		}
		if got := strings.Join(codes, " "); got != step.want || tree.Object("meta").String("versionId") != step.version {
			t.Errorf("after %s %s: %q in version %s, want %q in %s", step.operation, step.code, got, tree.Object("meta").String("versionId"), step.want, step.version)
		}
	}
}

// keeping remembers the definitions it is given.
type keeping struct {
	*memory
	kept *[]*fhir.Object
}

func (k keeping) Keep(operations []*fhir.Object) { *k.kept = operations }

func TestOperationsAreDefined(t *testing.T) {
	var kept []*fhir.Object
	newWorld(t, func(b *Base) {
		withOperations(nil)(b)
		b.Types = append(b.Types, keeping{newMemory(Definition{Name: "OperationDefinition"}), &kept})
	})
	var got []string
	for _, one := range kept {
		if _, err := fhir.DecodeTree(one, fhir.DecodeOptions{Type: "OperationDefinition"}); err != nil {
			t.Errorf("%s: %v", one.String("id"), err)
		}
		line := one.String("id")
		for _, place := range []string{"system", "type", "instance"} {
			if one.Get(place) == true {
				line += " " + place
			}
		}
		got = append(got, line)
	}
	if want := "echo type instance, move instance, Resource-meta system type instance, Resource-meta-add instance, Resource-meta-delete instance"; strings.Join(got, ", ") != want {
		t.Errorf("%s\nwant %s", strings.Join(got, ", "), want)
	}
}
