package scheme

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

// registry is what the registers are tried in: a region with a district, a ward and a
// village, and some items and services.
type registry struct {
	store                           *persistence.Store
	region, district, ward, village persistence.Location
	items                           []persistence.Item
	services                        []persistence.Service
}

// eachRegistry runs a test in a registry of its own on each database.
func eachRegistry(t *testing.T, test func(t *testing.T, w *registry)) {
	eachPolicyStore(t, func(t *testing.T, s *persistence.Store) {
		w := &registry{store: s}
		w.write(t, func(x *persistence.Session) error {
			var above *int
			for _, level := range []struct {
				letter string
				row    *persistence.Location
			}{{"R", &w.region}, {"D", &w.district}, {"W", &w.ward}, {"V", &w.village}} {
				*level.row = persistence.Location{LocationType: level.letter, LocationCode: ptr(level.letter + "1"), LocationName: ptr("Place " + level.letter), ParentLocationID: above}
				put(t, x, level.row)
				above = &level.row.LocationID
			}
			put(t, x, &persistence.LegalForm{LegalFormCode: "G", LegalForms: "Government"})
			put(t, x, &persistence.HealthFacilitySublevel{HFSublevel: "I"})
			put(t, x, &persistence.PayerType{Code: "D", PayerType: "Donor"})
			for i := range 4 {
				item := persistence.Item{ItemCode: fmt.Sprint("I", i), ItemName: "Item", ItemType: "D", ItemPrice: money("10"), ItemCareType: "B", ItemPatCat: 15}
				put(t, x, &item)
				w.items = append(w.items, item)
				service := persistence.Service{ServCode: fmt.Sprint("S", i), ServName: "Service", ServType: "C", ServLevel: "S", ServPrice: money("40"), ServCareType: "B", ServPatCat: 15}
				put(t, x, &service)
				w.services = append(w.services, service)
			}
			return nil
		})
		test(t, w)
	})
}

func (w *registry) write(t *testing.T, fn func(x *persistence.Session) error) {
	t.Helper()
	if err := w.run(t, fn); err != nil {
		t.Fatal(err)
	}
}

func (w *registry) run(t *testing.T, fn func(x *persistence.Session) error) error {
	t.Helper()
	return w.store.Tx(persistencetest.System(t), fn)
}

// product gives a product that may be stored.
func (w *registry) product(code string) persistence.Product {
	return persistence.Product{
		ProductCode: code, ProductName: "Basic cover", LocationID: &w.district.LocationID, InsurancePeriod: 12, MemberCount: 6,
		DateFrom: persistence.At(policyToday), DateTo: persistence.At(policyToday.AddDate(5, 0, 0)), PremiumAdult: ptr(money("100")),
	}
}

func (w *registry) covered(item int) persistence.ProductItem {
	return persistence.ProductItem{ItemID: w.items[item].ItemID, PriceOrigin: ptr("P"), LimitationType: ptr("C"), LimitAdult: ptr(money("80")), LimitChild: ptr(money("100"))}
}

// rowsOf says what is stored of a table: of each row the value, with + in front of live
// rows, - of deleted ones and of history the key of the live row.
func rowsOf[R any](t *testing.T, s *persistence.Store, value func(*R) string, validity func(*R) (to *persistence.DateTime, legacy *int)) string {
	t.Helper()
	var rows []R
	if err := s.Read(persistencetest.System(t)).DB().Order(clause.OrderByColumn{Column: column("", keyColumn[R]())}).Find(&rows).Error; err != nil {
		t.Fatal(err)
	}
	var texts []string
	for i := range rows {
		to, legacy := validity(&rows[i])
		switch {
		case to == nil:
			texts = append(texts, "+"+value(&rows[i]))
		case legacy == nil:
			texts = append(texts, "-"+value(&rows[i]))
		default:
			texts = append(texts, value(&rows[i])+" was "+fmt.Sprint(*legacy))
		}
	}
	return strings.Join(texts, ", ")
}

func productItemRows(t *testing.T, s *persistence.Store) string {
	return rowsOf(t, s,
		func(r *persistence.ProductItem) string {
			return fmt.Sprintf("%d:%s", r.ItemID, r.LimitAdult.StringFixed(0))
		},
		func(r *persistence.ProductItem) (*persistence.DateTime, *int) { return r.ValidityTo, r.LegacyID })
}

