package resources

import (
	"context"

	r4 "github.com/samply/golang-fhir-models/fhir-models/fhir"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme"
)

// rightChangeClaim is needed to replace an entered claim.
const rightChangeClaim = 111010

// Operations are $submit.
func (c claims) Operations() []rest.Operation {
	return []rest.Operation{{
		Name: "submit", Definition: "http://hl7.org/fhir/OperationDefinition/Claim-submit", OnType: true, OnInstance: true, AffectsState: true, Run: c.submit,
		Parameters: []rest.OperationParameter{
			rest.Takes("resource", "Resource", "The Claim; on an instance there is none."), rest.Gives("return", "Resource", "The ClaimResponse.").Needed(),
		},
		Documentation: "Submits a claim and answers the ClaimResponse: on an instance the entered claim as it stands; on the type the Claim in the body or in the parameter resource, " +
			"in place of the entered claim with the same id when there is one. A draft counts as active.",
	}}
}

// submit submits a claim that is entered, or one that is sent.
// Errors: core.NotFound, core.Gone, core.Invalid, core.Unprocessable, core.Forbidden;
// core.Conflict for a claim that is not entered any more.
func (c claims) submit(ctx context.Context, in *rest.Invocation) (*fhir.Entry, error) {
	var entry *fhir.Entry
	var err error
	if in.ID != "" {
		entry, err = c.submitEntered(ctx, in)
	} else {
		entry, err = c.submitSent(ctx, in)
	}
	if err != nil {
		return nil, err
	}
	return c.answers.Read(ctx, entry.ID)
}

// submitEntered submits the claim as it is stored.
func (c claims) submitEntered(ctx context.Context, in *rest.Invocation) (*fhir.Entry, error) {
	if in.Resource != nil {
		return nil, core.ErrorAt(core.Invalid, "resource", "the claim is submitted as it is stored; post a changed one to Claim/$submit")
	}
	if err := in.Only(); err != nil {
		return nil, err
	}
	return c.change(ctx, func(x *persistence.Session, _ *mapping.View) (*scheme.ClaimOutcome, error) {
		row, err := c.one(x, in.ID)
		if err != nil {
			return nil, err
		}
		return c.cases.Submit(x, row.ClaimUUID)
	})
}

// submitSent submits the claim in the request: a new one, or an entered one anew.
func (c claims) submitSent(ctx context.Context, in *rest.Invocation) (*fhir.Entry, error) {
	sent, err := posted(in, "Claim", c.env.Compatible)
	if err != nil {
		return nil, err
	}
	if typed, ok := sent.Typed.(*r4.Claim); ok && typed.Status == r4.FinancialResourceStatusCodesDraft {
		typed.Status = r4.FinancialResourceStatusCodesActive
		sent.Tree.Set("status", "active")
	}
	needed := rightEnterClaim
	known := false
	if id := sent.Tree.String("id"); id != "" {
		_, err := c.one(c.env.Store.Read(ctx), id)
		switch core.CodeOf(err) {
		case core.NotFound:
		default:
			if err != nil {
				return nil, err
			}
			needed, known = rightChangeClaim, true
		}
	}
	if !core.PrincipalOf(ctx).May(needed) {
		return nil, core.Errorf(core.Forbidden, "to submit a claim that is not stored like this the right %d is needed too", needed)
	}
	if known {
		return c.Update(ctx, sent.Tree.String("id"), sent, "")
	}
	return c.Create(ctx, sent)
}
