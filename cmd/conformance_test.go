package cmd_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/openimis/openimis-go/cmd"
	"github.com/openimis/openimis-go/modules"
)

// conform runs openimis conformance and gives what it wrote, and its exit status.
func conform(args ...string) (string, int) {
	root := cmd.Root(modules.All())
	var out bytes.Buffer
	root.SetOut(&out)
	root.SetErr(&out)
	root.SetArgs(append([]string{"conformance"}, args...))
	err := root.Execute()
	if err == nil {
		return out.String(), 0
	}
	return out.String() + err.Error(), cmd.Status(err)
}

func TestConformanceCommand(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/fhir+json")
		if r.URL.Path == "/metadata" {
			_, _ = w.Write([]byte(`{"resourceType":"CapabilityStatement","fhirVersion":"4.0.1"}`))
			return
		}
		_, _ = w.Write([]byte(`{"resourceType":"Patient","id":"1"}`))
	}))
	defer server.Close()
	dir := t.TempDir()
	good, bad, damaged := filepath.Join(dir, "good.json"), filepath.Join(dir, "bad.json"), filepath.Join(dir, "damaged.xml")
	script := func(name, response string) string {
		return `{"resourceType":"TestScript","name":"` + name + `","test":[{"name":"t","action":[{"operation":{"type":{"code":"read"},"url":"Patient/1"}},{"assert":{"response":"` + response + `"}}]}]}`
	}
	for file, text := range map[string]string{good: script("good", "okay"), bad: script("bad", "gone"), damaged: "<TestScript"} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	page := filepath.Join(dir, "page.html")
	for _, c := range []struct {
		args   []string
		status int
		says   string
	}{
		{[]string{"run", "--server", server.URL, "--html", page, good}, 0, "1 passed, 0 failed, 0 skipped\n"},
		{[]string{"run", "--server", server.URL, good, bad}, 1, "1 passed, 1 failed, 0 skipped\n"},
		{[]string{"run", "--server", server.URL, "--filter", "^good$", good, bad}, 0, "1 passed, 0 failed, 0 skipped\n"},
		{[]string{"run", "--server", server.URL, "--json", good}, 0, `"outcome":"passed"`},
		{[]string{"run", "--server", server.URL, "--filter", "none", good}, 2, "none of the 1 scripts matches"},
		{[]string{"run", "--server", server.URL, "--filter", "(", good}, 2, "no regular expression"},
		{[]string{"run", "--server", server.URL, damaged}, 2, "malformed at line 1"},
		{[]string{"run", "--server", server.URL, filepath.Join(dir, "none")}, 2, "give a file or folder"},
		{[]string{"run", "--server", server.URL}, 2, "which scripts?"},
		{[]string{"run", good}, 2, "which server?"},
		{[]string{"run", "--server", "localhost", good}, 2, "is no URL"},
		{[]string{"run", "--server", server.URL, "--user", "ana", good}, 2, "the password is missing"},
		{[]string{"run", "--server", server.URL, "--user", "ana:x", "--token", "y", good}, 2, "not both"},
		{[]string{"run", "--server", server.URL, "--format", "yaml", good}, 2, "json or xml"},
		{[]string{"run", "--server", server.URL, "--timeout", "0s", good}, 2, "timeout"},
		{[]string{"run", "--server", server.URL, "--junit", filepath.Join(dir, "no", "x.xml"), good}, 2, "is the folder there"},
		{[]string{"generate", "--server", server.URL}, 2, "Give --out DIR"},
		{[]string{"generate", "--server", server.URL + "/Patient", "--out", dir}, 2, "is it the base URL?"},
		{[]string{"generate", "--server", server.URL, "--out", dir}, 0, "0 scripts written"},
	} {
		said, status := conform(c.args...)
		if status != c.status || !strings.Contains(said, c.says) {
			t.Errorf("%v ended with %d and %q, want %d and %q", c.args, status, said, c.status, c.says)
		}
	}
	if text, err := os.ReadFile(page); err != nil || !strings.Contains(string(text), "Nothing failed") {
		t.Errorf("the page: %v %.80s", err, text)
	}
}
