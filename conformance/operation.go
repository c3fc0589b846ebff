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

// methods are the HTTP methods of the interactions.
// https://hl7.org/fhir/R4/codesystem-testscript-operation-codes.html
var methods = map[string]string{
	"read": "GET", "vread": "GET", "search": "GET", "history": "GET", "capabilities": "GET",
	"create": "POST", "batch": "POST", "transaction": "POST",
	"update": "PUT", "updateCreate": "PUT", "delete": "DELETE", "patch": "PATCH",
	"deleteCondSingle": "DELETE", "deleteCondMultiple": "DELETE",
	"conditionalCreate": "POST", "conditionalUpdate": "PUT", "conditionalDelete": "DELETE", "conditionalPatch": "PATCH",
}

// named are the operation codes that stand for an operation of that name.
var named = map[string]bool{}

func init() {
	for _, code := range strings.Fields(`apply closure find-matches conforms data-requirements document evaluate evaluate-measure
		everything expand find graphql implements lastn lookup match meta meta-add meta-delete populate populatehtml populatelink
		process-message questionnaire stats subset subsumes transform translate validate validate-code submit export member-match`) {
		named[code] = true
	}
}

// Exchange is a request and the response to it, for reports.
type Exchange struct {
	Method, URL     string
	RequestHeader   http.Header
	RequestBody     []byte
	Status          int // 0 when there was no response
	ResponseHeader  http.Header
	ResponseBody    []byte
	Took            time.Duration
	responseMessage *message
}

// operate sends the request of an operation and keeps the response.
func (x *run) operate(ctx context.Context, o *Operation) (*Exchange, error) {
	if err := x.unclaimed(ctx, o); err != nil {
		return nil, err
	}
	request, body, err := x.request(ctx, o)
	if err != nil {
		return nil, err
	}
	sent, err := x.send(request, body)
	for i := 1; err == nil && o.Poll != nil && sent.Status == o.Poll.Status && i < o.Poll.Attempts; i++ {
		select {
		case <-ctx.Done():
			return sent, ctx.Err()
		case <-time.After(o.Poll.Interval):
		}
		request = request.Clone(ctx)
		request.Body = io.NopCloser(bytes.NewReader(body))
		sent, err = x.send(request, body)
	}
	if err != nil {
		return sent, err
	}
	x.last = sent.responseMessage
	if o.ResponseID != "" {
		x.messages[o.ResponseID] = x.last
	}
	if o.RequestID != "" {
		x.messages[o.RequestID] = x.last.request
	}
	if source := x.messages[o.SourceID]; source != nil && source.fixture && x.last.status == http.StatusCreated {
		source.assigned = x.last.id()
	}
	return sent, nil
}

func (x *run) send(request *http.Request, body []byte) (*Exchange, error) {
	sent := &Exchange{Method: request.Method, URL: request.URL.String(), RequestHeader: withoutSecret(request.Header), RequestBody: body}
	start := time.Now()
	response, err := x.runner.client().Do(request)
	sent.Took = time.Since(start)
	if err != nil {
		return sent, fmt.Errorf("%s %s: %w", request.Method, request.URL, err)
	}
	defer func() { _ = response.Body.Close() }()
	sent.ResponseBody, err = io.ReadAll(io.LimitReader(response.Body, maxResponse))
	if err != nil {
		return sent, fmt.Errorf("%s %s: %w", request.Method, request.URL, err)
	}
	sent.Status, sent.ResponseHeader = response.StatusCode, response.Header
	asked := &message{body: body, contentType: request.Header.Get("Content-Type"), header: request.Header, method: request.Method, url: sent.URL}
	asked.tree, asked.broken = read(asked.contentType, body)
	m := &message{
		body: sent.ResponseBody, contentType: response.Header.Get("Content-Type"), header: response.Header,
		method: request.Method, url: sent.URL, status: response.StatusCode, request: asked,
	}
	if m.tree, err = read(m.contentType, m.body); err != nil {
		m.broken = fmt.Errorf("%s %s was answered with %d and a body that is no resource: %w", m.method, m.url, m.status, err)
	}
	sent.responseMessage = m
	return sent, nil
}

// withoutSecret gives headers that may be shown to anyone.
func withoutSecret(h http.Header) http.Header {
	shown := h.Clone()
	if shown.Get("Authorization") != "" {
		kind, _, _ := strings.Cut(shown.Get("Authorization"), " ")
		shown.Set("Authorization", kind+" …")
	}
	return shown
}

