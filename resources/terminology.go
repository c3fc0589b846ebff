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
	"github.com/openimis/openimis-go/persistence"
)

// listRights says who may read the lists that tell something of people or claims: any one
// of the rights, as for the resources that use the codes. The other lists are for
// everybody who is signed in.
var listRights = map[string][]int{
	"patient-education-level":      {101101},
	"patient-profession":           {101101},
	"patient-identification-type":  {101101},
	"patient-contact-relationship": {101101},
	"group-type":                   {101001},
	"group-confirmation-type":      {101001},
	mapping.DiagnosisList:          {111001},
}

// terminology serves code lists from the registers in memory: read and search, in no
// statement at all while the registers are fresh. A list has no row of its own, hence no
// version that could be read again and no time of its last change.
type terminology struct {
	env        *Environment
	definition *rest.Definition
	lists      []*mapping.CodeList
	canonical  func(*mapping.CodeList) string
	render     func(*mapping.CodeList, []mapping.Concept) any
}

// unversioned is what a list says of _lastUpdated.
const unversioned = "No list knows when it changed, so that none is found by a time."

// newTerminology makes a type of lists. params are those beside the ones both types have.
func newTerminology(e *Environment, name, documentation string, params ...search.Param) *terminology {
	lastUpdated := unsorted(search.LastUpdated)
	lastUpdated.Documentation = unversioned
	return &terminology{env: e, definition: &rest.Definition{
		Name: name, Documentation: documentation, ServerAssigns: []string{"id"},
		Params: append([]search.Param{
			{Name: "url", Type: search.URI, Path: "url", Sortable: true, Documentation: "The canonical URL of the list."},
			{Name: "name", Type: search.String, Path: "name", Sortable: true, Documentation: "The name of the list for programs."},
			{Name: "title", Type: search.String, Path: "title", Sortable: true, Documentation: "The name of the list for people."},
			{Name: "description", Type: search.String, Path: "description", Documentation: "What the list is, from the beginning or with :contains."},
			{Name: "status", Type: search.Token, Path: "status", Documentation: "Always active."},
			{Name: "version", Type: search.Token, Path: "version", Documentation: "The version of the list, made from its codes and words."},
			{Name: "code", Type: search.Token, Documentation: "A code that is in the list."},
			lastUpdated,
		}, params...),
	}}
}

// Definition describes the type.
func (t *terminology) Definition() *rest.Definition { return t.definition }

// Read reads a list. The compatible base knows the diagnoses under the name of today's
// clients too. Errors: core.NotFound, core.Forbidden.
func (t *terminology) Read(ctx context.Context, id string) (*fhir.Entry, error) {
	l, err := t.list(ctx, id)
	if err != nil {
		return nil, err
	}
	registers, err := t.env.Store.Registers(ctx)
	if err != nil {
		return nil, err
	}
	return t.entry(l, t.concepts(l, registers)), nil
}

// concepts gives the codes of a list: as a set, it may take fewer than there are.
func (t *terminology) concepts(l *mapping.CodeList, r *persistence.Registers) []mapping.Concept {
	if t.definition.Name == "ValueSet" {
		return l.Members(r)
	}
	return l.Concepts(r)
}

// list gives the list with the id, when the caller may read it.
// Errors: core.NotFound, core.Forbidden.
func (t *terminology) list(ctx context.Context, id string) (*mapping.CodeList, error) {
	if t.env.Compatible && id == mapping.DiagnosisAlias {
		id = mapping.DiagnosisList
	}
	for _, l := range t.lists {
		if l.ID == id {
			return l, t.allowed(ctx, l)
		}
	}
	return nil, core.Errorf(core.NotFound, "there is no %s/%s", t.definition.Name, id)
}

// allowed checks the rights of one list. Errors: core.Forbidden.
func (t *terminology) allowed(ctx context.Context, l *mapping.CodeList) error {
	if rights := listRights[l.ID]; !core.PrincipalOf(ctx).May(rights...) {
		return core.Errorf(core.Forbidden, "%s/%s needs the right %v", t.definition.Name, l.ID, rights)
	}
	return nil
}

func (t *terminology) entry(l *mapping.CodeList, concepts []mapping.Concept) *fhir.Entry {
	entry := &fhir.Entry{Type: t.definition.Name, ID: l.ID, Resource: &fhir.Resource{Tree: l.Source()}}
	if l.Source() == nil {
		entry.Resource.Typed = t.render(l, concepts)
	}
	return entry
}

