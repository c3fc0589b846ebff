package tables_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/core/security"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
	"github.com/openimis/openimis-go/persistence/tables"
)

// referenceDemo is the demonstration data of the legacy application.
const referenceDemo = "../../../shared/reference/demo-data"

func needReference(t *testing.T) {
	t.Helper()
	if _, err := os.Stat(referenceDemo); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal(err)
		}
		t.Skipf("%s is not there", referenceDemo)
	}
}

func load(t *testing.T, s *persistence.Store, o tables.ImportOptions) *tables.Report {
	t.Helper()
	report, err := tables.Import(persistencetest.System(t), s, o)
	if err != nil {
		t.Fatal(strings.Join(describe(err), "\n"))
	}
	return report
}

// describe gives an error's faults as the user reads them.
func describe(err error) []string {
	var fault *core.Error
	if !errors.As(err, &fault) {
		return []string{fmt.Sprint(err)}
	}
	var lines []string
	for _, one := range fault.All() {
		lines = append(lines, one.Path+": "+one.Message)
	}
	return lines
}

func count(t *testing.T, s *persistence.Store, model any, where string, args ...any) int64 {
	t.Helper()
	var n int64
	if err := s.Read(persistencetest.System(t)).DB().Model(model).Where(where, args...).Count(&n).Error; err != nil {
		t.Fatal(err)
	}
	return n
}

func TestReferenceDemoLoadsAsItIs(t *testing.T) {
	needReference(t)
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		ctx := persistencetest.System(t)
		key := security.NewPrivateKey()
		report := load(t, s, tables.ImportOptions{Dir: referenceDemo, Finish: func(x *persistence.Session) error {
			login, err := tables.SetAdminPassword(x, key, security.HashPassword("secret-1", key))
			if login != "Admin" {
				t.Errorf("the first administrator is %q", login)
			}
			return err
		}})
		if len(report.Tables) != 49 {
			t.Errorf("%d tables loaded, want 49", len(report.Tables))
		}
		for _, want := range []struct {
			what  string
			model any
			where string
			n     int64
		}{
			{"claims", &persistence.Claim{}, "1 = 1", 25},
			{"live claims", &persistence.Claim{}, `"ValidityTo" IS NULL`, 10},
			{"insured persons", &persistence.Insuree{}, "1 = 1", 144},
			{"live insured persons", &persistence.Insuree{}, `"ValidityTo" IS NULL`, 60},
			{"references to no feedback", &persistence.Claim{}, `"FeedbackID" IS NOT NULL`, 0},
			{"references to village 0", &persistence.Insuree{}, `"CurrentVillage" = 0`, 0},
			{"defaults of the system", &persistence.IMISDefaults{}, `"ActivationOption" = 2`, 1},
			{"premium with key 0", &persistence.Premium{}, `"PremiumId" = 0`, 1},
			{"users without UUID", &persistence.User{}, `"UserUUID" IS NULL`, 0},
		} {
			if n := count(t, s, want.model, want.where); n != want.n {
				t.Errorf("%d %s, want %d", n, want.what, want.n)
			}
		}
		var admin persistence.User
		if err := s.Read(ctx).DB().Where(`"LoginName" = 'Admin'`).Take(&admin).Error; err != nil {
			t.Fatal(err)
		}
		if !security.VerifyPassword("secret-1", *admin.PrivateKey, *admin.StoredPassword) {
			t.Error("the password given does not open the account")
		}
		// The next row gets a key of its own.
		err := s.Tx(ctx, func(x *persistence.Session) error {
			return persistence.Insert(x, &persistence.Location{LocationCode: ptr("R9"), LocationName: ptr("New"), LocationType: "R"})
		})
		if err != nil {
			t.Errorf("a row after the load: %v", err)
		}
	})
}

func ptr[T any](v T) *T { return &v }

