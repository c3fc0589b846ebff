package search

import (
	"fmt"
	"slices"
	"strings"
)

// includeParam reads _include: Type:param, Type:param:Target, Type:* or *, where Type is
// the searched one. https://hl7.org/fhir/R4/search.html#include
func (p *parser) includeParam(text string) string {
	source, name, target, problem := p.splitInclude(text)
	if problem != "" {
		return problem
	}
	if source == "" {
		source = p.query.Type
	}
	if source != p.query.Type {
		return fmt.Sprintf("a search on %s includes what %s refers to, not what %s does; write _include:iterate for that", p.query.Type, p.query.Type, source)
	}
	return p.addIncluded(text, Include{Source: source, Param: name, Target: target})
}

// iterateParam reads _include:iterate, whose type may be one that was included itself.
func (p *parser) iterateParam(text string) string {
	source, name, target, problem := p.splitInclude(text)
	if problem != "" {
		return problem
	}
	if source == "" {
		return "_include:iterate names the type that refers: Type:parameter"
	}
	return p.addIncluded(text, Include{Source: source, Param: name, Target: target, Iterate: true})
}

func (p *parser) addIncluded(text string, include Include) string {
	source, name, target := include.Source, include.Param, include.Target
	found := false
	for _, param := range p.references(source, name) {
		found = found || p.pointsTo(param, target)
	}
	if !found {
		return fmt.Sprintf("%q names no reference this server can include", text)
	}
	p.query.Includes = addInclude(p.query.Includes, include)
	return ""
}

// revIncludeParam reads _revinclude: Type:param or Type:*, where Type refers to the
// searched one. https://hl7.org/fhir/R4/search.html#revinclude
func (p *parser) revIncludeParam(text string) string {
	source, name, target, problem := p.splitInclude(text)
	if problem != "" {
		return problem
	}
	return p.addPointing(text, p.query.Type, Include{Source: source, Param: name, Target: target})
}

// revIterateParam reads _revinclude:iterate, which may point to what was included itself.
func (p *parser) revIterateParam(text string) string {
	source, name, target, problem := p.splitInclude(text)
	if problem != "" {
		return problem
	}
	return p.addPointing(text, target, Include{Source: source, Param: name, Target: target, Iterate: true})
}

// addPointing adds a _revinclude; to is the type pointed to, "" for any.
func (p *parser) addPointing(text, to string, include Include) string {
	source, name, target := include.Source, include.Param, include.Target
	if source == "" {
		return "_revinclude names the type that refers: Type:parameter"
	}
	if target != "" && target != to {
		return fmt.Sprintf("a search on %s includes what refers to %s, not to %s", p.query.Type, p.query.Type, target)
	}
	found := false
	for _, param := range p.references(source, name) {
		found = found || len(param.Targets) == 0 || to == "" || slices.Contains(param.Targets, to)
	}
	if !found {
		return fmt.Sprintf("%q names no reference to %s that this server can follow", text, to)
	}
	include.Target = to
	p.query.RevIncludes = addInclude(p.query.RevIncludes, include)
	return ""
}

func addInclude(list []Include, include Include) []Include {
	if slices.Contains(list, include) {
		return list
	}
	return append(list, include)
}

func (p *parser) splitInclude(text string) (source, name, target, problem string) {
	if p.o.Params == nil {
		return "", "", "", "this server includes nothing"
	}
	if text == "*" {
		return "", "*", "", ""
	}
	parts := strings.Split(text, ":")
	if len(parts) < 2 || len(parts) > 3 || parts[0] == "" || parts[1] == "" {
		return "", "", "", fmt.Sprintf("%q is not of the form Type:parameter", text)
	}
	if len(parts) == 3 {
		if target = parts[2]; !isTypeName(target) {
			return "", "", "", fmt.Sprintf("%q is no resource type", target)
		}
	}
	if _, known := p.o.Params(parts[0]); !known {
		return "", "", "", fmt.Sprintf("this server has no resource type %q", parts[0])
	}
	return parts[0], parts[1], target, ""
}

// references lists the reference parameters of a type that have the name, or all for "*".
func (p *parser) references(source, name string) []*Param {
	params, _ := p.o.Params(source)
	var found []*Param
	for i := range params {
		if params[i].Type == Reference && (name == "*" || params[i].Name == name) {
			found = append(found, &params[i])
		}
	}
	return found
}

// pointsTo tells whether the parameter may refer to the target, or to any type of this
// server when target is "".
func (p *parser) pointsTo(param *Param, target string) bool {
	if len(param.Targets) == 0 {
		return true
	}
	for _, candidate := range param.Targets {
		if target != "" && candidate != target {
			continue
		}
		if _, known := p.o.Params(candidate); known {
			return true
		}
	}
	return false
}
