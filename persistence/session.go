package persistence

import (
	"context"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
)

// Session is one unit of work on the database: a plain reader, or one transaction. It
// carries the caller's context and so his scope.
type Session struct {
	store *Store
	ctx   context.Context
	db    *gorm.DB
	now   DateTime
	unit  *unit // the transaction; nil for a plain reader
}

// unit is one transaction, which several sessions may take part in.
type unit struct {
	touched   map[string]bool        // tables written to
	after     []func()               // what to do once committed
	registers *Registers             // as the transaction left them; nil when not read since
	own       map[wroteKey]bool      // rows it gave their present state
	words     map[wroteKey][]string  // words it gave rows
	audited   map[*core.Audit]bool   // lines of the audit it wrote
	states    map[wroteKey][]Noticed // of rows others write too, as it left them
	part      *part                  // the part under way; nil for none
}

// Context gives the context of the unit of work.
func (x *Session) Context() context.Context { return x.ctx }

// Principal gives who the work is for.
func (x *Session) Principal() core.Principal { return core.PrincipalOf(x.ctx) }

// Store gives the store the session works on.
func (x *Session) Store() *Store { return x.store }

// Now gives the present moment on the wall clock of the site; within one transaction it
// is always the same.
func (x *Session) Now() DateTime { return x.now }

// DB gives the handle for loading rows by key, outside any scope. Rules use it on keys
// they hold already; the rooms above them have Beside, and whatever a client names goes
// through Select.
func (x *Session) DB() *gorm.DB { return x.db }

// AfterCommit has fn called once the transaction is committed, never when it is not.
func (x *Session) AfterCommit(fn func()) { x.unit.after = append(x.unit.after, fn) }

// touch remembers a table written to.
func (x *Session) touch(table string) {
	x.unit.touched[table] = true
	x.unit.registers = nil
}

// committed does what waits for the commit.
func (x *Session) committed() {
	x.store.registers.wrote(x.unit.touched)
	if x.unit.touched[Outbox{}.TableName()] {
		select {
		case x.store.published <- struct{}{}:
		default: // the relay has been woken already
		}
	}
	for _, fn := range x.unit.after {
		fn()
	}
}

// mustWrite refuses to write outside a transaction.
func (x *Session) mustWrite() error {
	if x.unit == nil {
		return core.Errorf(core.Internal, "a row was to be written outside a transaction")
	}
	return nil
}

// Query selects live rows of one table within the caller's scope.
type Query struct {
	Where  []clause.Expression // all have to hold
	Join   []string            // to-one relations loaded with each row: "HF", "Family.Head"
	Order  []Order             // the table's key is always added as the last one
	Limit  int                 // rows a page; 0 for all, which only constant-size loads may ask
	Cursor string              // where to start, as Rows.Next or Rows.Prev gave it
	Offset int                 // rows to pass over, for numbered pages
	Total  bool                // also count all matches
	Past   bool                // also rows that were deleted and the states before changes
	Gone   bool                // rows that were deleted, as they were, in place of live ones
	Few    bool                // the conditions pick a handful of rows, as by identifier: only a hint how to check the scope
}

// Order is one sort key. A NULL counts as the smallest value on every database.
type Order struct {
	Column clause.Column
	Desc   bool
}

// Rows is one page of rows.
type Rows[R any] struct {
	Rows  []R
	Next  string // cursor of the following page, "" on the last
	Prev  string // cursor of the page before, "" on the first
	Total int64  // matches in all, when Query.Total asked for it
}

// Version identifies one state of a row and its lines.
type Version struct {
	ID string   // ValidityFrom in UTC milliseconds, a dot, eight hex digits of a checksum
	At DateTime // ValidityFrom
}
