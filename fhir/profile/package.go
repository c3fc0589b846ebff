package profile

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
)

// Bounds of one package. The largest guides of HL7 stay below a third of them.
const (
	maxEntries  = 20_000
	maxEntry    = 16 << 20  // unpacked bytes of one file that is read
	maxUnpacked = 256 << 20 // of all
)

// taken are the types read from a package; the examples in it are nobody's concern.
var taken = []string{"StructureDefinition", "ValueSet", "CodeSystem", "SearchParameter", "ImplementationGuide"}

// Package is what another guide defines.
type Package struct {
	Name, Version string // as package.json says
	Resources     []Packed
}

// Packed is one resource of a package.
type Packed struct {
	Entry    string // name of its file in the package
	Resource *fhir.Object
}

// ReadPackage reads the package of a guide as https://packages.fhir.org has them: a gzipped
// tar with package/package.json and a JSON file for each definition beside it. Folders below
// package and types that are no definitions are passed over. Narratives are left out.
// Nothing is written anywhere.
//
// Errors: core.Invalid, at the entry, for what is no such archive, for names that lead out of
// it, links, entries that are there twice or no R4, and where it is larger than the bounds.
func ReadPackage(in io.Reader) (*Package, error) {
	unzipped, err := gzip.NewReader(in)
	if err != nil {
		return nil, core.Errorf(core.Invalid, "it is no gzipped archive")
	}
	limited := &io.LimitedReader{R: unzipped, N: maxUnpacked}
	archive := tar.NewReader(limited)
	p := &Package{}
	seen := map[string]bool{}
	for {
		header, err := archive.Next()
		switch {
		case limited.N <= 0:
			return nil, core.Errorf(core.Invalid, "it is larger than %d MB unpacked", maxUnpacked>>20)
		case errors.Is(err, io.EOF):
			if !seen["package/package.json"] {
				return nil, core.ErrorAt(core.Invalid, "package/package.json", "the file is missing, so that this is no FHIR package")
			}
			return p, nil
		case err != nil:
			return nil, core.Errorf(core.Invalid, "the archive is damaged: %v", err)
		}
		name := strings.TrimPrefix(header.Name, "./")
		if err := entryFault(header, name, seen); err != nil {
			return nil, err
		}
		if header.Typeflag != tar.TypeReg || path.Dir(name) != "package" || path.Ext(name) != ".json" || strings.HasPrefix(path.Base(name), ".") {
			continue
		}
		if err := p.read(name, header.Size, archive); err != nil {
			return nil, err
		}
	}
}

// entryFault refuses entries no package has any need for.
func entryFault(header *tar.Header, name string, seen map[string]bool) error {
	fault := func(text string, args ...any) error {
		return core.ErrorAt(core.Invalid, clip(name), text, args...)
	}
	switch header.Typeflag {
	case tar.TypeXGlobalHeader:
		return nil
	case tar.TypeReg, tar.TypeDir:
	default:
		return fault("the entry is a link or a device; only files and folders are taken")
	}
	switch {
	case strings.HasPrefix(name, "/") || strings.ContainsAny(name, "\\\x00") || slices.Contains(strings.Split(name, "/"), ".."):
		return fault("the name leads out of the package")
	case seen[name] && header.Typeflag == tar.TypeReg:
		return fault("the entry is there twice")
	case len(seen) == maxEntries:
		return fault("the package has more than %d entries", maxEntries)
	}
	seen[name] = true
	return nil
}

// read takes one file in.
func (p *Package) read(name string, size int64, in io.Reader) error {
	if size > maxEntry {
		return core.ErrorAt(core.Invalid, clip(name), "the file has %d bytes; %d are the most", size, maxEntry)
	}
	data, err := io.ReadAll(in)
	if err != nil {
		return core.ErrorAt(core.Invalid, clip(name), "the archive is damaged: %v", err)
	}
	tree, err := fhir.ParseJSON(data)
	if err != nil {
		return core.ErrorAt(core.Invalid, clip(name), "%s", messageOf(err))
	}
	if name == "package/package.json" {
		p.Name, p.Version = tree.String("name"), tree.String("version")
		for _, version := range append(texts(tree.List("fhirVersions")), texts(tree.List("fhir-version-list"))...) {
			if strings.HasPrefix(version, "4.0") {
				return nil
			}
			err = core.ErrorAt(core.Invalid, name, "the package is for FHIR %s, not for R4", clip(version))
		}
		return err
	}
	if !slices.Contains(taken, tree.String("resourceType")) {
		return nil
	}
	tree.Set("text", nil)
	if _, err := fhir.DecodeTree(tree, fhir.DecodeOptions{}); err != nil {
		return core.ErrorAt(core.Invalid, clip(name), "%s", messageOf(err))
	}
	if tree.String("id") == "" || tree.String("url") == "" {
		return core.ErrorAt(core.Invalid, clip(name), "a definition needs an id and a url")
	}
	p.Resources = append(p.Resources, Packed{Entry: name, Resource: tree})
	return nil
}
