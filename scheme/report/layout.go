package report

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme/report/layout"
)

// The names of what every report has to show, beside its parameters as they were asked.
const (
	shownTitle = "title"
	shownMade  = "made"
	shownFacts = "facts" // two in a row
	shownRows  = "rows"
)

// patterns are how values of the kinds are spelled.
var patterns = map[Kind]string{Day: "yyyy-MM-dd", Moment: "yyyy-MM-dd HH:mm", Number: "#,##0", Money: "#,##0.00", Share: "0.0"}

// typeOf gives the type of a kind in layouts.
func typeOf(kind Kind) string {
	switch kind {
	case Day, Moment:
		return layout.Date
	case Number, Money, Share:
		return layout.Decimal
	}
	return layout.String
}

// Fields lists what a layout of the report may show: title, the moment it was made, the facts
// above its rows, each parameter by its name in the words it was asked with, and the rows.
func (r *Report) Fields() []layout.Field {
	fields := []layout.Field{
		{Name: shownTitle, Type: layout.String}, {Name: shownMade, Type: layout.Date, Pattern: patterns[Moment]},
		{Name: shownFacts, Type: layout.Array, Fields: []layout.Field{
			{Name: "name", Type: layout.String}, {Name: "value", Type: layout.String}, {Name: "next_name", Type: layout.String}, {Name: "next_value", Type: layout.String},
		}},
	}
	rows := layout.Field{Name: shownRows, Type: layout.Array}
	for _, column := range r.Columns {
		rows.Fields = append(rows.Fields, layout.Field{Name: column.Name, Type: typeOf(column.Kind), Pattern: patterns[column.Kind]})
	}
	fields = append(fields, rows)
	for i := range r.Parameters {
		fields = append(fields, layout.Field{Name: r.Parameters[i].Name, Type: layout.String})
	}
	return fields
}

// Data gives what a layout of a report shows.
func (d *Document) Data() layout.Data {
	data := layout.Data{shownTitle: d.Title, shownMade: layout.DayOf(d.Made.Time)}
	for name, value := range d.Asked {
		data[name] = value
	}
	facts := &layout.Rows{Fields: []string{"name", "value", "next_name", "next_value"}}
	for i, fact := range d.Facts {
		if i%2 == 0 {
			facts.Lines = append(facts.Lines, []any{fact.Title, fact.Value, nil, nil})
		} else {
			last := facts.Lines[len(facts.Lines)-1]
			last[2], last[3] = fact.Title, fact.Value
		}
	}
	data[shownFacts] = facts
	rows := &layout.Rows{}
	for _, table := range d.Tables[:min(1, len(d.Tables))] {
		for _, column := range table.Columns {
			rows.Fields = append(rows.Fields, column.Name)
		}
		for _, row := range table.Rows {
			line := make([]any, len(row))
			for i, value := range row {
				line[i] = laidOut(value)
			}
			rows.Lines = append(rows.Lines, line)
		}
	}
	data[shownRows] = rows
	return data
}

// laidOut gives a value of a row as layouts know it.
func laidOut(value any) any {
	switch v := value.(type) {
	case string, decimal.Decimal:
		return v
	case int:
		return decimal.NewFromInt(int64(v))
	case persistence.Date:
		return layout.DayOf(v.Time)
	case persistence.DateTime:
		return layout.DayOf(v.Time)
	}
	return nil
}

// samples are values a designer shows while nothing was asked.
var samples = map[Kind][2]string{
	Words: {"Amberfield", "Lindwater"}, Short: {"A1H001", "B2C017"}, Day: {"2026-01-31", "2026-02-28"}, Moment: {"2026-01-31 09:30", "2026-02-28 16:45"},
	Number: {"12", "1340"}, Money: {"1250.00", "98710.50"}, Share: {"12.5", "66.7"},
}

// sampleOf gives what the designer shows for the rows.
func (r *Report) sampleOf() string {
	var list []map[string]string
	for i := range 2 {
		line := map[string]string{}
		for _, column := range r.Columns {
			line[column.Name] = samples[column.Kind][i]
		}
		list = append(list, line)
	}
	text, err := json.Marshal(list)
	if err != nil {
		return "" // texts in a map always become JSON
	}
	return string(text)
}

// drawing makes the layout a report has by default.
type drawing struct {
	*layout.Definition
	last int
}

// next gives an id nobody has.
func (d *drawing) next() layout.Key {
	d.last++
	return layout.Key(strconv.Itoa(d.last))
}

