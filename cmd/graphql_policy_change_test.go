package cmd_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/openimis/openimis-go/persistence"
)

const policyAdmin = "Admin:admin123"

// offered gives the form of a policy the family of a policy can be sold on the day, filled in
// as the web interface does: by what policyValues says.
func offered(t *testing.T, s http.Handler, policy any, day string) map[string]any {
	t.Helper()
	family := number(t, at(policy, "family", "id"))
	out := asked(t, s, policyAdmin, fmt.Sprintf(`{ products(first: 100) { edges { node { id code } } } policiesByFamily(familyUuid: %q) { edges { node { productCode } } } }`, at(policy, "family", "uuid")), nil)
	held := fmt.Sprint(at(out, "policiesByFamily", "edges"))
	for _, edge := range at(out, "products", "edges").([]any) {
		if strings.Contains(held, at(edge, "node", "code").(string)) { // which policyValues does not warn of
			continue
		}
		product := number(t, at(edge, "node", "id"))
		if form := valued(t, s, family, product, number(t, at(policy, "officer", "id")), fmt.Sprintf(`stage: "N", enrollDate: %q`, day), day); form != nil {
			return form
		}
	}
	t.Fatalf("nothing can be sold to %v", policy)
	return nil
}

// valued fills a form in, nil where something stands in the way.
func valued(t *testing.T, s http.Handler, family, product, officer int, how, day string) map[string]any {
	t.Helper()
	out := at(asked(t, s, policyAdmin, fmt.Sprintf(`{ policyValues(familyId: %d, productId: %d, %s) { policy { startDate expiryDate value } warnings } }`, family, product, how), nil), "policyValues")
	if warnings, _ := at(out, "warnings").([]any); len(warnings) > 0 {
		t.Logf("product %d: %v", product, warnings)
		return nil
	}
	return map[string]any{"enrollDate": day, "startDate": at(out, "policy", "startDate"), "expiryDate": at(out, "policy", "expiryDate"), "value": at(out, "policy", "value"),
		"productId": product, "familyId": family, "officerId": officer}
}

// but gives a copy of a form with other values.
func but(form map[string]any, values ...any) map[string]any {
	out := map[string]any{}
	for name, value := range form {
		out[name] = value
	}
	for i := 0; i < len(values); i += 2 {
		out[values[i].(string)] = values[i+1]
	}
	return out
}

const aPolicy = `{ policies(first: 1, status: 2, %s) { edges { node { uuid status stage startDate expiryDate effectiveDate enrollDate value sumPremiums product { id } officer { id } family { id uuid } } } } }`

