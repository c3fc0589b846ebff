package persistence

import (
	"container/list"
	"context"
	"database/sql"
	"database/sql/driver"
	"strings"
	"sync"
)

// keptStatements is how many prepared statements one connection keeps.
const keptStatements = 300

// sqliteConnector opens connections that keep their prepared statements. gorm's own
// cache will not do: it prepares on the pool, and with one connection for all writes a
// transaction that holds it would wait for a preparation that waits for it.
type sqliteConnector struct {
	dsn    string
	driver driver.Driver
}

// sqliteDriver gives the registered driver, which knows our functions.
var sqliteDriver = sync.OnceValue(func() driver.Driver {
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		panic(err) // the import registers it
	}
	defer db.Close()
	return db.Driver()
})

// Connect opens one connection.
func (c sqliteConnector) Connect(context.Context) (driver.Conn, error) {
	conn, err := c.driver.Open(c.dsn)
	if err != nil {
		return nil, err
	}
	return &sqliteConn{Conn: conn, kept: map[string]*list.Element{}}, nil
}

// Driver gives the driver behind the connector.
func (c sqliteConnector) Driver() driver.Driver { return c.driver }

// sqliteConn is a connection with its prepared statements, the latest used in front.
// database/sql never lets two goroutines use one connection at a time.
type sqliteConn struct {
	driver.Conn
	kept  map[string]*list.Element
	order list.List
}

type keptStatement struct {
	query string
	stmt  driver.Stmt
	busy  bool // its rows are being read
}

// statement gives the prepared statement of the query, nil when it is not worth keeping
// or in use.
func (c *sqliteConn) statement(query string) (*keptStatement, error) {
	if len(query) < 6 || strings.IndexByte(query, ';') >= 0 {
		return nil, nil
	}
	switch strings.ToUpper(query[:6]) {
	case "SELECT", "INSERT", "UPDATE", "DELETE":
	default:
		return nil, nil
	}
	if element := c.kept[query]; element != nil {
		c.order.MoveToFront(element)
		if kept := element.Value.(*keptStatement); !kept.busy {
			return kept, nil
		}
		return nil, nil
	}
	stmt, err := c.Conn.Prepare(query)
	if err != nil {
		return nil, err
	}
	kept := &keptStatement{query: query, stmt: stmt}
	c.kept[query] = c.order.PushFront(kept)
	for oldest := c.order.Back(); len(c.kept) > keptStatements && oldest != nil; {
		next := oldest.Prev()
		if old := oldest.Value.(*keptStatement); !old.busy {
			old.stmt.Close()
			delete(c.kept, old.query)
			c.order.Remove(oldest)
		}
		oldest = next
	}
	return kept, nil
}

// ExecContext runs a statement, prepared if it was seen before.
func (c *sqliteConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	kept, err := c.statement(query)
	if err != nil {
		return nil, err
	}
	if kept == nil {
		return c.Conn.(driver.ExecerContext).ExecContext(ctx, query, args)
	}
	return kept.stmt.(driver.StmtExecContext).ExecContext(ctx, args)
}

// QueryContext runs a query, prepared if it was seen before.
func (c *sqliteConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	kept, err := c.statement(query)
	if err != nil {
		return nil, err
	}
	if kept == nil {
		return c.Conn.(driver.QueryerContext).QueryContext(ctx, query, args)
	}
	rows, err := kept.stmt.(driver.StmtQueryContext).QueryContext(ctx, args)
	if err != nil {
		return nil, err
	}
	kept.busy = true
	return &keptRows{sqliteRows: rows.(sqliteRows), kept: kept}, nil
}

// Close closes the statements and the connection.
func (c *sqliteConn) Close() error {
	for element := c.order.Front(); element != nil; element = element.Next() {
		element.Value.(*keptStatement).stmt.Close()
	}
	return c.Conn.Close()
}

// PrepareContext prepares a statement its caller keeps.
func (c *sqliteConn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	return c.Conn.(driver.ConnPrepareContext).PrepareContext(ctx, query)
}

// BeginTx begins a transaction.
func (c *sqliteConn) BeginTx(ctx context.Context, o driver.TxOptions) (driver.Tx, error) {
	return c.Conn.(driver.ConnBeginTx).BeginTx(ctx, o)
}

// Ping asks the database for a sign of life.
func (c *sqliteConn) Ping(ctx context.Context) error { return c.Conn.(driver.Pinger).Ping(ctx) }

// ResetSession is called before the connection is used again.
func (c *sqliteConn) ResetSession(ctx context.Context) error {
	return c.Conn.(driver.SessionResetter).ResetSession(ctx)
}

// IsValid tells whether the connection may be used again.
func (c *sqliteConn) IsValid() bool { return c.Conn.(driver.Validator).IsValid() }

// sqliteRows is what gorm asks of rows.
type sqliteRows interface {
	driver.Rows
	driver.RowsColumnTypeDatabaseTypeName
	driver.RowsColumnTypeNullable
	driver.RowsColumnTypeScanType
}

// keptRows frees the statement when they are closed.
type keptRows struct {
	sqliteRows
	kept *keptStatement
}

// Close ends the reading.
func (r *keptRows) Close() error {
	r.kept.busy = false
	return r.sqliteRows.Close()
}
