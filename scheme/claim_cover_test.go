package scheme

import (
	"testing"

	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

// covering asks what pays the claims and counts the statements.
func (w *claimScheme) covering(t *testing.T, claims ...int) (Cover, int) {
	t.Helper()
	ctx, counter := persistence.CountStatements(persistencetest.System(t))
	cover, err := Claims{}.Covering(w.store.Read(ctx), claims)
	if err != nil {
		t.Fatal(err)
	}
	return cover, counter.Count()
}

// What will pay a line is known from the checks on to the processing, which stores it, also
// while a reviewer has rejected the line; a line the checks rejected has nothing to be paid by.
func TestCovering(t *testing.T) {
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		w := newClaimScheme(t, s, nil)
		entered, claim := w.enter(t, "A", false), w.selected(t, "B")
		item, service := claim.Items[0].ClaimItemID, claim.Services[0].ClaimServiceID
		check := func(when string, items, services int) {
			t.Helper()
			cover, _ := w.covering(t, entered.Claim.ClaimID, claim.Claim.ClaimID)
			if len(cover.Items)+len(cover.Services) > 2 || cover.Items[item] != items || cover.Services[service] != services {
				t.Errorf("%s: %+v, want %d for the item and %d for the service", when, cover, items, services)
			}
			if stored, _ := w.load(t, claim.Claim.ClaimUUID); when != "processed" && stored.Items[0].ProdID != nil {
				t.Errorf("%s: the product is stored", when)
			}
		}
		review := func(rejected bool) {
			t.Helper()
			if _, err := w.run(t, func(x *persistence.Session) (*ClaimOutcome, error) {
				return Claims{}.Review(x, claim.Claim.ClaimUUID, ClaimReview{Lines: []LineReview{{Kind: ItemKind, ID: item, Rejected: rejected}}})
			}); err != nil {
				t.Fatal(err)
			}
		}
		product := w.product.ProdID
		check("checked", product, product)
		review(true)
		check("rejected by hand", product, product)
		review(false)
		if _, err := w.run(t, func(x *persistence.Session) (*ClaimOutcome, error) {
			out, err := Claims{}.load(x, claim.Claim.ClaimUUID)
			if err != nil {
				return nil, err
			}
			out.Services[0].ClaimServiceStatus, out.Services[0].RejectionReason = lineRejected, ptr(ReasonPatient)
			return nil, persistence.Update(x, &out.Services[0])
		}); err != nil {
			t.Fatal(err)
		}
		check("rejected by the checks", product, 0)
		if _, err := w.run(t, func(x *persistence.Session) (*ClaimOutcome, error) { return Claims{}.Process(x, claim.Claim.ClaimUUID) }); err != nil {
			t.Fatal(err)
		}
		check("processed", 0, 0)
	})
}

func TestCoveringTakesAsManyStatementsForManyClaims(t *testing.T) {
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		w := newClaimScheme(t, s, nil)
		var claims []int
		submitted, _ := w.atOnce(t, Claims{}.SubmitMany, w.enterMany(t, 20, 3))
		for _, r := range submitted {
			claims = append(claims, r.Outcome.Claim.ClaimID)
		}
		_, one := w.covering(t, claims[0])
		cover, many := w.covering(t, claims...)
		if one != many || len(cover.Items)+len(cover.Services) != 60 {
			t.Errorf("%d statements for one claim and %d for twenty; %d lines are covered", one, many, len(cover.Items)+len(cover.Services))
		}
	})
}
