package scheme

import (
	"fmt"
	"strings"
	"testing"

	"github.com/openimis/openimis-go/persistence"
)

// offering gives the checked claim with other benefits: the first offer is one of product
// 1, the second of product 2 and so on, for the tablet and the surgery alike, and each
// product has a policy of its own with the same key. An offer is a limitation and its
// limit for adults, such as "C 80", "F 9", or "C" for one without limit.
func offering(offers ...string) *ClaimFile {
	f := checked()
	policy, member := f.Policies[0], f.Members[0]
	f.Policies, f.Members, f.Benefits = nil, nil, map[Ware][]Benefit{}
	for i, offer := range offers {
		kind, value, given := strings.Cut(offer, " ")
		limit := Limit{Type: kind}
		if given {
			limit.Adult = ptr(money(value))
		}
		key := i + 1
		for _, w := range []Ware{tablet, surgery} {
			f.Benefits[w] = append(f.Benefits[w], Benefit{Ware: w, ID: key, ProdID: key, Origin: "P", Limits: map[string]Limit{"O": limit}, Span: Span{From: on("2010-01-01")}})
		}
		f.Products[key] = &persistence.Product{ProdID: key}
		policy.PolicyID, policy.ProdID, member.PolicyID = key, key, key
		f.Policies, f.Members = append(f.Policies, policy), append(f.Members, member)
	}
	return f
}

