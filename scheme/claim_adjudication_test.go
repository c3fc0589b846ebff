package scheme

import (
	"fmt"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// checked gives the sound claim after its submission: 2 tablets of 10 and a surgery of 400.
func checked() *ClaimFile {
	f := sound()
	f.Claim.ClaimStatus = StatusChecked
	return f
}

// join puts somebody on the policy.
func (f *ClaimFile) join(insuree int, from, to string) *persistence.InsureePolicy {
	f.Members = append(f.Members, persistence.InsureePolicy{InsureeID: insuree, PolicyID: 1, EffectiveDate: dayOf(from), ExpiryDate: dayOf(to)})
	return &f.Members[len(f.Members)-1]
}

// worth is what is stored of a line.
type worth struct{ valuated, deducted, exceeded string }

func worthOf(l *Line) worth {
	text := func(d *decimal.Decimal) string {
		if d == nil {
			return "-"
		}
		return d.StringFixed(2)
	}
	return worth{text(l.Valuated), text(l.Deductible), text(l.Exceeded)}
}

// TestValuation gives what the item and the service are worth under both books, worked
// by hand. Numbers in brackets are rules of the legacy specification, d.
func TestValuation(t *testing.T) {
	full := [2]worth{{"20.00", "0.00", "0.00"}, {"400.00", "0.00", "0.00"}}
	// deducted and above give two lines by what they are worth and what the patient pays first,
	// or what is above the ceiling.
	deducted := func(item, itemOff, service, serviceOff string) [2]worth {
		two := func(s string) string { return money(s).StringFixed(2) }
		return [2]worth{{two(item), two(itemOff), "0.00"}, {two(service), two(serviceOff), "0.00"}}
	}
	above := func(item, itemOver, service, serviceOver string) [2]worth {
		two := func(s string) string { return money(s).StringFixed(2) }
		return [2]worth{{two(item), "0.00", two(itemOver)}, {two(service), "0.00", two(serviceOver)}}
	}
	limit := func(kind, value string) map[string]Limit {
		l := Limit{Type: kind}
		if value != "" {
			l.Adult = ptr(decimal.RequireFromString(value))
		}
		return map[string]Limit{"O": l}
	}
	cases := []struct {
		name              string
		change            func(f *ClaimFile)
		legacy, corrected [2]worth
	}{
		{"[4.5] list price in full", func(f *ClaimFile) {}, full, full},
		{"[2.7] a reason of NULL is processed without product or price, or is none", func(f *ClaimFile) { f.Lines[0].Reason = nil },
			[2]worth{{"-", "-", "-"}, full[1]}, full},
		{"[4.5b] own price", func(f *ClaimFile) { f.Benefits[tablet][0].Origin = "O"; f.Lines[0].Asked = money("7.5") },
			[2]worth{{"15.00", "0.00", "0.00"}, full[1]}, [2]worth{{"15.00", "0.00", "0.00"}, full[1]}},
		{"[4.5b] price of the list before the register's", func(f *ClaimFile) { f.Prices[tablet][0].Overrule = ptr(money("8")) },
			[2]worth{{"16.00", "0.00", "0.00"}, full[1]}, [2]worth{{"16.00", "0.00", "0.00"}, full[1]}},
		{"[4.5a] one tablet approved", func(f *ClaimFile) { f.Lines[0].Approved = ptr(money("1")) },
			[2]worth{{"10.00", "0.00", "0.00"}, full[1]}, [2]worth{{"10.00", "0.00", "0.00"}, full[1]}},
		{"[4.5f] 33.33 % of 20 is 6.666", func(f *ClaimFile) { f.Benefits[tablet][0].Limits = limit("C", "33.33") },
			[2]worth{{"6.67", "0.00", "0.00"}, full[1]}, [2]worth{{"6.67", "0.00", "0.00"}, full[1]}},
		{"[4.5d] at most 6 for a tablet", func(f *ClaimFile) { f.Benefits[tablet][0].Limits = limit("F", "6") },
			[2]worth{{"12.00", "0.00", "0.00"}, full[1]}, [2]worth{{"12.00", "0.00", "0.00"}, full[1]}},
		{"[4.5d] a fixed limit of 0", func(f *ClaimFile) { f.Benefits[tablet][0].Limits = limit("F", "0") },
			[2]worth{{"0.00", "0.00", "0.00"}, full[1]}, full},
		{"[3.7] co-insurance without percentage", func(f *ClaimFile) {
			f.Benefits[tablet][0].Limits, f.Benefits[surgery][0].Limits = limit("C", ""), limit("C", "")
		}, [2]worth{{"0.00", "0.00", "0.00"}, full[1]}, full},
		{"[4.3] 120 are deducted: the tablets and 100 of the surgery", func(f *ClaimFile) { f.Products[1].DedTreatment = ptr(money("120")) },
			[2]worth{{"0.00", "20.00", "0.00"}, {"300.00", "100.00", "0.00"}}, [2]worth{{"0.00", "20.00", "0.00"}, {"300.00", "100.00", "0.00"}}},
		{"[4.3] of 120 for the insuree 90 were paid before", func(f *ClaimFile) {
			f.Products[1].DedInsuree = ptr(money("120"))
			f.Booked = []persistence.ClaimDedRem{{ClaimID: 2, PolicyID: ptr(1), InsureeID: ptr(1), DedG: ptr(money("90"))}}
		}, [2]worth{{"0.00", "20.00", "0.00"}, {"390.00", "10.00", "0.00"}}, [2]worth{{"0.00", "20.00", "0.00"}, {"390.00", "10.00", "0.00"}}},
		{"[4.3] a booking that was closed", func(f *ClaimFile) {
			f.Products[1].DedInsuree = ptr(money("120"))
			f.Booked = []persistence.ClaimDedRem{{ClaimID: 2, PolicyID: ptr(1), InsureeID: ptr(1), DedG: ptr(money("120")), ValidityTo: ptr(on("2023-03-01"))}}
		}, full, [2]worth{{"0.00", "20.00", "0.00"}, {"300.00", "100.00", "0.00"}}},
		{"[4.3] out-patient deductible of the insuree", func(f *ClaimFile) { f.Products[1].DedOPInsuree = ptr(money("30")) },
			full, [2]worth{{"0.00", "20.00", "0.00"}, {"390.00", "10.00", "0.00"}}},
		{"[4.4] ceiling of 250 for the treatment", func(f *ClaimFile) { f.Products[1].MaxTreatment = ptr(money("250")) },
			[2]worth{full[0], {"230.00", "0.00", "170.00"}}, [2]worth{full[0], {"230.00", "0.00", "170.00"}}},
		{"[4.4] of 250 for the policy another member used 240", func(f *ClaimFile) {
			f.Products[1].MaxPolicy = ptr(money("250"))
			f.Booked = []persistence.ClaimDedRem{{ClaimID: 2, PolicyID: ptr(1), InsureeID: ptr(2), RemG: ptr(money("240"))}}
			f.Products[1].Threshold = ptr(1)
		}, [2]worth{{"10.00", "0.00", "10.00"}, {"0.00", "0.00", "400.00"}}, [2]worth{{"10.00", "0.00", "10.00"}, {"0.00", "0.00", "400.00"}}},
		{"[4.4] the policy's ceiling grows with its second member", func(f *ClaimFile) {
			f.Products[1].MaxPolicy, f.Products[1].Threshold, f.Products[1].MaxPolicyExtraMember = ptr(money("250")), ptr(1), ptr(money("50"))
			second := f.Members[0]
			second.InsureeID = 2
			f.Members = append(f.Members, second)
		}, [2]worth{full[0], {"280.00", "0.00", "120.00"}}, [2]worth{full[0], {"280.00", "0.00", "120.00"}}},
		{"[4.2] without an end of care", func(f *ClaimFile) {
			f.Claim.DateTo = nil
			f.Products[1].MaxPolicy, f.Products[1].Threshold, f.Products[1].MaxPolicyExtraMember = ptr(money("250")), ptr(0), ptr(money("50"))
		}, [2]worth{full[0], {"230.00", "0.00", "170.00"}}, [2]worth{full[0], {"280.00", "0.00", "120.00"}}},
		{"[4.5g] surgery up to 150", func(f *ClaimFile) {
			f.Registers[surgery][0].Category = "S"
			f.Products[1].MaxAmountSurgery = ptr(money("150"))
		}, [2]worth{full[0], {"130.00", "0.00", "0.00"}}, [2]worth{full[0], {"130.00", "0.00", "0.00"}}},
		{"[4.5h] the surgery is beside the ceiling", func(f *ClaimFile) {
			f.Products[1].MaxTreatment = ptr(money("15"))
			f.Benefits[surgery][0].ExcludeAdult = "B"
		}, [2]worth{{"15.00", "0.00", "5.00"}, full[1]}, [2]worth{{"15.00", "0.00", "5.00"}, full[1]}},
		{"[4.1] a stay is hospital care: 30, not 50, are deducted", func(f *ClaimFile) {
			f.Claim.DateTo = ptr(on("2023-06-11"))
			f.Products[1].DedIPTreatment, f.Products[1].DedOPTreatment = ptr(money("30")), ptr(money("50"))
		}, deducted("0", "20", "390", "10"), deducted("0", "20", "390", "10")},
		{"[4.1] a day is none: 50 are deducted", func(f *ClaimFile) {
			f.Products[1].DedIPTreatment, f.Products[1].DedOPTreatment = ptr(money("30")), ptr(money("50"))
		}, deducted("0", "20", "370", "30"), deducted("0", "20", "370", "30")},
		{"[4.1] told by the facility, a hospital", func(f *ClaimFile) {
			f.Products[1].CeilingInterpretation = ptr("H")
			f.Products[1].DedIPTreatment, f.Products[1].DedOPTreatment = ptr(money("30")), ptr(money("50"))
		}, deducted("0", "20", "390", "10"), deducted("0", "20", "390", "10")},
		{"[4.1] told by the facility, a health centre, whatever the stay", func(f *ClaimFile) {
			f.Claim.DateTo, f.Facility.HFLevel, f.Products[1].CeilingInterpretation = ptr(on("2023-06-11")), "C", ptr("H")
			f.Products[1].DedIPTreatment, f.Products[1].DedOPTreatment = ptr(money("30")), ptr(money("50"))
		}, deducted("0", "20", "370", "30"), deducted("0", "20", "370", "30")},
		{"[4.1] told by a facility nobody knows", func(f *ClaimFile) {
			f.Facility, f.Products[1].CeilingInterpretation = nil, ptr("H")
			f.Products[1].DedIPTreatment, f.Products[1].DedOPTreatment = ptr(money("30")), ptr(money("50"))
		}, deducted("0", "20", "370", "30"), deducted("0", "20", "370", "30")},

		{"[4.3] the policy's 15 before the insuree's 10 before the treatment's 5", func(f *ClaimFile) {
			f.Products[1].DedTreatment, f.Products[1].DedInsuree, f.Products[1].DedPolicy = ptr(money("5")), ptr(money("10")), ptr(money("15"))
		}, deducted("5", "15", "400", "0"), deducted("5", "15", "400", "0")},
		{"[4.3] the insuree's 10 before the treatment's 5", func(f *ClaimFile) {
			f.Products[1].DedTreatment, f.Products[1].DedInsuree, f.Products[1].DedPolicy = ptr(money("5")), ptr(money("10")), ptr(money("0"))
		}, deducted("10", "10", "400", "0"), deducted("10", "10", "400", "0")},
		{"[4.3] a general 5 hides the out-patient 50", func(f *ClaimFile) {
			f.Products[1].DedTreatment, f.Products[1].DedOPTreatment = ptr(money("5")), ptr(money("50"))
		}, deducted("15", "5", "400", "0"), deducted("15", "5", "400", "0")},
		{"[4.3] a general 0 does not", func(f *ClaimFile) {
			f.Products[1].DedTreatment, f.Products[1].DedOPTreatment = ptr(money("0")), ptr(money("50"))
		}, deducted("0", "20", "370", "30"), deducted("0", "20", "370", "30")},
		{"[4.3] of 30 in hospital for the insuree 25 were paid under this policy and for another claim", func(f *ClaimFile) {
			f.Claim.DateTo, f.Products[1].DedIPInsuree = ptr(on("2023-06-11")), ptr(money("30"))
			row := func(claim, policy, insuree int, amount string) persistence.ClaimDedRem {
				return persistence.ClaimDedRem{ClaimID: claim, PolicyID: &policy, InsureeID: &insuree, DedIP: ptr(money(amount))}
			}
			f.Booked = []persistence.ClaimDedRem{row(2, 1, 1, "25"), row(1, 1, 1, "30"), row(3, 2, 1, "30"), row(4, 1, 2, "30")}
		}, deducted("15", "5", "400", "0"), deducted("15", "5", "400", "0")},
		{"[4.3] of 30 in hospital for the policy another member paid 25", func(f *ClaimFile) {
			f.Claim.DateTo, f.Products[1].DedIPPolicy = ptr(on("2023-06-11")), ptr(money("30"))
			f.Booked = []persistence.ClaimDedRem{{ClaimID: 2, PolicyID: ptr(1), InsureeID: ptr(2), DedIP: ptr(money("25"))}}
		}, deducted("15", "5", "400", "0"), deducted("15", "5", "400", "0")},
		{"[4.3] of 30 for the policy outside another member paid 25", func(f *ClaimFile) {
			f.Products[1].DedOPPolicy = ptr(money("30"))
			f.Booked = []persistence.ClaimDedRem{{ClaimID: 2, PolicyID: ptr(1), InsureeID: ptr(2), DedOP: ptr(money("25"))}}
		}, full, deducted("15", "5", "400", "0")},
		{"[4.3] the same where the in-patient column, which legacy reads, is filled in too", func(f *ClaimFile) {
			f.Products[1].DedIPPolicy, f.Products[1].DedOPPolicy = ptr(money("99")), ptr(money("30"))
			f.Booked = []persistence.ClaimDedRem{{ClaimID: 2, PolicyID: ptr(1), InsureeID: ptr(2), DedOP: ptr(money("25"))}}
		}, deducted("15", "5", "400", "0"), deducted("15", "5", "400", "0")},
		{"[4.3] legacy reads from the in-patient columns that there is 30 for the insuree, and finds none", func(f *ClaimFile) {
			f.Products[1].DedOPTreatment, f.Products[1].DedIPInsuree = ptr(money("50")), ptr(money("30"))
		}, full, deducted("0", "20", "370", "30")},
		{"[4.3] of 30 all 30 were paid", func(f *ClaimFile) {
			f.Products[1].DedInsuree = ptr(money("30"))
			f.Booked = []persistence.ClaimDedRem{{ClaimID: 2, PolicyID: ptr(1), InsureeID: ptr(1), DedG: ptr(money("30"))}}
		}, full, full},
		{"[4.3] of 30 even 40 were paid", func(f *ClaimFile) {
			f.Products[1].DedInsuree = ptr(money("30"))
			f.Booked = []persistence.ClaimDedRem{{ClaimID: 2, PolicyID: ptr(1), InsureeID: ptr(1), DedG: ptr(money("40"))}}
		}, full, full},

		{"[4.4] the policy's 250 before the insuree's 200 before the treatment's 100", func(f *ClaimFile) {
			f.Products[1].MaxTreatment, f.Products[1].MaxInsuree, f.Products[1].MaxPolicy = ptr(money("100")), ptr(money("200")), ptr(money("250"))
			f.Products[1].Threshold = ptr(9)
		}, above("20", "0", "230", "170"), above("20", "0", "230", "170")},
		{"[4.4] the insuree's 200 before the treatment's 100", func(f *ClaimFile) {
			f.Products[1].MaxTreatment, f.Products[1].MaxInsuree, f.Products[1].MaxPolicy = ptr(money("100")), ptr(money("200")), ptr(money("0"))
		}, above("20", "0", "180", "220"), above("20", "0", "180", "220")},
		{"[4.4] a general 100 hides the out-patient 50", func(f *ClaimFile) {
			f.Products[1].MaxTreatment, f.Products[1].MaxOPTreatment = ptr(money("100")), ptr(money("50"))
		}, above("20", "0", "80", "320"), above("20", "0", "80", "320")},
		{"[4.4] a general 0 does not", func(f *ClaimFile) {
			f.Products[1].MaxTreatment, f.Products[1].MaxOPTreatment = ptr(money("0")), ptr(money("50"))
		}, above("20", "0", "30", "370"), above("20", "0", "30", "370")},
		{"[4.4] 60 in hospital, 50 outside: a stay", func(f *ClaimFile) {
			f.Claim.DateTo = ptr(on("2023-06-11"))
			f.Products[1].MaxIPTreatment, f.Products[1].MaxOPTreatment = ptr(money("60")), ptr(money("50"))
		}, above("20", "0", "40", "360"), above("20", "0", "40", "360")},
		{"[4.4] of 100 in hospital for the insuree 70 are used, whatever another member used", func(f *ClaimFile) {
			f.Claim.DateTo, f.Products[1].MaxIPInsuree = ptr(on("2023-06-11")), ptr(money("100"))
			f.Booked = []persistence.ClaimDedRem{{ClaimID: 2, PolicyID: ptr(1), InsureeID: ptr(1), RemIP: ptr(money("70"))}, {ClaimID: 3, PolicyID: ptr(1), InsureeID: ptr(2), RemIP: ptr(money("30"))}}
		}, above("20", "0", "10", "390"), above("20", "0", "10", "390")},
		{"[4.4] of 100 in hospital for the policy 70 are used", func(f *ClaimFile) {
			f.Claim.DateTo, f.Products[1].MaxIPPolicy, f.Products[1].Threshold = ptr(on("2023-06-11")), ptr(money("100")), ptr(1)
			f.Booked = []persistence.ClaimDedRem{{ClaimID: 2, PolicyID: ptr(1), InsureeID: ptr(2), RemIP: ptr(money("70"))}}
		}, above("20", "0", "10", "390"), above("20", "0", "10", "390")},
		{"[4.4] of 100 outside for the insuree 70 are used", func(f *ClaimFile) {
			f.Products[1].MaxOPInsuree = ptr(money("100"))
			f.Booked = []persistence.ClaimDedRem{{ClaimID: 2, PolicyID: ptr(1), InsureeID: ptr(1), RemOP: ptr(money("70"))}}
		}, above("20", "0", "10", "390"), above("20", "0", "10", "390")},
		{"[4.4] of 100 outside for the policy 70 are used", func(f *ClaimFile) {
			f.Products[1].MaxOPPolicy, f.Products[1].Threshold = ptr(money("100")), ptr(1)
			f.Booked = []persistence.ClaimDedRem{{ClaimID: 2, PolicyID: ptr(1), InsureeID: ptr(2), RemOP: ptr(money("70"))}}
		}, above("20", "0", "10", "390"), above("20", "0", "10", "390")},
		{"[4.4] of 100 all 100 are used", func(f *ClaimFile) {
			f.Products[1].MaxInsuree = ptr(money("100"))
			f.Booked = []persistence.ClaimDedRem{{ClaimID: 2, PolicyID: ptr(1), InsureeID: ptr(1), RemG: ptr(money("100"))}}
		}, above("0", "20", "0", "400"), above("0", "20", "0", "400")},
		{"[4.4] of 100 even 120 are used", func(f *ClaimFile) {
			f.Products[1].MaxInsuree = ptr(money("100"))
			f.Booked = []persistence.ClaimDedRem{{ClaimID: 2, PolicyID: ptr(1), InsureeID: ptr(1), RemG: ptr(money("120"))}}
		}, above("0", "20", "0", "400"), above("0", "20", "0", "400")},
		{"[4.4] two members are at the threshold: the policy's 250, not cut at the cap of 200", func(f *ClaimFile) {
			f.Products[1].MaxPolicy, f.Products[1].Threshold, f.Products[1].MaxPolicyExtraMember, f.Products[1].MaxCeilingPolicy = ptr(money("250")), ptr(2), ptr(money("50")), ptr(money("200"))
			f.join(2, "2023-01-01", "2023-12-31")
		}, above("20", "0", "230", "170"), above("20", "0", "230", "170")},
		{"[4.4] 250 and 50 for the member above the threshold, up to the cap of 270", func(f *ClaimFile) {
			f.Products[1].MaxPolicy, f.Products[1].Threshold, f.Products[1].MaxPolicyExtraMember, f.Products[1].MaxCeilingPolicy = ptr(money("250")), ptr(1), ptr(money("50")), ptr(money("270"))
			f.join(2, "2023-01-01", "2023-12-31")
		}, above("20", "0", "250", "150"), above("20", "0", "250", "150")},
		{"[4.4] the same in hospital", func(f *ClaimFile) {
			f.Claim.DateTo = ptr(on("2023-06-11"))
			f.Products[1].MaxIPPolicy, f.Products[1].Threshold, f.Products[1].MaxPolicyExtraMemberIP, f.Products[1].MaxCeilingPolicyIP = ptr(money("250")), ptr(1), ptr(money("50")), ptr(money("270"))
			f.join(2, "2023-01-01", "2023-12-31")
		}, above("20", "0", "250", "150"), above("20", "0", "250", "150")},
		{"[4.4] the same outside, with a cap of 0 that is none", func(f *ClaimFile) {
			f.Products[1].MaxOPPolicy, f.Products[1].Threshold, f.Products[1].MaxPolicyExtraMemberOP, f.Products[1].MaxCeilingPolicyOP = ptr(money("250")), ptr(1), ptr(money("50")), ptr(money("0"))
			f.join(2, "2023-01-01", "2023-12-31")
		}, above("20", "0", "280", "120"), above("20", "0", "280", "120")},
		// 4.2: the first member counts; who is on the policy on the last day of care counts
		{"[4.2] members from and until the day", func(f *ClaimFile) {
			f.Products[1].MaxPolicy, f.Products[1].Threshold, f.Products[1].MaxPolicyExtraMember = ptr(money("200")), ptr(1), ptr(money("10"))
			f.join(2, "2023-06-10", "2023-12-31")
			f.join(3, "2023-01-01", "2023-06-10")
		}, above("20", "0", "200", "200"), above("20", "0", "200", "200")},
		{"[4.2] not from the day after, until the day before, of another policy or struck off", func(f *ClaimFile) {
			f.Products[1].MaxPolicy, f.Products[1].Threshold, f.Products[1].MaxPolicyExtraMember = ptr(money("200")), ptr(1), ptr(money("10"))
			f.join(2, "2023-06-11", "2023-12-31")
			f.join(3, "2023-01-01", "2023-06-09")
			f.join(4, "2023-01-01", "2023-12-31").PolicyID = 2
			f.join(5, "2023-01-01", "2023-12-31").ValidityTo = ptr(on("2023-06-20"))
			f.join(6, "2023-01-01", "2023-12-31").EffectiveDate = nil
		}, above("20", "0", "180", "220"), above("20", "0", "180", "220")},

		{"[4.5] a closed row of the price list", func(f *ClaimFile) {
			f.Prices[tablet] = []Price{{ID: 1, Overrule: ptr(money("8")), Span: Span{on("2010-01-01"), ptr(on("2023-06-20"))}}, {ID: 2, Overrule: ptr(money("9")), Span: Span{From: on("2010-01-01")}}}
		}, [2]worth{{"18.00", "0.00", "0.00"}, full[1]}, [2]worth{{"18.00", "0.00", "0.00"}, full[1]}},
		{"[4.5] two open rows: 6 after the deductible, and again in full", func(f *ClaimFile) {
			f.Products[1].DedTreatment = ptr(money("10"))
			f.Prices[tablet] = []Price{{ID: 1, Overrule: ptr(money("8")), Span: Span{From: on("2010-01-01")}}, {ID: 2, Overrule: ptr(money("9")), Span: Span{From: on("2010-01-01")}}}
		}, [2]worth{{"18.00", "0.00", "0.00"}, full[1]}, [2]worth{{"6.00", "10.00", "0.00"}, full[1]}},
		{"[4.5] the price list was closed", func(f *ClaimFile) { f.ListLive[ItemKind] = false }, [2]worth{{"-", "-", "-"}, full[1]}, [2]worth{{"-", "-", "-"}, full[1]}},
		{"[4.5b] an approved price before the list's, and before the own one", func(f *ClaimFile) {
			f.Lines[0].PriceApproved, f.Prices[tablet][0].Overrule = ptr(money("4")), ptr(money("8"))
			f.Benefits[surgery][0].Origin, f.Lines[1].PriceApproved = "O", ptr(money("300"))
		}, [2]worth{{"8.00", "0.00", "0.00"}, {"300.00", "0.00", "0.00"}}, [2]worth{{"8.00", "0.00", "0.00"}, {"300.00", "0.00", "0.00"}}},
		{"[4.5b] the register's price of the day, not of the day after", func(f *ClaimFile) {
			later := f.Registers[tablet][0]
			later.From, later.Price = on("2023-06-11"), money("99")
			today := f.Registers[tablet][0]
			today.From, today.Price = on("2023-06-10"), money("11")
			f.Registers[tablet] = append(f.Registers[tablet], later, today)
		}, [2]worth{{"22.00", "0.00", "0.00"}, full[1]}, [2]worth{{"22.00", "0.00", "0.00"}, full[1]}},
		{"[4.5f] 50 % of what is left of 20 after a deductible of 5", func(f *ClaimFile) {
			f.Products[1].DedTreatment, f.Benefits[tablet][0].Limits = ptr(money("5")), limit("C", "50")
		}, deducted("7.5", "5", "400", "0"), deducted("7.5", "5", "400", "0")},
		{"[4.5h] in hospital only: a stay", func(f *ClaimFile) {
			f.Claim.DateTo, f.Products[1].MaxTreatment, f.Benefits[surgery][0].ExcludeAdult = ptr(on("2023-06-11")), ptr(money("15")), "H"
		}, above("15", "5", "400", "0"), above("15", "5", "400", "0")},
		{"[4.5h] in hospital only: a day", func(f *ClaimFile) {
			f.Products[1].MaxTreatment, f.Benefits[surgery][0].ExcludeAdult = ptr(money("15")), "H"
		}, above("15", "5", "0", "400"), above("15", "5", "0", "400")},
		{"[4.5h] outside only: a day", func(f *ClaimFile) {
			f.Products[1].MaxTreatment, f.Benefits[surgery][0].ExcludeAdult = ptr(money("15")), "N"
		}, above("15", "5", "400", "0"), above("15", "5", "400", "0")},
		{"[4.5h] outside only: a stay", func(f *ClaimFile) {
			f.Claim.DateTo, f.Products[1].MaxTreatment, f.Benefits[surgery][0].ExcludeAdult = ptr(on("2023-06-11")), ptr(money("15")), "N"
		}, above("15", "5", "0", "400"), above("15", "5", "0", "400")},
		{"[4.5h] for children only: an adult", func(f *ClaimFile) {
			f.Products[1].MaxTreatment, f.Benefits[surgery][0].ExcludeChild = ptr(money("15")), "B"
		}, above("15", "5", "0", "400"), above("15", "5", "0", "400")},
		{"[4.5h] for children only: a child", func(f *ClaimFile) {
			f.Insuree.DOB = on("2015-06-10").Date()
			f.Products[1].MaxTreatment, f.Benefits[surgery][0].ExcludeChild = ptr(money("15")), "B"
		}, above("15", "5", "400", "0"), above("15", "5", "400", "0")},
		{"[4.5h] what lies beside the ceiling uses none of it", func(f *ClaimFile) {
			f.Products[1].MaxTreatment, f.Benefits[tablet][0].ExcludeAdult = ptr(money("150")), "B"
		}, above("20", "0", "150", "250"), above("20", "0", "150", "250")},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			for _, book := range []RuleBook{LegacyRules, CorrectedRules} {
				want := c.legacy
				if book.Name() == "corrected" {
					want = c.corrected
				}
				f := checked()
				c.change(f)
				if err := ProcessClaim(f, book, 8); err != nil {
					t.Fatal(err)
				}
				if got := [2]worth{worthOf(f.Lines[0]), worthOf(f.Lines[1])}; got != want {
					t.Errorf("%s: %v, want %v", book.Name(), got, want)
				}
				if f.Claim.ClaimStatus != StatusValuated || len(f.NewBookings) != 1 {
					t.Errorf("%s: %s with %d bookings", book.Name(), StatusName(f.Claim.ClaimStatus), len(f.NewBookings))
				}
			}
		})
	}
}

