package scheme

import (
	"fmt"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/persistence"
)

var asked = Ware{ServiceKind, 7}

// entitledPerson may have a service five times under one policy, three months after its
// first day; the product allows three surgeries.
func entitledPerson() *EligibilityFile {
	f := &EligibilityFile{CoverFile: *enquirer(), Service: &Asked{Ware: asked, Known: true, Category: "S"}}
	f.Products[1].MaxNoSurgery = ptr(3)
	f.Benefits = []Benefit{{Ware: asked, ProdID: 1, WaitingAdult: ptr(3), WaitingChild: ptr(1), CountAdult: ptr(5), CountChild: ptr(2)}}
	return f
}

// used adds a processed surgery with one line of a ware.
func (f *EligibilityFile) used(w Ware, quantity string, change func(c *UsedClaim)) {
	c := UsedClaim{ID: len(f.Claims) + 1, Live: true, Status: StatusProcessed, Category: "S", Target: persistence.DateOf(2026, 5, 5),
		Lines: []UsedLine{{Ware: w, Live: true, Status: linePassed, Reason: ptr(0), ProdID: ptr(1), Quantity: money(quantity)}}}
	if change != nil {
		change(&c)
	}
	f.Claims = append(f.Claims, c)
}

func toldEligibility(e Eligibility) string {
	count := func(n *int) string {
		if n == nil {
			return "any"
		}
		return fmt.Sprint(*n)
	}
	day := "-"
	if e.Service.Earliest != nil {
		day = e.Service.Earliest.String()
	}
	totals := "none"
	if e.Totals != nil {
		totals = fmt.Sprint(e.Totals.ProdID, ":", count(e.Totals.Surgeries))
	}
	return fmt.Sprint(e.Service.OK, " ", count(e.Service.Left), " from ", day, ", surgeries ", totals)
}

