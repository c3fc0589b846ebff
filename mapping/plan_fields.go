package mapping

// The catalogues of contribution plans, payment plans, contracts of policy holders and
// their users: tables of the Django application that are listed and have no FHIR resource.
var (
	ContributionPlans       = planFields("tblContributionPlan", Attribute{Name: "calculation", Column: "calculationUUID"}, Attribute{Name: "benefitPlanId", Column: "BenefitPlanID"})
	ContributionPlanBundles = planFields("tblContributionPlanBundle")
	PaymentPlans            = planFields("tblPaymentPlan", Attribute{Name: "calculation", Column: "calculationUUID"}, Attribute{Name: "benefitPlanId", Column: "BenefitPlanID"})
	HolderContracts         = &Catalogue{
		Table: "tblContract", UUID: "UUID", Changed: "DateUpdated",
		Links: []Link{{Name: "policyHolder", Column: "PolicyHolderUUID", Table: "tblPolicyHolder", Pick: "UUID"}},
		Attributes: append([]Attribute{
			{Name: "code", Column: "Code"}, {Name: "state", Column: "State"}, {Name: "paymentReference", Column: "PaymentReference"}, {Name: "amountDue", Column: "AmountDue"},
			{Name: "amountNotified", Column: "AmountNotified"}, {Name: "amountRectified", Column: "AmountRectified"}, {Name: "dateApproved", Column: "DateApproved"},
			{Name: "datePaymentDue", Column: "DatePaymentDue"}, {Name: "amendment", Column: "Amendment"},
		}, validDates...),
	}
	PolicyHolderUsers = &Catalogue{
		Table: "tblPolicyHolderUser", UUID: "UUID", Changed: "DateUpdated",
		Links: []Link{
			{Name: "policyHolder", Column: "PolicyHolderUUID", Table: "tblPolicyHolder", Pick: "UUID"},
			{Name: "user", Column: "UserUUID", Table: "core_User", Pick: "id"},
		},
		Attributes: validDates,
	}
)

// validDates are from when to when a row holds.
var validDates = []Attribute{{Name: "dateValidFrom", Column: "DateValidFrom"}, {Name: "dateValidTo", Column: "DateValidTo"}}

func planFields(table string, more ...Attribute) *Catalogue {
	attributes := append([]Attribute{{Name: "code", Column: "Code"}, {Name: "name", Column: "Name"}, {Name: "periodicity", Column: "Periodicity"}}, validDates...)
	return &Catalogue{Table: table, UUID: "UUID", Changed: "DateUpdated", Attributes: append(attributes, more...)}
}
