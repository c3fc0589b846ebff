package graphql

import (
	"slices"

	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
)

// The rights of this file, as tblRoleRight has them.
const (
	rightProducts         = 121001
	rightAddProduct       = 121002
	rightChangeProduct    = 121003
	rightDeleteProduct    = 121004
	rightDuplicateProduct = 121005
)

// Product is what module product brings: insurance products and what they cover.
var Product = Part{
	SDL: `
		enum CareTypeEnum { IN_PATIENT OUT_PATIENT BOTH }
		enum CeilingExclusionEnum { HOSPITAL NON_HOSPITAL BOTH }
		enum CeilingInterpretationEnum { CLAIM_TYPE HEALTH_FACILITY_TYPE }
		enum CeilingTypeEnum { TREATMENT POLICY INSUREE }
		enum LimitTypeEnum { CO_INSURANCE FIXED_AMOUNT }
		enum PriceOriginEnum { PRICELIST PROVIDER RELATIVE }
		input RelativePricesInput { careType: CareTypeEnum periods: [Decimal!]! }
		input ProductItemInput { ` + inputOf(itemCovers) + ` itemUuid: UUID! }
		input ProductServiceInput { ` + inputOf(serviceCovers) + ` serviceUuid: UUID! }
		` + writing("CreateProductMutationInput", productInputs+" code: String!") + writing("UpdateProductMutationInput", productInputs+" code: String uuid: UUID!") +
		writing("DuplicateProductMutationInput", productInputs+" code: String! uuid: UUID") + writing("DeleteProductMutationInput", "uuids: [String]"),
	Types: []Object{product, productItem, productService, relativePrice,
		{Name: "PageDisplayRulesGQLType", Fields: []Field{In("minLimitValue: Decimal"), In("maxLimitValue: Decimal")}},
		{Name: "ProductItemOrServiceDefaultValuesGQLType", Fields: []Field{
			In("defaultPriceOrigin: String"), In("defaultLimit: String"), In("defaultLimitCoInsuranceValue: Int"), In("defaultLimitFixedValue: Int"),
		}},
	},
	Queries: []Field{
		List[persistence.Product](`products(location: Int, showHistory: Boolean, search: String, orderBy: [String], offset: Int, before: String, after: String, first: Int, last: Int,
			id: ID, code_Icontains: String, name_Icontains: String, dateFrom_Lte: DateTime, dateFrom_Gte: DateTime, dateTo_Lte: DateTime, dateTo_Gte: DateTime): ProductGQLTypeConnection`,
			mapping.Products, Options{Order: "code", Filters: map[string]Filter{"search": AnyContains(mapping.Products, "code", "name"), "location": soldIn}}),
		{SDL: "product(id: ID, uuid: String): ProductGQLType", Rights: []int{rightProducts}, Resolve: oneProduct},
		{SDL: "pageDisplayRules: PageDisplayRulesGQLType", Resolve: func(*Call) (any, error) {
			return map[string]any{"minLimitValue": decimal.Zero, "maxLimitValue": decimal.NewFromInt(100)}, nil
		}},
		{SDL: "limitDefaults: ProductItemOrServiceDefaultValuesGQLType", Resolve: func(*Call) (any, error) {
			return map[string]any{"defaultPriceOrigin": "PRICELIST", "defaultLimit": "CO_INSURANCE", "defaultLimitCoInsuranceValue": 100, "defaultLimitFixedValue": 0}, nil
		}},
		free[persistence.Product]("validateProductCode(productCode: String!): Boolean", mapping.Products, "code"),
	},
	Mutations: []Mutation{
		{Field: Field{SDL: "createProduct(input: CreateProductMutationInput!): CreateProductMutationPayload", Rights: []int{rightAddProduct}}, Do: createProduct},
		{Field: Field{SDL: "updateProduct(input: UpdateProductMutationInput!): UpdateProductMutationPayload", Rights: []int{rightChangeProduct}}, Do: updateProduct},
		{Field: Field{SDL: "duplicateProduct(input: DuplicateProductMutationInput!): DuplicateProductMutationPayload", Rights: []int{rightDuplicateProduct}}, Do: duplicateProduct},
		{Field: Field{SDL: "deleteProduct(input: DeleteProductMutationInput!): DeleteProductMutationPayload", Rights: []int{rightDeleteProduct}}, Many: deleteProducts},
	},
}

