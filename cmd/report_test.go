package cmd_test

import (
	"encoding/csv"
	"fmt"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/cmd/server"
	"github.com/openimis/openimis-go/graphql/files/sheet"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
	"github.com/openimis/openimis-go/scheme/report"
)

// days are those the reports of the tests are about.
const days = "date_start=2020-01-01&date_end=2030-12-31"

// askedOfReports is what the tests ask of each report, as the UI spells it.
var askedOfReports = map[string]string{
	"claims_overview":                        days,
	"claim_history":                          days + "&requested_insuree_id=PERSON",
	"claim_percentage_referrals":             days + "&region_id=REGION&district_id=DISTRICT",
	"claims_primary_operational_indicators":  "requested_region_id=REGION&requested_year=2026",
	"premium_collection":                     days + "&requested_payment_type=C",
	"payment_category_overview":              days,
	"contributions_distribution":             "requested_product_id=PRODUCT&requested_year=2026",
	"user_activity":                          days + "&action=I&entity=Claim",
	"registers_status":                       "",
	"insuree_missing_photo":                  "locationId=REGION",
	"insurees_pending_enrollment":            "officerId=OFFICER&locationId=REGION&dateFrom=2020-01-01&dateTo=2030-12-31",
	"insuree_family_overview":                "dateFrom=2020-01-01&dateTo=2030-12-31",
	"enrolled_families":                      "locationId=REGION&dateFrom=2020-01-01&dateTo=2030-12-31",
	"policy_renewals":                        days + "&requested_sorting=R",
	"policy_primary_operational_indicators":  "yearMonth=undefined",
	"product_sales":                          days,
	"product_derived_operational_indicators": "requested_product_id=PRODUCT&requested_year=2026",
}

// keysOfDemo gives a replacer that puts keys of rows of the demo in: those of a claim that
// has been valuated, and of where its facility is.
func keysOfDemo(t *testing.T, store *persistence.Store) *strings.Replacer {
	t.Helper()
	x := store.Read(persistencetest.System(t))
	claims, err := persistence.Select[persistence.Claim](x, persistence.Query{
		Where: []clause.Expression{persistence.Compare(persistence.Column("", "ClaimStatus"), "=", 16)}, Join: []string{"HF"}, Limit: 1})
	if err != nil || len(claims.Rows) == 0 {
		t.Fatal(err, len(claims.Rows))
	}
	claim := claims.Rows[0]
	policies, err := persistence.Select[persistence.Policy](x, persistence.Query{Limit: 1})
	if err != nil || len(policies.Rows) == 0 {
		t.Fatal(err)
	}
	registers, err := store.Registers(x.Context())
	if err != nil {
		t.Fatal(err)
	}
	return strings.NewReplacer("PERSON", fmt.Sprint(claim.InsureeID), "DISTRICT", fmt.Sprint(claim.HF.LocationID), "REGION", fmt.Sprint(*registers.Locations.ByID(claim.HF.LocationID).ParentLocationID),
		"PRODUCT", fmt.Sprint(policies.Rows[0].ProdID), "OFFICER", fmt.Sprint(*policies.Rows[0].OfficerID))
}

// reported gives the rows of a report by the names of the columns.
func reported(t *testing.T, s *server.Server, user, name, query string) []map[string]string {
	t.Helper()
	w := call{target: "/api/report/" + name + "/csv/?" + query, user: user}.on(s)
	if w.Code != 200 {
		t.Fatalf("%s?%s: %d %s", name, query, w.Code, w.Body)
	}
	lines, err := csv.NewReader(w.Body).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var rows []map[string]string
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, value := range line {
			row[lines[0][i]] = value
		}
		rows = append(rows, row)
	}
	return rows
}

func sumOf(rows []map[string]string, column string) string {
	sum := decimal.Zero
	for _, row := range rows {
		if row[column] != "" {
			sum = sum.Add(decimal.RequireFromString(row[column]))
		}
	}
	return sum.String()
}

