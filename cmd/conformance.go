package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/openimis/openimis-go/conformance"
	"github.com/openimis/openimis-go/core"
)

func newConformance() *cobra.Command {
	command := &cobra.Command{
		Use:   "conformance",
		Short: "Test a FHIR server with TestScripts",
	}
	command.AddCommand(newConformanceRun(), newConformanceGenerate())
	return command
}

// target is the server under test, as the flags name it.
type target struct {
	servers             []string
	user, token, format string
	timeout             time.Duration
}

func (t *target) flags(command *cobra.Command) {
	f := command.Flags()
	f.StringArrayVar(&t.servers, "server", nil, "base URL of the server under test; a second one is destination 2 of scripts that have two")
	f.StringVar(&t.user, "user", "", "NAME:PASSWORD for HTTP Basic")
	f.StringVar(&t.token, "token", "", "bearer token, in place of --user")
	f.DurationVar(&t.timeout, "timeout", 30*time.Second, "how long one request may take")
}

// runner makes the runner. Errors: core.Invalid with what to give instead.
func (t *target) runner() (*conformance.Runner, error) {
	if len(t.servers) == 0 {
		return nil, core.ErrorAt(core.Invalid, "server", "which server? Give --server http://HOST:PORT/fhir")
	}
	for _, server := range t.servers {
		if !strings.HasPrefix(server, "http://") && !strings.HasPrefix(server, "https://") {
			return nil, core.ErrorAt(core.Invalid, "server", "%q is no URL: give the base, such as http://127.0.0.1:8000/fhir", server)
		}
	}
	name, password, hasPassword := strings.Cut(t.user, ":")
	switch {
	case t.user != "" && !hasPassword:
		return nil, core.ErrorAt(core.Invalid, "user", "the password is missing: give NAME:PASSWORD")
	case t.user != "" && t.token != "":
		return nil, core.ErrorAt(core.Invalid, "token", "give --user or --token, not both")
	case t.timeout <= 0:
		return nil, core.ErrorAt(core.Invalid, "timeout", "it has to be more than nothing, such as 30s")
	}
	return &conformance.Runner{
		Server: t.servers[0], Others: t.servers[1:], User: name, Password: password, Token: t.token, Format: t.format, Timeout: t.timeout,
	}, nil
}

// unusable makes an error end the program with status 2, as what was given cannot be used.
type unusable struct{ error }

func (u unusable) Unwrap() error { return u.error }

// status is the exit status an error ends the program with.
func status(err error) int {
	if errors.As(err, &unusable{}) {
		return 2
	}
	return 1
}

// outputs are the reports asked for.
type outputs struct {
	json                bool
	junit, report, html string
}

func newConformanceRun() *cobra.Command {
	var t target
	var o outputs
	var filter string
	var claimed bool
	command := &cobra.Command{
		Use:   "run --server URL PATH…",
		Short: "Run every TestScript under the paths against a server",
		Long: `Run every TestScript (JSON or XML) under the paths against a FHIR R4 server, this one or any other.
The last line says "N passed, N failed, N skipped". The exit status is 1 when one failed, and 2 when
nothing could be run because a flag or a script cannot be used. See docs/conformance.md.`,
		Example: `  openimis conformance run --server http://127.0.0.1:8000/fhir --user Admin:admin123 conformance/testscripts
  openimis conformance run --server http://127.0.0.1:8000/fhir --user Admin:admin123 --html report.html --filter Patient conformance/generated`,
		RunE: func(cmd *cobra.Command, paths []string) error {
			return runScripts(cmd, &t, &o, filter, claimed, paths)
		},
	}
	t.flags(command)
	f := command.Flags()
	f.StringVar(&t.format, "format", "json", "json or xml: the format used where a script leaves it open")
	f.StringVar(&filter, "filter", "", "run only scripts whose name or file matches this regular expression")
	f.BoolVar(&claimed, "claimed", false, "skip scripts that touch resource types the server does not claim in its CapabilityStatement")
	f.BoolVar(&o.json, "json", false, "print results as JSON lines")
	f.StringVar(&o.junit, "junit", "", "write a JUnit report to this file")
	f.StringVar(&o.report, "report", "", "write a Bundle of TestReport resources to this file")
	f.StringVar(&o.html, "html", "", "write a report for people to this file: one page with every request and response")
	return command
}

