package scheme

import (
	"fmt"
	"iter"
	"strings"
	"testing"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

// TestUploadedPolicies cites rule 10.7, step 7. The product costs 100 for each of the two
// people, is paid in two instalments and within two months. What the file says is named by
// its period, from the 22nd.
func TestUploadedPolicies(t *testing.T) {
	eachPolicyStore(t, func(t *testing.T, s *persistence.Store) {
		w := enrol(t, s, nil)
		number := 0
		for _, separate := range []int{2, separateActivation} {
			w.write(t, func(x *persistence.Session) error {
				if err := x.DB().Where("1 = 1").Delete(&persistence.IMISDefaults{}).Error; err != nil {
					return err
				}
				put(t, x, &persistence.IMISDefaults{ActivationOption: separate})
				return nil
			})
			for _, c := range []struct {
				name     string
				separate int // 0 for no step of its own
				book     RuleBook
				enrolled string
				value    string // in the file; "" for none
				status   int    // in the file, effective from the 22nd when active
				paid     []ContributionDraft
				want     string
				covers   string
			}{
				{"paid", 0, CorrectedRules, "2023-05-20", "200", PolicyIdle, w.paid(t, "200 25"), "N active 2023-05-20 to 2024-05-19 effective 2023-05-25", "2023-05-25 2023-05-25"},
				{"said to be active", 0, CorrectedRules, "2023-05-20", "200", PolicyActive, nil, "N idle 2023-05-20 to 2024-05-19 effective NULL", "NULL NULL"},
				{"paid late", 0, CorrectedRules, "2023-03-20", "199", PolicyIdle, w.paid(t, "200 25"), "N idle 2023-03-20 to 2024-03-19 effective NULL", "NULL NULL"},
				{"in three", 0, CorrectedRules, "2023-05-20", "199", PolicyIdle, w.paid(t, "100 25", "60 26", "40 27"), "N idle 2023-05-20 to 2024-05-19 effective NULL", "NULL NULL"},
				{"waits", 3, CorrectedRules, "2023-05-20", "200", PolicyActive, w.paid(t, "200 25"), "N ready 2023-05-20 to 2024-05-19 effective NULL", "NULL NULL"},

				{"another value, paid", 0, LegacyRules, "2023-05-20", "199", PolicyIdle, w.paid(t, "200 25"), "N active 2023-05-22 to 2024-05-21 effective 2023-05-25", "2023-05-25 2023-05-25"},
				{"no value, paid", 0, LegacyRules, "2023-05-20", "", PolicyIdle, w.paid(t, "200 25"), "N active 2023-05-22 to 2024-05-21 effective 2023-05-25", "2023-05-25 2023-05-25"},
				{"another value, not paid", 0, LegacyRules, "2023-05-20", "199", PolicyActive, w.paid(t, "199.99 25"), "N idle 2023-05-22 to 2024-05-21 effective NULL", "NULL NULL"},
				{"another value, paid late", 0, LegacyRules, "2023-03-20", "199", PolicyIdle, w.paid(t, "200 25"), "N active 2023-05-22 to 2024-05-21 effective 2023-05-25", "2023-05-25 2023-05-25"},
				{"another value, in three", 0, LegacyRules, "2023-05-20", "199", PolicyIdle, w.paid(t, "100 25", "60 26", "40 27"), "N active 2023-05-22 to 2024-05-21 effective 2023-05-27", "2023-05-27 2023-05-27"},
				{"more than its value", 0, LegacyRules, "2023-05-20", "199", PolicyIdle, w.paid(t, "200 25", "10 26"), "N active 2023-05-22 to 2024-05-21 effective 2023-05-25", "2023-05-25 2023-05-25"},
				{"only photographs paid", 0, LegacyRules, "2023-05-20", "199", PolicyIdle, w.paid(t, "200 25 fee"), "N idle 2023-05-22 to 2024-05-21 effective NULL", "NULL NULL"},
				{"photographs beside", 0, LegacyRules, "2023-05-20", "199", PolicyIdle, w.paid(t, "20 24 fee", "180 25", "20 26"), "N active 2023-05-22 to 2024-05-21 effective 2023-05-26", "2023-05-26 2023-05-26"},
				{"another value, waits", 3, LegacyRules, "2023-05-20", "199", PolicyActive, w.paid(t, "200 25"), "N ready 2023-05-22 to 2024-05-21 effective NULL", "NULL NULL"},
				{"believed active", 0, LegacyRules, "2023-05-20", "200.00", PolicyActive, nil, "N active 2023-05-22 to 2024-05-21 effective 2023-05-22", "2023-05-22"},
				{"believed suspended", 0, LegacyRules, "2023-05-20", "200", PolicySuspended, w.paid(t, "10 25"), "N suspended 2023-05-22 to 2024-05-21 effective NULL", "NULL"},
				{"believed idle", 0, LegacyRules, "2023-05-20", "200", PolicyIdle, w.paid(t, "200 25"), "N idle 2023-05-22 to 2024-05-21 effective NULL", "NULL"},
				{"believed, waits", 3, LegacyRules, "2023-05-20", "200", PolicyActive, w.paid(t, "200 25"), "N ready 2023-05-22 to 2024-05-21 effective NULL", "NULL"},
				{"believed idle where others wait", 3, LegacyRules, "2023-05-20", "200", PolicyIdle, nil, "N idle 2023-05-22 to 2024-05-21 effective NULL", "NULL"},
			} {
				if max(c.separate, 2) != separate {
					continue
				}
				number++
				f := w.newcomers(t, fmt.Sprint("H", number), fmt.Sprint("M", number))
				sold := w.policySold(t, "2023-05-22", "200", c.paid...)
				sold.Policy.EnrollDate, sold.Policy.PolicyStatus = policyDay(t, c.enrolled), &c.status
				if c.status == PolicyActive {
					sold.Policy.EffectiveDate = ptr(policyDay(t, "2023-05-22"))
				}
				if sold.Policy.PolicyValue = nil; c.value != "" {
					sold.Policy.PolicyValue = ptr(money(c.value))
				}
				sold.Covers = []EnrolledCover{{Member: 1, Effective: sold.Policy.EffectiveDate}}
				for i := range sold.Premiums {
					sold.Premiums[i].Receipt = fmt.Sprint("R", number, "-", i)
				}
				f.Policies = []EnrolledPolicy{sold}
				out, err := w.upload(t, Enrolments{Rules: c.book}, f)
				if err != nil || len(out.Stored) != 1 {
					t.Fatalf("%s: %v, %+v", c.name, err, out)
				}
				stored := out.Stored[0].Policies[0]
				if got, want := policyText(w.sold(t, stored.UUID)), c.want+" worth 200.00"; got != want || w.covers(t, stored.Key) != c.covers {
					t.Errorf("%s: %s with %s, expected %s with %s", c.name, got, w.covers(t, stored.Key), want, c.covers)
				}
				for i, m := range stored.Premiums {
					if m.Key == 0 {
						t.Errorf("%s: premium %d is not booked", c.name, i)
					}
				}
			}
		}
	})
}

// paid are premiums in May 2023: amount, day, and whether it is a fee for photographs.
func (w *enrolled) paid(t *testing.T, texts ...string) (paid []ContributionDraft) {
	for _, each := range texts {
		var amount, day, fee string
		if n, err := fmt.Sscan(each, &amount, &day, &fee); n < 2 {
			t.Fatal(err)
		}
		d := inCash(t, amount, "", "2023-05-"+day)
		d.PhotoFee = fee != ""
		paid = append(paid, d)
	}
	return paid
}

// TestUploadedPoliciesThatAreThere cites rule 10.7, steps 2 and 7: a policy that was sold
// before is not sold again, and a receipt that was used is left out by itself.
func TestUploadedPoliciesThatAreThere(t *testing.T) {
	for _, book := range []RuleBook{CorrectedRules, LegacyRules} {
		t.Run(book.Name(), func(t *testing.T) {
			eachPolicyStore(t, func(t *testing.T, s *persistence.Store) {
				w := enrol(t, s, nil)
				upload := func(name string, change func(f *EnrolledFamily), policies, premiums, refused string) *EnrolmentOutcome {
					t.Helper()
					f := w.known(t)
					f.Policies = []EnrolledPolicy{w.policySold(t, "2023-05-20", "199", inCash(t, "50", "R1", "2023-05-21"))}
					change(f)
					out, err := w.upload(t, Enrolments{Rules: book}, f)
					if err != nil {
						t.Fatalf("%s: %v", name, err)
					}
					if fmt.Sprint(out.Policies) != policies || fmt.Sprint(out.Premiums) != premiums || refusedText(out) != refused {
						t.Errorf("%s: policies %v, premiums %v, refused %s", name, out.Policies, out.Premiums, refusedText(out))
					}
					return out
				}
				first := upload("the first time", func(f *EnrolledFamily) {}, "{1 1 0 0 0}", "{1 1 0 0 0}", "").Stored[0].Policies[0]
				before := w.rows(t)
				again := upload("once more", func(f *EnrolledFamily) {}, "{1 0 0 0 0}", "{1 0 0 0 1}", "-4 families[0].policies[0].premiums[0].receipt").Stored[0].Policies[0]
				if again.RowID != first.RowID || again.Premiums[0].Key != 0 || w.rows(t) != before {
					t.Errorf("%+v became %+v, rows %s became %s", first, again, before, w.rows(t))
				}
				f := w.known(t)
				f.Policies = []EnrolledPolicy{w.policySold(t, "2023-05-20", "199", inCash(t, "50", "R1", "2023-05-21"))}
				if _, err := w.upload(t, Enrolments{Rules: book, Whole: true}, f); EnrolmentAnswer(err) != EnrolmentReceiptExists || w.rows(t) != before {
					t.Errorf("as a whole: %v", err)
				}
				upload("by its key, the rest is paid, and a receipt comes twice", func(f *EnrolledFamily) {
					f.Policies[0].Policy = persistence.Policy{PolicyID: first.Key}
					f.Policies[0].Premiums = []ContributionDraft{inCash(t, "150", "R2", "2023-05-22"), inCash(t, "1", "R2", "2023-05-22")}
				}, "{1 0 0 0 0}", "{2 1 0 0 1}", "-4 families[0].policies[0].premiums[1].receipt")
				if p := w.sold(t, first.UUID); number(p.PolicyStatus) != PolicyActive || goldenDate(p.EffectiveDate) != "2023-05-22" {
					t.Errorf("paid: %s", policyText(p))
				}
				upload("another day of enrolment", func(f *EnrolledFamily) { f.Policies[0].Policy.EnrollDate = policyDay(t, "2023-05-21") },
					"{1 0 0 0 1}", "{1 0 0 0 1}", "-400 families[0].policies[0].period")
				upload("twice in the file", func(f *EnrolledFamily) {
					f.Policies[0].Policy.PolicyID, f.Policies[0].Premiums = first.Key, nil
					f.Policies = append(f.Policies, f.Policies[0])
				}, "{2 0 0 0 0}", "{0 0 0 0 0}", "")
			})
		})
	}
}

// TestUploadedRenewals cites rules 10.7, step 7, and 9.10.
func TestUploadedRenewals(t *testing.T) {
	eachPolicyStore(t, func(t *testing.T, s *persistence.Store) {
		w := enrol(t, s, nil)
		w.policy(t, PolicyActive, "2023-05-31")
		for i, c := range []struct {
			name, start string
			book        RuleBook
			want        string
			refused     string
		}{
			{"without a last day", "", LegacyRules, "", "-400 families[0].policies[0].period"},
			{"ends before it starts", "2024-05-21", LegacyRules, "", "-400 families[0].policies[0].period"},
			{"in the time of the one before", "2023-05-31", LegacyRules, "", "-400 families[0].policies[0].period"},
			{"after a gap", "2023-06-05", LegacyRules, "R idle 2023-06-05 to 2024-05-20", ""},
			{"once more", "2023-06-05", LegacyRules, "R idle 2023-06-05 to 2024-05-20", ""},
			{"sold before, by what we make of it", "2023-06-07", CorrectedRules, "R idle 2023-06-05 to 2024-05-20", ""},
		} {
			f := w.known(t)
			f.Policies = []EnrolledPolicy{w.policySold(t, "2023-05-21", "1")}
			p := &f.Policies[0].Policy
			if p.PolicyStage = ptr(StageRenewal); c.start != "" {
				p.StartDate = policyDay(t, c.start)
			} else {
				p.ExpiryDate = nil
			}
			out, err := w.upload(t, Enrolments{Rules: c.book}, f)
			if err != nil || refusedText(out) != c.refused {
				t.Fatalf("%d %s: %v, refused %v", i, c.name, err, out.Refused)
			}
			if c.want == "" {
				continue
			}
			if got, want := policyText(w.sold(t, out.Stored[0].Policies[0].UUID)), c.want+" effective NULL worth 200.00"; got != want {
				t.Errorf("%s: %s", c.name, got)
			}
			if events := w.events(t); !strings.Contains(events, "policy.renewed") || strings.Contains(events, "policy.entered") {
				t.Errorf("%s: events %s", c.name, events)
			}
		}
		f := w.known(t)
		f.Policies = []EnrolledPolicy{w.policySold(t, "2023-05-21", "200")}
		day := policyDay(t, "2025-01-01")
		f.Policies[0].Policy.StartDate, f.Policies[0].Policy.ExpiryDate = day, &day
		if out, err := w.upload(t, Enrolments{Rules: LegacyRules}, f); err != nil || out.Policies.Inserted != 1 || !strings.Contains(w.events(t), "policy.entered") {
			t.Errorf("a policy of a day: %v, %+v", err, out)
		}
	})
}

// TestUploadedRenewalFollows cites rule 9.10: under the corrected book a renewal follows on
// the policy before, whatever the file says.
func TestUploadedRenewalFollows(t *testing.T) {
	eachPolicyStore(t, func(t *testing.T, s *persistence.Store) {
		w := enrol(t, s, nil)
		w.policy(t, PolicyActive, "2023-05-31")
		f := w.known(t)
		f.Policies = []EnrolledPolicy{w.policySold(t, "2023-05-21", "200")}
		f.Policies[0].Policy.PolicyStage = ptr(StageRenewal)
		for range 2 {
			out, err := w.upload(t, Enrolments{}, f)
			if err != nil || len(out.Refused) != 0 {
				t.Fatalf("%v, %v", err, out.Refused)
			}
			if got, want := policyText(w.sold(t, out.Stored[0].Policies[0].UUID)), "R idle 2023-06-01 to 2024-05-31 effective NULL worth 200.00"; got != want {
				t.Error(got)
			}
		}
		if n := w.count(t, &persistence.Policy{}); n != 2 {
			t.Errorf("%d policies", n)
		}
	})
}

// TestUploadEndsWithItsFile holds that a file that breaks off is stored in no part.
func TestUploadEndsWithItsFile(t *testing.T) {
	eachPolicyStore(t, func(t *testing.T, s *persistence.Store) {
		w := enrol(t, s, nil)
		before := w.rows(t)
		broken := func(yield func(*EnrolledFamily, error) bool) {
			_ = yield(w.newcomers(t, "A1"), nil) && yield(nil, core.ErrorAt(core.Invalid, "line 7", "it breaks off"))
		}
		err := s.Tx(persistencetest.System(t), func(x *persistence.Session) error {
			_, err := Enrolments{}.Upload(x, broken, Origin{})
			return err
		})
		wantCode(t, "broken", err, core.Invalid, "line 7")
		if w.rows(t) != before {
			t.Errorf("rows %s became %s", before, w.rows(t))
		}
	})
}

// uploadOf counts the statements of the upload of so many families of so many members, each
// with one policy paid in so many premiums. Families are made as they are asked for.
func (w *enrolled) uploadOf(t *testing.T, round, families, members, premiums int) int {
	t.Helper()
	var sent iter.Seq2[*EnrolledFamily, error] = func(yield func(*EnrolledFamily, error) bool) {
		for i := range families {
			var numbers []string
			for j := range members {
				numbers = append(numbers, fmt.Sprintf("%d-%d-%d", round, i, j))
			}
			f := w.newcomers(t, numbers...)
			sold := w.policySold(t, "2023-05-20", "0")
			for j := range premiums {
				sold.Premiums = append(sold.Premiums, inCash(t, "1", fmt.Sprintf("%d-%d-%d", round, i, j), "2023-05-21"))
			}
			f.Policies = []EnrolledPolicy{sold}
			if !yield(f, nil) {
				return
			}
		}
	}
	ctx, counted := persistence.CountStatements(persistencetest.System(t))
	err := w.store.Tx(ctx, func(x *persistence.Session) error {
		out, err := Enrolments{}.Upload(x, sent, Origin{})
		if err == nil && (out.Families.Inserted != families || out.Members.Inserted != families*members || out.Premiums.Inserted != families*premiums) {
			t.Errorf("counted %+v, refused %v", out.Families, out.Refused)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return counted.Count()
}

// TestUploadTakesAsManyStatementsAsRecords holds that each family, member and premium costs
// as many statements however large the file or the family is.
func TestUploadTakesAsManyStatementsAsRecords(t *testing.T) {
	eachPolicyStore(t, func(t *testing.T, s *persistence.Store) {
		w := enrol(t, s, func(w *enrolled) { w.product.MemberCount = 50 })
		w.uploadOf(t, 1, 1, 1, 1) // statements that are asked once
		one := w.uploadOf(t, 2, 1, 1, 1)
		family := w.uploadOf(t, 3, 2, 1, 1) - one
		member := w.uploadOf(t, 4, 1, 2, 1) - one
		premium := w.uploadOf(t, 5, 1, 1, 2) - one
		t.Logf("%d statements for one family, %d for a further one, %d for a member, %d for a premium", one, family, member, premium)
		if got, most := w.uploadOf(t, 6, 3, 4, 3), one+2*family+3*(3*member+2*premium); got > most {
			t.Errorf("%d statements for three families, at most %d are due", got, most)
		}
		if family > 70 || member > 10 || premium > 18 {
			t.Errorf("%d statements for a family, %d for a member, %d for a premium", family, member, premium)
		}
	})
}
