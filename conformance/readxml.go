package conformance

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
)

// maxDepth bounds how deeply a script in XML may be nested.
const maxDepth = 64

// rawXML is the member that holds a resource within a script as it was written.
const rawXML = "#xml"

// parseXML makes the tree of a resource in XML without asking the definitions, since
// scripts of other versions have elements R4 does not know. What repeats becomes a list;
// a resource within the resource is kept as text.
func parseXML(data []byte) (*fhir.Object, error) {
	r := scriptXML{d: xml.NewDecoder(bytes.NewReader(data)), data: data}
	for {
		token, err := r.d.Token()
		if err != nil {
			return nil, r.fault(err)
		}
		switch t := token.(type) {
		case xml.Directive:
			return nil, core.Errorf(core.Invalid, "the XML may have no document type")
		case xml.StartElement:
			tree := &fhir.Object{}
			tree.Set("resourceType", t.Name.Local)
			_, err := r.content(t, tree, 1)
			return tree, err
		}
	}
}

type scriptXML struct {
	d    *xml.Decoder
	data []byte
}

func (r *scriptXML) fault(err error) error {
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	line, _ := r.d.InputPos()
	return core.Errorf(core.Invalid, "the XML is malformed at line %d: %v", line, err)
}

// content reads what is in an element into o and gives its value when it is a primitive.
func (r *scriptXML) content(start xml.StartElement, o *fhir.Object, depth int) (any, error) {
	if depth > maxDepth {
		return nil, core.Errorf(core.Invalid, "the XML is nested more than %d deep", maxDepth)
	}
	var value any
	for _, a := range start.Attr {
		switch {
		case a.Name.Local == "value" && a.Name.Space == "":
			value = a.Value
		case (a.Name.Local == "id" || a.Name.Local == "url") && a.Name.Space == "":
			o.Set(a.Name.Local, a.Value)
		}
	}
	for {
		at := r.d.InputOffset()
		token, err := r.d.Token()
		if err != nil {
			return nil, r.fault(err)
		}
		switch t := token.(type) {
		case xml.EndElement:
			return value, nil
		case xml.StartElement:
			if err := r.child(t, at, o, depth); err != nil {
				return nil, err
			}
		}
	}
}

func (r *scriptXML) child(start xml.StartElement, at int64, o *fhir.Object, depth int) error {
	name := start.Name.Local
	if name == "div" || name[0] >= 'A' && name[0] <= 'Z' {
		if err := r.d.Skip(); err != nil {
			return r.fault(err)
		}
		if name != "div" {
			o.Set(rawXML, withNamespace(string(r.data[at:r.d.InputOffset()]), start))
		}
		return nil
	}
	inner := &fhir.Object{}
	value, err := r.content(start, inner, depth+1)
	if err != nil {
		return err
	}
	if value == nil {
		value = inner
	}
	switch before := o.Get(name).(type) {
	case nil:
		o.Set(name, value)
	case []any:
		o.Set(name, append(before, value))
	default:
		o.Set(name, []any{before, value})
	}
	return nil
}

// withNamespace gives a resource cut out of another its namespace, which it inherited.
func withNamespace(text string, start xml.StartElement) string {
	for _, a := range start.Attr {
		if a.Name.Local == "xmlns" {
			return text
		}
	}
	head := "<" + start.Name.Local
	if len(text) < len(head) || text[:len(head)] != head {
		return text
	}
	return head + ` xmlns="http://hl7.org/fhir"` + text[len(head):]
}
