package scheme

import (
	"errors"
	"testing"

	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

// books are the rule books by their names.
var books = map[string]RuleBook{"legacy": LegacyRules, "corrected": CorrectedRules}

// undone runs fn in a transaction that leaves nothing behind.
func (w *enrolled) undone(t *testing.T, fn func(x *persistence.Session)) {
	t.Helper()
	undo := errors.New("undo")
	if err := w.store.Tx(persistencetest.System(t), func(x *persistence.Session) error { fn(x); return undo }); !errors.Is(err, undo) {
		t.Error(err)
	}
}

// coversIn is covers as the transaction sees it.
func coversIn(t *testing.T, x *persistence.Session, policy int) (text string) {
	t.Helper()
	l := &loader{db: x.DB().Order(clause.OrderByColumn{Column: column("tblInsureePolicy", "InsureePolicyID")})}
	var rows []persistence.InsureePolicy
	find(l, &rows, persistence.Compare(column("tblInsureePolicy", "PolicyId"), "=", policy), persistence.IsNull(column("tblInsureePolicy", "ValidityTo")))
	if l.err != nil {
		t.Fatal(l.err)
	}
	for _, row := range rows {
		text += ", " + goldenDate(row.EffectiveDate) + "/" + goldenDate(row.ExpiryDate)
	}
	return text
}

// earlier is a policy the family had before.
type earlier struct {
	product       string
	status        int
	start, expiry string // expiry "" for none
	closed        bool
}

// seller is a family that may buy what follows on one another: OLD and MID are not sold
// any more since the first of June; OLD goes on as MID, MID as P. SIDE is sold, and will go
// on as P. A and B go on as each other.
type seller struct {
	*enrolled
	products map[string]int
}

func newSeller(t *testing.T, s *persistence.Store) *seller {
	w := &seller{enrolled: enrol(t, s, nil)}
	w.products = map[string]int{"P": w.product.ProdID}
	w.write(t, func(x *persistence.Session) error {
		for _, c := range []struct{ code, next, until string }{{"MID", "P", "2023-05-31"}, {"OLD", "MID", "2023-05-31"}, {"SIDE", "P", "2030-12-31"}, {"A", "", "2023-05-31"}, {"B", "A", "2023-05-31"}} {
			p := w.product
			p.ProdID, p.ProdUUID, p.ProductCode, p.DateTo = 0, "", c.code, persistence.At(policyDay(t, c.until).Time)
			if c.next != "" {
				p.ConversionProdID = ptr(w.products[c.next])
			}
			put(t, x, &p)
			w.products[c.code] = p.ProdID
		}
		if err := x.DB().Model(&persistence.Product{}).Where(persistence.Compare(column("tblProduct", "ProdID"), "=", w.products["A"])).Update("ConversionProdID", w.products["B"]).Error; err != nil {
			return err
		}
		return x.DB().Model(&persistence.Product{}).Where("1 = 1").Update("ValidityFrom", persistence.At(policyDay(t, "2020-01-01").Time)).Error
	})
	return w
}

// had stores what the family had before.
func (w *seller) had(t *testing.T, x *persistence.Session, before []earlier) {
	t.Helper()
	for _, e := range before {
		start := policyDay(t, e.start)
		p := persistence.Policy{FamilyID: w.family.FamilyID, ProdID: w.products[e.product], OfficerID: &w.officer.OfficerID, EnrollDate: start, StartDate: start, EffectiveDate: &start, PolicyStatus: &e.status, PolicyStage: ptr("N"), PolicyValue: ptr(money("200"))}
		if e.expiry != "" {
			p.ExpiryDate = ptr(policyDay(t, e.expiry))
		}
		put(t, x, &p)
		if e.closed {
			if err := persistence.Delete(x, &p); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// saleCase is one sale to the family: of P on the first of June, when nothing else is said.
type saleCase struct {
	name              string
	before            []earlier
	product, day      string
	paid              []ContributionDraft
	legacy, corrected string // how it comes out; "" as the legacy book has it
	code              core.Code
	says              string
}

func (w *seller) run(t *testing.T, renewal bool, cases []saleCase) {
	t.Helper()
	for _, c := range cases {
		for name, book := range books {
			want := c.legacy
			if name == "corrected" && c.corrected != "" {
				want = c.corrected
			}
			if c.product == "" {
				c.product = "P"
			}
			if c.day == "" {
				c.day = "2023-06-01"
			}
			w.undone(t, func(x *persistence.Session) {
				w.had(t, x, c.before)
				sale := &PolicySale{Renewal: renewal, PolicyDraft: PolicyDraft{
					FamilyID: w.family.FamilyID, ProdID: w.products[c.product], OfficerID: w.officer.OfficerID, Enrolled: policyDay(t, c.day),
					Paths: map[string]string{"period": "the period", "stage": "the stage", "product": "the product"},
				}}
				for _, d := range c.paid {
					d.PayType = "C"
					sale.Paid = append(sale.Paid, d)
				}
				p, err := Policies{Rules: book}.Sell(x, sale)
				if c.code != "" {
					wantCode(t, c.name+" "+name, err, c.code, c.says)
					return
				}
				if err != nil {
					t.Errorf("%s, %s: %v", c.name, name, err)
					return
				}
				if got := policyText(p) + coversIn(t, x, p.PolicyID); got != want || p.ProdID != w.products["P"] {
					t.Errorf("%s, %s: %s, expected %s", c.name, name, got, want)
				}
			})
		}
	}
}

// TestPoliciesAreSold cites rules 9.5 and 9.6: two adults pay 100 each, in two instalments at most.
func TestPoliciesAreSold(t *testing.T) {
	eachPolicyStore(t, func(t *testing.T, s *persistence.Store) {
		paid := func(parts ...string) (drafts []ContributionDraft) {
			for i := 0; i < len(parts); i += 2 {
				drafts = append(drafts, ContributionDraft{Amount: money(parts[i]), PayDate: policyDay(t, parts[i+1]), Receipt: "R" + string(rune('1'+i/2))})
			}
			return drafts
		}
		twice := append(paid("50", "2023-06-01"), paid("150", "2023-06-01")...)
		const idle, conflict = "N idle 2023-06-01 to 2024-05-31 effective NULL worth 200.00, NULL/2024-05-31, NULL/2024-05-31", "the family has a policy of the product already"
		newSeller(t, s).run(t, false, []saleCase{
			{name: "nothing paid", legacy: idle},
			{name: "a part of it", paid: paid("150", "2023-06-01"), legacy: idle},
			{name: "in two parts", day: "2023-05-20", paid: paid("150", "2023-05-25", "50", "2023-06-01"), legacy: "N active 2023-05-20 to 2024-05-19 effective 2023-06-01 worth 200.00, 2023-06-01/2024-05-19, 2023-06-01/2024-05-19"},
			{name: "in three parts", paid: paid("100", "2023-06-01", "50", "2023-06-01", "50", "2023-06-01"), legacy: idle},
			{name: "before it began", paid: paid("200", "2023-05-10"),
				legacy:    "N active 2023-06-01 to 2024-05-31 effective 2023-05-10 worth 200.00, 2023-05-10/2024-05-31, 2023-05-10/2024-05-31",
				corrected: "N active 2023-06-01 to 2024-05-31 effective 2023-06-01 worth 200.00, 2023-06-01/2024-05-31, 2023-06-01/2024-05-31"},
			{name: "a receipt twice", paid: twice, code: core.Conflict, says: "R1"},
			{name: "nothing of it", paid: []ContributionDraft{{Receipt: "R1", PayDate: policyDay(t, "2023-06-01")}}, code: core.Unprocessable, says: "amount"},
			{name: "a day too early after another", before: []earlier{{"P", PolicyActive, "2022-06-02", "2023-06-01", false}}, code: core.Conflict, says: conflict},
			{name: "the day after another", before: []earlier{{"P", PolicyActive, "2022-06-01", "2023-05-31", false}}, legacy: idle},
			{name: "up to another", before: []earlier{{"P", PolicyIdle, "2024-06-01", "2025-05-31", false}}, legacy: idle},
			{name: "a day into another", before: []earlier{{"P", PolicyIdle, "2024-05-31", "2025-05-30", false}}, code: core.Conflict, says: "from 2024-05-31 to 2025-05-30"},
			{name: "one without an end", before: []earlier{{"P", PolicyReady, "2010-01-01", "", false}}, code: core.Conflict, says: "without an end"},
			{name: "an expired one of the same time", before: []earlier{{"P", PolicyExpired, "2022-07-01", "2023-06-30", false}}, code: core.Conflict, says: conflict},
			{name: "a suspended one", before: []earlier{{"P", PolicySuspended, "2022-07-01", "2023-06-30", false}}, legacy: idle},
			{name: "a deleted one", before: []earlier{{"P", PolicyActive, "2022-07-01", "2023-06-30", true}}, legacy: idle},
			{name: "one of another product", before: []earlier{{"SIDE", PolicyActive, "2022-07-01", "2023-06-30", false}}, legacy: idle},
			{name: "what is not sold any more, with what follows on it", product: "MID", code: core.Unprocessable, says: "until 2023-05-31"},
		})
	})
}

// TestRenewalsThatAreSold cites rule 9.10: what the family had last goes on, by conversion
// too.
func TestRenewalsThatAreSold(t *testing.T) {
	eachPolicyStore(t, func(t *testing.T, s *persistence.Store) {
		const behind, nothing = "R idle 2023-07-01 to 2024-06-30 effective NULL worth 200.00, NULL/2024-06-30, NULL/2024-06-30", "the family has no policy, active or expired, that goes on as this product"
		running := func(product string) []earlier {
			return []earlier{{product, PolicyActive, "2022-07-01", "2023-06-30", false}}
		}
		newSeller(t, s).run(t, true, []saleCase{
			{name: "nothing before", code: core.Unprocessable, says: nothing},
			{name: "an active one", before: running("P"), legacy: behind},
			{name: "an expired one", before: []earlier{{"P", PolicyExpired, "2022-05-01", "2023-04-30", false}}, legacy: "R idle 2023-06-01 to 2024-05-31 effective NULL worth 200.00, NULL/2024-05-31, NULL/2024-05-31"},
			{name: "paid before it began", before: running("P"), paid: []ContributionDraft{{Amount: money("200"), Receipt: "R1", PayDate: policyDay(t, "2023-06-01")}},
				legacy:    "R active 2023-07-01 to 2024-06-30 effective 2023-06-01 worth 200.00, 2023-06-01/2024-06-30, 2023-06-01/2024-06-30",
				corrected: "R active 2023-07-01 to 2024-06-30 effective 2023-07-01 worth 200.00, 2023-07-01/2024-06-30, 2023-07-01/2024-06-30"},
			{name: "the later of two", before: append(running("P"), earlier{"P", PolicyExpired, "2021-07-01", "2022-06-30", false}), legacy: behind},
			{name: "an idle one", before: []earlier{{"P", PolicyIdle, "2022-07-01", "2023-06-30", false}}, code: core.Unprocessable, says: nothing},
			{name: "a suspended one", before: []earlier{{"P", PolicySuspended, "2022-07-01", "2023-06-30", false}}, code: core.Unprocessable, says: nothing},
			{name: "a deleted one", before: []earlier{{"P", PolicyActive, "2022-07-01", "2023-06-30", true}}, code: core.Unprocessable, says: nothing},
			{name: "one that does not end", before: []earlier{{"P", PolicyActive, "2022-07-01", "", false}}, code: core.Unprocessable, says: nothing},
			{name: "begun on the day", before: []earlier{{"P", PolicyActive, "2023-06-01", "2024-05-31", false}}, legacy: "R idle 2024-06-01 to 2025-05-31 effective NULL worth 200.00, NULL/2025-05-31, NULL/2025-05-31"},
			{name: "not begun on the day", before: []earlier{{"P", PolicyActive, "2023-06-02", "2024-06-01", false}}, code: core.Unprocessable, says: nothing},
			{name: "renewed already", before: append(running("P"), earlier{"P", PolicyIdle, "2023-07-01", "2024-06-30", false}), code: core.Conflict, says: "renewed already"},
			{name: "another one in the way", before: append(running("P"), earlier{"P", PolicyIdle, "2022-09-01", "2023-08-31", false}), code: core.Conflict, says: "the period"},
			{name: "by one conversion", before: running("MID"), legacy: behind},
			{name: "by two conversions", before: running("OLD"), legacy: behind},
			{name: "the last of a chain counts, whatever its product", before: append(running("OLD"), earlier{"P", PolicyExpired, "2021-07-01", "2022-06-30", false}), legacy: behind},
			{name: "half way along the chain", before: running("OLD"), product: "MID", code: core.Unprocessable, says: "goes on as another product"},
			{name: "one that is still sold as it was", before: running("SIDE"), code: core.Unprocessable, says: "goes on as another product"},
			{name: "against the chain", before: running("P"), product: "SIDE", code: core.Unprocessable, says: nothing},
			{name: "round in a circle", before: running("A"), code: core.Unprocessable, says: nothing},
			{name: "round in a circle to its other half", before: running("A"), product: "B", code: core.Unprocessable, says: "do not end"},
		})
	})
}

// TestPolicyIsGivenToAnotherOfficer: of the district of the family, and of no other.
func TestPolicyIsGivenToAnotherOfficer(t *testing.T) {
	eachPolicyStore(t, func(t *testing.T, s *persistence.Store) {
		w := enrol(t, s, nil)
		near, far := persistence.Officer{Code: "E2", LastName: "Roe", OtherNames: "Jo"}, persistence.Officer{Code: "E3", LastName: "Poe", OtherNames: "Al"}
		w.write(t, func(x *persistence.Session) error {
			elsewhere := persistence.Location{LocationType: "D"}
			put(t, x, &elsewhere)
			near.LocationID, far.LocationID = &w.places[1].LocationID, &elsewhere.LocationID
			put(t, x, &near)
			put(t, x, &far)
			return nil
		})
		p := w.policy(t, PolicyActive, "2023-06-30")
		reassign := func(id persistence.UUID, officer int) (p *persistence.Policy, err error) {
			err = s.Tx(persistencetest.System(t), func(x *persistence.Session) (err error) {
				p, err = Policies{}.Reassign(x, id, officer, "the officer")
				return err
			})
			return p, err
		}
		_, err := reassign(p.PolicyUUID, far.OfficerID)
		wantCode(t, "an officer of another district", err, core.Unprocessable, "the officer", "district")
		_, err = reassign(p.PolicyUUID, 999)
		wantCode(t, "no officer", err, core.Unprocessable, "the officer")
		_, err = reassign(persistence.NewUUID(), near.OfficerID)
		wantCode(t, "no policy", err, core.NotFound)
		if got := w.events(t); got != "" {
			t.Errorf("events of what was refused: %q", got)
		}
		after, err := reassign(p.PolicyUUID, near.OfficerID)
		if err != nil || number(after.OfficerID) != near.OfficerID {
			t.Fatalf("%+v, %v", after, err)
		}
		if n := w.count(t, &persistence.Policy{}); n != 2 {
			t.Errorf("%d rows of the policy, expected it and how it was", n)
		}
		if got := w.events(t); got != "policy.reassigned" {
			t.Errorf("events %q", got)
		}
	})
}
