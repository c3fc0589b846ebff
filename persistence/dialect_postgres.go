package persistence

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"log/slog"
	"net"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3/database"
	"gorm.io/driver/postgres"
	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
)

// postgresDialect writes for PostgreSQL.
//
// The legacy columns are timestamptz there while the program thinks in wall-clock digits:
// every connection therefore has the site's zone as its session zone, so that digits sent
// without a zone mean the site's, and scans instants back in that zone.
type postgresDialect struct {
	postgres.Dialector
	location *time.Location
}

var _ dialect = (*postgresDialect)(nil)

// foldCollation makes lower() know all letters whatever the locale of the database.
const foldCollation = ` COLLATE "und-x-icu"`

func openPostgres(dsn string, zone *time.Location, log *slog.Logger) (dialect, pools, error) {
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		// The parser repeats the DSN with its password, so its words go nowhere.
		return nil, pools{}, core.ErrorAt(core.Invalid, "db", "the PostgreSQL address %s cannot be read", RedactDSN(dsn))
	}
	config.RuntimeParams["timezone"] = zone.String()
	if config.RuntimeParams["application_name"] == "" {
		config.RuntimeParams["application_name"] = "openimis"
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = 5 * time.Second
	}
	db := sql.OpenDB(livingConnector{stdlib.GetConnector(*config, stdlib.OptionAfterConnect(func(_ context.Context, c *pgx.Conn) error {
		c.TypeMap().RegisterType(&pgtype.Type{Name: "timestamptz", OID: pgtype.TimestamptzOID, Codec: &pgtype.TimestamptzCodec{ScanLocation: zone}})
		return nil
	}))})
	db.SetMaxOpenConns(20)
	db.SetMaxIdleConns(20)
	db.SetConnMaxIdleTime(5 * time.Minute)
	d := &postgresDialect{location: zone}
	d.Dialector = postgres.Dialector{Config: &postgres.Config{Conn: db}}
	return d, pools{read: db, write: db}, nil
}

// livingConnector makes connections that say when they are no good any more. pgx closes one
// whose statement is given up, and does not tell the pool: when all are in use, such a dead
// one is handed to whoever waits, as many times as the pool tries, and he is told that
// there is no database.
type livingConnector struct{ driver.Connector }

// Connect makes a connection.
func (c livingConnector) Connect(ctx context.Context) (driver.Conn, error) {
	made, err := c.Connector.Connect(ctx)
	if conn, is := made.(*stdlib.Conn); is && err == nil {
		return livingConn{conn}, nil
	}
	return made, err
}

type livingConn struct{ *stdlib.Conn }

var _ driver.Validator = livingConn{}

// IsValid tells whether the connection may go back into the pool.
func (c livingConn) IsValid() bool { return !c.Conn.Conn().IsClosed() }

// Translate turns what the driver reports into the program's own error.
func (d *postgresDialect) Translate(err error) error { return translate(d, err) }

func (d *postgresDialect) name() string         { return "postgres" }
func (d *postgresDialect) zone() *time.Location { return d.location }

func (d *postgresDialect) like(b clause.Builder, column clause.Column, pattern string) {
	b.WriteString("lower(")
	b.WriteQuoted(column)
	b.WriteString(foldCollation + ") LIKE ")
	b.AddVar(b, strings.ToLower(pattern))
	b.WriteString(` ESCAPE '\'`)
}

func (d *postgresDialect) same(b clause.Builder, column clause.Column, value string) {
	b.WriteQuoted(column)
	b.WriteString(" = ")
	b.AddVar(b, value)
}

func (d *postgresDialect) sameFold(b clause.Builder, column clause.Column, value string) {
	b.WriteString("lower(")
	b.WriteQuoted(column)
	b.WriteString(foldCollation + ") = ")
	b.AddVar(b, strings.ToLower(value))
}

// wallTime: without the cast a parameter takes the column's type, and a date column would
// cut the time of day off.
func (d *postgresDialect) wallTime(b clause.Builder, at DateTime) {
	b.WriteString("CAST(")
	b.AddVar(b, at)
	b.WriteString(" AS timestamp)")
}

func (d *postgresDialect) uuidValues(u UUID) []any {
	return []any{string(u), strings.ToUpper(string(u))}
}

func (d *postgresDialect) nulls(desc bool) string {
	if desc {
		return " NULLS LAST"
	}
	return " NULLS FIRST"
}

func (d *postgresDialect) tick(string) time.Duration { return time.Millisecond }

func (d *postgresDialect) maxParams() int { return 60000 }

