package scheme

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/openimis/openimis-go/persistence"
)

// LocationRow is a location in an upload. Parent is the code of the location one level
// above, "" for a region.
type LocationRow struct {
	Level, Code, Name, Parent         string
	Male, Female, Other, FamilyNumber *int
}

// Locations uploads the location tree, level by level from the regions down; the parent of
// a row may be in the upload itself. Only levels the upload has rows of are touched.
// Errors: core.Invalid for a strategy that is none.
func (u Uploads) Locations(x *persistence.Session, rows []LocationRow) (*UploadOutcome, error) {
	out := &UploadOutcome{}
	for i, row := range rows {
		if level := strings.TrimSpace(row.Level); levelNames[level] == "" {
			out.Sent++
			out.Faults = append(out.Faults, UploadFault{i, row.Code, fmt.Sprintf("%q is none of R, D, W and V", level)})
		}
	}
	levels := map[string]*uploading[persistence.Location]{}
	for _, level := range []string{"R", "D", "W", "V"} {
		up, err := u.level(x, level, rows, levels[levelAbove[level]])
		if err != nil {
			return nil, err
		}
		levels[level] = up
	}
	for _, level := range []string{"V", "W", "D", "R"} {
		if err := closeLevel(levels[level], levels); err != nil {
			return nil, err
		}
		up := levels[level].out
		out.Sent, out.Inserted, out.Updated, out.Deleted = out.Sent+up.Sent, out.Inserted+up.Inserted, out.Updated+up.Updated, out.Deleted+up.Deleted
		out.Faults = append(out.Faults, up.Faults...)
		levels[level].tell(out, func(r *persistence.Location) persistence.UUID { return r.LocationUUID })
	}
	slices.SortStableFunc(out.Faults, func(a, b UploadFault) int { return a.Row - b.Row })
	return out, u.announce(x, "Location", out)
}

// level takes and writes the rows of one level; above is the level above, nil for regions.
func (u Uploads) level(x *persistence.Session, level string, rows []LocationRow, above *uploading[persistence.Location]) (*uploading[persistence.Location], error) {
	up := newUploading(x, u, "LocationCode", func(r *persistence.Location) string { return text(r.LocationCode) }, ofLevel(level))
	if err := up.load(); err != nil {
		return nil, err
	}
	for i, row := range rows {
		if strings.TrimSpace(row.Level) != level {
			continue
		}
		up.take(i, row.Code, func(c *draftCheck, r *persistence.Location) {
			r.LocationType, r.LocationCode, r.LocationName = level, ptr(strings.TrimSpace(row.Code)), ptr(strings.TrimSpace(row.Name))
			c.needed("LocationName", row.Name, "the name of the location")
			for _, number := range []struct{ from, to **int }{{&row.Male, &r.MalePopulation}, {&row.Female, &r.FemalePopulation}, {&row.Other, &r.OtherPopulation}, {&row.FamilyNumber, &r.Families}} {
				if *number.from != nil {
					*number.to = *number.from
				}
			}
			if above == nil {
				return
			}
			if key, known := above.keyFor(strings.TrimSpace(row.Parent)); known {
				r.ParentLocationID = &key
			} else {
				c.fault("ParentLocationId", "there is no %s with the code %q", levelNames[levelAbove[level]], row.Parent)
			}
		})
	}
	if err := up.write(); err != nil {
		return nil, err
	}
	for i := range up.fresh {
		up.stored[up.code(&up.fresh[i])] = &up.fresh[i]
		up.mine[rowKey(&up.fresh[i])] = true
	}
	return up, nil
}

// keyFor gives the key of the location with the code that a row may hang below. Where
// nothing is written the new ones have none yet, and 0 stands for it.
func (u *uploading[R]) keyFor(code string) (int, bool) {
	row := u.stored[code]
	if row == nil || !u.mine[rowKey(row)] {
		return 0, false
	}
	return rowKey(row), true
}

// closeLevel closes the locations of a level the upload does not have.
func closeLevel(up *uploading[persistence.Location], levels map[string]*uploading[persistence.Location]) error {
	if len(up.seen) == 0 {
		return nil
	}
	parents := map[int]string{}
	for _, below := range levels {
		closed := map[int]bool{}
		for _, row := range below.gone {
			closed[row.LocationID] = true
		}
		changed := byKey(dereferenced(below.from), rowKey[persistence.Location])
		for code, row := range below.stored {
			if after := changed[row.LocationID]; after != nil {
				row = after
			}
			if row.ParentLocationID != nil && !closed[row.LocationID] {
				parents[*row.ParentLocationID] = code
			}
		}
	}
	key := column("tblLocations", "LocationId")
	for _, use := range []struct{ table, column string }{
		{"tblHF", "LocationId"}, {"tblHFCatchment", "LocationId"}, {"tblFamilies", "LocationId"}, {"tblInsuree", "CurrentVillage"}, {"tblProduct", "LocationId"},
		{"tblOfficer", "LocationId"}, {"tblOfficerVillages", "LocationId"}, {"tblPayer", "LocationId"}, {"tblPLItems", "LocationId"}, {"tblPLServices", "LocationId"}, {"tblUsersDistricts", "LocationId"},
	} {
		up.used = append(up.used, persistence.Exists(use.table, use.column, key))
	}
	if err := up.close(parents); err != nil || up.DryRun {
		return err
	}
	return persistence.DeleteMany(up.x, up.gone)
}

