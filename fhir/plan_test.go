package fhir

import (
	"reflect"
	"testing"
)

// TestStructsMatchDefinitions: each field of each struct the codec may meet is an element of
// the definitions, or what is written would not be FHIR.
func TestStructsMatchDefinitions(t *testing.T) {
	seen := map[reflect.Type]bool{}
	var visit func(p *plan)
	visit = func(p *plan) {
		if seen[p.typ] {
			return
		}
		seen[p.typ] = true
		p.load()
		definition := structDefinitions()[p.typ.Name()]
		if definition == nil {
			t.Errorf("no definition for the struct %s", p.typ.Name())
			return
		}
		for i := range p.fields {
			f := &p.fields[i]
			m, ok := definition.member(f.name)
			if !ok {
				t.Errorf("%s has no element %s", definition.Name, f.name)
				continue
			}
			if f.list != m.element.List() {
				t.Errorf("%s.%s is a list on one side only", definition.Name, f.name)
			}
			if f.shape == codeShape {
				for _, code := range m.element.Codes {
					if _, ok := f.codes.values[code]; !ok {
						t.Errorf("%s.%s: the struct has no code %q", definition.Name, f.name, code)
					}
				}
			}
			if f.sub != nil {
				visit(f.sub)
			}
		}
	}
	for name, typ := range structs {
		if typ.Name() != name || !IsResourceType(name) {
			t.Errorf("%s stands for %s", name, typ.Name())
		}
		visit(planOf(typ))
	}
	t.Logf("%d structs", len(seen))
}

// TestEveryTypeOfTheTable reads the whole table: each type an element names exists.
func TestEveryTypeOfTheTable(t *testing.T) {
	elements := 0
	for name, typ := range definitions().types {
		for _, e := range typ.Elements() {
			elements++
			for _, ref := range e.Types {
				if TypeOf(ref.Name) == nil {
					t.Errorf("%s.%s has the unknown type %q", name, e.Name, ref.Name)
				}
			}
		}
	}
	if elements < 7000 {
		t.Errorf("only %d elements", elements)
	}
}
