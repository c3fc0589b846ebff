package resources

import (
	"context"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"
	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme"
)

// PractitionerRole serves what the people of Practitioner do and where: each has one role
// at the most, under his own id, in his own row. Who has no facility, place, substitute or
// last day of work has none. To create a role is to give it to a practitioner, to delete it
// is to take it from him; the version is that of the row both are.
// https://hl7.org/fhir/R4/practitionerrole.html
func PractitionerRole(e *Environment) rest.Type {
	admins := newTable(e, mapping.ClaimAdminRoles,
		"The role of a claim administrator at a health facility (CA) or of an enrolment officer in a district (EO). It has the id and the version of the Practitioner, who is there before it; a search cannot be sorted.",
		renderClaimAdmins(mapping.ClaimAdminRole))
	admins.there = func(row *persistence.ClaimAdmin) bool { return row.HFID != nil }
	admins.catalogue.Only = []clause.Expression{filledIn("tblClaimAdmin", "HFId")}
	officers := newTable(e, mapping.OfficerRoles, "", renderOfficers(mapping.OfficerRole))
	officers.there = func(row *persistence.Officer) bool {
		return row.LocationID != nil || row.OfficerIDSubst != nil || row.WorksTo != nil
	}
	officers.catalogue.Only = []clause.Expression{mapping.AnyOf(filledIn("tblOfficer", "LocationId"), filledIn("tblOfficer", "OfficerIDSubst"), filledIn("tblOfficer", "WorksTo"))}
	return roles{staff{
		pair:   &pair[persistence.ClaimAdmin, persistence.Officer]{key: "ClaimAdminId", first: admins, second: officers},
		admins: ofAdmins(admins, takeClaimAdminRole, removeClaimAdminRole),
		officers: ofOfficers(officers,
			func(x *persistence.Session, v *mapping.View, in *fhir.Resource, row *persistence.Officer) (scheme.Paths, error) {
				return takeOfficerRole(x, v, in, row, officers.there(row))
			}, removeOfficerRole),
	}}
}

func filledIn(table, column string) clause.Expression {
	return mapping.Not(persistence.IsNull(persistence.Column(table, column)))
}

// roles are what people do.
type roles struct{ staff }

var _ rest.Creator = roles{}

// Create gives a role to the practitioner it names. Errors: core.Conflict when he has one.
func (r roles) Create(ctx context.Context, in *fhir.Resource) (*fhir.Entry, error) {
	typed, ok := in.Typed.(*r4.PractitionerRole)
	if !ok {
		return nil, core.Errorf(core.Invalid, "a PractitionerRole is needed")
	}
	const at = "PractitionerRole.practitioner"
	target, err := mapping.ParseReference(at, typed.Practitioner, "Practitioner")
	if err != nil {
		return nil, err
	}
	x, kind := r.first.env.Store.Read(ctx), mapping.RoleKind(typed)
	admin, err := mapping.Find[persistence.ClaimAdmin](x, mapping.ClaimAdminPractitioners, at, target)
	if err == nil && (target.UUID != "" || kind == mapping.ClaimAdministrator) {
		return assign(ctx, r.admins, admin.ClaimAdminUUID, in)
	}
	if err != nil && core.CodeOf(err) != core.Unprocessable {
		return nil, err
	}
	officer, other := mapping.Find[persistence.Officer](x, mapping.OfficerPractitioners, at, target)
	switch {
	case other == nil && err == nil && kind == "":
		return nil, core.ErrorAt(core.Unprocessable, at, "a claim administrator and an enrolment officer have the code %q; say by PractitionerRole.code who is meant", target.Code)
	case other == nil:
		return assign(ctx, r.officers, officer.OfficerUUID, in)
	case err == nil:
		return assign(ctx, r.admins, admin.ClaimAdminUUID, in)
	}
	return nil, other
}

// assign writes the role of a person who has none.
func assign[R any](ctx context.Context, t register[R], id persistence.UUID, in *fhir.Resource) (*fhir.Entry, error) {
	return t.change(ctx, func(x *persistence.Session) (*R, error) {
		row, err := t.stored(x, string(id))
		if err != nil {
			return nil, err
		}
		if t.there(row) {
			return nil, core.ErrorAt(core.Conflict, "PractitionerRole.practitioner", "the practitioner has a role; update PractitionerRole/%s", id)
		}
		at, err := t.fill(ctx, x, in, row)
		if err != nil {
			return nil, err
		}
		return row, t.update(x, row, at)
	})
}

