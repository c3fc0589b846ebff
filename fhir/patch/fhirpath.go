package patch

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/path"
)

// Steps are the operations of a FHIRPath Patch, in their order.
type Steps struct{ list []step }

// step is one operation.
type step struct {
	at    string // where it stands in the Parameters
	kind  string
	path  *path.Expression
	name  string
	value *fhir.Object // the part named value
	index int          // of insert, and the source of move
	to    int          // destination of move
}

// FHIRPath reads the operations of a Parameters resource. Errors: core.Invalid that names
// the parameter. https://hl7.org/fhir/R4/fhirpatch.html
func FHIRPath(parameters *fhir.Object) (*Steps, error) {
	list := parameters.List("parameter")
	if len(list) > maxOperations {
		return nil, core.ErrorAt(core.TooLarge, "Parameters.parameter", "the patch has %d operations; at most %d are taken", len(list), maxOperations)
	}
	s := &Steps{}
	for i, one := range list {
		at := fmt.Sprintf("Parameters.parameter[%d]", i)
		parameter, _ := one.(*fhir.Object)
		if name := parameter.String("name"); name != "operation" {
			return nil, core.ErrorAt(core.Invalid, at+".name", "a patch has parameters named operation, not %q", name)
		}
		read, err := readStep(at, parameter.List("part"))
		if err != nil {
			return nil, err
		}
		s.list = append(s.list, read)
	}
	return s, nil
}

// needs lists the parts of each kind of operation beside type and path.
var needs = map[string][]string{
	"add": {"name", "value"}, "insert": {"value", "index"}, "delete": {}, "replace": {"value"}, "move": {"source", "destination"},
}

func readStep(at string, parts []any) (s step, err error) {
	s.at = at
	given := map[string]*fhir.Object{}
	for _, one := range parts {
		part, _ := one.(*fhir.Object)
		name := part.String("name")
		if given[name] != nil {
			return s, core.ErrorAt(core.Invalid, at, "the part %s is there twice", name)
		}
		given[name] = part
	}
	s.kind = textIn(given["type"])
	wanted, known := needs[s.kind]
	if !known {
		return s, core.ErrorAt(core.Invalid, at, "the type of an operation is add, insert, delete, replace or move, not %q", s.kind)
	}
	for _, name := range append([]string{"path"}, wanted...) {
		if given[name] == nil {
			return s, core.ErrorAt(core.Invalid, at, "an operation of the type %s needs the part %s", s.kind, name)
		}
	}
	if s.path, err = path.Compile(textIn(given["path"])); err != nil {
		return s, core.ErrorAt(core.Invalid, at, "the path of the operation: %v", err)
	}
	s.name, s.value = textIn(given["name"]), given["value"]
	for name, number := range map[string]*int{"index": &s.index, "source": &s.index, "destination": &s.to} {
		if given[name] == nil {
			continue
		}
		if *number, err = strconv.Atoi(textIn(given[name])); err != nil || *number < 0 {
			return s, core.ErrorAt(core.Invalid, at, "%s is a place in a list, counted from 0", name)
		}
	}
	return s, nil
}

// textIn gives the primitive value of a part as text.
func textIn(part *fhir.Object) string {
	if part == nil {
		return ""
	}
	value, _, _ := valueIn(part)
	switch v := value.(type) {
	case string:
		return v
	case fhir.Number:
		return string(v)
	}
	return ""
}

// valueIn gives the value of a part, its id and extensions when it is primitive, and the
// name of its type as it ends the name of a choice ("Code" of valueCode).
func valueIn(part *fhir.Object) (value any, shadow *fhir.Object, typ string) {
	for _, m := range part.Members {
		if suffix, found := strings.CutPrefix(m.Name, "value"); found {
			value, typ = m.Value, suffix
		}
		if suffix, found := strings.CutPrefix(m.Name, "_value"); found {
			shadow, _ = m.Value.(*fhir.Object)
			typ = suffix
		}
	}
	return value, shadow, typ
}

// Apply gives the resource with the operations carried out, one after the other; the one
// given stays as it is. Errors: core.Unprocessable that names the operation.
func (s *Steps) Apply(tree *fhir.Object) (*fhir.Object, error) {
	tree = tree.Copy()
	for i := range s.list {
		if err := s.list[i].apply(tree); err != nil {
			return nil, err
		}
	}
	return tree, nil
}

func (s *step) refuse(format string, args ...any) error {
	return core.ErrorAt(core.Unprocessable, s.at, "%s at %s: %s", s.kind, s.path, fmt.Sprintf(format, args...))
}

func (s *step) apply(tree *fhir.Object) error {
	found, err := s.path.Evaluate(nil, tree)
	if err != nil {
		return s.refuse("%v", err)
	}
	for _, item := range found {
		if path.Locate(tree, item) == "" {
			return s.refuse("the path gives what is not in the resource")
		}
	}
	switch s.kind {
	case "add":
		return s.add(found)
	case "insert":
		return s.insert(tree, found)
	case "move":
		return s.move(found)
	}
	switch {
	case len(found) == 0 && s.kind == "delete":
		return nil
	case len(found) != 1:
		return s.refuse("the path gives %d elements where one is needed", len(found))
	case found[0].Parent == nil:
		return s.refuse("the resource itself cannot be the target")
	case s.kind == "delete":
		slotOf(found[0]).remove(found[0].Index)
		prune(tree)
		return nil
	}
	return s.replace(tree, found[0])
}

