package cmd_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/openimis/openimis-go/cmd"
	"github.com/openimis/openimis-go/cmd/server"
	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/core/config"
	"github.com/openimis/openimis-go/modules"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/demo"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

// assemble puts the whole program on a store.
func assemble(t testing.TB, store *persistence.Store, change func(*cmd.Parts)) *server.Server {
	t.Helper()
	p := cmd.Parts{Config: config.Default(), Secret: []byte(strings.Repeat("s", 32)), Store: store}
	p.Config.ExportDir = t.TempDir()
	if change != nil {
		change(&p)
	}
	if p.Registry == nil {
		registry, err := core.NewRegistry(modules.All(), p.Config.Modules)
		if err != nil {
			t.Fatal(err)
		}
		p.Registry = registry
	}
	s, err := cmd.Assemble(p)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// sameLines holds what there is against a committed list; fresh and gone say what is wrong
// with a line that only one of them has.
func sameLines(t *testing.T, got, listed []string, fresh, gone string) {
	t.Helper()
	for _, line := range got {
		if !slices.Contains(listed, line) {
			t.Errorf(fresh, line)
		}
	}
	for _, line := range listed {
		if !slices.Contains(got, line) {
			t.Errorf(gone, line)
		}
	}
}

// eachDemo runs the test on a demo in every database there is.
func eachDemo(t *testing.T, test func(t *testing.T, store *persistence.Store)) {
	persistencetest.Each(t, func(t *testing.T, store *persistence.Store) {
		ctx := core.WithPrincipal(context.Background(), core.SystemPrincipal)
		if _, err := demo.Generate(ctx, store, demo.Options{}); err != nil {
			t.Fatal(err)
		}
		test(t, store)
	})
}

// call is one request without a network.
type call struct {
	method, target, body string
	user                 string // NAME:PASSWORD
	bearer               string
	header               map[string]string
}

func (c call) on(h http.Handler) *httptest.ResponseRecorder {
	if c.method == "" {
		c.method = "GET"
	}
	r := httptest.NewRequest(c.method, c.target, strings.NewReader(c.body))
	for name, value := range c.header {
		r.Header.Set(name, value)
	}
	if name, password, ok := strings.Cut(c.user, ":"); ok {
		r.SetBasicAuth(name, password)
	}
	if c.bearer != "" {
		r.Header.Set("Authorization", "bearer "+c.bearer)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// bundle is what the tests look at in a Bundle.
type bundle struct {
	Total int
	Link  []struct{ Relation, URL string }
	Entry []struct {
		Resource struct{ ResourceType, ID string }
	}
}

func readBundle(t testing.TB, w *httptest.ResponseRecorder) bundle {
	t.Helper()
	var b bundle
	if w.Code != 200 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if err := json.Unmarshal(w.Body.Bytes(), &b); err != nil {
		t.Fatalf("%v in %s", err, w.Body)
	}
	return b
}
