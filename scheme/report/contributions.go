package report

import (
	"reflect"
	"slices"
	"strings"

	"github.com/shopspring/decimal"
	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme"
)

// payTypes are the ways contributions are paid.
var payTypes = map[string]string{"B": "Bank transfer", "C": "Cash", "M": "Mobile phone", "F": "Funding"}

var contributionReports = []*Report{
	{
		Name: "premium_collection", Module: "contribution", Title: "Contributions collected", Right: 131204,
		Parameters: slices.Concat(period("date_start", "date_end"), places("requested_"), []Parameter{product("requested_product_id"), choice("requested_payment_type", "Paid by", payTypes)}),
		Columns: []Column{
			{Name: "region", Title: "Region"}, {Name: "district", Title: "District"}, {Name: "product", Title: "Product"}, {Name: "day", Title: "Paid on", Kind: Day},
			{Name: "paid_by", Title: "Paid by", Kind: Short}, {Name: "payments", Title: "Payments", Kind: Number, Total: true}, {Name: "amount", Title: "Amount", Kind: Money, Total: true},
		},
		rows: collected,
	},
	{
		Name: "payment_category_overview", Module: "contribution", Title: "Contributions by category", Right: 131211,
		Parameters: slices.Concat(period("date_start", "date_end"), places("requested_"), []Parameter{product("requested_product_id")}),
		Columns: []Column{
			{Name: "region", Title: "Region"}, {Name: "district", Title: "District"}, {Name: "product", Title: "Product"},
			{Name: "policies", Title: "Policies", Kind: Number, Total: true}, {Name: "registration", Title: "Registration", Kind: Money, Total: true},
			{Name: "assembly", Title: "General assembly", Kind: Money, Total: true}, {Name: "photographs", Title: "Photographs", Kind: Money, Total: true},
			{Name: "contributions", Title: "Contributions", Kind: Money, Total: true}, {Name: "amount", Title: "All", Kind: Money, Total: true},
		},
		rows: byCategory,
	},
	{
		Name: "contributions_distribution", Module: "contribution", Title: "Distribution of contributions", Right: 131206,
		Parameters: slices.Concat([]Parameter{required(product("requested_product_id")), required(integer("requested_year", "Year", 1900, 9998)), integer("requested_month", "Month", 0, 12)}, places("requested_")),
		Columns: []Column{
			{Name: "month", Title: "Month", Kind: Short}, {Name: "collected", Title: "Collected in the month", Kind: Money, Total: true},
			{Name: "later", Title: "Of it for days after the month", Kind: Money, Total: true}, {Name: "unallocated", Title: "Of it for no cover", Kind: Money, Total: true},
			{Name: "allocated", Title: "Allocated to the month", Kind: Money, Total: true},
		},
		rows: distributed,
	},
}

// contributionsAsked are the live contributions, photo fees too, of the places and the
// product asked for. The policy is joined.
func (q *question) contributionsAsked() []clause.Expression {
	return slices.Concat(
		[]clause.Expression{persistence.IsNull(column("Policy", "ValidityTo"))},
		q.in(column("Policy__Family", "LocationId"), "requested_region_id", "requested_district_id"),
		q.same("requested_product_id", column("Policy", "ProdID")))
}

var policyAndFamily = []string{"Policy", "Policy.Family"}

// products gives the products by key, deleted ones too.
func (q *question) products() (map[int]*persistence.Product, error) {
	page, err := persistence.Select[persistence.Product](q.x, persistence.Query{Past: true})
	if err != nil {
		return nil, err
	}
	found := make(map[int]*persistence.Product, len(page.Rows))
	for i := range page.Rows {
		found[page.Rows[i].ProdID] = &page.Rows[i]
	}
	return found, nil
}

func productOf(p *persistence.Product) string {
	if p == nil {
		return ""
	}
	return named(p.ProductCode, p.ProductName)
}

// districts gives the names of region and district of a village.
func (q *question) districts(village int) (region, district string) {
	return q.place(&village, "R"), q.place(&village, "D")
}

