package resources_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/resources"
)

func kindOfStaff(kind string) string {
	return fmt.Sprintf(`{"coding":[{"system":"%sCodeSystem/practitioner-qualification-type","code":%q}]}`, guide, kind)
}

// aPractitioner writes a person of a kind, CA or EO; more is put before the closing brace.
func aPractitioner(kind, code, more string) string {
	return `{"resourceType":"Practitioner","name":[{"use":"official","family":"Mensah","given":["Ama"]}],"birthDate":"1990-02-28"` +
		`,"telecom":[{"system":"phone","value":"12"},{"system":"email","value":"a@b.c"}],"qualification":[{"code":` + kindOfStaff(kind) + `}]` + identifiedBy(code) + more + `}`
}

func workingIn(place persistence.UUID) string {
	return fmt.Sprintf(`,"address":[{"type":"physical","line":["1 High Street"],"extension":[%s]}]`,
		extension("address-location-reference", fmt.Sprintf(`"valueReference":{"reference":"Location/%s"}`, place)))
}

// aRole writes what a practitioner of a kind does.
func aRole(kind string, practitioner persistence.UUID, more string) string {
	return fmt.Sprintf(`{"resourceType":"PractitionerRole","practitioner":{"reference":"Practitioner/%s"},"code":[%s]%s}`, practitioner, kindOfStaff(kind), more)
}

func atFacility(id persistence.UUID) string {
	return fmt.Sprintf(`,"organization":{"reference":"Organization/%s"}`, id)
}

func inDistrict(id persistence.UUID) string {
	return fmt.Sprintf(`,"location":[{"reference":"Location/%s"}]`, id)
}

func substitute(id persistence.UUID) string {
	return extension("practitioner-role-substitution-reference", fmt.Sprintf(`"valueReference":{"reference":"Practitioner/%s"}`, id))
}

