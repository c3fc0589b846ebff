package files

import (
	"encoding/csv"
	"encoding/json"
	"net/http"
	"strconv"

	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// export is a register that is handed out as a table.
type export struct {
	name, what string
	right      int
	header     []string
	rows       func(x *persistence.Session) ([][]string, error)
}

var exports = []export{
	{"items", "the register of medical items", 122101,
		[]string{"code", "name", "type", "package", "quantity", "price", "care_type", "frequency", "patient_category", "maximum_amount"}, itemRows},
	{"services", "the register of medical services", 121401,
		[]string{"code", "name", "type", "level", "price", "care_type", "frequency", "patient_category", "category", "packagetype", "maximum_amount"}, serviceRows},
}

// table answers with the rows as CSV or JSON, as file_format says.
func (d *Desk) table(export export) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		format := r.URL.Query().Get("file_format")
		if format != "" && format != "csv" && format != "json" {
			return core.ErrorAt(core.Invalid, "file_format", "%q is none of csv and json", format)
		}
		rows, err := export.rows(d.Store.Read(r.Context()))
		if err != nil {
			return err
		}
		if format == "json" {
			attach(w, "application/json", export.name+".json")
			return json.NewEncoder(w).Encode(named(export.header, rows))
		}
		attach(w, "text/csv; charset=utf-8", export.name+".csv")
		return csv.NewWriter(w).WriteAll(append([][]string{export.header}, rows...))
	}
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

func itemRows(x *persistence.Session) ([][]string, error) {
	items, err := everything[persistence.Item](x, "tblItems", "ItemCode")
	rows := make([][]string, len(items))
	for i, item := range items {
		rows[i] = []string{
			item.ItemCode, item.ItemName, item.ItemType, text(item.ItemPackage), amount(item.Quantity), item.ItemPrice.StringFixed(2),
			item.ItemCareType, number(item.ItemFrequency), strconv.Itoa(item.ItemPatCat), amount(item.MaximumAmount),
		}
	}
	return rows, err
}

func serviceRows(x *persistence.Session) ([][]string, error) {
	services, err := everything[persistence.Service](x, "tblServices", "ServCode")
	rows := make([][]string, len(services))
	for i, service := range services {
		rows[i] = []string{
			service.ServCode, service.ServName, service.ServType, service.ServLevel, service.ServPrice.StringFixed(2), service.ServCareType,
			number(service.ServFrequency), strconv.Itoa(service.ServPatCat), text(service.ServCategory), text(service.ServPackageType), amount(service.MaximumAmount),
		}
	}
	return rows, err
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
