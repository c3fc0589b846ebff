package graphql

import (
	"strconv"
	"strings"

	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
)

// The rights of this file, as tblRoleRight has them.
const (
	rightInvoices        = 155101
	rightInvoicePayments = 155201
	rightInvoiceEvents   = 155301
	rightBills           = 156101
	rightBillEvents      = 156301
)

const billedArgs = `id: ID, isDeleted: Boolean, applyDefaultValidityFilter: Boolean, showHistory: Boolean, clientMutationId: String, orderBy: [String], offset: Int, before: String,
	after: String, first: Int, last: Int, subjectType: String, thirdpartyType: String, code_Icontains: String, status: String, amountTotal: Decimal`

// Invoice is what module invoice brings: invoices, bills, their lines and events, and
// payments for them. The Django application makes invoices and bills.
var Invoice = Part{
	SDL: `enum InvoiceStatus { A_0 A_1 A_2 A_3 A_4 A_5 A_6 A_7 } enum BillStatus { A_0 A_1 A_2 A_3 A_4 A_5 A_6 A_7 }
		enum PaymentInvoiceReconciliationStatus { A_0 A_1 A_2 A_3 } enum DetailPaymentInvoiceStatus { A_0 A_1 A_2 A_3 }
		enum InvoiceEventEventType { A_0 A_1 A_2 A_3 A_4 } enum BillEventEventType { A_0 A_1 A_2 A_3 A_4 } ` + invoiceInputs,
	Mutations: invoiceMutations,
	Types:     []Object{invoice, bill, invoiceLine, billLine, invoiceEvent, billEvent, invoicePayment, invoicePaymentDetail},
	Queries: []Field{
		List[persistence.Invoice]("invoice("+billedArgs+", dateInvoice: Date): InvoiceGQLTypeConnection", mapping.Invoices, billedOptions(mapping.Invoices, rightInvoices)),
		bills.field(), bills.exported(map[string]exportColumn{"userCreated.username": billedBy}),
		List[persistence.InvoiceLineItem]("invoiceLineItem(invoice_Id: ID, "+lineArgs+"): InvoiceLineItemGQLTypeConnection", mapping.InvoiceLines, lineOptions(rightInvoices)),
		List[persistence.BillItem]("billItem(bill_Id: ID, "+lineArgs+"): BillItemGQLTypeConnection", mapping.BillLines, lineOptions(rightBills)),
		List[persistence.InvoiceEvent]("invoiceEvent(invoice_Id: ID, "+eventArgs+"): InvoiceEventGQLTypeConnection", mapping.InvoiceEvents, eventOptions(mapping.InvoiceEvents, rightInvoiceEvents)),
		List[persistence.BillEvent]("billEvent(bill_Id: ID, "+eventArgs+"): BillEventGQLTypeConnection", mapping.BillEvents, eventOptions(mapping.BillEvents, rightBillEvents)),
		List[persistence.PaymentInvoice](`paymentInvoice(id: ID, subjectIds: [String], isDeleted: Boolean, applyDefaultValidityFilter: Boolean, showHistory: Boolean,
			clientMutationId: String, orderBy: [String], offset: Int, before: String, after: String, first: Int, last: Int, reconciliationStatus: String, codeExt_Icontains: String,
			label_Istartswith: String, codeTp_Icontains: String, codeReceipt_Icontains: String, fees: Decimal, amountReceived: Decimal, datePayment: Date,
			paymentOrigin_Icontains: String, payerRef_Icontains: String): PaymentInvoiceGQLTypeConnection`,
			mapping.InvoicePayments, Options{Rights: []int{rightInvoicePayments}, Order: "codeExt", Filters: map[string]Filter{
				"isDeleted": deletedOnes, "applyDefaultValidityFilter": nil, "codeTp_Icontains": noneOf, "reconciliationStatus": inState(mapping.InvoicePayments, "reconciliationStatus"),
				"subjectIds": paysFor,
			}}),
		List[persistence.DetailPaymentInvoice](`detailPaymentInvoice(id: ID, payment_Id: ID, subjectId: String, status: String, isDeleted: Boolean, applyDefaultValidityFilter: Boolean,
			showHistory: Boolean, orderBy: [String], offset: Int, before: String, after: String, first: Int, last: Int): DetailPaymentInvoiceGQLTypeConnection`,
			mapping.PaymentDetails, Options{Rights: []int{rightInvoicePayments}, Filters: map[string]Filter{
				"isDeleted": deletedOnes, "applyDefaultValidityFilter": nil, "status": inState(mapping.PaymentDetails, "status"),
			}}),
	},
}

var bills = listOf[persistence.Bill]("bill("+billedArgs+", subjectTypeFilter: String, thirdpartyTypeFilter: String, dateBill: Date): BillGQLTypeConnection",
	mapping.Bills, billedOptions(mapping.Bills, rightBills))

