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

// ActivityDefinition serves medical services, the rows of tblServices: read, versions,
// search, create, update and delete.
// https://hl7.org/fhir/R4/activitydefinition.html
func ActivityDefinition(e *Environment) rest.Type {
	t := newTable(e, mapping.ActivityDefinitionCatalogue,
		"Medical services with their unit price, and whom and where they are for. Code, title, topic, price, level and venue have to be there.",
		each(mapping.ActivityDefinitionOf))
	t.definition.ServerAssigns = append(t.definition.ServerAssigns, "date")
	return register[persistence.Service]{
		table: t, take: takeService,
		create: func(x *persistence.Session, row *persistence.Service, at scheme.Paths) error {
			d := scheme.ServiceDraft{Service: *row, Paths: at}
			err := scheme.MedicalServices{}.Create(x, &d)
			*row = d.Service
			return err
		},
		update: func(x *persistence.Session, row *persistence.Service, at scheme.Paths) error {
			d := scheme.ServiceDraft{Service: *row, Paths: at}
			err := scheme.MedicalServices{}.Update(x, &d)
			*row = d.Service
			return err
		},
		remove: func(x *persistence.Session, row *persistence.Service) error {
			return scheme.MedicalServices{}.Delete(x, row, "ActivityDefinition")
		},
	}
}

func takeService(_ *persistence.Session, v *mapping.View, in *fhir.Resource, row *persistence.Service) (scheme.Paths, error) {
	typed, ok := in.Typed.(*r4.ActivityDefinition)
	if !ok {
		return nil, core.Errorf(core.Invalid, "an ActivityDefinition is needed")
	}
	return scheme.Paths{"ServCode": "ActivityDefinition.identifier"}, mapping.ActivityDefinitionInto(v, typed, row)
}
