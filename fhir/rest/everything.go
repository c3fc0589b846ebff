package rest

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/search"
)

// gatheringEverything is the operation $everything of a type others are about.
// https://hl7.org/fhir/R4/patient-operation-everything.html
func gatheringEverything(o *offer) Operation {
	return Operation{
		Name: "everything", Definition: "http://hl7.org/fhir/OperationDefinition/" + o.Name + "-everything", OnType: o.searcher != nil, OnInstance: true,
		Documentation: "The instance, or every one the caller may see, with the resources about it and what those refer to; other instances of the type, and what is about them, are not in it. " +
			"start and end speak of the time of care, _since of the last change. What the caller may not search is left out and named in an OperationOutcome.",
		Parameters: []OperationParameter{
			Takes("start", "date", "The first day of care."), Takes("end", "date", "The last day of care."),
			Takes("_since", "instant", "What changed from then on."), Takes("_type", "code", "Resource types; lists are divided by commas.").Repeated(),
			Takes("_count", "integer", "Entries a page, beside those that are referred to."), Gives("return", "Bundle", "A searchset.").Needed(),
		},
		answer: (*call).everything,
	}
}

// sought is what a request for everything asks.
type sought struct {
	id         string // "" for all instances of the type
	types      []string
	since      time.Time
	start, end string
	count      int
	cursor     string
	given      url.Values // for the links
}

// wants tells whether resources of the type were asked for.
func (q *sought) wants(typ string) bool { return len(q.types) == 0 || slices.Contains(q.types, typ) }

// everything answers GET and POST [base]/[type]/[id]/$everything and [base]/[type]/$everything
// with a searchset: the instance, then one type after the other of what is about it, page by
// page. A page takes one search for each type on it and one read for each type referred to.
func (k *call) everything(in *Invocation) (*answer, error) {
	q, err := k.sought(in)
	if err != nil {
		return nil, err
	}
	p := &everythingPage{
		q: q, left: map[string]bool{},
		gathering: &gathering{k: k, b: &bundle{kind: "searchset", base: k.url()}, seen: map[string]bool{}, may: map[string]error{}},
	}
	if err := p.fill(); err != nil {
		return nil, namedCursor(err)
	}
	cut, err := p.referred()
	if err != nil {
		return nil, err
	}
	p.tell(cut)
	path := p.b.base + "/" + k.t.Name + "/"
	if q.id != "" {
		path += q.id + "/"
	}
	path += "$everything"
	p.b.links = []link{{"self", pageURL(path, q.given, search.CursorParam, q.cursor)}, {"first", pageURL(path, q.given, "", "")}}
	if p.next != "" {
		p.b.links = append(p.b.links, link{"next", pageURL(path, q.given, search.CursorParam, p.next)})
	}
	return &answer{status: http.StatusOK, bundle: p.b}, nil
}

// sought reads the parameters. Errors: core.Invalid that names the parameter.
func (k *call) sought(in *Invocation) (*sought, error) {
	if in.Resource != nil {
		return nil, core.ErrorAt(core.Invalid, "resource", "parameters are posted in a Parameters resource")
	}
	if err := in.Only("start", "end", "_since", "_type", "_count", search.CursorParam); err != nil {
		return nil, err
	}
	b := &k.s.base
	most := orElse(b.MaxCount, search.DefaultMaxCount)
	q := &sought{id: in.ID, count: min(orElse(b.Count, search.DefaultCount), most), given: url.Values{}}
	for i := range in.Parameters {
		name := in.Parameters[i].Name
		if name == "_type" {
			continue // may be there more than once
		}
		text, err := in.Text(name)
		if err != nil {
			return nil, err
		}
		if name == search.CursorParam {
			q.cursor = text
			continue
		}
		if err := k.soughtOne(q, name, text); err != nil {
			return nil, err
		}
		q.given.Set(name, text)
	}
	return q, q.readTypes(in)
}

func (k *call) soughtOne(q *sought, name, text string) error {
	var err error
	switch name {
	case "start":
		q.start = text
		_, _, err = k.span(name, text)
	case "end":
		q.end = text
		_, _, err = k.span(name, text)
	case "_since":
		q.since, _, err = k.span(name, text)
	case "_count":
		count, fault := strconv.Atoi(text)
		if fault != nil || count < 1 {
			return core.ErrorAt(core.Invalid, name, "%s is no number of entries", clip(strconv.Quote(text)))
		}
		q.count = min(count, orElse(k.s.base.MaxCount, search.DefaultMaxCount))
	}
	return err
}

