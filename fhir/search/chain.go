package search

import (
	"slices"
	"strings"

	"github.com/openimis/openimis-go/core"
)

// maxLinks is how many references a chain may go through.
const maxLinks = 4

// Chain is a condition on resources at the other end of a reference.
// https://hl7.org/fhir/R4/search.html#chaining
type Chain struct {
	Type   string // of the resources the condition is on
	Param  *Param // the reference of theirs that points here, as _has names it; nil to follow one of ours
	Clause Clause // what has to hold of them
}

// Types lists the resource types a query looks into beside its own, each once.
func (q *Query) Types() []string {
	var types []string
	for i := range q.Clauses {
		types = q.Clauses[i].types(types)
	}
	return types
}

func (c *Clause) types(types []string) []string {
	for i := range c.Chains {
		if t := c.Chains[i].Type; !slices.Contains(types, t) {
			types = append(types, t)
		}
		types = c.Chains[i].Clause.types(types)
	}
	return c.Filter.types(types)
}

// other gives a parser of the parameters of another type, which counts its values with
// those of this one. It is nil for a type the server does not have.
func (p *parser) other(resourceType string) *parser {
	if p.o.Params == nil {
		return nil
	}
	params, known := p.o.Params(resourceType)
	if !known {
		return nil
	}
	return &parser{o: p.o, params: params, count: p.count, links: p.links + 1, query: &Query{Type: resourceType}}
}

// end gives back what a parser of another type has counted.
func (p *parser) end(inner *parser) {
	p.count = inner.count
	if inner.fatal != nil {
		p.fatal = inner.fatal
	}
}

// chain reads reference.parameter and reference:Type.parameter. Where the reference may
// point to several types, the condition may hold of any of them.
func (p *parser) chain(key string, param *Param, modifier, rest, text string) (*Clause, *core.Error) {
	if param.Type != Reference {
		return nil, core.ErrorAt(core.Invalid, key, "%s is no reference, so nothing can be chained to it", param.Name)
	}
	targets := param.Targets
	if modifier != "" {
		if !isTypeName(modifier) || len(targets) > 0 && !slices.Contains(targets, modifier) {
			return nil, core.ErrorAt(core.Invalid, key, "%s does not refer to %s", param.Name, modifier)
		}
		targets = []string{modifier}
	}
	return p.chainTo(key, param, targets, rest, text)
}

func (p *parser) chainTo(key string, param *Param, targets []string, rest, text string) (*Clause, *core.Error) {
	if p.links >= maxLinks {
		return nil, core.ErrorAt(core.Invalid, key, "a chain goes through %d references at most", maxLinks)
	}
	clause := &Clause{Param: param}
	var refused *core.Error
	for _, target := range targets {
		inner := p.other(target)
		if inner == nil {
			continue
		}
		condition, err := inner.condition(rest, text)
		p.end(inner)
		if err != nil {
			refused = err
			continue
		}
		clause.Chains = append(clause.Chains, Chain{Type: target, Clause: *condition})
	}
	switch {
	case len(clause.Chains) > 0:
		return clause, nil
	case refused != nil:
		return nil, core.ErrorAt(core.Invalid, key, "%s", refused.Message)
	}
	return nil, core.ErrorAt(core.Invalid, key, "%s refers to no resource type of this server", param.Name)
}

// condition reads one parameter of the type, whatever its form.
func (p *parser) condition(key, text string) (*Clause, *core.Error) {
	if rest, found := strings.CutPrefix(key, hasParam.Name+":"); found {
		return p.has(key, rest, text)
	}
	head, rest, chained := strings.Cut(key, ".")
	name, modifier, _ := strings.Cut(head, ":")
	param := p.find(name)
	if param == nil {
		return nil, core.ErrorAt(core.Invalid, key, "%s has no search parameter %q", p.query.Type, name)
	}
	if chained {
		return p.chain(key, param, modifier, rest, text)
	}
	return p.clause(key, param, modifier, text)
}

// hasParam stands for _has in the clauses of a query.
var hasParam = Param{Name: "_has", Type: Special}

// has reads _has:Type:reference:parameter, of which the parameter may be a _has again.
// https://hl7.org/fhir/R4/search.html#has
func (p *parser) has(key, rest, text string) (*Clause, *core.Error) {
	parts := strings.SplitN(rest, ":", 3)
	if len(parts) < 3 || parts[2] == "" {
		return nil, core.ErrorAt(core.Invalid, key, "write _has:Type:reference:parameter")
	}
	if p.links >= maxLinks {
		return nil, core.ErrorAt(core.Invalid, key, "a chain goes through %d references at most", maxLinks)
	}
	inner := p.other(parts[0])
	if inner == nil {
		return nil, core.ErrorAt(core.Invalid, key, "this server has no resource type %q", parts[0])
	}
	reference := inner.find(parts[1])
	if reference == nil || reference.Type != Reference || len(reference.Targets) > 0 && !slices.Contains(reference.Targets, p.query.Type) {
		return nil, core.ErrorAt(core.Invalid, key, "%s has no search parameter %q that refers to %s", parts[0], parts[1], p.query.Type)
	}
	condition, err := inner.condition(parts[2], text)
	p.end(inner)
	if err != nil {
		return nil, core.ErrorAt(core.Invalid, key, "%s", err.Message)
	}
	return &Clause{Param: &hasParam, Chains: []Chain{{Type: parts[0], Param: reference, Clause: *condition}}}, nil
}
