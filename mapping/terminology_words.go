package mapping

import (
	"maps"
	"slices"
	"strconv"
)

// Words of codes the converters write without any.
var (
	scopeWords     = map[string]string{"formal": "Formal Sector", "informal": "Informal Sector"}
	partyWords     = map[string]string{"beneficiary": "Beneficiary"}
	coverItemWords = map[string]string{categoryItem: "Item", categoryService: "Service", "benefit": "Benefit Package"}

	invoiceTypeWords   = map[string]string{"contribution": "Contribution", "contract": "Contract", "funding": "Funding"}
	invoiceChargeWords = map[string]string{"contribution": "Contribution", "policy": "Policy"}
	billTypeWords      = map[string]string{"claim-batch": "Claim batch payment", "commission": "Commission", "fees": "Fees", "policy": "Policy"}
	billChargeWords    = map[string]string{"claim": "Claim", "commission": "Commission", "fees": "Fees", "policy": "Policy"}
)

// wordsOf words kinds of benefits.
func wordsOf(lists ...[]benefitKind) map[string]string {
	words := map[string]string{}
	for _, kind := range slices.Concat(lists...) {
		words[kind.code] = kind.display
	}
	return words
}

// benefitWords words every benefit: the counts and amounts of a policy, and what is told of
// one item or service.
func benefitWords() map[string]string {
	words := wordsOf(countKinds, amountKinds, deductibleKinds, ceilingKinds)
	words["item_left"], words["min_date_item"] = "Items left", "Mininum date" // as the guide spells it
	return words
}

// amountWords words the amounts that may be left: the guide leaves out the totals.
func amountWords() map[string]string {
	words := wordsOf(amountKinds, deductibleKinds, ceilingKinds)
	maps.DeleteFunc(words, func(code, _ string) bool { return code == "total_deduction" || code == "total_ceiling" })
	return words
}

// questionWords words what a patient is asked.
func questionWords() map[string]string {
	words := map[string]string{}
	for _, q := range questions {
		words[q.code] = q.words + " " + q.choices
	}
	return words
}

// askingWords words the states in which feedback is asked for.
func askingWords() map[string]string {
	words := map[string]string{}
	for state, told := range asking {
		words[strconv.Itoa(state)] = told.word
	}
	return words
}