// hired gives the practitioner with the code, who is hired if there is none yet.
func (w *world) hired(t failing, kind, code string) (id persistence.UUID) {
	err := w.Store.Tx(core.WithPrincipal(context.Background(), core.SystemPrincipal), func(x *persistence.Session) error {
		if kind == "EO" {
			rows, err := mapping.ByCode[persistence.Officer](x, mapping.OfficerPractitioners, code)
			if len(rows) == 0 && err == nil {
				rows = []persistence.Officer{{Code: code, LastName: "Mensah", OtherNames: "Ama"}}
				err = persistence.Insert(x, &rows[0])
			}
			id = rows[0].OfficerUUID
			return err
		}
		rows, err := mapping.ByCode[persistence.ClaimAdmin](x, mapping.ClaimAdminPractitioners, code)
		if len(rows) == 0 && err == nil {
			rows = []persistence.ClaimAdmin{{ClaimAdminCode: &code}}
			err = persistence.Insert(x, &rows[0])
		}
		id = rows[0].ClaimAdminUUID
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// may acts for the user of a district who holds the rights.
func (w *world) may(t testing.TB, rights ...int) context.Context {
	held := map[int]bool{}
	for _, right := range rights {
		held[right] = true
	}
	return core.WithPrincipal(t.Context(), core.Principal{UserID: w.sides[0].user.UserID, Rights: held})
}

func (w *world) adminOf(t *testing.T, id string) *persistence.ClaimAdmin {
	t.Helper()
	row, err := persistence.One[persistence.ClaimAdmin](w.Store.Read(w.system(t)), persistence.UUID(id))
	if err != nil {
		t.Fatal(err)
	}
	return row
}

func (w *world) officerOf(t *testing.T, id string) *persistence.Officer {
	t.Helper()
	row, err := persistence.One[persistence.Officer](w.Store.Read(w.system(t)), persistence.UUID(id))
	if err != nil {
		t.Fatal(err)
	}
	return row
}

// A claim administrator is hired, sent to a facility, renamed, taken from it and closed;
// person and role are one row with one version.
func TestClaimAdministratorAndRole(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		people, work := resources.Practitioner(w.Environment), resources.PractitionerRole(w.Environment)
		ctx := w.may(t, 121602, 121603, 121604)
		entry, err := people.(rest.Creator).Create(ctx, decode(t, aPractitioner("CA", "NEW", "")))
		if err != nil {
			t.Fatal(err)
		}
		id := entry.ID
		if row := w.adminOf(t, id); text(row.ClaimAdminCode)+text(row.LastName)+text(row.OtherNames)+text(row.Phone)+text(row.EmailID)+row.DOB.String() != "NEWMensahAma12a@b.c1990-02-28" ||
			row.HFID != nil || row.HasLogin == nil || *row.HasLogin {
			t.Errorf("row %+v", row)
		}
		if _, err := work.(rest.Reader).Read(ctx, id); core.CodeOf(err) != core.NotFound {
			t.Errorf("a role nobody gave: %v", err)
		}
		role := aRole("CA", persistence.UUID(id), atFacility(w.sides[0].facility.HFUUID))
		given, err := work.(rest.Creator).Create(ctx, decode(t, role))
		if err != nil {
			t.Fatal(err)
		}
		if again, err := people.(rest.Reader).Read(ctx, id); err != nil || given.ID != id || again.VersionID != given.VersionID || again.VersionID == entry.VersionID {
			t.Errorf("role %s/%s, person %v, %v", given.ID, given.VersionID, again, err)
		}
		if row := w.adminOf(t, id); row.HFID == nil || *row.HFID != w.sides[0].facility.HFID {
			t.Errorf("row %+v", row)
		}
		_, err = work.(rest.Creator).Create(ctx, decode(t, role))
		fails(t, err, core.Conflict, "PractitionerRole.practitioner")
		if _, err = people.(rest.Updater).Update(ctx, id, decode(t, aPractitioner("CA", "NEWER", "")), rest.Match(given.VersionID)); err != nil {
			t.Fatal(err)
		}
		if row := w.adminOf(t, id); row.HFID == nil || text(row.ClaimAdminCode) != "NEWER" {
			t.Errorf("a change of the person took his facility: %+v", row)
		}
		if err := work.(rest.Deleter).Delete(ctx, id, rest.Match(given.VersionID)); core.CodeOf(err) != core.PreconditionFailed {
			t.Errorf("an older version: %v", err)
		}
		if err := work.(rest.Deleter).Delete(ctx, id, ""); err != nil {
			t.Fatal(err)
		}
		if err := work.(rest.Deleter).Delete(ctx, id, ""); err != nil {
			t.Errorf("deleted twice: %v", err)
		}
		if _, err := work.(rest.Reader).Read(ctx, id); core.CodeOf(err) != core.Gone {
			t.Errorf("the role afterwards: %v", err)
		}
		if row := w.adminOf(t, id); row.HFID != nil {
			t.Errorf("row %+v", row)
		}
		history, err := work.(rest.Historian).History(ctx, id, rest.HistoryQuery{Count: 9})
		if err != nil || len(history.Entries) != 3 || !history.Entries[0].Deleted || !history.Entries[2].Created {
			t.Errorf("history of the role %+v, %v", history, err)
		}
		if ids := find(t, ctx, work, "_id", "", value(id)); len(ids) != 0 {
			t.Errorf("the role is still found")
		}
		if _, err := work.(rest.Creator).Create(ctx, decode(t, role)); err != nil {
			t.Errorf("given again: %v", err)
		}
		if err := people.(rest.Deleter).Delete(ctx, id, ""); err != nil {
			t.Fatal(err)
		}
		for _, typ := range []rest.Type{people, work} {
			if _, err := typ.(rest.Reader).Read(ctx, id); core.CodeOf(err) != core.Gone {
				t.Errorf("%s: %v", typ.Definition().Name, err)
			}
		}
	})
}

// An enrolment officer lives and works in a district, is stood in for and stops working.
func TestOfficerAndRole(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		people, work := resources.Practitioner(w.Environment), resources.PractitionerRole(w.Environment)
		ctx, district := w.may(t, 121502, 121503, 121504), &w.sides[0].district
		entry, err := people.(rest.Creator).Create(ctx, decode(t, aPractitioner("EO", "NEW", workingIn(w.sides[0].village.LocationUUID))))
		if err != nil {
			t.Fatal(err)
		}
		row := w.officerOf(t, entry.ID)
		if row.Code+row.LastName+row.OtherNames+text(row.Permanentaddress) != "NEWMensahAma1 High Street" || row.LocationID == nil || *row.LocationID != district.LocationID || *row.PhoneCommunication {
			t.Errorf("row %+v", row)
		}
		other := w.hired(t, "EO", "OTHER")
		role := aRole("EO", row.OfficerUUID, inDistrict(district.LocationUUID)+`,"period":{"start":"2020","end":"2027-12-31"}`+extended(substitute(other)))
		changed, err := work.(rest.Updater).Update(ctx, entry.ID, decode(t, role), rest.Match(entry.VersionID))
		if err != nil {
			t.Fatal(err)
		}
		if row = w.officerOf(t, entry.ID); row.WorksTo == nil || row.WorksTo.Date().String() != "2027-12-31" || row.OfficerIDSubst == nil {
			t.Errorf("row %+v", row)
		}
		if shown := show(t, changed); fmt.Sprint(shown["period"]) != "map[end:2027-12-31 start:2020]" {
			t.Errorf("shown %v", shown)
		}
		_, err = work.(rest.Creator).Create(ctx, decode(t, aRole("EO", other, extended(substitute(row.OfficerUUID)))))
		fails(t, err, core.Unprocessable, "PractitionerRole.extension[0].value")
		fails(t, people.(rest.Deleter).Delete(ctx, string(other), ""), core.Conflict, "stands in")
		w.seed(t, func(x *persistence.Session) {
			insert(t, x, &persistence.OfficerVillage{OfficerID: &row.OfficerID, LocationID: &w.sides[0].village.LocationID})
		})
		if err := work.(rest.Deleter).Delete(ctx, entry.ID, ""); err != nil {
			t.Fatal(err)
		}
		if row = w.officerOf(t, entry.ID); row.LocationID != nil || row.OfficerIDSubst != nil || row.WorksTo != nil || text(row.Permanentaddress) == "" {
			t.Errorf("row %+v", row)
		}
		if err := people.(rest.Deleter).Delete(ctx, entry.ID, ""); err != nil {
			t.Fatal(err)
		}
		var villages []persistence.OfficerVillage
		if err := w.Store.Read(w.system(t)).DB().Where(persistence.IsNull(persistence.Column("", "ValidityTo"))).Find(&villages).Error; err != nil || len(villages) != 0 {
			t.Errorf("villages %v, %v", villages, err)
		}
	})
}

