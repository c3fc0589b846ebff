package persistence_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

// TestPartOfATransaction holds that what a part wrote is taken back by itself, and that what
// is known of rows that others see is what it was before.
func TestPartOfATransaction(t *testing.T) {
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		ctx := persistencetest.System(t)
		row := persistence.Item{ItemCode: "A", ItemName: "A"}
		if err := s.Tx(ctx, func(x *persistence.Session) error { return persistence.Insert(x, &row) }); err != nil {
			t.Fatal(err)
		}
		told := ""
		named := func(x *persistence.Session, name string) error {
			changed, err := persistence.OneByKey[persistence.Item](x, row.ItemID)
			if err != nil {
				return err
			}
			changed.ItemName = name
			return persistence.Update(x, changed)
		}
		err := s.Tx(ctx, func(x *persistence.Session) error {
			for i, name := range []string{"no", "kept", "never"} {
				fault, err := persistence.Part(x, func() error {
					x.AfterCommit(func() { told += name + " " })
					if err := named(x, name); err != nil {
						return err
					}
					if err := persistence.Insert(x, &persistence.Item{ItemCode: name, ItemName: name}); err != nil {
						return err
					}
					if i != 1 {
						return core.ErrorAt(core.Unprocessable, "name", "no")
					}
					return nil
				})
				if err != nil {
					return err
				}
				if (fault == nil) != (i == 1) || fault != nil && (fault.Path != "name" || fault.Code != core.Unprocessable) {
					t.Errorf("%s: %v", name, fault)
				}
			}
			// A statement the database refuses does not end the transaction either.
			fault, err := persistence.Part(x, func() error {
				for range 2 {
					if err := persistence.Insert(x, &persistence.Gender{Code: "F"}); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil || fault == nil || fault.Code != core.Conflict {
				t.Errorf("the same code twice: %v, %v", fault, err)
			}
			return named(x, "last")
		})
		if err != nil {
			t.Fatal(err)
		}
		var rows []persistence.Item
		if err := s.Read(ctx).DB().Find(&rows).Error; err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, r := range rows {
			names = append(names, r.ItemCode+":"+r.ItemName)
		}
		slices.Sort(names)
		if got := strings.Join(names, " "); got != "A:A A:last kept:kept" || told != "kept " {
			t.Errorf("rows %q, told %q", got, told)
		}

		stop := errors.New("stop")
		for name, fn := range map[string]func(x *persistence.Session) error{
			"a bug":          func(x *persistence.Session) error { return core.Wrap(core.Internal, stop, "bug") },
			"away":           func(x *persistence.Session) error { return core.Wrap(core.Unavailable, stop, "away") },
			"no known error": func(x *persistence.Session) error { return stop },
			"a part in it": func(x *persistence.Session) error {
				_, err := persistence.Part(x, func() error { return nil })
				return err
			},
		} {
			err := s.Tx(ctx, func(x *persistence.Session) error {
				fault, err := persistence.Part(x, func() error { return fn(x) })
				if fault != nil {
					t.Errorf("%s refuses: %v", name, fault)
				}
				return err
			})
			if err == nil {
				t.Errorf("%s does not end the transaction", name)
			}
		}
		if _, err := persistence.Part(s.Read(ctx), func() error { return nil }); core.CodeOf(err) != core.Internal {
			t.Errorf("outside a transaction: %v", err)
		}
	})
}
