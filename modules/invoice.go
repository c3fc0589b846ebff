package modules

import (
	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/graphql"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/resources"
)

// Invoice is module invoice: invoices, bills, and payments for them.
func Invoice() *core.Module {
	m := module("invoice", "Invoices, bills, and payments for them.", "core", "location", "insuree", "policy")
	core.Contribute(m, Resource{Name: "Invoice", Make: resources.Invoice, Catalogues: []*mapping.Catalogue{mapping.InvoiceCatalogue, mapping.BillCatalogue}})
	core.Contribute(m, Resource{Name: "PaymentNotice", Make: resources.PaymentNotice, Catalogues: []*mapping.Catalogue{mapping.PaymentNoticeCatalogue}})
	core.Contribute(m, graphql.Invoice)
	return m
}
