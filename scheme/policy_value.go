package scheme

import (
	"slices"

	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// relationOther is the relationship of a member outside the normal family.
const relationOther = 7

// PriceFault says why the value of a policy is not to be relied on. The numbers are those
// the procedure answers.
type PriceFault int

// The faults of a price.
const (
	PriceGood      PriceFault = 0
	ProductUnknown PriceFault = -1 // no version of the product had begun on the day of enrolment
	ProductDeleted PriceFault = -2 // the product was deleted by then
)

// Pricing is what the value of a policy depends on.
type Pricing struct {
	ProdID   int
	Versions []persistence.Product // the rows of the product: the live one, and its history as far as it is wanted
	Members  []persistence.Insuree // of the family; closed rows do not count
	Stage    string
	Enrolled persistence.Date
	Before   *persistence.Date // expiry of the policy that is renewed, nil when not known
	Today    persistence.Date
}

// PolicyPrice is what a family has to pay for a policy.
type PolicyPrice struct {
	Value decimal.Decimal
	Fault PriceFault
}

// PricePolicy gives the value of a policy (rule 9.2). The value of a deleted product is
// given beside the fault; that of an unknown one is zero. Errors: core.Unprocessable for a
// cycle that is no day.
func PricePolicy(q *Pricing, book RuleBook) (PolicyPrice, error) {
	product := productAt(q.Versions, q.ProdID, q.Enrolled)
	if product == nil {
		return PolicyPrice{Fault: ProductUnknown}, nil
	}
	heads := countHeads(q, product, book)
	value := contribution(product, heads, book).Add(assembly(product, heads))
	if q.Stage == StageNew {
		value = value.Add(registration(product, heads))
	}
	percent, err := discount(q, product)
	if err != nil {
		return PolicyPrice{}, err
	}
	value = value.Sub(value.Mul(decimal.NewFromInt(int64(percent))).Div(hundred))
	price := PolicyPrice{Value: cents(value)}
	if product.ValidityTo != nil && product.LegacyID == nil {
		price.Fault = ProductDeleted
	}
	return price, nil
}

// productAt gives the version of a product on a day: the newest of its rows that had
// begun by then, nil when none had.
func productAt(versions []persistence.Product, id int, day persistence.Date) *persistence.Product {
	var found *persistence.Product
	for i := range versions {
		v := &versions[i]
		if v.ProdID != id && (v.LegacyID == nil || *v.LegacyID != id) || v.ValidityFrom.Date().After(day.Time) {
			continue
		}
		if found == nil || v.ValidityFrom.After(found.ValidityFrom.Time) {
			found = v
		}
	}
	return found
}

// heads are the members of a family as a price counts them.
type heads struct {
	adults, children           int // of the normal family, those beyond the threshold included
	otherAdults, otherChildren int // of relationship 7
	extraAdults, extraChildren int // beyond the threshold of the lump sum
}

func (h heads) all() int64 { return int64(h.adults + h.children + h.otherAdults + h.otherChildren) }

// countHeads counts the members that came first, as many as the product takes. Adults
// use the threshold up before children do.
func countHeads(q *Pricing, product *persistence.Product, book RuleBook) heads {
	var h heads
	for _, m := range firstMembers(q.Members, product.MemberCount) {
		grown := adultMember(m, q, book)
		other := number(m.Relationship) == relationOther
		switch {
		case other && grown:
			h.otherAdults++
		case other:
			h.otherChildren++
		case grown:
			h.adults++
		default:
			h.children++
		}
	}
	if threshold := number(product.Threshold); threshold > 0 {
		h.extraAdults = max(0, h.adults-threshold)
		h.extraChildren = max(0, h.children-(threshold-h.adults+h.extraAdults))
	}
	return h
}

// firstMembers gives the live members in the order they came, the first count of them.
func firstMembers(members []persistence.Insuree, count int) []*persistence.Insuree {
	var live []*persistence.Insuree
	for i := range members {
		if members[i].ValidityTo == nil {
			live = append(live, &members[i])
		}
	}
	slices.SortStableFunc(live, func(a, b *persistence.Insuree) int {
		if order := a.ValidityFrom.Compare(b.ValidityFrom.Time); order != 0 {
			return order
		}
		return a.InsureeID - b.InsureeID
	})
	return live[:min(len(live), max(0, count))]
}

// adultMember tells whether a member is priced as an adult.
func adultMember(m *persistence.Insuree, q *Pricing, book RuleBook) bool {
	if book.Legacy(AdultTodayByCalendarYear) {
		return q.Today.Year()-m.DOB.Year() >= ageOfMajority
	}
	return AgeOn(m.DOB, q.Enrolled) >= ageOfMajority
}

// AgeOn gives the full years lived on a day.
func AgeOn(born, day persistence.Date) int {
	years := day.Year() - born.Year()
	if born.AddDate(years, 0, 0).After(day.Time) {
		years--
	}
	return years
}

// contribution is the lump sum, or the premium of each member of the normal family; and
// the premium of each member beyond the threshold and of each other one.
func contribution(p *persistence.Product, h heads, book RuleBook) decimal.Decimal {
	sum, extraAdults, extraChildren := p.LumpSum, h.extraAdults, h.extraChildren
	if !sum.IsPositive() {
		sum = premiums(p, h.adults, h.children)
		if !book.Legacy(ExtrasChargedTwice) {
			extraAdults, extraChildren = 0, 0
		}
	}
	return sum.Add(premiums(p, extraAdults+h.otherAdults, extraChildren+h.otherChildren))
}

func premiums(p *persistence.Product, adults, children int) decimal.Decimal {
	return amount(p.PremiumAdult).Mul(decimal.NewFromInt(int64(adults))).Add(amount(p.PremiumChild).Mul(decimal.NewFromInt(int64(children))))
}

// assembly is the fee for the general assembly: a lump sum, or so much a member.
func assembly(p *persistence.Product, h heads) decimal.Decimal {
	return lumpOrEach(p.GeneralAssemblyLumpSum, p.GeneralAssemblyFee, h)
}

// registration is the fee for registering a family, which only new policies bear.
func registration(p *persistence.Product, h heads) decimal.Decimal {
	return lumpOrEach(p.RegistrationLumpSum, p.RegistrationFee, h)
}

func lumpOrEach(lump, each *decimal.Decimal, h heads) decimal.Decimal {
	if sum := amount(lump); sum.IsPositive() {
		return sum
	}
	return amount(each).Mul(decimal.NewFromInt(h.all()))
}

// discount gives the per cent off for who comes early: a new policy long enough before
// the start of its cycle, a renewal long enough before the day after the old expiry.
func discount(q *Pricing, product *persistence.Product) (percent int, err error) {
	period, err := PolicyPeriod(liveVersion(q, product), q.Enrolled, q.Stage)
	if err != nil {
		return 0, err
	}
	from, months := period.Start.Time, 0
	switch q.Stage {
	case StageNew:
		if !period.Cycle {
			return 0, nil
		}
		percent, months = number(product.EnrolmentDiscountPerc), number(product.EnrolmentDiscountPeriod)
	case StageRenewal:
		percent, months = number(product.RenewalDiscountPerc), number(product.RenewalDiscountPeriod)
		if q.Before != nil {
			from = q.Before.AddDate(0, 0, 1)
		}
	}
	if q.Enrolled.After(addMonths(from, -months)) {
		return 0, nil
	}
	return percent, nil
}

// liveVersion gives the row under the product's own key, whose cycles count whatever the
// version that is priced says.
func liveVersion(q *Pricing, priced *persistence.Product) *persistence.Product {
	for i := range q.Versions {
		if q.Versions[i].ProdID == q.ProdID {
			return &q.Versions[i]
		}
	}
	return priced
}

// Err gives the fault as an error, nil for a good price. Errors: core.Unprocessable.
func (p PolicyPrice) Err() error {
	switch p.Fault {
	case ProductUnknown:
		return core.Errorf(core.Unprocessable, "the product was not there yet on the day of enrolment")
	case ProductDeleted:
		return core.Errorf(core.Unprocessable, "the product was deleted before the day of enrolment")
	}
	return nil
}
