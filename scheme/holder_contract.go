package scheme

import (
	"slices"

	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// HolderContracts are the use cases on contracts of policy holders. A contract is drafted,
// submitted, and countered, which gives it back to be changed; its approval is left to the
// Django application. Each runs inside the transaction of the session it is given and
// publishes one event.
type HolderContracts struct{}

// HolderContractDraft is a contract as it is to be. Paths gives the names errors use for
// columns of tblContract.
type HolderContractDraft struct {
	Contract  persistence.HolderContract
	Negotiate bool // a contract that was submitted may be changed too
	Paths     Paths
}

// The states of contracts that use cases know (tblContract.State).
const (
	contractRequested  = 1
	contractDrafted    = 2
	contractNegotiable = 4
	contractCountered  = 11
)

// changeable are the states in which a contract may be changed, submitted and deleted.
var changeable = []int{contractRequested, contractDrafted, contractCountered}

// Create drafts a contract for all people its policy holder insures now, and values it.
// Errors: core.Unprocessable with all faults, core.Conflict for a code that is taken.
func (h HolderContracts) Create(x *persistence.Session, d *HolderContractDraft) error {
	now, n := x.Now(), &d.Contract
	n.Marked = persistence.Marked{UUID: persistence.NewUUID(), JSONExt: n.JSONExt, DateUpdated: &now}
	n.State, n.Amendment, n.ReplacementUUID, n.AmountNotified, n.AmountRectified, n.AmountDue = new(contractDrafted), 0, nil, nil, nil, nil
	if err := h.check(x, d, nil); err != nil {
		return err
	}
	people, err := undeletedRows[persistence.PolicyHolderInsuree](x, persistence.Compare(column("", "PolicyHolderId"), "=", *n.PolicyHolderID))
	if err != nil {
		return err
	}
	var details []persistence.HolderContractDetails
	for _, p := range people {
		if p.BundleID != nil && heldAt(&p.Dated, now) {
			details = append(details, persistence.HolderContractDetails{
				Marked: persistence.Marked{UUID: persistence.NewUUID(), JSONExt: p.JSONExt, DateUpdated: &now}, ContractID: n.UUID, InsureeID: p.InsureeID, BundleID: *p.BundleID,
			})
		}
	}
	amount, err := valuation(x, n.PolicyHolderID, details)
	if err != nil {
		return err
	}
	n.AmountNotified = &amount
	if err := persistence.Insert(x, n); err != nil {
		return err
	}
	if err := persistence.InsertMany(x, details); err != nil {
		return err
	}
	return publishRows(x, "holder-contract.created", "HolderContract", n.UUID)
}

// heldAt tells whether a row holds at a moment.
func heldAt(at *persistence.Dated, now persistence.DateTime) bool {
	return (at.DateValidFrom == nil || !at.DateValidFrom.After(now.Time)) && (at.DateValidTo == nil || !at.DateValidTo.Before(now.Time)) && at.ReplacementUUID == nil
}

// Update changes a contract, which must carry the version it was read with. Errors:
// core.NotFound, core.Gone, those of Create; core.Conflict for another code or policy
// holder, in a state in which it stays as it is, and when it was changed since.
func (h HolderContracts) Update(x *persistence.Session, d *HolderContractDraft) error {
	was, err := persistence.One[persistence.HolderContract](x, d.Contract.UUID)
	if err != nil {
		return err
	}
	if err := open(was, d.Negotiate); err != nil {
		return err
	}
	if err := h.check(x, d, was); err != nil {
		return err
	}
	if err := persistence.Update(x, &d.Contract); err != nil {
		return err
	}
	return publishRows(x, "holder-contract.changed", "HolderContract", d.Contract.UUID)
}

// Delete removes a contract, as it was read, with its people. Errors: core.Gone;
// core.Conflict once it was approved, and when it was changed since.
func (HolderContracts) Delete(x *persistence.Session, row *persistence.HolderContract) error {
	if err := open(row, true); err != nil {
		return err
	}
	details, err := peopleOf(x, row.UUID)
	if err != nil {
		return err
	}
	if len(details) > 0 {
		if err := persistence.DeleteMany(x, details); err != nil {
			return err
		}
	}
	if err := persistence.Delete(x, row); err != nil {
		return err
	}
	return publishRows(x, "holder-contract.deleted", "HolderContract", row.UUID)
}

// Submit hands a contract in, as it was read, valued anew. Errors: core.Conflict without a
// policy holder or people, in another state, and when it was changed since.
func (HolderContracts) Submit(x *persistence.Session, row *persistence.HolderContract) error {
	if err := open(row, false); err != nil {
		return err
	}
	if row.PolicyHolderID == nil {
		return core.Errorf(core.Conflict, "the contract has no policy holder")
	}
	details, err := peopleOf(x, row.UUID)
	if err != nil {
		return err
	}
	if len(details) == 0 {
		return core.Errorf(core.Conflict, "the contract insures nobody")
	}
	people := make([]persistence.HolderContractDetails, len(details))
	for i := range details {
		people[i] = *details[i]
	}
	amount, err := valuation(x, row.PolicyHolderID, people)
	if err != nil {
		return err
	}
	row.AmountRectified, row.State = &amount, new(contractNegotiable)
	if err := persistence.Update(x, row); err != nil {
		return err
	}
	return publishRows(x, "holder-contract.submitted", "HolderContract", row.UUID)
}

// Counter gives a contract that was submitted back, as it was read, to be changed. Errors:
// core.Conflict in another state, and when it was changed since.
func (HolderContracts) Counter(x *persistence.Session, row *persistence.HolderContract) error {
	if row.State == nil || *row.State != contractNegotiable {
		return core.Errorf(core.Conflict, "the contract is not under negotiation")
	}
	row.State = new(contractCountered)
	if err := persistence.Update(x, row); err != nil {
		return err
	}
	return publishRows(x, "holder-contract.countered", "HolderContract", row.UUID)
}

// open refuses a contract that stays as it is.
func open(row *persistence.HolderContract, negotiate bool) error {
	switch {
	case row.State == nil || slices.Contains(changeable, *row.State):
		return nil
	case *row.State != contractNegotiable:
		return core.Errorf(core.Conflict, "the contract stays as it is, in its state %d", *row.State)
	case !negotiate:
		return core.Errorf(core.Conflict, "the contract was submitted already")
	}
	return nil
}

func (HolderContracts) check(x *persistence.Session, d *HolderContractDraft, was *persistence.HolderContract) error {
	c, n := &draftCheck{x: x, paths: d.Paths}, &d.Contract
	fits(c, n, "AmountDue", "AmountRectified") // less than what was paid for the contract before it
	var code *string
	if was != nil {
		code = &was.Code
	}
	ownCode[persistence.HolderContract](c, n.Code, code, "contract")
	switch {
	case n.DateValidFrom == nil:
		c.fault("DateValidFrom", "a contract needs the day it begins")
	case n.DateValidTo == nil:
		c.fault("DateValidTo", "a contract needs the day it ends")
	case n.DateValidTo.Before(n.DateValidFrom.Time):
		c.fault("DateValidTo", "it ends before it begins")
	}
	switch {
	case n.PolicyHolderID == nil:
		c.fault("PolicyHolderUUID", "a contract needs a policy holder")
	case was != nil && was.PolicyHolderID != nil:
		if *was.PolicyHolderID != *n.PolicyHolderID {
			c.refuse(core.Conflict, "PolicyHolderUUID", "the policy holder cannot be changed")
		}
	default:
		known[persistence.PolicyHolder](c, "PolicyHolderUUID", *n.PolicyHolderID, "policy holder")
	}
	return c.done()
}

// peopleOf gives whom a contract insures.
func peopleOf(x *persistence.Session, contract persistence.UUID) ([]*persistence.HolderContractDetails, error) {
	return undeletedRows[persistence.HolderContractDetails](x, persistence.Compare(column("", "ContractUUID"), "=", contract))
}

// valuation is what the people of a contract contribute together, by all plans of their
// bundles.
func valuation(x *persistence.Session, holder *persistence.UUID, details []persistence.HolderContractDetails) (decimal.Decimal, error) {
	total := decimal.Zero
	if len(details) == 0 || holder == nil {
		return total, nil
	}
	bundles := map[persistence.UUID]bool{}
	for i := range details {
		bundles[details[i].BundleID] = true
	}
	ids := make([]persistence.UUID, 0, len(bundles))
	for id := range bundles {
		ids = append(ids, id)
	}
	parts, err := undeletedRows[persistence.ContributionPlanBundleDetails](x, persistence.In(column("", "ContributionPlanBundleUUID"), ids))
	if err != nil || len(parts) == 0 {
		return total, err
	}
	var plans []persistence.UUID
	for _, part := range parts {
		plans = append(plans, part.ContributionPlanID)
	}
	found, err := undeletedRows[persistence.ContributionPlan](x, persistence.In(column("", "UUID"), plans))
	if err != nil {
		return total, err
	}
	people, err := undeletedRows[persistence.PolicyHolderInsuree](x, persistence.Compare(column("", "PolicyHolderId"), "=", *holder))
	if err != nil {
		return total, err
	}
	said := map[int]*persistence.JSON{}
	for _, p := range people {
		said[p.InsureeID] = p.JSONExt
	}
	for i := range details {
		for _, part := range parts {
			at := slices.IndexFunc(found, func(p *persistence.ContributionPlan) bool { return p.UUID == part.ContributionPlanID })
			if part.BundleID == details[i].BundleID && at >= 0 {
				total = total.Add(contributed(found[at], details[i].JSONExt, said[details[i].InsureeID]))
			}
		}
	}
	return total, nil
}
