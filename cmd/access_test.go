package cmd_test

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"github.com/openimis/openimis-go/cmd/server"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

var update = flag.Bool("update", false, "write the access table anew from the routes")

// The committed table is what a reviewer reads: who may come through which route. A route
// that is not in it, a line without a route, and a change of rights all show here.
func TestAccessTable(t *testing.T) {
	file := filepath.Join("testdata", "access.txt")
	got := server.Table(assemble(t, persistencetest.SQLite(t), nil).Routes())
	if *update {
		if err := os.WriteFile(file, []byte(strings.Join(got, "\n")+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Split(strings.TrimSpace(string(text)), "\n")
	sameLines(t, got, want, "a route the table does not have:\n  %s", "a line of the table no route has:\n  %s")
	if t.Failed() {
		t.Log("when the change is meant: go test ./cmd -run TestAccessTable -update, and read the difference")
	}
}

// What the router really has is what the table says, no more and no less.
func TestEveryRouteIsDeclared(t *testing.T) {
	s := assemble(t, persistencetest.SQLite(t), nil)
	declared := map[string]bool{}
	for _, r := range s.Routes() {
		declared[r.Method+" "+strings.TrimRight(r.Path, "/")] = false
	}
	for _, r := range s.Echo().Routes() {
		if r.Method == echo.RouteNotFound {
			continue // answers what is not there
		}
		key := r.Method + " " + strings.TrimRight(r.Path, "/")
		if _, ok := declared[key]; !ok {
			t.Errorf("the router has %s, the access table does not", key)
		}
		declared[key] = true
	}
	for key, mounted := range declared {
		if !mounted {
			t.Errorf("the access table has %s, the router does not", key)
		}
	}
}

// Nobody comes through a route that is not open, whatever the table says on paper.
func TestNothingClosedIsOpen(t *testing.T) {
	s := assemble(t, persistencetest.SQLite(t), nil)
	open := map[string]bool{}
	for _, r := range s.Routes() {
		path := strings.NewReplacer(":id", "a", ":vid", "b").Replace(r.Path)
		answer := call{method: r.Method, target: path}.on(s)
		if r.Access.Open {
			open[r.Path] = true
			continue
		}
		if answer.Code != 401 {
			t.Errorf("%s %s without credentials: %d, want 401", r.Method, path, answer.Code)
		}
	}
	for path := range open {
		base := strings.TrimPrefix(strings.TrimPrefix(path, "/fhir"), "/api/api_fhir_r4")
		if !slices.Contains([]string{"/", "/livez", "/readyz", "/metrics", "/api/modules", "/docs", "/front", "/front/*", "/keepLegacyAlive", "/api/graphql", "/iapi/graphql", "", "/metadata", "/login", "/login/"}, base) {
			t.Errorf("%s is open; is that meant?", path)
		}
	}
}
