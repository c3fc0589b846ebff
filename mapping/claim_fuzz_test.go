package mapping_test

import (
	"testing"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
)

// Whatever claim a client may send, reading it ends with a row or with a fault that is the
// client's, and what was read can be shown again.
func FuzzClaimInto(f *testing.F) {
	f.Add(`{"resourceType":"Claim","status":"active","use":"claim","type":{"coding":[{"code":"O"}]},"patient":{"reference":"#p"},"created":"2026-01-01","provider":{"identifier":{"value":"HF"}},
		"contained":[{"resourceType":"Patient","id":"p","identifier":[{"type":{"coding":[{"code":"Code"}]},"value":"1"}]}],"priority":{},"insurance":[],
		"billablePeriod":{"start":"2026-01-01","end":"2026-01-02"},"diagnosis":[{"sequence":1,"diagnosisCodeableConcept":{"coding":[{"code":"A01"}]}}],
		"supportingInfo":[{"sequence":1,"category":{"coding":[{"code":"attachment"}]},"valueAttachment":{"contentType":"text/plain","data":"aGk=","hash":"x"}}],
		"item":[{"sequence":1,"extension":[{"url":"Medication","valueReference":{"type":"Medication","identifier":{"value":"0182"}}}],"productOrService":{},"quantity":{"value":1e5},"unitPrice":{"value":-0.1}}]}`, true)
	f.Add(`{"resourceType":"Claim","item":[{"extension":[{"url":"x","valueReference":{"reference":"#"}}],"category":{"text":"service"}}],"patient":{"reference":"#Patient/1"},"contained":[{"id":"1"},{"resourceType":"Patient","id":"1"}]}`, false)
	f.Fuzz(func(t *testing.T, text string, compatible bool) {
		in, err := fhir.DecodeJSON([]byte(text), fhir.DecodeOptions{Lenient: true})
		if err != nil {
			return
		}
		claim, ok := in.Typed.(*r4.Claim)
		if !ok {
			return
		}
		v := &mapping.View{Registers: &persistence.Registers{}, Compatible: compatible, Currency: "EUR"}
		parts, err := mapping.ClaimInto(v, claim, in.Tree)
		if err != nil {
			if code := core.CodeOf(err); code != core.Unprocessable {
				t.Errorf("%s: %v", code, err)
			}
			return
		}
		mapping.ClaimOf(v, &parts.ClaimDocument)
		mapping.ClaimResponseOf(v, &parts.ClaimDocument)
	})
}
