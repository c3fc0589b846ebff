package fhir_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
)

func seed(f *testing.F) [][]byte {
	names, err := filepath.Glob("testdata/*.json")
	if err != nil || len(names) == 0 {
		f.Fatalf("no examples in testdata: %v", err)
	}
	var seeds [][]byte
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		seeds = append(seeds, data)
	}
	for _, fault := range faults {
		if len(fault.body) < 1000 {
			seeds = append(seeds, []byte(fault.body))
		}
	}
	return seeds
}

// FuzzDecodeJSON: no input makes the reader panic or blame itself, and what it accepts is
// written and read again without a change.
func FuzzDecodeJSON(f *testing.F) {
	for _, data := range seed(f) {
		f.Add(data, false)
		f.Add(data, true)
	}
	f.Fuzz(func(t *testing.T, data []byte, lenient bool) {
		o := fhir.DecodeOptions{Lenient: lenient}
		r, err := fhir.DecodeJSON(data, o)
		if err != nil {
			clientsFault(t, err)
			return
		}
		first := encodeJSON(t, r)
		again, err := fhir.DecodeJSON(first, o)
		if err != nil {
			t.Fatalf("%q in %s", report(err), first)
		}
		sameJSON(t, first, encodeJSON(t, again))
		if _, err := r.AppendXML(nil, fhir.EncodeOptions{}); err != nil {
			t.Fatalf("no XML of %s: %v", first, err)
		}
		encodeJSON(t, &fhir.Resource{Typed: r.Typed, Tree: r.Tree})
	})
}

// FuzzDecodeXML: the same for XML.
func FuzzDecodeXML(f *testing.F) {
	for _, data := range seed(f) {
		if r, err := fhir.DecodeJSON(data, fhir.DecodeOptions{}); err == nil {
			text, err := r.AppendXML(nil, fhir.EncodeOptions{})
			if err != nil {
				f.Fatal(err)
			}
			f.Add(text, false)
		}
	}
	for _, fault := range xmlFaults {
		if len(fault.body) < 1000 {
			f.Add([]byte(fault.body), true)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte, lenient bool) {
		o := fhir.DecodeOptions{Lenient: lenient}
		r, err := fhir.DecodeXML(data, o)
		if err != nil {
			clientsFault(t, err)
			return
		}
		text, err := r.AppendXML(nil, fhir.EncodeOptions{})
		if err != nil {
			t.Fatalf("no XML of %s: %v", encodeJSON(t, r), err)
		}
		again, err := fhir.DecodeXML(text, o)
		if err != nil {
			t.Fatalf("%q in %s", report(err), text)
		}
		sameJSON(t, encodeJSON(t, r), encodeJSON(t, again))
		if _, err := fhir.DecodeJSON(encodeJSON(t, r), o); err != nil {
			t.Fatalf("%q in %s", report(err), encodeJSON(t, r))
		}
	})
}

func clientsFault(t *testing.T, err error) {
	t.Helper()
	if code := core.CodeOf(err); code != core.Invalid && code != core.Unprocessable {
		t.Fatalf("bad input is answered with %q: %v", code, err)
	}
}

// FuzzResidue: a patch is data from a column that others may write. Whatever stands there,
// joining it to a resource neither panics nor changes the resource it is joined to.
func FuzzResidue(f *testing.F) {
	for _, test := range residues {
		rendered, err := fhir.ParseJSON([]byte(test.rendered))
		if err != nil {
			f.Fatal(err)
		}
		sent, err := fhir.ParseJSON([]byte(test.sent))
		if err != nil {
			f.Fatal(err)
		}
		if r := fhir.Diff(rendered, sent, test.keys); r != nil {
			f.Add([]byte(test.later), r.Patch.AppendJSON(nil), false)
		}
	}
	f.Add([]byte(`{"resourceType":"Patient","name":[{"text":"a"}]}`), []byte(`{"":{"+":1},"name":{"l":[1,{"k":2},{"+":{"":1}}],"-":[3],"by":"|"}}`), true)
	f.Fuzz(func(t *testing.T, resource, patch []byte, addOnly bool) {
		rendered, err := fhir.ParseJSON(resource)
		if err != nil {
			return
		}
		before := string(rendered.AppendJSON(nil))
		r := &fhir.Residue{AddOnly: addOnly}
		if r.UnmarshalJSON(patch) != nil {
			return
		}
		r.Apply(rendered).AppendJSON(nil)
		if after := string(rendered.AppendJSON(nil)); after != before {
			t.Fatalf("%s became %s", before, after)
		}
	})
}
