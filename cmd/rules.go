package cmd

import (
	"errors"
	"strings"

	"github.com/openimis/openimis-go/cmd/server"
	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/core/config"
	"github.com/openimis/openimis-go/scheme"
)

// ruleBook reads --rules: the name of a book, then single entries that follow the other
// one, as in "legacy,zero-price-unknown=corrected". Without a name it is fallback.
// Errors: Invalid naming what is not known.
func ruleBook(rules []string, fallback string) (scheme.RuleBook, error) {
	name, single := "", map[string]string{}
	for _, rule := range rules {
		entry, side, isEntry := strings.Cut(strings.TrimSpace(rule), "=")
		switch {
		case isEntry:
			single[strings.TrimSpace(entry)] = strings.TrimSpace(side)
		case name != "":
			return scheme.RuleBook{}, core.ErrorAt(core.Invalid, "rules", "both %q and %q; only one book can be followed", name, entry)
		default:
			name = entry
		}
	}
	if name == "" {
		name = fallback
	}
	return scheme.NewRuleBook(name, single)
}

// numberRule reads --insurance-number-length and --insurance-number-modulus. Errors:
// Invalid naming the one that cannot be.
func numberRule(c config.Config) (scheme.NumberRule, error) {
	rule, err := scheme.NewNumberRule(c.NumberLength, c.NumberModulus)
	var fault *core.Error
	if errors.As(err, &fault) {
		return rule, core.ErrorAt(fault.Code, "insurance-number-"+fault.Path, "%s", fault.Message)
	}
	return rule, err
}

// ruleSection shows on /docs which book is followed, entry by entry.
func ruleSection(book scheme.RuleBook) server.Section {
	section := server.Section{
		Title: "Rules", Intro: "Where the legacy procedures err or quarrel, one of two ways is followed: legacy does as they do, corrected does not. Chosen with --rules, together or one by one.",
		Header: []string{"Entry", "Followed", "Rule", "Legacy", "Corrected"},
	}
	for entry, doc := range scheme.Entries {
		followed := "corrected"
		if book.Legacy(scheme.Entry(entry)) {
			followed = "legacy"
		}
		section.Rows = append(section.Rows, []string{doc.Name, followed, doc.Rule, doc.Legacy, doc.Corrected})
	}
	return section
}
