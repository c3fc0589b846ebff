package scheme

import (
	"context"
	"fmt"
	"os"
	"slices"
	"testing"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

// enterMany stores n claims of so many lines, as entered.
func (w *claimScheme) enterMany(t testing.TB, n, lines int) (ids []persistence.UUID) {
	t.Helper()
	var claims []persistence.Claim
	var items []persistence.ClaimItem
	var services []persistence.ClaimService
	for i := range n {
		d := w.claimDraft(fmt.Sprint("M", i), lines)
		d.Claim.ClaimStatus, d.Claim.Claimed = StatusEntered, ptr(claimedAmount(d.Items, d.Services))
		d.Claim.FeedbackStatus, d.Claim.ReviewStatus = ptr(1), ptr(1)
		claims = append(claims, d.Claim)
	}
	err := w.store.Tx(persistencetest.System(t), func(x *persistence.Session) error {
		if err := persistence.InsertMany(x, claims); err != nil {
			return err
		}
		items, services, ids = nil, nil, nil
		for i := range claims {
			ids = append(ids, claims[i].ClaimUUID)
			d := w.claimDraft("", lines)
			belongTo(claims[i].ClaimID, d.Items, d.Services)
			for _, l := range d.Items {
				l.ClaimItemStatus, l.RejectionReason = linePassed, ptr(ReasonNone)
				items = append(items, l)
			}
			for _, l := range d.Services {
				l.ClaimServiceStatus, l.RejectionReason = linePassed, ptr(ReasonNone)
				services = append(services, l)
			}
		}
		if err := persistence.InsertMany(x, items); err != nil {
			return err
		}
		return persistence.InsertMany(x, services)
	})
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

// atOnce runs one of the use cases for many claims and counts its statements.
func (w *claimScheme) atOnce(t testing.TB, use func(x *persistence.Session, ids []persistence.UUID) ([]ClaimResult, error), ids []persistence.UUID) (results []ClaimResult, statements int) {
	t.Helper()
	ctx, counter := persistence.CountStatements(persistencetest.System(t))
	err := w.store.Tx(ctx, func(x *persistence.Session) (err error) {
		results, err = use(x, ids)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return results, counter.Count()
}

// Each claim asks for 440: a ceiling of 1000 for the policy pays two and part of a third.
func TestManyClaimsShareACeiling(t *testing.T) {
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		w := newClaimScheme(t, s, func(w *claimScheme) { w.product.MaxPolicy = ptr(money("1000")) })
		ids := w.enterMany(t, 4, 3)
		submitted, _ := w.atOnce(t, Claims{}.SubmitMany, ids)
		for _, r := range submitted {
			if r.Err != nil || r.Outcome.Claim.ClaimStatus != StatusChecked {
				t.Fatalf("submitted: %+v", r)
			}
		}
		processed, _ := w.atOnce(t, Claims{}.ProcessMany, ids)
		var paid []string
		for _, r := range processed {
			sum := money("0")
			for _, l := range r.Outcome.Items {
				sum = sum.Add(amount(l.RemuneratedAmount))
			}
			for _, l := range r.Outcome.Services {
				sum = sum.Add(amount(l.RemuneratedAmount))
			}
			paid = append(paid, sum.StringFixed(0))
		}
		if want := []string{"440", "440", "120", "0"}; !slices.Equal(paid, want) {
			t.Errorf("the claims are paid %v, want %v", paid, want)
		}
		stored, l := ClaimRows{}, &loader{db: s.Read(persistencetest.System(t)).DB()}
		find(l, &stored.Claims, persistence.IsNull(column("tblClaim", "ValidityTo")))
		find(l, &stored.Items, persistence.IsNull(column("tblClaimItems", "ValidityTo")))
		find(l, &stored.Services, persistence.IsNull(column("tblClaimServices", "ValidityTo")))
		if l.err != nil {
			t.Fatal(l.err)
		}
		for i, r := range processed {
			sum := money("0")
			for _, line := range stored.lines(r.Outcome.Claim.ClaimID) {
				sum = sum.Add(amount(line.Remunerated))
			}
			if sum.StringFixed(0) != paid[i] || !slices.ContainsFunc(stored.Claims, func(c persistence.Claim) bool {
				return c.ClaimID == r.Outcome.Claim.ClaimID && c.ClaimStatus == r.Outcome.Claim.ClaimStatus && c.ClaimStatus > StatusChecked
			}) {
				t.Errorf("claim %d is stored with lines of %s", i, sum)
			}
		}
		var events int64
		if err := s.Read(persistencetest.System(t)).DB().Model(&persistence.Outbox{}).Count(&events).Error; err != nil || events != 8 {
			t.Errorf("%d events, %v", events, err)
		}
	})
}

func TestManyClaimsFailOneByOne(t *testing.T) {
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		w := newClaimScheme(t, s, nil)
		ids := w.enterMany(t, 2, 2)
		ids = append(ids, ids[0], persistence.NewUUID())
		results, _ := w.atOnce(t, Claims{}.SubmitMany, ids)
		var codes []core.Code
		for _, r := range results {
			codes = append(codes, core.CodeOf(r.Err))
		}
		if codes[2] != core.Conflict || codes[3] != core.NotFound || results[0].Err != nil || results[1].Err != nil {
			t.Errorf("the claims give %v", codes)
		}
		err := s.Tx(persistencetest.System(t), func(x *persistence.Session) error {
			_, err := Claims{}.ProcessMany(x, make([]persistence.UUID, ManyClaims+1))
			return err
		})
		if core.CodeOf(err) != core.Invalid {
			t.Errorf("too many give %v", err)
		}
		if unknown, _ := w.atOnce(t, Claims{}.ProcessMany, make([]persistence.UUID, ManyClaims)); len(unknown) != ManyClaims || core.CodeOf(unknown[0].Err) != core.NotFound {
			t.Errorf("as many as may be give %d results", len(unknown))
		}
		if none, statements := w.atOnce(t, Claims{}.ProcessMany, nil); len(none) != 0 || statements > 0 {
			t.Errorf("no claims give %v with %d statements", none, statements)
		}
	})
}

