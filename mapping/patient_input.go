package mapping

import (
	"crypto/sha1" // the hash FHIR prescribes for attachments; it protects nothing here
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// How many characters the columns of tblInsuree, tblFamilies and tblPhotos hold.
const (
	longestNumber   = 50
	longestName     = 100
	longestPhone    = 50
	longestEmail    = 100
	longestPassport = 25
	longestAddress  = 200
	longestFileName = 250
)

// PatientParts is what a Patient says that takes more than its own row: references to
// resolve, and rows of other tables.
type PatientParts struct {
	Home, Temp *Place // addresses; nil for none
	Other      *Place // an address that is said to be neither, when there is none of those
	Head       *bool  // is-head; nil when it was not said
	Group      *r4.Reference
	Facility   *r4.Reference
	FacilityAt string
	Photo      *Picture

	Paths map[string]string // the elements behind the names the rules of the scheme use
}

// Picture is a photograph sent as data.
type Picture struct {
	Data  string // base64
	Title *string
	Day   *persistence.Date // nil when it was not said
}

// PatientInto writes what a Patient says into the columns of the row and gives back the
// rest. Columns the catalogue does not map are left as they are; a mapped element that
// was not sent empties its column. All faults found are reported together.
// Errors: core.Unprocessable naming the elements.
func PatientInto(v *View, in *r4.Patient, row *persistence.Insuree) (*PatientParts, error) {
	r := &reading{view: v}
	parts := &PatientParts{Paths: map[string]string{
		"number": "Patient.identifier", "lastName": "Patient.name", "otherNames": "Patient.name", "birthDate": "Patient.birthDate", "gender": "Patient.gender",
		"marital": "Patient.maritalStatus", "education": "Patient.extension", "profession": "Patient.extension", "identity": "Patient.extension",
		"relation": "Patient.contact", "head": "Patient.extension", "family": "Patient.extension", "status": "Patient.deceased", "reason": "Patient.active",
	}}
	r.patientIdentifiers(in, row)
	r.patientName(in, row)
	row.Phone, row.Email = r.reached("Patient", in.Telecom, longestPhone, longestEmail)
	r.patientDemography(in, row)
	r.patientStatus(in, row)
	r.patientExtensions(in, row, parts)
	r.patientContact(in, row)
	r.patientAddresses(in, parts)
	r.patientPhoto(in, parts)
	for i := range in.GeneralPractitioner {
		if ref := &in.GeneralPractitioner[i]; names(ref, "Organization") && parts.Facility == nil {
			parts.Facility, parts.FacilityAt = ref, fmt.Sprintf("Patient.generalPractitioner[%d]", i)
		}
	}
	return parts, core.Join(r.faults...)
}

// names tells whether a reference is to the type.
func names(ref *r4.Reference, typ string) bool {
	_, err := ParseReference("", ref, typ)
	return err == nil
}

// reading gathers the faults of one resource.
type reading struct {
	view   *View
	faults []*core.Error
}

func (r *reading) fault(path, format string, args ...any) {
	r.faults = append(r.faults, core.ErrorAt(core.Unprocessable, path, format, args...))
}

// text takes a text for a column, checked for its length.
func (r *reading) text(path string, value *string, longest int) *string {
	value = filled(plain(value))
	if fits(path, value, longest) != nil {
		r.fault(path, "%d characters are more than the %d openIMIS can hold", len([]rune(*value)), longest)
		return nil
	}
	return value
}

func (r *reading) patientIdentifiers(in *r4.Patient, row *persistence.Insuree) {
	if code, at := businessCode(in.Identifier); at >= 0 && code != "" {
		row.CHFID = r.text(fmt.Sprintf("Patient.identifier[%d].value", at), &code, longestNumber)
	}
}

func (r *reading) patientName(in *r4.Patient, row *persistence.Insuree) {
	if len(in.Name) == 0 {
		r.fault("Patient.name", "a family name and a given name are needed")
		return
	}
	best := bestName(in.Name)
	at, name := fmt.Sprintf("Patient.name[%d]", best), in.Name[best]
	if family := r.text(at+".family", name.Family, longestName); family != nil {
		row.LastName = *family
	} else {
		r.fault(at+".family", "a family name is needed")
	}
	if given := r.text(at+".given", pointer(strings.Join(name.Given, " ")), longestName); given != nil {
		row.OtherNames = *given
	} else {
		r.fault(at+".given", "a given name is needed")
	}
}

// bestName gives the place of the official name, or else of the usual one, one without a
// use, or the first of all.
func bestName(list []r4.HumanName) int {
	best, rank := 0, 4
	for i := range list {
		if n := nameRank(list[i].Use); n < rank {
			best, rank = i, n
		}
	}
	return best
}

func nameRank(use *r4.NameUse) int {
	switch {
	case use == nil:
		return 2
	case *use == r4.NameUseOfficial:
		return 0
	case *use == r4.NameUseUsual:
		return 1
	}
	return 3
}

// reached takes the first telephone number and the first e-mail address.
func (r *reading) reached(resource string, list []r4.ContactPoint, longestPhone, longestEmail int) (phone, email *string) {
	for i := range list {
		point, at := &list[i], fmt.Sprintf("%s.telecom[%d].value", resource, i)
		if point.System == nil || plain(point.Value) == "" {
			continue
		}
		switch {
		case *point.System == r4.ContactPointSystemPhone && phone == nil:
			phone = r.text(at, point.Value, longestPhone)
		case *point.System == r4.ContactPointSystemEmail && email == nil:
			email = r.text(at, point.Value, longestEmail)
		}
	}
	return phone, email
}

func (r *reading) patientDemography(in *r4.Patient, row *persistence.Insuree) {
	if in.BirthDate == nil {
		r.fault("Patient.birthDate", "a birth date is needed")
	} else if day, err := persistence.ParseDate(*in.BirthDate); err != nil {
		r.fault("Patient.birthDate", "%q: the day of birth is needed, as YYYY-MM-DD", *in.BirthDate)
	} else if day.After(r.view.Today.Time) {
		r.fault("Patient.birthDate", "%s is in the future", *in.BirthDate)
	} else if day.Year() < 1753 { // the first year SQL Server's datetime knows
		r.fault("Patient.birthDate", "%s is before 1753", *in.BirthDate)
	} else {
		row.DOB = day
	}
	row.Gender = nil
	if in.Gender != nil {
		for letter, gender := range genders {
			if _, known := r.view.Registers.Genders[letter]; known && gender == *in.Gender {
				row.Gender = pointer(letter)
			}
		}
	}
	row.Marital = nil
	if code, ok := codeIn(in.MaritalStatus, maritalStatus); ok {
		switch {
		case maritalWords[code] != "":
			row.Marital = &code
		case code == "U" || code == "UNK":
			row.Marital = pointer(maritalUnknown)
		}
	}
}

// patientStatus follows active and deceased. A resource that says neither leaves the
// status as it is.
func (r *reading) patientStatus(in *r4.Patient, row *persistence.Insuree) {
	status := ""
	var since *persistence.Date
	switch {
	case in.DeceasedBoolean != nil && *in.DeceasedBoolean:
		status = statusDeceased
	case in.DeceasedDateTime != nil:
		status = statusDeceased
		if day, err := persistence.ParseDate((*in.DeceasedDateTime + "          ")[:10]); err == nil {
			since = &day
		}
	case in.Active != nil && *in.Active:
		status = statusActive
	case in.Active != nil:
		status = statusInactive
	case plain(row.Status) == statusDeceased: // the death was taken back
		status = statusActive
	default:
		return
	}
	if plain(row.Status) != status {
		row.StatusReason = nil
		row.StatusDate = nil
		if status != statusActive {
			row.StatusDate = &r.view.Today
		}
	}
	if status == statusDeceased {
		row.StatusDate = since
	}
	row.Status = &status
}

func (r *reading) patientExtensions(in *r4.Patient, row *persistence.Insuree, parts *PatientParts) {
	row.Education = r.register(in.Extension, extEducation, systemEducation, r.view.Registers.Educations)
	row.Profession = r.register(in.Extension, extProfession, systemProfession, r.view.Registers.Professions)
	if ext, _ := extensionAt(in.Extension, extIsHead); ext != nil {
		parts.Head = ext.ValueBoolean
	}
	row.CardIssued = false
	if ext, _ := extensionAt(in.Extension, extCardIssued); ext != nil && ext.ValueBoolean != nil {
		row.CardIssued = *ext.ValueBoolean
	}
	row.Vulnerability = nil
	if ext, _ := extensionAt(in.Extension, extVulnerability); ext != nil {
		row.Vulnerability = ext.ValueBoolean
	}
	if ext, at := extensionAt(in.Extension, extGroup); ext != nil && ext.ValueReference != nil {
		parts.Group, parts.Paths["family"] = ext.ValueReference, fmt.Sprintf("Patient.extension[%d].value", at)
	}
	r.identification(in, row)
}

// identification takes the identity document: number and, when known, kind.
func (r *reading) identification(in *r4.Patient, row *persistence.Insuree) {
	row.Passport, row.TypeOfID = nil, nil
	ext, at := extensionAt(in.Extension, extIdentification)
	if ext == nil {
		for i := range in.Identifier {
			if kindOf(&in.Identifier[i]) == "PPN" { // as the older server says it
				row.Passport = r.text(fmt.Sprintf("Patient.identifier[%d].value", i), in.Identifier[i].Value, longestPassport)
			}
		}
		return
	}
	path := fmt.Sprintf("Patient.extension[%d]", at)
	if number, i := extensionAt(ext.Extension, "number"); number != nil {
		row.Passport = r.text(fmt.Sprintf("%s.extension[%d].value", path, i), number.ValueString, longestPassport)
	}
	kind, i := extensionAt(ext.Extension, "type")
	if kind == nil || row.Passport == nil {
		return
	}
	if code, ok := codeIn(kind.ValueCodeableConcept, systemIdentification); ok {
		if _, known := r.view.Registers.IdentificationTypes[code]; !known {
			r.fault(fmt.Sprintf("%s.extension[%d].value", path, i), "%q is no identification type of this installation", code)
			return
		}
		row.TypeOfID = &code
	}
}

// register takes a code of a register by its number. A concept in another system is not
// ours and no fault.
func (r *reading) register(list []r4.Extension, url, system string, known map[int]string) *int {
	ext, at := extensionAt(list, url)
	if ext == nil {
		return nil
	}
	code, ok := codeIn(ext.ValueCodeableConcept, system)
	if !ok {
		return nil
	}
	number, err := strconv.Atoi(code)
	if _, there := known[number]; err != nil || !there {
		r.fault(fmt.Sprintf("Patient.extension[%d].value", at), "%q is not in the register of this installation", code)
		return nil
	}
	return &number
}

// patientContact takes the relation to the head of the family, by code or, as clients of
// the older server send it, by its label.
func (r *reading) patientContact(in *r4.Patient, row *persistence.Insuree) {
	row.Relationship = nil
	for i := range in.Contact {
		for j := range in.Contact[i].Relationship {
			relation := &in.Contact[i].Relationship[j]
			code, ok := codeIn(relation, systemRelationship)
			if !ok || row.Relationship != nil {
				continue
			}
			number, err := strconv.Atoi(code)
			if _, known := r.view.Registers.Relations[number]; err == nil && known {
				row.Relationship = &number
				continue
			}
			if number, ok := labelled(r.view.Registers.Relations, relation); ok {
				row.Relationship = &number
				continue
			}
			if inSystem(relation, systemRelationship) {
				r.fault(fmt.Sprintf("Patient.contact[%d].relationship[%d]", i, j), "%q is no relation of this installation", code)
			}
		}
	}
}

// inSystem tells whether a concept names the system, and not merely none.
func inSystem(c *r4.CodeableConcept, system string) bool {
	for _, coding := range c.Coding {
		if coding.System != nil && SameSystem(system, *coding.System) {
			return true
		}
	}
	return false
}

func labelled(register map[int]string, c *r4.CodeableConcept) (int, bool) {
	for _, coding := range c.Coding {
		for number, label := range register {
			if coding.Display != nil && strings.EqualFold(label, strings.TrimSpace(*coding.Display)) {
				return number, true
			}
		}
	}
	return 0, false
}

// patientAddresses takes the first home and the first temp address; when there is neither,
// the first of all. Postal addresses are no place to live at.
func (r *reading) patientAddresses(in *r4.Patient, parts *PatientParts) {
	var other *Place
	for i := range in.Address {
		a := &in.Address[i]
		if a.Type != nil && *a.Type == r4.AddressTypePostal {
			continue
		}
		if a.Use != nil && *a.Use == r4.AddressUseOld {
			continue
		}
		place, err := placeOf(a, fmt.Sprintf("Patient.address[%d]", i), longestAddress)
		if err != nil {
			r.faults = append(r.faults, err.(*core.Error))
			continue
		}
		switch {
		case place.None && other == nil:
			other = place
		case place.Use == r4.AddressUseHome && !place.None && parts.Home == nil:
			parts.Home = place
		case place.Use == r4.AddressUseTemp && !place.None && parts.Temp == nil:
			parts.Temp = place
		}
	}
	if parts.Home == nil && parts.Temp == nil {
		parts.Other = other
	}
	for name, place := range map[string]*Place{"home": parts.Home, "own": parts.Temp, "unnamed": parts.Other} {
		if place != nil {
			parts.Paths[name] = place.At()
		}
	}
}

// patientPhoto takes the first photograph sent as data.
func (r *reading) patientPhoto(in *r4.Patient, parts *PatientParts) {
	for i := range in.Photo {
		photo, at := &in.Photo[i], fmt.Sprintf("Patient.photo[%d]", i)
		if photo.Data == nil || parts.Photo != nil {
			continue
		}
		raw, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(*photo.Data), ""))
		if err != nil {
			r.fault(at+".data", "this is no base64")
			continue
		}
		if sum := sha1.Sum(raw); photo.Hash != nil && *photo.Hash != base64.StdEncoding.EncodeToString(sum[:]) {
			r.fault(at+".hash", "this is not the SHA-1 of the data")
		}
		picture := &Picture{Data: base64.StdEncoding.EncodeToString(raw), Title: r.text(at+".title", photo.Title, longestFileName)}
		if photo.Creation != nil && len(*photo.Creation) >= 10 {
			if day, err := persistence.ParseDate((*photo.Creation)[:10]); err == nil {
				picture.Day = &day
			}
		}
		parts.Photo = picture
	}
}
