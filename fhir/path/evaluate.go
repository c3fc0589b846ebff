package path

import (
	"fmt"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/fhir"
)

// item is one value of a collection: string, bool, decimal.Decimal or *fhir.Object. typ
// is its FHIR type where that is known: from a literal, a resourceType or the name of a
// choice element.
type item struct {
	value any
	typ   string
}

// Values evaluates the expression on a resource or element. The values are string, bool,
// decimal.Decimal or *fhir.Object. Errors say what the expression asked that has no
// answer, such as comparing text with a number.
func (e *Expression) Values(root *fhir.Object) ([]any, error) {
	r := evaluation{root: root}
	items, err := r.evaluate(e.root, []item{rootItem(root)})
	if err != nil {
		return nil, fmt.Errorf("%w in %s", err, e.source)
	}
	values := make([]any, len(items))
	for i := range items {
		values[i] = items[i].value
	}
	return values, nil
}

func rootItem(root *fhir.Object) item { return item{root, root.String("resourceType")} }

type evaluation struct{ root *fhir.Object }

// evaluate gives the collection of n on the input collection.
func (r *evaluation) evaluate(n node, input []item) ([]item, error) {
	switch n := n.(type) {
	case literal:
		return n.items, nil
	case this:
		return input, nil
	case member:
		return members(n.name, input), nil
	case step:
		of, err := r.evaluate(n.of, input)
		if err != nil {
			return nil, err
		}
		return r.evaluate(n.next, of)
	case position:
		return r.position(n, input)
	case call:
		return functions[n.name].apply(r, input, n.arguments)
	case typeTest:
		return r.typeTest(n, input)
	case negative:
		of, err := r.evaluate(n.of, input)
		if err != nil || len(of) == 0 {
			return nil, err
		}
		d, is := of[0].value.(decimal.Decimal)
		if !is || len(of) > 1 {
			return nil, fmt.Errorf("FHIRPath: minus needs one number")
		}
		return one(d.Neg()), nil
	case binary:
		return r.binary(n, input)
	}
	return nil, fmt.Errorf("FHIRPath: %T cannot be evaluated", n)
}

func (r *evaluation) position(n position, input []item) ([]item, error) {
	of, err := r.evaluate(n.of, input)
	if err != nil {
		return nil, err
	}
	index, err := r.evaluate(n.index, input)
	if err != nil || len(index) != 1 {
		return nil, err
	}
	d, is := index[0].value.(decimal.Decimal)
	if !is {
		return nil, fmt.Errorf("FHIRPath: an index has to be a number")
	}
	if i := d.IntPart(); i >= 0 && i < int64(len(of)) {
		return of[i : i+1], nil
	}
	return nil, nil
}

// members gives the children with the name of every object in the input.
func members(name string, input []item) []item {
	var out []item
	for _, in := range input {
		object, is := in.value.(*fhir.Object)
		if !is || object == nil {
			continue
		}
		if in.typ == name && name == object.String("resourceType") {
			out = append(out, in)
			continue
		}
		if value := object.Get(name); value != nil {
			out = appendValue(out, value, "")
			continue
		}
		for _, m := range object.Members { // a choice: value[x]
			if typ, found := strings.CutPrefix(m.Name, name); found && typ != "" && typ[0] >= 'A' && typ[0] <= 'Z' && choiceTypes[typ] != "" {
				out = appendValue(out, m.Value, choiceTypes[typ])
			}
		}
	}
	return out
}

// choiceTypes maps the end of a choice element's name to its type.
// https://hl7.org/fhir/R4/formats.html#choice
var choiceTypes = func() map[string]string {
	types := map[string]string{}
	for _, primitive := range strings.Fields("base64Binary boolean canonical code date dateTime decimal id instant integer markdown oid positiveInt string time unsignedInt uri url uuid") {
		types[strings.ToUpper(primitive[:1])+primitive[1:]] = primitive
	}
	for _, complex := range strings.Fields("Address Age Annotation Attachment CodeableConcept Coding ContactPoint Count Distance Duration HumanName Identifier Money Period Quantity Range Ratio Reference SampledData Signature Timing ContactDetail Contributor DataRequirement Expression ParameterDefinition RelatedArtifact TriggerDefinition UsageContext Dosage Meta") {
		types[complex] = complex
	}
	return types
}()

func appendValue(out []item, value any, typ string) []item {
	switch v := value.(type) {
	case nil:
		return out
	case []any:
		for _, each := range v {
			out = appendValue(out, each, typ)
		}
		return out
	case fhir.Number:
		d, err := decimal.NewFromString(string(v))
		if err != nil {
			return out
		}
		return append(out, item{d, typ})
	case *fhir.Object:
		if t := v.String("resourceType"); t != "" {
			typ = t
		}
		return append(out, item{v, typ})
	default:
		return append(out, item{v, typ})
	}
}

func one(value any) []item { return []item{{value: value}} }
