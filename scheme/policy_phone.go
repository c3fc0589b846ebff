package scheme

import (
	"fmt"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// PhoneRenewal is what an officer's phone says about a renewal he was prompted for.
type PhoneRenewal struct {
	RenewalID   int    // key of the prompt
	CHFID       string // insurance number of a member of the family
	ProductCode string // the product the policy goes on with, or its own
	Officer     string // code of the officer
	Date        persistence.Date
	Amount      decimal.Decimal // what was paid in cash; 0 for nothing yet
	Receipt     string
	PayerID     *int
	Discontinue bool   // the family does not renew
	Document    string // name under which the document is logged; "" for one made of the prompt's key
}

// PhoneRenewalCode is what a phone is answered about a renewal. The numbers are those of
// uspIsValidRenewal.
type PhoneRenewalCode int

// The answers. The procedure documents grace periods as well but does not check them.
const (
	PhoneRenewalAccepted    PhoneRenewalCode = 0
	PhoneRenewalReceiptUsed PhoneRenewalCode = -1 // the receipt was used for the product
	PhoneRenewalAnswered    PhoneRenewalCode = -4 // the prompt was answered, or the policy renewed, before
	PhoneRenewalRefused     PhoneRenewalCode = -5 // prompt, person, officer or product unknown, or the scheme does not sell that
)

// PhoneRenewalOutcome is what became of the document.
type PhoneRenewalOutcome struct {
	Code    PhoneRenewalCode
	Reason  string               // why it was not accepted, "" otherwise
	Policy  *persistence.Policy  // the new one, nil for none
	Premium *persistence.Premium // what was paid for it, nil for nothing
}

// RenewFromPhone answers a renewal prompt as a phone says (rule 9.10): it stores the policy
// that follows, active once its value is paid, with the contribution and the covers of all
// members, or notes that the family does not renew. The document is logged whatever the
// answer, accepted or refused; so an answer other than accepted is no error. Errors: only
// those of the database, and core.Unprocessable for a text the log cannot hold.
func (c Policies) RenewFromPhone(x *persistence.Session, r *PhoneRenewal) (*PhoneRenewalOutcome, error) {
	document := &persistence.FromPhone{
		DocType: "R", DocName: r.Document, DocStatus: ptr(documentRefused), LandedDate: x.Now(), OfficerCode: &r.Officer, CHFID: &r.CHFID,
	}
	if document.DocName == "" {
		document.DocName = fmt.Sprintf("renewal-%d", r.RenewalID)
	}
	if err := persistence.Insert(x, document); err != nil {
		return nil, err
	}
	next, err := c.checkPhoneRenewal(x, r)
	if code, refused := phoneRenewalCode(err); refused {
		return &PhoneRenewalOutcome{Code: code, Reason: err.Error()}, nil
	}
	if err != nil {
		return nil, err
	}
	out, err := c.renewFromPhone(x, r, next)
	if err != nil {
		return nil, err
	}
	document.DocStatus = ptr(documentAccepted)
	return out, persistence.Update(x, document)
}

// What became of a document from a phone. The letters are stored.
const (
	documentAccepted = "A"
	documentRefused  = "R"
)

// errAnswered and errReceipt tell what the answers of their own are for.
var (
	errAnswered = core.Errorf(core.Conflict, "the prompt was answered already")
	errReceipt  = core.Errorf(core.Conflict, "the receipt was used for the product already")
)

// phoneRenewalCode turns an error of the checks into the answer; refused is false for none
// and for one that is not about the document.
func phoneRenewalCode(err error) (code PhoneRenewalCode, refused bool) {
	switch err {
	case nil:
		return PhoneRenewalAccepted, false
	case errAnswered:
		return PhoneRenewalAnswered, true
	case errReceipt:
		return PhoneRenewalReceiptUsed, true
	}
	switch core.CodeOf(err) {
	case core.Unprocessable, core.NotFound, core.Gone:
		return PhoneRenewalRefused, true
	}
	return 0, false
}

// phoneSale is what a phone's renewal comes to once it was checked.
type phoneSale struct {
	old    *persistence.Policy
	sale   *sale // nil when the family does not renew
	period Period
	price  PolicyPrice
}

// checkPhoneRenewal finds what the document names and refuses what cannot be. It writes
// nothing.
func (c Policies) checkPhoneRenewal(x *persistence.Session, r *PhoneRenewal) (*phoneSale, error) {
	l := &loader{db: x.DB()}
	var renewals []persistence.PolicyRenewal
	var people []persistence.Insuree
	var officers []persistence.Officer
	find(l, &renewals, persistence.Compare(column("tblPolicyRenewals", "RenewalID"), "=", r.RenewalID), persistence.IsNull(column("tblPolicyRenewals", "ValidityTo")))
	find(l, &people, persistence.Text(column("tblInsuree", "CHFID"), persistence.Same, r.CHFID), persistence.IsNull(column("tblInsuree", "ValidityTo")))
	find(l, &officers, persistence.Text(column("tblOfficer", "Code"), persistence.Same, r.Officer), persistence.IsNull(column("tblOfficer", "ValidityTo")))
	switch {
	case l.err != nil:
		return nil, l.err
	case len(renewals) == 0:
		return nil, core.ErrorAt(core.Unprocessable, "renewal", "there is no such prompt")
	case len(officers) == 0:
		return nil, core.ErrorAt(core.Unprocessable, "officer", "there is no officer %q", r.Officer)
	}
	old, err := persistence.OneByKey[persistence.Policy](x, renewals[0].PolicyID)
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(people, func(i persistence.Insuree) bool { return number(i.FamilyID) == old.FamilyID }) {
		return nil, core.ErrorAt(core.Unprocessable, "insuree", "%q is not the insurance number of a member of the family", r.CHFID)
	}
	if number(renewals[0].ResponseStatus) != promptOpen {
		return nil, errAnswered
	}
	if r.Discontinue {
		return &phoneSale{old: old}, nil
	}
	if err := requireRenewable(old); err != nil {
		return nil, core.Errorf(core.Unprocessable, "%s", err)
	}
	return c.checkPhoneSale(x, r, old, &renewals[0], officers[0].OfficerID)
}

// checkPhoneSale checks product, payment and sale of a renewal.
func (c Policies) checkPhoneSale(x *persistence.Session, r *PhoneRenewal, old *persistence.Policy, renewal *persistence.PolicyRenewal, officer int) (*phoneSale, error) {
	product, err := phoneProduct(x, r, []int{renewal.NewProdID, old.ProdID})
	if err != nil {
		return nil, err
	}
	if err := checkPhonePayment(x, r, product); err != nil {
		return nil, err
	}
	next := &phoneSale{old: old}
	if next.sale, err = c.sale(x, &PolicyDraft{FamilyID: old.FamilyID, ProdID: product, OfficerID: officer, Enrolled: r.Date}); err != nil {
		return nil, err
	}
	if err := refuseRenewed(x, old, product); core.CodeOf(err) == core.Conflict {
		return nil, errAnswered
	} else if err != nil {
		return nil, err
	}
	if next.period, err = RenewalPeriod(next.sale.product, old.ExpiryDate, r.Date); err != nil {
		return nil, err
	}
	next.price, err = c.price(x, next.sale, StageRenewal, old.ExpiryDate)
	return next, err
}

// phoneProduct gives the key of the product with the code among those a renewal may go on
// with.
func phoneProduct(x *persistence.Session, r *PhoneRenewal, among []int) (int, error) {
	var products []persistence.Product
	l := &loader{db: x.DB()}
	find(l, &products, persistence.In(column("tblProduct", "ProdID"), among), persistence.IsNull(column("tblProduct", "ValidityTo")))
	if l.err != nil {
		return 0, l.err
	}
	for _, product := range products {
		if strings.EqualFold(product.ProductCode, strings.TrimSpace(r.ProductCode)) {
			return product.ProdID, nil
		}
	}
	return 0, core.ErrorAt(core.Unprocessable, "product", "the policy does not go on with a product %q", r.ProductCode)
}

// checkPhonePayment refuses a payment that cannot be booked.
func checkPhonePayment(x *persistence.Session, r *PhoneRenewal, product int) error {
	d := r.contribution()
	if !r.Amount.IsZero() {
		if err := checkBooking(x, d); err != nil {
			return err
		}
	}
	if r.PayerID != nil {
		if _, err := named[persistence.Payer](x, *r.PayerID, "payer", "payer"); err != nil {
			return err
		}
	}
	if strings.TrimSpace(r.Receipt) == "" {
		return nil
	}
	if err := refuseReceipt(x, product, d); core.CodeOf(err) != core.Conflict {
		return err
	}
	return errReceipt
}

// contribution gives the payment as a contribution in cash.
func (r *PhoneRenewal) contribution() *ContributionDraft {
	return &ContributionDraft{Amount: r.Amount, Receipt: r.Receipt, PayDate: r.Date, PayType: "C", PayerID: r.PayerID}
}

// renewFromPhone writes what was checked.
func (c Policies) renewFromPhone(x *persistence.Session, r *PhoneRenewal, next *phoneSale) (*PhoneRenewalOutcome, error) {
	if next.sale == nil {
		if err := answerPrompts(x, next.old.PolicyID, promptDeclined); err != nil {
			return nil, err
		}
		return &PhoneRenewalOutcome{}, publishPolicies(x, "policy.renewal-declined", []*persistence.Policy{next.old})
	}
	p := next.sale.policy(StageRenewal, next.period, next.price)
	PhonePolicyPaid(p, r.Amount, c.Rules)
	if err := c.issue(x, next.sale, p, next.price, r.Amount); err != nil {
		return nil, err
	}
	out := &PhoneRenewalOutcome{Policy: p}
	if r.Amount.IsPositive() {
		out.Premium = &persistence.Premium{
			PolicyID: p.PolicyID, PayerID: r.PayerID, Amount: r.Amount, Receipt: r.Receipt, PayDate: r.Date, PayType: "C",
			IsPhotoFee: ptr(false), IsOffline: ptr(false), CreatedDate: x.Now(),
		}
		if err := persistence.Insert(x, out.Premium); err != nil {
			return nil, err
		}
	}
	if err := answerPrompts(x, next.old.PolicyID, promptRenewed); err != nil {
		return nil, err
	}
	return out, publishPolicies(x, "policy.renewed", []*persistence.Policy{p})
}

// PhonePolicyPaid gives a renewal its state and first day of cover by what was paid for it
// (rule 9.10): it is active from its start once that reaches its value. The procedure
// compares with the value without decimals.
func PhonePolicyPaid(p *persistence.Policy, paid decimal.Decimal, book RuleBook) {
	value := amount(p.PolicyValue)
	if book.Legacy(ValueWithoutDecimals) {
		value = value.Truncate(0)
	}
	p.PolicyStatus = ptr(PolicyIdle)
	if !paid.LessThan(value) {
		p.PolicyStatus = ptr(PolicyActive)
	}
	if *p.PolicyStatus == PolicyActive || book.Legacy(IdleRenewalEffective) {
		p.EffectiveDate = &p.StartDate
	}
}
