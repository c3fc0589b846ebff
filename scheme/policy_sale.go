package scheme

import (
	"github.com/shopspring/decimal"
	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// PolicySale is a policy sold at once with what was paid for it.
type PolicySale struct {
	PolicyDraft                     // Paths has "period" and "stage" too, and those of Terms
	Renewal     bool                // it follows on an earlier policy
	Before      persistence.UUID    // that policy; "" for the family's last one of the product
	Terms       *Terms              // what the family was told; nil for nothing
	Paid        []ContributionDraft // in the order they are booked
}

// Terms are what a family was told about a policy. Paths calls them "start", "expiry" and
// "value".
type Terms struct {
	Start, Expiry persistence.Date
	Value         decimal.Decimal
}

// hold refuses a policy that is not what the family was told, naming both. Errors:
// core.Unprocessable.
func (t *Terms) hold(p *persistence.Policy, d *PolicyDraft) error {
	if t == nil {
		return nil
	}
	var faults []*core.Error
	differs := func(name, what string, told, is any) {
		faults = append(faults, core.ErrorAt(core.Unprocessable, d.path(name), "%s of the policy is %s and not %s", what, is, told))
	}
	if !t.Start.Equal(p.StartDate.Time) {
		differs("start", "the first day", t.Start, p.StartDate)
	}
	if p.ExpiryDate != nil && !t.Expiry.Equal(p.ExpiryDate.Time) {
		differs("expiry", "the last day", t.Expiry, *p.ExpiryDate)
	}
	if value := amount(p.PolicyValue); !t.Value.Equal(value) {
		differs("value", "the value", t.Value.StringFixed(2), value.StringFixed(2))
	}
	return core.Join(faults...)
}

// Sell enters a policy, or renews an earlier one, and books what was paid for it. Errors:
// as Enter, Renew and Contribute; core.Unprocessable for a renewal of nothing, of another
// family's policy, or of another product than the one that is due, and for terms that are
// not those of the scheme; core.Conflict when the family has a policy of the product in
// that time.
func (c Policies) Sell(x *persistence.Session, s *PolicySale) (*persistence.Policy, error) {
	enter := c.Enter
	if s.Renewal {
		enter = func(x *persistence.Session, d *PolicyDraft) (*persistence.Policy, error) {
			return c.renewal(x, d, s.Before)
		}
	}
	p, err := enter(x, &s.PolicyDraft)
	if err != nil {
		return nil, err
	}
	if err := s.Terms.hold(p, &s.PolicyDraft); err != nil {
		return nil, err
	}
	if err := refuseOverlap(x, p, &s.PolicyDraft); err != nil {
		return nil, err
	}
	for i := range s.Paid {
		if p, _, err = c.Contribute(x, p.PolicyUUID, &s.Paid[i]); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// refuseOverlap refuses a second policy of the product for the same time. A suspended one
// covers nobody, so it stands in nobody's way. The family is held, so that no other sale
// to it comes between.
func refuseOverlap(x *persistence.Session, p *persistence.Policy, d *PolicyDraft) error {
	policy := func(name string) clause.Column { return column("tblPolicy", name) }
	l := &loader{db: x.DB().Limit(1)}
	var found []persistence.Policy
	find(l, &found, persistence.Compare(policy("FamilyID"), "=", p.FamilyID), persistence.Compare(policy("ProdID"), "=", p.ProdID),
		persistence.Compare(policy("PolicyID"), "<>", p.PolicyID), persistence.IsNull(policy("ValidityTo")),
		clause.Or(persistence.IsNull(policy("PolicyStatus")), persistence.Compare(policy("PolicyStatus"), "<>", PolicySuspended)),
		persistence.Compare(policy("StartDate"), "<=", *p.ExpiryDate),
		clause.Or(persistence.IsNull(policy("ExpiryDate")), persistence.Compare(policy("ExpiryDate"), ">=", p.StartDate)))
	if l.err != nil || len(found) == 0 {
		return l.err
	}
	until := "without an end"
	if found[0].ExpiryDate != nil {
		until = "to " + found[0].ExpiryDate.String()
	}
	return core.ErrorAt(core.Conflict, d.path("period"), "from %s to %s the family has a policy of the product already: %s, from %s %s",
		p.StartDate, p.ExpiryDate, found[0].PolicyUUID, found[0].StartDate, until)
}

// renewal renews a policy or, without one, the policy of the family that ends last among
// those that go on as the product of the draft.
func (c Policies) renewal(x *persistence.Session, d *PolicyDraft, before persistence.UUID) (*persistence.Policy, error) {
	if before == "" {
		last, err := lastOf(x, d)
		if err != nil {
			return nil, err
		}
		if last == nil {
			return nil, core.ErrorAt(core.Unprocessable, d.path("stage"), "the family has no policy, active or expired, that goes on as this product")
		}
		before = last.PolicyUUID
	}
	wanted, family := d.ProdID, d.FamilyID
	p, err := c.Renew(x, before, d)
	if err == nil && p.FamilyID != family {
		return nil, core.ErrorAt(core.Unprocessable, d.path("family"), "the policy before is that of another family")
	}
	if err == nil && p.ProdID != wanted {
		return nil, core.ErrorAt(core.Unprocessable, d.path("product"), "on %s the policy before goes on as another product: what it was sold as, or was converted to", d.Enrolled)
	}
	return p, err
}

// lastOf gives the policy of the family a renewal of the product follows on, nil for none.
// One that has not begun on the day of enrolment is not due yet: it may be the renewal
// itself, sent once more.
func lastOf(x *persistence.Session, d *PolicyDraft) (*persistence.Policy, error) {
	var policies []persistence.Policy
	var products []persistence.Product
	l := &loader{db: x.DB()}
	find(l, &policies, persistence.Compare(column("tblPolicy", "FamilyID"), "=", d.FamilyID), persistence.IsNull(column("tblPolicy", "ValidityTo")),
		persistence.In(column("tblPolicy", "PolicyStatus"), []int{PolicyActive, PolicyExpired}))
	narrow := &loader{db: x.DB().Select("ProdID", "ConversionProdID"), err: l.err}
	find(narrow, &products, persistence.IsNull(column("tblProduct", "ValidityTo")))
	if narrow.err != nil {
		return nil, narrow.err
	}
	next := byKey(products, func(p *persistence.Product) int { return p.ProdID })
	leads := func(product int) bool {
		for range chainHops {
			if product == d.ProdID {
				return true
			}
			if next[product] == nil || next[product].ConversionProdID == nil {
				return false
			}
			product = *next[product].ConversionProdID
		}
		return false
	}
	var last *persistence.Policy
	for i := range policies {
		p := &policies[i]
		if p.ExpiryDate != nil && !p.StartDate.After(d.Enrolled.Time) && leads(p.ProdID) && (last == nil || p.ExpiryDate.After(last.ExpiryDate.Time)) {
			last = p
		}
	}
	return last, nil
}

// Reassign gives a policy to another enrolment officer, who has to work where the family
// lives. path is the name errors use. Errors: core.NotFound, core.Gone;
// core.Unprocessable.
func (c Policies) Reassign(x *persistence.Session, id persistence.UUID, officerID int, path string) (*persistence.Policy, error) {
	p, err := persistence.One[persistence.Policy](x, id, "Family")
	if err != nil {
		return nil, err
	}
	officer, err := named[persistence.Officer](x, officerID, path, "enrolment officer")
	if err != nil {
		return nil, err
	}
	l := &loader{db: x.DB()}
	places := l.places([]persistence.Family{*p.Family})
	if l.err != nil {
		return nil, l.err
	}
	if !isOneOf(places, officer.LocationID) {
		return nil, core.ErrorAt(core.Unprocessable, path, "the enrolment officer does not work in the family's district")
	}
	p.OfficerID = &officer.OfficerID
	if err := persistence.Update(x, p); err != nil {
		return nil, err
	}
	return p, publishPolicies(x, "policy.reassigned", []*persistence.Policy{p})
}
