package cmd_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/openimis/openimis-go/cmd"
	"github.com/openimis/openimis-go/graphql/files/papertest"
	"github.com/openimis/openimis-go/graphql/files/sheet"
	"github.com/openimis/openimis-go/persistence/persistencetest"
	"github.com/openimis/openimis-go/scheme/report"
)

const previewAt = "/api/report/reportbro/preview"

// The designer sends a layout, fetches what was made of it, and learns where it is wrong.
// Nobody sees what somebody else looks at.
func TestPreviewsOfLayouts(t *testing.T) {
	s := demoOnSQLite(t)
	own := report.Named("registers_status").Default()
	send := func(change func(text string) string) string {
		t.Helper()
		raw, err := json.Marshal(own)
		if err != nil {
			t.Fatal(err)
		}
		body := `{"report":` + change(string(raw)) + `,"outputFormat":"pdf","isTestData":true,"data":{"title":"Sample","rows":[{"region":"Amberland","claim_administrators":"7"},{"region":3}],"made":"2026-01-02"}}`
		w := call{method: "PUT", target: previewAt, user: "Admin:admin123", body: body, header: map[string]string{"Content-Type": "application/json"}}.on(s)
		if w.Code != 200 {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		return w.Body.String()
	}
	same := func(text string) string { return text }
	key, made := strings.CutPrefix(send(same), "key:")
	if !made {
		t.Fatal(key)
	}
	for _, form := range []string{"pdf", "xlsx"} {
		w := call{target: previewAt + "?key=" + key + "&outputFormat=" + form, user: "Admin:admin123"}.on(s)
		if w.Code != 200 || w.Header().Get("Content-Type") != sheet.Forms[form].Media {
			t.Errorf("%s: %d %v", form, w.Code, w.Header())
		}
		if pages, err := papertest.Pages(w.Body.Bytes()); form == "pdf" && (err != nil || !strings.HasPrefix(pages[0], "Sample\n") || !strings.Contains(pages[0], "\nAmberland\n")) {
			t.Errorf("%v %q", err, pages)
		}
		if w := (call{target: previewAt + "?key=" + key + "&outputFormat=" + form, user: "imisadmin:imisadmin123"}).on(s); w.Code == 200 {
			t.Error("somebody else sees it")
		}
	}
	for _, c := range []struct{ from, to, want string }{
		{`"content":"${title}"`, `"content":"${nothing}"`, `"field":"content"`},
		{`"name":"made","type":"date"`, `"name":"made","type":"string"`, `"path":"parameters[1].type"`},
		{`"width":`, `"width":"wide","was":`, `is no number`},
	} {
		answer := send(func(text string) string { return strings.Replace(text, c.from, c.to, 1) })
		var faults struct {
			Errors []struct {
				Object any `json:"object_id"`
				Info   string
			}
		}
		if err := json.Unmarshal([]byte(answer), &faults); err != nil || len(faults.Errors) != 1 || faults.Errors[0].Object == nil || faults.Errors[0].Info == "" || !strings.Contains(answer, c.want) {
			t.Errorf("%s: %s", c.to, answer)
		}
	}
	for _, c := range []struct {
		method, query, user, body string
		code                      int
	}{
		{"GET", "?key=" + key + "&outputFormat=exe", "Admin:admin123", "", 404},
		{"GET", "?key=none&outputFormat=pdf", "Admin:admin123", "", 404},
		{"GET", "?key=" + key + "&outputFormat=pdf", "EO001:officer123", "", 403},
		{"PUT", "", "EO001:officer123", "{}", 403},
		{"PUT", "", "Admin:admin123", "{", 400},
		{"PUT", "", "Admin:admin123", "{}", 400},
	} {
		w := call{method: c.method, target: previewAt + c.query, user: c.user, body: c.body, header: map[string]string{"Content-Type": "application/json"}}.on(s)
		if w.Code != c.code {
			t.Errorf("%s %s by %s: %d %s", c.method, c.query, c.user, w.Code, w.Body)
		}
	}
}

// The designer stands in a frame of the UI and of nobody else; before it is built its page
// says how to build it.
func TestDesignerPage(t *testing.T) {
	dir, store := t.TempDir(), persistencetest.SQLite(t)
	demoOn(t, store)
	demo := assemble(t, store, func(p *cmd.Parts) { p.Config.Front = dir })
	if w := (call{target: "/api/report/reportbro/designer"}).on(demo); w.Code != http.StatusUnauthorized {
		t.Errorf("nobody: %d", w.Code)
	}
	page := call{target: "/api/report/reportbro/designer", user: "Admin:admin123"}
	if w := page.on(demo); w.Code != 404 || !strings.Contains(w.Body.String(), "make front") || w.Header().Get("X-Frame-Options") != "SAMEORIGIN" {
		t.Errorf("before it is built: %d %s", w.Code, w.Body)
	}
	for name, text := range map[string]string{"index.html": "the UI", "designer.html": "the designer"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	w := page.on(demo)
	policy := w.Header().Get("Content-Security-Policy")
	if w.Code != 200 || w.Body.String() != "the designer" || !strings.Contains(policy, "frame-ancestors 'self'") || !strings.Contains(policy, "default-src 'self'") {
		t.Errorf("%d %s %s", w.Code, w.Body, policy)
	}
	if w := (call{target: page.target, user: "EO001:officer123"}).on(demo); w.Code != 403 {
		t.Errorf("without the right: %d", w.Code)
	}
}
