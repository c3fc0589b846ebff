package scheme

import (
	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// RenewalPeriod gives the time a renewal covers that is made on the day (rule 9.10): it
// follows on the policy before when that has not ended yet, and never overlaps it.
func RenewalPeriod(p *persistence.Product, before *persistence.Date, day persistence.Date) (Period, error) {
	period, err := PolicyPeriod(p, day, StageRenewal)
	if err != nil || before == nil || period.Start.After(before.Time) {
		return period, err
	}
	return periodFrom(p, before.AddDate(0, 0, 1), period.Cycle), nil
}

// Renew stores the policy that follows on another one (rule 9.10): idle, of stage
// renewal, of the same product or, once that is not sold any more, of the one it was
// converted to. The prompts to renew are answered by it. The draft names officer and day
// of enrolment; family and product are those of the policy before. Errors: as Enter;
// core.NotFound, core.Gone; core.Conflict when the policy cannot be renewed or was
// renewed already.
func (c Policies) Renew(x *persistence.Session, id persistence.UUID, d *PolicyDraft) (*persistence.Policy, error) {
	old, err := persistence.One[persistence.Policy](x, id)
	if err != nil {
		return nil, err
	}
	if err := requireRenewable(old); err != nil {
		return nil, err
	}
	d.FamilyID = old.FamilyID
	if d.ProdID, err = c.soldOn(x, old.ProdID, d); err != nil {
		return nil, err
	}
	sale, err := c.sale(x, d)
	if err != nil {
		return nil, err
	}
	if err := refuseRenewed(x, old, d.ProdID); err != nil {
		return nil, err
	}
	period, err := RenewalPeriod(sale.product, old.ExpiryDate, d.Enrolled)
	if err != nil {
		return nil, err
	}
	p, err := c.sell(x, sale, StageRenewal, period, old.ExpiryDate, "policy.renewed")
	if err != nil {
		return nil, err
	}
	return p, answerPrompts(x, old.PolicyID, promptRenewed)
}

// requireRenewable refuses to renew a policy that is neither active nor expired.
func requireRenewable(p *persistence.Policy) error {
	status := number(p.PolicyStatus)
	if status == PolicyActive || status == PolicyExpired {
		return nil
	}
	return core.Errorf(core.Conflict, "the policy is %s (%d); only one that is active (%d) or expired (%d) can be renewed", PolicyStatusName(status), status, PolicyActive, PolicyExpired)
}

// soldOn gives the key of the product a policy of the product goes on with on the day.
func (c Policies) soldOn(x *persistence.Session, id int, d *PolicyDraft) (int, error) {
	for range chainHops {
		product, err := named[persistence.Product](x, id, d.path("product"), "product")
		if err != nil {
			return 0, err
		}
		if !d.Enrolled.After(product.DateTo.Date().Time) {
			return id, nil
		}
		if product.ConversionProdID == nil {
			return 0, core.ErrorAt(core.Unprocessable, d.path("product"), "product %s is sold until %s, and no other one follows it", product.ProductCode, product.DateTo.Date())
		}
		id = *product.ConversionProdID
	}
	return 0, core.ErrorAt(core.Unprocessable, d.path("product"), "the conversions of the product do not end")
}

// refuseRenewed refuses a second renewal: a live policy of the family and product that
// starts after the policy before.
func refuseRenewed(x *persistence.Session, old *persistence.Policy, product int) error {
	if old.ExpiryDate == nil {
		return core.Errorf(core.Conflict, "the policy has no expiry date; what does not end is not renewed")
	}
	l := &loader{db: x.DB().Limit(1)}
	var found []persistence.Policy
	find(l, &found, persistence.Compare(column("tblPolicy", "FamilyID"), "=", old.FamilyID), persistence.Compare(column("tblPolicy", "ProdID"), "=", product),
		persistence.Compare(column("tblPolicy", "StartDate"), ">", *old.ExpiryDate), persistence.IsNull(column("tblPolicy", "ValidityTo")))
	if l.err != nil || len(found) == 0 {
		return l.err
	}
	return core.Errorf(core.Conflict, "the policy was renewed already, from %s", found[0].StartDate)
}

// The answers to a renewal prompt. The numbers are stored.
const (
	promptOpen     = 0
	promptRenewed  = 1
	promptDeclined = 2
)

// answerPrompts marks the open prompts of a policy as renewed or declined.
func answerPrompts(x *persistence.Session, policy, answer int) error {
	l := &loader{db: x.DB()}
	var prompts []persistence.PolicyRenewal
	find(l, &prompts, persistence.Compare(column("tblPolicyRenewals", "PolicyID"), "=", policy), persistence.IsNull(column("tblPolicyRenewals", "ValidityTo")))
	if l.err != nil {
		return l.err
	}
	var open []*persistence.PolicyRenewal
	for i := range prompts {
		if number(prompts[i].ResponseStatus) == promptOpen {
			prompts[i].ResponseStatus, prompts[i].ResponseDate = ptr(answer), ptr(x.Now())
			open = append(open, &prompts[i])
		}
	}
	return persistence.UpdateMany(x, open)
}
