package persistencetest

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"
	_ "github.com/jackc/pgx/v5/stdlib" // registers "pgx"

	"github.com/openimis/openimis-go/persistence"
)

// Postgres opens a fresh migrated database on the server OPENIMIS_TEST_POSTGRES names and
// drops it with the test.
func Postgres(t testing.TB, options ...Option) *persistence.Store {
	t.Helper()
	return open(t, create(t, true), options)
}

// EmptyPostgres gives the DSN of a database without any table, dropped with the test.
func EmptyPostgres(t testing.TB) string {
	t.Helper()
	return create(t, false)
}

// PostgresDSN gives the server the tests use.
func PostgresDSN(t testing.TB) string { return postgresServer(t) }

// postgresServer gives the DSN of the server, or says how to get one.
func postgresServer(t testing.TB) string {
	t.Helper()
	server := os.Getenv(PostgresEnv)
	if server == "" {
		if os.Getenv("CI") != "" {
			t.Fatalf("%s is not set; start one with: %s", PostgresEnv, StartPostgres)
		}
		t.Skipf("%s is not set; start one with: %s", PostgresEnv, StartPostgres)
	}
	return server
}

func create(t testing.TB, migrated bool) string {
	t.Helper()
	server := postgresServer(t)
	admin, err := sql.Open("pgx", server)
	if err != nil {
		t.Fatal(err)
	}
	name := "openimis_test_" + strings.ReplaceAll(uuid.NewString(), "-", "")
	statement := "CREATE DATABASE " + name
	if migrated {
		template, err := postgresTemplate(server)
		if err != nil {
			t.Fatal(err)
		}
		statement += " TEMPLATE " + template
	}
	if _, err := admin.Exec(statement); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		defer admin.Close()
		if _, err := admin.Exec("DROP DATABASE " + name + " WITH (FORCE)"); err != nil {
			t.Error(err)
		}
	})
	return database(server, name)
}

// database gives the DSN of another database on the same server.
func database(server, name string) string {
	u, err := url.Parse(server)
	if err != nil {
		return server
	}
	u.Path = "/" + name
	return u.String()
}

var templates sync.Map // server → func() (string, error)

// postgresTemplate migrates one database for all test processes and keeps it: its name is
// made of the migrations, so a change of them makes another.
func postgresTemplate(server string) (string, error) {
	once, _ := templates.LoadOrStore(server, sync.OnceValues(func() (string, error) {
		sum := sha256.New()
		for _, text := range persistence.MigrationTexts("postgres") {
			sum.Write([]byte(text))
		}
		name := "openimis_template_" + hex.EncodeToString(sum.Sum(nil))[:16]
		return name, makeTemplate(context.Background(), server, name)
	}))
	return once.(func() (string, error))()
}

func makeTemplate(ctx context.Context, server, name string) error {
	admin, err := sql.Open("pgx", server)
	if err != nil {
		return err
	}
	defer admin.Close()
	conn, err := admin.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	// Test processes start at the same time; one of them makes the template. The lock
	// goes with the connection.
	const lock = 0x6f70656e
	if _, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock($1)", lock); err != nil {
		return err
	}
	defer conn.ExecContext(ctx, "SELECT pg_advisory_unlock($1)", lock)
	var there bool
	if err := conn.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)", name).Scan(&there); err != nil || there {
		return err
	}
	making := name + "_making"
	if _, err := conn.ExecContext(ctx, "DROP DATABASE IF EXISTS "+making+" WITH (FORCE)"); err != nil {
		return err
	}
	if _, err := conn.ExecContext(ctx, "CREATE DATABASE "+making); err != nil {
		return err
	}
	s, err := persistence.Open(ctx, persistence.Options{DSN: database(server, making), Timezone: Zone})
	if err != nil {
		return err
	}
	if _, err := s.Migrate(ctx, false); err != nil {
		return fmt.Errorf("template: %w", err)
	}
	if err := s.Close(); err != nil {
		return err
	}
	_, err = conn.ExecContext(ctx, "ALTER DATABASE "+making+" RENAME TO "+name)
	return err
}
