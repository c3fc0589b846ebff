package persistence_test

import (
	"testing"

	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

func TestClaimVersionsInBothLayouts(t *testing.T) {
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		w := newWorld(t, s)
		ctx := persistencetest.System(t)
		entered := w.sides[0]
		claim := entered.claim
		versionBefore := s.VersionOf(&claim, entered.items, entered.services)

		// This program and the old application: lines are closed on the live claim.
		tx(t, s, func(x *persistence.Session) error {
			claim.ClaimStatus = 4
			if err := persistence.Update(x, &claim); err != nil {
				return err
			}
			item := entered.items[0]
			item.QtyApproved = ptr(decimal.New(2, 0))
			if err := persistence.Update(x, &item); err != nil {
				return err
			}
			return persistence.Delete(x, &entered.services[0])
		})
		// The Django application: the history row carries copies of the lines.
		tx(t, s, func(x *persistence.Session) error {
			before := claim
			claim.ClaimStatus = 16
			if err := persistence.Update(x, &claim); err != nil {
				return err
			}
			var history persistence.Claim
			if err := x.DB().Where(persistence.Compare(persistence.Column("", "LegacyID"), "=", claim.ClaimID)).
				Where(persistence.Compare(persistence.Column("", "ClaimStatus"), "=", before.ClaimStatus)).Take(&history).Error; err != nil {
				return err
			}
			copied := persistence.ClaimItem{ClaimID: history.ClaimID, ItemID: w.item.ItemID, ClaimItemStatus: 1, QtyProvided: decimal.New(3, 0), QtyApproved: ptr(decimal.New(7, 0)), PriceAsked: decimal.New(1, 0)}
			return persistence.Insert(x, &copied)
		})
		states, err := persistence.ClaimVersions(s.Read(ctx), claim.ClaimUUID)
		if err != nil {
			t.Fatal(err)
		}
		want := []struct {
			status, items, services int
			approved                string
		}{{16, 1, 0, "2"}, {4, 1, 0, "7"}, {2, 1, 1, ""}}
		if len(states) != len(want) {
			t.Fatalf("%d states, want %d", len(states), len(want))
		}
		for i, state := range states {
			if state.Claim.ClaimStatus != want[i].status || len(state.Items) != want[i].items || len(state.Services) != want[i].services {
				t.Errorf("state %d: status %d, %d items, %d services, want %+v", i, state.Claim.ClaimStatus, len(state.Items), len(state.Services), want[i])
				continue
			}
			approved := ""
			if q := state.Items[0].QtyApproved; q != nil {
				approved = q.String()
			}
			if approved != want[i].approved {
				t.Errorf("state %d: approved %q, want %q", i, approved, want[i].approved)
			}
		}
		if got := s.VersionOf(&states[2].Claim, states[2].Items, states[2].Services); got.ID != versionBefore.ID {
			t.Errorf("the first state is version %s, it was %s while live", got.ID, versionBefore.ID)
		}
		if _, err := persistence.ClaimVersions(s.Read(w.as(t, 1)), claim.ClaimUUID); core.CodeOf(err) != core.NotFound {
			t.Errorf("another district's claim gives %v, want not found", err)
		}
	})
}

// TestVersionsAreTheSameEverywhere reads rows back and compares with what was written, on
// every database with the digits of the others.
func TestVersionsAreTheSameEverywhere(t *testing.T) {
	seen := map[string]string{}
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		w := newWorld(t, s)
		x := s.Read(persistencetest.System(t))
		check := func(name string, written, read persistence.Version) {
			if written.ID != read.ID {
				t.Errorf("%s is written as %s and read as %s", name, written.ID, read.ID)
			}
			if before, known := seen[name]; known && before != read.ID {
				t.Errorf("%s is %s here and %s elsewhere", name, read.ID, before)
			}
			seen[name] = read.ID
		}
		tx(t, s, func(x *persistence.Session) error {
			row := w.sides[0].head
			row.JSONExt = ptr(persistence.JSON(`{"b": 1.50, "a": [1E2, null, "ü"]}`))
			row.CurrentAddress = ptr("Straße 1")
			row.Vulnerability = ptr(true)
			if err := persistence.Update(x, &row); err != nil {
				return err
			}
			w.sides[0].head = row
			return nil
		})
		for i, side := range w.sides {
			claim, err := persistence.One[persistence.Claim](x, side.claim.ClaimUUID, "Insuree")
			if err != nil {
				t.Fatal(err)
			}
			check("claim "+side.claim.ClaimCode, s.VersionOf(&side.claim), s.VersionOf(claim))
			head, err := persistence.One[persistence.Insuree](x, side.head.InsureeUUID)
			if err != nil {
				t.Fatal(err)
			}
			if i == 0 {
				check("head", s.VersionOf(&side.head), s.VersionOf(head))
			}
			policy, err := persistence.One[persistence.Policy](x, side.policy.PolicyUUID)
			if err != nil {
				t.Fatal(err)
			}
			check("policy "+side.claim.ClaimCode, s.VersionOf(&side.policy), s.VersionOf(policy))
		}
		product, err := persistence.One[persistence.Product](x, w.product.ProdUUID)
		if err != nil {
			t.Fatal(err)
		}
		check("product", s.VersionOf(&w.product), s.VersionOf(product))
		changed := *product
		changed.LumpSum = changed.LumpSum.Add(decimal.New(1, -2))
		if s.VersionOf(&changed) == s.VersionOf(product) {
			t.Error("a cent more is the same version")
		}
	}, persistencetest.WithClock(core.FixedClock(noon.Time)))
}
