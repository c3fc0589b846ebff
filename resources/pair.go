package resources

import (
	"context"
	"slices"
	"strings"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/fhir/search"
	"github.com/openimis/openimis-go/persistence"
)

// pair serves a resource type whose instances are the rows of two tables. A search walks
// the first table to its end and then the second, so that no row is missing or double
// however it is paged; it cannot be sorted across both. Both catalogues declare the same
// search parameters.
//
// Statements: a page takes at most two, one more for what hangs on the rows of each, and
// three for the total.
type pair[A, B any] struct {
	first  *table[A]
	second *table[B]
	key    string // key column of the first table, by which it is paged
}

var _ interface {
	rest.Type
	rest.Reader
	rest.BatchReader
	rest.VersionReader
	rest.Historian
	rest.ChangeLister
	rest.Searcher
} = (*pair[persistence.ClaimAdmin, persistence.Officer])(nil)

// Definition describes the type.
func (p *pair[A, B]) Definition() *rest.Definition {
	d := *p.first.definition
	d.Supported = slices.Concat(p.first.definition.Supported, p.second.definition.Supported)
	d.Params = append(slices.Clone(d.Params), unsorted(search.ID), unsorted(search.LastUpdated))
	return &d
}

// unsorted is the parameter without sorting by it.
func unsorted(p search.Param) search.Param {
	p.Sortable = false
	return p
}

// orSecond asks the second table for what the first does not know.
func orSecond[T any](first, second func() (T, error)) (T, error) {
	found, err := first()
	if err == nil || core.CodeOf(err) != core.NotFound {
		return found, err
	}
	return second()
}

// Read reads the current version. Errors: core.NotFound, core.Gone.
func (p *pair[A, B]) Read(ctx context.Context, id string) (*fhir.Entry, error) {
	return orSecond(
		func() (*fhir.Entry, error) { return p.first.Read(ctx, id) },
		func() (*fhir.Entry, error) { return p.second.Read(ctx, id) })
}

// ReadAll reads several instances; those that are not there are left out.
func (p *pair[A, B]) ReadAll(ctx context.Context, ids []string) ([]*fhir.Entry, error) {
	found, err := p.first.ReadAll(ctx, ids)
	if err != nil {
		return nil, err
	}
	more, err := p.second.ReadAll(ctx, ids)
	return append(found, more...), err
}

// ReadVersion reads one version. Errors: core.NotFound, core.Gone for the deletion.
func (p *pair[A, B]) ReadVersion(ctx context.Context, id, version string) (*fhir.Entry, error) {
	return orSecond(
		func() (*fhir.Entry, error) { return p.first.ReadVersion(ctx, id, version) },
		func() (*fhir.Entry, error) { return p.second.ReadVersion(ctx, id, version) })
}

// History lists the versions of an instance, the newest first. Errors: core.NotFound.
func (p *pair[A, B]) History(ctx context.Context, id string, q rest.HistoryQuery) (*rest.Page, error) {
	return orSecond(
		func() (*rest.Page, error) { return p.first.History(ctx, id, q) },
		func() (*rest.Page, error) { return p.second.History(ctx, id, q) })
}

// Changes says how what happened to the rows of either table is listed.
func (p *pair[A, B]) Changes() []rest.Changes {
	return slices.Concat(p.first.Changes(), p.second.Changes())
}

// Histories says how all versions of several instances are listed.
func (p *pair[A, B]) Histories() func(context.Context, []string) ([]*fhir.Entry, error) {
	first, second := p.first.Histories(), p.second.Histories()
	if first == nil || second == nil {
		return nil
	}
	return func(ctx context.Context, ids []string) ([]*fhir.Entry, error) {
		found, err := first(ctx, ids)
		if err != nil {
			return nil, err
		}
		more, err := second(ctx, ids)
		return append(found, more...), err
	}
}

// departed gives the ids of deleted instances that a search would have found before.
// Errors: core.Invalid.
func (p *pair[A, B]) departed(ctx context.Context, q *search.Query) ([]string, error) {
	first, err := p.first.departed(ctx, q)
	if err != nil {
		return nil, err
	}
	second, err := p.second.departed(ctx, q)
	return append(first, second...), err
}

// Search finds instances. Errors: core.Invalid.
func (p *pair[A, B]) Search(ctx context.Context, q *search.Query) (*rest.Page, error) {
	if len(q.Sort) > 0 {
		return nil, core.ErrorAt(core.Invalid, "_sort", "%s is kept in two tables and cannot be sorted", q.Type)
	}
	if q.Count == 0 {
		first, err := p.first.Search(ctx, q)
		if err != nil {
			return nil, err
		}
		return first, p.addSecond(ctx, q, first)
	}
	where, cursor, found := strings.Cut(q.Cursor, ".")
	asked := *q
	asked.Cursor = cursor
	switch {
	case q.Cursor == "", found && where == inFirst:
		return p.forward(ctx, &asked)
	case found && where == inSecond:
		return p.behind(ctx, &asked)
	case found && where == backInFirst:
		return p.back(ctx, &asked)
	}
	return nil, core.Errorf(core.Invalid, "this page is not one of this search")
}

