package search

import (
	"strings"

	"github.com/openimis/openimis-go/core"
)

// Filter is a condition as _filter writes it: one of its fields is set.
// https://hl7.org/fhir/R4/search_filter.html
type Filter struct {
	All    []Filter
	Any    []Filter
	Not    *Filter
	Clause *Clause
}

func (f *Filter) types(types []string) []string {
	switch {
	case f == nil:
		return types
	case f.Not != nil:
		return f.Not.types(types)
	case f.Clause != nil:
		return f.Clause.types(types)
	}
	for i := range f.All {
		types = f.All[i].types(types)
	}
	for i := range f.Any {
		types = f.Any[i].types(types)
	}
	return types
}

// filterParam stands for _filter in the clauses of a query.
var filterParam = Param{Name: "_filter", Type: Special}

// The limits of a _filter.
const (
	maxFilterDepth = 20
	maxFilterTerms = 50
)

// filter reads a _filter.
func (p *parser) filter(text string) (*Clause, *core.Error) {
	f := &filterParser{p: p, rest: text}
	read, err := f.alternatives()
	if err == nil && strings.TrimSpace(f.rest) != "" {
		err = f.refuse("what follows %q is no condition", strings.TrimSpace(f.rest))
	}
	if err != nil {
		return nil, err
	}
	return &Clause{Param: &filterParam, Filter: &read}, nil
}

// filterParser goes through the text of a filter from left to right.
type filterParser struct {
	p     *parser
	rest  string
	depth int
	terms int
}

func (f *filterParser) refuse(format string, args ...any) *core.Error {
	return core.ErrorAt(core.Invalid, filterParam.Name, format, args...)
}

// alternatives reads conditions joined by or, which binds less than and.
func (f *filterParser) alternatives() (Filter, *core.Error) {
	return f.joined("or", f.conditions, func(list []Filter) Filter { return Filter{Any: list} })
}

func (f *filterParser) conditions() (Filter, *core.Error) {
	return f.joined("and", f.condition, func(list []Filter) Filter { return Filter{All: list} })
}

func (f *filterParser) joined(word string, read func() (Filter, *core.Error), join func([]Filter) Filter) (Filter, *core.Error) {
	first, err := read()
	if err != nil {
		return first, err
	}
	list := []Filter{first}
	for f.word(word) {
		next, err := read()
		if err != nil {
			return next, err
		}
		list = append(list, next)
	}
	if len(list) == 1 {
		return first, nil
	}
	return join(list), nil
}

// word takes a word that stands alone.
func (f *filterParser) word(word string) bool {
	rest := strings.TrimLeft(f.rest, " ")
	after, found := strings.CutPrefix(rest, word)
	if !found || after == "" || after[0] != ' ' && after[0] != '(' {
		return false
	}
	f.rest = after
	return true
}

// condition reads a condition in brackets, a negated one, or a comparison.
func (f *filterParser) condition() (Filter, *core.Error) {
	if f.depth++; f.depth > maxFilterDepth {
		return Filter{}, f.refuse("the filter is nested deeper than %d levels", maxFilterDepth)
	}
	defer func() { f.depth-- }()
	if f.word("not") {
		inner, err := f.brackets()
		return Filter{Not: &inner}, err
	}
	if f.rest = strings.TrimLeft(f.rest, " "); strings.HasPrefix(f.rest, "(") {
		return f.brackets()
	}
	return f.comparison()
}

func (f *filterParser) brackets() (Filter, *core.Error) {
	rest, found := strings.CutPrefix(strings.TrimLeft(f.rest, " "), "(")
	if !found {
		return Filter{}, f.refuse("after not stands a condition in brackets")
	}
	f.rest = rest
	inner, err := f.alternatives()
	if err != nil {
		return inner, err
	}
	if f.rest, found = strings.CutPrefix(strings.TrimLeft(f.rest, " "), ")"); !found {
		return inner, f.refuse("a closing bracket is missing")
	}
	return inner, nil
}

