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

// TestPolicyIsAmended cites rules 9.1, 9.2 and 9.5: until something is paid a policy is sold
// anew for another day; from then on it only changes hands.
func TestPolicyIsAmended(t *testing.T) {
	eachPolicyStore(t, func(t *testing.T, s *persistence.Store) {
		w := newSeller(t, s)
		amend := func(id persistence.UUID, day, product string, terms *Terms, change func(d *PolicyDraft)) (p *persistence.Policy, err error) {
			d := &PolicyDraft{FamilyID: w.family.FamilyID, ProdID: w.products[product], OfficerID: w.officer.OfficerID, Enrolled: policyDay(t, day), Paths: map[string]string{"value": "worth"}}
			if change != nil {
				change(d)
			}
			err = s.Tx(persistencetest.System(t), func(x *persistence.Session) (err error) {
				p, err = Policies{}.Amend(x, id, d, terms)
				return err
			})
			return p, err
		}
		sold, err := w.sell(t, policyDay(t, "2023-05-20"))
		if err != nil {
			t.Fatal(err)
		}
		told := &Terms{policyDay(t, "2023-05-25"), policyDay(t, "2024-05-24"), money("199")}
		_, err = amend(sold.PolicyUUID, "2023-05-25", "P", told, nil)
		wantCode(t, "another value", err, core.Unprocessable, "worth", "200.00 and not 199.00")
		told.Value = money("200")
		for _, step := range []struct{ day, product, want string }{
			{"2023-05-25", "P", "N idle 2023-05-25 to 2024-05-24 effective NULL worth 200.00"},
			{"2023-05-25", "SIDE", "N idle 2023-05-25 to 2024-05-24 effective NULL worth 200.00"},
		} {
			p, err := amend(sold.PolicyUUID, step.day, step.product, told, nil)
			if err != nil || policyText(p) != step.want || p.ProdID != w.products[step.product] {
				t.Fatalf("%v: %v", step, err)
			}
		}
		w.undone(t, func(x *persistence.Session) {
			if got := coversIn(t, x, sold.PolicyID); got != ", NULL/2024-05-24, NULL/2024-05-24" {
				t.Errorf("covers %s", got)
			}
		})
		for _, c := range []struct {
			name, day, product string
			change             func(d *PolicyDraft)
			code               core.Code
			says               string
		}{
			{"another family", "2023-05-25", "SIDE", func(d *PolicyDraft) { d.FamilyID++ }, core.Conflict, "family"},
			{"no such officer", "2023-05-26", "SIDE", func(d *PolicyDraft) { d.OfficerID = 99 }, core.Unprocessable, "officer"},
			{"a product not sold any more", "2023-06-01", "OLD", nil, core.Unprocessable, "is sold until"},
		} {
			_, err := amend(sold.PolicyUUID, c.day, c.product, told, c.change)
			wantCode(t, c.name, err, c.code, c.says)
		}
		if _, err := w.pay(t, sold.PolicyUUID, ContributionDraft{Amount: money("50"), Receipt: "R1"}); err != nil {
			t.Fatal(err)
		}
		_, err = amend(sold.PolicyUUID, "2023-05-26", "SIDE", told, nil)
		wantCode(t, "paid in part", err, core.Conflict, "enrolled", "contributions")
		if _, err := amend(sold.PolicyUUID, "2023-05-25", "SIDE", nil, nil); err != nil {
			t.Errorf("as it is: %v", err)
		}
		other, err := w.sell(t, policyDay(t, "2023-05-20"))
		if err != nil {
			t.Fatal(err)
		}
		_, err = amend(other.PolicyUUID, "2023-05-26", "SIDE", told, nil)
		wantCode(t, "what the family has already", err, core.Unprocessable, "2023-05-26 and not 2023-05-25")
		_, err = amend(other.PolicyUUID, "2023-05-26", "SIDE", nil, nil)
		wantCode(t, "what the family has already", err, core.Conflict, "has a policy")
	})
}

// TestRenewalIsAmended: the policy before still says when a renewal begins (rule 9.10).
func TestRenewalIsAmended(t *testing.T) {
	eachPolicyStore(t, func(t *testing.T, s *persistence.Store) {
		w := enrol(t, s, nil)
		old := w.policy(t, PolicyActive, "2023-06-30")
		w.write(t, func(x *persistence.Session) error {
			d := &PolicyDraft{FamilyID: w.family.FamilyID, ProdID: w.product.ProdID, OfficerID: w.officer.OfficerID, Enrolled: policyDay(t, "2023-05-20")}
			q, err := Policies{}.Quote(x, d, StageRenewal, old.PolicyUUID)
			if err != nil {
				return err
			}
			p, err := Policies{}.Renew(x, old.PolicyUUID, d)
			if err != nil {
				return err
			}
			if policyText(q.Policy) != policyText(p) || len(q.Warnings) != 0 {
				t.Errorf("quoted %s %v, sold %s", policyText(q.Policy), q.Warnings, policyText(p))
			}
			d.Enrolled = policyDay(t, "2023-05-28")
			if p, err = (Policies{}).Amend(x, p.PolicyUUID, d, nil); err != nil {
				return err
			}
			if got := policyText(p); got != "R idle 2023-07-01 to 2024-06-30 effective NULL worth 200.00" || p.EnrollDate != d.Enrolled {
				t.Errorf("amended: %s", got)
			}
			again, err := Policies{}.Quote(x, d, StageRenewal, old.PolicyUUID)
			if err != nil || !strings.Contains(strings.Join(again.Warnings, " "), "renewed already") {
				t.Errorf("quoted once more: %+v, %v", again, err)
			}
			return nil
		})
	})
}

