package scheme

import (
	"encoding/json"

	"github.com/openimis/openimis-go/core"
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
// the payload lists all of them and holds no names.
func publishPolicies(x *persistence.Session, name string, policies []*persistence.Policy) error {
	if len(policies) == 0 {
		return nil
	}
	ids := make([]persistence.UUID, len(policies))
	for i, p := range policies {
		ids[i] = p.PolicyUUID
	}
	return announce(x, name, "Policy/"+string(ids[0]), map[string]any{"policies": ids, "status": policies[0].PolicyStatus})
}

// announce publishes one event. The payload holds no names.
func announce(x *persistence.Session, name, key string, payload map[string]any) error {
	raw, err := json.Marshal(payload)
	if err != nil {
		return core.Wrap(core.Internal, err, "cannot write the event")
	}
	return x.Publish(core.Event{Name: name, Key: key, UserID: x.Principal().UserID, Payload: raw})
}
