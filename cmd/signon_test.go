package cmd_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/openimis/openimis-go/cmd"
	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/core/config"
	"github.com/openimis/openimis-go/core/security"
	"github.com/openimis/openimis-go/persistence"
)

func TestSignOn(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, nil)
		mine := readBundle(t, call{target: "/fhir/Patient?_count=1", user: "EO001:officer123"}.on(s)).Entry[0].Resource.ID
		theirs := readBundle(t, call{target: "/fhir/Patient?_count=1", user: "EO004:officer123"}.on(s)).Entry[0].Resource.ID
		token := login(t, s, "EO001", "officer123")
		cases := []struct {
			name   string
			call   call
			status int
			says   string
		}{
			{"everybody reads what the server can", call{target: "/fhir/metadata"}, 200, "CapabilityStatement"},
			{"nobody reads people", call{target: "/fhir/Patient/" + mine}, 401, "OperationOutcome"},
			{"wrong password", call{target: "/fhir/Patient/" + mine, user: "EO001:wrong"}, 401, "OperationOutcome"},
			{"unknown user", call{target: "/fhir/Patient/" + mine, user: "somebody:officer123"}, 401, "OperationOutcome"},
			{"refused in XML when asked so", call{target: "/fhir/Patient/" + mine, header: map[string]string{"Accept": "application/fhir+xml"}}, 401, "<OperationOutcome"},
			{"with a password", call{target: "/fhir/Patient/" + mine, user: "EO001:officer123"}, 200, mine},
			{"name in another case", call{target: "/fhir/Patient/" + mine, user: "eo001:officer123"}, 200, mine},
			{"with a token", call{target: "/fhir/Patient/" + mine, bearer: token}, 200, mine},
			{"with a token on the other base", call{target: "/api/api_fhir_r4/Patient/" + mine + "/", bearer: token}, 200, mine},
			{"with a forged token", call{target: "/fhir/Patient/" + mine, bearer: token[:len(token)-4] + "AAAA"}, 401, "OperationOutcome"},
			{"without the right", call{target: "/fhir/Patient/" + mine, user: "manager:manager123"}, 403, "101101"},
			{"without the right to write", call{method: "POST", target: "/fhir/Location", body: `{"resourceType":"Location"}`, user: "EO001:officer123"}, 403, "121902"},
			{"another district", call{target: "/fhir/Patient/" + theirs, user: "EO001:officer123"}, 404, "not-found"},
			{"of everywhere", call{target: "/fhir/Patient/" + theirs, user: "Admin:admin123"}, 200, theirs},
		}
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				w := c.call.on(s)
				if w.Code != c.status || !strings.Contains(w.Body.String(), c.says) {
					t.Errorf("%d %s, want %d and %q", w.Code, w.Body, c.status, c.says)
				}
			})
		}
	})
}

func login(t *testing.T, s http.Handler, name, password string) string {
	t.Helper()
	body, _ := json.Marshal(map[string]string{"username": name, "password": password})
	w := call{method: "POST", target: "/api/api_fhir_r4/login/", body: string(body)}.on(s)
	var answer struct{ Token string }
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil || answer.Token == "" {
		t.Fatalf("login: %d %s", w.Code, w.Body)
	}
	return answer.Token
}

func TestLoginOfTheApps(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, nil)
		cases := []struct {
			name, body string
			status     int
			text       string // issue[0].details.text, which phones show
		}{
			{"wrong password", `{"username":"Admin","password":"x"}`, 401, "INCORRECT_CREDENTIALS"},
			{"unknown user", `{"username":"nobody","password":"x"}`, 401, "INCORRECT_CREDENTIALS"},
			{"password missing", `{"username":"Admin"}`, 400, "password is missing"},
			{"no JSON", `hello`, 400, "the body is not JSON with username and password"},
		}
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				w := call{method: "POST", target: "/api/api_fhir_r4/login", body: c.body}.on(s)
				var outcome struct {
					ResourceType string
					Issue        []struct{ Details struct{ Text string } }
				}
				if err := json.Unmarshal(w.Body.Bytes(), &outcome); err != nil {
					t.Fatalf("%v in %s", err, w.Body)
				}
				if w.Code != c.status || outcome.ResourceType != "OperationOutcome" || outcome.Issue[0].Details.Text != c.text {
					t.Errorf("%d %s, want %d and %q", w.Code, w.Body, c.status, c.text)
				}
			})
		}
		if n := count(t, store, persistence.Login{}); n != 0 {
			t.Errorf("%d log-ins noted before any succeeded", n)
		}
		login(t, s, "Admin", "admin123")
		if n := count(t, store, persistence.Login{}); n != 1 {
			t.Errorf("%d log-ins noted, want one", n)
		}
	})
}

