package cmd_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/openimis/openimis-go/persistence"
)

// Several people save the same form at once: each is done or told that another was first,
// and what is there afterwards is all of one of the forms that were done, lists of it included.
func TestFormsSavedAtOnce(t *testing.T) {
	const admin = "Admin:admin123"
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, unlimited)
		done, _ := forms(t, s, admin)
		one := func(query, list string) any {
			t.Helper()
			found := at(asked(t, s, admin, query, nil), list)
			if rows, _ := at(found, "edges").([]any); len(rows) != 1 {
				t.Fatalf("%s: %v", query, found)
			}
			return at(found, "edges", "node")
		}
		drugs, _ := at(asked(t, s, admin, `{ medicalItems(first: 4, orderBy: ["code"]) { edges { node { uuid code } } } }`, nil), "medicalItems", "edges").([]any)
		villages, _ := at(asked(t, s, admin, `{ locations(type: "V", first: 4, orderBy: ["code"]) { edges { node { id code } } } }`, nil), "locations", "edges").([]any)
		district := at(asked(t, s, admin, `{ locations(type: "D", first: 1) { edges { node { id } } } }`, nil), "locations", "edges", "node", "id")
		rights := []int{101101, 101001, 122001, 121001}

		// form gives what the i-th of four people saves, -1 for how it is entered; parts gives
		// the texts of what is there, each with the number of its form at the end.
		for noun, c := range map[string]struct {
			form  func(i int) map[string]any
			parts func() (uuid any, parts []string)
		}{
			"Item": {
				form: func(i int) map[string]any {
					return map[string]any{"code": "ZZ9", "name": fmt.Sprint("Drug ", i), "package": fmt.Sprint("box ", i), "type": "D", "price": "10.50", "careType": "B", "patientCategory": 15}
				},
				parts: func() (any, []string) {
					node := one(`{ medicalItems(code_Icontains: "ZZ9") { edges { node { uuid name package } } } }`, "medicalItems")
					return at(node, "uuid"), []string{fmt.Sprint(at(node, "name")), fmt.Sprint(at(node, "package"))}
				},
			},
			"ItemsPricelist": {
				form: func(i int) map[string]any {
					form := map[string]any{"name": fmt.Sprint("At once ", i), "pricelistDate": "2026-01-01"}
					if i >= 0 {
						uuid := at(drugs[i], "node", "uuid")
						form["addedDetails"], form["priceOverrules"] = []any{uuid}, []any{map[string]any{"uuid": uuid, "price": fmt.Sprint("12.", i)}}
					}
					return form
				},
				parts: func() (any, []string) {
					node := one(`{ itemsPricelists(name_Icontains: "At once") { edges { node { uuid name details { edges { node { priceOverrule } } } } } } }`, "itemsPricelists")
					return at(node, "uuid"), []string{fmt.Sprint(at(node, "name"))} // each form adds a line of its own to the list
				},
			},
			"Role": {
				form: func(i int) map[string]any {
					return map[string]any{"name": fmt.Sprint("At once ", i), "altLanguage": fmt.Sprint("Ensemble ", i), "isSystem": false, "isBlocked": false, "rightsId": []any{rights[max(i, 0)]}}
				},
				parts: func() (any, []string) {
					node := one(`{ role(name_Icontains: "At once") { edges { node { uuid name altLanguage } } } }`, "role")
					has := one(fmt.Sprintf(`{ roleRight(role_Uuid: %q) { edges { node { rightId } } } }`, at(node, "uuid")), "roleRight")
					for i, right := range rights {
						if at(has, "rightId") == float64(right) {
							return at(node, "uuid"), []string{fmt.Sprint(at(node, "name")), fmt.Sprint(at(node, "altLanguage")), fmt.Sprint("right ", i)}
						}
					}
					return at(node, "uuid"), []string{"no right"}
				},
			},
			"HealthFacility": {
				form: func(i int) map[string]any {
					return map[string]any{"code": "ZZ9", "name": fmt.Sprint("Clinic ", i), "phone": fmt.Sprint("7 ", i), "legalFormId": "G", "level": "C", "subLevelId": "I", "careType": "B", "status": "AC",
						"locationId": number(t, district), "catchments": []any{map[string]any{"locationId": number(t, at(villages[max(i, 0)], "node", "id")), "catchment": 50}}}
				},
				parts: func() (any, []string) {
					node := one(`{ healthFacilities(code: "ZZ9") { edges { node { uuid name phone catchments { location { code } } } } } }`, "healthFacilities")
					near, _ := at(node, "catchments").([]any)
					for i := range villages {
						if len(near) == 1 && at(near[0], "location", "code") == at(villages[i], "node", "code") {
							return at(node, "uuid"), []string{fmt.Sprint(at(node, "name")), fmt.Sprint(at(node, "phone")), fmt.Sprint("near ", i)}
						}
					}
					return at(node, "uuid"), []string{fmt.Sprintf("places %v", near)}
				},
			},
		} {
			done("create"+noun, c.form(-1))
			uuid, _ := c.parts()
			var wait sync.WaitGroup
			states := make([]float64, 4)
			for i := range states {
				wait.Add(1)
				go func() {
					defer wait.Done()
					form := c.form(i)
					form["uuid"] = uuid
					states[i], _ = mutate(t, s, admin, "update"+noun, form)
				}()
			}
			wait.Wait()
			_, parts := c.parts()
			for i, state := range states {
				if whole := strings.HasSuffix(parts[0], fmt.Sprint(" ", i)); whole && state != 2 {
					t.Errorf("%s: form %d was refused (%v) and is there: %q", noun, i, states, parts)
				}
			}
			for _, part := range parts {
				if mark := parts[0][strings.LastIndex(parts[0], " "):]; !strings.HasSuffix(part, mark) || mark == " -1" {
					t.Errorf("%s: after %v there is %q", noun, states, parts)
				}
			}
		}
	})
}
