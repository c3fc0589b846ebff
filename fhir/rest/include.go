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

// maxRounds is how often what was included is looked at for more with :iterate.
const maxRounds = 5

// related adds to the Bundle what the search includes: one ReadAll for each type referred
// to, one Search for each reference that is followed back. With :iterate what was included
// is looked at in turn, a bounded number of rounds. Types the caller may not read are left
// out. warnings tell what was cut. https://hl7.org/fhir/R4/search.html#revinclude
func (k *call) related(q *search.Query, b *bundle) (warnings []*core.Error, err error) {
	g := &gathering{k: k, b: b, seen: map[string]bool{}, may: map[string]error{}}
	for _, e := range b.entries {
		g.seen[k.t.Name+"/"+e.ID] = true
	}
	includes, pointing := q.Includes, q.RevIncludes
	from := b.entries
	for round := 0; len(from) > 0 && len(includes)+len(pointing) > 0; round++ {
		if round == maxRounds || len(b.entries) > maxRelated {
			return append(warnings, core.ErrorAt(core.Invalid, "_include:iterate",
				"what is included goes on after %d rounds and %d resources; the rest is left out", round, len(b.entries))), nil
		}
		before := len(b.entries)
		for _, r := range g.wanted(includes, from) {
			if err := g.read(r.offer, r.ids); err != nil {
				return nil, err
			}
		}
		for _, p := range g.pointing(pointing, from) {
			more, err := g.follow(p)
			if err != nil {
				return nil, err
			}
			warnings = append(warnings, more...)
		}
		from = b.entries[before:]
		includes, pointing = iterated(includes), iterated(pointing)
	}
	return warnings, nil
}

// iterated leaves what goes on from what was included.
func iterated(includes []search.Include) []search.Include {
	return slices.DeleteFunc(slices.Clone(includes), func(i search.Include) bool { return !i.Iterate })
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
		source := g.k.s.types[include.Source]
		if source == nil {
			source = g.k.t // of a * without a type
		}
		for _, param := range referencesOf(source, include.Param) {
			for _, e := range matches {
				if e.typ != source.Name {
					continue
				}
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

// pointer is a reference parameter of a type that is followed back to instances of
// another.
type pointer struct {
	offer *offer
	param *search.Param
	to    string
	ids   []string
}

func (g *gathering) pointing(includes []search.Include, from []bundleEntry) []pointer {
	var found []pointer
	for _, include := range includes {
		o := g.k.s.types[include.Source]
		if o == nil || o.searcher == nil {
			continue
		}
		for _, p := range referencesOf(o, include.Param) {
			for _, to := range typesOf(from) {
				follows := (len(p.Targets) == 0 || slices.Contains(p.Targets, to)) && (include.Target == "" || include.Target == to)
				twice := slices.ContainsFunc(found, func(f pointer) bool { return f.offer == o && f.param == p && f.to == to })
				if follows && !twice {
					found = append(found, pointer{o, p, to, idsOf(from, to)})
				}
			}
		}
	}
	return found
}

// typesOf lists the resource types of entries, each once.
func typesOf(entries []bundleEntry) []string {
	var types []string
	for i := range entries {
		if !slices.Contains(types, entries[i].typ) {
			types = append(types, entries[i].typ)
		}
	}
	return types
}

func idsOf(entries []bundleEntry, typ string) []string {
	var ids []string
	for i := range entries {
		if entries[i].typ == typ {
			ids = append(ids, entries[i].ID)
		}
	}
	return ids
}

func (g *gathering) follow(p pointer) ([]*core.Error, error) {
	if ok, err := g.allowed(p.offer.Name, SearchType); !ok {
		return nil, err
	}
	clause := search.Clause{Param: p.param}
	for _, id := range p.ids {
		clause.Values = append(clause.Values, search.Value{Type: p.to, Text: id})
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
