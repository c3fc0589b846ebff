package scheme

import (
	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// Correct writes what a contribution was in truth, as it was read, and decides anew what it
// does to its policy (rule 9.6). What it did already stays. Errors: those of Contribute;
// core.Conflict when somebody else changed it since.
func (c Policies) Correct(x *persistence.Session, premium *persistence.Premium, d *ContributionDraft) (*persistence.Policy, error) {
	p, err := holdPolicy(x, premium.PolicyID)
	if err != nil {
		return nil, err
	}
	if err := checkContribution(x, p, d); err != nil {
		return nil, err
	}
	if d.Receipt != premium.Receipt {
		if err := refuseReceipt(x, p.ProdID, d); err != nil {
			return nil, err
		}
	}
	premium.PayerID, premium.Amount, premium.Receipt, premium.PayDate, premium.PayType, premium.IsPhotoFee = d.PayerID, d.Amount, d.Receipt, d.PayDate, d.PayType, &d.PhotoFee
	if err := persistence.Update(x, premium); err != nil {
		return nil, err
	}
	return p, c.effect(x, p, d, "policy.corrected")
}

// Withdraw closes a contribution, as it was read. What it did to its policy stays: suspend
// the policy to take the cover away. Errors: core.Gone; core.Conflict when an electronic
// payment brought it, and when somebody else changed it since.
func (c Policies) Withdraw(x *persistence.Session, premium *persistence.Premium) error {
	p, err := holdPolicy(x, premium.PolicyID)
	if err != nil {
		return err
	}
	matched, err := exists[persistence.PaymentDetail](x, persistence.Compare(column("", "PremiumID"), "=", premium.PremiumID))
	switch {
	case err != nil:
		return err
	case matched:
		return core.Errorf(core.Conflict, "an electronic payment is for the contribution; delete the payment first")
	}
	if err := persistence.Delete(x, premium); err != nil {
		return err
	}
	return publishPolicies(x, "policy.withdrawn", []*persistence.Policy{p})
}

// holdPolicy gives the live policy with the key and keeps others from changing it.
func holdPolicy(x *persistence.Session, key int) (*persistence.Policy, error) {
	p, err := persistence.OneByKey[persistence.Policy](x, key)
	if err != nil {
		return nil, err
	}
	if err := persistence.Hold[persistence.Policy](x, p.PolicyUUID); err != nil {
		return nil, err
	}
	return persistence.One[persistence.Policy](x, p.PolicyUUID)
}
