package mapping

import (
	"fmt"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/persistence"
)

// CoverageParts is what a Coverage says, in the words of the columns. What was not said is
// nil.
type CoverageParts struct {
	Status      r4.FinancialResourceStatusCodes
	Beneficiary *Target
	Contract    *Target
	Holder      *Target
	Payors      []Target
	Plan        string // the code of the product
	PlanPath    string
	Period      Days
	Enrolled    *persistence.Date
	Effective   *persistence.Date
}

// CoverageInto reads a Coverage. All faults found are reported together.
// Errors: core.Unprocessable naming the elements.
func CoverageInto(v *View, in *r4.Coverage, tree *fhir.Object) (*CoverageParts, error) {
	r := &contractReading{claimReading: claimReading{reading: reading{view: v}, contained: containedIn(tree)}}
	out := &CoverageParts{Status: in.Status, PlanPath: "Coverage.class"}
	out.Beneficiary = r.target("Coverage.beneficiary", &in.Beneficiary, "Patient")
	if len(in.Contract) > 1 {
		r.fault("Coverage.contract[1]", "a cover is by one policy")
	} else if len(in.Contract) == 1 {
		out.Contract = r.target("Coverage.contract[0]", &in.Contract[0], "Contract")
	}
	if in.PolicyHolder != nil {
		out.Holder = r.target("Coverage.policyHolder", in.PolicyHolder, "Patient")
	}
	for i := range in.Payor {
		if t := r.target(fmt.Sprintf("Coverage.payor[%d]", i), &in.Payor[i], "Patient"); t != nil {
			out.Payors = append(out.Payors, *t)
		}
	}
	for i := range in.Class {
		if code, ok := codeIn(&in.Class[i].Type, coverageClass); ok && code == "plan" && out.Plan == "" {
			out.Plan, out.PlanPath = in.Class[i].Value, fmt.Sprintf("Coverage.class[%d].value", i)
		}
	}
	if in.Period != nil {
		if in.Period.Start != nil {
			out.Period.Start = r.day("Coverage.period.start", *in.Period.Start)
		}
		if in.Period.End != nil {
			out.Period.End = r.day("Coverage.period.end", *in.Period.End)
		}
	}
	dates := []**persistence.Date{&out.Enrolled, &out.Effective}
	for i := range in.Extension {
		ext := &in.Extension[i]
		if !sameExtension(structure("coverage-date"), ext.Url) || ext.ValueDate == nil {
			continue
		}
		at := 0
		if plain(ext.Id) == "effectiveDate" || plain(ext.Id) == "" && out.Enrolled != nil {
			at = 1
		}
		*dates[at] = r.day(fmt.Sprintf("Coverage.extension[%d].value", i), *ext.ValueDate)
	}
	return out, core.Join(r.faults...)
}

// Against refuses whatever a Coverage says that the cover does not, so that nothing is
// dropped in silence. The row needs what CoverageOf needs. With sold, the start of the
// period was the day of enrolment. Errors: core.Unprocessable naming the elements, with
// both values.
func (parts *CoverageParts) Against(v *View, row *persistence.InsureePolicy, sold bool) error {
	o := &contractOutcome{view: v}
	p := row.Policy
	if parts.Contract != nil && !parts.Contract.names(p.PolicyUUID, "") {
		o.fault("Coverage.contract[0]", "the cover is by Contract/%s, not by %s", p.PolicyUUID, name(parts.Contract))
	}
	if parts.Beneficiary != nil && !parts.Beneficiary.NamesPerson(row.Insuree) {
		o.fault("Coverage.beneficiary", "the cover is that of %s, not of %s", personText(row.Insuree), name(parts.Beneficiary))
	}
	head := row.Insuree
	if p.Family != nil && p.Family.Head != nil {
		head = p.Family.Head
	}
	if parts.Holder != nil && !parts.Holder.NamesPerson(head) {
		o.fault("Coverage.policyHolder", "the policy is held by %s, not by %s", personText(head), name(parts.Holder))
	}
	for i := range parts.Payors {
		if !parts.Payors[i].NamesPerson(head) {
			o.fault(fmt.Sprintf("Coverage.payor[%d]", i), "who pays is %s, not %s", personText(head), name(&parts.Payors[i]))
		}
	}
	if p.Product != nil && parts.Plan != "" && parts.Plan != plain(&p.Product.ProductCode) {
		o.fault(parts.PlanPath, "the product is %s, not %s", p.Product.ProductCode, parts.Plan)
	}
	end := first(row.ExpiryDate, p.ExpiryDate)
	if is := CoverageStatus(p.PolicyStatus, end, v.Today); parts.Status != is {
		o.fault("Coverage.status", "the cover is %s and cannot be %s", is.Code(), parts.Status.Code())
	}
	if !sold {
		o.day("Coverage.period.start", "the cover begins on", parts.Period.Start, first(row.StartDate, &p.StartDate))
	}
	o.day("Coverage.period.end", "the cover ends on", parts.Period.End, end)
	o.day("Coverage.extension", "the day of enrolment is", parts.Enrolled, first(row.EnrollmentDate, &p.EnrollDate))
	o.day("Coverage.extension", "the cover is effective on", parts.Effective, first(row.EffectiveDate, p.EffectiveDate))
	return core.Join(o.faults...)
}

// AsCovered gives the tree of a Coverage as it was sent, with what the rules settled filled
// in, so that what is kept beside the columns is never about these.
func AsCovered(tree *fhir.Object, rendered *r4.Coverage) (*fhir.Object, error) {
	shown, err := fhir.ToObject(rendered)
	if err != nil {
		return nil, err
	}
	out := completed(tree, shown, map[string]bool{"extension": true, "policyHolder": true, "period": true, "period.start": true, "period.end": true, "class": true}, "")
	period, is := out.Object("period"), shown.Object("period")
	if period != nil && is != nil && !sameDay(period.String("start"), is.String("start")) {
		period.Set("start", is.Get("start"))
	}
	return out, nil
}
