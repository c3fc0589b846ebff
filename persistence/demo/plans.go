package demo

import (
	"fmt"

	"github.com/shopspring/decimal"

	p "github.com/openimis/openimis-go/persistence"
)

// percentOfIncome is the calculation rule of the demo's contribution plans.
const percentOfIncome = p.UUID("0e1b6dd4-04a0-4ee6-ac47-2a99cfa5e9a8")

// rates are what the contribution plans of the demo take of an income, in percent.
var rates = []int{5, 3}

// employed is how many heads of families a policy holder insures at most, and income what
// each of them earns.
const (
	employed = 6
	income   = 1200
)

// States of contracts in tblContract.
const (
	contractDrafted    = 2
	contractNegotiable = 4
	contractCountered  = 11
)

// plans writes what policy holders contribute by: two contribution plans, a bundle of both,
// and how is paid for a product.
func (g *world) plans() {
	bundle := p.ContributionPlanBundle{Dated: g.dated(kindBundle, 1), Code: ptr("CB01"), Name: ptr("Workers' cover"), Periodicity: ptr(12)}
	g.bundle = bundle.UUID
	g.w.put(bundle)
	for i, rate := range rates {
		key := i + 1
		plan := g.plan(kindContributionPlan, key, fmt.Sprintf("CP%02d", key), fmt.Sprintf("%d %% of income", rate))
		plan.Calculation, plan.JSONExt = ptr(percentOfIncome), ptr(p.JSON(fmt.Sprintf(`{"calculation_rule": {"rate": %d}}`, rate)))
		g.w.put(p.ContributionPlan{Plan: plan}, p.ContributionPlanBundleDetails{Dated: g.dated(kindBundleDetail, key), BundleID: bundle.UUID, ContributionPlanID: plan.UUID})
	}
	for key := 1; key <= 2; key++ {
		g.w.put(p.PaymentPlan{Plan: g.plan(kindPaymentPlan, key, fmt.Sprintf("PP%02d", key), "Payment of claims "+productCodes[key-1])})
	}
}

func (g *world) plan(kindOfRow uint16, key int, code, name string) p.Plan {
	return p.Plan{Dated: g.dated(kindOfRow, key), Code: &code, Name: &name, Periodicity: ptr(12), BenefitPlanTypeID: kind(kindProductModel), BenefitPlanID: ptr(fmt.Sprint(key))}
}

// dated gives the columns of a row that holds since the registers were set up.
func (g *world) dated(kind uint16, key int) p.Dated {
	return p.Dated{Marked: g.marked(kind, key, g.opened()), DateValidFrom: ptr(g.opened())}
}

// employ makes the heads of the first families of a district people whom its policy holder
// insures.
func (g *world) employ(f *family) {
	h := f.district.holder
	if h == nil || len(h.insured) == employed {
		return
	}
	g.keys.employed++
	person := f.members[0]
	h.insured = append(h.insured, person.id)
	row := p.PolicyHolderInsuree{Dated: g.dated(kindHolderInsuree, g.keys.employed), PolicyHolderID: h.id, InsureeID: person.id, BundleID: &g.bundle}
	row.JSONExt = earns()
	g.w.put(row)
}

func earns() *p.JSON { return ptr(p.JSON(fmt.Sprintf(`{"calculation_rule": {"income": %d}}`, income))) }

// contracts writes what the policy holders agreed for the people they insure, and the bundle
// and user each has.
func (g *world) contracts() {
	for i, d := range g.districts {
		h := d.holder
		if h == nil {
			continue
		}
		key := i + 1
		each := 0
		for _, rate := range rates {
			each += income * rate / 100
		}
		notified := decimal.NewFromInt(int64(each * len(h.insured)))
		contract := p.HolderContract{
			Dated: g.dated(kindContract, key), Code: fmt.Sprintf("CT%03d", key), PolicyHolderID: &h.id, State: ptr([]int{contractDrafted, contractNegotiable, contractCountered, contractDrafted}[i]),
			AmountNotified: &notified, DatePaymentDue: ptr(after(g.today, 30)), PaymentReference: ptr(fmt.Sprintf("CT%03d-%d", key, g.today.Year())),
		}
		from := at(p.DateOf(g.today.Year(), 1, 1), 0)
		contract.DateValidFrom, contract.DateValidTo = &from, ptr(at(p.DateOf(g.today.Year(), 12, 31), 0))
		if *contract.State != contractDrafted {
			contract.AmountRectified = &notified
		}
		g.w.put(contract, p.PolicyHolderBundle{Dated: g.dated(kindHolderBundle, key), PolicyHolderID: h.id, BundleID: g.bundle})
		for j, person := range h.insured {
			row := p.HolderContractDetails{Marked: g.marked(kindContractDetail, i*employed+j+1, g.opened()), ContractID: contract.UUID, InsureeID: person, BundleID: g.bundle}
			row.JSONExt = earns()
			g.w.put(row)
		}
	}
}
