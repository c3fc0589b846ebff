package scheme

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/persistence"
)

// enquirer is a person of a family of two under one active policy of a product without
// deductible or ceiling, in the third district.
func enquirer() *CoverFile {
	day := func(y int, m time.Month, d int) *persistence.Date { return ptr(persistence.DateOf(y, m, d)) }
	return &CoverFile{
		Insuree: &persistence.Insuree{InsureeID: 1, FamilyID: ptr(1), DOB: persistence.DateOf(1980, 1, 1)}, District: 3,
		FamilyLive: true, FamilySize: 2, Now: goldenNow,
		Policies: []persistence.Policy{{PolicyID: 1, FamilyID: 1, ProdID: 1, PolicyStatus: ptr(2), EffectiveDate: day(2026, 1, 1), ExpiryDate: day(2026, 12, 31)}},
		Members:  []persistence.InsureePolicy{{InsureePolicyID: 1, InsureeID: 1, PolicyID: 1, EffectiveDate: day(2026, 1, 1), ExpiryDate: day(2026, 12, 31)}},
		Products: map[int]*persistence.Product{1: {ProdID: 1, MemberCount: 9, Threshold: ptr(0)}},
	}
}

// second adds a policy of another product with the person on it.
func (f *CoverFile) second(product persistence.Product, from, to persistence.Date) {
	product.ProdID = 2
	f.Products[2] = &product
	f.Policies = append(f.Policies, persistence.Policy{PolicyID: 2, FamilyID: 1, ProdID: 2, PolicyStatus: ptr(2), EffectiveDate: &from, ExpiryDate: &to})
	f.Members = append(f.Members, persistence.InsureePolicy{InsureePolicyID: 2, InsureeID: 1, PolicyID: 2, EffectiveDate: &from, ExpiryDate: &to})
}

// booked has an insuree use some of policy 1: 40 in general, 25 in hospital, 15 elsewhere,
// and ten times as much of the ceilings.
func (f *CoverFile) booked(insuree int, closed bool) {
	b := persistence.ClaimDedRem{PolicyID: ptr(1), InsureeID: &insuree, DedG: sum("40"), DedIP: sum("25"), DedOP: sum("15"), RemG: sum("400"), RemIP: sum("250"), RemOP: sum("150")}
	if closed {
		b.ValidityTo = &goldenNow
	}
	f.Booked = append(f.Booked, b)
}

func sum(text string) *decimal.Decimal { return ptr(money(text)) }

// toldStandings writes what an enquiry answers: policy, state, what is left to pay first
// and what is left to be paid; a slash stands between hospital and other care.
func toldStandings(list []Standing) string {
	left := func(r Remainder) string {
		show := func(d *decimal.Decimal) string {
			if d == nil {
				return "-"
			}
			return d.String()
		}
		switch r.Kind {
		case NoRemainder:
			return "none"
		case GeneralRemainder:
			return show(r.First)
		}
		return show(r.First) + "/" + show(r.Second)
	}
	var out []string
	for _, s := range list {
		policy := 0
		if s.Policy != nil {
			policy = s.Policy.PolicyID
		}
		out = append(out, fmt.Sprint(policy, s.Status, " ", left(s.Deductible), " ", left(s.Ceiling)))
	}
	return strings.Join(out, "; ")
}

