package graphql

import (
	"errors"

	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme"
)

// The rights of this file, as tblRoleRight has them.
const (
	rightDeleteInvoice        = 155104
	rightAddInvoicePayment    = 155202
	rightDeleteInvoicePayment = 155204
	rightTellInvoice          = 155306
	rightDeleteBill           = 156104
	rightTellBill             = 156306
)

var invoiceInputs = writing("DeleteInvoiceMutationInput", "uuids: [UUID]") + writing("DeleteBillMutationInput", "uuids: [UUID]") +
	writing("DeletePaymentInvoiceMutationInput", "uuids: [UUID]") +
	writing("CreateInvoiceEventMessageMutationInput", "invoiceId: UUID! eventType: Int! message: String!") + writing("CreateBillEventTypeMutationInput", "billId: UUID! eventType: Int! message: String!") +
	writing("CreatePaymentWithDetailInvoiceMutationInput", `subjectId: UUID! subjectType: String! status: Int! reconciliationStatus: Int codeExt: String codeTp: String codeReceipt: String
		label: String fees: Decimal amountReceived: Decimal datePayment: Date paymentOrigin: String payerRef: String! payerName: String dateValidFrom: Date dateValidTo: Date jsonExt: JSONString`)

var invoiceMutations = []Mutation{
	{Field: Field{SDL: "deleteInvoice(input: DeleteInvoiceMutationInput!): DeleteInvoiceMutationPayload", Rights: []int{rightDeleteInvoice}}, Many: deleteInvoices},
	{Field: Field{SDL: "deleteBill(input: DeleteBillMutationInput!): DeleteBillMutationPayload", Rights: []int{rightDeleteBill}}, Many: deleteBills},
	{Field: Field{SDL: "createInvoiceEventMessage(input: CreateInvoiceEventMessageMutationInput!): CreateInvoiceEventMessageMutationPayload", Rights: []int{rightTellInvoice}},
		Do: tell("tblInvoiceEvent", persistence.KindInvoice, "invoiceId")},
	{Field: Field{SDL: "createBillEventType(input: CreateBillEventTypeMutationInput!): CreateBillEventTypeMutationPayload", Rights: []int{rightTellBill}},
		Do: tell("tblBillEvent", persistence.KindBill, "billId")},
	{Field: Field{SDL: "createPaymentWithDetailInvoice(input: CreatePaymentWithDetailInvoiceMutationInput!): CreatePaymentWithDetailInvoiceMutationPayload",
		Rights: []int{rightAddInvoicePayment}}, Do: payInvoice},
	{Field: Field{SDL: "deletePaymentInvoice(input: DeletePaymentInvoiceMutationInput!): DeletePaymentInvoiceMutationPayload",
		Rights: []int{rightDeleteInvoicePayment}}, Many: deleteInvoicePayments},
}

func deleteInvoices(c *Change) error {
	return EachOf(c, "uuids", func(r *persistence.Invoice) string { return r.Code }, func(x *persistence.Session, row *persistence.Invoice) error {
		return scheme.Invoices{}.Delete(x, persistence.KindInvoice, row.UUID)
	})
}

func deleteBills(c *Change) error {
	return EachOf(c, "uuids", func(r *persistence.Bill) string { return r.Code }, func(x *persistence.Session, row *persistence.Bill) error {
		return scheme.Invoices{}.Delete(x, persistence.KindBill, row.UUID)
	})
}

// tell makes the mutation that leaves a message on an invoice or a bill.
func tell(table, kind, name string) func(c *Change) error {
	return func(c *Change) error {
		id, err := c.UUID(name)
		if err != nil {
			return err
		}
		event, _ := c.Input["eventType"].(int)
		return c.Store.Tx(c.Context, func(x *persistence.Session) error {
			row, err := scheme.Invoices{}.Tell(x, kind, id, event, c.Text("message"), scheme.Paths{"Message": "message", "Status": "eventType"})
			c.Wrote(table, row)
			return calledAs(err, map[string]string{"invoice": name})
		})
	}
}

