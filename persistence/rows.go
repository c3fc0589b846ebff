package persistence

import (
	"reflect"
	"slices"
	"strings"

	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
)

// Insert writes a new live row: it draws the UUID when none is set, sets ValidityFrom to
// now and AuditUserID to the principal's, and fills in the key the database gives.
// Relations held by the row are not written. Errors: core.Conflict, core.Unprocessable
// for a value a column cannot hold.
func Insert[R any](x *Session, row *R) error {
	info, err := infoFor[R]()
	if err != nil {
		return err
	}
	if err := x.mustWrite(); err != nil {
		return err
	}
	value := reflect.ValueOf(row).Elem()
	if err := x.fresh(info, value); err != nil {
		return err
	}
	if err := fit(info, value); err != nil {
		return err
	}
	if err := x.number(info, value); err != nil {
		return err
	}
	x.touch(info.name)
	if err := x.db.Omit(clause.Associations).Create(row).Error; err != nil {
		return err
	}
	x.wrote(info, value)
	return x.reword(info, []reflect.Value{value}, nil, false)
}

// InsertMany writes new live rows as Insert does, many with each statement.
func InsertMany[R any](x *Session, rows []R) error {
	info, err := infoFor[R]()
	if err != nil {
		return err
	}
	if err := x.mustWrite(); err != nil {
		return err
	}
	if len(rows) == 0 {
		return nil
	}
	values := make([]reflect.Value, len(rows))
	for i := range rows {
		values[i] = reflect.ValueOf(&rows[i]).Elem()
		if err := x.fresh(info, values[i]); err != nil {
			return err
		}
		if err := fit(info, values[i]); err != nil {
			return err
		}
	}
	if err := x.number(info, values...); err != nil {
		return err
	}
	x.touch(info.name)
	if err := x.db.Omit(clause.Associations).CreateInBatches(rows, x.batch(info)).Error; err != nil {
		return err
	}
	x.wrote(info, values...)
	return x.reword(info, values, nil, false)
}

// wroteKey names a row written in a transaction.
type wroteKey struct {
	table string
	key   any
}

// wrote remembers rows this transaction gave their present state: nobody else has seen
// it, so a further change in the same transaction leaves no copy of it in history.
func (x *Session) wrote(info *tableInfo, rows ...reflect.Value) {
	if info.key == nil || !info.kept() {
		return
	}
	x.saw(info, rows...)
	for _, row := range rows {
		x.unit.owns(wroteKey{info.name, valueOf(info.key, row).Interface()}, true)
	}
}

// unseen parts rows whose present state this transaction wrote from the others.
func (x *Session) unseen(info *tableInfo, rows []reflect.Value) (own, others []reflect.Value) {
	for _, row := range rows {
		if x.unit.own[wroteKey{info.name, valueOf(info.key, row).Interface()}] {
			own = append(own, row)
		} else {
			others = append(others, row)
		}
	}
	return own, others
}

// batch is how many rows of the table one statement can carry. SQL Server allows 1000 in
// a VALUES list.
func (x *Session) batch(info *tableInfo) int {
	return max(1, min(1000, x.store.dialect.maxParams()/len(info.schema.DBNames)))
}

// fresh makes a row a new live one.
func (x *Session) fresh(info *tableInfo, row reflect.Value) error {
	if info.uuid != nil && valueOf(info.uuid, row).IsZero() {
		put(info.uuid, row, NewUUID())
	}
	if info.keyedByUUID() && valueOf(info.key, row).IsZero() {
		put(info.key, row, undashed(NewUUID()))
	}
	if info.from != nil {
		put(info.from, row, x.now)
	}
	if info.to != nil {
		put(info.to, row, nil)
	}
	if info.legacy != nil {
		put(info.legacy, row, nil)
	}
	x.sign(info, row)
	if info.marks != nil {
		return x.freshMarks(info, row)
	}
	return nil
}

// sign writes who changes the row.
func (x *Session) sign(info *tableInfo, row reflect.Value) {
	if info.audit != nil {
		put(info.audit, row, x.Principal().UserID)
	}
}

