package tables

import (
	"context"
	"time"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// Progress is told how far a long piece of work is: what it is doing now, and how much of
// the total is done. It is called often and from one goroutine.
type Progress func(doing string, done, total int64)

// ImportOptions say what to load and how.
type ImportOptions struct {
	Dir      string   // holds one CSV file a table
	Append   bool     // load beside rows that are there already; otherwise tables have to be empty
	Progress Progress // bytes of the files, each counted twice: once checked, once loaded; may be nil

	// Finish runs in the same transaction after the rows are in; may be nil. The command
	// line sets the first password in it.
	Finish func(x *persistence.Session) error
}

// Count says how many rows of a table were moved.
type Count struct {
	Table string
	Rows  int64
}

// Report says what an import or export did.
type Report struct {
	Tables []Count
	Rows   int64
	Took   time.Duration
}

// Import loads the CSV files of a directory, all or nothing. Errors: core.Unprocessable
// with every fault found in the files (file, row, column, value) up to a hundred, the
// others counted; core.Invalid when the directory cannot be read or holds no table;
// whatever the database says.
func Import(ctx context.Context, store *persistence.Store, o ImportOptions) (*Report, error) {
	started := time.Now()
	found := &faults{}
	sources, err := findSources(o.Dir, found)
	if err != nil {
		return nil, core.Wrap(core.Invalid, err, "cannot read the directory")
	}
	if len(sources) == 0 && !found.any() {
		return nil, core.ErrorAt(core.Invalid, o.Dir, "the directory holds no CSV file of a table")
	}
	c := &cells{now: store.Read(ctx).Now()}
	meter := newMeter(o.Progress, sources)
	if err := checkAll(ctx, store, c, sources, meter, found); err != nil {
		return nil, err
	}
	if err := found.err(); err != nil {
		return nil, err
	}
	err = store.Tx(ctx, func(x *persistence.Session) error {
		return loadAll(ctx, x, c, sources, meter, o)
	})
	if err != nil {
		return nil, err
	}
	report := &Report{Took: time.Since(started)}
	for _, s := range sources {
		report.Tables = append(report.Tables, Count{s.table.Name, s.rows})
		report.Rows += s.rows
	}
	return report, nil
}

// checkAll finds everything that can be found without the write lock.
func checkAll(ctx context.Context, store *persistence.Store, c *cells, sources []*source, meter *meter, found *faults) error {
	x := store.Read(ctx)
	for _, s := range sources {
		stored, err := persistence.StoredColumns(x, s.table.Name)
		if err != nil {
			if core.CodeOf(err) != core.NotFound {
				return err
			}
			found.at(s.name, 0, "", "this database has no table %s; run migrate first", s.table.Name)
			continue
		}
		before := len(found.list)
		if err := s.plan(stored, found); err != nil {
			return err
		}
		if len(found.list) > before {
			continue // without a sound header the cells mean nothing
		}
		if err := s.check(ctx, c, found, meter.file("check", s)); err != nil {
			return err
		}
	}
	return nil
}

// loadAll runs in the transaction: what the database has to say about the files, then the
// rows. It may run more than once and keeps nothing from the time before.
func loadAll(ctx context.Context, x *persistence.Session, c *cells, sources []*source, meter *meter, o ImportOptions) error {
	found := &faults{}
	if err := vacant(ctx, x, c, sources, o.Append, found); err != nil {
		return err
	}
	if err := resolve(ctx, x, c, sources, found); err != nil {
		return err
	}
	if err := found.err(); err != nil {
		return err
	}
	names := make([]string, len(sources))
	for i, s := range sources {
		names[i] = s.table.Name
	}
	err := persistence.WithoutForeignKeys(x, names, func() error {
		for _, s := range sources {
			if err := s.load(ctx, x, c, meter.file("load", s)); err != nil {
				return err
			}
			if err := unique(ctx, x, c, s, found); err != nil {
				return err
			}
		}
		return found.err()
	})
	if err == nil {
		err = persistence.Respell(x, names...)
	}
	if err != nil || o.Finish == nil {
		return err
	}
	return o.Finish(x)
}

func (s *source) load(ctx context.Context, x *persistence.Session, c *cells, progress func(int64)) error {
	columns := make([]string, len(s.slots))
	for i := range s.slots {
		columns[i] = s.slots[i].column.Name
	}
	bulk := persistence.NewBulk(x, s.table.Name, columns, s.table.NumberedKey())
	changed := &faults{}
	values := make([]any, 0, len(s.slots))
	err := s.each(ctx, changed, progress, func(row int, fields []Field) error {
		values, _ = s.values(c, row, fields, changed, values[:0])
		if changed.any() {
			return changed.err() // somebody wrote to the file since it was checked
		}
		return bulk.Add(values)
	})
	if err == nil {
		err = changed.err()
	}
	if err != nil {
		return err
	}
	return bulk.Close()
}

// meter adds up the progress through several files, each read twice.
type meter struct {
	tell  Progress
	done  map[string]int64
	total int64
}

func newMeter(tell Progress, sources []*source) *meter {
	m := &meter{tell: tell, done: map[string]int64{}}
	for _, s := range sources {
		m.total += 2 * s.size
	}
	return m
}

// file gives what a reader of one file reports its position to.
func (m *meter) file(doing string, s *source) func(int64) {
	if m.tell == nil {
		return func(int64) {}
	}
	doing += " " + s.table.Name
	return func(position int64) {
		m.done[doing] = position
		var sum int64
		for _, n := range m.done {
			sum += n
		}
		m.tell(doing, sum, m.total)
	}
}
