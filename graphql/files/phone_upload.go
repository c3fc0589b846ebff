package files

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"
	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme"
)

// phoneUpload is a kind of document that officers and clinics bring from their phones.
type phoneUpload struct {
	name, what string
	right      int
	take       func(d *Desk, x *persistence.Session, document *element) (refused string, err error)
}

var phoneUploads = []phoneUpload{
	{"claims", "claims that were entered on a phone", 131104, takeClaim},
	{"feedbacks", "what patients told officers", 131106, takeFeedback},
	{"renewals", "policies that officers renewed", 131107, takeRenewal},
}

// handIn takes documents of phones in: files of a form, or zip archives of them. Each is
// written by itself; what is wrong with one is said in a sentence and keeps no other out.
func (d *Desk) handIn(upload phoneUpload) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		files, err := phoneFiles(r)
		if err != nil {
			return refused(w, err)
		}
		out := outcome{Success: true, Errors: []string{}}
		for i := range files {
			words, err := d.handInOne(r.Context(), upload, &files[i])
			if err != nil {
				return err
			}
			if words != "" {
				out.Success, out.Errors = false, append(out.Errors, files[i].name+": "+words)
			}
		}
		return answer(w, http.StatusOK, out)
	}
}

// handInOne takes one document in and says why it was not taken, "" where it was.
func (d *Desk) handInOne(ctx context.Context, upload phoneUpload, file *phoneFile) (words string, err error) {
	document, err := file.read()
	if err == nil {
		err = d.Store.Tx(ctx, func(x *persistence.Session) (err error) {
			words, err = upload.take(d, x, document)
			return err
		})
	}
	var fault *core.Error
	if err == nil || !errors.As(err, &fault) || fault.Code.Status() >= http.StatusInternalServerError {
		return words, err
	}
	if fault.Path != "" {
		return fault.Path + ": " + fault.Message, nil
	}
	return fault.Message, nil
}

// reading reads values of a document and keeps the first fault.
type reading struct{ err error }

func (r *reading) fault(name, format string, args ...any) {
	if r.err == nil {
		r.err = core.ErrorAt(core.Invalid, name, format, args...)
	}
}

// day reads YYYY-MM-DD, or DD/MM/YYYY as older phones write it.
func (r *reading) day(name, text string) persistence.Date {
	day, err := persistence.ParseDate(text)
	if err == nil {
		return day
	}
	if old, err := time.Parse(phoneDay, text); err == nil {
		return persistence.DateOf(old.Year(), old.Month(), old.Day())
	}
	r.fault(name, "%.40q is no day", text)
	return day
}

// amount reads a number, 0 for none.
func (r *reading) amount(name, text string) decimal.Decimal {
	const longest = 20
	if text == "" {
		return decimal.Zero
	}
	amount, err := decimal.NewFromString(text)
	if err != nil || len(text) > longest || strings.ContainsAny(text, "eE") {
		r.fault(name, "%.40q is no number", text)
		return decimal.Zero
	}
	return amount
}

// number reads a whole number, 0 for none.
func (r *reading) number(name, text string) int {
	if text == "" {
		return 0
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		r.fault(name, "%.40q is no whole number", text)
	}
	return n
}

// takeClaim stores a claim as entered: who has checked it submits it.
func takeClaim(d *Desk, x *persistence.Session, document *element) (string, error) {
	if document.part("details").name == "" {
		document = document.part("claim") // older phones wrap it
	}
	from, r := document.part("details"), &reading{}
	claim := &scheme.PhoneClaim{
		Facility: from.say("hfcode"), Administrator: from.say("claimadmin"), Code: from.say("claimcode"), CHFID: from.say("chfid"), VisitType: from.say("visittype"),
		Guarantee: from.say("guaranteenumber", "guaranteeno"), Explanation: from.say("comment"),
		From: persistence.At(r.day("StartDate", from.say("startdate")).Time), Claimed: r.day("ClaimDate", from.say("claimdate")),
		Items: claimLines(r, document, "item"), Services: claimLines(r, document, "service"),
	}
	if end := from.say("enddate"); end != "" {
		to := persistence.At(r.day("EndDate", end).Time)
		claim.To = &to
	}
	for _, name := range []string{"icdcode", "icdcode1", "icdcode2", "icdcode3", "icdcode4"} {
		if code := from.say(name); code != "" || name == "icdcode" {
			claim.Diagnoses = append(claim.Diagnoses, code)
		}
	}
	if r.err != nil {
		return "", r.err
	}
	_, err := d.Claims.FromPhone(x, claim, false)
	return "", err
}

