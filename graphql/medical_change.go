package graphql

import (
	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme"
)

const wareInputs = `id: Int uuid: String code: ServiceCodeInputType! name: String! type: String! careType: String! patientCategory: Int patientCategories: [PatientCategories]
	frequency: Decimal price: Decimal! maximumAmount: Decimal `

const (
	itemInputs    = wareInputs + `package: String quantity: Decimal`
	serviceInputs = wareInputs + `level: String! packagetype: String manualPrice: String category: String items: [ServiceItemInputType] services: [ServiceServiceInputType]`
)

// wareInput is what the forms of items and of services have in common. What a form leaves
// out is cleared.
type wareInput struct {
	Code            string           `graphql:"code"`
	Name            string           `graphql:"name"`
	Type            string           `graphql:"type"`
	CareType        string           `graphql:"careType"`
	PatientCategory *int             `graphql:"patientCategory"`
	Categories      []string         `graphql:"patientCategories"`
	Frequency       *decimal.Decimal `graphql:"frequency"`
	Price           decimal.Decimal  `graphql:"price"`
	MaximumAmount   *decimal.Decimal `graphql:"maximumAmount"`
}

var patientBits = map[string]int{"MALE": 1, "FEMALE": 2, "ADULT": 4, "MINOR": 8}

// everybody is who may have what is said to be for nobody in particular.
const everybody = 15

// patients gives who may have it as the sum of bits.
func (w *wareInput) patients() int {
	if w.PatientCategory != nil {
		return *w.PatientCategory
	}
	sum := 0
	for _, one := range w.Categories {
		sum |= patientBits[one]
	}
	if sum == 0 {
		return everybody
	}
	return sum
}

// days gives the frequency, a whole number of days.
func (w *wareInput) days() (*int, error) {
	if w.Frequency == nil {
		return nil, nil
	}
	if !w.Frequency.IsInteger() || w.Frequency.IsNegative() || w.Frequency.GreaterThan(decimal.NewFromInt(32767)) {
		return nil, core.ErrorAt(core.Invalid, "frequency", "%s is no whole number of days up to 32767", w.Frequency)
	}
	days := int(w.Frequency.IntPart())
	return &days, nil
}

type itemInput struct {
	Package  *string          `graphql:"package"`
	Quantity *decimal.Decimal `graphql:"quantity"`
}

var itemPaths = scheme.Paths{
	"ItemCode": "code", "ItemName": "name", "ItemType": "type", "ItemCareType": "careType", "ItemPatCat": "patientCategory", "ItemFrequency": "frequency",
	"ItemPrice": "price", "MaximumAmount": "maximumAmount", "ItemPackage": "package", "Quantity": "quantity",
}

// fillItem puts the form into a row.
func fillItem(c *Change, row *persistence.Item) error {
	var ware wareInput
	var own itemInput
	if err := c.Into(&ware); err != nil {
		return err
	}
	if err := c.Into(&own); err != nil {
		return err
	}
	days, err := ware.days()
	row.ItemCode, row.ItemName, row.ItemType, row.ItemCareType = ware.Code, ware.Name, ware.Type, ware.CareType
	row.ItemPatCat, row.ItemFrequency, row.ItemPrice, row.MaximumAmount = ware.patients(), days, ware.Price, ware.MaximumAmount
	row.ItemPackage, row.Quantity = own.Package, own.Quantity
	return err
}

func createItem(c *Change) error {
	draft := &scheme.ItemDraft{Paths: itemPaths}
	if err := fillItem(c, &draft.Item); err != nil {
		return err
	}
	err := c.Store.Tx(c.Context, func(x *persistence.Session) error { return scheme.MedicalItems{}.Create(x, draft) })
	c.Wrote("tblItems", draft.Item.ItemUUID)
	return err
}

func updateItem(c *Change) error {
	return Alter(c, func(x *persistence.Session, row *persistence.Item) error {
		draft := &scheme.ItemDraft{Item: *row, Paths: itemPaths}
		if err := fillItem(c, &draft.Item); err != nil {
			return err
		}
		return scheme.MedicalItems{}.Update(x, draft)
	})
}

