package scheme

import (
	"fmt"
	"strings"
	"testing"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// paymentDay is the day of the payments below.
func paymentDay(t testing.TB) persistence.DateTime {
	return persistence.At(policyDay(t, "2023-06-01").Time)
}

// payWorld is a family of two adults, 11 and 12, in a village, a product of 100 an adult
// sold in its district, another product, and an officer of the district.
func payWorld(t testing.TB) *PaymentRows {
	from, to := persistence.At(policyDay(t, "2010-01-01").Time), persistence.At(policyDay(t, "2040-12-31").Time)
	product := func(key int, code string) persistence.Product {
		return persistence.Product{ProdID: key, ProductCode: code, LocationID: ptr(102), MemberCount: 5, InsurancePeriod: 12, PremiumAdult: ptr(money("100")), ValidityFrom: from, DateFrom: from, DateTo: to}
	}
	member := func(key int, number string) persistence.Insuree {
		return persistence.Insuree{InsureeID: key, FamilyID: ptr(1), CHFID: &number, DOB: policyDay(t, "1980-01-01"), IsHead: key == 1}
	}
	return &PaymentRows{
		Officers: []persistence.Officer{{OfficerID: 1, Code: "E1", LocationID: ptr(102)}},
		Products: []persistence.Product{product(1, "P"), product(2, "Q")},
		Insurees: []persistence.Insuree{member(1, "11"), member(2, "12")},
		Families: []persistence.Family{{FamilyID: 1, InsureeID: 1, LocationID: ptr(104)}},
		Places:   goldenTree(),
	}
}

// holds gives the family a policy of product 1.
func holds(t testing.TB, r *PaymentRows, status int, expiry, value string) *persistence.Policy {
	end := policyDay(t, expiry)
	start := persistence.Day(end.AddDate(-1, 0, 1))
	r.Policies = append(r.Policies, persistence.Policy{
		PolicyID: len(r.Policies) + 1, FamilyID: 1, ProdID: 1, OfficerID: ptr(1), PolicyStatus: &status, PolicyStage: ptr("N"),
		StartDate: start, ExpiryDate: &end, PolicyValue: ptr(money(value)),
	})
	return &r.Policies[len(r.Policies)-1]
}

// has books a contribution to a policy.
func has(r *PaymentRows, policy int, sum string, photo bool) {
	r.Premiums = append(r.Premiums, persistence.Premium{PremiumID: len(r.Premiums) + 71, PolicyID: policy, Amount: money(sum), IsPhotoFee: &photo})
}

// TestIntents cites rule 12.1.
func TestIntents(t *testing.T) {
	const good = "intended"
	for _, c := range []struct {
		name   string
		change func(r *PaymentRows, d *PaymentIntent)
		want   string
	}{
		{"[12.1] a new policy costs its value", func(*PaymentRows, *PaymentIntent) {}, good + " 200.00: 200.00 N"},
		{"[12.1] an idle policy costs what is left of it", func(r *PaymentRows, _ *PaymentIntent) {
			holds(t, r, PolicyIdle, "2024-05-31", "250")
			has(r, 1, "30", false)
			has(r, 1, "99", true)
		}, good + " 220.00: 220.00 N"},
		{"[12.1] an idle policy that is paid costs nothing", func(r *PaymentRows, _ *PaymentIntent) {
			holds(t, r, PolicyIdle, "2024-05-31", "250")
			has(r, 1, "300", false)
		}, good + " 0.00: 0.00 N"},
		{"[12.1] an active one does not count for a new one", func(r *PaymentRows, _ *PaymentIntent) { holds(t, r, PolicyActive, "2023-06-30", "250") }, good + " 200.00: 200.00 N"},
		{"[12.1] a renewal costs its value", func(r *PaymentRows, d *PaymentIntent) {
			holds(t, r, PolicyActive, "2023-06-30", "250")
			d.Details[0].Renewal = true
		}, good + " 200.00: 200.00 R"},
		{"[9.2, 12.1] with the discount of who is early", func(r *PaymentRows, d *PaymentIntent) {
			holds(t, r, PolicyExpired, "2023-06-30", "250")
			r.Products[0].RenewalDiscountPerc, r.Products[0].RenewalDiscountPeriod = ptr(10), ptr(1)
			d.Details[0].Renewal = true
		}, good + " 180.00: 180.00 R"},
		{"[12.1] a renewal of a product that became this one", func(r *PaymentRows, d *PaymentIntent) {
			holds(t, r, PolicyExpired, "2023-05-31", "250")
			r.Products[0].ConversionProdID = ptr(2)
			d.Details[0].Renewal, d.Details[0].ProductCode = true, "Q"
		}, good + " 200.00: 200.00 R"},
		{"[12.1] an unknown family is one adult", func(_ *PaymentRows, d *PaymentIntent) { d.Details[0].CHFID = "99" }, good + " 100.00: 100.00 N"},
		{"[12.1] the amount of the detail", func(_ *PaymentRows, d *PaymentIntent) { d.Details[0].Amount = ptr(money("7")) }, good + " 7.00: 7.00 N"},
		{"[12.1] the amount of the detail, though an idle policy waits", func(r *PaymentRows, d *PaymentIntent) {
			holds(t, r, PolicyIdle, "2024-05-31", "250")
			d.Details[0].Amount = ptr(money("7"))
		}, good + " 7.00: 7.00 N"},
		{"[12.1] an idle policy of a product that became this one does not count for a new one", func(r *PaymentRows, d *PaymentIntent) {
			holds(t, r, PolicyIdle, "2024-05-31", "250")
			r.Products[0].ConversionProdID, d.Details[0].ProductCode = ptr(2), "Q"
		}, good + " 200.00: 200.00 N"},
		{"[12.1] the amount of the whole", func(_ *PaymentRows, d *PaymentIntent) { d.Amount = ptr(money("9")) }, good + " 9.00: 200.00 N"},
		{"[12.1] two policies", func(_ *PaymentRows, d *PaymentIntent) {
			d.Details = append(d.Details, PaymentIntentDetail{CHFID: "99", ProductCode: "q"})
		}, good + " 300.00: 200.00 N, 100.00 N"},
		{"[12.1] no officer", func(_ *PaymentRows, d *PaymentIntent) { d.Officer = "" }, good + " 200.00: 200.00 N"},
		{"[12.1] for people who are enrolled", func(_ *PaymentRows, d *PaymentIntent) { d.Enrolled = true }, good + " 200.00: 200.00 N"},

		{"[12.1] 2 no number", func(_ *PaymentRows, d *PaymentIntent) { d.Details[0].CHFID = " " }, "refused 2: the insurance number is missing"},
		{"[12.1] 3 no such officer", func(_ *PaymentRows, d *PaymentIntent) { d.Officer = "E2" }, `refused 3: there is no officer "E2"`},
		{"[12.1] 4 no product", func(_ *PaymentRows, d *PaymentIntent) { d.Details[0].ProductCode = "" }, `refused 4: there is no product ""`},
		{"[12.1] 4 no such product", func(_ *PaymentRows, d *PaymentIntent) { d.Details[0].ProductCode = "Z" }, `refused 4: there is no product "Z"`},
		{"[12.1] 4 a product that is history", func(r *PaymentRows, _ *PaymentIntent) { r.Products[0].ValidityTo = ptr(paymentDay(t)) }, `refused 4: there is no product "P"`},
		{"[12.1] 4 the officer does not sell it", func(r *PaymentRows, _ *PaymentIntent) { r.Officers[0].LocationID = ptr(101) }, "refused 4: the officer does not sell product P"},
		{"[12.1] 5 nothing to renew", func(_ *PaymentRows, d *PaymentIntent) { d.Details[0].Renewal = true }, "refused 5: there is no policy to renew"},
		{"[12.1] 5 an idle policy is not renewed", func(r *PaymentRows, d *PaymentIntent) {
			holds(t, r, PolicyIdle, "2023-06-30", "250")
			d.Details[0].Renewal = true
		}, "refused 5: there is no policy to renew"},
		{"[12.1] 5 a policy of a product that did not become this one", func(r *PaymentRows, d *PaymentIntent) {
			holds(t, r, PolicyActive, "2023-06-30", "250")
			r.Products = append(r.Products, persistence.Product{ProdID: 3, ConversionProdID: ptr(2)})
			d.Details[0].Renewal, d.Details[0].ProductCode = true, "Q"
		}, "refused 5: there is no policy to renew"},
		{"[12.1] 5 a renewal of nobody", func(_ *PaymentRows, d *PaymentIntent) { d.Details[0].CHFID, d.Details[0].Renewal = "99", true }, "refused 5: there is no policy to renew"},
		{"[12.1] 7 not enrolled", func(_ *PaymentRows, d *PaymentIntent) { d.Details[0].CHFID, d.Enrolled = "99", true }, `refused 7: nobody is enrolled under "99"`},
	} {
		r, d := payWorld(t), &PaymentIntent{Officer: "e1", Details: []PaymentIntentDetail{{CHFID: "12", ProductCode: "P"}}}
		c.change(r, d)
		p, details, _, err := PlanIntent(r, d, paymentDay(t), CorrectedRules)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		got := fmt.Sprintf("refused %s", text(p.RejectedReason))
		if number(p.PaymentStatus) == PaymentIntended {
			var parts []string
			for _, row := range details {
				parts = append(parts, amount(row.ExpectedAmount).StringFixed(2)+" "+text(row.PolicyStage))
			}
			got = fmt.Sprintf("%s %s: %s", PaymentStatusName(0), amount(p.ExpectedAmount).StringFixed(2), strings.Join(parts, ", "))
		}
		if got != c.want {
			t.Errorf("%s: %s, expected %s", c.name, got, c.want)
		}
	}
}

// TestIntentBeforeItsProduct cites rules 9.2 and 12.1: what was not there yet has no price.
func TestIntentBeforeItsProduct(t *testing.T) {
	r, d := payWorld(t), &PaymentIntent{Officer: "E1", Details: []PaymentIntentDetail{{CHFID: "12", ProductCode: "P"}}}
	r.Products[0].ValidityFrom = persistence.At(policyDay(t, "2023-06-02").Time)
	_, _, _, err := PlanIntent(r, d, paymentDay(t), CorrectedRules)
	wantCode(t, "sold from tomorrow", err, core.Unprocessable, "not there yet")
}

// TestTextsOfDetails holds that what is asked for is asked for once, and blanks never.
func TestTextsOfDetails(t *testing.T) {
	rows := []persistence.PaymentDetail{{ProductCode: ptr("P ")}, {ProductCode: ptr(" ")}, {}, {ProductCode: ptr("Q")}, {ProductCode: ptr("P")}}
	if got := texts(rows, func(d *persistence.PaymentDetail) *string { return d.ProductCode }); strings.Join(got, ",") != "P,Q" {
		t.Errorf("texts %q", got)
	}
}

// TestMoneyThatArrives cites rule 12.3.
func TestMoneyThatArrives(t *testing.T) {
	for _, c := range []struct {
		name            string
		status          int
		control, number string
		paid            string
		want            PaymentFault
	}{
		{"as expected", PaymentNumbered, "C1", " C1 ", "200", IntentGood},
		{"another number", PaymentNumbered, "C1", "C2", "200", ReceiptNumberWrong},
		{"no number on either side", PaymentNumbered, "", "", "200", ReceiptNumberWrong},
		{"before a number was given", PaymentAcknowledged, "C1", "C1", "200", ReceiptNumberWrong},
		{"a cent too little", PaymentNumbered, "C1", "C1", "199.99", ReceiptAmountWrong},
		{"a cent too much", PaymentNumbered, "C1", "C1", "200.01", ReceiptAmountWrong},
		{"received before", PaymentReceived, "C1", "C1", "200", ReceiptRepeated},
		{"matched before", PaymentMatched, "C1", "C2", "1", ReceiptRepeated},
	} {
		p := &persistence.Payment{PaymentStatus: &c.status, ExpectedAmount: ptr(money("200"))}
		if got, why := CheckReceived(p, c.control, &MoneyReceived{ControlNumber: c.number, Amount: money(c.paid)}); got != c.want || (got != IntentGood) != (why != "") {
			t.Errorf("[12.3] %s: %d %s, expected %d", c.name, got, why, c.want)
		}
	}
}

// TestDistribution cites rule 12.4.
func TestDistribution(t *testing.T) {
	for _, c := range []struct {
		name, received string
		values, want   []string
	}{
		{"in full", "300", []string{"100", "200"}, []string{"100.00", "200.00"}},
		{"more than that stays where it is", "400", []string{"100", "200"}, []string{"100.00", "200.00"}},
		{"by their values", "150", []string{"100", "200"}, []string{"50.00", "100.00"}},
		{"the last takes the cents that are left", "100", []string{"50", "50", "50"}, []string{"33.33", "33.33", "33.34"}},
		{"a cent for three", "0.01", []string{"50", "50", "50"}, []string{"0.00", "0.00", "0.01"}},
		{"nothing", "0", []string{"50"}, []string{"0.00"}},
		{"of no value", "10", []string{"0"}, []string{"0.00"}},
		{"nothing for two of no value", "0", []string{"0", "0"}, []string{"0.00", "0.00"}},
		{"one alone", "10", []string{"50"}, []string{"10.00"}},
	} {
		var shares []MatchShare
		for _, value := range c.values {
			shares = append(shares, MatchShare{Value: money(value)})
		}
		Distribute(shares, money(c.received))
		var got []string
		for _, s := range shares {
			got = append(got, s.Share.StringFixed(2))
		}
		if fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("[12.4] %s: %v, expected %v", c.name, got, c.want)
		}
	}
}

