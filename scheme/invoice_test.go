package scheme

import (
	"errors"
	"fmt"
	"testing"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

// due is an invoice of 500 and a bill of 40, and a way to pay them.
type due struct {
	store *persistence.Store
	kind  map[string]*persistence.ContentType
	ids   map[string]persistence.UUID
}

// invoiced makes both in a state.
func invoiced(t *testing.T, s *persistence.Store, status int) *due {
	t.Helper()
	d := &due{store: s, kind: map[string]*persistence.ContentType{}, ids: map[string]persistence.UUID{}}
	invoice := persistence.Invoice{Code: "I", Status: status, AmountTotal: money("500")}
	bill := persistence.Bill{Code: "B", Status: status, AmountTotal: money("40")}
	d.in(t, func(x *persistence.Session) error {
		put(t, x, &invoice)
		put(t, x, &bill)
		for _, name := range []string{persistence.KindInvoice, persistence.KindBill} {
			kind, err := persistence.ContentTypeOf(x, "invoice", name)
			if err != nil {
				return err
			}
			d.kind[name] = kind
		}
		return nil
	})
	d.ids[persistence.KindInvoice], d.ids[persistence.KindBill] = invoice.UUID, bill.UUID
	return d
}

func (d *due) in(t *testing.T, use func(x *persistence.Session) error) {
	t.Helper()
	if err := d.store.Tx(persistencetest.System(t), use); err != nil {
		t.Fatal(err)
	}
}

// payment is a payment of the kind made on 1 March.
func (d *due) payment(kind string, state int, sum string) PaymentRecord {
	on := day("2024-03-01")
	return PaymentRecord{Kind: kind, ID: d.ids[kind], State: state, Amount: money(sum), Paid: &on, Reference: "R",
		Keep: func(row *persistence.PaymentInvoice) error { row.Label = ptr("kept"); return nil }}
}

// left gives state and day of what is owed.
func (d *due) left(t *testing.T, kind string) string {
	t.Helper()
	x := d.store.Read(persistencetest.System(t))
	o, err := owedFor(x, kind, d.ids[kind])
	if err != nil {
		t.Fatal(err)
	}
	paid := (*persistence.Date)(nil)
	if o.bill != nil {
		paid = o.bill.DatePayed
	} else {
		paid = o.invoice.DatePayed
	}
	return fmt.Sprint(o.state(), " ", goldenDate(paid))
}

// A payment marks what it is for: paid by one that was accepted, suspended by any other.
func TestPaymentMarksWhatIsOwed(t *testing.T) {
	const paid, suspended = "2 2024-03-01", "5 NULL"
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		for _, c := range []struct {
			name   string
			status int
			kind   string
			state  int
			sum    string
			want   string
			code   core.Code
		}{
			{"validated", 1, persistence.KindInvoice, PaymentAccepted, "500.00", paid, ""},
			{"unpaid", 6, persistence.KindInvoice, PaymentAccepted, "500", paid, ""},
			{"suspended", invoiceSuspended, persistence.KindInvoice, PaymentAccepted, "500", paid, ""},
			{"a bill", 1, persistence.KindBill, PaymentAccepted, "40", paid, ""},
			{"refused", 1, persistence.KindInvoice, PaymentRejected, "1", suspended, ""},
			{"a bill, cancelled", 1, persistence.KindBill, PaymentCancelled, "1", suspended, ""},
			{"a cent too little", 1, persistence.KindInvoice, PaymentAccepted, "499.99", "1 NULL", core.Unprocessable},
			{"a cent too much", 1, persistence.KindBill, PaymentAccepted, "40.01", "1 NULL", core.Unprocessable},
			{"a draft", invoiceDraft, persistence.KindInvoice, PaymentAccepted, "500", "0 NULL", core.Conflict},
			{"paid", invoicePaid, persistence.KindInvoice, PaymentAccepted, "500", "2 NULL", core.Conflict},
			{"cancelled", invoiceCancelled, persistence.KindBill, PaymentAccepted, "40", "3 NULL", core.Conflict},
			{"entered in error", invoiceDeleted, persistence.KindInvoice, PaymentAccepted, "500", "4 NULL", core.Conflict},
			{"reconciled", invoiceSettled, persistence.KindInvoice, PaymentAccepted, "500", "7 NULL", core.Conflict},
		} {
			d := invoiced(t, s, c.status)
			var row *persistence.PaymentInvoice
			err := s.Tx(persistencetest.System(t), func(x *persistence.Session) (err error) {
				row, err = InvoicePayments{}.Record(x, d.payment(c.kind, c.state, c.sum))
				return err
			})
			if got := d.left(t, c.kind); got != c.want {
				t.Errorf("%s: %s, %v", c.name, got, err)
			}
			if c.code != "" {
				wantCode(t, c.name, err, c.code)
			} else if err != nil {
				t.Errorf("%s: %v", c.name, err)
			} else {
				d.stored(t, c.name, row, c.kind, c.state, c.sum)
			}
		}
		d := invoiced(t, s, 1)
		d.ids[persistence.KindInvoice] = persistence.NewUUID()
		err := s.Tx(persistencetest.System(t), func(x *persistence.Session) error {
			_, err := InvoicePayments{}.Record(x, d.payment(persistence.KindInvoice, PaymentAccepted, "500"))
			return err
		})
		wantCode(t, "an unknown invoice", err, core.Unprocessable, "there is no invoice")
	})
}

