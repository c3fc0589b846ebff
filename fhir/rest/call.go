package rest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"runtime/debug"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/search"
)

// call is one request on its way through an interaction: what a client sent, or an entry
// of a Bundle.
type call struct {
	s      *Server
	c      echo.Context    // nil for an entry of a Bundle
	r      *http.Request   // of an entry, made of what it says
	ctx    context.Context // with the transaction the call is part of
	t      *offer          // nil for the whole system
	param  func(name string) string
	values url.Values     // parameters of the URL; with those of the form after a POST _search
	sent   *fhir.Resource // what an entry carries; nil where the body has yet to be read
	out    output
	prefer preferences
}

// handler wraps an interaction with what all of them share: negotiation, the right to do
// it, and one place where errors and panics become answers.
func (s *Server) handler(t *offer, interaction Interaction, do func(*call) (*answer, error)) echo.HandlerFunc {
	inner := func(c echo.Context) error {
		k, err := s.open(c, t)
		if err != nil && !(interaction.ofJobs() && core.CodeOf(err) == core.NotAcceptable) {
			return err
		}
		if interaction != "" {
			if err := k.authorize(interaction); err != nil {
				return err
			}
		}
		budget := s.base.Budget
		if k.r.Method != http.MethodGet && k.r.Method != http.MethodHead && interaction != SearchType {
			budget = 0 // what may change something is not stopped half way; the time of the whole request ends it
		}
		a, err := k.within(budget, do)
		if err != nil {
			return err
		}
		return k.write(a)
	}
	for i := len(s.base.Middleware) - 1; i >= 0; i-- {
		inner = s.base.Middleware[i](inner)
	}
	return func(c echo.Context) (err error) {
		defer func() {
			if cause := recover(); cause != nil {
				if cause == http.ErrAbortHandler {
					panic(cause)
				}
				err = s.Fail(c, &core.Error{Code: core.Internal, Message: "the server failed",
					Cause: fmt.Errorf("panic: %v\n%s", cause, debug.Stack())})
			}
		}()
		if err := inner(c); err != nil {
			return s.Fail(c, err)
		}
		return nil
	}
}

// authorize asks whether the caller may do that with the type of the call.
// Errors: core.Unauthenticated, core.Forbidden.
func (k *call) authorize(interaction Interaction) error {
	if interaction == Capabilities || k.s.base.Authorize == nil {
		return nil
	}
	name := ""
	if k.t != nil {
		name = k.t.Name
	}
	return k.s.base.Authorize(k.ctx, name, interaction)
}

// within does a request in the time it may take, 0 for any. Errors: core.TooCostly.
func (k *call) within(budget time.Duration, do func(*call) (*answer, error)) (*answer, error) {
	if budget <= 0 {
		return do(k)
	}
	whole := k.ctx
	ctx, cancel := context.WithTimeout(whole, budget)
	defer cancel()
	k.ctx = ctx
	a, err := do(k)
	end, _ := ctx.Deadline() // a database may give up a moment before the context says so
	if err != nil && !time.Now().Before(end) && whole.Err() == nil {
		return nil, &core.Error{Code: core.TooCostly, Cause: err, Message: fmt.Sprintf("the answer takes longer than %s: ask for less at once, or ask with Prefer: respond-async and come back for it", budget)}
	}
	return a, err
}

// open reads what every interaction needs of the request. A call with an error is good for
// what does not care for the format.
// Errors: core.Invalid, core.NotAcceptable.
func (s *Server) open(c echo.Context, t *offer) (*call, error) {
	k := &call{s: s, c: c, r: c.Request(), ctx: c.Request().Context(), t: t, param: c.Param}
	if k.r.URL.RawQuery != "" {
		var err error
		if k.values, err = url.ParseQuery(k.r.URL.RawQuery); err != nil {
			return nil, core.Errorf(core.Invalid, "the query of the URL is not well encoded")
		}
	}
	k.prefer = readPrefer(k.r.Header["Prefer"])
	return k, k.negotiate()
}

