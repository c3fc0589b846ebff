package rest

import (
	"net/http"

	"github.com/openimis/openimis-go/fhir"
)

// read answers GET and HEAD [base]/[type]/[id] with the current version, or with 304 when
// the client has it. https://hl7.org/fhir/R4/http.html#read
func (k *call) read() error {
	id, err := k.id()
	if err != nil {
		return err
	}
	entry, err := k.t.reader.Read(k.context(), id)
	if err != nil {
		return err
	}
	return k.sendRead(entry)
}

// sendRead answers a read or vread.
func (k *call) sendRead(entry *fhir.Entry) error {
	if k.unchanged(entry) {
		k.stamp(entry)
		k.c.Response().WriteHeader(http.StatusNotModified)
		return nil
	}
	o, err := k.subset()
	if err != nil {
		return err
	}
	return k.sendEntry(http.StatusOK, entry, o)
}
