package scheme

import (
	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/persistence"
)

// spent works out what is left of the amounts of one policy (rule 9.11).
type spent struct {
	file   *CoverFile
	policy int
	book   RuleBook
}

// bookedColumn reads one column of a booking.
type bookedColumn func(*persistence.ClaimDedRem) *decimal.Decimal

// level is one amount a product may define, with what is left of it.
type level struct {
	defined *decimal.Decimal
	left    func(defined decimal.Decimal) *decimal.Decimal
}

// deductible gives what the patient still pays first.
func (s spent) deductible(p *persistence.Product) Remainder {
	return s.remainder(
		s.deductibleLevels(p.DedInsuree, p.DedTreatment, p.DedPolicy, func(b *persistence.ClaimDedRem) *decimal.Decimal { return b.DedG }),
		s.deductibleLevels(p.DedIPInsuree, p.DedIPTreatment, p.DedIPPolicy, func(b *persistence.ClaimDedRem) *decimal.Decimal { return b.DedIP }),
		s.deductibleLevels(p.DedOPInsuree, p.DedOPTreatment, p.DedOPPolicy, func(b *persistence.ClaimDedRem) *decimal.Decimal { return b.DedOP }),
		!s.book.Legacy(DeductibleBelowZero))
}

// ceiling gives up to what the scheme still pays; the amount of a policy grows with the
// family.
func (s spent) ceiling(p *persistence.Product) Remainder {
	general := s.familyCeiling(p, p.MaxPolicy, p.MaxPolicyExtraMember, p.MaxCeilingPolicy)
	hospital := s.familyCeiling(p, p.MaxIPPolicy, p.MaxPolicyExtraMemberIP, p.MaxCeilingPolicyIP)
	other := s.familyCeiling(p, p.MaxOPPolicy, p.MaxPolicyExtraMemberOP, p.MaxCeilingPolicyOP)
	return s.remainder(
		s.ceilingLevels(p.MaxInsuree, p.MaxTreatment, general, func(b *persistence.ClaimDedRem) *decimal.Decimal { return b.RemG }),
		s.ceilingLevels(p.MaxIPInsuree, p.MaxIPTreatment, hospital, func(b *persistence.ClaimDedRem) *decimal.Decimal { return b.RemIP }),
		s.ceilingLevels(p.MaxOPInsuree, p.MaxOPTreatment, other, func(b *persistence.ClaimDedRem) *decimal.Decimal { return b.RemOP }),
		true)
}

// remainder takes the general amount where one is defined, otherwise those of hospital
// and other care.
func (s spent) remainder(general, hospital, other []level, floored bool) Remainder {
	if left := s.first(general, floored); left != nil {
		return Remainder{Kind: GeneralRemainder, First: left}
	}
	r := Remainder{First: s.first(hospital, floored), Second: s.first(other, floored)}
	if r.First != nil || r.Second != nil {
		r.Kind = SplitRemainder
	}
	return r
}

// first gives what is left of the first amount that is defined.
func (s spent) first(levels []level, floored bool) *decimal.Decimal {
	for _, l := range levels {
		if l.defined == nil || !s.book.Legacy(ZeroIsDefined) && !defined(l.defined) {
			continue
		}
		left := l.left(*l.defined)
		if left == nil {
			continue
		}
		if floored && left.IsNegative() {
			return ptr(decimal.Zero)
		}
		return left
	}
	return nil
}

// deductibleLevels orders the amounts: of the insuree, of one treatment, of the policy.
func (s spent) deductibleLevels(insuree, treatment, policy *decimal.Decimal, column bookedColumn) []level {
	return []level{
		{insuree, func(d decimal.Decimal) *decimal.Decimal { return s.ofInsuree(d, column) }},
		{treatment, whole},
		{policy, func(d decimal.Decimal) *decimal.Decimal {
			if s.hidden(0) {
				return nil
			}
			return ptr(d.Sub(s.used(0, column)))
		}},
	}
}

// ceilingLevels is the same for ceilings; that of a policy is never hidden.
func (s spent) ceilingLevels(insuree, treatment, policy *decimal.Decimal, column bookedColumn) []level {
	return []level{
		{insuree, func(d decimal.Decimal) *decimal.Decimal { return s.ofInsuree(d, column) }},
		{treatment, whole},
		{policy, func(d decimal.Decimal) *decimal.Decimal { return ptr(d.Sub(s.used(0, column))) }},
	}
}

// whole is what is left of an amount for one treatment: the next one starts anew.
func whole(d decimal.Decimal) *decimal.Decimal { return &d }

func (s spent) ofInsuree(d decimal.Decimal, column bookedColumn) *decimal.Decimal {
	insuree := s.file.Insuree.InsureeID
	if s.hidden(insuree) {
		return nil
	}
	return ptr(d.Sub(s.used(insuree, column)))
}

// used adds up one column of the policy's bookings, of one insuree or, with 0, of all.
func (s spent) used(insuree int, column bookedColumn) decimal.Decimal {
	sum := decimal.Zero
	for i := range s.file.Booked {
		b := &s.file.Booked[i]
		if s.counts(b, insuree) && (b.ValidityTo == nil || s.book.Legacy(ClosedBookingsCount)) {
			sum = sum.Add(amount(column(b)))
		}
	}
	return sum
}

func (s spent) counts(b *persistence.ClaimDedRem, insuree int) bool {
	return number(b.PolicyID) == s.policy && (insuree == 0 || number(b.InsureeID) == insuree)
}

// hidden tells whether amounts are not shown because all bookings are under other policies.
func (s spent) hidden(insuree int) bool {
	if !s.book.Legacy(OtherPolicyHides) {
		return false
	}
	elsewhere := false
	for i := range s.file.Booked {
		b := &s.file.Booked[i]
		if s.counts(b, insuree) {
			return false
		}
		elsewhere = elsewhere || b.ValidityTo == nil && (insuree == 0 || number(b.InsureeID) == insuree)
	}
	return elsewhere
}

// familyCeiling gives a policy's ceiling with what each member above the threshold adds,
// up to the cap. Of the family no more members count than the product allows.
func (s spent) familyCeiling(p *persistence.Product, base, extra, limit *decimal.Decimal) *decimal.Decimal {
	if base == nil || p.Threshold == nil && s.book.Legacy(CeilingNeedsThreshold) {
		return nil
	}
	above := min(s.file.FamilySize, p.MemberCount) - number(p.Threshold)
	sum := *base
	if above > 0 && defined(base) || above > 0 && s.book.Legacy(ZeroIsDefined) {
		sum = sum.Add(amount(extra).Mul(decimal.NewFromInt(int64(above))))
	}
	if s.book.Legacy(CapWithoutExtras) {
		if limit != nil && sum.GreaterThan(*limit) {
			return limit
		}
		return &sum
	}
	if above > 0 && defined(limit) && sum.GreaterThan(*limit) {
		return limit
	}
	return &sum
}
