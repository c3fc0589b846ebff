package graphql

import (
	"github.com/shopspring/decimal"
	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
)

// The rights of this file, as tblRoleRight has them.
const (
	rightFacilities        = 121101
	rightServiceLists      = 121201
	rightAddServiceList    = 121202
	rightChangeServiceList = 121203
	rightDeleteServiceList = 121204
	rightItemLists         = 121301
	rightAddItemList       = 121302
	rightChangeItemList    = 121303
	rightDeleteItemList    = 121304
)

// PriceLists is what module medical_pricelist brings: what items and services cost where.
var PriceLists = Part{
	SDL: `input DetailPriceOverruleType { uuid: UUID! price: Decimal }
		` + writing("CreateItemsPricelistMutationInput", priceListInputs) + writing("UpdateItemsPricelistMutationInput", priceListInputs+" uuid: UUID!") +
		writing("DeleteItemsPricelistMutationInput", "uuids: [UUID]") + writing("CreateServicesPricelistMutationInput", priceListInputs) +
		writing("UpdateServicesPricelistMutationInput", priceListInputs+" uuid: UUID!") + writing("DeleteServicesPricelistMutationInput", "uuids: [UUID]"),
	Types: []Object{itemPriceList, servicePriceList, itemPriceDetail, servicePriceDetail, priceOf, pricesOf},
	Queries: []Field{
		List[persistence.ItemPriceList]("itemsPricelists("+priceListArgs+"): ItemsPricelistGQLTypeConnection", mapping.ItemPriceLists,
			Options{Rights: []int{rightItemLists, rightFacilities}, Order: "name", Filters: map[string]Filter{"locationUuid": usableIn(mapping.ItemPriceLists)}}),
		List[persistence.ServicePriceList]("servicesPricelists("+priceListArgs+"): ServicesPricelistGQLTypeConnection", mapping.ServicePriceLists,
			Options{Rights: []int{rightServiceLists, rightFacilities}, Order: "name", Filters: map[string]Filter{"locationUuid": usableIn(mapping.ServicePriceLists)}}),
		{SDL: "pricelists(servicesPricelistId: Int, itemsPricelistId: Int): PricelistsGQLType", Resolve: pricesOn},
		free[persistence.ItemPriceList]("validateItemsPricelistName(itemsPricelistName: String!): Boolean", mapping.ItemPriceLists, "name"),
		free[persistence.ServicePriceList]("validateServicesPricelistName(servicesPricelistName: String!): Boolean", mapping.ServicePriceLists, "name"),
	},
	Mutations: []Mutation{
		{Field: Field{SDL: "createItemsPricelist(input: CreateItemsPricelistMutationInput!): CreateItemsPricelistMutationPayload", Rights: []int{rightAddItemList}}, Do: itemLists.create},
		{Field: Field{SDL: "updateItemsPricelist(input: UpdateItemsPricelistMutationInput!): UpdateItemsPricelistMutationPayload", Rights: []int{rightChangeItemList}}, Do: itemLists.update},
		{Field: Field{SDL: "deleteItemsPricelist(input: DeleteItemsPricelistMutationInput!): DeleteItemsPricelistMutationPayload", Rights: []int{rightDeleteItemList}}, Many: itemLists.delete},
		{Field: Field{SDL: "createServicesPricelist(input: CreateServicesPricelistMutationInput!): CreateServicesPricelistMutationPayload", Rights: []int{rightAddServiceList}}, Do: serviceLists.create},
		{Field: Field{SDL: "updateServicesPricelist(input: UpdateServicesPricelistMutationInput!): UpdateServicesPricelistMutationPayload", Rights: []int{rightChangeServiceList}}, Do: serviceLists.update},
		{Field: Field{SDL: "deleteServicesPricelist(input: DeleteServicesPricelistMutationInput!): DeleteServicesPricelistMutationPayload", Rights: []int{rightDeleteServiceList}}, Many: serviceLists.delete},
	},
}

const priceListArgs = `showHistory: Boolean, locationUuid: String, offset: Int, before: String, after: String, first: Int, last: Int,
	name_Icontains: String, pricelistDate: Date, location_Uuid: String`

// usableIn narrows to the lists a facility in the place may use: those of the place, of
// what it lies in, and of the whole nation.
func usableIn(of *mapping.Catalogue) Filter {
	return func(c *Call, value any, q *persistence.Query) error {
		registers, err := c.Registers()
		if err != nil {
			return err
		}
		column := persistence.Column(of.Table, "LocationId")
		ways := []clause.Expression{persistence.IsNull(column)}
		id, _ := persistence.ParseUUID(value.(string))
		var places []int
		for place := registers.Locations.ByUUID(id); place != nil && len(places) <= levelVillage; {
			places = append(places, place.LocationID)
			if place.ParentLocationID == nil {
				break
			}
			place = registers.Locations.ByID(*place.ParentLocationID)
		}
		if len(places) > 0 {
			ways = append(ways, persistence.In(column, places))
		}
		q.Where = append(q.Where, mapping.AnyOf(ways...))
		return nil
	}
}

