package graphql

import (
	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme"
)

// How plans and bundles are kept.
var (
	keepContributionPlans = keeping[persistence.ContributionPlan]{
		name: "ContributionPlan", right: rightContributionPlans, of: scheme.ContributionPlans, paths: planPaths, fields: "benefitPlanType_Model: String", before: forProducts,
		columns: planColumns(func(r *persistence.ContributionPlan) *persistence.Plan { return &r.Plan }),
		dated:   func(r *persistence.ContributionPlan) *persistence.Dated { return &r.Dated },
		called:  func(r *persistence.ContributionPlan) string { return orElse(r.Code, string(r.UUID)) },
	}
	keepPaymentPlans = keeping[persistence.PaymentPlan]{
		name: "PaymentPlan", right: rightPaymentPlans, of: scheme.PaymentPlans, paths: planPaths, fields: "benefitPlanType_Model: String", before: forProducts,
		columns: planColumns(func(r *persistence.PaymentPlan) *persistence.Plan { return &r.Plan }),
		dated:   func(r *persistence.PaymentPlan) *persistence.Dated { return &r.Dated },
		called:  func(r *persistence.PaymentPlan) string { return orElse(r.Code, string(r.UUID)) },
	}
	keepBundles = keeping[persistence.ContributionPlanBundle]{
		name: "ContributionPlanBundle", right: rightBundles, of: scheme.ContributionPlanBundles, paths: planPaths,
		columns: []column[persistence.ContributionPlanBundle]{
			{name: "code", typ: "String", at: func(r *persistence.ContributionPlanBundle) any { return &r.Code }},
			{name: "name", typ: "String", at: func(r *persistence.ContributionPlanBundle) any { return &r.Name }},
			{name: "periodicity", typ: "Int", at: func(r *persistence.ContributionPlanBundle) any { return &r.Periodicity }},
		},
		dated:  func(r *persistence.ContributionPlanBundle) *persistence.Dated { return &r.Dated },
		called: func(r *persistence.ContributionPlanBundle) string { return orElse(r.Code, string(r.UUID)) },
	}
	keepPlansInBundles = keeping[persistence.ContributionPlanBundleDetails]{
		name: "ContributionPlanBundleDetails", right: rightBundles, of: scheme.PlansInBundles,
		paths: heldPaths(scheme.Paths{"ContributionPlanBundleUUID": "contributionPlanBundleId", "ContributionPlanUUID": "contributionPlanId"}),
		columns: []column[persistence.ContributionPlanBundleDetails]{
			{name: "contributionPlanBundleId", typ: "UUID", at: func(r *persistence.ContributionPlanBundleDetails) any { return &r.BundleID }},
			{name: "contributionPlanId", typ: "UUID", at: func(r *persistence.ContributionPlanBundleDetails) any { return &r.ContributionPlanID }},
		},
		dated:  func(r *persistence.ContributionPlanBundleDetails) *persistence.Dated { return &r.Dated },
		called: func(r *persistence.ContributionPlanBundleDetails) string { return string(r.UUID) },
	}
)

var planPaths = heldPaths(scheme.Paths{"Code": "code", "Name": "name", "calculationUUID": "calculation", "Periodicity": "periodicity", "BenefitPlanID": "benefitPlanId"})

// heldPaths are the names forms have for columns of rows that hold from one moment to another.
func heldPaths(more scheme.Paths) scheme.Paths {
	more["DateValidFrom"], more["DateValidTo"] = "dateValidFrom", "dateValidTo"
	return more
}

func planColumns[R any](of func(r *R) *persistence.Plan) []column[R] {
	return []column[R]{
		{name: "code", typ: "String", at: func(r *R) any { return &of(r).Code }},
		{name: "name", typ: "String", at: func(r *R) any { return &of(r).Name }},
		{name: "calculation", typ: "UUID", at: func(r *R) any { return &of(r).Calculation }},
		{name: "periodicity", typ: "Int", at: func(r *R) any { return &of(r).Periodicity }},
		{name: "benefitPlanId", typ: "String", at: func(r *R) any { return &of(r).BenefitPlanID }},
	}
}

// forProducts refuses plans of social protection, whose programmes are not kept here.
func forProducts(c *Change) error {
	if kind := c.Text("benefitPlanType_Model"); kind != "" && kind != "product" {
		return core.ErrorAt(core.Unprocessable, "benefitPlanType_Model", "plans are for products, and not for a %s", kind)
	}
	return nil
}

func planInputs() string {
	return keepContributionPlans.inputs() + keepPaymentPlans.inputs() + keepBundles.inputs() + keepPlansInBundles.inputs()
}

func planMutations() []Mutation {
	list := append(keepContributionPlans.mutations(), keepPaymentPlans.mutations()...)
	return append(append(list, keepBundles.mutations()...), keepPlansInBundles.mutations()...)
}
