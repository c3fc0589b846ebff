package scheme

import (
	"fmt"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/openimis/openimis-go/persistence"
)

func day(text string) persistence.Date {
	d, err := persistence.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return d
}

func TestPeriods(t *testing.T) {
	for _, c := range []struct {
		letter            string
		month             int
		legacy, corrected string // first and last day that counts; "" for none
	}{
		{"M", 2, "2024-02-01 2024-03-01", "2024-02-01 2024-02-29"},
		{"M", 12, "2024-12-01 2025-01-01", "2024-12-01 2024-12-31"},
		{"Q", 2, "", ""},
		{"Q", 3, "2024-01-01 2024-04-01", "2024-01-01 2024-03-31"},
		{"Q", 12, "2024-10-01 2025-01-01", "2024-10-01 2024-12-31"},
		{"Y", 1, "2024-01-01 2024-02-01", ""},
		{"Y", 12, "2024-01-01 2025-01-01", "2024-01-01 2024-12-31"},
		{"", 3, "", ""},
		{"X", 3, "", ""},
	} {
		for book, want := range map[RuleBook]string{LegacyRules: c.legacy, CorrectedRules: c.corrected} {
			got := ""
			if w, ok := PeriodOf(c.letter, 2024, c.month, book); ok {
				got = w.From.String() + " " + w.To.String()
			}
			if got != want {
				t.Errorf("%q of month %d under %s is %q, want %q", c.letter, c.month, book.Name(), got, want)
			}
		}
	}
}

func TestPeriodHolds(t *testing.T) {
	for _, c := range []struct {
		moment            string
		legacy, corrected bool
	}{
		{"2024-02-29T23:59:59", false, false},
		{"2024-03-01T00:00:00", true, true},
		{"2024-03-31T23:59:59", true, true},
		{"2024-04-01T00:00:00", true, false},
		{"2024-04-01T00:00:01", false, false},
	} {
		var at persistence.DateTime
		if err := at.Scan(c.moment); err != nil {
			t.Fatal(err)
		}
		for book, want := range map[RuleBook]bool{LegacyRules: c.legacy, CorrectedRules: c.corrected} {
			if w, _ := PeriodOf("M", 2024, 3, book); w.Holds(at) != want {
				t.Errorf("March holds %s under %s: %v, want %v", c.moment, book.Name(), !want, want)
			}
		}
	}
}

// The window is the ten days from 11 to 20 March.
func TestAllocatedContribution(t *testing.T) {
	w := Window{From: day("2024-03-11"), To: day("2024-03-20")}
	for _, c := range []struct {
		name, pay, effective, expiry string
		index, capitation, corrected string // parts of 100, "" for none
	}{
		{"all days within", "2024-03-11", "2024-03-11", "2024-03-20", "111.11", "111.11", "100.00"},
		{"half of twenty days", "2024-03-01", "2024-03-01", "2024-03-20", "52.63", "52.63", "50.00"},
		{"paid in the middle", "2024-03-16", "2024-03-01", "2024-03-20", "125.00", "125.00", "100.00"},
		{"effective after payment", "2024-03-01", "2024-03-16", "2024-03-25", "55.56", "55.56", "50.00"},
		{"paid on the last day of cover", "2024-03-20", "2024-03-01", "2024-03-20", "", "100.00", "100.00"},
		{"paid after the cover", "2024-03-21", "2024-03-01", "2024-03-20", "", "", ""},
		{"cover of one day", "2024-03-01", "2024-03-15", "2024-03-15", "", "", "100.00"},
		{"paid on the last day of the period", "2024-03-20", "2024-03-01", "2024-03-29", "11.11", "11.11", "10.00"},
		{"paid after the period", "2024-03-21", "2024-03-01", "2024-03-30", "", "", ""},
		{"expired on the first day", "2024-03-02", "2024-03-02", "2024-03-11", "11.11", "11.11", "10.00"},
		{"expired before", "2024-03-01", "2024-03-01", "2024-03-10", "", "", ""},
	} {
		effective, expiry := day(c.effective), day(c.expiry)
		paid := Contribution{Amount: hundred, PayDate: day(c.pay), EffectiveDate: &effective, ExpiryDate: &expiry}
		check := func(way string, capitation bool, book RuleBook, want string) {
			got := ""
			if part, ok := paid.Allocated(w, capitation, book); ok {
				got = part.StringFixed(2)
			}
			if got != want {
				t.Errorf("%s, %s: %q, want %q", c.name, way, got, want)
			}
		}
		check("legacy index", false, LegacyRules, c.index)
		check("legacy capitation", true, LegacyRules, c.capitation)
		check("corrected index", false, CorrectedRules, c.corrected)
		check("corrected capitation", true, CorrectedRules, c.corrected)
	}
	first := day("2024-03-11")
	for _, open := range []Contribution{{}, {EffectiveDate: &first}, {ExpiryDate: &first}} {
		open.Amount, open.PayDate = hundred, first
		if _, ok := open.Allocated(w, false, CorrectedRules); ok {
			t.Errorf("a policy from %v to %v takes contributions", open.EffectiveDate, open.ExpiryDate)
		}
	}
}

