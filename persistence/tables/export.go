package tables

import (
	"bufio"
	"context"
	"encoding/hex"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// ExportOptions say where to write.
type ExportOptions struct {
	Dir      string   // made when it does not exist; must not hold CSV files yet
	Progress Progress // rows; may be nil
}

// Export writes every legacy table that has rows to a CSV file of its own, history and
// deleted rows included, ordered by key. It reads in one go of the database's present
// state a table at a time. The files can be read by their owner only: they hold
// everything, password hashes too. Errors: core.Invalid for a directory that cannot be
// written or holds CSV files; whatever the database says.
func Export(ctx context.Context, store *persistence.Store, o ExportOptions) (*Report, error) {
	started := time.Now()
	if err := prepareDir(o.Dir); err != nil {
		return nil, err
	}
	x := store.Read(ctx)
	report := &Report{}
	counts := map[string]int64{}
	var total int64
	for _, table := range All() {
		if _, err := persistence.StoredColumns(x, table.Name); core.CodeOf(err) == core.NotFound && err != nil {
			continue // an adopted database may lack a table
		}
		n, err := persistence.CountRows(x, table.Name)
		if err != nil {
			return nil, err
		}
		counts[table.Name] = n
		total += n
	}
	for _, table := range All() {
		if counts[table.Name] == 0 {
			continue
		}
		n, err := exportTable(ctx, x, table, o.Dir, func(rows int64) {
			if o.Progress != nil {
				o.Progress(table.Name, report.Rows+rows, total)
			}
		})
		if err != nil {
			return nil, err
		}
		report.Tables = append(report.Tables, Count{table.Name, n})
		report.Rows += n
	}
	report.Took = time.Since(started)
	return report, nil
}

func prepareDir(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return core.Wrap(core.Invalid, err, "cannot make the directory")
	}
	old, err := filepath.Glob(filepath.Join(dir, "*.[cC][sS][vV]"))
	if err == nil && len(old) > 0 {
		return core.ErrorAt(core.Invalid, dir, "the directory holds CSV files already; old and new ones must not mix")
	}
	return nil
}

func exportTable(ctx context.Context, x *persistence.Session, table *Table, dir string, progress func(int64)) (rows int64, err error) {
	stored, err := persistence.StoredColumns(x, table.Name)
	if err != nil {
		return 0, err
	}
	var columns []*Column
	var names []string
	for _, column := range table.Columns {
		for _, here := range stored {
			if here.Name == column.Name {
				columns = append(columns, column)
				names = append(names, column.Name)
			}
		}
	}
	order := names // without a key only the whole row can order them
	if table.Key != nil {
		order = []string{table.Key.Name}
	}
	file, err := os.OpenFile(filepath.Join(dir, table.Name+".csv"), os.O_CREATE|os.O_WRONLY|os.O_EXCL, 0o600)
	if err != nil {
		return 0, core.Wrap(core.Invalid, err, "cannot write the file")
	}
	out := bufio.NewWriterSize(file, 1<<16)
	w := &rowWriter{columns: columns}
	line := w.header()
	targets := w.targets()
	_, err = out.Write(line)
	if err == nil {
		err = persistence.Scan(x, table.Name, names, order, func(scan func(...any) error) error {
			if err := scan(targets...); err != nil {
				return core.Wrap(core.Internal, err, "cannot read %s", table.Name)
			}
			if rows++; rows%2048 == 0 {
				progress(rows)
				if err := ctx.Err(); err != nil {
					return err
				}
			}
			line = w.row(line[:0])
			_, err := out.Write(line)
			return err
		})
	}
	if err == nil {
		err = out.Flush()
	}
	if closing := file.Close(); err == nil {
		err = closing
	}
	progress(rows)
	return rows, err
}

// rowWriter renders rows of one table. Values are scanned into it.
type rowWriter struct {
	columns []*Column
	cells   []reflect.Value // pointers to pointers, so that NULL is a nil
}

func (w *rowWriter) targets() []any {
	targets := make([]any, len(w.columns))
	for i, column := range w.columns {
		goType := column.field
		if goType.Kind() == reflect.Pointer {
			goType = goType.Elem()
		}
		cell := reflect.New(reflect.PointerTo(goType))
		w.cells = append(w.cells, cell)
		targets[i] = cell.Interface()
	}
	return targets
}

func (w *rowWriter) header() []byte {
	names := make([]string, len(w.columns))
	for i, column := range w.columns {
		names[i] = column.Name
	}
	return append([]byte(strings.Join(names, ",")), '\n')
}

func (w *rowWriter) row(line []byte) []byte {
	for i, cell := range w.cells {
		if i > 0 {
			line = append(line, ',')
		}
		value := cell.Elem()
		if value.IsNil() {
			line = append(line, tokenNull...)
			continue
		}
		line = appendValue(line, w.columns[i], value.Elem(), len(w.cells) == 1)
	}
	return append(line, '\n')
}

// appendValue writes a value as import reads it.
func appendValue(line []byte, column *Column, value reflect.Value, alone bool) []byte {
	switch column.Kind {
	case Int:
		return strconv.AppendInt(line, value.Int(), 10)
	case Bool:
		if value.Bool() {
			return append(line, '1')
		}
		return append(line, '0')
	case Decimal:
		return append(line, value.Interface().(decimal.Decimal).StringFixed(int32(column.Scale))...)
	case Date:
		return append(line, value.Interface().(persistence.Date).String()...)
	case DateTime:
		text, _ := value.Interface().(persistence.DateTime).Value()
		return append(line, text.(string)...)
	case HexUUID:
		return append(line, hexUUID(value.String())...)
	case Bytes:
		if value.Len() == 0 {
			return line
		}
		return hex.AppendEncode(append(line, "0x"...), value.Bytes())
	}
	return appendText(line, value.String(), alone)
}

// appendText quotes a text where it would otherwise be read as something else. alone says
// that the row has no other cell, when an empty one would look like a blank line.
func appendText(line []byte, text string, alone bool) []byte {
	special := text == tokenNull || text == tokenNow || text == tokenNewID
	if !special && !strings.ContainsAny(text, "\",\r\n") && !(alone && text == "") && !strings.HasPrefix(text, "\ufeff") {
		return append(line, text...)
	}
	line = append(line, '"')
	line = append(line, strings.ReplaceAll(text, `"`, `""`)...)
	return append(line, '"')
}

func hexUUID(text string) string { return strings.ToLower(strings.ReplaceAll(text, "-", "")) }