func collected(q *question) error {
	where := append(q.contributionsAsked(), q.between(column("", "PayDate"), "date_start", "date_end")...)
	if how, asked := q.words["requested_payment_type"]; asked {
		where = append(where, persistence.Compare(column("", "PayType"), "=", how))
	}
	products, err := q.products()
	if err != nil {
		return err
	}
	lines, err := persistence.Count[persistence.Premium](q.x, persistence.Tally{
		Where: where, Join: policyAndFamily, Sum: []clause.Column{column("", "Amount")},
		By: []clause.Column{column("Policy__Family", "LocationId"), column("Policy", "ProdID"), column("", "PayDate"), column("", "PayType")},
	})
	type sum struct {
		count  int
		amount decimal.Decimal
	}
	found := map[[5]string]sum{}
	for _, l := range lines {
		region, district := q.districts(l.Number(0))
		at := [5]string{region, district, productOf(products[l.Number(1)]), l.By[2], l.By[3]}
		s := found[at]
		s.count, s.amount = s.count+l.Count, s.amount.Add(l.Sum[0])
		found[at] = s
	}
	for _, at := range sorted(found) {
		day, _ := persistence.ParseDate(at[3])
		q.add(at[0], at[1], at[2], day, label(payTypes, strings.TrimSpace(at[4])), found[at].count, found[at].amount)
	}
	return err
}

// byCategory tells what was paid for what. Of the money of a new policy the registration
// comes first, then of every policy the general assembly, the rest is contribution; each
// policy counts for itself.
func byCategory(q *question) error {
	products, err := q.products()
	if err != nil {
		return err
	}
	where := append(q.contributionsAsked(), q.between(column("", "PayDate"), "date_start", "date_end")...)
	photographs := persistence.Compare(column("", "isPhotoFee"), "=", true)
	paid, err := persistence.Count[persistence.Premium](q.x, persistence.Tally{
		Where: append(slices.Clone(where), clause.Or(persistence.IsNull(column("", "isPhotoFee")), persistence.Compare(column("", "isPhotoFee"), "=", false))),
		Join:  policyAndFamily, Sum: []clause.Column{column("", "Amount")},
		By: []clause.Column{column("", "PolicyID"), column("Policy", "ProdID"), column("Policy", "PolicyStage"), column("Policy__Family", "LocationId"), column("Policy", "FamilyID")},
	})
	if err != nil {
		return err
	}
	fees, err := persistence.Count[persistence.Premium](q.x, persistence.Tally{
		Where: append(slices.Clone(where), photographs), Join: policyAndFamily, Sum: []clause.Column{column("", "Amount")},
		By: []clause.Column{column("Policy", "ProdID"), column("Policy__Family", "LocationId")},
	})
	if err != nil {
		return err
	}
	members, err := q.membersPaidFor(where)
	if err != nil {
		return err
	}
	type sums struct {
		policies                                          int
		registration, assembly, photographs, contribution decimal.Decimal
	}
	found := map[[3]string]sums{}
	add := func(village, product int, change func(s *sums)) {
		region, district := q.districts(village)
		at := [3]string{region, district, productOf(products[product])}
		s := found[at]
		change(&s)
		found[at] = s
	}
	for _, l := range paid {
		add(l.Number(3), l.Number(1), func(s *sums) {
			parts := categories(products[l.Number(1)], strings.TrimSpace(l.By[2]) != "R", members[l.Number(0)], l.Sum[0])
			s.policies++
			s.registration, s.assembly, s.contribution = s.registration.Add(parts[0]), s.assembly.Add(parts[1]), s.contribution.Add(parts[2])
		})
	}
	for _, l := range fees {
		add(l.Number(1), l.Number(0), func(s *sums) { s.photographs = s.photographs.Add(l.Sum[0]) })
	}
	for _, at := range sorted(found) {
		s := found[at]
		q.add(at[0], at[1], at[2], s.policies, s.registration, s.assembly, s.photographs, s.contribution, decimal.Sum(s.registration, s.assembly, s.photographs, s.contribution))
	}
	return nil
}

