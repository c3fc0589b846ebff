package scheme

import (
	"fmt"
	"testing"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

func (w *registry) officer(code string) persistence.Officer {
	return persistence.Officer{Code: code, LastName: "Doe", OtherNames: "Jim", LocationID: &w.district.LocationID}
}

func TestWhatAPayerCannotBe(t *testing.T) {
	eachRegistry(t, func(t *testing.T, w *registry) {
		good := persistence.Payer{PayerName: "Donor", PayerType: "D", LocationID: &w.region.LocationID}
		for _, c := range []struct {
			name   string
			change func(p *persistence.Payer)
			want   []string
		}{
			{"good", func(*persistence.Payer) {}, nil},
			{"of the nation", func(p *persistence.Payer) { p.LocationID = nil }, nil},
			{"nothing is said", func(p *persistence.Payer) { *p = persistence.Payer{} }, []string{"PayerName", "PayerType"}},
			{"of a village", func(p *persistence.Payer) { p.LocationID = &w.village.LocationID }, []string{"LocationId"}},
		} {
			row := good
			c.change(&row)
			wantFaults(t, c.name, w.try(t, func(x *persistence.Session) error { return Payers{}.Create(x, &PayerDraft{Payer: row}) }), c.want...)
		}
		d := &PayerDraft{Payer: good}
		w.write(t, func(x *persistence.Session) error { return Payers{}.Create(x, d) })
		d.Payer.Phone = ptr("077")
		w.write(t, func(x *persistence.Session) error { return Payers{}.Update(x, d) })
		remove := func(x *persistence.Session) error { row := d.Payer; return Payers{}.Delete(x, &row) }
		premium := persistence.Premium{PolicyID: 1, PayerID: &d.Payer.PayerID, Amount: money("1"), Receipt: "R", PayDate: persistence.Day(policyToday), PayType: "F", CreatedDate: persistence.At(policyToday)}
		s := enrol(t, w.store, nil)
		premium.PolicyID = s.policy(t, PolicyActive, "2023-12-31").PolicyID
		w.write(t, func(x *persistence.Session) error { return persistence.Insert(x, &premium) })
		wantCode(t, "who paid", w.try(t, remove), core.Conflict, "contributions")
		w.write(t, func(x *persistence.Session) error { return persistence.Delete(x, &premium) })
		w.write(t, remove)
		got := rowsOf(t, w.store, func(p *persistence.Payer) string { return text(p.Phone) },
			func(p *persistence.Payer) (*persistence.DateTime, *int) { return p.ValidityTo, p.LegacyID })
		if want := fmt.Sprintf("-077,  was %d, 077 was %[1]d", d.Payer.PayerID); got != want {
			t.Errorf("stored: %s, expected %s", got, want)
		}
	})
}

// TestWhatAnOfficerCannotBe cites rule 9.8: renewals follow substitutes to the last.
func TestWhatAnOfficerCannotBe(t *testing.T) {
	eachRegistry(t, func(t *testing.T, w *registry) {
		other, orphan := w.below(t, "D", "D2", &w.region.LocationID), w.below(t, "V", "V9", nil)
		first := &OfficerDraft{Officer: w.officer("E1"), Villages: []persistence.OfficerVillage{{LocationID: &w.village.LocationID}}}
		w.write(t, func(x *persistence.Session) error { return Officers{}.Create(x, first) })
		for _, c := range []struct {
			name   string
			change func(d *OfficerDraft)
			want   []string
		}{
			{"good", func(*OfficerDraft) {}, nil},
			{"nothing is said", func(d *OfficerDraft) { d.Officer = persistence.Officer{} }, []string{"Code", "LastName", "OtherNames", "LocationId"}},
			{"a code that is taken", func(d *OfficerDraft) { d.Officer.Code = "E1" }, []string{"Code"}},
			{"a code too long", func(d *OfficerDraft) { d.Officer.Code = "E12345678" }, []string{"Code"}},
			{"not born yet", func(d *OfficerDraft) { d.Officer.DOB = ptr(persistence.Day(policyToday.AddDate(0, 0, 1))) }, []string{"DOB"}},
			{"born today", func(d *OfficerDraft) { d.Officer.DOB = ptr(persistence.Day(policyToday)) }, nil},
			{"in a region", func(d *OfficerDraft) { d.Officer.LocationID = &w.region.LocationID }, []string{"LocationId"}},
			{"before his district", func(d *OfficerDraft) { d.Officer.LocationID, d.Unplaced = nil, true }, nil},
			{"a substitute", func(d *OfficerDraft) { d.Officer.OfficerIDSubst = &first.Officer.OfficerID }, nil},
			{"no such substitute", func(d *OfficerDraft) { d.Officer.OfficerIDSubst = ptr(9999) }, []string{"OfficerIDSubst"}},
			{"villages", func(d *OfficerDraft) {
				d.Villages = []persistence.OfficerVillage{{LocationID: &w.village.LocationID}, {LocationID: &w.ward.LocationID}, {LocationID: ptr(9999)}, {LocationID: &w.village.LocationID}}
			}, []string{"village 1.LocationId", "village 2.LocationId", "village 3.LocationId"}},
			{"a village of no ward", func(d *OfficerDraft) {
				d.Villages = []persistence.OfficerVillage{{LocationID: &orphan.LocationID}}
			}, []string{"village 0.LocationId"}},
			{"villages of another district", func(d *OfficerDraft) {
				d.Officer.LocationID, d.Villages = &other.LocationID, []persistence.OfficerVillage{{LocationID: &w.village.LocationID}}
			}, []string{"village 0.LocationId"}},
		} {
			d := &OfficerDraft{Officer: w.officer("E9")}
			c.change(d)
			wantFaults(t, c.name, w.try(t, func(x *persistence.Session) error { return Officers{}.Create(x, d) }), c.want...)
		}

		for _, c := range []struct {
			name   string
			change func(d *OfficerDraft)
			want   []string
		}{
			{"as he is", func(*OfficerDraft) {}, nil},
			{"another code", func(d *OfficerDraft) { d.Officer.Code = "E8" }, nil},
			{"no village", func(d *OfficerDraft) { d.Villages = []persistence.OfficerVillage{} }, nil},
			{"the village he has", func(d *OfficerDraft) { d.Villages = first.Villages }, nil},
			{"a village of no ward", func(d *OfficerDraft) {
				d.Villages = []persistence.OfficerVillage{{LocationID: &orphan.LocationID}}
			}, []string{"village 0.LocationId"}},
		} {
			d := &OfficerDraft{Officer: first.Officer}
			c.change(d)
			wantFaults(t, c.name, w.try(t, func(x *persistence.Session) error {
				if err := (Officers{}).Update(x, d); err != nil {
					return err
				}
				rows, err := persistence.Select[persistence.OfficerVillage](x, persistence.Query{})
				if err == nil && d.Villages != nil && len(rows.Rows) != len(d.Villages) {
					t.Errorf("%s: %d villages", c.name, len(rows.Rows))
				}
				return err
			}), c.want...)
		}

		second := &OfficerDraft{Officer: w.officer("E2")}
		second.Officer.OfficerIDSubst = &first.Officer.OfficerID
		w.write(t, func(x *persistence.Session) error { return Officers{}.Create(x, second) })
		round := &OfficerDraft{Officer: first.Officer}
		round.Officer.OfficerIDSubst = &second.Officer.OfficerID
		wantFaults(t, "in a circle", w.try(t, func(x *persistence.Session) error { return Officers{}.Update(x, round) }), "OfficerIDSubst")
		remove := func(x *persistence.Session) error { row := first.Officer; return Officers{}.Delete(x, &row) }
		away := &OfficerDraft{Officer: second.Officer, Unplaced: true}
		away.Officer.LocationID = nil
		alone := &OfficerDraft{Officer: second.Officer}
		alone.Officer.OfficerIDSubst = nil
		wantFaults(t, "no substitute any more", w.try(t, func(x *persistence.Session) error { return Officers{}.Update(x, alone) }))
		w.write(t, func(x *persistence.Session) error { return Officers{}.Update(x, away) })
		second.Officer = away.Officer
		wantCode(t, "who stands in", w.try(t, remove), core.Conflict, "officers he stands in for")
		w.write(t, func(x *persistence.Session) error { return Officers{}.Delete(x, &second.Officer) })
		w.write(t, remove)
		got := rowsOf(t, w.store, func(r *persistence.OfficerVillage) string { return "village" },
			func(r *persistence.OfficerVillage) (*persistence.DateTime, *int) { return r.ValidityTo, r.LegacyID })
		if want := "-village, village was 1"; got != want {
			t.Errorf("villages: %s, expected %s", got, want)
		}
	})
}

func TestWhatAClaimAdministratorCannotBe(t *testing.T) {
	eachRegistry(t, func(t *testing.T, w *registry) {
		hf := w.facility("HF")
		w.write(t, func(x *persistence.Session) error { return persistence.Insert(x, &hf) })
		good := persistence.ClaimAdmin{ClaimAdminCode: ptr("CA1"), LastName: ptr("Doe"), OtherNames: ptr("Jane"), HFID: &hf.HFID}
		taken := &ClaimAdminDraft{ClaimAdmin: good}
		w.write(t, func(x *persistence.Session) error { return ClaimAdmins{}.Create(x, taken) })
		for _, c := range []struct {
			name   string
			change func(a *persistence.ClaimAdmin)
			want   []string
		}{
			{"good", func(*persistence.ClaimAdmin) {}, nil},
			{"nothing is said", func(a *persistence.ClaimAdmin) { *a = persistence.ClaimAdmin{} }, []string{"ClaimAdminCode", "LastName", "OtherNames", "HFId"}},
			{"a code that is taken", func(a *persistence.ClaimAdmin) { a.ClaimAdminCode = ptr("CA1") }, []string{"ClaimAdminCode"}},
			{"at no facility", func(a *persistence.ClaimAdmin) { a.HFID = ptr(9999) }, []string{"HFId"}},
		} {
			row := good
			row.ClaimAdminCode = ptr("CA2")
			c.change(&row)
			wantFaults(t, c.name, w.try(t, func(x *persistence.Session) error { return ClaimAdmins{}.Create(x, &ClaimAdminDraft{ClaimAdmin: row}) }), c.want...)
		}
		bare := persistence.ClaimAdmin{ClaimAdminCode: ptr("CA2")}
		wantFaults(t, "before names and facility", w.try(t, func(x *persistence.Session) error {
			return ClaimAdmins{}.Create(x, &ClaimAdminDraft{ClaimAdmin: bare, Unplaced: true})
		}))
		away := w.as(t, "away", w.below(t, "D", "D2", &w.region.LocationID).LocationID)
		err := w.store.Tx(away, func(x *persistence.Session) error { return ClaimAdmins{}.Update(x, taken) })
		wantCode(t, "somebody of another district", err, core.NotFound)
		w.write(t, func(x *persistence.Session) error { return ClaimAdmins{}.Update(x, taken) })
		w.write(t, func(x *persistence.Session) error { return ClaimAdmins{}.Delete(x, &taken.ClaimAdmin) })
		if got, want := eventNames(t, w.store), "claim-admin.created claim-admin.changed claim-admin.deleted"; got != want {
			t.Errorf("events: %s, expected %s", got, want)
		}
	})
}
