package scheme

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// LineReview is what a medical officer decides on one line.
type LineReview struct {
	Kind Kind
	ID   int // ClaimItemID or ClaimServiceID

	Quantity      *decimal.Decimal // approved; nil leaves the one provided
	Price         *decimal.Decimal // approved for one unit; nil leaves the one asked
	Rejected      bool
	Justification *string
}

// ClaimReview is what a medical officer decides on a claim (rule 5.2). Lines it does not
// name stay as they are.
type ClaimReview struct {
	Lines      []LineReview
	Adjustment *string // his words on the claim; nil leaves what is there
	Deliver    bool    // the review is finished

	// Version is that of the claim he looked at, as Store.VersionOf gives it for the claim
	// with its items and services. "" takes any.
	Version string
}

// reviewedLine points into the row of one line, whatever its kind, at what a review reads
// and writes.
type reviewedLine struct {
	kind            Kind
	id              int
	provided, asked decimal.Decimal
	status          *int
	reason          **int
	quantity, price **decimal.Decimal
	justification   **string
	reviewedAt      **persistence.DateTime
	reviewer        **int
}

func reviewedLines(out *ClaimOutcome) (lines []*reviewedLine) {
	for i := range out.Items {
		r := &out.Items[i]
		lines = append(lines, &reviewedLine{kind: ItemKind, id: r.ClaimItemID, provided: r.QtyProvided, asked: r.PriceAsked, status: &r.ClaimItemStatus,
			reason: &r.RejectionReason, quantity: &r.QtyApproved, price: &r.PriceApproved, justification: &r.Justification,
			reviewedAt: &r.ValidityFromReview, reviewer: &r.AuditUserIDReview})
	}
	for i := range out.Services {
		r := &out.Services[i]
		lines = append(lines, &reviewedLine{kind: ServiceKind, id: r.ClaimServiceID, provided: r.QtyProvided, asked: r.PriceAsked, status: &r.ClaimServiceStatus,
			reason: &r.RejectionReason, quantity: &r.QtyApproved, price: &r.PriceApproved, justification: &r.Justification,
			reviewedAt: &r.ValidityFromReview, reviewer: &r.AuditUserIDReview})
	}
	return lines
}

// ReviewClaim writes what the officer decided into the rows of a checked claim that is
// selected for review: quantities, prices, rejections by hand, his words, the approved
// amount. When no line is left, or he delivers, the states follow. A line the checks
// rejected stays rejected, and nothing is approved beyond what was claimed.
// Errors: core.Conflict with both states when the claim is not under review;
// core.Unprocessable naming the lines at fault.
func ReviewClaim(out *ClaimOutcome, r *ClaimReview, now persistence.DateTime, user int) error {
	if err := mayReview(&out.Claim); err != nil {
		return err
	}
	lines := reviewedLines(out)
	if err := applyReview(lines, r, now, user); err != nil {
		return err
	}
	if r.Adjustment != nil {
		out.Claim.Adjustment = r.Adjustment
	}
	passed, sum := approvedAmount(lines)
	out.Claim.Approved = &sum
	out.Claim.AuditUserIDReview, out.Claim.ValidityFromReview = &user, &now
	if passed == 0 {
		if err := ClaimTrack.move(&out.Claim, ActReview, StatusRejected); err != nil {
			return err
		}
	}
	if r.Deliver {
		return ReviewTrack.move(&out.Claim, ActReview, StepDelivered)
	}
	return nil
}

// mayReview refuses a claim that is not under review.
func mayReview(c *persistence.Claim) error {
	if err := requireStatus(c, StatusChecked, "reviewed"); err != nil {
		return err
	}
	if state := ReviewTrack.state(c); state != StepSelected {
		return core.Errorf(core.Conflict, "the review is %s; only one that is %s can be worked on", ReviewTrack.name(state), ReviewTrack.name(StepSelected))
	}
	return nil
}

// applyReview writes the decisions on lines. All faults are reported together.
func applyReview(lines []*reviewedLine, r *ClaimReview, now persistence.DateTime, user int) error {
	var faults []*core.Error
	for i := range r.Lines {
		decision, path := &r.Lines[i], fmt.Sprintf("lines[%d]", i)
		l := lineNamed(lines, decision)
		if l == nil {
			faults = append(faults, core.ErrorAt(core.Unprocessable, path, "the claim has no such line"))
			continue
		}
		if decision.Rejected && rejectedByChecks(l) {
			continue // a form sends all lines back, that one too
		}
		if err := checkDecision(l, decision, path); err != nil {
			faults = append(faults, err)
			continue
		}
		*l.quantity, *l.price, *l.justification = decision.Quantity, decision.Price, decision.Justification
		*l.reviewedAt, *l.reviewer = &now, &user
		*l.status, *l.reason = linePassed, ptr(ReasonNone)
		if decision.Rejected {
			*l.status, *l.reason = lineRejected, ptr(ReasonByHand)
		}
	}
	return core.Join(faults...)
}

