package scheme

import (
	"strings"

	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// PaymentEntries are the use cases on payments that somebody enters by hand, in the
// caller's scope; Payments has those of the gateway. Each runs inside the transaction of the
// session it is given, writes rows with their history and publishes one event.
type PaymentEntries struct{}

// PaymentDraft is a payment as it is to be. Paths gives the names errors use for columns of
// tblPayment, and for "premium".
type PaymentDraft struct {
	Payment persistence.Payment
	Premium persistence.UUID // the contribution it is for; "" leaves that as it is
	Paths   Paths
}

// Create stores a new payment. Errors: core.Unprocessable with all faults.
func (e PaymentEntries) Create(x *persistence.Session, d *PaymentDraft) error {
	d.Payment.PaymentID = 0
	premium, err := e.check(x, d)
	if err != nil {
		return err
	}
	if err := persistence.Insert(x, &d.Payment); err != nil {
		return err
	}
	if err := e.name(x, d, premium); err != nil {
		return err
	}
	return publishRows(x, "payment.entered", "Payment", d.Payment.PaymentUUID)
}

// Update changes a payment, which must carry the ValidityFrom it was read with. Errors:
// those of Create; core.Conflict when it was changed since, and for another contribution
// when it is for several.
func (e PaymentEntries) Update(x *persistence.Session, d *PaymentDraft) error {
	premium, err := e.check(x, d)
	if err != nil {
		return err
	}
	if err := persistence.Update(x, &d.Payment); err != nil {
		return err
	}
	if err := e.name(x, d, premium); err != nil {
		return err
	}
	return publishRows(x, "payment.changed", "Payment", d.Payment.PaymentUUID)
}

// Delete closes a payment, as it was read, with what it is for; contributions it brought
// stay. Errors: core.Gone; core.Conflict when it was changed since.
func (PaymentEntries) Delete(x *persistence.Session, row *persistence.Payment) error {
	details, err := paymentDetails(x, row.PaymentID)
	if err != nil {
		return err
	}
	if err := persistence.DeleteMany(x, pointers(details)); err != nil {
		return err
	}
	if err := persistence.Delete(x, row); err != nil {
		return err
	}
	return publishRows(x, "payment.deleted", "Payment", row.PaymentUUID)
}

// check refuses what cannot be a payment and gives the contribution it names, nil for none.
func (PaymentEntries) check(x *persistence.Session, d *PaymentDraft) (*persistence.Premium, error) {
	p, c := &d.Payment, &draftCheck{x: x, paths: d.Paths}
	fits(c, p, "PaymentStatus", "AuditedUSerID")
	if status := number(p.PaymentStatus); paymentStatusNames[status] == "" {
		c.fault("PaymentStatus", "%d is no state of a payment", status)
	}
	if code := strings.TrimSpace(text(p.OfficerCode)); code != "" && c.err == nil {
		found, err := seen[persistence.Officer](x, "Code", code)
		if !c.failed(err) && !found {
			c.fault("OfficerCode", "there is no enrolment officer %q", code)
		}
	}
	var premium *persistence.Premium
	if d.Premium != "" && c.err == nil {
		var err error
		premium, err = persistence.One[persistence.Premium](x, d.Premium)
		if code := core.CodeOf(err); code == core.NotFound || code == core.Gone {
			c.fault("premium", "there is no such contribution")
		} else {
			c.failed(err)
		}
	}
	return premium, c.done()
}

// seen tells whether a live row in the caller's scope has the text in the column.
func seen[R any](x *persistence.Session, name, value string) (bool, error) {
	found, err := persistence.Select[R](x, persistence.Query{Where: []clause.Expression{persistence.Text(column("", name), persistence.Same, value)}, Limit: 1, Few: true})
	return err == nil && len(found.Rows) > 0, err
}

// name writes which contribution a payment is for.
func (e PaymentEntries) name(x *persistence.Session, d *PaymentDraft, premium *persistence.Premium) error {
	if premium == nil {
		return nil
	}
	details, err := paymentDetails(x, d.Payment.PaymentID)
	if err != nil {
		return err
	}
	for i := range details {
		if number(details[i].PremiumID) == premium.PremiumID {
			return nil
		}
	}
	if len(details) > 1 {
		return core.ErrorAt(core.Conflict, d.Paths.of("premium"), "the payment is for %d policies already", len(details))
	}
	detail := persistence.PaymentDetail{PaymentID: d.Payment.PaymentID}
	if len(details) == 1 {
		detail = details[0]
	}
	if err := e.fill(x, &detail, premium); err != nil {
		return err
	}
	if detail.PaymentDetailsID == 0 {
		return persistence.Insert(x, &detail)
	}
	return persistence.Update(x, &detail)
}

// fill says what a payment pays for: a contribution, with the policy and the family it is of.
func (PaymentEntries) fill(x *persistence.Session, detail *persistence.PaymentDetail, premium *persistence.Premium) error {
	p, err := persistence.OneByKey[persistence.Policy](x, premium.PolicyID, "Family.Head", "Product")
	if err != nil {
		return err
	}
	detail.PremiumID, detail.Amount, detail.PolicyStage, detail.EnrollmentDate = &premium.PremiumID, &premium.Amount, p.PolicyStage, &p.EnrollDate
	if p.Product != nil {
		detail.ProductCode = &p.Product.ProductCode
	}
	if p.Family != nil && p.Family.Head != nil {
		detail.InsuranceNumber = p.Family.Head.CHFID
	}
	if detail.ExpectedAmount == nil {
		detail.ExpectedAmount = &premium.Amount
	}
	return nil
}

// paymentDetails gives what a payment is for.
func paymentDetails(x *persistence.Session, payment int64) ([]persistence.PaymentDetail, error) {
	l := &loader{db: x.DB()}
	var details []persistence.PaymentDetail
	find(l, &details, persistence.Compare(column("tblPaymentDetails", "PaymentID"), "=", payment), persistence.IsNull(column("tblPaymentDetails", "ValidityTo")))
	return details, l.err
}
