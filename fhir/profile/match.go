package profile

import (
	"encoding/json"

	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/fhir"
)

// same tells whether two values of a tree say the same; members may come in any order.
// https://hl7.org/fhir/R4/elementdefinition-definitions.html#ElementDefinition.fixed_x_
func same(a, b any) bool {
	switch v := a.(type) {
	case *fhir.Object:
		w, is := b.(*fhir.Object)
		if !is || len(v.Members) != len(w.Members) {
			return false
		}
		for _, m := range v.Members {
			if !same(m.Value, w.Get(m.Name)) {
				return false
			}
		}
		return true
	case []any:
		w, is := b.([]any)
		if !is || len(v) != len(w) {
			return false
		}
		for i := range v {
			if !same(v[i], w[i]) {
				return false
			}
		}
		return true
	case fhir.Number:
		return sameNumber(v, b)
	}
	return a == b
}

func sameNumber(a fhir.Number, b any) bool {
	w, is := b.(fhir.Number)
	if !is {
		return false
	}
	if a == w {
		return true
	}
	if len(a) > 60 || len(w) > 60 {
		return false
	}
	x, err1 := decimal.NewFromString(string(a))
	y, err2 := decimal.NewFromString(string(w))
	return err1 == nil && err2 == nil && max(x.Exponent(), y.Exponent()) < 60 && min(x.Exponent(), y.Exponent()) > -60 && x.Equal(y)
}

// fits tells whether a value holds all that a pattern has.
// https://hl7.org/fhir/R4/elementdefinition-definitions.html#ElementDefinition.pattern_x_
func fits(pattern, value any) bool {
	switch p := pattern.(type) {
	case *fhir.Object:
		v, is := value.(*fhir.Object)
		if !is {
			return false
		}
		for _, m := range p.Members {
			if !fits(m.Value, v.Get(m.Name)) {
				return false
			}
		}
		return true
	case []any:
		v, is := value.([]any)
		if !is {
			return false
		}
		for _, one := range p {
			found := false
			for i := range v {
				found = found || fits(one, v[i])
			}
			if !found {
				return false
			}
		}
		return true
	}
	return same(pattern, value)
}

// shown writes a fixed value or pattern for people.
func shown(value any) string {
	text, err := json.Marshal(plainOf(value))
	if err != nil {
		return "the fixed value"
	}
	return clip(string(text))
}

func plainOf(value any) any {
	switch v := value.(type) {
	case *fhir.Object:
		out := map[string]any{}
		for _, m := range v.Members {
			out[m.Name] = plainOf(m.Value)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = plainOf(v[i])
		}
		return out
	case fhir.Number:
		return json.Number(v)
	}
	return value
}
