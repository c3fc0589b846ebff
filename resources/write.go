package resources

import (
	"context"
	"encoding/json"
	"reflect"
	"strings"

	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
)

func ptr[V any](v V) *V { return &v }

func text(p *string) string {
	if p == nil {
		return ""
	}
	return *p
}

// unless gives the key except when there is no need for it.
func unless(have bool, key *int) *int {
	if have {
		return nil
	}
	return key
}

// write runs one change in a transaction, renders what it made and tells the outbox.
func (t *table[R]) write(ctx context.Context, change func(x *persistence.Session) (*R, error)) (*fhir.Entry, error) {
	return t.change(ctx, func(x *persistence.Session) (*R, error) {
		row, err := change(x)
		if err != nil {
			return nil, err
		}
		return row, t.announce(x, "written", row)
	})
}

// change runs one use case, which tells the outbox itself, in a transaction and renders
// what it made.
func (t *table[R]) change(ctx context.Context, change func(x *persistence.Session) (*R, error)) (*fhir.Entry, error) {
	ctx, err := t.env.withRegisters(ctx)
	if err != nil {
		return nil, err
	}
	var entry *fhir.Entry
	err = t.env.Store.Tx(ctx, func(x *persistence.Session) error {
		row, err := change(x)
		if err != nil {
			return err
		}
		entry, err = t.entry(ctx, x, row)
		return err
	})
	return entry, err
}

// remove runs the use case that deletes a row. What is deleted already is left alone.
func (t *table[R]) remove(ctx context.Context, id string, match rest.Match, change func(x *persistence.Session, row *R) error) error {
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
		err = change(x, row)
		if core.CodeOf(err) == core.Conflict { // a rule names no element where the whole is meant
			err = fhir.Relocate(err, "", t.catalogue.Resource)
		}
		return err
	})
}

// announce puts the event of a change into the outbox.
func (t *table[R]) announce(x *persistence.Session, what string, row *R) error {
	payload, err := json.Marshal(map[string]string{"version": t.version(row).ID})
	if err != nil {
		return core.Wrap(core.Internal, err, "no event")
	}
	return x.Publish(core.Event{
		Name: "fhir." + what, Key: t.catalogue.Resource + "/" + t.identity(row),
		UserID: x.Principal().UserID, Payload: payload,
	})
}

// keep stores in the row what was sent beyond its columns. The row carries its relations
// already, as they are going to be.
func (t *table[R]) keep(ctx context.Context, x *persistence.Session, row *R, in *fhir.Resource) error {
	if in.Tree == nil {
		return nil
	}
	v, err := t.env.view(ctx, x)
	if err != nil {
		return err
	}
	rendered, err := t.render(ctx, x, v, []R{*row})
	if err != nil {
		return err
	}
	return t.keepBeyond(row, rendered[0].Typed, in.Tree)
}

// keepBeyond stores in the row what was sent beyond how the row is going to be shown.
func (t *table[R]) keepBeyond(row *R, rendered any, sent *fhir.Object) error {
	residue, conforms, err := mapping.Beyond(rendered, sent)
	if err != nil {
		return err
	}
	ext, err := mapping.WriteResidue(t.row.ext(row), t.catalogue.Resource, residue, conforms)
	if err != nil {
		return err
	}
	t.row.setExt(row, ext)
	return nil
}

// keyColumn gives the key of a legacy model, which is always its first field.
func keyColumn[T any]() string {
	_, rest, _ := strings.Cut(reflect.TypeFor[T]().Field(0).Tag.Get("gorm"), "column:")
	column, _, _ := strings.Cut(rest, ";")
	return column
}

// attach loads to-one relations that a join did not bring, all in one statement. key gives
// the key of the row wanted, nil for none.
func attach[R, T any](x *persistence.Session, rows []R, key func(*R) *int, put func(*R, *T)) error {
	wanted := map[int][]int{}
	var keys []int
	for i := range rows {
		k := key(&rows[i])
		if k == nil || *k == 0 {
			continue
		}
		if wanted[*k] == nil {
			keys = append(keys, *k)
		}
		wanted[*k] = append(wanted[*k], i)
	}
	if len(keys) == 0 {
		return nil
	}
	found, err := persistence.Beside[T](x, persistence.Query{Where: []clause.Expression{persistence.In(persistence.Column("", keyColumn[T]()), keys)}, Past: true})
	if err != nil {
		return err
	}
	for i := range found {
		k := int(reflect.ValueOf(&found[i]).Elem().Field(0).Int())
		for _, at := range wanted[k] {
			put(&rows[at], &found[i])
		}
	}
	return nil
}

// use names a column that may point to a row, and what the rows that hold it are called.
type use[R any] struct {
	column string
	called string
}

func (u use[R]) check(x *persistence.Session, element string, key int) error {
	used, err := exists[R](x, persistence.Compare(persistence.Column("", u.column), "=", key))
	if err == nil && used {
		return core.ErrorAt(core.Conflict, element, "%s still refer to it", u.called)
	}
	return err
}

// refuseWhileUsed refuses a deletion while live rows point to the row.
// Errors: core.Conflict.
func refuseWhileUsed(x *persistence.Session, element string, key int, uses ...interface {
	check(x *persistence.Session, element string, key int) error
}) error {
	for _, use := range uses {
		if err := use.check(x, element, key); err != nil {
			return err
		}
	}
	return nil
}

// exists tells whether a live row meets the conditions, whoever may see it.
func exists[R any](x *persistence.Session, conditions ...clause.Expression) (bool, error) {
	found, err := persistence.Beside[R](x, persistence.Query{Where: conditions, Limit: 1}) // one row, where a count would look at all
	return len(found) > 0, err
}
