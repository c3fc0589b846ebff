package resources

import (
	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/scheme"
)

// fillTotals takes what a product allows still over to the cover, by category.
func fillTotals(c *mapping.EligibilityCover, t *scheme.Totals) {
	if t == nil {
		return
	}
	c.Counts, c.Amounts = map[string]int{}, map[string]decimal.Decimal{}
	for category, n := range map[string]*int{"H": t.Admissions, "V": t.Visits, "C": t.Consultations, "S": t.Surgeries, "D": t.Deliveries, "A": t.Antenatal} {
		if n != nil {
			c.Counts[category] = *n
		}
	}
	for category, d := range map[string]*decimal.Decimal{
		"H": t.HospitalizationAmount, "C": t.ConsultationAmount, "S": t.SurgeryAmount, "D": t.DeliveryAmount, "A": t.AntenatalAmount,
	} {
		if d != nil {
			c.Amounts[category] = *d
		}
	}
}

// remainders takes what is left of a deductible or ceiling over, by kind of care.
func remainders(r scheme.Remainder) map[string]decimal.Decimal {
	out := map[string]decimal.Decimal{}
	set := func(key string, d *decimal.Decimal) {
		if d != nil {
			out[key] = *d
		}
	}
	switch r.Kind {
	case scheme.GeneralRemainder:
		set("G", r.First)
	case scheme.SplitRemainder:
		set("H", r.First)
		set("O", r.Second)
	}
	return out
}

func wareAnswer(code string, a scheme.Allowance) *mapping.EligibilityWare {
	return &mapping.EligibilityWare{Code: code, Listed: a.Listed, OK: a.OK, Left: a.Left, Earliest: a.Earliest}
}
