package cmd_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/openimis/openimis-go/persistence"
)

// A mutation is answered at once; the log says how it went, also for who lacks the right.
func TestMutationLog(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, unlimited)
		out := decoded(t, ask(s, call{user: "Admin:admin123"}, `{ insurees(first: 100, family_Isnull: false) { edges { node { uuid chfId head } } } }`, nil))
		var head, number string
		var members []string
		for _, edge := range at(out, "data", "insurees", "edges").([]any) {
			uuid := at(edge, "node", "uuid").(string)
			if at(edge, "node", "head") == true {
				head, number = uuid, at(edge, "node", "chfId").(string)
			} else {
				members = append(members, uuid)
			}
		}
		// sent gives the state the log has of the removal, and its errors.
		sent := func(user, id, uuid string) (status any, faults string) {
			answer := decoded(t, ask(s, call{user: user}, fmt.Sprintf(`mutation { deleteInsurees(input: { clientMutationId: %q clientMutationLabel: "Delete" uuids: %q }) { clientMutationId internalId } }`, id, uuid), nil))
			if at(answer, "errors") != nil || at(answer, "data", "deleteInsurees", "clientMutationId") != id || at(answer, "data", "deleteInsurees", "internalId") == nil {
				t.Fatalf("%s: %v", id, answer)
			}
			log := decoded(t, ask(s, call{user: user}, `query ($id: String) { mutationLogs(clientMutationId: $id) { totalCount edges { node { id status error clientMutationLabel jsonContent requestDateTime insurees { insuree { uuid } } } } } }`, map[string]any{"id": id}))
			node := at(log, "data", "mutationLogs", "edges", "node")
			if at(log, "errors") != nil || at(log, "data", "mutationLogs", "totalCount") != 1.0 || at(node, "clientMutationLabel") != "Delete" || !strings.Contains(at(node, "jsonContent").(string), uuid) {
				t.Fatalf("%s: %v", id, log)
			}
			faults, _ = at(node, "error").(string)
			return at(node, "status"), faults
		}
		if status, faults := sent("doctor:doctor123", "m-1", head); status != 1.0 || !strings.Contains(faults, "right") {
			t.Errorf("without the right: %v %s", status, faults)
		}
		status, faults := sent("Admin:admin123", "m-2", head)
		var list []struct {
			Title string
			List  []struct{ Message string }
		}
		if err := json.Unmarshal([]byte(faults), &list); status != 1.0 || err != nil || len(list) != 1 || list[0].Title != number || len(list[0].List) != 1 || !strings.Contains(list[0].List[0].Message, "head") {
			t.Errorf("the head of a family: %v %s", status, faults)
		}
		done := false
		for i, member := range members { // somebody no claim is about
			if status, _ := sent("Admin:admin123", fmt.Sprintf("m-3-%d", i), member); status != 2.0 {
				continue
			}
			done = true
			gone := decoded(t, ask(s, call{user: "Admin:admin123"}, fmt.Sprintf(`{ insurees(uuid: %q) { totalCount } }`, member), nil))
			if at(gone, "data", "insurees", "totalCount") != 0.0 {
				t.Errorf("the person is still there: %v", gone)
			}
			break
		}
		if !done {
			t.Errorf("none of %d members could be removed", len(members))
		}
		mine := decoded(t, ask(s, call{user: "doctor:doctor123"}, `{ mutationLogs(first: 5, orderBy: "-request_date_time") { totalCount } }`, nil))
		if at(mine, "data", "mutationLogs", "totalCount") != 1.0 {
			t.Errorf("the log of another is seen: %v", mine)
		}
	})
}
