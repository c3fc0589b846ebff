package report

import (
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"
	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme"
)

// sortings are the orders of renewals, by the letters the UI sends.
var sortings = map[string]string{"D": "Day of renewal", "R": "Receipt", "O": "Enrolment officer"}

var policyReports = []*Report{
	{
		Name: "policy_renewals", Module: "policy", Title: "Renewals", Right: 131217,
		Parameters: slices.Concat(period("date_start", "date_end"), places("requested_"),
			[]Parameter{product("requested_product_id"), officer("requested_officer_id"), choice("requested_sorting", "Sorted by", sortings)}),
		Columns: []Column{
			{Name: "insurance_number", Title: "Insurance no.", Kind: Short}, {Name: "head", Title: "Head of family"}, {Name: "district", Title: "District"}, {Name: "village", Title: "Village"},
			{Name: "product", Title: "Product", Kind: Short}, {Name: "renewed", Title: "Renewed on", Kind: Day}, {Name: "expires", Title: "Expires", Kind: Day},
			{Name: "status", Title: "Status", Kind: Short}, {Name: "officer", Title: "Officer", Kind: Short}, {Name: "receipts", Title: "Receipts", Kind: Short},
			{Name: "value", Title: "Value", Kind: Money, Total: true}, {Name: "paid", Title: "Paid", Kind: Money, Total: true},
		},
		rows: renewals,
	},
	{
		Name: "policy_primary_operational_indicators", Module: "policy", Title: "Primary operational indicators: policies", Right: 131201,
		Parameters: []Parameter{month("yearMonth"), location("locationId", "Location")},
		Columns: []Column{
			{Name: "region", Title: "Region"}, {Name: "district", Title: "District"}, {Name: "product", Title: "Product"},
			{Name: "in_force", Title: "In force at the end", Kind: Number, Total: true}, {Name: "new", Title: "New", Kind: Number, Total: true},
			{Name: "renewed", Title: "Renewed", Kind: Number, Total: true}, {Name: "expired", Title: "Expired", Kind: Number, Total: true},
			{Name: "suspended", Title: "Suspended", Kind: Number, Total: true}, {Name: "collected", Title: "Collected", Kind: Money, Total: true},
		},
		rows: policyIndicators,
	},
}

// month is a parameter that is a month; the present one when it is left out, as the UI does.
func month(name string) Parameter {
	return Parameter{Name: name, Title: "Month", read: func(q *question, p *Parameter, given string) (string, error) {
		for _, layout := range []string{"2006-01", "200601", "2006-01-02"} {
			if m, err := time.Parse(layout, given); err == nil && m.Year() >= 1900 && m.Year() <= 9998 {
				q.days[p.Name] = persistence.DateOf(m.Year(), m.Month(), 1)
				return m.Format("2006-01"), nil
			}
		}
		return "", core.ErrorAt(core.Invalid, p.Name, "%q is no month; write YYYY-MM", given)
	}}
}

func policyStatus(p *persistence.Policy) string {
	name := scheme.PolicyStatusName(number(p.PolicyStatus))
	return strings.ToUpper(name[:1]) + name[1:]
}

func codeOf(p *persistence.Product) string {
	if p == nil {
		return ""
	}
	return p.ProductCode
}

func officerOf(o *persistence.Officer) string {
	if o == nil {
		return ""
	}
	return o.Code
}

func headOf(p *persistence.Policy) (number, name string) {
	if p.Family == nil {
		return "", ""
	}
	return personOf(p.Family.Head)
}

func villageOf(p *persistence.Policy) *int {
	if p.Family == nil {
		return nil
	}
	return p.Family.LocationID
}

// renewals lists the policies that are renewals and begin on the days.
func renewals(q *question) error {
	where := slices.Concat(
		[]clause.Expression{persistence.Compare(column("", "PolicyStage"), "=", "R")}, q.between(column("", "StartDate"), "date_start", "date_end"),
		q.in(column("Family", "LocationId"), "requested_region_id", "requested_district_id"),
		q.same("requested_product_id", column("", "ProdID")), q.same("requested_officer_id", column("", "OfficerID")))
	order := []persistence.Order{{Column: column("", "StartDate")}}
	if q.words["requested_sorting"] == "O" {
		order = []persistence.Order{{Column: column("Officer", "Code")}, {Column: column("", "StartDate")}}
	}
	policies, err := list[persistence.Policy](q, persistence.Query{Where: where, Join: []string{"Family", "Family.Head", "Product", "Officer"}, Order: order})
	if err != nil {
		return err
	}
	paid, err := q.paymentsOf(where)
	if err != nil {
		return err
	}
	if q.words["requested_sorting"] == "R" {
		slices.SortStableFunc(policies, func(a, b persistence.Policy) int {
			return strings.Compare(paid[a.PolicyID].receipts, paid[b.PolicyID].receipts)
		})
	}
	for i := range policies {
		p := &policies[i]
		insurance, head := headOf(p)
		q.add(insurance, head, q.place(villageOf(p), "D"), q.place(villageOf(p), "V"), codeOf(p.Product), p.StartDate, value(p.ExpiryDate), policyStatus(p),
			officerOf(p.Officer), paid[p.PolicyID].receipts, value(p.PolicyValue), paid[p.PolicyID].amount)
	}
	return nil
}

