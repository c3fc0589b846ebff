package resources_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/resources"
)

func aLocation(level, code string, parent persistence.UUID) string {
	partOf := ""
	if parent != "" {
		partOf = fmt.Sprintf(`,"partOf":{"reference":"Location/%s"}`, parent)
	}
	return fmt.Sprintf(`{"resourceType":"Location","name":"New place","physicalType":{"coding":[{"system":"%sCodeSystem/location-type","code":%q}]}%s%s}`,
		guide, level, identifiedBy(code), partOf)
}

func TestLocationIsWritten(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		locations := resources.Location(w.Environment)
		o := &w.sides[0]
		entry, err := locations.(rest.Creator).Create(w.as(t, 0), decode(t, aLocation("V", "NEW1", o.ward.LocationUUID)))
		if err != nil {
			t.Fatal(err)
		}
		again, err := locations.(rest.Reader).Read(w.as(t, 0), entry.ID)
		if err != nil {
			t.Fatal(err)
		}
		got := show(t, again)
		if diff := cmp.Diff(show(t, entry), got); diff != "" {
			t.Error(diff)
		}
		if parent := got["partOf"].(map[string]any)["reference"]; parent != "Location/"+string(o.ward.LocationUUID) {
			t.Errorf("partOf %v", parent)
		}
		if profile := fmt.Sprint(got["meta"].(map[string]any)["profile"]); !strings.Contains(profile, "openimis-location") {
			t.Errorf("profile %s", profile)
		}
		// What hangs on the new village is seen at once: a person can live there.
		var village persistence.Location
		if row, err := persistence.One[persistence.Location](w.Store.Read(w.system(t)), persistence.UUID(entry.ID)); err != nil {
			t.Fatal(err)
		} else {
			village = *row
		}
		person, err := resources.Patient(w.Environment).(rest.Creator).Create(w.as(t, 0), decode(t, aPatient(livingIn("temp", village))))
		if err != nil {
			t.Fatal(err)
		}
		if address := fmt.Sprint(show(t, person)["address"]); !strings.Contains(address, string(village.LocationUUID)) {
			t.Errorf("address %s", address)
		}
		habitual := *w.Environment
		habitual.Compatible = true // this base takes nothing away of what the columns say
		if person, err = resources.Patient(&habitual).(rest.Reader).Read(w.as(t, 0), person.ID); err != nil {
			t.Fatal(err)
		}
		if address := fmt.Sprint(show(t, person)["address"]); !strings.Contains(address, "New place") || !strings.Contains(address, "Ultha") {
			t.Errorf("address %s", address)
		}
		fails(t, locations.(rest.Deleter).Delete(w.as(t, 0), entry.ID, ""), core.Conflict, "insured people")
		changed := strings.Replace(aLocation("V", "NEW2", o.ward.LocationUUID), "New place", "Renamed", 1)
		if _, err := locations.(rest.Updater).Update(w.as(t, 0), entry.ID, decode(t, changed), rest.Match(entry.VersionID)); err != nil {
			t.Fatal(err)
		}
		page, err := locations.(rest.Historian).History(w.as(t, 0), entry.ID, rest.HistoryQuery{Count: 5})
		if err != nil || len(page.Entries) != 2 || *page.Total != 2 {
			t.Fatalf("history %+v %v", page, err)
		}
		if now, was := show(t, page.Entries[0])["name"], show(t, page.Entries[1])["name"]; now != "Renamed" || was != "New place" {
			t.Errorf("history says %v, then %v", now, was)
		}
	})
}

func TestLocationIsRefused(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		locations := resources.Location(w.Environment)
		o := &w.sides[0]
		for _, c := range []struct {
			name, body string
			code       core.Code
			path       string
		}{
			{"no parent", aLocation("V", "NEW1", ""), core.Unprocessable, "Location.partOf"},
			{"a level left out", aLocation("V", "NEW1", o.district.LocationUUID), core.Unprocessable, "Location.partOf"},
			{"region below a region", aLocation("R", "NEW1", w.region.LocationUUID), core.Unprocessable, "Location.partOf"},
			{"no such level", aLocation("X", "NEW1", ""), core.Unprocessable, "Location.physicalType"},
			{"unknown parent", aLocation("V", "NEW1", persistence.NewUUID()), core.Unprocessable, "Location.partOf"},
			{"parent in another district", aLocation("V", "NEW1", w.sides[1].ward.LocationUUID), core.Unprocessable, "Location.partOf"},
			{"code too long", aLocation("V", "NINECHARS", o.ward.LocationUUID), core.Unprocessable, "Location.identifier[0].value"},
			{"code taken", aLocation("V", "T1D2W1V1", o.ward.LocationUUID), core.Conflict, "Location.identifier"},
			{"no code, no name", `{"resourceType":"Location"}`, core.Unprocessable, "Location.identifier"},
		} {
			t.Run(c.name, func(t *testing.T) {
				_, err := locations.(rest.Creator).Create(w.as(t, 0), decode(t, c.body))
				fails(t, err, c.code, c.path)
			})
		}
		if _, err := locations.(rest.Creator).Create(w.as(t, 0), decode(t, aLocation("W", "T1D1W1V1", o.district.LocationUUID))); err != nil {
			t.Errorf("a code of another level is free: %v", err)
		}
		for place, why := range map[persistence.UUID]string{o.ward.LocationUUID: "locations below", o.village.LocationUUID: "families"} {
			fails(t, locations.(rest.Deleter).Delete(w.as(t, 0), string(place), ""), core.Conflict, why)
		}
		_, err := locations.(rest.Updater).Update(w.as(t, 0), string(o.ward.LocationUUID), decode(t, aLocation("V", "T1D1W1", o.ward.LocationUUID)), "")
		if core.CodeOf(err) != core.Conflict {
			t.Errorf("a ward with villages became a village: %v", err)
		}
	})
}

func TestAnotherDistrictIsNotThere(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		there := &w.sides[1]
		for _, c := range []struct {
			typ rest.Type
			id  persistence.UUID
		}{
			{resources.Patient(w.Environment), there.member.InsureeUUID},
			{resources.Group(w.Environment), there.family.FamilyUUID},
			{resources.Location(w.Environment), there.village.LocationUUID},
			{resources.Organization(w.Environment), there.facility.HFUUID},
		} {
			name, id := c.typ.Definition().Name, string(c.id)
			if _, err := c.typ.(rest.Reader).Read(w.as(t, 1), id); err != nil {
				t.Errorf("%s: the own district: %v", name, err)
			}
			if _, err := c.typ.(rest.Reader).Read(w.as(t, 0), id); core.CodeOf(err) != core.NotFound {
				t.Errorf("%s: read: %v", name, err)
			}
			if _, err := c.typ.(rest.Historian).History(w.as(t, 0), id, rest.HistoryQuery{Count: 5}); core.CodeOf(err) != core.NotFound {
				t.Errorf("%s: history: %v", name, err)
			}
			if entries, err := c.typ.(rest.BatchReader).ReadAll(w.as(t, 0), []string{id}); err != nil || len(entries) != 0 {
				t.Errorf("%s: batch: %v %v", name, entries, err)
			}
			for _, found := range find(t, w.as(t, 0), c.typ, "", "") {
				if found == id {
					t.Errorf("%s: the search finds it", name)
				}
			}
			if deleter, ok := c.typ.(rest.Deleter); ok {
				if err := deleter.Delete(w.as(t, 0), id, ""); core.CodeOf(err) != core.NotFound {
					t.Errorf("%s: delete: %v", name, err)
				}
			}
		}
	})
}
