package rest

import (
	"net/http"

	"github.com/openimis/openimis-go/fhir"
)

// delete answers DELETE [base]/[type]/[id], and DELETE [base]/[type]?[criteria] for the one
// instance that matches, with 204, or with 200 and an OperationOutcome when the client
// prefers one. https://hl7.org/fhir/R4/http.html#delete
func (k *call) delete() (*answer, error) {
	match, err := k.match()
	if err != nil {
		return nil, err
	}
	if k.param("id") == "" {
		return k.conditionally("criteria", k.values, func(found *fhir.Entry) (*answer, error) {
			if found == nil {
				return k.deleted("no " + k.t.Name + " matches the criteria"), nil
			}
			return k.deleteOf(found.ID, match)
		})
	}
	id, err := k.id()
	if err != nil {
		return nil, err
	}
	return k.deleteOf(id, match)
}

func (k *call) deleteOf(id string, match Match) (*answer, error) {
	if err := k.t.deleter.Delete(k.ctx, id, match); err != nil {
		return nil, err
	}
	return k.deleted(k.t.Name + "/" + id + " is deleted"), nil
}

func (k *call) deleted(done string) *answer {
	if k.prefer.answer == "OperationOutcome" {
		return &answer{status: http.StatusOK, resource: information(done, nil)}
	}
	return &answer{status: http.StatusNoContent, bare: true}
}
