package resources_test

import (
	"context"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/resources"
)

func create(t testing.TB, ctx context.Context, typ rest.Type, text string) *fhir.Entry {
	t.Helper()
	entry, err := typ.(rest.Creator).Create(ctx, decode(t, text))
	if err != nil {
		t.Fatal(err)
	}
	return entry
}

func read(t testing.TB, ctx context.Context, typ rest.Type, id string) *fhir.Entry {
	t.Helper()
	entry, err := typ.(rest.Reader).Read(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	return entry
}

// without takes what the server assigns out of a resource, and gives numbers of one
// value one spelling.
func without(tree map[string]any) map[string]any {
	delete(tree, "id")
	delete(tree, "meta")
	var kept []any
	list, _ := tree["identifier"].([]any)
	for _, one := range list {
		if !strings.Contains(strings.ReplaceAll(encodeAny(one), " ", ""), `"code":"UUID"`) {
			kept = append(kept, one)
		}
	}
	tree["identifier"] = kept
	return tree
}

func sameResource(t testing.TB, sent string, got map[string]any) {
	t.Helper()
	want := without(show(t, &fhir.Entry{Resource: &fhir.Resource{Tree: decode(t, sent).Tree}}))
	if got = without(got); !reflect.DeepEqual(want, got) {
		t.Errorf("sent\n%s\ngot\n%s", encode(t, want), encode(t, got))
	}
}

func TestClaimReadsBackAsWritten(t *testing.T) {
	rich := func(w *claimWorld) string {
		text := strings.Replace(w.active(), `"created":`, `"language": "en", "_created": {"extension": [{"url": "http://example.org/by", "valueString": "a clerk"}]},
  "contained": [{"resourceType": "Patient", "id": "p", "identifier": [{"type": {"coding": [{"code": "Code"}]}, "value": "NUMBER"}], "name": [{"family": "Doe"}]}],
  "careTeam": [{"sequence": 1, "provider": {"display": "Nurse Joy"}}],
  "supportingInfo": [
   {"sequence": 1, "category": {"coding": [{"system": "GUIDE/CodeSystem/claim-supporting-info-category", "code": "guarantee"}]}, "valueString": "G-77"},
   {"sequence": 2, "category": {"coding": [{"system": "GUIDE/CodeSystem/claim-supporting-info-category", "code": "explanation"}]}, "valueString": "Head ache"},
   {"sequence": 3, "category": {"coding": [{"system": "GUIDE/CodeSystem/claim-supporting-info-category", "code": "attachment"}]}, "valueAttachment": {"contentType": "text/plain", "data": "aGVsbG8=", "title": "letter.txt", "creation": "2026-11-02"}},
   {"sequence": 4, "category": {"text": "weather"}, "valueString": "rain"}],
  "created":`, 1)
		text = strings.Replace(text, `{"reference": "Patient/PATIENT"}`, `{"reference": "#p"}`, 1)
		text = strings.Replace(text, "Patient/"+string(w.sides[0].member.InsureeUUID), "#p", 1)
		return w.claim(text)
	}
	eachClaim(t, func(t *testing.T, w *claimWorld) {
		for name, sent := range map[string]string{"draft": w.draft(), "active": strings.Replace(w.active(), "CODE1", "CODE2", 1), "rich": strings.Replace(rich(w), "CODE1", "CODE3", 1)} {
			t.Run(name, func(t *testing.T) {
				entry := create(t, w.claimant(t), w.claims(), sent)
				sameResource(t, sent, show(t, entry))
				again := read(t, w.claimant(t), w.claims(), entry.ID)
				sameResource(t, sent, show(t, again))
				if again.VersionID != entry.VersionID {
					t.Errorf("written as version %s, read as %s", entry.VersionID, again.VersionID)
				}
				xml, err := again.AppendXML(nil, fhir.EncodeOptions{})
				if err != nil {
					t.Fatal(err)
				}
				back, err := fhir.DecodeXML(xml, fhir.DecodeOptions{})
				if err != nil {
					t.Fatal(err)
				}
				sameResource(t, sent, show(t, &fhir.Entry{Resource: &fhir.Resource{Tree: back.Tree}}))
			})
		}
	})
}

func TestSubmittedClaimIsAnsweredLineByLine(t *testing.T) {
	eachClaim(t, func(t *testing.T, w *claimWorld) {
		partly := strings.Replace(w.active(), "Medication/"+string(w.tablet.ItemUUID), "Medication/"+string(w.bandage.ItemUUID), 1)
		entry := create(t, w.claimant(t), w.claims(), partly)
		answer := show(t, read(t, w.claimant(t), w.answers(), entry.ID))
		got := encode(t, map[string]any{"outcome": answer["outcome"], "item": answer["item"], "total": answer["total"], "request": answer["request"], "created": answer["created"]})
		want := golden(t, "claimresponse_partly.json")
		if want = strings.ReplaceAll(w.claim(want), "ANSWERED", entry.ID); strings.TrimSpace(want) != got {
			t.Errorf("got\n%s", got)
		}
	})
}

// phoneClaim is what the claims app sends. See platform-contract.md 1.1.7.
const phoneClaim = `{"resourceType": "Claim", "billablePeriod": {"start": "2026-11-02", "end": "2026-11-02"}, "created": "2026-11-03",
 "type": {"coding": [{"system": "https://openimis.github.io/openimis_fhir_r4_ig/CodeSystem-claim-visit-type.html", "code": "O", "display": "Other"}]},
 "identifier": [{"type": {"coding": [{"system": "https://openimis.github.io/openimis_fhir_r4_ig/CodeSystem/openimis-identifiers", "code": "Code"}]}, "value": "CL-0042"}],
 "diagnosis": [{"sequence": 1, "diagnosisCodeableConcept": {"coding": [{"system": "https://openimis.github.io/openimis_fhir_r4_ig/CodeSystem/diagnosis-ICD10-level1", "code": "A01"}]}}],
 "enterer": {"type": "Practitioner", "identifier": {"value": "CA1", "type": {"coding": [{"system": "https://openimis.github.io/openimis_fhir_r4_ig/CodeSystem/openimis-identifiers", "code": "Code"}]}}},
 INSURANCE
 "item": [
  {"category": {"text": "item"}, "extension": [{"url": "Medication", "valueReference": {"type": "Medication", "identifier": {"value": "0182", "type": {"coding": [{"code": "Code"}]}}}}],
   "productOrService": {"text": "0182"}, "quantity": {"value": 10}, "sequence": 1, "unitPrice": {"currency": "$", "value": 12.5}},
  {"category": {"text": "service"}, "extension": [{"url": "ActivityDefinition", "valueReference": {"type": "ActivityDefinition", "identifier": {"value": "M1", "type": {"coding": [{"code": "Code"}]}}}}],
   "productOrService": {"text": "M1"}, "quantity": {"value": 1}, "sequence": 1, "unitPrice": {"currency": "$", "value": 400}}],
 "patient": {"type": "Patient", "identifier": {"value": "NUMBER", "type": {"coding": [{"code": "Code"}]}}},
 "priority": {"coding": [{"code": "normal"}]},
 "provider": {"type": "Organization", "identifier": {"value": "HF1", "type": {"coding": [{"code": "Code"}]}}},
 "status": "active", "use": "claim", "total": {"currency": "$", "value": 412.5}}`

const phoneInsurance = `"insurance": [{"coverage": {"type": "Coverage", "identifier": {"value": "G-77", "type": {"coding": [{"code": "Code"}]}}}, "focal": true, "sequence": 1}],`

func TestPhonesSendClaims(t *testing.T) {
	eachClaim(t, func(t *testing.T, strict *claimWorld) {
		w := strict.compatible()
		for name, insurance := range map[string]string{"with insurance": phoneInsurance, "without": ""} {
			t.Run(name, func(t *testing.T) {
				text := strings.Replace(strings.Replace(w.claim(phoneClaim), "INSURANCE", insurance, 1), "CL-0042", "CL-"+name, 1)
				in, err := fhir.DecodeJSON([]byte(text), fhir.DecodeOptions{Lenient: true})
				if err != nil {
					t.Fatal(err)
				}
				entry, err := w.claims().(rest.Creator).Create(w.claimant(t), in)
				if err != nil {
					t.Fatal(err)
				}
				answer := show(t, read(t, w.claimant(t), w.answers(), entry.ID))
				if answer["total"] == nil || answer["outcome"] != "partial" {
					t.Errorf("the claim is not accepted:\n%s", encode(t, answer))
				}
				claim := show(t, read(t, w.claimant(t), w.claims(), entry.ID))
				if has := strings.Contains(encode(t, claim), `"G-77"`); has != (insurance != "") {
					t.Errorf("guarantee number kept: %v", has)
				}
				row := w.row(t, entry.ID)
				if insurance != "" && (row.GuaranteeID == nil || *row.GuaranteeID != "G-77") {
					t.Errorf("guarantee number is %v", row.GuaranteeID)
				}
				if row.Claimed.StringFixed(2) != "525.00" {
					t.Errorf("claimed %s, want the sum of quantity by price, 525.00", row.Claimed)
				}
			})
		}
		t.Run("rejected has no total", func(t *testing.T) {
			text := strings.NewReplacer("INSURANCE", "", "CL-0042", "CL-9", "2026-11-02", "2006-11-02").Replace(w.claim(phoneClaim))
			in, err := fhir.DecodeJSON([]byte(text), fhir.DecodeOptions{Lenient: true})
			if err != nil {
				t.Fatal(err)
			}
			entry, err := w.claims().(rest.Creator).Create(w.claimant(t), in)
			if err != nil {
				t.Fatal(err)
			}
			answer := show(t, read(t, w.claimant(t), w.answers(), entry.ID))
			if _, has := answer["total"]; has || answer["outcome"] != "complete" {
				t.Errorf("a rejected claim shows\n%s", encode(t, answer))
			}
			if strict := show(t, read(t, w.claimant(t), strict.answers(), entry.ID)); strict["total"] == nil {
				t.Error("the strict base shows no total")
			}
		})
	})
}

// row gives the stored claim.
func (w *claimWorld) row(t testing.TB, id string) *persistence.Claim {
	t.Helper()
	row, err := persistence.One[persistence.Claim](w.Store.Read(w.system(t)), persistence.UUID(id))
	if err != nil {
		t.Fatal(err)
	}
	return row
}

func (w *claimWorld) count(t testing.TB, row any) int64 {
	t.Helper()
	var n int64
	if err := w.Store.Read(w.system(t)).DB().Model(row).Count(&n).Error; err != nil {
		t.Fatal(err)
	}
	return n
}

func TestTheSameClaimTwice(t *testing.T) {
	eachClaim(t, func(t *testing.T, w *claimWorld) {
		first := create(t, w.claimant(t), w.claims(), w.active())
		before := [3]int64{w.count(t, &persistence.Claim{}), w.count(t, &persistence.ClaimItem{}), w.count(t, &persistence.Outbox{})}
		again := create(t, w.claimant(t), w.claims(), w.active())
		if again.ID != first.ID || again.VersionID != first.VersionID {
			t.Errorf("first %s/%s, again %s/%s", first.ID, first.VersionID, again.ID, again.VersionID)
		}
		if after := [3]int64{w.count(t, &persistence.Claim{}), w.count(t, &persistence.ClaimItem{}), w.count(t, &persistence.Outbox{})}; after != before {
			t.Errorf("something was written: %v before, %v after", before, after)
		}
		_, err := w.claims().(rest.Creator).Create(w.claimant(t), decode(t, strings.Replace(w.active(), `"value": 2}`, `"value": 3}`, 1)))
		fails(t, err, core.Conflict, "Claim/"+first.ID)
		// what no column holds is content too
		_, err = w.claims().(rest.Creator).Create(w.claimant(t), decode(t, strings.Replace(w.active(), `"created":`, `"careTeam": [{"sequence": 1, "provider": {"display": "Nurse Joy"}}], "created":`, 1)))
		fails(t, err, core.Conflict, "Claim/"+first.ID)
	})
}

func TestTwentyParallelSubmissionsMakeOneClaim(t *testing.T) {
	eachClaim(t, func(t *testing.T, w *claimWorld) {
		var wait sync.WaitGroup
		ids, errs := make([]string, 20), make([]error, 20)
		ctx, typ, text := w.claimant(t), w.claims().(rest.Creator), w.active()
		for i := range ids {
			wait.Add(1)
			go func() {
				defer wait.Done()
				in, err := fhir.DecodeJSON([]byte(text), fhir.DecodeOptions{})
				if err != nil {
					errs[i] = err
					return
				}
				entry, err := typ.Create(ctx, in)
				if errs[i] = err; err == nil {
					ids[i] = entry.ID
				}
			}()
		}
		wait.Wait()
		for i := range ids {
			if errs[i] != nil || ids[i] != ids[0] {
				t.Errorf("%d: %s %v, the first is %s", i, ids[i], errs[i], ids[0])
			}
		}
		if n := w.count(t, &persistence.Claim{}); n != 1 {
			t.Errorf("%d claims", n)
		}
	})
}

func TestClaimRefusesWhatItCannotHold(t *testing.T) {
	eachClaim(t, func(t *testing.T, w *claimWorld) {
		cases := []struct{ name, old, new, path string }{
			{"unknown patient", "Patient/" + string(w.sides[0].member.InsureeUUID), "Patient/00000000-0000-4000-8000-000000000000", "Claim.patient"},
			{"facility that is a patient", "Organization/", "Patient/", "Claim.provider"},
			{"unknown service", string(w.consultation.ServiceUUID), "00000000-0000-4000-8000-000000000000", "Claim.item[0].extension"},
			{"reference to nothing contained", "Patient/" + string(w.sides[0].member.InsureeUUID), "#p", "Claim.patient.reference"},
			{"unknown diagnosis", `"code": "A01"`, `"code": "Z99"`, "Claim.diagnosis[0]"},
			{"no code", `"value": "CODE1"`, `"value": " "`, "Claim.identifier"},
			{"visit type", `"code": "O"`, `"code": "X"`, "Claim.type"},
			{"cancelled", `"status": "active"`, `"status": "cancelled"`, "Claim.status"},
			{"a preauthorization", `"use": "claim"`, `"use": "preauthorization"`, "Claim.use"},
			{"ends before it began", `"end": "2026-11-02"`, `"end": "2026-11-01"`, "Claim.billablePeriod.end"},
			{"half a date", `"start": "2026-11-02"`, `"start": "2026-11"`, "Claim.billablePeriod.start"},
			{"no quantity", `"quantity": {"value": 2}, `, ``, "Claim.item[1].quantity.value"},
			{"quantity of nothing", `"value": 2}`, `"value": 0}`, "Claim.item[1].quantity.value"},
			{"a third digit", `"value": 2}`, `"value": 2.005}`, "Claim.item[1].quantity.value"},
			{"more than can be held", `"value": 2}`, `"value": 1e17}`, "Claim.item[1].quantity.value"},
			{"above the maximum", `"value": 10,`, `"value": 1001,`, "Claim.item[1].unitPrice.value"},
			{"a cover of somebody else", `"display": "the family's policy"`, `"reference": "Coverage/` + string(w.sides[1].policy.PolicyUUID) + `"`, "Claim.insurance[0].coverage"},
		}
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				text := strings.Replace(w.active(), c.old, c.new, 1)
				if text == w.active() {
					t.Fatal("the case changes nothing")
				}
				_, err := w.claims().(rest.Creator).Create(w.claimant(t), decode(t, text))
				fails(t, err, core.Unprocessable, c.path)
			})
		}
		if n := w.count(t, &persistence.Claim{}); n != 0 {
			t.Errorf("%d claims were written", n)
		}
	})
}

