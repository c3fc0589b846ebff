package scheme

import (
	"fmt"
	"sort"

	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/persistence"
)

// BatchRequest says which run of the claim batch is asked for.
type BatchRequest struct {
	Location    *int // region or district whose products are paid; nil for those of the nation
	Year, Month int
	Now         persistence.DateTime
}

// BatchClaim is a claim as the batch sees it.
type BatchClaim struct {
	Claim    *persistence.Claim
	Facility *persistence.HealthFacility
	Lines    []*Line // those that are live
	OfRun    bool    // a run that was not undone has it already
}

// BatchPlan is what a run will do. It is used in three steps: Count for every claim in
// its period, Fix once, and Settle for every claim.
type BatchPlan struct {
	Request BatchRequest
	Run     int                         // key of the run, set before Settle
	Indexes []persistence.RelativeIndex // new rows, known after Fix
	Missing []string                    // what keeps indexes from being drawn, in words

	book  RuleBook
	terms []*productTerms // by product key
}

// PlanBatch makes the plan for the products of the location (rule 7.1).
func PlanBatch(run BatchRequest, products []persistence.Product, book RuleBook) *BatchPlan {
	plan := &BatchPlan{Request: run, book: book}
	for i := range products {
		plan.terms = append(plan.terms, termsOf(&products[i], run.Year, run.Month, book))
	}
	sort.Slice(plan.terms, func(a, b int) bool { return plan.terms[a].product.ProdID < plan.terms[b].product.ProdID })
	return plan
}

// Window gives the widest period of the plan; ok is false when nothing is paid.
func (p *BatchPlan) Window() (w Window, ok bool) {
	for _, t := range p.terms {
		for _, care := range []careWindow{t.in, t.out} {
			if !care.pays {
				continue
			}
			if ok {
				w = w.wider(care.window)
			} else {
				w, ok = care.window, true
			}
		}
	}
	return w, ok
}

// Draws tells whether any index has to be drawn, so whether Count is needed.
func (p *BatchPlan) Draws() bool {
	for _, t := range p.terms {
		if len(t.wanted) > 0 {
			return true
		}
	}
	return false
}

// batchHospital tells whether a claim counts as hospital care for a product. When the
// product does not say how to tell, byLevel does.
func batchHospital(c *BatchClaim, p *persistence.Product, byLevel bool) bool {
	switch text(p.CeilingInterpretation) {
	case "H":
		byLevel = true
	case "I":
		byLevel = false
	}
	if byLevel {
		return c.Facility != nil && c.Facility.HFLevel == "H"
	}
	return !targetDate(c.Claim).Equal(c.Claim.DateFrom.Date().Time)
}

// capitationLevels lists the levels and sub-levels of facilities a product pays by
// capitation.
func capitationLevels(p *persistence.Product) [4][2]*string {
	return [4][2]*string{{p.Level1, p.Sublevel1}, {p.Level2, p.Sublevel2}, {p.Level3, p.Sublevel3}, {p.Level4, p.Sublevel4}}
}

// PaidByCapitation tells whether the product pays the facility by capitation (rules 7.1c
// and 8.1): one of its levels is the facility's, and so is the sub-level if it names one.
func PaidByCapitation(p *persistence.Product, hf *persistence.HealthFacility) bool {
	return atLevel(p, hf, false)
}

func atLevel(p *persistence.Product, hf *persistence.HealthFacility, unknownMatches bool) bool {
	for _, l := range capitationLevels(p) {
		if text(l[0]) == "" || text(l[0]) != text(&hf.HFLevel) {
			continue
		}
		if text(l[1]) == "" || text(l[1]) == text(hf.HFSublevel) || unknownMatches && text(hf.HFSublevel) == "" {
			return true
		}
	}
	return false
}

// capitated tells whether the lines of a claim are left to capitation.
func (p *BatchPlan) capitated(c *BatchClaim, product *persistence.Product) bool {
	return c.Facility != nil && atLevel(product, c.Facility, p.book.Legacy(SublevelMissingExcluded))
}

