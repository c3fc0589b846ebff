package persistence_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

// A tally counts and adds up what the caller sees, and no more.
func TestTally(t *testing.T) {
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		w := newWorld(t, s)
		tx(t, s, func(x *persistence.Session) error {
			to := write{t, x}
			insert(to, &persistence.Premium{PolicyID: w.sides[0].policy.PolicyID, Amount: decimal.RequireFromString("0.10"), Receipt: "R3", PayDate: persistence.DateOf(2026, 3, 2), PayType: "B", CreatedDate: noon})
			insert(to, &persistence.Premium{PolicyID: w.sides[0].policy.PolicyID, Amount: decimal.RequireFromString("0.20"), Receipt: "R4", PayDate: day, PayType: "C", CreatedDate: noon})
			return nil
		})
		village := persistence.Column("Policy__Family", "LocationId")
		tally := func(c context.Context, where ...clause.Expression) string {
			t.Helper()
			lines, err := persistence.Count[persistence.Premium](s.Read(c), persistence.Tally{
				Where: where, Join: []string{"Policy", "Policy.Family"},
				By: []clause.Column{village, persistence.Column("", "PayDate"), persistence.Column("", "PayType"), persistence.Column("", "PayerID")}, Sum: []clause.Column{persistence.Column("", "Amount")},
			})
			if err != nil {
				t.Fatal(err)
			}
			found := map[string]string{}
			for _, l := range lines {
				name := map[int]string{w.sides[0].village.LocationID: "V1", w.sides[1].village.LocationID: "V2"}[l.Number(0)]
				found[fmt.Sprint(name, " ", l.By[1], " ", l.By[2], l.By[3])] = fmt.Sprint(l.Count, " ", l.Sum[0])
			}
			return fmt.Sprint(found)
		}
		first := "V1 2026-03-01 C:2 10000.2 V1 2026-03-02 B:1 0.1"
		system := persistencetest.System(t)
		for what, c := range map[string]struct {
			ctx   context.Context
			where []clause.Expression
			want  string
		}{
			"all":                {system, nil, "map[" + first + " V2 2026-03-01 C:1 10000]"},
			"of a user":          {w.as(t, 0), nil, "map[" + first + "]"},
			"of nobody":          {t.Context(), nil, "map[]"},
			"below the village":  {system, []clause.Expression{persistence.Below(village, w.sides[1].village.LocationID)}, "map[V2 2026-03-01 C:1 10000]"},
			"below the ward":     {system, []clause.Expression{persistence.Below(village, w.sides[1].ward.LocationID)}, "map[V2 2026-03-01 C:1 10000]"},
			"below the district": {system, []clause.Expression{persistence.Below(village, w.sides[0].district.LocationID)}, "map[" + first + "]"},
			"below the region":   {system, []clause.Expression{persistence.Below(village, w.region.LocationID)}, "map[" + first + " V2 2026-03-01 C:1 10000]"},
			"below nothing":      {system, []clause.Expression{persistence.Below(village, 99999)}, "map[]"},
		} {
			if got := tally(c.ctx, c.where...); got != c.want {
				t.Errorf("%s: %s, want %s", what, got, c.want)
			}
		}
		lines, err := persistence.Count[persistence.Premium](s.Read(t.Context()), persistence.Tally{Sum: []clause.Column{persistence.Column("", "Amount")}})
		if err != nil || len(lines) != 1 || lines[0].Count != 0 || !lines[0].Sum[0].IsZero() {
			t.Errorf("nothing comes to %v %v", lines, err)
		}
	})
}

// Who made, changed and deleted rows is told by the states of the rows.
func TestDeeds(t *testing.T) {
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		newWorld(t, s)
		as := func(user int, do func(x *persistence.Session) error) {
			t.Helper()
			ctx := core.WithPrincipal(t.Context(), core.Principal{UserID: user, Admin: true})
			if err := s.Tx(ctx, do); err != nil {
				t.Fatal(err)
			}
		}
		item := persistence.Item{ItemCode: "I9", ItemName: "Nine", ItemType: "D", ItemCareType: "B", ItemPatCat: 15}
		as(71, func(x *persistence.Session) error { return persistence.Insert(x, &item) })
		for range 2 {
			as(72, func(x *persistence.Session) error {
				row, err := persistence.OneByKey[persistence.Item](x, item.ItemID)
				if err != nil {
					return err
				}
				row.ItemName += "!"
				return persistence.Update(x, row)
			})
		}
		as(73, func(x *persistence.Session) error {
			row, err := persistence.OneByKey[persistence.Item](x, item.ItemID)
			if err != nil {
				return err
			}
			return persistence.Delete(x, row)
		})
		x := s.Read(persistencetest.System(t))
		hour := func(n int) persistence.DateTime { return persistence.At(x.Now().Add(time.Duration(n) * time.Hour)) }
		done, err := persistence.DeedsOf[persistence.Item](x, hour(-1), hour(1))
		if err != nil {
			t.Fatal(err)
		}
		delete(done, 0) // who made the world
		if done[71].Created != 1 || done[72].Changed != 2 || done[73].Deleted != 1 || done[72].Created+done[72].Deleted+done[71].Deleted != 0 {
			t.Errorf("%v", done)
		}
		if done, err := persistence.DeedsOf[persistence.Item](x, hour(1), hour(2)); err != nil || len(done) != 0 {
			t.Errorf("later: %v %v", done, err)
		}
		if _, err := persistence.DeedsOf[persistence.Gender](x, hour(-1), hour(1)); core.CodeOf(err) != core.Internal {
			t.Errorf("a table that keeps no states: %v", err)
		}
	})
}

func TestPhotosWaiting(t *testing.T) {
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		w := newWorld(t, s)
		tx(t, s, func(x *persistence.Session) error {
			for number, taken := range map[string]persistence.Date{"555": day, "556": persistence.DateOf(2026, 4, 1), *w.sides[0].head.CHFID: day} {
				if err := x.DB().Create(&persistence.SubmittedPhoto{CHFID: &number, OfficerCode: ptr("O1"), PhotoDate: &taken, ImageName: ptr(number + ".jpg")}).Error; err != nil {
					return err
				}
			}
			return nil
		})
		for officer, want := range map[string]int{"O1": 1, "o1": 0, "O2": 0} {
			found, err := persistence.PhotosWaiting(s.Read(persistencetest.System(t)), officer, day, persistence.DateOf(2026, 3, 31), 10)
			if err != nil || len(found) != want || want == 1 && *found[0].CHFID != "555" {
				t.Errorf("%s: %v %v", officer, found, err)
			}
		}
	})
}
