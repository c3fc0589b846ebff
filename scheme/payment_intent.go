package scheme

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// PaymentIntent is what somebody wants to pay for.
type PaymentIntent struct {
	Officer   string // code of the officer who collects; "" when the family pays itself
	Phone     string
	Language  string
	Kind      string // MobilePhone, BankTransfer or Cash
	SMS       bool   // the payer wants to hear by text message
	Enrolled  bool   // only for people who are enrolled
	Amount    *decimal.Decimal
	Requested *persistence.DateTime // nil for now
	Details   []PaymentIntentDetail
}

// PaymentIntentDetail is one policy of an intent.
type PaymentIntentDetail struct {
	CHFID, ProductCode string
	Renewal            bool
	Amount             *decimal.Decimal // what is to be paid; nil for what the policy costs
}

// PaymentFault says why an intent or a payment was refused. The numbers are those of the
// procedures.
type PaymentFault int

// The faults of intents.
const (
	IntentGood           PaymentFault = 0
	IntentNumberMissing  PaymentFault = 2
	IntentOfficerUnknown PaymentFault = 3
	IntentProductUnknown PaymentFault = 4 // or missing, or the officer does not sell it
	IntentNothingToRenew PaymentFault = 5 // no policy, or no family
	IntentNotEnrolled    PaymentFault = 7
)

// mostDetails is how many policies one payment may be for.
const mostDetails = 200

// PlanIntent makes the rows of an intent (rule 12.1): what each policy costs, or the first
// fault, with which the payment is kept as refused. Who is not enrolled yet pays as a
// family of one adult. Errors: core.Unprocessable for a product whose price cannot be told.
func PlanIntent(r *PaymentRows, d *PaymentIntent, now persistence.DateTime, book RuleBook) (*persistence.Payment, []persistence.PaymentDetail, PaymentFault, error) {
	f, p := newPaymentFile(r, now.Date(), book), intentRow(d, now)
	details, sum := intentRows(d), decimal.Zero
	for i := range d.Details {
		expected, fault, why, err := f.expected(d, &d.Details[i], p.RequestDate.Date())
		if err != nil {
			return nil, nil, 0, err
		}
		if fault != IntentGood {
			p.PaymentStatus, p.RejectedReason = ptr(PaymentIntentRefused), refusal(int(fault), why)
			return p, details, fault, nil
		}
		details[i].ExpectedAmount = &expected
		sum = sum.Add(expected)
	}
	p.ExpectedAmount = &sum
	if d.Amount != nil {
		p.ExpectedAmount = d.Amount
	}
	return p, details, IntentGood, nil
}

// intentRow makes the payment of an intent.
func intentRow(d *PaymentIntent, now persistence.DateTime) *persistence.Payment {
	requested := d.Requested
	if requested == nil {
		requested = &now
	}
	return &persistence.Payment{
		OfficerCode: optional(d.Officer), PhoneNumber: optional(d.Phone), LanguageName: optional(d.Language), TypeOfPayment: optional(d.Kind),
		SmsRequired: ptr(persistence.Bit(d.SMS)), RequestDate: requested, PaymentStatus: ptr(PaymentIntended), ExpectedAmount: d.Amount,
	}
}

// intentRows makes its details.
func intentRows(d *PaymentIntent) []persistence.PaymentDetail {
	rows := make([]persistence.PaymentDetail, len(d.Details))
	for i, detail := range d.Details {
		stage := StageNew
		if detail.Renewal {
			stage = StageRenewal
		}
		rows[i] = persistence.PaymentDetail{InsuranceNumber: optional(detail.CHFID), ProductCode: optional(detail.ProductCode), PolicyStage: &stage, ExpectedAmount: detail.Amount}
	}
	return rows
}

// optional gives a text column: nil for a blank text.
func optional(s string) *string {
	if text(&s) == "" {
		return nil
	}
	return ptr(text(&s))
}

