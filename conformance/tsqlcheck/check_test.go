package main

import (
	"bytes"
	"strings"
	"testing"
)

func TestCheck(t *testing.T) {
	tests := []struct {
		statement string
		fault     string // "" when it is good
	}{
		{`SELECT "a"."b" FROM "t" "a" WITH (UPDLOCK, ROWLOCK) WHERE "a"."b" = @p1 ORDER BY "a"."b" OFFSET 0 ROW FETCH NEXT 10 ROWS ONLY`, ""},
		{`INSERT INTO "t" ("a") OUTPUT INSERTED."id" VALUES (@p1);`, ""},
		{`SELECT 'a || b', [limit] FROM t WHERE x = 'true'`, ""},
		{`ALTER TABLE "t" WITH CHECK CHECK CONSTRAINT "a", "b"`, ""},
		{`ALTER TABLE "t" WITH CHECK CHECK CONSTRAINT`, "line 1"},
		{`SELECT a || b FROM t`, "+"},
		{`SELECT a FROM t WHERE x = true`, "bit"},
		{`SELECT a FROM t WHERE x <> FALSE`, "bit"},
		{`SELECT a FROM t LIMIT 10`, "LIMIT"},
		{`SELECT a FROM t FOR UPDATE`, "FOR UPDATE"},
		{`SELECT a FROM t ORDER BY a NULLS FIRST`, "NULLS"},
		{`INSERT INTO t (a) VALUES (1) RETURNING id`, "RETURNING"},
		{`INSERT INTO t (a) VALUES (1) ON CONFLICT DO NOTHING`, "CONFLICT"},
		{`SELECT a FROM`, "line 1"},
		{`-- cannot be rendered: no table`, "rendered"},
		{``, "empty"},
	}
	for _, test := range tests {
		found := strings.Join(check(test.statement), "; ")
		if test.fault == "" && found != "" || test.fault != "" && !strings.Contains(found, test.fault) {
			t.Errorf("%q: found %q, want %q", test.statement, found, test.fault)
		}
	}
}

func TestReportNamesTheStatement(t *testing.T) {
	var out bytes.Buffer
	if failed := report(&out, []string{"SELECT 1", "SELECT 1 LIMIT 1"}); failed != 1 {
		t.Errorf("%d at fault, want 1", failed)
	}
	if text := out.String(); !strings.Contains(text, "FAULT SELECT 1 LIMIT 1") || !strings.Contains(text, "2 statements parsed as T-SQL, 1 at fault, 2 SELECT") {
		t.Errorf("the report says %q", text)
	}
}

func TestMigrationIsSplitAsGooseDoes(t *testing.T) {
	got := migration("-- +goose Up\nCREATE TABLE a (\n  b int\n);\n-- +goose StatementBegin\nIF 1 = 1 BEGIN\nSELECT 1;\nEND\n-- +goose StatementEnd\nSELECT 2;\n")
	if len(got) != 3 || !strings.HasSuffix(got[1], "END") {
		t.Errorf("split into %q", got)
	}
}