func (r *Runner) client() *http.Client {
	if r.Client == nil {
		timeout := r.Timeout
		if timeout == 0 {
			timeout = 30 * time.Second
		}
		r.Client = &http.Client{Timeout: timeout}
	}
	return r.Client
}

func (x *run) request(ctx context.Context, o *Operation) (*http.Request, []byte, error) {
	source, err := x.named(o.Code, o.SourceID)
	if err != nil {
		return nil, nil, err
	}
	method, err := method(o, source)
	if err != nil {
		return nil, nil, err
	}
	url, err := x.url(o, source)
	if err != nil {
		return nil, nil, err
	}
	var body []byte
	contentType := ""
	switch {
	case source != nil && method != http.MethodGet && method != http.MethodHead && method != http.MethodDelete:
		if body, contentType, err = x.body(o, source); err != nil {
			return nil, nil, err
		}
	case o.Code == "search" && method == http.MethodPost:
		url, body, contentType = searchByPost(url)
	case o.ContentType != "" && method != http.MethodGet && method != http.MethodDelete:
		contentType = mediaType(o.ContentType, "")
	}
	request, err := http.NewRequestWithContext(ctx, method, encoded(url), bytes.NewReader(body))
	if err != nil {
		return nil, nil, err
	}
	return request, body, x.headers(request, o, contentType)
}

// named gives the fixture or response an operation names.
func (x *run) named(code, id string) (*message, error) {
	if id == "" {
		return nil, nil
	}
	m := x.messages[id]
	if m == nil {
		return nil, fmt.Errorf("operation %s: there is no fixture or response %q", code, id)
	}
	if m.fixture && m.body == nil && m.broken != nil {
		return nil, m.broken
	}
	return m, nil
}

func method(o *Operation, source *message) (string, error) {
	if o.Method != "" {
		return strings.ToUpper(o.Method), nil
	}
	name := strings.TrimPrefix(o.Code, "$")
	switch {
	case methods[o.Code] != "":
		return methods[o.Code], nil
	case name == "meta-add" || name == "meta-delete", source != nil:
		return http.MethodPost, nil
	case name != o.Code || named[name] || o.Code == "":
		return http.MethodGet, nil
	}
	return "", unsupported{"the operation " + o.Code}
}

func (x *run) headers(request *http.Request, o *Operation, contentType string) error {
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	if accept := mediaType(o.Accept, x.runner.Format); accept != "" {
		request.Header.Set("Accept", accept)
	}
	switch {
	case x.runner.Token != "":
		request.Header.Set("Authorization", "Bearer "+x.runner.Token)
	case x.runner.User != "":
		request.Header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(x.runner.User+":"+x.runner.Password)))
	}
	for _, h := range o.RequestHeader {
		value, err := x.fill(h.Value)
		if err != nil {
			return err
		}
		request.Header.Set(h.Field, value)
	}
	return nil
}

// body gives the source with variables filled in, in the format the operation or the
// runner wants.
func (x *run) body(o *Operation, source *message) ([]byte, string, error) {
	text := string(source.body)
	if source.fixture {
		var err error
		if text, err = x.fillAs(text, inBody(source.contentType), 0); err != nil {
			return nil, "", err
		}
	}
	wanted := mediaType(o.ContentType, x.runner.Format)
	from, to := format(source.contentType), format(wanted)
	if o.ContentType == "" && source.tree == nil {
		return []byte(text), source.contentType, nil // no resource: it goes as it is
	}
	if from == to || from == "" || to == "" {
		return []byte(text), wanted, nil
	}
	decode := fhir.DecodeJSON
	if from == "xml" {
		decode = fhir.DecodeXML
	}
	resource, err := decode([]byte(text), fhir.DecodeOptions{Lenient: true})
	if err != nil {
		return nil, "", fmt.Errorf("%s cannot be sent as %s: %w", o.SourceID, to, err)
	}
	if to == "xml" {
		body, err := resource.Tree.AppendXML(nil, false)
		return body, wanted, err
	}
	return resource.Tree.AppendJSON(nil), wanted, nil
}

// format is json or xml for the media types of resources, "" for others such as patches.
func format(contentType string) string {
	media, _, _ := mime.ParseMediaType(contentType)
	switch media {
	case "application/fhir+json", "application/json", "text/json", "application/json+fhir":
		return "json"
	case "application/fhir+xml", "application/xml", "text/xml", "application/xml+fhir":
		return "xml"
	}
	return ""
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
	case "ttl":
		return "application/fhir+turtle"
	case "none":
		return ""
	}
	return named
}
