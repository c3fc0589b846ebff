package scheme

import (
	"fmt"
	"slices"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// The states of an electronic payment. The numbers are stored.
const (
	PaymentMatchingFailed  = -5 // it could not be reconciled with what the bank says
	PaymentReceivingFailed = -4 // the money did not arrive
	PaymentRefused         = -3 // the control number, or what was paid under it, was refused
	PaymentRequestFailed   = -2 // no control number could be asked for
	PaymentIntentRefused   = -1 // what somebody wants to pay for cannot be paid for
	PaymentIntended        = 0  // somebody wants to pay
	PaymentRequested       = 1  // a control number was asked for
	PaymentAcknowledged    = 2  // whoever gives the numbers knows about it
	PaymentNumbered        = 3  // it can be paid under its control number
	PaymentReceived        = 4  // it was paid
	PaymentMatched         = 5  // policies have got their contributions of it
)

// paymentStatusNames are the states of a payment in words.
var paymentStatusNames = map[int]string{
	PaymentMatchingFailed: "not reconciled", PaymentReceivingFailed: "not received", PaymentRefused: "refused",
	PaymentRequestFailed: "without number", PaymentIntentRefused: "refused intent", PaymentIntended: "intended",
	PaymentRequested: "requested", PaymentAcknowledged: "acknowledged", PaymentNumbered: "numbered",
	PaymentReceived: "received", PaymentMatched: "matched",
}

// PaymentStatusName gives the state of a payment in words, "unknown" when it is none.
func PaymentStatusName(status int) string {
	if name, ok := paymentStatusNames[status]; ok {
		return name
	}
	return "unknown"
}

// paymentMoves are the states a payment may be put into, from each state. A number that
// could not be had may be asked for again.
var paymentMoves = map[int][]int{
	PaymentIntended:      {PaymentRequested},
	PaymentRequestFailed: {PaymentRequested},
	PaymentRefused:       {PaymentRequested},
	PaymentRequested:     {PaymentAcknowledged, PaymentNumbered, PaymentRefused},
	PaymentAcknowledged:  {PaymentNumbered, PaymentRefused},
	PaymentNumbered:      {PaymentReceived},
	PaymentReceived:      {PaymentMatched},
}

// Payments are the use cases on electronic payments. Each runs inside the transaction of
// the session it is given, writes rows with their history and publishes one event. They
// are for phones and for whoever handles the money, whose districts do not count: rows
// are found whatever the caller's scope.
type Payments struct {
	Rules RuleBook
}

// movePayment puts a payment into a state. Errors: core.Conflict with both states.
func movePayment(p *persistence.Payment, to int) error {
	from := number(p.PaymentStatus)
	if !slices.Contains(paymentMoves[from], to) {
		return core.Errorf(core.Conflict, "the payment is %s (%d) and cannot become %s (%d)", PaymentStatusName(from), from, PaymentStatusName(to), to)
	}
	p.PaymentStatus = &to
	return nil
}

// paymentWith gives the live payment with the key. Errors: core.NotFound.
func paymentWith(x *persistence.Session, id int64) (*persistence.Payment, error) {
	l := &loader{db: x.DB()}
	var rows []persistence.Payment
	find(l, &rows, persistence.Compare(column("tblPayment", "PaymentID"), "=", id), persistence.IsNull(column("tblPayment", "ValidityTo")))
	if l.err != nil {
		return nil, l.err
	}
	if len(rows) == 0 {
		return nil, core.ErrorAt(core.NotFound, "payment", "there is no payment %d", id)
	}
	return &rows[0], nil
}

// updatePayment writes a payment and what else was made or changed with it, and announces
// its new state.
func updatePayment(x *persistence.Session, p *persistence.Payment) error {
	if err := persistence.Update(x, p); err != nil {
		return err
	}
	return announcePayment(x, p)
}

// announcePayment publishes the state of a payment.
func announcePayment(x *persistence.Session, p *persistence.Payment) error {
	status := number(p.PaymentStatus)
	return announce(x, "payment."+paymentEvents[status], "Payment/"+string(p.PaymentUUID), map[string]any{"payment": p.PaymentID, "uuid": p.PaymentUUID, "status": status})
}

// paymentEvents are the names of what happened to a payment by the state it is in since.
var paymentEvents = map[int]string{
	PaymentIntentRefused: "refused", PaymentRefused: "refused", PaymentIntended: "intended", PaymentRequested: "requested",
	PaymentAcknowledged: "acknowledged", PaymentNumbered: "numbered", PaymentReceived: "received", PaymentMatched: "matched",
}

// refusal gives why a payment was refused as its row keeps it, code first.
func refusal(code int, why string) *string {
	text := []rune(fmt.Sprintf("%d: %s", code, why))
	return ptr(string(text[:min(len(text), 255)]))
}