// TestRelativePricesAreWaitedFor gives what the surgery, of a relative price, is worth and
// is paid: nothing yet, or 0 where the deductible takes all (rules 4.5e and 4.5j).
func TestRelativePricesAreWaitedFor(t *testing.T) {
	for _, c := range []struct {
		name           string
		deductible     string // 20 of it go to the tablets
		price          string
		valuated, paid string
	}{
		{"no deductible", "0", "400", "400.00", "-"},
		{"no deductible, no price", "0", "0", "0.00", "-"},
		{"a cent less than both", "419.99", "400", "0.01", "-"},
		{"exactly both", "420", "400", "0.00", "0.00"},
		{"more than both", "500", "400", "0.00", "0.00"},
	} {
		f := checked()
		f.Benefits[surgery][0].Origin, f.Registers[surgery][0].Price = "R", money(c.price)
		f.Products[1].DedTreatment = ptr(money(c.deductible))
		if err := ProcessClaim(f, LegacyRules, 8); err != nil {
			t.Fatal(err)
		}
		paid := "-"
		if p := f.Lines[1].Remunerated; p != nil {
			paid = p.StringFixed(2)
		}
		if got := f.Lines[1].Valuated.StringFixed(2); got != c.valuated || paid != c.paid {
			t.Errorf("%s: worth %s and paid %s, want %s and %s", c.name, got, paid, c.valuated, c.paid)
		}
		if f.Claim.ClaimStatus != StatusProcessed || f.Lines[0].Remunerated == nil {
			t.Errorf("%s: the claim is %s, the tablets are paid %v", c.name, StatusName(f.Claim.ClaimStatus), f.Lines[0].Remunerated)
		}
	}
}

