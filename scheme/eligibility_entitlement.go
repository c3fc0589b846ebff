package scheme

import (
	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/persistence"
)

// place is the person on one policy.
type place struct {
	policy *persistence.Policy
	member *persistence.InsureePolicy
}

// entitlement is what one policy, or several of one product that began together, offer of one
// item or service.
type entitlement struct {
	earliest *persistence.Date // first day after the waiting period
	left     *int              // quantity; nil for any
}

// entitlementKey is what entitlements have in common that count as one.
type entitlementKey struct {
	effective      string
	product        int
	waiting, limit string
}

// places lists the person's live places on live policies. Under the corrected book only
// covers that are active and not over count.
func (f *EligibilityFile) places(book RuleBook) []*place {
	if f.Insuree == nil {
		return nil
	}
	var list []*place
	for i := range f.Members {
		m := &f.Members[i]
		if m.InsureeID != f.Insuree.InsureeID || m.ValidityTo != nil {
			continue
		}
		for p := range f.Policies {
			policy := &f.Policies[p]
			if policy.PolicyID != m.PolicyID || policy.ValidityTo != nil {
				continue
			}
			if book.Legacy(OverStillCovers) || inEffect(policy, m, f.Now.Date()) {
				list = append(list, &place{policy, m})
			}
		}
	}
	return list
}

// inEffect tells whether a cover is active and not over. One that begins later counts:
// the answer says from when it pays.
func inEffect(p *persistence.Policy, m *persistence.InsureePolicy, day persistence.Date) bool {
	return number(p.PolicyStatus) == 2 && m.EffectiveDate != nil && m.ExpiryDate != nil && !day.After(m.ExpiryDate.Time) &&
		p.ExpiryDate != nil && !day.After(p.ExpiryDate.Time)
}

// entitlements lists what the person's active policies offer of the item or service;
// listed tells whether any of them pays for it at all.
func (f *EligibilityFile) entitlements(asked *Asked, book RuleBook) (list []entitlement, listed bool) {
	if f.Insuree == nil || !asked.Known {
		return nil, false
	}
	grown := ofAge(f.Insuree.DOB, f.Now.Date(), book)
	pairs := map[entitlementKey][]*place{}
	benefits := map[entitlementKey]*Benefit{}
	var order []entitlementKey
	for _, p := range f.places(book) {
		if number(p.policy.PolicyStatus) != 2 {
			continue
		}
		for i := range f.Benefits {
			b := &f.Benefits[i]
			if b.Ware != asked.Ware || b.ProdID != p.policy.ProdID || b.To != nil {
				continue
			}
			key := keyOf(p, b)
			if pairs[key] == nil {
				order, benefits[key] = append(order, key), b
			}
			pairs[key] = append(pairs[key], p)
		}
	}
	for _, key := range order {
		if o, ok := f.entitlement(asked, pairs[key], benefits[key], grown, book); ok {
			list = append(list, o)
		}
	}
	return list, len(order) > 0
}

func keyOf(p *place, b *Benefit) entitlementKey {
	key := entitlementKey{product: b.ProdID}
	if p.member.EffectiveDate != nil {
		key.effective = p.member.EffectiveDate.String()
	}
	key.waiting = numberText(b.WaitingAdult) + "/" + numberText(b.WaitingChild)
	key.limit = numberText(b.CountAdult) + "/" + numberText(b.CountChild)
	return key
}

func numberText(n *int) string {
	if n == nil {
		return "-"
	}
	return decimal.NewFromInt(int64(*n)).String()
}

// entitlement gives what the places with one and the same benefit offer; ok is false when the
// legacy book does not find them.
func (f *EligibilityFile) entitlement(asked *Asked, places []*place, b *Benefit, grown bool, book RuleBook) (o entitlement, ok bool) {
	waiting, limit := b.WaitingChild, b.CountChild
	if grown {
		waiting, limit = b.WaitingAdult, b.CountAdult
	}
	if waiting == nil && !book.Legacy(WaitingUnknown) {
		waiting = ptr(0)
	}
	if from := places[0].member.EffectiveDate; from != nil && waiting != nil {
		o.earliest = ptr(persistence.Day(addMonths(from.Time, *waiting)))
	}
	used, found := f.usage(asked, places[0], book)
	if !found && book.Legacy(OtherClaimsHideCover) {
		return o, false
	}
	if number(limit) == 0 {
		return o, true
	}
	switch {
	case used == nil && book.Legacy(NothingUsedUnlimited):
		return o, true
	case used == nil:
		used = ptr(decimal.Zero)
	}
	times := 1
	if book.Legacy(OtherUsageCounts) {
		times = len(places) // usage is summed once for each policy
	}
	left := decimal.NewFromInt(int64(*limit)).Sub(used.Mul(decimal.NewFromInt(int64(times))))
	o.left = ptr(int(left.IntPart()))
	if *o.left < 0 && !book.Legacy(UnknownIsEligible) {
		o.left = ptr(0)
	}
	return o, true
}

// usage adds up what was used before; nil for nothing at all. found tells whether the
// legacy join has a row: a person without claims has one, a person whose claims are all
// filtered away has none.
func (f *EligibilityFile) usage(asked *Asked, p *place, book RuleBook) (used *decimal.Decimal, found bool) {
	found = len(f.Claims) == 0
	for i := range f.Claims {
		c := &f.Claims[i]
		if !c.Live || c.Status <= StatusEntered {
			continue
		}
		ofKind := 0
		for _, l := range c.Lines {
			if l.Kind != asked.Kind {
				continue
			}
			ofKind++
			if !l.Live || l.Status != linePassed {
				continue
			}
			found = true
			if book.Legacy(OtherUsageCounts) || l.Ware == asked.Ware && within(p.member.EffectiveDate, p.member.ExpiryDate, c.Target) {
				used = ptr(amount(used).Add(l.Quantity))
			}
		}
		found = found || ofKind == 0
	}
	return used, found
}
