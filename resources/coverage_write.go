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

var _ interface {
	rest.Creator
	rest.Updater
	rest.Deleter
} = (*coverage)(nil)

// Create puts a person under the policy named, or sells the product to his family.
// Errors: core.Unprocessable naming the elements, core.Conflict.
func (c *coverage) Create(ctx context.Context, in *fhir.Resource) (*fhir.Entry, error) {
	return c.alter(ctx, in, func(x *persistence.Session, v *mapping.View, parts *mapping.CoverageParts) (string, bool, error) {
		person, err := mapping.Find[persistence.Insuree](x, mapping.Patient, "Coverage.beneficiary", *parts.Beneficiary)
		if err != nil {
			return "", false, err
		}
		if parts.Contract == nil {
			policy, err := c.sell(x, person, parts)
			if err != nil {
				return "", false, err
			}
			return mapping.CoverageID(policy.PolicyUUID, person.InsureeID), true, nil
		}
		policy, err := mapping.Find[persistence.Policy](x, mapping.ContractCatalogue(c.env.today), "Coverage.contract[0]", *parts.Contract)
		if err != nil {
			return "", false, err
		}
		_, err = c.cases.Cover(x, policy.PolicyUUID, person.InsureeID, "Coverage.beneficiary")
		return mapping.CoverageID(policy.PolicyUUID, person.InsureeID), false, err
	})
}

// sell sells the product the class names to the family of the person, as the officer the
// caller is.
func (c *coverage) sell(x *persistence.Session, person *persistence.Insuree, parts *mapping.CoverageParts) (*persistence.Policy, error) {
	officer, err := officerSignedOn(x)
	if err != nil {
		return nil, err
	}
	switch {
	case officer == nil:
		return nil, core.ErrorAt(core.Unprocessable, "Coverage.contract", "name the Contract that covers; only who signs on as an enrolment officer sells a policy without one, in his own name")
	case parts.Plan == "":
		return nil, core.ErrorAt(core.Unprocessable, "Coverage.class", "without a contract, a class of the type plan has to name the product that is sold")
	case parts.Period.Start == nil:
		return nil, core.ErrorAt(core.Unprocessable, "Coverage.period.start", "without a contract, the day of enrolment is needed")
	case person.FamilyID == nil:
		return nil, core.ErrorAt(core.Unprocessable, "Coverage.beneficiary", "the person is of no family; policies are sold to families")
	}
	product, err := mapping.FindProduct(x, parts.PlanPath, parts.Plan)
	if err != nil {
		return nil, err
	}
	return c.cases.Sell(x, &scheme.PolicySale{PolicyDraft: scheme.PolicyDraft{
		FamilyID: *person.FamilyID, ProdID: product.ProdID, OfficerID: officer.OfficerID, Enrolled: *parts.Period.Start,
		Paths: map[string]string{"family": "Coverage.beneficiary", "product": parts.PlanPath, "officer": "Coverage.contract", "enrolled": "Coverage.period.start", "period": "Coverage.period"},
	}})
}

// Update ends a cover earlier. Nothing else of it can be changed.
// Errors: as Create, and core.NotFound, core.Gone, core.PreconditionFailed.
func (c *coverage) Update(ctx context.Context, id string, in *fhir.Resource, match rest.Match) (*fhir.Entry, error) {
	return c.alter(ctx, in, func(x *persistence.Session, v *mapping.View, parts *mapping.CoverageParts) (string, bool, error) {
		row, err := c.held(x, id, match)
		if err != nil {
			return "", false, err
		}
		end := row.ExpiryDate
		if end == nil {
			end = row.Policy.ExpiryDate
		}
		if asked := parts.Period.End; asked != nil && (end == nil || !asked.Equal(end.Time)) {
			if err := c.cases.EndCover(x, row.Policy.PolicyUUID, row.InsureeID, *asked, "Coverage.period.end"); err != nil {
				return "", false, err
			}
		}
		return coverID(row), false, nil
	})
}

// Delete takes a person from under a policy. Deleting what is deleted already succeeds.
// Errors: core.NotFound, core.Conflict, core.PreconditionFailed.
func (c *coverage) Delete(ctx context.Context, id string, match rest.Match) error {
	return c.env.Store.Tx(ctx, func(x *persistence.Session) error {
		row, err := c.held(x, id, match)
		if core.CodeOf(err) == core.Gone {
			return nil
		}
		if err != nil {
			return err
		}
		return c.cases.RemoveCover(x, row.Policy.PolicyUUID, row.InsureeID)
	})
}

// held gives the live cover at the version If-Match names, its policy held.
func (c *coverage) held(x *persistence.Session, id string, match rest.Match) (*persistence.InsureePolicy, error) {
	if policy, _, ok := mapping.ParseCoverageID(id); ok {
		if err := persistence.Hold[persistence.Policy](x, policy); err != nil {
			return nil, err
		}
	}
	row, err := c.cover(x, id)
	if err != nil {
		return nil, err
	}
	return row, c.matches(row, match)
}

// alter runs a use case on one cover in a transaction, holds the outcome against what was
// sent, keeps what no column holds, and renders the cover. run gives the id of the cover,
// and whether a policy was sold for it.
func (c *coverage) alter(ctx context.Context, in *fhir.Resource, run func(x *persistence.Session, v *mapping.View, parts *mapping.CoverageParts) (string, bool, error)) (*fhir.Entry, error) {
	typed, ok := in.Typed.(*r4.Coverage)
	if !ok {
		return nil, core.Errorf(core.Invalid, "a Coverage is needed")
	}
	ctx, err := c.env.withRegisters(ctx)
	if err != nil {
		return nil, err
	}
	var entry *fhir.Entry
	err = c.env.Store.Tx(ctx, func(x *persistence.Session) error {
		v, err := c.env.view(ctx, x)
		if err != nil {
			return err
		}
		parts, err := mapping.CoverageInto(v, typed, in.Tree)
		if err != nil {
			return err
		}
		id, sold, err := run(x, v, parts)
		if err != nil {
			return err
		}
		row, err := c.cover(x, id)
		if err != nil {
			return err
		}
		if err := parts.Against(v, row, sold); err != nil {
			return err
		}
		if err := c.keepSent(x, v, row, in); err != nil {
			return err
		}
		entry, err = c.entry(ctx, x, row)
		return err
	})
	return entry, err
}

// keepSent keeps with the member's row what was sent beyond the columns.
func (c *coverage) keepSent(x *persistence.Session, v *mapping.View, row *persistence.InsureePolicy, in *fhir.Resource) error {
	if in.Tree == nil {
		return nil
	}
	rendered := mapping.CoverageOf(v, row)
	tree, err := mapping.AsCovered(in.Tree, rendered)
	if err != nil {
		return err
	}
	residue, conforms, err := mapping.Beyond(rendered, tree)
	if err != nil {
		return err
	}
	ext, err := mapping.WriteResidue(row.JSONExt, "Coverage", residue, conforms)
	if err != nil || sameResidue(ext, row.JSONExt, "Coverage") {
		return err
	}
	row.JSONExt = ext
	if err := persistence.Update(x, row); err != nil {
		return err
	}
	return c.announce(x, "written", row)
}
