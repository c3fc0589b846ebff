package cmd

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/core/config"
	"github.com/openimis/openimis-go/core/telemetry"
	"github.com/openimis/openimis-go/persistence"
)

// Main runs the program with these modules and ends the process: with status 0 when the
// sub-command did its work, otherwise with one line on standard error and 1, or 2 when what
// conformance was given cannot be used.
func Main(modules ...*core.Module) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := Root(modules).ExecuteContext(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "openimis:", explain(err))
		os.Exit(status(err))
	}
}

// Root makes the command tree, for those who add commands of their own.
func Root(modules []*core.Module) *cobra.Command {
	root := &cobra.Command{
		Use:   "openimis",
		Short: "Health insurance on FHIR R4 over the legacy openIMIS tables",
		Long: `openimis serves health insurance data over FHIR R4 and keeps it in the tables of openIMIS.

Try it:   openimis serve --demo
Use it:   openimis migrate --db postgres://…   then   openimis serve --db postgres://…

Every flag is also an environment variable (shown in brackets) and a line of the YAML
file given with --config. A flag wins over a variable, a variable over the file.`,
		SilenceUsage: true, SilenceErrors: true,
		CompletionOptions: cobra.CompletionOptions{HiddenDefaultCmd: true},
	}
	root.AddCommand(newServe(modules), newMigrate(), newImport(), newExport(), newUser(), newConfiguration(), newConformance(), newBench(modules), newVersion(modules))
	return root
}

// settings reads the configuration of a command.
func settings(cmd *cobra.Command) (config.Config, error) {
	return config.Load(cmd.Flags(), os.Environ())
}

// explain gives each fault of an error a line.
func explain(err error) string {
	fault, ok := err.(*core.Error)
	if !ok || len(fault.More) == 0 {
		return err.Error()
	}
	text := ""
	for i, f := range fault.All() {
		one := *f
		one.More = nil
		if i > 0 {
			text += "\n          "
		}
		text += one.Error()
	}
	return text
}

// open opens the database of the configuration. metrics may be nil.
func open(ctx context.Context, c config.Config, metrics *telemetry.Metrics, log io.Writer) (*persistence.Store, error) {
	if c.DB == "" {
		return nil, core.ErrorAt(core.Invalid, "db", "which database? Give --db sqlite://FILE, postgres://… or sqlserver://…")
	}
	zone, err := c.Location()
	if err != nil {
		return nil, err
	}
	o := persistence.Options{DSN: c.DB, Timezone: zone, Log: telemetry.NewLogger(log, c.LogLevel, c.LogFormat)}
	if metrics != nil {
		o.Observe = metrics.Statement
	}
	return persistence.Open(ctx, o)
}
