package scheme

import (
	"strings"
	"testing"
	"time"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

// policyToday is the day the tests of the use cases on policies happen.
var policyToday = time.Date(2023, 6, 1, 12, 0, 0, 0, persistencetest.Zone)

// enrolled is a scheme with one family of two in a village, an officer of its district, and
// a product of 100 an adult.
type enrolled struct {
	store   *persistence.Store
	places  []persistence.Location // region, district, ward, village
	family  persistence.Family
	members []persistence.Insuree
	officer persistence.Officer
	product persistence.Product
}

func enrol(t *testing.T, s *persistence.Store, change func(w *enrolled)) *enrolled {
	t.Helper()
	w := &enrolled{store: s, product: persistence.Product{
		ProductCode: "P", ProductName: "Product", MemberCount: 3, InsurancePeriod: 12, PremiumAdult: ptr(money("100")), WaitingPeriod: ptr(2), MaxInstallments: ptr(2),
		DateFrom: persistence.At(policyDay(t, "2020-01-01").Time), DateTo: persistence.At(policyDay(t, "2030-12-31").Time),
	}, officer: persistence.Officer{Code: "E1", LastName: "Doe", OtherNames: "Jim", Phone: ptr("077")}}
	if change != nil {
		change(w)
	}
	w.write(t, func(x *persistence.Session) error {
		for i, level := range []string{"R", "D", "W", "V"} {
			place := persistence.Location{LocationType: level}
			if i > 0 {
				place.ParentLocationID = ptr(w.places[i-1].LocationID)
			}
			put(t, x, &place)
			w.places = append(w.places, place)
		}
		put(t, x, &persistence.Gender{Code: "F"})
		w.officer.LocationID = ptr(w.places[1].LocationID)
		put(t, x, &w.officer)
		w.product.ValidityFrom = persistence.At(policyDay(t, "2020-01-01").Time)
		put(t, x, &w.product)
		for _, number := range []string{"070707070", "070707081"} {
			member := persistence.Insuree{CHFID: &number, LastName: "Doe", OtherNames: "Jane", DOB: policyDay(t, "1980-05-04"), Gender: ptr("F"), IsHead: len(w.members) == 0}
			put(t, x, &member)
			w.members = append(w.members, member)
		}
		w.family = persistence.Family{InsureeID: w.members[0].InsureeID, LocationID: ptr(w.places[3].LocationID)}
		put(t, x, &w.family)
		if err := x.DB().Model(&persistence.Product{}).Where("1 = 1").Update("ValidityFrom", persistence.At(policyDay(t, "2020-01-01").Time)).Error; err != nil {
			return err
		}
		return x.DB().Model(&persistence.Insuree{}).Where("1 = 1").Update("FamilyID", w.family.FamilyID).Error
	})
	return w
}

func (w *enrolled) write(t *testing.T, fn func(x *persistence.Session) error) {
	t.Helper()
	if err := w.store.Tx(persistencetest.System(t), fn); err != nil {
		t.Fatal(err)
	}
}

// policy stores a policy of the family that ends on the day.
func (w *enrolled) policy(t *testing.T, status int, expiry string) persistence.Policy {
	t.Helper()
	end := policyDay(t, expiry)
	start := persistence.Day(end.AddDate(-1, 0, 1))
	p := persistence.Policy{FamilyID: w.family.FamilyID, ProdID: w.product.ProdID, OfficerID: &w.officer.OfficerID, EnrollDate: start, StartDate: start, EffectiveDate: &start, ExpiryDate: &end, PolicyStatus: &status, PolicyStage: ptr("N"), PolicyValue: ptr(money("200"))}
	w.write(t, func(x *persistence.Session) error { return persistence.Insert(x, &p) })
	return p
}

// events gives the names of what was published, in order.
func (w *enrolled) events(t *testing.T) string {
	t.Helper()
	var rows []persistence.Outbox
	if err := w.store.Read(persistencetest.System(t)).DB().Order("id").Find(&rows).Error; err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, row := range rows {
		names = append(names, row.Name)
	}
	return strings.Join(names, " ")
}

func eachPolicyStore(t *testing.T, test func(t *testing.T, s *persistence.Store)) {
	persistencetest.Each(t, test, persistencetest.WithClock(core.FixedClock(policyToday)))
}

func TestPoliciesExpireOnce(t *testing.T) {
	eachPolicyStore(t, func(t *testing.T, s *persistence.Store) {
		w := enrol(t, s, nil)
		for _, status := range []int{PolicyIdle, PolicyActive, PolicySuspended, PolicyExpired} {
			w.policy(t, status, "2023-05-31")
		}
		running := w.policy(t, PolicyActive, "2023-06-01")
		for _, want := range []int{2, 1, 0} {
			w.write(t, func(x *persistence.Session) error {
				n, err := Policies{}.Expire(x, 2)
				if n != want {
					t.Errorf("%d expired, expected %d", n, want)
				}
				return err
			})
		}
		var live, history []persistence.Policy
		db := s.Read(persistencetest.System(t)).DB()
		if err := db.Where(persistence.IsNull(column("tblPolicy", "ValidityTo"))).Find(&live).Error; err != nil {
			t.Fatal(err)
		}
		if err := db.Where(persistence.Compare(column("tblPolicy", "LegacyID"), ">", 0)).Find(&history).Error; err != nil {
			t.Fatal(err)
		}
		for _, p := range live {
			if want := map[bool]int{true: PolicyActive, false: PolicyExpired}[p.PolicyID == running.PolicyID]; number(p.PolicyStatus) != want {
				t.Errorf("policy to %v is %s", p.ExpiryDate, PolicyStatusName(number(p.PolicyStatus)))
			}
		}
		if len(history) != 3 {
			t.Errorf("%d history rows, expected 3", len(history))
		}
		if got := w.events(t); got != "policy.expired policy.expired" {
			t.Errorf("events %q", got)
		}
	})
}

func TestRenewalsArePromptedOnce(t *testing.T) {
	eachPolicyStore(t, func(t *testing.T, s *persistence.Store) {
		w := enrol(t, s, nil)
		due := w.policy(t, PolicyActive, "2023-06-10")
		w.policy(t, PolicyActive, "2023-06-16") // a day too early
		w.policy(t, PolicySuspended, "2023-06-10")
		old := w.policy(t, PolicyExpired, "2021-06-10") // renewed by those above
		x := s.Read(persistencetest.System(t))
		days, err := Policies{}.RenewalDays(x)
		if err != nil || days != 14 {
			t.Fatalf("%d days, %v", days, err)
		}
		filter := &RenewalFilter{Days: days, Region: &w.places[0].LocationID}
		keys, err := Policies{}.RenewalCandidates(x, filter, 0, 10)
		if err != nil || len(keys) != 2 || keys[0] != due.PolicyID || keys[1] != old.PolicyID {
			t.Fatalf("candidates %v, %v", keys, err)
		}
		if next, err := (Policies{}).RenewalCandidates(x, filter, keys[0], 1); err != nil || len(next) != 1 || next[0] != old.PolicyID {
			t.Fatalf("the next candidates are %v, %v", next, err)
		}
		for _, want := range []int{1, 0} {
			w.write(t, func(x *persistence.Session) error {
				prompts, err := Policies{}.Prompt(x, keys, filter)
				if len(prompts) != want {
					t.Errorf("%d prompts, expected %d: %s", len(prompts), want, renewalText(prompts))
				}
				return err
			})
		}
		var renewals []persistence.PolicyRenewal
		var photos []persistence.PolicyRenewalDetail
		if err := x.DB().Find(&renewals).Error; err != nil {
			t.Fatal(err)
		}
		if err := x.DB().Find(&photos).Error; err != nil {
			t.Fatal(err)
		}
		if len(renewals) != 1 || renewals[0].PolicyID != due.PolicyID || renewals[0].RenewalDate.String() != "2023-06-11" || renewals[0].RenewalPromptDate.String() != "2023-06-01" ||
			*renewals[0].NewOfficerID != w.officer.OfficerID || *renewals[0].PhoneNumber != "077" || *renewals[0].RenewalWarnings != 0 || renewals[0].InsureeID != w.members[0].InsureeID {
			t.Errorf("prompts %+v", renewals)
		}
		if len(photos) != 2 || photos[0].RenewalID != renewals[0].RenewalID {
			t.Errorf("photographs %+v", photos)
		}
		if left, err := (Policies{}).RenewalCandidates(x, filter, 0, 10); err != nil || len(left) != 1 {
			t.Errorf("candidates left %v, %v", left, err)
		}
		if got := w.events(t); got != "policy.renewal-prompted" {
			t.Errorf("events %q", got)
		}
	})
}
