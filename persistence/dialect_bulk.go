package persistence

import (
	"encoding/hex"
	"strconv"
	"strings"
)

// bulkDialect is what writing many rows at once needs to know of a database. Everything
// here renders text only, so that it can be checked for a database that is not at hand.
type bulkDialect struct {
	parameters int  // how many a statement of good size holds
	rows       int  // how many rows one VALUES list may hold
	numbered   bool // parameters are named by number
	mark       string
	switched   bool // explicit keys have to be switched on for each statement
	sequences  bool // a key counter has to be moved on by hand
	suspended  bool // foreign keys are checked at once, so cycles need them off for a while
	arrays     bool // values go as one array a column: far less to plan than thousands of parameters
}

func bulkDialectOf(name string) bulkDialect {
	switch name {
	case "postgres":
		return bulkDialect{parameters: 20_000, rows: 1000, numbered: true, mark: "$", sequences: true, arrays: true}
	case "sqlserver":
		return bulkDialect{parameters: 2000, rows: 1000, numbered: true, mark: "@p", switched: true, suspended: true}
	default:
		return bulkDialect{parameters: 1500, rows: 200, mark: "?"}
	}
}

func quoteName(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// insert renders an INSERT of so many rows; key names the column the database numbers by
// itself, "" for none.
func (d bulkDialect) insert(table string, columns []string, key string, rows int) string {
	var b strings.Builder
	switched := d.switched && key != ""
	if switched {
		b.WriteString("SET IDENTITY_INSERT " + quoteName(table) + " ON; ")
	}
	b.WriteString("INSERT INTO " + quoteName(table) + " (")
	for i, column := range columns {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(quoteName(column))
	}
	b.WriteString(") VALUES ")
	n := 0
	for row := range rows {
		if row > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('(')
		for i := range columns {
			if i > 0 {
				b.WriteByte(',')
			}
			n++
			b.WriteString(d.mark)
			if d.numbered {
				b.WriteString(strconv.Itoa(n))
			}
		}
		b.WriteByte(')')
	}
	if switched {
		b.WriteString("; SET IDENTITY_INSERT " + quoteName(table) + " OFF")
	}
	return b.String()
}

// insertArrays renders an INSERT of any number of rows from one array of texts a column.
// The types carry no length: a cast to one would cut texts off where an INSERT complains.
func (d bulkDialect) insertArrays(table string, columns, types []string) string {
	var into, from, arrays, names strings.Builder
	for i, column := range columns {
		if i > 0 {
			for _, b := range []*strings.Builder{&into, &from, &arrays, &names} {
				b.WriteByte(',')
			}
		}
		n := strconv.Itoa(i + 1)
		into.WriteString(quoteName(column))
		from.WriteString("r.c" + n + "::" + types[i])
		arrays.WriteString(d.mark + n + "::text[]")
		names.WriteString("c" + n)
	}
	return "INSERT INTO " + quoteName(table) + " (" + into.String() + ") SELECT " + from.String() +
		" FROM unnest(" + arrays.String() + ") AS r(" + names.String() + ")"
}

// columnTypes renders the query for the names and types of a table's columns.
func (d bulkDialect) columnTypes(table string) string {
	return "SELECT a.attname, format_type(a.atttypid, -1) FROM pg_attribute a WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attrelid = to_regclass('" +
		strings.ReplaceAll(quoteName(table), "'", "''") + "')"
}

// arrayLiteral appends a value to an array of texts as PostgreSQL writes one.
func arrayLiteral(b []byte, value any) []byte {
	switch v := value.(type) {
	case nil:
		return append(b, "NULL"...)
	case int64:
		return strconv.AppendInt(b, v, 10)
	case bool:
		return strconv.AppendBool(b, v)
	case []byte:
		return append(hex.AppendEncode(append(b, `"\\x`...), v), '"')
	}
	text, _ := value.(string)
	b = append(b, '"')
	for i := range len(text) {
		if text[i] == '"' || text[i] == '\\' {
			b = append(b, '\\')
		}
		b = append(b, text[i])
	}
	return append(b, '"')
}

// advance renders what moves the key counter past the keys written; "" where the
// database does that by itself. Legacy PostgreSQL databases hang their sequences on
// column defaults and own none, hence the second way to find the name.
func (d bulkDialect) advance(table, key string) string {
	if !d.sequences || key == "" {
		return ""
	}
	quoted := strings.ReplaceAll(quoteName(table), "'", "''")
	bare := strings.ReplaceAll(table, "'", "''")
	column := strings.ReplaceAll(key, "'", "''")
	return "SELECT setval(s.name::regclass, GREATEST(m.top, 1)) FROM (SELECT COALESCE(MAX(" + quoteName(key) + "), 0) AS top FROM " + quoteName(table) + ") m, " +
		"(SELECT COALESCE(pg_get_serial_sequence('" + quoted + "', '" + column + "'), (SELECT substring(c.column_default from 'nextval\\(''(.*)''::regclass\\)') " +
		"FROM information_schema.columns c WHERE c.table_schema = current_schema() AND c.table_name = '" + bare + "' AND c.column_name = '" + column + "')) AS name) s " +
		"WHERE s.name IS NOT NULL"
}

// statistics renders what has the planner look at a table that was just filled. SQL Server
// does so by itself, and SQLite plans by its indexes alone.
func (d bulkDialect) statistics(table string) string {
	if !d.sequences {
		return ""
	}
	return "ANALYZE " + quoteName(table)
}

// checkNow renders what has the waiting reference checks made at once. SQLite only counts
// what is open and SQL Server checks each statement, so neither has a list to empty.
func (d bulkDialect) checkNow() []string {
	if !d.sequences {
		return nil
	}
	return []string{"SET CONSTRAINTS ALL IMMEDIATE", "SET CONSTRAINTS ALL DEFERRED"}
}

// suspend renders what switches the enabled foreign keys of a table off, and resume what
// switches the same ones on again with a check of every row; both "" where foreign keys
// wait for the end of the transaction anyway. Keys the site had disabled stay disabled.
func (d bulkDialect) suspend(table string) string {
	if !d.suspended {
		return ""
	}
	return "DECLARE @off nvarchar(max) = N''; " +
		"SELECT @off = @off + N'ALTER TABLE ' + QUOTENAME(t.name) + N' NOCHECK CONSTRAINT ' + QUOTENAME(k.name) + N'; ' " +
		"FROM sys.foreign_keys k JOIN sys.tables t ON t.object_id = k.parent_object_id " +
		"WHERE k.is_disabled = 0 AND t.name = N'" + strings.ReplaceAll(table, "'", "''") + "'; EXEC sp_executesql @off"
}

// resume undoes suspend for the named constraints. The statements stand in a text because
// the grammar that checks ours does not know this form of ALTER TABLE.
func (d bulkDialect) resume(table string, constraints []string) string {
	if !d.suspended || len(constraints) == 0 {
		return ""
	}
	statements := make([]string, len(constraints))
	for i, name := range constraints {
		statements[i] = "ALTER TABLE " + quoteName(table) + " WITH CHECK CHECK CONSTRAINT " + quoteName(name)
	}
	return "EXEC sp_executesql N'" + strings.ReplaceAll(strings.Join(statements, "; "), "'", "''") + "'"
}

// enabled renders the query for the names of a table's enabled foreign keys.
func (d bulkDialect) enabled(table string) string {
	if !d.suspended {
		return ""
	}
	return "SELECT k.name FROM sys.foreign_keys k JOIN sys.tables t ON t.object_id = k.parent_object_id " +
		"WHERE k.is_disabled = 0 AND t.name = N'" + strings.ReplaceAll(table, "'", "''") + "'"
}
