package scheme

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// enrolmentPlan is what is to become of one family of a file.
type enrolmentPlan struct {
	*enrolling
	place int
	sent  *EnrolledFamily
	head  int // the place of its head among the members sent; -1 when it keeps the one it has

	family  *persistence.Family    // as stored; nil for a new one until it is written
	present []*persistence.Insuree // who is in it
	places  map[int]*persistence.Location
	photos  map[int]*persistence.Photo // of those present, by person

	members  []*persistence.Insuree // rows of those sent, in their order; nil for the new ones until they are written
	policies []*persistence.Policy  // those of the family there are
	receipts map[receipt]bool       // that were used
}

// receipt is the number of a receipt, good once for a product.
type receipt struct {
	product int
	number  string
}

// check refuses a file that contradicts itself, and a family that cannot be stored (rule
// 10.7, steps 1, 2 and 4). It writes nothing and takes a constant number of statements.
func (p *enrolmentPlan) check() error {
	for _, step := range []func() error{p.checkFile, p.checkHead, p.checkNumbers, p.load, p.checkStored, p.checkTaken, p.checkPlaces, p.loadPolicies} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func memberPath(i int) string { return fmt.Sprintf("members[%d]", i) }

// checkFile refuses what no family can be at fault of: the file does not hang together.
func (p *enrolmentPlan) checkFile() error {
	var faults []*core.Error
	fault := func(path, format string, args ...any) { faults = append(faults, refuseFile(path, format, args...)) }
	fresh := p.sent.Family.FamilyID == 0
	for i := range p.sent.Members {
		m := &p.sent.Members[i].Insuree
		if fresh && m.InsureeID != 0 {
			fault(memberPath(i), "a new family cannot have a member who is stored already")
		}
		if kind := text(m.TypeOfID); kind != "" {
			if _, known := p.registers.IdentificationTypes[kind]; !known {
				fault(memberPath(i)+".identity", "%s is not in the register of this installation", kind)
			}
		}
	}
	for i := range p.sent.Policies {
		policy := &p.sent.Policies[i]
		if fresh && policy.Policy.PolicyID != 0 {
			fault(fmt.Sprintf("policies[%d]", i), "a new family cannot have a policy that is stored already")
		}
		for j, c := range policy.Covers {
			if c.Member < 0 || c.Member >= len(p.sent.Members) {
				fault(fmt.Sprintf("policies[%d].covers[%d]", i, j), "the family has no member %d", c.Member)
			}
		}
	}
	return core.Join(faults...)
}

// checkHead refuses a new family without a head, and any with two.
func (p *enrolmentPlan) checkHead() error {
	p.head = -1
	for i := range p.sent.Members {
		if !p.sent.Members[i].Insuree.IsHead {
			continue
		}
		if p.head >= 0 {
			return refuseEnrolment(EnrolmentTwoHeads, core.Unprocessable, memberPath(i), "the family has two heads")
		}
		p.head = i
	}
	if p.head < 0 && p.sent.Family.FamilyID == 0 {
		return refuseEnrolment(EnrolmentNoHead, core.Unprocessable, "members", "the family has no head")
	}
	return nil
}

// checkNumbers refuses a member without an insurance number, since nobody could tell him
// when he is sent again, and a number that comes twice.
func (p *enrolmentPlan) checkNumbers() error {
	var faults []*core.Error
	seen := map[string]bool{}
	for i := range p.sent.Members {
		asked := text(p.sent.Members[i].Insuree.CHFID)
		switch path := memberPath(i) + ".number"; {
		case strings.TrimSpace(asked) == "":
			faults = append(faults, core.ErrorAt(core.Unprocessable, path, "the insurance number is missing"))
		case seen[asked]:
			faults = append(faults, refuseEnrolment(EnrolmentNumberExists, core.Unprocessable, path, "the insurance number %s comes twice", asked))
		}
		seen[asked] = true
	}
	return core.Join(faults...)
}

// load loads a stored family with its members, and keeps others from changing it.
func (p *enrolmentPlan) load() error {
	p.members = make([]*persistence.Insuree, len(p.sent.Members))
	if p.sent.Family.FamilyID == 0 {
		return nil
	}
	var err error
	if p.family, err = named[persistence.Family](p.x, p.sent.Family.FamilyID, "", "family"); err != nil {
		return err
	}
	p.present, err = membersOf(p.x, p.family)
	return err
}

// checkStored refuses what a file may not do to a stored family: move it, or take members
// of others into it.
func (p *enrolmentPlan) checkStored() error {
	if p.family == nil {
		return nil
	}
	var faults []*core.Error
	fault := func(path, format string, args ...any) {
		faults = append(faults, core.ErrorAt(core.Unprocessable, path, format, args...))
	}
	if village := p.sent.Family.LocationID; village != nil && *village != number(p.family.LocationID) {
		fault("location", "an upload does not move a family to another village")
	}
	for i := range p.sent.Members {
		key := p.sent.Members[i].Insuree.InsureeID
		if key == 0 {
			continue
		}
		at := slices.IndexFunc(p.present, func(m *persistence.Insuree) bool { return m.InsureeID == key })
		switch {
		case at < 0:
			fault(memberPath(i), "the person is not of the family; an upload does not move people")
		case slices.Contains(p.members[:i], p.present[at]):
			fault(memberPath(i), "the person is named twice")
		default:
			p.members[i] = p.present[at]
		}
	}
	if len(faults) == 0 && p.head < 0 && !slices.ContainsFunc(p.members, func(m *persistence.Insuree) bool { return m != nil && m.InsureeID == p.family.InsureeID }) {
		return refuseEnrolment(EnrolmentNoHead, core.Unprocessable, "members", "the family has no head any more")
	}
	return core.Join(faults...)
}

// checkTaken refuses numbers that are somebody else's.
func (p *enrolmentPlan) checkTaken() error {
	numbers := make([]string, len(p.sent.Members))
	for i := range p.sent.Members {
		numbers[i] = text(p.sent.Members[i].Insuree.CHFID)
	}
	var holders []persistence.Insuree
	l := &loader{db: p.x.DB().Select("InsureeID", "CHFID")}
	findIn(l, &holders, column("tblInsuree", "CHFID"), numbers, persistence.IsNull(column("tblInsuree", "ValidityTo")))
	var faults []*core.Error
	for i := range p.sent.Members {
		key := p.sent.Members[i].Insuree.InsureeID
		if !slices.ContainsFunc(holders, func(h persistence.Insuree) bool { return text(h.CHFID) == numbers[i] && h.InsureeID != key }) {
			continue
		}
		code := EnrolmentNumberExists
		if p.family == nil && i == p.head {
			code = EnrolmentHeadExists
		}
		faults = append(faults, refuseEnrolment(code, core.Conflict, memberPath(i)+".number", "the insurance number %s belongs to another person", numbers[i]))
	}
	if l.err != nil {
		return l.err
	}
	return core.Join(faults...)
}

// checkPlaces refuses villages the caller does not see and facilities there are not.
func (p *enrolmentPlan) checkPlaces() error {
	home := p.sent.Family.LocationID
	if p.family != nil {
		home = p.family.LocationID
	}
	villages, facilities := map[int]bool{number(home): true}, map[int]bool{}
	for i := range p.sent.Members {
		villages[number(p.sent.Members[i].Insuree.CurrentVillage)] = true
		facilities[number(p.sent.Members[i].Insuree.HFID)] = true
	}
	delete(villages, 0)
	delete(facilities, 0)
	p.places = map[int]*persistence.Location{}
	for some := range slices.Chunk(slices.Collect(maps.Keys(villages)), 900) {
		seen, err := persistence.Select[persistence.Location](p.x, persistence.Query{Where: []clause.Expression{persistence.In(column("tblLocations", "LocationId"), some)}})
		if err != nil {
			return err
		}
		maps.Copy(p.places, byKey(seen.Rows, func(l *persistence.Location) int { return l.LocationID }))
	}
	var there []persistence.HealthFacility
	l := &loader{db: p.x.DB()}
	findIn(l, &there, column("tblHF", "HfID"), slices.Collect(maps.Keys(facilities)), persistence.IsNull(column("tblHF", "ValidityTo")))
	if l.err != nil {
		return l.err
	}
	return p.namePlaces(number(home), byKey(there, func(f *persistence.HealthFacility) int { return f.HFID }))
}

// namePlaces refuses the villages and facilities that were not found.
func (p *enrolmentPlan) namePlaces(home int, facilities map[int]*persistence.HealthFacility) error {
	var faults []*core.Error
	fault := func(path, format string, args ...any) {
		faults = append(faults, core.ErrorAt(core.Unprocessable, path, format, args...))
	}
	if p.places[home] == nil {
		fault("location", "there is no such village")
	}
	for i := range p.sent.Members {
		m := &p.sent.Members[i].Insuree
		if village := number(m.CurrentVillage); village != 0 && p.places[village] == nil {
			fault(memberPath(i)+".own", "there is no such village")
		}
		if facility := number(m.HFID); facility != 0 && facilities[facility] == nil {
			fault(memberPath(i)+".facility", "there is no such facility")
		}
	}
	return core.Join(faults...)
}

// loadPolicies loads the policies of a stored family, the receipts that were used and the
// photographs of whose photographs the file has.
func (p *enrolmentPlan) loadPolicies() error {
	l := &loader{db: p.x.DB()}
	p.receipts = map[receipt]bool{}
	var numbers []string
	for i := range p.sent.Policies {
		for j := range p.sent.Policies[i].Premiums {
			numbers = append(numbers, p.sent.Policies[i].Premiums[j].Receipt)
		}
	}
	if p.family != nil {
		var rows []persistence.Policy
		find(l, &rows, persistence.Compare(column("tblPolicy", "FamilyID"), "=", p.family.FamilyID), persistence.IsNull(column("tblPolicy", "ValidityTo")))
		p.policies = pointers(rows)
	}
	var pictured []int
	for i, m := range p.members {
		if m != nil && p.sent.Members[i].Picture != nil {
			pictured = append(pictured, m.InsureeID)
		}
	}
	var photos []persistence.Photo
	findIn(l, &photos, column("tblPhotos", "InsureeID"), pictured, persistence.IsNull(column("tblPhotos", "ValidityTo")))
	p.photos = byKey(photos, func(f *persistence.Photo) int { return number(f.InsureeID) })
	var premiums []persistence.Premium
	var used []persistence.Policy
	findIn(l, &premiums, column("tblPremium", "Receipt"), numbers, persistence.IsNull(column("tblPremium", "ValidityTo")))
	findIn(l, &used, column("tblPolicy", "PolicyID"), keysOf(premiums, func(m *persistence.Premium) int { return m.PolicyID }))
	products := byKey(used, func(p *persistence.Policy) int { return p.PolicyID })
	for i := range premiums {
		if policy := products[premiums[i].PolicyID]; policy != nil {
			p.receipts[receipt{policy.ProdID, premiums[i].Receipt}] = true
		}
	}
	return l.err
}
