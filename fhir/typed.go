package fhir

import (
	"encoding/json"
	"reflect"
	"strconv"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"

	"github.com/openimis/openimis-go/core"
)

// structs are the resource types that are given a struct when they are read. Others are
// checked and kept as trees only.
var structs = map[string]reflect.Type{
	"ActivityDefinition":          reflect.TypeFor[r4.ActivityDefinition](),
	"Basic":                       reflect.TypeFor[r4.Basic](),
	"Binary":                      reflect.TypeFor[r4.Binary](),
	"Bundle":                      reflect.TypeFor[r4.Bundle](),
	"CapabilityStatement":         reflect.TypeFor[r4.CapabilityStatement](),
	"Claim":                       reflect.TypeFor[r4.Claim](),
	"ClaimResponse":               reflect.TypeFor[r4.ClaimResponse](),
	"CodeSystem":                  reflect.TypeFor[r4.CodeSystem](),
	"Communication":               reflect.TypeFor[r4.Communication](),
	"CommunicationRequest":        reflect.TypeFor[r4.CommunicationRequest](),
	"Contract":                    reflect.TypeFor[r4.Contract](),
	"Coverage":                    reflect.TypeFor[r4.Coverage](),
	"CoverageEligibilityRequest":  reflect.TypeFor[r4.CoverageEligibilityRequest](),
	"CoverageEligibilityResponse": reflect.TypeFor[r4.CoverageEligibilityResponse](),
	"Group":                       reflect.TypeFor[r4.Group](),
	"InsurancePlan":               reflect.TypeFor[r4.InsurancePlan](),
	"Invoice":                     reflect.TypeFor[r4.Invoice](),
	"Location":                    reflect.TypeFor[r4.Location](),
	"Medication":                  reflect.TypeFor[r4.Medication](),
	"OperationOutcome":            reflect.TypeFor[r4.OperationOutcome](),
	"Organization":                reflect.TypeFor[r4.Organization](),
	"Parameters":                  reflect.TypeFor[r4.Parameters](),
	"Patient":                     reflect.TypeFor[r4.Patient](),
	"PaymentNotice":               reflect.TypeFor[r4.PaymentNotice](),
	"PaymentReconciliation":       reflect.TypeFor[r4.PaymentReconciliation](),
	"Practitioner":                reflect.TypeFor[r4.Practitioner](),
	"PractitionerRole":            reflect.TypeFor[r4.PractitionerRole](),
	"StructureDefinition":         reflect.TypeFor[r4.StructureDefinition](),
	"Subscription":                reflect.TypeFor[r4.Subscription](),
	"TestScript":                  reflect.TypeFor[r4.TestScript](),
	"ValueSet":                    reflect.TypeFor[r4.ValueSet](),
}

// typedOf makes the struct of a checked tree, nil when its type has none. What a struct has
// no field for is left out: contained resources, extensions of primitives, and the nulls
// that hold their places. A required code that was not sent gets the value -1, whose Code
// is "<unknown>", and not that of the first code.
func typedOf(tree *Object) any {
	t := structs[tree.String("resourceType")]
	if t == nil {
		return nil
	}
	v := reflect.New(t)
	planOf(t).fill(v.Elem(), tree)
	return v.Interface()
}

func (p *plan) fill(v reflect.Value, o *Object) {
	p.load()
	for i := range p.fields {
		if f := &p.fields[i]; f.shape == codeShape && !f.pointer && !f.list {
			v.Field(f.index).SetInt(unknownCode)
		}
	}
	for i := range o.Members {
		f := p.byName[o.Members[i].Name]
		if f == nil {
			continue
		}
		target, value := v.Field(f.index), o.Members[i].Value
		switch {
		case f.list:
			list, _ := value.([]any)
			target.Set(reflect.MakeSlice(target.Type(), 0, len(list)))
			for _, item := range list {
				if item == nil {
					continue
				}
				target.Set(reflect.Append(target, reflect.Zero(target.Type().Elem())))
				f.set(target.Index(target.Len()-1), item)
			}
		case f.pointer:
			made := reflect.New(target.Type().Elem())
			f.set(made.Elem(), value)
			target.Set(made)
		default:
			f.set(target, value)
		}
	}
}

