package cmd_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// ground is where forms take the rows they name: from the district of a clerk or, away, from
// those he does not see. No row is given twice, but for places.
type ground struct {
	t     *testing.T
	s     http.Handler
	clerk string // NAME:PASSWORD
	role  int    // he has and may hand out
	away  bool
	taken map[string]bool
	known map[string][]any // lists by their queries
	count int
}

// list gives all rows of a list a user sees.
func (g *ground) list(user, name, arguments, fields string) []any {
	g.t.Helper()
	query := fmt.Sprintf(`{ %s(first: 100, offset: %%d, %s) { edges { node { id %s } } } }`, name, arguments, fields)
	if _, known := g.known[user+query]; known {
		return g.known[user+query]
	}
	var all []any
	for {
		more, _ := at(asked(g.t, g.s, user, fmt.Sprintf(query, len(all)), nil), name, "edges").([]any)
		if all = append(all, more...); len(more) < 100 {
			g.known[user+query] = all
			return all
		}
	}
}

// here gives the rows of a list that are of the ground. Places and facilities are shown to
// everybody; those of a district begin with its code.
func (g *ground) here(name, arguments, fields string) []any {
	g.t.Helper()
	var found []any
	mine := map[any]bool{}
	for _, edge := range g.list(g.clerk, name, arguments, fields) {
		mine[at(edge, "node", "id")] = true
	}
	for _, edge := range g.list(admin, name, arguments, fields) {
		code, _ := at(edge, "node", "code").(string)
		switch open := name == "locations" || name == "healthFacilities"; {
		case open && strings.HasPrefix(code, map[bool]string{false: "B1", true: "A2"}[g.away]), !open && mine[at(edge, "node", "id")] != g.away:
			found = append(found, at(edge, "node"))
		}
	}
	return found
}

// next gives a row of a list that was not given before.
func (g *ground) next(name, arguments, fields string) any {
	g.t.Helper()
	for _, node := range g.here(name, arguments, fields) {
		if key := fmt.Sprint(name, at(node, "id")); !g.taken[key] {
			g.taken[key] = true
			return node
		}
	}
	g.t.Fatalf("no row of %s(%s) is left, away %v", name, arguments, g.away)
	return nil
}

// place gives a location, always the same one of a level.
func (g *ground) place(level string) any {
	g.t.Helper()
	found := g.here("locations", fmt.Sprintf("type: %q", level), "uuid code")
	if len(found) == 0 {
		g.t.Fatalf("no place %s, away %v", level, g.away)
	}
	return found[0]
}

// done has the administrator carry out a mutation.
func (g *ground) done(field string, input map[string]any) {
	g.t.Helper()
	if status, fault := mutate(g.t, g.s, admin, field, input); status != 2 {
		g.t.Fatalf("%s: %v %s", field, status, fault)
	}
}

// made has the administrator enter something and gives what a list says of it.
func (g *ground) made(field string, input map[string]any, list, fields string) any {
	g.t.Helper()
	g.done(field, input)
	switch list {
	case "healthFacilities", "claims":
		return g.found(list, fmt.Sprintf("code: %q", input["code"]), fields)
	case "products":
		return g.found(list, fmt.Sprintf("code_Icontains: %q", input["code"]), fields)
	case "payers":
		return g.found(list, fmt.Sprintf("name_Icontains: %q", input["name"]), fields)
	case "policies":
		query := fmt.Sprintf(`{ policies(product_Id: "%v", enrollDate_Gte: %q, first: 100) { edges { node { id %s } } } }`, input["productId"], today(), fields)
		for _, edge := range at(asked(g.t, g.s, admin, query, nil), "policies", "edges").([]any) {
			if node := at(edge, "node"); g.key(node, "family") == input["familyId"] {
				return node
			}
		}
	}
	return g.found(list, fmt.Sprintf("clientMutationId: %q", input["clientMutationId"]), fields)
}

