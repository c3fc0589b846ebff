package rest

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/search"
)

// history answers GET and HEAD [base]/[type]/[id]/_history with the versions, the newest
// first. https://hl7.org/fhir/R4/http.html#history
func (k *call) history() (*answer, error) {
	id, err := k.id()
	if err != nil {
		return nil, err
	}
	q, cursor, given, err := k.historyQuery()
	if err != nil {
		return nil, err
	}
	if cursor != "" {
		if q.Offset, err = strconv.Atoi(cursor); err != nil || q.Offset < 0 || q.Offset > search.DefaultMaxOffset {
			return nil, core.ErrorAt(core.Invalid, search.CursorParam, "%s was not copied from a link", clip(strconv.Quote(cursor)))
		}
	}
	asked := q
	asked.Count = max(q.Count, 1) // _count=0 asks the total alone; the entry is dropped below
	page, err := k.t.historian.History(k.ctx, id, asked)
	if err != nil {
		return nil, err
	}
	if q.Count == 0 {
		page = &Page{Total: page.Total}
	}
	b := &bundle{kind: "history", base: k.url(), total: page.Total}
	path := b.base + "/" + k.t.Name + "/" + id + "/_history"
	b.links = historyLinks(path, given, q, page)
	for _, e := range page.Entries {
		b.entries = append(b.entries, pastEntry(e, k.t.Name))
	}
	return &answer{status: http.StatusOK, bundle: b}, nil
}

// pastEntry is a version as an entry of a history, with the request that made it.
func pastEntry(e *fhir.Entry, typ string) bundleEntry {
	entry := bundleEntry{Entry: e, typ: typ, method: http.MethodPut, status: "200"}
	switch {
	case e.Deleted:
		entry.method, entry.status = http.MethodDelete, "204"
	case e.Created:
		entry.method, entry.status = http.MethodPost, "201"
	}
	return entry
}

// historyQuery reads _count, _since and _at, and the place of the page as a link has it.
// Errors: core.Invalid that names the parameter.
func (k *call) historyQuery() (q HistoryQuery, cursor string, given url.Values, err error) {
	b := &k.s.base
	most := orElse(b.MaxCount, search.DefaultMaxCount)
	q.Count = min(orElse(b.Count, search.DefaultCount), most)
	given = url.Values{}
	for name, values := range k.values {
		text := values[0]
		switch name {
		case "_count":
			count, err := strconv.Atoi(text)
			if err != nil || count < 0 {
				if b.Habits.CountFallback {
					continue
				}
				return q, "", nil, core.ErrorAt(core.Invalid, name, "%s is no number of entries", clip(strconv.Quote(text)))
			}
			if count > 0 || !b.Habits.CountFallback {
				q.Count = min(count, most)
			}
			text = strconv.Itoa(q.Count)
		case "_since":
			if q.Since, _, err = k.span(name, text); err != nil {
				return q, "", nil, err
			}
		case "_at":
			if q.Low, q.High, err = k.span(name, text); err != nil {
				return q, "", nil, err
			}
		case search.CursorParam:
			cursor = text
			continue
		case "_format", "_pretty":
		default:
			if k.prefer.lenient || b.Habits.IgnoreUnknown {
				continue
			}
			return q, "", nil, core.ErrorAt(core.Invalid, clip(strings.ToValidUTF8(name, "?")), "a history has no parameter of this name")
		}
		given.Set(name, text)
	}
	return q, cursor, given, nil
}

// span reads a date or moment as the time it covers.
func (k *call) span(name, text string) (low, high time.Time, err error) {
	low, high, _, err = fhir.ParseDateTime(text)
	if err != nil {
		return low, high, core.ErrorAt(core.Invalid, name, "%s is no instant", clip(strconv.Quote(text)))
	}
	return low, high, nil
}

func orElse(value, otherwise int) int {
	if value > 0 {
		return value
	}
	return otherwise
}

// historyLinks makes the links of a page of a history; the place is the number of entries
// in front of it.
func historyLinks(path string, given url.Values, q HistoryQuery, page *Page) []link {
	at := func(offset int) string {
		if offset <= 0 {
			return pageURL(path, given, "", "")
		}
		return pageURL(path, given, search.CursorParam, strconv.Itoa(offset))
	}
	links := []link{{"self", at(q.Offset)}}
	if q.Count == 0 {
		return links
	}
	links = append(links, link{"first", at(0)})
	if q.Offset > 0 {
		before := at(q.Offset - q.Count)
		links = append(links, link{"previous", before}, link{"prev", before})
	}
	end := q.Offset + len(page.Entries)
	if len(page.Entries) > 0 && (page.Next != "" || page.Total != nil && end < *page.Total) {
		links = append(links, link{"next", at(end)})
	}
	return links
}
