package scheme

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/openimis/openimis-go/persistence"
)

// The period of a run is the widest of its products'.
func TestPeriodOfTheRun(t *testing.T) {
	month, quarter, year := persistence.Product{ProdID: 1, PeriodRelPrices: ptr("M")}, persistence.Product{ProdID: 2, PeriodRelPrices: ptr("Q")}, persistence.Product{ProdID: 3, PeriodRelPrices: ptr("Y")}
	first := quarter
	first.ProdID = 0
	for _, c := range []struct {
		name     string
		products []persistence.Product
		want     string
		draws    bool
	}{
		{"no product", nil, "none", false},
		{"none is over", []persistence.Product{year}, "none", false},
		{"nothing to draw", []persistence.Product{{ProdID: 1}}, "2024-03-01 2024-03-31", false},
		{"month and quarter", []persistence.Product{month, quarter}, "2024-01-01 2024-03-31", true},
		{"quarter and month", []persistence.Product{month, first}, "2024-01-01 2024-03-31", true},
		{"year not over beside the month", []persistence.Product{year, month}, "2024-03-01 2024-03-31", true},
	} {
		plan, got := PlanBatch(BatchRequest{Year: 2024, Month: 3}, c.products, CorrectedRules), "none"
		if w, ok := plan.Window(); ok {
			got = w.From.String() + " " + w.To.String()
		}
		if got != c.want || plan.Draws() != c.draws {
			t.Errorf("%s: %s, draws %t", c.name, got, plan.Draws())
		}
	}
}

// What makes a claim one of hospital care: the interpretation of the product, the level of
// the facility and whether the patient stayed.
func TestBatchHospital(t *testing.T) {
	for _, c := range []struct {
		interpretation, level string
		stayed, byLevel, want bool
	}{
		{"H", "H", false, false, true},
		{"H", "C", true, false, false},
		{"H", "", true, false, false}, // a facility nobody knows
		{"I", "H", false, true, false},
		{"I", "C", true, true, true},
		{"", "H", false, true, true},
		{"", "H", false, false, false},
		{"", "C", true, false, true},
	} {
		claim := settled(StatusProcessed, nil)
		if claim.Facility.HFLevel = c.level; c.level == "" {
			claim.Facility = nil
		}
		if c.stayed {
			claim.Claim.DateTo = ptr(persistence.At(claim.Claim.DateFrom.AddDate(0, 0, 2)))
		}
		if got := batchHospital(claim, &persistence.Product{CeilingInterpretation: letter(c.interpretation)}, c.byLevel); got != c.want {
			t.Errorf("%+v: %t", c, got)
		}
	}
}

// relativeClaim is a claim of March for a relative price of the product, changed.
func relativeClaim(value string, change func(c *BatchClaim)) *BatchClaim {
	c := settled(StatusProcessed, &Line{Status: lineRejected})
	c.Lines[0].Valuated = ptr(money(value))
	if change != nil {
		change(c)
	}
	return c
}

func stays(c *BatchClaim) { c.Claim.DateTo = ptr(persistence.At(c.Claim.DateFrom.AddDate(0, 0, 2))) }

// 1000 were contributed for March, all of it set aside. A claim of 100 counts; a second
// one of 300 makes the index 2.5 if it does too, and 10 if it does not.
func TestWhatCountsForAnIndex(t *testing.T) {
	stamp := func(month time.Month) *persistence.DateTime {
		return ptr(persistence.At(time.Date(2024, month, 5, 9, 0, 0, 0, time.UTC)))
	}
	for _, c := range []struct {
		name              string
		change            func(c *BatchClaim)
		legacy, corrected string
	}{
		{"as it is", nil, "2.5", "2.5"},
		{"valuated", func(c *BatchClaim) { c.Claim.ClaimStatus = StatusValuated }, "10", "10"},
		{"without stamp", func(c *BatchClaim) { c.Claim.ProcessStamp = nil }, "10", "10"},
		{"processed in February", func(c *BatchClaim) { c.Claim.ProcessStamp = stamp(time.February) }, "10", "10"},
		{"by capitation", func(c *BatchClaim) { c.Facility.HFLevel = "D" }, "10", "10"},
		{"rejected", func(c *BatchClaim) { c.Lines[0].Status = lineRejected }, "10", "10"},
		{"of another product", func(c *BatchClaim) { c.Lines[0].ProdID = ptr(3) }, "10", "10"},
		{"of no product", func(c *BatchClaim) { c.Lines[0].ProdID = nil }, "10", "10"},
		{"no relative price", func(c *BatchClaim) { c.Lines[0].Origin = ptr("O") }, "10", "10"},
		{"paid by an earlier run", func(c *BatchClaim) { c.OfRun, c.Lines[0].Remunerated = true, ptr(money("9")) }, "2.5", "10"},
		{"left open by an earlier run", func(c *BatchClaim) { c.OfRun = true }, "2.5", "2.5"},
		{"with an amount of no run", func(c *BatchClaim) { c.Lines[0].Remunerated = ptr(money("9")) }, "2.5", "2.5"},
	} {
		for book, want := range map[RuleBook]string{LegacyRules: c.legacy, CorrectedRules: c.corrected} {
			got := indexesOf([]persistence.Product{{ProdID: 1, PeriodRelPrices: ptr("M"), Level1: ptr("D")}}, book, relativeClaim("100", nil), relativeClaim("300", c.change))
			if got != "1B "+want {
				t.Errorf("%s under %s: %s, want %s", c.name, book.Name(), got, want)
			}
		}
	}
}

