package scheme

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

// However many things change, each is told once and no event lists more than its share.
func TestManyThingsAreToldInParts(t *testing.T) {
	ids := make([]persistence.UUID, 2*toldAtOnce+1)
	for i := range ids {
		ids[i] = persistence.NewUUID()
	}
	policies := make([]*persistence.Policy, len(ids))
	claims := make([]*persistence.Claim, len(ids))
	for i := range ids {
		policies[i], claims[i] = &persistence.Policy{PolicyUUID: ids[i]}, &persistence.Claim{ClaimUUID: ids[i]}
	}
	type listed struct {
		IDs, Policies    []persistence.UUID
		Claims           map[persistence.UUID]int
		Changed, Deleted map[string][]persistence.UUID
	}
	for name, c := range map[string]struct {
		tell  func(x *persistence.Session) error
		parts int
	}{
		"rows":      {func(x *persistence.Session) error { return publishRows(x, "rows", "Item", ids...) }, 3},
		"policies":  {func(x *persistence.Session) error { return publishPolicies(x, "policies", policies) }, 3},
		"selection": {func(x *persistence.Session) error { return publishSelection(x, claims, ReviewTrack) }, 3},
		"upload": {func(x *persistence.Session) error {
			return Uploads{}.announce(x, "Item", &UploadOutcome{changed: ids[:1], deleted: ids[1:]})
		}, 2},
		"empty upload": {func(x *persistence.Session) error { return Uploads{}.announce(x, "Item", &UploadOutcome{}) }, 1},
		"run": {func(x *persistence.Session) error {
			out := &BatchOutcome{}
			for _, id := range ids {
				out.changed = append(out.changed, id)
				if err := out.tell(x, "run"); err != nil {
					return err
				}
			}
			return publishRun(x, "run", out)
		}, 3},
	} {
		t.Run(name, func(t *testing.T) {
			persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
				if err := s.Tx(persistencetest.System(t), c.tell); err != nil {
					t.Fatal(err)
				}
				var told []persistence.Outbox
				if err := s.Read(persistencetest.System(t)).DB().Find(&told).Error; err != nil {
					t.Fatal(err)
				}
				seen := map[persistence.UUID]int{}
				for _, event := range told {
					var some listed
					if err := json.Unmarshal([]byte(event.Payload), &some); err != nil {
						t.Fatal(err)
					}
					list := slices.Concat(some.IDs, some.Policies, some.Changed["Item"], some.Changed["Claim"], some.Deleted["Item"])
					for id := range some.Claims {
						list = append(list, id)
					}
					if len(list) > 2*toldAtOnce {
						t.Errorf("an event lists %d", len(list))
					}
					for _, id := range list {
						seen[id]++
					}
				}
				if len(told) != c.parts || name != "empty upload" && len(seen) != len(ids) {
					t.Errorf("%d things are told in %d events, want %d in %d", len(seen), len(told), len(ids), c.parts)
				}
				for id, times := range seen {
					if times != 1 {
						t.Errorf("%s is told %d times", id, times)
					}
				}
			})
		})
	}
}
