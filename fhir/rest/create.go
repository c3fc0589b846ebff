package rest

import (
	"net/http"
	"net/url"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
)

// create answers POST [base]/[type] with 201 and the instance, under an id of the
// server's choice: an id in the body is ignored. What is not kept itself but answered at
// once is answered with an instance of another type, and Location says where that is read.
// With If-None-Exist an instance that meets the criteria is answered with 200 in its place.
// https://hl7.org/fhir/R4/http.html#create
func (k *call) create() (*answer, error) {
	criteria := k.r.Header.Get("If-None-Exist")
	if criteria == "" || k.s.base.Habits.IgnoreUnknown {
		in, err := k.resource()
		if err != nil {
			return nil, err
		}
		return k.createOf(in)
	}
	if k.t.searcher == nil {
		return nil, core.ErrorAt(core.Invalid, "If-None-Exist", "%s cannot be searched, so it cannot be created on condition", k.t.Name)
	}
	values, err := url.ParseQuery(criteria)
	if err != nil {
		return nil, core.ErrorAt(core.Invalid, "If-None-Exist", "the criteria are not well encoded")
	}
	in, err := k.resource()
	if err != nil {
		return nil, err
	}
	return k.conditionally("If-None-Exist", values, func(found *fhir.Entry) (*answer, error) {
		if found == nil {
			return k.createOf(in)
		}
		a := k.written(http.StatusOK, found, in, k.t.Name+"/"+found.ID+" was there already")
		a.location = k.versionURL(found)
		return a, nil
	})
}

// createOf creates the instance and answers with it.
func (k *call) createOf(in *fhir.Resource) (*answer, error) {
	if err := k.claims(in); err != nil {
		return nil, err
	}
	entry, err := k.t.creator.Create(k.ctx, in)
	if err != nil {
		return nil, err
	}
	return k.created(entry, in)
}

// created answers with an instance that was made.
func (k *call) created(entry *fhir.Entry, in *fhir.Resource) (*answer, error) {
	location := k.versionURL(entry)
	if other := k.s.types[k.s.base.Habits.CreateAnswers[k.t.Name]]; other != nil {
		var err error
		if entry, err = other.reader.Read(k.ctx, entry.ID); err != nil {
			return nil, err
		}
	}
	a := k.written(http.StatusCreated, entry, in, k.t.Name+"/"+entry.ID+" was created")
	if entry.ID != "" { // an answer that cannot be read again has none
		a.location = location
	}
	return a, nil
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
