package fhir

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/openimis/openimis-go/core"
)

const fhirNamespace = "http://hl7.org/fhir"

// DecodeXML reads a resource in XML as strictly as DecodeJSON reads JSON, with one
// difference: elements may come in any order, since a tree does not keep the order between
// unlike ones. A document type is refused, so that no entity can be declared.
//
// Errors: as DecodeJSON.
//
// https://hl7.org/fhir/R4/xml.html
func DecodeXML(data []byte, o DecodeOptions) (*Resource, error) {
	x := newXMLReader(data)
	x.lenient = o.Lenient
	tree, err := x.document()
	if err != nil {
		return nil, err
	}
	r, failed := finish(tree, o, x.faults)
	if failed != nil {
		return nil, failed
	}
	r.Warnings = append(x.warnings, r.Warnings...)
	return r, nil
}

// xmlReader makes the tree of an XML text. It leaves to the checker all that can be seen in
// a tree, and reports only what a tree cannot show.
type xmlReader struct {
	checker
	d     *xml.Decoder
	data  []byte
	depth int // as the same resource would be nested in JSON
}

func newXMLReader(data []byte) *xmlReader {
	data = bytes.TrimPrefix(data, []byte("\uFEFF"))
	return &xmlReader{d: xml.NewDecoder(bytes.NewReader(data)), data: data}
}

func (x *xmlReader) malformed(err error) *core.Error {
	var syntax *xml.SyntaxError
	line, what := 0, err.Error()
	if errors.As(err, &syntax) {
		line, what = syntax.Line, syntax.Msg
	} else {
		line, _ = x.d.InputPos()
	}
	return faulty(core.Invalid, "", structureFault, "the XML is malformed at line %d: %s", line, what)
}

// token gives the next token that matters, without comments. It refuses what FHIR has no
// use for and attackers have.
func (x *xmlReader) token() (xml.Token, int64, *core.Error) {
	for {
		start := x.d.InputOffset()
		token, err := x.d.Token()
		if errors.Is(err, io.EOF) {
			return nil, start, nil
		}
		if err != nil {
			return nil, start, x.malformed(err)
		}
		switch t := token.(type) {
		case xml.Comment:
			continue
		case xml.Directive:
			return nil, start, faulty(core.Invalid, "", structureFault, "the XML may have no document type")
		case xml.ProcInst:
			if t.Target == "xml" && start == 0 {
				continue
			}
			return nil, start, faulty(core.Invalid, "", structureFault, "the XML may have no processing instructions")
		}
		return token, start, nil
	}
}

func (x *xmlReader) document() (*Object, *core.Error) {
	if !utf8.Valid(x.data) {
		return nil, faulty(core.Invalid, "", structureFault, "the body is not valid UTF-8 (byte %d)", invalidAt(x.data))
	}
	var tree *Object
	for {
		token, _, err := x.token()
		if err != nil {
			return nil, err
		}
		switch token := token.(type) {
		case nil:
			if tree == nil {
				return nil, faulty(core.Invalid, "", structureFault, "the XML holds no resource")
			}
			return tree, nil
		case xml.CharData:
			if len(bytes.TrimSpace(token)) > 0 {
				return nil, faulty(core.Invalid, "", structureFault, "the XML has text outside its root element")
			}
		case xml.StartElement:
			if tree != nil {
				return nil, faulty(core.Invalid, "", structureFault, "the XML has more than one root element")
			}
			if token.Name.Space != fhirNamespace {
				return nil, faulty(core.Invalid, "", structureFault, "the root element has to be in the namespace %s", fhirNamespace)
			}
			if tree, err = x.resource(token, []byte(token.Name.Local)); err != nil {
				return nil, err
			}
		}
	}
}

// resource reads the element of a resource, which bears the name of its type.
func (x *xmlReader) resource(start xml.StartElement, path []byte) (*Object, *core.Error) {
	tree := &Object{Members: []Member{{"resourceType", start.Name.Local}}}
	t := TypeOf(start.Name.Local)
	if t == nil || t.Kind != ResourceKind {
		if err := x.d.Skip(); err != nil {
			return nil, x.malformed(err)
		}
		return tree, nil
	}
	return tree, x.object(t, start, tree, path)
}

