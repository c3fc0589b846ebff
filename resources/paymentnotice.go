package resources

import (
	"context"
	"errors"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"
	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme"
)

// paymentNotices serves payments for invoices and bills.
type paymentNotices struct {
	*table[persistence.PaymentInvoice]
	cases scheme.InvoicePayments
}

var _ interface {
	rest.Creator
	rest.Updater
	rest.Deleter
} = paymentNotices{}

const aboutPaymentNotices = "Payments for invoices and bills (tblPaymentInvoice and its detail). An active one pays all that is open and marks the invoice or bill paid; " +
	"one that is cancelled or entered in error suspends it. The invoice and the amount of a payment do not change; one that is still active cannot be deleted. The tables keep no earlier versions."

// PaymentNotice serves payments for invoices and bills: read, the latest version, search,
// create, update and delete. https://hl7.org/fhir/R4/paymentnotice.html
func PaymentNotice(e *Environment) rest.Type {
	n := paymentNotices{table: newTable(e, mapping.PaymentNoticeCatalogue, aboutPaymentNotices, renderNotices)}
	n.lines = func(row *persistence.PaymentInvoice) []any { return []any{row.Details} }
	return n
}

// renderNotices renders payments: one statement each for details, invoices and bills.
func renderNotices(_ context.Context, x *persistence.Session, v *mapping.View, rows []persistence.PaymentInvoice) ([]*fhir.Resource, error) {
	if err := withDetails(x, rows); err != nil {
		return nil, err
	}
	ids := map[string][]persistence.UUID{}
	for i := range rows {
		for j := range rows[i].Details {
			key := mapping.SubjectOf(&rows[i].Details[j])
			ids[key.Kind] = append(ids[key.Kind], persistence.UUID(key.Key))
		}
	}
	paid := map[mapping.PartyKey]mapping.PaidInvoice{}
	err := paidFor(x, ids[persistence.KindInvoice], func(i *persistence.Invoice) {
		paid[mapping.PartyKey{Kind: persistence.KindInvoice, Key: string(i.UUID)}] = mapping.PaidInvoice{Code: i.Code, Currency: i.CurrencyCode}
	})
	if err != nil {
		return nil, err
	}
	err = paidFor(x, ids[persistence.KindBill], func(b *persistence.Bill) {
		paid[mapping.PartyKey{Kind: persistence.KindBill, Key: string(b.UUID)}] = mapping.PaidInvoice{Code: b.Code, Currency: b.CurrencyCode}
	})
	if err != nil {
		return nil, err
	}
	out := make([]*fhir.Resource, len(rows))
	for i := range rows {
		out[i] = &fhir.Resource{Typed: mapping.PaymentNoticeOf(v, &rows[i], paid)}
	}
	return out, nil
}

