package rest

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

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
	q, given, err := k.historyQuery()
	if err != nil {
		return nil, err
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
		entry := bundleEntry{Entry: e, typ: k.t.Name, method: http.MethodPut, status: "200"}
		switch {
		case e.Deleted:
			entry.method, entry.status = http.MethodDelete, "204"
		case e.Created:
			entry.method, entry.status = http.MethodPost, "201"
		}
		b.entries = append(b.entries, entry)
	}
	return &answer{status: http.StatusOK, bundle: b}, nil
}

// historyQuery reads _count and _since and the place of the page.
// Errors: core.Invalid that names the parameter.
func (k *call) historyQuery() (q HistoryQuery, given url.Values, err error) {
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
				return q, nil, core.ErrorAt(core.Invalid, name, "%s is no number of entries", clip(strconv.Quote(text)))
			}
			if count > 0 || !b.Habits.CountFallback {
				q.Count = min(count, most)
			}
			text = strconv.Itoa(q.Count)
		case "_since":
			low, _, _, err := fhir.ParseDateTime(text)
			if err != nil {
				return q, nil, core.ErrorAt(core.Invalid, name, "%s is no instant", clip(strconv.Quote(text)))
			}
			q.Since = low
		case search.CursorParam:
			if q.Offset, err = strconv.Atoi(text); err != nil || q.Offset < 0 || q.Offset > search.DefaultMaxOffset {
				return q, nil, core.ErrorAt(core.Invalid, name, "%s was not copied from a link", clip(strconv.Quote(text)))
			}
			continue
		case "_format", "_pretty":
		default:
			if k.prefer.lenient || b.Habits.IgnoreUnknown {
				continue
			}
			return q, nil, core.ErrorAt(core.Invalid, clip(strings.ToValidUTF8(name, "?")), "a history has no parameter of this name")
		}
		given.Set(name, text)
	}
	return q, given, nil
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
