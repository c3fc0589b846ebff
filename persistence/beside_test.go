package persistence_test

import (
	"testing"

	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

// What hangs on a row is given in the order of its keys to whoever asks, deleted rows only
// where the past is asked for.
func TestBeside(t *testing.T) {
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		w := newWorld(t, s)
		tx(t, s, func(x *persistence.Session) error { return persistence.Delete(x, &w.sides[1].member) })
		x := s.Read(core.WithPrincipal(t.Context(), core.Principal{UserID: w.sides[0].user.UserID}))
		family := persistence.In(persistence.Column("", "FamilyID"), []int{w.sides[1].family.FamilyID})
		down := []persistence.Order{{Column: persistence.Column("", "IsHead"), Desc: true}}
		for _, c := range []struct {
			name string
			q    persistence.Query
			want int
		}{
			{"live", persistence.Query{Join: []string{"Family"}}, 1}, {"with the past", persistence.Query{Past: true}, 3}, // the deleted one as it is and as it was
			{"one of them", persistence.Query{Past: true, Limit: 1}, 1}, {"in an order", persistence.Query{Past: true, Order: down}, 3},
		} {
			c.q.Where = []clause.Expression{family}
			rows, err := persistence.Beside[persistence.Insuree](x, c.q)
			if err != nil || len(rows) != c.want || rows[0].InsureeID != w.sides[1].head.InsureeID {
				t.Errorf("%s: %d rows, %v", c.name, len(rows), err)
			}
			if c.q.Join != nil && rows[0].Family == nil {
				t.Errorf("%s: without the family", c.name)
			}
		}
		seen, err := persistence.Select[persistence.Insuree](x, persistence.Query{Where: []clause.Expression{family}})
		if err != nil || len(seen.Rows) != 0 {
			t.Errorf("the caller's scope has %d of them: %v", len(seen.Rows), err)
		}
	})
}