// wantFaults holds an error against the paths it must name, each with the first words of
// its message behind a colon.
func wantFaults(t *testing.T, what string, err error, want ...string) {
	t.Helper()
	var got []string
	if e, ok := err.(*core.Error); ok {
		for _, fault := range e.All() {
			got = append(got, fault.Path)
		}
	} else if err != nil {
		t.Errorf("%s: %v", what, err)
		return
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("%s: faults at %q, expected %q: %v", what, got, want, err)
	}
}

// TestProductLinesKeepTheirHistories cites rule 11: lines stay under the live product.
func TestProductLinesKeepTheirHistories(t *testing.T) {
	eachRegistry(t, func(t *testing.T, w *registry) {
		d := &ProductDraft{Product: w.product("P1"), Items: []persistence.ProductItem{w.covered(0), w.covered(1)}}
		w.write(t, func(x *persistence.Session) error { return Products{}.Create(x, d) })
		product := d.Product
		if got, want := productItemRows(t, w.store), "+1:80, +2:80"; got != want {
			t.Errorf("created: %s, expected %s", got, want)
		}
		if product.WeightInsuredPopulation == nil || !product.WeightInsuredPopulation.Equal(money("100")) || !product.ShareContribution.Equal(money("100")) {
			t.Errorf("capitation of a product that says nothing of it: %v of %v", product.WeightInsuredPopulation, product.ShareContribution)
		}

		less := w.covered(1)
		less.LimitAdult = ptr(money("50.0"))
		same := w.covered(0)
		same.LimitAdult = ptr(money("80.00"))
		d = &ProductDraft{Product: product, Items: []persistence.ProductItem{same, less, w.covered(2)}}
		w.write(t, func(x *persistence.Session) error { return Products{}.Update(x, d) })
		if got, want := productItemRows(t, w.store), "+1:80, +2:50, 2:80 was 2, +3:80"; got != want {
			t.Errorf("changed: %s, expected %s", got, want)
		}

		d = &ProductDraft{Product: d.Product}
		d.Product.ProductName = "New name"
		w.write(t, func(x *persistence.Session) error { return Products{}.Update(x, d) })
		if got, want := productItemRows(t, w.store), "+1:80, +2:50, 2:80 was 2, +3:80"; got != want {
			t.Errorf("lines nobody spoke of: %s, expected %s", got, want)
		}

		again := &ProductDraft{Product: d.Product}
		again.Product.ProductCode = "P2"
		w.write(t, func(x *persistence.Session) error { return Products{}.Duplicate(x, product.ProdUUID, again) })
		if got, want := productItemRows(t, w.store), "+1:80, +2:50, 2:80 was 2, +3:80, +1:80, +2:50, +3:80"; got != want || again.Product.ProdUUID == product.ProdUUID {
			t.Errorf("duplicated: %s, expected %s", got, want)
		}

		gone := d.Product
		w.write(t, func(x *persistence.Session) error { return Products{}.Delete(x, &gone) })
		got := productItemRows(t, w.store)
		if strings.Count(got, "+") != 3 || strings.Count(got, "-") != 3 {
			t.Errorf("deleted with its lines: %s", got)
		}
		wantCode(t, "deleted twice", w.run(t, func(x *persistence.Session) error { return Products{}.Delete(x, &gone) }), core.Gone)
		wantCode(t, "a product that was deleted", w.run(t, func(x *persistence.Session) error { return Products{}.Update(x, d) }), core.Gone)
		if got := eventNames(t, w.store); got != "product.created product.changed product.changed product.created product.deleted" {
			t.Errorf("events: %s", got)
		}
	})
}

