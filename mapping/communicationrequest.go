package mapping

import (
	"strconv"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"
	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/fhir/search"
	"github.com/openimis/openimis-go/persistence"
)

// asking are the states of feedback in which a claim is a request for it.
var asking = map[int]struct {
	status r4.RequestStatus
	word   string
}{
	4:  {r4.RequestStatusActive, "Selected"},
	8:  {r4.RequestStatusCompleted, "Delivered"},
	16: {r4.RequestStatusRevoked, "Bypassed"},
}

// FeedbackAsked matches the claims that are requests for feedback: selected for it,
// delivered or bypassed.
func FeedbackAsked() clause.Expression {
	return persistence.In(persistence.Column("tblClaim", "FeedbackStatus"), []int{4, 8, 16})
}

// IsFeedbackAsked tells of one claim what FeedbackAsked matches.
func IsFeedbackAsked(c *persistence.Claim) bool {
	if c.FeedbackStatus == nil {
		return false
	}
	_, ok := asking[*c.FeedbackStatus]
	return ok
}

// CommunicationRequestCatalogue is the catalogue of requests for feedback: rows of claims.
var CommunicationRequestCatalogue = &Catalogue{
	Resource: "CommunicationRequest", Table: "tblClaim", UUID: "ClaimUUID", Profile: structure(requestProfile), Join: []string{"Insuree", "ClaimAdmin"},
	Attributes: []Attribute{
		{Name: "code", Column: "ClaimCode", Element: "identifier", Search: "identifier", Kind: search.Token, Sortable: true,
			Documentation: "The number or the UUID of the claim feedback is asked on."},
		{Name: "uuid", Column: "ClaimUUID", Element: "identifier", Search: "identifier", Kind: search.Token},
		{Name: "feedbackStatus", Column: "FeedbackStatus", Element: "status", Search: "status", Kind: search.Token, System: systemAskingStatus,
			Codes:         Codes{"active": {4}, "completed": {8}, "revoked": {16}},
			Documentation: "active while feedback is waited for, completed once it was given, revoked when it was given up."},
		{Name: "insuree", Table: "Insuree", Column: "InsureeUUID", Element: "subject", Search: "subject", Also: []string{"patient"}, Kind: search.Reference, Targets: []string{"Patient"},
			Documentation: "The patient who is to be asked."},
		{Name: "claim", Column: "ClaimUUID", Element: "about", Search: "about", Kind: search.Reference, Targets: []string{"Claim"},
			Definition: searchParameter("communication-request-about"), Documentation: "The claim for the care feedback is asked on."},
	},
}

// CommunicationRequestOf renders a claim as the request for feedback on it. The row needs
// Insuree and ClaimAdmin; officer is who was prompted to ask, nil when nobody is known. The
// compatible base names the claim administrator in his place.
func CommunicationRequestOf(v *View, c *persistence.Claim, officer *persistence.Officer) *r4.CommunicationRequest {
	out := &r4.CommunicationRequest{
		Id: pointer(string(c.ClaimUUID)), Status: r4.RequestStatusUnknown, Subject: pointer(v.claimPatient(c)),
		About: []r4.Reference{v.claimReference(c)},
	}
	if IsFeedbackAsked(c) {
		state := asking[*c.FeedbackStatus]
		out.Status = state.status
		out.StatusReason = pointer(concept(systemFeedback, strconv.Itoa(*c.FeedbackStatus), state.word))
	}
	switch {
	case v.Compatible:
		if admin := v.claimEnterer(c); admin != nil {
			out.Recipient = []r4.Reference{*admin}
		}
	case officer != nil:
		out.Recipient = []r4.Reference{*refer("Practitioner", string(officer.OfficerUUID), officer.Code, nameOf(officer.LastName, officer.OtherNames))}
	}
	for _, q := range questions {
		words := q.words + " " + q.choices
		if v.Compatible {
			words = q.words + " " + q.habit
		}
		out.Payload = append(out.Payload, r4.CommunicationRequestPayload{Extension: payloadType(q.code), ContentString: words})
	}
	out.Meta = profile(!v.Compatible && out.StatusReason != nil && points(out.Subject) && len(out.Recipient) == 1, requestProfile)
	return out
}
