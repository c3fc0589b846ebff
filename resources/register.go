package resources

import (
	"context"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
)

// register serves a table of wares, items or services, that clients may write: read,
// versions, search, create, update and delete.
type register[R any] struct {
	*table[R]

	take           func(v *mapping.View, in *fhir.Resource, row *R) error // writes the resource into the row
	create, update func(x *persistence.Session, row *R) error
	remove         func(x *persistence.Session, row *R) error
}

var _ interface {
	rest.Creator
	rest.Updater
	rest.Deleter
} = register[persistence.Item]{}

// fill takes the resource into the row, with what its columns cannot hold.
func (t register[R]) fill(ctx context.Context, x *persistence.Session, in *fhir.Resource, row *R) error {
	v, err := t.env.view(ctx, x)
	if err != nil {
		return err
	}
	if err := t.take(v, in, row); err != nil {
		return err
	}
	return t.keep(ctx, x, row, in)
}

// Create adds a row.
func (t register[R]) Create(ctx context.Context, in *fhir.Resource) (*fhir.Entry, error) {
	return t.change(ctx, func(x *persistence.Session) (*R, error) {
		row := new(R)
		t.row.setUUID(row, persistence.NewUUID())
		if err := t.fill(ctx, x, in, row); err != nil {
			return nil, err
		}
		return row, t.create(x, row)
	})
}

// Update changes a row. Columns FHIR cannot say stay as they are.
func (t register[R]) Update(ctx context.Context, id string, in *fhir.Resource, match rest.Match) (*fhir.Entry, error) {
	return t.change(ctx, func(x *persistence.Session) (*R, error) {
		row, err := t.one(x, id)
		if err != nil {
			return nil, err
		}
		if err := t.matches(row, match); err != nil {
			return nil, err
		}
		if err := t.fill(ctx, x, in, row); err != nil {
			return nil, err
		}
		return row, t.update(x, row)
	})
}

// Delete closes a row nothing needs.
func (t register[R]) Delete(ctx context.Context, id string, match rest.Match) error {
	return t.env.Store.Tx(ctx, func(x *persistence.Session) error {
		row, err := t.one(x, id)
		if core.CodeOf(err) == core.Gone {
			return nil
		}
		if err != nil {
			return err
		}
		if err := t.matches(row, match); err != nil {
			return err
		}
		return t.remove(x, row)
	})
}
