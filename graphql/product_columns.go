package graphql

import (
	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/persistence"
)

// The words clients use for letters of columns.
var (
	priceOrigins    = map[string]string{"PRICELIST": "P", "PROVIDER": "O", "RELATIVE": "R"}
	limitTypes      = map[string]string{"CO_INSURANCE": "C", "FIXED_AMOUNT": "F"}
	exclusions      = map[string]string{"HOSPITAL": "H", "NON_HOSPITAL": "N", "BOTH": "B"}
	interpretations = map[string]string{"CLAIM_TYPE": "I", "HEALTH_FACILITY_TYPE": "H"}
	ceilingTypes    = map[string]string{"TREATMENT": ceilingTreatment, "POLICY": ceilingPolicy, "INSUREE": ceilingInsuree}
)

// What deductibles and ceilings are counted for (tblProduct.CeilingType).
const (
	ceilingTreatment = "T"
	ceilingPolicy    = "P"
	ceilingInsuree   = "I"
)

type productRow = persistence.Product

var productColumns = []column[productRow]{
	{"code", "String!", func(r *productRow) any { return &r.ProductCode }, nil},
	{"name", "String!", func(r *productRow) any { return &r.ProductName }, nil},
	{"insurancePeriod", "Int!", func(r *productRow) any { return &r.InsurancePeriod }, nil},
	{"administrationPeriod", "Int", func(r *productRow) any { return &r.AdministrationPeriod }, nil},
	{"lumpSum", "Decimal!", func(r *productRow) any { return &r.LumpSum }, nil},
	{"maxMembers", "Int!", func(r *productRow) any { return &r.MemberCount }, nil},
	{"maxInstallments", "Int", func(r *productRow) any { return &r.MaxInstallments }, nil},
	{"threshold", "Int", func(r *productRow) any { return &r.Threshold }, nil},
	{"recurrence", "Int", func(r *productRow) any { return &r.Recurrence }, nil},
	{"premiumAdult", "Decimal", func(r *productRow) any { return &r.PremiumAdult }, nil},
	{"premiumChild", "Decimal", func(r *productRow) any { return &r.PremiumChild }, nil},
	{"accCodePremiums", "String", func(r *productRow) any { return &r.AccCodePremiums }, nil},
	{"accCodeRemuneration", "String", func(r *productRow) any { return &r.AccCodeRemuneration }, nil},
	{"gracePeriodEnrolment", "Int!", func(r *productRow) any { return &r.GracePeriod }, nil},
	{"gracePeriodPayment", "Int", func(r *productRow) any { return &r.WaitingPeriod }, nil},
	{"gracePeriodRenewal", "Int", func(r *productRow) any { return &r.GracePeriodRenewal }, nil},
	{"registrationLumpSum", "Decimal", func(r *productRow) any { return &r.RegistrationLumpSum }, nil},
	{"registrationFee", "Decimal", func(r *productRow) any { return &r.RegistrationFee }, nil},
	{"generalAssemblyLumpSum", "Decimal", func(r *productRow) any { return &r.GeneralAssemblyLumpSum }, nil},
	{"generalAssemblyFee", "Decimal", func(r *productRow) any { return &r.GeneralAssemblyFee }, nil},
	{"startCycle1", "String", func(r *productRow) any { return &r.StartCycle1 }, nil},
	{"startCycle2", "String", func(r *productRow) any { return &r.StartCycle2 }, nil},
	{"startCycle3", "String", func(r *productRow) any { return &r.StartCycle3 }, nil},
	{"startCycle4", "String", func(r *productRow) any { return &r.StartCycle4 }, nil},
	{"maxNoConsultation", "Int", func(r *productRow) any { return &r.MaxNoConsultation }, nil},
	{"maxNoSurgery", "Int", func(r *productRow) any { return &r.MaxNoSurgery }, nil},
	{"maxNoDelivery", "Int", func(r *productRow) any { return &r.MaxNoDelivery }, nil},
	{"maxNoHospitalization", "Int", func(r *productRow) any { return &r.MaxNoHospitalizaion }, nil},
	{"maxNoVisits", "Int", func(r *productRow) any { return &r.MaxNoVisits }, nil},
	{"maxNoAntenatal", "Int", func(r *productRow) any { return &r.MaxNoAntenatal }, nil},
	{"maxAmountConsultation", "Decimal", func(r *productRow) any { return &r.MaxAmountConsultation }, nil},
	{"maxAmountSurgery", "Decimal", func(r *productRow) any { return &r.MaxAmountSurgery }, nil},
	{"maxAmountDelivery", "Decimal", func(r *productRow) any { return &r.MaxAmountDelivery }, nil},
	{"maxAmountHospitalization", "Decimal", func(r *productRow) any { return &r.MaxAmountHospitalization }, nil},
	{"maxAmountAntenatal", "Decimal", func(r *productRow) any { return &r.MaxAmountAntenatal }, nil},
	{"renewalDiscountPerc", "Int", func(r *productRow) any { return &r.RenewalDiscountPerc }, nil},
	{"renewalDiscountPeriod", "Int", func(r *productRow) any { return &r.RenewalDiscountPeriod }, nil},
	{"enrolmentDiscountPerc", "Int", func(r *productRow) any { return &r.EnrolmentDiscountPerc }, nil},
	{"enrolmentDiscountPeriod", "Int", func(r *productRow) any { return &r.EnrolmentDiscountPeriod }, nil},
	{"shareContribution", "Decimal", func(r *productRow) any { return &r.ShareContribution }, nil},
	{"maxPolicyExtraMember", "Decimal", func(r *productRow) any { return &r.MaxPolicyExtraMember }, nil},
	{"maxPolicyExtraMemberIp", "Decimal", func(r *productRow) any { return &r.MaxPolicyExtraMemberIP }, nil},
	{"maxPolicyExtraMemberOp", "Decimal", func(r *productRow) any { return &r.MaxPolicyExtraMemberOP }, nil},
	{"maxCeilingPolicy", "Decimal", func(r *productRow) any { return &r.MaxCeilingPolicy }, nil},
	{"maxCeilingPolicyIp", "Decimal", func(r *productRow) any { return &r.MaxCeilingPolicyIP }, nil},
	{"maxCeilingPolicyOp", "Decimal", func(r *productRow) any { return &r.MaxCeilingPolicyOP }, nil},
	{"ceilingInterpretation", "CeilingInterpretationEnum", func(r *productRow) any { return &r.CeilingInterpretation }, interpretations},
}

