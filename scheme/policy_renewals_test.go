package scheme

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/openimis/openimis-go/persistence"
)

// renewalWorld is a policy that ends in five days, of a family in a village, with an
// officer who works on and a product that is sold on.
func renewalWorld(t testing.TB) *RenewalRows {
	from, to := persistence.At(policyDay(t, "2020-01-01").Time), persistence.At(policyDay(t, "2040-12-31").Time)
	return &RenewalRows{
		Policies: []persistence.Policy{{PolicyID: 1, FamilyID: 1, ProdID: 1, OfficerID: ptr(1), PolicyStatus: ptr(PolicyActive), StartDate: policyDay(t, "2022-06-07"), ExpiryDate: ptr(policyDay(t, "2023-06-06"))}},
		Products: []persistence.Product{{ProdID: 1, DateFrom: from, DateTo: to}, {ProdID: 2, DateFrom: from, DateTo: to}, {ProdID: 3, DateFrom: from, DateTo: to}},
		Officers: []persistence.Officer{{OfficerID: 1, Phone: ptr("1")}, {OfficerID: 2, Phone: ptr("2")}, {OfficerID: 3, Phone: ptr("3")}},
		Families: []persistence.Family{{FamilyID: 1, InsureeID: 1, LocationID: ptr(104)}},
		Insurees: []persistence.Insuree{
			{InsureeID: 1, FamilyID: ptr(1), DOB: policyDay(t, "1980-01-01"), PhotoDate: ptr(policyDay(t, "2022-07-01"))},
			{InsureeID: 2, FamilyID: ptr(1), DOB: policyDay(t, "2015-01-01"), PhotoDate: ptr(policyDay(t, "2022-07-01"))},
		},
		Places: goldenTree(),
	}
}

// renewalText says what was planned: policy, product, officer, warnings and photographs.
func renewalText(prompts []RenewalPrompt) string {
	text := ""
	for _, p := range prompts {
		var photos []int
		for _, m := range p.Photos {
			photos = append(photos, m.InsureeID)
		}
		phone := ""
		if p.Renewal.PhoneNumber != nil {
			phone = *p.Renewal.PhoneNumber
		}
		text += fmt.Sprintf("policy %d on %v, product %d, officer %d (%s), warnings %d, photos %v;",
			p.Renewal.PolicyID, p.Renewal.RenewalDate, p.Renewal.NewProdID, number(p.Renewal.NewOfficerID), phone, *p.Renewal.RenewalWarnings, photos)
	}
	return text
}

