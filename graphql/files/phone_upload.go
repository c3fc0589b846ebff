package files

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme"
)

// phoneUpload is a kind of document that officers and clinics bring from their phones.
type phoneUpload struct {
	name, what   string
	right        int
	withPictures bool
	take         func(d *Desk, x *persistence.Session, document *mapping.PhoneDocument, beside pictures) (refused []string, err error)
}

var phoneUploads = []phoneUpload{
	{"claims", "claims that were entered on a phone", 131104, false, takeClaim},
	{"enrollments", "families that officers enrolled, with their policies and photographs", 131105, true, takeEnrolment},
	{"feedbacks", "what patients told officers", 131106, false, takeFeedback},
	{"renewals", "policies that officers renewed", 131107, false, takeRenewal},
}

// handIn takes documents of phones in: files of a form, or zip archives of them. Each is
// written by itself; what is wrong with one is said in sentences and keeps no other out.
func (d *Desk) handIn(upload phoneUpload) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		form, err := phoneFiles(r, upload.withPictures, d.ArchivePassword)
		if err != nil {
			return refused(w, err)
		}
		out := outcome{Errors: []string{}}
		for i := range form.documents {
			words, err := d.handInOne(r.Context(), upload, &form.documents[i], form.pictures)
			if err != nil {
				return err
			}
			for _, sentence := range words {
				out.Errors = append(out.Errors, form.documents[i].name+": "+sentence)
			}
		}
		for _, name := range slices.Sorted(maps.Keys(form.pictures)) {
			if photo := form.pictures[name]; !photo.named {
				out.Errors = append(out.Errors, fmt.Sprintf("%.80s: no document names this picture", photo.name))
			}
		}
		out.Success = len(out.Errors) == 0
		return answer(w, http.StatusOK, out)
	}
}

// handInOne takes one document in and says what of it was not taken.
func (d *Desk) handInOne(ctx context.Context, upload phoneUpload, file *phoneFile, beside pictures) (words []string, err error) {
	document, err := mapping.ReadPhoneDocument(file.content)
	if err == nil {
		err = d.Store.Tx(ctx, func(x *persistence.Session) (err error) {
			words, err = upload.take(d, x, document, beside)
			return err
		})
	}
	var fault *core.Error
	if err == nil || !errors.As(err, &fault) || fault.Code.Status() >= http.StatusInternalServerError {
		return words, err
	}
	words = nil
	for _, each := range fault.All() {
		sentence := each.Message
		if each.Path != "" {
			sentence = each.Path + ": " + sentence
		}
		words = append(words, sentence)
	}
	return words, nil
}

// takeClaim stores a claim as entered: who has checked it submits it.
func takeClaim(d *Desk, x *persistence.Session, document *mapping.PhoneDocument, _ pictures) ([]string, error) {
	if document.Part("details").Name == "" {
		document = document.Part("claim") // older phones wrap it
	}
	from, r := document.Part("details"), &mapping.PhoneValues{}
	claim := &scheme.PhoneClaim{
		Facility: from.Say("hfcode"), Administrator: from.Say("claimadmin"), Code: from.Say("claimcode"), CHFID: from.Say("chfid"), VisitType: from.Say("visittype"),
		Guarantee: from.Say("guaranteenumber", "guaranteeno"), Explanation: from.Say("comment"),
		From: persistence.At(r.Day("StartDate", from.Say("startdate")).Time), Claimed: r.Day("ClaimDate", from.Say("claimdate")),
		Items: claimLines(r, document, "item"), Services: claimLines(r, document, "service"),
	}
	if end := from.Say("enddate"); end != "" {
		to := persistence.At(r.Day("EndDate", end).Time)
		claim.To = &to
	}
	for _, name := range []string{"icdcode", "icdcode1", "icdcode2", "icdcode3", "icdcode4"} {
		if code := from.Say(name); code != "" || name == "icdcode" {
			claim.Diagnoses = append(claim.Diagnoses, code)
		}
	}
	if r.Err != nil {
		return nil, r.Err
	}
	_, err := d.Claims.FromPhone(x, claim, false)
	return nil, err
}

