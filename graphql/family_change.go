package graphql

import (
	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme"
)

// familyInput is the form of families with their heads. What it leaves out is cleared, but
// for what the form has no place for.
type familyInput struct {
	Location         *int          `graphql:"locationId"`
	Poverty          *bool         `graphql:"poverty"`
	FamilyType       *string       `graphql:"familyTypeId"`
	Address          *string       `graphql:"address"`
	Offline          *bool         `graphql:"isOffline"`
	Ethnicity        *string       `graphql:"ethnicity"`
	ConfirmationNo   *string       `graphql:"confirmationNo"`
	ConfirmationType *string       `graphql:"confirmationTypeId"`
	JSONExt          *string       `graphql:"jsonExt"`
	Head             *insureeInput `graphql:"headInsuree"`
}

var familyPaths = scheme.Paths{"location": "locationId", "type": "familyTypeId", "confirmation": "confirmationTypeId", "head": "headInsuree", "members": "headInsuree", "member 0": "headInsuree"}

// draft makes of the form what a family is to be; row is how it is stored, or empty.
func (form *familyInput) draft(c *Change, x *persistence.Session, row *persistence.Family) (*scheme.FamilyDraft, error) {
	registers, err := c.Registers()
	if err != nil {
		return nil, err
	}
	place, err := villageAt(c, x, form.Location, row.LocationID, "locationId")
	if err != nil {
		return nil, err
	}
	d := &scheme.FamilyDraft{Family: *row, Home: &scheme.Residence{Place: place, Address: said(form.Address)}, Registers: registers, Paths: familyPaths}
	f := &d.Family
	f.Poverty, f.FamilyType, f.ConfirmationNo, f.ConfirmationType = form.Poverty, said(form.FamilyType), said(form.ConfirmationNo), said(form.ConfirmationType)
	if form.Offline != nil {
		f.IsOffline = form.Offline
	}
	if form.Ethnicity != nil {
		f.Ethnicity = said(form.Ethnicity)
	}
	if form.JSONExt != nil {
		f.JSONExt = extended(row.JSONExt, *form.JSONExt)
	}
	return d, nil
}

// createFamily enrols a person and makes him the head of a new family.
func createFamily(c *Change) error {
	var form familyInput
	if err := c.Into(&form); err != nil {
		return err
	}
	if form.Head == nil {
		return core.ErrorAt(core.Invalid, "headInsuree", "a family needs a head")
	}
	return c.Store.Tx(c.Context, func(x *persistence.Session) error {
		family, err := form.draft(c, x, &persistence.Family{})
		if err != nil {
			return err
		}
		head, err := form.Head.draft(c, x, &persistence.Insuree{}, "headInsuree.")
		if err != nil {
			return err
		}
		person, err := peopleOf(c).Enter(x, head)
		if err != nil {
			return err
		}
		family.Members = []*persistence.Insuree{person}
		row, err := familiesOf(c).Enter(x, family)
		if err == nil {
			c.entered(person, head)
			c.Wrote("tblFamilies", row.FamilyUUID)
		}
		return err
	})
}

// updateFamily changes a family and what is known of its head, or of another member, who
// is its head then.
func updateFamily(c *Change) error {
	var form familyInput
	if err := c.Into(&form); err != nil {
		return err
	}
	return Alter(c, func(x *persistence.Session, row *persistence.Family) error {
		family, err := form.draft(c, x, row)
		if err != nil {
			return err
		}
		if form.Head != nil {
			person, err := form.changeHead(c, x, row)
			if err != nil {
				return err
			}
			c.Wrote("tblInsuree", person.InsureeUUID)
			family.Leader = person.InsureeID
		}
		_, err = familiesOf(c).Change(x, family)
		return err
	})
}

// changeHead changes what is known of the person the form has as the head: the one it
// names, or the head as he is stored.
func (form *familyInput) changeHead(c *Change, x *persistence.Session, f *persistence.Family) (*persistence.Insuree, error) {
	var row *persistence.Insuree
	var err error
	if form.Head.UUID != nil {
		id, ok := persistence.ParseUUID(*form.Head.UUID)
		if !ok {
			return nil, core.ErrorAt(core.Invalid, "headInsuree.uuid", "%q is no UUID", *form.Head.UUID)
		}
		row, err = persistence.One[persistence.Insuree](x, id, "Photo")
	} else {
		row, err = persistence.OneByKey[persistence.Insuree](x, f.InsureeID, "Photo")
	}
	if err != nil {
		return nil, err
	}
	if row.FamilyID == nil || *row.FamilyID != f.FamilyID {
		return nil, core.ErrorAt(core.Conflict, "headInsuree.uuid", "the person is no member of the family")
	}
	draft, err := form.Head.draft(c, x, row, "headInsuree.")
	if err != nil {
		return nil, err
	}
	return peopleOf(c).Change(x, draft)
}
