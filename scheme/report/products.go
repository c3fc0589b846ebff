package report

import (
	"reflect"
	"slices"

	"github.com/shopspring/decimal"
	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme"
)

var policyType = reflect.TypeFor[persistence.Policy]()

var productReports = []*Report{
	{
		Name: "product_sales", Module: "product", Title: "Product sales", Right: 131205,
		Parameters: slices.Concat(period("date_start", "date_end"), places("requested_"), []Parameter{product("requested_product_id")}),
		Columns: []Column{
			{Name: "region", Title: "Region"}, {Name: "district", Title: "District"}, {Name: "product", Title: "Product"},
			{Name: "new", Title: "New policies", Kind: Number, Total: true}, {Name: "renewed", Title: "Renewals", Kind: Number, Total: true},
			{Name: "value", Title: "Value", Kind: Money, Total: true}, {Name: "paid", Title: "Paid for them", Kind: Money, Total: true},
		},
		rows: sales,
	},
	{
		Name: "product_derived_operational_indicators", Module: "product", Title: "Derived operational indicators", Right: 131203,
		Parameters: []Parameter{required(product("requested_product_id")), required(integer("requested_year", "Year", 1900, 9998)), integer("requested_month", "Month", 0, 12)},
		Columns: []Column{
			{Name: "month", Title: "Month", Kind: Short}, {Name: "incurred", Title: "Incurred claims, % of contributions", Kind: Share},
			{Name: "renewal", Title: "Renewals, % of expired", Kind: Share}, {Name: "growth", Title: "New, % of those in force", Kind: Share},
			{Name: "settlement", Title: "Settled, % of claims", Kind: Share}, {Name: "claims", Title: "Claims", Kind: Number, Total: true},
			{Name: "average", Title: "Average cost of a claim", Kind: Money}, {Name: "assessment", Title: "Average assessment (0 to 5)", Kind: Money},
		},
		rows: derivedIndicators,
	},
}

func sales(q *question) error {
	products, err := q.products()
	if err != nil {
		return err
	}
	where := slices.Concat(q.between(column("", "EnrollDate"), "date_start", "date_end"),
		q.in(column("Family", "LocationId"), "requested_region_id", "requested_district_id"), q.same("requested_product_id", column("", "ProdID")))
	sold, err := persistence.Count[persistence.Policy](q.x, persistence.Tally{
		Where: where, Join: []string{"Family"}, Sum: []clause.Column{column("", "PolicyValue")},
		By: []clause.Column{column("Family", "LocationId"), column("", "ProdID"), column("", "PolicyStage")},
	})
	if err != nil {
		return err
	}
	paid, err := persistence.Count[persistence.Premium](q.x, persistence.Tally{
		Where: append(q.contributionsAsked(), during(column("Policy", "EnrollDate"), q.days["date_start"], q.days["date_end"])...), Join: policyAndFamily,
		By: []clause.Column{column("Policy__Family", "LocationId"), column("Policy", "ProdID")}, Sum: []clause.Column{column("", "Amount")},
	})
	type sums struct {
		fresh, renewed int
		value, paid    decimal.Decimal
	}
	found := map[[3]string]sums{}
	add := func(l *persistence.Tallied, change func(s *sums)) {
		region, district := q.districts(l.Number(0))
		at := [3]string{region, district, productOf(products[l.Number(1)])}
		s := found[at]
		change(&s)
		found[at] = s
	}
	for i := range sold {
		l := &sold[i]
		add(l, func(s *sums) {
			s.value = s.value.Add(l.Sum[0])
			if l.By[2] == "R" {
				s.renewed += l.Count
			} else {
				s.fresh += l.Count
			}
		})
	}
	for i := range paid {
		add(&paid[i], func(s *sums) { s.paid = s.paid.Add(paid[i].Sum[0]) })
	}
	for _, at := range sorted(found) {
		s := found[at]
		q.add(at[0], at[1], at[2], s.fresh, s.renewed, s.value, s.paid)
	}
	return err
}

