package resources_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/fhir/search"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/resources"
	"github.com/openimis/openimis-go/scheme"
)

// answer is one payload of a Communication.
func answer(code, text string) string {
	return fmt.Sprintf(`{"extension": [{"url": "GUIDE/StructureDefinition/communication-payload-type", "valueCodeableConcept": {"coding": [{"system": "GUIDE/CodeSystem/feedback-payload", "code": %q}]}}], "contentString": %q}`, code, text)
}

// feedback is a Communication of the first member on the claim; more is put before its payload.
func (w *claimWorld) feedback(claim, more string, answers ...string) string {
	return w.claim(`{"resourceType": "Communication", "status": "completed", "subject": {"reference": "Patient/PATIENT"}, "about": [{"reference": "Claim/` + claim + `"}],` +
		more + `"payload": [` + strings.Join(answers, ", ") + `]}`)
}

var allAnswers = []string{answer("CareRendered", "yes"), answer("PaymentAsked", "no"), answer("DrugPrescribed", "yes"), answer("DrugReceived", "no"), answer("Asessment", "4")}

func (w *claimWorld) communications() rest.Type { return resources.Communication(w.Environment) }

func (w *claimWorld) requests() rest.Type { return resources.CommunicationRequest(w.Environment) }

// ask selects claims for feedback, or takes it back.
func (w *claimWorld) ask(t testing.TB, to int, ids ...string) {
	t.Helper()
	err := w.Store.Tx(w.system(t), func(x *persistence.Session) error {
		var uuids []persistence.UUID
		for _, id := range ids {
			uuids = append(uuids, persistence.UUID(id))
		}
		return scheme.Claims{}.Mark(x, uuids, scheme.FeedbackTrack, to)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// hire puts an officer in charge of the first village.
func (w *claimWorld) hire(t *testing.T) (officer persistence.Officer) {
	t.Helper()
	w.seed(t, func(x *persistence.Session) {
		officer = persistence.Officer{Code: "EO1", LastName: "Ama", OtherNames: "Esi", Phone: ptr("0700")}
		insert(t, x, &officer)
		insert(t, x, &persistence.OfficerVillage{OfficerID: &officer.OfficerID, LocationID: &w.sides[0].village.LocationID})
	})
	return officer
}

// numbered gives the active claim with another code.
func (w *claimWorld) numbered(code string) string {
	return strings.Replace(w.active(), "CODE1", code, 1)
}

func TestCommunicationReadsBackAsWritten(t *testing.T) {
	eachClaim(t, func(t *testing.T, w *claimWorld) {
		ctx, typ := w.claimant(t), w.communications()
		turned := []string{allAnswers[4], allAnswers[2], allAnswers[0], allAnswers[3], allAnswers[1]}
		for name, sent := range map[string]func(claim string) string{
			"plain":     func(claim string) string { return w.feedback(claim, "", allAnswers...) },
			"any order": func(claim string) string { return w.feedback(claim, "", turned...) },
			"more": func(claim string) string {
				return w.feedback(claim, `"sent": "2026-11-03T10:00:00Z", "note": [{"text": "by telephone"}], `, append([]string{`{"contentString": "and thanks"}`}, allAnswers...)...)
			},
		} {
			t.Run(name, func(t *testing.T) {
				claim := create(t, ctx, w.claims(), w.numbered(strings.ToUpper(name[:4])))
				text := sent(claim.ID)
				entry := create(t, ctx, typ, text)
				sameResource(t, text, show(t, entry))
				again := read(t, ctx, typ, entry.ID)
				sameResource(t, text, show(t, again))
				if again.VersionID != entry.VersionID {
					t.Errorf("written as version %s, read as %s", entry.VersionID, again.VersionID)
				}
				if claims := strings.Contains(encodeAny(show(t, again)["meta"]), "openimis-communication"); claims != (name != "more") {
					t.Errorf("claims its profile: %t", claims)
				}
				xml, err := again.AppendXML(nil, fhir.EncodeOptions{})
				if err != nil {
					t.Fatal(err)
				}
				back, err := fhir.DecodeXML(xml, fhir.DecodeOptions{})
				if err != nil {
					t.Fatal(err)
				}
				sameResource(t, text, show(t, &fhir.Entry{Resource: &fhir.Resource{Tree: back.Tree}}))
				page, err := typ.(rest.Historian).History(ctx, entry.ID, rest.HistoryQuery{})
				if err != nil || len(page.Entries) != 1 {
					t.Fatalf("history %v, %v", page, err)
				}
				sameResource(t, text, show(t, page.Entries[0]))
				response := show(t, read(t, ctx, w.answers(), claim.ID))
				if got := encodeAny(response["communicationRequest"]); !strings.Contains(got, "CommunicationRequest/"+claim.ID) {
					t.Errorf("the answer to the claim points to %s", got)
				}
				sameResource(t, w.numbered(strings.ToUpper(name[:4])), show(t, read(t, ctx, w.claims(), claim.ID)))
			})
		}
	})
}

func TestCommunicationThatIsRefused(t *testing.T) {
	eachClaim(t, func(t *testing.T, w *claimWorld) {
		ctx, typ := w.claimant(t), w.communications()
		claim := create(t, ctx, w.claims(), w.active()).ID
		whole := w.feedback(claim, "", allAnswers...)
		for name, c := range map[string]struct {
			text string
			path string
		}{
			"not finished":    {strings.Replace(whole, `"completed"`, `"in-progress"`, 1), "Communication.status"},
			"nobody":          {strings.Replace(whole, `"subject": {"reference": "Patient/`+string(w.sides[0].member.InsureeUUID)+`"}, `, "", 1), "Communication.subject"},
			"somebody else":   {strings.Replace(whole, string(w.sides[0].member.InsureeUUID), string(w.sides[0].head.InsureeUUID), 1), "Communication.subject"},
			"no claim":        {strings.Replace(whole, `"about": [{"reference": "Claim/`+claim+`"}],`, "", 1), "Communication.about"},
			"unknown claim":   {strings.Replace(whole, claim, string(persistence.NewUUID()), 1), "Communication.about[0]"},
			"not a claim":     {strings.Replace(whole, "Claim/"+claim, "Group/"+claim, 1), "Communication.about[0]"},
			"an answer less":  {w.feedback(claim, "", allAnswers[:4]...), "Communication.payload"},
			"an answer twice": {w.feedback(claim, "", append(allAnswers, allAnswers[0])...), "Communication.payload[5]"},
			"maybe":           {strings.Replace(whole, `"no"`, `"maybe"`, 1), "Communication.payload[1].contentString"},
			"too good":        {strings.Replace(whole, `"4"`, `"6"`, 1), "Communication.payload[4].contentString"},
			"no number":       {strings.Replace(whole, `"4"`, `"good"`, 1), "Communication.payload[4].contentString"},
			"no question":     {w.feedback(claim, "", append(allAnswers, answer("Weather", "rain"))...), "Communication.payload[5].extension"},
		} {
			t.Run(name, func(t *testing.T) {
				_, err := typ.(rest.Creator).Create(ctx, decode(t, c.text))
				fails(t, err, core.Unprocessable, c.path)
			})
		}
		_, err := typ.(rest.Creator).Create(w.clerk(t, 1, 111009), decode(t, whole)) // another district's claim is not there
		fails(t, err, core.Unprocessable, "Communication.about[0]")
		first := create(t, ctx, typ, whole)
		_, err = typ.(rest.Creator).Create(ctx, decode(t, whole))
		fails(t, err, core.Conflict, first.ID)
		if _, err = typ.(rest.Reader).Read(w.clerk(t, 1, 111010), first.ID); core.CodeOf(err) != core.NotFound {
			t.Errorf("another district reads it: %v", err)
		}
	})
}

func TestCommunicationSearch(t *testing.T) {
	eachClaim(t, func(t *testing.T, w *claimWorld) {
		ctx, typ := w.claimant(t), w.communications()
		claim := create(t, ctx, w.claims(), w.active()).ID
		id := create(t, ctx, typ, w.feedback(claim, "", allAnswers...)).ID
		member, head := search.Value{Text: string(w.sides[0].member.InsureeUUID), Type: "Patient"}, search.Value{Text: string(w.sides[0].head.InsureeUUID), Type: "Patient"}
		for _, c := range []struct {
			name  string
			value search.Value
			found int
		}{
			{"", value(""), 1}, {"_id", value(id), 1}, {"identifier", value(id), 1}, {"identifier", value("x"), 0}, {"status", value("completed"), 1}, {"status", value("preparation"), 0},
			{"subject", member, 1}, {"patient", member, 1}, {"patient", head, 0}, {"about", search.Value{Text: claim, Type: "Claim"}, 1}, {"about", search.Value{Text: id, Type: "Claim"}, 0},
		} {
			if got := find(t, ctx, typ, c.name, search.NoModifier, c.value); len(got) != c.found {
				t.Errorf("%s=%s finds %d, want %d", c.name, c.value.Text, len(got), c.found)
			}
			if got := find(t, w.clerk(t, 1, 111010), typ, c.name, search.NoModifier, c.value); len(got) != 0 {
				t.Errorf("%s=%s finds %d for another district", c.name, c.value.Text, len(got))
			}
		}
	})
}

func TestCommunicationRequestFollowsTheFeedback(t *testing.T) {
	eachClaim(t, func(t *testing.T, w *claimWorld) {
		officer := w.hire(t)
		ctx, typ := w.claimant(t), w.requests()
		var ids []string
		for i := range 4 {
			ids = append(ids, create(t, ctx, w.claims(), w.numbered(fmt.Sprint("R", i))).ID)
		}
		_, err := typ.(rest.Reader).Read(ctx, ids[0])
		fails(t, err, core.NotFound, ids[0])
		w.ask(t, scheme.StepSelected, ids[:3]...)
		w.ask(t, scheme.StepBypassed, ids[1])
		create(t, ctx, w.communications(), w.feedback(ids[2], "", allAnswers...))
		for i, want := range []string{"active 4 Selected", "revoked 16 Bypassed", "completed 8 Delivered"} {
			request := show(t, read(t, ctx, typ, ids[i]))
			coding := request["statusReason"].(map[string]any)["coding"].([]any)[0].(map[string]any)
			if got := fmt.Sprint(request["status"], " ", coding["code"], " ", coding["display"]); got != want {
				t.Errorf("claim %d is %s, want %s", i, got, want)
			}
			if got := encodeAny(request["recipient"]); !strings.Contains(got, "Practitioner/"+string(officer.OfficerUUID)) {
				t.Errorf("claim %d asks %s", i, got)
			}
			if got := encodeAny(request["meta"]); !strings.Contains(got, "openimis-communication-request") {
				t.Errorf("claim %d claims no profile", i)
			}
			if got := find(t, ctx, typ, "status", search.NoModifier, value(strings.Fields(want)[0])); len(got) != 1 || got[0] != ids[i] {
				t.Errorf("status %s finds %v", want, got)
			}
		}
		if got := find(t, ctx, typ, "", search.NoModifier); len(got) != 3 {
			t.Errorf("%d requests, want 3", len(got))
		}
		if got := find(t, ctx, typ, "identifier", search.NoModifier, value("R0")); len(got) != 1 || got[0] != ids[0] {
			t.Errorf("identifier finds %v", got)
		}
		if got := find(t, ctx, typ, "identifier", search.NoModifier, value("R3")); len(got) != 0 {
			t.Errorf("a claim nobody asks about is found: %v", got)
		}
		entries, err := typ.(rest.BatchReader).ReadAll(ctx, ids)
		if err != nil || len(entries) != 3 {
			t.Errorf("%d of 4 read together, %v", len(entries), err)
		}
		text, err := read(t, ctx, typ, ids[0]).AppendXML(nil, fhir.EncodeOptions{})
		if err != nil || !strings.Contains(string(text), `<contentString value="Care Rendered? (yes|no)"/>`) {
			t.Errorf("as XML %s, %v", text, err)
		}
	})
}

func TestCommunicationsOfTheCompatibleBase(t *testing.T) {
	eachClaim(t, func(t *testing.T, w *claimWorld) {
		w.hire(t)
		strict := w
		w = w.compatible()
		ctx := w.claimant(t)
		claim := create(t, ctx, strict.claims(), w.active()).ID
		w.ask(t, scheme.StepSelected, claim)
		request := show(t, read(t, ctx, w.requests(), claim))
		if got := encodeAny(request["recipient"]); !strings.Contains(got, string(w.sides[0].admin.ClaimAdminUUID)) {
			t.Errorf("asks %s, want the claim administrator", got)
		}
		if got := encodeAny(request); !strings.Contains(got, "(0 to 5)") || !strings.Contains(got, `"display":"CODE1"`) {
			t.Errorf("asks %s", got)
		}
		byCode := strings.Replace(w.feedback("CODE1", "", allAnswers...), "Patient/"+string(w.sides[0].member.InsureeUUID), "Patient/"+*w.sides[0].member.CHFID, 1)
		entry := create(t, ctx, w.communications(), byCode)
		shown := show(t, read(t, ctx, w.communications(), entry.ID))
		if got := encodeAny(shown["identifier"]); !strings.Contains(got, entry.ID) {
			t.Errorf("identifier %s", got)
		}
	})
}

// The statements of a search do not depend on how much is found.
func TestCommunicationStatementsAreConstant(t *testing.T) {
	eachClaim(t, func(t *testing.T, w *claimWorld) {
		w.hire(t)
		count := func(typ rest.Type) int {
			ctx, statements := persistence.CountStatements(w.claimant(t))
			find(t, ctx, typ, "", search.NoModifier)
			return int(statements.Count())
		}
		var few [2]int
		for i := range 5 {
			claim := create(t, w.claimant(t), w.claims(), w.numbered(fmt.Sprint("S", i))).ID
			w.ask(t, scheme.StepSelected, claim)
			create(t, w.claimant(t), w.communications(), w.feedback(claim, "", allAnswers...))
			now := [2]int{count(w.communications()), count(w.requests())}
			if i == 0 {
				few = now
			} else if now != few {
				t.Errorf("%v statements for one, %v for %d", few, now, i+1)
			}
		}
		if few != [2]int{1, 4} {
			t.Errorf("%v statements for feedback and requests, want 1 and 4", few)
		}
	})
}
