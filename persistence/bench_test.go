package persistence_test

import (
	"testing"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

func BenchmarkStore(b *testing.B) {
	for name, open := range map[string]func(testing.TB, ...persistencetest.Option) *persistence.Store{"sqlite": persistencetest.SQLite, "postgres": persistencetest.Postgres} {
		b.Run(name, func(b *testing.B) { benchmarkStore(b, open(b)) })
	}
}

func benchmarkStore(b *testing.B, s *persistence.Store) {
	ctx := core.WithPrincipal(b.Context(), core.SystemPrincipal)
	rows := make([]persistence.Item, 500)
	for i := range rows {
		rows[i] = persistence.Item{ItemCode: "A", ItemName: "Some item", ItemType: "D", ItemCareType: "B"}
	}
	must := func(err error) {
		b.Helper()
		if err != nil {
			b.Fatal(err)
		}
	}
	must(s.Tx(ctx, func(x *persistence.Session) error { return persistence.InsertMany(x, rows) }))
	b.Run("one", func(b *testing.B) {
		for b.Loop() {
			_, err := persistence.One[persistence.Item](s.Read(ctx), rows[7].ItemUUID)
			must(err)
		}
	})
	b.Run("page of 100", func(b *testing.B) {
		for b.Loop() {
			_, err := persistence.Select[persistence.Item](s.Read(ctx), persistence.Query{Limit: 100})
			must(err)
		}
	})
	b.Run("insert", func(b *testing.B) {
		for b.Loop() {
			must(s.Tx(ctx, func(x *persistence.Session) error {
				return persistence.Insert(x, &persistence.Item{ItemCode: "B"})
			}))
		}
	})
	b.Run("update", func(b *testing.B) {
		row := rows[0]
		for b.Loop() {
			must(s.Tx(ctx, func(x *persistence.Session) error { return persistence.Update(x, &row) }))
		}
	})
	b.Run("insert of 500", func(b *testing.B) {
		for b.Loop() {
			batch := append([]persistence.Item(nil), rows...)
			for i := range batch {
				batch[i].ItemID, batch[i].ItemUUID = 0, ""
			}
			must(s.Tx(ctx, func(x *persistence.Session) error { return persistence.InsertMany(x, batch) }))
		}
	})
	b.Run("version", func(b *testing.B) {
		for b.Loop() {
			s.VersionOf(&rows[0])
		}
	})
}
