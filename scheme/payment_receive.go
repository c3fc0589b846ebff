package scheme

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// The faults of payments that arrive. IntentGood is none of them.
const (
	ReceiptNumberWrong PaymentFault = 3 // not the control number of the payment
	ReceiptAmountWrong PaymentFault = 4 // not what was expected
	ReceiptRepeated    PaymentFault = 5 // it was received before
)

// MoneyReceived is what somebody who handles money says about a payment that arrived.
type MoneyReceived struct {
	PaymentID     *int64 // nil when nobody announced the payment
	ControlNumber string
	Amount        decimal.Decimal
	Fee           *decimal.Decimal
	Transaction   string
	Receipt       string
	Origin        string // who says so
	Kind          string // MobilePhone, BankTransfer or Cash
	PayerPhone    string
	Paid          *persistence.DateTime // nil for now
	Officer       string                // for a payment nobody announced: as in PaymentIntent
	Phone         string
	Details       []PaymentIntentDetail
}

// CheckReceived gives what is wrong with money that arrived for an announced payment (rule
// 12.3): control is the number the payment can be made under, "" for none.
func CheckReceived(p *persistence.Payment, control string, m *MoneyReceived) (PaymentFault, string) {
	status := number(p.PaymentStatus)
	switch {
	case status == PaymentReceived || status == PaymentMatched:
		return ReceiptRepeated, fmt.Sprintf("the payment was received already, on %s", momentText(p.ReceivedDate))
	case status != PaymentNumbered || control == "" || control != text(&m.ControlNumber):
		return ReceiptNumberWrong, fmt.Sprintf("%q is not the control number of the payment", m.ControlNumber)
	case !m.Amount.Equal(amount(p.ExpectedAmount)):
		return ReceiptAmountWrong, fmt.Sprintf("%s was paid where %s is expected", m.Amount.StringFixed(2), amount(p.ExpectedAmount).StringFixed(2))
	}
	return IntentGood, ""
}

// momentText gives the day of a moment, "an unknown day" for none.
func momentText(at *persistence.DateTime) string {
	if at == nil {
		return "an unknown day"
	}
	return at.Date().String()
}

// Receive stores that money arrived (rule 12.3): for an announced payment, which is then
// received, or for one nobody announced, with what it is for. Money that does not fit the
// announced payment is kept as a refused payment of its own, and fault says why. Errors:
// core.NotFound; core.Unprocessable for values no row can hold.
func (c Payments) Receive(x *persistence.Session, m *MoneyReceived) (*persistence.Payment, PaymentFault, error) {
	if err := checkReceived(m); err != nil {
		return nil, 0, err
	}
	if m.PaymentID == nil {
		return c.receiveUnannounced(x, m)
	}
	p, err := paymentWith(x, *m.PaymentID)
	if err != nil {
		return nil, 0, err
	}
	numbers, err := controlNumbers(x, p.PaymentID)
	if err != nil {
		return nil, 0, err
	}
	control := ""
	for i := range numbers {
		if control == "" {
			control = text(numbers[i].ControlNumber)
		}
	}
	if fault, why := CheckReceived(p, control, m); fault != IntentGood {
		refused := &persistence.Payment{
			OfficerCode: p.OfficerCode, PhoneNumber: p.PhoneNumber, ExpectedAmount: p.ExpectedAmount, RequestDate: p.RequestDate,
			PaymentStatus: ptr(PaymentRefused), RejectedReason: refusal(int(fault), why),
		}
		m.fill(refused, x.Now())
		if err := persistence.Insert(x, refused); err != nil {
			return nil, 0, err
		}
		return refused, fault, announcePayment(x, refused)
	}
	if err := movePayment(p, PaymentReceived); err != nil {
		return nil, 0, err
	}
	m.fill(p, x.Now())
	return p, IntentGood, updatePayment(x, p)
}

// receiveUnannounced stores a payment nobody announced.
func (c Payments) receiveUnannounced(x *persistence.Session, m *MoneyReceived) (*persistence.Payment, PaymentFault, error) {
	intent := &PaymentIntent{Officer: m.Officer, Phone: m.Phone, Amount: &m.Amount, Details: m.Details}
	if err := checkIntent(intent); err != nil {
		return nil, 0, err
	}
	p := intentRow(intent, x.Now())
	p.PaymentStatus = ptr(PaymentReceived)
	m.fill(p, x.Now())
	if err := insertPayment(x, p, intentRows(intent)); err != nil {
		return nil, 0, err
	}
	return p, IntentGood, announcePayment(x, p)
}

// fill writes what is known about money that arrived into a payment.
func (m *MoneyReceived) fill(p *persistence.Payment, now persistence.DateTime) {
	p.ReceivedAmount, p.TransferFee, p.ReceivedDate, p.PaymentDate = &m.Amount, m.Fee, &now, m.Paid
	if m.Paid == nil {
		p.PaymentDate = &now
	}
	p.TransactionNo, p.ReceiptNo, p.PaymentOrigin, p.PayerPhoneNumber = optional(m.Transaction), optional(m.Receipt), optional(m.Origin), optional(m.PayerPhone)
	if kind := optional(m.Kind); kind != nil {
		p.TypeOfPayment = kind
	}
}

// checkReceived refuses values no row can hold.
func checkReceived(m *MoneyReceived) error {
	var faults []*core.Error
	fault := func(path, format string, args ...any) {
		faults = append(faults, core.ErrorAt(core.Unprocessable, path, format, args...))
	}
	if !m.Amount.IsPositive() {
		fault("amount", "the amount %s is not above 0", m.Amount)
	}
	checkSize(fault, "amount", m.Amount)
	if m.Fee != nil {
		if m.Fee.IsNegative() {
			fault("fee", "the fee %s is below 0", m.Fee)
		}
		checkSize(fault, "fee", *m.Fee)
	}
	return core.Join(faults...)
}
