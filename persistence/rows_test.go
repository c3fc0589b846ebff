package persistence_test

import (
	"testing"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

func TestInsertUpdateDelete(t *testing.T) {
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		ctx := persistencetest.System(t)
		item := persistence.Item{ItemCode: "0001", ItemName: "Aspirin", ItemType: "D", ItemCareType: "B", ItemPatCat: 15}
		err := s.Tx(ctx, func(x *persistence.Session) error { return persistence.Insert(x, &item) })
		if err != nil {
			t.Fatal(err)
		}
		got, err := persistence.One[persistence.Item](s.Read(ctx), item.ItemUUID)
		if err != nil {
			t.Fatal(err)
		}
		if got.ItemName != "Aspirin" || got.ItemID != item.ItemID || !got.ValidityFrom.Equal(item.ValidityFrom.Time) {
			t.Fatalf("got %+v, want %+v", got, item)
		}
		before := s.VersionOf(got)
		err = s.Tx(ctx, func(x *persistence.Session) error {
			row, err := persistence.One[persistence.Item](x, item.ItemUUID)
			if err != nil {
				return err
			}
			row.ItemName = "Aspirin 500"
			return persistence.Update(x, row)
		})
		if err != nil {
			t.Fatal(err)
		}
		versions, err := persistence.Versions[persistence.Item](s.Read(ctx), item.ItemUUID)
		if err != nil {
			t.Fatal(err)
		}
		if len(versions) != 2 || versions[0].ItemName != "Aspirin 500" || versions[1].ItemName != "Aspirin" {
			t.Fatalf("versions %+v", versions)
		}
		if after := s.VersionOf(versions[1]); after != before {
			t.Errorf("the history row is version %v, it was %v while live", after, before)
		}
		err = s.Tx(ctx, func(x *persistence.Session) error { return persistence.Delete(x, &versions[0]) })
		if err != nil {
			t.Fatal(err)
		}
		_, err = persistence.One[persistence.Item](s.Read(ctx), item.ItemUUID)
		if core.CodeOf(err) != core.Gone {
			t.Errorf("a deleted row reads as %v, want gone", err)
		}
		r, err := s.Registers(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if r.Items.ByID(item.ItemID) == nil || r.Items.ByCode("0001") != nil {
			t.Error("a deleted item should be known by key and not by code")
		}
	})
}
