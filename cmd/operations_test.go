package cmd_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/openimis/openimis-go/cmd"
	"github.com/openimis/openimis-go/persistence"
)

var unserved = flag.Bool("unserved", false, "write the list of GraphQL documents that are not yet served anew")

// operation is one document of the web interface with its example variables.
type operation struct {
	name string
	body map[string]any
}

// operations reads the documents the UI sends, where they are at hand.
func operations(t *testing.T) []operation {
	t.Helper()
	root := filepath.Join("..", "..", "shared", "reference")
	files, _ := filepath.Glob(filepath.Join(root, "ui-operations", "*.graphql"))
	wire, _ := filepath.Glob(filepath.Join(root, "ui-operations", "wire", "*.graphql"))
	if len(files) == 0 {
		t.Skip("the documents of the UI are not here")
	}
	var all []operation
	for _, file := range append(files, wire...) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		name, _ := filepath.Rel(root, file)
		o := operation{filepath.ToSlash(name), map[string]any{"query": string(text)}}
		for line := range strings.Lines(string(text)) {
			if example, found := strings.CutPrefix(line, "# example variables: "); found {
				var variables map[string]any
				if err := json.Unmarshal([]byte(example), &variables); err != nil {
					t.Fatalf("%s: %v", name, err)
				}
				o.body["variables"] = variables
			}
		}
		all = append(all, o)
	}
	return append(all, recordedOperations(t, filepath.Join(root, "ui-traffic"))...)
}

// recordedOperations are what a browser was seen to send, each text once.
func recordedOperations(t *testing.T, dir string) []operation {
	var all []operation
	seen := map[string]bool{}
	files, _ := filepath.Glob(filepath.Join(dir, "*.json"))
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var recorded struct {
			Requests []struct {
				Path        string
				RequestBody json.RawMessage
			}
		}
		if json.Unmarshal(text, &recorded) != nil {
			continue
		}
		for i, r := range recorded.Requests {
			var body map[string]any
			if !strings.HasSuffix(r.Path, "/graphql") || json.Unmarshal(r.RequestBody, &body) != nil || seen[string(r.RequestBody)] {
				continue
			}
			seen[string(r.RequestBody)] = true
			all = append(all, operation{fmt.Sprintf("ui-traffic/%s#%d", filepath.Base(file), i), body})
		}
	}
	return all
}

// signingOn are documents that need a cookie or a password of their own; other tests send
// them.
var signingOn = []string{"tokenAuth", "refreshToken", "deleteTokenCookie"}

// Every document of the web interface is answered without an error, but for those the
// list names. The list may only get shorter.
func TestOperations(t *testing.T) {
	all := operations(t)
	list := filepath.Join("..", "graphql", "testdata", "unserved.txt")
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, func(p *cmd.Parts) { p.Config.RateLimit = 0 })
		var failed []string
		tried := 0
		for _, o := range all {
			if slices.ContainsFunc(signingOn, func(word string) bool { return strings.Contains(o.body["query"].(string), word) }) {
				continue
			}
			tried++
			if err := served(s, o); err != nil {
				failed = append(failed, o.name)
				t.Logf("%s: %.300s", o.name, err)
			}
		}
		t.Logf("%d of %d documents are served", tried-len(failed), tried)
		if *unserved {
			if err := os.WriteFile(list, []byte(strings.Join(failed, "\n")+"\n"), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		text, err := os.ReadFile(list)
		if err != nil {
			t.Fatal(err)
		}
		known := strings.Fields(string(text))
		sameLines(t, failed, known, "%s is no longer served", "%s is served now: take it off the list")
	})
}

func served(s http.Handler, o operation) error {
	body, err := json.Marshal(o.body)
	if err != nil {
		return err
	}
	w := call{method: "POST", target: "/api/graphql", user: "Admin:admin123", body: string(body), header: map[string]string{"Content-Type": "application/json"}}.on(s)
	var answer struct {
		Data   map[string]any
		Errors []struct{ Message string }
	}
	switch err := json.Unmarshal(w.Body.Bytes(), &answer); {
	case err != nil:
		return err
	case w.Code != http.StatusOK || len(answer.Errors) > 0:
		return fmt.Errorf("%d %v", w.Code, answer.Errors)
	case answer.Data == nil:
		return fmt.Errorf("no data")
	}
	return nil
}
