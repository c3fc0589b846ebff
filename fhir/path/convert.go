package path

import (
	"strings"

	"github.com/shopspring/decimal"
)

// The conversions. http://hl7.org/fhirpath/N1/#conversion

func converter(to string) func(*run, Collection, *call, *frame) (Collection, error) {
	return func(r *run, in Collection, c *call, f *frame) (Collection, error) {
		value, err := r.converted(in, to, c, f)
		if err != nil || value == nil {
			return nil, err
		}
		return one(value), nil
	}
}

func converts(to string) func(*run, Collection, *call, *frame) (Collection, error) {
	return func(r *run, in Collection, c *call, f *frame) (Collection, error) {
		value, err := r.converted(in, to, c, f)
		if err != nil || len(in) == 0 {
			return nil, err
		}
		return one(value != nil), nil
	}
}

// converted gives the value as the type, nil when it cannot be.
func (r *run) converted(in Collection, to string, c *call, f *frame) (any, error) {
	item, ok, err := in.operand(c.name + "()")
	if !ok {
		return nil, err
	}
	if s, is := item.text(); is && to == "String" {
		return s, nil
	}
	value := item.system()
	switch to {
	case "Boolean":
		return toBoolean(value), nil
	case "Integer":
		return toInteger(value), nil
	case "Decimal":
		return toDecimal(value), nil
	case "String":
		if s, is := textOf(value); is {
			return s, nil
		}
		return nil, nil
	case "Quantity":
		return r.toQuantity(value, c, f)
	}
	return toTemporal(value, to), nil
}

func toBoolean(value any) any {
	switch v := value.(type) {
	case bool:
		return v
	case int64, decimal.Decimal:
		d, _ := decimalOf(v)
		if d.Equal(decimal.NewFromInt(1)) || d.IsZero() {
			return !d.IsZero()
		}
	case string:
		switch strings.ToLower(v) {
		case "true", "t", "yes", "y", "1", "1.0":
			return true
		case "false", "f", "no", "n", "0", "0.0":
			return false
		}
	}
	return nil
}

func toInteger(value any) any {
	switch v := value.(type) {
	case int64:
		return v
	case bool:
		if v {
			return int64(1)
		}
		return int64(0)
	case string:
		if n, ok := parseNumber(strings.TrimPrefix(v, "+")); ok && isNumber(v, false) {
			if whole, is := n.(int64); is {
				return whole
			}
		}
	}
	return nil
}

func toDecimal(value any) any {
	switch v := value.(type) {
	case int64, decimal.Decimal:
		d, _ := decimalOf(v)
		return d
	case bool:
		if v {
			return decimal.NewFromInt(1)
		}
		return decimal.Zero
	case string:
		if n, ok := parseNumber(strings.TrimPrefix(v, "+")); ok && isNumber(v, true) {
			d, _ := decimalOf(n)
			return d
		}
	}
	return nil
}

// isNumber tells whether the text is a sign, digits and, where allowed, a fraction.
func isNumber(s string, fraction bool) bool {
	if s != "" && (s[0] == '+' || s[0] == '-') {
		s = s[1:]
	}
	n := span(s, isDigit)
	if n == 0 || n == len(s) {
		return n > 0
	}
	return fraction && s[n] == '.' && n+1 < len(s) && span(s[n+1:], isDigit) == len(s)-n-1
}

func toTemporal(value any, to string) any {
	switch v := value.(type) {
	case Temporal:
		switch {
		case v.typeName() == to:
			return v
		case v.kind == dateKind && to == "DateTime":
			v.kind = dateTimeKind
			return v
		case v.kind == dateTimeKind && to == "Date":
			return v.date()
		}
	case string:
		if to == "Time" {
			if t, ok := parseTime(v); ok {
				return t
			}
			return nil
		}
		if t, ok := parseTemporal(v); ok {
			if to == "Date" {
				return t.date()
			}
			t.kind = dateTimeKind
			return t
		}
	}
	return nil
}

// date gives the day of a dateTime.
func (t Temporal) date() Temporal {
	return Temporal{kind: dateKind, precision: min(t.precision, dayPrecision), field: [6]int{t.field[0], t.field[1], t.field[2]}}
}

// toQuantity converts, into the unit of the argument when there is one.
func (r *run) toQuantity(value any, c *call, f *frame) (any, error) {
	q, ok := asQuantity(value)
	if !ok {
		return nil, nil
	}
	if len(c.arguments) == 0 {
		return q, nil
	}
	unit, err := r.argument(c, 0, f)
	if err != nil {
		return nil, err
	}
	s, ok, err := textArgument(unit, c)
	if !ok {
		return nil, err
	}
	wanted := Quantity{Unit: s}
	if word := calendarUnit(s); word != "" {
		wanted = Quantity{Unit: word, Calendar: true}
	}
	if wanted.Value, ok = q.in(wanted); !ok {
		return nil, nil
	}
	return wanted, nil
}

func asQuantity(value any) (Quantity, bool) {
	switch v := value.(type) {
	case Quantity:
		return v, true
	case string:
		return parseQuantity(v)
	}
	if d, is := toDecimal(value).(decimal.Decimal); is {
		return Quantity{Value: d, Unit: "1"}, true
	}
	return Quantity{}, false
}

// parseQuantity reads a number with a unit in quotes, a calendar word or nothing behind it.
func parseQuantity(s string) (Quantity, bool) {
	s = strings.TrimSpace(s)
	number, unit := s, ""
	if i := strings.IndexAny(s, " \t'"); i >= 0 {
		number, unit = s[:i], strings.TrimSpace(s[i:])
	}
	d, is := toDecimal(number).(decimal.Decimal)
	if !is {
		return Quantity{}, false
	}
	q := Quantity{Value: d, Unit: "1"}
	if unit == "" {
		return q, true
	}
	if word := calendarUnit(unit); word != "" {
		return Quantity{Value: d, Unit: word, Calendar: true}, true
	}
	inner, opened := strings.CutPrefix(unit, "'")
	inner, closed := strings.CutSuffix(inner, "'")
	q.Unit = inner
	return q, opened && closed && inner != ""
}

// The clock. It stands still during an evaluation.

func now(r *run, _ Collection, _ *call, _ *frame) (Collection, error) {
	return one(temporalOf(r.now())), nil
}

func today(r *run, _ Collection, _ *call, _ *frame) (Collection, error) {
	return one(temporalOf(r.now()).date()), nil
}

func timeOfDay(r *run, _ Collection, _ *call, _ *frame) (Collection, error) {
	t := temporalOf(r.now())
	t.kind, t.zoned, t.offset = timeKind, false, 0
	t.field[0], t.field[1], t.field[2] = 0, 0, 0
	return one(t), nil
}
