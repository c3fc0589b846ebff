package scheme

import (
	"strings"

	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// The states of a request for a control number. The numbers are stored.
const (
	controlOpen     = 0
	controlAnswered = 1
)

// RequestControlNumber notes that a number was asked for under which the payment can be
// made (rule 12.2). origin says who asked. Errors: core.NotFound for an unknown payment
// (1 of the procedure); core.Conflict while a request is open (2), and for a payment that
// needs no number.
func (c Payments) RequestControlNumber(x *persistence.Session, payment int64, origin string) (*persistence.Payment, error) {
	p, err := paymentWith(x, payment)
	if err != nil {
		return nil, err
	}
	open, err := openRequest(x, payment)
	if err != nil {
		return nil, err
	}
	if open != nil {
		return nil, core.Errorf(core.Conflict, "a control number was asked for already, on %s", open.RequestedDate)
	}
	if err := movePayment(p, PaymentRequested); err != nil {
		return nil, err
	}
	p.RejectedReason = nil
	request := &persistence.ControlNumber{PaymentID: &payment, RequestedDate: ptr(x.Now()), RequestOrigin: optional(origin), Status: ptr(controlOpen)}
	if err := persistence.Insert(x, request); err != nil {
		return nil, err
	}
	return p, updatePayment(x, p)
}

// AcknowledgeControlNumber notes what whoever gives the numbers says about a request (rule
// 12.2): he works on it, or refuses and comments why. Errors: core.NotFound;
// core.Conflict without an open request.
func (c Payments) AcknowledgeControlNumber(x *persistence.Session, payment int64, refused bool, comment string) (*persistence.Payment, error) {
	p, request, err := requested(x, payment)
	if err != nil {
		return nil, err
	}
	to := PaymentAcknowledged
	if refused {
		to = PaymentRefused
	}
	if err := movePayment(p, to); err != nil {
		return nil, err
	}
	request.Comment = optional(comment)
	if refused {
		p.RejectedReason, request.Status = shortened(comment), ptr(controlAnswered)
	}
	if err := persistence.Update(x, request); err != nil {
		return nil, err
	}
	return p, updatePayment(x, p)
}

// ReceiveControlNumber stores the number a payment can be made under, or that none is
// given (rule 12.2; then the procedure answers 2). origin says who answered. Errors:
// core.NotFound; core.Conflict without an open request (1); core.Unprocessable for a blank
// number.
func (c Payments) ReceiveControlNumber(x *persistence.Session, payment int64, number, origin string, failed bool) (*persistence.Payment, error) {
	p, request, err := requested(x, payment)
	if err != nil {
		return nil, err
	}
	to := PaymentNumbered
	if failed {
		to = PaymentRefused
	} else if strings.TrimSpace(number) == "" {
		return nil, core.ErrorAt(core.Unprocessable, "controlNumber", "the control number is missing")
	}
	if err := movePayment(p, to); err != nil {
		return nil, err
	}
	request.ReceivedDate, request.ResponseOrigin, request.Status = ptr(x.Now()), optional(origin), ptr(controlAnswered)
	if !failed {
		request.ControlNumber, request.IssuedDate = optional(number), ptr(x.Now())
	}
	if err := persistence.Update(x, request); err != nil {
		return nil, err
	}
	return p, updatePayment(x, p)
}

// requested gives a payment with its open request. Errors: core.NotFound, core.Conflict.
func requested(x *persistence.Session, payment int64) (*persistence.Payment, *persistence.ControlNumber, error) {
	p, err := paymentWith(x, payment)
	if err != nil {
		return nil, nil, err
	}
	request, err := openRequest(x, payment)
	if err == nil && request == nil {
		err = core.Errorf(core.Conflict, "no control number was asked for, or the request was answered")
	}
	return p, request, err
}

// openRequest gives the open request of a payment, nil for none.
func openRequest(x *persistence.Session, payment int64) (*persistence.ControlNumber, error) {
	rows, err := controlNumbers(x, payment)
	for i := range rows {
		if number(rows[i].Status) == controlOpen {
			return &rows[i], err
		}
	}
	return nil, err
}

// controlNumbers gives the live requests of a payment, the newest first.
func controlNumbers(x *persistence.Session, payment int64) ([]persistence.ControlNumber, error) {
	l := &loader{db: x.DB().Order(clause.OrderByColumn{Column: column("tblControlNumber", "ControlNumberID"), Desc: true})}
	var rows []persistence.ControlNumber
	find(l, &rows, persistence.Compare(column("tblControlNumber", "PaymentID"), "=", payment), persistence.IsNull(column("tblControlNumber", "ValidityTo")))
	return rows, l.err
}

// shortened gives a comment as the reason column holds it.
func shortened(comment string) *string {
	runes := []rune(comment)
	return optional(string(runes[:min(len(runes), 255)]))
}
