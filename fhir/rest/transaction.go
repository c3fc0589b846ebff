package rest

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
)

// transact does the entries in one transaction: all of them, or none and the fault of the
// first that fails. Their order is that of the specification: DELETE, then POST, PUT and
// PATCH with what is referred to before what refers to it, then GET.
// https://hl7.org/fhir/R4/http.html#trules
func (k *call) transact(entries []*bundledCall) error {
	if err := whole(entries); err != nil {
		return err
	}
	order, err := inOrder(entries)
	if err != nil {
		return err
	}
	return k.together(conditions(entries), func() error {
		made := map[string]string{} // fullUrl → literal reference
		for _, e := range order {
			e.k.ctx, e.answer = k.ctx, nil
			if err := e.point(made); err != nil {
				return err
			}
			if e.answer, e.err = e.do(); e.err != nil {
				return e.located(e.err)
			}
			if got := e.answer.entry; got != nil && e.full != "" && e.method() != http.MethodGet {
				made[e.full] = e.k.t.Name + "/" + got.ID
			}
		}
		return nil
	})
}

// whole refuses a transaction of which an entry cannot be understood, or of which two
// entries are about the same instance. Errors: those of all entries.
func whole(entries []*bundledCall) error {
	var faults []*core.Error
	targets, fulls := map[string]int{}, map[string]int{}
	for _, e := range entries {
		if e.err != nil {
			faults = append(faults, e.k.s.fault(e.k.ctx, e.err).All()...)
			continue
		}
		if first, twice := fulls[e.full]; twice && e.full != "" {
			faults = append(faults, core.ErrorAt(core.Invalid, e.place("fullUrl"), "entry %d has the same fullUrl", first))
		}
		fulls[e.full] = e.index
		target := e.target()
		if target == "" {
			continue
		}
		if first, twice := targets[target]; twice {
			faults = append(faults, core.ErrorAt(core.Invalid, e.place("request.url"), "entry %d is about %s too; a transaction may change an instance once", first, target))
		}
		targets[target] = e.index
	}
	return core.Join(faults...)
}

// target is the instance the entry is going to change, as far as its URL tells.
func (e *bundledCall) target() string {
	switch e.method() {
	case http.MethodPut, http.MethodPatch, http.MethodDelete:
		if id := e.k.param("id"); id != "" {
			return e.k.t.Name + "/" + id
		}
		return e.k.t.Name + "?" + e.k.values.Encode()
	}
	return ""
}

// conditions names the criteria of conditional entries, so that transactions with the same
// ones wait for each other from the start.
func conditions(entries []*bundledCall) []string {
	var names []string
	for _, e := range entries {
		if e.k.t == nil {
			continue
		}
		switch criteria := e.k.r.Header.Get("If-None-Exist"); {
		case e.method() == http.MethodPost && criteria != "":
			values, _ := url.ParseQuery(criteria)
			names = append(names, e.k.t.Name+"?"+values.Encode())
		case strings.Contains(e.target(), "?"):
			names = append(names, e.target())
		}
	}
	slices.Sort(names) // so that two transactions never wait for each other crosswise
	return slices.Compact(names)
}

// ranks are the turns of the methods.
var ranks = map[string]int{http.MethodDelete: 0, http.MethodPost: 1, http.MethodPut: 1, http.MethodPatch: 1}

func (e *bundledCall) rank() int {
	if rank, ok := ranks[e.method()]; ok && !e.reads() {
		return rank
	}
	return 2
}

// reads tells whether the entry is a search or operation that is posted.
func (e *bundledCall) reads() bool {
	return e.interaction == SearchType || strings.HasPrefix(string(e.interaction), "$")
}

