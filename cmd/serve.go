package cmd

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/openimis/openimis-go/cmd/server"
	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/core/bus"
	"github.com/openimis/openimis-go/core/config"
	"github.com/openimis/openimis-go/core/security"
	"github.com/openimis/openimis-go/core/telemetry"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/resources"
)

func newServe(modules []*core.Module) *cobra.Command {
	cmd := &cobra.Command{
		Use: "serve", Short: "Open the doors", Args: cobra.NoArgs,
		Long: `serve answers FHIR requests: strictly at /fhir, with the habits of today's openIMIS clients
at /api/api_fhir_r4. The React UI is at /front once make front has built it. /docs describes
what is there.

  openimis serve --demo                         a complete system to try, on ` + config.Default().Addr + `
  openimis serve --db postgres://me@host/imis   on a database prepared with openimis migrate

With --async-mutations the changes of the React UI are answered at once and carried out by
processes with the role worker, which --bus wakes:

  openimis serve --db … --bus amqp://me:pass@host --roles fhir,graphql --async-mutations
  openimis serve --db … --bus amqp://me:pass@host --roles worker --addr 127.0.0.1:8001

SIGTERM or Ctrl-C stops it: /readyz answers 503, what was accepted is finished.`,
	}
	config.Flags(cmd.Flags())
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		c, err := settings(cmd)
		if err != nil {
			return err
		}
		return serve(cmd.Context(), c, modules, cmd.OutOrStdout(), cmd.ErrOrStderr())
	}
	return cmd
}

// serve runs one process until ctx ends.
func serve(ctx context.Context, c config.Config, modules []*core.Module, out, errOut io.Writer) error {
	log := telemetry.NewLogger(errOut, c.LogLevel, c.LogFormat)
	registry, err := core.NewRegistry(modules, c.Modules)
	if err != nil {
		return err
	}
	// What can be refused without the database is refused before it is touched.
	if err := checkRoles(c); err != nil {
		return err
	}
	if err := stateDir(&c); err != nil {
		return err
	}
	secret, err := signingSecret(c)
	if err != nil {
		return err
	}
	wakes, err := bus.Open(c.Bus, log)
	if err != nil {
		return err
	}
	defer wakes.Close()
	guides, err := resources.LoadGuides(c.Packages)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", c.Addr)
	if err != nil {
		return core.ErrorAt(core.Unavailable, "addr", "%s cannot be listened on: %v", c.Addr, err)
	}
	defer listener.Close()
	metrics := telemetry.NewMetrics()
	store, err := database(ctx, &c, metrics, out, errOut)
	if err != nil {
		return err
	}
	defer store.Close()
	log.Info("starting", settingsAttr(c)...)
	site, err := store.Site(core.WithPrincipal(ctx, core.SystemPrincipal))
	if err != nil {
		return err
	}
	parts := Parts{Config: c, Adopted: site.Adopted, Guides: guides, Secret: secret, Registry: registry, Store: store, Metrics: metrics, Log: log, Bus: wakes}
	s, err := Assemble(parts)
	if err != nil {
		return err
	}
	notifier, err := Notifier(parts)
	if err != nil {
		return err
	}
	if c.AsyncMutations && !slices.Contains(c.Roles, "worker") {
		log.Info("mutations wait for workers in other processes", "roles", c.Roles)
	}
	welcome(out, c, s, listener.Addr().String())
	stopRelay := relay(store, registry, notifier, log)
	stopNotifying := background(notifier.Run)
	stopWatching := background(persistence.NewWatch(store).Run)
	stopWorking := background(s.Work)
	stopForgetting := forget(store, c.AuditDays, log)
	err = s.Serve(ctx, listener)
	stopForgetting()
	stopWorking()
	stopWatching()
	stopNotifying()
	stopRelay() // behind the doors: what the last requests published may still go out
	if err != nil {
		return err
	}
	fmt.Fprintln(out, "stopped")
	return nil
}

// relay hands events of the outbox to the modules that asked for them, and to the
// subscribers, until the function it gives is called, which waits for what is being
// handled. Events nobody is told of any more stay in the outbox for the next start.
func relay(store core.Relay, registry *core.Registry, notifier *resources.Notifier, log *slog.Logger) (stop func()) {
	handlers := append(slices.Clone(core.Contributions[core.Subscription](registry)), core.Subscription{Handle: notifier.Match})
	return background(func(ctx context.Context) {
		if err := store.Relay(ctx, core.Dispatch(handlers)); err != nil {
			log.Error("events are no longer handed on", "error", err)
		}
	})
}

// forget deletes lines of the audit that are too old, at the start and every hour, until
// the function it gives is called. With no days lines are kept for ever.
func forget(store *persistence.Store, days int, log *slog.Logger) (stop func()) {
	return background(func(ctx context.Context) {
		for days > 0 {
			gone, err := store.ForgetAudit(ctx, time.Now().AddDate(0, 0, -days))
			switch {
			case ctx.Err() != nil:
				return
			case err != nil:
				log.Warn("the audit was not cleaned", "error", err)
			case gone > 0:
				log.Info("lines of the audit were too old", "lines", gone)
			}
			select {
			case <-ctx.Done():
				return
			case <-time.After(time.Hour):
			}
		}
	})
}

