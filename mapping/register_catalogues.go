package mapping

import (
	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/fhir/search"
	"github.com/openimis/openimis-go/persistence"
)

const publicationStatus = "http://hl7.org/fhir/publication-status"

// MedicationCatalogue says how items are searched.
var MedicationCatalogue = &Catalogue{
	Resource: "Medication", Table: "tblItems", UUID: "ItemUUID", Holder: "tblItems", HolderKey: "ItemID", Profile: structure("openimis-medication"),
	Links: []Link{{Name: "pricelistDetails", Column: "ItemID", Table: "tblPLItemsDetail", Pick: "ItemID"}},
	Attributes: []Attribute{
		{
			Name: "code", Column: "ItemCode", Element: "identifier", Search: "identifier", Kind: search.Token, Sortable: true, Writable: true, Required: true,
			Documentation: "The code or the UUID of the item.",
		},
		{Name: "uuid", Column: "ItemUUID", Element: "identifier", Search: "identifier", Kind: search.Token},
		{
			Name: "name", Column: "ItemName", Element: "code.text", Search: "name", Kind: search.String, Sortable: true, Writable: true, Required: true,
			Definition: searchParameter("Medication-name"), Documentation: "The name of the item.",
		},
		{
			Name: "type", Column: "ItemType", Element: "extension", Search: "type", Kind: search.Token,
			System: codeSystem("medication-item-type"), Writable: true, Required: true, Definition: searchParameter("Medication-type"),
			Documentation: "Drug (D) or medical consumable (M).",
		},
		always("status", "http://hl7.org/fhir/CodeSystem/medication-status", "active"),
		{Name: "package", Column: "ItemPackage", Element: "form.text", Writable: true},
		{Name: "price", Column: "ItemPrice", Element: "extension", Writable: true, Required: true},
		{Name: "frequency", Column: "ItemFrequency", Element: "extension", Writable: true},
		{Name: "patientCategory", Column: "ItemPatCat", Element: "extension", Writable: true},
		{Name: "careType", Column: "ItemCareType", Element: "extension", Writable: true, Required: true},
		{Name: "quantity", Column: "Quantity"},
		{Name: "maximumAmount", Column: "MaximumAmount"},
	},
}

// ActivityDefinitionCatalogue says how services are searched.
var ActivityDefinitionCatalogue = &Catalogue{
	Resource: "ActivityDefinition", Table: "tblServices", UUID: "ServiceUUID", Holder: "tblServices", HolderKey: "ServiceID", Profile: structure("openimis-activitiy-definition"),
	Links: []Link{{Name: "pricelistDetails", Column: "ServiceID", Table: "tblPLServicesDetail", Pick: "ServiceID"}},
	Attributes: []Attribute{
		{
			Name: "code", Column: "ServCode", Element: "identifier", Search: "identifier", Kind: search.Token, Sortable: true, Writable: true, Required: true,
			Documentation: "The code or the UUID of the service.",
		},
		{Name: "uuid", Column: "ServiceUUID", Element: "identifier", Search: "identifier", Kind: search.Token},
		{Name: "code", Column: "ServCode", Element: "name", Search: "name", Kind: search.String, Sortable: true, Writable: true, Documentation: "The code of the service."},
		{Name: "name", Column: "ServName", Element: "title", Search: "title", Kind: search.String, Sortable: true, Writable: true, Required: true, Documentation: "The name of the service."},
		{Name: "validityFrom", Column: "ValidityFrom", Element: "date", Search: "date", Kind: search.Date, Sortable: true, Documentation: "When the service got its present form."},
		{
			Name: "type", Column: "ServType", Element: "topic", Search: "topic", Kind: search.Token,
			System: codeSystem("activity-definition-service-type"), Writable: true, Required: true, Documentation: "Preventive (P) or curative (C).",
		},
		{
			Name: "useContext", Element: "useContext", Search: "context", Kind: search.Token, Match: serviceContext,
			Documentation: "Whom and where the service is for: male, female, adult, child, AMB, IMP or a category.",
		},
		{
			Name: "useContext", Element: "useContext", Search: "context-type", Kind: search.Token, Match: serviceContextType,
			Documentation: "gender, age, workflow or venue.",
		},
		always("status", publicationStatus, "active"),
		{Name: "price", Column: "ServPrice", Element: "extension", Writable: true, Required: true},
		{Name: "level", Column: "ServLevel", Element: "extension", Writable: true, Required: true},
		{Name: "frequency", Column: "ServFrequency", Element: "timingTiming", Writable: true},
		{Name: "patientCategory", Column: "ServPatCat", Element: "useContext", Writable: true},
		{Name: "category", Column: "ServCategory", Element: "useContext", Writable: true},
		{Name: "careType", Column: "ServCareType", Element: "useContext", Writable: true, Required: true},
		{Name: "maximumAmount", Column: "MaximumAmount"},
	},
}

