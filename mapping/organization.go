package mapping

import (
	"fmt"
	"strings"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"
	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir/search"
	"github.com/openimis/openimis-go/persistence"
)

// The kinds of organisation, codes of HL7's organization-type.
const (
	kindProvider = "prov"
	kindInsurer  = "ins"
)

var (
	extLegalForm = structure("organization-hf-legal-form")
	extLevel     = structure("organization-hf-level")
	extCareType  = structure("organization-hf-care-type")

	systemLegalForm = codeSystem("organization-hf-legal-form")
	systemLevel     = codeSystem("organization-hf-level")
	systemCareType  = codeSystem("organization-hf-care-type")
)

var facilityLevels = map[string]string{"D": "Dispensary", "C": "Health Centre", "H": "Hospital"}

var careTypes = map[string]string{"I": "In-Patient", "O": "Out-Patient", "B": "Both"}

// Organization is the catalogue of health facilities. The insurer, the other kind of
// organisation, comes from the configuration and has no table.
var Organization = &Catalogue{
	Resource: "Organization", Table: "tblHF", UUID: "HfUUID", Holder: "tblHF", HolderKey: "HfID", Profile: structure("openimis-health-facility-organization"),
	Links: []Link{
		{Name: "legalForm", Column: "LegalForm"},
		{Name: "location", Column: "LocationId", Table: "tblLocations", Pick: "LocationId"},
		{Name: "servicesPricelist", Column: "PLServiceID"},
		{Name: "itemsPricelist", Column: "PLItemID"},
	},
	Attributes: []Attribute{
		{Name: "code", Column: "HFCode", Element: "identifier", Search: "identifier", Kind: search.Token, Sortable: true, Writable: true, Required: true,
			Documentation: "The code of the facility, or its UUID."},
		{Name: "uuid", Column: "HfUUID", Element: "identifier", Search: "identifier", Kind: search.Token},
		{Name: "name", Column: "HFName", Element: "name", Search: "name", Kind: search.String, Sortable: true, Writable: true, Required: true,
			Documentation: "The name of the organisation."},
		{Name: "kind", Column: "HfID", Element: "type", Search: "type", Kind: search.Token, System: organizationType, Match: alwaysProvider,
			Documentation: "prov for health facilities, ins for the insurer."},
		{Name: "status", Column: "status", Element: "active", Search: "active", Kind: search.Token, Writable: true,
			Codes:         Codes{"true": {"AC", nil}, "false": {"IN", "DE", "ID"}},
			Documentation: "Whether the facility is in use; one without a status is."},
		{Name: "address", Column: "HFAddress", Element: "address.line", Search: "address", Kind: search.String, Writable: true,
			Documentation: "The street line of the address."},
		{Name: "legalForm", Column: "LegalForm", Element: "extension", Search: "legal-form", Kind: search.Token, System: systemLegalForm, Writable: true, Required: true,
			Definition: searchParameter("organization-legal-form"), Documentation: "The legal form of a facility."},
		{Name: "level", Column: "HFLevel", Element: "extension", Search: "level", Kind: search.Token, System: systemLevel, Sortable: true, Writable: true,
			Definition: searchParameter("organization-level"), Documentation: "The level of a facility: D, C or H."},
		{Name: "careType", Column: "HFCareType", Element: "extension", Search: "care-type", Kind: search.Token, System: systemCareType, Writable: true,
			Definition: searchParameter("organization-care-type"), Documentation: "The care a facility gives: I, O or B."},
		{Name: "location", Column: "LocationId", Element: "address", Search: "location", Kind: search.Reference, Targets: []string{"Location"}, Match: inDistrict, Follow: inDistricts, Writable: true, Required: true,
			Definition: searchParameter("organization-location"), Documentation: "The district of a facility."},
		{Name: "phone", Column: "Phone", Element: "telecom", Writable: true},
		{Name: "fax", Column: "Fax", Element: "telecom", Writable: true},
		{Name: "email", Column: "eMail", Element: "telecom", Writable: true},
	},
}

// alwaysActive answers for a status that every live row has.
func alwaysActive(modifier search.Modifier, v search.Value) (clause.Expression, error) {
	return constant("status", locationStatus, "active", modifier, v)
}

func alwaysProvider(modifier search.Modifier, v search.Value) (clause.Expression, error) {
	return constant("type", organizationType, kindProvider, modifier, v)
}

