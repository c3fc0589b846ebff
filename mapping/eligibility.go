package mapping

import (
	"fmt"
	"slices"
	"strings"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"
	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// Code systems of eligibility.
var (
	systemCoverItem    = codeSystem("coverage-item-category")
	systemCoverBenefit = codeSystem("coverage-item-benefit-type")
)

// EligibilityQuestion is what a CoverageEligibilityRequest asks: about a person, and
// about an item and a service when their codes are not blank.
type EligibilityQuestion struct {
	Patient       Target
	Item, Service string             // business codes
	Paths         map[string]string  // the elements of "item" and "service", for errors
	Covers        []persistence.UUID // policies to answer for; none for all
	Request       *r4.Identifier     // what the sender calls the request
}

// EligibilityInto reads a CoverageEligibilityRequest. All faults are reported together.
// Errors: core.Unprocessable naming the elements.
func EligibilityInto(v *View, in *r4.CoverageEligibilityRequest) (*EligibilityQuestion, error) {
	q := &EligibilityQuestion{Paths: map[string]string{}}
	r := &reading{view: v}
	patient, err := ParseReference("CoverageEligibilityRequest.patient", &in.Patient, "Patient")
	if err != nil {
		r.keep(err)
	}
	q.Patient = patient
	if len(in.Identifier) > 0 {
		q.Request = &in.Identifier[0]
	}
	for i := range in.Item {
		q.readItem(r, fmt.Sprintf("CoverageEligibilityRequest.item[%d]", i), &in.Item[i])
	}
	if !v.Compatible {
		q.readStrict(r, in)
	}
	return q, core.Join(r.faults...)
}

// keep adds an error of another reading to the faults.
func (r *reading) keep(err error) {
	if known, ok := err.(*core.Error); ok {
		r.faults = append(r.faults, known)
	}
}

// readStrict refuses what could not be answered truly; the compatible base passes it over.
func (q *EligibilityQuestion) readStrict(r *reading, in *r4.CoverageEligibilityRequest) {
	if in.Status != r4.FinancialResourceStatusCodesActive {
		r.fault("CoverageEligibilityRequest.status", "only active requests are answered")
	}
	if !slices.Contains(in.Purpose, r4.EligibilityRequestPurposeBenefits) && !slices.Contains(in.Purpose, r4.EligibilityRequestPurposeValidation) {
		r.fault("CoverageEligibilityRequest.purpose", "requests are answered for benefits or validation")
	}
	if day := plain(in.ServicedDate); day != "" && day != r.view.Today.String() {
		r.fault("CoverageEligibilityRequest.servicedDate", "only care of today, %s, can be asked about", r.view.Today)
	}
	if in.ServicedPeriod != nil {
		r.fault("CoverageEligibilityRequest.servicedPeriod", "only care of today can be asked about")
	}
	for i := range in.Insurance {
		path := fmt.Sprintf("CoverageEligibilityRequest.insurance[%d].coverage", i)
		t, err := ParseReference(path, &in.Insurance[i].Coverage, "Coverage")
		if err != nil {
			r.keep(err)
			continue
		}
		policy := t.UUID
		if policy == "" {
			var ok bool
			if policy, _, ok = ParseCoverageID(t.Code); !ok {
				r.fault(path, "%q is no Coverage", t.Code)
			}
		}
		q.Covers = append(q.Covers, policy)
	}
}

// readItem reads one thing asked about.
func (q *EligibilityQuestion) readItem(r *reading, path string, in *r4.CoverageEligibilityRequestItem) {
	kind := ""
	if in.Category != nil && len(in.Category.Coding) > 0 {
		kind = strings.ToLower(plain(in.Category.Coding[0].Code))
	}
	code := ""
	if c := in.ProductOrService; c != nil {
		if code = plain(c.Text); code == "" && len(c.Coding) > 0 {
			code = plain(c.Coding[0].Code)
		}
	}
	known := kind == categoryItem || kind == categoryService
	switch {
	case r.view.Compatible && (!known || code == ""):
		return
	case !known:
		r.fault(path+".category", "the category is needed: item or service of %s", systemCoverItem)
		return
	case code == "":
		r.fault(path+".productOrService", "the code of the %s is needed", kind)
		return
	case q.Paths[kind] != "" && !r.view.Compatible:
		r.fault(path, "one item and one service can be asked about at a time")
		return
	}
	q.Paths[kind] = path + ".productOrService"
	if kind == categoryItem {
		q.Item = code
	} else {
		q.Service = code
	}
}

// EligibilityAnswer is what was found out for a question.
type EligibilityAnswer struct {
	ID     string               // under which the answer can be read again, "" for none
	Person *persistence.Insuree // nil when nobody was found
	Asked  EligibilityQuestion
	Covers []EligibilityCover
}

// EligibilityCover is what one policy gives a person. Counts and Amounts are by the letter
// of the claim category (S D A H C V); a category that is not there has no limit.
// Deductible and Ceiling are by G in general, H for hospital care and O for other care.
type EligibilityCover struct {
	Policy  *persistence.Policy
	Product *persistence.Product
	Member  *persistence.InsureePolicy
	InForce bool

	Counts              map[string]int
	Amounts             map[string]decimal.Decimal
	Deductible, Ceiling map[string]decimal.Decimal
	Item, Service       *EligibilityWare
}

// EligibilityWare is what one policy gives of an item or service.
type EligibilityWare struct {
	Code     string
	Listed   bool              // the product pays for it at all
	OK       bool              // it would be paid today
	Left     *int              // quantity; nil for any
	Earliest *persistence.Date // first day it is paid
}

// benefitKind is one kind of benefit of the guide.
type benefitKind struct{ key, code, display string }

var (
	countKinds = []benefitKind{
		{"H", "admissions_left", "total_admissions"}, {"V", "visits_left", "total_visits"}, {"C", "consultations_left", "total_consultations"},
		{"S", "surgeries_left", "total_surgeries"}, {"D", "deliveries_left", "total_deliveries"}, {"A", "antenatal_left", "total_antenatal"},
	}
	amountKinds = []benefitKind{
		{"H", "hospitalization_amount", "hospitalization_amount"}, {"D", "delivery_amount", "delivery_amount"}, {"S", "surgery_amount", "surgery_amount"},
		{"C", "consultation_amount", "consultation_amount"}, {"A", "antenatal_amount", "antenatal_amount"},
	}
	deductibleKinds = []benefitKind{
		{"G", "total_deduction", "total_deduction"}, {"H", "hospital_deduction", "hospital_deduction"}, {"O", "non_hospital_deduction", "non_hospital_deduction"},
	}
	ceilingKinds = []benefitKind{
		{"G", "total_ceiling", "total_ceiling"}, {"H", "hospital_ceiling", "hospital_ceiling"}, {"O", "non_hospital_ceiling", "non_hospital_ceiling"},
	}
)

// EligibilityResponseOf renders an answer. Of the person it names id and insurance number
// only, since who asks may be of another district. It claims no profile: the guide has one
// that leaves no room for what is said here about deductibles and whether a cover is in
// force.
func EligibilityResponseOf(v *View, a *EligibilityAnswer) *r4.CoverageEligibilityResponse {
	out := &r4.CoverageEligibilityResponse{
		Id:      filled(a.ID),
		Status:  r4.FinancialResourceStatusCodesActive,
		Purpose: []r4.EligibilityResponsePurpose{r4.EligibilityResponsePurposeBenefits},
		Created: v.Today.String(),
		Outcome: r4.ClaimProcessingCodesComplete,
		Insurer: v.insurer(),
		Request: v.eligibilityRequest(a.Asked.Request),
	}
	if a.Person != nil {
		out.Patient = patientReference(a.Person)
	} else {
		out.Patient = r4.Reference{Type: pointer("Patient"), Identifier: identifier(kindCode, a.Asked.Patient.Code), Display: pointer("Nobody with this number is known")}
	}
	for i := range a.Covers {
		out.Insurance = append(out.Insurance, v.eligibilityCover(a, &a.Covers[i]))
	}
	return out
}

// eligibilityRequest points back to the request, which is not kept: by the sender's
// identifier when there is one.
func (v *View) eligibilityRequest(id *r4.Identifier) r4.Reference {
	const name = "CoverageEligibilityRequest"
	if v.Compatible {
		return r4.Reference{Reference: pointer(name)}
	}
	ref := r4.Reference{Type: pointer(name), Identifier: id}
	if id == nil {
		ref.Display = pointer("The request is not kept")
	}
	return ref
}

func (v *View) eligibilityCover(a *EligibilityAnswer, c *EligibilityCover) r4.CoverageEligibilityResponseInsurance {
	id := CoverageID(c.Policy.PolicyUUID, a.Person.InsureeID)
	if v.Compatible {
		id = string(c.Policy.PolicyUUID)
	}
	out := r4.CoverageEligibilityResponseInsurance{
		Coverage: *refer("Coverage", id, "", ""),
		BenefitPeriod: &r4.Period{
			Start: dateText(first(c.Member.EffectiveDate, c.Member.StartDate, &c.Policy.StartDate)),
			End:   dateText(first(c.Member.ExpiryDate, c.Policy.ExpiryDate)),
		},
		Item: []r4.CoverageEligibilityResponseInsuranceItem{v.eligibilityPackage(c)},
	}
	if v.Compatible { // the dates of the policy, as the older server has them
		out.BenefitPeriod = &r4.Period{Start: dateText(&c.Policy.StartDate), End: dateText(c.Policy.ExpiryDate)}
	} else {
		out.Inforce = &c.InForce
	}
	for _, one := range []struct {
		ware                *EligibilityWare
		kind, word          string
		leftCode, leftWords string
	}{
		{c.Service, categoryService, "Service", "service_left", "Services left"},
		{c.Item, categoryItem, "Item", "item_left", "Items left"},
	} {
		if one.ware != nil && (one.ware.Listed || !v.Compatible) {
			out.Item = append(out.Item, v.eligibilityWare(one.ware, one.kind, one.word, one.leftCode, one.leftWords))
		}
	}
	return out
}

// eligibilityPackage shows what is left of the product as a whole.
func (v *View) eligibilityPackage(c *EligibilityCover) r4.CoverageEligibilityResponseInsuranceItem {
	out := r4.CoverageEligibilityResponseInsuranceItem{
		Category: pointer(concept(systemCoverItem, "benefit", "Benefit Package")),
		Name:     filled(c.Product.ProductName), Description: filled(c.Product.ProductCode),
	}
	for _, k := range countKinds {
		if n, ok := c.Counts[k.key]; ok && (n != 0 || !v.Compatible) {
			out.Benefit = append(out.Benefit, r4.CoverageEligibilityResponseInsuranceItemBenefit{Type: concept(systemCoverBenefit, k.code, k.display), AllowedUnsignedInt: pointer(max(n, 0))})
		}
	}
	out.Benefit = append(out.Benefit, v.eligibilityAmounts(amountKinds, c.Amounts)...)
	if !v.Compatible {
		out.Benefit = append(out.Benefit, v.eligibilityAmounts(deductibleKinds, c.Deductible)...)
		out.Benefit = append(out.Benefit, v.eligibilityAmounts(ceilingKinds, c.Ceiling)...)
	}
	return out
}

func (v *View) eligibilityAmounts(kinds []benefitKind, held map[string]decimal.Decimal) []r4.CoverageEligibilityResponseInsuranceItemBenefit {
	var list []r4.CoverageEligibilityResponseInsuranceItemBenefit
	for _, k := range kinds {
		left, ok := held[k.key]
		if !ok || left.IsZero() && v.Compatible {
			continue
		}
		money := v.money(left)
		if v.Compatible { // without a currency there
			money.Currency = nil
		}
		list = append(list, r4.CoverageEligibilityResponseInsuranceItemBenefit{Type: concept(systemCoverBenefit, k.code, k.display), AllowedMoney: money})
	}
	return list
}

// eligibilityWare shows what is left of one item or service and from which day.
func (v *View) eligibilityWare(w *EligibilityWare, kind, word, leftCode, leftWords string) r4.CoverageEligibilityResponseInsuranceItem {
	out := r4.CoverageEligibilityResponseInsuranceItem{
		Category:         pointer(concept(systemCoverItem, kind, word)),
		ProductOrService: &r4.CodeableConcept{Text: &w.Code},
		Excluded:         pointer(!w.OK || !w.Listed),
	}
	if w.Earliest != nil {
		// The guide's own spelling of the display.
		out.Benefit = append(out.Benefit, r4.CoverageEligibilityResponseInsuranceItemBenefit{
			Type: concept(systemCoverBenefit, "min_date_item", "Mininum date"), AllowedString: dateText(w.Earliest)})
	}
	if w.Left != nil && (*w.Left != 0 || !v.Compatible) {
		out.Benefit = append(out.Benefit, r4.CoverageEligibilityResponseInsuranceItemBenefit{
			Type: concept(systemCoverBenefit, leftCode, leftWords), AllowedUnsignedInt: pointer(max(*w.Left, 0))})
	}
	return out
}
