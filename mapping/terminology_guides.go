package mapping

import (
	"slices"
	"strings"

	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/persistence"
)

// Source gives the resource a list of another guide was read from, nil for one of our own.
func (l *CodeList) Source() *fhir.Object { return l.source }

// Listed tells whether all codes of the list are known here.
func (l *CodeList) Listed() bool { return !l.unlisted }

// guideLists finds lists while those of guides are made.
type guideLists struct {
	systems, sets map[string]*CodeList    // by canonical
	sources       map[string]*fhir.Object // ValueSets that are not made yet
}

// ReadCodeLists makes lists of the CodeSystems and ValueSets of other guides. A set may take
// codes of any list that is here, and of systems that are not where it names each code; one
// that takes more is served, and its codes are not listed.
// https://hl7.org/fhir/R4/valueset.html#compositions
func ReadCodeLists(resources []*fhir.Object) (systems, sets []*CodeList) {
	g := guideLists{systems: map[string]*CodeList{}, sets: map[string]*CodeList{}, sources: map[string]*fhir.Object{}}
	for _, l := range CodeLists {
		if g.sets[l.ValueSet()] = l; l.Defines() {
			g.systems[l.System()] = l
		}
	}
	for _, o := range resources {
		switch o.String("resourceType") {
		case "CodeSystem":
			l := listed(o)
			l.parts = []part{of(l.System(), conceptsIn(o.List("concept"), nil))}
			l.parts[0].whole = true
			l.unlisted = o.String("content") != "complete"
			g.systems[l.System()] = l
			systems = append(systems, l)
		case "ValueSet":
			g.sources[o.String("url")] = o
		}
	}
	for _, o := range resources {
		if o.String("resourceType") == "ValueSet" {
			sets = append(sets, g.set(o.String("url")))
		}
	}
	return systems, sets
}

func listed(o *fhir.Object) *CodeList {
	return &CodeList{ID: o.String("id"), Title: o.String("title"), About: o.String("description"), source: o}
}

// of makes the part of a system with these codes.
func of(system string, concepts []Concept) part {
	return part{system: system, codes: func(*persistence.Registers) []Concept { return slices.Clone(concepts) }}
}

// conceptsIn lists concepts with those under them.
func conceptsIn(list []any, all []Concept) []Concept {
	for _, one := range list {
		if o, is := one.(*fhir.Object); is && o.String("code") != "" {
			all = conceptsIn(o.List("concept"), append(all, named(o.String("code"), o.String("display"))))
		}
	}
	return all
}

// set gives the list of a ValueSet, nil for one nobody knows. One that is built on itself
// finds itself unlisted.
func (g *guideLists) set(url string) *CodeList {
	url, _, _ = strings.Cut(url, "|")
	if l := g.sets[url]; l != nil || g.sources[url] == nil {
		return l
	}
	o := g.sources[url]
	l := listed(o)
	l.unlisted = true
	g.sets[url] = l
	parts, ok := g.composed(o.Object("compose"))
	l.parts, l.unlisted = parts, !ok
	return l
}

// composed gives what a definition takes and does not exclude; not ok when that cannot be
// listed.
func (g *guideLists) composed(compose *fhir.Object) (parts []part, ok bool) {
	includes := compose.List("include")
	for _, one := range includes {
		o, _ := one.(*fhir.Object)
		taken, ok := g.include(o)
		if !ok {
			return nil, false
		}
		parts = append(parts, taken...)
	}
	out := map[Concept]bool{}
	for _, one := range compose.List("exclude") {
		o, _ := one.(*fhir.Object)
		if o.Get("filter") != nil || o.Get("valueSet") != nil || o.Get("concept") == nil {
			return nil, false
		}
		for _, c := range conceptsIn(o.List("concept"), nil) {
			out[Concept{System: o.String("system"), Code: c.Code}] = true
		}
	}
	for i := range parts {
		if len(out) > 0 {
			parts[i] = parts[i].without(out)
		}
	}
	return parts, len(includes) > 0
}

// without leaves codes out.
func (p part) without(out map[Concept]bool) part {
	return part{system: p.system, codes: func(r *persistence.Registers) []Concept {
		return slices.DeleteFunc(p.codes(r), func(c Concept) bool { return out[Concept{System: p.system, Code: c.Code}] })
	}}
}

// include gives what one include takes: codes it names, all of a system, or the codes of
// other sets.
func (g *guideLists) include(o *fhir.Object) (parts []part, ok bool) {
	system, _, _ := strings.Cut(o.String("system"), "|")
	sets := o.List("valueSet")
	switch {
	case o == nil, o.Get("filter") != nil, system != "" && len(sets) > 0, len(sets) > 1:
		return nil, false // the codes that are in all of these are not worked out
	case len(sets) == 1:
		url, _ := sets[0].(string)
		l := g.set(url)
		if l == nil || l.unlisted {
			return nil, false
		}
		if l.members != nil {
			return []part{{system: l.System(), codes: l.Members}}, true
		}
		return slices.Clone(l.parts), true
	case o.Get("concept") != nil:
		return []part{of(system, g.worded(system, conceptsIn(o.List("concept"), nil)))}, true
	}
	l := g.systems[system]
	if l == nil || l.unlisted {
		return nil, false
	}
	whole := l.parts[0]
	whole.whole = true
	return []part{whole}, true
}

// worded gives codes the words of their system where the set has none.
func (g *guideLists) worded(system string, concepts []Concept) []Concept {
	l := g.systems[system]
	if l == nil || l.Site {
		return concepts
	}
	words := map[string]string{}
	for _, c := range l.Concepts(nil) {
		words[c.Code] = c.Display
	}
	for i := range concepts {
		if c := &concepts[i]; c.Display == c.Code && words[c.Code] != "" {
			c.Display = words[c.Code]
		}
	}
	return concepts
}
