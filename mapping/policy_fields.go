package mapping

// The catalogues of policies, contributions and electronic payments as openIMIS names their
// fields; FHIR has ContractCatalogue, CoverageCatalogue and PaymentReconciliationCatalogue.
var (
	Policies = &Catalogue{
		Table: "tblPolicy", UUID: "PolicyUUID",
		Links: []Link{
			{Name: "family", Column: "FamilyID", Table: "tblFamilies", Pick: "FamilyID", Relation: "Family"},
			{Name: "product", Column: "ProdID", Table: "tblProduct", Pick: "ProdID", Relation: "Product"},
			{Name: "officer", Column: "OfficerID", Table: "tblOfficer", Pick: "OfficerID", Relation: "Officer"},
		},
		Attributes: []Attribute{
			{Name: "enrollDate", Column: "EnrollDate"}, {Name: "startDate", Column: "StartDate"}, {Name: "effectiveDate", Column: "EffectiveDate"},
			{Name: "expiryDate", Column: "ExpiryDate"}, {Name: "stage", Column: "PolicyStage"}, {Name: "status", Column: "PolicyStatus"}, {Name: "value", Column: "PolicyValue"},
		},
	}
	Premiums = &Catalogue{
		Table: "tblPremium", UUID: "PremiumUUID",
		Links: []Link{
			{Name: "policy", Column: "PolicyID", Table: "tblPolicy", Pick: "PolicyID"},
			{Name: "payer", Column: "PayerID", Table: "tblPayer", Pick: "PayerID", Relation: "Payer"},
		},
		Attributes: []Attribute{
			{Name: "payDate", Column: "PayDate"}, {Name: "amount", Column: "Amount"}, {Name: "payType", Column: "PayType"},
			{Name: "receipt", Column: "Receipt"}, {Name: "isPhotoFee", Column: "isPhotoFee"},
		},
	}
	Payments = &Catalogue{
		Table: "tblPayment", UUID: "PaymentUUID",
		Links: []Link{{Name: "details", Column: "PaymentID", Table: "tblPaymentDetails", Pick: "PaymentID"}},
		Attributes: []Attribute{
			{Name: "status", Column: "PaymentStatus"}, {Name: "expectedAmount", Column: "ExpectedAmount"}, {Name: "receivedAmount", Column: "ReceivedAmount"},
			{Name: "requestDate", Column: "RequestDate"}, {Name: "receivedDate", Column: "ReceivedDate"}, {Name: "receiptNo", Column: "ReceiptNo"},
			{Name: "typeOfPayment", Column: "TypeOfPayment"}, {Name: "reconciliationDate", Column: "ReconciliationDate"},
		},
	}
	paymentDetails = &Catalogue{
		Table: "tblPaymentDetails", Links: []Link{{Name: "premium", Column: "PremiumID", Table: "tblPremium", Pick: "PremiumId"}},
	}
)
