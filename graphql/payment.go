package graphql

import (
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
)

// rightPayments is the right to see electronic payments, as tblRoleRight has it.
const rightPayments = 101401

// Payment is what module payment brings: electronic payments of contributions.
var Payment = Part{
	SDL: paymentInputs, Mutations: paymentMutations,
	Types: []Object{payment},
	Queries: []Field{
		List[persistence.Payment](`payments(showHistory: Boolean, showReconciled: Boolean, clientMutationId: String, orderBy: [String], additionalFilter: JSONString,
			offset: Int, before: String, after: String, first: Int, last: Int, uuid: String, status: Int, expectedAmount_Lte: Decimal, expectedAmount_Gte: Decimal,
			receivedAmount_Lte: Decimal, receivedAmount_Gte: Decimal, requestDate_Lte: Date, requestDate_Gte: Date, receivedDate_Lte: Date, receivedDate_Gte: Date,
			receiptNo_Icontains: String, typeOfPayment: String): PaymentGQLTypeConnection`,
			mapping.Payments, Options{Rights: []int{rightPayments}, Order: "-receivedDate", Filters: map[string]Filter{"showReconciled": reconciledOnly, "additionalFilter": nil}}),
		List[persistence.Payment]("paymentsByPremiums(premiumUuids: [String]!, orderBy: [String], offset: Int, before: String, after: String, first: Int, last: Int): PaymentGQLTypeConnection",
			mapping.Payments, Options{Rights: []int{rightPayments}, Order: "-receivedDate", Filters: map[string]Filter{"premiumUuids": among("premiumUuids", mapping.Payments, "details.premium.uuid")}}),
	},
}

// reconciledOnly narrows to what was found on the account.
func reconciledOnly(_ *Call, value any, q *persistence.Query) error {
	if value != true {
		return nil
	}
	field, err := mapping.Payments.Field([]string{"reconciliationDate"})
	if err != nil {
		return err
	}
	where, err := field.Where("Isnull", false)
	q.Where = append(q.Where, where)
	return err
}

type paymentRow = persistence.Payment

var payment = Object{
	Name: "PaymentGQLType",
	Key:  func(row any) any { return row.(*paymentRow).PaymentID },
	Load: byKey[paymentRow](mapping.Payments),
	Fields: []Field{
		Is("validityFrom: DateTime!", func(r *paymentRow) any { return momentOf(r.ValidityFrom) }),
		Is("validityTo: DateTime", func(r *paymentRow) any { return r.ValidityTo }),
		Is("legacyId: Int", func(r *paymentRow) any { return r.LegacyID }),
		Is("uuid: String!", func(r *paymentRow) any { return r.PaymentUUID }),
		Is("expectedAmount: Decimal", func(r *paymentRow) any { return r.ExpectedAmount }),
		Is("receivedAmount: Decimal", func(r *paymentRow) any { return r.ReceivedAmount }),
		Is("officerCode: String", func(r *paymentRow) any { return r.OfficerCode }),
		Is("phoneNumber: String", func(r *paymentRow) any { return r.PhoneNumber }),
		Is("requestDate: Date", func(r *paymentRow) any { return dayOf(r.RequestDate) }),
		Is("receivedDate: Date", func(r *paymentRow) any { return dayOf(r.ReceivedDate) }),
		Is("status: Int", func(r *paymentRow) any { return r.PaymentStatus }),
		Is("transactionNo: String", func(r *paymentRow) any { return r.TransactionNo }),
		Is("origin: String", func(r *paymentRow) any { return r.PaymentOrigin }),
		Is("matchedDate: Date", func(r *paymentRow) any { return dayOf(r.MatchedDate) }),
		Is("receiptNo: String", func(r *paymentRow) any { return r.ReceiptNo }),
		Is("paymentDate: Date", func(r *paymentRow) any { return dayOf(r.PaymentDate) }),
		Is("rejectedReason: String", func(r *paymentRow) any { return r.RejectedReason }),
		Is("dateLastSms: Date", func(r *paymentRow) any { return dayOf(r.DateLastSMS) }),
		Is("languageName: String", func(r *paymentRow) any { return r.LanguageName }),
		Is("typeOfPayment: String", func(r *paymentRow) any { return r.TypeOfPayment }),
		Is("transferFee: Decimal", func(r *paymentRow) any { return r.TransferFee }),
		Is("reconcReqId: String", func(r *paymentRow) any { return r.SpReconcReqID }),
		Is("reconciliationDate: DateTime", func(r *paymentRow) any { return r.ReconciliationDate }),
		Nothing("clientMutationId: String"),
	},
}
