// Package persistencetest opens databases for tests: SQLite always, PostgreSQL and SQL
// Server where they are given. A suite that runs through Each holds on all of them.
//
// It knows how to make an empty, migrated database quickly and to leave none behind. It
// must never hold data of its own.
package persistencetest

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// The environment variables that name the servers.
const (
	PostgresEnv  = "OPENIMIS_TEST_POSTGRES"  // postgres://…, a superuser
	SQLServerEnv = "OPENIMIS_TEST_SQLSERVER" // sqlserver://…, may create databases
)

// StartPostgres is the one line that starts a server for the tests.
const StartPostgres = "make test   (it starts its own PostgreSQL; or set " + PostgresEnv + "=postgres://user@host/database)"

// Zone is the site's time zone unless a test says otherwise: an odd one, so that a
// missing conversion shows.
var Zone = mustZone("Asia/Kathmandu")

func mustZone(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return zone
}

// Option changes how a database is opened.
type Option func(*persistence.Options)

// WithClock sets the clock.
func WithClock(clock core.Clock) Option {
	return func(o *persistence.Options) { o.Clock = clock }
}

// WithTimezone sets the site's time zone.
func WithTimezone(zone *time.Location) Option {
	return func(o *persistence.Options) { o.Timezone = zone }
}

// Each runs the test on a fresh migrated database of every kind at hand, each in a
// sub-test. Without PostgreSQL the sub-test is skipped, but fails where CI is set.
func Each(t *testing.T, test func(t *testing.T, s *persistence.Store), options ...Option) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, SQLite(t, options...)) })
	t.Run("postgres", func(t *testing.T) { test(t, Postgres(t, options...)) })
	if os.Getenv(SQLServerEnv) != "" {
		t.Run("sqlserver", func(t *testing.T) { test(t, SQLServer(t, options...)) })
	}
}

// SQLite opens a fresh migrated database in a temporary file.
func SQLite(t testing.TB, options ...Option) *persistence.Store {
	t.Helper()
	template, err := sqliteTemplate()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "test.db")
	if err := os.WriteFile(file, template, 0o600); err != nil {
		t.Fatal(err)
	}
	return open(t, "sqlite://"+file, options)
}

// sqliteTemplate migrates one database for all tests of the process.
var sqliteTemplate = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "openimis-template-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "template.db")
	s, err := persistence.Open(context.Background(), persistence.Options{DSN: "sqlite://" + file, Timezone: Zone})
	if err != nil {
		return nil, err
	}
	if _, err := s.Migrate(context.Background(), false); err != nil {
		return nil, err
	}
	if err := s.Close(); err != nil { // closing merges the log into the file
		return nil, err
	}
	return os.ReadFile(file)
})

// open opens the database and closes it with the test.
func open(t testing.TB, dsn string, options []Option) *persistence.Store {
	t.Helper()
	o := persistence.Options{DSN: dsn, Timezone: Zone}
	for _, option := range options {
		option(&o)
	}
	recording(t, &o)
	s, err := persistence.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// System gives a context that acts for the program itself.
func System(t testing.TB) context.Context {
	return core.WithPrincipal(t.Context(), core.SystemPrincipal)
}
