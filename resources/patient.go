package resources

import (
	"context"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
)

// patients serves insured people.
type patients struct {
	*table[persistence.Insuree]
}

var _ interface {
	rest.Creator
	rest.Updater
	rest.Deleter
} = patients{}

const aboutPatients = "Insured people (tblInsuree). A birth date, a family name and a given name are needed; " +
	"an insurance number that was not sent is drawn. The address with use `temp` is the person's own, the one with use `home` the family's. " +
	"A person with the extension patient-is-head and no group starts a family at that address."

// Patient serves insured people: read, versions, search, create, update and delete.
// https://hl7.org/fhir/R4/patient.html
func Patient(e *Environment) rest.Type {
	p := patients{}
	p.table = newTable(e, mapping.Patient, aboutPatients, renderPatients)
	return p
}

// renderPatients loads what hangs on rows that came without their relations.
func renderPatients(_ context.Context, x *persistence.Session, v *mapping.View, rows []persistence.Insuree) ([]*fhir.Resource, error) {
	err := attach(x, rows,
		func(r *persistence.Insuree) *int { return unless(r.Family != nil, r.FamilyID) },
		func(r *persistence.Insuree, f *persistence.Family) { r.Family = f })
	if err != nil {
		return nil, err
	}
	err = attach(x, rows,
		func(r *persistence.Insuree) *int {
			if r.Family == nil || r.Family.InsureeID == 0 {
				return nil
			}
			return unless(r.Family.Head != nil, &r.Family.InsureeID)
		},
		func(r *persistence.Insuree, head *persistence.Insuree) { r.Family.Head = head })
	if err != nil {
		return nil, err
	}
	err = attach(x, rows,
		func(r *persistence.Insuree) *int { return unless(r.HF != nil, r.HFID) },
		func(r *persistence.Insuree, hf *persistence.HealthFacility) { r.HF = hf })
	if err != nil {
		return nil, err
	}
	err = attach(x, rows,
		func(r *persistence.Insuree) *int { return unless(r.Photo != nil, r.PhotoID) },
		func(r *persistence.Insuree, photo *persistence.Photo) { r.Photo = photo })
	if err != nil {
		return nil, err
	}
	rendered := make([]*fhir.Resource, len(rows))
	for i := range rows {
		rendered[i] = &fhir.Resource{Typed: mapping.PatientOf(v, &rows[i])}
	}
	return rendered, nil
}

// Create enrols a person.
func (p patients) Create(ctx context.Context, in *fhir.Resource) (*fhir.Entry, error) {
	return p.write(ctx, func(x *persistence.Session) (*persistence.Insuree, error) {
		row := &persistence.Insuree{InsureeUUID: persistence.NewUUID(), Status: ptr("AC")}
		change, err := p.read(x, in, row)
		if err != nil {
			return nil, err
		}
		if err := p.number(x, in, row); err != nil {
			return nil, err
		}
		if err := change.apply(); err != nil {
			return nil, err
		}
		if err := p.keep(ctx, x, row, in); err != nil {
			return nil, err
		}
		if err := persistence.Insert(x, row); err != nil {
			return nil, err
		}
		return row, change.follow()
	})
}

// Update replaces what FHIR says of a person. Columns it cannot say stay as they are.
func (p patients) Update(ctx context.Context, id string, in *fhir.Resource, match rest.Match) (*fhir.Entry, error) {
	return p.write(ctx, func(x *persistence.Session) (*persistence.Insuree, error) {
		row, err := p.one(x, id)
		if err != nil {
			return nil, err
		}
		if err := p.matches(row, match); err != nil {
			return nil, err
		}
		before := row.CHFID
		change, err := p.read(x, in, row)
		if err != nil {
			return nil, err
		}
		if row.CHFID == nil || before == nil || *row.CHFID != *before {
			if err := p.number(x, in, row); err != nil {
				return nil, err
			}
		}
		if err := change.apply(); err != nil {
			return nil, err
		}
		if err := p.keep(ctx, x, row, in); err != nil {
			return nil, err
		}
		if err := persistence.Update(x, row); err != nil {
			return nil, err
		}
		return row, change.follow()
	})
}

// number draws an insurance number where none was sent and refuses one that is taken.
func (p patients) number(x *persistence.Session, in *fhir.Resource, row *persistence.Insuree) error {
	if row.CHFID == nil {
		number, err := p.env.number(x)
		row.CHFID = &number
		return err
	}
	taken, err := numberTaken(x, *row.CHFID, row.InsureeID)
	if err != nil {
		return err
	}
	if taken {
		return core.ErrorAt(core.Conflict, "Patient.identifier", "the insurance number %s belongs to another person", *row.CHFID)
	}
	return nil
}

// read takes the resource apart and finds the rows it refers to.
func (p patients) read(x *persistence.Session, in *fhir.Resource, row *persistence.Insuree) (*enrolment, error) {
	typed, ok := in.Typed.(*r4.Patient)
	if !ok {
		return nil, core.Errorf(core.Invalid, "a Patient is needed")
	}
	v, err := p.env.view(x.Context(), x)
	if err != nil {
		return nil, err
	}
	change := &enrolment{x: x, row: row, was: *row}
	if change.parts, err = mapping.PatientInto(v, typed, row); err != nil {
		return nil, err
	}
	return change, change.resolve()
}

// Delete closes the record of a person and his cover. The head of a family stays as long
// as he is its head, and a person stays as long as claims are about him.
func (p patients) Delete(ctx context.Context, id string, match rest.Match) error {
	return p.env.Store.Tx(ctx, func(x *persistence.Session) error {
		row, err := p.one(x, id)
		if core.CodeOf(err) == core.Gone {
			return nil
		}
		if err != nil {
			return err
		}
		if err := p.matches(row, match); err != nil {
			return err
		}
		if row.Family != nil && row.Family.ValidityTo == nil && (row.IsHead || row.Family.InsureeID == row.InsureeID) {
			return core.ErrorAt(core.Conflict, "Patient", "the person is the head of a family; name another head first")
		}
		if err := refuseWhileUsed(x, "Patient", row.InsureeID, use[persistence.Claim]{"InsureeID", "claims"}); err != nil {
			return err
		}
		covers, err := coversOf(x, row.InsureeID)
		if err != nil {
			return err
		}
		if err := persistence.DeleteMany(x, covers); err != nil {
			return err
		}
		if row.Photo != nil && row.Photo.ValidityTo == nil {
			if err := persistence.Delete(x, row.Photo); err != nil {
				return err
			}
		}
		if err := persistence.Delete(x, row); err != nil {
			return err
		}
		return p.announce(x, "deleted", row)
	})
}
