package bench

import (
	"context"
	"database/sql"
	"sync"

	"gorm.io/gorm"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// statement is one statement as the database got it.
type statement struct {
	sql  string
	vars []any
}

// recording collects the statements of one request.
type recording struct {
	mu         sync.Mutex
	statements []statement
}

type recordingKey struct{}

// recorder notes the statements of requests whose context carries a recording.
type recorder struct{ store *persistence.Store }

// newRecorder has a store's statements noted.
func newRecorder(store *persistence.Store) (*recorder, error) {
	ctx := core.WithPrincipal(context.Background(), core.SystemPrincipal)
	if err := register(store.Read(ctx).DB()); err != nil {
		return nil, err
	}
	err := store.Tx(ctx, func(x *persistence.Session) error { return register(x.DB()) })
	return &recorder{store}, err
}

const noted = "openimis:bench"

// register adds a callback behind everything gorm sends. Reader and writer may be one.
func register(db *gorm.DB) error {
	c := db.Callback()
	if c.Query().Get(noted) != nil {
		return nil
	}
	for _, add := range []func() error{
		func() error { return c.Query().After("gorm:query").Register(noted, note) },
		func() error { return c.Row().After("gorm:row").Register(noted, note) },
		func() error { return c.Raw().After("gorm:raw").Register(noted, note) },
		func() error { return c.Create().After("gorm:create").Register(noted, note) },
		func() error { return c.Update().After("gorm:update").Register(noted, note) },
		func() error { return c.Delete().After("gorm:delete").Register(noted, note) },
	} {
		if err := add(); err != nil {
			return core.Wrap(core.Internal, err, "statements cannot be noted")
		}
	}
	return nil
}

func note(db *gorm.DB) {
	r, ok := db.Statement.Context.Value(recordingKey{}).(*recording)
	if !ok || db.Statement.SQL.Len() == 0 {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.statements = append(r.statements, statement{db.Statement.SQL.String(), append([]any(nil), db.Statement.Vars...)})
}

// replay sends the statements again and reads every row to its end, in one transaction
// when they write.
func (r *recorder) replay(ctx context.Context, statements []statement, writes bool) error {
	if !writes {
		return send(ctx, r.store.Read(ctx), statements)
	}
	return r.store.Tx(ctx, func(x *persistence.Session) error { return send(ctx, x, statements) })
}

func send(ctx context.Context, x *persistence.Session, statements []statement) error {
	pool := x.DB().Statement.ConnPool
	for _, s := range statements {
		rows, err := pool.QueryContext(ctx, s.sql, s.vars...)
		if err != nil {
			return err
		}
		if err := drain(rows); err != nil {
			return err
		}
	}
	return nil
}

// drain reads all rows without making anything of them.
func drain(rows *sql.Rows) error {
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	raw, targets := make([]sql.RawBytes, len(columns)), make([]any, len(columns))
	for i := range raw {
		targets[i] = &raw[i]
	}
	for rows.Next() {
		if err := rows.Scan(targets...); err != nil {
			return err
		}
	}
	return rows.Err()
}
