package persistence

import (
	"database/sql"
	"database/sql/driver"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/pressly/goose/v3/database"
	"gorm.io/gorm"
	"gorm.io/gorm/callbacks"
	"gorm.io/gorm/clause"
	"gorm.io/gorm/logger"
	"gorm.io/gorm/schema"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/openimis/openimis-go/core"
)

// sqliteDialect writes for SQLite through the pure Go driver. It is a dialector of our
// own: the one of gorm links the C library as well, which would make every build need a
// C compiler or carry the engine twice.
//
// Language: https://www.sqlite.org/lang.html
type sqliteDialect struct {
	location *time.Location
}

var _ dialect = (*sqliteDialect)(nil)

// foldFunction is the name of the SQL function that folds case beyond ASCII, which
// SQLite's own lower() does not.
const foldFunction = "openimis_fold"

func init() {
	sqlite.MustRegisterDeterministicScalarFunction(foldFunction, 1, func(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
		if text, ok := args[0].(string); ok {
			return strings.ToLower(text), nil
		}
		return args[0], nil
	})
}

func openSQLite(path string, zone *time.Location) (dialect, pools, error) {
	var p pools
	if path == "" {
		return nil, p, core.ErrorAt(core.Invalid, "db", "sqlite:// needs the name of a file")
	}
	if path == ":memory:" {
		// Two pools cannot share a database in memory, so it is a file nobody else knows.
		dir, err := os.MkdirTemp("", "openimis-")
		if err != nil {
			return nil, p, core.Wrap(core.Unavailable, err, "no temporary folder for the database")
		}
		p.temporary, path = dir, filepath.Join(dir, "memory.db")
	}
	if dir := filepath.Dir(path); dir != "." {
		if _, err := os.Stat(dir); err != nil {
			return nil, p, core.Wrap(core.Unavailable, err, "the folder of the database is missing")
		}
	}
	dsn := func(extra ...string) string {
		pragmas := append([]string{"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(NORMAL)", "foreign_keys(1)", "temp_store(MEMORY)", "cache_size(-16000)"}, extra...)
		return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + url.Values{"_pragma": pragmas, "_txlock": {"immediate"}}.Encode()
	}
	p.write = sql.OpenDB(sqliteConnector{dsn(), sqliteDriver()})
	p.write.SetMaxOpenConns(1)
	p.read = sql.OpenDB(sqliteConnector{dsn("query_only(1)"), sqliteDriver()})
	readers := max(4, runtime.NumCPU())
	p.read.SetMaxOpenConns(readers)
	p.read.SetMaxIdleConns(readers)
	return &sqliteDialect{location: zone}, p, nil
}

// Name is what gorm calls the database.
func (d *sqliteDialect) Name() string { return "sqlite" }

// Initialize registers gorm's callbacks with the clauses SQLite has.
func (d *sqliteDialect) Initialize(db *gorm.DB) error {
	callbacks.RegisterDefaultCallbacks(db, &callbacks.Config{
		CreateClauses:        []string{"INSERT", "VALUES", "ON CONFLICT", "RETURNING"},
		UpdateClauses:        []string{"UPDATE", "SET", "FROM", "WHERE", "RETURNING"},
		DeleteClauses:        []string{"DELETE", "FROM", "WHERE", "RETURNING"},
		LastInsertIDReversed: true,
	})
	// A write transaction begins IMMEDIATE and has the database to itself.
	db.ClauseBuilders["FOR"] = func(clause.Clause, clause.Builder) {}
	db.ClauseBuilders["LIMIT"] = writeLimit
	return nil
}

// writeLimit writes the numbers themselves. SQLite plans by the value of a LIMIT, so a
// parameter there makes it prepare the statement anew at every execution, which takes as
// long as a read by key. There are not many limits, so prepared statements stay few; an
// offset does not count for the plan and stays a parameter.
func writeLimit(c clause.Clause, b clause.Builder) {
	limit, ok := c.Expression.(clause.Limit)
	if !ok {
		return
	}
	rows := -1 // OFFSET needs a LIMIT in front
	if limit.Limit != nil && *limit.Limit >= 0 {
		rows = *limit.Limit
	}
	if rows < 0 && limit.Offset <= 0 {
		return
	}
	_, _ = b.WriteString("LIMIT " + strconv.Itoa(rows))
	if limit.Offset > 0 {
		_, _ = b.WriteString(" OFFSET ")
		b.AddVar(b, limit.Offset)
	}
}

// Migrator is not used: the schema comes from the migrations.
func (d *sqliteDialect) Migrator(*gorm.DB) gorm.Migrator { return nil }

// DataTypeOf is not used: the schema comes from the migrations.
func (d *sqliteDialect) DataTypeOf(*schema.Field) string { return "" }

// DefaultValueOf is what stands for a missing value in a batch.
func (d *sqliteDialect) DefaultValueOf(*schema.Field) clause.Expression {
	return clause.Expr{SQL: "NULL"}
}

