package mapping

import (
	"crypto/sha1" // the hash FHIR prescribes for attachments; it protects nothing here
	"encoding/base64"
	"mime"
	"path"
	"strconv"
	"strings"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"

	"github.com/openimis/openimis-go/persistence"
)

// What tblInsuree.status holds.
const (
	statusActive   = "AC"
	statusInactive = "IN"
	statusDeceased = "DE"
)

var (
	extIsHead         = structure("patient-is-head")
	extEducation      = structure("patient-education-level")
	extProfession     = structure("patient-profession")
	extCardIssued     = structure("patient-card-issued")
	extGroup          = structure("patient-group-reference")
	extIdentification = structure("patient-identification")
	extVulnerability  = structure("patient-vulnerability-status")

	systemEducation      = codeSystem("patient-education-level")
	systemProfession     = codeSystem("patient-profession")
	systemIdentification = codeSystem("patient-identification-type")
	systemRelationship   = codeSystem("patient-contact-relationship")
)

var genders = map[string]r4.AdministrativeGender{
	"M": r4.AdministrativeGenderMale, "F": r4.AdministrativeGenderFemale, "O": r4.AdministrativeGenderOther,
}

// What tblInsuree.Marital holds, with the words of HL7. N, not specified, has none.
var maritalWords = map[string]string{"M": "Married", "S": "Never Married", "D": "Divorced", "W": "Widowed"}

const maritalUnknown = "N"

// unknownWords is what HL7 says of a thing nobody knows.
var unknownWords = map[string]string{"UNK": "unknown"}

// PatientOf renders an insured person. The row carries its family with the head, its
// facility and its photograph. Nothing a legacy row may hold makes it fail.
func PatientOf(v *View, row *persistence.Insuree) *r4.Patient {
	p := &r4.Patient{
		Id:         pointer(string(row.InsureeUUID)),
		Identifier: identifiers(row.InsureeUUID, plain(row.CHFID)),
		Name:       v.patientName(row),
		Telecom:    v.telecom(row.Phone, row.Email),
		Gender:     pointer(r4.AdministrativeGenderUnknown),
		Address:    v.patientAddresses(row),
		Photo:      v.photo(row.Photo),
		Contact:    v.patientContact(row),
		Extension:  v.patientExtensions(row),
	}
	if gender, ok := genders[plain(row.Gender)]; ok {
		p.Gender = &gender
	}
	if !row.DOB.IsZero() {
		p.BirthDate = pointer(row.DOB.String())
	}
	switch code := plain(row.Marital); {
	case maritalWords[code] != "":
		p.MaritalStatus = pointer(concept(maritalStatus, code, maritalWords[code]))
	case code == maritalUnknown:
		p.MaritalStatus = pointer(concept(nullFlavor, "UNK", unknownWords["UNK"]))
	}
	if row.HF != nil {
		p.GeneralPractitioner = []r4.Reference{*refer("Organization", string(row.HF.HFUUID), row.HF.HFCode, "")}
	}
	switch plain(row.Status) {
	case statusActive:
		p.Active = pointer(true)
	case statusInactive:
		p.Active = pointer(false)
	case statusDeceased:
		p.Active = pointer(false)
		if row.StatusDate != nil {
			p.DeceasedDateTime = pointer(row.StatusDate.String())
		} else {
			p.DeceasedBoolean = pointer(true)
		}
	}
	if v.Compatible && plain(row.TypeOfID) == "" {
		if passport := identifier("PPN", plain(row.Passport)); passport != nil {
			p.Identifier = append(p.Identifier, *passport)
		}
	}
	p.Meta = profile(patientConforms(p), "openimis-patient")
	return p
}

func (v *View) patientName(row *persistence.Insuree) []r4.HumanName {
	name := r4.HumanName{Family: filled(row.LastName)}
	if given := filled(row.OtherNames); given != nil {
		name.Given = []string{*given}
	}
	if name.Family == nil && name.Given == nil {
		return nil
	}
	name.Use = pointer(r4.NameUseOfficial)
	if v.Compatible {
		name.Use = pointer(r4.NameUseUsual)
	}
	return []r4.HumanName{name}
}

// patientAddresses gives the person's own address as temp and the family's as home. One
// that says the same as the other is given once; the compatible base never gives two.
func (v *View) patientAddresses(row *persistence.Insuree) []r4.Address {
	var list []r4.Address
	own := v.address(row.CurrentVillage, row.CurrentAddress, pointer(r4.AddressUseTemp))
	if own != nil {
		list = append(list, *own)
	}
	if row.Family == nil || own != nil && (v.Compatible || samePlace(row)) {
		return list
	}
	if home := v.address(row.Family.LocationID, row.Family.FamilyAddress, pointer(r4.AddressUseHome)); home != nil {
		list = append(list, *home)
	}
	return list
}