// TestEligibility gives rule 9.12 under both books, worked by hand: whether the service is
// paid today, how often still, from which day, and how many surgeries of which product.
func TestEligibility(t *testing.T) {
	other := Ware{ServiceKind, 8}
	cases := []struct {
		name              string
		change            func(f *EligibilityFile)
		legacy, corrected string
	}{
		{"nothing used", func(f *EligibilityFile) {}, "true any from 2026-04-01, surgeries 1:3", "true 5 from 2026-04-01, surgeries 1:3"},
		{"two used", func(f *EligibilityFile) { f.used(asked, "2", nil) }, "true 3 from 2026-04-01, surgeries 1:2", "true 3 from 2026-04-01, surgeries 1:2"},
		{"all used", func(f *EligibilityFile) { f.used(asked, "5", nil) }, "false 0 from 2026-04-01, surgeries 1:2", "false 0 from 2026-04-01, surgeries 1:2"},
		{"more than all used", func(f *EligibilityFile) { f.used(asked, "6", nil) }, "true -1 from 2026-04-01, surgeries 1:2", "false 0 from 2026-04-01, surgeries 1:2"},
		{"another service used", func(f *EligibilityFile) { f.used(other, "2", nil) }, "true 3 from 2026-04-01, surgeries 1:2", "true 5 from 2026-04-01, surgeries 1:2"},
		{"used under an earlier cover", func(f *EligibilityFile) {
			f.used(asked, "2", func(c *UsedClaim) { c.Target = persistence.DateOf(2025, 5, 5) })
		}, "true 3 from 2026-04-01, surgeries 1:2", "true 5 from 2026-04-01, surgeries 1:3"},
		{"a child", func(f *EligibilityFile) { f.Insuree.DOB = persistence.DateOf(2015, 1, 1); f.used(asked, "1", nil) },
			"true 1 from 2026-02-01, surgeries 1:2", "true 1 from 2026-02-01, surgeries 1:2"},
		{"18 tomorrow", func(f *EligibilityFile) { f.Insuree.DOB = persistence.DateOf(2008, 11, 22); f.used(asked, "1", nil) },
			"true 4 from 2026-04-01, surgeries 1:2", "true 1 from 2026-02-01, surgeries 1:2"},
		{"no limit", func(f *EligibilityFile) { f.Benefits[0].CountAdult = nil; f.used(asked, "1", nil) },
			"true any from 2026-04-01, surgeries 1:2", "true any from 2026-04-01, surgeries 1:2"},
		{"a limit of 0 is none", func(f *EligibilityFile) { f.Benefits[0].CountAdult = ptr(0); f.used(asked, "1", nil) },
			"true any from 2026-04-01, surgeries 1:2", "true any from 2026-04-01, surgeries 1:2"},
		{"waiting until today", func(f *EligibilityFile) { f.Members[0].EffectiveDate = ptr(persistence.DateOf(2026, 8, 21)) },
			"true any from 2026-11-21, surgeries 1:3", "true 5 from 2026-11-21, surgeries 1:3"},
		{"waiting until tomorrow", func(f *EligibilityFile) { f.Members[0].EffectiveDate = ptr(persistence.DateOf(2026, 8, 22)) },
			"false any from 2026-11-22, surgeries 1:3", "false any from 2026-11-22, surgeries 1:3"},
		{"somebody else is on the policy", func(f *EligibilityFile) { f.Members[0].InsureeID = 2 }, "true any from -, surgeries none", "false any from -, surgeries none"},
		{"struck off the policy", func(f *EligibilityFile) { f.Members[0].ValidityTo = &goldenNow }, "true any from -, surgeries none", "false any from -, surgeries none"},
		{"last day of the policy", func(f *EligibilityFile) { f.Policies[0].ExpiryDate = ptr(goldenNow.Date()); f.used(asked, "1", nil) }, "true 4 from 2026-04-01, surgeries 1:2", "true 4 from 2026-04-01, surgeries 1:2"},
		{"day after the policy", func(f *EligibilityFile) {
			f.Policies[0].ExpiryDate = ptr(persistence.DateOf(2026, 11, 20))
			f.used(asked, "1", nil)
		}, "true 4 from 2026-04-01, surgeries 1:2", "false any from -, surgeries none"},
		{"no waiting period", func(f *EligibilityFile) { f.Benefits[0].WaitingAdult = nil }, "true any from -, surgeries 1:3", "true 5 from 2026-01-01, surgeries 1:3"},
		{"entered claims only", func(f *EligibilityFile) { f.used(asked, "2", func(c *UsedClaim) { c.Status = StatusEntered }) },
			"true any from -, surgeries 1:3", "true 5 from 2026-04-01, surgeries 1:3"},
		{"deleted claims only", func(f *EligibilityFile) { f.used(asked, "2", func(c *UsedClaim) { c.Live = false }) },
			"true any from -, surgeries 1:3", "true 5 from 2026-04-01, surgeries 1:3"},
		{"rejected lines only", func(f *EligibilityFile) {
			f.used(asked, "2", func(c *UsedClaim) { c.Lines[0].Status, c.Lines[0].Reason = lineRejected, ptr(3) })
		}, "true any from -, surgeries 1:3", "true 5 from 2026-04-01, surgeries 1:2"},
		{"deleted lines beside items", func(f *EligibilityFile) {
			f.used(asked, "2", func(c *UsedClaim) {
				c.Lines[0].Live = false
				c.Lines = append(c.Lines, UsedLine{Ware: Ware{ItemKind, 7}, Live: true, Status: linePassed, Reason: ptr(0), ProdID: ptr(1), Quantity: money("4")})
			})
		}, "true any from -, surgeries 1:3", "true 5 from 2026-04-01, surgeries 1:2"},
		{"checked, no product yet", func(f *EligibilityFile) {
			f.used(asked, "2", func(c *UsedClaim) { c.Status, c.Lines[0].ProdID = StatusChecked, nil })
		}, "true 3 from 2026-04-01, surgeries 1:3", "true 3 from 2026-04-01, surgeries 1:2"},
		{"three surgeries", func(f *EligibilityFile) {
			for range 4 {
				f.used(other, "0", nil)
			}
		}, "false 5 from 2026-04-01, surgeries 1:0", "false 5 from 2026-04-01, surgeries 1:0"},
		{"of another category", func(f *EligibilityFile) {
			f.Service.Category = "O"
			for range 3 {
				f.used(other, "0", nil)
			}
		}, "true 5 from 2026-04-01, surgeries 1:0", "true 5 from 2026-04-01, surgeries 1:0"},
		{"no money for surgery", func(f *EligibilityFile) { f.Products[1].MaxAmountSurgery = ptr(decimal.Zero) },
			"false any from 2026-04-01, surgeries 1:3", "false 5 from 2026-04-01, surgeries 1:3"},
		{"nobody", func(f *EligibilityFile) { f.Insuree = nil }, "true any from -, surgeries none", "false any from -, surgeries none"},
		{"unknown service", func(f *EligibilityFile) { f.Service.Known = false }, "true any from -, surgeries 1:3", "false any from -, surgeries 1:3"},
		{"service the product does not pay", func(f *EligibilityFile) { f.Service.ID = 9 }, "true any from -, surgeries 1:3", "false any from -, surgeries 1:3"},
		{"not paid any more", func(f *EligibilityFile) { f.Benefits[0].To = &goldenNow }, "true any from -, surgeries 1:3", "false any from -, surgeries 1:3"},
		{"nothing asked", func(f *EligibilityFile) { f.Service = nil }, "true any from -, surgeries 1:3", "true any from -, surgeries 1:3"},
		{"idle policy", func(f *EligibilityFile) { f.Policies[0].PolicyStatus = ptr(1) }, "true any from -, surgeries 1:3", "false any from -, surgeries none"},
		{"member's last day", func(f *EligibilityFile) { f.Members[0].ExpiryDate = ptr(goldenNow.Date()) },
			"true any from 2026-04-01, surgeries 1:3", "true 5 from 2026-04-01, surgeries 1:3"},
		{"member's cover over", func(f *EligibilityFile) { f.Members[0].ExpiryDate = ptr(persistence.DateOf(2026, 11, 20)) },
			"true any from 2026-04-01, surgeries 1:3", "false any from -, surgeries none"},
		{"policy over", func(f *EligibilityFile) { f.Policies[0].ExpiryDate = ptr(persistence.DateOf(2026, 11, 20)) },
			"true any from 2026-04-01, surgeries 1:3", "false any from -, surgeries none"},
		{"a second, later cover that waits longer but allows more", func(f *EligibilityFile) {
			f.second(persistence.Product{MaxNoSurgery: ptr(9)}, persistence.DateOf(2026, 2, 1), persistence.DateOf(2027, 1, 31))
			f.Benefits = append(f.Benefits, Benefit{Ware: asked, ProdID: 2, WaitingAdult: ptr(3), CountAdult: ptr(8)})
			f.used(asked, "1", nil)
		}, "true 7 from 2026-04-01, surgeries 1:2", "true 7 from 2026-04-01, surgeries 2:8"},
		{"a second cover without limit", func(f *EligibilityFile) {
			f.second(persistence.Product{}, persistence.DateOf(2026, 2, 1), persistence.DateOf(2026, 6, 30))
			f.Members[1].ExpiryDate, f.Policies[1].ExpiryDate = ptr(persistence.DateOf(2026, 12, 1)), ptr(persistence.DateOf(2026, 12, 1))
			f.Benefits = append(f.Benefits, Benefit{Ware: asked, ProdID: 2, WaitingAdult: ptr(0)})
			f.used(asked, "1", nil)
		}, "true any from 2026-02-01, surgeries 1:2", "true any from 2026-02-01, surgeries 1:2"},
		{"two policies of one product from one day", func(f *EligibilityFile) {
			p, m := f.Policies[0], f.Members[0]
			p.PolicyID, m.PolicyID = 2, 2
			f.Policies, f.Members = append(f.Policies, p), append(f.Members, m)
			f.used(asked, "1", nil)
		}, "true 3 from 2026-04-01, surgeries 1:2", "true 4 from 2026-04-01, surgeries 1:2"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			for book, want := range map[string]string{"legacy": c.legacy, "corrected": c.corrected} {
				rules, _ := NewRuleBook(book, nil)
				f := entitledPerson()
				c.change(f)
				if got := toldEligibility(CheckEligibility(f, rules)); got != want {
					t.Errorf("%s: got %q, want %q", book, got, want)
				}
			}
		})
	}
}

