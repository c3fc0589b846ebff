package profile_test

import (
	"fmt"
	"testing"

	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/profile"
)

// One resource against R4 alone, R4 and a profile, and only what it claims, as when it is
// written.
func BenchmarkValidate(b *testing.B) {
	set := setOf(b, profileText("p", "Patient", core+"Patient", fmt.Sprintf(phoneSlices, "closed", false)), colour)
	plain := `"name":[{"use":"official","family":"A","given":["B"]}],"telecom":[{"system":"email","value":"m"},{"system":"phone","value":"1"}],"gender":"female","birthDate":"1980-01-01",
		"address":[{"use":"home","city":"C"}],"extension":[{"url":"http://x/colour","valueCode":"red"}]}`
	claiming := parsed(b, `{"resourceType":"Patient","meta":{"profile":["http://x/p"]},`+plain)
	for _, c := range []struct {
		name string
		tree *fhir.Object
		o    profile.Options
	}{
		{"R4", parsed(b, `{"resourceType":"Patient",`+plain), profile.Options{}},
		{"profile", claiming, profile.Options{Terminology: colours{}}},
		{"claims", claiming, profile.Options{Terminology: colours{}, ProfilesOnly: true}},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				set.Validate(c.tree, c.o)
			}
		})
	}
}

// No StructureDefinition and no resource makes the validator panic or run on.
func FuzzValidate(f *testing.F) {
	f.Add(profileText("p", "Patient", core+"Patient", fmt.Sprintf(phoneSlices, "closed", true)), `{"resourceType":"Patient","telecom":[{"system":"phone"}]}`)
	f.Add(colour, `{"resourceType":"Patient","_birthDate":{"extension":[{"url":"http://x/colour","valueCode":"x"}]},"contained":[{"resourceType":"Patient"}]}`)
	f.Fuzz(func(t *testing.T, definition, resource string) {
		d, err := fhir.ParseJSON([]byte(definition))
		if err != nil {
			return
		}
		tree, err := fhir.ParseJSON([]byte(resource))
		if err != nil {
			return
		}
		set := profile.NewSet()
		if _, err := set.Add(d); err != nil {
			return
		}
		if err := set.Compile(); err != nil && err.Error() == "" {
			t.Fatal("an error without words")
		}
		if got := set.Validate(tree, profile.Options{Profiles: []string{d.String("url")}, Terminology: colours{}}); len(got) > 101 {
			t.Fatalf("%d issues", len(got))
		}
	})
}