// Every report is handed out in every form, with rows where the demo has some.
func TestReports(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, nil)
		keys := keysOfDemo(t, store)
		for _, r := range report.All() {
			query, known := askedOfReports[r.Name]
			if !known {
				t.Fatalf("nothing is asked of %s", r.Name)
			}
			query = keys.Replace(query)
			if rows := reported(t, s, "Admin:admin123", r.Name, query); len(rows) == 0 && r.Name != "insurees_pending_enrollment" {
				t.Errorf("%s has no rows", r.Name)
			}
			for _, ending := range []string{"pdf", "xlsx"} {
				w := call{target: "/api/report/" + r.Name + "/" + ending + "/?" + query, user: "Admin:admin123"}.on(s)
				if w.Code != 200 || w.Header().Get("Content-Type") != sheet.Forms[ending].Media || w.Header().Get("Content-Disposition") != "attachment; filename="+r.Name+"."+ending || w.Body.Len() < 2000 {
					t.Errorf("%s as %s: %d %v", r.Name, ending, w.Code, w.Header())
				}
			}
			for _, p := range r.Parameters {
				if !p.Required {
					continue
				}
				for given, code := range map[string]int{"": 400, "undefined": 400, "x'--": 400, "99999999999999999999": 400} {
					w := call{target: "/api/report/" + r.Name + "/pdf/?" + changedIn(query, p.Name, given), user: "Admin:admin123"}.on(s)
					if w.Code != code || !strings.Contains(w.Body.String(), p.Name) {
						t.Errorf("%s with %s=%q: %d %s", r.Name, p.Name, given, w.Code, w.Body)
					}
				}
			}
		}
	})
}

// changedIn replaces the value of a parameter in a query.
func changedIn(query, name, value string) string {
	parts := strings.Split(query, "&")
	for i, part := range parts {
		if strings.HasPrefix(part, name+"=") {
			parts[i] = name + "=" + value
		}
	}
	return strings.Join(parts, "&")
}

// What reports tell of the same rows agrees, with each other and with the rows.
func TestReportsAgree(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, nil)
		x := store.Read(persistencetest.System(t))
		claims, err := persistence.Count[persistence.Claim](x, persistence.Tally{Sum: []clause.Column{persistence.Column("", "Claimed"), persistence.Column("", "Remunerated")}})
		if err != nil {
			t.Fatal(err)
		}
		overview := reported(t, s, "Admin:admin123", "claims_overview", days)
		if len(overview) != claims[0].Count || sumOf(overview, "claimed") != claims[0].Sum[0].String() || sumOf(overview, "paid") != claims[0].Sum[1].String() {
			t.Errorf("%d claims, %s claimed; there are %v", len(overview), sumOf(overview, "claimed"), claims)
		}
		rejected := reported(t, s, "Admin:admin123", "claims_overview", days+"&requested_claim_status=1")
		registers, err := store.Registers(x.Context())
		if err != nil {
			t.Fatal(err)
		}
		var indicators []map[string]string
		for _, place := range registers.Locations.All() {
			for year := 2023; place.LocationType == "R" && year < 2028; year++ {
				indicators = append(indicators, reported(t, s, "Admin:admin123", "claims_primary_operational_indicators", fmt.Sprintf("requested_region_id=%d&requested_year=%d", place.LocationID, year))...)
			}
		}
		if sumOf(indicators, "claims") != fmt.Sprint(len(overview)) || sumOf(indicators, "rejected") != fmt.Sprint(len(rejected)) || len(rejected) == 0 {
			t.Errorf("the indicators have %s claims, %s rejected, the overview %d claims, %d rejected", sumOf(indicators, "claims"), sumOf(indicators, "rejected"), len(overview), len(rejected))
		}
		premiums, err := persistence.Count[persistence.Premium](x, persistence.Tally{
			Where: []clause.Expression{persistence.IsNull(persistence.Column("Policy", "ValidityTo"))}, Join: []string{"Policy"}, Sum: []clause.Column{persistence.Column("", "Amount")}})
		if err != nil {
			t.Fatal(err)
		}
		collected, categories := reported(t, s, "Admin:admin123", "premium_collection", days), reported(t, s, "Admin:admin123", "payment_category_overview", days)
		if sum := premiums[0].Sum[0].String(); sumOf(collected, "amount") != sum || sumOf(categories, "amount") != sum || sumOf(collected, "payments") != fmt.Sprint(premiums[0].Count) {
			t.Errorf("collected %s in %s payments, by category %s, want %v", sumOf(collected, "amount"), sumOf(collected, "payments"), sumOf(categories, "amount"), premiums)
		}
		families, sales := reported(t, s, "Admin:admin123", "enrolled_families", "locationId=1&dateFrom=2020-01-01&dateTo=2030-12-31"), reported(t, s, "Admin:admin123", "product_sales", days+"&requested_region_id=1")
		if sumOf(families, "value") != sumOf(sales, "value") || len(families) == 0 {
			t.Errorf("families bought for %s, products sold for %s", sumOf(families, "value"), sumOf(sales, "value"))
		}
	})
}

