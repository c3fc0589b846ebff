package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/core/config"
	"github.com/openimis/openimis-go/core/telemetry"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/demo"
)

// demoDatabase opens a database with demo data: the one --db names, or an embedded one in
// the state folder. The schema is made and the data invented when it is empty.
func demoDatabase(ctx context.Context, c *config.Config, metrics *telemetry.Metrics, out, errOut io.Writer) (*persistence.Store, error) {
	size, err := demo.ParseSize(c.DemoSize)
	if err != nil {
		return nil, err
	}
	making := *c
	if making.Timezone == "" {
		making.Timezone = "UTC"
	}
	if c.DB != "" {
		return demoStore(ctx, c, making, size, metrics, out, errOut)
	}
	path := filepath.Join(c.StateDir, fmt.Sprintf("demo-%d.db", size))
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		if err := makeDemo(ctx, making, path, size, out, errOut); err != nil {
			return nil, err
		}
	}
	c.DB = "sqlite://" + path
	fmt.Fprintf(out, "demo database: %s (delete it to begin anew)\n", path)
	making.DB = c.DB
	return demoStore(ctx, c, making, size, metrics, out, errOut)
}

// demoStore opens the demo as it would be made and settles with the zone it was made in.
func demoStore(ctx context.Context, c *config.Config, making config.Config, size int, metrics *telemetry.Metrics, out, errOut io.Writer) (*persistence.Store, error) {
	store, err := filled(ctx, making, size, metrics, out, errOut)
	if err != nil {
		return nil, err
	}
	return inZone(ctx, c, store, metrics, errOut)
}

// makeDemo fills a file beside and renames it when it is whole, so that a start that was
// broken off leaves nothing behind that looks like a demo.
func makeDemo(ctx context.Context, c config.Config, path string, size int, out, errOut io.Writer) error {
	dir, err := os.MkdirTemp(c.StateDir, "making-")
	if err != nil {
		return core.ErrorAt(core.Invalid, "state-dir", "%s cannot be written to: %v", c.StateDir, err)
	}
	defer os.RemoveAll(dir)
	part := filepath.Join(dir, "demo.db")
	c.DB = "sqlite://" + part
	store, err := filled(ctx, c, size, nil, out, errOut)
	if err != nil {
		return err
	}
	if err := store.Close(); err != nil {
		return err
	}
	if err := os.Rename(part, path); err != nil {
		return core.Wrap(core.Unavailable, err, "the demo database could not be put in place")
	}
	return nil
}

// filled opens the database of the configuration, brings its schema up to date, and
// invents data when there is none.
func filled(ctx context.Context, c config.Config, size int, metrics *telemetry.Metrics, out, errOut io.Writer) (*persistence.Store, error) {
	store, err := open(ctx, c, metrics, errOut)
	if err != nil {
		return nil, err
	}
	err = fill(ctx, store, size, out)
	if err != nil {
		_ = store.Close()
		return nil, err
	}
	return store, nil
}

func fill(ctx context.Context, store *persistence.Store, size int, out io.Writer) error {
	if _, err := store.Migrate(ctx, false); err != nil {
		return err
	}
	empty, err := demo.Empty(store.Read(ctx))
	if err != nil || !empty {
		return err
	}
	start := time.Now()
	fmt.Fprintf(out, "making demo data for %d insured people, this once …\n", size)
	show, finish := progressBar(out)
	report, err := demo.Generate(ctx, store, demo.Options{Size: size, Progress: show})
	finish()
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "made %d insured people in %d families and %d claims in %s\n", report.Insurees, report.Families, report.Claims, time.Since(start).Round(time.Millisecond))
	return nil
}

// demoWelcome says who can sign on and what to try.
func demoWelcome(out io.Writer, url string) {
	fmt.Fprintln(out, "\nThis is a demo: everybody named here can sign on.")
	for _, u := range demo.Users {
		fmt.Fprintf(out, "  %-12s %-16s %s %s\n", u.Login, u.Password, u.OtherNames, u.LastName)
	}
	admin := demo.Users[0]
	fmt.Fprintf(out, "\nTry:\n  curl -u %s:%s '%s/fhir/Patient?_count=3&_pretty=true'\n  curl '%s/fhir/metadata?_pretty=true'\n\n", admin.Login, admin.Password, url, url)
}
