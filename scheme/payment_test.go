package scheme

import (
	"fmt"
	"strings"
	"testing"

	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

// payment runs a use case on a payment in a transaction of its own.
func (w *enrolled) payment(t *testing.T, use func(c Payments, x *persistence.Session) (*persistence.Payment, error)) (p *persistence.Payment, err error) {
	t.Helper()
	err = w.store.Tx(persistencetest.System(t), func(x *persistence.Session) (err error) {
		p, err = use(Payments{}, x)
		return err
	})
	return p, err
}

// intend stores an intent that has to be good.
func (w *enrolled) intend(t *testing.T, d PaymentIntent) *persistence.Payment {
	t.Helper()
	p, err := w.payment(t, func(c Payments, x *persistence.Session) (*persistence.Payment, error) {
		p, fault, err := c.Intend(x, &d)
		if fault != IntentGood {
			t.Errorf("fault %d", fault)
		}
		return p, err
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestPaymentFromIntentToPolicy cites rules 12.1 to 12.4.
func TestPaymentFromIntentToPolicy(t *testing.T) {
	eachPolicyStore(t, func(t *testing.T, s *persistence.Store) {
		w := enrol(t, s, nil)
		policy, err := w.sell(t, policyDay(t, "2023-05-20"))
		if err != nil {
			t.Fatal(err)
		}
		p := w.intend(t, PaymentIntent{Phone: "077", Kind: "MobilePhone", SMS: true, Details: []PaymentIntentDetail{{CHFID: "070707081", ProductCode: "P"}}})
		if number(p.PaymentStatus) != PaymentIntended || !amount(p.ExpectedAmount).Equal(money("200")) {
			t.Fatalf("intended %+v", p)
		}
		id := p.PaymentID
		request := func(c Payments, x *persistence.Session) (*persistence.Payment, error) {
			return c.RequestControlNumber(x, id, "phone")
		}
		acknowledge := func(refused bool) func(c Payments, x *persistence.Session) (*persistence.Payment, error) {
			return func(c Payments, x *persistence.Session) (*persistence.Payment, error) {
				return c.AcknowledgeControlNumber(x, id, refused, "because")
			}
		}
		given := func(control string, failed bool) func(c Payments, x *persistence.Session) (*persistence.Payment, error) {
			return func(c Payments, x *persistence.Session) (*persistence.Payment, error) {
				return c.ReceiveControlNumber(x, id, control, "bank", failed)
			}
		}
		paid := func(want PaymentFault, control, sum string) func(c Payments, x *persistence.Session) (*persistence.Payment, error) {
			return func(c Payments, x *persistence.Session) (*persistence.Payment, error) {
				p, fault, err := c.Receive(x, &MoneyReceived{PaymentID: &id, ControlNumber: control, Amount: money(sum), Transaction: "T1", Fee: ptr(money("1.5"))})
				if fault != want {
					t.Errorf("paid %s under %s: fault %d, expected %d", sum, control, fault, want)
				}
				return p, err
			}
		}
		match := func(c Payments, x *persistence.Session) (*persistence.Payment, error) {
			p, _, err := c.Match(x, id)
			return p, err
		}
		for i, step := range []struct {
			use    func(c Payments, x *persistence.Session) (*persistence.Payment, error)
			code   core.Code
			status int
			says   string
		}{
			{acknowledge(false), core.Conflict, 0, "no control number was asked for"},
			{given("C1", false), core.Conflict, 0, "no control number was asked for"},
			{match, core.Conflict, 0, "intended (0)"},
			{request, "", PaymentRequested, ""},
			{request, core.Conflict, 0, "asked for already"},
			{acknowledge(true), "", PaymentRefused, "because"},
			{given("C1", false), core.Conflict, 0, "no control number was asked for"},
			{request, "", PaymentRequested, ""},
			{acknowledge(false), "", PaymentAcknowledged, ""},
			{acknowledge(false), core.Conflict, 0, "acknowledged (2)"},
			{given("", true), "", PaymentRefused, ""},
			{request, "", PaymentRequested, ""},
			{given(" ", false), core.Unprocessable, 0, "missing"},
			{given("C1", false), "", PaymentNumbered, ""},
			{request, core.Conflict, 0, "numbered (3)"},
			{paid(ReceiptNumberWrong, "C2", "200"), "", PaymentRefused, "3: "},
			{paid(ReceiptAmountWrong, "C1", "150"), "", PaymentRefused, "4: "},
			{paid(IntentGood, "C1", "0"), core.Unprocessable, 0, "above 0"},
			{paid(IntentGood, "C1", "200"), "", PaymentReceived, ""},
			{paid(ReceiptRepeated, "C1", "200"), "", PaymentRefused, "5: "},
			{match, "", PaymentMatched, ""},
			{match, core.Conflict, 0, "matched (5)"},
		} {
			p, err := w.payment(t, step.use)
			if step.code != "" {
				wantCode(t, fmt.Sprint("step ", i), err, step.code, step.says)
				continue
			}
			if err != nil || number(p.PaymentStatus) != step.status || !strings.HasPrefix(text(p.RejectedReason), step.says) || (p.PaymentID == id) != (step.says == "" || step.says == "because") {
				t.Errorf("step %d: %v, %+v", i, err, p)
			}
		}
		if p, err := w.payment(t, func(_ Payments, x *persistence.Session) (*persistence.Payment, error) { return paymentWith(x, id) }); err != nil || p.SmsRequired == nil || !*p.SmsRequired {
			t.Errorf("the payer wants to hear of it: %+v, %v", p, err)
		}
		after, err := persistence.One[persistence.Policy](s.Read(persistencetest.System(t)), policy.PolicyUUID)
		if err != nil {
			t.Fatal(err)
		}
		if got := policyText(after); got != "N active 2023-05-20 to 2024-05-19 effective 2023-05-20 worth 200.00" || w.covers(t, policy.PolicyID) != "2023-05-20 2023-05-20" {
			t.Errorf("policy %s, covers %s", got, w.covers(t, policy.PolicyID))
		}
		var premiums []persistence.Premium
		var details []persistence.PaymentDetail
		db := s.Read(persistencetest.System(t)).DB()
		if err := db.Find(&premiums).Error; err != nil {
			t.Fatal(err)
		}
		if err := db.Where(persistence.IsNull(column("tblPaymentDetails", "ValidityTo"))).Find(&details).Error; err != nil {
			t.Fatal(err)
		}
		if len(premiums) != 1 || premiums[0].Receipt != "T1" || premiums[0].PayType != "C" || !premiums[0].Amount.Equal(money("200")) || premiums[0].PayDate.String() != "2023-06-01" {
			t.Errorf("contributions %+v", premiums)
		}
		if len(details) != 1 || number(details[0].PremiumID) != premiums[0].PremiumID || !amount(details[0].Amount).Equal(money("200")) {
			t.Errorf("details %+v", details)
		}
		want := "policy.entered payment.intended payment.requested payment.refused payment.requested payment.acknowledged payment.refused payment.requested payment.numbered " +
			"payment.refused payment.refused payment.received payment.refused payment.matched"
		if got := w.events(t); got != want {
			t.Errorf("events %q", got)
		}
		_, err = w.payment(t, func(c Payments, x *persistence.Session) (*persistence.Payment, error) {
			p, _, err := c.Match(x, 999)
			return p, err
		})
		wantCode(t, "an unknown payment", err, core.NotFound, "999")
	})
}

// TestPaymentsNobodyAnnounced cites rules 12.3 and 12.4: two families renew with one
// payment, under both books, in as many statements as one.
func TestPaymentsNobodyAnnounced(t *testing.T) {
	eachPolicyStore(t, func(t *testing.T, s *persistence.Store) {
		w := enrol(t, s, nil)
		w.policy(t, PolicyActive, "2023-06-30")
		other := persistence.Family{LocationID: w.family.LocationID}
		w.write(t, func(x *persistence.Session) error {
			put(t, x, &other)
			person := persistence.Insuree{CHFID: ptr("1"), LastName: "Roe", OtherNames: "Jo", DOB: policyDay(t, "1970-01-01"), FamilyID: &other.FamilyID, IsHead: true}
			put(t, x, &person)
			day := policyDay(t, "2022-06-01")
			put(t, x, &persistence.Policy{FamilyID: other.FamilyID, ProdID: w.product.ProdID, EnrollDate: day, StartDate: day, ExpiryDate: ptr(policyDay(t, "2023-05-31")), PolicyStatus: ptr(PolicyExpired), PolicyStage: ptr("N")})
			return nil
		})
		renewals := []PaymentIntentDetail{{CHFID: "070707070", ProductCode: "P", Renewal: true}, {CHFID: "1", ProductCode: "P", Renewal: true}}
		receive := func(details []PaymentIntentDetail, sum string) *persistence.Payment {
			t.Helper()
			p, err := w.payment(t, func(c Payments, x *persistence.Session) (*persistence.Payment, error) {
				p, _, err := c.Receive(x, &MoneyReceived{Amount: money(sum), Transaction: "T2", Phone: "077", Details: details})
				return p, err
			})
			if err != nil {
				t.Fatal(err)
			}
			return p
		}
		match := func(p *persistence.Payment, book RuleBook) (shares []MatchShare, statements int) {
			t.Helper()
			ctx, counter := persistence.CountStatements(persistencetest.System(t))
			err := s.Tx(ctx, func(x *persistence.Session) (err error) {
				_, shares, err = Payments{Rules: book}.Match(x, p.PaymentID)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return shares, counter.Count()
		}
		p := receive(renewals, "225")
		if keys, err := (Payments{}).MatchCandidates(s.Read(persistencetest.System(t)), 0, 10); err != nil || fmt.Sprint(keys) != fmt.Sprint([]int64{p.PaymentID}) {
			t.Errorf("candidates %v, %v", keys, err)
		}
		shares, many := match(p, CorrectedRules)
		var got []string
		for i := range shares {
			got = append(got, shares[i].Share.String()+" "+policyText(&shares[i].Policy)+" "+w.covers(t, shares[i].Policy.PolicyID))
		}
		want := "[150 R idle 2023-07-01 to 2024-06-30 effective NULL worth 200.00 NULL NULL 75 R idle 2023-06-01 to 2024-05-31 effective NULL worth 100.00 NULL]"
		if fmt.Sprint(got) != want {
			t.Errorf("%v", got)
		}
		shares, few := match(receive([]PaymentIntentDetail{{CHFID: "1", ProductCode: "P", Renewal: true}}, "25"), CorrectedRules)
		if text := policyText(&shares[0].Policy); text != "R active 2023-06-01 to 2024-05-31 effective 2023-06-01 worth 100.00" || w.covers(t, shares[0].Policy.PolicyID) != "2023-06-01" {
			t.Errorf("the rest: %s", text)
		}
		shares, _ = match(receive([]PaymentIntentDetail{{CHFID: "070707070", ProductCode: "P", Renewal: true}}, "1"), LegacyRules)
		if text := policyText(&shares[0].Policy); text != "R active 2023-07-01 to NULL effective 2023-07-01 worth 200.00" {
			t.Errorf("legacy, which counts what others paid: %s", text)
		}
		if many > few { // a policy that is there has covers to change, too
			t.Errorf("%d statements for two renewals, %d for one policy", many, few)
		}
		if left, err := (Payments{}).MatchCandidates(s.Read(persistencetest.System(t)), 0, 10); err != nil || len(left) != 0 {
			t.Errorf("candidates left %v, %v", left, err)
		}
		_, err := w.payment(t, func(c Payments, x *persistence.Session) (*persistence.Payment, error) {
			p, _, err := c.Receive(x, &MoneyReceived{Amount: money("1")})
			return p, err
		})
		wantCode(t, "a payment for nothing", err, core.Unprocessable, "1 to 200")
	})
}

// TestIntentsAreKept cites rule 12.1: refused ones too; the statements do not grow with the
// policies.
func TestIntentsAreKept(t *testing.T) {
	eachPolicyStore(t, func(t *testing.T, s *persistence.Store) {
		enrol(t, s, nil)
		intend := func(d PaymentIntent) (p *persistence.Payment, fault PaymentFault, statements int, err error) {
			ctx, counter := persistence.CountStatements(persistencetest.System(t))
			err = s.Tx(ctx, func(x *persistence.Session) (err error) {
				p, fault, err = Payments{}.Intend(x, &d)
				return err
			})
			return p, fault, counter.Count(), err
		}
		one := PaymentIntent{Officer: "E1", Details: []PaymentIntentDetail{{CHFID: "070707070", ProductCode: "P"}}}
		many := one
		for i := range mostDetails - 1 {
			many.Details = append(many.Details, PaymentIntentDetail{CHFID: fmt.Sprint(i), ProductCode: "P"})
		}
		_, _, few, err := intend(one)
		if err != nil {
			t.Fatal(err)
		}
		p, _, more, err := intend(many)
		if err != nil || !amount(p.ExpectedAmount).Equal(money("20100")) || few != more {
			t.Errorf("%d statements for one policy, %d for 200: %+v, %v", few, more, p, err)
		}
		free := one
		free.Amount = ptr(money("0"))
		if p, _, _, err := intend(free); err != nil || !amount(p.ExpectedAmount).IsZero() {
			t.Errorf("for nothing: %+v, %v", p, err)
		}
		bad := one
		bad.Officer = "E9"
		p, fault, _, err := intend(bad)
		if err != nil || fault != IntentOfficerUnknown || number(p.PaymentStatus) != PaymentIntentRefused || text(p.RejectedReason) != `3: there is no officer "E9"` {
			t.Errorf("%d, %+v, %v", fault, p, err)
		}
		var details []persistence.PaymentDetail
		if err := s.Read(persistencetest.System(t)).DB().Order(clause.OrderByColumn{Column: column("tblPaymentDetails", "PaymentDetailsID")}).Find(&details).Error; err != nil || len(details) != 203 {
			t.Errorf("%d details, %v", len(details), err)
		}
		for _, c := range []struct {
			name, says string
			change     func(d *PaymentIntent)
		}{
			{"for nothing", "1 to 200", func(d *PaymentIntent) { d.Details = nil }},
			{"for more than 200 policies", "1 to 200", func(d *PaymentIntent) { d.Details = append(many.Details, many.Details[0]) }},
			{"less than nothing", "below 0", func(d *PaymentIntent) { d.Amount = ptr(money("-1")) }},
			{"parts of a cent", "details[0].amount", func(d *PaymentIntent) {
				d.Details = []PaymentIntentDetail{{CHFID: "1", ProductCode: "P", Amount: ptr(money("0.001"))}}
			}},
			{"a number too long", "InsuranceNumber", func(d *PaymentIntent) {
				d.Details = []PaymentIntentDetail{{CHFID: strings.Repeat("1", 13), ProductCode: "P"}}
			}},
			{"a sum too large", "more than can be stored", func(d *PaymentIntent) {
				d.Details = []PaymentIntentDetail{{CHFID: "1", ProductCode: "P", Amount: ptr(money("5000000000000000"))}, {CHFID: "2", ProductCode: "P", Amount: ptr(money("5000000000000000"))}}
			}},
		} {
			d := one
			c.change(&d)
			_, _, _, err := intend(d)
			wantCode(t, c.name, err, core.Unprocessable, c.says)
		}
	})
}
