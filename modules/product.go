package modules

import (
	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/graphql"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/resources"
)

// Product is module product: insurance products: what is covered, at which price.
func Product() *core.Module {
	m := module("product", "Insurance products: what is covered, at which price.", "core", "location", "medical")
	core.Contribute(m, Resource{Name: "InsurancePlan", Make: resources.InsurancePlan, Catalogues: []*mapping.Catalogue{mapping.InsurancePlanCatalogue(today)}})
	core.Contribute(m, graphql.Product)
	return m
}
