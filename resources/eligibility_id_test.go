package resources

import (
	"strings"
	"testing"

	"github.com/openimis/openimis-go/scheme"
)

// FuzzEligibilityID takes ids apart that clients may ask for.
func FuzzEligibilityID(f *testing.F) {
	const person = "0b3c8f0e-6d3f-4a59-9f43-3f4f4d1c0a01"
	for _, id := range []string{"", ".", person, person + ".i1.s2", person + ".s3", person + ".s2.i1", person + ".s99999999999", person + ".i-1", person + ".x1"} {
		f.Add(id)
	}
	f.Fuzz(func(t *testing.T, id string) {
		person, item, service, ok := parseEligibilityID(id)
		if !ok {
			return
		}
		again := eligibilityID(person, &scheme.Asked{Known: item != 0, Ware: scheme.Ware{ID: item}}, &scheme.Asked{Known: service != 0, Ware: scheme.Ware{ID: service}})
		if !strings.EqualFold(again, id) || len(again) > 64 {
			t.Errorf("%q reads as %q", id, again)
		}
	})
}
