package resources

import (
	"context"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"
	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme"
)

// InsurancePlan serves insurance products, the rows of tblProduct: read, versions, search,
// create, update and delete. Statements a page: one, and one for the products others
// convert to in a history.
// https://hl7.org/fhir/R4/insuranceplan.html
func InsurancePlan(e *Environment) rest.Type {
	convert := each(mapping.InsurancePlanOf)
	t := newTable(e, mapping.InsurancePlanCatalogue(e.today),
		"Insurance products: where and when they are sold, for how long, to how many, and what they cost. "+
			"Code, name, period and the limit `period` have to be there; periods and discounts are what the ids of their extensions say. The status follows the period.",
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
	t.definition.ServerAssigns = append(t.definition.ServerAssigns, "status")
	return register[persistence.Product]{
		table: t, fresh: freshProduct,
		take: func(x *persistence.Session, v *mapping.View, in *fhir.Resource, row *persistence.Product) (scheme.Paths, error) {
			return takeProduct(x, t.catalogue, v, in, row)
		},
		create: func(x *persistence.Session, row *persistence.Product, at scheme.Paths) error {
			d := scheme.ProductDraft{Product: *row, Paths: at}
			err := scheme.Products{}.Create(x, &d)
			*row = d.Product
			return err
		},
		update: func(x *persistence.Session, row *persistence.Product, at scheme.Paths) error {
			d := scheme.ProductDraft{Product: *row, Paths: at}
			err := scheme.Products{}.Update(x, &d)
			*row = d.Product
			return err
		},
		remove: func(x *persistence.Session, row *persistence.Product) error {
			if err := productUses(x, row); err != nil {
				return err
			}
			return scheme.Products{}.Delete(x, row)
		},
	}
}

// today gives the day on the wall clock of the site.
func (e *Environment) today() persistence.Date { return e.Store.Wall(e.clock().Now()).Date() }

// stayOvernight is what the legacy application counts as hospital care in a new product
// unless it is told otherwise.
const stayOvernight = "I"

// freshProduct gives a new product what FHIR cannot say of it, beside what the use case
// does.
func freshProduct(x *persistence.Session) (*persistence.Product, error) {
	row := &persistence.Product{}
	known, err := persistence.Beside[persistence.CeilingInterpretation](x, persistence.Query{
		Where: []clause.Expression{persistence.Compare(persistence.Column("", "CeilingIntCode"), "=", stayOvernight)}, Limit: 1,
	})
	if len(known) > 0 { // the register of a database may not have it
		row.CeilingInterpretation = ptr(stayOvernight)
	}
	return row, err
}

func takeProduct(x *persistence.Session, c *mapping.Catalogue, v *mapping.View, in *fhir.Resource, row *persistence.Product) (scheme.Paths, error) {
	typed, ok := in.Typed.(*r4.InsurancePlan)
	if !ok {
		return nil, core.Errorf(core.Invalid, "an InsurancePlan is needed")
	}
	parts, err := mapping.InsurancePlanInto(v, typed, row)
	if err != nil {
		return nil, err
	}
	row.LocationID = nil
	if parts.Area != nil {
		place, err := mapping.Resolve[persistence.Location](x, mapping.Location, parts.At["LocationId"], parts.Area)
		if err != nil {
			return nil, err
		}
		row.LocationID = &place.LocationID
	}
	row.ConversionProdID, row.Conversion = nil, nil
	if parts.Conversion != nil {
		if row.Conversion, err = mapping.Resolve[persistence.Product](x, c, parts.At["ConversionProdID"], parts.Conversion); err != nil {
			return nil, err
		}
		row.ConversionProdID = &row.Conversion.ProdID
	}
	return parts.At, nil
}

// productUses refuses while something live needs the product that its deletion by the
// legacy application would take along or leave behind. Errors: core.Conflict.
func productUses(x *persistence.Session, row *persistence.Product) error {
	return refuseWhileUsed(x, "InsurancePlan", row.ProdID,
		use[persistence.Policy]{"ProdID", "policies"},
		use[persistence.Product]{"ConversionProdID", "products that are converted to it"},
		use[persistence.ProductItem]{"ProdID", "its medical items"},
		use[persistence.ProductService]{"ProdID", "its services"},
		use[persistence.RelativeDistribution]{"ProdID", "its shares of contributions"},
		use[persistence.RelativeIndex]{"ProdID", "its relative prices"},
		use[persistence.ClaimItem]{"ProdID", "claims"},
		use[persistence.ClaimService]{"ProdID", "claims"},
		use[persistence.CapitationPayment]{"ProductID", "capitation payments"},
	)
}
