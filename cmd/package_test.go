package cmd_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/openimis/openimis-go/cmd"
	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/resources"
)

// packageFile writes a package of these definitions, named as publishers do.
func packageFile(t *testing.T, dir, name string, definitions ...string) string {
	t.Helper()
	var packed bytes.Buffer
	zip := gzip.NewWriter(&packed)
	w := tar.NewWriter(zip)
	put := func(name, text string) {
		if err := w.WriteHeader(&tar.Header{Name: "package/" + name, Mode: 0o644, Size: int64(len(text)), Typeflag: tar.TypeReg}); err != nil {
			t.Fatal(err)
		}
		_, _ = w.Write([]byte(text))
	}
	put("package.json", `{"name":"test.`+name+`","version":"0.1.0","fhirVersions":["4.0.1"]}`)
	for i, text := range definitions {
		put(string(rune('a'+i))+".json", text)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := zip.Close(); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, name+".tgz")
	if err := os.WriteFile(file, packed.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func profileOf(id, base, elements string) string {
	return `{"resourceType":"StructureDefinition","id":"` + id + `","url":"http://example.org/` + id + `","version":"0.1.0","name":"P` + id + `","status":"active","kind":"resource","abstract":false,
		"type":"Patient","baseDefinition":"` + base + `","derivation":"constraint","differential":{"element":[{"id":"Patient","path":"Patient"},` + elements + `]}}`
}

const (
	corePatient = "http://hl7.org/fhir/StructureDefinition/Patient"
	needsPhone  = `{"id":"Patient.telecom","path":"Patient.telecom","min":1}`
	boundState  = `{"id":"Patient.maritalStatus","path":"Patient.maritalStatus","min":1,"binding":{"strength":"required","valueSet":"http://example.org/states"}}`
	statesText  = `{"resourceType":"CodeSystem","id":"states","url":"http://example.org/cs","version":"7","name":"States","title":"States","status":"active","content":"complete","concept":[
		{"code":"one","display":"Alone","concept":[{"code":"old","display":"Alone and old"}]},{"code":"two","display":"Together"}]}`
)

// What another guide's packages define is checked, listed and served.
func TestPackages(t *testing.T) {
	dir := t.TempDir()
	packageFile(t, dir, "base", profileOf("base", corePatient, needsPhone), statesText,
		`{"resourceType":"ValueSet","id":"all","url":"http://example.org/all","name":"All","status":"active","compose":{"include":[{"system":"http://example.org/cs"}],"exclude":[{"system":"http://example.org/cs","concept":[{"code":"old"}]}]}}`,
		`{"resourceType":"ValueSet","id":"endless","url":"http://example.org/endless","name":"Endless","status":"active","compose":{"include":[{"system":"http://snomed.info/sct","filter":[{"property":"concept","op":"is-a","value":"1"}]}]}}`,
		`{"resourceType":"SearchParameter","id":"other","url":"http://example.org/other","name":"other","status":"active","description":"Another.","code":"other","base":["Patient"],"type":"token"}`)
	packageFile(t, dir, "child", profileOf("child", "http://example.org/base", boundState),
		`{"resourceType":"ValueSet","id":"states","url":"http://example.org/states","name":"StatesVS","status":"active","compose":{"include":[{"valueSet":["http://example.org/all"]},{"system":"http://terminology.hl7.org/CodeSystem/v3-MaritalStatus","concept":[{"code":"M","display":"Married"}]}]}}`,
		`{"resourceType":"ImplementationGuide","id":"guide","url":"http://example.org/guide","name":"Guide","status":"active","packageId":"test.child","fhirVersion":["4.0.1"]}`)
	guides, err := resources.LoadGuides([]string{dir})
	if err != nil {
		t.Fatal(err)
	}
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, func(p *cmd.Parts) { p.Guides = guides })
		person := func(rest string) string {
			return `{"resourceType":"Patient","meta":{"profile":["http://example.org/child"]},"name":[{"family":"A","given":["B"]}]` + rest + `}`
		}
		const phone = `,"telecom":[{"system":"phone","value":"1"}]`
		state := func(system, code string) string {
			return `,"maritalStatus":{"coding":[{"system":"` + system + `","code":"` + code + `"}]}`
		}
		for _, c := range []struct{ body, want string }{
			{person(""), "error required Patient.telecom"},
			{person(phone), "error required Patient.maritalStatus"},
			{person(phone + state("http://example.org/cs", "three")), "error code-invalid Patient.maritalStatus"},
			{person(phone + state("http://example.org/cs", "old")), "error code-invalid Patient.maritalStatus"},
			{person(phone + state("http://example.org/cs", "two")), "warning invariant Patient"},
			{person(phone + state("http://terminology.hl7.org/CodeSystem/v3-MaritalStatus", "M")), "warning invariant Patient"},
		} {
			w := call{method: "POST", target: "/fhir/Patient/$validate", body: c.body, header: map[string]string{"Content-Type": asFHIR}, user: "reception:reception123"}.on(s)
			if got := readOutcome(t, w.Code, w.Body.Bytes()).told(); got != c.want {
				t.Errorf("%s: %s, want %s\n%s", c.body, got, c.want, w.Body)
			}
		}
		for _, c := range []struct {
			target string
			status int
			want   string
		}{
			{"StructureDefinition/child", 200, `"url":"http://example.org/child"`},
			{"StructureDefinition?url=http://example.org/base", 200, `"total":1,`},
			{"ImplementationGuide?name=Guide", 200, `"total":1,`},
			{"SearchParameter/other", 200, `"code":"other"`},
			{"CodeSystem/states", 200, `"version":"7"`},
			{"CodeSystem?name:exact=States", 200, `"total":1,`},
			{"CodeSystem/$lookup?system=http://example.org/cs&code=old", 200, "Alone and old"},
			{"CodeSystem/$validate-code?url=http://example.org/cs&code=three", 200, `"valueBoolean":false`},
			{"ValueSet/states", 200, `"url":"http://example.org/all"`[7:]},
			{"ValueSet?code=two&_elements=url", 200, "http://example.org/states"},
			{"ValueSet/$expand?url=http://example.org/states", 200, `"total":3,`},
			{"ValueSet/$expand?url=http://example.org/states&valueSetVersion=2", 404, "version"},
			{"ValueSet/all/$expand?filter=tog", 200, `"total":1,`},
			{"ValueSet/all/$validate-code?system=http://example.org/cs&code=old", 200, `"valueBoolean":false`},
			{"ValueSet/endless", 200, "snomed"},
			{"ValueSet/endless/$expand", 422, "cannot be listed here"},
			{"metadata", 200, `"http://example.org/child"`},
			{"Patient?marital-status:in=http://example.org/endless", 400, ""},
		} {
			w := call{target: "/fhir/" + c.target, user: "Admin:admin123"}.on(s)
			if w.Code != c.status || !strings.Contains(w.Body.String(), c.want) {
				t.Errorf("%s: %d, want %d with %s: %.600s", c.target, w.Code, c.status, c.want, w.Body)
			}
		}
	})
}

