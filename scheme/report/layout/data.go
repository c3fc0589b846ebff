package layout

import (
	"encoding/json"
	"time"

	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/core"
)

// Data is what a report says, by the names of the parameters: nil, a string, bool,
// decimal.Decimal, time.Time or *Rows.
type Data map[string]any

// Rows is a list of rows with the same fields.
type Rows struct {
	Fields []string
	Lines  [][]any
	index  map[string]int
}

// field gives the place of a field in the lines.
func (r *Rows) field(name string) (int, bool) {
	if r.index == nil {
		r.index = make(map[string]int, len(r.Fields))
		for i, field := range r.Fields {
			r.index[field] = i
		}
	}
	i, known := r.index[name]
	return i, known
}

// Scope is where an expression is worked out: the whole report, or one row of a list.
type Scope struct {
	of     *Definition
	values Data
	rows   *Rows // nil outside of lists
	line   int
}

// The names every layout has.
const (
	rowNumber  = "row_number"
	PageNumber = "page_number" // in header and footer
	PageCount  = "page_count"
)

// Scope gives the scope of the whole report, with the parameters the layout computes.
func (d *Definition) Scope(data Data) *Scope {
	s := &Scope{of: d, values: Data{}}
	for _, p := range d.Parameters {
		switch {
		case p.formula != nil:
			s.values[p.Name] = p.formula(s)
		default:
			s.values[p.Name] = data[p.Name]
		}
	}
	return s
}

// On gives the scope with the number of the page and of all pages.
func (s *Scope) On(page, pages int) *Scope {
	with := make(Data, len(s.values)+2)
	for name, value := range s.values {
		with[name] = value
	}
	with[PageNumber], with[PageCount] = decimal.NewFromInt(int64(page)), decimal.NewFromInt(int64(pages))
	return &Scope{of: s.of, values: with}
}

// Row gives the scope of a row of a list.
func (s *Scope) Row(rows *Rows, line int) *Scope {
	return &Scope{of: s.of, values: s.values, rows: rows, line: line}
}

// Value gives the value of a name, nil for none.
func (s *Scope) Value(name string) any {
	if s.rows != nil {
		if name == rowNumber {
			return decimal.NewFromInt(int64(s.line) + 1)
		}
		if i, known := s.rows.field(name); known {
			return s.rows.Lines[s.line][i]
		}
	}
	return s.values[name]
}

// List gives the rows a table shows, an empty list for none.
func (s *Scope) List(name string) *Rows {
	if rows, ok := s.values[name].(*Rows); ok {
		return rows
	}
	return &Rows{}
}

// total adds up a field of a list, or gives its average; rows without a value are left out.
func (s *Scope) total(list, field string, mean bool) any {
	rows := s.List(list)
	i, known := rows.field(field)
	if !known {
		return nil
	}
	all, n := decimal.Zero, int64(0)
	for _, line := range rows.Lines {
		if d, ok := line[i].(decimal.Decimal); ok {
			all = all.Add(d)
			n++
		}
	}
	switch {
	case !mean:
		return all
	case n == 0:
		return nil
	}
	return all.DivRound(decimal.NewFromInt(n), places)
}

// Sample gives the data the designer made up, for a look at the layout. What does not fit its
// parameter is nothing. Errors: core.Invalid.
func (d *Definition) Sample(raw json.RawMessage) (Data, error) {
	var given map[string]any
	if len(raw) > 0 && json.Unmarshal(raw, &given) != nil {
		return nil, core.ErrorAt(core.Invalid, "data", "the data cannot be read")
	}
	data := Data{}
	for _, p := range d.Parameters {
		if p.Type != Array {
			data[p.Name] = valueOf(p.Type, given[p.Name])
			continue
		}
		list, _ := given[p.Name].([]any)
		rows := &Rows{}
		for _, child := range p.Children {
			rows.Fields = append(rows.Fields, child.Name)
		}
		for _, one := range list {
			fields, _ := one.(map[string]any)
			line := make([]any, len(p.Children))
			for i, child := range p.Children {
				line[i] = valueOf(child.Type, fields[child.Name])
			}
			rows.Lines = append(rows.Lines, line)
		}
		data[p.Name] = rows
	}
	return data, nil
}

// valueOf takes a value of JSON as one of the type.
func valueOf(typ string, value any) any {
	text, isText := value.(string)
	switch v := value.(type) {
	case bool:
		if typ == Boolean {
			return v
		}
	case float64:
		if typ == Decimal && v > -1e15 && v < 1e15 {
			return decimal.NewFromFloat(v).Round(places)
		}
	}
	switch {
	case !isText:
		return nil
	case typ == Decimal:
		if d, ok := numberOf(text); ok {
			return d
		}
		return nil
	case typ == Date:
		if t, ok := dayOf(text); ok {
			return t
		}
		return nil
	}
	return short(text)
}

// DayOf gives a day of the calendar as expressions know it.
func DayOf(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, time.UTC)
}
