package mapping

// The catalogues of invoices, bills and payments for them as openIMIS names their fields;
// FHIR has InvoiceCatalogue, BillCatalogue and PaymentNoticeCatalogue.
var (
	Invoices        = billedFields("tblInvoice", Attribute{Name: "dateInvoice", Column: "DateInvoice"})
	Bills           = billedFields("tblBill", Attribute{Name: "dateBill", Column: "DateBill"})
	InvoicePayments = &Catalogue{
		Table: "tblPaymentInvoice", UUID: "UUID", Changed: "DateUpdated",
		Attributes: []Attribute{
			{Name: "reconciliationStatus", Column: "ReconciliationStatus"}, {Name: "codeExt", Column: "CodeExt"}, {Name: "codeReceipt", Column: "CodeReceipt"},
			{Name: "label", Column: "Label"}, {Name: "fees", Column: "Fees"}, {Name: "amountReceived", Column: "AmountReceived"},
			{Name: "datePayment", Column: "DatePayment"}, {Name: "paymentOrigin", Column: "PaymentOrigin"}, {Name: "payerRef", Column: "PayerRef"},
		},
	}
	contentTypes = &Catalogue{Table: "django_content_type", Attributes: []Attribute{{Name: "model", Column: "model"}}}
)

func billedFields(table string, date Attribute) *Catalogue {
	return &Catalogue{
		Table: table, UUID: "UUID", Changed: "DateUpdated",
		Links: []Link{
			{Name: "subjectType", Column: "SubjectType", Table: "django_content_type", Pick: "id"},
			{Name: "thirdpartyType", Column: "ThirdpartyType", Table: "django_content_type", Pick: "id"},
		},
		Attributes: []Attribute{
			date, {Name: "code", Column: "Code"}, {Name: "status", Column: "Status"}, {Name: "amountTotal", Column: "AmountTotal"}, {Name: "amountNet", Column: "AmountNet"},
			{Name: "dateDue", Column: "DateDue"}, {Name: "datePayed", Column: "DatePayed"},
		},
	}
}
