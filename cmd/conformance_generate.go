package cmd

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/openimis/openimis-go/conformance"
	"github.com/openimis/openimis-go/core"
)

func newConformanceGenerate() *cobra.Command {
	t := target{format: "json"}
	var out, fixtures string
	command := &cobra.Command{
		Use:   "generate --server URL --out DIR",
		Short: "Write TestScripts for everything a server claims",
		Long: `generate reads the CapabilityStatement of a server and writes a TestScript for each resource type in
JSON and in XML: create, read, vread, search by each parameter, update, patch, history, the conditional
interactions and delete, each where it is claimed.

What is sent is taken from --fixtures, a folder with TYPE.json for each type that shall be written; other
types are then only read. Without --fixtures an instance of the server is taken, and its identifiers made new.
See docs/conformance.md.`,
		Example: "  openimis conformance generate --server http://127.0.0.1:8000/fhir --user Admin:admin123 --fixtures conformance/fixtures --out conformance/generated",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if out == "" {
				return unusable{core.ErrorAt(core.Invalid, "out", "where shall the scripts be written? Give --out DIR")}
			}
			runner, err := t.runner()
			if err != nil {
				return unusable{err}
			}
			done, err := conformance.Generate(cmd.Context(), runner, fixtures, out)
			if err != nil {
				return unusable{err}
			}
			for _, note := range done.Notes {
				fmt.Fprintln(cmd.OutOrStdout(), "left out:", note)
			}
			fmt.Fprintf(cmd.OutOrStdout(), "%d scripts written to %s\n", done.Scripts, out)
			return nil
		},
	}
	t.flags(command)
	command.Flags().StringVar(&out, "out", "", "folder to write to")
	command.Flags().StringVar(&fixtures, "fixtures", "", "folder of the resources to send, TYPE.json each")
	return command
}
