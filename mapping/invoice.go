package mapping

import (
	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"
	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/persistence"
)

const (
	invoiceProfile = "openimis-invoice-invoice"
	billProfile    = "openimis-invoice-bill"
)

var (
	systemInvoiceStatus = "http://hl7.org/fhir/invoice-status"
	systemInvoiceType   = codeSystem("invoice-type")
	systemBillType      = codeSystem("bill-type")
	systemInvoiceCharge = codeSystem("invoice-charge-item")
	systemBillCharge    = codeSystem("bill-charge-item")
	extUnitPrice        = structure("unit-price")
)

// What an invoice or bill is for, by the kind of its subject.
var (
	invoiceTypes = map[string]string{persistence.KindFamily: "contribution", "contract": "contract"}
	billTypes    = map[string]string{persistence.KindBatchRun: "claim-batch", "commission": "commission", "fees": "fees", persistence.KindPolicy: "policy"}

	invoiceCharges = map[string]string{persistence.KindPolicy: "policy", "contractcontributionplandetails": "contribution"}
	billCharges    = map[string]string{"claim": "claim", "capitationpayment": "claim", "commission": "commission", persistence.KindPolicy: "policy"}
)

// profiledTypes and profiledCharges are the codes the guide has; bills for policies are
// none of them.
var (
	profiledTypes   = []string{"contribution", "contract", "funding", "claim-batch", "commission", "fees"}
	profiledCharges = map[string][]string{systemInvoiceCharge: {"contribution", "policy"}, systemBillCharge: {"claim", "commission", "fees"}}
)

// invoiceStatuses are the codes for the states of invoices and bills: draft, validated,
// paid, cancelled, deleted, suspended, unpaid, reconciled.
var invoiceStatuses = []r4.InvoiceStatus{
	r4.InvoiceStatusDraft, r4.InvoiceStatusIssued, r4.InvoiceStatusBalanced, r4.InvoiceStatusCancelled,
	r4.InvoiceStatusEnteredInError, r4.InvoiceStatusIssued, r4.InvoiceStatusIssued, r4.InvoiceStatusBalanced,
}

func invoiceStatus(state int) r4.InvoiceStatus {
	if state < 0 || state >= len(invoiceStatuses) {
		return r4.InvoiceStatusIssued
	}
	return invoiceStatuses[state]
}

// Billed is what invoices and bills have in common.
type Billed struct {
	Third, Subject PartyKey

	id       persistence.UUID
	code     string
	date     *persistence.Date
	state    int
	net      decimal.Decimal
	gross    decimal.Decimal
	currency string
	note     *string
	lines    []billedLine

	types, charges           map[string]string // by the kind of subject and line
	systemType, systemCharge string
	profile                  string
}

type billedLine struct {
	kind, code                      string
	quantity                        int
	price, discount, deduction, tax decimal.Decimal
	net                             decimal.Decimal
}

// InvoiceRow reads an invoice with its lines and the kinds of rows they belong to.
func InvoiceRow(row *persistence.Invoice) Billed {
	b := Billed{
		Third: keyOf(row.ThirdpartyKind, row.ThirdpartyID), Subject: keyOf(row.SubjectKind, row.SubjectID),
		id: row.UUID, code: row.Code, date: row.DateInvoice, state: row.Status, net: row.AmountNet, gross: row.AmountTotal, currency: row.CurrencyCode, note: row.Note,
		types: invoiceTypes, charges: invoiceCharges, systemType: systemInvoiceType, systemCharge: systemInvoiceCharge, profile: invoiceProfile,
	}
	for i := range row.Lines {
		l := &row.Lines[i]
		b.lines = append(b.lines, billedLine{
			kind: keyOf(l.LineKind, nil).Kind, code: l.Code, quantity: l.Quantity, price: l.UnitPrice,
			discount: l.Discount, deduction: l.Deduction, tax: l.AmountTotal.Sub(l.AmountNet), net: l.AmountNet,
		})
	}
	return b
}

// BillRow reads a bill with its lines and the kinds of rows they belong to.
func BillRow(row *persistence.Bill) Billed {
	b := Billed{
		Third: keyOf(row.ThirdpartyKind, row.ThirdpartyID), Subject: keyOf(row.SubjectKind, row.SubjectID),
		id: row.UUID, code: row.Code, date: row.DateBill, state: row.Status, net: row.AmountNet, gross: row.AmountTotal, currency: row.CurrencyCode, note: row.Note,
		types: billTypes, charges: billCharges, systemType: systemBillType, systemCharge: systemBillCharge, profile: billProfile,
	}
	for i := range row.Lines {
		l := &row.Lines[i]
		b.lines = append(b.lines, billedLine{
			kind: keyOf(l.LineKind, nil).Kind, code: l.Code, quantity: l.Quantity, price: l.UnitPrice,
			discount: l.Discount, deduction: l.Deduction, tax: l.AmountTotal.Sub(l.AmountNet), net: l.AmountNet,
		})
	}
	return b
}

