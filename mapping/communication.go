package mapping

import (
	"fmt"
	"strconv"
	"strings"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir/search"
	"github.com/openimis/openimis-go/persistence"
)

const (
	communicationProfile = "openimis-communication"
	requestProfile       = "openimis-communication-request"
)

var (
	extPayloadType     = structure("communication-payload-type")
	systemPayload      = codeSystem("feedback-payload")
	systemFeedback     = codeSystem("feedback-status")
	systemEventStatus  = "http://hl7.org/fhir/event-status"
	systemAskingStatus = "http://hl7.org/fhir/request-status"
)

// question is one of the five things a patient is asked; the guide spells the last so.
type question struct {
	code, words string
	choices     string // on the strict base, as the guide has it
	habit       string // on the compatible base
}

var questions = []question{
	{"CareRendered", "Care Rendered?", "(yes|no)", "(yes or no)"},
	{"PaymentAsked", "Payment Asked?", "(yes|no)", "(yes or no)"},
	{"DrugPrescribed", "Drug Prescribed?", "(yes|no)", "(yes or no)"},
	{"DrugReceived", "Drug Received?", "(yes|no)", "(yes or no)"},
	{"Asessment", "Asessment?", "(0|1|2|3|4|5)", "(0 to 5)"},
}

// highestMark is the best a patient can give.
const highestMark = 5

// CommunicationCatalogue is the catalogue of feedback on claims.
var CommunicationCatalogue = &Catalogue{
	Resource: "Communication", Table: "tblFeedback", UUID: "FeedbackUUID", Holder: "tblClaim", HolderKey: "ClaimID", Profile: structure(communicationProfile),
	Join: []string{"Claim", "Claim.Insuree"},
	Attributes: []Attribute{
		{Name: "uuid", Column: "FeedbackUUID", Element: "identifier", Search: "identifier", Kind: search.Token,
			Documentation: "The UUID of the feedback."},
		always("status", systemEventStatus, "completed"),
		{Name: "insuree", Table: "Claim__Insuree", Column: "InsureeUUID", Element: "subject", Search: "subject", Also: []string{"patient"}, Kind: search.Reference, Targets: []string{"Patient"},
			Writable: true, Required: true, Documentation: "The patient who was asked."},
		{Name: "claim", Table: "Claim", Column: "ClaimUUID", Element: "about", Search: "about", Kind: search.Reference, Targets: []string{"Claim"}, Writable: true, Required: true,
			Definition: searchParameter("communication-about"), Documentation: "The claim for the care the feedback is on."},
		{Name: "careRendered", Column: "CareRendered", Element: "payload", Writable: true, Required: true},
		{Name: "paymentAsked", Column: "PaymentAsked", Element: "payload", Writable: true, Required: true},
		{Name: "drugPrescribed", Column: "DrugPrescribed", Element: "payload", Writable: true, Required: true},
		{Name: "drugReceived", Column: "DrugReceived", Element: "payload", Writable: true, Required: true},
		{Name: "assessment", Column: "Asessment", Element: "payload", Writable: true, Required: true},
	},
}

// CommunicationOf renders the feedback on a claim. The row needs Claim with Insuree. An
// answer that is not stored is shown as no, or as the mark 0.
func CommunicationOf(v *View, row *persistence.Feedback) *r4.Communication {
	out := &r4.Communication{Id: pointer(string(row.FeedbackUUID)), Status: r4.EventStatusCompleted}
	if v.Compatible {
		out.Identifier = identifiers(row.FeedbackUUID, "")
	}
	if row.Claim != nil {
		out.Subject = pointer(v.claimPatient(row.Claim))
		out.About = []r4.Reference{v.claimReference(row.Claim)}
	}
	for _, answer := range []string{said(row.CareRendered), said(row.PaymentAsked), said(row.DrugPrescribed), said(row.DrugReceived), mark(row.Asessment)} {
		out.Payload = append(out.Payload, r4.CommunicationPayload{Extension: payloadType(questions[len(out.Payload)].code), ContentString: answer})
	}
	out.Meta = profile(!v.Compatible && communicationConforms(out), communicationProfile)
	return out
}

func (v *View) claimReference(c *persistence.Claim) r4.Reference {
	ref := *refer("Claim", string(c.ClaimUUID), c.ClaimCode, "")
	if v.Compatible {
		ref.Display = filled(c.ClaimCode)
	}
	return ref
}

func payloadType(code string) []r4.Extension {
	return []r4.Extension{coded(extPayloadType, systemPayload, code, "")}
}

func said(yes *bool) string {
	if yes != nil && *yes {
		return "yes"
	}
	return "no"
}

func mark(n *int) string {
	if n == nil {
		return "0"
	}
	return strconv.Itoa(*n)
}

