package cmd_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/openimis/openimis-go/graphql"
	"github.com/openimis/openimis-go/persistence"
)

// mutate carries out a mutation as a form of the web interface does and gives what the log
// says of it: 2 for done, 1 and a list of errors for refused.
func mutate(t *testing.T, s http.Handler, user, field string, input map[string]any) (status float64, fault string) {
	t.Helper()
	id := uuid.NewString()
	input["clientMutationId"], input["clientMutationLabel"] = id, field
	typ := strings.Replace(strings.ToUpper(field[:1])+field[1:], "ClaimAttachment", "Attachment", 1) + "MutationInput!"
	if field == "deletePremium" || field == "deletePayment" { // these two are called otherwise
		typ = strings.Replace(typ, "Mutation", "sMutation", 1)
	}
	out := decoded(t, ask(s, call{user: user}, fmt.Sprintf(`mutation ($input: %s) { %s(input: $input) { clientMutationId internalId } }`, typ, field), map[string]any{"input": input}))
	if at(out, "data", field, "clientMutationId") != id {
		t.Fatalf("%s: %v", field, out)
	}
	out = decoded(t, ask(s, call{user: user}, `query ($id: String) { mutationLogs(clientMutationId: $id) { edges { node { status error } } } }`, map[string]any{"id": id}))
	node := at(out, "data", "mutationLogs", "edges", "node")
	status, _ = at(node, "status").(float64)
	fault, _ = at(node, "error").(string)
	return status, fault
}

// forms gives what tests of forms do: a mutation by the user that has to be done, and one by
// anybody that has to be refused with a word.
func forms(t *testing.T, s http.Handler, user string) (done func(field string, input map[string]any), refused func(user, field string, input map[string]any, with string)) {
	done = func(field string, input map[string]any) {
		t.Helper()
		if status, fault := mutate(t, s, user, field, input); status != 2 {
			t.Fatalf("%s: %v %s", field, status, fault)
		}
	}
	refused = func(user, field string, input map[string]any, with string) {
		t.Helper()
		if status, fault := mutate(t, s, user, field, input); status != 1 || !strings.Contains(fault, with) {
			t.Fatalf("%s: %v %s, want it refused with %q", field, status, fault, with)
		}
	}
	return done, refused
}

// asked gives the data a query is answered with.
func asked(t *testing.T, s http.Handler, user, query string, variables map[string]any) any {
	t.Helper()
	out := decoded(t, ask(s, call{user: user}, query, variables))
	if at(out, "errors") != nil {
		t.Fatalf("%s: %v", query, at(out, "errors"))
	}
	return at(out, "data")
}