// fault reads the SQLSTATE: https://www.postgresql.org/docs/15/errcodes-appendix.html
func (d *postgresDialect) fault(err error) fault {
	var dial *pgconn.ConnectError
	if errors.As(err, &dial) { // whatever the server said, there is no connection
		return faultAway
	}
	var e *pgconn.PgError
	if !errors.As(err, &e) {
		var network net.Error
		if errors.As(err, &network) || pgconn.SafeToRetry(err) {
			return faultAway
		}
		return faultUnknown
	}
	switch e.Code {
	case "23505":
		return faultUnique
	case "23503":
		return faultForeignKey
	case "23502":
		return faultNull
	case "23514":
		return faultCheck
	case "40001", "40P01", "55P03":
		return faultRetry
	case "22001":
		return faultTooLong
	case "22003", "22007", "22008", "22P02", "22021", "22P05", "22023":
		return faultValue
	case "57014": // cancelled, as by a time-out
		return faultAway
	}
	switch e.Code[:2] {
	case "08", "53", "57", "28", "3D":
		return faultAway
	}
	return faultUnknown
}

func (d *postgresDialect) reserveSQL() string {
	return `INSERT INTO [openimis_idempotency] ([key], [hash], [answer], [at]) VALUES (?, ?, '', ?) ON CONFLICT DO NOTHING`
}

func (d *postgresDialect) partSQL() (set, undo, free string) {
	return `SAVEPOINT openimis_part`, `ROLLBACK TO SAVEPOINT openimis_part`, `RELEASE SAVEPOINT openimis_part`
}

func (d *postgresDialect) numberingSQL(table string) (ask, lock string) {
	return `SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = ? AND column_name = ? AND column_default IS NULL AND is_identity = 'NO'`,
		`LOCK TABLE "` + table + `" IN SHARE ROW EXCLUSIVE MODE`
}

func (d *postgresDialect) rowVersion() string { return "" }

func (d *postgresDialect) unknownRows(b clause.Builder, t *watchedTable, since DateTime, _, _ int64) {
	byMoments(b, t, since)
}

func (d *postgresDialect) goose() database.Dialect { return database.DialectPostgres }

func (d *postgresDialect) triggersForbidden() bool { return false }

func (d *postgresDialect) catalogueSQL(what string) string {
	switch what {
	case "columns":
		return `SELECT c.table_name, c.column_name, c.data_type AS column_type, CASE c.is_nullable WHEN 'NO' THEN 1 ELSE 0 END AS is_required FROM information_schema.columns c JOIN information_schema.tables t ON t.table_schema = c.table_schema AND t.table_name = c.table_name WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE'`
	case "triggers":
		return `SELECT event_object_table AS table_name, trigger_name FROM information_schema.triggers WHERE event_object_schema = current_schema()`
	}
	return ""
}

func (d *postgresDialect) columnType(legacyType string) string {
	switch base, size, _ := strings.Cut(legacyType, "("); base {
	case "int":
		return "integer"
	case "bigint", "date":
		return base
	case "smallint", "tinyint":
		return "smallint"
	case "decimal", "numeric":
		return "numeric(" + size
	case "bit":
		return "boolean"
	case "datetime", "smalldatetime", "datetime2":
		return "timestamp with time zone"
	case "varbinary":
		return "bytea"
	case "uniqueidentifier":
		return "character varying(36)"
	case "nvarchar", "varchar", "char", "nchar":
		if size != "max)" {
			return "character varying(" + size
		}
	}
	return "text"
}

func (d *postgresDialect) addColumn(table, column, columnType string) string {
	if column == "JsonExt" { // the only documents among the legacy columns
		columnType = "jsonb"
	}
	return `ALTER TABLE "` + table + `" ADD COLUMN "` + column + `" ` + columnType
}

// compatible compares families of types: the legacy PostgreSQL schema itself differs from
// the SQL Server one within a family (smalldatetime became date, char became varchar).
func (d *postgresDialect) compatible(legacyType, actual string) bool {
	base, _, _ := strings.Cut(legacyType, "(")
	families := map[string]string{
		"int": "integer bigint smallint", "bigint": "integer bigint", "smallint": "integer bigint smallint", "tinyint": "integer bigint smallint",
		"decimal": "numeric", "numeric": "numeric", "bit": "boolean|bit", "varbinary": "bytea|text",
		"date":     "date|timestamp with time zone|timestamp without time zone",
		"datetime": "date|timestamp with time zone|timestamp without time zone", "smalldatetime": "date|timestamp with time zone|timestamp without time zone", "datetime2": "date|timestamp with time zone|timestamp without time zone",
		"uniqueidentifier": "character varying|uuid|text|character",
	}
	allowed, known := families[base]
	if !known {
		allowed = "character varying|character|text|jsonb|json|uuid"
	}
	for _, one := range strings.FieldsFunc(allowed, func(r rune) bool { return r == '|' || r == ' ' && !strings.Contains(allowed, "|") }) {
		if one == actual {
			return true
		}
	}
	return false
}
