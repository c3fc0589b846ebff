package rest

import (
	"net/http"

	"github.com/openimis/openimis-go/fhir"
)

// read answers GET and HEAD [base]/[type]/[id] with the current version, or with 304 when
// the client has it. https://hl7.org/fhir/R4/http.html#read
func (k *call) read() (*answer, error) {
	id, err := k.id()
	if err != nil {
		return nil, err
	}
	entry, err := k.t.reader.Read(k.ctx, id)
	if err != nil {
		return nil, err
	}
	return k.current(entry)
}

// current answers a read or vread.
func (k *call) current(entry *fhir.Entry) (*answer, error) {
	if k.unchanged(entry) {
		return &answer{status: http.StatusNotModified, entry: entry, bare: true}, nil
	}
	o, err := k.subset()
	if err != nil {
		return nil, err
	}
	return &answer{status: http.StatusOK, entry: entry, options: o}, nil
}