// BindVarTo writes a parameter.
func (d *sqliteDialect) BindVarTo(w clause.Writer, _ *gorm.Statement, _ any) { w.WriteByte('?') }

// QuoteTo writes a name in double quotes, a qualified name in two parts.
func (d *sqliteDialect) QuoteTo(w clause.Writer, name string) {
	w.WriteByte('"')
	w.WriteString(strings.ReplaceAll(strings.ReplaceAll(name, `"`, `""`), ".", `"."`))
	w.WriteByte('"')
}

// Explain renders a statement for the log.
func (d *sqliteDialect) Explain(text string, vars ...any) string {
	return logger.ExplainSQL(text, nil, `'`, vars...)
}

// Translate turns what the driver reports into the program's own error.
func (d *sqliteDialect) Translate(err error) error { return translate(d, err) }

func (d *sqliteDialect) name() string         { return "sqlite" }
func (d *sqliteDialect) zone() *time.Location { return d.location }

func (d *sqliteDialect) like(b clause.Builder, column clause.Column, pattern string) {
	b.WriteString(foldFunction + "(")
	b.WriteQuoted(column)
	b.WriteString(") LIKE ")
	b.AddVar(b, strings.ToLower(pattern))
	b.WriteString(` ESCAPE '\'`)
}

func (d *sqliteDialect) same(b clause.Builder, column clause.Column, value string) {
	b.WriteQuoted(column)
	b.WriteString(" = ")
	b.AddVar(b, value)
}

func (d *sqliteDialect) sameFold(b clause.Builder, column clause.Column, value string) {
	b.WriteString(foldFunction + "(")
	b.WriteQuoted(column)
	b.WriteString(") = ")
	b.AddVar(b, strings.ToLower(value))
}

// wallTime: columns of moments hold texts of one shape, which sort as the moments do.
func (d *sqliteDialect) wallTime(b clause.Builder, at DateTime) { b.AddVar(b, at) }

func (d *sqliteDialect) uuidValues(u UUID) []any {
	return []any{string(u), strings.ToUpper(string(u))}
}

func (d *sqliteDialect) nulls(bool) string { return "" }

func (d *sqliteDialect) tick(string) time.Duration { return time.Millisecond }

func (d *sqliteDialect) maxParams() int { return 32000 }

// fault reads the result code: https://www.sqlite.org/rescode.html
func (d *sqliteDialect) fault(err error) fault {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return faultUnknown
	}
	switch e.Code() {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
		return faultUnique
	case sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
		return faultForeignKey
	case sqlite3.SQLITE_CONSTRAINT_NOTNULL:
		return faultNull
	case sqlite3.SQLITE_CONSTRAINT_CHECK:
		return faultCheck
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return faultRetry
	case sqlite3.SQLITE_CONSTRAINT:
		return faultCheck
	case sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_INTERRUPT:
		return faultAway
	case sqlite3.SQLITE_TOOBIG:
		return faultTooLong
	}
	return faultUnknown
}

func (d *sqliteDialect) reserveSQL() string {
	return `INSERT INTO [openimis_idempotency] ([key], [hash], [answer], [at]) VALUES (?, ?, '', ?) ON CONFLICT DO NOTHING`
}

func (d *sqliteDialect) partSQL() (set, undo, free string) {
	return `SAVEPOINT openimis_part`, `ROLLBACK TO SAVEPOINT openimis_part`, `RELEASE SAVEPOINT openimis_part`
}

func (d *sqliteDialect) numberingSQL(string) (ask, lock string) { return "", "" }

func (d *sqliteDialect) rowVersion() string { return "" }

func (d *sqliteDialect) unknownRows(b clause.Builder, t *watchedTable, since DateTime, _, _ int64) {
	byMoments(b, t, since)
}

func (d *sqliteDialect) goose() database.Dialect { return database.DialectSQLite3 }

func (d *sqliteDialect) triggersForbidden() bool { return false }

func (d *sqliteDialect) catalogueSQL(what string) string {
	switch what {
	case "columns":
		return `SELECT m.name AS table_name, c.name AS column_name, c.type AS column_type, c."notnull" AS is_required FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table'`
	case "triggers":
		return `SELECT tbl_name AS table_name, name AS trigger_name FROM sqlite_master WHERE type = 'trigger'`
	}
	return ""
}

func (d *sqliteDialect) columnType(legacyType string) string {
	switch base, _, _ := strings.Cut(legacyType, "("); base {
	case "int", "bigint", "smallint", "tinyint":
		return "integer"
	case "decimal", "numeric":
		return legacyType
	case "bit":
		return "boolean"
	case "date":
		return "date"
	case "datetime", "smalldatetime", "datetime2":
		return "datetime"
	case "varbinary":
		return "blob"
	}
	return "text"
}

func (d *sqliteDialect) addColumn(table, column, columnType string) string {
	return `ALTER TABLE "` + table + `" ADD COLUMN "` + column + `" ` + columnType
}

// compatible: SQLite stores any value in any column, so every type will do.
func (d *sqliteDialect) compatible(string, string) bool { return true }
