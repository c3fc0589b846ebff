package scheme

import (
	"errors"
	"strings"
	"testing"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

// TestDrafts gives what is wrong with a draft of one item and one service, "" for nothing.
// A column of numeric(18,2) holds 16 digits before the point, so 10^16 is the first number
// it cannot hold.
func TestDrafts(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(d *ClaimDraft)
		wrong  string
	}{
		{"nothing is wrong", func(d *ClaimDraft) {}, ""},
		{"no code", func(d *ClaimDraft) { d.Claim.ClaimCode = " " }, "code: a claim needs a code"},
		{"[6] ended the day before", func(d *ClaimDraft) { d.Claim.DateTo = ptr(on("2023-06-09")) }, "period: care ended on 2023-06-09, before it began on 2023-06-10"},
		{"ended on the day it began", func(d *ClaimDraft) { d.Claim.DateTo = ptr(on("2023-06-10")) }, ""},
		{"without an end", func(d *ClaimDraft) { d.Claim.DateTo = nil }, ""},
		{"an emergency", func(d *ClaimDraft) { d.Claim.VisitType = ptr("E") }, ""},
		{"a referral", func(d *ClaimDraft) { d.Claim.VisitType = ptr("R") }, ""},
		{"a blank visit type", func(d *ClaimDraft) { d.Claim.VisitType = ptr(" ") }, ""},
		{"another visit type", func(d *ClaimDraft) { d.Claim.VisitType = ptr("X") }, `visitType: the visit type "X" is none of E, O and R`},
		{"two visit types", func(d *ClaimDraft) { d.Claim.VisitType = ptr("EO") }, `visitType: the visit type "EO" is none of E, O and R`},
		{"no quantity", func(d *ClaimDraft) { d.Items[0].QtyProvided = money("0") }, "item 0quantity: the quantity 0 is not above 0"},
		{"a quantity below 0", func(d *ClaimDraft) { d.Services[0].QtyProvided = money("-1") }, "service 0quantity: the quantity -1 is not above 0"},
		{"the least quantity", func(d *ClaimDraft) { d.Items[0].QtyProvided = money("0.01") }, ""},
		{"for nothing", func(d *ClaimDraft) { d.Items[0].PriceAsked = money("0") }, ""},
		{"a price below 0", func(d *ClaimDraft) { d.Services[0].PriceAsked = money("-0.01") }, "service 0price: the price -0.01 is below 0"},
		{"three digits behind the point", func(d *ClaimDraft) { d.Items[0].PriceAsked = money("1.001") }, "item 0price: the number 1.001 has more than two digits"},
		{"two, and a 0", func(d *ClaimDraft) { d.Items[0].PriceAsked = money("1.010") }, ""},
		{"a price of 10^16", func(d *ClaimDraft) { d.Items[0].PriceAsked = money("10000000000000000") }, "item 0price: the number has more than 16 digits"},
		{"a quantity of 10^16", func(d *ClaimDraft) { d.Items[0].QtyProvided = money("10000000000000000") }, "item 0quantity: the number has more than 16 digits"},
		// 1 tablet of it and a surgery of 0 add up to the most a column holds
		{"a cent less", func(d *ClaimDraft) {
			d.Items[0].QtyProvided, d.Items[0].PriceAsked, d.Services[0].PriceAsked = money("1"), money("9999999999999999.99"), money("0")
		}, ""},
		{"10 of 10^15 are 10^16", func(d *ClaimDraft) {
			d.Items[0].QtyProvided, d.Items[0].PriceAsked = money("10"), money("1000000000000000")
		}, "item 0: quantity by price is more than can be stored"},
		{"4 of 2.5 x 10^15 are 10^16", func(d *ClaimDraft) {
			d.Services[0].QtyProvided, d.Services[0].PriceAsked = money("4"), money("2500000000000000")
		}, "service 0: quantity by price is more than can be stored"},
		{"5 x 10^15 twice are 10^16", func(d *ClaimDraft) {
			d.Items[0].QtyProvided, d.Items[0].PriceAsked = money("1"), money("5000000000000000")
			d.Services[0].QtyProvided, d.Services[0].PriceAsked = money("1"), money("5000000000000000")
		}, "claimed: the sum of the lines is more than can be stored"},
		{"a cent less than that", func(d *ClaimDraft) {
			d.Items[0].QtyProvided, d.Items[0].PriceAsked = money("1"), money("5000000000000000")
			d.Services[0].QtyProvided, d.Services[0].PriceAsked = money("1"), money("4999999999999999.99")
		}, ""},
		{"no lines", func(d *ClaimDraft) { d.Items, d.Services = nil, nil }, ""},
	} {
		d := &ClaimDraft{
			Claim:    persistence.Claim{ClaimCode: "A", DateFrom: on("2023-06-10"), DateTo: ptr(on("2023-06-11"))},
			Items:    []persistence.ClaimItem{{QtyProvided: money("2"), PriceAsked: money("10")}},
			Services: []persistence.ClaimService{{QtyProvided: money("1"), PriceAsked: money("400")}},
		}
		c.change(d)
		err := checkDraft(d)
		if c.wrong == "" && err != nil || c.wrong != "" && (core.CodeOf(err) != core.Unprocessable || !strings.Contains(err.Error(), c.wrong)) {
			t.Errorf("%s: %v, want %q", c.name, err, c.wrong)
		}
	}
}

