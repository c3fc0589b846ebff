package rest

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/search"
)

// memory is a resource type kept in memory that can do everything. searches and batches
// count the calls, since a page has to cost the same number of them whatever its size.
type memory struct {
	def *Definition

	mu       sync.Mutex
	order    []string
	versions map[string][]*fhir.Entry // the newest last
	now      time.Time
	searches int
	batches  int
	fail     error // answered by Read when set
}

var (
	_ Reader        = (*memory)(nil)
	_ BatchReader   = (*memory)(nil)
	_ VersionReader = (*memory)(nil)
	_ Historian     = (*memory)(nil)
	_ ChangeLister  = (*memory)(nil)
	_ Searcher      = (*memory)(nil)
	_ Creator       = (*memory)(nil)
	_ Updater       = (*memory)(nil)
	_ Deleter       = (*memory)(nil)
)

var firstDay = time.Date(2024, 3, 1, 10, 0, 0, 500e6, time.UTC)

func newMemory(def Definition) *memory {
	return &memory{def: &def, versions: map[string][]*fhir.Entry{}, now: firstDay}
}

func (m *memory) Definition() *Definition { return m.def }

// put stores a resource written in JSON under its own id.
func (m *memory) put(body string) *memory {
	in, err := fhir.DecodeJSON([]byte(body), fhir.DecodeOptions{Type: m.def.Name})
	if err != nil {
		panic(err)
	}
	m.store(in.Tree.String("id"), in)
	return m
}

func (m *memory) store(id string, in *fhir.Resource) *fhir.Entry {
	m.now = m.now.Add(time.Second)
	if len(m.versions[id]) == 0 {
		m.order = append(m.order, id)
	}
	e := &fhir.Entry{
		Type: m.def.Name, ID: id, VersionID: strconv.Itoa(len(m.versions[id]) + 1), LastUpdated: m.now,
		Created: len(m.versions[id]) == 0,
	}
	if in != nil {
		e.Resource = &fhir.Resource{Typed: in.Typed}
	}
	m.versions[id] = append(m.versions[id], e)
	return e
}

func (m *memory) current(id string) *fhir.Entry {
	if list := m.versions[id]; len(list) > 0 {
		return list[len(list)-1]
	}
	return nil
}

func (m *memory) Read(_ context.Context, id string) (*fhir.Entry, error) {
	if m.fail != nil {
		return nil, m.fail
	}
	if id == "panic" {
		panic("a hole in the floor")
	}
	e := m.current(id)
	switch {
	case e == nil:
		return nil, core.Errorf(core.NotFound, "no %s %s", m.def.Name, id)
	case e.Deleted:
		return nil, core.Errorf(core.Gone, "%s %s was deleted", m.def.Name, id)
	}
	return e, nil
}

func (m *memory) ReadAll(_ context.Context, ids []string) ([]*fhir.Entry, error) {
	m.batches++
	var found []*fhir.Entry
	for _, id := range ids {
		if e := m.current(id); e != nil && !e.Deleted {
			found = append(found, e)
		}
	}
	return found, nil
}

func (m *memory) ReadVersion(_ context.Context, id, version string) (*fhir.Entry, error) {
	for _, e := range m.versions[id] {
		if e.VersionID == version && e.Deleted {
			return nil, core.Errorf(core.Gone, "version %s is the deletion", version)
		}
		if e.VersionID == version {
			return e, nil
		}
	}
	return nil, core.Errorf(core.NotFound, "no version %s", version)
}

func (m *memory) History(_ context.Context, id string, q HistoryQuery) (*Page, error) {
	var list []*fhir.Entry
	for _, e := range slices.Backward(m.versions[id]) {
		if !e.LastUpdated.Before(q.Since) {
			list = append(list, e)
		}
	}
	if len(m.versions[id]) == 0 {
		return nil, core.Errorf(core.NotFound, "no %s %s", m.def.Name, id)
	}
	total := len(list)
	end := total
	if q.Count > 0 {
		end = min(q.Offset+q.Count, total)
	}
	return &Page{Entries: list[min(q.Offset, total):end], Total: &total}, nil
}