// export(import(files)) and a second round are the same, byte for byte.
func TestExportGivesWhatImportTook(t *testing.T) {
	needReference(t)
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		ctx := persistencetest.System(t)
		load(t, s, tables.ImportOptions{Dir: referenceDemo})
		first, second := t.TempDir(), t.TempDir()
		if _, err := tables.Export(ctx, s, tables.ExportOptions{Dir: first}); err != nil {
			t.Fatal(err)
		}
		again := persistencetest.SQLite(t)
		if strings.HasSuffix(t.Name(), "postgres") {
			again = persistencetest.Postgres(t)
		}
		load(t, again, tables.ImportOptions{Dir: first})
		if _, err := tables.Export(ctx, again, tables.ExportOptions{Dir: second}); err != nil {
			t.Fatal(err)
		}
		files, _ := filepath.Glob(filepath.Join(first, "*.csv"))
		if len(files) != 49 {
			t.Errorf("%d files", len(files))
		}
		for _, file := range files {
			one, _ := os.ReadFile(file)
			two, err := os.ReadFile(filepath.Join(second, filepath.Base(file)))
			if err != nil || string(one) != string(two) {
				t.Errorf("%s differs after a second round: %v", filepath.Base(file), err)
			}
		}
	})
}

// Bytes, and yes or no where PostgreSQL keeps a bit, come back too.
func TestRareTypesComeBack(t *testing.T) {
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		load(t, s, tables.ImportOptions{Dir: write(t, map[string]string{
			"tblLanguages.csv": "LanguageCode,LanguageName\nen,English\n",
			"tblUsers.csv":     "UserID,LanguageID,LastName,OtherNames,LoginName,AuditUserID,password\n1,en,A,B,c,0,0x00ff5c22\n2,en,A,B,d,0,\\N\n",
			"tblPayment.csv":   "PaymentID,SmsRequired,ExpectedAmount\n5,1,10.25\n6,0,\\N\n7,\\N,0\n",
			"core_User.csv":    "id,ValidityFrom,username,i_user_id\n0539AFEB21A14B3F947823E6F41B0024,@now,c,1\n",
		})})
		dir := t.TempDir()
		if _, err := tables.Export(persistencetest.System(t), s, tables.ExportOptions{Dir: dir}); err != nil {
			t.Fatal(err)
		}
		for file, want := range map[string][]string{
			"tblUsers.csv":   {",0x00ff5c22,", "\n2,"},
			"tblPayment.csv": {",10.25,", ",0.00,"},
			"core_User.csv":  {"\n0539afeb21a14b3f947823e6f41b0024,"},
		} {
			text, err := os.ReadFile(filepath.Join(dir, file))
			for _, part := range want {
				if !strings.Contains(string(text), part) {
					t.Errorf("%s lacks %q: %v\n%s", file, part, err, text)
				}
			}
		}
		if n := count(t, s, &persistence.Payment{}, `"SmsRequired" IS NULL`); n != 1 {
			t.Errorf("%d payments say nothing of messages, want 1", n)
		}
	})
}

