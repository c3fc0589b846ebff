package cmd

import (
	"github.com/spf13/cobra"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/core/config"
	"github.com/openimis/openimis-go/persistence/tables"
)

func newExport() *cobra.Command {
	cmd := &cobra.Command{
		Use: "export --csv DIR", Short: "Write legacy tables to CSV files", Args: cobra.NoArgs,
		Long: `export writes every legacy table that has rows to a CSV file of its own, in the form
import reads, history and deleted rows included. The files hold everything the tables
hold, people's data and password hashes too; keep them as you keep the database.`,
	}
	config.Flags(cmd.Flags(), "db", "timezone", "log-level", "log-format")
	dir := cmd.Flags().String("csv", "", "folder to write to; made when it does not exist, and must hold no CSV files")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		c, err := settings(cmd)
		if err != nil {
			return err
		}
		if *dir == "" {
			return core.ErrorAt(core.Invalid, "csv", "which folder? Give --csv DIR")
		}
		ctx := core.WithPrincipal(cmd.Context(), core.SystemPrincipal)
		store, err := open(ctx, c, nil, cmd.ErrOrStderr())
		if err != nil {
			return err
		}
		defer store.Close()
		show, finish := progressBar(cmd.ErrOrStderr())
		report, err := tables.Export(ctx, store, tables.ExportOptions{Dir: *dir, Progress: show})
		finish()
		if err != nil {
			return err
		}
		tell(cmd.OutOrStdout(), "wrote", report)
		return nil
	}
	return cmd
}