// billedBy gives who made a bill, by the name he signs on with.
func billedBy(c *Call) (func(row any) any, error) {
	names, err := persistence.RecorderNames(c.Store.Read(c.Context))
	return func(row any) any {
		if by := row.(*persistence.Bill).UserCreatedUUID; by != nil {
			return names[*by]
		}
		return nil
	}, err
}

func billedOptions(of *mapping.Catalogue, right int) Options {
	subject, third := Equals(of, "subjectType.model"), Equals(of, "thirdpartyType.model")
	return Options{Rights: []int{right}, Order: "code", Filters: map[string]Filter{
		"isDeleted": deletedOnes, "applyDefaultValidityFilter": nil, "status": inState(of, "status"),
		"subjectType": subject, "thirdpartyType": third, "subjectTypeFilter": subject, "thirdpartyTypeFilter": third,
	}}
}

// paysFor narrows to payments for one of the invoices or bills.
func paysFor(_ *Call, value any, q *persistence.Query) error {
	var ids []persistence.UUID
	for _, text := range textsOf(value) {
		if id, ok := persistence.ParseUUID(KeyOf(text)); ok {
			ids = append(ids, id)
		}
	}
	q.Where = append(q.Where, mapping.AnyOf(persistence.PaidBy(persistence.KindInvoice, ids...), persistence.PaidBy(persistence.KindBill, ids...)))
	return nil
}

// deletedOnes asks for what was deleted, of which nothing is shown.
func deletedOnes(c *Call, value any, q *persistence.Query) error {
	if value == true {
		return noneOf(c, value, q)
	}
	return nil
}

// noneOf leaves no rows: no column holds what is asked for.
func noneOf(_ *Call, _ any, q *persistence.Query) error {
	q.Where = append(q.Where, persistence.Nothing())
	return nil
}

// inState narrows to rows in a state: its number, also as the word of the enum.
func inState(of *mapping.Catalogue, field string) Filter {
	equals := Equals(of, field)
	return func(c *Call, value any, q *persistence.Query) error {
		text, _ := value.(string)
		state, err := strconv.Atoi(strings.TrimPrefix(text, "A_"))
		if err != nil {
			return noneOf(c, value, q)
		}
		return equals(c, state, q)
	}
}

// stateWord gives the word of the enum for a state, nil for one that has none.
func stateWord(state, last int) any {
	if state < 0 || state > last {
		return nil
	}
	return "A_" + strconv.Itoa(state)
}

// noColumns are the fields of invoices and bills that no column holds.
var noColumns = []Field{
	Nothing("dateValidFrom: DateTime"), Nothing("dateValidTo: DateTime"), Nothing("replacementUuid: String"),
	Nothing("codeTp: String"), Nothing("codeExt: String"), Nothing("taxAnalysis: JSONString"), Nothing("currencyTpCode: String"),
}

var invoice = Object{
	Name: "InvoiceGQLType",
	Key:  func(row any) any { return row.(*persistence.Invoice).UUID },
	Load: byKey[persistence.Invoice](mapping.Invoices),
	Fields: append(markedFields(func(r *persistence.Invoice) *persistence.Marked { return &r.Marked },
		Is("thirdpartyType: Int", func(r *persistence.Invoice) any { return r.ThirdpartyTypeID }),
		kindOf("thirdpartyTypeName: String", func(r *persistence.Invoice) *int { return r.ThirdpartyTypeID }),
		Is("thirdpartyId: String", func(r *persistence.Invoice) any { return r.ThirdpartyID }),
		partyOf("thirdparty: JSONString", func(r *persistence.Invoice) (*int, *string) { return r.ThirdpartyTypeID, r.ThirdpartyID }),
		Is("subjectType: Int", func(r *persistence.Invoice) any { return r.SubjectTypeID }),
		kindOf("subjectTypeName: String", func(r *persistence.Invoice) *int { return r.SubjectTypeID }),
		Is("subjectId: String", func(r *persistence.Invoice) any { return r.SubjectID }),
		partyOf("subject: JSONString", func(r *persistence.Invoice) (*int, *string) { return r.SubjectTypeID, r.SubjectID }),
		Is("code: String!", func(r *persistence.Invoice) any { return r.Code }),
		Is("dateInvoice: Date", func(r *persistence.Invoice) any { return r.DateInvoice }),
		Is("dateDue: Date", func(r *persistence.Invoice) any { return r.DateDue }),
		Is("datePayed: Date", func(r *persistence.Invoice) any { return r.DatePayed }),
		Is("amountDiscount: Decimal", func(r *persistence.Invoice) any { return r.AmountDiscount }),
		Is("amountNet: Decimal!", func(r *persistence.Invoice) any { return r.AmountNet }),
		Is("amountTotal: Decimal!", func(r *persistence.Invoice) any { return r.AmountTotal }),
		Is("status: InvoiceStatus", func(r *persistence.Invoice) any { return stateWord(r.Status, 7) }),
		Is("currencyCode: String!", func(r *persistence.Invoice) any { return r.CurrencyCode }),
		Is("note: String", func(r *persistence.Invoice) any { return r.Note }),
		Is("terms: String", func(r *persistence.Invoice) any { return r.Terms }),
		Is("paymentReference: String", func(r *persistence.Invoice) any { return r.PaymentReference }),
	), noColumns...),
}

