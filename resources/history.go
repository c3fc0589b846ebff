package resources

import (
	"context"
	"strconv"
	"time"

	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/persistence"
)

// state is one version of an instance: a row as it was, or the moment it was deleted.
type state[R any] struct {
	row     R
	deleted bool
}

// states gives the versions of the instance, the newest first. A row that was deleted
// begins with the deletion. The state before it is the copy the deletion left or, where
// the legacy application closed the row without one, the closed row itself.
func (t *table[R]) states(x *persistence.Session, id string) ([]state[R], error) {
	uuid, ok := persistence.ParseUUID(id)
	if !ok {
		live, err := t.one(x, id)
		if err != nil {
			return nil, err
		}
		uuid = t.row.uuid(live)
	}
	rows, err := persistence.Versions[R](x, uuid)
	if err != nil {
		return nil, err
	}
	list := t.statesOf(rows)
	if t.there == nil {
		return list, nil
	}
	if list = t.instances(list); len(list) == 0 {
		return nil, t.absent(id)
	}
	return list, nil
}

// statesOf gives the versions the rows of one instance stand for: first the live or closed
// row, then its history.
func (t *table[R]) statesOf(rows []R) []state[R] {
	uuid := t.row.uuid(&rows[0])
	var list []state[R]
	for i := range rows {
		closed := t.row.to(&rows[i])
		t.row.setUUID(&rows[i], uuid) // a history row carries a UUID of its own
		if t.row.deleted(&rows[i]) {
			list = append(list, state[R]{row: rows[i], deleted: true})
			continue
		}
		if i > 0 || closed.IsZero() {
			list = append(list, state[R]{row: rows[i]})
			continue
		}
		gone := rows[i]
		t.row.setFrom(&gone, closed)
		list = append(list, state[R]{row: gone, deleted: true})
		if copied := len(rows) > 1 && !t.row.to(&rows[1]).Before(closed.Time); !copied {
			list = append(list, state[R]{row: rows[i]})
		}
	}
	return list
}

// Histories says how all versions of several instances are listed, where each version is
// one row of one table.
func (t *table[R]) Histories() func(context.Context, []string) ([]*fhir.Entry, error) {
	if t.Changes() == nil {
		return nil
	}
	return t.histories
}

func (t *table[R]) histories(ctx context.Context, ids []string) ([]*fhir.Entry, error) {
	var uuids []persistence.UUID
	for _, id := range ids {
		if uuid, ok := persistence.ParseUUID(id); ok {
			uuids = append(uuids, uuid)
		}
	}
	if len(uuids) == 0 {
		return nil, nil
	}
	x := t.env.Store.Read(ctx)
	instances, err := persistence.VersionsOfAll[R](x, uuids)
	if err != nil {
		return nil, err
	}
	var list []state[R]
	var first []int // the oldest state of each
	for _, rows := range instances {
		list = append(list, t.statesOf(rows)...)
		first = append(first, len(list)-1)
	}
	entries, err := t.past(ctx, x, list)
	if err != nil {
		return nil, err
	}
	for _, i := range first {
		entries[i].Created = true
	}
	return entries, nil
}

// instances gives the versions of an instance that not every state of its row has: a run
// of states without it is one deletion, at its beginning, and none before the first with.
func (t *table[R]) instances(list []state[R]) []state[R] {
	var kept []state[R]
	for i := range list {
		last := len(kept) - 1
		switch {
		case !list[i].deleted && t.there(&list[i].row):
			kept = append(kept, list[i])
		case last >= 0 && kept[last].deleted:
			kept[last] = state[R]{row: list[i].row, deleted: true}
		default:
			kept = append(kept, state[R]{row: list[i].row, deleted: true})
		}
	}
	if last := len(kept) - 1; last >= 0 && kept[last].deleted {
		return kept[:last]
	}
	return kept
}

// History lists the versions of an instance, the newest first. Errors: core.NotFound.
func (t *table[R]) History(ctx context.Context, id string, q rest.HistoryQuery) (*rest.Page, error) {
	x := t.env.Store.Read(ctx)
	list, err := t.states(x, id)
	if err != nil {
		return nil, err
	}
	return t.versions(ctx, x, list, q)
}

// versions gives the page of a history the query asks for.
func (t *table[R]) versions(ctx context.Context, x *persistence.Session, list []state[R], q rest.HistoryQuery) (*rest.Page, error) {
	oldest := len(list) - 1
	if !q.High.IsZero() {
		list, oldest = t.inForce(list, q.Low, q.High), -1
	}
	from, to := 0, len(list)
	for !q.Since.IsZero() && to > 0 && t.env.Store.Instant(t.row.from(&list[to-1].row)).Before(q.Since) {
		to--
	}
	total := to
	from = min(q.Offset, to)
	if q.Count > 0 {
		to = min(from+q.Count, to)
	}
	entries, err := t.past(ctx, x, list[from:to])
	if err != nil {
		return nil, err
	}
	page := &rest.Page{Total: &total, Entries: entries}
	if from <= oldest && to == oldest+1 && len(page.Entries) > 0 {
		page.Entries[len(page.Entries)-1].Created = true
	}
	return page, nil
}

