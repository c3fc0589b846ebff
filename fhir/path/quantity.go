package path

import (
	"cmp"

	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/fhir"
)

const ucumSystem = "http://unitsofmeasure.org"

// Quantity is a number with a UCUM unit, or with a calendar word such as "day".
// http://hl7.org/fhirpath/N1/#quantity
type Quantity struct {
	Value    decimal.Decimal
	Unit     string
	Calendar bool

	foreign string // the system of a unit that is not UCUM's, "-" where none is given
}

// String writes the quantity as a literal.
func (q Quantity) String() string {
	if q.Calendar {
		if q.Value.Equal(decimal.NewFromInt(1)) {
			return decimalText(q.Value) + " " + q.Unit
		}
		return decimalText(q.Value) + " " + q.Unit + "s"
	}
	return decimalText(q.Value) + " '" + q.Unit + "'"
}

// quantityOf reads a FHIR Quantity. One with a comparator is no single value. A unit of
// another system than UCUM only goes with its like. The UCUM codes for years and months
// stand for the calendar words, as FHIR has it.
// https://hl7.org/fhir/R4/fhirpath.html#quantity
func quantityOf(o *fhir.Object) (Quantity, bool) {
	n, is := o.Get("value").(fhir.Number)
	if !is || o.Get("comparator") != nil {
		return Quantity{}, false
	}
	value, ok := parseNumber(string(n))
	if !ok {
		return Quantity{}, false
	}
	q := Quantity{Unit: o.String("code")}
	q.Value, _ = decimalOf(value)
	if system := o.String("system"); system != ucumSystem {
		if q.Unit == "" {
			q.Unit = o.String("unit")
		}
		if system != "" || q.Unit != "" {
			q.foreign = cmp.Or(system, "-")
			return q, true
		}
	}
	switch q.Unit {
	case "":
		q.Unit = "1"
	case "a":
		q.Unit, q.Calendar = "year", true
	case "mo":
		q.Unit, q.Calendar = "month", true
	}
	return q, true
}

// measure gives what the unit measures. ok is false for a unit nobody here knows.
func (q Quantity) measure() (measure, bool) {
	switch {
	case q.foreign != "":
		return measure{}, false
	case q.Calendar:
		return calendarMeasure(q.Unit), true
	}
	return parseUnit(q.Unit)
}

// alike tells whether both are in the very same unit.
func (q Quantity) alike(other Quantity) bool {
	return q.Unit == other.Unit && q.Calendar == other.Calendar && q.foreign == other.foreign
}

// in gives the value of q in the unit of other. ok is false when that cannot be.
func (q Quantity) in(other Quantity) (decimal.Decimal, bool) {
	if q.alike(other) {
		return q.Value, true
	}
	from, known := q.measure()
	to, alsoKnown := other.measure()
	if !known || !alsoKnown || from.dimension != to.dimension {
		return decimal.Decimal{}, false
	}
	return convert(q.Value, from, to), true
}

// compare orders exactly: no rounding in between.
func (q Quantity) compare(other Quantity) (order int, known bool) {
	if q.alike(other) {
		return q.Value.Cmp(other.Value), true
	}
	from, ok := q.measure()
	to, alsoOK := other.measure()
	if !ok || !alsoOK || from.dimension != to.dimension {
		return 0, false
	}
	left, right := q.Value.Rat(), other.Value.Rat()
	return cmp.Compare(left.Mul(left, from.factor).Cmp(right.Mul(right, to.factor)), 0), true
}

// equal: units of different dimensions are not equal, unknown ones and calendar words
// against fixed lengths leave it open.
func (q Quantity) equal(other Quantity) (same, known bool) {
	if order, known := q.compare(other); known {
		return order == 0, true
	}
	from, ok := q.measure()
	to, alsoOK := other.measure()
	if ok && alsoOK && from.lasts() && to.lasts() {
		return false, false
	}
	return false, ok && alsoOK
}

// equivalent compares at the precision of the less precise value, in the coarser unit.
func (q Quantity) equivalent(other Quantity) bool {
	from, ok := q.measure()
	to, alsoOK := other.measure()
	if ok && alsoOK {
		from, to = from.settled(), to.settled()
		if from.dimension != to.dimension {
			return false
		}
		if from.factor.Cmp(to.factor) < 0 {
			return near(convert(q.Value, from, to), other.Value)
		}
		return near(q.Value, convert(other.Value, to, from))
	}
	return q.alike(other) && near(q.Value, other.Value)
}

// quantityArithmetic works where a side is a quantity; answered is false otherwise, and
// where the operator makes no sense. Units that do not go together give nothing.
func quantityArithmetic(operator string, left, right any) (result Collection, answered bool, err error) {
	l, lIs := left.(Quantity)
	r, rIs := right.(Quantity)
	if !lIs && !rIs {
		return nil, false, nil
	}
	if d, is := decimalOf(left); is && rIs {
		l, lIs = Quantity{Value: d, Unit: "1"}, true
	}
	if d, is := decimalOf(right); is && lIs {
		r, rIs = Quantity{Value: d, Unit: "1"}, true
	}
	if !lIs || !rIs {
		return nil, false, nil
	}
	switch operator {
	case "+", "-":
		value, ok := r.in(l)
		if !ok {
			return nil, true, nil
		}
		if operator == "-" {
			value = value.Neg()
		}
		return l.with(l.Value.Add(value), l.Unit), true, nil
	case "*":
		return l.product(r), true, nil
	case "/":
		return l.quotient(r), true, nil
	}
	return nil, false, nil
}

// with makes the quantity of another value and unit, nothing when either is too long.
func (q Quantity) with(value decimal.Decimal, unit string) Collection {
	if len(fitting(value)) == 0 || len(unit) > 100 {
		return nil
	}
	q.Value, q.Unit = value, unit
	return one(q)
}

func (q Quantity) product(other Quantity) Collection {
	value := q.Value.Mul(other.Value)
	switch {
	case other.code() == "1":
		return q.with(value, q.Unit)
	case q.code() == "1":
		return other.with(value, other.Unit)
	}
	l, r := q.code(), other.code()
	if l == "" || r == "" {
		return nil
	}
	return Quantity{}.with(value, l+"."+r)
}

func (q Quantity) quotient(other Quantity) Collection {
	if other.Value.IsZero() {
		return nil
	}
	// q is converted and not other, which may become too small to divide by
	if value, ok := q.in(other); ok {
		return Quantity{}.with(divide(value, other.Value), "1")
	}
	if other.code() == "1" {
		return q.with(divide(q.Value, other.Value), q.Unit)
	}
	l, r := q.code(), other.code()
	if l == "" || r == "" {
		return nil
	}
	return Quantity{}.with(divide(q.Value, other.Value), l+"/("+r+")")
}

// code gives the UCUM code of the unit, "" for years, months and foreign units.
func (q Quantity) code() string {
	switch {
	case q.foreign != "":
		return ""
	case q.Calendar:
		return calendarUnits[q.Unit]
	}
	return q.Unit
}
