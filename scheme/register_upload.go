package scheme

import (
	"fmt"
	"strings"

	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// UploadStrategy says what an upload of a register may do (rule 11).
type UploadStrategy int

// The strategies. Their numbers are those of the upload procedures.
const (
	UploadInsert  UploadStrategy = 1 // store what is not there yet
	UploadUpdate  UploadStrategy = 2 // change what is there
	UploadBoth    UploadStrategy = 3 // store and change
	UploadReplace UploadStrategy = 7 // store, change, and close what the upload does not have
)

// Uploads are the use cases of whole registers that come as a file. Each runs inside the
// transaction of the session it is given and publishes one event. Rows at fault are left
// out and reported, the others are written; what is stored as the file says it is not
// written again. What closing would take away from live rows stays and is reported. The
// statements do not grow with the rows.
type Uploads struct {
	Strategy UploadStrategy
	DryRun   bool // tells what would be done and writes nothing
}

// UploadOutcome is what an upload did, or would do.
type UploadOutcome struct {
	Sent, Inserted, Updated, Deleted int
	Faults                           []UploadFault

	changed, deleted []persistence.UUID // of rows that have one
}

// UploadFault is a row that was left out.
type UploadFault struct {
	Row     int    // counted from 0; -1 for a stored row that could not be closed
	Code    string // of the row
	Message string
}

// DiagnosisRow is a diagnosis in an upload.
type DiagnosisRow struct{ Code, Name string }

// Diagnoses uploads diagnoses. Errors: core.Invalid for a strategy that is none.
func (u Uploads) Diagnoses(x *persistence.Session, rows []DiagnosisRow) (*UploadOutcome, error) {
	up := newUploading(x, u, "ICDCode", func(d *persistence.Diagnosis) string { return d.ICDCode })
	up.used = []clause.Expression{}
	for _, name := range []string{"ICDID", "ICDID1", "ICDID2", "ICDID3", "ICDID4"} {
		up.used = append(up.used, persistence.Exists("tblClaim", name, column("tblICDCodes", "ICDID")))
	}
	if err := up.load(); err != nil {
		return nil, err
	}
	for i, row := range rows {
		up.take(i, row.Code, func(c *draftCheck, d *persistence.Diagnosis) {
			d.ICDCode, d.ICDName = strings.TrimSpace(row.Code), strings.TrimSpace(row.Name)
			c.needed("ICDName", row.Name, "the name of the diagnosis")
		})
	}
	if err := up.close(nil); err != nil {
		return nil, err
	}
	if err := up.write(); err != nil {
		return nil, err
	}
	return up.out, u.announce(x, "Diagnosis", up.out)
}

// announce publishes what an upload did, unless it was only tried.
func (u Uploads) announce(x *persistence.Session, kind string, out *UploadOutcome) error {
	if u.DryRun {
		return nil
	}
	for changed, deleted := out.changed, out.deleted; ; {
		err := announce(x, "register.uploaded", "Register/"+kind, map[string]any{
			"sent": out.Sent, "changed": map[string]any{kind: upTo(&changed)}, "deleted": map[string]any{kind: upTo(&deleted)},
		})
		if err != nil || len(changed)+len(deleted) == 0 {
			return err
		}
	}
}

// uploading is an upload into one table under way.
type uploading[R any] struct {
	Uploads
	x      *persistence.Session
	name   string          // column of the code
	code   func(*R) string // of a stored row
	among  []clause.Expression
	used   []clause.Expression // stored rows that may not be closed
	stored map[string]*R       // live rows by code
	mine   map[int]bool        // keys of those in the caller's scope
	seen   map[string]int      // codes of the upload and the row each came with first
	fresh  []R
	from   []*R // changed rows
	gone   []*R
	out    *UploadOutcome
}

func newUploading[R any](x *persistence.Session, u Uploads, name string, code func(*R) string, among ...clause.Expression) *uploading[R] {
	return &uploading[R]{Uploads: u, x: x, name: name, code: code, among: among, stored: map[string]*R{}, mine: map[int]bool{}, seen: map[string]int{}, out: &UploadOutcome{}}
}

// load loads the live rows; no other upload goes on meanwhile.
func (u *uploading[R]) load() error {
	switch u.Strategy {
	case UploadInsert, UploadUpdate, UploadBoth, UploadReplace:
	default:
		return core.ErrorAt(core.Invalid, "strategy", "%d is none of 1, 2, 3 and 7", u.Strategy)
	}
	if err := persistence.Alone(u.x, fmt.Sprintf("upload:%T", *new(R))); err != nil {
		return err
	}
	var all []R
	l := &loader{db: u.x.DB()}
	find(l, &all, append(u.among, persistence.IsNull(column("", "ValidityTo")))...)
	if l.err != nil {
		return l.err
	}
	seen, err := persistence.Select[R](u.x, persistence.Query{Where: u.among})
	if err != nil {
		return err
	}
	for i := range seen.Rows {
		u.mine[rowKey(&seen.Rows[i])] = true
	}
	for i := range all {
		u.stored[strings.TrimSpace(u.code(&all[i]))] = &all[i]
	}
	return nil
}

func (u *uploading[R]) fault(row int, code, format string, args ...any) {
	u.out.Faults = append(u.out.Faults, UploadFault{row, code, fmt.Sprintf(format, args...)})
}

// take takes one row of the upload: fill writes it into the stored row or a new one, and
// names what is wrong with it.
func (u *uploading[R]) take(i int, code string, fill func(c *draftCheck, row *R)) {
	u.out.Sent++
	code = strings.TrimSpace(code)
	if code == "" {
		u.fault(i, code, "the code is missing")
		return
	}
	if first, twice := u.seen[code]; twice {
		u.fault(i, code, "the code came in row %d already", first)
		return
	}
	u.seen[code] = i
	old := u.stored[code]
	switch {
	case old != nil && u.Strategy == UploadInsert:
		u.fault(i, code, "it is there already")
		return
	case old == nil && u.Strategy == UploadUpdate:
		u.fault(i, code, "it is not there")
		return
	case old != nil && !u.mine[rowKey(old)]:
		u.fault(i, code, "it lies out of your districts")
		return
	}
	row := new(R)
	if old != nil {
		*row = *old
	}
	c := &draftCheck{x: u.x}
	fill(c, row)
	fits(c, row)
	for _, fault := range c.faults {
		u.fault(i, code, "%s: %s", fault.Path, fault.Message)
	}
	switch {
	case len(c.faults) > 0:
	case old == nil:
		u.out.Inserted++
		u.fresh = append(u.fresh, *row)
	case !sameValues(old, row):
		u.out.Updated++
		u.from = append(u.from, row)
	}
}

// close finds the stored rows the upload does not have, but for those kept.
func (u *uploading[R]) close(kept map[int]string) error {
	if u.Strategy != UploadReplace {
		return nil
	}
	used := map[int]bool{}
	for _, use := range u.used {
		var rows []R
		l := &loader{db: u.x.DB()}
		find(l, &rows, append(u.among, use, persistence.IsNull(column("", "ValidityTo")))...)
		if l.err != nil {
			return l.err
		}
		for i := range rows {
			used[rowKey(&rows[i])] = true
		}
	}
	for _, code := range sortedKeys(u.stored) {
		row := u.stored[code]
		key := rowKey(row)
		_, sent := u.seen[code]
		switch {
		case sent || !u.mine[key]:
		case used[key] || kept[key] != "":
			u.fault(-1, code, "it is not in the upload, but something still refers to it")
		default:
			u.out.Deleted++
			u.gone = append(u.gone, row)
		}
	}
	return nil
}

// write writes what was found, unless the upload is only tried.
func (u *uploading[R]) write() error {
	if u.DryRun {
		return nil
	}
	if err := persistence.InsertMany(u.x, u.fresh); err != nil {
		return err
	}
	if err := persistence.UpdateMany(u.x, u.from); err != nil {
		return err
	}
	return persistence.DeleteMany(u.x, u.gone)
}

// tell notes which rows were changed and deleted.
func (u *uploading[R]) tell(out *UploadOutcome, uuid func(*R) persistence.UUID) {
	for i := range u.fresh {
		out.changed = append(out.changed, uuid(&u.fresh[i]))
	}
	for _, row := range u.from {
		out.changed = append(out.changed, uuid(row))
	}
	for _, row := range u.gone {
		out.deleted = append(out.deleted, uuid(row))
	}
}
