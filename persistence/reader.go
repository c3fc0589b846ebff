package persistence

import (
	"database/sql"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/callbacks"
	"gorm.io/gorm/clause"
	"gorm.io/gorm/schema"
)

// reader runs gorm's queries for whole rows of a model, with to-one relations or without.
// gorm writes the list of columns anew for every query and looks every column up by name
// in every answer; with the hundred and fifty columns of a person and his family that
// takes longer than the database does. So gorm is asked once for each combination of
// model and relations, and what it said is kept. Any other query is left to gorm.
type reader struct {
	plans sync.Map // planKey → *readPlan
}

// planKey is a combination of model and relations.
type planKey struct {
	model reflect.Type
	joins string
}

// readPlan is what is the same in every query of a combination.
type readPlan struct {
	head    string // SELECT … FROM …
	related []related
	columns []readColumn // in the order of the answer
}

// related says where a joined row hangs. The rows of an answer are numbered: 0 is the row
// itself, the relation n of the plan is n+1.
type related struct {
	parent int
	field  []int // in the parent
}

// readColumn says where the value of a column belongs.
type readColumn struct {
	row     int
	field   []int
	scanner bool // the field reads its value itself
}

// hook puts the reader in the place of gorm's own callback.
func (r *reader) hook(db *gorm.DB) error { return db.Callback().Query().Replace("gorm:query", r.query) }

func (r *reader) query(db *gorm.DB) {
	if db.Error != nil {
		return
	}
	key, ok := planned(db)
	if !ok {
		callbacks.Query(db)
		return
	}
	plan, err := r.plan(db, key)
	if err != nil {
		db.AddError(err)
		return
	}
	rows, err := db.Statement.ConnPool.QueryContext(db.Statement.Context, db.Statement.SQL.String(), db.Statement.Vars...)
	if err != nil {
		db.AddError(err)
		return
	}
	db.AddError(plan.read(rows, db.Statement.ReflectValue))
	db.AddError(rows.Close())
	db.RowsAffected = int64(db.Statement.ReflectValue.Len())
}

// planned tells whether the statement is a query for whole rows, and of which combination.
func planned(db *gorm.DB) (key planKey, ok bool) {
	s := db.Statement
	if s.Schema == nil || s.SQL.Len() > 0 || s.TableExpr != nil || s.Table != s.Schema.Table || len(s.Schema.QueryClauses) > 0 || !db.QueryFields || db.DryRun ||
		s.Distinct || len(s.Selects)+len(s.Omits)+len(s.Preloads)+len(s.ColumnMapping) > 0 || s.RaiseErrorOnNotFound {
		return key, false
	}
	if s.ReflectValue.Kind() != reflect.Slice || s.ReflectValue.Type().Elem() != s.Schema.ModelType || !s.ReflectValue.CanSet() {
		return key, false
	}
	for _, name := range []string{"SELECT", "FROM", "GROUP BY"} {
		if _, given := s.Clauses[name]; given {
			return key, false
		}
	}
	key.model = s.Schema.ModelType
	for i := range s.Joins {
		join := &s.Joins[i]
		if join.Expression != nil || join.On != nil || join.Alias != "" || join.JoinType != clause.LeftJoin || len(join.Selects)+len(join.Omits)+len(join.Conds) > 0 {
			return key, false
		}
		if i > 0 {
			key.joins += ","
		}
		key.joins += join.Name
	}
	return key, true
}

// plan writes the statement and gives the plan of its combination.
func (r *reader) plan(db *gorm.DB, key planKey) (*readPlan, error) {
	s := db.Statement
	if known, ok := r.plans.Load(key); ok {
		plan := known.(*readPlan)
		s.SQL.Grow(len(plan.head) + 500)
		s.SQL.WriteString(plan.head)
		for _, name := range s.BuildClauses {
			if _, given := s.Clauses[name]; given {
				s.SQL.WriteByte(' ')
				s.Build(name)
			}
		}
		return plan, nil
	}
	callbacks.BuildQuerySQL(db)
	if db.Error != nil {
		return nil, db.Error
	}
	head := gorm.Statement{DB: db, Table: s.Table, Schema: s.Schema, Clauses: s.Clauses}
	head.Build("SELECT", "FROM")
	if len(head.Vars) > 0 {
		return nil, fmt.Errorf("persistence: relations of %s with parameters are not supported", s.Table)
	}
	plan := &readPlan{head: head.SQL.String()}
	numbers := map[string]int{s.Table: 0}
	for _, column := range s.Clauses["SELECT"].Expression.(clause.Select).Columns {
		if err := plan.add(s.Schema, numbers, column); err != nil {
			return nil, err
		}
	}
	r.plans.Store(key, plan)
	return plan, nil
}

