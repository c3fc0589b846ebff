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

// TestWhatAPhonePaysFor cites rule 9.10.
func TestWhatAPhonePaysFor(t *testing.T) {
	for _, c := range []struct{ name, paid, legacy, corrected string }{
		{"[9.10] in full", "200.50", "active since 2023-07-01", "active since 2023-07-01"},
		{"[9.10] more than that", "300", "active since 2023-07-01", "active since 2023-07-01"},
		{"[9.3, 9.10] all but the cents", "200", "active since 2023-07-01", "idle since NULL"},
		{"[9.10] less", "199.99", "idle since 2023-07-01", "idle since NULL"},
		{"[9.10] nothing", "0", "idle since 2023-07-01", "idle since NULL"},
	} {
		for book, want := range map[string]string{"legacy": c.legacy, "corrected": c.corrected} {
			p := &persistence.Policy{StartDate: policyDay(t, "2023-07-01"), PolicyValue: ptr(money("200.50"))}
			PhonePolicyPaid(p, money(c.paid), mustRuleBook(book))
			if got := PolicyStatusName(*p.PolicyStatus) + " since " + goldenDate(p.EffectiveDate); got != want {
				t.Errorf("%s: %s %s, expected %s", c.name, book, got, want)
			}
		}
	}
}

// prompted writes a policy of the family that ended yesterday and the prompt to renew it.
func (w *enrolled) prompted(t *testing.T) (p persistence.Policy, renewal persistence.PolicyRenewal) {
	t.Helper()
	p = w.policy(t, PolicyActive, "2023-05-31")
	w.write(t, func(x *persistence.Session) error {
		prompts, err := Policies{}.Prompt(x, []int{p.PolicyID}, &RenewalFilter{})
		if len(prompts) == 1 {
			renewal = prompts[0].Renewal
		}
		return err
	})
	return p, renewal
}

// phone has the phone's document answered under the book.
func (w *enrolled) phone(t *testing.T, book RuleBook, r PhoneRenewal) *PhoneRenewalOutcome {
	t.Helper()
	var out *PhoneRenewalOutcome
	w.write(t, func(x *persistence.Session) (err error) {
		out, err = Policies{Rules: book}.RenewFromPhone(x, &r)
		return err
	})
	return out
}

// documents says what was logged of phones: kind, state, officer, number and name.
func (w *enrolled) documents(t *testing.T) string {
	t.Helper()
	var rows []persistence.FromPhone
	err := w.store.Read(persistencetest.System(t)).DB().Order(clause.OrderByColumn{Column: column("tblFromPhone", "FromPhoneId")}).Find(&rows).Error
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, row := range rows {
		texts = append(texts, strings.Join([]string{row.DocType, text(row.DocStatus), text(row.OfficerCode), text(row.CHFID), row.DocName}, " "))
	}
	return strings.Join(texts, "; ")
}

