package persistence_test

import (
	"fmt"
	"slices"
	"testing"

	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

// What happened to items is listed the newest first, without gap or repetition however it
// is paged: states, and deletions whether the old application left a copy or not.
func TestChanges(t *testing.T) {
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		ctx := persistencetest.System(t)
		item := func(code string) persistence.Item {
			return persistence.Item{ItemCode: code, ItemName: "first", ItemType: "D", ItemCareType: "B"}
		}
		a, b, c := item("CH-A"), item("CH-B"), item("CH-C")
		tx(t, s, func(x *persistence.Session) error {
			for _, row := range []*persistence.Item{&a, &b, &c} {
				if err := persistence.Insert(x, row); err != nil {
					return err
				}
			}
			return nil
		})
		tx(t, s, func(x *persistence.Session) error {
			a.ItemName = "second"
			return persistence.Update(x, &a)
		})
		tx(t, s, func(x *persistence.Session) error { return persistence.Delete(x, &b) })
		closed := c.ValidityFrom // an old program closes a row and leaves no copy
		tx(t, s, func(x *persistence.Session) error {
			return x.DB().Model(&c).Select("ValidityTo").Updates(&persistence.Item{ValidityTo: ptr(x.Now())}).Error
		})
		ours := []clause.Expression{persistence.Text(persistence.Column("tblItems", "ItemCode"), persistence.StartsWith, "CH-")}
		walk := func(q persistence.ChangesQuery) (got []string) {
			q.Where = ours
			for range 20 {
				page, err := persistence.Changes[persistence.Item](s.Read(ctx), q)
				if err != nil {
					t.Fatal(err)
				}
				for _, one := range page {
					got = append(got, fmt.Sprintf("%s %s deleted=%v first=%v", one.Row.ItemCode, one.Row.ItemName, one.Deleted, one.First))
					want := map[string]persistence.UUID{"CH-A": a.ItemUUID, "CH-B": b.ItemUUID, "CH-C": c.ItemUUID}[one.Row.ItemCode]
					if one.Row.ItemUUID != want {
						t.Errorf("a state of %s has the UUID %s", one.Row.ItemCode, one.Row.ItemUUID)
					}
				}
				if len(page) < q.Limit {
					return got
				}
				q.Cursor = page[len(page)-1].Cursor
			}
			t.Fatal("the pages do not end")
			return nil
		}
		want := []string{
			"CH-C first deleted=true first=false", "CH-B first deleted=true first=false", "CH-A second deleted=false first=false",
			"CH-A first deleted=false first=true", "CH-C first deleted=false first=true", "CH-B first deleted=false first=true",
		}
		sorted := func(list []string) []string { // rows of one moment come by their keys, and a copy has a later one
			list = slices.Clone(list)
			slices.Sort(list[3:])
			return list
		}
		for _, limit := range []int{1, 2, 4, 50} {
			if got := walk(persistence.ChangesQuery{Limit: limit}); len(got) != 6 || !slices.Equal(sorted(got), sorted(want)) {
				t.Errorf("by %d:\n%q, want\n%q", limit, got, want)
			}
		}
		if got := walk(persistence.ChangesQuery{Limit: 50, Since: &a.ValidityFrom}); !slices.Equal(got, want[:3]) {
			t.Errorf("since: %q", got)
		}
		if got := walk(persistence.ChangesQuery{Limit: 50, Until: &a.ValidityFrom}); len(got) != 4 {
			t.Errorf("until: %q", got)
		}
		if got := walk(persistence.ChangesQuery{Limit: 50, Until: &a.ValidityFrom, Before: true}); len(got) != 3 {
			t.Errorf("before: %q", got)
		}
		if got := walk(persistence.ChangesQuery{Limit: 50, Low: &closed, High: &a.ValidityFrom}); len(got) != 3 {
			t.Errorf("in force before the first change: %q", got)
		}
		for _, cursor := range []string{"x", "1-2", "20240101000000.0000000-0-x", "20240101000000.0000000-00-1"} {
			if _, err := persistence.Changes[persistence.Item](s.Read(ctx), persistence.ChangesQuery{Limit: 1, Cursor: cursor}); core.CodeOf(err) != core.Invalid {
				t.Errorf("%s: %v", cursor, err)
			}
		}
	})
}

// Who does not see a row now does not see what happened to it before.
func TestChangesAreInScope(t *testing.T) {
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		w := newWorld(t, s)
		claim := w.sides[0].claim
		tx(t, s, func(x *persistence.Session) error { return persistence.Update(x, &claim) })
		count := func(side int) int {
			page, err := persistence.Changes[persistence.Claim](s.Read(w.as(t, side)), persistence.ChangesQuery{Limit: 50})
			if err != nil {
				t.Fatal(err)
			}
			n := 0
			for _, one := range page {
				if one.Row.ClaimUUID == claim.ClaimUUID {
					n++
				}
			}
			return n
		}
		if count(0) != 2 || count(1) != 0 {
			t.Errorf("%d changes for whom it belongs to, %d for others", count(0), count(1))
		}
	})
}
