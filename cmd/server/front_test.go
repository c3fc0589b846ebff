package server_test

import (
	"io"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/openimis/openimis-go/cmd/server"
)

// frontOf makes a folder with the files of a built UI.
func frontOf(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "dist")
	for name, text := range map[string]string{
		"index.html": "<title>the UI</title>", "assets/app-1A.js": "var app", "assets/app-1A.js.gz": "packed", "assets/logo-2B.svg": "<svg/>", "../secret": "private",
	} {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func front(dir string) *server.Server {
	return newServer(func(o *server.Options) { o.Doors = []server.Door{server.FrontDoor(dir)} })
}

func TestFront(t *testing.T) {
	s := front(frontOf(t))
	const forever, always = "public, max-age=31536000, immutable", "no-cache"
	cases := []struct {
		name, path, accepts string
		code                int
		body, kind, keep    string
		encoding            string
	}{
		{"the UI", "/front", "gzip", 200, "the UI", "text/html", always, ""},
		{"with a slash", "/front/", "", 200, "the UI", "text/html", always, ""},
		{"a page of the UI", "/front/claim/healthFacilities/claim/1b2c", "", 200, "the UI", "text/html", always, ""},
		{"what the page loads", "/front/assets/app-1A.js", "", 200, "var app", "text/javascript", forever, ""},
		{"the same, packed", "/front/assets/app-1A.js", "br, gzip", 200, "packed", "text/javascript", forever, "gzip"},
		{"a picture", "/front/assets/logo-2B.svg", "gzip", 200, "<svg/>", "image/svg+xml", forever, ""},
		{"what an older page loads", "/front/assets/app-0Z.js", "gzip", 404, "no file", "application/json", always, ""},
		{"a folder", "/front/assets/", "", 200, "the UI", "text/html", always, ""},
		{"outside", "/front/assets/../../secret", "", 200, "the UI", "text/html", always, ""},
		{"outside, encoded", "/front/assets/%2e%2e/%2e%2e/secret", "", 404, "no file", "application/json", always, ""},
		{"no name", "/front/assets/a%00b", "", 404, "no file", "application/json", always, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := httptest.NewRequest("GET", c.path, nil)
			r.Header.Set("Accept-Encoding", c.accepts)
			w := httptest.NewRecorder()
			s.ServeHTTP(w, r)
			body, _ := io.ReadAll(w.Result().Body)
			if w.Code != c.code || !strings.Contains(string(body), c.body) {
				t.Errorf("%d %s", w.Code, body)
			}
			for name, want := range map[string]string{"Content-Type": c.kind, "Cache-Control": c.keep, "Content-Encoding": c.encoding, "X-Content-Type-Options": "nosniff"} {
				if got := w.Header().Get(name); !strings.HasPrefix(got, want) || want == "" && got != "" {
					t.Errorf("%s is %q, want %q", name, got, want)
				}
			}
			if policy := w.Header().Get("Content-Security-Policy"); !strings.Contains(policy, "default-src 'self'") || !strings.Contains(policy, "frame-ancestors 'none'") {
				t.Errorf("policy %q", policy)
			}
		})
	}
}

// A browser that has the page asks whether it has changed; HEAD tells as much as GET.
func TestFrontAgain(t *testing.T) {
	s := front(frontOf(t))
	r := httptest.NewRequest("HEAD", "/front/home", nil)
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	changed := w.Header().Get("Last-Modified")
	if w.Code != 200 || w.Body.Len() != 0 || changed == "" {
		t.Fatalf("%d %q, last modified %q", w.Code, w.Body, changed)
	}
	r = httptest.NewRequest("GET", "/front/home", nil)
	r.Header.Set("If-Modified-Since", changed)
	w = httptest.NewRecorder()
	if s.ServeHTTP(w, r); w.Code != 304 || w.Body.Len() != 0 {
		t.Errorf("%d %q", w.Code, w.Body)
	}
}

func TestFrontNotBuilt(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "<b>")
	s := front(dir)
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest("GET", "/front/home", nil))
	if body := w.Body.String(); w.Code != 404 || !strings.Contains(body, "make front") || !strings.Contains(body, "--front") || strings.Contains(body, "<b>") {
		t.Errorf("%d %s", w.Code, body)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "index.html"), []byte("the UI"), 0o600); err != nil {
		t.Fatal(err)
	}
	w = httptest.NewRecorder()
	if s.ServeHTTP(w, httptest.NewRequest("GET", "/front/home", nil)); w.Code != 200 || w.Body.String() != "the UI" {
		t.Errorf("once it is built: %d %s", w.Code, w.Body)
	}
}

// A page that asks in the background is told of no way to sign on for which the browser
// would ask the user itself; a person and a program are.
func TestPagesAreNotAskedForAPassword(t *testing.T) {
	s := newServer(nil)
	for _, c := range []struct {
		name, header, value string
		basic               bool
	}{
		{"a program", "", "", true},
		{"a person", "Sec-Fetch-Mode", "navigate", true},
		{"a call of a page", "X-Requested-With", "XMLHttpRequest", false},
		{"another call of a page", "Sec-Fetch-Mode", "cors", false},
		{"a picture in a page", "Sec-Fetch-Mode", "no-cors", false},
	} {
		r := httptest.NewRequest("GET", "/door/me", nil)
		if c.header != "" {
			r.Header.Set(c.header, c.value)
		}
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		ways := strings.Join(w.Header().Values("WWW-Authenticate"), "; ")
		if w.Code != 401 || !strings.Contains(ways, "Bearer") || strings.Contains(ways, "Basic") != c.basic {
			t.Errorf("%s: %d %s", c.name, w.Code, ways)
		}
	}
}
