// Package openimis_test checks what no single package can see: which room imports which.
package openimis_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/openimis/openimis-go"

// allowed lists for every room the rooms it may import. Imports go down only, and two
// rooms of one floor never import each other. A room is the first part of a path; what
// lies below it belongs to it, except where a deeper path has a line of its own.
var allowed = map[string][]string{
	// floor 6
	"cmd":       {"cmd/bench", "modules", "resources", "graphql", "mapping", "scheme", "persistence", "conformance", "fhir", "core"},
	"cmd/bench": {"persistence", "core"}, // repeats what the server asks of gorm, to know its floor
	// floor 5
	"modules": {"resources", "graphql", "mapping", "scheme", "persistence", "fhir", "core"},
	// floor 4
	"resources":     {"mapping", "scheme", "persistence", "fhir", "core"},
	"graphql":       {"mapping", "scheme", "persistence", "core"},
	"graphql/files": {"mapping", "scheme", "persistence", "core"},
	// floor 3
	"mapping": {"persistence", "fhir", "core"},
	"scheme":  {"persistence", "core"},
	// floor 2
	"persistence": {"core"},
	"conformance": {"fhir", "core"},
	// floor 1: rest stands on search and patch, both on the standard
	"fhir":         {"core"},
	"fhir/path":    {"fhir", "core"},
	"fhir/search":  {"fhir", "core"},
	"fhir/patch":   {"fhir", "fhir/path", "core"},
	"fhir/profile": {"fhir", "fhir/path", "core"},
	"fhir/rest":    {"fhir", "fhir/search", "fhir/path", "fhir/patch", "core"},
	// floor 0: the ports know nobody; what works on them knows the ports
	"core":           {},
	"core/bus":       {"core"},
	"core/config":    {"core"},
	"core/mail":      {"core"},
	"core/security":  {"core"},
	"core/telemetry": {"core"},
}

func TestImportsGoDown(t *testing.T) {
	edges := 0
	for file, imports := range sources(t) {
		from := room(path.Dir(file))
		permitted, known := allowed[from]
		if !known {
			t.Errorf("%s is in room %q, which the table does not know", file, from)
			continue
		}
		for _, target := range imports {
			to := room(target)
			if to == from {
				continue
			}
			edges++
			if !covers(permitted, to) {
				t.Errorf("%s imports %s: room %q may import only %q", file, target, from, permitted)
			}
		}
	}
	if edges < 20 {
		t.Errorf("only %d imports between rooms were seen; the walk must be broken", edges)
	}
}

// Two rooms of a floor, or a room and what lies above it, would make a circle in the
// table; so a table without circles is a house with floors.
func TestTableHasNoCircle(t *testing.T) {
	state := map[string]int{}
	var visit func(room string, trail []string)
	visit = func(room string, trail []string) {
		if slices.Contains(trail, room) {
			t.Fatalf("circle: %s", strings.Join(append(trail, room), " > "))
		}
		if state[room] == 2 {
			return
		}
		for _, below := range allowed[room] {
			if _, known := allowed[below]; !known {
				t.Errorf("room %q may import %q, which is no room", room, below)
			}
			visit(below, append(slices.Clone(trail), room))
		}
		state[room] = 2
	}
	for room := range allowed {
		visit(room, nil)
	}
}

