package scheme

import (
	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// Facilities are the use cases on health facilities. Each runs inside the transaction of
// the session it is given, writes rows with their history and publishes one event.
type Facilities struct{}

// FacilityDraft is a health facility as it is to be, with the villages it serves.
type FacilityDraft struct {
	Facility   persistence.HealthFacility
	Catchments []persistence.HealthFacilityCatchment // nil: as they are

	// Paths gives the names errors use: for columns of tblHF and tblHFCatchment, and for
	// "catchment 0" and so on.
	Paths Paths
}

// catchments are the lines of facilities.
var catchments = lines[persistence.HealthFacilityCatchment, [2]int]{"HFID",
	func(l *persistence.HealthFacilityCatchment) [2]int { return [2]int{l.HFID, l.LocationID} },
	func(l *persistence.HealthFacilityCatchment, facility int) { l.HFID = facility }}

// Create stores a new facility. Errors: core.Unprocessable for what a facility cannot be,
// core.Conflict for a code that is taken; with all faults.
func (f Facilities) Create(x *persistence.Session, d *FacilityDraft) error {
	d.Facility.HFID = 0
	if err := f.check(x, d, &persistence.HealthFacility{}); err != nil {
		return err
	}
	if err := persistence.Insert(x, &d.Facility); err != nil {
		return err
	}
	return f.written(x, d, "facility.created")
}

// Update changes a facility, which must carry the ValidityFrom it was read with. Errors:
// core.NotFound, core.Gone, those of Create; core.Conflict when it was changed since.
func (f Facilities) Update(x *persistence.Session, d *FacilityDraft) error {
	stored, err := persistence.OneByKey[persistence.HealthFacility](x, d.Facility.HFID)
	if err != nil {
		return err
	}
	if err := f.check(x, d, stored); err != nil {
		return err
	}
	if err := persistence.Update(x, &d.Facility); err != nil {
		return err
	}
	return f.written(x, d, "facility.changed")
}

// Delete closes a facility, as it was read. Errors: core.Gone; core.Conflict at path while
// something live needs it, the villages it serves too, and when it was changed since.
func (Facilities) Delete(x *persistence.Session, row *persistence.HealthFacility, path string) error {
	err := refuseWhileUsed(x, path, row.HFID,
		use[persistence.Claim]{"HFID", "claims"},
		use[persistence.ClaimAdmin]{"HFId", "claim administrators"},
		use[persistence.Insuree]{"HFID", "insured people"},
		use[persistence.HealthFacilityCatchment]{"HFID", "catchments"},
		use[persistence.User]{"HFID", "users"},
	)
	if err != nil {
		return err
	}
	if err := persistence.Delete(x, row); err != nil {
		return err
	}
	return publishRows(x, "facility.deleted", "HealthFacility", row.HFUUID)
}

func (Facilities) written(x *persistence.Session, d *FacilityDraft, event string) error {
	if d.Catchments != nil {
		if err := catchments.write(x, d.Facility.HFID, d.Catchments); err != nil {
			return err
		}
	}
	return publishRows(x, event, "HealthFacility", d.Facility.HFUUID)
}

// check looks for everything that is wrong with the draft; was is the stored facility.
func (Facilities) check(x *persistence.Session, d *FacilityDraft, was *persistence.HealthFacility) error {
	f, c := &d.Facility, &draftCheck{x: x, paths: d.Paths}
	lists := facilityLists{}
	if lists.load(c); c.err != nil {
		return c.err
	}
	c.facility(f, lists)
	village := func(l *persistence.HealthFacilityCatchment) int { return l.LocationID }
	each(c, "catchment", d.Catchments, func(l *persistence.HealthFacilityCatchment) {
		fits(c, l)
		c.within("Catchment", l.Catchment, 0, 100)
	})
	once(c, "catchment", "LocationId", d.Catchments, village)
	missing[persistence.Location](c, "catchment", "LocationId", "location", d.Catchments, village)
	district := c.place("LocationId", f.LocationID, "D")
	if district != nil && (f.LocationID != was.LocationID || number(f.PLItemID) != number(was.PLItemID)) {
		pricedThere(c, "PLItemID", f.PLItemID, "price list of items", district, func(l *persistence.ItemPriceList) *int { return l.LocationID })
	}
	if district != nil && (f.LocationID != was.LocationID || number(f.PLServiceID) != number(was.PLServiceID)) {
		pricedThere(c, "PLServiceID", f.PLServiceID, "price list of services", district, func(l *persistence.ServicePriceList) *int { return l.LocationID })
	}
	refuseTaken(c, unique{"HFCode", "code", "facility", persistence.Same}, f.HFCode, f)
	return c.done()
}

// facilityLists are the letters of legal forms and sub-levels.
type facilityLists struct{ legalForms, sublevels string }

func (f *facilityLists) load(c *draftCheck) {
	var forms []persistence.LegalForm
	var sublevels []persistence.HealthFacilitySublevel
	l := &loader{db: c.x.DB()}
	find(l, &forms)
	find(l, &sublevels)
	c.failed(l.err)
	for i := range forms {
		f.legalForms += text(&forms[i].LegalFormCode)
	}
	for i := range sublevels {
		f.sublevels += text(&sublevels[i].HFSublevel)
	}
}

// facility checks what needs no look at other rows.
func (c *draftCheck) facility(f *persistence.HealthFacility, lists facilityLists) {
	fits(c, f)
	c.needed("HFCode", f.HFCode, "the code of the facility")
	c.needed("HFName", f.HFName, "the name of the facility")
	c.letter("LegalForm", f.LegalForm, lists.legalForms, false)
	c.letter("HFLevel", f.HFLevel, "DCH", true) // not everybody who enters a facility knows it, nor the care it gives
	c.letter("HFSublevel", text(f.HFSublevel), lists.sublevels, true)
	c.letter("HFCareType", f.HFCareType, "IOB", true)
	switch text(f.Status) {
	case "", "AC", "IN", "DE", "ID":
	default:
		c.fault("status", "%q is none of AC, IN, DE and ID", *f.Status)
	}
	if from, to := f.ContractStartDate, f.ContractEndDate; from != nil && to != nil && to.Before(from.Time) {
		c.fault("ContractEndDate", "the contract ends on %s, before it begins on %s", to, from)
	}
}

// pricedThere refuses a price list that is not there or not for the district.
func pricedThere[L any](c *draftCheck, name string, key *int, what string, district *persistence.Location, place func(*L) *int) {
	if key == nil {
		return
	}
	if list := there[L](c, name, *key, what); list != nil && !reaches(place(list), district) {
		c.refuse(core.Unprocessable, name, "the %s is not for %s", what, text(district.LocationName))
	}
}
