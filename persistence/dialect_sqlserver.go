package persistence

import (
	"database/sql"
	"errors"
	"net"
	"strings"
	"time"

	mssql "github.com/microsoft/go-mssqldb"
	"github.com/pressly/goose/v3/database"
	"gorm.io/driver/sqlserver"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
)

// sqlserverDialect writes T-SQL.
//
// Language: https://learn.microsoft.com/sql/t-sql/language-reference
type sqlserverDialect struct {
	sqlserver.Dialector
	location *time.Location
}

var _ dialect = (*sqlserverDialect)(nil)

func openSQLServer(dsn string, zone *time.Location) (dialect, pools, error) {
	connector, err := mssql.NewConnector(dsn)
	if err != nil {
		return nil, pools{}, core.ErrorAt(core.Invalid, "db", "the SQL Server address %s cannot be read", RedactDSN(dsn))
	}
	db := sql.OpenDB(connector)
	db.SetMaxOpenConns(20)
	db.SetMaxIdleConns(20)
	db.SetConnMaxIdleTime(5 * time.Minute)
	return newSQLServerDialect(db, zone), pools{read: db, write: db}, nil
}

func newSQLServerDialect(conn gorm.ConnPool, zone *time.Location) *sqlserverDialect {
	d := &sqlserverDialect{location: zone}
	d.Dialector = sqlserver.Dialector{Config: &sqlserver.Config{Conn: conn}}
	return d
}

// Initialize adds the table hint that stands where others have FOR UPDATE.
func (d *sqlserverDialect) Initialize(db *gorm.DB) error {
	if err := d.Dialector.Initialize(db); err != nil {
		return err
	}
	db.ClauseBuilders["FOR"] = func(clause.Clause, clause.Builder) {}
	db.ClauseBuilders["FROM"] = func(c clause.Clause, b clause.Builder) {
		from, ok := c.Expression.(clause.From)
		if !ok {
			return
		}
		b.WriteString("FROM ")
		if _, locked := b.(*gorm.Statement).Clauses["FOR"]; !locked || len(from.Tables) > 0 {
			from.Build(b)
			return
		}
		b.WriteQuoted(clause.Table{Name: clause.CurrentTable})
		b.WriteString(" WITH (UPDLOCK, ROWLOCK)")
		for _, join := range from.Joins {
			b.WriteByte(' ')
			join.Build(b)
		}
	}
	return nil
}

// Translate turns what the driver reports into the program's own error.
func (d *sqlserverDialect) Translate(err error) error { return translate(d, err) }

func (d *sqlserverDialect) name() string         { return "sqlserver" }
func (d *sqlserverDialect) zone() *time.Location { return d.location }

// like names a collation, since the database's own may mind case.
func (d *sqlserverDialect) like(b clause.Builder, column clause.Column, pattern string) {
	b.WriteQuoted(column)
	b.WriteString(" COLLATE Latin1_General_100_CI_AS LIKE ")
	b.AddVar(b, strings.ReplaceAll(pattern, "[", `\[`))
	b.WriteString(` ESCAPE '\'`)
}

// same compares twice: in the column's collation so that an index serves, and bytewise.
func (d *sqlserverDialect) same(b clause.Builder, column clause.Column, value string) {
	b.WriteByte('(')
	b.WriteQuoted(column)
	b.WriteString(" = ")
	b.AddVar(b, value)
	b.WriteString(" AND ")
	b.WriteQuoted(column)
	b.WriteString(" COLLATE Latin1_General_100_BIN2 = ")
	b.AddVar(b, value)
	b.WriteByte(')')
}

func (d *sqlserverDialect) sameFold(b clause.Builder, column clause.Column, value string) {
	b.WriteQuoted(column)
	b.WriteString(" COLLATE Latin1_General_100_CI_AS = ")
	b.AddVar(b, value)
}

// wallTime: datetime, since a datetime column compared with datetime2 sees thirds of
// milliseconds.
func (d *sqlserverDialect) wallTime(b clause.Builder, at DateTime) {
	b.WriteString("CAST(")
	b.AddVar(b, At(at.Time))
	b.WriteString(" AS datetime)")
}

func (d *sqlserverDialect) uuidValues(u UUID) []any { return []any{string(u)} }

func (d *sqlserverDialect) nulls(bool) string { return "" }

