package conformance

import (
	"fmt"
	"io"

	"github.com/openimis/openimis-go/fhir"
)

// TestReports writes a Bundle with a TestReport for each script.
// https://hl7.org/fhir/R4/testreport.html
func TestReports(w io.Writer, r *Runner, reports []*ScriptReport) error {
	bundle := object("resourceType", "Bundle", "type", "collection")
	var entries []any
	for _, report := range reports {
		entries = append(entries, object("fullUrl", "urn:uuid:"+uuid(false), "resource", r.testReport(report)))
	}
	if len(entries) > 0 {
		bundle.Set("entry", entries)
	}
	_, err := w.Write(append(bundle.AppendJSON(nil), '\n'))
	return err
}

// object makes an object of names and values; what is empty is left out.
func object(pairs ...any) *fhir.Object {
	o := &fhir.Object{}
	for i := 0; i+1 < len(pairs); i += 2 {
		switch value := pairs[i+1].(type) {
		case string:
			if value != "" {
				o.Set(pairs[i].(string), value)
			}
		case []any:
			if len(value) > 0 {
				o.Set(pairs[i].(string), value)
			}
		case *fhir.Object:
			if value != nil {
				o.Set(pairs[i].(string), value)
			}
		default:
			o.Set(pairs[i].(string), value)
		}
	}
	return o
}

func (r *Runner) testReport(report *ScriptReport) *fhir.Object {
	summary := report.Summary()
	result, tried := "pass", summary.Passed+summary.Failed
	if summary.Failed > 0 {
		result = "fail"
	}
	script := object("display", report.Script.Name)
	if report.Script.URL != "" {
		script.Set("reference", report.Script.URL)
	}
	o := object("resourceType", "TestReport", "name", report.Script.Name, "status", "completed", "testScript", script, "result", result)
	if tried > 0 {
		o.Set("score", fhir.Number(fmt.Sprintf("%.1f", 100*float64(summary.Passed)/float64(tried))))
	}
	o.Set("tester", "openimis conformance")
	o.Set("issued", fhir.FormatInstant(report.Started))
	o.Set("participant", []any{
		object("type", "test-engine", "uri", "https://github.com/openimis/openimis-go", "display", "openimis conformance"),
		object("type", "server", "uri", r.Server),
	})
	if actions := reported(report.Setup); len(actions) > 0 {
		o.Set("setup", object("action", actions))
	}
	var tests []any
	for _, result := range report.Results {
		actions := reported(result.Steps)
		if len(actions) == 0 { // R4 needs one
			actions = []any{object("assert", outcome(Step{Outcome: result.Outcome, Message: result.Message}))}
		}
		tests = append(tests, object("name", result.Test, "description", result.Description, "action", actions))
	}
	if len(tests) > 0 {
		o.Set("test", tests)
	}
	var undone []any
	for _, step := range report.Teardown {
		if !step.Assert {
			undone = append(undone, object("operation", outcome(step)))
		}
	}
	if len(undone) > 0 {
		o.Set("teardown", object("action", undone))
	}
	return o
}

func reported(steps []Step) []any {
	var actions []any
	for _, step := range steps {
		name := "operation"
		if step.Assert {
			name = "assert"
		}
		actions = append(actions, object(name, outcome(step)))
	}
	return actions
}

func outcome(step Step) *fhir.Object {
	message := step.Message
	if message == "" {
		message = step.Text
	}
	if e := step.Exchange; e != nil {
		message = fmt.Sprintf("%s: %s %s was answered with %d", message, e.Method, e.URL, e.Status)
	}
	return object("result", map[Outcome]string{Passed: "pass", Failed: "fail", Skipped: "skip", Warned: "warning"}[step.Outcome], "message", message)
}