func samePlace(row *persistence.Insuree) bool {
	own, home := row.CurrentVillage, row.Family.LocationID
	return own != nil && home != nil && *own == *home && plain(row.CurrentAddress) == plain(row.Family.FamilyAddress)
}

// patientContact gives the head of the family with the relation the person has to him.
func (v *View) patientContact(row *persistence.Insuree) []r4.PatientContact {
	if row.Relationship == nil || row.IsHead || row.Family == nil || row.Family.Head == nil {
		return nil
	}
	head := row.Family.Head
	if head.InsureeID == row.InsureeID && row.InsureeID != 0 {
		return nil
	}
	name := &r4.HumanName{Family: filled(head.LastName)}
	if given := filled(head.OtherNames); given != nil {
		name.Given = []string{*given}
	}
	if name.Family == nil && name.Given == nil {
		return nil
	}
	relation := concept(systemRelationship, strconv.Itoa(*row.Relationship), v.Registers.Relations[*row.Relationship])
	return []r4.PatientContact{{Relationship: []r4.CodeableConcept{relation}, Name: name}}
}

func (v *View) patientExtensions(row *persistence.Insuree) []r4.Extension {
	list := []r4.Extension{flag(extIsHead, row.IsHead)}
	if row.Education != nil {
		list = append(list, coded(extEducation, systemEducation, strconv.Itoa(*row.Education), v.Registers.Educations[*row.Education]))
	}
	if row.Profession != nil {
		list = append(list, coded(extProfession, systemProfession, strconv.Itoa(*row.Profession), v.Registers.Professions[*row.Profession]))
	}
	if number := filled(plain(row.Passport)); number != nil {
		parts := []r4.Extension{{Url: "number", ValueString: number}}
		if kind := plain(row.TypeOfID); kind != "" {
			parts = append(parts, coded("type", systemIdentification, kind, v.Registers.IdentificationTypes[kind]))
		}
		list = append(list, r4.Extension{Url: extIdentification, Extension: parts})
	}
	list = append(list, flag(extCardIssued, row.CardIssued))
	if row.Vulnerability != nil {
		list = append(list, flag(extVulnerability, *row.Vulnerability))
	}
	if row.Family != nil {
		list = append(list, r4.Extension{Url: extGroup, ValueReference: refer("Group", string(row.Family.FamilyUUID), "", "")})
	}
	return list
}

// photo renders a photograph kept in the row, or the address of one kept as a file. The
// legacy application gives every person an empty row to begin with: that is none.
func (v *View) photo(row *persistence.Photo) []r4.Attachment {
	if row == nil {
		return nil
	}
	data, name := plain(row.Photo), plain(row.PhotoFileName)
	a := r4.Attachment{Title: filled(path.Base("/" + strings.ReplaceAll(name, `\`, "/")))}
	if name == "" {
		a.Title = nil
	}
	if kind := photoType(name); kind != "" {
		a.ContentType = &kind
	}
	if !row.PhotoDate.IsZero() {
		a.Creation = pointer(row.PhotoDate.String())
	}
	switch folder := strings.Trim(strings.ReplaceAll(strings.TrimSpace(row.PhotoFolder), `\`, "/"), "/"); {
	case data != "":
		a.Data = &data
		if raw, err := base64.StdEncoding.DecodeString(data); err == nil {
			sum := sha1.Sum(raw)
			a.Hash, a.Size = pointer(base64.StdEncoding.EncodeToString(sum[:])), pointer(len(raw))
		}
	case name != "" && v.PhotoURL != "":
		a.Url = pointer(strings.TrimSuffix(v.PhotoURL, "/") + path.Join("/", folder, strings.ReplaceAll(name, `\`, "/")))
	default:
		return nil
	}
	return []r4.Attachment{a}
}

// photoType gives the MIME type a file name speaks of, "" when it speaks of no picture.
func photoType(name string) string {
	switch strings.ToLower(path.Ext(name)) {
	case ".jpg", ".jpeg":
		return "image/jpeg" // not left to the machine's own list of types
	case ".png":
		return "image/png"
	}
	kind := mime.TypeByExtension(path.Ext(name))
	if strings.HasPrefix(kind, "image/") {
		return kind
	}
	return ""
}