// background runs do until the function it gives is called, which waits for its end.
func background(do func(ctx context.Context)) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		do(ctx)
	}()
	return func() {
		cancel()
		<-done
	}
}

// builtRoles are the doors this program has; the design has more.
var builtRoles = []string{"fhir", "graphql", "worker"}

func checkRoles(c config.Config) error {
	if len(c.Roles) == 0 {
		return core.ErrorAt(core.Invalid, "roles", "a process needs a door; there is %s", strings.Join(builtRoles, ", "))
	}
	for _, role := range c.Roles {
		if !slices.Contains(builtRoles, role) {
			return core.ErrorAt(core.Invalid, "roles", "there is no door %q in this program; there is %s", role, strings.Join(builtRoles, ", "))
		}
	}
	if !bus.Known(c.Bus) {
		return core.ErrorAt(core.Invalid, "bus", "there is no transport %q in this program; there is memory and amqp://USER:PASSWORD@HOST", persistence.RedactDSN(c.Bus))
	}
	return nil
}

// stateDir settles where the process keeps what is its own.
func stateDir(c *config.Config) error {
	if c.StateDir == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			cache = os.TempDir()
		}
		c.StateDir = filepath.Join(cache, "openimis")
	}
	if err := os.MkdirAll(c.StateDir, 0o700); err != nil {
		return core.ErrorAt(core.Invalid, "state-dir", "%s cannot be made: %v", c.StateDir, err)
	}
	if c.ExportDir == "" {
		c.ExportDir = filepath.Join(c.StateDir, "export")
		if file, is := strings.CutPrefix(c.DB, "sqlite://"); is && !c.Demo && file != ":memory:" {
			c.ExportDir = file + "-export"
		}
	}
	return nil
}

func signingSecret(c config.Config) ([]byte, error) {
	if c.Secret != "" {
		return []byte(c.Secret), nil
	}
	path := c.SecretFile
	if path == "" {
		path = filepath.Join(c.StateDir, "secret")
	}
	return security.SecretFromFile(path)
}

// database opens the database and makes sure that its schema is the one this program
// works with.
func database(ctx context.Context, c *config.Config, metrics *telemetry.Metrics, out, errOut io.Writer) (*persistence.Store, error) {
	ctx = core.WithPrincipal(ctx, core.SystemPrincipal)
	if c.Demo {
		return demoDatabase(ctx, c, metrics, out, errOut)
	}
	if c.DB == "" {
		return nil, core.ErrorAt(core.Invalid, "db", "which database? Give --db sqlite://FILE, postgres://… or sqlserver://…, or try --demo")
	}
	store, err := open(ctx, *c, metrics, errOut)
	if err != nil {
		return nil, err
	}
	due, err := store.Migrate(ctx, true)
	if err == nil && len(due) > 0 {
		err = core.ErrorAt(core.Conflict, "db", "the schema is not up to date; see what is missing and put it right with: openimis migrate --dry-run --db %s", persistence.RedactDSN(c.DB))
	}
	if err != nil {
		_ = store.Close()
		return nil, err
	}
	return inZone(ctx, c, store, metrics, errOut)
}

// inZone makes sure that the rows are read with the zone they were written in: the one
// noted when the database was prepared.
func inZone(ctx context.Context, c *config.Config, store *persistence.Store, metrics *telemetry.Metrics, errOut io.Writer) (*persistence.Store, error) {
	site, err := store.Site(ctx)
	if err != nil {
		_ = store.Close()
		return nil, err
	}
	if site.Timezone == "" || site.Timezone == store.Timezone().String() {
		return store, nil
	}
	if err := store.Close(); err != nil {
		return nil, err
	}
	if c.Timezone != "" {
		return nil, core.ErrorAt(core.Invalid, "timezone", "the database was prepared with %s and its rows are in that zone, not in %s", site.Timezone, c.Timezone)
	}
	c.Timezone = site.Timezone
	return open(ctx, *c, metrics, errOut)
}

func settingsAttr(c config.Config) []any {
	values := c.Values()
	keys := make([]string, 0, len(values))
	for key, value := range values {
		if value != "" && value != "[]" && value != config.Default().Values()[key] {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	attrs := []any{slog.String("version", core.Version)}
	for _, key := range keys {
		attrs = append(attrs, slog.String(key, values[key]))
	}
	return attrs
}

// welcome says where things are, for the person who started the program.
func welcome(out io.Writer, c config.Config, s *server.Server, addr string) {
	url := c.PublicURL
	if url == "" {
		url = "http://" + addr
	}
	fmt.Fprintf(out, "openimis %s is at %s\n  FHIR R4       %s/fhir\n  today's apps  %s/api/api_fhir_r4\n  what is here  %s/docs\n", core.Version, url, url, url, url)
	if server.FrontDir(c.Front) != "" {
		fmt.Fprintf(out, "  the React UI  %s%s\n", url, server.FrontPrefix)
	}
	if c.Demo {
		demoWelcome(out, url)
	}
}
