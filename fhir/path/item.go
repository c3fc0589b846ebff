package path

import (
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
)

// Item is one value of a collection and the place it was found at.
type Item struct {
	// Parent is the object that holds the value under the member Name, in JSON's spelling
	// ("valueString"); nil for a root and for what an expression worked out. Index is the
	// place in the list, -1 where there is no list.
	Parent *fhir.Object
	Name   string
	Index  int

	value  any          // of the tree, or a System value
	typ    *fhir.Type   // nil for a System value and where the definitions know none
	shadow *fhir.Object // id and extensions of a primitive
}

// Collection is what an expression gives; empty stands for unknown.
type Collection []Item

// Root makes an item of a resource or element for Evaluate. typ is the FHIR type of an
// element ("HumanName", "Patient.contact"); "" for a resource, which names its own.
func Root(tree *fhir.Object, typ string) Item {
	if typ == "" {
		typ = tree.String("resourceType")
	}
	return Item{value: tree, typ: fhir.TypeOf(typ), Index: -1}
}

// Primitive makes an item of a primitive: value is a string, fhir.Number or bool, shadow
// the object under the member with the underscore, which may be nil.
func Primitive(typ string, value any, shadow *fhir.Object) Item {
	return Item{value: value, typ: fhir.TypeOf(typ), shadow: shadow, Index: -1}
}

// SystemItem makes an item of a bool, string, int64, decimal.Decimal, Temporal or Quantity,
// to be a variable of an Env.
func SystemItem(value any) Item { return Item{value: value, Index: -1} }

func one(value any) Collection {
	if b, is := value.(bool); is {
		return truths[b]
	}
	return Collection{{value: value, Index: -1}}
}

// truths are shared, as literals are: what an expression gives is not to be changed.
var truths = map[bool]Collection{true: {{value: true, Index: -1}}, false: {{value: false, Index: -1}}}

// Value gives a bool, string, int64, decimal.Decimal, Temporal, Quantity or *fhir.Object;
// nil for a primitive that has extensions only.
func (i Item) Value() any { return i.system() }

// Raw gives the value as the tree has it: string, bool, fhir.Number, *fhir.Object or nil.
// What an expression worked out has its Value here.
func (i Item) Raw() any { return i.value }

// Type names the type with its namespace, such as "FHIR.HumanName" or "System.String".
func (i Item) Type() string {
	namespace, name := i.typeOf()
	return namespace + "." + name
}

// Definition gives the definition of the type; nil for a System value and where there is
// none.
func (i Item) Definition() *fhir.Type { return i.typ }

// String gives the value as toString() does: text as the tree has it, "" for an object that
// is no quantity.
func (i Item) String() string {
	s, is := i.text()
	if !is {
		s, _ = textOf(i.system())
	}
	return s
}

// True tells whether the collection is a single true, or a single value that is no boolean,
// as criteria, assertions and invariants are read. Errors: core.Invalid for several values.
func (c Collection) True() (bool, error) {
	value, known, err := truth(c)
	return value && known, err
}

// system gives the System value a FHIR value stands for, or the value itself.
// https://hl7.org/fhir/R4/fhirpath.html#types
func (i *Item) system() any {
	if i.typ == nil {
		return i.value
	}
	switch v := i.value.(type) {
	case string:
		switch i.typ.Name {
		case "date", "dateTime", "instant":
			if t, ok := parseTemporal(v); ok {
				if i.typ.Name != "date" {
					t.kind = dateTimeKind
				}
				return t
			}
		case "time":
			if t, ok := parseTime(v); ok {
				return t
			}
		}
	case fhir.Number:
		n, ok := parseNumber(string(v))
		if !ok {
			return string(v)
		}
		if whole, is := n.(int64); is && i.typ.Name == "decimal" {
			return decimal.NewFromInt(whole)
		}
		return n
	case *fhir.Object:
		if isA(i.typ, "Quantity") {
			if q, ok := quantityOf(v); ok {
				return q
			}
		}
	}
	return i.value
}

// maxDigits bounds the numbers an expression works with. What is longer is no number.
const maxDigits = 200

// parseNumber reads a number: an int64 where it has neither point nor exponent and is an
// integer of FHIR's range, a decimal.Decimal otherwise.
func parseNumber(s string) (any, bool) {
	if len(s) > maxDigits {
		return nil, false
	}
	if !strings.ContainsAny(s, ".eE") {
		if n, err := strconv.ParseInt(s, 10, 32); err == nil {
			return n, true
		}
	}
	if e := strings.IndexAny(s, "eE"); e >= 0 {
		exponent, err := strconv.Atoi(s[e+1:])
		if err != nil || exponent > maxDigits || exponent < -maxDigits {
			return nil, false
		}
	}
	d, err := decimal.NewFromString(s)
	return d, err == nil
}

// textOf gives a System value as text; false for an object.
func textOf(value any) (string, bool) {
	switch v := value.(type) {
	case string:
		return v, true
	case bool:
		return strconv.FormatBool(v), true
	case int64:
		return strconv.FormatInt(v, 10), true
	case decimal.Decimal:
		return decimalText(v), true
	case fhir.Number:
		return string(v), true
	case Temporal:
		return v.String(), true
	case Quantity:
		return v.String(), true
	}
	return "", false
}

// decimalText writes the zeros at the end, which say how precise the number is.
func decimalText(d decimal.Decimal) string { return d.StringFixed(max(0, -d.Exponent())) }

// fault makes the error of an expression that has no answer.
func fault(format string, args ...any) error {
	e := core.Errorf(core.Invalid, format, args...)
	e.Message = "FHIRPath: " + e.Message
	return e
}

// truth reads a collection as one boolean. A single value of another type is true.
// http://hl7.org/fhirpath/N1/#singleton-evaluation-of-collections
func truth(items Collection) (value, known bool, err error) {
	switch len(items) {
	case 0:
		return false, false, nil
	case 1:
		b, is := items[0].value.(bool)
		return b || !is, true, nil
	}
	return false, false, fault("one true or false expected, %d values found", len(items))
}

// single gives the only item; ok is false for an empty collection.
func (c Collection) single(what string) (item *Item, ok bool, err error) {
	switch len(c) {
	case 0:
		return nil, false, nil
	case 1:
		return &c[0], true, nil
	}
	return nil, false, fault("%s works on single values, %d found", what, len(c))
}

// operand is single for what works on System values, where a primitive that has extensions
// only counts as empty.
func (c Collection) operand(what string) (item *Item, ok bool, err error) {
	item, ok, err = c.single(what)
	return item, ok && item.value != nil, err
}
