package mapping

import (
	"strings"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"

	"github.com/openimis/openimis-go/fhir/search"
	"github.com/openimis/openimis-go/persistence"
)

// SiteCatalogue says how health facilities are searched as Locations, which the
// compatible base shows them as when it is asked for physicalType=si.
var SiteCatalogue = &Catalogue{
	Resource: "Location", Table: "tblHF", UUID: "HfUUID",
	Attributes: []Attribute{
		{Name: "code", Column: "HFCode", Element: "identifier", Search: "identifier", Kind: search.Token, Sortable: true},
		{Name: "uuid", Column: "HfUUID", Element: "identifier", Search: "identifier", Kind: search.Token},
		{Name: "name", Column: "HFName", Element: "name", Search: "name", Kind: search.String, Sortable: true},
		{
			Name: "location", Column: "LocationId", Element: "partOf", Search: "partof", Kind: search.Reference, Targets: []string{"Location"},
			Match: locatedAt(persistence.Column("tblHF", "LocationId")),
		},
	},
}

// siteTypes gives the kind of place of a facility level, as HL7 codes it, and its name.
var siteTypes = map[string][2]string{"H": {"HOSP", "hospital"}, "D": {"COMM", "dispensary"}, "C": {"OF", "health-center"}}

// SiteOf renders a health facility as a Location.
func SiteOf(v *View, row *persistence.HealthFacility) *r4.Location {
	site := concept(physicalType, "si", "")
	site.Text = pointer("site")
	out := &r4.Location{
		Id:           pointer(string(row.HFUUID)),
		Identifier:   identifiers(row.HFUUID, ""),
		Name:         filled(row.HFName),
		PhysicalType: &site,
	}
	if code := identifier("FI", row.HFCode); code != nil {
		out.Identifier = append(out.Identifier, *code)
	}
	if kind, ok := siteTypes[strings.TrimSpace(row.HFLevel)]; ok {
		what := concept(serviceLocation, kind[0], "")
		what.Text = pointer(kind[1])
		out.Type = []r4.CodeableConcept{what}
	}
	if v.Registers != nil {
		if place := v.Registers.Locations.ByID(row.LocationID); place != nil {
			out.PartOf = locationReference(place)
		}
	}
	return out
}
