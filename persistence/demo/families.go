package demo

import (
	"fmt"

	p "github.com/openimis/openimis-go/persistence"
)

// family is a household while its rows are made.
type family struct {
	id       int
	number   int // counting from 1: decides which states its policies are in
	district *district
	village  int
	name     string
	created  p.DateTime
	members  []*person
	policies []*policy
}

// person is a member of a family.
type person struct {
	id     int
	born   p.Date
	gender string
	first  string
	head   bool
	done   map[int]bool // services with a minimum distance in time that were had already
}

// household makes a family with its policies and claims.
func (g *world) household() {
	g.report.Families++
	g.keys.family++
	g.draw.family(g.report.Families)
	f := &family{id: g.keys.family, number: g.report.Families, district: g.districts[g.report.Families%len(g.districts)], name: pick(g.draw, familyNames), created: at(g.day(g.draw.between(750, 1400)), g.draw.between(8, 16))}
	f.village = pick(g.draw, f.district.villages)
	size := min(pick(g.draw, []int{1, 2, 2, 3, 3, 3, 4, 4, 5, 6}), g.o.Size-g.report.Insurees)
	relations := g.people(f, size)
	row := p.Family{
		FamilyID: f.id, FamilyUUID: g.draw.uuid(kindFamily, f.id), InsureeID: f.members[0].id, LocationID: &f.village, Poverty: ptr(g.draw.chance(15)),
		ValidityFrom: f.created, AuditUserID: 1, FamilyType: ptr("H"), FamilyAddress: ptr(fmt.Sprintf("%s %d", pick(g.draw, streetNames), g.draw.between(1, 120))),
		IsOffline: ptr(false), Ethnicity: ptr(string("ABC"[f.number%3])),
	}
	if *row.Poverty {
		row.ConfirmationType, row.ConfirmationNo = ptr("A"), ptr(fmt.Sprintf("PV%06d", f.id))
	}
	g.w.put(row)
	for i, person := range f.members {
		g.putPerson(f, person, relations[i])
	}
	if f.number == 5 {
		g.departed(f)
	}
	g.enrol(f)
	g.visits(f)
	g.employ(f)
}

// people draws the members of a family and how they are related to its head.
func (g *world) people(f *family, size int) (relations []int) {
	headBorn := g.day(g.draw.between(25*365, 62*365))
	for i := range size {
		g.keys.insuree++
		g.report.Insurees++
		member := &person{id: g.keys.insuree, head: i == 0, gender: pick(g.draw, []string{"M", "F"}), done: map[int]bool{}}
		relation := 4
		switch {
		case i == 0:
			relation, member.born = 0, headBorn
		case i == 1 && g.draw.chance(80):
			relation, member.born = 8, after(headBorn, g.draw.between(-1500, 1500))
			if member.gender = "F"; f.members[0].gender == "F" {
				member.gender = "M"
			}
		case i >= 4 && g.draw.chance(30):
			relation = pick(g.draw, []int{2, 1, 7})
			member.born = after(headBorn, map[int]int{1: 900, 2: -24 * 365, 7: 2500}[relation]) // grown up on any day
		default:
			member.born = g.day(g.draw.between(40, 17*365))
		}
		if g.keys.insuree%97 == 0 {
			member.gender = "O"
		}
		names := femaleNames
		if member.gender == "M" {
			names = maleNames
		}
		member.first = pick(g.draw, names)
		f.members = append(f.members, member)
		relations = append(relations, relation)
	}
	return relations
}

// insuranceNumber makes a nine-digit number whose last digit is the rest of the others
// divided by seven, as the check wants; one in ten fails it, as in the field.
func insuranceNumber(key int) string {
	body := 10_000_000 + key*7 + key%7 // steps of seven keep numbers apart, whatever the rest
	check := body % 7
	if key%10 == 0 {
		check = (check + 1) % 10
	}
	return fmt.Sprintf("%08d%d", body, check)
}

// portrait is a picture of one grey dot (PNG), enough to prove that photos travel. Every one is
// kept in its row: no server has the files of invented people.
const portrait = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="

