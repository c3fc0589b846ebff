package scheme

import (
	"fmt"
	"strings"

	"github.com/shopspring/decimal"
	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// codeKey names the code of a claim in the table of answers given once.
func (c Claims) codeKey(claim *persistence.Claim) string {
	if c.GlobalCodes {
		return "claim/" + claim.ClaimCode
	}
	return fmt.Sprintf("claim/%d/%s", claim.HFID, claim.ClaimCode)
}

// claimCode is what the key of a claim code stands for: whether the content is the same
// is for the stored claim to say, since others may have changed or deleted it.
const claimCode = "claim code"

// reserve takes the code of the claim for this transaction; of several that want it at
// the same moment one goes on and the others wait for its end, and then find its claim.
// It gives that claim when there is one, as twin does. A code left behind by a claim the
// legacy application deleted is freed and taken again. Errors: as twin;
// core.Unavailable when others keep taking and freeing it.
func (c Claims) reserve(x *persistence.Session, d *ClaimDraft, except int) (*ClaimOutcome, error) {
	key := c.codeKey(&d.Claim)
	for range 4 {
		stored, fresh, err := persistence.Reserve(x, key, claimCode)
		if err != nil {
			return nil, err
		}
		if twin, err := c.twin(x, d, except); err != nil || twin != nil {
			if err == nil && !sameContent(stored, &twin.Claim, d) {
				err = taken(d, &twin.Claim)
			}
			return twin, err
		}
		if fresh {
			return nil, c.settle(x, d)
		}
		if err := persistence.Release(x, key); err != nil {
			return nil, err
		}
	}
	return nil, core.ErrorAt(core.Unavailable, d.path("code"), "the code is being used by others at this moment")
}

// settle remembers which claim took the code and what it was sent as.
func (c Claims) settle(x *persistence.Session, d *ClaimDraft) error {
	return persistence.Settle(x, c.codeKey(&d.Claim), string(d.Claim.ClaimUUID)+" "+d.Content)
}

// sameContent tells whether the draft was sent as the claim that took the code was. A
// claim of another application left nothing to compare with; its rows have to do.
func sameContent(stored string, claim *persistence.Claim, d *ClaimDraft) bool {
	id, content, _ := strings.Cut(stored, " ")
	return id != string(claim.ClaimUUID) || content == "" || d.Content == "" || content == d.Content
}

// taken says which claim has the code.
func taken(d *ClaimDraft, by *persistence.Claim) error {
	if by.HFID != d.Claim.HFID {
		return core.ErrorAt(core.Conflict, d.path("code"), "the code %q is taken by a claim of another facility", d.Claim.ClaimCode)
	}
	return core.ErrorAt(core.Conflict, d.path("code"), "the code %q is taken by Claim/%s, which has other content", d.Claim.ClaimCode, by.ClaimUUID)
}

// release gives the code of a claim back.
func (c Claims) release(x *persistence.Session, claim *persistence.Claim) error {
	return persistence.Release(x, c.codeKey(claim))
}

// twin looks for the live claim with the code of the draft, other than the one with the
// key except, 0 for none. It is nil when there is none; with the same content it is the answer.
// Errors: core.Conflict when the content differs, or when several claims have the code.
func (c Claims) twin(x *persistence.Session, d *ClaimDraft, except int) (*ClaimOutcome, error) {
	conditions := []clause.Expression{
		persistence.Text(column("tblClaim", "ClaimCode"), persistence.Same, d.Claim.ClaimCode),
		persistence.IsNull(column("tblClaim", "ValidityTo")),
		persistence.Compare(column("tblClaim", "ClaimID"), "<>", except),
	}
	if !c.GlobalCodes {
		conditions = append(conditions, persistence.Compare(column("tblClaim", "HFID"), "=", d.Claim.HFID))
	}
	tx := x.DB()
	for _, condition := range conditions {
		tx = tx.Where(condition)
	}
	var found []persistence.Claim
	if err := tx.Limit(2).Find(&found).Error; err != nil {
		return nil, err
	}
	switch len(found) {
	case 0:
		return nil, nil
	case 2:
		return nil, core.ErrorAt(core.Conflict, d.path("code"), "several claims have the code %q already", d.Claim.ClaimCode)
	}
	out := &ClaimOutcome{Claim: found[0], Repeated: true}
	if err := loadLines(x, out); err != nil {
		return nil, err
	}
	if except != 0 || !sameClaim(d, out) {
		return nil, taken(d, &found[0])
	}
	return out, nil
}

// loadLines loads the live lines and attachments of the claim.
func loadLines(x *persistence.Session, out *ClaimOutcome) error {
	l := &loader{db: x.DB()}
	find(l, &out.Items, persistence.Compare(column("tblClaimItems", "ClaimID"), "=", out.Claim.ClaimID), persistence.IsNull(column("tblClaimItems", "ValidityTo")))
	find(l, &out.Services, persistence.Compare(column("tblClaimServices", "ClaimID"), "=", out.Claim.ClaimID), persistence.IsNull(column("tblClaimServices", "ValidityTo")))
	find(l, &out.Attachments, persistence.Compare(column("claim_ClaimAttachment", "claim_id"), "=", out.Claim.ClaimID), persistence.IsNull(column("claim_ClaimAttachment", "ValidityTo")))
	sortLines(out)
	return l.err
}

// sameClaim tells whether the draft says what the stored claim was entered with. What
// came later, from checks, review and payment, does not count.
func sameClaim(d *ClaimDraft, stored *ClaimOutcome) bool {
	a, b := &d.Claim, &stored.Claim
	return a.InsureeID == b.InsureeID && a.HFID == b.HFID && a.DateFrom.Date() == b.DateFrom.Date() && sameDay(a.DateTo, b.DateTo) &&
		a.DateClaimed == b.DateClaimed && a.ICDID == b.ICDID &&
		same(a.ICDID1, b.ICDID1) && same(a.ICDID2, b.ICDID2) && same(a.ICDID3, b.ICDID3) && same(a.ICDID4, b.ICDID4) &&
		same(a.ClaimAdminID, b.ClaimAdminID) && text(a.VisitType) == text(b.VisitType) && text(a.GuaranteeID) == text(b.GuaranteeID) &&
		text(a.Explanation) == text(b.Explanation) && sameLines(d, stored)
}

func sameLines(d *ClaimDraft, stored *ClaimOutcome) bool {
	if len(d.Items) != len(stored.Items) || len(d.Services) != len(stored.Services) || len(d.Attachments) != len(stored.Attachments) {
		return false
	}
	count := map[string]int{}
	line := func(kind Kind, ware int, quantity, price decimal.Decimal) string {
		return fmt.Sprint(kind, " ", ware, " ", quantity.StringFixed(2), " ", price.StringFixed(2))
	}
	for i := range d.Items {
		a, b := &d.Items[i], &stored.Items[i]
		count[line(ItemKind, a.ItemID, a.QtyProvided, a.PriceAsked)]++
		count[line(ItemKind, b.ItemID, b.QtyProvided, b.PriceAsked)]--
	}
	for i := range d.Services {
		a, b := &d.Services[i], &stored.Services[i]
		count[line(ServiceKind, a.ServiceID, a.QtyProvided, a.PriceAsked)]++
		count[line(ServiceKind, b.ServiceID, b.QtyProvided, b.PriceAsked)]--
	}
	for i := range d.Attachments {
		a, b := &d.Attachments[i], &stored.Attachments[i]
		count[text(a.Title)+"\x00"+text(a.Mime)+"\x00"+text(a.Document)]++
		count[text(b.Title)+"\x00"+text(b.Mime)+"\x00"+text(b.Document)]--
	}
	for _, n := range count {
		if n != 0 {
			return false
		}
	}
	return true
}

func sameDay(a, b *persistence.DateTime) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Date() == b.Date()
}

func same(a, b *int) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}
