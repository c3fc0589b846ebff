package mapping

import (
	"fmt"
	"sort"
	"strings"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"
	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/persistence"
)

// How many characters the columns of tblClaim hold.
const (
	longestClaimCode = 50
	longestGuarantee = 50
)

// ClaimParts is what a Claim says: rows, and references to resolve.
type ClaimParts struct {
	ClaimDocument
	Submit  bool              // the claim is sent off, not only stored
	Patient Target            // looked up by exact number or UUID, whatever the district
	Admin   *Target           // the claim administrator; nil when none was named
	Cover   *Target           // the Coverage the claim is made on; nil when none was named
	HF      Target            // the facility
	Paths   map[string]string // the element of each attribute and line, for errors of the rules
}

// claimReading gathers the faults of one claim.
type claimReading struct {
	reading
	contained map[string]*fhir.Object // by id
	parts     *ClaimParts
}

// ClaimInto reads a Claim. tree is the resource as sent, which alone knows contained
// resources; a reference to one of them stands for the row with its identifier.
// All faults found are reported together. Errors: core.Unprocessable naming the elements.
func ClaimInto(v *View, in *r4.Claim, tree *fhir.Object) (*ClaimParts, error) {
	r := &claimReading{reading: reading{view: v}, contained: containedIn(tree), parts: &ClaimParts{Paths: map[string]string{
		"code": "Claim.identifier", "facility": "Claim.provider", "period": "Claim.billablePeriod.end", "visitType": "Claim.type",
		"quantity": ".quantity.value", "price": ".unitPrice.value", "claimed": "Claim.total",
	}}}
	r.header(in)
	r.people(in)
	r.insurance(in)
	r.diagnoses(in)
	r.info(in)
	r.items(in)
	return r.parts, core.Join(r.faults...)
}

// containedIn lists the contained resources by id.
func containedIn(tree *fhir.Object) map[string]*fhir.Object {
	found := map[string]*fhir.Object{}
	if tree == nil {
		return found
	}
	for _, one := range tree.List("contained") {
		if o, ok := one.(*fhir.Object); ok && o.String("id") != "" {
			found[o.String("id")] = o
		}
	}
	return found
}

// header reads what the claim says about itself.
func (r *claimReading) header(in *r4.Claim) {
	c := &r.parts.Claim
	switch {
	case r.view.Compatible || in.Status == r4.FinancialResourceStatusCodesActive:
		r.parts.Submit = true
	case in.Status != r4.FinancialResourceStatusCodesDraft:
		r.fault("Claim.status", "a claim is written as draft, to be stored, or as active, to be submitted")
	}
	if in.Use != r4.UseClaim {
		r.fault("Claim.use", "only claims are taken, no predeterminations or preauthorizations")
	}
	code, at := businessCode(in.Identifier)
	if at < 0 || code == "" {
		r.fault("Claim.identifier", "an identifier of the type Code is needed: the number the facility gave the claim")
	} else if text := r.text(fmt.Sprintf("Claim.identifier[%d].value", at), &code, longestClaimCode); text != nil {
		c.ClaimCode = *text
		r.parts.Paths["code"] = fmt.Sprintf("Claim.identifier[%d].value", at)
	}
	visit, ok := codeIn(&in.Type, systemVisitType)
	if !ok && r.view.Compatible && len(in.Type.Coding) > 0 && in.Type.Coding[0].Code != nil {
		visit, ok = *in.Type.Coding[0].Code, true // phones name the system by its page
	}
	if visit = strings.ToUpper(visit); !ok || visitWords[visit] == "" {
		r.fault("Claim.type", "the kind of visit is needed: E, R or O of %s", systemVisitType)
	} else {
		c.VisitType = &visit
	}
	if day := r.day("Claim.created", in.Created); day != nil {
		c.DateClaimed = *day
	}
	if in.BillablePeriod == nil || plain(in.BillablePeriod.Start) == "" {
		r.fault("Claim.billablePeriod.start", "the first day of care is needed")
		return
	}
	if day := r.day("Claim.billablePeriod.start", *in.BillablePeriod.Start); day != nil {
		c.DateFrom = persistence.At(day.Time)
	}
	if end := plain(in.BillablePeriod.End); end != "" {
		if day := r.day("Claim.billablePeriod.end", end); day != nil {
			c.DateTo = pointer(persistence.At(day.Time))
		}
	}
}

