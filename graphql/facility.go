package graphql

import (
	"strings"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
)

var facilities = List[persistence.HealthFacility](`healthFacilities(showHistory: Boolean, ignoreLocation: Boolean, orderBy: [String], offset: Int, before: String, after: String, first: Int, last: Int,
	id: ID, uuid: String, code: String, code_Icontains: String, fax_Icontains: String, email_Icontains: String, name_Icontains: String, level: String, careType: String,
	legalForm_Code: String, phone_Icontains: String, location_Uuid: String, location_Parent_Uuid: String): HealthFacilityGQLTypeConnection`,
	mapping.Organization, Options{Order: "code", Context: ignoringLocation, Filters: map[string]Filter{"ignoreLocation": nil}})

// facilitiesStr serves the pickers: a facility for a referral may be anywhere.
var facilitiesStr = List[persistence.HealthFacility](`healthFacilitiesStr(str: String, regionUuid: String, districtUuid: String, districtsUuids: [String], ignoreLocation: Boolean, offset: Int, before: String, after: String,
	first: Int, last: Int, level: String): HealthFacilityGQLTypeConnection`,
	mapping.Organization, Options{Order: "code", Context: ignoringLocation, Filters: map[string]Filter{
		"str": AnyContains(mapping.Organization, "code", "name"), "ignoreLocation": nil,
		"regionUuid": Equals(mapping.Organization, "location.parent.uuid"), "districtUuid": Equals(mapping.Organization, "location.uuid"), "districtsUuids": inDistricts,
	}})

// ignoringLocation answers beyond the caller's districts where the client asks for it.
// Who cares for patients anywhere is no secret.
func ignoringLocation(c *Call) (*Call, error) {
	if c.Args["ignoreLocation"] == true {
		return everywhere(c), nil
	}
	return c, nil
}

// inDistricts narrows to the districts of a list; an empty one narrows nothing.
func inDistricts(_ *Call, value any, q *persistence.Query) error {
	var uuids []any
	for _, text := range textsOf(value) {
		uuids = append(uuids, text)
	}
	if len(uuids) == 0 {
		return nil
	}
	if len(uuids) > 900 {
		return core.ErrorAt(core.Invalid, "districtsUuids", "900 districts can be named at most")
	}
	field, err := mapping.Organization.Field(strings.Split("location.uuid", "."))
	if err != nil {
		return err
	}
	where, err := field.Where("In", uuids)
	q.Where = append(q.Where, where)
	return err
}