// A report shows what its reader sees elsewhere, to who has its right or that of all reports.
func TestReportsKeepToTheirReader(t *testing.T) {
	s := demoOnSQLite(t)
	for _, c := range []struct {
		user, path string
		code       int
	}{
		{"", "claims_overview/pdf?" + days, 401},
		{"scheme:scheme123", "claims_overview/pdf?" + days, 403},
		{"scheme:scheme123", "registers_status/pdf", 200}, // 131209
		{"EO001:officer123", "claims_overview/pdf/?" + days, 200},
		{"Admin:admin123", "none/pdf", 404},
		{"Admin:admin123", "registers_status/doc", 404},
		{"Admin:admin123", "registers_status/pdf?requested_region_id=99999", 404},
		{"Admin:admin123", "claims_overview/pdf?date_start=2026-02-01&date_end=2026-01-01", 400},
		{"Admin:admin123", "claims_overview/pdf?" + days + "&requested_claim_status=3", 400},
		{"Admin:admin123", "policy_primary_operational_indicators/pdf?yearMonth=2026-13", 400},
	} {
		if w := (call{target: "/api/report/" + c.path, user: c.user}.on(s)); w.Code != c.code {
			t.Errorf("%s for %q: %d %s", c.path, c.user, w.Code, w.Body)
		}
	}
	all, some := reported(t, s, "Admin:admin123", "claims_overview", days), reported(t, s, "EO001:officer123", "claims_overview", days)
	if len(some) == 0 || len(some) >= len(all) {
		t.Errorf("an officer sees %d of %d claims", len(some), len(all))
	}
	for _, row := range reported(t, s, "EO001:officer123", "product_sales", days) {
		if row["district"] != "Amberfield" {
			t.Errorf("an officer of Amberfield sees sales of %s", row["district"])
		}
	}
}

// What a report asks of the database does not grow with its rows.
func TestReportsTakeTheSameStatements(t *testing.T) {
	store := persistencetest.SQLite(t)
	s := demoOn(t, store)
	keys := keysOfDemo(t, store)
	for _, r := range report.All() {
		query := keys.Replace(askedOfReports[r.Name])
		taken := func(query string) int {
			req := httptest.NewRequest("GET", "/api/report/"+r.Name+"/csv/?"+query, nil)
			req.SetBasicAuth("Admin", "admin123")
			ctx, counter := persistence.CountStatements(req.Context())
			w := httptest.NewRecorder()
			s.ServeHTTP(w, req.WithContext(ctx))
			if w.Code != 200 {
				t.Errorf("%s?%s: %d %s", r.Name, query, w.Code, w.Body)
			}
			return counter.Count()
		}
		taken(query) // registers and account are read once
		full, empty := taken(query), taken(strings.NewReplacer("2020-", "1920-", "2030-", "1921-", "2026", "1921").Replace(query))
		if difference := full - empty; difference < 0 || difference > 2 {
			t.Errorf("%s takes %d statements, %d for no rows", r.Name, full, empty)
		}
	}
}

// A claim is printed for who may print it and sees it.
func TestClaimsArePrinted(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, nil)
		page, err := persistence.Select[persistence.Claim](store.Read(persistencetest.System(t)), persistence.Query{Join: []string{"HF"}, Where: []clause.Expression{
			persistence.Exists("tblHF", "HfID", persistence.Column("tblClaim", "HFID"), persistence.Text(persistence.Column("tblHF", "HFCode"), persistence.Same, "A1H001"))}, Limit: 1})
		if err != nil || len(page.Rows) == 0 {
			t.Fatal(err)
		}
		claim := page.Rows[0]
		for _, c := range []struct {
			user, query string
			code        int
		}{
			{"CA001:claims123", "?uuid=" + string(claim.ClaimUUID), 200},
			{"Admin:admin123", "?uuid=" + strings.ToUpper(string(claim.ClaimUUID)), 200},
			{"", "?uuid=" + string(claim.ClaimUUID), 401},
			{"EO001:officer123", "?uuid=" + string(claim.ClaimUUID), 403},
			{"Admin:admin123", "?uuid=" + string(persistence.NewUUID()), 404},
			{"Admin:admin123", "?uuid=1", 404},
			{"Admin:admin123", "", 400},
		} {
			w := call{target: "/api/claim/print/" + c.query, user: c.user}.on(s)
			if w.Code != c.code || c.code == 200 && (!strings.HasPrefix(w.Body.String(), "%PDF-") || w.Header().Get("Content-Disposition") != `attachment; filename="claim `+claim.ClaimCode+`.pdf"`) {
				t.Errorf("%s for %q: %d %v %.200s", c.query, c.user, w.Code, w.Header(), w.Body)
			}
		}
	})
}

