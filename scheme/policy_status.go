package scheme

import "github.com/openimis/openimis-go/persistence"

// The states of a policy. The numbers are stored.
const (
	PolicyIdle      = 1  // not paid in full
	PolicyActive    = 2  // covers
	PolicySuspended = 4  // covers nobody until somebody decides otherwise
	PolicyExpired   = 8  // its time is over
	PolicyReady     = 16 // paid, waits for somebody to activate it
)

// ExpirePolicy marks a live policy as expired when its last day is over, whatever its
// state was (rule 9.7); changed tells whether it was not marked before.
func ExpirePolicy(p *persistence.Policy, today persistence.Date) (changed bool) {
	if p.ValidityTo != nil || p.ExpiryDate == nil || !p.ExpiryDate.Before(today.Time) || number(p.PolicyStatus) == PolicyExpired {
		return false
	}
	p.PolicyStatus = ptr(PolicyExpired)
	return true
}
