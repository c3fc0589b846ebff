package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/openimis/openimis-go/cmd/server"
	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/core/config"
	"github.com/openimis/openimis-go/core/security"
	"github.com/openimis/openimis-go/core/telemetry"
)

// users is a user table in memory.
type users map[string]core.Account

func (u users) Account(_ context.Context, login string) (*core.Account, error) {
	if login == "away" {
		return nil, core.Errorf(core.Unavailable, "the database does not answer")
	}
	a, ok := u[login]
	if !ok {
		return nil, core.Errorf(core.NotFound, "no such user")
	}
	return &a, nil
}

func (users) RecordLogin(context.Context, int, time.Time) error { return nil }

func twoUsers() users {
	key := "salt"
	return users{
		"clerk": {Principal: core.Principal{UserID: 1, Login: "clerk", Rights: map[int]bool{7: true}}, PrivateKey: key, StoredPassword: security.HashPassword("Clerk#1", key)},
		"other": {Principal: core.Principal{UserID: 2, Login: "other"}, PrivateKey: key, StoredPassword: security.HashPassword("Other#1", key)},
	}
}

// newServer makes a server with one small door that shows every kind of route.
func newServer(change func(*server.Options)) *server.Server {
	o := server.Options{Config: config.Default(), Secret: []byte(strings.Repeat("s", 32)), Users: twoUsers()}
	o.Doors = []server.Door{{
		Role: "test", Prefix: "/door", Login: true,
		Routes: []server.Route{
			{Method: "GET", Path: "/door/open", Access: server.Open, Handler: func(c echo.Context) error { return c.String(200, "open") }},
			{Method: "GET", Path: "/door/me", Access: server.SignedIn, Handler: func(c echo.Context) error {
				return c.String(200, core.PrincipalOf(c.Request().Context()).Login)
			}},
			{Method: "GET", Path: "/door/right", Access: server.Any(7, 8), Handler: func(c echo.Context) error { return c.String(200, "right") }},
			{Method: "POST", Path: "/door/echo", Access: server.Open, Handler: func(c echo.Context) error {
				body, err := io.ReadAll(c.Request().Body)
				if err != nil {
					return err
				}
				return c.Blob(200, "text/plain", body)
			}},
			{Method: "GET", Path: "/door/slow", Access: server.Open, Handler: func(c echo.Context) error {
				<-c.Request().Context().Done()
				return c.Request().Context().Err()
			}},
			{Method: "GET", Path: "/door/panic", Access: server.Open, Handler: func(c echo.Context) error { panic("the secret value") }},
			{Method: "GET", Path: "/door/bug", Access: server.Open, Handler: func(c echo.Context) error { return errors.New("the secret value") }},
			{Method: "GET", Path: "/door/mounted", Access: server.SignedIn},
		},
		Mount: func(e *echo.Echo) {
			ok := func(c echo.Context) error { return c.String(200, "mounted") }
			e.GET("/door/mounted", ok)
			e.GET("/door/mounted/", ok)
			e.GET("/door/forgotten", ok)
		},
	}}
	if change != nil {
		change(&o)
	}
	return server.New(o)
}

type call struct {
	method, target, body string
	user                 string // NAME:PASSWORD
	header               http.Header
}

