package rest

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
)

// operations takes the operations of a type apart.
// Errors: core.Internal for one that is incomplete or there twice.
func operations(t Type, name string) ([]Operation, error) {
	operator, ok := t.(Operator)
	if !ok {
		return nil, nil
	}
	list := operator.Operations()
	for i := range list {
		op := &list[i]
		if op.Name == "" || op.Definition == "" || op.Run == nil || !op.OnType && !op.OnInstance {
			return nil, core.Errorf(core.Internal, "operation %q of %s lacks a name, a definition, a place or what it runs", op.Name, name)
		}
		if slices.ContainsFunc(list[:i], func(other Operation) bool { return other.Name == op.Name }) {
			return nil, core.Errorf(core.Internal, "operation $%s of %s is there twice", op.Name, name)
		}
	}
	return list, nil
}

// planOperations lists the routes of a type's operations. One that changes nothing may be
// asked with GET. https://hl7.org/fhir/R4/operations.html#executing
func (s *Server) planOperations(o *offer) {
	for i := range o.operations {
		op := &o.operations[i]
		methods := op.methods()
		if op.OnType {
			s.route(o.Name, op.Interaction(), "/"+o.Name+"/$"+op.Name, methods...)
		}
		if op.OnInstance {
			s.route(o.Name, op.Interaction(), "/"+o.Name+"/:id/$"+op.Name, methods...)
		}
	}
}

// methods are those an operation is asked with.
func (op *Operation) methods() []string {
	switch {
	case op.AffectsState:
		return []string{http.MethodPost}
	case op.begins:
		return []string{http.MethodPost, http.MethodGet}
	}
	return []string{http.MethodPost, http.MethodGet, http.MethodHead}
}

// answering gives what answers a route.
func (s *Server) answering(r Route) func(*call) (*answer, error) {
	list := s.operations
	if o := s.types[r.Type]; o != nil {
		list = o.operations
	}
	if strings.HasPrefix(string(r.Interaction), "$") {
		for i := range list {
			if op := &list[i]; op.Interaction() == r.Interaction {
				instance := strings.Contains(r.Path, "/:id/")
				return func(k *call) (*answer, error) { return k.operate(op, instance) }
			}
		}
	}
	return handlers[r.Interaction]
}

// operate answers GET, HEAD and POST [base]/[type]/$[name] and [base]/[type]/[id]/$[name].
// https://hl7.org/fhir/R4/operations.html
func (k *call) operate(op *Operation, instance bool) (*answer, error) {
	in := &Invocation{}
	if instance {
		id, err := k.id()
		if err != nil {
			return nil, err
		}
		in.ID = id
	}
	if err := k.queryParameters(in); err != nil {
		return nil, err
	}
	if k.asynchronous() && k.t != nil && !op.AffectsState && !op.Unchecked && !op.begins {
		return k.operateLater()
	}
	if k.r.Method == http.MethodPost {
		if err := k.bodyParameters(in, op.Unchecked); err != nil {
			return nil, err
		}
	}
	if op.answer != nil {
		return op.answer(k, in)
	}
	entry, err := op.Run(k.ctx, in)
	if err != nil {
		return nil, err
	}
	return &answer{status: http.StatusOK, entry: entry}, nil
}

// notForOperations are the parameters of a URL that say how to answer, not what.
var notForOperations = []string{"_format", "_pretty"}

// queryParameters takes the parameters of the URL. Each is a text, whatever its type.
func (k *call) queryParameters(in *Invocation) error {
	for _, name := range sortedNames(k.values) {
		if slices.Contains(notForOperations, name) || slices.Contains(k.s.base.Habits.Ignored, name) {
			continue
		}
		for _, text := range k.values[name] {
			if text == "" || !plain(text) {
				return core.ErrorAt(core.Invalid, clip(name), "the parameter has no value that can be read")
			}
			in.Parameters = append(in.Parameters, Parameter{Name: name, Text: text})
		}
	}
	return nil
}

