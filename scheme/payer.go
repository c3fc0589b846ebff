package scheme

import "github.com/openimis/openimis-go/persistence"

// Payers are the use cases on institutions that pay contributions for others. Each runs
// inside the transaction of the session it is given, writes rows with their history and
// publishes one event.
type Payers struct{}

// PayerDraft is a payer as it is to be. Paths gives the names errors use for columns of
// tblPayer.
type PayerDraft struct {
	Payer persistence.Payer
	Paths Paths
}

// Create stores a new payer. Errors: core.Unprocessable with all faults.
func (p Payers) Create(x *persistence.Session, d *PayerDraft) error {
	d.Payer.PayerID = 0
	if err := p.check(x, d); err != nil {
		return err
	}
	if err := persistence.Insert(x, &d.Payer); err != nil {
		return err
	}
	return publishRows(x, "payer.created", "Payer", d.Payer.PayerUUID)
}

// Update changes a payer, which must carry the ValidityFrom it was read with. Errors:
// core.NotFound, core.Gone, those of Create; core.Conflict when it was changed since.
func (p Payers) Update(x *persistence.Session, d *PayerDraft) error {
	if _, err := persistence.OneByKey[persistence.Payer](x, d.Payer.PayerID); err != nil {
		return err
	}
	if err := p.check(x, d); err != nil {
		return err
	}
	if err := persistence.Update(x, &d.Payer); err != nil {
		return err
	}
	return publishRows(x, "payer.changed", "Payer", d.Payer.PayerUUID)
}

// Delete closes a payer, as it was read. Errors: core.Gone; core.Conflict while
// contributions name it, and when it was changed since.
func (Payers) Delete(x *persistence.Session, row *persistence.Payer) error {
	if err := refuseWhileUsed(x, "", row.PayerID, use[persistence.Premium]{"PayerID", "contributions"}); err != nil {
		return err
	}
	if err := persistence.Delete(x, row); err != nil {
		return err
	}
	return publishRows(x, "payer.deleted", "Payer", row.PayerUUID)
}

func (Payers) check(x *persistence.Session, d *PayerDraft) error {
	p, c := &d.Payer, &draftCheck{x: x, paths: d.Paths}
	var types []persistence.PayerType
	l := &loader{db: x.DB()}
	if find(l, &types); c.failed(l.err) {
		return c.done()
	}
	letters := ""
	for i := range types {
		letters += text(&types[i].Code)
	}
	fits(c, p)
	c.needed("PayerName", p.PayerName, "the name of the payer")
	c.letter("PayerType", p.PayerType, letters, false)
	if p.LocationID != nil {
		c.place("LocationId", *p.LocationID, "RD")
	}
	return c.done()
}