// constant answers for a token that is the same on every row.
func constant(param, system, code string, modifier search.Modifier, v search.Value) (clause.Expression, error) {
	if modifier != search.NoModifier {
		return nil, core.ErrorAt(core.Invalid, param, "the modifier %q is not supported on this parameter", modifier)
	}
	if (!v.HasSystem || SameSystem(system, v.System)) && (v.AnyCode || v.Text == code) {
		return not{persistence.Nothing()}, nil
	}
	return persistence.Nothing(), nil
}

// inDistrict matches facilities of a location.
func inDistrict(modifier search.Modifier, v search.Value) (clause.Expression, error) {
	if modifier != search.NoModifier {
		return nil, core.ErrorAt(core.Invalid, "location", "the modifier %q is not supported on this parameter", modifier)
	}
	id, ok := persistence.ParseUUID(v.Text)
	if !ok || v.URL != "" {
		return persistence.Nothing(), nil
	}
	return inDistricts(func(uuid clause.Column) (clause.Expression, error) {
		return persistence.In(uuid, []persistence.UUID{id}), nil
	})
}

// inDistricts matches facilities whose district is among those chosen.
func inDistricts(among func(uuid clause.Column) (clause.Expression, error)) (clause.Expression, error) {
	chosen, err := among(persistence.Column("tblLocations", "LocationUUID"))
	return persistence.Exists("tblLocations", "LocationId", persistence.Column("tblHF", "LocationId"), chosen), err
}

// OrganizationOf renders a health facility. The row carries its live claim
// administrators.
func OrganizationOf(v *View, row *persistence.HealthFacility) *r4.Organization {
	o := &r4.Organization{
		Id:         pointer(string(row.HFUUID)),
		Identifier: identifiers(row.HFUUID, row.HFCode),
		Type:       []r4.CodeableConcept{concept(organizationType, kindProvider, "")},
		Name:       filled(row.HFName),
		Telecom:    reached(row.EMail, row.Phone, row.Fax),
	}
	if status := plain(row.Status); status != "" && status != statusActive {
		o.Active = pointer(false)
	}
	if a := v.address(&row.LocationID, row.HFAddress, nil); a != nil {
		o.Address = []r4.Address{*a}
	}
	for i := range row.ClaimAdmins {
		if contact := facilityContact(&row.ClaimAdmins[i]); contact != nil {
			o.Contact = append(o.Contact, *contact)
		}
	}
	o.Extension = v.facilityExtensions(row)
	o.Meta = profile(facilityConforms(o), "openimis-health-facility-organization")
	return o
}

func (v *View) facilityExtensions(row *persistence.HealthFacility) []r4.Extension {
	var list []r4.Extension
	if form := strings.TrimSpace(row.LegalForm); form != "" {
		list = append(list, coded(extLegalForm, systemLegalForm, form, v.Registers.LegalForms[form]))
	}
	if level := strings.TrimSpace(row.HFLevel); level != "" {
		list = append(list, coded(extLevel, systemLevel, level, facilityLevels[level]))
	}
	if care := strings.TrimSpace(row.HFCareType); care != "" {
		list = append(list, coded(extCareType, systemCareType, care, careTypes[care]))
	}
	return list
}

// reached gives e-mail, telephone and fax, leaving out what is blank.
func reached(email, phone, fax *string) []r4.ContactPoint {
	var list []r4.ContactPoint
	for _, point := range []struct {
		system r4.ContactPointSystem
		value  *string
	}{{r4.ContactPointSystemEmail, email}, {r4.ContactPointSystemPhone, phone}, {r4.ContactPointSystemFax, fax}} {
		if value := filled(plain(point.value)); value != nil {
			list = append(list, r4.ContactPoint{System: pointer(point.system), Value: value})
		}
	}
	return list
}

// facilityContact renders a claim administrator as the one to ask about payment.
func facilityContact(admin *persistence.ClaimAdmin) *r4.OrganizationContact {
	name := &r4.HumanName{Use: pointer(r4.NameUseUsual), Family: filled(plain(admin.LastName))}
	if given := filled(plain(admin.OtherNames)); given != nil {
		name.Given = []string{*given}
	}
	if name.Family == nil && name.Given == nil {
		return nil
	}
	return &r4.OrganizationContact{
		Purpose: pointer(concept(contactEntity, "PAYOR", "")), Name: name, Telecom: reached(admin.EmailID, admin.Phone, nil),
	}
}

