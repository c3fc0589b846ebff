package resources_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/resources"
)

const guide = "https://openimis.github.io/openimis_fhir_r4_ig/"

// aPatient is a person who needs nothing else; more is put before the closing brace.
func aPatient(more string) string {
	return `{"resourceType":"Patient","name":[{"family":"Mensah","given":["Ama","Esi"]}],"birthDate":"1990-02-28"` + more + `}`
}

func identifiedBy(code string) string {
	return fmt.Sprintf(`,"identifier":[{"type":{"coding":[{"system":"%sCodeSystem/openimis-identifiers","code":"Code"}]},"value":%q}]`, guide, code)
}

func livingIn(use string, place persistence.Location) string {
	return fmt.Sprintf(`,"address":[{"use":%q,"line":["7 Hill Road"],"extension":[{"url":"%sStructureDefinition/address-location-reference","valueReference":{"reference":"Location/%s"}}]}]`,
		use, guide, place.LocationUUID)
}

func extended(parts ...string) string { return `,"extension":[` + strings.Join(parts, ",") + `]` }

func extension(id, value string) string {
	return fmt.Sprintf(`{"url":"%sStructureDefinition/%s",%s}`, guide, id, value)
}

func TestPatientAsTheGuideHasIt(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		o := &w.sides[0]
		entry, err := resources.Patient(w.Environment).(rest.Reader).Read(w.as(t, 0), string(o.member.InsureeUUID))
		if err != nil {
			t.Fatal(err)
		}
		got := show(t, entry)
		want := map[string]any{}
		text := strings.NewReplacer(
			"MEMBER", string(o.member.InsureeUUID), "FAMILY", string(o.family.FamilyUUID), "VILLAGE", string(o.village.LocationUUID),
			"FACILITY", string(o.facility.HFUUID), "VERSION", entry.VersionID,
		).Replace(golden(t, "patient-member.json"))
		if err := json.Unmarshal([]byte(text), &want); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("-want +got\n%s\n%s", diff, encode(t, got))
		}
	})
}

func TestPatientIsCreated(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		patients := resources.Patient(w.Environment)
		entry, err := patients.(rest.Creator).Create(w.as(t, 0), decode(t, aPatient(livingIn("home", w.sides[0].village)+extended(extension("patient-is-head", `"valueBoolean":true`)))))
		if err != nil {
			t.Fatal(err)
		}
		again, err := patients.(rest.Reader).Read(w.as(t, 0), entry.ID)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(show(t, entry), show(t, again)); diff != "" {
			t.Errorf("the answer is not what is read afterwards: %s", diff)
		}
		row, err := persistence.One[persistence.Insuree](w.Store.Read(w.system(t)), persistence.UUID(entry.ID), "Family")
		if err != nil {
			t.Fatal(err)
		}
		if len(*row.CHFID) != 9 || !row.IsHead || row.Family == nil || row.Family.InsureeID != row.InsureeID || *row.Family.LocationID != w.sides[0].village.LocationID {
			t.Errorf("row %+v family %+v", row, row.Family)
		}
		var n, last int
		if _, err := fmt.Sscanf(*row.CHFID, "%8d%1d", &n, &last); err != nil || n%7 != last {
			t.Errorf("the number %s fails its check digit", *row.CHFID)
		}
		if row.OtherNames != "Ama Esi" || *row.Family.FamilyAddress != "7 Hill Road" || row.CurrentVillage != nil || row.AuditUserID != w.sides[0].user.UserID {
			t.Errorf("row %+v", row)
		}
	})
}

