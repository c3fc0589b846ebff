package cmd_test

import (
	"fmt"
	"testing"

	"github.com/openimis/openimis-go/persistence"
)

// Contributions and electronic payments are found by the lists, from the policy to what was
// paid for it, each in the districts of the caller.
func TestContributionLists(t *testing.T) {
	const admin = "Admin:admin123"
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, unlimited)
		count := func(user, list, arguments string) float64 {
			t.Helper()
			total, _ := at(asked(t, s, user, `{ `+list+`(first: 1 `+arguments+`) { totalCount } }`, nil), list, "totalCount").(float64)
			return total
		}
		all := count(admin, "premiums", "")
		region := at(asked(t, s, admin, `{ locations(type: "R", first: 1) { edges { node { uuid } } } }`, nil), "locations", "edges", "node", "uuid")
		for _, halves := range [][2]string{{`isPhotoFee: true`, `isPhotoFee: false`}, {`amount_Gte: "100.01"`, `amount_Lte: "100"`}, {`payDate_Gte: "2024-01-01"`, `payDate_Lte: "2023-12-31"`}} {
			if one, other := count(admin, "premiums", halves[0]), count(admin, "premiums", halves[1]); one+other != all || all < 30 {
				t.Errorf("%v with %s and %v with %s of %v", one, halves[0], other, halves[1], all)
			}
		}
		if there := count(admin, "premiums", fmt.Sprintf(`parentLocation: %q, parentLocationLevel: 0, payType: "C"`, region)); there == 0 || there >= all {
			t.Errorf("%v of %v contributions in cash in the first region", there, all)
		}
		if some := count("accountant:accountant123", "premiums", ""); some == 0 || some > all {
			t.Errorf("the accountant sees %v of %v", some, all)
		}
		if out := decoded(t, ask(s, call{user: "doctor:doctor123"}, `{ premiums { totalCount } payments { totalCount } }`, nil)); at(out, "data", "premiums") != nil || at(out, "data", "payments") != nil {
			t.Errorf("without the right: %v", out)
		}
		node := at(asked(t, s, admin, `{ premiums(first: 1, orderBy: ["-payDate", "receipt"]) { edges { node { id uuid receipt amount payDate otherPremiums payer { name } policy { uuid value sumPremiums product { code maxInstallments }
			family { headInsuree { chfId dob } } } } } } }`, nil), "premiums", "edges", "node")
		policy := at(node, "policy", "uuid")
		byPolicy := asked(t, s, admin, fmt.Sprintf(`{ premiumsByPolicies(policyUuids: %q, first: 5, orderBy: "-payDate") { totalCount edges { node { uuid amount isPhotoFee otherPremiums } } } none: premiumsByPolicies(policyUuids: []) { totalCount }
			policies(uuid: %q) { edges { node { sumPremiums } } } taken: validatePremiumCode(code: %q, policyUuid: %q) isValid: validatePremiumCode(code: "ZZ-1", policyUuid: %q) }`, policy, policy, at(node, "receipt"), policy, policy), nil)
		sum, edges := 0.0, at(byPolicy, "premiumsByPolicies", "edges").([]any)
		for _, edge := range edges {
			if at(edge, "node", "isPhotoFee") != true {
				var amount float64
				if _, err := fmt.Sscan(at(edge, "node", "amount").(string), &amount); err != nil {
					t.Fatal(err)
				}
				sum += amount
			}
		}
		if len(edges) == 0 || at(byPolicy, "none", "totalCount") != 0.0 || at(byPolicy, "policies", "edges", "node", "sumPremiums") != sum || at(byPolicy, "taken") != false || at(byPolicy, "isValid") != true {
			t.Errorf("for the policy %v of %v", byPolicy, node)
		}

		paid := count(admin, "payments", "")
		if matched := count(admin, "payments", `status: 5, showReconciled: false`); matched == 0 || matched > paid {
			t.Errorf("%v of %v payments are matched", matched, paid)
		}
		if reconciled := count(admin, "payments", `showReconciled: true`); reconciled >= paid {
			t.Errorf("%v of %v payments are reconciled", reconciled, paid)
		}
		found := 0.0
		for _, edge := range at(asked(t, s, admin, `{ premiums(first: 100, orderBy: "-payDate") { edges { node { uuid } } } }`, nil), "premiums", "edges").([]any) {
			out := asked(t, s, admin, fmt.Sprintf(`{ paymentsByPremiums(premiumUuids: [%q], first: 5) { totalCount edges { node { uuid id status expectedAmount receivedAmount receiptNo requestDate } } } }`, at(edge, "node", "uuid")), nil)
			found += at(out, "paymentsByPremiums", "totalCount").(float64)
		}
		if found == 0 {
			t.Error("no contribution was paid electronically")
		}
		if mine := count("accountant:accountant123", "payments", ""); mine > paid {
			t.Errorf("the accountant sees %v of %v payments", mine, paid)
		}
	})
}
