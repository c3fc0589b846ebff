package conformance

import (
	"errors"
	"fmt"
	"mime"
	"net/http"
	"path/filepath"
	"strings"

	"github.com/openimis/openimis-go/fhir"
)

// message is a fixture, a request or a response.
type message struct {
	tree        *fhir.Object // the resource in it; nil when there is none
	body        []byte
	contentType string
	broken      error // why there is no resource though there is a body
	fixture     bool

	header      http.Header
	method, url string   // of the request
	status      int      // of a response
	request     *message // of a response
	assigned    string   // id the server gave the fixture when it was created
}

// problem gives the text of an OperationOutcome, for people.
func (m *message) problem() string {
	for _, each := range m.tree.List("issue") {
		issue, _ := each.(*fhir.Object)
		if text := issue.Object("details").String("text"); text != "" {
			return text
		}
		if text := issue.String("diagnostics"); text != "" {
			return text
		}
	}
	return "no OperationOutcome with a text"
}

// resource gives the tree, or why there is none.
func (m *message) resource() (*fhir.Object, error) {
	switch {
	case m.tree != nil:
		return m.tree, nil
	case m.broken != nil:
		return nil, m.broken
	}
	return nil, errors.New("the body holds no resource")
}

// id is the id of the resource in the message: what the server assigned, from its body or
// the Location it got.
func (m *message) id() string {
	if m == nil {
		return ""
	}
	if m.assigned != "" {
		return m.assigned
	}
	if id := m.tree.String("id"); id != "" && m.tree.String("resourceType") != "OperationOutcome" {
		return id
	}
	_, _, id := fhir.SplitReference(m.header.Get("Location"))
	return id
}

// version is the version of the resource in the message, from its body or its headers.
func (m *message) version() string {
	if v := m.tree.Object("meta").String("versionId"); v != "" {
		return v
	}
	if _, v, found := strings.Cut(m.header.Get("Location"), "/_history/"); found {
		return v
	}
	return strings.Trim(strings.TrimPrefix(m.header.Get("ETag"), "W/"), `"`)
}

// read makes a tree of a body by its content type. A body in another format has no tree.
func read(contentType string, body []byte) (*fhir.Object, error) {
	media, _, _ := mime.ParseMediaType(contentType)
	switch {
	case len(body) == 0:
		return nil, nil
	case strings.HasSuffix(media, "json"):
		return fhir.ParseJSON(body)
	case strings.HasSuffix(media, "xml"):
		resource, err := fhir.DecodeXML(body, fhir.DecodeOptions{Lenient: true})
		if err != nil {
			return nil, err
		}
		return resource.Tree, nil
	}
	return nil, nil
}

// fixture loads the resource of a fixture and fills in what is generated, once for all.
func (x *run) fixture(f Fixture) (*message, error) {
	loaded := f.resource
	switch {
	case f.Generated != "":
		made, err := invent(f.Generated)
		if err != nil {
			return nil, err
		}
		loaded = document{made.AppendJSON(nil), "application/fhir+json"}
	case f.Reference != "":
		var err error
		if loaded, err = x.referenced(f.Reference); err != nil {
			return nil, err
		}
	case len(loaded.body) == 0:
		return nil, unsupported{"a fixture that is neither a reference nor a resource"}
	}
	filled, err := x.generate(string(loaded.body))
	if err != nil {
		return nil, err
	}
	m := &message{fixture: true, body: []byte(filled), contentType: loaded.contentType}
	if m.tree, err = read(m.contentType, m.body); err != nil {
		m.broken = fmt.Errorf("fixture %s: %w", f.ID, err)
	}
	return m, nil
}

// referenced gives the text of a contained resource or of a file beside the script.
func (x *run) referenced(reference string) (document, error) {
	if id, contained := strings.CutPrefix(reference, "#"); contained {
		if found, there := x.script.contained[id]; there {
			return found, nil
		}
		return document{}, fmt.Errorf("no contained resource %s", reference)
	}
	if reference == "" || strings.Contains(reference, "://") || filepath.IsAbs(reference) {
		return document{}, unsupported{"the reference " + reference}
	}
	for _, name := range fileNames(reference) {
		data, err := readFile(filepath.Join(filepath.Dir(x.script.File), filepath.FromSlash(name)))
		if err != nil {
			continue
		}
		if data = withoutMark(data); isXML(data) {
			return document{data, "application/fhir+xml"}, nil
		}
		return document{data, "application/fhir+json"}, nil
	}
	return document{}, unsupported{"a resource that is not there (" + reference + ")"}
}

// fileNames gives the files a reference may mean: itself, or for Patient/example what
// authors name such a file.
func fileNames(reference string) []string {
	names := []string{reference}
	if _, typ, id := fhir.SplitReference("/" + reference); typ != "" && filepath.Ext(id) == "" {
		file := strings.ToLower(typ) + "-" + id
		for _, ext := range []string{".json", ".xml"} {
			names = append(names, reference+ext, file+ext, "_reference/resources/"+file+ext)
		}
	}
	return names
}