// tick: datetime counts three hundredths of a second, smalldatetime minutes.
func (d *sqlserverDialect) tick(legacyType string) time.Duration {
	switch legacyType {
	case "datetime":
		return 4 * time.Millisecond
	case "smalldatetime":
		return time.Minute
	}
	return time.Millisecond
}

func (d *sqlserverDialect) maxParams() int { return 2000 }

// fault reads the error number:
// https://learn.microsoft.com/sql/relational-databases/errors-events/database-engine-events-and-errors
func (d *sqlserverDialect) fault(err error) fault {
	var e mssql.Error
	if !errors.As(err, &e) {
		var network net.Error
		if errors.As(err, &network) {
			return faultAway
		}
		return faultUnknown
	}
	switch e.Number {
	case 2627, 2601:
		return faultUnique
	case 547:
		return faultForeignKey
	case 515:
		return faultNull
	case 1205, 1222, 3960:
		return faultRetry
	case 2628, 8152:
		return faultTooLong
	case 241, 242, 245, 8114, 8115, 295, 296, 298:
		return faultValue
	case 4060, 18456, 40197, 40501, 40613, 233, 10053, 10054:
		return faultAway
	}
	return faultUnknown
}

// reserveSQL holds the place of the key while it looks, so that a second transaction waits.
func (d *sqlserverDialect) reserveSQL() string {
	return `INSERT INTO [openimis_idempotency] ([key], [hash], [answer], [at]) SELECT v.[key], v.[hash], '', v.[at] FROM (VALUES (?, ?, ?)) AS v ([key], [hash], [at])` +
		` WHERE NOT EXISTS (SELECT 1 FROM [openimis_idempotency] i WITH (UPDLOCK, HOLDLOCK) WHERE i.[key] = v.[key])`
}

func (d *sqlserverDialect) partSQL() (set, undo, free string) {
	return `SAVE TRANSACTION openimis_part`, `ROLLBACK TRANSACTION openimis_part`, ""
}

func (d *sqlserverDialect) numberingSQL(string) (ask, lock string) { return "", "" }

func (d *sqlserverDialect) rowVersion() string {
	return "SELECT CAST(MIN_ACTIVE_ROWVERSION() AS bigint)"
}

func (d *sqlserverDialect) unknownRows(b clause.Builder, t *watchedTable, _ DateTime, low, high int64) {
	sqlf(onTable(t.info, t.selecting()+` AND [T].[RowID] >= CAST(CAST(? AS bigint) AS binary(8)) AND [T].[RowID] < CAST(CAST(? AS bigint) AS binary(8))`), low, high).Build(b)
}

func (d *sqlserverDialect) goose() database.Dialect { return database.DialectMSSQL }

func (d *sqlserverDialect) triggersForbidden() bool { return true }

func (d *sqlserverDialect) catalogueSQL(what string) string {
	switch what {
	case "columns":
		return `SELECT t.name AS table_name, c.name AS column_name, y.name AS column_type, CASE c.is_nullable WHEN 0 THEN 1 ELSE 0 END AS is_required FROM sys.tables t JOIN sys.columns c ON c.object_id = t.object_id JOIN sys.types y ON y.user_type_id = c.user_type_id WHERE t.schema_id = SCHEMA_ID()`
	case "triggers":
		return `SELECT OBJECT_NAME(parent_id) AS table_name, name AS trigger_name FROM sys.triggers WHERE parent_id <> 0`
	}
	return ""
}

func (d *sqlserverDialect) columnType(legacyType string) string { return legacyType }

func (d *sqlserverDialect) addColumn(table, column, columnType string) string {
	return "ALTER TABLE [" + table + "] ADD [" + column + "] " + columnType + " NULL"
}

func (d *sqlserverDialect) compatible(legacyType, actual string) bool {
	base, _, _ := strings.Cut(legacyType, "(")
	if base == actual {
		return true
	}
	for _, family := range []string{"int bigint smallint tinyint", "decimal numeric money", "date datetime smalldatetime datetime2", "char nchar varchar nvarchar text ntext uniqueidentifier", "binary varbinary image", "bit"} {
		fields := " " + family + " "
		if strings.Contains(fields, " "+base+" ") {
			return strings.Contains(fields, " "+actual+" ")
		}
	}
	return false
}