var bill = Object{
	Name: "BillGQLType",
	Key:  func(row any) any { return row.(*persistence.Bill).UUID },
	Load: byKey[persistence.Bill](mapping.Bills),
	Fields: append(markedFields(func(r *persistence.Bill) *persistence.Marked { return &r.Marked },
		Is("thirdpartyType: Int", func(r *persistence.Bill) any { return r.ThirdpartyTypeID }),
		kindOf("thirdpartyTypeName: String", func(r *persistence.Bill) *int { return r.ThirdpartyTypeID }),
		Is("thirdpartyId: String", func(r *persistence.Bill) any { return r.ThirdpartyID }),
		partyOf("thirdparty: JSONString", func(r *persistence.Bill) (*int, *string) { return r.ThirdpartyTypeID, r.ThirdpartyID }),
		Is("subjectType: Int", func(r *persistence.Bill) any { return r.SubjectTypeID }),
		kindOf("subjectTypeName: String", func(r *persistence.Bill) *int { return r.SubjectTypeID }),
		Is("subjectId: String", func(r *persistence.Bill) any { return r.SubjectID }),
		partyOf("subject: JSONString", func(r *persistence.Bill) (*int, *string) { return r.SubjectTypeID, r.SubjectID }),
		Is("code: String!", func(r *persistence.Bill) any { return r.Code }),
		Is("dateBill: Date", func(r *persistence.Bill) any { return r.DateBill }),
		Is("dateDue: Date", func(r *persistence.Bill) any { return r.DateDue }),
		Is("datePayed: Date", func(r *persistence.Bill) any { return r.DatePayed }),
		Is("amountDiscount: Decimal", func(r *persistence.Bill) any { return r.AmountDiscount }),
		Is("amountNet: Decimal!", func(r *persistence.Bill) any { return r.AmountNet }),
		Is("amountTotal: Decimal!", func(r *persistence.Bill) any { return r.AmountTotal }),
		Is("status: BillStatus", func(r *persistence.Bill) any { return stateWord(r.Status, 7) }),
		Is("currencyCode: String!", func(r *persistence.Bill) any { return r.CurrencyCode }),
		Is("note: String", func(r *persistence.Bill) any { return r.Note }),
		Is("terms: String", func(r *persistence.Bill) any { return r.Terms }),
		Is("paymentReference: String", func(r *persistence.Bill) any { return r.PaymentReference }),
	), noColumns...),
}

// invoicePayment is a payment for invoices or bills.
var invoicePayment = Object{
	Name: "PaymentInvoiceGQLType",
	Key:  func(row any) any { return row.(*persistence.PaymentInvoice).UUID },
	Load: byKey[persistence.PaymentInvoice](mapping.InvoicePayments),
	Fields: markedFields(func(r *persistence.PaymentInvoice) *persistence.Marked { return &r.Marked },
		Is("reconciliationStatus: PaymentInvoiceReconciliationStatus", func(r *persistence.PaymentInvoice) any { return stateWord(r.ReconciliationStatus, 3) }),
		Is("codeExt: String", func(r *persistence.PaymentInvoice) any { return r.CodeExt }),
		Nothing("codeTp: String"),
		Is("codeReceipt: String", func(r *persistence.PaymentInvoice) any { return r.CodeReceipt }),
		Is("label: String", func(r *persistence.PaymentInvoice) any { return r.Label }),
		Is("fees: Decimal", func(r *persistence.PaymentInvoice) any { return r.Fees }),
		Is("amountReceived: Decimal", func(r *persistence.PaymentInvoice) any { return r.AmountReceived }),
		Is("datePayment: Date", func(r *persistence.PaymentInvoice) any { return r.DatePayment }),
		Is("paymentOrigin: String", func(r *persistence.PaymentInvoice) any { return r.PaymentOrigin }),
		Is("payerRef: String", func(r *persistence.PaymentInvoice) any { return r.PayerRef }),
		Is("payerName: String", func(r *persistence.PaymentInvoice) any { return r.PayerName }),
	),
}