// On PostgreSQL the statements do not grow with the claims; elsewhere each row is written
// by itself.
func TestManyClaimsTakeAsManyStatementsAsFew(t *testing.T) {
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		w := newClaimScheme(t, s, nil)
		few, many := w.enterMany(t, 2, 4), w.enterMany(t, 40, 6)
		for _, step := range []func(x *persistence.Session, ids []persistence.UUID) ([]ClaimResult, error){Claims{}.SubmitMany, Claims{}.ProcessMany} {
			_, first := w.atOnce(t, step, few)
			_, second := w.atOnce(t, step, many)
			if rows := 40*7 - 2*5; second > first+rows {
				t.Errorf("%d statements for 2 claims, %d for 40", first, second)
			}
			t.Logf("%d statements for 2 claims of 4 lines, %d for 40 of 6", first, second)
		}
	})
}

// BenchmarkAdjudication submits and processes 10 000 claims of five lines of a thousand
// families, as the batch does: 250 in a transaction, by as many workers as there are
// processors where the database has several writers. A family's claims go to one worker.
func BenchmarkAdjudication(b *testing.B) {
	const claims = 10_000
	b.Run("sqlite", func(b *testing.B) { benchmarkAdjudication(b, persistencetest.SQLite, claims, 1) })
	if os.Getenv(persistencetest.PostgresEnv) != "" {
		for _, workers := range []int{1, 2} {
			b.Run(fmt.Sprint("postgres-by-", workers), func(b *testing.B) { benchmarkAdjudication(b, persistencetest.Postgres, claims, workers) })
		}
	}
}

func benchmarkAdjudication(b *testing.B, open func(testing.TB, ...persistencetest.Option) *persistence.Store, claims, workers int) {
	var statements int
	for range b.N {
		b.StopTimer()
		w := newClaimScheme(b, open(b), nil)
		ids := w.enterMany(b, claims, 5)
		w.spread(b, 1000)
		if err := w.store.Tx(persistencetest.System(b), func(x *persistence.Session) error {
			return x.DB().Exec("ANALYZE").Error // as an import does, and autovacuum within a minute
		}); err != nil {
			b.Fatal(err)
		}
		ctx, counter := persistence.CountStatements(persistencetest.System(b))
		b.StartTimer()
		failed := make(chan error, workers)
		for worker := range workers {
			go func() {
				var own []persistence.UUID
				for i := worker; i < len(ids); i += workers {
					own = append(own, ids[i])
				}
				failed <- w.adjudicate(ctx, own)
			}()
		}
		for range workers {
			if err := <-failed; err != nil {
				b.Fatal(err)
			}
		}
		statements = counter.Count()
	}
	b.ReportMetric(float64(statements)/float64(claims), "statements/claim")
	b.ReportMetric(float64(claims)*float64(b.N)/b.Elapsed().Seconds(), "claims/s")
}

