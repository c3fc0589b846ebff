package cmd_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/cmd"
	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/modules"
	"github.com/openimis/openimis-go/persistence"
)

// ceilingModule is the example of docs/modules.md: it forbids to submit claims above a
// ceiling, and remembers the events of those that were submitted.
func ceilingModule(ceiling decimal.Decimal, submitted map[string]bool) *core.Module {
	m := &core.Module{Name: "ceiling", Version: "1.0.0", Summary: "Claims above a ceiling are sent on paper.", DependsOn: []string{"claim"}}
	core.Contribute(m, persistence.Hook{Event: "claim.submitted", Before: func(x *persistence.Session, e core.Event) error {
		claim, err := persistence.One[persistence.Claim](x, persistence.UUID(strings.TrimPrefix(e.Key, "Claim/")))
		if err == nil && claim.Claimed.GreaterThan(ceiling) {
			err = core.Errorf(core.Unprocessable, "claim %s asks for more than %s: send it on paper", claim.ClaimCode, ceiling)
		}
		return err
	}})
	core.Contribute(m, core.Subscription{Name: "claim.submitted", Handle: func(_ context.Context, e core.Event) error {
		submitted[e.ID] = true // the same event may come again
		return nil
	}})
	return m
}

func withModule(t *testing.T, m *core.Module) *core.Registry {
	t.Helper()
	registry, err := core.NewRegistry(append(modules.All(), m), nil)
	if err != nil {
		t.Fatal(err)
	}
	return registry
}

// A module forbids claims above a ceiling at every door, and hears of the others afterwards.
func TestHooks(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		const admin = "Admin:admin123"
		entered, _ := at(asked(t, assemble(t, store, unlimited), admin, `{ claims(status: 2, orderBy: ["claimed"], first: 100) { edges { node { uuid code claimed } } } }`, nil), "claims", "edges").([]any)
		if len(entered) < 3 {
			t.Fatalf("the demo has %d claims that are entered", len(entered))
		}
		ceiling, _ := decimal.NewFromString(at(entered[len(entered)/2], "node", "claimed").(string))
		above := map[string]bool{}
		var uuids []any
		for _, edge := range entered {
			claimed, _ := decimal.NewFromString(at(edge, "node", "claimed").(string))
			above[at(edge, "node", "code").(string)] = claimed.GreaterThan(ceiling)
			uuids = append(uuids, at(edge, "node", "uuid"))
		}
		submitted := map[string]bool{}
		registry := withModule(t, ceilingModule(ceiling, submitted))
		s := assemble(t, store, func(p *cmd.Parts) { p.Config.RateLimit, p.Registry = 0, registry })
		for { // what the demo published
			if n, err := store.RelayOnce(t.Context(), func(context.Context, core.Event) error { return nil }); err != nil || n == 0 {
				break
			}
		}
		status, fault := mutate(t, s, admin, "submitClaims", map[string]any{"uuids": uuids})
		var faults []struct{ List []struct{ Message string } }
		if err := json.Unmarshal([]byte(fault), &faults); err != nil || status != 1 {
			t.Fatalf("%v %s", status, fault)
		}
		left, _ := at(asked(t, s, admin, `{ claims(status: 2, first: 100) { edges { node { code } } } }`, nil), "claims", "edges").([]any)
		forbidden := 0
		for _, edge := range left {
			if !above[at(edge, "node", "code").(string)] {
				t.Errorf("%v was to be submitted", at(edge, "node", "code"))
			}
		}
		for _, is := range above {
			if is {
				forbidden++
			}
		}
		if forbidden == 0 || len(left) != forbidden || len(faults) != forbidden || !strings.HasSuffix(faults[0].List[0].Message, "send it on paper") {
			t.Errorf("%d of %d are above %s, %d are left: %s", forbidden, len(above), ceiling, len(left), fault)
		}

		claim, err := os.ReadFile("../examples/claim.json")
		if err != nil {
			t.Fatal(err)
		}
		sent := call{method: "POST", target: "/fhir/Claim", user: "CA001:claims123", header: map[string]string{"Content-Type": "application/fhir+json"},
			body: strings.ReplaceAll(string(claim), "TODAY", time.Now().Format("2006-01-02"))}.on(s)
		if sent.Code != 422 || !strings.Contains(sent.Body.String(), "send it on paper") {
			t.Errorf("FHIR: %d %s", sent.Code, sent.Body)
		}
		if found := at(asked(t, s, admin, `{ claims(code_Icontains: "TOUR-1") { totalCount } }`, nil), "claims", "totalCount"); found != 0.0 {
			t.Errorf("%v claims were left behind", found)
		}

		failures := 1
		for range 10 {
			_, err := store.RelayOnce(t.Context(), core.Dispatch(append(core.Contributions[core.Subscription](registry), core.Subscription{Handle: func(context.Context, core.Event) error {
				if failures--; failures >= 0 {
					return errors.New("another handler fails once")
				}
				return nil
			}})))
			if err != nil {
				t.Fatal(err)
			}
		}
		if len(submitted) != len(above)-forbidden {
			t.Errorf("%d events of %d claims", len(submitted), len(above)-forbidden)
		}
	})
}

// The page about modules shows the module of this file.
func TestModulesPage(t *testing.T) {
	page, err := os.ReadFile("../docs/modules.md")
	if err != nil {
		t.Fatal(err)
	}
	own, err := os.ReadFile("hook_test.go")
	if err != nil {
		t.Fatal(err)
	}
	_, code, _ := strings.Cut(string(page), "```go\n")
	code, _, _ = strings.Cut(code, "```")
	shown := strings.Fields(code)
	if len(shown) < 20 || !strings.Contains(strings.Join(strings.Fields(string(own)), " "), strings.Join(shown, " ")) {
		t.Error("the code of docs/modules.md is not that of hook_test.go")
	}
}
