package persistence

import (
	"reflect"
	"slices"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
)

// Select gives one page of live rows in the caller's scope, in one statement, and one more
// when a total is asked that the page does not show by itself.
// Errors: core.Invalid for a cursor that does not belong to the query.
func Select[R any](x *Session, q Query) (*Rows[R], error) {
	info, err := infoFor[R]()
	if err != nil {
		return nil, err
	}
	keys, err := sortKeys(info, q.Order)
	if err != nil {
		return nil, err
	}
	base, err := live[R](x, info, q)
	if err != nil {
		return nil, err
	}
	page := &Rows[R]{}
	start, err := readCursor(keys, q.Cursor)
	if err != nil {
		return nil, err
	}
	backward := start != nil && start.Backward
	rows := base.Session(&gorm.Session{}).Clauses(orderBy{keys: keys, backward: backward})
	for _, join := range q.Join {
		rows = rows.Joins(join)
	}
	if start != nil {
		rows = rows.Where(start.after(keys))
	}
	if q.Limit > 0 {
		rows = rows.Limit(q.Limit + 1)
	}
	if q.Offset > 0 {
		rows = rows.Offset(q.Offset)
	}
	if err := rows.Find(&page.Rows).Error; err != nil {
		return nil, err
	}
	if q.Total && !page.total(q, start != nil) {
		if err := counting(base, q).Count(&page.Total).Error; err != nil {
			return nil, err
		}
	}
	page.frame(keys, q, start != nil, backward)
	return page, nil
}

// total counts the matches where the page as it was read shows the last of them and tells
// how many are in front. It tells whether that is so.
func (page *Rows[R]) total(q Query, started bool) bool {
	n := len(page.Rows)
	if started || q.Limit > 0 && n > q.Limit || q.Offset > 0 && n == 0 {
		return false
	}
	page.Total = int64(max(q.Offset, 0) + n)
	return true
}

// frame cuts the row that was read only to learn whether more follow, and sets cursors.
func (page *Rows[R]) frame(keys []sortKey, q Query, started, backward bool) {
	more := q.Limit > 0 && len(page.Rows) > q.Limit
	if more {
		page.Rows = page.Rows[:q.Limit]
	}
	if backward {
		slices.Reverse(page.Rows)
	}
	if len(page.Rows) == 0 {
		return
	}
	cursor := func(i int, backward bool) string {
		return writeCursor(keys, reflect.ValueOf(&page.Rows[i]).Elem(), backward)
	}
	if backward || more {
		page.Next = cursor(len(page.Rows)-1, false)
	}
	if backward && more || !backward && (started || q.Offset > 0) {
		page.Prev = cursor(0, true)
	}
}

// counting joins what the conditions look at and nothing else: SQLite goes through every
// table that is joined, whether it counts or not.
func counting(base *gorm.DB, q Query) *gorm.DB {
	conditions := gorm.Statement{DB: base, Clauses: map[string]clause.Clause{}}
	for _, condition := range q.Where {
		condition.Build(&conditions)
	}
	text := conditions.SQL.String()
	for _, join := range q.Join {
		path := strings.Split(join, ".")
		for i := range path {
			if strings.Contains(text, conditions.Quote(strings.Join(path[:i+1], "__"))) {
				base = base.Joins(join)
				break
			}
		}
	}
	return base
}

// live selects the live rows of the query in the caller's scope, without their relations.
func live[R any](x *Session, info *tableInfo, q Query) (*gorm.DB, error) {
	scope, err := scopeOf(x, info, q.Few)
	if err != nil {
		return nil, err
	}
	tx := modelled[R](x)
	switch {
	case q.Gone:
		tx = tx.Where(gone(info))
	case info.marks != nil:
		tx = tx.Where(info.marks.undeleted())
	}
	if info.to != nil && !q.Past && !q.Gone {
		tx = tx.Where(IsNull(rootColumn(info.to)))
	}
	if scope != nil {
		tx = tx.Where(group(scope))
	}
	for _, condition := range q.Where {
		tx = tx.Where(group(condition))
	}
	return tx, nil
}

// group puts a condition in brackets.
func group(e clause.Expression) clause.Expression {
	return build(func(b clause.Builder) {
		b.WriteByte('(')
		e.Build(b)
		b.WriteByte(')')
	})
}

