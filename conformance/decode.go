package conformance

import (
	"strconv"
	"strings"
	"time"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
)

// The extensions of public suites the runner follows.
// https://github.com/brendankowitz/ignixa-lab
const (
	extRequires    = "http://ignixa.io/testscript/requiresCapability"
	extVersions    = "http://ignixa.io/testscript/fhirVersions"
	extAnyOf       = "http://ignixa.io/testscript/assertionAnyOfGroup"
	extFakes       = "http://ignixa.io/testscript/fhirfakes"
	extParametrize = "http://ignixa.io/testscript/parametrize"
	extWaitFor     = "http://ignixa.io/testscript/waitFor"
)

// scriptReader reads the tree of a TestScript and remembers the first fault.
type scriptReader struct{ err error }

func decodeScript(o *fhir.Object) (*Script, error) {
	r := &scriptReader{}
	s := &Script{
		ID: text(o, "id"), URL: text(o, "url"), Name: text(o, "name"), Title: text(o, "title"), Description: text(o, "description"),
		Gate: gate(o), contained: map[string]document{},
	}
	for _, c := range r.list(o, "contained") {
		s.contained[containedID(c)] = inPlace(c)
	}
	for _, f := range r.list(o, "fixture") {
		s.Fixtures = append(s.Fixtures, r.fixture(f))
	}
	for _, p := range r.list(o, "profile") {
		s.Profiles = append(s.Profiles, Profile{ID: text(p, "id"), Canonical: text(p, "reference")})
	}
	r.canonicals(o, s)
	for _, v := range r.list(o, "variable") {
		s.Variables = append(s.Variables, Variable{
			Name: text(v, "name"), DefaultValue: text(v, "defaultValue"), Expression: text(v, "expression"), HeaderField: text(v, "headerField"),
			Hint: text(v, "hint"), Path: text(v, "path", "sourceXPath"), SourceID: text(v, "sourceId"),
		})
	}
	for _, c := range r.list(o.Object("metadata"), "capability") {
		s.Capabilities = append(s.Capabilities, Capability{
			Required: flag(c, "required"), Validated: flag(c, "validated"), Capabilities: referenceOf(c, "capabilities"),
		})
	}
	for _, c := range r.list(o, "common") {
		s.Commons = append(s.Commons, r.test(c))
	}
	s.Rules = append(r.rules(o, "rule"), r.rules(o, "ruleset")...)
	s.Setup.Actions = r.actions(o.Object("setup"))
	for _, t := range r.list(o, "test") {
		s.Tests = append(s.Tests, r.tests(t)...)
	}
	s.Teardown.Actions = r.actions(o.Object("teardown"))
	return s, r.err
}

// canonicals reads profiles that are plain canonicals, as R5 and some suites have them;
// the id is then beside them, in _profile, or the canonical itself.
func (r *scriptReader) canonicals(o *fhir.Object, s *Script) {
	shadows := o.List("_profile")
	for i, value := range values(o.Get("profile")) {
		canonical, is := value.(string)
		if !is {
			continue
		}
		p := Profile{ID: canonical, Canonical: canonical}
		if i < len(shadows) {
			if shadow, _ := shadows[i].(*fhir.Object); shadow != nil && shadow.String("id") != "" {
				p.ID = shadow.String("id")
			}
		}
		s.Profiles = append(s.Profiles, p)
	}
}

func (r *scriptReader) fixture(o *fhir.Object) Fixture {
	f := Fixture{ID: text(o, "id"), Autocreate: flag(o, "autocreate"), Autodelete: flag(o, "autodelete")}
	resource := o.Object("resource")
	f.Reference = text(resource, "reference")
	if f.Reference == "" && resource != nil {
		f.Generated = extension(resource, extFakes)
		f.resource = inPlace(resource)
	}
	return f
}

// inPlace gives the text of a resource that stands within the script.
func inPlace(o *fhir.Object) document {
	if raw := o.String(rawXML); raw != "" {
		return document{[]byte(raw), "application/fhir+xml"}
	}
	if o.String("resourceType") == "" {
		return document{}
	}
	return document{o.AppendJSON(nil), "application/fhir+json"}
}

func containedID(o *fhir.Object) string {
	if raw := o.String(rawXML); raw != "" {
		if tree, err := parseXML([]byte(raw)); err == nil {
			return text(tree, "id")
		}
	}
	return text(o, "id")
}

func (r *scriptReader) rules(o *fhir.Object, name string) []Rule {
	var rules []Rule
	for _, each := range r.list(o, name) {
		rule := Rule{ID: text(each, "id", name+"Id"), Reference: referenceOf(each, "resource"), Params: map[string]string{}}
		for _, p := range r.list(each, "param") {
			rule.Params[text(p, "name")] = text(p, "value")
		}
		rule.Set = r.rules(each, "rule")
		rules = append(rules, rule)
	}
	return rules
}

// tests reads a test; one with the extension parametrize makes a test for each value.
func (r *scriptReader) tests(o *fhir.Object) []Test {
	t := r.test(o)
	for _, e := range objects(o.Get("extension")) {
		if text(e, "url") != extParametrize {
			continue
		}
		name, list := extension(e, "variable"), strings.Split(extension(e, "values"), ",")
		tests := make([]Test, len(list))
		for i, value := range list {
			tests[i] = t
			tests[i].values = []binding{{name, strings.TrimSpace(value)}}
			tests[i].Name = t.says() + " (" + name + " " + strings.TrimSpace(value) + ")"
		}
		return tests
	}
	return []Test{t}
}

func (r *scriptReader) test(o *fhir.Object) Test {
	return Test{
		ID: text(o, "id"), Key: text(o, "key"), Name: text(o, "name"), Description: text(o, "description"),
		Actions: r.actions(o), Gate: gate(o),
	}
}