// matchText says what was planned, or what stands in the way.
func matchText(shares []MatchShare, err error) string {
	if err != nil {
		return err.Error()
	}
	out := ""
	for _, s := range shares {
		what := "kept"
		if s.Policy.PolicyID == 0 {
			what = "new"
		} else if s.Changed {
			what = "changed"
		}
		premium := 0
		if s.Premium != nil {
			premium = s.Premium.PremiumID
		}
		out += fmt.Sprintf("%s of %s, %s %s effective %s to %s, premium %d;", s.Share.StringFixed(2), s.Value.StringFixed(2), what,
			PolicyStatusName(number(s.Policy.PolicyStatus)), goldenDate(s.Policy.EffectiveDate), goldenDate(s.Policy.ExpiryDate), premium)
	}
	return out
}

// TestMatching cites rule 12.4. The family's idle policy of 200 runs from 2023-06-01.
func TestMatching(t *testing.T) {
	idle := func(r *MatchRows) { holds(t, &r.PaymentRows, PolicyIdle, "2024-05-31", "200") }
	ready := func(r *MatchRows) { holds(t, &r.PaymentRows, PolicyReady, "2024-05-31", "200") }
	old := func(r *MatchRows) {
		holds(t, &r.PaymentRows, PolicyActive, "2023-06-30", "250")
		r.Details[0].PolicyStage = ptr("R")
	}
	collected := func(r *MatchRows) { r.Payment.OfficerCode = ptr("E1"); has(&r.PaymentRows, 1, "200", false) }
	const (
		kept     = "200.00 of 200.00, kept idle effective NULL to 2024-05-31, premium 0;"
		changed  = "200.00 of 200.00, changed active effective 2023-06-01 to 2024-05-31, premium 0;"
		forever  = "200.00 of 200.00, changed active effective 2023-06-01 to NULL, premium 0;"
		partly   = "150.00 of 200.00, kept idle effective NULL to 2024-05-31, premium 0;"
		waiting  = "200.00 of 200.00, kept ready effective NULL to 2024-05-31, premium 0;"
		renewed  = "200.00 of 200.00, new active effective 2023-07-01 to 2024-06-30, premium 0;"
		promised = "150.00 of 200.00, new idle effective NULL to 2024-06-30, premium 0;"
		taken    = "200.00 of 200.00, kept active effective NULL to 2024-05-31, premium 71;"
	)
	for _, c := range []struct {
		name              string
		change            func(r *MatchRows)
		legacy, corrected string
	}{
		{"[12.4] an idle policy is paid in full", idle, kept, changed},
		{"[12.4] an idle renewal is paid in full", func(r *MatchRows) { idle(r); r.Details[0].PolicyStage = ptr("R") }, forever, changed},
		{"[12.4] in part", func(r *MatchRows) { idle(r); r.Payment.ReceivedAmount = ptr(money("150")) }, partly, partly},
		{"[12.4] the rest was paid before", func(r *MatchRows) {
			idle(r)
			has(&r.PaymentRows, 1, "50", false)
			r.Payment.ReceivedAmount = ptr(money("150"))
		}, partly, strings.Replace(changed, "200.00 of", "150.00 of", 1)},
		{"[12.4] photographs were paid before", func(r *MatchRows) {
			idle(r)
			has(&r.PaymentRows, 1, "50", true)
			r.Payment.ReceivedAmount = ptr(money("150"))
		}, partly, partly},
		{"[12.4] others paid before", func(r *MatchRows) {
			idle(r)
			r.Details[0].PolicyStage, r.Overall, r.Payment.ReceivedAmount = ptr("R"), money("50"), ptr(money("150"))
		}, strings.Replace(forever, "200.00 of", "150.00 of", 1), partly},
		{"[12.4] a ready policy where activation is a step of its own", func(r *MatchRows) { ready(r); r.Separate = true }, changed, changed},
		{"[12.4] a ready policy where it is not", ready, waiting, changed},
		{"[12.4] the newest of two", func(r *MatchRows) {
			holds(t, &r.PaymentRows, PolicyIdle, "2022-05-31", "999")
			idle(r)
			r.Details[0].PolicyStage = ptr("R")
		}, forever, changed},
		{"[12.4] a renewal is made", old, renewed, renewed},
		{"[12.4] a renewal that is not paid in full", func(r *MatchRows) { old(r); r.Payment.ReceivedAmount = ptr(money("150")) }, promised, promised},
		{"[12.4] a renewal of a family as large as the product takes, on its last day", func(r *MatchRows) {
			old(r)
			r.Products[0].MemberCount, r.Products[0].DateTo = 2, paymentDay(t)
		}, renewed, renewed},
		{"[12.4] a renewal beside one that began on the last day", func(r *MatchRows) {
			old(r)
			holds(t, &r.PaymentRows, PolicySuspended, "2024-06-29", "200")
		}, renewed, renewed},
		{"[12.4] a renewal beside a later policy of another product", func(r *MatchRows) {
			old(r)
			holds(t, &r.PaymentRows, PolicySuspended, "2024-06-30", "200").ProdID = 2
		}, renewed, renewed},
		{"[12.4] a renewal of a product that became this one", func(r *MatchRows) {
			old(r)
			r.Products[0].ConversionProdID, r.Details[0].ProductCode = ptr(2), ptr("Q")
		}, renewed, renewed},
		{"[12.4] an officer collected, and the policy is active", func(r *MatchRows) {
			holds(t, &r.PaymentRows, PolicyActive, "2024-05-31", "200")
			collected(r)
		}, taken, taken},
		{"[12.4] an officer collected, and the policy is idle", func(r *MatchRows) { idle(r); collected(r) },
			strings.Replace(kept, "premium 0", "premium 71", 1), strings.Replace(changed, "premium 0", "premium 71", 1)},
		{"[12.4] the officer's last contribution", func(r *MatchRows) {
			holds(t, &r.PaymentRows, PolicyActive, "2024-05-31", "200")
			has(&r.PaymentRows, 1, "1", false)
			collected(r)
		}, strings.Replace(taken, "71", "72", 1), strings.Replace(taken, "71", "72", 1)},
	} {
		for book, want := range map[string]string{"legacy": c.legacy, "corrected": c.corrected} {
			r := matchWorld(t)
			c.change(r)
			if got := matchText(PlanMatch(r, policyDay(t, "2023-06-01"), mustRuleBook(book))); got != want {
				t.Errorf("%s, %s:\n%s\nexpected\n%s", c.name, book, got, want)
			}
		}
	}
}

