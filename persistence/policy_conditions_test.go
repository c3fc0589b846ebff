package persistence_test

import (
	"testing"

	"github.com/shopspring/decimal"
	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

// Of each policy, worth 10000.50, 10000 is paid and half a unit open; fees for photographs
// and contributions that were taken back do not count.
func TestBalanceOfPolicies(t *testing.T) {
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		w := newWorld(t, s)
		tx(t, s, func(x *persistence.Session) error {
			to := write{t, x}
			paid := func(receipt string, photo *bool) *persistence.Premium {
				p := &persistence.Premium{PolicyID: w.sides[0].policy.PolicyID, Amount: decimal.New(5, -1), Receipt: receipt, PayDate: day, PayType: "C", CreatedDate: noon, IsPhotoFee: photo}
				insert(to, p)
				return p
			}
			paid("P", ptr(true))
			return persistence.Delete(x, paid("D", nil))
		})
		for _, c := range []struct {
			op   persistence.Comparison
			than string
			want int
		}{
			{">=", "0.5", 2}, {">=", "0.51", 0}, {"<=", "0.5", 2}, {"<=", "0.49", 0}, {"=", "0.50", 2}, {">", "0.5", 0}, {"<", "1", 2}, {"<>", "0.5", 0},
			{">=", "-1e30", 2}, {"<=", "1e30", 2}, {"; DROP", "0", 0},
		} {
			if got := chosen(t, s, persistence.Balance(c.op, decimal.RequireFromString(c.than))); got != c.want {
				t.Errorf("%d policies have %s %s to be paid, want %d", got, c.op, c.than, c.want)
			}
		}
		if got := chosen(t, s, persistence.Uncovered()); got != 2 {
			t.Errorf("%d policies leave somebody out while no head is covered", got)
		}
		tx(t, s, func(x *persistence.Session) error {
			insert(write{t, x}, &persistence.InsureePolicy{InsureeID: w.sides[0].head.InsureeID, PolicyID: w.sides[0].policy.PolicyID, StartDate: &day})
			return nil
		})
		if got := chosen(t, s, persistence.Uncovered()); got != 1 {
			t.Errorf("%d policies leave somebody out while one head is covered", got)
		}
	})
}

// chosen counts the policies that meet a condition.
func chosen(t *testing.T, s *persistence.Store, where clause.Expression) int {
	t.Helper()
	page, err := persistence.Select[persistence.Policy](s.Read(persistencetest.System(t)), persistence.Query{Where: []clause.Expression{where}})
	if err != nil {
		t.Fatal(err)
	}
	return len(page.Rows)
}

// What payers gave to products is told from what they paid for families.
func TestFundings(t *testing.T) {
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		w := newWorld(t, s)
		payers := []persistence.Payer{{PayerType: "D", PayerName: "One"}, {PayerType: "D", PayerName: "Two"}}
		tx(t, s, func(x *persistence.Session) error {
			to := write{t, x}
			insert(to, &persistence.PayerType{Code: "D", PayerType: "Donor"})
			pseudo := persistence.Insuree{LastName: "Funding", CHFID: ptr(persistence.FundingNumber), DOB: day, FamilyID: &w.sides[1].family.FamilyID}
			insert(to, &pseudo)
			for i := range payers {
				insert(to, &payers[i])
				for side, receipt := range []string{"family", "gift"} {
					insert(to, &persistence.Premium{PolicyID: w.sides[side].policy.PolicyID, PayerID: &payers[i].PayerID, Amount: decimal.New(int64(i+1), 0), Receipt: receipt, PayDate: day, PayType: "F", CreatedDate: noon})
				}
			}
			return nil
		})
		found, err := persistence.Fundings(s.Read(w.as(t, 0)), []int{payers[0].PayerID})
		if err != nil || len(found) != 1 || found[0].Receipt != "gift" || found[0].ProdID != w.product.ProdID {
			t.Errorf("%+v, %v", found, err)
		}
		if found, err = persistence.Fundings(s.Read(w.as(t, 0)), []int{payers[0].PayerID, payers[1].PayerID}); err != nil || len(found) != 2 || found[0].PayerID == found[1].PayerID {
			t.Errorf("%+v, %v", found, err)
		}
	})
}
