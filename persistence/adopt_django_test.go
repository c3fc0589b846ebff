package persistence_test

import (
	"database/sql"
	"regexp"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

var (
	invoiceTables = regexp.MustCompile(`(?ms)^CREATE TABLE IF NOT EXISTS "(django_content_type|tblPolicyHolder|tblInvoice|tblPaymentInvoice)" \(.*?\n\);\n`)
	dueColumn     = regexp.MustCompile(`(?m)^    "DateDue" `)
	lastColumns   = regexp.MustCompile(`(?m),\n    "(PaymentReference|PayerName)" [^\n]*$`)
)

// djangoInvoices are tables of the newer modules as the Django application made them: the
// invoice has columns that nothing here reads, one of them needed, and three tables lack a
// column that is read.
func djangoInvoices(dialect string) string {
	var text strings.Builder
	for _, migration := range persistence.MigrationTexts(dialect) {
		for _, table := range invoiceTables.FindAllString(migration, -1) {
			table = dueColumn.ReplaceAllString(table, "    \"DateValidFrom\" date NOT NULL,\n    \"CodeTp\" varchar(255),\n    \"TaxAnalysis\" varchar(255),\n$0")
			text.WriteString(lastColumns.ReplaceAllString(table, ""))
		}
	}
	return text.String()
}

// Tables that the Django application made are used as they are: nothing is altered but that
// columns which may be empty are added, and what they hold beyond ours stays.
func TestDjangoTablesAreAdopted(t *testing.T) {
	legacyDatabases(t, func(t *testing.T, db *sql.DB, dsn string) {
		dialect, _, _ := strings.Cut(dsn, ":")
		const id = "00000000-0000-4000-8000-000000000301"
		for _, statement := range []string{
			djangoInvoices(dialect),
			`INSERT INTO "django_content_type" ("id", "app_label", "model") VALUES (41, 'invoice', 'invoice')`,
			`INSERT INTO "tblInvoice" ("UUID", "isDeleted", "version", "Code", "AmountNet", "AmountTotal", "Status", "CurrencyCode", "DateValidFrom", "CodeTp", "TaxAnalysis")
				VALUES ('` + id + `', '0', 3, 'IV-1', 10, 11, 1, 'EUR', '2024-05-01', 'TP1', 'a tenth')`,
		} {
			if _, err := db.Exec(statement); err != nil {
				t.Fatal(err)
			}
		}
		s := openAt(t, dsn)
		plan, err := s.Migrate(t.Context(), true)
		if err != nil {
			t.Fatal(err)
		}
		var altered []string
		for _, line := range plan {
			for _, table := range []string{"django_content_type", "tblPolicyHolder", "tblInvoice", "tblPaymentInvoice"} {
				if strings.Contains(line, `TABLE "`+table+`"`) {
					altered = append(altered, line[:strings.LastIndex(line, `"`)+1])
				}
			}
		}
		if got, want := strings.Join(altered, "\n"), "ALTER TABLE \"tblPolicyHolder\" ADD COLUMN \"PaymentReference\"\nALTER TABLE \"tblInvoice\" ADD COLUMN \"PaymentReference\"\nALTER TABLE \"tblPaymentInvoice\" ADD COLUMN \"PayerName\""; got != want {
			t.Errorf("the plan does\n%s\nnot\n%s", got, want)
		}
		if _, err := s.Migrate(t.Context(), false); err != nil {
			t.Fatal(err)
		}
		if again, err := s.Migrate(t.Context(), true); err != nil || len(again) != 0 {
			t.Errorf("after adoption there is still to do: %q, %v", again, err)
		}
		row, err := persistence.One[persistence.Invoice](s.Read(persistencetest.System(t)), id)
		if err != nil || row.Code != "IV-1" || row.Version != 3 {
			t.Fatalf("the row reads %+v, %v", row, err)
		}
		row.Status, row.PaymentReference = 2, ptr("R1")
		tx(t, s, func(x *persistence.Session) error {
			if err := persistence.Update(x, row); err != nil {
				return err
			}
			kind, err := persistence.ContentTypeOf(x, "invoice", "invoice")
			if err == nil && kind.ID != 41 {
				t.Errorf("the kind of invoices is %d", kind.ID)
			}
			if err != nil {
				return err
			}
			return persistence.Insert(x, &persistence.PaymentInvoice{AmountReceived: ptr(decimal.NewFromInt(11)), PayerRef: "P1"})
		})
		var kept string
		if err := db.QueryRow(`SELECT "CodeTp" || ', ' || "TaxAnalysis" || ', ' || "Status" || ', ' || "version" FROM "tblInvoice"`).Scan(&kept); err != nil || kept != "TP1, a tenth, 2, 4" {
			t.Errorf("the row holds %q, %v", kept, err)
		}
	})
}
