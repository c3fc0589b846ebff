package cmd_test

import (
	"fmt"
	"time"
)

const policyFields = "uuid status startDate enrollDate expiryDate value product { id } officer { id } family { id uuid }"

// soldForm fills the form of a policy for a new family.
func soldForm(g *ground) map[string]any {
	g.t.Helper()
	family := g.made("createFamily", familyForm(g), "families", "uuid")
	for _, edge := range at(asked(g.t, g.s, admin, `{ insureeOfficers { edges { node { id location { code } } } } }`, nil), "insureeOfficers", "edges").([]any) {
		if at(edge, "node", "location", "code") == at(g.place("D"), "code") {
			return offered(g.t, g.s, map[string]any{"family": family, "officer": at(edge, "node")}, today())
		}
	}
	g.t.Fatal("nobody sells policies there")
	return nil
}

var policyForms = []everyForm{
	{"createPolicy", false, soldForm},
	{"updatePolicy", false, func(g *ground) map[string]any {
		form := soldForm(g)
		return but(form, "uuid", at(g.made("createPolicy", form, "policies", policyFields), "uuid"))
	}},
	{"renewPolicy", false, func(g *ground) map[string]any {
		for {
			old := g.next("policies", "status: 2", policyFields)
			how := fmt.Sprintf(`stage: "R", enrollDate: %q, prevUuid: %q`, today(), at(old, "uuid"))
			if form := valued(g.t, g.s, g.key(old, "family"), g.key(old, "product"), g.key(old, "officer"), how, today()); form != nil {
				return but(form, "uuid", at(old, "uuid"))
			}
		}
	}},
	{"suspendPolicies", false, func(g *ground) map[string]any {
		return one(g.made("createPolicy", but(soldForm(g), "isPaid", true, "receipt", g.code()), "policies", policyFields))
	}},
	{"deletePolicies", false, func(g *ground) map[string]any {
		return one(g.made("createPolicy", soldForm(g), "policies", policyFields))
	}},
	{"createPremium", false, func(g *ground) map[string]any { return premiumForm(g, idlePolicy(g)) }},
	{"updatePremium", false, func(g *ground) map[string]any {
		policy := idlePolicy(g)
		paid := g.made("createPremium", premiumForm(g, policy), "premiums", "uuid")
		return but(premiumForm(g, policy), "uuid", at(paid, "uuid"))
	}},
	{"deletePremium", false, func(g *ground) map[string]any {
		return one(g.made("createPremium", premiumForm(g, idlePolicy(g)), "premiums", "uuid"))
	}},
	{"createPayment", false, paymentForm},
	{"updatePayment", false, func(g *ground) map[string]any {
		form := paymentForm(g)
		return map[string]any{"uuid": at(g.made("createPayment", form, "payments", "uuid"), "uuid"), "status": 5, "rejectedReason": "none", "premiumUuid": form["premiumUuid"]}
	}},
	{"deletePayment", false, func(g *ground) map[string]any {
		return one(g.made("createPayment", paymentForm(g), "payments", "uuid"))
	}},
}

func idlePolicy(g *ground) any {
	g.t.Helper()
	return g.made("createPolicy", soldForm(g), "policies", policyFields)
}

func premiumForm(g *ground, policy any) map[string]any {
	return map[string]any{"policyUuid": at(policy, "uuid"), "receipt": g.code(), "payDate": today(), "payType": "C", "isPhotoFee": false, "amount": "10", "action": "WAIT"}
}

func paymentForm(g *ground) map[string]any {
	g.t.Helper()
	premium := g.made("createPremium", premiumForm(g, idlePolicy(g)), "premiums", "uuid")
	return map[string]any{"receivedDate": "2024-01-15", "requestDate": "2024-01-14", "expectedAmount": "100.00", "receivedAmount": "100.00", "transferFee": "1.00", "status": 4,
		"receiptNo": g.code(), "typeOfPayment": "C", "origin": "MTN", "premiumUuid": at(premium, "uuid")}
}

const claimFields = "uuid code status insuree { id } healthFacility { id } admin { id } icd { id } items { id item { id } } services { id service { id } }"

func claimForm(g *ground) map[string]any {
	g.t.Helper()
	models := g.here("claims", "status: 16", claimFields)
	model := models[g.count%len(models)]
	form := map[string]any{"code": g.code(), "insureeId": g.key(model, "insuree"), "healthFacilityId": g.key(model, "healthFacility"), "adminId": g.key(model, "admin"), "icdId": g.key(model, "icd"),
		"dateFrom": today(), "dateTo": today(), "dateClaimed": today(), "visitType": "O", "guaranteeId": "undefined", "patientCondition": "null", "referralCode": "undefined", "jsonExt": `"{}"`}
	for list, ware := range map[string]string{"items": "item", "services": "service"} {
		if id := at(model, list, ware, "id"); id != nil {
			form[list] = []any{map[string]any{ware + "Id": number(g.t, id), "priceAsked": "10.50", "qtyProvided": "2.00", "status": 1}}
		}
	}
	return form
}

