package rest

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/search"
)

// Authors knows the names of those who make versions.
type Authors interface {
	// Names gives the names by the keys of fhir.Entry.Author; those nobody knows are left out.
	Names(ctx context.Context, keys []string) (map[string]string, error)
	// Author gives the key of who has the name, "" for nobody.
	Author(ctx context.Context, name string) (string, error)
}

// provenances serves who made which version of what, and when. Nothing of it is stored: it
// follows from the versions that are kept, whoever wrote them.
type provenances struct {
	definition *Definition
	authors    Authors
	types      map[string]Type
	order      []Type
	server     *Server
}

var _ interface {
	Reader
	Searcher
} = (*provenances)(nil)

// Provenance serves where the versions of the other types come from: read and search. Who
// may ask for the history of a type may ask for its provenance.
// https://hl7.org/fhir/R4/provenance.html
func Provenance(types []Type, authors Authors, documentation string) Type {
	p := &provenances{authors: authors, types: map[string]Type{}, order: types}
	var targets []string
	for _, t := range types {
		name := t.Definition().Name
		p.types[name] = t
		if _, keeps := t.(Historian); keeps {
			targets = append(targets, name)
		}
	}
	p.definition = &Definition{Name: "Provenance", Documentation: documentation, ServerAssigns: []string{"id"}, Params: []search.Param{
		{Name: "target", Type: search.Reference, Path: "target", Targets: targets, Documentation: "What was written, as Type/id. Without it and patient everything that was written is gone through, the newest first."},
		{Name: "patient", Type: search.Reference, Path: "target", Targets: []string{"Patient"}, Documentation: "The Patient that was written."},
		{Name: "recorded", Type: search.Date, Path: "recorded", Documentation: "When it was written."},
		{Name: "agent", Type: search.Reference, Path: "agent.who", Targets: []string{"Practitioner"}, Documentation: "The user by the name he signs on with, in place of an id: users are no resources here."},
	}}
	return p
}

func historiesOf(t Type) func(context.Context, []string) ([]*fhir.Entry, error) {
	if many, ok := t.(ManyHistorian); ok {
		return many.Histories()
	}
	return nil
}

// Definition describes the type.
func (p *provenances) Definition() *Definition { return p.definition }

// provenanceID makes the id: the number of the type among those of R4, the id of the
// instance without the dashes of a UUID, and the moment in milliseconds.
func provenanceID(typ, id string, at time.Time) string {
	if len(id) >= 36 && isUUID(id[:36]) {
		id = strings.ReplaceAll(id[:36], "-", "") + id[36:]
	}
	return strconv.Itoa(slices.Index(fhir.ResourceTypes(), typ)) + "." + id + "." + strconv.FormatInt(at.UnixMilli(), 10)
}

// parseProvenanceID takes an id apart.
func parseProvenanceID(text string) (typ, id string, at time.Time, ok bool) {
	parts := strings.Split(text, ".")
	if len(parts) != 3 {
		return "", "", at, false
	}
	number, faulty := strconv.Atoi(parts[0])
	millis, late := strconv.ParseInt(parts[2], 10, 64)
	types := fhir.ResourceTypes()
	if faulty != nil || late != nil || number < 0 || number >= len(types) || millis < 0 || millis > 253402300799999 {
		return "", "", at, false
	}
	id = parts[1]
	if len(id) >= 32 {
		if dashed := id[:8] + "-" + id[8:12] + "-" + id[12:16] + "-" + id[16:20] + "-" + id[20:32]; isUUID(dashed) {
			id = dashed + id[32:]
		}
	}
	typ, at = types[number], time.UnixMilli(millis).UTC()
	return typ, id, at, provenanceID(typ, id, at) == text
}

// may tells whether the caller may ask for the history of the type.
func (p *provenances) may(ctx context.Context, typ string) error {
	if p.server.base.Authorize == nil {
		return nil
	}
	return p.server.base.Authorize(ctx, typ, HistoryInstance)
}

