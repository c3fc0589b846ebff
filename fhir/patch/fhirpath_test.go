package patch

import (
	"encoding/xml"
	"os"
	"strings"
	"testing"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
)

// operation writes one operation of a patch: names and JSON of its parts in turn.
func operation(parts ...string) string {
	var list []string
	for i := 0; i < len(parts); i += 2 {
		list = append(list, `{"name":"`+parts[i]+`",`+parts[i+1]+`}`)
	}
	return `{"name":"operation","part":[` + strings.Join(list, ",") + `]}`
}

func at(path string) string     { return `"valueString":"` + path + `"` }
func kind(kind string) string   { return `"valueCode":"` + kind + `"` }
func number(text string) string { return `"valueInteger":` + text }

const patient = `{"resourceType":"Patient","active":true,"name":[{"given":["a","b"],"_given":[null,{"id":"x"}]},{"family":"f"}],"deceasedBoolean":false,"contact":[{"name":{"text":"c"}}]}`

func TestFHIRPath(t *testing.T) {
	for name, c := range map[string]struct {
		operations []string
		want       string
		code       core.Code
		says       string
	}{
		"nothing":                         {want: patient},
		"add an element":                  {operations: []string{operation("type", kind("add"), "path", at("Patient"), "name", at("gender"), "value", `"valueCode":"male"`)}, want: strings.TrimSuffix(patient, "}") + `,"gender":"male"}`},
		"add to a list":                   {operations: []string{operation("type", kind("add"), "path", at("Patient.name[0]"), "name", at("given"), "value", `"valueString":"c"`)}, want: strings.Replace(patient, `["a","b"],"_given":[null,{"id":"x"}]`, `["a","b","c"],"_given":[null,{"id":"x"},null]`, 1)},
		"add what is made of parts":       {operations: []string{operation("type", kind("add"), "path", at("Patient"), "name", at("contact"), "value", `"part":[{"name":"name","valueHumanName":{"text":"d"}},{"name":"telecom","valueContactPoint":{"value":"1"}},{"name":"telecom","valueContactPoint":{"value":"2"}}]`)}, want: strings.Replace(patient, `{"name":{"text":"c"}}`, `{"name":{"text":"c"}},{"name":{"text":"d"},"telecom":[{"value":"1"},{"value":"2"}]}`, 1)},
		"add an extension with a choice":  {operations: []string{operation("type", kind("add"), "path", at("Patient.contact[0]"), "name", at("extension"), "value", `"part":[{"name":"url","valueUri":"http://x"},{"name":"value","valueInteger":7}]`)}, want: strings.Replace(patient, `{"name":{"text":"c"}}`, `{"name":{"text":"c"},"extension":[{"url":"http://x","valueInteger":7}]}`, 1)},
		"add what is there":               {operations: []string{operation("type", kind("add"), "path", at("Patient"), "name", at("active"), "value", `"valueBoolean":false`)}, code: core.Unprocessable, says: "is there already"},
		"add what nobody defined":         {operations: []string{operation("type", kind("add"), "path", at("Patient"), "name", at("nosuch"), "value", `"valueBoolean":false`)}, code: core.Unprocessable, says: "nosuch"},
		"add to nothing":                  {operations: []string{operation("type", kind("add"), "path", at("Patient.maritalStatus"), "name", at("text"), "value", `"valueString":"x"`)}, code: core.Unprocessable, says: "0 elements"},
		"add to a primitive":              {operations: []string{operation("type", kind("add"), "path", at("Patient.active"), "name", at("text"), "value", `"valueString":"x"`)}, code: core.Unprocessable},
		"insert into a list":              {operations: []string{operation("type", kind("insert"), "path", at("Patient.name[0].given"), "index", number("1"), "value", `"valueString":"c"`)}, want: strings.Replace(patient, `["a","b"],"_given":[null,{"id":"x"}]`, `["a","c","b"],"_given":[null,null,{"id":"x"}]`, 1)},
		"insert behind the end":           {operations: []string{operation("type", kind("insert"), "path", at("Patient.name"), "index", number("3"), "value", `"valueHumanName":{"text":"x"}`)}, code: core.Unprocessable, says: "2 entries"},
		"delete an element":               {operations: []string{operation("type", kind("delete"), "path", at("Patient.active"))}, want: strings.Replace(patient, `"active":true,`, "", 1)},
		"delete what is not there":        {operations: []string{operation("type", kind("delete"), "path", at("Patient.gender"))}, want: patient},
		"delete the last of an element":   {operations: []string{operation("type", kind("delete"), "path", at("Patient.contact.name.text"))}, want: strings.Replace(patient, `,"contact":[{"name":{"text":"c"}}]`, "", 1)},
		"delete of a list":                {operations: []string{operation("type", kind("delete"), "path", at("Patient.name[0].given[1]"))}, want: strings.Replace(patient, `["a","b"],"_given":[null,{"id":"x"}]`, `["a"]`, 1)},
		"delete several":                  {operations: []string{operation("type", kind("delete"), "path", at("Patient.name"))}, code: core.Unprocessable, says: "2 elements"},
		"delete the resource":             {operations: []string{operation("type", kind("delete"), "path", at("Patient"))}, code: core.Unprocessable},
		"replace a primitive":             {operations: []string{operation("type", kind("replace"), "path", at("Patient.active"), "value", `"valueBoolean":false`)}, want: strings.Replace(patient, `"active":true`, `"active":false`, 1)},
		"replace in a list":               {operations: []string{operation("type", kind("replace"), "path", at("Patient.name[0].given[1]"), "value", `"valueString":"z"`)}, want: strings.Replace(patient, `["a","b"],"_given":[null,{"id":"x"}]`, `["a","z"]`, 1)},
		"replace a choice by another":     {operations: []string{operation("type", kind("replace"), "path", at("Patient.deceased"), "value", `"valueDateTime":"2020-01-01"`)}, want: strings.TrimSuffix(strings.Replace(patient, `"deceasedBoolean":false,`, "", 1), "}") + `,"deceasedDateTime":"2020-01-01"}`},
		"replace what is not there":       {operations: []string{operation("type", kind("replace"), "path", at("Patient.gender"), "value", `"valueCode":"male"`)}, code: core.Unprocessable, says: "0 elements"},
		"move":                            {operations: []string{operation("type", kind("move"), "path", at("Patient.name"), "source", number("1"), "destination", number("0"))}, want: strings.Replace(patient, `{"given":["a","b"],"_given":[null,{"id":"x"}]},{"family":"f"}`, `{"family":"f"},{"given":["a","b"],"_given":[null,{"id":"x"}]}`, 1)},
		"move from behind the end":        {operations: []string{operation("type", kind("move"), "path", at("Patient.name"), "source", number("2"), "destination", number("0"))}, code: core.Unprocessable},
		"one after the other":             {operations: []string{operation("type", kind("delete"), "path", at("Patient.name[0]")), operation("type", kind("replace"), "path", at("Patient.name[0].family"), "value", `"valueString":"g"`)}, want: `{"resourceType":"Patient","active":true,"name":[{"family":"g"}],"deceasedBoolean":false,"contact":[{"name":{"text":"c"}}]}`},
		"a path that works something out": {operations: []string{operation("type", kind("delete"), "path", at("1 + 1"))}, code: core.Unprocessable},
		"a path that is none":             {operations: []string{operation("type", kind("delete"), "path", at("Patient.name["))}, code: core.Invalid, says: "Parameters.parameter[0]"},
		"an operation nobody defined":     {operations: []string{operation("type", kind("burn"), "path", at("Patient.name"))}, code: core.Invalid},
		"an operation without a value":    {operations: []string{operation("type", kind("replace"), "path", at("Patient.active"))}, code: core.Invalid, says: "needs the part value"},
		"a part twice":                    {operations: []string{operation("type", kind("delete"), "path", at("Patient.active"), "path", at("Patient.name"))}, code: core.Invalid, says: "twice"},
		"a place before the list":         {operations: []string{operation("type", kind("insert"), "path", at("Patient.name"), "index", number("-1"), "value", `"valueHumanName":{"text":"x"}`)}, code: core.Invalid},
		"another parameter":               {operations: []string{`{"name":"other"}`}, code: core.Invalid, says: "operation"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := patched(patient, `{"resourceType":"Parameters","parameter":[`+strings.Join(c.operations, ",")+`]}`)
			if c.code != "" {
				if err == nil || core.CodeOf(err) != c.code || !strings.Contains(err.Error(), c.says) {
					t.Errorf("%v, want %s and %q", err, c.code, c.says)
				}
				return
			}
			if err != nil || got != c.want {
				t.Errorf("%s %v, want\n%s", got, err, c.want)
			}
		})
	}
}

