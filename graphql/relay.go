package graphql

import (
	"encoding/base64"
	"strconv"
	"strings"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// GlobalID gives the id of a row among all types: base64 of Type:key.
func GlobalID(typ, key string) string {
	return base64.StdEncoding.EncodeToString([]byte(typ + ":" + key))
}

// KeyOf takes the key out of an id a client sent: a global id, or the key itself.
func KeyOf(id string) string {
	id = strings.TrimSpace(id)
	if _, err := strconv.Atoi(id); err == nil {
		return id
	}
	raw, err := base64.StdEncoding.DecodeString(id)
	if _, key, ok := strings.Cut(string(raw), ":"); err == nil && ok {
		return key
	}
	return id
}

// split gives the type and key of a global id.
func split(id string) (typ, key string, ok bool) {
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(id))
	typ, key, ok = strings.Cut(string(raw), ":")
	return typ, key, ok && err == nil
}

// A page is numbered: its cursors say at which row of the whole it starts.
// https://relay.dev/graphql/connections.htm
const cursorWord = "arrayconnection:"

func cursorAt(row int) string {
	return base64.StdEncoding.EncodeToString([]byte(cursorWord + strconv.Itoa(row)))
}

func rowOf(argument, cursor string) (int, error) {
	raw, err := base64.StdEncoding.DecodeString(cursor)
	row, wrong := strconv.Atoi(strings.TrimPrefix(string(raw), cursorWord))
	if err != nil || wrong != nil || row < 0 || row > deepest {
		return 0, core.ErrorAt(core.Invalid, argument, "the cursor is not one of this list")
	}
	return row, nil
}

// How far a list can be paged into, and how many rows a page has where nobody says.
const (
	deepest  = 10_000_000
	pageSize = 100
)

// page is which rows of a list are asked for.
type page struct {
	offset, limit int
	last          int  // the last so many of all; 0 unless asked without a cursor
	none          bool // no rows, as first: 0 says
}

// pageOf reads first, last, before, after and offset. most is the largest page, 0 for any.
func pageOf(args map[string]any, most int) (page, error) {
	p := page{limit: most}
	number := func(name string, most int) (int, bool, error) {
		n, given := args[name].(int)
		if given && (n < 0 || most > 0 && n > most) {
			return 0, false, core.ErrorAt(core.Invalid, name, "%s must be between 0 and %d", name, most)
		}
		return n, given, nil
	}
	offset, _, err := number("offset", deepest)
	if err != nil {
		return p, err
	}
	first, hasFirst, err := number("first", most)
	if err != nil {
		return p, err
	}
	last, hasLast, err := number("last", most)
	if err != nil {
		return p, err
	}
	p.offset = offset
	if after, ok := args["after"].(string); ok && after != "" {
		row, err := rowOf("after", after)
		if err != nil {
			return p, err
		}
		p.offset += row + 1
	}
	if hasFirst {
		p.limit, p.none = first, first == 0
	}
	before, hasBefore := args["before"].(string)
	if !hasBefore || before == "" {
		if hasLast && !hasFirst {
			p.last, p.limit = last, last
		}
		return p, nil
	}
	end, err := rowOf("before", before)
	if err != nil {
		return p, err
	}
	if hasLast {
		p.offset = max(p.offset, end-last)
	}
	if rows := max(end-p.offset, 0); p.limit == 0 || rows < p.limit || hasLast {
		p.limit, p.none = rows, rows == 0
	}
	return p, nil
}

// connection is one page as the fields of a connection type read it.
type connection struct {
	rows   []any
	offset int
	more   bool
	total  func() (int64, error)
}

type edge struct {
	node any
	row  int
}

func (c *connection) edges() []any {
	edges := make([]any, len(c.rows))
	for i, row := range c.rows {
		edges[i] = &edge{row, c.offset + i}
	}
	return edges
}

// pageInfo gives the fields of PageInfo.
func (c *connection) pageInfo() map[string]any {
	info := map[string]any{"hasNextPage": c.more, "hasPreviousPage": c.offset > 0}
	if len(c.rows) > 0 {
		info["startCursor"], info["endCursor"] = cursorAt(c.offset), cursorAt(c.offset+len(c.rows)-1)
	}
	return info
}

// Page makes a connection of rows that were all loaded, as those of a short register.
func Page[R any](c *Call, rows []*R) (any, error) {
	p, err := pageOf(c.Args, 0)
	if err != nil {
		return nil, err
	}
	total := len(rows)
	if p.last > 0 {
		p.offset = max(total-p.last, 0)
	}
	begin := min(p.offset, total)
	end := total
	if p.limit > 0 || p.none {
		end = min(begin+p.limit, total)
	}
	out := &connection{offset: begin, more: end < total, total: func() (int64, error) { return int64(total), nil }}
	for _, row := range rows[begin:end] {
		out.rows = append(out.rows, row)
	}
	return out, c.spend(len(out.rows))
}

// A row's key as persistence knows it.
func keyText(key any) string {
	switch key := plain(key).(type) {
	case int:
		return strconv.Itoa(key)
	case string:
		return key
	case persistence.UUID:
		return string(key)
	}
	return ""
}