// Read gives where one version comes from. Errors: core.NotFound, core.Forbidden.
func (p *provenances) Read(ctx context.Context, id string) (*fhir.Entry, error) {
	absent := core.Errorf(core.NotFound, "there is no Provenance/%s", clip(id))
	typ, instance, at, ok := parseProvenanceID(id)
	historian, keeps := p.types[typ].(Historian)
	if !ok || !keeps {
		return nil, absent
	}
	if err := p.may(ctx, typ); err != nil {
		return nil, err
	}
	page, err := historian.History(ctx, instance, HistoryQuery{Count: maxRelated, Since: at})
	if core.CodeOf(err) == core.NotFound {
		return nil, absent
	}
	if err != nil {
		return nil, err
	}
	for _, e := range page.Entries {
		if e.LastUpdated.UnixMilli() == at.UnixMilli() {
			list, err := p.render(ctx, []written{{typ, e}})
			if err != nil {
				return nil, err
			}
			return list[0], nil
		}
	}
	return nil, absent
}

// written is one version of an instance of a type.
type written struct {
	typ string
	*fhir.Entry
}

// asked is what a search asks.
type asked struct {
	targets      []search.Value // none for everything
	aimed        bool           // there was a target
	anyType      bool           // whose type was not said
	ids          []search.Value
	byID         bool
	since, until time.Time // until excluded
	author       string
	nobody       bool  // no version can be meant
	people       *bool // whether only, or no, versions of people are meant; nil for all
}

// Search finds versions, the newest first: those of the targets, or of everything the
// caller may ask for. Errors: core.Invalid for what cannot be asked; core.Forbidden.
func (p *provenances) Search(ctx context.Context, q *search.Query) (*Page, error) {
	a, err := p.understand(ctx, q)
	if err != nil || a.nobody || q.Count == 0 {
		return &Page{}, err
	}
	switch {
	case a.byID:
		return p.byID(ctx, q, a)
	case a.aimed:
		return p.ofTargets(ctx, q, a)
	}
	m := &changeMerge{count: q.Count}
	for _, t := range p.order {
		lister, ok := t.(ChangeLister)
		if !ok || !a.means(t.Definition().Name) || p.may(ctx, t.Definition().Name) != nil {
			continue
		}
		for i, list := range lister.Changes() {
			m.sources = append(m.sources, source{t.Definition().Name + "-" + strconv.Itoa(i), t.Definition().Name, list})
		}
	}
	if err := m.start(q.Cursor); err != nil {
		return nil, err
	}
	if err := m.read(ctx, ChangesQuery{Count: q.Count, Since: a.since, Until: a.until, Before: true, Author: a.author}); err != nil {
		return nil, err
	}
	var list []written
	for len(list) < q.Count {
		e, ok := m.next()
		if !ok {
			break
		}
		list = append(list, written{e.typ, e.Entry})
	}
	page := &Page{}
	if m.more() {
		page.Next = m.cursor
	}
	page.Entries, err = p.render(ctx, list)
	return page, err
}

// understand reads the conditions of a search.
func (p *provenances) understand(ctx context.Context, q *search.Query) (*asked, error) {
	a := &asked{}
	if len(q.Sort) > 0 {
		return nil, core.ErrorAt(core.Invalid, "_sort", "Provenance is given by time, the newest first")
	}
	for i := range q.Clauses {
		c := &q.Clauses[i]
		if err := c.OfValues(); err != nil {
			return nil, err
		}
		if c.Modifier == search.Missing {
			a.missing(c)
			continue
		}
		if c.Modifier != search.NoModifier {
			return nil, core.ErrorAt(core.Invalid, c.Param.Name+":"+string(c.Modifier), "the modifier :%s is not supported on this type", c.Modifier)
		}
		var err error
		switch c.Param.Name {
		case "target", "patient":
			err = a.aim(c, p.definition.Params[0].Targets)
		case "recorded", "_lastUpdated":
			err = p.between(a, c)
		case "agent":
			err = p.by(ctx, a, c)
		case "_id":
			a.ids, a.byID = append(a.ids, c.Values...), true
		}
		if err != nil {
			return nil, err
		}
	}
	return a, nil
}

// missing takes a condition on what is there: everything always is, but for the patient.
func (a *asked) missing(c *search.Clause) {
	if c.Param.Name == "patient" {
		only := !c.Missing
		a.nobody = a.nobody || a.people != nil && *a.people != only
		a.people = &only
		return
	}
	a.nobody = a.nobody || c.Missing
}

