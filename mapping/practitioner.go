package mapping

import (
	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"

	"github.com/openimis/openimis-go/persistence"
)

// What a practitioner is, in the guide's system practitioner-qualification-type.
const (
	ClaimAdministrator = "CA" // a row of tblClaimAdmin
	EnrolmentOfficer   = "EO" // a row of tblOfficer
)

// ClaimAdminPractitioner renders a claim administrator. On the compatible base the row
// needs HF.
func ClaimAdminPractitioner(v *View, row *persistence.ClaimAdmin) *r4.Practitioner {
	out := practitioner(v, person{
		id: row.ClaimAdminUUID, code: plain(row.ClaimAdminCode), lastName: plain(row.LastName),
		otherNames: plain(row.OtherNames), birth: row.DOB, phone: row.Phone, email: row.EmailID,
	}, qualification(ClaimAdministrator))
	if v.Compatible {
		out.Extension = []r4.Extension{facilityOf(row.HF)}
	}
	out.Meta = profile(practitionerConforms(out), "openimis-claim-administrator-practitioner")
	return out
}

// OfficerPractitioner renders an enrolment officer.
func OfficerPractitioner(v *View, row *persistence.Officer) *r4.Practitioner {
	out := practitioner(v, person{
		id: row.OfficerUUID, code: row.Code, lastName: row.LastName,
		otherNames: row.OtherNames, birth: row.DOB, phone: row.Phone, email: row.EmailID,
	}, qualification(EnrolmentOfficer))
	address, whole := officerAddress(v, row)
	if address != nil {
		out.Address = []r4.Address{*address}
	}
	out.Meta = profile(practitionerConforms(out) && (address == nil || whole), "openimis-enrolment-officer-practitioner")
	return out
}

// person is what both kinds of practitioner have.
type person struct {
	id                         persistence.UUID
	code, lastName, otherNames string
	birth                      *persistence.Date
	phone, email               *string
}

func practitioner(v *View, p person, what r4.CodeableConcept) *r4.Practitioner {
	out := &r4.Practitioner{
		Id:            pointer(string(p.id)),
		Identifier:    identifiers(p.id, p.code),
		Telecom:       v.telecom(p.phone, p.email),
		BirthDate:     dateText(p.birth),
		Qualification: []r4.PractitionerQualification{{Code: what}},
	}
	use := r4.NameUseOfficial
	if v.Compatible {
		// Phones stop the whole download at the first person without use, family or given.
		use = r4.NameUseUsual
		if p.lastName == "" {
			p.lastName = p.code
		}
		if p.otherNames == "" {
			p.otherNames = p.code
		}
	}
	name := r4.HumanName{Use: &use, Family: filled(p.lastName)}
	if given := filled(p.otherNames); given != nil {
		name.Given = []string{*given}
	}
	if name.Family != nil || name.Given != nil {
		out.Name = []r4.HumanName{name}
	}
	return out
}

// practitionerConforms checks what the profiles of both kinds ask for; only officers have
// an address.
func practitionerConforms(out *r4.Practitioner) bool {
	kind, err := PractitionerKind(out)
	if err != nil || !identified(out.Identifier, true) || !reachable(out.Telecom, r4.ContactPointSystemPhone, r4.ContactPointSystemEmail) {
		return false
	}
	for i := range out.Address {
		if kind != EnrolmentOfficer || i > 0 || !placed(&out.Address[i]) {
			return false
		}
	}
	return len(out.Qualification) == 1 && worded(&out.Qualification[0].Code, codeSystem("practitioner-qualification-type"), kind, qualificationWords[kind]) && out.BirthDate != nil && len(out.Name) == 1 && out.Name[0].Family != nil && len(out.Name[0].Given) == 1 &&
		(out.Name[0].Use == nil || *out.Name[0].Use == r4.NameUseOfficial)
}

// facilityOf gives the facility of an administrator the way phones read it: by its code,
// always there. Who has none gets the code "-", because a person without the extension
// stops the download of all others.
func facilityOf(hf *persistence.HealthFacility) r4.Extension {
	url := structure("reference")
	if hf == nil {
		return r4.Extension{Url: url, ValueReference: &r4.Reference{Type: pointer("Organization"), Identifier: identifier("Code", "-")}}
	}
	return r4.Extension{Url: url, ValueReference: facilityReference(hf)}
}

// facilityReference points to a health facility.
func facilityReference(hf *persistence.HealthFacility) *r4.Reference {
	return refer("Organization", string(hf.HFUUID), hf.HFCode, hf.HFName)
}

// officerAddress gives where an officer works and lives, and whether it says all the guide
// asks for: his district and region.
func officerAddress(v *View, row *persistence.Officer) (address *r4.Address, whole bool) {
	var path []*persistence.Location
	if row.LocationID != nil && v.Registers != nil {
		path = v.Registers.LocationPath(*row.LocationID)
	}
	line := filled(plain(row.Permanentaddress))
	if len(path) == 0 && line == nil {
		return nil, false
	}
	address = &r4.Address{Type: pointer(r4.AddressTypePhysical)}
	if line != nil {
		address.Line = []string{*line}
	}
	if len(path) > 0 {
		address.State = filled(plain(path[0].LocationName))
		address.Extension = []r4.Extension{{Url: extLocation, ValueReference: locationReference(path[len(path)-1])}}
	}
	if len(path) > 1 {
		address.District = filled(plain(path[1].LocationName))
	}
	return address, address.State != nil && address.District != nil
}

var qualificationWords = map[string]string{ClaimAdministrator: "Claim Administrator", EnrolmentOfficer: "Enrolment Officer"}

// qualification says what a practitioner is.
func qualification(code string) r4.CodeableConcept {
	return concept(codeSystem("practitioner-qualification-type"), code, qualificationWords[code])
}