// InsurancePlanCatalogue says how products are searched; today is asked at every search,
// since the status of a product depends on the day.
func InsurancePlanCatalogue(today func() persistence.Date) *Catalogue {
	return &Catalogue{
		Resource: "InsurancePlan", Table: "tblProduct", UUID: "ProdUUID", Holder: "tblProduct", HolderKey: "ProdID", Profile: structure("openimis-insurance-plan"),
		Join: []string{"Conversion"},
		Attributes: []Attribute{
			{
				Name: "code", Column: "ProductCode", Element: "identifier", Search: "identifier", Kind: search.Token, Sortable: true, Writable: true, Required: true,
				Documentation: "The code or the UUID of the product.",
			},
			{Name: "uuid", Column: "ProdUUID", Element: "identifier", Search: "identifier", Kind: search.Token},
			{Name: "name", Column: "ProductName", Element: "name", Search: "name", Kind: search.String, Sortable: true, Writable: true, Required: true, Documentation: "The name of the product."},
			always("type", insurancePlanType, "medical"),
			{
				Name: "status", Element: "status", Search: "status", Kind: search.Token,
				Match:         planStatusMatch(today),
				Documentation: "draft before the product is sold, active while it is, retired afterwards.",
			},
			{Name: "dateFrom", Column: "DateFrom", Element: "period.start", Writable: true, Required: true},
			{Name: "dateTo", Column: "DateTo", Element: "period.end", Writable: true, Required: true},
			{Name: "location", Column: "LocationId", Element: "coverageArea", Writable: true},
			{Name: "insurancePeriod", Column: "InsurancePeriod", Element: "coverage.benefit.limit", Writable: true, Required: true},
			{Name: "memberCount", Column: "MemberCount", Element: "coverage.benefit.limit", Writable: true},
			{Name: "lumpSum", Column: "LumpSum", Element: "plan.generalCost", Writable: true},
			{Name: "threshold", Column: "Threshold", Element: "plan.generalCost.groupSize", Writable: true},
			{Name: "premiumAdult", Column: "PremiumAdult", Element: "plan.generalCost", Writable: true},
			{Name: "premiumChild", Column: "PremiumChild", Element: "plan.generalCost", Writable: true},
			{Name: "registrationLumpSum", Column: "RegistrationLumpSum", Element: "plan.generalCost", Writable: true},
			{Name: "registrationFee", Column: "RegistrationFee", Element: "plan.generalCost", Writable: true},
			{Name: "generalAssemblyLumpSum", Column: "GeneralAssemblyLumpSum", Element: "plan.generalCost", Writable: true},
			{Name: "generalAssemblyFee", Column: "GeneralAssemblyFee", Element: "plan.generalCost", Writable: true},
			{Name: "conversion", Column: "ConversionProdID", Element: "extension", Writable: true},
			{Name: "maxInstallments", Column: "MaxInstallments", Element: "extension", Writable: true},
			{Name: "startCycle1", Column: "StartCycle1", Element: "extension", Writable: true},
			{Name: "startCycle2", Column: "StartCycle2", Element: "extension", Writable: true},
			{Name: "startCycle3", Column: "StartCycle3", Element: "extension", Writable: true},
			{Name: "startCycle4", Column: "StartCycle4", Element: "extension", Writable: true},
			{Name: "administrationPeriod", Column: "AdministrationPeriod", Element: "extension", Writable: true},
			{Name: "gracePeriodPayment", Column: "WaitingPeriod", Element: "extension", Writable: true},
			{Name: "gracePeriodRenewal", Column: "GracePeriodRenewal", Element: "extension", Writable: true},
			{Name: "gracePeriodEnrolment", Column: "GracePeriod", Element: "extension", Writable: true},
			{Name: "renewalDiscount", Column: "RenewalDiscountPerc", Element: "extension", Writable: true},
			{Name: "renewalDiscountPeriod", Column: "RenewalDiscountPeriod", Element: "extension", Writable: true},
			{Name: "enrolmentDiscount", Column: "EnrolmentDiscountPerc", Element: "extension", Writable: true},
			{Name: "enrolmentDiscountPeriod", Column: "EnrolmentDiscountPeriod", Element: "extension", Writable: true},
		},
	}
}

