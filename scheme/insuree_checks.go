package scheme

import (
	"github.com/openimis/openimis-go/persistence"
)

// checkInsuree refuses what cannot be of a person (rules 10.1 to 10.3 and 10.5), all faults
// together. Errors: core.Unprocessable.
func checkInsuree(e *enrolment) error {
	registers, err := registersOf(e.x, e.draft.Registers)
	if err != nil {
		return err
	}
	c := &draftCheck{x: e.x, paths: e.draft.Paths}
	row, today := e.row, e.x.Now().Date()
	c.needed("lastName", row.LastName, "the family name")
	c.needed("otherNames", row.OtherNames, "the given name")
	switch {
	case row.DOB.IsZero():
		c.fault("birthDate", "a birth date is needed")
	case row.DOB.After(today.Time):
		c.fault("birthDate", "%s is in the future", row.DOB)
	}
	registered(c, "gender", row.Gender, registers.Genders)
	registered(c, "identity", row.TypeOfID, registers.IdentificationTypes)
	registered(c, "education", row.Education, registers.Educations)
	registered(c, "profession", row.Profession, registers.Professions)
	registered(c, "relation", row.Relationship, registers.Relations)
	c.letter("marital", text(row.Marital), "MSDWN", true)
	c.village("home", e.draft.Home)
	c.village("own", e.draft.Own)
	c.village("unnamed", e.draft.Unnamed)
	if row.HFID != nil && number(row.HFID) != number(e.was.HFID) {
		there[persistence.HealthFacility](c, "facility", *row.HFID, "facility")
	}
	reason, err := statusReason(e.x, row)
	if err != nil {
		return err
	}
	checkStatus(c, row, e.was, reason, today)
	return c.done()
}

// checkStatus refuses a state nobody can be in. The reason is that of the row, nil when
// there is no such reason. One has to be good when it is given; it is not asked for, since
// not every door has a place for it.
func checkStatus(c *draftCheck, row, was *persistence.Insuree, reason *persistence.InsureeStatusReason, today persistence.Date) {
	status := text(row.Status)
	switch status {
	case "", InsureeActive, InsureeInactive, InsureeDeceased:
	default:
		c.fault("status", "%q is none of %s, %s and %s", status, InsureeActive, InsureeInactive, InsureeDeceased)
		return
	}
	if day := row.StatusDate; day != nil && ended(row) && day.After(today.Time) && (was.StatusDate == nil || !was.StatusDate.Equal(day.Time)) {
		c.fault("status", "%s is in the future", *day)
	}
	switch {
	case row.StatusReason == nil:
	case reason == nil:
		c.fault("reason", "there is no reason %d", *row.StatusReason)
	case reason.StatusType != status:
		c.fault("reason", "the reason %q is one of the status %s", reason.Code, reason.StatusType)
	}
}

// statusReason gives the live reason a row names, nil for none.
func statusReason(x *persistence.Session, row *persistence.Insuree) (*persistence.InsureeStatusReason, error) {
	if row.StatusReason == nil {
		return nil, nil
	}
	l := &loader{db: x.DB().Limit(1)}
	var found []persistence.InsureeStatusReason
	find(l, &found, persistence.Compare(column("tblInsureeStatusReason", "StatusReasonId"), "=", *row.StatusReason),
		persistence.IsNull(column("tblInsureeStatusReason", "ValidityTo")))
	if l.err != nil || len(found) == 0 {
		return nil, l.err
	}
	return &found[0], nil
}

// village refuses a place people do not live in.
func (c *draftCheck) village(name string, r *Residence) {
	if r != nil && r.Place != nil && r.Place.LocationType != "V" {
		c.fault(name, "%s is no village; people live in villages", text(r.Place.LocationName))
	}
}

// registered refuses a code that is not in the register.
func registered[K comparable](c *draftCheck, name string, code *K, register map[K]string) {
	if code == nil {
		return
	}
	if _, known := register[*code]; !known {
		c.fault(name, "%v is not in the register of this installation", *code)
	}
}

// registersOf gives the registers of a draft, or else those of the store.
func registersOf(x *persistence.Session, given *persistence.Registers) (*persistence.Registers, error) {
	if given != nil {
		return given, nil
	}
	return x.Store().Registers(x.Context())
}
