package cmd_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/openimis/openimis-go/graphql/files/papertest"
	"github.com/openimis/openimis-go/graphql/files/typeset"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
	"github.com/openimis/openimis-go/scheme/report"
	"github.com/openimis/openimis-go/scheme/report/layout"
)

const askLayout = `query ($name: String!) { report(name: $name) { definition defaultReport } reports { name definition } }`

// onPaper gives what a report says as PDF.
func onPaper(t *testing.T, s http.Handler, name, query string) string {
	t.Helper()
	w := call{target: "/api/report/" + name + "/pdf/?" + query, user: "Admin:admin123"}.on(s)
	pages, err := papertest.Pages(w.Body.Bytes())
	if w.Code != 200 || err != nil {
		t.Fatalf("%d %v %.200s", w.Code, err, w.Body)
	}
	return strings.Join(pages, "\n")
}

// A report is laid out otherwise, is printed so, and goes back to what it was. Every layout
// before stays in history; nothing changes for programs that read CSV.
func TestReportIsLaidOut(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, unlimited)
		const admin, name = "Admin:admin123", "registers_status"
		before := call{target: "/api/report/" + name + "/csv/", user: admin}.on(s).Body.String()
		answer := asked(t, s, admin, askLayout, map[string]any{"name": name})
		drawn, _ := at(answer, "report", "defaultReport").(string)
		if at(answer, "report", "definition") != nil || !strings.Contains(drawn, "${title}") {
			t.Fatalf("nothing is stored: %v", at(answer, "report"))
		}
		if paper := onPaper(t, s, name, ""); !strings.HasPrefix(paper, "Status of registers\n") {
			t.Errorf("as it was: %.200s", paper)
		}
		for _, title := range []string{"Registers of Amberland", "Registers of Lindland"} {
			changed := strings.Replace(drawn, `"content":"${title}"`, `"content":"`+title+`, ${made}"`, 1)
			if status, fault := mutate(t, s, admin, "overrideReport", map[string]any{"name": name, "definition": changed}); status != 2 {
				t.Fatal(fault)
			}
			answer = asked(t, s, admin, askLayout, map[string]any{"name": name})
			if at(answer, "report", "definition") != changed {
				t.Errorf("stored is %v", at(answer, "report", "definition"))
			}
			if paper := onPaper(t, s, name, ""); !strings.HasPrefix(paper, title+", 2") || !strings.Contains(paper, "Northmark") {
				t.Errorf("%s: %.200s", title, paper)
			}
			book, err := excelize.OpenReader(call{target: "/api/report/" + name + "/xlsx/", user: admin}.on(s).Body)
			if err != nil {
				t.Fatal(err)
			}
			if cell, _ := book.GetCellValue(book.GetSheetName(0), "A1"); !strings.HasPrefix(cell, title) {
				t.Errorf("the spreadsheet begins with %q", cell)
			}
		}
		if after := (call{target: "/api/report/" + name + "/csv/", user: admin}).on(s).Body.String(); after != before {
			t.Errorf("CSV became %s", after)
		}
		for range 2 { // what is not stored is taken back as well
			if status, fault := mutate(t, s, admin, "overrideReport", map[string]any{"name": name, "definition": "{}"}); status != 2 {
				t.Fatal(fault)
			}
		}
		if paper := onPaper(t, s, name, ""); !strings.HasPrefix(paper, "Status of registers\n") {
			t.Errorf("taken back: %.200s", paper)
		}
		if n := storedLayouts(t, store, name); n != 3 {
			t.Errorf("%d rows are kept: two layouts that were replaced or taken back, and the last", n)
		}
	})
}

