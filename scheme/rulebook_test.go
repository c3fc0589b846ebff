package scheme

import (
	"testing"

	"github.com/openimis/openimis-go/core"
)

func TestRulesAreNamedOneByOne(t *testing.T) {
	book, err := ParseRules([]string{"corrected", "fixed-zero-worthless=legacy"}, "legacy")
	if err != nil {
		t.Fatal(err)
	}
	if !book.Legacy(FixedZeroWorthless) || book.Legacy(OwnClaimCounts) || book.Name() != "corrected" {
		t.Error("a single entry did not follow the other book")
	}
	if book, err = ParseRules([]string{"own-claim-counts = corrected"}, "legacy"); err != nil || book.Legacy(OwnClaimCounts) || !book.Legacy(FixedZeroWorthless) {
		t.Errorf("the fallback was not taken: %v", err)
	}
	if (RuleBook{}).Name() != "corrected" || (RuleBook{}).Legacy(OwnClaimCounts) {
		t.Error("the zero book is not the corrected one")
	}
	for _, setting := range [][]string{{"modern"}, {"legacy", "no-such-rule=legacy"}, {"legacy", "own-claim-counts=maybe"}, {"legacy", "corrected"}} {
		if _, err := ParseRules(setting, "legacy"); core.CodeOf(err) != core.Invalid {
			t.Errorf("%v: %v", setting, err)
		}
	}
}

func TestEveryEntryIsDocumented(t *testing.T) {
	names := map[string]bool{}
	for i, e := range Entries {
		if e.Name == "" || e.Rule == "" || e.Legacy == "" || e.Corrected == "" || names[e.Name] {
			t.Errorf("entry %d: %+v", i, e)
		}
		names[e.Name] = true
	}
}
