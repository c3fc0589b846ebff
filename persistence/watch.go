package persistence

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
)

// The pace of the watch.
const (
	watchPause   = 2 * time.Second
	watchLease   = 30 * time.Second // after which another process may take the watch over
	watchRenew   = 20 * time.Second // what is left of the lease when it is made longer
	watchPage    = 500              // rows at once
	watchOverlap = 10 * time.Minute // how long after its moment a row may still come in
	watchKeep    = 3 * time.Hour    // beyond the overlap; clocks are put back an hour
	watchUnheld  = 48 * time.Hour   // states are kept while no check has been made
	watchEvent   = 100              // rows an event tells of
	watchName    = "foreign"
)

// watchRow is the row of openimis_watch. Moments are milliseconds since 1970 in UTC.
type watchRow struct {
	Name     string `gorm:"column:name;primaryKey"`
	Lease    string `gorm:"column:lease"` // of the process that watches
	Until    int64  `gorm:"column:until"` // end of the lease
	Begun    int64  `gorm:"column:begun"` // what is older was there before
	At       int64  `gorm:"column:at"`    // up to when all has been told
	Position int64  `gorm:"column:position"`
	Checked  int64  `gorm:"column:checked"` // when the last check began; 0 for none
}

// TableName names the table.
func (watchRow) TableName() string { return "openimis_watch" }

// Watch turns what others write straight into the legacy tables into events. Of all
// processes on a database one watches at a time, by a lease.
//
// A row is found by a moment in it (ValidityFrom, ValidityTo, a stamp) that is newer than
// the last look, less an overlap for transactions that are committed late, and that was
// not told of already; where the database numbers the versions of rows, by that number.
// What is changed without any of these is found by Check.
type Watch struct {
	store *Store
	token string
	held  *watchRow // as it is while the lease is held, nil while it is not
}

// NewWatch makes a watch of the store.
func NewWatch(s *Store) *Watch { return &Watch{store: s, token: uuid.NewString()} }

// Run watches until the context ends, and checks once a night.
func (w *Watch) Run(ctx context.Context) {
	ctx = core.WithPrincipal(ctx, core.SystemPrincipal)
	for ctx.Err() == nil {
		if _, err := w.Once(ctx); err != nil && ctx.Err() == nil {
			w.store.log.WarnContext(ctx, "writes of others were not looked for", "error", err)
		}
		if w.checkDue() {
			if told, err := w.Check(ctx); err != nil && ctx.Err() == nil {
				w.store.log.WarnContext(ctx, "the nightly check was not finished", "error", err)
			} else if told > 0 {
				w.store.log.InfoContext(ctx, "the nightly check found changes without a trace", "rows", told)
			}
		}
		select {
		case <-ctx.Done():
		case <-time.After(watchPause):
		}
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), watchPause)
	defer cancel()
	w.Release(last)
}

// Release gives the lease back, so that another process can go on at once.
func (w *Watch) Release(ctx context.Context) {
	if w.held == nil {
		return
	}
	w.held.Until = 0
	if err := w.store.Tx(ctx, func(x *Session) error { return w.write(x, w.token) }); err != nil {
		w.store.log.WarnContext(ctx, "the watch was not given back", "error", err)
	}
	w.held = nil
}

// errOtherWatch says that another process has taken the watch over.
var errOtherWatch = errors.New("another process watches")

// Once looks for what others wrote since the last look and publishes it, a page of rows in
// each transaction. It gives how many rows it told of; none while another process watches.
func (w *Watch) Once(ctx context.Context) (int, error) {
	if held, err := w.hold(ctx); err != nil || !held {
		return 0, err
	}
	now := w.store.clock.Now().UnixMilli()
	position, err := w.store.rowPosition(ctx)
	if err != nil {
		return 0, err
	}
	told, after := 0, foundRow{Place: -1}
	for {
		found, err := w.find(ctx, after, position)
		if err != nil {
			return told, err
		}
		if len(found) > 0 {
			n, err := w.tell(ctx, found)
			if err != nil {
				w.held = nil
				return told, w.unlessOther(err)
			}
			told, after = told+n, found[len(found)-1]
		}
		if len(found) < watchPage {
			w.held.At, w.held.Position = now, position
			return told, nil
		}
	}
}

