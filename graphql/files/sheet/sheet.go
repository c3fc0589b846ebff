// Package sheet writes the tables of package report down: as PDF to read and print, as
// XLSX to go on with in a spreadsheet, as CSV for programs.
//
// It knows how columns of each kind look and nothing of what stands in them.
//
// PDF: https://codeberg.org/go-pdf/fpdf; XLSX: https://xuri.me/excelize/.
package sheet

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme/report"
)

// Form is a form of file.
type Form struct {
	Ending string // without the dot
	Media  string // type for HTTP
	Write  func(w io.Writer, d *report.Document) error
}

// Forms are the forms there are, by ending.
var Forms = map[string]Form{
	"pdf":  {"pdf", "application/pdf", PDF},
	"xlsx": {"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", XLSX},
	"csv":  {"csv", "text/csv; charset=utf-8", CSV},
}

// Named gives the form with the ending. Errors: core.NotFound.
func Named(ending string) (Form, error) {
	form, known := Forms[ending]
	if !known {
		return form, core.ErrorAt(core.NotFound, "format", "%q is none of pdf, xlsx and csv", ending)
	}
	return form, nil
}

// CSV writes the tables without what stands above and below them, under the names of
// their columns. Tables follow each other with an empty line between.
func CSV(w io.Writer, d *report.Document) error {
	for i := range d.Tables {
		t := &d.Tables[i]
		if i > 0 {
			if _, err := io.WriteString(w, "\n"); err != nil {
				return err
			}
		}
		rows := csv.NewWriter(w)
		line := make([]string, len(t.Columns))
		for j, column := range t.Columns {
			line[j] = column.Name
		}
		if err := rows.Write(line); err != nil {
			return err
		}
		for _, row := range t.Rows {
			for j := range row {
				line[j] = Cell(plain(row[j]))
			}
			if err := rows.Write(line); err != nil {
				return err
			}
		}
		if rows.Flush(); rows.Error() != nil {
			return rows.Error()
		}
	}
	return nil
}

// Cell gives a text as a cell of a CSV file. What a spreadsheet would carry out when it
// opens the file, and is no number, gets an apostrophe in front: whoever may enter a name
// must not run a formula on the desk of who reads the report.
// https://owasp.org/www-community/attacks/CSV_Injection
func Cell(text string) string {
	if text == "" || !strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return text
	}
	if _, err := decimal.NewFromString(text); err == nil {
		return text
	}
	return "'" + text
}

// Uncell gives back what Cell was given.
func Uncell(text string) string {
	if rest, marked := strings.CutPrefix(text, "'"); marked && Cell(rest) == text {
		return rest
	}
	return text
}

// plain spells a value for programs.
func plain(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		return v
	case decimal.Decimal:
		return v.String()
	case persistence.DateTime:
		return v.Format("2006-01-02 15:04")
	}
	return fmt.Sprint(value)
}

// shown spells a value for people: amounts with two places and their thousands apart.
func shown(kind report.Kind, value any) string {
	switch d, _ := value.(decimal.Decimal); {
	case value == nil:
		return ""
	case kind == report.Money:
		return grouped(d.StringFixed(2))
	case kind == report.Share:
		return d.StringFixed(1)
	case kind == report.Number:
		return grouped(plain(value))
	}
	return plain(value)
}

// grouped sets the thousands of a number apart.
func grouped(digits string) string {
	whole, rest, cut := strings.Cut(digits, ".")
	sign := ""
	if strings.HasPrefix(whole, "-") {
		sign, whole = "-", whole[1:]
	}
	var b strings.Builder
	for i, digit := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(digit)
	}
	if cut {
		rest = "." + rest
	}
	return sign + b.String() + rest
}

// numeric tells whether the values of the kind stand right in their column.
func numeric(kind report.Kind) bool {
	return kind == report.Number || kind == report.Money || kind == report.Share
}