// communicationConforms checks the profile openimis-communication.
func communicationConforms(c *r4.Communication) bool {
	if c.Status != r4.EventStatusCompleted || !points(c.Subject) || len(c.About) != 1 || !points(&c.About[0]) || len(c.Payload) != len(questions) {
		return false
	}
	seen := map[string]bool{}
	for i := range c.Payload {
		p := &c.Payload[i]
		ext, at := extensionAt(p.Extension, extPayloadType)
		if at < 0 || ext.Url != extPayloadType || !single(p.Extension) || p.ContentString == "" {
			return false
		}
		code, ok := codeIn(ext.ValueCodeableConcept, systemPayload)
		if !ok || seen[code] || asked(code) < 0 {
			return false
		}
		seen[code] = true
	}
	return c.Identifier == nil && c.InstantiatesCanonical == nil && c.InstantiatesUri == nil && c.BasedOn == nil && c.PartOf == nil && c.InResponseTo == nil &&
		c.StatusReason == nil && c.Category == nil && c.Priority == nil && c.Medium == nil && c.Topic == nil && c.Encounter == nil && c.Sent == nil &&
		c.Received == nil && c.Recipient == nil && c.Sender == nil && c.ReasonCode == nil && c.ReasonReference == nil && c.Note == nil
}

// asked gives the number of the question with the code, -1 for none.
func asked(code string) int {
	for i := range questions {
		if questions[i].code == code {
			return i
		}
	}
	return -1
}

// Answers is what a Communication says in the words of the columns.
type Answers struct {
	CareRendered, PaymentAsked, DrugPrescribed, DrugReceived bool

	Mark           int // 0 to 5
	Patient, Claim Target
}

// CommunicationInto takes a Communication apart: all five questions must be answered, in
// any order. Errors: core.Unprocessable naming every element at fault.
func CommunicationInto(in *r4.Communication) (*Answers, error) {
	var faults []*core.Error
	keep := func(err error) {
		if known, ok := err.(*core.Error); ok {
			faults = append(faults, known)
		}
	}
	out := &Answers{}
	if in.Status != r4.EventStatusCompleted {
		keep(core.ErrorAt(core.Unprocessable, "Communication.status", "feedback is stored once it was given: the status completed is needed"))
	}
	var err error
	out.Patient, err = ParseReference("Communication.subject", in.Subject, "Patient")
	keep(err)
	if len(in.About) == 0 {
		keep(core.ErrorAt(core.Unprocessable, "Communication.about", "a reference to the Claim is needed"))
	} else {
		out.Claim, err = ParseReference("Communication.about[0]", &in.About[0], "Claim")
		keep(err)
	}
	for _, fault := range out.read(in.Payload) {
		keep(fault)
	}
	return out, core.Join(faults...)
}

// read finds the answers to the five questions. Other payloads are none of ours.
func (a *Answers) read(list []r4.CommunicationPayload) (faults []*core.Error) {
	flags := []*bool{&a.CareRendered, &a.PaymentAsked, &a.DrugPrescribed, &a.DrugReceived}
	answered := map[int]bool{}
	for i := range list {
		ext, _ := extensionAt(list[i].Extension, extPayloadType)
		if ext == nil {
			continue
		}
		code, _ := codeIn(ext.ValueCodeableConcept, systemPayload)
		at, path, text := asked(code), fmt.Sprintf("Communication.payload[%d]", i), strings.TrimSpace(list[i].ContentString)
		switch {
		case at < 0:
			faults = append(faults, core.ErrorAt(core.Unprocessable, path+".extension", "%q is none of the five questions", code))
			continue
		case answered[at]:
			faults = append(faults, core.ErrorAt(core.Unprocessable, path, "%s is answered twice", code))
			continue
		}
		answered[at] = true
		if at < len(flags) {
			if text != "yes" && text != "no" {
				faults = append(faults, core.ErrorAt(core.Unprocessable, path+".contentString", "the answer to %s is yes or no, not %q", code, text))
			}
			*flags[at] = text == "yes"
			continue
		}
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 || n > highestMark {
			faults = append(faults, core.ErrorAt(core.Unprocessable, path+".contentString", "the answer to %s is a number from 0 to %d, not %q", code, highestMark, text))
		}
		a.Mark = n
	}
	for i, q := range questions {
		if !answered[i] {
			faults = append(faults, core.ErrorAt(core.Unprocessable, "Communication.payload", "the answer to %s is missing", q.code))
		}
	}
	return faults
}

// IsPatientOf tells whether the target names the patient of the claim, which needs Insuree.
func (t Target) IsPatientOf(c *persistence.Claim) bool {
	if c.Insuree == nil {
		return false
	}
	if t.UUID != "" {
		return t.UUID == c.Insuree.InsureeUUID
	}
	return t.Code != "" && t.Code == plain(c.Insuree.CHFID)
}
