package resources_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gorm.io/gorm"
	"pgregory.net/rapid"

	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/resources"
)

// claimForm is how claims are drawn: what the row needs is filled in, everything else of
// R4 is random.
func claimForm(w *claimWorld, status string) form {
	return form{
		typ: resources.Claim, table: "tblClaim",
		skip: []string{"Claim.status", "Claim.use", "Claim.type", "Claim.patient", "Claim.created", "Claim.provider", "Claim.enterer", "Claim.priority",
			"Claim.billablePeriod", "Claim.diagnosis", "Claim.insurance", "Claim.item", "Claim.total"},
		fill: func(_ *world, d *drawing, o *fhir.Object, n int) { with(d.t, o, w.drawnClaim(d, n, status)) },
	}
}

// drawnClaim gives the mapped elements of a random claim.
func (w *claimWorld) drawnClaim(d *drawing, n int, status string) string {
	code := func(system, code string) string {
		return fmt.Sprintf(`{"coding":[{"system":"GUIDE/CodeSystem/%s","code":%q}]}`, system, code)
	}
	count := rapid.IntRange(1, 4).Draw(d.t, "lines")
	var items, diagnoses []string
	for i := range count {
		kind, reference := "item", "Medication/"+rapid.SampledFrom([]string{"TABLET", "BANDAGE"}).Draw(d.t, "ware")
		if rapid.Bool().Draw(d.t, "service") {
			kind, reference = "service", "ActivityDefinition/CONSULTATION"
		}
		items = append(items, fmt.Sprintf(`{"sequence":%d,"extension":[{"url":"GUIDE/StructureDefinition/claim-item-reference","valueReference":{"reference":%q}}],
			"category":%s,"productOrService":{"text":%q},"quantity":{"value":%d.%02d},"unitPrice":{"value":%d.50,"currency":"XTS"}}`,
			i+1, reference, code("claim-item-category", kind), d.word("text"), rapid.IntRange(1, 99).Draw(d.t, "quantity"), rapid.IntRange(0, 99).Draw(d.t, "part"), rapid.IntRange(0, 900).Draw(d.t, "price")))
	}
	for i := range rapid.IntRange(1, 5).Draw(d.t, "diagnoses") {
		diagnoses = append(diagnoses, fmt.Sprintf(`{"sequence":%d,"diagnosisCodeableConcept":%s}`, i+1, code("diagnosis-ICD10-level1", w.diagnoses[i].ICDCode)))
	}
	return w.claim(fmt.Sprintf(`{"resourceType":"Claim","status":%q,"use":"claim","created":"2026-11-03","type":%s,
		"identifier":[{"type":%s,"value":"N%d"}],"priority":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/processpriority","code":"normal"}]},
		"patient":{"reference":"Patient/PATIENT"},"provider":{"reference":"Organization/FACILITY"},"enterer":{"reference":"Practitioner/ADMIN"},
		"billablePeriod":{"start":"2026-11-01","end":"2026-11-0%d"},"insurance":[{"sequence":1,"focal":true,"coverage":{"reference":"Coverage/POLICY-%d"}}],
		"supportingInfo":[{"sequence":91,"category":%s,"valueString":"G-77"},{"sequence":92,"category":%s,"valueString":"head ache"}],
		"diagnosis":[%s],"item":[%s]}`,
		status, code("claim-visit-type", rapid.SampledFrom([]string{"E", "R", "O"}).Draw(d.t, "visit")), code("openimis-identifiers", "Code"), n,
		rapid.IntRange(1, 9).Draw(d.t, "end"), w.sides[0].member.InsureeID,
		code("claim-supporting-info-category", "guarantee"), code("claim-supporting-info-category", "explanation"),
		strings.Join(diagnoses, ","), strings.Join(items, ",")))
}

// Any valid claim comes back as it was sent, in JSON and in XML, but for what the server
// assigns.
func TestAnyClaimComesBack(t *testing.T) {
	eachClaim(t, func(t *testing.T, w *claimWorld) {
		n := 0
		rapid.Check(t, func(rt *rapid.T) {
			n++
			f := claimForm(w, rapid.SampledFrom([]string{"draft", "active"}).Draw(rt, "status"))
			in := f.draw(rt, w.world, n)
			entry, err := w.claims().(rest.Creator).Create(system(t), in)
			if err != nil {
				rt.Fatalf("%v\n%s", err, in.Tree.AppendJSON(nil))
			}
			if entry, err = w.claims().(rest.Reader).Read(system(t), entry.ID); err != nil {
				rt.Fatal(err)
			}
			sent := comparable(rt, in.Tree.AppendJSON(nil))
			if diff := cmp.Diff(sent, comparable(rt, jsonOf(rt, entry))); diff != "" {
				rt.Fatalf("JSON -sent +read\n%s", diff)
			}
			inXML, err := entry.AppendXML(nil, fhir.EncodeOptions{})
			if err != nil {
				rt.Fatal(err)
			}
			fromXML, err := fhir.DecodeXML(inXML, fhir.DecodeOptions{})
			if err != nil {
				rt.Fatalf("%v\n%s", err, inXML)
			}
			if diff := cmp.Diff(sent, comparable(rt, fromXML.Tree.AppendJSON(nil))); diff != "" {
				rt.Fatalf("XML -sent +read\n%s", diff)
			}
		})
	})
}

