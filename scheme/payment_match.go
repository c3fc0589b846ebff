package scheme

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// MatchRows are the rows a received payment is matched by.
type MatchRows struct {
	PaymentRows
	Payment  persistence.Payment
	Details  []persistence.PaymentDetail // live ones of the payment
	Overall  decimal.Decimal             // sum of all live contributions there are; only the legacy book reads it
	Separate bool                        // activation is a step of its own
}

// MatchShare is what one detail of a payment pays for.
type MatchShare struct {
	Detail  persistence.PaymentDetail
	Policy  persistence.Policy   // as it is to be; without key when it is new
	Product *persistence.Product // of the policy
	Value   decimal.Decimal      // of the policy
	Share   decimal.Decimal      // of the payment
	Premium *persistence.Premium // the contribution an officer has booked already, nil for a new one
	Changed bool                 // the policy that was there becomes active
	Price   PolicyPrice          // of a new policy
	Members []persistence.Insuree
}

// PlanMatch says what a received payment pays for (rule 12.4): which policies get which
// part of it, which of them it activates, and which renewals have to be made. Errors:
// core.Conflict when nothing is left to match; core.Unprocessable with all faults, for
// then nothing of the payment is matched.
func PlanMatch(r *MatchRows, today persistence.Date, book RuleBook) ([]MatchShare, error) {
	f := newPaymentFile(&r.PaymentRows, today, book)
	var shares []MatchShare
	var faults []*core.Error
	for i := range r.Details {
		if d := &r.Details[i]; d.PremiumID == nil && d.ValidityTo == nil {
			share, fault := f.share(r, d, fmt.Sprintf("details[%d]", i))
			if fault != nil {
				faults = append(faults, fault)
				continue
			}
			shares = append(shares, *share)
		}
	}
	if len(faults) == 0 && len(shares) == 0 {
		return nil, core.Errorf(core.Conflict, "nothing of the payment is left to match")
	}
	faults = append(faults, refuseTwice(shares)...)
	if err := core.Join(faults...); err != nil {
		return nil, err
	}
	Distribute(shares, amount(r.Payment.ReceivedAmount))
	for i := range shares {
		f.settle(r, &shares[i])
	}
	return shares, nil
}

// refuseTwice refuses several details for one policy, or for one renewal.
func refuseTwice(shares []MatchShare) (faults []*core.Error) {
	seen := map[[2]int]bool{}
	for i := range shares {
		key := [2]int{shares[i].Policy.FamilyID, shares[i].Policy.ProdID}
		if seen[key] {
			faults = append(faults, core.ErrorAt(core.Unprocessable, "details", "several details are for product %s of one family", shares[i].Product.ProductCode))
		}
		seen[key] = true
	}
	return faults
}

// share finds the policy a detail is for and what it is worth, or the fault.
func (f *paymentFile) share(r *MatchRows, d *persistence.PaymentDetail, path string) (*MatchShare, *core.Error) {
	fault := func(name, format string, args ...any) (*MatchShare, *core.Error) {
		return nil, core.ErrorAt(core.Unprocessable, path+"."+name, format, args...)
	}
	family, product, officer := f.family(text(d.InsuranceNumber)), f.product(text(d.ProductCode)), f.officer(text(r.Payment.OfficerCode))
	switch {
	case family == nil:
		return fault("insuranceNumber", "nobody is enrolled under %q", text(d.InsuranceNumber))
	case product == nil:
		return fault("product", "there is no product %q", text(d.ProductCode))
	case !f.sold(product, family.LocationID):
		return fault("product", "product %s is not sold where the family lives", product.ProductCode)
	case text(r.Payment.OfficerCode) != "" && officer == nil:
		return fault("officer", "there is no officer %q", text(r.Payment.OfficerCode))
	case officer != nil && !f.sold(product, officer.LocationID):
		return fault("officer", "officer %s does not sell product %s", officer.Code, product.ProductCode)
	case officer != nil:
		return f.collected(r, d, family, product, path)
	}
	if open := f.newest(family, product, false, PolicyIdle, PolicyReady); open != nil {
		return &MatchShare{Detail: *d, Policy: *open, Product: product, Value: amount(open.PolicyValue)}, nil
	}
	old := f.newest(family, product, true, PolicyActive, PolicyExpired)
	if text(d.PolicyStage) != StageRenewal || old == nil {
		return fault("policy", "the family has no policy of product %s to pay for", product.ProductCode)
	}
	share, err := f.renewal(r, d, family, product, old)
	if err != nil {
		return fault("policy", "%s", err)
	}
	return share, nil
}