// url gives the absolute URL of the base, without slash at its end. Of the request only
// the host it was sent to counts: forwarding headers can be written by anybody.
func (k *call) url() string { return k.s.url(k.r) }

func (s *Server) url(r *http.Request) string {
	if s.base.URL != "" {
		return s.base.URL
	}
	scheme := "http://"
	if r.TLS != nil {
		scheme = "https://"
	}
	return scheme + r.Host + s.prefix
}

// segment gives a part of the path, decoded. Echo leaves it encoded when the path holds
// encoded slashes or the like.
func (k *call) segment(name string) (string, error) {
	text := k.param(name)
	if k.r.URL.RawPath != "" {
		plain, err := url.PathUnescape(text)
		if err != nil {
			return "", core.Errorf(core.Invalid, "the path is not well encoded")
		}
		text = plain
	}
	return text, nil
}

// id gives the logical id in the path. Errors: core.NotFound for what can be no id;
// core.Conflict when a code stands for several instances.
func (k *call) id() (string, error) {
	id, err := k.segment("id")
	if err != nil {
		return "", err
	}
	if id != "" && (id[0] == '_' || id[0] == '$') { // _search, _history or an operation
		return "", k.nowhere(k.t.Name + "/" + id)
	}
	if k.s.base.Habits.CodeIDs == "" {
		if !search.IsID(id) {
			return "", k.notFound(id)
		}
		return id, nil
	}
	if id == "" || len(id) > 200 || !plain(id) {
		return "", k.notFound(id)
	}
	return k.byCode(id)
}

// byCode looks an id up that is no UUID. Without a match it is left as it is.
func (k *call) byCode(id string) (string, error) {
	name := k.s.base.Habits.CodeIDs
	if isUUID(id) || k.t.searcher == nil || !hasParam(k.t.params, name) {
		return id, nil
	}
	for i := range k.t.params {
		if k.t.params[i].Name != name {
			continue
		}
		page, err := k.t.searcher.Search(k.ctx, &search.Query{
			Type: k.t.Name, Count: 2, Total: search.TotalNone,
			Clauses: []search.Clause{{Param: &k.t.params[i], Values: []search.Value{{Text: id}}}},
		})
		switch {
		case err != nil:
			return "", err
		case len(page.Entries) == 1:
			return page.Entries[0].ID, nil
		case len(page.Entries) > 1:
			return "", core.Errorf(core.Conflict, "several instances of %s have the code %q; ask by id", k.t.Name, id)
		}
	}
	return id, nil
}

func (k *call) notFound(id string) error {
	return core.Errorf(core.NotFound, "there is no %s with id %q", k.t.Name, clip(strings.ToValidUTF8(id, "?")))
}

func clip(text string) string {
	if len(text) > 80 {
		return strings.ToValidUTF8(text[:80], "") + "…"
	}
	return text
}

func plain(text string) bool {
	for _, r := range text {
		if r < 0x20 || r == 0x7f {
			return false
		}
	}
	return utf8.ValidString(text)
}

func isUUID(text string) bool {
	if len(text) != 36 {
		return false
	}
	for i := 0; i < len(text); i++ {
		c := text[i]
		if i == 8 || i == 13 || i == 18 || i == 23 {
			if c != '-' {
				return false
			}
		} else if (c < '0' || c > '9') && (c < 'a' || c > 'f') && (c < 'A' || c > 'F') {
			return false
		}
	}
	return true
}

// body reads the whole body. Errors: core.TooLarge, core.Invalid.
func (k *call) body() ([]byte, error) {
	limit := k.s.base.MaxBody
	tooLarge := core.Errorf(core.TooLarge, "the body is larger than %d bytes", limit)
	if k.r.ContentLength > limit {
		return nil, tooLarge
	}
	buffer := make([]byte, 0, max(min(k.r.ContentLength+1, limit), 512))
	body := io.LimitReader(k.r.Body, limit+1)
	for {
		n, err := body.Read(buffer[len(buffer):cap(buffer)])
		buffer = buffer[:len(buffer)+n]
		var limited *http.MaxBytesError
		switch {
		case int64(len(buffer)) > limit || errors.As(err, &limited):
			return nil, tooLarge
		case err == io.EOF:
			return buffer, nil
		case err != nil:
			return nil, &core.Error{Code: core.Invalid, Message: "the body could not be read to its end", Cause: err}
		}
		if len(buffer) == cap(buffer) {
			buffer = append(buffer, 0)[:len(buffer)]
		}
	}
}