// The drivers and the query builder stay where databases are spoken to.
func TestDatabaseLibrariesStayInTheirRooms(t *testing.T) {
	only := map[string][]string{
		"gorm.io/driver":                  {"persistence"},
		"gorm.io/gorm":                    {"persistence", "mapping", "scheme", "resources", "graphql", "graphql/files", "cmd/bench"},
		"modernc.org/sqlite":              {"persistence"},
		"github.com/jackc/pgx":            {"persistence"},
		"github.com/microsoft/go-mssqldb": {"persistence"},
		"github.com/pressly/goose":        {"persistence"},
		"github.com/labstack/echo":        {"cmd", "cmd/bench", "fhir/rest", "core/telemetry"},
		"github.com/prometheus":           {"core/telemetry"},
		"github.com/spf13":                {"cmd", "core/config"},
		"github.com/knadh/koanf":          {"core/config"},
		"github.com/ThreeDotsLabs":        {"core/bus"},
		"github.com/wneessen":             {"core/mail"},
		"github.com/golang-jwt":           {"core/security"},
		"github.com/samply":               {"fhir", "fhir/rest", "fhir/search", "fhir/path", "fhir/profile", "mapping", "resources", "conformance"},
		"github.com/graphql-go":           {"graphql"},
		"codeberg.org/go-pdf":             {"graphql/files"},
		"github.com/go-fonts":             {"graphql/files"},
		"github.com/xuri":                 {"graphql/files"},
	}
	for file, imports := range everyImport(t) {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		for _, target := range imports {
			for library, rooms := range only {
				if (target == library || strings.HasPrefix(target, library+"/")) && !slices.Contains(rooms, room(path.Dir(file))) {
					t.Errorf("%s imports %s, which belongs to %q", file, target, rooms)
				}
			}
		}
	}
}

// Who lays hands on the database itself stays few: doors and mapping ask persistence's
// readers, so that what they do not ask in the caller's scope is easy to see.
func TestQueriesAreBuiltInFewRooms(t *testing.T) {
	may := []string{"persistence", "scheme", "cmd/bench"}
	seen := 0
	for _, name := range goFiles(t) {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		files := token.NewFileSet()
		file, err := parser.ParseFile(files, name, nil, parser.SkipObjectResolution)
		if err != nil {
			continue // the compiler reports it
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			if f, ok := call.Fun.(*ast.SelectorExpr); ok && f.Sel.Name == "DB" && len(call.Args) == 0 {
				seen++
				if from := room(path.Dir(name)); !slices.Contains(may, from) {
					t.Errorf("%s asks the database itself; only %q may", files.Position(f.Sel.Pos()), may)
				}
			}
			return true
		})
	}
	if seen < 20 {
		t.Errorf("only %d places that ask the database were seen; the walk must be broken", seen)
	}
}

// room gives the longest path in the table that the package lies in.
func room(pkg string) string {
	for pkg != "." {
		if _, known := allowed[pkg]; known {
			return pkg
		}
		parent := path.Dir(pkg)
		if parent == "." {
			return pkg
		}
		pkg = parent
	}
	return pkg
}

func covers(permitted []string, to string) bool {
	if slices.Contains(permitted, to) {
		return true
	}
	// Who may import fhir may import fhir/search too, unless the list names rooms below
	// fhir one by one.
	parent, _, nested := strings.Cut(to, "/")
	return nested && slices.Contains(permitted, parent) &&
		!slices.ContainsFunc(permitted, func(p string) bool { return strings.HasPrefix(p, parent+"/") })
}

// sources gives the imports of every file that lie in this module, as paths below it.
func sources(t *testing.T) map[string][]string {
	own := map[string][]string{}
	for file, imports := range everyImport(t) {
		for _, target := range imports {
			if below, ok := strings.CutPrefix(target, module+"/"); ok {
				own[file] = append(own[file], below)
			}
		}
	}
	return own
}

// everyImport parses the import lines of every Go file of the module.
func everyImport(t *testing.T) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	for _, name := range goFiles(t) {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			continue // a file that does not parse is reported by the compiler
		}
		for _, line := range file.Imports {
			target, err := strconv.Unquote(line.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			found[name] = append(found[name], target)
		}
	}
	return found
}

// goFiles lists the Go files of the module's packages. Folders with a module of their own
// are other programs.
func goFiles(t *testing.T) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if nested, _ := filepath.Glob(filepath.Join(name, "go.mod")); name != "." && (len(nested) > 0 || strings.HasPrefix(entry.Name(), ".") || entry.Name() == "testdata") {
				return filepath.SkipDir
			}
			return nil
		}
		if name = filepath.ToSlash(name); strings.HasSuffix(name, ".go") && path.Dir(name) != "." {
			found = append(found, name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
