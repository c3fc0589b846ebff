package persistence_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

// world is a small country: two districts with a village, a facility, a family of two, a
// policy and a claim each, and one user a district.
type world struct {
	region   persistence.Location
	sides    [2]side
	product  persistence.Product
	officer  persistence.Officer
	item     persistence.Item
	service  persistence.Service
	diagnose persistence.Diagnosis
}

type side struct {
	district, ward, village persistence.Location
	facility                persistence.HealthFacility
	family                  persistence.Family
	head, member            persistence.Insuree
	policy                  persistence.Policy
	cover                   persistence.InsureePolicy
	premium                 persistence.Premium
	claim                   persistence.Claim
	items                   []persistence.ClaimItem
	services                []persistence.ClaimService
	admin                   persistence.ClaimAdmin
	user                    persistence.User
}

func ptr[T any](v T) *T { return &v }

var (
	day  = persistence.DateOf(2026, time.March, 1)
	noon = persistence.At(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
)

// write inserts rows one after the other and stops the test on a failure.
type write struct {
	t *testing.T
	x *persistence.Session
}

func insert[R any](w write, row *R) {
	w.t.Helper()
	if err := persistence.Insert(w.x, row); err != nil {
		w.t.Fatalf("%T: %v", *row, err)
	}
}

func tx(t *testing.T, s *persistence.Store, fn func(x *persistence.Session) error) {
	t.Helper()
	if err := s.Tx(persistencetest.System(t), fn); err != nil {
		t.Fatal(err)
	}
}

func newWorld(t *testing.T, s *persistence.Store) *world {
	t.Helper()
	w := &world{}
	tx(t, s, func(x *persistence.Session) error {
		to := write{t, x}
		for _, lookup := range []func(){
			func() { insert(to, &persistence.Language{LanguageCode: "en", LanguageName: "English"}) },
			func() { insert(to, &persistence.Gender{Code: "F", Gender: ptr("Female")}) },
			func() { insert(to, &persistence.LegalForm{LegalFormCode: "G", LegalForms: "Government"}) },
		} {
			lookup()
		}
		w.region = persistence.Location{LocationCode: ptr("R1"), LocationName: ptr("Region"), LocationType: "R"}
		insert(to, &w.region)
		w.product = persistence.Product{ProductCode: "P1", ProductName: "Basic", DateFrom: noon, DateTo: noon, LumpSum: decimal.New(10000, 0), MemberCount: 6, InsurancePeriod: 12}
		insert(to, &w.product)
		w.officer = persistence.Officer{Code: "O1", LastName: "Officer", OtherNames: "One"}
		insert(to, &w.officer)
		w.item = persistence.Item{ItemCode: "I1", ItemName: "Tablet", ItemType: "D", ItemCareType: "B", ItemPatCat: 15, ItemPrice: decimal.RequireFromString("12.50")}
		insert(to, &w.item)
		w.service = persistence.Service{ServCode: "S1", ServName: "Visit", ServType: "C", ServLevel: "V", ServCareType: "B", ServPatCat: 15}
		insert(to, &w.service)
		w.diagnose = persistence.Diagnosis{ICDCode: "A00", ICDName: "Cholera"}
		insert(to, &w.diagnose)
		for i := range w.sides {
			w.sides[i].insert(to, w, i)
		}
		return nil
	})
	return w
}

func (o *side) insert(to write, w *world, i int) {
	n := fmt.Sprint(i + 1)
	o.district = persistence.Location{LocationCode: ptr("D" + n), LocationName: ptr("District " + n), LocationType: "D", ParentLocationID: &w.region.LocationID}
	insert(to, &o.district)
	o.ward = persistence.Location{LocationCode: ptr("W" + n), LocationName: ptr("Ward " + n), LocationType: "W", ParentLocationID: &o.district.LocationID}
	insert(to, &o.ward)
	o.village = persistence.Location{LocationCode: ptr("V" + n), LocationName: ptr("Village " + n), LocationType: "V", ParentLocationID: &o.ward.LocationID}
	insert(to, &o.village)
	o.facility = persistence.HealthFacility{HFCode: "HF" + n, HFName: "Facility " + n, LegalForm: "G", HFLevel: "H", HFCareType: "B", LocationID: o.district.LocationID}
	insert(to, &o.facility)
	o.admin = persistence.ClaimAdmin{ClaimAdminCode: ptr("CA" + n), HFID: &o.facility.HFID}
	insert(to, &o.admin)
	o.family = persistence.Family{LocationID: &o.village.LocationID}
	// Head and family point to each other; the keys are checked at commit.
	o.head = persistence.Insuree{CHFID: ptr("07070707" + n), LastName: "Head" + n, OtherNames: "Ana", DOB: day, Gender: ptr("F"), IsHead: true}
	insert(to, &o.head)
	o.family.InsureeID = o.head.InsureeID
	insert(to, &o.family)
	o.head.FamilyID = &o.family.FamilyID
	if err := to.x.DB().Model(&o.head).Select("FamilyID").Updates(&o.head).Error; err != nil {
		to.t.Fatal(err)
	}
	o.member = persistence.Insuree{CHFID: ptr("08080808" + n), LastName: "Member" + n, OtherNames: "Ben", DOB: day, FamilyID: &o.family.FamilyID}
	insert(to, &o.member)
	o.policy = persistence.Policy{FamilyID: o.family.FamilyID, EnrollDate: day, StartDate: day, EffectiveDate: &day, ExpiryDate: ptr(persistence.DateOf(2027, 2, 28)), PolicyStatus: ptr(2), ProdID: w.product.ProdID, OfficerID: &w.officer.OfficerID, PolicyValue: ptr(decimal.RequireFromString("10000.50"))}
	insert(to, &o.policy)
	o.cover = persistence.InsureePolicy{InsureeID: o.member.InsureeID, PolicyID: o.policy.PolicyID, StartDate: &day}
	insert(to, &o.cover)
	o.premium = persistence.Premium{PolicyID: o.policy.PolicyID, Amount: decimal.New(10000, 0), Receipt: "R" + n, PayDate: day, PayType: "C", CreatedDate: noon}
	insert(to, &o.premium)
	o.claim = persistence.Claim{InsureeID: o.member.InsureeID, ClaimCode: "C000" + n, DateFrom: persistence.At(day.Time), ICDID: w.diagnose.ICDID, ClaimStatus: 2, DateClaimed: day, HFID: o.facility.HFID, ClaimAdminID: &o.admin.ClaimAdminID, Claimed: ptr(decimal.RequireFromString("37.50"))}
	insert(to, &o.claim)
	o.items = []persistence.ClaimItem{{ClaimID: o.claim.ClaimID, ItemID: w.item.ItemID, ClaimItemStatus: 1, QtyProvided: decimal.New(3, 0), PriceAsked: decimal.RequireFromString("12.50")}}
	insert(to, &o.items[0])
	o.services = []persistence.ClaimService{{ClaimID: o.claim.ClaimID, ServiceID: w.service.ServiceID, ClaimServiceStatus: 1, QtyProvided: decimal.New(1, 0), PriceAsked: decimal.New(0, 0)}}
	insert(to, &o.services[0])
	o.user = persistence.User{LanguageID: "en", LastName: "User", OtherNames: n, LoginName: "user" + n}
	insert(to, &o.user)
	insert(to, &persistence.UserDistrict{UserID: o.user.UserID, LocationID: o.district.LocationID})
}

// as gives a context that acts for the user of one side.
func (w *world) as(t *testing.T, side int) context.Context {
	return core.WithPrincipal(t.Context(), core.Principal{UserID: w.sides[side].user.UserID, Login: w.sides[side].user.LoginName})
}
