package mapping_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
)

// feedbackOn is a row of feedback on a claim; only some of its answers are stored.
func feedbackOn() *persistence.Feedback {
	return &persistence.Feedback{FeedbackUUID: "00000000-0000-4000-8000-0000000000f1", CareRendered: ptr(true), Asessment: ptr(3), Claim: &persistence.Claim{
		ClaimUUID: "00000000-0000-4000-8000-0000000000c1", ClaimCode: "C1", FeedbackStatus: ptr(8),
		Insuree: &persistence.Insuree{InsureeUUID: "00000000-0000-4000-8000-0000000000d1", CHFID: ptr("070707070")},
	}}
}

func TestCommunicationsClaimTheirProfilesTruly(t *testing.T) {
	strict, compatible := views(t)
	officer := &persistence.Officer{OfficerUUID: "00000000-0000-4000-8000-0000000000e1", Code: "EO1", LastName: "Ama"}
	idle := *feedbackOn().Claim
	idle.FeedbackStatus = ptr(2)
	lost := feedbackOn()
	lost.Claim = nil
	for name, c := range map[string]struct {
		resource any
		profile  string
		claimed  bool
	}{
		"feedback":                      {mapping.CommunicationOf(strict, feedbackOn()), "openimis-communication", true},
		"feedback whose claim is gone":  {mapping.CommunicationOf(strict, lost), "openimis-communication", false},
		"feedback, compatible":          {mapping.CommunicationOf(compatible, feedbackOn()), "openimis-communication", false},
		"request":                       {mapping.CommunicationRequestOf(strict, feedbackOn().Claim, officer), "openimis-communication-request", true},
		"request nobody was asked with": {mapping.CommunicationRequestOf(strict, feedbackOn().Claim, nil), "openimis-communication-request", false},
		"no request any more":           {mapping.CommunicationRequestOf(strict, &idle, officer), "openimis-communication-request", false},
	} {
		t.Run(name, func(t *testing.T) {
			text := encode(t, c.resource)
			resource := map[string]any{}
			if err := json.Unmarshal(text, &resource); err != nil {
				t.Fatal(err)
			}
			url := mapping.Guide + "StructureDefinition/" + c.profile
			if claimed := strings.Contains(string(text), url+`"`); claimed != c.claimed {
				t.Errorf("claims its profile: %t", claimed)
			}
			if faults := loadProfile(t, url).run(resource); (len(faults) == 0) != c.claimed {
				t.Errorf("breaks: %v", faults)
			}
			if _, err := fhir.DecodeJSON(text, fhir.DecodeOptions{}); err != nil {
				t.Errorf("is no R4: %v", err)
			}
		})
	}
}

func TestCommunicationInto(t *testing.T) {
	shown := mapping.CommunicationOf(&mapping.View{}, feedbackOn())
	answers, err := mapping.CommunicationInto(shown)
	if err != nil {
		t.Fatal(err)
	}
	if !answers.CareRendered || answers.PaymentAsked || answers.DrugPrescribed || answers.DrugReceived || answers.Mark != 3 ||
		!answers.Patient.IsPatientOf(feedbackOn().Claim) || answers.Claim.UUID != feedbackOn().Claim.ClaimUUID {
		t.Errorf("got %+v", answers)
	}
	_, err = mapping.CommunicationInto(&r4.Communication{})
	var fault *core.Error
	if !errors.As(err, &fault) {
		t.Fatalf("an empty one: %v", err)
	}
	var named []string
	for _, one := range fault.All() {
		named = append(named, one.Path+" "+one.Message)
	}
	for _, element := range []string{"Communication.status", "Communication.subject", "Communication.about", "Communication.payload", "CareRendered", "Asessment"} {
		if !strings.Contains(strings.Join(named, "\n"), element) {
			t.Errorf("an empty one: %v does not name %s", named, element)
		}
	}
}

func TestIsPatientOf(t *testing.T) {
	claim := feedbackOn().Claim
	for _, c := range []struct {
		target mapping.Target
		want   bool
	}{
		{mapping.Target{UUID: claim.Insuree.InsureeUUID}, true}, {mapping.Target{Code: "070707070"}, true},
		{mapping.Target{UUID: claim.ClaimUUID}, false}, {mapping.Target{Code: "1"}, false}, {mapping.Target{}, false},
	} {
		if got := c.target.IsPatientOf(claim); got != c.want {
			t.Errorf("%+v: %t", c.target, got)
		}
	}
	if (mapping.Target{Code: "1"}).IsPatientOf(&persistence.Claim{}) {
		t.Error("a claim without patient has one")
	}
}

// Whatever is sent as feedback, reading it ends with answers that can be stored or with a
// fault that is the client's.
func FuzzCommunicationInto(f *testing.F) {
	whole, err := (&fhir.Resource{Typed: mapping.CommunicationOf(&mapping.View{}, feedbackOn())}).AppendJSON(nil, fhir.EncodeOptions{})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(whole))
	f.Add(`{"resourceType":"Communication","status":"completed","about":[{}],"payload":[{"extension":[{"url":"CodeSystem/x"}]},{"contentReference":{"reference":"#"}}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		in, err := fhir.DecodeJSON([]byte(text), fhir.DecodeOptions{Lenient: true})
		if err != nil {
			return
		}
		typed, ok := in.Typed.(*r4.Communication)
		if !ok {
			return
		}
		answers, err := mapping.CommunicationInto(typed)
		switch {
		case err != nil && core.CodeOf(err) != core.Unprocessable:
			t.Errorf("%s: %v", core.CodeOf(err), err)
		case err == nil && (answers.Mark < 0 || answers.Mark > 5 || answers.Claim.Type != "Claim" || answers.Patient.Type != "Patient"):
			t.Errorf("read %+v", answers)
		}
	})
}
