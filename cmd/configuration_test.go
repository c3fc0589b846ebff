package cmd_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// What a site sets is read by the log-in page, without what is not exposed, does not count
// yet or would stop the UI.
func TestModuleConfigurations(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, unlimited)
		const asks = `{ moduleConfigurations { id module layer version config isExposed isDisabledUntil controls { id field usage } } }`
		shown := func() []any {
			t.Helper()
			list, _ := at(asked(t, s, "", asks, nil), "moduleConfigurations").([]any)
			return list
		}
		if len(shown()) != 0 {
			t.Errorf("nothing was set: %v", shown())
		}
		ctx := core.WithPrincipal(t.Context(), core.SystemPrincipal)
		set := func(c persistence.ModuleConfiguration) error {
			return store.Tx(ctx, func(x *persistence.Session) error { return persistence.SetModuleConfiguration(x, &c) })
		}
		hidden, later := 5, persistence.DateTime{}
		later.Time = store.Read(ctx).Now().AddDate(1, 0, 0)
		for _, c := range []persistence.ModuleConfiguration{
			{Module: "fe-core", Layer: "fe", Version: "1", Config: `{"old": true}`, IsExposed: true, Controls: []persistence.FieldControl{{Field: "Insuree.email"}}},
			{Module: "fe-core", Layer: "fe", Version: "1", Config: `{"showJournalSidebar": false}`, IsExposed: true, Controls: []persistence.FieldControl{{Field: "Insuree.email", Usage: &hidden}}},
			{Module: "core", Layer: "be", Version: "1", Config: `{"fields_controls_user": {"email": "M"}, "fields_controls_eo": 3}`},
			{Module: "fe-claim", Layer: "fe", Version: "1", Config: `{}`, IsExposed: true, IsDisabledUntil: &later},
			{Module: "fe-payer", Layer: "fe", Version: "1", Config: `not JSON`, IsExposed: true},
		} {
			if err := set(c); err != nil {
				t.Fatal(err)
			}
		}
		list := shown()
		if len(list) != 1 || at(list[0], "module") != "fe-core" || at(list[0], "layer") != "FE" || at(list[0], "config") != `{"showJournalSidebar": false}` ||
			at(list[0], "controls", "field") != "Insuree.email" || at(list[0], "controls", "usage") != 5.0 {
			t.Errorf("shown: %v", list)
		}
		out := asked(t, s, "doctor:doctor123", `{ userObligatoryFields eoObligatoryFields customFilters(moduleName: "individual", objectTypeName: "Individual") { type code possibleFilters { field } } }`, nil)
		if at(out, "userObligatoryFields", "email") != "M" || len(at(out, "eoObligatoryFields").(map[string]any)) != 0 || len(at(out, "customFilters", "possibleFilters").([]any)) != 0 {
			t.Errorf("fields and filters: %v", out)
		}
		if w := ask(s, call{}, `{ userObligatoryFields }`, nil); w.Code != 401 {
			t.Errorf("without signing in: %d", w.Code)
		}
		if err := set(persistence.ModuleConfiguration{Module: "fe-x", Layer: "fe", Version: "1", Config: "{}", Controls: []persistence.FieldControl{{Field: "Insuree.email"}}}); core.CodeOf(err) != core.Conflict {
			t.Errorf("a field two modules control: %v", err)
		}
	})
}

// A site sets, sees and takes back a configuration from the command line.
func TestConfigurationCommands(t *testing.T) {
	dir := t.TempDir()
	dsn, file := "sqlite://"+filepath.Join(dir, "c.db"), filepath.Join(dir, "core.json")
	if err := os.WriteFile(file, []byte(`{"dateFormat": "DD/MM/YYYY"}`+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	on := func(in string, args ...string) (string, error) {
		return run(t.Context(), in, append(append([]string{"configuration"}, args...), "--db", dsn)...)
	}
	if out, err := run(t.Context(), "", "migrate", "--db", dsn); err != nil {
		t.Fatal(out, err)
	}
	for _, c := range []struct {
		name, in string
		args     []string
		want     string
		fails    bool
	}{
		{"nothing yet", "", []string{"list"}, "nothing is set", false},
		{"from a file", "", []string{"set", "fe-core", file, "--control", "A.b=hidden", "--control", "A.b=mandatory", "--control", "A.c=read-only"}, "2 controlled fields", false},
		{"for this program", `{"x": 1}`, []string{"set", "core", "-"}, "core is set", false},
		{"no object", `[1]`, []string{"set", "core", "-"}, "no JSON object", true},
		{"null", `null`, []string{"set", "core", "-"}, "no JSON object", true},
		{"no file", "", []string{"set", "core", filepath.Join(dir, "none.json")}, "could not be read", true},
		{"a usage nobody knows", `{}`, []string{"set", "core", "-", "--control", "A=blue"}, "A=blue", true},
		{"a name that is too long", `{}`, []string{"set", strings.Repeat("x", 81), "-"}, "longer than 80", true},
		{"all", "", []string{"list"}, "core (be, not exposed): {\"x\": 1}\nfe-core (fe, exposed): {\"dateFormat\": \"DD/MM/YYYY\"}\n  A.b: hidden, mandatory\n  A.c: read-only\n", false},
		{"back", "", []string{"remove", "fe-core"}, "defaults again", false},
		{"back again", "", []string{"remove", "fe-core"}, "nothing is set", true},
	} {
		out, err := on(c.in, c.args...)
		if err != nil {
			out += err.Error()
		}
		if (err != nil) != c.fails || !strings.Contains(out, c.want) {
			t.Errorf("%s: %v\n%s", c.name, err, out)
		}
	}
}