// matchWorld is a payment of 200 for product P of the family.
func matchWorld(t testing.TB) *MatchRows {
	return &MatchRows{
		PaymentRows: *payWorld(t),
		Payment:     persistence.Payment{PaymentStatus: ptr(PaymentReceived), ReceivedAmount: ptr(money("200")), PaymentDate: ptr(paymentDay(t))},
		Details:     []persistence.PaymentDetail{{PaymentDetailsID: 1, InsuranceNumber: ptr("11"), ProductCode: ptr("P"), PolicyStage: ptr("N")}},
	}
}

// TestWhatCannotBeMatched cites rule 12.4.
func TestWhatCannotBeMatched(t *testing.T) {
	idle := func(r *MatchRows) { holds(t, &r.PaymentRows, PolicyIdle, "2024-05-31", "200") }
	renewal := func(r *MatchRows) *persistence.Policy {
		r.Details[0].PolicyStage = ptr("R")
		return holds(t, &r.PaymentRows, PolicyExpired, "2023-05-31", "200")
	}
	for _, c := range []struct {
		name, says string
		change     func(r *MatchRows)
	}{
		{"no number", "nobody is enrolled", func(r *MatchRows) { idle(r); r.Details[0].InsuranceNumber = nil }},
		{"an unknown number", "nobody is enrolled", func(r *MatchRows) { idle(r); r.Details[0].InsuranceNumber = ptr("99") }},
		{"no product", "there is no product", func(r *MatchRows) { idle(r); r.Details[0].ProductCode = nil }},
		{"a product sold elsewhere", "not sold where", func(r *MatchRows) { idle(r); r.Families[0].LocationID = ptr(101) }},
		{"no such officer", "there is no officer", func(r *MatchRows) { idle(r); r.Payment.OfficerCode = ptr("E2") }},
		{"an officer from elsewhere", "does not sell", func(r *MatchRows) {
			idle(r)
			r.Payment.OfficerCode, r.Officers[0].LocationID = ptr("E1"), ptr(101)
		}},
		{"an officer who booked nothing", "no contribution", func(r *MatchRows) { idle(r); r.Payment.OfficerCode = ptr("E1") }},
		{"an officer who booked to another policy", "no contribution", func(r *MatchRows) {
			idle(r)
			r.Payment.OfficerCode = ptr("E1")
			has(&r.PaymentRows, 9, "200", false)
		}},
		{"an officer without a policy who booked to others", "no contribution", func(r *MatchRows) {
			r.Payment.OfficerCode = ptr("E1")
			has(&r.PaymentRows, 9, "200", false)
		}},
		{"an officer without a policy", "no contribution", func(r *MatchRows) { r.Payment.OfficerCode = ptr("E1") }},
		{"no policy", "no policy of product P", func(*MatchRows) {}},
		{"a new policy where there is an active one", "no policy of product P", func(r *MatchRows) { holds(t, &r.PaymentRows, PolicyActive, "2024-05-31", "200") }},
		{"a suspended policy", "no policy of product P", func(r *MatchRows) { holds(t, &r.PaymentRows, PolicySuspended, "2024-05-31", "200") }},
		{"nothing to renew", "no policy of product P", func(r *MatchRows) { r.Details[0].PolicyStage = ptr("R") }},
		{"a policy without end", "no expiry date", func(r *MatchRows) { renewal(r).ExpiryDate = nil }},
		{"renewed before", "renewed already", func(r *MatchRows) {
			renewal(r)
			holds(t, &r.PaymentRows, PolicySuspended, "2024-06-30", "200")
		}},
		{"a family too large", "2 members", func(r *MatchRows) { renewal(r); r.Products[0].MemberCount = 1 }},
		{"a product that is not sold any more", "sold until 2023-05-31", func(r *MatchRows) {
			renewal(r)
			r.Products[0].DateTo = persistence.At(policyDay(t, "2023-05-31").Time)
		}},
		{"a cycle that is no day", "cycle", func(r *MatchRows) { renewal(r); r.Products[0].StartCycle1 = ptr("x") }},
		{"twice the same", "several details", func(r *MatchRows) {
			idle(r)
			r.Details = append(r.Details, r.Details[0])
			r.Details[1].InsuranceNumber = ptr("12")
		}},
		{"matched already", "nothing of the payment", func(r *MatchRows) { idle(r); r.Details[0].PremiumID = ptr(1) }},
		{"no details", "nothing of the payment", func(r *MatchRows) { r.Details = nil }},
		{"details of history", "nothing of the payment", func(r *MatchRows) { idle(r); r.Details[0].ValidityTo = ptr(paymentDay(t)) }},
		{"two faults", "and 1 more", func(r *MatchRows) { r.Details = append(r.Details, r.Details[0]) }},
	} {
		r := matchWorld(t)
		c.change(r)
		if shares, err := PlanMatch(r, policyDay(t, "2023-06-01"), CorrectedRules); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("[12.4] %s: %s", c.name, matchText(shares, err))
		}
	}
}

