package scheme

import (
	"errors"
	"fmt"
	"testing"

	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

// TestChecksReadWhatTheyCount stores a claim of 2 items and 1 service, and submits another
// like it: once alone and once among many. The rules themselves stand in
// TestChecksOfSubmission; this shows that what they ask for is loaded.
func TestChecksReadWhatTheyCount(t *testing.T) {
	set := func(row any, column string, value any) func(x *persistence.Session) error {
		return func(x *persistence.Session) error {
			return x.DB().Model(row).Where("1 = 1").Update(column, value).Error
		}
	}
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		w := newClaimScheme(t, s, nil)
		for _, c := range []struct {
			name          string
			change        func(x *persistence.Session) error
			item, service int
		}{
			{"nothing is counted", set(&persistence.Item{}, "ItemFrequency", 0), 0, 0},
			{"[2.9] the item every ten days", set(&persistence.Item{}, "ItemFrequency", 10), 5, 0},
			{"[2.9] the service every ten days", set(&persistence.Service{}, "ServFrequency", 10), 0, 5},
			{"[2.7d-16] the item twice", set(&persistence.ProductItem{}, "LimitNoAdult", 2), 16, 0},
			{"[2.7d-16] the item three times", set(&persistence.ProductItem{}, "LimitNoAdult", 3), 0, 0},
			{"[2.7d-16] the item twice for a child", set(&persistence.ProductItem{}, "LimitNoChild", 2), 0, 0},
			{"[2.7d-16] the service once", set(&persistence.ProductService{}, "LimitNoAdult", 1), 0, 16},
			{"[2.7d-16] the service once for a child", set(&persistence.ProductService{}, "LimitNoChild", 1), 0, 0},
			{"[2.7d-16] a child has the item twice", func(x *persistence.Session) error {
				return errors.Join(set(&persistence.Insuree{}, "DOB", since())(x), set(&persistence.ProductItem{}, "LimitNoChild", 2)(x))
			}, 16, 0},
			{"[2.7d-16] a child has the service once", func(x *persistence.Session) error {
				return errors.Join(set(&persistence.Insuree{}, "DOB", since())(x), set(&persistence.ProductService{}, "LimitNoChild", 1)(x))
			}, 0, 16},
			{"[2.7d-12] one visit", set(&persistence.Product{}, "MaxNoVisits", 1), 12, 12},
			{"[2.6] no list of items", set(&persistence.HealthFacility{}, "PLItemID", nil), 2, 0},
			{"[2.6] no list of services", set(&persistence.HealthFacility{}, "PLServiceID", nil), 0, 2},
			{"[2.2] no family", set(&persistence.Insuree{}, "FamilyID", nil), 7, 7},
			{"[2.7c] no policy", set(&persistence.Policy{}, "ValidityTo", careDay()), 3, 3},
		} {
			for _, many := range []bool{false, true} {
				err := s.Tx(persistencetest.System(t), func(x *persistence.Session) error {
					if _, err := (Claims{}).Enter(x, w.claimDraft("A", 2), true); err != nil {
						return err
					}
					second, err := Claims{}.Enter(x, w.claimDraft("B", 2), false)
					if err != nil {
						return err
					}
					if err := c.change(x); err != nil {
						return err
					}
					out, err := submitted(x, second.Claim.ClaimUUID, many)
					if err != nil {
						return err
					}
					if got := [2]int{*out.Items[0].RejectionReason, *out.Services[0].RejectionReason}; got != [2]int{c.item, c.service} {
						t.Errorf("%s, among many %t: reasons %v, want [%d %d]", c.name, many, got, c.item, c.service)
					}
					return errUndo
				})
				if !errors.Is(err, errUndo) {
					t.Fatal(c.name, err)
				}
			}
		}
	})
}

// submitted submits the claim alone or as the only one of many.
func submitted(x *persistence.Session, id persistence.UUID, many bool) (*ClaimOutcome, error) {
	if !many {
		return Claims{}.Submit(x, id)
	}
	results, err := Claims{}.SubmitMany(x, []persistence.UUID{id})
	if err != nil {
		return nil, err
	}
	if len(results) != 1 {
		return nil, fmt.Errorf("%d results of one claim", len(results))
	}
	return results[0].Outcome, results[0].Err
}
