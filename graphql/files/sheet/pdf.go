package sheet

import (
	"io"
	"strconv"
	"strings"
	"unicode"

	"codeberg.org/go-pdf/fpdf"
	"github.com/go-fonts/dejavu/dejavusanscondensed"
	"github.com/go-fonts/dejavu/dejavusanscondensedbold"
	"golang.org/x/text/unicode/norm"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/scheme/report"
)

// Lengths of the page, in millimetres.
const (
	margin     = 12.0
	portrait   = 210 - 2*margin
	landscape  = 297 - 2*margin
	lineHeight = 4.0
	family     = "dejavu"
	textSize   = 8.0 // points
)

// longest is how many letters a cell shows; a page has to hold it.
const longest = 600

// PDF writes the document on pages of A4, upright where its columns have room. Letters
// outside the Latin, Greek, Cyrillic, Arabic and neighbouring scripts have no shape in the
// font and show as boxes.
func PDF(w io.Writer, d *report.Document) error {
	wide := false
	for i := range d.Tables {
		wide = wide || needed(d.Tables[i].Columns) > portrait
	}
	orientation, room := "P", portrait
	if wide {
		orientation, room = "L", landscape
	}
	p := &paper{Fpdf: fpdf.New(orientation, "mm", "A4", ""), room: room}
	p.AddUTF8FontFromBytes(family, "", dejavusanscondensed.TTF)
	p.AddUTF8FontFromBytes(family, "B", dejavusanscondensedbold.TTF)
	p.SetMargins(margin, margin, margin)
	p.SetAutoPageBreak(false, margin)
	p.SetTitle(readable(d.Title), true)
	p.SetCreator("openIMIS", true)
	p.SetCreationDate(d.Made.Time)
	p.SetModificationDate(d.Made.Time)
	p.AliasNbPages("{pages}")
	p.SetFooterFunc(func() { p.foot(d) })
	p.AddPage()
	p.head(d)
	for i := range d.Tables {
		p.table(&d.Tables[i])
	}
	return core.Wrap(core.Internal, p.Output(w), "the PDF cannot be written")
}

// paper is a PDF being written.
type paper struct {
	*fpdf.Fpdf
	room float64 // between the margins
}

// foot writes the last line of a page.
func (p *paper) foot(d *report.Document) {
	_, height := p.GetPageSize()
	p.SetY(height - margin + 2)
	p.SetFont(family, "", 7)
	p.SetTextColor(110, 110, 110)
	p.CellFormat(p.room/2, lineHeight, readable(d.Title)+", "+d.Made.Format("2006-01-02 15:04"), "", 0, "L", false, 0, "")
	p.CellFormat(p.room/2, lineHeight, strconv.Itoa(p.PageNo())+" / {pages}", "", 0, "R", false, 0, "")
	p.SetTextColor(0, 0, 0)
}

// head writes the title and the facts, two in a line.
func (p *paper) head(d *report.Document) {
	p.SetFont(family, "B", 14)
	p.CellFormat(p.room, 8, readable(d.Title), "", 1, "L", false, 0, "")
	p.Ln(1)
	half := p.room / 2
	const titles = 34.0
	for i := 0; i < len(d.Facts); i += 2 {
		pair := d.Facts[i:min(i+2, len(d.Facts))]
		lines, height := make([][]string, len(pair)), 0
		for j, fact := range pair {
			p.SetFont(family, "", textSize)
			lines[j] = p.SplitText(readable(fact.Value), half-titles)
			height = max(height, len(lines[j]))
		}
		p.fits(float64(height) * lineHeight)
		top := p.GetY()
		for j, fact := range pair {
			left := margin + float64(j)*half
			p.SetXY(left, top)
			p.SetFont(family, "B", textSize)
			p.CellFormat(titles, lineHeight, readable(fact.Title), "", 0, "L", false, 0, "")
			p.SetFont(family, "", textSize)
			p.lines(left+titles, top, half-titles, lines[j], "L")
		}
		p.SetXY(margin, top+float64(height)*lineHeight+0.5)
	}
	p.Ln(2)
}

// lines writes lines of text below each other.
func (p *paper) lines(left, top, width float64, lines []string, align string) {
	for k, line := range lines {
		p.SetXY(left, top+float64(k)*lineHeight)
		p.CellFormat(width, lineHeight, line, "", 0, align, false, 0, "")
	}
}

// fits begins a new page when the height is not left on this one. It tells whether it did.
func (p *paper) fits(height float64) bool {
	_, page := p.GetPageSize()
	if p.GetY()+height <= page-margin-2 {
		return false
	}
	p.AddPage()
	return true
}

