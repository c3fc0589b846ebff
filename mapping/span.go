package mapping

import (
	"time"

	"github.com/shopspring/decimal"
	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir/search"
	"github.com/openimis/openimis-go/persistence"
)

func (c *Catalogue) now() time.Time {
	if c.Clock != nil {
		return c.Clock.Now()
	}
	return core.SystemClock{}.Now()
}

// date compares a column with the span a search value covers. A calendar day is itself a
// span, so a day column is within a value only when the whole day is.
// https://hl7.org/fhir/R4/search.html#date
func (s searched) date(now time.Time, v search.Value) (clause.Expression, error) {
	low, high := v.Low, v.High
	if v.Prefix == search.Ap {
		// A tenth of the distance between now and the date, on both sides.
		slack := now.Sub(low).Abs() / 10
		low, high = low.Add(-slack), high.Add(slack)
		if s.holds == holdsDate || v.DateOnly {
			low, high = dayAtOrBefore(low), dayAtOrAfter(high)
		}
	}
	at := func(op persistence.Comparison, t time.Time) clause.Expression {
		if v.DateOnly { // no zone was sent: the day is the site's own
			return persistence.Compare(s.column, op, persistence.At(t))
		}
		return persistence.Instant(s.column, op, t)
	}
	from, to, after, before := low, high, high, low
	if s.holds == holdsDate {
		at = func(op persistence.Comparison, t time.Time) clause.Expression {
			return persistence.Compare(s.column, op, persistence.Day(t))
		}
		from, to = dayAtOrAfter(low), dayAtOrBefore(high)
		after, before = dayAtOrAfter(high), dayAtOrBefore(low)
	} else if s.holds != holdsDateTime {
		return nil, core.ErrorAt(core.Invalid, s.Search, "this parameter holds no date")
	}
	switch v.Prefix {
	case search.Eq, search.Ap, "":
		return allOf{at(">=", from), at("<", to)}, nil
	case search.Ne:
		return anyOf{at("<", from), at(">=", to)}, nil
	case search.Gt:
		return at(">=", to), nil
	case search.Lt:
		return at("<", from), nil
	case search.Ge:
		return at(">=", earlier(from, to)), nil
	case search.Le:
		return at("<", later(from, to)), nil
	case search.Sa:
		return at(">=", after), nil
	case search.Eb:
		return at("<", before), nil
	}
	return nil, core.ErrorAt(core.Invalid, s.Search, "the prefix %q is not supported", v.Prefix)
}

func dayAtOrBefore(t time.Time) time.Time { return persistence.Day(t).Time }

func dayAtOrAfter(t time.Time) time.Time {
	day := persistence.Day(t).Time
	if persistence.At(t).Time.Equal(day) {
		return day
	}
	return day.AddDate(0, 0, 1)
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// number compares a column with a number; equality means within the precision it was
// written with. A quantity has to be in the unit the column is in, or name none.
// https://hl7.org/fhir/R4/search.html#number
func (s searched) number(v search.Value) (clause.Expression, error) {
	if s.Kind == search.Quantity && (v.Text != "" || v.System != "") && s.System != v.System+"|"+v.Text && s.System != v.Text {
		return nothing(s.column), nil
	}
	exact, err1 := decimal.NewFromString(v.Number)
	low, err2 := decimal.NewFromString(v.NumberLow)
	top, err3 := decimal.NewFromString(v.NumberTop)
	if err1 != nil || err2 != nil || err3 != nil {
		return nil, core.ErrorAt(core.Invalid, s.Search, "%q is not a number", v.Number)
	}
	if v.Prefix == search.Ap {
		slack := exact.Abs().Div(decimal.NewFromInt(10))
		low, top = exact.Sub(slack), exact.Add(slack)
	}
	at := func(op persistence.Comparison, d decimal.Decimal) clause.Expression {
		if s.holds == holdsInt {
			return s.whole(op, d)
		}
		return persistence.Compare(s.column, op, d)
	}
	switch v.Prefix {
	case search.Eq, "":
		return allOf{at(">=", low), at("<", top)}, nil
	case search.Ap:
		return allOf{at(">=", low), at("<=", top)}, nil
	case search.Ne:
		return anyOf{at("<", low), at(">=", top)}, nil
	case search.Gt, search.Sa:
		return at(">", exact), nil
	case search.Lt, search.Eb:
		return at("<", exact), nil
	case search.Ge:
		return at(">=", exact), nil
	case search.Le:
		return at("<=", exact), nil
	}
	return nil, core.ErrorAt(core.Invalid, s.Search, "the prefix %q is not supported", v.Prefix)
}

// whole compares a column of whole numbers, which drivers will not compare with a
// fraction: x < 2.5 is x < 3 and x > 2.5 is x > 2.
func (s searched) whole(op persistence.Comparison, d decimal.Decimal) clause.Expression {
	if op == "<" || op == ">=" {
		d = d.Ceil()
	} else {
		d = d.Floor()
	}
	above, below := d.GreaterThan(decimal.NewFromInt(s.most)), d.LessThan(decimal.NewFromInt(s.least))
	switch less := op == "<" || op == "<="; {
	case above && less, below && !less:
		return missing([]searched{s}, false) // true of every number the column can hold
	case above, below:
		return nothing(s.column)
	}
	return persistence.Compare(s.column, op, d.IntPart())
}