// linesOf gives the passed lines of a claim that a product covers.
func linesOf(c *BatchClaim, product int) (lines []*Line) {
	for _, l := range c.Lines {
		if l.Status == linePassed && l.ProdID != nil && *l.ProdID == product {
			lines = append(lines, l)
		}
	}
	return lines
}

// unpaid leaves out what an earlier run paid on the claim: its relative prices are not
// drawn again.
func (p *BatchPlan) unpaid(c *BatchClaim, lines []*Line) []*Line {
	if !c.OfRun || p.book.Legacy(ClosedClaimsTakenAgain) {
		return lines
	}
	var open []*Line
	for _, l := range lines {
		if l.Remunerated == nil {
			open = append(open, l)
		}
	}
	return open
}

// paying gives how the product pays the kind of care the claim was; ok is false when it
// pays none of it in this run.
func (t *productTerms) paying(c *BatchClaim) (care careWindow, ok bool) {
	care = t.out
	if batchHospital(c, t.product, false) {
		care = t.in
	}
	return care, care.pays && c.Claim.ProcessStamp != nil && care.window.Holds(*c.Claim.ProcessStamp)
}

// Count adds the relative prices of a claim to the claimed values of the indexes that
// will be applied to them (rule 7.2). Claims that are not processed count nothing.
func (p *BatchPlan) Count(c *BatchClaim) {
	if c.Claim.ClaimStatus != StatusProcessed || c.Claim.ProcessStamp == nil {
		return
	}
	for _, t := range p.terms {
		lines := p.unpaid(c, linesOf(c, t.product.ProdID))
		if len(lines) == 0 {
			continue
		}
		hospital := batchHospital(c, t.product, p.book.Legacy(MissingInterpretationDiffers))
		for _, want := range t.wanted {
			other := want.care == CareIn && !hospital || want.care == CareOut && hospital
			if !other && want.window.Holds(*c.Claim.ProcessStamp) && !p.capitated(c, t.product) {
				want.claimed = want.claimed.Add(relativeValue(lines))
			}
		}
		if _, ok := t.paying(c); ok && p.book.Legacy(ClosedByRunNotClaimed) {
			return // it is closed before the indexes of later products are drawn
		}
	}
}

func relativeValue(lines []*Line) decimal.Decimal {
	sum := decimal.Zero
	for _, l := range lines {
		if text(l.Origin) == "R" {
			sum = sum.Add(amount(l.Valuated))
		}
	}
	return sum
}

// Fix draws the indexes from what was counted (rule 7.2).
func (p *BatchPlan) Fix(contributions []Contribution, shares []persistence.RelativeDistribution) {
	for _, t := range p.terms {
		rows, missing := t.fix(&p.Request, contributions, shares, p.book)
		p.Indexes = append(p.Indexes, rows...)
		p.Missing = append(p.Missing, missing...)
	}
}

// missingIndex says in words why a product has no index.
func missingIndex(product *persistence.Product, care string, kind, number int, share *decimal.Decimal) string {
	why := "it has no contributions"
	if share == nil {
		why = fmt.Sprintf("it has no distribution of type %d for period %d", kind, number)
	}
	return fmt.Sprintf("product %s has no index of care type %s: %s", product.ProductCode, care, why)
}

// remunerate values one line (rule 7.1c): a relative price by the index, any other as it
// is. The value is that of processing, else price by quantity.
func remunerate(l *Line, index decimal.Decimal) {
	value := l.Valuated
	if value == nil {
		price, quantity := l.PriceApproved, l.Provided
		if price == nil {
			price = l.PriceAdjusted
		}
		if l.Approved != nil {
			quantity = *l.Approved
		}
		if price != nil {
			value = ptr(price.Mul(quantity))
		}
	}
	switch {
	case value == nil:
		l.Remunerated = nil
	case text(l.Origin) == "R":
		l.Remunerated = ptr(cents(value.Mul(index)))
	default:
		l.Remunerated = ptr(cents(*value))
	}
}

