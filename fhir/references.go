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
