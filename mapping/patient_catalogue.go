package mapping

import (
	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir/search"
	"github.com/openimis/openimis-go/persistence"
)

// Patient is the catalogue of insured people.
var Patient = &Catalogue{
	Resource: "Patient", Table: "tblInsuree", UUID: "InsureeUUID", Holder: "tblInsuree", HolderKey: "InsureeID", Profile: structure("openimis-patient"),
	Join: []string{"Family.Head", "HF", "Photo"},
	Links: []Link{
		{Name: "gender", Column: "Gender"},
		{Name: "family", Column: "FamilyID", Table: "tblFamilies", Pick: "FamilyID", Relation: "Family"},
		{Name: "photo", Column: "PhotoID"},
		{Name: "healthFacility", Column: "HFID", Table: "tblHF", Pick: "HfID", Relation: "HF"},
		{Name: "currentVillage", Column: "CurrentVillage", Table: "tblLocations", Pick: "LocationId"},
	},
	Attributes: []Attribute{
		{Name: "chfId", Column: "CHFID", Element: "identifier", Search: "identifier", Kind: search.Token, Sortable: true, Writable: true, Required: true,
			Documentation: "The insurance number, or the UUID of the person."},
		{Name: "uuid", Column: "InsureeUUID", Element: "identifier", Search: "identifier", Kind: search.Token},
		{Name: "lastName", Column: "LastName", Element: "name.family", Search: "family", Also: []string{"name"}, Kind: search.String, Sortable: true, Writable: true, Required: true,
			Documentation: "The family name."},
		{Name: "otherNames", Column: "OtherNames", Element: "name.given", Search: "given", Also: []string{"name"}, Kind: search.String, Sortable: true, Writable: true, Required: true,
			Documentation: "The given names."},
		{Name: "dob", Column: "DOB", Element: "birthDate", Search: "birthdate", Kind: search.Date, Sortable: true, Writable: true, Required: true,
			Documentation: "The day of birth."},
		{Name: "gender", Column: "Gender", Element: "gender", Search: "gender", Kind: search.Token, System: administrativeSex, Sortable: true, Writable: true,
			Codes:         Codes{"male": {"M"}, "female": {"F"}, "other": {"O"}, "unknown": {nil}},
			Documentation: "The administrative gender."},
		{Name: "phone", Column: "Phone", Element: "telecom", Search: "phone", Also: []string{"telecom"}, Kind: search.Token, Writable: true, Sensitive: true,
			Documentation: "A telephone number."},
		{Name: "email", Column: "Email", Element: "telecom", Search: "email", Also: []string{"telecom"}, Kind: search.Token, Writable: true, Sensitive: true,
			Documentation: "An e-mail address."},
		{Name: "status", Column: "status", Element: "active", Search: "active", Kind: search.Token, Writable: true,
			Codes:         Codes{"true": {"AC"}, "false": {"IN", "DE"}},
			Documentation: "Whether the record is in use; a record without a status is neither."},
		{Name: "deceased", Column: "status", Element: "deceased", Search: "deceased", Kind: search.Token, Writable: true,
			Codes:         Codes{"true": {"DE"}, "false": {"AC", "IN", nil}},
			Documentation: "Whether the person has died."},
		{Name: "healthFacility", Table: "HF", Column: "HfUUID", Element: "generalPractitioner", Search: "general-practitioner", Kind: search.Reference, Targets: []string{"Organization"}, Writable: true,
			Documentation: "The facility of first contact."},
		{Name: "currentVillage", Column: "CurrentVillage", Element: "address.city", Search: "address-city", Also: []string{"address"}, Kind: search.String, Match: inVillage, Writable: true,
			Documentation: "The village of the person's own or the family's address."},
		{Name: "currentAddress", Column: "CurrentAddress", Element: "address.line", Search: "address", Kind: search.String, Writable: true, Sensitive: true},
		{Name: "familyAddress", Table: "Family", Column: "FamilyAddress", Element: "address.line", Search: "address", Kind: search.String, Writable: true, Sensitive: true},
		{Name: "family", Table: "Family", Column: "FamilyUUID", Element: "extension", Search: "group", Kind: search.Reference, Targets: []string{"Group"}, Writable: true,
			Definition: searchParameter("patient-group"), Documentation: "The family the person belongs to."},
		{Name: "head", Column: "IsHead", Element: "extension", Search: "is-head", Kind: search.Token, Writable: true,
			Definition: searchParameter("patient-is-head"), Documentation: "Whether the person is the head of the family."},
		{Name: "cardIssued", Column: "CardIssued", Element: "extension", Writable: true},
		{Name: "marital", Column: "Marital", Element: "maritalStatus", Writable: true},
		{Name: "relationship", Column: "Relationship", Element: "contact.relationship", Writable: true},
		{Name: "education", Column: "Education", Element: "extension", Writable: true},
		{Name: "profession", Column: "Profession", Element: "extension", Writable: true},
		{Name: "passport", Column: "passport", Element: "extension", Writable: true, Sensitive: true},
		{Name: "typeOfId", Column: "TypeOfId", Element: "extension", Writable: true},
		{Name: "vulnerability", Column: "Vulnerability", Element: "extension", Writable: true},
		{Name: "photo", Table: "Photo", Column: "photo", Element: "photo", Writable: true, Sensitive: true},
		{Name: "statusDate", Column: "status_date", Element: "deceased", Writable: true},
	},
}

// inVillage matches people whose address, of their own or of the family, is in a village
// of the name.
func inVillage(modifier search.Modifier, value search.Value) (clause.Expression, error) {
	how, ok := map[search.Modifier]persistence.TextMatch{
		search.NoModifier: persistence.StartsWith, search.Exact: persistence.Same, search.Contains: persistence.Includes,
	}[modifier]
	if !ok {
		return nil, core.ErrorAt(core.Invalid, "address-city", "the modifier %q is not supported on this parameter", modifier)
	}
	village := allOf{
		persistence.Text(persistence.Column("tblLocations", "LocationName"), how, value.Text),
		persistence.Text(persistence.Column("tblLocations", "LocationType"), persistence.Same, levelVillage),
	}
	return anyOf{
		persistence.Exists("tblLocations", "LocationId", persistence.Column("tblInsuree", "CurrentVillage"), village),
		persistence.Exists("tblLocations", "LocationId", persistence.Column("Family", "LocationId"), village),
	}, nil
}
