package mapping

// The catalogues of contribution plans, their bundles, and payment plans: tables of the
// Django application that have no FHIR resource.
var (
	ContributionPlans = planFields("tblContributionPlan", Attribute{Name: "calculation", Column: "calculationUUID"}, Attribute{Name: "benefitPlanId", Column: "BenefitPlanID"})
	PaymentPlans      = planFields("tblPaymentPlan", Attribute{Name: "calculation", Column: "calculationUUID"}, Attribute{Name: "benefitPlanId", Column: "BenefitPlanID"})

	ContributionPlanBundles       = bundleFields()
	ContributionPlanBundleDetails = &Catalogue{
		Table: "tblContributionPlanBundleDetails", UUID: "UUID", Changed: "DateUpdated",
		Links:      []Link{linkBundle("ContributionPlanBundleUUID"), {Name: "contributionPlan", Column: "ContributionPlanUUID", Table: "tblContributionPlan", Pick: "UUID"}},
		Attributes: validDates,
	}
)

// validDates are from when to when a row holds, and when it was made and changed.
var validDates = append([]Attribute{{Name: "dateValidFrom", Column: "DateValidFrom"}, {Name: "dateValidTo", Column: "DateValidTo"}}, changedDates...)

var changedDates = []Attribute{{Name: "dateCreated", Column: "DateCreated"}, {Name: "dateUpdated", Column: "DateUpdated"}}

func planFields(table string, more ...Attribute) *Catalogue {
	attributes := append([]Attribute{{Name: "code", Column: "Code"}, {Name: "name", Column: "Name"}, {Name: "periodicity", Column: "Periodicity"}}, validDates...)
	return &Catalogue{Table: table, UUID: "UUID", Changed: "DateUpdated", Attributes: append(attributes, more...)}
}

func bundleFields() *Catalogue {
	c := planFields("tblContributionPlanBundle")
	c.Links = []Link{{Name: "details", Column: "UUID", Table: "tblContributionPlanBundleDetails", Pick: "ContributionPlanBundleUUID"}}
	return c
}