// A product is entered, changed and duplicated with lines of each kind, items and services
// and shares; a draft that has none of a kind leaves those that are there.
func TestProductLinesOfEachKind(t *testing.T) {
	eachRegistry(t, func(t *testing.T, w *registry) {
		live := func(product int) string {
			x := w.store.Read(persistencetest.System(t))
			items, err := productItems.live(x, product)
			if err != nil {
				t.Fatal(err)
			}
			services, err := productServices.live(x, product)
			if err != nil {
				t.Fatal(err)
			}
			shares, err := productShares.live(x, product)
			if err != nil {
				t.Fatal(err)
			}
			return fmt.Sprint(len(items), len(services), len(shares))
		}
		d := &ProductDraft{Product: w.product("P1"), Items: []persistence.ProductItem{w.covered(0), w.covered(1)},
			Services:     []persistence.ProductService{{ServiceID: w.services[0].ServiceID, PriceOrigin: "P", LimitationType: "C"}},
			Distribution: []persistence.RelativeDistribution{{DistrType: 1, DistrCareType: "B", Period: 1, DistrPerc: ptr(money("0.5"))}}}
		w.write(t, func(x *persistence.Session) error { return Products{}.Create(x, d) })
		if got := live(d.Product.ProdID); got != "2 1 1" {
			t.Errorf("created with %s", got)
		}
		change := &ProductDraft{Product: d.Product, Items: []persistence.ProductItem{}}
		w.write(t, func(x *persistence.Session) error { return Products{}.Update(x, change) })
		if got := live(d.Product.ProdID); got != "0 1 1" {
			t.Errorf("without items it has %s", got)
		}
		change = &ProductDraft{Product: change.Product, Items: d.Items, Services: []persistence.ProductService{}, Distribution: []persistence.RelativeDistribution{}}
		w.write(t, func(x *persistence.Session) error { return Products{}.Update(x, change) })
		if got := live(d.Product.ProdID); got != "2 0 0" {
			t.Errorf("without services and shares it has %s", got)
		}
		change = &ProductDraft{Product: change.Product, Services: d.Services, Distribution: d.Distribution}
		w.write(t, func(x *persistence.Session) error { return Products{}.Update(x, change) })
		again, bare := &ProductDraft{Product: change.Product}, &ProductDraft{Product: change.Product, Services: []persistence.ProductService{}, Distribution: []persistence.RelativeDistribution{}}
		again.Product.ProductCode, bare.Product.ProductCode = "P2", "P3"
		w.write(t, func(x *persistence.Session) error { return Products{}.Duplicate(x, change.Product.ProdUUID, again) })
		w.write(t, func(x *persistence.Session) error { return Products{}.Duplicate(x, change.Product.ProdUUID, bare) })
		if got := live(again.Product.ProdID) + ", " + live(bare.Product.ProdID); got != "2 1 1, 2 0 0" {
			t.Errorf("duplicated with %s", got)
		}
	})
}

// eventNames lists the events published so far.
func eventNames(t *testing.T, s *persistence.Store) string {
	t.Helper()
	var names []string
	if err := s.Read(persistencetest.System(t)).DB().Model(&persistence.Outbox{}).Order("id").Pluck("name", &names).Error; err != nil {
		t.Fatal(err)
	}
	return strings.Join(names, " ")
}