// Texts that look like something else come back as they were.
func TestAwkwardTextsComeBack(t *testing.T) {
	texts := []string{`\N`, "@now", "@newid", "", " ", `say "x", y`, "two\r\nlines\n", "\ufeffmark", "a\tb", "ñ, 漢, 🙂", "'; DROP TABLE x; --", "0"}
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		ctx := persistencetest.System(t)
		err := s.Tx(ctx, func(x *persistence.Session) error {
			for i, text := range texts {
				row := persistence.Diagnosis{ICDID: i + 1, ICDCode: "X", ICDName: text, ValidityFrom: x.Now(), AuditUserID: -1}
				if err := x.DB().Create(&row).Error; err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		if _, err := tables.Export(ctx, s, tables.ExportOptions{Dir: dir}); err != nil {
			t.Fatal(err)
		}
		again := persistencetest.SQLite(t)
		load(t, again, tables.ImportOptions{Dir: dir})
		var rows []persistence.Diagnosis
		if err := again.Read(ctx).DB().Find(&rows).Error; err != nil {
			t.Fatal(err)
		}
		for i, row := range rows {
			if row.ICDName != texts[row.ICDID-1] {
				t.Errorf("%q came back as %q", texts[i], row.ICDName)
			}
		}
		if len(rows) != len(texts) {
			t.Errorf("%d rows, want %d", len(rows), len(texts))
		}
	})
}

const (
	genders   = "Code,Gender\nF,Female\nM,Male\n"
	locations = "LocationId,LocationUUID,LocationCode,LocationName,ParentLocationId,LocationType\n"
)

func TestFaultsAreReported(t *testing.T) {
	for _, test := range []struct {
		name  string
		files map[string]string
		want  []string
	}{
		{"unknown table", map[string]string{"tblNothing.csv": "a\n1\n"}, []string{`tblNothing.csv: there is no table "tblNothing"`}},
		{"empty file", map[string]string{"tblGender.csv": ""}, []string{"tblGender.csv: the file is empty"}},
		{"unknown column", map[string]string{"tblGender.csv": "Code,Sex\nF,Female\n"}, []string{"tblGender.csv row 1 column Sex: table tblGender has no such column"}},
		{"column twice", map[string]string{"tblGender.csv": "Code,code\nF,F\n"}, []string{"tblGender.csv row 1 column code: the column stands twice"}},
		{"missing column", map[string]string{"tblEducations.csv": "EducationId\n1\n"}, []string{"tblEducations.csv row 1 column Education: the column is missing and needs a value"}},
		{"missing key", map[string]string{"tblGender.csv": "Gender\nFemale\n"}, []string{"tblGender.csv row 1 column Code: the column is missing"}},
		{"row too short", map[string]string{"tblGender.csv": "Code,Gender\nF\nM,Male\n"}, []string{"tblGender.csv row 2: the row has 1 cells, the header 2"}},
		{"bad quote", map[string]string{"tblGender.csv": "Code,Gender\nF,\"Fem\"ale\n"}, []string{"tblGender.csv row 2: cell 2: a closing quote is followed by 'a'"}},
		{"bad number", map[string]string{"tblEducations.csv": "EducationId,Education\nx,Y\n"}, []string{`tblEducations.csv row 2 column EducationId: "x" is not a whole number`}},
		{"too long", map[string]string{"tblGender.csv": "Code,Gender\nFemale,F\n"}, []string{`tblGender.csv row 2 column Code: "Female" has 6 characters, the column holds 1`}},
		{"NULL in a key", map[string]string{"tblGender.csv": "Code,Gender\n\\N,F\n"}, []string{"tblGender.csv row 2 column Code: is NULL, but the column needs a value"}},
		{"key twice", map[string]string{"tblGender.csv": genders + "F,Again\n"}, []string{`tblGender.csv row 4 column Code: "F" stands twice in the file`}},
		{"UUID twice", map[string]string{"tblLocations.csv": locations + "1,00000000-0000-4000-8000-000000000001,A,B,\\N,R\n2,00000000-0000-4000-8000-000000000001,C,D,\\N,R\n"}, []string{
			`tblLocations.csv row 2 column LocationUUID: "00000000-0000-4000-8000-000000000001" is the UUID of more than one row`,
			`tblLocations.csv row 3 column LocationUUID: "00000000-0000-4000-8000-000000000001" is the UUID of more than one row`}},
		{"reference to nothing", map[string]string{"tblLocations.csv": locations + "1,@newid,A,B,\\N,R\n2,@newid,A,B,7,D\n3,@newid,A,B,1,D\n"}, []string{
			`tblLocations.csv row 3 column ParentLocationId: "7" refers to a row of tblLocations that does not exist`}},
		{"two files, several faults", map[string]string{"tblGender.csv": genders + "MM,Two\n", "tblEducations.csv": "EducationId,Education\n1,\\N\n40000,X\n"}, []string{
			"tblGender.csv row 4 column Code", "tblEducations.csv row 2 column Education", `tblEducations.csv row 3 column EducationId: "40000" is not between -32768 and 32767`}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := persistencetest.SQLite(t)
			test.files["tblLanguages.csv"] = "LanguageCode,LanguageName\nen,English\n" // a sound file beside
			dir := write(t, test.files)
			_, err := tables.Import(persistencetest.System(t), s, tables.ImportOptions{Dir: dir})
			if core.CodeOf(err) != core.Unprocessable {
				t.Fatalf("got %v", err)
			}
			got := describe(err)
			if len(got) != len(test.want) {
				t.Errorf("%d faults, want %d:\n%s", len(got), len(test.want), strings.Join(got, "\n"))
			}
			for _, want := range test.want {
				if !strings.Contains(strings.Join(got, "\n"), want) {
					t.Errorf("not reported: %s\ngot %s", want, strings.Join(got, "\n"))
				}
			}
			if n := count(t, s, &persistence.Language{}, "1 = 1"); n != 0 {
				t.Errorf("%d rows of the sound file were loaded all the same", n)
			}
		})
	}
}

