package persistence

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
	"gorm.io/gorm/schema"

	"github.com/openimis/openimis-go/core"
)

// KeepsVersions tells whether the rows of a model have a history that Changes can give.
func KeepsVersions[R any]() bool {
	info, err := infoFor[R]()
	return err == nil && info.kept() && info.uuid != nil
}

// ChangesQuery asks for what happened to the rows of a table. Moments are those of the
// site's wall clock.
type ChangesQuery struct {
	Where  []clause.Expression // on the row as it is now, without relations
	State  []clause.Expression // on the row as it was
	Since  *DateTime           // not before
	Until  *DateTime           // not after, or before when Before is set
	Before bool
	Low    *DateTime // only states in force at some moment from here …
	High   *DateTime // … to before there; no deletions then
	Cursor string    // Change.Cursor of the last one seen
	Limit  int       // at least 1
}

// Change is one kept state of a row, or its deletion.
type Change[R any] struct {
	Row     R        // with the UUID of the row it is a state of
	At      DateTime // since when it is as it is
	Deleted bool
	First   bool   // the oldest state that is kept
	Cursor  string // to go on behind it
}

// Changes gives what happened to rows in the caller's scope, the newest first, in at most
// four statements: states, deletions, the rows they belong to and since when those are
// known. A row the caller may not see now has no changes for him, even if he could before.
// Errors: core.Invalid for a cursor that is none.
func Changes[R any](x *Session, q ChangesQuery) ([]Change[R], error) {
	info, err := infoFor[R]()
	if err != nil {
		return nil, err
	}
	if !info.kept() || info.uuid == nil {
		return nil, core.Errorf(core.Internal, "%s keeps no versions", info.name)
	}
	after, err := readChangeCursor(q.Cursor)
	if err != nil {
		return nil, err
	}
	base, err := changing[R](x, info, q.Where)
	if err != nil {
		return nil, err
	}
	if len(q.State) > 0 {
		base = base.Where(clause.And(q.State...)).Session(&gorm.Session{})
	}
	var states, closed []R
	if err := q.page(base, info, info.from, after, stateKind).Where(statesOnly(info)).Find(&states).Error; err != nil {
		return nil, err
	}
	if q.High == nil {
		deletions := q.page(base, info, info.to, after, deletionKind).Where(IsNull(rootColumn(info.legacy)))
		if err := deletions.Find(&closed).Error; err != nil {
			return nil, err
		}
	}
	list := append(changesOf(info, states, info.from, stateKind), changesOf(info, closed, info.to, deletionKind)...)
	slices.SortStableFunc(list, func(a, b placedChange[R]) int { return a.place.compare(b.place) })
	return rooted(x, info, list[:min(len(list), q.Limit)])
}

// Which of two changes at the same moment comes first in a list: the deletion, which is
// the later one.
const (
	deletionKind = 0
	stateKind    = 1
)

// changePlace is where a change stands in the list.
type changePlace struct {
	at   DateTime
	kind int
	key  int64
}

func (p changePlace) compare(other changePlace) int {
	if byTime := other.at.Compare(p.at.Time); byTime != 0 {
		return byTime
	}
	if p.kind != other.kind {
		return p.kind - other.kind
	}
	return int(min(max(other.key-p.key, -1), 1))
}

// placeLayout writes all the digits a row may have.
const placeLayout = "20060102150405.0000000"

func (p changePlace) cursor() string {
	return fmt.Sprintf("%s-%d-%d", p.at.Format(placeLayout), p.kind, p.key)
}

// readChangeCursor reads what cursor wrote, nil for "".
func readChangeCursor(text string) (*changePlace, error) {
	if text == "" {
		return nil, nil
	}
	parts := strings.Split(text, "-")
	p := &changePlace{}
	if len(parts) == 3 {
		at, faultyTime := time.Parse(placeLayout, parts[0])
		kind, faultyKind := strconv.Atoi(parts[1])
		key, faultyKey := strconv.ParseInt(parts[2], 10, 64)
		if p.at, p.kind, p.key = (DateTime{at}), kind, key; faultyTime == nil && faultyKind == nil && faultyKey == nil && p.cursor() == text {
			return p, nil
		}
	}
	return nil, core.ErrorAt(core.Invalid, "cursor", "this page is not one of this history")
}

// changing selects rows and their history, of rows the caller sees.
func changing[R any](x *Session, info *tableInfo, where []clause.Expression) (*gorm.DB, error) {
	scope, err := scopeOf(x, info, false)
	if err != nil {
		return nil, err
	}
	conditions := append(slices.Clone(where), IsNull(rootColumn(info.legacy)))
	if scope != nil {
		conditions = append(conditions, scope)
	}
	return x.db.Model(new(R)).Where(sqlf(onTable(info, `COALESCE([T].[legacy], [T].[key]) IN (SELECT [T].[key] FROM [T] WHERE ?)`),
		clause.And(conditions...))).Session(&gorm.Session{}), nil
}

// onTable writes the names of a table and its columns into hand-written SQL.
func onTable(info *tableInfo, text string) string {
	return strings.NewReplacer("[T]", "["+info.name+"]", "[key]", "["+info.key.DBName+"]",
		"[legacy]", "["+info.legacy.DBName+"]", "[to]", "["+info.to.DBName+"]").Replace(text)
}