// takes tells whether the run may touch the claim at all.
func (p *BatchPlan) takes(c *BatchClaim) bool {
	status := c.Claim.ClaimStatus
	if status != StatusProcessed && status != StatusValuated && !p.book.Legacy(CheckedClaimsClosed) {
		return false
	}
	return !c.OfRun || status == StatusProcessed || p.book.Legacy(ClosedClaimsTakenAgain)
}

// Settle remunerates the lines of a claim and closes it (rules 7.1c and d). It changes
// the claim and its lines; changed is false when the run leaves it alone.
func (p *BatchPlan) Settle(c *BatchClaim) (changed bool) {
	if !p.takes(c) || !p.book.Legacy(ClosedWithoutIndex) && p.waits(c) {
		return false
	}
	for _, t := range p.terms {
		lines := p.unpaid(c, linesOf(c, t.product.ProdID))
		care, ok := t.paying(c)
		if len(lines) == 0 || !ok {
			continue
		}
		changed = true
		if !p.capitated(c, t.product) && p.pays(care.index) {
			for _, l := range lines {
				remunerate(l, *care.index)
			}
		}
		c.Claim.Remunerated = ptr(remunerated(lines))
	}
	if !changed {
		return false
	}
	c.Claim.RunID, c.Claim.ClaimStatus = ptr(p.Run), StatusValuated
	if !p.book.Legacy(LastProductRemunerated) {
		c.Claim.Remunerated = ptr(remunerated(c.Lines))
		if p.openLine(c) {
			c.Claim.ClaimStatus = StatusProcessed
		}
	}
	return true
}

// pays tells whether lines are paid with the index. The procedures take an index of 0 for
// none, which differs only where nobody contributed.
func (p *BatchPlan) pays(index *decimal.Decimal) bool {
	return index != nil && (index.IsPositive() || !p.book.Legacy(NoContributionNoIndex))
}

// waits tells whether a relative price of the claim lacks the index this run should have
// drawn for it.
func (p *BatchPlan) waits(c *BatchClaim) bool {
	for _, t := range p.terms {
		care, ok := t.paying(c)
		if !ok || care.index != nil || p.capitated(c, t.product) {
			continue
		}
		for _, l := range linesOf(c, t.product.ProdID) {
			if text(l.Origin) == "R" {
				return true
			}
		}
	}
	return false
}

// openLine tells whether a relative price of the claim is still to be paid by another run:
// its product is not of this one, or its period is not over.
func (p *BatchPlan) openLine(c *BatchClaim) bool {
	for _, l := range c.Lines {
		if l.Status == linePassed && text(l.Origin) == "R" && l.Remunerated == nil && !p.finished(c, number(l.ProdID)) {
			return true
		}
	}
	return false
}

// finished tells whether this run has done what it can for the claim's lines of a product.
func (p *BatchPlan) finished(c *BatchClaim, product int) bool {
	for _, t := range p.terms {
		if t.product.ProdID == product {
			_, ok := t.paying(c)
			return ok
		}
	}
	return false
}

// remunerated adds up what the passed lines are paid.
func remunerated(lines []*Line) decimal.Decimal {
	sum := decimal.Zero
	for _, l := range lines {
		if l.Status == linePassed {
			sum = sum.Add(amount(l.Remunerated))
		}
	}
	return sum
}

// UndoClaim takes a claim back to where it was before its run (rule 7.3). ofRun tells
// which products the run paid.
func UndoClaim(c *BatchClaim, ofRun func(product int) bool, book RuleBook) {
	relative := false
	for _, l := range c.Lines {
		if book.Legacy(UndoResetsAll) {
			l.Status, l.Remunerated = linePassed, nil
		} else if l.Status == linePassed && text(l.Origin) == "R" && l.ProdID != nil {
			relative = true
			if ofRun(*l.ProdID) {
				l.Remunerated = nil
			}
		}
	}
	c.Claim.RunID, c.Claim.Remunerated, c.Claim.ClaimStatus = nil, nil, StatusProcessed
	if !relative && !book.Legacy(UndoResetsAll) {
		c.Claim.ClaimStatus = StatusValuated
	}
}
