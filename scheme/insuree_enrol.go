package scheme

import (
	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// enrolment carries one change of a person through.
type enrolment struct {
	x     *persistence.Session
	draft *InsureeDraft
	row   *persistence.Insuree // as he is going to be
	was   *persistence.Insuree // as he was, with his Family; empty for a new person

	joins     bool // comes into a family that is there
	moved     bool // out of the family of before
	starts    bool // the family is a new one, of which he is the head
	resettled bool // the family's address changes
	number    bool // the insurance number is another one
}

// carry checks the change, settles the row, writes it with write and then what needs its
// key.
func (c Insurees) carry(e *enrolment, event string, write func() error) error {
	if err := checkInsuree(e); err != nil {
		return err
	}
	if err := c.settleNumber(e); err != nil {
		return err
	}
	if err := e.settleFamily(); err != nil {
		return err
	}
	e.settleHome()
	photo := e.settlePicture()
	if e.draft.Keep != nil {
		if err := e.draft.Keep(e.row); err != nil {
			return err
		}
	}
	if err := write(); err != nil {
		return err
	}
	if err := e.follow(photo); err != nil {
		return err
	}
	if err := c.cover(e); err != nil {
		return err
	}
	return publishInsuree(e.x, event, e.row)
}

// settleFamily decides which family the person is in and whether he leads it.
func (e *enrolment) settleFamily() error {
	row, was, d := e.row, e.was, e.draft
	row.FamilyID, row.Family = was.FamilyID, was.Family
	if d.Family != nil {
		e.joins = was.FamilyID == nil || *was.FamilyID != d.Family.FamilyID
		e.moved = e.joins && was.FamilyID != nil
		row.FamilyID, row.Family = &d.Family.FamilyID, d.Family
	}
	if e.moved && headsFamily(was) {
		return core.ErrorAt(core.Conflict, d.Paths.of("family"), "the head of a family cannot move to another one; name another head first")
	}
	row.IsHead = was.IsHead
	if d.Heads != nil {
		row.IsHead = *d.Heads
	}
	if was.IsHead && headsFamily(was) && !row.IsHead {
		return core.ErrorAt(core.Conflict, d.Paths.of("head"), "the person is the head of a family; make another member its head instead")
	}
	if row.IsHead && (row.Family == nil || row.Family.ValidityTo != nil) {
		e.starts = true
		row.FamilyID, row.Family = nil, &persistence.Family{FamilyUUID: persistence.NewUUID()}
	}
	return nil
}

// settleHome puts the addresses where they belong. The family's address is its head's to
// change; a home that is not the family's is kept as the person's own.
func (e *enrolment) settleHome() {
	home, own, family := e.draft.Home, e.draft.Own, e.row.Family
	if unnamed := e.draft.Unnamed; unnamed != nil && home == nil && own == nil {
		if own = unnamed; e.row.IsHead {
			home, own = unnamed, nil
		}
	}
	if e.starts && home == nil {
		home = own // a family starts where its head lives
	}
	hasHome := home != nil && (home.Place != nil || home.Address != nil)
	same := family != nil && number(family.LocationID) == number(home.place()) && text(family.FamilyAddress) == text(home.words())
	switch {
	case e.row.IsHead && hasHome:
		e.resettled = e.starts || !same
		family.LocationID, family.FamilyAddress = home.place(), home.words()
	case hasHome && own == nil && !same:
		own = home
	}
	e.row.CurrentVillage, e.row.CurrentAddress = own.place(), own.words()
}

func (r *Residence) place() *int {
	if r == nil || r.Place == nil {
		return nil
	}
	return &r.Place.LocationID
}

func (r *Residence) words() *string {
	if r == nil {
		return nil
	}
	return r.Address
}

// follow writes the rows that need the person's key, after his own was written.
func (e *enrolment) follow(photo photoChange) error {
	if err := e.endCover(); err != nil {
		return err
	}
	if e.moved {
		if err := cancelCovers(e.x, []int{e.row.InsureeID}); err != nil {
			return err
		}
	}
	if err := e.followFamily(); err != nil {
		return err
	}
	if err := e.followPhoto(photo); err != nil {
		return err
	}
	if !e.starts && photo != photoNew {
		return nil
	}
	// The keys were not known a moment ago; this is still the same change of the row.
	return persistence.Update(e.x, e.row)
}

// followFamily starts the family, or makes the person its head, or moves it.
func (e *enrolment) followFamily() error {
	family := e.row.Family
	switch {
	case e.starts:
		family.InsureeID = e.row.InsureeID
		if err := persistence.Insert(e.x, family); err != nil {
			return err
		}
		e.row.FamilyID, family.Head = &family.FamilyID, e.row
	case e.row.IsHead && family.InsureeID != e.row.InsureeID:
		if err := depose(e.x, family.FamilyID, e.row.InsureeID); err != nil {
			return err
		}
		family.InsureeID, family.Head = e.row.InsureeID, e.row
		return persistence.Update(e.x, family)
	case e.row.IsHead && e.resettled:
		return persistence.Update(e.x, family)
	}
	return nil
}

// depose makes the head of before an ordinary member.
func depose(x *persistence.Session, family, successor int) error {
	l := &loader{db: x.DB()}
	var heads []persistence.Insuree
	find(l, &heads, persistence.Compare(column("tblInsuree", "FamilyID"), "=", family), persistence.Compare(column("tblInsuree", "IsHead"), "=", true),
		persistence.Compare(column("tblInsuree", "InsureeID"), "<>", successor), persistence.IsNull(column("tblInsuree", "ValidityTo")))
	if l.err != nil {
		return l.err
	}
	for i := range heads {
		heads[i].IsHead = false
	}
	return persistence.UpdateMany(x, pointers(heads))
}