// readTypes reads _type, whose values are lists divided by commas.
func (q *sought) readTypes(in *Invocation) error {
	for i := range in.Parameters {
		if in.Parameters[i].Name != "_type" {
			continue
		}
		for _, name := range strings.Split(in.Parameters[i].Text, ",") {
			if !fhir.IsResourceType(name) {
				return core.ErrorAt(core.Invalid, "_type", "%s is no resource type of FHIR R4", clip(strconv.Quote(name)))
			}
			if !slices.Contains(q.types, name) {
				q.types = append(q.types, name)
			}
		}
	}
	if len(q.types) > 0 {
		q.given.Set("_type", strings.Join(q.types, ","))
	}
	return nil
}

// everythingPage is one page on its way.
type everythingPage struct {
	*gathering
	q    *sought
	next string          // cursor of the following page
	left map[string]bool // types the caller may not see
}

// fill puts on the page what is about the instance, and finds out where the next one starts.
// Errors: those of a read of the instance; core.Invalid for a cursor that is none.
func (p *everythingPage) fill() error {
	k, list := p.k, p.k.t.center.Around()
	at, cursor := 0, ""
	if p.q.cursor != "" {
		typ, rest, _ := strings.Cut(p.q.cursor, ".")
		at = slices.IndexFunc(list, func(a Around) bool { return a.Type == typ })
		if typ == k.t.Name && p.q.id == "" {
			at = -1
		} else if at < 0 {
			return core.ErrorAt(core.Invalid, search.CursorParam, "%s was not copied from a link", clip(strconv.Quote(p.q.cursor)))
		}
		cursor = rest
	}
	centers := Around{Type: k.t.Name}
	if p.q.id != "" {
		e, err := k.t.reader.Read(k.ctx, p.q.id)
		if err != nil {
			return err
		}
		if p.q.cursor == "" && p.q.wants(k.t.Name) && !e.LastUpdated.Before(p.q.since) {
			p.b.entries = append(p.b.entries, bundleEntry{Entry: e, typ: k.t.Name, mode: "match"})
		}
	} else if p.q.cursor == "" || at < 0 {
		if done, err := p.take(&centers, cursor); done || err != nil {
			return err
		}
		at, cursor = 0, ""
	}
	for ; at < len(list); at++ {
		if done, err := p.take(&list[at], cursor); done || err != nil {
			return err
		}
		cursor = ""
	}
	return nil
}