func TestPatientIsRefused(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		patients := resources.Patient(w.Environment).(rest.Creator)
		nowhere := persistence.NewUUID()
		for _, c := range []struct {
			name, body string
			code       core.Code
			path       string
		}{
			{"no birth date", `{"resourceType":"Patient","name":[{"family":"A","given":["B"]}]}`, core.Unprocessable, "Patient.birthDate"},
			{"no day of birth", `{"resourceType":"Patient","name":[{"family":"A","given":["B"]}],"birthDate":"1990-02"}`, core.Unprocessable, "Patient.birthDate"},
			{"no name", `{"resourceType":"Patient","birthDate":"1990-02-28"}`, core.Unprocessable, "Patient.name"},
			{"no given name", `{"resourceType":"Patient","name":[{"family":"A"}],"birthDate":"1990-02-28"}`, core.Unprocessable, "Patient.name[0].given"},
			{"name too long", `{"resourceType":"Patient","name":[{"family":"` + strings.Repeat("A", 101) + `","given":["B"]}],"birthDate":"1990-02-28"}`, core.Unprocessable, "Patient.name[0].family"},
			{"born tomorrow", `{"resourceType":"Patient","name":[{"family":"A","given":["B"]}],"birthDate":"2026-11-22"}`, core.Unprocessable, "Patient.birthDate"},
			{"number taken", aPatient(identifiedBy("070707071")), core.Conflict, "Patient.identifier"},
			{"number taken in another district", aPatient(identifiedBy("070707072")), core.Conflict, "Patient.identifier"},
			{"unknown family", aPatient(extended(extension("patient-group-reference", `"valueReference":{"reference":"Group/`+string(nowhere)+`"}`))), core.Unprocessable, "Patient.extension[0].value"},
			{"family of another district", aPatient(extended(extension("patient-group-reference", `"valueReference":{"reference":"Group/`+string(w.sides[1].family.FamilyUUID)+`"}`))), core.Unprocessable, "Patient.extension[0].value"},
			{"no reference to a family", aPatient(extended(extension("patient-group-reference", `"valueReference":{"reference":"Patient/1"}`))), core.Unprocessable, "Patient.extension[0].value"},
			{"unknown facility", aPatient(`,"generalPractitioner":[{"reference":"Organization/` + string(nowhere) + `"}]`), core.Unprocessable, "Patient.generalPractitioner[0]"},
			{"unknown education", aPatient(extended(extension("patient-education-level", `"valueCodeableConcept":{"coding":[{"system":"`+guide+`CodeSystem/patient-education-level","code":"99"}]}`))), core.Unprocessable, "Patient.extension[0].value"},
			{"address in a district", aPatient(livingIn("temp", w.sides[0].district)), core.Unprocessable, "Patient.address[0]"},
			{"broken photograph", aPatient(`,"photo":[{"data":"AAAA","hash":"AAAA"}]`), core.Unprocessable, "Patient.photo[0].hash"},
			{"much too much", aPatient(`,"contact":[{"name":{"text":"` + strings.Repeat("x", 70_000) + `"}}]`), core.Unprocessable, "Patient"},
		} {
			t.Run(c.name, func(t *testing.T) {
				before := count[persistence.Insuree](t, w)
				_, err := patients.Create(w.as(t, 0), decode(t, c.body))
				fails(t, err, c.code, c.path)
				if after := count[persistence.Insuree](t, w); after != before {
					t.Errorf("%d rows were written all the same", after-before)
				}
			})
		}
	})
}

// count counts all rows of a table, history included.
func count[R any](t testing.TB, w *world) int64 {
	t.Helper()
	var n int64
	if err := w.Store.Read(w.system(t)).DB().Model(new(R)).Count(&n).Error; err != nil {
		t.Fatal(err)
	}
	return n
}

