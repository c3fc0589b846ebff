package resources

import "github.com/openimis/openimis-go/fhir/rest"

var _ rest.Center = patients{}

// Around lists what is about a person: the Patient compartment of R4 as far as it is kept
// here, with the policies that cover him and the invoices made out to him. The audit trail
// is not in it. https://hl7.org/fhir/R4/compartmentdefinition-patient.html
func (p patients) Around() []rest.Around {
	return []rest.Around{
		{Type: "Group", Params: []string{"member"}},
		{Type: "Contract", Params: []string{"patient"}},
		{Type: "Coverage", Params: []string{"beneficiary", "policy-holder"}, Date: "period"},
		{Type: "Claim", Params: []string{"patient"}, Date: "billable-start"},
		{Type: "ClaimResponse", Params: []string{"patient"}, Date: "request.billable-start"},
		{Type: "CommunicationRequest", Params: []string{"subject"}, Date: "about.billable-start"},
		{Type: "Communication", Params: []string{"subject"}, Date: "about.billable-start"},
		{Type: "Invoice", Params: []string{"recipient", "subject"}, Date: "date"},
	}
}
