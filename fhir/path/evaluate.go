package path

import (
	"fmt"
	"time"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
)

// Env is what an expression may ask of its surroundings. A nil Env and nil members are
// allowed; what then has no answer is said at each member.
type Env struct {
	// Now is the clock of now(), today() and timeOfDay(); time.Now when nil.
	Now func() time.Time
	// Resource is %resource and Root %rootResource, the resource that contains it. Each is
	// the other, or the evaluated tree, when nil.
	Resource, Root *fhir.Object
	// Variables are further names after %.
	Variables map[string]Collection
	// Resolve finds what a reference or canonical points to, nil when there is nothing.
	// Contained resources and entries of a Bundle are found without it.
	Resolve func(reference string) (*fhir.Object, error)
	// MemberOf tells whether a code, Coding or CodeableConcept is in a value set. known is
	// false where nobody can tell, which gives an empty collection.
	MemberOf func(value Item, valueSet string) (member, known bool, err error)
	// Subsumes tells whether the concept of a is the same as or above that of b.
	Subsumes func(a, b Item) (subsumes, known bool, err error)
	// ConformsTo tells whether a resource or element meets a profile. The base definition
	// of R4 types is answered without it, others are an error.
	ConformsTo func(value Item, profile string) (bool, error)
	// ElementDefinition gives the definition of an element, nil when there is none.
	ElementDefinition func(value Item) (*fhir.Object, error)
	// Slice tells whether an element is in the named slice of a structure.
	Slice func(value Item, structure, name string) (bool, error)
	// Trace is told what passes trace().
	Trace func(name string, values Collection)
	// Steps bounds the work of one evaluation; DefaultSteps when 0.
	Steps int
	// Left, when set, is what several evaluations may spend together; each takes its steps
	// from it.
	Left *int
}

// DefaultSteps is how many values and operators an evaluation may touch: about a second of
// work and 100 MB at most, above what a Bundle of a thousand resources needs.
const DefaultSteps = 1_000_000

// Evaluate evaluates the expression on a resource, or on the item of an element that Root
// or Primitive made. Errors: core.Invalid, saying what the expression asked that has no
// answer, such as comparing text with a number, or that it is too costly; errors of Env's
// functions as they are.
func (e *Expression) Evaluate(env *Env, tree *fhir.Object) (Collection, error) {
	return e.EvaluateItem(env, Root(tree, ""))
}

// EvaluateItem is Evaluate on any item, such as one that another expression gave.
func (e *Expression) EvaluateItem(env *Env, item Item) (Collection, error) {
	r := run{left: DefaultSteps}
	if env != nil {
		r.env = *env
		if env.Steps > 0 {
			r.left = env.Steps
		}
		if env.Left != nil {
			r.left = min(r.left, *env.Left)
			before := r.left
			defer func() { *env.Left -= before - max(r.left, 0) }()
		}
	}
	r.context[0] = item
	f := frame{this: r.context[:]}
	if object, is := item.value.(*fhir.Object); is && object == nil {
		f.this = nil
	}
	out, err := r.eval(e.root, &f)
	if err == nil {
		return out, nil
	}
	if known, is := err.(*core.Error); is && known.Code == core.Invalid {
		said := *known
		said.Message += fmt.Sprintf(" in %q", clip(e.source))
		return nil, &said
	}
	return nil, err
}

// run is one evaluation.
type run struct {
	env     Env
	context [1]Item
	left    int // steps
	clock   time.Time
}

// frame is what $this, $index and $total stand for.
type frame struct {
	this  Collection
	index int
	total Collection
	inner bool // within the argument of a function such as where
}

// tooCostly is the cause of the error that ends an evaluation, and its issue type.
type tooCostly struct{}

// Error names the issue type.
func (tooCostly) Error() string { return "too-costly" }

// spend counts work and ends an evaluation that takes too much of it.
func (r *run) spend(steps int) error {
	if r.left -= steps; r.left >= 0 {
		return nil
	}
	return &core.Error{Code: core.Invalid, Message: "FHIRPath: the expression is too costly", Cause: tooCostly{}}
}

