package cmd_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/openimis/openimis-go/persistence"
)

// Invoices, bills, payments for them and policy holders are listed as their pages ask, and
// FHIR shows the same rows.
func TestInvoiceLists(t *testing.T) {
	const admin = "Admin:admin123"
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, unlimited)
		count := func(list, arguments string) float64 {
			t.Helper()
			total, _ := at(asked(t, s, admin, `{ `+list+`(first: 1 `+arguments+`) { totalCount } }`, nil), list, "totalCount").(float64)
			return total
		}
		out := asked(t, s, admin, `{
			invoice(isDeleted: false, first: 10, orderBy: ["code"]) { totalCount edges { node { id uuid isDeleted jsonExt thirdpartyType thirdpartyTypeName thirdparty codeTp code dateDue amountTotal status subjectTypeName subject dateInvoice } } }
			bill(isDeleted: false, first: 10, orderBy: ["-subjectType", "status"]) { totalCount edges { node { id uuid code status dateBill amountNet currencyCode subjectTypeName thirdpartyTypeName } } }
			paymentInvoice(isDeleted: false, first: 10, orderBy: ["codeExt"]) { totalCount edges { node { id reconciliationStatus codeExt codeTp codeReceipt label fees amountReceived datePayment paymentOrigin payerRef } } }
			policyHolder(isDeleted: false, applyDefaultValidityFilter: true, first: 10, orderBy: ["code"]) { totalCount edges { node { id code tradeName locations { id uuid parent { name } } address contactName legalForm activityCode dateValidFrom } } }
		}`, nil)
		fhir := decoded(t, (call{target: "/fhir/Invoice?_count=1", user: admin}).on(s))
		invoices, bills := at(out, "invoice", "totalCount").(float64), at(out, "bill", "totalCount").(float64)
		if invoices == 0 || bills == 0 || at(fhir, "total") != invoices+bills {
			t.Errorf("%v invoices and %v bills, FHIR has %v", invoices, bills, at(fhir, "total"))
		}
		node := at(out, "invoice", "edges", "node")
		if at(node, "subjectTypeName") == nil || at(node, "thirdpartyTypeName") == nil || at(node, "status") == nil {
			t.Errorf("an invoice: %v", node)
		}
		if w := (call{target: fmt.Sprintf("/fhir/Invoice/%s", at(node, "uuid")), user: admin}).on(s); w.Code != 200 {
			t.Errorf("FHIR has no %v: %d", node, w.Code)
		}
		all := 0.0
		for state := range 8 {
			all += count("invoice", fmt.Sprintf(`status: "A_%d"`, state))
		}
		if all != invoices || count("invoice", `status: "2"`) != count("invoice", `status: "A_2"`) || count("invoice", `status: "x"`) != 0 {
			t.Errorf("%v invoices in all states of %v", all, invoices)
		}
		for _, c := range []struct {
			list, arguments string
			want            float64
		}{
			{"invoice", fmt.Sprintf(`code_Icontains: %q`, at(node, "code")), 1}, {"invoice", `isDeleted: true`, 0}, {"invoice", `subjectType: "nonsense"`, 0},
			{"bill", fmt.Sprintf(`subjectType: %q, thirdpartyType: "nonsense"`, at(out, "bill", "edges", "node", "subjectTypeName")), 0},
			{"paymentInvoice", `codeTp_Icontains: "x"`, 0}, {"policyHolder", `dateValidFrom_Gte: "2024-01-01T00:00:00"`, 0},
			{"policyHolder", fmt.Sprintf(`code_Icontains: %q`, at(out, "policyHolder", "edges", "node", "code")), 1},
		} {
			if got := count(c.list, c.arguments); got != c.want {
				t.Errorf("%s(%s): %v, want %v", c.list, c.arguments, got, c.want)
			}
		}
		if at(out, "paymentInvoice", "totalCount").(float64) == 0 || at(out, "paymentInvoice", "edges", "node", "reconciliationStatus") == nil || at(out, "policyHolder", "edges", "node", "locations", "uuid") == nil {
			t.Errorf("payments and holders: %v", out)
		}
		holder := at(out, "policyHolder", "edges", "node")
		if there := count("policyHolder", fmt.Sprintf(`parentLocation: %q, parentLocationLevel: 1, legalForm: %v`, at(holder, "locations", "uuid"), at(holder, "legalForm"))); there == 0 {
			t.Errorf("nobody is where %v is", holder)
		}
		refusal := decoded(t, ask(s, call{user: "doctor:doctor123"}, `{ invoice { totalCount } bill { totalCount } paymentInvoice { totalCount } policyHolder { totalCount } }`, nil))
		for _, list := range []string{"invoice", "bill", "paymentInvoice", "policyHolder"} {
			if at(refusal, "data", list) != nil {
				t.Errorf("%s without the right: %v", list, refusal)
			}
		}
	})
}

