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

// communications serves what patients say of the care they had.
type communications struct {
	*table[persistence.Feedback]
	cases scheme.Claims
}

var _ rest.Creator = communications{}

const aboutCommunications = "Feedback of a patient on the care a claim is for (tblFeedback): whether care was given, payment asked, drugs prescribed and received, and a mark from 0 to 5. " +
	"All five are needed to create one. A claim has at most one; a second is a conflict. What is sent beyond the five answers is kept with the claim."

// Communication serves feedback on claims: read, versions, search and create.
// https://hl7.org/fhir/R4/communication.html
func Communication(e *Environment) rest.Type {
	return communications{
		table: newTable(e, mapping.CommunicationCatalogue, aboutCommunications, renderCommunications),
		cases: scheme.Claims{Rules: e.Rules, GlobalCodes: e.GlobalClaimCodes},
	}
}

// renderCommunications renders feedback with the claims and patients it is on. What was
// sent beyond the columns is in the JsonExt of the claim, since tblFeedback has none.
func renderCommunications(_ context.Context, x *persistence.Session, v *mapping.View, rows []persistence.Feedback) ([]*fhir.Resource, error) {
	err := attach(x, rows,
		func(f *persistence.Feedback) *int {
			if f.Claim != nil {
				return nil
			}
			return f.ClaimID
		},
		func(f *persistence.Feedback, c *persistence.Claim) { claim := *c; f.Claim = &claim })
	if err != nil {
		return nil, err
	}
	err = attach(x, rows,
		func(f *persistence.Feedback) *int {
			if f.Claim == nil {
				return nil
			}
			return unless(f.Claim.Insuree != nil, &f.Claim.InsureeID)
		},
		func(f *persistence.Feedback, i *persistence.Insuree) { f.Claim.Insuree = i })
	if err != nil {
		return nil, err
	}
	out := make([]*fhir.Resource, len(rows))
	for i := range rows {
		out[i] = &fhir.Resource{Typed: mapping.CommunicationOf(v, &rows[i])}
		if rows[i].Claim == nil {
			continue
		}
		residue, conforms := mapping.ReadResidue(rows[i].Claim.JSONExt, "Communication")
		if residue == nil {
			continue
		}
		residue.AddOnly = v.Compatible
		out[i].Residue = residue
		if !conforms {
			dropProfile(out[i].Typed)
		}
	}
	return out, nil
}

// Create receives feedback on a claim. Errors: core.Unprocessable naming the elements,
// core.Conflict when there is feedback on the claim already.
func (c communications) Create(ctx context.Context, in *fhir.Resource) (*fhir.Entry, error) {
	typed, ok := in.Typed.(*r4.Communication)
	if !ok {
		return nil, core.Errorf(core.Invalid, "a Communication is needed")
	}
	answers, err := mapping.CommunicationInto(typed)
	if err != nil {
		return nil, err
	}
	if ctx, err = c.env.withRegisters(ctx); err != nil {
		return nil, err
	}
	var entry *fhir.Entry
	err = c.env.Store.Tx(ctx, func(x *persistence.Session) error {
		row, err := c.receive(ctx, x, answers, in)
		if err != nil {
			return err
		}
		entry, err = c.entry(ctx, x, row)
		return err
	})
	return entry, err
}

// receive finds the claim, which has to be the patient's, and stores the answers.
func (c communications) receive(ctx context.Context, x *persistence.Session, a *mapping.Answers, in *fhir.Resource) (*persistence.Feedback, error) {
	claim, err := mapping.Find[persistence.Claim](x, mapping.ClaimCatalogue, "Communication.about[0]", a.Claim)
	if err != nil {
		return nil, err
	}
	if !a.Patient.IsPatientOf(claim) {
		return nil, core.ErrorAt(core.Unprocessable, "Communication.subject", "that is not the patient of Claim/%s", claim.ClaimUUID)
	}
	v, err := c.env.view(ctx, x)
	if err != nil {
		return nil, err
	}
	return c.cases.Receive(x, claim.ClaimUUID, scheme.FeedbackAnswers{
		CareRendered: a.CareRendered, PaymentAsked: a.PaymentAsked, DrugPrescribed: a.DrugPrescribed, DrugReceived: a.DrugReceived, Mark: a.Mark,
		Keep: func(row *persistence.Feedback) error { return keepWithClaim(v, row, in) },
	})
}

// keepWithClaim puts what was sent beyond the columns into the JsonExt of the claim, in
// place of what came with an older feedback that is gone.
func keepWithClaim(v *mapping.View, row *persistence.Feedback, in *fhir.Resource) (err error) {
	if in.Tree == nil {
		return nil
	}
	residue, conforms, err := mapping.Beyond(mapping.CommunicationOf(v, row), in.Tree)
	if err != nil {
		return err
	}
	row.Claim.JSONExt, err = mapping.WriteResidue(row.Claim.JSONExt, "Communication", residue, conforms)
	return err
}
