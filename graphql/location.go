package graphql

import (
	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
)

// Location is what module location brings: the location tree and the health facilities.
var Location = Part{
	SDL: `
		enum HealthFacilityStatus { AC IN DE ID }
		input HealthFacilityCatchmentInputType { id: Int locationId: Int! catchment: Int }
		` + writing("CreateLocationMutationInput", locationInputs) + writing("UpdateLocationMutationInput", locationInputs) +
		writing("DeleteLocationMutationInput", "uuid: String code: String newParentUuid: String") + writing("MoveLocationMutationInput", "uuid: String newParentUuid: String") +
		writing("CreateHealthFacilityMutationInput", facilityInputs) + writing("UpdateHealthFacilityMutationInput", facilityInputs) +
		writing("DeleteHealthFacilityMutationInput", "uuid: String code: String"),
	Types: []Object{location, userDistrict, userRegion, facility, legalForm, subLevel, catchment},
	Queries: []Field{
		List[persistence.Location](`locations(orderBy: [String], offset: Int, before: String, after: String, first: Int, last: Int,
			type: String, parent_Uuid: String, parent_Uuid_In: [String]): LocationGQLTypeConnection`, mapping.Location, Options{Order: "code", Whole: true}),
		List[persistence.Location](`locationsAll(orderBy: [String], offset: Int, before: String, after: String, first: Int, last: Int,
			type: String): LocationGQLTypeConnection`, mapping.Location, Options{Order: "code", Whole: true, Context: func(c *Call) (*Call, error) { return everywhere(c), nil }}),
		List[persistence.Location](`locationsStr(str: String, offset: Int, before: String, after: String, first: Int, last: Int, type: String,
			parent_Uuid: String, parent_Uuid_In: [String], parent_Parent_Uuid: String, parent_Parent_Parent_Uuid: String): LocationGQLTypeConnection`,
			mapping.Location, Options{Order: "code", Whole: true, Filters: map[string]Filter{"str": AnyContains(mapping.Location, "code", "name")}}),
		{SDL: "userDistricts: [UserDistrictGQLType]", Resolve: userDistricts},
		facilities, facilitiesStr,
		free[persistence.Location]("validateLocationCode(locationCode: String!): Boolean", mapping.Location, "code", rightLocations),
		free[persistence.HealthFacility]("validateHealthFacilityCode(healthFacilityCode: String!): Boolean", mapping.Organization, "code", rightFacilities),
	},
	Mutations: []Mutation{
		{Field: Field{SDL: "createLocation(input: CreateLocationMutationInput!): CreateLocationMutationPayload", Rights: []int{rightAddLocation, rightAddRegion}}, Do: createLocation},
		{Field: Field{SDL: "updateLocation(input: UpdateLocationMutationInput!): UpdateLocationMutationPayload", Rights: []int{rightChangeLocation}}, Do: updateLocation},
		{Field: Field{SDL: "deleteLocation(input: DeleteLocationMutationInput!): DeleteLocationMutationPayload", Rights: []int{rightDeleteLocation}}, Do: deleteLocation},
		{Field: Field{SDL: "moveLocation(input: MoveLocationMutationInput!): MoveLocationMutationPayload", Rights: []int{rightMoveLocation}}, Do: moveLocation},
		{Field: Field{SDL: "createHealthFacility(input: CreateHealthFacilityMutationInput!): CreateHealthFacilityMutationPayload", Rights: []int{rightAddFacility}}, Do: createFacility},
		{Field: Field{SDL: "updateHealthFacility(input: UpdateHealthFacilityMutationInput!): UpdateHealthFacilityMutationPayload", Rights: []int{rightChangeFacility}}, Do: updateFacility},
		{Field: Field{SDL: "deleteHealthFacility(input: DeleteHealthFacilityMutationInput!): DeleteHealthFacilityMutationPayload", Rights: []int{rightDeleteFacility}}, Do: deleteFacility},
	},
}