func count(t *testing.T, store *persistence.Store, model interface{ TableName() string }) int64 {
	t.Helper()
	n, err := persistence.CountRows(store.Read(core.WithPrincipal(t.Context(), core.SystemPrincipal)), model.TableName())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// A token ends with its time and with the password it was given for.
func TestTokenEnds(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		now := &movingClock{time.Now()}
		s := assemble(t, store, func(p *cmd.Parts) { p.Clock, p.Config.IdentityCache = now, 0 })
		token := login(t, s, "clerk", "clerk123")
		status := func() int { return call{target: "/fhir/Patient?_count=1", bearer: token}.on(s).Code }
		if got := status(); got != 200 {
			t.Fatalf("fresh: %d", got)
		}
		now.Time = now.Add(25 * time.Hour)
		if got := status(); got != 401 {
			t.Errorf("a day later: %d, want 401", got)
		}
		now.Time = now.Add(-24 * time.Hour)
		if got := status(); got != 200 {
			t.Fatalf("within its time: %d", got)
		}
		key := security.NewPrivateKey()
		err := store.Tx(core.WithPrincipal(t.Context(), core.SystemPrincipal), func(x *persistence.Session) error {
			return x.DB().Model(&persistence.User{}).Where(persistence.Text(persistence.Column("", "LoginName"), persistence.Same, "clerk")).
				Updates(map[string]any{"PrivateKey": key, "StoredPassword": security.HashPassword("New#pass1", key)}).Error
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := status(); got != 401 {
			t.Errorf("after a change of password: %d, want 401", got)
		}
		if w := (call{target: "/fhir/Patient?_count=1", user: "clerk:New#pass1"}).on(s); w.Code != 200 {
			t.Errorf("with the new password: %d", w.Code)
		}
	})
}

type movingClock struct{ time.Time }

func (c *movingClock) Now() time.Time { return c.Time }

func TestLockout(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, nil)
		for range config.Default().LockoutFailures {
			if w := (call{target: "/fhir/Location", user: "clerk:wrong"}).on(s); w.Code != 401 {
				t.Fatalf("wrong password: %d", w.Code)
			}
		}
		w := call{target: "/fhir/Location", user: "clerk:clerk123"}.on(s)
		if w.Code != 429 || w.Header().Get("Retry-After") != "300" || !strings.Contains(w.Body.String(), "OperationOutcome") {
			t.Errorf("%d, Retry-After %q, %s; want 429, 300 and an OperationOutcome", w.Code, w.Header().Get("Retry-After"), w.Body)
		}
		body := `{"username":"clerk","password":"clerk123"}`
		if w := (call{method: "POST", target: "/api/api_fhir_r4/login/", body: body}).on(s); w.Code != 429 {
			t.Errorf("login of a locked account: %d, want 429", w.Code)
		}
		if w := (call{target: "/fhir/Location", user: "Admin:admin123"}).on(s); w.Code != 200 {
			t.Errorf("somebody else: %d", w.Code)
		}
	})
}

// Who asks costs one statement, and none while the answer is remembered.
func TestIdentityIsOneStatement(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		for name, remembered := range map[string]time.Duration{"remembered": 5 * time.Second, "asked each time": 0} {
			s := assemble(t, store, func(p *cmd.Parts) { p.Config.IdentityCache = remembered })
			statements := func(c call) int {
				r := httptest.NewRequest("GET", c.target, nil)
				if user, password, ok := strings.Cut(c.user, ":"); ok {
					r.SetBasicAuth(user, password)
				}
				ctx, counter := persistence.CountStatements(r.Context())
				w := httptest.NewRecorder()
				s.ServeHTTP(w, r.WithContext(ctx))
				return counter.Count()
			}
			statements(call{target: "/fhir/Location?_count=1", user: "Admin:admin123"}) // what is done once
			// A type that is not there costs nothing but the identity.
			with := statements(call{target: "/fhir/Location/none", user: "Admin:admin123"})
			want := 1
			if remembered > 0 {
				want = 0
			}
			if with != want {
				t.Errorf("%s: %d statements, want %d", name, with, want)
			}
		}
	})
}
