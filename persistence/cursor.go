package persistence

import (
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"reflect"
	"strings"

	"database/sql/driver"

	"gorm.io/gorm/clause"
	"gorm.io/gorm/schema"

	"github.com/openimis/openimis-go/core"
)

// sortKey is one resolved sort key: a column and where its value is found in a row.
type sortKey struct {
	column   clause.Column
	desc     bool
	path     []*schema.Field // relations to follow, then the field itself
	nullable bool
}

// sortKeys resolves the order of a query and adds the table's key, so that the order is
// total and a page can start exactly behind a row.
func sortKeys(info *tableInfo, orders []Order) ([]sortKey, error) {
	var keys []sortKey
	for _, order := range orders {
		key, err := resolve(info, order)
		if err != nil {
			return nil, err
		}
		keys = append(keys, key)
	}
	if info.key == nil {
		if len(keys) == 0 {
			return nil, core.Errorf(core.Internal, "%s has no key to order by", info.name)
		}
		return keys, nil
	}
	for _, key := range keys { // SQL Server refuses a column that is named twice
		if len(key.path) == 1 && key.path[0] == info.key {
			return keys, nil
		}
	}
	return append(keys, sortKey{column: rootColumn(info.key), path: []*schema.Field{info.key}}), nil
}

func rootColumn(field *schema.Field) clause.Column {
	return clause.Column{Table: clause.CurrentTable, Name: field.DBName}
}

// quoted writes the qualified name of a column of the table selected from.
func quoted(field *schema.Field) clause.Expression {
	return build(func(b clause.Builder) { b.WriteQuoted(rootColumn(field)) })
}

func resolve(info *tableInfo, order Order) (sortKey, error) {
	key := sortKey{column: order.Column, desc: order.Desc}
	at := info.schema
	if table := order.Column.Table; table != clause.CurrentTable && table != info.name && table != "" {
		for name := range strings.SplitSeq(table, "__") {
			relation := at.Relationships.Relations[name]
			if relation == nil {
				return key, core.Errorf(core.Internal, "%s has no relation %s to sort by", info.name, table)
			}
			key.path = append(key.path, relation.Field)
			key.nullable = true
			at = relation.FieldSchema
		}
	} else {
		key.column.Table = clause.CurrentTable
	}
	field := at.LookUpField(order.Column.Name)
	if field == nil {
		return key, core.Errorf(core.Internal, "%s has no column %s to sort by", at.Table, order.Column.Name)
	}
	key.path = append(key.path, field)
	key.nullable = key.nullable || field.FieldType.Kind() == reflect.Pointer
	return key, nil
}

// in gives the value of the key in a row as the database has it, nil for NULL.
func (k sortKey) in(row reflect.Value) driver.Value {
	for _, field := range k.path {
		row = valueOf(field, row)
		for row.Kind() == reflect.Pointer {
			if row.IsNil() {
				return nil
			}
			row = row.Elem()
		}
	}
	value := row.Interface()
	if v, ok := value.(driver.Valuer); ok {
		value, _ = v.Value()
	}
	return value
}

// cursor is the place a page starts: behind the row with these values, or in front of it.
type cursor struct {
	Order    string `json:"o"`           // fingerprint of the sort keys
	Backward bool   `json:"b,omitempty"` // towards the first row
	Values   []any  `json:"v"`
}

// fingerprint keeps a cursor from being used with another order.
func fingerprint(keys []sortKey) string {
	h := fnv.New32a()
	for _, key := range keys {
		fmt.Fprintf(h, "%s.%s.%t;", key.column.Table, key.column.Name, key.desc)
	}
	return fmt.Sprintf("%08x", h.Sum32())
}

