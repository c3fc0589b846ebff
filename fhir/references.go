package fhir

import (
	"reflect"
	"strings"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"
)

var referenceType = reflect.TypeFor[r4.Reference]()

// References lists the literal references ("Patient/1", "https://…") a golang-fhir-models
// struct, or a pointer to one, has at a dotted element path such as "insurance.coverage",
// in the order they stand. A choice is named with or without its type; references by
// identifier only are left out. A path the struct does not have gives nothing.
func References(typed any, path string) []string {
	v := reflect.Indirect(reflect.ValueOf(typed))
	if v.Kind() != reflect.Struct {
		return nil
	}
	var found []string
	collect(planOf(v.Type()), v, path, &found)
	return found
}

func collect(p *plan, v reflect.Value, path string, found *[]string) {
	p.load()
	name, rest, _ := strings.Cut(path, ".")
	f := p.byName[name]
	if f == nil {
		f = p.byName[name+"Reference"]
	}
	if f == nil || f.sub == nil {
		return
	}
	value := v.Field(f.index)
	switch {
	case f.list:
		for i := range value.Len() {
			collectOne(f, value.Index(i), rest, found)
		}
	case !f.pointer:
		collectOne(f, value, rest, found)
	case !value.IsNil():
		collectOne(f, value.Elem(), rest, found)
	}
}

func collectOne(f *field, v reflect.Value, rest string, found *[]string) {
	if rest != "" {
		collect(f.sub, v, rest, found)
		return
	}
	if v.Type() != referenceType {
		return
	}
	if literal := v.Interface().(r4.Reference).Reference; literal != nil && *literal != "" {
		*found = append(*found, *literal)
	}
}

// EachReference gives every literal reference of a tree, wherever it stands, in the order
// they are met.
func EachReference(tree *Object, give func(reference string)) {
	for _, m := range tree.Members {
		if text, ok := m.Value.(string); ok && m.Name == "reference" {
			give(text)
			continue
		}
		eachReferenceIn(m.Value, give)
	}
}

func eachReferenceIn(value any, give func(reference string)) {
	switch v := value.(type) {
	case *Object:
		if v != nil {
			EachReference(v, give)
		}
	case []any:
		for _, one := range v {
			eachReferenceIn(one, give)
		}
	}
}
