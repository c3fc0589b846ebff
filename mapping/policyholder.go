package mapping

import (
	"encoding/json"
	"strconv"
	"strings"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"
	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir/search"
	"github.com/openimis/openimis-go/persistence"
)

// kindHolder is the kind of organisation policy holders are.
const kindHolder = "bus"

const policyHolderProfile = "openimis-policy-holder-organization"

var (
	extHolderForm     = structure("organization-ph-legal-form")
	extHolderActivity = structure("organization-ph-activity")

	systemHolderForm     = codeSystem("organization-ph-legal-form")
	systemHolderActivity = codeSystem("organization-ph-activity")
)

// PolicyHolders is the catalogue of policy holders. It has the search parameters of
// health facilities; what only those have matches none of its rows.
var PolicyHolders = &Catalogue{
	Resource: "Organization", Table: "tblPolicyHolder", UUID: "UUID", Changed: "DateUpdated", Profile: structure(policyHolderProfile),
	Links: []Link{{Name: "locations", Column: "LocationsId", Table: "tblLocations", Pick: "LocationId"}},
	Attributes: []Attribute{
		{Name: "code", Column: "PolicyHolderCode", Element: "identifier", Search: "identifier", Kind: search.Token},
		{Name: "uuid", Column: "UUID", Element: "identifier", Search: "identifier", Kind: search.Token},
		{Name: "tradeName", Column: "TradeName", Element: "name", Search: "name", Kind: search.String, Sortable: true},
		{Name: "kind", Column: "UUID", Element: "type", Search: "type", Kind: search.Token, System: organizationType, Match: alwaysHolder},
		{Name: "active", Column: "UUID", Element: "active", Search: "active", Kind: search.Token, Match: alwaysInUse},
		{Name: "address", Column: "LocationsId", Element: "address.line", Search: "address", Kind: search.String, Match: noRow},
		{Name: "legalForm", Column: "LegalForm", Element: "extension", Search: "legal-form", Kind: search.Token, System: systemHolderForm},
		{Name: "level", Column: "LocationsId", Element: "extension", Search: "level", Kind: search.Token, Match: noRow},
		{Name: "careType", Column: "LocationsId", Element: "extension", Search: "care-type", Kind: search.Token, Match: noRow},
		{Name: "location", Column: "LocationsId", Element: "address", Search: "location", Kind: search.Reference, Targets: []string{"Location"}, Match: holderAt},
		{Name: "activityCode", Column: "ActivityCode", Element: "extension"},
		{Name: "phone", Column: "Phone", Element: "telecom"},
		{Name: "fax", Column: "Fax", Element: "telecom"},
		{Name: "email", Column: "Email", Element: "telecom"},
		{Name: "contactName", Column: "ContactName", Element: "contact.name"},
		{Name: "dateValidFrom", Column: "DateValidFrom"},
		{Name: "dateValidTo", Column: "DateValidTo"},
	},
}

func alwaysHolder(modifier search.Modifier, v search.Value) (clause.Expression, error) {
	return constant("type", organizationType, kindHolder, modifier, v)
}

func alwaysInUse(modifier search.Modifier, v search.Value) (clause.Expression, error) {
	return constant("active", "", "true", modifier, v)
}

// holderAt matches policy holders of a location.
func holderAt(modifier search.Modifier, v search.Value) (clause.Expression, error) {
	if modifier != search.NoModifier {
		return nil, core.ErrorAt(core.Invalid, "location", "the modifier %q is not supported on this parameter", modifier)
	}
	id, ok := persistence.ParseUUID(v.Text)
	if !ok || v.URL != "" {
		return persistence.Nothing(), nil
	}
	return persistence.Exists("tblLocations", "LocationId", persistence.Column("tblPolicyHolder", "LocationsId"),
		persistence.In(persistence.Column("tblLocations", "LocationUUID"), []persistence.UUID{id})), nil
}

// PolicyHolderOf renders a policy holder.
func PolicyHolderOf(v *View, row *persistence.PolicyHolder) *r4.Organization {
	o := &r4.Organization{
		Id:         pointer(string(row.UUID)),
		Identifier: identifiers(row.UUID, plain(row.Code)),
		Type:       []r4.CodeableConcept{concept(organizationType, kindHolder, "")},
		Name:       filled(row.TradeName),
		Telecom:    reached(row.Email, row.Phone, row.Fax),
	}
	line := member(row.Address, "address")
	if a := v.address(row.LocationsID, &line, nil); a != nil {
		o.Address = []r4.Address{*a}
	}
	name := filled(member(row.ContactName, "name") + " " + member(row.ContactName, "surname"))
	if name == nil {
		name = filled(member(row.ContactName, "contactName")) // as the form of the React UI writes it
	}
	if name != nil {
		o.Contact = []r4.OrganizationContact{{Name: &r4.HumanName{Text: name}}}
	}
	for _, one := range []struct {
		url, system string
		code        *int
		words       map[int]string
	}{{extHolderForm, systemHolderForm, row.LegalForm, holderForms}, {extHolderActivity, systemHolderActivity, row.ActivityCode, holderActivities}} {
		if one.code == nil {
			continue
		}
		o.Extension = append(o.Extension, coded(one.url, one.system, strconv.Itoa(*one.code), one.words[*one.code]))
	}
	o.Meta = profile(holderConforms(o), policyHolderProfile)
	return o
}

// member gives the text of a member of a JSON object, "" for anything else.
func member(document *persistence.JSON, name string) string {
	if document == nil {
		return ""
	}
	members := map[string]any{}
	if json.Unmarshal([]byte(*document), &members) != nil {
		return ""
	}
	text, _ := members[name].(string)
	return strings.TrimSpace(text)
}

// holderConforms checks the profile openimis-policy-holder-organization.
func holderConforms(o *r4.Organization) bool {
	if !identified(o.Identifier, true) || o.Name == nil || len(o.Address) != 1 || !placed(&o.Address[0]) || o.Address[0].City == nil {
		return false
	}
	_, ward := extensionAt(o.Address[0].Extension, extMunicipality)
	return ward >= 0
}
