package scheme

import (
	"fmt"
	"testing"

	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

// TestFundPolicies cites rule 9.6.
func TestFundPolicies(t *testing.T) {
	for _, c := range []struct {
		name              string
		months            int
		paid              string
		legacy, corrected string
	}{
		{"[9.6] a year", 12, "2023-05-20", "2024-05-20", "2024-05-19"},
		{"[9.6] half a year over a short month", 6, "2023-08-31", "2024-02-29", "2024-02-28"},
	} {
		for book, want := range map[string]string{"legacy": c.legacy, "corrected": c.corrected} {
			p := FundPolicy(&persistence.Product{ProdID: 7, InsurancePeriod: c.months}, policyDay(t, c.paid), money("12.50"), mustRuleBook(book))
			want := fmt.Sprintf("N active %s to %s effective %s worth 12.50", c.paid, want, c.paid)
			if got := policyText(p); got != want || p.EnrollDate.String() != c.paid || p.ProdID != 7 {
				t.Errorf("%s, %s: %s, expected %s", c.name, book, got, want)
			}
		}
	}
}

// TestWhoMayFund cites rule 9.6. Place 101 is a region with the district 102, ward 103 and
// village 104; 201 is another region.
func TestWhoMayFund(t *testing.T) {
	places := append(goldenTree(), persistence.Location{LocationID: 201, LocationType: "R"},
		persistence.Location{LocationID: 301, ParentLocationID: ptr(302)}, persistence.Location{LocationID: 302, ParentLocationID: ptr(301)})
	for _, c := range []struct {
		name           string
		payer, product *int
		fits           bool
	}{
		{"both national", nil, nil, true},
		{"a national payer", nil, ptr(102), true},
		{"a payer at place 0 is national", ptr(0), ptr(102), true},
		{"a national product", ptr(102), nil, true},
		{"the same district", ptr(102), ptr(102), true},
		{"a payer of the district, a product of the region", ptr(102), ptr(101), true},
		{"a payer of the region, a product of the district", ptr(101), ptr(102), true},
		{"another region", ptr(201), ptr(101), false},
		{"a district of another region", ptr(201), ptr(102), false},
		{"a place that is not there", ptr(102), ptr(999), false},
		{"places in a ring", ptr(301), ptr(102), false},
	} {
		if got := PayerFits(c.payer, c.product, places); got != c.fits {
			t.Errorf("[9.6] %s: %t", c.name, got)
		}
	}
}

// fund books what a payer gives to the product.
func (w *enrolled) fund(t *testing.T, d FundDraft) (p *persistence.Policy, err error) {
	if d.ProdID == 0 {
		d.ProdID = w.product.ProdID
	}
	if d.PayDate.IsZero() {
		d.PayDate = persistence.Day(policyToday)
	}
	err = w.store.Tx(persistencetest.System(t), func(x *persistence.Session) (err error) {
		p, _, err = Policies{}.Fund(x, &d)
		return err
	})
	return p, err
}

// TestFundsArriveAtThePseudoFamilyOfTheirPlace cites rule 9.6.
func TestFundsArriveAtThePseudoFamilyOfTheirPlace(t *testing.T) {
	eachPolicyStore(t, func(t *testing.T, s *persistence.Store) {
		w := enrol(t, s, nil)
		district := w.places[1].LocationID
		local := persistence.Product{ProductCode: "L", MemberCount: 1, InsurancePeriod: 6, DateFrom: w.product.DateFrom, DateTo: w.product.DateTo, LocationID: &district}
		donor := persistence.Payer{PayerType: "D", PayerName: "Donor"}
		w.write(t, func(x *persistence.Session) error {
			put(t, x, &persistence.PayerType{Code: "D", PayerType: "Donor"})
			put(t, x, &local)
			put(t, x, &donor)
			return nil
		})
		var families []int
		for i, d := range []FundDraft{{Receipt: "F1"}, {Receipt: "F2"}, {Receipt: "F1", ProdID: local.ProdID}, {Receipt: "F2", ProdID: local.ProdID}} {
			d.PayerID, d.Amount = donor.PayerID, money("5000.50")
			p, err := w.fund(t, d)
			if err != nil {
				t.Fatal(err)
			}
			want := []string{"2024-05-31", "2024-05-31", "2023-11-30", "2023-11-30"}[i]
			if got := policyText(p); got != "N active 2023-06-01 to "+want+" effective 2023-06-01 worth 5000.50" {
				t.Errorf("%s: %s", d.Receipt, got)
			}
			if got := w.covers(t, p.PolicyID); got != "2023-06-01" {
				t.Errorf("covers of %s: %s", d.Receipt, got)
			}
			families = append(families, p.FamilyID)
		}
		if families[0] != families[1] || families[2] != families[3] || families[0] == families[2] {
			t.Errorf("families %v; one of the nation and one of the district was expected", families)
		}
		db := s.Read(persistencetest.System(t)).DB()
		var heads []persistence.Insuree
		var premiums []persistence.Premium
		var places []persistence.Location
		if err := db.Joins("Family").Where(persistence.Compare(column("tblInsuree", "CHFID"), "=", persistence.FundingNumber)).Find(&heads).Error; err != nil {
			t.Fatal(err)
		}
		if err := db.Where(persistence.Compare(column("tblPremium", "PayType"), "=", "F")).Find(&premiums).Error; err != nil {
			t.Fatal(err)
		}
		if err := db.Where(persistence.Compare(column("tblLocations", "LocationName"), "=", "Funding")).Order(clause.OrderByColumn{Column: column("tblLocations", "LocationId")}).Find(&places).Error; err != nil {
			t.Fatal(err)
		}
		if len(heads) != 2 || heads[0].Family.InsureeID != heads[0].InsureeID || !heads[0].IsHead || heads[0].Family.LocationID != nil || number(heads[1].Family.LocationID) != district {
			t.Errorf("heads %+v", heads)
		}
		if len(premiums) != 4 || !premiums[0].Amount.Equal(money("5000.5")) || number(premiums[0].PayerID) != donor.PayerID {
			t.Errorf("contributions %+v", premiums)
		}
		tree := ""
		for i, place := range places {
			tree += place.LocationType + text(place.LocationCode) + " "
			if i > 0 && number(place.ParentLocationID) != places[i-1].LocationID {
				t.Errorf("%s does not lie in the place before", text(place.LocationCode))
			}
		}
		if tree != "RFR DFD WFW VFV " {
			t.Errorf("places %s", tree)
		}
		if got := w.events(t); got != "policy.funded policy.funded policy.funded policy.funded" {
			t.Errorf("events %q", got)
		}
		admin := core.WithPrincipal(t.Context(), core.Principal{UserID: 1, Login: "Admin", Admin: true})
		if page, err := persistence.Select[persistence.Family](s.Read(admin), persistence.Query{}); err != nil || len(page.Rows) != 1 || page.Rows[0].FamilyID != w.family.FamilyID {
			t.Errorf("an administrator sees %d families, %v", len(page.Rows), err)
		}
	})
}

// TestFundsThatAreRefused cites rule 9.6.
func TestFundsThatAreRefused(t *testing.T) {
	eachPolicyStore(t, func(t *testing.T, s *persistence.Store) {
		w := enrol(t, s, nil)
		elsewhere := persistence.Location{LocationType: "R"}
		donor, stranger := persistence.Payer{PayerType: "D", PayerName: "Donor"}, persistence.Payer{PayerType: "D", PayerName: "Stranger"}
		local := persistence.Product{ProductCode: "L", InsurancePeriod: 6, DateFrom: w.product.DateFrom, DateTo: w.product.DateTo, LocationID: ptr(w.places[1].LocationID)}
		w.write(t, func(x *persistence.Session) error {
			put(t, x, &persistence.PayerType{Code: "D", PayerType: "Donor"})
			put(t, x, &elsewhere)
			stranger.LocationID = &elsewhere.LocationID
			put(t, x, &donor)
			put(t, x, &stranger)
			put(t, x, &local)
			return nil
		})
		good := FundDraft{PayerID: donor.PayerID, Amount: money("10"), Receipt: "F"}
		if _, err := w.fund(t, good); err != nil {
			t.Fatal(err)
		}
		before := w.count(t, &persistence.Policy{})
		for _, c := range []struct {
			name, says string
			code       core.Code
			change     func(d *FundDraft)
		}{
			{"nothing", "amount", core.Unprocessable, func(d *FundDraft) { d.Amount = money("0") }},
			{"parts of a cent", "two digits", core.Unprocessable, func(d *FundDraft) { d.Amount = money("0.005") }},
			{"no receipt", "receipt", core.Unprocessable, func(d *FundDraft) { d.Receipt = "" }},
			{"tomorrow", "lies ahead", core.Unprocessable, func(d *FundDraft) { d.PayDate = policyDay(t, "2023-06-02") }},
			{"no product", "product", core.Unprocessable, func(d *FundDraft) { d.ProdID = 999 }},
			{"no payer", "payer", core.Unprocessable, func(d *FundDraft) { d.PayerID = 999 }},
			{"a payer from elsewhere", "not of a place", core.Unprocessable, func(d *FundDraft) { d.ProdID, d.PayerID = local.ProdID, stranger.PayerID }},
			{"a receipt used twice", "used for the product", core.Conflict, func(*FundDraft) {}},
		} {
			d := good
			c.change(&d)
			_, err := w.fund(t, d)
			wantCode(t, c.name, err, c.code, c.says)
		}
		if n := w.count(t, &persistence.Policy{}); n != before {
			t.Errorf("%d policies, expected %d", n, before)
		}
	})
}
