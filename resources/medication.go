package resources

import (
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/mapping"
)

// Medication serves medical items, the rows of tblItems. They are read and searched.
// https://hl7.org/fhir/R4/medication.html
func Medication(e *Environment) rest.Type {
	return newTable(e, mapping.MedicationCatalogue,
		"Medical items: drugs and consumables, with their unit price. Read only.",
		each(mapping.MedicationOf))
}
