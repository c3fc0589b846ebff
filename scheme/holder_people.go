package scheme

import (
	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// Whom policy holders and their contracts insure, and by which bundles.
var (
	// HolderInsurees keeps whom a policy holder insures. Contracts that were made stay.
	HolderInsurees = Kept[persistence.PolicyHolderInsuree]{
		kind: "PolicyHolderInsuree", event: "policy-holder-insuree",
		dated: func(row *persistence.PolicyHolderInsuree) *persistence.Dated { return &row.Dated },
		check: checkHolderInsuree,
	}

	// HolderBundles keeps the bundles of contribution plans that a policy holder offers.
	HolderBundles = Kept[persistence.PolicyHolderBundle]{
		kind: "PolicyHolderContributionPlan", event: "policy-holder-contribution-plan",
		dated: func(row *persistence.PolicyHolderBundle) *persistence.Dated { return &row.Dated },
		check: checkHolderBundle,
	}
)

func checkHolderInsuree(c *draftCheck, row, was *persistence.PolicyHolderInsuree) {
	if was != nil && was.PolicyHolderID != row.PolicyHolderID {
		c.refuse(core.Conflict, "PolicyHolderId", "the policy holder cannot be changed")
	}
	known[persistence.PolicyHolder](c, "PolicyHolderId", row.PolicyHolderID, "policy holder")
	_, err := persistence.OneByKey[persistence.Insuree](c.x, row.InsureeID)
	c.knows("InsureeId", err, "insured person")
	if row.BundleID == nil {
		c.fault("ContributionPlanBundleId", "it needs a bundle of contribution plans")
		return
	}
	known[persistence.ContributionPlanBundle](c, "ContributionPlanBundleId", *row.BundleID, "bundle")
}

func checkHolderBundle(c *draftCheck, row, was *persistence.PolicyHolderBundle) {
	if was != nil && was.PolicyHolderID != row.PolicyHolderID {
		c.refuse(core.Conflict, "PolicyHolderId", "the policy holder cannot be changed")
	}
	known[persistence.PolicyHolder](c, "PolicyHolderId", row.PolicyHolderID, "policy holder")
	known[persistence.ContributionPlanBundle](c, "ContributionPlanBundleId", row.BundleID, "bundle")
}

// ContractPeople are the use cases on whom contracts of policy holders insure. Each runs
// inside the transaction of the session it is given and publishes one event.
type ContractPeople struct{}

// ContractPersonDraft is somebody a contract insures, as he is to be. Paths gives the names
// errors use for columns of tblContractDetails.
type ContractPersonDraft struct {
	Row       persistence.HolderContractDetails
	Negotiate bool // also while the contract is submitted
	Paths     Paths
}

// Create adds somebody to a contract. Errors: core.Unprocessable with all faults,
// core.Conflict in a state in which the contract stays as it is.
func (p ContractPeople) Create(x *persistence.Session, d *ContractPersonDraft) error {
	now := x.Now()
	d.Row.Marked = persistence.Marked{UUID: persistence.NewUUID(), JSONExt: d.Row.JSONExt, DateUpdated: &now}
	if err := p.check(x, d); err != nil {
		return err
	}
	if err := persistence.Insert(x, &d.Row); err != nil {
		return err
	}
	return publishRows(x, "contract-details.created", "ContractDetails", d.Row.UUID)
}

// Update changes somebody of a contract, who must carry the version he was read with.
// Errors: core.NotFound, core.Gone, those of Create; core.Conflict for another contract,
// and when he was changed since.
func (p ContractPeople) Update(x *persistence.Session, d *ContractPersonDraft) error {
	was, err := persistence.One[persistence.HolderContractDetails](x, d.Row.UUID)
	if err != nil {
		return err
	}
	if was.ContractID != d.Row.ContractID {
		return core.ErrorAt(core.Conflict, d.Paths.of("ContractUUID"), "the contract cannot be changed")
	}
	if err := p.check(x, d); err != nil {
		return err
	}
	if err := persistence.Update(x, &d.Row); err != nil {
		return err
	}
	return publishRows(x, "contract-details.changed", "ContractDetails", d.Row.UUID)
}

// Delete takes somebody out of a contract, as he was read. Errors: core.Gone; core.Conflict
// in a state in which the contract stays as it is, and when he was changed since.
func (ContractPeople) Delete(x *persistence.Session, row *persistence.HolderContractDetails, negotiate bool) error {
	contract, err := persistence.One[persistence.HolderContract](x, row.ContractID)
	if err != nil {
		return err
	}
	if err := open(contract, negotiate); err != nil {
		return err
	}
	if err := persistence.Delete(x, row); err != nil {
		return err
	}
	return publishRows(x, "contract-details.deleted", "ContractDetails", row.UUID)
}

func (ContractPeople) check(x *persistence.Session, d *ContractPersonDraft) error {
	c := &draftCheck{x: x, paths: d.Paths}
	fits(c, &d.Row)
	contract, err := persistence.One[persistence.HolderContract](x, d.Row.ContractID)
	if c.knows("ContractUUID", err, "contract"); err == nil {
		if err := open(contract, d.Negotiate); err != nil {
			return err
		}
	}
	_, err = persistence.OneByKey[persistence.Insuree](x, d.Row.InsureeID)
	c.knows("InsureeID", err, "insured person")
	known[persistence.ContributionPlanBundle](c, "ContributionPlanBundleUUID", d.Row.BundleID, "bundle")
	return c.done()
}
