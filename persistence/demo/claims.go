package demo

import (
	"fmt"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	p "github.com/openimis/openimis-go/persistence"
)

// The states of a claim.
const (
	rejected  = 1
	entered   = 2
	checked   = 4
	processed = 8
	valuated  = 16
)

// course says what becomes of twenty claims in a row: E stays entered, C is checked, P is
// paid but for one line, V is paid, R is rejected. Where prices are relative, a paid claim
// waits as processed until its month is valuated.
const course = "ECVVRCVVPVECVVRVCVRP"

// The states of review and feedback.
const (
	idleState   = 1
	notSelected = 2
	selected    = 4
	delivered   = 8
	bypassed    = 16
)

// stamps are the moments in the life of a claim.
type stamps struct {
	claimed, submitted, done p.DateTime
	day                      p.Date
}

// claim writes a visit's claim.
func (g *world) claim(v *visit) {
	g.report.Claims++
	g.keys.claim++
	fate := course[g.report.Claims%len(course)]
	if v.policy == nil && fate != 'E' {
		fate = 'R'
	}
	if fate == 'R' || fate == 'P' {
		g.refuse(v, fate == 'R')
	}
	if !slices.ContainsFunc(v.lines, func(l *claimLine) bool { return l.reason == 0 }) {
		fate = 'R' // the line refused was the only one
	}
	t := g.stamps(v)
	row := g.header(v, t)
	switch fate {
	case 'R':
		row.ClaimStatus, row.SubmitStamp, row.AuditUserIDSubmit = rejected, &t.submitted, ptr(1)
		row.ClaimCategory, row.RejectionReason, row.ValidityFrom = ptr(v.category()), ptr(1), t.submitted
	case 'C':
		g.check(v, &row, t)
	case 'V', 'P':
		g.process(v, &row, t)
	}
	g.reviewAndFeedback(v, &row, t)
	g.putClaim(v, &row)
}

func (g *world) stamps(v *visit) stamps {
	day := after(v.to, g.draw.between(0, 9))
	if day.After(g.today.Time) {
		day = g.today
	}
	return stamps{day: day, claimed: at(day, 9), submitted: at(day, 10), done: at(day, 15)}
}

func (g *world) header(v *visit, t stamps) p.Claim {
	claimed := cents(0)
	for _, line := range v.lines {
		claimed += line.claimed()
	}
	row := p.Claim{
		ClaimID: g.keys.claim, ClaimUUID: g.draw.uuid(kindClaim, g.keys.claim), InsureeID: v.who.id, ClaimCode: fmt.Sprintf("C%07d", g.report.Claims), DateFrom: at(v.from, 0),
		DateTo: ptr(at(v.to, 0)), ICDID: v.icd, ClaimStatus: entered, Claimed: claimed.pointer(), DateClaimed: t.day, Explanation: ptr(""), FeedbackStatus: ptr(idleState),
		ReviewStatus: ptr(idleState), ApprovalStatus: ptr(1), RejectionReason: ptr(0), ValidityFrom: t.claimed, AuditUserID: 1, HFID: v.facility.id,
		ClaimAdminID: &v.facility.admin, VisitType: ptr(string(v.kind)), CareType: ptr("O"),
	}
	if !v.from.Equal(v.to.Time) {
		row.CareType = ptr("I")
	}
	if g.report.Claims%6 == 0 {
		row.ICDID1 = ptr(diagnosis("R50"))
	}
	if g.report.Claims%9 == 0 {
		row.GuaranteeID = ptr(fmt.Sprintf("G%06d", g.report.Claims))
	}
	return row
}

// check marks the claim as submitted and accepted. Approved stays empty, which means "as
// claimed", unless something was refused.
func (g *world) check(v *visit, row *p.Claim, t stamps) {
	row.ClaimStatus, row.SubmitStamp, row.AuditUserIDSubmit = checked, &t.submitted, ptr(1)
	row.ClaimCategory, row.ValidityFrom = ptr(v.category()), t.submitted
	if slices.ContainsFunc(v.lines, func(l *claimLine) bool { return l.reason != 0 }) {
		row.Approved = v.approved().pointer()
	}
}

// approved is the sum of what was asked for the lines that passed.
func (v *visit) approved() cents {
	sum := cents(0)
	for _, line := range v.lines {
		switch {
		case line.reason != 0:
		case line.approved > 0:
			sum += line.asked * cents(line.approved)
		default:
			sum += line.claimed()
		}
	}
	return sum
}

