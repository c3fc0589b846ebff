package scheme

import (
	"fmt"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// policy sells the i-th policy of a family, unless it was sold before, and books its
// premiums (rule 10.7, step 7). A premium whose receipt was used is left out, or with Whole
// ends the upload.
func (p *enrolmentPlan) policy(i int) (*StoredPolicy, error) {
	sent := &p.sent.Policies[i]
	row, err := p.soldBefore(&sent.Policy)
	if err != nil {
		return nil, err
	}
	fresh := row == nil
	if fresh {
		if row, err = p.sell(sent); err != nil {
			return nil, err
		}
		p.policies = append(p.policies, row)
		p.out.Policies.Inserted++
	}
	believed := fresh && p.Rules.Legacy(UploadedPolicyBelieved) && sent.Policy.PolicyValue != nil && row.PolicyValue.Equal(*sent.Policy.PolicyValue)
	sold := &StoredPolicy{RowID: RowID{row.PolicyID, row.PolicyUUID}, Premiums: make([]RowID, len(sent.Premiums))}
	paid := decimal.Zero
	for j := range sent.Premiums {
		d := sent.Premiums[j]
		d.Origin = p.origin
		taken, err := p.receiptTaken(i, j, row.ProdID, d.Receipt)
		if err != nil {
			return nil, err
		}
		if taken {
			continue
		}
		if fresh {
			d.Action = p.action(row, &d, &paid, believed)
		}
		_, premium, err := Policies{Rules: p.Rules}.Contribute(p.x, row.PolicyUUID, &d)
		if err != nil {
			return nil, under(fmt.Sprintf("premiums[%d]", j), err)
		}
		sold.Premiums[j] = RowID{premium.PremiumID, premium.PremiumUUID}
		p.out.Premiums.Inserted++
	}
	if believed {
		return sold, p.believe(row, sent)
	}
	return sold, nil
}

// soldBefore gives the policy of the family the file means, nil for one that has to be sold:
// the one with its key, or the one of the product, the day of enrolment and the start. Where
// the period is ours and not the file's the stage takes the place of the start.
func (p *enrolmentPlan) soldBefore(sent *persistence.Policy) (*persistence.Policy, error) {
	at := slices.IndexFunc(p.policies, func(row *persistence.Policy) bool {
		if sent.PolicyID != 0 {
			return row.PolicyID == sent.PolicyID
		}
		same := row.ProdID == sent.ProdID && row.EnrollDate.Equal(sent.EnrollDate.Time)
		if p.Rules.Legacy(UploadedPolicyBelieved) {
			return same && row.StartDate.Equal(sent.StartDate.Time)
		}
		return same && policyStage(row) == policyStage(sent)
	})
	switch {
	case at >= 0:
		return p.policies[at], nil
	case sent.PolicyID != 0:
		return nil, core.Errorf(core.Unprocessable, "the family has no such policy")
	}
	return nil, nil
}

// sell sells a policy: with the period of the product, or the file's where that is believed.
func (p *enrolmentPlan) sell(sent *EnrolledPolicy) (*persistence.Policy, error) {
	c, policy := Policies{Rules: p.Rules}, &sent.Policy
	stage := policyStage(policy)
	if stage != StageNew && stage != StageRenewal {
		return nil, core.ErrorAt(core.Unprocessable, "stage", "%q is neither %s nor %s", stage, StageNew, StageRenewal)
	}
	d := &PolicyDraft{FamilyID: p.family.FamilyID, ProdID: policy.ProdID, OfficerID: number(policy.OfficerID), Enrolled: policy.EnrollDate, Origin: p.origin}
	if !p.Rules.Legacy(UploadedPolicyBelieved) {
		return c.Sell(p.x, &PolicySale{PolicyDraft: *d, Renewal: stage == StageRenewal})
	}
	switch {
	case policy.StartDate.IsZero() || policy.ExpiryDate == nil:
		return nil, core.ErrorAt(core.Unprocessable, "period", "the first or the last day of the policy is missing")
	case policy.ExpiryDate.Before(policy.StartDate.Time):
		return nil, core.ErrorAt(core.Unprocessable, "period", "it ends on %s, before it starts on %s", policy.ExpiryDate, policy.StartDate)
	}
	s, err := c.sale(p.x, d)
	if err != nil {
		return nil, err
	}
	event := "policy.entered"
	if stage == StageRenewal {
		event = "policy.renewed"
	}
	row, err := c.sell(p.x, s, stage, Period{Start: policy.StartDate, Expiry: *policy.ExpiryDate}, nil, event)
	if err != nil {
		return nil, err
	}
	return row, refuseOverlap(p.x, row, d)
}

// receiptTaken tells whether a receipt was used for the product, by an earlier premium of
// the file too, and refuses the premium then.
func (p *enrolmentPlan) receiptTaken(policy, premium, product int, number string) (bool, error) {
	asked := receipt{product, number}
	if !p.receipts[asked] {
		p.receipts[asked] = true
		return false, nil
	}
	path := fmt.Sprintf("premiums[%d]", premium)
	fault := func(path string) *core.Error {
		return refuseEnrolment(EnrolmentReceiptExists, core.Conflict, path+".receipt", "the receipt %q was used for the product already", number)
	}
	if p.Whole {
		return true, fault(path)
	}
	p.refuse(p.place, fault(fmt.Sprintf("policies[%d].%s", policy, path)))
	p.out.Premiums.Refused++
	return true, nil
}

// action decides about the effect of a premium of a new policy: none where the file's state
// is believed, else that of the premium that completes the value, or of the rule for any.
func (p *enrolmentPlan) action(row *persistence.Policy, d *ContributionDraft, paid *decimal.Decimal, believed bool) PaymentAction {
	if believed {
		return PaymentWait
	}
	if !p.Rules.Legacy(UploadedPaidLate) {
		return PaymentByRule
	}
	if !d.PhotoFee {
		*paid = paid.Add(d.Amount)
	}
	if paid.LessThan(amount(row.PolicyValue)) {
		return PaymentWait
	}
	return PaymentEnforce
}

// believe gives a policy the state, the first day and the covers of the file. One that would
// be active waits where activation is a step of its own.
func (p *enrolmentPlan) believe(row *persistence.Policy, sent *EnrolledPolicy) error {
	status := number(sent.Policy.PolicyStatus)
	if _, known := policyStatusNames[status]; !known {
		return core.ErrorAt(core.Unprocessable, "status", "%d is no state of a policy", status)
	}
	effective := sent.Policy.EffectiveDate
	if status == PolicyActive && p.separate {
		status, effective = PolicyReady, nil
	}
	since := map[int]*persistence.Date{}
	for _, c := range sent.Covers {
		since[p.members[c.Member].InsureeID] = c.Effective
	}
	l := &loader{db: p.x.DB()}
	var covers []persistence.InsureePolicy
	find(l, &covers, persistence.Compare(column("tblInsureePolicy", "PolicyId"), "=", row.PolicyID), persistence.IsNull(column("tblInsureePolicy", "ValidityTo")))
	if l.err != nil {
		return l.err
	}
	var kept, gone []*persistence.InsureePolicy
	for _, cover := range pointers(covers) {
		day, listed := since[cover.InsureeID]
		if !listed {
			gone = append(gone, cover)
			continue
		}
		if cover.EffectiveDate = day; status == PolicyReady {
			cover.EffectiveDate = nil
		}
		kept = append(kept, cover)
	}
	if err := persistence.UpdateMany(p.x, kept); err != nil {
		return err
	}
	if err := persistence.DeleteMany(p.x, gone); err != nil {
		return err
	}
	row.PolicyStatus, row.EffectiveDate = &status, effective
	return persistence.Update(p.x, row)
}
