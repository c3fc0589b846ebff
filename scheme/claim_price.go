package scheme

import (
	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/persistence"
)

var hundred = decimal.NewFromInt(100)

// offer is one benefit that could pay a line, with the limit of the visit type and age.
type offer struct {
	benefit *Benefit
	value   *decimal.Decimal // per cent for C, money per unit for F; nil when not given
}

// AssignCover repeats the checks of processing and chooses what pays each line (rule 3):
// product, policy, price origin and limitation. Lines nobody pays are rejected; the claim
// is rejected when no line is left.
func AssignCover(f *ClaimFile, book RuleBook) {
	for _, l := range f.Lines {
		if !l.open(book) {
			continue
		}
		if reason := recheckLine(f, l, book); reason != ReasonNone {
			l.Reason = ptr(reason)
			continue
		}
		assignLine(f, l, book)
	}
	passed := 0
	for _, l := range f.Lines {
		if l.reason() != ReasonNone {
			l.Status = lineRejected
		}
		if l.Status == linePassed {
			passed++
		}
	}
	if passed == 0 {
		f.Claim.ClaimStatus = StatusRejected
	}
}

// recheckLine repeats the checks 7, 9, 1, 2 and 4 (rule 3.1).
func recheckLine(f *ClaimFile, l *Line, book RuleBook) int {
	for _, reason := range []int{checkFamily(f), checkTargetDate(f), checkRegister(f, l), checkPriceList(f, l)} {
		if reason != ReasonNone {
			return reason
		}
	}
	return checkPatient(f, registerAt(f, l.Ware, f.Target()), book)
}

// assignLine chooses between the best co-insurance and the best fixed limit the family's
// products offer (rules 3.3 to 3.8) and writes the choice to the line.
func assignLine(f *ClaimFile, l *Line, book RuleBook) {
	share, fixed := bestOffers(f, l, book)
	if share == nil && fixed == nil {
		l.Reason = ptr(ReasonNoCover)
		return
	}
	limitation, chosen := "C", share
	if share == nil || fixed != nil && fixedIsBetter(l, *share, *fixed, book) {
		limitation, chosen = "F", fixed
	}
	value := amount(chosen.value)
	if limitation == "C" {
		value = percentage(l, *chosen, book)
	}
	l.Limitation, l.LimitationValue = &limitation, &value
	l.ProdID, l.PolicyID = ptr(chosen.benefit.ProdID), firstPolicy(f, chosen.benefit.ProdID, book)
	l.Origin = ptr(chosen.benefit.Origin)
	if l.Kind == ItemKind {
		l.PriceAdjusted = nil
	}
}

// bestOffers gives the co-insurance with the highest percentage and the fixed limit that
// pays most, each nil when no product offers any.
func bestOffers(f *ClaimFile, l *Line, book RuleBook) (share, fixed *offer) {
	visit := text(f.Claim.VisitType)
	if visit == "" {
		visit = "O"
	}
	grown := adult(f, book)
	benefits := f.Benefits[l.Ware]
	for i := range benefits {
		b := &benefits[i]
		product := f.Products[b.ProdID]
		if b.To != nil || product == nil || product.ValidityTo != nil || firstPolicy(f, b.ProdID, book) == nil {
			continue
		}
		limit := b.Limits[visit]
		o := &offer{b, limit.Child}
		if grown {
			o.value = limit.Adult
		}
		switch limit.Type {
		case "C":
			if share == nil || higherShare(*o, *share, book) {
				share = o
			}
		case "F":
			if fixed == nil || higherFixed(*o, *fixed) {
				fixed = o
			}
		}
	}
	return share, fixed
}

// firstPolicy gives the key of the family's first policy with the product that pays on
// the target date, nil when none does.
func firstPolicy(f *ClaimFile, product int, book RuleBook) *int {
	for i := range f.Policies {
		p := &f.Policies[i]
		if p.ProdID == product && policyInForce(p, f.Target()) && (book.Legacy(CoverWithoutMember) || isMember(f, p)) {
			return &p.PolicyID
		}
	}
	return nil
}

func isMember(f *ClaimFile, p *persistence.Policy) bool {
	for i := range f.Members {
		if f.Members[i].PolicyID == p.PolicyID && memberAt(&f.Members[i], f.Claim.InsureeID, f.Target()) {
			return true
		}
	}
	return false
}

func higherShare(a, b offer, book RuleBook) bool {
	return shareRank(a, book).GreaterThan(shareRank(b, book))
}

func shareRank(o offer, book RuleBook) decimal.Decimal {
	if o.value != nil {
		return *o.value
	}
	if book.Legacy(MissingShareAsymmetric) {
		return decimal.NewFromInt(-1)
	}
	return hundred
}

// higherFixed compares fixed limits; 0 is unlimited and so the highest.
func higherFixed(a, b offer) bool {
	if b.value != nil && b.value.IsZero() {
		return false
	}
	if a.value == nil || b.value == nil {
		return a.value != nil
	}
	return a.value.IsZero() || a.value.GreaterThan(*b.value)
}

// percentage gives what part of the price the scheme pays (rule 3.7).
func percentage(l *Line, o offer, book RuleBook) decimal.Decimal {
	switch {
	case o.value != nil:
		return *o.value
	case book.Legacy(MissingShareAsymmetric) && l.Kind == ItemKind:
		return decimal.Zero
	}
	return hundred
}

// fixedIsBetter tells whether the patient pays less with the fixed limit than with the
// co-insurance (rules 3.5 and 3.6).
func fixedIsBetter(l *Line, share, fixed offer, book RuleBook) bool {
	limit := amount(fixed.value)
	if limit.IsZero() {
		return true
	}
	price := decimal.Max(l.Asked, amount(l.PriceApproved))
	if price.IsZero() && book.Legacy(ZeroPriceUnknown) {
		return false
	}
	if limit.GreaterThan(price) {
		return true
	}
	withFixed := price.Sub(limit)
	withShare := cents(hundred.Sub(percentage(l, share, book)).Mul(price).Div(hundred))
	return withShare.GreaterThan(withFixed)
}
