package mapping

import (
	"strconv"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"

	"github.com/openimis/openimis-go/persistence"
)

// Code systems of claims.
var (
	systemClaimStatus   = codeSystem("claim-status")
	systemVisitType     = codeSystem("claim-visit-type")
	systemRejection     = codeSystem("claim-rejection-reasons")
	systemItemCategory  = codeSystem("claim-item-category")
	systemInfoCategory  = codeSystem("claim-supporting-info-category")
	systemDiagnosis     = codeSystem("diagnosis-ICD10-level1")
	systemPriority      = "http://terminology.hl7.org/CodeSystem/processpriority"
	extItemReference    = structure("claim-item-reference")
	claimProfile        = "openimis-claim"
	claimAnswerProfile  = "openimis-claim-response"
	categoryItem        = "item"
	categoryService     = "service"
	infoGuarantee       = "guarantee"
	infoExplanation     = "explanation"
	infoAttachment      = "attachment"
	visitOther          = "O"
	visitWords          = map[string]string{"E": "Emergency", "R": "Referrals", "O": "Other"}
	claimStatusWords    = map[int]string{1: "Rejected", 2: "Entered", 4: "Checked", 8: "Processed", 16: "Valuated"}
	claimItemWords      = map[string]string{categoryItem: "Item", categoryService: "Service"}
	claimInfoWords      = map[string]string{infoGuarantee: "Guarantee", infoExplanation: "Explanation", infoAttachment: "Attachment", "justification": "Justification"}
	claimOutcomes       = map[int]r4.ClaimProcessingCodes{1: r4.ClaimProcessingCodesComplete, 2: r4.ClaimProcessingCodesQueued, 4: r4.ClaimProcessingCodesPartial, 8: r4.ClaimProcessingCodesPartial, 16: r4.ClaimProcessingCodesComplete}
	claimStatusRejected = 1
	claimStatusEntered  = 2
	lineRejected        = 2
)

// rejection gives a reason as a concept. Its text says in words what an unlisted number
// cannot.
func rejection(reason int) *r4.CodeableConcept {
	words, known := persistence.RejectionReasons[reason]
	if !known {
		words = "Reason " + strconv.Itoa(reason)
	}
	c := concept(systemRejection, strconv.Itoa(reason), words)
	c.Text = &words
	return &c
}

func claimStatusConcept(status int) r4.CodeableConcept {
	return concept(systemClaimStatus, strconv.Itoa(status), claimStatusWords[status])
}

// visitType gives the kind of visit. The column may be empty, which counts as other.
func visitType(column *string) r4.CodeableConcept {
	code := plain(column)
	if code == "" {
		code = visitOther
	}
	return concept(systemVisitType, code, visitWords[code])
}
