package resources

import (
	"slices"

	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/fhir/search"
	"github.com/openimis/openimis-go/mapping"
)

const aboutCodeSystems = "The lists of codes that the resources use: the registers of the site, and those the implementation guide fixes. " +
	"Lists about people need the right 101101, those about families 101001, the diagnoses 111001; others are for everybody signed in. " +
	"A search passes over lists the caller may not read. Read only."

// codeSystems serves the lists that define their own codes.
type codeSystems struct{ *terminology }

var _ interface {
	rest.Reader
	rest.Searcher
	rest.Operator
} = codeSystems{}

// CodeSystem serves code lists with their concepts: read, search, $lookup and
// $validate-code. https://hl7.org/fhir/R4/codesystem.html
func CodeSystem(e *Environment) rest.Type {
	t := newTerminology(e, "CodeSystem", aboutCodeSystems,
		search.Param{Name: "system", Type: search.URI, Path: "url", Documentation: "The system of the codes: the same as url."})
	t.lists = slices.DeleteFunc(slices.Clone(mapping.CodeLists), func(l *mapping.CodeList) bool { return !l.Defines() })
	t.lists = append(t.lists, e.guides().systems...)
	t.canonical = (*mapping.CodeList).System
	t.render = func(l *mapping.CodeList, concepts []mapping.Concept) any { return mapping.CodeSystemOf(l, concepts) }
	return codeSystems{t}
}
