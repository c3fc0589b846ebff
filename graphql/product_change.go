package graphql

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme"
)

// What a product cannot be without, its first columns, no form leaves out, but for the code:
// the 1.4 line of the UI does not repeat it when a product is changed.
var productInputs = inputOf(productColumns[3:]) + `name: String! insurancePeriod: Int! dateFrom: Date! dateTo: Date! locationUuid: UUID conversionProductUuid: UUID ceilingType: CeilingTypeEnum
	ageMinimal: Int ageMaximal: Int
	deductible: Decimal deductibleIp: Decimal deductibleOp: Decimal ceiling: Decimal ceilingIp: Decimal ceilingOp: Decimal
	relativePrices: [RelativePricesInput] items: [ProductItemInput!] services: [ProductServiceInput!]`

// productPaths gives columns the names of the form.
func productPaths() scheme.Paths {
	paths := scheme.Paths{
		"ProductCode": "code", "ProductName": "name", "DateFrom": "dateFrom", "DateTo": "dateTo", "LocationId": "locationUuid", "ConversionProdID": "conversionProductUuid",
		"MemberCount": "maxMembers", "InsurancePeriod": "insurancePeriod", "GracePeriod": "gracePeriodEnrolment", "WaitingPeriod": "gracePeriodPayment",
		"MaxNoHospitalizaion": "maxNoHospitalization", "CeilingType": "ceilingType", "CeilingInterpretation": "ceilingInterpretation", "LumpSum": "lumpSum",
		"PeriodRelPrices": "relativePrices", "PeriodRelPricesIP": "relativePrices", "PeriodRelPricesOP": "relativePrices",
	}
	for prefix, name := range map[string]string{
		"Ded": "deductible", "DedIP": "deductibleIp", "DedOP": "deductibleOp", "Max": "ceiling", "MaxIP": "ceilingIp", "MaxOP": "ceilingOp",
	} {
		for _, kind := range []string{"Treatment", "Insuree", "Policy"} {
			paths[prefix+kind] = name
		}
	}
	return paths
}

// fillProduct puts the form into a draft.
func fillProduct(c *Change, d *scheme.ProductDraft) error {
	row := &d.Product
	if err := fill(row, productColumns, c.Input); err != nil {
		return err
	}
	if day, ok := c.Input["dateFrom"].(persistence.Date); ok {
		row.DateFrom = persistence.At(day.Time)
	}
	if day, ok := c.Input["dateTo"].(persistence.Date); ok {
		row.DateTo = persistence.At(day.Time)
	}
	registers, err := c.Registers()
	if err != nil {
		return err
	}
	row.LocationID = nil
	if id := c.Text("locationUuid"); id != "" {
		place := registers.Locations.ByUUID(persistence.UUID(id))
		if place == nil {
			return core.ErrorAt(core.Invalid, "locationUuid", "there is no location %s", id)
		}
		row.LocationID = &place.LocationID
	}
	fillLimits(c.Input, row)
	fillAges(c.Input, row)
	if err := fillCovers(c.Input, registers, d); err != nil {
		return err
	}
	return fillShares(c.Input, d)
}

// fillLimits puts deductibles and ceilings where the ceiling type says. Those counted for
// anything else are cleared: the form shows one kind.
func fillLimits(input map[string]any, row *productRow) {
	kind := ceilingType(row)
	if word, ok := input["ceilingType"].(string); ok {
		kind = ceilingTypes[word]
		row.CeilingType = &kind
	}
	for _, l := range limits {
		value := *l.at(row, ceilingType(row))
		if given, named := input[l.name]; named {
			value = nil
			if amount, ok := given.(decimal.Decimal); ok {
				value = &amount
			}
		}
		for _, other := range []string{ceilingTreatment, ceilingInsuree, ceilingPolicy} {
			*l.at(row, other) = nil
		}
		*l.at(row, kind) = value
	}
}

// fillCovers reads what the product covers; a list that is not sent stays as it is.
func fillCovers(input map[string]any, registers *persistence.Registers, d *scheme.ProductDraft) error {
	if list, given := input["items"].([]any); given {
		d.Items = make([]persistence.ProductItem, len(list))
		for i, one := range list {
			form, _ := one.(map[string]any)
			id, _ := form["itemUuid"].(string)
			ware := registers.Items.ByUUID(persistence.UUID(id))
			if ware == nil {
				return core.ErrorAt(core.Invalid, fmt.Sprintf("items[%d].itemUuid", i), "there is no item %s", id)
			}
			d.Items[i].ItemID = ware.ItemID
			if err := fill(&d.Items[i], itemCovers, form); err != nil {
				return err
			}
			d.Paths[fmt.Sprintf("item %d", i)] = fmt.Sprintf("items[%d]", i)
		}
	}
	if list, given := input["services"].([]any); given {
		d.Services = make([]persistence.ProductService, len(list))
		for i, one := range list {
			form, _ := one.(map[string]any)
			id, _ := form["serviceUuid"].(string)
			ware := registers.Services.ByUUID(persistence.UUID(id))
			if ware == nil {
				return core.ErrorAt(core.Invalid, fmt.Sprintf("services[%d].serviceUuid", i), "there is no service %s", id)
			}
			d.Services[i].ServiceID = ware.ServiceID
			if err := fill(&d.Services[i], serviceCovers, form); err != nil {
				return err
			}
			d.Paths[fmt.Sprintf("service %d", i)] = fmt.Sprintf("services[%d]", i)
		}
	}
	return nil
}

// convert finds the product policies go on with.
func convert(c *Change, x *persistence.Session, row *productRow) error {
	id, named := c.Input["conversionProductUuid"]
	if !named {
		return nil
	}
	row.ConversionProdID = nil
	if id == nil {
		return nil
	}
	to, err := persistence.One[persistence.Product](x, persistence.UUID(c.Text("conversionProductUuid")))
	if err != nil {
		return core.ErrorAt(core.Invalid, "conversionProductUuid", "there is no product %s", id)
	}
	row.ConversionProdID = &to.ProdID
	return nil
}

func createProduct(c *Change) error { return enterProduct(c, scheme.Products{}.Create) }

func duplicateProduct(c *Change) error {
	source, err := c.UUID("uuid")
	if err != nil {
		return err
	}
	return enterProduct(c, func(x *persistence.Session, d *scheme.ProductDraft) error {
		return scheme.Products{}.Duplicate(x, source, d)
	})
}

// enterProduct makes a product of the form.
func enterProduct(c *Change, enter func(x *persistence.Session, d *scheme.ProductDraft) error) error {
	draft := &scheme.ProductDraft{Paths: productPaths()}
	if err := fillProduct(c, draft); err != nil {
		return err
	}
	err := c.Store.Tx(c.Context, func(x *persistence.Session) error {
		if err := convert(c, x, &draft.Product); err != nil {
			return err
		}
		return enter(x, draft)
	})
	c.Wrote("tblProduct", draft.Product.ProdUUID)
	return err
}

func updateProduct(c *Change) error {
	return Alter(c, func(x *persistence.Session, row *persistence.Product) error {
		draft := &scheme.ProductDraft{Product: *row, Paths: productPaths()}
		if err := fillProduct(c, draft); err != nil {
			return err
		}
		if err := convert(c, x, &draft.Product); err != nil {
			return err
		}
		return scheme.Products{}.Update(x, draft)
	})
}

func deleteProducts(c *Change) error {
	return EachOf(c, "uuids", func(r *persistence.Product) string { return r.ProductCode }, func(x *persistence.Session, row *persistence.Product) error {
		return scheme.Products{}.Delete(x, row)
	})
}