func dereferenced[R any](rows []*R) []R {
	out := make([]R, len(rows))
	for i, row := range rows {
		out[i] = *row
	}
	return out
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// FacilityRow is a health facility in an upload. Texts that are "" leave what is stored.
type FacilityRow struct {
	LegalForm, Level, Sublevel, Code, Name, Address, District, Phone, Fax, Email, CareType, Account string
}

// CatchmentRow is a village a facility of the upload serves, and the per cent of its
// people.
type CatchmentRow struct {
	Facility, Village string
	Percentage        int
}

// Facilities uploads health facilities and the villages they serve. A facility that the
// catchments name has just those afterwards. Faults of catchments are counted on behind
// the facilities. Errors: core.Invalid for a strategy that is none.
func (u Uploads) Facilities(x *persistence.Session, rows []FacilityRow, served []CatchmentRow) (*UploadOutcome, error) {
	up := newUploading(x, u, "HFCode", func(f *persistence.HealthFacility) string { return f.HFCode })
	key := column("tblHF", "HfID")
	up.used = append(usedBy(key, "HFID", "tblClaim", "tblInsuree", "tblUsers", "tblHFCatchment"), persistence.Exists("tblClaimAdmin", "HFId", key))
	districts := newUploading(x, Uploads{Strategy: UploadBoth}, "LocationCode", func(r *persistence.Location) string { return text(r.LocationCode) }, ofLevel("D"))
	villages := newUploading(x, Uploads{Strategy: UploadBoth}, "LocationCode", func(r *persistence.Location) string { return text(r.LocationCode) }, ofLevel("V"))
	c, lists := &draftCheck{x: x}, facilityLists{}
	if lists.load(c); c.err != nil {
		return nil, c.err
	}
	for _, load := range []func() error{up.load, districts.load, villages.load} {
		if err := load(); err != nil {
			return nil, err
		}
	}
	for i, row := range rows {
		up.take(i, row.Code, func(c *draftCheck, f *persistence.HealthFacility) {
			row.into(f)
			c.facility(f, lists)
			c.needed("HFLevel", f.HFLevel, "the level of the facility")
			c.needed("HFCareType", f.HFCareType, "the care the facility gives")
			if key, known := districts.keyFor(strings.TrimSpace(row.District)); known {
				f.LocationID = key
			} else {
				c.fault("LocationId", "there is no district with the code %q", row.District)
			}
		})
	}
	if err := up.close(nil); err != nil {
		return nil, err
	}
	if err := up.write(); err != nil {
		return nil, err
	}
	if err := writeCatchments(up, villages, len(rows), served); err != nil {
		return nil, err
	}
	up.tell(up.out, func(f *persistence.HealthFacility) persistence.UUID { return f.HFUUID })
	return up.out, u.announce(x, "HealthFacility", up.out)
}

// into writes the row into a facility.
func (r *FacilityRow) into(f *persistence.HealthFacility) {
	f.HFCode = strings.TrimSpace(r.Code)
	takeText(&f.HFName, r.Name)
	takeText(&f.LegalForm, r.LegalForm)
	takeText(&f.HFLevel, r.Level)
	takeText(&f.HFCareType, r.CareType)
	takeMaybe(&f.HFSublevel, r.Sublevel)
	takeMaybe(&f.HFAddress, r.Address)
	takeMaybe(&f.Phone, r.Phone)
	takeMaybe(&f.Fax, r.Fax)
	takeMaybe(&f.EMail, r.Email)
	takeMaybe(&f.AccCode, r.Account)
}

// writeCatchments writes the villages that facilities of the upload serve.
func writeCatchments(u *uploading[persistence.HealthFacility], villages *uploading[persistence.Location], offset int, served []CatchmentRow) error {
	facilities := map[string]int{}
	for i := range u.fresh {
		facilities[u.fresh[i].HFCode] = u.fresh[i].HFID
	}
	for code, row := range u.stored {
		if _, sent := u.seen[code]; sent && u.mine[row.HFID] {
			facilities[code] = row.HFID
		}
	}
	var wanted []persistence.HealthFacilityCatchment
	seen := map[[2]string]bool{}
	for i, row := range served {
		pair := [2]string{strings.TrimSpace(row.Facility), strings.TrimSpace(row.Village)}
		facility, known := facilities[pair[0]]
		village, there := villages.keyFor(pair[1])
		switch {
		case !known:
			u.fault(offset+i, pair[0], "no facility of the upload has the code")
		case !there:
			u.fault(offset+i, pair[0], "there is no village with the code %q", pair[1])
		case row.Percentage < 0 || row.Percentage > 100:
			u.fault(offset+i, pair[0], "%d is not between 0 and 100", row.Percentage)
		case seen[pair]:
			u.fault(offset+i, pair[0], "the village %s came already", pair[1])
		default:
			seen[pair] = true
			wanted = append(wanted, persistence.HealthFacilityCatchment{HFID: facility, LocationID: village, Catchment: &row.Percentage})
		}
	}
	if u.DryRun || len(wanted) == 0 {
		return nil
	}
	var stored []persistence.HealthFacilityCatchment
	l := &loader{db: u.x.DB()}
	findIn(l, &stored, column("", "HFID"), keysOf(wanted, func(r *persistence.HealthFacilityCatchment) int { return r.HFID }), persistence.IsNull(column("", "ValidityTo")))
	if l.err != nil {
		return l.err
	}
	return catchments.replace(u.x, stored, wanted)
}