// claimLines reads the items or services of a claim.
func claimLines(r *reading, document *element, kind string) (lines []scheme.PhoneClaimLine) {
	for _, line := range document.part(kind + "s").parts {
		lines = append(lines, scheme.PhoneClaimLine{
			Code: line.say(kind + "code"), Explanation: line.say(kind + "explanation"),
			Quantity: r.amount("quantity", line.say(kind+"quantity")), Price: r.amount("price", line.say(kind+"price")),
		})
	}
	return lines
}

// takeFeedback stores what a patient said of the care: four answers of 0 or 1 and a mark.
func takeFeedback(d *Desk, x *persistence.Session, document *element) (string, error) {
	if inner := document.part("feedback"); inner.name != "" {
		document = inner
	}
	id, ok := persistence.ParseUUID(document.say("claimuuid"))
	if !ok {
		return "", core.ErrorAt(core.Invalid, "ClaimUUID", "%.40q is no UUID of a claim", document.say("claimuuid"))
	}
	answers := document.say("answers")
	if len(answers) != 5 || strings.Trim(answers[:4], "01") != "" || answers[4] < '0' || answers[4] > '5' {
		return "", core.ErrorAt(core.Invalid, "Answers", "%.40q is not four answers of 0 or 1 and a mark from 0 to 5", answers)
	}
	code := document.say("officer")
	officers, err := persistence.Beside[persistence.Officer](x, persistence.Query{Where: []clause.Expression{persistence.In(persistence.Column("", "Code"), []string{code})}, Limit: 1})
	if err != nil {
		return "", err
	}
	if len(officers) == 0 {
		return "", core.ErrorAt(core.Unprocessable, "Officer", "there is no officer %.40q", code)
	}
	given, r := scheme.FeedbackAnswers{
		CareRendered: answers[0] == '1', PaymentAsked: answers[1] == '1', DrugPrescribed: answers[2] == '1', DrugReceived: answers[3] == '1',
		Mark: int(answers[4] - '0'), Officer: &officers[0].OfficerID, Insuree: document.say("chfid"),
	}, &reading{}
	if day := document.say("date"); day != "" {
		asked := persistence.At(r.day("Date", day).Time)
		given.Date = &asked
	}
	if r.err != nil {
		return "", r.err
	}
	_, err = d.Claims.Receive(x, id, given)
	return "", err
}

// takeRenewal renews a policy, or notes that the family does not. What is refused is logged
// as the use case does, and told.
func takeRenewal(d *Desk, x *persistence.Session, document *element) (string, error) {
	if inner := document.part("policy"); inner.name != "" {
		document = inner
	}
	r := &reading{}
	renewal := &scheme.PhoneRenewal{
		RenewalID: r.number("RenewalId", document.say("renewalid")), CHFID: document.say("chfid"), ProductCode: document.say("productcode"), Officer: document.say("officer"),
		Date: r.day("Date", document.say("date")), Amount: r.amount("Amount", document.say("amount")), Receipt: document.say("receiptno"),
		Discontinue: strings.EqualFold(document.say("discontinue"), "true"),
	}
	if payer := r.number("PayerId", document.say("payerid")); payer > 0 {
		renewal.PayerID = &payer
	}
	if r.err != nil {
		return "", r.err
	}
	out, err := d.Policies.RenewFromPhone(x, renewal)
	if err != nil || out.Code == scheme.PhoneRenewalAccepted {
		return "", err
	}
	return out.Reason, nil
}
