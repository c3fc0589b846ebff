package cmd_test

import (
	"strings"
	"testing"

	"github.com/openimis/openimis-go/persistence"
)

// A claim that carries a document can be replaced and deleted like any other, and its
// first version still has the document it was sent with.
func TestClaimWithDocument(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, nil)
		known := readSeeds(t, s)
		target := "/fhir/Claim/" + known.create(t, s, "Claim", "D00001")
		_, id, _ := strings.Cut(target, "Claim/")
		first := call{target: target, user: admin}.on(s)
		if !strings.Contains(first.Body.String(), `"aGVsbG8="`) {
			t.Fatalf("without its document: %s", first.Body)
		}
		header := map[string]string{"Content-Type": "application/fhir+json"}
		for _, document := range []string{"Y2hhbmdlZA==", "YWdhaW4="} {
			body := strings.Replace(known.same("Claim", id, "D00001"), "aGVsbG8=", document, 1)
			if w := (call{method: "PUT", target: target, body: body, user: admin, header: header}).on(s); w.Code != 200 || !strings.Contains(w.Body.String(), document) {
				t.Fatalf("replaced: %d %s", w.Code, w.Body)
			}
		}
		version := strings.TrimSuffix(strings.TrimPrefix(first.Header().Get("ETag"), `W/"`), `"`)
		if w := (call{target: target + "/_history/" + version, user: admin}).on(s); w.Code != 200 || w.Body.String() != first.Body.String() {
			t.Errorf("the first version now:\n%d %s\nbefore:\n%s", w.Code, w.Body, first.Body)
		}
		if w := (call{method: "DELETE", target: target, user: admin}).on(s); w.Code != 204 {
			t.Errorf("deleted: %d %s", w.Code, w.Body)
		}
		if w := (call{target: target, user: admin}).on(s); w.Code != 410 {
			t.Errorf("afterwards: %d %s", w.Code, w.Body)
		}
	})
}