// TooCostly tells whether an evaluation was given up because it takes too much work.
func TooCostly(err error) bool {
	e, is := err.(*core.Error)
	return is && e.Cause == error(tooCostly{})
}

// eval gives the collection of an expression that starts at $this.
func (r *run) eval(n node, f *frame) (Collection, error) {
	if err := r.spend(1); err != nil {
		return nil, err
	}
	switch n := n.(type) {
	case *literal:
		return n.items, nil
	case *environment:
		return r.variable(n)
	case *step:
		of, err := r.eval(n.of, f)
		if err != nil {
			return nil, err
		}
		return r.invoke(n.next, of, f)
	case *position:
		return r.position(n, f)
	case *negative:
		of, err := r.eval(n.of, f)
		if err != nil {
			return nil, err
		}
		return negate(of)
	case *binary:
		return r.binary(n, f)
	case *typeTest:
		if n.of != nil {
			of, err := r.eval(n.of, f)
			if err != nil {
				return nil, err
			}
			return r.typeTest(n, of)
		}
	}
	return r.invoke(n, f.this, f)
}

// invoke applies what may stand after a dot to the collection before it.
func (r *run) invoke(n node, in Collection, f *frame) (Collection, error) {
	switch n := n.(type) {
	case *member:
		return r.members(n.name, in)
	case *call:
		return n.function.apply(r, in, n, f)
	case *typeTest:
		return r.typeTest(n, in)
	case *focus:
		switch {
		case n.name == "$this":
			return f.this, nil
		case n.name == "$total":
			return f.total, nil
		case f.inner:
			return one(int64(f.index)), nil
		}
		return nil, nil
	}
	return nil, fault("%T cannot be evaluated", n)
}

func (r *run) position(n *position, f *frame) (Collection, error) {
	of, err := r.eval(n.of, f)
	if err != nil {
		return nil, err
	}
	index, err := r.eval(n.index, f)
	if err != nil {
		return nil, err
	}
	i, ok, err := integerOf(index, "an index")
	if err != nil || !ok || i < 0 || i >= int64(len(of)) {
		return nil, err
	}
	return of[i : i+1 : i+1], nil
}

// integerOf reads a collection as one integer.
func integerOf(c Collection, what string) (int64, bool, error) {
	item, ok, err := c.operand(what)
	if !ok {
		return 0, false, err
	}
	n, is := item.system().(int64)
	if !is {
		return 0, false, fault("%s has to be an integer", what)
	}
	return n, true, nil
}

// variable gives what a name after % stands for.
// https://hl7.org/fhir/R4/fhirpath.html#vars
func (r *run) variable(n *environment) (Collection, error) {
	if items, known := r.env.Variables[n.name]; known {
		return items, nil
	}
	switch n.name {
	case "context":
		return r.context[:], nil
	case "resource":
		return r.whole(r.env.Resource, r.env.Root), nil
	case "rootResource":
		return r.whole(r.env.Root, r.env.Resource), nil
	case "ucum":
		return one(ucumSystem), nil
	case "sct":
		return one("http://snomed.info/sct"), nil
	case "loinc":
		return one("http://loinc.org"), nil
	}
	if len(n.name) > 3 && n.name[:3] == "vs-" {
		return one("http://hl7.org/fhir/ValueSet/" + n.name[3:]), nil
	}
	if len(n.name) > 4 && n.name[:4] == "ext-" {
		return one("http://hl7.org/fhir/StructureDefinition/" + n.name[4:]), nil
	}
	return nil, fault("%%%s is not known here", clip(n.name))
}

func (r *run) whole(first, second *fhir.Object) Collection {
	switch {
	case first != nil:
		return Collection{Root(first, "")}
	case second != nil:
		return Collection{Root(second, "")}
	}
	return r.context[:]
}

// root is the outermost resource the evaluation knows.
func (r *run) root() *fhir.Object {
	root, _ := r.whole(r.env.Root, r.env.Resource)[0].value.(*fhir.Object)
	return root
}

// now is one moment for the whole evaluation.
func (r *run) now() time.Time {
	if r.clock.IsZero() {
		if r.clock = time.Now(); r.env.Now != nil {
			r.clock = r.env.Now()
		}
	}
	return r.clock
}