// Search finds lists among those the caller may read. Errors: core.Invalid.
func (t *terminology) Search(ctx context.Context, q *search.Query) (*rest.Page, error) {
	for i := range q.Clauses {
		if err := q.Clauses[i].OfValues(); err != nil {
			return nil, err
		}
	}
	registers, err := t.env.Store.Registers(ctx)
	if err != nil {
		return nil, err
	}
	var found []*mapping.CodeList
	for _, l := range t.lists {
		if t.allowed(ctx, l) == nil && t.matches(l, registers, q) {
			found = append(found, l)
		}
	}
	t.sort(found, q.Sort)
	from, err := placeOf(q, len(found))
	if err != nil {
		return nil, err
	}
	page := &rest.Page{Total: ptr(len(found))}
	if q.Count == 0 {
		return page, nil
	}
	to := min(from+q.Count, len(found))
	for _, l := range found[from:to] {
		page.Entries = append(page.Entries, t.entry(l, t.concepts(l, registers)))
	}
	if to < len(found) {
		page.Next = strconv.Itoa(to)
	}
	if from > 0 {
		page.Prev = strconv.Itoa(max(0, from-q.Count))
	}
	return page, nil
}

// placeOf gives how many lists stand before the page. Errors: core.Invalid for a cursor of
// another search.
func placeOf(q *search.Query, found int) (int, error) {
	if q.Cursor == "" {
		return min(q.Offset, found), nil
	}
	place, err := strconv.Atoi(q.Cursor)
	if err != nil || place < 0 || place > found {
		return 0, core.ErrorAt(core.Invalid, "cursor", "this page is not one of this search")
	}
	return place, nil
}

func (t *terminology) sort(found []*mapping.CodeList, keys []search.Sort) {
	slices.SortStableFunc(found, func(a, b *mapping.CodeList) int {
		for _, key := range keys {
			order := strings.Compare(strings.ToLower(t.text(a, key.Param.Name)), strings.ToLower(t.text(b, key.Param.Name)))
			if key.Desc {
				order = -order
			}
			if order != 0 {
				return order
			}
		}
		return 0
	})
}

// text gives what a list has under the name of a search parameter with one value.
func (t *terminology) text(l *mapping.CodeList, param string) string {
	switch param {
	case "_id":
		return l.ID
	case "url":
		return t.canonical(l)
	case "name":
		return l.NameAs(t.definition.Name)
	case "title":
		return l.Title
	case "description":
		return l.About
	}
	return ""
}

// matches tells whether the list meets every clause.
func (t *terminology) matches(l *mapping.CodeList, r *persistence.Registers, q *search.Query) bool {
	for i := range q.Clauses {
		c := &q.Clauses[i]
		held := t.held(l, r, c.Param.Name)
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

// held gives the values a list has for a search parameter; only tokens have a system.
func (t *terminology) held(l *mapping.CodeList, r *persistence.Registers, param string) []mapping.Concept {
	switch param {
	case "_lastUpdated":
		return nil
	case "status":
		return []mapping.Concept{{System: "http://hl7.org/fhir/publication-status", Code: "active"}}
	case "version":
		return []mapping.Concept{{Code: l.Version(t.concepts(l, r))}}
	case "code":
		return t.concepts(l, r)
	case "system", "reference":
		var list []mapping.Concept
		for _, system := range l.Systems() {
			list = append(list, mapping.Concept{Code: system})
		}
		return list
	}
	return []mapping.Concept{{Code: t.text(l, param)}}
}

// meets compares one value a list has with one that is asked.
func meets(c *search.Clause, held mapping.Concept, asked search.Value) bool {
	switch c.Param.Type {
	case search.Token:
		if asked.HasSystem && asked.System != held.System && !mapping.SameSystem(held.System, asked.System) {
			return false
		}
		return asked.AnyCode || asked.Text == held.Code
	case search.String:
		text, want := strings.ToLower(held.Code), strings.ToLower(asked.Text)
		switch c.Modifier {
		case search.Exact:
			return held.Code == asked.Text
		case search.Contains:
			return strings.Contains(text, want)
		}
		return strings.HasPrefix(text, want)
	}
	return held.Code == asked.Text
}