// add notes where a column of the answer belongs. gorm calls the table of a nested
// relation "Family__Head". numbers gives the number of each table's row.
func (p *readPlan) add(root *schema.Schema, numbers map[string]int, column clause.Column) error {
	model := root
	if column.Alias != "" {
		names, parent := strings.Split(column.Table, "__"), 0
		for i, name := range names {
			relation := model.Relationships.Relations[name]
			if relation == nil {
				return fmt.Errorf("persistence: %s has no relation %s", model.Table, name)
			}
			path := strings.Join(names[:i+1], "__")
			if _, known := numbers[path]; !known {
				p.related = append(p.related, related{parent, relation.Field.StructField.Index})
				numbers[path] = len(p.related)
			}
			parent, model = numbers[path], relation.FieldSchema
		}
	}
	field := model.FieldsByDBName[column.Name]
	if field == nil {
		return fmt.Errorf("persistence: %s has no column %s", model.Table, column.Name)
	}
	_, scanner := reflect.New(field.IndirectFieldType).Interface().(sql.Scanner)
	p.columns = append(p.columns, readColumn{numbers[column.Table], field.StructField.Index, scanner})
	return nil
}

// read puts all rows into the slice.
func (p *readPlan) read(rows *sql.Rows, slice reflect.Value) error {
	if slice.IsNil() {
		slice.Set(reflect.MakeSlice(slice.Type(), 0, 1))
	}
	slice.SetLen(0)
	current := make([]reflect.Value, len(p.related)+1)
	cells, targets := make([]cell, len(p.columns)), make([]any, len(p.columns))
	for i := range cells {
		cells[i] = cell{p, current, &p.columns[i]}
		targets[i] = &cells[i]
	}
	for n := 0; rows.Next(); n++ {
		slice.Grow(1)
		slice.SetLen(n + 1)
		clear(current)
		current[0] = slice.Index(n)
		current[0].SetZero()
		if err := rows.Scan(targets...); err != nil {
			return err
		}
	}
	return rows.Err()
}

// cell takes the values of one column.
type cell struct {
	plan    *readPlan
	current []reflect.Value // the row that is being read and those joined to it
	column  *readColumn
}

// Scan puts a value where it belongs. NULL leaves the field empty, and a relation of which
// every column is NULL is not there.
func (c *cell) Scan(value any) error {
	if value == nil {
		return nil
	}
	field := c.plan.row(c.current, c.column.row).FieldByIndex(c.column.field)
	if field.Kind() == reflect.Pointer {
		fresh := reflect.New(field.Type().Elem())
		field.Set(fresh)
		field = fresh.Elem()
	}
	if c.column.scanner {
		return field.Addr().Interface().(sql.Scanner).Scan(value)
	}
	return assign(field, value)
}

// row gives the row with the number, made when its first value comes.
func (p *readPlan) row(current []reflect.Value, number int) reflect.Value {
	if !current[number].IsValid() {
		relation := p.related[number-1]
		field := p.row(current, relation.parent).FieldByIndex(relation.field)
		field.Set(reflect.New(field.Type().Elem()))
		current[number] = field.Elem()
	}
	return current[number]
}

// assign sets a field of a plain kind. What a driver gives in another kind than the
// field's is converted as database/sql does.
func assign(field reflect.Value, value any) error {
	switch field.Kind() {
	case reflect.String:
		text, err := plain[string](value)
		field.SetString(text)
		return err
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		number, err := plain[int64](value)
		if err == nil && field.OverflowInt(number) {
			return fmt.Errorf("persistence: %d is too much for a %s", number, field.Kind())
		}
		field.SetInt(number)
		return err
	case reflect.Bool:
		yes, err := plain[bool](value)
		field.SetBool(yes)
		return err
	case reflect.Float32, reflect.Float64:
		number, err := plain[float64](value)
		field.SetFloat(number)
		return err
	}
	switch target := field.Addr().Interface().(type) {
	case *[]byte:
		bytes, err := plain[[]byte](value)
		*target = append([]byte{}, bytes...) // the driver uses its memory again
		return err
	case *time.Time:
		moment, err := plain[time.Time](value)
		*target = moment
		return err
	}
	return fmt.Errorf("persistence: cannot read a %s from %T", field.Type(), value)
}

// plain gives the value as a T.
func plain[T any](value any) (T, error) {
	if known, ok := value.(T); ok {
		return known, nil
	}
	var converted sql.Null[T]
	err := converted.Scan(value)
	return converted.V, err
}
