package mapping

// The catalogues of contracts of policy holders, and of who and what belongs to a policy
// holder: tables of the Django application that have no FHIR resource.
var (
	HolderContracts = &Catalogue{
		Table: "tblContract", UUID: "UUID", Changed: "DateUpdated",
		Links: []Link{linkHolder("PolicyHolderUUID")},
		Attributes: append([]Attribute{
			{Name: "code", Column: "Code"}, {Name: "state", Column: "State"}, {Name: "paymentReference", Column: "PaymentReference"}, {Name: "amountDue", Column: "AmountDue"},
			{Name: "amountNotified", Column: "AmountNotified"}, {Name: "amountRectified", Column: "AmountRectified"}, {Name: "dateApproved", Column: "DateApproved"},
			{Name: "datePaymentDue", Column: "DatePaymentDue"}, {Name: "amendment", Column: "Amendment"},
		}, validDates...),
	}
	HolderContractDetails = &Catalogue{
		Table: "tblContractDetails", UUID: "UUID", Changed: "DateUpdated",
		Links:      []Link{{Name: "contract", Column: "ContractUUID", Table: "tblContract", Pick: "UUID"}, linkInsuree("InsureeID"), linkBundle("ContributionPlanBundleUUID")},
		Attributes: changedDates,
	}
	ContractContributions = &Catalogue{
		Table: "tblContractContributionPlanDetails", UUID: "UUID", Changed: "DateUpdated",
		Links: []Link{
			{Name: "contractDetails", Column: "ContractDetailsUUID", Table: "tblContractDetails", Pick: "UUID"},
			{Name: "contributionPlan", Column: "ContributionPlanUUID", Table: "tblContributionPlan", Pick: "UUID"},
			{Name: "policy", Column: "PolicyID", Table: "tblPolicy", Pick: "PolicyID"},
		},
		Attributes: validDates,
	}
	PolicyHolderUsers = &Catalogue{
		Table: "tblPolicyHolderUser", UUID: "UUID", Changed: "DateUpdated",
		Links:      []Link{linkHolder("PolicyHolderId"), {Name: "user", Column: "UserID", Table: "core_User", Pick: "id"}},
		Attributes: validDates,
	}
	PolicyHolderInsurees = &Catalogue{
		Table: "tblPolicyHolderInsuree", UUID: "UUID", Changed: "DateUpdated",
		Links:      []Link{linkHolder("PolicyHolderId"), linkInsuree("InsureeId"), linkBundle("ContributionPlanBundleId")},
		Attributes: validDates,
	}
	PolicyHolderBundles = &Catalogue{
		Table: "tblPolicyHolderContributionPlan", UUID: "UUID", Changed: "DateUpdated",
		Links:      []Link{linkHolder("PolicyHolderId"), linkBundle("ContributionPlanBundleId")},
		Attributes: validDates,
	}
)

func linkHolder(column string) Link {
	return Link{Name: "policyHolder", Column: column, Table: "tblPolicyHolder", Pick: "UUID"}
}

// linkInsuree leads to the insured person of a row whose model joins him as Insuree.
func linkInsuree(column string) Link {
	return Link{Name: "insuree", Column: column, Table: "tblInsuree", Pick: "InsureeID", Relation: "Insuree"}
}

func linkBundle(column string) Link {
	return Link{Name: "contributionPlanBundle", Column: column, Table: "tblContributionPlanBundle", Pick: "UUID"}
}
