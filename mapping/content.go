package mapping

import (
	"reflect"
	"strconv"
	"strings"
	"sync"

	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/persistence"
)

// content says what kind of value a column holds.
type content int

const (
	holdsText content = iota
	holdsInt
	holdsBool
	holdsUUID
	holdsDate
	holdsDateTime
	holdsDecimal
)

// equals compares the column with a code as it was typed. A text the column can never
// hold matches nothing, so that no database is asked to convert it.
func (s searched) equals(text string) clause.Expression {
	switch s.holds {
	case holdsUUID:
		if id, ok := persistence.ParseUUID(text); ok {
			return persistence.In(s.column, []persistence.UUID{id})
		}
		return nothing(s.column)
	case holdsInt:
		if number, err := strconv.ParseInt(text, 10, 32); err == nil {
			return persistence.In(s.column, []int{int(number)})
		}
		return nothing(s.column)
	case holdsBool:
		if text == "true" || text == "false" {
			return persistence.Compare(s.column, "=", text == "true")
		}
		return nothing(s.column)
	case holdsText:
		return persistence.Text(s.column, persistence.Same, text)
	}
	return nothing(s.column)
}

// missing matches rows that have, or have not, nothing in all of the columns. Legacy
// texts say "nothing" by NULL, by no characters or by a single space.
func missing(columns []searched, want bool) clause.Expression {
	var all allOf
	for _, s := range columns {
		if s.Column == "" {
			continue
		}
		if s.holds == holdsText {
			all = append(all, anyOf{persistence.IsNull(s.column), persistence.In(s.column, []string{"", " "})})
		} else {
			all = append(all, persistence.IsNull(s.column))
		}
	}
	if want {
		return all
	}
	return not{all}
}

var (
	typeOfUUID     = reflect.TypeFor[persistence.UUID]()
	typeOfDate     = reflect.TypeFor[persistence.Date]()
	typeOfDateTime = reflect.TypeFor[persistence.DateTime]()
)

// models finds the model of a table by its name.
var models = sync.OnceValue(func() map[string]reflect.Type {
	found := map[string]reflect.Type{}
	for _, row := range persistence.Tables {
		if named, ok := row.(interface{ TableName() string }); ok {
			found[named.TableName()] = reflect.TypeOf(row)
		}
	}
	return found
})

// columnType gives the Go type of a column of the table, or of the relation joined to
// it; nil when the model has no such column.
func columnType(table, relation, column string) reflect.Type {
	model := models()[table]
	if other := models()[relation]; other != nil {
		model, relation = other, ""
	}
	for _, name := range strings.Split(relation, "__") {
		if relation == "" || model == nil {
			break
		}
		field, ok := model.FieldByName(name)
		if !ok {
			return nil
		}
		model = field.Type
		for model.Kind() == reflect.Pointer || model.Kind() == reflect.Slice {
			model = model.Elem()
		}
	}
	if model == nil {
		return nil
	}
	for i := range model.NumField() {
		if strings.Contains(model.Field(i).Tag.Get("gorm")+";", "column:"+column+";") {
			typ := model.Field(i).Type
			if typ.Kind() == reflect.Pointer {
				typ = typ.Elem()
			}
			return typ
		}
	}
	return nil
}

func contentOf(table, relation, column string) content {
	typ := columnType(table, relation, column)
	switch typ {
	case nil:
		return holdsText
	case typeOfUUID:
		return holdsUUID
	case typeOfDate:
		return holdsDate
	case typeOfDateTime:
		return holdsDateTime
	}
	switch typ.Kind() {
	case reflect.Int, reflect.Int64, reflect.Int32:
		return holdsInt
	case reflect.Bool:
		return holdsBool
	case reflect.String:
		return holdsText
	}
	return holdsDecimal
}