// storedLayouts counts the rows of a report's layouts, closed ones among them.
func storedLayouts(t *testing.T, store *persistence.Store, name string) (n int64) {
	t.Helper()
	err := store.Read(persistencetest.System(t)).DB().Model(&persistence.ReportDefinition{}).Where("name = ?", name).Count(&n).Error
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// Who lacks the right, names no report or sends what cannot be drawn changes nothing and
// learns why.
func TestLayoutsAreRefused(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, unlimited)
		own, err := json.Marshal(report.Named("registers_status").Default())
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct{ user, name, definition, fault string }{
			{"EO001:officer123", "registers_status", string(own), "right"}, // sees reports, but 131225 is for who lays them out
			{"Admin:admin123", "claim_claim", string(own), "name: there is no report"},
			{"Admin:admin123", "registers_status", "[]", "definition: "},
			{"Admin:admin123", "registers_status", `{"docElements":[{"elementType":"section","containerId":"0_content"}]}`, "docElements[0].elementType: "},
			{"Admin:admin123", "claims_overview", string(own), "the report has no"},
			{"Admin:admin123", "registers_status", strings.Repeat("x", layout.MostBytes+1), "definition: it is larger"},
		} {
			status, fault := mutate(t, s, c.user, "overrideReport", map[string]any{"name": c.name, "definition": c.definition})
			if status != 1 || !strings.Contains(fault, c.fault) {
				t.Errorf("%s %s: %v %s, want %s", c.user, c.name, status, fault, c.fault)
			}
		}
		if n := storedLayouts(t, store, "registers_status"); n != 0 {
			t.Errorf("%d rows were written", n)
		}
		if paper := onPaper(t, s, "registers_status", ""); !strings.HasPrefix(paper, "Status of registers\n") {
			t.Errorf("%.200s", paper)
		}
	})
}

// What another program stored and this one cannot draw does not keep a report from being
// printed.
func TestForeignLayouts(t *testing.T) {
	store := persistencetest.SQLite(t)
	s := demoOn(t, store)
	for _, text := range []string{"", "{", `{"docElements":[{"elementType":"bar_code"}]}`, `{"docElements":[],"parameters":[{"name":"dateFrom","type":"string"}]}`, "{}"} {
		err := store.Tx(persistencetest.System(t), func(x *persistence.Session) error {
			return persistence.Insert(x, &persistence.ReportDefinition{Name: "registers_status", Definition: text})
		})
		if err != nil {
			t.Fatal(err)
		}
		if paper := onPaper(t, s, "registers_status", ""); !strings.HasPrefix(paper, "Status of registers\n") {
			t.Errorf("%q: %.200s", text, paper)
		}
	}
}

// The layout the designer opens with prints of every report what is printed without one.
func TestDefaultLayouts(t *testing.T) {
	store := persistencetest.SQLite(t)
	s := demoOn(t, store)
	keys := keysOfDemo(t, store)
	for _, r := range report.All() {
		raw, err := json.Marshal(r.Default())
		if err != nil {
			t.Fatal(err)
		}
		d, err := layout.Read(string(raw))
		if err == nil {
			err = d.Fits(r.Fields())
		}
		if err != nil {
			t.Errorf("%s: %v", r.Name, err)
			continue
		}
		query := keys.Replace(askedOfReports[r.Name])
		document, err := r.Make(store.Read(persistencetest.System(t)), valuesOf(query).Get)
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := typeset.PDF(&out, d, document.Data(), document.Title, document.Made.Time); err != nil {
			t.Fatal(err)
		}
		pages, err := papertest.Pages(out.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		got, want := wordsOf(strings.Join(pages, "\n")), wordsOf(onPaper(t, s, r.Name, query))
		for word := range want {
			if !got[word] {
				t.Errorf("%s does not say %q", r.Name, word)
			}
		}
	}
}

// valuesOf reads a query.
func valuesOf(query string) url.Values {
	values, _ := url.ParseQuery(query)
	return values
}

// wordsOf gives the words of a report, but for numbers of pages and the moment it was made.
func wordsOf(text string) map[string]bool {
	words := map[string]bool{}
	for line := range strings.Lines(text) {
		if strings.Contains(line, " / ") || strings.Contains(line, ":") {
			continue
		}
		for _, word := range strings.Fields(line) {
			words[word] = true
		}
	}
	return words
}
