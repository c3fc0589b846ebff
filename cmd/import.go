package cmd

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/core/config"
	"github.com/openimis/openimis-go/core/security"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/tables"
)

func newImport() *cobra.Command {
	cmd := &cobra.Command{
		Use: "import --csv DIR", Short: "Load legacy tables from CSV files", Args: cobra.NoArgs,
		Long: `import loads the CSV files of a folder, one file a table (tblInsuree.csv), into a
database whose schema it brings up to date first. Every cell, key and reference is checked
before anything is written; faults are listed with file, row and column, and nothing is
loaded unless everything is. See docs/import.md for how the files are written.`,
	}
	config.Flags(cmd.Flags(), "db", "timezone", "log-level", "log-format")
	var dir, password string
	var appended bool
	f := cmd.Flags()
	f.StringVar(&dir, "csv", "", "folder of the files")
	f.BoolVar(&appended, "append", false, "load beside rows that are there already; otherwise the tables have to be empty")
	f.StringVar(&password, "admin-password", "", "password for the first administrator after the load; - reads it from standard input")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		c, err := settings(cmd)
		if err != nil {
			return err
		}
		if dir == "" {
			return core.ErrorAt(core.Invalid, "csv", "which folder holds the files? Give --csv DIR")
		}
		o := tables.ImportOptions{Dir: dir, Append: appended}
		var login string
		if o.Finish, err = firstPassword(password, cmd, &login); err != nil {
			return err
		}
		ctx := core.WithPrincipal(cmd.Context(), core.SystemPrincipal)
		store, err := open(ctx, c, nil, cmd.ErrOrStderr())
		if err != nil {
			return err
		}
		defer store.Close()
		if err := load(ctx, store, o, cmd.OutOrStdout(), cmd.ErrOrStderr()); err != nil {
			return err
		}
		if login != "" {
			fmt.Fprintf(cmd.OutOrStdout(), "user %s can sign on with the password given\n", login)
		}
		return nil
	}
	return cmd
}

func load(ctx context.Context, store *persistence.Store, o tables.ImportOptions, out, errOut io.Writer) error {
	if _, err := store.Migrate(ctx, false); err != nil {
		return err
	}
	show, finish := progressBar(errOut)
	o.Progress = show
	report, err := tables.Import(ctx, store, o)
	finish()
	if err != nil {
		return err
	}
	tell(out, "loaded", report)
	return nil
}

// firstPassword makes what sets the password of the first administrator and notes his
// log-in name, nil for no password.
func firstPassword(password string, cmd *cobra.Command, login *string) (func(*persistence.Session) error, error) {
	if password == "" {
		return nil, nil
	}
	if password == "-" {
		var err error
		if password, err = readPassword(cmd.InOrStdin(), cmd.ErrOrStderr()); err != nil {
			return nil, err
		}
	}
	if len(password) < 8 || strings.TrimSpace(password) != password {
		return nil, core.ErrorAt(core.Invalid, "admin-password", "a password has 8 characters or more, and no white space at its ends")
	}
	key := security.NewPrivateKey()
	hash := security.HashPassword(password, key)
	return func(x *persistence.Session) (err error) {
		*login, err = tables.SetAdminPassword(x, key, hash)
		return err
	}, nil
}

// tell says what was moved, a line a table.
func tell(out io.Writer, verb string, report *tables.Report) {
	for _, table := range report.Tables {
		fmt.Fprintf(out, "%10d  %s\n", table.Rows, table.Table)
	}
	speed := float64(report.Rows) / max(report.Took.Seconds(), 0.001)
	fmt.Fprintf(out, "%s %d rows of %d tables in %s (%.0f a second)\n", verb, report.Rows, len(report.Tables), report.Took.Round(time.Millisecond), speed)
}