// An invoice and a bill are opened as their pages ask: who owes it and what for, as the
// pickers show them, the lines, the payments and what happened.
func TestInvoicePages(t *testing.T) {
	const admin = "Admin:admin123"
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, unlimited)
		party := func(text any) any {
			t.Helper()
			var inner string
			var out any
			if json.Unmarshal([]byte(text.(string)), &inner) != nil || json.Unmarshal([]byte(inner), &out) != nil {
				t.Fatalf("a party: %v", text)
			}
			return out
		}
		paid := at(asked(t, s, admin, `{ invoice(status: "2", thirdpartyType: "policyholder", first: 1) { edges { node { id uuid code amountTotal } } } }`, nil), "invoice", "edges", "node")
		out := asked(t, s, admin, fmt.Sprintf(`{
			byId: invoice(id: %[1]q) { edges { node { uuid subjectTypeName subject thirdpartyTypeName thirdparty } } }
			invoice(id: %[2]q) { edges { node { uuid } } }
			invoiceLineItem(invoice_Id: %[2]q, isDeleted: false, first: 10, orderBy: ["code"]) { totalCount edges { node {
				id code description ledgerAccount quantity unitPrice discount deduction amountTotal amountNet taxAnalysis lineTypeName } } }
			paymentInvoice(subjectIds: [%[2]q], isDeleted: false, first: 10, orderBy: ["codeExt"]) { totalCount edges { node { id uuid reconciliationStatus amountReceived } } }
			invoiceEvent(invoice_Id: %[2]q, isDeleted: false, first: 10, orderBy: ["eventType"]) { totalCount edges { node { eventType message } } }
		}`, at(paid, "id"), at(paid, "uuid")), nil)
		if at(out, "byId", "edges", "node", "uuid") != at(paid, "uuid") || at(out, "invoice", "edges", "node", "uuid") != at(paid, "uuid") {
			t.Errorf("the page of %v shows %v", paid, out)
		}
		page := at(out, "byId", "edges", "node")
		if family := party(at(page, "subject")); at(page, "subjectTypeName") != "family" || at(family, "headInsuree", "chfId") == nil || at(family, "headInsuree", "lastName") == nil {
			t.Errorf("what it is for: %v", page)
		}
		if holder := party(at(page, "thirdparty")); at(page, "thirdpartyTypeName") != "policy holder" || at(holder, "code") == nil || at(holder, "tradeName") == nil {
			t.Errorf("who pays: %v", page)
		}
		line := at(out, "invoiceLineItem", "edges", "node")
		if at(out, "invoiceLineItem", "totalCount") != 1.0 || at(line, "amountTotal") != at(paid, "amountTotal") || at(line, "lineTypeName") != "policy" || at(line, "quantity") != 1.0 {
			t.Errorf("its lines: %v", at(out, "invoiceLineItem"))
		}
		payment := at(out, "paymentInvoice", "edges", "node")
		if at(out, "paymentInvoice", "totalCount") != 1.0 || at(payment, "amountReceived") != at(paid, "amountTotal") || at(out, "invoiceEvent", "totalCount") != 0.0 {
			t.Errorf("its payments and events: %v", out)
		}
		detail := at(asked(t, s, admin, fmt.Sprintf(`{ detailPaymentInvoice(payment_Id: %q, status: "1", first: 5) { totalCount edges { node { subjectTypeName subjectId status amount payment { uuid } } } } }`,
			at(payment, "uuid")), nil), "detailPaymentInvoice")
		if node := at(detail, "edges", "node"); at(detail, "totalCount") != 1.0 || at(node, "subjectId") != at(paid, "uuid") || at(node, "status") != "A_1" || at(node, "payment", "uuid") != at(payment, "uuid") {
			t.Errorf("the part of the payment: %v", detail)
		}
		out = asked(t, s, admin, `{ bill(subjectTypeFilter: "batchrun", thirdpartyTypeFilter: "healthfacility", first: 1) { totalCount edges { node {
			uuid amountTotal subjectTypeName subject thirdpartyTypeName thirdparty } } } none: bill(subjectTypeFilter: "policy") { totalCount } }`, nil)
		bill := at(out, "bill", "edges", "node")
		if run := party(at(bill, "subject")); at(bill, "subjectTypeName") != "batch run" || at(run, "runDate") == nil || at(run, "runYear") == nil || at(out, "none", "totalCount") != 0.0 {
			t.Errorf("what a bill is for: %v", out)
		}
		if facility := party(at(bill, "thirdparty")); at(bill, "thirdpartyTypeName") != "health facility" || at(facility, "code") == nil || at(facility, "location", "parent", "name") == nil {
			t.Errorf("who is paid: %v", bill)
		}
		out = asked(t, s, admin, fmt.Sprintf(`{ billItem(bill_Id: %[1]q, first: 100, orderBy: ["code"]) { totalCount edges { node { code amountNet lineTypeName } } }
			billEvent(bill_Id: %[1]q, first: 10, eventType: "A_0") { totalCount } paymentInvoice(subjectIds: [%[1]q]) { totalCount } }`, at(bill, "uuid")), nil)
		if at(out, "billItem", "totalCount").(float64) == 0 || at(out, "billItem", "edges", "node", "lineTypeName") != "claim" {
			t.Errorf("the lines of a bill: %v", out)
		}
		for user, want := range map[string]bool{"accountant:accountant123": true, "doctor:doctor123": false} {
			seen := decoded(t, ask(s, call{user: user}, fmt.Sprintf(`{ billItem(bill_Id: %q) { totalCount } }`, at(bill, "uuid")), nil))
			if (at(seen, "data", "billItem", "totalCount") != nil) != want {
				t.Errorf("%s: %v", user, seen)
			}
		}
	})
}

