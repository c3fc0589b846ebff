package path_test

import (
	"os"
	"testing"

	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/path"
)

// Expressions on an openIMIS claim of about 3 kB, from a plain path to a whole walk.
func BenchmarkEvaluate(b *testing.B) {
	data, err := os.ReadFile("../testdata/claim-openimis.json")
	if err != nil {
		b.Fatal(err)
	}
	claim, err := fhir.ParseJSON(data)
	if err != nil {
		b.Fatal(err)
	}
	for _, expression := range []string{
		"Claim.status",
		"Claim.item.unitPrice.value",
		"Claim.item.where(unitPrice.value > 100).count()",
		"Claim.created <= today()",
		"Claim.descendants().count()",
	} {
		b.Run(expression, func(b *testing.B) {
			e, err := path.Compile(expression)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				if values, err := e.Evaluate(nil, claim); err != nil || len(values) == 0 {
					b.Fatal(values, err)
				}
			}
		})
	}
}

func BenchmarkCompile(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := path.Compile("Claim.item.where(unitPrice.value > 100 and productOrService.coding.exists(system = 'http://x')).count()"); err != nil {
			b.Fatal(err)
		}
	}
}
