package rest

import (
	"net/http"

	"github.com/openimis/openimis-go/core"
)

// create answers POST [base]/[type] with 201 and the instance, under an id of the
// server's choice: an id in the body is ignored.
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
	location := k.url() + "/" + k.t.Name + "/" + entry.ID
	if entry.VersionID != "" {
		location += "/_history/" + entry.VersionID
	}
	if other := k.s.types[k.s.base.Habits.CreateAnswers[k.t.Name]]; other != nil {
		if entry, err = other.reader.Read(k.context(), entry.ID); err != nil {
			return err
		}
	}
	k.c.Response().Header().Set("Location", location)
	return k.sendWritten(http.StatusCreated, entry, in, k.t.Name+"/"+entry.ID+" was created")
}
