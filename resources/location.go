package resources

import (
	"context"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme"
)

// locations serves the location tree.
type locations struct {
	*table[persistence.Location]
	creator
}

var _ interface {
	rest.Creator
	rest.IDCreator
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
	l.others = append(l.others, newTable(e, mapping.SiteCatalogue, "", each(mapping.SiteOf)).has)
	l.creator = l.add
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

// locationPaths are the names of what a location may be refused for.
var locationPaths = scheme.Paths{
	"": "Location", "LocationCode": "Location.identifier", "LocationName": "Location.name", "LocationType": "Location.physicalType", "ParentLocationId": "Location.partOf",
}

// add adds a location to the tree.
func (l locations) add(ctx context.Context, id string, in *fhir.Resource) (*fhir.Entry, error) {
	return l.change(ctx, func(x *persistence.Session) (*persistence.Location, error) {
		uuid, err := l.newUUID(x, id)
		if err != nil {
			return nil, err
		}
		row := &persistence.Location{LocationUUID: uuid}
		if err := l.take(ctx, x, in, row); err != nil {
			return nil, err
		}
		d := &scheme.LocationDraft{Location: *row, Paths: locationPaths}
		return &d.Location, scheme.Locations{Rules: l.env.Rules}.Create(x, d)
	})
}

// Update changes a location. Its level stays while others hang on it.
func (l locations) Update(ctx context.Context, id string, in *fhir.Resource, match rest.Match) (*fhir.Entry, error) {
	return l.change(ctx, func(x *persistence.Session) (*persistence.Location, error) {
		row, err := l.one(x, id)
		if err != nil {
			return nil, err
		}
		if err := l.matches(row, match); err != nil {
			return nil, err
		}
		if err := l.take(ctx, x, in, row); err != nil {
			return nil, err
		}
		d := &scheme.LocationDraft{Location: *row, Paths: locationPaths}
		return &d.Location, scheme.Locations{Rules: l.env.Rules}.Update(x, d)
	})
}

// take writes the resource into the row and finds its place in the tree.
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
		row.ParentLocationID, row.Parent = &parent.LocationID, parent
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
		return scheme.Locations{Rules: l.env.Rules}.Delete(x, row, nil, locationPaths)
	})
}