// found gives the row of a list the administrator finds.
func (g *ground) found(list, arguments, fields string) any {
	g.t.Helper()
	node := at(asked(g.t, g.s, admin, fmt.Sprintf(`{ %s(%s) { edges { node { id %s } } } }`, list, arguments, fields), nil), list, "edges", "node")
	if node == nil {
		g.t.Fatalf("there is no row of %s(%s)", list, arguments)
	}
	return node
}

// code gives a code nothing has.
func (g *ground) code() string {
	g.count++
	return fmt.Sprintf("Z%04d", g.count)
}

func (g *ground) key(node any, path ...string) int {
	g.t.Helper()
	return number(g.t, at(node, append(path, "id")...))
}

// one names a row as mutations of many do.
func one(row any) map[string]any { return map[string]any{"uuids": []any{at(row, "uuid")}} }

func today() string { return time.Now().Format("2006-01-02") }

// everyForm is a valid form of a mutation.
type everyForm struct {
	field string
	open  bool // of what no district has: there is none away
	form  func(g *ground) map[string]any
}

// everyForms has one of each mutation that is logged. Those that take something away from
// others come last.
func everyForms() []everyForm {
	var all []everyForm
	for _, some := range [][]everyForm{registerForms, placeForms, peopleForms, policyForms, claimForms, payingForms, planForms, contractForms} {
		all = append(all, some...)
	}
	return all
}

var registerForms = []everyForm{
	{"changeUserLanguage", true, func(*ground) map[string]any { return map[string]any{"languageId": "fr"} }},
	{"overrideReport", true, func(*ground) map[string]any { return map[string]any{"name": "registers_status", "definition": "{}"} }},
	{"createItem", true, drugForm},
	{"updateItem", true, func(g *ground) map[string]any {
		row := g.next("medicalItems", "", "uuid code")
		return but(drugForm(g), "uuid", at(row, "uuid"), "code", at(row, "code"))
	}},
	{"deleteItem", true, func(g *ground) map[string]any {
		return one(g.made("createItem", drugForm(g), "medicalItems", "uuid"))
	}},
	{"createService", true, visitForm},
	{"updateService", true, func(g *ground) map[string]any {
		row := g.next("medicalServices", "", "uuid code")
		return but(visitForm(g), "uuid", at(row, "uuid"), "code", at(row, "code"))
	}},
	{"deleteService", true, func(g *ground) map[string]any {
		return one(g.made("createService", visitForm(g), "medicalServices", "uuid"))
	}},
	{"createItemsPricelist", true, priceListForm},
	{"updateItemsPricelist", true, func(g *ground) map[string]any {
		return but(priceListForm(g), "uuid", at(g.next("itemsPricelists", "", "uuid"), "uuid"))
	}},
	{"deleteItemsPricelist", true, func(g *ground) map[string]any {
		form := priceListForm(g)
		g.done("createItemsPricelist", form)
		return one(g.found("itemsPricelists", fmt.Sprintf("name_Icontains: %q", form["name"]), "uuid"))
	}},
	{"createServicesPricelist", true, priceListForm},
	{"updateServicesPricelist", true, func(g *ground) map[string]any {
		return but(priceListForm(g), "uuid", at(g.next("servicesPricelists", "", "uuid"), "uuid"))
	}},
	{"deleteServicesPricelist", true, func(g *ground) map[string]any {
		form := priceListForm(g)
		g.done("createServicesPricelist", form)
		return one(g.found("servicesPricelists", fmt.Sprintf("name_Icontains: %q", form["name"]), "uuid"))
	}},
	{"createRole", true, roleForm},
	{"updateRole", true, func(g *ground) map[string]any {
		return but(roleForm(g), "uuid", at(g.made("createRole", roleForm(g), "role", "uuid"), "uuid"))
	}},
	{"deleteRole", true, func(g *ground) map[string]any { return one(g.made("createRole", roleForm(g), "role", "uuid")) }},
	{"createUser", false, userForm},
	{"updateUser", false, func(g *ground) map[string]any {
		form := userForm(g)
		return but(form, "uuid", decodedKey(g.t, at(g.made("createUser", form, "users", ""), "id")))
	}},
	{"deleteUser", false, func(g *ground) map[string]any {
		return map[string]any{"uuids": []any{decodedKey(g.t, at(g.made("createUser", userForm(g), "users", ""), "id"))}}
	}},
}

