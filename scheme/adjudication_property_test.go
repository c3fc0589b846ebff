package scheme

import (
	"fmt"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/openimis/openimis-go/persistence"
)

// drawnPot is a deductible or a ceiling as a product may define it: one amount for all
// care, or one for hospital and one for other care; of a claim, of a person or of a policy.
type drawnPot struct {
	level                    string // "" for none, treatment, insuree or policy
	split                    bool
	all, hospital, elsewhere decimal.Decimal
}

// The columns of one level, for all care, hospital care and other care.
type potColumns map[string][3]**decimal.Decimal

func drawCents(t *rapid.T, label string, from, to int) decimal.Decimal {
	return decimal.New(int64(rapid.IntRange(from, to).Draw(t, label)), -2)
}

func drawPot(t *rapid.T, label string, columns potColumns) (p drawnPot) {
	p.level = rapid.SampledFrom([]string{"policy", "insuree", "treatment", ""}).Draw(t, label)
	if p.level == "" {
		return p
	}
	into := columns[p.level]
	if p.split = rapid.Bool().Draw(t, label+" split"); !p.split {
		p.all = drawCents(t, label+" amount", 1, 60000)
		*into[0] = &p.all
		return p
	}
	p.hospital, p.elsewhere = drawCents(t, label+" hospital", 0, 60000), drawCents(t, label+" elsewhere", 0, 60000)
	*into[1], *into[2] = &p.hospital, &p.elsewhere
	return p
}

// limit gives the amount that holds for the care, 0 for none.
func (p drawnPot) limit(hospital bool) decimal.Decimal {
	switch {
	case !p.split:
		return p.all
	case hospital:
		return p.hospital
	}
	return p.elsewhere
}

// holder names those who share the pot.
func (p drawnPot) holder(claim *persistence.Claim, policy int, hospital bool) string {
	name := fmt.Sprint("policy ", policy)
	switch p.level {
	case "treatment":
		name = fmt.Sprint("claim ", claim.ClaimID, " on ", name)
	case "insuree":
		name = fmt.Sprint("person ", claim.InsureeID, " on ", name)
	}
	if p.split {
		name += fmt.Sprint(", hospital ", hospital)
	}
	return name
}

// cover is a product with what was drawn for it.
type cover struct {
	row              persistence.Product
	deductible, most drawnPot
}

func drawCover(t *rapid.T, id int) *cover {
	c := &cover{row: persistence.Product{ProdID: id}}
	p := &c.row
	p.CeilingInterpretation = ptr(rapid.SampledFrom([]string{"H", "I"}).Draw(t, "interpretation"))
	c.deductible = drawPot(t, "deductible", potColumns{
		"treatment": {&p.DedTreatment, &p.DedIPTreatment, &p.DedOPTreatment},
		"insuree":   {&p.DedInsuree, &p.DedIPInsuree, &p.DedOPInsuree},
		"policy":    {&p.DedPolicy, &p.DedIPPolicy, &p.DedOPPolicy},
	})
	c.most = drawPot(t, "ceiling", potColumns{
		"treatment": {&p.MaxTreatment, &p.MaxIPTreatment, &p.MaxOPTreatment},
		"insuree":   {&p.MaxInsuree, &p.MaxIPInsuree, &p.MaxOPInsuree},
		"policy":    {&p.MaxPolicy, &p.MaxIPPolicy, &p.MaxOPPolicy},
	})
	if rapid.Bool().Draw(t, "grows") {
		p.Threshold = ptr(rapid.IntRange(0, 3).Draw(t, "threshold"))
		extra, limit := drawCents(t, "extra", 0, 9000), drawCents(t, "cap", 0, 90000)
		p.MaxPolicyExtraMember, p.MaxPolicyExtraMemberIP, p.MaxPolicyExtraMemberOP = &extra, &extra, &extra
		p.MaxCeilingPolicy, p.MaxCeilingPolicyIP, p.MaxCeilingPolicyOP = &limit, &limit, &limit
	}
	if rapid.Bool().Draw(t, "surgery maximum") {
		p.MaxAmountSurgery = ptr(drawCents(t, "surgery", 1, 60000))
	}
	return c
}

