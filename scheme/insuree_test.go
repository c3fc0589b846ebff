package scheme

import (
	"fmt"
	"strings"
	"testing"

	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

// person is a draft with what every person needs.
func person(t *testing.T) *InsureeDraft {
	return &InsureeDraft{Insuree: persistence.Insuree{LastName: "Roe", OtherNames: "Ann", DOB: policyDay(t, "1990-01-01"), Gender: ptr("F")}}
}

// enter enrols a person.
func (w *enrolled) enter(t *testing.T, c Insurees, d *InsureeDraft) (p *persistence.Insuree, err error) {
	err = w.store.Tx(persistencetest.System(t), func(x *persistence.Session) (err error) {
		p, err = c.Enter(x, d)
		return err
	})
	return p, err
}

// change reads a person, makes a draft of him that leaves him as he is, and changes it.
func (w *enrolled) change(t *testing.T, id persistence.UUID, alter func(d *InsureeDraft)) (p *persistence.Insuree, err error) {
	err = w.store.Tx(persistencetest.System(t), func(x *persistence.Session) error {
		row, err := persistence.One[persistence.Insuree](x, id, "Family")
		if err != nil {
			return err
		}
		d := &InsureeDraft{Insuree: *row}
		alter(d)
		p, err = Insurees{}.Change(x, d)
		return err
	})
	return p, err
}

// stored reads a person again, with family and photograph.
func (w *enrolled) stored(t *testing.T, id persistence.UUID) *persistence.Insuree {
	t.Helper()
	row, err := persistence.One[persistence.Insuree](w.store.Read(persistencetest.System(t)), id, "Family.Head", "Photo")
	if err != nil {
		t.Fatal(err)
	}
	return row
}

// running tells until when each live cover of a person runs.
func (w *enrolled) running(t *testing.T, insuree int) string {
	t.Helper()
	var rows []persistence.InsureePolicy
	err := w.store.Read(persistencetest.System(t)).DB().Where(persistence.Compare(column("tblInsureePolicy", "InsureeID"), "=", insuree)).
		Where(persistence.IsNull(column("tblInsureePolicy", "ValidityTo"))).Order(clause.OrderByColumn{Column: column("tblInsureePolicy", "InsureePolicyID")}).Find(&rows).Error
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, row := range rows {
		texts = append(texts, fmt.Sprintf("%d:%s", row.PolicyID, goldenDate(row.ExpiryDate)))
	}
	return strings.Join(texts, " ")
}

// second adds another family of two in a village of its own, with an active policy.
func (w *enrolled) second(t *testing.T) (family *persistence.Family, members []persistence.Insuree, policy persistence.Policy) {
	t.Helper()
	family = &persistence.Family{FamilyAddress: ptr("Far away")}
	w.write(t, func(x *persistence.Session) error {
		village := persistence.Location{LocationType: "V", ParentLocationID: ptr(w.places[2].LocationID)}
		put(t, x, &village)
		family.LocationID = &village.LocationID
		put(t, x, family)
		for i, number := range []string{"111", "222"} {
			m := persistence.Insuree{CHFID: &number, LastName: "Poe", OtherNames: "Max", DOB: policyDay(t, "1985-05-05"), Gender: ptr("F"), IsHead: i == 0, FamilyID: &family.FamilyID, Relationship: nil}
			put(t, x, &m)
			members = append(members, m)
		}
		family.InsureeID = members[0].InsureeID
		return x.DB().Model(family).Select("InsureeID").Updates(family).Error
	})
	first := w.family
	w.family = *family
	policy = w.policy(t, PolicyActive, "2024-03-31")
	w.family = first
	w.write(t, func(x *persistence.Session) error {
		for i := range members {
			put(t, x, &persistence.InsureePolicy{InsureeID: members[i].InsureeID, PolicyID: policy.PolicyID, EnrollmentDate: &policy.EnrollDate, StartDate: &policy.StartDate, EffectiveDate: policy.EffectiveDate, ExpiryDate: policy.ExpiryDate})
		}
		return nil
	})
	return family, members, policy
}

// TestEnrolment cites rules 10.1 and 10.2: a head starts a family, a member joins one and is
// covered by it, each with a number, a photograph row and one event.
func TestEnrolment(t *testing.T) {
	eachPolicyStore(t, func(t *testing.T, s *persistence.Store) {
		w := enrol(t, s, nil)
		village := &w.places[3]
		policy := w.policy(t, PolicyActive, "2024-03-31")
		kept := 0
		d := person(t)
		d.Heads, d.Own = ptr(true), &Residence{Place: village, Address: ptr("1 Main Road")}
		d.Keep = func(row *persistence.Insuree) error {
			kept++
			if row.InsureeID != 0 || !row.IsHead || row.Family == nil || text(row.Family.FamilyAddress) != "1 Main Road" {
				t.Errorf("kept of %+v", row)
			}
			return nil
		}
		head, err := w.enter(t, Insurees{}, d)
		if err != nil || kept != 1 {
			t.Fatalf("%v, kept %d times", err, kept)
		}
		row := w.stored(t, head.InsureeUUID)
		if !row.IsHead || text(row.Status) != InsureeActive || CHFNumber.Check(*row.CHFID) != nil || row.Family.InsureeID != row.InsureeID || number(row.Family.LocationID) != village.LocationID {
			t.Errorf("head %+v of %+v", row, row.Family)
		}
		if p := row.Photo; p == nil || p.Photo != nil || text(p.PhotoFileName) != "" || p.OfficerID != 0 || !p.PhotoDate.Equal(persistence.Day(policyToday).Time) || number(p.InsureeID) != row.InsureeID || text(p.CHFID) != *row.CHFID {
			t.Errorf("photograph %+v", p)
		}
		if n := w.count(t, &persistence.InsureePolicy{}); n != 0 {
			t.Errorf("%d covers of a family without policy", n)
		}

		d = person(t)
		d.Family, d.Insuree.CHFID, d.Home = &w.family, ptr("A-1"), &Residence{Place: village}
		member, err := w.enter(t, Insurees{}, d)
		if err != nil {
			t.Fatal(err)
		}
		row = w.stored(t, member.InsureeUUID)
		if row.IsHead || number(row.FamilyID) != w.family.FamilyID || row.CurrentVillage != nil || w.running(t, row.InsureeID) != fmt.Sprintf("%d:2024-03-31", policy.PolicyID) {
			t.Errorf("member %+v covered %s", row, w.running(t, row.InsureeID))
		}

		d = person(t)
		d.Family, d.Insuree.Status = &w.family, ptr(InsureeInactive)
		idle, err := w.enter(t, Insurees{}, d)
		if err != nil || w.running(t, idle.InsureeID) != "" {
			t.Errorf("who is not insured any more is covered: %v", err)
		}

		d = person(t)
		d.Family, d.Insuree.OtherNames = &w.family, "Fifth"
		fifth, err := w.enter(t, Insurees{}, d)
		if err != nil || w.running(t, fifth.InsureeID) != "" {
			t.Errorf("a product of three members takes a fifth: %v", err)
		}

		alone, err := w.enter(t, Insurees{}, person(t))
		if err != nil || w.stored(t, alone.InsureeUUID).FamilyID != nil {
			t.Errorf("a person of no family: %v", err)
		}
		if got, want := w.events(t), "insuree.entered policy.member-covered insuree.entered insuree.entered insuree.entered insuree.entered"; got != want {
			t.Errorf("events %q", got)
		}
	})
}

// TestWhoIsNotEnrolled cites rules 10.1, 10.2, 10.3 (codes of what is missing or unknown), 10.5 (state and reason) and 10.6
// (number).
func TestWhoIsNotEnrolled(t *testing.T) {
	eachPolicyStore(t, func(t *testing.T, s *persistence.Store) {
		w := enrol(t, s, nil)
		w.write(t, func(x *persistence.Session) error {
			put(t, x, &persistence.InsureeStatusReason{StatusReasonID: 1, StatusReason: "Moved away", Code: "MOV", StatusType: InsureeInactive})
			return nil
		})
		tomorrow := persistence.Day(policyToday.AddDate(0, 0, 1))
		for _, c := range []struct {
			name, path string
			code       core.Code
			change     func(d *InsureeDraft)
		}{
			{"7 no last name", "lastName", core.Unprocessable, func(d *InsureeDraft) { d.Insuree.LastName = " " }},
			{"8 no other names", "otherNames", core.Unprocessable, func(d *InsureeDraft) { d.Insuree.OtherNames = "" }},
			{"6 no birth date", "birthDate", core.Unprocessable, func(d *InsureeDraft) { d.Insuree.DOB = persistence.Date{} }},
			{"6 born tomorrow", "birthDate", core.Unprocessable, func(d *InsureeDraft) { d.Insuree.DOB = tomorrow }},
			{"5 unknown gender", "gender", core.Unprocessable, func(d *InsureeDraft) { d.Insuree.Gender = ptr("X") }},
			{"11 unknown marital status", "marital", core.Unprocessable, func(d *InsureeDraft) { d.Insuree.Marital = ptr("X") }},
			{"11 two letters", "marital", core.Unprocessable, func(d *InsureeDraft) { d.Insuree.Marital = ptr("MS") }},
			{"12 unknown education", "education", core.Unprocessable, func(d *InsureeDraft) { d.Insuree.Education = ptr(99) }},
			{"13 unknown profession", "profession", core.Unprocessable, func(d *InsureeDraft) { d.Insuree.Profession = ptr(99) }},
			{"15 unknown kind of document", "identity", core.Unprocessable, func(d *InsureeDraft) { d.Insuree.TypeOfID = ptr("X") }},
			{"14 unknown relation", "relation", core.Unprocessable, func(d *InsureeDraft) { d.Insuree.Relationship = ptr(99) }},
			{"3 home in a ward", "home", core.Unprocessable, func(d *InsureeDraft) { d.Home = &Residence{Place: &w.places[2]} }},
			{"4 lives in a district", "own", core.Unprocessable, func(d *InsureeDraft) { d.Own = &Residence{Place: &w.places[1]} }},
			{"4 address in a region", "unnamed", core.Unprocessable, func(d *InsureeDraft) { d.Unnamed = &Residence{Place: &w.places[0]} }},
			{"unknown state", "status", core.Unprocessable, func(d *InsureeDraft) { d.Insuree.Status = ptr("XX") }},
			{"dies tomorrow", "status", core.Unprocessable, func(d *InsureeDraft) { d.Insuree.Status, d.Insuree.StatusDate = ptr(InsureeDeceased), &tomorrow }},
			{"unknown reason", "reason", core.Unprocessable, func(d *InsureeDraft) { d.Insuree.Status, d.Insuree.StatusReason = ptr(InsureeInactive), ptr(9) }},
			{"reason of another state", "reason", core.Unprocessable, func(d *InsureeDraft) { d.Insuree.Status, d.Insuree.StatusReason = ptr(InsureeDeceased), ptr(1) }},
			{"reason for nothing", "reason", core.Unprocessable, func(d *InsureeDraft) { d.Insuree.StatusReason = ptr(1) }},
			{"number too short", "number", core.Unprocessable, func(d *InsureeDraft) { d.Insuree.CHFID = ptr("12345678") }},
			{"number with a wrong last digit", "number", core.Unprocessable, func(d *InsureeDraft) { d.Insuree.CHFID = ptr("000000010") }},
			{"number taken", "number", core.Conflict, func(d *InsureeDraft) { d.Insuree.CHFID = ptr("070707081") }},
			{"number of the donors", "number", core.Conflict, func(d *InsureeDraft) { d.Insuree.CHFID = ptr("999999999") }},
		} {
			d := person(t)
			d.Paths = Paths{c.path: "the " + c.path}
			c.change(d)
			rule := CHFNumber
			if text(d.Insuree.CHFID) == "999999999" {
				rule = AnyNumber
			}
			_, err := w.enter(t, Insurees{Numbers: rule}, d)
			wantCode(t, c.name, err, c.code, "the "+c.path)
		}
		d := person(t)
		d.Insuree.LastName, d.Insuree.OtherNames = "", ""
		_, err := w.enter(t, Insurees{}, d)
		wantCode(t, "several faults", err, core.Unprocessable, "lastName", "1 more")
		if n := w.count(t, &persistence.Insuree{}); n != 2 {
			t.Errorf("%d rows of people, 2 were there", n)
		}

		today := persistence.Day(policyToday)
		for name, change := range map[string]func(row *persistence.Insuree){
			"a good reason": func(row *persistence.Insuree) {
				row.Status, row.StatusReason, row.Marital = ptr(InsureeInactive), ptr(1), ptr("N")
			},
			"born today":       func(row *persistence.Insuree) { row.DOB = today },
			"dies today":       func(row *persistence.Insuree) { row.Status, row.StatusDate = ptr(InsureeDeceased), &today },
			"active from then": func(row *persistence.Insuree) { row.Status, row.StatusDate = ptr(InsureeActive), &tomorrow },
		} {
			d := person(t)
			change(&d.Insuree)
			if _, err := w.enter(t, Insurees{}, d); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		d = person(t)
		d.Keep = func(*persistence.Insuree) error { return core.Errorf(core.Unprocessable, "too much") }
		_, err = w.enter(t, Insurees{}, d)
		wantCode(t, "what the door cannot keep", err, core.Unprocessable, "too much")
	})
}

// TestDayOfAStateThatLiesAhead cites rule 10.5: a day of a state that lies ahead, from before
// it was refused, stays; another one is refused.
func TestDayOfAStateThatLiesAhead(t *testing.T) {
	eachPolicyStore(t, func(t *testing.T, s *persistence.Store) {
		w := enrol(t, s, nil)
		id, day := w.members[1].InsureeUUID, policyDay(t, "2023-06-09")
		w.write(t, func(x *persistence.Session) error {
			return x.DB().Model(&w.members[1]).Updates(&persistence.Insuree{Status: ptr(InsureeInactive), StatusDate: &day}).Error
		})
		if _, err := w.change(t, id, func(d *InsureeDraft) { d.Insuree.Phone = ptr("077") }); err != nil {
			t.Errorf("as it was: %v", err)
		}
		_, err := w.change(t, id, func(d *InsureeDraft) { d.Insuree.StatusDate = ptr(policyDay(t, "2023-06-10")) })
		wantCode(t, "another day", err, core.Unprocessable, "status", "2023-06-10 is in the future")
	})
}

// TestNumberOfAChangedPerson cites rule 10.6: the rule is asked of numbers that are new; old
// ones stay as they are, whatever it says, and a person who has none gets one.
func TestNumberOfAChangedPerson(t *testing.T) {
	eachPolicyStore(t, func(t *testing.T, s *persistence.Store) {
		w := enrol(t, s, nil)
		d := person(t)
		d.Insuree.CHFID = ptr("odd")
		p, err := w.enter(t, Insurees{}, d)
		if err != nil {
			t.Fatal(err)
		}
		strict := Insurees{Numbers: CHFNumber}
		asked := func(number *string) (*persistence.Insuree, error) {
			var changed *persistence.Insuree
			err := s.Tx(persistencetest.System(t), func(x *persistence.Session) error {
				row, err := persistence.One[persistence.Insuree](x, p.InsureeUUID)
				if err != nil {
					return err
				}
				row.CHFID = number
				changed, err = strict.Change(x, &InsureeDraft{Insuree: *row})
				return err
			})
			return changed, err
		}
		if _, err := asked(ptr("odd")); err != nil {
			t.Errorf("the number of before: %v", err)
		}
		_, err = asked(ptr("odder"))
		wantCode(t, "another bad number", err, core.Unprocessable, "number")
		_, err = asked(ptr("070707081"))
		wantCode(t, "the number of somebody else", err, core.Conflict, "number")
		if _, err = asked(ptr("000000011")); err != nil {
			t.Errorf("a good number: %v", err)
		}
		if got := w.stored(t, p.InsureeUUID); text(got.Photo.CHFID) != "000000011" {
			t.Errorf("the photograph is of %s", text(got.Photo.CHFID))
		}
		if got, err := asked(nil); err != nil || CHFNumber.Check(*got.CHFID) != nil {
			t.Errorf("drawn %v, %v", got, err)
		}
		stuck := Insurees{Numbers: NumberRule{Length: 1}}
		for i := range 9 {
			d := person(t)
			d.Insuree.CHFID = ptr(fmt.Sprint(i + 1))
			if _, err := w.enter(t, Insurees{}, d); err != nil {
				t.Fatal(err)
			}
		}
		_, err = w.enter(t, stuck, person(t))
		wantCode(t, "no number left", err, core.Unavailable, "try again")
	})
}

// TestPersonMovesToAnotherFamily cites rules 10.5 and 9.3: the covers of before are closed,
// those of the new family's policies given, and a head stays.
func TestPersonMovesToAnotherFamily(t *testing.T) {
	eachPolicyStore(t, func(t *testing.T, s *persistence.Store) {
		w := enrol(t, s, nil)
		here := w.policy(t, PolicyActive, "2024-03-31")
		there, others, policy := w.second(t)
		old := persistence.InsureePolicy{InsureeID: w.members[1].InsureeID, PolicyID: here.PolicyID, ExpiryDate: ptr(policyDay(t, "2023-05-31"))}
		now := old
		now.ExpiryDate = ptr(policyDay(t, "2023-06-01"))
		w.write(t, func(x *persistence.Session) error { put(t, x, &old); put(t, x, &now); return nil })

		_, err := w.change(t, w.members[0].InsureeUUID, func(d *InsureeDraft) {
			d.Family, d.Paths = there, Paths{"family": "the family"}
		})
		wantCode(t, "the head moves", err, core.Conflict, "the family", "name another head")

		if _, err := w.change(t, w.members[1].InsureeUUID, func(d *InsureeDraft) { d.Family = there }); err != nil {
			t.Fatal(err)
		}
		row := w.stored(t, w.members[1].InsureeUUID)
		want := fmt.Sprintf("%d:2023-05-31 %d:2024-03-31", here.PolicyID, policy.PolicyID)
		if got := w.running(t, row.InsureeID); number(row.FamilyID) != there.FamilyID || got != want {
			t.Errorf("covers %s, expected %s", got, want)
		}
		if _, err := w.change(t, row.InsureeUUID, func(d *InsureeDraft) { d.Family = there }); err != nil || w.running(t, row.InsureeID) != want {
			t.Errorf("moved to where he is: %s, %v", w.running(t, row.InsureeID), err)
		}

		// As its head at once.
		_, err = w.change(t, others[1].InsureeUUID, func(d *InsureeDraft) { d.Family, d.Heads = &w.family, ptr(true) })
		if err != nil {
			t.Fatal(err)
		}
		if row := w.stored(t, others[1].InsureeUUID); !row.IsHead || row.Family.InsureeID != row.InsureeID || !strings.HasPrefix(w.running(t, row.InsureeID), fmt.Sprintf("%d:", here.PolicyID)) {
			t.Errorf("new head %+v of %+v covered %s", row, row.Family, w.running(t, row.InsureeID))
		}
		if w.stored(t, w.members[0].InsureeUUID).IsHead {
			t.Error("the head of before still is one")
		}
	})
}

// TestHeadOfAFamily cites rule 10.5: a change of head swaps the flag on both persons with
// their history, the head does not step down alone, and his address is the family's.
func TestHeadOfAFamily(t *testing.T) {
	eachPolicyStore(t, func(t *testing.T, s *persistence.Store) {
		w := enrol(t, s, nil)
		first, second := w.members[0].InsureeUUID, w.members[1].InsureeUUID
		_, err := w.change(t, first, func(d *InsureeDraft) { d.Heads = ptr(false) })
		wantCode(t, "stepping down", err, core.Conflict, "head", "make another member")
		w.write(t, func(x *persistence.Session) error {
			return x.DB().Model(&w.family).Update("InsureeID", w.members[1].InsureeID).Error
		})
		if _, err := w.change(t, second, func(d *InsureeDraft) { d.Insuree.Phone = ptr("077") }); err != nil {
			t.Errorf("who is the head only for his family: %v", err)
		}
		w.write(t, func(x *persistence.Session) error {
			return x.DB().Model(&w.family).Update("InsureeID", w.members[0].InsureeID).Error
		})
		before := w.count(t, &persistence.Insuree{})
		if _, err := w.change(t, second, func(d *InsureeDraft) { d.Heads = ptr(true) }); err != nil {
			t.Fatal(err)
		}
		if a, b := w.stored(t, first), w.stored(t, second); a.IsHead || !b.IsHead || a.Family.InsureeID != b.InsureeID {
			t.Errorf("first %v, second %v, family of %d", a.IsHead, b.IsHead, a.Family.InsureeID)
		}
		if n := w.count(t, &persistence.Insuree{}) - before; n != 2 {
			t.Errorf("%d history rows of two people", n)
		}
		village, other := &w.places[3], persistence.Location{LocationType: "V"}
		w.write(t, func(x *persistence.Session) error { put(t, x, &other); return nil })
		address := func(id persistence.UUID) string {
			row := w.stored(t, id)
			return fmt.Sprint(number(row.Family.LocationID), text(row.Family.FamilyAddress), " ", number(row.CurrentVillage), text(row.CurrentAddress))
		}
		for _, c := range []struct {
			name   string
			id     persistence.UUID
			change func(d *InsureeDraft)
			want   string
		}{
			{"the head's home", second, func(d *InsureeDraft) { d.Home = &Residence{village, ptr("a")} }, fmt.Sprint(village.LocationID, "a", " ", 0)},
			{"the same again", second, func(d *InsureeDraft) { d.Home = &Residence{village, ptr("a")} }, fmt.Sprint(village.LocationID, "a", " ", 0)},
			{"an address without kind is the family's", second, func(d *InsureeDraft) { d.Unnamed = &Residence{&other, nil} }, fmt.Sprint(other.LocationID, " ", 0)},
			{"words without a village", second, func(d *InsureeDraft) { d.Home = &Residence{nil, ptr("b")} }, fmt.Sprint(0, "b", " ", 0)},
			{"nothing about it", second, func(d *InsureeDraft) { d.Home = &Residence{} }, fmt.Sprint(0, "b", " ", 0)},
			{"his own and the family's", second, func(d *InsureeDraft) {
				d.Home, d.Own = &Residence{village, ptr("a")}, &Residence{&other, ptr("c")}
			}, fmt.Sprint(village.LocationID, "a", " ", other.LocationID, "c")},
			{"a head's own", second, func(d *InsureeDraft) { d.Own = &Residence{&other, ptr("e")} }, fmt.Sprint(village.LocationID, "a", " ", other.LocationID, "e")},
			{"an address without kind beside the family's", second, func(d *InsureeDraft) {
				d.Home, d.Unnamed = &Residence{village, ptr("f")}, &Residence{&other, nil}
			}, fmt.Sprint(village.LocationID, "f", " ", 0)},
			{"the family's as it was", second, func(d *InsureeDraft) { d.Home = &Residence{village, ptr("a")} }, fmt.Sprint(village.LocationID, "a", " ", 0)},
			{"a member's own", first, func(d *InsureeDraft) { d.Own = &Residence{&other, ptr("d")} }, fmt.Sprint(village.LocationID, "a", " ", other.LocationID, "d")},
			{"a member at the family's", first, func(d *InsureeDraft) { d.Home = &Residence{village, ptr("a")} }, fmt.Sprint(village.LocationID, "a", " ", 0)},
			{"a member's home elsewhere is his own", first, func(d *InsureeDraft) { d.Home = &Residence{&other, nil} }, fmt.Sprint(village.LocationID, "a", " ", other.LocationID)},
			{"a member's home elsewhere beside his own", first, func(d *InsureeDraft) {
				d.Home, d.Own = &Residence{&other, nil}, &Residence{village, ptr("g")}
			}, fmt.Sprint(village.LocationID, "a", " ", village.LocationID, "g")},
			{"a member's address without kind is his own", first, func(d *InsureeDraft) { d.Unnamed = &Residence{village, nil} }, fmt.Sprint(village.LocationID, "a", " ", village.LocationID)},
		} {
			was, _, _ := strings.Cut(address(c.id), " ")
			families := w.count(t, &persistence.Family{})
			if _, err := w.change(t, c.id, c.change); err != nil {
				t.Fatalf("%s: %v", c.name, err)
			}
			if got := address(c.id); got != c.want {
				t.Errorf("%s: %s, expected %s", c.name, got, c.want)
			}
			if moved := !strings.HasPrefix(c.want, was+" "); moved != (w.count(t, &persistence.Family{}) > families) {
				t.Errorf("%s: the family moves %t, %d rows of it were %d", c.name, moved, w.count(t, &persistence.Family{}), families)
			}
		}
		// A head whose family was dissolved starts another one.
		w.write(t, func(x *persistence.Session) error {
			row, err := persistence.One[persistence.Family](x, w.family.FamilyUUID)
			if err != nil {
				return err
			}
			return persistence.Delete(x, row)
		})
		if _, err := w.change(t, second, func(d *InsureeDraft) {}); err != nil {
			t.Fatal(err)
		}
		if row := w.stored(t, second); row.Family.FamilyID == w.family.FamilyID || row.Family.InsureeID != row.InsureeID {
			t.Errorf("family %+v", row.Family)
		}
		if _, err := w.change(t, first, func(d *InsureeDraft) { d.Heads = ptr(false) }); err != nil {
			t.Errorf("nobody's head: %v", err)
		}
	})
}

// TestPhotographs cites rule 10.5: each change keeps the photograph of before as history.
func TestPhotographs(t *testing.T) {
	eachPolicyStore(t, func(t *testing.T, s *persistence.Store) {
		w := enrol(t, s, nil)
		id := w.members[1].InsureeUUID // from before photographs were kept
		for i, c := range []struct {
			sent *Picture
			data string
			day  string
			rows int64
		}{
			{nil, "", "NULL", 0},
			{&Picture{Data: "QQ==", Name: ptr("a.png"), Day: ptr(policyDay(t, "2020-02-02"))}, "QQ==", "2020-02-02", 1},
			{&Picture{Data: "Qg==", Name: ptr("b.png")}, "Qg==", "2023-06-01", 2},
			{nil, "Qg==", "2023-06-01", 2},
			{&Picture{}, "", "2023-06-01", 3},
		} {
			if _, err := w.change(t, id, func(d *InsureeDraft) { d.Picture = c.sent }); err != nil {
				t.Fatal(err)
			}
			row := w.stored(t, id)
			data, n := "", w.count(t, &persistence.Photo{})
			if row.Photo != nil {
				data = text(row.Photo.Photo)
			}
			if data != c.data || goldenDate(row.PhotoDate) != c.day || n != c.rows {
				t.Errorf("step %d: %q of %s, %d rows", i, data, goldenDate(row.PhotoDate), n)
			}
		}
	})
}
