package path

import (
	"math"
	"math/big"

	"github.com/shopspring/decimal"
)

// The functions on numbers. http://hl7.org/fhirpath/N1/#math

// numberInput gives the number a function is called on. A quantity is let pass for abs and
// round only.
func numberInput(in Collection, c *call) (any, bool, error) {
	item, ok, err := in.operand(c.name + "()")
	if !ok {
		return nil, false, err
	}
	switch v := item.system().(type) {
	case int64, decimal.Decimal, Quantity:
		return v, true, nil
	}
	return nil, false, fault("%s() works on numbers, not %s", c.name, item.Type())
}

// decimalInput gives the number as a decimal.
func decimalInput(in Collection, c *call) (decimal.Decimal, bool, error) {
	value, ok, err := numberInput(in, c)
	if !ok {
		return decimal.Decimal{}, false, err
	}
	d, is := decimalOf(value)
	if !is {
		return d, false, fault("%s() works on numbers, not System.Quantity", c.name)
	}
	return d, true, nil
}

func abs(_ *run, in Collection, c *call, _ *frame) (Collection, error) {
	value, ok, err := numberInput(in, c)
	if !ok {
		return nil, err
	}
	switch v := value.(type) {
	case int64:
		return one(max(v, -v)), nil
	case Quantity:
		v.Value = v.Value.Abs()
		return one(v), nil
	}
	d, _ := decimalOf(value)
	return one(d.Abs()), nil
}

// whole makes ceiling, floor and truncate, which give integers.
func whole(cut func(decimal.Decimal) decimal.Decimal) func(*run, Collection, *call, *frame) (Collection, error) {
	return func(_ *run, in Collection, c *call, _ *frame) (Collection, error) {
		d, ok, err := decimalInput(in, c)
		if !ok {
			return nil, err
		}
		if d = cut(d); d.Abs().Cmp(maxInteger) > 0 {
			return nil, nil
		}
		return one(d.IntPart()), nil
	}
}

func ceiling(d decimal.Decimal) decimal.Decimal  { return d.Ceil() }
func floor(d decimal.Decimal) decimal.Decimal    { return d.Floor() }
func truncate(d decimal.Decimal) decimal.Decimal { return d.Truncate(0) }

func round(r *run, in Collection, c *call, f *frame) (Collection, error) {
	value, ok, err := numberInput(in, c)
	if !ok {
		return nil, err
	}
	places := int64(0)
	if len(c.arguments) == 1 {
		argument, err := r.argument(c, 0, f)
		if err != nil {
			return nil, err
		}
		if places, ok, err = integerOf(argument, "the argument of round()"); !ok {
			return nil, err
		}
		if places < 0 || places > maxDigits {
			return nil, fault("round() needs 0 to %d places", maxDigits)
		}
	}
	if q, is := value.(Quantity); is {
		return q.with(q.Value.Round(int32(places)), q.Unit), nil
	}
	d, _ := decimalOf(value)
	return one(d.Round(int32(places))), nil
}

// inexact makes a decimal of a result that no decimal can hold exactly: twelve places of a
// double. What is no number gives nothing.
func inexact(x float64) Collection {
	if math.IsNaN(x) || math.IsInf(x, 0) || math.Abs(x) > 1e100 {
		return nil
	}
	return one(trimmed(decimal.NewFromFloat(x).Round(12)))
}

func exp(_ *run, in Collection, c *call, _ *frame) (Collection, error) {
	d, ok, err := decimalInput(in, c)
	if !ok {
		return nil, err
	}
	return inexact(math.Exp(d.InexactFloat64())), nil
}

func ln(_ *run, in Collection, c *call, _ *frame) (Collection, error) {
	d, ok, err := decimalInput(in, c)
	if !ok {
		return nil, err
	}
	return inexact(math.Log(d.InexactFloat64())), nil
}

func logarithm(r *run, in Collection, c *call, f *frame) (Collection, error) {
	d, ok, err := decimalInput(in, c)
	if !ok {
		return nil, err
	}
	argument, err := r.argument(c, 0, f)
	if err != nil {
		return nil, err
	}
	base, ok, err := decimalInput(argument, c)
	if !ok {
		return nil, err
	}
	x, b := d.InexactFloat64(), base.InexactFloat64()
	if b == 10 {
		return inexact(math.Log10(x)), nil
	}
	if b == 2 {
		return inexact(math.Log2(x)), nil
	}
	return inexact(math.Log(x) / math.Log(b)), nil
}

// power is exact for whole exponents, as long as the result is not too long.
func power(r *run, in Collection, c *call, f *frame) (Collection, error) {
	value, ok, err := numberInput(in, c)
	if !ok {
		return nil, err
	}
	argument, err := r.argument(c, 0, f)
	if err != nil {
		return nil, err
	}
	exponent, ok, err := decimalInput(argument, c)
	if !ok {
		return nil, err
	}
	base, is := decimalOf(value)
	if !is {
		return nil, fault("power() works on numbers, not System.Quantity")
	}
	if exponent.IsInteger() && !exponent.IsNegative() && exponent.Cmp(decimal.NewFromInt(1000)) <= 0 {
		n := exponent.IntPart()
		if int64(base.NumDigits())*n > 4*maxDigits {
			return inexact(math.Pow(base.InexactFloat64(), float64(n))), nil
		}
		power := decimal.NewFromBigInt(new(big.Int).Exp(base.Coefficient(), big.NewInt(n), nil), base.Exponent()*int32(n))
		if _, whole := value.(int64); whole && power.Abs().Cmp(maxInteger) <= 0 {
			return one(power.IntPart()), nil
		}
		return fitting(power), nil
	}
	return inexact(math.Pow(base.InexactFloat64(), exponent.InexactFloat64())), nil
}

func sqrt(_ *run, in Collection, c *call, _ *frame) (Collection, error) {
	d, ok, err := decimalInput(in, c)
	if !ok {
		return nil, err
	}
	return inexact(math.Sqrt(d.InexactFloat64())), nil
}
