package mapping

import (
	"time"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"
	"github.com/shopspring/decimal"
	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/fhir/search"
	"github.com/openimis/openimis-go/persistence"
)

const (
	systemFinancialStatus = "http://hl7.org/fhir/fm-status"
	systemRemittance      = "http://hl7.org/fhir/remittance-outcome"
	systemPaymentType     = "http://terminology.hl7.org/CodeSystem/payment-type"
)

// paymentStage says what a state of an electronic payment is in FHIR.
type paymentStage struct {
	state   int
	status  r4.FinancialResourceStatusCodes
	outcome r4.ClaimProcessingCodes
}

// paymentStages are the states of tblPayment.PaymentStatus: what failed before money came
// in is cancelled, what waits for it a draft, and what came in waits for its policies
// until they are found.
var paymentStages = []paymentStage{
	{-5, r4.FinancialResourceStatusCodesActive, r4.ClaimProcessingCodesError},
	{-4, r4.FinancialResourceStatusCodesActive, r4.ClaimProcessingCodesError},
	{-3, r4.FinancialResourceStatusCodesCancelled, r4.ClaimProcessingCodesError},
	{-2, r4.FinancialResourceStatusCodesCancelled, r4.ClaimProcessingCodesError},
	{-1, r4.FinancialResourceStatusCodesCancelled, r4.ClaimProcessingCodesError},
	{0, r4.FinancialResourceStatusCodesDraft, r4.ClaimProcessingCodesQueued},
	{1, r4.FinancialResourceStatusCodesDraft, r4.ClaimProcessingCodesQueued},
	{2, r4.FinancialResourceStatusCodesDraft, r4.ClaimProcessingCodesQueued},
	{3, r4.FinancialResourceStatusCodesDraft, r4.ClaimProcessingCodesQueued},
	{4, r4.FinancialResourceStatusCodesActive, r4.ClaimProcessingCodesPartial},
	{5, r4.FinancialResourceStatusCodesActive, r4.ClaimProcessingCodesComplete},
}

// stageOf gives the stage of a payment; one without a state counts as an intent.
func stageOf(state *int) paymentStage {
	for _, stage := range paymentStages {
		if state != nil && stage.state == *state {
			return stage
		}
	}
	return paymentStage{status: r4.FinancialResourceStatusCodesDraft, outcome: r4.ClaimProcessingCodesQueued}
}

// stageCodes gives the states behind each code.
func stageCodes(code func(paymentStage) string) Codes {
	codes := Codes{}
	for _, stage := range paymentStages {
		codes[code(stage)] = append(codes[code(stage)], stage.state)
	}
	intent := code(stageOf(nil))
	codes[intent] = append(codes[intent], nil)
	return codes
}

// PaymentReconciliationCatalogue is the catalogue of electronic payments.
var PaymentReconciliationCatalogue = &Catalogue{
	Resource: "PaymentReconciliation", Table: "tblPayment", UUID: "PaymentUUID",
	Attributes: []Attribute{
		{Name: "receiptNo", Column: "ReceiptNo", Element: "identifier", Search: "identifier", Kind: search.Token, Sortable: true,
			Documentation: "The number of the receipt, or the UUID of the payment."},
		{Name: "uuid", Column: "PaymentUUID", Element: "identifier", Search: "identifier", Kind: search.Token},
		{Name: "transactionNo", Column: "TransactionNo", Element: "paymentIdentifier", Search: "payment-identifier", Kind: search.Token,
			Definition: searchParameter("payment-reconciliation-payment-identifier"), Documentation: "The number of the transaction."},
		{Name: "status", Column: "PaymentStatus", Element: "status", Search: "status", Kind: search.Token, System: systemFinancialStatus,
			Codes:         stageCodes(func(s paymentStage) string { return s.status.Code() }),
			Documentation: "draft until money came in, active from then on, cancelled when it failed before."},
		{Name: "outcome", Column: "PaymentStatus", Element: "outcome", Search: "outcome", Kind: search.Token, System: systemRemittance,
			Codes:         stageCodes(func(s paymentStage) string { return s.outcome.Code() }),
			Documentation: "queued until money came in, partial until it was matched with policies, complete after that, error when it failed."},
		{Name: "requestDate", Element: "created", Search: "created", Kind: search.Date, Match: requestedOn,
			Documentation: "When the payment was announced or, where it was not, came in."},
		{Name: "officerCode", Column: "OfficerCode", Element: "requestor", Search: "requestor", Kind: search.Reference, Targets: []string{"Practitioner"}, Match: broughtBy,
			Documentation: "The officer who brought it in."},
		{Name: "rejectedReason", Column: "RejectedReason", Element: "disposition", Search: "disposition", Kind: search.String,
			Documentation: "Why it was refused."},
		{Name: "paymentDate", Column: "PaymentDate", Element: "paymentDate", Search: "payment-date", Kind: search.Date, Sortable: true,
			Definition: searchParameter("payment-reconciliation-payment-date"), Documentation: "The day the payer paid."},
		{Name: "receivedAmount", Column: "ReceivedAmount", Element: "paymentAmount"},
		{Name: "details", Element: "detail"},
	},
}