// membersPaidFor counts the members of the policies that contributions were paid for.
func (q *question) membersPaidFor(paid []clause.Expression) (map[int]int, error) {
	policies := persistence.Chosen(column("", "PolicyId"), reflect.TypeFor[persistence.Premium](), column("tblPremium", "PolicyID"), persistence.Query{Where: paid, Join: policyAndFamily})
	lines, err := persistence.Count[persistence.InsureePolicy](q.x, persistence.Tally{Where: []clause.Expression{policies}, By: []clause.Column{column("", "PolicyId")}})
	members := make(map[int]int, len(lines))
	for _, l := range lines {
		members[l.Number(0)] = l.Count
	}
	return members, err
}

// categories divides what was paid for a policy: registration, general assembly, contribution.
func categories(p *persistence.Product, isNew bool, members int, paid decimal.Decimal) (parts [3]decimal.Decimal) {
	rest := paid
	take := func(lump, each *decimal.Decimal) decimal.Decimal {
		due := decimal.Zero
		switch {
		case lump != nil && lump.IsPositive():
			due = *lump
		case each != nil:
			due = each.Mul(decimal.NewFromInt(int64(members)))
		}
		due = decimal.Max(decimal.Zero, decimal.Min(due, rest))
		rest = rest.Sub(due)
		return due
	}
	if p != nil && isNew {
		parts[0] = take(p.RegistrationLumpSum, p.RegistrationFee)
	}
	if p != nil {
		parts[1] = take(p.GeneralAssemblyLumpSum, p.GeneralAssemblyFee)
	}
	parts[2] = rest
	return parts
}

// contributionsFor gives what was contributed for days up to the last one, photo fees left out.
func (q *question) contributionsFor(first, last persistence.Date) ([]scheme.Contribution, error) {
	lines, err := persistence.Count[persistence.Premium](q.x, persistence.Tally{
		Where: slices.Concat(q.contributionsAsked(), []clause.Expression{
			clause.Or(persistence.IsNull(column("", "isPhotoFee")), persistence.Compare(column("", "isPhotoFee"), "=", false)),
			persistence.Compare(column("", "PayDate"), "<=", last),
			clause.Or(persistence.Compare(column("", "PayDate"), ">=", first), persistence.Compare(column("Policy", "ExpiryDate"), ">=", first)),
		}),
		Join: policyAndFamily, Sum: []clause.Column{column("", "Amount")},
		By: []clause.Column{column("Policy", "ProdID"), column("", "PayDate"), column("Policy", "EffectiveDate"), column("Policy", "ExpiryDate")},
	})
	found := make([]scheme.Contribution, len(lines))
	for i, l := range lines {
		found[i] = scheme.Contribution{ProdID: l.Number(0), Amount: l.Sum[0], EffectiveDate: dayIn(l.By[2]), ExpiryDate: dayIn(l.By[3])}
		if paid := dayIn(l.By[1]); paid != nil {
			found[i].PayDate = *paid
		}
	}
	return found, err
}

func dayIn(given string) *persistence.Date {
	if d, err := persistence.ParseDate(given); err == nil {
		return &d
	}
	return nil
}

// distributed spreads contributions over the days they pay for (rule 7.2).
func distributed(q *question) error {
	months := monthsOf(q.keys["requested_year"], q.keys["requested_month"], 0)
	list, err := q.contributionsFor(months[0][0], months[len(months)-1][1])
	if err != nil {
		return err
	}
	for _, month := range months {
		var collected, later, nowhere, allocated decimal.Decimal
		for i := range list {
			c := &list[i]
			part, _ := c.Allocated(scheme.Window{From: month[0], To: month[1]}, true, scheme.RuleBook{})
			allocated = allocated.Add(part)
			if c.PayDate.Before(month[0].Time) || c.PayDate.After(month[1].Time) {
				continue
			}
			collected = collected.Add(c.Amount)
			if after, ok := c.Allocated(scheme.Window{From: persistence.Day(month[1].AddDate(0, 0, 1)), To: persistence.DateOf(9998, 12, 31)}, true, scheme.RuleBook{}); ok {
				later = later.Add(after)
			} else if part.IsZero() {
				nowhere = nowhere.Add(c.Amount)
			}
		}
		q.add(month[0].Format("2006-01"), collected, later.Round(2), nowhere, allocated.Round(2))
	}
	return nil
}
