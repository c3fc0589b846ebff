package cmd_test

import "fmt"

// Plans and bundles are of no district; contracts and insured persons are where their policy
// holder is.
var planForms = append(append(append(append(
	keptForms("ContributionPlan", "contributionPlan", true, planForm),
	keptForms("PaymentPlan", "paymentPlan", true, planForm)...),
	keptForms("ContributionPlanBundle", "contributionPlanBundle", true, bundleForm)...),
	keptForms("ContributionPlanBundleDetails", "contributionPlanBundleDetails", true, bundledForm)...),
	append(keptForms("PolicyHolderInsuree", "policyHolderInsuree", false, employedForm),
		keptForms("PolicyHolderContributionPlanBundle", "policyHolderContributionPlanBundle", false, offeredForm)...)...)

// keptForms are the forms of the four mutations of rows that hold from one moment to another.
func keptForms(name, list string, open bool, form func(g *ground) map[string]any) []everyForm {
	made := func(g *ground) (map[string]any, any) {
		g.t.Helper()
		f := form(g)
		return f, g.made("create"+name, f, list, "uuid")
	}
	return []everyForm{
		{"create" + name, open, form},
		{"update" + name, open, func(g *ground) map[string]any {
			f, row := made(g)
			return but(f, "id", at(row, "uuid"))
		}},
		{"replace" + name, open, func(g *ground) map[string]any {
			f, row := made(g)
			return but(f, "uuid", at(row, "uuid"), "dateValidFrom", "2025-01-01")
		}},
		{"delete" + name, open, func(g *ground) map[string]any {
			_, row := made(g)
			return one(row)
		}},
	}
}

func planForm(g *ground) map[string]any {
	return but(bundleForm(g), "calculation", calculation, "benefitPlanId", "1", "jsonExt", `{"calculation_rule": {"rate": 4}}`)
}

func bundleForm(g *ground) map[string]any {
	return map[string]any{"code": g.code(), "name": "made here", "periodicity": 6, "dateValidFrom": "2024-01-01"}
}

func bundledForm(g *ground) map[string]any {
	return map[string]any{"contributionPlanId": at(g.made("createContributionPlan", planForm(g), "contributionPlan", "uuid"), "uuid"),
		"contributionPlanBundleId": at(g.made("createContributionPlanBundle", bundleForm(g), "contributionPlanBundle", "uuid"), "uuid"), "dateValidFrom": "2024-01-01"}
}

func offeredForm(g *ground) map[string]any {
	return map[string]any{"policyHolderId": at(g.made("createPolicyHolder", holderForm(g), "policyHolder", "uuid"), "uuid"),
		"contributionPlanBundleId": at(g.found("contributionPlanBundle", `code: "CB01"`, "uuid"), "uuid"), "dateValidFrom": "2024-01-01"}
}

func employedForm(g *ground) map[string]any {
	return but(offeredForm(g), "insureeId", g.key(g.member()), "jsonExt", `{"calculation_rule": {"income": 900}}`)
}

var contractForms = []everyForm{
	{"createContract", false, contractForm},
	{"updateContract", false, func(g *ground) map[string]any {
		f := contractForm(g)
		return but(f, "id", at(g.made("createContract", f, "contract", "uuid"), "uuid"))
	}},
	{"createContractDetails", false, contractPersonForm},
	{"updateContractDetails", false, func(g *ground) map[string]any {
		f := contractPersonForm(g)
		return but(f, "id", at(g.made("createContractDetails", f, "contractDetails", "uuid"), "uuid"))
	}},
	{"deleteContractDetails", false, func(g *ground) map[string]any {
		return one(g.made("createContractDetails", contractPersonForm(g), "contractDetails", "uuid"))
	}},
	{"submitContract", false, func(g *ground) map[string]any { return map[string]any{"id": at(drafted(g), "uuid")} }},
	{"counterContract", false, func(g *ground) map[string]any { return map[string]any{"id": tendered(g)} }},
	{"counterBulkContract", false, func(g *ground) map[string]any { return map[string]any{"contractUuids": []any{tendered(g)}} }},
	{"deleteContract", false, func(g *ground) map[string]any { return one(drafted(g)) }},
}

// contractForm is a contract of a policy holder who insures somebody.
func contractForm(g *ground) map[string]any {
	g.t.Helper()
	employed := employedForm(g)
	g.done("createPolicyHolderInsuree", employed)
	return map[string]any{"code": g.code(), "policyHolderId": employed["policyHolderId"], "dateValidFrom": "2026-01-01", "dateValidTo": "2026-12-31", "paymentReference": "R", "jsonExt": `"{\"e\":5}"`}
}

func drafted(g *ground) any {
	g.t.Helper()
	return g.made("createContract", contractForm(g), "contract", "uuid")
}

func tendered(g *ground) any {
	g.t.Helper()
	id := at(drafted(g), "uuid")
	g.done("submitContract", map[string]any{"id": id})
	return id
}

func contractPersonForm(g *ground) map[string]any {
	g.t.Helper()
	contract := at(drafted(g), "uuid")
	bundle := at(g.found("contractDetails", fmt.Sprintf("contract_Id: %q", contract), "contributionPlanBundle { uuid }"), "contributionPlanBundle", "uuid")
	return map[string]any{"contractId": contract, "insureeId": g.key(g.member()), "contributionPlanBundleId": bundle, "jsonExt": `{"calculation_rule": {"income": "2200"}}`}
}
