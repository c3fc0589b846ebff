package scheme

import (
	"github.com/openimis/openimis-go/persistence"
)

// Policies are the use cases on policies. Each runs inside the transaction of the session
// it is given, writes rows with their history and publishes one event.
type Policies struct {
	Rules RuleBook
}

// policyStatusNames are the states of a policy in words.
var policyStatusNames = map[int]string{
	PolicyIdle: "idle", PolicyActive: "active", PolicySuspended: "suspended", PolicyExpired: "expired", PolicyReady: "ready",
}

// PolicyStatusName gives the state of a policy in a word, "unknown" when it is none.
func PolicyStatusName(status int) string {
	if name, ok := policyStatusNames[status]; ok {
		return name
	}
	return "unknown"
}

// publishPolicies announces what happened to policies. The key is that of the first one;
// the payload lists them and holds no names.
func publishPolicies(x *persistence.Session, name string, policies []*persistence.Policy) error {
	return announceMany(x, name, policies, func(some []*persistence.Policy) (string, map[string]any) {
		ids := make([]persistence.UUID, len(some))
		for i, p := range some {
			ids[i] = p.PolicyUUID
		}
		return "Policy/" + string(ids[0]), map[string]any{"policies": ids, "status": some[0].PolicyStatus}
	})
}
