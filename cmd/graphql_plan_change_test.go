package cmd_test

import (
	"fmt"
	"testing"

	"github.com/openimis/openimis-go/persistence"
)

// Plans, bundles and payment plans are entered, changed, replaced and deleted by their forms.
func TestPlanForms(t *testing.T) {
	const admin = "Admin:admin123"
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, unlimited)
		done, refused := forms(t, s, admin)
		node := func(list, filter, fields string) any {
			t.Helper()
			return at(asked(t, s, admin, fmt.Sprintf(`{ %s(%s) { totalCount edges { node { uuid version dateValidFrom dateValidTo %s } } } }`, list, filter, fields), nil), list, "edges", "node")
		}
		for _, kind := range []struct{ name, list, code string }{
			{"ContributionPlan", "contributionPlan", "ZCP"}, {"PaymentPlan", "paymentPlan", "ZPP"}, {"ContributionPlanBundle", "contributionPlanBundle", "ZCB"},
		} {
			isBundle := kind.list == "contributionPlanBundle"
			form := func(change map[string]any) map[string]any {
				all := map[string]any{"code": kind.code, "name": "made here", "periodicity": 6, "dateValidFrom": "2024-01-01"}
				if !isBundle {
					all["calculation"], all["benefitPlanId"], all["jsonExt"] = calculation, "1", `{"calculation_rule": {"rate": 4}}`
				}
				for name, value := range change {
					all[name] = value
				}
				return all
			}
			create, update, replace, remove := "create"+kind.name, "update"+kind.name, "replace"+kind.name, "delete"+kind.name
			free := func() any {
				return at(asked(t, s, admin, fmt.Sprintf(`{ isFree: validate%sCode(%sCode: %q) }`, kind.name, kind.list, kind.code), nil), "isFree")
			}
			if free() != true {
				t.Errorf("%s should be free", kind.code)
			}
			refused(admin, create, form(map[string]any{"code": " "}), "code")
			refused(admin, create, form(map[string]any{"name": nil}), "name")
			refused(admin, create, form(map[string]any{"periodicity": 13}), "periodicity")
			refused(admin, create, form(map[string]any{"dateValidTo": "2023-01-01"}), "dateValidTo")
			if !isBundle {
				refused(admin, create, form(map[string]any{"benefitPlanId": "9999"}), "benefitPlanId")
				refused(admin, create, form(map[string]any{"benefitPlanId": "one"}), "benefitPlanId")
				refused(admin, create, form(map[string]any{"calculation": nil}), "calculation")
				refused(admin, create, form(map[string]any{"benefitPlanType_Model": "benefitplan"}), "benefitPlanType_Model")
			}
			refused("doctor:doctor123", create, form(nil), "right")
			done(create, form(nil))
			if free() != false {
				t.Errorf("%s should be taken", kind.code)
			}
			refused(admin, create, form(map[string]any{"code": "z" + kind.code[1:]}), "code")
			by := fmt.Sprintf("code: %q, orderBy: [\"-dateCreated\"]", kind.code)
			row := node(kind.list, by, "name periodicity replacementUuid")
			id := at(row, "uuid")
			if at(row, "periodicity") != 6.0 || at(row, "dateValidFrom") != "2024-01-01T00:00:00" || at(row, "version") != 1.0 {
				t.Errorf("entered: %v", row)
			}
			refused(admin, update, form(map[string]any{"id": id, "code": "other"}), "code")
			done(update, form(map[string]any{"id": id, "name": "changed", "dateValidTo": "2030-01-01"}))
			done(update, form(map[string]any{"id": id, "name": "changed again"}))
			if row = node(kind.list, by, "name"); at(row, "name") != "changed again" || at(row, "dateValidTo") != nil || at(row, "version") != 3.0 {
				t.Errorf("changed: %v", row)
			}
			done(replace, map[string]any{"uuid": id, "name": "the next", "dateValidFrom": "2025-01-01"})
			old := node(kind.list, fmt.Sprintf("id: %q", id), "replacementUuid")
			next := at(old, "replacementUuid")
			if next == nil || at(old, "dateValidTo") != "2025-01-01T00:00:00" {
				t.Fatalf("replaced: %v", old)
			}
			if row = node(kind.list, fmt.Sprintf("id: %q", next), "code name replacementUuid"); at(row, "name") != "the next" || at(row, "code") != kind.code || at(row, "version") != 1.0 || at(row, "dateValidFrom") != "2025-01-01T00:00:00" {
				t.Errorf("what replaced it: %v", row)
			}
			refused(admin, update, form(map[string]any{"id": id}), "replaced")
			refused(admin, replace, map[string]any{"uuid": id}, "replaced")
			done(remove, map[string]any{"uuids": []any{next}})
			if old = node(kind.list, fmt.Sprintf("id: %q", id), "replacementUuid"); at(old, "replacementUuid") != nil {
				t.Errorf("it is replaced by one that was deleted: %v", old)
			}
			done(remove, map[string]any{"uuids": []any{id}})
			if row = node(kind.list, fmt.Sprintf("id: %q", id), "code"); row != nil {
				t.Errorf("deleted: %v", row)
			}
			refused(admin, remove, map[string]any{"uuids": []any{id}}, "")
		}
		bundle := at(node("contributionPlanBundle", `code: "CB01"`, ""), "uuid")
		plan := at(node("contributionPlan", `code: "CP01"`, ""), "uuid")
		refused(admin, "deleteContributionPlan", map[string]any{"uuids": []any{plan}}, "bundles")
		refused(admin, "deleteContributionPlanBundle", map[string]any{"uuids": []any{bundle}}, "insured persons")
		refused(admin, "createContributionPlanBundleDetails", map[string]any{"contributionPlanId": bundle, "contributionPlanBundleId": bundle}, "contributionPlanId")
		detail := map[string]any{"contributionPlanId": plan, "contributionPlanBundleId": bundle, "dateValidFrom": "2024-01-01"}
		done("createContributionPlanBundleDetails", detail)
		row := node("contributionPlanBundleDetails", fmt.Sprintf("clientMutationId: %q", detail["clientMutationId"]), "contributionPlan { code } contributionPlanBundle { code }")
		if at(row, "contributionPlan", "code") != "CP01" || at(row, "contributionPlanBundle", "code") != "CB01" {
			t.Errorf("in the bundle: %v", row)
		}
		done("updateContributionPlanBundleDetails", map[string]any{"id": at(row, "uuid"), "contributionPlanId": plan, "contributionPlanBundleId": bundle, "dateValidTo": "2026-01-01"})
		done("deleteContributionPlanBundleDetails", map[string]any{"uuids": []any{at(row, "uuid")}})
	})
}

