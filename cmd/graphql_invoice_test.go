package cmd_test

import (
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
