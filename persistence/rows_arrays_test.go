package persistence_test

import (
	"testing"

	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

// Rows changed together are written as each alone would be, whatever their texts hold.
func TestManyRowsAreWrittenAsTheyAre(t *testing.T) {
	odd := []string{`plain`, ``, `NULL`, `a "quoted" one`, `back\slash`, `{braces, commas}`, "two\nlines", `Zoë 李 😀`, ` `, `'); DROP`, `?`, `@name`}
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		var rows []persistence.Insuree
		for _, text := range odd {
			rows = append(rows, persistence.Insuree{CHFID: ptr("1"), LastName: text, OtherNames: "before", DOB: persistence.DateOf(2000, 2, 29)})
		}
		rows[1].Phone, rows[2].JSONExt = ptr(""), ptr(persistence.JSON(`{"a":"\"{,}"}`))
		tx(t, s, func(x *persistence.Session) error { return persistence.InsertMany(x, rows) })
		ctx, statements := persistence.CountStatements(persistencetest.System(t))
		if err := s.Tx(ctx, func(x *persistence.Session) error {
			var changed []*persistence.Insuree
			for i := range rows {
				rows[i].OtherNames, rows[i].IsHead = odd[len(odd)-1-i], i%2 == 0
				changed = append(changed, &rows[i])
			}
			return persistence.UpdateMany(x, changed)
		}); err != nil {
			t.Fatal(err)
		}
		if n := statements.Count(); n > 3+len(odd) { // and what is noted of them
			t.Errorf("%d statements for %d rows", n, len(odd))
		}
		x := s.Read(persistencetest.System(t))
		for i, row := range rows {
			got, err := persistence.One[persistence.Insuree](x, row.InsureeUUID)
			if err != nil {
				t.Fatal(err)
			}
			if s.VersionOf(got) != s.VersionOf(&row) || got.LastName != odd[i] || got.OtherNames != odd[len(odd)-1-i] || (got.Phone == nil) != (row.Phone == nil) {
				t.Errorf("row %d reads back as %+v, was %+v", i, got, row)
			}
			versions, err := persistence.Versions[persistence.Insuree](x, row.InsureeUUID)
			if err != nil || len(versions) != 2 || versions[1].LastName != odd[i] || versions[1].OtherNames != "before" || versions[1].ValidityTo == nil || !versions[1].ValidityTo.Equal(got.ValidityFrom.Time) {
				t.Errorf("row %d has the versions %+v, %v", i, versions, err)
			}
		}
	})
}
