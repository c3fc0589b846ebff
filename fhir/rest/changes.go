package rest

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir/search"
)

// historyOfType answers GET and HEAD [base]/[type]/_history with what happened to all
// instances of the type, the newest first. https://hl7.org/fhir/R4/http.html#history
func (k *call) historyOfType() (*answer, error) {
	return k.historyOf("/"+k.t.Name, sourcesOf(k.t))
}

// historyOfSystem answers GET and HEAD [base]/_history with what happened to the instances
// of every type the caller may ask that of. https://hl7.org/fhir/R4/http.html#history
func (k *call) historyOfSystem() (*answer, error) {
	var sources []source
	for _, o := range k.s.order {
		if k.s.base.Authorize != nil {
			switch err := k.s.base.Authorize(k.ctx, o.Name, HistoryType); core.CodeOf(err) {
			case core.Forbidden, core.Unauthenticated:
				continue
			default:
				if err != nil {
					return nil, err
				}
			}
		}
		sources = append(sources, sourcesOf(o)...)
	}
	return k.historyOf("", sources)
}

// source is one list of changes.
type source struct {
	name string // of the type, and which of its lists
	typ  string
	list Changes
}

func sourcesOf(o *offer) []source {
	var sources []source
	for i, list := range o.changes {
		sources = append(sources, source{fmt.Sprintf("%s-%d", o.Name, i), o.Name, list})
	}
	return sources
}

// historyOf joins lists of changes into one page.
func (k *call) historyOf(path string, sources []source) (*answer, error) {
	q, cursor, given, err := k.historyQuery()
	if err != nil {
		return nil, err
	}
	m := &changeMerge{sources: sources, count: q.Count}
	if err := m.start(cursor); err != nil {
		return nil, err
	}
	b := &bundle{kind: "history", base: k.url()}
	path = b.base + path + "/_history"
	b.links = []link{{"self", pageURL(path, given, search.CursorParam, cursor)}}
	if q.Count == 0 {
		return &answer{status: http.StatusOK, bundle: b}, nil
	}
	if err := m.read(k.ctx, ChangesQuery{Count: q.Count, Since: q.Since, Low: q.Low, High: q.High}); err != nil {
		return nil, namedCursor(err)
	}
	b.links = append(b.links, link{"first", pageURL(path, given, "", "")})
	for len(b.entries) < q.Count {
		e, ok := m.next()
		if !ok {
			break
		}
		b.entries = append(b.entries, e)
	}
	if m.more() {
		b.links = append(b.links, link{"next", pageURL(path, given, search.CursorParam, m.cursor)})
	}
	return &answer{status: http.StatusOK, bundle: b}, nil
}

// changeMerge merges lists that are sorted by time, the newest first. Of changes at the
// same moment those of an earlier source come first.
type changeMerge struct {
	sources []source
	count   int
	lists   [][]Change
	cursor  string // behind the last change given

	at    time.Time // where the page starts: behind a change at this moment …
	from  int       // … of this source, -1 for the beginning …
	their string    // … which has this cursor there
}

// start reads where the page starts. A cursor is made of the moment and the source of the
// last change, and of the source's own cursor. Errors: core.Invalid.
func (m *changeMerge) start(cursor string) error {
	m.from, m.cursor = -1, cursor
	if cursor == "" {
		return nil
	}
	parts := strings.SplitN(cursor, ".", 3)
	if len(parts) == 3 {
		nano, err := strconv.ParseInt(parts[0], 10, 64)
		for i := range m.sources {
			if err == nil && m.sources[i].name == parts[1] {
				m.at, m.from, m.their = time.Unix(0, nano), i, parts[2]
				return nil
			}
		}
	}
	return core.ErrorAt(core.Invalid, search.CursorParam, "%s was not copied from a link", clip(strconv.Quote(cursor)))
}

// read asks each source for what could stand on the page, and one more.
func (m *changeMerge) read(ctx context.Context, q ChangesQuery) error {
	for i, s := range m.sources {
		asked := q
		asked.Count++
		switch {
		case m.from < 0:
		case i == m.from:
			asked.Cursor = m.their
		default:
			asked.Until, asked.Before = m.at, i < m.from
		}
		list, err := s.list(ctx, asked)
		if err != nil {
			return err
		}
		m.lists = append(m.lists, list)
	}
	return nil
}

// next takes the newest change that is left.
func (m *changeMerge) next() (bundleEntry, bool) {
	newest := -1
	for i, list := range m.lists {
		if len(list) > 0 && (newest < 0 || list[0].LastUpdated.After(m.lists[newest][0].LastUpdated)) {
			newest = i
		}
	}
	if newest < 0 {
		return bundleEntry{}, false
	}
	c := m.lists[newest][0]
	m.lists[newest] = m.lists[newest][1:]
	m.cursor = fmt.Sprintf("%d.%s.%s", c.LastUpdated.UnixNano(), m.sources[newest].name, c.Cursor)
	return pastEntry(c.Entry, m.sources[newest].typ), true
}

// more tells whether changes are left.
func (m *changeMerge) more() bool {
	for _, list := range m.lists {
		if len(list) > 0 {
			return true
		}
	}
	return false
}
