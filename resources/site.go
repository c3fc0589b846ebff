package resources

import (
	"context"

	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/fhir/search"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
)

// sites serves the location tree and, when asked for physicalType=si, health facilities
// as Locations, as the older server does. They are read by their id too.
type sites struct {
	locations
	facilities *table[persistence.HealthFacility]
}

var _ interface {
	rest.Creator
	rest.Updater
	rest.Deleter
	rest.Searcher
} = sites{}

func withSites(e *Environment, l locations) rest.Type {
	return sites{locations: l, facilities: newTable(e, mapping.SiteCatalogue, "", each(mapping.SiteOf))}
}

// Read reads a place or, where there is none with the id, a facility.
func (s sites) Read(ctx context.Context, id string) (*fhir.Entry, error) {
	return orSecond(
		func() (*fhir.Entry, error) { return s.locations.Read(ctx, id) },
		func() (*fhir.Entry, error) { return s.facilities.Read(ctx, id) })
}

// Search finds places, or facilities when physicalType=si is among what is asked.
func (s sites) Search(ctx context.Context, q *search.Query) (*rest.Page, error) {
	for i := range q.Clauses {
		asked := &q.Clauses[i]
		if asked.Param.Name != "physicalType" || asked.Modifier != search.NoModifier || len(asked.Values) != 1 || asked.Values[0].Text != "si" {
			continue
		}
		rest := *q
		rest.Clauses = append(append([]search.Clause(nil), q.Clauses[:i]...), q.Clauses[i+1:]...)
		return s.facilities.Search(ctx, &rest)
	}
	return s.locations.Search(ctx, q)
}