// limit is a deductible or ceiling: the form has one place for the three columns it may be
// in, which the ceiling type tells apart.
type limit struct {
	name string
	at   func(r *productRow, kind string) **decimal.Decimal
}

func limitColumns(treatment, insuree, policy func(r *productRow) **decimal.Decimal) func(r *productRow, kind string) **decimal.Decimal {
	return func(r *productRow, kind string) **decimal.Decimal {
		switch kind {
		case ceilingInsuree:
			return insuree(r)
		case ceilingPolicy:
			return policy(r)
		}
		return treatment(r)
	}
}

var limits = []limit{
	{"deductible", limitColumns(
		func(r *productRow) **decimal.Decimal { return &r.DedTreatment }, func(r *productRow) **decimal.Decimal { return &r.DedInsuree },
		func(r *productRow) **decimal.Decimal { return &r.DedPolicy })},
	{"deductibleIp", limitColumns(
		func(r *productRow) **decimal.Decimal { return &r.DedIPTreatment }, func(r *productRow) **decimal.Decimal { return &r.DedIPInsuree },
		func(r *productRow) **decimal.Decimal { return &r.DedIPPolicy })},
	{"deductibleOp", limitColumns(
		func(r *productRow) **decimal.Decimal { return &r.DedOPTreatment }, func(r *productRow) **decimal.Decimal { return &r.DedOPInsuree },
		func(r *productRow) **decimal.Decimal { return &r.DedOPPolicy })},
	{"ceiling", limitColumns(
		func(r *productRow) **decimal.Decimal { return &r.MaxTreatment }, func(r *productRow) **decimal.Decimal { return &r.MaxInsuree },
		func(r *productRow) **decimal.Decimal { return &r.MaxPolicy })},
	{"ceilingIp", limitColumns(
		func(r *productRow) **decimal.Decimal { return &r.MaxIPTreatment }, func(r *productRow) **decimal.Decimal { return &r.MaxIPInsuree },
		func(r *productRow) **decimal.Decimal { return &r.MaxIPPolicy })},
	{"ceilingOp", limitColumns(
		func(r *productRow) **decimal.Decimal { return &r.MaxOPTreatment }, func(r *productRow) **decimal.Decimal { return &r.MaxOPInsuree },
		func(r *productRow) **decimal.Decimal { return &r.MaxOPPolicy })},
}

// ceilingType gives what the limits of a product are counted for. The legacy application
// does not say it: then it is the first in which a limit stands.
func ceilingType(r *productRow) string {
	if r.CeilingType != nil && *r.CeilingType != "" {
		return *r.CeilingType
	}
	for _, kind := range []string{ceilingTreatment, ceilingInsuree, ceilingPolicy} {
		for _, l := range limits {
			if *l.at(r, kind) != nil {
				return kind
			}
		}
	}
	return ""
}

