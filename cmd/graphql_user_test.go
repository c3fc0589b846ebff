package cmd_test

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"github.com/openimis/openimis-go/persistence"
)

// Who is signed in reads himself with his roles, rights and districts; nobody is null.
func TestCurrentUserField(t *testing.T) {
	const query = `{ user { id username rights lastName iUser { language { code name } roles { name isSystem } userdistrictSet { location { name code parent { name } } } }
		claimAdmin { code healthFacility { code } } officer { code officerVillages { location { type } } } healthFacility { code } } }`
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, unlimited)
		if out := decoded(t, ask(s, call{}, query, nil)); at(out, "errors") != nil || at(out, "data", "user") != nil {
			t.Errorf("nobody: %v", out)
		}
		admin := at(asked(t, s, "CA001:claims123", query, nil), "user")
		if at(admin, "username") != "CA001" || at(admin, "iUser", "language", "code") != "en" || at(admin, "claimAdmin", "code") != "CA001" || at(admin, "officer") != nil {
			t.Errorf("the claim administrator: %v", admin)
		}
		if at(admin, "healthFacility", "code") != at(admin, "claimAdmin", "healthFacility", "code") || at(admin, "healthFacility") == nil {
			t.Errorf("his facility: %v", at(admin, "healthFacility"))
		}
		if at(admin, "iUser", "roles", "isSystem") != 256.0 || at(admin, "iUser", "userdistrictSet", "location", "parent", "name") == nil {
			t.Errorf("his roles and districts: %v", at(admin, "iUser"))
		}
		if rights, _ := at(admin, "rights").([]any); len(rights) == 0 || rights[0] != "101001" {
			t.Errorf("his rights: %v", at(admin, "rights"))
		}
		officer := at(asked(t, s, "EO001:officer123", query, nil), "user")
		if at(officer, "officer", "code") != "EO001" || at(officer, "officer", "officerVillages", "location", "type") != "V" || at(officer, "claimAdmin") != nil {
			t.Errorf("the officer: %v", officer)
		}
	})
}

// The list of users has officers and claim administrators nobody logs in as, and finds by
// all the filters of its page.
func TestUserList(t *testing.T) {
	const admin = "Admin:admin123"
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, unlimited)
		count := func(user, arguments string) float64 {
			t.Helper()
			n, _ := at(asked(t, s, user, `{ users(`+arguments+`) { totalCount edges { node { id username iUser { roles { id } } officer { code } claimAdmin { code } } } } }`, nil), "users", "totalCount").(float64)
			return n
		}
		all := count(admin, `first: 5, orderBy: ["-username"]`)
		logins, officers, admins := count(admin, `userTypes: [INTERACTIVE]`), count(admin, `userTypes: [OFFICER]`), count(admin, `userTypes: [CLAIM_ADMIN]`)
		if both := count(admin, `userTypes: [INTERACTIVE, OFFICER, CLAIM_ADMIN]`); both != all || logins == 0 || officers < 2 || admins < 2 || logins >= all {
			t.Fatalf("%v log in, %v are officers and %v claim administrators: %v of %v", logins, officers, admins, both, all)
		}
		if n := count(admin, `userTypes: [TECHNICAL]`); n != 0 {
			t.Errorf("%v technical users", n)
		}
		node := at(asked(t, s, admin, `{ users(username_Icontains: "ca001") { edges { node { id iUser { id roles { id } userdistrictSet { location { id uuid parent { id uuid } } } } claimAdmin { id dob healthFacility { id } } } } } }`, nil), "users", "edges", "node")
		district := at(node, "iUser", "userdistrictSet", "location")
		for _, arguments := range []string{
			fmt.Sprintf(`id: %q`, at(node, "id")), `str: "CA001"`, fmt.Sprintf(`roleId: %d, str: "CA0"`, number(t, at(node, "iUser", "roles", "id"))),
			fmt.Sprintf(`roles: [%d], username_Icontains: "a001"`, number(t, at(node, "iUser", "roles", "id"))),
			fmt.Sprintf(`healthFacilityId: %d, str: "CA001"`, number(t, at(node, "claimAdmin", "healthFacility", "id"))),
			fmt.Sprintf(`districtId: %d, str: "CA001"`, number(t, at(district, "id"))), fmt.Sprintf(`regionId: %d, str: "CA001"`, number(t, at(district, "parent", "id"))),
			fmt.Sprintf(`regionIds: [%d], str: "CA001"`, number(t, at(district, "parent", "id"))),
			fmt.Sprintf(`parentLocation: %q, parentLocationLevel: 1, str: "CA001"`, at(district, "uuid")),
			fmt.Sprintf(`parentLocation: %q, parentLocationLevel: 0, str: "CA001"`, at(district, "parent", "uuid")),
		} {
			if n := count(admin, arguments); n != 1 {
				t.Errorf("%s: %v", arguments, n)
			}
		}
		for _, arguments := range []string{`roles: [999999]`, `regionId: 999999`, `municipalityId: 999999`, `lastName: "nobody at all"`, `birthDateFrom: "2999-01-01"`, `healthFacilityId: 999999`} {
			if n := count(admin, arguments); n != 0 {
				t.Errorf("%s: %v", arguments, n)
			}
		}
		if n := count(admin, `regionIds: [999999], userTypes: [INTERACTIVE]`); n == logins {
			t.Errorf("all %v users work in a region that is not there", n)
		}
		out := decoded(t, ask(s, call{user: "CA001:claims123"}, `{ users { totalCount } }`, nil))
		if at(out, "data", "users") != nil || at(out, "errors", "message") == nil {
			t.Errorf("without the right: %v", out)
		}
		rights := at(asked(t, s, admin, `{ modulesPermissions { modulePermsList { moduleName permissions { permsName permsValue } } } passwordPolicy }`, nil), "modulesPermissions", "modulePermsList").([]any)
		seen := map[any]bool{}
		for _, module := range rights {
			for _, right := range at(module, "permissions").([]any) {
				if n, _ := at(right, "permsValue").(float64); n < 100_000 || seen[n] {
					t.Errorf("%v: %v", at(module, "moduleName"), right)
				} else {
					seen[n] = true
				}
			}
		}
	})
}

