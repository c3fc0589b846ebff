package cmd_test

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/openimis/openimis-go/cmd"
	"github.com/openimis/openimis-go/persistence"
)

// Policies are found by all the ways the list asks for, shown with what was paid and used,
// and each kind of user sees those of his districts.
func TestPolicyList(t *testing.T) {
	const admin = "Admin:admin123"
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, unlimited)
		count := func(user, arguments string) float64 {
			t.Helper()
			total, _ := at(asked(t, s, user, `{ policies(first: 1 `+arguments+`) { totalCount } }`, nil), "policies", "totalCount").(float64)
			return total
		}
		all := count(admin, "")
		first := at(asked(t, s, admin, `{ policies(first: 1, status: 2, orderBy: ["-enroll_date"]) { edges { node { uuid stage value sumPremiums product { id code } officer { id uuid code }
			family { uuid headInsuree { chfId } location { parent { parent { id parent { id } } } } } claimDedRems { edges { node { dedG remG } } } } } } }`, nil), "policies", "edges", "node")
		district, region := number(t, at(first, "family", "location", "parent", "parent", "id")), number(t, at(first, "family", "location", "parent", "parent", "parent", "id"))
		if all < 30 || at(first, "product", "code") == nil || at(first, "officer", "code") == nil {
			t.Fatalf("%v policies, such as %v", all, first)
		}
		for _, halves := range [][2]string{
			{`stage: "N"`, `stage: "R"`}, {`balanceGte: 0.01`, `balanceLte: 0`}, {`enrollDate_Gte: "2024-01-01"`, `enrollDate_Lte: "2023-12-31"`},
		} {
			if one, other := count(admin, halves[0]), count(admin, halves[1]); one == 0 || one+other != all {
				t.Errorf("%v with %s and %v with %s of %v", one, halves[0], other, halves[1], all)
			}
		}
		there, around := count(admin, fmt.Sprintf("districtId: %d", district)), count(admin, fmt.Sprintf("regionId: %d", region))
		if there == 0 || there > around || around > all {
			t.Errorf("%v in the district, %v in the region, %v in all", there, around, all)
		}
		for _, arguments := range []string{fmt.Sprintf(`product_Id: %q`, at(first, "product", "id")), fmt.Sprintf(`officer_Id: %q`, at(first, "officer", "id")), fmt.Sprintf(`uuid: %q, showHistory: true`, at(first, "uuid"))} {
			if some := count(admin, arguments); some == 0 || some >= all {
				t.Errorf("%s: %v of %v", arguments, some, all)
			}
		}
		if none := count(admin, `confirmationType: "?"`); none != 0 {
			t.Errorf("%v with a confirmation nobody has", none)
		}
		if some := count(admin, `showInactive: true`); some >= all {
			t.Errorf("%v of %v do not cover all of the family", some, all)
		}
		if huge := count(admin, `balanceGte: 1e300`); huge != 0 {
			t.Errorf("%v owe more than there is", huge)
		}
		sold := at(asked(t, s, admin, fmt.Sprintf(`{ families(first: 1, officer: %q) { totalCount } all: families(first: 1) { totalCount } }`, at(first, "officer", "uuid")), nil), "families", "totalCount").(float64)
		if families := at(asked(t, s, admin, `{ families(first: 1) { totalCount } }`, nil), "families", "totalCount").(float64); sold == 0 || sold >= families {
			t.Errorf("the officer sold policies to %v of %v families", sold, families)
		}
		if some := count("EO001:officer123", ""); some == 0 || some >= all {
			t.Errorf("the officer sees %v of %v", some, all)
		}
		if out := decoded(t, ask(s, call{user: "doctor:doctor123"}, `{ policies(first: 1) { totalCount } }`, nil)); at(out, "errors") == nil {
			t.Errorf("without the right: %v", out)
		}
	})
}

// What claims used of a policy comes as numbers: its form adds them up.
func TestUsedOfPolicy(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, unlimited)
		most, sum := 0, 0.0
		for _, edge := range at(asked(t, s, "Admin:admin123", `{ policies(first: 100, status: 2) { edges { node { claimDedRems { edges { node { dedG dedIp dedOp remG remIp remOp } } } } } } }`, nil), "policies", "edges").([]any) {
			used := at(edge, "node", "claimDedRems", "edges").([]any)
			most = max(most, len(used))
			for _, one := range used {
				for field, amount := range at(one, "node").(map[string]any) {
					if number, ok := amount.(float64); ok {
						sum += number
					} else if amount != nil {
						t.Fatalf("%s is %#v", field, amount)
					}
				}
			}
		}
		if most < 2 || sum == 0 {
			t.Errorf("%d claims at most used a policy, %v in all", most, sum)
		}
	})
}

