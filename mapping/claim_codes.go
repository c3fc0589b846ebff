package mapping

import (
	"strconv"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"
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

// rejectionWords are the reasons a line is rejected for. 18 is not assigned and 20 and 21
// are in no line the procedures write; rows that hold them all the same are shown.
var rejectionWords = map[int]string{
	-2: "Rejected by automatic evaluation",
	-1: "Rejected by a medical officer",
	0:  "Accepted",
	1:  "Item or service not in the register",
	2:  "Item or service not in the price list of the facility",
	3:  "Item or service not covered by an active policy",
	4:  "Item or service does not fit the sex or age of the patient",
	5:  "Item or service given again too soon",
	6:  "Item or service given twice",
	7:  "Insurance number not valid",
	8:  "Diagnosis not in the list",
	9:  "Date of care missing or not valid",
	10: "Care type does not fit the facility",
	11: "Maximum number of hospital admissions exceeded",
	12: "Maximum number of visits exceeded",
	13: "Maximum number of consultations exceeded",
	14: "Maximum number of surgeries exceeded",
	15: "Maximum number of deliveries exceeded",
	16: "Maximum number of items or services exceeded",
	17: "Item or service within the waiting period",
	18: "Reason not assigned",
	19: "Maximum number of antenatal contacts exceeded",
	20: "Claim not valid",
	21: "No cover on the dates of care",
}

// rejection gives a reason as a concept. Its text says in words what an unlisted number
// cannot.
func rejection(reason int) *r4.CodeableConcept {
	words, known := rejectionWords[reason]
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