// A policy is sold, changed, paid, paid electronically, suspended and deleted by the forms;
// FHIR shows each step, and what may not be is refused.
func TestPolicyForms(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, unlimited)
		done, refused := forms(t, s, policyAdmin)
		today, before := time.Now().Format("2006-01-02"), time.Now().AddDate(0, 0, -3).Format("2006-01-02")
		model := at(asked(t, s, policyAdmin, fmt.Sprintf(aPolicy, `balanceLte: 0`), nil), "policies", "edges", "node")
		var elsewhere int // an officer of another district
		for _, edge := range at(asked(t, s, policyAdmin, `{ insureeOfficers { edges { node { id } } } }`, nil), "insureeOfficers", "edges").([]any) {
			if id := number(t, at(edge, "node", "id")); id != number(t, at(model, "officer", "id")) {
				elsewhere = id
			}
		}
		form := offered(t, s, model, today)
		refused(policyAdmin, "createPolicy", but(form, "value", "0.01"), "value")
		refused(policyAdmin, "createPolicy", but(form, "expiryDate", "2999-01-01"), "expiryDate")
		refused(policyAdmin, "createPolicy", but(form, "enrollDate", "2999-01-01"), "enrollDate")
		refused(policyAdmin, "createPolicy", but(form, "familyId", 999999), "familyId")
		refused(policyAdmin, "createPolicy", but(form, "officerId", elsewhere), "officerId")
		refused(policyAdmin, "createPolicy", but(form, "contributionPlanId", "0a1b2c3d-0000-4000-a000-000000000002"), "contributionPlanId")
		refused("doctor:doctor123", "createPolicy", but(form), "right")
		done("createPolicy", form)
		refused(policyAdmin, "createPolicy", but(form), "has a policy")

		list := fmt.Sprintf(`{ policies(first: 1, product_Id: "%v", status: %%d, orderBy: ["-validityFrom"]) { edges { node { uuid status stage startDate expiryDate effectiveDate enrollDate value sumPremiums family { id uuid } } } } }`, form["productId"])
		sold := at(asked(t, s, policyAdmin, fmt.Sprintf(list, 1), nil), "policies", "edges", "node")
		uuid := at(sold, "uuid").(string)
		show := func() any {
			t.Helper()
			return at(asked(t, s, policyAdmin, fmt.Sprintf(`{ policies(uuid: %q) { edges { node { uuid status startDate effectiveDate enrollDate value sumPremiums officer { id } } } } }`, uuid), nil), "policies", "edges", "node")
		}
		// fhir gives what FHIR says of the policy.
		fhir := func() (contract, cover any) {
			t.Helper()
			contract = decoded(t, (call{target: "/fhir/Contract/" + uuid, user: policyAdmin}).on(s))
			cover = at(decoded(t, (call{target: "/fhir/Coverage?identifier=" + uuid, user: policyAdmin}).on(s)), "entry", "resource")
			return contract, cover
		}
		if _, cover := fhir(); at(sold, "family", "id") != at(model, "family", "id") || at(sold, "value") != form["value"] || at(cover, "status") != "draft" || at(cover, "period", "start") != form["startDate"] {
			t.Fatalf("sold: %v, shown as %v", sold, cover)
		}

		out := at(asked(t, s, policyAdmin, fmt.Sprintf(`{ policyValues(familyId: %v, productId: %v, stage: "N", enrollDate: %q) { policy { startDate expiryDate value } } }`, form["familyId"], form["productId"], before), nil), "policyValues", "policy")
		changed := but(form, "uuid", uuid, "enrollDate", before, "startDate", at(out, "startDate"), "expiryDate", at(out, "expiryDate"), "value", at(out, "value"))
		refused(policyAdmin, "updatePolicy", but(changed, "value", "0.01"), "value")
		refused(policyAdmin, "updatePolicy", but(changed, "familyId", 1+form["familyId"].(int)), "familyId")
		refused("doctor:doctor123", "updatePolicy", but(changed), "right")
		done("updatePolicy", changed)
		if _, cover := fhir(); at(show(), "enrollDate") != before || at(cover, "period", "start") != at(out, "startDate") {
			t.Errorf("changed: %v, shown as %v", show(), cover)
		}

		premium := map[string]any{"policyUuid": uuid, "receipt": "ZF-1", "payDate": today, "payType": "C", "isPhotoFee": false, "amount": at(out, "value"), "action": "ENFORCE"}
		refused(policyAdmin, "createPremium", but(premium, "amount", "-1"), "amount")
		refused(policyAdmin, "createPremium", but(premium, "payDate", "2999-01-01"), "payDate")
		refused(policyAdmin, "createPremium", but(premium, "payerUuid", uuid), "payerUuid")
		refused(policyAdmin, "createPremium", but(premium, "policyUuid", "0a1b2c3d-0000-4000-a000-000000000002"), "policyUuid")
		refused(policyAdmin, "createPremium", but(premium, "action", "DANCE"), "action")
		refused(policyAdmin, "createPremium", but(premium, "receipt", strings.Repeat("r", 51)), "receipt")
		refused(policyAdmin, "createPremium", but(premium, "receipt", "a\x00b"), "receipt")
		refused("doctor:doctor123", "createPremium", but(premium), "right")
		done("createPremium", premium)
		refused(policyAdmin, "createPremium", but(premium), "receipt")
		if contract, cover := fhir(); at(show(), "status") != 2.0 || at(show(), "effectiveDate") == nil || at(contract, "status") != "executed" && at(contract, "legalState") == nil || at(cover, "status") != "active" {
			t.Errorf("paid: %v, shown as %v and %v", show(), contract, cover)
		}
		refused(policyAdmin, "updatePolicy", but(form, "uuid", uuid), "active")
		done("updatePolicy", but(changed))

		paid := at(asked(t, s, policyAdmin, fmt.Sprintf(`{ premiumsByPolicies(policyUuids: %q) { edges { node { uuid } } } }`, uuid), nil), "premiumsByPolicies", "edges", "node", "uuid")
		corrected := but(premium, "uuid", paid, "receipt", "ZF-2", "payType", "B")
		delete(corrected, "action")
		refused(policyAdmin, "updatePremium", but(corrected, "policyUuid", at(model, "uuid")), "policyUuid")
		refused(policyAdmin, "updatePremium", but(corrected, "payType", "Q"), "payType")
		refused("doctor:doctor123", "updatePremium", but(corrected), "right")
		done("updatePremium", corrected)
		if node := at(asked(t, s, policyAdmin, fmt.Sprintf(`{ premiums(uuid: %q) { edges { node { receipt payType amount policy { uuid } } } } }`, paid), nil), "premiums", "edges", "node"); at(node, "receipt") != "ZF-2" || at(node, "payType") != "B" {
			t.Errorf("corrected: %v", node)
		}
		paymentForms(t, s, uuid, paid)

		refused("doctor:doctor123", "deletePremium", map[string]any{"uuids": []any{paid}}, "right")
		done("deletePremium", map[string]any{"uuids": []any{paid}})
		if show := show(); at(show, "sumPremiums") != 0.0 || at(show, "status") != 2.0 {
			t.Errorf("withdrawn: %v", show)
		}
		uuids := map[string]any{"uuids": []any{uuid}}
		refused("doctor:doctor123", "suspendPolicies", but(uuids), "right")
		done("suspendPolicies", but(uuids))
		if _, cover := fhir(); at(show(), "status") != 4.0 || at(cover, "status") != "cancelled" {
			t.Errorf("suspended: %v, shown as %v", show(), cover)
		}
		refused(policyAdmin, "suspendPolicies", but(uuids), "suspended")
		product := first[persistence.Product](t, store, persistence.Compare(persistence.Column("", "ProdID"), "=", form["productId"]))
		refused(policyAdmin, "suspendPolicies", but(uuids), `"title":"`+product.ProductCode+", ")
		refused(policyAdmin, "createPremium", but(premium, "receipt", "ZF-3"), "suspended")
		refused("doctor:doctor123", "deletePolicies", but(uuids), "right")
		done("deletePolicies", but(uuids))
		if w := (call{target: "/fhir/Contract/" + uuid, user: policyAdmin}).on(s); show() != nil || w.Code != 410 {
			t.Errorf("deleted: %v, %d", show(), w.Code)
		}

		refused(policyAdmin, "createPolicy", but(form, "isPaid", true), "receipt")
		done("createPolicy", but(form, "isPaid", true, "receipt", "ZF-4"))
		if node := at(asked(t, s, policyAdmin, `{ premiums(receipt_Icontains: "zf-4") { edges { node { payType amount payDate policy { uuid } } } } }`, nil), "premiums", "edges", "node"); at(node, "amount") != form["value"] || at(node, "payDate") != today {
			t.Errorf("paid at once: %v", node)
		}
	})
}