// style adds a look with a name.
func (d *drawing) style(name string, look layout.Look) layout.Key {
	look.Align, look.Upright, look.Spacing = firstOf(look.Align, "left"), firstOf(look.Upright, "top"), 1
	look.TextColor, look.EdgeColor = firstOf(look.TextColor, "#000000"), firstOf(look.EdgeColor, "#000000")
	id := d.next()
	d.Styles = append(d.Styles, &layout.Style{ID: id, Name: name, Type: "text", Look: look})
	return id
}

func firstOf(text, other string) string {
	if text == "" {
		return other
	}
	return text
}

// text adds a line of text.
func (d *drawing) text(in layout.Key, style layout.Key, x, y, width, height float64, content string) *layout.Element {
	e := &layout.Element{
		ID: d.next(), Kind: layout.Text, Container: in, StyleID: style, X: layout.Number(x), Y: layout.Number(y),
		Width: layout.Number(width), Height: layout.Number(height), Content: content,
	}
	d.Elements = append(d.Elements, e)
	return e
}

// band makes a row of a table.
func (d *drawing) band(height float64, widths []float64, styles []layout.Key, contents []string) *layout.Band {
	b := &layout.Band{ID: d.next(), Height: layout.Number(height)}
	for i, content := range contents {
		b.Cells = append(b.Cells, &layout.Element{ID: d.next(), Kind: "table_text", Width: layout.Number(widths[i]), Height: layout.Number(height), StyleID: styles[i], Content: content})
	}
	return b
}

// The measures of the page, in points: A4 with margins of 12 mm.
const (
	paperMargin = 34.0
	upright     = 595.0 - 2*paperMargin
	lying       = 841.0 - 2*paperMargin
	small       = 8 // of type
)

// Default gives the layout that prints the report as it is printed without one: the title,
// what was asked, the rows with their sums, and the number of the page.
func (r *Report) Default() *layout.Definition {
	widths, room := r.widths()
	d := &drawing{Definition: &layout.Definition{Version: 6, Report: r.Name, Watermarks: []*layout.Element{}}}
	d.Page = layout.Page{
		Format: "A4", Unit: "mm", Orientation: "portrait", MarginLeft: paperMargin, MarginTop: paperMargin, MarginRight: paperMargin, MarginBottom: 20,
		HeaderDisplay: "always", Footer: true, FooterSize: 24, FooterDisplay: "always", Locale: "en", Group: ",",
	}
	if room == lying {
		d.Page.Orientation = "landscape"
	}
	d.parameters(r)
	grey := layout.Look{FontSize: 7, TextColor: "#6e6e6e"}
	note, right := d.style("Note", grey), grey
	right.Align = "right"
	noteRight := d.style("Note, right", right)
	d.text(layout.Content, d.style("Title", layout.Look{Bold: true, FontSize: 14}), 0, 0, room, 22, "${title}")
	label, fact := d.style("Fact", layout.Look{Bold: true, FontSize: small, PadLeft: 2}), d.style("Value of a fact", layout.Look{FontSize: small, PadLeft: 2})
	half := []float64{96, room/2 - 96, 96, room/2 - 96}
	d.Elements = append(d.Elements, &layout.Element{
		ID: d.next(), Kind: layout.Table, Container: layout.Content, Y: 25, Width: layout.Number(room), DataSource: "${facts}", Columns: 4, ContentRows: 1,
		Look: layout.Look{Border: "none", EdgeColor: "#000000", EdgeWidth: 1}, HeaderBand: d.band(13, half, []layout.Key{label, label, label, label}, make([]string, 4)),
		Bands:      []*layout.Band{d.band(13, half, []layout.Key{label, fact, label, fact}, []string{"${name}", "${value}", "${next_name}", "${next_value}"})},
		FooterBand: d.band(13, half, []layout.Key{label, label, label, label}, make([]string, 4)),
	})
	d.rows(r, widths, room)
	nothing := d.text(layout.Content, fact, 0, 94, room, 16, "Nothing was found.")
	nothing.PrintIf, nothing.Removed = "len(${rows}) == 0", true
	d.text(layout.Footer, note, 0, 10, room/2, 12, "${title}, ${made}")
	d.text(layout.Footer, noteRight, room/2, 10, room/2, 12, "${page_number} / ${page_count}")
	return d.Definition
}