// What batch runs have to pay is the same by facility, by product and in the claims.
func TestBatchReport(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, nil)
		ctx := persistencetest.System(t)
		if err := store.Tx(ctx, func(x *persistence.Session) error {
			run := persistence.BatchRun{RunDate: x.Now(), RunYear: 2026, RunMonth: 10}
			if err := persistence.Insert(x, &run); err != nil {
				return err
			}
			return x.DB().Model(&persistence.Claim{}).Where(persistence.Compare(persistence.Column("", "ClaimStatus"), "=", 16)).Update("RunID", run.RunID).Error
		}); err != nil {
			t.Fatal(err)
		}
		ask := func(query string) *report.Document {
			t.Helper()
			values, _ := url.ParseQuery(query)
			d, err := report.Batch(store.Read(ctx), values.Get)
			if err != nil {
				t.Fatal(err)
			}
			return d
		}
		facilities, products := ask("group=H&showClaims=true&runId=0&hfLevel="), ask("group=P&showClaims=false&prodId=0")
		last := func(table report.Table) string {
			totals := table.Totals()
			return fmt.Sprint(totals[len(totals)-1])
		}
		paid := last(facilities.Tables[0])
		if len(facilities.Tables) != 2 || len(products.Tables) != 1 || last(facilities.Tables[1]) != paid || last(products.Tables[0]) != paid || paid == "0" {
			t.Errorf("to be paid: by facility %s, by claim %s, by product %s", paid, last(facilities.Tables[1]), last(products.Tables[0]))
		}
		if some := ask("group=H&hfLevel=H"); len(some.Tables[0].Rows) == 0 || len(some.Tables[0].Rows) >= len(facilities.Tables[0].Rows) {
			t.Errorf("%d hospitals of %d facilities", len(some.Tables[0].Rows), len(facilities.Tables[0].Rows))
		}
		const whole = "locationId=0&regionCode=&regionName=&prodId=0&productCode=&productName=&runId=0&runDate=&hfId=0&hfCode=&hfName=&hfLevel=&dateFrom=&dateTo=&showClaims=true"
		for _, c := range []struct {
			user, query string
			code        int
		}{
			{"Admin:admin123", whole + "&group=H", 200},
			{"Admin:admin123", whole + "&group=P", 200},
			{"Admin:admin123", "group=H&dateFrom=2026-01-01&dateTo=2025-12-31", 200},
			{"Admin:admin123", whole, 400},
			{"Admin:admin123", "group=X", 400},
			{"Admin:admin123", "group=H&runId=9999", 404},
			{"EO001:officer123", whole + "&group=H", 403},
			{"", whole + "&group=H", 401},
		} {
			w := call{target: "/api/claim_batch/report/?" + c.query, user: c.user}.on(s)
			if w.Code != c.code || c.code == 200 && !strings.HasPrefix(w.Body.String(), "%PDF-") {
				t.Errorf("%s for %q: %d %.200s", c.query, c.user, w.Code, w.Body)
			}
		}
	})
}

// The page of reports lists those its reader may ask for, and no other is there for him.
func TestReportsAreListed(t *testing.T) {
	s := demoOnSQLite(t)
	const shown = `query ($name: String!) { reports { name module description } report(name: $name) { name permission definition defaultReport } }`
	for _, c := range []struct {
		user, name string
		listed     int
		found      bool
	}{
		{"Admin:admin123", "claims_overview", 17, true},
		{"EO001:officer123", "claims_overview", 17, true}, // 131200
		{"scheme:scheme123", "registers_status", 1, true},
		{"scheme:scheme123", "claims_overview", 1, false},
		{"CA001:claims123", "claims_overview", 0, false},
		{"Admin:admin123", "none", 17, false},
	} {
		answer := asked(t, s, c.user, shown, map[string]any{"name": c.name})
		listed, _ := at(answer, "reports").([]any)
		if name := at(answer, "report", "name"); len(listed) != c.listed || (name == c.name) != c.found {
			t.Errorf("%s: %d reports, %v", c.user, len(listed), at(answer, "report"))
		}
	}
}
