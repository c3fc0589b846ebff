package scheme

import (
	"github.com/shopspring/decimal"
)

// States of a claim.
const (
	StatusRejected  = 1
	StatusEntered   = 2
	StatusChecked   = 4
	StatusProcessed = 8
	StatusValuated  = 16
)

// CheckClaim does the checks of submission (rule 2) and writes their result to the
// claim and the lines of the file: reasons, line status, the claim's status (checked, or
// rejected when no line passed), category, submitter and moment.
func CheckClaim(f *ClaimFile, book RuleBook, user int) {
	category := Category(f)
	whole := checkLines(f, category, book)
	settleSubmission(f, whole)
	f.Claim.ClaimCategory = &category
	f.Claim.AuditUserIDSubmit = &user
	f.Claim.SubmitStamp = ptr(f.Now)
}

// checkLines gives each line its reason; the result is the reason that rejects the claim
// as a whole, 0 for none.
func checkLines(f *ClaimFile, category string, book RuleBook) (whole int) {
	for _, reason := range []int{checkFamily(f), checkTargetDate(f)} {
		if reason != ReasonNone {
			for _, l := range f.Lines {
				replaceReason(l, reason, book)
			}
			return ReasonNone
		}
	}
	for _, l := range f.Lines {
		replaceable := book.Legacy(LaterReasonReplaces) || l.open(book)
		if reason := checkRegister(f, l); reason != ReasonNone && replaceable {
			l.Reason = ptr(reason)
		}
		if reason := checkPriceList(f, l); reason != ReasonNone && replaceable {
			l.Reason = ptr(reason)
		}
	}
	for _, l := range f.Lines { // the order does not matter: a reason for all replaces every other
		if !l.open(book) {
			continue
		}
		reason, all := checkLine(f, l, category, book)
		if all {
			return reason
		}
		if reason != ReasonNone {
			l.Reason = ptr(reason)
		}
	}
	for _, l := range f.Lines {
		if l.open(book) {
			if r := registerAt(f, l.Ware, f.Target()); r != nil && checkFrequency(f, l, r, book) != ReasonNone {
				l.Reason = ptr(ReasonFrequency)
			}
		}
	}
	return ReasonNone
}

// checkLine does the checks 10, 4 and those of the cover on one line.
func checkLine(f *ClaimFile, l *Line, category string, book RuleBook) (reason int, whole bool) {
	r := registerAt(f, l.Ware, f.Target())
	if r == nil {
		return ReasonRegister, false
	}
	if reason = checkCareType(f, r, book); reason != ReasonNone {
		return reason, false
	}
	if reason = checkPatient(f, r, book); reason != ReasonNone {
		return reason, false
	}
	return checkCover(f, l, category, book)
}

func replaceReason(l *Line, reason int, book RuleBook) {
	if book.Legacy(LaterReasonReplaces) || l.open(book) {
		l.Reason = ptr(reason)
	}
}

// settleSubmission turns reasons into states (rule 2.10).
func settleSubmission(f *ClaimFile, whole int) {
	passed, rejected, sum := 0, 0, decimal.Zero
	for _, l := range f.Lines {
		if whole != ReasonNone {
			l.Reason = ptr(whole)
		}
		if l.reason() != ReasonNone {
			l.Status, l.Approved = lineRejected, ptr(decimal.New(0, -2))
		}
		if l.Status == linePassed {
			passed++
			sum = sum.Add(cents(l.Provided.Mul(l.Asked)))
		} else {
			rejected++
		}
	}
	if passed == 0 {
		f.Claim.ClaimStatus = StatusRejected
		return
	}
	f.Claim.ClaimStatus = StatusChecked
	if rejected > 0 {
		f.Claim.Approved = ptr(sum)
	}
}
