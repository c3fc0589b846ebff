package resources

import (
	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme"
)

// Medication serves medical items, the rows of tblItems: read, versions, search, create,
// update and delete. https://hl7.org/fhir/R4/medication.html
func Medication(e *Environment) rest.Type {
	t := newTable(e, mapping.MedicationCatalogue,
		"Medical items: drugs and consumables, with their unit price. Code, name, type, price and care type have to be there.",
		each(mapping.MedicationOf))
	return register[persistence.Item]{
		table: t, take: takeItem,
		create: func(x *persistence.Session, row *persistence.Item, at scheme.Paths) error {
			d := scheme.ItemDraft{Item: *row, Paths: at}
			err := scheme.MedicalItems{}.Create(x, &d)
			*row = d.Item
			return err
		},
		update: func(x *persistence.Session, row *persistence.Item, at scheme.Paths) error {
			d := scheme.ItemDraft{Item: *row, Paths: at}
			err := scheme.MedicalItems{}.Update(x, &d)
			*row = d.Item
			return err
		},
		remove: func(x *persistence.Session, row *persistence.Item) error {
			return scheme.MedicalItems{}.Delete(x, row, "Medication")
		},
	}
}

func takeItem(_ *persistence.Session, v *mapping.View, in *fhir.Resource, row *persistence.Item) (scheme.Paths, error) {
	typed, ok := in.Typed.(*r4.Medication)
	if !ok {
		return nil, core.Errorf(core.Invalid, "a Medication is needed")
	}
	return scheme.Paths{"ItemCode": "Medication.identifier"}, mapping.MedicationInto(v, typed, row)
}
