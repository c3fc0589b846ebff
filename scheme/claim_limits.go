package scheme

import (
	"sort"
	"time"

	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/persistence"
)

// candidate is one way a line may be covered: a policy of the family, a benefit of its
// product and the insuree's place on the policy.
type candidate struct {
	policy  *persistence.Policy
	product *persistence.Product
	benefit *Benefit
	member  *persistence.InsureePolicy
	waiting *time.Time // first day after the waiting period; nil without one
}

// candidates lists what may cover the line on the target date (rule 2.7c), the one whose
// waiting period ends first in front.
func candidates(f *ClaimFile, l *Line, book RuleBook) []candidate {
	var found []candidate
	grown := adult(f, book)
	benefits := f.Benefits[l.Ware]
	for i := range f.Policies {
		policy := &f.Policies[i]
		product := f.Products[policy.ProdID]
		if !policyInForce(policy, f.Target()) || product == nil || product.ValidityTo != nil {
			continue
		}
		for b := range benefits {
			benefit := &benefits[b]
			if benefit.ProdID != policy.ProdID || !benefit.Covers(f.Target(), f.Now) {
				continue
			}
			for m := range f.Members {
				if member := &f.Members[m]; member.PolicyID == policy.PolicyID && memberAt(member, f.Claim.InsureeID, f.Target()) {
					found = append(found, candidate{policy, product, benefit, member, waitingEnd(member, benefit, grown)})
				}
			}
		}
	}
	sort.SliceStable(found, func(a, b int) bool { return waitsLess(found[a], found[b]) })
	return found
}

// policyInForce tells whether the policy pays on the day: it is active, or expired since,
// and the day is within its period.
func policyInForce(p *persistence.Policy, day persistence.Date) bool {
	status := number(p.PolicyStatus)
	return p.ValidityTo == nil && (status == 2 || status == 8) && within(p.EffectiveDate, p.ExpiryDate, day)
}

// memberAt tells whether the row puts the insuree on its policy on the day.
func memberAt(m *persistence.InsureePolicy, insuree int, day persistence.Date) bool {
	return m.InsureeID == insuree && m.ValidityTo == nil && within(m.EffectiveDate, m.ExpiryDate, day)
}

func within(from, to *persistence.Date, day persistence.Date) bool {
	return from != nil && to != nil && !from.After(day.Time) && !day.After(to.Time)
}

// waitingEnd gives the first day on which the benefit pays: the member's effective date
// and the waiting months of his age. A month that is too short ends on its last day.
func waitingEnd(m *persistence.InsureePolicy, b *Benefit, grown bool) *time.Time {
	months := b.WaitingChild
	if grown {
		months = b.WaitingAdult
	}
	if months == nil {
		return nil
	}
	end := addMonths(m.EffectiveDate.Time, *months)
	return &end
}

// addMonths goes on by whole months and stays within the month reached.
func addMonths(day time.Time, months int) time.Time {
	first := time.Date(day.Year(), day.Month()+time.Month(months), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return time.Date(first.Year(), first.Month(), min(day.Day(), last), 0, 0, 0, 0, time.UTC)
}

func waitsLess(a, b candidate) bool {
	if a.waiting == nil || b.waiting == nil {
		return a.waiting == nil && b.waiting != nil
	}
	return a.waiting.Before(*b.waiting)
}

// checkWaiting is check 17: the waiting period is over. It is asked of new policies, and
// of members who joined after the policy began.
func checkWaiting(f *ClaimFile, c candidate) int {
	joinedLater := c.policy.EffectiveDate.Before(c.member.EffectiveDate.Time)
	if (text(c.policy.PolicyStage) == "N" || joinedLater) && c.waiting != nil && f.Target().Before(*c.waiting) {
		return ReasonWaiting
	}
	return ReasonNone
}

// checkProvision is check 16: what was provided before within the member's period is
// still below the benefit's number. The present line itself is not added.
func checkProvision(f *ClaimFile, l *Line, c candidate, book RuleBook) int {
	limit := c.benefit.CountChild
	if adult(f, book) {
		limit = c.benefit.CountAdult
	}
	if limit == nil {
		return ReasonNone
	}
	used := decimal.Zero
	for _, e := range others(f, book) {
		if !within(c.member.EffectiveDate, c.member.ExpiryDate, e.Target) {
			continue
		}
		for _, line := range e.Lines {
			if line.Ware == l.Ware && line.Reason != nil && *line.Reason == 0 {
				used = used.Add(line.Provided)
			}
		}
	}
	if used.GreaterThanOrEqual(decimal.NewFromInt(int64(*limit))) {
		return ReasonMaxProvision
	}
	return ReasonNone
}

// categoryMaximum gives how many claims of the category the product allows in a period,
// nil for any number, and the reason a claim too many is rejected with.
func categoryMaximum(p *persistence.Product, category string) (maximum *int, reason int) {
	switch category {
	case "C":
		return p.MaxNoConsultation, ReasonMaxConsult
	case "S":
		return p.MaxNoSurgery, ReasonMaxSurgery
	case "D":
		return p.MaxNoDelivery, ReasonMaxDelivery
	case "A":
		return p.MaxNoAntenatal, ReasonMaxAntenatal
	case "H":
		return p.MaxNoHospitalizaion, ReasonMaxAdmission
	}
	return p.MaxNoVisits, ReasonMaxVisit
}

// checkCategory is checks 11 to 15 and 19: the claim is not one too many of its category
// within the member's period. A fault rejects the whole claim.
func checkCategory(f *ClaimFile, category string, c candidate, book RuleBook) int {
	maximum, reason := categoryMaximum(c.product, category)
	if maximum == nil {
		return ReasonNone
	}
	count := 0
	for _, e := range others(f, book) {
		of := e.Category
		if of == "" {
			of = "V"
		}
		if of == category && within(c.member.EffectiveDate, c.member.ExpiryDate, e.Target) {
			count++
		}
	}
	if count >= *maximum {
		return reason
	}
	return ReasonNone
}

// checkCover goes through the candidates of a line (rule 2.7c-e): the first that finds
// nothing wrong accepts it. whole tells that the fault is one of the claim.
func checkCover(f *ClaimFile, l *Line, category string, book RuleBook) (reason int, whole bool) {
	found := candidates(f, l, book)
	if len(found) == 0 {
		return ReasonNoCover, false
	}
	for _, c := range found {
		fault := checkWaiting(f, c)
		if fault == ReasonNone {
			fault = checkProvision(f, l, c, book)
		}
		if fault != ReasonNone {
			if reason == ReasonNone {
				reason = fault
			}
			continue
		}
		if l.Kind == ServiceKind {
			if fault = checkCategory(f, category, c, book); fault != ReasonNone {
				return fault, true
			}
		}
		return ReasonNone, false
	}
	return reason, false
}
