package typeset

import (
	"cmp"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"
	"github.com/xuri/excelize/v2"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/scheme/report/layout"
)

// mostLines is how many rows a spreadsheet gets.
const mostLines = 200_000

// XLSX writes the data as a workbook with one sheet: the texts and tables of the layout's
// content from top to bottom, texts of one height beside each other. Numbers and days are
// those of the spreadsheet. Errors: core.Unprocessable when it is too long.
func XLSX(w io.Writer, d *layout.Definition, data layout.Data) error {
	b := &sheetWriter{book: excelize.NewFile(), styles: map[sheetStyle]int{}, within: map[layout.Key][]*layout.Element{}}
	defer b.book.Close()
	for _, e := range d.Elements {
		b.within[e.Container] = append(b.within[e.Container], e)
	}
	scope := d.Scope(data)
	out, err := b.book.NewStreamWriter(b.book.GetSheetName(0))
	if err != nil {
		return core.Wrap(core.Internal, err, "the workbook cannot be made")
	}
	b.out = out
	for i, width := range columnsOf(d) {
		if err := out.SetColWidth(i+1, i+1, min(100, max(8, width/5))); err != nil {
			return core.Wrap(core.Internal, err, "the workbook cannot be made")
		}
	}
	if err := b.area(layout.Content, scope); err != nil {
		return err
	}
	if err := out.Flush(); err != nil {
		return core.Wrap(core.Internal, err, "the workbook cannot be written")
	}
	return core.Wrap(core.Internal, b.book.Write(w), "the workbook cannot be written")
}

// columnsOf gives the widths of the columns of the largest table.
func columnsOf(d *layout.Definition) (widths []float64) {
	for _, e := range d.Elements {
		if e.Kind == layout.Table && len(e.Bands[0].Cells) > len(widths) {
			widths = nil
			for _, cell := range e.Bands[0].Cells {
				widths = append(widths, float64(cell.Width))
			}
		}
	}
	return widths
}

// sheetStyle is how a cell of a spreadsheet looks.
type sheetStyle struct {
	bold   bool
	format string
}

type sheetWriter struct {
	book   *excelize.File
	out    *excelize.StreamWriter
	styles map[sheetStyle]int
	within map[layout.Key][]*layout.Element
	lines  int
	bytes  int
}

// area writes the elements of a container.
func (b *sheetWriter) area(of layout.Key, scope *layout.Scope) error {
	elements := slices.Clone(b.within[of])
	slices.SortStableFunc(elements, func(x, y *layout.Element) int {
		return cmp.Or(cmp.Compare(x.Y, y.Y), cmp.Compare(x.X, y.X))
	})
	var beside []*layout.Element
	flush := func() error {
		if len(beside) == 0 {
			return nil
		}
		texts := beside
		beside = nil
		return b.write(texts, scope)
	}
	for _, e := range elements {
		if e.SheetHidden || !e.Prints(scope) {
			continue
		}
		if len(beside) > 0 && (e.Kind != layout.Text || e.Y != beside[0].Y) {
			if err := flush(); err != nil {
				return err
			}
		}
		var err error
		switch e.Kind {
		case layout.Text:
			beside = append(beside, e)
		case layout.Table:
			err = b.table(e, scope)
		case layout.Frame:
			err = b.area(e.Linked, scope)
		}
		if err != nil {
			return err
		}
	}
	return flush()
}

func (b *sheetWriter) table(e *layout.Element, scope *layout.Scope) error {
	rows, n := scope.List(e.ListName()), 1
	if e.ListName() != "" {
		n = len(rows.Lines)
	}
	t := &grid{e: e, scope: scope}
	if e.HasHeader {
		if err := b.write(e.HeaderBand.Cells, scope); err != nil {
			return err
		}
	}
	for _, p := range t.printed(rows, n) {
		if err := b.write(p.band.Cells, p.scope); err != nil {
			return err
		}
	}
	if e.HasFooter {
		return b.write(e.FooterBand.Cells, scope)
	}
	return nil
}

// write writes a row. A cell that reaches over several columns stands in the first.
func (b *sheetWriter) write(texts []*layout.Element, scope *layout.Scope) error {
	var cells []any
	for i := 0; i < len(texts); {
		cell, err := b.cell(texts[i], scope)
		if err != nil {
			return err
		}
		cells = append(cells, cell)
		next := min(len(texts), i+max(1, int(texts[i].Span)))
		for range next - i - 1 {
			cells = append(cells, nil)
		}
		i = next
	}
	if b.lines++; b.lines > mostLines || b.bytes > mostText {
		return core.Errorf(core.Unprocessable, "the spreadsheet has more than %d rows, or too much text; ask for less", mostLines)
	}
	return core.Wrap(core.Internal, b.out.SetRow("A"+strconv.Itoa(b.lines), cells), "the workbook cannot be written")
}

// cell gives the value of a text as the spreadsheet knows it.
func (b *sheetWriter) cell(e *layout.Element, scope *layout.Scope) (excelize.Cell, error) {
	value, pattern := e.Value(scope)
	style := sheetStyle{bold: e.Looks(scope).Bold}
	switch v := value.(type) {
	case decimal.Decimal:
		style.format = strings.ReplaceAll(pattern, "$", `"$"`)
		value = v.InexactFloat64()
	case time.Time:
		style.format = strings.NewReplacer("HH", "hh", "H", "h", "MM", "mm", "M", "m", "a", "AM/PM").Replace(cmp.Or(pattern, "yyyy-MM-dd"))
		if v.Year() < 1900 { // before the days of spreadsheets
			style.format, value = "", e.Shown(scope)
		}
	case nil:
	default:
		text := clean(e.Shown(scope))
		b.bytes += len(text)
		value = text
	}
	id, err := b.style(style)
	return excelize.Cell{StyleID: id, Value: value}, err
}

// style gives the number the workbook has for a style.
func (b *sheetWriter) style(of sheetStyle) (int, error) {
	if id, known := b.styles[of]; known {
		return id, nil
	}
	style := &excelize.Style{}
	if of.bold {
		style.Font = &excelize.Font{Bold: true}
	}
	if of.format != "" {
		style.CustomNumFmt = &of.format
	}
	id, err := b.book.NewStyle(style)
	b.styles[of] = id
	return id, core.Wrap(core.Internal, err, "the workbook cannot be made")
}
