package resources

import (
	"context"

	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
)

// keyed loads rows by their key in one statement, live or not: what a row points to is
// shown even when it was deleted since. The caller may see the rows that point to them.
func keyed[R any](x *persistence.Session, column string, keys []int, keyOf func(*R) int) (map[int]*R, error) {
	found := map[int]*R{}
	if len(keys) == 0 {
		return found, nil
	}
	rows, err := persistence.Beside[R](x, persistence.Query{Where: []clause.Expression{persistence.In(persistence.Column("", column), keys)}, Past: true})
	if err != nil {
		return nil, err
	}
	for i := range rows {
		found[keyOf(&rows[i])] = &rows[i]
	}
	return found, nil
}

// fill sets the relation of the rows that came without it, as the rows of a history do.
// It takes no statement when there is none. key gives the foreign key, nil for none; slot
// where the related row belongs.
func fill[R, T any](x *persistence.Session, rows []R, column string, key func(*R) *int, slot func(*R) **T, keyOf func(*T) int) error {
	var keys []int
	seen := map[int]bool{}
	for i := range rows {
		if k := key(&rows[i]); k != nil && *slot(&rows[i]) == nil && !seen[*k] {
			seen[*k] = true
			keys = append(keys, *k)
		}
	}
	found, err := keyed(x, column, keys, keyOf)
	if err != nil || len(found) == 0 {
		return err
	}
	for i := range rows {
		if k := key(&rows[i]); k != nil && *slot(&rows[i]) == nil {
			*slot(&rows[i]) = found[*k]
		}
	}
	return nil
}

// each renders row by row what needs nothing beside the row.
func each[R, T any](convert func(*mapping.View, *R) *T) renderer[R] {
	return func(_ context.Context, _ *persistence.Session, v *mapping.View, rows []R) ([]*fhir.Resource, error) {
		out := make([]*fhir.Resource, len(rows))
		for i := range rows {
			out[i] = &fhir.Resource{Typed: convert(v, &rows[i])}
		}
		return out, nil
	}
}