func drugForm(g *ground) map[string]any {
	return map[string]any{"code": g.code(), "name": "Quinine", "type": "D", "price": "10.50", "quantity": "20", "careType": "B", "frequency": "5", "patientCategory": 15, "package": "20 tablets"}
}

func visitForm(g *ground) map[string]any {
	return map[string]any{"code": g.code(), "name": "Evening visit", "type": "C", "level": "V", "price": "4", "careType": "O", "patientCategories": []any{"MALE", "FEMALE", "ADULT"}}
}

func priceListForm(g *ground) map[string]any {
	return map[string]any{"name": "List " + g.code(), "pricelistDate": "2026-01-01", "locationId": at(g.place("D"), "uuid"), "addedDetails": []any{}, "priceOverrules": []any{}}
}

func roleForm(g *ground) map[string]any {
	return map[string]any{"name": "Role " + g.code(), "altLanguage": "Rôle", "isSystem": false, "isBlocked": false, "rightsId": []any{101101, 122001}}
}

func userForm(g *ground) map[string]any {
	district := g.key(g.place("D"))
	return map[string]any{"username": g.code(), "userTypes": []any{"INTERACTIVE", "OFFICER"}, "lastName": "Doe", "otherNames": "Jane", "password": "Secret123!", "districts": []any{district},
		"locationId": district, "language": "en", "roles": []any{g.role}, "birthDate": "1990-01-01", "address": "addr"}
}

var placeForms = []everyForm{
	{"createLocation", false, villageForm},
	{"updateLocation", false, func(g *ground) map[string]any {
		row := g.next("locations", `type: "V"`, "uuid code")
		return map[string]any{"uuid": at(row, "uuid"), "code": at(row, "code"), "name": "Renamed", "type": "V"}
	}},
	{"moveLocation", false, func(g *ground) map[string]any {
		row := g.next("locations", `type: "V"`, "uuid code parent { uuid }")
		for _, ward := range g.here("locations", `type: "W"`, "uuid code") {
			if at(ward, "uuid") != at(row, "parent", "uuid") {
				return map[string]any{"uuid": at(row, "uuid"), "newParentUuid": at(ward, "uuid")}
			}
		}
		return nil
	}},
	{"deleteLocation", false, func(g *ground) map[string]any {
		form := villageForm(g)
		g.done("createLocation", form)
		row := g.found("locationsStr", fmt.Sprintf("str: %q", form["code"]), "uuid code")
		return map[string]any{"uuid": at(row, "uuid"), "code": at(row, "code")}
	}},
	{"createHealthFacility", false, facilityForm},
	{"updateHealthFacility", false, func(g *ground) map[string]any {
		row := g.next("healthFacilities", "", "uuid code")
		return but(facilityForm(g), "uuid", at(row, "uuid"), "code", at(row, "code"))
	}},
	{"deleteHealthFacility", false, func(g *ground) map[string]any {
		form := but(facilityForm(g), "catchments", []any{})
		g.done("createHealthFacility", form)
		row := g.found("healthFacilities", fmt.Sprintf("code: %q", form["code"]), "uuid code")
		return map[string]any{"uuid": at(row, "uuid"), "code": at(row, "code")}
	}},
}

func villageForm(g *ground) map[string]any {
	return map[string]any{"code": g.code(), "name": "Newtown", "type": "V", "parentUuid": at(g.place("W"), "uuid")}
}

