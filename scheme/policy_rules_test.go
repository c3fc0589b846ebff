package scheme

import (
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

func policyDay(t testing.TB, text string) persistence.Date {
	t.Helper()
	day, err := persistence.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return day
}

// TestPolicyPeriods cites rule 9.1.
func TestPolicyPeriods(t *testing.T) {
	cycles := func(days ...string) func(p *persistence.Product) {
		return func(p *persistence.Product) {
			for i, column := range []**string{&p.StartCycle1, &p.StartCycle2, &p.StartCycle3, &p.StartCycle4} {
				if i < len(days) {
					*column = ptr(days[i])
				}
			}
		}
	}
	for _, c := range []struct {
		name          string
		change        func(p *persistence.Product)
		stage, day    string
		start, expiry string
		cycle         bool
	}{
		{"[9.1.2] a year from enrolment", nil, "N", "2023-01-15", "2023-01-15", "2024-01-14", false},
		{"[9.1.1] a new policy waits two months", func(p *persistence.Product) { p.AdministrationPeriod = ptr(2) }, "N", "2023-12-31", "2024-02-29", "2025-02-27", false},
		{"[9.1.1] a renewal does not", func(p *persistence.Product) { p.AdministrationPeriod = ptr(2) }, "R", "2023-12-31", "2023-12-31", "2024-12-30", false},
		{"[9.1.2] blank cycles are none", cycles(" ", "01-06"), "N", "2023-01-15", "2023-01-15", "2024-01-14", false},
		{"[9.1.3] the next cycle of the year", cycles("01-03", "01-09"), "N", "2023-03-02", "2023-09-01", "2024-08-31", true},
		{"[9.1.3] the day of a cycle is too late for it without grace", cycles("01-03", "01-09"), "N", "2023-03-01", "2023-09-01", "2024-08-31", true},
		{"[9.1.3] the last day of grace", func(p *persistence.Product) { cycles("01-03", "01-09")(p); p.GracePeriod = 1 }, "N", "2023-03-31", "2023-03-01", "2024-02-29", true},
		{"[9.1.3] the day after it", func(p *persistence.Product) { cycles("01-03", "01-09")(p); p.GracePeriod = 1 }, "N", "2023-04-01", "2023-09-01", "2024-08-31", true},
		{"[9.1.3] behind the last cycle the first of the next year", cycles("01-03", "01-09"), "R", "2023-09-01", "2024-03-01", "2025-02-28", true},
		{"[9.1.3] column order counts, not the calendar", cycles("01-09", "01-03"), "N", "2023-02-01", "2023-09-01", "2024-08-31", true},
		{"[9.1.3] the fourth cycle", cycles("01-01", "01-04", "01-07", "01-10"), "N", "2023-07-01", "2023-10-01", "2024-09-30", true},
		{"[9.1.1, 9.1.3] the year is that of the day waited for", func(p *persistence.Product) { cycles("01-03")(p); p.AdministrationPeriod = ptr(2) }, "N", "2022-12-15", "2023-03-01", "2024-02-29", true},
		{"a leap day in a year without one", cycles("29-02"), "N", "2023-01-01", "2023-02-28", "2024-02-27", true},
	} {
		p := &persistence.Product{ProductCode: "P", InsurancePeriod: 12}
		if c.change != nil {
			c.change(p)
		}
		got, err := PolicyPeriod(p, policyDay(t, c.day), c.stage)
		if err != nil || got.Start.String() != c.start || got.Expiry.String() != c.expiry || got.Cycle != c.cycle {
			t.Errorf("%s: %v to %v, %v, %v", c.name, got.Start, got.Expiry, got.Cycle, err)
		}
	}
	for _, bad := range []string{"31-04", "1-6", "06/01", "00-01", "x"} {
		p := &persistence.Product{ProductCode: "P", InsurancePeriod: 12, StartCycle1: &bad}
		if _, err := PolicyPeriod(p, policyDay(t, "2023-01-01"), "N"); core.CodeOf(err) != core.Unprocessable {
			t.Errorf("cycle %q: %v", bad, err)
		}
	}
}

// TestLastDates cites rule 9.4.
func TestLastDates(t *testing.T) {
	empty := ""
	for _, c := range []struct {
		name              string
		stage             *string
		product           persistence.Product
		legacy, corrected string
	}{
		{"[9.4] new: enrolment and waiting period", ptr("N"), persistence.Product{WaitingPeriod: ptr(2)}, "2023-03-30", "2023-03-30"},
		{"[9.4] no stage is a new one", nil, persistence.Product{WaitingPeriod: ptr(2)}, "2023-03-30", "2023-03-30"},
		{"[9.4] renewal: expiry and waiting period", ptr("R"), persistence.Product{WaitingPeriod: ptr(2)}, "2024-04-30", "2024-04-30"},
		{"[9.4] no waiting period", ptr("N"), persistence.Product{}, "NULL", "NULL"},
		{"[9.4] cycles: start and grace", ptr("N"), persistence.Product{StartCycle1: ptr("01-03"), GracePeriod: 1}, "2023-03-31", "2023-03-31"},
		{"[9.4] cycles: renewals have their own grace", ptr("R"), persistence.Product{StartCycle1: ptr("01-03"), GracePeriod: 1, GracePeriodRenewal: ptr(3)}, "2023-05-31", "2023-05-31"},
		{"[9.4] cycles: no grace of renewals", ptr("R"), persistence.Product{StartCycle1: ptr("01-03"), GracePeriod: 1}, "NULL", "NULL"},
		{"[9.4] an empty cycle", ptr("N"), persistence.Product{StartCycle1: &empty, WaitingPeriod: ptr(2)}, "2023-02-28", "2023-03-30"},
		{"[9.4] a third cycle alone", ptr("N"), persistence.Product{StartCycle3: ptr("01-03"), WaitingPeriod: ptr(2)}, "2023-02-28", "2023-03-30"},
	} {
		p := &persistence.Policy{EnrollDate: policyDay(t, "2023-01-31"), StartDate: policyDay(t, "2023-03-01"), ExpiryDate: ptr(policyDay(t, "2024-02-29")), PolicyStage: c.stage}
		if got := goldenDate(LastDateForPayment(p, &c.product, LegacyRules)); got != c.legacy {
			t.Errorf("%s: legacy %s", c.name, got)
		}
		if got := goldenDate(LastDateForPayment(p, &c.product, CorrectedRules)); got != c.corrected {
			t.Errorf("%s: corrected %s", c.name, got)
		}
	}
	open := &persistence.Policy{PolicyStage: ptr("R")}
	if got := LastDateForPayment(open, &persistence.Product{WaitingPeriod: ptr(1)}, CorrectedRules); got != nil {
		t.Errorf("a renewal without expiry has the last date %v", got)
	}
}

// pricedFamily is priced by the tables below: a product that was begun in 2010, and a
// family of two adults and two children, the fifth and sixth member being others.
func pricedFamily(t testing.TB) *Pricing {
	q := &Pricing{
		ProdID: 1, Stage: "N", Enrolled: policyDay(t, "2023-03-15"), Today: policyDay(t, "2023-03-15"),
		Versions: []persistence.Product{{
			ProdID: 1, ProductCode: "P", MemberCount: 9, InsurancePeriod: 12, ValidityFrom: persistence.At(policyDay(t, "2010-01-01").Time),
			PremiumAdult: ptr(money("100")), PremiumChild: ptr(money("40")),
		}},
	}
	for i, born := range []string{"1980-05-01", "1981-05-01", "2018-05-01", "2019-05-01"} {
		q.Members = append(q.Members, persistence.Insuree{InsureeID: i + 1, DOB: policyDay(t, born)})
	}
	return q
}

// TestPolicyValues cites rule 9.2.
func TestPolicyValues(t *testing.T) {
	type change = func(q *Pricing, p *persistence.Product)
	other := func(q *Pricing, born string) {
		q.Members = append(q.Members, persistence.Insuree{InsureeID: len(q.Members) + 1, DOB: policyDay(t, born), Relationship: ptr(7)})
	}
	threshold := func(n int) change { return func(_ *Pricing, p *persistence.Product) { p.Threshold = &n } }
	early := func(enrolled string) change {
		return func(q *Pricing, p *persistence.Product) {
			p.StartCycle1, p.EnrolmentDiscountPerc, p.EnrolmentDiscountPeriod = ptr("01-06"), ptr(10), ptr(2)
			q.Enrolled = policyDay(t, enrolled)
		}
	}
	renew := func(enrolled string, before *persistence.Date) change {
		return func(q *Pricing, p *persistence.Product) {
			p.RenewalDiscountPerc, p.RenewalDiscountPeriod = ptr(20), ptr(1)
			q.Stage, q.Enrolled, q.Before = "R", policyDay(t, enrolled), before
		}
	}
	may := ptr(policyDay(t, "2023-05-31"))
	for _, c := range []struct {
		name              string
		change            change
		legacy, corrected string
	}{
		{"[9.2.5] premiums: 2 x 100 + 2 x 40", nil, "280", "280"},
		{"[9.2.5] a lump sum", func(_ *Pricing, p *persistence.Product) { p.LumpSum = money("1000") }, "1000", "1000"},
		{"[9.2.4] threshold 3 of 4: a child more, charged twice", threshold(3), "320", "280"},
		{"[9.2.4] threshold 1 of 4: an adult and two children more, charged twice", threshold(1), "460", "280"},
		{"[9.2.4] threshold 4 of 4", threshold(4), "280", "280"},
		{"[9.2.4] threshold 0 is none", threshold(0), "280", "280"},
		{"[9.2.4, 9.2.5] extras beside a lump sum", func(q *Pricing, p *persistence.Product) { threshold(3)(q, p); p.LumpSum = money("1000") }, "1040", "1040"},
		{"[9.2.3] others beside a lump sum", func(q *Pricing, p *persistence.Product) {
			p.LumpSum = money("1000")
			other(q, "1950-01-01")
			other(q, "2020-01-01")
		}, "1140", "1140"},
		{"[9.2.3] others without a lump sum pay once", func(q *Pricing, _ *persistence.Product) { other(q, "1950-01-01") }, "380", "380"},
		{"[9.2.3] 18 this year, not yet on the day", func(q *Pricing, _ *persistence.Product) { q.Members[3].DOB = policyDay(t, "2005-03-16") }, "340", "280"},
		{"[9.2.3] 18 on the day", func(q *Pricing, _ *persistence.Product) { q.Members[3].DOB = policyDay(t, "2005-03-15") }, "340", "340"},
		{"[9.2.3] 17 this year", func(q *Pricing, _ *persistence.Product) { q.Members[3].DOB = policyDay(t, "2006-01-01") }, "280", "280"},
		{"[9.2.3] 18 since the enrolment", func(q *Pricing, _ *persistence.Product) {
			q.Today, q.Members[3].DOB = policyDay(t, "2025-01-01"), policyDay(t, "2006-01-01")
		}, "340", "280"},
		{"[9.2.2] only the first three", func(_ *Pricing, p *persistence.Product) { p.MemberCount = 3 }, "240", "240"},
		{"[9.2.2] the order is that of coming", func(q *Pricing, p *persistence.Product) {
			p.MemberCount = 3
			q.Members[0].ValidityFrom = persistence.At(policyDay(t, "2020-01-01").Time)
		}, "180", "180"},
		{"[9.2.2] closed members do not count", func(q *Pricing, _ *persistence.Product) { q.Members[0].ValidityTo = ptr(persistence.DateTime{}) }, "180", "180"},
		{"[9.2.6] an assembly fee a head", func(_ *Pricing, p *persistence.Product) { p.GeneralAssemblyFee = ptr(money("2.5")) }, "290", "290"},
		{"[9.2.6] an assembly lump sum", func(_ *Pricing, p *persistence.Product) {
			p.GeneralAssemblyFee, p.GeneralAssemblyLumpSum = ptr(money("2.5")), ptr(money("7"))
		}, "287", "287"},
		{"[9.2.7] a registration fee a head", func(_ *Pricing, p *persistence.Product) { p.RegistrationFee = ptr(money("3")) }, "292", "292"},
		{"[9.2.7] a registration lump sum", func(_ *Pricing, p *persistence.Product) {
			p.RegistrationFee, p.RegistrationLumpSum = ptr(money("3")), ptr(money("5"))
		}, "285", "285"},
		{"[9.2.7] a renewal registers nobody", func(q *Pricing, p *persistence.Product) { q.Stage, p.RegistrationFee = "R", ptr(money("3")) }, "280", "280"},
		{"[9.2.8] two months before the cycle", early("2023-04-01"), "252", "252"},
		{"[9.2.8] a day later", early("2023-04-02"), "280", "280"},
		{"[9.2.8] enrolment discount needs cycles", func(_ *Pricing, p *persistence.Product) { p.EnrolmentDiscountPerc = ptr(10) }, "280", "280"},
		{"[9.2.8] a month before the old expiry is over", renew("2023-05-01", may), "224", "224"},
		{"[9.2.8] a day later", renew("2023-05-02", may), "280", "280"},
		{"[9.2.8] the expiry before is not known", renew("2023-05-01", nil), "280", "280"},
		{"[9.2.8] to the cent, half up: 280.25 less 10 %", func(q *Pricing, p *persistence.Product) {
			early("2023-01-01")(q, p)
			p.GeneralAssemblyLumpSum = ptr(money("0.25"))
		}, "252.23", "252.23"},
	} {
		for book, want := range map[string]string{"legacy": c.legacy, "corrected": c.corrected} {
			q := pricedFamily(t)
			if c.change != nil {
				c.change(q, &q.Versions[0])
			}
			got, err := PricePolicy(q, mustRuleBook(book))
			if err != nil || got.Fault != PriceGood || got.Err() != nil || !got.Value.Equal(money(want)) {
				t.Errorf("%s: %s, %+v, %v", c.name, book, got, err)
			}
		}
	}
}

// TestPricesOfVersions cites rule 9.2.1.
func TestPricesOfVersions(t *testing.T) {
	at := func(day string) persistence.DateTime { return persistence.At(policyDay(t, day).Time) }
	for _, c := range []struct {
		name   string
		change func(q *Pricing)
		value  string
		fault  PriceFault
	}{
		{"the version of the day", func(q *Pricing) {
			old := q.Versions[0]
			old.ProdID, old.LegacyID, old.LumpSum, old.ValidityTo = 9, ptr(1), money("70"), ptr(at("2023-03-16"))
			q.Versions[0].ValidityFrom = at("2023-03-16")
			q.Versions = append(q.Versions, old)
		}, "70", PriceGood},
		{"the newest of the day", func(q *Pricing) {
			old := q.Versions[0]
			old.ProdID, old.LegacyID, old.LumpSum, old.ValidityTo = 9, ptr(1), money("70"), ptr(at("2023-03-15"))
			q.Versions[0].ValidityFrom = at("2023-03-15")
			q.Versions = append(q.Versions, old)
		}, "280", PriceGood},
		{"another product's", func(q *Pricing) { q.Versions[0].ProdID = 2 }, "0", ProductUnknown},
		{"not begun", func(q *Pricing) { q.Versions[0].ValidityFrom = at("2023-03-16") }, "0", ProductUnknown},
		{"deleted", func(q *Pricing) { q.Versions[0].ValidityTo = ptr(at("2023-01-01")) }, "280", ProductDeleted},
	} {
		q := pricedFamily(t)
		c.change(q)
		got, err := PricePolicy(q, CorrectedRules)
		if err != nil || got.Fault != c.fault || !got.Value.Equal(money(c.value)) {
			t.Errorf("%s: %+v, %v", c.name, got, err)
		}
		if (got.Err() == nil) != (c.fault == PriceGood) {
			t.Errorf("%s: %v", c.name, got.Err())
		}
	}
	q := pricedFamily(t)
	q.Versions[0].StartCycle1 = ptr("never")
	if _, err := PricePolicy(q, CorrectedRules); core.CodeOf(err) != core.Unprocessable {
		t.Errorf("a cycle that is no day: %v", err)
	}
}

// TestCoverOfMembers cites rule 9.3.
func TestCoverOfMembers(t *testing.T) {
	for _, c := range []struct {
		name              string
		change            func(c *Covering)
		legacy, corrected string
	}{
		{"the value stays", func(c *Covering) {}, "2023-01-05", "2023-01-05"},
		{"dearer and not paid", func(c *Covering) { c.Price.Value = money("200") }, "NULL", "NULL"},
		{"dearer and paid", func(c *Covering) { c.Price.Value, c.Paid = money("200"), money("200") }, "2023-01-05", "2023-01-05"},
		{"dearer, a cent is missing", func(c *Covering) { c.Price.Value, c.Paid = money("200"), money("199.99") }, "NULL", "NULL"},
		{"dearer, not paid, but asked to activate", func(c *Covering) { c.Price.Value, c.Activate = money("200"), true }, "2023-01-05", "2023-01-05"},
		{"cheaper and not paid", func(c *Covering) { c.Price.Value = money("50") }, "NULL", "NULL"},
		{"the product is deleted", func(c *Covering) { c.Price.Fault = ProductDeleted }, "NULL", "NULL"},
		{"the value was never stored", func(c *Covering) { c.Policy.PolicyValue = nil }, "NULL", "NULL"},
		{"decimals: 100.50 is 100.50", func(c *Covering) { c.Policy.PolicyValue, c.Price.Value = ptr(money("100.5")), money("100.5") }, "NULL", "2023-01-05"},
		{"decimals: dearer by some, paid without them", func(c *Covering) { c.Price.Value, c.Paid = money("100.5"), money("0") }, "2023-01-05", "NULL"},
		{"the policy itself is not effective", func(c *Covering) { c.Policy.EffectiveDate = nil }, "NULL", "NULL"},
		{"as many members as the product takes", func(c *Covering) { c.Members = 5 }, "2023-01-05", "2023-01-05"},
		{"one more", func(c *Covering) { c.Members = 6 }, "none", "none"},
	} {
		for book, want := range map[string]string{"legacy": c.legacy, "corrected": c.corrected} {
			q := &Covering{
				Policy: &persistence.Policy{PolicyID: 3, EnrollDate: policyDay(t, "2023-01-01"), StartDate: policyDay(t, "2023-01-02"), EffectiveDate: ptr(policyDay(t, "2023-01-05")),
					ExpiryDate: ptr(policyDay(t, "2023-12-31")), PolicyValue: ptr(money("100"))},
				Members: 2, Most: 5, Price: PolicyPrice{Value: money("100")}, Paid: decimal.Zero,
			}
			c.change(q)
			got := "none"
			if cover := CoverMember(q, 7, mustRuleBook(book)); cover != nil {
				got = goldenDate(cover.EffectiveDate)
				if cover.InsureeID != 7 || cover.PolicyID != 3 || goldenDate(cover.EnrollmentDate) != "2023-01-01" || goldenDate(cover.StartDate) != "2023-01-02" || goldenDate(cover.ExpiryDate) != "2023-12-31" {
					t.Errorf("%s: %+v", c.name, cover)
				}
			}
			if got != want {
				t.Errorf("%s: %s %s, expected %s", c.name, book, got, want)
			}
		}
	}
}

func TestContributionsPaid(t *testing.T) {
	rows := []persistence.Premium{
		{PolicyID: 1, Amount: money("10.10")}, {PolicyID: 1, Amount: money("5"), IsPhotoFee: ptr(false)},
		{PolicyID: 1, Amount: money("100"), IsPhotoFee: ptr(true)}, {PolicyID: 1, Amount: money("100"), ValidityTo: &persistence.DateTime{}}, {PolicyID: 2, Amount: money("100")},
	}
	if got := paidFor(rows, 1); !got.Equal(money("15.10")) {
		t.Errorf("%s was paid", got)
	}
}

// TestExpiry cites rule 9.7.
func TestExpiry(t *testing.T) {
	today := policyDay(t, "2023-06-01")
	for _, c := range []struct {
		name    string
		policy  persistence.Policy
		changed bool
	}{
		{"over since yesterday", persistence.Policy{PolicyStatus: ptr(2), ExpiryDate: ptr(policyDay(t, "2023-05-31"))}, true},
		{"suspended", persistence.Policy{PolicyStatus: ptr(4), ExpiryDate: ptr(policyDay(t, "2023-05-31"))}, true},
		{"no state at all", persistence.Policy{ExpiryDate: ptr(policyDay(t, "2023-05-31"))}, true},
		{"its last day is today", persistence.Policy{PolicyStatus: ptr(2), ExpiryDate: &today}, false},
		{"marked already", persistence.Policy{PolicyStatus: ptr(8), ExpiryDate: ptr(policyDay(t, "2023-05-31"))}, false},
		{"no end", persistence.Policy{PolicyStatus: ptr(2)}, false},
		{"a history row", persistence.Policy{PolicyStatus: ptr(2), ExpiryDate: ptr(policyDay(t, "2023-05-31")), ValidityTo: &persistence.DateTime{}}, false},
	} {
		if got := ExpirePolicy(&c.policy, today); got != c.changed || got && number(c.policy.PolicyStatus) != PolicyExpired {
			t.Errorf("%s: %v, %d", c.name, got, number(c.policy.PolicyStatus))
		}
	}
}

// TestPeriodsHold tells what is true of every period: it has the months of the product,
// does not start before its day by more than the grace, and does not end before it starts.
func TestPeriodsHold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := &persistence.Product{ProductCode: "P", InsurancePeriod: rapid.IntRange(1, 36).Draw(t, "months"), GracePeriod: rapid.IntRange(0, 11).Draw(t, "grace")}
		if rapid.Bool().Draw(t, "cycles") {
			p.StartCycle1 = ptr(rapid.SampledFrom([]string{"01-01", "29-02", "31-12", "15-06"}).Draw(t, "first"))
			p.StartCycle2 = ptr(rapid.SampledFrom([]string{"", "01-07", "31-08"}).Draw(t, "second"))
		}
		day := persistence.Day(persistence.DateOf(2020, 1, 1).AddDate(0, 0, rapid.IntRange(0, 2000).Draw(t, "day")))
		stage := rapid.SampledFrom([]string{StageNew, StageRenewal}).Draw(t, "stage")
		got, err := PolicyPeriod(p, day, stage)
		if err != nil {
			t.Fatal(err)
		}
		if !addMonths(got.Start.Time, p.InsurancePeriod).Equal(got.Expiry.AddDate(0, 0, 1)) || got.Expiry.Before(got.Start.Time) {
			t.Fatalf("%v to %v is not %d months", got.Start, got.Expiry, p.InsurancePeriod)
		}
		if !day.Before(addMonths(got.Start.Time, p.GracePeriod)) && got.Cycle || !got.Cycle && !got.Start.Equal(day.Time) {
			t.Fatalf("enrolled on %v it starts on %v", day, got.Start)
		}
	})
}

