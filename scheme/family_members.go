package scheme

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// roll says who is in a family once a draft is carried out.
type roll struct {
	head    *persistence.Insuree
	members []*persistence.Insuree // all of them, the head first
	joins   []*persistence.Insuree // those who were not in it
	leaves  []*persistence.Insuree // those who were and are no longer
	keep    bool                   // they keep the covers they had
}

// callRoll works out who is in the family. present are its live members, heading the keys
// of those among the draft's members who head another family. Errors: core.Unprocessable
// for nobody, somebody named twice and a head who is not there; core.Conflict for a member
// who heads another family, and for the head of before who would leave with none named.
func callRoll(d *FamilyDraft, present []*persistence.Insuree, heading map[int]bool) (*roll, error) {
	r := &roll{keep: d.KeepCovers}
	inside, named := map[int]*persistence.Insuree{}, map[int]bool{}
	for _, p := range present {
		inside[p.InsureeID] = p
	}
	var faults []*core.Error
	for i, m := range d.Members {
		path := d.Paths.of(fmt.Sprintf("member %d", i))
		switch p := inside[m.InsureeID]; {
		case named[m.InsureeID]:
			faults = append(faults, core.ErrorAt(core.Unprocessable, path, "the person is named twice"))
			continue
		case heading[m.InsureeID]:
			faults = append(faults, core.ErrorAt(core.Conflict, path, "the person is the head of another family; name another head there first"))
		case p != nil:
			r.members = append(r.members, p)
		default:
			r.joins, r.members = append(r.joins, m), append(r.members, m)
		}
		named[m.InsureeID] = true
	}
	if len(faults) > 0 {
		return nil, core.Join(faults...)
	}
	for _, p := range present {
		switch {
		case named[p.InsureeID]:
		case d.All:
			r.leaves = append(r.leaves, p)
		default:
			r.members = append(r.members, p)
		}
	}
	if err := r.choose(d); err != nil {
		return nil, err
	}
	slices.SortFunc(r.members, func(a, b *persistence.Insuree) int {
		switch {
		case a == b:
			return 0
		case a == r.head:
			return -1
		case b == r.head:
			return 1
		}
		return cmp.Compare(a.InsureeID, b.InsureeID)
	})
	return r, nil
}

// choose finds the head among the members: the one who is named, the one who is it
// already, or the first of a family that has none.
func (r *roll) choose(d *FamilyDraft) error {
	if len(r.members) == 0 {
		return core.ErrorAt(core.Unprocessable, d.Paths.of("members"), "a family needs a member")
	}
	is := func(p *persistence.Insuree) bool { return p.InsureeID == d.Family.InsureeID }
	switch {
	case d.Leader != 0:
		is = func(p *persistence.Insuree) bool { return p.InsureeID == d.Leader }
	case d.Head != "":
		is = func(p *persistence.Insuree) bool { return text(p.CHFID) == d.Head }
	}
	switch i := slices.IndexFunc(r.members, is); {
	case i >= 0:
		r.head = r.members[i]
	case d.Head != "":
		return core.ErrorAt(core.Unprocessable, d.Paths.of("head"), "no member has the insurance number %q", d.Head)
	case slices.ContainsFunc(r.leaves, is):
		return core.ErrorAt(core.Conflict, d.Paths.of("members"), "the head of the family cannot be left out; name another head first")
	default:
		r.head = r.members[0]
	}
	return nil
}

// move writes what changes of the members: family, place in it and, of those who come out
// of another one or leave, covers. Who leaves takes along the address of the family left,
// unless he has his own: without any nobody could say where he belongs. f is nil for a
// family that is dissolved.
func (r *roll) move(x *persistence.Session, f, left *persistence.Family) error {
	var changed, cancelled []*persistence.Insuree
	joins := map[int]bool{}
	for _, p := range r.joins {
		joins[p.InsureeID] = true
		if p.FamilyID != nil {
			cancelled = append(cancelled, p)
			p.Relationship = nil // to the head of the other family
		}
		p.FamilyID, p.Family = &f.FamilyID, f
	}
	for _, p := range r.leaves {
		if number(p.CurrentVillage) == 0 {
			p.CurrentVillage, p.CurrentAddress = left.LocationID, left.FamilyAddress
		}
		p.FamilyID, p.Family, p.IsHead, p.Relationship = nil, nil, false, nil
		changed, cancelled = append(changed, p), append(cancelled, p)
	}
	for _, p := range r.members {
		if head := p == r.head; joins[p.InsureeID] || p.IsHead != head {
			p.IsHead = head
			changed = append(changed, p)
		}
	}
	if err := persistence.UpdateMany(x, changed); err != nil {
		return err
	}
	if len(cancelled) == 0 || r.keep {
		return nil
	}
	return cancelCovers(x, insureeKeys(cancelled))
}

// membersOf gives the live members of a family and keeps others from changing it until the
// transaction ends. A family that is not stored yet has none.
func membersOf(x *persistence.Session, f *persistence.Family) ([]*persistence.Insuree, error) {
	if f.FamilyID == 0 {
		return nil, nil
	}
	if err := persistence.Hold[persistence.Family](x, f.FamilyUUID); err != nil {
		return nil, err
	}
	l := &loader{db: x.DB()}
	var rows []persistence.Insuree
	find(l, &rows, persistence.Compare(column("tblInsuree", "FamilyID"), "=", f.FamilyID), persistence.IsNull(column("tblInsuree", "ValidityTo")))
	slices.SortFunc(rows, func(a, b persistence.Insuree) int { return cmp.Compare(a.InsureeID, b.InsureeID) })
	return pointers(rows), l.err
}

// headedBy tells which of the people are the heads of live families other than the one
// with the key: by what the family says or by what is said of the person in it.
func headedBy(x *persistence.Session, people []*persistence.Insuree, but int) (map[int]bool, error) {
	heading := map[int]bool{}
	for _, p := range people {
		if headsFamily(p) && p.Family.FamilyID != but {
			heading[p.InsureeID] = true
		}
	}
	l := &loader{db: x.DB()}
	var families []persistence.Family
	findIn(l, &families, column("tblFamilies", "InsureeID"), insureeKeys(people), persistence.IsNull(column("tblFamilies", "ValidityTo")),
		persistence.Compare(column("tblFamilies", "FamilyID"), "<>", but))
	for i := range families {
		heading[families[i].InsureeID] = true
	}
	return heading, l.err
}

// valuesOf gives the rows behind the pointers.
func valuesOf[R any](rows []*R) []R {
	out := make([]R, len(rows))
	for i, row := range rows {
		out[i] = *row
	}
	return out
}