// Update copies the stored row into history and writes the new values in its place.
// ValidityFrom becomes now, and always later than it was; the UUID stays. A state that was
// written in this very transaction is replaced without a copy. The row must
// carry the ValidityFrom it was read with: when it was changed since, the transaction is
// run again, and gives core.Conflict when that does not help. Errors: core.Gone when the
// row is no longer live.
func Update[R any](x *Session, row *R) error { return UpdateMany(x, []*R{row}) }

// UpdateMany updates rows as Update does. The statements are one read and one write of
// history for each batch, and one write of all rows, or of each where the database takes
// no arrays.
func UpdateMany[R any](x *Session, rows []*R) error {
	return x.change(addressable(rows), false)
}

// Delete copies the stored row into history and closes it. The row given must carry the
// ValidityFrom it was read with, as for Update; its other values are not written.
func Delete[R any](x *Session, row *R) error { return DeleteMany(x, []*R{row}) }

// DeleteMany deletes rows as Delete does.
func DeleteMany[R any](x *Session, rows []*R) error {
	return x.change(addressable(rows), true)
}

// addressable gives the rows behind the pointers.
func addressable[R any](rows []*R) []reflect.Value {
	values := make([]reflect.Value, len(rows))
	for i, row := range rows {
		values[i] = reflect.ValueOf(row).Elem()
	}
	return values
}

// change updates rows of one model, or closes them.
func (x *Session) change(rows []reflect.Value, closing bool) error {
	if len(rows) == 0 {
		return nil
	}
	info, err := infoOf(rows[0].Type())
	if err != nil {
		return err
	}
	if err := x.mustWrite(); err != nil {
		return err
	}
	if info.key == nil {
		return core.Errorf(core.Internal, "%s has no key to find a row by", info.name)
	}
	x.touch(info.name)
	if !closing { // what is stored fits as it is
		for _, row := range rows {
			if err := fit(info, row); err != nil {
				return err
			}
		}
	}
	if info.marks != nil {
		return x.changeMarked(info, rows, closing)
	}
	if !info.kept() {
		return x.changeUnkept(info, rows, closing)
	}
	if !closing {
		own, others := x.unseen(info, rows)
		for _, row := range own {
			x.sign(info, row)
		}
		if err := x.overwriteAll(info, writable(info), own); err != nil {
			return err
		}
		x.saw(info, own...)
		if err := x.reword(info, own, nil, false); err != nil {
			return err
		}
		rows = others
	}
	if len(rows) == 0 {
		return nil
	}
	stored, err := x.stored(info, rows)
	if err != nil {
		return err
	}
	copies := reflect.MakeSlice(reflect.SliceOf(rows[0].Type()), 0, len(rows))
	for _, row := range rows {
		old, ok := stored[valueOf(info.key, row).Interface()]
		if !ok {
			return core.Errorf(core.Gone, "it was deleted meanwhile")
		}
		if err := x.advance(info, old, row, closing); err != nil {
			return err
		}
		copies = reflect.Append(copies, historyOf(info, old, row))
	}
	history := reflect.New(copies.Type())
	history.Elem().Set(copies)
	if err := x.number(info, elements(history.Elem())...); err != nil {
		return err
	}
	if err := x.writeHistory(info, history); err != nil {
		return err
	}
	if err := x.overwriteAll(info, differing(info, rows, stored), rows); err != nil {
		return err
	}
	if err := x.reword(info, rows, stored, closing); err != nil {
		return err
	}
	if closing { // what is closed is not changed again
		x.saw(info, rows...)
		for _, row := range rows {
			x.unit.owns(wroteKey{info.name, valueOf(info.key, row).Interface()}, false)
		}
		return nil
	}
	x.wrote(info, rows...)
	return nil
}

// elements gives the rows of a slice.
func elements(slice reflect.Value) []reflect.Value {
	rows := make([]reflect.Value, slice.Len())
	for i := range rows {
		rows[i] = slice.Index(i)
	}
	return rows
}

