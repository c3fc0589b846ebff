package scheme

import (
	"fmt"
	"strings"
	"testing"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

// TestRoll cites rules 10.1 (the head), 10.4 and 10.5 (who joins, who leaves): people are
// numbered 1 to 5, and so are their insurance numbers; 1 and 2 are in the family.
func TestRoll(t *testing.T) {
	people := func(keys string) (list []*persistence.Insuree) {
		for _, key := range keys {
			list = append(list, &persistence.Insuree{InsureeID: int(key - '0'), CHFID: ptr(string(key))})
		}
		return list
	}
	shown := func(list []*persistence.Insuree) string {
		var keys strings.Builder
		for _, p := range list {
			fmt.Fprint(&keys, p.InsureeID)
		}
		return keys.String()
	}
	for _, c := range []struct {
		name          string
		present, sent string
		headed        int // who the family says is its head
		head          string
		all           bool
		heading       string
		want          string // members, joins, leaves
		code          core.Code
		path          string
	}{
		{name: "the first heads a new family", sent: "43", want: "43 43 "},
		{name: "who is named heads a new family", sent: "543", head: "3", want: "345 543 "},
		{name: "the head stays", present: "12", sent: "12", headed: 2, all: true, want: "21  "},
		{name: "another head", present: "12", sent: "12", headed: 1, head: "2", all: true, want: "21  "},
		{name: "who joins may head", present: "12", sent: "124", headed: 1, head: "4", all: true, want: "412 4 "},
		{name: "who is not named leaves", present: "12", sent: "1", headed: 1, all: true, want: "1  2"},
		{name: "or stays", present: "12", sent: "3", headed: 1, want: "123 3 "},
		{name: "nobody named, all stay", present: "12", headed: 2, want: "21  "},
		{name: "a head who was not named", present: "12", sent: "3", headed: 1, head: "2", want: "213 3 "},
		{name: "the head leaves with another in his place", present: "12", sent: "2", headed: 1, head: "2", all: true, want: "2  1"},
		{name: "a family without head gets one", present: "12", sent: "21", headed: 0, all: true, want: "21  "},
		{name: "its head is somebody else's", present: "12", sent: "21", headed: 9, all: true, want: "21  "},
		{name: "the head leaves", present: "12", sent: "2", headed: 1, all: true, code: core.Conflict, path: "members"},
		{name: "nobody", code: core.Unprocessable, path: "members"},
		{name: "nobody any more", present: "12", headed: 1, all: true, code: core.Unprocessable, path: "members"},
		{name: "twice", sent: "343", code: core.Unprocessable, path: "member 2"},
		{name: "twice, and inside", present: "12", sent: "11", headed: 1, code: core.Unprocessable, path: "member 1"},
		{name: "no such head", sent: "34", head: "5", code: core.Unprocessable, path: "head"},
		{name: "the head of another family", sent: "34", heading: "4", code: core.Conflict, path: "member 1"},
		{name: "the head named is that of another family", sent: "34", head: "4", heading: "4", code: core.Conflict, path: "member 1"},
		{name: "inside, and the head of another family too", present: "12", sent: "12", headed: 1, heading: "2", code: core.Conflict, path: "member 1"},
	} {
		heading := map[int]bool{}
		for _, key := range c.heading {
			heading[int(key-'0')] = true
		}
		d := &FamilyDraft{Family: persistence.Family{InsureeID: c.headed}, Members: people(c.sent), Head: c.head, All: c.all}
		r, err := callRoll(d, people(c.present), heading)
		if c.code != "" {
			wantCode(t, c.name, err, c.code, c.path+":")
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got := shown(r.members) + " " + shown(r.joins) + " " + shown(r.leaves); got != c.want || r.head != r.members[0] {
			t.Errorf("%s: %q, expected %q", c.name, got, c.want)
		}
	}
}

// form forms a family.
func (w *enrolled) form(t *testing.T, d *FamilyDraft, members ...persistence.UUID) (f *persistence.Family, err error) {
	return w.families(t, d, members, Families{}.Enter)
}

// reform changes the family in the draft, read again as it is.
func (w *enrolled) reform(t *testing.T, d *FamilyDraft, members ...persistence.UUID) (f *persistence.Family, err error) {
	return w.families(t, d, members, func(x *persistence.Session, d *FamilyDraft) (*persistence.Family, error) {
		row, err := persistence.One[persistence.Family](x, d.Family.FamilyUUID)
		if err != nil {
			return nil, err
		}
		d.Family = *row
		return Families{}.Change(x, d)
	})
}

func (w *enrolled) families(t *testing.T, d *FamilyDraft, members []persistence.UUID, run func(*persistence.Session, *FamilyDraft) (*persistence.Family, error)) (f *persistence.Family, err error) {
	t.Helper()
	err = w.store.Tx(persistencetest.System(t), func(x *persistence.Session) error {
		d.Members = nil
		for _, id := range members {
			row, err := persistence.One[persistence.Insuree](x, id, "Family")
			if err != nil {
				return err
			}
			d.Members = append(d.Members, row)
		}
		f, err = run(x, d)
		return err
	})
	return f, err
}

// roster lists the members of a family by number, its head marked.
func (w *enrolled) roster(t *testing.T, family int) string {
	t.Helper()
	x := w.store.Read(persistencetest.System(t))
	f, err := persistence.OneByKey[persistence.Family](x, family)
	if err != nil {
		t.Fatal(err)
	}
	people, err := membersOf(x, f)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, p := range people {
		if p.IsHead != (f.InsureeID == p.InsureeID) {
			t.Errorf("%s: head %v, the family says %d", text(p.CHFID), p.IsHead, f.InsureeID)
		}
		list = append(list, text(p.CHFID)+map[bool]string{true: "*"}[p.IsHead])
	}
	return strings.Join(list, " ")
}

// TestFamilyIsFormed cites rule 10.1: of people in no family and of members of others, whose
// covers of before are closed.
func TestFamilyIsFormed(t *testing.T) {
	eachPolicyStore(t, func(t *testing.T, s *persistence.Store) {
		w := enrol(t, s, nil)
		there, others, _ := w.second(t)
		alone, err := w.enter(t, Insurees{}, person(t))
		if err != nil {
			t.Fatal(err)
		}
		w.write(t, func(x *persistence.Session) error {
			put(t, x, &persistence.Relation{RelationID: 4, Relation: "Child"})
			return x.DB().Model(&others[1]).Update("Relationship", 4).Error
		})
		village := &w.places[3]
		d := &FamilyDraft{Home: &Residence{village, ptr("3 New Road")}, Head: text(alone.CHFID)}
		d.Family.Poverty = ptr(true)
		d.Keep = func(row *persistence.Family) error {
			if row.FamilyUUID == "" || row.Head == nil || row.Head.InsureeID != alone.InsureeID || len(row.Members) != 2 || row.Members[0].InsureeID != alone.InsureeID {
				t.Errorf("kept of %+v", row)
			}
			row.JSONExt = ptr(persistence.JSON(`{"a":1}`))
			return nil
		}
		f, err := w.form(t, d, others[1].InsureeUUID, alone.InsureeUUID)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := w.roster(t, f.FamilyID), "222 "+text(alone.CHFID)+"*"; got != want {
			t.Errorf("members %s, expected %s", got, want)
		}
		row, err := persistence.OneByKey[persistence.Family](s.Read(persistencetest.System(t)), f.FamilyID)
		if err != nil || number(row.LocationID) != village.LocationID || text(row.FamilyAddress) != "3 New Road" || !*row.Poverty || row.JSONExt == nil {
			t.Errorf("family %+v, %v", row, err)
		}
		if got := w.running(t, others[1].InsureeID); got != "" {
			t.Errorf("covers of the family left: %s", got)
		}
		if p := w.stored(t, others[1].InsureeUUID); p.Relationship != nil {
			t.Errorf("related to the head of the family left: %d", *p.Relationship)
		}
		if got := w.roster(t, there.FamilyID); got != "111*" {
			t.Errorf("the family left: %s", got)
		}
		if got, want := w.events(t), "insuree.entered cover.deleted family.entered"; got != want {
			t.Errorf("events %q", got)
		}
	})
}

// TestWhatIsNoFamily cites rules 10.1 (codes 3, 9 and 10) and 10.3: nothing is written.
func TestWhatIsNoFamily(t *testing.T) {
	eachPolicyStore(t, func(t *testing.T, s *persistence.Store) {
		w := enrol(t, s, nil)
		_, others, _ := w.second(t)
		alone, err := w.enter(t, Insurees{}, person(t))
		if err != nil {
			t.Fatal(err)
		}
		home := &Residence{Place: &w.places[3]}
		families, people := w.count(t, &persistence.Family{}), w.count(t, &persistence.Insuree{})
		for _, c := range []struct {
			name, path string
			code       core.Code
			draft      FamilyDraft
			member     persistence.UUID
		}{
			{"3 no village", "location", core.Unprocessable, FamilyDraft{}, alone.InsureeUUID},
			{"3 words and no village", "location", core.Unprocessable, FamilyDraft{Home: &Residence{Address: ptr("a")}}, alone.InsureeUUID},
			{"3 a ward", "location", core.Unprocessable, FamilyDraft{Home: &Residence{Place: &w.places[2]}}, alone.InsureeUUID},
			{"10 unknown type", "type", core.Unprocessable, FamilyDraft{Home: home, Family: persistence.Family{FamilyType: ptr("X")}}, alone.InsureeUUID},
			{"9 unknown kind of confirmation", "confirmation", core.Unprocessable, FamilyDraft{Home: home, Family: persistence.Family{ConfirmationType: ptr("X")}}, alone.InsureeUUID},
			{"the head of another family", "member 0", core.Conflict, FamilyDraft{Home: home}, others[0].InsureeUUID},
			{"no such head", "head", core.Unprocessable, FamilyDraft{Home: home, Head: "111"}, alone.InsureeUUID},
			{"what the door cannot keep", "much", core.Unprocessable, FamilyDraft{Home: home, Keep: func(*persistence.Family) error { return core.ErrorAt(core.Unprocessable, "much", "too much") }}, alone.InsureeUUID},
		} {
			d := c.draft
			d.Paths = Paths{c.path: "the " + c.path}
			if c.path == "much" {
				d.Paths = nil
			}
			_, err := w.form(t, &d, c.member)
			wantCode(t, c.name, err, c.code, c.path)
		}
		// By what the family says alone, when the person's own row does not.
		w.write(t, func(x *persistence.Session) error {
			return x.DB().Model(&persistence.Insuree{}).Where(persistence.Compare(column("tblInsuree", "InsureeID"), "=", others[0].InsureeID)).Updates(map[string]any{"FamilyID": nil, "IsHead": false}).Error
		})
		_, err = w.form(t, &FamilyDraft{Home: home}, others[0].InsureeUUID)
		wantCode(t, "a head in no family", err, core.Conflict, "member 0", "another family")
		if w.count(t, &persistence.Family{}) != families || w.count(t, &persistence.Insuree{}) != people {
			t.Error("something was written")
		}
	})
}

// TestFamilyIsChanged cites rules 10.3 to 10.5 and 9.3: who joins gets the covers of the
// family while its product takes members, who leaves loses them and takes the address along.
func TestFamilyIsChanged(t *testing.T) {
	eachPolicyStore(t, func(t *testing.T, s *persistence.Store) {
		w := enrol(t, s, nil)
		_, others, _ := w.second(t)
		here := w.policy(t, PolicyActive, "2024-03-31")
		w.write(t, func(x *persistence.Session) error {
			for i := range w.members {
				put(t, x, &persistence.InsureePolicy{InsureeID: w.members[i].InsureeID, PolicyID: here.PolicyID, ExpiryDate: here.ExpiryDate})
			}
			return x.DB().Model(&w.family).Update("FamilyAddress", "Old Road").Error
		})
		var joined []persistence.UUID
		for range 2 {
			p, err := w.enter(t, Insurees{}, person(t))
			if err != nil {
				t.Fatal(err)
			}
			joined = append(joined, p.InsureeUUID)
		}
		dead := person(t)
		dead.Insuree.Status = ptr(InsureeDeceased)
		gone, err := w.enter(t, Insurees{}, dead)
		if err != nil {
			t.Fatal(err)
		}
		village := &w.places[3]
		d := &FamilyDraft{Family: w.family, Home: &Residence{village, ptr("New Road")}, All: true}
		// Three of a product's three: 0 leaves no room, 1 leaves; of those who come the first is
		// the second member, the dead the third.
		before := w.count(t, &persistence.Insuree{})
		if _, err := w.reform(t, d, w.members[0].InsureeUUID, joined[0], gone.InsureeUUID, joined[1]); err != nil {
			t.Fatal(err)
		}
		if n := w.count(t, &persistence.Insuree{}) - before; n != 4 {
			t.Errorf("%d history rows; one left and three came", n)
		}
		if n := len(strings.Fields(w.roster(t, w.family.FamilyID))); n != 4 {
			t.Errorf("%d members: %s", n, w.roster(t, w.family.FamilyID))
		}
		cover := fmt.Sprintf("%d:2024-03-31", here.PolicyID)
		for i, c := range []struct {
			id   persistence.UUID
			want string
		}{{w.members[0].InsureeUUID, cover}, {w.members[1].InsureeUUID, ""}, {joined[0], cover}, {gone.InsureeUUID, ""}, {joined[1], ""}} {
			if got := w.running(t, w.stored(t, c.id).InsureeID); got != c.want {
				t.Errorf("person %d is covered %q, expected %q", i, got, c.want)
			}
		}
		left := w.stored(t, w.members[1].InsureeUUID)
		if left.FamilyID != nil || left.IsHead || number(left.CurrentVillage) != village.LocationID || text(left.CurrentAddress) != "Old Road" {
			t.Errorf("who left: %+v", left)
		}
		if f := w.stored(t, joined[0]).Family; text(f.FamilyAddress) != "New Road" {
			t.Errorf("family %+v", f)
		}

		_, err = w.reform(t, d, joined[0])
		wantCode(t, "the head leaves", err, core.Conflict, "members")
		_, err = w.reform(t, d, w.members[0].InsureeUUID, others[0].InsureeUUID)
		wantCode(t, "the head of another family comes", err, core.Conflict, "member 1")
		d.Head = text(w.stored(t, joined[0]).CHFID)
		if _, err := w.reform(t, d, joined[0]); err != nil {
			t.Fatal(err)
		}
		if got := w.roster(t, w.family.FamilyID); got != d.Head+"*" {
			t.Errorf("members %s", got)
		}
		d.All, d.Head = false, ""
		if _, err := w.reform(t, d, others[1].InsureeUUID); err != nil {
			t.Fatal(err)
		}
		if got := strings.Fields(w.roster(t, w.family.FamilyID)); len(got) != 2 {
			t.Errorf("members %s", got)
		}
		want := "insuree.entered insuree.entered insuree.entered cover.deleted policy.member-covered family.changed cover.deleted family.changed cover.deleted policy.member-covered family.changed"
		if got := w.events(t); got != want {
			t.Errorf("events %q", got)
		}
	})
}

// TestFamilyIsDissolved cites rule 10.5: members are detached or closed, and neither is done
// to a family with policies.
func TestFamilyIsDissolved(t *testing.T) {
	eachPolicyStore(t, func(t *testing.T, s *persistence.Store) {
		w := enrol(t, s, nil)
		there, others, policy := w.second(t)
		dissolve := func(id persistence.UUID, members bool) error {
			return s.Tx(persistencetest.System(t), func(x *persistence.Session) error { return Families{}.Delete(x, id, members) })
		}
		wantCode(t, "unknown", dissolve(persistence.NewUUID(), false), core.NotFound)
		wantCode(t, "with a policy", dissolve(there.FamilyUUID, true), core.Conflict, "policies")
		w.write(t, func(x *persistence.Session) error { return Policies{}.Delete(x, policy.PolicyUUID) })

		if err := dissolve(w.family.FamilyUUID, false); err != nil {
			t.Fatal(err)
		}
		for i := range w.members {
			if p := w.stored(t, w.members[i].InsureeUUID); p.FamilyID != nil || p.IsHead || number(p.CurrentVillage) != w.places[3].LocationID {
				t.Errorf("member %d: %+v", i, p)
			}
		}
		wantCode(t, "again", dissolve(w.family.FamilyUUID, false), core.Gone)

		if err := dissolve(there.FamilyUUID, true); err != nil {
			t.Fatal(err)
		}
		for i := range others {
			_, err := persistence.One[persistence.Insuree](s.Read(persistencetest.System(t)), others[i].InsureeUUID)
			wantCode(t, "a member", err, core.Gone)
		}
		if got, want := w.events(t), "policy.deleted cover.deleted family.deleted family.deleted"; got != want {
			t.Errorf("events %q", got)
		}
	})
}

// However many join at once, the statements are as many, but for one to write each of them
// where the database takes no arrays.
func TestJoiningTakesAsManyStatements(t *testing.T) {
	eachPolicyStore(t, func(t *testing.T, s *persistence.Store) {
		w := enrol(t, s, func(w *enrolled) { w.product.MemberCount = 50 })
		w.policy(t, PolicyActive, "2024-03-31")
		join := func(n int) int {
			d := &FamilyDraft{Home: &Residence{Place: &w.places[3]}}
			for range n {
				p, err := w.enter(t, Insurees{}, person(t))
				if err != nil {
					t.Fatal(err)
				}
				d.Members = append(d.Members, w.stored(t, p.InsureeUUID))
			}
			ctx, counted := persistence.CountStatements(persistencetest.System(t))
			err := s.Tx(ctx, func(x *persistence.Session) error {
				row, err := persistence.One[persistence.Family](x, w.family.FamilyUUID)
				if err != nil {
					return err
				}
				d.Family = *row
				_, err = Families{}.Change(x, d)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return counted.Count()
		}
		join(1) // statements that are asked once
		if few, many := join(2), join(9); many > few+7 {
			t.Errorf("%d statements for two, %d for nine", few, many)
		}
		if n := w.count(t, &persistence.InsureePolicy{}); n != 12 {
			t.Errorf("%d covers of twelve who joined", n)
		}
	})
}