// statesOnly leaves out a deleted row of which the deletion left a copy: the copy is the
// state, and the row stands for the deletion alone.
func statesOnly(info *tableInfo) clause.Expression {
	return sqlf(onTable(info, `([T].[to] IS NULL OR [T].[legacy] IS NOT NULL OR NOT EXISTS `+
		`(SELECT 1 FROM [T] [c_h] WHERE [c_h].[legacy] = [T].[key] AND [c_h].[to] >= [T].[to]))`))
}

// page narrows to the time asked for and to what stands behind the cursor.
func (q *ChangesQuery) page(base *gorm.DB, info *tableInfo, at *schema.Field, after *changePlace, kind int) *gorm.DB {
	column := rootColumn(at)
	where := []clause.Expression{isNotNull(column)}
	if q.Since != nil {
		where = append(where, Compare(column, ">=", *q.Since))
	}
	if q.Until != nil {
		where = append(where, Compare(column, Comparison(map[bool]string{true: "<", false: "<="}[q.Before]), *q.Until))
	}
	if q.High != nil {
		where = append(where, Compare(column, "<", *q.High), group(clause.Or(IsNull(rootColumn(info.to)), Compare(rootColumn(info.to), ">", *q.Low))))
	}
	if after != nil {
		behind := []clause.Expression{Compare(column, "<", after.at)}
		switch {
		case kind == after.kind:
			behind = append(behind, clause.And(Compare(column, "=", after.at), Compare(rootColumn(info.key), "<", after.key)))
		case kind > after.kind:
			behind = append(behind, Compare(column, "=", after.at))
		}
		where = append(where, group(clause.Or(behind...)))
	}
	return base.Where(clause.And(where...)).Limit(q.Limit).Clauses(orderBy{keys: []sortKey{
		{column: column, desc: true}, {column: rootColumn(info.key), desc: true}}})
}

func isNotNull(column clause.Column) clause.Expression {
	return build(func(b clause.Builder) {
		b.WriteQuoted(column)
		b.WriteString(" IS NOT NULL")
	})
}

// placedChange is a change before it is known what it belongs to.
type placedChange[R any] struct {
	row   R
	place changePlace
}

func changesOf[R any](info *tableInfo, rows []R, at *schema.Field, kind int) []placedChange[R] {
	list := make([]placedChange[R], len(rows))
	for i := range rows {
		value := reflect.ValueOf(&rows[i]).Elem()
		moment, _ := dateTimeIn(at, value)
		list[i] = placedChange[R]{rows[i], changePlace{moment, kind, valueOf(info.key, value).Int()}}
	}
	return list
}

// rooted gives the changes the UUIDs of the rows they belong to, and tells which are the
// first.
func rooted[R any](x *Session, info *tableInfo, list []placedChange[R]) ([]Change[R], error) {
	roots := make([]int64, 0, len(list))
	for i := range list {
		roots = append(roots, rootKey(info, reflect.ValueOf(&list[i].row).Elem()))
	}
	uuids, oldest, err := originsOf[R](x, info, roots)
	if err != nil {
		return nil, err
	}
	changes := make([]Change[R], 0, len(list))
	for i := range list {
		c := Change[R]{Row: list[i].row, At: list[i].place.at, Deleted: list[i].place.kind == deletionKind, Cursor: list[i].place.cursor()}
		value := reflect.ValueOf(&c.Row).Elem()
		put(info.uuid, value, uuids[roots[i]])
		if c.Deleted { // the moment of the deletion is that of its version
			put(info.from, value, c.At)
		} else {
			c.First = !oldest[roots[i]].Before(c.At.Time)
		}
		changes = append(changes, c)
	}
	return changes, nil
}

// rootKey gives the key of the row a row is a state of.
func rootKey(info *tableInfo, row reflect.Value) int64 {
	if legacy := valueOf(info.legacy, row); !legacy.IsNil() {
		return legacy.Elem().Int()
	}
	return valueOf(info.key, row).Int()
}

// originsOf gives the UUIDs of rows by their keys, and since when each is known.
func originsOf[R any](x *Session, info *tableInfo, keys []int64) (uuids map[int64]UUID, oldest map[int64]DateTime, err error) {
	uuids, oldest = map[int64]UUID{}, map[int64]DateTime{}
	if len(keys) == 0 {
		return uuids, oldest, nil
	}
	wanted := slices.Clone(keys)
	slices.Sort(wanted)
	wanted = slices.Compact(wanted)
	note := func(row reflect.Value) {
		at, _ := dateTimeIn(info.from, row)
		if known, seen := oldest[rootKey(info, row)]; !seen || at.Before(known.Time) {
			oldest[rootKey(info, row)] = at
		}
	}
	var rows, history []R
	columns := []string{info.key.DBName, info.uuid.DBName, info.from.DBName, info.legacy.DBName}
	if err := x.db.Model(new(R)).Select(columns).Where(In(rootColumn(info.key), wanted)).Find(&rows).Error; err != nil {
		return nil, nil, err
	}
	if err := x.db.Model(new(R)).Select(columns).Where(In(rootColumn(info.legacy), wanted)).Find(&history).Error; err != nil {
		return nil, nil, err
	}
	for i := range rows {
		row := reflect.ValueOf(&rows[i]).Elem()
		uuids[valueOf(info.key, row).Int()] = valueOf(info.uuid, row).Interface().(UUID)
		note(row)
	}
	for i := range history {
		note(reflect.ValueOf(&history[i]).Elem())
	}
	return uuids, oldest, nil
}
