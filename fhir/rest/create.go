package rest

import (
	"net/http"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
)

// create answers POST [base]/[type] with 201 and the instance, under an id of the
// server's choice: an id in the body is ignored. What is not kept itself but answered at
// once is answered with an instance of another type, and Location says where that is read.
// https://hl7.org/fhir/R4/http.html#create
func (k *call) create() error {
	if k.r.Header.Get("If-None-Exist") != "" && !k.s.base.Habits.IgnoreUnknown {
		return core.ErrorAt(core.Invalid, "If-None-Exist", "conditional create is not supported")
	}
	in, err := k.resource()
	if err != nil {
		return err
	}
	entry, err := k.t.creator.Create(k.context(), in)
	if err != nil {
		return err
	}
	location := k.versionURL(entry)
	if other := k.s.types[k.s.base.Habits.CreateAnswers[k.t.Name]]; other != nil {
		if entry, err = other.reader.Read(k.context(), entry.ID); err != nil {
			return err
		}
	}
	if entry.ID != "" { // an answer that cannot be read again has none
		k.c.Response().Header().Set("Location", location)
	}
	return k.sendWritten(http.StatusCreated, entry, in, k.t.Name+"/"+entry.ID+" was created")
}

// versionURL is where a version can be read, or the instance when it has no versions.
func (k *call) versionURL(e *fhir.Entry) string {
	typ := k.t.Name
	if k.s.types[e.Type] != nil {
		typ = e.Type
	}
	url := k.url() + "/" + typ + "/" + e.ID
	if e.VersionID != "" {
		url += "/_history/" + e.VersionID
	}
	return url
}