// TestStepsEndWithProcessing holds rule 4.7: what was selected for review or feedback and
// is not done is bypassed.
func TestStepsEndWithProcessing(t *testing.T) {
	for step, want := range map[int]int{StepIdle: StepIdle, StepNotSelected: StepNotSelected, StepSelected: StepBypassed, StepDelivered: StepDelivered} {
		f := checked()
		f.Claim.ReviewStatus, f.Claim.FeedbackStatus = ptr(step), ptr(StepIdle)
		g := checked()
		g.Claim.ReviewStatus, g.Claim.FeedbackStatus = ptr(StepIdle), ptr(step)
		for _, f := range []*ClaimFile{f, g} {
			if err := ProcessClaim(f, CorrectedRules, 8); err != nil {
				t.Fatal(err)
			}
		}
		if *f.Claim.ReviewStatus != want || *f.Claim.FeedbackStatus != StepIdle || *g.Claim.FeedbackStatus != want || *g.Claim.ReviewStatus != StepIdle {
			t.Errorf("%s: review %d, feedback %d, want %d", StepName(step), *f.Claim.ReviewStatus, *g.Claim.FeedbackStatus, want)
		}
	}
}

// TestBookings gives what a claim books of its policy: 5 of a deductible, of the surgery 130
// up to the maximum of its category, of which the tablets took 15, and of the ceiling both.
func TestBookings(t *testing.T) {
	for _, c := range []struct {
		category, to string
		change       func(p *persistence.Product)
		want         string // deductible and ceiling in general, in hospital and outside; consultation, surgery, stay, delivery, antenatal
		cut          string // from the surgery
	}{
		{"S", "2023-06-10", func(p *persistence.Product) { p.MaxAmountSurgery = ptr(money("145")) }, "5 145, - -, 5 145; 0 145 0 0 0", "270"},
		{"D", "2023-06-11", func(p *persistence.Product) { p.MaxAmountDelivery = ptr(money("145")) }, "5 145, 5 145, - -; 0 0 0 145 0", "270"},
		{"A", "2023-06-10", func(p *persistence.Product) { p.MaxAmountAntenatal = ptr(money("145")) }, "5 145, - -, 5 145; 0 0 0 0 145", "270"},
		{"C", "2023-06-10", func(p *persistence.Product) { p.MaxAmountConsultation = ptr(money("145")) }, "5 145, - -, 5 145; 145 0 0 0 0", "270"},
		{"C", "2023-06-11", func(p *persistence.Product) { p.MaxAmountHospitalization = ptr(money("145")) }, "5 145, 5 145, - -; 0 0 145 0 0", "270"},
		{"", "2023-06-10", func(p *persistence.Product) { p.MaxAmountSurgery = ptr(money("145")) }, "5 415, - -, 5 415; 0 0 0 0 0", "0"},
		{"S", "2023-06-10", func(p *persistence.Product) { p.MaxAmountSurgery = ptr(money("15")) }, "5 15, - -, 5 15; 0 15 0 0 0", "400"},
		{"S", "2023-06-10", func(p *persistence.Product) { p.MaxAmountSurgery = ptr(money("0")) }, "5 415, - -, 5 415; 0 0 0 0 0", "0"},
	} {
		for _, book := range []RuleBook{LegacyRules, CorrectedRules} {
			f := checked()
			f.Registers[surgery][0].Category, f.Claim.DateTo = c.category, ptr(on(c.to))
			f.Products[1].DedTreatment = ptr(money("5"))
			c.change(f.Products[1])
			if err := ProcessClaim(f, book, 8); err != nil {
				t.Fatal(err)
			}
			text := func(d *decimal.Decimal) string {
				if d == nil {
					return "-"
				}
				return d.String()
			}
			b := f.NewBookings[0]
			got := fmt.Sprintf("%s %s, %s %s, %s %s; %s %s %s %s %s", text(b.DedG), text(b.RemG), text(b.DedIP), text(b.RemIP), text(b.DedOP), text(b.RemOP),
				text(b.RemConsult), text(b.RemSurgery), text(b.RemHospitalization), text(b.RemDelivery), text(b.RemAntenatal))
			if got != c.want || *b.PolicyID != 1 || *b.InsureeID != 1 || b.ClaimID != 1 || b.AuditUserID != 8 {
				t.Errorf("%s %q until %s: %s, want %s", book.Name(), c.category, c.to, got, c.want)
			}
			cut := c.cut
			if book.Legacy(CategoryCutForgotten) {
				cut = "-"
			}
			if got := text(f.Lines[1].CategoryCut); got != cut {
				t.Errorf("%s %q until %s: %s is cut from the surgery, want %s", book.Name(), c.category, c.to, got, cut)
			}
		}
	}
}

