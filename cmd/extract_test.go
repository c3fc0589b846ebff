package cmd_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

// A phone finds the tables of the policies app under its names, with the same columns in
// every row, and what the caller sees in them.
func TestMasterData(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, nil)
		if err := store.Tx(persistencetest.System(t), func(x *persistence.Session) error {
			name, yes := "AllowInsureeWithoutPhoto", true
			return x.DB().Create(&persistence.IMISDefaultsPhone{RuleName: &name, RuleValue: &yes}).Error
		}); err != nil {
			t.Fatal(err)
		}
		read := func(user string) map[string][]map[string]any {
			t.Helper()
			w := call{target: "/api/tools/extracts/download_master_data", user: user}.on(s)
			if w.Code != 200 || w.Header().Get("Content-Type") != "application/zip" || w.Header().Get("Content-Disposition") != "attachment; filename=MasterData.zip" {
				t.Fatalf("%d %v %s", w.Code, w.Header(), w.Body)
			}
			archive, err := zip.NewReader(bytes.NewReader(w.Body.Bytes()), int64(w.Body.Len()))
			if err != nil || len(archive.File) != 1 || archive.File[0].Name != "MasterData.txt" {
				t.Fatal(err, len(archive.File))
			}
			entry, err := archive.File[0].Open()
			if err != nil {
				t.Fatal(err)
			}
			defer entry.Close()
			var tables map[string][]map[string]any
			if err := json.NewDecoder(entry).Decode(&tables); err != nil {
				t.Fatal(err)
			}
			return tables
		}
		tables := read("Admin:admin123")
		for table, columns := range map[string]int{
			"confirmationTypes": 4, "controls": 2, "education": 4, "familyTypes": 4, "hf": 5, "identificationTypes": 4, "languages": 3, "locations": 5, "officers": 9,
			"payers": 3, "products": 30, "professions": 4, "relations": 4, "phoneDefaults": 2, "genders": 4,
		} {
			rows := tables[table]
			if len(rows) == 0 && table != "controls" {
				t.Errorf("%s has no rows", table)
			}
			for _, row := range rows {
				if len(row) != columns {
					t.Fatalf("%s: %v", table, row)
				}
			}
		}
		if len(tables) != 15 {
			t.Errorf("%d tables", len(tables))
		}
		product := tables["products"][0]
		if _, isNumber := product["LumpSum"].(float64); !isNumber || len(fmt.Sprint(product["DateFrom"])) != len("2026-01-01") || tables["phoneDefaults"][0]["RuleValue"] != true {
			t.Errorf("%v %v", product, tables["phoneDefaults"])
		}
		if some := read("scheme:scheme123"); len(some["products"]) == 0 {
			t.Errorf("the scheme administrator finds no products")
		}
		for user, code := range map[string]int{"": 401, "EO001:officer123": 403} {
			if w := (call{target: "/api/tools/extracts/download_master_data", user: user}.on(s)); w.Code != code {
				t.Errorf("%q: %d", user, w.Code)
			}
		}
	})
}