func enteredClaim(g *ground) any {
	g.t.Helper()
	return g.made("createClaim", claimForm(g), "claims", claimFields)
}

// submittedClaim gives a claim the rules accepted.
func submittedClaim(g *ground) any {
	g.t.Helper()
	for range 20 {
		row := enteredClaim(g)
		g.done("submitClaims", one(row))
		if row = g.found("claims", fmt.Sprintf("code: %q", at(row, "code")), claimFields); at(row, "status") == 4.0 {
			return row
		}
	}
	g.t.Fatal("no claim is accepted")
	return nil
}

func submitted(g *ground) map[string]any { return one(submittedClaim(g)) }

func reviewForm(g *ground) map[string]any {
	g.t.Helper()
	row := submittedClaim(g)
	g.done("selectClaimsForReview", one(row))
	form := map[string]any{"claimUuid": at(row, "uuid"), "adjustment": "seen"}
	for list, ware := range map[string]string{"items": "item", "services": "service"} {
		lines, _ := at(row, list).([]any)
		var seen []any
		for _, line := range lines {
			seen = append(seen, map[string]any{"id": fmt.Sprint(at(line, "id")), ware + "Id": g.key(line, ware), "qtyApproved": "1.00", "priceApproved": "10.00", "justification": "half", "status": 1, "rejectionReason": 0})
		}
		form[list] = seen
	}
	return form
}

func documentForm(g *ground) map[string]any {
	return map[string]any{"claimUuid": at(enteredClaim(g), "uuid"), "type": "scan", "title": "Bill", "date": "2024-01-15", "mime": "text/plain", "generalType": "FILE", "filename": "a.txt", "document": "aGVsbG8="}
}

// attached gives the document of a claim and names it.
func attached(g *ground) map[string]any {
	g.t.Helper()
	form := documentForm(g)
	g.done("createClaimAttachment", form)
	id := at(asked(g.t, g.s, admin, `query ($id: String) { claimAttachments(claim_Uuid: $id) { edges { node { id } } } }`, map[string]any{"id": form["claimUuid"]}), "claimAttachments", "edges", "node", "id")
	return map[string]any{"id": decodedKey(g.t, id), "claimUuid": form["claimUuid"], "title": "The bill", "generalType": "FILE"}
}

var claimForms = []everyForm{
	{"createClaim", false, claimForm},
	{"updateClaim", false, func(g *ground) map[string]any {
		row := enteredClaim(g)
		return but(claimForm(g), "uuid", at(row, "uuid"), "code", at(row, "code"), "explanation", "came at night", "preAuthorization", nil)
	}},
	{"createClaimAttachment", false, documentForm},
	{"updateClaimAttachment", false, attached},
	{"deleteClaimAttachment", false, func(g *ground) map[string]any { return map[string]any{"id": attached(g)["id"]} }},
	{"submitClaims", false, func(g *ground) map[string]any { return one(enteredClaim(g)) }},
	{"selectClaimsForReview", false, submitted},
	{"skipClaimsReview", false, submitted},
	{"bypassClaimsReview", false, submitted},
	{"selectClaimsForFeedback", false, submitted},
	{"skipClaimsFeedback", false, submitted},
	{"bypassClaimsFeedback", false, submitted},
	{"saveClaimReview", false, reviewForm},
	{"deliverClaimsReview", false, func(g *ground) map[string]any { return map[string]any{"uuids": []any{reviewForm(g)["claimUuid"]}} }},
	{"deliverClaimFeedback", false, func(g *ground) map[string]any {
		row := submittedClaim(g)
		g.done("selectClaimsForFeedback", one(row))
		return map[string]any{"claimUuid": at(row, "uuid"), "feedback": map[string]any{"careRendered": true, "paymentAsked": false, "drugPrescribed": true, "drugReceived": true, "asessment": 4, "officerId": 1, "feedbackDate": today() + "T00:00:00"}}
	}},
	{"processClaims", false, submitted},
	{"deleteClaims", false, func(g *ground) map[string]any { return one(enteredClaim(g)) }},
	{"processBatch", false, func(g *ground) map[string]any {
		return map[string]any{"locationId": g.key(g.place("D")), "year": time.Now().Year(), "month": int(time.Now().Month())}
	}},
}

