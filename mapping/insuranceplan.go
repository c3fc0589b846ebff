package mapping

import (
	"time"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"
	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/persistence"
)

// The words for what limits a cover and for what a family pays.
var (
	planLimitWords = map[string]string{"period": "Period", "memberCount": "Member Count"}
	planCostWords  = map[string]string{
		"lumpsum": "Lumpsum", "premiumAdult": "Premium Adult", "premiumChild": "Premium Child",
		"registrationLumpsum": "Registration Lumpsum", "registrationFee": "Registration Fee",
		"generalAssemblyLumpSum": "General Assembly Lump Sum", "generalAssemblyFee": "General Assembly Fee",
	}
)

// InsurancePlanOf renders a product. The row needs Conversion. No profile is claimed:
// openimis-insurance-plan gives four slices of extension one URL and allows one cost while
// it asks for several, so that no product with its periods meets it.
func InsurancePlanOf(v *View, row *persistence.Product) *r4.InsurancePlan {
	medical := concept(insurancePlanType, "medical", "Medical")
	from, to := row.DateFrom.Date(), row.DateTo.Date()
	out := &r4.InsurancePlan{
		Id:         pointer(string(row.ProdUUID)),
		Extension:  planExtensions(v, row),
		Identifier: identifiers(row.ProdUUID, row.ProductCode),
		Status:     pointer(PlanStatus(row, v.Today)),
		Type:       []r4.CodeableConcept{medical},
		Name:       filled(row.ProductName),
		Period:     &r4.Period{Start: dateText(&from), End: dateText(&to)},
		Coverage: []r4.InsurancePlanCoverage{{
			Type:    medical,
			Benefit: []r4.InsurancePlanCoverageBenefit{{Type: medical, Limit: planLimits(row)}},
		}},
		Plan: []r4.InsurancePlanPlan{{GeneralCost: planCosts(v, row)}},
	}
	if row.LocationID != nil && v.Registers != nil {
		if area := v.Registers.Locations.ByID(*row.LocationID); area != nil {
			out.CoverageArea = []r4.Reference{*locationReference(area)}
		}
	}
	return out
}

// PlanStatus tells whether the product is sold on a day.
func PlanStatus(row *persistence.Product, today persistence.Date) r4.PublicationStatus {
	switch {
	case today.Before(row.DateFrom.Date().Time):
		return r4.PublicationStatusDraft
	case today.After(row.DateTo.Date().Time):
		return r4.PublicationStatusRetired
	}
	return r4.PublicationStatusActive
}

func planLimits(row *persistence.Product) []r4.InsurancePlanCoverageBenefitLimit {
	limit := func(code string, n int, unit string) r4.InsurancePlanCoverageBenefitLimit {
		return r4.InsurancePlanCoverageBenefitLimit{
			Value: &r4.Quantity{Value: integer(n), Unit: pointer(unit)},
			Code:  pointer(concept(codeSystem("insurance-plan-coverage-benefit-limit"), code, planLimitWords[code])),
		}
	}
	return []r4.InsurancePlanCoverageBenefitLimit{
		limit("period", row.InsurancePeriod, "month"),
		limit("memberCount", row.MemberCount, "member"),
	}
}

// planCosts gives what a family pays. The lump sum is always said, with the number of
// members it is for; the others only when something is asked.
func planCosts(v *View, row *persistence.Product) []r4.InsurancePlanPlanGeneralCost {
	cost := func(code string, amount decimal.Decimal) r4.InsurancePlanPlanGeneralCost {
		return r4.InsurancePlanPlanGeneralCost{
			Type: pointer(concept(codeSystem("insurance-plan-general-cost-type"), code, planCostWords[code])),
			Cost: v.money(amount),
		}
	}
	lump := cost("lumpsum", row.LumpSum)
	if row.Threshold != nil && *row.Threshold > 0 {
		lump.GroupSize = row.Threshold
	}
	list := []r4.InsurancePlanPlanGeneralCost{lump}
	for _, other := range []struct {
		code   string
		amount *decimal.Decimal
	}{
		{"premiumAdult", row.PremiumAdult},
		{"premiumChild", row.PremiumChild},
		{"registrationLumpsum", row.RegistrationLumpSum},
		{"registrationFee", row.RegistrationFee},
		{"generalAssemblyLumpSum", row.GeneralAssemblyLumpSum},
		{"generalAssemblyFee", row.GeneralAssemblyFee},
	} {
		if other.amount != nil && !other.amount.IsZero() {
			list = append(list, cost(other.code, *other.amount))
		}
	}
	return list
}