// How many statements a list of policies or contributions takes does not depend on its rows.
func TestPolicyListStatements(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, func(p *cmd.Parts) { p.Config.RateLimit, p.Config.Audit = 0, "off" })
		who := decoded(t, (call{method: "POST", target: "/fhir/login", body: `{"username":"Admin","password":"admin123"}`}).on(s))
		token := at(who, "token").(string)
		for list, fields := range map[string]string{
			"policies": `uuid sumPremiums product { code } officer { code } family { uuid headInsuree { chfId } location { name parent { name } } } claimDedRems { edges { node { dedG } } }`,
			"premiums": `uuid otherPremiums payer { name fundings { totalCount } } policy { uuid sumPremiums product { code } family { headInsuree { chfId } } }`,
			"payments": `uuid status receivedAmount`,
			"invoice":  `code subjectTypeName thirdpartyTypeName`,
		} {
			query := `query($first: Int) { ` + list + `(first: $first) { edges { node { ` + fields + ` } } } }`
			ask(s, call{bearer: token}, query, map[string]any{"first": 1}) // registers and identity are remembered from here on
			var taken, shown []int
			for _, rows := range []int{5, 30, 100} {
				body, _ := json.Marshal(map[string]any{"query": query, "variables": map[string]any{"first": rows}})
				r := httptest.NewRequest("POST", "/api/graphql", strings.NewReader(string(body)))
				r.Header.Set("Content-Type", "application/json")
				r.Header.Set("Authorization", "Bearer "+token)
				ctx, statements := persistence.CountStatements(r.Context())
				w := httptest.NewRecorder()
				s.ServeHTTP(w, r.WithContext(ctx))
				edges, _ := at(decoded(t, w), "data", list, "edges").([]any)
				taken, shown = append(taken, statements.Count()), append(shown, len(edges))
			}
			// The first five may name no payer, of whom two statements more would be needed.
			if shown[0] != 5 || shown[2] <= shown[0] || taken[0] > 9 || taken[2] > max(taken[0], taken[1]) || taken[1] > taken[0]+2 {
				t.Errorf("%v %s took %v statements", shown, list, taken)
			}
		}
	})
}

