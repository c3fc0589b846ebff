package search

import (
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/openimis/openimis-go/core"
)

// Parse reads the parameters of a search on one resource type. params are those of the
// type; _id and _lastUpdated are added unless the type has its own.
//
// The error is a core.Invalid that names every parameter at fault in Path. With
// Options.Lenient the same faults come back as warnings, and the query does without the
// parameters they name. Text that is not UTF-8, control characters and exceeded limits are
// errors always.
func Parse(resourceType string, params []Param, values url.Values, o Options) (*Query, []*core.Error, error) {
	o.fill()
	p := &parser{o: o, params: params, query: &Query{
		Type: resourceType, Count: o.Count, Total: o.Total, Given: url.Values{},
	}}
	if err := p.checkText(values); err != nil {
		return nil, nil, err
	}
	names := make([]string, 0, len(values))
	for name := range values {
		names = append(names, name)
	}
	slices.Sort(names) // the same request always makes the same query
	for _, name := range names {
		p.parameter(name, values[name])
	}
	p.page(values)
	if p.fatal != nil {
		return nil, nil, p.fatal
	}
	if len(p.faults) > 0 && !o.Lenient {
		return nil, nil, core.Join(p.faults...)
	}
	return p.query, p.faults, nil
}

type parser struct {
	o      Options
	params []Param
	query  *Query
	count  int // values so far
	links  int // references followed to come to this type
	faults []*core.Error
	fatal  error
}

// checkText refuses what no database should be shown, and what is too much.
func (p *parser) checkText(values url.Values) error {
	total := 0
	for name, list := range values {
		if !clean(name) {
			return core.ErrorAt(core.Invalid, printable(name),
				"the parameter name holds control characters or is not UTF-8")
		}
		total += len(list)
		for _, value := range list {
			if !clean(value) {
				return core.ErrorAt(core.Invalid, name, "the value holds control characters or is not UTF-8")
			}
			if len(value) > maxValueBytes && strings.IndexByte(value, ',') < 0 {
				return core.ErrorAt(core.Invalid, name, "the value is longer than %d bytes", maxValueBytes)
			}
		}
	}
	if total > p.o.MaxParams {
		return core.Errorf(core.Invalid, "%d parameters are more than the %d a search may have", total, p.o.MaxParams)
	}
	return nil
}

func clean(text string) bool {
	for _, r := range text {
		if r < 0x20 || r == 0x7f || (r >= 0x80 && r < 0xa0) {
			return false
		}
	}
	return utf8.ValidString(text)
}

func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x20 || r >= 0x7f {
			return '?'
		}
		return r
	}, text)
}

// parameter reads all occurrences of one parameter. A faulty one leaves no trace in the
// query, so that a lenient search does not half apply it.
func (p *parser) parameter(key string, values []string) {
	if key == CursorParam || (p.o.PageParam != "" && key == p.o.PageParam) || slices.Contains(p.o.Ignored, key) {
		return
	}
	if control, ok := controls[key]; ok {
		p.control(key, values, control)
		return
	}
	read := p.condition
	if key == filterParam.Name {
		read = func(_, text string) (*Clause, *core.Error) { return p.filter(text) }
	} else if head, _, _ := strings.Cut(key, "."); !strings.HasPrefix(key, hasParam.Name+":") {
		name, modifier, _ := strings.Cut(head, ":")
		switch {
		case controls[name] != nil:
			p.fault(key, "the modifier :%s is not supported on %s", modifier, name)
			return
		case p.find(name) == nil:
			p.unknown(key, name)
			return
		}
	}
	for _, text := range values {
		if text == "" && p.o.IgnoreUnknown {
			continue
		}
		clause, err := read(key, text)
		if err != nil {
			p.faults = append(p.faults, err)
			continue
		}
		p.query.Clauses = append(p.query.Clauses, *clause)
		p.query.Given.Add(key, text)
	}
}

func (p *parser) find(name string) *Param {
	if param := findParam(p.params, name); param != nil {
		return param
	}
	switch name {
	case ID.Name:
		return &ID
	case LastUpdated.Name:
		return &LastUpdated
	}
	return nil
}

func findParam(params []Param, name string) *Param {
	for i := range params {
		if params[i].Name == name {
			return &params[i]
		}
	}
	return nil
}

func (p *parser) unknown(key, name string) {
	if p.o.IgnoreUnknown {
		return
	}
	p.fault(key, "%s has no search parameter %q", p.query.Type, name)
}

func (p *parser) fault(path, format string, args ...any) {
	p.faults = append(p.faults, core.ErrorAt(core.Invalid, path, format, args...))
}

// clause reads one occurrence of a parameter.
func (p *parser) clause(key string, param *Param, modifier, text string) (*Clause, *core.Error) {
	clause := &Clause{Param: param, Modifier: Modifier(modifier)}
	target := ""
	switch {
	case clause.Modifier == NoModifier && !strings.Contains(key, ":"):
	case clause.Modifier == Missing:
		return p.missing(key, clause, text)
	case param.Type == String && (clause.Modifier == Exact || clause.Modifier == Contains):
	case param.Type == Token && (clause.Modifier == Not || clause.Modifier == Below):
	case param.Type == Token && clause.Modifier == OfType && param.Path == "identifier":
	case param.Type == Token && (clause.Modifier == In || clause.Modifier == NotIn):
	case param.Type == Reference && modifier == "identifier":
		return p.chainTo(key, param, param.Targets, "identifier", text)
	case param.Type == Reference && isTypeName(modifier):
		if len(param.Targets) > 0 && !slices.Contains(param.Targets, modifier) {
			return nil, core.ErrorAt(core.Invalid, key, "%s does not refer to %s", param.Name, modifier)
		}
		clause.Modifier, target = NoModifier, modifier
	default:
		return nil, core.ErrorAt(core.Invalid, key, "the modifier :%s is not supported on the %s parameter %s",
			modifier, param.Type, param.Name)
	}
	alternatives := splitUnescaped(text, ',')
	if p.count += len(alternatives); p.count > p.o.MaxValues {
		err := core.ErrorAt(core.Invalid, key, "the search has more than %d values", p.o.MaxValues)
		p.fatal = err
		return nil, err
	}
	for _, alternative := range alternatives {
		var value Value
		var problem string
		switch clause.Modifier {
		case In, NotIn:
			value, problem = p.valueSet(alternative)
		case OfType:
			value, problem = ofType(alternative)
		default:
			value, problem = p.value(param, alternative, target)
		}
		if problem != "" {
			return nil, core.ErrorAt(core.Invalid, key, "%s", problem)
		}
		clause.Values = append(clause.Values, value)
	}
	return clause, nil
}

func (p *parser) missing(key string, clause *Clause, text string) (*Clause, *core.Error) {
	switch text {
	case "true":
		clause.Missing = true
	case "false":
	default:
		return nil, core.ErrorAt(core.Invalid, key, ":missing is true or false, not %q", text)
	}
	return clause, nil
}

func isTypeName(text string) bool {
	if text == "" || text[0] < 'A' || text[0] > 'Z' {
		return false
	}
	for i := 1; i < len(text); i++ {
		if c := text[i]; (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') {
			return false
		}
	}
	return true
}
