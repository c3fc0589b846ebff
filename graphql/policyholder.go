package graphql

import (
	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
)

// rightHolders is the right to see policy holders, as tblRoleRight has it.
const rightHolders = 150101

// PolicyHolder is what module location brings of employers and associations that insure
// people together. The Django application makes them.
var PolicyHolder = Part{
	Types: []Object{policyHolder},
	Queries: []Field{
		List[persistence.PolicyHolder](`policyHolder(id: ID, isDeleted: Boolean, applyDefaultValidityFilter: Boolean, showHistory: Boolean, orderBy: [String], offset: Int, before: String,
			after: String, first: Int, last: Int, parentLocation: String, parentLocationLevel: Int, code_Icontains: String, tradeName_Icontains: String, legalForm: Int, activityCode: Int,
			dateValidFrom_Gte: DateTime, dateValidTo_Lte: DateTime): PolicyHolderGQLTypeConnection`,
			mapping.PolicyHolders, Options{Rights: []int{rightHolders}, Order: "code", Filters: map[string]Filter{
				"parentLocation": heldIn, "isDeleted": deletedOnes, "applyDefaultValidityFilter": nil, "dateValidFrom_Gte": noneOf, "dateValidTo_Lte": noneOf,
			}}),
	},
}

// heldIn narrows to policy holders of a place and of what lies in it: they may be of any
// level.
func heldIn(_ *Call, value any, q *persistence.Query) error {
	uuid, _ := value.(string)
	var ways []clause.Expression
	for up := range levelVillage + 1 {
		where, err := inPlace(mapping.PolicyHolders, "locations", up, uuid)
		if err != nil {
			return err
		}
		ways = append(ways, where)
	}
	q.Where = append(q.Where, mapping.AnyOf(ways...))
	return nil
}

var policyHolder = Object{
	Name: "PolicyHolderGQLType",
	Key:  func(row any) any { return row.(*persistence.PolicyHolder).UUID },
	Load: byKey[persistence.PolicyHolder](mapping.PolicyHolders),
	Fields: []Field{
		Is("uuid: String", func(r *persistence.PolicyHolder) any { return r.UUID }),
		Is("isDeleted: Boolean!", func(r *persistence.PolicyHolder) any { return r.IsDeleted }),
		Is("jsonExt: JSONString", func(r *persistence.PolicyHolder) any { return extension(r.JSONExt) }),
		Is("dateCreated: DateTime", func(r *persistence.PolicyHolder) any { return r.DateCreated }),
		Is("dateUpdated: DateTime", func(r *persistence.PolicyHolder) any { return r.DateUpdated }),
		Is("version: Int!", func(r *persistence.PolicyHolder) any { return r.Version }),
		Is("code: String", func(r *persistence.PolicyHolder) any { return r.Code }),
		Is("tradeName: String!", func(r *persistence.PolicyHolder) any { return r.TradeName }),
		Place("locations: LocationGQLType", func(r *persistence.PolicyHolder) any { return r.LocationsID }),
		Is("address: JSONString", func(r *persistence.PolicyHolder) any { return r.Address }),
		Is("phone: String", func(r *persistence.PolicyHolder) any { return r.Phone }),
		Is("fax: String", func(r *persistence.PolicyHolder) any { return r.Fax }),
		Is("email: String", func(r *persistence.PolicyHolder) any { return r.Email }),
		Is("contactName: JSONString", func(r *persistence.PolicyHolder) any { return r.ContactName }),
		Is("legalForm: Int", func(r *persistence.PolicyHolder) any { return r.LegalForm }),
		Is("activityCode: Int", func(r *persistence.PolicyHolder) any { return r.ActivityCode }),
		Nothing("accountancyAccount: String"), Nothing("bankAccount: JSONString"), Nothing("paymentReference: String"),
		Nothing("dateValidFrom: DateTime"), Nothing("dateValidTo: DateTime"),
	},
}
