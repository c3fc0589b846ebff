package persistence

import (
	"reflect"
	"strings"
	"sync"

	"gorm.io/gorm/schema"

	"github.com/openimis/openimis-go/core"
)

// tableInfo is what the conventions of the legacy rows say about one model: which columns
// are its key, public identity and validity. Spellings differ from table to table.
type tableInfo struct {
	schema *schema.Schema
	name   string
	key    *schema.Field // nil where the table has none
	uuid   *schema.Field // nil where the table has none
	from   *schema.Field // ValidityFrom, or DateUpdated beside marks
	to     *schema.Field // ValidityTo
	legacy *schema.Field // LegacyID
	audit  *schema.Field // AuditUserID
	// The column of a JSON document about the row; nil where the table has none.
	document *schema.Field
	marks    *marks // of a table that is changed in place, nil for others
}

// kept tells whether changes of the table leave history rows.
func (t *tableInfo) kept() bool {
	return t.key != nil && t.from != nil && t.to != nil && t.legacy != nil
}

var (
	schemas     sync.Map // gorm's own cache
	naming      = schema.NamingStrategy{}
	infos       sync.Map // reflect.Type → *tableInfo
	infosByName = sync.OnceValue(func() map[string]*tableInfo {
		byName := map[string]*tableInfo{}
		for _, row := range append(append([]any{}, Tables...), ownTables...) {
			if info, err := infoOf(reflect.TypeOf(row)); err == nil {
				byName[info.name] = info
			}
		}
		return byName
	})
)

var uuidType = reflect.TypeFor[UUID]()

// infoOf describes a model type.
func infoOf(t reflect.Type) (*tableInfo, error) {
	if known, ok := infos.Load(t); ok {
		return known.(*tableInfo), nil
	}
	parsed, err := schema.Parse(reflect.New(t).Interface(), &schemas, naming)
	if err != nil {
		return nil, core.Wrap(core.Internal, err, "%s is no model", t)
	}
	info := &tableInfo{schema: parsed, name: parsed.Table, key: parsed.PrioritizedPrimaryField}
	for _, field := range parsed.Fields {
		if field.DBName == "" {
			continue
		}
		switch strings.ToLower(strings.ReplaceAll(field.DBName, "_", "")) {
		case "validityfrom":
			info.from = field
		case "validityto":
			info.to = field
		case "legacyid":
			info.legacy = field
		case "audituserid", "auditeduserid", "auditcreateuser":
			info.audit = field
		}
		if field.FieldType == uuidType && info.uuid == nil && strings.HasSuffix(strings.ToLower(field.DBName), "uuid") {
			info.uuid = field
		}
	}
	info.document = parsed.FieldsByName["JSONExt"]
	if info.marks = marksOf(parsed); info.marks != nil {
		info.from = parsed.FieldsByDBName["DateUpdated"]
	}
	infos.Store(t, info)
	return info, nil
}

// infoFor describes the model R.
func infoFor[R any]() (*tableInfo, error) { return infoOf(reflect.TypeFor[R]()) }

// valueOf gives the field of a row, whose value must be addressable to set it.
func valueOf(field *schema.Field, row reflect.Value) reflect.Value {
	return row.FieldByIndex(field.StructField.Index)
}

// put sets a field, whether it is a pointer or a plain value. An integer takes the
// field's own width.
func put(field *schema.Field, row reflect.Value, value any) {
	target := valueOf(field, row)
	v := reflect.ValueOf(value)
	if value == nil {
		target.SetZero()
		return
	}
	if target.Kind() == reflect.Pointer {
		fresh := reflect.New(target.Type().Elem())
		fresh.Elem().Set(v.Convert(target.Type().Elem()))
		target.Set(fresh)
		return
	}
	target.Set(v.Convert(target.Type()))
}

// dateTimeIn reads a DateTime field; ok is false for NULL.
func dateTimeIn(field *schema.Field, row reflect.Value) (d DateTime, ok bool) {
	switch v := valueOf(field, row).Interface().(type) {
	case DateTime:
		return v, true
	case *DateTime:
		if v != nil {
			return *v, true
		}
	}
	return DateTime{}, false
}

// legacyTypeOf gives the column's type in the legacy schema, as the model's tag has it.
func legacyTypeOf(field *schema.Field) string { return string(field.TagSettings["TYPE"]) }