// day reads the calendar day of a date or moment, as it was written.
func (r *claimReading) day(path, text string) *persistence.Date {
	if len(text) > 10 {
		text = text[:10]
	}
	day, err := persistence.ParseDate(text)
	switch {
	case err != nil:
		r.fault(path, "%q: a whole day is needed, as YYYY-MM-DD", text)
	case day.Year() < 1900 || day.Year() > 2078: // what smalldatetime holds
		r.fault(path, "%s is not between 1900 and 2078", text)
	default:
		return &day
	}
	return nil
}

func (r *claimReading) people(in *r4.Claim) {
	if t := r.target("Claim.patient", &in.Patient, "Patient"); t != nil {
		r.parts.Patient = *t
	}
	if t := r.target("Claim.provider", &in.Provider, "Organization"); t != nil {
		r.parts.HF = *t
	}
	if in.Enterer != nil {
		r.parts.Admin = r.target("Claim.enterer", in.Enterer, "Practitioner")
	}
}

// target reads a reference; one to a contained resource stands for the identifier that
// resource carries.
func (r *claimReading) target(path string, ref *r4.Reference, typ string) *Target {
	if literal := plain(ref.Reference); strings.HasPrefix(literal, "#") {
		return r.inside(path, literal[1:], typ)
	}
	t, err := ParseReference(path, ref, typ)
	if err != nil {
		r.fail(path, err)
		return nil
	}
	return &t
}

func (r *claimReading) fail(path string, err error) {
	if known, ok := err.(*core.Error); ok {
		r.faults = append(r.faults, known)
		return
	}
	r.fault(path, "%s", err)
}

// inside finds what a reference into contained means. The older server wrote #Type/id.
func (r *claimReading) inside(path, id, typ string) *Target {
	o := r.contained[id]
	if o == nil {
		o = r.contained[strings.TrimPrefix(id, typ+"/")]
	}
	if o == nil || o.String("resourceType") != typ {
		r.fault(path+".reference", "there is no %s with the id %q in contained", typ, id)
		return nil
	}
	t := &Target{Type: typ}
	for _, one := range o.List("identifier") {
		entry, _ := one.(*fhir.Object)
		value := strings.TrimSpace(entry.String("value"))
		for _, coding := range entry.Object("type").List("coding") {
			kind, _ := coding.(*fhir.Object)
			switch {
			case kind.String("code") == kindCode:
				t.Code = value
			case kind.String("code") == kindUUID && t.Code == "":
				t.UUID, _ = persistence.ParseUUID(value)
			}
		}
	}
	if t.Code != "" {
		t.UUID = ""
	}
	if t.Code == "" && t.UUID == "" {
		r.fault(path+".reference", "the contained %s %q has no identifier of the type Code or UUID to find it by", typ, id)
		return nil
	}
	return t
}

// insurance reads the cover. On the compatible base a logical reference holds the
// guarantee number, which is how phones send it, and nothing else is read.
func (r *claimReading) insurance(in *r4.Claim) {
	if r.view.Compatible {
		if len(in.Insurance) > 0 {
			if id := in.Insurance[0].Coverage.Identifier; id != nil && plain(in.Insurance[0].Coverage.Reference) == "" {
				r.parts.Claim.GuaranteeID = r.text("Claim.insurance[0].coverage.identifier.value", id.Value, longestGuarantee)
			}
		}
		return
	}
	for i := range in.Insurance {
		coverage := &in.Insurance[i].Coverage
		if !in.Insurance[i].Focal && len(in.Insurance) > 1 || plain(coverage.Reference) == "" || strings.HasPrefix(*coverage.Reference, "#") {
			continue
		}
		if t := r.target(fmt.Sprintf("Claim.insurance[%d].coverage", i), coverage, "Coverage"); t != nil {
			r.parts.Cover = t
			r.parts.Paths["cover"] = fmt.Sprintf("Claim.insurance[%d].coverage", i)
		}
		return
	}
}