// hold takes the lease or makes it longer, and keeps where the watch stands with it.
func (w *Watch) hold(ctx context.Context) (bool, error) {
	now := w.store.clock.Now().UnixMilli()
	if w.held != nil && w.held.Until-now > watchRenew.Milliseconds() {
		return true, nil
	}
	if w.held != nil {
		err := w.renew(ctx)
		return err == nil, w.unlessOther(err)
	}
	err := w.store.Tx(ctx, func(x *Session) error {
		if err := Alone(x, "watch"); err != nil {
			return err
		}
		var rows []watchRow
		if err := x.db.Where(sqlf(`[name] = ?`, watchName)).Find(&rows).Error; err != nil {
			return err
		}
		if len(rows) == 0 {
			position, err := x.store.rowPosition(ctx)
			if err != nil {
				return err
			}
			rows = []watchRow{{Name: watchName, Begun: now, At: now, Position: position}}
			if err := x.db.Create(&rows).Error; err != nil {
				return err
			}
		}
		if rows[0].Until > now {
			return errOtherWatch
		}
		rows[0].Lease, rows[0].Until = w.token, now+watchLease.Milliseconds()
		w.held = &rows[0]
		return w.write(x, "")
	})
	if err != nil {
		w.held = nil
	}
	return err == nil, w.unlessOther(err)
}

func (w *Watch) unlessOther(err error) error {
	if errors.Is(err, errOtherWatch) {
		return nil
	}
	return err
}

// renew makes the lease longer and writes where the watch stands, and forgets states that
// nobody asks for any more.
func (w *Watch) renew(ctx context.Context) error {
	err := w.store.Tx(ctx, func(x *Session) error { return w.proceed(x) })
	if err != nil {
		w.held = nil
	}
	return err
}

// proceed is renew within a transaction. Errors: errOtherWatch when the lease was lost.
func (w *Watch) proceed(x *Session) error {
	now := x.store.clock.Now().UnixMilli()
	w.held.Until = now + watchLease.Milliseconds()
	if err := w.write(x, w.token); err != nil {
		return err
	}
	before := now - watchUnheld.Milliseconds()
	if w.held.Checked > 0 {
		before = w.held.Checked - watchOverlap.Milliseconds()
	}
	before = min(before, w.held.At-(watchOverlap+watchKeep).Milliseconds())
	return x.db.Where(sqlf(`[noted] < ?`, before)).Delete(&Noticed{}).Error
}

// write writes the row while it has the lease.
func (w *Watch) write(x *Session, lease string) error {
	tx := x.db.Model(&watchRow{}).Where(sqlf(`[name] = ?`, watchName))
	if lease != "" {
		tx = tx.Where(sqlf(`[lease] = ?`, lease))
	}
	h := w.held
	result := tx.Updates(map[string]any{"lease": h.Lease, "until": h.Until, "at": h.At, "position": h.Position, "checked": h.Checked})
	if result.Error == nil && result.RowsAffected == 0 {
		return errOtherWatch
	}
	return result.Error
}

// rowPosition gives the number below which no transaction writes a row any more, 0 where
// the database numbers no versions.
func (s *Store) rowPosition(ctx context.Context) (int64, error) {
	text := s.dialect.rowVersion()
	if text == "" {
		return 0, nil
	}
	var position int64
	err := s.reader.WithContext(ctx).Raw(text).Scan(&position).Error
	return position, err
}

// foundRow is a row that is not known as it is: the place of its table and its key.
type foundRow struct {
	Place  int   `gorm:"column:place"`
	RowKey int64 `gorm:"column:row_key"`
}