func TestClaimStatementsDoNotGrow(t *testing.T) {
	eachClaim(t, func(t *testing.T, w *claimWorld) {
		typ, answers := w.claims(), w.answers()
		used := func(run func(ctx context.Context)) int {
			ctx, counter := persistence.CountStatements(w.claimant(t))
			run(ctx)
			return counter.Count()
		}
		first := create(t, w.claimant(t), typ, w.active())
		search := func(typ rest.Type) func(ctx context.Context) {
			return func(ctx context.Context) { find(t, ctx, typ, "", "") }
		}
		one, oneAnswer := used(search(typ)), used(search(answers))
		for _, code := range []string{"A", "B", "C", "D"} {
			create(t, w.claimant(t), typ, strings.Replace(w.active(), "CODE1", code, 1))
		}
		if many := used(search(typ)); many != one || one != 5 {
			t.Errorf("a search takes %d statements for one claim and %d for five, want 5", one, many)
		}
		if many := used(search(answers)); many != oneAnswer || oneAnswer != 5 {
			t.Errorf("a search of answers takes %d statements for one and %d for five, want 5", oneAnswer, many)
		}
		if n := used(func(ctx context.Context) { read(t, ctx, typ, first.ID) }); n != 5 {
			t.Errorf("a read takes %d statements, want 5", n)
		}
		submit := used(func(ctx context.Context) { create(t, ctx, typ, strings.Replace(w.active(), "CODE1", "E", 1)) })
		t.Logf("a submission takes %d statements", submit)
		longer := strings.Replace(w.active(), "CODE1", "F", 1)
		line := longer[strings.Index(longer, `{"sequence": 2`):strings.Index(longer, "\n ],")]
		for _, n := range []string{"3", "4", "5", "6"} {
			longer = strings.Replace(longer, "\n ],", ",\n  "+strings.Replace(line, `"sequence": 2`, `"sequence": `+n, 1)+"\n ],", 1)
		}
		if n := used(func(ctx context.Context) { create(t, ctx, typ, longer) }); n != submit {
			t.Errorf("a submission of six lines takes %d statements, one of two takes %d", n, submit)
		}
	})
}

