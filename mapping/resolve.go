package mapping

import (
	"strings"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/search"
	"github.com/openimis/openimis-go/persistence"
)

// Target is what a reference names: a resource type, and its UUID or its business code.
type Target struct {
	Type string
	UUID persistence.UUID
	Code string
}

// ParseReference reads a reference in any of the forms clients send: Type/uuid, Type/code,
// an absolute URL that ends so, or a type with an identifier. path is the element it
// stands in; targets are the types it may name. Errors: core.Unprocessable.
func ParseReference(path string, ref *r4.Reference, targets ...string) (Target, error) {
	if ref == nil {
		return Target{}, core.ErrorAt(core.Unprocessable, path, "a reference to a %s is needed", strings.Join(targets, " or "))
	}
	if literal := plain(ref.Reference); literal != "" {
		_, typ, id := fhir.SplitReference(literal)
		if typ == "" {
			return Target{}, core.ErrorAt(core.Unprocessable, path+".reference", "%q does not name a resource of this server", literal)
		}
		return target(path+".reference", typ, id, targets)
	}
	if ref.Identifier == nil || plain(ref.Identifier.Value) == "" {
		return Target{}, core.ErrorAt(core.Unprocessable, path, "a reference needs reference or identifier.value")
	}
	typ := plain(ref.Type)
	if typ == "" && len(targets) == 1 {
		typ = targets[0]
	}
	typ = typ[strings.LastIndexByte(typ, '/')+1:] // the canonical of a type is allowed too
	t, err := target(path+".type", typ, *ref.Identifier.Value, targets)
	if err == nil && strings.EqualFold(kindOf(ref.Identifier), kindCode) {
		t.UUID, t.Code = "", plain(ref.Identifier.Value)
	}
	return t, err
}

func target(path, typ, id string, targets []string) (Target, error) {
	if !oneOf(targets, typ) {
		return Target{}, core.ErrorAt(core.Unprocessable, path, "a reference to a %s is needed, not to a %q", strings.Join(targets, " or "), typ)
	}
	if uuid, ok := persistence.ParseUUID(id); ok {
		return Target{Type: typ, UUID: uuid}, nil
	}
	return Target{Type: typ, Code: id}, nil
}

// Resolve gives the live row a reference points to, within the caller's scope. c is the
// catalogue of the resource type it has to name. A business code is looked up as the
// type's search parameter identifier does, and has to match one row only.
// Errors: core.Unprocessable at path when there is no such row.
func Resolve[R any](x *persistence.Session, c *Catalogue, path string, ref *r4.Reference) (*R, error) {
	t, err := ParseReference(path, ref, c.Resource)
	if err != nil {
		return nil, err
	}
	return Find[R](x, c, path, t)
}

// Find gives the live row the target names. Errors: core.Unprocessable at path.
func Find[R any](x *persistence.Session, c *Catalogue, path string, t Target) (*R, error) {
	if t.UUID != "" {
		row, err := persistence.One[R](x, t.UUID, c.Join...)
		switch core.CodeOf(err) {
		case core.NotFound:
			return nil, core.ErrorAt(core.Unprocessable, path, "there is no %s/%s", t.Type, t.UUID)
		case core.Gone:
			return nil, core.ErrorAt(core.Unprocessable, path, "%s/%s was deleted", t.Type, t.UUID)
		}
		return row, err
	}
	rows, err := ByCode[R](x, c, t.Code)
	switch {
	case err != nil:
		return nil, err
	case len(rows) == 0:
		return nil, core.ErrorAt(core.Unprocessable, path, "there is no %s with the code %q", t.Type, t.Code)
	case len(rows) > 1:
		return nil, core.ErrorAt(core.Unprocessable, path, "more than one %s has the code %q", t.Type, t.Code)
	}
	return &rows[0], nil
}

// ByCode gives the live rows with the business code, two at the most: more than one is
// ambiguous whatever their number. What somebody wrote as a further identifier is no code
// of a row.
func ByCode[R any](x *persistence.Session, c *Catalogue, code string) ([]R, error) {
	own := *c
	own.Holder = ""
	q, err := own.Compile(&search.Query{Type: c.Resource, Count: 2, Clauses: []search.Clause{{
		Param: &search.Param{Name: "identifier", Type: search.Token}, Values: []search.Value{{Text: code}},
	}}})
	if err != nil {
		return nil, err
	}
	page, err := persistence.Select[R](x, q)
	if err != nil {
		return nil, err
	}
	return page.Rows, nil
}
