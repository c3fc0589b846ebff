package conformance

import (
	"fmt"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// responses are the words of assert.response and the statuses they stand for, those of R5
// among them.
// https://hl7.org/fhir/R4/valueset-assert-response-code-types.html
var responses = map[string]int{
	"continue": 100, "switchingProtocols": 101, "okay": 200, "created": 201, "accepted": 202, "nonAuthoritativeInformation": 203,
	"noContent": 204, "resetContent": 205, "partialContent": 206, "multipleChoices": 300, "movedPermanently": 301, "found": 302,
	"seeOther": 303, "notModified": 304, "useProxy": 305, "temporaryRedirect": 307, "permanentRedirect": 308, "bad": 400, "badRequest": 400,
	"unauthorized": 401, "paymentRequired": 402, "forbidden": 403, "notFound": 404, "methodNotAllowed": 405, "notAcceptable": 406,
	"proxyAuthenticationRequired": 407, "requestTimeout": 408, "conflict": 409, "gone": 410, "lengthRequired": 411,
	"preconditionFailed": 412, "contentTooLarge": 413, "uriTooLong": 414, "unsupportedMediaType": 415, "rangeNotSatisfiable": 416,
	"expectationFailed": 417, "misdirectedRequest": 421, "unprocessable": 422, "unprocessableContent": 422, "upgradeRequired": 426,
	"internalServerError": 500, "notImplemented": 501, "badGateway": 502, "serviceUnavailable": 503, "gatewayTimeout": 504,
	"httpVersionNotSupported": 505,
}

// assert checks one assertion. It gives nil when it holds, unsupported when the runner
// cannot tell, and otherwise what was wanted and what was there.
func (x *run) assert(a *Assert) error {
	m, err := x.subject(a)
	if err == nil {
		err = x.check(a, m)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", a.says(), err)
	}
	return nil
}

// subject is the message an assertion is about.
func (x *run) subject(a *Assert) (*message, error) {
	m := x.last
	if a.SourceID != "" {
		if m = x.messages[a.SourceID]; m == nil {
			return nil, fmt.Errorf("there is no fixture or response %q", a.SourceID)
		}
	}
	if m == nil {
		return nil, fmt.Errorf("nothing was asked of the server yet")
	}
	if m.fixture && m.body == nil && m.broken != nil {
		return nil, m.broken
	}
	if m.request != nil && (a.Direction == "request" || a.RequestMethod != "" || a.RequestURL != "") {
		return m.request, nil
	}
	return m, nil
}

// check makes every check the assertion names; all have to hold.
func (x *run) check(a *Assert, m *message) error {
	value, err := x.fill(a.Value)
	if err != nil {
		return err
	}
	checks := []struct {
		named bool
		check func() error
	}{
		{a.Response != "", func() error { return checkResponse(a, m) }},
		{a.ResponseCode != "", func() error { return x.checkCode(a, m) }},
		{a.ContentType != "", func() error { return checkContentType(a, m) }},
		{a.HeaderField != "", func() error { return compareValue(a, m.header.Get(a.HeaderField), value) }},
		{a.RequestMethod != "", func() error {
			return compare(a.Operator, strings.ToLower(m.method), strings.ToLower(a.RequestMethod))
		}},
		{a.RequestURL != "", func() error { return x.checkURL(a, m) }},
		{a.ResponseBody != "", func() error { return x.checkText(a, m) }},
		{a.Resource != "", func() error { return x.checkResource(a, m) }},
		{a.MinimumID != "", func() error { return x.minimum(a.MinimumID, m) }},
		{a.NavigationLinks, func() error { return x.checkLinks(m) }},
		{a.ValidateProfileID != "", func() error { return x.checkProfile(a.ValidateProfileID, m) }},
		{a.CompareToSourceID != "", func() error { return x.compareToSource(a, m) }},
		{a.CompareToSourceID == "" && (a.Expression != "" || a.Path != ""), func() error { return x.checkExpression(a, m, value) }},
	}
	done := false
	for _, c := range checks {
		if c.named {
			if err := c.check(); err != nil {
				return err
			}
			done = true
		}
	}
	if !done {
		return unsupported{"an assertion that names nothing to check"}
	}
	return nil
}

func checkResponse(a *Assert, m *message) error {
	wanted, known := responses[a.Response]
	if !known {
		return unsupported{"assert.response " + a.Response}
	}
	switch is := m.status == wanted; a.Operator {
	case "", "equals", "in":
		if !is {
			return fmt.Errorf("status is %d, not %s; %s", m.status, a.Response, m.problem())
		}
	case "notEquals", "notIn":
		if is {
			return fmt.Errorf("status is %d, that is %s", m.status, a.Response)
		}
	default:
		return unsupported{"assert.response with the operator " + a.Operator}
	}
	return nil
}

func (x *run) checkCode(a *Assert, m *message) error {
	wanted, err := x.fill(a.ResponseCode)
	if err != nil {
		return err
	}
	operator := a.Operator
	if operator == "" && strings.Contains(wanted, ",") {
		operator = "in"
	}
	if err := compare(operator, strconv.Itoa(m.status), wanted); err != nil {
		return fmt.Errorf("status: %w; %s", err, m.problem())
	}
	return nil
}

func checkContentType(a *Assert, m *message) error {
	got, _, _ := mime.ParseMediaType(m.contentType)
	wanted := mediaType(a.ContentType, "")
	switch {
	case a.ContentType == "none":
		wanted = ""
	case a.Operator == "matchesMimeClass":
		if format(got) == "" || format(got) != format(wanted) {
			return fmt.Errorf("content type is %q, not of the class of %q", got, a.ContentType)
		}
		return nil
	case a.Operator != "" && a.Operator != "equals":
		return compare(a.Operator, got, a.ContentType)
	}
	if media, _, _ := mime.ParseMediaType(wanted); media != "" {
		wanted = media
	}
	if got != wanted {
		return fmt.Errorf("content type is %q, not %q", got, wanted)
	}
	return nil
}

// checkURL compares the URL of a request; one without a base is compared with what
// follows the base.
func (x *run) checkURL(a *Assert, m *message) error {
	wanted, err := x.fillAs(a.RequestURL, inURL, 0)
	if err != nil {
		return err
	}
	got := m.url
	if !strings.Contains(wanted, "://") && (a.Operator == "" || a.Operator == "equals" || a.Operator == "notEquals") {
		got = strings.TrimPrefix(strings.TrimPrefix(got, strings.TrimSuffix(x.runner.Server, "/")), "/")
		wanted = strings.TrimPrefix(wanted, "/")
	}
	return compare(a.Operator, got, wanted)
}

func (x *run) checkText(a *Assert, m *message) error {
	wanted, err := x.fill(a.ResponseBody)
	if err != nil {
		return err
	}
	return compare(a.Operator, string(m.body), wanted)
}

func (x *run) checkResource(a *Assert, m *message) error {
	tree, err := m.resource()
	if err != nil {
		return fmt.Errorf("%s is wanted: %w", a.Resource, err)
	}
	got := tree.String("resourceType")
	if (a.Operator == "" || a.Operator == "equals") && got != a.Resource {
		return fmt.Errorf("the body holds %q, not %s; %s", got, a.Resource, http.StatusText(m.status))
	}
	return compare(a.Operator, got, a.Resource)
}

// compareValue compares a text with the value, which has to be there for most operators.
func compareValue(a *Assert, got, wanted string) error {
	if a.Operator == "" && !a.HasValue {
		return compare("notEmpty", got, "")
	}
	return compare(a.Operator, got, wanted)
}

// minimum compares a message with a fixture, variables filled in.
func (x *run) minimum(id string, m *message) error {
	fixture := x.messages[id]
	if fixture == nil {
		return fmt.Errorf("there is no fixture %q", id)
	}
	if fixture.broken != nil {
		return fixture.broken
	}
	text, err := x.fillAs(string(fixture.body), inBody(fixture.contentType), 0)
	if err != nil {
		return err
	}
	tree, err := read(fixture.contentType, []byte(text))
	if err != nil {
		return err
	}
	got, err := m.resource()
	if err != nil {
		return err
	}
	typ := tree.String("resourceType")
	if got.String("resourceType") == "Bundle" && typ != "Bundle" {
		return coveredInBundle(got, tree, typ)
	}
	return covers(got, tree, typ)
}

// checkExpression compares the values of an expression with the wanted one. Without a
// value and operator the expression itself has to be true, or a path to lead somewhere.
func (x *run) checkExpression(a *Assert, m *message, value string) error {
	expression, err := x.expression(a, m)
	if err != nil {
		return err
	}
	if m.tree == nil && m.broken != nil {
		return m.broken
	}
	values, err := evaluate(expression, m)
	if err != nil {
		return err
	}
	asks := a.Operator == "" && !a.HasValue
	if asks && a.Path != "" {
		return compareAny("notEmpty", values, "", expression)
	}
	if a.Operator == "eval" && len(values) == 1 && values[0].Value() == true {
		return nil
	}
	if asks || a.Operator == "eval" {
		if holds, _ := values.True(); holds && asks {
			return nil
		}
		return fmt.Errorf("%s is not true", expression)
	}
	if !a.HasValue && !slices.Contains([]string{"empty", "notEmpty"}, a.Operator) {
		if holds, _ := values.True(); holds && a.Operator == "equals" {
			return nil
		}
		return fmt.Errorf("there is nothing to compare %s with: the assertion has no value", expression)
	}
	return compareAny(a.Operator, values, value, expression)
}

// expression is the FHIRPath of an assertion, variables filled in.
func (x *run) expression(a *Assert, m *message) (string, error) {
	if a.Expression != "" {
		return x.fillAs(a.Expression, inExpression, 0)
	}
	path, err := fromPath(a.Path)
	if err != nil {
		return "", err
	}
	return x.fillAs(within(path, m), inExpression, 0)
}

// inExpression makes a value fit into a literal of FHIRPath.
func inExpression(before, value string) string {
	if strings.Count(before, "'")%2 == 1 {
		return strings.ReplaceAll(strings.ReplaceAll(value, `\`, `\\`), "'", `\'`)
	}
	return value
}

func (x *run) compareToSource(a *Assert, m *message) error {
	source := x.messages[a.CompareToSourceID]
	if source == nil {
		return fmt.Errorf("there is no fixture or response %q", a.CompareToSourceID)
	}
	expression, err := a.CompareToSourceExpression, error(nil)
	if expression == "" {
		expression, err = fromPath(a.CompareToSourcePath)
		expression = within(expression, source)
	}
	if err == nil {
		expression, err = x.fillAs(expression, inExpression, 0)
	}
	if err != nil {
		return err
	}
	own := expression
	if a.Expression != "" || a.Path != "" {
		if own, err = x.expression(a, m); err != nil {
			return err
		}
	}
	if own == "" {
		return unsupported{"a comparison without expression or path"}
	}
	if expression == "" {
		expression = own
	}
	wanted, err := first(expression, source)
	if err != nil {
		return err
	}
	if source.fixture {
		if wanted, err = x.fill(wanted); err != nil {
			return err
		}
	}
	values, err := evaluate(own, m)
	if err != nil {
		return err
	}
	return compareAny(a.Operator, values, wanted, own)
}
