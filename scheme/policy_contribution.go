package scheme

import (
	"fmt"
	"strings"

	"github.com/shopspring/decimal"
	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// PaymentAction is what somebody decides about a policy whose contribution he enters.
type PaymentAction string

// The actions. Without one the rule decides.
const (
	PaymentByRule  PaymentAction = ""
	PaymentWait    PaymentAction = "wait"    // leave the policy as it is
	PaymentEnforce PaymentAction = "enforce" // activate it whatever was paid
	PaymentSuspend PaymentAction = "suspend" // suspend it
)

// separateActivation is the setting under which paid policies wait for a step of their own.
const separateActivation = 3

// Instalment is one contribution to a policy, and what decides about its effect.
type Instalment struct {
	Policy   *persistence.Policy
	Product  *persistence.Product
	Price    PolicyPrice     // value of the policy with its present members
	Paid     decimal.Decimal // contributions so far, this one included, photograph fees left out
	Count    int             // how many contributions that were
	PayDate  persistence.Date
	Action   PaymentAction
	Separate bool // activation is a step of its own
}

// Complete tells whether the policy is paid as its product asks: in full, in no more
// instalments than allowed, and in time (rule 9.6).
func (i *Instalment) Complete(book RuleBook) bool {
	last := LastDateForPayment(i.Policy, i.Product, book)
	return i.Price.Fault == PriceGood && !i.Paid.LessThan(i.Price.Value) &&
		(i.Product.MaxInstallments == nil || i.Count <= *i.Product.MaxInstallments) &&
		last != nil && !i.PayDate.After(last.Time)
}

// Outcome gives the state of the policy after the contribution, and since when it is
// effective if that activates it (rule 9.6).
func (i *Instalment) Outcome(book RuleBook) (status int, effective *persistence.Date) {
	status = number(i.Policy.PolicyStatus)
	switch {
	case i.Action == PaymentSuspend:
		return PolicySuspended, nil
	case i.Action == PaymentWait || status != PolicyIdle || i.Action != PaymentEnforce && !i.Complete(book):
		return status, nil
	case i.Separate:
		return PolicyReady, nil
	}
	return PolicyActive, ptr(effectiveFrom(i.Policy, i.PayDate, book))
}

// effectiveFrom gives the first day of cover of a policy paid on the day.
func effectiveFrom(p *persistence.Policy, paid persistence.Date, book RuleBook) persistence.Date {
	if !book.Legacy(EffectiveOnPayDate) && paid.Before(p.StartDate.Time) {
		return p.StartDate
	}
	return paid
}

// ContributionDraft is a contribution as somebody enters it.
type ContributionDraft struct {
	Amount   decimal.Decimal
	Receipt  string
	PayDate  persistence.Date
	PayType  string // B bank transfer, C cash, M mobile phone, F funding
	PayerID  *int
	PhotoFee bool // a fee for photographs: it pays for no cover
	Action   PaymentAction
	Origin   Origin // the program it was entered with

	// Paths gives the names errors use: for "amount", "receipt", "date", "type", "payer"
	// and "action". A name that is not there stands for itself.
	Paths map[string]string
}

func (d *ContributionDraft) path(name string) string {
	if p, ok := d.Paths[name]; ok {
		return p
	}
	return name
}

// Contribute books a contribution to a policy and activates it when that is due (rule
// 9.6). Once what the present members cost is paid, members of an active policy who were
// not covered yet are, from the day of payment. Errors: core.NotFound, core.Gone;
// core.Unprocessable for a value that cannot be; core.Conflict for a receipt that was
// used for the product and for a policy in another state than idle, ready and active.
func (c Policies) Contribute(x *persistence.Session, id persistence.UUID, d *ContributionDraft) (*persistence.Policy, *persistence.Premium, error) {
	if err := persistence.Hold[persistence.Policy](x, id); err != nil {
		return nil, nil, err
	}
	p, err := persistence.One[persistence.Policy](x, id)
	if err != nil {
		return nil, nil, err
	}
	if err := checkContribution(x, p, d); err != nil {
		return nil, nil, err
	}
	if err := refuseReceipt(x, p.ProdID, d); err != nil {
		return nil, nil, err
	}
	source, version := d.Origin.columns()
	premium := &persistence.Premium{
		PolicyID: p.PolicyID, PayerID: d.PayerID, Amount: d.Amount, Receipt: d.Receipt, PayDate: d.PayDate, PayType: d.PayType,
		IsPhotoFee: &d.PhotoFee, IsOffline: ptr(false), CreatedDate: x.Now(), Source: source, SourceVersion: version,
	}
	if err := persistence.Insert(x, premium); err != nil {
		return nil, nil, err
	}
	return p, premium, c.effect(x, p, d, "policy.contributed")
}

// effect lets a contribution that was written do what it does to its policy, and announces
// the state the policy gets or, where it stays, the event.
func (c Policies) effect(x *persistence.Session, p *persistence.Policy, d *ContributionDraft, event string) error {
	if !d.PhotoFee || d.Action != PaymentByRule {
		before := number(p.PolicyStatus)
		if err := c.settleContribution(x, p, d); err != nil {
			return err
		}
		if after := number(p.PolicyStatus); after != before {
			event = "policy." + PolicyStatusName(after)
		}
	}
	return publishPolicies(x, event, []*persistence.Policy{p})
}

// settleContribution gives policy and covers the state the contributions have bought.
func (c Policies) settleContribution(x *persistence.Session, p *persistence.Policy, d *ContributionDraft) error {
	i, covers, err := c.instalment(x, p, d)
	if err != nil {
		return err
	}
	status, effective := i.Outcome(c.Rules)
	paidInFull := i.Price.Fault == PriceGood && !i.Paid.LessThan(i.Price.Value)
	var changed []*persistence.InsureePolicy
	if status == PolicyActive && (effective != nil || paidInFull) {
		from := effective
		if from == nil {
			from = ptr(effectiveFrom(p, d.PayDate, c.Rules))
		}
		for j := range covers {
			if effective != nil || covers[j].EffectiveDate == nil {
				covers[j].EffectiveDate = from
				changed = append(changed, &covers[j])
			}
		}
	}
	if status != number(p.PolicyStatus) {
		p.PolicyStatus = &status
		if effective != nil {
			p.EffectiveDate = effective
		}
		if err := persistence.Update(x, p); err != nil {
			return err
		}
	}
	return persistence.UpdateMany(x, changed)
}

// instalment loads what decides about a contribution that was booked, and the live covers
// of the policy.
func (c Policies) instalment(x *persistence.Session, p *persistence.Policy, d *ContributionDraft) (*Instalment, []persistence.InsureePolicy, error) {
	l := &loader{db: x.DB()}
	var versions []persistence.Product
	var members []persistence.Insuree
	var premiums []persistence.Premium
	var covers []persistence.InsureePolicy
	var settings []persistence.IMISDefaults
	find(l, &versions, clause.Or(persistence.Compare(column("tblProduct", "ProdID"), "=", p.ProdID), persistence.Compare(column("tblProduct", "LegacyID"), "=", p.ProdID)))
	find(l, &members, persistence.Compare(column("tblInsuree", "FamilyID"), "=", p.FamilyID), persistence.IsNull(column("tblInsuree", "ValidityTo")))
	find(l, &premiums, persistence.Compare(column("tblPremium", "PolicyID"), "=", p.PolicyID), persistence.IsNull(column("tblPremium", "ValidityTo")))
	find(l, &covers, persistence.Compare(column("tblInsureePolicy", "PolicyId"), "=", p.PolicyID), persistence.IsNull(column("tblInsureePolicy", "ValidityTo")))
	find(l, &settings)
	if l.err != nil {
		return nil, nil, l.err
	}
	q := &Pricing{ProdID: p.ProdID, Versions: versions, Members: members, Stage: policyStage(p), Enrolled: p.EnrollDate, Today: x.Now().Date()}
	price, err := PricePolicy(q, c.Rules)
	if err != nil {
		return nil, nil, err
	}
	product := liveVersion(q, nil)
	if product == nil {
		return nil, nil, core.Errorf(core.Unprocessable, "the product of the policy is not there")
	}
	count := 0
	for i := range premiums {
		if premiums[i].IsPhotoFee == nil || !*premiums[i].IsPhotoFee {
			count++
		}
	}
	return &Instalment{
		Policy: p, Product: product, Price: price, Paid: paidFor(premiums, p.PolicyID), Count: count, PayDate: d.PayDate, Action: d.Action,
		Separate: len(settings) > 0 && settings[0].ActivationOption == separateActivation,
	}, covers, nil
}

// checkContribution refuses what cannot be booked, whatever its receipt.
func checkContribution(x *persistence.Session, p *persistence.Policy, d *ContributionDraft) error {
	if status := number(p.PolicyStatus); status != PolicyIdle && status != PolicyReady && status != PolicyActive {
		return core.Errorf(core.Conflict, "the policy is %s (%d); contributions are for policies that are idle (%d), ready (%d) or active (%d)", PolicyStatusName(status), status, PolicyIdle, PolicyReady, PolicyActive)
	}
	if err := checkBooking(x, d); err != nil {
		return err
	}
	if d.PayerID != nil {
		if _, err := named[persistence.Payer](x, *d.PayerID, d.path("payer"), "payer"); err != nil {
			return err
		}
	}
	return nil
}

// longestReceipt is how many characters tblPremium.Receipt holds.
const longestReceipt = 50

// checkBooking refuses what is no contribution to any policy.
func checkBooking(x *persistence.Session, d *ContributionDraft) error {
	var faults []*core.Error
	fault := func(path, format string, args ...any) {
		faults = append(faults, core.ErrorAt(core.Unprocessable, path, format, args...))
	}
	if !d.Amount.IsPositive() {
		fault(d.path("amount"), "the amount %s is not above 0", d.Amount)
	}
	checkSize(fault, d.path("amount"), d.Amount)
	if strings.TrimSpace(d.Receipt) == "" {
		fault(d.path("receipt"), "a contribution needs the number of its receipt")
	} else if len([]rune(d.Receipt)) > longestReceipt || strings.ContainsRune(d.Receipt, 0) {
		fault(d.path("receipt"), "the number of a receipt has %d characters at most, and no NUL among them", longestReceipt)
	}
	if d.PayDate.IsZero() {
		fault(d.path("date"), "the day of payment is missing")
	} else if d.PayDate.After(x.Now().Date().Time) {
		fault(d.path("date"), "the day of payment %s lies ahead", d.PayDate)
	}
	if len(d.PayType) != 1 || !strings.Contains("BCMF", d.PayType) {
		fault(d.path("type"), "the kind of payment %q is none of B, C, M and F", d.PayType)
	}
	switch d.Action {
	case PaymentByRule, PaymentWait, PaymentEnforce, PaymentSuspend:
	default:
		fault(d.path("action"), "%q is none of wait, enforce and suspend", d.Action)
	}
	return core.Join(faults...)
}

// refuseReceipt refuses a receipt that was used for the product.
func refuseReceipt(x *persistence.Session, product int, d *ContributionDraft) error {
	if err := persistence.Alone(x, fmt.Sprintf("receipt:%d:%s", product, d.Receipt)); err != nil { // receipts have no unique index
		return err
	}
	used, err := ReceiptUsed(x, product, d.Receipt)
	if used {
		return core.ErrorAt(core.Conflict, d.path("receipt"), "the receipt %q was used for the product already", d.Receipt)
	}
	return err
}

// ReceiptUsed tells whether a live contribution to a policy of the product has the receipt,
// wherever the family lives.
func ReceiptUsed(x *persistence.Session, product int, receipt string) (bool, error) {
	l := &loader{db: x.DB().Limit(1)}
	var found []persistence.Premium
	find(l, &found, persistence.Text(column("tblPremium", "Receipt"), persistence.Same, receipt), persistence.IsNull(column("tblPremium", "ValidityTo")),
		persistence.Exists("tblPolicy", "PolicyID", column("tblPremium", "PolicyID"), persistence.Compare(column("tblPolicy", "ProdID"), "=", product)))
	return len(found) > 0, l.err
}