var itemPriceList = Object{
	Name: "ItemsPricelistGQLType",
	Key:  func(row any) any { return row.(*persistence.ItemPriceList).PLItemID },
	Load: byKey[persistence.ItemPriceList](mapping.ItemPriceLists),
	Fields: []Field{
		Is("validityFrom: DateTime!", func(r *persistence.ItemPriceList) any { return r.ValidityFrom }),
		Is("validityTo: DateTime", func(r *persistence.ItemPriceList) any { return r.ValidityTo }),
		Is("legacyId: Int", func(r *persistence.ItemPriceList) any { return r.LegacyID }),
		Is("uuid: String!", func(r *persistence.ItemPriceList) any { return r.PLItemUUID }),
		Is("name: String!", func(r *persistence.ItemPriceList) any { return r.PLItemName }),
		Is("pricelistDate: Date!", func(r *persistence.ItemPriceList) any { return r.DatePL }),
		Place("location: LocationGQLType", func(r *persistence.ItemPriceList) any { return r.LocationID }),
		Is("auditUserId: Int!", func(r *persistence.ItemPriceList) any { return r.AuditUserID }),
		onLists("details(offset: Int, before: String, after: String, first: Int, last: Int): ItemsPricelistDetailGQLTypeConnection!",
			"PLItemID", func(r *persistence.ItemPriceList) int { return r.PLItemID }, "", func(d *persistence.ItemPriceListDetail) int { return d.PLItemID }),
	},
}

var servicePriceList = Object{
	Name: "ServicesPricelistGQLType",
	Key:  func(row any) any { return row.(*persistence.ServicePriceList).PLServiceID },
	Load: byKey[persistence.ServicePriceList](mapping.ServicePriceLists),
	Fields: []Field{
		Is("validityFrom: DateTime!", func(r *persistence.ServicePriceList) any { return r.ValidityFrom }),
		Is("validityTo: DateTime", func(r *persistence.ServicePriceList) any { return r.ValidityTo }),
		Is("legacyId: Int", func(r *persistence.ServicePriceList) any { return r.LegacyID }),
		Is("uuid: String!", func(r *persistence.ServicePriceList) any { return r.PLServiceUUID }),
		Is("name: String!", func(r *persistence.ServicePriceList) any { return r.PLServName }),
		Is("pricelistDate: Date!", func(r *persistence.ServicePriceList) any { return r.DatePL }),
		Place("location: LocationGQLType", func(r *persistence.ServicePriceList) any { return r.LocationID }),
		Is("auditUserId: Int!", func(r *persistence.ServicePriceList) any { return r.AuditUserID }),
		onLists("details(offset: Int, before: String, after: String, first: Int, last: Int): ServicesPricelistDetailGQLTypeConnection!",
			"PLServiceID", func(r *persistence.ServicePriceList) int { return r.PLServiceID }, "", func(d *persistence.ServicePriceListDetail) int { return d.PLServiceID }),
	},
}

var itemPriceDetail = Object{
	Name: "ItemsPricelistDetailGQLType",
	Key:  func(row any) any { return row.(*persistence.ItemPriceListDetail).PLItemDetailID },
	Fields: []Field{
		Is("validityFrom: DateTime!", func(r *persistence.ItemPriceListDetail) any { return r.ValidityFrom }),
		Is("validityTo: DateTime", func(r *persistence.ItemPriceListDetail) any { return r.ValidityTo }),
		Is("legacyId: Int", func(r *persistence.ItemPriceListDetail) any { return r.LegacyID }),
		Is("priceOverrule: Decimal", func(r *persistence.ItemPriceListDetail) any { return r.PriceOverule }),
		Is("auditUserId: Int!", func(r *persistence.ItemPriceListDetail) any { return r.AuditUserID }),
	},
}

var servicePriceDetail = Object{
	Name: "ServicesPricelistDetailGQLType",
	Key:  func(row any) any { return row.(*persistence.ServicePriceListDetail).PLServiceDetailID },
	Fields: []Field{
		Is("validityFrom: DateTime!", func(r *persistence.ServicePriceListDetail) any { return r.ValidityFrom }),
		Is("validityTo: DateTime", func(r *persistence.ServicePriceListDetail) any { return r.ValidityTo }),
		Is("legacyId: Int", func(r *persistence.ServicePriceListDetail) any { return r.LegacyID }),
		Is("priceOverrule: Decimal", func(r *persistence.ServicePriceListDetail) any { return r.PriceOverule }),
		Is("auditUserId: Int!", func(r *persistence.ServicePriceListDetail) any { return r.AuditUserID }),
	},
}

// What a claim form asks: the price of everything on two lists.
var (
	priceOf  = Object{Name: "PriceCompactGQLType", Fields: []Field{In("id: Int"), In("p: Decimal")}}
	pricesOf = Object{Name: "PricelistsGQLType", Fields: []Field{
		{SDL: "services: [PriceCompactGQLType]", Resolve: prices("servicesPricelistId", "PLServiceID", func(d *persistence.ServicePriceListDetail) (int, *decimal.Decimal) {
			return d.ServiceID, d.PriceOverule
		})},
		{SDL: "items: [PriceCompactGQLType]", Resolve: prices("itemsPricelistId", "PLItemID", func(d *persistence.ItemPriceListDetail) (int, *decimal.Decimal) { return d.ItemID, d.PriceOverule })},
	}}
)

// pricesOn hands the keys of the lists on to the fields.
func pricesOn(c *Call) (any, error) { return c.Args, nil }

// prices gives what is on the list as its key and the list's own price, null where that of
// the register holds.
func prices[D any](arg, column string, of func(d *D) (int, *decimal.Decimal)) func(c *Call) (any, error) {
	return func(c *Call) (any, error) {
		list, given := c.Source.(map[string]any)[arg].(int)
		out := []any{}
		if !given {
			return out, nil
		}
		want[D](c, column, list)
		details, err := rowsBy[D](c, column, list)
		for _, d := range details {
			id, price := of(d)
			one := map[string]any{"id": id}
			if price != nil {
				one["p"] = *price
			}
			out = append(out, one)
		}
		return out, err
	}
}
