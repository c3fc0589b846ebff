package tables

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

func report(t *testing.T, err error) {
	t.Helper()
	var e *core.Error
	if errors.As(err, &e) {
		for _, one := range e.All() {
			t.Log(one.Path, "|", one.Message, one.Cause)
		}
	}
	t.Fatal(err)
}

func TestTry(t *testing.T) {
	ctx := core.WithPrincipal(context.Background(), core.SystemPrincipal)
	for _, dsn := range []string{"sqlite://" + filepath.Join(t.TempDir(), "x.db"), os.Getenv("TRY_PG")} {
		store, err := persistence.Open(ctx, persistence.Options{DSN: dsn})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := store.Migrate(ctx, false); err != nil {
			t.Fatal(err)
		}
		r, err := Import(ctx, store, ImportOptions{Dir: "../../../shared/reference/demo-data"})
		if err != nil {
			report(t, err)
		}
		t.Log(r.Rows, r.Took)
		store.Close()
	}
}
