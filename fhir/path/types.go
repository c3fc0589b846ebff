package path

import (
	"strings"

	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/fhir"
)

// typeName is a type as an expression names it; without namespace it may be of either.
type typeName struct{ namespace, name string }

// systemTypes are the types of FHIRPath itself.
// http://hl7.org/fhirpath/N1/#literals
var systemTypes = map[string]bool{
	"Boolean": true, "String": true, "Integer": true, "Decimal": true,
	"Date": true, "DateTime": true, "Time": true, "Quantity": true, "Any": true,
}

// bases are the types R4 derives from others, where the kind of the type does not tell.
// https://hl7.org/fhir/R4/datatypes.html
var bases = map[string]string{
	"code": "string", "id": "string", "markdown": "string",
	"url": "uri", "canonical": "uri", "uuid": "uri", "oid": "uri",
	"positiveInt": "integer", "unsignedInt": "integer",
	"Age": "Quantity", "Count": "Quantity", "Distance": "Quantity", "Duration": "Quantity",
	"BackboneElement": "Element", "DomainResource": "Resource", "Element": "", "Resource": "",
}

// baseOf names what a type is derived from, "" for Element and Resource.
func baseOf(t *fhir.Type) string {
	if base, known := bases[t.Name]; known {
		return base
	}
	switch {
	case t.Kind == fhir.ResourceKind && t.Element("contained") != nil:
		return "DomainResource"
	case t.Kind == fhir.ResourceKind:
		return "Resource"
	case t.Kind == fhir.ComplexKind && t.Element("modifierExtension") != nil:
		return "BackboneElement"
	}
	return "Element"
}

// isA tells whether the type is the named one or derived from it.
func isA(t *fhir.Type, name string) bool {
	for t != nil {
		if t.Name == name {
			return true
		}
		t = fhir.TypeOf(baseOf(t))
	}
	return false
}

// typeOf names the type of an item and its namespace.
func (i *Item) typeOf() (namespace, name string) {
	if i.typ != nil {
		if strings.Contains(i.typ.Name, ".") {
			return "FHIR", baseOf(i.typ) // a backbone has no name of its own
		}
		return "FHIR", i.typ.Name
	}
	switch v := i.value.(type) {
	case bool:
		return "System", "Boolean"
	case string:
		return "System", "String"
	case int64:
		return "System", "Integer"
	case decimal.Decimal:
		return "System", "Decimal"
	case Temporal:
		return "System", v.typeName()
	case Quantity:
		return "System", "Quantity"
	}
	return "FHIR", "Element"
}

// is tells whether the item is of the type or one derived from it.
func (i *Item) is(t typeName) bool {
	if i.typ != nil {
		return t.namespace != "System" && isA(i.typ, t.name)
	}
	namespace, name := i.typeOf()
	return name == t.name && (t.namespace == "" || t.namespace == namespace) || t.name == "Any" && namespace == "System"
}

// casts tells whether as and ofType let the item pass. Primitives have to be of the very
// type, since ofType(string) has to tell valueString from valueCode.
func (i *Item) casts(t typeName) bool {
	if i.typ != nil && i.typ.Kind == fhir.PrimitiveKind {
		return t.namespace != "System" && i.typ.Name == t.name
	}
	return i.is(t)
}

// typeTest answers is, as and ofType. N1 wants a single value for as, but the invariants
// and search parameters of R4 ask it of many: descendants().as(canonical).
func (r *run) typeTest(n *typeTest, of Collection) (Collection, error) {
	if n.operator == "is" {
		item, ok, err := of.single("is")
		if !ok {
			return nil, err
		}
		return one(item.is(n.name)), nil
	}
	var out Collection
	for i := range of {
		if of[i].casts(n.name) {
			out = append(out, of[i])
		}
	}
	return out, nil
}

// typeInfo answers type(): an object with namespace and name.
func typeInfo(_ *run, in Collection, _ *call, _ *frame) (Collection, error) {
	out := make(Collection, len(in))
	for i := range in {
		namespace, name := in[i].typeOf()
		out[i] = Item{Index: -1, value: &fhir.Object{Members: []fhir.Member{{Name: "namespace", Value: namespace}, {Name: "name", Value: name}}}}
	}
	return out, nil
}
