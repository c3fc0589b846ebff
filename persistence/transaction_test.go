package persistence_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

func TestTransactionIsAllOrNothing(t *testing.T) {
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		ctx := persistencetest.System(t)
		stop := errors.New("stop")
		insertOne := func(x *persistence.Session) error {
			return persistence.Insert(x, &persistence.Item{ItemCode: "A", ItemName: "A"})
		}
		err := s.Tx(ctx, func(x *persistence.Session) error {
			if err := insertOne(x); err != nil {
				return err
			}
			return core.Wrap(core.Unprocessable, stop, "no")
		})
		if !errors.Is(err, stop) || core.CodeOf(err) != core.Unprocessable {
			t.Errorf("the transaction gives %v, want the error of the function", err)
		}
		func() {
			defer func() { recover() }()
			s.Tx(ctx, func(x *persistence.Session) error {
				if err := insertOne(x); err != nil {
					t.Error(err)
				}
				panic("bug")
			})
		}()
		if n := count[persistence.Item](t, s, ctx); n != 0 {
			t.Errorf("%d rows stayed of transactions that failed", n)
		}
	})
}

func insertItem(row persistence.Item) func(x *persistence.Session) error {
	return func(x *persistence.Session) error {
		fresh := row
		return persistence.Insert(x, &fresh)
	}
}

func TestFailuresHaveCodes(t *testing.T) {
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		w := newWorld(t, s)
		tests := []struct {
			name string
			want core.Code
			do   func(x *persistence.Session) error
		}{
			{"a taken key", core.Conflict, func(x *persistence.Session) error {
				return persistence.Insert(x, &persistence.Item{ItemID: w.item.ItemID, ItemCode: "X"})
			}},
			{"a missing reference", core.Conflict, func(x *persistence.Session) error {
				return persistence.Insert(x, &persistence.HealthFacility{HFCode: "X", LegalForm: "G", LocationID: 4711})
			}},
			{"a text too long", core.Unprocessable, insertItem(persistence.Item{ItemCode: "1234567"})},
			{"a text of six wide letters", "", insertItem(persistence.Item{ItemCode: "ÄÖÜäöü"})},
			{"a NUL in a text", core.Unprocessable, insertItem(persistence.Item{ItemName: "a\x00b"})},
			{"broken UTF-8", core.Unprocessable, insertItem(persistence.Item{ItemName: "\xff"})},
			{"an amount too large", core.Unprocessable, insertItem(persistence.Item{ItemPrice: decimal.New(1, 16)})},
			{"the largest amount", "", insertItem(persistence.Item{ItemPrice: decimal.RequireFromString("9999999999999999.99")})},
			{"a byte too large", core.Unprocessable, insertItem(persistence.Item{ItemPatCat: 256})},
			{"a date no column holds", core.Unprocessable, func(x *persistence.Session) error {
				return persistence.Insert(x, &persistence.Product{DateFrom: persistence.At(time.Date(1899, 1, 1, 0, 0, 0, 0, time.UTC)), DateTo: noon})
			}},
			{"a row that is not there", core.NotFound, func(x *persistence.Session) error {
				return x.DB().Where(persistence.Compare(persistence.Column("", "ItemID"), "=", 4711)).Take(&persistence.Item{}).Error
			}},
			{"a row deleted meanwhile", core.Gone, func(x *persistence.Session) error {
				return persistence.Update(x, &persistence.Item{ItemID: 4711})
			}},
			{"a row changed meanwhile", core.Conflict, func(x *persistence.Session) error {
				stale := w.item
				stale.ValidityFrom = persistence.At(stale.ValidityFrom.Add(-time.Hour))
				return persistence.Update(x, &stale)
			}},
		}
		for _, test := range tests {
			err := s.Tx(persistencetest.System(t), test.do)
			if test.want == "" && err != nil || test.want != "" && core.CodeOf(err) != test.want {
				t.Errorf("%s: %v (%s), want %s", test.name, err, core.CodeOf(err), test.want)
			}
		}
		if err := persistence.Insert(s.Read(persistencetest.System(t)), &persistence.Item{}); err == nil {
			t.Error("a reader could write")
		}
	})
}

