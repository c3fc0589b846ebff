package conformance

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/path"
)

var placeholder = regexp.MustCompile(`\$\{([^{}]*)\}`)

// maxNesting bounds variables whose value names variables.
const maxNesting = 8

// fill replaces ${name} by the value of the variable. Errors: a variable that is not
// declared, or has no value yet.
func (x *run) fill(text string) (string, error) { return x.fillAs(text, nil, 0) }

// fillAs fills a text; escape makes a value fit into it, nil for as it is.
func (x *run) fillAs(text string, escape func(before, value string) string, depth int) (string, error) {
	if !strings.Contains(text, "${") {
		return text, nil
	}
	if depth > maxNesting {
		return "", fmt.Errorf("the variables in %q name each other without end", text)
	}
	var b strings.Builder
	at := 0
	for _, found := range placeholder.FindAllStringSubmatchIndex(text, -1) {
		b.WriteString(text[at:found[0]])
		value, err := x.value(text[found[2]:found[3]], depth)
		if err != nil {
			return "", err
		}
		if escape != nil {
			value = escape(text[:found[0]], value)
		}
		b.WriteString(value)
		at = found[1]
	}
	b.WriteString(text[at:])
	return b.String(), nil
}

// generate fills in only what the runner makes up itself, in a fixture that is read.
func (x *run) generate(text string) (string, error) {
	var failure error
	filled := placeholder.ReplaceAllStringFunc(text, func(found string) string {
		name := found[2 : len(found)-1]
		if x.declared(name) || strings.HasPrefix(name, "DATE") {
			return found
		}
		value, known, err := x.made.value(name, nil)
		if err != nil && failure == nil {
			failure = err
		}
		if !known {
			return found
		}
		return value
	})
	return filled, failure
}

func (x *run) declared(name string) bool {
	for _, v := range x.script.Variables {
		if v.Name == name {
			return true
		}
	}
	return false
}

func (x *run) value(name string, depth int) (string, error) {
	for _, b := range x.bindings {
		if b.name == name {
			return b.value, nil
		}
	}
	if value, bound := x.params[name]; bound {
		return value, nil
	}
	for _, v := range x.script.Variables {
		if v.Name != name {
			continue
		}
		value, err := x.source(v, depth)
		if err != nil {
			return "", fmt.Errorf("variable %s: %w", name, err)
		}
		if value == "" {
			value, err = x.fillAs(v.DefaultValue, nil, depth+1)
		}
		if err == nil && value == "" && x.unheard[v.SourceID] {
			err = unsupported{"variable " + name + ", which needs a response of a test that was skipped,"}
		} else if err == nil && value == "" {
			err = fmt.Errorf("variable %s has no value", name)
			if v.Hint != "" {
				err = fmt.Errorf("variable %s has no value: give it a defaultValue (%s)", name, v.Hint)
			}
		}
		return value, err
	}
	value, known, err := x.made.value(name, func(other string) (string, error) { return x.value(other, depth+1) })
	if !known {
		return "", fmt.Errorf("variable %s is not declared", name)
	}
	return value, err
}

// source takes the value of a variable from the fixture or response it names, from the
// last response when it names none.
func (x *run) source(v Variable, depth int) (string, error) {
	m := x.last
	if v.SourceID != "" {
		m = x.messages[v.SourceID]
	}
	var value string
	var err error
	switch {
	case m == nil:
		return "", nil
	case v.HeaderField != "":
		return m.header.Get(v.HeaderField), nil
	case v.Expression != "":
		var expression string
		if expression, err = x.fillAs(v.Expression, nil, depth+1); err == nil {
			value, err = first(expression, m)
		}
	case v.Path != "":
		value, err = firstAt(v.Path, m)
	}
	if err != nil || !m.fixture {
		return value, err
	}
	return x.fillAs(value, nil, depth+1) // a fixture may name variables itself
}

// first evaluates an expression and gives the first value as text.
func first(expression string, m *message) (string, error) {
	values, err := evaluate(expression, m)
	if err != nil || len(values) == 0 {
		return "", err
	}
	return values[0].String(), nil
}

// firstAt is first for an XPath or JSONPath.
func firstAt(p string, m *message) (string, error) {
	expression, err := fromPath(p)
	if err != nil {
		return "", err
	}
	return first(within(expression, m), m)
}

// within lets a path that starts at a type look into a bundle of such resources, as
// XPath without a leading slash does.
func within(expression string, m *message) string {
	typ, rest, _ := strings.Cut(expression, ".")
	if m.tree.String("resourceType") == "Bundle" && typ != "Bundle" && fhir.IsResourceType(typ) {
		return "Bundle.entry.resource.ofType(" + typ + ")." + rest
	}
	return expression
}

// evaluate evaluates an expression on the resource of a message; on none there is nothing.
func evaluate(expression string, m *message) (path.Collection, error) {
	e, err := path.Compile(expression)
	if err != nil {
		return nil, err
	}
	if m.tree == nil {
		return nil, m.broken
	}
	return e.Evaluate(nil, m.tree)
}

// inBody makes values fit into the text of a resource.
func inBody(contentType string) func(before, value string) string {
	return func(_, value string) string {
		if strings.Contains(contentType, "xml") {
			var b strings.Builder
			_ = xml.EscapeText(&b, []byte(value))
			return b.String()
		}
		quoted, _ := json.Marshal(value)
		return string(quoted[1 : len(quoted)-1])
	}
}

// inURL makes a value fit behind a parameter of a URL; elsewhere it stays as it is, since
// it may be a whole URL.
func inURL(before, value string) string {
	query := strings.LastIndexByte(before, '?')
	if query < 0 || !strings.Contains(before[query:], "=") {
		return value
	}
	return url.QueryEscape(value)
}
