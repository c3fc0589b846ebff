package cmd

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/openimis/openimis-go/cmd/bench"
	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/core/config"
	"github.com/openimis/openimis-go/modules"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/demo"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

func demoSuite(t testing.TB, store *persistence.Store) []*bench.Case {
	t.Helper()
	ctx := core.WithPrincipal(context.Background(), core.SystemPrincipal)
	if _, err := demo.Generate(ctx, store, demo.Options{}); err != nil {
		t.Fatal(err)
	}
	c := config.Default()
	c.IdentityCache = 5 * time.Second // who signs on is asked again after that, which is a statement more
	suite, err := benchSuite(store, c, modules.All())
	if err != nil {
		t.Fatal(err)
	}
	cases, err := suite.Cases()
	if err != nil {
		t.Fatal(err)
	}
	return cases
}

// BenchmarkRequests has a server and a floor line for each case; the ratio of the two is
// what counts. Run: go test ./cmd -run none -bench Requests
func BenchmarkRequests(b *testing.B) {
	stores := map[string]func(testing.TB, ...persistencetest.Option) *persistence.Store{"sqlite": persistencetest.SQLite}
	if os.Getenv(persistencetest.PostgresEnv) != "" {
		stores["postgres"] = persistencetest.Postgres
	}
	for name, open := range stores {
		b.Run(name, func(b *testing.B) {
			for _, c := range demoSuite(b, open(b)) {
				for side, handler := range map[string]http.Handler{"server": c.Server(), "floor": c.Floor()} {
					b.Run(strings.ReplaceAll(c.Name, " ", "-")+"/"+side, func(b *testing.B) {
						b.ReportAllocs()
						for b.Loop() {
							w := httptest.NewRecorder()
							handler.ServeHTTP(w, c.Request())
							if w.Code >= 300 {
								b.Fatalf("%d %s", w.Code, w.Body)
							}
						}
					})
				}
			}
		})
	}
}

// The floor has to be one: the same statements as the request really sends, the same
// bytes, and it has to work again and again.
func TestFloorIsWhatTheServerDoes(t *testing.T) {
	persistencetest.Each(t, func(t *testing.T, store *persistence.Store) {
		for _, c := range demoSuite(t, store) {
			var w *httptest.ResponseRecorder
			sent := 0
			for range 3 { // on a slow machine the caller may have to be asked for again
				ctx, counter := persistence.CountStatements(t.Context())
				w = httptest.NewRecorder()
				c.Server().ServeHTTP(w, c.Request().WithContext(ctx))
				if sent = counter.Count(); sent == c.Statements {
					break
				}
			}
			if sent != c.Statements || c.Statements == 0 {
				t.Errorf("%s: the server sends %d statements, the floor %d", c.Name, sent, c.Statements)
			}
			floor := c.Floor()
			for range 2 {
				f := httptest.NewRecorder()
				floor.ServeHTTP(f, c.Request())
				if f.Code != w.Code || f.Header().Get("Content-Type") != w.Header().Get("Content-Type") {
					t.Errorf("%s: the floor answers %d %s, the server %d %s", c.Name, f.Code, f.Header().Get("Content-Type"), w.Code, w.Header().Get("Content-Type"))
				}
				// Claims that were submitted meanwhile change what is found of them.
				if !strings.Contains(c.Target(), "Claim") && f.Body.String() != w.Body.String() {
					t.Errorf("%s: the floor writes other bytes", c.Name)
				}
			}
		}
	})
}

func TestBenchReports(t *testing.T) {
	c := config.Default()
	c.DemoSize = "20"
	report, err := runBench(t.Context(), c, modules.All(), bench.Load{Time: 20 * time.Millisecond, Rounds: 2, Callers: 2}, true, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	report.Print(&out)
	for _, want := range []string{"read", "identifier search", "claim submit", "bundle of 100", "rows a second", "floor"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the report does not say %q:\n%s", want, out.String())
		}
	}
	for _, r := range report.Results {
		if r.Ratio <= 0 || r.Server.PerSecond <= 0 || r.Statements == 0 {
			t.Errorf("%s: %+v", r.Name, r)
		}
	}
}
