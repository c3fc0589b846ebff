package rest

import (
	"net/http"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
)

// update answers PUT [base]/[type]/[id] by replacing the instance. The id in the body has
// to be that of the URL. An instance that is not there is created where the type takes ids
// of clients. https://hl7.org/fhir/R4/http.html#update
func (k *call) update() (*answer, error) {
	match, err := k.match()
	if err != nil {
		return nil, err
	}
	asked, err := k.segment("id")
	if err != nil {
		return nil, err
	}
	if asked == "" {
		return k.conditionalUpdate(match)
	}
	id, err := k.id()
	if err != nil {
		return nil, err
	}
	in, err := k.resource()
	if err != nil {
		return nil, err
	}
	path := k.t.Name + ".id"
	switch inside := in.Tree.String("id"); {
	case inside == id, inside != "" && inside == asked:
	case inside == "" && k.s.base.Habits.LenientDecoding:
	case inside == "":
		return nil, core.ErrorAt(core.Invalid, path, "the body of an update has to have the id of the URL, %q", asked)
	default:
		return nil, core.ErrorAt(core.Invalid, path, "the body has the id %q and the URL %q", clip(inside), asked)
	}
	return k.updateOf(id, in, match)
}

// conditionalUpdate answers PUT [base]/[type]?[criteria]: it replaces the one instance
// that matches, or creates one where none does.
// https://hl7.org/fhir/R4/http.html#cond-update
func (k *call) conditionalUpdate(match Match) (*answer, error) {
	in, err := k.resource()
	if err != nil {
		return nil, err
	}
	inside := in.Tree.String("id")
	return k.conditionally("criteria", k.values, func(found *fhir.Entry) (*answer, error) {
		switch {
		case found != nil && inside != "" && inside != found.ID:
			return nil, core.ErrorAt(core.Invalid, k.t.Name+".id", "the body has the id %q and what matches the criteria %q", clip(inside), found.ID)
		case found != nil:
			return k.updateOf(found.ID, in, match)
		case inside != "":
			return k.updateOf(inside, in, match)
		case k.t.creator == nil:
			return nil, core.Errorf(core.NotFound, "no %s matches the criteria, and none can be created", k.t.Name)
		}
		if err := k.authorize(Create); err != nil {
			return nil, err
		}
		return k.createOf(in)
	})
}

// updateOf replaces the instance and answers with it, or creates it under the id.
func (k *call) updateOf(id string, in *fhir.Resource, match Match) (*answer, error) {
	if err := k.claims(in); err != nil {
		return nil, err
	}
	entry, err := k.t.updater.Update(k.ctx, id, in, match)
	if core.CodeOf(err) == core.NotFound && k.t.idCreator != nil && match == "" {
		if err := k.authorize(Create); err != nil {
			return nil, err
		}
		if entry, err = k.t.idCreator.CreateAs(k.ctx, id, in); err != nil {
			return nil, err
		}
		return k.created(entry, in)
	}
	if err != nil {
		return nil, err
	}
	a := k.written(http.StatusOK, entry, in, k.t.Name+"/"+entry.ID+" was updated")
	if entry.VersionID != "" && k.prefer.answer != "OperationOutcome" { // clients that ask for no body learn the new version
		a.content = k.versionURL(entry)
	}
	return a, nil
}