// Of three contributions two are to product 1, and one of these pays for days of the
// period.
func TestContributionsAreThoseOfTheProduct(t *testing.T) {
	w := Window{From: day("2024-03-11"), To: day("2024-03-20")}
	inside, outside := []persistence.Date{day("2024-03-01"), day("2024-03-20")}, []persistence.Date{day("2024-02-01"), day("2024-02-20")}
	list := []Contribution{
		{ProdID: 1, Amount: hundred, PayDate: inside[0], EffectiveDate: &inside[0], ExpiryDate: &inside[1]},
		{ProdID: 1, Amount: hundred, PayDate: outside[0], EffectiveDate: &outside[0], ExpiryDate: &outside[1]},
		{ProdID: 2, Amount: money("7"), PayDate: w.From, EffectiveDate: &w.From, ExpiryDate: &w.To},
	}
	for product, want := range map[int]string{1: "50 true", 2: "7 true", 3: "0 false"} {
		if sum, any := AllocatedContributions(list, product, w, false, CorrectedRules); fmt.Sprint(sum, any) != want {
			t.Errorf("product %d has %s %t, want %s", product, sum, any, want)
		}
	}
}

// Each row but the last differs in one thing from what is asked for: product 1, quarters,
// the second, for in-patients.
func TestDistributionShare(t *testing.T) {
	closed := persistence.At(time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC))
	rows := []persistence.RelativeDistribution{
		{ProdID: 1, DistrType: 4, Period: 2, DistrCareType: "I", DistrPerc: ptr(money("0.1")), ValidityTo: &closed},
		{ProdID: 2, DistrType: 4, Period: 2, DistrCareType: "I", DistrPerc: ptr(money("0.2"))},
		{ProdID: 1, DistrType: 12, Period: 2, DistrCareType: "I", DistrPerc: ptr(money("0.3"))},
		{ProdID: 1, DistrType: 4, Period: 1, DistrCareType: "I", DistrPerc: ptr(money("0.4"))},
		{ProdID: 1, DistrType: 4, Period: 2, DistrCareType: "O", DistrPerc: ptr(money("0.5"))},
		{ProdID: 1, DistrType: 4, Period: 2, DistrCareType: "I", DistrPerc: ptr(money("0.6"))},
	}
	if share := DistributionShare(rows, 1, 4, 2, "I"); share == nil || share.String() != "0.6" {
		t.Errorf("the share is %v", share)
	}
	if share := DistributionShare(rows[:5], 1, 4, 2, "I"); share != nil {
		t.Errorf("the share of another row is taken: %s", share)
	}
}

// The parts of neighbouring months add up to the whole contribution.
func TestCorrectedAllocationAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		start := persistence.Day(day("2023-01-01").AddDate(0, 0, rapid.IntRange(0, 300).Draw(t, "effective")))
		end := persistence.Day(start.AddDate(0, 0, rapid.IntRange(0, 400).Draw(t, "days")))
		paid := persistence.Day(start.AddDate(0, 0, rapid.IntRange(-30, daysBelow(start, end)).Draw(t, "paid")))
		c := Contribution{Amount: decimal.New(rapid.Int64Range(1, 1e9).Draw(t, "cents"), -2), PayDate: paid, EffectiveDate: &start, ExpiryDate: &end}
		sum := decimal.Zero
		for month := range 48 {
			w, _ := PeriodOf("M", 2022+month/12, month%12+1, CorrectedRules)
			part, _ := c.Allocated(w, false, CorrectedRules)
			sum = sum.Add(part)
		}
		if !cents(sum).Equal(c.Amount) {
			t.Fatalf("the months have %s of %s", sum, c.Amount)
		}
	})
}

