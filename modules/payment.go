package modules

import (
	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/graphql"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/resources"
)

// Payment is module payment: electronic payments of contributions.
func Payment() *core.Module {
	m := module("payment", "Electronic payments of contributions.", "core", "insuree", "policy", "practitioner")
	core.Contribute(m, Resource{Name: "PaymentReconciliation", Make: resources.PaymentReconciliation, Catalogues: []*mapping.Catalogue{mapping.PaymentReconciliationCatalogue}})
	core.Contribute(m, graphql.Payment)
	return m
}