// paymentForms enters, changes and deletes the payment for a contribution.
func paymentForms(t *testing.T, s http.Handler, policy string, premium any) {
	t.Helper()
	done, refused := forms(t, s, policyAdmin)
	form := map[string]any{"receivedDate": "2024-01-15", "requestDate": "2024-01-14", "expectedAmount": "100.00", "receivedAmount": "100.00", "transferFee": "1.00", "status": 4,
		"receiptNo": "ZP-1", "typeOfPayment": "C", "origin": "MTN", "premiumUuid": premium}
	refused(policyAdmin, "createPayment", but(form, "status", 77), "status")
	refused(policyAdmin, "createPayment", but(form, "receivedAmount", "-1"), "receivedAmount")
	refused(policyAdmin, "createPayment", but(form, "officerCode", "NOBODY"), "officerCode")
	refused(policyAdmin, "createPayment", but(form, "premiumUuid", policy), "premiumUuid")
	refused("doctor:doctor123", "createPayment", but(form), "right")
	done("createPayment", form)
	show := func() any {
		t.Helper()
		return at(asked(t, s, policyAdmin, fmt.Sprintf(`{ paymentsByPremiums(premiumUuids: [%q], first: 5) { totalCount edges { node { uuid status receivedAmount receivedDate rejectedReason phoneNumber receiptNo } } } }`, premium), nil), "paymentsByPremiums", "edges", "node")
	}
	row := show()
	uuid, _ := at(row, "uuid").(string)
	seen := decoded(t, (call{target: "/fhir/PaymentReconciliation/" + uuid, user: policyAdmin}).on(s))
	if at(row, "receivedDate") != "2024-01-15" || at(row, "receivedAmount") != "100.00" || at(seen, "detail", "request", "reference") != "Contract/"+policy || at(seen, "status") != "active" {
		t.Fatalf("entered: %v, shown as %v", row, seen)
	}
	refused("doctor:doctor123", "updatePayment", map[string]any{"uuid": uuid, "status": 5}, "right")
	done("updatePayment", map[string]any{"uuid": uuid, "status": 5, "rejectedReason": "none", "premiumUuid": premium})
	if row := show(); at(row, "status") != 5.0 || at(row, "rejectedReason") != "none" || at(row, "receiptNo") != "ZP-1" {
		t.Errorf("changed: %v", row)
	}
	refused(policyAdmin, "deletePremium", map[string]any{"uuids": []any{premium}}, "payment")
	refused("doctor:doctor123", "deletePayment", map[string]any{"uuids": []any{uuid}}, "right")
	done("deletePayment", map[string]any{"uuids": []any{uuid}})
	if row := show(); row != nil {
		t.Errorf("deleted: %v", row)
	}
}

