package conformance

import (
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"path/filepath"
	"strings"

	"github.com/openimis/openimis-go/fhir"
)

// message is a fixture, or a request with its response.
type message struct {
	tree        *fhir.Object // the resource in it; nil when there is none
	body        []byte
	contentType string

	method, url string // of the request
	status      int
	header      http.Header
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

// fixture loads the resource of a fixture.
func (x *run) fixture(f Fixture) (*message, error) {
	var reference struct {
		Reference    string `json:"reference"`
		ResourceType string `json:"resourceType"`
	}
	if err := json.Unmarshal(f.Resource, &reference); err != nil {
		return nil, fmt.Errorf("has no resource: %w", err)
	}
	data := []byte(f.Resource)
	if reference.ResourceType == "" {
		if reference.Reference == "" {
			return nil, unsupported{"a fixture that is neither a reference nor a resource"}
		}
		var err error
		if data, err = x.referenced(reference.Reference); err != nil {
			return nil, err
		}
	}
	tree, err := fhir.ParseJSON(data)
	if err != nil {
		return nil, err
	}
	return &message{tree: tree, body: data, contentType: "application/fhir+json"}, nil
}

// referenced gives the JSON of a contained resource or of a file beside the script.
func (x *run) referenced(reference string) ([]byte, error) {
	if id, contained := strings.CutPrefix(reference, "#"); contained {
		for _, raw := range x.script.Contained {
			var resource struct {
				ID string `json:"id"`
			}
			if json.Unmarshal(raw, &resource) == nil && resource.ID == id {
				return raw, nil
			}
		}
		return nil, fmt.Errorf("no contained resource %s", reference)
	}
	if strings.Contains(reference, "://") || filepath.IsAbs(reference) {
		return nil, unsupported{"the fixture reference " + reference}
	}
	return readFile(filepath.Join(filepath.Dir(x.script.File), filepath.FromSlash(reference)))
}
