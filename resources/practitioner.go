package resources

import (
	"context"

	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
)

// Practitioner serves the people who work for the scheme: claim administrators, the rows
// of tblClaimAdmin, and enrolment officers, the rows of tblOfficer. They are read and
// searched.
// https://hl7.org/fhir/R4/practitioner.html
func Practitioner(e *Environment) rest.Type {
	return &pair[persistence.ClaimAdmin, persistence.Officer]{
		key: "ClaimAdminId",
		first: newTable(e, mapping.ClaimAdminPractitioners,
			"Claim administrators of health facilities (qualification CA) and enrolment officers (EO), in this order; a search cannot be sorted. Read only.",
			renderClaimAdmins(mapping.ClaimAdminPractitioner)),
		second: newTable(e, mapping.OfficerPractitioners, "", each(mapping.OfficerPractitioner)),
	}
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