func facilityForm(g *ground) map[string]any {
	return map[string]any{"code": g.code(), "name": "Hill clinic", "legalFormId": "G", "level": "C", "subLevelId": "I", "locationId": g.key(g.place("D")), "careType": "B", "status": "AC",
		"catchments": []any{map[string]any{"locationId": g.key(g.place("V")), "catchment": 80}}}
}

var peopleForms = []everyForm{
	{"createFamily", false, familyForm},
	{"updateFamily", false, func(g *ground) map[string]any {
		row := g.next("families", "", "uuid headInsuree { uuid chfId } location { id }")
		head := but(personForm(), "uuid", at(row, "headInsuree", "uuid"), "chfId", at(row, "headInsuree", "chfId"))
		return but(familyForm(g), "uuid", at(row, "uuid"), "headInsuree", head, "locationId", g.key(row, "location"))
	}},
	{"createInsuree", false, func(g *ground) map[string]any {
		return but(personForm(), "familyId", g.key(g.next("families", "", "uuid headInsuree { uuid chfId } location { id }")), "relationshipId", 4)
	}},
	{"updateInsuree", false, func(g *ground) map[string]any {
		row := g.member()
		return but(personForm(), "uuid", at(row, "uuid"), "chfId", at(row, "chfId"), "familyId", g.key(row, "family"))
	}},
	{"setFamilyHead", false, func(g *ground) map[string]any {
		row := g.member()
		return map[string]any{"uuid": at(row, "family", "uuid"), "insureeUuid": at(row, "uuid")}
	}},
	{"removeInsurees", false, func(g *ground) map[string]any {
		row := g.made("createInsuree", but(personForm(), "familyId", g.key(g.next("families", "", "uuid headInsuree { uuid chfId } location { id }"))), "insurees", personFields)
		return map[string]any{"uuid": at(row, "family", "uuid"), "uuids": []any{at(row, "uuid")}, "cancelPolicies": true}
	}},
	{"changeInsureeFamily", false, func(g *ground) map[string]any {
		families := "uuid headInsuree { uuid chfId } location { id }"
		row := g.made("createInsuree", but(personForm(), "familyId", g.key(g.next("families", "", families))), "insurees", personFields)
		return map[string]any{"familyUuid": at(g.next("families", "", families), "uuid"), "insureeUuid": at(row, "uuid"), "cancelPolicies": true}
	}},
	{"deleteInsurees", false, func(g *ground) map[string]any {
		return one(g.made("createInsuree", but(personForm(), "familyId", g.key(g.next("families", "", "uuid headInsuree { uuid chfId } location { id }"))), "insurees", personFields))
	}},
	{"deleteFamilies", false, func(g *ground) map[string]any {
		return but(one(g.made("createFamily", familyForm(g), "families", "uuid")), "deleteMembers", true)
	}},
}

const personFields = "uuid chfId head family { id uuid }"

// member gives somebody of a family who is not its head.
func (g *ground) member() any {
	g.t.Helper()
	for {
		if row := g.next("insurees", "", personFields); at(row, "head") == false && at(row, "family") != nil {
			return row
		}
	}
}

func personForm() map[string]any {
	return map[string]any{"lastName": "Riverside", "otherNames": "Jane", "genderId": "F", "dob": "1990-05-01", "head": false, "marital": "M", "phone": "123", "cardIssued": true, "professionId": 4, "educationId": 2,
		"typeOfIdId": "P", "passport": "P1", "status": "AC", "jsonExt": `"{\"a\":1}"`, "photo": map[string]any{"officerId": 1, "date": "2024-01-15", "photo": "aGVsbG8=", "folder": "x", "filename": "a.jpg"}}
}

func familyForm(g *ground) map[string]any {
	return map[string]any{"headInsuree": but(personForm(), "head", true), "locationId": g.key(g.place("V")), "poverty": true, "familyTypeId": "H", "address": "street", "jsonExt": `{"b":2}`}
}
