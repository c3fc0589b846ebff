package resources

import (
	"context"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
)

// locations serves the location tree.
type locations struct {
	*table[persistence.Location]
}

var _ interface {
	rest.Creator
	rest.Updater
	rest.Deleter
} = locations{}

const aboutLocations = "The location tree (tblLocations): regions, districts, wards and villages. " +
	"Health facilities are Organizations here, not Locations."

// Location serves the location tree: read, versions, search, create, update and delete.
// https://hl7.org/fhir/R4/location.html
func Location(e *Environment) rest.Type {
	l := locations{}
	l.table = newTable(e, mapping.Location, aboutLocations, renderLocations)
	if e.Compatible {
		return withSites(e, l)
	}
	return l
}

func renderLocations(_ context.Context, x *persistence.Session, v *mapping.View, rows []persistence.Location) ([]*fhir.Resource, error) {
	err := attach(x, rows,
		func(r *persistence.Location) *int {
			if r.ParentLocationID != nil && v.Registers.Locations.ByID(*r.ParentLocationID) != nil {
				return nil
			}
			return unless(r.Parent != nil, r.ParentLocationID) // a parent younger than the register
		},
		func(r *persistence.Location, parent *persistence.Location) { r.Parent = parent })
	if err != nil {
		return nil, err
	}
	rendered := make([]*fhir.Resource, len(rows))
	for i := range rows {
		rendered[i] = &fhir.Resource{Typed: mapping.LocationOf(v, &rows[i])}
	}
	return rendered, nil
}

// Create adds a location to the tree.
func (l locations) Create(ctx context.Context, in *fhir.Resource) (*fhir.Entry, error) {
	return l.write(ctx, func(x *persistence.Session) (*persistence.Location, error) {
		row := &persistence.Location{LocationUUID: persistence.NewUUID()}
		if err := l.take(ctx, x, in, row); err != nil {
			return nil, err
		}
		return row, persistence.Insert(x, row)
	})
}

// Update changes a location. Its level stays while others hang on it.
func (l locations) Update(ctx context.Context, id string, in *fhir.Resource, match rest.Match) (*fhir.Entry, error) {
	return l.write(ctx, func(x *persistence.Session) (*persistence.Location, error) {
		row, err := l.one(x, id)
		if err != nil {
			return nil, err
		}
		if err := l.matches(row, match); err != nil {
			return nil, err
		}
		level := row.LocationType
		if err := l.take(ctx, x, in, row); err != nil {
			return nil, err
		}
		if row.LocationType != level {
			if err := l.unused(x, "Location.physicalType", row); err != nil {
				return nil, err
			}
		}
		return row, persistence.Update(x, row)
	})
}

// take writes the resource into the row and checks its place in the tree.
func (l locations) take(ctx context.Context, x *persistence.Session, in *fhir.Resource, row *persistence.Location) error {
	typed, ok := in.Typed.(*r4.Location)
	if !ok {
		return core.Errorf(core.Invalid, "a Location is needed")
	}
	v, err := l.env.view(ctx, x)
	if err != nil {
		return err
	}
	ref, err := mapping.LocationInto(v, typed, row)
	if err != nil {
		return err
	}
	row.ParentLocationID, row.Parent = nil, nil
	if ref != nil {
		parent, err := mapping.Resolve[persistence.Location](x, mapping.Location, "Location.partOf", ref)
		if err != nil {
			return err
		}
		if err := mapping.CheckParent(row, parent); err != nil {
			return err
		}
		row.ParentLocationID, row.Parent = &parent.LocationID, parent
	}
	taken, err := codeTaken[persistence.Location](x, "LocationCode", *row.LocationCode, "LocationId", row.LocationID,
		persistence.Text(persistence.Column("", "LocationType"), persistence.Same, row.LocationType))
	if err != nil {
		return err
	}
	if taken {
		return core.ErrorAt(core.Conflict, "Location.identifier", "the code %s belongs to another location of that level", *row.LocationCode)
	}
	return l.keep(ctx, x, row, in)
}

// Delete closes a location nothing hangs on.
func (l locations) Delete(ctx context.Context, id string, match rest.Match) error {
	return l.env.Store.Tx(ctx, func(x *persistence.Session) error {
		row, err := l.one(x, id)
		if core.CodeOf(err) == core.Gone {
			return nil
		}
		if err != nil {
			return err
		}
		if err := l.matches(row, match); err != nil {
			return err
		}
		if err := l.unused(x, "Location", row); err != nil {
			return err
		}
		if err := persistence.Delete(x, row); err != nil {
			return err
		}
		return l.announce(x, "deleted", row)
	})
}

// unused refuses when live rows point to the location. Errors: core.Conflict.
func (l locations) unused(x *persistence.Session, element string, row *persistence.Location) error {
	return refuseWhileUsed(x, element, row.LocationID,
		use[persistence.Location]{"ParentLocationId", "locations below it"},
		use[persistence.HealthFacility]{"LocationId", "health facilities"},
		use[persistence.HealthFacilityCatchment]{"LocationId", "catchments of facilities"},
		use[persistence.Family]{"LocationId", "families"},
		use[persistence.Insuree]{"CurrentVillage", "insured people"},
		use[persistence.Product]{"LocationId", "products"},
		use[persistence.Officer]{"LocationId", "enrolment officers"},
		use[persistence.Payer]{"LocationId", "payers"},
		use[persistence.ItemPriceList]{"LocationId", "price lists of items"},
		use[persistence.ServicePriceList]{"LocationId", "price lists of services"},
		use[persistence.UserDistrict]{"LocationId", "users"},
	)
}
