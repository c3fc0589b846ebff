package scheme

import (
	"strings"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// Invoices are the use cases on invoices and bills themselves, which the Django application
// makes: they are taken back, and people leave messages on them.
type Invoices struct{}

// Delete takes back an invoice or a bill that was not paid. Its lines and events stay with
// it. Errors: core.Conflict once it is paid, and when it was changed since.
func (Invoices) Delete(x *persistence.Session, kind string, id persistence.UUID) error {
	o, err := owedFor(x, kind, id)
	if err != nil {
		return err
	}
	if isPaid(o.state()) {
		return core.ErrorAt(core.Conflict, "invoice", "it is paid already")
	}
	if o.bill != nil {
		if err := persistence.Delete(x, o.bill); err != nil {
			return err
		}
		return publishRows(x, "bill.deleted", "Bill", id)
	}
	if err := persistence.Delete(x, o.invoice); err != nil {
		return err
	}
	return publishRows(x, "invoice.deleted", "Invoice", id)
}

// eventMessage is the kind of event that people write (tblInvoiceEvent.Status).
const eventMessage = 0

// Tell leaves a message on an invoice or a bill. paths gives the names errors use for
// columns. Errors: core.Unprocessable for a message that is empty or too long, and for an
// event of a kind that nobody writes by hand.
func (Invoices) Tell(x *persistence.Session, kind string, id persistence.UUID, event int, said string, paths Paths) (persistence.UUID, error) {
	c := &draftCheck{x: x, paths: paths}
	if event != eventMessage {
		c.fault("Status", "people leave messages only, which are of the kind %d", eventMessage)
	}
	c.needed("Message", said, "the message")
	o, err := owedFor(x, kind, id)
	if err != nil {
		return "", err
	}
	now, text := x.Now(), strings.TrimSpace(said)
	if o.bill != nil {
		row := &persistence.BillEvent{Marked: persistence.Marked{UUID: persistence.NewUUID(), DateUpdated: &now}, BillID: id, Message: &text}
		return row.UUID, enter(c, row)
	}
	row := &persistence.InvoiceEvent{Marked: persistence.Marked{UUID: persistence.NewUUID(), DateUpdated: &now}, InvoiceID: id, Message: &text}
	return row.UUID, enter(c, row)
}

// enter checks a row as a whole and inserts it.
func enter[R any](c *draftCheck, row *R) error {
	fits(c, row)
	if err := c.done(); err != nil {
		return err
	}
	return persistence.Insert(c.x, row)
}
