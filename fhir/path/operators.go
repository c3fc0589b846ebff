package path

import (
	"github.com/shopspring/decimal"
)

func (r *run) binary(n *binary, f *frame) (Collection, error) {
	left, err := r.eval(n.left, f)
	if err != nil {
		return nil, err
	}
	if n.operator == "and" || n.operator == "or" || n.operator == "implies" {
		if out, decided, err := decide(n.operator, left); decided || err != nil {
			return out, err
		}
	}
	right, err := r.eval(n.right, f)
	if err != nil {
		return nil, err
	}
	switch n.operator {
	case "and", "or", "xor", "implies":
		return logic(n.operator, left, right)
	case "|":
		return r.distinct(joined(left, right))
	case "=", "!=":
		same, known, err := r.equal(left, right)
		if !known || err != nil {
			return nil, err
		}
		return one(same == (n.operator == "=")), nil
	case "~", "!~":
		same, err := r.equivalent(left, right)
		return one(same == (n.operator == "~")), err
	case "in":
		return r.contained(right, left)
	case "contains":
		return r.contained(left, right)
	case "&":
		return r.concatenate(left, right)
	}
	a, ok, err := left.operand(n.operator)
	if err != nil {
		return nil, err
	}
	b, bothThere, err := right.operand(n.operator)
	if err != nil || !ok || !bothThere {
		return nil, err
	}
	switch n.operator {
	case "<", ">", "<=", ">=":
		return compare(n.operator, a, b)
	}
	return r.arithmetic(n.operator, a, b)
}

// decide answers from the left side alone where the right cannot change it.
func decide(operator string, left Collection) (Collection, bool, error) {
	l, known, err := truth(left)
	if err != nil || !known {
		return nil, false, err
	}
	switch {
	case operator == "and" && !l:
		return one(false), true, nil
	case operator == "or" && l, operator == "implies" && !l:
		return one(true), true, nil
	}
	return nil, false, nil
}

// logic is the three-valued logic of FHIRPath; empty stands for unknown.
// http://hl7.org/fhirpath/N1/#boolean-logic
func logic(operator string, left, right Collection) (Collection, error) {
	l, leftKnown, err := truth(left)
	if err != nil {
		return nil, err
	}
	r, rightKnown, err := truth(right)
	if err != nil {
		return nil, err
	}
	switch {
	case operator == "and" && (leftKnown && !l || rightKnown && !r):
		return one(false), nil
	case operator == "or" && (leftKnown && l || rightKnown && r):
		return one(true), nil
	case operator == "implies" && (leftKnown && !l || rightKnown && r):
		return one(true), nil
	case !leftKnown || !rightKnown:
		return nil, nil
	case operator == "and":
		return one(l && r), nil
	case operator == "or":
		return one(l || r), nil
	case operator == "xor":
		return one(l != r), nil
	}
	return one(!l || r), nil
}

// concatenate is &: an empty side counts as empty text.
func (r *run) concatenate(left, right Collection) (Collection, error) {
	var out string
	for _, side := range []Collection{left, right} {
		item, ok, err := side.operand("&")
		if err != nil {
			return nil, err
		}
		if ok {
			s, is := item.text()
			if !is {
				return nil, fault("& joins text, not %s", item.Type())
			}
			out += s
		}
	}
	return r.textResult(out)
}

func negate(of Collection) (Collection, error) {
	item, ok, err := of.operand("minus")
	if !ok {
		return nil, err
	}
	switch v := item.system().(type) {
	case int64:
		return one(-v), nil
	case decimal.Decimal:
		return one(v.Neg()), nil
	case Quantity:
		v.Value = v.Value.Neg()
		return one(v), nil
	}
	return nil, fault("minus needs a number, not %s", item.Type())
}

// arithmetic is + - * / div mod on single values.
// http://hl7.org/fhirpath/N1/#math-1
func (r *run) arithmetic(operator string, a, b *Item) (Collection, error) {
	left, right := a.system(), b.system()
	if l, is := left.(Temporal); is {
		if q, is := right.(Quantity); is && (operator == "+" || operator == "-") {
			if operator == "-" {
				q.Value = q.Value.Neg()
			}
			sum, ok, err := l.add(q)
			if err != nil || !ok {
				return nil, err
			}
			return one(sum), nil
		}
	}
	if operator == "+" {
		l, lText := a.text()
		s, rText := b.text()
		if lText && rText {
			return r.textResult(l + s)
		}
	}
	if l, is := left.(int64); is {
		if n, is := right.(int64); is && operator != "/" {
			return integerArithmetic(operator, l, n)
		}
	}
	if result, answered, err := quantityArithmetic(operator, left, right); answered || err != nil {
		return result, err
	}
	l, lIs := decimalOf(left)
	d, rIs := decimalOf(right)
	if !lIs || !rIs {
		return nil, fault("%s does not work on %s and %s", operator, a.Type(), b.Type())
	}
	return decimalArithmetic(operator, l, d), nil
}

// integerArithmetic gives nothing for a result beyond FHIR's integers.
func integerArithmetic(operator string, l, r int64) (Collection, error) {
	var n int64
	switch operator {
	case "+":
		n = l + r
	case "-":
		n = l - r
	case "*":
		n = l * r
	default:
		if r == 0 {
			return nil, nil
		}
		if n = l / r; operator == "mod" {
			n = l % r
		}
	}
	if n != int64(int32(n)) {
		return nil, nil
	}
	return one(n), nil
}

func decimalArithmetic(operator string, l, r decimal.Decimal) Collection {
	switch operator {
	case "+":
		return fitting(l.Add(r))
	case "-":
		return fitting(l.Sub(r))
	case "*":
		return fitting(l.Mul(r))
	}
	if r.IsZero() {
		return nil
	}
	switch operator {
	case "/":
		return fitting(divide(l, r))
	case "div":
		quotient, _ := l.QuoRem(r, 0)
		if !quotient.IsInteger() || quotient.Abs().Cmp(maxInteger) > 0 {
			return fitting(quotient)
		}
		return one(quotient.IntPart())
	}
	return fitting(l.Mod(r))
}

var maxInteger = decimal.NewFromInt(1<<31 - 1)

// divide gives up to sixteen digits after the point, without zeros at the end.
func divide(l, r decimal.Decimal) decimal.Decimal { return trimmed(l.DivRound(r, 16)) }

// trimmed drops the zeros at the end.
func trimmed(d decimal.Decimal) decimal.Decimal {
	t, err := decimal.NewFromString(d.String())
	if err != nil {
		return d
	}
	return t
}

// fitting gives a decimal, nothing when it has more digits than an expression may use.
// http://hl7.org/fhirpath/N1/#math-1: overflow is empty.
func fitting(d decimal.Decimal) Collection {
	if d.NumDigits() > maxDigits || d.Exponent() > maxDigits || d.Exponent() < -maxDigits {
		return nil
	}
	return one(d)
}

func decimalOf(value any) (decimal.Decimal, bool) {
	switch v := value.(type) {
	case int64:
		return decimal.NewFromInt(v), true
	case decimal.Decimal:
		return v, true
	}
	return decimal.Decimal{}, false
}

// compare is < > <= >=; empty where the precision does not tell.
func compare(operator string, a, b *Item) (Collection, error) {
	order, known, err := orderOf(a, b)
	if err != nil || !known {
		return nil, err
	}
	switch operator {
	case "<":
		return one(order < 0), nil
	case ">":
		return one(order > 0), nil
	case "<=":
		return one(order <= 0), nil
	}
	return one(order >= 0), nil
}
