package persistence_test

import (
	"context"
	"reflect"
	"testing"

	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

// count gives how many rows of R the principal of the context sees.
func count[R any](t *testing.T, s *persistence.Store, ctx context.Context) int {
	t.Helper()
	page, err := persistence.Select[R](s.Read(ctx), persistence.Query{Total: true, Where: []clause.Expression{}})
	if err != nil {
		t.Fatal(err)
	}
	few, err := persistence.Select[R](s.Read(ctx), persistence.Query{Few: true})
	if err != nil {
		t.Fatal(err)
	}
	if len(few.Rows) != len(page.Rows) {
		t.Errorf("%T: the scope shows %d rows checked as a set and %d checked one by one", *new(R), len(page.Rows), len(few.Rows))
	}
	if int(page.Total) != len(page.Rows) {
		t.Errorf("%T: total %d of %d rows", *new(R), page.Total, len(page.Rows))
	}
	return len(page.Rows)
}

func TestScope(t *testing.T) {
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		w := newWorld(t, s)
		tx(t, s, func(x *persistence.Session) error {
			to := write{t, x}
			insert(to, &persistence.Insuree{LastName: "Nowhere", DOB: day})
			insert(to, &persistence.Insuree{LastName: "Moved", DOB: day, CurrentVillage: &w.sides[0].village.LocationID, FamilyID: &w.sides[1].family.FamilyID})
			insert(to, &persistence.Insuree{LastName: "Funding", CHFID: ptr("999999999"), DOB: day})
			insert(to, &persistence.Officer{Code: "O2", LastName: "Two", LocationID: &w.sides[1].district.LocationID})
			for i := range w.sides {
				insert(to, &persistence.Photo{InsureeID: &w.sides[i].member.InsureeID, PhotoDate: day})
				insert(to, &persistence.ClaimDedRem{PolicyID: &w.sides[i].policy.PolicyID, ClaimID: w.sides[i].claim.ClaimID})
				insert(to, &persistence.ClaimServiceItem{ItemID: w.item.ItemID, ClaimServiceID: w.sides[i].services[0].ClaimServiceID})
				insert(to, &persistence.ClaimServiceService{ServiceID: w.service.ServiceID, ClaimServiceID: w.sides[i].services[0].ClaimServiceID})
				payment := persistence.Payment{PaymentStatus: ptr(5)}
				insert(to, &payment)
				insert(to, &persistence.PaymentDetail{PaymentID: payment.PaymentID, PremiumID: &w.sides[i].premium.PremiumID})
			}
			return nil
		})
		facility := core.WithPrincipal(t.Context(), core.Principal{UserID: w.sides[0].user.UserID, Facility: w.sides[1].facility.HFID})
		admin := core.WithPrincipal(t.Context(), core.Principal{UserID: 99, Admin: true})
		stranger := core.WithPrincipal(t.Context(), core.Principal{UserID: 98})
		ctxs := []context.Context{persistencetest.System(t), admin, w.as(t, 0), w.as(t, 1), facility, stranger, t.Context()}
		names := []string{"system", "admin", "user 1", "user 2", "facility", "stranger", "nobody"}
		tests := []struct {
			what string
			see  func(context.Context) int
			want []int
		}{
			{"locations", func(c context.Context) int { return count[persistence.Location](t, s, c) }, []int{7, 7, 4, 4, 4, 0, 0}},
			{"facilities", func(c context.Context) int { return count[persistence.HealthFacility](t, s, c) }, []int{2, 2, 1, 1, 1, 0, 0}},
			{"officers", func(c context.Context) int { return count[persistence.Officer](t, s, c) }, []int{2, 2, 1, 2, 1, 1, 0}},
			{"staff", func(c context.Context) int { return count[persistence.Staff](t, s, c) }, []int{6, 6, 3, 4, 3, 1, 0}},
			{"claim admins", func(c context.Context) int { return count[persistence.ClaimAdmin](t, s, c) }, []int{2, 2, 1, 1, 1, 0, 0}},
			{"families", func(c context.Context) int { return count[persistence.Family](t, s, c) }, []int{2, 2, 1, 1, 1, 0, 0}},
			{"people", func(c context.Context) int { return count[persistence.Insuree](t, s, c) }, []int{7, 6, 4, 4, 4, 1, 0}},
			{"photos", func(c context.Context) int { return count[persistence.Photo](t, s, c) }, []int{2, 2, 1, 1, 1, 0, 0}},
			{"policies", func(c context.Context) int { return count[persistence.Policy](t, s, c) }, []int{2, 2, 1, 1, 1, 0, 0}},
			{"covers", func(c context.Context) int { return count[persistence.InsureePolicy](t, s, c) }, []int{2, 2, 1, 1, 1, 0, 0}},
			{"premiums", func(c context.Context) int { return count[persistence.Premium](t, s, c) }, []int{2, 2, 1, 1, 1, 0, 0}},
			{"used amounts", func(c context.Context) int { return count[persistence.ClaimDedRem](t, s, c) }, []int{2, 2, 1, 1, 1, 0, 0}},
			{"payments", func(c context.Context) int { return count[persistence.Payment](t, s, c) }, []int{2, 2, 1, 1, 1, 0, 0}},
			{"parts of payments", func(c context.Context) int { return count[persistence.PaymentDetail](t, s, c) }, []int{2, 2, 1, 1, 1, 0, 0}},
			{"claims", func(c context.Context) int { return count[persistence.Claim](t, s, c) }, []int{2, 2, 1, 1, 1, 0, 0}},
			{"claim items", func(c context.Context) int { return count[persistence.ClaimItem](t, s, c) }, []int{2, 2, 1, 1, 1, 0, 0}},
			{"claim services", func(c context.Context) int { return count[persistence.ClaimService](t, s, c) }, []int{2, 2, 1, 1, 1, 0, 0}},
			{"items in packages", func(c context.Context) int { return count[persistence.ClaimServiceItem](t, s, c) }, []int{2, 2, 1, 1, 1, 0, 0}},
			{"services in packages", func(c context.Context) int { return count[persistence.ClaimServiceService](t, s, c) }, []int{2, 2, 1, 1, 1, 0, 0}},
			{"products", func(c context.Context) int { return count[persistence.Product](t, s, c) }, []int{1, 1, 1, 1, 1, 1, 0}},
			{"items", func(c context.Context) int { return count[persistence.Item](t, s, c) }, []int{1, 1, 1, 1, 1, 1, 0}},
		}
		for _, test := range tests {
			for i, ctx := range ctxs {
				if got := test.see(ctx); got != test.want[i] {
					t.Errorf("%s sees %d %s, want %d", names[i], got, test.what, test.want[i])
				}
			}
		}
		// Claims follow the facility the user is bound to, not his districts.
		page, err := persistence.Select[persistence.Claim](s.Read(facility), persistence.Query{})
		if err != nil || page.Rows[0].ClaimID != w.sides[1].claim.ClaimID {
			t.Errorf("the facility's user reads %+v, %v", page, err)
		}
	})
}

