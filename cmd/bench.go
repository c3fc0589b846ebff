package cmd

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/spf13/cobra"

	"github.com/openimis/openimis-go/cmd/bench"
	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/core/config"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/demo"
	"github.com/openimis/openimis-go/persistence/tables"
)

func newBench(modules []*core.Module) *cobra.Command {
	cmd := &cobra.Command{
		Use: "bench", Short: "Measure the program against the least any server could do", Args: cobra.NoArgs,
		Long: `bench measures reading, searching, submitting a claim and a page of a hundred, each next to
its floor: the same SQL statements on the same database and a handler that writes the same
bytes. It also measures the import of CSV, the start of the program and its memory.

Without --db it works on a database of its own. A database named by --db has to be empty
or a demo: bench fills it with demo data and leaves new claims in it.`,
	}
	config.Flags(cmd.Flags(), "db", "timezone", "demo-size")
	asJSON := cmd.Flags().Bool("json", false, "print the report as JSON")
	load := bench.Load{}
	cmd.Flags().DurationVar(&load.Time, "time", 3*time.Second, "how long to press each side of each case")
	cmd.Flags().IntVar(&load.Rounds, "rounds", 6, "turns the two sides take")
	cmd.Flags().IntVar(&load.Callers, "callers", runtime.GOMAXPROCS(0), "requests at once")
	skipProcess := cmd.Flags().Bool("no-start", false, "leave out the start of a fresh process")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		c, err := settings(cmd)
		if err != nil {
			return err
		}
		if load.Rounds < 1 || load.Callers < 1 || load.Time < time.Millisecond {
			return core.Errorf(core.Invalid, "--time, --rounds and --callers have to be above zero")
		}
		progress := cmd.ErrOrStderr()
		report, err := runBench(cmd.Context(), c, modules, load, *skipProcess, progress)
		if err != nil {
			return err
		}
		if *asJSON {
			encoder := json.NewEncoder(cmd.OutOrStdout())
			encoder.SetIndent("", "  ")
			return encoder.Encode(report)
		}
		report.Print(cmd.OutOrStdout())
		return nil
	}
	return cmd
}

func runBench(ctx context.Context, c config.Config, modules []*core.Module, load bench.Load, skipProcess bool, progress io.Writer) (*bench.Report, error) {
	ctx = core.WithPrincipal(ctx, core.SystemPrincipal)
	dir, err := os.MkdirTemp("", "openimis-bench-")
	if err != nil {
		return nil, core.Wrap(core.Unavailable, err, "no temporary folder")
	}
	defer os.RemoveAll(dir)
	if c.Timezone == "" {
		c.Timezone = "UTC"
	}
	store, report, err := benchStore(ctx, c, dir, progress)
	if err != nil {
		return nil, err
	}
	defer store.Close()
	report.Callers = load.Callers
	suite, err := benchSuite(store, c, modules)
	if err != nil {
		return nil, err
	}
	cases, err := suite.Cases()
	if err != nil {
		return nil, err
	}
	for _, one := range cases {
		fmt.Fprintln(progress, "measuring", one.Name, "…")
		result, err := suite.Measure(ctx, one, load)
		if err != nil {
			return nil, err
		}
		report.Results = append(report.Results, result)
	}
	report.Peak = bench.Resident(os.Getpid(), "VmHWM")
	if !skipProcess {
		fmt.Fprintln(progress, "measuring the start of the program …")
		if report.Process, err = benchStart(ctx, dir); err != nil {
			return nil, err
		}
	}
	return report, nil
}

// benchSuite assembles the server as serve does, with nothing switched off but the limits
// on one caller and the log.
func benchSuite(store *persistence.Store, c config.Config, modules []*core.Module) (*bench.Suite, error) {
	registry, err := core.NewRegistry(modules, nil)
	if err != nil {
		return nil, err
	}
	s, err := Assemble(Parts{Config: c, Secret: make([]byte, 32), Registry: registry, Store: store})
	if err != nil {
		return nil, err
	}
	admin := demo.Users[0]
	return bench.NewSuite(store, s, admin.Login+":"+admin.Password)
}

// benchStore gives a database with demo data in it. Into an empty one the data comes from
// CSV files, and how fast is part of the report.
func benchStore(ctx context.Context, c config.Config, dir string, progress io.Writer) (*persistence.Store, *bench.Report, error) {
	size, err := demo.ParseSize(c.DemoSize)
	if err != nil {
		return nil, nil, err
	}
	if c.DB == "" {
		c.DB = "sqlite://" + filepath.Join(dir, "bench.db")
	}
	report := &bench.Report{Database: persistence.RedactDSN(c.DB), Insured: size}
	store, err := open(ctx, c, nil, progress)
	if err != nil {
		return nil, nil, err
	}
	if err := benchFill(ctx, c, store, size, dir, report, progress); err != nil {
		_ = store.Close()
		return nil, nil, err
	}
	return store, report, nil
}

func benchFill(ctx context.Context, c config.Config, store *persistence.Store, size int, dir string, report *bench.Report, progress io.Writer) error {
	if _, err := store.Migrate(ctx, false); err != nil {
		return err
	}
	if empty, err := demo.Empty(store.Read(ctx)); err != nil || !empty {
		return err
	}
	c.DB = "sqlite://" + filepath.Join(dir, "source.db")
	source, err := filled(ctx, c, size, nil, progress, progress)
	if err != nil {
		return err
	}
	defer source.Close()
	files := filepath.Join(dir, "csv")
	if _, err := tables.Export(ctx, source, tables.ExportOptions{Dir: files}); err != nil {
		return err
	}
	fmt.Fprintln(progress, "measuring the import …")
	loaded, err := tables.Import(ctx, store, tables.ImportOptions{Dir: files})
	if err != nil {
		return err
	}
	report.Import = &bench.Import{Rows: loaded.Rows, Took: loaded.Took, PerSecond: float64(loaded.Rows) / loaded.Took.Seconds()}
	return nil
}

// benchStart starts this program a second time on a demo that is made already: the first
// start makes the data, which is not what a start costs every day.
func benchStart(ctx context.Context, dir string) (*bench.Process, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, core.Wrap(core.Internal, err, "the program does not know where it is")
	}
	args := []string{"serve", "--demo", "--addr", "127.0.0.1:0", "--state-dir", filepath.Join(dir, "state"), "--log-level", "error"}
	if _, err := bench.StartProcess(ctx, program, args...); err != nil {
		return nil, err
	}
	p, err := bench.StartProcess(ctx, program, args...)
	return &p, err
}
