package graphql

import (
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
)

var families = List[persistence.Family](`families(nullAsFalsePoverty: Boolean, showHistory: Boolean, parentLocation: String, parentLocationLevel: Int, clientMutationId: String,
	orderBy: [String], additionalFilter: JSONString, officer: String, offset: Int, before: String, after: String, first: Int, last: Int, id: ID, uuid: String,
	confirmationNo_Istartswith: String, headInsuree_ChfId: String, headInsuree_ChfId_Istartswith: String, headInsuree_ChfId_Icontains: String,
	headInsuree_LastName_Icontains: String, headInsuree_OtherNames_Icontains: String, headInsuree_Email_Icontains: String, headInsuree_Phone_Icontains: String,
	headInsuree_Dob_Lte: Date, headInsuree_Dob_Gte: Date, headInsuree_Gender_Code: String, members_ChfId_Istartswith: String, members_LastName_Icontains: String,
	members_OtherNames_Icontains: String, members_Email_Icontains: String, members_Phone_Icontains: String, members_Dob_Lte: Date, members_Dob_Gte: Date,
	members_Gender_Code: String): FamilyGQLTypeConnection`,
	mapping.Group, Options{
		Rights: []int{rightFamilies}, Order: "-validityFrom", Within: []string{"location"},
		Filters: map[string]Filter{"nullAsFalsePoverty": poor, "additionalFilter": nil, "officer": Equals(mapping.Group, "policies.officer.uuid")},
	})

// poor narrows to families that count as poor, or to those that do not: nobody asked says
// no.
func poor(_ *Call, value any, q *persistence.Query) error {
	field, err := mapping.Group.Field([]string{"poverty"})
	if err != nil {
		return err
	}
	lookup := ""
	if value == false {
		lookup = "Ne"
	}
	where, err := field.Where(lookup, true)
	q.Where = append(q.Where, where)
	return err
}

var familyMembers = List[persistence.Insuree](`familyMembers(familyUuid: String!, orderBy: [String], offset: Int, before: String, after: String, first: Int, last: Int,
	chfId_Istartswith: String, lastName_Icontains: String, otherNames_Icontains: String, dob_Lte: Date, dob_Gte: Date, gender_Code: String): InsureeGQLTypeConnection`,
	mapping.Patient, Options{Rights: []int{rightInsurees}, Filters: map[string]Filter{"familyUuid": Equals(mapping.Patient, "family.uuid")}})

var family = Object{
	Name: "FamilyGQLType",
	Key:  func(row any) any { return row.(*persistence.Family).FamilyID },
	Load: byKey[persistence.Family](mapping.Group),
	Fields: []Field{
		Is("jsonExt: JSONString", func(r *persistence.Family) any { return extension(r.JSONExt) }),
		Is("validityFrom: DateTime!", func(r *persistence.Family) any { return r.ValidityFrom }),
		Is("validityTo: DateTime", func(r *persistence.Family) any { return r.ValidityTo }),
		Is("legacyId: Int", func(r *persistence.Family) any { return r.LegacyID }),
		Is("uuid: String!", func(r *persistence.Family) any { return r.FamilyUUID }),
		One[persistence.Family, persistence.Insuree]("headInsuree: InsureeGQLType!", "InsureeID", func(r *persistence.Family) any { return r.InsureeID }),
		Place("location: LocationGQLType", func(r *persistence.Family) any { return r.LocationID }),
		Is("poverty: Boolean", func(r *persistence.Family) any { return r.Poverty }),
		One[persistence.Family, persistence.FamilyType]("familyType: FamilyTypeGQLType", "FamilyTypeCode", func(r *persistence.Family) any { return r.FamilyType }),
		Is("address: String", func(r *persistence.Family) any { return r.FamilyAddress }),
		Is("isOffline: Boolean", func(r *persistence.Family) any { return r.IsOffline }),
		Is("ethnicity: String", func(r *persistence.Family) any { return r.Ethnicity }),
		Is("confirmationNo: String", func(r *persistence.Family) any { return r.ConfirmationNo }),
		One[persistence.Family, persistence.ConfirmationType]("confirmationType: ConfirmationTypeGQLType", "ConfirmationTypeCode", func(r *persistence.Family) any { return r.ConfirmationType }),
		Is("auditUserId: Int!", func(r *persistence.Family) any { return r.AuditUserID }),
		Nothing("clientMutationId: String"),
	},
}
