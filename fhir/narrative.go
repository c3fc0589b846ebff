package fhir

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
)

const xhtmlNamespace = "http://www.w3.org/1999/xhtml"

// narrativeElements are the elements a narrative may have: those of XHTML chapters 7 to 11
// and 15, links and images. https://hl7.org/fhir/R4/narrative.html#xhtml
var narrativeElements = setOf("a abbr acronym address b big blockquote br caption cite code col colgroup dd del dfn div dl dt em " +
	"h1 h2 h3 h4 h5 h6 hr i img ins kbd li ol p pre q samp small span strong strike sub sup table tbody td tfoot th thead tr tt u ul var " +
	"center font s bdo map area")

func setOf(words string) map[string]bool {
	set := map[string]bool{}
	for _, word := range strings.Fields(words) {
		set[word] = true
	}
	return set
}

// NarrativeFault says what is wrong with the XHTML of a narrative, "" when nothing is.
func NarrativeFault(xhtml string) string { return checkNarrative(xhtml) }

// checkNarrative says what is wrong with the XHTML of a narrative, "" when nothing is.
// Active content is refused, since readers show the text in a browser.
func checkNarrative(s string) string {
	if fault := checkString(s); fault != "" {
		return fault
	}
	if !strings.HasPrefix(strings.TrimSpace(s), "<div") {
		return "is XHTML and has to start with <div"
	}
	d := narrativeDecoder(s)
	depth, content := 0, false
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return "is not well-formed XHTML: " + strings.TrimPrefix(err.Error(), "XML syntax error ")
		}
		switch token := token.(type) {
		case xml.StartElement:
			if depth == 0 && token.Name.Local != "div" || depth == 0 && content {
				return "is XHTML of exactly one div"
			}
			if depth++; depth > maxDepth {
				return "is nested too deep"
			}
			if fault := checkMarkup(token); fault != "" {
				return fault
			}
			content = content || depth > 1 && token.Name.Local == "img"
		case xml.EndElement:
			if depth--; depth == 0 && strings.TrimSpace(s[d.InputOffset():]) != "" {
				return "is XHTML of exactly one div"
			}
		case xml.CharData:
			content = content || len(strings.TrimSpace(string(token))) > 0
		case xml.Directive, xml.ProcInst:
			return "may hold no document type and no processing instruction"
		}
	}
	if !content {
		return "has no text and no image"
	}
	return ""
}

func narrativeDecoder(s string) *xml.Decoder {
	d := xml.NewDecoder(strings.NewReader(s))
	d.Entity = xml.HTMLEntity
	return d
}

func checkMarkup(e xml.StartElement) string {
	if e.Name.Space != xhtmlNamespace {
		return "is XHTML: <" + e.Name.Local + "> needs the namespace " + xhtmlNamespace
	}
	if !narrativeElements[e.Name.Local] {
		return "may not hold the element <" + e.Name.Local + ">"
	}
	for _, a := range e.Attr {
		name, value := strings.ToLower(a.Name.Local), strings.ToLower(strings.TrimSpace(a.Value))
		if strings.HasPrefix(name, "on") {
			return "may not hold the active attribute " + a.Name.Local
		}
		if (name == "href" || name == "src") && (strings.HasPrefix(value, "javascript:") || strings.HasPrefix(value, "vbscript:")) {
			return "may not hold a script in " + a.Name.Local
		}
		if a.Name.Space != "" && a.Name.Space != "xmlns" && a.Name.Space != "http://www.w3.org/XML/1998/namespace" && a.Name.Space != "xml" {
			return "may not hold attributes of another namespace"
		}
	}
	return ""
}
