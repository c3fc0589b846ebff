package graphql

import (
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
)

// The rights of this file, as tblRoleRight has them.
const (
	rightAddService    = 121402
	rightChangeService = 121403
	rightDeleteService = 121404
	rightAddItem       = 122102
	rightChangeItem    = 122103
	rightDeleteItem    = 122104
)

// Medical is what module medical brings: the registers of items, services and diagnoses.
var Medical = Part{
	SDL: `
		enum ServicePackagetype { S P F }
		enum PatientCategories { MALE FEMALE ADULT MINOR }
		input ServiceItemInputType { id: Int itemId: Int! status: TinyInt! qtyProvided: Decimal priceAsked: Decimal }
		input ServiceServiceInputType { id: Int serviceId: Int! status: TinyInt! qtyProvided: Decimal priceAsked: Decimal }
		` + writing("CreateItemMutationInput", itemInputs) + writing("UpdateItemMutationInput", itemInputs) + writing("DeleteItemMutationInput", "uuids: [String]") +
		writing("CreateServiceMutationInput", serviceInputs) + writing("UpdateServiceMutationInput", serviceInputs) + writing("DeleteServiceMutationInput", "uuids: [String]"),
	Types: []Object{item, service, packagedService, packagedItem, diagnosis},
	Queries: []Field{
		List[persistence.Diagnosis]("diagnosesStr(str: String, offset: Int, before: String, after: String, first: Int, last: Int): DiagnosisGQLTypeConnection",
			mapping.Diagnoses, Options{Order: "code", Filters: map[string]Filter{"str": AnyContains(mapping.Diagnoses, "code", "name")}}),
		List[persistence.Item](`medicalItems(clientMutationId: String, showHistory: Boolean, orderBy: [String], offset: Int, before: String, after: String, first: Int, last: Int,
			uuid: String, code_Icontains: String, name_Icontains: String, package_Icontains: String, type: String): ItemGQLTypeConnection`,
			mapping.MedicationCatalogue, Options{Order: "code"}),
		List[persistence.Item](`medicalItemsStr(str: String, date: Date, orderBy: [String], pricelistUuid: UUID, offset: Int, before: String, after: String,
			first: Int, last: Int): ItemGQLTypeConnection`, mapping.MedicationCatalogue, picker(mapping.MedicationCatalogue, "pricelistDetails.itemsPricelist.uuid")),
		List[persistence.Service](`medicalServices(clientMutationId: String, showHistory: Boolean, orderBy: [String], offset: Int, before: String, after: String, first: Int, last: Int,
			uuid: String, code_Icontains: String, name_Icontains: String, type: String): ServiceGQLTypeConnection`,
			mapping.ActivityDefinitionCatalogue, Options{Order: "code"}),
		List[persistence.Service](`medicalServicesStr(str: String, date: Date, orderBy: [String], pricelistUuid: UUID, offset: Int, before: String, after: String,
			first: Int, last: Int): ServiceGQLTypeConnection`, mapping.ActivityDefinitionCatalogue, picker(mapping.ActivityDefinitionCatalogue, "pricelistDetails.servicesPricelist.uuid")),
		free[persistence.Item]("validateItemCode(itemCode: String!): Boolean", mapping.MedicationCatalogue, "code"),
		free[persistence.Service]("validateServiceCode(serviceCode: String!): Boolean", mapping.ActivityDefinitionCatalogue, "code"),
	},
	Mutations: []Mutation{
		{Field: Field{SDL: "createItem(input: CreateItemMutationInput!): CreateItemMutationPayload", Rights: []int{rightAddItem}}, Do: createItem},
		{Field: Field{SDL: "updateItem(input: UpdateItemMutationInput!): UpdateItemMutationPayload", Rights: []int{rightChangeItem}}, Do: updateItem},
		{Field: Field{SDL: "deleteItem(input: DeleteItemMutationInput!): DeleteItemMutationPayload", Rights: []int{rightDeleteItem}}, Many: deleteItems},
		{Field: Field{SDL: "createService(input: CreateServiceMutationInput!): CreateServiceMutationPayload", Rights: []int{rightAddService}}, Do: createService},
		{Field: Field{SDL: "updateService(input: UpdateServiceMutationInput!): UpdateServiceMutationPayload", Rights: []int{rightChangeService}}, Do: updateService},
		{Field: Field{SDL: "deleteService(input: DeleteServiceMutationInput!): DeleteServiceMutationPayload", Rights: []int{rightDeleteService}}, Many: deleteServices},
	},
}

