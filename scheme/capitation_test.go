package scheme

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

func TestCapitationPeriod(t *testing.T) {
	for _, c := range []struct {
		general, out, in  string
		month             int
		legacy, corrected string
	}{
		{"", "", "", 2, "2024-02-01 2024-02-29", "2024-02-01 2024-02-29"},
		{"M", "Q", "Y", 2, "2024-02-01 2024-02-29", "2024-02-01 2024-02-29"},
		{"", "Q", "M", 3, "2024-01-01 2024-03-31", "2024-01-01 2024-03-31"},
		{"", "Q", "M", 4, "", ""},
		{"", "", "Y", 5, "2024-01-01 2024-05-31", ""},
		{"", "", "Y", 12, "2024-01-01 2024-12-31", "2024-01-01 2024-12-31"},
	} {
		p := &persistence.Product{PeriodRelPrices: letter(c.general), PeriodRelPricesOP: letter(c.out), PeriodRelPricesIP: letter(c.in)}
		for book, want := range map[RuleBook]string{LegacyRules: c.legacy, CorrectedRules: c.corrected} {
			got := ""
			if w, ok := CapitationPeriod(p, 2024, c.month, book); ok {
				got = w.From.String() + " " + w.To.String()
			}
			if got != want {
				t.Errorf("%+v under %s: %q, want %q", c, book.Name(), got, want)
			}
		}
	}
}

// 1000 of contributions, 80 % of them by capitation, in equal halves by insured persons
// and by claims: 400 for each. The first facility serves 10 insured persons of a village
// to 100 % and 20 of another to 50 %, the second 20 of a third to 100 %; of a village it serves to 30 % nobody is insured. The corrected
// book has 20 and 20 persons at 10 each, and 3 claims and 1 at 100 each. The legacy one
// repeats the first facility for its two percentages of persons, as it has no families:
// its claims count twice, so that 7 share.
func TestCapitationPayments(t *testing.T) {
	p := &persistence.Product{ProdID: 3, ShareContribution: ptr(money("80")), WeightInsuredPopulation: ptr(money("50")), WeightNumberVisits: ptr(money("50"))}
	facilities := []CapitationFacility{
		{Facility: &persistence.HealthFacility{HFID: 1}, Claims: 3, Villages: []CapitationVillage{{Percent: 100, Population: 40, Families: 9, Insured: 10}, {Percent: 50, Population: 60, Families: 7, Insured: 20}, {Percent: 30}}},
		{Facility: &persistence.HealthFacility{HFID: 2}, Claims: 1, Villages: []CapitationVillage{{Percent: 100, Insured: 20}}},
		{Facility: &persistence.HealthFacility{HFID: 4}},
	}
	for book, want := range map[RuleBook][]string{
		CorrectedRules: {"70.00 of persons 20.00 at 10.00, claims 3.00 at 100.00: 500.00", "0.00 of persons 20.00 at 10.00, claims 1.00 at 100.00: 300.00", "0.00 of persons 0.00 at 10.00, claims 0.00 at 100.00: 0.00"},
		LegacyRules:    {"140.00 of persons 20.00 at 20.00, claims 3.00 at 114.29: 542.86", "0.00 of persons 20.00 at 10.00, claims 1.00 at 57.14: 257.14", "0.00 of persons 0.00 at 10.00, claims 0.00 at 57.14: 0.00"},
	} {
		for i, row := range CapitationPayments(p, money("1000"), facilities, book) {
			got := fmt.Sprintf("%s of persons %s at %s, claims %s at %s: %s", row.TotalPopulation.StringFixed(2), row.TotalInsuredInsuree.StringFixed(2),
				row.UPInsPopulation.StringFixed(2), row.TotalClaims.StringFixed(2), row.UPVisits.StringFixed(2), row.PaymentCathment.StringFixed(2))
			if got != want[i] || row.ProductID != 3 {
				t.Errorf("%s: facility %d has %s, want %s", book.Name(), row.HFID, got, want[i])
			}
		}
	}
}