// TestEnquiry gives rule 9.11 under both books, worked by hand.
func TestEnquiry(t *testing.T) {
	product := func(f *CoverFile) *persistence.Product { return f.Products[1] }
	cases := []struct {
		name              string
		change            func(f *CoverFile)
		legacy, corrected string
	}{
		{"nothing defined", func(f *CoverFile) {}, "1A none none", "1A none none"},
		{"nobody", func(f *CoverFile) { f.Insuree = nil }, "", ""},
		{"family gone", func(f *CoverFile) { f.FamilyLive = false }, "", ""},
		{"another district", func(f *CoverFile) { f.District = 4 }, "", ""},
		{"no policy", func(f *CoverFile) { f.Policies = nil }, "0I none none", "0I none none"},
		{"product not sold any more", func(f *CoverFile) { product(f).ValidityTo = &goldenNow }, "", ""},
		{"not on the policy", func(f *CoverFile) { f.Members = nil }, "1I none none", "1I none none"},
		{"policy closed", func(f *CoverFile) { f.Policies[0].ValidityTo = &goldenNow }, "0I none none", "0I none none"},
		{"by product before by key", func(f *CoverFile) {
			f.second(persistence.Product{}, persistence.DateOf(2026, 1, 1), persistence.DateOf(2026, 12, 31))
			f.Policies[0].ProdID, f.Policies[1].ProdID = 2, 1
		}, "2A none none; 1A none none", "2A none none; 1A none none"},
		{"two policies of a product, by key", func(f *CoverFile) {
			f.second(persistence.Product{}, persistence.DateOf(2026, 1, 1), persistence.DateOf(2026, 12, 31))
			f.Policies[1].ProdID = 1
			f.Policies[0], f.Policies[1] = f.Policies[1], f.Policies[0]
		}, "1A none none; 2A none none", "1A none none; 2A none none"},
		{"policy of another family", func(f *CoverFile) { f.Policies[0].FamilyID = 2 }, "0I none none", "0I none none"},
		{"idle", func(f *CoverFile) { f.Policies[0].PolicyStatus = ptr(1) }, "1I none none", "1I none none"},
		{"suspended", func(f *CoverFile) { f.Policies[0].PolicyStatus = ptr(4) }, "1S none none", "1S none none"},
		{"marked expired", func(f *CoverFile) { f.Policies[0].PolicyStatus = ptr(8) }, "1E none none", "1E none none"},
		{"ready", func(f *CoverFile) { f.Policies[0].PolicyStatus = ptr(16) }, "1R none none", "1R none none"},
		{"first day", func(f *CoverFile) { f.Members[0].EffectiveDate = ptr(goldenNow.Date()) }, "1A none none", "1A none none"},
		{"begins tomorrow", func(f *CoverFile) { f.Members[0].EffectiveDate = ptr(persistence.DateOf(2026, 11, 22)) }, "1I none none", "1I none none"},
		{"last day", func(f *CoverFile) { f.Members[0].ExpiryDate = ptr(goldenNow.Date()) }, "1A none none", "1A none none"},
		{"ended yesterday", func(f *CoverFile) { f.Members[0].ExpiryDate = ptr(persistence.DateOf(2026, 11, 20)) }, "1E none none", "1E none none"},
		{"never effective", func(f *CoverFile) { f.Members[0].EffectiveDate = nil }, "1I none none", "1I none none"},
		{"an old one beside an active one", func(f *CoverFile) {
			f.second(persistence.Product{}, persistence.DateOf(2025, 1, 1), persistence.DateOf(2025, 12, 31))
		}, "1A none none", "1A none none"},
		{"two old ones, one of them of 2023", func(f *CoverFile) {
			f.Members[0].ExpiryDate = ptr(persistence.DateOf(2025, 12, 31))
			f.second(persistence.Product{}, persistence.DateOf(2023, 1, 1), persistence.DateOf(2023, 12, 31))
		}, "1E none none; 2E none none", "1E none none; 2E none none"},
		{"two of 2024 and 2025", func(f *CoverFile) {
			f.Members[0].ExpiryDate = ptr(persistence.DateOf(2025, 12, 31))
			f.second(persistence.Product{}, persistence.DateOf(2024, 1, 1), persistence.DateOf(2024, 12, 31))
			f.Policies = append(f.Policies, persistence.Policy{PolicyID: 3, FamilyID: 1, ProdID: 2})
			f.Members = append(f.Members, persistence.InsureePolicy{InsureeID: 1, PolicyID: 3, EffectiveDate: ptr(persistence.DateOf(2023, 1, 1)), ExpiryDate: ptr(persistence.DateOf(2023, 12, 31))})
		}, "1E none none; 2E none none", "1E none none; 2E none none"},

		{"general, nothing used", func(f *CoverFile) { product(f).DedInsuree, product(f).MaxInsuree = sum("100"), sum("1000") }, "1A 100 1000", "1A 100 1000"},
		{"general, used", func(f *CoverFile) {
			product(f).DedInsuree, product(f).MaxInsuree = sum("100"), sum("1000")
			f.booked(1, false)
		}, "1A 60 600", "1A 60 600"},
		{"used by another", func(f *CoverFile) {
			product(f).DedInsuree, product(f).MaxInsuree = sum("100"), sum("1000")
			f.booked(2, false)
		}, "1A 100 1000", "1A 100 1000"},
		{"of the policy, used by another", func(f *CoverFile) {
			product(f).DedPolicy, product(f).MaxPolicy = sum("100"), sum("1000")
			f.booked(2, false)
		}, "1A 60 600", "1A 60 600"},
		{"of a treatment, used", func(f *CoverFile) {
			product(f).DedTreatment, product(f).MaxTreatment = sum("100"), sum("1000")
			f.booked(1, false)
		}, "1A 100 1000", "1A 100 1000"},
		{"of the insuree before treatment before policy", func(f *CoverFile) {
			product(f).DedInsuree, product(f).DedTreatment, product(f).DedPolicy = sum("1"), sum("2"), sum("3")
			product(f).MaxTreatment, product(f).MaxPolicy = sum("2"), sum("3")
		}, "1A 1 2", "1A 1 2"},
		{"by hospital, used", func(f *CoverFile) {
			product(f).DedIPInsuree, product(f).DedOPPolicy, product(f).MaxIPPolicy, product(f).MaxOPInsuree = sum("100"), sum("50"), sum("1000"), sum("500")
			f.booked(1, false)
		}, "1A 75/35 750/350", "1A 75/35 750/350"},
		{"general before by hospital", func(f *CoverFile) {
			product(f).DedPolicy, product(f).DedIPInsuree, product(f).MaxTreatment, product(f).MaxOPInsuree = sum("7"), sum("100"), sum("8"), sum("500")
		}, "1A 7 8", "1A 7 8"},
		{"closed booking", func(f *CoverFile) {
			product(f).DedInsuree, product(f).MaxInsuree = sum("100"), sum("1000")
			f.booked(1, true)
			f.booked(1, false)
		}, "1A 20 200", "1A 60 600"},
		{"used up by more than itself", func(f *CoverFile) {
			product(f).DedInsuree, product(f).MaxInsuree = sum("30"), sum("300")
			f.booked(1, false)
		}, "1A -10 0", "1A 0 0"},
		{"zero", func(f *CoverFile) {
			product(f).DedInsuree, product(f).MaxInsuree, product(f).DedTreatment, product(f).MaxTreatment = sum("0"), sum("0"), sum("5"), sum("6")
		}, "1A 0 0", "1A 5 6"},
		{"one general, one by hospital", func(f *CoverFile) { product(f).DedInsuree, product(f).MaxIPInsuree = sum("100"), sum("700") }, "1A 100/- 700/-", "1A 100 700/-"},
		{"one by hospital, one general", func(f *CoverFile) {
			product(f).DedIPInsuree, product(f).DedOPInsuree, product(f).MaxInsuree = sum("30"), sum("20"), sum("700")
		}, "1A 30 700", "1A 30/20 700"},
		{"kind of the policy before", func(f *CoverFile) {
			product(f).DedInsuree = sum("30")
			f.second(persistence.Product{}, persistence.DateOf(2026, 1, 1), persistence.DateOf(2026, 12, 31))
		}, "1A 30 -; 2A - -", "1A 30 none; 2A none none"},
		{"something booked under one policy", func(f *CoverFile) {
			f.second(persistence.Product{DedInsuree: sum("30"), MaxPolicy: sum("300"), MemberCount: 9, Threshold: ptr(0)}, persistence.DateOf(2026, 1, 1), persistence.DateOf(2026, 12, 31))
			f.booked(1, false)
		}, "1A none none; 2A - 300", "1A none none; 2A 30 300"},
		{"something booked hides the policy's deductible too", func(f *CoverFile) {
			f.second(persistence.Product{DedPolicy: sum("30")}, persistence.DateOf(2026, 1, 1), persistence.DateOf(2026, 12, 31))
			f.booked(2, false)
		}, "1A none none; 2A none none", "1A none none; 2A 30 none"},

		{"two members above the threshold", func(f *CoverFile) {
			product(f).MaxPolicy, product(f).MaxPolicyExtraMember, product(f).Threshold, f.FamilySize = sum("1000"), sum("50"), ptr(3), 5
		}, "1A - 1100", "1A none 1100"},
		{"one of them more than the product allows", func(f *CoverFile) {
			product(f).MaxPolicy, product(f).MaxPolicyExtraMember, product(f).Threshold, product(f).MemberCount, f.FamilySize = sum("1000"), sum("50"), ptr(3), 4, 5
		}, "1A - 1050", "1A none 1050"},
		{"as many as the threshold", func(f *CoverFile) {
			product(f).MaxPolicy, product(f).MaxPolicyExtraMember, product(f).Threshold, f.FamilySize = sum("1000"), sum("50"), ptr(3), 3
		}, "1A - 1000", "1A none 1000"},
		{"up to the cap", func(f *CoverFile) {
			product(f).MaxPolicy, product(f).MaxPolicyExtraMember, product(f).MaxCeilingPolicy, product(f).Threshold, f.FamilySize = sum("1000"), sum("50"), sum("1070"), ptr(3), 5
		}, "1A - 1070", "1A none 1070"},
		{"a cap below, without members above", func(f *CoverFile) {
			product(f).MaxPolicy, product(f).MaxCeilingPolicy, product(f).Threshold = sum("1000"), sum("900"), ptr(3)
		}, "1A - 900", "1A none 1000"},
		{"a cap below, with as many members as the threshold", func(f *CoverFile) {
			product(f).MaxPolicy, product(f).MaxCeilingPolicy, product(f).Threshold, f.FamilySize = sum("1000"), sum("900"), ptr(3), 3
		}, "1A - 900", "1A none 1000"},
		{"three members below the threshold", func(f *CoverFile) {
			product(f).MaxPolicy, product(f).MaxPolicyExtraMember, product(f).Threshold = sum("1000"), sum("50"), ptr(5)
		}, "1A - 1000", "1A none 1000"},
		{"two above, of a ceiling of zero", func(f *CoverFile) {
			product(f).MaxPolicy, product(f).MaxPolicyExtraMember = sum("0"), sum("50")
		}, "1A - 100", "1A none none"},
		{"a cap of zero", func(f *CoverFile) {
			product(f).MaxPolicy, product(f).MaxPolicyExtraMember, product(f).MaxCeilingPolicy = sum("1000"), sum("50"), sum("0")
		}, "1A - 0", "1A none 1100"},
		{"no threshold", func(f *CoverFile) {
			product(f).MaxIPPolicy, product(f).MaxPolicyExtraMemberIP, product(f).Threshold = sum("1000"), sum("50"), nil
		}, "1A none none", "1A none 1100/-"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			for book, want := range map[string]string{"legacy": c.legacy, "corrected": c.corrected} {
				rules, _ := NewRuleBook(book, nil)
				f := enquirer()
				c.change(f)
				if got := toldStandings(Enquire(f, 3, rules)); got != want {
					t.Errorf("%s: got %q, want %q", book, got, want)
				}
			}
		})
	}
}

