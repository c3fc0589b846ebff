package tables

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"sync"

	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/persistence"
)

// Kind says how the cells of a column are written.
type Kind int

// The kinds of columns.
const (
	Text     Kind = iota
	Int           // a whole number within Min and Max
	Bool          // 0 or 1
	Decimal       // a number with at most Scale digits after the point
	Date          // YYYY-MM-DD; a time of day is dropped
	DateTime      // YYYY-MM-DDThh:mm:ss.mmm
	UUID          // lower case with dashes
	HexUUID       // 32 hexadecimal digits without dashes
	JSON          // a JSON document
	Bytes         // hexadecimal digits after 0x
)

// Reference says which column of which table a column points to.
type Reference struct{ Table, Column string }

// Column is one column of a legacy table as its model describes it.
type Column struct {
	Name       string
	Kind       Kind
	Size       int   // characters, or bytes of a Bytes column; 0 for no limit
	Min, Max   int64 // bounds of an Int column
	Precision  int   // digits in all of a Decimal column
	Scale      int   // of them after the point
	Nullable   bool
	Default    string // what stands in for a missing value, as written in a file
	HasDefault bool
	Refers     *Reference

	bit   bool         // a Bool that travels as a digit: persistence.Bit
	index []int        // of the field in the model
	field reflect.Type // its type
}

// Table is a legacy table as its model describes it.
type Table struct {
	Name     string
	Columns  []*Column
	Key      *Column // nil for the few tables without one
	UUID     *Column // the row's own, nil where the table has none
	Numbered bool    // the database numbers the key by itself

	byName map[string]*Column
	model  reflect.Type
}

// Column gives the column with the name in any case, nil when there is none.
func (t *Table) Column(name string) *Column { return t.byName[strings.ToLower(name)] }

// Values gives the column values of a model row in the order of Columns, ready for the
// database. The row has to be of the table's model.
func (t *Table) Values(row reflect.Value, into []any) []any {
	for _, column := range t.Columns {
		into = append(into, driverValue(row.FieldByIndex(column.index)))
	}
	return into
}

// ColumnNames lists the names of the columns.
func (t *Table) ColumnNames() []string {
	names := make([]string, len(t.Columns))
	for i, column := range t.Columns {
		names[i] = column.Name
	}
	return names
}

// NumberedKey names the key the database numbers by itself, "" when it does not.
func (t *Table) NumberedKey() string {
	if t.Numbered {
		return t.Key.Name
	}
	return ""
}

func driverValue(v reflect.Value) any {
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return nil
		}
		v = v.Elem()
	}
	if bit, ok := v.Interface().(persistence.Bit); ok {
		digit, _ := bit.Value() // never fails
		return digit
	}
	switch v.Kind() {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return v.Int()
	case reflect.Bool:
		return v.Bool()
	}
	switch value := v.Interface().(type) {
	case []byte:
		if value == nil {
			return nil
		}
		return value
	case persistence.DateTime:
		text, _ := value.Value()
		return text
	case persistence.Date:
		return value.String()
	case decimal.Decimal:
		return value.String()
	}
	return v.String()
}

// All lists the legacy tables in the order in which their rows can be loaded.
var All = sync.OnceValue(func() []*Table {
	all := make([]*Table, len(persistence.Tables))
	for i, model := range persistence.Tables {
		all[i] = describe(model)
	}
	return all
})

var byName = sync.OnceValue(func() map[string]*Table {
	names := map[string]*Table{}
	for _, table := range All() {
		names[strings.ToLower(table.Name)] = table
	}
	return names
})

// Named gives the table with the name in any case, nil when there is none.
func Named(name string) *Table { return byName()[strings.ToLower(name)] }

// Of gives the table of a model type.
func Of(model any) *Table {
	named, ok := model.(interface{ TableName() string })
	if !ok {
		return nil
	}
	return Named(named.TableName())
}

