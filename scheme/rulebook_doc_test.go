package scheme

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// TestRulesPage holds docs/rules.md against the table of entries, line by line.
func TestRulesPage(t *testing.T) {
	page, err := os.ReadFile("../docs/rules.md")
	if err != nil {
		t.Fatal(err)
	}
	var wanted strings.Builder
	for _, e := range Entries {
		fmt.Fprintf(&wanted, "| `%s` | %s | %s | %s |\n", e.Name, e.Rule, e.Legacy, e.Corrected)
	}
	if !strings.Contains(string(page), wanted.String()) {
		t.Errorf("docs/rules.md should hold these lines:\n%s", wanted.String())
	}
}
