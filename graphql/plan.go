package graphql

import (
	"encoding/json"
	"strconv"

	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
)

// The rights of this file, as tblRoleRight has them.
const (
	rightHolderUsers         = 150301
	rightBundles             = 151101
	rightContributionPlans   = 151201
	rightHolderContracts     = 152101
	rightPaymentPlans        = 157101
	validArgs                = `isDeleted: Boolean, showHistory: Boolean, applyDefaultValidityFilter: Boolean, orderBy: [String], offset: Int, before: String, after: String, first: Int, last: Int, id: ID, dateValidFrom_Gte: DateTime, dateValidTo_Lte: DateTime`
	planArgs                 = validArgs + `, code: String, code_Icontains: String, name_Icontains: String, periodicity: Int`
	planRuleArgs             = planArgs + `, calculation: UUID, benefitPlan_Id: String`
	holderContractArgs       = validArgs + `, code_Icontains: String, code_Istartswith: String, paymentReference_Icontains: String, state: Int, policyHolder_Id: ID, datePaymentDue: Date, dateApproved: DateTime, amountFrom: Decimal, amountTo: Decimal`
	policyHolderUserListArgs = validArgs + `, policyHolder_Id: ID, user_Id: ID`
)

// Plans is what modules contribution_plan and contract bring: contribution plans and their
// bundles, payment plans, contracts of policy holders and who signs in for those. The Django
// application makes them; here they are read.
var Plans = Part{
	Types: []Object{contributionPlan, contributionPlanBundle, paymentPlan, holderContract, policyHolderUser},
	Queries: []Field{
		List[persistence.ContributionPlan]("contributionPlan("+planRuleArgs+"): ContributionPlanGQLTypeConnection", mapping.ContributionPlans, planOptions(mapping.ContributionPlans, rightContributionPlans)),
		List[persistence.ContributionPlanBundle]("contributionPlanBundle("+planArgs+"): ContributionPlanBundleGQLTypeConnection", mapping.ContributionPlanBundles, validOptions(rightBundles, "code")),
		List[persistence.PaymentPlan]("paymentPlan("+planRuleArgs+"): PaymentPlanGQLTypeConnection", mapping.PaymentPlans, planOptions(mapping.PaymentPlans, rightPaymentPlans)),
		List[persistence.HolderContract]("contract("+holderContractArgs+"): ContractGQLTypeConnection", mapping.HolderContracts, contractOptions()),
		List[persistence.PolicyHolderUser]("policyHolderUser("+policyHolderUserListArgs+"): PolicyHolderUserGQLTypeConnection", mapping.PolicyHolderUsers, holderUserOptions()),
	},
}

// validOptions are those of tables whose rows hold from one day to another.
func validOptions(right int, order string) Options {
	return Options{Rights: []int{right}, Order: order, Filters: map[string]Filter{"isDeleted": deletedOnes, "applyDefaultValidityFilter": validNow}}
}

func planOptions(of *mapping.Catalogue, right int) Options {
	o := validOptions(right, "code")
	o.Filters["benefitPlan_Id"] = Equals(of, "benefitPlanId")
	return o
}

func contractOptions() Options {
	o := validOptions(rightHolderContracts, "code")
	o.Filters["amountFrom"] = amountDue("Gte")
	o.Filters["amountTo"] = amountDue("Lte")
	return o
}

func holderUserOptions() Options {
	o := validOptions(rightHolderUsers, "id")
	o.Always = func(_ *Call, q *persistence.Query) error {
		q.Join = []string{"CoreUser"}
		return nil
	}
	return o
}

func amountDue(lookup string) Filter {
	return func(_ *Call, value any, q *persistence.Query) error {
		where, err := comparing(mapping.HolderContracts, "amountDue", lookup, value)
		q.Where = append(q.Where, where)
		return err
	}
}

