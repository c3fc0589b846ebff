package scheme

import "github.com/openimis/openimis-go/persistence"

// ClaimAdmins are the use cases on claim administrators. Each runs inside the transaction
// of the session it is given, writes rows with their history and publishes one event.
type ClaimAdmins struct{}

// ClaimAdminDraft is a claim administrator as he is to be.
type ClaimAdminDraft struct {
	ClaimAdmin persistence.ClaimAdmin

	// Unplaced says that the administrator may be there before the facility he works for,
	// and before his names are known: columns that may be empty.
	Unplaced bool

	Paths Paths // the names errors use for columns of tblClaimAdmin
}

// Create stores a new administrator. Errors: core.Unprocessable for what he cannot be,
// core.Conflict for a code that is taken; with all faults.
func (a ClaimAdmins) Create(x *persistence.Session, d *ClaimAdminDraft) error {
	if err := a.store(x, d); err != nil {
		return err
	}
	return publishRows(x, "claim-admin.created", "ClaimAdmin", d.ClaimAdmin.ClaimAdminUUID)
}

// Update changes an administrator, who must carry the ValidityFrom he was read with.
// Errors: core.NotFound, core.Gone, those of Create; core.Conflict when he was changed
// since, and for another code than a user signs on with.
func (a ClaimAdmins) Update(x *persistence.Session, d *ClaimAdminDraft) error {
	was, err := persistence.OneByKey[persistence.ClaimAdmin](x, d.ClaimAdmin.ClaimAdminID)
	if err != nil {
		return err
	}
	if err := a.change(x, d, was); err != nil {
		return err
	}
	return publishRows(x, "claim-admin.changed", "ClaimAdmin", d.ClaimAdmin.ClaimAdminUUID)
}

// store writes a new administrator.
func (a ClaimAdmins) store(x *persistence.Session, d *ClaimAdminDraft) error {
	d.ClaimAdmin.ClaimAdminID = 0
	if err := a.check(x, d, nil); err != nil {
		return err
	}
	return persistence.Insert(x, &d.ClaimAdmin)
}

// change writes an administrator who is there already; was is how he is stored, nil when
// that is not known.
func (a ClaimAdmins) change(x *persistence.Session, d *ClaimAdminDraft, was *persistence.ClaimAdmin) error {
	if err := a.check(x, d, was); err != nil {
		return err
	}
	return persistence.Update(x, &d.ClaimAdmin)
}

// Delete closes an administrator, as he was read. Errors: core.Gone; core.Conflict while
// claims or a log-in need him, and when he was changed since.
func (ClaimAdmins) Delete(x *persistence.Session, row *persistence.ClaimAdmin) error {
	err := refuseWhileUsed(x, "", row.ClaimAdminID, use[persistence.Claim]{"ClaimAdminId", "claims"}, loginOf(text(row.ClaimAdminCode)))
	if err != nil {
		return err
	}
	if err := persistence.Delete(x, row); err != nil {
		return err
	}
	return publishRows(x, "claim-admin.deleted", "ClaimAdmin", row.ClaimAdminUUID)
}

// check looks for everything that is wrong with the draft. What is as it was is let be.
func (ClaimAdmins) check(x *persistence.Session, d *ClaimAdminDraft, was *persistence.ClaimAdmin) error {
	a, c := &d.ClaimAdmin, &draftCheck{x: x, paths: d.Paths}
	fits(c, a)
	c.needed("ClaimAdminCode", text(a.ClaimAdminCode), "the code of the claim administrator")
	if !d.Unplaced {
		c.needed("LastName", text(a.LastName), "the last name of the claim administrator")
		c.needed("OtherNames", text(a.OtherNames), "the given name of the claim administrator")
	}
	c.born("DOB", a.DOB)
	if was == nil {
		was = &persistence.ClaimAdmin{ClaimAdminCode: a.ClaimAdminCode}
	}
	c.keepsLogin("ClaimAdminCode", text(was.ClaimAdminCode), text(a.ClaimAdminCode))
	if a.HFID == nil {
		if !d.Unplaced {
			c.fault("HFId", "the facility of the claim administrator is missing")
		}
	} else if *a.HFID != number(was.HFID) {
		there[persistence.HealthFacility](c, "HFId", *a.HFID, "facility")
	}
	refuseTaken(c, unique{"ClaimAdminCode", "code", "claim administrator", persistence.Same}, text(a.ClaimAdminCode), a)
	return c.done()
}