func TestPatientIsUpdated(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		o := &w.sides[0]
		patients := resources.Patient(w.Environment)
		id := string(o.member.InsureeUUID)
		w.seed(t, func(x *persistence.Session) { // columns FHIR cannot say
			row, err := persistence.One[persistence.Insuree](x, o.member.InsureeUUID)
			if err != nil {
				t.Fatal(err)
			}
			row.GeoLocation, row.IsOffline, row.JSONExt = ptr("1.5 2.5"), ptr(true), ptr(persistence.JSON(`{"site":{"blood":"0+"}}`))
			if err := persistence.Update(x, row); err != nil {
				t.Fatal(err)
			}
		})
		old, err := patients.(rest.Reader).Read(w.as(t, 0), id)
		if err != nil {
			t.Fatal(err)
		}
		body := aPatient(identifiedBy("080808081") + `,"gender":"male","telecom":[{"system":"phone","value":"123","use":"work"}]` +
			extended(extension("patient-group-reference", `"valueReference":{"reference":"Group/`+string(o.family.FamilyUUID)+`"}`)))
		if _, err := patients.(rest.Updater).Update(w.as(t, 0), id, decode(t, body), "0.00000000"); core.CodeOf(err) != core.PreconditionFailed {
			t.Fatalf("a wrong version: %v", err)
		}
		entry, err := patients.(rest.Updater).Update(w.as(t, 0), id, decode(t, body), rest.Match(old.VersionID))
		if err != nil {
			t.Fatal(err)
		}
		if entry.VersionID == old.VersionID || entry.ID != id {
			t.Errorf("id %s version %s", entry.ID, entry.VersionID)
		}
		row, err := persistence.One[persistence.Insuree](w.Store.Read(w.system(t)), o.member.InsureeUUID)
		if err != nil {
			t.Fatal(err)
		}
		if row.LastName != "Mensah" || *row.Phone != "123" || row.HFID != nil || row.Relationship != nil || *row.FamilyID != o.family.FamilyID {
			t.Errorf("mapped columns: %+v", row)
		}
		if text(row.GeoLocation) != "1.5 2.5" || row.IsOffline == nil || !*row.IsOffline || !strings.Contains(string(*row.JSONExt), `"blood"`) {
			t.Errorf("unmapped columns: %+v", row)
		}
		page, err := patients.(rest.Historian).History(w.as(t, 0), id, rest.HistoryQuery{Count: 10})
		if err != nil {
			t.Fatal(err)
		}
		if len(page.Entries) != 3 || page.Entries[0].VersionID != entry.VersionID || page.Entries[1].VersionID != old.VersionID || !page.Entries[2].Created {
			t.Fatalf("history %+v", page.Entries)
		}
		then, err := patients.(rest.VersionReader).ReadVersion(w.as(t, 0), id, old.VersionID)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(show(t, old), show(t, then)); diff != "" {
			t.Errorf("the old version is not what it was: %s", diff)
		}
	})
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func TestPatientMovesBetweenFamilies(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		patients := resources.Patient(w.Environment)
		from, to := &w.sides[0], &w.sides[1]
		into := func(number string) *fhir.Resource {
			return decode(t, aPatient(identifiedBy(number)+extended(extension("patient-group-reference", `"valueReference":{"reference":"Group/`+string(to.family.FamilyUUID)+`"}`))))
		}
		_, err := patients.(rest.Updater).Update(w.system(t), string(from.head.InsureeUUID), into("070707071"), "")
		fails(t, err, core.Conflict, "Patient.extension[0].value")
		if _, err := patients.(rest.Updater).Update(w.system(t), string(from.member.InsureeUUID), into("080808081"), ""); err != nil {
			t.Fatal(err)
		}
		x := w.Store.Read(w.system(t))
		row, err := persistence.One[persistence.Insuree](x, from.member.InsureeUUID)
		if err != nil || *row.FamilyID != to.family.FamilyID {
			t.Fatalf("%+v %v", row, err)
		}
		var cover persistence.InsureePolicy
		if err := x.DB().First(&cover, from.cover.InsureePolicyID).Error; err != nil || cover.ValidityTo == nil {
			t.Errorf("the cover by the family left is open still: %+v %v", cover, err)
		}
		if _, err := patients.(rest.Reader).Read(w.as(t, 0), string(from.member.InsureeUUID)); core.CodeOf(err) != core.NotFound {
			t.Errorf("the district left still sees the person: %v", err)
		}
	})
}

func TestPatientBecomesHead(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		o := &w.sides[0]
		patients := resources.Patient(w.Environment)
		body := aPatient(identifiedBy("080808081") + extended(
			extension("patient-is-head", `"valueBoolean":true`),
			extension("patient-group-reference", `"valueReference":{"reference":"Group/`+string(o.family.FamilyUUID)+`"}`)))
		if _, err := patients.(rest.Updater).Update(w.as(t, 0), string(o.member.InsureeUUID), decode(t, body), ""); err != nil {
			t.Fatal(err)
		}
		x := w.Store.Read(w.system(t))
		family, err := persistence.One[persistence.Family](x, o.family.FamilyUUID)
		if err != nil || family.InsureeID != o.member.InsureeID {
			t.Errorf("family %+v %v", family, err)
		}
		former, err := persistence.One[persistence.Insuree](x, o.head.InsureeUUID)
		if err != nil || former.IsHead {
			t.Errorf("former head %+v %v", former, err)
		}
		no := strings.Replace(body, `"valueBoolean":true`, `"valueBoolean":false`, 1)
		_, err = patients.(rest.Updater).Update(w.as(t, 0), string(o.member.InsureeUUID), decode(t, no), "")
		fails(t, err, core.Conflict, "Patient.extension")
	})
}