// inForce leaves the states that were in force at some moment from low to before high.
func (t *table[R]) inForce(list []state[R], low, high time.Time) []state[R] {
	var kept []state[R]
	for i := range list {
		from := t.env.Store.Instant(t.row.from(&list[i].row))
		over := i > 0 && !t.env.Store.Instant(t.row.from(&list[i-1].row)).After(low)
		if !list[i].deleted && from.Before(high) && !over {
			kept = append(kept, list[i])
		}
	}
	return kept
}

// Changes says how what happened to the rows is listed, the newest first. A
// type not every row is an instance of has no such list: whether a state began or ended an
// instance only the states before it tell. Nor has one whose versions follow from several
// rows.
func (t *table[R]) Changes() []rest.Changes {
	if t.there != nil || t.stamp != nil || !persistence.KeepsVersions[R]() {
		return nil
	}
	return []rest.Changes{t.changes}
}

func (t *table[R]) changes(ctx context.Context, q rest.ChangesQuery) ([]rest.Change, error) {
	x := t.env.Store.Read(ctx)
	moment := func(at time.Time) *persistence.DateTime {
		if at.IsZero() {
			return nil
		}
		return ptr(t.env.Store.Digits(at))
	}
	var by []clause.Expression
	if q.Author != "" {
		key, err := strconv.Atoi(q.Author)
		if err != nil || t.row.userColumn == "" {
			return nil, nil // nobody is known to have changed these rows
		}
		by = append(by, persistence.Compare(persistence.Column(t.catalogue.Table, t.row.userColumn), "=", key))
	}
	found, err := persistence.Changes[R](x, persistence.ChangesQuery{
		Where: t.catalogue.Only, State: by, Since: moment(q.Since), Until: moment(q.Until), Before: q.Before,
		Low: moment(q.Low), High: moment(q.High), Cursor: q.Cursor, Limit: q.Count,
	})
	if err != nil {
		return nil, err
	}
	list := make([]state[R], len(found))
	for i := range found {
		list[i] = state[R]{found[i].Row, found[i].Deleted}
	}
	entries, err := t.past(ctx, x, list)
	changes := make([]rest.Change, len(entries))
	for i, entry := range entries {
		entry.Created = found[i].First
		changes[i] = rest.Change{Entry: entry, Cursor: found[i].Cursor}
	}
	return changes, err
}

// ReadVersion reads one version. Errors: core.NotFound, core.Gone for the deletion.
func (t *table[R]) ReadVersion(ctx context.Context, id, version string) (*fhir.Entry, error) {
	x := t.env.Store.Read(ctx)
	list, err := t.states(x, id)
	if err != nil {
		return nil, err
	}
	if t.lines == nil { // the version is known before anything is rendered
		for i := range list {
			if t.version(&list[i].row).ID == version {
				list = list[i : i+1]
				break
			}
		}
	}
	entries, err := t.past(ctx, x, list)
	if err != nil {
		return nil, err
	}
	for _, entry := range entries {
		switch {
		case entry.VersionID != version:
		case entry.Deleted:
			return nil, core.Errorf(core.Gone, "%s/%s was deleted in version %s", t.catalogue.Resource, id, version)
		default:
			return entry, nil
		}
	}
	return nil, core.Errorf(core.NotFound, "%s/%s has no version %s", t.catalogue.Resource, id, version)
}

// past renders states of one instance.
func (t *table[R]) past(ctx context.Context, x *persistence.Session, list []state[R]) ([]*fhir.Entry, error) {
	rows := make([]R, len(list))
	for i := range list {
		rows[i] = list[i].row
	}
	entries, err := t.entries(ctx, x, rows)
	for i, entry := range entries {
		if list[i].deleted {
			entry.Deleted, entry.Resource = true, nil
		}
	}
	return entries, err
}

// readVersion shows one version of the instance whose states these are. Errors: core.NotFound,
// core.Gone for the deletion, and those of show.
func readVersion[R any](list []state[R], reference, version string, stamp func(*R) persistence.Version, show func(one []state[R]) ([]*fhir.Entry, error)) (*fhir.Entry, error) {
	for i := range list {
		if stamp(&list[i].row).ID != version {
			continue
		}
		if list[i].deleted {
			return nil, core.Errorf(core.Gone, "%s was deleted in version %s", reference, version)
		}
		entries, err := show(list[i : i+1])
		if err != nil {
			return nil, err
		}
		return entries[0], nil
	}
	return nil, core.Errorf(core.NotFound, "%s has no version %s", reference, version)
}
