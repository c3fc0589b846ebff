package cmd_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"

	"gorm.io/gorm"

	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

// dense writes a JSON document without the spaces some databases put into it.
func dense(text any) string { return strings.ReplaceAll(fmt.Sprint(text), " ", "") }

// A family is entered with its head and his photograph, gets a member, another head, loses
// one to another family; FHIR shows each step, and what FHIR alone keeps stays.
func TestInsureeAndFamilyForms(t *testing.T) {
	const admin = "Admin:admin123"
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, unlimited)
		done, refused := forms(t, s, admin)
		village := number(t, at(asked(t, s, admin, `{ locations(type: "V", first: 1) { edges { node { id } } } }`, nil), "locations", "edges", "node", "id"))
		person := func(name string) map[string]any {
			return map[string]any{"lastName": "Riverside", "otherNames": name, "genderId": "F", "dob": "1990-05-01", "head": true, "marital": "M", "phone": "123", "email": "j@example.org",
				"currentAddress": "addr", "currentVillageId": village, "cardIssued": true, "professionId": 4, "educationId": 2, "typeOfIdId": "P", "passport": "P1", "status": "AC",
				"jsonExt": `"{\"a\":1}"`, "photo": map[string]any{"officerId": 1, "date": "2024-01-15", "photo": "aGVsbG8=", "folder": "x", "filename": "a.jpg"}}
		}
		family := func() map[string]any {
			return map[string]any{"headInsuree": person("Jane"), "locationId": village, "poverty": true, "familyTypeId": "H", "address": "street", "confirmationNo": "C1", "jsonExt": `{"b":2}`}
		}
		find := func(arguments string) any {
			t.Helper()
			return at(asked(t, s, admin, `{ insurees(`+arguments+`, lastName_Icontains: "riverside") { edges { node { id uuid chfId otherNames head phone status jsonExt currentAddress photo { id photo date filename officerId }
				family { id uuid address poverty jsonExt confirmationNo familyType { code } headInsuree { uuid } location { id } } } } } }`, nil), "insurees", "edges", "node")
		}
		for member, value := range map[string]any{"genderId": "Q", "professionId": 99, "currentVillageId": 999999, "healthFacilityId": 999999, "status": "XX", "photo": map[string]any{"photo": "?"}} {
			wrong := family()
			wrong["headInsuree"].(map[string]any)[member] = value
			refused(admin, "createFamily", wrong, "headInsuree."+member)
		}
		without := family()
		delete(without, "locationId")
		refused(admin, "createFamily", without, "locationId")
		refused("doctor:doctor123", "createFamily", family(), "right")
		if find(`first: 1`) != nil {
			t.Fatal("what was refused left somebody behind")
		}

		done("createFamily", family())
		jane := find(`otherNames_Icontains: "jane"`)
		home := at(jane, "family")
		if at(jane, "head") != true || dense(at(jane, "jsonExt")) != `{"a":1}` || at(jane, "photo", "photo") != "aGVsbG8=" || at(jane, "photo", "officerId") != 1.0 || at(home, "address") != "street" ||
			at(home, "poverty") != true || at(home, "familyType", "code") != "H" || at(home, "headInsuree", "uuid") != at(jane, "uuid") || dense(at(home, "jsonExt")) != `{"b":2}` || at(jane, "chfId") == nil {
			t.Fatalf("entered: %v", jane)
		}
		fhir := func(uuid any) any {
			t.Helper()
			return decoded(t, (call{target: fmt.Sprintf("/fhir/Patient/%v", uuid), user: admin}).on(s))
		}
		if p := fhir(at(jane, "uuid")); at(p, "name", "family") != "Riverside" || at(p, "photo", "data") != "aGVsbG8=" || at(p, "birthDate") != "1990-05-01" {
			t.Errorf("FHIR shows %v", p)
		}

		member := person("John")
		member["head"], member["familyId"], member["relationshipId"] = false, number(t, at(home, "id")), 8
		done("createInsuree", member)
		john := find(`otherNames_Icontains: "john"`)
		if at(john, "family", "uuid") != at(home, "uuid") || at(john, "head") != false {
			t.Fatalf("the member: %v", john)
		}
		change := person("Johnny")
		change["uuid"], change["head"], change["familyId"], change["chfId"] = at(john, "uuid"), false, number(t, at(home, "id")), at(john, "chfId")
		delete(change, "phone")
		delete(change, "photo")
		refused("doctor:doctor123", "updateInsuree", change, "right")
		done("updateInsuree", change)
		if got := find(`otherNames_Icontains: "johnny"`); at(got, "phone") != nil || at(got, "photo", "photo") != "aGVsbG8=" || at(got, "chfId") != at(john, "chfId") {
			t.Errorf("changed: %v", got)
		}

		done("setFamilyHead", map[string]any{"uuid": at(home, "uuid"), "insureeUuid": at(john, "uuid")})
		if got := find(`otherNames_Icontains: "johnny"`); at(got, "head") != true || at(got, "family", "headInsuree", "uuid") != at(john, "uuid") {
			t.Errorf("the new head: %v", got)
		}
		group := decoded(t, (call{target: fmt.Sprintf("/fhir/Group/%v", at(home, "uuid")), user: admin}).on(s))
		if members, _ := at(group, "member").([]any); len(members) != 2 {
			t.Errorf("the group: %v", group)
		}
		again := family()
		again["uuid"], again["address"], again["poverty"] = at(home, "uuid"), "lane", false
		again["headInsuree"].(map[string]any)["uuid"] = at(jane, "uuid")
		delete(again, "confirmationNo")
		done("updateFamily", again)
		if got := find(`otherNames_Icontains: "jane"`); at(got, "head") != true || at(got, "family", "address") != "lane" || at(got, "family", "confirmationNo") != nil || dense(at(got, "family", "jsonExt")) != `{"b":2}` {
			t.Errorf("the family after its change: %v", got)
		}

		refused(admin, "removeInsurees", map[string]any{"uuid": at(home, "uuid"), "uuids": []any{at(jane, "uuid")}}, "head")
		done("removeInsurees", map[string]any{"uuid": at(home, "uuid"), "uuids": []any{at(john, "uuid")}, "cancelPolicies": true})
		if got := find(`otherNames_Icontains: "johnny"`); got == nil || at(got, "family") != nil {
			t.Errorf("who left: %v", got)
		}
		done("changeInsureeFamily", map[string]any{"familyUuid": at(home, "uuid"), "insureeUuid": at(john, "uuid")})
		if got := find(`otherNames_Icontains: "johnny"`); at(got, "family", "uuid") != at(home, "uuid") {
			t.Errorf("who came back: %v", got)
		}
		if out := asked(t, s, admin, fmt.Sprintf(`{ canAddInsuree(familyId: %d) }`, number(t, at(home, "id"))), nil); fmt.Sprint(at(out, "canAddInsuree")) != "[]" {
			t.Errorf("room in a family without policies: %v", out)
		}
	})
}

