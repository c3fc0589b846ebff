package mapping_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/openimis/openimis-go/fhir"
)

func encode(t *testing.T, typed any) []byte {
	t.Helper()
	text, err := (&fhir.Resource{Typed: typed}).AppendJSON(nil, fhir.EncodeOptions{Pretty: true})
	if err != nil {
		t.Fatal(err)
	}
	return append(bytes.TrimSpace(text), '\n')
}

// TestRender compares what legacy rows are rendered as with files checked by hand, and
// checks that each is R4 by reading it back strictly. The compatible base may say more
// than R4 allows: the sign of a currency is no code.
func TestRender(t *testing.T) {
	for name, resource := range rendered(t) {
		t.Run(name, func(t *testing.T) {
			got := encode(t, resource)
			file := filepath.Join("testdata", "render", name+".json")
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatalf("%v; rendered now:\n%s", err, got)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("differs from %s; rendered now:\n%s", file, got)
			}
			if _, err := fhir.DecodeJSON(got, fhir.DecodeOptions{Lenient: strings.Contains(name, "compatible")}); err != nil {
				t.Errorf("is no R4: %v", err)
			}
		})
	}
	files, err := filepath.Glob("testdata/render/*.json")
	if err != nil || len(files) != len(rendered(t)) {
		t.Errorf("%d golden files for %d renderings (%v)", len(files), len(rendered(t)), err)
	}
}
