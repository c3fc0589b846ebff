package resources

import (
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
)

// PractitionerRole serves what the people of Practitioner do and where: each has one role
// under his own id. They are read and searched.
// https://hl7.org/fhir/R4/practitionerrole.html
func PractitionerRole(e *Environment) rest.Type {
	return &pair[persistence.ClaimAdmin, persistence.Officer]{
		key: "ClaimAdminId",
		first: newTable(e, mapping.ClaimAdminRoles,
			"The role of a claim administrator at a health facility (CA) or of an enrolment officer in a place (EO). It has the id of the Practitioner; a search cannot be sorted. Read only.",
			renderClaimAdmins(mapping.ClaimAdminRole)),
		second: newTable(e, mapping.OfficerRoles, "", renderOfficers(mapping.OfficerRole)),
	}
}
