package cmd

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// openimis runs a sub-command and gives what it printed.
func openimis(t *testing.T, args ...string) (string, error) {
	t.Helper()
	root := Root(nil)
	var out bytes.Buffer
	root.SetOut(&out)
	root.SetErr(&out)
	root.SetArgs(args)
	err := root.ExecuteContext(context.Background())
	return out.String(), err
}

func TestImportAndExportCommands(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("tblLanguages.csv", "LanguageCode,LanguageName\nen,English\n")
	write("tblUsers.csv", "UserID,LanguageID,LastName,OtherNames,LoginName,RoleID,AuditUserID\n1,en,Admin,Ada,Admin,1023,0\n")
	db := "sqlite://" + filepath.Join(dir, "test.db")
	run := func(args ...string) (string, error) {
		return openimis(t, append(args, "--db", db, "--timezone", "UTC")...)
	}
	if _, err := run("import"); err == nil || !strings.Contains(err.Error(), "Give --csv DIR") {
		t.Errorf("without a folder: %v", err)
	}
	if _, err := run("import", "--csv", dir, "--admin-password", "short"); err == nil || !strings.Contains(err.Error(), "8 characters") {
		t.Errorf("short password: %v", err)
	}
	said, err := run("import", "--csv", dir, "--admin-password", "long enough")
	if err != nil || !strings.Contains(said, "loaded 2 rows of 2 tables") || !strings.Contains(said, "user Admin can sign on") {
		t.Errorf("import: %v, %s", err, said)
	}
	if _, err := run("import", "--csv", dir); err == nil || !strings.Contains(explain(err), "only --append loads beside them") {
		t.Errorf("a second time: %v", err)
	}
	to := filepath.Join(dir, "out")
	if said, err := run("export", "--csv", to); err != nil || !strings.Contains(said, "wrote 2 rows of 2 tables") {
		t.Errorf("export: %v, %s", err, said)
	}
	users, err := os.ReadFile(filepath.Join(to, "tblUsers.csv"))
	if err != nil || !strings.Contains(string(users), "\n1,") {
		t.Errorf("exported users: %v, %s", err, users)
	}
}