// table writes a table; its head is on every page.
func (p *paper) table(t *report.Table) {
	widths := p.widths(t)
	titles := make([]string, len(t.Columns))
	for i, column := range t.Columns {
		titles[i] = column.Title
	}
	if p.fits(8 * lineHeight); t.Title != "" {
		p.SetFont(family, "B", 10)
		p.CellFormat(p.room, 6, readable(t.Title), "", 1, "L", false, 0, "")
	}
	head := func() {
		p.SetFillColor(0, 96, 120)
		p.SetTextColor(255, 255, 255)
		p.row(t.Columns, widths, titles, "B", true)
		p.SetTextColor(0, 0, 0)
	}
	head()
	cells := make([]string, len(t.Columns))
	write := func(row []any, style string, fill bool) {
		for i := range row {
			cells[i] = shown(t.Columns[i].Kind, row[i])
		}
		if p.fits(p.height(widths, cells, style)) {
			p.SetY(margin)
			head()
		}
		p.SetFillColor(238, 243, 245)
		p.row(t.Columns, widths, cells, style, fill)
	}
	for i, row := range t.Rows {
		write(row, "", i%2 == 1)
	}
	if len(t.Rows) == 0 {
		p.SetFont(family, "", textSize)
		p.CellFormat(p.room, 6, "Nothing was found.", "", 1, "L", false, 0, "")
	}
	if totals := t.Totals(); totals != nil {
		p.Line(margin, p.GetY(), margin+p.room, p.GetY())
		if t.Columns[0].Kind <= report.Short && totals[0] == nil {
			totals[0] = "Total"
		}
		write(totals, "B", false)
	}
	p.Ln(4)
}

// height gives what the cells of a row need.
func (p *paper) height(widths []float64, cells []string, style string) float64 {
	p.SetFont(family, style, textSize)
	most := 1
	for i, cell := range cells {
		most = max(most, len(p.SplitText(readable(cell), widths[i])))
	}
	return float64(most)*lineHeight + 1
}

// row writes one row.
func (p *paper) row(columns []report.Column, widths []float64, cells []string, style string, fill bool) {
	height := p.height(widths, cells, style)
	top, left := p.GetY(), margin
	if fill {
		p.Rect(margin, top, p.room, height, "F")
	}
	for i, cell := range cells {
		align := "L"
		if numeric(columns[i].Kind) {
			align = "R"
		}
		p.lines(left, top+0.5, widths[i], p.SplitText(readable(cell), widths[i]), align)
		left += widths[i]
	}
	p.SetXY(margin, top+height)
}

// least gives the width a column of the kind needs.
func least(kind report.Kind) float64 {
	switch kind {
	case report.Words:
		return 32
	case report.Moment:
		return 26
	case report.Number:
		return 17
	case report.Share:
		return 15
	case report.Money:
		return 22
	}
	return 20
}

func needed(columns []report.Column) (sum float64) {
	for _, column := range columns {
		sum += least(column.Kind)
	}
	return sum
}

// widths gives the columns all the room: each as much as its numbers, codes and the words
// of its title take, and what is left over to columns of words; what lacks is taken from all.
func (p *paper) widths(t *report.Table) []float64 {
	widths, words, sum := make([]float64, len(t.Columns)), 0, 0.0
	totals := t.Totals()
	p.SetFont(family, "B", textSize)
	for i, column := range t.Columns {
		width := least(column.Kind)
		fit := func(text string) { width = max(width, min(widest, p.GetStringWidth(readable(text))+2.5)) }
		for word := range strings.FieldsSeq(column.Title) {
			fit(word)
		}
		if column.Kind == report.Words {
			words++
		} else {
			for _, row := range t.Rows {
				fit(shown(column.Kind, row[i]))
			}
			if totals != nil {
				fit(shown(column.Kind, totals[i]))
			}
		}
		widths[i] = width
		sum += width
	}
	for i, column := range t.Columns {
		switch {
		case sum > p.room || words == 0:
			widths[i] *= p.room / sum
		case column.Kind == report.Words:
			widths[i] += (p.room - sum) / float64(words)
		}
	}
	return widths
}

// widest is how wide a column becomes for what stands in it.
const widest = 45.0

// readable leaves of a text what the font and a cell can hold.
func readable(text string) string { return Readable(text, longest) }

// Readable leaves of a text what the font has signs for, and at most so many letters.
func Readable(text string, most int) string {
	n := 0
	text = strings.Map(func(r rune) rune {
		switch n++; {
		case n > most:
			return -1
		case unicode.IsSpace(r) || unicode.IsControl(r):
			return ' '
		case r >= 0xFFFF:
			return unicode.ReplacementChar
		}
		return r
	}, norm.NFC.String(text))
	if n > most {
		text += "…"
	}
	return text
}