func writeCursor(keys []sortKey, row reflect.Value, backward bool) string {
	c := cursor{Order: fingerprint(keys), Backward: backward}
	for _, key := range keys {
		c.Values = append(c.Values, key.in(row))
	}
	text, err := json.Marshal(c)
	if err != nil {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

// readCursor reads a cursor and gives each value its column's type again. It trusts
// nothing: a cursor comes from the client.
func readCursor(keys []sortKey, text string) (*cursor, error) {
	if text == "" {
		return nil, nil
	}
	refused := core.ErrorAt(core.Invalid, "cursor", "the cursor does not belong to this search; start again from the first page")
	plain, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return nil, refused
	}
	var c cursor
	decoder := json.NewDecoder(strings.NewReader(string(plain)))
	decoder.UseNumber()
	if err := decoder.Decode(&c); err != nil || c.Order != fingerprint(keys) || len(c.Values) != len(keys) {
		return nil, refused
	}
	for i, key := range keys {
		value, err := key.typed(c.Values[i])
		if err != nil {
			return nil, refused
		}
		c.Values[i] = value
	}
	return &c, nil
}

// typed turns a value of the cursor's JSON into one of the column's type.
func (k sortKey) typed(value any) (any, error) {
	if value == nil {
		if !k.nullable {
			return nil, fmt.Errorf("null in a column that has none")
		}
		return nil, nil
	}
	kind := k.path[len(k.path)-1].FieldType
	if kind.Kind() == reflect.Pointer {
		kind = kind.Elem()
	}
	target := reflect.New(kind)
	if scanner, ok := target.Interface().(sql.Scanner); ok {
		text, isText := value.(string)
		if !isText {
			return nil, fmt.Errorf("not the text of a %s", kind)
		}
		err := scanner.Scan(text)
		return target.Elem().Interface(), err
	}
	again, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(again, target.Interface()); err != nil {
		return nil, err
	}
	if text, ok := target.Elem().Interface().(string); ok && strings.ContainsRune(text, 0) {
		return nil, fmt.Errorf("a NUL in a text")
	}
	return target.Elem().Interface(), nil
}

// after matches the rows behind the cursor in its direction: those that are greater in
// the first key, or equal there and greater in the second, and so on.
func (c *cursor) after(keys []sortKey) clause.Expression {
	return build(func(b clause.Builder) {
		b.WriteByte('(')
		for i := range keys {
			if i > 0 {
				b.WriteString(" OR ")
			}
			b.WriteByte('(')
			for j := range i {
				keys[j].equals(b, c.Values[j])
				b.WriteString(" AND ")
			}
			keys[i].beyond(b, c.Values[i], keys[i].desc != c.Backward)
			b.WriteByte(')')
		}
		b.WriteByte(')')
	})
}

func (k sortKey) equals(b clause.Builder, value any) {
	b.WriteQuoted(k.column)
	if value == nil {
		b.WriteString(" IS NULL")
		return
	}
	b.WriteString(" = ")
	b.AddVar(b, value)
}

// beyond matches what follows the value, going down or up. NULL is the smallest value.
func (k sortKey) beyond(b clause.Builder, value any, down bool) {
	switch {
	case value == nil && down:
		b.WriteString("1 = 0")
	case value == nil:
		b.WriteQuoted(k.column)
		b.WriteString(" IS NOT NULL")
	case down:
		b.WriteQuoted(k.column)
		b.WriteString(" < ")
		b.AddVar(b, value)
		if k.nullable {
			b.WriteString(" OR ")
			b.WriteQuoted(k.column)
			b.WriteString(" IS NULL")
		}
	default:
		b.WriteQuoted(k.column)
		b.WriteString(" > ")
		b.AddVar(b, value)
	}
}

// orderBy writes the ORDER BY of a page.
type orderBy struct {
	keys     []sortKey
	backward bool
}

// Name is the clause it fills.
func (orderBy) Name() string { return "ORDER BY" }

// Build writes the columns.
func (o orderBy) Build(b clause.Builder) {
	for i, key := range o.keys {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteQuoted(key.column)
		down := key.desc != o.backward
		if down {
			b.WriteString(" DESC")
		}
		if key.nullable {
			b.WriteString(dialectOf(b).nulls(down))
		}
	}
}

// MergeClause puts it into the statement.
func (o orderBy) MergeClause(c *clause.Clause) { c.Expression = o }
