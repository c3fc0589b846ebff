package profile

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"io"
	"strings"
	"sync"

	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/path"
)

// The invariants of R4; fhir/internal/definitions says how the table is made and written.
//
//go:embed invariants.gz
var packedInvariants []byte

// invariant is a rule in FHIRPath. Its expression is compiled when it is first used.
type invariant struct {
	key     string
	warning bool
	human   string
	source  string

	once       sync.Once
	expression *path.Expression
	err        error
}

func (i *invariant) compile() (*path.Expression, error) {
	i.once.Do(func() {
		i.expression, i.err = path.Compile(i.source)
	})
	return i.expression, i.err
}

// baseInvariants are those of R4 by the path of the element that declares them.
var baseInvariants = sync.OnceValue(func() map[string][]*invariant {
	unpacked, err := gzip.NewReader(bytes.NewReader(packedInvariants))
	if err != nil {
		panic("fhir/profile: the embedded invariants are damaged: " + err.Error())
	}
	data, err := io.ReadAll(unpacked)
	if err != nil {
		panic("fhir/profile: the embedded invariants are damaged: " + err.Error())
	}
	table := map[string][]*invariant{}
	for _, line := range strings.Split(strings.TrimSpace(string(data)), "\n") {
		f := strings.SplitN(line, "\t", 5)
		at := strings.TrimSuffix(f[0], "[x]")
		table[at] = append(table[at], &invariant{key: f[1], warning: f[2] == "w", source: f[3], human: f[4]})
	}
	return table
})

// invariantsOf gives the invariants of a type: its own, and for a resource with narrative
// those of all such resources.
func invariantsOf(t *fhir.Type) []*invariant {
	own := baseInvariants()[t.Name]
	if t.Kind == fhir.ResourceKind && t.Element("contained") != nil {
		own = append(own[:len(own):len(own)], baseInvariants()["DomainResource"]...)
	}
	return own
}
