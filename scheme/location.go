package scheme

import (
	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// Locations are the use cases on the location tree. Each runs inside the transaction of
// the session it is given, writes rows with their history and publishes one event.
type Locations struct {
	Rules RuleBook
}

// LocationDraft is a location as it is to be. Paths gives the names errors use for
// columns of tblLocations.
type LocationDraft struct {
	Location persistence.Location
	Paths    Paths
}

// levelAbove says on which level the parents of each level are.
var levelAbove = map[string]string{"D": "R", "W": "D", "V": "W"}

// Create stores a new location. Errors: core.Unprocessable for what a location cannot be,
// core.Conflict for a code that another of its level has; with all faults.
func (l Locations) Create(x *persistence.Session, d *LocationDraft) error {
	d.Location.LocationID = 0
	if err := l.check(x, d); err != nil {
		return err
	}
	if err := persistence.Insert(x, &d.Location); err != nil {
		return err
	}
	return publishRows(x, "location.created", "Location", d.Location.LocationUUID)
}

// Update changes a location, which must carry the ValidityFrom it was read with. Errors:
// core.NotFound, core.Gone, those of Create; core.Conflict when it was changed since, and
// for another level while something live needs it.
func (l Locations) Update(x *persistence.Session, d *LocationDraft) error {
	stored, err := persistence.OneByKey[persistence.Location](x, d.Location.LocationID)
	if err != nil {
		return err
	}
	if err := l.check(x, d); err != nil {
		return err
	}
	if text(&stored.LocationType) != text(&d.Location.LocationType) {
		if err := l.unused(x, stored, d.Paths.of("LocationType")); err != nil {
			return err
		}
	}
	if err := persistence.Update(x, &d.Location); err != nil {
		return err
	}
	return publishRows(x, "location.changed", "Location", d.Location.LocationUUID)
}

// Move hangs a location, as it was read, below another one (rule 11). A region is not
// moved. Errors: core.Unprocessable at "ParentLocationId" where it cannot hang,
// core.Conflict when it hangs there already or was changed since.
func (l Locations) Move(x *persistence.Session, row *persistence.Location, parent int, paths Paths) error {
	c := &draftCheck{x: x, paths: paths}
	above, movable := levelAbove[row.LocationType]
	switch {
	case !movable:
		c.fault("LocationType", "only districts, wards and villages are moved")
	case number(row.ParentLocationID) == parent:
		c.refuse(core.Conflict, "ParentLocationId", "it is there already")
	case l.Rules.Legacy(MovedToAnyLevel):
		if to := there[persistence.Location](c, "ParentLocationId", parent, "location"); to != nil {
			c.notBelow(row, to)
		}
	default:
		c.place("ParentLocationId", parent, above)
	}
	if err := c.done(); err != nil {
		return err
	}
	row.ParentLocationID, row.Parent = &parent, nil
	if err := persistence.Update(x, row); err != nil {
		return err
	}
	return publishRows(x, "location.moved", "Location", row.LocationUUID)
}

// deepest is more than how deep the tree can be; a circle in the data ends there.
const deepest = 8

// notBelow refuses a parent that hangs below the location itself.
func (c *draftCheck) notBelow(row, parent *persistence.Location) {
	node := *parent
	for range deepest {
		if node.LocationID == row.LocationID {
			c.fault("ParentLocationId", "it hangs below the location itself")
			return
		}
		if node.ParentLocationID == nil {
			return
		}
		var above []persistence.Location
		l := &loader{db: c.x.DB()}
		find(l, &above, persistence.Compare(column("", "LocationId"), "=", *node.ParentLocationID))
		if c.failed(l.err) || len(above) == 0 {
			return
		}
		node = above[0]
	}
}

// Delete closes a location, as it was read. With heir, those right below it are hung below
// that one first, which is of its level. Errors: core.Gone; core.Unprocessable at "heir";
// core.Conflict at "" while something live needs it, and when it was changed since.
func (l Locations) Delete(x *persistence.Session, row *persistence.Location, heir *int, paths Paths) error {
	if heir != nil {
		if err := l.inherit(x, row, *heir, paths); err != nil {
			return err
		}
	}
	if err := l.unused(x, row, paths.of("")); err != nil {
		return err
	}
	if err := persistence.Delete(x, row); err != nil {
		return err
	}
	return publishRows(x, "location.deleted", "Location", row.LocationUUID)
}

// inherit hangs what is right below a location below another one.
func (Locations) inherit(x *persistence.Session, row *persistence.Location, heir int, paths Paths) error {
	c := &draftCheck{x: x, paths: paths}
	if heir == row.LocationID {
		c.fault("heir", "it is the location itself")
	} else {
		c.place("heir", heir, row.LocationType)
	}
	if err := c.done(); err != nil {
		return err
	}
	var below []persistence.Location
	l := &loader{db: x.DB()}
	find(l, &below, persistence.Compare(column("", "ParentLocationId"), "=", row.LocationID), persistence.IsNull(column("", "ValidityTo")))
	for i := range below {
		below[i].ParentLocationID = &heir
	}
	if l.err != nil {
		return l.err
	}
	return persistence.UpdateMany(x, pointers(below))
}

// check looks for everything that is wrong with the draft.
func (Locations) check(x *persistence.Session, d *LocationDraft) error {
	p, c := &d.Location, &draftCheck{x: x, paths: d.Paths}
	fits(c, p)
	c.needed("LocationCode", text(p.LocationCode), "the code of the location")
	c.needed("LocationName", text(p.LocationName), "the name of the location")
	c.letter("LocationType", p.LocationType, "RDWV", false)
	above, below := levelAbove[p.LocationType]
	switch {
	case below && p.ParentLocationID == nil:
		c.fault("ParentLocationId", "a %s is part of a %s", levelNames[p.LocationType], levelNames[above])
	case below:
		c.place("ParentLocationId", *p.ParentLocationID, above)
	case p.ParentLocationID != nil && p.LocationType == "R":
		c.fault("ParentLocationId", "a region is not part of another location")
	}
	refuseTaken(c, unique{"LocationCode", "code", "location of that level", persistence.Same}, text(p.LocationCode), p, ofLevel(p.LocationType))
	return c.done()
}

func ofLevel(level string) clause.Expression {
	return persistence.Text(column("", "LocationType"), persistence.Same, level)
}

// unused refuses while live rows point to the location. Errors: core.Conflict.
func (Locations) unused(x *persistence.Session, row *persistence.Location, path string) error {
	return refuseWhileUsed(x, path, row.LocationID,
		use[persistence.Location]{"ParentLocationId", "locations below it"},
		use[persistence.HealthFacility]{"LocationId", "health facilities"},
		use[persistence.HealthFacilityCatchment]{"LocationId", "catchments of facilities"},
		use[persistence.Family]{"LocationId", "families"},
		use[persistence.Insuree]{"CurrentVillage", "insured people"},
		use[persistence.Product]{"LocationId", "products"},
		use[persistence.Officer]{"LocationId", "enrolment officers"},
		use[persistence.OfficerVillage]{"LocationId", "enrolment officers"},
		use[persistence.Payer]{"LocationId", "payers"},
		use[persistence.ItemPriceList]{"LocationId", "price lists of items"},
		use[persistence.ServicePriceList]{"LocationId", "price lists of services"},
		use[persistence.UserDistrict]{"LocationId", "users"},
	)
}