// One gives the live row with the UUID, with to-one relations. Errors: core.NotFound when
// there is none in scope, core.Gone when it was deleted.
func One[R any](x *Session, id UUID, join ...string) (*R, error) {
	info, err := infoFor[R]()
	if err != nil {
		return nil, err
	}
	if info.uuid == nil {
		return nil, core.Errorf(core.Internal, "%s has no UUID", info.name)
	}
	return one[R](x, info, In(rootColumn(info.uuid), []UUID{id}), join)
}

// Hold keeps others from changing the live row with the UUID until the transaction ends:
// what is read of it from now on is what a change will find. Without such a row it does
// nothing.
func Hold[R any](x *Session, id UUID) error {
	info, err := infoFor[R]()
	if err != nil {
		return err
	}
	if info.uuid == nil || info.key == nil || info.to == nil {
		return core.Errorf(core.Internal, "%s has no rows to hold", info.name)
	}
	var keys []int
	return x.db.Model(new(R)).Clauses(clause.Locking{Strength: "UPDATE"}).
		Where(In(rootColumn(info.uuid), []UUID{id})).Where(IsNull(rootColumn(info.to))).Pluck(info.key.DBName, &keys).Error
}

// OneByKey gives the live row with the key, in the caller's scope, for tables that have
// no UUID. Errors: core.NotFound, core.Gone.
func OneByKey[R any](x *Session, key int, join ...string) (*R, error) {
	info, err := infoFor[R]()
	if err != nil {
		return nil, err
	}
	if info.key == nil {
		return nil, core.Errorf(core.Internal, "%s has no key", info.name)
	}
	return one[R](x, info, Compare(rootColumn(info.key), "=", key), join)
}

func one[R any](x *Session, info *tableInfo, which clause.Expression, join []string) (*R, error) {
	page, err := Select[R](x, Query{Where: []clause.Expression{which}, Join: join, Limit: 1, Few: true})
	if err != nil {
		return nil, err
	}
	if len(page.Rows) > 0 {
		return &page.Rows[0], nil
	}
	deleted, err := closed[R](x, info, which)
	if err != nil {
		return nil, err
	}
	if deleted {
		return nil, core.Errorf(core.Gone, "it was deleted")
	}
	return nil, core.Errorf(core.NotFound, "there is no such thing")
}

// closed tells whether the caller could have seen the row before it was deleted.
func closed[R any](x *Session, info *tableInfo, which clause.Expression) (bool, error) {
	if info.marks == nil && (info.to == nil || info.legacy == nil) {
		return false, nil
	}
	scope, err := scopeOf(x, info, true)
	if err != nil {
		return false, err
	}
	tx := x.db.Model(new(R)).Where(which).Where(gone(info))
	if scope != nil {
		tx = tx.Where(group(scope))
	}
	var n int64
	err = tx.Count(&n).Error
	return n > 0, err
}

// gone matches rows that were deleted, not the states before their changes.
func gone(info *tableInfo) clause.Expression {
	switch {
	case info.marks != nil:
		return Compare(rootColumn(info.marks.deleted), "=", true)
	case info.to == nil || info.legacy == nil:
		return Nothing()
	}
	return clause.And(sqlf("? IS NOT NULL", quoted(info.to)), IsNull(rootColumn(info.legacy)))
}

// SelectMany gives the live rows with the UUIDs in the caller's scope, by UUID, in one
// statement for every thousand. UUIDs without a row are left out.
func SelectMany[R any](x *Session, ids []UUID, join ...string) (map[UUID]*R, error) {
	info, err := infoFor[R]()
	if err != nil {
		return nil, err
	}
	if info.uuid == nil {
		return nil, core.Errorf(core.Internal, "%s has no UUID", info.name)
	}
	found := make(map[UUID]*R, len(ids))
	for some := range slices.Chunk(ids, 900) {
		page, err := Select[R](x, Query{Where: []clause.Expression{In(rootColumn(info.uuid), some)}, Join: join, Few: true})
		if err != nil {
			return nil, err
		}
		for i := range page.Rows {
			row := &page.Rows[i]
			found[valueOf(info.uuid, reflect.ValueOf(row).Elem()).Interface().(UUID)] = row
		}
	}
	return found, nil
}
