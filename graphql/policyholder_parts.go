package graphql

import (
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
)

// The rights of this file, as tblRoleRight has them.
const (
	rightHolderInsurees = 150201
	rightHolderUsers    = 150301
	rightHolderBundles  = 150401

	holderUserArgs    = validArgs + `, policyHolder_Id: ID, user_Id: ID`
	holderInsureeArgs = validArgs + `, policyHolder_Id: ID, insuree_ChfId: String, insuree_ChfId_Istartswith: String, contributionPlanBundle_Id: ID`
	holderBundleArgs  = validArgs + `, policyHolder_Id: ID, contributionPlanBundle_Id: ID`
)

// PolicyHolderParts is what module contract brings of policy holders: whom they insure, by
// which bundles of contribution plans, and who signs in for them.
var PolicyHolderParts = Part{
	SDL:       keepHolderInsurees.inputs() + keepHolderBundles.inputs(),
	Mutations: append(keepHolderInsurees.mutations(), keepHolderBundles.mutations()...),
	Types:     []Object{policyHolderUser, policyHolderInsuree, policyHolderBundle},
	Queries: []Field{
		List[persistence.PolicyHolderUser]("policyHolderUser("+holderUserArgs+"): PolicyHolderUserGQLTypeConnection", mapping.PolicyHolderUsers, holderUserOptions()),
		List[persistence.PolicyHolderInsuree]("policyHolderInsuree("+holderInsureeArgs+"): PolicyHolderInsureeGQLTypeConnection", mapping.PolicyHolderInsurees, validOptions(rightHolderInsurees, "-dateValidFrom")),
		List[persistence.PolicyHolderBundle]("policyHolderContributionPlanBundle("+holderBundleArgs+"): PolicyHolderContributionPlanGQLTypeConnection", mapping.PolicyHolderBundles, validOptions(rightHolderBundles, "-dateValidFrom")),
	},
}

func holderUserOptions() Options {
	o := validOptions(rightHolderUsers, "id")
	o.Always = func(_ *Call, q *persistence.Query) error {
		q.Join = []string{"CoreUser"}
		return nil
	}
	return o
}

var policyHolderUser = Object{
	Name: "PolicyHolderUserGQLType",
	Key:  func(row any) any { return row.(*persistence.PolicyHolderUser).UUID },
	Load: byKey[persistence.PolicyHolderUser](mapping.PolicyHolderUsers),
	Fields: datedFields(func(r *persistence.PolicyHolderUser) *persistence.Dated { return &r.Dated },
		One[persistence.PolicyHolderUser, persistence.PolicyHolder]("policyHolder: PolicyHolderGQLType", "UUID", func(r *persistence.PolicyHolderUser) any { return r.PolicyHolderID }),
		One[persistence.PolicyHolderUser, persistence.Staff]("user: UserGQLType", "user_id", func(r *persistence.PolicyHolderUser) any {
			if r.CoreUser == nil {
				return nil
			}
			return r.CoreUser.IUserID
		}),
	),
}

var policyHolderInsuree = Object{
	Name: "PolicyHolderInsureeGQLType",
	Key:  func(row any) any { return row.(*persistence.PolicyHolderInsuree).UUID },
	Load: byKey[persistence.PolicyHolderInsuree](mapping.PolicyHolderInsurees),
	Fields: datedFields(func(r *persistence.PolicyHolderInsuree) *persistence.Dated { return &r.Dated },
		One[persistence.PolicyHolderInsuree, persistence.PolicyHolder]("policyHolder: PolicyHolderGQLType!", "UUID", func(r *persistence.PolicyHolderInsuree) any { return r.PolicyHolderID }),
		One[persistence.PolicyHolderInsuree, persistence.Insuree]("insuree: InsureeGQLType!", "InsureeID", func(r *persistence.PolicyHolderInsuree) any { return r.InsureeID }),
		bundleAt("contributionPlanBundle: ContributionPlanBundleGQLType", func(r *persistence.PolicyHolderInsuree) any { return r.BundleID }),
		One[persistence.PolicyHolderInsuree, persistence.Policy]("lastPolicy: PolicyGQLType", "PolicyID", func(r *persistence.PolicyHolderInsuree) any { return r.LastPolicyID }),
	),
}

var policyHolderBundle = Object{
	Name: "PolicyHolderContributionPlanGQLType",
	Key:  func(row any) any { return row.(*persistence.PolicyHolderBundle).UUID },
	Load: byKey[persistence.PolicyHolderBundle](mapping.PolicyHolderBundles),
	Fields: datedFields(func(r *persistence.PolicyHolderBundle) *persistence.Dated { return &r.Dated },
		One[persistence.PolicyHolderBundle, persistence.PolicyHolder]("policyHolder: PolicyHolderGQLType!", "UUID", func(r *persistence.PolicyHolderBundle) any { return r.PolicyHolderID }),
		bundleAt("contributionPlanBundle: ContributionPlanBundleGQLType!", func(r *persistence.PolicyHolderBundle) any { return r.BundleID }),
	),
}