// TestWhatIsKnownOfMoney cites rule 12.3: who says nothing of the day means now, and who
// says nothing of the way leaves it as it was announced. A fee may be nothing.
func TestWhatIsKnownOfMoney(t *testing.T) {
	today, before := paymentDay(t), persistence.At(policyDay(t, "2023-05-20").Time)
	for _, c := range []struct {
		paid *persistence.DateTime
		kind string
		want string
	}{{nil, "", "2023-06-01 Cash"}, {&before, "", "2023-05-20 Cash"}, {nil, "BankTransfer", "2023-06-01 BankTransfer"}} {
		p := &persistence.Payment{TypeOfPayment: ptr("Cash")}
		(&MoneyReceived{Amount: money("1"), Paid: c.paid, Kind: c.kind}).fill(p, today)
		if got := paidOn(p, policyDay(t, "2023-07-07")).String() + " " + text(p.TypeOfPayment); got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
	if got := paidOn(&persistence.Payment{}, policyDay(t, "2023-07-07")).String(); got != "2023-07-07" {
		t.Errorf("a payment of an unknown day was made on %s", got)
	}
	for _, c := range []struct {
		sum, fee string
		good     bool
	}{{"1", "0", true}, {"0.01", "0.01", true}, {"0", "0", false}, {"1", "-0.01", false}, {"0.001", "0", false}, {"1", "0.001", false}} {
		if err := checkReceived(&MoneyReceived{Amount: money(c.sum), Fee: ptr(money(c.fee))}); (err == nil) != c.good {
			t.Errorf("%s with a fee of %s: %v", c.sum, c.fee, err)
		}
	}
}

// TestPaymentMoves holds the states a payment can be put into.
func TestPaymentMoves(t *testing.T) {
	want := map[int]string{-2: "[1]", -3: "[1]", 0: "[1]", 1: "[2 3 -3]", 2: "[3 -3]", 3: "[4]", 4: "[5]"}
	for from := range paymentStatusNames {
		var allowed []int
		for _, to := range []int{1, 2, 3, -3, 4, 5, 0, -1, -2, -4, -5} {
			if movePayment(&persistence.Payment{PaymentStatus: ptr(from)}, to) == nil {
				allowed = append(allowed, to)
			}
		}
		if got := fmt.Sprint(allowed); got != want[from] && !(want[from] == "" && got == "[]") {
			t.Errorf("%s: %s, expected %s", PaymentStatusName(from), got, want[from])
		}
	}
	if PaymentStatusName(99) != "unknown" {
		t.Error("99 has a name")
	}
	if got := *refusal(3, strings.Repeat("é", 300)); len([]rune(got)) != 255 {
		t.Errorf("a reason of %d letters", len([]rune(got)))
	}
}
