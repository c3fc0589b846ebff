package conformance

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
)

// Generated says what Generate wrote.
type Generated struct {
	Scripts int
	Notes   []string // what was left out, and why
}

// Generate writes TestScripts for everything the CapabilityStatement of a server claims:
// for each type, in JSON and XML, with ids of the server and, where it offers that, of the
// client. The same server gives the same files.
//
// What is sent comes from the folder of fixtures: TYPE.json for each type that shall be
// written, with placeholders where a code has to be new, and references such as
// "Patient?identifier=1" where an instance of the server is meant. Without a folder it is
// made of an instance the server has. Types without either are only read.
//
// Errors: the server cannot be reached or has no CapabilityStatement; core.Invalid for a
// folder or fixture that cannot be used.
func Generate(ctx context.Context, r *Runner, fixtures, out string) (*Generated, error) {
	statement, err := r.Metadata(ctx)
	if err != nil {
		return nil, core.Wrap(core.Invalid, err, "nothing can be generated without the CapabilityStatement of %s: is it the base URL?", r.Server)
	}
	done := &Generated{}
	for _, rest := range objects(statement.Get("rest")) {
		if mode := text(rest, "mode"); mode != "" && mode != "server" {
			continue
		}
		for _, claims := range objects(rest.Get("resource")) {
			if err := generateType(ctx, r, claims, fixtures, out, done); err != nil {
				return nil, err
			}
		}
	}
	return done, nil
}

func generateType(ctx context.Context, r *Runner, claims *fhir.Object, fixtures, out string, done *Generated) error {
	typ := text(claims, "type")
	if !fhir.IsResourceType(typ) {
		done.Notes = append(done.Notes, fmt.Sprintf("%q is no resource type of R4", typ))
		return nil
	}
	sample, err := sampleOf(ctx, r, claims, typ, fixtures)
	if err != nil {
		return err
	}
	if sample.example == nil {
		done.Notes = append(done.Notes, typ+": "+sample.why)
		return nil
	}
	kinds := []bool{false}
	if sample.fixture != nil && flag(claims, "updateCreate") {
		kinds = append(kinds, true)
	}
	for _, clientID := range kinds {
		for _, format := range []string{"json", "xml"} {
			g := newGenerator(typ, format, claims, sample, clientID)
			g.script()
			if err := g.write(out); err != nil {
				return err
			}
			done.Scripts++
		}
	}
	return nil
}

// generator makes one script.
type generator struct {
	typ, format string
	media       string
	claims      *fhir.Object
	sample      *sample
	clientID    bool

	variables, fixtures, setup, tests, teardown []any
	untested                                    []string
	files                                       map[string]*fhir.Object
}

func newGenerator(typ, format string, claims *fhir.Object, s *sample, clientID bool) *generator {
	return &generator{
		typ: typ, format: format, media: "application/fhir+" + format, claims: claims, sample: s, clientID: clientID, files: map[string]*fhir.Object{},
	}
}

// can tells whether the server claims an interaction for the type.
func (g *generator) can(interaction string) bool {
	return has(g.claims, "interaction", "code", interaction)
}

func (g *generator) name() string {
	kind := "server-id"
	if g.clientID {
		kind = "client-id"
	}
	if g.sample.fixture == nil {
		kind = "read-only"
	}
	return g.typ + "-" + kind + "-" + g.format
}

// write writes the script and its fixtures, a folder for each type.
func (g *generator) write(out string) error {
	folder := filepath.Join(out, strings.ToLower(g.typ))
	description := "Generated from the CapabilityStatement: what it claims for " + g.typ + ", in " + strings.ToUpper(g.format) + "."
	if len(g.untested) > 0 {
		description += " Not searched, since the example has no value for them: " + strings.Join(g.untested, ", ") + "."
	}
	o := object("resourceType", "TestScript", "id", strings.ToLower(g.name()), "url", "http://openimis.org/TestScript/"+strings.ToLower(g.name()),
		"name", g.name(), "title", g.typ+" "+g.title(), "status", "active", "description", description,
		"fixture", g.fixtures,
		"profile", []any{
			object("id", "bundle-profile", "reference", baseProfile+"Bundle"), object("id", "resource-profile", "reference", baseProfile+g.typ),
		},
		"variable", g.variables)
	if len(g.setup) > 0 {
		o.Set("setup", object("action", g.setup))
	}
	o.Set("test", g.tests)
	if len(g.teardown) > 0 {
		o.Set("teardown", object("action", g.teardown))
	}
	if err := save(filepath.Join(folder, strings.ToLower(g.name())+".json"), "json", o); err != nil {
		return err
	}
	for file, tree := range g.files {
		if err := save(filepath.Join(folder, file), g.format, tree); err != nil {
			return err
		}
	}
	return nil
}

func (g *generator) title() string {
	ids := "with ids of the server"
	switch {
	case g.sample.fixture == nil:
		ids = "as it is read"
	case g.clientID:
		ids = "with ids of the client"
	}
	return ids + ", " + strings.ToUpper(g.format)
}

// save writes a resource with line breaks.
func save(file, format string, tree *fhir.Object) error {
	data, err := rendered(format, tree)
	if err == nil {
		if err = os.MkdirAll(filepath.Dir(file), 0o755); err == nil {
			err = os.WriteFile(file, append(data, '\n'), 0o644)
		}
	}
	return core.Wrap(core.Invalid, err, "%s cannot be written", file)
}
