package scheme

import (
	"strings"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// Officers are the use cases on enrolment officers. Each runs inside the transaction of
// the session it is given, writes rows with their history and publishes one event.
type Officers struct{}

// OfficerDraft is an enrolment officer as he is to be, with the villages he works in.
type OfficerDraft struct {
	Officer  persistence.Officer
	Villages []persistence.OfficerVillage // nil: as they are

	// Unplaced says that the officer may be there before the district he works in.
	Unplaced bool

	// Paths gives the names errors use: for columns of tblOfficer and tblOfficerVillages,
	// and for "village 0" and so on.
	Paths Paths
}

// officerVillages are the lines of officers.
var officerVillages = lines[persistence.OfficerVillage, int]{"OfficerId", villageOf,
	func(l *persistence.OfficerVillage, officer int) { l.OfficerID = &officer }}

func villageOf(l *persistence.OfficerVillage) int { return number(l.LocationID) }

// Create stores a new officer. Errors: core.Unprocessable for what an officer cannot be,
// core.Conflict for a code that is taken; with all faults.
func (o Officers) Create(x *persistence.Session, d *OfficerDraft) error {
	if err := o.store(x, d); err != nil {
		return err
	}
	return publishRows(x, "officer.created", "Officer", d.Officer.OfficerUUID)
}

// Update changes an officer, who must carry the ValidityFrom he was read with. Errors:
// core.NotFound, core.Gone, those of Create; core.Conflict when he was changed since, and
// for another code than a user signs on with.
func (o Officers) Update(x *persistence.Session, d *OfficerDraft) error {
	was, err := persistence.OneByKey[persistence.Officer](x, d.Officer.OfficerID)
	if err != nil {
		return err
	}
	if err := o.change(x, d, was); err != nil {
		return err
	}
	return publishRows(x, "officer.changed", "Officer", d.Officer.OfficerUUID)
}

// store writes a new officer and his villages.
func (o Officers) store(x *persistence.Session, d *OfficerDraft) error {
	d.Officer.OfficerID = 0
	if err := o.check(x, d, nil); err != nil {
		return err
	}
	if err := persistence.Insert(x, &d.Officer); err != nil {
		return err
	}
	return d.writeVillages(x)
}

// change writes an officer who is there already, and his villages; was is how he is
// stored, nil when that is not known.
func (o Officers) change(x *persistence.Session, d *OfficerDraft, was *persistence.Officer) error {
	if err := o.check(x, d, was); err != nil {
		return err
	}
	if err := persistence.Update(x, &d.Officer); err != nil {
		return err
	}
	return d.writeVillages(x)
}

func (d *OfficerDraft) writeVillages(x *persistence.Session) error {
	if d.Villages == nil {
		return nil
	}
	return officerVillages.write(x, d.Officer.OfficerID, d.Villages)
}

// Delete closes an officer, as he was read, and the list of his villages. Errors:
// core.Gone; core.Conflict while policies, renewals, requests for feedback, officers he
// stands in for or a log-in need him, and when he was changed since. WorksTo ends his
// work without that.
func (Officers) Delete(x *persistence.Session, row *persistence.Officer) error {
	err := refuseWhileUsed(x, "", row.OfficerID,
		use[persistence.Policy]{"OfficerID", "policies"},
		use[persistence.Officer]{"OfficerIDSubst", "officers he stands in for"},
		use[persistence.PolicyRenewal]{"NewOfficerID", "renewals"},
		use[persistence.FeedbackPrompt]{"OfficerID", "requests for feedback"},
		loginOf(row.Code),
	)
	if err != nil {
		return err
	}
	if err := officerVillages.close(x, row.OfficerID); err != nil {
		return err
	}
	if err := persistence.Delete(x, row); err != nil {
		return err
	}
	return publishRows(x, "officer.deleted", "Officer", row.OfficerUUID)
}

// loginOf is a use by the user who stands for an officer or claim administrator: the one
// whose log-in name is the code.
type loginOf string

func (l loginOf) by(x *persistence.Session, _ int) (string, error) {
	used, err := exists[persistence.User](x, persistence.Text(column("", "LoginName"), persistence.SameFold, string(l)), persistence.Compare(column("", "IsAssociated"), "=", true))
	if err != nil || !used {
		return "", err
	}
	return "users", nil
}

// keepsLogin refuses to take away the code a user signs on with.
func (c *draftCheck) keepsLogin(name, was, code string) {
	if c.err != nil || strings.EqualFold(was, code) {
		return
	}
	users, err := loginOf(was).by(c.x, 0)
	if !c.failed(err) && users != "" {
		c.refuse(core.Conflict, name, "a user signs on with the code %s", was)
	}
}

// check looks for everything that is wrong with the draft. What is as it was is let be.
func (Officers) check(x *persistence.Session, d *OfficerDraft, was *persistence.Officer) error {
	o, c := &d.Officer, &draftCheck{x: x, paths: d.Paths}
	fits(c, o)
	c.needed("Code", o.Code, "the code of the officer")
	c.needed("LastName", o.LastName, "the last name of the officer")
	c.needed("OtherNames", o.OtherNames, "the given name of the officer")
	c.born("DOB", o.DOB)
	if was == nil {
		was = &persistence.Officer{Code: o.Code}
	}
	c.keepsLogin("Code", was.Code, o.Code)
	if o.LocationID == nil {
		if !d.Unplaced {
			c.fault("LocationId", "the district the officer works in is missing")
		}
	} else if d.Villages != nil || *o.LocationID != number(was.LocationID) {
		if district := c.place("LocationId", *o.LocationID, "D"); district != nil {
			d.checkVillages(c, district)
		}
	}
	if number(o.OfficerIDSubst) != number(was.OfficerIDSubst) {
		c.substitute(o)
	}
	refuseTaken(c, unique{"Code", "code", "officer", persistence.Same}, o.Code, o)
	return c.done()
}

// born refuses a day of birth that lies ahead.
func (c *draftCheck) born(name string, day *persistence.Date) {
	if day != nil && day.After(c.x.Now().Date().Time) {
		c.fault(name, "the day of birth %s lies ahead", day)
	}
}

// substitute refuses a substitute who is not there, or who is stood in for by the officer
// in the end: renewals follow the whole chain (rule 9.8). Substitutes are named one
// transaction at a time, or two could close a circle.
func (c *draftCheck) substitute(o *persistence.Officer) {
	if o.OfficerIDSubst == nil || c.err != nil || c.failed(persistence.Alone(c.x, "OfficerIDSubst")) {
		return
	}
	var live []persistence.Officer
	l := &loader{db: c.x.DB()}
	find(l, &live, persistence.IsNull(column("", "ValidityTo")))
	if c.failed(l.err) {
		return
	}
	officers := byKey(live, func(o *persistence.Officer) int { return o.OfficerID })
	next := officers[*o.OfficerIDSubst]
	if next == nil {
		c.fault("OfficerIDSubst", "there is no such officer")
	}
	for range len(live) {
		switch {
		case next == nil:
			return
		case next.OfficerID == o.OfficerID:
			c.fault("OfficerIDSubst", "the officer would stand in for himself in the end")
			return
		case next.OfficerIDSubst == nil:
			return
		}
		next = officers[*next.OfficerIDSubst]
	}
}

// checkVillages refuses villages that are none of the officer's district.
func (d *OfficerDraft) checkVillages(c *draftCheck, district *persistence.Location) {
	once(c, "village", "LocationId", d.Villages, villageOf)
	missing[persistence.Location](c, "village", "LocationId", "village", d.Villages, villageOf)
	if c.err != nil {
		return
	}
	var rows, wards []persistence.Location
	l := &loader{db: c.x.DB()}
	findIn(l, &rows, column("", "LocationId"), keysOf(d.Villages, villageOf))
	findIn(l, &wards, column("", "LocationId"), keysOf(rows, func(r *persistence.Location) int { return number(r.ParentLocationID) }))
	if c.failed(l.err) {
		return
	}
	places := byKey(append(rows, wards...), func(r *persistence.Location) int { return r.LocationID })
	each(c, "village", d.Villages, func(v *persistence.OfficerVillage) {
		village := places[villageOf(v)]
		if village == nil {
			return // said already
		}
		ward := places[number(village.ParentLocationID)]
		if village.LocationType != "V" || ward == nil || number(ward.ParentLocationID) != district.LocationID {
			c.fault("LocationId", "%s is no village of %s", text(village.LocationName), text(district.LocationName))
		}
	})
}
