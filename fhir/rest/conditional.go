package rest

import (
	"context"
	"net/url"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/search"
)

// Transactor runs fn so that all it does to the store through the context it is given is
// done, or nothing of it. Calls that share a name in alone wait for each other. fn may run
// more than once. https://hl7.org/fhir/R4/http.html#transaction
type Transactor func(ctx context.Context, alone []string, fn func(ctx context.Context) error) error

// together runs fn in one transaction, with the context of the call set to it. A call
// that is part of a transaction already goes on in that one.
func (k *call) together(alone []string, fn func() error) error {
	transact := k.s.base.Transact
	if transact == nil {
		return fn()
	}
	before := k.ctx
	defer func() { k.ctx = before }()
	return transact(before, alone, func(ctx context.Context) error {
		k.ctx = ctx
		return fn()
	})
}

// conditionally looks for the one instance the criteria name and hands it to do, nil when
// there is none, in one transaction: of several requests with the same criteria at the
// same time only the first finds nothing. where is what the criteria stand in.
// Errors: core.PreconditionFailed when several match; core.Invalid for what are no criteria.
// https://hl7.org/fhir/R4/http.html#ccreate
func (k *call) conditionally(where string, criteria url.Values, do func(found *fhir.Entry) (*answer, error)) (a *answer, err error) {
	if err := k.authorize(SearchType); err != nil {
		return nil, err
	}
	q, err := k.criteria(k.t, where, criteria)
	if err != nil {
		return nil, err
	}
	err = k.together([]string{k.t.Name + "?" + q.Given.Encode()}, func() error {
		found, err := k.match1(k.t, where, q)
		if err == nil {
			a, err = do(found)
		}
		return err
	})
	return a, err
}

// criteria reads the search that a condition or a reference is made of. Nothing in it may
// be passed over, whatever the client prefers: less would match more.
// Errors: core.Invalid.
func (k *call) criteria(t *offer, where string, values url.Values) (*search.Query, error) {
	o := k.searchOptions()
	o.Lenient, o.IgnoreUnknown, o.Ignored, o.CountFallback, o.PageParam = false, false, nil, false, ""
	q, _, err := search.Parse(t.Name, t.params, values, o)
	switch {
	case err != nil:
		return nil, err
	case len(q.Clauses) == 0:
		return nil, core.ErrorAt(core.Invalid, where, "criteria are missing: say by search parameters which %s is meant", t.Name)
	case len(q.Sort)+len(q.Includes)+len(q.RevIncludes)+len(q.Elements) > 0 || q.Summary != "" || q.Cursor != "" || q.Given.Has("_count") || q.Given.Has("_total"):
		return nil, core.ErrorAt(core.Invalid, where, "criteria select an instance; parameters that steer an answer have no place in them")
	}
	for _, typ := range q.Types() {
		if err := k.mayLookInto(typ); err != nil {
			return nil, err
		}
	}
	q.Count, q.Total = 2, search.TotalNone
	return q, nil
}

// match1 gives the one instance that matches, nil for none.
// Errors: core.PreconditionFailed when several do.
func (k *call) match1(t *offer, where string, q *search.Query) (*fhir.Entry, error) {
	page, err := t.searcher.Search(k.ctx, q)
	switch {
	case err != nil:
		return nil, err
	case len(page.Entries) > 1:
		return nil, core.ErrorAt(core.PreconditionFailed, where, "several instances of %s match the criteria %s", t.Name, clip(q.Given.Encode()))
	case len(page.Entries) == 1:
		return page.Entries[0], nil
	}
	return nil, nil
}
