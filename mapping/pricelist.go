package mapping

// Diagnoses is the catalogue of diagnoses. FHIR shows them as a code system.
var Diagnoses = &Catalogue{
	Table:      "tblICDCodes",
	Attributes: []Attribute{{Name: "code", Column: "ICDCode"}, {Name: "name", Column: "ICDName"}},
}

// The catalogues of price lists and of what is on them. No FHIR resource shows them.
var (
	ItemPriceLists = &Catalogue{
		Table: "tblPLItems", UUID: "PLItemUUID",
		Links:      []Link{{Name: "location", Column: "LocationId", Table: "tblLocations", Pick: "LocationId"}},
		Attributes: []Attribute{{Name: "name", Column: "PLItemName"}, {Name: "pricelistDate", Column: "DatePL"}},
	}
	ServicePriceLists = &Catalogue{
		Table: "tblPLServices", UUID: "PLServiceUUID",
		Links:      []Link{{Name: "location", Column: "LocationId", Table: "tblLocations", Pick: "LocationId"}},
		Attributes: []Attribute{{Name: "name", Column: "PLServName"}, {Name: "pricelistDate", Column: "DatePL"}},
	}
	itemPriceDetails = &Catalogue{
		Table: "tblPLItemsDetail",
		Links: []Link{{Name: "itemsPricelist", Column: "PLItemID", Table: "tblPLItems", Pick: "PLItemID"}},
	}
	servicePriceDetails = &Catalogue{
		Table: "tblPLServicesDetail",
		Links: []Link{{Name: "servicesPricelist", Column: "PLServiceID", Table: "tblPLServices", Pick: "PLServiceID"}},
	}
)