func (c call) on(h http.Handler) *httptest.ResponseRecorder {
	if c.method == "" {
		c.method = "GET"
	}
	r := httptest.NewRequest(c.method, c.target, strings.NewReader(c.body))
	for name, values := range c.header {
		r.Header[name] = values
	}
	if name, password, ok := strings.Cut(c.user, ":"); ok {
		r.SetBasicAuth(name, password)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestAccess(t *testing.T) {
	cases := []struct {
		name   string
		call   call
		status int
		says   string
	}{
		{"open to nobody in particular", call{target: "/door/open"}, 200, "open"},
		{"open, whatever credentials say", call{target: "/door/open", user: "clerk:wrong"}, 200, "open"},
		{"signed in", call{target: "/door/me", user: "clerk:Clerk#1"}, 200, "clerk"},
		{"signed in is needed", call{target: "/door/me"}, 401, "unauthenticated"},
		{"wrong password", call{target: "/door/me", user: "clerk:x"}, 401, "wrong user name or password"},
		{"unknown user", call{target: "/door/me", user: "nobody:x"}, 401, "wrong user name or password"},
		{"with the right", call{target: "/door/right", user: "clerk:Clerk#1"}, 200, "right"},
		{"without the right", call{target: "/door/right", user: "other:Other#1"}, 403, "right 7 or 8"},
		{"database away", call{target: "/door/me", user: "away:x"}, 503, "unavailable"},
		{"mounted by the door itself", call{target: "/door/mounted"}, 401, ""},
		{"and with a slash", call{target: "/door/mounted/"}, 401, ""},
		{"and with a slash, signed in", call{target: "/door/mounted/", user: "clerk:Clerk#1"}, 200, "mounted"},
		{"a route without a line lets nobody in", call{target: "/door/forgotten", user: "clerk:Clerk#1"}, 500, ""},
		{"no such path", call{target: "/door/nothing"}, 404, "not-found"},
		{"no such verb", call{method: "DELETE", target: "/door/me"}, 405, "method-not-allowed"},
	}
	s := newServer(nil)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := c.call.on(s)
			if w.Code != c.status || !strings.Contains(w.Body.String(), c.says) {
				t.Errorf("%d %s, want %d and %q", w.Code, w.Body, c.status, c.says)
			}
			if w.Code == 401 && len(w.Header()["Www-Authenticate"]) != 2 {
				t.Errorf("a 401 offers %q", w.Header()["Www-Authenticate"])
			}
			if w.Code == 503 && w.Header().Get("Retry-After") == "" {
				t.Error("a 503 without Retry-After")
			}
			if w.Header().Get("X-Content-Type-Options") != "nosniff" || w.Header().Get("X-Request-Id") == "" {
				t.Errorf("headers of every answer are missing: %v", w.Header())
			}
		})
	}
}

func TestLogin(t *testing.T) {
	cases := []struct {
		name, body string
		status     int
		says       string
	}{
		{"good", `{"username":"clerk","password":"Clerk#1"}`, 200, `"token":"`},
		{"wrong password", `{"username":"clerk","password":"x"}`, 401, "INCORRECT_CREDENTIALS"},
		{"unknown user", `{"username":"nobody","password":"x"}`, 401, "INCORRECT_CREDENTIALS"},
		{"no password", `{"username":"clerk"}`, 400, "password is missing"},
		{"empty name", `{"username":"","password":"x"}`, 400, "username is missing"},
		{"not an object", `["clerk"]`, 400, "JSON"},
		{"not JSON", `username=clerk`, 400, "JSON"},
		{"nothing", ``, 400, "JSON"},
		{"database away", `{"username":"away","password":"x"}`, 503, "unavailable"},
	}
	for _, path := range []string{"/door/login", "/door/login/"} {
		for _, c := range cases {
			t.Run(path+" "+c.name, func(t *testing.T) {
				w := call{method: "POST", target: path, body: c.body}.on(newServer(nil))
				if w.Code != c.status || !strings.Contains(w.Body.String(), c.says) {
					t.Errorf("%d %s, want %d and %q", w.Code, w.Body, c.status, c.says)
				}
			})
		}
	}
}

func TestTokenOpensTheDoor(t *testing.T) {
	s := newServer(nil)
	var answer struct {
		Token string
		Exp   int64
	}
	w := call{method: "POST", target: "/door/login", body: `{"username":"clerk","password":"Clerk#1"}`}.on(s)
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
		t.Fatal(err)
	}
	if left := time.Until(time.Unix(answer.Exp, 0)); left < 23*time.Hour || left > 25*time.Hour {
		t.Errorf("exp is %s away, want a day in seconds since 1970", left)
	}
	for scheme, status := range map[string]int{"Bearer": 200, "bearer": 200, "JWT": 401} {
		w := call{target: "/door/me", header: http.Header{"Authorization": {scheme + " " + answer.Token}}}.on(s)
		if w.Code != status {
			t.Errorf("%s: %d, want %d", scheme, w.Code, status)
		}
	}
}

