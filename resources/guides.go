package resources

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/profile"
	"github.com/openimis/openimis-go/mapping"
)

// Guides are the definitions that resources are checked by and that are served: those of the
// openIMIS guide, and those of the packages an installation adds.
type Guides struct {
	set           *profile.Set
	added         map[string][]*fhir.Object // by type, of packages
	systems, sets []*mapping.CodeList       // of packages
}

// ownGuide is the openIMIS guide alone.
var ownGuide = sync.OnceValue(func() *Guides {
	g, err := LoadGuides(nil)
	if err != nil {
		panic("resources: the profiles of the guide are damaged: " + err.Error())
	}
	return g
})

// LoadGuides reads the packages of other guides: files, or folders whose .tgz files are all
// taken. Errors: core.Invalid, naming the file and the entry, for what cannot be used.
func LoadGuides(paths []string) (*Guides, error) {
	files, err := packageFiles(paths)
	if err != nil {
		return nil, err
	}
	g := &Guides{set: profile.NewSet(), added: map[string][]*fhir.Object{}}
	l := guideLoader{guides: g, where: map[string]string{}}
	l.own()
	for _, file := range files {
		if err := l.read(file); err != nil {
			return nil, err
		}
	}
	if err := l.compile(); err != nil {
		return nil, err
	}
	g.systems, g.sets = mapping.ReadCodeLists(slices.Concat(g.added["CodeSystem"], g.added["ValueSet"]))
	return g, nil
}

// packageFiles lists the files, those of a folder by name.
func packageFiles(paths []string) ([]string, error) {
	var files []string
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return nil, core.ErrorAt(core.Invalid, "packages", "%s cannot be read: %v", path, errors.Unwrap(err))
		}
		if !info.IsDir() {
			files = append(files, path)
			continue
		}
		found, _ := filepath.Glob(filepath.Join(path, "*.tgz"))
		if len(found) == 0 {
			return nil, core.ErrorAt(core.Invalid, "packages", "the folder %s has no .tgz file", path)
		}
		files = append(files, found...)
	}
	return files, nil
}

// guideLoader takes definitions in and remembers where each is from.
type guideLoader struct {
	guides *Guides
	where  map[string]string // of "Type/id" and of canonicals
}

// own takes in what the program brings.
func (l *guideLoader) own() {
	const from = "the openIMIS guide"
	note := func(typ, id, url string) { l.where[typ+"/"+id], l.where[url] = from, from }
	for _, o := range append(mapping.GuideProfiles(), mapping.GuideItself()) {
		note(o.String("resourceType"), o.String("id"), o.String("url"))
	}
	for _, o := range mapping.GuideProfiles() {
		if _, err := l.guides.set.Add(o); err != nil {
			panic("resources: the profiles of the guide are damaged: " + err.Error())
		}
	}
	for _, list := range mapping.CodeLists {
		note("CodeSystem", list.ID, list.System())
		note("ValueSet", list.ID, list.ValueSet())
	}
}

// read takes one package in.
func (l *guideLoader) read(file string) error {
	in, err := os.Open(file)
	if err != nil {
		return core.ErrorAt(core.Invalid, "packages", "%s cannot be read: %v", file, errors.Unwrap(err))
	}
	defer in.Close()
	p, err := profile.ReadPackage(in)
	if err != nil {
		return core.ErrorAt(core.Invalid, "packages", "%s: %s", file, placed(err))
	}
	for _, one := range p.Resources {
		o, from := one.Resource, file+": "+one.Entry
		for _, name := range []string{o.String("resourceType") + "/" + o.String("id"), o.String("url")} {
			if other := l.where[name]; other != "" {
				return core.ErrorAt(core.Invalid, "packages", "%s: %s is there already, from %s", from, name, other)
			}
			l.where[name] = from
		}
		typ := o.String("resourceType")
		l.guides.added[typ] = append(l.guides.added[typ], o)
		if typ != "StructureDefinition" {
			continue
		}
		if _, err := l.guides.set.Add(o); err != nil {
			return core.ErrorAt(core.Invalid, "packages", "%s: %s", from, placed(err))
		}
	}
	return nil
}

// compile makes the rules of all profiles. A snapshot is let go where the differential says
// the same: those of a large guide are most of its bytes.
func (l *guideLoader) compile() error {
	for _, url := range l.guides.set.URLs() {
		if err := l.guides.set.CompileOne(url); err != nil {
			return core.ErrorAt(core.Invalid, "packages", "%s: %s", l.where[url], placed(err))
		}
	}
	for _, o := range l.guides.added["StructureDefinition"] {
		base, _, _ := strings.Cut(o.String("baseDefinition"), "|")
		if len(o.Object("differential").List("element")) > 0 && (profile.IsCore(base) || l.guides.set.Find(base) != nil) {
			o.Set("snapshot", nil)
		}
	}
	return nil
}

// placed gives the place and the words of an error.
func placed(err error) string {
	var e *core.Error
	if errors.As(err, &e) && e.Path != "" {
		return e.Path + ": " + e.Message
	}
	return err.Error()
}

// Profiles lists the canonicals of the packages' profiles of a resource type.
func (g *Guides) Profiles(resource string) []string {
	if g == nil {
		return nil
	}
	var list []string
	for _, o := range g.added["StructureDefinition"] {
		if o.String("type") == resource && o.String("derivation") == "constraint" {
			list = append(list, o.String("url"))
		}
	}
	return list
}

// guides gives the definitions of the installation.
func (e *Environment) guides() *Guides {
	if e != nil && e.Guides != nil {
		return e.Guides
	}
	return ownGuide()
}
