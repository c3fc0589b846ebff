package cmd

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/core/config"
	"github.com/openimis/openimis-go/persistence"
)

// largestConfiguration is how many bytes of a configuration are read.
const largestConfiguration = 1 << 20

// usages are the bits of a control of a field.
var usages = map[string]int{"hidden": 1, "read-only": 2, "mandatory": 4}

func newConfiguration() *cobra.Command {
	cmd := &cobra.Command{Use: "configuration", Short: "Settings of the modules of the web interface"}
	cmd.AddCommand(newConfigurationSet(), newConfigurationList(), newConfigurationRemove())
	return cmd
}

// onStore runs what a command does in one transaction of the database.
func onStore(cmd *cobra.Command, do func(x *persistence.Session) error) error {
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
	return store.Tx(ctx, do)
}

func newConfigurationSet() *cobra.Command {
	cmd := &cobra.Command{
		Use: "set MODULE FILE", Short: "Set what a module has otherwise than by default", Args: cobra.ExactArgs(2),
		Long: `set puts a JSON object in the place of what was set for the module, as in

  openimis configuration set fe-core core.json --db … --control Insuree.email=hidden

FILE is - for standard input. Modules of the web interface are called fe-…; what is set for
them can be read by anybody, also without signing in. The browser reads it when a page is
loaded anew.`,
	}
	config.Flags(cmd.Flags(), "db", "timezone", "log-level", "log-format")
	var expose bool
	var controls []string
	cmd.Flags().BoolVar(&expose, "expose", false, "let anybody read it; always so for modules called fe-…")
	cmd.Flags().StringSliceVar(&controls, "control", nil, "FIELD=USAGE: how a field is shown, hidden, read-only or mandatory; may be given again, also for one field")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		text, err := readSettings(cmd.InOrStdin(), args[1])
		if err != nil {
			return err
		}
		c := persistence.ModuleConfiguration{Module: args[0], Layer: layerOf(args[0]), Version: "1", Config: text}
		c.IsExposed = expose || c.Layer == persistence.LayerFront
		if c.Controls, err = readControls(controls); err != nil {
			return err
		}
		if err := onStore(cmd, func(x *persistence.Session) error { return persistence.SetModuleConfiguration(x, &c) }); err != nil {
			return err
		}
		fmt.Fprintf(cmd.OutOrStdout(), "%s is set, with %d controlled fields\n", c.Module, len(c.Controls))
		return nil
	}
	return cmd
}

// layerOf tells which layer a module belongs to by its name.
func layerOf(module string) string {
	if strings.HasPrefix(module, "fe-") {
		return persistence.LayerFront
	}
	return persistence.LayerBack
}

// readSettings reads a JSON object from a file, or from standard input for -.
func readSettings(in io.Reader, name string) (string, error) {
	if name != "-" {
		file, err := os.Open(name)
		if err != nil {
			return "", core.Wrap(core.Invalid, err, "the settings could not be read")
		}
		defer file.Close()
		in = file
	}
	text, err := io.ReadAll(io.LimitReader(in, largestConfiguration+1))
	if err != nil {
		return "", core.Wrap(core.Invalid, err, "the settings could not be read")
	}
	var object map[string]json.RawMessage
	switch err := json.Unmarshal(text, &object); {
	case len(text) > largestConfiguration:
		return "", core.Errorf(core.Invalid, "the settings are longer than %d bytes", largestConfiguration)
	case err != nil:
		return "", core.Wrap(core.Invalid, err, "the settings are no JSON object")
	case object == nil:
		return "", core.Errorf(core.Invalid, "the settings are no JSON object")
	}
	return strings.TrimSpace(string(text)), nil
}

// readControls reads FIELD=USAGE; the usages of one field are added up.
func readControls(words []string) ([]persistence.FieldControl, error) {
	var controls []persistence.FieldControl
	at := map[string]int{}
	for _, word := range words {
		field, usage, _ := strings.Cut(word, "=")
		bit, known := usages[usage]
		if field == "" || !known {
			return nil, core.ErrorAt(core.Invalid, "control", "%q is not FIELD=hidden, FIELD=read-only or FIELD=mandatory", word)
		}
		i, there := at[field]
		if !there {
			i = len(controls)
			at[field] = i
			controls = append(controls, persistence.FieldControl{Field: field, Usage: new(int)})
		}
		*controls[i].Usage |= bit
	}
	return controls, nil
}

func newConfigurationList() *cobra.Command {
	cmd := &cobra.Command{Use: "list", Short: "Show what is set", Args: cobra.NoArgs}
	config.Flags(cmd.Flags(), "db", "timezone", "log-level", "log-format")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		return onStore(cmd, func(x *persistence.Session) error {
			all, err := persistence.ModuleConfigurations(x)
			for i := range all {
				c := &all[i]
				state := "not exposed"
				if c.IsExposed {
					state = "exposed"
				}
				if persistence.InForce(x, all, c.Module, c.Layer) != c {
					state += ", does not count now"
				}
				fmt.Fprintf(cmd.OutOrStdout(), "%s (%s, %s): %s\n", c.Module, c.Layer, state, c.Config)
				for _, control := range c.Controls {
					fmt.Fprintf(cmd.OutOrStdout(), "  %s: %s\n", control.Field, usageWords(control.Usage))
				}
			}
			if err == nil && len(all) == 0 {
				fmt.Fprintln(cmd.OutOrStdout(), "nothing is set")
			}
			return err
		})
	}
	return cmd
}

func usageWords(usage *int) string {
	var words []string
	for _, word := range []string{"hidden", "read-only", "mandatory"} {
		if usage != nil && *usage&usages[word] != 0 {
			words = append(words, word)
		}
	}
	if len(words) == 0 {
		return "as usual"
	}
	return strings.Join(words, ", ")
}

func newConfigurationRemove() *cobra.Command {
	cmd := &cobra.Command{Use: "remove MODULE", Short: "Go back to the defaults of a module", Args: cobra.ExactArgs(1)}
	config.Flags(cmd.Flags(), "db", "timezone", "log-level", "log-format")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return onStore(cmd, func(x *persistence.Session) error {
			removed, err := persistence.RemoveModuleConfiguration(x, args[0], layerOf(args[0]))
			if err == nil && removed == 0 {
				return core.Errorf(core.NotFound, "nothing is set for %s", args[0])
			}
			if err == nil {
				fmt.Fprintf(cmd.OutOrStdout(), "%s has its defaults again\n", args[0])
			}
			return err
		})
	}
	return cmd
}