// TestReservation gives what a reviewed claim reserves of the ceiling of each policy, over
// lines that have product and policy already (rules 4 and 4.8); "" when it cannot.
func TestReservation(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(f *ClaimFile)
		want   string
	}{
		{"both lines", func(f *ClaimFile) {}, "1: 420"},
		{"a line without product", func(f *ClaimFile) { f.Lines[0].ProdID = nil }, "1: 400"},
		{"a line without policy", func(f *ClaimFile) { f.Lines[0].PolicyID = nil }, "1: 400"},
		{"a rejected line", func(f *ClaimFile) { f.Lines[0].Status = lineRejected }, "1: 400"},
		{"the price list was closed since", func(f *ClaimFile) { f.ListLive[ItemKind] = false }, "1: 400"},
		{"the product line was closed since", func(f *ClaimFile) { f.Benefits[tablet][0].To = ptr(on("2023-06-20")) }, "1: 400"},
		{"the product line is that of another product", func(f *ClaimFile) { f.Benefits[tablet][0].ProdID = 2 }, "1: 400"},
		{"of two policies the one with the lower key comes first", func(f *ClaimFile) { f.Lines[0].PolicyID = ptr(2) }, "1: 400, 2: 20"},
		{"of two products the one with the lower key comes first", func(f *ClaimFile) {
			f.Lines[0].ProdID, f.Lines[0].PolicyID, f.Lines[1].PolicyID = ptr(2), ptr(1), ptr(2)
			f.Products[2], f.Benefits[tablet][0].ProdID = &persistence.Product{ProdID: 2}, 2
		}, "2: 400, 1: 20"},
		{"one of two products was closed", func(f *ClaimFile) {
			f.Lines[0].ProdID, f.Lines[0].PolicyID = ptr(2), ptr(2)
			f.Products[2], f.Benefits[tablet][0].ProdID = &persistence.Product{ProdID: 2, ValidityTo: ptr(on("2023-06-20"))}, 2
		}, "1: 400"},
		{"the product was closed", func(f *ClaimFile) { f.Products[1].ValidityTo = ptr(on("2023-06-20")) }, ""},
		{"the product is unknown", func(f *ClaimFile) { delete(f.Products, 1) }, ""},
	} {
		f := checked()
		for _, l := range f.Lines {
			l.ProdID, l.PolicyID, l.Origin, l.Limitation, l.LimitationValue = ptr(1), ptr(1), ptr("P"), ptr("C"), ptr(hundred)
		}
		c.change(f)
		err := ReserveClaim(f, CorrectedRules, 8)
		var got []string
		for _, b := range f.NewBookings {
			got = append(got, fmt.Sprintf("%d: %s", *b.PolicyID, b.RemG))
		}
		if strings.Join(got, ", ") != c.want || (core.CodeOf(err) == core.Unprocessable) != (c.want == "") {
			t.Errorf("%s: %q, %v, want %q", c.name, got, err, c.want)
		}
		if f.Lines[1].Valuated != nil || f.Claim.ClaimStatus != StatusChecked {
			t.Errorf("%s: the claim itself was changed", c.name)
		}
	}
}

// TestEachPolicyIsBooked holds that only the legacy book forgets all but the last.
func TestEachPolicyIsBooked(t *testing.T) {
	for book, want := range map[string]int{"legacy": 1, "corrected": 2} {
		f := checked()
		f.Benefits[surgery][0].ProdID = 2
		f.Products[2] = &persistence.Product{ProdID: 2}
		p, m := f.Policies[0], f.Members[0]
		p.PolicyID, p.ProdID, m.PolicyID = 2, 2, 2
		f.Policies, f.Members = append(f.Policies, p), append(f.Members, m)
		rules, err := NewRuleBook(book, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := ProcessClaim(f, rules, 8); err != nil {
			t.Fatal(err)
		}
		if len(f.NewBookings) != want {
			t.Errorf("%s: %d bookings, want %d", book, len(f.NewBookings), want)
		}
	}
}
