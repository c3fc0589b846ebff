package cmd_test

import (
	"testing"

	"github.com/openimis/openimis-go/persistence"
)

// A role is entered with its rights, found by one of them, changed and deleted; those of
// the system stay as they are.
func TestRoleForms(t *testing.T) {
	const admin = "Admin:admin123"
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, unlimited)
		done, refused := forms(t, s, admin)
		free := func() any {
			return at(asked(t, s, admin, `{ isValid: validateRoleName(roleName: "Night clerk") }`, nil), "isValid")
		}
		form := func(rights ...any) map[string]any {
			return map[string]any{"name": "Night clerk", "altLanguage": "Veilleur", "isSystem": false, "isBlocked": false, "rightsId": rights}
		}
		if free() != true {
			t.Error("the name should be free at first")
		}
		entered := form(122001, 101101)
		done("createRole", entered)
		if got := at(asked(t, s, admin, `query ($id: String) { role(clientMutationId: $id) { edges { node { name } } } }`, map[string]any{"id": entered["clientMutationId"]}), "role", "edges", "node", "name"); got != "Night clerk" {
			t.Errorf("the form looks for the role it entered and finds %v", got)
		}
		if free() != false {
			t.Error("the name should be taken then")
		}
		refused(admin, "createRole", form(122001), "name")
		wrong := form(7)
		wrong["name"] = "Other"
		refused(admin, "createRole", wrong, "rightsId[0]")
		refused("doctor:doctor123", "createRole", wrong, "right")

		const shown = `{ role(isSystem: false, isBlocked: false, roleRight: 101101, name_Icontains: "night") { totalCount edges { node { uuid name altLanguage isSystem isBlocked } } } }`
		found := at(asked(t, s, admin, shown, nil), "role")
		node := at(found, "edges", "node")
		if at(found, "totalCount") != 1.0 || at(node, "altLanguage") != "Veilleur" || at(node, "isSystem") != 0.0 {
			t.Errorf("entered: %v", found)
		}
		rights := func() []any {
			t.Helper()
			edges, _ := at(asked(t, s, admin, `query ($id: String) { roleRight(role_Uuid: $id) { edges { node { rightId } } } }`, map[string]any{"id": at(node, "uuid")}), "roleRight", "edges").([]any)
			return edges
		}
		if got := rights(); len(got) != 2 || at(got[0], "node", "rightId") != 101101.0 {
			t.Errorf("rights: %v", got)
		}
		changed := form(122001)
		changed["uuid"], changed["isBlocked"] = at(node, "uuid"), true
		done("updateRole", changed)
		if got := rights(); len(got) != 1 || at(got[0], "node", "rightId") != 122001.0 {
			t.Errorf("rights after the change: %v", got)
		}
		if at(asked(t, s, admin, shown, nil), "role", "totalCount") != 0.0 {
			t.Error("a blocked role without the right is still found")
		}
		system := at(asked(t, s, admin, `{ role(isSystem: true, systemRoleId: 1) { edges { node { uuid name isSystem } } } }`, nil), "role", "edges", "node")
		if at(system, "isSystem") != 1.0 {
			t.Errorf("the enrolment officer: %v", system)
		}
		refused(admin, "deleteRole", map[string]any{"uuids": []any{at(system, "uuid")}}, "system")
		done("deleteRole", map[string]any{"uuids": []any{at(node, "uuid")}})
		if free() != true {
			t.Error("the name should be free again")
		}
		out := decoded(t, ask(s, call{user: "doctor:doctor123"}, `{ role { totalCount } }`, nil))
		if at(out, "errors") == nil || at(out, "data", "role") != nil {
			t.Errorf("without the right: %v", out)
		}
	})
}
