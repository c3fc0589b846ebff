package graphql

import (
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
)

// What the pages of an invoice or bill show below it: its lines, what happened to it, and
// the parts of payments.

const (
	lineArgs = `id: ID, isDeleted: Boolean, applyDefaultValidityFilter: Boolean, showHistory: Boolean, orderBy: [String], offset: Int, before: String, after: String, first: Int, last: Int,
		code_Icontains: String, description_Icontains: String, ledgerAccount_Icontains: String, quantity: Int, unitPrice: Decimal, discount: Decimal, deduction: Decimal,
		amountTotal: Decimal, amountNet: Decimal`
	eventArgs = `id: ID, isDeleted: Boolean, applyDefaultValidityFilter: Boolean, showHistory: Boolean, clientMutationId: String, orderBy: [String], offset: Int, before: String,
		after: String, first: Int, last: Int, eventType: String, message_Icontains: String`
)

func lineOptions(right int) Options {
	return Options{Rights: []int{right}, Order: "code", Filters: map[string]Filter{
		"isDeleted": deletedOnes, "applyDefaultValidityFilter": nil, "ledgerAccount_Icontains": noneOf,
	}}
}

func eventOptions(of *mapping.Catalogue, right int) Options {
	return Options{Rights: []int{right}, Order: "-dateCreated", Filters: map[string]Filter{
		"isDeleted": deletedOnes, "applyDefaultValidityFilter": nil, "eventType": inState(of, "eventType"),
	}}
}

var invoiceLine = Object{
	Name: "InvoiceLineItemGQLType",
	Key:  func(row any) any { return row.(*persistence.InvoiceLineItem).UUID },
	Load: byKey[persistence.InvoiceLineItem](mapping.InvoiceLines),
	Fields: markedFields(func(r *persistence.InvoiceLineItem) *persistence.Marked { return &r.Marked },
		Is("lineType: Int", func(r *persistence.InvoiceLineItem) any { return r.LineTypeID }),
		kindOf("lineTypeName: String", func(r *persistence.InvoiceLineItem) *int { return r.LineTypeID }),
		Is("lineId: String", func(r *persistence.InvoiceLineItem) any { return r.LineID }),
		Is("code: String!", func(r *persistence.InvoiceLineItem) any { return r.Code }),
		Is("description: String", func(r *persistence.InvoiceLineItem) any { return r.Description }),
		Is("quantity: Int!", func(r *persistence.InvoiceLineItem) any { return r.Quantity }),
		Is("unitPrice: Decimal!", func(r *persistence.InvoiceLineItem) any { return r.UnitPrice }),
		Is("discount: Decimal!", func(r *persistence.InvoiceLineItem) any { return r.Discount }),
		Is("deduction: Decimal!", func(r *persistence.InvoiceLineItem) any { return r.Deduction }),
		Is("amountTotal: Decimal", func(r *persistence.InvoiceLineItem) any { return r.AmountTotal }),
		Is("amountNet: Decimal!", func(r *persistence.InvoiceLineItem) any { return r.AmountNet }),
		Nothing("ledgerAccount: String"), Nothing("taxAnalysis: JSONString"), // no column holds them
	),
}

var billLine = Object{
	Name: "BillItemGQLType",
	Key:  func(row any) any { return row.(*persistence.BillItem).UUID },
	Load: byKey[persistence.BillItem](mapping.BillLines),
	Fields: markedFields(func(r *persistence.BillItem) *persistence.Marked { return &r.Marked },
		Is("lineType: Int", func(r *persistence.BillItem) any { return r.LineTypeID }),
		kindOf("lineTypeName: String", func(r *persistence.BillItem) *int { return r.LineTypeID }),
		Is("lineId: String", func(r *persistence.BillItem) any { return r.LineID }),
		Is("code: String!", func(r *persistence.BillItem) any { return r.Code }),
		Is("description: String", func(r *persistence.BillItem) any { return r.Description }),
		Is("quantity: Int!", func(r *persistence.BillItem) any { return r.Quantity }),
		Is("unitPrice: Decimal!", func(r *persistence.BillItem) any { return r.UnitPrice }),
		Is("discount: Decimal!", func(r *persistence.BillItem) any { return r.Discount }),
		Is("deduction: Decimal!", func(r *persistence.BillItem) any { return r.Deduction }),
		Is("amountTotal: Decimal", func(r *persistence.BillItem) any { return r.AmountTotal }),
		Is("amountNet: Decimal!", func(r *persistence.BillItem) any { return r.AmountNet }),
		Nothing("ledgerAccount: String"), Nothing("taxAnalysis: JSONString"), // no column holds them
	),
}