// everywhere answers a call beyond the districts of the caller, who is signed in.
func everywhere(c *Call) *Call {
	who := core.PrincipalOf(c.Context)
	who.Admin = true
	wide := *c
	wide.Context = core.WithPrincipal(c.Context, who)
	return &wide
}

var location = Object{
	Name: "LocationGQLType",
	Key:  func(row any) any { return row.(*persistence.Location).LocationID },
	Load: byKey[persistence.Location](mapping.Location),
	Fields: []Field{
		Is("jsonExt: JSONString", func(r *persistence.Location) any { return extension(r.JSONExt) }),
		Is("validityFrom: DateTime!", func(r *persistence.Location) any { return momentOf(r.ValidityFrom) }),
		Is("validityTo: DateTime", func(r *persistence.Location) any { return r.ValidityTo }),
		Is("legacyId: Int", func(r *persistence.Location) any { return r.LegacyID }),
		Is("uuid: String!", func(r *persistence.Location) any { return r.LocationUUID }),
		Is("code: String", func(r *persistence.Location) any { return r.LocationCode }),
		Is("name: String", func(r *persistence.Location) any { return r.LocationName }),
		Is("type: String!", func(r *persistence.Location) any { return r.LocationType }),
		Is("malePopulation: Int", func(r *persistence.Location) any { return r.MalePopulation }),
		Is("femalePopulation: Int", func(r *persistence.Location) any { return r.FemalePopulation }),
		Is("otherPopulation: Int", func(r *persistence.Location) any { return r.OtherPopulation }),
		Is("families: Int", func(r *persistence.Location) any { return r.Families }),
		Is("auditUserId: Int", func(r *persistence.Location) any { return r.AuditUserID }),
		Place("parent: LocationGQLType", func(r *persistence.Location) any { return r.ParentLocationID }),
		{SDL: "children(offset: Int, before: String, after: String, first: Int, last: Int): LocationGQLTypeConnection!", Resolve: children},
		Nothing("clientMutationId: String"),
	},
}

// children are the locations one level down, in the caller's scope.
func children(c *Call) (any, error) {
	row := c.Source.(*persistence.Location)
	return Later(func() (any, error) {
		rows, err := rowsBy[persistence.Location](c, "ParentLocationId", row.LocationID)
		if err != nil {
			return nil, err
		}
		return Page(c, rows)
	}, func() { want[persistence.Location](c, "ParentLocationId", row.LocationID) }), nil
}

// userDistricts are the districts of the caller with their regions: all for an
// administrator.
func userDistricts(c *Call) (any, error) {
	field, err := mapping.Location.Field([]string{"type"})
	if err != nil {
		return nil, err
	}
	where, err := field.Where("", "D")
	if err != nil {
		return nil, err
	}
	found, err := persistence.Select[persistence.Location](c.Store.Read(c.Context), persistence.Query{
		Where: []clause.Expression{where}, Order: []persistence.Order{{Column: persistence.Column("", "LocationCode")}},
	})
	if err != nil {
		return nil, err
	}
	registers, err := c.Registers()
	if err != nil {
		return nil, err
	}
	districts := []any{}
	for i := range found.Rows {
		row := &found.Rows[i]
		district := placeOf(row)
		if row.ParentLocationID != nil {
			if region := registers.Locations.ByID(*row.ParentLocationID); region != nil {
				district["parent"] = placeOf(region)
			}
		}
		districts = append(districts, district)
	}
	return districts, c.spend(len(districts))
}

func placeOf(row *persistence.Location) map[string]any {
	return map[string]any{
		"id": GlobalID("LocationGQLType", keyText(row.LocationID)), "uuid": string(row.LocationUUID), "code": row.LocationCode, "name": row.LocationName,
	}
}

var (
	userRegion   = Object{Name: "UserRegionGQLType", Fields: []Field{In("id: String"), In("uuid: String"), In("code: String"), In("name: String")}}
	userDistrict = Object{Name: "UserDistrictGQLType", Fields: []Field{
		In("id: String"), In("uuid: String"), In("code: String"), In("name: String"), In("parent: UserRegionGQLType"),
	}}
)