// process values the claim, books what it used of deductible and ceiling, and pays it if
// its prices are known.
func (g *world) process(v *visit, row *p.Claim, t stamps) {
	g.check(v, row, t)
	deducted, paid := v.adjudicate()
	row.ClaimStatus, row.ProcessStamp, row.AuditUserIDProcess, row.DateProcessed, row.ValidityFrom = valuated, &t.done, ptr(1), &t.day, t.done
	row.Approved = v.approved().pointer()
	share := 100
	if v.policy.product.relative {
		share = relativeIndex
		if run := g.run(v.from); run > 0 {
			row.RunID = &run
		} else {
			row.ClaimStatus = processed
		}
	}
	if row.ClaimStatus == valuated {
		sum := cents(0)
		for _, line := range v.lines {
			line.paid = line.valuated.percent(share)
			sum += line.paid
		}
		row.Valuated, row.Remunerated = paid.pointer(), sum.pointer()
		if row.RunID != nil {
			g.owe(*row.RunID, v.facility.id, billed{id: row.ClaimID, code: row.ClaimCode, paid: sum})
		}
	}
	g.keys.booking++
	booking := p.ClaimDedRem{
		ExpenditureID: g.keys.booking, PolicyID: &v.policy.id, InsureeID: &v.who.id, ClaimID: row.ClaimID, DedG: deducted.pointer(), RemG: paid.pointer(), ValidityFrom: t.done, AuditUserID: 1,
	}
	if v.from.Equal(v.to.Time) {
		booking.DedOP, booking.RemOP = booking.DedG, booking.RemG
	} else {
		booking.DedIP, booking.RemIP = booking.DedG, booking.RemG
	}
	g.w.put(booking)
}

// reviewAndFeedback puts some of the claims that were checked before a reviewer, and asks
// some patients how it was.
func (g *world) reviewAndFeedback(v *visit, row *p.Claim, t stamps) {
	if row.ClaimStatus == entered {
		return
	}
	n := g.report.Claims
	byHand := slices.ContainsFunc(v.lines, func(l *claimLine) bool { return l.reason == byReview })
	switch {
	case byHand, row.ClaimStatus == checked && n%7 == 4:
		row.ReviewStatus, row.AuditUserIDReview, row.ValidityFromReview = ptr(delivered), ptr(doctorID), &t.done
		row.Adjuster, row.Adjustment = ptr(doctorID), ptr("Compared with the patient's file")
	case row.ClaimStatus == checked && n%7 == 2:
		row.ReviewStatus = ptr(selected)
	case n%3 == 0:
		row.ReviewStatus = ptr(notSelected)
	case row.ClaimStatus >= processed && n%11 == 0:
		row.ReviewStatus = ptr(bypassed)
	}
	switch {
	case row.ClaimStatus == checked && n%5 == 1:
		row.FeedbackStatus = ptr(selected)
		g.keys.prompt++
		officer := v.facility.district.officer
		g.w.put(p.FeedbackPrompt{
			FeedbackPromptID: g.keys.prompt, FeedbackPromptDate: t.day, ClaimID: &row.ClaimID, OfficerID: &officer, PhoneNumber: ptr(fmt.Sprintf("+999 57 %07d", officer*4099)),
			SMSStatus: ptr(0), ValidityFrom: &t.done, AuditUserID: ptr(1),
		})
	case row.ClaimStatus >= checked && n%15 == 7:
		row.FeedbackStatus, row.Feedback = ptr(delivered), true
		g.keys.feedback++
		row.FeedbackID = ptr(g.keys.feedback)
		g.w.put(p.Feedback{
			FeedbackID: g.keys.feedback, FeedbackUUID: g.draw.uuid(kindFeedback, g.keys.feedback), ClaimID: &row.ClaimID, CareRendered: ptr(true), PaymentAsked: ptr(n%2 == 0),
			DrugPrescribed: ptr(true), DrugReceived: ptr(n%4 != 0), Asessment: ptr(g.draw.between(1, 5)), CHFOfficerCode: ptr(v.facility.district.officer), FeedbackDate: &t.done,
			ValidityFrom: t.done, AuditUserID: 1,
		})
	case row.ClaimStatus >= checked && n%4 == 0:
		row.FeedbackStatus = ptr(notSelected)
	}
}

// doctorID is the key of the medical officer among the users.
const doctorID = 7