// find gives a page of rows that are not known as they are, in the order of tables and keys.
func (w *Watch) find(ctx context.Context, after foundRow, position int64) ([]foundRow, error) {
	since := w.since()
	all := build(func(b clause.Builder) {
		for i, t := range watching() {
			if i > 0 {
				b.WriteString(" UNION ALL ")
			}
			dialectOf(b).unknownRows(b, t, since, w.held.Position, position)
		}
	})
	var found []foundRow
	err := w.store.reader.WithContext(ctx).Table("(?) AS w", all).Select("place", "row_key").
		Where(sqlf(`[place] > ? OR [place] = ? AND [row_key] > ?`, after.Place, after.Place, after.RowKey)).
		Group("place").Group("row_key").Order("place").Order("row_key").Limit(watchPage).Find(&found).Error
	return found, err
}

// since gives the moment on the site's clock from which rows are looked at.
func (w *Watch) since() DateTime {
	return w.store.Wall(time.UnixMilli(max(w.held.Begun, w.held.At-watchOverlap.Milliseconds())))
}

// selecting begins the selection of rows that are no history.
func (t *watchedTable) selecting() string {
	return "SELECT " + strconv.Itoa(t.place) + " AS [place], [T].[key] AS [row_key] FROM [T] WHERE [T].[legacy] IS NULL"
}

// byMoments writes the selection of the rows of a table by their moments, where the
// database numbers no versions.
func byMoments(b clause.Builder, t *watchedTable, since DateTime) {
	for i, field := range t.moment {
		if i > 0 {
			b.WriteString(" UNION ALL ")
		}
		sqlf(onTable(t.info, t.selecting()+` AND ? AND NOT EXISTS (SELECT 1 FROM [openimis_noticed] [n] WHERE [n].[table_name] = ? AND [n].[row_key] = [T].[key] AND [n].[stamp] = [T].[`+field.DBName+`])`),
			Compare(clause.Column{Table: t.info.name, Name: field.DBName}, ">=", since), t.info.name).Build(b)
	}
}

// tell publishes the rows of a page and notes them as known, in one transaction.
func (w *Watch) tell(ctx context.Context, found []foundRow) (int, error) {
	told := 0
	err := w.store.Tx(ctx, func(x *Session) error {
		told = 0
		if err := w.proceed(x); err != nil {
			return err
		}
		var lines []Noticed
		for start := 0; start < len(found); {
			end := start
			var keys []int64
			for ; end < len(found) && found[end].Place == found[start].Place; end++ {
				keys = append(keys, found[end].RowKey)
			}
			t := watching()[found[start].Place]
			news, err := w.news(x, t, keys)
			if err != nil {
				return err
			}
			if err := x.publishRows(t, news); err != nil {
				return err
			}
			for _, one := range news {
				lines = append(lines, one.lines...)
				told++
			}
			x.AfterCommit(func() { x.store.registers.wrote(map[string]bool{t.info.name: true}) })
			start = end
		}
		if len(lines) == 0 {
			return nil
		}
		return x.db.CreateInBatches(lines, 300).Error
	})
	return told, err
}

// news is what is new of one row.
type news struct {
	row    reflect.Value
	events []string // names
	lines  []Noticed
}

// news loads rows and says what is new of them.
func (w *Watch) news(x *Session, t *watchedTable, keys []int64) ([]news, error) {
	rows, err := x.rowsByKey(t.info, keys)
	if err != nil {
		return nil, err
	}
	known, err := x.noticed(t, keys)
	if err != nil {
		return nil, err
	}
	var list []news
	since, now := w.since(), x.store.clock.Now().UnixMilli()
	for _, row := range rows {
		key := valueOf(t.info.key, row).Int()
		lines := t.noted(row, since, now)
		if x.store.dialect.rowVersion() != "" && known.state(key, lines[0].Sum) {
			continue // its number changed by a write of ours
		}
		list = append(list, news{row, t.eventsOf(row, since, func(at DateTime) bool { return known.moment(key, at) }), lines})
	}
	return list, nil
}

// eventsOf names what happened to a row: what its new stamps stand for, its deletion, or
// that it was changed.
func (t *watchedTable) eventsOf(row reflect.Value, since DateTime, known func(at DateTime) bool) []string {
	if _, closed := dateTimeIn(t.info.to, row); closed && t.parent == nil {
		return []string{t.event + ".deleted"}
	}
	var events []string
	for _, field := range t.moment[2:] {
		if at, ok := dateTimeIn(field, row); ok && !at.Before(since.Time) && !known(at) {
			events = append(events, t.stamps[field.DBName])
		}
	}
	if events == nil {
		events = []string{t.event + ".changed"}
	}
	return events
}

