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

// sell enters a policy of the family.
func (w *enrolled) sell(t *testing.T, day persistence.Date) (p *persistence.Policy, err error) {
	err = w.store.Tx(persistencetest.System(t), func(x *persistence.Session) (err error) {
		p, err = Policies{}.Enter(x, &PolicyDraft{FamilyID: w.family.FamilyID, ProdID: w.product.ProdID, OfficerID: w.officer.OfficerID, Enrolled: day})
		return err
	})
	return p, err
}

// pay books a contribution to the policy.
func (w *enrolled) pay(t *testing.T, id persistence.UUID, d ContributionDraft) (p *persistence.Policy, err error) {
	if d.PayType == "" {
		d.PayType = "C"
	}
	if d.PayDate.IsZero() {
		d.PayDate = persistence.Day(policyToday)
	}
	err = w.store.Tx(persistencetest.System(t), func(x *persistence.Session) (err error) {
		p, _, err = Policies{}.Contribute(x, id, &d)
		return err
	})
	return p, err
}

// covers says since when each member is covered by live covers of a policy.
func (w *enrolled) covers(t *testing.T, policy int) string {
	t.Helper()
	var rows []persistence.InsureePolicy
	err := w.store.Read(persistencetest.System(t)).DB().Where(persistence.Compare(column("tblInsureePolicy", "PolicyId"), "=", policy)).
		Where(persistence.IsNull(column("tblInsureePolicy", "ValidityTo"))).Order(clause.OrderByColumn{Column: column("tblInsureePolicy", "InsureePolicyID")}).Find(&rows).Error
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, row := range rows {
		texts = append(texts, goldenDate(row.EffectiveDate))
	}
	return strings.Join(texts, " ")
}

func policyText(p *persistence.Policy) string {
	return fmt.Sprintf("%s %s %v to %s effective %s worth %s", *p.PolicyStage, PolicyStatusName(number(p.PolicyStatus)), p.StartDate, goldenDate(p.ExpiryDate), goldenDate(p.EffectiveDate), p.PolicyValue.StringFixed(2))
}

func wantCode(t *testing.T, what string, err error, code core.Code, words ...string) {
	t.Helper()
	if core.CodeOf(err) != code {
		t.Errorf("%s: %v, expected %s", what, err, code)
		return
	}
	for _, word := range words {
		if err == nil || !strings.Contains(err.Error(), word) {
			t.Errorf("%s: %v does not say %q", what, err, word)
		}
	}
}