func TestPatientIsDeleted(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		o := &w.sides[0]
		patients := resources.Patient(w.Environment)
		remove := patients.(rest.Deleter)
		fails(t, remove.Delete(w.as(t, 0), string(o.head.InsureeUUID), ""), core.Conflict, "head of a family")
		if err := remove.Delete(w.as(t, 1), string(o.member.InsureeUUID), ""); core.CodeOf(err) != core.NotFound {
			t.Errorf("another district: %v", err)
		}
		id := string(o.member.InsureeUUID)
		if err := remove.Delete(w.as(t, 0), id, ""); err != nil {
			t.Fatal(err)
		}
		if err := remove.Delete(w.as(t, 0), id, ""); err != nil {
			t.Errorf("deleting what is deleted: %v", err)
		}
		if _, err := patients.(rest.Reader).Read(w.as(t, 0), id); core.CodeOf(err) != core.Gone {
			t.Errorf("reading what is deleted: %v", err)
		}
		if found := find(t, w.as(t, 0), patients, "", ""); len(found) != 1 {
			t.Errorf("found %v", found)
		}
		var cover persistence.InsureePolicy
		if err := w.Store.Read(w.system(t)).DB().First(&cover, o.cover.InsureePolicyID).Error; err != nil || cover.ValidityTo == nil {
			t.Errorf("the cover is open still: %+v %v", cover, err)
		}
		page, err := patients.(rest.Historian).History(w.as(t, 0), id, rest.HistoryQuery{Count: 10})
		if err != nil {
			t.Fatal(err)
		}
		if len(page.Entries) != 2 || !page.Entries[0].Deleted || page.Entries[1].Deleted || !page.Entries[1].Created {
			t.Fatalf("history %+v %+v", page.Entries[0], page.Entries)
		}
		if page.Entries[0].VersionID == page.Entries[1].VersionID {
			t.Error("the deletion has the version of what was deleted")
		}
		if _, err := patients.(rest.VersionReader).ReadVersion(w.as(t, 0), id, page.Entries[0].VersionID); core.CodeOf(err) != core.Gone {
			t.Errorf("reading the deletion: %v", err)
		}
	})
}

func TestPhotograph(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		patients := resources.Patient(w.Environment)
		entry, err := patients.(rest.Creator).Create(w.as(t, 0), decode(t, aPatient(identifiedBy("123"))))
		if err != nil {
			t.Fatal(err)
		}
		photo := func() *persistence.Photo {
			row, err := persistence.One[persistence.Insuree](w.Store.Read(w.system(t)), persistence.UUID(entry.ID), "Photo")
			if err != nil {
				t.Fatal(err)
			}
			if row.Photo == nil || row.Photo.InsureeID == nil || *row.Photo.InsureeID != row.InsureeID {
				t.Fatalf("photo row %+v", row.Photo)
			}
			return row.Photo
		}
		if empty := photo(); empty.Photo != nil || text(empty.PhotoFileName) != "" {
			t.Errorf("a person without photograph: %+v", empty)
		}
		if show(t, entry)["photo"] != nil {
			t.Error("an empty photograph is shown")
		}
		body := aPatient(identifiedBy("123") + `,"photo":[{"contentType":"image/png","data":"aGVsbG8=","title":"me.png","creation":"2020-05-01","hash":"qvTGHdzF6KLavt4PO0gs2a6pQ00="}]`)
		updated, err := patients.(rest.Updater).Update(w.as(t, 0), entry.ID, decode(t, body), rest.Match(entry.VersionID))
		if err != nil {
			t.Fatal(err)
		}
		if kept := photo(); text(kept.Photo) != "aGVsbG8=" || text(kept.PhotoFileName) != "me.png" || kept.PhotoDate.String() != "2020-05-01" {
			t.Errorf("kept %+v", kept)
		}
		if got := fmt.Sprint(show(t, updated)["photo"]); !strings.Contains(got, "aGVsbG8=") || !strings.Contains(got, "image/png") {
			t.Errorf("shown %s", got)
		}
		// A photograph that is not sent again stays.
		_, err = patients.(rest.Updater).Update(w.as(t, 0), entry.ID, decode(t, aPatient(identifiedBy("123"))), rest.Match(updated.VersionID))
		if err != nil {
			t.Fatal(err)
		}
		if kept := photo(); text(kept.Photo) != "aGVsbG8=" {
			t.Errorf("lost %+v", kept)
		}
	})
}

func TestTheDeadAreCoveredNoLonger(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		o := &w.sides[0]
		body := aPatient(identifiedBy("080808081") + `,"deceasedDateTime":"2026-11-01"` +
			extended(extension("patient-group-reference", `"valueReference":{"reference":"Group/`+string(o.family.FamilyUUID)+`"}`)))
		entry, err := resources.Patient(w.Environment).(rest.Updater).Update(w.as(t, 0), string(o.member.InsureeUUID), decode(t, body), "")
		if err != nil {
			t.Fatal(err)
		}
		if got := show(t, entry); got["deceasedDateTime"] != "2026-11-01" {
			t.Errorf("shown %s", encode(t, got))
		}
		var cover persistence.InsureePolicy
		if err := w.Store.Read(w.system(t)).DB().First(&cover, o.cover.InsureePolicyID).Error; err != nil || cover.ValidityTo != nil || cover.ExpiryDate.String() != "2026-11-01" {
			t.Errorf("cover %+v %v", cover, err)
		}
	})
}
