package scheme

import (
	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/persistence"
)

// pot is a deductible or a ceiling of a product: what it is in all, and how much of it
// was used before this claim and by the lines of this claim.
type pot struct {
	limit  decimal.Decimal // 0 for none
	before decimal.Decimal
	now    decimal.Decimal
}

// rest gives what is left of the pot; it may be below zero.
func (p *pot) rest() decimal.Decimal { return p.limit.Sub(p.before).Sub(p.now) }

// purse is what one product and policy pay on this claim.
type purse struct {
	product  *persistence.Product
	policy   int
	hospital bool
	deduct   pot
	ceiling  pot
	category pot
}

// hospitalCase tells whether the claim counts as hospital care for the product (rule 4.1).
func hospitalCase(f *ClaimFile, p *persistence.Product) bool {
	if text(p.CeilingInterpretation) == "H" {
		return f.Facility != nil && text(&f.Facility.HFLevel) == "H"
	}
	return f.Stay()
}

// policyMembers counts the people on a policy (rule 4.2).
func policyMembers(f *ClaimFile, policy int, book RuleBook) int {
	if f.Claim.DateTo == nil && book.Legacy(MembersByDateTo) {
		return 0
	}
	count := 0
	for _, m := range f.Members {
		if m.PolicyID == policy && m.ValidityTo == nil && within(m.EffectiveDate, m.ExpiryDate, f.Target()) {
			count++
		}
	}
	return count
}

// used adds up one column of the bookings of a policy, of one insuree or, with insuree 0,
// of all. The present claim does not count.
func used(f *ClaimFile, policy, insuree int, column func(*persistence.ClaimDedRem) *decimal.Decimal, book RuleBook) decimal.Decimal {
	sum := decimal.Zero
	for i := range f.Booked {
		b := &f.Booked[i]
		if b.ClaimID == f.Claim.ClaimID || number(b.PolicyID) != policy || insuree != 0 && number(b.InsureeID) != insuree {
			continue
		}
		if b.ValidityTo != nil && !book.Legacy(ClosedBookingsCount) {
			continue
		}
		sum = sum.Add(amount(column(b)))
	}
	return sum
}

// potKind is one column set of a product's deductibles or ceilings.
type potKind struct {
	treatment, insuree, policy *decimal.Decimal
	insureeSet, policySet      bool // whether the two are to be read at all
	column                     func(*persistence.ClaimDedRem) *decimal.Decimal
}

// choose fills the pot from the set: policy before insuree before treatment. It leaves
// the pot alone where the set defines nothing.
func (k potKind) choose(f *ClaimFile, into *pot, policy int, book RuleBook) {
	if defined(k.treatment) {
		into.limit, into.before = *k.treatment, decimal.Zero
	}
	if k.insureeSet {
		into.limit, into.before = amount(k.insuree), used(f, policy, f.Claim.InsureeID, k.column, book)
	}
	if k.policySet {
		into.limit, into.before = amount(k.policy), used(f, policy, 0, k.column, book)
	}
}

func defined(d *decimal.Decimal) bool { return d != nil && d.IsPositive() }

// chooseDeductible finds what the patient pays first (rule 4.3): the general amount, or
// without one that of hospital or other care.
func chooseDeductible(f *ClaimFile, w *purse, book RuleBook) {
	p := w.product
	general := potKind{p.DedTreatment, p.DedInsuree, p.DedPolicy, defined(p.DedInsuree), defined(p.DedPolicy),
		func(b *persistence.ClaimDedRem) *decimal.Decimal { return b.DedG }}
	general.choose(f, &w.deduct, w.policy, book)
	if w.deduct.limit.IsPositive() {
		return
	}
	if w.hospital {
		potKind{p.DedIPTreatment, p.DedIPInsuree, p.DedIPPolicy, defined(p.DedIPInsuree), defined(p.DedIPPolicy),
			func(b *persistence.ClaimDedRem) *decimal.Decimal { return b.DedIP }}.choose(f, &w.deduct, w.policy, book)
		return
	}
	outpatient := potKind{p.DedOPTreatment, p.DedOPInsuree, p.DedOPPolicy, defined(p.DedOPInsuree), defined(p.DedOPPolicy),
		func(b *persistence.ClaimDedRem) *decimal.Decimal { return b.DedOP }}
	if book.Legacy(OutpatientDeductibleReadsInpatient) {
		outpatient.insureeSet, outpatient.policySet = defined(p.DedIPInsuree), defined(p.DedIPPolicy)
	}
	outpatient.choose(f, &w.deduct, w.policy, book)
}

// chooseCeiling finds up to what the scheme pays (rule 4.4), in the same way; ceilings of
// a policy grow with its members.
func chooseCeiling(f *ClaimFile, w *purse, book RuleBook) {
	p, members := w.product, policyMembers(f, w.policy, book)
	general := potKind{p.MaxTreatment, p.MaxInsuree, grown(p, p.MaxPolicy, p.MaxPolicyExtraMember, p.MaxCeilingPolicy, members),
		defined(p.MaxInsuree), defined(p.MaxPolicy), func(b *persistence.ClaimDedRem) *decimal.Decimal { return b.RemG }}
	general.choose(f, &w.ceiling, w.policy, book)
	if w.ceiling.limit.IsPositive() {
		return
	}
	if w.hospital {
		potKind{p.MaxIPTreatment, p.MaxIPInsuree, grown(p, p.MaxIPPolicy, p.MaxPolicyExtraMemberIP, p.MaxCeilingPolicyIP, members),
			defined(p.MaxIPInsuree), defined(p.MaxIPPolicy), func(b *persistence.ClaimDedRem) *decimal.Decimal { return b.RemIP }}.choose(f, &w.ceiling, w.policy, book)
		return
	}
	potKind{p.MaxOPTreatment, p.MaxOPInsuree, grown(p, p.MaxOPPolicy, p.MaxPolicyExtraMemberOP, p.MaxCeilingPolicyOP, members),
		defined(p.MaxOPInsuree), defined(p.MaxOPPolicy), func(b *persistence.ClaimDedRem) *decimal.Decimal { return b.RemOP }}.choose(f, &w.ceiling, w.policy, book)
}

// grown gives a policy's ceiling with what each member above the threshold adds, up to
// the cap.
func grown(p *persistence.Product, base, extra, limit *decimal.Decimal, members int) *decimal.Decimal {
	above := members - number(p.Threshold)
	if !defined(base) || above <= 0 {
		return base
	}
	sum := base.Add(amount(extra).Mul(decimal.NewFromInt(int64(above))))
	if defined(limit) && limit.LessThan(sum) {
		return limit
	}
	return &sum
}

// categoryCeiling gives up to what the product pays for one claim of the category, 0 for
// any amount (rule 4.5g).
func categoryCeiling(p *persistence.Product, category string) decimal.Decimal {
	switch category {
	case "S":
		return amount(p.MaxAmountSurgery)
	case "D":
		return amount(p.MaxAmountDelivery)
	case "A":
		return amount(p.MaxAmountAntenatal)
	case "H":
		return amount(p.MaxAmountHospitalization)
	case "C":
		return amount(p.MaxAmountConsultation)
	}
	return decimal.Zero
}

// excluded tells whether a line of the benefit is paid beside the ceiling (rule 4.5h).
func excluded(b *Benefit, hospital, grownUp bool) bool {
	mark := b.ExcludeChild
	if grownUp {
		mark = b.ExcludeAdult
	}
	return mark == "B" || mark == "H" && hospital || mark == "N" && !hospital
}
