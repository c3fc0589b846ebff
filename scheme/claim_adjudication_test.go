package scheme

import (
	"testing"

	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/persistence"
)

// checked gives the sound claim after its submission: 2 tablets of 10 and a surgery of 400.
func checked() *ClaimFile {
	f := sound()
	f.Claim.ClaimStatus = StatusChecked
	return f
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

func TestRelativePricesAreWaitedFor(t *testing.T) {
	f := checked()
	f.Benefits[surgery][0].Origin = "R"
	if err := ProcessClaim(f, LegacyRules, 8); err != nil {
		t.Fatal(err)
	}
	if f.Claim.ClaimStatus != StatusProcessed || f.Lines[1].Remunerated != nil || f.Lines[1].Valuated == nil {
		t.Errorf("%s, remunerated %v", StatusName(f.Claim.ClaimStatus), f.Lines[1].Remunerated)
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
