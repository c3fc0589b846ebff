package files

import (
	"strconv"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme"
)

// The rights an upload of people needs: everyone the first, for people who are there the
// second too.
const (
	rightEnrol  = 101102
	rightChange = 101103
)

const (
	mostPeople   = 10_000 // in a table that is handed out; $export of /fhir gives any number
	mostUploaded = 2_000  // in one that is taken in: each is enrolled by itself
)

// insureeLine is a person as tables have him.
type insureeLine struct {
	Number     string `column:"insurance_number"`
	LastName   string `column:"last_name"`
	OtherNames string `column:"other_names"`
	BirthDate  string `column:"birth_date"`
	Gender     string `column:"gender"`
	Marital    string `column:"marital"`
	Head       string `column:"head"`
	HeadNumber string `column:"head_insurance_number"`
	Village    string `column:"village_code"`
	Phone      string `column:"phone"`
	Email      string `column:"email"`
	Passport   string `column:"passport"`
	CardIssued string `column:"card_issued"`
	Status     string `column:"status"`
}

// insureeLines gives the people the caller sees.
func insureeLines(x *persistence.Session) ([]insureeLine, error) {
	registers, err := x.Store().Registers(x.Context())
	if err != nil {
		return nil, err
	}
	page, err := persistence.Select[persistence.Insuree](x, persistence.Query{
		Join: []string{"Family", "Family.Head"}, Order: []persistence.Order{{Column: persistence.Column("", "CHFID")}}, Limit: mostPeople,
	})
	if err != nil {
		return nil, err
	}
	if page.Next != "" {
		return nil, core.Errorf(core.Unprocessable, "there are more than %d insured persons in your districts", mostPeople)
	}
	lines := make([]insureeLine, len(page.Rows))
	for i := range page.Rows {
		p := &page.Rows[i]
		head, village := "", p.CurrentVillage
		if p.Family != nil {
			if p.Family.Head != nil {
				head = text(p.Family.Head.CHFID)
			}
			if village == nil || *village == 0 {
				village = p.Family.LocationID
			}
		}
		place := ""
		if village != nil {
			if found := registers.Locations.ByID(*village); found != nil {
				place = text(found.LocationCode)
			}
		}
		lines[i] = insureeLine{
			Number: text(p.CHFID), LastName: p.LastName, OtherNames: p.OtherNames, BirthDate: p.DOB.String(), Gender: text(p.Gender), Marital: text(p.Marital),
			Head: strconv.FormatBool(p.IsHead), HeadNumber: head, Village: place,
			Phone: text(p.Phone), Email: text(p.Email), Passport: text(p.Passport), CardIssued: strconv.FormatBool(p.CardIssued), Status: text(p.Status),
		}
	}
	return lines, nil
}

// storePeople takes people in.
func (d *Desk) storePeople(lines []insureeLine) store {
	rows := make([]scheme.InsureeRow, len(lines))
	for i, l := range lines {
		rows[i] = scheme.InsureeRow{
			Number: l.Number, HeadNumber: l.HeadNumber, Head: l.Head, Village: l.Village, BirthDate: l.BirthDate, CardIssued: l.CardIssued,
			LastName: l.LastName, OtherNames: l.OtherNames, Gender: l.Gender, Marital: l.Marital, Phone: l.Phone, Email: l.Email, Passport: l.Passport, Status: l.Status,
		}
	}
	return func(x *persistence.Session, u scheme.Uploads) (*scheme.UploadOutcome, error) {
		switch {
		case len(rows) > mostUploaded:
			return nil, core.ErrorAt(core.Invalid, "file", "there are more than %d people; send them in parts", mostUploaded)
		case u.Strategy != scheme.UploadInsert && !core.PrincipalOf(x.Context()).May(rightChange):
			return nil, core.ErrorAt(core.Forbidden, "strategy", "you may store new people, not change those who are there")
		}
		return u.People(x, d.Insurees, rows)
	}
}
