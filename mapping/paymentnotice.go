package mapping

import (
	"encoding/json"
	"strings"
	"time"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"
	"github.com/shopspring/decimal"
	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/search"
	"github.com/openimis/openimis-go/persistence"
)

const (
	paymentNoticeProfile = "openimis-payment-notice"
	systemPaymentStatus  = "http://terminology.hl7.org/CodeSystem/paymentstatus"
)

// noticeStates are the states of the part of a payment behind each status: accepted,
// cancelled or refunded, rejected.
var noticeStates = []struct {
	status r4.FinancialResourceStatusCodes
	states []int
}{
	{r4.FinancialResourceStatusCodesActive, []int{1}},
	{r4.FinancialResourceStatusCodesCancelled, []int{3, 2}},
	{r4.FinancialResourceStatusCodesEnteredInError, []int{0}},
}

// paymentStatuses are the codes of tblPaymentInvoice.ReconciliationStatus.
var paymentStatuses = []string{"paid", "cleared"}

// PaymentNoticeCatalogue is the catalogue of payments for invoices and bills.
var PaymentNoticeCatalogue = &Catalogue{
	Resource: "PaymentNotice", Table: "tblPaymentInvoice", UUID: "UUID", Holder: "tblPaymentInvoice", HolderKey: "UUID", Changed: "DateUpdated", Profile: structure(paymentNoticeProfile),
	Attributes: []Attribute{
		{Name: "uuid", Column: "UUID", Element: "identifier", Search: "identifier", Kind: search.Token,
			Documentation: "The UUID of the payment."},
		{Name: "detailStatus", Element: "status", Search: "status", Kind: search.Token, Match: oneSystem(systemFinancialStatus, noticeIs), Writable: true, Required: true,
			Documentation: "active once accepted, cancelled, or entered-in-error when it was refused."},
		{Name: "subject", Element: "request", Search: "request", Kind: search.Reference, Targets: []string{"Invoice"}, Match: paysFor, Writable: true, Required: true,
			Documentation: "The invoice or bill it is for."},
		{Name: "dateCreated", Column: "DateCreated", Element: "created", Search: "created", Kind: search.Date, Sortable: true,
			Documentation: "When it was recorded."},
		{Name: "datePayment", Column: "DatePayment", Element: "paymentDate", Search: "payment-date", Kind: search.Date, Sortable: true, Writable: true,
			Definition: searchParameter("payment-notice-payment-date"), Documentation: "The day it was paid."},
		{Name: "reconciliationStatus", Column: "ReconciliationStatus", Element: "paymentStatus", Search: "payment-status", Kind: search.Token, System: systemPaymentStatus, Writable: true,
			Codes: Codes{"paid": {0}, "cleared": {1}}, Documentation: "paid, or cleared once it was found on the account."},
		{Name: "amountReceived", Column: "AmountReceived", Element: "amount", Writable: true, Required: true},
		{Name: "payerRef", Column: "PayerRef", Element: "payment", Writable: true, Required: true},
	},
}

func noticeIs(code string) clause.Expression {
	for _, one := range noticeStates {
		if one.status.Code() == code {
			return persistence.PaidAs(one.states...)
		}
	}
	return persistence.Nothing()
}

// paysFor matches payments by the UUID of the invoice or bill.
func paysFor(modifier search.Modifier, v search.Value) (clause.Expression, error) {
	if modifier != search.NoModifier {
		return nil, refused(modifier)
	}
	if v.Type != "" && v.Type != "Invoice" {
		return nil, core.ErrorAt(core.Invalid, "request", "this parameter never points to a %s", v.Type)
	}
	id, ok := persistence.ParseUUID(v.Text)
	if !ok || v.URL != "" {
		return persistence.Nothing(), nil
	}
	return AnyOf(persistence.PaidBy(persistence.KindInvoice, id), persistence.PaidBy(persistence.KindBill, id)), nil
}

// PaidInvoice is the invoice or bill a payment is for.
type PaidInvoice struct{ Code, Currency string }

// SubjectOf gives the generic key of the invoice or bill a detail is for.
func SubjectOf(d *persistence.DetailPaymentInvoice) PartyKey {
	return keyOf(d.SubjectKind, d.SubjectID)
}