// TestPolicyFromSaleToRenewal cites rules 9.5, 9.6 and 9.10.
func TestPolicyFromSaleToRenewal(t *testing.T) {
	eachPolicyStore(t, func(t *testing.T, s *persistence.Store) {
		w := enrol(t, s, nil)
		p, err := w.sell(t, policyDay(t, "2023-05-20"))
		if err != nil {
			t.Fatal(err)
		}
		if got := policyText(p); got != "N idle 2023-05-20 to 2024-05-19 effective NULL worth 200.00" {
			t.Errorf("sold: %s", got)
		}
		if got := w.covers(t, p.PolicyID); got != "NULL NULL" {
			t.Errorf("covers after the sale: %s", got)
		}
		for _, step := range []struct {
			draft        ContributionDraft
			want, covers string
		}{
			{ContributionDraft{Amount: money("300"), Receipt: "P1", PhotoFee: true}, "N idle 2023-05-20 to 2024-05-19 effective NULL worth 200.00", "NULL NULL"},
			{ContributionDraft{Amount: money("150"), Receipt: "R1", PayDate: policyDay(t, "2023-05-25")}, "N idle 2023-05-20 to 2024-05-19 effective NULL worth 200.00", "NULL NULL"},
			{ContributionDraft{Amount: money("50"), Receipt: "R2"}, "N active 2023-05-20 to 2024-05-19 effective 2023-06-01 worth 200.00", "2023-06-01 2023-06-01"},
		} {
			if p, err = w.pay(t, p.PolicyUUID, step.draft); err != nil {
				t.Fatal(err)
			}
			if got := policyText(p); got != step.want {
				t.Errorf("after %s: %s", step.draft.Receipt, got)
			}
			if got := w.covers(t, p.PolicyID); got != step.covers {
				t.Errorf("covers after %s: %s", step.draft.Receipt, got)
			}
		}
		_, err = w.pay(t, p.PolicyUUID, ContributionDraft{Amount: money("1"), Receipt: "R2"})
		wantCode(t, "a receipt used twice", err, core.Conflict, "R2")

		w.write(t, func(x *persistence.Session) error {
			_, err := Policies{}.Prompt(x, []int{p.PolicyID}, &RenewalFilter{})
			return err
		})
		renew := func() (r *persistence.Policy, err error) {
			err = s.Tx(persistencetest.System(t), func(x *persistence.Session) (err error) {
				r, err = Policies{}.Renew(x, p.PolicyUUID, &PolicyDraft{OfficerID: w.officer.OfficerID, Enrolled: policyDay(t, "2023-06-01")})
				return err
			})
			return r, err
		}
		r, err := renew()
		if err != nil {
			t.Fatal(err)
		}
		if got := policyText(r); got != "R idle 2024-05-20 to 2025-05-19 effective NULL worth 200.00" {
			t.Errorf("renewed: %s", got)
		}
		_, err = renew()
		wantCode(t, "a second renewal", err, core.Conflict, "renewed already")
		var prompts []persistence.PolicyRenewal
		if err := s.Read(persistencetest.System(t)).DB().Where(persistence.IsNull(column("tblPolicyRenewals", "ValidityTo"))).Find(&prompts).Error; err != nil || len(prompts) != 1 || number(prompts[0].ResponseStatus) != promptRenewed {
			t.Errorf("prompts %+v, %v", prompts, err)
		}
		want := "policy.entered policy.contributed policy.contributed policy.active policy.renewal-prompted policy.renewed"
		if got := w.events(t); got != want {
			t.Errorf("events %q", got)
		}
	})
}

// TestWhatIsNotSold cites rule 9.5.
func TestWhatIsNotSold(t *testing.T) {
	eachPolicyStore(t, func(t *testing.T, s *persistence.Store) {
		w := enrol(t, s, nil)
		far := persistence.Location{LocationType: "D"}
		small := persistence.Product{ProductCode: "S", MemberCount: 1, InsurancePeriod: 12, DateFrom: w.product.DateFrom, DateTo: w.product.DateTo}
		elsewhere, ended := small, small
		elsewhere.MemberCount, ended.MemberCount = 9, 9
		ended.DateTo = persistence.At(policyDay(t, "2023-05-31").Time)
		stranger := persistence.Officer{Code: "E2", LastName: "Roe", OtherNames: "Jo"}
		w.write(t, func(x *persistence.Session) error {
			put(t, x, &far)
			elsewhere.LocationID, stranger.LocationID = &far.LocationID, &far.LocationID
			put(t, x, &small)
			put(t, x, &elsewhere)
			put(t, x, &ended)
			put(t, x, &stranger)
			return nil
		})
		today := persistence.Day(policyToday)
		good := PolicyDraft{FamilyID: w.family.FamilyID, ProdID: w.product.ProdID, OfficerID: w.officer.OfficerID, Enrolled: today}
		for _, c := range []struct {
			name, says string
			change     func(d *PolicyDraft)
		}{
			{"no family", "family", func(d *PolicyDraft) { d.FamilyID = 999 }},
			{"no product", "product", func(d *PolicyDraft) { d.ProdID = 999 }},
			{"no officer", "officer", func(d *PolicyDraft) { d.OfficerID = 0 }},
			{"no day", "enrolled", func(d *PolicyDraft) { d.Enrolled = persistence.Date{} }},
			{"tomorrow", "lies ahead", func(d *PolicyDraft) { d.Enrolled = persistence.Day(today.AddDate(0, 0, 1)) }},
			{"a product that is not sold any more", "until 2023-05-31", func(d *PolicyDraft) { d.ProdID = ended.ProdID }},
			{"a product of another district", "not sold where", func(d *PolicyDraft) { d.ProdID = elsewhere.ProdID }},
			{"an officer of another district", "district", func(d *PolicyDraft) { d.OfficerID = stranger.OfficerID }},
			{"a family too large", "2 members", func(d *PolicyDraft) { d.ProdID = small.ProdID }},
			{"before the product was there", "not there yet", func(d *PolicyDraft) { d.Enrolled = policyDay(t, "2019-12-31") }},
		} {
			d := good
			c.change(&d)
			err := s.Tx(persistencetest.System(t), func(x *persistence.Session) error {
				_, err := Policies{}.Enter(x, &d)
				return err
			})
			wantCode(t, c.name, err, core.Unprocessable, c.says)
		}
		if n := w.count(t, &persistence.Policy{}); n != 0 {
			t.Errorf("%d policies were written", n)
		}
	})
}

