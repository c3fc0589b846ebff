package graphql

import (
	"strings"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme"
)

// rightPremiums is the right to see contributions, as tblRoleRight has it.
const rightPremiums = 101301

// Premium is what module policy brings of contributions, which clients call premiums.
var Premium = Part{
	SDL: premiumInputs, Mutations: premiumMutations,
	Types: []Object{premium},
	Queries: []Field{
		List[persistence.Premium](`premiums(payerId: ID, clientMutationId: String, showHistory: Boolean, parentLocation: String, parentLocationLevel: Int, orderBy: [String],
			offset: Int, before: String, after: String, first: Int, last: Int, uuid: String, amount_Lte: Decimal, amount_Gte: Decimal, payDate_Lte: Date, payDate_Gte: Date,
			payType: String, isPhotoFee: Boolean, receipt_Icontains: String): PremiumGQLTypeConnection`,
			mapping.Premiums, Options{Rights: []int{rightPremiums}, Order: "-payDate", Within: []string{"policy.family.location"}, Filters: map[string]Filter{"payerId": paidBy}}),
		List[persistence.Premium]("premiumsByPolicies(policyUuids: [String]!, orderBy: [String], offset: Int, before: String, after: String, first: Int, last: Int): PremiumGQLTypeConnection",
			mapping.Premiums, Options{Rights: []int{rightPremiums}, Order: "-payDate", Filters: map[string]Filter{"policyUuids": among("policyUuids", mapping.Premiums, "policy.uuid")}}),
		{SDL: "validatePremiumCode(code: String!, policyUuid: String!): Boolean", Rights: []int{rightPremiums}, Resolve: receiptFree},
	},
}

// paidBy narrows to the contributions of a payer, given by its key.
func paidBy(c *Call, value any, q *persistence.Query) error {
	text, _ := value.(string)
	return Equals(mapping.Premiums, "payer.id")(c, KeyOf(text), q)
}

// among narrows to rows whose field has one of the values of a list; an empty list leaves
// none.
func among(argument string, of *mapping.Catalogue, path string) Filter {
	const most = 500
	return func(_ *Call, value any, q *persistence.Query) error {
		texts := textsOf(value)
		if len(texts) > most {
			return core.ErrorAt(core.Invalid, argument, "%d can be named at most", most)
		}
		values := make([]any, len(texts))
		for i := range texts {
			values[i] = texts[i]
		}
		field, err := of.Field(strings.Split(path, "."))
		if err != nil {
			return err
		}
		where, err := field.Where("In", values)
		q.Where = append(q.Where, where)
		return err
	}
}

// receiptFree tells whether the number of a receipt is still free for the product of a
// policy; null where there is no such policy.
func receiptFree(c *Call) (any, error) {
	id, ok := persistence.ParseUUID(c.Args["policyUuid"].(string))
	if !ok {
		return nil, core.ErrorAt(core.Invalid, "policyUuid", "%q is no UUID", c.Args["policyUuid"])
	}
	x := c.Store.Read(c.Context)
	policy, err := persistence.One[persistence.Policy](x, id)
	if code := core.CodeOf(err); err != nil && (code == core.NotFound || code == core.Gone) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	used, err := scheme.ReceiptUsed(x, policy.ProdID, c.Args["code"].(string))
	return !used, err
}

type premiumRow = persistence.Premium

var premium = Object{
	Name: "PremiumGQLType",
	Key:  func(row any) any { return row.(*premiumRow).PremiumID },
	Load: byKey[premiumRow](mapping.Premiums),
	Fields: []Field{
		Is("validityFrom: DateTime!", func(r *premiumRow) any { return r.ValidityFrom }),
		Is("validityTo: DateTime", func(r *premiumRow) any { return r.ValidityTo }),
		Is("legacyId: Int", func(r *premiumRow) any { return r.LegacyID }),
		Is("uuid: String!", func(r *premiumRow) any { return r.PremiumUUID }),
		One[premiumRow, persistence.Policy]("policy: PolicyGQLType!", "PolicyID", func(r *premiumRow) any { return r.PolicyID }),
		One[premiumRow, persistence.Payer]("payer: PayerGQLType", "PayerID", func(r *premiumRow) any { return r.PayerID }),
		Is("amount: Decimal!", func(r *premiumRow) any { return r.Amount }),
		Is("receipt: String!", func(r *premiumRow) any { return r.Receipt }),
		Is("payDate: Date!", func(r *premiumRow) any { return r.PayDate }),
		Is("payType: String!", func(r *premiumRow) any { return r.PayType }),
		Is("isPhotoFee: Boolean", func(r *premiumRow) any { return r.IsPhotoFee }),
		Is("isOffline: Boolean", func(r *premiumRow) any { return r.IsOffline }),
		Is("reportingId: Int", func(r *premiumRow) any { return r.ReportingID }),
		Is("reportingCommissionId: Int", func(r *premiumRow) any { return r.ReportingCommissionID }),
		Is("overviewCommissionReport: DateTime", func(r *premiumRow) any { return r.OverviewCommissionReport }),
		Is("allDetailsCommissionReport: DateTime", func(r *premiumRow) any { return r.AllDetailsCommissionReport }),
		Is("source: String", func(r *premiumRow) any { return r.Source }),
		Is("sourceVersion: String", func(r *premiumRow) any { return r.SourceVersion }),
		Is("auditUserId: Int!", func(r *premiumRow) any { return r.AuditUserID }),
		Is("createdDate: DateTime!", func(r *premiumRow) any { return r.CreatedDate }),
		Nothing("clientMutationId: String"),
		{SDL: "otherPremiums: Float", Resolve: func(c *Call) (any, error) {
			row := c.Source.(*premiumRow)
			return Later(func() (any, error) {
				sum, err := paidFor(c, row.PolicyID, row.PremiumID)
				return sum.InexactFloat64(), err
			}, func() { want[persistence.Premium](c, "PolicyID", row.PolicyID) }), nil
		}},
	},
}