// TestInForce gives whether a policy and a place on it cover 21 November.
func TestInForce(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(f *CoverFile)
		want   bool
	}{
		{"both of the year", func(f *CoverFile) {}, true},
		{"marked expired", func(f *CoverFile) { f.Policies[0].PolicyStatus = ptr(8) }, false},
		{"the policy ended the day before", func(f *CoverFile) { f.Policies[0].ExpiryDate = ptr(persistence.DateOf(2026, 11, 20)) }, false},
		{"the place ended the day before", func(f *CoverFile) { f.Members[0].ExpiryDate = ptr(persistence.DateOf(2026, 11, 20)) }, false},
		{"both begin that day", func(f *CoverFile) {
			f.Policies[0].EffectiveDate, f.Members[0].EffectiveDate = ptr(goldenNow.Date()), ptr(goldenNow.Date())
		}, true},
	} {
		f := enquirer()
		c.change(f)
		if got := InForce(f.Policy(1), &f.Members[0], goldenNow.Date()); got != c.want {
			t.Errorf("%s: %t", c.name, got)
		}
	}
	f := enquirer()
	f.second(persistence.Product{}, persistence.DateOf(2026, 1, 1), persistence.DateOf(2026, 12, 31))
	f.Policies[0].ValidityTo = &goldenNow
	if f.Policy(1) != nil || f.Policy(3) != nil || f.Policy(2) != &f.Policies[1] {
		t.Error("a closed or unknown policy is found, or a live one is not")
	}
}
