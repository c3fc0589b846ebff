package fhir

import (
	"encoding/xml"
	"errors"
	"io"
	"sort"
	"strconv"
	"strings"

	"github.com/openimis/openimis-go/core"
)

// AppendXML writes the entry's resource with its id and meta to the end of dst.
// Errors: as Resource.AppendXML; core.Internal when the entry has no resource.
func (e *Entry) AppendXML(dst []byte, o EncodeOptions) ([]byte, error) {
	if e.Resource == nil {
		return dst, core.Errorf(core.Internal, "%s/%s has no content to write", e.Type, e.ID)
	}
	return e.Resource.AppendXML(dst, e.options(o))
}

// AppendXML writes the resource in XML to the end of dst, without an XML declaration, which
// UTF-8 does not need.
// Errors: core.Internal for a resource with an element the definitions do not have.
func (r *Resource) AppendXML(dst []byte, o EncodeOptions) ([]byte, error) {
	tree, err := r.Object(o)
	if err != nil {
		return dst, err
	}
	return tree.AppendXML(dst, o.Pretty)
}

// AppendXML writes the tree of a resource in XML to the end of dst, elements in the order
// of the definitions.
// Errors: core.Internal for an element the definitions do not have.
func (o *Object) AppendXML(dst []byte, pretty bool) ([]byte, error) {
	w := xmlWriter{dst: dst, pretty: pretty}
	w.resource(o, ` xmlns="`+fhirNamespace+`"`)
	if w.err != nil {
		return dst, w.err
	}
	return w.dst, nil
}

type xmlWriter struct {
	dst    []byte
	pretty bool
	depth  int
	err    error
}

func (w *xmlWriter) fail(format string, args ...any) {
	if w.err == nil {
		w.err = core.Errorf(core.Internal, format, args...)
	}
}

func (w *xmlWriter) line() {
	if !w.pretty || len(w.dst) == 0 {
		return
	}
	w.dst = append(w.dst, '\n')
	for range w.depth {
		w.dst = append(w.dst, ' ', ' ')
	}
}

func (w *xmlWriter) resource(o *Object, namespace string) {
	name := o.String("resourceType")
	if !IsResourceType(name) {
		w.fail("%q is not a resource type of FHIR R4", name)
		return
	}
	w.element(name, namespace, TypeOf(name), o, nil)
}

// element writes an object as an element. A primitive is the object that holds its id and
// extensions, possibly nil, with a value.
func (w *xmlWriter) element(name, extra string, t *Type, o *Object, value any) {
	w.line()
	w.dst = append(append(append(w.dst, '<'), name...), extra...)
	parts := w.parts(t, o)
	for _, p := range parts {
		if p.def.element.attribute {
			w.attribute(p.name, p.value)
		}
	}
	if value != nil {
		w.attribute("value", value)
	}
	open := len(w.dst)
	w.dst = append(w.dst, '>')
	w.depth++
	for _, p := range parts {
		if !p.def.element.attribute {
			w.part(p)
		}
	}
	w.depth--
	if len(w.dst) == open+1 {
		w.dst = append(w.dst[:open], '/', '>')
		return
	}
	w.line()
	w.dst = append(append(append(w.dst, '<', '/'), name...), '>')
}

// part is an element with both its members in JSON, the value and the shadow.
type part struct {
	def           member
	name          string
	value, shadow any
}

// parts puts the members of an object in the order of the definition.
func (w *xmlWriter) parts(t *Type, o *Object) []part {
	if o == nil {
		return nil
	}
	found := make([]part, 0, len(o.Members))
	for _, m := range o.Members {
		if m.Name == "resourceType" && t.Kind == ResourceKind {
			continue
		}
		name, isShadow := strings.CutPrefix(m.Name, "_")
		def, ok := t.member(name)
		if !ok {
			w.fail("%s has no element %q to write in XML", t.Name, m.Name)
			continue
		}
		at := -1
		for i := range found {
			if found[i].name == name {
				at = i
			}
		}
		if at < 0 {
			at = len(found)
			found = append(found, part{def: def, name: name})
		}
		if isShadow {
			found[at].shadow = m.Value
		} else {
			found[at].value = m.Value
		}
	}
	sort.SliceStable(found, func(i, j int) bool {
		return found[i].def.element.order < found[j].def.element.order
	})
	return found
}

func (w *xmlWriter) part(p part) {
	values, isList := p.value.([]any)
	shadows, isShadowList := p.shadow.([]any)
	if !isList && !isShadowList {
		w.one(p, p.value, p.shadow)
		return
	}
	for i := range max(len(values), len(shadows)) {
		var value, shadow any
		if i < len(values) {
			value = values[i]
		}
		if i < len(shadows) {
			shadow = shadows[i]
		}
		if value != nil || shadow != nil {
			w.one(p, value, shadow)
		}
	}
}