func TestLockoutAnswers429(t *testing.T) {
	s := newServer(nil)
	for range 5 {
		call{target: "/door/me", user: "clerk:x"}.on(s)
	}
	w := call{target: "/door/me", user: "clerk:Clerk#1"}.on(s)
	if w.Code != 429 || w.Header().Get("Retry-After") != "300" {
		t.Errorf("%d, Retry-After %q, want 429 and 300", w.Code, w.Header().Get("Retry-After"))
	}
	if w := (call{target: "/door/me", user: "other:Other#1"}).on(s); w.Code != 200 {
		t.Errorf("another user: %d", w.Code)
	}
}

func TestRateLimit(t *testing.T) {
	s := newServer(func(o *server.Options) {
		o.Config.RateLimit, o.Config.RateBurst = 1, 2
		o.Clock = core.FixedClock(time.Now())
	})
	var statuses []int
	for range 3 {
		statuses = append(statuses, call{target: "/door/open"}.on(s).Code)
	}
	if fmt.Sprint(statuses) != "[200 200 429]" {
		t.Errorf("statuses %v", statuses)
	}
	if w := (call{target: "/door/me", user: "clerk:Clerk#1"}).on(s); w.Code != 200 {
		t.Errorf("a user has room of his own: %d", w.Code)
	}
}

func TestLimits(t *testing.T) {
	s := newServer(func(o *server.Options) {
		o.Config.BodyLimit, o.Config.RequestTimeout = 100, 50*time.Millisecond
	})
	if w := (call{method: "POST", target: "/door/echo", body: strings.Repeat("x", 100)}).on(s); w.Code != 200 {
		t.Errorf("a body of the limit: %d", w.Code)
	}
	if w := (call{method: "POST", target: "/door/echo", body: strings.Repeat("x", 101)}).on(s); w.Code != 413 {
		t.Errorf("a body above the limit: %d", w.Code)
	}
	r := httptest.NewRequest("POST", "/door/echo", io.MultiReader(strings.NewReader(strings.Repeat("x", 101))))
	r.ContentLength = -1 // as with chunks
	w := httptest.NewRecorder()
	if s.ServeHTTP(w, r); w.Code != 413 {
		t.Errorf("a body above the limit that does not tell its length: %d", w.Code)
	}
	if w := (call{target: "/door/slow"}).on(s); w.Code != 503 || w.Header().Get("Retry-After") == "" {
		t.Errorf("a request beyond its time: %d", w.Code)
	}
}

func TestBugsTellNothing(t *testing.T) {
	var log bytes.Buffer
	s := newServer(func(o *server.Options) { o.Log = telemetry.NewLogger(&log, "info", "text") })
	for _, path := range []string{"/door/panic", "/door/bug"} {
		w := call{target: path}.on(s)
		if w.Code != 500 || strings.Contains(w.Body.String(), "secret") {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
		if !strings.Contains(log.String(), "the secret value") {
			t.Errorf("%s: the log does not say why:\n%s", path, log.String())
		}
		log.Reset()
	}
}

func TestOperations(t *testing.T) {
	down := errors.New("away")
	registry, err := core.NewRegistry([]*core.Module{{Name: "core", Version: "1.0.0"}, {Name: "claim", Version: "1.0.0"}}, []string{"core"})
	if err != nil {
		t.Fatal(err)
	}
	s := newServer(func(o *server.Options) {
		o.Modules = registry
		o.Checks = []telemetry.Check{{Name: "database", Ask: func(context.Context) error { return down }}}
		o.Docs = server.Docs{Title: "openIMIS", Sections: []server.Section{{Title: "Mapping <1>", Header: []string{"a"}, Rows: [][]string{{"<script>"}}}}}
	})
	if w := (call{target: "/livez"}).on(s); w.Code != 200 {
		t.Errorf("livez with the database away: %d", w.Code)
	}
	if w := (call{target: "/readyz"}).on(s); w.Code != 503 {
		t.Errorf("readyz with the database away: %d", w.Code)
	}
	down = nil
	if w := (call{target: "/readyz"}).on(s); w.Code != 200 {
		t.Errorf("readyz after it came back: %d", w.Code)
	}
	w := call{target: "/api/modules"}.on(s)
	for _, want := range []string{`"name":"claim"`, `"enabled":false`, `"enabled":true`, `"version":"1.0.0"`} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("modules: no %s in %s", want, w.Body)
		}
	}
	w = call{target: "/docs"}.on(s)
	if w.Code != 200 || strings.Contains(w.Body.String(), "<script>") || !strings.Contains(w.Body.String(), "/door/right") || !strings.Contains(w.Body.String(), "7 or 8") {
		t.Errorf("docs: %d %s", w.Code, w.Body)
	}
	for _, outside := range []string{"src=", "href=\"http", "url("} {
		if strings.Contains(w.Body.String(), outside) {
			t.Errorf("docs loads something from elsewhere: %s", outside)
		}
	}
	if w := (call{target: "/metrics"}).on(s); !strings.Contains(w.Body.String(), `route="/docs",status="200"`) {
		t.Errorf("metrics do not count: %s", w.Body)
	}
}

