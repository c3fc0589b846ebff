package fhir

import (
	"encoding/json"
	"reflect"
	"strings"
	"sync"
)

// shape is what a field of a golang-fhir-models struct holds.
type shape byte

const (
	textShape shape = iota
	boolShape
	intShape
	numberShape
	codeShape // an int with a method Code
	structShape
	rawShape // a whole resource as json.RawMessage
)

// plan is what the codec has to know of one struct type, worked out once by reflection.
// The fields of a plan are filled when it is first used: a Patient reaches most of the data
// types through its extensions, but hardly ever holds them.
type plan struct {
	typ      reflect.Type
	resource string // name of the resource type, "" for a data type

	once   sync.Once
	fields []field
	byName map[string]*field
}

type field struct {
	name    string // in JSON
	key     string // `"name":`
	index   int
	shape   shape
	pointer bool
	list    bool
	choice  bool // one alternative of a choice
	codes   *codeTable
	sub     *plan
}

// codeTable is an enumeration of golang-fhir-models, whose values count up from 0.
type codeTable struct {
	codes  []string
	values map[string]int64
}

// unknownCode is the value given to a required code that was not sent. The struct has no
// other way to tell it from the first code of the enumeration; its Code is "<unknown>".
const unknownCode = -1

var plans struct {
	sync.RWMutex
	of    map[reflect.Type]*plan
	codes map[reflect.Type]*codeTable
}

func planOf(t reflect.Type) *plan {
	plans.RLock()
	p := plans.of[t]
	plans.RUnlock()
	if p != nil {
		return p
	}
	plans.Lock()
	defer plans.Unlock()
	if p := plans.of[t]; p != nil {
		return p
	}
	if plans.of == nil {
		plans.of = map[reflect.Type]*plan{}
		plans.codes = map[reflect.Type]*codeTable{}
	}
	p = &plan{typ: t}
	if IsResourceType(t.Name()) && strings.Contains(t.PkgPath(), "golang-fhir-models") {
		p.resource = t.Name()
	}
	plans.of[t] = p
	return p
}

// load fills the plan's fields.
func (p *plan) load() { p.once.Do(p.read) }

var (
	numberType = reflect.TypeFor[json.Number]()
	rawType    = reflect.TypeFor[json.RawMessage]()
)

func (p *plan) read() {
	definition := structDefinitions()[p.typ.Name()]
	p.fields = make([]field, 0, p.typ.NumField())
	for i := range p.typ.NumField() {
		sf := p.typ.Field(i)
		name, _, _ := strings.Cut(sf.Tag.Get("json"), ",")
		if name == "" || name == "-" {
			continue
		}
		f := field{name: name, key: `"` + name + `":`, index: i}
		f.describe(sf.Type)
		if definition != nil {
			m, ok := definition.member(name)
			f.choice = ok && m.element.Choice
		}
		p.fields = append(p.fields, f)
	}
	p.byName = make(map[string]*field, len(p.fields))
	for i := range p.fields {
		p.byName[p.fields[i].name] = &p.fields[i]
	}
}

func (f *field) describe(t reflect.Type) {
	if t == rawType {
		f.shape = rawShape
		return
	}
	switch t.Kind() {
	case reflect.Pointer:
		f.pointer, t = true, t.Elem()
	case reflect.Slice:
		f.list, t = true, t.Elem()
	}
	switch {
	case t == numberType:
		f.shape = numberShape
	case t == rawType:
		f.shape = rawShape
	case t.Kind() == reflect.Bool:
		f.shape = boolShape
	case t.Kind() == reflect.Struct:
		f.shape, f.sub = structShape, planOf(t)
	case t.Kind() == reflect.Int && t.PkgPath() != "":
		f.shape, f.codes = codeShape, codesOf(t)
	case t.Kind() == reflect.Int:
		f.shape = intShape
	default:
		f.shape = textShape
	}
}

// codesOf lists the codes of an enumeration.
func codesOf(t reflect.Type) *codeTable {
	plans.RLock()
	known := plans.codes[t]
	plans.RUnlock()
	if known != nil {
		return known
	}
	table := &codeTable{values: map[string]int64{}}
	for n := int64(0); n < 4096; n++ {
		v := reflect.New(t).Elem()
		v.SetInt(n)
		coded, ok := v.Interface().(interface{ Code() string })
		if !ok || coded.Code() == "<unknown>" {
			break
		}
		table.codes = append(table.codes, coded.Code())
		table.values[coded.Code()] = n
	}
	plans.Lock()
	defer plans.Unlock()
	plans.codes[t] = table
	return table
}

// structDefinitions finds the definition a struct of golang-fhir-models was made from:
// ClaimItemDetail from Claim.item.detail.
var structDefinitions = sync.OnceValue(func() map[string]*Type {
	found := make(map[string]*Type, len(definitions().types))
	for path, t := range definitions().types {
		name := ""
		for _, part := range strings.Split(path, ".") {
			name += strings.ToUpper(part[:1]) + part[1:]
		}
		found[name] = t
	}
	return found
})
