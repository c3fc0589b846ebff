package resources

import (
	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
)

// ActivityDefinition serves medical services, the rows of tblServices: read, versions,
// search, create, update and delete.
// https://hl7.org/fhir/R4/activitydefinition.html
func ActivityDefinition(e *Environment) rest.Type {
	t := newTable(e, mapping.ActivityDefinitionCatalogue,
		"Medical services with their unit price, and whom and where they are for. Code, title, topic, price, level and venue have to be there.",
		each(mapping.ActivityDefinitionOf))
	t.definition.ServerAssigns = append(t.definition.ServerAssigns, "date")
	return register[persistence.Service]{t, takeService, serviceUses}
}

func takeService(x *persistence.Session, v *mapping.View, in *fhir.Resource, row *persistence.Service) error {
	typed, ok := in.Typed.(*r4.ActivityDefinition)
	if !ok {
		return core.Errorf(core.Invalid, "an ActivityDefinition is needed")
	}
	if err := mapping.ActivityDefinitionInto(v, typed, row); err != nil {
		return err
	}
	taken, err := codeTaken[persistence.Service](x, "ServCode", row.ServCode, "ServiceID", row.ServiceID)
	if err == nil && taken {
		err = core.ErrorAt(core.Conflict, "ActivityDefinition.identifier", "the code %s belongs to another service", row.ServCode)
	}
	return err
}

// serviceUses refuses while something live needs the service. Errors: core.Conflict.
func serviceUses(x *persistence.Session, row *persistence.Service) error {
	return refuseWhileUsed(x, "ActivityDefinition", row.ServiceID,
		use[persistence.ServicePriceListDetail]{"ServiceID", "price lists"},
		use[persistence.ProductService]{"ServiceID", "products"},
		use[persistence.ClaimService]{"ServiceID", "claims"},
		part[persistence.ServiceContainedPackage]{"ServiceId", "the parts of packages"},
		part[persistence.ServiceContainedPackage]{"ServiceLinked", "packages"},
		part[persistence.ProductContainedPackage]{"ServiceID", "packages"},
	)
}