// PaymentNoticeOf renders a payment, which has its details and their kinds.
func PaymentNoticeOf(v *View, row *persistence.PaymentInvoice, paid map[PartyKey]PaidInvoice) *r4.PaymentNotice {
	out := &r4.PaymentNotice{
		Id: pointer(string(row.UUID)), Identifier: identifiers(row.UUID, ""), Status: r4.FinancialResourceStatusCodesActive,
		Payment: paymentReference(row), Recipient: v.insurer(), Created: v.Instant(firstMoment(row.DateCreated, row.DateUpdated)).Format(time.RFC3339),
	}
	var currency string
	amounts := []*decimal.Decimal{row.AmountReceived}
	if len(row.Details) > 0 {
		detail := &row.Details[0]
		key := SubjectOf(detail)
		currency = paid[key].Currency
		amounts = append(amounts, detail.Amount)
		if key.Key != "" {
			out.Request = refer("Invoice", key.Key, paid[key].Code, v.shown(paid[key].Code))
		}
		for _, one := range noticeStates {
			for _, state := range one.states {
				if state == detail.Status {
					out.Status = one.status
				}
			}
		}
	}
	out.Amount = *v.amount(currency, firstAmount(amounts...))
	if row.DatePayment != nil {
		out.PaymentDate = pointer(row.DatePayment.String())
	}
	if state := row.ReconciliationStatus; state >= 0 && state < len(paymentStatuses) {
		out.PaymentStatus = pointer(concept(systemPaymentStatus, paymentStatuses[state], ""))
	}
	out.Meta = profile(!v.Compatible && paymentNoticeConforms(out), paymentNoticeProfile)
	return out
}

// paymentReference points to the reconciliation the sender named. It is never resolved:
// it may be one of another system.
func paymentReference(row *persistence.PaymentInvoice) r4.Reference {
	if id := reconciliationIn(row.JSONExt); id != "" {
		return r4.Reference{Reference: pointer("PaymentReconciliation/" + id), Type: pointer("PaymentReconciliation")}
	}
	out := r4.Reference{Type: pointer("PaymentReconciliation"), Identifier: &r4.Identifier{Value: filled(row.PayerRef)}}
	if out.Identifier.Value == nil {
		out.Identifier, out.Display = nil, pointer("not recorded")
	}
	return out
}

// reconciliationIn reads the id that the JsonExt of a payment holds.
func reconciliationIn(ext *persistence.JSON) string {
	var document struct {
		Reconciliation struct {
			ID string `json:"id"`
		} `json:"reconciliation"`
	}
	if ext == nil || json.Unmarshal([]byte(*ext), &document) != nil {
		return ""
	}
	return document.Reconciliation.ID
}

// writeReconciliation puts the id into the JsonExt of a payment and leaves the rest of it.
func writeReconciliation(ext *persistence.JSON, id string) *persistence.JSON {
	document := map[string]json.RawMessage{}
	if ext != nil {
		_ = json.Unmarshal([]byte(*ext), &document) // what is no object is none of ours and gives way
	}
	if document == nil {
		document = map[string]json.RawMessage{}
	}
	delete(document, "reconciliation")
	if id != "" {
		document["reconciliation"], _ = json.Marshal(map[string]string{"id": id}) // a map of texts always marshals
	}
	if len(document) == 0 {
		return nil
	}
	text, _ := json.Marshal(document) // as above
	return pointer(persistence.JSON(text))
}

// paymentNoticeConforms checks the profile openimis-payment-notice.
func paymentNoticeConforms(n *r4.PaymentNotice) bool {
	return len(n.Identifier) <= 1 && (len(n.Identifier) == 0 || identified(n.Identifier, false) && kindOf(&n.Identifier[0]) == kindUUID) &&
		(n.Request == nil || points(n.Request)) && points(&n.Payment) && points(&n.Recipient) && n.PaymentDate != nil && n.PaymentStatus != nil && n.Amount.Value != nil &&
		n.Response == nil && n.Provider == nil && n.Payee == nil
}

// Notice is what a PaymentNotice says in the words of the columns.
type Notice struct {
	Request    Target // of the type Invoice
	Bill       bool   // the sender says that it is a bill
	State      int    // of tblDetailPaymentInvoice.Status
	Amount     decimal.Decimal
	Currency   string
	Paid       *persistence.Date
	Cleared    bool
	PayerRef   string // id or identifier of the reconciliation
	reconciles string // id of the reconciliation, "" where only an identifier was given
}