// A payment is recorded for an invoice and taken back, a message left on it, and an invoice
// nobody paid deleted; FHIR shows the same.
func TestInvoiceForms(t *testing.T) {
	const admin = "Admin:admin123"
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, unlimited)
		done, refused := forms(t, s, admin)
		for _, kind := range []string{"invoice", "bill"} {
			node := at(asked(t, s, admin, fmt.Sprintf(`{ %s(status: "1", first: 1) { edges { node { uuid code amountTotal } } } }`, kind), nil), kind, "edges", "node")
			id := at(node, "uuid")
			state := func() any {
				t.Helper()
				return at(asked(t, s, admin, fmt.Sprintf(`{ %s(id: %q) { edges { node { status } } } }`, kind, id), nil), kind, "edges", "node", "status")
			}
			payment := func(change map[string]any) map[string]any {
				form := map[string]any{"subjectId": id, "subjectType": kind, "status": 1, "reconciliationStatus": 0, "codeExt": "X-" + kind, "label": "Bank", "codeReceipt": "R1", "fees": "1.50",
					"amountReceived": at(node, "amountTotal"), "datePayment": "2024-03-01", "paymentOrigin": "counter", "payerRef": "REF-1", "payerName": "Somebody"}
				for name, value := range change {
					form[name] = value
				}
				return form
			}
			for _, wrong := range []struct {
				change map[string]any
				with   string
			}{
				{map[string]any{"amountReceived": "0.01"}, "amountReceived"}, {map[string]any{"subjectType": "family"}, "subjectType"}, {map[string]any{"status": 7}, "status"},
				{map[string]any{"subjectId": "0a1b2c3d-0000-4000-a000-000000000002"}, "subjectId"}, {map[string]any{"label": strings.Repeat("x", 256)}, "label"},
				{map[string]any{"reconciliationStatus": 3}, "reconciliationStatus"}, {map[string]any{"fees": "-1"}, "fees"},
			} {
				refused(admin, "createPaymentWithDetailInvoice", payment(wrong.change), wrong.with)
			}
			refused("doctor:doctor123", "createPaymentWithDetailInvoice", payment(nil), "right")
			if state() != "A_1" {
				t.Fatalf("refused payments left the %s %v", kind, state())
			}
			done("createPaymentWithDetailInvoice", payment(nil))
			refused(admin, "createPaymentWithDetailInvoice", payment(nil), "subjectId")
			paid := at(asked(t, s, admin, fmt.Sprintf(`{ paymentInvoice(subjectIds: [%q]) { totalCount edges { node { uuid codeExt label codeReceipt fees amountReceived datePayment paymentOrigin payerRef payerName } } } }`, id), nil),
				"paymentInvoice")
			if one := at(paid, "edges", "node"); state() != "A_2" || at(paid, "totalCount") != 1.0 || at(one, "fees") != "1.50" || at(one, "codeExt") != "X-"+kind || at(one, "payerName") != "Somebody" ||
				at(one, "datePayment") != "2024-03-01" || at(one, "amountReceived") != at(node, "amountTotal") {
				t.Errorf("paid: %v, the %s is %v", paid, kind, state())
			}
			fhir := decoded(t, (call{target: fmt.Sprintf("/fhir/PaymentNotice/%s", at(paid, "edges", "node", "uuid")), user: admin}).on(s))
			if at(fhir, "status") != "active" || at(fhir, "request", "reference") != fmt.Sprintf("Invoice/%s", id) {
				t.Errorf("FHIR shows %v", fhir)
			}
			title := "delete" + strings.ToUpper(kind[:1]) + kind[1:]
			refused(admin, title, map[string]any{"uuids": []any{id}}, "paid")
			done("deletePaymentInvoice", map[string]any{"uuids": []any{at(paid, "edges", "node", "uuid")}})
			if left := at(asked(t, s, admin, fmt.Sprintf(`{ paymentInvoice(subjectIds: [%q]) { totalCount } }`, id), nil), "paymentInvoice", "totalCount"); left != 0.0 || state() != "A_5" {
				t.Errorf("%v payments are left and the %s is %v", left, kind, state())
			}
			tell, list := "createInvoiceEventMessage", "invoiceEvent(invoice_Id"
			if kind == "bill" {
				tell, list = "createBillEventType", "billEvent(bill_Id"
			}
			refused(admin, tell, map[string]any{kind + "Id": id, "eventType": 3, "message": "Paid, I swear"}, "eventType")
			refused(admin, tell, map[string]any{kind + "Id": id, "eventType": 0, "message": "  "}, "message")
			refused(admin, tell, map[string]any{kind + "Id": id, "eventType": 0, "message": strings.Repeat("é", 501)}, "message")
			done(tell, map[string]any{kind + "Id": id, "eventType": 0, "message": "They will pay in cash"})
			events := at(asked(t, s, admin, fmt.Sprintf(`{ list: %s: %q, message_Icontains: "CASH", eventType: "A_0") { totalCount edges { node { eventType message } } } }`, list, id), nil), "list")
			if at(events, "totalCount") != 1.0 || at(events, "edges", "node", "message") != "They will pay in cash" || at(events, "edges", "node", "eventType") != "A_0" {
				t.Errorf("events: %v", events)
			}
			refused("doctor:doctor123", title, map[string]any{"uuids": []any{id}}, "right")
			done(title, map[string]any{"uuids": []any{id}})
			if state() != nil {
				t.Errorf("the %s is there and %v", kind, state())
			}
			if w := (call{target: fmt.Sprintf("/fhir/Invoice/%s", id), user: admin}).on(s); w.Code != 410 {
				t.Errorf("FHIR answers %d for what was deleted", w.Code)
			}
		}
	})
}