// ceiling gives up to what the product pays to those who share the ceiling, 0 for any
// amount, worked out from the drawn numbers.
func (c *cover) ceiling(hospital bool, members int) decimal.Decimal {
	base, p := c.most.limit(hospital), &c.row
	if c.most.level != "policy" || base.IsZero() || p.Threshold == nil || members <= *p.Threshold {
		return base
	}
	sum := base.Add(p.MaxPolicyExtraMember.Mul(decimal.NewFromInt(int64(members - *p.Threshold))))
	if p.MaxCeilingPolicy.IsPositive() && p.MaxCeilingPolicy.LessThan(sum) {
		return *p.MaxCeilingPolicy
	}
	return sum
}

// adjudicated is a family's year: its claims after they were processed in some order.
type adjudicated struct {
	family  *ClaimFile
	covers  map[int]*cover
	members int
	files   []*ClaimFile // the last state of each claim
	booked  []persistence.ClaimDedRem
}

// drawYear draws a family of up to three with two policies of one product, one after the
// other, and a third of another product, and has all its claims processed under the
// corrected book, in any order, some reserved by a review and some rejected by one.
func drawYear(t *rapid.T) *adjudicated {
	y := &adjudicated{family: sound(), covers: map[int]*cover{}, members: rapid.IntRange(1, 3).Draw(t, "members")}
	f := y.family
	f.Registers[surgery][0].Category = "S"
	policy, member := f.Policies[0], f.Members[0]
	f.Policies, f.Members = nil, nil
	for i, period := range [][2]string{{"2023-01-01", "2023-06-10"}, {"2023-06-11", "2023-12-31"}, {"2023-01-01", "2023-12-31"}} {
		policy.PolicyID, policy.ProdID, policy.EffectiveDate, policy.ExpiryDate = i+1, 1+i/2, dayOf(period[0]), dayOf(period[1])
		f.Policies = append(f.Policies, policy)
		for m := range y.members {
			member.InsureeID, member.PolicyID, member.EffectiveDate, member.ExpiryDate = m+1, i+1, policy.EffectiveDate, policy.ExpiryDate
			f.Members = append(f.Members, member)
		}
	}
	drawBenefits(t, f.Benefits)
	for product := 1; product <= 2; product++ {
		y.covers[product] = drawCover(t, product)
		f.Products[product] = &y.covers[product].row
	}
	n := rapid.IntRange(2, 5).Draw(t, "claims")
	for id := 1; id <= n; id++ {
		y.files = append(y.files, y.drawClaim(t, id))
	}
	// Every claim comes up twice: at first a review may reserve for it or reject it.
	order := make([]int, 2*n)
	for i := range order {
		order[i] = i % n
	}
	y.adjudicate(t, rapid.Permutation(order).Draw(t, "order"))
	return y
}

// drawBenefits draws what the two products pay for the item and the service.
func drawBenefits(t *rapid.T, into map[Ware][]Benefit) {
	for _, w := range []Ware{tablet, surgery} {
		benefit := into[w][0]
		into[w] = nil
		for product := 1; product <= 2; product++ {
			benefit.ID, benefit.ProdID = product, product
			benefit.Origin = rapid.SampledFrom([]string{"P", "O", "R"}).Draw(t, "origin")
			benefit.ExcludeAdult = rapid.SampledFrom([]string{"", "", "", "B"}).Draw(t, "beside the ceiling")
			limit := Limit{"C", ptr(drawCents(t, "per cent", 0, 10000)), nil}
			if rapid.Bool().Draw(t, "fixed") {
				limit = Limit{"F", ptr(drawCents(t, "fixed limit", 0, 50000)), nil}
			}
			benefit.Limits = map[string]Limit{"O": limit}
			into[w] = append(into[w], benefit)
		}
	}
}

// eachYear holds the property against a thousand years: in the usual hundred the rarer
// pots hardly ever meet two claims.
func eachYear(t *testing.T, holds func(t *rapid.T, y *adjudicated)) {
	for range 10 {
		rapid.Check(t, func(t *rapid.T) { holds(t, drawYear(t)) })
	}
}