func (w *xmlWriter) one(p part, value, shadow any) {
	inner, isObject := value.(*Object)
	switch {
	case p.def.typ.Name == "xhtml":
		text, _ := value.(string)
		w.div(text)
	case p.def.typ.Kind == PrimitiveKind:
		around, _ := shadow.(*Object)
		w.element(p.name, "", TypeOf("Element"), around, value)
	case !isObject:
		w.fail("%s has to be an object to be written in XML", p.name)
	case p.def.typ.Kind == ComplexKind:
		w.element(p.name, "", p.def.typ, inner, nil)
	default:
		w.line()
		w.dst = append(append(append(w.dst, '<'), p.name...), '>')
		w.depth++
		w.resource(inner, "")
		w.depth--
		w.line()
		w.dst = append(append(append(w.dst, '<', '/'), p.name...), '>')
	}
}

func (w *xmlWriter) attribute(name string, value any) {
	w.dst = append(append(append(w.dst, ' '), name...), '=', '"')
	switch value := value.(type) {
	case string:
		w.dst = appendEscaped(w.dst, value)
	case Number:
		w.dst = append(w.dst, value...)
	case bool:
		w.dst = strconv.AppendBool(w.dst, value)
	default:
		w.fail("%s of an element is no primitive", name)
	}
	w.dst = append(w.dst, '"')
}

// appendEscaped writes text for an attribute in double quotes, or between elements. Line
// breaks are escaped, since a reader makes blanks of them in an attribute.
func appendEscaped(dst []byte, s string) []byte {
	for _, r := range s {
		switch r {
		case '&':
			dst = append(dst, "&amp;"...)
		case '<':
			dst = append(dst, "&lt;"...)
		case '>':
			dst = append(dst, "&gt;"...)
		case '"':
			dst = append(dst, "&quot;"...)
		case '\n', '\r', '\t':
			dst = append(strconv.AppendInt(append(dst, "&#"...), int64(r), 10), ';')
		default:
			if r < 0x20 || r == 0xFFFE || r == 0xFFFF {
				r = 0xFFFD
			}
			dst = append(dst, string(r)...)
		}
	}
	return dst
}

// div writes a narrative as it is. One with named entities of HTML, which an XML reader
// does not know, is written anew with the characters they stand for.
func (w *xmlWriter) div(text string) {
	if wrong := checkNarrative(text); wrong != "" {
		w.fail("the narrative %s", wrong)
		return
	}
	text = strings.TrimSpace(text)
	if namedEntity(text) {
		d := narrativeDecoder(text)
		token, err := d.Token()
		start, ok := token.(xml.StartElement)
		if err == nil && ok {
			text, err = rewriteMarkup(d, start)
		}
		if err != nil {
			w.fail("the narrative cannot be read: %v", err)
		}
	}
	w.line()
	w.dst = append(w.dst, text...)
}

// namedEntity tells whether the text uses an entity beyond the five of XML.
func namedEntity(s string) bool {
	for {
		at := strings.IndexByte(s, '&')
		if at < 0 {
			return false
		}
		s = s[at+1:]
		name, _, _ := strings.Cut(s, ";")
		switch name {
		case "amp", "lt", "gt", "quot", "apos":
		default:
			if !strings.HasPrefix(name, "#") {
				return true
			}
		}
	}
}

// rewriteMarkup writes an XHTML element whose start has been read, in the default
// namespace, up to and with its end.
func rewriteMarkup(d *xml.Decoder, start xml.StartElement) (string, error) {
	var out []byte
	var token xml.Token = start
	for depth := 0; ; {
		switch t := token.(type) {
		case xml.StartElement:
			out = append(append(out, '<'), t.Name.Local...)
			if depth == 0 {
				out = append(append(append(out, ` xmlns="`...), t.Name.Space...), '"')
			}
			depth++
			for _, a := range t.Attr {
				if a.Name.Local == "xmlns" || a.Name.Space == "xmlns" {
					continue
				}
				out = append(out, ' ')
				if a.Name.Space != "" {
					out = append(out, "xml:"...)
				}
				out = append(append(append(out, a.Name.Local...), '=', '"'), appendEscaped(nil, a.Value)...)
				out = append(out, '"')
			}
			out = append(out, '>')
		case xml.EndElement:
			out = append(append(append(out, '<', '/'), t.Name.Local...), '>')
			if depth--; depth == 0 {
				return string(out), nil
			}
		case xml.CharData:
			out = appendMarkupText(out, string(t))
		}
		var err error
		if token, err = d.Token(); err != nil {
			if errors.Is(err, io.EOF) {
				err = io.ErrUnexpectedEOF
			}
			return "", err
		}
	}
}

func appendMarkupText(dst []byte, s string) []byte {
	return append(dst, strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)...)
}
