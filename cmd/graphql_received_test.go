package cmd_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/openimis/openimis-go/cmd"
	"github.com/openimis/openimis-go/cmd/server"
	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/graphql"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme"
)

const probeFields = `clientMutationLabel: String clientMutationDetails: [String] mutationExtensions: ParsedJSONString clientMutationId: String`

// breaking is a module whose mutations break off where a test wants them to.
type breaking struct {
	fall  bool                          // whether the next one breaks off
	tried map[persistence.UUID]int      // how often a payer was to be deleted
	after func(c *graphql.Change) error // what enterPayer does once the payer is written
}

func (p *breaking) module() *core.Module {
	m := &core.Module{Name: "breaking", Version: "1.0.0", Summary: "Mutations that break off.", DependsOn: []string{"core"}}
	core.Contribute(m, graphql.Part{
		SDL: "input EnterPayerMutationInput { name: String " + probeFields + " } input EmptyPayersMutationInput { uuids: [String] " + probeFields + " }",
		Mutations: []graphql.Mutation{
			{Field: graphql.Field{SDL: "enterPayer(input: EnterPayerMutationInput!): EnterPayerMutationPayload"}, Do: p.enter},
			{Field: graphql.Field{SDL: "emptyPayers(input: EmptyPayersMutationInput!): EmptyPayersMutationPayload"}, Many: p.empty},
		},
	})
	return m
}

func (p *breaking) enter(c *graphql.Change) error {
	draft := &scheme.PayerDraft{Payer: persistence.Payer{PayerName: c.Text("name"), PayerType: "D"}}
	if err := c.Store.Tx(c.Context, func(x *persistence.Session) error { return scheme.Payers{}.Create(x, draft) }); err != nil {
		return err
	}
	if p.after != nil {
		return p.after(c)
	}
	p.maybeFall()
	return nil
}

func (p *breaking) empty(c *graphql.Change) error {
	return graphql.EachOf(c, "uuids", func(r *persistence.Payer) string { return r.PayerName }, func(x *persistence.Session, row *persistence.Payer) error {
		if p.tried[row.PayerUUID]++; len(p.tried) == 2 {
			p.maybeFall()
		}
		return scheme.Payers{}.Delete(x, row)
	})
}

func (p *breaking) maybeFall() {
	if p.fall {
		p.fall = false
		panic("the program breaks off")
	}
}

// probing serves a demo with the module that breaks off.
func probing(t *testing.T, store *persistence.Store, p *breaking) *server.Server {
	t.Helper()
	return probingWith(t, store, p, func(*cmd.Parts) {})
}

func probingWith(t *testing.T, store *persistence.Store, p *breaking, change func(parts *cmd.Parts)) *server.Server {
	t.Helper()
	p.tried = map[persistence.UUID]int{}
	registry := withModule(t, p.module())
	return assemble(t, store, func(parts *cmd.Parts) {
		parts.Config.RateLimit, parts.Config.Audit, parts.Registry = 0, "off", registry
		change(parts)
	})
}

// send sends a mutation with the id of a client and gives its internalId, "" where there is
// none.
func send(t *testing.T, s http.Handler, id, field string, input map[string]any) string {
	t.Helper()
	input["clientMutationId"] = id
	query := fmt.Sprintf(`mutation ($input: %sMutationInput!) { %s(input: $input) { clientMutationId internalId } }`, strings.ToUpper(field[:1])+field[1:], field)
	internal, _ := at(decoded(t, ask(s, call{user: "Admin:admin123"}, query, map[string]any{"input": input})), "data", field, "internalId").(string)
	return internal
}

// lines gives the states of the lines the log has of a client's id.
func lines(t *testing.T, s http.Handler, id string) []any {
	t.Helper()
	var states []any
	edges, _ := at(asked(t, s, "Admin:admin123", `query ($id: String) { mutationLogs(clientMutationId: $id) { edges { node { status } } } }`, map[string]any{"id": id}), "mutationLogs", "edges").([]any)
	for _, edge := range edges {
		states = append(states, at(edge, "node", "status"))
	}
	return states
}

