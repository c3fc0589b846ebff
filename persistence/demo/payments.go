package demo

import (
	"fmt"

	p "github.com/openimis/openimis-go/persistence"
)

// notice writes the payment that brought an invoice or bill into its state: one that
// stands, one that was taken back, or none.
func (g *world) notice(of string, id p.UUID, state int, amount cents, paid p.Date) {
	status := map[int]int{settled: 1, reconciled: 1, deferred: 3}[state] // accepted, cancelled
	if status == 0 {
		return
	}
	g.keys.notice++
	key, recorded := g.keys.notice, at(paid, 14)
	row := p.PaymentInvoice{
		Marked:      g.marked(kindNotice, key, recorded),
		CodeReceipt: ptr(fmt.Sprintf("PN%07d", key)), AmountReceived: amount.pointer(), DatePayment: &paid, PayerRef: fmt.Sprintf("BANK-%07d", key),
	}
	if state == reconciled {
		row.ReconciliationStatus = 1
	}
	g.w.put(row, p.DetailPaymentInvoice{
		Marked:    g.marked(kindNoticeDetail, key, recorded),
		PaymentID: row.UUID, SubjectTypeID: kind(of), SubjectID: ptr(string(id)), Status: status, Amount: amount.pointer(),
	})
}

// electronic writes the payment by phone that a contribution came from.
func (g *world) electronic(f *family, made *policy, premium int, amount cents, day p.Date) {
	row, detail := g.payment(f, made, amount, day)
	row.PaymentStatus, row.ReceivedAmount, row.ReceiptNo = ptr(5), amount.pointer(), ptr(fmt.Sprintf("E%07d", row.PaymentID))
	row.ReceivedDate, row.PaymentDate, row.MatchedDate = ptr(at(day, 10)), ptr(at(day, 10)), ptr(at(day, 11))
	detail.PremiumID = &premium
	g.w.put(row, detail)
}

// awaited writes a payment for what is still open of a policy: received and not matched
// yet, asked for, or refused.
func (g *world) awaited(f *family, made *policy, amount cents) {
	row, detail := g.payment(f, made, amount, g.day(2))
	switch row.PaymentID % 3 {
	case 0:
		row.PaymentStatus, row.ReceivedAmount, row.ReceiptNo = ptr(4), amount.pointer(), ptr(fmt.Sprintf("E%07d", row.PaymentID))
		row.ReceivedDate, row.PaymentDate = ptr(at(g.day(1), 10)), ptr(at(g.day(1), 10))
	case 1:
		row.PaymentStatus = ptr(2)
		g.w.put(p.ControlNumber{ControlNumberID: row.PaymentID, PaymentID: &row.PaymentID, RequestedDate: row.RequestDate, Status: ptr(0), ValidityFrom: row.RequestDate})
	default:
		row.PaymentStatus, row.RejectedReason = ptr(-3), ptr("The account is closed")
	}
	g.w.put(row, detail)
}

// payment begins an electronic payment that is asked for on the day.
func (g *world) payment(f *family, made *policy, amount cents, day p.Date) (p.Payment, p.PaymentDetail) {
	g.keys.payment++
	key, asked := int64(g.keys.payment), at(day, 9)
	officer := g.officers[f.district.officer-1].code
	row := p.Payment{
		PaymentID: key, PaymentUUID: g.draw.uuid(kindPayment, g.keys.payment), ExpectedAmount: amount.pointer(), OfficerCode: &officer, PhoneNumber: ptr(fmt.Sprintf("+999 70 %07d", f.members[0].id)),
		RequestDate: &asked, ValidityFrom: &asked, TransactionNo: ptr(fmt.Sprintf("TX%07d", key)), PaymentOrigin: ptr("demo"), TypeOfPayment: ptr("MobilePhone"), SmsRequired: ptr(p.Bit(false)),
	}
	return row, p.PaymentDetail{
		PaymentDetailsID: key, PaymentID: key, ProductCode: &productCodes[made.product.id-1], InsuranceNumber: ptr(insuranceNumber(f.members[0].id)), PolicyStage: &made.stage,
		Amount: amount.pointer(), ExpectedAmount: amount.pointer(), ValidityFrom: &asked,
	}
}
