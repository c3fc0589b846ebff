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
	InvoiceLines   = billedLineFields("tblInvoiceLineItem", Link{Name: "invoice", Column: "InvoiceId", Table: "tblInvoice", Pick: "UUID"})
	BillLines      = billedLineFields("tblBillLineItem", Link{Name: "bill", Column: "BillId", Table: "tblBill", Pick: "UUID"})
	InvoiceEvents  = billedEventFields("tblInvoiceEvent", Link{Name: "invoice", Column: "InvoiceId", Table: "tblInvoice", Pick: "UUID"})
	BillEvents     = billedEventFields("tblBillEvent", Link{Name: "bill", Column: "BillId", Table: "tblBill", Pick: "UUID"})
	PaymentDetails = &Catalogue{
		Table: "tblDetailPaymentInvoice", UUID: "UUID", Changed: "DateUpdated",
		Links: []Link{
			{Name: "payment", Column: "PaymentUUID", Table: "tblPaymentInvoice", Pick: "UUID"},
			{Name: "subjectType", Column: "SubjectType", Table: "django_content_type", Pick: "id"},
		},
		Attributes: []Attribute{
			{Name: "subjectId", Column: "SubjectId"}, {Name: "status", Column: "Status"}, {Name: "fees", Column: "Fees"}, {Name: "amount", Column: "Amount"},
			{Name: "reconciliationId", Column: "ReconcilationId"}, {Name: "reconciliationDate", Column: "ReconcilationDate"},
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

func billedLineFields(table string, root Link) *Catalogue {
	return &Catalogue{
		Table: table, UUID: "UUID", Changed: "DateUpdated", Links: []Link{root},
		Attributes: []Attribute{
			{Name: "code", Column: "Code"}, {Name: "description", Column: "Description"}, {Name: "quantity", Column: "Quantity"}, {Name: "unitPrice", Column: "UnitPrice"},
			{Name: "discount", Column: "Discount"}, {Name: "deduction", Column: "Deduction"}, {Name: "amountTotal", Column: "AmountTotal"}, {Name: "amountNet", Column: "AmountNet"},
		},
	}
}

func billedEventFields(table string, root Link) *Catalogue {
	return &Catalogue{
		Table: table, UUID: "UUID", Changed: "DateUpdated", Links: []Link{root},
		Attributes: []Attribute{{Name: "eventType", Column: "Status"}, {Name: "message", Column: "Message"}, {Name: "dateCreated", Column: "DateCreated"}},
	}
}
