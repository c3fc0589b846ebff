package rest

import (
	"errors"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/google/uuid"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/search"
)

// search answers GET and HEAD [base]/[type]?… and POST [base]/[type]/_search with a
// searchset. https://hl7.org/fhir/R4/http.html#search
func (k *call) search() (*answer, error) {
	if k.r.Method == http.MethodPost {
		if err := k.form(); err != nil {
			return nil, err
		}
		if line := core.AuditOf(k.ctx); line != nil {
			line.Query = k.values.Encode()
		}
	}
	if k.asynchronous() {
		if err := readOutputFormat(k.values.Get("_outputFormat")); err != nil {
			return nil, err
		}
		k.values.Del("_outputFormat")
	}
	q, left, err := search.Parse(k.t.Name, k.t.params, k.values, k.searchOptions())
	if err != nil {
		return nil, err
	}
	for _, typ := range q.Types() { // what a condition says of another type tells about it
		if err := k.mayLookInto(typ); err != nil {
			return nil, err
		}
	}
	if k.asynchronous() && q.Count > 0 { // a count is told at once
		return k.searchLater()
	}
	page, err := k.t.searcher.Search(k.ctx, q)
	if err != nil {
		return nil, namedCursor(err)
	}
	if k.answersOne(q, page) {
		return &answer{status: http.StatusOK, entry: page.Entries[0], options: fhir.EncodeOptions{Summary: q.Summary, Elements: q.Elements}}, nil
	}
	b := &bundle{kind: "searchset", base: k.url(), summary: q.Summary, elements: q.Elements}
	if q.Total != search.TotalNone {
		b.total = page.Total
	}
	b.links = k.searchLinks(q, page)
	for _, e := range page.Entries {
		b.entries = append(b.entries, bundleEntry{Entry: e, mode: "match", typ: k.t.Name})
	}
	if len(q.Includes)+len(q.RevIncludes) > 0 && len(page.Entries) > 0 {
		more, err := k.related(q, b)
		if err != nil {
			return nil, err
		}
		left = append(left, more...)
	}
	if len(left) > 0 {
		b.entries = append(b.entries, bundleEntry{
			Entry: &fhir.Entry{Resource: &fhir.Resource{Typed: fhir.Warnings(left...)}}, mode: "outcome", urn: uuid.New().URN(),
		})
	}
	return &answer{status: http.StatusOK, bundle: b}, nil
}

// mayLookInto asks whether the caller may search the type.
func (k *call) mayLookInto(typ string) error {
	if k.s.base.Authorize == nil {
		return nil
	}
	return k.s.base.Authorize(k.ctx, typ, SearchType)
}

// namedCursor names a cursor that was refused as the client wrote it: those who keep rows
// do not know what the parameter is called.
func namedCursor(err error) error {
	var fault *core.Error
	if !errors.As(err, &fault) || fault.Path != "cursor" {
		return err
	}
	named := *fault
	named.Path = search.CursorParam
	return &named
}

// form reads the parameters of a POST _search and adds them to those of the URL.
// Errors: core.UnsupportedMedia, core.TooLarge, core.Invalid.
func (k *call) form() error {
	kind, _, err := mime.ParseMediaType(k.r.Header.Get("Content-Type"))
	if err != nil || kind != "application/x-www-form-urlencoded" {
		return core.Errorf(core.UnsupportedMedia, "a search is posted as application/x-www-form-urlencoded")
	}
	body, err := k.body()
	if err != nil {
		return err
	}
	posted, err := url.ParseQuery(string(body))
	if err != nil {
		return core.Errorf(core.Invalid, "the form is not well encoded")
	}
	if k.values == nil {
		k.values = url.Values{}
	}
	for name, list := range posted {
		k.values[name] = append(k.values[name], list...)
	}
	if err := k.negotiate(); err != nil { // the form may hold _format and _pretty
		return err
	}
	k.keepOutput()
	return nil
}

func (k *call) searchOptions() search.Options {
	b := &k.s.base
	return search.Options{
		Bases: k.bases(), Zone: b.Zone, Params: k.s.params, Total: b.Total,
		Count: b.Count, MaxCount: b.MaxCount, Lenient: k.prefer.lenient,
		PageParam: b.Habits.PageParam, Ignored: b.Habits.Ignored, IgnoreUnknown: b.Habits.IgnoreUnknown,
		CountFallback: b.Habits.CountFallback, FreeIDs: b.Habits.CodeIDs != "",
	}
}

// bases lists the URLs that mean this server.
func (k *call) bases() []string {
	return append([]string{k.url()}, k.s.base.Aliases...)
}

// answersOne tells whether the habit asks for the one match itself.
func (k *call) answersOne(q *search.Query, page *Page) bool {
	if len(page.Entries) != 1 || page.Next != "" || q.Offset != 0 || q.Cursor != "" {
		return false
	}
	for _, c := range q.Clauses {
		if c.Modifier == search.NoModifier && slices.Contains(k.s.base.Habits.AnswerOne, c.Param.Name) {
			return true
		}
	}
	return false
}

// searchLinks makes the links of a page. They hold what was understood of the request and
// work as they are. The page before goes under both its registered names: "previous" is
// the word of the FHIR examples, "prev" that of RFC 8288.
// https://hl7.org/fhir/R4/http.html#paging
func (k *call) searchLinks(q *search.Query, page *Page) []link {
	path, given := k.url()+"/"+k.t.Name, q.Given
	parameter := k.s.base.Habits.PageParam
	if parameter != "" {
		return k.numberedLinks(path, q, page)
	}
	links := []link{{"self", pageURL(path, given, search.CursorParam, q.Cursor)}}
	if q.Count == 0 {
		return links
	}
	links = append(links, link{"first", pageURL(path, given, "", "")})
	if page.Prev != "" {
		before := pageURL(path, given, search.CursorParam, page.Prev)
		links = append(links, link{"previous", before}, link{"prev", before})
	}
	if page.Next != "" {
		links = append(links, link{"next", pageURL(path, given, search.CursorParam, page.Next)})
	}
	return links
}

func (k *call) numberedLinks(path string, q *search.Query, page *Page) []link {
	name, number := k.s.base.Habits.PageParam, 1
	if q.Count > 0 {
		number += q.Offset / q.Count
	}
	at := func(n int) string { return pageURL(path, q.Given, name, strconv.Itoa(n)) }
	self := pageURL(path, q.Given, "", "")
	if k.values.Has(name) {
		self = at(number)
	}
	links := []link{{"self", self}}
	if q.Count == 0 {
		return links
	}
	links = append(links, link{"first", at(1)})
	if number > 1 {
		links = append(links, link{"previous", at(number - 1)}, link{"prev", at(number - 1)})
	}
	if page.Next != "" || page.Total != nil && len(page.Entries) > 0 && q.Offset+len(page.Entries) < *page.Total {
		links = append(links, link{"next", at(number + 1)})
	}
	return links
}

// pageURL makes a link of the parameters and the place of the page, "" for the first.
func pageURL(path string, given url.Values, name, place string) string {
	query := given.Encode()
	if place != "" {
		if query != "" {
			query += "&"
		}
		query += name + "=" + url.QueryEscape(place)
	}
	if query == "" {
		return path
	}
	return path + "?" + query
}
