package demo_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"github.com/shopspring/decimal"
	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/core/security"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/demo"
	"github.com/openimis/openimis-go/persistence/persistencetest"
	"github.com/openimis/openimis-go/persistence/tables"
)

var today = persistence.DateOf(2026, 11, 20)

func generate(t *testing.T, s *persistence.Store, o demo.Options) *demo.Report {
	t.Helper()
	if o.Today.IsZero() {
		o.Today = today
	}
	report, err := demo.Generate(persistencetest.System(t), s, o)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// dump gives every table as the lines of its CSV file, sorted: databases differ in how
// they order letters.
func dump(t *testing.T, s *persistence.Store) map[string][]byte {
	t.Helper()
	dir := t.TempDir()
	if _, err := tables.Export(persistencetest.System(t), s, tables.ExportOptions{Dir: dir}); err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	dumped := map[string][]byte{}
	for _, file := range files {
		text, err := os.ReadFile(filepath.Join(dir, file.Name()))
		if err != nil {
			t.Fatal(err)
		}
		lines := bytes.Split(text, []byte("\n"))
		slices.SortFunc(lines, bytes.Compare)
		dumped[file.Name()] = bytes.Join(lines, []byte("\n"))
	}
	return dumped
}

func sameDump(t *testing.T, got, want map[string][]byte) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%d tables have rows, want %d", len(got), len(want))
	}
	for name := range want {
		if !bytes.Equal(got[name], want[name]) {
			t.Errorf("%s differs", name)
		}
	}
}

func TestSameSeedSameRowsOnEveryDatabase(t *testing.T) {
	reference := persistencetest.SQLite(t)
	generate(t, reference, demo.Options{})
	want := dump(t, reference)
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		generate(t, s, demo.Options{})
		sameDump(t, dump(t, s), want)
	})
	other := persistencetest.SQLite(t)
	generate(t, other, demo.Options{Seed: 1})
	if bytes.Equal(dump(t, other)["tblInsuree.csv"], want["tblInsuree.csv"]) {
		t.Error("another seed makes the same people")
	}
}

