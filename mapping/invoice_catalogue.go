package mapping

import "github.com/openimis/openimis-go/fhir/search"

// InvoiceJoin lists what every invoice and bill is read with.
var InvoiceJoin = []string{"SubjectKind", "ThirdpartyKind"}

// InvoiceCatalogue is the catalogue of invoices; BillCatalogue, of the same resource type,
// that of bills.
var (
	InvoiceCatalogue = billed("tblInvoice", "DateInvoice", systemInvoiceType, invoiceTypes, invoiceProfile)
	BillCatalogue    = billed("tblBill", "DateBill", systemBillType, billTypes, billProfile)
)

func billed(table, date, systemType string, types map[string]string, profile string) *Catalogue {
	kinds := Codes{}
	for kind, code := range types {
		kinds[code] = append(kinds[code], kind)
	}
	states := Codes{}
	for state, status := range invoiceStatuses {
		states[status.Code()] = append(states[status.Code()], state)
	}
	return &Catalogue{
		Resource: "Invoice", Table: table, UUID: "UUID", Changed: "DateUpdated", Profile: structure(profile), Join: InvoiceJoin,
		Attributes: []Attribute{
			{Name: "code", Column: "Code", Element: "identifier", Search: "identifier", Kind: search.Token,
				Documentation: "The number of the invoice or bill, or its UUID."},
			{Name: "uuid", Column: "UUID", Element: "identifier", Search: "identifier", Kind: search.Token},
			{Name: "status", Column: "Status", Element: "status", Search: "status", Kind: search.Token, System: systemInvoiceStatus, Codes: states,
				Documentation: "draft, issued while it is to be paid, balanced once paid, cancelled, or entered-in-error when deleted."},
			{Name: "subjectType", Table: "SubjectKind", Column: "model", Element: "type", Search: "type", Kind: search.Token, System: systemType, Codes: kinds,
				Documentation: "What it is for: contribution, contract; for bills claim-batch, commission, fees, policy."},
			{Name: "thirdparty", Column: "ThirdpartyId", Element: "recipient", Search: "recipient", Kind: search.Reference, Targets: []string{"Patient", "Organization"},
				Match:         pointsTo("recipient", table, "ThirdpartyType", "ThirdpartyId", "Patient", "Organization"),
				Documentation: "Who pays an invoice, or is paid a bill. A family is found by its head."},
			{Name: "subject", Column: "SubjectId", Element: "subject", Search: "subject", Kind: search.Reference, Targets: []string{"Patient", "Group"},
				Match:         pointsTo("subject", table, "SubjectType", "SubjectId", "Patient", "Group"),
				Documentation: "The family or person it is for; shown only where there is no recipient."},
			{Name: "date", Column: date, Element: "date", Search: "date", Kind: search.Date,
				Documentation: "The day it was made."},
			{Name: "amountNet", Column: "AmountNet", Element: "totalNet", Search: "totalnet", Kind: search.Quantity,
				Documentation: "The sum before taxes."},
			{Name: "amountTotal", Column: "AmountTotal", Element: "totalGross", Search: "totalgross", Kind: search.Quantity,
				Documentation: "The sum to be paid."},
			{Name: "currency", Column: "CurrencyCode", Element: "totalGross.currency"},
			{Name: "note", Column: "Note", Element: "note"},
			{Name: "lines", Element: "lineItem"},
		},
	}
}