// TestCountsClaims holds that claims are counted only where their number or their amounts
// have a weight (rule 8.1).
func TestCountsClaims(t *testing.T) {
	for _, c := range []struct {
		visits, amounts string
		want            bool
	}{{"", "", false}, {"0", "0", false}, {"1", "", true}, {"0", "1", true}, {"1", "0", true}, {"1", "1", true}} {
		p := &persistence.Product{}
		if c.visits != "" {
			p.WeightNumberVisits = ptr(money(c.visits))
		}
		if c.amounts != "" {
			p.WeightAdjustedAmount = ptr(money(c.amounts))
		}
		if got := CountsClaims(p); got != c.want {
			t.Errorf("weights %q and %q: %t", c.visits, c.amounts, got)
		}
	}
}

// TestOwnPlace has the region 1 with the district 2, and another region 3: capitation of
// the legacy book finds contributions when it is asked for the product's own place or the
// one right above (rule 8.1).
func TestOwnPlace(t *testing.T) {
	places := map[int]*persistence.Location{1: {LocationID: 1}, 2: {LocationID: 2, ParentLocationID: ptr(1)}, 3: {LocationID: 3}}
	for _, c := range []struct {
		product, region, district *int
		want                      bool
	}{
		{ptr(2), ptr(1), ptr(2), true},
		{ptr(2), ptr(1), nil, true},
		{ptr(2), ptr(1), ptr(0), true},
		{ptr(2), ptr(3), nil, false},
		{ptr(1), ptr(1), nil, true},
		{ptr(1), ptr(1), ptr(0), true},
		{ptr(1), ptr(1), ptr(2), false},
		{ptr(9), ptr(1), nil, false}, // a place nobody knows
		{nil, ptr(1), nil, false},    // the nation
		{nil, nil, nil, false},
	} {
		facts := &capitationFacts{places: places, product: &persistence.Product{LocationID: c.product}}
		if got := facts.ownPlace(c.region, c.district); got != c.want {
			t.Errorf("product of %d, asked for region %d and district %d: %t", number(c.product), number(c.region), number(c.district), got)
		}
	}
}

// servedVillages lets the facility serve the village of the insured person to 60 per cent,
// and more that do not count: a village that is closed, and one served by a facility of
// another level. It moves the facility to a district.
func servedVillages(t *testing.T, s *persistence.Store, w *claimScheme, now persistence.DateTime) {
	t.Helper()
	err := s.Tx(persistencetest.System(t), func(x *persistence.Session) error {
		region := persistence.Location{LocationType: "R", LocationName: ptr("North")}
		put(t, x, &region)
		district := persistence.Location{LocationType: "D", LocationName: ptr("Lowland"), ParentLocationID: &region.LocationID}
		put(t, x, &district)
		gone := persistence.Location{LocationType: "V", MalePopulation: ptr(1000)}
		put(t, x, &gone)
		other := w.hf
		other.HFID, other.HFUUID, other.HFCode, other.HFLevel = 0, "", "D", "D"
		put(t, x, &other)
		before := persistence.At(now.AddDate(0, -2, 0))
		for _, served := range []persistence.HealthFacilityCatchment{
			{HFID: w.hf.HFID, LocationID: *w.insuree.Family.LocationID, Catchment: ptr(60)},
			{HFID: w.hf.HFID, LocationID: gone.LocationID, Catchment: ptr(100)},
			{HFID: other.HFID, LocationID: *w.insuree.Family.LocationID, Catchment: ptr(100)},
		} {
			served.ValidityFrom = &before
			if err := x.DB().Create(&served).Error; err != nil {
				return err
			}
		}
		set := func(model any, key string, id int, values map[string]any) error {
			return x.DB().Model(model).Where("\""+key+"\" = ?", id).Updates(values).Error
		}
		return errors.Join(
			set(&persistence.HealthFacility{}, "HfID", w.hf.HFID, map[string]any{"LocationId": district.LocationID}),
			set(&persistence.Location{}, "LocationId", gone.LocationID, map[string]any{"ValidityTo": x.Now()}),
			set(&persistence.Location{}, "LocationId", *w.insuree.Family.LocationID, map[string]any{"MalePopulation": 50, "FemalePopulation": 40, "OtherPopulation": 10}))
	})
	if err != nil {
		t.Fatal(err)
	}
}