// With everything in JsonExt deleted, what the columns hold is still as it was sent.
func TestClaimColumnsHoldWhatIsMapped(t *testing.T) {
	eachClaim(t, func(t *testing.T, w *claimWorld) {
		n := 0
		rapid.Check(t, func(rt *rapid.T) {
			n++
			var sent map[string]any
			f := claimForm(w, "draft")
			fill := f.fill
			f.fill = func(world *world, d *drawing, o *fhir.Object, n int) {
				fill(world, d, o, n)
				mapped := object(rt, string(o.AppendJSON(nil)))
				mapped.Set("supportingInfo", mapped.List("supportingInfo")[:2])
				mapped.Set("identifier", mapped.List("identifier")[:1])
				for _, item := range mapped.List("item") { // the order among items and services and the words for them are kept beside the columns
					item.(*fhir.Object).Set("sequence", nil)
					item.(*fhir.Object).Set("productOrService", nil)
				}
				sent = comparable(rt, mapped.AppendJSON(nil))
			}
			in := f.draw(rt, w.world, n)
			entry, err := w.claims().(rest.Creator).Create(system(t), in)
			if err != nil {
				rt.Fatal(err)
			}
			w.seed(t, func(x *persistence.Session) {
				for _, table := range []string{"tblClaim", "tblClaimItems", "tblClaimServices"} {
					if err := x.DB().Session(&gorm.Session{AllowGlobalUpdate: true}).Table(table).UpdateColumn("JsonExt", nil).Error; err != nil {
						t.Fatal(err)
					}
				}
			})
			if entry, err = w.claims().(rest.Reader).Read(system(t), entry.ID); err != nil {
				rt.Fatal(err)
			}
			read := comparable(rt, jsonOf(rt, entry))
			for _, element := range []string{"status", "use", "type", "identifier", "patient", "provider", "enterer", "created", "billablePeriod", "priority", "insurance", "supportingInfo", "diagnosis", "item"} {
				for _, missing := range lacks(sent[element], read[element], element) {
					if !strings.HasPrefix(missing, "supportingInfo") || !strings.Contains(missing, ".sequence") { // counted anew
						rt.Errorf("%s is lost\n%s", missing, encode(t, read))
					}
				}
			}
		})
	})
}

const exampleClaim = "../../shared/reference/fhir-examples/examples/Claim-Claim001.json"

// The example of the guide comes back equal. Its references lead nowhere, so they are
// repaired: to the patient, facility, administrator, cover, service and item of the world.
func TestExampleClaimComesBack(t *testing.T) {
	text, err := os.ReadFile(exampleClaim)
	if err != nil && os.Getenv("CI") == "" {
		t.Skip("absent: " + exampleClaim)
	}
	if err != nil {
		t.Fatal(err)
	}
	eachClaim(t, func(t *testing.T, w *claimWorld) {
		sent := string(text)
		for old, repaired := range map[string]string{
			"Patient/john-doe": "Patient/PATIENT", "Organization/RaptaDistrictHospital": "Organization/FACILITY", "Practitioner/Rushila-Dani-CA": "Practitioner/ADMIN",
			"Coverage/JoeDoeCoverage":                       fmt.Sprintf("Coverage/POLICY-%d", w.sides[0].member.InsureeID),
			"ActivityDefinition/GeneralConsultationService": "ActivityDefinition/CONSULTATION", "Medication/AspirinMedication": "Medication/TABLET",
		} {
			if !strings.Contains(sent, old) {
				t.Fatalf("the example has no %s", old)
			}
			sent = strings.ReplaceAll(sent, old, repaired)
		}
		sent = w.claim(sent)
		entry := create(t, w.claimant(t), w.claims(), sent)
		got := show(t, read(t, w.claimant(t), w.claims(), entry.ID))
		if meta := encode(t, got["meta"]); !strings.Contains(meta, "openimis-claim") {
			t.Errorf("the profile is not claimed: %s", meta)
		}
		sameResource(t, sent, got)
	})
}
