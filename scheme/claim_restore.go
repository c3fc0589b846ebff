package scheme

import (
	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// RightRestoreClaim is needed to make a new claim of a rejected one.
const RightRestoreClaim = 111012

// DraftOf gives a draft that says what the claim was entered with, without its identity
// and without what checks, review and payment made of it: something to restore a rejected
// claim from.
func DraftOf(out *ClaimOutcome) *ClaimDraft {
	d := &ClaimDraft{Claim: out.Claim}
	c := &d.Claim
	c.ClaimID, c.ClaimUUID, c.LegacyID, c.ValidityTo, c.Items, c.Services = 0, "", nil, nil, nil, nil
	c.Approved, c.Reinsured, c.Valuated, c.Remunerated, c.DateProcessed = nil, nil, nil, nil, nil
	c.Adjuster, c.Adjustment, c.FeedbackID, c.RunID, c.ClaimCategory, c.RestoredClaim = nil, nil, nil, nil, nil, nil
	c.ValidityFromReview, c.ValidityToReview, c.AuditUserIDReview = nil, nil, nil
	c.AuditUserIDSubmit, c.AuditUserIDProcess, c.SubmitStamp, c.ProcessStamp = nil, nil, nil, nil
	for _, l := range out.Items {
		d.Items = append(d.Items, persistence.ClaimItem{
			ItemID: l.ItemID, QtyProvided: l.QtyProvided, PriceAsked: l.PriceAsked, Explanation: l.Explanation, JSONExt: l.JSONExt})
	}
	for _, l := range out.Services {
		d.Services = append(d.Services, persistence.ClaimService{
			ServiceID: l.ServiceID, QtyProvided: l.QtyProvided, PriceAsked: l.PriceAsked, Explanation: l.Explanation, JSONExt: l.JSONExt})
	}
	for _, a := range out.Attachments {
		a.ID, a.ClaimID, a.LegacyID, a.ValidityTo = "", 0, nil, nil
		d.Attachments = append(d.Attachments, a)
	}
	return d
}

// Restore makes a new claim of a rejected one and, when submit is set, checks it at once.
// correct changes the draft the rejected claim gives: at least the code, since the old one
// stays taken, and whatever the claim was rejected for. Patient and facility stay. The
// rejected claim stays as it is; the new one points to it.
// Errors: core.Forbidden without the right; core.NotFound, core.Gone; core.Conflict for a
// claim that is not rejected, or that was restored MaxRestores times; core.Unprocessable
// as Enter, and for another patient or facility.
func (c Claims) Restore(x *persistence.Session, id persistence.UUID, correct func(d *ClaimDraft), submit bool) (*ClaimOutcome, error) {
	if !x.Principal().May(RightRestoreClaim) {
		return nil, core.Errorf(core.Forbidden, "you may not restore claims: right %d is needed", RightRestoreClaim)
	}
	old, err := c.load(x, id)
	if err != nil {
		return nil, err
	}
	if err := requireStatus(&old.Claim, StatusRejected, "restored"); err != nil {
		return nil, err
	}
	if err := c.restoredBefore(x, &old.Claim); err != nil {
		return nil, err
	}
	d := DraftOf(old)
	correct(d)
	switch {
	case d.Claim.InsureeID != old.Claim.InsureeID:
		return nil, core.ErrorAt(core.Unprocessable, d.path("patient"), "a restored claim is for the same patient")
	case d.Claim.HFID != old.Claim.HFID:
		return nil, core.ErrorAt(core.Unprocessable, d.path("facility"), "a restored claim is of the same facility")
	case text(&d.Claim.ClaimCode) == text(&old.Claim.ClaimCode):
		return nil, core.ErrorAt(core.Conflict, d.path("code"), "the code %q is taken by the rejected claim; the restored one needs its own", d.Claim.ClaimCode)
	}
	d.Claim.RestoredClaim = &old.Claim.ClaimID
	return c.Enter(x, d, submit)
}

// restoredBefore refuses to restore a claim more often than the scheme allows. It waits for
// others who restore the same claim at this moment.
func (c Claims) restoredBefore(x *persistence.Session, old *persistence.Claim) error {
	if c.MaxRestores == 0 {
		return nil
	}
	key := "claim restore/" + string(old.ClaimUUID)
	if _, _, err := persistence.Reserve(x, key, ""); err != nil {
		return err
	}
	if err := persistence.Release(x, key); err != nil { // the lock stays until the transaction ends
		return err
	}
	var restored []persistence.Claim
	l := &loader{db: x.DB().Select("ClaimID").Limit(c.MaxRestores)}
	find(l, &restored, persistence.Compare(column("tblClaim", "RestoredClaim"), "=", old.ClaimID), persistence.IsNull(column("tblClaim", "ValidityTo")))
	if l.err == nil && len(restored) >= c.MaxRestores {
		return core.Errorf(core.Conflict, "the claim is %s and was restored %d times already, which is as often as allowed", ClaimTrack.name(old.ClaimStatus), len(restored))
	}
	return l.err
}
