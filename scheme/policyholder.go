package scheme

import (
	"strings"

	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// PolicyHolders are the use cases on employers and associations that insure people
// together. Each runs inside the transaction of the session it is given and publishes one
// event.
type PolicyHolders struct{}

// PolicyHolderDraft is a policy holder as it is to be. Paths gives the names errors use for
// columns of tblPolicyHolder.
type PolicyHolderDraft struct {
	Holder persistence.PolicyHolder
	Paths  Paths
}

// Create stores a new policy holder, in force from now on where nothing else is said.
// Errors: core.Unprocessable with all faults, core.Conflict for a code that is taken.
func (p PolicyHolders) Create(x *persistence.Session, d *PolicyHolderDraft) error {
	d.Holder.UUID = persistence.NewUUID()
	if d.Holder.DateValidFrom == nil {
		now := x.Now()
		d.Holder.DateValidFrom = &now
	}
	if err := p.check(x, d); err != nil {
		return err
	}
	now := x.Now()
	d.Holder.DateUpdated = &now
	if err := persistence.Insert(x, &d.Holder); err != nil {
		return err
	}
	return publishRows(x, "policy-holder.created", "PolicyHolder", d.Holder.UUID)
}

// Update changes a policy holder, which must carry the version it was read with. Its code
// stays: members and papers name it. Errors: core.NotFound, core.Gone, those of Create;
// core.Conflict for another code, and when it was changed since.
func (p PolicyHolders) Update(x *persistence.Session, d *PolicyHolderDraft) error {
	was, err := persistence.One[persistence.PolicyHolder](x, d.Holder.UUID)
	if err != nil {
		return err
	}
	if before := text(was.Code); before != "" && before != text(d.Holder.Code) {
		return core.ErrorAt(core.Conflict, d.Paths.of("PolicyHolderCode"), "the code %s cannot be changed", before)
	}
	if err := p.check(x, d); err != nil {
		return err
	}
	if err := persistence.Update(x, &d.Holder); err != nil {
		return err
	}
	return publishRows(x, "policy-holder.changed", "PolicyHolder", d.Holder.UUID)
}

// Delete removes a policy holder, as it was read. Errors: core.Gone; core.Conflict while
// invoices name it, and when it was changed since.
func (PolicyHolders) Delete(x *persistence.Session, row *persistence.PolicyHolder) error {
	named, err := undeleted[persistence.Invoice](x, persistence.PartyIs("tblInvoice", "ThirdpartyType", "ThirdpartyId", persistence.KindPolicyHolder, row.UUID))
	if err != nil {
		return err
	}
	if named {
		return core.Errorf(core.Conflict, "invoices still refer to it")
	}
	if err := persistence.Delete(x, row); err != nil {
		return err
	}
	return publishRows(x, "policy-holder.deleted", "PolicyHolder", row.UUID)
}

func (PolicyHolders) check(x *persistence.Session, d *PolicyHolderDraft) error {
	p, c := &d.Holder, &draftCheck{x: x, paths: d.Paths}
	fits(c, p)
	code := strings.TrimSpace(text(p.Code))
	c.needed("PolicyHolderCode", code, "the code of the policy holder")
	c.needed("TradeName", p.TradeName, "the name of the policy holder")
	if p.LocationsID != nil {
		c.place("LocationsId", *p.LocationsID, "RDWV")
	}
	if p.DateValidFrom != nil && p.DateValidTo != nil && p.DateValidTo.Before(p.DateValidFrom.Time) {
		c.fault("DateValidTo", "it ends before it begins")
	}
	if code == "" || c.failed(persistence.Alone(x, "PolicyHolderCode:"+strings.ToLower(code))) {
		return c.done()
	}
	taken, err := undeleted[persistence.PolicyHolder](x, persistence.Text(column("", "PolicyHolderCode"), persistence.SameFold, code), persistence.Compare(column("", "UUID"), "<>", p.UUID))
	if !c.failed(err) && taken {
		c.refuse(core.Conflict, "PolicyHolderCode", "the code %s belongs to another policy holder", code)
	}
	return c.done()
}

// undeleted tells whether a row that is not marked deleted meets all conditions.
func undeleted[R any](x *persistence.Session, conditions ...clause.Expression) (bool, error) {
	var found []R
	l := &loader{db: x.DB().Limit(1)}
	find(l, &found, append(conditions, persistence.Compare(column("", "isDeleted"), "=", false))...)
	return len(found) > 0, l.err
}
