package graphql

import (
	"strconv"

	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
)

// rightOfficers is the right to see enrolment officers, as tblRoleRight has it. The pickers
// of other forms are open to everybody who is signed in.
const rightOfficers = 121501

// Officers is what module practitioner brings: enrolment officers, whom every form finds
// under a name of its own.
var Officers = Part{
	Types: []Object{officer, officerVillage},
	Queries: []Field{
		officers("policyOfficers(search: String, district: String, region: String, offset: Int, before: String, after: String, first: Int, last: Int)"),
		officers("insureeOfficers(locationId: String, offset: Int, before: String, after: String, first: Int, last: Int)"),
		officers("claimOfficers(search: String, offset: Int, before: String, after: String, first: Int, last: Int)"),
		officers("enrolmentOfficers(str: String, offset: Int, before: String, after: String, first: Int, last: Int)", rightOfficers),
		officers(`substitutionEnrolmentOfficers(villagesUuids: [String!], officerUuid: String, str: String, offset: Int, before: String, after: String, first: Int, last: Int)`, rightOfficers),
	},
}

func officers(sdl string, rights ...int) Field {
	search := AnyContains(mapping.Officers, "code", "lastName", "otherNames")
	return List[persistence.Officer](sdl+": OfficerGQLTypeConnection", mapping.Officers, Options{Rights: rights, Order: "code", Filters: map[string]Filter{
		"search": search, "str": search, "district": servesPlace, "region": servesPlace, "locationId": servesPlace, "villagesUuids": worksInVillages, "officerUuid": isNot(mapping.Officers, "uuid"),
	}})
}

// worksIn narrows to officers of a district or region, given by its key. They sell in their
// district only.
func worksIn(key string, q *persistence.Query) error {
	field, err := mapping.Officers.Field([]string{"location", "id"})
	if err != nil {
		return err
	}
	above, err := mapping.Officers.Field([]string{"location", "parent", "id"})
	if err != nil {
		return err
	}
	var ways []clause.Expression
	for _, one := range []*mapping.Field{field, above} {
		where, err := one.Where("", key)
		if err != nil {
			return err
		}
		ways = append(ways, where)
	}
	q.Where = append(q.Where, mapping.AnyOf(ways...))
	return nil
}

// servesPlace narrows to officers of a region or district, or of the district that holds a
// smaller place, given by its key.
func servesPlace(c *Call, value any, q *persistence.Query) error {
	key := KeyOf(value.(string))
	registers, err := c.Registers()
	if err != nil {
		return err
	}
	id, _ := strconv.Atoi(key)
	for place := registers.Locations.ByID(id); place != nil; place = registers.Locations.ByID(*place.ParentLocationID) {
		key = keyText(place.LocationID)
		if place.LocationType == "D" || place.ParentLocationID == nil {
			break
		}
	}
	return worksIn(key, q)
}

// worksInVillages narrows to officers of the districts of villages; an empty list narrows
// nothing.
func worksInVillages(c *Call, value any, q *persistence.Query) error {
	registers, err := c.Registers()
	if err != nil {
		return err
	}
	texts := textsOf(value)
	if len(texts) == 0 {
		return nil
	}
	known := map[int]bool{}
	var districts []int
	for _, text := range texts {
		id, ok := persistence.ParseUUID(text)
		if !ok {
			return core.ErrorAt(core.Invalid, "villagesUuids", "%q is no UUID", text)
		}
		place := registers.Locations.ByUUID(id)
		for range levelVillage - levelDistrict {
			if place != nil && place.ParentLocationID != nil {
				place = registers.Locations.ByID(*place.ParentLocationID)
			}
		}
		if place != nil && !known[place.LocationID] {
			known[place.LocationID] = true
			districts = append(districts, place.LocationID)
		}
	}
	if len(districts) > 900 {
		return core.ErrorAt(core.Invalid, "villagesUuids", "villages of 900 districts can be named at most")
	}
	q.Where = append(q.Where, persistence.In(persistence.Column(mapping.Officers.Table, "LocationId"), districts))
	return nil
}

