package scheme

import (
	"github.com/openimis/openimis-go/persistence"
)

// Families are the use cases on families of people who are enrolled: forming one, changing
// it and who is in it, and dissolving it. A person starts, joins or leads a family by use
// cases of Insurees too. Each runs inside the transaction of the session it is given,
// writes rows with their history and publishes one event; covers by the policies of the
// family have an event of their own.
type Families struct {
	Rules RuleBook
}

// FamilyDraft is a family as somebody wants it to stand.
type FamilyDraft struct {
	// Family is the row with what is known of the family: for a change as it was read, with
	// the changes in it. Village, address and head are not read from it but from the fields
	// below.
	Family persistence.Family
	Home   *Residence // where it lives; a family needs a village

	// Members are to be in the family, each a live row with its Family. All says that nobody
	// else is: who is in it now and not among them leaves it.
	Members []*persistence.Insuree
	All     bool

	// Head is the insurance number of the member who heads the family, Leader his key where
	// that is known; "" and 0 leave the head, and make the first member that of a new family.
	Head   string
	Leader int

	// KeepCovers says that who comes from another family, or leaves, keeps his covers.
	KeepCovers bool

	// Registers hold the codes of the site; nil for those of the store.
	Registers *persistence.Registers

	// Keep is told the row as it is going to be, with head and members, before it is written:
	// a door puts into its JsonExt what no column holds. nil for nothing.
	Keep func(row *persistence.Family) error

	// Paths gives the names errors use: for "location", "type", "confirmation", "head",
	// "members" and "member 0". A name that is not there stands for itself.
	Paths Paths
}

// Enter forms a family of people who are enrolled (rule 10.1): each moves into it and one
// is its head. Errors: core.Unprocessable for a family without village, member or the head
// it names; core.Conflict for a member who is the head of another family.
func (c Families) Enter(x *persistence.Session, d *FamilyDraft) (*persistence.Family, error) {
	f := d.Family
	f.FamilyID = 0
	if f.FamilyUUID == "" {
		f.FamilyUUID = persistence.NewUUID()
	}
	return &f, c.carry(x, d, &f, "family.entered", func() error { return persistence.Insert(x, &f) })
}

// Change replaces what is known of a family and who is in it (rule 10.3). Who joins leaves
// the covers of his former family behind and gets those of this one (rule 10.5); who leaves
// loses its covers. Errors: as Enter; core.Gone; core.Conflict when the head would leave
// and no other is named.
func (c Families) Change(x *persistence.Session, d *FamilyDraft) (*persistence.Family, error) {
	f := d.Family
	return &f, c.carry(x, d, &f, "family.changed", func() error { return persistence.Update(x, &f) })
}

// carry checks the draft, settles who is in the family and writes it with write, then its
// members and their covers.
func (c Families) carry(x *persistence.Session, d *FamilyDraft, f *persistence.Family, event string, write func() error) error {
	if err := checkFamilyDraft(x, d); err != nil {
		return err
	}
	present, err := membersOf(x, f)
	if err != nil {
		return err
	}
	heading, err := headedBy(x, d.Members, f.FamilyID)
	if err != nil {
		return err
	}
	r, err := callRoll(d, present, heading)
	if err != nil {
		return err
	}
	left := *f // who leaves takes along the address the family had
	f.LocationID, f.FamilyAddress = d.Home.place(), d.Home.words()
	f.InsureeID, f.Head, f.Members = r.head.InsureeID, r.head, valuesOf(r.members)
	if d.Keep != nil {
		if err := d.Keep(f); err != nil {
			return err
		}
	}
	if err := write(); err != nil {
		return err
	}
	if err := r.move(x, f, &left); err != nil {
		return err
	}
	if _, err := (Policies(c)).coverJoined(x, r.joins, false); err != nil {
		return err
	}
	return publishFamily(x, event, f)
}

// checkFamilyDraft refuses what cannot be of a family (rules 10.1 and 10.3), all faults
// together. Errors: core.Unprocessable.
func checkFamilyDraft(x *persistence.Session, d *FamilyDraft) error {
	registers, err := registersOf(x, d.Registers)
	if err != nil {
		return err
	}
	c := &draftCheck{x: x, paths: d.Paths}
	if d.Home == nil || d.Home.Place == nil {
		c.fault("location", "a family needs the village it lives in")
	}
	c.village("location", d.Home)
	registered(c, "type", d.Family.FamilyType, registers.FamilyTypes)
	registered(c, "confirmation", d.Family.ConfirmationType, registers.ConfirmationTypes)
	return c.done()
}

// Delete dissolves a family. Its members stay enrolled, in no family, or with members are
// closed too (rule 10.5). Errors: core.NotFound, core.Gone; core.Conflict while it has
// policies, and with members when claims are about one of them.
func (c Families) Delete(x *persistence.Session, id persistence.UUID, members bool) error {
	if err := persistence.Hold[persistence.Family](x, id); err != nil {
		return err
	}
	f, err := persistence.One[persistence.Family](x, id)
	if err != nil {
		return err
	}
	if err := refuseWhileUsed(x, "", f.FamilyID, use[persistence.Policy]{"FamilyID", "policies"}); err != nil {
		return err
	}
	people, err := membersOf(x, f)
	if err != nil {
		return err
	}
	var gone []persistence.UUID
	if members {
		err = closeInsurees(x, people)
		for _, one := range people {
			gone = append(gone, one.InsureeUUID)
		}
	} else {
		r := &roll{leaves: people}
		err = r.move(x, nil, f)
	}
	if err != nil {
		return err
	}
	if err := persistence.Delete(x, f); err != nil {
		return err
	}
	return announce(x, "family.deleted", "Family/"+string(f.FamilyUUID), map[string]any{"members": len(f.Members), "deleted": map[string]any{"Insuree": gone}})
}

// publishFamily announces what happened to a family. The payload holds no names.
func publishFamily(x *persistence.Session, name string, f *persistence.Family) error {
	return announce(x, name, "Family/"+string(f.FamilyUUID), map[string]any{"members": len(f.Members)})
}
