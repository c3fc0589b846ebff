package mapping

import (
	"slices"
	"strings"

	"github.com/openimis/openimis-go/fhir"
)

// ownSystem is the system of the identifiers a column of a resource type holds. Resources
// tell them apart by their type alone; whoever exchanges identifiers names them by it.
func ownSystem(resource, kind string) string {
	return Guide + "NamingSystem/" + strings.ToLower(resource+"-"+kind)
}

// Identity is an identifier with its system.
type Identity struct{ System, Value string }

// Same tells whether two identities are one.
func (i Identity) Same(other Identity) bool {
	return i.Value == other.Value && SameSystem(i.System, other.System)
}

// Identities gives the identifiers of a resource that have a system, each once. Number and
// UUID have that of the column they are kept in, and that of a sender who gave one.
func Identities(resource *fhir.Object) []Identity {
	var list []Identity
	add := func(system, value string) {
		one := Identity{canonicalURL(system), strings.TrimSpace(value)}
		if one.System != "" && one.Value != "" && !slices.ContainsFunc(list, one.Same) {
			list = append(list, one)
		}
	}
	for _, id := range objectsOf(resource.List("identifier")) {
		value := id.String("value")
		add(id.String("system"), value)
		if kind := kindIn(id); kind == kindUUID || kind == kindCode {
			add(ownSystem(resource.String("resourceType"), kind), value)
		}
	}
	return list
}
