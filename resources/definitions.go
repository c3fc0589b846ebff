package resources

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/fhir/search"
	"github.com/openimis/openimis-go/mapping"
)

// definitions serves resources that say what the server holds to: read and search, without
// a statement. They come with the program, so that they have neither versions nor times.
type definitions struct {
	definition *rest.Definition
	list       []*fhir.Object // sorted by id
}

var _ interface {
	rest.Reader
	rest.BatchReader
	rest.Searcher
} = (*definitions)(nil)

// systemsOf gives the code system of a search parameter of these types.
var systemsOf = map[string]string{
	"status":     "http://hl7.org/fhir/publication-status",
	"kind":       "http://hl7.org/fhir/structure-definition-kind",
	"derivation": "http://hl7.org/fhir/type-derivation-rule",
	"base":       "http://hl7.org/fhir/resource-types",
	"target":     "http://hl7.org/fhir/resource-types",
	"type":       "http://hl7.org/fhir/search-param-type",
}

// newDefinitions makes a type of what is in the list. params are those beside the ones all
// such types have.
func newDefinitions(name, documentation string, list []*fhir.Object, params ...search.Param) *definitions {
	lastUpdated := unsorted(search.LastUpdated)
	lastUpdated.Documentation = unversioned
	list = slices.Clone(list)
	slices.SortFunc(list, func(a, b *fhir.Object) int { return strings.Compare(a.String("id"), b.String("id")) })
	return &definitions{list: list, definition: &rest.Definition{
		Name: name, Documentation: documentation, ServerAssigns: []string{"id"},
		Params: append([]search.Param{
			{Name: "url", Type: search.URI, Path: "url", Sortable: true, Documentation: "The canonical URL."},
			{Name: "name", Type: search.String, Path: "name", Sortable: true, Documentation: "The name for programs."},
			{Name: "status", Type: search.Token, Path: "status", Documentation: "The state of the publication."},
			{Name: "version", Type: search.Token, Path: "version", Documentation: "The business version."},
			{Name: "description", Type: search.String, Path: "description", Documentation: "What it is for, from the beginning or with :contains."},
			lastUpdated,
		}, params...),
	}}
}

var title = search.Param{Name: "title", Type: search.String, Path: "title", Sortable: true, Documentation: "The name for people."}

// StructureDefinition serves the profiles and extensions of the guide: read and search.
// https://hl7.org/fhir/R4/structuredefinition.html
func StructureDefinition(e *Environment) rest.Type {
	return newDefinitions("StructureDefinition",
		"The profiles and extensions of the openIMIS guide and of the packages that are loaded, which resources claim in meta.profile and $validate checks. Read only.",
		slices.Concat(mapping.GuideProfiles(), e.guides().added["StructureDefinition"]), title,
		search.Param{Name: "type", Type: search.URI, Path: "type", Sortable: true, Documentation: "The type that is constrained, such as Patient or Extension."},
		search.Param{Name: "kind", Type: search.Token, Path: "kind", Documentation: "resource for profiles, complex-type for extensions."},
		search.Param{Name: "base", Type: search.URI, Path: "baseDefinition", Documentation: "The canonical of what it is built on."},
		search.Param{Name: "derivation", Type: search.Token, Path: "derivation", Documentation: "Always constraint."},
		search.Param{Name: "abstract", Type: search.Token, Path: "abstract", Documentation: "Always false."},
	)
}

// ImplementationGuide serves the guide itself, which lists what belongs to it.
// https://hl7.org/fhir/R4/implementationguide.html
func ImplementationGuide(e *Environment) rest.Type {
	return newDefinitions("ImplementationGuide", "The openIMIS guide: which profiles, extensions and lists of codes belong to it. Read only.",
		append([]*fhir.Object{mapping.GuideItself()}, e.guides().added["ImplementationGuide"]...), title)
}