func daysBelow(from, to persistence.Date) int { return int(daysTo(from, to)) }

func TestShareNumbers(t *testing.T) {
	for _, c := range []struct{ kind, month, legacy, corrected int }{
		{12, 7, 7, 7}, {4, 3, 3, 1}, {4, 6, 6, 2}, {4, 12, 12, 4}, {1, 12, 12, 1},
	} {
		if l, k := shareNumber(c.kind, c.month, LegacyRules), shareNumber(c.kind, c.month, CorrectedRules); l != c.legacy || k != c.corrected {
			t.Errorf("type %d of month %d: %d and %d, want %d and %d", c.kind, c.month, l, k, c.legacy, c.corrected)
		}
	}
}

func TestRelativeIndex(t *testing.T) {
	half := ptr(money("0.50"))
	for _, c := range []struct {
		name              string
		allocated         string
		contributed       bool
		share             *decimal.Decimal
		claimed           string
		legacy, corrected string
	}{
		{"half of the money over the claims", "1000", true, half, "300", "1.6667", "1.6667"},
		{"nothing claimed", "1000", true, nil, "0", "1.0000", "1.0000"},
		{"no share", "1000", true, nil, "300", "none", "none"},
		{"no contribution", "0", false, half, "300", "none", "0.0000"},
	} {
		for book, want := range map[RuleBook]string{LegacyRules: c.legacy, CorrectedRules: c.corrected} {
			got := "none"
			if index := RelativeIndexOf(money(c.allocated), c.contributed, c.share, money(c.claimed), book); index != nil {
				got = index.StringFixed(4)
			}
			if got != want {
				t.Errorf("%s under %s: %s, want %s", c.name, book.Name(), got, want)
			}
		}
	}
}

// What a product pays, for in- and out-patients: first day of the period and index, "draw"
// for one to be drawn.
func TestTerms(t *testing.T) {
	for _, c := range []struct {
		name              string
		general, in, out  string
		month             int
		legacy, corrected string
	}{
		{"nothing configured", "", "", "", 2, "02-01 1 | 02-01 1", "02-01 1 | 02-01 1"},
		{"general", "M", "M", "M", 2, "02-01 draw | 02-01 draw", "02-01 draw | 02-01 draw"},
		{"general not over", "Q", "", "", 2, "none | none", "none | none"},
		{"general not over, in-patients over", "Q", "M", "", 2, "02-01 draw | 02-01 1", "none | none"},
		{"in-patients only", "", "M", "", 2, "02-01 draw | 02-01 1", "02-01 draw | 02-01 1"},
		{"out-patients only", "", "", "M", 2, "02-01 1 | 02-01 draw", "02-01 1 | 02-01 draw"},
		{"out-patients of the quarter not over", "", "M", "Q", 2, "02-01 draw | 02-01 1", "02-01 draw | none"},
		{"both over", "", "M", "Q", 3, "03-01 draw | 01-01 draw", "03-01 draw | 01-01 draw"},
		{"year", "Y", "", "", 3, "01-01 draw | 01-01 draw", "none | none"},
	} {
		p := &persistence.Product{PeriodRelPrices: letter(c.general), PeriodRelPricesIP: letter(c.in), PeriodRelPricesOP: letter(c.out)}
		for book, want := range map[RuleBook]string{LegacyRules: c.legacy, CorrectedRules: c.corrected} {
			terms := termsOf(p, 2024, c.month, book)
			if got := careText(terms.in) + " | " + careText(terms.out); got != want {
				t.Errorf("%s under %s: %s, want %s", c.name, book.Name(), got, want)
			}
		}
	}
}