// derivedIndicators compares, month by month, what a product brings in with what it pays
// and how its policies come and go.
func derivedIndicators(q *question) error {
	months := monthsOf(q.keys["requested_year"], q.keys["requested_month"], 0)
	contributed, err := q.contributionsFor(months[0][0], months[len(months)-1][1])
	if err != nil {
		return err
	}
	for _, month := range months {
		allocated, _ := scheme.AllocatedContributions(contributed, q.keys["requested_product_id"], scheme.Window{From: month[0], To: month[1]}, true, scheme.RuleBook{})
		if err := q.deriveMonth(month, allocated); err != nil {
			return err
		}
	}
	return nil
}

func (q *question) deriveMonth(month [2]persistence.Date, allocated decimal.Decimal) error {
	events := q.policyEvents(month[0], month[1])
	before := inForce(persistence.Day(month[0].AddDate(0, 0, -1)))
	var counts [4]int // in force before the month, new, renewed, expired
	for i, where := range [4][]clause.Expression{before, events[1], events[2], events[3]} {
		lines, err := persistence.Count[persistence.Policy](q.x, persistence.Tally{Where: append(where, q.same("requested_product_id", column("", "ProdID"))...)})
		if err != nil {
			return err
		}
		counts[i] = counted(lines)
	}
	claims, err := persistence.Count[persistence.Claim](q.x, persistence.Tally{
		Where: append(moments(column("", "SubmitStamp"), month[0], month[1]), q.ofProduct("requested_product_id")...), By: []clause.Column{column("", "ClaimStatus")},
	})
	if err != nil {
		return err
	}
	submitted, settled := counted(claims), 0
	for i := range claims {
		if status := claims[i].Number(0); status == scheme.StatusValuated || status == scheme.StatusRejected {
			settled += claims[i].Count
		}
	}
	cost, err := q.costOf(month)
	if err != nil {
		return err
	}
	assessed, err := persistence.Count[persistence.Feedback](q.x, persistence.Tally{
		Where: slices.Concat(moments(column("", "FeedbackDate"), month[0], month[1]), []clause.Expression{
			clause.Not(persistence.IsNull(column("", "Asessment"))), persistence.Exists("tblClaim", "ClaimID", column("tblFeedback", "ClaimID"), q.ofProduct("requested_product_id")...)}),
		Sum: []clause.Column{column("", "Asessment")},
	})
	if err != nil {
		return err
	}
	assessment := any(nil)
	if counted(assessed) > 0 {
		assessment = average(assessed[0].Sum[0], counted(assessed))
	}
	q.add(month[0].Format("2006-01"), ratio(cost, allocated), share(int64(counts[2]), int64(counts[3])), share(int64(counts[1]), int64(counts[0])),
		share(int64(settled), int64(submitted)), submitted, average(cost, submitted), assessment)
	return nil
}

// costOf adds up what lines of claims submitted in the month cost the product.
func (q *question) costOf(month [2]persistence.Date) (decimal.Decimal, error) {
	sum := decimal.Zero
	submitted := moments(column("tblClaim", "SubmitStamp"), month[0], month[1])
	items, err := persistence.Count[persistence.ClaimItem](q.x, persistence.Tally{
		Where: append(q.same("requested_product_id", column("", "ProdID")), persistence.Exists("tblClaim", "ClaimID", column("tblClaimItems", "ClaimID"), submitted...)),
		Sum:   []clause.Column{column("", "RemuneratedAmount")},
	})
	if err != nil {
		return sum, err
	}
	services, err := persistence.Count[persistence.ClaimService](q.x, persistence.Tally{
		Where: append(q.same("requested_product_id", column("", "ProdID")), persistence.Exists("tblClaim", "ClaimID", column("tblClaimServices", "ClaimID"), submitted...)),
		Sum:   []clause.Column{column("", "RemuneratedAmount")},
	})
	for _, l := range append(items, services...) {
		sum = sum.Add(l.Sum[0])
	}
	return sum, err
}

func counted(lines []persistence.Tallied) (n int) {
	for i := range lines {
		n += lines[i].Count
	}
	return n
}
