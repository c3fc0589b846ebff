package tables

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/openimis/openimis-go/persistence"
)

// slot is one column of the rows a file gives.
type slot struct {
	column *Column // as this database has it, perhaps shorter than the model says
	cell   int     // where its cell stands in the file, -1 for a column the file lacks
	bits   bool    // written as the text 0 or 1: PostgreSQL's bit takes no yes/no, SQL Server's takes both
}

// source is one file of an import.
type source struct {
	table *Table
	name  string // of the file, as faults show it
	path  string
	size  int64
	width int // cells of the header
	slots []slot
	key   int // index in slots, -1 for a table without key

	keys *keySet
	refs map[int]*keySet // by index in slots: what the column refers to
	rows int64
}

// findSources lists the files of a directory in the order in which they can be loaded.
// Files that are no CSV are left alone; a CSV file of an unknown table is a fault.
func findSources(dir string, found *faults) ([]*source, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	byTable := map[*Table]*source{}
	for _, entry := range entries {
		if entry.IsDir() || !strings.EqualFold(filepath.Ext(entry.Name()), ".csv") {
			continue
		}
		bare := strings.TrimSuffix(entry.Name(), filepath.Ext(entry.Name()))
		table := Named(bare)
		switch {
		case table == nil:
			found.at(entry.Name(), 0, "", "there is no table %s", shown(bare))
			continue
		case byTable[table] != nil:
			found.at(entry.Name(), 0, "", "table %s is also in %s", table.Name, byTable[table].name)
			continue
		}
		s := &source{table: table, name: entry.Name(), path: filepath.Join(dir, entry.Name()), key: -1, keys: newKeySet(), refs: map[int]*keySet{}}
		if info, err := os.Stat(s.path); err == nil {
			s.size = info.Size()
		}
		byTable[table] = s
	}
	var sources []*source
	for _, table := range All() {
		if s := byTable[table]; s != nil {
			sources = append(sources, s)
		}
	}
	return sources, nil
}

// plan reads the header and says where the value of each column comes from.
func (s *source) plan(stored []persistence.StoredColumn, found *faults) error {
	header, err := s.header(found)
	if err != nil || header == nil {
		return err
	}
	s.width = len(header)
	at := map[*Column]int{}
	for i, cell := range header {
		name := strings.TrimSpace(cell.Text)
		column := s.table.Column(name)
		if column == nil {
			found.at(s.name, 1, name, "table %s has no such column", s.table.Name)
			continue
		}
		if _, twice := at[column]; twice {
			found.at(s.name, 1, name, "the column stands twice in the header")
			continue
		}
		at[column] = i
	}
	kept := map[string]persistence.StoredColumn{}
	for _, column := range stored {
		kept[column.Name] = column
	}
	for _, column := range s.table.Columns {
		cell, given := at[column]
		here, exists := kept[column.Name]
		if !exists {
			if given {
				found.at(s.name, 1, column.Name, "this database has no such column in table %s", s.table.Name)
			}
			continue
		}
		if !given {
			cell = -1
			if !column.Nullable && !column.HasDefault {
				found.at(s.name, 1, column.Name, "the column is missing and needs a value")
			}
		}
		s.addSlot(column, here, cell)
	}
	return nil
}

func (s *source) addSlot(column *Column, here persistence.StoredColumn, cell int) {
	if column.Kind == Text && here.Length > 0 && (column.Size == 0 || here.Length < column.Size) {
		shorter := *column
		shorter.Size = here.Length
		column = &shorter
	}
	if s.table.Key != nil && column.Name == s.table.Key.Name {
		s.key = len(s.slots)
	}
	if column.Refers != nil {
		s.refs[len(s.slots)] = newKeySet()
	}
	s.slots = append(s.slots, slot{column: column, cell: cell, bits: column.Kind == Bool && strings.EqualFold(here.Type, "bit")})
}

func (s *source) header(found *faults) ([]Field, error) {
	file, err := os.Open(s.path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	header, err := NewReader(file).Read()
	if errors.Is(err, io.EOF) {
		found.at(s.name, 0, "", "the file is empty; its first line has to name the columns")
		return nil, nil
	}
	if s.syntax(err, found) {
		return nil, nil
	}
	return header, err
}

// syntax notes an error that is the fault of the file's text and tells whether it was one.
func (s *source) syntax(err error, found *faults) bool {
	var wrong *errSyntax
	if !errors.As(err, &wrong) {
		return false
	}
	found.at(s.name, wrong.row, "", "cell %d: %s", wrong.column, wrong.message)
	return true
}

// each reads the records behind the header. Errors in the text end the reading and are
// noted as faults.
func (s *source) each(ctx context.Context, found *faults, progress func(bytes int64), fn func(row int, fields []Field) error) error {
	file, err := os.Open(s.path)
	if err != nil {
		return err
	}
	defer file.Close()
	reader := NewReader(file)
	if _, err := reader.Read(); err != nil {
		return err
	}
	for {
		fields, err := reader.Read()
		if errors.Is(err, io.EOF) {
			progress(reader.BytesRead())
			return nil
		}
		if s.syntax(err, found) {
			return nil
		}
		if err != nil {
			return err
		}
		if reader.Row()%2048 == 0 {
			progress(reader.BytesRead())
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		if err := fn(reader.Row(), fields); err != nil {
			return err
		}
	}
}

// values turns a record into the values of its slots and notes what is wrong; ok is false
// when anything is.
func (s *source) values(c *cells, row int, fields []Field, found *faults, into []any) (values []any, ok bool) {
	if len(fields) != s.width {
		found.at(s.name, row, "", "the row has %d cells, the header %d", len(fields), s.width)
		return into, false
	}
	ok = true
	for i := range s.slots {
		slot := &s.slots[i]
		var value any
		var problem string
		if slot.cell < 0 {
			value, problem = c.absent(slot.column)
		} else {
			value, problem = c.value(slot.column, fields[slot.cell])
		}
		if problem != "" {
			found.at(s.name, row, slot.column.Name, "%s", problem)
			ok = false
		}
		if yes, is := value.(bool); is && slot.bits {
			value = "0"
			if yes {
				value = "1"
			}
		}
		into = append(into, value)
	}
	return into, ok
}
