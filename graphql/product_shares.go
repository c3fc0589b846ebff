package graphql

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme"
)

var careTypes = map[string]string{"IN_PATIENT": "I", "OUT_PATIENT": "O", "BOTH": "B"}

// drawn says where a product has how often relative prices of a care type are drawn.
var drawn = []struct {
	word   string
	period func(r *productRow) **string
}{
	{"BOTH", func(r *productRow) **string { return &r.PeriodRelPrices }},
	{"IN_PATIENT", func(r *productRow) **string { return &r.PeriodRelPricesIP }},
	{"OUT_PATIENT", func(r *productRow) **string { return &r.PeriodRelPricesOP }},
}

// periodsDrawn gives the number of periods of a year by the letter of the columns.
var periodsDrawn = map[string]int{"M": 12, "Q": 4, "Y": 1}

// sharesOf are the shares of the contributions, in percent, that a product sets aside for
// the relative prices of a care type, by period.
type sharesOf struct {
	careType string
	periods  []any
}

var relativePrice = Object{Name: "ProductRelativePricesGQLType", Fields: []Field{
	Is("careType: CareTypeEnum!", func(r *sharesOf) any { return r.careType }),
	{SDL: "periods: [Decimal!]!", Resolve: func(c *Call) (any, error) { return c.Source.(*sharesOf).periods, nil }},
}}

// relativePrices are the relative prices a product draws. The back end has given the field
// up; the 1.4 line of the UI reads it and sends it back.
var relativePrices = Field{SDL: "relativePrices: [ProductRelativePricesGQLType!]!", Resolve: func(c *Call) (any, error) {
	row := c.Source.(*productRow)
	return Later(func() (any, error) {
		shares, err := rowsBy[persistence.RelativeDistribution](c, "ProdID", row.ProdID)
		slices.SortFunc(shares, func(a, b *persistence.RelativeDistribution) int { return cmp.Compare(a.Period, b.Period) })
		list := []any{}
		for _, d := range drawn {
			letter, _ := plain(*d.period(row)).(string)
			if periodsDrawn[letter] == 0 {
				continue
			}
			of := &sharesOf{careType: d.word, periods: []any{}}
			for _, share := range shares {
				if share.DistrType == periodsDrawn[letter] && share.DistrCareType == careTypes[d.word] {
					part, _ := plain(share.DistrPerc).(decimal.Decimal)
					of.periods = append(of.periods, part.Shift(2))
				}
			}
			list = append(list, of)
		}
		return list, err
	}, func() { want[persistence.RelativeDistribution](c, "ProdID", row.ProdID) }), nil
}}

// fillShares reads which relative prices the product draws: of a care type, 12 shares for
// months, 4 for quarters or one for the year.
func fillShares(input map[string]any, d *scheme.ProductDraft) error {
	list, given := input["relativePrices"].([]any)
	if !given {
		return nil
	}
	d.Distribution = []persistence.RelativeDistribution{}
	for _, care := range drawn {
		*care.period(&d.Product) = nil
	}
	for i, one := range list {
		form, _ := one.(map[string]any)
		word, _ := form["careType"].(string)
		periods, _ := form["periods"].([]any)
		for _, care := range drawn {
			if care.word != word {
				continue
			}
			if *care.period(&d.Product) != nil {
				return core.ErrorAt(core.Invalid, fmt.Sprintf("relativePrices[%d].careType", i), "%s is given twice", word)
			}
			for letter, n := range periodsDrawn {
				if n == len(periods) {
					*care.period(&d.Product) = &letter
				}
			}
		}
		if n := len(periods); n != 12 && n != 4 && n != 1 {
			return core.ErrorAt(core.Invalid, fmt.Sprintf("relativePrices[%d].periods", i), "there are 12 months, 4 quarters or 1 year, not %d", n)
		}
		for period, percent := range periods {
			amount, _ := percent.(decimal.Decimal)
			amount = amount.Shift(-2)
			d.Paths[fmt.Sprintf("share %d", len(d.Distribution))] = fmt.Sprintf("relativePrices[%d].periods[%d]", i, period)
			d.Distribution = append(d.Distribution, persistence.RelativeDistribution{
				DistrType: len(periods), DistrCareType: careTypes[word], Period: period + 1, DistrPerc: &amount,
			})
		}
	}
	return nil
}
