package mapping

import (
	"fmt"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// RoleKind gives which of the two kinds of role a PractitionerRole says it is, "" when it
// does not say.
func RoleKind(in *r4.PractitionerRole) string {
	for i := range in.Code {
		if code, ok := codeIn(&in.Code[i], codeSystem("practitioner-qualification-type")); ok && qualificationWords[code] != "" {
			return code
		}
	}
	return ""
}

// ClaimAdminRoleInto writes what a PractitionerRole says into the columns of a claim
// administrator; the facility is for the caller to find. Errors: core.Unprocessable naming
// the elements.
func ClaimAdminRoleInto(v *View, in *r4.PractitionerRole, row *persistence.ClaimAdmin) error {
	r := &reading{view: v}
	r.role(in, ClaimAdministrator, plain(row.ClaimAdminCode), &row.Phone, &row.EmailID)
	if in.Organization == nil {
		r.fault("PractitionerRole.organization", "the health facility of the claim administrator is needed")
	}
	return core.Join(r.faults...)
}

// OfficerPlace is where and with whom an enrolment officer works, nil for what was not
// said.
type OfficerPlace struct {
	Location, Substitute     *r4.Reference
	LocationAt, SubstituteAt string // the elements they stand in
}

// OfficerRoleInto writes what a PractitionerRole says into the columns of an enrolment
// officer and gives back what takes other rows. Place, substitute or last day of work has
// to be there: without any there is no role. Errors: core.Unprocessable naming the elements.
func OfficerRoleInto(v *View, in *r4.PractitionerRole, row *persistence.Officer) (*OfficerPlace, error) {
	r := &reading{view: v}
	r.role(in, EnrolmentOfficer, row.Code, &row.Phone, &row.EmailID)
	p := &OfficerPlace{}
	for i := range in.Location {
		if ref := &in.Location[i]; p.Location == nil && names(ref, "Location") {
			p.Location, p.LocationAt = ref, fmt.Sprintf("PractitionerRole.location[%d]", i)
		}
	}
	if ext, at := extensionAt(in.Extension, structure("practitioner-role-substitution-reference")); ext != nil && ext.ValueReference != nil {
		p.Substitute, p.SubstituteAt = ext.ValueReference, fmt.Sprintf("PractitionerRole.extension[%d].value", at)
	}
	row.WorksTo = nil
	if in.Period != nil {
		if day := dayIn(in.Period.End); day != nil {
			if day.Year() < 1900 || day.Year() > 2078 { // what smalldatetime holds
				r.fault("PractitionerRole.period.end", "%s is not between 1900 and 2078", day)
			}
			row.WorksTo = pointer(persistence.At(day.Time))
		}
	}
	if p.Location == nil && p.Substitute == nil && row.WorksTo == nil && len(r.faults) == 0 {
		r.fault("PractitionerRole.location", "a district, a substitute or the last day of work of the enrolment officer is needed")
	}
	return p, core.Join(r.faults...)
}

// role takes what both kinds of role have. The code is the practitioner's and not changed
// here; his telephone and mail are, where they are sent.
func (r *reading) role(in *r4.PractitionerRole, kind, code string, phone, email **string) {
	if said := RoleKind(in); said != "" && said != kind {
		r.fault("PractitionerRole.code", "the practitioner is a %s (%s), not a %s", qualificationWords[kind], kind, said)
	}
	if sent, at := businessCode(in.Identifier); at >= 0 && sent != code {
		r.fault(fmt.Sprintf("PractitionerRole.identifier[%d].value", at), "the code of a role is that of its practitioner, %q", code)
	}
	sentPhone, sentEmail := r.reached("PractitionerRole", in.Telecom, longestPhone, longestStaffEmail)
	if sentPhone != nil {
		*phone = sentPhone
	}
	if sentEmail != nil {
		*email = sentEmail
	}
	if in.Period != nil {
		from, to := dayIn(in.Period.Start), dayIn(in.Period.End)
		if from != nil && to != nil && to.Before(from.Time) {
			r.fault("PractitionerRole.period.end", "%s is before the start, %s", to, from)
		}
	}
}