var invoiceEvent = Object{
	Name: "InvoiceEventGQLType",
	Key:  func(row any) any { return row.(*persistence.InvoiceEvent).UUID },
	Load: byKey[persistence.InvoiceEvent](mapping.InvoiceEvents),
	Fields: markedFields(func(r *persistence.InvoiceEvent) *persistence.Marked { return &r.Marked },
		One[persistence.InvoiceEvent, persistence.Invoice]("invoice: InvoiceGQLType!", "UUID", func(r *persistence.InvoiceEvent) any { return r.InvoiceID }),
		Is("eventType: InvoiceEventEventType", func(r *persistence.InvoiceEvent) any { return stateWord(r.EventType, 4) }),
		Is("message: String", func(r *persistence.InvoiceEvent) any { return r.Message }),
	),
}

var billEvent = Object{
	Name: "BillEventGQLType",
	Key:  func(row any) any { return row.(*persistence.BillEvent).UUID },
	Load: byKey[persistence.BillEvent](mapping.BillEvents),
	Fields: markedFields(func(r *persistence.BillEvent) *persistence.Marked { return &r.Marked },
		One[persistence.BillEvent, persistence.Bill]("bill: BillGQLType!", "UUID", func(r *persistence.BillEvent) any { return r.BillID }),
		Is("eventType: BillEventEventType", func(r *persistence.BillEvent) any { return stateWord(r.EventType, 4) }),
		Is("message: String", func(r *persistence.BillEvent) any { return r.Message }),
	),
}

// invoicePaymentDetail is the part of a payment that is for one invoice or bill.
var invoicePaymentDetail = Object{
	Name: "DetailPaymentInvoiceGQLType",
	Key:  func(row any) any { return row.(*persistence.DetailPaymentInvoice).UUID },
	Load: byKey[persistence.DetailPaymentInvoice](mapping.PaymentDetails),
	Fields: markedFields(func(r *persistence.DetailPaymentInvoice) *persistence.Marked { return &r.Marked },
		One[persistence.DetailPaymentInvoice, persistence.PaymentInvoice]("payment: PaymentInvoiceGQLType!", "UUID", func(r *persistence.DetailPaymentInvoice) any { return r.PaymentID }),
		Is("subjectType: Int", func(r *persistence.DetailPaymentInvoice) any { return r.SubjectTypeID }),
		kindOf("subjectTypeName: String", func(r *persistence.DetailPaymentInvoice) *int { return r.SubjectTypeID }),
		Is("subjectId: String", func(r *persistence.DetailPaymentInvoice) any { return r.SubjectID }),
		Is("status: DetailPaymentInvoiceStatus", func(r *persistence.DetailPaymentInvoice) any { return stateWord(r.Status, 3) }),
		Is("fees: Decimal", func(r *persistence.DetailPaymentInvoice) any { return r.Fees }),
		Is("amount: Decimal", func(r *persistence.DetailPaymentInvoice) any { return r.Amount }),
		Is("reconciliationId: String", func(r *persistence.DetailPaymentInvoice) any { return r.ReconcilationID }),
		Is("reconciliationDate: Date", func(r *persistence.DetailPaymentInvoice) any { return r.ReconcilationDate }),
	),
}