// expected gives what a detail costs, or its fault.
func (f *paymentFile) expected(d *PaymentIntent, detail *PaymentIntentDetail, day persistence.Date) (sum decimal.Decimal, fault PaymentFault, why string, err error) {
	product, fault, why := f.checkIntent(d, detail)
	if fault != IntentGood {
		return sum, fault, why, nil
	}
	family := f.family(detail.CHFID)
	stage, members, before := StageNew, []persistence.Insuree{{DOB: persistence.Day(day.AddDate(-2*ageOfMajority, 0, 0))}}, (*persistence.Date)(nil)
	if family != nil {
		members = f.membersOf(family)
	}
	switch {
	case detail.Renewal:
		stage = StageRenewal
		if old := f.newest(family, product, true, PolicyActive, PolicyExpired); old != nil {
			before = old.ExpiryDate
		}
	case detail.Amount == nil && family != nil:
		if idle := f.newest(family, product, false, PolicyIdle); idle != nil {
			return decimal.Max(amount(idle.PolicyValue).Sub(paidFor(f.rows.Premiums, idle.PolicyID)), decimal.Zero), IntentGood, "", nil
		}
	}
	if detail.Amount != nil {
		return *detail.Amount, IntentGood, "", nil
	}
	price, err := f.price(product, members, stage, day, before)
	return price.Value, IntentGood, "", err
}

// checkIntent gives the product of a detail, or the fault that comes first.
func (f *paymentFile) checkIntent(d *PaymentIntent, detail *PaymentIntentDetail) (*persistence.Product, PaymentFault, string) {
	officer, product, family := f.officer(d.Officer), f.product(detail.ProductCode), f.family(detail.CHFID)
	switch {
	case optional(detail.CHFID) == nil:
		return nil, IntentNumberMissing, "the insurance number is missing"
	case product == nil:
		return nil, IntentProductUnknown, fmt.Sprintf("there is no product %q", detail.ProductCode)
	case optional(d.Officer) != nil && officer == nil:
		return nil, IntentOfficerUnknown, fmt.Sprintf("there is no officer %q", d.Officer)
	case officer != nil && !f.sold(product, officer.LocationID):
		return nil, IntentProductUnknown, fmt.Sprintf("the officer does not sell product %s", product.ProductCode)
	case detail.Renewal && (family == nil || f.newest(family, product, true, PolicyActive, PolicyExpired) == nil):
		return nil, IntentNothingToRenew, "there is no policy to renew"
	case d.Enrolled && family == nil:
		return nil, IntentNotEnrolled, fmt.Sprintf("nobody is enrolled under %q", detail.CHFID)
	}
	return product, IntentGood, ""
}

// Intend stores what somebody wants to pay for (rule 12.1), refused intents too: fault
// says why. Errors: core.Unprocessable for values no row can hold.
func (c Payments) Intend(x *persistence.Session, d *PaymentIntent) (*persistence.Payment, PaymentFault, error) {
	if err := checkIntent(d); err != nil {
		return nil, 0, err
	}
	rows, err := loadForPayment(x, d.Officer, intentRows(d), false)
	if err != nil {
		return nil, 0, err
	}
	p, details, fault, err := PlanIntent(rows, d, x.Now(), c.Rules)
	if err != nil {
		return nil, 0, err
	}
	if amount(p.ExpectedAmount).GreaterThanOrEqual(largest) {
		return nil, 0, core.ErrorAt(core.Unprocessable, "amount", "the sum is more than can be stored")
	}
	if err := insertPayment(x, p, details); err != nil {
		return nil, 0, err
	}
	return p, fault, announcePayment(x, p)
}

// insertPayment writes a payment with its details.
func insertPayment(x *persistence.Session, p *persistence.Payment, details []persistence.PaymentDetail) error {
	if err := persistence.Insert(x, p); err != nil {
		return err
	}
	for i := range details {
		details[i].PaymentID = p.PaymentID
	}
	return persistence.InsertMany(x, details)
}

// checkIntent refuses values no row can hold.
func checkIntent(d *PaymentIntent) error {
	var faults []*core.Error
	fault := func(path, format string, args ...any) {
		faults = append(faults, core.ErrorAt(core.Unprocessable, path, format, args...))
	}
	if len(d.Details) == 0 || len(d.Details) > mostDetails {
		fault("details", "a payment is for 1 to %d policies", mostDetails)
	}
	check := func(path string, value *decimal.Decimal) {
		if value == nil {
			return
		}
		if value.IsNegative() {
			fault(path, "the amount %s is below 0", value)
		}
		checkSize(fault, path, *value)
	}
	check("amount", d.Amount)
	for i := range d.Details {
		check(fmt.Sprintf("details[%d].amount", i), d.Details[i].Amount)
	}
	return core.Join(faults...)
}