// payers gives the UUIDs of payers with a name.
func payers(t *testing.T, s http.Handler, name string) []any {
	t.Helper()
	var ids []any
	edges, _ := at(asked(t, s, "Admin:admin123", `query ($name: String) { payers(name_Icontains: $name) { edges { node { uuid } } } }`, map[string]any{"name": name}), "payers", "edges").([]any)
	for _, edge := range edges {
		ids = append(ids, at(edge, "node", "uuid"))
	}
	return ids
}

func alike(got []any, want ...any) bool { return slices.Equal(got, want) }

// What broke off in between stays received, with nothing of it done, and is carried out when
// it is sent again; then never again.
func TestMutationBreaksOff(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		p := &breaking{fall: true}
		s := probing(t, store, p)
		if send(t, s, "b-1", "enterPayer", map[string]any{"name": "Brook"}); !alike(lines(t, s, "b-1"), 0.0) || len(payers(t, s, "Brook")) != 0 {
			t.Errorf("broken off: %v, payers %v", lines(t, s, "b-1"), payers(t, s, "Brook"))
		}
		first := send(t, s, "b-1", "enterPayer", map[string]any{"name": "Brook"})
		again := send(t, s, "b-1", "enterPayer", map[string]any{"name": "Brook"})
		if first == "" || first != again || !alike(lines(t, s, "b-1"), 2.0) || len(payers(t, s, "Brook")) != 1 {
			t.Errorf("sent again: %q and %q, %v, payers %v", first, again, lines(t, s, "b-1"), payers(t, s, "Brook"))
		}
		if other := send(t, s, "b-1", "enterPayer", map[string]any{"name": "Brooklet"}); other == first || !alike(lines(t, s, "b-1"), 2.0, 2.0) {
			t.Errorf("other content under the same id: %q, %v", other, lines(t, s, "b-1"))
		}
		p.after = func(*graphql.Change) error { return core.Errorf(core.Conflict, "no more payers") }
		refused := send(t, s, "b-2", "enterPayer", map[string]any{"name": "Beck"})
		p.after = nil
		if again := send(t, s, "b-2", "enterPayer", map[string]any{"name": "Beck"}); again != refused || !alike(lines(t, s, "b-2"), 1.0) || len(payers(t, s, "Beck")) != 0 {
			t.Errorf("a refusal stays one: %q and %q, %v", refused, again, lines(t, s, "b-2"))
		}
	})
}

// Of a mutation of many rows that broke off, what was done is not done twice.
func TestMutationOfManyBreaksOff(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		p := &breaking{}
		s := probing(t, store, p)
		for _, name := range []string{"Rill A", "Rill B", "Rill C"} {
			send(t, s, name, "enterPayer", map[string]any{"name": name})
		}
		ids := payers(t, s, "Rill")
		p.fall = true
		if send(t, s, "m-1", "emptyPayers", map[string]any{"uuids": ids}); !alike(lines(t, s, "m-1"), 0.0) || len(payers(t, s, "Rill")) != 2 {
			t.Errorf("broken off: %v, payers %v", lines(t, s, "m-1"), payers(t, s, "Rill"))
		}
		if send(t, s, "m-1", "emptyPayers", map[string]any{"uuids": ids}); !alike(lines(t, s, "m-1"), 2.0) || len(payers(t, s, "Rill")) != 0 {
			t.Errorf("sent again: %v, payers %v", lines(t, s, "m-1"), payers(t, s, "Rill"))
		}
		for i, id := range ids {
			if want := []int{1, 2, 1}[i]; p.tried[persistence.UUID(id.(string))] != want {
				t.Errorf("payer %d was to be deleted %d times, want %d", i, p.tried[persistence.UUID(id.(string))], want)
			}
		}
	})
}