// limitsOf makes the fields of the limits and of what they are counted for.
func limitsOf() []Field {
	fields := []Field{Is("ceilingType: CeilingTypeEnum", func(r *productRow) any {
		kind := ceilingType(r)
		for word, letter := range ceilingTypes {
			if letter == kind {
				return word
			}
		}
		return nil
	})}
	for _, l := range limits {
		fields = append(fields, Is(l.name+": Decimal", func(r *productRow) any { return *l.at(r, ceilingType(r)) }))
	}
	return fields
}

type (
	itemCover    = persistence.ProductItem
	serviceCover = persistence.ProductService
)

var itemCovers = []column[itemCover]{
	{"priceOrigin", "PriceOriginEnum", func(r *itemCover) any { return &r.PriceOrigin }, priceOrigins},
	{"limitationType", "LimitTypeEnum", func(r *itemCover) any { return &r.LimitationType }, limitTypes},
	{"limitationTypeR", "LimitTypeEnum", func(r *itemCover) any { return &r.LimitationTypeR }, limitTypes},
	{"limitationTypeE", "LimitTypeEnum", func(r *itemCover) any { return &r.LimitationTypeE }, limitTypes},
	{"waitingPeriodAdult", "Int", func(r *itemCover) any { return &r.WaitingPeriodAdult }, nil},
	{"waitingPeriodChild", "Int", func(r *itemCover) any { return &r.WaitingPeriodChild }, nil},
	{"limitNoAdult", "Int", func(r *itemCover) any { return &r.LimitNoAdult }, nil},
	{"limitNoChild", "Int", func(r *itemCover) any { return &r.LimitNoChild }, nil},
	{"limitAdult", "Decimal", func(r *itemCover) any { return &r.LimitAdult }, nil},
	{"limitChild", "Decimal", func(r *itemCover) any { return &r.LimitChild }, nil},
	{"limitAdultR", "Decimal", func(r *itemCover) any { return &r.LimitAdultR }, nil},
	{"limitChildR", "Decimal", func(r *itemCover) any { return &r.LimitChildR }, nil},
	{"limitAdultE", "Decimal", func(r *itemCover) any { return &r.LimitAdultE }, nil},
	{"limitChildE", "Decimal", func(r *itemCover) any { return &r.LimitChildE }, nil},
	{"ceilingExclusionAdult", "CeilingExclusionEnum", func(r *itemCover) any { return &r.CeilingExclusionAdult }, exclusions},
	{"ceilingExclusionChild", "CeilingExclusionEnum", func(r *itemCover) any { return &r.CeilingExclusionChild }, exclusions},
}

var serviceCovers = []column[serviceCover]{
	{"priceOrigin", "PriceOriginEnum", func(r *serviceCover) any { return &r.PriceOrigin }, priceOrigins},
	{"limitationType", "LimitTypeEnum", func(r *serviceCover) any { return &r.LimitationType }, limitTypes},
	{"limitationTypeR", "LimitTypeEnum", func(r *serviceCover) any { return &r.LimitationTypeR }, limitTypes},
	{"limitationTypeE", "LimitTypeEnum", func(r *serviceCover) any { return &r.LimitationTypeE }, limitTypes},
	{"waitingPeriodAdult", "Int", func(r *serviceCover) any { return &r.WaitingPeriodAdult }, nil},
	{"waitingPeriodChild", "Int", func(r *serviceCover) any { return &r.WaitingPeriodChild }, nil},
	{"limitNoAdult", "Int", func(r *serviceCover) any { return &r.LimitNoAdult }, nil},
	{"limitNoChild", "Int", func(r *serviceCover) any { return &r.LimitNoChild }, nil},
	{"limitAdult", "Decimal", func(r *serviceCover) any { return &r.LimitAdult }, nil},
	{"limitChild", "Decimal", func(r *serviceCover) any { return &r.LimitChild }, nil},
	{"limitAdultR", "Decimal", func(r *serviceCover) any { return &r.LimitAdultR }, nil},
	{"limitChildR", "Decimal", func(r *serviceCover) any { return &r.LimitChildR }, nil},
	{"limitAdultE", "Decimal", func(r *serviceCover) any { return &r.LimitAdultE }, nil},
	{"limitChildE", "Decimal", func(r *serviceCover) any { return &r.LimitChildE }, nil},
	{"ceilingExclusionAdult", "CeilingExclusionEnum", func(r *serviceCover) any { return &r.CeilingExclusionAdult }, exclusions},
	{"ceilingExclusionChild", "CeilingExclusionEnum", func(r *serviceCover) any { return &r.CeilingExclusionChild }, exclusions},
}
