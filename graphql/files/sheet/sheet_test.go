package sheet_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/xuri/excelize/v2"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/graphql/files/sheet"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme/report"
)

// sample is a document with a value of every kind, and with none.
func sample(rows int) *report.Document {
	table := report.Table{Title: "Money / people", Columns: []report.Column{
		{Name: "name", Title: "Name"}, {Name: "code", Title: "Code", Kind: report.Short}, {Name: "day", Title: "Day", Kind: report.Day}, {Name: "moment", Title: "Moment", Kind: report.Moment},
		{Name: "count", Title: "Count", Kind: report.Number, Total: true}, {Name: "amount", Title: "Amount", Kind: report.Money, Total: true}, {Name: "share", Title: "Share", Kind: report.Share},
	}}
	for range rows {
		table.Rows = append(table.Rows, []any{"Émile, =1+1", "É1", persistence.DateOf(2026, 2, 3), persistence.DateTime{Time: persistence.DateOf(2026, 2, 3).Time}, 1200, decimal.RequireFromString("-1234567.5"), decimal.RequireFromString("33.3")})
	}
	table.Rows = append(table.Rows, make([]any, len(table.Columns)))
	return &report.Document{Name: "sample", Title: "Sample", Facts: []report.Fact{{Title: "From", Value: "2026-01-01"}}, Tables: []report.Table{table}}
}

func TestCSV(t *testing.T) {
	var out bytes.Buffer
	if err := sheet.CSV(&out, sample(1)); err != nil {
		t.Fatal(err)
	}
	want := "name,code,day,moment,count,amount,share\n\"Émile, =1+1\",É1,2026-02-03,2026-02-03 00:00,1200,-1234567.5,33.3\n,,,,,,\n"
	if out.String() != want {
		t.Errorf("%s", out.String())
	}
}

// What somebody entered never runs on the desk of who opens the table.
func TestCellsAreNoFormulas(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "Ama": "Ama", "a=1": "a=1", "-12.50": "-12.50", "+255712345678": "+255712345678", "-": "'-", "=1+1": "'=1+1", "+1+1": "'+1+1", "-2+3+cmd": "'-2+3+cmd",
		"@SUM(A1)": "'@SUM(A1)", "\t=1": "'\t=1", "\r=1": "'\r=1", "-1e5": "-1e5", "'=1": "'=1", "É": "É",
	} {
		if got := sheet.Cell(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
	d := sample(1)
	d.Tables[0].Rows[0][0] = "=HYPERLINK(1)"
	var out bytes.Buffer
	if err := sheet.CSV(&out, d); err != nil || !strings.Contains(out.String(), "\n'=HYPERLINK(1),") || !strings.Contains(out.String(), ",-1234567.5,") {
		t.Errorf("%v %s", err, out.String())
	}
}

// A spreadsheet gets numbers and days it can count with, texts that stay texts, and the sums.
func TestXLSX(t *testing.T) {
	var out bytes.Buffer
	if err := sheet.XLSX(&out, sample(2)); err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenReader(&out)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := book.GetRows("Money   people")
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, row := range rows {
		lines = append(lines, strings.Join(row, "|"))
	}
	row := "Émile, =1+1|É1|2026-02-03|2026-02-03 00:00|1,200|-1,234,567.50|33.3"
	want := "Sample\nFrom|2026-01-01\n\nName|Code|Day|Moment|Count|Amount|Share\n" + row + "\n" + row + "\n\n||||2,400|-2,469,135.00"
	if got := strings.Join(lines, "\n"); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	if kind, _ := book.GetCellType("Money   people", "F5"); kind != excelize.CellTypeUnset && kind != excelize.CellTypeNumber {
		t.Errorf("an amount is of type %v", kind)
	}
	if formula, _ := book.GetCellFormula("Money   people", "A5"); formula != "" {
		t.Errorf("a name became the formula %s", formula)
	}
}

// A PDF has as many pages as the rows need, and no text keeps it from being written.
func TestPDF(t *testing.T) {
	pages := func(d *report.Document) int {
		t.Helper()
		var out bytes.Buffer
		if err := sheet.PDF(&out, d); err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(out.String(), "%PDF-") {
			t.Fatalf("%.20q", out.String())
		}
		return strings.Count(out.String(), "/Type /Page\n")
	}
	if one, many := pages(sample(3)), pages(sample(300)); one != 1 || many < 5 || many > 12 {
		t.Errorf("%d and %d pages", one, many)
	}
	if n := pages(&report.Document{Title: "Nothing"}); n != 1 {
		t.Errorf("%d pages for nothing", n)
	}
	for name, text := range map[string]string{
		"letters without shape": "🤒 नमस्ते 医療", "the last of the plane": "\uffff\U00010000", "control signs": "a\x00b\r\nc\td", "not UTF-8": "\xff\xfe",
		"marks": "e\u0301\u200b\u200d\u0300", "right to left": "مرحبا", "one long word": strings.Repeat("W", 5000), "much": strings.Repeat("word ", 5000), "alias": "{pages}",
	} {
		d := sample(1)
		d.Title, d.Facts[0].Value, d.Tables[0].Title, d.Tables[0].Columns[0].Title = text, text, text, text
		d.Tables[0].Rows[0][0], d.Tables[0].Rows[0][1] = text, text
		if n := pages(d); n > 6 {
			t.Errorf("%s: %d pages", name, n)
		}
	}
}

func TestFormsAreNamed(t *testing.T) {
	for ending := range sheet.Forms {
		if form, err := sheet.Named(ending); err != nil || form.Ending != ending {
			t.Errorf("%s: %v %v", ending, form, err)
		}
	}
	if _, err := sheet.Named("doc"); core.CodeOf(err) != core.NotFound {
		t.Errorf("doc: %v", err)
	}
}