// take puts instances of one type on the page. done tells that the page is full, and where
// the next one starts is known. A full page looks for one more instance, so that no link
// leads to an empty page.
func (p *everythingPage) take(a *Around, cursor string) (done bool, err error) {
	o := p.k.s.types[a.Type]
	if o == nil || o.searcher == nil || !p.q.wants(a.Type) {
		return false, nil
	}
	left := p.q.count - len(p.b.entries)
	q, err := p.query(o, a)
	if err != nil {
		return false, err
	}
	for _, typ := range append(q.Types(), a.Type) {
		if ok, err := p.allowed(typ, SearchType); !ok {
			p.left[a.Type] = err == nil
			return false, err
		}
	}
	q.Count, q.Cursor = max(left, 1), cursor
	page, err := o.searcher.Search(p.k.ctx, q)
	if core.CodeOf(err) == core.Forbidden {
		p.left[a.Type] = true
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if left == 0 && len(page.Entries) > 0 {
		p.next = a.Type + "."
		return true, nil
	}
	for _, e := range page.Entries {
		p.b.entries = append(p.b.entries, bundleEntry{Entry: e, typ: a.Type, mode: "match"})
	}
	if page.Next != "" {
		p.next = a.Type + "." + page.Next
	}
	return page.Next != "", nil
}

// query is the search for instances of one type.
func (p *everythingPage) query(o *offer, a *Around) (*search.Query, error) {
	values := url.Values{"_total": {string(search.TotalNone)}}
	if !p.q.since.IsZero() {
		values.Set("_lastUpdated", "ge"+p.q.since.UTC().Format(time.RFC3339Nano))
	}
	if a.Date != "" && p.q.start != "" {
		values.Add(a.Date, "ge"+p.q.start)
	}
	if a.Date != "" && p.q.end != "" {
		values.Add(a.Date, "le"+p.q.end)
	}
	p.about(a, values)
	options := p.k.searchOptions()
	options.Lenient, options.PageParam = false, ""
	q, _, err := search.Parse(o.Name, o.params, values, options)
	return q, err
}

// about asks for instances any of whose parameters refers to the instance, or to any.
func (p *everythingPage) about(a *Around, values url.Values) {
	center := p.k.t.Name + "/" + p.q.id
	switch {
	case len(a.Params) == 1 && p.q.id == "":
		values.Set(a.Params[0]+":missing", "false")
	case len(a.Params) == 1:
		values.Set(a.Params[0], center)
	case len(a.Params) > 1:
		var any []string
		for _, name := range a.Params {
			if p.q.id == "" {
				any = append(any, name+" pr true")
			} else {
				any = append(any, name+` eq "`+center+`"`)
			}
		}
		values.Set("_filter", strings.Join(any, " or "))
	}
}

// referred adds what the entries of the page refer to, but for instances of the types the
// compartment is made of: those are in it already, or somebody else's. From what was added
// only places are followed, to those they are part of. cut tells that there was too much.
func (p *everythingPage) referred() (cut bool, err error) {
	for i := range p.b.entries {
		p.seen[p.b.entries[i].typ+"/"+p.b.entries[i].ID] = true
	}
	from := p.b.entries
	for round := 0; len(from) > 0 && round < maxRounds; round++ {
		wanted, err := p.references(from, round > 0)
		if err != nil {
			return false, err
		}
		before := len(p.b.entries)
		for _, r := range wanted {
			room := maxRelated - len(p.b.entries)
			if len(r.ids) > room {
				return true, nil
			}
			if err := p.readReferred(r); err != nil {
				return false, err
			}
		}
		from = p.b.entries[before:]
	}
	return false, nil
}

func (p *everythingPage) readReferred(r *request) error {
	if ok, err := p.allowed(r.offer.Name, Read); !ok {
		p.left[r.offer.Name] = err == nil
		return err
	}
	entries, err := r.offer.batch.ReadAll(p.k.ctx, r.ids)
	if err != nil {
		return err
	}
	p.add(r.offer.Name, slices.DeleteFunc(entries, func(e *fhir.Entry) bool {
		return !e.LastUpdated.IsZero() && e.LastUpdated.Before(p.q.since)
	}))
	return nil
}

// references collects what entries refer to anywhere, by type, in the order it is met.
func (p *everythingPage) references(from []bundleEntry, onlyPlaces bool) ([]*request, error) {
	own, bases := p.k.t.center.Around(), p.k.bases()
	var requests []*request
	byType, asked := map[string]*request{}, map[string]bool{}
	for i := range from {
		tree, err := from[i].Resource.Object(fhir.EncodeOptions{})
		if err != nil {
			return nil, err
		}
		fhir.EachReference(tree, func(reference string) {
			base, typ, id := fhir.SplitReference(reference)
			o, key := p.k.s.types[typ], typ+"/"+id
			if o == nil || o.batch == nil || asked[key] || p.seen[key] || base != "" && !slices.Contains(bases, base) ||
				onlyPlaces && typ != "Location" || !p.q.wants(typ) || typ == p.k.t.Name ||
				slices.ContainsFunc(own, func(a Around) bool { return a.Type == typ }) {
				return
			}
			asked[key] = true
			if byType[typ] == nil {
				byType[typ] = &request{offer: o}
				requests = append(requests, byType[typ])
			}
			byType[typ].ids = append(byType[typ].ids, id)
		})
	}
	return requests, nil
}

// tell adds an OperationOutcome that says what is missing, where something is.
func (p *everythingPage) tell(cut bool) {
	var missing []*core.Error
	var types []string
	for typ, left := range p.left {
		if left {
			types = append(types, typ)
		}
	}
	slices.Sort(types)
	for _, typ := range types {
		missing = append(missing, core.Errorf(core.Forbidden, "resources of the type %s are left out: the right to see them is missing", typ))
	}
	if cut {
		missing = append(missing, core.Errorf(core.Invalid, "what the page refers to is more than %d resources; the rest is left out", maxRelated))
	}
	if len(missing) > 0 {
		p.b.entries = append(p.b.entries, bundleEntry{
			Entry: &fhir.Entry{Resource: &fhir.Resource{Typed: fhir.Warnings(missing...)}}, mode: "outcome", urn: uuid.New().URN(),
		})
	}
}