// stored checks the rows of a payment.
func (d *due) stored(t *testing.T, name string, row *persistence.PaymentInvoice, kind string, state int, sum string) {
	t.Helper()
	db := d.store.Read(persistencetest.System(t)).DB()
	var payments []persistence.PaymentInvoice
	if err := db.Preload("Details").Where(persistence.In(column("tblPaymentInvoice", "UUID"), []persistence.UUID{row.UUID})).Find(&payments).Error; err != nil {
		t.Fatal(err)
	}
	if len(payments) != 1 || len(payments[0].Details) != 1 || text(payments[0].Label) != "kept" {
		t.Fatalf("%s: stored %+v", name, payments)
	}
	detail := payments[0].Details[0]
	if got := fmt.Sprint(amount(payments[0].AmountReceived), " ", amount(detail.Amount), " ", detail.Status, " ", number(detail.SubjectTypeID), " ", text(detail.SubjectID)); got != fmt.Sprint(money(sum), " ", money(sum), " ", state, " ", d.kind[kind].ID, " ", d.ids[kind]) {
		t.Errorf("%s: stored %s", name, got)
	}
}

// Of 500 were paid 120 before: 380 are open. What was refused, deleted, paid for something
// else, or has no amount, does not count.
func TestPaymentOfWhatIsOpen(t *testing.T) {
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		d := invoiced(t, s, 1)
		d.in(t, func(x *persistence.Session) error {
			payment := persistence.PaymentInvoice{PayerRef: "R"}
			put(t, x, &payment)
			id, other := string(d.ids[persistence.KindInvoice]), string(persistence.NewUUID())
			for _, part := range []persistence.DetailPaymentInvoice{
				{SubjectID: &id, Status: PaymentAccepted, Amount: ptr(money("100"))},
				{SubjectID: &id, Status: PaymentAccepted, Amount: ptr(money("20"))},
				{SubjectID: &id, Status: PaymentAccepted},
				{SubjectID: &id, Status: PaymentCancelled, Amount: ptr(money("1"))},
				{Marked: persistence.Marked{IsDeleted: true}, SubjectID: &id, Status: PaymentAccepted, Amount: ptr(money("2"))},
				{SubjectID: &id, Status: PaymentAccepted, Amount: ptr(money("4")), SubjectTypeID: &d.kind[persistence.KindBill].ID},
				{SubjectID: &other, Status: PaymentAccepted, Amount: ptr(money("8"))},
			} {
				part.PaymentID = payment.UUID
				if part.SubjectTypeID == nil {
					part.SubjectTypeID = &d.kind[persistence.KindInvoice].ID
				}
				deleted := part.IsDeleted
				if put(t, x, &part); deleted {
					if err := persistence.Delete(x, &part); err != nil {
						return err
					}
				}
			}
			return nil
		})
		for sum, code := range map[string]core.Code{"500": core.Unprocessable, "379.99": core.Unprocessable, "380": ""} {
			err := s.Tx(persistencetest.System(t), func(x *persistence.Session) error {
				if _, err := (InvoicePayments{}).Record(x, d.payment(persistence.KindInvoice, PaymentAccepted, sum)); err != nil {
					return err
				}
				return errUndo
			})
			if code == "" && !errors.Is(err, errUndo) || code != "" && core.CodeOf(err) != code {
				t.Errorf("%s of 380: %v", sum, err)
			}
		}
	})
}