// means tells whether versions of the type can be meant.
func (a *asked) means(typ string) bool { return a.people == nil || *a.people == (typ == "Patient") }

// aim takes the targets of a clause. An id without a type may be of any of them.
func (a *asked) aim(c *search.Clause, types []string) error {
	if a.aimed {
		return core.ErrorAt(core.Invalid, c.Param.Name, "one of target and patient can be asked, with its values divided by commas")
	}
	a.aimed = true
	for _, v := range c.Values {
		if v.Type == "" && c.Param.Name == "patient" {
			v.Type = "Patient"
		}
		switch {
		case v.URL != "":
		case v.Type != "":
			a.targets = append(a.targets, v)
		default:
			for _, v.Type = range types {
				a.targets = append(a.targets, v)
			}
			a.anyType = true
		}
	}
	return nil
}

// between narrows the time.
func (p *provenances) between(a *asked, c *search.Clause) error {
	if len(c.Values) != 1 {
		return core.ErrorAt(core.Invalid, c.Param.Name, "one moment or day can be asked at a time")
	}
	v := c.Values[0]
	low, high := v.Low, v.High
	if zone := p.server.base.Zone; v.DateOnly && zone != nil { // days are those of the site
		low = time.Date(low.Year(), low.Month(), low.Day(), 0, 0, 0, 0, zone)
		high = time.Date(high.Year(), high.Month(), high.Day(), 0, 0, 0, 0, zone)
	}
	since, until := time.Time{}, time.Time{}
	switch v.Prefix {
	case search.Eq, "":
		since, until = low, high
	case search.Ge:
		since = low
	case search.Gt, search.Sa:
		since = high
	case search.Lt, search.Eb:
		until = low
	case search.Le:
		until = high
	default:
		return core.ErrorAt(core.Invalid, c.Param.Name, "the prefix %s is not supported on this type", v.Prefix)
	}
	if since.After(a.since) {
		a.since = since
	}
	if !until.IsZero() && (a.until.IsZero() || until.Before(a.until)) {
		a.until = until
	}
	return nil
}

// by narrows to what one user wrote.
func (p *provenances) by(ctx context.Context, a *asked, c *search.Clause) error {
	if len(c.Values) != 1 || a.author != "" {
		return core.ErrorAt(core.Invalid, c.Param.Name, "one user can be asked for at a time")
	}
	v := c.Values[0]
	if v.URL != "" || v.Type != "" {
		a.nobody = true
		return nil
	}
	var err error
	a.author, err = p.authors.Author(ctx, v.Text)
	a.nobody = a.nobody || a.author == ""
	return err
}

func (a *asked) takes(e *fhir.Entry) bool {
	return !e.LastUpdated.Before(a.since) && (a.until.IsZero() || e.LastUpdated.Before(a.until)) && (a.author == "" || e.Author == a.author)
}

// maxSingly is how many instances can be asked for at a time of a type that lists the
// versions of one instance only.
const maxSingly = 10

// ofTargets gives the versions of the targets.
func (p *provenances) ofTargets(ctx context.Context, q *search.Query, a *asked) (*Page, error) {
	byType := map[string][]string{}
	var types []string
	for _, v := range a.targets {
		if byType[v.Type] == nil {
			types = append(types, v.Type)
		}
		if !slices.Contains(byType[v.Type], v.Text) {
			byType[v.Type] = append(byType[v.Type], v.Text)
		}
	}
	var list []written
	for _, typ := range types {
		if p.types[typ] == nil || !a.means(typ) {
			continue
		}
		if err := p.may(ctx, typ); err != nil && a.anyType {
			continue // of a type he may not see
		} else if err != nil {
			return nil, err
		}
		entries, err := p.versions(ctx, typ, byType[typ])
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			if a.takes(e) {
				list = append(list, written{typ, e})
			}
		}
	}
	slices.SortStableFunc(list, func(a, b written) int { return b.LastUpdated.Compare(a.LastUpdated) })
	return p.page(ctx, q, list)
}