func letter(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func careText(c careWindow) string {
	switch {
	case !c.pays:
		return "none"
	case c.index == nil:
		return c.window.From.Format("01-02") + " draw"
	}
	return c.window.From.Format("01-02") + " " + c.index.String()
}

func TestPaidByCapitation(t *testing.T) {
	for _, c := range []struct {
		level, sub, hfLevel, hfSub string
		legacy, corrected          bool
	}{
		{"C", "", "C", "", true, true},
		{"C", "", "C", "I", true, true},
		{"C", "I", "C", "I", true, true},
		{"C", "I", "C", "N", false, false},
		{"C", "I", "C", "", true, false},
		{"C", "", "H", "", false, false},
		{"", "", "C", "", false, false},
	} {
		p := &persistence.Product{Level3: letter(c.level), Sublevel3: letter(c.sub)}
		hf := &persistence.HealthFacility{HFLevel: c.hfLevel, HFSublevel: letter(c.hfSub)}
		for book, want := range map[RuleBook]bool{LegacyRules: c.legacy, CorrectedRules: c.corrected} {
			if got := (&BatchPlan{book: book}).capitated(&BatchClaim{Facility: hf}, p); got != want {
				t.Errorf("%+v under %s: %v", c, book.Name(), got)
			}
		}
		if PaidByCapitation(p, hf) != c.corrected {
			t.Errorf("%+v: by capitation %v", c, !c.corrected)
		}
	}
}

func TestRemunerate(t *testing.T) {
	for _, c := range []struct {
		name string
		line Line
		want string
	}{
		{"relative price by the index", Line{Origin: ptr("R"), Valuated: ptr(money("33.33"))}, "49.99"},
		{"other price as it is", Line{Origin: ptr("P"), Valuated: ptr(money("33.33"))}, "33.33"},
		{"without value price by quantity", Line{Origin: ptr("R"), PriceAdjusted: ptr(money("10")), Provided: money("3")}, "44.99"},
		{"approved before adjusted and provided", Line{Origin: ptr("P"), PriceAdjusted: ptr(money("10")), PriceApproved: ptr(money("8")), Provided: money("3"), Approved: ptr(money("2"))}, "16.00"},
		{"no price", Line{Origin: ptr("R"), Provided: money("3")}, "none"},
	} {
		remunerate(&c.line, money("1.4998"))
		got := "none"
		if c.line.Remunerated != nil {
			got = c.line.Remunerated.StringFixed(2)
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// settled is a claim of two lines: a relative price of product 1 and another of product 2.
func settled(status int, second *Line) *BatchClaim {
	stamp := persistence.At(time.Date(2024, 3, 5, 9, 0, 0, 0, time.UTC))
	return &BatchClaim{
		Claim:    &persistence.Claim{ClaimID: 1, ClaimStatus: status, DateFrom: stamp, ProcessStamp: &stamp},
		Facility: &persistence.HealthFacility{HFLevel: "C"},
		Lines:    []*Line{{Status: linePassed, ProdID: ptr(1), Origin: ptr("R"), Valuated: ptr(money("100"))}, second},
	}
}

func TestSettle(t *testing.T) {
	own := func() *Line {
		return &Line{Status: linePassed, ProdID: ptr(2), Origin: ptr("R"), Valuated: ptr(money("50"))}
	}
	paid := func() *Line {
		l := own()
		l.Remunerated = ptr(money("7"))
		return l
	}
	for _, c := range []struct {
		name              string
		status            int
		ofRun             bool
		products          []persistence.Product
		second            *Line
		legacy, corrected string // status and sum, "left alone"
	}{
		{"two products of the run", StatusProcessed, false, []persistence.Product{{ProdID: 2}, {ProdID: 1}}, own(), "valuated 50.00", "valuated 150.00"},
		{"the second of another place", StatusProcessed, false, []persistence.Product{{ProdID: 1}}, own(), "valuated 100.00", "processed 100.00"},
		{"a rejected line", StatusProcessed, false, []persistence.Product{{ProdID: 1}, {ProdID: 2}}, &Line{Status: lineRejected, ProdID: ptr(2), Origin: ptr("R"), Valuated: ptr(money("50"))}, "valuated 100.00", "valuated 100.00"},
		{"a line paid before", StatusProcessed, false, []persistence.Product{{ProdID: 1}}, &Line{Status: linePassed, ProdID: ptr(2), Origin: ptr("P"), Remunerated: ptr(money("7"))}, "valuated 100.00", "valuated 107.00"},
		{"no line of the run", StatusProcessed, false, []persistence.Product{{ProdID: 3}}, own(), "left alone", "left alone"},
		{"checked", StatusChecked, false, []persistence.Product{{ProdID: 1}}, own(), "valuated 100.00", "left alone"},
		{"of an earlier run", StatusValuated, true, []persistence.Product{{ProdID: 1}}, own(), "valuated 100.00", "left alone"},
		{"year not over", StatusProcessed, false, []persistence.Product{{ProdID: 1, PeriodRelPrices: ptr("Y")}}, own(), "valuated 0.00", "left alone"},
		{"a rejected line of another place", StatusProcessed, false, []persistence.Product{{ProdID: 1}}, &Line{Status: lineRejected, ProdID: ptr(2), Origin: ptr("R"), Valuated: ptr(money("50"))}, "valuated 100.00", "valuated 100.00"},
		{"no relative price, of another place", StatusProcessed, false, []persistence.Product{{ProdID: 1}}, &Line{Status: linePassed, ProdID: ptr(2), Origin: ptr("P"), Valuated: ptr(money("50"))}, "valuated 100.00", "valuated 100.00"},
		{"an amount from before, of no run", StatusProcessed, false, []persistence.Product{{ProdID: 1}, {ProdID: 2}}, paid(), "valuated 50.00", "valuated 150.00"},
		{"the second paid by an earlier run", StatusProcessed, true, []persistence.Product{{ProdID: 1}, {ProdID: 2}}, paid(), "valuated 50.00", "valuated 107.00"},
		{"out-patients of the year not over", StatusProcessed, false, []persistence.Product{{ProdID: 1, PeriodRelPricesIP: ptr("M"), PeriodRelPricesOP: ptr("Y")}, {ProdID: 2}}, own(), "valuated 50.00", "processed 50.00"},
		{"by capitation", StatusProcessed, false, []persistence.Product{{ProdID: 1, Level1: ptr("C")}, {ProdID: 2}}, own(), "valuated 50.00", "valuated 50.00"},
		{"no distribution", StatusProcessed, false, []persistence.Product{{ProdID: 1, PeriodRelPrices: ptr("M")}}, own(), "valuated 0.00", "left alone"},
	} {
		for book, want := range map[RuleBook]string{LegacyRules: c.legacy, CorrectedRules: c.corrected} {
			second := *c.second
			claim := settled(c.status, &second)
			claim.OfRun = c.ofRun
			plan := PlanBatch(BatchRequest{Year: 2024, Month: 3}, c.products, book)
			plan.Run = 7
			plan.Count(claim)
			plan.Fix(nil, nil)
			got := "left alone"
			if plan.Settle(claim) {
				got = StatusName(claim.Claim.ClaimStatus) + " " + claim.Claim.Remunerated.StringFixed(2)
			}
			if got != want {
				t.Errorf("%s under %s: %s, want %s", c.name, book.Name(), got, want)
			}
		}
	}
}

func TestUndoClaim(t *testing.T) {
	lines := func() []*Line {
		return []*Line{
			{Status: linePassed, ProdID: ptr(1), Origin: ptr("R"), Remunerated: ptr(money("1"))},
			{Status: linePassed, ProdID: ptr(2), Origin: ptr("R"), Remunerated: ptr(money("2"))},
			{Status: linePassed, ProdID: ptr(1), Origin: ptr("P"), Remunerated: ptr(money("3"))},
			{Status: lineRejected, ProdID: ptr(1), Origin: ptr("R"), Remunerated: ptr(money("4"))},
		}
	}
	for _, c := range []struct {
		name  string
		lines []*Line
		book  RuleBook
		want  string
	}{
		{"legacy", lines(), LegacyRules, "processed 1:none 1:none 1:none 1:none"},
		{"corrected", lines(), CorrectedRules, "processed 1:none 1:2 1:3 2:4"},
		{"without relative prices", lines()[2:], CorrectedRules, "valuated 1:3 2:4"},
	} {
		claim := &BatchClaim{Claim: &persistence.Claim{ClaimStatus: StatusValuated, RunID: ptr(3), Remunerated: ptr(money("9"))}, Lines: c.lines}
		UndoClaim(claim, func(product int) bool { return product == 1 }, c.book)
		got := StatusName(claim.Claim.ClaimStatus)
		for _, l := range claim.Lines {
			paid := "none"
			if l.Remunerated != nil {
				paid = l.Remunerated.String()
			}
			got += fmt.Sprintf(" %d:%s", l.Status, paid)
		}
		if got != c.want || claim.Claim.RunID != nil || claim.Claim.Remunerated != nil {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}