// A policy holder is entered, found by the mutation that entered it, changed, and kept while
// invoices name it; FHIR shows the same.
func TestPolicyHolderForms(t *testing.T) {
	const admin = "Admin:admin123"
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, unlimited)
		done, refused := forms(t, s, admin)
		village := at(asked(t, s, admin, `{ locations(type: "V", first: 1) { edges { node { id name } } } }`, nil), "locations", "edges", "node")
		free := func() any {
			return at(asked(t, s, admin, `query ($policyHolderCode: String!) { isValid: validatePolicyHolderCode(policyHolderCode: $policyHolderCode) }`, map[string]any{"policyHolderCode": "ZZ-1"}), "isValid")
		}
		form := func(change map[string]any) map[string]any {
			all := map[string]any{"code": "ZZ-1", "tradeName": "Rope makers", "locationsId": number(t, at(village, "id")), "address": `{"address": "Quay 3"}`, "phone": "123", "fax": "4", "email": "r@example.org",
				"contactName": `{"name": "Ada", "surname": "Ropes"}`, "legalForm": 2, "activityCode": 3, "accountancyAccount": "ACC", "bankAccount": `{"bank": "B", "account": "1"}`, "paymentReference": "PR",
				"dateValidFrom": "2024-02-01"}
			for name, value := range change {
				all[name] = value
			}
			return all
		}
		if free() != true {
			t.Error("the code should be free at first")
		}
		for _, wrong := range []struct {
			change map[string]any
			with   string
		}{
			{map[string]any{"code": ""}, "code"}, {map[string]any{"tradeName": " "}, "tradeName"}, {map[string]any{"locationsId": 999999}, "locationsId"},
			{map[string]any{"phone": strings.Repeat("1", 17)}, "phone"}, {map[string]any{"dateValidTo": "2023-01-01"}, "dateValidTo"}, {map[string]any{"legalForm": -1}, "legalForm"},
		} {
			refused(admin, "createPolicyHolder", form(wrong.change), wrong.with)
		}
		refused("manager:manager123", "createPolicyHolder", form(nil), "right")
		entered := form(nil)
		done("createPolicyHolder", entered)
		if free() != false {
			t.Error("the code should be taken then")
		}
		refused(admin, "createPolicyHolder", form(map[string]any{"code": "zz-1"}), "code")
		shown := func(filter string) any {
			t.Helper()
			return at(asked(t, s, admin, `{ policyHolder(`+filter+`) { edges { node { id uuid code tradeName locations { name } address phone fax email contactName legalForm activityCode
				accountancyAccount bankAccount paymentReference dateValidFrom dateValidTo isDeleted } } } }`, nil), "policyHolder", "edges", "node")
		}
		node := shown(fmt.Sprintf("clientMutationId: %q", entered["clientMutationId"]))
		if at(node, "code") != "ZZ-1" || at(node, "locations", "name") != at(village, "name") || at(node, "contactName") == nil || at(node, "bankAccount") == nil || at(node, "dateValidFrom") != "2024-02-01T00:00:00" ||
			at(node, "legalForm") != 2.0 || at(node, "paymentReference") != "PR" {
			t.Fatalf("entered: %v", node)
		}
		id := at(node, "uuid").(string)
		change := form(map[string]any{"id": id, "tradeName": "Rope and net makers", "dateValidTo": "2024-12-31"})
		delete(change, "phone")
		refused(admin, "updatePolicyHolder", form(map[string]any{"id": id, "code": "ZZ-2"}), "code")
		done("updatePolicyHolder", change)
		if node = shown(fmt.Sprintf("id: %q", at(node, "id"))); at(node, "tradeName") != "Rope and net makers" || at(node, "phone") != nil || at(node, "email") != "r@example.org" || at(node, "dateValidTo") != "2024-12-31T00:00:00" {
			t.Errorf("changed: %v", node)
		}
		if ended := shown(`code_Icontains: "zz-1", applyDefaultValidityFilter: true`); ended != nil {
			t.Errorf("it is in force no longer: %v", ended)
		}
		if early := shown(`code_Icontains: "zz-1", dateValidFrom_Gte: "2024-03-01T00:00:00"`); early != nil {
			t.Errorf("it began before: %v", early)
		}
		fhir := decoded(t, (call{target: "/fhir/Organization/" + id, user: admin}).on(s))
		if at(fhir, "name") != "Rope and net makers" || at(fhir, "contact", "name", "text") != "Ada Ropes" {
			t.Errorf("FHIR shows %v", fhir)
		}
		done("deletePolicyHolder", map[string]any{"uuids": []any{id}})
		if shown(fmt.Sprintf("id: %q", id)) != nil || free() != true {
			t.Error("it is still there")
		}
		payer := at(asked(t, s, admin, `{ invoice(thirdpartyType: "policyholder", first: 1) { edges { node { thirdpartyId } } } }`, nil), "invoice", "edges", "node", "thirdpartyId")
		refused(admin, "deletePolicyHolder", map[string]any{"uuids": []any{payer}}, "invoices")
	})
}
