package scheme

import (
	"testing"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// below adds a location below another one.
func (w *registry) below(t *testing.T, level, code string, parent *int) persistence.Location {
	t.Helper()
	row := persistence.Location{LocationType: level, LocationCode: &code, LocationName: ptr("Place " + code), ParentLocationID: parent}
	w.write(t, func(x *persistence.Session) error { return persistence.Insert(x, &row) })
	return row
}

// TestWhereLocationsMove cites rule 11, uspMoveLocation.
func TestWhereLocationsMove(t *testing.T) {
	eachRegistry(t, func(t *testing.T, w *registry) {
		otherRegion := w.below(t, "R", "R2", nil)
		otherDistrict := w.below(t, "D", "D2", &otherRegion.LocationID)
		for _, c := range []struct {
			name              string
			row, parent       persistence.Location
			legacy, corrected []string
		}{
			{"a region", w.region, otherRegion, []string{"LocationType"}, []string{"LocationType"}},
			{"a district to another region", w.district, otherRegion, nil, nil},
			{"a ward to another district", w.ward, otherDistrict, nil, nil},
			{"where it is", w.ward, w.district, []string{"ParentLocationId"}, []string{"ParentLocationId"}},
			{"a ward to a region", w.ward, otherRegion, nil, []string{"ParentLocationId"}},
			{"a district to a district", w.district, otherDistrict, nil, []string{"ParentLocationId"}},
			{"below itself", w.district, w.village, []string{"ParentLocationId"}, []string{"ParentLocationId"}},
			{"to nowhere", w.ward, persistence.Location{LocationID: 9999}, []string{"ParentLocationId"}, []string{"ParentLocationId"}},
		} {
			for book, want := range map[string][]string{"legacy": c.legacy, "corrected": c.corrected} {
				row := c.row
				err := w.try(t, func(x *persistence.Session) error {
					return Locations{Rules: mustRuleBook(book)}.Move(x, &row, c.parent.LocationID, nil)
				})
				wantFaults(t, c.name+" by the "+book+" book", err, want...)
			}
		}
		w.write(t, func(x *persistence.Session) error { return Locations{}.Move(x, &w.ward, otherDistrict.LocationID, nil) })
		got := rowsOf(t, w.store, func(r *persistence.Location) string { return text(r.LocationCode) },
			func(r *persistence.Location) (*persistence.DateTime, *int) { return r.ValidityTo, r.LegacyID })
		if want := "+R1, +D1, +W1, +V1, +R2, +D2, W1 was 3"; got != want {
			t.Errorf("stored: %s, expected %s", got, want)
		}
		stale := w.ward
		stale.ValidityFrom = ptr(persistence.At(policyToday.AddDate(-1, 0, 0)))
		wantCode(t, "somebody else was faster", w.run(t, func(x *persistence.Session) error { return Locations{}.Move(x, &stale, w.district.LocationID, nil) }), core.Conflict)
	})
}

func TestWhatALocationCannotBe(t *testing.T) {
	eachRegistry(t, func(t *testing.T, w *registry) {
		for _, c := range []struct {
			name   string
			change func(r *persistence.Location)
			want   []string
		}{
			{"good", func(*persistence.Location) {}, nil},
			{"nothing is said", func(r *persistence.Location) { *r = persistence.Location{} }, []string{"LocationCode", "LocationName", "LocationType"}},
			{"a code that is taken", func(r *persistence.Location) { r.LocationCode = ptr("V1") }, []string{"LocationCode"}},
			{"a code of another level", func(r *persistence.Location) { r.LocationCode = ptr("W1") }, nil},
			{"below a district", func(r *persistence.Location) { r.ParentLocationID = &w.district.LocationID }, []string{"ParentLocationId"}},
			{"below nothing", func(r *persistence.Location) { r.ParentLocationID = nil }, []string{"ParentLocationId"}},
			{"a region below another", func(r *persistence.Location) { r.LocationType, r.ParentLocationID = "R", &w.region.LocationID }, []string{"ParentLocationId"}},
			{"fewer people than none", func(r *persistence.Location) { r.MalePopulation, r.Families = ptr(-1), ptr(-1) }, []string{"MalePopulation", "Families"}},
		} {
			row := persistence.Location{LocationType: "V", LocationCode: ptr("V9"), LocationName: ptr("New"), ParentLocationID: &w.ward.LocationID}
			c.change(&row)
			wantFaults(t, c.name, w.try(t, func(x *persistence.Session) error { return Locations{}.Create(x, &LocationDraft{Location: row}) }), c.want...)
		}
		other := w.below(t, "R", "R2", nil)
		level := &LocationDraft{Location: w.district, Paths: Paths{"LocationType": "type"}}
		level.Location.LocationType, level.Location.ParentLocationID = "W", &w.district.LocationID
		err := w.try(t, func(x *persistence.Session) error { return Locations{}.Update(x, level) })
		wantFaults(t, "another level with wards below", err, "type")
		if core.CodeOf(err) != core.Conflict {
			t.Errorf("another level with wards below: %v", err)
		}

		remove := func(heir *int) func(x *persistence.Session) error {
			return func(x *persistence.Session) error {
				row := w.region
				return Locations{}.Delete(x, &row, heir, Paths{"heir": "newParentUuid"})
			}
		}
		wantCode(t, "with districts below", w.try(t, remove(nil)), core.Conflict, "locations below it")
		wantFaults(t, "an heir of another level", w.try(t, remove(&w.ward.LocationID)), "newParentUuid")
		wantFaults(t, "its own heir", w.try(t, remove(&w.region.LocationID)), "newParentUuid")
		w.write(t, remove(&other.LocationID))
		got := rowsOf(t, w.store, func(r *persistence.Location) string { return text(r.LocationCode) },
			func(r *persistence.Location) (*persistence.DateTime, *int) { return r.ValidityTo, r.LegacyID })
		if want := "-R1, +D1, +W1, +V1, +R2, D1 was 2, R1 was 1"; got != want {
			t.Errorf("stored: %s, expected %s", got, want)
		}
	})
}

func TestWhatAFacilityCannotBe(t *testing.T) {
	eachRegistry(t, func(t *testing.T, w *registry) {
		national := persistence.ItemPriceList{PLItemName: "Nation", DatePL: persistence.Day(policyToday)}
		elsewhere := w.below(t, "R", "R2", nil)
		foreign := persistence.ServicePriceList{PLServName: "Elsewhere", DatePL: persistence.Day(policyToday), LocationID: &elsewhere.LocationID}
		w.write(t, func(x *persistence.Session) error {
			put(t, x, &national)
			put(t, x, &foreign)
			return nil
		})
		for _, c := range []struct {
			name   string
			change func(d *FacilityDraft)
			want   []string
		}{
			{"good", func(*FacilityDraft) {}, nil},
			{"nothing is said", func(d *FacilityDraft) { d.Facility = persistence.HealthFacility{} }, []string{"HFCode", "HFName", "LegalForm", "LocationId"}},
			{"letters of no list", func(d *FacilityDraft) {
				d.Facility.LegalForm, d.Facility.HFSublevel, d.Facility.Status, d.Facility.HFLevel, d.Facility.HFCareType = "X", ptr("X"), ptr("XX"), "X", "X"
			}, []string{"LegalForm", "HFSublevel", "status", "HFLevel", "HFCareType"}},
			{"letters of a list", func(d *FacilityDraft) { d.Facility.HFSublevel, d.Facility.Status = ptr("I"), ptr("DE") }, nil},
			{"in a village", func(d *FacilityDraft) {
				d.Facility.LocationID, d.Facility.PLItemID, d.Facility.PLServiceID = w.village.LocationID, ptr(9999), &foreign.PLServiceID
			}, []string{"LocationId"}},
			{"a list of the nation", func(d *FacilityDraft) { d.Facility.PLItemID = &national.PLItemID }, nil},
			{"a list of another region", func(d *FacilityDraft) { d.Facility.PLServiceID = &foreign.PLServiceID }, []string{"PLServiceID"}},
			{"a list that is not there", func(d *FacilityDraft) { d.Facility.PLItemID = ptr(9999) }, []string{"PLItemID"}},
			{"a contract over before it begins", func(d *FacilityDraft) {
				d.Facility.ContractStartDate, d.Facility.ContractEndDate = ptr(policyDay(t, "2023-02-02")), ptr(policyDay(t, "2023-02-01"))
			}, []string{"ContractEndDate"}},
			{"a contract of one day", func(d *FacilityDraft) {
				d.Facility.ContractStartDate, d.Facility.ContractEndDate = ptr(policyDay(t, "2023-02-02")), ptr(policyDay(t, "2023-02-02"))
			}, nil},
			{"a contract without end", func(d *FacilityDraft) { d.Facility.ContractStartDate = ptr(policyDay(t, "2023-02-02")) }, nil},
			{"a contract without beginning", func(d *FacilityDraft) { d.Facility.ContractEndDate = ptr(policyDay(t, "2023-02-02")) }, nil},
			{"villages it cannot serve", func(d *FacilityDraft) {
				v := w.village.LocationID
				d.Catchments = []persistence.HealthFacilityCatchment{{LocationID: v, Catchment: ptr(100)}, {LocationID: v, Catchment: ptr(101)}, {LocationID: 9999, Catchment: ptr(1)}}
			}, []string{"catchment 1.Catchment", "catchment 1.LocationId", "catchment 2.LocationId"}},
		} {
			d := &FacilityDraft{Facility: w.facility("HF")}
			c.change(d)
			wantFaults(t, c.name, w.try(t, func(x *persistence.Session) error { return Facilities{}.Create(x, d) }), c.want...)
		}

		d := &FacilityDraft{Facility: w.facility("HF"), Catchments: []persistence.HealthFacilityCatchment{{LocationID: w.village.LocationID, Catchment: ptr(60)}}}
		w.write(t, func(x *persistence.Session) error { return Facilities{}.Create(x, d) })
		wantFaults(t, "a code that is taken", w.try(t, func(x *persistence.Session) error {
			return Facilities{}.Create(x, &FacilityDraft{Facility: w.facility("HF"), Paths: Paths{"HFCode": "code"}})
		}), "code")
		w.write(t, func(x *persistence.Session) error {
			d.Catchments[0].Catchment = ptr(70)
			return Facilities{}.Update(x, d)
		})
		wantCode(t, "a facility that serves", w.try(t, func(x *persistence.Session) error { return Facilities{}.Delete(x, &d.Facility, "") }), core.Conflict, "catchments")
		w.write(t, func(x *persistence.Session) error {
			d.Catchments = []persistence.HealthFacilityCatchment{}
			return Facilities{}.Update(x, d)
		})
		w.write(t, func(x *persistence.Session) error { return Facilities{}.Delete(x, &d.Facility, "") })
		if got, want := catchmentRows(t, w), "-4:70, 4:60 was 1, 4:70 was 1"; got != want {
			t.Errorf("catchments: %s, expected %s", got, want)
		}
		if got, want := eventNames(t, w.store), "facility.created facility.changed facility.changed facility.deleted"; got != want {
			t.Errorf("events: %s, expected %s", got, want)
		}
	})
}

// A facility keeps the price lists it has, whoever gave them to it, until it moves or gets
// others.
func TestPriceListsOfAFacilityThatChanges(t *testing.T) {
	eachRegistry(t, func(t *testing.T, w *registry) {
		elsewhere, neighbour := w.below(t, "R", "R2", nil), w.below(t, "D", "D2", &w.region.LocationID)
		day := persistence.Day(policyToday)
		items := []persistence.ItemPriceList{{PLItemName: "Foreign", DatePL: day, LocationID: &elsewhere.LocationID}, {PLItemName: "Other", DatePL: day, LocationID: &elsewhere.LocationID}}
		services := []persistence.ServicePriceList{{PLServName: "Foreign", DatePL: day, LocationID: &elsewhere.LocationID}, {PLServName: "Other", DatePL: day, LocationID: &elsewhere.LocationID}}
		hf := w.facility("HF")
		w.write(t, func(x *persistence.Session) error {
			for i := range items {
				put(t, x, &items[i])
				put(t, x, &services[i])
			}
			hf.PLItemID, hf.PLServiceID = &items[0].PLItemID, &services[0].PLServiceID
			return persistence.Insert(x, &hf)
		})
		for _, c := range []struct {
			name   string
			change func(f *persistence.HealthFacility)
			want   []string
		}{
			{"another name", func(f *persistence.HealthFacility) { f.HFName = "New" }, nil},
			{"another list of items", func(f *persistence.HealthFacility) { f.PLItemID = &items[1].PLItemID }, []string{"PLItemID"}},
			{"another list of services", func(f *persistence.HealthFacility) { f.PLServiceID = &services[1].PLServiceID }, []string{"PLServiceID"}},
			{"another district", func(f *persistence.HealthFacility) { f.LocationID = neighbour.LocationID }, []string{"PLItemID", "PLServiceID"}},
			{"no lists", func(f *persistence.HealthFacility) { f.PLItemID, f.PLServiceID = nil, nil }, nil},
		} {
			d := &FacilityDraft{Facility: hf}
			c.change(&d.Facility)
			wantFaults(t, c.name, w.try(t, func(x *persistence.Session) error { return Facilities{}.Update(x, d) }), c.want...)
		}
	})
}
