package rest

import (
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/search"
)

// buffers holds the memory answers are written into. One that a photograph or a big page
// blew up is not kept.
var buffers = sync.Pool{New: func() any { b := make([]byte, 0, 16<<10); return &b }}

const maxKept = 1 << 20

// send writes an answer whose body is made by fill.
func (k *call) send(status int, fill func(dst []byte) ([]byte, error)) error {
	pooled := buffers.Get().(*[]byte)
	body, err := fill((*pooled)[:0])
	defer func() {
		if cap(body) <= maxKept {
			*pooled = body[:0]
			buffers.Put(pooled)
		}
	}()
	if err != nil {
		return err
	}
	header := k.c.Response().Header()
	header["Content-Type"] = []string{k.out.contentType}
	header["Content-Length"] = []string{strconv.Itoa(len(body))}
	k.c.Response().WriteHeader(status)
	if k.r.Method != http.MethodHead {
		_, _ = k.c.Response().Write(body) // a client that went away hears nothing
	}
	return nil
}

// prologue opens an XML document.
const prologue = `<?xml version="1.0" encoding="UTF-8"?>`

// sendEntry writes one instance with its ETag and Last-Modified.
func (k *call) sendEntry(status int, e *fhir.Entry, o fhir.EncodeOptions) error {
	k.stamp(e)
	o.Pretty = k.out.pretty
	return k.send(status, func(dst []byte) ([]byte, error) {
		if k.out.xml {
			return e.AppendXML(append(dst, prologue...), o)
		}
		return e.AppendJSON(dst, o)
	})
}

// sendResource writes a resource that is no instance, such as an OperationOutcome.
func (k *call) sendResource(status int, r *fhir.Resource) error {
	o := fhir.EncodeOptions{Pretty: k.out.pretty}
	return k.send(status, func(dst []byte) ([]byte, error) {
		if k.out.xml {
			return r.AppendXML(append(dst, prologue...), o)
		}
		return r.AppendJSON(dst, o)
	})
}

func (k *call) stamp(e *fhir.Entry) {
	header := k.c.Response().Header()
	if e.VersionID != "" {
		header["Etag"] = []string{etag(e.VersionID)}
	}
	if !e.LastUpdated.IsZero() {
		header["Last-Modified"] = []string{e.LastUpdated.UTC().Format(http.TimeFormat)}
	}
}

// sendWritten answers a create or update as Prefer asks. https://hl7.org/fhir/R4/http.html#ops
func (k *call) sendWritten(status int, e *fhir.Entry, in *fhir.Resource, done string) error {
	switch {
	case k.prefer.answer == "minimal":
		k.stamp(e)
		k.c.Response().WriteHeader(status)
		return nil
	case k.prefer.answer == "OperationOutcome":
		k.stamp(e)
		return k.sendResource(status, information(done, in.Warnings))
	}
	return k.sendEntry(status, e, fhir.EncodeOptions{})
}

// subset reads _summary and _elements outside of a search. Errors: core.Invalid.
func (k *call) subset() (o fhir.EncodeOptions, err error) {
	if k.values == nil {
		return o, nil
	}
	switch o.Summary = k.values.Get("_summary"); o.Summary {
	case "", "true", "text", "data", "false":
	default:
		return o, core.ErrorAt(core.Invalid, "_summary", "_summary is true, text, data or false here, not %s", clip(strconv.Quote(o.Summary)))
	}
	for _, text := range k.values["_elements"] {
		names, problem := search.Elements(text)
		if problem != "" {
			return o, core.ErrorAt(core.Invalid, "_elements", "%s", problem)
		}
		o.Elements = append(o.Elements, names...)
	}
	return o, nil
}

// retryAfter is how long a client is asked to wait.
func retryAfter(wait time.Duration) string {
	return strconv.Itoa(int((wait + time.Second - 1) / time.Second))
}