// isNot leaves out the rows with the value: nobody stands in for himself, and the form of a
// claim of the 1.4 line asks for the one before it.
func isNot(of *mapping.Catalogue, path string) Filter {
	return func(c *Call, value any, q *persistence.Query) error {
		var one persistence.Query
		if err := Equals(of, path)(c, value, &one); err != nil {
			return err
		}
		q.Where = append(q.Where, mapping.Not(one.Where[0]))
		return nil
	}
}

var officer = Object{
	Name: "OfficerGQLType",
	Key:  func(row any) any { return row.(*persistence.Officer).OfficerID },
	Load: byKey[persistence.Officer](mapping.Officers),
	Fields: []Field{
		Is("jsonExt: JSONString", func(r *persistence.Officer) any { return extension(r.JSONExt) }),
		Is("validityFrom: DateTime!", func(r *persistence.Officer) any { return r.ValidityFrom }),
		Is("validityTo: DateTime", func(r *persistence.Officer) any { return r.ValidityTo }),
		Is("legacyId: Int", func(r *persistence.Officer) any { return r.LegacyID }),
		Is("uuid: String!", func(r *persistence.Officer) any { return r.OfficerUUID }),
		Is("code: String!", func(r *persistence.Officer) any { return r.Code }),
		Is("lastName: String!", func(r *persistence.Officer) any { return r.LastName }),
		Is("otherNames: String!", func(r *persistence.Officer) any { return r.OtherNames }),
		Is("dob: Date", func(r *persistence.Officer) any { return r.DOB }),
		Is("phone: String", func(r *persistence.Officer) any { return r.Phone }),
		Place("location: LocationGQLType", func(r *persistence.Officer) any { return r.LocationID }),
		One[persistence.Officer, persistence.Officer]("substitutionOfficer: OfficerGQLType", "OfficerID", func(r *persistence.Officer) any { return r.OfficerIDSubst }),
		Is("worksTo: DateTime", func(r *persistence.Officer) any { return r.WorksTo }),
		Is("veoCode: String", func(r *persistence.Officer) any { return r.VEOCode }),
		Is("veoLastName: String", func(r *persistence.Officer) any { return r.VEOLastName }),
		Is("veoOtherNames: String", func(r *persistence.Officer) any { return r.VEOOtherNames }),
		Is("veoDob: Date", func(r *persistence.Officer) any { return r.VEODOB }),
		Is("veoPhone: String", func(r *persistence.Officer) any { return r.VEOPhone }),
		Is("auditUserId: Int!", func(r *persistence.Officer) any { return r.AuditUserID }),
		Is("email: String", func(r *persistence.Officer) any { return r.EmailID }),
		Is("phoneCommunication: Boolean", func(r *persistence.Officer) any { return r.PhoneCommunication }),
		Is("address: String", func(r *persistence.Officer) any { return r.Permanentaddress }),
		Is("hasLogin: Boolean", func(r *persistence.Officer) any { return r.HasLogin }),
		Many[persistence.Officer, persistence.OfficerVillage]("officerVillages: [OfficerVillageGQLType!]!", "OfficerId", func(r *persistence.Officer) any { return r.OfficerID }),
	},
}

// officerVillage has a plain id: the UI writes it back as a number.
var officerVillage = Object{Name: "OfficerVillageGQLType", Fields: []Field{
	Is("id: ID!", func(r *persistence.OfficerVillage) any { return r.OfficerVillageID }),
	Is("validityFrom: DateTime!", func(r *persistence.OfficerVillage) any { return momentOf(r.ValidityFrom) }),
	Is("validityTo: DateTime", func(r *persistence.OfficerVillage) any { return r.ValidityTo }),
	Is("legacyId: Int", func(r *persistence.OfficerVillage) any { return r.LegacyID }),
	Place("location: LocationGQLType!", func(r *persistence.OfficerVillage) any { return r.LocationID }),
	Is("auditUserId: Int!", func(r *persistence.OfficerVillage) any {
		if r.AuditUserID == nil {
			return 0
		}
		return *r.AuditUserID
	}),
}}