// The compatible base names the facility in the person, as phones read it.
func TestFacilityOnTheCompatibleBase(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		habitual := *w.Environment
		habitual.Compatible = true
		people := resources.Practitioner(&habitual)
		at := func(code string) string {
			return extended(extension("reference", fmt.Sprintf(`"valueReference":{"type":"Organization","identifier":{"type":{"coding":[{"code":"Code"}]},"value":%q}}`, code)))
		}
		entry, err := people.(rest.Creator).Create(w.system(t), decode(t, aPractitioner("CA", "NEW", at("HF1"))))
		if err != nil {
			t.Fatal(err)
		}
		if row := w.adminOf(t, entry.ID); row.HFID == nil || *row.HFID != w.sides[0].facility.HFID {
			t.Errorf("row %+v", row)
		}
		_, err = people.(rest.Updater).Update(w.system(t), entry.ID, decode(t, aPractitioner("CA", "NEW", at("NONE"))), "")
		fails(t, err, core.Unprocessable, "Practitioner.extension[0].value")
		if _, err = people.(rest.Updater).Update(w.system(t), "NEW", decode(t, aPractitioner("CA", "NEW", at("-"))), ""); err != nil {
			t.Fatal(err)
		}
		if row := w.adminOf(t, entry.ID); row.HFID != nil {
			t.Errorf("row %+v", row)
		}
		// What is shown of one without names can be sent back and names nobody.
		nameless := w.hired(t, "CA", "BARE")
		before := w.adminOf(t, string(nameless))
		if entry, err = people.(rest.Reader).Read(w.system(t), "BARE"); err != nil {
			t.Fatal(err)
		}
		if _, err = people.(rest.Updater).Update(w.system(t), "BARE", decode(t, encode(t, show(t, entry))), ""); err != nil {
			t.Fatal(err)
		}
		after := w.adminOf(t, string(nameless))
		if diff := cmp.Diff([]*string{before.LastName, before.OtherNames}, []*string{after.LastName, after.OtherNames}); diff != "" {
			t.Error(diff)
		}
	})
}