func planStatusMatch(today func() persistence.Date) matcher {
	from, to := persistence.Column("tblProduct", "DateFrom"), persistence.Column("tblProduct", "DateTo")
	return oneSystem(publicationStatus, func(code string) clause.Expression {
		day := persistence.At(today().Time)
		tomorrow := persistence.At(day.AddDate(0, 0, 1))
		switch code {
		case "draft":
			return persistence.Compare(from, ">=", tomorrow)
		case "active":
			return AllOf(persistence.Compare(from, "<", tomorrow), persistence.Compare(to, ">=", day))
		case "retired":
			return AllOf(persistence.Compare(from, "<", tomorrow), persistence.Compare(to, "<", day))
		}
		return persistence.Nothing()
	})
}

// matcher is what Attribute.Match is.
type matcher = func(search.Modifier, search.Value) (clause.Expression, error)

// oneSystem makes the matcher of a token whose codes are all of one system and whose
// predicate is made from the code.
func oneSystem(system string, match func(code string) clause.Expression) matcher {
	return func(modifier search.Modifier, v search.Value) (clause.Expression, error) {
		if modifier != search.NoModifier {
			return nil, refused(modifier)
		}
		if v.HasSystem && !SameSystem(system, v.System) {
			return persistence.Nothing(), nil
		}
		if v.AnyCode {
			return Not(persistence.Nothing()), nil
		}
		return match(v.Text), nil
	}
}

// always is an element that has the same code in every instance.
func always(element, system, code string) Attribute {
	return Attribute{
		Name: element, Element: element, Search: element, Kind: search.Token, Documentation: "Always " + code + ".",
		Match: oneSystem(system, func(asked string) clause.Expression {
			if asked == code {
				return Not(persistence.Nothing())
			}
			return persistence.Nothing()
		}),
	}
}

// patCats lists the masks that have the bit.
func patCats(bit int) []int {
	var list []int
	for mask := 1; mask < 16; mask++ {
		if mask&bit != 0 {
			list = append(list, mask)
		}
	}
	return list
}

// contexts says which rows have a code in one of their useContexts.
var contexts = []struct {
	system, code string
	match        clause.Expression
}{
	{administrativeSex, "male", persistence.In(persistence.Column("tblServices", "ServPatCat"), patCats(ForMale))},
	{administrativeSex, "female", persistence.In(persistence.Column("tblServices", "ServPatCat"), patCats(ForFemale))},
	{codeSystem("usage-context-age-type"), "adult", persistence.In(persistence.Column("tblServices", "ServPatCat"), patCats(ForAdult))},
	{codeSystem("usage-context-age-type"), "child", persistence.In(persistence.Column("tblServices", "ServPatCat"), patCats(ForChild))},
	{actCode, "AMB", persistence.In(persistence.Column("tblServices", "ServCareType"), []string{"O", "B"})},
	{actCode, "IMP", persistence.In(persistence.Column("tblServices", "ServCareType"), []string{"I", "B"})},
}

func serviceContext(modifier search.Modifier, v search.Value) (clause.Expression, error) {
	if modifier != search.NoModifier {
		return nil, refused(modifier)
	}
	found := anyOf{persistence.Nothing()}
	for _, one := range contexts {
		if (!v.HasSystem || SameSystem(one.system, v.System)) && (v.AnyCode || v.Text == one.code) {
			found = append(found, one.match)
		}
	}
	workflow := codeSystem("activity-definition-usage-context-workflow-type")
	for code := range serviceCategoryText {
		if (!v.HasSystem || SameSystem(workflow, v.System)) && (v.AnyCode || v.Text == code) {
			found = append(found, persistence.In(persistence.Column("tblServices", "ServCategory"), []string{code}))
		}
	}
	return found, nil
}

var serviceContextType = oneSystem(usageContextType, func(code string) clause.Expression {
	patCat := persistence.Column("tblServices", "ServPatCat")
	switch code {
	case "gender":
		return persistence.In(patCat, []int{1, 2, 3, 5, 6, 7, 9, 10, 11, 13, 14, 15})
	case "age":
		return persistence.In(patCat, []int{4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15})
	case "venue":
		return persistence.In(persistence.Column("tblServices", "ServCareType"), []string{"O", "I", "B"})
	case "workflow":
		return Not(missing([]searched{{
			Attribute: &Attribute{Column: "ServCategory"}, column: persistence.Column("tblServices", "ServCategory"), holds: holdsText,
		}}, true))
	}
	return persistence.Nothing()
})
