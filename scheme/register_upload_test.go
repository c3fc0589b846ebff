package scheme

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

func catchmentRows(t *testing.T, w *registry) string {
	return rowsOf(t, w.store, func(r *persistence.HealthFacilityCatchment) string {
		return fmt.Sprintf("%d:%d", r.LocationID, number(r.Catchment))
	},
		func(r *persistence.HealthFacilityCatchment) (*persistence.DateTime, *int) {
			return r.ValidityTo, r.LegacyID
		})
}

func uploadText(out *UploadOutcome) string {
	text := fmt.Sprintf("%d sent, %d inserted, %d updated, %d deleted", out.Sent, out.Inserted, out.Updated, out.Deleted)
	for _, fault := range out.Faults {
		text += fmt.Sprintf("; %d %s %s", fault.Row, fault.Code, fault.Message)
	}
	return text
}

func liveDiagnoses(t *testing.T, s *persistence.Store) string {
	t.Helper()
	var rows []persistence.Diagnosis
	l := &loader{db: s.Read(persistencetest.System(t)).DB()}
	find(l, &rows, persistence.IsNull(column("", "ValidityTo")))
	if l.err != nil {
		t.Fatal(l.err)
	}
	var texts []string
	for _, row := range rows {
		texts = append(texts, row.ICDCode+" "+row.ICDName)
	}
	slices.Sort(texts)
	return strings.Join(texts, ", ")
}

// TestUploadsOfDiagnoses cites rule 11: what each strategy does with what is there (A01,
// used by a claim, and B02), what is new and what cannot be.
func TestUploadsOfDiagnoses(t *testing.T) {
	rows := []DiagnosisRow{{"A01", "Typhoid fever"}, {"C03", "Cough"}, {"C03", "Cold"}, {"", "Nothing"}, {"TOOLONG", "Name"}, {"D04", " "}}
	faults := "; 2 C03 the code came in row 1 already; 3  the code is missing; 4 TOOLONG ICDCode: the text is longer than 6 characters; 5 D04 ICDName: the name of the diagnosis is missing"
	for _, c := range []struct {
		strategy UploadStrategy
		want     string
		stored   string
	}{
		{UploadInsert, "6 sent, 1 inserted, 0 updated, 0 deleted; 0 A01 it is there already" + faults, "A01 Typhoid, B02 Burn, C03 Cough"},
		{UploadUpdate, "6 sent, 0 inserted, 1 updated, 0 deleted; 1 C03 it is not there; 2 C03 the code came in row 1 already; 3  the code is missing; 4 TOOLONG it is not there; 5 D04 it is not there", "A01 Typhoid fever, B02 Burn"},
		{UploadBoth, "6 sent, 1 inserted, 1 updated, 0 deleted" + faults, "A01 Typhoid fever, B02 Burn, C03 Cough"},
		{UploadReplace, "6 sent, 1 inserted, 1 updated, 1 deleted" + faults, "A01 Typhoid fever, C03 Cough"},
	} {
		persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
			w := newClaimScheme(t, s, nil)
			w.enter(t, "C1", false)
			burn := persistence.Diagnosis{ICDCode: "B02", ICDName: "Burn"}
			upload := func(dry bool, rows []DiagnosisRow) (out *UploadOutcome) {
				err := s.Tx(persistencetest.System(t), func(x *persistence.Session) (err error) {
					out, err = Uploads{Strategy: c.strategy, DryRun: dry}.Diagnoses(x, rows)
					return err
				})
				if err != nil {
					t.Fatal(err)
				}
				return out
			}
			if err := s.Tx(persistencetest.System(t), func(x *persistence.Session) error { return persistence.Insert(x, &burn) }); err != nil {
				t.Fatal(err)
			}
			if got := uploadText(upload(true, rows)); got != c.want {
				t.Errorf("strategy %d tried: %s\nexpected %s", c.strategy, got, c.want)
			}
			if got := liveDiagnoses(t, s); got != "A01 Typhoid, B02 Burn" {
				t.Errorf("strategy %d tried: stored is %s", c.strategy, got)
			}
			if got := uploadText(upload(false, rows)); got != c.want {
				t.Errorf("strategy %d: %s\nexpected %s", c.strategy, got, c.want)
			}
			if got := liveDiagnoses(t, s); got != c.stored {
				t.Errorf("strategy %d: stored is %s, expected %s", c.strategy, got, c.stored)
			}
			if c.strategy == UploadReplace {
				want := "1 sent, 1 inserted, 0 updated, 1 deleted; -1 A01 it is not in the upload, but something still refers to it"
				if got := uploadText(upload(false, []DiagnosisRow{{"E05", "Eczema"}})); got != want {
					t.Errorf("a claim needs it: %s\nexpected %s", got, want)
				}
			}
		})
	}
}