// What was made can be exported and imported: every key is unique and every reference,
// also those no database enforces, finds its row.
func TestReferencesHold(t *testing.T) {
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		generate(t, s, demo.Options{})
		dir := t.TempDir()
		exported, err := tables.Export(persistencetest.System(t), s, tables.ExportOptions{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		copied := persistencetest.SQLite(t)
		imported, err := tables.Import(persistencetest.System(t), copied, tables.ImportOptions{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		if imported.Rows != exported.Rows {
			t.Errorf("%d rows imported of %d", imported.Rows, exported.Rows)
		}
		sameDump(t, dump(t, copied), dump(t, s))
	})
}

func count(t *testing.T, s *persistence.Store, model any, where string, args ...any) int {
	t.Helper()
	var n int64
	if err := s.Read(persistencetest.System(t)).DB().Model(model).Where(where, args...).Count(&n).Error; err != nil {
		t.Fatal(err)
	}
	return int(n)
}

const live = `"ValidityTo" IS NULL`

func TestSmallHasEverything(t *testing.T) {
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		report := generate(t, s, demo.Options{})
		t.Logf("%+v", *report)
		for _, want := range []struct {
			what        string
			got         int
			least, most int
		}{
			{"insured persons", count(t, s, &persistence.Insuree{}, live), demo.Small, demo.Small},
			{"families", count(t, s, &persistence.Family{}, live), 50, 80},
			{"facilities", count(t, s, &persistence.HealthFacility{}, live), 20, 20},
			{"claims", count(t, s, &persistence.Claim{}, live), 220, 340},
			{"items", count(t, s, &persistence.Item{}, live), 55, 65},
			{"services", count(t, s, &persistence.Service{}, live), 38, 45},
			{"diagnoses", count(t, s, &persistence.Diagnosis{}, live), 55, 65},
			{"former persons", count(t, s, &persistence.Insuree{}, `"LegacyID" IS NOT NULL`), 5, 12},
			{"deleted persons", count(t, s, &persistence.Insuree{}, `"ValidityTo" IS NOT NULL AND "LegacyID" IS NULL`), 1, 1},
			{"former facilities", count(t, s, &persistence.HealthFacility{}, `"LegacyID" IS NOT NULL`), 1, 1},
			{"former claims", count(t, s, &persistence.Claim{}, `"LegacyID" IS NOT NULL`), 1, 20},
			{"deleted claims", count(t, s, &persistence.Claim{}, `"ValidityTo" IS NOT NULL AND "LegacyID" IS NULL`), 1, 1},
			{"feedback", count(t, s, &persistence.Feedback{}, live), 3, 40},
			{"prompts", count(t, s, &persistence.FeedbackPrompt{}, live), 3, 60},
			{"reviewed claims", count(t, s, &persistence.Claim{}, live+` AND "ReviewStatus" = 8`), 3, 60},
			{"role rights", count(t, s, &persistence.RoleRight{}, live), 256, 262},
			{"photographs nobody has", count(t, s, &persistence.Photo{}, `"photo" IS NULL`), 0, 0},
			{"policy holders", count(t, s, &persistence.PolicyHolder{}, ""), 4, 4},
			{"contracts", count(t, s, &persistence.HolderContract{}, ""), 4, 4},
			{"insured persons of policy holders", count(t, s, &persistence.PolicyHolderInsuree{}, ""), 24, 24},
			{"insured persons of contracts", count(t, s, &persistence.HolderContractDetails{}, ""), 24, 24},
			{"plans in bundles", count(t, s, &persistence.ContributionPlanBundleDetails{}, ""), 2, 2},
			{"invoices of policy holders", count(t, s, &persistence.Invoice{}, `"ThirdpartyType" = 4`), 2, 20},
			{"renewals of policies", count(t, s, &persistence.Policy{}, live+` AND "PolicyStage" = 'R'`), 3, 20},
		} {
			if want.got < want.least || want.got > want.most {
				t.Errorf("%d %s, want %d to %d", want.got, want.what, want.least, want.most)
			}
		}
		for _, status := range []int{1, 2, 4, 8, 16} {
			if n := count(t, s, &persistence.Claim{}, live+` AND "ClaimStatus" = ?`, status); n < 2 {
				t.Errorf("%d claims in status %d", n, status)
			}
			if n := count(t, s, &persistence.Policy{}, live+` AND "PolicyStatus" = ?`, status); n < 2 {
				t.Errorf("%d policies in status %d", n, status)
			}
		}
		for _, status := range []int{0, 1, 2, 3, 5, 7} {
			if n := count(t, s, &persistence.Invoice{}, `"Status" = ?`, status); n == 0 {
				t.Errorf("no invoice in status %d", status)
			}
		}
		for _, status := range []int{1, 2, 7} {
			if n := count(t, s, &persistence.Bill{}, `"Status" = ?`, status); n == 0 {
				t.Errorf("no bill in status %d", status)
			}
		}
		for _, status := range []int{-3, 2, 4, 5} {
			if n := count(t, s, &persistence.Payment{}, `"PaymentStatus" = ?`, status); n == 0 {
				t.Errorf("no electronic payment in status %d", status)
			}
		}
		for _, reason := range []int{-1, 2, 3, 4} {
			n := count(t, s, &persistence.ClaimService{}, `"RejectionReason" = ?`, reason) + count(t, s, &persistence.ClaimItem{}, `"RejectionReason" = ?`, reason)
			if n == 0 {
				t.Errorf("no line is refused for reason %d", reason)
			}
		}
	})
}

