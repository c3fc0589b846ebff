package scheme

import (
	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// States of invoices and bills (tblInvoice.Status, tblBill.Status).
const (
	invoiceDraft     = 0
	invoicePaid      = 2
	invoiceCancelled = 3
	invoiceDeleted   = 4
	invoiceSuspended = 5
	invoiceSettled   = 7 // paid and reconciled
)

// States of the part of a payment that is for one invoice or bill
// (tblDetailPaymentInvoice.Status).
const (
	PaymentRejected  = 0
	PaymentAccepted  = 1
	PaymentRefunded  = 2
	PaymentCancelled = 3
)

// reconciled is the state of a payment that was found on the account
// (tblPaymentInvoice.ReconciliationStatus).
const reconciled = 1

// InvoicePayments is the use case of paying invoices and bills, as the Django application's
// module invoice does: a payment with one detail; the invoice or bill is marked paid by an
// accepted payment and suspended when that is cancelled or was never made.
type InvoicePayments struct{}

// PaymentRecord is what is told of a payment.
type PaymentRecord struct {
	Kind       string           // persistence.KindInvoice or KindBill
	ID         persistence.UUID // of the invoice or bill
	State      int              // PaymentRejected, PaymentAccepted or PaymentCancelled
	Amount     decimal.Decimal
	Paid       *persistence.Date
	Reconciled bool
	Reference  string // of the payer

	// Keep puts what the sender said beyond that into the row, which has its detail.
	Keep func(row *persistence.PaymentInvoice) error
	// Paths gives the names errors use for columns of tblPaymentInvoice.
	Paths Paths
}

// owed is an invoice or a bill, as far as paying it goes.
type owed struct {
	invoice *persistence.Invoice
	bill    *persistence.Bill
}

// owedFor loads an invoice or bill in the caller's scope. Errors: core.Unprocessable at
// invoice.
func owedFor(x *persistence.Session, kind string, id persistence.UUID) (o *owed, err error) {
	o = &owed{}
	if kind == persistence.KindBill {
		o.bill, err = persistence.One[persistence.Bill](x, id)
	} else {
		o.invoice, err = persistence.One[persistence.Invoice](x, id)
	}
	if code := core.CodeOf(err); code == core.NotFound || code == core.Gone {
		return nil, core.ErrorAt(core.Unprocessable, "invoice", "there is no %s %s", kind, id)
	}
	return o, err
}

func (o *owed) state() int {
	if o.bill != nil {
		return o.bill.Status
	}
	return o.invoice.Status
}

func (o *owed) total() decimal.Decimal {
	if o.bill != nil {
		return o.bill.AmountTotal
	}
	return o.invoice.AmountTotal
}

// mark writes the state; paid is the day of the payment, nil for none.
func (o *owed) mark(x *persistence.Session, state int, paid *persistence.Date) error {
	if o.bill != nil {
		o.bill.Status, o.bill.DatePayed = state, paid
		return persistence.Update(x, o.bill)
	}
	o.invoice.Status, o.invoice.DatePayed = state, paid
	return persistence.Update(x, o.invoice)
}

// isPaid tells whether the state is that of something paid.
func isPaid(state int) bool { return state == invoicePaid || state == invoiceSettled }

// payable says why a payment cannot be for something in the state, "" when it can.
func payable(state int) string {
	switch {
	case isPaid(state):
		return "it is paid already"
	case state == invoiceDraft:
		return "it is a draft and not to be paid yet"
	case state == invoiceCancelled:
		return "it was cancelled"
	case state == invoiceDeleted:
		return "it was entered in error"
	}
	return ""
}

// Record stores a payment with its detail and marks what it is for. Errors:
// core.Unprocessable at invoice when there is no such thing, at amount when the amount is
// not what is open; core.Conflict at invoice when it is paid or not to be paid.
func (InvoicePayments) Record(x *persistence.Session, p PaymentRecord) (*persistence.PaymentInvoice, error) {
	o, err := owedFor(x, p.Kind, p.ID)
	if err != nil {
		return nil, err
	}
	if why := payable(o.state()); why != "" {
		return nil, core.ErrorAt(core.Conflict, "invoice", "%s", why)
	}
	kind, err := persistence.ContentTypeOf(x, "invoice", p.Kind)
	if err != nil {
		return nil, err
	}
	next, paid := invoiceSuspended, (*persistence.Date)(nil)
	if p.State == PaymentAccepted {
		if err := p.settles(x, o, kind.ID); err != nil {
			return nil, err
		}
		next, paid = invoicePaid, p.Paid
	}
	if err := o.mark(x, next, paid); err != nil {
		return nil, err
	}
	return p.store(x, kind)
}

// settles checks that the amount is what is open.
func (p *PaymentRecord) settles(x *persistence.Session, o *owed, kind int) error {
	l := &loader{db: x.DB()}
	var before []persistence.DetailPaymentInvoice
	find(l, &before, persistence.In(column("tblDetailPaymentInvoice", "SubjectId"), []persistence.UUID{p.ID}),
		persistence.Compare(column("tblDetailPaymentInvoice", "SubjectType"), "=", kind),
		persistence.Compare(column("tblDetailPaymentInvoice", "Status"), "=", PaymentAccepted),
		persistence.Compare(column("tblDetailPaymentInvoice", "isDeleted"), "=", false))
	if l.err != nil {
		return l.err
	}
	open := o.total()
	for i := range before {
		if before[i].Amount != nil {
			open = open.Sub(*before[i].Amount)
		}
	}
	if !p.Amount.Equal(open) {
		return core.ErrorAt(core.Unprocessable, "amount", "the amount is %s while %s is open", p.Amount, open.StringFixed(2))
	}
	return nil
}

// store writes the payment and its detail.
func (p *PaymentRecord) store(x *persistence.Session, kind *persistence.ContentType) (*persistence.PaymentInvoice, error) {
	now, subject := x.Now(), string(p.ID)
	row := &persistence.PaymentInvoice{Marked: persistence.Marked{UUID: persistence.NewUUID(), DateCreated: &now, DateUpdated: &now}}
	p.into(row)
	row.AmountReceived = &p.Amount
	detail := persistence.DetailPaymentInvoice{PaymentID: row.UUID, SubjectTypeID: &kind.ID, SubjectKind: kind, SubjectID: &subject, Status: p.State, Amount: &p.Amount}
	row.Details = []persistence.DetailPaymentInvoice{detail}
	if err := p.Keep(row); err != nil {
		return nil, err
	}
	if p.Paths != nil {
		c := &draftCheck{x: x, paths: p.Paths}
		if fits(c, row); len(c.faults) > 0 {
			return nil, c.done()
		}
	}
	if err := persistence.Insert(x, row); err != nil {
		return nil, err
	}
	return row, persistence.Insert(x, &row.Details[0])
}

func (p *PaymentRecord) into(row *persistence.PaymentInvoice) {
	row.DatePayment, row.PayerRef, row.ReconciliationStatus = p.Paid, p.Reference, 0
	if p.Reconciled {
		row.ReconciliationStatus = reconciled
	}
}

// Change writes what has become of a payment, which carries its details. What it is for
// and its amount stay; a cancelled payment stays cancelled, a reconciled one accepted.
// Errors: core.Conflict at invoice, amount or state.
func (InvoicePayments) Change(x *persistence.Session, row *persistence.PaymentInvoice, p PaymentRecord) error {
	if len(row.Details) != 1 {
		return core.ErrorAt(core.Conflict, "invoice", "the payment is for %d invoices and cannot be changed here", len(row.Details))
	}
	detail := &row.Details[0]
	switch {
	case detail.SubjectKind == nil || detail.SubjectID == nil || detail.SubjectKind.Model != p.Kind || persistence.UUID(*detail.SubjectID) != p.ID:
		return core.ErrorAt(core.Conflict, "invoice", "a payment cannot be turned to something else: cancel it and send another")
	case detail.Amount == nil || !detail.Amount.Equal(p.Amount):
		return core.ErrorAt(core.Conflict, "amount", "the amount of a payment stays as it is: cancel it and send another")
	case row.ReconciliationStatus == reconciled && !p.Reconciled, row.ReconciliationStatus == reconciled && p.State != PaymentAccepted:
		return core.ErrorAt(core.Conflict, "state", "the payment is reconciled and stays so")
	case detail.Status != PaymentAccepted && detail.Status != p.State:
		return core.ErrorAt(core.Conflict, "state", "a payment that was cancelled or refused stays so: send another")
	}
	if detail.Status != p.State {
		if err := suspend(x, p.Kind, p.ID); err != nil {
			return err
		}
		detail.Status = p.State
		if err := persistence.Update(x, detail); err != nil {
			return err
		}
	}
	p.into(row)
	if err := p.Keep(row); err != nil {
		return err
	}
	return persistence.Update(x, row)
}

// suspend takes the mark back that a payment set.
func suspend(x *persistence.Session, kind string, id persistence.UUID) error {
	o, err := owedFor(x, kind, id)
	if err != nil || !isPaid(o.state()) {
		return err
	}
	return o.mark(x, invoiceSuspended, nil)
}

// Held gives a payment with its details and their kinds. Errors: core.NotFound, core.Gone.
func (InvoicePayments) Held(x *persistence.Session, id persistence.UUID) (*persistence.PaymentInvoice, error) {
	row, err := persistence.One[persistence.PaymentInvoice](x, id)
	if err != nil {
		return nil, err
	}
	l := &loader{db: x.DB().Preload("SubjectKind")}
	find(l, &row.Details, persistence.Compare(column("", "PaymentUUID"), "=", id), persistence.Compare(column("", "isDeleted"), "=", false))
	return row, l.err
}

// Withdraw cancels a payment, which carries its details, and deletes it. Errors:
// core.Conflict at state when it was found on the account.
func (p InvoicePayments) Withdraw(x *persistence.Session, row *persistence.PaymentInvoice) error {
	if row.ReconciliationStatus == reconciled {
		return core.ErrorAt(core.Conflict, "state", "the payment is reconciled and stays so")
	}
	for i := range row.Details {
		detail := &row.Details[i]
		if detail.Status != PaymentAccepted {
			continue
		}
		if detail.SubjectKind != nil && detail.SubjectID != nil {
			if err := suspend(x, detail.SubjectKind.Model, persistence.UUID(*detail.SubjectID)); err != nil {
				return err
			}
		}
		detail.Status = PaymentCancelled
		if err := persistence.Update(x, detail); err != nil {
			return err
		}
	}
	return p.Remove(x, row)
}

// Remove deletes a payment that was cancelled or refused, with its details. Errors:
// core.Conflict at state while it is accepted.
func (InvoicePayments) Remove(x *persistence.Session, row *persistence.PaymentInvoice) error {
	for i := range row.Details {
		if row.Details[i].Status == PaymentAccepted {
			return core.ErrorAt(core.Conflict, "state", "the payment is accepted: cancel it first")
		}
	}
	for i := range row.Details {
		if err := persistence.Delete(x, &row.Details[i]); err != nil {
			return err
		}
	}
	return persistence.Delete(x, row)
}