// TestPhoneRenewals cites rule 9.10.
func TestPhoneRenewals(t *testing.T) {
	eachPolicyStore(t, func(t *testing.T, s *persistence.Store) {
		w := enrol(t, s, nil)
		old, renewal := w.prompted(t)
		good := PhoneRenewal{RenewalID: renewal.RenewalID, CHFID: "070707081", ProductCode: "p", Officer: "E1", Date: policyDay(t, "2023-06-01"), Amount: money("200"), Receipt: "R1"}
		used, err := w.sell(t, policyDay(t, "2020-05-20"))
		if err == nil {
			_, err = w.pay(t, used.PolicyUUID, ContributionDraft{Amount: money("1"), Receipt: "used", Action: PaymentWait})
		}
		if err != nil {
			t.Fatal(err)
		}
		before := w.count(t, &persistence.Policy{})
		for _, c := range []struct {
			name, says string
			code       PhoneRenewalCode
			change     func(r *PhoneRenewal)
		}{
			{"no such prompt", "prompt", PhoneRenewalRefused, func(r *PhoneRenewal) { r.RenewalID = 999 }},
			{"no such person", "insurance number", PhoneRenewalRefused, func(r *PhoneRenewal) { r.CHFID = "1" }},
			{"no such officer", "officer", PhoneRenewalRefused, func(r *PhoneRenewal) { r.Officer = "E9" }},
			{"another product", "product", PhoneRenewalRefused, func(r *PhoneRenewal) { r.ProductCode = "Q" }},
			{"a receipt used for the product", "receipt", PhoneRenewalReceiptUsed, func(r *PhoneRenewal) { r.Receipt = "used" }},
			{"no receipt", "receipt", PhoneRenewalRefused, func(r *PhoneRenewal) { r.Receipt = "" }},
			{"less than nothing", "amount", PhoneRenewalRefused, func(r *PhoneRenewal) { r.Amount = money("-1") }},
			{"tomorrow", "lies ahead", PhoneRenewalRefused, func(r *PhoneRenewal) { r.Date = policyDay(t, "2023-06-02") }},
			{"no day", "day of enrolment", PhoneRenewalRefused, func(r *PhoneRenewal) { r.Amount, r.Date = money("0"), persistence.Date{} }},
			{"a payer who is not there", "payer", PhoneRenewalRefused, func(r *PhoneRenewal) { r.PayerID = ptr(9) }},
		} {
			r := good
			c.change(&r)
			if out := w.phone(t, CorrectedRules, r); out.Code != c.code || !strings.Contains(out.Reason, c.says) || out.Policy != nil {
				t.Errorf("[9.10] %s: %d, %s", c.name, out.Code, out.Reason)
			}
		}
		if n := w.count(t, &persistence.Policy{}); n != before {
			t.Errorf("%d policies, expected %d", n, before)
		}
		if got := w.documents(t); strings.Count(got, "R R ") != 10 || strings.Count(got, " A ") != 0 {
			t.Errorf("documents %s", got)
		}

		out := w.phone(t, CorrectedRules, good)
		if out.Code != PhoneRenewalAccepted || out.Policy == nil || out.Premium == nil {
			t.Fatalf("%+v", out)
		}
		if got := policyText(out.Policy); got != "R active 2023-06-01 to 2024-05-31 effective 2023-06-01 worth 200.00" {
			t.Errorf("renewed: %s", got)
		}
		if got := w.covers(t, out.Policy.PolicyID); got != "2023-06-01 2023-06-01" {
			t.Errorf("covers %s", got)
		}
		if out.Premium.PolicyID != out.Policy.PolicyID || out.Premium.PayType != "C" || out.Premium.Receipt != "R1" {
			t.Errorf("contribution %+v", out.Premium)
		}
		if got := w.documents(t); !strings.HasSuffix(got, fmt.Sprintf("R A E1 070707081 renewal-%d", renewal.RenewalID)) {
			t.Errorf("documents %s", got)
		}
		if out := w.phone(t, CorrectedRules, good); out.Code != PhoneRenewalAnswered || out.Policy != nil {
			t.Errorf("sent again: %+v", out)
		}
		again := good
		w.write(t, func(x *persistence.Session) error { // the prompt is open again, as after a restored copy
			row, err := persistence.OneByKey[persistence.PolicyRenewal](x, renewal.RenewalID)
			if err != nil {
				return err
			}
			row.ResponseStatus = nil
			return persistence.Update(x, row)
		})
		again.Receipt = "R2"
		if out := w.phone(t, CorrectedRules, again); out.Code != PhoneRenewalAnswered {
			t.Errorf("renewed twice: %+v", out)
		}
		w.write(t, func(x *persistence.Session) error {
			_, err := Policies{}.Suspend(x, old.PolicyUUID)
			return err
		})
		if out := w.phone(t, CorrectedRules, again); out.Code != PhoneRenewalRefused || !strings.Contains(out.Reason, "suspended") {
			t.Errorf("a suspended policy: %+v", out)
		}
		if got := w.events(t); !strings.HasSuffix(got, "policy.renewal-prompted policy.entered policy.contributed policy.renewed policy.suspended") {
			t.Errorf("events %q", got)
		}
	})
}

// TestPhoneRenewalsUnderBothBooks cites rule 9.10: what is not paid in full.
func TestPhoneRenewalsUnderBothBooks(t *testing.T) {
	eachPolicyStore(t, func(t *testing.T, s *persistence.Store) {
		w := enrol(t, s, nil)
		_, renewal := w.prompted(t)
		r := PhoneRenewal{RenewalID: renewal.RenewalID, CHFID: "070707070", ProductCode: "P", Officer: "E1", Date: policyDay(t, "2023-06-01"), Document: "RenPol_1.xml"}
		out := w.phone(t, LegacyRules, r)
		if out.Code != PhoneRenewalAccepted || out.Premium != nil {
			t.Fatalf("%+v", out)
		}
		if got := policyText(out.Policy); got != "R idle 2023-06-01 to 2024-05-31 effective 2023-06-01 worth 200.00" || w.covers(t, out.Policy.PolicyID) != "2023-06-01 2023-06-01" {
			t.Errorf("legacy: %s, covers %s", got, w.covers(t, out.Policy.PolicyID))
		}
		if got := w.documents(t); got != "R A E1 070707070 RenPol_1.xml" {
			t.Errorf("documents %s", got)
		}
	})
	eachPolicyStore(t, func(t *testing.T, s *persistence.Store) {
		w := enrol(t, s, nil)
		_, renewal := w.prompted(t)
		out := w.phone(t, CorrectedRules, PhoneRenewal{RenewalID: renewal.RenewalID, CHFID: "070707070", ProductCode: "P", Officer: "E1", Date: policyDay(t, "2023-06-01"), Amount: money("10"), Receipt: "R"})
		if got := policyText(out.Policy); got != "R idle 2023-06-01 to 2024-05-31 effective NULL worth 200.00" || w.covers(t, out.Policy.PolicyID) != "NULL NULL" || out.Premium == nil {
			t.Errorf("corrected: %s, covers %s", got, w.covers(t, out.Policy.PolicyID))
		}
	})
}