// TestEligibilityCountsByCategory counts a claim of each category with two service lines,
// for a person with two covers on that day.
func TestEligibilityCountsByCategory(t *testing.T) {
	for category, want := range map[string]struct{ legacy, corrected int }{
		"S": {8, 8}, "D": {8, 8}, "A": {8, 8}, "C": {8, 8}, "V": {7, 8}, "H": {5, 8}, "": {9, 8},
	} {
		f := entitledPerson()
		f.second(persistence.Product{}, persistence.DateOf(2026, 1, 1), persistence.DateOf(2026, 6, 30))
		p := f.Products[1]
		p.MaxNoSurgery, p.MaxNoDelivery, p.MaxNoAntenatal, p.MaxNoConsultation, p.MaxNoVisits, p.MaxNoHospitalizaion = ptr(9), ptr(9), ptr(9), ptr(9), ptr(9), ptr(9)
		f.used(asked, "1", func(c *UsedClaim) { c.Category, c.Lines = category, append(c.Lines, c.Lines[0]) })
		for book, left := range map[string]int{"legacy": want.legacy, "corrected": want.corrected} {
			rules, _ := NewRuleBook(book, nil)
			totals := CheckEligibility(f, rules).Totals
			got := map[string]*int{"S": totals.Surgeries, "D": totals.Deliveries, "A": totals.Antenatal, "C": totals.Consultations, "V": totals.Visits, "": totals.Visits, "H": totals.Admissions}[category]
			if *got != left {
				t.Errorf("%s, %q: %d left, want %d", book, category, *got, left)
			}
		}
	}
}

// TestEligibilityUnderOnePolicy answers for one policy as if there were no other.
func TestEligibilityUnderOnePolicy(t *testing.T) {
	f := entitledPerson()
	f.second(persistence.Product{MaxNoSurgery: ptr(9)}, persistence.DateOf(2026, 2, 1), persistence.DateOf(2027, 1, 31))
	for policy, want := range map[int]string{
		1: "true 5 from 2026-04-01, surgeries 1:3", 2: "false any from -, surgeries 2:9", 3: "false any from -, surgeries none",
	} {
		if got := toldEligibility(CheckEligibility(f.Under(policy), CorrectedRules)); got != want {
			t.Errorf("policy %d: got %q, want %q", policy, got, want)
		}
	}
}
