package demo

import (
	"fmt"
	"reflect"

	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/tables"
)

// writer spreads rows over the tables they belong to. It holds them back until settle and
// then writes table after table, since a database that finds a row before the one it
// refers to has to keep looking for it: SQLite searches whole tables for each row then.
type writer struct {
	x      *persistence.Session
	tables map[reflect.Type]*tableWriter
	err    error // the first one; rows after it are dropped
}

type tableWriter struct {
	table   *tables.Table
	bulk    *persistence.Bulk
	pending []any // values of the rows held back, one row after the other
}

func newWriter(x *persistence.Session) *writer {
	return &writer{x: x, tables: map[reflect.Type]*tableWriter{}}
}

// put writes rows, each a value of a model type.
func (w *writer) put(rows ...any) {
	for _, row := range rows {
		w.one(row)
	}
}

func (w *writer) one(row any) {
	if w.err != nil {
		return
	}
	value := reflect.ValueOf(row)
	into := w.tables[value.Type()]
	if into == nil {
		table := tables.Of(row)
		if table == nil {
			w.err = fmt.Errorf("demo: %T is no row of a legacy table", row)
			return
		}
		into = &tableWriter{table: table, bulk: persistence.NewBulk(w.x, table.Name, table.ColumnNames(), table.NumberedKey())}
		w.tables[value.Type()] = into
	}
	into.pending = into.table.Values(value, into.pending)
}

// write hands the rows held back to the database.
func (w *tableWriter) write() error {
	width := len(w.table.Columns)
	for at := 0; at < len(w.pending); at += width {
		if err := w.bulk.Add(w.pending[at : at+width]); err != nil {
			return err
		}
	}
	clear(w.pending)
	w.pending = w.pending[:0]
	return w.bulk.Flush()
}

// each runs fn on the tables in the order in which rows can stand.
func (w *writer) each(fn func(*tableWriter) error) error {
	for _, model := range persistence.Tables {
		if into := w.tables[reflect.TypeOf(model)]; into != nil && w.err == nil {
			w.err = fn(into)
		}
	}
	return w.err
}

// settle brings what was put so far into the database and has its references checked, so
// that neither side has to remember more than one batch of families.
func (w *writer) settle() error {
	if err := w.each((*tableWriter).write); err != nil {
		return err
	}
	return persistence.CheckReferences(w.x)
}

// finish ends the writing and gives the number of rows.
func (w *writer) finish() (rows int64, err error) {
	if err := w.each(func(t *tableWriter) error { return t.bulk.Close() }); err != nil {
		return 0, err
	}
	for _, into := range w.tables {
		rows += into.bulk.Written()
	}
	return rows, nil
}