// count gives the number of rows of a table, history included.
func (w *enrolled) count(t *testing.T, model any) (n int64) {
	t.Helper()
	if err := w.store.Read(persistencetest.System(t)).DB().Model(model).Count(&n).Error; err != nil {
		t.Fatal(err)
	}
	return n
}

func TestContributionsThatAreRefused(t *testing.T) {
	eachPolicyStore(t, func(t *testing.T, s *persistence.Store) {
		w := enrol(t, s, nil)
		p, err := w.sell(t, persistence.Day(policyToday))
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			name, says string
			draft      ContributionDraft
		}{
			{"nothing", "amount", ContributionDraft{Receipt: "R"}},
			{"less than nothing", "amount", ContributionDraft{Amount: money("-1"), Receipt: "R"}},
			{"parts of a cent", "two digits", ContributionDraft{Amount: money("1.005"), Receipt: "R"}},
			{"more than a column holds", "16 digits", ContributionDraft{Amount: money("1e16"), Receipt: "R"}},
			{"no receipt", "receipt", ContributionDraft{Amount: money("1"), Receipt: " "}},
			{"tomorrow", "lies ahead", ContributionDraft{Amount: money("1"), Receipt: "R", PayDate: policyDay(t, "2023-06-02")}},
			{"barter", "type", ContributionDraft{Amount: money("1"), Receipt: "R", PayType: "X"}},
			{"two kinds", "type", ContributionDraft{Amount: money("1"), Receipt: "R", PayType: "BC"}},
			{"a payer who is not there", "payer", ContributionDraft{Amount: money("1"), Receipt: "R", PayerID: ptr(9)}},
			{"an unknown action", "action", ContributionDraft{Amount: money("1"), Receipt: "R", Action: "x"}},
		} {
			_, err := w.pay(t, p.PolicyUUID, c.draft)
			wantCode(t, c.name, err, core.Unprocessable, c.says)
		}
		_, err = w.pay(t, persistence.NewUUID(), ContributionDraft{Amount: money("1"), Receipt: "R"})
		wantCode(t, "no such policy", err, core.NotFound)
		if n := w.count(t, &persistence.Premium{}); n != 0 {
			t.Errorf("%d contributions were written", n)
		}
		if p, err = w.pay(t, p.PolicyUUID, ContributionDraft{Amount: money("1"), Receipt: "R", Action: PaymentSuspend}); err != nil || number(p.PolicyStatus) != PolicySuspended {
			t.Fatalf("suspended: %+v, %v", p, err)
		}
		_, err = w.pay(t, p.PolicyUUID, ContributionDraft{Amount: money("1"), Receipt: "R2"})
		wantCode(t, "a suspended policy", err, core.Conflict, "suspended (4)", "active (2)")
	})
}

