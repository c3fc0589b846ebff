package scheme

import (
	"time"

	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/persistence"
)

// Care types of a relative index.
const (
	CareBoth = "B"
	CareIn   = "I"
	CareOut  = "O"
)

// Window is the period a relative price is drawn for.
type Window struct {
	From, To persistence.Date // the days contributions count for, both included
	midnight bool             // To is the day after the last one, and a moment of it only at midnight
}

// Holds tells whether the moment lies in the period.
func (w Window) Holds(at persistence.DateTime) bool {
	if at.Before(w.From.Time) {
		return false
	}
	if w.midnight {
		return !at.After(w.To.Time)
	}
	return at.Before(w.To.AddDate(0, 0, 1))
}

// wider gives the smallest period that holds both.
func (w Window) wider(other Window) Window {
	if other.From.Before(w.From.Time) {
		w.From = other.From
	}
	return w
}

// monthOf gives the period of one month.
func monthOf(year, month int, book RuleBook) Window {
	from := persistence.DateOf(year, time.Month(month), 1)
	next := persistence.Day(from.AddDate(0, 1, 0))
	if book.Legacy(PeriodEndsAtMidnight) {
		return Window{From: from, To: next, midnight: true}
	}
	return Window{From: from, To: persistence.Day(next.AddDate(0, 0, -1))}
}

// PeriodOf gives the period with the letter (M month, Q quarter, Y year) that ends with
// the month; ok is false when none does (rule 7.1a).
func PeriodOf(letter string, year, month int, book RuleBook) (w Window, ok bool) {
	w = monthOf(year, month, book)
	switch letter {
	case "M":
		return w, true
	case "Q":
		w.From = persistence.Day(w.From.AddDate(0, -2, 0))
		return w, month%3 == 0
	case "Y":
		w.From = persistence.DateOf(year, 1, 1)
		return w, month == 12 || book.Legacy(YearlyIndexEachMonth)
	}
	return w, false
}

// IndexType gives the number under which shares and indexes of the period with the letter
// are kept: the periods in a year. Without a letter it is that of months.
func IndexType(letter string) int {
	switch letter {
	case "Q":
		return 4
	case "Y":
		return 1
	}
	return 12
}

// Contribution is money paid for policies that cover the same days.
type Contribution struct {
	ProdID        int               `gorm:"column:ProdID"`
	Amount        decimal.Decimal   `gorm:"column:Amount"`
	PayDate       persistence.Date  `gorm:"column:PayDate"`
	EffectiveDate *persistence.Date `gorm:"column:EffectiveDate"`
	ExpiryDate    *persistence.Date `gorm:"column:ExpiryDate"`
}

// daysTo counts the days from one day to another, without the last.
func daysTo(from, to persistence.Date) int64 { return int64(to.Sub(from.Time) / (24 * time.Hour)) }

func laterDay(a, b persistence.Date) persistence.Date {
	if b.After(a.Time) {
		return b
	}
	return a
}

func earlierDay(a, b persistence.Date) persistence.Date {
	if b.Before(a.Time) {
		return b
	}
	return a
}

// Allocated gives the part of a contribution that pays for the days of the period (rules
// 7.2 and 8.1): it is spread over the days from its payment, or the first day of cover
// when that is later, to the last day of cover. ok is false when it pays for none.
// capitation chooses how the legacy book takes a contribution paid on the last day.
func (c *Contribution) Allocated(w Window, capitation bool, book RuleBook) (part decimal.Decimal, ok bool) {
	if c.EffectiveDate == nil || c.ExpiryDate == nil {
		return decimal.Zero, false
	}
	begin, end := laterDay(c.PayDate, *c.EffectiveDate), *c.ExpiryDate
	if begin.After(w.To.Time) || end.Before(w.From.Time) || begin.After(end.Time) {
		return decimal.Zero, false
	}
	days := daysTo(laterDay(begin, w.From), earlierDay(end, w.To)) + 1
	over := daysTo(begin, end) + 1
	if book.Legacy(ContributionDaysUneven) {
		if !c.EffectiveDate.Before(end.Time) || !c.PayDate.Before(end.Time) && !capitation {
			return decimal.Zero, false
		}
		over = max(1, over-1)
	}
	return c.Amount.Mul(decimal.NewFromInt(days)).Div(decimal.NewFromInt(over)), true
}

// AllocatedContributions adds up what the contributions of a product pay for the period.
// any tells whether there is a contribution that does.
func AllocatedContributions(list []Contribution, product int, w Window, capitation bool, book RuleBook) (sum decimal.Decimal, any bool) {
	for i := range list {
		if list[i].ProdID != product {
			continue
		}
		if part, ok := list[i].Allocated(w, capitation, book); ok {
			sum, any = sum.Add(part), true
		}
	}
	return sum, any
}

// shareNumber gives the number under which the share of the period that ends with the
// month is kept (rule 7.2): of the month, the quarter, or 1 for the year.
func shareNumber(indexType, month int, book RuleBook) int {
	switch {
	case book.Legacy(ShareByMonthNumber) || indexType == 12:
		return month
	case indexType == 4:
		return (month + 2) / 3
	}
	return 1
}