// practitionerIs checks that a role names the practitioner whose row it is. A reference by
// code is held against his code.
func practitionerIs(ref *r4.Reference, id persistence.UUID, code string) error {
	const at = "PractitionerRole.practitioner"
	if ref == nil {
		return nil
	}
	target, err := mapping.ParseReference(at, ref, "Practitioner")
	if err == nil && target.UUID != id && (target.UUID != "" || target.Code != code) {
		err = core.ErrorAt(core.Unprocessable, at, "a role stays with its practitioner, %s", id)
	}
	return err
}

// rolePaths are the names of what a role may be refused for.
func rolePaths(place *mapping.OfficerPlace) scheme.Paths {
	return scheme.Paths{
		"ClaimAdminCode": "PractitionerRole.practitioner", "Code": "PractitionerRole.practitioner",
		"Phone": "PractitionerRole.telecom", "EmailId": "PractitionerRole.telecom", "HFId": "PractitionerRole.organization",
		"LocationId": place.LocationAt, "OfficerIDSubst": place.SubstituteAt, "WorksTo": "PractitionerRole.period.end",
	}
}

func takeClaimAdminRole(x *persistence.Session, v *mapping.View, in *fhir.Resource, row *persistence.ClaimAdmin) (scheme.Paths, error) {
	typed, ok := in.Typed.(*r4.PractitionerRole)
	if !ok {
		return nil, core.Errorf(core.Invalid, "a PractitionerRole is needed")
	}
	action := toChange
	if row.HFID == nil {
		action = toAdd
	}
	if err := mustHold(x, claimAdminRights, action); err != nil {
		return nil, err
	}
	if err := practitionerIs(typed.Practitioner, row.ClaimAdminUUID, text(row.ClaimAdminCode)); err != nil {
		return nil, err
	}
	if err := mapping.ClaimAdminRoleInto(v, typed, row); err != nil {
		return nil, err
	}
	if mapping.NoFacility(typed.Organization) {
		return nil, core.ErrorAt(core.Unprocessable, "PractitionerRole.organization", "a health facility is needed")
	}
	return rolePaths(&mapping.OfficerPlace{}), takeFacility(x, "PractitionerRole.organization", typed.Organization, row)
}

// removeClaimAdminRole leaves a claim administrator without a facility, which his row can
// be.
func removeClaimAdminRole(x *persistence.Session, row *persistence.ClaimAdmin) (err error) {
	if err := mustHold(x, claimAdminRights, toDelete); err != nil {
		return err
	}
	row.HFID, row.HF = nil, nil
	if row.JSONExt, err = mapping.WriteResidue(row.JSONExt, "PractitionerRole", nil, true); err != nil {
		return err
	}
	return saveAdmin(x, row, nil)
}

func takeOfficerRole(x *persistence.Session, v *mapping.View, in *fhir.Resource, row *persistence.Officer, held bool) (scheme.Paths, error) {
	typed, ok := in.Typed.(*r4.PractitionerRole)
	if !ok {
		return nil, core.Errorf(core.Invalid, "a PractitionerRole is needed")
	}
	action := toChange
	if !held {
		action = toAdd
	}
	if err := mustHold(x, officerRights, action); err != nil {
		return nil, err
	}
	if err := practitionerIs(typed.Practitioner, row.OfficerUUID, row.Code); err != nil {
		return nil, err
	}
	place, err := mapping.OfficerRoleInto(v, typed, row)
	if err != nil {
		return nil, err
	}
	row.LocationID, row.OfficerIDSubst, row.Substitute = nil, nil, nil
	if place.Location != nil {
		if err := takeDistrict(x, v, place.LocationAt, place.Location, row); err != nil {
			return nil, err
		}
	}
	if place.Substitute != nil {
		row.Substitute, err = mapping.Resolve[persistence.Officer](x, mapping.OfficerPractitioners, place.SubstituteAt, place.Substitute)
		if err != nil {
			return nil, err
		}
		row.OfficerIDSubst = &row.Substitute.OfficerID
	}
	return rolePaths(place), nil
}

// removeOfficerRole leaves an enrolment officer without district, substitute and last day
// of work, which his row can be.
func removeOfficerRole(x *persistence.Session, row *persistence.Officer) (err error) {
	if err := mustHold(x, officerRights, toDelete); err != nil {
		return err
	}
	row.LocationID, row.OfficerIDSubst, row.Substitute, row.WorksTo = nil, nil, nil, nil
	if row.JSONExt, err = mapping.WriteResidue(row.JSONExt, "PractitionerRole", nil, true); err != nil {
		return err
	}
	return saveOfficer(x, row, nil)
}
