package mapping

import (
	"bufio"
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"strings"
	"sync"

	"github.com/openimis/openimis-go/fhir"
)

// The profiles and extensions of the openIMIS guide, written down element by element:
//
//	profile <id> <name> of <type>        or    extension <id> <name>
//	title <for people>
//	about <one sentence>
//	on <where an extension may stand>
//	  <element> [min..max] [what it has to be]
//
// An element is named as in its id without the type; "." is the root. What it has to be:
//
//	sliced <value|exists|type> <path> <open|closed>
//	supported                  a system has to be able to deal with it
//	type <type>, is <extension>, to <profile|profile…>
//	codes <strength> <value set>
//	rule [key, FHIRPath, words], fixedX <JSON>, patternX <JSON>    to the end of the line
//
//go:embed guide/*.txt
var guideFiles embed.FS

const structureDefinition = Guide + "StructureDefinition/"

// guideVersion is the version of the guide the profiles are those of.
const guideVersion = "1.0.0"

// GuideProfiles gives the StructureDefinitions of the guide, profiles and extensions, with
// their differentials. They are shared and not to be changed.
// https://openimis.github.io/openimis_fhir_r4_ig/artifacts.html
var GuideProfiles = sync.OnceValue(func() []*fhir.Object {
	names, err := fs.Glob(guideFiles, "guide/*.txt")
	if err != nil {
		panic("mapping: the profiles of the guide are damaged: " + err.Error())
	}
	var list []*fhir.Object
	for _, name := range names {
		text, err := guideFiles.ReadFile(name)
		if err == nil {
			var read []*fhir.Object
			read, err = readProfiles(string(text))
			list = append(list, read...)
		}
		if err != nil {
			panic("mapping: " + name + ": " + err.Error())
		}
	}
	return list
})

// readProfiles reads one file of profiles. Errors: what is wrong and in which line.
func readProfiles(text string) ([]*fhir.Object, error) {
	var list []*profileReader
	lines := bufio.NewScanner(strings.NewReader(text))
	for number := 1; lines.Scan(); number++ {
		word, rest, _ := strings.Cut(strings.TrimSpace(lines.Text()), " ")
		indented := strings.HasPrefix(lines.Text(), " ")
		var err error
		switch {
		case word == "":
			continue
		case !indented && (word == "profile" || word == "extension"):
			list = append(list, newProfile(word, rest))
			continue
		case len(list) == 0:
			err = fmt.Errorf("%q belongs to no profile", word)
		case indented:
			err = list[len(list)-1].element(word, rest)
		default:
			err = list[len(list)-1].head(word, rest)
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", number, err)
		}
	}
	out := make([]*fhir.Object, len(list))
	for i, r := range list {
		out[i] = r.definition()
	}
	return out, nil
}

// profileReader makes one StructureDefinition.
type profileReader struct {
	id, name, typ, title, about string
	contexts, elements          []any
}

func newProfile(word, rest string) *profileReader {
	id, rest, _ := strings.Cut(rest, " ")
	name, typ, _ := strings.Cut(rest, " of ")
	r := &profileReader{id: id, name: name, typ: typ}
	if word == "extension" {
		r.typ = "Extension"
	}
	root := object("id", r.typ, "path", r.typ)
	r.elements = []any{root}
	return r
}

func (r *profileReader) head(word, rest string) error {
	switch word {
	case "title":
		r.title = rest
	case "about":
		r.about = rest
	case "on":
		r.contexts = append(r.contexts, object("type", "element", "expression", rest))
	default:
		return fmt.Errorf("%q is no part of a profile", word)
	}
	return nil
}

// definition makes the resource. https://hl7.org/fhir/R4/structuredefinition.html
func (r *profileReader) definition() *fhir.Object {
	kind := "resource"
	if r.typ == "Extension" {
		kind = "complex-type"
	}
	o := object("resourceType", "StructureDefinition", "id", r.id, "url", structureDefinition+r.id, "version", guideVersion,
		"name", r.name, "title", r.title, "status", "active", "description", r.about, "fhirVersion", "4.0.1", "kind", kind, "abstract", false)
	if len(r.contexts) > 0 {
		o.Set("context", r.contexts)
	}
	o.Set("type", r.typ)
	o.Set("baseDefinition", "http://hl7.org/fhir/StructureDefinition/"+r.typ)
	o.Set("derivation", "constraint")
	o.Set("differential", object("element", r.elements))
	return o
}

