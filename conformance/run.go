package conformance

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/openimis/openimis-go/fhir"
)

// Runner runs scripts against one server.
type Runner struct {
	Server   string        // base URL, such as http://127.0.0.1:8000/fhir; destination 1
	Others   []string      // base URLs of destination 2, 3, …
	User     string        // for HTTP Basic; "" for none
	Password string        //
	Token    string        // bearer token, in place of a user; "" for none
	Format   string        // "json" or "xml": what is sent and asked for where a script leaves it open
	Timeout  time.Duration // of one request; 0 for 30 seconds
	Client   *http.Client  // nil for one of its own

	// Claimed skips what the CapabilityStatement does not claim: scripts that touch other
	// types.
	Claimed bool

	// Validate checks a resource against a profile; nil asks the server by $validate.
	Validate func(ctx context.Context, profile string, resource *fhir.Object) error

	// Now is the clock of generated dates; nil for the time of the machine.
	Now func() time.Time

	metadata *metadata // of the server, asked for once
}

// Outcome of a test or action.
type Outcome string

// The outcomes. Only actions can be Warned.
const (
	Passed  Outcome = "passed"
	Failed  Outcome = "failed"
	Skipped Outcome = "skipped"
	Warned  Outcome = "warning"
)

// Result is what became of one test, or of a setup that failed.
type Result struct {
	Script   string        `json:"script"`
	Test     string        `json:"test"`
	Outcome  Outcome       `json:"outcome"`
	Message  string        `json:"message,omitempty"`  // why it failed or was skipped
	Warnings []string      `json:"warnings,omitempty"` // assertions that are warnings only
	Took     time.Duration `json:"took"`               // nanoseconds

	Description string `json:"-"`
	Steps       []Step `json:"-"` // the actions that were tried, in order
}

// Step is what became of one action.
type Step struct {
	Assert   bool   // an assertion, not an operation
	Text     string // what the script says it is
	Outcome  Outcome
	Message  string
	Exchange *Exchange // of an operation that was sent
}

// ScriptReport is what became of a script.
type ScriptReport struct {
	Script          *Script
	Started         time.Time
	Took            time.Duration
	Setup, Teardown []Step
	Results         []Result
}

// run is one script on its way.
type run struct {
	runner   *Runner
	script   *Script
	messages map[string]*message // fixtures, requests and responses by id
	last     *message            // the last response
	steps    []Step              // of the phase under way
	made     placeholders
	bindings []binding         // of the test under way
	params   map[string]string // of the rule under way
	created  []string          // what autocreate made, to delete at the end
	calls    int               // of commons within commons
	unheard  map[string]bool   // responses that tests which were skipped would have got
}

// unsupported is an error for what the runner cannot do; the test is then skipped.
type unsupported struct{ what string }

func (u unsupported) Error() string { return u.what + " is not supported by this runner" }

// notClaimed is an error for what the server says it does not do; the test is skipped too.
type notClaimed struct{ what string }

func (n notClaimed) Error() string { return "the server does not claim " + n.what }

func isUnsupported(err error) bool {
	return errors.As(err, &unsupported{}) || errors.As(err, &notClaimed{})
}

// Run runs one script and hands each result on as soon as it is there.
func (r *Runner) Run(ctx context.Context, script *Script, report func(Result)) *ScriptReport {
	x := &run{runner: r, script: script, messages: map[string]*message{}, unheard: map[string]bool{}}
	x.made = placeholders{now: r.now(), values: map[string]string{}}
	done := &ScriptReport{Script: script, Started: r.now()}
	tell := func(result Result) {
		done.Results = append(done.Results, result)
		report(result)
	}
	begun := time.Now()
	x.phases(ctx, done, tell)
	done.Took = time.Since(begun)
	return done
}

func (r *Runner) now() time.Time {
	if r.Now != nil {
		return r.Now()
	}
	return time.Now()
}

