package mapping

import (
	"strings"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"

	"github.com/openimis/openimis-go/fhir/search"
)

// InsurerProfile is the canonical of the profile the insurer conforms to.
const InsurerProfile = Guide + "StructureDefinition/openimis-insurance-organization"

// Insurer is the organisation that runs the scheme, as configured: it has no table.
type Insurer struct {
	ID           string // resource id; "" when none is configured
	Code         string
	Name         string
	Email        string
	Phone        string
	Fax          string
	Contact      string // name of the person to ask
	Line         string
	City         string
	District     string
	State        string
	Municipality string
}

// InsurerOf renders the organisation that runs the scheme.
func InsurerOf(in *Insurer) *r4.Organization {
	o := &r4.Organization{
		Id:   &in.ID,
		Type: []r4.CodeableConcept{concept(organizationType, kindInsurer, "")}, Name: filled(in.Name),
		Telecom: reached(&in.Email, &in.Phone, &in.Fax),
	}
	if code := identifier(kindCode, in.Code); code != nil {
		o.Identifier = []r4.Identifier{*code}
	}
	a := r4.Address{Type: pointer(r4.AddressTypePhysical), City: filled(in.City), District: filled(in.District), State: filled(in.State)}
	if line := filled(in.Line); line != nil {
		a.Line = []string{*line}
	}
	if ward := filled(in.Municipality); ward != nil {
		a.Extension = []r4.Extension{{Url: extMunicipality, ValueString: ward}}
	}
	if a.Line != nil || a.City != nil || a.District != nil || a.State != nil {
		o.Address = []r4.Address{a}
	}
	if name := filled(in.Contact); name != nil {
		o.Contact = []r4.OrganizationContact{{
			Purpose: pointer(concept(contactEntity, "ADMIN", "Administrative")), Name: &r4.HumanName{Text: name},
		}}
	}
	o.Meta = profile(o.Identifier != nil && o.Name != nil, "openimis-insurance-organization")
	return o
}

// InsurerMatches tells whether the insurer meets one clause of a search. Of what it says
// nothing about it has no value.
func InsurerMatches(in *Insurer, q *search.Clause) bool {
	if q.OfValues() != nil {
		return false
	}
	held := map[string]string{
		"_id": in.ID, "identifier": in.Code, "code": in.Code, "name": in.Name, "type": kindInsurer, "address": in.Line,
	}[q.Param.Name]
	if q.Modifier == search.Missing {
		return q.Missing == (held == "")
	}
	for _, value := range q.Values {
		if held != "" && insurerHas(q, held, value) {
			return q.Modifier != search.Not
		}
	}
	return q.Modifier == search.Not
}

func insurerHas(q *search.Clause, held string, value search.Value) bool {
	if q.Param.Type == search.Token {
		if value.HasSystem && (value.System != "" || q.Param.Name == "type") && (q.Param.Name != "type" || !SameSystem(organizationType, value.System)) {
			return false
		}
		return value.AnyCode || value.Text == held
	}
	if q.Modifier == search.Exact {
		return held == value.Text
	}
	held, asked := strings.ToLower(held), strings.ToLower(value.Text)
	if q.Modifier == search.Contains {
		return strings.Contains(held, asked)
	}
	return strings.HasPrefix(held, asked)
}