// Parallel requests with one id are one mutation.
func TestMutationSentAtOnce(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := probing(t, store, &breaking{})
		answers := make([]string, 8)
		var all sync.WaitGroup
		for i := range answers {
			all.Go(func() { answers[i] = send(t, s, "p-1", "enterPayer", map[string]any{"name": "Spring"}) })
		}
		all.Wait()
		if slices.Sort(answers); answers[0] == "" || answers[7] != answers[0] || !alike(lines(t, s, "p-1"), 2.0) || len(payers(t, s, "Spring")) != 1 {
			t.Errorf("%v, lines %v, payers %v", answers, lines(t, s, "p-1"), payers(t, s, "Spring"))
		}
	})
}

// There is no change without a line that says so: where the log cannot be written, nothing
// is done.
func TestMutationNeedsItsLog(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		p := &breaking{after: func(c *graphql.Change) error { // as if somebody emptied the log
			return c.Store.Tx(c.Context, func(x *persistence.Session) error {
				return x.DB().Where(persistence.Compare(persistence.Column("", "client_mutation_id"), "=", "l-1")).Delete(&persistence.MutationLog{}).Error
			})
		}}
		s := probing(t, store, p)
		if send(t, s, "l-1", "enterPayer", map[string]any{"name": "Ford"}); len(payers(t, s, "Ford")) != 0 {
			t.Error("there is a payer without a line of the log")
		}
		p.after = nil
		if err := store.Tx(system(), func(x *persistence.Session) error { return x.DB().Exec(`DROP TABLE "core_Mutation_Log"`).Error }); err != nil {
			t.Fatal(err)
		}
		if internal := send(t, s, "l-2", "enterPayer", map[string]any{"name": "Ford"}); internal != "" || len(payers(t, s, "Ford")) != 0 {
			t.Errorf("without a log: %q, payers %v", internal, payers(t, s, "Ford"))
		}
	})
}

// What is secret or large never comes into the log, however deep it stands; and how many
// statements a mutation takes is known.
func TestMutationLine(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := probing(t, store, &breaking{})
		status, fault := mutate(t, s, "Admin:admin123", "createUser", map[string]any{
			"username": "linus", "lastName": "Lind", "otherNames": "Linus", "password": "Secret-123!", "language": "en", "roles": []int{4}, "districts": []int{}, "userTypes": []string{"INTERACTIVE"},
		})
		content, _ := at(asked(t, s, "Admin:admin123", `{ mutationLogs(orderBy: ["-request_date_time"], first: 1) { edges { node { jsonContent } } } }`, nil), "mutationLogs", "edges", "node", "jsonContent").(string)
		if !strings.Contains(content, "linus") || strings.Contains(content, "assword") || strings.Contains(content, "Secret") {
			t.Errorf("%v %s: %s", status, fault, content)
		}
		token := at(decoded(t, (call{method: "POST", target: "/fhir/login", body: `{"username":"Admin","password":"admin123"}`}).on(s)), "token").(string)
		enter := func(name string) int {
			body := fmt.Sprintf(`{"query": "mutation { enterPayer(input: { name: \"%s\" clientMutationId: \"%s\" }) { internalId } }"}`, name, name)
			r := httptest.NewRequest("POST", "/api/graphql", strings.NewReader(body))
			r.Header.Set("Content-Type", "application/json")
			r.Header.Set("Authorization", "Bearer "+token)
			ctx, statements := persistence.CountStatements(r.Context())
			s.ServeHTTP(httptest.NewRecorder(), r.WithContext(ctx))
			return statements.Count()
		}
		enter("Weir one") // registers and identity are remembered from here on
		if taken := enter("Weir two"); taken != 6 || len(payers(t, s, "Weir")) != 2 {
			t.Errorf("a payer takes %d statements", taken)
		}
	})
}
