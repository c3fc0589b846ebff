package persistence_test

import (
	"context"
	"database/sql"
	"testing"
	"time"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

// TestDatabaseGoesAwayAndComesBack cuts every connection and forbids new ones for a while.
func TestDatabaseGoesAwayAndComesBack(t *testing.T) {
	s := persistencetest.Postgres(t)
	ctx := persistencetest.System(t)
	item := persistence.Item{ItemCode: "A"}
	tx(t, s, func(x *persistence.Session) error { return persistence.Insert(x, &item) })
	var name string
	if err := s.Read(ctx).DB().Raw("SELECT current_database()").Scan(&name).Error; err != nil {
		t.Fatal(err)
	}
	admin, err := sql.Open("pgx", persistencetest.PostgresDSN(t))
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close()
	exec := func(statement string, args ...any) {
		t.Helper()
		if _, err := admin.Exec(statement, args...); err != nil {
			t.Fatal(err)
		}
	}
	exec("ALTER DATABASE " + name + " WITH ALLOW_CONNECTIONS false")
	exec("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name)
	read := func() error {
		_, err := persistence.One[persistence.Item](s.Read(ctx), item.ItemUUID)
		return err
	}
	write := func() error {
		return s.Tx(ctx, func(x *persistence.Session) error { return persistence.Insert(x, &persistence.Item{ItemCode: "B"}) })
	}
	for range 3 {
		if err := read(); core.CodeOf(err) != core.Unavailable {
			t.Errorf("a read without database gives %v", err)
		}
		if err := write(); core.CodeOf(err) != core.Unavailable {
			t.Errorf("a write without database gives %v", err)
		}
	}
	exec("ALTER DATABASE " + name + " WITH ALLOW_CONNECTIONS true")
	if err := read(); err != nil {
		t.Errorf("a read after the database came back gives %v", err)
	}
	if err := write(); err != nil {
		t.Errorf("a write after the database came back gives %v", err)
	}
}

func TestATimeOutIsUnavailable(t *testing.T) {
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		ctx, cancel := context.WithTimeout(persistencetest.System(t), time.Nanosecond)
		defer cancel()
		time.Sleep(time.Millisecond)
		if _, err := persistence.Select[persistence.Item](s.Read(ctx), persistence.Query{}); core.CodeOf(err) != core.Unavailable {
			t.Errorf("a read out of time gives %v", err)
		}
		err := s.Tx(ctx, func(x *persistence.Session) error { return nil })
		if core.CodeOf(err) != core.Unavailable {
			t.Errorf("a write out of time gives %v", err)
		}
	})
}
