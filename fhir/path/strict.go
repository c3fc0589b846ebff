package path

import (
	"slices"

	"github.com/openimis/openimis-go/fhir"
)

// CompileFor reads an expression that is meant for a type, such as "Patient" or
// "Patient.contact", and refuses names that the definitions cannot have at their place:
// elements that do not exist, a choice named with its type (valueString), another resource
// type. Where the type is open, as in contained resources, everything passes.
// Errors: core.Invalid, as Compile.
func CompileFor(typ, source string) (*Expression, error) {
	e, err := Compile(source)
	if err != nil {
		return nil, err
	}
	t := fhir.TypeOf(typ)
	if t == nil {
		return nil, fault("there is no type %q", clip(typ))
	}
	s := static{root: shape{t}}
	if _, err := s.check(e.root, s.root); err != nil {
		return nil, err
	}
	return e, nil
}

// shape lists the types a collection may hold; empty where nothing is known.
type shape []*fhir.Type

func (s shape) with(other shape) shape {
	if len(s) == 0 || len(other) == 0 {
		return nil
	}
	out := slices.Clone(s)
	for _, t := range other {
		if !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	return out
}

// static follows an expression without values.
type static struct{ root shape }

// check gives the shape of an expression that starts at $this.
func (s *static) check(n node, this shape) (shape, error) {
	switch n := n.(type) {
	case *environment:
		if n.name == "context" || n.name == "resource" && len(s.root) == 1 && s.root[0].Kind == fhir.ResourceKind {
			return s.root, nil
		}
		return nil, nil
	case *step:
		of, err := s.check(n.of, this)
		if err != nil {
			return nil, err
		}
		return s.follow(n.next, of, this)
	case *position:
		of, err := s.check(n.of, this)
		if err == nil {
			_, err = s.check(n.index, this)
		}
		return of, err
	case *negative:
		_, err := s.check(n.of, this)
		return nil, err
	case *binary:
		left, err := s.check(n.left, this)
		if err != nil {
			return nil, err
		}
		right, err := s.check(n.right, this)
		if n.operator != "|" {
			return nil, err
		}
		return left.with(right), err
	case *typeTest:
		if n.of != nil {
			of, err := s.check(n.of, this)
			if err != nil {
				return nil, err
			}
			return s.cast(n, of)
		}
	case *literal:
		return nil, nil
	}
	return s.follow(n, this, this)
}

// follow gives the shape of what stands after a dot.
func (s *static) follow(n node, in, this shape) (shape, error) {
	switch n := n.(type) {
	case *member:
		return s.member(n, in)
	case *focus:
		if n.name == "$this" {
			return this, nil
		}
	case *typeTest:
		return s.cast(n, in)
	case *call:
		return s.call(n, in, this)
	}
	return nil, nil
}

func (s *static) member(n *member, in shape) (shape, error) {
	var out shape
	open := len(in) == 0
	for _, t := range in {
		switch {
		case isTypeName(n.name):
			if isA(t, n.name) {
				out = append(out, t)
			}
			continue
		case t.Kind == fhir.AbstractKind && baseOf(t) == "" || t.Name == "DomainResource":
			open = true
		case t.Kind == fhir.PrimitiveKind:
			t = elementType()
		}
		e := t.Element(n.name)
		if e == nil {
			continue
		}
		for _, ref := range e.Types {
			child := fhir.TypeOf(ref.Name)
			open = open || child == nil
			if !slices.Contains(out, child) {
				out = append(out, child)
			}
		}
	}
	switch {
	case open:
		return nil, nil
	case len(out) == 0:
		return nil, faultAt(n.at, "%s has no element %q,", in[0].Name, clip(n.name))
	}
	return out, nil
}

func (s *static) cast(n *typeTest, in shape) (shape, error) {
	wanted := fhir.TypeOf(n.name.name)
	if n.operator == "is" || wanted == nil || n.name.namespace == "System" {
		return nil, nil
	}
	for _, t := range in {
		if isA(t, wanted.Name) || isA(wanted, t.Name) {
			return shape{wanted}, nil
		}
	}
	if len(in) == 0 {
		return shape{wanted}, nil
	}
	return nil, faultAt(n.at, "%s is never a %s,", in[0].Name, wanted.Name)
}

// overItems are the functions whose argument is asked of every item, passing those that
// give items of their input.
var (
	overItems = []string{"where", "select", "all", "exists", "repeat", "trace", "aggregate", "sort", "iif"}
	passing   = []string{"where", "first", "last", "tail", "skip", "take", "single", "distinct", "exclude", "intersect", "trace", "sort", "checkModifiers", "slice"}
)

func (s *static) call(c *call, in, this shape) (shape, error) {
	inner := this
	if slices.Contains(overItems, c.name) {
		inner = in
	}
	shapes := make([]shape, len(c.arguments))
	for i, argument := range c.arguments {
		var err error
		if shapes[i], err = s.check(argument, inner); err != nil {
			return nil, err
		}
	}
	switch {
	case slices.Contains(passing, c.name):
		return in, nil
	case c.name == "select", c.name == "repeat":
		return shapes[0], nil
	case c.name == "union", c.name == "combine":
		return in.with(shapes[0]), nil
	case c.name == "iif" && len(shapes) == 3:
		return shapes[1].with(shapes[2]), nil
	case c.name == "iif":
		return shapes[1], nil
	case c.name == "extension":
		return shape{fhir.TypeOf("Extension")}, nil
	}
	return nil, nil
}
