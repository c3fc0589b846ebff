package rest

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
)

// defaultMaxEntries is how many entries a posted Bundle may have.
const defaultMaxEntries = 1000

// process answers POST [base] with a Bundle of the type batch, whose entries are done each
// on its own, or transaction, whose entries are done all or none. The answers stand in the
// order of the entries. https://hl7.org/fhir/R4/http.html#transaction
func (k *call) process() (*answer, error) {
	sent, err := k.sentBundle()
	if err != nil {
		return nil, err
	}
	kind := sent.Tree.String("type")
	switch {
	case kind != "batch" && kind != "transaction":
		return nil, core.ErrorAt(core.Unprocessable, "Bundle.type", "a Bundle of the type batch or transaction can be posted here, not %q", clip(kind))
	case kind == "transaction" && k.s.base.Transact == nil:
		return nil, core.ErrorAt(core.Unprocessable, "Bundle.type", "transactions are not offered here; a batch is")
	case len(sent.Entries) > k.s.base.MaxEntries:
		return nil, core.ErrorAt(core.TooLarge, "Bundle.entry", "the Bundle has %d entries; at most %d are taken", len(sent.Entries), k.s.base.MaxEntries)
	}
	entries := make([]*bundledCall, len(sent.Entries))
	for i := range sent.Entries {
		entries[i] = k.bundled(i, &sent.Entries[i])
	}
	if kind == "transaction" {
		if err := k.authorize(Transaction); err != nil {
			return nil, err
		}
		if err := k.transact(entries); err != nil {
			return nil, err
		}
	} else {
		for _, e := range entries {
			if e.err == nil {
				e.answer, e.err = e.do()
			}
		}
	}
	b := &bundle{kind: kind + "-response", base: k.url()}
	for _, e := range entries {
		e.tell(core.AuditOf(k.ctx))
		b.entries = append(b.entries, e.response(b.base))
	}
	return &answer{status: http.StatusOK, bundle: b}, nil
}

func (k *call) sentBundle() (*fhir.SentBundle, error) {
	xml, err := k.bodyFormat()
	if err != nil {
		return nil, err
	}
	data, err := k.body()
	if err != nil {
		return nil, err
	}
	if len(data) == 0 {
		return nil, core.Errorf(core.Invalid, "the request has no body; a Bundle is needed")
	}
	return fhir.DecodeBundle(data, xml, fhir.DecodeOptions{Lenient: k.lenient()})
}

// bundledCall is the request an entry of a Bundle stands for.
type bundledCall struct {
	index       int
	k           *call
	interaction Interaction
	handler     func(*call) (*answer, error)
	full        string                // fullUrl
	sent        func() *fhir.Resource // a fresh copy of the resource, nil when there is none

	answer *answer
	err    error
	line   *core.Audit // of the audit; nil when nobody keeps one or nothing was done
}

func (e *bundledCall) method() string { return e.k.r.Method }

// place names an element of the entry.
func (e *bundledCall) place(element string) string {
	return fmt.Sprintf("Bundle.entry[%d].%s", e.index, element)
}

// located places the faults of the resource in the entry.
func (e *bundledCall) located(err error) error {
	if e.k.sent == nil || e.k.t == nil {
		return fhir.Relocate(err, "", e.place("request.url"))
	}
	return fhir.Relocate(err, e.k.t.Name, e.place("resource"))
}

// bundled makes the call an entry stands for. A fault is kept in it.
func (k *call) bundled(index int, sent *fhir.SentEntry) *bundledCall {
	e := &bundledCall{index: index, full: sent.Tree.String("fullUrl")}
	request := sent.Tree.Object("request")
	r := &http.Request{Method: request.String("method"), Header: http.Header{}, Host: k.r.Host, TLS: k.r.TLS, URL: &url.URL{}}
	e.k = &call{s: k.s, r: r, ctx: k.ctx, sent: sent.Resource, out: k.out, prefer: k.prefer, param: func(string) string { return "" }}
	for element, header := range map[string]string{
		"ifNoneMatch": "If-None-Match", "ifMatch": "If-Match", "ifModifiedSince": "If-Modified-Since", "ifNoneExist": "If-None-Exist",
	} {
		if text := request.String(element); text != "" {
			r.Header.Set(header, text)
		}
	}
	switch {
	case request == nil:
		e.err = core.ErrorAt(core.Invalid, e.place("request"), "the entry does not say what is to be done")
	case sent.Err != nil:
		e.err = sent.Err
	default:
		e.err = e.route(request.String("url"))
	}
	if resource := sent.Resource; resource != nil {
		e.sent = resource.Copy
	}
	return e
}

