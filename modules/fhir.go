package modules

import (
	"time"

	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/resources"
)

// Resource is a FHIR resource type as a module contributes it. The doors /fhir and
// /api/api_fhir_r4 serve what active modules contribute, each in its own environment.
//
// Who may use it stands in resources.Accesses; a module with a type of its own also
// contributes lines of type resources.Access. An interaction without a line stops the
// program at start.
type Resource struct {
	Name string // resource type of R4
	Make func(*resources.Environment) rest.Type

	// Catalogues are what /docs shows of it: which column is which element.
	Catalogues []*mapping.Catalogue
}

// today is the day for catalogues that are shown only; those that search get the day of
// their environment.
func today() persistence.Date { return persistence.Day(time.Now()) }
