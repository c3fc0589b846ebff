package cmd

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/core/config"
	"github.com/openimis/openimis-go/persistence"
)

func newMigrate() *cobra.Command {
	cmd := &cobra.Command{
		Use: "migrate", Short: "Bring the schema of a database up to date", Args: cobra.NoArgs,
		Long: `migrate creates the whole schema in an empty database. A database with legacy openIMIS
data is adopted: columns and indexes are added, nothing is changed or dropped. See first
with --dry-run what it would do.`,
	}
	config.Flags(cmd.Flags(), "db", "timezone", "log-level", "log-format")
	dryRun := cmd.Flags().Bool("dry-run", false, "show what would be done and do nothing")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		c, err := settings(cmd)
		if err != nil {
			return err
		}
		ctx := core.WithPrincipal(cmd.Context(), core.SystemPrincipal)
		store, err := open(ctx, c, nil, cmd.ErrOrStderr())
		if err != nil {
			return err
		}
		defer store.Close()
		if legacy, err := store.Legacy(ctx); err != nil {
			return err
		} else if legacy && c.Timezone == "" {
			return core.ErrorAt(core.Invalid, "timezone", "this database has legacy data: say which zone its wall clock shows, as in --timezone Africa/Douala; a wrong one shifts every date")
		}
		lines, err := store.Migrate(ctx, *dryRun)
		for _, line := range lines {
			fmt.Fprintln(cmd.OutOrStdout(), line)
		}
		if err != nil {
			return err
		}
		verb := "did"
		if *dryRun {
			verb = "would do"
		}
		if len(lines) == 0 {
			fmt.Fprintln(cmd.OutOrStdout(), "the schema is up to date, nothing to do")
			return nil
		}
		fmt.Fprintf(cmd.OutOrStdout(), "%s %d things on %s\n", verb, len(lines), persistence.RedactDSN(c.DB))
		return nil
	}
	return cmd
}