// TestWhoDoesNotRenew cites rule 9.10.
func TestWhoDoesNotRenew(t *testing.T) {
	eachPolicyStore(t, func(t *testing.T, s *persistence.Store) {
		w := enrol(t, s, nil)
		_, renewal := w.prompted(t)
		before := w.count(t, &persistence.Policy{})
		r := PhoneRenewal{RenewalID: renewal.RenewalID, CHFID: "070707070", Officer: "E1", Discontinue: true}
		if out := w.phone(t, CorrectedRules, r); out.Code != PhoneRenewalAccepted || out.Policy != nil || w.count(t, &persistence.Policy{}) != before {
			t.Errorf("%+v", out)
		}
		if out := w.phone(t, CorrectedRules, r); out.Code != PhoneRenewalAnswered {
			t.Errorf("sent again: %+v", out)
		}
		row, err := persistence.OneByKey[persistence.PolicyRenewal](s.Read(persistencetest.System(t)), renewal.RenewalID)
		if err != nil || number(row.ResponseStatus) != 2 || row.ResponseDate == nil {
			t.Errorf("%+v, %v", row, err)
		}
		if got := w.events(t); got != "policy.renewal-prompted policy.renewal-declined" {
			t.Errorf("events %q", got)
		}
	})
}

// TestWhoStandsInForWhom cites rule 9.10. The officers 2 and 3 are replaced by 1, 4 by 3,
// and 5 and 6 by each other.
func TestWhoStandsInForWhom(t *testing.T) {
	officers := []persistence.Officer{
		{OfficerID: 1}, {OfficerID: 2, OfficerIDSubst: ptr(1)}, {OfficerID: 3, OfficerIDSubst: ptr(1)}, {OfficerID: 4, OfficerIDSubst: ptr(3)},
		{OfficerID: 5, OfficerIDSubst: ptr(6)}, {OfficerID: 6, OfficerIDSubst: ptr(5)},
	}
	for officer, want := range map[int]string{1: "[1 2 3 4]", 2: "[2]", 3: "[3 4]", 5: "[5 6]", 9: "[9]"} {
		if got := fmt.Sprint(StandsInFor(officers, officer)); got != want {
			t.Errorf("[9.10] %d: %s, expected %s", officer, got, want)
		}
	}
}

// TestOpenRenewals cites rule 9.10.
func TestOpenRenewals(t *testing.T) {
	eachPolicyStore(t, func(t *testing.T, s *persistence.Store) {
		w := enrol(t, s, nil)
		chief := persistence.Officer{Code: "E0", LastName: "Roe", OtherNames: "Jo", LocationID: w.officer.LocationID}
		w.write(t, func(x *persistence.Session) error {
			put(t, x, &chief)
			w.officer.OfficerIDSubst = &chief.OfficerID
			return persistence.Update(x, &w.officer)
		})
		_, first := w.prompted(t)
		second := first
		second.RenewalID, second.RenewalUUID, second.NewOfficerID, second.ResponseStatus = 0, "", &chief.OfficerID, nil
		answered, closed := second, second
		answered.ResponseStatus = ptr(promptRenewed)
		w.write(t, func(x *persistence.Session) error {
			put(t, x, &second)
			put(t, x, &answered)
			put(t, x, &closed)
			return persistence.Delete(x, &closed)
		})
		ask := func(officer string, after, limit int) (keys []int, list []OpenRenewal, statements int) {
			t.Helper()
			ctx, counter := persistence.CountStatements(persistencetest.System(t))
			list, err := Policies{}.OpenRenewals(s.Read(ctx), officer, after, limit)
			if err != nil {
				t.Fatal(err)
			}
			for _, row := range list {
				keys = append(keys, row.Renewal.RenewalID)
			}
			return keys, list, counter.Count()
		}
		both, list, many := ask("e0", 0, 10)
		one, _, few := ask("E0", first.RenewalID, 10)
		if fmt.Sprint(both) != fmt.Sprint([]int{first.RenewalID, second.RenewalID}) || fmt.Sprint(one) != fmt.Sprint([]int{second.RenewalID}) {
			t.Fatalf("prompts %v, then %v", both, one)
		}
		if many != few {
			t.Errorf("%d statements for two prompts, %d for one", many, few)
		}
		if own, _, _ := ask("E1", 0, 1); fmt.Sprint(own) != fmt.Sprint([]int{first.RenewalID}) {
			t.Errorf("the other officer's own: %v", own)
		}
		if row := list[0]; row.Officer.Code != "E1" || text(row.Head.CHFID) != "070707070" || row.Product.ProductCode != "P" || list[1].Officer.Code != "E0" {
			t.Errorf("%+v", list)
		}
		_, err := Policies{}.OpenRenewals(s.Read(persistencetest.System(t)), "E9", 0, 10)
		wantCode(t, "an unknown officer", err, core.NotFound, "E9")
	})
}
