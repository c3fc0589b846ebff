package scheme

import (
	"errors"
	"fmt"
	"strings"
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

// TestLoadsWhatTheLinesNeed counts the statements that load a claim: those for items and for
// services are taken only where the claim has such lines and the facility such lists, and
// earlier claims are looked for only where something is counted.
func TestLoadsWhatTheLinesNeed(t *testing.T) {
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		w := newClaimScheme(t, s, nil)
		count := func(submission bool, lines string, change func(claim *persistence.Claim)) int {
			d := w.claimDraft("A", 2)
			hf := w.hf
			d.Claim.HF = &hf
			if !strings.Contains(lines, "i") {
				d.Items = nil
			}
			if !strings.Contains(lines, "s") {
				d.Services = nil
			}
			change(&d.Claim)
			load := loadForProcessing
			if submission {
				load = loadForSubmission
			}
			ctx, counted := persistence.CountStatements(persistencetest.System(t))
			if _, err := load(s.Read(ctx), &d.Claim, d.Items, d.Services); err != nil {
				t.Fatal(err)
			}
			return counted.Count()
		}
		as := func(*persistence.Claim) {}
		for _, c := range []struct {
			name       string
			submission bool
			lines      string
			change     func(c *persistence.Claim)
			want       int // policies, products and members, bookings for processing; for each kind register, prices, its list for processing, benefits
		}{
			{"both", false, "is", as, 4 + 4 + 4},
			{"items", false, "i", as, 4 + 4},
			{"services", false, "s", as, 4 + 4},
			{"no line", false, "", as, 4},
			{"no list of items", false, "is", func(c *persistence.Claim) { c.HF.PLItemID = nil }, 4 + 2 + 4},
			{"no list of services", false, "is", func(c *persistence.Claim) { c.HF.PLServiceID = nil }, 4 + 4 + 2},
			{"no facility", false, "is", func(c *persistence.Claim) { c.HF = nil }, 4 + 2 + 2},
			{"no family", false, "is", func(c *persistence.Claim) { c.Insuree.FamilyID = nil }, 3 + 3},
			{"nobody", false, "is", func(c *persistence.Claim) { c.Insuree = nil }, 3 + 3},
			{"submission of both", true, "is", as, 3 + 3 + 3},
			{"submission of items", true, "i", as, 3 + 3},
		} {
			if got := count(c.submission, c.lines, c.change); got != c.want {
				t.Errorf("%s: %d statements, expected %d", c.name, got, c.want)
			}
		}
		for _, c := range []struct {
			name   string
			row    any
			column string
			value  any
			more   int // claims, and the lines of what is counted
		}{
			{"nothing", &persistence.Item{}, "ItemFrequency", nil, 0},
			{"items not at all often", &persistence.Item{}, "ItemFrequency", 0, 0},
			{"items", &persistence.Item{}, "ItemFrequency", 1, 2},
			{"items once more", &persistence.Item{}, "ItemFrequency", nil, 0},
			{"services not at all often", &persistence.Service{}, "ServFrequency", 0, 0},
			{"services", &persistence.Service{}, "ServFrequency", 1, 2},
			{"services once more", &persistence.Service{}, "ServFrequency", nil, 0},
			{"items of adults", &persistence.ProductItem{}, "LimitNoAdult", 5, 2},
			{"and services of children", &persistence.ProductService{}, "LimitNoChild", 5, 3},
			{"and visits", &persistence.Product{}, "MaxNoVisits", 5, 3},
		} {
			if err := s.Tx(persistencetest.System(t), func(x *persistence.Session) error {
				return x.DB().Model(c.row).Where("1 = 1").Update(c.column, c.value).Error
			}); err != nil {
				t.Fatal(err)
			}
			if got := count(true, "is", as); got != 9+c.more {
				t.Errorf("counting %s: %d statements, expected %d", c.name, got, 9+c.more)
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