// TestContributionIsCorrected cites rule 9.6: a corrected contribution may activate its policy;
// one that is withdrawn leaves the policy as it is.
func TestContributionIsCorrected(t *testing.T) {
	eachPolicyStore(t, func(t *testing.T, s *persistence.Store) {
		w := enrol(t, s, nil)
		p, err := w.sell(t, policyDay(t, "2023-05-20"))
		if err != nil {
			t.Fatal(err)
		}
		w.write(t, func(x *persistence.Session) error {
			draft := &ContributionDraft{Amount: money("20"), Receipt: "R1", PayDate: policyDay(t, "2023-05-25"), PayType: "C"}
			p, premium, err := Policies{}.Contribute(x, p.PolicyUUID, draft)
			if err != nil || number(p.PolicyStatus) != PolicyIdle {
				t.Fatalf("%+v, %v", p, err)
			}
			draft.Amount, draft.Receipt = money("200"), "R2"
			if p, err = (Policies{}).Correct(x, premium, draft); err != nil || number(p.PolicyStatus) != PolicyActive {
				t.Fatalf("corrected: %+v, %v", p, err)
			}
			if used, err := ReceiptUsed(x, p.ProdID, "R1"); used || err != nil {
				t.Errorf("the old receipt is used: %v", err)
			}
			_, second, err := Policies{}.Contribute(x, p.PolicyUUID, &ContributionDraft{Amount: money("1"), Receipt: "R1", PayDate: draft.PayDate, PayType: "C"})
			if err != nil {
				t.Fatal(err)
			}
			draft.Receipt = "R2"
			_, err = Policies{}.Correct(x, second, draft)
			wantCode(t, "the receipt of the other", err, core.Conflict, "R2")
			if err := (Policies{}).Withdraw(x, premium); err != nil {
				t.Fatal(err)
			}
			now, err := persistence.One[persistence.Policy](x, p.PolicyUUID)
			if err != nil || number(now.PolicyStatus) != PolicyActive {
				t.Errorf("withdrawn: %+v, %v", now, err)
			}
			return nil
		})
	})
}

// TestPaymentsEnteredByHand: a payment names one contribution, which may be exchanged for
// another, and is closed with what it is for.
func TestPaymentsEnteredByHand(t *testing.T) {
	eachPolicyStore(t, func(t *testing.T, s *persistence.Store) {
		w := enrol(t, s, nil)
		p, err := w.sell(t, policyDay(t, "2023-05-20"))
		if err != nil {
			t.Fatal(err)
		}
		w.write(t, func(x *persistence.Session) error {
			var premiums []*persistence.Premium
			for i := range 2 {
				_, premium, err := Policies{}.Contribute(x, p.PolicyUUID, &ContributionDraft{Amount: money("20"), Receipt: fmt.Sprint("R", i), PayDate: policyDay(t, "2023-05-25"), PayType: "C"})
				if err != nil {
					return err
				}
				premiums = append(premiums, premium)
			}
			details := func() (text string) {
				l := &loader{db: x.DB().Order(clause.OrderByColumn{Column: column("tblPaymentDetails", "PaymentDetailsID")})}
				var rows []persistence.PaymentDetail
				find(l, &rows, persistence.IsNull(column("tblPaymentDetails", "ValidityTo")))
				for _, row := range rows {
					text += fmt.Sprintf("%d %s %s; ", number(row.PremiumID), *row.InsuranceNumber, *row.ProductCode)
				}
				return text
			}
			d := &PaymentDraft{Payment: persistence.Payment{ReceivedAmount: ptr(money("20")), PaymentStatus: ptr(PaymentReceived), OfficerCode: ptr("E1")}, Premium: premiums[0].PremiumUUID, Paths: Paths{"premium": "for"}}
			for range 2 { // the second time nothing changes
				if d.Payment.PaymentID == 0 {
					err = PaymentEntries{}.Create(x, d)
				} else {
					err = PaymentEntries{}.Update(x, d)
				}
				if want := fmt.Sprintf("%d 070707070 P; ", premiums[0].PremiumID); err != nil || details() != want {
					t.Fatalf("%q, want %q; %v", details(), want, err)
				}
			}
			d.Premium = premiums[1].PremiumUUID
			if err := (PaymentEntries{}).Update(x, d); err != nil || details() != fmt.Sprintf("%d 070707070 P; ", premiums[1].PremiumID) {
				t.Errorf("for the other: %q, %v", details(), err)
			}
			wantCode(t, "what a payment is for", Policies{}.Withdraw(x, premiums[1]), core.Conflict, "payment")
			second := persistence.PaymentDetail{PaymentID: d.Payment.PaymentID, InsuranceNumber: ptr("1"), ProductCode: ptr("Q")}
			put(t, x, &second)
			d.Premium = premiums[0].PremiumUUID
			wantCode(t, "for two", PaymentEntries{}.Update(x, d), core.Conflict, "for", "2 policies")
			return PaymentEntries{}.Delete(x, &d.Payment)
		})
	})
}