// TestPolicyIsMovedByItsStatesOnly cites rules 9.6 and 9.13.
func TestPolicyIsMovedByItsStatesOnly(t *testing.T) {
	eachPolicyStore(t, func(t *testing.T, s *persistence.Store) {
		w := enrol(t, s, nil)
		for status := range policyStatusNames {
			p := w.policy(t, status, "2023-12-31")
			suspendErr := s.Tx(persistencetest.System(t), func(x *persistence.Session) error {
				_, err := Policies{}.Suspend(x, p.PolicyUUID)
				return err
			})
			if allowed := status == PolicyIdle || status == PolicyActive || status == PolicyReady; allowed != (suspendErr == nil) || !allowed && core.CodeOf(suspendErr) != core.Conflict {
				t.Errorf("%s is suspended: %v", PolicyStatusName(status), suspendErr)
			}
			p = w.policy(t, status, "2023-12-31")
			var after *persistence.Policy
			err := s.Tx(persistencetest.System(t), func(x *persistence.Session) (err error) {
				after, err = Policies{}.Activate(x, p.PolicyUUID, policyDay(t, "2023-02-01"))
				return err
			})
			if (status == PolicyReady) != (err == nil) || err != nil && core.CodeOf(err) != core.Conflict {
				t.Errorf("%s is activated: %v", PolicyStatusName(status), err)
			}
			if err == nil && (number(after.PolicyStatus) != PolicyActive || goldenDate(after.EffectiveDate) != "2023-02-01") {
				t.Errorf("activated: %s", policyText(after))
			}
		}
	})
}

// TestPolicyIsDeletedWithWhatHangsOnIt cites rule 9.13.
func TestPolicyIsDeletedWithWhatHangsOnIt(t *testing.T) {
	eachPolicyStore(t, func(t *testing.T, s *persistence.Store) {
		w := enrol(t, s, nil)
		p, err := w.sell(t, persistence.Day(policyToday))
		if err == nil {
			p, err = w.pay(t, p.PolicyUUID, ContributionDraft{Amount: money("10"), Receipt: "R"})
		}
		if err != nil {
			t.Fatal(err)
		}
		remove := func() error {
			return s.Tx(persistencetest.System(t), func(x *persistence.Session) error { return Policies{}.Delete(x, p.PolicyUUID) })
		}
		if err := remove(); err != nil {
			t.Fatal(err)
		}
		if got := w.covers(t, p.PolicyID); got != "" {
			t.Errorf("covers left: %s", got)
		}
		var paid int64
		if err := s.Read(persistencetest.System(t)).DB().Model(&persistence.Premium{}).Where(persistence.IsNull(column("tblPremium", "ValidityTo"))).Count(&paid).Error; err != nil || paid != 0 {
			t.Errorf("%d contributions left, %v", paid, err)
		}
		wantCode(t, "deleted twice", remove(), core.Gone)
	})
}

func TestPolicyThatPaidForClaimsStays(t *testing.T) {
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		w := newClaimScheme(t, s, nil)
		remove := func() error {
			return s.Tx(persistencetest.System(t), func(x *persistence.Session) error { return Policies{}.Delete(x, w.policy.PolicyUUID) })
		}
		out := w.enter(t, "C1", true)
		if _, err := w.run(t, func(x *persistence.Session) (*ClaimOutcome, error) { return Claims{}.Process(x, out.Claim.ClaimUUID) }); err != nil {
			t.Fatal(err)
		}
		wantCode(t, "a policy with claims", remove(), core.Conflict, "suspend it")
	})
}