// A contract is drafted for the people of its policy holder, valued, submitted and countered.
// Each of the six earns 1 200 and contributes 5 % and 3 %: 6 x 96 = 576.
func TestContractForms(t *testing.T) {
	const admin = "Admin:admin123"
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, unlimited)
		done, refused := forms(t, s, admin)
		shown := func(filter string) any {
			t.Helper()
			return at(asked(t, s, admin, `{ contract(`+filter+`) { edges { node { uuid code state amountNotified amountRectified amendment policyHolder { uuid code } } } } }`, nil), "contract", "edges", "node")
		}
		people := func(contract any) float64 {
			t.Helper()
			return at(asked(t, s, admin, fmt.Sprintf(`{ contractDetails(contract_Id: %q, first: 1) { totalCount edges { node { uuid jsonExt insuree { id chfId } contributionPlanBundle { uuid code } } } } }`, contract), nil), "contractDetails", "totalCount").(float64)
		}
		demo := shown(`code_Icontains: "CT001"`)
		holder := at(demo, "policyHolder", "uuid")
		form := func(change map[string]any) map[string]any {
			all := map[string]any{"code": "ZC-1", "policyHolderId": holder, "dateValidFrom": "2026-01-01", "dateValidTo": "2026-12-31", "paymentReference": "R"}
			for name, value := range change {
				all[name] = value
			}
			return all
		}
		refused(admin, "createContract", form(map[string]any{"code": ""}), "code")
		refused(admin, "createContract", form(map[string]any{"code": "ct001"}), "code")
		refused(admin, "createContract", form(map[string]any{"policyHolderId": nil}), "policyHolderId")
		refused(admin, "createContract", form(map[string]any{"policyHolderId": calculation}), "policyHolderId")
		refused(admin, "createContract", form(map[string]any{"dateValidTo": "2025-12-31"}), "dateValidTo")
		refused("doctor:doctor123", "createContract", form(nil), "right")
		entered := form(nil)
		done("createContract", entered)
		row := shown(fmt.Sprintf("clientMutationId: %q", entered["clientMutationId"]))
		id := at(row, "uuid")
		if at(row, "state") != 2.0 || at(row, "amountNotified") != 576.0 || at(row, "amountRectified") != nil || people(id) != 6 {
			t.Fatalf("drafted: %v", row)
		}
		if valid := at(asked(t, s, admin, `{ validateContractCode(contractCode: "ZC-1") { isValid } }`, nil), "validateContractCode", "isValid"); valid != false {
			t.Errorf("the code is free: %v", valid)
		}
		person := at(asked(t, s, admin, fmt.Sprintf(`{ contractDetails(contract_Id: %q, first: 1) { edges { node { uuid insuree { id } contributionPlanBundle { uuid } } } } }`, id), nil), "contractDetails", "edges", "node")
		insured := map[string]any{"contractId": id, "insureeId": number(t, at(person, "insuree", "id")), "contributionPlanBundleId": at(person, "contributionPlanBundle", "uuid"), "jsonExt": `{"calculation_rule": {"income": "2200"}}`}
		with := func(change map[string]any) map[string]any {
			all := map[string]any{}
			for name, value := range insured {
				all[name] = value
			}
			for name, value := range change {
				all[name] = value
			}
			return all
		}
		refused(admin, "createContractDetails", with(map[string]any{"insureeId": 999999}), "insureeId")
		refused(admin, "createContractDetails", with(map[string]any{"contributionPlanBundleId": id}), "contributionPlanBundleId")
		done("updateContractDetails", with(map[string]any{"id": at(person, "uuid")}))
		refused(admin, "updateContract", map[string]any{"id": id, "code": "ZC-2"}, "code")
		refused(admin, "updateContract", map[string]any{"id": id, "policyHolderId": calculation}, "policyHolderId")
		done("updateContract", map[string]any{"id": id, "paymentReference": "S"})
		refused(admin, "counterContract", map[string]any{"id": id}, "negotiation")
		done("submitContract", map[string]any{"id": id})
		if row = shown(fmt.Sprintf("id: %q", id)); at(row, "state") != 4.0 || at(row, "amountRectified") != 656.0 || at(row, "amountNotified") != 576.0 {
			t.Errorf("submitted: %v", row) // 5 x 96 + 2200 x 8 %
		}
		refused(admin, "submitContract", map[string]any{"id": id}, "submitted")
		done("counterBulkContract", map[string]any{"contractUuids": []any{id}})
		if row = shown(fmt.Sprintf("id: %q", id)); at(row, "state") != 11.0 {
			t.Errorf("countered: %v", row)
		}
		done("deleteContractDetails", map[string]any{"uuids": []any{at(person, "uuid")}})
		if people(id) != 5 {
			t.Errorf("the contract insures %v", people(id))
		}
		refused("doctor:doctor123", "deleteContract", map[string]any{"uuids": []any{id}}, "right")
		done("deleteContract", map[string]any{"uuids": []any{id}})
		if shown(fmt.Sprintf("id: %q", id)) != nil || people(id) != 0 {
			t.Error("it is still there")
		}
	})
}