func sortedNames(values url.Values) []string {
	names := make([]string, 0, len(values))
	for name := range values {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// bodyParameters reads what was posted: a Parameters resource, or another resource on its
// own where the operation takes one. No body at all is no parameters.
func (k *call) bodyParameters(in *Invocation, unchecked bool) error {
	if k.r.ContentLength == 0 && k.sent == nil {
		return nil
	}
	read := k.anyResource
	if unchecked && k.c != nil {
		read = func() (*fhir.Resource, error) { return k.uncheckedResource(in) }
	}
	posted, err := read()
	if err != nil {
		return err
	}
	if posted.Tree.String("resourceType") != "Parameters" {
		in.Resource = posted
		return nil
	}
	for i, one := range posted.Tree.List("parameter") {
		part, ok := one.(*fhir.Object)
		if !ok {
			continue
		}
		p := parameterOf(part)
		p.place = strconv.Itoa(i)
		in.Parameters = append(in.Parameters, p)
	}
	return nil
}

// uncheckedResource reads a body as a tree. Errors: as resource, for what is no tree.
func (k *call) uncheckedResource(in *Invocation) (*fhir.Resource, error) {
	xml, err := k.bodyFormat()
	if err != nil {
		return nil, err
	}
	data, err := k.body()
	if err != nil {
		return nil, err
	}
	tree, hidden, err := fhir.ReadTree(data, xml)
	if err != nil {
		return nil, err
	}
	in.Hidden = hidden
	return &fhir.Resource{Tree: tree}, nil
}

// parameterOf reads one entry of Parameters.parameter.
func parameterOf(part *fhir.Object) Parameter {
	p := Parameter{Name: part.String("name"), Resource: part.Object("resource")}
	for _, m := range part.Members {
		if !strings.HasPrefix(m.Name, "value") {
			continue
		}
		switch value := m.Value.(type) {
		case string:
			p.Text = value
		case fhir.Number:
			p.Text = string(value)
		case bool:
			p.Text = "false"
			if value {
				p.Text = "true"
			}
		case *fhir.Object:
			p.Value = value
		}
	}
	return p
}

// Interaction is what the access table calls the operation: its name with the dollar.
func (op *Operation) Interaction() Interaction { return Interaction("$" + op.Name) }

// Only refuses parameters that the operation does not have, so that none is ever passed
// over in silence. Errors: core.Invalid naming the parameter.
func (in *Invocation) Only(names ...string) error {
	for i := range in.Parameters {
		if name := in.Parameters[i].Name; !slices.Contains(names, name) {
			return core.ErrorAt(core.Invalid, clip(name), "this parameter is not supported here; those that are: %s", strings.Join(names, ", "))
		}
	}
	return nil
}

// Get gives the parameter with the name, nil when there is none.
// Errors: core.Invalid when it is there more than once.
func (in *Invocation) Get(name string) (*Parameter, error) {
	var found *Parameter
	for i := range in.Parameters {
		if in.Parameters[i].Name != name {
			continue
		}
		if found != nil {
			return nil, core.ErrorAt(core.Invalid, name, "the parameter is there more than once")
		}
		found = &in.Parameters[i]
	}
	return found, nil
}

// Text gives the parameter of a primitive type as text, "" when there is none.
// Errors: core.Invalid when it is there more than once or has no such value.
func (in *Invocation) Text(name string) (string, error) {
	p, err := in.Get(name)
	if p == nil || err != nil {
		return "", err
	}
	if p.Text == "" {
		return "", core.ErrorAt(core.Invalid, name, "the parameter needs a value of a primitive type")
	}
	return p.Text, nil
}

// Object gives the parameter of a complex type, nil when there is none.
// Errors: core.Invalid when it is there more than once or has no such value.
func (in *Invocation) Object(name string) (*fhir.Object, error) {
	p, err := in.Get(name)
	if p == nil || err != nil {
		return nil, err
	}
	if p.Value == nil {
		return nil, core.ErrorAt(core.Invalid, name, "the parameter is of a complex type and has to be posted in a Parameters resource")
	}
	return p.Value, nil
}
