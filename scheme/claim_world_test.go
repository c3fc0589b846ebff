package scheme

import (
	"fmt"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

// claimScheme is a scheme in which one person may claim: an item of 10 and a service of
// 400 in the facility's lists, both paid in full, up to a ceiling when one is set.
type claimScheme struct {
	store   *persistence.Store
	hf      persistence.HealthFacility
	item    persistence.Item
	service persistence.Service
	icd     persistence.Diagnosis
	insuree persistence.Insuree
	product persistence.Product
	policy  persistence.Policy
}

func money(text string) decimal.Decimal { return decimal.RequireFromString(text) }

// since is the day everything in the scheme began: a year ago.
func since() persistence.Date { return persistence.Day(time.Now().AddDate(-1, 0, 0)) }

// careDay is a day on which care may have been given.
func careDay() persistence.DateTime {
	return persistence.At(persistence.Day(time.Now().AddDate(0, 0, -7)).Time)
}

func put[R any](t testing.TB, x *persistence.Session, row *R) {
	t.Helper()
	if err := persistence.Insert(x, row); err != nil {
		t.Fatalf("%T: %v", *row, err)
	}
}

func newClaimScheme(t testing.TB, s *persistence.Store, change func(w *claimScheme)) *claimScheme {
	t.Helper()
	w := &claimScheme{store: s, product: persistence.Product{ProductCode: "P", ProductName: "Product", MemberCount: 9, InsurancePeriod: 12, DateFrom: careDay(), DateTo: careDay()}}
	if change != nil {
		change(w)
	}
	err := s.Tx(persistencetest.System(t), func(x *persistence.Session) error {
		place := persistence.Location{LocationType: "R"}
		put(t, x, &place)
		for _, typ := range []string{"D", "W", "V"} {
			place = persistence.Location{LocationType: typ, ParentLocationID: ptr(place.LocationID)}
			put(t, x, &place)
		}
		put(t, x, &persistence.LegalForm{LegalFormCode: "G", LegalForms: "Government"})
		put(t, x, &persistence.Gender{Code: "F"})
		w.icd = persistence.Diagnosis{ICDCode: "A01", ICDName: "Typhoid"}
		put(t, x, &w.icd)
		w.item = persistence.Item{ItemCode: "I", ItemName: "Item", ItemType: "D", ItemPrice: money("10"), ItemCareType: "B", ItemPatCat: 15}
		put(t, x, &w.item)
		w.service = persistence.Service{ServCode: "S", ServName: "Service", ServType: "C", ServLevel: "S", ServPrice: money("400"), ServCareType: "B", ServPatCat: 15}
		put(t, x, &w.service)
		items, services := persistence.ItemPriceList{PLItemName: "L", DatePL: since()}, persistence.ServicePriceList{PLServName: "L", DatePL: since()}
		put(t, x, &items)
		put(t, x, &services)
		put(t, x, &persistence.ItemPriceListDetail{PLItemID: items.PLItemID, ItemID: w.item.ItemID})
		put(t, x, &persistence.ServicePriceListDetail{PLServiceID: services.PLServiceID, ServiceID: w.service.ServiceID})
		w.hf = persistence.HealthFacility{HFCode: "HF", HFName: "Facility", LegalForm: "G", HFLevel: "H", HFCareType: "B", LocationID: place.LocationID, PLItemID: &items.PLItemID, PLServiceID: &services.PLServiceID}
		put(t, x, &w.hf)
		put(t, x, &w.product)
		full := ptr(money("100"))
		put(t, x, &persistence.ProductItem{ProdID: w.product.ProdID, ItemID: w.item.ItemID, PriceOrigin: ptr("P"), LimitationType: ptr("C"), LimitAdult: full, LimitChild: full})
		put(t, x, &persistence.ProductService{ProdID: w.product.ProdID, ServiceID: w.service.ServiceID, PriceOrigin: "P", LimitationType: "C", LimitAdult: full, LimitChild: full})
		w.insuree = persistence.Insuree{CHFID: ptr("070707070"), LastName: "Doe", OtherNames: "Jane", DOB: persistence.DateOf(1980, 5, 4), Gender: ptr("F"), IsHead: true}
		put(t, x, &w.insuree)
		family := persistence.Family{InsureeID: w.insuree.InsureeID, LocationID: &place.LocationID}
		put(t, x, &family)
		w.insuree.FamilyID, w.insuree.Family = &family.FamilyID, &family
		if err := x.DB().Model(&persistence.Insuree{}).Where("1 = 1").Update("FamilyID", family.FamilyID).Error; err != nil {
			return err
		}
		day, end := since(), persistence.Day(time.Now().AddDate(1, 0, 0))
		w.policy = persistence.Policy{FamilyID: family.FamilyID, EnrollDate: day, StartDate: day, EffectiveDate: &day, ExpiryDate: &end, PolicyStatus: ptr(2), PolicyStage: ptr("N"), ProdID: w.product.ProdID}
		put(t, x, &w.policy)
		put(t, x, &persistence.InsureePolicy{InsureeID: w.insuree.InsureeID, PolicyID: w.policy.PolicyID, EnrollmentDate: &day, StartDate: &day, EffectiveDate: &day, ExpiryDate: &end})
		for _, row := range []any{&persistence.Item{}, &persistence.Service{}, &persistence.ItemPriceListDetail{}, &persistence.ServicePriceListDetail{}, &persistence.ProductItem{}, &persistence.ProductService{}} {
			if err := x.DB().Model(row).Where("1 = 1").Update("ValidityFrom", persistence.At(since().Time)).Error; err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// claimDraft gives a claim over lines items and as many services.
func (w *claimScheme) claimDraft(code string, lines int) *ClaimDraft {
	insuree := w.insuree
	d := &ClaimDraft{Claim: persistence.Claim{ClaimCode: code, InsureeID: insuree.InsureeID, Insuree: &insuree, HFID: w.hf.HFID, DateFrom: careDay(), DateTo: ptr(careDay()), DateClaimed: careDay().Date(), ICDID: w.icd.ICDID}}
	for i := range lines {
		if i%2 == 0 {
			d.Items = append(d.Items, persistence.ClaimItem{ItemID: w.item.ItemID, QtyProvided: money("2"), PriceAsked: money("10")})
		} else {
			d.Services = append(d.Services, persistence.ClaimService{ServiceID: w.service.ServiceID, QtyProvided: money("1"), PriceAsked: money("400")})
		}
	}
	return d
}

// enter stores or submits a claim in a transaction of its own.
func (w *claimScheme) enter(t testing.TB, code string, submit bool) *ClaimOutcome {
	t.Helper()
	var out *ClaimOutcome
	err := w.store.Tx(persistencetest.System(t), func(x *persistence.Session) (err error) {
		out, err = Claims{}.Enter(x, w.claimDraft(code, 2), submit)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// run runs a use case in a transaction of its own.
func (w *claimScheme) run(t testing.TB, use func(x *persistence.Session) (*ClaimOutcome, error)) (out *ClaimOutcome, err error) {
	t.Helper()
	err = w.store.Tx(persistencetest.System(t), func(x *persistence.Session) (err error) {
		out, err = use(x)
		return err
	})
	return out, err
}

func codes(prefix string) func() string {
	n := 0
	return func() string { n++; return fmt.Sprint(prefix, n) }
}
