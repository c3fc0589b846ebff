package scheme

import (
	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/persistence"
)

// The six measures by which facilities share the contributions set aside for capitation.
const (
	byPopulation = iota
	byFamilies
	byInsured
	byInsuredFamilies
	byClaims
	byAdjusted
	measures
)

// CapitationVillage is a village a facility serves, at the first day of the month, with
// the people insured by the product at the last.
type CapitationVillage struct {
	Percent                    int // of its people the facility serves
	Population, Families       int
	Insured, InsuredHouseholds int
}

// CapitationFacility is a facility paid by capitation with what counts for its payment.
type CapitationFacility struct {
	Facility *persistence.HealthFacility
	Villages []CapitationVillage
	Claims   int             // processed in the month, with lines of the product
	Adjusted decimal.Decimal // unit prices of those lines, added up
}

// capitationWeights gives the weight of each measure, per cent.
func capitationWeights(p *persistence.Product) [measures]decimal.Decimal {
	return [measures]decimal.Decimal{amount(p.WeightPopulation), amount(p.WeightNumberFamilies), amount(p.WeightInsuredPopulation),
		amount(p.WeightNumberInsuredFamilies), amount(p.WeightNumberVisits), amount(p.WeightAdjustedAmount)}
}

// CountsClaims tells whether claims count for the capitation of the product at all: their
// number or their amounts have a weight.
func CountsClaims(p *persistence.Product) bool {
	return amount(p.WeightNumberVisits).IsPositive() || amount(p.WeightAdjustedAmount).IsPositive()
}

// CapitationPeriod gives the days whose contributions are shared (rule 8.1): those of the
// first period the product names, in general, for out- and for in-patients, else of the
// month; ok is false when the period does not end with the month.
func CapitationPeriod(p *persistence.Product, year, month int, book RuleBook) (w Window, ok bool) {
	letter := "M"
	for _, l := range []*string{p.PeriodRelPrices, p.PeriodRelPricesOP, p.PeriodRelPricesIP} {
		if text(l) != "" {
			letter = text(l)
			break
		}
	}
	w, ok = PeriodOf(letter, year, month, book)
	w.To, w.midnight = monthOf(year, month, CorrectedRules).To, false
	return w, ok
}

// measured is what one facility brings to each measure. times is how often the legacy
// book repeats the facility.
type measured struct {
	by    [measures]decimal.Decimal
	times decimal.Decimal
}

// measure adds up what a facility's villages and claims bring.
func measure(f *CapitationFacility, book RuleBook) measured {
	m := measured{times: decimal.NewFromInt(1)}
	insured, households := map[int]bool{}, map[int]bool{} // percentages that bring any
	for _, v := range f.Villages {
		part := func(n int) decimal.Decimal {
			return decimal.NewFromInt(int64(n)).Mul(decimal.NewFromInt(int64(v.Percent))).Div(hundred)
		}
		for at, n := range [...]int{v.Population, v.Families, v.Insured, v.InsuredHouseholds} {
			m.by[at] = m.by[at].Add(part(n))
		}
		if v.Insured > 0 {
			insured[v.Percent] = true
		}
		if v.InsuredHouseholds > 0 {
			households[v.Percent] = true
		}
	}
	m.by[byClaims], m.by[byAdjusted] = decimal.NewFromInt(int64(f.Claims)), f.Adjusted
	if book.Legacy(PercentagesMultiply) {
		people, families := decimal.NewFromInt(int64(max(1, len(insured)))), decimal.NewFromInt(int64(max(1, len(households))))
		m.times = people.Mul(families)
		m.by[byInsured] = m.by[byInsured].Mul(families)
		m.by[byInsuredFamilies] = m.by[byInsuredFamilies].Mul(people)
		for _, at := range []int{byPopulation, byFamilies, byClaims, byAdjusted} {
			m.by[at] = m.by[at].Mul(m.times)
		}
	}
	return m
}

// CapitationPayments shares the contributions among the facilities (rules 8.1, 5 and 6).
// For each measure a part of the contributions is set aside; a unit of the measure is
// worth that part by all units, and a facility is paid for its units. The rows lack what
// does not follow from the amounts: place, year and month.
func CapitationPayments(p *persistence.Product, contributed decimal.Decimal, facilities []CapitationFacility, book RuleBook) []persistence.CapitationPayment {
	var all [measures]decimal.Decimal
	brought := make([]measured, len(facilities))
	for i := range facilities {
		brought[i] = measure(&facilities[i], book)
		for at := range all {
			all[at] = all[at].Add(brought[i].by[at])
		}
	}
	var pool, unit [measures]decimal.Decimal
	for at, weight := range capitationWeights(p) {
		pool[at] = contributed.Mul(amount(p.ShareContribution)).Mul(weight).Div(hundred).Div(hundred)
		if all[at].IsPositive() {
			unit[at] = pool[at].Div(all[at])
		}
	}
	rows := make([]persistence.CapitationPayment, len(facilities))
	for i := range facilities {
		rows[i] = capitationRow(&facilities[i], brought[i], pool, unit)
		rows[i].ProductID = p.ProdID
	}
	return rows
}

// capitationRow makes the row of one facility.
func capitationRow(f *CapitationFacility, m measured, pool, unit [measures]decimal.Decimal) persistence.CapitationPayment {
	paid := decimal.Zero
	for at := range unit {
		paid = paid.Add(m.by[at].Mul(unit[at]))
	}
	kept := func(d decimal.Decimal) *decimal.Decimal { return ptr(cents(d)) }
	repeated := func(d decimal.Decimal) *decimal.Decimal { return kept(d.Mul(m.times)) }
	return persistence.CapitationPayment{
		CapitationPaymentUUID: string(persistence.NewUUID()),
		HFID:                  f.Facility.HFID, HFCode: f.Facility.HFCode, HFName: f.Facility.HFName, AccCode: f.Facility.AccCode,
		HFLevel: ptr(f.Facility.HFLevel), HFSublevel: f.Facility.HFSublevel,
		TotalPopulation: kept(m.by[byPopulation]), TotalFamilies: kept(m.by[byFamilies]),
		TotalInsuredInsuree: kept(m.by[byInsured]), TotalInsuredFamilies: kept(m.by[byInsuredFamilies]),
		TotalClaims: kept(decimal.NewFromInt(int64(f.Claims))), TotalAdjusted: kept(m.by[byAdjusted]),
		AlcContriPopulation: repeated(pool[byPopulation]), AlcContriNumFamilies: repeated(pool[byFamilies]),
		AlcContriInsPopulation: repeated(pool[byInsured]), AlcContriInsFamilies: repeated(pool[byInsuredFamilies]),
		AlcContriVisits: repeated(pool[byClaims]), AlcContriAdjustedAmount: repeated(pool[byAdjusted]),
		UPPopulation: repeated(unit[byPopulation]), UPNumFamilies: repeated(unit[byFamilies]),
		UPInsPopulation: repeated(unit[byInsured]), UPInsFamilies: repeated(unit[byInsuredFamilies]),
		UPVisits: repeated(unit[byClaims]), UPAdjustedAmount: repeated(unit[byAdjusted]),
		PaymentCathment: kept(paid),
	}
}
