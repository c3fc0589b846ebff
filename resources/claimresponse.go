package resources

import (
	"context"
	"slices"

	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
)

const aboutClaimResponses = "What became of a claim, under the id of the claim: for each line the stages it went through with price and quantity, or why it was rejected. Read only: the rules of the scheme write it."

// ClaimResponse serves the answers to claims: read, versions and search.
// https://hl7.org/fhir/R4/claimresponse.html
func ClaimResponse(e *Environment) rest.Type {
	c := *mapping.ClaimResponseCatalogue
	c.Attributes = append(slices.Clip(c.Attributes), mapping.InsurerAttribute(e.Insurer.ID))
	t := newTable(e, &c, aboutClaimResponses, renderClaimResponses)
	t.lines = claimLines
	return t
}

// renderClaimResponses renders the answers to claims.
func renderClaimResponses(_ context.Context, x *persistence.Session, v *mapping.View, rows []persistence.Claim) ([]*fhir.Resource, error) {
	list, err := documents(x, rows)
	if err != nil {
		return nil, err
	}
	out := make([]*fhir.Resource, len(list))
	for i := range list {
		out[i] = &fhir.Resource{Typed: mapping.ClaimResponseOf(v, &list[i])}
	}
	return out, nil
}