// Whoever is bound to a facility claims for no other; prices may reach the maximum of the
// register, which is 12 for the item and 500 for the service, and go no further.
func TestClaimsThatAreNotEntered(t *testing.T) {
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		w := newClaimScheme(t, s, nil)
		err := s.Tx(persistencetest.System(t), func(x *persistence.Session) error {
			if err := x.DB().Model(&w.item).Update("MaximumAmount", money("12")).Error; err != nil {
				return err
			}
			return x.DB().Model(&w.service).Update("MaximumAmount", money("500")).Error
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			name   string
			bound  int // facility of the caller, 0 for none
			change func(d *ClaimDraft)
			code   core.Code // "" for none
			says   string
		}{
			{"bound to the facility", w.hf.HFID, func(d *ClaimDraft) {}, "", ""},
			{"bound to another", w.hf.HFID + 1, func(d *ClaimDraft) {}, core.Forbidden, "facility: your account may claim for its own facility only"},
			{"no such facility", 0, func(d *ClaimDraft) { d.Claim.HFID = 99 }, core.Unprocessable, "facility: there is no such facility"},
			{"the highest prices", 0, func(d *ClaimDraft) { d.Items[0].PriceAsked, d.Services[0].PriceAsked = money("12"), money("500") }, "", ""},
			{"an item too dear", 0, func(d *ClaimDraft) { d.Items[0].PriceAsked = money("12.01") }, core.Unprocessable, "item 0price: the price 12.01 is above the maximum of 12"},
			{"a service too dear", 0, func(d *ClaimDraft) { d.Services[0].PriceAsked = money("500.01") }, core.Unprocessable, "service 0price: the price 500.01 is above the maximum of 500"},
		} {
			d := w.claimDraft("C", 2)
			c.change(d)
			caller := core.SystemPrincipal
			caller.Facility = c.bound
			var out *ClaimOutcome
			err := s.Tx(core.WithPrincipal(t.Context(), caller), func(x *persistence.Session) (err error) {
				if out, err = (Claims{}).Enter(x, d, false); err == nil {
					err = errUndo
				}
				return err
			})
			switch {
			case c.code == "" && (!errors.Is(err, errUndo) || out.Claim.ClaimStatus != StatusEntered):
				t.Errorf("%s: %v", c.name, err)
			case c.code != "" && (core.CodeOf(err) != c.code || !strings.Contains(err.Error(), c.says)):
				t.Errorf("%s: %v, want %s", c.name, err, c.says)
			}
		}
	})
}