// TestWhatAnInstalmentBuys cites rule 9.6.
func TestWhatAnInstalmentBuys(t *testing.T) {
	for _, c := range []struct {
		name              string
		change            func(i *Instalment)
		legacy, corrected string
	}{
		{"paid", func(*Instalment) {}, "active since 2023-05-20", "active since 2023-06-01"},
		{"paid after the start", func(i *Instalment) { i.PayDate = policyDay(t, "2023-06-10") }, "active since 2023-06-10", "active since 2023-06-10"},
		{"a cent is missing", func(i *Instalment) { i.Paid = money("199.99") }, "idle since NULL", "idle since NULL"},
		{"the last instalment allowed", func(i *Instalment) { i.Count = 2 }, "active since 2023-05-20", "active since 2023-06-01"},
		{"one too many", func(i *Instalment) { i.Count = 3 }, "idle since NULL", "idle since NULL"},
		{"no limit of instalments", func(i *Instalment) { i.Count, i.Product.MaxInstallments = 9, nil }, "active since 2023-05-20", "active since 2023-06-01"},
		{"on the last day", func(i *Instalment) { i.PayDate = policyDay(t, "2023-07-14") }, "active since 2023-07-14", "active since 2023-07-14"},
		{"a day late", func(i *Instalment) { i.PayDate = policyDay(t, "2023-07-15") }, "idle since NULL", "idle since NULL"},
		{"no last day", func(i *Instalment) { i.Product.WaitingPeriod = nil }, "idle since NULL", "idle since NULL"},
		{"the product is deleted", func(i *Instalment) { i.Price.Fault = ProductDeleted }, "idle since NULL", "idle since NULL"},
		{"enforced", func(i *Instalment) { i.Paid, i.Action = money("1"), PaymentEnforce }, "active since 2023-05-20", "active since 2023-06-01"},
		{"paid, but to wait", func(i *Instalment) { i.Action = PaymentWait }, "idle since NULL", "idle since NULL"},
		{"paid, but suspended", func(i *Instalment) { i.Action = PaymentSuspend }, "suspended since NULL", "suspended since NULL"},
		{"a step of its own", func(i *Instalment) { i.Separate = true }, "ready since NULL", "ready since NULL"},
		{"active already", func(i *Instalment) { i.Policy.PolicyStatus = ptr(PolicyActive) }, "active since NULL", "active since NULL"},
		{"ready already", func(i *Instalment) { i.Policy.PolicyStatus = ptr(PolicyReady) }, "ready since NULL", "ready since NULL"},
	} {
		for book, want := range map[string]string{"legacy": c.legacy, "corrected": c.corrected} {
			i := &Instalment{
				Policy:  &persistence.Policy{PolicyStatus: ptr(PolicyIdle), EnrollDate: policyDay(t, "2023-05-15"), StartDate: policyDay(t, "2023-06-01")},
				Product: &persistence.Product{WaitingPeriod: ptr(2), MaxInstallments: ptr(2)},
				Price:   PolicyPrice{Value: money("200")}, Paid: money("200"), Count: 1, PayDate: policyDay(t, "2023-05-20"),
			}
			c.change(i)
			status, since := i.Outcome(mustRuleBook(book))
			if got := PolicyStatusName(status) + " since " + goldenDate(since); got != want {
				t.Errorf("%s: %s %s, expected %s", c.name, book, got, want)
			}
		}
	}
}

// TestRenewalPeriods cites rule 9.10.
func TestRenewalPeriods(t *testing.T) {
	for _, c := range []struct{ name, cycle, before, day, start, expiry string }{
		{"early", "", "2023-06-30", "2023-06-01", "2023-07-01", "2024-06-30"},
		{"on the last day", "", "2023-06-30", "2023-06-30", "2023-07-01", "2024-06-30"},
		{"the day after", "", "2023-06-30", "2023-07-01", "2023-07-01", "2024-06-30"},
		{"late", "", "2023-06-30", "2023-08-15", "2023-08-15", "2024-08-14"},
		{"a cycle before the old expiry", "01-06", "2023-06-30", "2023-05-15", "2023-07-01", "2024-06-30"},
		{"a cycle behind it", "01-09", "2023-06-30", "2023-06-15", "2023-09-01", "2024-08-31"},
	} {
		p := &persistence.Product{InsurancePeriod: 12}
		if c.cycle != "" {
			p.StartCycle1 = &c.cycle
		}
		got, err := RenewalPeriod(p, ptr(policyDay(t, c.before)), policyDay(t, c.day))
		if err != nil || got.Start.String() != c.start || got.Expiry.String() != c.expiry {
			t.Errorf("%s: %v to %v, %v", c.name, got.Start, got.Expiry, err)
		}
	}
}
