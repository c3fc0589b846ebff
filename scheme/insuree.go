package scheme

import (
	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// Insurees are the use cases on insured people: enrolling one, changing what is known of
// him or the family he is in, and closing his record. Each runs inside the transaction of
// the session it is given, writes rows with their history and publishes one event; covers
// by the policies of a family he joins are a use case of Policies, with an event of its own.
type Insurees struct {
	Rules   RuleBook
	Numbers NumberRule // which insurance numbers are good; also the rule of those drawn
}

// What tblInsuree.status holds.
const (
	InsureeActive   = "AC"
	InsureeInactive = "IN"
	InsureeDeceased = "DE"
)

// InsureeDraft is a person as somebody wants him to stand.
type InsureeDraft struct {
	// Insuree is the row with what is known of the person: for a change as it was read,
	// with the changes in it. Family, place in it, village and photograph are not read from
	// it but from the fields below. Without an insurance number one is drawn.
	Insuree persistence.Insuree

	Family *persistence.Family // the family he is to belong to; nil leaves him where he is
	Heads  *bool               // whether he is to head it; nil leaves it as it is

	Home    *Residence // the family's, which is its head's to change
	Own     *Residence // his own, where he does not live with the family
	Unnamed *Residence // nobody said which of the two

	Picture *Picture // nil leaves the photograph as it is

	// Registers hold the codes of the site; nil for those of the store.
	Registers *persistence.Registers

	// Keep is told the row as it is going to be, with its relations, before it is written: a
	// door puts into its JsonExt what no column holds. nil for nothing.
	Keep func(row *persistence.Insuree) error

	// Paths gives the names errors use: for "number", "family", "head", "home", "own",
	// "unnamed", "lastName", "otherNames", "birthDate", "gender", "marital", "education",
	// "profession", "identity", "relation", "facility", "status" and "reason". A name that is not there
	// stands for itself.
	Paths Paths
}

// Residence is where somebody lives.
type Residence struct {
	Place   *persistence.Location // a village; nil for none
	Address *string               // the words beside it
}

// Picture is a photograph.
type Picture struct {
	Data string            // base64; "" for an empty one
	Name *string           // of its file
	Day  *persistence.Date // when it was taken; nil for today

	Officer int // key of who took it; 0 leaves who did before
}

// Enter enrols a person: into a family (rule 10.2), as the head of a new one (rule 10.1),
// or into none. Errors: core.Unprocessable for what cannot be of a person; core.Conflict
// for an insurance number that is taken.
func (c Insurees) Enter(x *persistence.Session, d *InsureeDraft) (*persistence.Insuree, error) {
	row := d.Insuree
	row.InsureeID = 0
	if row.InsureeUUID == "" {
		row.InsureeUUID = persistence.NewUUID()
	}
	if text(row.Status) == "" {
		row.Status = ptr(InsureeActive)
	}
	e := &enrolment{x: x, draft: d, row: &row, was: &persistence.Insuree{}}
	return &row, c.carry(e, "insuree.entered", func() error { return persistence.Insert(x, &row) })
}

// Change replaces what is known of a person (rule 10.3), with what follows from it: he
// moves to another family, becomes its head, is covered no longer (rule 10.5). Errors: as
// Enter; core.Gone; core.Conflict when the head of a family would leave it or step down
// with nobody in his place.
func (c Insurees) Change(x *persistence.Session, d *InsureeDraft) (*persistence.Insuree, error) {
	was, err := persistence.One[persistence.Insuree](x, d.Insuree.InsureeUUID, "Family.Head", "Photo")
	if err != nil {
		return nil, err
	}
	row := d.Insuree
	row.InsureeID, row.PhotoID, row.PhotoDate, row.Photo = was.InsureeID, was.PhotoID, was.PhotoDate, was.Photo
	e := &enrolment{x: x, draft: d, row: &row, was: was}
	return &row, c.carry(e, "insuree.changed", func() error { return persistence.Update(x, &row) })
}

// Delete closes the record of a person with his photograph and his covers (rule 10.4).
// Errors: core.NotFound, core.Gone; core.Conflict for the head of a family and for a
// person claims are about.
func (c Insurees) Delete(x *persistence.Session, id persistence.UUID) error {
	row, err := persistence.One[persistence.Insuree](x, id, "Family")
	if err != nil {
		return err
	}
	if headsFamily(row) {
		return core.Errorf(core.Conflict, "the person is the head of a family; name another head first")
	}
	if err := closeInsurees(x, []*persistence.Insuree{row}); err != nil {
		return err
	}
	return publishInsuree(x, "insuree.deleted", row)
}

// closeInsurees closes the records of people with their photographs and covers. Errors:
// core.Conflict when claims are about one of them.
func closeInsurees(x *persistence.Session, people []*persistence.Insuree) error {
	keys := insureeKeys(people)
	l := &loader{db: x.DB()}
	one := &loader{db: x.DB().Limit(1)}
	var claims []persistence.Claim
	var photos []persistence.Photo
	findIn(one, &claims, column("tblClaim", "InsureeID"), keys, persistence.IsNull(column("tblClaim", "ValidityTo")))
	findIn(l, &photos, column("tblPhotos", "InsureeID"), keys, persistence.IsNull(column("tblPhotos", "ValidityTo")))
	if one.err != nil {
		return one.err
	}
	if l.err != nil {
		return l.err
	}
	if len(claims) > 0 {
		return core.Errorf(core.Conflict, "claims still refer to it")
	}
	if err := cancelCovers(x, keys); err != nil {
		return err
	}
	if err := persistence.DeleteMany(x, pointers(photos)); err != nil {
		return err
	}
	return persistence.DeleteMany(x, people)
}

func insureeKeys(people []*persistence.Insuree) []int {
	keys := make([]int, len(people))
	for i, p := range people {
		keys[i] = p.InsureeID
	}
	return keys
}

// headsFamily tells whether a person, who carries his Family, is the head of it.
func headsFamily(row *persistence.Insuree) bool {
	return row.Family != nil && row.Family.ValidityTo == nil && (row.IsHead || row.Family.InsureeID == row.InsureeID)
}

// ended tells whether a person is no longer insured by his status.
func ended(row *persistence.Insuree) bool {
	status := text(row.Status)
	return status == InsureeInactive || status == InsureeDeceased
}

// publishInsuree announces what happened to a person. The payload holds no names.
func publishInsuree(x *persistence.Session, name string, row *persistence.Insuree) error {
	return announce(x, name, "Insuree/"+string(row.InsureeUUID), map[string]any{"status": row.Status, "head": row.IsHead})
}