// object reads attributes and children of an element into o.
func (x *xmlReader) object(t *Type, start xml.StartElement, o *Object, path []byte) *core.Error {
	if x.depth++; x.depth > maxDepth {
		return faulty(core.Invalid, "", tooLongFault, "the XML is nested deeper than %d levels", maxDepth)
	}
	x.attributes(t, start, o, path)
	mark := len(path)
	for {
		token, at, err := x.token()
		if err != nil {
			return err
		}
		switch token := token.(type) {
		case nil:
			return faulty(core.Invalid, "", structureFault, "the XML ends too early")
		case xml.EndElement:
			x.depth--
			padShadows(o)
			return nil
		case xml.CharData:
			if len(bytes.TrimSpace(token)) > 0 {
				x.fault(path, structureFault, "text may not stand between the elements")
			}
		case xml.StartElement:
			path = append(append(path[:mark], '.'), token.Name.Local...)
			if err := x.child(t, token, at, o, path); err != nil {
				return err
			}
			path = path[:mark]
		}
	}
}

// attributes reads those that stand for elements: id, and the url of an extension.
func (x *xmlReader) attributes(t *Type, start xml.StartElement, o *Object, path []byte) {
	for _, a := range start.Attr {
		if a.Name.Space != "" || a.Name.Local == "xmlns" {
			continue // declarations of namespaces, hints to a schema
		}
		name := a.Name.Local
		if m, ok := t.member(name); !ok || !m.element.attribute {
			x.unknown(t, name, name, append(append(append([]byte(nil), path...), '.'), name...))
			continue
		}
		if o.index(name) >= 0 {
			x.fault(path, structureFault, "the attribute %s is given twice", name)
			continue
		}
		o.Members = append(o.Members, Member{name, a.Value})
	}
}

// child reads one element inside an object of the type.
func (x *xmlReader) child(t *Type, start xml.StartElement, at int64, o *Object, path []byte) *core.Error {
	name := start.Name.Local
	def, ok := t.member(name)
	isDiv := ok && def.typ.Name == "xhtml"
	space := fhirNamespace
	if isDiv {
		space = xhtmlNamespace
	}
	if !ok || def.element.attribute || start.Name.Space != space {
		x.unknown(t, name, name, path)
		return x.skip()
	}
	if def.element.List() {
		n := max(len(o.List(name)), len(o.List("_"+name)))
		path = append(strconv.AppendInt(append(path, '['), int64(n), 10), ']')
		x.depth++
		defer func() { x.depth-- }()
	}
	var value any
	var shadow *Object
	var err *core.Error
	switch {
	case isDiv:
		value, err = x.div(start, at)
	case def.typ.Kind == PrimitiveKind:
		value, shadow, err = x.primitive(def.typ, start, path)
	case def.typ.Kind == ComplexKind:
		child := &Object{}
		value, err = child, x.object(def.typ, start, child, path)
	default:
		value, err = x.wrapped(start, path)
	}
	if err != nil {
		return err
	}
	x.add(def, o, name, value, shadow, path)
	return nil
}

func (x *xmlReader) skip() *core.Error {
	if err := x.d.Skip(); err != nil {
		return x.malformed(err)
	}
	return nil
}

// primitive reads the value of a primitive and what JSON keeps under "_name".
func (x *xmlReader) primitive(t *Type, start xml.StartElement, path []byte) (any, *Object, *core.Error) {
	var value any
	inner := xml.StartElement{Name: start.Name}
	for _, a := range start.Attr {
		if a.Name.Space == "" && a.Name.Local == "value" {
			if value != nil {
				x.fault(path, structureFault, "the attribute value is given twice")
			}
			value = scalar(t.Name, a.Value)
			continue
		}
		inner.Attr = append(inner.Attr, a)
	}
	shadow := &Object{}
	if err := x.object(TypeOf("Element"), inner, shadow, path); err != nil {
		return nil, nil, err
	}
	if len(shadow.Members) == 0 {
		shadow = nil
	}
	if value == nil && shadow == nil {
		x.fault(path, structureFault, "has neither a value nor an extension")
	}
	return value, shadow, nil
}

