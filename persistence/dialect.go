package persistence

import (
	"database/sql"
	"log/slog"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/pressly/goose/v3/database"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
)

// dialect is everything in which the three databases differ. Each is a gorm dialector and
// adds the few things gorm does not know. Whoever needs a difference asks it; nobody asks
// which database it is.
type dialect interface {
	gorm.Dialector

	// name is the folder of the migrations.
	name() string
	// zone is the site's time zone.
	zone() *time.Location
	// like writes a comparison that ignores case with a LIKE pattern whose escape
	// character is the backslash.
	like(b clause.Builder, column clause.Column, pattern string)
	// same writes a comparison that minds case and accents.
	same(b clause.Builder, column clause.Column, value string)
	// sameFold writes a comparison that ignores case.
	sameFold(b clause.Builder, column clause.Column, value string)
	// wallTime writes a parameter that compares as a moment with columns of any date type.
	wallTime(b clause.Builder, at DateTime)
	// uuidValues gives the spellings in which a UUID may be stored.
	uuidValues(u UUID) []any
	// nulls is what ORDER BY needs behind a column so that NULL is the smallest value.
	nulls(desc bool) string
	// tick is the smallest step of a column of the legacy type.
	tick(legacyType string) time.Duration
	// maxParams is how many parameters one statement may have.
	maxParams() int
	// fault says what kind of failure a driver reported.
	fault(err error) fault

	// reserveSQL inserts key, hash and moment into openimis_idempotency unless the key is
	// there, and waits for another transaction that is about to insert it.
	reserveSQL() string

	// partSQL gives the statements that mark a place in a transaction, go back to it, and
	// forget it; the last is "" where the transaction's end is all there is.
	partSQL() (set, undo, free string)

	// numberingSQL gives a statement that counts the key columns (?, ?: table, column) the
	// database does not number by itself, and one that locks the table; "" where there are
	// none.
	numberingSQL(table string) (ask, lock string)

	// rowVersion gives a statement for the number below which no open transaction has given
	// a row its version, "" where the database numbers no versions.
	rowVersion() string
	// unknownRows writes a selection of place and row_key of the rows of a table that may be
	// in a state nobody was told of: by the moments in them from since, or by the numbers of
	// their versions from low to before high.
	unknownRows(b clause.Builder, t *watchedTable, since DateTime, low, high int64)

	// goose is what the migration tool calls the database.
	goose() database.Dialect
	// catalogueSQL asks the database for its "columns" or "triggers".
	catalogueSQL(what string) string
	// triggersForbidden tells whether rows cannot be inserted into a table with triggers.
	triggersForbidden() bool
	// columnType gives the type a legacy type has on this database.
	columnType(legacyType string) string
	// addColumn gives the statement that adds a nullable column.
	addColumn(table, column, columnType string) string
	// compatible tells whether a stored column of the actual type can hold values of the
	// legacy type.
	compatible(legacyType, actual string) bool
}

// pools are the connections of one database: writes of SQLite go through one connection,
// since it has one writer; elsewhere both are the same pool.
type pools struct {
	read, write *sql.DB
	temporary   string // folder to delete on Close
}

func (p pools) close() error {
	err := p.write.Close()
	if p.read != p.write {
		if other := p.read.Close(); err == nil {
			err = other
		}
	}
	if p.temporary != "" {
		if other := os.RemoveAll(p.temporary); err == nil {
			err = other
		}
	}
	return err
}

// openDialect reads the DSN and opens the pools; it does not yet talk to the database.
func openDialect(dsn string, zone *time.Location, log *slog.Logger) (dialect, pools, error) {
	scheme, rest, found := strings.Cut(dsn, "://")
	if !found {
		return nil, pools{}, core.ErrorAt(core.Invalid, "db", "the database is given as sqlite://file, postgres://user:password@host/name or sqlserver://user:password@host?database=name")
	}
	switch scheme {
	case "sqlite":
		return openSQLite(rest, zone)
	case "postgres", "postgresql":
		return openPostgres(dsn, zone, log)
	case "sqlserver":
		return openSQLServer(dsn, zone)
	}
	return nil, pools{}, core.ErrorAt(core.Invalid, "db", "no database of the kind %q: sqlite, postgres and sqlserver are known", scheme)
}

// RedactDSN gives the DSN without its password, fit for a log.
func RedactDSN(dsn string) string {
	u, err := url.Parse(dsn)
	if err != nil {
		return "(unreadable)"
	}
	return u.Redacted()
}

// dialectOf gives the dialect a builder writes for.
func dialectOf(b clause.Builder) dialect {
	return b.(*gorm.Statement).Dialector.(dialect)
}
