package resources

import (
	"context"

	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/persistence"
)

// creator creates an instance under the id, or one of its own choice for "". Types whose
// rows have a UUID embed it, so that a client may choose that.
type creator func(ctx context.Context, id string, in *fhir.Resource) (*fhir.Entry, error)

var _ interface {
	rest.Creator
	rest.IDCreator
} = creator(nil)

// Create creates an instance under an id of our own.
func (c creator) Create(ctx context.Context, in *fhir.Resource) (*fhir.Entry, error) {
	return c(ctx, "", in)
}

// CreateAs creates an instance under the id of the client's choice.
// Errors: as Create; core.Unprocessable for an id that is no UUID, core.Conflict for one
// that is taken.
func (c creator) CreateAs(ctx context.Context, id string, in *fhir.Resource) (*fhir.Entry, error) {
	return c(ctx, id, in)
}

// newUUID gives the UUID of a new row: that of the id, or one of our own for "". An id is
// taken when any row has it, live or not: what the caller may not see is not his to make
// either, and he learns no more of it.
// Errors: core.Unprocessable for an id that is no UUID, core.Conflict for one that is taken.
func (t *table[R]) newUUID(x *persistence.Session, id string) (persistence.UUID, error) {
	if id == "" {
		return persistence.NewUUID(), nil
	}
	at := t.catalogue.Resource + ".id"
	uuid, ok := persistence.ParseUUID(id)
	if !ok {
		return "", core.ErrorAt(core.Unprocessable, at, "ids are UUIDs: nothing can be created under another")
	}
	if err := persistence.Alone(x, t.catalogue.Resource+"/"+string(uuid)); err != nil {
		return "", err
	}
	for _, has := range append(t.others, t.has) {
		taken, err := has(x, uuid)
		if err != nil {
			return "", err
		}
		if taken {
			return "", core.ErrorAt(core.Conflict, at, "no %s can be created under this id", t.catalogue.Resource)
		}
	}
	return uuid, nil
}

// has tells whether a row has the UUID, in scope or not, live or not.
func (t *table[R]) has(x *persistence.Session, uuid persistence.UUID) (bool, error) {
	found, err := persistence.Beside[R](x, persistence.Query{
		Where: []clause.Expression{persistence.In(persistence.Column("", t.catalogue.UUID), []persistence.UUID{uuid})}, Limit: 1, Past: true,
	})
	return len(found) > 0, err
}
