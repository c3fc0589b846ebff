package path

import (
	"fmt"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/fhir"
)

// constant makes a literal of a number or date token.
func constant(t token) (node, error) {
	if t.kind == date {
		return literal{[]item{{value: strings.TrimPrefix(t.value, "T"), typ: "date"}}}, nil
	}
	d, err := decimal.NewFromString(t.value)
	if err != nil {
		return nil, fmt.Errorf("FHIRPath: %q at %d is not a number", t.value, t.at)
	}
	return literal{[]item{{value: d, typ: "decimal"}}}, nil
}

func (r *evaluation) binary(n binary, input []item) ([]item, error) {
	left, err := r.evaluate(n.left, input)
	if err != nil {
		return nil, err
	}
	right, err := r.evaluate(n.right, input)
	if err != nil {
		return nil, err
	}
	switch n.operator {
	case "and", "or", "xor", "implies":
		return logic(n.operator, left, right)
	case "|":
		return distinct(append(append([]item(nil), left...), right...)), nil
	case "=", "!=", "~", "!~":
		return equality(n.operator, left, right), nil
	case "in":
		return contained(right, left)
	case "contains":
		return contained(left, right)
	case "&":
		return one(joined(left) + joined(right)), nil
	}
	if len(left) == 0 || len(right) == 0 {
		return nil, nil
	}
	if len(left) > 1 || len(right) > 1 {
		return nil, fmt.Errorf("FHIRPath: %s needs single values", n.operator)
	}
	switch n.operator {
	case "<", ">", "<=", ">=":
		return compare(n.operator, left[0].value, right[0].value)
	default:
		return arithmetic(n.operator, left[0].value, right[0].value)
	}
}

// logic is the three-valued logic of http://hl7.org/fhirpath/N1/#boolean-logic.
func logic(operator string, left, right []item) ([]item, error) {
	l, lKnown, err := truth(left)
	if err != nil {
		return nil, err
	}
	r, rKnown, err := truth(right)
	if err != nil {
		return nil, err
	}
	switch operator {
	case "and":
		if (lKnown && !l) || (rKnown && !r) {
			return one(false), nil
		}
	case "or":
		if (lKnown && l) || (rKnown && r) {
			return one(true), nil
		}
	case "implies":
		if (lKnown && !l) || (rKnown && r) {
			return one(true), nil
		}
	}
	if !lKnown || !rKnown {
		return nil, nil
	}
	switch operator {
	case "and":
		return one(l && r), nil
	case "or":
		return one(l || r), nil
	case "xor":
		return one(l != r), nil
	default:
		return one(!l || r), nil
	}
}

func truth(items []item) (value, known bool, err error) {
	switch len(items) {
	case 0:
		return false, false, nil
	case 1:
		b, is := items[0].value.(bool)
		return b || !is, true, nil
	}
	return false, false, fmt.Errorf("FHIRPath: one truth expected, %d values found", len(items))
}

func equality(operator string, left, right []item) []item {
	loose := operator == "~" || operator == "!~"
	if !loose && (len(left) == 0 || len(right) == 0) {
		return nil
	}
	same := len(left) == len(right)
	for i := 0; same && i < len(left); i++ {
		same = equal(left[i].value, right[i].value)
		if loose && !same {
			l, lText := left[i].value.(string)
			r, rText := right[i].value.(string)
			same = lText && rText && strings.EqualFold(strings.Join(strings.Fields(l), " "), strings.Join(strings.Fields(r), " "))
		}
	}
	return one(same == (operator == "=" || operator == "~"))
}

// equal compares two values; objects are equal when their members are, in any order.
func equal(left, right any) bool {
	switch l := left.(type) {
	case decimal.Decimal:
		r, is := numberOf(right)
		return is && l.Equal(r)
	case *fhir.Object:
		r, is := right.(*fhir.Object)
		if !is || len(l.Members) != len(r.Members) {
			return false
		}
		for _, m := range l.Members {
			if !equal(m.Value, r.Get(m.Name)) {
				return false
			}
		}
		return true
	case []any:
		r, is := right.([]any)
		if !is || len(l) != len(r) {
			return false
		}
		for i := range l {
			if !equal(l[i], r[i]) {
				return false
			}
		}
		return true
	case fhir.Number:
		d, err := decimal.NewFromString(string(l))
		return err == nil && equal(d, right)
	default:
		return left == right
	}
}

func numberOf(value any) (decimal.Decimal, bool) {
	switch v := value.(type) {
	case decimal.Decimal:
		return v, true
	case fhir.Number:
		d, err := decimal.NewFromString(string(v))
		return d, err == nil
	}
	return decimal.Decimal{}, false
}

func contained(collection, element []item) ([]item, error) {
	if len(element) == 0 {
		return nil, nil
	}
	if len(element) > 1 {
		return nil, fmt.Errorf("FHIRPath: in and contains look for one value")
	}
	for _, each := range collection {
		if equal(each.value, element[0].value) {
			return one(true), nil
		}
	}
	return one(false), nil
}

func compare(operator string, left, right any) ([]item, error) {
	var order int
	switch l := left.(type) {
	case decimal.Decimal:
		r, is := right.(decimal.Decimal)
		if !is {
			return nil, fmt.Errorf("FHIRPath: a number cannot be compared with %T", right)
		}
		order = l.Cmp(r)
	case string:
		r, is := right.(string)
		if !is {
			return nil, fmt.Errorf("FHIRPath: text cannot be compared with %T", right)
		}
		order = strings.Compare(l, r)
	default:
		return nil, fmt.Errorf("FHIRPath: %T cannot be compared", left)
	}
	switch operator {
	case "<":
		return one(order < 0), nil
	case ">":
		return one(order > 0), nil
	case "<=":
		return one(order <= 0), nil
	default:
		return one(order >= 0), nil
	}
}

func arithmetic(operator string, left, right any) ([]item, error) {
	if l, is := left.(string); is && operator == "+" {
		if r, is := right.(string); is {
			return one(l + r), nil
		}
	}
	l, lIs := left.(decimal.Decimal)
	r, rIs := right.(decimal.Decimal)
	if !lIs || !rIs {
		return nil, fmt.Errorf("FHIRPath: %s needs numbers", operator)
	}
	if r.IsZero() && (operator == "/" || operator == "div" || operator == "mod") {
		return nil, nil
	}
	switch operator {
	case "+":
		return one(l.Add(r)), nil
	case "-":
		return one(l.Sub(r)), nil
	case "*":
		return one(l.Mul(r)), nil
	case "/":
		return one(l.DivRound(r, 8)), nil
	case "div":
		quotient, _ := l.QuoRem(r, 0)
		return one(quotient), nil
	default:
		return one(l.Mod(r)), nil
	}
}

// typeTest answers is, as and ofType.
func (r *evaluation) typeTest(n typeTest, input []item) ([]item, error) {
	of, err := r.evaluate(n.of, input)
	if err != nil {
		return nil, err
	}
	if n.operator == "is" {
		if len(of) != 1 {
			return nil, nil
		}
		return one(isType(of[0], n.name)), nil
	}
	var out []item
	for _, each := range of {
		if isType(each, n.name) {
			out = append(out, each)
		}
	}
	return out, nil
}

func isType(i item, name string) bool {
	if i.typ != "" {
		return strings.EqualFold(i.typ, name)
	}
	switch i.value.(type) {
	case bool:
		return strings.EqualFold(name, "boolean")
	case decimal.Decimal:
		return strings.EqualFold(name, "decimal") || strings.EqualFold(name, "integer")
	case string:
		return strings.EqualFold(name, "string")
	}
	return false
}
