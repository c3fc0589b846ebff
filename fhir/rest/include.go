package rest

import (
	"slices"
	"strings"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/search"
)

// gathering is what _include and _revinclude add to a page. Each instance is there once,
// whoever asked for it.
type gathering struct {
	k    *call
	b    *bundle
	seen map[string]bool // "Type/id"
	may  map[string]error
}

// related adds to the Bundle what the search includes: one ReadAll for each type referred
// to, one Search for each reference that is followed back. Types the caller may not read
// are left out. warnings tell what was cut.
// https://hl7.org/fhir/R4/search.html#revinclude
func (k *call) related(q *search.Query, b *bundle) (warnings []*core.Error, err error) {
	g := &gathering{k: k, b: b, seen: map[string]bool{}, may: map[string]error{}}
	ids := make([]string, len(b.entries))
	for i, e := range b.entries {
		ids[i] = e.ID
		g.seen[k.t.Name+"/"+e.ID] = true
	}
	matches := b.entries
	for _, r := range g.wanted(q.Includes, matches) {
		if err := g.read(r.offer, r.ids); err != nil {
			return nil, err
		}
	}
	for _, p := range g.pointing(q.RevIncludes) {
		more, err := g.follow(p, ids)
		if err != nil {
			return nil, err
		}
		warnings = append(warnings, more...)
	}
	return warnings, nil
}

// request is the instances of one type to be read.
type request struct {
	offer *offer
	ids   []string
}

// wanted collects what the matches refer to, by type, in the order it is met.
func (g *gathering) wanted(includes []search.Include, matches []bundleEntry) []*request {
	var requests []*request
	byType := map[string]*request{}
	asked := map[string]bool{}
	bases := g.k.bases()
	for _, include := range includes {
		for _, param := range referencesOf(g.k.t, include.Param) {
			for _, e := range matches {
				for _, ref := range references(e.Entry, param.Path) {
					base, typ, id := fhir.SplitReference(ref)
					o := g.k.s.types[typ]
					key := typ + "/" + id
					if o == nil || o.batch == nil || asked[key] || g.seen[key] ||
						base != "" && !slices.Contains(bases, base) ||
						include.Target != "" && typ != include.Target {
						continue
					}
					asked[key] = true
					if byType[typ] == nil {
						byType[typ] = &request{offer: o}
						requests = append(requests, byType[typ])
					}
					byType[typ].ids = append(byType[typ].ids, id)
				}
			}
		}
	}
	return requests
}

func references(e *fhir.Entry, path string) []string {
	if e.Resource == nil {
		return nil
	}
	return fhir.References(e.Resource.Typed, path)
}

func referencesOf(o *offer, name string) []*search.Param {
	var found []*search.Param
	for i := range o.params {
		if p := &o.params[i]; p.Type == search.Reference && (name == "*" || p.Name == name) {
			found = append(found, p)
		}
	}
	return found
}

// allowed tells whether the caller may do that with the type; other failures are errors.
func (g *gathering) allowed(typ string, i Interaction) (bool, error) {
	if g.k.s.base.Authorize == nil {
		return true, nil
	}
	key := typ + " " + string(i)
	err, known := g.may[key]
	if !known {
		err = g.k.s.base.Authorize(g.k.ctx, typ, i)
		g.may[key] = err
	}
	if err == nil {
		return true, nil
	}
	if code := core.CodeOf(err); code == core.Forbidden || code == core.Unauthenticated {
		return false, nil
	}
	return false, err
}

func (g *gathering) read(o *offer, ids []string) error {
	if ok, err := g.allowed(o.Name, Read); !ok {
		return err
	}
	entries, err := o.batch.ReadAll(g.k.ctx, ids)
	if err != nil {
		return err
	}
	g.add(o.Name, entries)
	return nil
}

func (g *gathering) add(typ string, entries []*fhir.Entry) {
	for _, e := range entries {
		if key := typ + "/" + e.ID; !g.seen[key] {
			g.seen[key] = true
			g.b.entries = append(g.b.entries, bundleEntry{Entry: e, typ: typ, mode: "include"})
		}
	}
}

// pointer is a reference parameter of a type that is followed back.
type pointer struct {
	offer *offer
	param *search.Param
}

func (g *gathering) pointing(includes []search.Include) []pointer {
	var found []pointer
	for _, include := range includes {
		o := g.k.s.types[include.Source]
		if o == nil || o.searcher == nil {
			continue
		}
		for _, p := range referencesOf(o, include.Param) {
			follows := pointer{o, p}
			if (len(p.Targets) == 0 || slices.Contains(p.Targets, g.k.t.Name)) && !slices.Contains(found, follows) {
				found = append(found, follows)
			}
		}
	}
	return found
}

func (g *gathering) follow(p pointer, ids []string) ([]*core.Error, error) {
	if ok, err := g.allowed(p.offer.Name, SearchType); !ok {
		return nil, err
	}
	clause := search.Clause{Param: p.param}
	for _, id := range ids {
		clause.Values = append(clause.Values, search.Value{Type: g.k.t.Name, Text: id})
	}
	page, err := p.offer.searcher.Search(g.k.ctx, &search.Query{
		Type: p.offer.Name, Clauses: []search.Clause{clause}, Count: maxRelated, Total: search.TotalNone,
	})
	if err != nil {
		return nil, err
	}
	g.add(p.offer.Name, page.Entries)
	if page.Next == "" {
		return nil, nil
	}
	name := strings.Join([]string{p.offer.Name, p.param.Name}, ":")
	return []*core.Error{core.ErrorAt(core.Invalid, "_revinclude",
		"%s gives more than %d resources for this page; the rest is left out", name, maxRelated)}, nil
}