// payments are what was paid for a policy.
type payments struct {
	receipts string
	amount   decimal.Decimal
}

// paymentsOf gives what was paid for the policies that meet the conditions, photo fees left out.
func (q *question) paymentsOf(policies []clause.Expression) (map[int]payments, error) {
	lines, err := persistence.Count[persistence.Premium](q.x, persistence.Tally{
		Where: []clause.Expression{
			persistence.Chosen(column("", "PolicyID"), policyType, column("tblPolicy", "PolicyID"), persistence.Query{Where: policies, Join: []string{"Family"}}),
			clause.Or(persistence.IsNull(column("", "isPhotoFee")), persistence.Compare(column("", "isPhotoFee"), "=", false)),
		},
		By: []clause.Column{column("", "PolicyID"), column("", "Receipt")}, Sum: []clause.Column{column("", "Amount")},
	})
	found := map[int]payments{}
	slices.SortFunc(lines, func(a, b persistence.Tallied) int { return strings.Compare(a.By[1], b.By[1]) })
	for i := range lines {
		l := &lines[i]
		sum := found[l.Number(0)]
		if sum.receipts != "" {
			sum.receipts += ", "
		}
		sum.receipts, sum.amount = sum.receipts+l.By[1], sum.amount.Add(l.Sum[0])
		found[l.Number(0)] = sum
	}
	return found, err
}

// policyIndicators counts what happened to policies in a month.
func policyIndicators(q *question) error {
	first, asked := q.days["yearMonth"]
	if !asked {
		first = persistence.DateOf(q.x.Now().Year(), q.x.Now().Month(), 1)
		q.facts = append([]Fact{{"Month", first.Format("2006-01")}}, q.facts...)
		q.asked["yearMonth"] = first.Format("2006-01")
	}
	last := persistence.Day(first.AddDate(0, 1, -1))
	products, err := q.products()
	if err != nil {
		return err
	}
	type sums struct {
		counts    [5]int
		collected decimal.Decimal
	}
	found := map[[3]string]sums{}
	add := func(l *persistence.Tallied, change func(s *sums)) {
		region, district := q.districts(l.Number(0))
		at := [3]string{region, district, productOf(products[l.Number(1)])}
		s := found[at]
		change(&s)
		found[at] = s
	}
	here := q.in(column("Family", "LocationId"), "locationId")
	for i, where := range q.policyEvents(first, last) {
		lines, err := persistence.Count[persistence.Policy](q.x, persistence.Tally{
			Where: slices.Concat(here, where), Join: []string{"Family"}, By: []clause.Column{column("Family", "LocationId"), column("", "ProdID")},
		})
		if err != nil {
			return err
		}
		for j := range lines {
			add(&lines[j], func(s *sums) { s.counts[i] += lines[j].Count })
		}
	}
	paid, err := persistence.Count[persistence.Premium](q.x, persistence.Tally{
		Where: slices.Concat(q.in(column("Policy__Family", "LocationId"), "locationId"), during(column("", "PayDate"), first, last), []clause.Expression{persistence.IsNull(column("Policy", "ValidityTo"))}),
		Join:  policyAndFamily, By: []clause.Column{column("Policy__Family", "LocationId"), column("Policy", "ProdID")}, Sum: []clause.Column{column("", "Amount")},
	})
	for i := range paid {
		add(&paid[i], func(s *sums) { s.collected = s.collected.Add(paid[i].Sum[0]) })
	}
	for _, at := range sorted(found) {
		s := found[at]
		q.add(at[0], at[1], at[2], s.counts[0], s.counts[1], s.counts[2], s.counts[3], s.counts[4], s.collected)
	}
	return err
}

// policyEvents are the conditions for policies in force on the last day, and for those that
// began new, began as a renewal, expired, and were suspended from the first day to the last.
func (q *question) policyEvents(first, last persistence.Date) [5][]clause.Expression {
	stage := func(s string) clause.Expression { return persistence.Compare(column("", "PolicyStage"), "=", s) }
	began := during(column("", "EffectiveDate"), first, last)
	return [5][]clause.Expression{
		inForce(last),
		append([]clause.Expression{stage("N")}, began...),
		append([]clause.Expression{stage("R")}, began...),
		append([]clause.Expression{persistence.Compare(column("", "PolicyStatus"), "<>", scheme.PolicyIdle)}, during(column("", "ExpiryDate"), first, last)...),
		append([]clause.Expression{persistence.Compare(column("", "PolicyStatus"), "=", scheme.PolicySuspended)}, moments(column("", "ValidityFrom"), first, last)...),
	}
}

// inForce matches policies that cover the day. Those that expired since did.
func inForce(day persistence.Date) []clause.Expression {
	return []clause.Expression{
		persistence.In(column("", "PolicyStatus"), []int{scheme.PolicyActive, scheme.PolicyExpired}),
		persistence.Compare(column("", "EffectiveDate"), "<=", day), persistence.Compare(column("", "ExpiryDate"), ">=", day),
	}
}
