package cmd

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/openimis/openimis-go/conformance"
	"github.com/openimis/openimis-go/core"
)

func newConformance() *cobra.Command {
	command := &cobra.Command{
		Use:   "conformance",
		Short: "Test a FHIR server with TestScripts",
	}
	command.AddCommand(newConformanceRun())
	return command
}

func newConformanceRun() *cobra.Command {
	var server, user, format string
	var asJSON bool
	command := &cobra.Command{
		Use:   "run --server URL PATH…",
		Short: "Run every TestScript under the paths against a server",
		Long: `Run every TestScript (JSON) under the paths against a FHIR R4 server, this one or any other.
The last line says "N passed, N failed, N skipped"; the exit status is 1 when one failed.`,
		Example: "  openimis conformance run --server http://127.0.0.1:8000/fhir --user Admin:admin123 conformance/testscripts",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, paths []string) error {
			if format != "json" && format != "xml" {
				return core.ErrorAt(core.Invalid, "format", "it is json or xml, not %q", format)
			}
			name, password, _ := strings.Cut(user, ":")
			runner := &conformance.Runner{Server: server, User: name, Password: password, Format: format}
			files, err := conformance.Find(paths...)
			if err != nil {
				return err
			}
			report := conformance.Console(cmd.OutOrStdout())
			if asJSON {
				report = conformance.JSONLines(cmd.OutOrStdout())
			}
			var summary conformance.Summary
			for _, file := range files {
				script, err := conformance.Load(file)
				if err != nil {
					return err
				}
				runner.Run(cmd.Context(), script, func(r conformance.Result) {
					summary.Add(r)
					report(r)
				})
			}
			fmt.Fprintln(cmd.OutOrStdout(), summary)
			if summary.Failed > 0 {
				return core.Errorf(core.Conflict, "the server failed %d tests", summary.Failed)
			}
			return nil
		},
	}
	command.Flags().StringVar(&server, "server", "", "base URL of the server under test")
	command.Flags().StringVar(&user, "user", "", "NAME:PASSWORD for HTTP Basic")
	command.Flags().StringVar(&format, "format", "json", "json or xml: the format used where a script leaves it open")
	command.Flags().BoolVar(&asJSON, "json", false, "print results as JSON lines")
	_ = command.MarkFlagRequired("server")
	return command
}