// diagnoses reads one main diagnosis and up to four others, in the order of their
// sequence.
func (r *claimReading) diagnoses(in *r4.Claim) {
	if len(in.Diagnosis) == 0 {
		r.fault("Claim.diagnosis", "a diagnosis is needed")
		return
	}
	if len(in.Diagnosis) > 5 {
		r.fault("Claim.diagnosis[5]", "openIMIS holds five diagnoses, not %d", len(in.Diagnosis))
		return
	}
	order := make([]int, len(in.Diagnosis))
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(a, b int) bool { return in.Diagnosis[order[a]].Sequence < in.Diagnosis[order[b]].Sequence })
	c := &r.parts.Claim
	var main *int
	columns := []**int{&main, &c.ICDID1, &c.ICDID2, &c.ICDID3, &c.ICDID4}
	for n, i := range order {
		path := fmt.Sprintf("Claim.diagnosis[%d].diagnosisCodeableConcept", i)
		code, ok := codeIn(&in.Diagnosis[i].DiagnosisCodeableConcept, systemDiagnosis)
		if !ok && len(in.Diagnosis[i].DiagnosisCodeableConcept.Coding) > 0 {
			code, ok = plain(in.Diagnosis[i].DiagnosisCodeableConcept.Coding[0].Code), r.view.Compatible
		}
		if !ok {
			r.fault(path, "a code of %s is needed", systemDiagnosis)
			continue
		}
		row := r.view.Registers.Diagnoses.ByCode(strings.TrimSpace(code))
		if row == nil {
			r.fault(path, "there is no diagnosis with the code %q", code)
			continue
		}
		*columns[n] = pointer(row.ICDID)
	}
	if main != nil {
		c.ICDID = *main
	}
}

// info reads guarantee number, explanation and attachments. The first of each counts
// where the columns hold one.
func (r *claimReading) info(in *r4.Claim) {
	c := &r.parts.Claim
	for i := range in.SupportingInfo {
		info, path := &in.SupportingInfo[i], fmt.Sprintf("Claim.supportingInfo[%d]", i)
		category, _ := codeIn(&info.Category, systemInfoCategory)
		switch {
		case category == infoGuarantee && c.GuaranteeID == nil && info.ValueString != nil:
			c.GuaranteeID = r.text(path+".value", info.ValueString, longestGuarantee)
		case category == infoExplanation && c.Explanation == nil && info.ValueString != nil:
			c.Explanation = filled(*info.ValueString)
		case category == infoAttachment && info.ValueAttachment != nil:
			r.attachment(path+".value", info.ValueAttachment)
		}
	}
}

// WithTotal gives the tree of a claim with the total the server counts when another was
// sent: the sum of the lines is never taken from the sender.
func WithTotal(tree *fhir.Object, total *r4.Money) *fhir.Object {
	sent := tree.Object("total")
	if sent == nil || total == nil || total.Value == nil {
		return tree
	}
	if n, ok := sent.Get("value").(fhir.Number); ok {
		if d, err := decimal.NewFromString(string(n)); err == nil && d.Equal(decimal.RequireFromString(total.Value.String())) {
			return tree
		}
	}
	money := &fhir.Object{Members: append([]fhir.Member(nil), sent.Members...)}
	money.Set("value", fhir.Number(total.Value.String()))
	counted := &fhir.Object{Members: append([]fhir.Member(nil), tree.Members...)}
	counted.Set("total", money)
	return counted
}
