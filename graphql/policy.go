package graphql

import (
	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme"
)

// rightPolicies is the right to see policies, as tblRoleRight has it.
const rightPolicies = 101201

// Policy is what module policy brings: policies, what they cost, and what people are entitled
// to by them.
var Policy = Part{
	SDL: policyInputs, Mutations: policyMutations,
	Types: []Object{policy, cover, claimDedRem, policyStanding, eligibilityAnswer,
		{Name: "PolicyAndWarningsGQLType", Fields: []Field{In("policy: PolicyGQLType"), In("warnings: [String]")}},
	},
	Queries: []Field{
		policies,
		{SDL: "policyValues(prevUuid: String, stage: String!, enrollDate: DateTime!, productId: Int, familyId: Int!): PolicyAndWarningsGQLType", Rights: []int{rightPolicies}, Resolve: policyValues},
		{SDL: "policiesByFamily(familyUuid: String!, " + standingArgs + "): PolicyByFamilyOrInsureeConnection", Rights: []int{rightPolicies}, Resolve: policiesByFamily},
		{SDL: "policiesByInsuree(chfId: String!, " + standingArgs + "): PolicyByFamilyOrInsureeConnection", Rights: []int{rightPolicies, rightClaims, rightEnquire}, Resolve: policiesByInsuree},
		{SDL: "policyEligibilityByInsuree(chfId: String!): EligibilityGQLType", Rights: []int{rightPolicies, rightEnquire}, Resolve: eligibility},
		{SDL: "policyItemEligibilityByInsuree(chfId: String!, itemCode: String!): EligibilityGQLType", Rights: []int{rightPolicies, rightEnquire}, Resolve: eligibility},
		{SDL: "policyServiceEligibilityByInsuree(chfId: String!, serviceCode: String!): EligibilityGQLType", Rights: []int{rightPolicies, rightEnquire}, Resolve: eligibility},
	},
}

// policies are found by product, officer, place, dates and what is still to be paid.
// showInactive asks for those that do not cover all of the family.
var policies = List[persistence.Policy](`policies(regionId: Int, districtId: Int, balanceLte: Float, balanceGte: Float, showHistory: Boolean, showInactive: Boolean,
	confirmationType: String, orderBy: [String], offset: Int, before: String, after: String, first: Int, last: Int, uuid: String, enrollDate_Lte: Date, enrollDate_Gte: Date,
	startDate_Lte: Date, startDate_Gte: Date, effectiveDate_Lte: Date, effectiveDate_Gte: Date, expiryDate_Lte: Date, expiryDate_Gte: Date, stage: String, status: Int,
	product_Id: ID, officer_Id: ID): PolicyGQLTypeConnection`,
	mapping.Policies, Options{Rights: []int{rightPolicies}, Order: "-enrollDate", Filters: map[string]Filter{
		"regionId": Equals(mapping.Policies, "family.location.parent.parent.parent.id"), "districtId": Equals(mapping.Policies, "family.location.parent.parent.id"),
		"confirmationType": Equals(mapping.Policies, "family.confirmationType.code"), "balanceLte": balance("<="), "balanceGte": balance(">="), "showInactive": uncovered,
	}})

// balance narrows to policies of which so much is still to be paid.
func balance(op persistence.Comparison) Filter {
	return func(_ *Call, value any, q *persistence.Query) error {
		amount, _ := value.(float64)
		q.Where = append(q.Where, persistence.Balance(op, decimal.NewFromFloat(amount)))
		return nil
	}
}

func uncovered(_ *Call, value any, q *persistence.Query) error {
	if value == true {
		q.Where = append(q.Where, persistence.Uncovered())
	}
	return nil
}

type policyRow = persistence.Policy

var policy = Object{
	Name: "PolicyGQLType",
	Key:  func(row any) any { return row.(*policyRow).PolicyID },
	Load: byKey[policyRow](mapping.Policies),
	Fields: []Field{
		Is("validityFrom: DateTime!", func(r *policyRow) any { return r.ValidityFrom }),
		Is("validityTo: DateTime", func(r *policyRow) any { return r.ValidityTo }),
		Is("legacyId: Int", func(r *policyRow) any { return r.LegacyID }),
		Is("uuid: String!", func(r *policyRow) any { return r.PolicyUUID }),
		Is("stage: String", func(r *policyRow) any { return r.PolicyStage }),
		Is("status: Int", func(r *policyRow) any { return r.PolicyStatus }),
		Is("value: Decimal", func(r *policyRow) any { return r.PolicyValue }),
		One[policyRow, persistence.Family]("family: FamilyGQLType!", "FamilyID", func(r *policyRow) any { return r.FamilyID }),
		Is("enrollDate: Date!", func(r *policyRow) any { return r.EnrollDate }),
		Is("startDate: Date!", func(r *policyRow) any { return r.StartDate }),
		Is("effectiveDate: Date", func(r *policyRow) any { return r.EffectiveDate }),
		Is("expiryDate: Date", func(r *policyRow) any { return r.ExpiryDate }),
		One[policyRow, persistence.Product]("product: ProductGQLType!", "ProdID", func(r *policyRow) any { return r.ProdID }),
		One[policyRow, persistence.Officer]("officer: OfficerGQLType", "OfficerID", func(r *policyRow) any { return r.OfficerID }),
		Is("offline: Boolean", func(r *policyRow) any { return r.IsOffline }),
		Is("auditUserId: Int!", func(r *policyRow) any { return r.AuditUserID }),
		Is("creationDate: Date", func(r *policyRow) any { return r.CreationDate }),
		onLists("claimDedRems(offset: Int, before: String, after: String, first: Int, last: Int): ClaimDedRemGQLTypeConnection!",
			"PolicyID", func(r *policyRow) int { return r.PolicyID }, "", func(d *persistence.ClaimDedRem) int { return d.ExpenditureID }),
		{SDL: "sumPremiums: Float", Resolve: func(c *Call) (any, error) {
			key := c.Source.(*policyRow).PolicyID
			return Later(func() (any, error) {
				sum, err := paidFor(c, key, 0)
				return sum.InexactFloat64(), err
			}, func() { want[persistence.Premium](c, "PolicyID", key) }), nil
		}},
	},
}