func TestAnotherDistrictIsNotFound(t *testing.T) {
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		w := newWorld(t, s)
		id := w.sides[0].member.InsureeUUID
		if _, err := persistence.One[persistence.Insuree](s.Read(w.as(t, 0)), id); err != nil {
			t.Fatal(err)
		}
		_, err := persistence.One[persistence.Insuree](s.Read(w.as(t, 1)), id)
		if core.CodeOf(err) != core.NotFound {
			t.Errorf("another district's row gives %v, want not found", err)
		}
		if _, err := persistence.Versions[persistence.Insuree](s.Read(w.as(t, 1)), id); core.CodeOf(err) != core.NotFound {
			t.Errorf("its versions give %v, want not found", err)
		}
		tx(t, s, func(x *persistence.Session) error { return persistence.Delete(x, &w.sides[0].member) })
		if _, err := persistence.One[persistence.Insuree](s.Read(w.as(t, 0)), id); core.CodeOf(err) != core.Gone {
			t.Errorf("a deleted row gives %v, want gone", err)
		}
		if _, err := persistence.One[persistence.Insuree](s.Read(w.as(t, 1)), id); core.CodeOf(err) != core.NotFound {
			t.Errorf("another district's deleted row gives %v, want not found", err)
		}
		many, err := persistence.SelectMany[persistence.Claim](s.Read(w.as(t, 1)), []persistence.UUID{w.sides[0].claim.ClaimUUID, w.sides[1].claim.ClaimUUID}, "HF")
		if err != nil || len(many) != 1 || many[w.sides[1].claim.ClaimUUID].HF.HFCode != "HF2" {
			t.Errorf("a batch read gives %v, %v", many, err)
		}
	})
}

func TestEveryModelIsScopedOrOpenOrRefused(t *testing.T) {
	s := persistencetest.SQLite(t)
	x := s.Read(core.WithPrincipal(t.Context(), core.Principal{UserID: 1}))
	refused := map[string]bool{}
	for _, row := range persistence.Tables {
		name := row.(interface{ TableName() string }).TableName()
		if err := persistence.CheckScope(x, row); err != nil {
			refused[name] = true
		}
	}
	want := map[string]bool{ // what no door reads for a user yet
		"tblLogins": true, "core_User": true, "core_TechnicalUser": true,
		"tblControlNumber": true, "tblCapitationPayment": true, "tblReporting": true,
		"tblExtracts": true, "tblEmailSettings": true, "tblIMISDefaults": true, "tblIMISDefaultsPhone": true, "tblFromPhone": true, "tblSubmittedPhotos": true, "tblSubscriptionNotificationResult": true,
		"tblHealthStatus": true, "tblFamilySMS": true, "tblPolicyRenewals": true, "tblPolicyRenewalDetails": true,
		"tblIndicationOfPolicyNotifications": true, "tblIndicationOfPolicyNotificationsDetails": true,
		"tblFeedbackPrompt": true,
	}
	if !reflect.DeepEqual(refused, want) {
		t.Errorf("refused for users: %v, want %v", refused, want)
	}
}
