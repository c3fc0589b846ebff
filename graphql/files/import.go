package files

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/graphql/files/sheet"
)

// imported reads a register from a table: CSV, or XLSX by its first signs. The first line
// names the columns as the export does; those that are not there leave what is stored.
func imported[L any](save func(lines []L) store) func(file []byte) (store, error) {
	return func(file []byte) (store, error) {
		rows, err := tableOf(file)
		if err != nil {
			return nil, err
		}
		if len(rows) == 0 {
			return nil, core.ErrorAt(core.Invalid, "file", "the table has no line with the names of its columns")
		}
		names := columnsOf[L]()
		at := make([]int, len(rows[0]))
		for i, name := range rows[0] {
			field, known := names[strings.ToLower(strings.TrimSpace(name))]
			if !known {
				return nil, core.ErrorAt(core.Invalid, "file", "the register has no column %.40q", name)
			}
			at[i] = field
		}
		lines := make([]L, len(rows)-1)
		for i, row := range rows[1:] {
			line := reflect.ValueOf(&lines[i]).Elem()
			for j, value := range row[:min(len(row), len(at))] {
				line.Field(at[j]).SetString(sheet.Uncell(value))
			}
		}
		return save(lines), nil
	}
}

// tableOf reads the lines of a table.
func tableOf(file []byte) ([][]string, error) {
	if bytes.HasPrefix(file, []byte("PK")) {
		return sheet.Lines(file)
	}
	if bytes.HasPrefix(file, []byte("\xd0\xcf\x11\xe0")) {
		return nil, core.ErrorAt(core.Invalid, "file", "spreadsheets older than 2007 are not read; save the file as XLSX")
	}
	if text := bytes.TrimSpace(file); bytes.HasPrefix(text, []byte("[")) {
		return objectsOf(text)
	}
	reader := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(file, []byte("\ufeff"))))
	rows, err := reader.ReadAll()
	if err != nil {
		return nil, core.ErrorAt(core.Invalid, "file", "the file is neither CSV nor XLSX: %v", err)
	}
	return rows, nil
}

// objectsOf reads the lines of a table from a JSON list of objects, as the export writes it.
func objectsOf(file []byte) ([][]string, error) {
	const mostObjects, mostNames = 100_000, 50
	var objects []map[string]any
	names := map[string]bool{}
	decoder := json.NewDecoder(bytes.NewReader(file))
	decoder.UseNumber()
	_, err := decoder.Token() // the bracket
	for err == nil && decoder.More() {
		var object map[string]any
		err = decoder.Decode(&object)
		for name := range object {
			names[name] = true
		}
		if objects = append(objects, object); len(objects) > mostObjects || len(names) > mostNames {
			return nil, core.ErrorAt(core.Invalid, "file", "the list has more than %d objects, or they more than %d names", mostObjects, mostNames)
		}
	}
	if err == nil {
		_, err = decoder.Token()
	}
	if err != nil {
		return nil, core.ErrorAt(core.Invalid, "file", "the file is no JSON list of objects: %v", err)
	}
	header := slices.Sorted(maps.Keys(names))
	rows := [][]string{header}
	for _, object := range objects {
		row := make([]string, len(header))
		for i, name := range header {
			if value := object[name]; value != nil {
				row[i] = fmt.Sprint(value)
			}
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// columnsOf gives the fields of a line by the names of their columns.
func columnsOf[L any]() map[string]int {
	names, line := map[string]int{}, reflect.TypeFor[L]()
	for i := range line.NumField() {
		names[line.Field(i).Tag.Get("column")] = i
	}
	return names
}

// tabled gives lines as the table the export hands out, without the names of columns.
func tabled[L any](lines []L) [][]string {
	rows := make([][]string, len(lines))
	for i := range lines {
		line := reflect.ValueOf(&lines[i]).Elem()
		for j := range line.NumField() {
			rows[i] = append(rows[i], line.Field(j).String())
		}
	}
	return rows
}

// headerOf names the columns of a table of lines.
func headerOf[L any]() []string {
	var header []string
	line := reflect.TypeFor[L]()
	for i := range line.NumField() {
		header = append(header, line.Field(i).Tag.Get("column"))
	}
	return header
}
