package scheme

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

// batchScheme is a scheme with relative prices and n processed claims.
func batchScheme(t *testing.T, s *persistence.Store, n int, book RuleBook) *claimScheme {
	t.Helper()
	w := newClaimScheme(t, s, func(w *claimScheme) { w.product.PeriodRelPrices = ptr("M") })
	now := s.Wall(time.Now())
	err := s.Tx(persistencetest.System(t), func(x *persistence.Session) error {
		put(t, x, &persistence.Premium{PolicyID: w.policy.PolicyID, Amount: money("36500"), Receipt: "1", PayDate: since(), PayType: "C", CreatedDate: now})
		put(t, x, &persistence.RelativeDistribution{ProdID: w.product.ProdID, DistrType: 12, DistrCareType: "B", Period: int(now.Month()), DistrPerc: ptr(money("0.8"))})
		return errors.Join(
			x.DB().Model(&persistence.ProductItem{}).Where("1 = 1").Update("PriceOrigin", "R").Error,
			x.DB().Model(&persistence.ProductService{}).Where("1 = 1").Update("PriceOrigin", "R").Error)
	})
	if err != nil {
		t.Fatal(err)
	}
	code := codes("B")
	for range n {
		out := w.enter(t, code(), true)
		if _, err := w.run(t, func(x *persistence.Session) (*ClaimOutcome, error) {
			return Claims{Rules: book}.Process(x, out.Claim.ClaimUUID)
		}); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

// paidAmounts gives what every live claim and line is paid.
func paidAmounts(t *testing.T, s *persistence.Store) string {
	t.Helper()
	l := &loader{db: s.Read(persistencetest.System(t)).DB()}
	var rows ClaimRows
	find(l, &rows.Claims, persistence.IsNull(column("tblClaim", "ValidityTo")))
	find(l, &rows.Items, persistence.IsNull(column("tblClaimItems", "ValidityTo")))
	find(l, &rows.Services, persistence.IsNull(column("tblClaimServices", "ValidityTo")))
	if l.err != nil {
		t.Fatal(l.err)
	}
	var b strings.Builder
	for i := range rows.Claims {
		c := &rows.Claims[i]
		fmt.Fprintf(&b, "%d %d %s:", c.ClaimID, c.ClaimStatus, amount(c.Remunerated))
		for _, line := range rows.lines(c.ClaimID) {
			fmt.Fprintf(&b, " %d %s", line.Status, amount(line.Remunerated))
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func TestBatchTwice(t *testing.T) {
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		w := batchScheme(t, s, 3, CorrectedRules)
		now := s.Wall(time.Now())
		batches := Batches{Rules: CorrectedRules}
		var out *BatchOutcome
		run := func() error {
			return s.Tx(persistencetest.System(t), func(x *persistence.Session) (err error) {
				out, err = batches.Run(x, nil, now.Year(), int(now.Month()))
				return err
			})
		}
		if err := run(); err != nil || out.Claims != 3 || len(out.Indexes) != 1 || len(out.Missing) != 0 {
			t.Fatalf("the run gives %+v, %v", out, err)
		}
		// each has an item of 20 and a service of 400, both by the index
		first, firstRun := paidAmounts(t, s), out.Run.RunID
		item, service := cents(out.Indexes[0].RelIndex.Mul(money("20"))), cents(out.Indexes[0].RelIndex.Mul(money("400")))
		want := fmt.Sprintf("16 %s: 1 %s 1 %s", item.Add(service), item, service)
		for line := range strings.Lines(first) {
			if _, got, _ := strings.Cut(strings.TrimSpace(line), " "); got != want {
				t.Errorf("a claim is paid %s, want %s", got, want)
			}
		}
		if err := run(); core.CodeOf(err) != core.Conflict || !strings.Contains(err.Error(), "already run") {
			t.Errorf("the second run gives %v", err)
		}
		if again := paidAmounts(t, s); again != first {
			t.Errorf("the second run made of\n%s\n%s", first, again)
		}
		// a plan for the same month over what the run left changes nothing either
		err := s.Tx(persistencetest.System(t), func(x *persistence.Session) error {
			products, err := loadProducts(x, nil)
			if err != nil {
				return err
			}
			plan := PlanBatch(BatchRequest{Year: now.Year(), Month: int(now.Month()), Now: x.Now()}, products, CorrectedRules)
			if err := fixPlan(x, plan, productKeys(products)); err != nil {
				return err
			}
			again := &BatchOutcome{}
			err = settleAll(x, plan, productKeys(products), again)
			if again.Claims != 0 {
				t.Errorf("planned again, %d claims change", again.Claims)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		err = s.Tx(persistencetest.System(t), func(x *persistence.Session) error {
			for product := range 2 { // the first of another one, which stays
				p := w.product
				if product == 0 {
					p = persistence.Product{ProductCode: "Other", ProductName: "Other", MemberCount: 9, InsurancePeriod: 12, LocationID: ptr(1), DateFrom: careDay(), DateTo: careDay()}
					put(t, x, &p)
				}
				put(t, x, &persistence.CapitationPayment{CapitationPaymentUUID: string(persistence.NewUUID()), ProductID: p.ProdID, HFID: w.hf.HFID, Year: now.Year(), Month: int(now.Month())})
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		undone := s.Tx(persistencetest.System(t), func(x *persistence.Session) error {
			_, err := batches.Undo(x, firstRun)
			return err
		})
		if undone != nil {
			t.Fatal(undone)
		}
		if back := paidAmounts(t, s); !strings.Contains(back, " 8 0:") {
			t.Errorf("undone, the claims are\n%s", back)
		}
		if live := fmt.Sprint(liveRows[persistence.BatchRun](t, s), liveRows[persistence.RelativeIndex](t, s), liveRows[persistence.CapitationPayment](t, s)); live != "0 0 1" {
			t.Errorf("undone, there are runs, indexes and payments by capitation: %s", live)
		}
		if err := run(); err != nil {
			t.Fatal(err)
		}
		if again := paidAmounts(t, s); again != first {
			t.Errorf("run again after undoing, the claims are\n%s\nnot\n%s", again, first)
		}
		var told persistence.Outbox
		if err := s.Read(persistencetest.System(t)).DB().Where(`"name" = 'batch.run'`).First(&told).Error; err != nil || !strings.Contains(told.Payload, `"changed":{"Claim":["`) {
			t.Errorf("the run tells not of its claims: %s, %v", told.Payload, err)
		}
		if names := strings.Join(w.events(t), " "); !strings.HasSuffix(names, " batch.run batch.undone batch.run") {
			t.Errorf("published were %s", names)
		}
		var history int64
		if err := s.Read(persistencetest.System(t)).DB().Model(&persistence.Claim{}).Where("\"LegacyID\" IS NOT NULL").Count(&history).Error; err != nil || history < 9 {
			t.Errorf("%d history rows, %v", history, err)
		}
	})
}

// liveRows counts the rows of a table that are not closed.
func liveRows[R any](t *testing.T, s *persistence.Store) (n int64) {
	t.Helper()
	if err := s.Read(persistencetest.System(t)).DB().Model(new(R)).Where("\"ValidityTo\" IS NULL").Count(&n).Error; err != nil {
		t.Fatal(err)
	}
	return n
}

// The legacy application undoes a run without us: its row is closed and the run may be
// made again, and once only.
func TestBatchUndoneByOthers(t *testing.T) {
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		for range 2 {
			err := s.Tx(persistencetest.System(t), func(x *persistence.Session) error {
				if _, err := (Batches{}).Run(x, nil, 2024, 3); err != nil {
					return err
				}
				if _, fresh, err := persistence.Reserve(x, runKey(nil, 2024, 3), ""); fresh || err != nil {
					t.Errorf("another could run beside it: %v", err)
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			err = s.Tx(persistencetest.System(t), func(x *persistence.Session) error {
				return x.DB().Model(&persistence.BatchRun{}).Where("\"ValidityTo\" IS NULL").Update("ValidityTo", x.Now()).Error
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	})
}

// The first and last months a batch can run for, and the places; 0 is the nation.
func TestBatchRequest(t *testing.T) {
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		err := s.Tx(persistencetest.System(t), func(x *persistence.Session) error {
			region := persistence.Location{LocationType: "R"}
			put(t, x, &region)
			for _, c := range []struct {
				location    *int
				year, month int
				want        int
			}{
				{nil, 1900, 1, 0}, {nil, 9000, 12, 0}, {ptr(0), 2024, 1, 0}, {ptr(-1), 2024, 1, 0}, {&region.LocationID, 2024, 1, region.LocationID},
			} {
				r, err := batchRequest(x, c.location, c.year, c.month)
				if err != nil || number(r.Location) != c.want || r.Year != c.year || r.Month != c.month || r.Now.IsZero() {
					t.Errorf("%v %d-%d: %+v, %v", c.location, c.year, c.month, r, err)
				}
			}
			for _, year := range []int{1899, 9001} {
				if _, err := batchRequest(x, nil, year, 1); core.CodeOf(err) != core.Invalid {
					t.Errorf("the year %d gives %v", year, err)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestBatchErrors(t *testing.T) {
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		for _, c := range []struct {
			location    *int
			year, month int
			want        core.Code
		}{
			{nil, 2024, 0, core.Invalid}, {nil, 2024, 13, core.Invalid}, {nil, 24, 1, core.Invalid}, {ptr(4711), 2024, 1, core.NotFound},
		} {
			err := s.Tx(persistencetest.System(t), func(x *persistence.Session) error {
				_, err := Batches{}.Run(x, c.location, c.year, c.month)
				return err
			})
			if core.CodeOf(err) != c.want {
				t.Errorf("%d-%d gives %v", c.year, c.month, err)
			}
		}
		err := s.Tx(persistencetest.System(t), func(x *persistence.Session) error {
			_, err := Batches{}.Undo(x, 4711)
			return err
		})
		if core.CodeOf(err) != core.NotFound {
			t.Errorf("undoing no run gives %v", err)
		}
	})
}

// The statements of a run do not grow with the claims it loads, but for one write a row.
func TestBatchStatements(t *testing.T) {
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		batchScheme(t, s, 4, CorrectedRules)
		now := s.Wall(time.Now())
		ctx, counter := persistence.CountStatements(persistencetest.System(t))
		err := s.Tx(ctx, func(x *persistence.Session) error {
			products, err := loadProducts(x, nil)
			if err != nil {
				return err
			}
			return fixPlan(x, PlanBatch(BatchRequest{Year: now.Year(), Month: int(now.Month()), Now: x.Now()}, products, CorrectedRules), productKeys(products))
		})
		if err != nil || counter.Count() != 8 {
			t.Errorf("drawing the indexes takes %d statements, %v", counter.Count(), err)
		}
		counter.Reset()
		err = s.Tx(ctx, func(x *persistence.Session) error {
			return fixPlan(x, PlanBatch(BatchRequest{Year: now.Year(), Month: int(now.Month()), Now: x.Now()}, []persistence.Product{{ProdID: 1}}, CorrectedRules), []int{1})
		})
		if err != nil || counter.Count() != 0 {
			t.Errorf("nothing to draw takes %d statements, %v", counter.Count(), err)
		}
	})
}