// stored reads and locks the rows as they are, by key.
func (x *Session) stored(info *tableInfo, rows []reflect.Value) (map[any]reflect.Value, error) {
	byKey := make(map[any]reflect.Value, len(rows))
	for some := range slices.Chunk(rows, 900) {
		keys := make([]any, len(some))
		for i, row := range some {
			keys[i] = valueOf(info.key, row).Interface()
		}
		found := reflect.New(reflect.SliceOf(rows[0].Type()))
		tx := x.db.Model(found.Interface()).Clauses(clause.Locking{Strength: "UPDATE"}).Where(In(rootColumn(info.key), keys))
		if info.to != nil {
			tx = tx.Where(IsNull(rootColumn(info.to)))
		}
		if err := tx.Find(found.Interface()).Error; err != nil {
			return nil, err
		}
		for i := range found.Elem().Len() {
			row := found.Elem().Index(i)
			byKey[valueOf(info.key, row).Interface()] = row
		}
	}
	return byKey, nil
}

// advance checks that the caller knows the stored state and moves the row to its next.
func (x *Session) advance(info *tableInfo, old, row reflect.Value, closing bool) error {
	was, _ := dateTimeIn(info.from, old)
	known, _ := dateTimeIn(info.from, row)
	if !was.Equal(known.Time) {
		return &core.Error{Code: core.Conflict, Message: "it was changed by somebody else meanwhile", Cause: &raceError{errStale}}
	}
	if closing {
		row.Set(old)
	}
	next := x.now
	if least := was.Add(x.store.dialect.tick(legacyTypeOf(info.from))); next.Before(least) {
		next = At(least)
	}
	put(info.from, row, next)
	if closing {
		put(info.to, row, next)
	} else {
		put(info.to, row, nil)
	}
	put(info.legacy, row, nil)
	if info.uuid != nil {
		valueOf(info.uuid, row).Set(valueOf(info.uuid, old))
	}
	x.sign(info, row)
	return nil
}

// historyOf makes the history row: the stored values, closed at the moment the new state
// begins, pointing to the live row, with a UUID of its own.
func historyOf(info *tableInfo, old, row reflect.Value) reflect.Value {
	history := reflect.New(old.Type()).Elem()
	history.Set(old)
	from, _ := dateTimeIn(info.from, row)
	put(info.to, history, from)
	put(info.legacy, history, valueOf(info.key, old).Interface())
	if info.uuid != nil {
		put(info.uuid, history, NewUUID())
	}
	switch {
	case info.key.AutoIncrement || info.key.HasDefaultValue:
		put(info.key, history, nil)
	case info.keyedByUUID():
		put(info.key, history, undashed(NewUUID()))
	}
	return history
}

// keyedByUUID tells whether the key is a UUID without its dashes, as Django keeps it.
func (info *tableInfo) keyedByUUID() bool {
	return info.key != nil && legacyTypeOf(info.key) == "char(32)"
}

// undashed writes a UUID as Django keeps it.
func undashed(id UUID) string { return strings.ReplaceAll(string(id), "-", "") }

// overwrite writes the columns of the row in place.
func (x *Session) overwrite(info *tableInfo, columns []string, row reflect.Value) error {
	result := x.db.Model(row.Addr().Interface()).Omit(clause.Associations).Select(columns).Updates(row.Addr().Interface())
	if result.Error == nil && result.RowsAffected == 0 {
		return core.Errorf(core.Gone, "it was deleted meanwhile")
	}
	return result.Error
}

// changeUnkept changes rows of a table without history.
func (x *Session) changeUnkept(info *tableInfo, rows []reflect.Value, closing bool) error {
	for _, row := range rows {
		switch {
		case closing && info.to == nil:
			if err := x.db.Delete(row.Addr().Interface()).Error; err != nil {
				return err
			}
			continue
		case closing:
			put(info.to, row, x.now)
		case info.from != nil:
			put(info.from, row, x.now)
		}
		x.sign(info, row)
		if err := x.overwrite(info, writable(info), row); err != nil {
			return err
		}
	}
	return nil
}
