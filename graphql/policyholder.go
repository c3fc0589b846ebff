package graphql

import (
	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
)

// The rights of this file, as tblRoleRight has them.
const (
	rightHolders      = 150101
	rightAddHolder    = 150102
	rightChangeHolder = 150103
	rightDeleteHolder = 150104
)

// PolicyHolder is what module location brings of employers and associations that insure
// people together.
var PolicyHolder = Part{
	SDL: writing("CreatePolicyHolderMutationInput", "id: UUID locationsId: Int jsonExt: JSONString "+inputOf(holderColumns)) + writing("UpdatePolicyHolderMutationInput", "id: UUID! locationsId: Int jsonExt: JSONString "+inputOf(holderColumns)) +
		writing("DeletePolicyHolderMutationInput", "uuids: [UUID]"),
	Types: []Object{policyHolder},
	Mutations: []Mutation{
		{Field: Field{SDL: "createPolicyHolder(input: CreatePolicyHolderMutationInput!): CreatePolicyHolderMutationPayload", Rights: []int{rightAddHolder}}, Do: createHolder},
		{Field: Field{SDL: "updatePolicyHolder(input: UpdatePolicyHolderMutationInput!): UpdatePolicyHolderMutationPayload", Rights: []int{rightChangeHolder}}, Do: updateHolder},
		{Field: Field{SDL: "deletePolicyHolder(input: DeletePolicyHolderMutationInput!): DeletePolicyHolderMutationPayload", Rights: []int{rightDeleteHolder}}, Many: deleteHolders},
	},
	Queries: []Field{
		free[persistence.PolicyHolder]("validatePolicyHolderCode(policyHolderCode: String!): Boolean", mapping.PolicyHolders, "code", rightHolders),
		List[persistence.PolicyHolder](`policyHolder(id: ID, isDeleted: Boolean, applyDefaultValidityFilter: Boolean, showHistory: Boolean, clientMutationId: String, orderBy: [String], offset: Int, before: String,
			after: String, first: Int, last: Int, parentLocation: String, parentLocationLevel: Int, code_Icontains: String, tradeName_Icontains: String, legalForm: Int, activityCode: Int,
			dateValidFrom_Gte: DateTime, dateValidTo_Lte: DateTime): PolicyHolderGQLTypeConnection`,
			mapping.PolicyHolders, Options{Rights: []int{rightHolders}, Order: "code", Filters: map[string]Filter{
				"parentLocation": heldIn, "isDeleted": deletedOnes, "applyDefaultValidityFilter": inForce(mapping.PolicyHolders),
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

// inForce narrows to rows that are valid at this moment.
func inForce(of *mapping.Catalogue) Filter {
	return func(c *Call, value any, q *persistence.Query) error {
		if value != true {
			return nil
		}
		now := c.Store.Read(c.Context).Now()
		for name, lookup := range map[string]string{"dateValidFrom": "Lte", "dateValidTo": "Gte"} {
			field, err := of.Field([]string{name})
			if err != nil {
				return err
			}
			open, err := field.Where("Isnull", true)
			if err != nil {
				return err
			}
			within, err := field.Where(lookup, now)
			if err != nil {
				return err
			}
			q.Where = append(q.Where, mapping.AnyOf(open, within))
		}
		return nil
	}
}

var policyHolder = Object{
	Name: "PolicyHolderGQLType",
	Key:  func(row any) any { return row.(*persistence.PolicyHolder).UUID },
	Load: byKey[persistence.PolicyHolder](mapping.PolicyHolders),
	Fields: append(markedFields(func(r *persistence.PolicyHolder) *persistence.Marked { return &r.Marked },
		Place("locations: LocationGQLType", func(r *persistence.PolicyHolder) any { return r.LocationsID }),
	), shownOf(holderColumns)...),
}
