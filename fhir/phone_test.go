package fhir_test

import (
	"os"
	"strings"
	"testing"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"

	"github.com/openimis/openimis-go/fhir"
)

// TestClaimOfThePhone reads the claim as today's phones send it, with a currency sign, and
// with and without the insurance that R4 requires.
func TestClaimOfThePhone(t *testing.T) {
	file := shared + "reference/platform-contract.md"
	text, err := os.ReadFile(file)
	if err != nil {
		absent(t, file)
	}
	_, section, found := strings.Cut(string(text), "#### 1.1.7 ")
	_, section, begins := strings.Cut(section, "```json\n")
	body, _, ends := strings.Cut(section, "```")
	if !found || !begins || !ends {
		t.Fatalf("%s has no claim in 1.1.7", file)
	}
	tree := parse(t, body)
	for _, insurance := range []any{tree.Get("insurance"), nil} {
		tree.Set("insurance", insurance)
		if _, err := fhir.DecodeJSON(tree.AppendJSON(nil), fhir.DecodeOptions{Type: "Claim"}); err == nil {
			t.Error("accepted when strict")
		}
		r, err := fhir.DecodeJSON(tree.AppendJSON(nil), fhir.DecodeOptions{Type: "Claim", Lenient: true})
		if err != nil {
			t.Fatal(report(err))
		}
		claim := r.Typed.(*r4.Claim)
		if len(r.Warnings) > 0 || len(claim.Item) != 2 || *claim.Item[0].UnitPrice.Currency != "$" || claim.Status != r4.FinancialResourceStatusCodesActive {
			t.Errorf("read as %+v, %v", claim, r.Warnings)
		}
	}
}
