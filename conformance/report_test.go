package conformance_test

import (
	"bytes"
	"context"
	"encoding/xml"
	"strings"
	"testing"

	"github.com/openimis/openimis-go/conformance"
	"github.com/openimis/openimis-go/fhir"
)

// reported runs a script of which one test passes, one fails and one is skipped.
func reported(t *testing.T) (*conformance.Runner, []*conformance.ScriptReport) {
	t.Helper()
	script, err := conformance.Parse([]byte(`{"resourceType":"TestScript","name":"sample","title":"A <sample>","url":"http://example.org/s",
	 "setup":{"action":[` + readPatient + `]},
	 "test":[{"name":"good","action":[` + readPatient + `,{"assert":{"response":"okay"}},{"assert":{"response":"gone","warningOnly":true}}]},
	  {"name":"bad","description":"It shall fail.","action":[` + readPatient + `,{"assert":{"description":"is it gone?","response":"gone"}}]},
	  {"name":"odd","action":[` + readPatient + `,{"assert":{"expression":"id","operator":"resembles","value":"1"}}]}],
	 "teardown":{"action":[{"operation":{"type":{"code":"delete"},"url":"Patient/p1"}}]}}`))
	if err != nil {
		t.Fatal(err)
	}
	url, _ := answering(t)
	runner := &conformance.Runner{Server: url, Format: "json", User: "ana", Password: "secret", Now: nil}
	return runner, []*conformance.ScriptReport{runner.Run(context.Background(), script, func(conformance.Result) {})}
}

func TestJUnit(t *testing.T) {
	runner, reports := reported(t)
	var b bytes.Buffer
	if err := conformance.JUnit(&b, runner, reports); err != nil {
		t.Fatal(err)
	}
	var suites struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Skipped  int `xml:"skipped,attr"`
		Suites   []struct {
			Cases []struct {
				Name    string `xml:"name,attr"`
				Failure *struct {
					Message string `xml:"message,attr"`
					Text    string `xml:",chardata"`
				} `xml:"failure"`
				Skipped *struct{} `xml:"skipped"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	if err := xml.Unmarshal(b.Bytes(), &suites); err != nil {
		t.Fatal(err)
	}
	cases := suites.Suites[0].Cases
	if suites.Tests != 3 || suites.Failures != 1 || suites.Skipped != 1 || cases[0].Failure != nil || cases[2].Skipped == nil ||
		!strings.Contains(cases[1].Failure.Message, "is it gone?: status is 200, not gone") || !strings.Contains(cases[1].Failure.Text, "/Patient/p1 was answered with 200") {
		t.Errorf("got %s", b.String())
	}
}

// The TestReports are valid R4 and say what became of each action.
func TestTestReports(t *testing.T) {
	runner, reports := reported(t)
	var b bytes.Buffer
	if err := conformance.TestReports(&b, runner, reports); err != nil {
		t.Fatal(err)
	}
	if _, err := fhir.DecodeJSON(b.Bytes(), fhir.DecodeOptions{Type: "Bundle"}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"result":"fail"`, `"score":50.0`, `"result":"warning"`, `"result":"skip"`, `"teardown"`, `"reference":"http://example.org/s"`} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%s is missing in %s", want, b.String())
		}
	}
}

// The page shows failures first, needs nothing else, and keeps secrets.
func TestHTML(t *testing.T) {
	runner, reports := reported(t)
	var b bytes.Buffer
	if err := conformance.HTML(&b, runner, reports); err != nil {
		t.Fatal(err)
	}
	page := b.String()
	for _, want := range []string{"1 of 3 tests failed", "A &lt;sample&gt;", "is it gone?", "&#34;family&#34;: &#34;O&#39;Neil&#34;", "Authorization: Basic …", "prefers-color-scheme:dark"} {
		if !strings.Contains(page, want) {
			t.Errorf("%q is missing", want)
		}
	}
	if strings.Index(page, `class="name">bad<`) > strings.Index(page, `class="name">good<`) {
		t.Error("the failure does not come first")
	}
	for _, alien := range []string{"<script", "<link", "src=", "YW5hOnNlY3JldA", "secret"} {
		if strings.Contains(page, alien) {
			t.Errorf("the page holds %q", alien)
		}
	}
}

func TestConsole(t *testing.T) {
	_, reports := reported(t)
	for colours, want := range map[bool]string{false: "sample\n  ok   good\n", true: "sample\n  \x1b[32mok  \x1b[0m good\n"} {
		var b bytes.Buffer
		tell := conformance.Console(&b, colours)
		for _, r := range reports[0].Results {
			tell(r)
		}
		if !strings.HasPrefix(b.String(), want) || !strings.Contains(b.String(), "is it gone?") {
			t.Errorf("got %q", b.String())
		}
	}
}