func runScripts(cmd *cobra.Command, t *target, o *outputs, filter string, claimed bool, paths []string) error {
	if t.format != "json" && t.format != "xml" {
		return unusable{core.ErrorAt(core.Invalid, "format", "it is json or xml, not %q", t.format)}
	}
	runner, err := t.runner()
	if err != nil {
		return unusable{err}
	}
	runner.Claimed = claimed
	scripts, err := chosen(paths, filter)
	if err != nil {
		return unusable{err}
	}
	if _, err := runner.Metadata(cmd.Context()); err != nil {
		fmt.Fprintln(cmd.ErrOrStderr(), "warning: no CapabilityStatement:", err)
	}
	out := cmd.OutOrStdout()
	tell := conformance.Console(out, terminal(out))
	if o.json {
		tell = conformance.JSONLines(out)
	}
	var summary conformance.Summary
	var reports []*conformance.ScriptReport
	for _, script := range scripts {
		reports = append(reports, runner.Run(cmd.Context(), script, func(r conformance.Result) {
			summary.Add(r)
			tell(r)
		}))
	}
	if err := o.write(runner, reports); err != nil {
		return unusable{err}
	}
	fmt.Fprintln(out, summary)
	return failures(cmd.Context(), summary)
}

func failures(ctx context.Context, summary conformance.Summary) error {
	switch {
	case ctx.Err() != nil:
		return core.Errorf(core.Unavailable, "the run was interrupted")
	case summary.Failed > 0:
		return core.Errorf(core.Conflict, "the server failed %d tests", summary.Failed)
	}
	return nil
}

// chosen loads the scripts under the paths that the filter lets through.
func chosen(paths []string, filter string) ([]*conformance.Script, error) {
	if len(paths) == 0 {
		return nil, core.ErrorAt(core.Invalid, "PATH", "which scripts? Give files or folders that hold TestScripts")
	}
	pattern, err := regexp.Compile(filter)
	if err != nil {
		return nil, core.ErrorAt(core.Invalid, "filter", "%q is no regular expression: %v", filter, err)
	}
	files, err := conformance.Find(paths...)
	if err != nil {
		return nil, err
	}
	var scripts []*conformance.Script
	for _, file := range files {
		script, err := conformance.Load(file)
		if err != nil {
			return nil, err
		}
		if pattern.MatchString(file) || pattern.MatchString(script.Name) {
			scripts = append(scripts, script)
		}
	}
	if len(scripts) == 0 {
		return nil, core.ErrorAt(core.Invalid, "filter", "none of the %d scripts matches %q", len(files), filter)
	}
	return scripts, nil
}

// write writes the reports to their files.
func (o *outputs) write(runner *conformance.Runner, reports []*conformance.ScriptReport) error {
	for _, each := range []struct {
		file  string
		write func(io.Writer, *conformance.Runner, []*conformance.ScriptReport) error
	}{{o.junit, conformance.JUnit}, {o.report, conformance.TestReports}, {o.html, conformance.HTML}} {
		if each.file == "" {
			continue
		}
		file, err := os.Create(each.file)
		if err != nil {
			return core.ErrorAt(core.Invalid, each.file, "it cannot be written: is the folder there, and may you write in it?")
		}
		err = each.write(file, runner, reports)
		if closed := file.Close(); err == nil {
			err = closed
		}
		if err != nil {
			return core.Wrap(core.Internal, err, "%s cannot be written", each.file)
		}
	}
	return nil
}

// terminal tells whether someone sees what is written, and wants colours.
func terminal(w io.Writer) bool {
	file, is := w.(*os.File)
	if !is || os.Getenv("NO_COLOR") != "" {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