// A policy is renewed once, as policyValues foretells; nobody reaches policies, contributions
// and payments of another district.
func TestPolicyRenewalForm(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, unlimited)
		done, refused := forms(t, s, policyAdmin)
		today := time.Now().Format("2006-01-02")
		var old any
		var form map[string]any
		for _, edge := range at(asked(t, s, policyAdmin, `{ policies(first: 100, status: 2) { edges { node { uuid expiryDate product { id } officer { id } family { id } } } } }`, nil), "policies", "edges").([]any) {
			old = at(edge, "node")
			form = valued(t, s, number(t, at(old, "family", "id")), number(t, at(old, "product", "id")), number(t, at(old, "officer", "id")), fmt.Sprintf(`stage: "R", enrollDate: %q, prevUuid: %q`, today, at(old, "uuid")), today)
			if form != nil {
				break
			}
		}
		if form == nil {
			t.Fatal("no policy can be renewed")
		}
		form["uuid"] = at(old, "uuid")
		refused("doctor:doctor123", "renewPolicy", but(form), "right")
		refused(policyAdmin, "renewPolicy", but(form, "familyId", 1+form["familyId"].(int)), "familyId")
		refused(policyAdmin, "renewPolicy", but(form, "productId", 999999), "productId")
		refused(policyAdmin, "renewPolicy", but(form, "startDate", "2001-01-01"), "startDate")
		done("renewPolicy", but(form, "isPaid", true, "receipt", "ZR-1"))
		refused(policyAdmin, "renewPolicy", but(form), "renewed already")
		node := at(asked(t, s, policyAdmin, `{ premiums(receipt_Icontains: "zr-1") { edges { node { uuid amount policy { uuid stage startDate status family { id } } } } } }`, nil), "premiums", "edges", "node")
		if at(node, "policy", "stage") != "R" || at(node, "policy", "startDate") != form["startDate"] || at(node, "policy", "family", "id") != at(old, "family", "id") {
			t.Errorf("renewed: %v", node)
		}

		hidden := false
		for _, edge := range at(asked(t, s, policyAdmin, `{ policies(first: 100, orderBy: ["-enrollDate"], status: 2) { edges { node { uuid } } } }`, nil), "policies", "edges").([]any) {
			uuid := at(edge, "node", "uuid")
			const officer = "EO001:officer123"
			if at(asked(t, s, officer, fmt.Sprintf(`{ policies(uuid: %q) { totalCount } }`, uuid), nil), "policies", "totalCount") != 0.0 {
				continue
			}
			hidden = true
			premium := at(asked(t, s, policyAdmin, fmt.Sprintf(`{ premiumsByPolicies(policyUuids: [%q]) { edges { node { uuid } } } }`, uuid), nil), "premiumsByPolicies", "edges", "node", "uuid")
			for field, input := range map[string]map[string]any{
				"suspendPolicies": {"uuids": []any{uuid}}, "deletePolicies": {"uuids": []any{uuid}}, "deletePremium": {"uuids": []any{premium}}, "updatePolicy": but(form, "uuid", uuid),
				"renewPolicy": but(form, "uuid", uuid), "createPremium": {"policyUuid": uuid, "receipt": "ZE-1", "payDate": today, "payType": "C", "amount": "1"},
				"updatePremium": {"uuid": premium, "policyUuid": uuid, "amount": "1"},
			} {
				refused(officer, field, input, "no such")
			}
			break
		}
		if !hidden {
			t.Error("the officer sees all policies")
		}
	})
}
