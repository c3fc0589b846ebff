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

// Summary counts the results of a script.
func (r *ScriptReport) Summary() Summary {
	var s Summary
	for _, result := range r.Results {
		s.Add(result)
	}
	return s
}

// String is the closing line people and scripts read.
func (s Summary) String() string {
	return fmt.Sprintf("%d passed, %d failed, %d skipped", s.Passed, s.Failed, s.Skipped)
}

// Console writes a line for each result, with the reason below what did not pass; in
// colours where the reader can show them.
func Console(w io.Writer, colours bool) func(Result) {
	script := ""
	return func(r Result) {
		if r.Script != script {
			script = r.Script
			fmt.Fprintln(w, script)
		}
		fmt.Fprintf(w, "  %s %s\n", mark(r.Outcome, colours), r.Test)
		if r.Message != "" {
			fmt.Fprintf(w, "       %s\n", r.Message)
		}
		for _, warning := range r.Warnings {
			fmt.Fprintf(w, "       warning: %s\n", warning)
		}
	}
}

// mark is the word before a test: green, red or yellow on a terminal.
func mark(o Outcome, colours bool) string {
	word := map[Outcome]string{Passed: "ok  ", Failed: "FAIL", Skipped: "skip"}[o]
	if !colours {
		return word
	}
	return map[Outcome]string{Passed: "\x1b[32m", Failed: "\x1b[1;31m", Skipped: "\x1b[33m"}[o] + word + "\x1b[0m"
}

// JSONLines writes each result as one line of JSON.
func JSONLines(w io.Writer) func(Result) {
	encoder := json.NewEncoder(w)
	return func(r Result) { _ = encoder.Encode(r) }
}
