package scheme

import (
	"fmt"
	"testing"

	"github.com/openimis/openimis-go/persistence"
)

// TestFilePicksWhatConcernsTheClaim gives rows of two of everything, of which those with
// the key 1 concern the claim, and out of order.
func TestFilePicksWhatConcernsTheClaim(t *testing.T) {
	closed := ptr(on("2023-06-20"))
	r := &ClaimRows{
		Claims: []persistence.Claim{
			{ClaimID: 2, InsureeID: 1, ClaimStatus: StatusChecked, DateFrom: on("2023-03-01")},
			{ClaimID: 1, InsureeID: 1, HFID: 1, ClaimStatus: StatusEntered, DateFrom: on("2023-06-10")},
			{ClaimID: 3, InsureeID: 2, ClaimStatus: StatusChecked},
			{ClaimID: 4, InsureeID: 1, ClaimStatus: StatusEntered},
			{ClaimID: 5, InsureeID: 1, ClaimStatus: StatusRejected},
			{ClaimID: 6, InsureeID: 1, ClaimStatus: StatusChecked, ValidityTo: closed},
		},
		Items: []persistence.ClaimItem{
			{ClaimItemID: 3, ClaimID: 1, ItemID: 1}, {ClaimItemID: 2, ClaimID: 1, ItemID: 1}, {ClaimItemID: 1, ClaimID: 1, ItemID: 1, ValidityTo: closed}, {ClaimItemID: 4, ClaimID: 2, ItemID: 1}},
		Services: []persistence.ClaimService{
			{ClaimServiceID: 3, ClaimID: 1, ServiceID: 1}, {ClaimServiceID: 2, ClaimID: 1, ServiceID: 1}, {ClaimServiceID: 1, ClaimID: 1, ServiceID: 1, ValidityTo: closed}, {ClaimServiceID: 4, ClaimID: 2, ServiceID: 1}},
		Insurees:        []persistence.Insuree{{InsureeID: 1, FamilyID: ptr(1)}, {InsureeID: 2, FamilyID: ptr(2)}},
		Families:        []persistence.Family{{FamilyID: 1}, {FamilyID: 2, ValidityTo: closed}},
		Facilities:      []persistence.HealthFacility{{HFID: 1, PLItemID: ptr(1), PLServiceID: ptr(1)}, {HFID: 2}},
		ItemLists:       []persistence.ItemPriceList{{PLItemID: 1}, {PLItemID: 2, ValidityTo: closed}},
		ServiceLists:    []persistence.ServicePriceList{{PLServiceID: 1}, {PLServiceID: 2, ValidityTo: closed}},
		ItemPrices:      []persistence.ItemPriceListDetail{{PLItemDetailID: 2, PLItemID: 1, ItemID: 1}, {PLItemDetailID: 1, PLItemID: 1, ItemID: 1}, {PLItemDetailID: 3, PLItemID: 2, ItemID: 1}},
		ServicePrices:   []persistence.ServicePriceListDetail{{PLServiceDetailID: 2, PLServiceID: 1, ServiceID: 1}, {PLServiceDetailID: 1, PLServiceID: 1, ServiceID: 1}, {PLServiceDetailID: 3, PLServiceID: 2, ServiceID: 1}},
		Policies:        []persistence.Policy{{PolicyID: 2, FamilyID: 1}, {PolicyID: 1, FamilyID: 1}, {PolicyID: 3, FamilyID: 2}},
		ProductItems:    []persistence.ProductItem{{ProdItemID: 2, ItemID: 1}, {ProdItemID: 1, ItemID: 1}},
		ProductServices: []persistence.ProductService{{ProdServiceID: 2, ServiceID: 1}, {ProdServiceID: 1, ServiceID: 1}},
		InsureePolicies: []persistence.InsureePolicy{{InsureePolicyID: 1, PolicyID: 1}, {InsureePolicyID: 2, PolicyID: 3}},
		Bookings:        []persistence.ClaimDedRem{{ExpenditureID: 1, PolicyID: ptr(2)}, {ExpenditureID: 2, PolicyID: ptr(3)}, {ExpenditureID: 3}},
	}
	f, ok := r.File(1, on("2023-07-01"))
	if !ok {
		t.Fatal("the claim is not there")
	}
	var lines, prices, policies, benefits, earlier []int
	for _, l := range f.Lines {
		lines = append(lines, l.ID)
	}
	for _, w := range []Ware{tablet, surgery} {
		for _, p := range f.Prices[w] {
			prices = append(prices, p.ID)
		}
		for _, b := range f.Benefits[w] {
			benefits = append(benefits, b.ID)
		}
	}
	for i := range f.Policies {
		policies = append(policies, f.Policies[i].PolicyID)
	}
	for _, e := range f.Earlier {
		earlier = append(earlier, e.ID, len(e.Lines))
	}
	for what, c := range map[string][2]string{
		"lines":                       {fmt.Sprint(lines), "[2 3 2 3]"},
		"prices":                      {fmt.Sprint(prices), "[1 2 1 2]"},
		"policies":                    {fmt.Sprint(policies), "[1 2]"},
		"benefits":                    {fmt.Sprint(benefits), "[1 2 1 2]"},
		"earlier claims, their lines": {fmt.Sprint(earlier), "[2 2]"},
		"insuree, family, facility":   {fmt.Sprint(f.Insuree.InsureeID, f.FamilyLive, f.Facility.HFID), "1 true 1"},
		"lists in force":              {fmt.Sprint(f.ListLive[ItemKind], f.ListLive[ServiceKind]), "true true"},
		"members":                     {fmt.Sprint(len(f.Members), f.Members[0].InsureePolicyID), "1 1"},
		"bookings":                    {fmt.Sprint(len(f.Booked), f.Booked[0].ExpenditureID), "1 1"},
	} {
		if c[0] != c[1] {
			t.Errorf("%s: %s, want %s", what, c[0], c[1])
		}
	}
	if _, ok := r.File(9, on("2023-07-01")); ok {
		t.Error("there is a file of a claim nobody has")
	}

	// Of a claim whose patient or facility is not known there is a file all the same.
	for _, change := range []func(){
		func() { r.Insurees[0].FamilyID = nil },
		func() { r.Insurees = nil },
		func() { r.Facilities = nil },
	} {
		change()
		if f, ok := r.File(1, on("2023-07-01")); !ok || f.FamilyLive || len(f.Policies) > 0 {
			t.Errorf("of insurees %d, of facilities %d: %v", len(r.Insurees), len(r.Facilities), f)
		}
	}
}