func (g *world) putPerson(f *family, who *person, relation int) {
	grown := adult(who.born, g.today)
	row := p.Insuree{
		InsureeID: who.id, InsureeUUID: g.draw.uuid(kindInsuree, who.id), FamilyID: &f.id, CHFID: ptr(insuranceNumber(who.id)), LastName: f.name, OtherNames: who.first,
		DOB: who.born, Gender: &who.gender, IsHead: who.head, Phone: ptr(""), CardIssued: g.draw.chance(60), ValidityFrom: f.created, AuditUserID: 1,
		Email: ptr(""), IsOffline: ptr(false), HFID: &f.district.facilities[g.draw.between(1, 3)].id, Vulnerability: ptr(false), Status: ptr("AC"),
		CurrentAddress: ptr(""), Passport: ptr(""),
	}
	if who.id%40 == 7 { // lives apart from the family, whose address is everybody else's
		row.CurrentVillage, row.CurrentAddress = &f.village, ptr(fmt.Sprintf("%s %d", streetNames[who.id%len(streetNames)], who.id%90+1))
	}
	if relation > 0 {
		row.Relationship = &relation
	}
	if grown {
		row.Profession, row.Education = ptr(g.draw.between(1, 4)), ptr(g.draw.between(2, 5))
		row.TypeOfID, row.Passport = ptr(pick(g.draw, []string{"N", "N", "P", "V", "D"})), ptr(fmt.Sprintf("ID%08d", who.id*31))
		row.Phone, row.Marital = ptr(fmt.Sprintf("+999 70 %07d", who.id)), ptr(pick(g.draw, []string{"M", "M", "S", "W", "D"}))
	} else if who.born.Before(g.day(6 * 365).Time) {
		row.Education = ptr(2)
	}
	if who.head && who.id%4 == 1 {
		row.Email = ptr(fmt.Sprintf("person%d@example.org", who.id))
	}
	if who.id%60 == 11 { // not specified
		row.Marital = ptr("N")
	}
	g.photo(f, &row)
	if who.id%25 == 3 { // moved house some time ago
		g.formerPerson(f, &row)
	}
	g.w.put(row)
}

func (g *world) photo(f *family, row *p.Insuree) {
	if row.InsureeID%10 >= 7 {
		return
	}
	g.keys.photo++
	taken := f.created.Date()
	photo := p.Photo{
		PhotoID: g.keys.photo, PhotoUUID: g.draw.uuid(kindPhoto, g.keys.photo), InsureeID: &row.InsureeID, CHFID: row.CHFID, PhotoFolder: "photos",
		PhotoFileName: ptr(fmt.Sprintf("%s_%d.png", *row.CHFID, row.InsureeID)), Photo: ptr(portrait), OfficerID: f.district.officer, PhotoDate: taken, ValidityFrom: f.created, AuditUserID: ptr(1),
	}
	g.w.put(photo)
	row.PhotoID, row.PhotoDate = &photo.PhotoID, &taken
}

// formerPerson writes how the person's row was before it was changed.
func (g *world) formerPerson(f *family, live *p.Insuree) {
	g.keys.insuree++
	changed := at(g.day(g.draw.between(30, 600)), 11)
	former := *live
	former.InsureeID, former.LegacyID = g.keys.insuree, &live.InsureeID
	former.InsureeUUID = g.draw.uuid(kindInsuree, former.InsureeID)
	former.CurrentVillage = &f.village
	former.CurrentAddress, former.Phone = ptr("Old Road 1"), ptr("+999 71 0000000")
	former.ValidityTo = &changed
	live.ValidityFrom = changed
	g.w.put(former)
}

// departed writes a person who was taken out of the register: deleted, so no LegacyID.
func (g *world) departed(f *family) {
	g.keys.insuree++
	id := g.keys.insuree
	g.w.put(p.Insuree{
		InsureeID: id, InsureeUUID: g.draw.uuid(kindInsuree, id), FamilyID: &f.id, CHFID: ptr(insuranceNumber(id)), LastName: f.name, OtherNames: "Elio", DOB: g.day(80 * 365),
		Gender: ptr("M"), Marital: ptr("W"), ValidityFrom: f.created, ValidityTo: ptr(at(g.day(200), 9)), AuditUserID: 1, Relationship: ptr(5), IsOffline: ptr(false),
		Vulnerability: ptr(false), Status: ptr("DE"), StatusDate: ptr(g.day(200)), StatusReason: ptr(3),
	})
}
