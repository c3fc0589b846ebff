package resources

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/mapping"
)

const operationOfHL7 = "http://hl7.org/fhir/OperationDefinition/"

// Operations are $lookup and $validate-code.
func (t codeSystems) Operations() []rest.Operation {
	return []rest.Operation{
		{
			Name: "lookup", Definition: operationOfHL7 + "CodeSystem-lookup", OnType: true, Parameters: lookupParameters, Run: t.lookup,
			Documentation: "What a code means: system and code, or coding. 404 for a code that is not there.",
		},
		{
			Name: "validate-code", Definition: operationOfHL7 + "CodeSystem-validate-code", OnType: true, OnInstance: true, Parameters: validateSystemParameters, Run: t.validate,
			Documentation: "Whether a code is in a code system: url with code and display, coding or codeableConcept.",
		},
	}
}

// Operations are $expand and $validate-code.
func (t valueSets) Operations() []rest.Operation {
	return []rest.Operation{
		{
			Name: "expand", Definition: operationOfHL7 + "ValueSet-expand", OnType: true, OnInstance: true, Parameters: expandParameters, Run: t.expand,
			Documentation: "The codes of a set, with url, filter (any part of a code or of its words), offset and count.",
		},
		{
			Name: "validate-code", Definition: operationOfHL7 + "ValueSet-validate-code", OnType: true, OnInstance: true, Parameters: validateSetParameters, Run: t.validate,
			Documentation: "Whether a code is in a set: url with system, code and display, coding or codeableConcept.",
		},
	}
}

// lookup tells what a code means. https://hl7.org/fhir/R4/codesystem-operation-lookup.html
// Errors: core.Invalid, core.NotFound, core.Forbidden.
func (t codeSystems) lookup(ctx context.Context, in *rest.Invocation) (*fhir.Entry, error) {
	if err := noResource(in, "code", "system", "version", "coding", "property", "displayLanguage"); err != nil {
		return nil, err
	}
	coding, err := codingIn(in, "system")
	if err != nil {
		return nil, err
	}
	switch {
	case coding == nil:
		return nil, core.ErrorAt(core.Invalid, "code", "code with system, or coding, is needed")
	case coding.system == "" || coding.code == "":
		return nil, core.ErrorAt(core.Invalid, "system", "both a code and its system are needed")
	}
	version, err := in.Text("version")
	if err != nil {
		return nil, err
	}
	l, concepts, err := t.byCanonical(ctx, "system", coding.system+"|"+version)
	if err != nil {
		return nil, err
	}
	found := coding.among(concepts)
	if found == nil {
		return nil, core.ErrorAt(core.NotFound, "code", "%s has no code %q", l.System(), coding.code)
	}
	return parameters(
		r4.ParametersParameter{Name: "name", ValueString: &l.Title},
		r4.ParametersParameter{Name: "version", ValueString: ptr(l.Version(concepts))},
		r4.ParametersParameter{Name: "display", ValueString: &found.Display},
	), nil
}

// validate tells whether a code is in a code system.
// https://hl7.org/fhir/R4/codesystem-operation-validate-code.html
// Errors: core.Invalid, core.NotFound, core.Forbidden.
func (t codeSystems) validate(ctx context.Context, in *rest.Invocation) (*fhir.Entry, error) {
	if err := noResource(in, "url", "system", "version", "code", "display", "coding", "codeableConcept", "displayLanguage"); err != nil {
		return nil, err
	}
	if err := systemForURL(in); err != nil {
		return nil, err
	}
	l, concepts, err := t.asked(ctx, in, "version")
	if err != nil {
		return nil, err
	}
	codings, err := codingsIn(in, "")
	if err != nil {
		return nil, err
	}
	for i := range codings {
		if codings[i].system == "" {
			codings[i].system = l.System()
		}
	}
	return verdict(codings, concepts, l.System()), nil
}

// systemForURL has system stand for url, as clients write it who think of $lookup and of
// value sets. Errors: core.Invalid where the two are not one.
func systemForURL(in *rest.Invocation) error {
	system, err := in.Text("system")
	if system == "" || err != nil {
		return err
	}
	url, err := in.Text("url")
	switch {
	case err != nil:
		return err
	case url == "":
		in.Parameters = append(in.Parameters, rest.Parameter{Name: "url", Text: system})
	case !mapping.SameSystem(url, system):
		return core.ErrorAt(core.Invalid, "system", "url names another code system")
	}
	return nil
}