// What may become of a payment of 500 that was accepted, unless the case says otherwise.
func TestPaymentChanges(t *testing.T) {
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		for _, c := range []struct {
			name   string
			first  func(p *PaymentRecord)
			change func(p *PaymentRecord, row *persistence.PaymentInvoice)
			want   string // of the invoice
			says   string // the conflict, "" for none
		}{
			{"cancelled", nil, func(p *PaymentRecord, _ *persistence.PaymentInvoice) { p.State = PaymentCancelled }, "5 NULL", ""},
			{"refused", nil, func(p *PaymentRecord, _ *persistence.PaymentInvoice) { p.State = PaymentRejected }, "5 NULL", ""},
			{"reconciled", nil, func(p *PaymentRecord, _ *persistence.PaymentInvoice) { p.Reconciled = true }, "2 2024-03-01", ""},
			{"reconciled and still so", func(p *PaymentRecord) { p.Reconciled = true }, nil, "2 2024-03-01", ""},
			{"cancelled and still so", func(p *PaymentRecord) { p.State = PaymentCancelled }, nil, "5 NULL", ""},
			{"for something else", nil, func(p *PaymentRecord, _ *persistence.PaymentInvoice) { p.ID = persistence.NewUUID() }, "2 2024-03-01", "turned to something else"},
			{"for a bill", nil, func(p *PaymentRecord, _ *persistence.PaymentInvoice) { p.Kind = persistence.KindBill }, "2 2024-03-01", "turned to something else"},
			{"of no kind", nil, func(_ *PaymentRecord, row *persistence.PaymentInvoice) { row.Details[0].SubjectKind = nil }, "2 2024-03-01", "turned to something else"},
			{"for nothing", nil, func(_ *PaymentRecord, row *persistence.PaymentInvoice) { row.Details[0].SubjectID = nil }, "2 2024-03-01", "turned to something else"},
			{"another amount", nil, func(p *PaymentRecord, _ *persistence.PaymentInvoice) { p.Amount = money("499") }, "2 2024-03-01", "stays as it is"},
			{"of no amount", nil, func(_ *PaymentRecord, row *persistence.PaymentInvoice) { row.Details[0].Amount = nil }, "2 2024-03-01", "stays as it is"},
			{"not reconciled any more", func(p *PaymentRecord) { p.Reconciled = true }, func(p *PaymentRecord, _ *persistence.PaymentInvoice) { p.Reconciled = false }, "2 2024-03-01", "reconciled and stays so"},
			{"reconciled and cancelled", func(p *PaymentRecord) { p.Reconciled = true }, func(p *PaymentRecord, _ *persistence.PaymentInvoice) { p.State = PaymentCancelled }, "2 2024-03-01", "reconciled and stays so"},
			{"accepted again", func(p *PaymentRecord) { p.State = PaymentCancelled }, func(p *PaymentRecord, _ *persistence.PaymentInvoice) { p.State = PaymentAccepted }, "5 NULL", "send another"},
			{"for two", nil, func(_ *PaymentRecord, row *persistence.PaymentInvoice) {
				row.Details = append(row.Details, row.Details[0])
			}, "2 2024-03-01", "for 2 invoices"},
		} {
			d := invoiced(t, s, 1)
			p := d.payment(persistence.KindInvoice, PaymentAccepted, "500")
			if c.first != nil {
				c.first(&p)
			}
			err := s.Tx(persistencetest.System(t), func(x *persistence.Session) error {
				row, err := InvoicePayments{}.Record(x, p)
				if err != nil {
					t.Fatal(err)
				}
				if p.Reference = "changed"; c.change != nil {
					c.change(&p, row)
				}
				if err := (InvoicePayments{}).Change(x, row, p); c.says != "" {
					wantCode(t, c.name, err, core.Conflict, c.says)
					return nil
				} else if err != nil {
					return err
				}
				stored, err := persistence.One[persistence.PaymentInvoice](x, row.UUID)
				if err != nil || stored.PayerRef != "changed" || (stored.ReconciliationStatus == reconciled) != p.Reconciled {
					t.Errorf("%s: stored %+v, %v", c.name, stored, err)
				}
				var detail persistence.DetailPaymentInvoice
				if err := x.DB().Where(persistence.In(column("tblDetailPaymentInvoice", "PaymentUUID"), []persistence.UUID{row.UUID})).Take(&detail).Error; err != nil || detail.Status != p.State {
					t.Errorf("%s: detail %+v, %v", c.name, detail, err)
				}
				return nil
			})
			if err != nil || d.left(t, persistence.KindInvoice) != c.want {
				t.Errorf("%s: %s, %v", c.name, d.left(t, persistence.KindInvoice), err)
			}
		}
	})
}

