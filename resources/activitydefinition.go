package resources

import (
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/mapping"
)

// ActivityDefinition serves medical services, the rows of tblServices. They are read and
// searched.
// https://hl7.org/fhir/R4/activitydefinition.html
func ActivityDefinition(e *Environment) rest.Type {
	return newTable(e, mapping.ActivityDefinitionCatalogue,
		"Medical services with their unit price, and whom and where they are for. Read only.",
		each(mapping.ActivityDefinitionOf))
}
