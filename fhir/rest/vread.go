package rest

import (
	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir/search"
)

// vread answers GET and HEAD [base]/[type]/[id]/_history/[vid] with one version.
// https://hl7.org/fhir/R4/http.html#vread
func (k *call) vread() (*answer, error) {
	id, err := k.id()
	if err != nil {
		return nil, err
	}
	version, err := k.segment("vid")
	if err != nil {
		return nil, err
	}
	if !search.IsID(version) {
		return nil, core.Errorf(core.NotFound, "%s/%s has no version %q", k.t.Name, id, clip(version))
	}
	entry, err := k.t.versions.ReadVersion(k.ctx, id, version)
	if err != nil {
		return nil, err
	}
	return k.current(entry)
}
