package fhir

import (
	"github.com/shopspring/decimal"
)

// CompareDecimals compares two decimals by value, so that "1.50" equals "1.5": -1, 0 or 1.
// ok is false when one of them is no decimal as FHIR writes it.
func CompareDecimals(a, b string) (order int, ok bool) {
	x, xok := parseDecimal(a)
	y, yok := parseDecimal(b)
	if !xok || !yok {
		return 0, false
	}
	return x.Cmp(y), true
}

func parseDecimal(s string) (decimal.Decimal, bool) {
	if checkDecimal(s) != "" {
		return decimal.Decimal{}, false
	}
	d, err := decimal.NewFromString(s)
	return d, err == nil
}
