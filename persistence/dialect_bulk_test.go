package persistence

import "testing"

// Each database is given rows with their keys in its own words.
func TestBulkStatements(t *testing.T) {
	for _, test := range []struct{ name, got, want string }{
		{"sqlite", bulkDialectOf("sqlite").insert("tblGender", []string{"Code", "Gender"}, "", 2),
			`INSERT INTO "tblGender" ("Code","Gender") VALUES (?,?),(?,?)`},
		{"postgres", bulkDialectOf("postgres").insert("tblClaim", []string{"ClaimID", "ClaimCode"}, "ClaimID", 2),
			`INSERT INTO "tblClaim" ("ClaimID","ClaimCode") VALUES ($1,$2),($3,$4)`},
		{"postgres by arrays", bulkDialectOf("postgres").insertArrays("tblGender", []string{"Code", "Gender"}, []string{"bpchar", "text"}),
			`INSERT INTO "tblGender" ("Code","Gender") SELECT r.c1::bpchar,r.c2::text FROM unnest($1::text[],$2::text[]) AS r(c1,c2)`},
		{"sqlserver", bulkDialectOf("sqlserver").insert("tblClaim", []string{"ClaimID", "ClaimCode"}, "ClaimID", 1),
			`SET IDENTITY_INSERT "tblClaim" ON; INSERT INTO "tblClaim" ("ClaimID","ClaimCode") VALUES (@p1,@p2); SET IDENTITY_INSERT "tblClaim" OFF`},
		{"sqlserver without numbered key", bulkDialectOf("sqlserver").insert("tblGender", []string{"Code"}, "", 1), `INSERT INTO "tblGender" ("Code") VALUES (@p1)`},
		{"sqlserver checks keys again", bulkDialectOf("sqlserver").resume("tblClaim", []string{"FK_a", "FK_b"}), `EXEC sp_executesql N'ALTER TABLE "tblClaim" WITH CHECK CHECK CONSTRAINT "FK_a"; ALTER TABLE "tblClaim" WITH CHECK CHECK CONSTRAINT "FK_b"'`},
		{"sqlserver numbers on by itself", bulkDialectOf("sqlserver").advance("tblClaim", "ClaimID"), ""},
		{"postgres is shown what was loaded", bulkDialectOf("postgres").statistics("tblClaim"), `ANALYZE "tblClaim"`},
		{"sqlite plans without statistics", bulkDialectOf("sqlite").statistics("tblClaim"), ""},
		{"sqlite numbers on by itself", bulkDialectOf("sqlite").advance("tblClaim", "ClaimID"), ""},
	} {
		if test.got != test.want {
			t.Errorf("%s: got %s, want %s", test.name, test.got, test.want)
		}
	}
	for _, name := range []string{"sqlite", "postgres", "sqlserver"} {
		d := bulkDialectOf(name)
		if limit := map[string]int{"sqlite": 32766, "postgres": 65535, "sqlserver": 2100}[name]; d.parameters > limit {
			t.Errorf("%s takes %d parameters a statement, not %d", name, limit, d.parameters)
		}
	}
}

// What goes into an array of texts comes out of it as it was.
func TestArrayLiteral(t *testing.T) {
	for _, test := range []struct {
		value any
		want  string
	}{
		{nil, `NULL`}, {int64(-7), `-7`}, {true, `true`}, {"NULL", `"NULL"`}, {"", `""`}, {`a"b\c,{}`, `"a\"b\\c,{}"`}, {[]byte{0, 255}, `"\\x00ff"`},
	} {
		if got := string(arrayLiteral(nil, test.value)); got != test.want {
			t.Errorf("%v: got %s, want %s", test.value, got, test.want)
		}
	}
}
