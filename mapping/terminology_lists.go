package mapping

import (
	"cmp"
	"slices"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"

	"github.com/openimis/openimis-go/persistence"
)

// DiagnosisList is the id of the list of diagnoses. DiagnosisAlias is what today's clients
// call it in the URL.
const (
	DiagnosisList  = "diagnosis-ICD10-level1"
	DiagnosisAlias = "diagnosis"
)

// Kinds of identifiers, with those only the compatible base shows.
var identifierWords = map[string]string{
	kindUUID: "UUID of the row", kindCode: "Code people use", "PPN": "Passport number", "FI": "Code of a health facility",
}

// What a policy holder is and does. The older server had these in its configuration; no
// table names them.
var (
	holderForms      = map[int]string{1: "Personal Company", 2: "Limited Risk Company", 3: "Association", 4: "Government", 5: "Union"}
	holderActivities = map[int]string{1: "Retail", 2: "Industry", 3: "Building", 4: "Sailing", 5: "Services"}
)

// CodeLists lists what is served, by id. A list is one line here; the words are those the
// converters write, so that no code is in the program twice.
var CodeLists = sortedLists(
	kept("patient-education-level", "Education levels", "Education of insured people, tblEducations.", func(r *persistence.Registers) map[int]string { return r.Educations }),
	kept("patient-profession", "Professions", "Professions of insured people, tblProfessions.", func(r *persistence.Registers) map[int]string { return r.Professions }),
	kept("patient-identification-type", "Identity documents", "Kinds of identity documents, tblIdentificationTypes.", func(r *persistence.Registers) map[string]string { return r.IdentificationTypes }),
	kept("patient-contact-relationship", "Relationships", "What a member is to the head of the family, tblRelations.", func(r *persistence.Registers) map[int]string { return r.Relations }),
	kept("group-type", "Family types", "Kinds of families and groups, tblFamilyTypes.", func(r *persistence.Registers) map[string]string { return r.FamilyTypes }),
	kept("group-confirmation-type", "Confirmation types", "Who confirms the poverty of a family, tblConfirmationTypes.", func(r *persistence.Registers) map[string]string { return r.ConfirmationTypes }),
	kept("organization-hf-legal-form", "Legal forms of facilities", "Legal forms of health facilities, tblLegalForms.", func(r *persistence.Registers) map[string]string { return r.LegalForms }),
	&CodeList{ID: DiagnosisList, Title: "Diagnoses", About: "Diagnoses a claim may name, tblICDCodes without its history.", Site: true, parts: []part{{system: systemDiagnosis, codes: diagnoses}}},

	own("openimis-identifiers", "Kinds of identifiers", "What an identifier of a resource is.", identifierWords),
	own("organization-hf-level", "Levels of facilities", "Levels of health facilities.", facilityLevels),
	own("organization-hf-care-type", "Care types of facilities", "The care a health facility gives.", careTypes),
	own("organization-ph-legal-form", "Legal forms of policy holders", "Legal forms of organisations that hold policies.", holderForms),
	own("organization-ph-activity", "Activities of policy holders", "What organisations that hold policies do.", holderActivities),
	own("location-type", "Levels of locations", "Levels of the location tree.", levelWords),
	own("practitioner-qualification-type", "Kinds of practitioners", "What a practitioner does for the scheme.", qualificationWords),
	own("claim-status", "States of claims", "How far the scheme is with a claim.", claimStatusWords),
	own("claim-visit-type", "Kinds of visits", "Why the patient came.", visitWords),
	own("claim-rejection-reasons", "Reasons of rejection", "Why a line of a claim was rejected.", persistence.RejectionReasons),
	own("claim-item-category", "Kinds of claim lines", "What a line of a claim is for.", claimItemWords),
	own("claim-supporting-info-category", "Kinds of supporting information", "What further information of a claim is.", claimInfoWords),
	own("medication-item-type", "Kinds of items", "What a medical item is.", itemTypeText),
	own("medication-level", "Levels of items", "The level of a medical item: there is only one.", itemLevelText),
	own("activity-definition-service-type", "Kinds of services", "What a medical service is for.", serviceTypeText),
	own("activity-definition-level", "Levels of services", "What a medical service is counted as.", serviceLevelText),
	own("activity-definition-usage-context-workflow-type", "Categories of services", "The category of a medical service.", serviceCategoryText),
	own("usage-context-age-type", "Ages", "The ages an item or service is for.", usageAges),
	own("insurance-plan-coverage-benefit-limit", "Limits of products", "What a product limits.", planLimitWords),
	own("insurance-plan-general-cost-type", "Costs of products", "What a family pays for a product.", planCostWords),

	own("contract-scope", "Scopes of policies", "Whether a policy is of the formal or the informal sector.", scopeWords),
	own("contract-resource-party-role", "Parts in a policy", "What somebody is to a policy.", partyWords),
	own("contract-premium-payer", "Payers of contributions", "Who pays a contribution.", partyWords),
	own("contract-premium-category", "Kinds of contributions", "What a contribution is for.", premiumCategories),
	own("contract-premium-type", "Ways of payment", "How a contribution is paid. F is openIMIS's, and not in the set of the guide.", premiumTypes).taking("B", "C", "M"),
	own("coverage-item-category", "Kinds of things covered", "Whether an answer about cover is on an item, a service or the benefits of a policy.", coverItemWords),
	taken("coverage-item-category-item-service", "Items and services", "The kinds of things one can ask about.", fixed(systemCoverItem, claimItemWords)),
	own("coverage-item-benefit-type", "Benefits", "What an answer about cover counts. The set has what is told of one item or service.", benefitWords()).taking("item_left", "min_date_item"),
	taken("coverage-item-benefit-type-total-left", "Counts left", "What is left in numbers.", fixed(systemCoverBenefit, wordsOf(countKinds))),
	taken("coverage-item-benefit-type-amount-left", "Amounts left", "What is left in money, without the totals of the site's own.", fixed(systemCoverBenefit, amountWords())),
	own("feedback-payload", "Questions", "What a patient is asked about the care.", questionWords()),
	own("feedback-status", "States of feedback", "How far the feedback on a claim is.", askingWords()),
	own("invoice-type", "Kinds of invoices", "What an invoice asks money for.", invoiceTypeWords),
	own("invoice-charge-item", "Lines of invoices", "What a line of an invoice is for.", invoiceChargeWords),
	own("bill-type", "Kinds of bills", "What a bill pays. policy is openIMIS's, and not in the set of the guide.", billTypeWords).taking("claim-batch", "commission", "fees"),
	own("bill-charge-item", "Lines of bills", "What a line of a bill is for. policy is openIMIS's, and not in the set of the guide.", billChargeWords).taking("claim", "commission", "fees"),

	taken("communication-request-status", "States of requests for feedback", "How far a request for feedback is.", enumerated(systemAskingStatus,
		r4.RequestStatusActive, r4.RequestStatusRevoked, r4.RequestStatusCompleted)),
	taken("contract-status-codes", "States of policies", "The states of a policy the guide knows.", enumerated(systemContractStatus,
		r4.ContractResourceStatusCodesOffered, r4.ContractResourceStatusCodesExecuted)),
	taken("insurance-plan-coverage-type", "Kinds of cover", "What a product covers.", fixed(insurancePlanType, map[string]string{"medical": "Medical"})),
	taken("invoice-price-component-type", "Parts of prices", "What a part of a price is.", enumerated("http://hl7.org/fhir/invoice-priceComponentType",
		r4.InvoicePriceComponentTypeBase, r4.InvoicePriceComponentTypeDiscount, r4.InvoicePriceComponentTypeDeduction, r4.InvoicePriceComponentTypeTax)),
	taken("invoice-status", "States of invoices", "The states of an invoice the guide knows.", enumerated(systemInvoiceStatus,
		r4.InvoiceStatusIssued, r4.InvoiceStatusBalanced, r4.InvoiceStatusCancelled)),

	taken("activity-definition-usage-context-type", "Aspects of use", "The aspects under which the use of a service is limited.", fixed(usageContextType, usageAspects)),
	taken("activity-definition-usage-context-venue-type", "Venues", "In which kind of care a service is given.", fixed(actCode, usageVenues)),
	taken("usage-context-gender-type", "Sexes", "The sexes an item or service is for.", fixed(administrativeSex, usageSexes)),
	taken("patient-marital-status", "Marital states", "Marital states of insured people.", fixed(maritalStatus, maritalWords), fixed(nullFlavor, unknownWords)),
	taken("coverage-status", "States of covers", "States of a cover.", enumerated("http://hl7.org/fhir/fm-status",
		r4.FinancialResourceStatusCodesActive, r4.FinancialResourceStatusCodesCancelled, r4.FinancialResourceStatusCodesDraft)),
	taken("insurance-plan-publication-status", "States of products", "Whether a product is sold.", enumerated(publicationStatus,
		r4.PublicationStatusDraft, r4.PublicationStatusActive, r4.PublicationStatusRetired)),
)

// taken makes the list of codes that HL7 defines.
func taken(id, title, about string, parts ...part) *CodeList {
	return &CodeList{ID: id, Title: title, About: about, parts: parts}
}

// enumerated makes a part of codes the standard itself enumerates.
func enumerated[C interface {
	Code() string
	Display() string
}](system string, codes ...C) part {
	words := map[string]string{}
	for _, one := range codes {
		words[one.Code()] = one.Display()
	}
	return fixed(system, words)
}

func sortedLists(lists ...*CodeList) []*CodeList {
	slices.SortFunc(lists, func(a, b *CodeList) int { return cmp.Compare(a.ID, b.ID) })
	return lists
}