// occasion is the name of an event and the word in front of the keys it is about.
type occasion struct{ name, word string }

// publishRows publishes what happened to rows of a table, many with each event.
func (x *Session) publishRows(t *watchedTable, list []news) error {
	uuids, err := x.rootsOf(t, list)
	if err != nil {
		return err
	}
	ids := map[occasion][]string{}
	for i, one := range list {
		for _, name := range one.events {
			if uuids[i] != "" {
				ids[occasion{name, t.word}] = append(ids[occasion{name, t.word}], string(uuids[i]))
			}
		}
		if _, closed := dateTimeIn(t.info.to, one.row); closed && t.closed != "" {
			gone := occasion{t.closed, t.info.schema.Name}
			ids[gone] = append(ids[gone], strconv.FormatInt(valueOf(t.info.key, one.row).Int(), 10))
		}
	}
	occasions := slices.SortedFunc(maps.Keys(ids), func(a, b occasion) int { return strings.Compare(a.name, b.name) })
	var events []core.Event
	for _, o := range occasions {
		slices.Sort(ids[o])
		for some := range slices.Chunk(slices.Compact(ids[o]), watchEvent) {
			payload, err := json.Marshal(map[string]any{"ids": some, "foreign": true})
			if err != nil {
				return core.Wrap(core.Internal, err, "cannot write the event")
			}
			events = append(events, core.Event{ID: uuid.NewString(), Name: o.name, At: x.store.clock.Now(), Key: o.word + "/" + some[0], UserID: x.Principal().UserID, Payload: payload})
		}
	}
	return x.publish(events) // it happened already: no hook can forbid it
}

// rootsOf gives the UUIDs of the rows that rows of a table belong to, "" for one that is gone.
func (x *Session) rootsOf(t *watchedTable, list []news) ([]UUID, error) {
	uuids := make([]UUID, len(list))
	if t.parent == nil {
		for i, one := range list {
			uuids[i] = valueOf(t.info.uuid, one.row).Interface().(UUID)
		}
		return uuids, nil
	}
	parents := make([]int64, len(list))
	for i, one := range list {
		parents[i] = reflect.Indirect(valueOf(t.parent, one.row)).Int()
	}
	rows, err := x.rowsByKey(t.root.info, parents)
	if err != nil {
		return nil, err
	}
	byKey := map[int64]UUID{}
	for _, row := range rows {
		byKey[valueOf(t.root.info.key, row).Int()] = valueOf(t.root.info.uuid, row).Interface().(UUID)
	}
	for i := range uuids {
		uuids[i] = byKey[parents[i]]
	}
	return uuids, nil
}

// rowsByKey loads rows of a table, at most a page of them.
func (x *Session) rowsByKey(info *tableInfo, keys []int64) ([]reflect.Value, error) {
	rows := reflect.New(reflect.SliceOf(info.schema.ModelType))
	err := x.db.Where(In(rootColumn(info.key), keys)).Find(rows.Interface()).Error
	return elements(rows.Elem()), err
}

// knownStates are lines of openimis_noticed by the keys of their rows.
type knownStates map[int64][]Noticed

func (k knownStates) moment(key int64, at DateTime) bool {
	return slices.ContainsFunc(k[key], func(n Noticed) bool { return n.Stamp != nil && n.Stamp.Equal(at.Time) })
}

func (k knownStates) state(key, sum int64) bool {
	return slices.ContainsFunc(k[key], func(n Noticed) bool { return n.Sum == sum })
}

// noticed gives what is known of rows of a table.
func (x *Session) noticed(t *watchedTable, keys []int64) (knownStates, error) {
	var lines []Noticed
	err := x.db.Where(sqlf(`[table_name] = ?`, t.info.name)).Where(In(Column("", "row_key"), keys)).Find(&lines).Error
	known := knownStates{}
	for _, line := range lines {
		known[line.Row] = append(known[line.Row], line)
	}
	return known, err
}
