package conformance

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"

	"github.com/openimis/openimis-go/fhir"
)

// maxResponse bounds what is read of a response.
const maxResponse = 64 << 20

// methods are the HTTP methods of the operation codes.
// https://hl7.org/fhir/R4/codesystem-testscript-operation-codes.html
var methods = map[string]string{
	"read": "GET", "vread": "GET", "search": "GET", "history": "GET", "capabilities": "GET",
	"create": "POST", "batch": "POST", "transaction": "POST",
	"update": "PUT", "updateCreate": "PUT", "delete": "DELETE", "patch": "PATCH",
	"conditionalCreate": "POST", "conditionalUpdate": "PUT", "conditionalDelete": "DELETE",
}

// operate sends the request of an operation and keeps the response.
func (x *run) operate(ctx context.Context, o *Operation) error {
	request, err := x.request(ctx, o)
	if err != nil {
		return err
	}
	client := x.runner.Client
	if client == nil {
		client = &http.Client{Timeout: 30 * time.Second}
	}
	response, err := client.Do(request)
	if err != nil {
		return fmt.Errorf("%s %s: %w", request.Method, request.URL, err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxResponse))
	if err != nil {
		return fmt.Errorf("%s %s: %w", request.Method, request.URL, err)
	}
	m := &message{
		body: body, contentType: response.Header.Get("Content-Type"), header: response.Header,
		method: request.Method, url: request.URL.String(), status: response.StatusCode,
	}
	if m.tree, err = read(m.contentType, body); err != nil {
		return fmt.Errorf("%s %s was answered with %d and a body that is no resource: %w", m.method, m.url, m.status, err)
	}
	x.last = m
	if o.ResponseID != "" {
		x.messages[o.ResponseID] = m
	}
	return nil
}

func (x *run) request(ctx context.Context, o *Operation) (*http.Request, error) {
	method := strings.ToUpper(o.Method)
	if method == "" {
		method = methods[o.Type.Code]
	}
	var source *message
	if o.SourceID != "" {
		if source = x.messages[o.SourceID]; source == nil {
			return nil, fmt.Errorf("operation %s: there is no fixture or response %q", o.Type.Code, o.SourceID)
		}
	}
	if method == "" {
		if method = http.MethodGet; source != nil {
			method = http.MethodPost
		}
	}
	url, err := x.url(o, source)
	if err != nil {
		return nil, err
	}
	var body []byte
	contentType := ""
	if source != nil && method != http.MethodGet && method != http.MethodDelete {
		if body, contentType, err = x.body(o, source); err != nil {
			return nil, err
		}
	}
	request, err := http.NewRequestWithContext(ctx, method, url, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	if accept := mediaType(o.Accept, x.runner.Format); accept != "" {
		request.Header.Set("Accept", accept)
	}
	if x.runner.User != "" {
		request.Header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(x.runner.User+":"+x.runner.Password)))
	}
	for _, h := range o.RequestHeader {
		value, err := x.fill(h.Value)
		if err != nil {
			return nil, err
		}
		request.Header.Set(h.Field, value)
	}
	return request, nil
}

// url follows the table of https://hl7.org/fhir/R4/testscript-definitions.html#TestScript.setup.action.operation.params.
func (x *run) url(o *Operation, source *message) (string, error) {
	base := strings.TrimSuffix(x.runner.Server, "/")
	if o.URL != "" {
		url, err := x.fill(o.URL)
		if err != nil || strings.HasPrefix(url, "http://") || strings.HasPrefix(url, "https://") {
			return url, err
		}
		return base + "/" + strings.TrimPrefix(url, "/"), nil
	}
	params, err := x.fill(o.Params)
	if err != nil {
		return "", err
	}
	resource := o.Resource
	target := source
	if o.TargetID != "" {
		if target = x.messages[o.TargetID]; target == nil {
			return "", fmt.Errorf("operation %s: there is no fixture or response %q", o.Type.Code, o.TargetID)
		}
	}
	if resource == "" && target != nil {
		resource = target.tree.String("resourceType")
	}
	switch code := o.Type.Code; {
	case code == "capabilities":
		return base + "/metadata" + params, nil
	case code == "batch" || code == "transaction":
		return base + params, nil
	case params != "" && params[0] == '/':
		return base + "/" + resource + params, nil
	case code == "read" || code == "vread" || code == "update" || code == "updateCreate" || code == "delete" || code == "patch" || (code == "history" && o.TargetID != ""):
		return instance(base, code, resource, params, target)
	case code == "history":
		return base + "/" + resource + "/_history" + params, nil
	case strings.HasPrefix(code, "$"):
		return strings.TrimSuffix(base+"/"+resource, "/") + "/" + code + params, nil
	}
	return base + "/" + resource + params, nil
}

// instance is the URL of an interaction on the instance a fixture or response names.
func instance(base, code, resource, params string, target *message) (string, error) {
	id := target.id()
	if id == "" {
		if params != "" {
			return base + "/" + resource + params, nil // conditional
		}
		return "", fmt.Errorf("operation %s: the target has no id", code)
	}
	url := base + "/" + resource + "/" + id
	switch code {
	case "vread":
		url += "/_history/" + target.tree.Object("meta").String("versionId")
	case "history":
		url += "/_history"
	}
	return url + params, nil
}

// id is the id of the resource in the message, from its body or the Location it got.
func (m *message) id() string {
	if m == nil {
		return ""
	}
	if id := m.tree.String("id"); id != "" {
		return id
	}
	_, _, id := fhir.SplitReference(m.header.Get("Location"))
	return id
}

// body gives the source with variables filled in, in the format the operation or the
// runner wants.
func (x *run) body(o *Operation, source *message) ([]byte, string, error) {
	text, err := x.fill(string(source.body))
	if err != nil {
		return nil, "", err
	}
	wanted := mediaType(o.ContentType, x.runner.Format)
	from, _, _ := mime.ParseMediaType(source.contentType)
	toXML := strings.HasSuffix(wanted, "xml")
	if toXML == strings.HasSuffix(from, "xml") {
		return []byte(text), wanted, nil
	}
	if !toXML {
		resource, err := fhir.DecodeXML([]byte(text), fhir.DecodeOptions{Lenient: true})
		if err != nil {
			return nil, "", err
		}
		body, err := resource.AppendJSON(nil, fhir.EncodeOptions{})
		return body, wanted, err
	}
	resource, err := fhir.DecodeJSON([]byte(text), fhir.DecodeOptions{Lenient: true})
	if err != nil {
		return nil, "", err
	}
	body, err := resource.AppendXML(nil, fhir.EncodeOptions{})
	return body, wanted, err
}

// mediaType turns the format names of TestScript into media types.
func mediaType(named, otherwise string) string {
	if named == "" {
		named = otherwise
	}
	switch named {
	case "json", "":
		return "application/fhir+json"
	case "xml":
		return "application/fhir+xml"
	case "none":
		return ""
	}
	return named
}
