package sheet

import (
	"bytes"
	"io"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"
	"github.com/xuri/excelize/v2"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme/report"
)

// XLSX writes the document as a workbook with a sheet for each table: title and facts on
// top, then the table. Numbers and days are numbers and days of the spreadsheet.
func XLSX(w io.Writer, d *report.Document) error {
	book := excelize.NewFile()
	defer book.Close()
	styles, err := stylesOf(book)
	if err != nil {
		return core.Wrap(core.Internal, err, "the workbook cannot be made")
	}
	for i := range d.Tables {
		name := sheetName(d.Tables[i].Title, i)
		if i == 0 {
			err = book.SetSheetName(book.GetSheetName(0), name)
		} else {
			_, err = book.NewSheet(name)
		}
		if err == nil {
			err = styles.fill(book, name, d, &d.Tables[i])
		}
		if err != nil {
			return core.Wrap(core.Internal, err, "the workbook cannot be made")
		}
	}
	return core.Wrap(core.Internal, book.Write(w), "the workbook cannot be written")
}

// Plain writes rows of text as a workbook with one sheet and nothing else.
func Plain(w io.Writer, name string, rows [][]string) error {
	book := excelize.NewFile()
	defer book.Close()
	err := book.SetSheetName(book.GetSheetName(0), sheetName(name, 0))
	if err != nil {
		return core.Wrap(core.Internal, err, "the workbook cannot be made")
	}
	out, err := book.NewStreamWriter(sheetName(name, 0))
	for i := 0; err == nil && i < len(rows); i++ {
		line := make([]any, len(rows[i]))
		for j, cell := range rows[i] {
			line[j] = cell
		}
		err = out.SetRow("A"+strconv.Itoa(i+1), line)
	}
	if err == nil {
		err = out.Flush()
	}
	if err == nil {
		err = book.Write(w)
	}
	return core.Wrap(core.Internal, err, "the workbook cannot be written")
}

// The bounds of a workbook that is read, in bytes once unpacked.
const (
	mostUnpacked = 64 << 20
	mostOfSheet  = 32 << 20
)

// Lines reads the first sheet of a workbook. Errors: core.Invalid at file.
func Lines(file []byte) ([][]string, error) {
	book, err := excelize.OpenReader(bytes.NewReader(file), excelize.Options{UnzipSizeLimit: mostUnpacked, UnzipXMLSizeLimit: mostOfSheet, RawCellValue: true})
	if err != nil {
		return nil, core.ErrorAt(core.Invalid, "file", "the file is no workbook that can be read")
	}
	defer book.Close()
	rows, err := book.GetRows(book.GetSheetName(0))
	if err != nil {
		return nil, core.ErrorAt(core.Invalid, "file", "the first sheet of the workbook cannot be read")
	}
	return rows, nil
}

// sheetName gives a name a spreadsheet takes: short and without its signs.
func sheetName(title string, i int) string {
	name := strings.Map(func(r rune) rune {
		if strings.ContainsRune(`:\/?*[]'`, r) {
			return ' '
		}
		return r
	}, title)
	if letters := []rune(name); len(letters) > 25 {
		name = string(letters[:25])
	}
	if strings.TrimSpace(name) == "" {
		return "Table " + strconv.Itoa(i+1)
	}
	return name
}

// styles are the numbers the workbook has for how cells look.
type styles struct {
	title, bold int
	kinds       map[report.Kind]int
	totals      map[report.Kind]int
}

func stylesOf(book *excelize.File) (s styles, err error) {
	add := func(style *excelize.Style) (id int) {
		if err == nil {
			id, err = book.NewStyle(style)
		}
		return id
	}
	s.title = add(&excelize.Style{Font: &excelize.Font{Bold: true, Size: 14}})
	s.bold = add(&excelize.Style{Font: &excelize.Font{Bold: true}})
	s.kinds, s.totals = map[report.Kind]int{}, map[report.Kind]int{}
	for kind, format := range map[report.Kind]string{
		report.Day: "yyyy-mm-dd", report.Moment: "yyyy-mm-dd hh:mm", report.Number: "#,##0", report.Money: "#,##0.00", report.Share: "0.0",
	} {
		s.kinds[kind] = add(&excelize.Style{CustomNumFmt: &format})
		s.totals[kind] = add(&excelize.Style{CustomNumFmt: &format, Font: &excelize.Font{Bold: true}})
	}
	s.totals[report.Words], s.totals[report.Short] = s.bold, s.bold
	return s, err
}

// fill writes the sheet row by row.
func (s styles) fill(book *excelize.File, name string, d *report.Document, t *report.Table) error {
	out, err := book.NewStreamWriter(name)
	if err != nil {
		return err
	}
	for i, column := range t.Columns {
		if err := out.SetColWidth(i+1, i+1, least(column.Kind)*0.6); err != nil {
			return err
		}
	}
	line := 0
	write := func(cells ...any) {
		if line++; err == nil {
			err = out.SetRow("A"+strconv.Itoa(line), cells)
		}
	}
	write(excelize.Cell{StyleID: s.title, Value: d.Title})
	for _, fact := range d.Facts {
		write(excelize.Cell{StyleID: s.bold, Value: fact.Title}, fact.Value)
	}
	write()
	titles := make([]any, len(t.Columns))
	for i, column := range t.Columns {
		titles[i] = excelize.Cell{StyleID: s.bold, Value: column.Title}
	}
	write(titles...)
	for _, row := range t.Rows {
		write(cells(t.Columns, row, s.kinds)...)
	}
	if totals := t.Totals(); totals != nil {
		write(cells(t.Columns, totals, s.totals)...)
	}
	if err != nil {
		return err
	}
	return out.Flush()
}

// cells gives the values of a row as the spreadsheet knows them.
func cells(columns []report.Column, row []any, styles map[report.Kind]int) []any {
	list := make([]any, len(row))
	for i, value := range row {
		switch v := value.(type) {
		case decimal.Decimal:
			value = v.InexactFloat64()
		case persistence.Date:
			value = v.Time
		case persistence.DateTime:
			value = v.Time
		}
		list[i] = excelize.Cell{StyleID: styles[columns[i].Kind], Value: value}
	}
	return list
}
