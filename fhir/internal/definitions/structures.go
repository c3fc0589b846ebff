package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"sort"
	"strings"
)

type structure struct {
	Name        string `json:"name"`
	Type        string `json:"type"`
	Kind        string `json:"kind"`
	Abstract    bool   `json:"abstract"`
	Derivation  string `json:"derivation"`
	FHIRVersion string `json:"fhirVersion"`
	Snapshot    struct {
		Element []element `json:"element"`
	} `json:"snapshot"`
}

type element struct {
	Path             string        `json:"path"`
	Min              int           `json:"min"`
	Max              string        `json:"max"`
	Type             []elementType `json:"type"`
	Representation   []string      `json:"representation"`
	ContentReference string        `json:"contentReference"`
	IsSummary        bool          `json:"isSummary"`
	IsModifier       bool          `json:"isModifier"`
	Constraint       []constraint  `json:"constraint"`
	Binding          *struct {
		Strength string `json:"strength"`
		ValueSet string `json:"valueSet"`
	} `json:"binding"`
}

type elementType struct {
	Code          string   `json:"code"`
	TargetProfile []string `json:"targetProfile"`
	Extension     []struct {
		URL      string `json:"url"`
		ValueURL string `json:"valueUrl"`
	} `json:"extension"`
}

// table collects the definitions while they are read.
type table struct {
	out      bytes.Buffer
	types    int
	elements int

	systems map[string]*codeSystem
	sets    map[string]*valueSet
	lists   []string       // code lists, each joined by tabs
	numbers map[string]int // list → its number
}

func newTable() *table {
	return &table{systems: map[string]*codeSystem{}, sets: map[string]*valueSet{}, numbers: map[string]int{}}
}

// addStructures adds every type the bundle defines. Constraints on another type are left
// out, since an instance never names them, and so is SubscriptionStatus, which the package
// has taken over from R4B.
func (t *table) addStructures(data []byte) error {
	return bundle(data, func(resourceType string, raw json.RawMessage) error {
		if resourceType != "StructureDefinition" {
			return nil
		}
		var s structure
		if err := json.Unmarshal(raw, &s); err != nil {
			return err
		}
		if s.Derivation == "constraint" || s.FHIRVersion != "4.0.1" {
			return nil
		}
		t.addStructure(&s)
		return nil
	})
}

func (t *table) addStructure(s *structure) {
	kind := map[string]string{"primitive-type": "P", "complex-type": "C", "resource": "R"}[s.Kind]
	if s.Abstract {
		kind = "A"
	}
	switch kind {
	case "": // a logical model, such as MetadataResource, which nothing is an instance of
		return
	case "P":
		t.start(kind, s.Type)
		return
	}
	children := map[string][]element{}
	var order []string
	for _, e := range s.Snapshot.Element[1:] {
		parent := e.Path[:strings.LastIndexByte(e.Path, '.')]
		if children[parent] == nil {
			order = append(order, parent)
		}
		children[parent] = append(children[parent], e)
	}
	for i, parent := range order {
		if i > 0 {
			kind = "C"
		}
		t.start(kind, parent)
		for _, e := range children[parent] {
			t.addElement(s, e, children[e.Path] != nil)
		}
	}
}

func (t *table) start(kind, name string) {
	t.types++
	fmt.Fprintf(&t.out, "%s %s\n", kind, name)
}

func (t *table) addElement(s *structure, e element, hasChildren bool) {
	t.elements++
	var types []string
	switch {
	case e.ContentReference != "":
		types = []string{strings.TrimPrefix(e.ContentReference, "#")}
	case hasChildren:
		types = []string{e.Path}
	default:
		for _, typ := range e.Type {
			types = append(types, typeCode(s, e, typ))
		}
	}
	flags := ""
	if e.IsSummary {
		flags += "s"
	}
	if e.IsModifier {
		flags += "m"
	}
	if len(e.Representation) > 0 && e.Representation[0] == "xmlAttr" {
		flags += "a"
	}
	number := ""
	if e.Binding != nil && e.Binding.Strength == "required" && len(types) == 1 && (types[0] == "code" || types[0] == "CodeableConcept") {
		number = t.codes(e.Binding.ValueSet, types[0] == "CodeableConcept")
	}
	name := e.Path[strings.LastIndexByte(e.Path, '.')+1:]
	fmt.Fprintf(&t.out, "%s\t%d\t%s\t%s\t%s\t%s\n", name, e.Min, e.Max, flags, strings.Join(types, ","), number)
}

// typeCode names a type of an element. The definitions give ids and the urls of extensions
// as FHIRPath strings and say the FHIR type beside it; for the id of a resource they say
// string, though https://hl7.org/fhir/R4/resource.html#id makes it an id.
func typeCode(s *structure, e element, typ elementType) string {
	code := typ.Code
	for _, ext := range typ.Extension {
		if strings.HasSuffix(ext.URL, "structuredefinition-fhir-type") {
			code = ext.ValueURL
		}
	}
	if s.Kind == "resource" && e.Path == s.Type+".id" {
		code = "id"
	}
	var targets []string
	for _, target := range typ.TargetProfile {
		targets = append(targets, lastOf(target))
	}
	if len(targets) > 0 {
		sort.Strings(targets)
		code += "(" + strings.Join(targets, "|") + ")"
	}
	return code
}

func (t *table) text() []byte {
	out := append([]byte(nil), t.out.Bytes()...)
	for i, list := range t.lists {
		out = append(out, fmt.Sprintf("V %d\t%s\n", i+1, list)...)
	}
	return out
}
