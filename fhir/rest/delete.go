package rest

import "net/http"

// delete answers DELETE [base]/[type]/[id] with 204, or with 200 and an OperationOutcome
// when the client prefers one. https://hl7.org/fhir/R4/http.html#delete
func (k *call) delete() error {
	match, err := k.match()
	if err != nil {
		return err
	}
	id, err := k.id()
	if err != nil {
		return err
	}
	if err := k.t.deleter.Delete(k.context(), id, match); err != nil {
		return err
	}
	if k.prefer.answer == "OperationOutcome" {
		return k.sendResource(http.StatusOK, information(k.t.Name+"/"+id+" is deleted", nil))
	}
	k.c.Response().WriteHeader(http.StatusNoContent)
	return nil
}
