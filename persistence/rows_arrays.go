package persistence

import (
	"database/sql/driver"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"time"

	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
)

// takesArrays tells whether so many rows are better written from arrays.
func (x *Session) takesArrays(rows int) bool {
	return rows > 1 && bulkDialectOf(x.db.Name()).arrays
}

// writeHistory inserts history rows; nobody asks for the keys they get. Where arrays may
// go, the database copies the stored rows itself and is given only what differs.
func (x *Session) writeHistory(info *tableInfo, history reflect.Value) error {
	rows := elements(history.Elem())
	if !x.takesArrays(len(rows)) {
		return x.db.Omit(clause.Associations).CreateInBatches(history.Interface(), x.batch(info)).Error
	}
	columns := info.schema.DBNames
	given := []string{info.legacy.DBName, info.to.DBName}
	if info.uuid != nil && info.uuid != info.key {
		given = append(given, info.uuid.DBName)
	}
	if valueOf(info.key, rows[0]).IsZero() { // the database numbers it
		columns = without(columns, info.key.DBName)
	} else {
		given = append(given, info.key.DBName)
	}
	return x.fromArrays(info, given, rows, func(types []string) string {
		return copyByArrays(info.name, info.key.DBName, columns, given, types)
	})
}

// overwriteAll writes the columns of the rows in place.
func (x *Session) overwriteAll(info *tableInfo, columns []string, rows []reflect.Value) error {
	if !x.takesArrays(len(rows)) {
		for _, row := range rows {
			if err := x.overwrite(info, columns, row); err != nil {
				return err
			}
		}
		return nil
	}
	columns = append([]string{info.key.DBName}, columns...)
	return x.fromArrays(info, columns, rows, func(types []string) string { return updateFromArrays(info.name, columns, types) })
}

// fromArrays runs a statement that takes the columns of the rows as arrays and has to write
// as many rows.
func (x *Session) fromArrays(info *tableInfo, columns []string, rows []reflect.Value, statement func(types []string) string) error {
	types, err := x.arrayTypes(info.name, columns)
	if err != nil {
		return err
	}
	args, err := arraysOf(info, columns, rows)
	if err != nil {
		return err
	}
	result := x.db.Exec(statement(types), args...)
	if result.Error == nil && result.RowsAffected < int64(len(rows)) {
		return core.Errorf(core.Gone, "it was deleted meanwhile")
	}
	return result.Error
}

// writable names the columns a row is written by: all but those that find it.
func writable(info *tableInfo) []string {
	columns := without(info.schema.DBNames, info.key.DBName)
	if info.uuid != nil {
		columns = without(columns, info.uuid.DBName)
	}
	return columns
}

// differing names the columns in which one of the rows is not as stored. A number or time
// written otherwise counts as different, which costs a column and no more.
func differing(info *tableInfo, rows []reflect.Value, stored map[any]reflect.Value) []string {
	var columns []string
	for _, column := range writable(info) {
		field := info.schema.FieldsByDBName[column]
		if slices.ContainsFunc(rows, func(row reflect.Value) bool {
			old := stored[valueOf(info.key, row).Interface()]
			return !reflect.DeepEqual(valueOf(field, old).Interface(), valueOf(field, row).Interface())
		}) {
			columns = append(columns, column)
		}
	}
	return columns
}

func without(columns []string, name string) []string {
	kept := make([]string, 0, len(columns))
	for _, column := range columns {
		if column != name {
			kept = append(kept, column)
		}
	}
	return kept
}

// arraysOf turns the columns of the rows into one array of texts a column.
func arraysOf(info *tableInfo, columns []string, rows []reflect.Value) ([]any, error) {
	args := make([]any, len(columns))
	var text []byte
	for i, column := range columns {
		field := info.schema.FieldsByDBName[column]
		text = append(text[:0], '{')
		for n, row := range rows {
			if n > 0 {
				text = append(text, ',')
			}
			value, err := driver.DefaultParameterConverter.ConvertValue(valueOf(field, row).Interface())
			if err != nil {
				return nil, core.Wrap(core.Internal, err, "%s of %s cannot be written", column, info.name)
			}
			switch v := value.(type) {
			case float64:
				value = strconv.FormatFloat(v, 'g', -1, 64)
			case time.Time:
				value = v.Format(time.RFC3339Nano)
			}
			text = arrayLiteral(text, value)
		}
		args[i] = string(append(text, '}'))
	}
	return args, nil
}

// arrayTypes gives the types of the columns; a table is asked for them once.
func (x *Session) arrayTypes(table string, columns []string) ([]string, error) {
	known, ok := x.store.columnTypes.Load(table)
	if !ok {
		var found []struct {
			Name string `gorm:"column:attname"`
			Type string `gorm:"column:format_type"`
		}
		if err := x.db.Raw(bulkDialectOf(x.db.Name()).columnTypes(table)).Scan(&found).Error; err != nil {
			return nil, err
		}
		types := make(map[string]string, len(found))
		for _, c := range found {
			types[c.Name] = c.Type
		}
		known, _ = x.store.columnTypes.LoadOrStore(table, types)
	}
	types := make([]string, len(columns))
	for i, column := range columns {
		if types[i] = known.(map[string]string)[column]; types[i] == "" {
			return nil, fmt.Errorf("persistence: table %s has no column %s", table, column)
		}
	}
	return types, nil
}
