package mapping

import r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"

// The bits of ItemPatCat and ServPatCat: whom an item or service is for. No bit at all
// means everybody.
const (
	ForMale   = 1
	ForFemale = 2
	ForAdult  = 4
	ForChild  = 8
)

// The words of what a UsageContext can say.
var (
	usageAspects = map[string]string{"gender": "Gender", "age": "Age", "workflow": "Workflow Setting", "venue": "Clinical Venue"}
	usageSexes   = map[string]string{"male": "Male", "female": "Female"}
	usageAges    = map[string]string{"adult": "Adult", "child": "Child"}
	usageVenues  = map[string]string{"AMB": "ambulatory", "IMP": "inpatient encounter"}
)

// usage makes a UsageContext; ok is false when there is no value to give.
func usage(code string, values []r4.Coding) (r4.UsageContext, bool) {
	return r4.UsageContext{
		Code:                 coding(usageContextType, code, usageAspects[code]),
		ValueCodeableConcept: r4.CodeableConcept{Coding: values},
	}, len(values) > 0
}

// usageGender says for which sexes the mask allows.
func usageGender(mask int) (r4.UsageContext, bool) {
	var values []r4.Coding
	if mask&ForMale != 0 {
		values = append(values, coding(administrativeSex, "male", usageSexes["male"]))
	}
	if mask&ForFemale != 0 {
		values = append(values, coding(administrativeSex, "female", usageSexes["female"]))
	}
	return usage("gender", values)
}

// usageAge says for which ages the mask allows.
func usageAge(mask int) (r4.UsageContext, bool) {
	var values []r4.Coding
	if mask&ForAdult != 0 {
		values = append(values, coding(codeSystem("usage-context-age-type"), "adult", usageAges["adult"]))
	}
	if mask&ForChild != 0 {
		values = append(values, coding(codeSystem("usage-context-age-type"), "child", usageAges["child"]))
	}
	return usage("age", values)
}

// usageCare says in which kind of care: O out-patient, I in-patient, B both. Blank says
// nothing.
func usageCare(letter string) (r4.UsageContext, bool) {
	var values []r4.Coding
	if letter == "O" || letter == "B" {
		values = append(values, coding(actCode, "AMB", usageVenues["AMB"]))
	}
	if letter == "I" || letter == "B" {
		values = append(values, coding(actCode, "IMP", usageVenues["IMP"]))
	}
	return usage("venue", values)
}
