package cmd_test

import (
	"encoding/json"
	"fmt"
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