// InvoiceOf renders an invoice or a bill.
func InvoiceOf(v *View, b *Billed, parties Parties) *r4.Invoice {
	out := &r4.Invoice{
		Id: pointer(string(b.id)), Identifier: identifiers(b.id, b.code), Status: invoiceStatus(b.state),
		Recipient: parties.reference(v, b.Third.Head(), "Patient", "Organization"),
		TotalNet:  v.amount(b.currency, b.net), TotalGross: v.amount(b.currency, b.gross),
	}
	if out.Recipient == nil { // the guide forbids it beside a recipient
		out.Subject = parties.reference(v, b.Subject, "Group", "Patient")
	}
	if code := b.types[b.Subject.Kind]; code != "" {
		out.Type = pointer(concept(b.systemType, code, ""))
	} else if b.Subject.Kind != "" {
		out.Type = &r4.CodeableConcept{Text: &b.Subject.Kind}
	}
	if b.date != nil {
		out.Date = pointer(b.date.String())
	}
	if v.Insurer.ID != "" {
		out.Issuer = pointer(v.insurer())
	}
	for i := range b.lines {
		out.LineItem = append(out.LineItem, v.invoiceLine(b, &b.lines[i]))
	}
	if note := filled(plain(b.note)); note != nil {
		out.Note = []r4.Annotation{{Text: *note}}
	}
	out.Meta = profile(!v.Compatible && invoiceConforms(out), b.profile)
	return out
}

// amount makes money in the currency of the row. Where that is no code, the strict base
// shows none.
func (v *View) amount(currency string, d decimal.Decimal) *r4.Money {
	money := &r4.Money{Value: number(d), Currency: filled(currency)}
	if money.Currency == nil {
		money.Currency = filled(v.Currency)
	} else if !v.Compatible && !isCurrency(*money.Currency) {
		money.Currency = nil
	}
	return money
}

// isCurrency tells whether the text has the form of a code of ISO 4217.
func isCurrency(text string) bool {
	for _, letter := range text {
		if letter < 'A' || letter > 'Z' {
			return false
		}
	}
	return len(text) == 3
}

func (v *View) invoiceLine(b *Billed, l *billedLine) r4.InvoiceLineItem {
	out := r4.InvoiceLineItem{ChargeItemCodeableConcept: concept(b.systemCharge, b.charges[l.kind], "")}
	if b.charges[l.kind] == "" {
		word := l.kind
		if word == "" {
			word = "not recorded"
		}
		out.ChargeItemCodeableConcept = r4.CodeableConcept{Text: &word}
	}
	quantity := decimal.NewFromInt(int64(l.quantity))
	price := l.price.Mul(quantity)
	add := func(kind r4.InvoicePriceComponentType, factor, amount decimal.Decimal) {
		out.PriceComponent = append(out.PriceComponent, r4.InvoiceLineItemPriceComponent{
			Extension: []r4.Extension{{Url: extUnitPrice, ValueMoney: v.amount(b.currency, l.price)}},
			Type:      kind, Code: v.lineCode(l.code),
			Factor: jsonNumber(factor.String()), Amount: v.amount(b.currency, amount),
		})
	}
	add(r4.InvoicePriceComponentTypeBase, quantity, price)
	if !l.discount.IsZero() {
		add(r4.InvoicePriceComponentTypeDiscount, l.discount, price.Mul(l.discount).Neg())
	}
	if !l.deduction.IsZero() {
		add(r4.InvoicePriceComponentTypeDeduction, decimal.NewFromInt(1), l.deduction.Neg())
	}
	if !l.tax.IsZero() && !l.net.IsZero() {
		// The rate itself is a calculation of the Django application's; it shows in the sums.
		add(r4.InvoicePriceComponentTypeTax, l.tax.DivRound(l.net, 6), l.tax)
	}
	return out
}

// lineCode says what a line is for. The older server took the kind of code for its system.
func (v *View) lineCode(code string) *r4.CodeableConcept {
	if v.Compatible {
		return pointer(concept(kindCode, kindCode, code))
	}
	return &r4.CodeableConcept{Coding: []r4.Coding{coding(systemIdentifiers, kindCode, "")}, Text: filled(code)}
}

// invoiceConforms checks the profiles openimis-invoice-invoice and openimis-invoice-bill.
func invoiceConforms(out *r4.Invoice) bool {
	if len(out.Identifier) != 2 || !identified(out.Identifier, true) || out.Subject != nil || !points(out.Recipient) || out.Date == nil || len(out.LineItem) == 0 || len(out.Note) > 1 {
		return false
	}
	switch out.Status {
	case r4.InvoiceStatusIssued, r4.InvoiceStatusBalanced, r4.InvoiceStatusCancelled:
	default:
		return false
	}
	if out.Type == nil || len(out.Type.Coding) != 1 || !oneOf(profiledTypes, plain(out.Type.Coding[0].Code)) {
		return false
	}
	for i := range out.LineItem {
		charge := out.LineItem[i].ChargeItemCodeableConcept.Coding
		if len(charge) != 1 || !oneOf(profiledCharges[plain(charge[0].System)], plain(charge[0].Code)) {
			return false
		}
	}
	return true
}