// collected gives the share of what an officer collected: he has booked the contribution.
func (f *paymentFile) collected(r *MatchRows, d *persistence.PaymentDetail, family *persistence.Family, product *persistence.Product, path string) (*MatchShare, *core.Error) {
	p := f.newest(family, product, false, PolicyIdle, PolicyReady, PolicyActive)
	var premium *persistence.Premium
	for i := range f.rows.Premiums {
		if p != nil && f.rows.Premiums[i].PolicyID == p.PolicyID && (premium == nil || f.rows.Premiums[i].PremiumID > premium.PremiumID) {
			premium = &f.rows.Premiums[i]
		}
	}
	if premium == nil {
		return nil, core.ErrorAt(core.Unprocessable, path+".premium", "officer %s has booked no contribution of the family to product %s", text(r.Payment.OfficerCode), product.ProductCode)
	}
	return &MatchShare{Detail: *d, Policy: *p, Product: product, Value: amount(p.PolicyValue), Premium: premium}, nil
}

// renewal makes the policy that follows on another one.
func (f *paymentFile) renewal(r *MatchRows, d *persistence.PaymentDetail, family *persistence.Family, product *persistence.Product, old *persistence.Policy) (*MatchShare, error) {
	day := paidOn(&r.Payment, f.today)
	members := f.membersOf(family)
	switch {
	case old.ExpiryDate == nil:
		return nil, core.Errorf(core.Unprocessable, "the policy has no expiry date; what does not end is not renewed")
	case len(members) > product.MemberCount:
		return nil, core.Errorf(core.Unprocessable, "the family has %d members; product %s takes %d", len(members), product.ProductCode, product.MemberCount)
	case day.After(product.DateTo.Date().Time):
		return nil, core.Errorf(core.Unprocessable, "product %s is sold until %s", product.ProductCode, product.DateTo.Date())
	}
	for i := range f.rows.Policies {
		if p := &f.rows.Policies[i]; p.FamilyID == family.FamilyID && p.ProdID == product.ProdID && p.StartDate.After(old.ExpiryDate.Time) {
			return nil, core.Errorf(core.Unprocessable, "the policy was renewed already, from %s", p.StartDate)
		}
	}
	period, err := RenewalPeriod(product, old.ExpiryDate, day)
	if err != nil {
		return nil, err
	}
	price, err := f.price(product, members, StageRenewal, day, old.ExpiryDate)
	if err != nil {
		return nil, err
	}
	s := &sale{draft: &PolicyDraft{OfficerID: number(old.OfficerID), Enrolled: day}, family: family, product: product}
	p := s.policy(StageRenewal, period, price)
	p.OfficerID = old.OfficerID
	return &MatchShare{Detail: *d, Policy: *p, Product: product, Value: price.Value, Price: price, Members: members}, nil
}

// paidOn gives the day a payment was made, today when it does not say.
func paidOn(p *persistence.Payment, today persistence.Date) persistence.Date {
	if p.PaymentDate != nil {
		return p.PaymentDate.Date()
	}
	return today
}

// Distribute gives each share its part of what was received: in proportion to the values,
// and no more than the value. The last one takes the cents that rounding leaves.
func Distribute(shares []MatchShare, received decimal.Decimal) {
	total := decimal.Zero
	for i := range shares {
		total = total.Add(shares[i].Value)
	}
	left := received
	for i := range shares {
		s := &shares[i]
		switch {
		case !received.LessThan(total):
			s.Share = s.Value
		case i == len(shares)-1:
			s.Share = decimal.Min(left, s.Value)
		default:
			s.Share = decimal.Min(received.Mul(s.Value).Div(total).Truncate(2), left)
		}
		left = left.Sub(s.Share)
	}
}

// settle gives the policy of a share the state it has bought.
func (f *paymentFile) settle(r *MatchRows, s *MatchShare) {
	paid := paidFor(f.rows.Premiums, s.Policy.PolicyID)
	if s.Policy.PolicyID == 0 {
		paid = decimal.Zero
	}
	if f.book.Legacy(PaidSumOverall) {
		paid = r.Overall
	}
	if s.Premium == nil {
		paid = paid.Add(s.Share)
	}
	status, officer := number(s.Policy.PolicyStatus), text(r.Payment.OfficerCode) != ""
	if paid.LessThan(s.Value) || status != PolicyIdle && status != PolicyReady {
		return
	}
	due := text(s.Detail.PolicyStage) == StageRenewal && !officer || status == PolicyReady && r.Separate
	if !due && f.book.Legacy(MatchedNewStaysIdle) {
		return
	}
	s.Changed = s.Policy.PolicyID != 0
	if s.Changed && status == PolicyIdle && f.book.Legacy(ActivationLosesExpiry) {
		s.Policy.ExpiryDate = nil
	}
	s.Policy.PolicyStatus, s.Policy.EffectiveDate = ptr(PolicyActive), ptr(s.Policy.StartDate)
}