// An invoice that was cancelled after it was paid stays so when its payment is cancelled.
func TestPaymentOfWhatWasCancelledSince(t *testing.T) {
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		d := invoiced(t, s, 1)
		p := d.payment(persistence.KindInvoice, PaymentAccepted, "500")
		d.in(t, func(x *persistence.Session) error {
			row, err := InvoicePayments{}.Record(x, p)
			if err != nil {
				return err
			}
			if err := x.DB().Model(&persistence.Invoice{}).Where("1 = 1").Update("Status", invoiceCancelled).Error; err != nil {
				return err
			}
			p.State = PaymentCancelled
			return InvoicePayments{}.Change(x, row, p)
		})
		if got := d.left(t, persistence.KindInvoice); got != "3 2024-03-01" {
			t.Errorf("the invoice is %s", got)
		}
	})
}

// An accepted payment is not deleted. A cancelled one is, with its detail, and what it was
// for can be paid again before and after; a later payment keeps its mark.
func TestPaymentRemoved(t *testing.T) {
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		d := invoiced(t, s, 1)
		p := d.payment(persistence.KindInvoice, PaymentAccepted, "500")
		d.in(t, func(x *persistence.Session) error {
			row, err := InvoicePayments{}.Record(x, p)
			if err != nil {
				return err
			}
			wantCode(t, "an accepted payment", InvoicePayments{}.Remove(x, row), core.Conflict, "cancel it first")
			p.State = PaymentCancelled
			if err := (InvoicePayments{}).Change(x, row, p); err != nil {
				return err
			}
			if err := (InvoicePayments{}).Remove(x, row); err != nil {
				return err
			}
			p.State = PaymentAccepted
			_, err = InvoicePayments{}.Record(x, p)
			return err
		})
		db := s.Read(persistencetest.System(t)).DB()
		var payments, details int64
		if err := db.Model(&persistence.PaymentInvoice{}).Where(persistence.Compare(column("tblPaymentInvoice", "isDeleted"), "=", true)).Count(&payments).Error; err != nil {
			t.Fatal(err)
		}
		if err := db.Model(&persistence.DetailPaymentInvoice{}).Where(persistence.Compare(column("tblDetailPaymentInvoice", "isDeleted"), "=", true)).Count(&details).Error; err != nil {
			t.Fatal(err)
		}
		if payments != 1 || details != 1 || d.left(t, persistence.KindInvoice) != "2 2024-03-01" {
			t.Errorf("%d payments and %d details are deleted, the invoice is %s", payments, details, d.left(t, persistence.KindInvoice))
		}
	})
}
