package resources

import (
	"slices"

	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/fhir/search"
	"github.com/openimis/openimis-go/mapping"
)

const aboutValueSets = "What the codes in resources are taken from: one set for each CodeSystem, and sets of the codes of HL7 that openIMIS has a use for. " +
	"Rights are those of the CodeSystem of the same id. Read only."

// valueSets serves every list as the set of its codes.
type valueSets struct{ *terminology }

var _ interface {
	rest.Reader
	rest.Searcher
	rest.Operator
} = valueSets{}

// ValueSet serves sets of codes: read, search, $expand and $validate-code.
// https://hl7.org/fhir/R4/valueset.html
func ValueSet(e *Environment) rest.Type {
	t := newTerminology(e, "ValueSet", aboutValueSets,
		search.Param{Name: "reference", Type: search.URI, Path: "compose.include.system", Documentation: "A code system the set takes codes from."})
	t.lists = slices.Concat(mapping.CodeLists, e.guides().sets)
	t.canonical = (*mapping.CodeList).ValueSet
	t.render = func(l *mapping.CodeList, concepts []mapping.Concept) any { return mapping.ValueSetOf(l, concepts) }
	return valueSets{t}
}