// TestParallelUpdatesLoseNothing has writers that read, add one and write.
func TestParallelUpdatesLoseNothing(t *testing.T) {
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		w := newWorld(t, s)
		ctx := persistencetest.System(t)
		const writers, each = 4, 5
		var group sync.WaitGroup
		for range writers {
			group.Go(func() {
				for range each {
					for { // Tx itself tries again, but under this much contention it may give up
						err := s.Tx(ctx, func(x *persistence.Session) error {
							row, err := persistence.One[persistence.Item](x, w.item.ItemUUID)
							if err != nil {
								return err
							}
							row.ItemPrice = row.ItemPrice.Add(decimal.New(1, 0))
							return persistence.Update(x, row)
						})
						if err == nil {
							break
						}
						if code := core.CodeOf(err); code != core.Conflict && code != core.Unavailable {
							t.Error(err)
							return
						}
					}
				}
			})
		}
		group.Wait()
		versions, err := persistence.Versions[persistence.Item](s.Read(ctx), w.item.ItemUUID)
		if err != nil {
			t.Fatal(err)
		}
		if got := versions[0].ItemPrice.StringFixed(2); got != "32.50" || len(versions) != writers*each+1 {
			t.Errorf("price %s after %d versions, want 32.50 after 21", got, len(versions))
		}
		for i := 1; i < len(versions); i++ {
			newer, older := versions[i-1], versions[i]
			if !older.ValidityFrom.Before(newer.ValidityFrom.Time) || !older.ValidityTo.Equal(newer.ValidityFrom.Time) {
				t.Errorf("version %d runs from %v to %v, the next from %v", i, older.ValidityFrom, older.ValidityTo, newer.ValidityFrom)
			}
			if older.ItemUUID == w.item.ItemUUID || *older.LegacyID != w.item.ItemID {
				t.Errorf("the history row %d has UUID %s and LegacyID %v", i, older.ItemUUID, *older.LegacyID)
			}
		}
	})
}

func TestReserveGivesTheKeyOnce(t *testing.T) {
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		ctx := persistencetest.System(t)
		key := strings.Repeat("facility|claim|", 40)
		var group sync.WaitGroup
		answers := make(chan string, 20)
		for i := range 20 {
			group.Go(func() {
				err := s.Tx(ctx, func(x *persistence.Session) error {
					stored, fresh, err := persistence.Reserve(x, key, "hash")
					if err != nil {
						return err
					}
					if fresh {
						stored = fmt.Sprintf("made by %d", i)
						if err := persistence.Settle(x, key, stored); err != nil {
							return err
						}
						if err := persistence.Insert(x, &persistence.Item{ItemCode: "ONCE"}); err != nil {
							return err
						}
					}
					answers <- stored
					return nil
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		close(answers)
		first := <-answers
		for answer := range answers {
			if answer != first || !strings.HasPrefix(answer, "made by") {
				t.Errorf("answers %q and %q", answer, first)
			}
		}
		if n := count[persistence.Item](t, s, ctx); n != 1 {
			t.Errorf("%d rows of 20 equal requests, want 1", n)
		}
		err := s.Tx(ctx, func(x *persistence.Session) error {
			stored, _, err := persistence.Reserve(x, key, "other")
			if stored != first {
				t.Errorf("the conflict names %q, want %q", stored, first)
			}
			return err
		})
		if core.CodeOf(err) != core.Conflict {
			t.Errorf("other content gives %v, want a conflict", err)
		}
		tx(t, s, func(x *persistence.Session) error {
			if err := persistence.Release(x, key); err != nil {
				return err
			}
			if _, fresh, err := persistence.Reserve(x, key, "other"); err != nil || !fresh {
				t.Errorf("a released key is fresh %v, %v", fresh, err)
			}
			return nil
		})
	})
}

func TestUnusableDatabasesAreNamed(t *testing.T) {
	dir := t.TempDir()
	for dsn, want := range map[string]core.Code{
		"":                                     core.Invalid,
		"nonsense":                             core.Invalid,
		"oracle://x":                           core.Invalid,
		"sqlite://":                            core.Invalid,
		"sqlite://" + dir + "/none/x.db":       core.Unavailable,
		"sqlite://" + dir:                      core.Unavailable,
		"postgres://u:secret@127.0.0.1:1/x":    core.Unavailable,
		"postgres://u:secret@127.0.0.1:port/x": core.Invalid,
		"sqlserver://u:secret@127.0.0.1:1":     core.Unavailable,
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		s, err := persistence.Open(ctx, persistence.Options{DSN: dsn, Timezone: persistencetest.Zone})
		cancel()
		if err == nil {
			s.Close()
		}
		if core.CodeOf(err) != want {
			t.Errorf("%q: %v (%s), want %s", dsn, err, core.CodeOf(err), want)
		}
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: the message holds the password: %v", dsn, err)
		}
	}
}

func TestMemoryDatabase(t *testing.T) {
	s, err := persistence.Open(t.Context(), persistence.Options{DSN: "sqlite://:memory:", Timezone: persistencetest.Zone})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Migrate(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	tx(t, s, func(x *persistence.Session) error { return persistence.Insert(x, &persistence.Item{ItemCode: "A"}) })
	if n := count[persistence.Item](t, s, persistencetest.System(t)); n != 1 {
		t.Errorf("%d rows, want 1", n)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if err := s.Ping(t.Context()); core.CodeOf(err) != core.Unavailable {
		t.Errorf("a closed database answers %v", err)
	}
}

func TestStrangeFileNames(t *testing.T) {
	file := filepath.Join(t.TempDir(), "data %41?x=#1 ü.db")
	s, err := persistence.Open(t.Context(), persistence.Options{DSN: "sqlite://" + file, Timezone: persistencetest.Zone})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := s.Migrate(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	if found, _ := filepath.Glob(filepath.Join(filepath.Dir(file), "*.db")); len(found) != 1 || found[0] != file {
		t.Errorf("the database is in %q, want %q", found, file)
	}
}
