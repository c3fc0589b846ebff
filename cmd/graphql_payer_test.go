package cmd_test

import (
	"testing"

	"github.com/openimis/openimis-go/persistence"
)

// A donor is entered, changed, gives money to a product, and is then kept.
func TestPayerForms(t *testing.T) {
	const admin = "Admin:admin123"
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, unlimited)
		done, refused := forms(t, s, admin)
		product := at(asked(t, s, admin, `{ products(first: 1, orderBy: ["code"]) { edges { node { id location { id uuid code } } } } }`, nil), "products", "edges", "node")
		region := at(product, "location")
		form := func() map[string]any {
			return map[string]any{"name": "River fund", "type": "D", "locationUuid": at(region, "uuid"), "email": "x@river.example", "phone": "77"}
		}
		done("createPayer", form())
		wrong := form()
		wrong["type"] = "Q"
		refused(admin, "createPayer", wrong, "type")
		refused("doctor:doctor123", "createPayer", form(), "right")
		payer := func() any {
			t.Helper()
			return at(asked(t, s, admin, `query ($at: Int) { payers(search: "river", type: "D", location: $at) { edges { node { id uuid name phone type location { code } } } } }`,
				map[string]any{"at": number(t, at(region, "id"))}), "payers", "edges", "node")
		}
		node := payer()
		if at(node, "name") != "River fund" || at(node, "type") != "D" || at(node, "location", "code") != at(region, "code") {
			t.Fatalf("entered: %v", node)
		}
		changed := form()
		delete(changed, "phone")
		changed["uuid"], changed["name"] = at(node, "uuid"), "Great River fund"
		done("updatePayer", changed)
		one := at(asked(t, s, admin, `query ($id: UUID) { payer(uuid: $id) { name phone email } }`, map[string]any{"id": at(node, "uuid")}), "payer")
		if at(one, "name") != "Great River fund" || at(one, "phone") != nil || at(one, "email") != "x@river.example" {
			t.Errorf("changed: %v", one)
		}
		if none := asked(t, s, admin, `{ payer(uuid: "0a1b2c3d-0000-4000-a000-000000000002") { name } }`, nil); at(none, "payer") != nil {
			t.Errorf("nobody: %v", none)
		}
		spare := form()
		spare["name"] = "Spare river"
		done("createPayer", spare)
		other := at(asked(t, s, admin, `{ payers(name_Icontains: "spare") { edges { node { uuid } } } }`, nil), "payers", "edges", "node")
		done("deletePayer", map[string]any{"uuids": []any{at(other, "uuid")}})

		gift := func() map[string]any {
			return map[string]any{"payerId": at(node, "id"), "productId": at(product, "id"), "payDate": "2024-01-15", "amount": "1000", "receipt": "RF-1"}
		}
		for member, value := range map[string]any{"payerId": "x", "productId": "999999", "amount": "-1"} {
			bad := gift()
			bad[member] = value
			refused(admin, "addFunding", bad, "")
		}
		done("addFunding", gift())
		refused(admin, "addFunding", gift(), "receipt")
		given := at(asked(t, s, admin, `query ($id: UUID!) { payer(uuid: $id) { fundings(first: 10) { edges { node { uuid amount payDate product { name } receipt status } } pageInfo { hasNextPage } totalCount } } }`,
			map[string]any{"id": at(node, "uuid")}), "payer", "fundings")
		if at(given, "totalCount") != 1.0 || at(given, "edges", "node", "amount") != "1000.00" || at(given, "edges", "node", "receipt") != "RF-1" || at(given, "edges", "node", "product", "name") == nil {
			t.Errorf("given: %v", given)
		}
		refused(admin, "deletePayer", map[string]any{"uuids": []any{at(node, "uuid")}}, "contributions")
	})
}