// TestWhatAProductCannotBe cites the columns of tblProduct and its lines, c.5, and 7.2.
func TestWhatAProductCannotBe(t *testing.T) {
	eachRegistry(t, func(t *testing.T, w *registry) {
		taken := &ProductDraft{Product: w.product("P1")}
		w.write(t, func(x *persistence.Session) error { return Products{}.Create(x, taken) })
		shares := func(kind int, care string) (list []persistence.RelativeDistribution) {
			for period := range kind {
				list = append(list, persistence.RelativeDistribution{DistrType: kind, DistrCareType: care, Period: period + 1, DistrPerc: ptr(money("0.5"))})
			}
			return list
		}
		for _, c := range []struct {
			name   string
			change func(d *ProductDraft)
			want   []string
		}{
			{"good", func(*ProductDraft) {}, nil},
			{"nothing is said", func(d *ProductDraft) { d.Product = persistence.Product{} }, []string{"ProductCode", "ProductName", "DateFrom", "DateTo", "DateFrom", "DateTo", "InsurancePeriod"}},
			{"a code that is taken", func(d *ProductDraft) { d.Product.ProductCode = "P1" }, []string{"ProductCode"}},
			{"texts too long", func(d *ProductDraft) {
				d.Product.ProductCode, d.Product.ProductName = "123456789", strings.Repeat("x", 101)
			}, []string{"ProductCode", "ProductName"}},
			{"named by the door", func(d *ProductDraft) {
				d.Product.ProductCode, d.Paths = "", Paths{"ProductCode": "input.code"}
			}, []string{"input.code"}},
			{"over before it begins", func(d *ProductDraft) { d.Product.DateTo = persistence.At(policyToday.AddDate(0, 0, -1)) }, []string{"DateTo"}},
			{"sold for a single day", func(d *ProductDraft) { d.Product.DateTo = d.Product.DateFrom }, nil},
			{"no month of cover", func(d *ProductDraft) { d.Product.InsurancePeriod = 0 }, []string{"InsurancePeriod"}},
			{"below zero", func(d *ProductDraft) {
				d.Product.LumpSum, d.Product.MaxNoVisits, d.Product.Threshold = money("-1"), ptr(-1), ptr(-1)
			}, []string{"LumpSum", "MaxNoVisits", "Threshold"}},
			{"parts of a cent", func(d *ProductDraft) { d.Product.PremiumChild = ptr(money("1.001")) }, []string{"PremiumChild"}},
			{"too much", func(d *ProductDraft) { d.Product.LumpSum = money("1e16") }, []string{"LumpSum"}},
			{"sold more often than can be counted", func(d *ProductDraft) { d.Product.Recurrence = ptr(256) }, []string{"Recurrence"}},
			{"cycles", func(d *ProductDraft) { d.Product.StartCycle1, d.Product.StartCycle2 = ptr("01-06"), ptr("29-02") }, nil},
			{"cycles that are no days", func(d *ProductDraft) { d.Product.StartCycle1, d.Product.StartCycle2 = ptr("31-06"), ptr("6-1") }, []string{"StartCycle1", "StartCycle2"}},
			{"a second cycle without a first", func(d *ProductDraft) { d.Product.StartCycle1, d.Product.StartCycle2 = ptr(""), ptr("01-06") }, []string{"StartCycle2"}},
			{"more than the whole as discount", func(d *ProductDraft) {
				d.Product.RenewalDiscountPerc, d.Product.EnrolmentDiscountPerc = ptr(100), ptr(101)
			}, []string{"EnrolmentDiscountPerc"}},
			{"letters of no list", func(d *ProductDraft) {
				p := &d.Product
				p.CeilingInterpretation, p.CeilingType, p.PeriodRelPrices, p.Level1 = ptr("X"), ptr("X"), ptr("X"), ptr("X")
			}, []string{"CeilingInterpretation", "CeilingType", "PeriodRelPrices", "Level1"}},
			{"deductible and ceiling per treatment", func(d *ProductDraft) {
				d.Product.DedTreatment, d.Product.MaxTreatment = ptr(money("1")), ptr(money("2"))
			}, nil},
			{"in general and for in-patients", func(d *ProductDraft) { d.Product.MaxPolicy, d.Product.MaxIPPolicy = ptr(money("1")), ptr(money("2")) }, []string{"MaxIPPolicy"}},
			{"for out- and in-patients", func(d *ProductDraft) { d.Product.MaxOPPolicy, d.Product.MaxIPPolicy = ptr(money("1")), ptr(money("2")) }, nil},
			{"ceilings of two kinds", func(d *ProductDraft) { d.Product.DedTreatment, d.Product.MaxPolicy = ptr(money("1")), ptr(money("2")) }, []string{"MaxPolicy"}},
			{"another kind with nothing", func(d *ProductDraft) { d.Product.DedTreatment, d.Product.MaxPolicy = ptr(money("1")), ptr(money("0")) }, nil},
			{"another kind than it says", func(d *ProductDraft) { d.Product.CeilingType, d.Product.MaxPolicy = ptr("I"), ptr(money("2")) }, []string{"MaxPolicy"}},
			{"weights that make less", func(d *ProductDraft) { d.Product.WeightPopulation = ptr(money("99.99")) }, []string{"WeightPopulation"}},
			{"weights that make all", func(d *ProductDraft) {
				d.Product.WeightPopulation, d.Product.WeightNumberVisits = ptr(money("40")), ptr(money("60"))
			}, nil},
			{"more contributions than there are", func(d *ProductDraft) { d.Product.ShareContribution = ptr(money("100.01")) }, []string{"ShareContribution"}},
			{"sub-levels", func(d *ProductDraft) {
				p := &d.Product
				p.Level1, p.Sublevel1, p.Sublevel2, p.Level3, p.Sublevel3 = ptr("D"), ptr("I"), ptr("I"), ptr("H"), ptr("Z")
			}, []string{"Sublevel2", "Sublevel3"}},
			{"sold in a village", func(d *ProductDraft) { d.Product.LocationID = &w.village.LocationID }, []string{"LocationId"}},
			{"sold in the nation", func(d *ProductDraft) { d.Product.LocationID = nil }, nil},
			{"sold nowhere", func(d *ProductDraft) { d.Product.LocationID = ptr(9999) }, []string{"LocationId"}},
			{"renewed with another", func(d *ProductDraft) { d.Product.ConversionProdID = &taken.Product.ProdID }, nil},
			{"renewed with nothing", func(d *ProductDraft) { d.Product.ConversionProdID = ptr(9999) }, []string{"ConversionProdID"}},
			{"lines", func(d *ProductDraft) {
				bad, unknown := w.covered(0), w.covered(1)
				bad.PriceOrigin, bad.LimitAdult, bad.LimitationTypeE, bad.LimitChildE, bad.CeilingExclusionChild = ptr("X"), ptr(money("101")), ptr("F"), ptr(money("101")), ptr("X")
				unknown.ItemID = 9999
				d.Items = []persistence.ProductItem{w.covered(2), bad, unknown, w.covered(2)}
				d.Services = []persistence.ProductService{{ServiceID: w.services[0].ServiceID, PriceOrigin: "P", WaitingPeriodAdult: ptr(-1)}}
				d.Paths = Paths{"service 0": "services[0]", "LimitationType": "limitationType"}
			}, []string{"item 1.PriceOrigin", "item 1.LimitAdult", "item 1.CeilingExclusionChild", "item 2.ItemID", "item 3.ItemID", "services[0].limitationType", "services[0].WaitingPeriodAdult"}},
			{"shares of a quarter", func(d *ProductDraft) { d.Product.PeriodRelPricesOP, d.Distribution = ptr("Q"), shares(4, "O") }, nil},
			{"one share of everything", func(d *ProductDraft) {
				d.Product.PeriodRelPrices, d.Distribution = ptr("Y"), shares(1, "B")
				d.Distribution[0].DistrPerc = ptr(money("1"))
			}, nil},
			{"shares of another care", func(d *ProductDraft) { d.Product.PeriodRelPricesIP, d.Distribution = ptr("Q"), shares(4, "O") }, []string{"PeriodRelPricesIP"}},
			{"no shares", func(d *ProductDraft) { d.Product.PeriodRelPrices = ptr("M") }, []string{"PeriodRelPrices"}},
			{"eleven months", func(d *ProductDraft) { d.Distribution = shares(12, "B")[1:] }, []string{"DistrPerc"}},
			{"a month twice", func(d *ProductDraft) { d.Distribution = shares(12, "B"); d.Distribution[3].Period = 3 }, []string{"share 3.Period"}},
			{"shares that cannot be", func(d *ProductDraft) {
				d.Distribution = []persistence.RelativeDistribution{
					{DistrType: 1, DistrCareType: "X", Period: 1}, {DistrType: 2, DistrCareType: "B", Period: 1}, {DistrType: 1, DistrCareType: "B", Period: 2, DistrPerc: ptr(money("1.01"))},
				}
			}, []string{"share 0.DistrCareType", "share 1.DistrType", "share 2.Period", "share 2.DistrPerc"}},
		} {
			d := &ProductDraft{Product: w.product("P9")}
			c.change(d)
			err := w.try(t, func(x *persistence.Session) error { return Products{}.Create(x, d) })
			wantFaults(t, c.name, err, c.want...)
		}

		other := &ProductDraft{Product: w.product("P3")}
		other.Product.ConversionProdID = &taken.Product.ProdID
		w.write(t, func(x *persistence.Session) error { return Products{}.Create(x, other) })
		round := &ProductDraft{Product: taken.Product}
		round.Product.ConversionProdID = &other.Product.ProdID
		wantFaults(t, "renewed with itself", w.run(t, func(x *persistence.Session) error { return Products{}.Update(x, round) }), "ConversionProdID")
		wantCode(t, "another converts to it", w.run(t, func(x *persistence.Session) error { return Products{}.Delete(x, &taken.Product) }), core.Conflict, "convert to it")
		stale := &ProductDraft{Product: other.Product}
		stale.Product.ValidityFrom = persistence.At(policyToday.AddDate(-1, 0, 0))
		wantCode(t, "somebody else was faster", w.run(t, func(x *persistence.Session) error { return Products{}.Update(x, stale) }), core.Conflict, "somebody else")
	})
}

