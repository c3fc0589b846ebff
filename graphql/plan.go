package graphql

import (
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
)

// The rights of this file, as tblRoleRight has them; those to add, change, delete and
// replace follow the right to see.
const (
	rightBundles           = 151101
	rightContributionPlans = 151201
	rightPaymentPlans      = 157101

	validArgs    = `isDeleted: Boolean, showHistory: Boolean, clientMutationId: String, applyDefaultValidityFilter: Boolean, orderBy: [String], offset: Int, before: String, after: String, first: Int, last: Int, id: ID, dateValidFrom_Gte: DateTime, dateValidTo_Lte: DateTime`
	planArgs     = validArgs + `, code: String, code_Icontains: String, name_Icontains: String, periodicity: Int`
	planRuleArgs = planArgs + `, calculation: UUID, benefitPlan_Id: String`
	bundleArgs   = planArgs + `, calculation: UUID, insuranceProduct: Int`
	inBundleArgs = validArgs + `, contributionPlanBundle_Id: ID, contributionPlan_Id: ID`
)

// Plans is what module contribution_plan brings: contribution plans, bundles of them, and
// payment plans.
var Plans = Part{
	SDL:       planInputs(),
	Mutations: planMutations(),
	Types:     []Object{contributionPlan, contributionPlanBundle, contributionPlanInBundle, paymentPlan},
	Queries: []Field{
		List[persistence.ContributionPlan]("contributionPlan("+planRuleArgs+"): ContributionPlanGQLTypeConnection", mapping.ContributionPlans, planOptions(mapping.ContributionPlans, rightContributionPlans)),
		List[persistence.ContributionPlanBundle]("contributionPlanBundle("+bundleArgs+"): ContributionPlanBundleGQLTypeConnection", mapping.ContributionPlanBundles, bundleOptions()),
		List[persistence.ContributionPlanBundleDetails]("contributionPlanBundleDetails("+inBundleArgs+"): ContributionPlanBundleDetailsGQLTypeConnection", mapping.ContributionPlanBundleDetails, validOptions(rightBundles, "-dateValidFrom")),
		List[persistence.PaymentPlan]("paymentPlan("+planRuleArgs+"): PaymentPlanGQLTypeConnection", mapping.PaymentPlans, planOptions(mapping.PaymentPlans, rightPaymentPlans)),
		free[persistence.ContributionPlan]("validateContributionPlanCode(contributionPlanCode: String!): Boolean", mapping.ContributionPlans, "code", rightContributionPlans),
		free[persistence.ContributionPlanBundle]("validateContributionPlanBundleCode(contributionPlanBundleCode: String!): Boolean", mapping.ContributionPlanBundles, "code", rightBundles),
		free[persistence.PaymentPlan]("validatePaymentPlanCode(paymentPlanCode: String!): Boolean", mapping.PaymentPlans, "code", rightPaymentPlans),
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

// bundleOptions look for bundles by a rule or product of one of their plans.
func bundleOptions() Options {
	o := validOptions(rightBundles, "code")
	o.Filters["calculation"] = holdsPlan("calculation")
	o.Filters["insuranceProduct"] = func(c *Call, value any, q *persistence.Query) error {
		return holdsPlan("benefitPlanId")(c, fmt.Sprint(value), q)
	}
	return o
}

// holdsPlan makes a filter that a plan of the bundle has the value.
func holdsPlan(field string) Filter {
	return Equals(mapping.ContributionPlanBundles, "details.contributionPlan."+field)
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
		benefitPlan(func(r *persistence.ContributionPlan) *string { return r.BenefitPlanID }, true),
		kindOf("benefitPlanType_Model: String", func(r *persistence.ContributionPlan) *int { return r.BenefitPlanTypeID }),
	),
}

var paymentPlan = Object{
	Name: "PaymentPlanGQLType",
	Key:  func(row any) any { return row.(*persistence.PaymentPlan).UUID },
	Load: byKey[persistence.PaymentPlan](mapping.PaymentPlans),
	Fields: planFields(func(r *persistence.PaymentPlan) *persistence.Plan { return &r.Plan },
		benefitPlan(func(r *persistence.PaymentPlan) *string { return r.BenefitPlanID }, false),
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
	)
	return append(fields, more...)
}

var contributionPlanInBundle = Object{
	Name: "ContributionPlanBundleDetailsGQLType",
	Key:  func(row any) any { return row.(*persistence.ContributionPlanBundleDetails).UUID },
	Load: byKey[persistence.ContributionPlanBundleDetails](mapping.ContributionPlanBundleDetails),
	Fields: datedFields(func(r *persistence.ContributionPlanBundleDetails) *persistence.Dated { return &r.Dated },
		One[persistence.ContributionPlanBundleDetails, persistence.ContributionPlan]("contributionPlan: ContributionPlanGQLType!", "UUID", func(r *persistence.ContributionPlanBundleDetails) any { return r.ContributionPlanID }),
		bundleAt("contributionPlanBundle: ContributionPlanBundleGQLType!", func(r *persistence.ContributionPlanBundleDetails) any { return r.BundleID }),
	),
}

// bundleAt makes a field that is a bundle of contribution plans, by its key.
func bundleAt[R any](sdl string, key func(r *R) any) Field {
	return One[R, persistence.ContributionPlanBundle](sdl, "UUID", key)
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

// benefitPlan makes the field that is the product of a plan, as a document its form reads:
// the form of contribution plans takes it out of a text within the text.
func benefitPlan[R any](key func(r *R) *string, within bool) Field {
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
			if err == nil && within {
				text, err = json.Marshal(string(text))
			}
			return string(text), err
		}, func() { want[persistence.Product](c, "ProdID", key) }), nil
	}}
}
