package scheme

import (
	"strconv"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// The plans by which people contribute and facilities are paid.
var (
	// ContributionPlans keeps contribution plans. One that a bundle holds is not deleted.
	ContributionPlans = Kept[persistence.ContributionPlan]{
		kind: "ContributionPlan", event: "contribution-plan",
		dated: func(row *persistence.ContributionPlan) *persistence.Dated { return &row.Dated },
		check: func(c *draftCheck, row, was *persistence.ContributionPlan) {
			var old *persistence.Plan
			if was != nil {
				old = &was.Plan
			}
			checkPlan[persistence.ContributionPlan](c, &row.Plan, old, "contribution plan")
		},
		release: func(x *persistence.Session, row *persistence.ContributionPlan) error {
			return unnamed[persistence.ContributionPlanBundleDetails](x, "ContributionPlanUUID", row.UUID, "bundles")
		},
	}

	// PaymentPlans keeps payment plans.
	PaymentPlans = Kept[persistence.PaymentPlan]{
		kind: "PaymentPlan", event: "payment-plan",
		dated: func(row *persistence.PaymentPlan) *persistence.Dated { return &row.Dated },
		check: func(c *draftCheck, row, was *persistence.PaymentPlan) {
			var old *persistence.Plan
			if was != nil {
				old = &was.Plan
			}
			checkPlan[persistence.PaymentPlan](c, &row.Plan, old, "payment plan")
		},
	}

	// ContributionPlanBundles keeps bundles of contribution plans. One that policy holders,
	// their people or contracts have is not deleted; the plans of one that is leave it.
	ContributionPlanBundles = Kept[persistence.ContributionPlanBundle]{
		kind: "ContributionPlanBundle", event: "contribution-plan-bundle",
		dated:   func(row *persistence.ContributionPlanBundle) *persistence.Dated { return &row.Dated },
		check:   checkBundle,
		release: releaseBundle,
	}

	// PlansInBundles keeps which contribution plans belong to which bundles.
	PlansInBundles = Kept[persistence.ContributionPlanBundleDetails]{
		kind: "ContributionPlanBundleDetails", event: "contribution-plan-bundle-details",
		dated: func(row *persistence.ContributionPlanBundleDetails) *persistence.Dated { return &row.Dated },
		check: checkPlanInBundle,
	}
)

// longestPeriod is how many months may pass from one contribution to the next.
const longestPeriod = 12

func checkPlan[R any](c *draftCheck, p, was *persistence.Plan, what string) {
	var code *string
	if was != nil {
		code = new(text(was.Code))
	}
	ownCode[R](c, text(p.Code), code, what)
	c.needed("Name", text(p.Name), "the name of the "+what)
	if p.Periodicity == nil {
		c.fault("Periodicity", "a %s needs a number of months from one payment to the next", what)
	}
	c.within("Periodicity", p.Periodicity, 1, longestPeriod)
	if was == nil && p.Calculation == nil {
		c.fault("calculationUUID", "a %s needs a calculation rule", what)
	}
	if was == nil || text(was.BenefitPlanID) != text(p.BenefitPlanID) {
		c.planProduct(p, what)
	}
}

// planProduct takes the product a plan is for, by its key.
func (c *draftCheck) planProduct(p *persistence.Plan, what string) {
	key, err := strconv.Atoi(text(p.BenefitPlanID))
	if err != nil {
		c.fault("BenefitPlanID", "a %s needs a product, by its key", what)
		return
	}
	_, err = persistence.OneByKey[persistence.Product](c.x, key)
	if c.knows("BenefitPlanID", err, "product"); err != nil || c.err != nil {
		return
	}
	kind, err := persistence.ContentTypeOf(c.x, "product", "product")
	if !c.failed(err) {
		p.BenefitPlanTypeID = &kind.ID
	}
}

func checkBundle(c *draftCheck, row, was *persistence.ContributionPlanBundle) {
	var code *string
	if was != nil {
		code = new(text(was.Code))
	}
	ownCode[persistence.ContributionPlanBundle](c, text(row.Code), code, "bundle of contribution plans")
	c.needed("Name", text(row.Name), "the name of the bundle")
	c.within("Periodicity", row.Periodicity, 1, longestPeriod)
}

func releaseBundle(x *persistence.Session, row *persistence.ContributionPlanBundle) error {
	if err := unnamed[persistence.PolicyHolderInsuree](x, "ContributionPlanBundleId", row.UUID, "insured persons of policy holders"); err != nil {
		return err
	}
	if err := unnamed[persistence.PolicyHolderBundle](x, "ContributionPlanBundleId", row.UUID, "policy holders"); err != nil {
		return err
	}
	if err := unnamed[persistence.HolderContractDetails](x, "ContributionPlanBundleUUID", row.UUID, "contracts"); err != nil {
		return err
	}
	parts, err := undeletedRows[persistence.ContributionPlanBundleDetails](x, persistence.Compare(column("", "ContributionPlanBundleUUID"), "=", row.UUID))
	if err != nil || len(parts) == 0 {
		return err
	}
	return persistence.DeleteMany(x, parts)
}

func checkPlanInBundle(c *draftCheck, row, was *persistence.ContributionPlanBundleDetails) {
	if was != nil && was.BundleID != row.BundleID {
		c.refuse(core.Conflict, "ContributionPlanBundleUUID", "the bundle cannot be changed")
	}
	known[persistence.ContributionPlanBundle](c, "ContributionPlanBundleUUID", row.BundleID, "bundle")
	known[persistence.ContributionPlan](c, "ContributionPlanUUID", row.ContributionPlanID, "contribution plan")
}

// unnamed refuses to delete what rows of another table name.
func unnamed[R any](x *persistence.Session, name string, id persistence.UUID, called string) error {
	named, err := undeleted[R](x, persistence.Compare(column("", name), "=", id))
	if err != nil || !named {
		return err
	}
	return core.Errorf(core.Conflict, "%s still refer to it", called)
}
