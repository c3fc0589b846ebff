package scheme

import (
	"strings"

	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// Kept are the use cases on rows of one kind of the Django application that hold from one
// moment to another: they are entered, changed, deleted, and replaced by others. Each runs
// inside the transaction of the session it is given and publishes one event.
type Kept[R any] struct {
	kind, event string // such as PaymentPlan and payment-plan
	dated       func(row *R) *persistence.Dated
	check       func(c *draftCheck, row, was *R) // was is nil for a new row
	release     func(x *persistence.Session, row *R) error
}

// KeptDraft is a row as it is to be. Paths gives the names errors use for its columns.
type KeptDraft[R any] struct {
	Row   R
	Paths Paths
}

// Create stores a new row, which holds from now on where nothing else is said. Errors:
// core.Unprocessable with all faults, core.Conflict for a code that is taken.
func (k Kept[R]) Create(x *persistence.Session, d *KeptDraft[R]) error {
	k.fresh(x, d)
	if err := k.checked(x, d, nil); err != nil {
		return err
	}
	if err := persistence.Insert(x, &d.Row); err != nil {
		return err
	}
	return publishRows(x, k.event+".created", k.kind, k.dated(&d.Row).UUID)
}

// Update changes a row, which must carry the version it was read with. Errors:
// core.NotFound, core.Gone, those of Create; core.Conflict for one that was replaced, for
// another code, and when it was changed since.
func (k Kept[R]) Update(x *persistence.Session, d *KeptDraft[R]) error {
	was, err := persistence.One[R](x, k.dated(&d.Row).UUID)
	if err != nil {
		return err
	}
	if err := k.unreplaced(was); err != nil {
		return err
	}
	if err := k.checked(x, d, was); err != nil {
		return err
	}
	if err := persistence.Update(x, &d.Row); err != nil {
		return err
	}
	return publishRows(x, k.event+".changed", k.kind, k.dated(&d.Row).UUID)
}

// Delete removes a row, as it was read. What it replaced can be replaced again. Errors:
// core.Gone; core.Conflict while others refer to it, and when it was changed since.
func (k Kept[R]) Delete(x *persistence.Session, row *R) error {
	id := k.dated(row).UUID
	if k.release != nil {
		if err := k.release(x, row); err != nil {
			return err
		}
	}
	if err := persistence.Delete(x, row); err != nil {
		return err
	}
	replaced, err := undeletedRows[R](x, persistence.Compare(column("", "ReplacementUUID"), "=", id))
	if err != nil {
		return err
	}
	for _, old := range replaced {
		k.dated(old).ReplacementUUID = nil
	}
	if err := persistence.UpdateMany(x, replaced); err != nil {
		return err
	}
	return publishRows(x, k.event+".deleted", k.kind, id)
}

// Replace stores another row in the place of one, as it was read, which ends where the
// other begins and names it. The draft is that row with what is to be different; its code
// may stay. Errors: those of Update.
func (k Kept[R]) Replace(x *persistence.Session, was *R, d *KeptDraft[R]) error {
	if err := k.unreplaced(was); err != nil {
		return err
	}
	k.fresh(x, d)
	if err := k.checked(x, d, was); err != nil {
		return err
	}
	if err := persistence.Insert(x, &d.Row); err != nil {
		return err
	}
	now, old := k.dated(&d.Row), k.dated(was)
	old.ReplacementUUID = &now.UUID
	if old.DateValidTo == nil || now.DateValidFrom.Before(old.DateValidTo.Time) {
		old.DateValidTo = now.DateValidFrom
	}
	if err := persistence.Update(x, was); err != nil {
		return err
	}
	return publishRows(x, k.event+".replaced", k.kind, old.UUID, now.UUID)
}

func (k Kept[R]) unreplaced(row *R) error {
	if k.dated(row).ReplacementUUID != nil {
		return core.Errorf(core.Conflict, "it was replaced, so that it stays as it is")
	}
	return nil
}

// fresh makes the row of a draft a new one.
func (k Kept[R]) fresh(x *persistence.Session, d *KeptDraft[R]) {
	at, now := k.dated(&d.Row), x.Now()
	from := at.DateValidFrom
	if from == nil {
		from = &now
	}
	*at = persistence.Dated{
		Marked: persistence.Marked{UUID: persistence.NewUUID(), JSONExt: at.JSONExt, DateUpdated: &now}, DateValidFrom: from, DateValidTo: at.DateValidTo,
	}
}

func (k Kept[R]) checked(x *persistence.Session, d *KeptDraft[R], was *R) error {
	c, at := &draftCheck{x: x, paths: d.Paths}, k.dated(&d.Row)
	fits(c, &d.Row)
	if at.DateValidFrom != nil && at.DateValidTo != nil && at.DateValidTo.Before(at.DateValidFrom.Time) {
		c.fault("DateValidTo", "it ends before it begins")
	}
	k.check(c, &d.Row, was)
	return c.done()
}

// undeletedRows gives the rows that are not marked deleted and meet all conditions.
func undeletedRows[R any](x *persistence.Session, conditions ...clause.Expression) ([]*R, error) {
	var found []R
	l := &loader{db: x.DB()}
	find(l, &found, append(conditions, persistence.Compare(column("", "isDeleted"), "=", false))...)
	rows := make([]*R, len(found))
	for i := range found {
		rows[i] = &found[i]
	}
	return rows, l.err
}

// ownCode checks a code, which a row keeps and shares with those it replaces and with none
// else.
func ownCode[R any](c *draftCheck, code string, was *string, what string) {
	code = strings.TrimSpace(code)
	c.needed("Code", code, "the code of the "+what)
	if was != nil {
		if *was != "" && *was != code {
			c.refuse(core.Conflict, "Code", "the code %s cannot be changed", *was)
		}
		return
	}
	if code == "" || c.failed(persistence.Alone(c.x, what+":"+strings.ToLower(code))) {
		return
	}
	taken, err := undeleted[R](c.x, persistence.Text(column("", "Code"), persistence.SameFold, code))
	if !c.failed(err) && taken {
		c.refuse(core.Conflict, "Code", "the code %s belongs to another %s", code, what)
	}
}

// known refuses a UUID that no row has.
func known[R any](c *draftCheck, name string, id persistence.UUID, what string) {
	_, err := persistence.One[R](c.x, id)
	c.knows(name, err, what)
}

// knows makes a fault of an error that says there is no such row.
func (c *draftCheck) knows(name string, err error, what string) {
	if err == nil {
		return
	}
	if code := core.CodeOf(err); code == core.NotFound || code == core.Gone {
		c.fault(name, "there is no such %s", what)
		return
	}
	c.failed(err)
}