// Every status is there whatever the day, also early in a month and for other seeds.
func TestEveryStatusOnEveryDay(t *testing.T) {
	for i, day := range []persistence.Date{persistence.DateOf(2026, 1, 1), persistence.DateOf(2026, 3, 2), persistence.DateOf(2024, 2, 29), persistence.DateOf(2026, 7, 20), persistence.DateOf(2026, 7, 21), persistence.DateOf(2026, 12, 31)} {
		s := persistencetest.SQLite(t)
		generate(t, s, demo.Options{Today: day, Seed: uint64(i)}) //nolint:gosec // small
		for _, status := range []int{1, 2, 4, 8, 16} {
			if n := count(t, s, &persistence.Claim{}, live+` AND "ClaimStatus" = ?`, status); n == 0 {
				t.Errorf("%s: no claim in status %d", day, status)
			}
		}
		if n := count(t, s, &persistence.Claim{}, `"DateClaimed" > ? OR "DateFrom" > "DateTo"`, day); n > 0 {
			t.Errorf("%s: %d claims with dates that cannot be", day, n)
		}
	}
}

// The amounts on a claim are the sums of those on its lines.
func TestAmountsAddUp(t *testing.T) {
	s := persistencetest.SQLite(t)
	generate(t, s, demo.Options{Size: 600})
	var claims []persistence.Claim
	if err := s.Read(persistencetest.System(t)).DB().Preload("Items").Preload("Services").Where(live).Find(&claims).Error; err != nil {
		t.Fatal(err)
	}
	for i := range claims {
		claim := &claims[i]
		if problem := adds(claim); problem != "" {
			t.Errorf("claim %s, status %d: %s", claim.ClaimCode, claim.ClaimStatus, problem)
		}
	}
}

func adds(claim *persistence.Claim) string {
	var claimed, valuated, remunerated, approved = claim.Claimed.Sub(*claim.Claimed), claim.Claimed.Sub(*claim.Claimed), claim.Claimed.Sub(*claim.Claimed), claim.Claimed.Sub(*claim.Claimed)
	passed := 0
	add := func(status int, reason *int, l persistence.ClaimItem) {
		claimed = claimed.Add(l.QtyProvided.Mul(l.PriceAsked))
		if (status == 1) != (*reason == 0) {
			passed = -1000
		}
		if status != 1 {
			return
		}
		passed++
		approved = approved.Add(l.QtyProvided.Mul(l.PriceAsked))
		if l.PriceValuated != nil {
			valuated = valuated.Add(*l.PriceValuated)
		}
		if l.RemuneratedAmount != nil {
			remunerated = remunerated.Add(*l.RemuneratedAmount)
		}
	}
	for _, l := range claim.Items {
		add(l.ClaimItemStatus, l.RejectionReason, l)
	}
	for _, l := range claim.Services {
		add(l.ClaimServiceStatus, l.RejectionReason, persistence.ClaimItem{QtyProvided: l.QtyProvided, PriceAsked: l.PriceAsked, PriceValuated: l.PriceValuated, RemuneratedAmount: l.RemuneratedAmount})
	}
	switch {
	case passed < 0:
		return "a line's status and reason disagree"
	case !claimed.Equal(*claim.Claimed):
		return fmt.Sprintf("claimed %s, lines %s", claim.Claimed, claimed)
	case (claim.ClaimStatus == 1) != (passed == 0):
		return fmt.Sprintf("%d lines passed", passed)
	case claim.ClaimStatus == 16 && (!claim.Valuated.Equal(valuated) || !claim.Remunerated.Equal(remunerated)):
		return fmt.Sprintf("valuated %s, lines %s; remunerated %s, lines %s", claim.Valuated, valuated, claim.Remunerated, remunerated)
	case claim.ClaimStatus >= 8 && !claim.Approved.Equal(approved):
		return fmt.Sprintf("approved %s, lines %s", claim.Approved, approved)
	case claim.ClaimStatus == 8 && (claim.Valuated != nil || claim.RunID != nil):
		return "waits for its index but is valuated"
	}
	return ""
}

