package scheme

import (
	"testing"

	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

// TestUploadsOfWares cites rule 11 for items and services: what is there and used by lists,
// products and claims stays, texts that say nothing leave what is stored, and what cannot be
// read is named with its column.
func TestUploadsOfWares(t *testing.T) {
	all := Patients{"1", "1", "1", "1"}
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		newClaimScheme(t, s, nil)
		run := func(name, want string, upload func(x *persistence.Session) (*UploadOutcome, error)) {
			t.Helper()
			var out *UploadOutcome
			if err := s.Tx(persistencetest.System(t), func(x *persistence.Session) (err error) {
				out, err = upload(x)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			if got := uploadText(out); got != want {
				t.Errorf("%s: %s\nexpected %s", name, got, want)
			}
		}
		items := func(u Uploads, rows ...ItemRow) func(x *persistence.Session) (*UploadOutcome, error) {
			return func(x *persistence.Session) (*UploadOutcome, error) { return u.Items(x, rows) }
		}
		services := func(u Uploads, rows ...ServiceRow) func(x *persistence.Session) (*UploadOutcome, error) {
			return func(x *persistence.Session) (*UploadOutcome, error) { return u.Services(x, rows) }
		}
		tea := ItemRow{Code: "TEA", Name: "Tea", Type: "d", Price: "2.50", CareType: "o", Frequency: "7"}
		run("a try", "1 sent, 1 inserted, 0 updated, 0 deleted", items(Uploads{Strategy: UploadBoth, DryRun: true}, tea))
		run("new", "1 sent, 1 inserted, 0 updated, 0 deleted", items(Uploads{Strategy: UploadInsert}, tea))
		run("again", "1 sent, 0 inserted, 0 updated, 0 deleted", items(Uploads{Strategy: UploadBoth}, tea))
		run("its code alone", "1 sent, 0 inserted, 0 updated, 0 deleted", items(Uploads{Strategy: UploadUpdate}, ItemRow{Code: "TEA"}))
		run("for men", "1 sent, 0 inserted, 1 updated, 0 deleted", items(Uploads{Strategy: UploadUpdate}, ItemRow{Code: "TEA", Patients: Patients{Female: "0"}}))
		run("for nobody", "1 sent, 0 inserted, 0 updated, 0 deleted; 0 TEA ItemPatCat: 12 names nobody: it is the sum of 1 men, 2 women, 4 adults and 8 children, with a sex and an age",
			items(Uploads{Strategy: UploadUpdate}, ItemRow{Code: "TEA", Patients: Patients{Male: "0"}}))
		run("without a price", "1 sent, 0 inserted, 0 updated, 0 deleted; 0 PEN ItemPrice: the price of the item is missing",
			items(Uploads{Strategy: UploadBoth}, ItemRow{Code: "PEN", Name: "Pen", Type: "M", CareType: "B"}))
		run("what no number is", "1 sent, 0 inserted, 0 updated, 0 deleted; 0 TEA ItemPrice: \"1e999999999\" is no number such as 12.50; 0 TEA ItemFrequency: \"often\" is no number of days",
			items(Uploads{Strategy: UploadBoth}, ItemRow{Code: "TEA", Price: "1e999999999", Frequency: "often"}))
		run("nothing else", "1 sent, 1 inserted, 0 updated, 1 deleted; -1 I it is not in the upload, but something still refers to it",
			items(Uploads{Strategy: UploadReplace}, ItemRow{Code: "CUP", Name: "Cup", Type: "M", Price: "1", CareType: "B", Patients: all}))
		bath := ServiceRow{Code: "BATH", Name: "Bath", Type: "p", Level: "v", Price: "30", Category: "o", CareType: "b", Patients: all}
		run("a new service", "1 sent, 1 inserted, 0 updated, 0 deleted", services(Uploads{Strategy: UploadBoth}, bath))
		run("its price", "1 sent, 0 inserted, 1 updated, 0 deleted", services(Uploads{Strategy: UploadBoth}, ServiceRow{Code: "BATH", Price: "31"}))
		run("of no level", "1 sent, 0 inserted, 0 updated, 0 deleted; 0 BATH ServLevel: \"Z\" is none of S, V, D, H", services(Uploads{Strategy: UploadBoth}, ServiceRow{Code: "BATH", Level: "z"}))
		run("no service else", "1 sent, 1 inserted, 0 updated, 1 deleted; -1 S it is not in the upload, but something still refers to it",
			services(Uploads{Strategy: UploadReplace}, ServiceRow{Code: "WALK", Name: "Walk", Type: "P", Level: "S", Price: "0", CareType: "B"}))
	})
}