func (y *adjudicated) drawClaim(t *rapid.T, id int) *ClaimFile {
	f := *y.family
	f.Claim.ClaimID, f.Claim.InsureeID, f.Claim.ClaimStatus = id, rapid.IntRange(1, y.members).Draw(t, "insuree"), StatusChecked
	day := rapid.SampledFrom([]string{"2023-06-09", "2023-06-11", "2023-06-12"}).Draw(t, "day")
	f.Claim.DateFrom, f.Claim.DateTo = on(day), ptr(on(rapid.SampledFrom([]string{day, "2023-06-20"}).Draw(t, "until")))
	f.Insuree = &persistence.Insuree{InsureeID: f.Claim.InsureeID, DOB: y.family.Insuree.DOB, Gender: ptr("F")}
	f.Facility = &persistence.HealthFacility{HFID: 1, HFCareType: "B", HFLevel: rapid.SampledFrom([]string{"H", "D"}).Draw(t, "level")}
	f.Lines = nil
	for i := range rapid.IntRange(1, 4).Draw(t, "lines") {
		l := &Line{Ware: tablet, ID: i + 1, Status: linePassed, Reason: ptr(ReasonNone),
			Provided: drawCents(t, "quantity", 1, 900), Asked: drawCents(t, "price", 0, 30000)}
		if rapid.Bool().Draw(t, "service") {
			l.Ware = surgery
		}
		if rapid.Bool().Draw(t, "reviewed") {
			l.Approved, l.PriceApproved = ptr(decimal.Min(l.Provided, drawCents(t, "approved", 0, 900))), ptr(decimal.Min(l.Asked, drawCents(t, "approved price", 0, 30000)))
		}
		f.Lines = append(f.Lines, l)
	}
	return &f
}

// adjudicate goes through the claims in the order and keeps the bookings as the use cases
// do: a claim's old ones are closed, then its new ones are added.
func (y *adjudicated) adjudicate(t *rapid.T, order []int) {
	seen := map[int]bool{}
	for _, i := range order {
		f := y.files[i]
		if f.Claim.ClaimStatus != StatusChecked {
			continue
		}
		f.Booked, f.NewBookings = append([]persistence.ClaimDedRem{}, y.booked...), nil
		step := "process"
		if !seen[i] {
			step = rapid.SampledFrom([]string{"process", "reserve", "reject"}).Draw(t, "step")
		}
		seen[i] = true
		var err error
		switch step {
		case "process":
			err = ProcessClaim(f, CorrectedRules, 8)
		case "reserve":
			err = ReserveReviewed(f, CorrectedRules, 8)
		case "reject":
			f.Claim.ClaimStatus = StatusRejected
		}
		if err != nil {
			t.Fatalf("claim %d: %v", f.Claim.ClaimID, err)
		}
		for b := range y.booked {
			if y.booked[b].ClaimID == f.Claim.ClaimID && y.booked[b].ValidityTo == nil {
				y.booked[b].ValidityTo = ptr(f.Now)
			}
		}
		y.booked = append(y.booked, f.NewBookings...)
	}
}

// valued is a line of a processed claim.
type valued struct {
	*Line
	file     *ClaimFile
	cover    *cover
	hospital bool
	gross    decimal.Decimal // what it costs up to a fixed limit, worked out from the drawn numbers
}

// lines gives the lines of all processed claims.
func (y *adjudicated) lines() (lines []valued) {
	for _, f := range y.files {
		if f.Claim.ClaimStatus != StatusProcessed && f.Claim.ClaimStatus != StatusValuated {
			continue
		}
		for _, l := range f.Lines {
			c := y.covers[*l.ProdID]
			hospital := f.Facility.HFLevel == "H"
			if *c.row.CeilingInterpretation == "I" {
				hospital = f.Claim.DateTo.After(f.Claim.DateFrom.Time)
			}
			lines = append(lines, valued{l, f, c, hospital, y.gross(l)})
		}
	}
	return lines
}