func TestStaffIsRefused(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		people, work := resources.Practitioner(w.Environment), resources.PractitionerRole(w.Environment)
		all := []int{121502, 121503, 121504, 121602, 121603, 121604}
		admin, officer := w.hired(t, "CA", "SAME"), w.hired(t, "EO", "SAME")
		w.seed(t, func(x *persistence.Session) {
			fever := persistence.Diagnosis{ICDCode: "A01", ICDName: "Typhoid"}
			insert(t, x, &fever)
			insert(t, x, &persistence.Claim{ClaimCode: "C1", InsureeID: w.sides[0].head.InsureeID, HFID: w.sides[0].facility.HFID, ClaimAdminID: &w.sides[0].admin.ClaimAdminID,
				DateFrom: persistence.At(today), DateClaimed: persistence.Day(today), ICDID: fever.ICDID})
			row := persistence.Officer{Code: "user1", LastName: "User", OtherNames: "One", HasLogin: ptr(true)}
			insert(t, x, &row)
			w.sides[0].user.IsAssociated = ptr(true)
			if err := persistence.Update(x, &w.sides[0].user); err != nil {
				t.Fatal(err)
			}
		})
		login := find(t, w.system(t), people, "identifier", "", value("user1"))[0]
		person := func(kind, code, old, with string) string {
			return strings.Replace(aPractitioner(kind, code, ""), old, with, 1)
		}
		hf, district := w.sides[0].facility.HFUUID, w.sides[0].district.LocationUUID
		for _, c := range []struct {
			name, update, body string // update names the instance to replace
			rights             []int
			code               core.Code
			path               string
		}{
			{"no kind", "", person("CA", "NEW", `"CA"`, `"DR"`), all, core.Unprocessable, "Practitioner.qualification"},
			{"no code", "", `{"resourceType":"Practitioner","qualification":[{"code":` + kindOfStaff("CA") + `}]}`, all, core.Unprocessable, "Practitioner.identifier"},
			{"code too long", "", aPractitioner("CA", "NINECHARS", ""), all, core.Unprocessable, "Practitioner.identifier[0].value"},
			{"code of an administrator", "", aPractitioner("CA", "SAME", ""), all, core.Conflict, "Practitioner.identifier"},
			{"code of an officer", "", aPractitioner("EO", "SAME", ""), all, core.Conflict, "Practitioner.identifier"},
			{"officer without name", "", person("EO", "NEW", `"family":"Mensah",`, ""), all, core.Unprocessable, "Practitioner.name[0].family"},
			{"name too long", "", person("CA", "NEW", "Mensah", strings.Repeat("x", 101)), all, core.Unprocessable, "Practitioner.name[0].family"},
			{"not born yet", "", person("CA", "NEW", "1990", "2990"), all, core.Unprocessable, "Practitioner.birthDate"},
			{"phone too long", "", person("CA", "NEW", `"12"`, `"`+strings.Repeat("1", 51)+`"`), all, core.Unprocessable, "Practitioner.telecom[0].value"},
			{"no such place", "", aPractitioner("EO", "NEW", workingIn(hf)), all, core.Unprocessable, "Practitioner.address[0].extension.value"},
			{"a region", "", aPractitioner("EO", "NEW", workingIn(w.region.LocationUUID)), all, core.Unprocessable, "Practitioner.address[0].extension.value"},
			{"another kind", string(admin), aPractitioner("EO", "SAME", ""), all, core.Unprocessable, "Practitioner.qualification"},
			{"code signed on with", login, aPractitioner("EO", "user9", ""), all, core.Conflict, "Practitioner.identifier"},
			{"right of the other kind to add", "", aPractitioner("EO", "NEW", ""), []int{121602}, core.Forbidden, "121502"},
			{"right of the other kind to change", string(admin), aPractitioner("CA", "SAME", ""), []int{121503}, core.Forbidden, "121603"},
			{"role of nobody", "", `{"resourceType":"PractitionerRole"}`, all, core.Unprocessable, "PractitionerRole.practitioner"},
			{"role of a stranger", "", aRole("CA", hf, atFacility(hf)), all, core.Unprocessable, "PractitionerRole.practitioner"},
			{"role of either", "", aRole("XX", "SAME", atFacility(hf)), all, core.Unprocessable, "PractitionerRole.code"},
			{"another role", "", aRole("EO", admin, atFacility(hf)), all, core.Unprocessable, "PractitionerRole.code"},
			{"no facility", "", aRole("CA", admin, ""), all, core.Unprocessable, "PractitionerRole.organization"},
			{"no such facility", "", aRole("CA", admin, atFacility(district)), all, core.Unprocessable, "PractitionerRole.organization"},
			{"another's facility", "", aRole("CA", admin, atFacility(w.sides[1].facility.HFUUID)), all, core.Unprocessable, "PractitionerRole.organization"},
			{"another code", "", aRole("CA", admin, atFacility(hf)+identifiedBy("OTHER")), all, core.Unprocessable, "PractitionerRole.identifier[0].value"},
			{"no place", "", aRole("EO", officer, ""), all, core.Unprocessable, "PractitionerRole.location"},
			{"end before start", "", aRole("EO", officer, `,"period":{"start":"2026-01-02","end":"2026-01-01"}`), all, core.Unprocessable, "PractitionerRole.period.end"},
			{"end too late", "", aRole("EO", officer, `,"period":{"end":"2100-01-01"}`), all, core.Unprocessable, "PractitionerRole.period.end"},
			{"stands in for himself", "", aRole("EO", officer, extended(substitute(officer))), all, core.Unprocessable, "PractitionerRole.extension[0].value"},
			{"an administrator stands in", "", aRole("EO", officer, extended(substitute(admin))), all, core.Unprocessable, "PractitionerRole.extension[0].value"},
			{"has a role", "", aRole("CA", w.sides[0].admin.ClaimAdminUUID, atFacility(hf)), all, core.Conflict, "PractitionerRole.practitioner"},
			{"another practitioner", string(w.sides[0].admin.ClaimAdminUUID), aRole("CA", admin, atFacility(hf)), all, core.Unprocessable, "PractitionerRole.practitioner"},
			{"right of the other kind to give a role", "", aRole("CA", admin, atFacility(hf)), []int{121502}, core.Forbidden, "121602"},
		} {
			t.Run(c.name, func(t *testing.T) {
				in, typ, err := decode(t, c.body), people, error(nil)
				if in.Tree.String("resourceType") == "PractitionerRole" {
					typ = work
				}
				if c.update == "" {
					_, err = typ.(rest.Creator).Create(w.may(t, c.rights...), in)
				} else {
					_, err = typ.(rest.Updater).Update(w.may(t, c.rights...), c.update, in, "")
				}
				fails(t, err, c.code, c.path)
			})
		}
		fails(t, people.(rest.Deleter).Delete(w.may(t, 121604), string(w.sides[0].admin.ClaimAdminUUID), ""), core.Conflict, "claims")
		fails(t, people.(rest.Deleter).Delete(w.may(t, 121504), login, ""), core.Conflict, "users")
		fails(t, people.(rest.Deleter).Delete(w.may(t, 121504), string(admin), ""), core.Forbidden, "121604")
		fails(t, work.(rest.Deleter).Delete(w.may(t, 121504), string(w.sides[0].admin.ClaimAdminUUID), ""), core.Forbidden, "121604")
	})
}