func (r *scriptReader) actions(o *fhir.Object) []Action {
	var actions []Action
	for _, a := range r.list(o, "action") {
		action := Action{Common: subtest(a)}
		if op := a.Object("operation"); op != nil {
			action.Operation = r.operation(op)
		}
		if as := a.Object("assert"); as != nil {
			action.Assert = r.assert(as)
		}
		actions = append(actions, action)
	}
	return actions
}

// subtest is the key of actions kept elsewhere: R5's common, or the extension for it.
func subtest(action *fhir.Object) string {
	if key := text(action.Object("common"), "keyRef"); key != "" {
		return key
	}
	for _, e := range objects(action.Get("extension")) {
		if url := text(e, "url"); strings.HasSuffix(strings.ToLower(url), "subtest") {
			return valueOf(e)
		}
	}
	return ""
}

func (r *scriptReader) operation(o *fhir.Object) *Operation {
	op := &Operation{
		Code: text(o.Object("type"), "code"), Resource: text(o, "resource"), Label: text(o, "label"), Description: text(o, "description"),
		Accept: text(o, "accept"), ContentType: text(o, "contentType"), Method: text(o, "method"), Params: text(o, "params"),
		RequestID: text(o, "requestId"), ResponseID: text(o, "responseId"), SourceID: text(o, "sourceId"), TargetID: text(o, "targetId"), URL: text(o, "url"),
	}
	op.Destination, _ = strconv.Atoi(text(o, "destination"))
	op.KeepURL = o.Get("encodeRequestUrl") != nil && !flag(o, "encodeRequestUrl")
	for _, h := range r.list(o, "requestHeader") {
		op.RequestHeader = append(op.RequestHeader, Header{text(h, "field"), text(h, "value")})
	}
	for _, e := range objects(o.Get("extension")) {
		if text(e, "url") == extWaitFor {
			op.Poll = poll(e)
		}
	}
	return op
}

func poll(e *fhir.Object) *Poll {
	number := func(name string, otherwise int) int {
		if n, err := strconv.Atoi(extension(e, name)); err == nil {
			return n
		}
		return otherwise
	}
	return &Poll{
		Status: number("pollingStatusCode", 202), Attempts: min(number("maxAttempts", 10), 100),
		Interval: time.Duration(min(number("intervalMs", 1000), 10000)) * time.Millisecond,
	}
}

func (r *scriptReader) assert(o *fhir.Object) *Assert {
	a := &Assert{
		Label: text(o, "label"), Description: text(o, "description"), Direction: text(o, "direction"),
		CompareToSourceID: text(o, "compareToSourceId"), CompareToSourceExpression: text(o, "compareToSourceExpression"), CompareToSourcePath: text(o, "compareToSourcePath"),
		ContentType: text(o, "contentType"), Expression: text(o, "expression"), HeaderField: text(o, "headerField"), MinimumID: text(o, "minimumId"),
		NavigationLinks: flag(o, "navigationLinks"), Operator: text(o, "operator"), Path: text(o, "path"), RequestMethod: text(o, "requestMethod"), RequestURL: text(o, "requestURL"),
		Resource: text(o, "resource"), Response: text(o, "response"), ResponseBody: text(o, "responseBody"), ResponseCode: text(o, "responseCode"), SourceID: text(o, "sourceId"),
		ValidateProfileID: text(o, "validateProfileId"), Value: text(o, "value"), HasValue: o.Get("value") != nil, WarningOnly: flag(o, "warningOnly"),
		GoOn: o.Get("stopTestOnFail") != nil && !flag(o, "stopTestOnFail"), AnyOf: extension(o, extAnyOf),
	}
	a.Rules = append(r.rules(o, "rule"), r.rules(o, "ruleset")...)
	return a
}

func gate(o *fhir.Object) Gate {
	return Gate{Requires: extension(o, extRequires), FHIRVersions: extension(o, extVersions)}
}

// list gives the objects under a name; anything but objects there is a fault.
func (r *scriptReader) list(o *fhir.Object, name string) []*fhir.Object {
	found := objects(o.Get(name))
	if all := values(o.Get(name)); len(found) < len(all) && name != "profile" && r.err == nil {
		r.err = core.ErrorAt(core.Invalid, "TestScript."+name, "an object is needed there")
	}
	return found
}

// values gives what stands under a name as a list, be it one or many.
func values(v any) []any {
	switch v := v.(type) {
	case nil:
		return nil
	case []any:
		return v
	}
	return []any{v}
}

func objects(v any) []*fhir.Object {
	var found []*fhir.Object
	for _, each := range values(v) {
		if o, is := each.(*fhir.Object); is && o != nil {
			found = append(found, o)
		}
	}
	return found
}

// text gives the first of the names that has a text; numbers and truths as they are
// written.
func text(o *fhir.Object, names ...string) string {
	for _, name := range names {
		switch v := o.Get(name).(type) {
		case string:
			return v
		case fhir.Number:
			return string(v)
		case bool:
			return strconv.FormatBool(v)
		}
	}
	return ""
}

func flag(o *fhir.Object, name string) bool { return text(o, name) == "true" }

// referenceOf gives a reference or canonical.
func referenceOf(o *fhir.Object, name string) string {
	if inner := o.Object(name); inner != nil {
		return text(inner, "reference")
	}
	return text(o, name)
}

// extension gives the value of the extension with the URL.
func extension(o *fhir.Object, url string) string {
	for _, e := range objects(o.Get("extension")) {
		if text(e, "url") == url {
			return valueOf(e)
		}
	}
	return ""
}

func valueOf(e *fhir.Object) string {
	for _, m := range e.Members {
		if strings.HasPrefix(m.Name, "value") {
			return text(e, m.Name)
		}
	}
	return ""
}
