package modules

import (
	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/graphql"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/resources"
)

// Medical is module medical: registers of medical items and services.
func Medical() *core.Module {
	m := module("medical", "Registers of medical items and services.", "core")
	core.Contribute(m, Resource{Name: "Medication", Make: resources.Medication, Catalogues: []*mapping.Catalogue{mapping.MedicationCatalogue}})
	core.Contribute(m, graphql.Medical)
	core.Contribute(m, graphql.PriceLists)
	core.Contribute(m, Resource{Name: "ActivityDefinition", Make: resources.ActivityDefinition, Catalogues: []*mapping.Catalogue{mapping.ActivityDefinitionCatalogue}})
	return m
}
