package scheme

import (
	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/persistence"
)

// Covering is what the cover of one member by one policy of his family depends on.
type Covering struct {
	Policy   *persistence.Policy
	Members  int             // live members of the family, the new one included
	Most     int             // members the product takes
	Price    PolicyPrice     // value of the policy with its present members
	Paid     decimal.Decimal // live contributions to the policy, photograph fees left out
	Activate bool            // covered whatever was paid
}

// CoverMember gives the cover of a member by a policy (rule 9.3), nil when the family has
// more members than the product takes. When the new member makes the policy dearer, or
// its value cannot be told, he is covered only if the contributions reach the new value;
// otherwise his cover has no effective date. A policy whose stored value is not known
// counts as changed. Expired policies are covered too: their dates say what that is worth.
func CoverMember(c *Covering, insuree int, book RuleBook) *persistence.InsureePolicy {
	if c.Members > c.Most {
		return nil
	}
	p := c.Policy
	cover := &persistence.InsureePolicy{
		InsureeID: insuree, PolicyID: p.PolicyID,
		EnrollmentDate: ptr(p.EnrollDate), StartDate: ptr(p.StartDate), EffectiveDate: p.EffectiveDate, ExpiryDate: p.ExpiryDate,
	}
	value := c.Price.Value
	if book.Legacy(ValueWithoutDecimals) {
		value = value.Truncate(0)
	}
	changed := c.Price.Fault != PriceGood || p.PolicyValue == nil || !p.PolicyValue.Equal(value)
	if changed && !c.Activate && c.Paid.LessThan(value) {
		cover.EffectiveDate = nil
	}
	return cover
}

// paidFor sums the live contributions to a policy; fees for photographs are none.
func paidFor(premiums []persistence.Premium, policy int) decimal.Decimal {
	sum := decimal.Zero
	for i := range premiums {
		p := &premiums[i]
		if p.PolicyID == policy && p.ValidityTo == nil && (p.IsPhotoFee == nil || !*p.IsPhotoFee) {
			sum = sum.Add(p.Amount)
		}
	}
	return sum
}

// liveMembers counts the live members of a family.
func liveMembers(members []persistence.Insuree) (count int) {
	for i := range members {
		if members[i].ValidityTo == nil {
			count++
		}
	}
	return count
}