func TestLegacyClaimsAreAlwaysShown(t *testing.T) {
	eachClaim(t, func(t *testing.T, w *claimWorld) {
		var row persistence.Claim
		w.seed(t, func(x *persistence.Session) {
			row = persistence.Claim{InsureeID: w.sides[0].head.InsureeID, ClaimCode: "old", DateFrom: longAgo, ICDID: w.diagnoses[0].ICDID, ClaimStatus: 16,
				DateClaimed: longAgo.Date(), HFID: w.sides[0].facility.HFID}
			insert(t, x, &row)
			for _, reason := range []*int{nil, ptr(18), ptr(20), ptr(21), ptr(-1), ptr(99)} {
				insert(t, x, &persistence.ClaimItem{ClaimID: row.ClaimID, ItemID: w.tablet.ItemID, ClaimItemStatus: 1, RejectionReason: reason})
			}
		})
		for _, env := range []*resources.Environment{w.Environment, w.compatible().Environment} {
			claim := show(t, read(t, w.claimant(t), resources.Claim(env), string(row.ClaimUUID)))
			if _, has := claim["enterer"]; has {
				t.Error("an administrator was invented")
			}
			answer := encode(t, show(t, read(t, w.claimant(t), resources.ClaimResponse(env), string(row.ClaimUUID))))
			for _, code := range []string{`"18"`, `"20"`, `"21"`, `"-1"`, `"99"`} {
				if !strings.Contains(answer, code) {
					t.Errorf("reason %s is not shown", code)
				}
			}
		}
	})
}

