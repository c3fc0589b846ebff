package cmd_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/openimis/openimis-go/cmd"
	"github.com/openimis/openimis-go/persistence"
)

// A facility and a claim changed through GraphQL, FHIR and a direct update show the same
// values on all doors, as TestOneInsureeOnAllDoors holds for a person.
func TestFacilityAndClaimOnAllDoors(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, unlimited)
		near, _ := grounds(t, s)
		done, _ := forms(t, s, admin)
		clinic, bill := facilityForm(near), claimForm(near)
		done("createHealthFacility", clinic)
		done("createClaim", bill)
		for _, c := range []struct {
			list, code, resource, field, table, column, key string
			form                                            map[string]any
			shown                                           func(resource any) any
			change                                          func(resource map[string]any, value string)
			values                                          [3]string // by GraphQL, by FHIR, by SQL
		}{
			{"healthFacilities", clinic["code"].(string), "Organization", "name", "tblHF", "HFName", "HfUUID", but(clinic, "name", "By graph"),
				func(resource any) any { return at(resource, "name") },
				func(resource map[string]any, value string) { resource["name"] = value },
				[3]string{"By graph", "By FHIR", "By SQL"}},
			{"claims", bill["code"].(string), "Claim", "dateTo", "tblClaim", "DateTo", "ClaimUUID", but(bill, "dateFrom", "2026-01-02", "dateTo", "2026-01-03"),
				func(resource any) any { return at(resource, "billablePeriod", "end") },
				func(resource map[string]any, value string) {
					resource["billablePeriod"].(map[string]any)["end"] = value
				},
				[3]string{"2026-01-03", "2026-01-04", "2026-01-05"}},
		} {
			uuid := at(near.found(c.list, fmt.Sprintf("code: %q", c.code), "uuid"), "uuid").(string)
			target := "/fhir/" + c.resource + "/" + uuid
			agree := func(want string) any {
				t.Helper()
				resource := decoded(t, (call{target: target, user: admin}).on(s))
				if row := near.found(c.list, fmt.Sprintf("code: %q", c.code), c.field); c.shown(resource) != want || at(row, c.field) != want {
					t.Errorf("%s: FHIR has %v, GraphQL %v; want %s", c.resource, c.shown(resource), at(row, c.field), want)
				}
				return resource
			}
			c.form["uuid"] = uuid
			done("update"+map[string]string{"claims": "Claim", "healthFacilities": "HealthFacility"}[c.list], c.form)
			resource := agree(c.values[0]).(map[string]any)
			c.change(resource, c.values[1])
			body, _ := json.Marshal(resource)
			if w := (call{method: "PUT", target: target, user: admin, header: map[string]string{"Content-Type": "application/fhir+json"}, body: string(body)}).on(s); w.Code != 200 {
				t.Fatalf("%s: %d %s", c.resource, w.Code, w.Body)
			}
			agree(c.values[1])
			err := store.Tx(system(), func(x *persistence.Session) error {
				return x.DB().Exec(fmt.Sprintf(`UPDATE "%s" SET "%s" = ? WHERE "%s" = ? AND "ValidityTo" IS NULL`, c.table, c.column, c.key), c.values[2], persistence.UUID(uuid)).Error
			})
			if err != nil {
				t.Fatal(err)
			}
			agree(c.values[2])
		}
	})
}

// What waits for a worker is found by nothing yet, so that no form opens it too early; once the
// log says it is done, the row is found by the client's id, as the forms look for it then.
func TestWaitingMutationIsFoundWhenDone(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, func(p *cmd.Parts) { unlimited(p); later(t, "fhir", "graphql")(p) })
		worker := assemble(t, store, func(p *cmd.Parts) { unlimited(p); later(t, "worker")(p) })
		near := &ground{t: t, s: s}
		send(t, s, "d-1", "createItem", drugForm(near))
		found := func() (items any, logged any) {
			t.Helper()
			out := asked(t, s, admin, `{ medicalItems(clientMutationId: "d-1") { totalCount edges { node { uuid } } } mutationLogs(clientMutationId: "d-1") { edges { node { status error } } } }`, nil)
			return at(out, "medicalItems", "totalCount"), at(out, "mutationLogs", "edges", "node", "status")
		}
		if items, status := found(); items != 0.0 || status != 0.0 {
			t.Errorf("waiting: %v items, the log says %v", items, status)
		}
		defer atWork(worker)()
		if state := settled(t, s, "d-1"); state != 2.0 {
			t.Fatalf("the log says %v", state)
		}
		if items, status := found(); items != 1.0 || status != 2.0 {
			t.Errorf("done: %v items, the log says %v", items, status)
		}
	})
}
