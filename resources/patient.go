package resources

import (
	"context"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme"
)

// patients serves insured people.
type patients struct {
	*table[persistence.Insuree]
	creator
	cases scheme.Insurees
}

var _ interface {
	rest.Creator
	rest.IDCreator
	rest.Updater
	rest.Deleter
} = patients{}

const aboutPatients = "Insured people (tblInsuree). A birth date, a family name and a given name are needed; " +
	"an insurance number that was not sent is drawn. The address with use `temp` is the person's own, the one with use `home` the family's. " +
	"A person with the extension patient-is-head and no group starts a family at that address; one who joins a family is covered by its policies that still take members."

// Patient serves insured people: read, versions, search, create, update and delete.
// https://hl7.org/fhir/R4/patient.html
func Patient(e *Environment) rest.Type {
	p := patients{cases: scheme.Insurees{Rules: e.Rules, Numbers: e.Numbers}}
	p.table = newTable(e, mapping.Patient, aboutPatients, renderPatients)
	p.creator = p.add
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

// add enrols a person.
// Errors: core.Unprocessable, core.Conflict.
func (p patients) add(ctx context.Context, id string, in *fhir.Resource) (*fhir.Entry, error) {
	return p.change(ctx, func(x *persistence.Session) (*persistence.Insuree, error) {
		uuid, err := p.newUUID(x, id)
		if err != nil {
			return nil, err
		}
		draft, err := p.read(ctx, x, in, &persistence.Insuree{InsureeUUID: uuid})
		if err != nil {
			return nil, err
		}
		return p.cases.Enter(x, draft)
	})
}

// Update replaces what FHIR says of a person. Columns it cannot say stay as they are.
// Errors: as add, and core.NotFound, core.Gone, core.PreconditionFailed.
func (p patients) Update(ctx context.Context, id string, in *fhir.Resource, match rest.Match) (*fhir.Entry, error) {
	return p.change(ctx, func(x *persistence.Session) (*persistence.Insuree, error) {
		row, err := p.one(x, id)
		if err != nil {
			return nil, err
		}
		if err := p.matches(row, match); err != nil {
			return nil, err
		}
		draft, err := p.read(ctx, x, in, row)
		if err != nil {
			return nil, err
		}
		return p.cases.Change(x, draft)
	})
}

// Delete closes the record of a person and his cover. The head of a family stays as long
// as he is its head, and a person stays as long as claims are about him. Deleting what is
// deleted already succeeds. Errors: core.NotFound, core.Conflict, core.PreconditionFailed.
func (p patients) Delete(ctx context.Context, id string, match rest.Match) error {
	return p.remove(ctx, id, match, func(x *persistence.Session, row *persistence.Insuree) error {
		return p.cases.Delete(x, row.InsureeUUID)
	})
}

// read takes the resource apart into the row and finds the rows it refers to.
func (p patients) read(ctx context.Context, x *persistence.Session, in *fhir.Resource, row *persistence.Insuree) (*scheme.InsureeDraft, error) {
	typed, ok := in.Typed.(*r4.Patient)
	if !ok {
		return nil, core.Errorf(core.Invalid, "a Patient is needed")
	}
	v, err := p.env.view(ctx, x)
	if err != nil {
		return nil, err
	}
	parts, err := mapping.PatientInto(v, typed, row)
	if err != nil {
		return nil, err
	}
	draft := &scheme.InsureeDraft{Heads: parts.Head, Registers: v.Registers, Paths: parts.Paths}
	for _, home := range []struct {
		place *mapping.Place
		slot  **scheme.Residence
	}{{parts.Home, &draft.Home}, {parts.Temp, &draft.Own}, {parts.Other, &draft.Unnamed}} {
		if *home.slot, err = residence(x, home.place); err != nil {
			return nil, err
		}
	}
	row.HFID, row.HF = nil, nil
	if parts.Facility != nil {
		if row.HF, err = mapping.Resolve[persistence.HealthFacility](x, mapping.Organization, parts.FacilityAt, parts.Facility); err != nil {
			return nil, err
		}
		row.HFID = &row.HF.HFID
	}
	if parts.Group != nil {
		if draft.Family, err = mapping.Resolve[persistence.Family](x, mapping.Group, parts.Paths["family"], parts.Group); err != nil {
			return nil, err
		}
	}
	if sent := parts.Photo; sent != nil {
		draft.Picture = &scheme.Picture{Data: sent.Data, Name: sent.Title, Day: sent.Day}
	}
	draft.Insuree = *row
	draft.Keep = func(row *persistence.Insuree) error { return p.keep(ctx, x, row, in) }
	return draft, nil
}

// residence finds where a place of a request is; nil for none.
func residence(x *persistence.Session, place *mapping.Place) (*scheme.Residence, error) {
	if place == nil {
		return nil, nil
	}
	home := &scheme.Residence{Address: place.Words}
	if place.Where == nil {
		return home, nil
	}
	var err error
	home.Place, err = mapping.Resolve[persistence.Location](x, mapping.Location, place.At(), place.Where)
	return home, err
}
