package rest

import (
	"net/http"

	"github.com/openimis/openimis-go/core"
)

// update answers PUT [base]/[type]/[id] by replacing the instance. The id in the body has
// to be that of the URL; an instance that is not there is not created.
// https://hl7.org/fhir/R4/http.html#update
func (k *call) update() error {
	match, err := k.match()
	if err != nil {
		return err
	}
	asked, err := k.segment("id")
	if err != nil {
		return err
	}
	id, err := k.id()
	if err != nil {
		return err
	}
	in, err := k.resource()
	if err != nil {
		return err
	}
	path := k.t.Name + ".id"
	switch inside := in.Tree.String("id"); {
	case inside == id, inside != "" && inside == asked:
	case inside == "" && k.s.base.Habits.LenientDecoding:
	case inside == "":
		return core.ErrorAt(core.Invalid, path, "the body of an update has to have the id of the URL, %q", asked)
	default:
		return core.ErrorAt(core.Invalid, path, "the body has the id %q and the URL %q", clip(inside), asked)
	}
	entry, err := k.t.updater.Update(k.context(), id, in, match)
	if err != nil {
		return err
	}
	if entry.VersionID != "" && k.prefer.answer != "OperationOutcome" { // clients that ask for no body learn the new version
		k.c.Response().Header().Set("Content-Location", k.versionURL(entry))
	}
	return k.sendWritten(http.StatusOK, entry, in, k.t.Name+"/"+entry.ID+" was updated")
}