// TestSales gives what is wrong with a sale on 10 June 2023 (rule 9.5), "" for nothing: the
// product takes two people, until the end of the year; the family of two lives in the
// district 2 of the region 1, where the officer works.
func TestSales(t *testing.T) {
	today := policyDay(t, "2023-06-10")
	for _, c := range []struct {
		name   string
		change func(s *sale, officer *persistence.Officer)
		wrong  string
	}{
		{"nothing is wrong", func(s *sale, o *persistence.Officer) {}, ""},
		{"no day", func(s *sale, o *persistence.Officer) { s.draft.Enrolled = persistence.Date{} }, "enrolled: the day of enrolment is missing"},
		{"tomorrow", func(s *sale, o *persistence.Officer) { s.draft.Enrolled = policyDay(t, "2023-06-11") }, "enrolled: the day of enrolment 2023-06-11 lies ahead"},
		{"the last day of the product", func(s *sale, o *persistence.Officer) { s.product.DateTo = persistence.At(today.Time) }, ""},
		{"the day after", func(s *sale, o *persistence.Officer) {
			s.product.DateTo = persistence.At(policyDay(t, "2023-06-09").Time)
		}, "is sold until 2023-06-09"},
		{"a product of the region", func(s *sale, o *persistence.Officer) { s.product.LocationID = ptr(1) }, ""},
		{"a product of another region", func(s *sale, o *persistence.Officer) { s.product.LocationID = ptr(3) }, "is not sold where the family lives"},
		{"a product of the nation", func(s *sale, o *persistence.Officer) { s.product.LocationID = ptr(0) }, ""},
		{"an officer of another district", func(s *sale, o *persistence.Officer) { o.LocationID = ptr(3) }, "officer: the enrolment officer does not work in the family's district"},
		{"an officer of no district", func(s *sale, o *persistence.Officer) { o.LocationID = nil }, "officer: the enrolment officer does not work in the family's district"},
		{"a third member", func(s *sale, o *persistence.Officer) { s.members = append(s.members, persistence.Insuree{}) }, "family: the family has 3 members; product P takes 2"},
		{"a third member who left", func(s *sale, o *persistence.Officer) {
			s.members = append(s.members, persistence.Insuree{ValidityTo: ptr(persistence.At(today.Time))})
		}, ""},
	} {
		s := &sale{draft: &PolicyDraft{Enrolled: today}, members: make([]persistence.Insuree, 2),
			product: &persistence.Product{ProductCode: "P", MemberCount: 2, DateTo: persistence.At(policyDay(t, "2023-12-31").Time)}}
		s.officer, s.places = &persistence.Officer{LocationID: ptr(2)}, []persistence.Location{{LocationID: 1}, {LocationID: 2}}
		c.change(s, s.officer)
		err := checkSale(s, today)
		if c.wrong == "" && err != nil {
			t.Errorf("%s: %v", c.name, err)
		} else if c.wrong != "" {
			wantCode(t, c.name, err, core.Unprocessable, c.wrong)
		}
	}
}
