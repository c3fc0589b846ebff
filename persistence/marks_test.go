package persistence_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

// kindOf gives the key of a kind of row.
func kindOf(x *persistence.Session, t *testing.T, app, model string) *int {
	t.Helper()
	kind, err := persistence.ContentTypeOf(x, app, model)
	if err != nil {
		t.Fatal(err)
	}
	return &kind.ID
}

func TestRowsWithMarksAreChangedInPlace(t *testing.T) {
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		w := newWorld(t, s)
		ctx := core.WithPrincipal(t.Context(), core.Principal{UserID: w.sides[0].user.UserID, Admin: true})
		row := persistence.Invoice{Code: "I1", CurrencyCode: "USD", AmountTotal: decimal.NewFromInt(5), Status: 1}
		write := func(fn func(x *persistence.Session) error) error { return s.Tx(ctx, fn) }
		if err := write(func(x *persistence.Session) error { return persistence.Insert(x, &row) }); err != nil {
			t.Fatal(err)
		}
		if row.UUID == "" || row.Version != 1 || row.DateCreated == nil || row.UserCreatedUUID == nil || row.IsDeleted {
			t.Fatalf("a new row has the marks %+v", row)
		}
		stale, before := row, s.VersionOf(&row)
		row.Status = 2
		if err := write(func(x *persistence.Session) error { return persistence.Update(x, &row) }); err != nil {
			t.Fatal(err)
		}
		read, err := persistence.One[persistence.Invoice](s.Read(ctx), row.UUID)
		if err != nil || read.Status != 2 || read.Version != 2 || read.UserCreatedUUID == nil || !read.DateUpdated.After(before.At.Time) {
			t.Fatalf("changed: %+v, %v", read, err)
		}
		if now := s.VersionOf(read); now.ID == before.ID || now.ID != s.VersionOf(&row).ID {
			t.Errorf("version %s after %s, read as %s", s.VersionOf(&row).ID, before.ID, now.ID)
		}
		stale.Status = 3
		if err := write(func(x *persistence.Session) error { return persistence.Update(x, &stale) }); core.CodeOf(err) != core.Conflict {
			t.Errorf("a stale row is written: %v", err)
		}
		if err := write(func(x *persistence.Session) error { return persistence.Delete(x, &row) }); err != nil {
			t.Fatal(err)
		}
		if _, err := persistence.One[persistence.Invoice](s.Read(ctx), row.UUID); core.CodeOf(err) != core.Gone {
			t.Errorf("a deleted row gives %v, want gone", err)
		}
		versions, err := persistence.Versions[persistence.Invoice](s.Read(ctx), row.UUID)
		if err != nil || len(versions) != 1 || !versions[0].IsDeleted {
			t.Errorf("versions %+v, %v", versions, err)
		}
		if err := write(func(x *persistence.Session) error { return persistence.Update(x, &row) }); core.CodeOf(err) != core.Gone {
			t.Errorf("a deleted row is changed: %v", err)
		}
	})
}

// What is owed is seen by who sees who owes it, whichever way the row names him.
func TestInvoicesAreSeenWithTheirParty(t *testing.T) {
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		w := newWorld(t, s)
		tx(t, s, func(x *persistence.Session) error {
			to := write{t, x}
			for i := range w.sides {
				side := &w.sides[i]
				key := func(n int) *string { return ptr(fmt.Sprint(n)) }
				uuid := func(id persistence.UUID) *string { return ptr(string(id)) }
				holder := persistence.PolicyHolder{TradeName: "Trade", LocationsID: &side.village.LocationID}
				insert(to, &holder)
				for kind, ids := range map[string][]*string{
					persistence.KindInsuree:      {key(side.member.InsureeID), uuid(side.member.InsureeUUID)},
					persistence.KindFamily:       {key(side.family.FamilyID), uuid(side.family.FamilyUUID)},
					persistence.KindPolicy:       {key(side.policy.PolicyID), uuid(side.policy.PolicyUUID)},
					persistence.KindPolicyHolder: {uuid(holder.UUID)},
				} {
					for _, id := range ids {
						row := persistence.Invoice{Code: kind, ThirdpartyTypeID: kindOf(x, t, kind, kind), ThirdpartyID: id}
						insert(to, &row)
						insert(to, &persistence.Invoice{Code: kind, SubjectTypeID: kindOf(x, t, kind, kind), SubjectID: id})
						payment := persistence.PaymentInvoice{PayerRef: "r"}
						insert(to, &payment)
						insert(to, &persistence.DetailPaymentInvoice{PaymentID: payment.UUID, SubjectTypeID: kindOf(x, t, "invoice", "invoice"), SubjectID: uuid(row.UUID)})
					}
				}
				for _, id := range []*string{key(side.facility.HFID), uuid(side.facility.HFUUID)} {
					insert(to, &persistence.Bill{Code: "B", ThirdpartyTypeID: kindOf(x, t, "location", persistence.KindFacility), ThirdpartyID: id})
				}
				run := persistence.BatchRun{LocationID: &side.district.LocationID, RunDate: noon}
				insert(to, &run)
				insert(to, &persistence.Bill{Code: "R", SubjectTypeID: kindOf(x, t, "claim_batch", persistence.KindBatchRun), SubjectID: key(run.RunID)})
				number := side.member.CHFID
				payment := persistence.Payment{}
				insert(to, &payment)
				insert(to, &persistence.PaymentDetail{PaymentID: payment.PaymentID, InsuranceNumber: number})
				officer := persistence.Officer{Code: "OD" + fmt.Sprint(i), LastName: "D", LocationID: &side.district.LocationID}
				insert(to, &officer)
				payment = persistence.Payment{OfficerCode: &officer.Code}
				insert(to, &payment)
			}
			insert(to, &persistence.Invoice{Code: "X", ThirdpartyTypeID: kindOf(x, t, "core", "user"), ThirdpartyID: ptr("1")})
			insert(to, &persistence.Invoice{Code: "X"})
			insert(to, &persistence.PolicyHolder{TradeName: "National"})
			return nil
		})
		facility := core.WithPrincipal(t.Context(), core.Principal{UserID: w.sides[0].user.UserID, Facility: w.sides[1].facility.HFID})
		stranger := core.WithPrincipal(t.Context(), core.Principal{UserID: 98})
		ctxs := []context.Context{persistencetest.System(t), w.as(t, 0), w.as(t, 1), facility, stranger, t.Context()}
		names := []string{"system", "user 1", "user 2", "facility", "stranger", "nobody"}
		for _, test := range []struct {
			what string
			see  func(context.Context) int
			want []int
		}{
			{"invoices", func(c context.Context) int { return count[persistence.Invoice](t, s, c) }, []int{30, 14, 14, 14, 0, 0}},
			{"bills", func(c context.Context) int { return count[persistence.Bill](t, s, c) }, []int{6, 3, 3, 2, 0, 0}},
			{"payments", func(c context.Context) int { return count[persistence.PaymentInvoice](t, s, c) }, []int{14, 7, 7, 7, 0, 0}},
			{"electronic payments", func(c context.Context) int { return count[persistence.Payment](t, s, c) }, []int{4, 2, 2, 2, 0, 0}},
			{"policy holders", func(c context.Context) int { return count[persistence.PolicyHolder](t, s, c) }, []int{3, 2, 2, 2, 1, 0}},
		} {
			for i, ctx := range ctxs {
				if got := test.see(ctx); got != test.want[i] {
					t.Errorf("%s sees %d %s, want %d", names[i], got, test.what, test.want[i])
				}
			}
		}
	})
}