// validate tells whether a code is in a set.
// https://hl7.org/fhir/R4/valueset-operation-validate-code.html
// Errors: core.Invalid, core.NotFound, core.Forbidden.
func (t valueSets) validate(ctx context.Context, in *rest.Invocation) (*fhir.Entry, error) {
	if err := noResource(in, "url", "valueSetVersion", "code", "system", "display", "coding", "codeableConcept", "displayLanguage"); err != nil {
		return nil, err
	}
	l, concepts, err := t.asked(ctx, in, "valueSetVersion")
	if err != nil {
		return nil, err
	}
	codings, err := codingsIn(in, "system")
	if err != nil {
		return nil, err
	}
	for i := range codings {
		if codings[i].system == "" {
			return nil, core.ErrorAt(core.Invalid, "system", "a code needs its system to be told from others")
		}
	}
	return verdict(codings, concepts, l.ValueSet()), nil
}

// expand lists the codes of a set.
// https://hl7.org/fhir/R4/valueset-operation-expand.html
// Errors: core.Invalid, core.NotFound, core.Forbidden.
func (t valueSets) expand(ctx context.Context, in *rest.Invocation) (*fhir.Entry, error) {
	// Every code here is active, flat, for people to choose from and has no designation,
	// so that the parameters about such things change nothing.
	if err := noResource(in, "url", "valueSetVersion", "filter", "offset", "count", "displayLanguage", "activeOnly",
		"includeDesignations", "includeDefinition", "excludeNested", "excludeNotForUI", "excludePostCoordinated"); err != nil {
		return nil, err
	}
	l, concepts, err := t.asked(ctx, in, "valueSetVersion")
	if err != nil {
		return nil, err
	}
	how := mapping.Expansion{Identifier: uuid.New().URN(), Timestamp: t.env.clock().Now().UTC().Format(time.RFC3339)}
	if how.Filter, err = in.Text("filter"); err != nil {
		return nil, err
	}
	if how.Offset, how.Paged, err = numberIn(in, "offset", 0); err != nil {
		return nil, err
	}
	var counted bool
	if how.Count, counted, err = numberIn(in, "count", -1); err != nil {
		return nil, err
	}
	how.Paged = how.Paged || counted
	found := concepts
	if how.Filter != "" {
		found = filtered(concepts, how.Filter)
	}
	return &fhir.Entry{Type: "ValueSet", ID: l.ID, Resource: &fhir.Resource{Typed: mapping.ExpansionOf(l, concepts, found, how)}}, nil
}

// filtered gives the concepts with the text anywhere in the code or the display.
func filtered(concepts []mapping.Concept, text string) []mapping.Concept {
	var found []mapping.Concept
	want := strings.ToLower(text)
	for i := range concepts {
		if strings.Contains(strings.ToLower(concepts[i].Code), want) || strings.Contains(strings.ToLower(concepts[i].Display), want) {
			found = append(found, concepts[i])
		}
	}
	return found
}

// asked gives the list an operation is about: the instance, whatever url says besides, or
// the one url names.
func (t *terminology) asked(ctx context.Context, in *rest.Invocation, versionParam string) (*mapping.CodeList, []mapping.Concept, error) {
	url, err := in.Text("url")
	if err != nil {
		return nil, nil, err
	}
	version, err := in.Text(versionParam)
	if err != nil {
		return nil, nil, err
	}
	if in.ID == "" {
		if url == "" {
			return nil, nil, core.ErrorAt(core.Invalid, "url", "the canonical of a %s is needed", t.definition.Name)
		}
		if !strings.Contains(url, "|") {
			url += "|" + version
		}
		return t.byCanonical(ctx, "url", url)
	}
	l, err := t.list(ctx, in.ID)
	if err != nil {
		return nil, nil, err
	}
	return t.at(ctx, l, versionParam, version)
}

// byCanonical gives the list with the canonical, which may end in |version.
// Errors: core.NotFound at the parameter, core.Forbidden.
func (t *terminology) byCanonical(ctx context.Context, param, canonical string) (*mapping.CodeList, []mapping.Concept, error) {
	url, version, _ := strings.Cut(canonical, "|")
	for _, l := range t.lists {
		if !mapping.SameSystem(t.canonical(l), url) {
			continue
		}
		if err := t.allowed(ctx, l); err != nil {
			return nil, nil, err
		}
		return t.at(ctx, l, param, version)
	}
	return nil, nil, core.ErrorAt(core.NotFound, param, "the %s %q is not held here", t.definition.Name, url)
}

// at gives the concepts of a list in the version asked, "" for any. There is only what is
// now. Errors: core.NotFound.
func (t *terminology) at(ctx context.Context, l *mapping.CodeList, param, version string) (*mapping.CodeList, []mapping.Concept, error) {
	registers, err := t.env.Store.Registers(ctx)
	if err != nil {
		return nil, nil, err
	}
	if !l.Listed() {
		return nil, nil, core.ErrorAt(core.Unprocessable, param, "the codes of %s cannot be listed here", t.canonical(l))
	}
	concepts := t.concepts(l, registers)
	if now := l.Version(concepts); version != "" && version != now {
		return nil, nil, core.ErrorAt(core.NotFound, param, "%s/%s is at version %s; version %q is not held here", t.definition.Name, l.ID, now, version)
	}
	return l, concepts, nil
}

