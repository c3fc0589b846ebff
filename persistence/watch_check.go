package persistence

import (
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/binary"
	"reflect"
	"time"

	"github.com/openimis/openimis-go/core"
)

// checkRun is how many keys one line of checksums is for: what is in memory at once.
const checkRun = 512

// The nightly check begins in these hours of the site's clock, once in so long.
const (
	checkFrom  = 1
	checkTo    = 5
	checkPause = 20 * time.Hour
)

// checksums is a row of openimis_checksum: what a run of rows looked like at the last
// check, as base64 of eight bytes a key.
type checksums struct {
	Table string `gorm:"column:table_name;primaryKey"`
	Run   int64  `gorm:"column:run;primaryKey"` // its first key, divided by the length of a run
	Sums  string `gorm:"column:sums"`
}

// TableName names the table.
func (checksums) TableName() string { return "openimis_checksum" }

// checkDue tells whether it is night, this process watches, and the last check is long ago.
func (w *Watch) checkDue() bool {
	if w.held == nil {
		return false
	}
	now := w.store.clock.Now()
	hour := w.store.Wall(now).Hour()
	return hour >= checkFrom && hour < checkTo && now.Sub(time.UnixMilli(w.held.Checked)) > checkPause
}

// Check compares every row of the watched tables with what it looked like at the last
// check, and publishes those in a state that neither this program wrote nor Once told of:
// rows changed in place without a new moment, and those of transactions that were
// committed later than the overlap. The first check only notes. It gives how many rows it
// told of, holds one run of rows in memory, and begins anew when it was broken off.
func (w *Watch) Check(ctx context.Context) (int, error) {
	if held, err := w.hold(ctx); err != nil || !held {
		return 0, err
	}
	begun, told := w.store.clock.Now().UnixMilli(), 0
	for _, t := range watching() {
		for next := int64(0); ; next += checkRun {
			run, more, err := w.nextRun(ctx, t, next)
			if err != nil {
				return told, err
			}
			if !more {
				break
			}
			next = run * checkRun
			if held, err := w.hold(ctx); err != nil || !held { // it takes longer than a lease
				return told, err
			}
			n, err := w.checkRun(ctx, t, run)
			if err != nil {
				return told, err
			}
			told += n
		}
	}
	w.held.Checked = begun
	return told, w.renew(ctx)
}

// nextRun gives the run of the first key that is not below one.
func (w *Watch) nextRun(ctx context.Context, t *watchedTable, key int64) (run int64, more bool, err error) {
	var first sql.NullInt64
	err = w.store.reader.WithContext(ctx).Model(t.row).Where(Compare(rootColumn(t.info.key), ">=", key)).Select("MIN(?)", rootColumn(t.info.key)).Scan(&first).Error
	return first.Int64 / checkRun, first.Valid, err
}

// checkRun compares one run of rows.
func (w *Watch) checkRun(ctx context.Context, t *watchedTable, run int64) (int, error) {
	told := 0
	err := w.store.Tx(ctx, func(x *Session) error {
		rows := reflect.New(reflect.SliceOf(t.info.schema.ModelType))
		key := rootColumn(t.info.key)
		err := x.db.Where(Compare(key, ">=", run*checkRun)).Where(Compare(key, "<", (run+1)*checkRun)).Where(IsNull(rootColumn(t.info.legacy))).Find(rows.Interface()).Error
		if err != nil {
			return err
		}
		was, there, err := x.checksums(t, run)
		if err != nil {
			return err
		}
		news, sums, err := w.compare(x, t, run, elements(rows.Elem()), was)
		if err != nil {
			return err
		}
		if told = len(news); told > 0 {
			if err := x.publishRows(t, news); err != nil {
				return err
			}
		}
		return x.keepChecksums(t, run, sums, was, there)
	})
	return told, err
}

// compare gives the rows of a run that are in a state nobody was told of, and the new
// checksums. Rows that Once is still going to find keep their old one.
func (w *Watch) compare(x *Session, t *watchedTable, run int64, rows []reflect.Value, was []int64) ([]news, []int64, error) {
	sums := make([]int64, checkRun)
	var changed []reflect.Value
	var keys []int64
	for _, row := range rows {
		key := valueOf(t.info.key, row).Int()
		at := key - run*checkRun
		if sums[at] = stateSum(row); sums[at] != was[at] {
			changed, keys = append(changed, row), append(keys, key)
		}
	}
	if len(changed) == 0 || w.held.Checked == 0 {
		return nil, sums, nil
	}
	known, err := x.noticed(t, keys)
	if err != nil {
		return nil, nil, err
	}
	var list []news
	since := w.since()
	for i, row := range changed {
		switch at := keys[i] - run*checkRun; {
		case known.state(keys[i], sums[at]):
		case t.comes(row, since, known[keys[i]]):
			sums[at] = was[at]
		default:
			list = append(list, news{row: row, events: t.eventsOf(row, since, func(DateTime) bool { return true })})
		}
	}
	return list, sums, nil
}

// comes tells whether Once is going to find the row.
func (t *watchedTable) comes(row reflect.Value, since DateTime, known []Noticed) bool {
	states := knownStates{0: known}
	for _, field := range t.moment {
		if at, ok := dateTimeIn(field, row); ok && !at.Before(since.Time) && !states.moment(0, at) {
			return true
		}
	}
	return false
}

// checksums reads those of a run, zeros where there are none.
func (x *Session) checksums(t *watchedTable, run int64) (sums []int64, there bool, err error) {
	var lines []checksums
	if err := x.db.Where(sqlf(`[table_name] = ? AND [run] = ?`, t.info.name, run)).Find(&lines).Error; err != nil {
		return nil, false, err
	}
	sums = make([]int64, checkRun)
	if len(lines) == 0 {
		return sums, false, nil
	}
	packed, err := base64.StdEncoding.DecodeString(lines[0].Sums)
	if err != nil || len(packed) != 8*checkRun {
		return nil, false, core.Wrap(core.Internal, err, "the checksums of %s from %d cannot be read", t.info.name, run*checkRun)
	}
	for i := range sums {
		sums[i] = int64(binary.BigEndian.Uint64(packed[8*i:]))
	}
	return sums, true, nil
}

// keepChecksums writes those of a run unless they are what is there.
func (x *Session) keepChecksums(t *watchedTable, run int64, sums, was []int64, there bool) error {
	packed := make([]byte, 0, 8*checkRun)
	same := there
	for i, sum := range sums {
		packed = binary.BigEndian.AppendUint64(packed, uint64(sum))
		same = same && sum == was[i]
	}
	if same {
		return nil
	}
	line := checksums{Table: t.info.name, Run: run, Sums: base64.StdEncoding.EncodeToString(packed)}
	if !there {
		return x.db.Create(&line).Error
	}
	return x.db.Model(&checksums{}).Where(sqlf(`[table_name] = ? AND [run] = ?`, line.Table, line.Run)).Updates(map[string]any{"sums": line.Sums}).Error
}
