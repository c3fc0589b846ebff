package mapping

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// The bounds of a document of a phone.
const (
	deepestPhoneDocument = 8       // parts within parts
	mostPhoneParts       = 100_000 // all parts of one
)

// PhoneDocument is a document a phone wrote, XML or JSON, or a part of it: names in small
// letters, as phones of several ages spell them in several ways. The entries of a list are
// parts of one name.
type PhoneDocument struct {
	Name  string
	Parts []*PhoneDocument
	text  []byte
}

// Part gives the first part with one of the names, an empty one where there is none.
func (d *PhoneDocument) Part(names ...string) *PhoneDocument {
	for _, part := range d.Parts {
		if slices.Contains(names, part.Name) {
			return part
		}
	}
	return &PhoneDocument{}
}

// Say gives the text of the first part with one of the names, without blanks around it.
func (d *PhoneDocument) Say(names ...string) string {
	return strings.TrimSpace(string(d.Part(names...).text))
}

// SayIf gives such a text, nil for none.
func (d *PhoneDocument) SayIf(names ...string) *string {
	if text := d.Say(names...); text != "" {
		return &text
	}
	return nil
}

// ReadPhoneDocument takes a document apart. Errors: core.Invalid.
func ReadPhoneDocument(content []byte) (*PhoneDocument, error) {
	r := &phoneReading{}
	if start := bytes.TrimSpace(content); bytes.HasPrefix(start, []byte("{")) || bytes.HasPrefix(start, []byte("[")) {
		decoder := json.NewDecoder(bytes.NewReader(start))
		decoder.UseNumber()
		root := &PhoneDocument{}
		return root, r.json(decoder, root, 0)
	}
	return r.xml(xml.NewDecoder(bytes.NewReader(content)))
}

// phoneReading counts the parts of a document that is read.
type phoneReading struct{ parts int }

// add puts a part into a document that is as many parts deep.
func (r *phoneReading) add(d *PhoneDocument, name string, depth int) (*PhoneDocument, error) {
	r.parts++
	switch {
	case depth > deepestPhoneDocument:
		return nil, core.Errorf(core.Invalid, "the document is nested too deep")
	case r.parts > mostPhoneParts:
		return nil, core.Errorf(core.Invalid, "the document has more than %d parts", mostPhoneParts)
	}
	part := &PhoneDocument{Name: strings.ToLower(name)}
	d.Parts = append(d.Parts, part)
	return part, nil
}

// json reads one value into the document.
func (r *phoneReading) json(decoder *json.Decoder, d *PhoneDocument, depth int) error {
	token, err := decoder.Token()
	if err != nil {
		return core.Errorf(core.Invalid, "this is no JSON")
	}
	switch v := token.(type) {
	case string:
		d.text = []byte(v)
	case json.Number:
		d.text = []byte(v.String())
	case bool:
		d.text = strconv.AppendBool(nil, v)
	case json.Delim:
		for decoder.More() {
			name := d.Name
			if v == '{' {
				if token, err = decoder.Token(); err != nil {
					return core.Errorf(core.Invalid, "this is no JSON")
				}
				name, _ = token.(string)
			}
			part, err := r.add(d, name, depth+1)
			if err == nil {
				err = r.json(decoder, part, depth+1)
			}
			if err != nil {
				return err
			}
		}
		if _, err := decoder.Token(); err != nil {
			return core.Errorf(core.Invalid, "this is no JSON")
		}
	}
	return nil
}

// xml reads an element with what is in it.
func (r *phoneReading) xml(decoder *xml.Decoder) (*PhoneDocument, error) {
	root := &PhoneDocument{}
	open := []*PhoneDocument{root}
	for {
		token, err := decoder.Token()
		if err == io.EOF && len(open) == 1 && len(root.Parts) == 1 {
			return root.Parts[0], nil
		}
		if err != nil {
			return nil, core.Errorf(core.Invalid, "this is no XML")
		}
		top := open[len(open)-1]
		switch t := token.(type) {
		case xml.StartElement:
			part, err := r.add(top, t.Name.Local, len(open)-1)
			if err != nil {
				return nil, err
			}
			open = append(open, part)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			top.text = append(top.text, t...)
		}
	}
}

// phoneDay is how older phones write days.
const phoneDay = "02/01/2006"

// PhoneValues reads values of a document and keeps the first fault, which is core.Invalid.
type PhoneValues struct{ Err error }

// Fault notes what is wrong with the value at a path.
func (r *PhoneValues) Fault(path, format string, args ...any) {
	if r.Err == nil {
		r.Err = core.ErrorAt(core.Invalid, path, format, args...)
	}
}

// Day reads YYYY-MM-DD, with a time or not, or DD/MM/YYYY as older phones write it.
func (r *PhoneValues) Day(path, text string) persistence.Date {
	date, _, _ := strings.Cut(text, "T")
	day, err := persistence.ParseDate(date)
	if err == nil {
		return day
	}
	if old, err := time.Parse(phoneDay, text); err == nil {
		return persistence.DateOf(old.Year(), old.Month(), old.Day())
	}
	r.Fault(path, "%.40q is no day", text)
	return day
}

// DayIf reads a day, nil for none.
func (r *PhoneValues) DayIf(path, text string) *persistence.Date {
	if text == "" {
		return nil
	}
	return pointer(r.Day(path, text))
}

// Amount reads a number, 0 for none.
func (r *PhoneValues) Amount(path, text string) decimal.Decimal {
	const longest = 20
	if text == "" {
		return decimal.Zero
	}
	amount, err := decimal.NewFromString(text)
	if err != nil || len(text) > longest || strings.ContainsAny(text, "eE") {
		r.Fault(path, "%.40q is no number", text)
		return decimal.Zero
	}
	return amount
}

// Number reads a whole number, 0 for none.
func (r *PhoneValues) Number(path, text string) int {
	if text == "" {
		return 0
	}
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil {
		r.Fault(path, "%.40q is no whole number", text)
	}
	return int(n)
}

// Key reads the key of a row, nil for none, 0 and less.
func (r *PhoneValues) Key(path, text string) *int {
	if n := r.Number(path, text); n > 0 {
		return &n
	}
	return nil
}

// Flag reads 1, 0, true or false, nil for none.
func (r *PhoneValues) Flag(path, text string) *bool {
	switch strings.ToLower(text) {
	case "":
		return nil
	case "1", "true":
		return pointer(true)
	case "0", "false":
		return pointer(false)
	}
	r.Fault(path, "%.40q is neither 1 nor 0", text)
	return nil
}
