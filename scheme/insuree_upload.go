package scheme

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// InsureeRow is a person in an upload, in the texts of the file. "" leaves what is stored.
type InsureeRow struct {
	Number     string // insurance number
	HeadNumber string // that of the head of his family; his own where he is it
	Head       string // true where he heads a family; HeadNumber says it too
	Village    string // code; the family's where its head names it, his own otherwise
	BirthDate  string // YYYY-MM-DD
	CardIssued string // true or false

	LastName, OtherNames, Gender, Marital, Phone, Email, Passport, Status string
}

// People uploads people: who is not there yet is enrolled, as the head of a new family, into
// the family of the head that is named, or into none; of who is there, what differs is
// changed. Heads are taken before the others. Each is enrolled or changed by the use cases
// given, with their checks and events, and left out where they refuse him. Nobody is closed.
// With DryRun the caller has to take the transaction back. Errors: core.Invalid for a
// strategy that is none.
func (u Uploads) People(x *persistence.Session, use Insurees, rows []InsureeRow) (*UploadOutcome, error) {
	switch u.Strategy {
	case UploadInsert, UploadUpdate, UploadBoth:
	default:
		return nil, core.ErrorAt(core.Invalid, "strategy", "people are stored and changed by a file; none are closed by it")
	}
	up := &peopleUploading{Uploads: u, Insurees: use, x: x, stored: map[string]*persistence.Insuree{}, seen: map[string]int{}, out: &UploadOutcome{Sent: len(rows)}}
	if err := up.load(rows); err != nil {
		return nil, err
	}
	for _, heads := range []bool{true, false} {
		for i := range rows {
			if rows[i].leads() != heads {
				continue
			}
			if err := up.take(i, &rows[i]); err != nil {
				return nil, err
			}
		}
	}
	slices.SortStableFunc(up.out.Faults, func(a, b UploadFault) int { return a.Row - b.Row })
	return up.out, nil
}

// leads tells whether the person is to head a family.
func (r *InsureeRow) leads() bool {
	head, _ := strconv.ParseBool(r.Head)
	return r.HeadNumber == "" && head || r.HeadNumber != "" && r.HeadNumber == r.Number
}

// peopleUploading is an upload of people under way.
type peopleUploading struct {
	Uploads
	Insurees
	x         *persistence.Session
	registers *persistence.Registers
	stored    map[string]*persistence.Insuree // live people by number, with their families and those's heads
	villages  map[string]*persistence.Location
	seen      map[string]int
	out       *UploadOutcome
}

// load loads the people and villages the rows name, as far as the caller sees them.
func (u *peopleUploading) load(rows []InsureeRow) (err error) {
	numbers, codes := map[string]bool{}, map[string]bool{}
	for i := range rows {
		r := &rows[i]
		r.Number, r.HeadNumber, r.Village = strings.TrimSpace(r.Number), strings.TrimSpace(r.HeadNumber), strings.TrimSpace(r.Village)
		numbers[r.Number], numbers[r.HeadNumber], codes[r.Village] = true, true, true
	}
	if u.registers, err = registersOf(u.x, nil); err != nil {
		return err
	}
	for some := range slices.Chunk(sortedKeys(numbers), 900) {
		page, err := persistence.Select[persistence.Insuree](u.x, persistence.Query{
			Where: []clause.Expression{persistence.In(column("tblInsuree", "CHFID"), some)}, Join: []string{"Family", "Family.Head"},
		})
		if err != nil {
			return err
		}
		for i := range page.Rows {
			u.stored[text(page.Rows[i].CHFID)] = &page.Rows[i]
		}
	}
	u.villages = map[string]*persistence.Location{}
	for some := range slices.Chunk(sortedKeys(codes), 900) {
		page, err := persistence.Select[persistence.Location](u.x, persistence.Query{Where: []clause.Expression{
			persistence.In(column("tblLocations", "LocationCode"), some), persistence.Compare(column("tblLocations", "LocationType"), "=", "V"),
		}})
		if err != nil {
			return err
		}
		for i := range page.Rows {
			u.villages[text(page.Rows[i].LocationCode)] = &page.Rows[i]
		}
	}
	return nil
}

// take takes one row, or reports what is wrong with it.
func (u *peopleUploading) take(i int, row *InsureeRow) error {
	fault := func(format string, args ...any) error {
		u.out.Faults = append(u.out.Faults, UploadFault{i, row.Number, fmt.Sprintf(format, args...)})
		return nil
	}
	old := u.stored[row.Number]
	first, twice := u.seen[row.Number]
	switch {
	case row.Number == "":
		return fault("the insurance number is missing")
	case twice:
		return fault("the insurance number came in row %d already", first+1)
	case old != nil && u.Strategy == UploadInsert:
		return fault("it is there already")
	case old == nil && u.Strategy == UploadUpdate:
		return fault("it is not there")
	}
	u.seen[row.Number] = i
	before := *u.out
	refused, err := persistence.Part(u.x, func() error {
		if old == nil {
			return u.enter(row)
		}
		return u.change(row, old)
	})
	if err != nil || refused == nil {
		return err
	}
	*u.out = before
	for _, f := range refused.All() {
		words := f.Message
		if f.Path != "" {
			words = f.Path + ": " + words
		}
		_ = fault("%s", words)
	}
	return nil
}