// A policy holder's people and bundles are kept, and forms ask them for their income.
func TestPolicyHolderPeopleForms(t *testing.T) {
	const admin = "Admin:admin123"
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, unlimited)
		done, refused := forms(t, s, admin)
		first := at(asked(t, s, admin, `{ policyHolderInsuree(first: 1) { edges { node { uuid insuree { id } policyHolder { uuid } contributionPlanBundle { uuid } } } } }`, nil), "policyHolderInsuree", "edges", "node")
		holder, bundle := at(first, "policyHolder", "uuid"), at(first, "contributionPlanBundle", "uuid")
		form := map[string]any{"policyHolderId": holder, "insureeId": number(t, at(first, "insuree", "id")), "contributionPlanBundleId": bundle, "jsonExt": `{"calculation_rule": {"income": 900}}`}
		refused(admin, "createPolicyHolderInsuree", map[string]any{"policyHolderId": holder, "insureeId": 999999, "contributionPlanBundleId": bundle}, "insureeId")
		refused(admin, "createPolicyHolderInsuree", map[string]any{"policyHolderId": holder, "insureeId": form["insureeId"]}, "contributionPlanBundleId")
		done("createPolicyHolderInsuree", form)
		row := at(asked(t, s, admin, fmt.Sprintf(`{ policyHolderInsuree(clientMutationId: %q) { edges { node { uuid jsonExt lastPolicy { id } } } } }`, form["clientMutationId"]), nil), "policyHolderInsuree", "edges", "node")
		done("replacePolicyHolderInsuree", map[string]any{"uuid": at(row, "uuid"), "insureeId": form["insureeId"], "contributionPlanBundleId": bundle})
		refused(admin, "updatePolicyHolderInsuree", map[string]any{"id": at(row, "uuid")}, "replaced")
		offer := map[string]any{"policyHolderId": holder, "contributionPlanBundleId": bundle}
		done("createPolicyHolderContributionPlanBundle", offer)
		refused("doctor:doctor123", "createPolicyHolderContributionPlanBundle", map[string]any{"policyHolderId": holder, "contributionPlanBundleId": bundle}, "right")

		for _, c := range []struct{ class, by, id, want string }{
			{"ContributionPlan", "Calculation", calculation, "rate"},
			{"PolicyHolderInsuree", "ContributionPlanBundle", fmt.Sprint(bundle), "income"},
			{"ContractDetails", "ContributionPlanBundle", fmt.Sprint(bundle), "income"},
		} {
			out := asked(t, s, admin, fmt.Sprintf(`{ linkedClass(classNameList: [%q]) { linkedClasses } calculationParams(className: %q, instanceClassName: %q, instanceId: %q) { calculationParams { name rights { read write } defaultValue label { en fr } } } }`,
				c.class, c.class, c.by, c.id), nil)
			if at(out, "calculationParams", "calculationParams", "name") != c.want {
				t.Errorf("%s asks for %v, want %s", c.class, at(out, "calculationParams"), c.want)
			}
		}
		rules := asked(t, s, admin, `{ all: calculationRules { calculationRules { uuid } } none: calculationRules(calcruleType: "account_payable") { calculationRules { uuid } } }`, nil)
		if at(rules, "all", "calculationRules", "uuid") != calculation || at(rules, "none", "calculationRules", "uuid") != nil {
			t.Errorf("rules: %v", rules)
		}
	})
}
