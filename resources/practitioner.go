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

// Practitioner serves the people who work for the scheme: claim administrators, the rows
// of tblClaimAdmin, and enrolment officers, the rows of tblOfficer. The qualification says
// which, and so which right it takes to write him.
// https://hl7.org/fhir/R4/practitioner.html
func Practitioner(e *Environment) rest.Type {
	admins := newTable(e, mapping.ClaimAdminPractitioners,
		"Claim administrators of health facilities (qualification CA) and enrolment officers (EO), in this order; a search cannot be sorted. "+
			"Code and qualification have to be there, of an officer both names; where a person works is in PractitionerRole.",
		renderClaimAdmins(mapping.ClaimAdminPractitioner))
	officers := newTable(e, mapping.OfficerPractitioners, "", each(mapping.OfficerPractitioner))
	admins.others, officers.others = append(admins.others, officers.has), append(officers.others, admins.has)
	p := practitioners{staff: staff{
		pair:     &pair[persistence.ClaimAdmin, persistence.Officer]{key: "ClaimAdminId", first: admins, second: officers},
		admins:   ofAdmins(admins, takeClaimAdmin, removeClaimAdmin),
		officers: ofOfficers(officers, takeOfficer, removeOfficer),
	}}
	p.creator = p.add
	return p
}

// staff serves a type whose instances are claim administrators and enrolment officers.
type staff struct {
	*pair[persistence.ClaimAdmin, persistence.Officer]
	admins   register[persistence.ClaimAdmin]
	officers register[persistence.Officer]
}

var _ interface {
	rest.Updater
	rest.Deleter
} = staff{}

// ofAdmins makes the register of claim administrators that a table shows.
func ofAdmins(t *table[persistence.ClaimAdmin], take taking[persistence.ClaimAdmin], remove func(x *persistence.Session, row *persistence.ClaimAdmin) error) register[persistence.ClaimAdmin] {
	return register[persistence.ClaimAdmin]{
		table: t, take: take, remove: remove, update: saveAdmin,
		create: func(x *persistence.Session, row *persistence.ClaimAdmin, at scheme.Paths) error {
			d := scheme.ClaimAdminDraft{ClaimAdmin: *row, Unplaced: true, Paths: at}
			err := scheme.ClaimAdmins{}.Create(x, &d)
			*row = d.ClaimAdmin
			return err
		},
	}
}

func saveAdmin(x *persistence.Session, row *persistence.ClaimAdmin, at scheme.Paths) error {
	d := scheme.ClaimAdminDraft{ClaimAdmin: *row, Unplaced: true, Paths: at}
	err := scheme.ClaimAdmins{}.Update(x, &d)
	*row = d.ClaimAdmin
	return err
}

// ofOfficers makes the register of enrolment officers that a table shows.
func ofOfficers(t *table[persistence.Officer], take taking[persistence.Officer], remove func(x *persistence.Session, row *persistence.Officer) error) register[persistence.Officer] {
	return register[persistence.Officer]{
		table: t, take: take, remove: remove, update: saveOfficer,
		create: func(x *persistence.Session, row *persistence.Officer, at scheme.Paths) error {
			d := scheme.OfficerDraft{Officer: *row, Unplaced: true, Paths: at}
			err := scheme.Officers{}.Create(x, &d)
			*row = d.Officer
			return err
		},
	}
}

func saveOfficer(x *persistence.Session, row *persistence.Officer, at scheme.Paths) error {
	d := scheme.OfficerDraft{Officer: *row, Unplaced: true, Paths: at}
	err := scheme.Officers{}.Update(x, &d)
	*row = d.Officer
	return err
}

// Update changes a person of either table.
func (s staff) Update(ctx context.Context, id string, in *fhir.Resource, match rest.Match) (*fhir.Entry, error) {
	return orSecond(
		func() (*fhir.Entry, error) { return s.admins.Update(ctx, id, in, match) },
		func() (*fhir.Entry, error) { return s.officers.Update(ctx, id, in, match) })
}

// Delete closes the record of a person of either table.
func (s staff) Delete(ctx context.Context, id string, match rest.Match) error {
	_, err := orSecond(
		func() (struct{}, error) { return struct{}{}, s.admins.Delete(ctx, id, match) },
		func() (struct{}, error) { return struct{}{}, s.officers.Delete(ctx, id, match) })
	return err
}

// practitioners are the people themselves.
type practitioners struct {
	staff
	creator
}

var _ rest.IDCreator = practitioners{}

// add adds a person to the table of his kind.
func (p practitioners) add(ctx context.Context, id string, in *fhir.Resource) (*fhir.Entry, error) {
	typed, ok := in.Typed.(*r4.Practitioner)
	if !ok {
		return nil, core.Errorf(core.Invalid, "a Practitioner is needed")
	}
	kind, err := mapping.PractitionerKind(typed)
	switch {
	case err != nil:
		return nil, err
	case kind == mapping.ClaimAdministrator:
		return p.admins.add(ctx, id, in)
	}
	return p.officers.add(ctx, id, in)
}

// The last digits of the rights to write people of one kind.
const (
	toAdd, toChange, toDelete = 2, 3, 4

	claimAdminRights, officerRights = 121600, 121500
)

// mustHold checks the right to write people of a kind; the route asks for that of either.
// Errors: core.Forbidden.
func mustHold(x *persistence.Session, kind, action int) error {
	if !x.Principal().May(kind + action) {
		return core.Errorf(core.Forbidden, "this needs the right %d", kind+action)
	}
	return nil
}

