package mapping

import (
	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir/search"
	"github.com/openimis/openimis-go/persistence"
)

// Practitioners and their roles are in two tables. Each has its catalogue, and both
// declare the same search parameters: one search is asked of both.

// ClaimAdminPractitioners says how claim administrators are searched.
var ClaimAdminPractitioners = &Catalogue{
	Resource: "Practitioner", Table: "tblClaimAdmin", UUID: "ClaimAdminUUID", Holder: "tblClaimAdmin", HolderKey: "ClaimAdminId", Join: []string{"HF"},
	Profile: structure("openimis-claim-administrator-practitioner"),
	Attributes: join(
		numbers("ClaimAdminCode", "ClaimAdminUUID", "practitioner"), personNames("LastName", "OtherNames"), contacts("Phone", "EmailId"),
	),
}

// OfficerPractitioners says how enrolment officers are searched.
var OfficerPractitioners = &Catalogue{
	Resource: "Practitioner", Table: "tblOfficer", UUID: "OfficerUUID", Holder: "tblOfficer", HolderKey: "OfficerID",
	Profile: structure("openimis-enrolment-officer-practitioner"),
	Attributes: join(
		numbers("Code", "OfficerUUID", "practitioner"), personNames("LastName", "OtherNames"), contacts("Phone", "EmailId"),
	),
}

// ClaimAdminRoles says how the roles of claim administrators are searched.
var ClaimAdminRoles = &Catalogue{
	Resource: "PractitionerRole", Table: "tblClaimAdmin", UUID: "ClaimAdminUUID", Join: []string{"HF"},
	Profile: structure("openimis-claim-administrator-practitioner-role"),
	Attributes: join(
		numbers("ClaimAdminCode", "ClaimAdminUUID", "practitioner"), rolePractitioner("ClaimAdminUUID"),
		roleOrganization(Attribute{Table: "HF", Column: "HfUUID"}),
		roleLocation(Attribute{Column: never, Match: noRow}),
		roleCode(ClaimAdministrator),
		roleDate(Attribute{Column: never, Match: noRow}),
		contacts("Phone", "EmailId"),
	),
}

// OfficerRoles says how the roles of enrolment officers are searched.
var OfficerRoles = &Catalogue{
	Resource: "PractitionerRole", Table: "tblOfficer", UUID: "OfficerUUID", Join: []string{"Substitute"},
	Profile: structure("openimis-enrolment-officer-practitioner-role"),
	Attributes: join(
		numbers("Code", "OfficerUUID", "practitioner"), rolePractitioner("OfficerUUID"),
		roleOrganization(Attribute{Column: never, Match: noRow}),
		roleLocation(Attribute{Column: "LocationId", Match: locatedAt(persistence.Column("tblOfficer", "LocationId"))}),
		roleCode(EnrolmentOfficer),
		roleDate(Attribute{Column: "WorksTo", Match: untilMatch(persistence.Column("tblOfficer", "WorksTo"))}),
		contacts("Phone", "EmailId"),
	),
}

// never is a column that is empty in every live row: it stands for an element one of the
// two tables does not have, so that :missing gives the right answer.
const never = "LegacyID"

// noRow is the match of an element the table does not have.
func noRow(modifier search.Modifier, _ search.Value) (clause.Expression, error) {
	if modifier != search.NoModifier {
		return nil, refused(modifier)
	}
	return persistence.Nothing(), nil
}

func refused(modifier search.Modifier) error {
	return core.Errorf(core.Invalid, "the modifier %q is not supported on this parameter", modifier)
}

func join(lists ...[]Attribute) []Attribute {
	var all []Attribute
	for _, list := range lists {
		all = append(all, list...)
	}
	return all
}

// numbers gives what an instance is identified by.
func numbers(code, uuid, what string) []Attribute {
	return []Attribute{
		{
			Name: "code", Column: code, Element: "identifier", Search: "identifier", Kind: search.Token,
			Documentation: "The code or the UUID of the " + what + ".",
		},
		{Name: "uuid", Column: uuid, Element: "identifier", Search: "identifier", Kind: search.Token},
	}
}

// personNames gives the names of a person.
func personNames(last, other string) []Attribute {
	return []Attribute{
		{Name: "lastName", Column: last, Element: "name.family", Search: "family", Also: []string{"name"}, Kind: search.String, Documentation: "Last name."},
		{Name: "otherNames", Column: other, Element: "name.given", Search: "given", Also: []string{"name"}, Kind: search.String, Documentation: "Other names."},
	}
}

// contacts gives how a person is reached. The system of such a token is that of the
// ContactPoint.
func contacts(phone, email string) []Attribute {
	return []Attribute{
		{Name: "phone", Column: phone, Element: "telecom", Search: "phone", Also: []string{"telecom"}, Kind: search.Token, System: "phone", Documentation: "Telephone number."},
		{Name: "email", Column: email, Element: "telecom", Search: "email", Also: []string{"telecom"}, Kind: search.Token, System: "email", Documentation: "Address of electronic mail."},
	}
}

func rolePractitioner(uuid string) []Attribute {
	return []Attribute{{
		Name: "uuid", Column: uuid, Element: "practitioner", Search: "practitioner", Kind: search.Reference,
		Targets: []string{"Practitioner"}, Documentation: "The person in the role.",
	}}
}

func roleOrganization(a Attribute) []Attribute {
	a.Name, a.Element, a.Search, a.Kind, a.Targets = "healthFacility", "organization", "organization", search.Reference, []string{"Organization"}
	a.Documentation = "The health facility of a claim administrator."
	return []Attribute{a}
}

func roleLocation(a Attribute) []Attribute {
	a.Name, a.Element, a.Search, a.Kind, a.Targets = "location", "location", "location", search.Reference, []string{"Location"}
	a.Documentation = "Where an enrolment officer works."
	return []Attribute{a}
}

func roleCode(code string) []Attribute {
	a := always("role", codeSystem("practitioner-qualification-type"), code)
	a.Element, a.Documentation = "code", "CA claim administrator, EO enrolment officer."
	return []Attribute{a}
}

func roleDate(a Attribute) []Attribute {
	a.Name, a.Element, a.Search, a.Kind = "worksTo", "period", "date", search.Date
	a.Documentation = "Compares with the last working day of an enrolment officer, when it is known."
	return []Attribute{a}
}

// locatedAt is the match of a reference to a place whose key is in the column.
func locatedAt(column clause.Column) matcher {
	return func(modifier search.Modifier, v search.Value) (clause.Expression, error) {
		if modifier != search.NoModifier {
			return nil, refused(modifier)
		}
		if v.Type != "" && v.Type != "Location" {
			return nil, core.Errorf(core.Invalid, "this parameter never points to a %s", v.Type)
		}
		id, ok := persistence.ParseUUID(v.Text)
		if !ok || v.URL != "" {
			return persistence.Nothing(), nil
		}
		return persistence.Exists("tblLocations", "LocationId", column,
			persistence.In(persistence.Column("tblLocations", "LocationUUID"), []persistence.UUID{id})), nil
	}
}
