package graphql

import (
	"encoding/base64"
	"strings"

	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme"
)

// insureeInput is the form of insured people. What it leaves out is cleared, but for the
// insurance number, the photograph, the status, and what the form has no place for.
type insureeInput struct {
	UUID         *string           `graphql:"uuid"`
	CHFID        *string           `graphql:"chfId"`
	LastName     string            `graphql:"lastName"`
	OtherNames   string            `graphql:"otherNames"`
	Gender       *string           `graphql:"genderId"`
	DOB          persistence.Date  `graphql:"dob"`
	Head         *bool             `graphql:"head"`
	Marital      *string           `graphql:"marital"`
	Passport     *string           `graphql:"passport"`
	Phone        *string           `graphql:"phone"`
	Email        *string           `graphql:"email"`
	Address      *string           `graphql:"currentAddress"`
	GeoLocation  *string           `graphql:"geolocation"`
	Village      *int              `graphql:"currentVillageId"`
	Photo        *photoInput       `graphql:"photo"`
	CardIssued   *bool             `graphql:"cardIssued"`
	Family       *int              `graphql:"familyId"`
	Relationship *int              `graphql:"relationshipId"`
	Profession   *int              `graphql:"professionId"`
	Education    *int              `graphql:"educationId"`
	TypeOfID     *string           `graphql:"typeOfIdId"`
	Facility     *int              `graphql:"healthFacilityId"`
	Offline      *bool             `graphql:"offline"`
	JSONExt      *string           `graphql:"jsonExt"`
	Status       *string           `graphql:"status"`
	Reason       *string           `graphql:"statusReason"`
	StatusDate   *persistence.Date `graphql:"statusDate"`
}

// photoInput is the photograph on the form.
type photoInput struct {
	Date     *persistence.Date `graphql:"date"`
	Officer  int               `graphql:"officerId"`
	Data     string            `graphql:"photo"`
	Filename *string           `graphql:"filename"`
}

// insureePaths are the names of the form, after what stands before them.
func insureePaths(before string) scheme.Paths {
	paths := scheme.Paths{
		"number": "chfId", "family": "familyId", "head": "head", "own": "currentVillageId", "lastName": "lastName", "otherNames": "otherNames", "birthDate": "dob",
		"gender": "genderId", "marital": "marital", "education": "educationId", "profession": "professionId", "identity": "typeOfIdId", "relation": "relationshipId",
		"facility": "healthFacilityId", "status": "status", "reason": "statusReason",
	}
	for name := range paths {
		paths[name] = before + paths[name]
	}
	return paths
}

// draft makes of the form what a person is to be; row is how he is stored, with his
// photograph, or empty.
func (form *insureeInput) draft(c *Change, x *persistence.Session, row *persistence.Insuree, before string) (*scheme.InsureeDraft, error) {
	registers, err := c.Registers()
	if err != nil {
		return nil, err
	}
	d := &scheme.InsureeDraft{Insuree: *row, Registers: registers, Paths: insureePaths(before)}
	p := &d.Insuree
	if number := said(form.CHFID); number != nil {
		p.CHFID = number
	}
	p.LastName, p.OtherNames, p.Gender, p.DOB, p.Marital = form.LastName, form.OtherNames, said(form.Gender), form.DOB, said(form.Marital)
	p.Passport, p.Phone, p.Email, p.TypeOfID, p.HFID = said(form.Passport), said(form.Phone), said(form.Email), said(form.TypeOfID), form.Facility
	p.Relationship, p.Profession, p.Education = form.Relationship, form.Profession, form.Education
	if form.CardIssued != nil {
		p.CardIssued = *form.CardIssued
	}
	if form.GeoLocation != nil {
		p.GeoLocation = form.GeoLocation
	}
	if form.Offline != nil {
		p.IsOffline = form.Offline
	}
	if form.JSONExt != nil {
		p.JSONExt = extended(row.JSONExt, *form.JSONExt)
	}
	if err := form.setStatus(x, p, before); err != nil {
		return nil, err
	}
	place, err := villageAt(c, x, form.Village, row.CurrentVillage, before+"currentVillageId")
	if err != nil {
		return nil, err
	}
	if address := said(form.Address); place != nil || address != nil {
		d.Own = &scheme.Residence{Place: place, Address: address}
	}
	d.Picture, err = form.Photo.picture(row.Photo, before+"photo.photo")
	return d, err
}

