package conformance

import (
	"fmt"

	"github.com/openimis/openimis-go/fhir"
)

// invent makes a small valid resource of a type for scripts that ask for any: what the
// definitions need, and what tells people and places apart where the type has it.
func invent(typ string) (*fhir.Object, error) {
	if !fhir.IsResourceType(typ) {
		return nil, fmt.Errorf("%q is not a resource type", typ)
	}
	o := &fhir.Object{}
	o.Set("resourceType", typ)
	t := fhir.TypeOf(typ)
	for _, e := range t.Elements() {
		if e.Min > 0 || wished(typ, e.Name) {
			if err := inventElement(o, &e, typ, 0); err != nil {
				return nil, err
			}
		}
	}
	return o, nil
}

// wished names the elements that are invented though nothing needs them.
func wished(typ, name string) bool {
	switch name {
	case "name":
		return true
	case "gender", "birthDate", "active", "identifier":
		return typ == "Patient" || typ == "Practitioner" || typ == "Person" || typ == "RelatedPerson"
	}
	return false
}

// maxInvented bounds how deeply what is needed may need something.
const maxInvented = 8

func inventElement(o *fhir.Object, e *fhir.Element, owner string, depth int) error {
	if len(e.Types) == 0 || depth > maxInvented {
		return fmt.Errorf("no %s.%s can be invented", owner, e.Name)
	}
	typ := e.Types[0]
	name := e.Name
	if e.Choice {
		name += string(typ.Name[0]&^0x20) + typ.Name[1:]
	}
	value, err := inventValue(e, typ, depth)
	if err != nil {
		return err
	}
	if e.List() {
		value = []any{value}
	}
	o.Set(name, value)
	return nil
}

func inventValue(e *fhir.Element, typ fhir.TypeRef, depth int) (any, error) {
	if len(e.Codes) > 0 && (typ.Name == "code" || typ.Name == "string") {
		return e.Codes[0], nil
	}
	if value, known := invented[typ.Name]; known {
		return value, nil
	}
	o := &fhir.Object{}
	switch typ.Name {
	case "HumanName":
		o.Set("family", "Invented${C6}")
		o.Set("given", []any{"Ada"})
		return o, nil
	case "Identifier":
		o.Set("system", "urn:ietf:rfc:3986")
		o.Set("value", "urn:uuid:${UUID}")
		return o, nil
	case "CodeableConcept":
		o.Set("text", "invented")
		return o, nil
	case "Reference":
		o.Set("display", "invented")
		return o, nil
	}
	t := fhir.TypeOf(typ.Name)
	if t == nil {
		return nil, fmt.Errorf("no %s can be invented", typ.Name)
	}
	for _, inner := range t.Elements() {
		if inner.Min > 0 {
			if err := inventElement(o, &inner, typ.Name, depth+1); err != nil {
				return nil, err
			}
		}
	}
	if len(o.Members) == 0 {
		if e := t.Element("value"); e != nil && typ.Name == "Quantity" {
			o.Set("value", fhir.Number("1"))
			return o, nil
		}
		return nil, fmt.Errorf("no %s can be invented", typ.Name)
	}
	return o, nil
}

// invented are values of the primitive types.
var invented = map[string]any{
	"string": "invented", "markdown": "invented", "code": "invented", "id": "invented", "uri": "http://example.org/invented",
	"url": "http://example.org/invented", "canonical": "http://example.org/invented", "oid": "urn:oid:1.2.3", "uuid": "urn:uuid:${UUID}",
	"boolean": true, "integer": fhir.Number("1"), "positiveInt": fhir.Number("1"), "unsignedInt": fhir.Number("1"), "decimal": fhir.Number("1.0"),
	"date": "2000-01-01", "dateTime": "2000-01-01", "instant": "2000-01-01T00:00:00Z", "time": "12:00:00", "base64Binary": "QQ==",
}
