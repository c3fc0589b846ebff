package mapping

import (
	"strings"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"

	"github.com/openimis/openimis-go/persistence"
)

var (
	serviceTypeText  = map[string]string{"P": "Preventive", "C": "Curative"}
	serviceLevelText = map[string]string{"S": "Simple Service", "V": "Visit", "D": "Day of stay", "H": "Hospital case"}

	// serviceCategoryText holds the categories the guide knows.
	serviceCategoryText = map[string]string{"S": "Surgery", "C": "Consultations", "D": "Delivery", "A": "Antenatal", "O": "Other"}
	// serviceCategoryWords holds those it has no code for.
	serviceCategoryWords = map[string]string{"H": "Hospitalization", "V": "Visit"}
)

// ActivityDefinitionOf renders a medical service.
func ActivityDefinitionOf(v *View, row *persistence.Service) *r4.ActivityDefinition {
	out := &r4.ActivityDefinition{
		Id:         pointer(string(row.ServiceUUID)),
		Extension:  []r4.Extension{{Url: structure("unit-price"), ValueMoney: v.money(row.ServPrice)}},
		Identifier: identifiers(row.ServiceUUID, row.ServCode),
		Name:       filled(row.ServCode),
		Title:      filled(row.ServName),
		Status:     r4.PublicationStatusActive,
		Date:       dateTimeText(v, row.ValidityFrom),
		UseContext: serviceUsage(row),
		Kind:       pointer(r4.RequestResourceTypeServiceRequest),
	}
	if level := strings.TrimSpace(row.ServLevel); level != "" {
		out.Extension = append(out.Extension, r4.Extension{
			Url:                  structure("activity-definition-level"),
			ValueCodeableConcept: pointer(concept(codeSystem("activity-definition-level"), level, serviceLevelText[level])),
		})
	}
	kind := strings.TrimSpace(row.ServType)
	if kind != "" {
		out.Topic = []r4.CodeableConcept{concept(codeSystem("activity-definition-service-type"), kind, serviceTypeText[kind])}
	}
	if days := row.ServFrequency; days != nil && *days > 0 {
		out.TimingTiming = everyDays(*days)
	}
	category := plain(row.ServCategory)
	conforms := len(out.Identifier) == 2 && out.Title != nil && out.Date != nil &&
		(kind == "" || serviceTypeText[kind] != "") && (category == "" || serviceCategoryText[category] != "") &&
		strings.ContainsAny(row.ServCareType, "OIB")
	out.Meta = profile(!v.Compatible && conforms, "openimis-activitiy-definition") // misspelt in the guide
	return out
}

// serviceUsage says whom, what and where the service is for. A category without a code in
// the guide is said in words.
func serviceUsage(row *persistence.Service) []r4.UsageContext {
	var list []r4.UsageContext
	add := func(context r4.UsageContext, ok bool) {
		if ok {
			list = append(list, context)
		}
	}
	add(usageGender(row.ServPatCat))
	add(usageAge(row.ServPatCat))
	category := plain(row.ServCategory)
	if said := serviceCategoryText[category]; said != "" {
		system := codeSystem("activity-definition-usage-context-workflow-type")
		add(usage("workflow", []r4.Coding{coding(system, category, said)}))
	} else if category != "" {
		context, _ := usage("workflow", nil)
		context.ValueCodeableConcept.Text = pointer(category)
		if said := serviceCategoryWords[category]; said != "" {
			context.ValueCodeableConcept.Text = pointer(said)
		}
		add(context, true)
	}
	add(usageCare(strings.TrimSpace(row.ServCareType)))
	return list
}