// adjudicate submits and processes the claims, 250 in a transaction.
func (w *claimScheme) adjudicate(ctx context.Context, ids []persistence.UUID) error {
	for _, step := range []func(x *persistence.Session, ids []persistence.UUID) ([]ClaimResult, error){Claims{}.SubmitMany, Claims{}.ProcessMany} {
		for some := range slices.Chunk(ids, 250) {
			err := w.store.Tx(ctx, func(x *persistence.Session) error {
				results, err := step(x, some)
				for _, r := range results {
					if r.Err != nil || r.Outcome.Claim.ClaimStatus == StatusRejected {
						return fmt.Errorf("claim %s: %w", r.ID, r.Err)
					}
				}
				return err
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// spread gives the claims to so many insured persons, each with a family and a policy.
func (w *claimScheme) spread(b *testing.B, n int) {
	b.Helper()
	err := w.store.Tx(persistencetest.System(b), func(x *persistence.Session) error {
		people, families := make([]persistence.Insuree, n), make([]persistence.Family, n)
		policies, members := make([]persistence.Policy, n), make([]persistence.InsureePolicy, n)
		for i := range n {
			families[i] = persistence.Family{InsureeID: w.insuree.InsureeID, LocationID: w.insuree.Family.LocationID}
		}
		if err := persistence.InsertMany(x, families); err != nil {
			return err
		}
		for i := range n {
			people[i], policies[i] = w.insuree, w.policy
			people[i].InsureeID, people[i].InsureeUUID, people[i].FamilyID, people[i].Family = 0, "", &families[i].FamilyID, nil
			policies[i].PolicyID, policies[i].PolicyUUID, policies[i].FamilyID = 0, "", families[i].FamilyID
		}
		if err := persistence.InsertMany(x, people); err != nil {
			return err
		}
		if err := persistence.InsertMany(x, policies); err != nil {
			return err
		}
		for i := range n {
			p := &policies[i]
			members[i] = persistence.InsureePolicy{InsureeID: people[i].InsureeID, PolicyID: p.PolicyID, EnrollmentDate: p.EffectiveDate, StartDate: p.EffectiveDate, EffectiveDate: p.EffectiveDate, ExpiryDate: p.ExpiryDate}
		}
		if err := persistence.InsertMany(x, members); err != nil {
			return err
		}
		var claims []persistence.Claim
		if err := x.DB().Select("ClaimID").Find(&claims).Error; err != nil {
			return err
		}
		given := map[int][]int{}
		for i := range claims {
			person := people[i%n].InsureeID
			given[person] = append(given[person], claims[i].ClaimID)
		}
		for person, keys := range given {
			if err := x.DB().Model(&persistence.Claim{}).Where(persistence.In(column("tblClaim", "ClaimID"), keys)).Update("InsureeID", person).Error; err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}

// TestManyClaimsCountEachOther cites rule 2.9: of claims for an item that is paid every
// ten days the first is checked and the others find it. Earlier claims are looked for only
// where something is counted.
func TestManyClaimsCountEachOther(t *testing.T) {
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		w := newClaimScheme(t, s, nil)
		submit := func(days, claims int) (reasons string, statements int) {
			err := s.Tx(persistencetest.System(t), func(x *persistence.Session) error {
				return x.DB().Model(&persistence.Item{}).Where("1 = 1").Update("ItemFrequency", days).Error
			})
			if err != nil {
				t.Fatal(err)
			}
			results, statements := w.atOnce(t, Claims{}.SubmitMany, w.enterMany(t, claims, 2))
			for _, r := range results {
				if r.Err != nil {
					t.Fatal(r.Err)
				}
				reasons += fmt.Sprint(number(r.Outcome.Items[0].RejectionReason), number(r.Outcome.Services[0].RejectionReason), " ")
			}
			return reasons, statements
		}
		submit(0, 2) // statements that are asked once
		free, few := submit(0, 2)
		counted, many := submit(1000, 2)
		if free != "0 0 0 0 " || counted != "5 0 5 0 " || many != few+2 {
			t.Errorf("reasons %q of %d statements, %q of %d", free, few, counted, many)
		}
		err := s.Tx(persistencetest.System(t), func(x *persistence.Session) error {
			return x.DB().Model(&persistence.Claim{}).Where("1 = 1").Update("ClaimStatus", StatusRejected).Error
		})
		if err != nil {
			t.Fatal(err)
		}
		if first, _ := submit(10, 3); first != "0 0 5 0 5 0 " {
			t.Errorf("of three claims alone: reasons %q", first)
		}
	})
}