// The total of a bill is the sum of its lines, and an invoice or bill is paid exactly when
// a payment for its total stands.
func TestBillsAndPaymentsAddUp(t *testing.T) {
	s := persistencetest.SQLite(t)
	generate(t, s, demo.Options{Size: 600})
	db := s.Read(persistencetest.System(t)).DB()
	var invoices []persistence.Invoice
	var bills []persistence.Bill
	var details []persistence.DetailPaymentInvoice
	for _, rows := range []any{&invoices, &bills, &details} {
		if err := db.Preload(clause.Associations).Find(rows).Error; err != nil {
			t.Fatal(err)
		}
	}
	stands := map[string]decimal.Decimal{}
	for _, d := range details {
		if d.Status == 1 {
			stands[d.SubjectKind.Model+*d.SubjectID] = *d.Amount
		}
	}
	check := func(kind string, id persistence.UUID, code string, status int, total, lines decimal.Decimal) {
		if !total.Equal(lines) || !total.IsPositive() {
			t.Errorf("%s is for %s, its lines for %s", code, total, lines)
		}
		paid, is := stands[kind+string(id)]
		if is != (status == 2 || status == 7) || is && !paid.Equal(total) {
			t.Errorf("%s in status %d for %s was paid %s", code, status, total, paid)
		}
	}
	for _, row := range invoices {
		sum := decimal.Zero
		for _, line := range row.Lines {
			sum = sum.Add(line.AmountTotal)
		}
		check("invoice", row.UUID, row.Code, row.Status, row.AmountTotal, sum)
	}
	for _, row := range bills {
		sum := decimal.Zero
		for _, line := range row.Lines {
			sum = sum.Add(line.AmountTotal)
		}
		check("bill", row.UUID, row.Code, row.Status, row.AmountTotal, sum)
	}
	if len(invoices) < 20 || len(bills) < 5 {
		t.Errorf("%d invoices and %d bills", len(invoices), len(bills))
	}
}

func TestUsersCanLogIn(t *testing.T) {
	s := persistencetest.SQLite(t)
	generate(t, s, demo.Options{})
	for _, user := range demo.Users {
		var row persistence.User
		if err := s.Read(persistencetest.System(t)).DB().Where(`"LoginName" = ?`, user.Login).Take(&row).Error; err != nil {
			t.Fatal(err)
		}
		if !security.VerifyPassword(user.Password, *row.PrivateKey, *row.StoredPassword) {
			t.Errorf("%s cannot log in with %s", user.Login, user.Password)
		}
		if n := count(t, s, &persistence.UserRole{}, `"UserID" = ?`, row.UserID); n != len(user.Roles) {
			t.Errorf("%s holds %d roles, want %d", user.Login, n, len(user.Roles))
		}
	}
}

func TestOnlyIntoAnEmptyDatabase(t *testing.T) {
	s := persistencetest.SQLite(t)
	generate(t, s, demo.Options{Size: 5})
	if _, err := demo.Generate(persistencetest.System(t), s, demo.Options{}); core.CodeOf(err) != core.Conflict {
		t.Errorf("a second time: %v", err)
	}
}

func TestMemoryDoesNotGrowWithTheSize(t *testing.T) {
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		var most uint64
		report := generate(t, s, demo.Options{Size: 5000, Progress: func(string, int64, int64) {
			var stats runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&stats)
			most = max(most, stats.HeapAlloc)
		}})
		t.Logf("%+v, at most %d MB in use", *report, most>>20)
		if report.Insurees != 5000 || report.Claims < 6000 {
			t.Errorf("made %+v", *report)
		}
		if most > 48<<20 {
			t.Errorf("%d MB in use", most>>20)
		}
	})
}

func TestParseSize(t *testing.T) {
	for text, want := range map[string]int{"": 200, "small": 200, "Medium": 5000, "17": 17, "1000000": 1_000_000, "1_000_000": 1_000_000} {
		if got, err := demo.ParseSize(text); got != want || err != nil {
			t.Errorf("%q: %d, %v", text, got, err)
		}
	}
	for _, text := range []string{"big", "0", "-3", "1000001", "1e3", "10 "} {
		if _, err := demo.ParseSize(text); core.CodeOf(err) != core.Invalid {
			t.Errorf("%q: %v", text, err)
		}
	}
}