func (p *provenances) versions(ctx context.Context, typ string, ids []string) ([]*fhir.Entry, error) {
	if many := historiesOf(p.types[typ]); many != nil {
		return many(ctx, ids)
	}
	historian, ok := p.types[typ].(Historian)
	switch {
	case !ok:
		return nil, nil
	case len(ids) > maxSingly:
		return nil, core.ErrorAt(core.Invalid, "target", "%d of %s can be asked for at a time", maxSingly, typ)
	}
	var list []*fhir.Entry
	for _, id := range ids {
		page, err := historian.History(ctx, id, HistoryQuery{Count: maxRelated})
		if core.CodeOf(err) == core.NotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		list = append(list, page.Entries...)
	}
	return list, nil
}

// page cuts a page out of a list that is known as a whole.
func (p *provenances) page(ctx context.Context, q *search.Query, list []written) (*Page, error) {
	from := q.Offset
	if q.Cursor != "" {
		at, err := strconv.Atoi(q.Cursor)
		if err != nil || at < 0 || at > search.DefaultMaxOffset {
			return nil, core.ErrorAt(core.Invalid, search.CursorParam, "%s was not copied from a link", clip(strconv.Quote(q.Cursor)))
		}
		from = at
	}
	total := len(list)
	from = min(from, total)
	to := min(from+q.Count, total)
	page := &Page{Total: &total}
	if to < total {
		page.Next = strconv.Itoa(to)
	}
	if from > 0 {
		page.Prev = strconv.Itoa(max(0, from-q.Count))
	}
	var err error
	page.Entries, err = p.render(ctx, list[from:to])
	return page, err
}

// byID gives those with the ids that meet the other conditions. Ids of one instance are
// read at once, so that a list of them asks for each instance only.
func (p *provenances) byID(ctx context.Context, q *search.Query, a *asked) (*Page, error) {
	if len(a.ids) > 10 {
		return nil, core.ErrorAt(core.Invalid, "_id", "ten can be asked for at a time")
	}
	page := &Page{}
	for _, v := range a.ids {
		e, err := p.Read(ctx, v.Text)
		if code := core.CodeOf(err); code == core.NotFound || code == core.Forbidden {
			continue
		}
		if err != nil {
			return nil, err
		}
		page.Entries = append(page.Entries, e)
	}
	total := len(page.Entries)
	page.Total, page.Entries = &total, page.Entries[:min(total, q.Count)]
	return page, nil
}

// systemOperation is the code system of what was done to data.
const systemOperation = "http://terminology.hl7.org/CodeSystem/v3-DataOperation"

// render makes Provenance of versions, with the names of their authors.
func (p *provenances) render(ctx context.Context, list []written) ([]*fhir.Entry, error) {
	var keys []string
	for _, w := range list {
		if w.Author != "" && !slices.Contains(keys, w.Author) {
			keys = append(keys, w.Author)
		}
	}
	names := map[string]string{}
	if len(keys) > 0 {
		var err error
		if names, err = p.authors.Names(ctx, keys); err != nil {
			return nil, err
		}
	}
	out := make([]*fhir.Entry, len(list))
	for i, w := range list {
		out[i] = &fhir.Entry{
			Type: "Provenance", ID: provenanceID(w.typ, w.ID, w.LastUpdated), LastUpdated: w.LastUpdated,
			Resource: &fhir.Resource{Typed: provenanceOf(w, names[w.Author])},
		}
	}
	return out, nil
}

func provenanceOf(w written, name string) *r4.Provenance {
	done, words := "UPDATE", "revise"
	switch {
	case w.Deleted:
		done, words = "DELETE", "delete"
	case w.Created:
		done, words = "CREATE", "create"
	}
	target := w.typ + "/" + w.ID
	if w.VersionID != "" {
		target += "/_history/" + w.VersionID
	}
	coded := func(system, code, display string) *r4.CodeableConcept {
		return &r4.CodeableConcept{Coding: []r4.Coding{{System: &system, Code: &code, Display: &display}}}
	}
	who := r4.Reference{Display: text("a user who is not known any more")}
	if name != "" {
		who = r4.Reference{Identifier: &r4.Identifier{Value: &name}, Display: &name}
	}
	return &r4.Provenance{
		Target: []r4.Reference{{Reference: &target}}, Recorded: fhir.FormatInstant(w.LastUpdated), Activity: coded(systemOperation, done, words),
		Agent: []r4.ProvenanceAgent{{Type: coded("http://terminology.hl7.org/CodeSystem/provenance-participant-type", "enterer", "Enterer"), Who: who}},
	}
}
