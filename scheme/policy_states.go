package scheme

import (
	"slices"

	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// policyMoves are the states a policy may be put into, from each state, other than by the
// nightly run, which expires any.
var policyMoves = map[int][]int{
	PolicyIdle:   {PolicyActive, PolicyReady, PolicySuspended},
	PolicyReady:  {PolicyActive, PolicySuspended},
	PolicyActive: {PolicySuspended},
}

// requireMove refuses a change of state that is not foreseen. Errors: core.Conflict with
// both states.
func requireMove(p *persistence.Policy, to int) error {
	from := number(p.PolicyStatus)
	if slices.Contains(policyMoves[from], to) {
		return nil
	}
	return core.Errorf(core.Conflict, "the policy is %s (%d) and cannot become %s (%d)", PolicyStatusName(from), from, PolicyStatusName(to), to)
}

// Suspend takes the cover of a policy away until somebody decides otherwise (rule 9.13).
// Errors: core.NotFound, core.Gone, core.Conflict.
func (c Policies) Suspend(x *persistence.Session, id persistence.UUID) (*persistence.Policy, error) {
	p, err := persistence.One[persistence.Policy](x, id)
	if err != nil {
		return nil, err
	}
	if err := requireMove(p, PolicySuspended); err != nil {
		return nil, err
	}
	p.PolicyStatus = ptr(PolicySuspended)
	if err := persistence.Update(x, p); err != nil {
		return nil, err
	}
	return p, publishPolicies(x, "policy.suspended", []*persistence.Policy{p})
}

// Activate takes the step of its own that a ready policy waits for where the settings ask
// for one (rule 9.6): it covers from the day, as do its members. Errors: core.NotFound,
// core.Gone; core.Conflict for a policy that is not ready; core.Unprocessable for a day
// that lies ahead.
func (c Policies) Activate(x *persistence.Session, id persistence.UUID, day persistence.Date) (*persistence.Policy, error) {
	p, err := persistence.One[persistence.Policy](x, id)
	if err != nil {
		return nil, err
	}
	if status := number(p.PolicyStatus); status != PolicyReady {
		return nil, core.Errorf(core.Conflict, "the policy is %s (%d); only one that is ready (%d) can be activated", PolicyStatusName(status), status, PolicyReady)
	}
	if day.After(x.Now().Date().Time) {
		return nil, core.Errorf(core.Unprocessable, "the day of activation %s lies ahead", day)
	}
	p.PolicyStatus, p.EffectiveDate = ptr(PolicyActive), ptr(effectiveFrom(p, day, c.Rules))
	l := &loader{db: x.DB()}
	var covers []persistence.InsureePolicy
	find(l, &covers, persistence.Compare(column("tblInsureePolicy", "PolicyId"), "=", p.PolicyID), persistence.IsNull(column("tblInsureePolicy", "ValidityTo")))
	if l.err != nil {
		return nil, l.err
	}
	for i := range covers {
		covers[i].EffectiveDate = p.EffectiveDate
	}
	if err := persistence.UpdateMany(x, pointers(covers)); err != nil {
		return nil, err
	}
	if err := persistence.Update(x, p); err != nil {
		return nil, err
	}
	return p, publishPolicies(x, "policy.active", []*persistence.Policy{p})
}

// Delete closes a policy with its covers and contributions (rule 9.13). Errors:
// core.NotFound, core.Gone; core.Conflict when a claim was charged to it.
func (c Policies) Delete(x *persistence.Session, id persistence.UUID) error {
	if err := persistence.Hold[persistence.Policy](x, id); err != nil {
		return err
	}
	p, err := persistence.One[persistence.Policy](x, id)
	if err != nil {
		return err
	}
	switch used, err := claimed(x, p.PolicyID); {
	case err != nil:
		return err
	case used:
		return core.Errorf(core.Conflict, "claims were charged to the policy; suspend it instead")
	}
	l := &loader{db: x.DB()}
	var covers []persistence.InsureePolicy
	var premiums []persistence.Premium
	find(l, &covers, persistence.Compare(column("tblInsureePolicy", "PolicyId"), "=", p.PolicyID), persistence.IsNull(column("tblInsureePolicy", "ValidityTo")))
	find(l, &premiums, persistence.Compare(column("tblPremium", "PolicyID"), "=", p.PolicyID), persistence.IsNull(column("tblPremium", "ValidityTo")))
	if l.err != nil {
		return l.err
	}
	if err := persistence.DeleteMany(x, pointers(premiums)); err != nil {
		return err
	}
	if err := persistence.Delete(x, p); err != nil {
		return err
	}
	if err := publishPolicies(x, "policy.deleted", []*persistence.Policy{p}); err != nil {
		return err
	}
	return closeCovers(x, covers)
}

// claimed tells whether the policy pays, or paid, for a line of a claim of which the
// conditions hold.
func claimed(x *persistence.Session, policy int, claims ...clause.Expression) (bool, error) {
	items, err := charged[persistence.ClaimItem](x, "tblClaimItems", policy, claims)
	if err != nil || items {
		return items, err
	}
	return charged[persistence.ClaimService](x, "tblClaimServices", policy, claims)
}

// charged tells whether a live line of the table, of a live claim, was charged to the policy.
func charged[R any](x *persistence.Session, table string, policy int, claims []clause.Expression) (bool, error) {
	l := &loader{db: x.DB().Limit(1)}
	var lines []R
	find(l, &lines, persistence.Compare(column(table, "PolicyID"), "=", policy), persistence.IsNull(column(table, "ValidityTo")),
		persistence.Exists("tblClaim", "ClaimID", column(table, "ClaimID"), claims...))
	return len(lines) > 0, l.err
}
