package resources_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/resources"
)

// However many ask for the same insurance number at once, one person gets it.
func TestOneNumberOnePerson(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		patients := resources.Patient(w.Environment).(rest.Creator)
		var wait sync.WaitGroup
		errs := make([]error, 12)
		for i := range errs {
			in := decode(t, aPatient(identifiedBy("555555555")))
			wait.Go(func() { _, errs[i] = patients.Create(w.system(t), in) })
		}
		wait.Wait()
		made := 0
		for _, err := range errs {
			switch {
			case err == nil:
				made++
			case core.CodeOf(err) != core.Conflict:
				t.Errorf("refused with %v", err)
			}
		}
		var rows int64
		if err := w.Store.Read(w.system(t)).DB().Model(&persistence.Insuree{}).Where(persistence.Text(persistence.Column("", "CHFID"), persistence.Same, "555555555")).Count(&rows).Error; err != nil {
			t.Fatal(err)
		}
		if made != 1 || rows != 1 {
			t.Errorf("%d were told yes, %d rows are there", made, rows)
		}
	})
}

// Of several who change the same version, one does.
func TestOneVersionOneChange(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		patients := resources.Patient(w.Environment)
		id := string(w.sides[0].member.InsureeUUID)
		entry, err := patients.(rest.Reader).Read(w.system(t), id)
		if err != nil {
			t.Fatal(err)
		}
		var wait sync.WaitGroup
		errs := make([]error, 8)
		for i := range errs {
			in := decode(t, aPatient(identifiedBy("080808081")+fmt.Sprintf(`,"telecom":[{"system":"phone","value":"%d"}]`, i)))
			wait.Go(func() { _, errs[i] = patients.(rest.Updater).Update(w.system(t), id, in, rest.Match(entry.VersionID)) })
		}
		wait.Wait()
		made := 0
		for _, err := range errs {
			switch {
			case err == nil:
				made++
			case core.CodeOf(err) != core.PreconditionFailed:
				t.Errorf("refused with %v", err)
			}
		}
		if made != 1 {
			t.Errorf("%d were told yes", made)
		}
	})
}
