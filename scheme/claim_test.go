package scheme

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

func TestClaimGoesThroughItsStates(t *testing.T) {
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		w := newClaimScheme(t, s, func(w *claimScheme) { w.product.MaxInsuree = ptr(money("500")) })
		first := w.enter(t, "A", false)
		if first.Claim.ClaimStatus != StatusEntered || first.Claim.Claimed.StringFixed(2) != "420.00" {
			t.Fatalf("entered as %d over %s", first.Claim.ClaimStatus, first.Claim.Claimed)
		}
		if _, err := w.run(t, func(x *persistence.Session) (*ClaimOutcome, error) { return Claims{}.Process(x, first.Claim.ClaimUUID) }); core.CodeOf(err) != core.Conflict {
			t.Errorf("an entered claim was processed: %v", err)
		}
		if out, err := w.run(t, func(x *persistence.Session) (*ClaimOutcome, error) { return Claims{}.Submit(x, first.Claim.ClaimUUID) }); err != nil || out.Claim.ClaimStatus != StatusChecked {
			t.Fatalf("submitted: %v", err)
		}
		if _, err := w.run(t, func(x *persistence.Session) (*ClaimOutcome, error) { return Claims{}.Submit(x, first.Claim.ClaimUUID) }); core.CodeOf(err) != core.Conflict {
			t.Errorf("a checked claim was submitted again: %v", err)
		}
		out, err := w.run(t, func(x *persistence.Session) (*ClaimOutcome, error) { return Claims{}.Process(x, first.Claim.ClaimUUID) })
		if err != nil || out.Claim.ClaimStatus != StatusValuated {
			t.Fatalf("processed: %v", err)
		}
		wantValues(t, out, "20.00", "400.00")

		// of the ceiling of 500, 80 are left for the second claim: the item takes 20
		second := w.enter(t, "B", true)
		out, err = w.run(t, func(x *persistence.Session) (*ClaimOutcome, error) {
			return Claims{}.Process(x, second.Claim.ClaimUUID)
		})
		if err != nil {
			t.Fatal(err)
		}
		wantValues(t, out, "20.00", "60.00")
		if exceeded := out.Services[0].ExceedCeilingAmount; exceeded == nil || exceeded.StringFixed(2) != "340.00" {
			t.Errorf("above the ceiling: %v, want 340.00", exceeded)
		}
		var bookings []persistence.ClaimDedRem
		if err := s.Read(persistencetest.System(t)).DB().Order("1").Find(&bookings).Error; err != nil || len(bookings) != 2 {
			t.Fatalf("%d bookings, %v", len(bookings), err)
		}
		if bookings[1].RemG.StringFixed(2) != "80.00" {
			t.Errorf("the second claim booked %s, want 80.00", bookings[1].RemG)
		}
		var events []persistence.Outbox
		if err := s.Read(persistencetest.System(t)).DB().Order("id").Find(&events).Error; err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, e := range events {
			names = append(names, e.Name)
		}
		want := []string{"claim.entered", "claim.submitted", "claim.valuated", "claim.submitted", "claim.valuated"}
		if len(names) != len(want) {
			t.Fatalf("events %v, want %v", names, want)
		}
		for i := range want {
			if names[i] != want[i] {
				t.Errorf("events %v, want %v", names, want)
			}
		}
	})
}

func wantValues(t *testing.T, out *ClaimOutcome, item, service string) {
	t.Helper()
	text := func(d *decimal.Decimal) string {
		if d == nil {
			return "nothing"
		}
		return d.StringFixed(2)
	}
	if got := text(out.Items[0].PriceValuated); got != item {
		t.Errorf("the item is worth %s, want %s", got, item)
	}
	if got := text(out.Services[0].PriceValuated); got != service {
		t.Errorf("the service is worth %s, want %s", got, service)
	}
}

func TestCodeThatSeveralClaimsHaveIsAConflict(t *testing.T) {
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		w := newClaimScheme(t, s, nil)
		err := s.Tx(persistencetest.System(t), func(x *persistence.Session) error {
			for range 2 { // as the legacy application may have left them
				d := w.claimDraft("TWICE", 0)
				d.Claim.ClaimStatus = StatusChecked
				put(t, x, &d.Claim)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.run(t, func(x *persistence.Session) (*ClaimOutcome, error) {
			return Claims{}.Enter(x, w.claimDraft("TWICE", 2), true)
		})
		if core.CodeOf(err) != core.Conflict {
			t.Errorf("got %v", err)
		}
	})
}

func TestCodeOfAClaimDeletedByOthersIsFree(t *testing.T) {
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		w := newClaimScheme(t, s, nil)
		first := w.enter(t, "A", true)
		err := s.Tx(persistencetest.System(t), func(x *persistence.Session) error { // the legacy application closes the row
			return x.DB().Model(&persistence.Claim{}).Where(persistence.Compare(column("tblClaim", "ClaimID"), "=", first.Claim.ClaimID)).Update("ValidityTo", x.Now()).Error
		})
		if err != nil {
			t.Fatal(err)
		}
		enter := func(content string) (*ClaimOutcome, error) {
			return w.run(t, func(x *persistence.Session) (*ClaimOutcome, error) {
				d := w.claimDraft("A", 2)
				d.Content = content
				return Claims{}.Enter(x, d, true)
			})
		}
		if second, err := enter("x"); err != nil || second.Repeated || second.Claim.ClaimUUID == first.Claim.ClaimUUID {
			t.Errorf("the deleted claim was taken for an answer, %v", err)
		}
		if _, err := enter("y"); core.CodeOf(err) != core.Conflict {
			t.Errorf("the code is not that of the second claim: %v", err)
		}
	})
}

