package graphql

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"time"

	gql "github.com/graphql-go/graphql"
	"github.com/graphql-go/graphql/language/ast"
	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/persistence"
)

// scalars are the leaf types by name. What a client writes arrives as the Go type said
// here, whether it came as a literal or in a variable:
//
//	Int, SmallInt, TinyInt           int, also from a string of digits
//	Decimal                          decimal.Decimal, from a string or a number
//	Date, DateTime                   persistence.Date, persistence.DateTime: the digits; an offset is the writer's wall clock
//	JSONString, ParsedJSONString     string, a JSON document
//	UUID and the code types          string
//	GenericScalar                    any JSON value
var scalars = map[string]gql.Output{
	"String": gql.String, "Boolean": gql.Boolean, "Float": gql.Float, "ID": gql.ID,
	"Int":              leaf("Int", "a whole number, or its digits in a string", intIn(math.MinInt32, math.MaxInt32)),
	"SmallInt":         leaf("SmallInt", "a whole number", intIn(math.MinInt16, math.MaxInt16)),
	"TinyInt":          leaf("TinyInt", "a whole number", intIn(0, math.MaxUint8)),
	"Decimal":          leaf("Decimal", "a decimal number in a string", decimalIn),
	"Date":             leaf("Date", "a day, YYYY-MM-DD", dateIn),
	"DateTime":         leaf("DateTime", "a moment, YYYY-MM-DDThh:mm:ss", dateTimeIn),
	"JSONString":       leaf("JSONString", "a JSON document in a string", jsonIn),
	"ParsedJSONString": leaf("ParsedJSONString", "a JSON document in a string", jsonIn),
	"UUID":             leaf("UUID", "a UUID", uuidIn),
	"GenericScalar":    leaf("GenericScalar", "any JSON value", func(v any) any { return v }),

	"ClaimCodeInputType":          leaf("ClaimCodeInputType", "a text", textIn(50)),
	"ClaimGuaranteeIdInputType":   leaf("ClaimGuaranteeIdInputType", "a text", textIn(50)),
	"HealthFacilityCodeInputType": leaf("HealthFacilityCodeInputType", "a text", textIn(8)),
	"LocationCodeInputType":       leaf("LocationCodeInputType", "a text", textIn(8)),
	"ServiceCodeInputType":        leaf("ServiceCodeInputType", "a text", textIn(6)),
}

// leaf makes a scalar whose literals and variables are read by the same function, which
// gives nil for what it refuses.
func leaf(name, description string, read func(any) any) *gql.Scalar {
	return gql.NewScalar(gql.ScalarConfig{
		Name: name, Description: description, Serialize: written, ParseValue: read,
		ParseLiteral: func(v ast.Value) any {
			if value := literal(v); value != nil {
				return read(value)
			}
			return nil
		},
	})
}

// literal gives what a literal says as JSON would.
func literal(v ast.Value) any {
	switch v := v.(type) {
	case *ast.StringValue:
		return v.Value
	case *ast.IntValue:
		return json.Number(v.Value)
	case *ast.FloatValue:
		return json.Number(v.Value)
	case *ast.BooleanValue:
		return v.Value
	}
	return nil
}

// textOf gives the characters of a string or number.
func textOf(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case json.Number:
		return string(v), true
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), true
	case int:
		return strconv.Itoa(v), true
	}
	return "", false
}

func intIn(least, most int64) func(any) any {
	return func(v any) any {
		text, ok := textOf(v)
		n, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
		if !ok || err != nil || n < least || n > most {
			return nil
		}
		return int(n)
	}
}

// decimalIn refuses what no money column holds: a number of a billion digits is written in
// a few characters.
func decimalIn(v any) any {
	text, ok := textOf(v)
	d, err := decimal.NewFromString(strings.TrimSpace(text))
	if !ok || err != nil || len(text) > 40 || d.Exponent() > 20 || d.Exponent() < -18 || d.Abs().GreaterThanOrEqual(mostDecimal) {
		return nil
	}
	return d
}

// mostDecimal is more than any amount, and short enough to be read again as it is written.
var mostDecimal = decimal.New(1, 20)

func dateIn(v any) any {
	text, ok := v.(string)
	if day, _, cut := strings.Cut(text, "T"); cut {
		text = day
	}
	if day, err := persistence.ParseDate(text); ok && err == nil {
		return day
	}
	return nil
}

func dateTimeIn(v any) any {
	text, _ := v.(string)
	for _, layout := range []string{"2006-01-02T15:04:05.999999999", "2006-01-02T15:04:05.999999999Z07:00", "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02"} {
		if t, err := time.Parse(layout, text); err == nil {
			return persistence.At(t)
		}
	}
	return nil
}

// jsonIn takes a document out of the strings the UI wraps it in when it saves back what it
// fetched. The word undefined is what it makes of none.
func jsonIn(v any) any {
	text, ok := v.(string)
	for range 4 {
		var inner string
		if !strings.HasPrefix(text, `"`) || json.Unmarshal([]byte(text), &inner) != nil {
			break
		}
		text = inner
	}
	if text == "undefined" {
		text = "null"
	}
	if !ok || !json.Valid([]byte(text)) {
		return nil
	}
	return text
}

func uuidIn(v any) any {
	text, _ := v.(string)
	if id, ok := persistence.ParseUUID(text); ok {
		return string(id)
	}
	return nil
}

func textIn(most int) func(any) any {
	return func(v any) any {
		if text, ok := v.(string); ok && len([]rune(text)) <= most {
			return text
		}
		return nil
	}
}

// written gives a value as JSON shows it.
func written(v any) any {
	switch v := plain(v).(type) {
	case decimal.Decimal:
		if v.Equal(v.Truncate(2)) { // String drops zeros at the end
			return v.StringFixed(2)
		}
		return v.String()
	case persistence.Date:
		return v.String()
	case persistence.DateTime:
		return v.Format("2006-01-02T15:04:05.999999")
	case persistence.UUID:
		return string(v)
	case persistence.JSON:
		return string(v)
	default:
		return v
	}
}
