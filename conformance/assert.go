package conformance

import (
	"fmt"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/path"
)

// responses are the words of assert.response and the statuses they stand for.
// https://hl7.org/fhir/R4/valueset-assert-response-code-types.html
var responses = map[string][]int{
	"okay": {200}, "created": {201}, "noContent": {204}, "notModified": {304}, "bad": {400},
	"forbidden": {403}, "notFound": {404}, "methodNotAllowed": {405}, "conflict": {409},
	"gone": {410}, "preconditionFailed": {412}, "unprocessable": {422},
}

// assert checks one assertion. It gives nil when it holds, unsupported when the runner
// cannot tell, and otherwise what was wanted and what was there.
func (x *run) assert(a *Assert) error {
	m := x.last
	if a.SourceID != "" {
		if m = x.messages[a.SourceID]; m == nil {
			return fmt.Errorf("%s: there is no fixture or response %q", a.says(), a.SourceID)
		}
	}
	if m == nil {
		return fmt.Errorf("%s: nothing was asked of the server yet", a.says())
	}
	value, err := x.fill(a.Value)
	if err != nil {
		return fmt.Errorf("%s: %w", a.says(), err)
	}
	if err := x.check(a, m, value); err != nil {
		return fmt.Errorf("%s: %w", a.says(), err)
	}
	return nil
}

func (a *Assert) says() string {
	switch {
	case a.Description != "":
		return a.Description
	case a.Label != "":
		return a.Label
	}
	return "assertion"
}

func (x *run) check(a *Assert, m *message, value string) error {
	switch {
	case a.Response != "":
		wanted, known := responses[a.Response]
		if !known {
			return unsupported{"assert.response " + a.Response}
		}
		if !slices.Contains(wanted, m.status) {
			return fmt.Errorf("status is %d, not %s; %s", m.status, a.Response, m.problem())
		}
		return nil
	case a.ResponseCode != "":
		if err := compare(a.Operator, strconv.Itoa(m.status), a.ResponseCode); err != nil {
			return fmt.Errorf("status: %w; %s", err, m.problem())
		}
		return nil
	case a.ContentType != "":
		got, _, _ := mime.ParseMediaType(m.contentType)
		if wanted := mediaType(a.ContentType, ""); got != wanted {
			return fmt.Errorf("content type is %q, not %q", got, wanted)
		}
		return nil
	case a.HeaderField != "":
		header := m.header
		if a.Direction == "request" {
			return unsupported{"assert on a request header"}
		}
		return compare(a.Operator, header.Get(a.HeaderField), value)
	case a.RequestMethod != "":
		return compare(a.Operator, strings.ToLower(m.method), strings.ToLower(a.RequestMethod))
	case a.RequestURL != "":
		return compare(a.Operator, m.url, a.RequestURL)
	case a.ValidateProfileID != "":
		return unsupported{"validateProfileId"}
	}
	return x.checkBody(a, m, value)
}

// checkBody checks assertions on the resource in the message.
func (x *run) checkBody(a *Assert, m *message, value string) error {
	switch {
	case a.Resource != "":
		if got := m.tree.String("resourceType"); got != a.Resource {
			return fmt.Errorf("the body holds %q, not %s; %s", got, a.Resource, http.StatusText(m.status))
		}
		return nil
	case a.MinimumID != "":
		return x.minimum(a.MinimumID, m)
	case a.NavigationLinks != nil:
		for _, relation := range []string{"first", "next", "last"} {
			found, err := first("Bundle.link.where(relation = '"+relation+"').url", m.tree)
			if err != nil || (relation == "first" && found == "" && *a.NavigationLinks) {
				return fmt.Errorf("the bundle has no link %s", relation)
			}
		}
		return nil
	case a.CompareToSourceID != "":
		return x.compareToSource(a, m)
	case a.Expression != "":
		expression, err := x.fill(a.Expression)
		if err != nil {
			return err
		}
		return checkExpression(a, m, expression, value)
	case a.Path != "":
		return checkExpression(a, m, fromXPath(a.Path), value)
	}
	return unsupported{"an assertion that names nothing to check"}
}

// minimum compares a response with a fixture, variables filled in.
func (x *run) minimum(id string, m *message) error {
	fixture := x.messages[id]
	if fixture == nil {
		return fmt.Errorf("there is no fixture %q", id)
	}
	text, err := x.fill(string(fixture.body))
	if err != nil {
		return err
	}
	tree, err := read(fixture.contentType, []byte(text))
	if err != nil {
		return err
	}
	return covers(m.tree, tree, tree.String("resourceType"))
}

// checkExpression compares the values of an expression with the wanted one. Without a
// value and operator the expression itself has to be true.
func checkExpression(a *Assert, m *message, expression, value string) error {
	values, err := evaluate(expression, m.tree)
	if err != nil {
		return err
	}
	if value == "" && a.Operator == "" {
		if holds, _ := values.True(); holds || len(values) > 1 {
			return nil
		}
		return fmt.Errorf("%s is not true", expression)
	}
	return compareAny(a.Operator, values, value, expression)
}

func (x *run) compareToSource(a *Assert, m *message) error {
	source := x.messages[a.CompareToSourceID]
	if source == nil {
		return fmt.Errorf("there is no fixture or response %q", a.CompareToSourceID)
	}
	expression := a.CompareToSourceExpression
	if expression == "" {
		expression = fromXPath(a.CompareToSourcePath)
	}
	wanted, err := first(expression, source.tree)
	if err != nil {
		return err
	}
	own := expression
	if a.Expression != "" {
		own = a.Expression
	} else if a.Path != "" {
		own = fromXPath(a.Path)
	}
	values, err := evaluate(own, m.tree)
	if err != nil {
		return err
	}
	return compareAny(a.Operator, values, wanted, own)
}

// compareAny holds when one of the values compares; negative operators have to hold for
// all of them.
func compareAny(operator string, values path.Collection, wanted, what string) error {
	texts := make([]string, len(values))
	for i := range values {
		texts[i] = values[i].String()
	}
	if len(texts) == 0 {
		texts = []string{""}
	}
	negative := strings.HasPrefix(operator, "not") || operator == "empty"
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

// compare applies an operator of TestScript; equals when none is given.
// https://hl7.org/fhir/R4/valueset-assert-operator-codes.html
func compare(operator, got, wanted string) error {
	list := func() []string { return strings.Split(wanted, ",") }
	holds := false
	switch operator {
	case "", "equals":
		holds = same(got, wanted)
	case "notEquals":
		holds = !same(got, wanted)
	case "in":
		holds = slices.ContainsFunc(list(), func(s string) bool { return same(got, strings.TrimSpace(s)) })
	case "notIn":
		holds = !slices.ContainsFunc(list(), func(s string) bool { return same(got, strings.TrimSpace(s)) })
	case "contains":
		holds = strings.Contains(got, wanted)
	case "notContains":
		holds = !strings.Contains(got, wanted)
	case "empty":
		holds = got == ""
	case "notEmpty":
		holds = got != ""
	case "greaterThan":
		holds = order(got, wanted) > 0
	case "lessThan":
		holds = order(got, wanted) < 0
	default:
		return unsupported{"the operator " + operator}
	}
	if holds {
		return nil
	}
	if operator == "" {
		operator = "equals"
	}
	return fmt.Errorf("%q is there, wanted %s %q", got, operator, wanted)
}

// same compares as numbers where both are, else as text.
func same(a, b string) bool { return a == b || order(a, b) == 0 }

func order(a, b string) int {
	if n, numbers := fhir.CompareDecimals(a, b); numbers {
		return n
	}
	return strings.Compare(a, b)
}