// route finds the interaction at the URL of the entry. Errors: core.Invalid for what is no
// URL of this base; core.NotFound, core.MethodNotAllowed.
func (e *bundledCall) route(text string) error {
	k, where := e.k, e.place("request.url")
	for _, base := range k.bases() {
		if rest, found := strings.CutPrefix(text, base+"/"); found {
			text = rest
		}
	}
	target, err := url.Parse(strings.TrimPrefix(text, "/"))
	if err != nil || target.IsAbs() || target.Host != "" || target.Fragment != "" || target.Path == "" {
		return core.ErrorAt(core.Invalid, where, "%q is no URL under this base", clip(text))
	}
	if k.values, err = url.ParseQuery(target.RawQuery); err != nil {
		return core.ErrorAt(core.Invalid, where, "the query of the URL is not well encoded")
	}
	k.r.URL.Path = target.Path
	parts := strings.Split(target.Path, "/")
	for _, r := range k.s.routes {
		pattern := strings.Split(strings.TrimPrefix(r.Path, "/"), "/")
		if r.Method != k.r.Method || r.Type == "" || !matches(pattern, parts) {
			continue
		}
		k.t, e.interaction, e.handler = k.s.types[r.Type], r.Interaction, k.s.answering(r)
		k.param = func(name string) string {
			if at := slices.Index(pattern, ":"+name); at >= 0 {
				return parts[at]
			}
			return ""
		}
		return nil
	}
	fault := k.s.fault(k.ctx, k.nowhere(target.Path))
	return core.ErrorAt(fault.Code, where, "%s", fault.Message)
}

// do carries the entry out.
func (e *bundledCall) do() (*answer, error) {
	if line := core.AuditOf(e.k.ctx); line != nil {
		e.line = line.Part(string(e.interaction), e.k.t.Name, e.k.param("id"), e.k.values.Encode())
		e.k.ctx = core.WithAudit(e.k.ctx, e.line)
	}
	if err := e.k.authorize(e.interaction); err != nil {
		return nil, err
	}
	return e.handler(e.k)
}

// tell adds the line of the entry to that of the whole Bundle.
func (e *bundledCall) tell(whole *core.Audit) {
	if e.line == nil || whole == nil {
		return
	}
	if e.err != nil {
		e.line.Status = statusOf(e.k.s.fault(e.k.ctx, e.err))
	} else {
		e.line.Status = e.answer.status
	}
	whole.Parts = append(whole.Parts, e.line)
}

// entryResource gives the resource of an entry where a call of its own reads its body.
// Errors: core.Invalid.
func (k *call) entryResource(typ string) (*fhir.Resource, error) {
	if k.sent == nil {
		return nil, core.Errorf(core.Invalid, "the entry has no resource; a %s is needed", orText(typ, "Parameters"))
	}
	if have := k.sent.Tree.String("resourceType"); typ != "" && have != typ {
		return nil, core.Errorf(core.Invalid, "the resource is a %s where a %s is needed", have, typ)
	}
	return k.sent, nil
}

// response is the answer as an entry of a batch-response or transaction-response.
func (e *bundledCall) response(base string) bundleEntry {
	if e.err != nil {
		fault := e.k.s.fault(e.k.ctx, e.located(e.err))
		e.k.s.tell(e.k.ctx, e.k.r, fault, e.err)
		return bundleEntry{Entry: &fhir.Entry{}, status: statusText(statusOf(fault)), outcome: &fhir.Resource{Typed: fhir.Outcome(fault)}}
	}
	a := e.answer
	out := bundleEntry{Entry: &fhir.Entry{}, status: statusText(a.status), location: a.location, nested: a.bundle, written: a.options}
	if a.entry != nil {
		told := *a.entry
		out.Entry = &told
		if a.bare || a.resource != nil {
			told.Resource = nil
		}
		if told.Resource != nil && told.ID != "" {
			out.typ = orText(told.Type, e.k.t.Name)
		}
	}
	if a.resource != nil {
		out.outcome = a.resource
	}
	return out
}

func statusText(status int) string { return fmt.Sprintf("%d %s", status, http.StatusText(status)) }
