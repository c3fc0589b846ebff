package modules

import (
	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/graphql"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/resources"
)

// Practitioner is module practitioner: claim administrators of facilities and enrolment officers.
func Practitioner() *core.Module {
	m := module("practitioner", "Claim administrators of facilities and enrolment officers.", "core", "location")
	core.Contribute(m, Resource{Name: "Practitioner", Make: resources.Practitioner, Catalogues: []*mapping.Catalogue{mapping.ClaimAdminPractitioners, mapping.OfficerPractitioners}})
	core.Contribute(m, Resource{Name: "PractitionerRole", Make: resources.PractitionerRole, Catalogues: []*mapping.Catalogue{mapping.ClaimAdminRoles, mapping.OfficerRoles}})
	core.Contribute(m, graphql.Officers)
	return m
}