func (x *run) phases(ctx context.Context, done *ScriptReport, tell func(Result)) {
	if why, err := x.gate(ctx); err != nil || why != "" {
		if err != nil {
			tell(Result{Script: x.script.Name, Test: "capabilities", Outcome: Failed, Message: err.Error()})
			why = "the server has not what the script needs"
		}
		x.skipAll(why, tell)
		return
	}
	defer func() { done.Teardown = x.teardown(ctx) }()
	err := x.prepare(ctx)
	done.Setup, x.steps = x.steps, nil
	switch {
	case err == nil:
	case isUnsupported(err):
		x.skipAll("the setup needs what cannot be done: "+err.Error(), tell)
		return
	default:
		tell(Result{Script: x.script.Name, Test: "setup", Outcome: Failed, Message: err.Error(), Steps: done.Setup})
		x.skipAll("the setup failed", tell)
		return
	}
	if len(x.script.Tests) == 0 {
		tell(Result{Script: x.script.Name, Test: "setup", Outcome: Passed, Steps: done.Setup})
	}
	for _, test := range x.script.Tests {
		tell(x.test(ctx, test))
	}
}

func (x *run) skipAll(why string, tell func(Result)) {
	if len(x.script.Tests) == 0 {
		tell(Result{Script: x.script.Name, Test: "setup", Outcome: Skipped, Message: why})
	}
	for _, test := range x.script.Tests {
		tell(Result{Script: x.script.Name, Test: test.says(), Outcome: Skipped, Message: why, Description: test.Description})
	}
}

// prepare loads the fixtures, creates those marked so and runs the setup.
func (x *run) prepare(ctx context.Context) error {
	for _, fixture := range x.script.Fixtures {
		m, err := x.fixture(fixture)
		if err != nil {
			m = &message{fixture: true, broken: fmt.Errorf("fixture %s: %w", fixture.ID, err)}
		}
		x.messages[fixture.ID] = m
		if fixture.Autocreate {
			if m.broken != nil {
				return m.broken
			}
			if err := x.autocreate(ctx, fixture, m); err != nil {
				return fmt.Errorf("fixture %s: %w", fixture.ID, err)
			}
		}
	}
	found := &verdict{}
	x.actions(ctx, x.script.Setup.Actions, found)
	return found.failure
}

func (x *run) autocreate(ctx context.Context, fixture Fixture, m *message) error {
	o := &Operation{Code: "create", Resource: m.tree.String("resourceType"), SourceID: fixture.ID, Description: "autocreate " + fixture.ID}
	if err := x.step(ctx, o); err != nil {
		return err
	}
	if x.last.status != http.StatusCreated && x.last.status != http.StatusOK {
		return fmt.Errorf("autocreate was answered with %d: %s", x.last.status, x.last.problem())
	}
	if id := x.last.id(); fixture.Autodelete && id != "" {
		x.created = append(x.created, o.Resource+"/"+id)
	}
	return nil
}

func (x *run) test(ctx context.Context, test Test) Result {
	start := time.Now()
	result := Result{Script: x.script.Name, Test: test.says(), Description: test.Description, Outcome: Passed}
	if why, err := x.runner.refuses(ctx, test.Gate); err != nil || why != "" {
		if err != nil {
			why = err.Error()
		}
		result.Outcome, result.Message = Skipped, why
		x.miss(test)
		return result
	}
	x.steps, x.bindings = nil, test.values
	found := &verdict{}
	x.actions(ctx, test.Actions, found)
	found.close()
	switch {
	case found.failure != nil && !isUnsupported(found.failure):
		result.Outcome, result.Message = Failed, found.failure.Error()
	case found.failure != nil:
		result.Outcome, result.Message = Skipped, found.failure.Error()
	case found.cannot != nil:
		result.Outcome, result.Message = Skipped, found.cannot.Error()
	case len(test.Actions) == 0:
		result.Outcome, result.Message = Skipped, "the test has no actions"
	}
	if result.Outcome == Skipped {
		x.miss(test)
	}
	result.Warnings, result.Steps, result.Took = found.warnings, x.steps, time.Since(start)
	x.steps, x.bindings = nil, nil
	return result
}

// miss notes the responses a skipped test did not get, so that tests that need them are
// skipped too.
func (x *run) miss(test Test) {
	for _, action := range test.Actions {
		if o := action.Operation; o != nil && o.ResponseID != "" && x.messages[o.ResponseID] == nil {
			x.unheard[o.ResponseID] = true
		}
	}
}

// teardown undoes what the script made. What fails here is no fault of the tests.
func (x *run) teardown(ctx context.Context) []Step {
	x.steps = nil
	for _, action := range x.script.Teardown.Actions {
		x.actions(ctx, []Action{action}, &verdict{})
	}
	for _, url := range x.created {
		_ = x.step(ctx, &Operation{Code: "delete", URL: url, Description: "autodelete " + url})
	}
	return x.steps
}
