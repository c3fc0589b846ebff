package rest

import (
	"slices"
	"strconv"
	"strings"

	"github.com/openimis/openimis-go/fhir"
)

// OperationParameter describes a parameter of an operation.
type OperationParameter struct {
	Name          string
	Out           bool // it is answered, not asked
	Min           int
	Many          bool   // it may be there more than once
	Type          string // "uri", "Coding", "Resource", …
	Documentation string
}

// Takes describes a parameter that may be asked once.
func Takes(name, typ, documentation string) OperationParameter {
	return OperationParameter{Name: name, Type: typ, Documentation: documentation}
}

// Gives describes a parameter that is answered once, or not at all.
func Gives(name, typ, documentation string) OperationParameter {
	return OperationParameter{Name: name, Out: true, Type: typ, Documentation: documentation}
}

// Needed is the parameter where it may not be missing.
func (p OperationParameter) Needed() OperationParameter {
	p.Min = 1
	return p
}

// Repeated is the parameter where it may be there more than once.
func (p OperationParameter) Repeated() OperationParameter {
	p.Many = true
	return p
}

// Keeper is a type that shows the operations of the base it is registered in. It is told of
// them once all types are known: OperationDefinitions without url, whose base is the
// canonical of the operation.
// https://hl7.org/fhir/R4/operationdefinition.html
type Keeper interface {
	Keep(operations []*fhir.Object)
}

// define tells those who keep operations of all there are. Operations of several types
// under one canonical are one.
func (s *Server) define() {
	var order []string
	byCanonical := map[string]*fhir.Object{}
	add := func(op *Operation, typ string) {
		d := byCanonical[op.Definition]
		if d == nil {
			d = definitionOf(op)
			byCanonical[op.Definition] = d
			order = append(order, op.Definition)
		}
		if typ == "" {
			d.Set("system", true)
			return
		}
		if list := d.List("resource"); !slices.Contains(list, any(typ)) {
			d.Set("resource", append(list, typ))
		}
		d.Set("type", d.Get("type") == true || op.OnType)
		d.Set("instance", d.Get("instance") == true || op.OnInstance)
	}
	for _, o := range s.order {
		for i := range o.operations {
			add(&o.operations[i], o.Name)
		}
	}
	for i := range s.operations {
		add(&s.operations[i], "")
	}
	list := make([]*fhir.Object, len(order))
	for i, canonical := range order {
		list[i] = byCanonical[canonical]
		if list[i].List("resource") == nil {
			list[i].Set("resource", nil)
		}
	}
	for _, t := range s.base.Types {
		if keeper, ok := t.(Keeper); ok {
			keeper.Keep(list)
		}
	}
}

// definitionOf describes an operation by what it takes and gives here.
func definitionOf(op *Operation) *fhir.Object {
	id := op.Definition[strings.LastIndexByte(op.Definition, '/')+1:]
	d := object("resourceType", "OperationDefinition", "id", id, "name", nameOf(op.Name), "title", "$"+op.Name,
		"status", "active", "kind", "operation")
	d.Set("affectsState", op.AffectsState)
	if op.Documentation != "" {
		d.Set("description", op.Documentation)
	}
	d.Set("code", op.Name)
	d.Set("base", op.Definition)
	d.Set("resource", []any(nil))
	for _, place := range []string{"system", "type", "instance"} {
		d.Set(place, false)
	}
	var parameters []any
	for _, p := range op.Parameters {
		use, most := "in", "1"
		if p.Out {
			use = "out"
		}
		if p.Many {
			most = "*"
		}
		one := object("name", p.Name, "use", use)
		one.Set("min", fhir.Number(strconv.Itoa(p.Min)))
		one.Set("max", most)
		if p.Documentation != "" {
			one.Set("documentation", p.Documentation)
		}
		one.Set("type", p.Type)
		parameters = append(parameters, one)
	}
	if len(parameters) > 0 {
		d.Set("parameter", parameters)
	}
	return d
}

// nameOf makes a name for programs of the name of an operation: ValidateCode of
// validate-code.
func nameOf(name string) string {
	var b strings.Builder
	for _, word := range strings.Split(name, "-") {
		if word != "" {
			b.WriteString(strings.ToUpper(word[:1]) + word[1:])
		}
	}
	return b.String()
}