var payingForms = []everyForm{
	{"createPayer", false, payerForm},
	{"updatePayer", false, func(g *ground) map[string]any {
		return but(payerForm(g), "uuid", at(g.made("createPayer", payerForm(g), "payers", "uuid"), "uuid"))
	}},
	{"addFunding", false, func(g *ground) map[string]any {
		payer, product := g.made("createPayer", payerForm(g), "payers", "uuid"), g.made("createProduct", productForm(g), "products", "uuid")
		return map[string]any{"payerId": at(payer, "id"), "productId": at(product, "id"), "payDate": "2024-01-15", "amount": "1000", "receipt": g.code()}
	}},
	{"deletePayer", false, func(g *ground) map[string]any { return one(g.made("createPayer", payerForm(g), "payers", "uuid")) }},
	{"createProduct", false, productForm},
	{"updateProduct", false, func(g *ground) map[string]any {
		form := productForm(g)
		return but(form, "uuid", at(g.made("createProduct", form, "products", "uuid"), "uuid"))
	}},
	{"duplicateProduct", false, func(g *ground) map[string]any {
		return but(productForm(g), "uuid", at(g.made("createProduct", productForm(g), "products", "uuid"), "uuid"))
	}},
	{"deleteProduct", true, func(g *ground) map[string]any {
		return one(g.made("createProduct", productForm(g), "products", "uuid"))
	}},
	{"createInvoiceEventMessage", false, func(g *ground) map[string]any {
		return map[string]any{"invoiceId": at(g.next("invoice", "", "uuid"), "uuid"), "eventType": 0, "message": "They will pay in cash"}
	}},
	{"createBillEventType", false, func(g *ground) map[string]any {
		return map[string]any{"billId": at(g.next("bill", "", "uuid"), "uuid"), "eventType": 0, "message": "They will pay in cash"}
	}},
	{"createPaymentWithDetailInvoice", false, paidForm},
	{"deletePaymentInvoice", false, func(g *ground) map[string]any {
		return one(g.made("createPaymentWithDetailInvoice", paidForm(g), "paymentInvoice", "uuid"))
	}},
	{"deleteInvoice", false, func(g *ground) map[string]any { // once it is no longer paid
		row := g.next("invoice", `status: "2"`, "uuid")
		g.done("deletePaymentInvoice", one(g.found("paymentInvoice", fmt.Sprintf("subjectIds: [%q]", at(row, "uuid")), "uuid")))
		return one(row)
	}},
	{"deleteBill", false, func(g *ground) map[string]any { return one(g.next("bill", `status: "5"`, "uuid")) }},
	{"createPolicyHolder", false, holderForm},
	{"updatePolicyHolder", false, func(g *ground) map[string]any {
		form := holderForm(g)
		return but(form, "id", at(g.made("createPolicyHolder", form, "policyHolder", "uuid"), "uuid"))
	}},
	{"deletePolicyHolder", false, func(g *ground) map[string]any {
		return one(g.made("createPolicyHolder", holderForm(g), "policyHolder", "uuid"))
	}},
}

func payerForm(g *ground) map[string]any {
	return map[string]any{"name": "Fund " + g.code(), "type": "D", "address": "Quay 1", "phone": "123", "email": "x@river.example", "locationUuid": at(g.place("D"), "uuid")}
}

func productForm(g *ground) map[string]any {
	return map[string]any{"code": g.code(), "name": "Border cover", "locationUuid": at(g.place("D"), "uuid"), "dateFrom": "2024-01-01", "dateTo": "2030-12-31", "insurancePeriod": 12, "maxMembers": 8,
		"lumpSum": "10000", "ceilingInterpretation": "HEALTH_FACILITY_TYPE", "ceilingType": "INSUREE", "ceiling": "250000", "ageMinimal": 18, "items": []any{}, "services": []any{}}
}

func paidForm(g *ground) map[string]any {
	g.t.Helper()
	bill := g.next("bill", `status: "1"`, "uuid amountTotal")
	return map[string]any{"subjectId": at(bill, "uuid"), "subjectType": "bill", "status": 1, "reconciliationStatus": 0, "codeExt": g.code(), "label": "Bank", "codeReceipt": "R1", "fees": "1.50",
		"amountReceived": at(bill, "amountTotal"), "datePayment": "2024-03-01", "paymentOrigin": "counter", "payerRef": "REF-1", "payerName": "Somebody", "jsonExt": `"{\"d\":4}"`}
}

func holderForm(g *ground) map[string]any {
	return map[string]any{"code": g.code(), "tradeName": "Rope makers", "locationsId": g.key(g.place("V")), "address": `{"address": "Quay 3"}`, "phone": "123", "contactName": `{"name": "Ada", "surname": "Ropes"}`,
		"legalForm": 2, "activityCode": 3, "bankAccount": `{"bank": "B", "account": "1"}`, "dateValidFrom": "2024-02-01", "jsonExt": `"{\"c\":3}"`}
}
