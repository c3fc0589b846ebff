package rest

import (
	"net/http"
	"os"
	"strconv"
	"sync"

	"github.com/openimis/openimis-go/fhir"
)

// answer is what an interaction has to say, before it is written to the client or put into
// an entry of a Bundle.
type answer struct {
	status   int
	entry    *fhir.Entry        // the instance it is about, whose version becomes ETag and Last-Modified
	options  fhir.EncodeOptions // what of the instance is written
	resource *fhir.Resource     // written in place of the instance
	bundle   *bundle            // written in place of either
	bare     bool               // status and headers only
	location string             // Location: where what was made is read
	content  string             // Content-Location: where this version is read, or how far a job is
	document []byte             // JSON that is no FHIR, written in place of the instance
	file     *os.File           // results of a job, written in place of the instance and closed
}

// written answers a create, update or patch as Prefer asks.
// https://hl7.org/fhir/R4/http.html#ops
func (k *call) written(status int, e *fhir.Entry, in *fhir.Resource, done string) *answer {
	a := &answer{status: status, entry: e}
	switch k.prefer.answer {
	case "minimal":
		a.bare = true
	case "OperationOutcome":
		a.resource = information(done, in.Warnings)
	}
	return a
}

// write sends the answer to the client.
func (k *call) write(a *answer) error {
	header := k.c.Response().Header()
	if a.location != "" {
		header.Set("Location", a.location)
	}
	if a.content != "" {
		header.Set("Content-Location", a.content)
	}
	if a.entry != nil {
		k.stamp(a.entry)
	}
	switch {
	case a.bare:
		k.c.Response().WriteHeader(a.status)
		return nil
	case a.file != nil:
		return k.sendFile(a.file)
	case a.document != nil:
		k.out.contentType = "application/json"
		return k.send(a.status, func(dst []byte) ([]byte, error) { return append(dst, a.document...), nil })
	case a.bundle != nil:
		return k.sendBundle(a.bundle)
	case a.resource != nil:
		return k.sendResource(a.status, a.resource)
	}
	return k.sendEntry(a.status, a.entry, a.options)
}

// stamp tells the version of an instance in the headers.
func (k *call) stamp(e *fhir.Entry) {
	header := k.c.Response().Header()
	if e.VersionID != "" {
		header["Etag"] = []string{etag(e.VersionID)}
	}
	if !e.LastUpdated.IsZero() {
		header["Last-Modified"] = []string{e.LastUpdated.UTC().Format(http.TimeFormat)}
	}
}

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

// sendEntry writes one instance.
func (k *call) sendEntry(status int, e *fhir.Entry, o fhir.EncodeOptions) error {
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