// paidFor adds up the contributions to a policy, but for one; fees for photographs are
// none.
func paidFor(c *Call, policy, without int) (decimal.Decimal, error) {
	premiums, err := rowsBy[persistence.Premium](c, "PolicyID", policy)
	sum := decimal.Zero
	for _, p := range premiums {
		if p.PremiumID != without && (p.IsPhotoFee == nil || !*p.IsPhotoFee) {
			sum = sum.Add(p.Amount)
		}
	}
	return sum, err
}

// claimDedRem is what a claim used of the deductibles and ceilings of a policy. Its amounts are
// numbers, not strings: the form of a policy adds them up as they come, and text put together
// is no number, over which its newest line never stops rendering.
var claimDedRem = Object{
	Name: "ClaimDedRemGQLType",
	Key:  func(row any) any { return row.(*persistence.ClaimDedRem).ExpenditureID },
	Fields: []Field{
		Is("validityFrom: DateTime!", func(r *persistence.ClaimDedRem) any { return r.ValidityFrom }),
		Is("validityTo: DateTime", func(r *persistence.ClaimDedRem) any { return r.ValidityTo }),
		Is("legacyId: Int", func(r *persistence.ClaimDedRem) any { return r.LegacyID }),
		Is("dedG: Decimal", func(r *persistence.ClaimDedRem) any { return floatOf(r.DedG) }),
		Is("dedOp: Decimal", func(r *persistence.ClaimDedRem) any { return floatOf(r.DedOP) }),
		Is("dedIp: Decimal", func(r *persistence.ClaimDedRem) any { return floatOf(r.DedIP) }),
		Is("remG: Decimal", func(r *persistence.ClaimDedRem) any { return floatOf(r.RemG) }),
		Is("remOp: Decimal", func(r *persistence.ClaimDedRem) any { return floatOf(r.RemOP) }),
		Is("remIp: Decimal", func(r *persistence.ClaimDedRem) any { return floatOf(r.RemIP) }),
		Is("remConsult: Decimal", func(r *persistence.ClaimDedRem) any { return floatOf(r.RemConsult) }),
		Is("remSurgery: Decimal", func(r *persistence.ClaimDedRem) any { return floatOf(r.RemSurgery) }),
		Is("remDelivery: Decimal", func(r *persistence.ClaimDedRem) any { return floatOf(r.RemDelivery) }),
		Is("remHospitalization: Decimal", func(r *persistence.ClaimDedRem) any { return floatOf(r.RemHospitalization) }),
		Is("remAntenatal: Decimal", func(r *persistence.ClaimDedRem) any { return floatOf(r.RemAntenatal) }),
		Is("auditUserId: Int!", func(r *persistence.ClaimDedRem) any { return r.AuditUserID }),
	},
}

// policyValues tells what a policy would cost, and from when to when it would cover. Forms of
// policies already sold ask too, without saying which.
func policyValues(c *Call) (any, error) {
	enrolled, _ := c.Args["enrollDate"].(persistence.DateTime)
	product, _ := c.Args["productId"].(int)
	text, _ := c.Args["prevUuid"].(string)
	before, ok := persistence.ParseUUID(text)
	switch {
	case text != "" && !ok:
		return nil, core.ErrorAt(core.Invalid, "prevUuid", "%q is no UUID", text)
	case text == "" && product == 0:
		return nil, core.ErrorAt(core.Invalid, "productId", "the product is missing")
	}
	draft := &scheme.PolicyDraft{FamilyID: c.Args["familyId"].(int), ProdID: product, Enrolled: enrolled.Date(), Paths: policyPaths}
	q, err := scheme.Policies{Rules: c.Rules}.Quote(c.Store.Read(c.Context), draft, c.Args["stage"].(string), before)
	if err != nil {
		return nil, err
	}
	warnings := q.Warnings
	if warnings == nil {
		warnings = []string{}
	}
	return map[string]any{"policy": q.Policy, "warnings": warnings}, nil
}
