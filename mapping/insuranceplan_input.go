package mapping

import (
	"fmt"
	"math"
	"slices"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"
	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// What the columns of a product hold.
const (
	longestProductCode = 8
	longestProductName = 100
	mostMonths         = 255 // what the column of the insurance period holds
	mostMembers        = math.MaxInt16
	anyMembers         = 9999 // what products of the demonstration data have that limit nobody
)

// PlanParts is what an InsurancePlan says that takes other rows: where the product is
// sold, nil for everywhere, and what it is converted to, nil for nothing. At gives the
// elements that columns were read from.
type PlanParts struct {
	Area, Conversion *r4.Reference
	At               map[string]string
}

// InsurancePlanInto writes what an InsurancePlan says into the columns of the product.
// Code, name, both ends of the period and the limit period have to be said, since the row
// cannot do without. Limits and costs are told apart by their codes, periods and discounts
// by the ids of their extensions. Errors: core.Unprocessable naming the elements.
func InsurancePlanInto(v *View, in *r4.InsurancePlan, row *persistence.Product) (*PlanParts, error) {
	parts := &PlanParts{At: map[string]string{
		"ProductCode": "InsurancePlan.identifier", "ProductName": "InsurancePlan.name",
		"DateFrom": "InsurancePlan.period.start", "DateTo": "InsurancePlan.period.end",
	}}
	r := &planReading{reading{view: v}, parts}
	row.ProductCode = r.code("InsurancePlan", in.Identifier, longestProductCode)
	if plain(in.Name) == "" {
		r.fault("InsurancePlan.name", "a name is needed")
	} else if name := r.text("InsurancePlan.name", in.Name, longestProductName); name != nil {
		row.ProductName = *name
	}
	r.planSold(in, row)
	r.planLimits(in, row)
	r.planCosts(in, row)
	row.MaxInstallments = nil
	if ext, at := extensionAt(in.Extension, structure("insurance-plan-max-installments")); ext != nil && ext.ValueUnsignedInt != nil {
		row.MaxInstallments = r.within(fmt.Sprintf("InsurancePlan.extension[%d].value", at), *ext.ValueUnsignedInt, 0, math.MaxInt16)
	}
	r.planCycles(in, row)
	r.planPeriods(in, row)
	r.planDiscounts(in, row)
	r.planReferences(in)
	return parts, core.Join(r.faults...)
}

// planReading reads a plan and notes where it finds what.
type planReading struct {
	reading
	parts *PlanParts
}

func (r *planReading) planReferences(in *r4.InsurancePlan) {
	for i := range in.CoverageArea {
		if ref := &in.CoverageArea[i]; r.parts.Area == nil && names(ref, "Location") {
			r.parts.Area, r.parts.At["LocationId"] = ref, fmt.Sprintf("InsurancePlan.coverageArea[%d]", i)
		}
	}
	if ext, at := extensionAt(in.Extension, structure("insurance-plan-conversion")); ext != nil && ext.ValueReference != nil {
		r.parts.Conversion, r.parts.At["ConversionProdID"] = ext.ValueReference, fmt.Sprintf("InsurancePlan.extension[%d].value", at)
	}
}

// planSold takes the first and the last day the product is sold on.
func (r *planReading) planSold(in *r4.InsurancePlan, row *persistence.Product) {
	if in.Period == nil {
		r.fault("InsurancePlan.period", "the days a product is sold from and to are needed")
		return
	}
	for _, end := range []struct {
		path   string
		text   *string
		column *persistence.DateTime
	}{{"start", in.Period.Start, &row.DateFrom}, {"end", in.Period.End, &row.DateTo}} {
		if day := dayIn(end.text); day == nil {
			r.fault("InsurancePlan.period."+end.path, "a day is needed, as YYYY-MM-DD")
		} else {
			*end.column = persistence.At(day.Time)
		}
	}
}

// dayIn gives the day of a date or dateTime, nil where it has none.
func dayIn(text *string) *persistence.Date {
	if text == nil || len(*text) < len("YYYY-MM-DD") {
		return nil
	}
	day, err := persistence.ParseDate((*text)[:len("YYYY-MM-DD")])
	if err != nil {
		return nil
	}
	return &day
}

func (r *planReading) planLimits(in *r4.InsurancePlan, row *persistence.Product) {
	found := map[string]*int{}
	for i := range in.Coverage {
		for j := range in.Coverage[i].Benefit {
			for k, limit := range in.Coverage[i].Benefit[j].Limit {
				code, ok := codeIn(limit.Code, codeSystem("insurance-plan-coverage-benefit-limit"))
				if _, twice := found[code]; !ok || twice || limit.Value == nil || limit.Value.Value == nil {
					continue
				}
				path := fmt.Sprintf("InsurancePlan.coverage[%d].benefit[%d].limit[%d].value", i, j, k)
				switch code {
				case "period":
					found[code] = r.months(path, limit.Value, 1)
				case "memberCount":
					found[code] = r.whole(path+".value", limit.Value.Value.String(), 1, mostMembers)
				}
			}
		}
	}
	if months, said := found["period"]; !said {
		r.fault("InsurancePlan.coverage", "a limit with the code period of %s is needed: for how many months a policy covers", codeSystem("insurance-plan-coverage-benefit-limit"))
	} else if months != nil {
		row.InsurancePeriod = *months
	}
	row.MemberCount = anyMembers
	if members := found["memberCount"]; members != nil {
		row.MemberCount = *members
	}
}

func (r *planReading) planCosts(in *r4.InsurancePlan, row *persistence.Product) {
	var lump *decimal.Decimal
	columns := map[string]**decimal.Decimal{
		"lumpsum": &lump, "premiumAdult": &row.PremiumAdult, "premiumChild": &row.PremiumChild,
		"registrationLumpsum": &row.RegistrationLumpSum, "registrationFee": &row.RegistrationFee,
		"generalAssemblyLumpSum": &row.GeneralAssemblyLumpSum, "generalAssemblyFee": &row.GeneralAssemblyFee,
	}
	row.Threshold = nil
	for _, column := range columns {
		*column = nil
	}
	for i := range in.Plan {
		for j, cost := range in.Plan[i].GeneralCost {
			code, _ := codeIn(cost.Type, codeSystem("insurance-plan-general-cost-type"))
			column := columns[code]
			if column == nil {
				continue
			}
			delete(columns, code) // the first of a kind counts
			path := fmt.Sprintf("InsurancePlan.plan[%d].generalCost[%d]", i, j)
			*column = r.amount(path+".cost", cost.Cost)
			if code == "lumpsum" && cost.GroupSize != nil {
				row.Threshold = r.within(path+".groupSize", *cost.GroupSize, 1, mostMembers)
			}
		}
	}
	row.LumpSum = orZero(lump) // no lump sum is one of nothing
}

// planCycles takes the days of the year on which cover starts, in the order sent.
func (r *planReading) planCycles(in *r4.InsurancePlan, row *persistence.Product) {
	columns := []**string{&row.StartCycle1, &row.StartCycle2, &row.StartCycle3, &row.StartCycle4}
	for _, column := range columns {
		*column = nil
	}
	n := 0
	for i, ext := range in.Extension {
		if !sameExtension(structure("insurance-plan-start-cycle"), ext.Url) {
			continue
		}
		path := fmt.Sprintf("InsurancePlan.extension[%d].value", i)
		cycle := plain(ext.ValueString)
		switch {
		case n == len(columns):
			r.fault(path, "a product has %d start cycles at the most", len(columns))
			return
		case cycle == "":
			r.fault(path, "a day is needed, as DD-MM")
			continue
		}
		*columns[n] = &cycle
		n++
		r.parts.At[fmt.Sprint("StartCycle", n)] = path
	}
}

// planPeriods takes the periods of administration and grace. The compatible base does not
// show the grace of payment, so there it stays unless it is named.
func (r *planReading) planPeriods(in *r4.InsurancePlan, row *persistence.Product) {
	order := []string{"administrationPeriod", "gracePeriodEnrolment", "gracePeriodRenewal"} // as the compatible base shows them
	at := r.byID(in.Extension, "insurance-plan-period", order, "gracePeriodPayment")
	period := func(id string) *int {
		i, ok := at[id]
		if !ok {
			return nil
		}
		return r.months(fmt.Sprintf("InsurancePlan.extension[%d].value", i), in.Extension[i].ValueQuantity, 0)
	}
	row.AdministrationPeriod, row.GracePeriodRenewal, row.GracePeriod = period("administrationPeriod"), period("gracePeriodRenewal"), 0
	if months := period("gracePeriodEnrolment"); months != nil {
		row.GracePeriod = *months
	}
	if _, said := at["gracePeriodPayment"]; said || !r.view.Compatible {
		row.WaitingPeriod = period("gracePeriodPayment")
	}
}

// byID tells extensions of one URL apart: by their ids, and on the compatible base, whose
// older clients know no ids, those without one by their order. It gives their places.
func (r *reading) byID(list []r4.Extension, url string, order []string, more ...string) map[string]int {
	at := map[string]int{}
	var nameless []int
	for i, ext := range list {
		if !sameExtension(structure(url), ext.Url) {
			continue
		}
		id := plain(ext.Id)
		if _, twice := at[id]; (slices.Contains(order, id) || slices.Contains(more, id)) && !twice {
			at[id] = i
		} else if id == "" {
			nameless = append(nameless, i)
		}
	}
	for _, id := range order {
		if _, named := at[id]; !named && r.view.Compatible && len(nameless) > 0 {
			at[id], nameless = nameless[0], nameless[1:]
		}
	}
	return at
}

func (r *planReading) planDiscounts(in *r4.InsurancePlan, row *persistence.Product) {
	at := r.byID(in.Extension, "insurance-plan-discount", []string{"renewalDiscount", "enrolmentDiscount"})
	discount := func(id string) (percentage, period *int) {
		i, ok := at[id]
		if !ok {
			return nil, nil
		}
		path, parts := fmt.Sprintf("InsurancePlan.extension[%d]", i), in.Extension[i].Extension
		if ext, j := extensionAt(parts, "Percentage"); ext != nil && ext.ValueDecimal != nil {
			percentage = r.whole(fmt.Sprintf("%s.extension[%d].value", path, j), ext.ValueDecimal.String(), 0, 100)
		}
		if ext, j := extensionAt(parts, "Period"); ext != nil {
			period = r.months(fmt.Sprintf("%s.extension[%d].value", path, j), ext.ValueQuantity, 0)
		}
		return percentage, period
	}
	row.RenewalDiscountPerc, row.RenewalDiscountPeriod = discount("renewalDiscount")
	row.EnrolmentDiscountPerc, row.EnrolmentDiscountPeriod = discount("enrolmentDiscount")
}

// months takes a number of months; nil where there is none or it is at fault.
func (r *reading) months(path string, q *r4.Quantity, least int) *int {
	if q == nil || q.Value == nil {
		return nil
	}
	if unit := plain(q.Unit); unit != "" && !slices.Contains([]string{"month", "months", "mo"}, unit) {
		r.fault(path+".unit", "months are needed, not %q", unit)
	}
	return r.whole(path+".value", q.Value.String(), least, mostMonths)
}

// whole takes a whole number within bounds; nil where it is at fault.
func (r *reading) whole(path, text string, least, most int) *int {
	d, err := decimal.NewFromString(text)
	if err != nil || d.Exponent() < -20 || d.Exponent() > 20 || !d.IsInteger() || d.Abs().GreaterThan(decimal.NewFromInt(math.MaxInt32)) {
		r.fault(path, "a whole number from %d to %d is needed, not %s", least, most, text)
		return nil
	}
	return r.within(path, int(d.IntPart()), least, most)
}

// within takes a number within bounds; nil where it is at fault.
func (r *reading) within(path string, n, least, most int) *int {
	if n < least || n > most {
		r.fault(path, "a whole number from %d to %d is needed, not %d", least, most, n)
		return nil
	}
	return &n
}