// gross gives quantity by price, at most the fixed limit of each unit.
func (y *adjudicated) gross(l *Line) decimal.Decimal {
	quantity, price := l.Provided, y.family.Registers[l.Ware][0].Price
	if *l.Origin == "O" {
		price = l.Asked
	}
	if l.Approved != nil {
		quantity, price = *l.Approved, *l.PriceApproved
	}
	sum := quantity.Mul(price).Round(2)
	if *l.Limitation == "F" && l.LimitationValue.IsPositive() {
		return decimal.Min(sum, quantity.Mul(*l.LimitationValue).Round(2))
	}
	return sum
}

// What a line is worth is the scheme's share of what was claimed, at the price the rule
// allows, less the deductible and what the maxima cut: never more, never below zero.
func TestValueNeverExceedsClaimedByTheRule(t *testing.T) {
	eachYear(t, func(t *rapid.T, y *adjudicated) {
		surgeries := map[string]decimal.Decimal{}
		for _, l := range y.lines() {
			share := l.gross.Sub(*l.Deductible)
			if *l.Limitation == "C" {
				share = share.Mul(*l.LimitationValue).Div(hundred).Round(2)
			}
			if l.Valuated.IsNegative() || l.Valuated.GreaterThan(share) {
				t.Fatalf("claim %d: worth %s, the rule allows %s", l.file.Claim.ClaimID, l.Valuated, share)
			}
			if sum := l.Valuated.Add(*l.Exceeded).Add(*l.CategoryCut); !sum.Equal(share) {
				t.Fatalf("claim %d: worth and cuts are %s of %s", l.file.Claim.ClaimID, sum, share)
			}
			if l.Remunerated != nil && !l.Remunerated.Equal(*l.Valuated) {
				t.Fatalf("claim %d: %s is paid for a line worth %s", l.file.Claim.ClaimID, l.Remunerated, l.Valuated)
			}
			if most := l.cover.row.MaxAmountSurgery; most != nil && Category(l.file) == "S" {
				key := fmt.Sprint(l.file.Claim.ClaimID, " ", *l.PolicyID)
				if surgeries[key] = surgeries[key].Add(*l.Valuated); surgeries[key].GreaterThan(*most) {
					t.Fatalf("claim %d: %s for a surgery of at most %s", l.file.Claim.ClaimID, surgeries[key], most)
				}
			}
		}
	})
}

// However the claims are ordered, what the lines under a ceiling are worth together never
// exceeds it.
func TestCeilingHoldsInEveryOrder(t *testing.T) {
	eachYear(t, func(t *rapid.T, y *adjudicated) {
		paid := map[string]decimal.Decimal{}
		for _, l := range y.lines() {
			limit := l.cover.ceiling(l.hospital, y.members)
			if limit.IsZero() || y.family.Benefits[l.Ware][*l.ProdID-1].ExcludeAdult == "B" {
				continue
			}
			key := l.cover.most.holder(&l.file.Claim, *l.PolicyID, l.hospital)
			if paid[key] = paid[key].Add(*l.Valuated); paid[key].GreaterThan(limit) {
				t.Fatalf("%s: %s of at most %s", key, paid[key], limit)
			}
		}
	})
}

// A deductible is charged once: all of it, or all that the claims come to when that is
// less.
func TestDeductibleIsChargedOnce(t *testing.T) {
	eachYear(t, func(t *rapid.T, y *adjudicated) {
		charged, gross, limits := map[string]decimal.Decimal{}, map[string]decimal.Decimal{}, map[string]decimal.Decimal{}
		for _, l := range y.lines() {
			key := l.cover.deductible.holder(&l.file.Claim, *l.PolicyID, l.hospital)
			charged[key], gross[key] = charged[key].Add(*l.Deductible), gross[key].Add(l.gross)
			limits[key] = l.cover.deductible.limit(l.hospital)
		}
		for key, limit := range limits {
			if want := decimal.Min(limit, gross[key]); !charged[key].Equal(want) {
				t.Fatalf("%s: %s is charged of a deductible of %s on %s", key, charged[key], limit, gross[key])
			}
		}
	})
}
