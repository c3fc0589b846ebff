package modules

import (
	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/resources"
)

// Claim is module claim: claims of health facilities, checked and priced, and the answers to them.
func Claim() *core.Module {
	m := module("claim", "Claims of health facilities, checked and priced, and the answers to them.", "core", "location", "insuree", "medical", "policy", "practitioner")
	core.Contribute(m, Resource{Name: "Claim", Make: resources.Claim, Catalogues: []*mapping.Catalogue{mapping.ClaimCatalogue}})
	core.Contribute(m, Resource{Name: "ClaimResponse", Make: resources.ClaimResponse, Catalogues: []*mapping.Catalogue{mapping.ClaimResponseCatalogue}})
	return m
}
