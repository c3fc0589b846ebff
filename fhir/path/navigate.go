package path

import (
	"strconv"
	"strings"

	"github.com/openimis/openimis-go/fhir"
)

// members gives the children of the name of every item.
func (r *run) members(name string, in Collection) (Collection, error) {
	if len(in) == 1 && isTypeName(name) && isA(in[0].typ, name) {
		return in, r.spend(1)
	}
	var out Collection
	for i := range in {
		out = appendMembers(out, &in[i], name)
	}
	return out, r.spend(len(in) + len(out))
}

// appendMembers appends the children of the name. A capital letter starts the name of a
// type, which an item of that type answers with itself.
func appendMembers(out Collection, in *Item, name string) Collection {
	if isTypeName(name) {
		if isA(in.typ, name) {
			out = append(out, *in)
		}
		return out
	}
	object, is := in.value.(*fhir.Object)
	typ := in.typ
	if !is {
		object, typ = in.shadow, elementType()
	}
	if object == nil {
		return out
	}
	found, value, shadow := "", any(nil), any(nil)
	for i := range object.Members {
		switch m := &object.Members[i]; {
		case m.Name == name:
			found, value = name, m.Value
		case len(m.Name) == len(name)+1 && m.Name[0] == '_' && m.Name[1:] == name:
			found, shadow = name, m.Value
		}
	}
	child := (*fhir.Type)(nil)
	if found != "" {
		if typ != nil {
			_, child = typ.Member(name)
		}
	} else if found, child = choice(object, typ, name); found != "" {
		value, shadow = object.Get(found), object.Get("_"+found)
	} else {
		return out
	}
	return appendValues(out, object, found, value, shadow, child)
}

func isTypeName(name string) bool { return name != "" && name[0] >= 'A' && name[0] <= 'Z' }

func elementType() *fhir.Type { return fhir.TypeOf("Element") }

// choice finds the member that holds a choice element, and its type.
func choice(object *fhir.Object, typ *fhir.Type, name string) (string, *fhir.Type) {
	var element *fhir.Element
	if typ != nil {
		if element = typ.Element(name); element == nil || !element.Choice {
			return "", nil
		}
	}
	for i := range object.Members {
		full := strings.TrimPrefix(object.Members[i].Name, "_")
		suffix, is := strings.CutPrefix(full, name)
		if !is || suffix == "" {
			continue
		}
		if typ == nil {
			if t := suffixType(suffix); t != nil {
				return full, t
			}
		} else if e, t := typ.Member(full); e == element {
			return full, t
		}
	}
	return "", nil
}

// suffixType finds the type the end of a choice's name stands for, where the definitions do
// not know the object.
func suffixType(suffix string) *fhir.Type {
	if suffix[0] < 'A' || suffix[0] > 'Z' {
		return nil
	}
	if t := fhir.TypeOf(suffix); t != nil && t.Kind == fhir.ComplexKind {
		return t
	}
	return fhir.TypeOf(strings.ToLower(suffix[:1]) + suffix[1:])
}

func appendValues(out Collection, parent *fhir.Object, name string, value, shadow any, typ *fhir.Type) Collection {
	list, isList := value.([]any)
	shadows, areList := shadow.([]any)
	if !isList && !areList {
		return appendValue(out, Item{Parent: parent, Name: name, Index: -1, value: value, typ: typ}, shadow)
	}
	if out == nil {
		out = make(Collection, 0, max(len(list), len(shadows)))
	}
	for i := range max(len(list), len(shadows)) {
		item, shadow := Item{Parent: parent, Name: name, Index: i, typ: typ}, any(nil)
		if i < len(list) {
			item.value = list[i]
		}
		if i < len(shadows) {
			shadow = shadows[i]
		}
		out = appendValue(out, item, shadow)
	}
	return out
}

func appendValue(out Collection, item Item, shadow any) Collection {
	item.shadow, _ = shadow.(*fhir.Object)
	switch v := item.value.(type) {
	case nil:
		if item.shadow == nil {
			return out
		}
	case []any: // no FHIR, but a tree may hold it
		return out
	case *fhir.Object:
		if v == nil {
			return out
		}
		if typ := v.String("resourceType"); typ != "" {
			item.typ = fhir.TypeOf(typ)
		} else if item.typ != nil && item.typ.Kind == fhir.PrimitiveKind {
			item.typ = nil
		}
	case fhir.Number:
		if item.typ == nil {
			n, ok := parseNumber(string(v))
			if !ok {
				n = string(v)
			}
			item.value = n
		}
	}
	return append(out, item)
}

// children gives all children of every item.
func (r *run) children(in Collection) (Collection, error) {
	var out Collection
	for i := range in {
		object, is := in[i].value.(*fhir.Object)
		typ := in[i].typ
		if !is {
			object, typ = in[i].shadow, elementType()
		}
		if object == nil {
			continue
		}
		for j := range object.Members {
			name, isShadow := strings.CutPrefix(object.Members[j].Name, "_")
			value, shadow := object.Members[j].Value, any(nil)
			switch {
			case name == "resourceType" || isShadow && object.Get(name) != nil:
				continue
			case isShadow:
				value, shadow = nil, value
			default:
				shadow = object.Get("_" + name)
			}
			var child *fhir.Type
			if typ != nil {
				_, child = typ.Member(name)
			}
			out = appendValues(out, object, name, value, shadow, child)
		}
		if err := r.spend(1 + len(object.Members)); err != nil {
			return nil, err
		}
	}
	return out, r.spend(len(out))
}

func (r *run) descendants(in Collection) (Collection, error) {
	var out Collection
	for level := in; len(level) > 0; {
		next, err := r.children(level)
		if err != nil {
			return nil, err
		}
		out = append(out, next...)
		level = next
	}
	return out, nil
}

// Locate gives the path to an item that was found in the tree, as error messages name
// elements ("Patient.name[1].family"); "" when it is not in the tree.
func Locate(tree *fhir.Object, item Item) string {
	root := tree.String("resourceType")
	if item.Parent == nil {
		if object, is := item.value.(*fhir.Object); is && object == tree {
			return root
		}
		return ""
	}
	var search func(object *fhir.Object, at string) string
	search = func(object *fhir.Object, at string) string {
		if object == item.Parent {
			return at + below(item.Name, item.Index)
		}
		for _, m := range object.Members {
			switch v := m.Value.(type) {
			case *fhir.Object:
				if found := search(v, at+below(strings.TrimPrefix(m.Name, "_"), -1)); found != "" {
					return found
				}
			case []any:
				for i := range v {
					child, is := v[i].(*fhir.Object)
					if !is {
						continue
					}
					if found := search(child, at+below(strings.TrimPrefix(m.Name, "_"), i)); found != "" {
						return found
					}
				}
			}
		}
		return ""
	}
	return strings.TrimPrefix(search(tree, root), ".")
}

func below(name string, index int) string {
	if index < 0 {
		return "." + name
	}
	return "." + name + "[" + strconv.Itoa(index) + "]"
}
