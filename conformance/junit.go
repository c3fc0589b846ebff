package conformance

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
)

type junitSuites struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Name     string       `xml:"name,attr"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Skipped  int          `xml:"skipped,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Skipped  int         `xml:"skipped,attr"`
	Time     string      `xml:"time,attr"`
	Started  string      `xml:"timestamp,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Class   string        `xml:"classname,attr"`
	Name    string        `xml:"name,attr"`
	Time    string        `xml:"time,attr"`
	Failure *junitMessage `xml:"failure"`
	Skipped *junitMessage `xml:"skipped"`
	Out     string        `xml:"system-out,omitempty"`
}

type junitMessage struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// JUnit writes the report that build servers read: a suite for each script, a case for
// each test, with the last request of a failed one.
func JUnit(w io.Writer, r *Runner, reports []*ScriptReport) error {
	all := junitSuites{Name: r.Server}
	for _, report := range reports {
		summary := report.Summary()
		suite := junitSuite{
			Name: report.Script.Name, Tests: len(report.Results), Failures: summary.Failed, Skipped: summary.Skipped,
			Time: fmt.Sprintf("%.3f", report.Took.Seconds()), Started: report.Started.UTC().Format("2006-01-02T15:04:05"),
		}
		for _, result := range report.Results {
			suite.Cases = append(suite.Cases, caseOf(result))
		}
		all.Tests += suite.Tests
		all.Failures += suite.Failures
		all.Skipped += suite.Skipped
		all.Suites = append(all.Suites, suite)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	encoder := xml.NewEncoder(w)
	encoder.Indent("", "  ")
	return encoder.Encode(all)
}

func caseOf(result Result) junitCase {
	c := junitCase{Class: result.Script, Name: result.Test, Time: fmt.Sprintf("%.3f", result.Took.Seconds()), Out: strings.Join(result.Warnings, "\n")}
	switch result.Outcome {
	case Failed:
		c.Failure = &junitMessage{Message: result.Message}
		for _, step := range result.Steps {
			if step.Exchange != nil {
				c.Failure.Text = fmt.Sprintf("%s %s was answered with %d", step.Exchange.Method, step.Exchange.URL, step.Exchange.Status)
			}
		}
	case Skipped:
		c.Skipped = &junitMessage{Message: result.Message}
	}
	return c
}
