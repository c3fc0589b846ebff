package persistence_test

import (
	"reflect"
	"testing"

	"gorm.io/gorm"

	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/demo"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

// What the kept plans read is what gorm reads. Leaving out a column that does not exist
// makes a query one that gorm is left with.
func TestPlansReadWhatGormReads(t *testing.T) {
	persistencetest.Each(t, func(t *testing.T, store *persistence.Store) {
		if _, err := demo.Generate(persistencetest.System(t), store, demo.Options{}); err != nil {
			t.Fatal(err)
		}
		db := store.Read(persistencetest.System(t)).DB()
		for range 2 { // the first reading makes the plan
			sameRows[persistence.Insuree](t, db, "Family.Head", "HF", "Photo")
			sameRows[persistence.Insuree](t, db, "HF", "Family")
			sameRows[persistence.Insuree](t, db)
			sameRows[persistence.Claim](t, db, "Insuree", "HF", "ClaimAdmin")
			sameRows[persistence.InsureePolicy](t, db, "Policy")
			sameRows[persistence.Location](t, db)
			sameRows[persistence.Policy](t, db)
			sameRows[persistence.ClaimItem](t, db)
		}
	})
}

func sameRows[R any](t *testing.T, db *gorm.DB, joins ...string) {
	t.Helper()
	query := db.Model(new(R))
	for _, join := range joins {
		query = query.Joins(join)
	}
	var planned, plain []R
	if err := query.Session(&gorm.Session{}).Find(&planned).Error; err != nil {
		t.Fatal(err)
	}
	if err := query.Session(&gorm.Session{}).Omit("nothing").Find(&plain).Error; err != nil {
		t.Fatal(err)
	}
	if len(plain) == 0 || !reflect.DeepEqual(planned, plain) {
		t.Errorf("%T with %v: %d rows read by plan, %d by gorm, and not the same", *new(R), joins, len(planned), len(plain))
	}
}

// A total the page shows by itself costs no statement, another costs one.
func TestTotalsAreAskedOnlyWhenNeeded(t *testing.T) {
	persistencetest.Each(t, func(t *testing.T, store *persistence.Store) {
		if _, err := demo.Generate(persistencetest.System(t), store, demo.Options{}); err != nil {
			t.Fatal(err)
		}
		ctx, counter := persistence.CountStatements(persistencetest.System(t))
		all, err := persistence.Select[persistence.HealthFacility](store.Read(ctx), persistence.Query{Total: true})
		if err != nil {
			t.Fatal(err)
		}
		total := int64(len(all.Rows))
		for _, c := range []struct {
			name       string
			query      persistence.Query
			statements int
		}{
			{"everything", persistence.Query{}, 1},
			{"a page that is not full", persistence.Query{Limit: int(total) + 1}, 1},
			{"a page that is just full", persistence.Query{Limit: int(total)}, 1},
			{"the first page", persistence.Query{Limit: 2}, 2},
			{"the last numbered page", persistence.Query{Limit: 5, Offset: int(total) - 2}, 1},
			{"a page behind the end", persistence.Query{Limit: 5, Offset: int(total) + 2}, 2},
		} {
			counter.Reset()
			c.query.Total = true
			page, err := persistence.Select[persistence.HealthFacility](store.Read(ctx), c.query)
			if err != nil {
				t.Fatal(err)
			}
			if page.Total != total || counter.Count() != c.statements {
				t.Errorf("%s: %d in all by %d statements, not %d by %d", c.name, page.Total, counter.Count(), total, c.statements)
			}
		}
	})
}
