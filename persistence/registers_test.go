package persistence_test

import (
	"testing"
	"time"

	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

func TestRegistersFollowEverybodysWrites(t *testing.T) {
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		w := newWorld(t, s)
		ctx := persistencetest.System(t)
		registers := func() *persistence.Registers {
			t.Helper()
			r, err := s.Registers(ctx)
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
		r := registers()
		if r.Items.ByCode("I1") == nil || r.Services.ByUUID(w.service.ServiceUUID) == nil || r.Diagnoses.ByID(w.diagnose.ICDID) == nil || r.Genders["F"] != "Female" || r.LegalForms["G"] != "Government" {
			t.Errorf("registers %+v", r)
		}
		path := r.LocationPath(w.sides[0].village.LocationID)
		if len(path) != 4 || *path[0].LocationCode != "R1" || *path[3].LocationCode != "V1" {
			t.Errorf("path %v", path)
		}
		counted, counter := persistence.CountStatements(ctx)
		if s.Registers(counted); counter.Count() != 0 {
			t.Errorf("%d statements for registers that are known", counter.Count())
		}

		// Our own commit shows at once.
		tx(t, s, func(x *persistence.Session) error {
			row, err := persistence.One[persistence.Item](x, w.item.ItemUUID)
			if err != nil {
				return err
			}
			row.ItemName = "Renamed"
			return persistence.Update(x, row)
		})
		if got := registers().Items.ByCode("I1").ItemName; got != "Renamed" {
			t.Errorf("after our own write the name is %s", got)
		}
		if got := r.Items.ByCode("I1").ItemName; got != "Tablet" {
			t.Errorf("the old snapshot changed to %s", got)
		}

		// A write by somebody else shows within five seconds: here behind the store's back.
		other := persistence.Item{ItemUUID: persistence.NewUUID(), ItemCode: "OTHER", ItemName: "x", ItemType: "D", ItemCareType: "B", ValidityFrom: noon}
		if err := persistence.Writer(s).Create(&other).Error; err != nil {
			t.Fatal(err)
		}
		deadline := time.Now().Add(5 * time.Second)
		for registers().Items.ByCode("OTHER") == nil {
			if time.Now().After(deadline) {
				t.Fatal("a foreign write does not show after five seconds")
			}
			time.Sleep(100 * time.Millisecond)
		}
	})
}