// inOrder sorts the entries into their turns. Within one, what an entry refers to by its
// fullUrl comes before it. Errors: core.Unprocessable when entries refer to each other in
// a circle.
func inOrder(entries []*bundledCall) ([]*bundledCall, error) {
	sorted := slices.Clone(entries)
	slices.SortStableFunc(sorted, func(a, b *bundledCall) int { return a.rank() - b.rank() })
	makes := map[string]*bundledCall{}
	for _, e := range sorted {
		if e.full != "" {
			makes[e.full] = e
		}
	}
	w := &walk{makes: makes, state: map[*bundledCall]int{}}
	for _, e := range sorted {
		if err := w.visit(e); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(w.order, func(a, b *bundledCall) int { return a.rank() - b.rank() })
	return w.order, nil
}

// walk puts entries behind those they refer to.
type walk struct {
	makes map[string]*bundledCall // by fullUrl
	state map[*bundledCall]int    // 1 while on the way, 2 once in order
	order []*bundledCall
}

func (w *walk) visit(e *bundledCall) error {
	switch w.state[e] {
	case 1:
		return core.ErrorAt(core.Unprocessable, e.place("resource"), "the entry refers to itself through other entries; one of them has to be there before the others")
	case 2:
		return nil
	}
	w.state[e] = 1
	for _, full := range e.refersTo(w.makes) {
		if other := w.makes[full]; other != e {
			if err := w.visit(other); err != nil {
				return err
			}
		}
	}
	w.state[e] = 2
	w.order = append(w.order, e)
	return nil
}

// refersTo lists the fullUrls of entries that the resource of the entry points to.
func (e *bundledCall) refersTo(makes map[string]*bundledCall) []string {
	var found []string
	if e.k.sent == nil {
		return nil
	}
	e.k.sent.Texts(func(name, text string) {
		if full := e.meant(name, text); makes[full] != nil && !slices.Contains(found, full) {
			found = append(found, full)
		}
	})
	return found
}

// meant gives the fullUrl a text of the resource may stand for: a urn wherever it stands,
// a reference also relative to the entry's own fullUrl.
// https://hl7.org/fhir/R4/bundle.html#references
func (e *bundledCall) meant(name, text string) string {
	if name != "reference" || strings.HasPrefix(text, "urn:") {
		return text
	}
	if base, typ, _ := fhir.SplitReference(e.full); base != "" && typ != "" {
		if other, _, _ := fhir.SplitReference(text); other == "" && text != "" && text[0] != '#' {
			return base + "/" + text
		}
	}
	return text
}

// point makes the references of the resource literal: those to entries that were made,
// and those that are criteria. Errors: core.PreconditionFailed when criteria do not
// select one instance. https://hl7.org/fhir/R4/http.html#trules
func (e *bundledCall) point(made map[string]string) error {
	if e.sent == nil {
		return nil
	}
	e.k.sent = e.sent()
	return e.k.sent.Rewrite(func(name, text string) (string, error) {
		if literal := made[e.meant(name, text)]; literal != "" {
			return literal, nil
		}
		typ, criteria, conditional := strings.Cut(text, "?")
		if name != "reference" || !conditional || e.k.s.types[typ] == nil {
			return text, nil
		}
		return e.selected(typ, criteria)
	})
}

// selected gives the literal reference to the one instance that criteria select.
func (e *bundledCall) selected(typ, criteria string) (string, error) {
	where := e.place("resource")
	values, err := url.ParseQuery(criteria)
	if err != nil {
		return "", core.ErrorAt(core.Invalid, where, "the reference %s?%s is not well encoded", typ, clip(criteria))
	}
	o := e.k.s.types[typ]
	if o.searcher == nil {
		return "", core.ErrorAt(core.Invalid, where, "%s cannot be searched, so not be referred to by criteria", typ)
	}
	if err := e.k.mayLookInto(typ); err != nil {
		return "", err
	}
	q, err := e.k.criteria(o, where, values)
	if err != nil {
		return "", e.located(err)
	}
	found, err := e.k.match1(o, where, q)
	if err != nil {
		return "", err
	}
	if found == nil {
		return "", core.ErrorAt(core.PreconditionFailed, where, "no %s matches the reference %s?%s", typ, typ, clip(criteria))
	}
	return fmt.Sprintf("%s/%s", typ, found.ID), nil
}