// picker are the options of a list that pickers search: in code and name, and only what is
// on a price list. The day of the claim says nothing more: what is live is shown.
func picker(of *mapping.Catalogue, list string) Options {
	return Options{Order: "code", Filters: map[string]Filter{
		"str": AnyContains(of, "code", "name"), "date": nil, "pricelistUuid": Equals(of, list),
	}}
}

var diagnosis = Object{
	Name: "DiagnosisGQLType",
	Key:  func(row any) any { return row.(*persistence.Diagnosis).ICDID },
	Load: byKey[persistence.Diagnosis](mapping.Diagnoses),
	Fields: []Field{
		Is("validityFrom: DateTime!", func(r *persistence.Diagnosis) any { return r.ValidityFrom }),
		Is("validityTo: DateTime", func(r *persistence.Diagnosis) any { return r.ValidityTo }),
		Is("legacyId: Int", func(r *persistence.Diagnosis) any { return r.LegacyID }),
		Is("code: String!", func(r *persistence.Diagnosis) any { return r.ICDCode }),
		Is("name: String!", func(r *persistence.Diagnosis) any { return r.ICDName }),
		Is("auditUserId: Int!", func(r *persistence.Diagnosis) any { return r.AuditUserID }),
	},
}

var item = Object{
	Name: "ItemGQLType",
	Key:  func(row any) any { return row.(*persistence.Item).ItemID },
	Load: byKey[persistence.Item](mapping.MedicationCatalogue),
	Fields: []Field{
		Is("validityFrom: DateTime!", func(r *persistence.Item) any { return r.ValidityFrom }),
		Is("validityTo: DateTime", func(r *persistence.Item) any { return r.ValidityTo }),
		Is("legacyId: Int", func(r *persistence.Item) any { return r.LegacyID }),
		Is("uuid: String!", func(r *persistence.Item) any { return r.ItemUUID }),
		Is("code: String!", func(r *persistence.Item) any { return r.ItemCode }),
		Is("name: String!", func(r *persistence.Item) any { return r.ItemName }),
		Is("type: String!", func(r *persistence.Item) any { return r.ItemType }),
		Is("package: String", func(r *persistence.Item) any { return r.ItemPackage }),
		Is("price: Decimal!", func(r *persistence.Item) any { return r.ItemPrice }),
		Is("quantity: Decimal", func(r *persistence.Item) any { return r.Quantity }),
		Is("maximumAmount: Decimal", func(r *persistence.Item) any { return r.MaximumAmount }),
		Is("careType: String!", func(r *persistence.Item) any { return r.ItemCareType }),
		Is("frequency: Int", func(r *persistence.Item) any { return r.ItemFrequency }),
		Is("patientCategory: Int!", func(r *persistence.Item) any { return r.ItemPatCat }),
		Is("auditUserId: Int!", func(r *persistence.Item) any { return r.AuditUserID }),
		onLists("pricelistDetails(offset: Int, before: String, after: String, first: Int, last: Int, itemsPricelist: ID): ItemsPricelistDetailGQLTypeConnection!",
			"ItemID", func(r *persistence.Item) int { return r.ItemID }, "itemsPricelist", func(d *persistence.ItemPriceListDetail) int { return d.PLItemID }),
	},
}