// The same person changed through GraphQL, FHIR and a direct update shows the same values
// on all doors, and what only FHIR can say survives the form.
func TestOneInsureeOnAllDoors(t *testing.T) {
	const admin = "Admin:admin123"
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, unlimited)
		done, refused := forms(t, s, admin)
		node := at(asked(t, s, admin, `{ insurees(first: 1, orderBy: ["chfId"], family_Isnull: false) { edges { node { id uuid chfId dob family { id } gender { code } head } } } }`, nil), "insurees", "edges", "node")
		uuid := at(node, "uuid").(string)
		target := "/fhir/Patient/" + uuid
		header := map[string]string{"Content-Type": "application/fhir+json"}
		agree := func(step, name, nickname string) {
			t.Helper()
			p := decoded(t, (call{target: target, user: admin}).on(s))
			g := at(asked(t, s, admin, `query ($id: String) { insurees(uuid: $id) { edges { node { lastName jsonExt } } } }`, map[string]any{"id": uuid}), "insurees", "edges", "node")
			names, _ := at(p, "name").([]any)
			if at(names, "family") != name || at(g, "lastName") != name || len(names) != 2 || at(names[1], "text") != nickname {
				t.Errorf("%s: FHIR has %v, GraphQL %v; want %s", step, names, g, name)
			}
			if text, _ := at(g, "jsonExt").(string); strings.Contains(text, nickname) {
				t.Errorf("%s: the form is shown what FHIR keeps: %s", step, text)
			}
		}
		p := decoded(t, (call{target: target, user: admin}).on(s)).(map[string]any)
		delete(p, "meta") // it claims the profile, which allows one name
		names := p["name"].([]any)
		names[0].(map[string]any)["family"] = "Byfhir"
		p["name"] = append(names, map[string]any{"use": "nickname", "text": "Sparrow"})
		body, _ := json.Marshal(p)
		if w := (call{method: "PUT", target: target, user: admin, header: header, body: string(body)}).on(s); w.Code != 200 {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		agree("after FHIR", "Byfhir", "Sparrow")

		form := func(name string) map[string]any {
			return map[string]any{"uuid": uuid, "lastName": name, "otherNames": "Same", "genderId": at(node, "gender", "code"), "dob": at(node, "dob"), "head": at(node, "head"),
				"familyId": number(t, at(node, "family", "id")), "jsonExt": `"{\"site\":\"x\"}"`}
		}
		done("updateInsuree", form("Bygraph"))
		agree("after GraphQL", "Bygraph", "Sparrow")
		err := store.Tx(persistencetest.System(t), func(x *persistence.Session) error {
			return x.DB().Session(&gorm.Session{}).Model(&persistence.Insuree{}).Where(persistence.In(persistence.Column("", "InsureeUUID"), []persistence.UUID{persistence.UUID(uuid)})).
				Where(persistence.IsNull(persistence.Column("", "ValidityTo"))).Update("LastName", "Bysql").Error
		})
		if err != nil {
			t.Fatal(err)
		}
		agree("after SQL", "Bysql", "Sparrow")

		// Several forms saved at once: each is done or told that another was first.
		var wait sync.WaitGroup
		states := make([]float64, 4)
		for i := range states {
			wait.Add(1)
			go func() {
				defer wait.Done()
				states[i], _ = mutate(t, s, admin, "updateInsuree", form(fmt.Sprintf("At once %d", i)))
			}()
		}
		wait.Wait()
		last := ""
		for i, state := range states {
			if state == 2 {
				last += fmt.Sprintf("At once %d;", i)
			}
		}
		now := at(asked(t, s, admin, `query ($id: String) { insurees(uuid: $id) { totalCount edges { node { lastName } } } }`, map[string]any{"id": uuid}), "insurees")
		if name, _ := at(now, "edges", "node", "lastName").(string); at(now, "totalCount") != 1.0 || last == "" || !strings.Contains(last, name+";") {
			t.Errorf("after %v the person is %v", states, now)
		}

		// Another district's people are not there for who has the right.
		officer, mine := "EO001:officer123", map[any]bool{}
		for _, edge := range at(asked(t, s, officer, `{ insurees { edges { node { uuid } } } }`, nil), "insurees", "edges").([]any) {
			mine[at(edge, "node", "uuid")] = true
		}
		for _, edge := range at(asked(t, s, admin, `{ insurees(first: 100, orderBy: ["-chfId"]) { edges { node { uuid family { id } } } } }`, nil), "insurees", "edges").([]any) {
			if other := at(edge, "node", "uuid"); !mine[other] && at(asked(t, s, officer, `query ($id: String) { insurees(uuid: $id) { totalCount } }`, map[string]any{"id": other}), "insurees", "totalCount") == 0.0 {
				wrong := form("Stranger")
				wrong["uuid"] = other
				refused(officer, "updateInsuree", wrong, "no such thing")
				refused(officer, "deleteInsurees", map[string]any{"uuids": []any{other}}, "no such thing")
				return
			}
		}
		t.Error("the officer sees everybody")
	})
}

// The newest form of a person is told what is wrong with an insurance number; the form of the
// 1.4 line reads yes or no, and yes for the number the person has.
func TestInsureeNumberForms(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, unlimited)
		taken := at(asked(t, s, "Admin:admin123", `{ insurees(first: 1) { edges { node { chfId } } } }`, nil), "insurees", "edges", "node", "chfId").(string)
		for number, want := range map[string]struct {
			code  float64
			older bool
		}{"999000111": {0, true}, taken: {1, true}, " ": {2, false}, strings.Repeat("1", 60): {3, false}} {
			out := asked(t, s, "Admin:admin123", `query ($n: String!) { isValid: insureeNumberValidity(insureeNumber: $n) insureeNumberValidity(insureeNumber: $n)
				newest: insureeNumberValidity(insureeNumber: $n) { isValid errorCode } }`, map[string]any{"n": number})
			if at(out, "newest", "errorCode") != want.code || at(out, "newest", "isValid") != (want.code == 0) || at(out, "isValid") != want.older || at(out, "insureeNumberValidity") != want.older {
				t.Errorf("%q: %v", number, out)
			}
		}
	})
}