// A family and a person stand with the policies that FHIR shows as their coverage; what is
// left and owed comes with them, and a person of another district is found by the number.
func TestPolicyStandings(t *testing.T) {
	const admin = "Admin:admin123"
	const shown = `{ totalCount pageInfo { hasNextPage } edges { node { policyUuid productCode productName officerCode officerName enrollDate effectiveDate startDate expiryDate status policyValue balance
		ded dedInPatient dedOutPatient ceiling ceilingInPatient ceilingOutPatient } } }`
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, unlimited)
		policy := at(asked(t, s, admin, `{ policies(first: 1, status: 2, balanceLte: 0) { edges { node { uuid value sumPremiums officer { code } product { code } family { uuid headInsuree { chfId uuid } } } } } }`, nil), "policies", "edges", "node")
		chfID, head, family := at(policy, "family", "headInsuree", "chfId").(string), at(policy, "family", "headInsuree", "uuid"), at(policy, "family", "uuid")
		list := func(user, query string) (uuids []string, nodes []any) {
			t.Helper()
			for _, connection := range asked(t, s, user, query, nil).(map[string]any) {
				edges, _ := at(connection, "edges").([]any)
				for _, edge := range edges {
					uuids, nodes = append(uuids, at(edge, "node", "policyUuid").(string)), append(nodes, at(edge, "node"))
				}
			}
			slices.Sort(uuids)
			return uuids, nodes
		}
		ofFamily, nodes := list(admin, fmt.Sprintf(`{ policiesByFamily(familyUuid: %q, first: 20, orderBy: "expiryDate") `+shown+` }`, family))
		for _, node := range nodes {
			if at(node, "policyUuid") == at(policy, "uuid") && (at(node, "balance") != 0.0 || at(node, "officerCode") != at(policy, "officer", "code") || at(node, "productCode") != at(policy, "product", "code") || at(node, "status") != 2.0) {
				t.Errorf("the family stands as %v", node)
			}
		}
		ofHead, _ := list(admin, fmt.Sprintf(`{ policiesByInsuree(chfId: %q, orderBy: "-officerName") `+shown+` }`, chfID))
		var covered []string
		bundle := decoded(t, (call{target: fmt.Sprintf("/fhir/Coverage?beneficiary=Patient/%s&_count=100", head), user: admin}).on(s))
		entries, _ := at(bundle, "entry").([]any)
		for _, entry := range entries {
			covered = append(covered, at(entry, "resource", "id").(string)[:36])
		}
		slices.Sort(covered)
		if len(ofHead) == 0 || fmt.Sprint(ofHead) != fmt.Sprint(covered) || !slices.Contains(ofFamily, ofHead[0]) {
			t.Errorf("policies %v of the head, %v of the family, covers %v", ofHead, ofFamily, covered)
		}
		if now, _ := list(admin, fmt.Sprintf(`{ policiesByInsuree(chfId: %q, activeOrLastExpiredOnly: true, first: 5, targetDate: "1999-01-01") `+shown+` }`, chfID)); len(now) != 0 {
			t.Errorf("covered in 1999: %v", now)
		}
		if now, _ := list(admin, fmt.Sprintf(`{ policiesByFamily(familyUuid: %q, activeOrLastExpiredOnly: true) `+shown+` }`, family)); !slices.Contains(now, at(policy, "uuid").(string)) || len(now) > len(ofFamily) {
			t.Errorf("active: %v of %v", now, ofFamily)
		}
		for _, bad := range []string{`policiesByFamily(familyUuid: "x")`, fmt.Sprintf(`policiesByInsuree(chfId: %q, orderBy: "nonsense")`, chfID), fmt.Sprintf(`policyItemEligibilityByInsuree(chfId: %q, itemCode: "?")`, chfID)} {
			selection := shown
			if strings.Contains(bad, "Eligibility") {
				selection = "{ prodId }"
			}
			if out := decoded(t, ask(s, call{user: admin}, "{ "+bad+" "+selection+" }", nil)); at(out, "errors", "message") == nil {
				t.Errorf("%s: %v", bad, out)
			}
		}

		item := at(asked(t, s, admin, `{ medicalItems(first: 1) { edges { node { code } } } medicalServices(first: 1) { edges { node { code } } } }`, nil), "medicalItems", "edges", "node", "code")
		service := at(asked(t, s, admin, `{ medicalServices(first: 1) { edges { node { code } } } }`, nil), "medicalServices", "edges", "node", "code")
		left := asked(t, s, admin, fmt.Sprintf(`{ policyEligibilityByInsuree(chfId: %[1]q) { prodId totalVisitsLeft consultationAmountLeft } policyItemEligibilityByInsuree(chfId: %[1]q, itemCode: %[2]q) { minDateItem itemLeft isItemOk }
			policyServiceEligibilityByInsuree(chfId: %[1]q, serviceCode: %[3]q) { minDateService serviceLeft isServiceOk } nobody: policyEligibilityByInsuree(chfId: "?") { prodId } }`, chfID, item, service), nil)
		if at(left, "policyEligibilityByInsuree", "prodId") == nil || at(left, "policyItemEligibilityByInsuree", "isItemOk") == nil || at(left, "policyServiceEligibilityByInsuree", "isServiceOk") == nil || at(left, "nobody") != nil {
			t.Errorf("entitled to %v", left)
		}

		// A claim administrator asks about somebody who lives elsewhere.
		for _, edge := range at(asked(t, s, admin, `{ insurees(first: 100, family_Isnull: false) { edges { node { chfId } } } }`, nil), "insurees", "edges").([]any) {
			number := at(edge, "node", "chfId").(string)
			if at(asked(t, s, "CA001:claims123", fmt.Sprintf(`{ insurees(chfId: %q) { totalCount } }`, number), nil), "insurees", "totalCount") != 0.0 {
				continue
			}
			query := fmt.Sprintf(`{ policiesByInsuree(chfId: %q) `+shown+` }`, number)
			wide, _ := list(admin, query)
			if far, _ := list("CA001:claims123", query); fmt.Sprint(far) != fmt.Sprint(wide) {
				t.Errorf("%s is on %v, as seen from elsewhere on %v", number, wide, far)
			}
			break
		}
	})
}