// setStatus puts the status with its day and reason into a row; reasons are known by their
// codes.
func (form *insureeInput) setStatus(x *persistence.Session, row *persistence.Insuree, before string) error {
	status := said(form.Status)
	if status == nil {
		return nil
	}
	row.Status, row.StatusDate, row.StatusReason = status, form.StatusDate, nil
	code := said(form.Reason)
	if code == nil {
		return nil
	}
	where, err := comparing(mapping.StatusReasons, "code", "", *code)
	if err != nil {
		return err
	}
	found, err := persistence.Select[persistence.InsureeStatusReason](x, persistence.Query{Where: []clause.Expression{where}, Limit: 1, Few: true})
	if err != nil {
		return err
	}
	if len(found.Rows) == 0 {
		return core.ErrorAt(core.Unprocessable, before+"statusReason", "there is no reason %q", *code)
	}
	row.StatusReason = &found.Rows[0].StatusReasonID
	return nil
}

// villageAt finds the place with the key: the one of before, or one of the caller's.
func villageAt(c *Change, x *persistence.Session, key, was *int, path string) (*persistence.Location, error) {
	if key == nil || *key == 0 {
		return nil, nil
	}
	if was != nil && *was == *key {
		registers, err := c.Registers()
		if err != nil {
			return nil, err
		}
		if place := registers.Locations.ByID(*key); place != nil {
			return place, nil
		}
	}
	place, err := persistence.OneByKey[persistence.Location](x, *key)
	if code := core.CodeOf(err); err != nil && (code == core.NotFound || code == core.Gone) {
		return nil, core.ErrorAt(core.Unprocessable, path, "there is no place %d among yours", *key)
	}
	return place, err
}

// picture makes a photograph of the form, nil where it is the stored one or none: the form
// sends back what it was shown.
func (form *photoInput) picture(stored *persistence.Photo, path string) (*scheme.Picture, error) {
	if form == nil || form.Data == "" {
		return nil, nil
	}
	data := form.Data
	if _, plain, found := strings.Cut(data, ";base64,"); found {
		data = plain
	}
	if _, err := base64.StdEncoding.DecodeString(data); err != nil {
		return nil, core.ErrorAt(core.Invalid, path, "a photograph is sent in base64")
	}
	if stored != nil && stored.Photo != nil && *stored.Photo == data && (form.Date == nil || form.Date.Equal(stored.PhotoDate.Time)) &&
		(form.Officer == 0 || form.Officer == stored.OfficerID) {
		return nil, nil
	}
	name := form.Filename
	if name == nil && stored != nil {
		name = stored.PhotoFileName
	}
	return &scheme.Picture{Data: data, Name: name, Day: form.Date, Officer: form.Officer}, nil
}

func createInsuree(c *Change) error {
	var form insureeInput
	if err := c.Into(&form); err != nil {
		return err
	}
	return c.Store.Tx(c.Context, func(x *persistence.Session) error {
		draft, err := form.draft(c, x, &persistence.Insuree{}, "")
		if err != nil {
			return err
		}
		if draft.Heads = form.Head; form.Family != nil {
			if draft.Family, err = familyWith(x, *form.Family); err != nil {
				return err
			}
		}
		row, err := peopleOf(c).Enter(x, draft)
		if err == nil {
			c.entered(row, draft)
		}
		return err
	})
}

// entered notes a person who is there now, with the number that was drawn for him.
func (c *Change) entered(row *persistence.Insuree, draft *scheme.InsureeDraft) {
	c.Wrote("tblInsuree", row.InsureeUUID)
	if draft.Insuree.CHFID == nil && row.CHFID != nil {
		c.Generated(*row.CHFID)
	}
}

// familyWith finds a family of the caller's by its key.
func familyWith(x *persistence.Session, key int) (*persistence.Family, error) {
	row, err := persistence.OneByKey[persistence.Family](x, key, "Head")
	if code := core.CodeOf(err); err != nil && (code == core.NotFound || code == core.Gone) {
		return nil, core.ErrorAt(core.Unprocessable, "familyId", "there is no family %d among yours", key)
	}
	return row, err
}

func updateInsuree(c *Change) error {
	var form insureeInput
	if err := c.Into(&form); err != nil {
		return err
	}
	return Alter(c, func(x *persistence.Session, row *persistence.Insuree) error {
		if err := withPhoto(x, row); err != nil {
			return err
		}
		draft, err := form.draft(c, x, row, "")
		if err != nil {
			return err
		}
		if form.Head != nil && *form.Head != row.IsHead {
			draft.Heads = form.Head
		}
		if form.Family != nil && (row.FamilyID == nil || *row.FamilyID != *form.Family) {
			if draft.Family, err = familyWith(x, *form.Family); err != nil {
				return err
			}
		}
		_, err = peopleOf(c).Change(x, draft)
		return err
	})
}

// withPhoto loads the photograph of a person.
func withPhoto(x *persistence.Session, row *persistence.Insuree) error {
	full, err := persistence.One[persistence.Insuree](x, row.InsureeUUID, "Photo")
	if err == nil {
		*row = *full
	}
	return err
}