// TestRenewalPrompts cites rule 9.8.
func TestRenewalPrompts(t *testing.T) {
	const plain = "policy 1 on 2023-06-07, product 1, officer 1 (1), warnings 0, photos [];"
	product := func(n int, officer int, warnings int) string {
		return fmt.Sprintf("policy 1 on 2023-06-07, product %d, officer %d (%d), warnings %d, photos [];", n, officer, officer, warnings)
	}
	photos := func(of string) string {
		return fmt.Sprintf("policy 1 on 2023-06-07, product 1, officer 1 (1), warnings 0, photos [%s];", of)
	}
	day := func(text string) *persistence.DateTime { return ptr(persistence.At(policyDay(t, text).Time)) }
	for _, c := range []struct {
		name              string
		change            func(r *RenewalRows, f *RenewalFilter)
		legacy, corrected string
	}{
		{"[9.8] five days ahead", func(*RenewalRows, *RenewalFilter) {}, plain, plain},
		{"[9.8] just within the interval", func(_ *RenewalRows, f *RenewalFilter) { f.Days = 5 }, plain, plain},
		{"[9.8] a day too early", func(_ *RenewalRows, f *RenewalFilter) { f.Days = 4 }, "", ""},
		{"[9.8] whatever the interval", func(r *RenewalRows, f *RenewalFilter) { f.Days = 0 }, plain, plain},
		{"[9.8] expired", func(r *RenewalRows, _ *RenewalFilter) { r.Policies[0].PolicyStatus = ptr(PolicyExpired) }, plain, plain},
		{"[9.8] idle", func(r *RenewalRows, _ *RenewalFilter) { r.Policies[0].PolicyStatus = ptr(PolicyIdle) }, "", ""},
		{"[9.8] suspended", func(r *RenewalRows, _ *RenewalFilter) { r.Policies[0].PolicyStatus = ptr(PolicySuspended) }, "", ""},
		{"[9.8] ready", func(r *RenewalRows, _ *RenewalFilter) { r.Policies[0].PolicyStatus = ptr(PolicyReady) }, "", ""},
		{"[9.8] no expiry", func(r *RenewalRows, _ *RenewalFilter) { r.Policies[0].ExpiryDate = nil }, "", ""},
		{"[9.8] a history row", func(r *RenewalRows, _ *RenewalFilter) { r.Policies[0].ValidityTo = day("2023-01-01") }, "", ""},
		{"[9.8] a family that is gone", func(r *RenewalRows, _ *RenewalFilter) { r.Families[0].ValidityTo = day("2023-01-01") }, "", ""},
		{"[9.6] the pseudo family of donations", func(r *RenewalRows, _ *RenewalFilter) { r.Insurees[0].CHFID = ptr(persistence.FundingNumber) }, "", ""},
		{"[9.8] the product is not there", func(r *RenewalRows, _ *RenewalFilter) { r.Products = nil }, "", ""},
		{"[9.8] expiry within the range", func(_ *RenewalRows, f *RenewalFilter) {
			f.From, f.To = ptr(policyDay(t, "2023-06-06")), ptr(policyDay(t, "2023-06-06"))
		}, plain, plain},
		{"[9.8] before the range", func(_ *RenewalRows, f *RenewalFilter) { f.From = ptr(policyDay(t, "2023-06-07")) }, "", ""},
		{"[9.8] behind the range", func(_ *RenewalRows, f *RenewalFilter) { f.To = ptr(policyDay(t, "2023-06-05")) }, "", ""},
		{"[9.8] the places", func(_ *RenewalRows, f *RenewalFilter) {
			f.Region, f.District, f.Ward, f.Village = ptr(101), ptr(102), ptr(103), ptr(104)
		}, plain, plain},
		{"[9.8] another region", func(_ *RenewalRows, f *RenewalFilter) { f.Region = ptr(102) }, "", ""},
		{"[9.8] another village", func(_ *RenewalRows, f *RenewalFilter) { f.Village = ptr(105) }, "", ""},
		{"[9.8] the officer", func(_ *RenewalRows, f *RenewalFilter) { f.Officer = ptr(1) }, plain, plain},
		{"[9.8] another officer", func(_ *RenewalRows, f *RenewalFilter) { f.Officer = ptr(2) }, "", ""},

		{"[9.8.2] a chain of conversions", func(r *RenewalRows, _ *RenewalFilter) {
			r.Products[0].ConversionProdID, r.Products[1].ConversionProdID = ptr(2), ptr(3)
		}, product(3, 1, 0), product(3, 1, 0)},
		{"[9.8.2] conversions in a ring end somewhere", func(r *RenewalRows, _ *RenewalFilter) {
			r.Products[0].ConversionProdID, r.Products[1].ConversionProdID = ptr(2), ptr(1)
		}, plain, plain},
		{"[9.8.2] a conversion to nothing", func(r *RenewalRows, _ *RenewalFilter) { r.Products[0].ConversionProdID = ptr(9) }, plain, plain},
		{"[9.8.2] sold until the day", func(r *RenewalRows, _ *RenewalFilter) { r.Products[0].DateTo = *day("2023-06-07") }, plain, plain},
		{"[9.8.2] sold until the day before", func(r *RenewalRows, _ *RenewalFilter) { r.Products[0].DateTo = *day("2023-06-06") }, product(1, 1, 1), product(1, 1, 1)},
		{"[9.8.2] sold from the day after", func(r *RenewalRows, _ *RenewalFilter) { r.Products[0].DateFrom = *day("2023-06-08") }, product(1, 1, 1), product(1, 1, 1)},

		{"[9.8.3] no officer", func(r *RenewalRows, _ *RenewalFilter) { r.Policies[0].OfficerID = nil }, "", "policy 1 on 2023-06-07, product 1, officer 0 (), warnings 2, photos [];"},
		{"[9.8.3] an officer who is not there", func(r *RenewalRows, _ *RenewalFilter) { r.Policies[0].OfficerID = ptr(9) }, "", "policy 1 on 2023-06-07, product 1, officer 0 (), warnings 2, photos [];"},
		{"[9.8.3] no officer, another asked", func(r *RenewalRows, f *RenewalFilter) { r.Policies[0].OfficerID, f.Officer = nil, ptr(1) }, "", ""},
		{"[9.8.3] no village", func(r *RenewalRows, _ *RenewalFilter) { r.Families[0].LocationID = nil }, "", plain},
		{"[9.8.3] a district is no village", func(r *RenewalRows, _ *RenewalFilter) { r.Families[0].LocationID = ptr(102) }, "", plain},
		{"[9.8.3] works until the day", func(r *RenewalRows, _ *RenewalFilter) { r.Officers[0].WorksTo = day("2023-06-07") }, plain, plain},
		{"[9.8.3] left the day before", func(r *RenewalRows, _ *RenewalFilter) { r.Officers[0].WorksTo = day("2023-06-06") }, product(1, 1, 4), product(1, 1, 4)},
		{"[9.8.3] works on, the substitute does not matter", func(r *RenewalRows, _ *RenewalFilter) { r.Officers[0].OfficerIDSubst = ptr(2) }, plain, plain},
		{"[9.8.3] left, replaced", func(r *RenewalRows, _ *RenewalFilter) {
			r.Officers[0].WorksTo, r.Officers[0].OfficerIDSubst = day("2023-06-06"), ptr(2)
		}, product(1, 2, 0), product(1, 2, 0)},
		{"[9.8.3] the last of the chain left too", func(r *RenewalRows, _ *RenewalFilter) {
			r.Officers[0].WorksTo, r.Officers[0].OfficerIDSubst = day("2023-06-06"), ptr(2)
			r.Officers[1].OfficerIDSubst, r.Officers[2].WorksTo = ptr(3), day("2023-06-06")
		}, product(1, 3, 4), product(1, 3, 4)},
		{"[9.8.3] a ring of substitutes", func(r *RenewalRows, _ *RenewalFilter) {
			r.Officers[0].WorksTo, r.Officers[0].OfficerIDSubst, r.Officers[1].OfficerIDSubst = day("2023-06-06"), ptr(2), ptr(1)
		}, plain, plain},
		{"[9.8.3] substituted by nobody known", func(r *RenewalRows, _ *RenewalFilter) {
			r.Officers[0].WorksTo, r.Officers[0].OfficerIDSubst = day("2023-06-06"), ptr(9)
		}, product(1, 1, 4), product(1, 1, 4)},

		{"[9.8.4] renewed from the day", follow(1, 1, "2023-06-07"), "", ""},
		{"[9.8.4] a policy that starts before", follow(1, 1, "2023-06-06"), plain, plain},
		{"[9.8.4] another product", follow(1, 2, "2023-06-07"), plain, plain},
		{"[9.8.4] another family", follow(2, 1, "2023-06-07"), plain, plain},

		{"[9.8] an open prompt", prompted(1, nil), "", ""},
		{"[9.8] an open prompt for another member", prompted(2, nil), "", ""},
		{"[9.8] a closed prompt for the head", prompted(1, day("2023-01-01")), "", plain},
		{"[9.8] a closed prompt for another member", prompted(2, day("2023-01-01")), plain, plain},

		{"[9.8.5] no photograph", func(r *RenewalRows, _ *RenewalFilter) { r.Insurees[0].PhotoDate = nil }, photos("1"), photos("1")},
		{"[9.8.5] 60 months by the calendar", func(r *RenewalRows, _ *RenewalFilter) { r.Insurees[0].PhotoDate = ptr(policyDay(t, "2018-06-30")) }, photos("1"), photos("1")},
		{"[9.8.5] 59 months by the calendar", func(r *RenewalRows, _ *RenewalFilter) { r.Insurees[0].PhotoDate = ptr(policyDay(t, "2018-07-01")) }, plain, plain},
		{"[9.8.5] a child's of 12 months", func(r *RenewalRows, _ *RenewalFilter) { r.Insurees[1].PhotoDate = ptr(policyDay(t, "2022-06-30")) }, plain, photos("2")},
		{"[9.8.5] of somebody who is 18 today", func(r *RenewalRows, _ *RenewalFilter) {
			r.Insurees[1].PhotoDate, r.Insurees[1].DOB = ptr(policyDay(t, "2022-06-30")), policyDay(t, "2005-06-01")
		}, plain, plain},
		{"[9.8.5] of somebody 17 days old", func(r *RenewalRows, _ *RenewalFilter) {
			r.Insurees[1].PhotoDate, r.Insurees[1].DOB = ptr(policyDay(t, "2022-06-30")), policyDay(t, "2023-05-15")
		}, photos("2"), photos("2")},
		{"[9.8.5] of somebody 18 days old", func(r *RenewalRows, _ *RenewalFilter) {
			r.Insurees[1].PhotoDate, r.Insurees[1].DOB = ptr(policyDay(t, "2022-06-30")), policyDay(t, "2023-05-14")
		}, plain, photos("2")},
		{"[9.8.5] of a member who is gone", func(r *RenewalRows, _ *RenewalFilter) {
			r.Insurees[1].PhotoDate, r.Insurees[1].ValidityTo = nil, day("2023-01-01")
		}, plain, plain},
	} {
		for book, want := range map[string]string{"legacy": c.legacy, "corrected": c.corrected} {
			r, f := renewalWorld(t), &RenewalFilter{Days: 14}
			c.change(r, f)
			prompts := PlanRenewals(r, f, policyDay(t, "2023-06-01"), mustRuleBook(book))
			if got := renewalText(prompts); got != want {
				t.Errorf("%s, %s:\n%s\nexpected\n%s", c.name, book, got, want)
			}
		}
	}
}

