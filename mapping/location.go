package mapping

import (
	"fmt"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir/search"
	"github.com/openimis/openimis-go/persistence"
)

// The levels of the location tree, as tblLocations.LocationType holds them.
const (
	levelRegion   = "R"
	levelDistrict = "D"
	levelWard     = "W"
	levelVillage  = "V"
)

var systemLocationType = codeSystem("location-type")

var levelWords = map[string]string{
	levelRegion: "Region", levelDistrict: "District", levelWard: "Municipality/Ward", levelVillage: "City/Village",
}

// What level stands above each.
var levelAbove = map[string]string{levelDistrict: levelRegion, levelWard: levelDistrict, levelVillage: levelWard}

// IsVillage tells whether a location is of the lowest level, which addresses need.
func IsVillage(row *persistence.Location) bool { return row.LocationType == levelVillage }

// IsDistrict tells whether a location is of the level facilities belong to.
func IsDistrict(row *persistence.Location) bool { return row.LocationType == levelDistrict }

// IsRegion tells whether a location is of the highest level.
func IsRegion(row *persistence.Location) bool { return row.LocationType == levelRegion }

// Location is the catalogue of the location tree.
var Location = &Catalogue{
	Resource: "Location", Table: "tblLocations", UUID: "LocationUUID", Holder: "tblLocations", HolderKey: "LocationId", Profile: structure("openimis-location"),
	Links: []Link{{Name: "parent", Column: "ParentLocationId", Table: "tblLocations", Pick: "LocationId", Relation: "Parent"}},
	Attributes: []Attribute{
		{Name: "code", Column: "LocationCode", Element: "identifier", Search: "identifier", Kind: search.Token, Sortable: true, Writable: true, Required: true,
			Documentation: "The code of the location, or its UUID."},
		{Name: "uuid", Column: "LocationUUID", Element: "identifier", Search: "identifier", Kind: search.Token},
		{Name: "name", Column: "LocationName", Element: "name", Search: "name", Kind: search.String, Sortable: true, Writable: true, Required: true,
			Documentation: "The name of the location."},
		{Name: "type", Column: "LocationType", Element: "physicalType", Search: "physicaltype", Kind: search.Token, System: systemLocationType, Sortable: true, Writable: true, Required: true,
			Definition: searchParameter("location-physicaltype"), Documentation: "The level in the tree: R, D, W or V."},
		{Name: "parent", Table: "Parent", Column: "LocationUUID", Element: "partOf", Search: "partof", Kind: search.Reference, Targets: []string{"Location"}, Writable: true,
			Documentation: "The location one level up."},
		{Name: "status", Column: "LocationId", Element: "status", Search: "status", Kind: search.Token, System: locationStatus, Match: alwaysActive,
			Documentation: "Every location that was not deleted is active."},
	},
}

// LocationOf renders a location. The parent is in the registers.
func LocationOf(v *View, row *persistence.Location) *r4.Location {
	l := &r4.Location{
		Id:         pointer(string(row.LocationUUID)),
		Identifier: identifiers(row.LocationUUID, plain(row.LocationCode)),
		Status:     pointer(r4.LocationStatusActive),
		Mode:       pointer(r4.LocationModeInstance),
		Name:       filled(plain(row.LocationName)),
	}
	if word := levelWords[row.LocationType]; word != "" {
		l.PhysicalType = pointer(concept(systemLocationType, row.LocationType, word))
	}
	if row.ParentLocationID != nil {
		parent := row.Parent
		if parent == nil {
			parent = v.Registers.Locations.ByID(*row.ParentLocationID)
		}
		if parent != nil {
			l.PartOf = refer("Location", string(parent.LocationUUID), plain(parent.LocationCode), plain(parent.LocationName))
		}
	}
	l.Meta = profile(locationConforms(l), "openimis-location")
	return l
}

// LocationInto writes what a Location says into the columns of the row and gives back the
// reference to its parent. Errors: core.Unprocessable naming the elements.
func LocationInto(v *View, in *r4.Location, row *persistence.Location) (parent *r4.Reference, err error) {
	r := &reading{view: v}
	if code, at := businessCode(in.Identifier); at >= 0 && code != "" {
		row.LocationCode = r.text(fmt.Sprintf("Location.identifier[%d].value", at), &code, 8)
	} else {
		r.fault("Location.identifier", "an identifier of the type Code is needed")
	}
	if row.LocationName = r.text("Location.name", in.Name, 50); plain(in.Name) == "" {
		r.fault("Location.name", "a name is needed")
	}
	level, ok := codeIn(in.PhysicalType, systemLocationType)
	if levelWords[level] == "" {
		r.fault("Location.physicalType", "one of R, D, W and V of %s is needed", systemLocationType)
	} else {
		row.LocationType = level
	}
	if ok && levelAbove[level] != "" && in.PartOf == nil {
		r.fault("Location.partOf", "a %s is part of a %s", levelWords[level], levelWords[levelAbove[level]])
	}
	if level == levelRegion && in.PartOf != nil {
		r.fault("Location.partOf", "a region is not part of another location")
	}
	return in.PartOf, core.Join(r.faults...)
}
