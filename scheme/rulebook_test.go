package scheme

import (
	"testing"

	"github.com/openimis/openimis-go/core"
)

func TestRulesAreNamedOneByOne(t *testing.T) {
	book, err := NewRuleBook("corrected", map[string]string{"fixed-zero-worthless": "legacy"})
	if err != nil {
		t.Fatal(err)
	}
	if !book.Legacy(FixedZeroWorthless) || book.Legacy(OwnClaimCounts) || book.Name() != "corrected" {
		t.Error("a single entry did not follow the other book")
	}
	if (RuleBook{}).Name() != "corrected" || (RuleBook{}).Legacy(OwnClaimCounts) {
		t.Error("the zero book is not the corrected one")
	}
	for _, c := range []struct{ name, entry, side string }{
		{"modern", "", ""}, {"legacy", "no-such-rule", "legacy"}, {"legacy", "own-claim-counts", "maybe"},
	} {
		single := map[string]string{}
		if c.entry != "" {
			single[c.entry] = c.side
		}
		if _, err := NewRuleBook(c.name, single); core.CodeOf(err) != core.Invalid {
			t.Errorf("%v: %v", c, err)
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
