package mapping

import (
	"fmt"
	"strconv"
	"strings"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"

	"github.com/openimis/openimis-go/persistence"
)

// The states of tblPolicy.PolicyStatus.
const (
	PolicyIdle      = 1
	PolicyActive    = 2
	PolicySuspended = 4
	PolicyExpired   = 8
	PolicyReady     = 16
)

var policyStatusText = map[int]string{
	PolicyIdle: "idle", PolicyActive: "active", PolicySuspended: "suspended",
	PolicyExpired: "expired", PolicyReady: "ready",
}

// CoverageID is the id of the cover one policy gives to one member: a policy has a UUID
// and a cover has none, so the member's key tells its covers apart.
func CoverageID(policy persistence.UUID, insuree int) string {
	return fmt.Sprintf("%s-%d", policy, insuree)
}

// ParseCoverageID takes an id made by CoverageID apart; ok is false for anything else.
func ParseCoverageID(id string) (policy persistence.UUID, insuree int, ok bool) {
	if len(id) < 38 || id[36] != '-' {
		return "", 0, false
	}
	policy, ok = persistence.ParseUUID(id[:36])
	if !ok || id[37] == '0' || strings.TrimLeft(id[37:], "0123456789") != "" {
		return "", 0, false
	}
	number, err := strconv.ParseInt(id[37:], 10, 32)
	return policy, int(number), err == nil
}

// CoverageOf renders the cover of one member by one policy. The row needs Policy.Product,
// Policy.Family.Head and Insuree.
//
// The dates are those of the member, who may have joined after the policy began; where
// his row has none, those of the policy.
func CoverageOf(v *View, row *persistence.InsureePolicy) *r4.Coverage {
	policy := row.Policy
	c := &cover{
		view: v, policy: policy, beneficiary: row.Insuree,
		enrolled: first(row.EnrollmentDate, &policy.EnrollDate), start: first(row.StartDate, &policy.StartDate),
		effective: first(row.EffectiveDate, policy.EffectiveDate), end: first(row.ExpiryDate, policy.ExpiryDate),
	}
	out := c.render()
	out.Id = pointer(CoverageID(policy.PolicyUUID, row.InsureeID))
	return out
}

// PolicyCoverageOf renders a whole policy as one Coverage of the head of family, as clients
// of the compatible base know it. The row needs Product and Family.Head.
func PolicyCoverageOf(v *View, row *persistence.Policy) *r4.Coverage {
	c := &cover{
		view: v, policy: row, enrolled: &row.EnrollDate, start: &row.StartDate,
		effective: row.EffectiveDate, end: row.ExpiryDate,
	}
	if row.Family != nil {
		c.beneficiary = row.Family.Head
	}
	out := c.render()
	out.Id = pointer(string(row.PolicyUUID))
	return out
}

// cover is what the two kinds of Coverage have in common.
type cover struct {
	view                            *View
	policy                          *persistence.Policy
	beneficiary                     *persistence.Insuree
	enrolled, start, effective, end *persistence.Date
}

// render claims no profile: openimis-coverage wants two slices of extension that carry one
// and the same URL, so that no Coverage at all meets it.
func (c *cover) render() *r4.Coverage {
	var head *persistence.Insuree
	if c.policy.Family != nil {
		head = c.policy.Family.Head
	}
	payor := head
	if payor == nil { // somebody has to be named, and the member is the nearest
		payor = c.beneficiary
	}
	out := &r4.Coverage{
		Status:      CoverageStatus(c.policy.PolicyStatus, c.end, c.view.Today),
		Extension:   c.extensions(),
		Beneficiary: patientReference(c.beneficiary),
		Payor:       []r4.Reference{patientReference(payor)},
	}
	if head != nil {
		out.PolicyHolder = pointer(patientReference(head))
	}
	if id := identifier("UUID", string(c.policy.PolicyUUID)); id != nil {
		out.Identifier = []r4.Identifier{*id}
	}
	if c.start != nil || c.end != nil {
		out.Period = &r4.Period{Start: dateText(c.start), End: dateText(c.end)}
	}
	if class := planClass(c.policy.Product); class != nil {
		out.Class = []r4.CoverageClass{*class}
	}
	return out
}

// extensions gives the two dates, which the guide puts under one URL, and the state of
// the policy, of which Coverage.status keeps less. The ids tell the dates apart, since a
// position does not once one of them is missing.
func (c *cover) extensions() []r4.Extension {
	var list []r4.Extension
	if c.enrolled != nil {
		list = append(list, r4.Extension{Id: pointer("enrollDate"), Url: structure("coverage-date"), ValueDate: dateText(c.enrolled)})
	}
	if c.effective != nil {
		list = append(list, r4.Extension{Id: pointer("effectiveDate"), Url: structure("coverage-date"), ValueDate: dateText(c.effective)})
	}
	if c.policy.PolicyStatus != nil && !c.view.Compatible {
		if said := policyStatusText[*c.policy.PolicyStatus]; said != "" {
			list = append(list, r4.Extension{Url: structure("coverage-policy-status"), ValueCodeableConcept: &r4.CodeableConcept{Text: &said}})
		}
	}
	return list
}

// CoverageStatus tells the state of a cover on a day. A policy that is not paid yet is a
// draft; an active one is cancelled after its last day, even while the nightly procedure
// has not marked it as expired.
func CoverageStatus(policyStatus *int, end *persistence.Date, today persistence.Date) r4.FinancialResourceStatusCodes {
	if policyStatus == nil {
		return r4.FinancialResourceStatusCodesDraft
	}
	switch *policyStatus {
	case PolicyActive:
		if end != nil && today.After(end.Time) {
			return r4.FinancialResourceStatusCodesCancelled
		}
		return r4.FinancialResourceStatusCodesActive
	case PolicySuspended, PolicyExpired:
		return r4.FinancialResourceStatusCodesCancelled
	}
	return r4.FinancialResourceStatusCodesDraft
}

func planClass(product *persistence.Product) *r4.CoverageClass {
	if product == nil || strings.TrimSpace(product.ProductCode) == "" {
		return nil
	}
	return &r4.CoverageClass{
		Type:  concept(coverageClass, "plan", "Plan"),
		Value: strings.TrimSpace(product.ProductCode),
		Name:  filled(product.ProductName),
	}
}

// patientReference points to a person. Beneficiary and payor are required, so a family
// whose head is not recorded is said in words.
func patientReference(person *persistence.Insuree) r4.Reference {
	if person == nil {
		return r4.Reference{Display: pointer("The head of the family is not recorded")}
	}
	return *refer("Patient", string(person.InsureeUUID), plain(person.CHFID), "")
}

// first gives the first date that is set.
func first(dates ...*persistence.Date) *persistence.Date {
	for _, date := range dates {
		if date != nil && !date.IsZero() {
			return date
		}
	}
	return nil
}

func dateText(d *persistence.Date) *string {
	if d == nil || d.IsZero() {
		return nil
	}
	return pointer(d.String())
}