// A package that cannot be used stops the start with a sentence that names file and entry.
func TestBadPackagesStopTheStart(t *testing.T) {
	dir := t.TempDir()
	good := packageFile(t, dir, "good", statesText)
	for _, c := range []struct{ file, want string }{
		{filepath.Join(dir, "none.tgz"), "none.tgz cannot be read"},
		{t.TempDir(), "has no .tgz file"},
		{packageFile(t, dir, "twice", statesText), "twice.tgz: package/a.json: CodeSystem/states is there already, from "},
		{packageFile(t, dir, "ours", strings.Replace(statesText, `"id":"states"`, `"id":"claim-status"`, 1)), "from the openIMIS guide"},
		{packageFile(t, dir, "unknown", profileOf("p", "http://example.org/nowhere", needsPhone)), `unknown.tgz: package/a.json: baseDefinition: the base "http://example.org/nowhere" is not known`},
		{packageFile(t, dir, "circle", profileOf("p", "http://example.org/q", needsPhone), profileOf("q", "http://example.org/p", needsPhone)), "circle.tgz: package/a.json: baseDefinition: "},
		{packageFile(t, dir, "element", profileOf("p", corePatient, `{"id":"Patient.nonsense","path":"Patient.nonsense"}`)), `element.tgz: package/a.json: Patient.nonsense: Patient has no element "nonsense"`},
		{packageFile(t, dir, "path", profileOf("p", corePatient, `{"id":"Patient.name","path":"Patient.name","constraint":[{"key":"k-1","severity":"error","human":"h","expression":"name.("}]}`)), "path.tgz: package/a.json: Patient.name: the constraint k-1"},
	} {
		_, err := resources.LoadGuides([]string{good, c.file})
		if core.CodeOf(err) != core.Invalid || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%v, want %s", err, c.want)
		}
	}
	said, err := run(context.Background(), "", "serve", "--demo", "--addr", "127.0.0.1:0", "--state-dir", t.TempDir(), "--packages", filepath.Join(dir, "circle.tgz"))
	if err == nil || !strings.Contains(err.Error(), "circle.tgz: package/a.json") {
		t.Errorf("the program starts: %v %s", err, said)
	}
}
