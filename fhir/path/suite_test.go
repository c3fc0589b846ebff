//go:build fhirpathsuite

package path_test

import (
	"encoding/xml"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/path"
)

// suitePassed is how many tests of the official suite pass. It may only rise;
// docs/conformance.md says which fail and why.
const suitePassed = 927

// suite is tests-fhir-r4.xml of https://github.com/FHIR/fhir-test-cases.
type suite struct {
	Groups []struct {
		Name  string      `xml:"name,attr"`
		Tests []suiteTest `xml:"test"`
	} `xml:"group"`
}

type suiteTest struct {
	Name       string `xml:"name,attr"`
	Input      string `xml:"inputfile,attr"`
	Mode       string `xml:"mode,attr"`
	Predicate  bool   `xml:"predicate,attr"`
	Ordered    string `xml:"ordered,attr"`
	Expression struct {
		Text    string `xml:",chardata"`
		Invalid string `xml:"invalid,attr"`
	} `xml:"expression"`
	Outputs []struct {
		Type string `xml:"type,attr"`
		Text string `xml:",chardata"`
	} `xml:"output"`
}

// The official suite is not ours to commit, and only Maven has it: this file is built by
// scripts/fhirpath-suite alone, which gets it. OPENIMIS_FHIRPATH_SUITE names the folder r4 of
// the public FHIR test cases.
func TestOfficialSuite(t *testing.T) {
	dir := os.Getenv("OPENIMIS_FHIRPATH_SUITE")
	data, err := os.ReadFile(filepath.Join(dir, "fhirpath", "tests-fhir-r4.xml"))
	if err != nil {
		t.Fatal(err)
	}
	var s suite
	if err := xml.Unmarshal(data, &s); err != nil {
		t.Fatal(err)
	}
	passed, total := 0, 0
	for _, group := range s.Groups {
		for i := range group.Tests {
			total++
			if why := group.Tests[i].run(t, dir); why == "" {
				passed++
			} else {
				t.Logf("%s %s: %s: %s", group.Name, group.Tests[i].Name, strings.TrimSpace(group.Tests[i].Expression.Text), why)
			}
		}
	}
	t.Logf("%d of %d tests of the official suite pass (%.1f %%)", passed, total, 100*float64(passed)/float64(total))
	if passed < suitePassed {
		t.Errorf("%d passed before", suitePassed)
	}
}

// run gives what went wrong, "" when nothing did.
func (s *suiteTest) run(t *testing.T, dir string) string {
	var tree *fhir.Object
	if s.Input != "" {
		tree = suiteInput(t, filepath.Join(dir, s.Input))
	}
	source := strings.TrimSpace(s.Expression.Text)
	e, err := path.Compile(source)
	if err == nil && (s.Mode == "strict" || s.Expression.Invalid == "semantic") {
		_, err = path.CompileFor(tree.String("resourceType"), source)
	}
	var values path.Collection
	if err == nil {
		values, err = e.Evaluate(&path.Env{Now: func() time.Time { return time.Date(2026, 3, 4, 5, 6, 7, 8e6, time.UTC) }}, tree)
	}
	if s.Expression.Invalid != "" {
		if err == nil {
			return "an error is expected"
		}
		return ""
	}
	if err != nil {
		return err.Error()
	}
	if s.Predicate {
		values = path.Collection{path.SystemItem(len(values) > 0)}
	}
	return s.compare(values)
}

func (s *suiteTest) compare(values path.Collection) string {
	var got, want []string
	for _, v := range values {
		got = append(got, v.String())
	}
	for _, o := range s.Outputs {
		want = append(want, strings.Replace(strings.TrimPrefix(strings.TrimPrefix(o.Text, "@"), "T"), "+00:00", "Z", 1))
	}
	if strings.Join(got, "|") != strings.Join(want, "|") {
		return strings.Join(got, "|") + " instead of " + strings.Join(want, "|")
	}
	for i, o := range s.Outputs {
		_, typ, _ := strings.Cut(values[i].Type(), ".")
		if o.Type != "" && !strings.EqualFold(o.Type, typ) {
			return typ + " instead of " + o.Type
		}
	}
	return ""
}

func suiteInput(t *testing.T, name string) *fhir.Object {
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if strings.HasSuffix(name, ".json") {
		tree, err := fhir.ParseJSON(data)
		if err != nil {
			t.Fatal(err)
		}
		return tree
	}
	r, err := fhir.DecodeXML(data, fhir.DecodeOptions{Lenient: true})
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return r.Tree
}
