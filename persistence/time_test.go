package persistence_test

import (
	"testing"
	"time"

	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

// TestWallClock writes in one zone and looks at the digits and the instants.
func TestWallClock(t *testing.T) {
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	instant := time.Date(2026, 7, 1, 3, 4, 5, 678e6, time.UTC)
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		w := newWorld(t, s)
		x := s.Read(persistencetest.System(t))
		claim, err := persistence.One[persistence.Claim](x, w.sides[0].claim.ClaimUUID)
		if err != nil {
			t.Fatal(err)
		}
		if got := claim.ValidityFrom.String(); got != "2026-06-30 23:04:05.678" {
			t.Errorf("the row's digits are %s", got)
		}
		if got := s.Instant(claim.ValidityFrom); !got.Equal(instant) {
			t.Errorf("the instant is %v, want %v", got, instant)
		}
		if got := claim.DateFrom.String(); got != "2026-03-01 00:00:00.000" {
			t.Errorf("the day of care is %s", got)
		}
		if got := s.VersionOf(claim).ID[:14]; got != "1782875045678." {
			t.Errorf("the version starts with %s", got)
		}
		for op, want := range map[persistence.Comparison]int{"=": 2, ">": 0, ">=": 2, "<>": 0} {
			page, err := persistence.Select[persistence.Claim](x, persistence.Query{Where: []clause.Expression{persistence.Instant(persistence.Column("", "ValidityFrom"), op, instant)}})
			if err != nil || len(page.Rows) != want {
				t.Errorf("%s the instant: %d rows, %v, want %d", op, len(page.Rows), err, want)
			}
		}
		// A day column compared with a moment keeps the moment's time of day.
		noonThatDay := s.Instant(persistence.At(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)))
		for op, want := range map[persistence.Comparison]int{"<": 2, ">=": 0} {
			page, err := persistence.Select[persistence.Claim](x, persistence.Query{Where: []clause.Expression{persistence.Instant(persistence.Column("", "DateFrom"), op, noonThatDay)}})
			if err != nil || len(page.Rows) != want {
				t.Errorf("DateFrom %s noon: %d rows, %v, want %d", op, len(page.Rows), err, want)
			}
		}
	}, persistencetest.WithTimezone(zone), persistencetest.WithClock(core.FixedClock(instant)))
}

// TestClockBackwards: when the wall clock goes back an hour, versions still go forward.
func TestClockBackwards(t *testing.T) {
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	clock := &stepClock{now: time.Date(2026, 11, 1, 5, 59, 0, 0, time.UTC)} // one minute before 2 a.m. becomes 1 a.m.
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		item := persistence.Item{ItemCode: "A"}
		tx(t, s, func(x *persistence.Session) error { return persistence.Insert(x, &item) })
		for range 3 {
			clock.step(2 * time.Minute)
			tx(t, s, func(x *persistence.Session) error {
				row, err := persistence.One[persistence.Item](x, item.ItemUUID)
				if err != nil {
					return err
				}
				return persistence.Update(x, row)
			})
		}
		versions, err := persistence.Versions[persistence.Item](s.Read(persistencetest.System(t)), item.ItemUUID)
		if err != nil || len(versions) != 4 {
			t.Fatalf("%d versions, %v", len(versions), err)
		}
		for i := 1; i < len(versions); i++ {
			if !versions[i].ValidityFrom.Before(versions[i-1].ValidityFrom.Time) {
				t.Errorf("version from %v follows one from %v", versions[i-1].ValidityFrom, versions[i].ValidityFrom)
			}
		}
	}, persistencetest.WithTimezone(zone), persistencetest.WithClock(clock))
}