var facility = Object{
	Name: "HealthFacilityGQLType",
	Key:  func(row any) any { return row.(*persistence.HealthFacility).HFID },
	Load: byKey[persistence.HealthFacility](mapping.Organization),
	Fields: []Field{
		Is("jsonExt: JSONString", func(r *persistence.HealthFacility) any { return extension(r.JSONExt) }),
		Is("validityFrom: DateTime!", func(r *persistence.HealthFacility) any { return r.ValidityFrom }),
		Is("validityTo: DateTime", func(r *persistence.HealthFacility) any { return r.ValidityTo }),
		Is("legacyId: Int", func(r *persistence.HealthFacility) any { return r.LegacyID }),
		Is("uuid: String!", func(r *persistence.HealthFacility) any { return r.HFUUID }),
		Is("code: String!", func(r *persistence.HealthFacility) any { return r.HFCode }),
		Is("name: String!", func(r *persistence.HealthFacility) any { return r.HFName }),
		Is("accCode: String", func(r *persistence.HealthFacility) any { return r.AccCode }),
		One[persistence.HealthFacility, persistence.LegalForm]("legalForm: HealthFacilityLegalFormGQLType!", "LegalFormCode", func(r *persistence.HealthFacility) any { return r.LegalForm }),
		Is("level: String!", func(r *persistence.HealthFacility) any { return r.HFLevel }),
		One[persistence.HealthFacility, persistence.HealthFacilitySublevel]("subLevel: HealthFacilitySubLevelGQLType", "HFSublevel", func(r *persistence.HealthFacility) any { return r.HFSublevel }),
		Place("location: LocationGQLType!", func(r *persistence.HealthFacility) any { return r.LocationID }),
		Is("address: String", func(r *persistence.HealthFacility) any { return r.HFAddress }),
		Is("phone: String", func(r *persistence.HealthFacility) any { return r.Phone }),
		Is("fax: String", func(r *persistence.HealthFacility) any { return r.Fax }),
		Is("email: String", func(r *persistence.HealthFacility) any { return r.EMail }),
		Is("careType: String!", func(r *persistence.HealthFacility) any { return r.HFCareType }),
		One[persistence.HealthFacility, persistence.ServicePriceList]("servicesPricelist: ServicesPricelistGQLType", "PLServiceID", func(r *persistence.HealthFacility) any { return r.PLServiceID }),
		One[persistence.HealthFacility, persistence.ItemPriceList]("itemsPricelist: ItemsPricelistGQLType", "PLItemID", func(r *persistence.HealthFacility) any { return r.PLItemID }),
		Is("offline: Boolean!", func(r *persistence.HealthFacility) any { return r.OffLine }),
		Is("auditUserId: Int!", func(r *persistence.HealthFacility) any { return r.AuditUserID }),
		Is("contractStartDate: Date", func(r *persistence.HealthFacility) any { return r.ContractStartDate }),
		Is("contractEndDate: Date", func(r *persistence.HealthFacility) any { return r.ContractEndDate }),
		Is("status: HealthFacilityStatus!", func(r *persistence.HealthFacility) any { return orElse(r.Status, "AC") }),
		Many[persistence.HealthFacility, persistence.HealthFacilityCatchment]("catchments: [HealthFacilityCatchmentGQLType!]!", "HFID", func(r *persistence.HealthFacility) any { return r.HFID }),
		Nothing("clientMutationId: String"),
	},
}

var legalForm = Object{Name: "HealthFacilityLegalFormGQLType", Fields: []Field{
	Is("code: String!", func(r *persistence.LegalForm) any { return r.LegalFormCode }),
	Is("legalForm: String!", func(r *persistence.LegalForm) any { return r.LegalForms }),
	Is("sortOrder: Int", func(r *persistence.LegalForm) any { return r.SortOrder }),
	Is("altLanguage: String", func(r *persistence.LegalForm) any { return r.AltLanguage }),
}}

var subLevel = Object{Name: "HealthFacilitySubLevelGQLType", Fields: []Field{
	Is("code: String!", func(r *persistence.HealthFacilitySublevel) any { return r.HFSublevel }),
	Is("healthFacilitySubLevel: String", func(r *persistence.HealthFacilitySublevel) any { return r.HFSublevelDesc }),
	Is("sortOrder: Int", func(r *persistence.HealthFacilitySublevel) any { return r.SortOrder }),
	Is("altLanguage: String", func(r *persistence.HealthFacilitySublevel) any { return r.AltLanguage }),
}}

// catchment has a plain id: the UI writes it back as a number.
var catchment = Object{Name: "HealthFacilityCatchmentGQLType", Fields: []Field{
	Is("id: ID!", func(r *persistence.HealthFacilityCatchment) any { return r.HFCatchmentID }),
	Is("legacyId: Int", func(r *persistence.HealthFacilityCatchment) any { return r.LegacyID }),
	Place("location: LocationGQLType!", func(r *persistence.HealthFacilityCatchment) any { return r.LocationID }),
	Is("catchment: Int", func(r *persistence.HealthFacilityCatchment) any { return r.Catchment }),
	Is("validityFrom: DateTime", func(r *persistence.HealthFacilityCatchment) any { return r.ValidityFrom }),
	Is("validityTo: DateTime", func(r *persistence.HealthFacilityCatchment) any { return r.ValidityTo }),
	Is("auditUserId: Int", func(r *persistence.HealthFacilityCatchment) any { return r.AuditUserID }),
}}
