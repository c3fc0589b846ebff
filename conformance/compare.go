package conformance

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/path"
)

// compareAny holds when one of the values compares; negative operators have to hold for
// all of them.
func compareAny(operator string, values path.Collection, wanted, what string) error {
	texts := make([]string, len(values))
	for i := range values {
		texts[i] = values[i].String()
		if _, is := values[i].Raw().(*fhir.Object); is && texts[i] == "" { // an element with elements of its own
			texts[i] = "{" + values[i].Type() + "}"
		}
	}
	if len(texts) == 0 {
		texts = []string{""}
	}
	negative := strings.HasPrefix(operator, "not") && operator != "notEmpty" || operator == "empty"
	var failure error
	for _, text := range texts {
		err := compare(operator, text, wanted)
		if err == nil && !negative {
			return nil
		}
		if err != nil {
			failure = fmt.Errorf("%s: %w", what, err)
		}
	}
	return failure
}

// compare applies an operator of TestScript, or one of those public suites add; equals
// when none is given.
// https://hl7.org/fhir/R4/valueset-assert-operator-codes.html
func compare(operator, got, wanted string) error {
	in := func() bool {
		return slices.ContainsFunc(strings.Split(wanted, ","), func(s string) bool { return same(got, strings.TrimSpace(s)) })
	}
	holds := false
	switch operator {
	case "", "equals":
		holds = same(got, wanted)
	case "notEquals":
		holds = !same(got, wanted)
	case "in":
		holds = in()
	case "notIn":
		holds = !in()
	case "contains":
		holds = strings.Contains(got, wanted)
	case "notContains":
		holds = !strings.Contains(got, wanted)
	case "empty":
		holds = got == ""
	case "notEmpty":
		holds = got != ""
	case "greaterThan":
		holds = got != "" && order(got, wanted) > 0
	case "lessThan":
		holds = got != "" && order(got, wanted) < 0
	case "matchesRegex":
		pattern, err := regexp.Compile(wanted)
		if err != nil {
			return unsupported{"the regular expression " + wanted}
		}
		holds = pattern.MatchString(got)
	default:
		return unsupported{"the operator " + operator}
	}
	if holds {
		return nil
	}
	if operator == "" {
		operator = "equals"
	}
	return fmt.Errorf("%q is there, wanted %s %q", shortened(got), operator, wanted)
}

// shortened cuts a text a message shall not be filled with.
func shortened(s string) string {
	if len(s) > 200 {
		return s[:200] + "…"
	}
	return s
}

// same compares as numbers where both are, else as text.
func same(a, b string) bool {
	if a == b {
		return true
	}
	n, numbers := fhir.CompareDecimals(a, b)
	return numbers && n == 0
}

func order(a, b string) int {
	if n, numbers := fhir.CompareDecimals(a, b); numbers {
		return n
	}
	return strings.Compare(a, b)
}
