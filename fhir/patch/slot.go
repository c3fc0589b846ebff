package patch

import (
	"slices"
	"strings"

	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/path"
)

// slot is a name in an object: an element with its id and extensions, which JSON keeps
// beside a primitive under the same name with an underscore.
// https://hl7.org/fhir/R4/json.html#primitive
type slot struct {
	object *fhir.Object
	name   string
}

func slotOf(item path.Item) slot { return slot{item.Parent, strings.TrimPrefix(item.Name, "_")} }

// set puts one value, or nothing where it is nil.
func (s slot) set(value any, shadow *fhir.Object) {
	s.object.Set(s.name, value)
	if shadow == nil {
		s.object.Set("_"+s.name, nil)
		return
	}
	s.object.Set("_"+s.name, shadow)
}

// list gives the entries and what stands beside each.
func (s slot) list() (values []any, shadows []*fhir.Object) {
	values = slices.Clone(s.object.List(s.name))
	beside := s.object.List("_" + s.name)
	for len(values) < len(beside) {
		values = append(values, nil)
	}
	shadows = make([]*fhir.Object, len(values))
	for i := range beside {
		shadows[i], _ = beside[i].(*fhir.Object)
	}
	return values, shadows
}

// setList puts a list, or nothing where it is empty.
func (s slot) setList(values []any, shadows []*fhir.Object) {
	beside := make([]any, len(shadows))
	for i, shadow := range shadows {
		if shadow != nil {
			beside[i] = shadow
		}
	}
	s.object.Set(s.name, listed(values))
	s.object.Set("_"+s.name, listed(beside))
}

// listed gives the list as a value, nil where it says nothing.
func listed(list []any) any {
	if slices.ContainsFunc(list, func(value any) bool { return value != nil }) {
		return list
	}
	return nil
}

// remove takes out the entry at the place, or all when it is -1.
func (s slot) remove(index int) {
	if index < 0 {
		s.set(nil, nil)
		return
	}
	values, shadows := s.list()
	s.setList(removeAt(values, index), removeAt(shadows, index))
}

func removeAt[V any](list []V, index int) []V {
	return slices.Delete(slices.Clone(list), index, index+1)
}

func insertAt[V any](list []V, index int, value V) []V {
	return slices.Insert(slices.Clone(list), index, value)
}

// prune takes out objects and lists in which nothing is left.
func prune(object *fhir.Object) {
	for i := len(object.Members) - 1; i >= 0; i-- {
		m := &object.Members[i]
		if m.Value = pruned(m.Value); m.Value == nil {
			object.Members = slices.Delete(object.Members, i, i+1)
		}
	}
}

func pruned(value any) any {
	switch v := value.(type) {
	case *fhir.Object:
		if prune(v); len(v.Members) == 0 {
			return nil
		}
	case []any:
		var kept []any
		for _, one := range v {
			if _, object := one.(*fhir.Object); !object {
				kept = append(kept, one) // null has its place beside primitives
			} else if left := pruned(one); left != nil {
				kept = append(kept, left)
			}
		}
		if len(kept) == 0 {
			return nil
		}
		return kept
	}
	return value
}
