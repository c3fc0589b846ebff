package persistence

import (
	"database/sql"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
)

// Bulk writes many rows of one table with the keys they carry, a batch a statement. It
// is for loading files and demo data into a database: it keeps no history, publishes no
// event and knows no scope.
type Bulk struct {
	x       *Session
	dialect bulkDialect
	table   string
	columns []string
	key     string
	batch   int
	args    []any
	full    *sql.Stmt
	written int64
}

// NewBulk starts writing rows with the given columns. The key names the column the
// database numbers by itself, "" when there is none. The session has to be a transaction.
func NewBulk(x *Session, table string, columns []string, key string) *Bulk {
	dialect := bulkDialectOf(x.db.Name())
	batch := max(1, min(dialect.rows, dialect.parameters/max(1, len(columns))))
	return &Bulk{x: x, dialect: dialect, table: table, columns: columns, key: key, batch: batch,
		args: make([]any, 0, batch*len(columns))}
}

// Add takes one row, its values in the order of the columns. Values are copied. Errors:
// whatever the database says of the batch the row completes.
func (b *Bulk) Add(values []any) error {
	if len(values) != len(b.columns) {
		return fmt.Errorf("persistence: %s: %d values for %d columns", b.table, len(values), len(b.columns))
	}
	b.args = append(b.args, values...)
	if len(b.args) < b.batch*len(b.columns) {
		return nil
	}
	return b.write(true)
}

// write sends the rows at hand. A statement for whole batches is prepared once; one for
// the rows left over is not worth it, unless it is the same.
func (b *Bulk) write(whole bool) error {
	pool := b.x.db.Statement.ConnPool
	args := b.args
	if b.dialect.arrays {
		args, whole = b.arrays(), true
	}
	var err error
	if whole && b.full == nil {
		var query string
		if query, err = b.statement(); err == nil {
			b.full, err = pool.PrepareContext(b.x.ctx, query)
		}
	}
	switch {
	case err != nil:
		return core.Wrap(core.Internal, err, "cannot write %s", b.table)
	case whole:
		_, err = b.full.ExecContext(b.x.ctx, args...)
	default:
		_, err = pool.ExecContext(b.x.ctx, b.dialect.insert(b.table, b.columns, b.key, len(b.args)/len(b.columns)), args...)
	}
	if err != nil {
		return core.Wrap(core.Conflict, err, "cannot write %s", b.table)
	}
	b.wrote()
	return nil
}

// statement gives the INSERT for whole batches.
func (b *Bulk) statement() (string, error) {
	if !b.dialect.arrays {
		return b.dialect.insert(b.table, b.columns, b.key, b.batch), nil
	}
	rows, err := b.x.db.Statement.ConnPool.QueryContext(b.x.ctx, b.dialect.columnTypes(b.table))
	if err != nil {
		return "", err
	}
	defer rows.Close()
	known := map[string]string{}
	for rows.Next() {
		var name, kind string
		if err := rows.Scan(&name, &kind); err != nil {
			return "", err
		}
		known[name] = kind
	}
	types := make([]string, len(b.columns))
	for i, column := range b.columns {
		if types[i] = known[column]; types[i] == "" {
			return "", fmt.Errorf("persistence: table %s has no column %s", b.table, column)
		}
	}
	return b.dialect.insertArrays(b.table, b.columns, types), rows.Err()
}

// arrays turns the rows at hand into one array a column.
func (b *Bulk) arrays() []any {
	width := len(b.columns)
	args := make([]any, width)
	var text []byte
	for column := range width {
		text = append(text[:0], '{')
		for at := column; at < len(b.args); at += width {
			if at > column {
				text = append(text, ',')
			}
			text = arrayLiteral(text, b.args[at])
		}
		args[column] = string(append(text, '}'))
	}
	return args
}

func (b *Bulk) wrote() {
	b.written += int64(len(b.args) / len(b.columns))
	clear(b.args)
	b.args = b.args[:0]
}

// Flush writes the rows that wait for their batch to fill.
func (b *Bulk) Flush() error {
	if len(b.args) == 0 {
		return nil
	}
	return b.write(false)
}

// Close writes what is left, moves the table's key counter past the keys written and has
// the database take its statistics: until it does so by itself, a minute or more later,
// it would read whole tables for a single row.
func (b *Bulk) Close() error {
	if err := b.Flush(); err != nil {
		return err
	}
	if b.full != nil {
		defer b.full.Close()
	}
	if query := b.dialect.advance(b.table, b.key); query != "" && b.written > 0 {
		if _, err := b.x.db.Statement.ConnPool.ExecContext(b.x.ctx, query); err != nil {
			return core.Wrap(core.Internal, err, "cannot advance the keys of %s", b.table)
		}
	}
	if query := b.dialect.statistics(b.table); query != "" && b.written > 0 {
		if _, err := b.x.db.Statement.ConnPool.ExecContext(b.x.ctx, query); err != nil {
			return core.Wrap(core.Internal, err, "cannot take the statistics of %s", b.table)
		}
	}
	return nil
}

