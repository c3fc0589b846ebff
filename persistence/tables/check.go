package tables

import (
	"context"

	"github.com/openimis/openimis-go/persistence"
)

// check reads a file through: every cell, the keys, and what the rows refer to.
func (s *source) check(ctx context.Context, c *cells, found *faults, progress func(int64)) error {
	values := make([]any, 0, len(s.slots))
	return s.each(ctx, found, progress, func(row int, fields []Field) error {
		s.rows++
		var ok bool
		values, ok = s.values(c, row, fields, found, values[:0])
		if !ok && len(values) < len(s.slots) {
			return nil
		}
		if s.key >= 0 && values[s.key] != nil && !s.keys.add(values[s.key]) {
			found.at(s.name, row, s.table.Key.Name, "%s stands twice in the file", shown(keyText(values[s.key])))
		}
		for i, refs := range s.refs {
			if value := values[i]; value != nil && !sentinel(s.slots[i].column, value) {
				refs.add(value)
			}
		}
		return nil
	})
}

// sentinel tells whether a reference that cannot be NULL says "nothing yet" by a 0.
func sentinel(column *Column, value any) bool {
	number, ok := value.(int64)
	return ok && number == 0 && !column.Nullable && (column.Default == "0" || column.Name == "LocationId")
}

// resolve checks that everything the files refer to is in the files or in the database.
func resolve(ctx context.Context, x *persistence.Session, c *cells, sources []*source, found *faults) error {
	loaded := map[string]*source{}
	for _, s := range sources {
		loaded[s.table.Name] = s
	}
	for _, s := range sources {
		for i := range s.slots {
			missing := s.refs[i]
			if missing == nil || missing.n == 0 {
				continue
			}
			target := Named(s.slots[i].column.Refers.Table)
			if here := loaded[target.Name]; here != nil {
				missing.minus(here.keys)
			}
			if missing.n == 0 {
				continue
			}
			if err := eachKey(x, target, missing.remove); err != nil {
				return err
			}
			if err := s.complain(ctx, c, i, missing, found, "refers to a row of "+target.Name+" that does not exist"); err != nil {
				return err
			}
		}
	}
	return nil
}

// complain notes a fault for every row whose value in the slot is in the set.
func (s *source) complain(ctx context.Context, c *cells, at int, wrong *keySet, found *faults, problem string) error {
	if wrong.n == 0 {
		return nil
	}
	ignored := &faults{}
	values := make([]any, 0, len(s.slots))
	return s.each(ctx, ignored, func(int64) {}, func(row int, fields []Field) error {
		values, _ = s.values(c, row, fields, ignored, values[:0])
		if len(values) == len(s.slots) && values[at] != nil && wrong.has(values[at]) && !sentinel(s.slots[at].column, values[at]) {
			found.at(s.name, row, s.slots[at].column.Name, "%s %s", shown(keyText(values[at])), problem)
		}
		return nil
	})
}

// eachKey hands every key of a table in the database to fn.
func eachKey(x *persistence.Session, t *Table, fn func(key any)) error {
	return persistence.Scan(x, t.Name, []string{t.Key.Name}, nil, func(scan func(...any) error) error {
		if t.Key.Kind == Int {
			var number int64
			if err := scan(&number); err != nil {
				return err
			}
			fn(number)
			return nil
		}
		var text string
		if err := scan(&text); err != nil {
			return err
		}
		if t.Key.Kind == HexUUID {
			text = hexUUID(text)
		}
		fn(text)
		return nil
	})
}

// vacant checks that the tables are empty, or, when rows are appended, that the keys are
// still free.
func vacant(ctx context.Context, x *persistence.Session, c *cells, sources []*source, appended bool, found *faults) error {
	for _, s := range sources {
		count, err := persistence.CountRows(x, s.table.Name)
		if err != nil {
			return err
		}
		if count == 0 {
			continue
		}
		if !appended {
			found.at(s.name, 0, "", "table %s has %d rows already; only --append loads beside them", s.table.Name, count)
			continue
		}
		if s.key < 0 {
			continue
		}
		taken := newKeySet()
		if err := eachKey(x, s.table, func(key any) {
			if s.keys.has(key) {
				taken.add(key)
			}
		}); err != nil {
			return err
		}
		if err := s.complain(ctx, c, s.key, taken, found, "is the key of a row in the database already"); err != nil {
			return err
		}
	}
	return nil
}

// unique checks, once the rows are in, that no two rows of a table have the same UUID.
func unique(ctx context.Context, x *persistence.Session, c *cells, s *source, found *faults) error {
	for i, slot := range s.slots {
		if slot.column != s.table.UUID || slot.cell < 0 {
			continue
		}
		repeated, err := persistence.Repeated(x, s.table.Name, slot.column.Name, maxFaults)
		if err != nil {
			return err
		}
		twice := newKeySet()
		for _, value := range repeated {
			u, _ := persistence.ParseUUID(value)
			twice.add(string(u))
		}
		if err := s.complain(ctx, c, i, twice, found, "is the UUID of more than one row"); err != nil {
			return err
		}
	}
	return nil
}