// A drug is entered, put on a price list with a price of its own, seen by the claim form,
// changed, and cannot be deleted while a list has it.
func TestMedicalForms(t *testing.T) {
	const admin = "Admin:admin123"
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, unlimited)
		done, refused := forms(t, s, admin)
		drug := func() map[string]any {
			return map[string]any{"code": "ZZ1", "name": "Quinine", "type": "D", "price": "10.50", "quantity": "20", "careType": "B", "frequency": "5", "patientCategory": 15, "package": "20 tablets"}
		}
		free := func() any {
			return at(asked(t, s, admin, `{ validateItemCode(itemCode: "ZZ1") }`, nil), "validateItemCode")
		}
		if free() != true {
			t.Error("the code should be free at first")
		}
		done("createItem", drug())
		if free() != false {
			t.Error("the code should be taken then")
		}
		refused(admin, "createItem", drug(), "code")
		without := drug()
		without["code"], without["type"] = "ZZ2", "Q"
		refused(admin, "createItem", without, "type")

		const shown = `{ medicalItems(code_Icontains: "zz1") { edges { node { id uuid name price quantity frequency package patientCategory } } } }`
		node := at(asked(t, s, admin, shown, nil), "medicalItems", "edges", "node")
		if at(node, "price") != "10.50" || at(node, "quantity") != "20.00" || at(node, "frequency") != 5.0 || at(node, "package") != "20 tablets" {
			t.Errorf("entered: %v", node)
		}
		changed := drug()
		delete(changed, "quantity")
		changed["uuid"], changed["name"], changed["patientCategory"] = at(node, "uuid"), "Quinine sulphate", 7
		done("updateItem", changed)
		node = at(asked(t, s, admin, shown, nil), "medicalItems", "edges", "node")
		if at(node, "name") != "Quinine sulphate" || at(node, "quantity") != nil || at(node, "patientCategory") != 7.0 {
			t.Errorf("changed: %v", node)
		}
		past, _ := at(asked(t, s, admin, `{ medicalItems(code_Icontains: "zz1", showHistory: true) { totalCount } }`, nil), "medicalItems", "totalCount").(float64)
		if past != 2 {
			t.Errorf("%v versions, want 2", past)
		}

		list := map[string]any{
			"name": "Border posts", "pricelistDate": "2026-01-01", "addedDetails": []any{at(node, "uuid")}, "priceOverrules": []any{map[string]any{"uuid": at(node, "uuid"), "price": 12.25}},
		}
		done("createItemsPricelist", list)
		refused(admin, "createItemsPricelist", list, "name")
		found := at(asked(t, s, admin, `{ itemsPricelists(name_Icontains: "border") { edges { node { id uuid pricelistDate details { edges { node { priceOverrule } } } } } } }`, nil), "itemsPricelists", "edges", "node")
		if at(found, "details", "edges", "node", "priceOverrule") != "12.25" {
			t.Errorf("the list: %v", found)
		}
		picked := asked(t, s, admin, `query ($list: UUID) { medicalItemsStr(str: "quin", pricelistUuid: $list) { edges { node { code } } } }`, map[string]any{"list": at(found, "uuid")})
		if at(picked, "medicalItemsStr", "edges", "node", "code") != "ZZ1" {
			t.Errorf("the picker: %v", picked)
		}
		through := asked(t, s, admin, `query ($id: ID!) { node(id: $id) { ... on ItemsPricelistGQLType { name } } }`, map[string]any{"id": at(found, "id")})
		if at(through, "node", "name") != "Border posts" {
			t.Errorf("by its id: %v", through)
		}
		refused(admin, "deleteItem", map[string]any{"uuids": []any{at(node, "uuid")}}, "price lists")
		done("updateItemsPricelist", map[string]any{"uuid": at(found, "uuid"), "name": "Border posts", "pricelistDate": "2026-01-01", "removedDetails": []any{at(node, "uuid")}})
		done("deleteItem", map[string]any{"uuids": []any{at(node, "uuid")}})
		done("deleteItemsPricelist", map[string]any{"uuids": []any{at(found, "uuid")}})
		if free() != true {
			t.Error("the code should be free again")
		}
		refused(admin, "deleteItem", map[string]any{"uuids": []any{at(node, "uuid")}}, "")

		visit := map[string]any{"code": "ZV", "name": "Evening visit", "type": "C", "level": "V", "price": "4", "careType": "O", "patientCategories": []any{"MALE", "FEMALE", "ADULT"}}
		bound := asked(t, s, admin, `{ medicalItems(first: 1) { edges { node { id code } } } medicalServices(first: 1) { edges { node { id code } } } }`, nil)
		inside := func(kind string) int {
			id, _ := at(bound, "medical"+kind, "edges", "node", "id").(string)
			key, err := strconv.Atoi(graphql.KeyOf(id))
			if err != nil {
				t.Fatal(err)
			}
			return key
		}
		visit["packagetype"] = "P"
		visit["items"] = []any{map[string]any{"itemId": inside("Items"), "status": 1, "qtyProvided": "3", "priceAsked": "2.5"}}
		visit["services"] = []any{map[string]any{"serviceId": inside("Services"), "status": 1, "qtyProvided": "1", "priceAsked": "4"}}
		done("createService", visit)
		held := at(asked(t, s, admin, `{ medicalServices(code_Icontains: "ZV") { edges { node { packagetype serviceserviceSet { id service { code } qtyProvided priceAsked scpDate }
			servicesLinked { id item { code } qtyProvided priceAsked pcpDate } } } } }`, nil), "medicalServices", "edges", "node")
		if at(held, "packagetype") != "P" || at(held, "servicesLinked", "item", "code") != at(bound, "medicalItems", "edges", "node", "code") || at(held, "servicesLinked", "qtyProvided") != 3.0 ||
			at(held, "serviceserviceSet", "service", "code") != at(bound, "medicalServices", "edges", "node", "code") || at(held, "serviceserviceSet", "priceAsked") != "4.00" {
			t.Errorf("the package: %v", held)
		}
		service := at(asked(t, s, admin, `{ medicalServices(code_Icontains: "ZV") { edges { node { uuid patientCategory packagetype level } } } }`, nil), "medicalServices", "edges", "node")
		if at(service, "patientCategory") != 7.0 || at(service, "packagetype") != "P" || at(service, "level") != "V" {
			t.Errorf("the service: %v", service)
		}
		if status, fault := mutate(t, s, "doctor:doctor123", "deleteService", map[string]any{"uuids": []any{at(service, "uuid")}}); status != 1 {
			t.Errorf("without the right: %v %s", status, fault)
		}
		refused(admin, "deleteService", map[string]any{"uuids": []any{at(service, "uuid")}}, "packages")
		visit["uuid"], visit["packagetype"], visit["items"], visit["services"] = at(service, "uuid"), "S", []any{}, []any{}
		done("updateService", visit)
		done("deleteService", map[string]any{"uuids": []any{at(service, "uuid")}})
	})
}
