package resources

import (
	"context"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme"
)

// register serves a table that clients may write: read, versions, search, create, update
// and delete. The use cases of the scheme write the rows and announce what they did.
type register[R any] struct {
	*table[R]

	take           taking[R]
	fresh          func(x *persistence.Session) (*R, error) // what a new row starts from; nil: nothing
	create, update func(x *persistence.Session, row *R, at scheme.Paths) error
	remove         func(x *persistence.Session, row *R) error
}

// taking writes the resource into the row and gives the elements its columns came from.
type taking[R any] func(x *persistence.Session, v *mapping.View, in *fhir.Resource, row *R) (scheme.Paths, error)

var _ interface {
	rest.Creator
	rest.IDCreator
	rest.Updater
	rest.Deleter
} = register[persistence.Item]{}

// fill takes the resource into the row, with what its columns cannot hold.
func (t register[R]) fill(ctx context.Context, x *persistence.Session, in *fhir.Resource, row *R) (scheme.Paths, error) {
	v, err := t.env.view(ctx, x)
	if err != nil {
		return nil, err
	}
	at, err := t.take(x, v, in, row)
	if err != nil {
		return nil, err
	}
	return at, t.keep(ctx, x, row, in)
}

// Create adds a row.
func (t register[R]) Create(ctx context.Context, in *fhir.Resource) (*fhir.Entry, error) {
	return t.add(ctx, "", in)
}

// CreateAs adds a row under the id of the client's choice.
func (t register[R]) CreateAs(ctx context.Context, id string, in *fhir.Resource) (*fhir.Entry, error) {
	return t.add(ctx, id, in)
}

func (t register[R]) add(ctx context.Context, id string, in *fhir.Resource) (*fhir.Entry, error) {
	return t.change(ctx, func(x *persistence.Session) (*R, error) {
		row := new(R)
		if t.fresh != nil {
			var err error
			if row, err = t.fresh(x); err != nil {
				return nil, err
			}
		}
		uuid, err := t.newUUID(x, id)
		if err != nil {
			return nil, err
		}
		t.row.setUUID(row, uuid)
		at, err := t.fill(ctx, x, in, row)
		if err != nil {
			return nil, err
		}
		return row, t.create(x, row, at)
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
		at, err := t.fill(ctx, x, in, row)
		if err != nil {
			return nil, err
		}
		return row, t.update(x, row, at)
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
