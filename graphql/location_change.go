package graphql

import (
	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme"
)

// The rights of this file, as tblRoleRight has them.
const (
	rightLocations      = 121901
	rightAddLocation    = 121902
	rightChangeLocation = 121903
	rightDeleteLocation = 121904
	rightMoveLocation   = 121905
	rightAddRegion      = 121906
)

const locationInputs = `id: Int uuid: String code: LocationCodeInputType! name: String! type: String!
	malePopulation: Int femalePopulation: Int otherPopulation: Int families: Int parentUuid: String`

// locationInput is the form of locations. What it leaves out is cleared, but for the
// parent, which stays.
type locationInput struct {
	Code             *string `graphql:"code"`
	Name             *string `graphql:"name"`
	Type             string  `graphql:"type"`
	MalePopulation   *int    `graphql:"malePopulation"`
	FemalePopulation *int    `graphql:"femalePopulation"`
	OtherPopulation  *int    `graphql:"otherPopulation"`
	Families         *int    `graphql:"families"`
}

var locationPaths = scheme.Paths{
	"LocationCode": "code", "LocationName": "name", "LocationType": "type", "ParentLocationId": "parentUuid",
	"MalePopulation": "malePopulation", "FemalePopulation": "femalePopulation", "OtherPopulation": "otherPopulation", "Families": "families",
}

// movePaths are for forms that name another location as the new parent.
var movePaths = scheme.Paths{"ParentLocationId": "newParentUuid", "heir": "newParentUuid", "LocationType": "uuid", "": "uuid"}

// placeIn finds the location whose uuid the input has, nil for none given. Errors:
// core.Invalid for one that is not there.
func placeIn(c *Change, name string) (*int, error) {
	text := c.Text(name)
	if text == "" {
		return nil, nil
	}
	registers, err := c.Registers()
	if err != nil {
		return nil, err
	}
	if id, ok := persistence.ParseUUID(text); ok {
		if place := registers.Locations.ByUUID(id); place != nil {
			key := place.LocationID
			return &key, nil
		}
	}
	return nil, core.ErrorAt(core.Invalid, name, "there is no location %s", text)
}

// fillLocation puts the form into a row.
func fillLocation(c *Change, row *persistence.Location) error {
	var form locationInput
	if err := c.Into(&form); err != nil {
		return err
	}
	row.LocationCode, row.LocationName, row.LocationType = form.Code, form.Name, form.Type
	row.MalePopulation, row.FemalePopulation, row.OtherPopulation, row.Families = form.MalePopulation, form.FemalePopulation, form.OtherPopulation, form.Families
	parent, err := placeIn(c, "parentUuid")
	if parent != nil {
		row.ParentLocationID, row.Parent = parent, nil
	}
	return err
}

// createLocation makes a location; regions need a right of their own.
func createLocation(c *Change) error {
	draft := &scheme.LocationDraft{Paths: locationPaths}
	if err := fillLocation(c, &draft.Location); err != nil {
		return err
	}
	right := rightAddLocation
	if draft.Location.LocationType == "R" {
		right = rightAddRegion
	}
	if !core.PrincipalOf(c.Context).May(right) {
		return core.Errorf(core.Forbidden, "%s", missingRight)
	}
	err := c.Store.Tx(c.Context, func(x *persistence.Session) error { return scheme.Locations{Rules: c.Rules}.Create(x, draft) })
	c.Wrote("tblLocations", draft.Location.LocationUUID)
	return err
}

func updateLocation(c *Change) error {
	return Alter(c, func(x *persistence.Session, row *persistence.Location) error {
		draft := &scheme.LocationDraft{Location: *row, Paths: locationPaths}
		if err := fillLocation(c, &draft.Location); err != nil {
			return err
		}
		return scheme.Locations{Rules: c.Rules}.Update(x, draft)
	})
}

func deleteLocation(c *Change) error {
	heir, err := placeIn(c, "newParentUuid")
	if err != nil {
		return err
	}
	return Alter(c, func(x *persistence.Session, row *persistence.Location) error {
		return scheme.Locations{Rules: c.Rules}.Delete(x, row, heir, movePaths)
	})
}

func moveLocation(c *Change) error {
	parent, err := placeIn(c, "newParentUuid")
	if err != nil {
		return err
	}
	if parent == nil {
		return core.ErrorAt(core.Invalid, "newParentUuid", "it is not said where the location goes")
	}
	return Alter(c, func(x *persistence.Session, row *persistence.Location) error {
		return scheme.Locations{Rules: c.Rules}.Move(x, row, *parent, movePaths)
	})
}