// TestStatesOfTheRegister gives an item and a service that cost 10, since 5 June 11, and
// were deleted on 20 June: the closed row is the present one, the history row points to it.
func TestStatesOfTheRegister(t *testing.T) {
	r := &ClaimRows{Claims: []persistence.Claim{{ClaimID: 1}},
		RegisterItems: []persistence.Item{
			{ItemID: 2, LegacyID: ptr(1), ItemPrice: money("10"), ValidityFrom: on("2010-01-01"), ValidityTo: ptr(on("2023-06-05"))},
			{ItemID: 1, ItemPrice: money("11"), ValidityFrom: on("2023-06-05")}},
		RegisterServices: []persistence.Service{
			{ServiceID: 2, LegacyID: ptr(1), ServPrice: money("10"), ValidityFrom: ptr(on("2010-01-01")), ValidityTo: ptr(on("2023-06-05"))},
			{ServiceID: 1, ServPrice: money("11"), ValidityFrom: ptr(on("2023-06-05"))}},
	}
	for _, deleted := range []bool{false, true} {
		if deleted {
			r.RegisterItems[1].ValidityTo, r.RegisterServices[1].ValidityTo = ptr(on("2023-06-20")), ptr(on("2023-06-20"))
		}
		f, _ := r.File(1, on("2023-07-01"))
		for _, w := range []Ware{tablet, surgery} {
			for day, want := range map[string]string{"2009-12-31": "-", "2010-01-01": "10", "2023-06-04": "10", "2023-06-05": "11", "2023-06-30": "11"} {
				if deleted && want == "11" {
					want = "-"
				}
				got := "-"
				if found := registerAt(f, w, *dayOf(day)); found != nil {
					got = found.Price.String()
				}
				if got != want {
					t.Errorf("deleted %t, kind %d on %s: %s, want %s", deleted, w.Kind, day, got, want)
				}
			}
		}
	}
	if s := (&ClaimRows{Claims: r.Claims, RegisterServices: []persistence.Service{{ServiceID: 1}}}); true {
		if f, _ := s.File(1, on("2023-07-01")); registerAt(f, surgery, *dayOf("1990-01-01")) == nil {
			t.Error("a service without a first day was not always in the register")
		}
	}
}