// putClaim writes the claim and its lines, for some also what came before.
func (g *world) putClaim(v *visit, row *p.Claim) {
	if row.ClaimStatus >= checked && g.report.Claims%40 == 2 {
		former := *row
		g.keys.claim++
		former.ClaimID, former.LegacyID = g.keys.claim, &row.ClaimID
		former.ClaimUUID = g.draw.uuid(kindClaim, former.ClaimID)
		former.ClaimStatus, former.ClaimCategory, former.SubmitStamp, former.AuditUserIDSubmit = entered, nil, nil, nil
		former.ProcessStamp, former.AuditUserIDProcess, former.DateProcessed, former.RunID = nil, nil, nil, nil
		former.Approved, former.Valuated, former.Remunerated, former.FeedbackID, former.Feedback = nil, nil, nil, nil, false
		former.ReviewStatus, former.FeedbackStatus, former.AuditUserIDReview, former.ValidityFromReview = ptr(idleState), ptr(idleState), nil, nil
		former.Adjuster, former.Adjustment = nil, nil
		former.ValidityFrom, former.ValidityTo = at(row.DateClaimed, 8), &row.ValidityFrom
		g.w.put(former)
	}
	if row.ClaimStatus == entered && g.report.Claims == 2*len(course) { // entered by mistake
		row.ValidityTo = ptr(at(row.DateClaimed, 16))
	}
	g.w.put(*row)
	for _, line := range v.lines {
		if line.service {
			g.putService(v, row, line)
		} else {
			g.putItem(v, row, line)
		}
	}
}

// lineRow is what items and services of a claim have in common.
type lineRow struct {
	status                                              int
	quantity, asked                                     decimal.Decimal
	qtyApproved, adjusted, valuated, paid, ded, exceeds *decimal.Decimal
	product, policy                                     *int
	limitation, origin, why                             *string
	limit                                               *decimal.Decimal
	reviewed                                            *p.DateTime
	reviewer                                            *int
}

func (g *world) line(v *visit, claim *p.Claim, l *claimLine) lineRow {
	row := lineRow{status: 1, quantity: units(l.quantity).decimal(), asked: l.asked.decimal()}
	if l.reason != 0 {
		row.status, row.qtyApproved = 2, cents(0).pointer()
	}
	if l.reason == byReview {
		row.why, row.reviewed, row.reviewer = ptr("Not confirmed by the patient's file"), claim.ValidityFromReview, ptr(doctorID)
	}
	if l.reason == 0 && claim.ClaimStatus >= processed {
		row.adjusted, row.valuated, row.ded, row.exceeds = l.price.pointer(), l.valuated.pointer(), l.deducted.pointer(), l.exceeded.pointer()
		row.product, row.policy, row.origin = &v.policy.product.id, &v.policy.id, ptr(v.policy.product.origin())
		row.limitation, row.limit = &l.limitation, l.limit.pointer()
		if claim.ClaimStatus == valuated {
			row.paid = l.paid.pointer()
		}
	}
	return row
}

func (g *world) putItem(v *visit, claim *p.Claim, l *claimLine) {
	g.keys.claimItem++
	row := g.line(v, claim, l)
	g.w.put(p.ClaimItem{
		ClaimItemID: g.keys.claimItem, ClaimID: claim.ClaimID, ItemID: l.id, ProdID: row.product, ClaimItemStatus: row.status, Availability: true, QtyProvided: row.quantity,
		QtyApproved: row.qtyApproved, PriceAsked: row.asked, PriceAdjusted: row.adjusted, PriceValuated: row.valuated, Explanation: ptr(""), Justification: row.why,
		RejectionReason: &l.reason, ValidityFrom: claim.ValidityFrom, ValidityTo: claim.ValidityTo, AuditUserID: 1, ValidityFromReview: row.reviewed, AuditUserIDReview: row.reviewer,
		LimitationValue: row.limit, Limitation: row.limitation, PolicyID: row.policy, RemuneratedAmount: row.paid, DeductableAmount: row.ded, ExceedCeilingAmount: row.exceeds, PriceOrigin: row.origin,
	})
}

func (g *world) putService(v *visit, claim *p.Claim, l *claimLine) {
	g.keys.claimService++
	row := g.line(v, claim, l)
	g.w.put(p.ClaimService{
		ClaimServiceID: g.keys.claimService, ClaimID: claim.ClaimID, ServiceID: l.id, ProdID: row.product, ClaimServiceStatus: row.status, QtyProvided: row.quantity,
		QtyApproved: row.qtyApproved, PriceAsked: row.asked, PriceAdjusted: row.adjusted, PriceValuated: row.valuated, Explanation: ptr(""), Justification: row.why,
		RejectionReason: &l.reason, ValidityFrom: claim.ValidityFrom, ValidityTo: claim.ValidityTo, AuditUserID: 1, ValidityFromReview: row.reviewed, AuditUserIDReview: row.reviewer,
		LimitationValue: row.limit, Limitation: row.limitation, PolicyID: row.policy, RemuneratedAmount: row.paid, DeductableAmount: row.ded, ExceedCeilingAmount: row.exceeds, PriceOrigin: row.origin,
	})
}

// diagnosisKeys finds the key of a diagnosis by its code.
var diagnosisKeys = func() map[string]int {
	keys := map[string]int{}
	for i, line := range lines(diagnosisList) {
		code, _, _ := strings.Cut(line, "|")
		keys[code] = i + 1
	}
	return keys
}()

func diagnosis(code string) int { return diagnosisKeys[code] }