// claimLines reads the items or services of a claim.
func claimLines(r *mapping.PhoneValues, document *mapping.PhoneDocument, kind string) (lines []scheme.PhoneClaimLine) {
	for _, line := range document.Part(kind + "s").Parts {
		lines = append(lines, scheme.PhoneClaimLine{
			Code: line.Say(kind + "code"), Explanation: line.Say(kind + "explanation"),
			Quantity: r.Amount("quantity", line.Say(kind+"quantity")), Price: r.Amount("price", line.Say(kind+"price")),
		})
	}
	return lines
}

// takeFeedback stores what a patient said of the care: four answers of 0 or 1 and a mark.
func takeFeedback(d *Desk, x *persistence.Session, document *mapping.PhoneDocument, _ pictures) ([]string, error) {
	if inner := document.Part("feedback"); inner.Name != "" {
		document = inner
	}
	id, ok := persistence.ParseUUID(document.Say("claimuuid"))
	if !ok {
		return nil, core.ErrorAt(core.Invalid, "ClaimUUID", "%.40q is no UUID of a claim", document.Say("claimuuid"))
	}
	answers := document.Say("answers")
	if len(answers) != 5 || strings.Trim(answers[:4], "01") != "" || answers[4] < '0' || answers[4] > '5' {
		return nil, core.ErrorAt(core.Invalid, "Answers", "%.40q is not four answers of 0 or 1 and a mark from 0 to 5", answers)
	}
	code := document.Say("officer")
	officers, err := persistence.Beside[persistence.Officer](x, persistence.Query{Where: []clause.Expression{persistence.In(persistence.Column("", "Code"), []string{code})}, Limit: 1})
	if err != nil {
		return nil, err
	}
	if len(officers) == 0 {
		return nil, core.ErrorAt(core.Unprocessable, "Officer", "there is no officer %.40q", code)
	}
	given, r := scheme.FeedbackAnswers{
		CareRendered: answers[0] == '1', PaymentAsked: answers[1] == '1', DrugPrescribed: answers[2] == '1', DrugReceived: answers[3] == '1',
		Mark: int(answers[4] - '0'), Officer: &officers[0].OfficerID, Insuree: document.Say("chfid"),
	}, &mapping.PhoneValues{}
	if day := document.Say("date"); day != "" {
		asked := persistence.At(r.Day("Date", day).Time)
		given.Date = &asked
	}
	if r.Err != nil {
		return nil, r.Err
	}
	_, err = d.Claims.Receive(x, id, given)
	return nil, err
}

// takeRenewal renews a policy, or notes that the family does not. What is refused is logged
// as the use case does, and told.
func takeRenewal(d *Desk, x *persistence.Session, document *mapping.PhoneDocument, _ pictures) ([]string, error) {
	if inner := document.Part("policy"); inner.Name != "" {
		document = inner
	}
	r := &mapping.PhoneValues{}
	renewal := &scheme.PhoneRenewal{
		RenewalID: r.Number("RenewalId", document.Say("renewalid")), CHFID: document.Say("chfid"), ProductCode: document.Say("productcode"), Officer: document.Say("officer"),
		Date: r.Day("Date", document.Say("date")), Amount: r.Amount("Amount", document.Say("amount")), Receipt: document.Say("receiptno"),
		PayerID: r.Key("PayerId", document.Say("payerid")), Discontinue: strings.EqualFold(document.Say("discontinue"), "true"),
	}
	if r.Err != nil {
		return nil, r.Err
	}
	out, err := d.Policies.RenewFromPhone(x, renewal)
	if err != nil || out.Code == scheme.PhoneRenewalAccepted {
		return nil, err
	}
	return []string{out.Reason}, nil
}
