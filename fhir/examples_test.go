package fhir_test

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
)

// shared holds facts kept beside the project that are not part of it.
const shared = "../../shared/"

// sharedDirs hold published R4 resources in JSON.
var sharedDirs = []string{
	"reference/fhir-examples",
	"testscripts/hl7-r4-examples-via-microsoft-fhir-server",
	"testscripts/mitre-testscript-engine-r4",
}

// invalidShared are published files that are no valid R4, with the fault that must be found.
var invalidShared = map[string]string{
	"Patient/example2.json":            "Patient.birthDate",
	"basic_testreport.json":            "TestReport.id",
	"basic_testscript.json":            "TestScript.id",
	"basic_fixture_testscript.json":    "TestScript.id",
	"invalid_json.json":                "",
	"testreport_outline.json":          "TestReport.id",
	"example_bundle.json":              "Bundle.entry[0].resource.text.div",
	"example_bundle_entry.json":        "Patient.text.div",
	"profile_validate_testscript.json": "TestScript.text.div",
	"testscript_fixture_test.json":     "TestScript.test[0].action[0].operation.result",
}

// eachExample runs f on every committed example and on every shared one that is there.
func eachExample(t *testing.T, f func(t *testing.T, name string, data []byte)) {
	t.Helper()
	own, err := filepath.Glob("testdata/*.json")
	if err != nil || len(own) == 0 {
		t.Fatalf("no examples in testdata: %v", err)
	}
	for _, name := range own {
		runExample(t, name, f)
	}
	for _, dir := range sharedDirs {
		if _, err := os.Stat(shared + dir); err != nil {
			t.Run(dir, func(t *testing.T) { absent(t, shared+dir) })
			continue
		}
		err := filepath.WalkDir(shared+dir, func(path string, entry fs.DirEntry, err error) error {
			if err == nil && !entry.IsDir() && strings.HasSuffix(path, ".json") {
				runExample(t, path, f)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func runExample(t *testing.T, name string, f func(t *testing.T, name string, data []byte)) {
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(data, []byte(`"resourceType"`)) {
		return
	}
	data = bytes.TrimPrefix(data, []byte("\uFEFF"))
	t.Run(strings.TrimPrefix(name, shared), func(t *testing.T) { f(t, name, data) })
}

// decodeExample reads an example, nil for one that is known to be invalid.
func decodeExample(t *testing.T, name string, data []byte) *fhir.Resource {
	t.Helper()
	r, err := fhir.DecodeJSON(data, fhir.DecodeOptions{})
	for file, path := range invalidShared {
		if strings.HasPrefix(name, shared) && strings.HasSuffix(name, "/"+file) {
			if err == nil || !strings.Contains(strings.Join(report(err), "\n"), path) {
				t.Errorf("got %q, want a fault at %q", report(err), path)
			}
			return nil
		}
	}
	if err != nil {
		t.Fatal(strings.Join(report(err), "\n"))
	}
	return r
}

func TestExamplesReadBackAsWritten(t *testing.T) {
	eachExample(t, func(t *testing.T, name string, data []byte) {
		r := decodeExample(t, name, data)
		if r == nil {
			return
		}
		sameJSON(t, data, encodeJSON(t, r))
	})
}

func TestExamplesThroughXML(t *testing.T) {
	eachExample(t, func(t *testing.T, name string, data []byte) {
		r := decodeExample(t, name, data)
		if r == nil {
			return
		}
		for _, pretty := range []bool{false, true} {
			text, err := r.AppendXML(nil, fhir.EncodeOptions{Pretty: pretty})
			if err != nil {
				t.Fatal(err)
			}
			back, err := fhir.DecodeXML(text, fhir.DecodeOptions{})
			if err != nil {
				t.Fatalf("%s\n%s", strings.Join(report(err), "\n"), text)
			}
			sameJSON(t, data, encodeJSON(t, back))
		}
	})
}

// TestStructsOfExamples takes what a struct can hold through it: the result is the example
// without contained resources, extensions of primitives and the nulls that go with them.
func TestStructsOfExamples(t *testing.T) {
	eachExample(t, func(t *testing.T, name string, data []byte) {
		r := decodeExample(t, name, data)
		if r == nil || r.Typed == nil {
			return
		}
		want, err := json.Marshal(structOnly(plain(t, data)))
		if err != nil {
			t.Fatal(err)
		}
		sameJSON(t, want, encodeJSON(t, &fhir.Resource{Typed: r.Typed}))
		tree, err := fhir.ToObject(r.Typed)
		if err != nil {
			t.Fatal(err)
		}
		sameJSON(t, want, tree.AppendJSON(nil))
	})
}

func structOnly(v any) any {
	switch v := v.(type) {
	case map[string]any:
		kept := map[string]any{}
		for name, value := range v {
			if name == "resource" || name == "outcome" {
				kept[name] = value // embedded whole
				continue
			}
			if name == "contained" || name[0] == '_' {
				continue
			}
			if value = structOnly(value); value != nil {
				kept[name] = value
			}
		}
		if len(kept) > 0 {
			return kept
		}
		return nil
	case []any:
		var kept []any
		for _, item := range v {
			if item = structOnly(item); item != nil {
				kept = append(kept, item)
			}
		}
		if kept != nil {
			return kept
		}
		return nil
	}
	return v
}

func encodeJSON(t *testing.T, r *fhir.Resource) []byte {
	t.Helper()
	out, err := r.AppendJSON(nil, fhir.EncodeOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// sameJSON fails unless both texts are the same JSON, whatever the order of members, with
// numbers compared as they are written.
func sameJSON(t *testing.T, want, got []byte) {
	t.Helper()
	if a, b := plain(t, want), plain(t, got); !reflect.DeepEqual(a, b) {
		wanted, _ := json.Marshal(a)
		gotten, _ := json.Marshal(b)
		t.Errorf("want %s\n got %s", wanted, gotten)
	}
}

func plain(t *testing.T, data []byte) any {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		t.Fatalf("%v in %.300s", err, data)
	}
	return v
}

// report lists the faults of an error, one a line: code, path and message.
func report(err error) (lines []string) {
	if e, ok := err.(*core.Error); ok {
		for _, one := range e.All() {
			lines = append(lines, string(one.Code)+" "+one.Path+": "+one.Message)
		}
	}
	return lines
}

// eachOwn runs f on every committed example.
func eachOwn(t *testing.T, f func(data []byte)) {
	own, err := filepath.Glob("testdata/*.json")
	if err != nil || len(own) == 0 {
		t.Errorf("no examples in testdata: %v", err)
	}
	for _, name := range own {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Error(err)
			continue
		}
		f(data)
	}
}

// absent skips what needs shared material that is not there; in CI it has to be.
func absent(t *testing.T, file string) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatalf("%s is not there", file)
	}
	t.Skipf("%s is not there", file)
}