func write(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestFaultsBeyondAHundredAreCounted(t *testing.T) {
	dir := write(t, map[string]string{"tblGender.csv": "Code,Gender\n" + strings.Repeat("FF,Female\n", 150)})
	_, err := tables.Import(persistencetest.System(t), persistencetest.SQLite(t), tables.ImportOptions{Dir: dir})
	got := describe(err)
	if len(got) != 101 || !strings.Contains(got[100], "more faults are not listed") {
		t.Errorf("%d lines, the last is %q", len(got), got[len(got)-1])
	}
}

func TestLoadingBesideWhatIsThere(t *testing.T) {
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		ctx := persistencetest.System(t)
		load(t, s, tables.ImportOptions{Dir: write(t, map[string]string{"tblLocations.csv": locations + "1,@newid,A,Alpha,\\N,R\n"})})
		more := write(t, map[string]string{"tblLocations.csv": locations + "2,@newid,B,Beta,1,D\n"})
		_, err := tables.Import(ctx, s, tables.ImportOptions{Dir: more})
		if got := describe(err); len(got) != 1 || !strings.Contains(got[0], "table tblLocations has 1 rows already; only --append loads beside them") {
			t.Errorf("into a table with rows: %v", got)
		}
		load(t, s, tables.ImportOptions{Dir: more, Append: true}) // refers to a row of the database
		_, err = tables.Import(ctx, s, tables.ImportOptions{Dir: more, Append: true})
		if got := describe(err); len(got) != 1 || !strings.Contains(got[0], `row 2 column LocationId: "2" is the key of a row in the database already`) {
			t.Errorf("the same again: %v", got)
		}
		if n := count(t, s, &persistence.Location{}, "1 = 1"); n != 2 {
			t.Errorf("%d rows, want 2", n)
		}
	})
}

// What the database at hand keeps shorter than SQL Server does is reported, not cut off.
func TestColumnsOfTheDatabaseCount(t *testing.T) {
	needReference(t)
	s := persistencetest.Postgres(t)
	err := s.Tx(persistencetest.System(t), func(x *persistence.Session) error {
		return x.DB().Exec(`ALTER TABLE "tblClaim" ALTER COLUMN "ClaimCode" TYPE varchar(8)`).Error // as older builds have it
	})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	files, _ := filepath.Glob(filepath.Join(referenceDemo, "*.csv"))
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		text = []byte(strings.Replace(string(text), "CID00001,", "CID00001-TOO-LONG,", 1))
		if err := os.WriteFile(filepath.Join(dir, filepath.Base(file)), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	_, err = tables.Import(persistencetest.System(t), s, tables.ImportOptions{Dir: dir})
	if got := describe(err); len(got) != 1 || !strings.Contains(got[0], `tblClaim.csv row 2 column ClaimCode: "CID00001-TOO-LONG" has 17 characters, the column holds 8`) {
		t.Errorf("got %v", got)
	}
}

func TestNoFilesNoWork(t *testing.T) {
	s := persistencetest.SQLite(t)
	for _, dir := range []string{t.TempDir(), filepath.Join(t.TempDir(), "nowhere")} {
		if _, err := tables.Import(persistencetest.System(t), s, tables.ImportOptions{Dir: dir}); core.CodeOf(err) != core.Invalid {
			t.Errorf("got %v", err)
		}
	}
	full := write(t, map[string]string{"tblGender.csv": genders})
	if _, err := tables.Export(persistencetest.System(t), s, tables.ExportOptions{Dir: full}); core.CodeOf(err) != core.Invalid {
		t.Errorf("export beside other files: %v", err)
	}
}
