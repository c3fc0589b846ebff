package conformance

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Runner runs scripts against one server.
type Runner struct {
	Server   string       // base URL, such as http://127.0.0.1:8000/fhir
	User     string       // for HTTP Basic; "" for none
	Password string       //
	Format   string       // "json" or "xml": what is sent and asked for where a script leaves it open
	Client   *http.Client // nil for one with a 30 second time-out
}

// Outcome of a test.
type Outcome string

// The outcomes.
const (
	Passed  Outcome = "passed"
	Failed  Outcome = "failed"
	Skipped Outcome = "skipped"
)

// Result is what became of one test, or of a setup that failed.
type Result struct {
	Script   string        `json:"script"`
	Test     string        `json:"test"`
	Outcome  Outcome       `json:"outcome"`
	Message  string        `json:"message,omitempty"`  // why it failed or was skipped
	Warnings []string      `json:"warnings,omitempty"` // assertions that are warnings only
	Took     time.Duration `json:"took"`               // nanoseconds
}

// run is one script on its way.
type run struct {
	runner   *Runner
	script   *Script
	messages map[string]*message // fixtures and responses by id
	last     *message
	warnings []string
	created  []string // what autocreate made, to delete at the end
}

// unsupported is an error for what the runner cannot do; the test is then skipped.
type unsupported struct{ what string }

func (u unsupported) Error() string { return u.what + " is not supported by this runner" }

func isUnsupported(err error) bool {
	var u unsupported
	return errors.As(err, &u)
}

// Run runs one script and hands each result on as soon as it is there.
func (r *Runner) Run(ctx context.Context, script *Script, report func(Result)) {
	x := &run{runner: r, script: script, messages: map[string]*message{}}
	defer x.teardown(ctx)
	if err := x.prepare(ctx); err != nil {
		report(Result{Script: script.Name, Test: "setup", Outcome: Failed, Message: err.Error()})
		for _, test := range script.Tests {
			report(Result{Script: script.Name, Test: testName(test), Outcome: Skipped, Message: "the setup failed"})
		}
		return
	}
	for _, test := range script.Tests {
		report(x.test(ctx, test))
	}
}

func testName(t Test) string {
	if t.Name != "" {
		return t.Name
	}
	return t.ID
}

// prepare loads the fixtures, creates those marked so and runs the setup.
func (x *run) prepare(ctx context.Context) error {
	for _, fixture := range x.script.Fixtures {
		m, err := x.fixture(fixture)
		if err != nil {
			return fmt.Errorf("fixture %s: %w", fixture.ID, err)
		}
		x.messages[fixture.ID] = m
		if fixture.Autocreate {
			if err := x.autocreate(ctx, fixture, m); err != nil {
				return fmt.Errorf("fixture %s: %w", fixture.ID, err)
			}
		}
	}
	return x.actions(ctx, x.script.Setup.Actions)
}

func (x *run) autocreate(ctx context.Context, fixture Fixture, m *message) error {
	o := &Operation{Resource: m.tree.String("resourceType"), SourceID: fixture.ID}
	o.Type.Code = "create"
	if err := x.operate(ctx, o); err != nil {
		return err
	}
	if x.last.status != http.StatusCreated && x.last.status != http.StatusOK {
		return fmt.Errorf("autocreate was answered with %d: %s", x.last.status, x.last.problem())
	}
	if location := x.last.header.Get("Location"); fixture.Autodelete && location != "" {
		url, _, _ := strings.Cut(location, "/_history/")
		x.created = append(x.created, url)
	}
	return nil
}

func (x *run) test(ctx context.Context, test Test) Result {
	start := time.Now()
	x.warnings = nil
	result := Result{Script: x.script.Name, Test: testName(test), Outcome: Passed}
	if err := x.actions(ctx, test.Actions); err != nil {
		result.Outcome, result.Message = Failed, err.Error()
		if isUnsupported(err) {
			result.Outcome = Skipped
		}
	}
	result.Warnings, result.Took = x.warnings, time.Since(start)
	return result
}

// actions runs actions until one fails.
func (x *run) actions(ctx context.Context, actions []Action) error {
	for i, action := range actions {
		var err error
		switch {
		case action.Operation != nil:
			err = x.operate(ctx, action.Operation)
		case action.Assert != nil:
			err = x.assert(action.Assert)
			if err != nil && !isUnsupported(err) && action.Assert.WarningOnly {
				x.warnings = append(x.warnings, err.Error())
				err = nil
			}
		default:
			err = unsupported{fmt.Sprintf("action %d, which is neither operation nor assert,", i+1)}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// teardown undoes what the script made. What fails here is no fault of the tests.
func (x *run) teardown(ctx context.Context) {
	_ = x.actions(ctx, x.script.Teardown.Actions)
	for _, url := range x.created {
		o := &Operation{URL: url}
		o.Type.Code = "delete"
		_ = x.operate(ctx, o)
	}
}