// Where a page starts: going on in the first table, in the second, or back through the
// first from its end. The letter stands before a point and the table's own cursor.
const (
	inFirst     = "a"
	inSecond    = "b"
	backInFirst = "z"
)

// prefixed makes a cursor of one of the tables one of the pair.
func prefixed(where, cursor string) string {
	if cursor == "" {
		return ""
	}
	return where + "." + cursor
}

// forward gives a page of the first table, filled up from the second.
func (p *pair[A, B]) forward(ctx context.Context, q *search.Query) (*rest.Page, error) {
	asked := *q
	if q.Offset > 0 {
		// How far a numbered page reaches into the second table depends on the size of the
		// first.
		asked.Total = search.TotalAccurate
	}
	page, err := p.first.Search(ctx, &asked)
	if err != nil {
		return nil, err
	}
	page.Prev = prefixed(inFirst, page.Prev)
	if page.Next != "" {
		page.Next = prefixed(inFirst, page.Next)
		if page.Total == nil {
			return page, nil
		}
		return page, p.addSecond(ctx, q, page)
	}
	asked.Cursor, asked.Count = "", q.Count-len(page.Entries)
	if asked.Count == 0 { // the page ends where the first table does
		before := page.Total
		if err := p.addSecond(ctx, q, page); err != nil {
			return nil, err
		}
		if before == nil && *page.Total > 0 || before != nil && *page.Total > *before {
			page.Next = inSecond + "."
		}
		if before == nil {
			page.Total = nil
		}
		return page, nil
	}
	if q.Offset > 0 {
		asked.Offset = max(0, q.Offset-*page.Total)
	}
	second, err := p.second.Search(ctx, &asked)
	if err != nil {
		return nil, err
	}
	page.Entries = append(page.Entries, second.Entries...)
	page.Next = prefixed(inSecond, second.Next)
	if page.Total != nil {
		*page.Total += *second.Total
	}
	return page, nil
}

// addSecond adds what the second table has to the total.
func (p *pair[A, B]) addSecond(ctx context.Context, q *search.Query, page *rest.Page) error {
	asked := *q
	asked.Cursor, asked.Offset, asked.Count = "", 0, 0
	second, err := p.second.Search(ctx, &asked)
	if err != nil {
		return err
	}
	total := *second.Total
	if page.Total != nil {
		total += *page.Total
	}
	page.Total = &total
	return nil
}

// behind gives a page that starts in the second table.
func (p *pair[A, B]) behind(ctx context.Context, q *search.Query) (*rest.Page, error) {
	page, err := p.second.Search(ctx, q)
	if err != nil {
		return nil, err
	}
	page.Next, page.Prev = prefixed(inSecond, page.Next), prefixed(inSecond, page.Prev)
	if page.Prev != "" && page.Total == nil {
		return page, nil
	}
	asked := *q
	asked.Cursor, asked.Count = "", 0
	first, err := p.first.Search(ctx, &asked)
	if err != nil {
		return nil, err
	}
	if page.Prev == "" && *first.Total > 0 {
		page.Prev = backInFirst + "."
	}
	if page.Total != nil {
		*page.Total += *first.Total
	}
	return page, nil
}

// back gives a page of the first table, walked from its end.
func (p *pair[A, B]) back(ctx context.Context, q *search.Query) (*rest.Page, error) {
	t := p.first
	query, err := t.catalogue.Compile(q)
	if err != nil {
		return nil, err
	}
	query.Where = append(query.Where, t.catalogue.Only...)
	query.Order = []persistence.Order{{Column: persistence.Column(t.catalogue.Table, p.key), Desc: true}}
	x := t.env.Store.Read(ctx)
	found, err := persistence.Select[A](x, query)
	if err != nil {
		return nil, err
	}
	slices.Reverse(found.Rows)
	page := &rest.Page{Prev: prefixed(backInFirst, found.Next), Next: prefixed(backInFirst, found.Prev)}
	if page.Next == "" {
		page.Next = inSecond + "."
	}
	if page.Entries, err = t.entries(ctx, x, found.Rows); err != nil || !query.Total {
		return page, err
	}
	total := int(found.Total)
	page.Total = &total
	return page, p.addSecond(ctx, q, page)
}