// PaymentNoticeInto takes a PaymentNotice apart. Errors: core.Unprocessable naming every
// element at fault.
func PaymentNoticeInto(in *r4.PaymentNotice) (*Notice, error) {
	var faults []*core.Error
	keep := func(err error) {
		if known, ok := err.(*core.Error); ok {
			faults = append(faults, known)
		}
	}
	out := &Notice{Currency: plain(in.Amount.Currency)}
	keep(out.status(in))
	keep(out.request(in.Request))
	keep(out.payment(&in.Payment))
	if in.Amount.Value == nil {
		keep(core.ErrorAt(core.Unprocessable, "PaymentNotice.amount.value", "an amount is needed"))
	} else if amount, err := decimal.NewFromString(in.Amount.Value.String()); err != nil || !amount.Equal(amount.Round(2)) || amount.IsNegative() {
		keep(core.ErrorAt(core.Unprocessable, "PaymentNotice.amount.value", "an amount has at most two places and is not negative"))
	} else {
		out.Amount = amount
	}
	if text := plain(in.PaymentDate); text != "" {
		day, err := persistence.ParseDate(text)
		if err != nil {
			keep(core.ErrorAt(core.Unprocessable, "PaymentNotice.paymentDate", "a whole day is needed, such as 2024-05-31"))
		} else {
			out.Paid = &day
		}
	}
	return out, core.Join(faults...)
}

// status takes the two statuses. There is no draft of a payment.
func (n *Notice) status(in *r4.PaymentNotice) error {
	known := false
	for _, one := range noticeStates {
		if one.status == in.Status {
			known, n.State = true, one.states[0]
		}
	}
	if !known {
		return core.ErrorAt(core.Unprocessable, "PaymentNotice.status", "a payment is active, cancelled or entered-in-error; there are no drafts of it")
	}
	if in.PaymentStatus == nil {
		return nil
	}
	switch code, _ := codeIn(in.PaymentStatus, systemPaymentStatus); code {
	case "paid":
	case "cleared":
		n.Cleared = true
	default:
		return core.ErrorAt(core.Unprocessable, "PaymentNotice.paymentStatus", "paid or cleared of %s is needed", systemPaymentStatus)
	}
	return nil
}

// request takes the reference to the invoice or bill. Clients of the older server call a
// bill Bill, which is no type of FHIR, and do not mind capitals.
func (n *Notice) request(ref *r4.Reference) error {
	const path = "PaymentNotice.request"
	if ref == nil {
		return core.ErrorAt(core.Unprocessable, path, "a reference to an Invoice is needed")
	}
	asked := *ref
	if typ := plain(asked.Type); invoiceWord(typ) {
		n.Bill = strings.EqualFold(typ, "bill")
		asked.Type = pointer("Invoice")
	}
	if typ, id, found := strings.Cut(plain(asked.Reference), "/"); found && invoiceWord(typ) {
		n.Bill = n.Bill || strings.EqualFold(typ, "bill")
		asked.Reference = pointer("Invoice/" + id)
	}
	var err error
	n.Request, err = ParseReference(path, &asked, "Invoice")
	return err
}

func invoiceWord(typ string) bool {
	return strings.EqualFold(typ, "bill") || strings.EqualFold(typ, "invoice")
}

// RespellRequest writes the reference to an invoice or bill in a tree as FHIR spells it,
// so that the spelling of the sender is not kept.
func RespellRequest(tree *fhir.Object) {
	request := tree.Object("request")
	if request == nil {
		return
	}
	if invoiceWord(request.String("type")) {
		request.Set("type", "Invoice")
	}
	if typ, id, found := strings.Cut(request.String("reference"), "/"); found && invoiceWord(typ) {
		request.Set("reference", "Invoice/"+id)
	}
}

// CheckCurrency holds the currency sent against that of the invoice, where both are codes.
// Errors: core.Unprocessable.
func (n *Notice) CheckCurrency(held string) error {
	if isCurrency(n.Currency) && isCurrency(held) && n.Currency != held {
		return core.ErrorAt(core.Unprocessable, "PaymentNotice.amount.currency", "the invoice is in %s, not in %s", held, n.Currency)
	}
	return nil
}

// payment takes the reference to the reconciliation, of which only the id is kept.
func (n *Notice) payment(ref *r4.Reference) error {
	t, err := ParseReference("PaymentNotice.payment", ref, "PaymentReconciliation")
	if err != nil {
		return err
	}
	if n.PayerRef = t.Code; t.UUID != "" {
		n.PayerRef = string(t.UUID)
	}
	if plain(ref.Reference) != "" {
		n.reconciles = n.PayerRef
	}
	return fits("PaymentNotice.payment", &n.PayerRef, 255)
}

// Into puts what the columns of a payment record do not hold into its JsonExt.
func (n *Notice) Into(row *persistence.PaymentInvoice) {
	row.JSONExt = writeReconciliation(row.JSONExt, n.reconciles)
}
