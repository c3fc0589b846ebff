package conformance

import (
	"encoding/json"
	"fmt"
	"io"
)

// Summary counts results.
type Summary struct {
	Passed, Failed, Skipped int
}

// Add counts one result.
func (s *Summary) Add(r Result) {
	switch r.Outcome {
	case Passed:
		s.Passed++
	case Failed:
		s.Failed++
	default:
		s.Skipped++
	}
}

// String is the closing line people and scripts read.
func (s Summary) String() string {
	return fmt.Sprintf("%d passed, %d failed, %d skipped", s.Passed, s.Failed, s.Skipped)
}

// Console writes a line for each result, with the reason below what did not pass.
func Console(w io.Writer) func(Result) {
	script := ""
	return func(r Result) {
		if r.Script != script {
			script = r.Script
			fmt.Fprintln(w, script)
		}
		mark := map[Outcome]string{Passed: "ok  ", Failed: "FAIL", Skipped: "skip"}[r.Outcome]
		fmt.Fprintf(w, "  %s %s\n", mark, r.Test)
		if r.Message != "" {
			fmt.Fprintf(w, "       %s\n", r.Message)
		}
		for _, warning := range r.Warnings {
			fmt.Fprintf(w, "       warning: %s\n", warning)
		}
	}
}

// JSONLines writes each result as one line of JSON.
func JSONLines(w io.Writer) func(Result) {
	encoder := json.NewEncoder(w)
	return func(r Result) { _ = encoder.Encode(r) }
}
