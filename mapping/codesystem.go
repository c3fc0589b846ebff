package mapping

import (
	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"
)

// CodeSystemOf renders a list with its concepts. https://hl7.org/fhir/R4/codesystem.html
func CodeSystemOf(l *CodeList, concepts []Concept) *r4.CodeSystem {
	out := &r4.CodeSystem{
		Id: pointer(l.ID), Url: pointer(l.System()), Version: filled(l.Version(concepts)),
		Name: pointer(l.NameAs("CodeSystem")), Title: filled(l.Title), Description: filled(l.About),
		Status: r4.PublicationStatusActive, Experimental: pointer(false), CaseSensitive: pointer(true),
		ValueSet: pointer(l.ValueSet()), Content: r4.CodeSystemContentModeComplete, Count: pointer(len(concepts)),
		Concept: make([]r4.CodeSystemConcept, len(concepts)),
	}
	for i := range concepts {
		out.Concept[i] = r4.CodeSystemConcept{Code: concepts[i].Code, Display: &concepts[i].Display}
	}
	return out
}

// ValueSetOf renders a list as the set of its codes: all of a code system of openIMIS, or
// the codes it takes one by one of another. https://hl7.org/fhir/R4/valueset.html
func ValueSetOf(l *CodeList, concepts []Concept) *r4.ValueSet {
	out := &r4.ValueSet{
		Id: pointer(l.ID), Url: pointer(l.ValueSet()), Version: filled(l.Version(concepts)),
		Name: pointer(l.NameAs("ValueSet")), Title: filled(l.Title), Description: filled(l.About),
		Status: r4.PublicationStatusActive, Experimental: pointer(false), Compose: &r4.ValueSetCompose{},
	}
	for _, system := range l.Systems() {
		include := r4.ValueSetComposeInclude{System: pointer(system)}
		for i := range concepts {
			if c := &concepts[i]; c.System == system && (l.members != nil || !l.Defines()) {
				include.Concept = append(include.Concept, r4.ValueSetComposeIncludeConcept{Code: c.Code, Display: &c.Display})
			}
		}
		out.Compose.Include = append(out.Compose.Include, include)
	}
	return out
}

// Expansion is which part of a list is asked for, and how it was asked.
type Expansion struct {
	Identifier string // of this expansion, a URI
	Timestamp  string // when it was made
	Filter     string // echoed; the concepts are filtered already
	Offset     int    // concepts to pass over
	Count      int    // concepts at the most, -1 for all
	Paged      bool   // the client asked for a part, so that the offset is told
}

// ExpansionOf renders a list with the concepts that were found in it.
// https://hl7.org/fhir/R4/valueset-operation-expand.html
func ExpansionOf(l *CodeList, concepts, found []Concept, e Expansion) *r4.ValueSet {
	out := ValueSetOf(l, concepts)
	out.Compose = nil // the definition is not asked for
	x := &r4.ValueSetExpansion{Identifier: &e.Identifier, Timestamp: e.Timestamp, Total: pointer(len(found))}
	if e.Filter != "" {
		x.Parameter = append(x.Parameter, r4.ValueSetExpansionParameter{Name: "filter", ValueString: &e.Filter})
	}
	if e.Paged {
		x.Offset = &e.Offset
		x.Parameter = append(x.Parameter, r4.ValueSetExpansionParameter{Name: "offset", ValueInteger: &e.Offset})
	}
	if e.Count >= 0 {
		x.Parameter = append(x.Parameter, r4.ValueSetExpansionParameter{Name: "count", ValueInteger: &e.Count})
	}
	found = found[min(e.Offset, len(found)):]
	if e.Count >= 0 {
		found = found[:min(e.Count, len(found))]
	}
	for i := range found {
		c := &found[i]
		x.Contains = append(x.Contains, r4.ValueSetExpansionContains{System: &c.System, Code: &c.Code, Display: &c.Display})
	}
	out.Expansion = x
	return out
}
