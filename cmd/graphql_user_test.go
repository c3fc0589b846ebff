package cmd_test

import (
	"fmt"
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
