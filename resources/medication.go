package resources

import (
	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
)

// Medication serves medical items, the rows of tblItems: read, versions, search, create,
// update and delete. https://hl7.org/fhir/R4/medication.html
func Medication(e *Environment) rest.Type {
	t := newTable(e, mapping.MedicationCatalogue,
		"Medical items: drugs and consumables, with their unit price. Code, name, type, price and care type have to be there.",
		each(mapping.MedicationOf))
	return register[persistence.Item]{t, takeItem, itemUses}
}

func takeItem(x *persistence.Session, v *mapping.View, in *fhir.Resource, row *persistence.Item) error {
	typed, ok := in.Typed.(*r4.Medication)
	if !ok {
		return core.Errorf(core.Invalid, "a Medication is needed")
	}
	if err := mapping.MedicationInto(v, typed, row); err != nil {
		return err
	}
	taken, err := codeTaken[persistence.Item](x, "ItemCode", row.ItemCode, "ItemID", row.ItemID)
	if err == nil && taken {
		err = core.ErrorAt(core.Conflict, "Medication.identifier", "the code %s belongs to another item", row.ItemCode)
	}
	return err
}

// itemUses refuses while something live needs the item. Errors: core.Conflict.
func itemUses(x *persistence.Session, row *persistence.Item) error {
	return refuseWhileUsed(x, "Medication", row.ItemID,
		use[persistence.ItemPriceListDetail]{"ItemID", "price lists"},
		use[persistence.ProductItem]{"ItemID", "products"},
		use[persistence.ClaimItem]{"ItemID", "claims"},
		part[persistence.ProductContainedPackage]{"ItemID", "packages"},
	)
}
