package mapping_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"

	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/profile"
	"github.com/openimis/openimis-go/mapping"
)

// fixedLists knows the value sets whose codes are in the program.
type fixedLists struct{}

func (fixedLists) Holds(valueSet, system, code string) (holds, known bool) {
	for _, l := range mapping.CodeLists {
		if l.ValueSet() != valueSet || l.Site {
			continue
		}
		for _, c := range l.Members(siteRegisters) {
			holds = holds || c.Code == code && (system == "" || system == c.System)
		}
		return holds, true
	}
	return false, false
}

// place is an object that a resource holds and where.
type place struct {
	object *fhir.Object
	path   string
}

// placesOf walks the elements of an id below the root and gives the objects at its end; of
// a slice of extensions, those with its URL.
func placesOf(tree *fhir.Object, names []string) []place {
	found := []place{{tree, tree.String("resourceType")}}
	for _, name := range names {
		var next []place
		for _, p := range found {
			values, many := p.object.Get(name).([]any)
			if !many {
				values = []any{p.object.Get(name)}
			}
			for i, value := range values {
				if o, is := value.(*fhir.Object); is && o != nil {
					at := p.path + "." + name
					if many {
						at += fmt.Sprintf("[%d]", i)
					}
					next = append(next, place{o, at})
				}
			}
		}
		found = next
	}
	return found
}

// spoiling changes one object so that it breaks what an element asks, and gives the type of
// the issue that has to be found at the element; "" when there is nothing to spoil.
func spoiling(e, o *fhir.Object, name string) (r4.IssueType, bool) {
	if min, _ := e.Get("min").(fhir.Number); min != "" && min != "0" {
		if extension := extensionOf(e); extension != "" {
			list := slices.DeleteFunc(slices.Clone(o.List("extension")), func(one any) bool { return one.(*fhir.Object).String("url") == extension })
			if len(list) == len(o.List("extension")) {
				return 0, false
			}
			if o.Set("extension", list); len(list) == 0 {
				o.Set("extension", nil)
			}
			return r4.IssueTypeRequired, true
		}
		there := o.Get(name) != nil
		o.Set(name, nil)
		return r4.IssueTypeRequired, there
	}
	if e.String("patternCode") != "" && o.String(name) != "" {
		o.Set(name, "zzz")
		return r4.IssueTypeValue, true
	}
	binding := e.Object("binding")
	_, known := fixedLists{}.Holds(binding.String("valueSet"), "", "")
	if concept := o.Object(name); concept != nil && known && binding.String("strength") == "required" && concept.List("coding") != nil {
		concept.List("coding")[0].(*fhir.Object).Set("code", "zzz")
		return r4.IssueTypeCodeInvalid, true
	}
	return 0, false
}

func extensionOf(e *fhir.Object) string {
	for _, one := range e.List("type") {
		if list := one.(*fhir.Object).List("profile"); len(list) == 1 {
			return list[0].(string)
		}
	}
	return ""
}

// Each element that a profile requires is dropped from the guide's own example, each fixed
// code and each bound code is changed: every time the fault is found where it was made.
func TestSpoiltExamplesAreFound(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(filepath.Dir(profiles), "examples", "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 && os.Getenv("CI") == "" {
		t.Skip("absent: the examples of the guide")
	}
	set, byURL := profile.NewSet(), map[string]*fhir.Object{}
	for _, definition := range mapping.GuideProfiles() {
		byURL[definition.String("url")] = definition
		if _, err := set.Add(definition); err != nil {
			t.Fatal(err)
		}
	}
	if err := set.Compile(); err != nil {
		t.Fatal(err)
	}
	spoilt, claiming := 0, map[string]bool{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		fresh := func() *fhir.Object {
			tree, err := fhir.ParseJSON(text)
			if err != nil {
				t.Fatal(err)
			}
			return tree
		}
		for _, claimed := range fresh().Object("meta").List("profile") {
			definition := byURL[claimed.(string)]
			if definition == nil {
				continue
			}
			claiming[claimed.(string)] = true
			for _, one := range definition.Object("differential").List("element") {
				n := spoilEach(t, set, one.(*fhir.Object), fresh)
				spoilt += n
			}
		}
	}
	t.Logf("%d spoilt examples of %d profiles", spoilt, len(claiming))
	if spoilt < 200 || len(claiming) < 18 {
		t.Errorf("only %d examples of %d profiles could be spoilt", spoilt, len(claiming))
	}
}

// spoilEach spoils what an element asks at each place of the example and gives how many
// there were.
func spoilEach(t *testing.T, set *profile.Set, e *fhir.Object, fresh func() *fhir.Object) int {
	t.Helper()
	parts := strings.Split(e.String("id"), ".")
	name, slice, _ := strings.Cut(parts[len(parts)-1], ":")
	if len(parts) < 2 || strings.Contains(strings.Join(parts[:len(parts)-1], "."), ":") || slice != "" && name != "extension" || strings.Contains(e.String("id"), "[x]") {
		return 0
	}
	count := 0
	for i := range placesOf(fresh(), parts[1:len(parts)-1]) {
		tree := fresh()
		at := placesOf(tree, parts[1:len(parts)-1])[i]
		kind, done := spoiling(e, at.object, name)
		if !done {
			continue
		}
		count++
		found := slices.ContainsFunc(set.Validate(tree, profile.Options{Terminology: fixedLists{}}), func(issue fhir.Issue) bool {
			return issue.Type == kind && issue.Element == e.String("id") && (issue.Path == at.path+"."+name || strings.HasPrefix(issue.Path, at.path+"."+name+"["))
		})
		if !found {
			t.Errorf("%s at %s: the fault %s was not found", e.String("id"), at.path, kind.Code())
		}
	}
	return count
}
