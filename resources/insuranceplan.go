package resources

import (
	"context"

	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
)

// InsurancePlan serves insurance products, the rows of tblProduct. They are read and
// searched. Statements a page: one, and one for the products others convert to in a
// history.
// https://hl7.org/fhir/R4/insuranceplan.html
func InsurancePlan(e *Environment) rest.Type {
	convert := each(mapping.InsurancePlanOf)
	return newTable(e, mapping.InsurancePlanCatalogue(e.today),
		"Insurance products: where and when they are sold, for how long, to how many, and what they cost. Read only.",
		func(ctx context.Context, x *persistence.Session, v *mapping.View, rows []persistence.Product) ([]*fhir.Resource, error) {
			err := fill(x, rows, "ProdID",
				func(p *persistence.Product) *int { return p.ConversionProdID },
				func(p *persistence.Product) **persistence.Product { return &p.Conversion },
				func(p *persistence.Product) int { return p.ProdID })
			if err != nil {
				return nil, err
			}
			return convert(ctx, x, v, rows)
		})
}

// today gives the day on the wall clock of the site.
func (e *Environment) today() persistence.Date { return e.Store.Wall(e.clock().Now()).Date() }
