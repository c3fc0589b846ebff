package scheme

import (
	"strings"
	"testing"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

// rejected gives a claim the checks rejected: it asks for what was not in force yet.
func (w *claimScheme) rejected(t *testing.T, code string) *ClaimOutcome {
	t.Helper()
	d := w.claimDraft(code, 2)
	d.Claim.DateFrom = persistence.At(since().AddDate(0, -1, 0))
	d.Claim.DateTo = nil
	d.Claim.Explanation = ptr("head ache")
	out, err := w.run(t, func(x *persistence.Session) (*ClaimOutcome, error) { return Claims{}.Enter(x, d, true) })
	if err != nil || out.Claim.ClaimStatus != StatusRejected {
		t.Fatalf("status %v, %v", out, err)
	}
	return out
}

func TestRejectedClaimIsRestoredAndChecked(t *testing.T) {
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		w := newClaimScheme(t, s, nil)
		old := w.rejected(t, "A")
		correct := func(code string) func(d *ClaimDraft) {
			return func(d *ClaimDraft) { d.Claim.ClaimCode, d.Claim.DateFrom = code, careDay() }
		}
		restore := func(c Claims, code string) (*ClaimOutcome, error) {
			return w.run(t, func(x *persistence.Session) (*ClaimOutcome, error) {
				return c.Restore(x, old.Claim.ClaimUUID, correct(code), true)
			})
		}
		out, err := restore(Claims{MaxRestores: 1}, "A-2")
		if err != nil {
			t.Fatal(err)
		}
		stored, _ := w.load(t, out.Claim.ClaimUUID)
		c := stored.Claim
		if c.ClaimStatus != StatusChecked || number(c.RestoredClaim) != old.Claim.ClaimID || c.ClaimUUID == old.Claim.ClaimUUID || text(c.Explanation) != "head ache" ||
			len(stored.Items) != 1 || len(stored.Services) != 1 || *stored.Items[0].RejectionReason != ReasonNone || c.Approved != nil {
			t.Errorf("restored as %+v", c)
		}
		if was, _ := w.load(t, old.Claim.ClaimUUID); was.Claim.ClaimStatus != StatusRejected {
			t.Errorf("the rejected claim is %s now", StatusName(was.Claim.ClaimStatus))
		}
		if _, err := restore(Claims{MaxRestores: 1}, "A-3"); core.CodeOf(err) != core.Conflict || !strings.Contains(err.Error(), "1 times") {
			t.Errorf("restored once too often: %v", err)
		}
		if _, err := restore(Claims{}, "A-3"); err != nil {
			t.Errorf("restored again without a limit: %v", err)
		}
	})
}

func TestClaimsThatAreNotRestored(t *testing.T) {
	w := newClaimScheme(t, persistencetest.SQLite(t), nil)
	rejected, checked := w.rejected(t, "A"), w.enter(t, "B", true)
	for name, c := range map[string]struct {
		of      *ClaimOutcome
		correct func(d *ClaimDraft)
		code    core.Code
		says    string
	}{
		"not rejected":     {checked, func(d *ClaimDraft) { d.Claim.ClaimCode = "X" }, core.Conflict, "checked (4); only a claim that is rejected (1)"},
		"same code":        {rejected, func(*ClaimDraft) {}, core.Conflict, "its own"},
		"other person":     {rejected, func(d *ClaimDraft) { d.Claim.InsureeID++ }, core.Unprocessable, "same patient"},
		"other facility":   {rejected, func(d *ClaimDraft) { d.Claim.HFID++ }, core.Unprocessable, "same facility"},
		"code of a third":  {rejected, func(d *ClaimDraft) { d.Claim.ClaimCode = "B" }, core.Conflict, "taken"},
		"without quantity": {rejected, func(d *ClaimDraft) { d.Claim.ClaimCode, d.Items[0].QtyProvided = "X", money("0") }, core.Unprocessable, "not above 0"},
	} {
		_, err := w.run(t, func(x *persistence.Session) (*ClaimOutcome, error) {
			return Claims{}.Restore(x, c.of.Claim.ClaimUUID, c.correct, true)
		})
		if core.CodeOf(err) != c.code || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
	clerk := core.WithPrincipal(t.Context(), core.Principal{UserID: 1, Rights: map[int]bool{111002: true, 111007: true}})
	err := w.store.Tx(clerk, func(x *persistence.Session) error {
		_, err := Claims{}.Restore(x, rejected.Claim.ClaimUUID, func(*ClaimDraft) {}, false)
		return err
	})
	if core.CodeOf(err) != core.Forbidden || !strings.Contains(err.Error(), "111012") {
		t.Errorf("without the right: %v", err)
	}
}
