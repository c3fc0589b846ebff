package graphql

import (
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme"
)

// The rights of this file, as tblRoleRight has them.
const (
	rightFamilies = 101001
	rightInsurees = 101101
	rightEnquire  = 101105
	rightClaim    = 111002
)

// Insuree is what module insuree brings: insured people, families and their lists of codes.
var Insuree = Part{
	SDL: insureeInputs, Mutations: insureeMutations,
	Types: []Object{insuree, family, photo, gender, profession, education, relation, familyType, confirmationType, identificationType,
		statusReason, numberValidity},
	Queries: []Field{
		insurees.field(), insurees.exported(nil), families, familyMembers, statusReasons,
		Listed[persistence.Gender]("insureeGenders: [GenderGQLType]", "SortOrder"),
		Listed[persistence.IdentificationType]("identificationTypes: [IdentificationTypeGQLType]", "SortOrder"),
		Listed[persistence.Education]("educations: [EducationGQLType]", "SortOrder"),
		Listed[persistence.Profession]("professions: [ProfessionGQLType]", "SortOrder"),
		Listed[persistence.FamilyType]("familyTypes: [FamilyTypeGQLType]", "SortOrder"),
		Listed[persistence.ConfirmationType]("confirmationTypes: [ConfirmationTypeGQLType]", "SortOrder"),
		Listed[persistence.Relation]("relations: [RelationGQLType]", "SortOrder"),
		{SDL: "canAddInsuree(familyId: Int!): [String]", Rights: []int{rightInsurees}, Resolve: canAddInsuree},
		{SDL: "insureeNumberValidity(insureeNumber: String!): ValidationMessageGQLType", Rights: []int{rightInsurees}, Resolve: insureeNumberValidity},
		{SDL: "insureeNumberIsGood(insureeNumber: String!): Boolean", Rights: []int{rightInsurees}, Resolve: insureeNumberIsGood},
	},
}

var insurees = listOf[persistence.Insuree](`insurees(showHistory: Boolean, parentLocation: String, parentLocationLevel: Int, ignoreLocation: Boolean, clientMutationId: String,
	orderBy: [String], offset: Int, before: String, after: String, first: Int, last: Int, id: ID, uuid: String, chfId: String, chfId_Istartswith: String, chfId_Icontains: String,
	lastName_Icontains: String, otherNames_Icontains: String, email_Icontains: String, phone_Icontains: String, dob_Lte: Date, dob_Gte: Date, gender_Code: String,
	marital: String, photo_Isnull: Boolean, family_Isnull: Boolean): InsureeGQLTypeConnection`,
	mapping.Patient, Options{
		Rights: []int{rightInsurees, rightEnquire, rightClaim}, Within: []string{"currentVillage", "family.location"},
		Filters: map[string]Filter{"ignoreLocation": nil}, Context: enquiring, Beyond: introduced,
	})

// enquiring lets who may enquire or claim find one person by the exact insurance number
// wherever he lives, as patients seek care elsewhere; that is recorded. Nothing else leaves
// the districts.
func enquiring(c *Call) (*Call, error) {
	if number, _ := c.Args["chfId"].(string); c.Args["ignoreLocation"] != true || number == "" {
		return c, nil
	}
	_, asked, err := enquired(c)
	return asked, err
}

// introduced leaves of a person of another district what an enquiry and a claim need: who it
// is, with the photograph and the facility to go to first. The family, how to reach the
// person and the rest stay with who looks after the district; covers come by number.
func introduced(row any) {
	p := row.(*persistence.Insuree)
	*p = persistence.Insuree{
		InsureeID: p.InsureeID, InsureeUUID: p.InsureeUUID, CHFID: p.CHFID, LastName: p.LastName, OtherNames: p.OtherNames, DOB: p.DOB, Gender: p.Gender,
		PhotoID: p.PhotoID, HFID: p.HFID, Status: p.Status, ValidityFrom: p.ValidityFrom, ValidityTo: p.ValidityTo,
	}
}