func lineNamed(lines []*reviewedLine, d *LineReview) *reviewedLine {
	for _, l := range lines {
		if l.kind == d.Kind && l.id == d.ID {
			return l
		}
	}
	return nil
}

func rejectedByChecks(l *reviewedLine) bool {
	reason := number(*l.reason)
	return reason != ReasonNone && reason != ReasonByHand
}

// checkDecision refuses what no officer may decide on a line.
func checkDecision(l *reviewedLine, d *LineReview, path string) *core.Error {
	if rejectedByChecks(l) {
		return core.ErrorAt(core.Unprocessable, path, "the checks rejected the line with the reason %d; a review cannot change that", number(*l.reason))
	}
	for _, value := range []struct {
		name     string
		approved *decimal.Decimal
		claimed  decimal.Decimal
	}{{"quantity", d.Quantity, l.provided}, {"price", d.Price, l.asked}} {
		switch {
		case value.approved == nil:
		case value.approved.IsNegative() || !value.approved.Equal(cents(*value.approved)):
			return core.ErrorAt(core.Unprocessable, path+"."+value.name, "%s is no %s: two digits behind the point at most, and not below 0", value.approved, value.name)
		case value.approved.GreaterThan(value.claimed):
			return core.ErrorAt(core.Unprocessable, path+"."+value.name, "the %s %s is above %s, which was claimed", value.name, value.approved, value.claimed)
		}
	}
	return nil
}

// approvedAmount adds up the lines that pass: approved quantity by approved price, or what
// was claimed of either.
func approvedAmount(lines []*reviewedLine) (passed int, sum decimal.Decimal) {
	for _, l := range lines {
		if *l.status != linePassed {
			continue
		}
		passed++
		quantity, price := l.provided, l.asked
		if *l.quantity != nil {
			quantity = **l.quantity
		}
		if *l.price != nil {
			price = **l.price
		}
		sum = sum.Add(cents(quantity.Mul(price)))
	}
	return passed, sum
}

// Review stores what a medical officer decided on a claim; when he delivers, the amounts
// are reserved so that later claims cannot use them up. Of two officers who looked at the
// same version the second is refused. Errors: core.NotFound, core.Gone; core.Conflict when
// the claim has another version or is not under review; core.Unprocessable as ReviewClaim.
func (c Claims) Review(x *persistence.Session, id persistence.UUID, r ClaimReview) (*ClaimOutcome, error) {
	out, err := c.load(x, id)
	if err != nil {
		return nil, err
	}
	if now := x.Store().VersionOf(&out.Claim, out.Items, out.Services).ID; r.Version != "" && r.Version != now {
		return nil, core.Errorf(core.Conflict, "somebody else changed the claim meanwhile: it is at version %s now, not at %s; its review is %s",
			now, r.Version, ReviewTrack.name(ReviewTrack.state(&out.Claim)))
	}
	user := x.Principal().UserID
	if err := ReviewClaim(out, &r, x.Now(), user); err != nil {
		return nil, err
	}
	if user > 0 {
		out.Claim.Adjuster = &user
	}
	if r.Deliver || out.Claim.ClaimStatus == StatusRejected {
		if err := c.reserveReviewed(x, out); err != nil {
			return nil, err
		}
	}
	if err := updateAll(x, out); err != nil {
		return nil, err
	}
	event := "claim.review"
	if ReviewTrack.state(&out.Claim) == StepDelivered {
		event = "claim.reviewed"
	}
	return out, publish(x, event, &out.Claim)
}

// reserveReviewed books what the claim will cost after its review, or frees what it had
// booked when the review rejected it.
func (c Claims) reserveReviewed(x *persistence.Session, out *ClaimOutcome) error {
	rows, err := loadForProcessing(x, &out.Claim, out.Items, out.Services)
	if err != nil {
		return err
	}
	f, _ := rows.File(out.Claim.ClaimID, x.Now())
	if out.Claim.ClaimStatus == StatusRejected {
		return c.rebook(x, f)
	}
	if err := ReserveReviewed(f, c.Rules, x.Principal().UserID); err != nil {
		return err
	}
	if c.Rules.Legacy(ExtraBookingKept) || len(f.NewBookings) == 0 {
		return persistence.InsertMany(x, f.NewBookings)
	}
	return c.rebook(x, f)
}

// ReserveReviewed makes the bookings of a reviewed claim (rule 4.8). Lines of a claim that
// was never processed have no product and policy yet; the corrected book chooses them for
// the reservation, and the claim itself keeps waiting for its processing. A claim nobody
// covers reserves nothing. Errors: as ReserveClaim.
func ReserveReviewed(f *ClaimFile, book RuleBook, user int) error {
	trial := *f
	trial.Lines = nil
	for _, l := range f.Lines {
		line := *l
		trial.Lines = append(trial.Lines, &line)
	}
	if len(payers(&trial)) == 0 && !book.Legacy(ReviewReservesAssigned) {
		AssignCover(&trial, book)
	}
	if len(payers(&trial)) == 0 {
		return nil
	}
	if err := ReserveClaim(&trial, book, user); err != nil {
		return err
	}
	f.NewBookings = trial.NewBookings
	return nil
}
