package profile

import (
	"strconv"
	"strings"

	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/path"
)

// spot is one value of a resource and its place, kept as a chain so that the text of a
// place is only made for a fault.
type spot struct {
	parent  *spot
	element *fhir.Element // nil for the resource that is validated
	index   int           // -1 where there is no list
	typ     *fhir.Type
	value   any          // of the tree; nil for a primitive that has extensions only
	shadow  *fhir.Object // id and extensions of a primitive
}

// at makes the spot of a whole resource.
func at(tree *fhir.Object) *spot {
	return &spot{index: -1, typ: fhir.TypeOf(tree.String("resourceType")), value: tree}
}

// String gives the place as FHIRPath, such as "Patient.name[0].family".
func (s *spot) String() string {
	if s.parent == nil {
		return s.typ.Name
	}
	text := s.parent.String() + "." + s.element.Name
	if s.index >= 0 {
		text += "[" + strconv.Itoa(s.index) + "]"
	}
	return text
}

// object gives the members of the value: its own, or those a primitive has beside it.
func (s *spot) object() *fhir.Object {
	if o, is := s.value.(*fhir.Object); is {
		return o
	}
	return s.shadow
}

func (s *spot) item() path.Item {
	if o, is := s.value.(*fhir.Object); is {
		return path.Root(o, s.typ.Name)
	}
	return path.Primitive(s.typ.Name, s.value, s.shadow)
}

// isResource tells whether the value is a whole resource.
func (s *spot) isResource() bool { return s.typ.Kind == fhir.ResourceKind }

// children lists the values below, in the order of the tree.
func (s *spot) children() []spot {
	o, typ := s.object(), s.typ
	if o == nil {
		return nil
	}
	if _, is := s.value.(*fhir.Object); !is {
		typ = fhir.TypeOf("Element")
	}
	list := make([]spot, 0, len(o.Members))
	for i := range o.Members {
		m := &o.Members[i]
		name, shadowed := strings.CutPrefix(m.Name, "_")
		if shadowed && o.Get(name) != nil {
			continue
		}
		element, below := typ.Member(name)
		if element == nil || below == nil {
			continue
		}
		value, shadow := m.Value, any(nil)
		if shadowed {
			value, shadow = nil, m.Value
		} else if below.Kind == fhir.PrimitiveKind {
			shadow = o.Get("_" + name)
		}
		list = s.appendValues(list, element, below, value, shadow)
	}
	return list
}

func (s *spot) appendValues(list []spot, e *fhir.Element, typ *fhir.Type, value, shadow any) []spot {
	values, many := value.([]any)
	shadows, shades := shadow.([]any)
	if !many && !shades {
		if made, ok := s.child(e, typ, value, shadow, -1); ok {
			list = append(list, made)
		}
		return list
	}
	for i := range max(len(values), len(shadows)) {
		var value, shadow any
		if i < len(values) {
			value = values[i]
		}
		if i < len(shadows) {
			shadow = shadows[i]
		}
		if made, ok := s.child(e, typ, value, shadow, i); ok {
			list = append(list, made)
		}
	}
	return list
}

// child makes the spot of one value; ok is false for what is not of its type, which the
// decoder has refused.
func (s *spot) child(e *fhir.Element, typ *fhir.Type, value, shadow any, index int) (made spot, ok bool) {
	made = spot{parent: s, element: e, index: index, typ: typ, value: value}
	made.shadow, _ = shadow.(*fhir.Object)
	o, is := value.(*fhir.Object)
	switch {
	case is && o == nil, value == nil && made.shadow == nil:
		return made, false
	case is && typ.Kind == fhir.PrimitiveKind, !is && typ.Kind != fhir.PrimitiveKind:
		return made, false
	case is && (typ.Kind == fhir.ResourceKind || typ.Kind == fhir.AbstractKind):
		made.typ = fhir.TypeOf(o.String("resourceType"))
		return made, made.typ != nil
	}
	return made, true
}

// named gives those of the children that are of the element.
func named(children []spot, name string) []*spot {
	var list []*spot
	for i := range children {
		if children[i].element.Name == name {
			list = append(list, &children[i])
		}
	}
	return list
}

// text gives the value of a primitive as text, "" for anything else.
func (s *spot) text() string {
	switch v := s.value.(type) {
	case string:
		return v
	case fhir.Number:
		return string(v)
	case bool:
		return strconv.FormatBool(v)
	}
	return ""
}