// indexesOf draws the indexes for March from 1000 that were contributed to each of the
// products 1 and 2, all of it set aside for each kind of care.
func indexesOf(products []persistence.Product, book RuleBook, claims ...*BatchClaim) string {
	plan := PlanBatch(BatchRequest{Year: 2024, Month: 3}, products, book)
	for _, c := range claims {
		plan.Count(c)
	}
	from, to := day("2024-03-01"), day("2024-03-31")
	if book == LegacyRules {
		to = day("2024-04-01") // its days are counted with the last one, the days they are spread over without
	}
	var contributions []Contribution
	var shares []persistence.RelativeDistribution
	for product := 1; product <= 2; product++ {
		paid := money("1000")
		if book == LegacyRules {
			paid = money("968.75") // 31 of 32
		}
		contributions = append(contributions, Contribution{ProdID: product, Amount: paid, PayDate: from, EffectiveDate: &from, ExpiryDate: &to})
		for _, care := range []string{CareBoth, CareIn, CareOut} {
			shares = append(shares, persistence.RelativeDistribution{ProdID: product, DistrType: 12, Period: 3, DistrCareType: care, DistrPerc: ptr(money("1"))})
		}
	}
	plan.Fix(contributions, shares)
	var got []string
	for _, row := range plan.Indexes {
		got = append(got, fmt.Sprintf("%d%s %s", row.ProdID, row.RelCareType, row.RelIndex))
	}
	return strings.Join(append(got, plan.Missing...), ", ")
}

// Of 1000 each the patients who stayed claim 100 and the others 200, which are paid at 10
// and 5.
func TestIndexesOfBothKindsOfCare(t *testing.T) {
	products := []persistence.Product{{ProdID: 1, PeriodRelPricesIP: ptr("M"), PeriodRelPricesOP: ptr("M"), CeilingInterpretation: ptr("I")}}
	for _, book := range []RuleBook{LegacyRules, CorrectedRules} {
		if got := indexesOf(products, book, relativeClaim("100", stays), relativeClaim("200", nil)); got != "1I 10, 1O 5" {
			t.Errorf("%s: %s", book.Name(), got)
		}
	}
	plan := PlanBatch(BatchRequest{Year: 2024, Month: 3}, products, CorrectedRules)
	in, out := relativeClaim("100", stays), relativeClaim("200", nil)
	plan.Count(in)
	plan.Count(out)
	from, to := day("2024-03-01"), day("2024-03-31")
	plan.Fix([]Contribution{{ProdID: 1, Amount: money("1000"), PayDate: from, EffectiveDate: &from, ExpiryDate: &to}},
		[]persistence.RelativeDistribution{{ProdID: 1, DistrType: 12, Period: 3, DistrCareType: CareIn, DistrPerc: ptr(money("0.8"))},
			{ProdID: 1, DistrType: 12, Period: 3, DistrCareType: CareOut, DistrPerc: ptr(money("0.2"))}})
	if !plan.Settle(in) || !plan.Settle(out) || in.Claim.Remunerated.String() != "800" || out.Claim.Remunerated.String() != "200" {
		t.Errorf("800 and 200 were set aside, paid are %s and %s", in.Claim.Remunerated, out.Claim.Remunerated)
	}
}