// paymentInput is the form of payments for an invoice or a bill.
type paymentInput struct {
	Kind       string            `graphql:"subjectType"`
	State      int               `graphql:"status"`
	Reconciled int               `graphql:"reconciliationStatus"`
	Code       *string           `graphql:"codeExt"`
	Receipt    *string           `graphql:"codeReceipt"`
	Label      *string           `graphql:"label"`
	Fees       *decimal.Decimal  `graphql:"fees"`
	Amount     decimal.Decimal   `graphql:"amountReceived"`
	Paid       *persistence.Date `graphql:"datePayment"`
	Origin     *string           `graphql:"paymentOrigin"`
	PayerRef   string            `graphql:"payerRef"`
	PayerName  *string           `graphql:"payerName"`
	Ext        *string           `graphql:"jsonExt"`
}

func (in *paymentInput) keep(row *persistence.PaymentInvoice) error {
	row.CodeExt, row.CodeReceipt, row.Label, row.Fees, row.PaymentOrigin, row.PayerName = in.Code, in.Receipt, in.Label, in.Fees, in.Origin, in.PayerName
	if in.Ext != nil {
		row.JSONExt = extended(nil, *in.Ext)
	}
	return nil
}

var invoicePaymentPaths = scheme.Paths{
	"CodeExt": "codeExt", "CodeReceipt": "codeReceipt", "Label": "label", "Fees": "fees", "AmountReceived": "amountReceived", "DatePayment": "datePayment",
	"PaymentOrigin": "paymentOrigin", "PayerRef": "payerRef", "PayerName": "payerName", "ReconciliationStatus": "reconciliationStatus",
}

// payInvoice records a payment for an invoice or a bill.
func payInvoice(c *Change) error {
	var in paymentInput
	if err := c.Into(&in); err != nil {
		return err
	}
	id, err := c.UUID("subjectId")
	if err != nil {
		return err
	}
	switch {
	case in.Kind != persistence.KindInvoice && in.Kind != persistence.KindBill:
		return core.ErrorAt(core.Invalid, "subjectType", "%q is neither invoice nor bill", in.Kind)
	case in.State < scheme.PaymentRejected || in.State > scheme.PaymentCancelled:
		return core.ErrorAt(core.Invalid, "status", "there are the states 0 to %d", scheme.PaymentCancelled)
	case in.Reconciled != 0 && in.Reconciled != 1:
		return core.ErrorAt(core.Invalid, "reconciliationStatus", "a new payment was found on the account, 1, or not, 0")
	}
	return c.Store.Tx(c.Context, func(x *persistence.Session) error {
		row, err := scheme.InvoicePayments{}.Record(x, scheme.PaymentRecord{
			Kind: in.Kind, ID: id, State: in.State, Amount: in.Amount, Paid: in.Paid, Reconciled: in.Reconciled == 1, Reference: in.PayerRef, Keep: in.keep, Paths: invoicePaymentPaths,
		})
		if err != nil {
			return calledAs(err, map[string]string{"invoice": "subjectId", "amount": "amountReceived", "state": "status"})
		}
		c.Wrote("tblPaymentInvoice", row.UUID)
		return nil
	})
}

func deleteInvoicePayments(c *Change) error {
	name := func(r *persistence.PaymentInvoice) string { return orElse(r.CodeExt, r.PayerRef) }
	return EachOf(c, "uuids", name, func(x *persistence.Session, row *persistence.PaymentInvoice) error {
		held, err := scheme.InvoicePayments{}.Held(x, row.UUID)
		if err != nil {
			return err
		}
		return scheme.InvoicePayments{}.Withdraw(x, held)
	})
}

// calledAs gives an error the names of the form for the words of a use case.
func calledAs(err error, names map[string]string) error {
	var fault *core.Error
	if errors.As(err, &fault) && names[fault.Path] != "" {
		fault.Path = names[fault.Path]
	}
	return err
}