// try gives the answer of a use case and undoes what it did.
func (w *registry) try(t *testing.T, fn func(x *persistence.Session) error) (err error) {
	t.Helper()
	_ = w.run(t, func(x *persistence.Session) error {
		err = fn(x)
		return core.Errorf(core.Conflict, "it was only tried")
	})
	return err
}

// TestProductCostsAsManyStatementsForManyLines holds on PostgreSQL, where rows are
// written together.
func TestProductCostsAsManyStatementsForManyLines(t *testing.T) {
	s := persistencetest.Postgres(t)
	var counts []int
	for n, lines := range []int{8, 8, 40} {
		var items []persistence.ProductItem
		var product persistence.Product
		ctx := persistencetest.System(t)
		err := s.Tx(ctx, func(x *persistence.Session) error {
			for i := range lines {
				item := persistence.Item{ItemCode: fmt.Sprint(n, "-", i), ItemName: "Item", ItemType: "D", ItemCareType: "B", ItemPatCat: 15}
				put(t, x, &item)
				items = append(items, persistence.ProductItem{ItemID: item.ItemID, PriceOrigin: ptr("P"), LimitationType: ptr("C")})
			}
			product = persistence.Product{ProductCode: fmt.Sprint("P", n), ProductName: "P", InsurancePeriod: 12, DateFrom: x.Now(), DateTo: x.Now()}
			return Products{}.Create(x, &ProductDraft{Product: product, Items: items[:lines*3/4]})
		})
		if err != nil {
			t.Fatal(err)
		}
		counted, statements := persistence.CountStatements(ctx)
		err = s.Tx(counted, func(x *persistence.Session) error {
			var stored []persistence.Product
			l := &loader{db: x.DB()}
			find(l, &stored, persistence.Text(column("", "ProductCode"), persistence.Same, product.ProductCode))
			for i := range items {
				items[i].LimitNoAdult = ptr(7)
			}
			return Products{}.Update(x, &ProductDraft{Product: stored[0], Items: items[lines/4:]})
		})
		if err != nil {
			t.Fatal(err)
		}
		counts = append(counts, statements.Count())
	}
	if counts[1] != counts[2] { // the first time the types of the columns are asked for
		t.Errorf("%d statements for 8 lines, %d for 40", counts[1], counts[2])
	}
}

