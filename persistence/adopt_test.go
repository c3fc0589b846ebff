package persistence_test

import (
	"database/sql"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

// djangoColumns are columns a database has only where the Django application ran.
var djangoColumns = regexp.MustCompile(`(?m)^    "(JsonExt|status|status_date|StatusReason|CareType|RestoredClaim|ReferFrom|ReferTo|pre_authorization|patient_condition|referral_code|ServPackageType|manualPrice|MaximumAmount|creationDate|ContributionPlanID|CeilingType|LastLogin)" [^\n]*,?\n`)

var djangoKeys = regexp.MustCompile(`(?m)^(    FOREIGN KEY|ALTER TABLE [^\n]* FOREIGN KEY) \("(StatusReason|RestoredClaim|ReferFrom|ReferTo)"\)[^\n]*\n`)

var djangoTables = regexp.MustCompile(`(?ms)^CREATE TABLE "(claim_ClaimAttachment|claim_ClaimAttachment_ClaimAttachmentType|core_User|core_TechnicalUser|tblInsureeStatusReason|tblClaimServicesItems|tblClaimServicesService|tblCapitationPayment|tblServiceContainedPackage|tblProductContainedPackage)" \(.*?\n\);\n`)

var djangoTableKeys = regexp.MustCompile(`(?m)^ALTER TABLE "(claim_|core_|tblInsureeStatusReason|tblClaimServices(Items|Service)"|tblCapitationPayment|tblServiceContainedPackage|tblProductContainedPackage)[^\n]*\n`)

var trailingComma = regexp.MustCompile(`,(\s*\n\);)`)

// legacySchema is the schema of a database only the old application ever used.
func legacySchema(dialect string) string {
	text := persistence.MigrationTexts(dialect)[0]
	for _, gone := range []*regexp.Regexp{djangoTables, djangoTableKeys, djangoKeys, djangoColumns} {
		text = gone.ReplaceAllString(text, "")
	}
	return trailingComma.ReplaceAllString(text, "$1")
}

// legacyDatabases makes an old database with one insured person in it, on each kind.
func legacyDatabases(t *testing.T, test func(t *testing.T, db *sql.DB, dsn string)) {
	fill := func(t *testing.T, dialect, driver, connection, dsn string) {
		t.Helper()
		db, err := sql.Open(driver, connection)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { db.Close() })
		if _, err := db.Exec(legacySchema(dialect)); err != nil {
			t.Fatal(err)
		}
		if _, err := db.Exec(`INSERT INTO "tblInsuree" ("InsureeUUID", "CHFID", "LastName", "OtherNames", "DOB", "AuditUserID") VALUES ('0DF2B4C4-8C2B-4D0C-AC0B-2A9DBD5BBD8F', '070707070', 'Old', 'Data', '1980-02-03', 1)`); err != nil {
			t.Fatal(err)
		}
		test(t, db, dsn)
	}
	t.Run("sqlite", func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "legacy.db")
		fill(t, "sqlite", "sqlite", file, "sqlite://"+file)
	})
	t.Run("postgres", func(t *testing.T) {
		dsn := persistencetest.EmptyPostgres(t)
		fill(t, "postgres", "pgx", dsn, dsn)
	})
}

