package modules

import (
	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/graphql"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/resources"
)

// Policy is module policy: policies, whom they cover, and what was paid for them.
func Policy() *core.Module {
	m := module("policy", "Policies and whom they cover.", "core", "insuree", "product", "practitioner")
	core.Contribute(m, Resource{Name: "Contract", Make: resources.Contract, Catalogues: []*mapping.Catalogue{mapping.ContractCatalogue(today)}})
	core.Contribute(m, Resource{Name: "Coverage", Make: resources.Coverage, Catalogues: []*mapping.Catalogue{mapping.CoverageCatalogue(today)}})
	core.Contribute(m, Resource{Name: "CoverageEligibilityRequest", Make: resources.CoverageEligibilityRequest})
	core.Contribute(m, Resource{Name: "CoverageEligibilityResponse", Make: resources.CoverageEligibilityResponse})
	core.Contribute(m, graphql.Policy)
	core.Contribute(m, graphql.Premium)
	core.Contribute(m, graphql.Payers)
	return m
}
