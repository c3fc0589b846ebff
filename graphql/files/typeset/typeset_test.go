package typeset_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/xuri/excelize/v2"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/graphql/files/papertest"
	"github.com/openimis/openimis-go/graphql/files/typeset"
	"github.com/openimis/openimis-go/scheme/report/layout"
)

// page is a small sheet of paper: 200 by 300 points, with a header and a footer of 30.
const page = `"documentProperties":{"pageFormat":"user_defined","pageWidth":"200","pageHeight":"300","unit":"mm","orientation":"portrait","marginLeft":"20","marginTop":"20","marginRight":"20","marginBottom":"20",
	"header":true,"headerSize":"30","headerDisplay":"not_on_first_page","footer":true,"footerSize":"30","footerDisplay":"always","patternLocale":"de","patternCurrencySymbol":"Sh","patternNumberGroupSymbol":""}`

const parameters = `"parameters":[
	{"id":1,"name":"title","type":"string"},{"id":2,"name":"day","type":"date","pattern":"d.M.yyyy"},{"id":3,"name":"amount","type":"number","pattern":"$ #,##0.00"},{"id":4,"name":"nobody","type":"string"},
	{"id":5,"name":"rows","type":"array","children":[{"id":6,"name":"code","type":"string"},{"id":7,"name":"paid","type":"number","pattern":"#,##0.0#"},{"id":8,"name":"row_number","type":"number","showOnlyNameType":true}]},
	{"id":9,"name":"all","type":"sum","expression":"${rows.paid}","pattern":"0.00"},{"id":10,"name":"mean","type":"average","expression":"${rows.paid}"},
	{"id":11,"name":"twice","type":"number","eval":true,"expression":"${all} * 2 - 1"}]`