// One claim with an item of 10, rejected, and a service of 400.
func TestCapitationOfStoredRows(t *testing.T) {
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		w := newClaimScheme(t, s, func(w *claimScheme) {
			w.product.Level1, w.product.ShareContribution = ptr("H"), ptr(money("100"))
			w.product.WeightNumberVisits, w.product.WeightAdjustedAmount, w.product.WeightInsuredPopulation = ptr(money("50")), ptr(money("50")), ptr(money("0"))
		})
		out := w.enter(t, "C1", true)
		if _, err := w.run(t, func(x *persistence.Session) (*ClaimOutcome, error) { return Claims{}.Process(x, out.Claim.ClaimUUID) }); err != nil {
			t.Fatal(err)
		}
		var made []string
		now := s.Wall(time.Now())
		servedVillages(t, s, w, now)
		for _, book := range []RuleBook{LegacyRules, CorrectedRules} {
			ctx, counter := persistence.CountStatements(persistencetest.System(t))
			err := s.Tx(ctx, func(x *persistence.Session) error {
				if err := x.DB().Model(&persistence.ClaimItem{}).Where("1 = 1").Update("ClaimItemStatus", lineRejected).Error; err != nil {
					return err
				}
				counter.Reset()
				result, err := Batches{Rules: book}.Capitate(x, CapitationRequest{Product: w.product.ProdID, Year: now.Year(), Month: int(now.Month()), Levels: map[string]string{"H": "Hospital"}})
				if err != nil {
					return err
				}
				row := result.Payments[0]
				made = append(made, fmt.Sprintf("%s %s claims, %s, of %s people %s insured, %s in %s", *row.HFLevel, row.TotalClaims.String(), row.TotalAdjusted.StringFixed(2),
					row.TotalPopulation, row.TotalInsuredInsuree, text(row.DistrictName), text(row.RegionName)))
				counted := counter.Count()
				again, err := Batches{Rules: book}.Capitate(x, CapitationRequest{Product: w.product.ProdID, Year: now.Year(), Month: int(now.Month())})
				if err != nil || !again.Repeated || len(again.Payments) != 1 || again.Payments[0].HFID != w.hf.HFID {
					t.Errorf("a second time, capitation is %+v, %v", again, err)
				}
				if counted != 15 && book == CorrectedRules {
					t.Errorf("capitation takes %d statements", counted)
				}
				return errUndo
			})
			if !errors.Is(err, errUndo) {
				t.Fatal(err)
			}
		}
		if want := []string{"Hospital 1 claims, 410.00, of 60 people 0.6 insured, Lowland in North", "Hospital 1 claims, 400.00, of 60 people 0.6 insured, Lowland in North"}; fmt.Sprint(made) != fmt.Sprint(want) {
			t.Errorf("capitation counts %q, want %q", made, want)
		}
		err := s.Tx(persistencetest.System(t), func(x *persistence.Session) error {
			_, err := Batches{}.Capitate(x, CapitationRequest{Product: 4711, Year: 2024, Month: 3})
			return err
		})
		if core.CodeOf(err) != core.NotFound {
			t.Errorf("an unknown product gives %v", err)
		}
		err = s.Tx(persistencetest.System(t), func(x *persistence.Session) error {
			nowhere, err := Batches{}.Capitate(x, CapitationRequest{Product: w.product.ProdID, District: ptr(4711), Year: now.Year(), Month: int(now.Month())})
			if err != nil || nowhere.Repeated || len(nowhere.Payments) != 0 {
				t.Errorf("a place without facilities gives %+v, %v", nowhere, err)
			}
			return nil
		})
		if err != nil || w.events(t)[len(w.events(t))-1] == "capitation.made" {
			t.Errorf("nothing was stored, and %v published: %v", w.events(t), err)
		}
	})
}
