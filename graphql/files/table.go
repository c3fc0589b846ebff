package files

import (
	"encoding/csv"
	"encoding/json"
	"net/http"
	"path"
	"strconv"

	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/graphql/files/sheet"
	"github.com/openimis/openimis-go/persistence"
)

// export is a register that is handed out as a table.
type export struct {
	path, what string // path below /api, which ends with the name of the file
	right      int
	audited    string // what the audit calls it, "" for what is about nobody
	header     []string
	rows       func(x *persistence.Session) ([][]string, error)
}

var exports = []export{
	{"tools/exports/items", "the register of medical items", 122101, "",
		headerOf[itemLine](), rowsFrom(itemLines)},
	{"tools/exports/services", "the register of medical services", 121401, "",
		headerOf[serviceLine](), rowsFrom(serviceLines)},
	{"im_export/exports/insurees", "insured persons", 101101, "$export",
		headerOf[insureeLine](), rowsFrom(insureeLines)},
}

// table answers with the rows as CSV, XLSX or JSON, as file_format says.
func (d *Desk) table(export export) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		format, name := r.URL.Query().Get("file_format"), path.Base(export.path)
		switch format {
		case "":
			format = "csv"
		case "csv", "xlsx", "json":
		case "xls":
			return core.ErrorAt(core.Invalid, "file_format", "spreadsheets older than 2007 are not written; ask for xlsx")
		default:
			return core.ErrorAt(core.Invalid, "file_format", "%q is none of csv, xlsx and json", format)
		}
		rows, err := export.rows(d.Store.Read(r.Context()))
		if err != nil {
			return err
		}
		return WriteTable(w, name, format, export.header, rows)
	}
}

// WriteTable answers with rows as a file of the format: csv, where no cell is a formula,
// xlsx or json.
func WriteTable(w http.ResponseWriter, name, format string, header []string, rows [][]string) error {
	switch format {
	case "json":
		attach(w, "application/json", name+".json")
		return json.NewEncoder(w).Encode(named(header, rows))
	case "xlsx":
		attach(w, sheet.Forms["xlsx"].Media, name+".xlsx")
		return sheet.Plain(w, name, append([][]string{header}, rows...))
	}
	attach(w, "text/csv; charset=utf-8", name+".csv")
	lines := append([][]string{header}, rows...)
	for _, line := range lines {
		for i := range line {
			line[i] = sheet.Cell(line[i])
		}
	}
	return csv.NewWriter(w).WriteAll(lines)
}

// named gives each row its header.
func named(header []string, rows [][]string) []map[string]string {
	out := make([]map[string]string, len(rows))
	for i, row := range rows {
		out[i] = make(map[string]string, len(row))
		for j, value := range row {
			out[i][header[j]] = value
		}
	}
	return out
}

// rowsFrom makes a table of the lines of a register.
func rowsFrom[L any](lines func(x *persistence.Session) ([]L, error)) func(x *persistence.Session) ([][]string, error) {
	return func(x *persistence.Session) ([][]string, error) {
		found, err := lines(x)
		return tabled(found), err
	}
}

func amount(d *decimal.Decimal) string {
	if d == nil {
		return ""
	}
	return d.StringFixed(2)
}

func number(n *int) string {
	if n == nil {
		return ""
	}
	return strconv.Itoa(*n)
}