// comparison reads parameter, operator and value.
func (f *filterParser) comparison() (Filter, *core.Error) {
	if f.terms++; f.terms > maxFilterTerms {
		return Filter{}, f.refuse("the filter has more than %d conditions", maxFilterTerms)
	}
	name, operator := f.token(), f.token()
	value, err := f.value()
	if err != nil {
		return Filter{}, err
	}
	if name == "" || operator == "" {
		return Filter{}, f.refuse("a condition is a parameter, an operator and a value")
	}
	return f.compare(name, operator, value)
}

// token takes what stands up to the next space.
func (f *filterParser) token() string {
	f.rest = strings.TrimLeft(f.rest, " ")
	token, rest, _ := strings.Cut(f.rest, " ")
	f.rest = rest
	return token
}

// value takes a text between quotation marks, or what stands up to a space or bracket.
func (f *filterParser) value() (string, *core.Error) {
	f.rest = strings.TrimLeft(f.rest, " ")
	if !strings.HasPrefix(f.rest, `"`) {
		end := strings.IndexAny(f.rest, " )")
		if end < 0 {
			end = len(f.rest)
		}
		value := f.rest[:end]
		f.rest = f.rest[end:]
		return value, nil
	}
	var b strings.Builder
	for i := 1; i < len(f.rest); i++ {
		switch c := f.rest[i]; {
		case c == '"':
			f.rest = f.rest[i+1:]
			return b.String(), nil
		case c == '\\' && i+1 < len(f.rest):
			i++
			b.WriteByte(f.rest[i])
		default:
			b.WriteByte(c)
		}
	}
	return "", f.refuse("a quotation mark is missing")
}

// compare makes a condition of a parameter of the search. Each operator is one of the
// ways a parameter is compared without a filter.
func (f *filterParser) compare(name, operator, value string) (Filter, *core.Error) {
	param, err := f.param(name)
	if err != nil {
		return Filter{}, err
	}
	plain := escaped(value)
	switch operator {
	case "pr":
		clause, err := f.read(name+":missing", map[string]string{"true": "false", "false": "true"}[value])
		return clause, err
	case "ne":
		equal, err := f.compare(name, "eq", value)
		return Filter{Not: &equal}, err
	case "ni":
		inside, err := f.compare(name, "in", value)
		return Filter{Not: &inside}, err
	}
	switch param.Type {
	case String:
		if modifier, known := map[string]string{"eq": ":exact", "co": ":contains", "sw": ""}[operator]; known {
			return f.read(name+modifier, plain)
		}
	case Token, URI:
		if modifier, known := map[string]string{"eq": "", "in": ":in", "sb": ":below"}[operator]; known {
			return f.read(name+modifier, plain)
		}
	case Reference:
		if operator == "eq" || operator == "re" {
			return f.read(name, plain)
		}
	case Date, Numeric, Quantity:
		switch operator {
		case "eq", "gt", "lt", "ge", "le", "sa", "eb", "ap":
			return f.read(name, operator+plain)
		}
	}
	return Filter{}, f.refuse("%s cannot be compared with %q", name, operator)
}

// param finds the parameter at the end of a chain.
func (f *filterParser) param(name string) (*Param, *core.Error) {
	p := f.p
	head, rest, chained := strings.Cut(name, ".")
	for chained {
		link, typ, _ := strings.Cut(head, ":")
		param := p.find(link)
		if param == nil || param.Type != Reference {
			return nil, f.refuse("%s has no reference %q", p.query.Type, link)
		}
		if typ == "" && len(param.Targets) > 0 {
			typ = param.Targets[0]
		}
		if p = p.other(typ); p == nil {
			return nil, f.refuse("%q refers to no resource type of this server", name)
		}
		head, rest, chained = strings.Cut(rest, ".")
	}
	if param := p.find(head); param != nil {
		return param, nil
	}
	return nil, f.refuse("%s has no search parameter %q", p.query.Type, head)
}

func (f *filterParser) read(key, text string) (Filter, *core.Error) {
	clause, err := f.p.condition(key, text)
	if err != nil {
		return Filter{}, f.refuse("%s", err.Message)
	}
	return Filter{Clause: clause}, nil
}

// escaped writes a value so that a parameter takes all of it as one.
func escaped(value string) string {
	return strings.NewReplacer(`\`, `\\`, `,`, `\,`, `$`, `\$`).Replace(value)
}