// resource reads and checks the resource in the body.
// Errors: core.UnsupportedMedia, core.TooLarge, and those of the decoder.
func (k *call) resource() (*fhir.Resource, error) { return k.resourceOf(k.t.Name) }

// anyResource reads a body that may hold a resource of any type. Errors: as resource.
func (k *call) anyResource() (*fhir.Resource, error) { return k.resourceOf("") }

// lenient tells whether bodies are read leniently.
func (k *call) lenient() bool {
	return k.prefer.lenient || k.s.base.Habits.LenientDecoding && !k.prefer.strict
}

func (k *call) resourceOf(typ string) (*fhir.Resource, error) {
	if k.c == nil {
		return k.entryResource(typ)
	}
	xml, err := k.bodyFormat()
	if err != nil {
		return nil, err
	}
	data, err := k.body()
	if err != nil {
		return nil, err
	}
	if len(data) == 0 {
		return nil, core.Errorf(core.Invalid, "the request has no body; a %s is needed", orText(typ, "Parameters"))
	}
	o := fhir.DecodeOptions{Type: typ, Lenient: k.lenient()}
	if xml {
		return fhir.DecodeXML(data, o)
	}
	return fhir.DecodeJSON(data, o)
}

// nothing answers paths and methods that no interaction is at.
func (k *call) nothing() (*answer, error) {
	err := k.nowhere(k.param("*"))
	if k.r.Method == http.MethodOptions && core.CodeOf(err) == core.MethodNotAllowed {
		return &answer{status: http.StatusNoContent, bare: true}, nil
	}
	return nil, err
}

func (k *call) nowhere(path string) error {
	parts := strings.Split(path, "/")
	if last := len(parts) - 1; last > 0 && parts[last] == "" && k.s.base.Habits.TrailingSlash {
		parts = parts[:last]
	}
	allowed := k.s.allowed(parts)
	if len(allowed) > 0 || k.s.types[parts[0]] != nil && len(parts) == 1 {
		if k.c != nil {
			k.c.Response().Header().Set("Allow", strings.Join(allowed, ", "))
		}
		return core.Errorf(core.MethodNotAllowed, "%s is not offered on %s", k.r.Method, clip(strconv.Quote("/"+path)))
	}
	switch {
	case k.s.types[parts[0]] == nil && fhir.IsResourceType(parts[0]):
		return core.Errorf(core.NotFound, "resource type %s is not supported here", parts[0])
	case k.s.types[parts[0]] == nil && parts[0] != "":
		return core.Errorf(core.NotFound, "%s is no resource type of FHIR R4", clip(strconv.Quote(parts[0])))
	}
	return core.Errorf(core.NotFound, "there is nothing at %s", clip(strconv.Quote("/"+path)))
}

// allowed lists the methods on the path, cut at its slashes.
func (s *Server) allowed(parts []string) []string {
	if parts[0] == "" {
		parts = nil
	}
	var methods []string
	for _, r := range s.routes {
		pattern := strings.Split(strings.TrimPrefix(r.Path, "/"), "/")
		if r.Path == "" {
			pattern = nil
		}
		if matches(pattern, parts) {
			methods = append(methods, r.Method)
		}
	}
	return methods
}

func matches(pattern, parts []string) bool {
	if len(pattern) != len(parts) {
		return false
	}
	for i, p := range pattern {
		if p != parts[i] && (p[0] != ':' || parts[i] == "" || parts[i][0] == '_' || parts[i][0] == '$') {
			return false
		}
	}
	return true
}
