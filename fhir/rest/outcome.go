package rest

import (
	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
)

// information is an OperationOutcome that says that all went well, and what a lenient
// reading of the body went without. https://hl7.org/fhir/R4/operationoutcome.html
func information(done string, left []*core.Error) *fhir.Resource {
	outcome := fhir.Warnings(left...)
	outcome.Issue = append([]r4.OperationOutcomeIssue{{
		Severity: r4.IssueSeverityInformation,
		Code:     r4.IssueTypeInformational,
		Details:  &r4.CodeableConcept{Text: &done},
	}}, outcome.Issue...)
	return &fhir.Resource{Typed: outcome}
}
