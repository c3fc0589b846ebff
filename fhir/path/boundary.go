package path

import (
	"slices"
	"time"

	"github.com/shopspring/decimal"
)

// The functions on precision. https://hl7.org/fhirpath/#lowboundaryprecision-integer-decimal--date--datetime--time

// boundary makes lowBoundary and highBoundary: the least or greatest value the input may
// stand for, given the digits it was written with.
func boundary(high bool) func(*run, Collection, *call, *frame) (Collection, error) {
	return func(r *run, in Collection, c *call, f *frame) (Collection, error) {
		item, ok, err := in.operand(c.name + "()")
		if !ok {
			return nil, err
		}
		digits, given := int64(0), false
		if len(c.arguments) == 1 {
			argument, err := r.argument(c, 0, f)
			if err != nil {
				return nil, err
			}
			if digits, given, err = integerOf(argument, "the argument of "+c.name+"()"); err != nil {
				return nil, err
			}
		}
		switch v := item.system().(type) {
		case int64, decimal.Decimal:
			d, _ := decimalOf(v)
			if d, ok := decimalBoundary(d, high, digits, given); ok {
				return one(d), nil
			}
			return nil, nil
		case Quantity:
			if d, ok := decimalBoundary(v.Value, high, digits, given); ok {
				v.Value = d
				return one(v), nil
			}
			return nil, nil
		case Temporal:
			if t, ok := v.boundary(high, digits, given); ok {
				return one(t), nil
			}
			return nil, nil
		}
		return nil, fault("%s() works on numbers, dates and times, not %s", c.name, item.Type())
	}
}

// decimalBoundary moves by half of the last digit and gives as many digits after the point
// as asked for, eight when not said, rounding outwards.
func decimalBoundary(d decimal.Decimal, high bool, digits int64, given bool) (decimal.Decimal, bool) {
	if !given {
		digits = 8
	}
	if digits < 0 || digits > 28 {
		return d, false
	}
	half := decimal.New(5, min(d.Exponent(), 0)-1)
	places := int32(digits)
	if high {
		d = d.Add(half).RoundCeil(places)
	} else {
		d = d.Sub(half).RoundFloor(places)
	}
	// to write the zeros at the end
	return d.Add(decimal.New(0, -places)), true
}

// digitsOf are how many digits a precision has, by the kind.
var dateDigits = [6]int64{4, 6, 8, 10, 12, 14}
var timeDigits = [6]int64{3: 2, 4: 4, 5: 6}

func (t Temporal) boundary(high bool, digits int64, given bool) (Temporal, bool) {
	table := dateDigits
	if t.kind == timeKind {
		table = timeDigits
	}
	wanted, fraction := secondPrecision, 3
	if t.kind == dateKind {
		wanted, fraction = dayPrecision, 0
	}
	if given {
		p := slices.Index(table[:], digits)
		switch {
		case digits == table[secondPrecision]+3 && t.kind != dateKind:
		case p < 0 || digits == 0 || t.kind == dateKind && precision(p) > dayPrecision:
			return t, false
		default:
			wanted, fraction = precision(p), 0
		}
	}
	last := [6]int{9999, 12, 31, 23, 59, 59}
	lowest := [6]int{1, 1, 1, 0, 0, 0}
	known := t.precision
	t.precision = wanted
	for p := known + 1; p <= wanted; p++ {
		switch {
		case !high:
			t.field[p] = lowest[p]
		case p == dayPrecision:
			t.field[p] = daysIn(t.field[0], t.field[1])
		default:
			t.field[p] = last[p]
		}
	}
	if wanted == secondPrecision && fraction > 0 {
		if high {
			step := 1_000_000_000
			for range t.digits {
				step /= 10
			}
			if known < secondPrecision || t.digits == 0 {
				t.nano, step = 0, 1_000_000_000
			}
			t.nano += max(step-1_000_000, 0)
		}
		t.digits = max(t.digits, fraction)
	} else {
		t.nano, t.digits = 0, 0
	}
	if t.kind == dateTimeKind && wanted >= hourPrecision && !t.zoned {
		t.zoned = true
		if t.offset = int(eastmost / time.Minute); high {
			t.offset = -int(westmost / time.Minute)
		}
	}
	if wanted < hourPrecision {
		t.zoned, t.offset = false, 0
	}
	return t, true
}

// precisionOf counts the digits a value was written with.
func precisionOf(_ *run, in Collection, c *call, _ *frame) (Collection, error) {
	item, ok, err := in.operand("precision()")
	if !ok {
		return nil, err
	}
	switch v := item.system().(type) {
	case int64, decimal.Decimal:
		d, _ := decimalOf(v)
		return one(int64(max(0, -d.Exponent()))), nil
	case Temporal:
		digits := dateDigits[v.precision]
		if v.kind == timeKind {
			digits = timeDigits[v.precision]
		}
		return one(digits + int64(v.digits)), nil
	}
	return nil, fault("precision() works on numbers, dates and times, not %s", item.Type())
}

// canCompare tells whether two quantities can be compared.
func canCompare(r *run, in Collection, c *call, f *frame) (Collection, error) {
	item, ok, err := in.operand("comparable()")
	if err != nil {
		return nil, err
	}
	argument, err := r.argument(c, 0, f)
	if err != nil {
		return nil, err
	}
	other, there, err := argument.operand("the argument of comparable()")
	if err != nil || !ok || !there {
		return nil, err
	}
	a, aIs := asQuantity(item.system())
	b, bIs := asQuantity(other.system())
	if !aIs || !bIs {
		return one(false), nil
	}
	_, known := a.compare(b)
	return one(known), nil
}
