package mapping

import (
	"math"
	"reflect"
	"slices"
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
		if number, err := strconv.ParseInt(text, 10, 64); err == nil && number >= s.least && number <= s.most {
			return persistence.In(s.column, []int64{number})
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
	for _, row := range append(slices.Clone(persistence.Tables), persistence.Audit{}, persistence.MutationLog{}, persistence.Staff{}) {
		if named, ok := row.(interface{ TableName() string }); ok {
			found[named.TableName()] = reflect.TypeOf(row)
		}
	}
	return found
})

// columnType gives the Go type of a column of the table, or of the relation joined to
// it; nil when the model has no such column.
func columnType(table, relation, column string) reflect.Type {
	field, ok := columnField(table, relation, column)
	if !ok {
		return nil
	}
	if field.Type.Kind() == reflect.Pointer {
		return field.Type.Elem()
	}
	return field.Type
}

// bounds gives the least and the greatest whole number a column holds: drivers refuse
// others.
func bounds(table, relation, column string) (least, most int64) {
	field, _ := columnField(table, relation, column)
	switch tag := field.Tag.Get("gorm"); {
	case strings.Contains(tag, "type:tinyint"):
		return 0, math.MaxUint8
	case strings.Contains(tag, "type:smallint"):
		return math.MinInt16, math.MaxInt16
	case strings.Contains(tag, "type:bigint"):
		return math.MinInt64, math.MaxInt64
	}
	return math.MinInt32, math.MaxInt32
}

// columnField gives the field of the model that holds the column.
func columnField(table, relation, column string) (found reflect.StructField, ok bool) {
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
			return found, false
		}
		model = field.Type
		for model.Kind() == reflect.Pointer || model.Kind() == reflect.Slice {
			model = model.Elem()
		}
	}
	if model == nil {
		return found, false
	}
	for _, field := range reflect.VisibleFields(model) {
		if strings.Contains(field.Tag.Get("gorm")+";", "column:"+column+";") {
			return field, true
		}
	}
	return found, false
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

// Has tells whether the models have the column of the attribute.
func (c *Catalogue) Has(a *Attribute) bool {
	return a.Column == "" || columnType(c.Table, a.Table, a.Column) != nil
}