// Written gives how many rows reached the database.
func (b *Bulk) Written() int64 { return b.written }

// WithoutForeignKeys runs fn with the foreign keys of the tables suspended where the
// database would otherwise check them statement by statement, and checks them after.
func WithoutForeignKeys(x *Session, tables []string, fn func() error) error {
	dialect := bulkDialectOf(x.db.Name())
	if !dialect.suspended {
		return fn()
	}
	held := map[string][]string{}
	for _, table := range tables {
		var names []string
		if err := x.db.Raw(dialect.enabled(table)).Scan(&names).Error; err != nil {
			return err
		}
		held[table] = names
		if err := x.db.Exec(dialect.suspend(table)).Error; err != nil {
			return err
		}
	}
	if err := fn(); err != nil {
		return err
	}
	for _, table := range tables {
		if query := dialect.resume(table, held[table]); query != "" {
			if err := x.db.Exec(query).Error; err != nil {
				return core.Wrap(core.Unprocessable, err, "%s refers to rows that do not exist", table)
			}
		}
	}
	return nil
}

// CheckReferences has the database check now what it would check at the end of the
// transaction, so that the list of what waits does not grow with the rows.
func CheckReferences(x *Session) error {
	for _, query := range bulkDialectOf(x.db.Name()).checkNow() {
		if _, err := x.db.Statement.ConnPool.ExecContext(x.ctx, query); err != nil {
			return core.Wrap(core.Conflict, err, "a row refers to one that does not exist")
		}
	}
	return nil
}

// StoredColumn is a column as the database at hand has it.
type StoredColumn struct {
	Name   string
	Type   string // the database's name of the type, upper case
	Length int    // characters, 0 when the type does not say
}

// StoredColumns lists the columns a table has in this database: an adopted one may lack
// some, and keep others shorter than the models say. Errors: core.NotFound for no table.
func StoredColumns(x *Session, table string) ([]StoredColumn, error) {
	rows, err := x.table(table).Where("1 = 0").Rows()
	if err != nil {
		return nil, core.Wrap(core.NotFound, err, "there is no table %s", table)
	}
	defer rows.Close()
	types, err := rows.ColumnTypes()
	if err != nil {
		return nil, core.Wrap(core.Internal, err, "cannot read the columns of %s", table)
	}
	columns := make([]StoredColumn, len(types))
	for i, t := range types {
		columns[i] = StoredColumn{Name: t.Name(), Type: t.DatabaseTypeName()}
		if length, ok := t.Length(); ok && length > 0 && length < 1<<20 {
			columns[i].Length = int(length)
		}
	}
	return columns, rows.Err()
}

// table starts a query on a table by name, all columns.
func (x *Session) table(name string) *gorm.DB {
	return x.db.Session(&gorm.Session{NewDB: true}).Table("?", clause.Table{Name: name})
}

// Scan reads the columns of every row of a table in the order of other columns, one row
// at a time, and hands each to fn, which has to call scan.
func Scan(x *Session, table string, columns, order []string, fn func(scan func(dest ...any) error) error) error {
	selected := clause.Select{}
	for _, name := range columns {
		selected.Columns = append(selected.Columns, clause.Column{Name: name})
	}
	query := x.table(table).Clauses(selected)
	if len(order) > 0 {
		by := clause.OrderBy{}
		for _, name := range order {
			by.Columns = append(by.Columns, clause.OrderByColumn{Column: clause.Column{Name: name}})
		}
		query = query.Clauses(by)
	}
	rows, err := query.Rows()
	if err != nil {
		return core.Wrap(core.Internal, err, "cannot read %s", table)
	}
	defer rows.Close()
	for rows.Next() {
		if err := fn(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

// Repeated gives values that stand in more than one row of a column, at most limit.
func Repeated(x *Session, table, column string, limit int) ([]string, error) {
	name := clause.Column{Name: column}
	var values []string
	err := x.table(table).Clauses(clause.Select{Columns: []clause.Column{name}},
		clause.GroupBy{Columns: []clause.Column{name}, Having: []clause.Expression{clause.Expr{SQL: "COUNT(*) > 1"}}}).
		Limit(limit).Find(&values).Error
	return values, core.Wrap(core.Internal, err, "cannot read %s", table)
}

// CountRows counts the rows of a table, history included.
func CountRows(x *Session, table string) (int64, error) {
	var n int64
	err := x.table(table).Count(&n).Error
	return n, core.Wrap(core.Internal, err, "cannot count the rows of %s", table)
}
