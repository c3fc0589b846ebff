package cmd

import (
	"fmt"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/openimis/openimis-go/core"
)

func newVersion(modules []*core.Module) *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Show the version of the program and its modules", Args: cobra.NoArgs,
		Run: func(cmd *cobra.Command, _ []string) {
			out := cmd.OutOrStdout()
			fmt.Fprintln(out, "openimis", core.Version, core.Build(), runtime.Version(), runtime.GOOS+"/"+runtime.GOARCH)
			for _, m := range modules {
				fmt.Fprintf(out, "  %-12s %s\n", m.Name, m.Version)
			}
		},
	}
}