// as gives a context of a user with the districts.
func (w *registry) as(t *testing.T, login string, districts ...int) context.Context {
	t.Helper()
	user := persistence.User{LoginName: login, LastName: login, OtherNames: login, LanguageID: "en", RoleID: ptr(0)}
	w.write(t, func(x *persistence.Session) error {
		var languages []persistence.Language
		if err := x.DB().Find(&languages).Error; err != nil || len(languages) == 0 {
			put(t, x, &persistence.Language{LanguageCode: "en", LanguageName: "English"})
		}
		put(t, x, &user)
		for _, district := range districts {
			put(t, x, &persistence.UserDistrict{UserID: user.UserID, LocationID: district})
		}
		return nil
	})
	return core.WithPrincipal(t.Context(), core.Principal{UserID: user.UserID, Login: login, Rights: map[int]bool{}})
}

func TestProductIsSoldWhereTheCallerIs(t *testing.T) {
	eachRegistry(t, func(t *testing.T, w *registry) {
		for login, want := range map[string][]string{"here": nil, "elsewhere": {"LocationId"}} {
			ctx := w.as(t, login)
			if login == "here" {
				ctx = w.as(t, login+"2", w.district.LocationID)
			}
			d := &ProductDraft{Product: w.product("P-" + login[:4])}
			wantFaults(t, login, w.store.Tx(ctx, func(x *persistence.Session) error { return Products{}.Create(x, d) }), want...)
		}
	})
}