// enter enrols a person.
func (u *peopleUploading) enter(row *InsureeRow) error {
	d, _, err := u.draft(row, &persistence.Insuree{CHFID: &row.Number})
	if err != nil {
		return err
	}
	entered, err := u.Enter(u.x, d)
	if err != nil {
		return err
	}
	if entered.IsHead {
		entered.Family.Head = entered
	}
	u.stored[row.Number] = entered
	u.out.Inserted++
	return nil
}

// change changes a stored person where the row says something else.
func (u *peopleUploading) change(row *InsureeRow, old *persistence.Insuree) error {
	_, differs, err := u.draft(row, old)
	if err != nil || !differs {
		return err
	}
	if old, err = persistence.One[persistence.Insuree](u.x, old.InsureeUUID, "Family.Head"); err != nil { // another row may have changed him
		return err
	}
	d, _, err := u.draft(row, old)
	if err != nil {
		return err
	}
	if _, err := u.Change(u.x, d); err != nil {
		return err
	}
	u.out.Updated++
	return nil
}

// draft gives a person as the row wants him, and whether that differs.
func (u *peopleUploading) draft(row *InsureeRow, old *persistence.Insuree) (d *InsureeDraft, differs bool, err error) {
	d = &InsureeDraft{Insuree: *old, Registers: u.registers}
	c := &draftCheck{x: u.x}
	row.into(c, &d.Insuree)
	leads := row.leads()
	if leads && !old.IsHead {
		d.Heads, differs = &leads, true
	}
	if row.HeadNumber != "" && !leads {
		switch head := u.stored[row.HeadNumber]; {
		case head == nil || !head.IsHead || head.Family == nil:
			c.fault("head_insurance_number", "%s heads no family you see", row.HeadNumber)
		case number(old.FamilyID) != head.Family.FamilyID:
			d.Family, differs = head.Family, true
		}
	}
	moved := u.house(c, row, d, old)
	return d, differs || moved || !sameValues(old, &d.Insuree), c.done()
}

// house says where the person lives: what the row does not name stays.
func (u *peopleUploading) house(c *draftCheck, row *InsureeRow, d *InsureeDraft, old *persistence.Insuree) (moved bool) {
	own := number(old.CurrentVillage)
	d.Own = &Residence{Place: u.registers.Locations.ByID(own), Address: old.CurrentAddress}
	if row.Village == "" {
		return false
	}
	village := u.villages[row.Village]
	family := cmp.Or(d.Family, old.Family)
	switch {
	case village == nil:
		c.fault("village_code", "there is no village %s you see", row.Village)
		return false
	case own == 0 && family != nil && number(family.LocationID) == village.LocationID, own == village.LocationID:
		return false
	case own == 0 && (old.IsHead || d.Heads != nil):
		d.Home = &Residence{Place: village}
		if family != nil {
			d.Home.Address = family.FamilyAddress
		}
	default:
		d.Own.Place = village
	}
	return true
}

// into writes what the file says into a row.
func (r *InsureeRow) into(c *draftCheck, row *persistence.Insuree) {
	words := func(into *string, told string) {
		if told = strings.TrimSpace(told); told != "" {
			*into = told
		}
	}
	maybe := func(into **string, told string) {
		if told = strings.TrimSpace(told); told != "" && told != text(*into) {
			*into = &told
		}
	}
	words(&row.LastName, r.LastName)
	words(&row.OtherNames, r.OtherNames)
	maybe(&row.Gender, r.Gender)
	maybe(&row.Marital, r.Marital)
	maybe(&row.Phone, r.Phone)
	maybe(&row.Email, r.Email)
	maybe(&row.Passport, r.Passport)
	maybe(&row.Status, r.Status)
	if told := strings.TrimSpace(r.BirthDate); told != "" && told != row.DOB.String() {
		day, err := persistence.ParseDate(told)
		if err != nil {
			c.fault("birth_date", "%.40q is no day; write YYYY-MM-DD", told)
		}
		row.DOB = day
	}
	if told := strings.TrimSpace(r.CardIssued); told != "" {
		issued, err := strconv.ParseBool(told)
		if err != nil {
			c.fault("card_issued", "%.40q is neither true nor false", told)
		}
		row.CardIssued = issued
	}
}