func TestClaimsAreFound(t *testing.T) {
	eachClaim(t, func(t *testing.T, w *claimWorld) {
		entry := create(t, w.claimant(t), w.claims(), w.active())
		draft := create(t, w.claimant(t), w.claims(), strings.Replace(w.draft(), "CODE1", "CODE2", 1))
		o := &w.sides[0]
		for _, c := range []struct {
			typ         rest.Type
			name, value string
			want        []string
		}{
			{w.claims(), "identifier", "CODE1", []string{entry.ID}},
			{w.claims(), "patient", string(o.member.InsureeUUID), []string{entry.ID, draft.ID}},
			{w.claims(), "patient", string(o.head.InsureeUUID), nil},
			{w.claims(), "provider", string(o.facility.HFUUID), []string{entry.ID, draft.ID}},
			{w.claims(), "enterer", string(o.admin.ClaimAdminUUID), []string{entry.ID, draft.ID}},
			{w.claims(), "status", "draft", []string{draft.ID}},
			{w.claims(), "use", "claim", []string{entry.ID, draft.ID}},
			{w.claims(), "use", "preauthorization", nil},
			{w.claims(), "visit-type", "O", []string{entry.ID, draft.ID}},
			{w.answers(), "request", entry.ID, []string{entry.ID}},
			{w.answers(), "outcome", "partial", []string{entry.ID}},
			{w.answers(), "outcome", "queued", []string{draft.ID}},
			{w.answers(), "requestor", string(o.admin.ClaimAdminUUID), []string{entry.ID, draft.ID}},
			{w.answers(), "stage", "4", []string{entry.ID}},
		} {
			got := find(t, w.claimant(t), c.typ, c.name, "", value(c.value))
			if !reflect.DeepEqual(got, c.want) {
				t.Errorf("%s?%s=%s found %v, want %v", c.typ.Definition().Name, c.name, c.value, got, c.want)
			}
		}
	})
}
