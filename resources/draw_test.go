package resources_test

import (
	"fmt"
	"strings"

	"pgregory.net/rapid"

	"github.com/openimis/openimis-go/fhir"
)

// drawing makes random resources that are valid by the definitions of R4.
type drawing struct {
	t    *rapid.T
	skip map[string]bool // dotted paths that are left out, since the test fills them itself
}

// object fills some elements of a type. More of them stay empty the deeper it is.
func (d *drawing) object(typ *fhir.Type, path string, depth int) *fhir.Object {
	o := &fhir.Object{}
	for _, e := range typ.Elements() {
		at := path + "." + e.Name
		ref := e.Types[0]
		if e.Choice {
			ref = rapid.SampledFrom(e.Types).Draw(d.t, at)
		}
		name := e.Name
		if e.Choice {
			name += strings.ToUpper(ref.Name[:1]) + ref.Name[1:]
		}
		if d.skip[at] || e.Name == "id" && depth == 0 || e.Name == "meta" || e.Name == "implicitRules" || e.Name == "contained" || e.Name == "modifierExtension" {
			continue
		}
		often := 4 + 3*depth
		if e.Name == "extension" || e.Name == "id" {
			often += 6
		}
		if e.Min == 0 && rapid.IntRange(0, often).Draw(d.t, at+"?") != 0 {
			continue
		}
		if e.Max == 1 {
			if value := d.value(&e, ref, at, depth); value != nil {
				o.Set(name, value)
			}
			continue
		}
		var list []any
		for range rapid.IntRange(1, 3).Draw(d.t, at+"#") {
			if value := d.value(&e, ref, at, depth); value != nil {
				list = append(list, value)
			}
		}
		if len(list) > 0 {
			o.Set(name, list)
		}
	}
	if len(o.Members) == 0 {
		return nil
	}
	return o
}

func (d *drawing) value(e *fhir.Element, ref fhir.TypeRef, path string, depth int) any {
	typ := fhir.TypeOf(ref.Name)
	if typ == nil || depth > 4 && e.Min == 0 {
		return nil
	}
	if typ.Kind == fhir.PrimitiveKind {
		return d.primitive(e, ref.Name, path)
	}
	switch ref.Name {
	case "Reference":
		return &fhir.Object{Members: []fhir.Member{{Name: "reference", Value: d.reference(ref, path)}}}
	case "Extension":
		return &fhir.Object{Members: []fhir.Member{
			{Name: "url", Value: "http://example.org/" + d.word(path)}, {Name: "valueString", Value: d.word(path)},
		}}
	case "Narrative":
		return &fhir.Object{Members: []fhir.Member{
			{Name: "status", Value: "generated"}, {Name: "div", Value: `<div xmlns="http://www.w3.org/1999/xhtml">` + d.word(path) + `</div>`},
		}}
	}
	if o := d.object(typ, path, depth+1); o != nil {
		return o
	}
	if e.Min == 0 {
		return nil
	}
	return object(d.t, `{"extension":[{"url":"http://example.org/none","valueCode":"unknown"}]}`)
}

func (d *drawing) reference(ref fhir.TypeRef, path string) string {
	typ := "Basic"
	for _, target := range ref.Targets {
		if target != "Organization" && target != "Location" { // those would have to be there
			typ = target
		}
	}
	return typ + "/" + d.word(path)
}

func (d *drawing) word(label string) string {
	return rapid.StringMatching(`[a-z0-9]{1,6}`).Draw(d.t, label)
}

func (d *drawing) primitive(e *fhir.Element, name, path string) any {
	pick := func(list ...string) string { return rapid.SampledFrom(list).Draw(d.t, path) }
	switch name {
	case "boolean":
		return rapid.Bool().Draw(d.t, path)
	case "integer", "unsignedInt", "positiveInt":
		return fhir.Number(fmt.Sprint(rapid.IntRange(1, 9).Draw(d.t, path)))
	case "decimal":
		return fhir.Number(pick("1", "1.50", "0.10", "-3.0", "12e1"))
	case "date":
		return pick("1999", "2001-02", "2010-12-31")
	case "dateTime":
		return pick("1999", "2001-02", "2010-12-31", "2015-02-07T13:28:17-05:00", "2015-02-07T13:28:17.239Z")
	case "instant":
		return pick("2015-02-07T13:28:17.239+02:00", "2017-01-01T00:00:00Z")
	case "time":
		return pick("10:00:00", "23:59:59")
	case "base64Binary":
		return pick("AAAA", "aGVsbG8=", "Zm9vYmFy")
	case "uri", "url", "canonical":
		return "http://example.org/" + d.word(path)
	case "oid":
		return pick("urn:oid:1.2.3", "urn:oid:2.16.840.1")
	case "uuid":
		return pick("urn:uuid:c757873d-ec9a-4326-a141-556f43239520")
	case "code":
		if len(e.Codes) > 0 {
			return pick(e.Codes...)
		}
		if strings.HasSuffix(path, ".currency") {
			return pick("EUR", "XTS")
		}
		return d.word(path)
	case "id", "string", "markdown":
		if name == "string" && rapid.IntRange(0, 3).Draw(d.t, path+"~") == 0 {
			return pick("Ünïcødé ☃", `a "quoted" <b>&amp;`, "two  blanks", "line\nbreak")
		}
		return d.word(path)
	}
	return nil
}