// laid reads a layout of the elements.
func laid(t *testing.T, elements string) *layout.Definition {
	t.Helper()
	d, err := layout.Read(`{"version":6,"docElements":[` + elements + `],` + parameters + `,"styles":[{"id":"50","name":"loud","bold":true,"fontSize":"10","textColor":"#ff0000"}],` + page + `}`)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func data(rows int) layout.Data {
	list := &layout.Rows{Fields: []string{"code", "paid"}}
	for i := range rows {
		list.Lines = append(list.Lines, []any{fmt.Sprintf("C%d", i/2), decimal.NewFromInt(int64(1000 + i))})
	}
	return layout.Data{"title": "Überblick", "day": time.Date(2026, 3, 7, 0, 0, 0, 0, time.UTC), "amount": decimal.RequireFromString("-1234567.891"), "rows": list}
}

// drawn gives the texts of each page.
func drawn(t *testing.T, d *layout.Definition, data layout.Data) []string {
	t.Helper()
	var out bytes.Buffer
	if err := typeset.PDF(&out, d, data, "Title", time.Date(2026, 3, 7, 0, 0, 0, 0, time.UTC)); err != nil {
		t.Fatal(err)
	}
	pages, err := papertest.Pages(out.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	return pages
}

func text(more string) string {
	return `{"id":20,"elementType":"text","containerId":"0_content","x":0,"y":0,"width":300,"height":20,"fontSize":8,` + more + `}`
}

func TestTexts(t *testing.T) {
	for content, want := range map[string]string{
		`"content":"${title} of ${day}"`: "Überblick of 7.3.2026", `"content":"${day}","pattern":"dd/MM/yy HH:mm"`: "07/03/26 00:00",
		`"content":"${amount}"`: "-Sh 1.234.567,89", `"content":"${amount}","pattern":"0"`: "-1234568", `"content":"${nobody}."`: ".", `"content":"a\nb"`: "a\nb",
		`"content":"${all}, ${mean}, ${twice}"`: "3003,00, 1001, 6005", `"content":"round(${mean} / 3, 2) + 0.5","eval":true`: "334.17",
		`"content":"'x' + str(len(${rows}))","eval":true`: "x3", `"content":"${title} + 1","eval":true`: "", `"content":"1 / 0","eval":true`: "",
		`"content":"shown","printIf":"${amount} < 0 and not ${nobody}"`: "shown", `"content":"hidden","printIf":"${day} > '2026-03-07' or ${nobody} == 'x'"`: "",
		`"content":"shown","printIf":"${day} >= '2026-03-07'"`: "shown", `"content":"shown","printIf":"${nobody} == None"`: "shown", `"content":"hidden","printIf":"${title} == 1"`: "",
		`"content":"\uffff\ud83e\udd12"`: "\ufffd\ufffd",
	} {
		if got := drawn(t, laid(t, text(content)), data(3)); got[0] != want {
			t.Errorf("%s is %q, want %q", content, got[0], want)
		}
	}
}

const (
	cells = `"columnData":[{"id":31,"elementType":"table_text","width":100,"fontSize":8,"content":"%s"},{"id":32,"width":60,"content":"%s","fontSize":8}]`
	table = `{"id":30,"elementType":"table","containerId":"0_content","x":0,"y":20,"dataSource":"${rows}","columns":"2","contentRows":"1","border":"grid","borderWidth":"1","header":true,"footer":true,%s}`
)

func band(first, second, more string) string {
	return `{"id":33,"height":20,` + more + fmt.Sprintf(cells, first, second) + `}`
}

// A table goes on over the pages with its header, has its sums at its end, and what stands
// below it comes after it. The header of the page is not on the first.
func TestTables(t *testing.T) {
	elements := fmt.Sprintf(table, `"headerData":`+band("Code", "Paid", `"repeatHeader":true,`)+`,"contentDataRows":[`+band("${row_number} ${code}", "${paid}", "")+`],"footerData":`+band("Sum", "${all}", "")) + "," +
		text(`"content":"after"`)[:1] + text(`"content":"after","y":100`)[1:] + `,
		{"id":40,"elementType":"text","containerId":"0_header","x":0,"y":0,"width":100,"height":20,"content":"${title}"},
		{"id":41,"elementType":"text","containerId":"0_footer","x":0,"y":0,"width":100,"height":20,"content":"${page_number} of ${page_count}"}`
	got := drawn(t, laid(t, elements), data(60))
	if len(got) != 2 {
		t.Fatalf("%d pages: %q", len(got), got)
	}
	first, last := strings.Split(got[0], "\n"), strings.Split(got[1], "\n")
	if first[0] != "Code" || first[2] != "1 C0" || first[3] != "1.000,0" || first[len(first)-1] != "1 of 2" || slices.Contains(first, "Überblick") {
		t.Errorf("first page: %q", first)
	}
	end := []string{"60 C29", "1.059,0", "Sum", "61770,00", "after", "Überblick", "2 of 2"}
	if last[0] != "Code" || !slices.Equal(last[len(last)-7:], end) {
		t.Errorf("last page: %q", last)
	}
	if got := drawn(t, laid(t, elements), data(0)); got[0] != "Code\nPaid\nSum\n0,00\nafter\n1 of 1" {
		t.Errorf("without rows: %q", got)
	}
}

// Rows of a group have a line before or after them; a row may be left out.
func TestGroups(t *testing.T) {
	d := laid(t, fmt.Sprintf(table, `"headerData":`+band("", "", "")+`,"footerData":`+band("", "", "")+`,"contentDataRows":[`+band("group ${code}", "", `"groupExpression":"${code}",`)+`,`+
		band("${row_number}", "", `"printIf":"${row_number} != 2",`)+`,`+band("end of ${code}", "", `"groupExpression":"${code}",`)+`]`))
	if got := drawn(t, d, data(3)); got[0] != "group C0\n1\nend of C0\ngroup C1\n3\nend of C1" {
		t.Errorf("%q", got[0])
	}
}

// What grows pushes down what stands below it, what is left out lets it up, and a page ends
// where the layout says so.
func TestPlaces(t *testing.T) {
	at := func(y, height int, more string) string {
		return fmt.Sprintf(`{"id":%d,"elementType":"text","containerId":"0_content","x":0,"y":%d,"width":60,"height":%d,"fontSize":10,%s}`, 100+y, y, height, more)
	}
	tall := strings.Repeat("word ", 60)
	for name, c := range map[string]struct {
		elements string
		pages    []string
	}{
		"one after the other":         {at(0, 20, `"content":"a"`) + "," + at(30, 20, `"content":"b"`), []string{"a\nb"}},
		"a page between":              {at(0, 20, `"content":"a"`) + `,{"id":7,"elementType":"page_break","containerId":"0_content","y":25},` + at(30, 20, `"content":"b"`), []string{"a", "b"}},
		"a page that is not printed":  {at(0, 20, `"content":"a"`) + `,{"id":7,"elementType":"page_break","containerId":"0_content","y":25,"printIf":"1 > 2"},` + at(30, 20, `"content":"b"`), []string{"a\nb"}},
		"no room":                     {at(0, 700, `"content":"a"`) + "," + at(700, 100, `"content":"b"`), []string{"a", "b"}},
		"far below":                   {at(19000, 20, `"content":"a"`), []string{"", "a"}},
		"within a frame":              {`{"id":8,"elementType":"frame","containerId":"0_content","linkedContainerId":9,"x":10,"y":0,"width":100,"height":30,"borderTop":true,"borderWidth":1,"backgroundColor":"#eeeeee"},{"id":10,"elementType":"text","containerId":9,"x":0,"y":0,"width":50,"height":20,"content":"in"}`, []string{"in"}},
		"a frame that is not printed": {`{"id":8,"elementType":"frame","containerId":"0_content","linkedContainerId":9,"x":10,"y":0,"width":100,"height":30,"printIf":"False"},{"id":10,"elementType":"text","containerId":"9","x":0,"y":0,"width":50,"height":20,"content":"in"}`, []string{""}},
		"a look that depends":         {at(0, 20, `"content":"${amount}","cs_condition":"${amount} < 0","cs_styleId":"50"`), []string{"-Sh\n1.234.567,\n89"}},
	} {
		if got := drawn(t, laid(t, c.elements), data(1)); !slices.Equal(got, c.pages) {
			t.Errorf("%s: %q", name, got)
		}
	}
	below := drawn(t, laid(t, at(0, 20, `"content":"`+tall+`"`)+","+at(30, 20, `"content":"below"`)), data(1))
	if len(below) != 1 || !strings.HasSuffix(below[0], "\nbelow") {
		t.Errorf("below a text that grows: %q", below)
	}
	moved := at(0, 700, `"content":"","removeEmptyElement":true`) + "," + at(710, 60, `"content":"up"`)
	if got := drawn(t, laid(t, moved), data(1)); !slices.Equal(got, []string{"up"}) {
		t.Errorf("below a text that is left out: %q", got)
	}
}

// Pictures of both kinds are drawn, whatever their colours.
func TestPictures(t *testing.T) {
	picture := image.NewGray16(image.Rect(3, 3, 20, 40))
	picture.SetGray16(5, 5, color.Gray16{Y: 60000})
	var asPNG, asJPEG bytes.Buffer
	if err := png.Encode(&asPNG, picture); err != nil {
		t.Fatal(err)
	}
	if err := jpeg.Encode(&asJPEG, picture, nil); err != nil {
		t.Fatal(err)
	}
	for kind, raw := range map[string][]byte{"png": asPNG.Bytes(), "jpeg": asJPEG.Bytes()} {
		var out bytes.Buffer
		d := laid(t, `{"id":20,"elementType":"image","containerId":"0_content","x":0,"y":0,"width":100,"height":50,"horizontalAlignment":"center","image":"data:image/`+kind+`;base64,`+base64.StdEncoding.EncodeToString(raw)+`"}`)
		if err := typeset.PDF(&out, d, data(1), "", time.Time{}); err != nil || !strings.Contains(out.String(), "/Subtype /Image") {
			t.Errorf("%s: %v", kind, err)
		}
	}
}

// A spreadsheet has the texts and tables of the layout, with numbers it can count with.
func TestSpreadsheet(t *testing.T) {
	d := laid(t, text(`"content":"${title}"`)+","+`{"id":21,"elementType":"text","containerId":"0_content","x":200,"y":0,"width":100,"height":20,"content":"${day}"},`+
		`{"id":22,"elementType":"text","containerId":"0_content","x":0,"y":10,"width":100,"height":20,"content":"not there","spreadsheet_hide":true},`+
		fmt.Sprintf(table, `"headerData":`+band("Code", "=1+1", "")+`,"contentDataRows":[`+band("${code}", "${paid}", "")+`],"footerData":`+band("Sum", "${all}", "")))
	var out bytes.Buffer
	if err := typeset.XLSX(&out, d, data(2)); err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenReader(&out)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := book.GetRows(book.GetSheetName(0))
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, row := range rows {
		lines = append(lines, strings.Join(row, "|"))
	}
	if got := strings.Join(lines, "\n"); got != "Überblick|7.3.2026\nCode|=1+1\nC0|1,000.0\nC0|1,001.0\nSum|2001.00" {
		t.Errorf("%s", got)
	}
	if formula, _ := book.GetCellFormula(book.GetSheetName(0), "B2"); formula != "" {
		t.Errorf("a text became the formula %s", formula)
	}
}

// What would never end is refused.
func TestBoundsOfPages(t *testing.T) {
	var many []string
	for i := range 200 {
		many = append(many, fmt.Sprintf(`{"id":%d,"elementType":"table","containerId":"0_content","y":%d,"dataSource":"${rows}","contentDataRows":[{"height":700,"columnData":[{"width":10,"content":"x"}]}]}`, 1000+i, i))
	}
	err := typeset.PDF(&bytes.Buffer{}, laid(t, strings.Join(many, ",")), data(10_000), "", time.Time{})
	if core.CodeOf(err) != core.Unprocessable {
		t.Errorf("two million pages: %v", err)
	}
	long := strings.Repeat("${title}", 200)
	err = typeset.PDF(&bytes.Buffer{}, laid(t, fmt.Sprintf(table, `"headerData":`+band("", "", "")+`,"footerData":`+band("", "", "")+`,"contentDataRows":[`+band(long, long, "")+`]`)), data(10_000), "", time.Time{})
	if core.CodeOf(err) != core.Unprocessable {
		t.Errorf("endless text: %v", err)
	}
}

// What the designer makes of a layout, JSON, is read back as it was.
func TestLayoutsComeBack(t *testing.T) {
	d := laid(t, text(`"content":"${title}"`))
	raw, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	again, err := layout.Read(string(raw))
	if err != nil {
		t.Fatal(err)
	}
	if one, two := drawn(t, d, data(1)), drawn(t, again, data(1)); !slices.Equal(one, two) {
		t.Errorf("%q became %q", one, two)
	}
}
