package mapping

import (
	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"

	"github.com/openimis/openimis-go/persistence"
)

// ClaimAdminRole renders the work of a claim administrator at a facility. The row needs
// HF. The role has the id of the practitioner: one row is both.
func ClaimAdminRole(v *View, row *persistence.ClaimAdmin) *r4.PractitionerRole {
	code := plain(row.ClaimAdminCode)
	out := &r4.PractitionerRole{
		Id:           pointer(string(row.ClaimAdminUUID)),
		Identifier:   identifiers(row.ClaimAdminUUID, code),
		Practitioner: refer("Practitioner", string(row.ClaimAdminUUID), code, nameOf(plain(row.LastName), plain(row.OtherNames))),
		Code:         []r4.CodeableConcept{qualification(ClaimAdministrator)},
		Telecom:      v.telecom(row.Phone, row.EmailID),
	}
	if row.HF != nil {
		out.Organization = facilityReference(row.HF)
	}
	out.Meta = profile(roleConforms(out), "openimis-claim-administrator-practitioner-role")
	return out
}

// OfficerRole renders the work of an enrolment officer in a place. The row needs
// Substitute.
func OfficerRole(v *View, row *persistence.Officer) *r4.PractitionerRole {
	out := &r4.PractitionerRole{
		Id:           pointer(string(row.OfficerUUID)),
		Identifier:   identifiers(row.OfficerUUID, row.Code),
		Practitioner: refer("Practitioner", string(row.OfficerUUID), row.Code, nameOf(row.LastName, row.OtherNames)),
		Code:         []r4.CodeableConcept{qualification(EnrolmentOfficer)},
		Telecom:      v.telecom(row.Phone, row.EmailID),
	}
	if row.WorksTo != nil && !row.WorksTo.IsZero() {
		out.Period = &r4.Period{End: pointer(row.WorksTo.Date().String())}
	}
	if row.LocationID != nil && v.Registers != nil {
		if place := v.Registers.Locations.ByID(*row.LocationID); place != nil {
			out.Location = []r4.Reference{*locationReference(place)}
		}
	}
	if other := row.Substitute; other != nil {
		out.Extension = []r4.Extension{{
			Url:            structure("practitioner-role-substitution-reference"),
			ValueReference: refer("Practitioner", string(other.OfficerUUID), other.Code, nameOf(other.LastName, other.OtherNames)),
		}}
	}
	out.Meta = profile(roleConforms(out), "openimis-enrolment-officer-practitioner-role")
	return out
}

// roleConforms checks what the profiles of both kinds of role ask for.
func roleConforms(out *r4.PractitionerRole) bool {
	if !identified(out.Identifier, true) || !reachable(out.Telecom, r4.ContactPointSystemPhone, r4.ContactPointSystemEmail) ||
		out.Practitioner == nil || len(out.Code) != 1 {
		return false
	}
	switch code, _ := codeIn(&out.Code[0], codeSystem("practitioner-qualification-type")); code {
	case ClaimAdministrator:
		return out.Organization != nil
	case EnrolmentOfficer:
		return out.Period == nil || out.Period.End != nil
	}
	return false
}

// nameOf writes a name as people say it.
func nameOf(lastName, otherNames string) string { return plain(pointer(otherNames + " " + lastName)) }
