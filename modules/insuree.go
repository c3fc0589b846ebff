package modules

import (
	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/graphql"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/resources"
)

// Insuree is module insuree: insured people and their families.
func Insuree() *core.Module {
	m := module("insuree", "Insured people and their families.", "core", "location")
	core.Contribute(m, Resource{Name: "Patient", Make: resources.Patient, Catalogues: []*mapping.Catalogue{mapping.Patient}})
	core.Contribute(m, Resource{Name: "Group", Make: resources.Group, Catalogues: []*mapping.Catalogue{mapping.Group}})
	core.Contribute(m, graphql.Insuree)
	return m
}
