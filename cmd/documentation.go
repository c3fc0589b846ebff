package cmd

import (
	"strings"

	"github.com/openimis/openimis-go/cmd/server"
	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/modules"
	"github.com/openimis/openimis-go/scheme"
)

// documentation makes what /docs shows of the active modules: for each resource, which
// column holds which element and how it is searched.
func documentation(p Parts, book scheme.RuleBook) server.Docs {
	docs := server.Docs{
		Title: "openIMIS " + core.Version,
		Intro: "Health insurance on FHIR R4 over the legacy openIMIS tables. /fhir is strict R4, /api/api_fhir_r4 has the habits of today's clients; each describes itself at metadata.",
	}
	for _, r := range core.Contributions[modules.Resource](p.Registry) {
		if len(r.Catalogues) == 0 {
			continue // made of registers, so that no column is an element
		}
		section := server.Section{
			Title: r.Name, Intro: "Which column holds which element, and how it is searched.",
			Header: []string{"Element", "Search", "Type", "Table", "Column", "Notes", "What it is"},
		}
		for _, c := range r.Catalogues {
			for i := range c.Attributes {
				section.Rows = append(section.Rows, attributeRow(c, &c.Attributes[i]))
			}
		}
		docs.Sections = append(docs.Sections, section)
	}
	docs.Sections = append(docs.Sections, ruleSection(book))
	return docs
}

func attributeRow(c *mapping.Catalogue, a *mapping.Attribute) []string {
	table := a.Table
	if table == "" {
		table = c.Table
	}
	var notes []string
	for _, note := range []struct {
		is   bool
		word string
	}{{a.Required, "required"}, {a.Writable, "writable"}, {a.Sortable, "sortable"}, {a.Sensitive, "sensitive"}} {
		if note.is {
			notes = append(notes, note.word)
		}
	}
	names := append([]string{a.Search}, a.Also...)
	return []string{a.Element, strings.Trim(strings.Join(names, ", "), ", "), string(a.Kind), table, a.Column, strings.Join(notes, ", "), a.Documentation}
}
