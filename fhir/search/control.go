package search

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/openimis/openimis-go/core"
)

// controls are the parameters that steer the answer. Each reads one value into the query
// and says in a sentence why it cannot.
var controls map[string]func(p *parser, text string) (problem string)

// lists are the controls that may be given several times.
var lists = []string{"_sort", "_elements", "_include", "_revinclude", "_include:iterate", "_revinclude:iterate"}

func init() { // an init, since the functions refer to the table through the parser
	controls = map[string]func(*parser, string) string{
		"_count":      (*parser).countParam,
		"_sort":       (*parser).sortParam,
		"_summary":    (*parser).summaryParam,
		"_elements":   (*parser).elementsParam,
		"_total":      (*parser).totalParam,
		"_include":    (*parser).includeParam,
		"_revinclude": (*parser).revIncludeParam,

		"_include:iterate":    (*parser).iterateParam,
		"_revinclude:iterate": (*parser).revIterateParam,
		"_format":             (*parser).leftToCaller,
		"_pretty":             (*parser).leftToCaller,
	}
}

func (p *parser) control(key string, values []string, read func(*parser, string) string) {
	if len(values) > 1 && !slices.Contains(lists, key) {
		p.fault(key, "%s is given %d times", key, len(values))
		return
	}
	for _, text := range values {
		if problem := read(p, text); problem != "" {
			p.fault(key, "%s", problem)
			continue
		}
		if key == "_count" {
			text = strconv.Itoa(p.query.Count) // as cut to the greatest page
		}
		p.query.Given.Add(key, text)
	}
}

func (p *parser) leftToCaller(string) string { return "" }

// countParam reads _count. https://hl7.org/fhir/R4/search.html#count
func (p *parser) countParam(text string) string {
	count, err := strconv.Atoi(text)
	if p.o.CountFallback && (err != nil || count <= 0) {
		return ""
	}
	if err != nil && digitsOnly(text) {
		count, err = p.o.MaxCount, nil // a number too great for an int is still a number
	}
	if err != nil || count < 0 {
		return fmt.Sprintf("%q is no number of entries", text)
	}
	p.query.Count = min(count, p.o.MaxCount)
	return ""
}

func digitsOnly(text string) bool {
	return text != "" && strings.Trim(text, "0123456789") == ""
}

// sortParam reads _sort. https://hl7.org/fhir/R4/search.html#sort
func (p *parser) sortParam(text string) string {
	var keys []Sort
	for _, name := range strings.Split(text, ",") {
		key := Sort{}
		name, key.Desc = strings.CutPrefix(name, "-")
		key.Param = p.find(name)
		if key.Param == nil || !key.Param.Sortable {
			return fmt.Sprintf("%s cannot be sorted by %q", p.query.Type, name)
		}
		same := func(s Sort) bool { return s.Param.Name == name }
		if slices.ContainsFunc(keys, same) || slices.ContainsFunc(p.query.Sort, same) {
			return fmt.Sprintf("%q is given twice", name)
		}
		keys = append(keys, key)
	}
	p.query.Sort = append(p.query.Sort, keys...)
	return ""
}

// summaryParam reads _summary. https://hl7.org/fhir/R4/search.html#summary
func (p *parser) summaryParam(text string) string {
	switch text {
	case "true", "text", "data", "count", "false":
		p.query.Summary = text
		return ""
	}
	return fmt.Sprintf("_summary is true, text, data, count or false, not %q", text)
}

// elementsParam reads _elements: names of elements of the resource, not paths into it.
// https://hl7.org/fhir/R4/search.html#elements
func (p *parser) elementsParam(text string) string {
	names, problem := Elements(text)
	p.query.Elements = append(p.query.Elements, names...)
	return problem
}

// Elements reads a list of element names as _elements gives it. problem says in a
// sentence what is wrong with it, and is empty when nothing is.
func Elements(text string) (names []string, problem string) {
	for _, name := range strings.Split(text, ",") {
		if len(name) == 0 || len(name) > 64 || strings.Trim(name, asciiLetters) != "" {
			return nil, fmt.Sprintf("%q is no name of an element", name)
		}
		names = append(names, name)
	}
	return names, ""
}

const asciiLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

// totalParam reads _total. https://hl7.org/fhir/R4/search.html#total
func (p *parser) totalParam(text string) string {
	switch total := Total(text); total {
	case TotalNone, TotalEstimate, TotalAccurate:
		p.query.Total = total
		return ""
	}
	return fmt.Sprintf("_total is none, estimate or accurate, not %q", text)
}

// page reads where the page starts and settles what depends on several parameters.
func (p *parser) page(values url.Values) {
	if p.query.Summary == "count" {
		p.query.Count = 0
	}
	if p.query.Count == 0 {
		p.query.Total = TotalAccurate
	}
	if p.o.PageParam != "" {
		p.numberedPage(values[p.o.PageParam])
		return
	}
	cursors, ok := values[CursorParam]
	if !ok {
		return
	}
	if len(cursors) != 1 || cursors[0] == "" {
		p.fatal = core.ErrorAt(core.Invalid, CursorParam, "a request has one %s, copied from a link", CursorParam)
		return
	}
	p.query.Cursor = cursors[0]
}

func (p *parser) numberedPage(values []string) {
	if len(values) == 0 || values[0] == "" {
		return
	}
	number, err := strconv.Atoi(values[0])
	if err != nil || number < 1 || len(values) > 1 {
		p.fatal = core.ErrorAt(core.Invalid, p.o.PageParam, "a page has a number from 1, not %q", values[0])
		return
	}
	if (number - 1) > p.o.MaxOffset/max(p.query.Count, 1) {
		p.fatal = core.ErrorAt(core.Invalid, p.o.PageParam,
			"pages go no deeper than %d entries; narrow the search", p.o.MaxOffset)
		return
	}
	p.query.Offset = (number - 1) * p.query.Count
}