func openAt(t *testing.T, dsn string) *persistence.Store {
	t.Helper()
	s, err := persistence.Open(t.Context(), persistence.Options{DSN: dsn, Timezone: persistencetest.Zone})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func TestLegacyDatabaseIsAdopted(t *testing.T) {
	legacyDatabases(t, func(t *testing.T, db *sql.DB, dsn string) {
		s := openAt(t, dsn)
		plan, err := s.Migrate(t.Context(), true)
		if err != nil {
			t.Fatal(err)
		}
		text := strings.Join(plan, "\n")
		for _, want := range []string{`ALTER TABLE "tblInsuree" ADD COLUMN "JsonExt"`, `ALTER TABLE "tblClaim" ADD COLUMN "CareType"`, `CREATE TABLE "core_User"`, `CREATE TABLE "openimis_outbox"`, "openimis_ix_tblInsuree_CHFID", "00004_location_views.sql"} {
			if !strings.Contains(text, want) {
				t.Errorf("the plan lacks %s", want)
			}
		}
		for _, never := range []string{"DROP", `CREATE TABLE "tblInsuree"`, "ALTER COLUMN", "would apply 00001"} {
			if strings.Contains(text, never) {
				t.Errorf("the plan holds %s", never)
			}
		}
		if strings.Contains(text, `"JsonExt" text NOT NULL`) {
			t.Error("an added column is not nullable")
		}
		if n := tables(t, db); n == 0 || hasTable(db, "openimis_outbox") || hasTable(db, "openimis_schema_version") {
			t.Error("a dry run changed the database")
		}
		if _, err := s.Migrate(t.Context(), false); err != nil {
			t.Fatal(err)
		}
		again, err := s.Migrate(t.Context(), true)
		if err != nil || len(again) != 0 {
			t.Errorf("after adoption there is still to do: %q, %v", again, err)
		}
		id, _ := persistence.ParseUUID("0DF2B4C4-8C2B-4D0C-AC0B-2A9DBD5BBD8F")
		ctx := persistencetest.System(t)
		row, err := persistence.One[persistence.Insuree](s.Read(ctx), id)
		if err != nil || row.LastName != "Old" || row.DOB.String() != "1980-02-03" {
			t.Fatalf("the old row reads %+v, %v", row, err)
		}
		newWorld(t, s) // every kind of row can be written
		row.JSONExt = ptr(persistence.JSON(`{"a":1}`))
		tx(t, s, func(x *persistence.Session) error { return persistence.Update(x, row) })
		versions, err := persistence.Versions[persistence.Insuree](s.Read(ctx), id)
		if err != nil || len(versions) != 2 {
			t.Errorf("%d versions after a change, %v", len(versions), err)
		}
	})
}

func TestUnfitDatabaseIsNotAdopted(t *testing.T) {
	dsn := persistencetest.EmptyPostgres(t)
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	schema := strings.Replace(legacySchema("postgres"), `"Claimed" numeric(18,2)`, `"Claimed" bytea`, 1)
	if _, err := db.Exec(schema); err != nil {
		t.Fatal(err)
	}
	s := openAt(t, dsn)
	_, err = s.Migrate(t.Context(), false)
	if core.CodeOf(err) != core.Conflict || !strings.Contains(err.Error(), "tblClaim.Claimed") {
		t.Errorf("an unfit column gives %v, want a conflict that names it", err)
	}
	if hasTable(db, "openimis_schema_version") {
		t.Error("the database was changed all the same")
	}
}

func TestEmptyDatabaseGetsTheWholeSchema(t *testing.T) {
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		if lines, err := s.Migrate(t.Context(), false); err != nil || len(lines) != 0 {
			t.Errorf("a second migration does %q, %v", lines, err)
		}
		for _, row := range persistence.Tables {
			var n int64
			if err := s.Read(persistencetest.System(t)).DB().Model(row).Count(&n).Error; err != nil {
				t.Errorf("%T: %v", row, err)
			}
		}
		w := newWorld(t, s)
		for view, want := range map[string]int64{"tblRegions": 1, "tblDistricts": 2, "tblWards": 2, "tblVillages": 2, "uvwLocations": 8} {
			var n int64
			if err := s.Read(persistencetest.System(t)).DB().Table(view).Count(&n).Error; err != nil || n != want {
				t.Errorf("%s has %d rows, %v, want %d", view, n, err, want)
			}
		}
		_ = w
	})
}

func tables(t *testing.T, db *sql.DB) int {
	t.Helper()
	var n int
	if err := db.QueryRow(`SELECT COUNT(*) FROM "tblInsuree"`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func hasTable(db *sql.DB, name string) bool {
	var n int
	return db.QueryRow(`SELECT COUNT(*) FROM "`+name+`"`).Scan(&n) == nil
}
