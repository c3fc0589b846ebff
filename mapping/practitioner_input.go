package mapping

import (
	"fmt"
	"strings"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// Lengths of the columns of tblClaimAdmin and tblOfficer.
const (
	longestStaffCode        = 8
	longestStaffEmail       = 200
	longestPermanentAddress = 100
)

// PractitionerKind gives what a Practitioner says he is: ClaimAdministrator or
// EnrolmentOfficer. Errors: core.Unprocessable when he is neither.
func PractitionerKind(in *r4.Practitioner) (string, error) {
	system := codeSystem("practitioner-qualification-type")
	for i := range in.Qualification {
		if code, ok := codeIn(&in.Qualification[i].Code, system); ok && qualificationWords[code] != "" {
			return code, nil
		}
	}
	return "", core.ErrorAt(core.Unprocessable, "Practitioner.qualification", "CA or EO of %s is needed: claim administrators and enrolment officers are kept apart", system)
}

// ClaimAdminInto writes what a Practitioner says into the columns of a claim
// administrator. On the compatible base it gives back the facility the extension
// reference names and the element it stands in, nil for none; on the strict one that is
// for PractitionerRole to say. Errors: core.Unprocessable naming the elements.
func ClaimAdminInto(v *View, in *r4.Practitioner, row *persistence.ClaimAdmin) (facility *r4.Reference, at string, err error) {
	r := &reading{view: v}
	p := r.person(in, person{code: plain(row.ClaimAdminCode), lastName: plain(row.LastName), otherNames: plain(row.OtherNames)}, false)
	row.ClaimAdminCode, row.LastName, row.OtherNames = filled(p.code), filled(p.lastName), filled(p.otherNames)
	row.DOB, row.Phone, row.EmailID = p.birth, p.phone, p.email
	if ext, i := extensionAt(in.Extension, structure("reference")); ext != nil && v.Compatible {
		facility, at = ext.ValueReference, fmt.Sprintf("Practitioner.extension[%d].value", i)
	}
	return facility, at, core.Join(r.faults...)
}

// NoFacility tells whether a reference is what the compatible base shows in place of a
// facility nobody has named.
func NoFacility(ref *r4.Reference) bool {
	return ref.Reference == nil && ref.Identifier != nil && plain(ref.Identifier.Value) == "-"
}

// OfficerInto writes what a Practitioner says into the columns of an enrolment officer and
// gives back the address that names where he works, nil for none. Errors:
// core.Unprocessable naming the elements.
func OfficerInto(v *View, in *r4.Practitioner, row *persistence.Officer) (*Place, error) {
	r := &reading{view: v}
	p := r.person(in, person{code: row.Code, lastName: plain(&row.LastName), otherNames: plain(&row.OtherNames)}, true)
	row.Code, row.LastName, row.OtherNames = p.code, p.lastName, p.otherNames
	row.DOB, row.Phone, row.EmailID = p.birth, p.phone, p.email
	row.Permanentaddress = nil
	var where *Place
	for i := range in.Address {
		place, err := placeOf(&in.Address[i], fmt.Sprintf("Practitioner.address[%d]", i), longestPermanentAddress)
		if err != nil {
			r.faults = append(r.faults, err.(*core.Error))
			continue
		}
		if where == nil || where.Where == nil && place.Where != nil {
			where = place
		}
	}
	if where != nil {
		row.Permanentaddress = where.Words
	}
	return where, core.Join(r.faults...)
}

// person takes what both kinds of practitioner have. held is what the row says so far;
// needed says that it cannot be without names.
func (r *reading) person(in *r4.Practitioner, held person, needed bool) person {
	p := person{code: r.code("Practitioner", in.Identifier, longestStaffCode)}
	p.phone, p.email = r.reached("Practitioner", in.Telecom, longestPhone, longestStaffEmail)
	if day := dayIn(in.BirthDate); day != nil && day.After(r.view.Today.Time) {
		r.fault("Practitioner.birthDate", "%s is in the future", *in.BirthDate)
	} else {
		p.birth = day
	}
	if len(in.Name) == 0 {
		if needed {
			r.fault("Practitioner.name", "a family name and a given name are needed")
		}
		return p
	}
	at := bestName(in.Name)
	name, path := in.Name[at], fmt.Sprintf("Practitioner.name[%d]", at)
	p.lastName = r.staffName(path+".family", plain(name.Family), held.lastName, held.code, needed)
	p.otherNames = r.staffName(path+".given", strings.TrimSpace(strings.Join(name.Given, " ")), held.otherNames, held.code, needed)
	return p
}

// staffName takes one name. The compatible base shows the code in place of a name that is
// not there, and has it sent back.
func (r *reading) staffName(path, name, held, code string, needed bool) string {
	switch {
	case name == "" && needed:
		r.fault(path, "a name is needed")
	case r.view.Compatible && name != "" && held == "" && name == code:
		return ""
	}
	return plain(r.text(path, &name, longestName))
}
