package search

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"
)

// A number of more digits or a greater exponent than this fits no column, and an exponent
// of a million would fill the memory when it is written out.
const (
	maxDigits   = 38
	maxExponent = 38
)

// parseNumber reads a number with its comparison and implied range.
// https://hl7.org/fhir/R4/search.html#number
func parseNumber(text string) (Value, string) {
	prefix, rest, problem := cutPrefix(text)
	if problem != "" {
		return Value{}, problem
	}
	number, half, ok := significant(rest)
	if !ok {
		return Value{}, fmt.Sprintf("%q is no number of at most %d digits", rest, maxDigits)
	}
	low, top := number.Sub(half), number.Add(half)
	return Value{
		Prefix: prefix, Text: rest, Number: rest, NumberLow: low.String(), NumberTop: top.String(),
	}, ""
}

// parseQuantity reads number, number|system|code and number||code.
// https://hl7.org/fhir/R4/search.html#quantity
func parseQuantity(text string) (Value, string) {
	parts := splitUnescaped(text, '|')
	if len(parts) != 1 && len(parts) != 3 {
		return Value{}, "a quantity is number or number|system|code"
	}
	value, problem := parseNumber(parts[0])
	if problem != "" || len(parts) == 1 {
		value.Text = ""
		return value, problem
	}
	value.HasSystem = true
	if value.System, problem = unescape(parts[1]); problem == "" {
		value.Text, problem = unescape(parts[2])
	}
	if value.Text == "" {
		return Value{}, "a quantity with a bar needs a code or unit after the second bar"
	}
	return value, problem
}

// significant reads a decimal and half a unit of its last written digit.
func significant(text string) (number, half decimal.Decimal, ok bool) {
	mantissa, exponent, hasExponent := text, "", false
	if i := strings.IndexAny(text, "eE"); i >= 0 {
		mantissa, exponent, hasExponent = text[:i], text[i+1:], true
	}
	digits, fraction, seenPoint, seenDigit := 0, 0, false, false
	for i := 0; i < len(mantissa); i++ {
		switch c := mantissa[i]; {
		case c >= '0' && c <= '9':
			digits++
			seenDigit = true
			if seenPoint {
				fraction++
			}
		case c == '.' && seenDigit && !seenPoint:
			seenPoint = true
		case c == '-' && i == 0:
		default:
			return
		}
	}
	if !seenDigit || digits > maxDigits || strings.HasSuffix(mantissa, ".") {
		return
	}
	power := 0
	if hasExponent {
		var err error
		if power, err = strconv.Atoi(exponent); err != nil || power > maxExponent || power < -maxExponent {
			return
		}
		fraction = max(fraction, 1) // the specification reads 1e2 as 1.0e2: 95 up to 105
	}
	number, err := decimal.NewFromString(text)
	if err != nil {
		return
	}
	return number, decimal.New(5, int32(power-fraction-1)), true
}
