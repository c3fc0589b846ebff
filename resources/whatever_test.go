package resources_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/rest"
)

// Whatever valid or half-valid resource is sent, it is taken or refused by name: never an
// error of the program's own. Pieces of the form are left out at random.
func TestWhateverIsSent(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		n := 300_000
		for name, f := range forms {
			t.Run(name, func(t *testing.T) {
				rapid.Check(t, func(rt *rapid.T) {
					n++
					in := f.draw(rt, w, n)
					tree := in.Tree
					for range rapid.IntRange(1, 4).Draw(rt, "cuts") {
						cut(rt, tree)
					}
					in, err := fhir.DecodeJSON(tree.AppendJSON(nil), fhir.DecodeOptions{Lenient: true})
					if err != nil {
						return
					}
					entry, err := f.typ(w.Environment).(rest.Creator).Create(system(t), in)
					switch core.CodeOf(err) {
					case core.Unprocessable, core.Conflict, core.Invalid:
						return
					}
					if err != nil {
						rt.Fatalf("%v\n%s", err, tree.AppendJSON(nil))
					}
					if _, err := f.typ(w.Environment).(rest.Reader).Read(system(t), entry.ID); err != nil {
						rt.Fatal(err)
					}
				})
			})
		}
	})
}

// cut takes one member out of a random place of the tree, or spoils its text.
func cut(t *rapid.T, o *fhir.Object) {
	for len(o.Members) > 0 {
		m := &o.Members[rapid.IntRange(0, len(o.Members)-1).Draw(t, "member")]
		child, _ := m.Value.(*fhir.Object)
		if list, ok := m.Value.([]any); ok && len(list) > 0 {
			child, _ = list[rapid.IntRange(0, len(list)-1).Draw(t, "entry")].(*fhir.Object)
		}
		if child != nil && rapid.IntRange(0, 3).Draw(t, "down") > 0 {
			o = child
			continue
		}
		if text, ok := m.Value.(string); ok && m.Name != "resourceType" && rapid.Bool().Draw(t, "spoil") {
			m.Value = rapid.SampledFrom([]string{" ", text + text, "%_'\\", "0", "é", "Location/x", "#a", "urn:uuid:1"}).Draw(t, "text")
			return
		}
		if m.Name != "resourceType" {
			o.Set(m.Name, nil)
		}
		return
	}
}
