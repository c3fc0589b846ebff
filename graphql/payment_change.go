package graphql

import (
	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme"
)

// The rights of this file, as tblRoleRight has them.
const (
	rightAddPayment    = 101402
	rightChangePayment = 101403
	rightDeletePayment = 101404
)

var paymentInputs = writing("CreatePaymentMutationInput", "id: Int uuid: String premiumUuid: String "+inputOf(paymentColumns)) +
	writing("UpdatePaymentMutationInput", "id: Int uuid: String premiumUuid: String "+inputOf(paymentColumns)) + writing("DeletePaymentsMutationInput", "uuids: [String]")

var paymentMutations = []Mutation{
	{Field: Field{SDL: "createPayment(input: CreatePaymentMutationInput!): CreatePaymentMutationPayload", Rights: []int{rightAddPayment}}, Do: createPayment},
	{Field: Field{SDL: "updatePayment(input: UpdatePaymentMutationInput!): UpdatePaymentMutationPayload", Rights: []int{rightChangePayment}}, Do: updatePayment},
	{Field: Field{SDL: "deletePayment(input: DeletePaymentsMutationInput!): DeletePaymentsMutationPayload", Rights: []int{rightDeletePayment}}, Many: deletePayments},
}

// paymentColumns are what the form of payments shows and takes.
var paymentColumns = []column[paymentRow]{
	{name: "expectedAmount", typ: "Decimal", at: func(r *paymentRow) any { return &r.ExpectedAmount }},
	{name: "receivedAmount", typ: "Decimal", at: func(r *paymentRow) any { return &r.ReceivedAmount }},
	{name: "officerCode", typ: "String", at: func(r *paymentRow) any { return &r.OfficerCode }},
	{name: "phoneNumber", typ: "String", at: func(r *paymentRow) any { return &r.PhoneNumber }},
	{name: "requestDate", typ: "Date", at: func(r *paymentRow) any { return &r.RequestDate }},
	{name: "receivedDate", typ: "Date", at: func(r *paymentRow) any { return &r.ReceivedDate }},
	{name: "status", typ: "Int", at: func(r *paymentRow) any { return &r.PaymentStatus }},
	{name: "transactionNo", typ: "String", at: func(r *paymentRow) any { return &r.TransactionNo }},
	{name: "origin", typ: "String", at: func(r *paymentRow) any { return &r.PaymentOrigin }},
	{name: "matchedDate", typ: "Date", at: func(r *paymentRow) any { return &r.MatchedDate }},
	{name: "receiptNo", typ: "String", at: func(r *paymentRow) any { return &r.ReceiptNo }},
	{name: "paymentDate", typ: "Date", at: func(r *paymentRow) any { return &r.PaymentDate }},
	{name: "rejectedReason", typ: "String", at: func(r *paymentRow) any { return &r.RejectedReason }},
	{name: "dateLastSms", typ: "Date", at: func(r *paymentRow) any { return &r.DateLastSMS }},
	{name: "languageName", typ: "String", at: func(r *paymentRow) any { return &r.LanguageName }},
	{name: "typeOfPayment", typ: "String", at: func(r *paymentRow) any { return &r.TypeOfPayment }},
	{name: "transferFee", typ: "Decimal", at: func(r *paymentRow) any { return &r.TransferFee }},
}

var paymentPaths = scheme.Paths{
	"ExpectedAmount": "expectedAmount", "ReceivedAmount": "receivedAmount", "OfficerCode": "officerCode", "PhoneNumber": "phoneNumber", "RequestDate": "requestDate",
	"ReceivedDate": "receivedDate", "PaymentStatus": "status", "TransactionNo": "transactionNo", "PaymentOrigin": "origin", "MatchedDate": "matchedDate", "ReceiptNo": "receiptNo",
	"PaymentDate": "paymentDate", "RejectedReason": "rejectedReason", "DateLastSMS": "dateLastSms", "LanguageName": "languageName", "TypeOfPayment": "typeOfPayment",
	"TransferFee": "transferFee", "premium": "premiumUuid",
}

// paymentDraft puts the form into a payment; what it does not name stays.
func paymentDraft(c *Change, row persistence.Payment) (*scheme.PaymentDraft, error) {
	draft := &scheme.PaymentDraft{Payment: row, Paths: paymentPaths}
	if err := fill(&draft.Payment, paymentColumns, c.Input); err != nil {
		return nil, err
	}
	if text := c.Text("premiumUuid"); text != "" {
		var ok bool
		if draft.Premium, ok = persistence.ParseUUID(text); !ok {
			return nil, core.ErrorAt(core.Invalid, "premiumUuid", "%q is no UUID", text)
		}
	}
	return draft, nil
}

func createPayment(c *Change) error {
	draft, err := paymentDraft(c, persistence.Payment{})
	if err != nil {
		return err
	}
	err = c.Store.Tx(c.Context, func(x *persistence.Session) error { return scheme.PaymentEntries{}.Create(x, draft) })
	c.Wrote("tblPayment", draft.Payment.PaymentUUID)
	return err
}

func updatePayment(c *Change) error {
	return Alter(c, func(x *persistence.Session, row *persistence.Payment) error {
		draft, err := paymentDraft(c, *row)
		if err != nil {
			return err
		}
		return scheme.PaymentEntries{}.Update(x, draft)
	})
}

func deletePayments(c *Change) error {
	return EachOf(c, "uuids", func(r *persistence.Payment) string { return orElse(r.ReceiptNo, string(r.PaymentUUID)) }, scheme.PaymentEntries{}.Delete)
}