// SearchParameters serves the definitions of search parameters that are not HL7's, among
// those of the types, and those of packages, which are definitions only. https://hl7.org/fhir/R4/searchparameter.html
func SearchParameters(e *Environment, types []rest.Type) rest.Type {
	var list []*fhir.Object
	for _, t := range types {
		d := t.Definition()
		for i := range d.Params {
			if p := &d.Params[i]; strings.HasPrefix(p.Definition, mapping.Guide) {
				list = mapping.AddSearchParameter(list, d.Name, p)
			}
		}
	}
	return newDefinitions("SearchParameter", "The search parameters of openIMIS beside those of HL7. Read only.", append(list, e.guides().added["SearchParameter"]...),
		search.Param{Name: "code", Type: search.Token, Path: "code", Sortable: true, Documentation: "What is typed in a URL."},
		search.Param{Name: "base", Type: search.Token, Path: "base", Documentation: "A type that can be searched by it."},
		search.Param{Name: "type", Type: search.Token, Path: "type", Documentation: "The type of the parameter, such as token."},
		search.Param{Name: "target", Type: search.Token, Path: "target", Documentation: "A type its references point to."},
	)
}

// Definition describes the type.
func (d *definitions) Definition() *rest.Definition { return d.definition }

// Read reads a definition. Errors: core.NotFound.
func (d *definitions) Read(_ context.Context, id string) (*fhir.Entry, error) {
	for _, one := range d.list {
		if one.String("id") == id {
			return d.entry(one), nil
		}
	}
	return nil, core.Errorf(core.NotFound, "there is no %s/%s", d.definition.Name, id)
}

// ReadAll reads several; those that are not there are left out.
func (d *definitions) ReadAll(ctx context.Context, ids []string) ([]*fhir.Entry, error) {
	var found []*fhir.Entry
	for _, id := range ids {
		if entry, err := d.Read(ctx, id); err == nil {
			found = append(found, entry)
		}
	}
	return found, nil
}

func (d *definitions) entry(one *fhir.Object) *fhir.Entry {
	return &fhir.Entry{Type: d.definition.Name, ID: one.String("id"), Resource: &fhir.Resource{Tree: one}}
}

// Search finds definitions. Errors: core.Invalid.
func (d *definitions) Search(_ context.Context, q *search.Query) (*rest.Page, error) {
	for i := range q.Clauses {
		if err := q.Clauses[i].OfValues(); err != nil {
			return nil, err
		}
	}
	var found []*fhir.Object
	for _, one := range d.list {
		if d.matches(one, q) {
			found = append(found, one)
		}
	}
	slices.SortStableFunc(found, func(a, b *fhir.Object) int { return d.compare(a, b, q.Sort) })
	from, err := placeOf(q, len(found))
	if err != nil {
		return nil, err
	}
	page := &rest.Page{Total: ptr(len(found))}
	if q.Count == 0 {
		return page, nil
	}
	to := min(from+q.Count, len(found))
	for _, one := range found[from:to] {
		page.Entries = append(page.Entries, d.entry(one))
	}
	if to < len(found) {
		page.Next = strconv.Itoa(to)
	}
	if from > 0 {
		page.Prev = strconv.Itoa(max(0, from-q.Count))
	}
	return page, nil
}

func (d *definitions) compare(a, b *fhir.Object, keys []search.Sort) int {
	for _, key := range keys {
		path := key.Param.Path
		if key.Param.Name == "_id" {
			path = "id"
		}
		order := strings.Compare(strings.ToLower(a.String(path)), strings.ToLower(b.String(path)))
		if key.Desc {
			order = -order
		}
		if order != 0 {
			return order
		}
	}
	return 0
}

// matches tells whether a definition meets every clause.
func (d *definitions) matches(one *fhir.Object, q *search.Query) bool {
	for i := range q.Clauses {
		c := &q.Clauses[i]
		held := heldBy(one, c.Param)
		if c.Modifier == search.Missing {
			if c.Missing != (len(held) == 0) {
				return false
			}
			continue
		}
		met := slices.ContainsFunc(c.Values, func(v search.Value) bool {
			return slices.ContainsFunc(held, func(h mapping.Concept) bool { return meets(c, h, v) })
		})
		if met == (c.Modifier == search.Not) {
			return false
		}
	}
	return true
}

// heldBy gives the values a definition has for a search parameter.
func heldBy(one *fhir.Object, p *search.Param) []mapping.Concept {
	path := p.Path
	switch p.Name {
	case "_lastUpdated":
		return nil
	case "_id":
		path = "id"
	}
	values, many := one.Get(path).([]any)
	if !many {
		values = []any{one.Get(path)}
	}
	var list []mapping.Concept
	for _, value := range values {
		switch v := value.(type) {
		case string:
			list = append(list, mapping.Concept{System: systemsOf[p.Name], Code: v})
		case bool:
			list = append(list, mapping.Concept{Code: strconv.FormatBool(v)})
		}
	}
	return list
}
