package mapping

import (
	"time"

	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir/search"
	"github.com/openimis/openimis-go/persistence"
)

// span compares the two ends of a Period. An end that is not set lies at infinity, so no
// upper comparison holds for it.
type span struct {
	start func(op persistence.Comparison, at time.Time) clause.Expression
	end   func(op persistence.Comparison, at time.Time) clause.Expression

	noStart, noEnd clause.Expression
}

// match compares a Period with a search value. Ge and le also hold for a Period that only
// touches the value, as most servers read them: what ends on a day is still there on it.
// https://hl7.org/fhir/R4/search.html#date
func (s span) match(v search.Value) (clause.Expression, error) {
	within := AllOf(s.start(">=", v.Low), s.end("<", v.High))
	switch v.Prefix {
	case search.Eq, "":
		return within, nil
	case search.Ne:
		return Not(within), nil
	case search.Ap: // overlaps
		return AllOf(AnyOf(s.noStart, s.start("<", v.High)), AnyOf(s.noEnd, s.end(">=", v.Low))), nil
	case search.Gt:
		return AnyOf(s.noEnd, s.end(">=", v.High)), nil
	case search.Ge:
		return AnyOf(s.noEnd, s.end(">=", v.Low)), nil
	case search.Lt:
		return AnyOf(s.noStart, s.start("<", v.Low)), nil
	case search.Le:
		return AnyOf(s.noStart, s.start("<", v.High)), nil
	case search.Sa:
		return s.start(">=", v.High), nil
	case search.Eb:
		return s.end("<", v.Low), nil
	}
	return nil, core.Errorf(core.Invalid, "the prefix %q is not supported", v.Prefix)
}

// held is a comparison that is false, and not unknown, for an empty column, so that it
// can be negated.
func held(column clause.Column, compare clause.Expression) clause.Expression {
	return AllOf(Not(persistence.IsNull(column)), compare)
}

// untilMatch is the match of a period that has an end only, in a column of moments. The
// day of the moment counts. A row without it has no period and matches nothing.
func untilMatch(column clause.Column) matcher {
	return func(modifier search.Modifier, v search.Value) (clause.Expression, error) {
		if modifier != search.NoModifier {
			return nil, refused(modifier)
		}
		s := span{
			start:   func(persistence.Comparison, time.Time) clause.Expression { return persistence.Nothing() },
			noStart: Not(persistence.IsNull(column)), noEnd: persistence.Nothing(),
			end: func(op persistence.Comparison, at time.Time) clause.Expression {
				return held(column, persistence.Compare(column, op, persistence.At(dayAtOrBefore(at))))
			},
		}
		match, err := s.match(v)
		if err != nil {
			return nil, err
		}
		return AllOf(Not(persistence.IsNull(column)), match), nil
	}
}