// TestUploadsOfPlaces cites rule 11, uspUploadLocationsXML and uspUploadHFXML.
func TestUploadsOfPlaces(t *testing.T) {
	eachRegistry(t, func(t *testing.T, w *registry) {
		locations := func(u Uploads, rows []LocationRow) string {
			var out *UploadOutcome
			if err := w.run(t, func(x *persistence.Session) (err error) { out, err = u.Locations(x, rows); return err }); err != nil {
				return err.Error()
			}
			return uploadText(out)
		}
		rows := []LocationRow{
			{Level: "V", Code: "V2", Name: "Village", Parent: "W2", Male: ptr(10), FamilyNumber: ptr(3)}, {Level: "W", Code: "W2", Name: "Ward", Parent: "D1"},
			{Level: "V", Code: "V3", Name: "Village", Parent: "W9"}, {Level: "X", Code: "X1", Name: "Nothing"}, {Level: "V", Code: "V1", Name: "Place V", Parent: "W2"},
			{Level: "R", Code: "R1", Name: "Place R"}, {Level: "V", Code: "V4", Name: "Village", Parent: "W2", Other: ptr(-1)},
		}
		want := `7 sent, 2 inserted, 1 updated, 0 deleted; 2 V3 ParentLocationId: there is no ward with the code "W9"; 3 X1 "X" is none of R, D, W and V; 6 V4 OtherPopulation: -1 is below 0`
		if got := locations(Uploads{Strategy: UploadBoth, DryRun: true}, rows); got != want {
			t.Errorf("tried: %s\nexpected %s", got, want)
		}
		if got := locations(Uploads{Strategy: UploadBoth}, rows); got != want {
			t.Errorf("uploaded: %s\nexpected %s", got, want)
		}
		// W1 has no village any more and goes; W2 is not in the upload either, but V1 and V2 hang on it.
		rows = []LocationRow{{Level: "W", Code: "W3", Name: "Ward", Parent: "D1"}}
		want = "1 sent, 1 inserted, 0 updated, 1 deleted; -1 W2 it is not in the upload, but something still refers to it"
		for _, dry := range []bool{true, false} {
			if got := locations(Uploads{Strategy: UploadReplace, DryRun: dry}, rows); got != want {
				t.Errorf("replaced, tried %v: %s\nexpected %s", dry, got, want)
			}
		}
		got := rowsOf(t, w.store, func(r *persistence.Location) string { return text(r.LocationCode) },
			func(r *persistence.Location) (*persistence.DateTime, *int) { return r.ValidityTo, r.LegacyID })
		if want := "+R1, +D1, -W1, +V1, +W2, +V2, V1 was 4, +W3, W1 was 3"; got != want {
			t.Errorf("stored: %s, expected %s", got, want)
		}
		wantCode(t, "a strategy that is none", w.run(t, func(x *persistence.Session) error {
			_, err := Uploads{Strategy: 4}.Locations(x, nil)
			return err
		}), core.Invalid, "none of 1, 2, 3 and 7")

		facilities := func(u Uploads, rows []FacilityRow, served []CatchmentRow) string {
			var out *UploadOutcome
			if err := w.run(t, func(x *persistence.Session) (err error) { out, err = u.Facilities(x, rows, served); return err }); err != nil {
				return err.Error()
			}
			return uploadText(out)
		}
		good := FacilityRow{Code: "HF1", Name: "Facility", LegalForm: "G", Level: "H", CareType: "B", District: "D1"}
		lost, bad := good, good
		lost.Code, lost.District = "HF2", "D9"
		bad.Code, bad.Level = "HF3", "Z"
		want = `3 sent, 1 inserted, 0 updated, 0 deleted; 1 HF2 LocationId: there is no district with the code "D9"; 2 HF3 HFLevel: "Z" is none of D, C, H; 4 HF2 no facility of the upload has the code; 5 HF1 there is no village with the code "V9"; 6 HF1 101 is not between 0 and 100`
		served := []CatchmentRow{{"HF1", "V1", 50}, {"HF2", "V1", 50}, {"HF1", "V9", 50}, {"HF1", "V2", 101}}
		for _, dry := range []bool{true, false} {
			if got := facilities(Uploads{Strategy: UploadInsert, DryRun: dry}, []FacilityRow{good, lost, bad}, served); got != want {
				t.Errorf("facilities, tried %v: %s\nexpected %s", dry, got, want)
			}
		}
		good.Name = "Better"
		if got, want := facilities(Uploads{Strategy: UploadUpdate}, []FacilityRow{good}, []CatchmentRow{{"HF1", "V2", 30}}), "1 sent, 0 inserted, 1 updated, 0 deleted"; got != want {
			t.Errorf("changed: %s, expected %s", got, want)
		}
		if got, want := catchmentRows(t, w), "-4:50, 4:50 was 1, +6:30"; got != want {
			t.Errorf("catchments: %s, expected %s", got, want)
		}

		// Somebody of another district touches nothing here.
		away := w.below(t, "D", "D5", &w.region.LocationID)
		var out *UploadOutcome
		err := w.store.Tx(w.as(t, "away", away.LocationID), func(x *persistence.Session) (err error) {
			out, err = Uploads{Strategy: UploadReplace}.Facilities(x, []FacilityRow{good}, nil)
			return err
		})
		if err != nil || uploadText(out) != "1 sent, 0 inserted, 0 updated, 0 deleted; 0 HF1 it lies out of your districts" {
			t.Errorf("by somebody of another district: %+v, %v", out, err)
		}
	})
}
