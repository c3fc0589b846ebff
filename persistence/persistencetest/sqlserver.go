package persistencetest

import (
	"database/sql"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/google/uuid"
	_ "github.com/microsoft/go-mssqldb" // registers "sqlserver"

	"github.com/openimis/openimis-go/persistence"
)

// SQLServer opens a fresh migrated database on the server OPENIMIS_TEST_SQLSERVER names
// and drops it with the test.
func SQLServer(t testing.TB, options ...Option) *persistence.Store {
	t.Helper()
	server := os.Getenv(SQLServerEnv)
	admin, err := sql.Open("sqlserver", server)
	if err != nil {
		t.Fatal(err)
	}
	name := "openimis_test_" + strings.ReplaceAll(uuid.NewString(), "-", "")
	if _, err := admin.Exec("CREATE DATABASE " + name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		defer admin.Close()
		if _, err := admin.Exec("ALTER DATABASE " + name + " SET SINGLE_USER WITH ROLLBACK IMMEDIATE; DROP DATABASE " + name); err != nil {
			t.Error(err)
		}
	})
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	query := u.Query()
	query.Set("database", name)
	u.RawQuery = query.Encode()
	s := open(t, u.String(), options)
	if _, err := s.Migrate(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	return s
}