// crashEnv names the database file of a child process that submits claims until it is
// killed.
const crashEnv = "OPENIMIS_TEST_CRASH_FILE"

func TestKilledDuringSubmissionLeavesWholeClaims(t *testing.T) {
	if file := os.Getenv(crashEnv); file != "" {
		submitForever(t, file)
		return
	}
	file := filepath.Join(t.TempDir(), "crash.db")
	child := exec.Command(os.Args[0], "-test.run=^TestKilledDuringSubmissionLeavesWholeClaims$")
	child.Env = append(os.Environ(), crashEnv+"="+file)
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	// It is killed in the middle of its work: once some claims are there.
	deadline := time.Now().Add(60 * time.Second)
	for {
		if info, err := os.Stat(file + ".working"); err == nil && time.Since(info.ModTime()) > 700*time.Millisecond {
			break
		}
		if time.Now().After(deadline) {
			_ = child.Process.Kill()
			t.Fatal("the child made no claims")
		}
		time.Sleep(10 * time.Millisecond)
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = child.Wait()

	s, err := persistence.Open(t.Context(), persistence.Options{DSN: "sqlite://" + file, Timezone: persistencetest.Zone})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	db := s.Read(persistencetest.System(t)).DB()
	var claims []persistence.Claim
	var items []persistence.ClaimItem
	var services []persistence.ClaimService
	var events []persistence.Outbox
	for _, into := range []any{&claims, &items, &services, &events} {
		if err := db.Find(into).Error; err != nil {
			t.Fatal(err)
		}
	}
	lines := map[int]int{}
	for i := range items {
		lines[items[i].ClaimID]++
	}
	for i := range services {
		lines[services[i].ClaimID]++
	}
	for i := range claims {
		if lines[claims[i].ClaimID] != 6 || claims[i].ClaimStatus != StatusChecked || claims[i].SubmitStamp == nil {
			t.Errorf("claim %s has %d lines of 6 and status %d", claims[i].ClaimCode, lines[claims[i].ClaimID], claims[i].ClaimStatus)
		}
		delete(lines, claims[i].ClaimID)
	}
	if len(lines) > 0 || len(claims) == 0 || len(events) != len(claims) {
		t.Errorf("%d claims, %d events, lines without claim: %v", len(claims), len(events), lines)
	}
	t.Logf("%d claims when it was killed", len(claims))
}

// submitForever is the child.
func submitForever(t *testing.T, file string) {
	s, err := persistence.Open(t.Context(), persistence.Options{DSN: "sqlite://" + file, Timezone: persistencetest.Zone})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Migrate(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	w := newClaimScheme(t, s, nil)
	next := codes("C")
	for n := 0; ; n++ {
		if _, err := w.run(t, func(x *persistence.Session) (*ClaimOutcome, error) {
			return Claims{}.Enter(x, w.claimDraft(next(), 6), true)
		}); err != nil {
			t.Fatal(err)
		}
		if n == 3 {
			if err := os.WriteFile(file+".working", nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// BenchmarkSubmitClaim submits claims of five lines, one transaction each.
func BenchmarkSubmitClaim(b *testing.B) {
	stores := map[string]func(testing.TB, ...persistencetest.Option) *persistence.Store{"sqlite": persistencetest.SQLite}
	if os.Getenv(persistencetest.PostgresEnv) != "" {
		stores["postgres"] = persistencetest.Postgres
	}
	for name, open := range stores {
		b.Run(name, func(b *testing.B) {
			w := newClaimScheme(b, open(b), nil)
			ctx, statements := persistence.CountStatements(persistencetest.System(b))
			next := codes("C")
			b.ResetTimer()
			for range b.N {
				d := w.claimDraft(next(), 5)
				err := w.store.Tx(ctx, func(x *persistence.Session) error {
					_, err := Claims{}.Enter(x, d, true)
					return err
				})
				if err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "claims/s")
			b.ReportMetric(float64(statements.Count())/float64(b.N), "statements/claim")
		})
	}
}
