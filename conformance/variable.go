package conformance

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/path"
)

var placeholder = regexp.MustCompile(`\$\{([^{}]*)\}`)

// fill replaces ${name} by the value of the variable. Errors: a variable that is not
// declared, or has no value yet.
func (x *run) fill(text string) (string, error) {
	var failure error
	filled := placeholder.ReplaceAllStringFunc(text, func(found string) string {
		value, err := x.value(found[2 : len(found)-1])
		if err != nil && failure == nil {
			failure = err
		}
		return value
	})
	return filled, failure
}

func (x *run) value(name string) (string, error) {
	for _, v := range x.script.Variables {
		if v.Name != name {
			continue
		}
		value, err := x.source(v)
		if err != nil {
			return "", fmt.Errorf("variable %s: %w", name, err)
		}
		if value == "" {
			value = v.DefaultValue
		}
		if value == "" {
			return "", fmt.Errorf("variable %s has no value", name)
		}
		return value, nil
	}
	return "", fmt.Errorf("variable %s is not declared", name)
}

// source takes the value of a variable from the fixture or response it names.
func (x *run) source(v Variable) (string, error) {
	m := x.last
	if v.SourceID != "" {
		m = x.messages[v.SourceID]
	}
	switch {
	case m == nil:
		return "", nil
	case v.HeaderField != "":
		return m.header.Get(v.HeaderField), nil
	case v.Expression != "":
		return first(v.Expression, m.tree)
	case v.Path != "":
		return first(fromXPath(v.Path), m.tree)
	}
	return "", nil
}

// first evaluates an expression and gives the first value as text.
func first(expression string, tree *fhir.Object) (string, error) {
	values, err := evaluate(expression, tree)
	if err != nil || len(values) == 0 {
		return "", err
	}
	return values[0].String(), nil
}

func evaluate(expression string, tree *fhir.Object) (path.Collection, error) {
	e, err := path.Compile(expression)
	if err != nil || tree == nil {
		return nil, err
	}
	return e.Evaluate(nil, tree)
}

// fromXPath turns the simple XPath and JSONPath forms scripts use for path into FHIRPath:
// fhir:Patient/fhir:id/@value, /Patient/name[1]/family, $.id, .id.
func fromXPath(p string) string {
	p = strings.TrimSuffix(strings.ReplaceAll(p, "fhir:", ""), "/@value")
	slashes := strings.Contains(p, "/")
	p = strings.TrimLeft(strings.ReplaceAll(p, "/", "."), "$.")
	if slashes { // XPath counts from 1
		p = xpathIndex.ReplaceAllStringFunc(p, func(found string) string {
			var n int
			_, _ = fmt.Sscanf(found, "[%d]", &n)
			return fmt.Sprintf("[%d]", n-1)
		})
	}
	return p
}

var xpathIndex = regexp.MustCompile(`\[\d+\]`)