// element reads the line of one element.
func (r *profileReader) element(name, rest string) error {
	id, at, slice := r.typ, r.typ, ""
	if name != "." {
		id += "." + name
		for _, part := range strings.Split(name, ".") {
			var plain string
			plain, slice, _ = strings.Cut(part, ":")
			at += "." + plain
		}
	}
	e := object("id", id, "path", at)
	if slice != "" {
		e.Set("sliceName", slice)
	}
	if name == "." {
		e = r.elements[0].(*fhir.Object)
	} else {
		r.elements = append(r.elements, e)
	}
	for rest != "" {
		var word string
		var err error
		word, rest, _ = strings.Cut(rest, " ")
		if rest, err = asks(e, word, rest); err != nil {
			return fmt.Errorf("%s: %w", id, err)
		}
	}
	return nil
}

// asks reads one thing an element has to be and gives what is left of the line.
func asks(e *fhir.Object, word, rest string) (left string, err error) {
	if low, high, is := strings.Cut(word, ".."); is {
		if low != "" {
			e.Set("min", fhir.Number(low))
		}
		if high != "" {
			e.Set("max", high)
		}
		return rest, nil
	}
	next := func() string {
		var text string
		text, rest, _ = strings.Cut(rest, " ")
		return text
	}
	switch {
	case word == "supported":
		e.Set("mustSupport", true)
	case word == "sliced":
		by := object("type", next(), "path", next())
		e.Set("slicing", object("discriminator", []any{by}, "rules", next()))
	case word == "type":
		e.Set("type", append(e.List("type"), object("code", next())))
	case word == "is":
		e.Set("type", append(e.List("type"), object("code", "Extension", "profile", canonicals(next()))))
	case word == "to":
		e.Set("type", append(e.List("type"), object("code", "Reference", "targetProfile", canonicals(next()))))
	case word == "codes":
		e.Set("binding", object("strength", next(), "valueSet", Guide+"ValueSet/"+next()))
	case word == "rule":
		var parts [3]string
		if err := json.Unmarshal([]byte(rest), &parts); err != nil {
			return "", err
		}
		e.Set("constraint", []any{object("key", parts[0], "severity", "error", "human", parts[2], "expression", parts[1])})
		return "", nil
	case strings.HasPrefix(word, "fixed") || strings.HasPrefix(word, "pattern"):
		value, err := fhir.ParseJSON([]byte(`{"value":` + rest + `}`))
		if err != nil {
			return "", err
		}
		e.Set(word, absolute(value.Get("value")))
		return "", nil
	default:
		return "", fmt.Errorf("%q says nothing of an element", word)
	}
	return rest, nil
}

// canonicals makes canonicals of names parted by bars: ids of the guide, types of R4.
func canonicals(names string) []any {
	var list []any
	for _, name := range strings.Split(names, "|") {
		if fhir.TypeOf(name) != nil {
			list = append(list, "http://hl7.org/fhir/StructureDefinition/"+name)
		} else {
			list = append(list, structureDefinition+name)
		}
	}
	return list
}

// absolute puts the guide's URL before its systems and extensions.
func absolute(value any) any {
	switch v := value.(type) {
	case string:
		if strings.HasPrefix(v, "CodeSystem/") || strings.HasPrefix(v, "StructureDefinition/") {
			return Guide + v
		}
	case []any:
		for i := range v {
			v[i] = absolute(v[i])
		}
	case *fhir.Object:
		for i := range v.Members {
			v.Members[i].Value = absolute(v.Members[i].Value)
		}
	}
	return value
}

// object makes an object of names and values in turn.
func object(pairs ...any) *fhir.Object {
	o := &fhir.Object{}
	for i := 0; i < len(pairs); i += 2 {
		o.Members = append(o.Members, fhir.Member{Name: pairs[i].(string), Value: pairs[i+1]})
	}
	return o
}
