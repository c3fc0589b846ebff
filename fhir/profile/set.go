package profile

import (
	"strings"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
)

// core4 is what the canonicals of the types of R4 start with.
const core4 = "http://hl7.org/fhir/StructureDefinition/"

// Set holds profiles and definitions of extensions by their canonical. Once Compile has
// been called it does not change and may be used by many at once.
type Set struct {
	sources  map[string]*fhir.Object
	order    []string
	compiled map[string]*Profile
	open     map[string]bool // being compiled, to see circles
}

// Profile is one compiled StructureDefinition.
type Profile struct {
	URL  string
	Name string // for programs
	Type string // what it constrains: "Patient", "Extension"

	root *rule
}

// NewSet makes an empty set.
func NewSet() *Set {
	return &Set{sources: map[string]*fhir.Object{}, compiled: map[string]*Profile{}, open: map[string]bool{}}
}

// Add takes a StructureDefinition in. One that is there under the same canonical stays, so
// that what is loaded first counts; added is false then, and also for what is no profile of
// an R4 type, such as a logical model.
// Errors: core.Invalid when url or type is missing.
func (s *Set) Add(definition *fhir.Object) (added bool, err error) {
	url, typ := definition.String("url"), definition.String("type")
	switch {
	case url == "":
		return false, core.ErrorAt(core.Invalid, "StructureDefinition.url", "a profile needs a canonical URL")
	case definition.String("derivation") != "constraint" || definition.String("kind") == "logical":
		return false, nil
	case fhir.TypeOf(typ) == nil:
		return false, core.ErrorAt(core.Invalid, "StructureDefinition.type", "%q is no type of FHIR R4", clip(typ))
	case s.sources[url] != nil:
		return false, nil
	}
	s.sources[url] = definition
	s.order = append(s.order, url)
	return true, nil
}

// Compile makes the rules of all that was added. Errors: core.Invalid for each profile that
// cannot be compiled, naming its canonical and the element; the others can be used.
func (s *Set) Compile() error {
	var faults []*core.Error
	for _, url := range s.order {
		if _, err := s.compile(url); err != nil {
			e := core.ErrorAt(core.Invalid, "StructureDefinition", "%s: %s", url, messageOf(err))
			faults = append(faults, e)
			delete(s.sources, url)
		}
	}
	if len(faults) > 0 {
		return core.Join(faults...)
	}
	return nil
}

// CompileOne makes the rules of one profile that was added, and of those it is built on.
// Errors: core.Invalid, at the element.
func (s *Set) CompileOne(url string) error {
	_, err := s.compile(url)
	return err
}

func messageOf(err error) string {
	if e, is := err.(*core.Error); is {
		if e.Path != "" {
			return e.Path + ": " + e.Message
		}
		return e.Message
	}
	return err.Error()
}

// Find gives the profile with the canonical, whose version does not count; nil when it is
// not known.
func (s *Set) Find(canonical string) *Profile {
	if s == nil {
		return nil
	}
	url, _, _ := strings.Cut(canonical, "|")
	return s.compiled[url]
}

// URLs lists the canonicals in the order they were added.
func (s *Set) URLs() []string { return s.order }

// typeOfCore gives the type of R4 whose base definition the canonical is, "" when it is
// none.
func typeOfCore(canonical string) string {
	url, _, _ := strings.Cut(canonical, "|")
	name, is := strings.CutPrefix(url, core4)
	if !is || fhir.TypeOf(name) == nil {
		return ""
	}
	return name
}

func clip(s string) string {
	if len(s) > 80 {
		return s[:80] + "…"
	}
	return s
}

// IsCore tells whether a canonical is that of a type of R4 itself, whose rules are checked
// anyway.
func IsCore(canonical string) bool { return typeOfCore(canonical) != "" }
