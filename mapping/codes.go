package mapping

import "strings"

// searchParameter gives the canonical of a search parameter that R4 does not have.
func searchParameter(id string) string { return Guide + "SearchParameter/" + id }

// Further code systems of HL7 that openIMIS resources use.
const (
	maritalStatus    = "http://terminology.hl7.org/CodeSystem/v3-MaritalStatus"
	nullFlavor       = "http://terminology.hl7.org/CodeSystem/v3-NullFlavor"
	organizationType = "http://terminology.hl7.org/CodeSystem/organization-type"
	contactEntity    = "http://terminology.hl7.org/CodeSystem/contactentity-type"
	physicalType     = "http://terminology.hl7.org/CodeSystem/location-physical-type"
	serviceLocation  = "http://terminology.hl7.org/CodeSystem/v3-RoleCode"
	locationStatus   = "http://hl7.org/fhir/location-status"
	groupTypeOfHL7   = "http://hl7.org/fhir/group-type"

	olderActCode = "http://terminology.hl7.org/2.1.0/CodeSystem-v3-ActCode.html" // the older server's name of actCode
)

// Spellings of a system that clients of the older server send.
var otherSpellings = map[string][]string{
	maritalStatus: {"http://hl7.org/fhir/valueset-marital-status.html", nullFlavor},
	physicalType:  {"http://terminology.hl7.org/CodeSystem/location-physical-type.html"},
	codeSystem("organization-hf-legal-form"): {
		codeSystem("organization-legal-form"), "CodeSystem/organization-legal-form", Guide + "/CodeSystem/organization-legal-form",
	},
	codeSystem("group-type"): {groupTypeOfHL7},
	actCode:                  {olderActCode},
	codeSystem("activity-definition-service-type"): {codeSystem("activity-definition-service-type.html")},
	codeSystem("activity-definition-level"):        {Guide + "ValueSet/activity-definition-level"},
}

// SameSystem tells whether a system as sent stands for the canonical one: it may be
// written out, relative to the base, or with the doubled slash of the older server.
func SameSystem(canonical, sent string) bool {
	if canonical == sent || sameURL(canonical, sent) {
		return true
	}
	for _, other := range otherSpellings[canonical] {
		if other == sent {
			return true
		}
	}
	return false
}

// sameURL compares a canonical of the guide with its relative and doubled-slash forms.
func sameURL(canonical, sent string) bool {
	rest, ok := strings.CutPrefix(canonical, Guide)
	if !ok {
		return canonical == sent
	}
	return sent == canonical || sent == rest || sent == Guide+"/"+rest
}

// canonicalURL writes out a relative or doubled-slash spelling of a canonical of the
// guide, and the names of extensions and systems that changed. What is none of ours stays
// as it is.
func canonicalURL(sent string) string {
	if sent == olderActCode {
		return actCode
	}
	rest, ours := strings.CutPrefix(sent, Guide)
	rest = strings.TrimPrefix(rest, "/")
	if !ours {
		if rest = sent; !strings.HasPrefix(rest, "CodeSystem/") && !strings.HasPrefix(rest, "StructureDefinition/") {
			return sent
		}
	}
	switch rest {
	case "StructureDefinition/organization-legal-form":
		return extLegalForm
	case "CodeSystem/organization-legal-form":
		return systemLegalForm
	case "StructureDefinition/insurance-plan-start_cycle":
		return structure("insurance-plan-start-cycle")
	case "CodeSystem/activity-definition-service-type.html":
		return codeSystem("activity-definition-service-type")
	case "ValueSet/activity-definition-level":
		return codeSystem("activity-definition-level")
	case "CodeSystem/unit-price":
		return structure("unit-price")
	}
	return Guide + rest
}