// withDetails loads the details of payments that came without: a deleted one shows none.
func withDetails(x *persistence.Session, rows []persistence.PaymentInvoice) error {
	at, ids := map[persistence.UUID]int{}, []persistence.UUID{}
	for i := range rows {
		if len(rows[i].Details) == 0 {
			at[rows[i].UUID] = i
			ids = append(ids, rows[i].UUID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	details, err := undeleted[persistence.DetailPaymentInvoice](x, "PaymentUUID", ids, "SubjectKind")
	for _, detail := range details {
		row := &rows[at[detail.PaymentID]]
		row.Details = append(row.Details, detail)
	}
	return err
}

// paidFor loads invoices or bills by their UUIDs, live or not.
func paidFor[R any](x *persistence.Session, ids []persistence.UUID, put func(*R)) error {
	if len(ids) == 0 {
		return nil
	}
	rows, err := persistence.Beside[R](x, persistence.Query{Where: []clause.Expression{persistence.In(persistence.Column("", "UUID"), ids)}, Past: true})
	for i := range rows {
		put(&rows[i])
	}
	return err
}

// Create records a payment. Errors: core.Unprocessable naming the elements,
// core.Conflict when the invoice is paid already or not to be paid.
func (n paymentNotices) Create(ctx context.Context, in *fhir.Resource) (*fhir.Entry, error) {
	return n.write(ctx, func(x *persistence.Session) (*persistence.PaymentInvoice, error) {
		record, err := n.record(ctx, x, in)
		if err != nil {
			return nil, err
		}
		row, err := n.cases.Record(x, *record)
		return row, atElement(err)
	})
}

// Update writes what has become of a payment. Errors: core.Conflict for what does not
// change.
func (n paymentNotices) Update(ctx context.Context, id string, in *fhir.Resource, match rest.Match) (*fhir.Entry, error) {
	return n.write(ctx, func(x *persistence.Session) (*persistence.PaymentInvoice, error) {
		row, err := n.held(x, id, match)
		if err != nil {
			return nil, err
		}
		record, err := n.record(ctx, x, in)
		if err != nil {
			return nil, err
		}
		return row, atElement(n.cases.Change(x, row, *record))
	})
}

// Delete removes a payment that was cancelled or refused.
func (n paymentNotices) Delete(ctx context.Context, id string, match rest.Match) error {
	return n.env.Store.Tx(ctx, func(x *persistence.Session) error {
		row, err := n.held(x, id, match)
		if core.CodeOf(err) == core.Gone {
			return nil
		}
		if err != nil {
			return err
		}
		if err := n.cases.Remove(x, row); err != nil {
			return atElement(err)
		}
		return n.announce(x, "deleted", row)
	})
}

// held gives the payment with its details, in the version the sender knows.
func (n paymentNotices) held(x *persistence.Session, id string, match rest.Match) (*persistence.PaymentInvoice, error) {
	row, err := n.one(x, id)
	if err != nil {
		return nil, err
	}
	rows := []persistence.PaymentInvoice{*row}
	if err := withDetails(x, rows); err != nil {
		return nil, err
	}
	return &rows[0], n.matches(&rows[0], match)
}

// record reads a notice and finds the invoice or bill it names.
func (n paymentNotices) record(ctx context.Context, x *persistence.Session, in *fhir.Resource) (*scheme.PaymentRecord, error) {
	typed, ok := in.Typed.(*r4.PaymentNotice)
	if !ok {
		return nil, core.Errorf(core.Invalid, "a PaymentNotice is needed")
	}
	notice, err := mapping.PaymentNoticeInto(typed)
	if err != nil {
		return nil, err
	}
	record := &scheme.PaymentRecord{State: notice.State, Amount: notice.Amount, Paid: notice.Paid, Reconciled: notice.Cleared, Reference: notice.PayerRef}
	record.Keep = func(row *persistence.PaymentInvoice) error {
		notice.Into(row)
		if in.Tree != nil {
			mapping.RespellRequest(in.Tree)
		}
		return n.keep(ctx, x, row, in)
	}
	currency, err := n.find(x, notice, record)
	if err != nil {
		return nil, err
	}
	return record, notice.CheckCurrency(currency)
}

// find looks among invoices, unless the sender says it is a bill, and then among bills. It
// gives the currency.
func (n paymentNotices) find(x *persistence.Session, notice *mapping.Notice, record *scheme.PaymentRecord) (string, error) {
	const path = "PaymentNotice.request"
	if !notice.Bill {
		invoice, err := mapping.Find[persistence.Invoice](x, mapping.InvoiceCatalogue, path, notice.Request)
		if err == nil {
			record.Kind, record.ID = persistence.KindInvoice, invoice.UUID
			return invoice.CurrencyCode, nil
		}
		if core.CodeOf(err) != core.Unprocessable {
			return "", err
		}
	}
	bill, err := mapping.Find[persistence.Bill](x, mapping.BillCatalogue, path, notice.Request)
	if err != nil {
		return "", err
	}
	record.Kind, record.ID = persistence.KindBill, bill.UUID
	return bill.CurrencyCode, nil
}

// atElement names the element for what the use case calls by its own words.
func atElement(err error) error {
	var known *core.Error
	if !errors.As(err, &known) {
		return err
	}
	for word, element := range map[string]string{"invoice": "request", "amount": "amount.value", "state": "status", "tblPaymentInvoice.AmountReceived": "amount.value"} {
		if known.Path == word {
			known.Path = "PaymentNotice." + element
			break
		}
	}
	return err
}