func describe(model any) *Table {
	t := &Table{
		Name:   model.(interface{ TableName() string }).TableName(),
		byName: map[string]*Column{},
		model:  reflect.TypeOf(model),
	}
	for _, field := range reflect.VisibleFields(t.model) {
		tag := settings(field.Tag.Get("gorm"))
		if tag["column"] == "" {
			continue // a relation, or columns that models share
		}
		column := describeColumn(field, tag)
		column.index = field.Index
		if ref, ok := logical[t.Name+"."+column.Name]; ok {
			column.Refers = &ref
		}
		t.Columns = append(t.Columns, column)
		t.byName[strings.ToLower(column.Name)] = column
		if column.Kind == UUID && t.UUID == nil && strings.HasSuffix(strings.ToLower(column.Name), "uuid") {
			t.UUID = column
		}
		if _, ok := tag["primarykey"]; ok {
			t.Key = column
			t.Numbered = tag["autoincrement"] != "false" && column.Kind == Int
		}
	}
	return t
}

func describeColumn(field reflect.StructField, tag map[string]string) *Column {
	column := &Column{Name: tag["column"], field: field.Type, Nullable: field.Type.Kind() == reflect.Pointer || field.Type.Kind() == reflect.Slice}
	legacy := settings(field.Tag.Get("legacy"))
	if column.Default, column.HasDefault = legacy["default"]; column.HasDefault {
		column.Default = strings.Trim(column.Default, "'")
		switch column.Default {
		case "getdate()":
			column.Default = tokenNow
		case "newid()":
			column.Default = tokenNewID
		}
	}
	if target, name, ok := strings.Cut(legacy["references"], "."); ok {
		column.Refers = &Reference{Table: target, Column: name}
	}
	goType := field.Type
	if goType.Kind() == reflect.Pointer {
		goType = goType.Elem()
	}
	sqlType, size, scale := splitType(tag["type"])
	switch goType {
	case reflect.TypeFor[persistence.UUID]():
		column.Kind = UUID
	case reflect.TypeFor[persistence.DateTime]():
		column.Kind = DateTime
	case reflect.TypeFor[persistence.Date]():
		column.Kind = Date
	case reflect.TypeFor[persistence.JSON]():
		column.Kind = JSON
	case reflect.TypeFor[decimal.Decimal]():
		column.Kind, column.Precision, column.Scale = Decimal, size, scale
	default:
		switch goType.Kind() {
		case reflect.Bool:
			column.Kind, column.bit = Bool, goType == reflect.TypeFor[persistence.Bit]()
		case reflect.Int, reflect.Int64:
			column.Kind = Int
			column.Min, column.Max = bounds(sqlType)
		case reflect.Slice:
			column.Kind, column.Size = Bytes, size
		case reflect.String:
			column.Kind, column.Size = Text, size
			if sqlType == "char" && size == 32 {
				column.Kind = HexUUID
			}
		default:
			panic(fmt.Sprintf("tables: column %s has a type no file can hold: %s", column.Name, goType))
		}
	}
	return column
}

// settings reads a tag of the form a:b;c;d:e. Names are folded to lower case.
func settings(tag string) map[string]string {
	found := map[string]string{}
	for part := range strings.SplitSeq(tag, ";") {
		if name, value, _ := strings.Cut(part, ":"); name != "" {
			found[strings.ToLower(name)] = value
		}
	}
	return found
}

// splitType takes decimal(18,2) apart.
func splitType(sqlType string) (name string, size, scale int) {
	name, rest, _ := strings.Cut(sqlType, "(")
	first, second, _ := strings.Cut(strings.TrimSuffix(rest, ")"), ",")
	size, _ = strconv.Atoi(first)
	scale, _ = strconv.Atoi(second)
	return name, size, scale
}

func bounds(sqlType string) (least, most int64) {
	switch sqlType {
	case "tinyint":
		return 0, 255
	case "smallint":
		return -1 << 15, 1<<15 - 1
	case "bigint":
		return -1 << 63, 1<<63 - 1
	}
	return -1 << 31, 1<<31 - 1
}