// follow adds a policy that begins on the day.
func follow(family, product int, start string) func(*RenewalRows, *RenewalFilter) {
	return func(r *RenewalRows, _ *RenewalFilter) {
		day, _ := persistence.ParseDate(start)
		r.Policies = append(r.Policies, persistence.Policy{PolicyID: 2, FamilyID: family, ProdID: product, OfficerID: ptr(1), PolicyStatus: ptr(PolicyIdle), StartDate: day, ExpiryDate: &day})
	}
}

// prompted adds a prompt of the policy.
func prompted(insuree int, closed *persistence.DateTime) func(*RenewalRows, *RenewalFilter) {
	return func(r *RenewalRows, _ *RenewalFilter) {
		r.Prompts = append(r.Prompts, persistence.PolicyRenewal{PolicyID: 1, InsureeID: insuree, ValidityTo: closed})
	}
}

// TestPromptsAreMadeOnce holds that planning again, with what was planned written, plans
// nothing.
func TestPromptsAreMadeOnce(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		r := renewalWorld(t)
		template := r.Policies[0]
		r.Policies = nil
		for i := range rapid.IntRange(0, 6).Draw(rt, "policies") {
			p := template
			p.PolicyID, p.FamilyID = i+1, 1
			p.ProdID = rapid.IntRange(1, 3).Draw(rt, "product")
			p.PolicyStatus = ptr(rapid.SampledFrom([]int{1, 2, 4, 8, 16}).Draw(rt, "status"))
			p.ExpiryDate = ptr(persistence.Day(p.ExpiryDate.AddDate(0, 0, rapid.IntRange(-400, 30).Draw(rt, "expiry"))))
			r.Policies = append(r.Policies, p)
		}
		today := policyDay(t, "2023-06-01")
		for _, book := range []RuleBook{LegacyRules, CorrectedRules} {
			again := *r
			again.Prompts = slices.Clone(r.Prompts)
			for _, p := range PlanRenewals(&again, &RenewalFilter{Days: 14}, today, book) {
				again.Prompts = append(again.Prompts, p.Renewal)
			}
			if more := PlanRenewals(&again, &RenewalFilter{Days: 14}, today, book); len(more) > 0 {
				rt.Fatalf("planned again: %s", renewalText(more))
			}
		}
	})
}