// TestChoiceOfCover gives what pays a tablet asked at 10, or where the row says so a
// surgery asked at 400: limitation, limit, product and policy, or the reason why nothing
// does. Numbers in brackets are rules of the legacy specification, d.
func TestChoiceOfCover(t *testing.T) {
	const item, service = 0, 1
	for _, c := range []struct {
		name              string
		line              int
		offers            []string
		change            func(f *ClaimFile)
		legacy, corrected string
	}{
		{"[3.1] the insuree was closed since", item, []string{"C 80"}, func(f *ClaimFile) { f.Insuree.ValidityTo = ptr(on("2023-06-20")) }, "reason 7", "reason 7"},
		{"[3.1] no date", item, []string{"C 80"}, func(f *ClaimFile) { f.Claim.DateTo, f.Claim.DateFrom = nil, persistence.DateTime{} }, "reason 9", "reason 9"},
		{"[3.1] not in the register", item, []string{"C 80"}, func(f *ClaimFile) { delete(f.Registers, tablet) }, "reason 1", "reason 1"},
		{"[3.1] not in the list", item, []string{"C 80"}, func(f *ClaimFile) { delete(f.Prices, tablet) }, "reason 2", "reason 2"},
		{"[3.1] for men", service, []string{"C 80"}, func(f *ClaimFile) { f.Registers[surgery][0].Patients = patientMale + patientAdult }, "reason 4", "reason 4"},
		{"[3.1] the care type is not asked again", item, []string{"C 80"}, func(f *ClaimFile) {
			f.Registers[tablet][0].CareType, f.Facility.HFCareType = "I", "O"
		}, "C 80.00 of 1/1", "C 80.00 of 1/1"},
		{"[3.1] a line rejected before stays as it is", item, []string{"C 80"}, func(f *ClaimFile) { f.Lines[item].Reason = ptr(-1) }, "reason -1", "reason -1"},
		{"[3.1] a reason of NULL", item, []string{"C 80"}, func(f *ClaimFile) { f.Lines[item].Reason = nil }, "nothing", "C 80.00 of 1/1"},

		{"[3.2] an emergency has its own column", item, []string{"C 80"}, func(f *ClaimFile) {
			f.Claim.VisitType = ptr("E")
			f.Benefits[tablet][0].Limits["E"] = Limit{Type: "F", Adult: ptr(money("3"))}
		}, "F 3.00 of 1/1", "F 3.00 of 1/1"},
		{"[3.2] a referral has its own column, which is empty", item, []string{"C 80"}, func(f *ClaimFile) { f.Claim.VisitType = ptr("R") }, "reason 3", "reason 3"},
		{"[3.2] other is what nothing stands for", item, []string{"C 80"}, func(f *ClaimFile) { f.Claim.VisitType = ptr(" ") }, "C 80.00 of 1/1", "C 80.00 of 1/1"},
		{"[3.2] a child has its own limit", item, []string{"C 80"}, func(f *ClaimFile) {
			f.Insuree.DOB = on("2015-06-10").Date()
			f.Benefits[tablet][0].Limits["O"] = Limit{Type: "C", Adult: ptr(money("80")), Child: ptr(money("40"))}
		}, "C 40.00 of 1/1", "C 40.00 of 1/1"},

		{"[3.3] of 80 and 90 % the higher", item, []string{"C 80", "C 90"}, nil, "C 90.00 of 2/2", "C 90.00 of 2/2"},
		{"[3.3] of 90 and 80 % the higher", item, []string{"C 90", "C 80"}, nil, "C 90.00 of 1/1", "C 90.00 of 1/1"},
		{"[3.3] of equal shares the first", item, []string{"C 80", "C 80"}, nil, "C 80.00 of 1/1", "C 80.00 of 1/1"},
		{"[3.3] a missing share is below 0 %, or it is 100 %", item, []string{"C", "C 0"}, nil, "C 0.00 of 2/2", "C 100.00 of 1/1"},
		{"[3.3] 99 % before a missing share, or below it", item, []string{"C 99", "C"}, nil, "C 99.00 of 1/1", "C 100.00 of 2/2"},
		{"[3.3] of at most 6 and at most 7 the higher", item, []string{"F 6", "F 7"}, nil, "F 7.00 of 2/2", "F 7.00 of 2/2"},
		{"[3.3] of at most 7 and at most 6 the higher", item, []string{"F 7", "F 6"}, nil, "F 7.00 of 1/1", "F 7.00 of 1/1"},
		{"[3.3] of equal limits the first", item, []string{"F 7", "F 7"}, nil, "F 7.00 of 1/1", "F 7.00 of 1/1"},
		{"[3.3] 0 is unlimited, so 7 is not higher", item, []string{"F 0", "F 7"}, nil, "F 0.00 of 1/1", "F 0.00 of 1/1"},
		{"[3.3] 0 is unlimited, so it is higher than 7", item, []string{"F 7", "F 0"}, nil, "F 0.00 of 2/2", "F 0.00 of 2/2"},
		{"[3.3] of two without limit the first", item, []string{"F 0", "F 0"}, nil, "F 0.00 of 1/1", "F 0.00 of 1/1"},
		{"[3.3] a missing limit is below 5", item, []string{"F", "F 5"}, nil, "F 5.00 of 2/2", "F 5.00 of 2/2"},
		{"[3.3] 5 is above a missing limit", item, []string{"F 5", "F"}, nil, "F 5.00 of 1/1", "F 5.00 of 1/1"},
		{"[3.3] the product was closed", item, []string{"C 80"}, func(f *ClaimFile) { f.Products[1].ValidityTo = ptr(on("2023-06-20")) }, "reason 3", "reason 3"},
		{"[3.3] the product line was closed", item, []string{"C 80", "C 70"}, func(f *ClaimFile) { f.Benefits[tablet][0].To = ptr(on("2023-06-20")) }, "C 70.00 of 2/2", "C 70.00 of 2/2"},
		{"[3.3] the product is unknown", item, []string{"C 80"}, func(f *ClaimFile) { delete(f.Products, 1) }, "reason 3", "reason 3"},
		{"[3.3] suspended", item, []string{"C 80"}, func(f *ClaimFile) { f.Policies[0].PolicyStatus = ptr(4) }, "reason 3", "reason 3"},
		{"[3.3] not on the policy", item, []string{"C 80"}, func(f *ClaimFile) { f.Members = nil }, "C 80.00 of 1/1", "reason 3"},
		{"[3.3] on another policy", item, []string{"C 80"}, func(f *ClaimFile) { f.Members[0].PolicyID = 9 }, "C 80.00 of 1/1", "reason 3"},
		{"[3.3] only somebody else is on the policy", item, []string{"C 80"}, func(f *ClaimFile) { f.Members[0].InsureeID = 2 }, "C 80.00 of 1/1", "reason 3"},

		{"[3.4] no offer", item, nil, nil, "reason 3", "reason 3"},
		{"[3.4] an offer without limitation", item, []string{""}, nil, "reason 3", "reason 3"},

		// 3.6: what the patient would pay of 10
		{"[3.6] nothing with 100 %", item, []string{"C 100", "F 9"}, nil, "C 100.00 of 1/1", "C 100.00 of 1/1"},
		{"[3.6] nothing with either", item, []string{"C 100", "F 10"}, nil, "C 100.00 of 1/1", "C 100.00 of 1/1"},
		{"[3.6] the limit is above the price", item, []string{"C 100", "F 11"}, nil, "F 11.00 of 2/2", "F 11.00 of 2/2"},
		{"[3.6] no limit", item, []string{"C 100", "F 0"}, nil, "F 0.00 of 2/2", "F 0.00 of 2/2"},
		{"[3.6] 2 with C, 1 with F", item, []string{"C 80", "F 9"}, nil, "F 9.00 of 2/2", "F 9.00 of 2/2"},
		{"[3.6] 1 with either", item, []string{"C 90", "F 9"}, nil, "C 90.00 of 1/1", "C 90.00 of 1/1"},
		{"[3.6] 0.50 with C, 1 with F", item, []string{"C 95", "F 9"}, nil, "C 95.00 of 1/1", "C 95.00 of 1/1"},
		{"[3.5] of the approved 20: 8 with C, 11 with F", item, []string{"C 60", "F 9"}, func(f *ClaimFile) { f.Lines[item].PriceApproved = ptr(money("20")) },
			"C 60.00 of 1/1", "C 60.00 of 1/1"},
		{"[3.5] of the asked 10, not the approved 5: 3 with C, 6 with F", item, []string{"C 70", "F 4"}, func(f *ClaimFile) { f.Lines[item].PriceApproved = ptr(money("5")) },
			"C 70.00 of 1/1", "C 70.00 of 1/1"},
		{"[3.5] an asked price of 0 is unknown, or it is below the limit", item, []string{"C 80", "F 9"}, func(f *ClaimFile) { f.Lines[item].Asked = money("0") },
			"C 80.00 of 1/1", "F 9.00 of 2/2"},

		{"[3.7] a missing share of an item", item, []string{"C"}, nil, "C 0.00 of 1/1", "C 100.00 of 1/1"},
		{"[3.7] a missing share of a service", service, []string{"C"}, nil, "C 100.00 of 1/1", "C 100.00 of 1/1"},
		{"[3.7] a missing fixed limit", item, []string{"F"}, nil, "F 0.00 of 1/1", "F 0.00 of 1/1"},
		{"[3.7] with a missing share the patient pays all 10, or nothing; with F 9", item, []string{"C", "F 1"}, nil, "F 1.00 of 2/2", "C 100.00 of 1/1"},

		{"[3.8] the first policy of the product that covers the day", item, []string{"C 80", "C 70"}, func(f *ClaimFile) {
			f.Policies[0].ExpiryDate, f.Policies[1].ProdID = dayOf("2023-06-09"), 1
		}, "C 80.00 of 1/2", "C 80.00 of 1/2"},
		{"[3.8] the adjusted price of an item is forgotten", item, []string{"C 80"}, func(f *ClaimFile) { f.Lines[item].PriceAdjusted = ptr(money("7")) }, "C 80.00 of 1/1", "C 80.00 of 1/1"},
		{"[3.8] that of a service is not", service, []string{"C 80"}, func(f *ClaimFile) { f.Lines[service].PriceAdjusted = ptr(money("7")) },
			"C 80.00 of 1/1, adjusted to 7.00", "C 80.00 of 1/1, adjusted to 7.00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, book := range []RuleBook{LegacyRules, CorrectedRules} {
				want := c.legacy
				if book.Name() == "corrected" {
					want = c.corrected
				}
				f := offering(c.offers...)
				if c.change != nil {
					c.change(f)
				}
				AssignCover(f, book)
				if got := chosen(f.Lines[c.line]); got != want {
					t.Errorf("%s: %s, want %s", book.Name(), got, want)
				}
				left := 0 // [3.9] of the lines
				for _, l := range f.Lines {
					if rejected := l.reason() != ReasonNone; rejected != (l.Status == lineRejected) {
						t.Errorf("%s: a line with the reason %d has the status %d", book.Name(), l.reason(), l.Status)
					} else if !rejected {
						left++
					}
				}
				if (f.Claim.ClaimStatus == StatusRejected) != (left == 0) {
					t.Errorf("%s: with %d lines left the claim is %s", book.Name(), left, StatusName(f.Claim.ClaimStatus))
				}
			}
		})
	}
}

// chosen tells what pays a line.
func chosen(l *Line) string {
	switch {
	case l.reason() != ReasonNone:
		return fmt.Sprint("reason ", l.reason())
	case l.Limitation == nil:
		return "nothing"
	}
	out := fmt.Sprintf("%s %s of %d/%d", *l.Limitation, l.LimitationValue.StringFixed(2), *l.ProdID, *l.PolicyID)
	if l.PriceAdjusted != nil {
		out += ", adjusted to " + l.PriceAdjusted.StringFixed(2)
	}
	return out
}
