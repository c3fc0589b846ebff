package scheme

import (
	"github.com/shopspring/decimal"
	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/persistence"
)

// MatchCandidates gives the keys of the next payments behind the key after that were
// received and wait to be matched. A nightly run asks for them, limit at a time, and
// matches each.
func (c Payments) MatchCandidates(x *persistence.Session, after int64, limit int) ([]int64, error) {
	var keys []int64
	err := x.DB().Model(&persistence.Payment{}).Where(persistence.Compare(column("tblPayment", "PaymentStatus"), "=", PaymentReceived)).
		Where(persistence.Compare(column("tblPayment", "PaymentID"), ">", after)).Where(persistence.IsNull(column("tblPayment", "ValidityTo"))).
		Order(clause.OrderByColumn{Column: column("tblPayment", "PaymentID")}).Limit(limit).Pluck("PaymentID", &keys).Error
	return keys, err
}

// Match turns a received payment into contributions to the policies it is for (rule 12.4),
// activates what they pay in full and makes the renewals that are missing. Errors:
// core.NotFound for an unknown payment (1 of the procedure); core.Conflict for one that
// was not received or is matched; core.Unprocessable with all that stands in the way, and
// then nothing is written.
func (c Payments) Match(x *persistence.Session, payment int64) (*persistence.Payment, []MatchShare, error) {
	p, err := paymentWith(x, payment)
	if err != nil {
		return nil, nil, err
	}
	if err := movePayment(p, PaymentMatched); err != nil {
		return nil, nil, err
	}
	rows, err := c.loadForMatch(x, p)
	if err != nil {
		return nil, nil, err
	}
	shares, err := PlanMatch(rows, x.Now().Date(), c.Rules)
	if err != nil {
		return nil, nil, err
	}
	if err := c.writeMatch(x, p, shares); err != nil {
		return nil, nil, err
	}
	p.MatchedDate = ptr(x.Now())
	return p, shares, updatePayment(x, p)
}

// loadForMatch loads what a payment is matched by.
func (c Payments) loadForMatch(x *persistence.Session, p *persistence.Payment) (*MatchRows, error) {
	r, l := &MatchRows{Payment: *p}, &loader{db: x.DB()}
	var settings []persistence.IMISDefaults
	find(l, &r.Details, persistence.Compare(column("tblPaymentDetails", "PaymentID"), "=", p.PaymentID), persistence.IsNull(column("tblPaymentDetails", "ValidityTo")))
	find(l, &settings)
	if l.err != nil {
		return nil, l.err
	}
	r.Separate = len(settings) > 0 && settings[0].ActivationOption == separateActivation
	rows, err := loadForPayment(x, text(p.OfficerCode), r.Details, true)
	if err != nil {
		return nil, err
	}
	r.PaymentRows = *rows
	if c.Rules.Legacy(PaidSumOverall) {
		r.Overall, err = contributionsOverall(x)
	}
	return r, err
}

// contributionsOverall sums all live contributions there are.
func contributionsOverall(x *persistence.Session) (decimal.Decimal, error) {
	var sums []struct{ Amount *decimal.Decimal }
	selected := clause.Expr{SQL: "SUM(?) AS ?", Vars: []any{column("tblPremium", "Amount"), clause.Column{Name: "Amount"}}}
	err := x.DB().Table("tblPremium").Clauses(clause.Select{Expression: selected}).Where(persistence.IsNull(column("tblPremium", "ValidityTo"))).Find(&sums).Error
	if err != nil || len(sums) == 0 {
		return decimal.Zero, err
	}
	return cents(amount(sums[0].Amount)), nil // SQLite adds up as floating point
}

// writeMatch writes policies, covers, contributions and details of the shares.
func (c Payments) writeMatch(x *persistence.Session, p *persistence.Payment, shares []MatchShare) error {
	if err := writeMatchedPolicies(x, shares); err != nil {
		return err
	}
	if err := c.writeMatchedCovers(x, shares); err != nil {
		return err
	}
	if err := writeMatchedPremiums(x, p, shares); err != nil {
		return err
	}
	details := make([]*persistence.PaymentDetail, len(shares))
	for i := range shares {
		s := &shares[i]
		s.Detail.Amount = &s.Share
		if s.Premium != nil {
			s.Detail.PremiumID = &s.Premium.PremiumID
		}
		details[i] = &s.Detail
	}
	return persistence.UpdateMany(x, details)
}

// writeMatchedPolicies writes the renewals and what became active.
func writeMatchedPolicies(x *persistence.Session, shares []MatchShare) error {
	var fresh []persistence.Policy
	var changed []*persistence.Policy
	for i := range shares {
		switch s := &shares[i]; {
		case s.Policy.PolicyID == 0:
			fresh = append(fresh, s.Policy)
		case s.Changed:
			changed = append(changed, &s.Policy)
		}
	}
	if err := persistence.InsertMany(x, fresh); err != nil {
		return err
	}
	for i := range shares {
		if shares[i].Policy.PolicyID == 0 {
			shares[i].Policy, fresh = fresh[0], fresh[1:]
		}
	}
	return persistence.UpdateMany(x, changed)
}

// writeMatchedCovers covers the members of the renewals and of what became active.
func (c Payments) writeMatchedCovers(x *persistence.Session, shares []MatchShare) error {
	var fresh []persistence.InsureePolicy
	active := map[int]*persistence.Policy{}
	for i := range shares {
		s := &shares[i]
		if s.Changed {
			active[s.Policy.PolicyID] = &s.Policy
		}
		for _, member := range s.Members {
			q := &Covering{Policy: &s.Policy, Members: len(s.Members), Most: s.Product.MemberCount, Price: s.Price, Paid: s.Share}
			if cover := CoverMember(q, member.InsureeID, c.Rules); cover != nil {
				fresh = append(fresh, *cover)
			}
		}
	}
	if err := persistence.InsertMany(x, fresh); err != nil || len(active) == 0 {
		return err
	}
	keys := make([]int, 0, len(active))
	for key := range active {
		keys = append(keys, key)
	}
	l := &loader{db: x.DB()}
	var covers []persistence.InsureePolicy
	find(l, &covers, persistence.In(column("tblInsureePolicy", "PolicyId"), keys), persistence.IsNull(column("tblInsureePolicy", "ValidityTo")))
	if l.err != nil {
		return l.err
	}
	for i := range covers {
		covers[i].EffectiveDate = active[covers[i].PolicyID].EffectiveDate
	}
	return persistence.UpdateMany(x, pointers(covers))
}

// writeMatchedPremiums writes the contributions nobody has booked yet. Their receipt is
// the number of the transaction.
func writeMatchedPremiums(x *persistence.Session, p *persistence.Payment, shares []MatchShare) error {
	var fresh []persistence.Premium
	var of []*MatchShare
	for i := range shares {
		if s := &shares[i]; s.Premium == nil && s.Share.IsPositive() {
			fresh = append(fresh, persistence.Premium{
				PolicyID: s.Policy.PolicyID, Amount: s.Share, Receipt: text(p.TransactionNo), PayDate: paidOn(p, x.Now().Date()), PayType: "C",
				IsPhotoFee: ptr(false), IsOffline: ptr(false), CreatedDate: x.Now(),
			})
			of = append(of, s)
		}
	}
	if err := persistence.InsertMany(x, fresh); err != nil {
		return err
	}
	for i, s := range of {
		s.Premium = &fresh[i]
	}
	return nil
}