// A claim has 100 of product 1 and 50 of product 2. The legacy book has closed it before
// the second index is drawn, for which nothing is claimed then.
func TestClaimOfTwoProductsCountsForBoth(t *testing.T) {
	products := []persistence.Product{{ProdID: 1, PeriodRelPrices: ptr("M")}, {ProdID: 2, PeriodRelPrices: ptr("M")}}
	for book, want := range map[RuleBook]string{LegacyRules: "1B 10, 2B 1", CorrectedRules: "1B 10, 2B 20"} {
		claim := settled(StatusProcessed, &Line{Status: linePassed, ProdID: ptr(2), Origin: ptr("R"), Valuated: ptr(money("50"))})
		if got := indexesOf(products, book, claim); got != want {
			t.Errorf("%s: %s, want %s", book.Name(), got, want)
		}
	}
}

// What an index lacks is said, and one of 0 pays nothing: the legacy book takes it for
// none.
func TestIndexMissingOrZero(t *testing.T) {
	from, to := day("2024-03-01"), day("2024-03-31")
	paid := []Contribution{{ProdID: 1, Amount: hundred, PayDate: from, EffectiveDate: &from, ExpiryDate: &to}}
	share := func(of string) []persistence.RelativeDistribution {
		return []persistence.RelativeDistribution{{ProdID: 1, DistrType: 12, Period: 3, DistrCareType: CareBoth, DistrPerc: ptr(money(of))}}
	}
	for _, c := range []struct {
		name              string
		contributions     []Contribution
		shares            []persistence.RelativeDistribution
		legacy, corrected string
	}{
		{"no distribution", paid, nil, "product P1 has no index of care type B: it has no distribution of type 12 for period 3; valuated, line none", "product P1 has no index of care type B: it has no distribution of type 12 for period 3; processed, line none"},
		{"no contribution", nil, share("1"), "product P1 has no index of care type B: it has no contributions; valuated, line none", "; valuated, line 0"},
		{"nothing set aside", paid, share("0"), "; valuated, line none", "; valuated, line 0"},
	} {
		for book, want := range map[RuleBook]string{LegacyRules: c.legacy, CorrectedRules: c.corrected} {
			claim := relativeClaim("100", nil)
			plan := PlanBatch(BatchRequest{Year: 2024, Month: 3}, []persistence.Product{{ProdID: 1, ProductCode: "P1", PeriodRelPrices: ptr("M")}}, book)
			plan.Count(claim)
			plan.Fix(c.contributions, c.shares)
			plan.Settle(claim)
			line := "none"
			if r := claim.Lines[0].Remunerated; r != nil {
				line = r.String()
			}
			if got := strings.Join(plan.Missing, ", ") + "; " + StatusName(claim.Claim.ClaimStatus) + ", line " + line; got != want {
				t.Errorf("%s under %s: %s, want %s", c.name, book.Name(), got, want)
			}
		}
	}
}

// A line is written when its status or what is paid for it changed.
func TestLineDiffersFromItsRow(t *testing.T) {
	one, two := ptr(money("1.00")), ptr(money("2"))
	for _, c := range []struct {
		before, after *Line
		want          bool
	}{
		{&Line{Status: 1}, &Line{Status: 1}, false},
		{&Line{Status: 2}, &Line{Status: 1}, true},
		{&Line{Status: 1, Remunerated: one}, &Line{Status: 1, Remunerated: ptr(money("1"))}, false},
		{&Line{Status: 1, Remunerated: one}, &Line{Status: 1, Remunerated: two}, true},
		{&Line{Status: 1}, &Line{Status: 1, Remunerated: one}, true},
		{&Line{Status: 1, Remunerated: one}, &Line{Status: 1}, true},
		{&Line{Status: 2, Remunerated: one}, &Line{Status: 1, Remunerated: one}, true},
	} {
		c.after.Kind, c.after.item = ItemKind, &persistence.ClaimItem{ClaimItemStatus: c.before.Status, RemuneratedAmount: c.before.Remunerated}
		if got := c.after.differs(); got != c.want {
			t.Errorf("item, %+v of %+v: %t", c.after, c.before, got)
		}
		c.after.Kind, c.after.item, c.after.service = ServiceKind, nil, &persistence.ClaimService{ClaimServiceStatus: c.before.Status, RemuneratedAmount: c.before.Remunerated}
		if got := c.after.differs(); got != c.want {
			t.Errorf("service, %+v of %+v: %t", c.after, c.before, got)
		}
	}
}