// scalar turns the text of an attribute into what JSON has for the type. Text that is none
// stays a string, which the checker then refuses.
func scalar(typ, text string) any {
	switch typ {
	case "boolean":
		switch text {
		case "true":
			return true
		case "false":
			return false
		}
	case "integer", "unsignedInt", "positiveInt", "decimal":
		if validNumber(text) {
			return Number(text)
		}
	}
	return text
}

// wrapped reads the one resource inside contained, resource or outcome.
func (x *xmlReader) wrapped(start xml.StartElement, path []byte) (any, *core.Error) {
	x.attributes(TypeOf("Element"), xml.StartElement{Attr: start.Attr}, &Object{}, path)
	var tree *Object
	for {
		token, _, err := x.token()
		if err != nil {
			return nil, err
		}
		switch token := token.(type) {
		case nil:
			return nil, faulty(core.Invalid, "", structureFault, "the XML ends too early")
		case xml.EndElement:
			if tree == nil {
				tree = &Object{}
			}
			return tree, nil
		case xml.CharData:
			if len(bytes.TrimSpace(token)) > 0 {
				x.fault(path, structureFault, "text may not stand between the elements")
			}
		case xml.StartElement:
			if tree != nil || token.Name.Space != fhirNamespace {
				x.fault(path, structureFault, "exactly one resource may stand here")
				if err := x.skip(); err != nil {
					return nil, err
				}
				continue
			}
			if tree, err = x.resource(token, path); err != nil {
				return nil, err
			}
		}
	}
}

// add puts a value read into its object.
func (x *xmlReader) add(def member, o *Object, name string, value any, shadow *Object, path []byte) {
	if !def.element.List() {
		if o.index(name) >= 0 || o.index("_"+name) >= 0 {
			x.fault(path, structureFault, "%s may be given only once", name)
			return
		}
		if value != nil {
			o.Members = append(o.Members, Member{name, value})
		}
		if shadow != nil {
			o.Members = append(o.Members, Member{"_" + name, shadow})
		}
		return
	}
	count := max(len(o.List(name)), len(o.List("_"+name)))
	if value != nil {
		o.Set(name, append(padded(o.List(name), count), value))
	} else if list := o.List(name); list != nil {
		o.Set(name, append(list, nil))
	}
	if shadow != nil {
		o.Set("_"+name, append(padded(o.List("_"+name), count), shadow))
	}
}

func padded(list []any, n int) []any {
	for len(list) < n {
		list = append(list, nil)
	}
	return list
}

// padShadows makes an array of extensions as long as its array of values.
func padShadows(o *Object) {
	for i := range o.Members {
		name, isShadow := strings.CutPrefix(o.Members[i].Name, "_")
		list, isList := o.Members[i].Value.([]any)
		if isShadow && isList {
			o.Members[i].Value = padded(list, len(o.List(name)))
		}
	}
}

// div takes the XHTML of a narrative as it was written. Where it depends on a prefix
// declared further out it is written anew.
func (x *xmlReader) div(start xml.StartElement, at int64) (any, *core.Error) {
	own := false
	for _, a := range start.Attr {
		own = own || a.Name.Space == "" && a.Name.Local == "xmlns"
	}
	if own && bytes.HasPrefix(x.data[at:], []byte("<div")) {
		if err := x.skip(); err != nil {
			return nil, err
		}
		raw := string(x.data[at:x.d.InputOffset()])
		raw = strings.ReplaceAll(raw, "\r\n", "\n")
		return strings.ReplaceAll(raw, "\r", "\n"), nil
	}
	text, err := rewriteMarkup(x.d, start)
	if err != nil {
		return nil, x.malformed(err)
	}
	return text, nil
}
