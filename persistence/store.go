package persistence

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/openimis/openimis-go/core"
)

// Options say which database to open and how.
type Options struct {
	DSN      string         // sqlite://file, postgres://…, sqlserver://…
	Timezone *time.Location // zone of the wall clock in the rows; nil for the machine's
	Clock    core.Clock     // nil for the machine's
	Log      *slog.Logger   // nil for none
}

// Store is an open database.
type Store struct{}

var errNotBuilt = errors.New("persistence: contract only")

// Open opens the database and checks that it answers. Errors: core.Unavailable,
// core.Invalid for a DSN that cannot be read.
func Open(ctx context.Context, o Options) (*Store, error) { return nil, errNotBuilt }

// Close waits for what runs and closes the database.
func (s *Store) Close() error { return errNotBuilt }

// Ping tells whether the database answers.
func (s *Store) Ping(ctx context.Context) error { return errNotBuilt }

// Migrate brings the schema up to date: the whole of it on an empty database, additions
// only on a legacy one. It gives what it did, line by line; with dryRun what it would do.
func (s *Store) Migrate(ctx context.Context, dryRun bool) ([]string, error) {
	return nil, errNotBuilt
}

// Instant gives the instant a wall-clock moment of the site is.
func (s *Store) Instant(d DateTime) time.Time { return time.Time{} }

// Wall gives what the wall clock of the site shows at the instant.
func (s *Store) Wall(t time.Time) DateTime { return DateTime{} }

// Read gives a session for reading, in the scope of the principal in ctx.
func (s *Store) Read(ctx context.Context) *Session { return nil }

// Tx runs fn in one write transaction and commits it when fn gives nil. A transaction
// that lost a race with another is run again.
func (s *Store) Tx(ctx context.Context, fn func(x *Session) error) error { return errNotBuilt }

// Publish writes the event to the outbox within the transaction.
func (x *Session) Publish(e core.Event) error { return errNotBuilt }

// Select gives one page of live rows in the caller's scope, in a number of statements
// that does not depend on the number of rows.
func Select[R any](x *Session, q Query) (*Rows[R], error) { return nil, errNotBuilt }

// One gives the live row with the UUID, with to-one relations. Errors: core.NotFound when
// there is none in scope, core.Gone when it was deleted.
func One[R any](x *Session, id UUID, join ...string) (*R, error) { return nil, errNotBuilt }

// Versions gives every kept state of the row with the UUID, the newest first: the live or
// deleted row, then its history rows. Errors: core.NotFound.
func Versions[R any](x *Session, id UUID) ([]R, error) { return nil, errNotBuilt }

// Insert writes a new live row: it draws the UUID when none is set, sets ValidityFrom to
// now and AuditUserID to the principal's, and fills in the key the database gives.
func Insert[R any](x *Session, row *R) error { return errNotBuilt }

// Update copies the stored row into history and writes the new values in its place.
// ValidityFrom becomes now, and always later than it was.
func Update[R any](x *Session, row *R) error { return errNotBuilt }

// Delete copies the stored row into history and closes it.
func Delete[R any](x *Session, row *R) error { return errNotBuilt }

// VersionOf identifies the state of a row and its lines. Keys, UUIDs, ValidityTo and
// joined rows do not count.
func (s *Store) VersionOf(root any, lines ...any) Version { return Version{} }

// Registers gives the registers that fit in memory. The snapshot never changes; a newer
// one replaces it within five seconds of a write by anybody.
func (s *Store) Registers(ctx context.Context) (*Registers, error) { return nil, errNotBuilt }