// requestedOn compares the moment a payment is shown as made at.
func requestedOn(modifier search.Modifier, v search.Value) (clause.Expression, error) {
	if modifier != search.NoModifier {
		return nil, refused(modifier)
	}
	var either anyOf
	var before allOf
	for _, name := range paymentMoments {
		column := persistence.Column("tblPayment", name)
		s := searched{Attribute: &Attribute{Search: "created"}, column: column, holds: holdsDateTime}
		match, err := s.date((&Catalogue{}).now(), v)
		if err != nil {
			return nil, err
		}
		either = append(either, append(append(allOf{}, before...), match))
		before = append(before, persistence.IsNull(column))
	}
	return either, nil
}

// paymentMoments are the columns a payment is dated by, the first that has a value.
var paymentMoments = []string{"RequestDate", "ReceivedDate", "ValidityFrom"}

// broughtBy matches payments by the UUID of the officer.
func broughtBy(modifier search.Modifier, v search.Value) (clause.Expression, error) {
	if modifier != search.NoModifier {
		return nil, refused(modifier)
	}
	id, ok := persistence.ParseUUID(v.Text)
	if !ok || v.URL != "" {
		return persistence.Nothing(), nil
	}
	return persistence.Exists("tblOfficer", "Code", persistence.Column("tblPayment", "OfficerCode"),
		persistence.In(persistence.Column("tblOfficer", "OfficerUUID"), []persistence.UUID{id})), nil
}

// PaymentDocument is an electronic payment with what hangs on it.
type PaymentDocument struct {
	Payment persistence.Payment
	Officer *persistence.Officer
	Details []PaymentPart
}

// PaymentPart is one detail of a payment, with the policy it was matched with and the
// insured person it names, as far as they are known.
type PaymentPart struct {
	persistence.PaymentDetail
	Policy  *persistence.Policy
	Insuree *persistence.Insuree
}

// PaymentReconciliationOf renders an electronic payment. The guide has no profile of it.
func PaymentReconciliationOf(v *View, d *PaymentDocument) *r4.PaymentReconciliation {
	p := &d.Payment
	stage := stageOf(p.PaymentStatus)
	made := firstMoment(p.RequestDate, p.ReceivedDate, p.ValidityFrom)
	paid := firstMoment(p.PaymentDate, p.ReceivedDate, p.MatchedDate, &made)
	out := &r4.PaymentReconciliation{
		Id: pointer(string(p.PaymentUUID)), Identifier: identifiers(p.PaymentUUID, plain(p.ReceiptNo)), Status: stage.status, Outcome: &stage.outcome,
		Created: v.Instant(made).Format(time.RFC3339), PaymentDate: paid.Date().String(), PaymentAmount: *v.money(firstAmount(p.ReceivedAmount, p.ExpectedAmount)), Disposition: filled(plain(p.RejectedReason)),
	}
	if number := firstText(p.TransactionNo, p.ReceiptNo); number != nil {
		out.PaymentIdentifier = &r4.Identifier{Value: number}
	}
	if d.Officer != nil {
		out.Requestor = refer("Practitioner", string(d.Officer.OfficerUUID), d.Officer.Code, v.shown(d.Officer.Code))
	}
	for i := range d.Details {
		out.Detail = append(out.Detail, v.paymentDetail(&d.Details[i]))
	}
	return out
}

// paymentDetail points to the contract a part was matched with, or else to the person.
func (v *View) paymentDetail(d *PaymentPart) r4.PaymentReconciliationDetail {
	out := r4.PaymentReconciliationDetail{Type: concept(systemPaymentType, "payment", ""), Amount: v.money(firstAmount(d.Amount, d.ExpectedAmount))}
	switch {
	case d.Policy != nil:
		out.Request = refer("Contract", string(d.Policy.PolicyUUID), "", "")
	case d.Insuree != nil:
		out.Request = refer("Patient", string(d.Insuree.InsureeUUID), plain(d.Insuree.CHFID), v.shown(plain(d.Insuree.CHFID)))
	case plain(d.InsuranceNumber) != "":
		out.Request = &r4.Reference{Type: pointer("Patient"), Identifier: identifier(kindCode, *d.InsuranceNumber)}
	}
	if d.EnrollmentDate != nil {
		out.Date = pointer(d.EnrollmentDate.String())
	}
	return out
}

func firstMoment(list ...*persistence.DateTime) persistence.DateTime {
	for _, one := range list {
		if one != nil && !one.IsZero() {
			return *one
		}
	}
	return persistence.DateTime{}
}

func firstAmount(list ...*decimal.Decimal) decimal.Decimal {
	for _, one := range list {
		if one != nil {
			return *one
		}
	}
	return decimal.Zero
}

func firstText(list ...*string) *string {
	for _, one := range list {
		if text := filled(plain(one)); text != nil {
			return text
		}
	}
	return nil
}
