package files

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"encoding/xml"
	"io"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/openimis/openimis-go/core"
)

// The bounds of what a phone hands over in one archive.
const (
	mostDocuments  = 500
	mostOfDocument = 1 << 20 // bytes of one, once unpacked
	deepest        = 6       // elements within elements
)

// element is a piece of a document a phone wrote, XML or JSON: names in small letters, as
// phones of several ages spell them in several ways.
type element struct {
	name  string
	text  []byte
	parts []*element
}

// part gives the first part with one of the names, an empty one where there is none.
func (e *element) part(names ...string) *element {
	for _, part := range e.parts {
		if slices.Contains(names, part.name) {
			return part
		}
	}
	return &element{}
}

// say gives the text of the first part with one of the names.
func (e *element) say(names ...string) string {
	return strings.TrimSpace(string(e.part(names...).text))
}

// phoneFile is a document as it was sent.
type phoneFile struct {
	name    string
	content []byte
}

// phoneFiles reads the files of a form, and those of zip archives among them. Errors:
// core.Invalid at file.
func phoneFiles(r *http.Request) ([]phoneFile, error) {
	if err := formOf(r); err != nil {
		return nil, err
	}
	defer r.MultipartForm.RemoveAll()
	var found []phoneFile
	for _, headers := range r.MultipartForm.File {
		for _, header := range headers {
			file, err := header.Open()
			if err != nil {
				return nil, core.ErrorAt(core.Invalid, "file", "the file cannot be read")
			}
			content, err := io.ReadAll(file)
			file.Close()
			if err != nil {
				return nil, core.ErrorAt(core.Invalid, "file", "the file cannot be read")
			}
			if !bytes.HasPrefix(content, []byte("PK")) {
				if len(content) > mostOfDocument {
					return nil, core.ErrorAt(core.Invalid, "file", "%.80q is longer than %d bytes", header.Filename, mostOfDocument)
				}
				found = append(found, phoneFile{header.Filename, content})
				continue
			}
			packed, err := unpacked(content)
			if err != nil {
				return nil, err
			}
			found = append(found, packed...)
		}
	}
	switch {
	case len(found) == 0:
		return nil, core.ErrorAt(core.Invalid, "file", "the form has no file")
	case len(found) > mostDocuments:
		return nil, core.ErrorAt(core.Invalid, "file", "there are more than %d documents", mostDocuments)
	}
	slices.SortStableFunc(found, func(a, b phoneFile) int { return strings.Compare(a.name, b.name) })
	return found, nil
}

// unpacked reads the XML and JSON of an archive. Phones lock theirs with a password, which
// nothing here knows.
func unpacked(content []byte) ([]phoneFile, error) {
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return nil, core.ErrorAt(core.Invalid, "file", "the archive cannot be read")
	}
	var found []phoneFile
	for _, entry := range archive.File {
		if ending := strings.ToLower(path.Ext(entry.Name)); ending != ".xml" && ending != ".json" {
			continue
		}
		switch {
		case entry.Flags&1 != 0:
			return nil, core.ErrorAt(core.Invalid, "file", "the archive is locked with a password; unpack it and send what is in it")
		case len(found) == mostDocuments:
			return nil, core.ErrorAt(core.Invalid, "file", "there are more than %d documents", mostDocuments)
		}
		body, err := entry.Open()
		if err != nil {
			return nil, core.ErrorAt(core.Invalid, "file", "%.80q in the archive cannot be read", entry.Name)
		}
		content, err := io.ReadAll(io.LimitReader(body, mostOfDocument+1))
		body.Close()
		if err != nil || len(content) > mostOfDocument {
			return nil, core.ErrorAt(core.Invalid, "file", "%.80q in the archive cannot be read or is longer than %d bytes", entry.Name, mostOfDocument)
		}
		found = append(found, phoneFile{entry.Name, content})
	}
	return found, nil
}

// read takes a document apart. Errors: core.Invalid.
func (f *phoneFile) read() (*element, error) {
	if start := bytes.TrimSpace(f.content); bytes.HasPrefix(start, []byte("{")) || bytes.HasPrefix(start, []byte("[")) {
		decoder := json.NewDecoder(bytes.NewReader(start))
		decoder.UseNumber()
		var value any
		if err := decoder.Decode(&value); err != nil {
			return nil, core.Errorf(core.Invalid, "this is no JSON")
		}
		return elementOf("", value, 0)
	}
	return elementIn(xml.NewDecoder(bytes.NewReader(f.content)))
}

func elementOf(name string, value any, depth int) (*element, error) {
	e := &element{name: strings.ToLower(name)}
	if depth > deepest {
		return nil, core.Errorf(core.Invalid, "the document is nested too deep")
	}
	add := func(name string, value any) error {
		part, err := elementOf(name, value, depth+1)
		e.parts = append(e.parts, part)
		return err
	}
	switch v := value.(type) {
	case map[string]any:
		for name, value := range v {
			if err := add(name, value); err != nil {
				return nil, err
			}
		}
	case []any:
		for _, value := range v {
			if err := add(name, value); err != nil {
				return nil, err
			}
		}
	case string:
		e.text = []byte(v)
	case json.Number:
		e.text = []byte(v.String())
	case bool:
		e.text = strconv.AppendBool(nil, v)
	}
	return e, nil
}

func elementIn(decoder *xml.Decoder) (*element, error) {
	root := &element{}
	open := []*element{root}
	for {
		token, err := decoder.Token()
		if err == io.EOF && len(open) == 1 && len(root.parts) == 1 {
			return root.parts[0], nil
		}
		if err != nil {
			return nil, core.Errorf(core.Invalid, "this is no XML")
		}
		top := open[len(open)-1]
		switch t := token.(type) {
		case xml.StartElement:
			if len(open) > deepest {
				return nil, core.Errorf(core.Invalid, "the document is nested too deep")
			}
			e := &element{name: strings.ToLower(t.Name.Local)}
			top.parts = append(top.parts, e)
			open = append(open, e)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			top.text = append(top.text, t...)
		}
	}
}
