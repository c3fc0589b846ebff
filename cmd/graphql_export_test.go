package cmd_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/openimis/openimis-go/cmd"
	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

// exported asks for an export and gives its name.
func exported(t *testing.T, s http.Handler, user, list, arguments string) string {
	t.Helper()
	name, _ := at(asked(t, s, user, `{ `+list+`Export(`+arguments+`) }`, nil), list+"Export").(string)
	if name == "" || url.QueryEscape(name) != name { // the UI puts it into the address as it is
		t.Fatalf("%s: the name %q", list, name)
	}
	return name
}

// fetched gives an export that is CSV.
func fetched(t *testing.T, s http.Handler, user, name string) [][]string {
	t.Helper()
	w := call{target: "/api/core/fetch_export?export=" + name, user: user}.on(s)
	rows, err := csv.NewReader(w.Body).ReadAll()
	if w.Code != 200 || err != nil || !strings.HasPrefix(w.Header().Get("Content-Disposition"), "attachment") {
		t.Fatalf("%d %v %s", w.Code, err, w.Body)
	}
	return rows
}

// A list is exported as its page does, with the filters, rights and districts of the list,
// for who asked and for some minutes.
func TestExportsOfLists(t *testing.T) {
	const admin = "Admin:admin123"
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, unlimited)
		columns := `fields: ["id","userCreated.username","amount_total","subjectType","subjectId","thirdpartyType","thirdpartyId","code","status","dateBill"],
			fieldsColumns: "{\"id\":\"ID\",\"userCreated.username\":\"User\",\"amount_total\":\"=AmountTotal\",\"code\":\"code\"}"`
		out := at(asked(t, s, admin, `{ bill(isDeleted: false, first: 100, orderBy: ["code"]) { totalCount edges { node { uuid code amountTotal status dateBill } } } }`, nil), "bill")
		rows := fetched(t, s, admin, exported(t, s, admin, "bill", `isDeleted: false, fileFormat: "csv", `+columns))
		if got := strings.Join(rows[0], " "); got != "ID User '=AmountTotal subjectType subjectId thirdpartyType thirdpartyId code status dateBill" || float64(len(rows)-1) != at(out, "totalCount") {
			t.Fatalf("%s, %d rows of %v", got, len(rows)-1, at(out, "totalCount"))
		}
		users := 0
		for i, edge := range at(out, "edges").([]any) {
			node, row := at(edge, "node"), rows[i+1]
			if row[0] != at(node, "uuid") || row[2] != at(node, "amountTotal") || row[7] != at(node, "code") || "A_"+row[8] != at(node, "status") || row[9] != at(node, "dateBill") {
				t.Errorf("%v is exported as %v", node, row)
			}
			if row[1] == "Admin" {
				users++
			}
		}
		if users == 0 {
			t.Errorf("nobody made the bills: %v", rows[1])
		}
		code := at(out, "edges", "node", "code").(string)
		if rows := fetched(t, s, admin, exported(t, s, admin, "bill", fmt.Sprintf(`code_Icontains: %q, fields: ["code"]`, code))); len(rows) != 2 || rows[1][0] != code {
			t.Errorf("%v", rows)
		}

		// People, in the districts of who asks; what would be a formula is none.
		officer := "EO001:officer123"
		villain := first[persistence.Insuree](t, store)
		if err := store.Tx(persistencetest.System(t), func(x *persistence.Session) error {
			villain.OtherNames = "=2+2"
			return persistence.Update(x, villain)
		}); err != nil {
			t.Fatal(err)
		}
		people := `gender_Code: "F", orderBy: ["chfId"], fields: ["chfId", "other_names", "dob", "gender__code", "family.location.name", "id", "head"]`
		women := at(asked(t, s, officer, `{ insurees(gender_Code: "F", first: 1) { totalCount } }`, nil), "insurees", "totalCount").(float64)
		all := at(asked(t, s, admin, `{ insurees(gender_Code: "F", first: 1) { totalCount } }`, nil), "insurees", "totalCount").(float64)
		name := exported(t, s, officer, "insurees", people)
		if rows := fetched(t, s, officer, name); float64(len(rows)-1) != women || women >= all || rows[1][3] != "F" || rows[1][4] == "" || rows[1][6] != "true" && rows[1][6] != "false" {
			t.Errorf("%d of %v women, %v", len(rows)-1, women, rows[1])
		}
		if rows := fetched(t, s, admin, exported(t, s, admin, "insurees", fmt.Sprintf(`chfId: %q, fields: ["other_names"]`, *villain.CHFID))); len(rows) != 2 || rows[1][0] != "'=2+2" {
			t.Errorf("%v", rows)
		}
		if w := (call{target: "/api/core/fetch_export?export=" + name, user: admin}).on(s); w.Code != 404 {
			t.Errorf("another user: %d %s", w.Code, w.Body)
		}
		w := call{target: "/api/core/fetch_export?export=" + exported(t, s, admin, "bill", `fileFormat: "xlsx", fields: ["code"]`), user: admin}.on(s)
		book, err := excelize.OpenReader(w.Body)
		if err != nil {
			t.Fatal(err)
		}
		if cell, err := book.GetCellValue(book.GetSheetList()[0], "A2"); err != nil || cell != code {
			t.Errorf("in XLSX %q, %v", cell, err)
		}
		w = call{target: "/api/core/fetch_export?export=" + exported(t, s, admin, "bill", `fileFormat: "json", fields: ["code"]`), user: admin}.on(s)
		var objects []map[string]string
		if err := json.Unmarshal(w.Body.Bytes(), &objects); err != nil || objects[0]["code"] != code {
			t.Errorf("in JSON %s", w.Body)
		}

		for _, c := range []struct{ user, arguments, want string }{
			{admin, `fields: []`, "fields: "}, {admin, ``, "fields: "}, {admin, `fields: ["nonsense"]`, `"nonsense"`}, {admin, `fields: ["lines"]`, `"lines"`}, {admin, `fields: ["code.length"]`, `"code.length"`},
			{admin, `fields: ["code"], fileFormat: "exe"`, "fileFormat: "}, {admin, `fields: ["code"], fieldsColumns: "["`, "fieldsColumns: "},
			{admin, `fields: ["code"], fieldsColumns: "{\"code\":\"` + strings.Repeat("x", 20_000) + `\"}"`, "too long"}, {"doctor:doctor123", `fields: ["code"]`, "right"},
		} {
			query := "{ billExport }"
			if c.arguments != "" {
				query = "{ billExport(" + c.arguments + ") }"
			}
			if w := ask(s, call{user: c.user}, query, nil); w.Code != 200 || !strings.Contains(fmt.Sprint(at(decoded(t, w), "errors", "message")), c.want) {
				t.Errorf("%.60s: %d %.300s", c.arguments, w.Code, w.Body)
			}
		}
		late := assemble(t, store, func(p *cmd.Parts) { unlimited(p); p.Clock = core.FixedClock(time.Now().Add(11 * time.Minute)) })
		for target, want := range map[string]int{"": 404, "x": 404, "%00": 404, name[:len(name)-2]: 404, name[1:]: 404} {
			if w := (call{target: "/api/core/fetch_export?export=" + target, user: officer}).on(s); w.Code != want {
				t.Errorf("%q: %d %s", target, w.Code, w.Body)
			}
		}
		if w := (call{target: "/api/core/fetch_export?export=" + name, user: officer}).on(late); w.Code != 404 {
			t.Errorf("too late: %d %s", w.Code, w.Body)
		}
		if w := (call{target: "/api/core/fetch_export?export=" + name}).on(s); w.Code != 401 {
			t.Errorf("nobody: %d %s", w.Code, w.Body)
		}
	})
}