// validNow leaves rows that hold today, unless the days are asked for.
func validNow(c *Call, value any, q *persistence.Query) error {
	if value != true || c.Args["dateValidFrom_Gte"] != nil || c.Args["dateValidTo_Lte"] != nil {
		return nil
	}
	now := persistence.At(c.Clock.Now())
	for column, op := range map[string]persistence.Comparison{"DateValidFrom": "<=", "DateValidTo": ">="} {
		day := persistence.Column("", column)
		q.Where = append(q.Where, mapping.AnyOf(persistence.IsNull(day), persistence.Compare(day, op, now)))
	}
	return nil
}

var contributionPlan = Object{
	Name: "ContributionPlanGQLType",
	Key:  func(row any) any { return row.(*persistence.ContributionPlan).UUID },
	Load: byKey[persistence.ContributionPlan](mapping.ContributionPlans),
	Fields: planFields(func(r *persistence.ContributionPlan) *persistence.Plan { return &r.Plan },
		kindOf("benefitPlanType_Model: String", func(r *persistence.ContributionPlan) *int { return r.BenefitPlanTypeID }),
	),
}

var paymentPlan = Object{
	Name: "PaymentPlanGQLType",
	Key:  func(row any) any { return row.(*persistence.PaymentPlan).UUID },
	Load: byKey[persistence.PaymentPlan](mapping.PaymentPlans),
	Fields: planFields(func(r *persistence.PaymentPlan) *persistence.Plan { return &r.Plan },
		Is("benefitPlanType: Int", func(r *persistence.PaymentPlan) any { return r.BenefitPlanTypeID }),
		kindOf("benefitPlanTypeName: String", func(r *persistence.PaymentPlan) *int { return r.BenefitPlanTypeID }),
	),
}

// planFields are what plans of both kinds show, and more.
func planFields[R any](of func(r *R) *persistence.Plan, more ...Field) []Field {
	fields := datedFields(func(r *R) *persistence.Dated { return &of(r).Dated },
		Is("code: String", func(r *R) any { return of(r).Code }),
		Is("name: String", func(r *R) any { return of(r).Name }),
		Is("calculation: UUID", func(r *R) any { return of(r).Calculation }),
		Is("periodicity: Int", func(r *R) any { return of(r).Periodicity }),
		benefitPlan(func(r *R) *string { return of(r).BenefitPlanID }),
	)
	return append(fields, more...)
}

var contributionPlanBundle = Object{
	Name: "ContributionPlanBundleGQLType",
	Key:  func(row any) any { return row.(*persistence.ContributionPlanBundle).UUID },
	Load: byKey[persistence.ContributionPlanBundle](mapping.ContributionPlanBundles),
	Fields: datedFields(func(r *persistence.ContributionPlanBundle) *persistence.Dated { return &r.Dated },
		Is("code: String", func(r *persistence.ContributionPlanBundle) any { return r.Code }),
		Is("name: String", func(r *persistence.ContributionPlanBundle) any { return r.Name }),
		Is("periodicity: Int", func(r *persistence.ContributionPlanBundle) any { return r.Periodicity }),
	),
}

// benefitPlan makes the field that is the product of a plan, as a document its form reads.
func benefitPlan[R any](key func(r *R) *string) Field {
	return Field{SDL: "benefitPlan: JSONString", Resolve: func(c *Call) (any, error) {
		text, _ := plain(key(c.Source.(*R))).(string)
		key, err := strconv.Atoi(text)
		if err != nil {
			return nil, nil
		}
		return Later(func() (any, error) {
			found, err := rowsBy[persistence.Product](c, "ProdID", key)
			if err != nil || len(found) == 0 {
				return nil, err
			}
			p := found[0]
			text, err := json.Marshal(map[string]any{"id": p.ProdID, "uuid": p.ProdUUID, "code": p.ProductCode, "name": p.ProductName})
			return string(text), err
		}, func() { want[persistence.Product](c, "ProdID", key) }), nil
	}}
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