// DistributionShare gives the part of the contributions set aside for a care type in a
// period, 1 for all; nil when nobody has said (rule 7.2).
func DistributionShare(rows []persistence.RelativeDistribution, product, indexType, number int, care string) *decimal.Decimal {
	for i := range rows {
		r := &rows[i]
		if r.ValidityTo == nil && r.ProdID == product && r.DistrType == indexType && r.Period == number && text(&r.DistrCareType) == care {
			return r.DistrPerc
		}
	}
	return nil
}

// RelativeIndexOf gives what one unit of relative price is worth, to four places (rule
// 7.2): money set aside by value claimed, and 1 when nothing is claimed. It is nil when
// the share is unknown, in the legacy book also when nothing was contributed.
func RelativeIndexOf(allocated decimal.Decimal, contributed bool, share *decimal.Decimal, claimed decimal.Decimal, book RuleBook) *decimal.Decimal {
	switch {
	case claimed.IsZero():
		return ptr(decimal.NewFromInt(1))
	case share == nil || !contributed && book.Legacy(NoContributionNoIndex):
		return nil
	}
	return ptr(allocated.Mul(*share).Div(claimed).Round(4))
}

// careWindow is how a product pays the relative prices of one kind of care in a run.
type careWindow struct {
	window Window
	pays   bool
	index  *decimal.Decimal // nil until it is fixed, and when something it needs is missing
}

// indexWanted is an index that a run has to draw.
type indexWanted struct {
	care    string
	letter  string
	window  Window
	claimed decimal.Decimal // value of the lines it will be applied to
}

// productTerms are the conditions of one product in a run.
type productTerms struct {
	product *persistence.Product
	in, out careWindow
	wanted  []*indexWanted
}

// termsOf finds which lines of the product a run of the month pays and which indexes that
// takes (rule 7.1b).
func termsOf(p *persistence.Product, year, month int, book RuleBook) *productTerms {
	t := &productTerms{product: p}
	general, in, out := text(p.PeriodRelPrices), text(p.PeriodRelPricesIP), text(p.PeriodRelPricesOP)
	if general == "" && in == "" && out == "" {
		one := ptr(decimal.NewFromInt(1))
		t.in = careWindow{monthOf(year, month, book), true, one}
		t.out = t.in
		return t
	}
	if w, ok := PeriodOf(general, year, month, book); ok {
		t.wanted = []*indexWanted{{care: CareBoth, letter: general, window: w}}
		t.in, t.out = careWindow{window: w, pays: true}, careWindow{window: w, pays: true}
		return t
	}
	if general != "" && !book.Legacy(UnreadyPeriodPaysOne) {
		return t // the general period goes before the others and is not over
	}
	t.in = t.wants(CareIn, in, year, month, book)
	t.out = t.wants(CareOut, out, year, month, book)
	t.in, t.out = beside(t.in, t.out, in, book), beside(t.out, t.in, out, book)
	return t
}

// wants notes the index of one kind of care when its period ends with the month.
func (t *productTerms) wants(care, letter string, year, month int, book RuleBook) careWindow {
	w, ok := PeriodOf(letter, year, month, book)
	if ok {
		t.wanted = append(t.wanted, &indexWanted{care: care, letter: letter, window: w})
	}
	return careWindow{window: w, pays: ok}
}

// beside gives a kind of care without an index of its own the period of the other kind
// and the index 1.
func beside(own, other careWindow, letter string, book RuleBook) careWindow {
	if own.pays || !other.pays || letter != "" && !book.Legacy(UnreadyPeriodPaysOne) {
		return own
	}
	return careWindow{other.window, true, ptr(decimal.NewFromInt(1))}
}

// fix draws the indexes once the claimed values are known. It gives the rows to keep and
// the words for what is missing.
func (t *productTerms) fix(run *BatchRequest, contributions []Contribution, shares []persistence.RelativeDistribution, book RuleBook) (rows []persistence.RelativeIndex, missing []string) {
	for _, want := range t.wanted {
		letter := want.letter
		if book.Legacy(IndexTypeOfGeneralPeriod) {
			letter = text(t.product.PeriodRelPrices)
		}
		kind := IndexType(letter)
		sum, contributed := AllocatedContributions(contributions, t.product.ProdID, want.window, false, book)
		period := shareNumber(kind, run.Month, book)
		share := DistributionShare(shares, t.product.ProdID, kind, period, want.care)
		index := RelativeIndexOf(sum, contributed, share, want.claimed, book)
		if want.care != CareOut {
			t.in.index = index
		}
		if want.care != CareIn {
			t.out.index = index
		}
		if index == nil {
			missing = append(missing, missingIndex(t.product, want.care, kind, period, share))
		}
		rows = append(rows, persistence.RelativeIndex{
			ProdID: t.product.ProdID, RelType: kind, RelCareType: want.care, RelYear: want.window.From.Year(), RelPeriod: run.Month,
			CalcDate: run.Now, RelIndex: index, LocationID: ptr(number(run.Location)),
		})
	}
	return rows, missing
}
