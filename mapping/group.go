package mapping

import (
	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"

	"github.com/openimis/openimis-go/fhir/search"
	"github.com/openimis/openimis-go/persistence"
)

var (
	extGroupAddress = structure("group-address")
	extPoverty      = structure("group-poverty-status")
	extGroupType    = structure("group-type")
	extConfirmation = structure("group-confirmation")

	systemGroupType    = codeSystem("group-type")
	systemConfirmation = codeSystem("group-confirmation-type")
)

// Group is the catalogue of families.
var Group = &Catalogue{
	Resource: "Group", Table: "tblFamilies", UUID: "FamilyUUID", Holder: "tblFamilies", HolderKey: "FamilyID", Profile: structure("openimis-group"),
	Join: []string{"Head"},
	Links: []Link{
		{Name: "headInsuree", Column: "InsureeID", Table: "tblInsuree", Pick: "InsureeID", Relation: "Head"},
		{Name: "members", Column: "FamilyID", Table: "tblInsuree", Pick: "FamilyID"},
		{Name: "policies", Column: "FamilyID", Table: "tblPolicy", Pick: "FamilyID"},
		{Name: "location", Column: "LocationId", Table: "tblLocations", Pick: "LocationId"},
		{Name: "familyType", Column: "FamilyType"},
		{Name: "confirmationType", Column: "ConfirmationType"},
	},
	Attributes: []Attribute{
		{Name: "headCode", Table: "Head", Column: "CHFID", Element: "identifier", Search: "identifier", Kind: search.Token, Sortable: true, Writable: true,
			Documentation: "The insurance number of the head, or the UUID of the family."},
		{Name: "uuid", Column: "FamilyUUID", Element: "identifier", Search: "identifier", Kind: search.Token},
		{Name: "name", Table: "Head", Column: "LastName", Element: "name", Search: "name", Kind: search.String, Sortable: true,
			Definition: searchParameter("group-name"), Documentation: "The family name of the head."},
		{Name: "type", Column: "FamilyID", Element: "type", Search: "type", Kind: search.Token, System: groupTypeOfHL7, Match: alwaysPerson,
			Documentation: "Every group is of persons."},
		{Name: "actual", Column: "FamilyID", Element: "actual", Search: "actual", Kind: search.Token, Match: alwaysActual,
			Documentation: "Every group is an actual one."},
		{Name: "member", Column: "FamilyID", Element: "member.entity", Search: "member", Kind: search.Reference, Targets: []string{"Patient"}, Match: withMember, Follow: withMembers, Writable: true, Required: true,
			Documentation: "A person who belongs to the family."},
		{Name: "poverty", Column: "Poverty", Element: "extension", Search: "poverty", Kind: search.Token, Writable: true,
			Definition: searchParameter("group-poverty"), Documentation: "Whether the family counts as poor."},
		{Name: "familyType", Column: "FamilyType", Element: "extension", Search: "family-type", Kind: search.Token, System: systemGroupType, Writable: true,
			Definition: searchParameter("group-family-type"), Documentation: "The kind of family or group."},
		{Name: "address", Column: "FamilyAddress", Element: "extension", Writable: true},
		{Name: "location", Column: "LocationId", Element: "extension", Writable: true, Required: true},
		{Name: "confirmationNo", Column: "ConfirmationNo", Element: "extension", Writable: true},
		{Name: "confirmationType", Column: "ConfirmationType", Element: "extension", Writable: true},
	},
}

// GroupOf renders a family. The row carries its head and its live members; active says
// whether a policy covers any of them.
func GroupOf(v *View, row *persistence.Family, active bool) *r4.Group {
	g := &r4.Group{
		Id: pointer(string(row.FamilyUUID)), Type: r4.GroupTypePerson, Actual: true, Active: &active,
		Quantity: pointer(len(row.Members)), Identifier: identifiers(row.FamilyUUID, ""),
	}
	if row.Head != nil {
		g.Identifier = identifiers(row.FamilyUUID, plain(row.Head.CHFID))
		g.Name = filled(row.Head.LastName)
	}
	for i := range row.Members {
		member := &row.Members[i]
		g.Member = append(g.Member, r4.GroupMember{Entity: *refer("Patient", string(member.InsureeUUID), plain(member.CHFID), plain(member.CHFID))})
	}
	if a := v.address(row.LocationID, row.FamilyAddress, pointer(r4.AddressUseHome)); a != nil {
		g.Extension = append(g.Extension, r4.Extension{Url: extGroupAddress, ValueAddress: a})
	}
	if row.Poverty != nil {
		g.Extension = append(g.Extension, flag(extPoverty, *row.Poverty))
	}
	if kind := plain(row.FamilyType); kind != "" {
		g.Extension = append(g.Extension, coded(extGroupType, systemGroupType, kind, v.Registers.FamilyTypes[kind]))
	}
	if number := filled(plain(row.ConfirmationNo)); number != nil {
		parts := []r4.Extension{{Url: "number", ValueString: number}}
		if kind := plain(row.ConfirmationType); kind != "" {
			parts = append(parts, coded("type", systemConfirmation, kind, v.Registers.ConfirmationTypes[kind]))
		}
		g.Extension = append(g.Extension, r4.Extension{Url: extConfirmation, Extension: parts})
	}
	g.Meta = profile(groupConforms(g), "openimis-group")
	return g
}