func TestCORSIsOffUnlessConfigured(t *testing.T) {
	header := http.Header{"Origin": {"https://app.example.org"}}
	if got := (call{target: "/door/open", header: header}).on(newServer(nil)).Header().Get("Access-Control-Allow-Origin"); got != "" {
		t.Errorf("allowed by default: %q", got)
	}
	s := newServer(func(o *server.Options) { o.Config.CORSOrigins = []string{"https://app.example.org"} })
	if got := (call{target: "/door/open", header: header}).on(s).Header().Get("Access-Control-Allow-Origin"); got != "https://app.example.org" {
		t.Errorf("configured: %q", got)
	}
}

func TestAddressOfTheCaller(t *testing.T) {
	try := func(s *server.Server, forwarded string) int {
		return call{target: "/door/me", user: "clerk:x", header: http.Header{"X-Forwarded-For": {forwarded}}}.on(s).Code
	}
	// A caller must not get rid of a lock by writing another address.
	s := newServer(func(o *server.Options) { o.Config.LockoutFailures, o.Config.LockoutAddress = 0, 2 })
	for i := range 2 {
		try(s, fmt.Sprintf("10.0.0.%d", i))
	}
	if got := try(s, "10.0.0.9"); got != 429 {
		t.Errorf("forwarded by nobody we know: %d, want 429", got)
	}
	s = newServer(func(o *server.Options) {
		o.Config.LockoutFailures, o.Config.LockoutAddress = 0, 2
		o.Config.TrustedProxies = []string{"192.0.2.0/24"} // where httptest requests come from
	})
	for i := range 2 {
		try(s, fmt.Sprintf("203.0.113.%d", i))
	}
	if got := try(s, "203.0.113.9"); got != 401 {
		t.Errorf("forwarded by our proxy: %d, want 401", got)
	}
}

func TestGracefulStop(t *testing.T) {
	started, release := make(chan bool), make(chan bool)
	s := newServer(func(o *server.Options) {
		o.Doors[0].Routes = append(o.Doors[0].Routes, server.Route{Method: "GET", Path: "/door/wait", Access: server.Open, Handler: func(c echo.Context) error {
			started <- true
			<-release
			return c.String(200, "done")
		}})
		o.Config.StopDelay = 100 * time.Millisecond
	})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	url := "http://" + l.Addr().String()
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, l) }()

	answer := make(chan string, 1)
	go func() {
		r, err := http.Get(url + "/door/wait")
		if err != nil {
			answer <- err.Error()
			return
		}
		defer r.Body.Close()
		body, _ := io.ReadAll(r.Body)
		answer <- string(body)
	}()
	<-started
	stop()
	time.Sleep(30 * time.Millisecond)
	if r, err := http.Get(url + "/readyz"); err != nil || r.StatusCode != 503 {
		t.Errorf("readyz while stopping: %v %v, want 503", r, err)
	}
	time.Sleep(150 * time.Millisecond)
	if _, err := http.Get(url + "/livez"); err == nil {
		t.Error("the door is still open after the delay")
	}
	select {
	case err := <-ended:
		t.Fatalf("stopped before the request was answered: %v", err)
	default:
	}
	close(release)
	if got := <-answer; got != "done" {
		t.Errorf("the accepted request got %q", got)
	}
	if err := <-ended; err != nil {
		t.Errorf("stop: %v", err)
	}
}