// planExtensions gives what the guide keeps in extensions. Several share one URL, so each
// carries an id that says which it is.
func planExtensions(v *View, row *persistence.Product) []r4.Extension {
	var list []r4.Extension
	if n := row.MaxInstallments; n != nil && *n >= 0 {
		list = append(list, r4.Extension{Url: structure("insurance-plan-max-installments"), ValueUnsignedInt: n})
	}
	if to := row.Conversion; to != nil {
		list = append(list, r4.Extension{
			Url:            structure("insurance-plan-conversion"),
			ValueReference: refer("InsurancePlan", string(to.ProdUUID), to.ProductCode, to.ProductCode),
		})
	}
	for _, cycle := range []*string{row.StartCycle1, row.StartCycle2, row.StartCycle3, row.StartCycle4} {
		if day := filled(plain(cycle)); day != nil {
			list = append(list, r4.Extension{Url: structure("insurance-plan-start-cycle"), ValueString: day})
		}
	}
	list = append(list, planPeriods(v, row)...)
	list = append(list, planDiscount("renewalDiscount", row.RenewalDiscountPerc, row.RenewalDiscountPeriod)...)
	return append(list, planDiscount("enrolmentDiscount", row.EnrolmentDiscountPerc, row.EnrolmentDiscountPeriod)...)
}

// planPeriods gives the periods in the order of the guide. Clients of the compatible base
// tell them apart by another position, and know nothing of the fourth.
func planPeriods(v *View, row *persistence.Product) []r4.Extension {
	period := func(id string, n *int) []r4.Extension {
		if n == nil {
			return nil
		}
		return []r4.Extension{{Id: pointer(id), Url: structure("insurance-plan-period"), ValueQuantity: months(*n)}}
	}
	administration := period("administrationPeriod", row.AdministrationPeriod)
	payment := period("gracePeriodPayment", row.WaitingPeriod) // the column's name misleads
	renewal := period("gracePeriodRenewal", row.GracePeriodRenewal)
	enrolment := period("gracePeriodEnrolment", &row.GracePeriod)
	if v.Compatible {
		return append(append(administration, enrolment...), renewal...)
	}
	return append(append(append(administration, payment...), renewal...), enrolment...)
}

func planDiscount(id string, percentage, period *int) []r4.Extension {
	var parts []r4.Extension
	if percentage != nil {
		parts = append(parts, r4.Extension{Url: "Percentage", ValueDecimal: integer(*percentage)})
	}
	if period != nil {
		parts = append(parts, r4.Extension{Url: "Period", ValueQuantity: months(*period)})
	}
	if parts == nil {
		return nil
	}
	return []r4.Extension{{Id: pointer(id), Url: structure("insurance-plan-discount"), Extension: parts}}
}

// locationReference points to a place of the location tree.
func locationReference(place *persistence.Location) *r4.Reference {
	return refer("Location", string(place.LocationUUID), plain(place.LocationCode), plain(place.LocationName))
}

// dateTimeText gives a moment of the rows as a FHIR dateTime: with its offset when the
// view knows the site's zone, as a day otherwise, since a time without offset is no
// dateTime.
func dateTimeText(v *View, d *persistence.DateTime) *string {
	if d == nil || d.IsZero() {
		return nil
	}
	if v.Instant == nil {
		return pointer(d.Date().String())
	}
	return pointer(v.Instant(*d).Format(time.RFC3339))
}
