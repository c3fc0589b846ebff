package mapping

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/search"
	"github.com/openimis/openimis-go/persistence"
)

// CodeList is a set of codes that resources use: one of the site's registers, a list the
// guide fixes, or the part of a list of HL7 that openIMIS has a use for. Each is served as
// a ValueSet, and those that define their codes as a CodeSystem too, under the same id.
type CodeList struct {
	ID    string // logical id and last part of the canonical: "claim-status"
	Title string
	About string // one or two sentences in markdown
	Site  bool   // kept in the database, so that it differs between sites

	parts []part

	members  []string     // codes the set takes where it does not take all of the system
	source   *fhir.Object // of another guide, nil for one of our own
	unlisted bool         // its codes cannot all be listed here
}

// part is what a list takes of one system.
type part struct {
	system string
	codes  func(*persistence.Registers) []Concept
	whole  bool // all there is
}

// Concept is one code of a list.
type Concept struct {
	System  string // canonical of the code system
	Code    string
	Display string // never empty: the code itself when the register has no words for it
}

// Defines tells whether the codes of the list are its own, so that it is a CodeSystem.
func (l *CodeList) Defines() bool { return len(l.parts) > 0 && l.parts[0].system == l.System() }

// System gives the canonical of the CodeSystem the list is served as.
func (l *CodeList) System() string {
	if l.source != nil {
		return l.source.String("url")
	}
	return codeSystem(l.ID)
}

// ValueSet gives the canonical of the ValueSet the list is served as.
func (l *CodeList) ValueSet() string {
	if l.source != nil {
		return l.source.String("url")
	}
	return Guide + "ValueSet/" + l.ID
}

// taking says which codes the set of a list takes, where the system has more.
func (l *CodeList) taking(codes ...string) *CodeList {
	l.members = codes
	return l
}

// Members gives the codes of the ValueSet the list is served as.
func (l *CodeList) Members(r *persistence.Registers) []Concept {
	list := l.Concepts(r)
	if l.members == nil {
		return list
	}
	return slices.DeleteFunc(list, func(c Concept) bool { return !slices.Contains(l.members, c.Code) })
}

// Values gives the codes of the set as values of a token: of one that takes all of its own
// system, whatever is in it.
func (l *CodeList) Values() []search.Value {
	if l.Defines() && l.members == nil {
		return []search.Value{{System: l.System(), HasSystem: true, AnyCode: true}}
	}
	var values []search.Value
	for _, code := range l.members {
		values = append(values, search.Value{System: l.System(), HasSystem: true, Text: code})
	}
	if l.members != nil {
		return values
	}
	for i := range l.parts {
		if l.parts[i].whole {
			values = append(values, search.Value{System: l.parts[i].system, HasSystem: true, AnyCode: true})
			continue
		}
		for _, concept := range l.parts[i].all(nil) {
			values = append(values, search.Value{System: concept.System, HasSystem: true, Text: concept.Code})
		}
	}
	return values
}

// Systems gives the canonicals of the code systems the list takes from.
func (l *CodeList) Systems() []string {
	list := make([]string, len(l.parts))
	for i := range l.parts {
		list[i] = l.parts[i].system
	}
	return list
}

// NameAs gives the name a program would use for the list as a resource of the type, such as
// ClaimStatusCS.
func (l *CodeList) NameAs(resource string) string {
	if l.source != nil {
		return l.source.String("name")
	}
	return l.Name() + map[string]string{"CodeSystem": "CS", "ValueSet": "VS"}[resource]
}

// Version gives the business version of the list with these codes.
func (l *CodeList) Version(concepts []Concept) string {
	if l.source != nil {
		return l.source.String("version")
	}
	return VersionOf(concepts)
}

// Name gives the name of the list itself, such as ClaimStatus.
func (l *CodeList) Name() string {
	words := map[string]string{"openimis": "OpenIMIS", "hf": "HF", "ph": "PH"}
	var name strings.Builder
	for _, word := range strings.Split(l.ID, "-") {
		if known := words[word]; known != "" {
			name.WriteString(known)
			continue
		}
		first := []rune(word)
		name.WriteString(string(unicode.ToUpper(first[0])) + string(first[1:]))
	}
	return name.String()
}

// Concepts gives the codes of the list as they are now, in order: numbers by their value,
// the rest by the alphabet.
func (l *CodeList) Concepts(r *persistence.Registers) []Concept {
	if len(l.parts) == 1 {
		return l.parts[0].all(r)
	}
	var list []Concept
	for i := range l.parts {
		list = append(list, l.parts[i].all(r)...)
	}
	return list
}

func (p *part) all(r *persistence.Registers) []Concept {
	list := p.codes(r)
	for i := range list {
		list[i].System = p.system
	}
	return list
}

// VersionOf gives the business version of a list: it changes when a code or its words do,
// and is the same wherever the same codes are.
func VersionOf(list []Concept) string {
	sum := sha256.New()
	for i := range list {
		sum.Write([]byte(list[i].System + "\x00" + list[i].Code + "\x00" + list[i].Display + "\x00"))
	}
	return hex.EncodeToString(sum.Sum(nil)[:4])
}

// code is what keys of lists are: texts and numbers.
type code interface{ ~string | ~int }

// codesOf makes concepts of a table of words.
func codesOf[K code](words map[K]string) []Concept {
	keys := make([]K, 0, len(words))
	for key := range words {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, cmp.Compare[K])
	list := make([]Concept, 0, len(keys))
	for _, key := range keys {
		list = append(list, named(codeText(key), words[key]))
	}
	return slices.DeleteFunc(list, func(c Concept) bool { return c.Code == "" })
}

func codeText[K code](key K) string {
	switch key := any(key).(type) {
	case int:
		return strconv.Itoa(key)
	case string:
		return key
	}
	return ""
}

// named makes a concept whose display is never blank, as phones need it.
func named(code, display string) Concept {
	code, display = strings.TrimSpace(code), strings.TrimSpace(display)
	if display == "" {
		display = code
	}
	return Concept{Code: code, Display: display}
}

// fixed makes a part of words in the program.
func fixed[K code](system string, words map[K]string) part {
	return part{system: system, codes: func(*persistence.Registers) []Concept { return codesOf(words) }}
}

// own makes the list whose codes are defined by words in the program.
func own[K code](id, title, about string, words map[K]string) *CodeList {
	return &CodeList{ID: id, Title: title, About: about, parts: []part{fixed(codeSystem(id), words)}}
}

// kept makes the list whose codes are in a register of the site.
func kept[K code](id, title, about string, words func(*persistence.Registers) map[K]string) *CodeList {
	codes := func(r *persistence.Registers) []Concept { return codesOf(words(r)) }
	return &CodeList{ID: id, Title: title, About: about, Site: true, parts: []part{{system: codeSystem(id), codes: codes}}}
}

// diagnoses lists the live rows of tblICDCodes. Where a code is there twice the first row
// counts, since a code system has each code once.
func diagnoses(r *persistence.Registers) []Concept {
	rows := r.Diagnoses.All()
	list := make([]Concept, 0, len(rows))
	for _, row := range rows {
		c := named(row.ICDCode, row.ICDName)
		if c.Code == "" || len(list) > 0 && list[len(list)-1].Code == c.Code {
			continue
		}
		list = append(list, c)
	}
	return list
}