// A user who is an officer and a claim administrator too is entered, signs on, loses his
// log-in and is changed as the officer he still is.
func TestUserForm(t *testing.T) {
	const admin = "Admin:admin123"
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, unlimited)
		done, refused := forms(t, s, admin)
		facility := at(asked(t, s, admin, `{ healthFacilities(first: 1) { edges { node { id location { id } } } } }`, nil), "healthFacilities", "edges", "node")
		district := number(t, at(facility, "location", "id"))
		role := number(t, at(asked(t, s, admin, `{ role(systemRoleId: 1) { edges { node { id } } } }`, nil), "role", "edges", "node", "id"))
		form := func(types ...any) map[string]any {
			return map[string]any{"uuid": nil, "username": "JDOE", "userTypes": types, "lastName": "Doe", "otherNames": "Jane", "phone": "123", "email": "j@x.example", "password": "Secret123!",
				"healthFacilityId": fmt.Sprint(number(t, at(facility, "id"))), "districts": []any{fmt.Sprint(district)}, "locationId": fmt.Sprint(district), "language": "en",
				"roles": []any{fmt.Sprint(role)}, "birthDate": "1990-01-01", "address": "addr"}
		}
		for member, value := range map[string]any{"language": "xx", "roles": []any{999999}, "password": "x", "locationId": 999999, "healthFacilityId": 999999, "districts": []any{999999}} {
			wrong := form("INTERACTIVE", "OFFICER", "CLAIM_ADMIN")
			wrong[member] = value
			refused(admin, "createUser", wrong, member)
		}
		refused(admin, "createUser", form("TECHNICAL"), "userTypes")
		refused("doctor:doctor123", "createUser", form("INTERACTIVE"), "right")
		done("createUser", form("INTERACTIVE", "OFFICER", "CLAIM_ADMIN"))
		find := func() any {
			t.Helper()
			return at(asked(t, s, admin, `{ users(username_Icontains: "jdoe") { totalCount edges { node { id iUser { id phone roles { id } } officer { id code dob hasLogin address uuid } claimAdmin { code hasLogin } } } } }`, nil), "users", "edges", "node")
		}
		node := find()
		if at(node, "iUser", "phone") != "123" || at(node, "officer", "dob") != "1990-01-01" || at(node, "officer", "hasLogin") != true || at(node, "claimAdmin", "code") != "JDOE" {
			t.Fatalf("entered: %v", node)
		}
		if who := at(asked(t, s, "JDOE:Secret123!", `{ user { username } }`, nil), "user", "username"); who != "JDOE" {
			t.Errorf("signed on as %v", who)
		}
		if p := decoded(t, (call{target: fmt.Sprintf("/fhir/Practitioner/%v", at(node, "officer", "uuid")), user: admin}).on(s)); at(p, "name", "family") != "Doe" {
			t.Errorf("FHIR shows %v", p)
		}
		changed := form("INTERACTIVE", "OFFICER", "CLAIM_ADMIN")
		changed["uuid"], changed["phone"], changed["password"] = decodedID(at(node, "id")), "456", ""
		done("updateUser", changed)
		if got := find(); at(got, "iUser", "phone") != "456" || at(got, "iUser", "id") != at(node, "iUser", "id") {
			t.Errorf("changed: %v", got)
		}
		silent := form("OFFICER")
		silent["uuid"], silent["address"] = decodedID(at(node, "id")), "elsewhere"
		done("updateUser", silent)
		got := find()
		if at(got, "iUser") != nil || at(got, "officer", "hasLogin") != false || at(got, "officer", "address") != "elsewhere" {
			t.Errorf("without log-in: %v", got)
		}
		done("deleteUser", map[string]any{"uuids": []any{decodedID(at(got, "id"))}})
		if left := find(); left != nil {
			t.Errorf("left: %v", left)
		}
	})
}

// decodedID gives the key of a global id, as the UI sends it.
func decodedID(id any) string {
	plain, _ := base64.StdEncoding.DecodeString(fmt.Sprint(id))
	_, key, _ := strings.Cut(string(plain), ":")
	return key
}