var service = Object{
	Name: "ServiceGQLType",
	Key:  func(row any) any { return row.(*persistence.Service).ServiceID },
	Load: byKey[persistence.Service](mapping.ActivityDefinitionCatalogue),
	Fields: []Field{
		Is("validityFrom: DateTime!", func(r *persistence.Service) any { return momentOf(r.ValidityFrom) }),
		Is("validityTo: DateTime", func(r *persistence.Service) any { return r.ValidityTo }),
		Is("legacyId: Int", func(r *persistence.Service) any { return r.LegacyID }),
		Is("uuid: String!", func(r *persistence.Service) any { return r.ServiceUUID }),
		Is("category: String", func(r *persistence.Service) any { return r.ServCategory }),
		Is("code: String!", func(r *persistence.Service) any { return r.ServCode }),
		Is("name: String!", func(r *persistence.Service) any { return r.ServName }),
		Is("type: String!", func(r *persistence.Service) any { return r.ServType }),
		Is("packagetype: ServicePackagetype!", func(r *persistence.Service) any { return orElse(r.ServPackageType, "S") }),
		Is("manualPrice: Boolean!", func(r *persistence.Service) any { return r.ManualPrice != nil && *r.ManualPrice }),
		Is("level: String!", func(r *persistence.Service) any { return r.ServLevel }),
		Is("price: Decimal!", func(r *persistence.Service) any { return r.ServPrice }),
		Is("maximumAmount: Decimal", func(r *persistence.Service) any { return r.MaximumAmount }),
		Is("careType: String!", func(r *persistence.Service) any { return r.ServCareType }),
		Is("frequency: Int", func(r *persistence.Service) any { return r.ServFrequency }),
		Is("patientCategory: Int!", func(r *persistence.Service) any { return r.ServPatCat }),
		Is("auditUserId: Int", func(r *persistence.Service) any { return r.AuditUserID }),
		onLists("pricelistDetails(offset: Int, before: String, after: String, first: Int, last: Int, servicesPricelist: ID): ServicesPricelistDetailGQLTypeConnection!",
			"ServiceID", func(r *persistence.Service) int { return r.ServiceID }, "servicesPricelist", func(d *persistence.ServicePriceListDetail) int { return d.PLServiceID }),
		// What a package holds, as newer forms ask for it.
		Many[persistence.Service, persistence.ServiceContainedPackage]("serviceserviceSet: [ServiceServiceGQLType!]!", "ServiceLinked", func(r *persistence.Service) any { return r.ServiceID }),
		Many[persistence.Service, persistence.ProductContainedPackage]("servicesLinked: [ServiceItemGQLType!]!", "ServiceID", func(r *persistence.Service) any { return r.ServiceID }),
		Is("attachmentsCount: Int", func(*persistence.Service) any { return 0 }), // no table keeps documents of services
		Nothing("clientMutationId: String"),
	},
}

// A service in a package. The form sends the id back as a number.
var packagedService = Object{Name: "ServiceServiceGQLType", Fields: []Field{
	Is("id: ID!", func(r *persistence.ServiceContainedPackage) any { return keyText(r.IdSCP) }),
	One[persistence.ServiceContainedPackage, persistence.Service]("service: ServiceGQLType!", "ServiceID", func(r *persistence.ServiceContainedPackage) any { return r.ServiceID }),
	Is("qtyProvided: Int", func(r *persistence.ServiceContainedPackage) any { return r.Qty }),
	Is("priceAsked: Decimal", func(r *persistence.ServiceContainedPackage) any { return r.Price }),
	Is("scpDate: DateTime", func(r *persistence.ServiceContainedPackage) any { return r.CreatedDate }),
}}

// An item in a package.
var packagedItem = Object{Name: "ServiceItemGQLType", Fields: []Field{
	Is("id: ID!", func(r *persistence.ProductContainedPackage) any { return keyText(r.IdPCP) }),
	One[persistence.ProductContainedPackage, persistence.Item]("item: ItemGQLType!", "ItemID", func(r *persistence.ProductContainedPackage) any { return r.ItemID }),
	Is("qtyProvided: Int", func(r *persistence.ProductContainedPackage) any { return r.Qty }),
	Is("priceAsked: Decimal", func(r *persistence.ProductContainedPackage) any { return r.Price }),
	Is("pcpDate: DateTime", func(r *persistence.ProductContainedPackage) any { return r.CreatedDate }),
}}

// onLists makes the field of an item or service that is its lines on price lists, or on
// the one asked for.
func onLists[R, D any](sdl, column string, key func(r *R) int, arg string, list func(d *D) int) Field {
	return Field{SDL: sdl, Resolve: func(c *Call) (any, error) {
		id := key(c.Source.(*R))
		only, narrowed := c.Args[arg].(string)
		return Later(func() (any, error) {
			details, err := rowsBy[D](c, column, id)
			if err != nil {
				return nil, err
			}
			var shown []*D
			for _, d := range details {
				if !narrowed || keyText(list(d)) == KeyOf(only) {
					shown = append(shown, d)
				}
			}
			return Page(c, shown)
		}, func() { want[D](c, column, id) }), nil
	}}
}
