package main

import (
	_ "embed"
	"fmt"
	"strings"
)

//go:embed equivalent.txt
var equivalentText string

// readEquivalent reads the list of mutants that no test can tell from the original: a
// line with the name of each and, indented under it, the reason. Lines that begin with #
// are remarks. Errors: a mutant without a reason, or twice in the list.
func readEquivalent(text string) (map[string]string, error) {
	list := map[string]string{}
	last := ""
	for n, line := range strings.Split(text, "\n") {
		trimmed := strings.TrimSpace(line)
		switch {
		case trimmed == "" || strings.HasPrefix(line, "#"):
		case trimmed != line: // indented
			if last == "" {
				return nil, fmt.Errorf("line %d gives a reason for no mutant", n+1)
			}
			list[last] = strings.TrimSpace(list[last] + " " + trimmed)
		default:
			if _, twice := list[line]; twice {
				return nil, fmt.Errorf("line %d names a mutant again: %s", n+1, line)
			}
			last = line
			list[last] = ""
		}
	}
	for name, reason := range list {
		if reason == "" {
			return nil, fmt.Errorf("no reason is given for %s", name)
		}
	}
	return list, nil
}