func patched(resource, parameters string) (string, error) {
	tree, err := fhir.ParseJSON([]byte(resource))
	if err != nil {
		return "", err
	}
	before := string(tree.AppendJSON(nil))
	p, err := fhir.ParseJSON([]byte(parameters))
	if err != nil {
		return "", err
	}
	steps, err := FHIRPath(p)
	if err != nil {
		return "", err
	}
	out, err := steps.Apply(tree)
	if string(tree.AppendJSON(nil)) != before {
		return "", core.Errorf(core.Internal, "the resource given was changed")
	}
	if err != nil {
		return "", err
	}
	return string(out.AppendJSON(nil)), nil
}

// published are HL7's own cases, which are kept beside the project and are not part of it.
const published = "../../../shared/testscripts/hl7-fhir-test-cases/r4-patch/fhir-patch-tests.xml"

func TestPublishedCases(t *testing.T) {
	data, err := os.ReadFile(published)
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal(err)
		}
		t.Skipf("SKIP: no %s", published)
	}
	type inner struct {
		XML string `xml:",innerxml"`
	}
	var cases struct {
		Case []struct {
			Name   string `xml:"name,attr"`
			Input  inner  `xml:"input"`
			Diff   inner  `xml:"diff"`
			Output *inner `xml:"output"`
		} `xml:"case"`
	}
	if err := xml.Unmarshal(data, &cases); err != nil || len(cases.Case) < 30 {
		t.Fatalf("%d cases, %v", len(cases.Case), err)
	}
	read := func(text string) *fhir.Object {
		r, err := fhir.DecodeXML([]byte(strings.TrimSpace(text)), fhir.DecodeOptions{Lenient: true})
		if err != nil {
			return &fhir.Object{} // an empty resource, which XML can write and R4 does not allow
		}
		return r.Tree
	}
	for _, c := range cases.Case {
		t.Run(c.Name, func(t *testing.T) {
			input, diff := read(c.Input.XML), read(c.Diff.XML)
			if len(input.Members) == 0 {
				input.Set("resourceType", "Patient")
			}
			steps, err := FHIRPath(diff)
			var got *fhir.Object
			if err == nil {
				got, err = steps.Apply(input)
			}
			if c.Output == nil {
				if err == nil {
					t.Errorf("not refused: %s", got.AppendJSON(nil))
				}
				return
			}
			want := read(c.Output.XML)
			if len(want.Members) == 0 {
				want.Set("resourceType", "Patient")
			}
			// A narrative may spell a quotation mark in two ways.
			told := strings.ReplaceAll(string(want.AppendJSON(nil)), "&quot;", `\"`)
			if err != nil || !same(t, got.AppendJSON(nil), told) {
				t.Errorf("%v %s, want\n%s", err, got.AppendJSON(nil), told)
			}
		})
	}
}

// FuzzFHIRPath: no patch makes the program panic or blame itself.
func FuzzFHIRPath(f *testing.F) {
	for _, one := range []string{operation("type", kind("add"), "path", at("Patient"), "name", at("gender"), "value", `"valueCode":"male"`), operation("type", kind("move"), "path", at("Patient.name"), "source", number("1"), "destination", number("0"))} {
		f.Add(`{"resourceType":"Parameters","parameter":[` + one + `]}`)
	}
	f.Fuzz(func(t *testing.T, parameters string) {
		if _, err := patched(patient, parameters); err != nil && core.CodeOf(err) == core.Internal {
			t.Errorf("%s: %v", parameters, err)
		}
	})
}