// asking is one code as a client asks for it.
type asking struct{ system, code, display string }

// among finds the code in a list. The system may be spelt as older clients do.
func (a *asking) among(concepts []mapping.Concept) *mapping.Concept {
	for i := range concepts {
		if c := &concepts[i]; c.Code == a.code && mapping.SameSystem(c.System, a.system) {
			return c
		}
	}
	return nil
}

// codingIn reads code, display and the parameter systemParam, or coding; nil for neither.
// Errors: core.Invalid, also for both.
func codingIn(in *rest.Invocation, systemParam string) (*asking, error) {
	var a asking
	var err error
	if a.code, err = in.Text("code"); err != nil {
		return nil, err
	}
	if systemParam != "" {
		if a.system, err = in.Text(systemParam); err != nil {
			return nil, err
		}
	}
	if a.display, err = in.Text("display"); err != nil {
		return nil, err
	}
	coding, err := in.Object("coding")
	switch {
	case err != nil:
		return nil, err
	case coding != nil && a != asking{}:
		return nil, core.ErrorAt(core.Invalid, "coding", "either coding or code is needed, not both")
	case coding != nil:
		return &asking{coding.String("system"), coding.String("code"), coding.String("display")}, nil
	case a == asking{}:
		return nil, nil
	}
	return &a, nil
}

// codingsIn reads what is to be validated: one code, or the codings of a concept.
// Errors: core.Invalid.
func codingsIn(in *rest.Invocation, systemParam string) ([]asking, error) {
	one, err := codingIn(in, systemParam)
	if err != nil {
		return nil, err
	}
	concept, err := in.Object("codeableConcept")
	if err != nil {
		return nil, err
	}
	var list []asking
	switch {
	case one != nil && concept != nil:
		return nil, core.ErrorAt(core.Invalid, "codeableConcept", "either codeableConcept or a single code is needed, not both")
	case one != nil:
		list = []asking{*one}
	case concept != nil:
		for _, item := range concept.List("coding") {
			if coding, ok := item.(*fhir.Object); ok {
				list = append(list, asking{coding.String("system"), coding.String("code"), coding.String("display")})
			}
		}
	}
	if len(list) == 0 {
		return nil, core.ErrorAt(core.Invalid, "code", "code, coding or codeableConcept is needed")
	}
	for i := range list {
		if list[i].code == "" {
			return nil, core.ErrorAt(core.Invalid, "code", "a code is needed")
		}
	}
	return list, nil
}

// verdict answers a validation: true when one of the codings is among the concepts, with
// the right words where it has any.
func verdict(codings []asking, concepts []mapping.Concept, where string) *fhir.Entry {
	said := ""
	for i := range codings {
		a := &codings[i]
		found := a.among(concepts)
		switch {
		case found == nil:
			said = "the code " + strconv.Quote(a.code) + " of " + a.system + " is not in " + where
		case a.display != "" && !strings.EqualFold(a.display, found.Display):
			return parameters(
				r4.ParametersParameter{Name: "result", ValueBoolean: ptr(false)},
				r4.ParametersParameter{Name: "message", ValueString: ptr("the code is there, but it does not mean " + strconv.Quote(a.display))},
				r4.ParametersParameter{Name: "display", ValueString: &found.Display},
			)
		default:
			return parameters(
				r4.ParametersParameter{Name: "result", ValueBoolean: ptr(true)},
				r4.ParametersParameter{Name: "display", ValueString: &found.Display},
			)
		}
	}
	return parameters(
		r4.ParametersParameter{Name: "result", ValueBoolean: ptr(false)},
		r4.ParametersParameter{Name: "message", ValueString: &said},
	)
}

func parameters(list ...r4.ParametersParameter) *fhir.Entry {
	return &fhir.Entry{Resource: &fhir.Resource{Typed: &r4.Parameters{Parameter: list}}}
}

// noResource refuses parameters an operation does not have, and a resource posted in place
// of Parameters. Errors: core.Invalid.
func noResource(in *rest.Invocation, names ...string) error {
	if in.Resource != nil {
		return core.ErrorAt(core.Invalid, "Parameters", "the body has to be a Parameters resource")
	}
	return in.Only(names...)
}

// numberIn reads a count of things; absent says what stands for none. Errors: core.Invalid.
func numberIn(in *rest.Invocation, name string, absent int) (n int, given bool, err error) {
	text, err := in.Text(name)
	if text == "" || err != nil {
		return absent, false, err
	}
	n, err = strconv.Atoi(text)
	if err != nil || n < 0 {
		return absent, false, core.ErrorAt(core.Invalid, name, "%s is a whole number from 0, not %s", name, strconv.Quote(text))
	}
	return n, true, nil
}
