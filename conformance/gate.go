package conformance

import (
	"context"
	"fmt"
	"strings"

	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/path"
)

// metadata is the CapabilityStatement of the server, or why there is none.
type metadata struct {
	tree *fhir.Object
	err  error
}

// Metadata gives the CapabilityStatement of the server, asking once. Errors: the server
// cannot be reached, or answers with something else.
func (r *Runner) Metadata(ctx context.Context) (*fhir.Object, error) {
	if r.metadata == nil {
		x := &run{runner: r, script: &Script{}, messages: map[string]*message{}}
		r.metadata = &metadata{}
		if _, err := x.operate(ctx, &Operation{Code: "capabilities"}); err != nil {
			r.metadata.err = err
		} else if x.last.tree.String("resourceType") != "CapabilityStatement" {
			r.metadata.err = fmt.Errorf("%s is answered with %d and no CapabilityStatement", x.last.url, x.last.status)
		} else {
			r.metadata.tree = x.last.tree
		}
	}
	return r.metadata.tree, r.metadata.err
}

// refuses says why the server is not one a script or test is for, "" when it is.
func (r *Runner) refuses(ctx context.Context, g Gate) (string, error) {
	if g.Requires == "" && g.FHIRVersions == "" {
		return "", nil
	}
	tree, err := r.Metadata(ctx)
	if err != nil {
		return "", fmt.Errorf("whether the server offers this cannot be told: %w", err)
	}
	if version := tree.String("fhirVersion"); g.FHIRVersions != "" && !speaks(g.FHIRVersions, version) {
		return "it is for FHIR " + g.FHIRVersions + ", the server has " + version, nil
	}
	if g.Requires == "" {
		return "", nil
	}
	e, err := path.Compile(g.Requires)
	if err != nil {
		return "", err
	}
	values, err := e.Evaluate(nil, tree)
	if err != nil {
		return "", err
	}
	if holds, _ := values.True(); !holds {
		return "the server does not claim it: " + g.Requires, nil
	}
	return "", nil
}

func speaks(versions, version string) bool {
	for _, each := range strings.Split(versions, ",") {
		if each = strings.TrimSpace(each); version == each || strings.HasPrefix(version, each+".") {
			return true
		}
	}
	return false
}

// gate says why a script is not for this server. Capabilities that are required and not
// claimed skip it; those that shall be validated fail it.
func (x *run) gate(ctx context.Context) (string, error) {
	why, err := x.runner.refuses(ctx, x.script.Gate)
	if err != nil {
		return err.Error(), nil
	}
	if why != "" {
		return why, nil
	}
	if x.runner.Claimed {
		if typ := x.foreign(ctx); typ != "" {
			return "the server does not claim the type " + typ, nil
		}
	}
	for _, c := range x.script.Capabilities {
		if !c.Required && !c.Validated {
			continue
		}
		document, err := x.referenced(c.Capabilities)
		if err != nil {
			continue // a canonical somewhere else says nothing the runner could compare
		}
		wanted, err := parseTree(document.body)
		if err != nil {
			return "the capabilities " + c.Capabilities + " cannot be read: " + err.Error(), nil
		}
		offered, err := x.runner.Metadata(ctx)
		if err != nil {
			return "whether the server offers this cannot be told: " + err.Error(), nil
		}
		if lack := lacks(offered, wanted); lack != "" {
			if c.Validated {
				return "", fmt.Errorf("the server does not claim %s", lack)
			}
			return "the server does not claim " + lack, nil
		}
	}
	return "", nil
}

// lacks names the first interaction or search parameter that is wanted and not offered.
func lacks(offered, wanted *fhir.Object) string {
	for _, rest := range objects(wanted.Get("rest")) {
		for _, resource := range objects(rest.Get("resource")) {
			typ := text(resource, "type")
			there := resourceOf(offered, typ)
			if there == nil {
				return "the type " + typ
			}
			for _, list := range []struct{ name, key string }{{"interaction", "code"}, {"searchParam", "name"}} {
				for _, each := range objects(resource.Get(list.name)) {
					if name := text(each, list.key); !has(there, list.name, list.key, name) {
						return list.name + " " + name + " of " + typ
					}
				}
			}
		}
	}
	return ""
}

// unclaimed says that an operation is not for this server: a client may give ids only
// where the server says so, and what is not claimed is skipped when that is wanted.
func (x *run) unclaimed(ctx context.Context, o *Operation) error {
	if o.Code != "updateCreate" || o.Resource == "" {
		return nil
	}
	statement, err := x.runner.Metadata(ctx)
	if err != nil {
		return nil
	}
	if there := resourceOf(statement, o.Resource); there != nil && there.Get("updateCreate") != nil && !flag(there, "updateCreate") {
		return notClaimed{"ids given by the client (updateCreate) for " + o.Resource}
	}
	return nil
}

// foreign names a type the script touches that the server does not claim, "" for none.
func (x *run) foreign(ctx context.Context) string {
	statement, err := x.runner.Metadata(ctx)
	if err != nil {
		return ""
	}
	for _, phase := range x.script.phases() {
		for _, action := range phase {
			if typ := action.touches(); fhir.IsResourceType(typ) && resourceOf(statement, typ) == nil {
				return typ
			}
		}
	}
	return ""
}

// phases lists the actions of setup and tests.
func (s *Script) phases() [][]Action {
	phases := [][]Action{s.Setup.Actions}
	for _, test := range s.Tests {
		phases = append(phases, test.Actions)
	}
	return phases
}

// touches is the resource type an operation is about.
func (a *Action) touches() string {
	if a.Operation == nil {
		return ""
	}
	if a.Operation.Resource != "" {
		return a.Operation.Resource
	}
	first, _, _ := strings.Cut(strings.TrimPrefix(a.Operation.URL, "/"), "/")
	first, _, _ = strings.Cut(first, "?")
	return first
}

// resourceOf gives what a CapabilityStatement says of a type.
func resourceOf(statement *fhir.Object, typ string) *fhir.Object {
	for _, rest := range objects(statement.Get("rest")) {
		for _, resource := range objects(rest.Get("resource")) {
			if text(resource, "type") == typ {
				return resource
			}
		}
	}
	return nil
}

// has tells whether a list of objects has one whose key is the value.
func has(o *fhir.Object, list, key, value string) bool {
	for _, each := range objects(o.Get(list)) {
		if text(each, key) == value {
			return true
		}
	}
	return false
}