// Changes lists all versions, the newest first; the cursor is the moment of the last one.
func (m *memory) Changes() []Changes {
	return []Changes{func(_ context.Context, q ChangesQuery) ([]Change, error) {
		var list []Change
		for _, versions := range m.versions {
			for _, e := range versions {
				cursor := strconv.FormatInt(e.LastUpdated.UnixNano(), 10)
				behind := q.Cursor == "" || cursor < q.Cursor
				in := q.Until.IsZero() || e.LastUpdated.Before(q.Until) || !q.Before && e.LastUpdated.Equal(q.Until)
				if behind && in && !e.LastUpdated.Before(q.Since) && (q.High.IsZero() || e.LastUpdated.Before(q.High)) {
					list = append(list, Change{e, cursor})
				}
			}
		}
		slices.SortFunc(list, func(a, b Change) int { return b.LastUpdated.Compare(a.LastUpdated) })
		return list[:min(len(list), q.Count)], nil
	}}
}

func (m *memory) Search(_ context.Context, q *search.Query) (*Page, error) {
	m.searches++
	var list []*fhir.Entry
	for _, id := range m.order {
		if e := m.current(id); !e.Deleted && matchesAll(e, q.Clauses) {
			list = append(list, e)
		}
	}
	total := len(list)
	start := q.Offset
	if q.Cursor != "" {
		at, err := strconv.Atoi(q.Cursor)
		if err != nil {
			return nil, core.ErrorAt(core.Invalid, search.CursorParam, "not a cursor of this server")
		}
		start = at
	}
	start = min(start, total)
	end := min(start+q.Count, total)
	page := &Page{Entries: list[start:end], Total: &total}
	if end < total && q.Count > 0 {
		page.Next = strconv.Itoa(end)
	}
	if start > 0 && q.Count > 0 {
		page.Prev = strconv.Itoa(max(0, start-q.Count))
	}
	return page, nil
}

func matchesAll(e *fhir.Entry, clauses []search.Clause) bool {
	if len(clauses) == 0 {
		return true
	}
	tree, err := e.Resource.Object(fhir.EncodeOptions{})
	if err != nil {
		panic(err)
	}
	for _, c := range clauses {
		if c.Modifier == search.Missing {
			if c.Missing != (len(fhir.References(e.Resource.Typed, c.Param.Path)) == 0) {
				return false
			}
			continue
		}
		if !slices.ContainsFunc(c.Values, func(v search.Value) bool { return matchesOne(e, tree, c.Param, v) }) {
			return false
		}
	}
	return true
}

func matchesOne(e *fhir.Entry, tree *fhir.Object, p *search.Param, v search.Value) bool {
	switch {
	case p.Name == "_id":
		return e.ID == v.Text
	case p.Type == search.Reference:
		return slices.ContainsFunc(fhir.References(e.Resource.Typed, p.Path), func(ref string) bool {
			_, _, id := fhir.SplitReference(ref)
			return id == v.Text
		})
	case p.Type == search.Date:
		low, _, _, err := fhir.ParseDateTime(tree.String(p.Path))
		return err == nil && !low.Before(v.Low) && low.Before(v.High)
	case p.Name == "identifier":
		for _, item := range tree.List("identifier") {
			if item.(*fhir.Object).String("value") == v.Text {
				return true
			}
		}
		return false
	}
	return strings.HasPrefix(fmt.Sprint(tree.Get(p.Path)), v.Text)
}

func (m *memory) Create(_ context.Context, in *fhir.Resource) (*fhir.Entry, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.store(fmt.Sprintf("new%d", len(m.order)+1), in), nil
}

func (m *memory) Update(_ context.Context, id string, in *fhir.Resource, match Match) (*fhir.Entry, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.check(id, match); err != nil {
		return nil, err
	}
	if in.Tree.String("birthDate") == "1800-01-01" {
		return nil, core.ErrorAt(core.Unprocessable, "Patient.birthDate", "nobody is that old")
	}
	return m.store(id, in), nil
}

func (m *memory) check(id string, match Match) error {
	e := m.current(id)
	switch {
	case e == nil:
		return core.Errorf(core.NotFound, "no %s %s", m.def.Name, id)
	case e.Deleted:
		return core.Errorf(core.Gone, "%s %s was deleted", m.def.Name, id)
	case match != "" && string(match) != e.VersionID:
		return core.Errorf(core.PreconditionFailed, "the version is %s", e.VersionID)
	}
	return nil
}

func (m *memory) Delete(_ context.Context, id string, match Match) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if id == "head" {
		return core.Errorf(core.Conflict, "others depend on it")
	}
	err := m.check(id, match)
	if core.CodeOf(err) == core.Gone {
		return nil
	}
	if err == nil {
		m.store(id, nil).Deleted = true
	}
	return err
}

// onlyRead and onlySearch take capabilities away from a type.
type onlyRead struct {
	Type
	Reader
}

type onlySearch struct {
	Type
	Searcher
}