// KindOf gives the kind of organisation a resource says it is, prov when it says nothing.
func KindOf(in *r4.Organization) string {
	for i := range in.Type {
		if code, ok := codeIn(&in.Type[i], organizationType); ok {
			return code
		}
	}
	return kindProvider
}

// OrganizationInto writes what an Organization says into the columns of the row and gives
// back the address that names its district. Errors: core.Unprocessable naming the elements.
func OrganizationInto(v *View, in *r4.Organization, row *persistence.HealthFacility) (*Place, error) {
	r := &reading{view: v}
	if kind := KindOf(in); kind != kindProvider {
		r.fault("Organization.type", "only health facilities (prov) can be written, not %q", kind)
	}
	if code, at := businessCode(in.Identifier); at < 0 || code == "" {
		r.fault("Organization.identifier", "an identifier of the type Code is needed")
	} else if code := r.text(fmt.Sprintf("Organization.identifier[%d].value", at), &code, 8); code != nil {
		row.HFCode = *code
	}
	if plain(in.Name) == "" {
		r.fault("Organization.name", "a name is needed")
	} else if name := r.text("Organization.name", in.Name, 100); name != nil {
		row.HFName = *name
	}
	r.facilityTelecom(in, row)
	r.facilityExtensions(in, row)
	if in.Active != nil {
		switch held := plain(row.Status); {
		case *in.Active:
			row.Status = pointer(statusActive)
		case held == "" || held == statusActive:
			row.Status = pointer(statusInactive)
		}
	}
	place := r.facilityAddress(in)
	if place != nil {
		row.HFAddress = place.Words
	}
	return place, core.Join(r.faults...)
}

// facilityAddress takes the first address that names a location.
func (r *reading) facilityAddress(in *r4.Organization) *Place {
	for i := range in.Address {
		place, err := placeOf(&in.Address[i], fmt.Sprintf("Organization.address[%d]", i), 100)
		if err != nil {
			r.faults = append(r.faults, err.(*core.Error))
			continue
		}
		if place.Where != nil {
			return place
		}
	}
	r.fault("Organization.address", "an address with the extension %s that refers to a district is needed", extLocation)
	return nil
}

func (r *reading) facilityTelecom(in *r4.Organization, row *persistence.HealthFacility) {
	row.EMail, row.Phone, row.Fax = nil, nil, nil
	for i := range in.Telecom {
		point, at := &in.Telecom[i], fmt.Sprintf("Organization.telecom[%d].value", i)
		if point.System == nil || plain(point.Value) == "" {
			continue
		}
		for system, column := range map[r4.ContactPointSystem]**string{
			r4.ContactPointSystemEmail: &row.EMail, r4.ContactPointSystemPhone: &row.Phone, r4.ContactPointSystemFax: &row.Fax,
		} {
			if *point.System == system && *column == nil {
				*column = r.text(at, point.Value, 50)
			}
		}
	}
}

// facilityExtensions takes legal form, level and care type. The column for the level
// cannot be NULL, so a facility without one gets a blank, as old rows have.
func (r *reading) facilityExtensions(in *r4.Organization, row *persistence.HealthFacility) {
	form, ok := r.letter(in.Extension, extLegalForm, systemLegalForm, r.view.Registers.LegalForms)
	if !ok {
		r.fault("Organization.extension", "the extension %s is needed: every facility has a legal form", extLegalForm)
	}
	row.LegalForm = form
	if row.HFLevel, ok = r.letter(in.Extension, extLevel, systemLevel, facilityLevels); !ok {
		row.HFLevel = " "
	}
	if row.HFCareType, ok = r.letter(in.Extension, extCareType, systemCareType, careTypes); !ok {
		row.HFCareType = "B" // what a facility without one counts as
	}
}

// letter takes a code of a list from an extension; ok is false when it is not there.
func (r *reading) letter(list []r4.Extension, url, system string, known map[string]string) (code string, ok bool) {
	ext, at := extensionAt(list, url)
	if ext == nil {
		return "", false
	}
	if code, ok = codeIn(ext.ValueCodeableConcept, system); !ok {
		return "", false
	}
	if _, there := known[code]; !there {
		r.fault(fmt.Sprintf("Organization.extension[%d].value", at), "%q is not a code of this installation", code)
	}
	return code, true
}
