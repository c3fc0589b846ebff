package modules

import (
	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/graphql"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/resources"
)

// Claim is module claim: claims of health facilities, checked and priced, the answers to them, and what
// patients say of the care.
func Claim() *core.Module {
	m := module("claim", "Claims of health facilities, checked and priced, the answers to them, and what patients say of the care.", "core", "location", "insuree", "medical", "policy", "practitioner")
	core.Contribute(m, Resource{Name: "Claim", Make: resources.Claim, Catalogues: []*mapping.Catalogue{mapping.ClaimCatalogue}})
	core.Contribute(m, Resource{Name: "ClaimResponse", Make: resources.ClaimResponse, Catalogues: []*mapping.Catalogue{mapping.ClaimResponseCatalogue}})
	core.Contribute(m, Resource{Name: "Communication", Make: resources.Communication, Catalogues: []*mapping.Catalogue{mapping.CommunicationCatalogue}})
	core.Contribute(m, Resource{Name: "CommunicationRequest", Make: resources.CommunicationRequest, Catalogues: []*mapping.Catalogue{mapping.CommunicationRequestCatalogue}})
	core.Contribute(m, graphql.Claim)
	return m
}
