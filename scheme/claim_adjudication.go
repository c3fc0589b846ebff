package scheme

import (
	"cmp"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// ProcessClaim chooses what pays each line and values the claim (rules 3 and 4). The
// claim ends valuated, processed when relative prices have to be waited for, or rejected.
// Errors: core.Unprocessable when a passed line has nothing that could be booked, which
// only the legacy entry null-reason-escapes lets happen.
func ProcessClaim(f *ClaimFile, book RuleBook, user int) error {
	AssignCover(f, book)
	if f.Claim.ClaimStatus == StatusRejected {
		return nil
	}
	relative, err := valuate(f, book, user)
	if err != nil {
		return err
	}
	f.Claim.ClaimStatus = StatusValuated
	if relative {
		f.Claim.ClaimStatus = StatusProcessed
	}
	f.Claim.AuditUserIDProcess = &user
	f.Claim.ProcessStamp, f.Claim.DateProcessed = ptr(f.Now), ptr(f.Now.Date())
	if number(f.Claim.ReviewStatus) == 4 {
		f.Claim.ReviewStatus = ptr(16)
	}
	if number(f.Claim.FeedbackStatus) == 4 {
		f.Claim.FeedbackStatus = ptr(16)
	}
	return nil
}

// ReserveClaim makes the bookings of a checked claim and leaves the claim itself alone
// (rule 4.8): after a review its amounts are kept back from later claims. Errors: as
// ProcessClaim.
func ReserveClaim(f *ClaimFile, book RuleBook, user int) error {
	trial := *f
	trial.Lines = nil
	for _, l := range f.Lines {
		line := *l
		trial.Lines = append(trial.Lines, &line)
	}
	_, err := valuate(&trial, book, user)
	f.NewBookings = trial.NewBookings
	return err
}

// payer is one product and policy that pay lines of the claim.
type payer struct{ product, policy int }

// payerOf gives who pays the line; ok is false for a line that did not pass or that
// nobody pays.
func payerOf(l *Line) (p payer, ok bool) {
	if l.Status != linePassed || l.ProdID == nil || l.PolicyID == nil {
		return payer{}, false
	}
	return payer{*l.ProdID, *l.PolicyID}, true
}

// payers lists the products and policies of the passed lines by key.
func payers(f *ClaimFile) (list []payer) {
	for _, l := range f.Lines {
		if p, ok := payerOf(l); ok && !slices.Contains(list, p) {
			list = append(list, p)
		}
	}
	slices.SortFunc(list, func(a, b payer) int {
		return cmp.Or(cmp.Compare(a.product, b.product), cmp.Compare(a.policy, b.policy))
	})
	return list
}

// valuate values all passed lines and makes the bookings (rule 4). relative tells that
// some line waits for relative prices.
func valuate(f *ClaimFile, book RuleBook, user int) (relative bool, err error) {
	category := Category(f)
	var purses []*purse
	for _, p := range payers(f) {
		product := f.Products[p.product]
		if product == nil || product.ValidityTo != nil {
			continue
		}
		w := &purse{product: product, policy: p.policy, hospital: hospitalCase(f, product)}
		chooseDeductible(f, w, book)
		chooseCeiling(f, w, book)
		w.category.limit = categoryCeiling(product, category)
		for _, l := range f.Lines {
			if by, ok := payerOf(l); ok && by == p {
				relative = valuateLine(f, l, w, book) || relative
			}
		}
		purses = append(purses, w)
	}
	if len(purses) == 0 {
		return false, core.Errorf(core.Unprocessable, "no passed line has a product and policy to book the claim on")
	}
	if book.Legacy(LastProductBooked) {
		purses = purses[len(purses)-1:]
	}
	for _, w := range purses {
		f.NewBookings = append(f.NewBookings, booking(f, w, category, user))
	}
	return relative, nil
}

// valuateLine values a line once, or in the legacy book once for each open row the price
// list has of it.
func valuateLine(f *ClaimFile, l *Line, w *purse, book RuleBook) (relative bool) {
	benefit := openBenefit(f, l)
	if benefit == nil || !f.ListLive[l.Kind] {
		return false
	}
	for i := range f.Prices[l.Ware] {
		price := &f.Prices[l.Ware][i]
		if price.To != nil {
			continue
		}
		valueOf(f, l, w, benefit, unitPrice(f, l, price), book)
		relative = text(l.Origin) == "R"
		if !book.Legacy(DoubleListRowsCount) {
			break
		}
	}
	return relative
}

func openBenefit(f *ClaimFile, l *Line) *Benefit {
	benefits := f.Benefits[l.Ware]
	for i := range benefits {
		if benefits[i].ProdID == *l.ProdID && benefits[i].To == nil {
			return &benefits[i]
		}
	}
	return nil
}

// unitPrice gives the price of one unit (rule 4.5b): what was approved, else the own
// price for origin O, else the list's price, else the register's on the target date.
func unitPrice(f *ClaimFile, l *Line, price *Price) decimal.Decimal {
	switch {
	case l.PriceApproved != nil:
		return *l.PriceApproved
	case text(l.Origin) == "O":
		return l.Asked
	case price.Overrule != nil:
		return *price.Overrule
	}
	if r := registerAt(f, l.Ware, f.Target()); r != nil {
		return r.Price
	}
	return decimal.Zero
}

// valueOf values one line (rules 4.5a to j): limited, less the deductible, the scheme's
// share of it, cut at the category's and the general ceiling.
func valueOf(f *ClaimFile, l *Line, w *purse, b *Benefit, unit decimal.Decimal, book RuleBook) {
	quantity := l.Provided
	if l.Approved != nil {
		quantity = *l.Approved
	}
	value := cents(quantity.Mul(unit))
	value = fixedLimit(l, quantity, value, book)
	deducted, finished := deduct(w, value)
	value = value.Sub(deducted)
	exceeded, cut := decimal.Zero, decimal.Zero
	if !finished {
		if text(l.Limitation) == "C" {
			value = cents(value.Mul(amount(l.LimitationValue)).Div(hundred))
		}
		value, cut = cutCategory(w, value)
		if !excluded(b, w.hospital, adult(f, book)) {
			value, exceeded = cutCeiling(w, value)
		}
	}
	l.PriceAdjusted, l.Valuated, l.Deductible, l.Exceeded = &unit, &value, &deducted, &exceeded
	if !book.Legacy(CategoryCutForgotten) {
		l.CategoryCut = &cut
	}
	if text(l.Origin) != "R" || finished {
		l.Remunerated = &value
	}
}

// fixedLimit cuts the value at the fixed amount for each unit (rule 4.5d).
func fixedLimit(l *Line, quantity, value decimal.Decimal, book RuleBook) decimal.Decimal {
	if text(l.Limitation) != "F" || amount(l.LimitationValue).IsZero() && !book.Legacy(FixedZeroWorthless) {
		return value
	}
	return decimal.Min(value, cents(quantity.Mul(amount(l.LimitationValue))))
}

// deduct takes what is left of the deductible off the value (rule 4.5e). finished tells
// that nothing remains to be paid.
func deduct(w *purse, value decimal.Decimal) (deducted decimal.Decimal, finished bool) {
	rest := w.deduct.rest()
	if !rest.IsPositive() {
		return decimal.Zero, false
	}
	deducted = decimal.Min(rest, value)
	w.deduct.now = w.deduct.now.Add(deducted)
	return deducted, rest.GreaterThanOrEqual(value)
}

// cutCategory cuts the value so that the lines of this claim stay below the maximum of
// their category (rule 4.5g). Earlier claims do not count.
func cutCategory(w *purse, value decimal.Decimal) (left, cut decimal.Decimal) {
	left = value
	if w.category.limit.IsPositive() {
		left = decimal.Max(decimal.Zero, decimal.Min(value, w.category.rest()))
		w.category.now = w.category.now.Add(left)
	}
	return left, value.Sub(left)
}

// cutCeiling cuts the value at what is left of the ceiling (rule 4.5i).
func cutCeiling(w *purse, value decimal.Decimal) (left, exceeded decimal.Decimal) {
	left = value
	if w.ceiling.limit.IsPositive() {
		left = decimal.Max(decimal.Zero, decimal.Min(value, w.ceiling.rest()))
	}
	w.ceiling.now = w.ceiling.now.Add(left)
	return left, value.Sub(left)
}

// booking makes the row that remembers what the claim used of a policy (rule 4.6).
func booking(f *ClaimFile, w *purse, category string, user int) persistence.ClaimDedRem {
	row := persistence.ClaimDedRem{
		PolicyID: ptr(w.policy), InsureeID: ptr(f.Claim.InsureeID), ClaimID: f.Claim.ClaimID,
		DedG: ptr(w.deduct.now), RemG: ptr(w.ceiling.now),
		RemConsult: ptr(decimal.Zero), RemSurgery: ptr(decimal.Zero), RemHospitalization: ptr(decimal.Zero),
		RemDelivery: ptr(decimal.Zero), RemAntenatal: ptr(decimal.Zero),
		ValidityFrom: f.Now, AuditUserID: user,
	}
	if w.hospital {
		row.DedIP, row.RemIP = ptr(w.deduct.now), ptr(w.ceiling.now)
	} else {
		row.DedOP, row.RemOP = ptr(w.deduct.now), ptr(w.ceiling.now)
	}
	switch category {
	case "C":
		row.RemConsult = ptr(w.category.now)
	case "S":
		row.RemSurgery = ptr(w.category.now)
	case "H":
		row.RemHospitalization = ptr(w.category.now)
	case "D":
		row.RemDelivery = ptr(w.category.now)
	case "A":
		row.RemAntenatal = ptr(w.category.now)
	}
	return row
}