// set puts one value into its place. The tree has been checked, so that a value of another
// type than the field's can only be one that lenient reading lets pass; it is left out.
func (f *field) set(target reflect.Value, value any) {
	switch value := value.(type) {
	case string:
		switch f.shape {
		case textShape:
			target.SetString(value)
		case codeShape:
			n, ok := f.codes.values[value]
			if !ok {
				n = unknownCode
			}
			target.SetInt(n)
		}
	case bool:
		if f.shape == boolShape {
			target.SetBool(value)
		}
	case Number:
		switch f.shape {
		case numberShape:
			target.SetString(string(value))
		case intShape:
			n, _ := strconv.ParseInt(string(value), 10, 64)
			target.SetInt(n)
		}
	case *Object:
		switch f.shape {
		case structShape:
			f.sub.fill(target, value)
		case rawShape:
			target.SetBytes(appendObject(nil, value))
		}
	}
}

// ToObject makes a tree of a golang-fhir-models struct or a pointer to one, without what
// such a struct holds only because it cannot help it: empty objects and lists, and codes
// that were never set (value -1).
// Errors: core.Internal when a resource it embeds is no JSON.
func ToObject(typed any) (*Object, error) {
	v := reflect.Indirect(reflect.ValueOf(typed))
	if v.Kind() != reflect.Struct {
		return nil, core.Errorf(core.Internal, "a %T is no FHIR struct", typed)
	}
	p := planOf(v.Type())
	o, err := p.object(v)
	if err != nil {
		return nil, err
	}
	if o == nil {
		o = &Object{}
	}
	return o, nil
}

// object gives nil for a struct with nothing in it.
func (p *plan) object(v reflect.Value) (*Object, error) {
	p.load()
	o := &Object{Members: make([]Member, 0, 8)}
	if p.resource != "" {
		o.Members = append(o.Members, Member{"resourceType", p.resource})
	}
	for i := range p.fields {
		f := &p.fields[i]
		value, err := f.get(v.Field(f.index))
		if err != nil {
			return nil, err
		}
		if value != nil {
			o.Members = append(o.Members, Member{f.name, value})
		}
	}
	if len(o.Members) == 0 {
		return nil, nil
	}
	return o, nil
}

func (f *field) get(v reflect.Value) (any, error) {
	if f.pointer {
		if v.IsNil() {
			return nil, nil
		}
		return f.one(v.Elem())
	}
	if !f.list {
		if f.choice && v.IsZero() {
			return nil, nil
		}
		return f.one(v)
	}
	var list []any
	for i := range v.Len() {
		value, err := f.one(v.Index(i))
		if err != nil {
			return nil, err
		}
		if value != nil {
			list = append(list, value)
		}
	}
	if list == nil {
		return nil, nil
	}
	return list, nil
}

func (f *field) one(v reflect.Value) (any, error) {
	switch f.shape {
	case textShape:
		if v.Len() == 0 {
			return nil, nil
		}
		return v.String(), nil
	case boolShape:
		return v.Bool(), nil
	case intShape:
		return Number(strconv.FormatInt(v.Int(), 10)), nil
	case numberShape:
		if v.Len() == 0 {
			return nil, nil
		}
		return Number(v.String()), nil
	case codeShape:
		if code := f.codes.code(v.Int()); code != "" {
			return code, nil
		}
		return nil, nil
	case rawShape:
		if v.Len() == 0 {
			return nil, nil
		}
		value, _, err := parseJSON(v.Interface().(json.RawMessage))
		if err != nil {
			return nil, core.Wrap(core.Internal, errString(err), "an embedded resource is no JSON")
		}
		return value, nil
	}
	o, err := f.sub.object(v)
	if o == nil || err != nil {
		return nil, err
	}
	return o, nil
}

func (c *codeTable) code(n int64) string {
	if n < 0 || n >= int64(len(c.codes)) {
		return ""
	}
	return c.codes[n]
}
