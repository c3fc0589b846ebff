package graphql

import (
	"fmt"

	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
)

// The rights of this file, as tblRoleRight has them.
const (
	rightHolderContracts = 152101

	holderContractArgs       = validArgs + `, code_Icontains: String, code_Istartswith: String, paymentReference_Icontains: String, state: Int, amendment: Int, policyHolder_Id: ID, datePaymentDue: Date, dateApproved: DateTime, amountFrom: Decimal, amountTo: Decimal`
	contractDetailsArgs      = `isDeleted: Boolean, showHistory: Boolean, clientMutationId: String, orderBy: [String], offset: Int, before: String, after: String, first: Int, last: Int, id: ID, contract_Id: ID, insuree_ChfId: String, insuree_ChfId_Istartswith: String, contributionPlanBundle_Id: ID`
	contractContributionArgs = validArgs + `, contractDetails_Contract_Id: ID, contractDetails_ContributionPlanBundle_Id: ID, contractDetails_Insuree_ChfId_Istartswith: String, contributionPlan_Id: ID, contributionPlan_BenefitPlan_Id: Int`
)

// HolderContracts is what module contract brings: contracts of policy holders, whom they
// insure, and what those contribute.
var HolderContracts = Part{
	SDL:       holderContractInputs,
	Mutations: holderContractMutations,
	Types:     []Object{holderContract, holderContractDetails, contractContribution},
	Queries: []Field{
		List[persistence.HolderContract]("contract("+holderContractArgs+"): ContractGQLTypeConnection", mapping.HolderContracts, contractOptions()),
		List[persistence.HolderContractDetails]("contractDetails("+contractDetailsArgs+"): ContractDetailsGQLTypeConnection", mapping.HolderContractDetails,
			Options{Rights: []int{rightHolderContracts}, Order: "-dateCreated", Filters: map[string]Filter{"isDeleted": deletedOnes}}),
		List[persistence.ContractContribution]("contractContributionPlanDetails("+contractContributionArgs+"): ContractContributionPlanDetailsGQLTypeConnection", mapping.ContractContributions, contributionOptions()),
		{SDL: "validateContractCode(contractCode: String!): ValidationMessageGQLType", Rights: []int{rightHolderContracts}, Resolve: freeContractCode},
	},
}

var contractCode = free[persistence.HolderContract]("validateContractCode(contractCode: String!): Boolean", mapping.HolderContracts, "code")

// freeContractCode tells whether a code is free in the shape that the form of contracts
// reads.
func freeContractCode(c *Call) (any, error) {
	free, err := contractCode.Resolve(c)
	if err != nil {
		return nil, err
	}
	return map[string]any{"isValid": free}, nil
}

func contractOptions() Options {
	o := validOptions(rightHolderContracts, "code")
	o.Filters["amountFrom"] = amountDue("Gte")
	o.Filters["amountTo"] = amountDue("Lte")
	return o
}

func amountDue(lookup string) Filter {
	return func(_ *Call, value any, q *persistence.Query) error {
		where, err := comparing(mapping.HolderContracts, "amountDue", lookup, value)
		q.Where = append(q.Where, where)
		return err
	}
}

func contributionOptions() Options {
	o := validOptions(rightHolderContracts, "-dateCreated")
	o.Filters["contributionPlan_BenefitPlan_Id"] = func(c *Call, value any, q *persistence.Query) error {
		return Equals(mapping.ContractContributions, "contributionPlan.benefitPlanId")(c, fmt.Sprint(value), q)
	}
	return o
}

var holderContract = Object{
	Name: "ContractGQLType",
	Key:  func(row any) any { return row.(*persistence.HolderContract).UUID },
	Load: byKey[persistence.HolderContract](mapping.HolderContracts),
	Fields: datedFields(func(r *persistence.HolderContract) *persistence.Dated { return &r.Dated },
		Is("code: String!", func(r *persistence.HolderContract) any { return r.Code }),
		One[persistence.HolderContract, persistence.PolicyHolder]("policyHolder: PolicyHolderGQLType", "UUID", func(r *persistence.HolderContract) any { return r.PolicyHolderID }),
		Is("amountNotified: Float", func(r *persistence.HolderContract) any { return floatOf(r.AmountNotified) }),
		Is("amountRectified: Float", func(r *persistence.HolderContract) any { return floatOf(r.AmountRectified) }),
		Is("amountDue: Float", func(r *persistence.HolderContract) any { return floatOf(r.AmountDue) }),
		Is("dateApproved: DateTime", func(r *persistence.HolderContract) any { return r.DateApproved }),
		Is("datePaymentDue: Date", func(r *persistence.HolderContract) any { return r.DatePaymentDue }),
		Is("state: Int", func(r *persistence.HolderContract) any { return r.State }),
		Is("paymentReference: String", func(r *persistence.HolderContract) any { return r.PaymentReference }),
		Is("amendment: Int!", func(r *persistence.HolderContract) any { return r.Amendment }),
	),
}

var holderContractDetails = Object{
	Name: "ContractDetailsGQLType",
	Key:  func(row any) any { return row.(*persistence.HolderContractDetails).UUID },
	Load: byKey[persistence.HolderContractDetails](mapping.HolderContractDetails),
	Fields: markedFields(func(r *persistence.HolderContractDetails) *persistence.Marked { return &r.Marked },
		One[persistence.HolderContractDetails, persistence.HolderContract]("contract: ContractGQLType!", "UUID", func(r *persistence.HolderContractDetails) any { return r.ContractID }),
		One[persistence.HolderContractDetails, persistence.Insuree]("insuree: InsureeGQLType!", "InsureeID", func(r *persistence.HolderContractDetails) any { return r.InsureeID }),
		bundleAt("contributionPlanBundle: ContributionPlanBundleGQLType!", func(r *persistence.HolderContractDetails) any { return r.BundleID }),
	),
}

var contractContribution = Object{
	Name: "ContractContributionPlanDetailsGQLType",
	Key:  func(row any) any { return row.(*persistence.ContractContribution).UUID },
	Load: byKey[persistence.ContractContribution](mapping.ContractContributions),
	Fields: datedFields(func(r *persistence.ContractContribution) *persistence.Dated { return &r.Dated },
		One[persistence.ContractContribution, persistence.HolderContractDetails]("contractDetails: ContractDetailsGQLType!", "UUID", func(r *persistence.ContractContribution) any { return r.ContractDetailsID }),
		One[persistence.ContractContribution, persistence.ContributionPlan]("contributionPlan: ContributionPlanGQLType!", "UUID", func(r *persistence.ContractContribution) any { return r.ContributionPlanID }),
		One[persistence.ContractContribution, persistence.Policy]("policy: PolicyGQLType", "PolicyID", func(r *persistence.ContractContribution) any { return r.PolicyID }),
		One[persistence.ContractContribution, persistence.Premium]("contribution: PremiumGQLType", "PremiumId", func(r *persistence.ContractContribution) any { return r.PremiumID }),
	),
}