// soldIn narrows to the products sold in a place, given by its key.
func soldIn(c *Call, value any, q *persistence.Query) error {
	registers, err := c.Registers()
	if err != nil {
		return err
	}
	key, _ := value.(int)
	var uuid persistence.UUID
	if place := registers.Locations.ByID(key); place != nil {
		uuid = place.LocationUUID
	}
	return usableIn(mapping.Products)(c, string(uuid), q)
}

// oneProduct finds a product by either id.
func oneProduct(c *Call) (any, error) {
	if id, ok := c.Args["id"].(string); ok {
		return byKey[persistence.Product](mapping.Products)(c, KeyOf(id))
	}
	text, _ := c.Args["uuid"].(string)
	id, ok := persistence.ParseUUID(text)
	if !ok {
		return nil, core.ErrorAt(core.Invalid, "uuid", "%q is no UUID", text)
	}
	row, err := persistence.One[persistence.Product](c.Store.Read(c.Context), id)
	if code := core.CodeOf(err); err != nil && (code == core.NotFound || code == core.Gone) {
		return nil, nil
	}
	return row, err
}

var product = Object{
	Name: "ProductGQLType",
	Key:  func(row any) any { return row.(*persistence.Product).ProdID },
	Load: byKey[persistence.Product](mapping.Products),
	Fields: append([]Field{
		Is("validityFrom: DateTime!", func(r *persistence.Product) any { return r.ValidityFrom }),
		Is("validityTo: DateTime", func(r *persistence.Product) any { return r.ValidityTo }),
		Is("legacyId: Int", func(r *persistence.Product) any { return r.LegacyID }),
		Is("uuid: String!", func(r *persistence.Product) any { return r.ProdUUID }),
		Is("dateFrom: DateTime!", func(r *persistence.Product) any { return r.DateFrom }),
		Is("dateTo: DateTime!", func(r *persistence.Product) any { return r.DateTo }),
		Place("location: LocationGQLType", func(r *persistence.Product) any { return r.LocationID }),
		One[persistence.Product, persistence.Product]("conversionProduct: ProductGQLType", "ProdID", func(r *persistence.Product) any { return r.ConversionProdID }),
		Nothing("ageMinimal: Int"), // the newest web interface asks for them; no column holds them
		Nothing("ageMaximal: Int"),
		Is("auditUserId: Int!", func(r *persistence.Product) any { return r.AuditUserID }),
		relativePrices,
		onLists("items(offset: Int, before: String, after: String, first: Int, last: Int): ProductItemGQLTypeConnection!",
			"ProdID", func(r *persistence.Product) int { return r.ProdID }, "", func(l *persistence.ProductItem) int { return l.ProdID }),
		onLists("services(offset: Int, before: String, after: String, first: Int, last: Int): ProductServiceGQLTypeConnection!",
			"ProdID", func(r *persistence.Product) int { return r.ProdID }, "", func(l *persistence.ProductService) int { return l.ProdID }),
	}, slices.Concat(shownOf(productColumns), limitsOf(), agesOf())...),
}

var productItem = Object{
	Name: "ProductItemGQLType",
	Key:  func(row any) any { return row.(*persistence.ProductItem).ProdItemID },
	Fields: append([]Field{
		Is("validityFrom: DateTime!", func(r *persistence.ProductItem) any { return r.ValidityFrom }),
		Is("validityTo: DateTime", func(r *persistence.ProductItem) any { return r.ValidityTo }),
		Is("legacyId: Int", func(r *persistence.ProductItem) any { return r.LegacyID }),
		One[persistence.ProductItem, persistence.Item]("item: ItemGQLType!", "ItemID", func(r *persistence.ProductItem) any { return r.ItemID }),
		Is("auditUserId: Int!", func(r *persistence.ProductItem) any { return r.AuditUserID }),
	}, shownOf(itemCovers)...),
}

var productService = Object{
	Name: "ProductServiceGQLType",
	Key:  func(row any) any { return row.(*persistence.ProductService).ProdServiceID },
	Fields: append([]Field{
		Is("validityFrom: DateTime!", func(r *persistence.ProductService) any { return r.ValidityFrom }),
		Is("validityTo: DateTime", func(r *persistence.ProductService) any { return r.ValidityTo }),
		Is("legacyId: Int", func(r *persistence.ProductService) any { return r.LegacyID }),
		One[persistence.ProductService, persistence.Service]("service: ServiceGQLType!", "ServiceID", func(r *persistence.ProductService) any { return r.ServiceID }),
		Is("auditUserId: Int!", func(r *persistence.ProductService) any { return r.AuditUserID }),
	}, shownOf(serviceCovers)...),
}
