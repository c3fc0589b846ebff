package scheme

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

// Beside the person are another of his family, one of no family who is on the policy of a
// friend, and one nobody insures. Of everything there is a closed row.
func TestEligibilityLoads(t *testing.T) {
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		w := newClaimScheme(t, s, nil)
		w.enter(t, "C1", true)
		w.enter(t, "C2", false)
		guest, stranger := persistence.Insuree{CHFID: ptr("1"), LastName: "Roe", OtherNames: "Jo", DOB: since()}, persistence.Insuree{CHFID: ptr("2"), LastName: "Poe", OtherNames: "Al", DOB: since()}
		sibling := persistence.Insuree{CHFID: ptr("3"), LastName: "Doe", OtherNames: "Di", DOB: since(), FamilyID: w.insuree.FamilyID}
		err := s.Tx(persistencetest.System(t), func(x *persistence.Session) error {
			day := since()
			for _, person := range []*persistence.Insuree{&guest, &stranger, &sibling} {
				put(t, x, person)
			}
			put(t, x, &persistence.InsureePolicy{InsureeID: guest.InsureeID, PolicyID: w.policy.PolicyID, EnrollmentDate: &day})
			claim := persistence.Claim{ClaimCode: "G", InsureeID: guest.InsureeID, HFID: w.hf.HFID, ICDID: w.icd.ICDID, DateFrom: careDay(), ClaimStatus: StatusProcessed}
			put(t, x, &claim)
			put(t, x, &persistence.ClaimDedRem{PolicyID: &w.policy.PolicyID, InsureeID: &guest.InsureeID, ClaimID: claim.ClaimID})
			put(t, x, &persistence.ClaimDedRem{PolicyID: &w.policy.PolicyID, InsureeID: &w.insuree.InsureeID, ClaimID: claim.ClaimID})
			gone := persistence.Insuree{CHFID: ptr("4"), LastName: "Doe", OtherNames: "Gone", DOB: since(), FamilyID: w.insuree.FamilyID}
			put(t, x, &gone)
			old := w.policy
			old.PolicyID, old.PolicyUUID = 0, ""
			put(t, x, &old)
			for _, closed := range []error{persistence.Delete(x, &gone), persistence.Delete(x, &old)} {
				if closed != nil {
					return closed
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		item, service := &Asked{Ware: Ware{ItemKind, w.item.ItemID}, Known: true}, &Asked{Ware: Ware{ServiceKind, w.service.ServiceID}, Known: true}
		for _, c := range []struct {
			name          string
			person        persistence.Insuree
			service, item *Asked
			want          string
		}{
			{"the person, both", w.insuree, service, item, "family of 2, 1 policies, 1 places, 1 products, 2 booked; pays item service; claims C1: item 2 service 1, C2: none"},
			{"the person, an item", w.insuree, nil, item, "family of 2, 1 policies, 1 places, 1 products, 2 booked; pays item; claims C1: item 2 service 1, C2: none"},
			{"the person, a service nobody knows", w.insuree, &Asked{}, nil, "family of 2, 1 policies, 1 places, 1 products, 2 booked; pays; claims C1: item 2 service 1, C2: none"},
			{"the person, an item nobody knows", w.insuree, service, &Asked{}, "family of 2, 1 policies, 1 places, 1 products, 2 booked; pays service; claims C1: item 2 service 1, C2: none"},
			{"another of the family, on no policy", sibling, nil, item, "family of 2, 1 policies, 0 places, 1 products, 2 booked; pays item; claims"},
			{"a guest on the policy", guest, service, nil, "family of 0, 1 policies, 1 places, 1 products, 2 booked; pays service; claims G: none"},
			{"a stranger", stranger, service, item, "family of 0, 0 policies, 0 places, 0 products, 0 booked; pays; claims"},
		} {
			f, err := LoadEligibility(s.Read(persistencetest.System(t)), &c.person, c.service, c.item)
			if err != nil {
				t.Fatal(err)
			}
			if got := w.loadedText(t, f); got != c.want {
				t.Errorf("%s:\n%s, want\n%s", c.name, got, c.want)
			}
		}
	})
}

// loadedText tells what was loaded, claims by their code.
func (w *claimScheme) loadedText(t *testing.T, f *EligibilityFile) string {
	t.Helper()
	var pays, claims []string
	for _, b := range f.Benefits {
		pays = append(pays, map[Kind]string{ItemKind: " item", ServiceKind: " service"}[b.Kind])
	}
	for _, used := range f.Claims {
		row, err := persistence.OneByKey[persistence.Claim](w.store.Read(persistencetest.System(t)), used.ID)
		if err != nil {
			t.Fatal(err)
		}
		told := row.ClaimCode + ":"
		for _, l := range used.Lines {
			told += fmt.Sprintf(" %s %s", map[Kind]string{ItemKind: "item", ServiceKind: "service"}[l.Kind], l.Quantity)
		}
		if len(used.Lines) == 0 {
			told += " none"
		}
		if used.Live {
			claims = append(claims, " "+told)
		}
	}
	slices.Sort(claims)
	return fmt.Sprintf("family of %d, %d policies, %d places, %d products, %d booked; pays%s; claims%s",
		f.FamilySize, len(f.Policies), len(f.Members), len(f.Products), len(f.Booked), strings.Join(pays, ""), strings.Join(claims, ","))
}

// The person's family has to be a live one, and known.
func TestCoverOfLiveFamily(t *testing.T) {
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		closed := persistence.At(since().Time)
		for _, c := range []struct {
			family *persistence.Family
			want   bool
		}{{nil, false}, {&persistence.Family{}, true}, {&persistence.Family{ValidityTo: &closed}, false}} {
			f, err := LoadCover(s.Read(persistencetest.System(t)), &persistence.Insuree{Family: c.family})
			if err != nil || f.FamilyLive != c.want {
				t.Errorf("%+v: live %t, %v", c.family, f.FamilyLive, err)
			}
		}
	})
}

// The claims of a person with their lines, which count what was approved or else provided;
// claims and lines of history are told as such.
func TestUsedClaims(t *testing.T) {
	closed := ptr(persistence.At(since().Time))
	claims := []persistence.Claim{{ClaimID: 1, InsureeID: 7}, {ClaimID: 2, InsureeID: 8}, {ClaimID: 3, InsureeID: 7, ValidityTo: closed}}
	items := []persistence.ClaimItem{
		{ClaimID: 1, ItemID: 1, QtyProvided: money("5")}, {ClaimID: 1, ItemID: 2, QtyProvided: money("5"), QtyApproved: ptr(money("3")), ValidityTo: closed},
		{ClaimID: 2, ItemID: 3}, {ClaimID: 9, ItemID: 4},
	}
	services := []persistence.ClaimService{{ClaimID: 3, ServiceID: 1, QtyProvided: money("2")}, {ClaimID: 3, ServiceID: 2, QtyProvided: money("4"), QtyApproved: ptr(money("1")), ValidityTo: closed}}
	var got []string
	for _, c := range usedClaims(7, claims, items, services) {
		told := fmt.Sprintf("%d %t:", c.ID, c.Live)
		for _, l := range c.Lines {
			told += fmt.Sprintf(" %v %s %t", l.Ware, l.Quantity, l.Live)
		}
		got = append(got, told)
	}
	want := fmt.Sprintf("[1 true: %v 5 true %v 3 false 3 false: %v 2 true %v 1 false]", Ware{ItemKind, 1}, Ware{ItemKind, 2}, Ware{ServiceKind, 1}, Ware{ServiceKind, 2})
	if fmt.Sprint(got) != want {
		t.Errorf("%v, want %s", got, want)
	}
}
