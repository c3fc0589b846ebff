package modules

import (
	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/graphql"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/resources"
)

// Location is module location: regions, districts, wards and villages, and the health facilities in them.
func Location() *core.Module {
	m := module("location", "Regions, districts, wards and villages, and the health facilities in them.", "core")
	core.Contribute(m, Resource{Name: "Location", Make: resources.Location, Catalogues: []*mapping.Catalogue{mapping.Location}})
	core.Contribute(m, Resource{Name: "Organization", Make: resources.Organization, Catalogues: []*mapping.Catalogue{mapping.Organization, mapping.PolicyHolders}})
	core.Contribute(m, graphql.Location)
	core.Contribute(m, graphql.PolicyHolder)
	return m
}