func deleteItems(c *Change) error {
	return EachOf(c, "uuids", func(r *persistence.Item) string { return r.ItemCode }, func(x *persistence.Session, row *persistence.Item) error {
		return scheme.MedicalItems{}.Delete(x, row, "uuids")
	})
}

type serviceInput struct {
	Level       string        `graphql:"level"`
	PackageType *string       `graphql:"packagetype"`
	ManualPrice *string       `graphql:"manualPrice"`
	Category    *string       `graphql:"category"`
	Items       []servicePart `graphql:"items"`
	Services    []servicePart `graphql:"services"`
}

// servicePart is an item or a single service in a package.
type servicePart struct {
	ItemID    int              `graphql:"itemId"`
	ServiceID int              `graphql:"serviceId"`
	Quantity  *decimal.Decimal `graphql:"qtyProvided"`
	Price     *decimal.Decimal `graphql:"priceAsked"`
}

var servicePaths = scheme.Paths{
	"ServCode": "code", "ServName": "name", "ServType": "type", "ServCareType": "careType", "ServPatCat": "patientCategory", "ServFrequency": "frequency",
	"ServPrice": "price", "MaximumAmount": "maximumAmount", "ServLevel": "level", "ServCategory": "category", "ServPackageType": "packagetype",
}

// count gives the quantity as packages keep it, in whole pieces.
func (p *servicePart) count() *int {
	if p.Quantity == nil {
		return nil
	}
	pieces := int(p.Quantity.IntPart())
	return &pieces
}

// fillService puts the form into a row and its parts.
func fillService(c *Change, draft *scheme.ServiceDraft) error {
	var ware wareInput
	var own serviceInput
	if err := c.Into(&ware); err != nil {
		return err
	}
	if err := c.Into(&own); err != nil {
		return err
	}
	days, err := ware.days()
	row := &draft.Service
	row.ServCode, row.ServName, row.ServType, row.ServCareType = ware.Code, ware.Name, ware.Type, ware.CareType
	row.ServPatCat, row.ServFrequency, row.ServPrice, row.MaximumAmount = ware.patients(), days, ware.Price, ware.MaximumAmount
	row.ServLevel, row.ServCategory = own.Level, own.Category
	if own.PackageType != nil {
		row.ServPackageType = own.PackageType
	}
	if own.ManualPrice != nil {
		manual := *own.ManualPrice == "true" || *own.ManualPrice == "1"
		row.ManualPrice = &manual
	}
	own.parts(draft)
	return err
}

// parts puts what a package holds into the draft; what was not sent stays as it is.
func (s *serviceInput) parts(draft *scheme.ServiceDraft) {
	if s.Services != nil {
		draft.Services = []persistence.ServiceContainedPackage{}
	}
	for _, p := range s.Services {
		draft.Services = append(draft.Services, persistence.ServiceContainedPackage{ServiceID: p.ServiceID, Qty: p.count(), Price: p.Price})
	}
	if s.Items != nil {
		draft.Items = []persistence.ProductContainedPackage{}
	}
	for _, p := range s.Items {
		draft.Items = append(draft.Items, persistence.ProductContainedPackage{ItemID: p.ItemID, Qty: p.count(), Price: p.Price})
	}
}

func createService(c *Change) error {
	draft := &scheme.ServiceDraft{Paths: servicePaths}
	if err := fillService(c, draft); err != nil {
		return err
	}
	err := c.Store.Tx(c.Context, func(x *persistence.Session) error { return scheme.MedicalServices{}.Create(x, draft) })
	c.Wrote("tblServices", draft.Service.ServiceUUID)
	return err
}

func updateService(c *Change) error {
	return Alter(c, func(x *persistence.Session, row *persistence.Service) error {
		draft := &scheme.ServiceDraft{Service: *row, Paths: servicePaths}
		if err := fillService(c, draft); err != nil {
			return err
		}
		return scheme.MedicalServices{}.Update(x, draft)
	})
}

func deleteServices(c *Change) error {
	return EachOf(c, "uuids", func(r *persistence.Service) string { return r.ServCode }, func(x *persistence.Session, row *persistence.Service) error {
		return scheme.MedicalServices{}.Delete(x, row, "uuids")
	})
}