// rows adds the table of the rows.
func (d *drawing) rows(r *Report, widths []float64, room float64) {
	base := layout.Look{FontSize: small, PadLeft: 2, PadTop: 2, PadRight: 2, PadBottom: 2}
	head, total := base, base
	head.Bold, head.TextColor = true, "#ffffff"
	total.Bold, total.EdgeTop, total.EdgeWidth = true, true, 0.5
	turned := func(look layout.Look) layout.Look { look.Align = "right"; return look }
	styles := map[string][2]layout.Key{
		"head": {d.style("Head", head), d.style("Head, right", turned(head))}, "cell": {d.style("Cell", base), d.style("Cell, right", turned(base))},
		"total": {d.style("Total", total), d.style("Total, right", turned(total))},
	}
	n, summed := len(r.Columns), false
	contents, looks := map[string][]string{}, map[string][]layout.Key{}
	for i, column := range r.Columns {
		side := 0
		if typeOf(column.Kind) == layout.Decimal {
			side = 1
		}
		for name, both := range styles {
			looks[name] = append(looks[name], both[side])
		}
		totals := ""
		if column.Total {
			totals, summed = "${total_"+column.Name+"}", true
		} else if i == 0 && column.Kind <= Short {
			totals = "Total"
		}
		contents["head"], contents["cell"] = append(contents["head"], column.Title), append(contents["cell"], "${"+column.Name+"}")
		contents["total"] = append(contents["total"], totals)
	}
	e := &layout.Element{
		ID: d.next(), Kind: layout.Table, Container: layout.Content, Y: 44, Width: layout.Number(room), DataSource: "${rows}", Columns: layout.Number(n), ContentRows: 1,
		Look: layout.Look{Border: "none", EdgeColor: "#000000", EdgeWidth: 1}, HasHeader: true, HasFooter: summed,
		HeaderBand: d.band(15, widths, looks["head"], contents["head"]), Bands: []*layout.Band{d.band(15, widths, looks["cell"], contents["cell"])},
		FooterBand: d.band(15, widths, looks["total"], contents["total"]),
	}
	e.HeaderBand.Background, e.HeaderBand.Repeat, e.Bands[0].Alternate = "#006078", true, "#eef3f5"
	d.Elements = append(d.Elements, e)
}

// parameters adds what the layout may show.
func (d *drawing) parameters(r *Report) {
	for _, f := range r.Fields() {
		p := d.parameter(f)
		switch f.Name {
		case shownTitle:
			p.TestData = r.Title
		case shownMade:
			p.TestData = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC).Format("2006-01-02 15:04")
		case shownFacts:
			p.TestData = `[{"name":"From","value":"2026-01-01","next_name":"To","next_value":"2026-02-28"}]`
		case shownRows:
			p.TestData = r.sampleOf()
		}
		d.Parameters = append(d.Parameters, p)
	}
	for _, column := range r.Columns {
		if column.Total {
			d.Parameters = append(d.Parameters, &layout.Parameter{
				ID: d.next(), Name: "total_" + column.Name, Type: "sum", Formula: "${rows." + column.Name + "}", Pattern: patterns[column.Kind], Nullable: true,
			})
		}
	}
	for _, name := range []string{layout.PageNumber, layout.PageCount} {
		d.Parameters = append(d.Parameters, &layout.Parameter{ID: d.next(), Name: name, Type: layout.Decimal, Own: true})
	}
}

func (d *drawing) parameter(f layout.Field) *layout.Parameter {
	p := &layout.Parameter{ID: d.next(), Name: f.Name, Type: f.Type, Item: layout.String, Pattern: f.Pattern, Nullable: true}
	for _, child := range f.Fields {
		p.Children = append(p.Children, d.parameter(child))
	}
	if f.Type == layout.Array {
		p.Children = append(p.Children, &layout.Parameter{ID: d.next(), Name: "row_number", Type: layout.Decimal, Own: true})
	}
	return p
}

// widths gives the columns the room of a page, upright where they have enough: each what its
// kind and the words of its title take, and what is left over to columns of words.
func (r *Report) widths() (widths []float64, room float64) {
	all, words := 0.0, 0
	for _, column := range r.Columns {
		width := map[Kind]float64{Words: 80, Short: 56, Day: 52, Moment: 76, Number: 48, Money: 64, Share: 42}[column.Kind]
		for _, word := range strings.Fields(column.Title) {
			width = max(width, 4.9*float64(len(word))+6)
		}
		if column.Kind == Words {
			words++
		}
		widths, all = append(widths, width), all+width
	}
	if room = upright; all > upright {
		room = lying
	}
	for i, column := range r.Columns {
		switch {
		case all > room || words == 0:
			widths[i] *= room / all
		case column.Kind == Words:
			widths[i] += (room - all) / float64(words)
		}
	}
	rest := room // whole points, as the designer draws them
	for i := range widths[:len(widths)-1] {
		widths[i] = float64(int(widths[i]))
		rest -= widths[i]
	}
	widths[len(widths)-1] = rest
	return widths, room
}