// add puts a value under a name into the one element the path gives: at the end of a list,
// or where nothing is yet.
func (s *step) add(found path.Collection) error {
	if len(found) != 1 {
		return s.refuse("the path gives %d elements where one is needed", len(found))
	}
	object, is := found[0].Raw().(*fhir.Object)
	if !is {
		return s.refuse("nothing can be added to a %s", found[0].Type())
	}
	return s.put(object, found[0].Definition(), s.name, s.value)
}

// put adds the value of a part to an object of the type.
func (s *step) put(object *fhir.Object, typ *fhir.Type, name string, part *fhir.Object) error {
	element, member, value, shadow, err := s.content(typ, name, part)
	if err != nil {
		return err
	}
	place := slot{object, member}
	if element.List() {
		values, shadows := place.list()
		place.setList(append(values, value), append(shadows, shadow))
		return nil
	}
	if object.Get(member) != nil || object.Get("_"+member) != nil {
		return s.refuse("%s is there already", member)
	}
	place.set(value, shadow)
	return nil
}

// content makes the value of a part that is to stand under the name in an object of the
// type, and tells the name it has in JSON.
func (s *step) content(typ *fhir.Type, name string, part *fhir.Object) (element *fhir.Element, member string, value any, shadow *fhir.Object, err error) {
	if typ == nil {
		return nil, "", nil, nil, s.refuse("the type of the element is not known")
	}
	if element = typ.Element(name); element == nil {
		return nil, "", nil, nil, s.refuse("%s has no element %q", typ.Name, name)
	}
	value, shadow, suffix := valueIn(part)
	member = name
	if element.Choice {
		member += suffix
	}
	if parts := part.List("part"); value == nil && shadow == nil && len(parts) > 0 {
		_, inside := typ.Member(member)
		object := &fhir.Object{}
		for _, one := range parts {
			child, _ := one.(*fhir.Object)
			if err := s.put(object, inside, child.String("name"), child); err != nil {
				return nil, "", nil, nil, err
			}
		}
		value = object
	}
	if value == nil && shadow == nil {
		return nil, "", nil, nil, s.refuse("the part %s has no value", part.String("name"))
	}
	return element, member, value, shadow, nil
}

// replace puts a value in the place of an element. The element of a choice takes the name
// that goes with the type of the value.
func (s *step) replace(tree *fhir.Object, item path.Item) error {
	element, typ := definedAs(tree, item)
	if element == nil {
		return s.refuse("the element is not known")
	}
	_, member, value, shadow, err := s.content(typ, element.Name, s.value)
	if err != nil {
		return err
	}
	place := slotOf(item)
	switch {
	case item.Index >= 0:
		values, shadows := place.list()
		values[item.Index], shadows[item.Index] = value, shadow
		place.setList(values, shadows)
	case member != item.Name:
		place.remove(-1)
		slot{item.Parent, member}.set(value, shadow)
	default:
		place.set(value, shadow)
	}
	return nil
}

// definedAs gives the definition of the element an item is, and of what it stands in.
func definedAs(tree *fhir.Object, item path.Item) (*fhir.Element, *fhir.Type) {
	place := path.Locate(tree, item)
	typ := fhir.TypeOf(tree.String("resourceType"))
	var element *fhir.Element
	for i, name := range strings.Split(place, ".") {
		if i == 0 || typ == nil {
			continue
		}
		name, _, _ = strings.Cut(name, "[")
		within := typ
		if element, typ = within.Member(name); strings.Count(place, ".") == i {
			return element, within
		}
	}
	return nil, nil
}

// insert puts a value into the list the path gives.
func (s *step) insert(tree *fhir.Object, found path.Collection) error {
	place, err := s.listOf(found)
	if err != nil {
		return err
	}
	element, typ := definedAs(tree, found[0])
	if element == nil {
		return s.refuse("the element is not known")
	}
	_, _, value, shadow, err := s.content(typ, element.Name, s.value)
	if err != nil {
		return err
	}
	values, shadows := place.list()
	if s.index > len(values) {
		return s.refuse("the list has %d entries, so nothing can stand at %d", len(values), s.index)
	}
	place.setList(insertAt(values, s.index, value), insertAt(shadows, s.index, shadow))
	return nil
}

// move takes an entry of the list the path gives to another place in it.
func (s *step) move(found path.Collection) error {
	place, err := s.listOf(found)
	if err != nil {
		return err
	}
	values, shadows := place.list()
	if s.index >= len(values) || s.to >= len(values) {
		return s.refuse("the list has %d entries; %d cannot go to %d", len(values), s.index, s.to)
	}
	value, shadow := values[s.index], shadows[s.index]
	place.setList(insertAt(removeAt(values, s.index), s.to, value), insertAt(removeAt(shadows, s.index), s.to, shadow))
	return nil
}

// listOf gives the one list that holds all the path gives.
func (s *step) listOf(found path.Collection) (slot, error) {
	if len(found) == 0 {
		return slot{}, s.refuse("the path gives nothing")
	}
	place := slotOf(found[0])
	for _, item := range found {
		if slotOf(item) != place || item.Index < 0 {
			return slot{}, s.refuse("the path does not give one list")
		}
	}
	return place, nil
}
