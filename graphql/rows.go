package graphql

import (
	"reflect"
	"strings"

	"github.com/shopspring/decimal"
	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// Is makes a field that is a value of the row. Pointers are followed; columns' types are
// written as their scalars want them.
func Is[R any](sdl string, how func(r *R) any) Field {
	return Field{SDL: sdl, Resolve: func(c *Call) (any, error) {
		row, ok := c.Source.(*R)
		if !ok {
			return nil, core.Errorf(core.Internal, "%s is asked of a %T", sdl, c.Source)
		}
		return plain(how(row)), nil
	}}
}

// Nothing makes a field that is always null, such as clientMutationId: it names a mutation
// of the row that has not ended, and here they end before they are answered.
func Nothing(sdl string) Field {
	return Field{SDL: sdl, Resolve: func(*Call) (any, error) { return nil, nil }}
}

// One makes a field that is the row of another table with the key in a column: all rows
// asked for by one request come in one statement. key gives a value or a pointer to one.
// Where the type may not be null a row that is not there is an empty one.
func One[R, To any](sdl, column string, key func(r *R) any) Field {
	required := fieldOf(sdl).Type.GetKind() == "NonNull"
	return Field{SDL: sdl, Resolve: func(c *Call) (any, error) {
		row, ok := c.Source.(*R)
		if !ok {
			return nil, core.Errorf(core.Internal, "%s is asked of a %T", sdl, c.Source)
		}
		value := plain(key(row))
		return Later(func() (any, error) { return oneOf[To](c, column, value, required) }, func() { want[To](c, column, value) }), nil
	}}
}

func oneOf[To any](c *Call, column string, value any, required bool) (any, error) {
	rows, err := rowsBy[To](c, column, value)
	switch {
	case err != nil:
		return nil, err
	case len(rows) > 0:
		return rows[0], nil
	case required:
		return new(To), nil
	}
	return nil, nil
}

// Many makes a field that is the list of live rows of another table with the row's key in a
// column.
func Many[R, To any](sdl, column string, key func(r *R) any) Field {
	return Field{SDL: sdl, Resolve: func(c *Call) (any, error) {
		row, ok := c.Source.(*R)
		if !ok {
			return nil, core.Errorf(core.Internal, "%s is asked of a %T", sdl, c.Source)
		}
		value := plain(key(row))
		return Later(func() (any, error) {
			rows, err := rowsBy[To](c, column, value)
			list := make([]any, len(rows))
			for i, r := range rows {
				list[i] = r
			}
			return list, err
		}, func() { want[To](c, column, value) }), nil
	}}
}

// Place makes a field that is a location, from the register.
func Place[R any](sdl string, key func(r *R) any) Field {
	required := fieldOf(sdl).Type.GetKind() == "NonNull"
	return Field{SDL: sdl, Resolve: func(c *Call) (any, error) {
		registers, err := c.Registers()
		if err != nil {
			return nil, err
		}
		id, _ := plain(key(c.Source.(*R))).(int)
		if place := registers.Locations.ByID(id); place != nil {
			return place, nil
		}
		if required {
			return &persistence.Location{}, nil
		}
		return nil, nil
	}}
}

// later is a value that is fetched once all fields beside it have said what they want.
type later func() (any, error)

// Later says at once what a field wants and fetches it when the first of all is needed.
func Later(fetch func() (any, error), want func()) any {
	want()
	return later(fetch)
}

// loader fetches rows of one table by the values of one column.
type loader struct {
	wanted map[any]bool
	found  map[any][]any
}

type loaderKey struct {
	model  reflect.Type
	column string
}

func (r *request) loader(model reflect.Type, column string) *loader {
	key := loaderKey{model, column}
	if r.loaders[key] == nil {
		r.loaders[key] = &loader{wanted: map[any]bool{}, found: map[any][]any{}}
	}
	return r.loaders[key]
}

func want[To any](c *Call, column string, value any) {
	l := c.loader(reflect.TypeFor[To](), column)
	if _, known := l.found[value]; !known && value != nil && value != 0 && value != "" {
		l.wanted[value] = true
	}
}

// rowsBy gives the rows with the value in the column. Everything wanted by then is fetched
// with it. A row that is pointed to by its key is shown as it is, live or not and wherever
// it lives: who may read a row reads what it names. A list of rows holds live ones in the
// caller's scope.
func rowsBy[To any](c *Call, column string, value any) ([]*To, error) {
	l := c.loader(reflect.TypeFor[To](), column)
	if len(l.wanted) > 0 {
		if err := fetch[To](c, column, l); err != nil {
			return nil, err
		}
	}
	rows := make([]*To, 0, len(l.found[value]))
	for _, row := range l.found[value] {
		rows = append(rows, row.(*To))
	}
	return rows, nil
}

func fetch[To any](c *Call, column string, l *loader) error {
	var values []any
	for value := range l.wanted {
		values = append(values, value)
		l.found[value] = nil
	}
	clear(l.wanted)
	x := c.Store.Read(c.Context)
	at := fieldIndex(reflect.TypeFor[To](), column)
	if at == nil {
		return core.Errorf(core.Internal, "%s has no column %s", reflect.TypeFor[To](), column)
	}
	byKey := isKey(reflect.TypeFor[To](), column)
	for len(values) > 0 {
		some := values[:min(len(values), 900)]
		values = values[len(some):]
		rows, err := withAny[To](x, column, some, byKey)
		if err != nil {
			return err
		}
		if err := c.spend(len(rows)); err != nil {
			return err
		}
		for i := range rows {
			key := plain(reflect.ValueOf(&rows[i]).Elem().FieldByIndex(at).Interface())
			l.found[key] = append(l.found[key], &rows[i])
		}
	}
	return nil
}

// withAny gives the rows with one of the values in the column, in one statement.
func withAny[To any](x *persistence.Session, column string, values []any, byKey bool) ([]To, error) {
	q := persistence.Query{Where: []clause.Expression{anyValue(column, values)}, Few: true, Past: byKey}
	if byKey {
		return persistence.Beside[To](x, q)
	}
	found, err := persistence.Select[To](x, q)
	if err != nil {
		return nil, err
	}
	return found.Rows, nil
}

func anyValue(column string, values []any) clause.Expression {
	switch values[0].(type) {
	case int:
		return persistence.In(persistence.Column("", column), typed[int](values))
	case persistence.UUID:
		return persistence.In(persistence.Column("", column), typed[persistence.UUID](values))
	}
	return persistence.In(persistence.Column("", column), typed[string](values))
}

func typed[V any](values []any) []V {
	var list []V
	for _, value := range values {
		if v, ok := value.(V); ok {
			list = append(list, v)
		}
	}
	return list
}

// fieldIndex finds the field of a column in a model.
func fieldIndex(model reflect.Type, column string) []int {
	for _, field := range reflect.VisibleFields(model) {
		if strings.HasPrefix(field.Tag.Get("gorm"), "column:"+column+";") {
			return field.Index
		}
	}
	return nil
}

func isKey(model reflect.Type, column string) bool {
	for _, field := range reflect.VisibleFields(model) {
		if strings.HasPrefix(field.Tag.Get("gorm"), "column:"+column+";primaryKey") {
			return true
		}
	}
	return false
}

// plain follows pointers, and makes integers of one kind.
func plain(v any) any {
	switch v := v.(type) {
	case nil:
		return nil
	case string, int, bool, float64, persistence.UUID, persistence.Date, persistence.DateTime, decimal.Decimal:
		return v
	case *string:
		return follow(v)
	case *int:
		return follow(v)
	case *bool:
		return follow(v)
	case *persistence.DateTime:
		return follow(v)
	case *persistence.Date:
		return follow(v)
	case *persistence.JSON:
		return follow(v)
	case *decimal.Decimal:
		return follow(v)
	case persistence.Bit:
		return bool(v)
	case int64:
		return int(v)
	}
	if r := reflect.ValueOf(v); r.Kind() == reflect.Pointer {
		if r.IsNil() {
			return nil
		}
		if r.Elem().Kind() != reflect.Struct {
			return plain(r.Elem().Interface())
		}
	}
	return v
}

func follow[V any](v *V) any {
	if v == nil {
		return nil
	}
	return *v
}