var insuree = Object{
	Name: "InsureeGQLType",
	Key:  func(row any) any { return row.(*persistence.Insuree).InsureeID },
	Load: byKey[persistence.Insuree](mapping.Patient),
	Fields: []Field{
		Is("jsonExt: JSONString", func(r *persistence.Insuree) any { return extension(r.JSONExt) }),
		Is("validityFrom: DateTime!", func(r *persistence.Insuree) any { return r.ValidityFrom }),
		Is("validityTo: DateTime", func(r *persistence.Insuree) any { return r.ValidityTo }),
		Is("legacyId: Int", func(r *persistence.Insuree) any { return r.LegacyID }),
		Is("uuid: String!", func(r *persistence.Insuree) any { return r.InsureeUUID }),
		One[persistence.Insuree, persistence.Family]("family: FamilyGQLType", "FamilyID", func(r *persistence.Insuree) any { return r.FamilyID }),
		Is("chfId: String", func(r *persistence.Insuree) any { return r.CHFID }),
		Is("lastName: String!", func(r *persistence.Insuree) any { return r.LastName }),
		Is("otherNames: String!", func(r *persistence.Insuree) any { return r.OtherNames }),
		One[persistence.Insuree, persistence.Gender]("gender: GenderGQLType", "Code", func(r *persistence.Insuree) any { return r.Gender }),
		Is("dob: Date", func(r *persistence.Insuree) any { return r.DOB }),
		Is("head: Boolean!", func(r *persistence.Insuree) any { return r.IsHead }),
		Is("marital: String", func(r *persistence.Insuree) any { return r.Marital }),
		Is("passport: String", func(r *persistence.Insuree) any { return r.Passport }),
		Is("phone: String", func(r *persistence.Insuree) any { return r.Phone }),
		Is("email: String", func(r *persistence.Insuree) any { return r.Email }),
		Is("currentAddress: String", func(r *persistence.Insuree) any { return r.CurrentAddress }),
		Is("geolocation: String", func(r *persistence.Insuree) any { return r.GeoLocation }),
		Place("currentVillage: LocationGQLType", func(r *persistence.Insuree) any { return r.CurrentVillage }),
		One[persistence.Insuree, persistence.Photo]("photo: PhotoGQLType", "PhotoID", func(r *persistence.Insuree) any { return r.PhotoID }),
		Is("photoDate: Date", func(r *persistence.Insuree) any { return r.PhotoDate }),
		Is("cardIssued: Boolean!", func(r *persistence.Insuree) any { return r.CardIssued }),
		One[persistence.Insuree, persistence.Relation]("relationship: RelationGQLType", "RelationId", func(r *persistence.Insuree) any { return r.Relationship }),
		One[persistence.Insuree, persistence.Profession]("profession: ProfessionGQLType", "ProfessionId", func(r *persistence.Insuree) any { return r.Profession }),
		One[persistence.Insuree, persistence.Education]("education: EducationGQLType", "EducationId", func(r *persistence.Insuree) any { return r.Education }),
		One[persistence.Insuree, persistence.IdentificationType]("typeOfId: IdentificationTypeGQLType", "IdentificationCode", func(r *persistence.Insuree) any { return r.TypeOfID }),
		One[persistence.Insuree, persistence.HealthFacility]("healthFacility: HealthFacilityGQLType", "HfID", func(r *persistence.Insuree) any { return r.HFID }),
		Is("offline: Boolean", func(r *persistence.Insuree) any { return r.IsOffline }),
		Is("status: InsureeStatus", func(r *persistence.Insuree) any { return said(r.Status) }),
		Is("statusDate: Date", func(r *persistence.Insuree) any { return r.StatusDate }),
		One[persistence.Insuree, persistence.InsureeStatusReason]("statusReason: InsureeStatusReasonGQLType", "StatusReasonId", func(r *persistence.Insuree) any { return r.StatusReason }),
		Is("auditUserId: Int!", func(r *persistence.Insuree) any { return r.AuditUserID }),
		{SDL: "age: Int", Resolve: func(c *Call) (any, error) {
			return scheme.AgeOn(c.Source.(*persistence.Insuree).DOB, c.Store.Read(c.Context).Now().Date()), nil
		}},
		{SDL: "insureePolicies(offset: Int, before: String, after: String, first: Int, last: Int): InsureePolicyGQLTypeConnection!", Resolve: covers},
		Nothing("clientMutationId: String"),
	},
}

// photo has a plain id: the UI writes it back as a number.
var photo = Object{Name: "PhotoGQLType", Fields: []Field{
	Is("id: ID!", func(r *persistence.Photo) any { return r.PhotoID }),
	Is("validityFrom: DateTime!", func(r *persistence.Photo) any { return r.ValidityFrom }),
	Is("validityTo: DateTime", func(r *persistence.Photo) any { return r.ValidityTo }),
	Is("legacyId: Int", func(r *persistence.Photo) any { return r.LegacyID }),
	Is("uuid: String!", func(r *persistence.Photo) any { return r.PhotoUUID }),
	Is("chfId: String", func(r *persistence.Photo) any { return r.CHFID }),
	Is("folder: String", func(r *persistence.Photo) any { return r.PhotoFolder }),
	Is("filename: String", func(r *persistence.Photo) any { return r.PhotoFileName }),
	Is("photo: String", func(r *persistence.Photo) any { return r.Photo }),
	Is("officerId: Int!", func(r *persistence.Photo) any { return r.OfficerID }),
	Is("date: Date!", func(r *persistence.Photo) any { return r.PhotoDate }),
	Is("auditUserId: Int", func(r *persistence.Photo) any { return r.AuditUserID }),
}}

// statusReasons are why somebody is inactive or has died.
var statusReasons = List[persistence.InsureeStatusReason](`insureeStatusReasons(str: String, offset: Int, before: String, after: String, first: Int, last: Int,
	statusType: String): InsureeStatusReasonGQLTypeConnection`,
	mapping.StatusReasons, Options{Order: "code", Filters: map[string]Filter{"str": AnyContains(mapping.StatusReasons, "code", "insureeStatusReason")}})

var statusReason = Object{
	Name: "InsureeStatusReasonGQLType",
	Key:  func(row any) any { return row.(*persistence.InsureeStatusReason).StatusReasonID },
	Fields: []Field{
		Is("validityFrom: DateTime!", func(r *persistence.InsureeStatusReason) any { return r.ValidityFrom }),
		Is("validityTo: DateTime", func(r *persistence.InsureeStatusReason) any { return r.ValidityTo }),
		Is("legacyId: Int", func(r *persistence.InsureeStatusReason) any { return r.LegacyID }),
		Is("insureeStatusReason: String!", func(r *persistence.InsureeStatusReason) any { return r.StatusReason }),
		Is("code: String!", func(r *persistence.InsureeStatusReason) any { return r.Code }),
		Is("statusType: String", func(r *persistence.InsureeStatusReason) any { return r.StatusType }),
	},
}
