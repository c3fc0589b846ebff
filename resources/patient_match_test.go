package resources_test

import (
	"fmt"
	"testing"

	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/resources"
)

// What it takes to look for people does not depend on how many are found.
func TestCandidatesTakeFewStatements(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		patients := resources.Patient(w.Environment).(rest.Matcher)
		described, err := fhir.ParseJSON([]byte(`{"resourceType":"Patient","identifier":[{"value":"1"}],"name":[{"family":"Same","given":["Ann"]}],"birthDate":"1980-05-04"}`))
		if err != nil {
			t.Fatal(err)
		}
		count := func(want int) int64 {
			t.Helper()
			ctx, statements := persistence.CountStatements(w.system(t))
			found, err := patients.Candidates(ctx, described)
			if err != nil || len(found) < want {
				t.Fatalf("%d candidates, want %d: %v", len(found), want, err)
			}
			return int64(statements.Count())
		}
		more := func(from, to int) {
			w.seed(t, func(x *persistence.Session) {
				for i := from; i < to; i++ {
					insert(t, x, &persistence.Insuree{CHFID: ptr(fmt.Sprint("9", i)), LastName: "Same", OtherNames: fmt.Sprint("Anna ", i), DOB: persistence.DateOf(1980, 5, 4)})
				}
			})
		}
		more(0, 1)
		count(1) // which reads the registers
		few := count(1)
		more(1, 40)
		if many := count(40); many != few || few > 6 {
			t.Errorf("%d statements for one, %d for forty", few, many)
		}
	})
}
