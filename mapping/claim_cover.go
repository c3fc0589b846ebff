package mapping

import (
	"github.com/openimis/openimis-go/persistence"
)

// CoverOf picks the policy a claim is made on among the insuree-policies with their
// policies: that of a line, else the one that pays on the last day of care, of several
// the one that took effect last. It is "" when there is none.
func CoverOf(d *ClaimDocument, members []persistence.InsureePolicy) persistence.UUID {
	assigned := map[int]bool{}
	for i := range d.Items {
		if p := d.Items[i].PolicyID; p != nil {
			assigned[*p] = true
		}
	}
	for i := range d.Services {
		if p := d.Services[i].PolicyID; p != nil {
			assigned[*p] = true
		}
	}
	day := d.Claim.DateFrom.Date()
	if d.Claim.DateTo != nil {
		day = d.Claim.DateTo.Date()
	}
	var best *persistence.InsureePolicy
	for i := range members {
		m := &members[i]
		if m.InsureeID != d.Claim.InsureeID || m.Policy == nil {
			continue
		}
		if assigned[m.PolicyID] {
			return m.Policy.PolicyUUID
		}
		if coversDay(m, day) && (best == nil || m.EffectiveDate.After(best.EffectiveDate.Time)) {
			best = m
		}
	}
	if best == nil {
		return ""
	}
	return best.Policy.PolicyUUID
}

// coversDay tells whether the insuree was under the policy on the day, as the rules of
// submission ask it.
func coversDay(m *persistence.InsureePolicy, day persistence.Date) bool {
	status := 0
	if m.Policy.PolicyStatus != nil {
		status = *m.Policy.PolicyStatus
	}
	return (status == PolicyActive || status == PolicyExpired) && m.EffectiveDate != nil && m.ExpiryDate != nil &&
		!m.EffectiveDate.After(day.Time) && !day.After(m.ExpiryDate.Time)
}
