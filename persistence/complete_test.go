package persistence_test

import (
	"slices"
	"testing"

	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

// A database made before a model got a column gets the column at the next migration, and
// keeps its rows.
func TestMigrateCompletesTables(t *testing.T) {
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		ctx := persistencetest.System(t)
		item := persistence.Item{ItemCode: "A", ItemName: "Aspirin", ItemType: "D", ItemCareType: "B", ItemPatCat: 15}
		err := s.Tx(ctx, func(x *persistence.Session) error {
			if err := persistence.Insert(x, &item); err != nil {
				return err
			}
			return x.DB().Exec(`ALTER TABLE "tblItems" DROP COLUMN "JsonExt"`).Error
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, dryRun := range []bool{true, false} {
			plan, err := s.Migrate(ctx, dryRun)
			if err != nil || len(plan) != 1 || !slices.ContainsFunc(plan, func(line string) bool { return line[:11] == "ALTER TABLE" }) {
				t.Fatalf("dry run %t: %q, %v", dryRun, plan, err)
			}
		}
		if plan, err := s.Migrate(ctx, false); err != nil || len(plan) != 0 {
			t.Errorf("again: %q, %v", plan, err)
		}
		row, err := persistence.One[persistence.Item](s.Read(ctx), item.ItemUUID)
		if err != nil || row.ItemName != "Aspirin" || row.JSONExt != nil {
			t.Errorf("%+v, %v", row, err)
		}
	})
}
