package scheme

import (
	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// Amend changes what a policy was sold as: the officer any time, the day of enrolment and
// the product while nothing was paid for it. Period and value are worked out anew then, and
// the covers of the members follow; a policy whose day and product stay keeps them, whatever
// the terms say. Errors: core.NotFound, core.Gone; core.Conflict for another family, for
// what cannot be changed any more, and when the family has a policy of the product in that
// time; core.Unprocessable as Enter, and for terms that are not those of the scheme.
func (c Policies) Amend(x *persistence.Session, id persistence.UUID, d *PolicyDraft, terms *Terms) (*persistence.Policy, error) {
	p, err := persistence.One[persistence.Policy](x, id)
	switch {
	case err != nil:
		return nil, err
	case d.FamilyID != p.FamilyID:
		return nil, core.ErrorAt(core.Conflict, d.path("family"), "a policy stays with the family it was sold to")
	case d.ProdID == p.ProdID && d.Enrolled.Equal(p.EnrollDate.Time):
		if p.OfficerID != nil && *p.OfficerID == d.OfficerID {
			return p, nil
		}
		return c.Reassign(x, id, d.OfficerID, d.path("officer"))
	}
	s, err := c.sale(x, d) // holds the family, which comes before its policies
	if err != nil {
		return nil, err
	}
	if p, err = holdPolicy(x, p.PolicyID); err != nil {
		return nil, err
	}
	if err := requireUnpaid(x, p, d); err != nil {
		return nil, err
	}
	if err := c.resell(x, s, p); err != nil {
		return nil, err
	}
	if err := terms.hold(p, d); err != nil {
		return nil, err
	}
	if err := refuseOverlap(x, p, d); err != nil {
		return nil, err
	}
	if err := followCovers(x, p); err != nil {
		return nil, err
	}
	if err := persistence.Update(x, p); err != nil {
		return nil, err
	}
	return p, publishPolicies(x, "policy.amended", []*persistence.Policy{p})
}

// requireUnpaid refuses to change a policy that is not idle, or that something was paid for.
func requireUnpaid(x *persistence.Session, p *persistence.Policy, d *PolicyDraft) error {
	name, what := "enrolled", "the day of enrolment"
	if d.ProdID != p.ProdID {
		name, what = "product", "the product"
	}
	if status := number(p.PolicyStatus); status != PolicyIdle {
		return core.ErrorAt(core.Conflict, d.path(name), "the policy is %s (%d); %s can be changed while it is idle (%d)", PolicyStatusName(status), status, what, PolicyIdle)
	}
	paid, err := exists[persistence.Premium](x, persistence.Compare(column("", "PolicyID"), "=", p.PolicyID))
	if err == nil && paid {
		err = core.ErrorAt(core.Conflict, d.path(name), "contributions were booked for the policy; %s stays", what)
	}
	return err
}

// resell gives a policy the day, product, officer, period and value of a sale.
func (c Policies) resell(x *persistence.Session, s *sale, p *persistence.Policy) error {
	stage := policyStage(p)
	var until *persistence.Date
	if stage == StageRenewal {
		var err error
		if until, err = endBefore(x, p); err != nil {
			return err
		}
	}
	period, err := s.period(stage, until)
	if err != nil {
		return err
	}
	price, err := c.price(x, s, stage, until)
	if err != nil {
		return err
	}
	p.EnrollDate, p.ProdID, p.OfficerID = s.draft.Enrolled, s.product.ProdID, ptr(s.draft.OfficerID)
	p.StartDate, p.ExpiryDate, p.PolicyValue = period.Start, ptr(period.Expiry), ptr(price.Value)
	return nil
}

// endBefore gives the last day of the policy a renewal follows on, nil for none: the family's
// last one that was over when it began.
func endBefore(x *persistence.Session, p *persistence.Policy) (*persistence.Date, error) {
	policy := func(name string) clause.Column { return column("tblPolicy", name) }
	l := &loader{db: x.DB().Order(clause.OrderByColumn{Column: policy("ExpiryDate"), Desc: true}).Limit(1)}
	var found []persistence.Policy
	find(l, &found, persistence.Compare(policy("FamilyID"), "=", p.FamilyID), persistence.Compare(policy("PolicyID"), "<>", p.PolicyID), persistence.IsNull(policy("ValidityTo")),
		persistence.In(policy("PolicyStatus"), []int{PolicyActive, PolicyExpired}), persistence.Compare(policy("ExpiryDate"), "<", p.StartDate))
	if l.err != nil || len(found) == 0 {
		return nil, l.err
	}
	return found[0].ExpiryDate, nil
}

// followCovers gives the covers of the members the period of their policy.
func followCovers(x *persistence.Session, p *persistence.Policy) error {
	l := &loader{db: x.DB()}
	var covers []persistence.InsureePolicy
	find(l, &covers, persistence.Compare(column("tblInsureePolicy", "PolicyId"), "=", p.PolicyID), persistence.IsNull(column("tblInsureePolicy", "ValidityTo")))
	if l.err != nil {
		return l.err
	}
	for i := range covers {
		covers[i].EnrollmentDate, covers[i].StartDate, covers[i].ExpiryDate = &p.EnrollDate, &p.StartDate, p.ExpiryDate
	}
	return persistence.UpdateMany(x, pointers(covers))
}