// isKind checks that a Practitioner is of the kind his row is.
func isKind(in *r4.Practitioner, want string) error {
	kind, err := mapping.PractitionerKind(in)
	if err == nil && kind != want {
		err = core.ErrorAt(core.Unprocessable, "Practitioner.qualification", "a practitioner stays what he is, %s", want)
	}
	return err
}

// practitionerPaths are the names of what a person may be refused for.
var practitionerPaths = scheme.Paths{
	"ClaimAdminCode": "Practitioner.identifier", "Code": "Practitioner.identifier",
	"LastName": "Practitioner.name", "OtherNames": "Practitioner.name", "DOB": "Practitioner.birthDate",
	"Phone": "Practitioner.telecom", "EmailId": "Practitioner.telecom",
	"HFId": "Practitioner.extension", "LocationId": "Practitioner.address", "permanentaddress": "Practitioner.address",
}

func takeClaimAdmin(x *persistence.Session, v *mapping.View, in *fhir.Resource, row *persistence.ClaimAdmin) (scheme.Paths, error) {
	typed, ok := in.Typed.(*r4.Practitioner)
	if !ok {
		return nil, core.Errorf(core.Invalid, "a Practitioner is needed")
	}
	action := toChange
	if row.ClaimAdminID == 0 {
		action, row.HasLogin = toAdd, ptr(false)
	}
	if err := mustHold(x, claimAdminRights, action); err != nil {
		return nil, err
	}
	if err := isKind(typed, mapping.ClaimAdministrator); err != nil {
		return nil, err
	}
	facility, at, err := mapping.ClaimAdminInto(v, typed, row)
	if err == nil && facility != nil {
		err = takeFacility(x, at, facility, row)
	}
	return practitionerPaths, err
}

// takeFacility finds the facility of a claim administrator.
func takeFacility(x *persistence.Session, at string, ref *r4.Reference, row *persistence.ClaimAdmin) error {
	row.HFID, row.HF = nil, nil
	if mapping.NoFacility(ref) {
		return nil
	}
	hf, err := mapping.Resolve[persistence.HealthFacility](x, mapping.Organization, at, ref)
	if err == nil {
		row.HFID, row.HF = &hf.HFID, hf
	}
	return err
}

func removeClaimAdmin(x *persistence.Session, row *persistence.ClaimAdmin) error {
	if err := mustHold(x, claimAdminRights, toDelete); err != nil {
		return err
	}
	return scheme.ClaimAdmins{}.Delete(x, row)
}

func takeOfficer(x *persistence.Session, v *mapping.View, in *fhir.Resource, row *persistence.Officer) (scheme.Paths, error) {
	typed, ok := in.Typed.(*r4.Practitioner)
	if !ok {
		return nil, core.Errorf(core.Invalid, "a Practitioner is needed")
	}
	action := toChange
	if row.OfficerID == 0 {
		action, row.HasLogin, row.PhoneCommunication = toAdd, ptr(false), ptr(false)
	}
	if err := mustHold(x, officerRights, action); err != nil {
		return nil, err
	}
	if err := isKind(typed, mapping.EnrolmentOfficer); err != nil {
		return nil, err
	}
	place, err := mapping.OfficerInto(v, typed, row)
	if err == nil && place != nil && place.Where != nil {
		err = takeDistrict(x, v, place.At(), place.Where, row)
	}
	return practitionerPaths, err
}

// takeDistrict finds the district of an enrolment officer: the one that is named, or the
// one a named ward or village is in.
func takeDistrict(x *persistence.Session, v *mapping.View, at string, ref *r4.Reference, row *persistence.Officer) error {
	place, err := mapping.Resolve[persistence.Location](x, mapping.Location, at, ref)
	if err != nil {
		return err
	}
	for _, above := range v.Registers.LocationPath(place.LocationID) {
		if mapping.IsDistrict(above) {
			row.LocationID = &above.LocationID
			return nil
		}
	}
	return core.ErrorAt(core.Unprocessable, at, "%s is in no district; enrolment officers belong to districts", text(place.LocationName))
}

func removeOfficer(x *persistence.Session, row *persistence.Officer) error {
	if err := mustHold(x, officerRights, toDelete); err != nil {
		return err
	}
	return scheme.Officers{}.Delete(x, row)
}

// renderClaimAdmins renders rows of tblClaimAdmin with their facility.
func renderClaimAdmins[T any](convert func(*mapping.View, *persistence.ClaimAdmin) *T) renderer[persistence.ClaimAdmin] {
	return func(ctx context.Context, x *persistence.Session, v *mapping.View, rows []persistence.ClaimAdmin) ([]*fhir.Resource, error) {
		err := fill(x, rows, "HfID",
			func(a *persistence.ClaimAdmin) *int { return a.HFID },
			func(a *persistence.ClaimAdmin) **persistence.HealthFacility { return &a.HF },
			func(hf *persistence.HealthFacility) int { return hf.HFID })
		if err != nil {
			return nil, err
		}
		return each(convert)(ctx, x, v, rows)
	}
}

// renderOfficers renders rows of tblOfficer with who stands in for them.
func renderOfficers[T any](convert func(*mapping.View, *persistence.Officer) *T) renderer[persistence.Officer] {
	return func(ctx context.Context, x *persistence.Session, v *mapping.View, rows []persistence.Officer) ([]*fhir.Resource, error) {
		err := fill(x, rows, "OfficerID",
			func(o *persistence.Officer) *int { return o.OfficerIDSubst },
			func(o *persistence.Officer) **persistence.Officer { return &o.Substitute },
			func(o *persistence.Officer) int { return o.OfficerID })
		if err != nil {
			return nil, err
		}
		return each(convert)(ctx, x, v, rows)
	}
}
