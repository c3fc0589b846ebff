package profile_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"strings"
	"testing"

	faults "github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir/profile"
)

// entry is one entry of an archive.
type entry struct {
	name, text string
	kind       byte // 0 for a file
	size       int  // zeros behind the text
}

func archived(t testing.TB, entries ...entry) []byte {
	t.Helper()
	var packed bytes.Buffer
	zip := gzip.NewWriter(&packed)
	w := tar.NewWriter(zip)
	zeros := make([]byte, 1<<20)
	for _, e := range entries {
		h := &tar.Header{Name: e.name, Mode: 0o644, Size: int64(len(e.text) + e.size), Typeflag: e.kind}
		if e.kind == 0 {
			h.Typeflag = tar.TypeReg
		}
		if h.Typeflag != tar.TypeReg {
			h.Size, h.Linkname = 0, "elsewhere"
		}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if h.Size == 0 {
			continue
		}
		_, _ = w.Write([]byte(e.text))
		for left := e.size; left > 0; left -= len(zeros) {
			_, _ = w.Write(zeros[:min(left, len(zeros))])
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := zip.Close(); err != nil {
		t.Fatal(err)
	}
	return packed.Bytes()
}

var (
	described = entry{name: "package/package.json", text: `{"name":"x.guide","version":"1.2","fhirVersions":["4.0.1"]}`}
	oneSet    = `{"resourceType":"ValueSet","id":"v","url":"http://x/v","status":"active","text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">x</div>"}}`
)

func TestPackage(t *testing.T) {
	p, err := profile.ReadPackage(bytes.NewReader(archived(t, entry{name: "package", kind: tar.TypeDir}, described,
		entry{name: "./package/ValueSet-v.json", text: oneSet}, entry{name: "package/.index.json", text: "{"}, entry{name: "package/example/bad.json", text: "{"},
		entry{name: "package/Patient-p.json", text: `{"resourceType":"Patient"}`}, entry{name: "other/openapi.json", text: "{"}, entry{name: "package/readme.md", text: "x"})))
	if err != nil || p.Name != "x.guide" || p.Version != "1.2" || len(p.Resources) != 1 || p.Resources[0].Entry != "package/ValueSet-v.json" {
		t.Fatalf("%v %+v", err, p)
	}
	if text := string(p.Resources[0].Resource.AppendJSON(nil)); strings.Contains(text, "div") {
		t.Errorf("the narrative is kept: %s", text)
	}
}

func TestBadPackages(t *testing.T) {
	whole := archived(t, described)
	var many []entry
	for range 20_001 {
		many = append(many, entry{name: "a/" + strings.Repeat("x", 1+len(many)%90) + string(rune('a'+len(many)%26)) + strings.Repeat("y", len(many)/90%100)})
	}
	for _, c := range []struct {
		name string
		data []byte
		want string
	}{
		{"empty", nil, "no gzipped archive"},
		{"no archive", []byte("PK"), "no gzipped archive"},
		{"cut off", whole[:len(whole)-20], "damaged"},
		{"not described", archived(t, entry{name: "package/a.json", text: oneSet}), "package/package.json: the file is missing"},
		{"of R5", archived(t, entry{name: "package/package.json", text: `{"name":"x","fhirVersions":["5.0.0"]}`}), "package/package.json: the package is for FHIR 5.0.0"},
		{"path up", archived(t, described, entry{name: "package/../../etc/passwd", text: "x"}), "package/../../etc/passwd: the name leads out"},
		{"path from the root", archived(t, described, entry{name: "/package/a.json", text: "{}"}), "/package/a.json: the name leads out"},
		{"backslash", archived(t, described, entry{name: `package\a.json`, text: "{}"}), "leads out"},
		{"link", archived(t, described, entry{name: "package/a.json", kind: tar.TypeSymlink}), "package/a.json: the entry is a link"},
		{"hard link", archived(t, described, entry{name: "package/a.json", kind: tar.TypeLink}), "is a link"},
		{"device", archived(t, described, entry{name: "package/a.json", kind: tar.TypeFifo}), "is a link or a device"},
		{"twice", archived(t, described, entry{name: "package/a.json", text: "{}"}, entry{name: "./package/a.json", text: "{}"}), "package/a.json: the entry is there twice"},
		{"no JSON", archived(t, described, entry{name: "package/a.json", text: "{"}), "package/a.json: "},
		{"no R4", archived(t, described, entry{name: "package/a.json", text: `{"resourceType":"ValueSet","id":"a","url":"http://x","status":"odd"}`}), `package/a.json: ValueSet.status: "odd"`},
		{"no id", archived(t, described, entry{name: "package/a.json", text: `{"resourceType":"ValueSet","url":"http://x","status":"active"}`}), "package/a.json: a definition needs an id"},
		{"giant file", archived(t, described, entry{name: "package/a.json", text: "{}", size: 17 << 20}), "package/a.json: the file has 17825794 bytes; 16777216 are the most"},
		{"bomb", archived(t, described, entry{name: "other/a.bin", size: 300 << 20}), "larger than 256 MB"},
		{"many entries", archived(t, many...), "more than 20000 entries"},
	} {
		_, err := profile.ReadPackage(bytes.NewReader(c.data))
		said := ""
		if e, is := err.(*faults.Error); is {
			said = strings.TrimPrefix(e.Path+": "+e.Message, ": ")
		}
		if faults.CodeOf(err) != faults.Invalid || !strings.Contains(said, c.want) {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
}

// FuzzPackage: no definition of a guide makes the program panic or blame itself, be it read
// or compiled.
func FuzzPackage(f *testing.F) {
	f.Add([]byte(oneSet), false)
	f.Add([]byte(colour), false)
	f.Add([]byte(profileText("p", "Patient", core+"Patient", phoneSlices)), false)
	f.Add(archived(f, described, entry{name: "package/a.json", text: oneSet}), true)
	f.Fuzz(func(t *testing.T, data []byte, packed bool) {
		if !packed {
			data = archived(t, described, entry{name: "package/a.json", text: string(data)})
		}
		p, err := profile.ReadPackage(bytes.NewReader(data))
		if err != nil {
			if faults.CodeOf(err) != faults.Invalid {
				t.Fatal(err)
			}
			return
		}
		set := profile.NewSet()
		for _, one := range p.Resources {
			if one.Resource.String("resourceType") == "StructureDefinition" {
				_, _ = set.Add(one.Resource)
			}
		}
		_ = set.Compile()
		for _, url := range set.URLs() {
			set.Validate(parsed(t, `{"resourceType":"Patient","name":[{"text":"a"}],"telecom":[{"system":"phone"}]}`), profile.Options{Profiles: []string{url}, Terminology: colours{}})
		}
	})
}
