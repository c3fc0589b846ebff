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

func practitionerConforms(out *r4.Practitioner) bool {
	return len(out.Identifier) == 2 && out.BirthDate != nil && len(out.Name) == 1 &&
		out.Name[0].Family != nil && len(out.Name[0].Given) == 1 && *out.Name[0].Use == r4.NameUseOfficial
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

// officerAddress gives where an officer works, and whether it says all the guide asks for:
// his district and region.
func officerAddress(v *View, row *persistence.Officer) (address *r4.Address, whole bool) {
	if row.LocationID == nil || v.Registers == nil {
		return nil, false
	}
	path := v.Registers.LocationPath(*row.LocationID)
	if len(path) == 0 {
		return nil, false
	}
	address = &r4.Address{
		Type:  pointer(r4.AddressTypePhysical),
		State: filled(plain(path[0].LocationName)),
		Extension: []r4.Extension{{
			Url: structure("address-location-reference"), ValueReference: locationReference(path[len(path)-1]),
		}},
	}
	if line := filled(plain(row.Permanentaddress)); line != nil {
		address.Line = []string{*line}
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