// The pickers of officers find them by name and place; what a policy costs is told before it
// is sold, with what stands in the way.
func TestOfficersAndPolicyValues(t *testing.T) {
	const admin = "Admin:admin123"
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, unlimited)
		out := asked(t, s, admin, `{ policyOfficers(search: "e") { totalCount edges { node { id uuid code lastName otherNames location { id uuid parent { id } } } } } all: insureeOfficers { totalCount }
			enrolmentOfficers(str: "EO001", first: 20) { edges { node { code } } pageInfo { hasNextPage } } }`, nil)
		officer := at(out, "policyOfficers", "edges", "node")
		all := at(out, "all", "totalCount").(float64)
		if at(out, "enrolmentOfficers", "edges", "node", "code") != "EO001" || all < 2 {
			t.Fatalf("officers: %v", out)
		}
		village := at(asked(t, s, admin, fmt.Sprintf(`{ locations(type: "W", parent_Uuid: %q, first: 1) { edges { node { children(first: 1) { edges { node { id uuid } } } } } } }`, at(officer, "location", "uuid")), nil), "locations", "edges", "node", "children", "edges", "node")
		where := asked(t, s, admin, fmt.Sprintf(`{ here: policyOfficers(district: "%d") { totalCount } around: policyOfficers(region: "%d") { totalCount } nowhere: policyOfficers(district: "999999") { totalCount }
			local: insureeOfficers(locationId: "%d") { totalCount } others: substitutionEnrolmentOfficers(officerUuid: %q, villagesUuids: [%q]) { totalCount } }`,
			number(t, at(officer, "location", "id")), number(t, at(officer, "location", "parent", "id")), number(t, at(village, "id")), at(officer, "uuid"), at(village, "uuid")), nil)
		here, around, others := at(where, "here", "totalCount").(float64), at(where, "around", "totalCount").(float64), at(where, "others", "totalCount").(float64)
		if here == 0 || here > around || around > all || others != here-1 || at(where, "local", "totalCount") != here || at(where, "nowhere", "totalCount") != 0.0 {
			t.Errorf("%v in the district, %v in the region, %v in all, %v stand in", here, around, all, others)
		}
		if out := decoded(t, ask(s, call{user: "doctor:doctor123"}, `{ enrolmentOfficers(first: 1) { totalCount } }`, nil)); at(out, "errors") == nil {
			t.Errorf("without the right: %v", out)
		}

		policy := at(asked(t, s, admin, `{ policies(first: 1, status: 2) { edges { node { uuid enrollDate expiryDate product { id } family { id } } } } }`, nil), "policies", "edges", "node")
		values := func(arguments string) any {
			t.Helper()
			return at(asked(t, s, admin, fmt.Sprintf(`{ policyValues(familyId: %d, %s) { policy { uuid startDate expiryDate value } warnings } }`, number(t, at(policy, "family", "id")), arguments), nil), "policyValues")
		}
		own := values(fmt.Sprintf(`stage: "N", enrollDate: "%sT00:00:00", productId: %d`, at(policy, "enrollDate"), number(t, at(policy, "product", "id"))))
		if strings.Contains(fmt.Sprint(at(own, "warnings")), "already") {
			t.Errorf("a policy is warned of itself: %v", own)
		}
		quoted := values(fmt.Sprintf(`stage: "N", enrollDate: "2024-01-15T00:00:00", productId: %d`, number(t, at(policy, "product", "id"))))
		if at(quoted, "policy", "value") == nil || at(quoted, "policy", "startDate") == nil || at(quoted, "policy", "expiryDate").(string) <= at(quoted, "policy", "startDate").(string) {
			t.Errorf("worth %v", quoted)
		}
		ahead := values(fmt.Sprintf(`stage: "N", enrollDate: "2999-01-15T00:00:00", productId: %d`, number(t, at(policy, "product", "id"))))
		if warnings := fmt.Sprint(at(ahead, "warnings")); !strings.Contains(warnings, "lies ahead") {
			t.Errorf("warnings %s", warnings)
		}
		renewed := values(fmt.Sprintf(`stage: "R", enrollDate: "2024-01-15T00:00:00", prevUuid: %q`, at(policy, "uuid")))
		if start, _ := at(renewed, "policy", "startDate").(string); start <= at(policy, "expiryDate").(string) {
			t.Errorf("renewed from %s though the policy before ends %s", start, at(policy, "expiryDate"))
		}
		for _, bad := range []string{`stage: "N", enrollDate: "2024-01-15"`, `stage: "Q", enrollDate: "2024-01-15", productId: 1`, `stage: "N", enrollDate: "2024-01-15", productId: 999999`, `stage: "R", enrollDate: "2024-01-15", prevUuid: "x"`} {
			out := decoded(t, ask(s, call{user: admin}, fmt.Sprintf(`{ policyValues(familyId: %d, %s) { warnings } }`, number(t, at(policy, "family", "id")), bad), nil))
			if at(out, "errors", "message") == nil {
				t.Errorf("%s: %v", bad, out)
			}
		}
	})
}

// A person shows his covers, each with its policy, as the form of a claim asks for them.
func TestInsureeCovers(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, unlimited)
		query := `{ insurees(first: 50, orderBy: ["chfId"]) { edges { node { chfId insureePolicies { totalCount edges { node { expiryDate policy { uuid status product { name } } } } } } } } }`
		people, _ := at(asked(t, s, "Admin:admin123", query, nil), "insurees", "edges").([]any)
		shown := 0
		for _, person := range people {
			covers, _ := at(person, "node", "insureePolicies", "edges").([]any)
			shown += len(covers)
			for _, cover := range covers {
				if at(cover, "node", "policy", "product", "name") == nil || at(cover, "node", "expiryDate") == nil {
					t.Errorf("%v is covered by %v", at(person, "node", "chfId"), cover)
				}
			}
		}
		if len(people) != 50 || shown == 0 {
			t.Errorf("%d people show %d covers", len(people), shown)
		}
	})
}
