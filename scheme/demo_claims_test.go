package scheme

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"testing"

	"github.com/shopspring/decimal"
	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
	"github.com/openimis/openimis-go/persistence/tables"
)

// demoData is the demonstration data of the legacy application.
const demoData = "../../shared/reference/demo-data"

// The state of the demonstration data a claim is adjudicated in. As it was loaded, no
// claim of it can be adjudicated as it was: dates of policies were moved by hundreds of
// days while those of memberships were not, and most people were closed later on.
const (
	demoAsLoaded  = iota
	demoReopened  // people, families, policies and memberships closed since are open
	demoMovedBack // besides, policies run as their memberships do
)

// demoStates name the states in messages.
var demoStates = []string{"as loaded", "reopened", "reopened and moved back"}

// demoDifference is what is expected of one claim, the reasons by state.
type demoDifference struct {
	claim   int
	live    bool
	reasons [3]int
	why     string
}

// demoDifferences says for each claim what rejects, in each state, every line that the
// stored procedures passed. ReasonNone means that nothing may differ at all. Differences
// that are not listed here are errors, and so are listed ones that are not found.
var demoDifferences = []demoDifference{
	{5, true, [3]int{ReasonNoCover, ReasonNoCover, ReasonNone}, "care on 2019-01-23; policy 25 was moved to 2019-08-20, its membership is from 2018-03-20 to 2019-03-19"},
	{9, true, [3]int{ReasonNoCover, ReasonNoCover, ReasonNone}, "care on 2019-01-22; the same policy"},
	{16, false, [3]int{ReasonFamily, ReasonNoCover, ReasonNone}, "person and family were closed on 2019-01-30; policy 43 was moved from 2019-01-01 to 2020-06-01, care on 2019-11-14"},
	{17, true, [3]int{ReasonFamily, ReasonNoCover, ReasonNone}, "person and family were closed on 2019-09-09; policy 47 was moved from 2019-02-01 to 2019-10-01, care until 2019-04-02"},
	{19, false, [3]int{ReasonFamily, ReasonNoCover, ReasonNone}, "person and family were closed on 2019-09-09; policy 61 was moved from 2019-04-21 to 2019-12-21, care on 2019-05-22"},
}

// errDemoUndone takes back what a state changed.
var errDemoUndone = errors.New("taken back")

// TestDemoClaimsAreAdjudicatedAgain adjudicates every claim of the demonstration data that
// the stored procedures valuated, deleted ones too, once more under the legacy book, in
// each state, and compares each choice, amount and booking with what is stored.
func TestDemoClaimsAreAdjudicatedAgain(t *testing.T) {
	if _, err := os.Stat(demoData); err != nil && os.Getenv("CI") == "" {
		t.Skip("absent: " + demoData)
	}
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		ctx := persistencetest.System(t)
		if _, err := tables.Import(ctx, s, tables.ImportOptions{Dir: demoData}); err != nil {
			t.Fatal(err)
		}
		var processed int64
		must(t, s.Read(ctx).DB().Model(&persistence.Claim{}).
			Where(persistence.In(column("tblClaim", "ClaimStatus"), []int{StatusProcessed, StatusValuated})).Count(&processed).Error)
		if int(processed) != len(demoDifferences) {
			t.Errorf("%d claims, the table has %d", processed, len(demoDifferences))
		}
		var compared demoCounts
		for _, expected := range demoDifferences {
			for state := range expected.reasons {
				t.Run(fmt.Sprintf("claim %d, %s", expected.claim, demoStates[state]), func(t *testing.T) {
					compared = compared.plus(expected.adjudicate(t, s, state))
				})
			}
		}
		if want := (demoCounts{lines: 21, bookings: 5, values: 338}); compared != want {
			t.Errorf("compared %+v, want %+v", compared, want)
		}
	})
}

// demoCounts says how much was as stored.
type demoCounts struct{ lines, bookings, values int }

func (c demoCounts) plus(d demoCounts) demoCounts {
	return demoCounts{c.lines + d.lines, c.bookings + d.bookings, c.values + d.values}
}

// adjudicate adjudicates the claim in the state and requires the difference listed, or
// none and counts what was compared.
func (e *demoDifference) adjudicate(t *testing.T, s *persistence.Store, state int) (same demoCounts) {
	t.Helper()
	err := s.Tx(persistencetest.System(t), func(x *persistence.Session) error {
		got := adjudicateAgain(t, x, e.claim, state)
		if live := got.claim.ValidityTo == nil; live != e.live {
			t.Errorf("live is %v", live)
		}
		if reason := e.reasons[state]; reason != ReasonNone {
			got.wantRejected(t, reason, e.why)
		} else {
			got.wantSame(t)
			same = demoCounts{len(got.stored), len(got.booked), got.values()}
		}
		return errDemoUndone
	})
	if !errors.Is(err, errDemoUndone) {
		t.Fatal(err)
	}
	return same
}

// demoClaim is what adjudicating a claim again came to, beside what is stored.
type demoClaim struct {
	claim           *persistence.Claim // as stored
	status          int                // as found again
	stored, again   []demoRow          // lines
	booked, booking []demoRow          // stored and again
}

// demoRow is one line or booking with the columns that are compared, in their order.
type demoRow struct {
	name    string
	columns []demoColumn
}

type demoColumn struct{ name, value string }

// adjudicateAgain puts the data into the state, takes the claim back to checked in memory
// and processes it.
func adjudicateAgain(t *testing.T, x *persistence.Session, id, state int) *demoClaim {
	t.Helper()
	d := &demoClaim{claim: &persistence.Claim{}}
	must(t, x.DB().Where(persistence.Compare(column("tblClaim", "ClaimID"), "=", id)).Take(d.claim).Error)
	if state >= demoReopened {
		reopenSince(t, x, d.claim)
	}
	if state >= demoMovedBack {
		movePoliciesBack(t, x)
	}
	var checked persistence.Claim
	must(t, x.DB().Preload("Insuree.Family").Preload("HF").Where(persistence.Compare(column("tblClaim", "ClaimID"), "=", id)).Take(&checked).Error)
	checked.ClaimStatus = StatusChecked
	var items []persistence.ClaimItem
	var services []persistence.ClaimService
	l := &loader{db: x.DB()}
	find(l, &items, persistence.Compare(column("tblClaimItems", "ClaimID"), "=", id), persistence.IsNull(column("tblClaimItems", "ValidityTo")))
	find(l, &services, persistence.Compare(column("tblClaimServices", "ClaimID"), "=", id), persistence.IsNull(column("tblClaimServices", "ValidityTo")))
	must(t, l.err)
	rows, err := loadForProcessing(x, &checked, items, services)
	must(t, err)
	f, _ := rows.File(id, x.Now())
	for _, line := range f.Lines {
		d.stored = append(d.stored, demoLine(line))
		takeBack(line)
	}
	var own []persistence.ClaimDedRem
	find(l, &own, persistence.Compare(column("tblClaimDedRem", "ClaimID"), "=", id))
	must(t, l.err)
	if len(own) == 0 {
		t.Fatal("nothing is booked for the claim")
	}
	// What was booked later was not there when the claim was processed.
	f.Booked = slices.DeleteFunc(f.Booked, func(b persistence.ClaimDedRem) bool { return b.ExpenditureID >= own[0].ExpenditureID })
	must(t, ProcessClaim(f, LegacyRules, 1))
	d.status = f.Claim.ClaimStatus
	for _, line := range f.Lines {
		d.again = append(d.again, demoLine(line))
	}
	for i := range own {
		d.booked = append(d.booked, demoBooking(&own[i]))
	}
	for i := range f.NewBookings {
		d.booking = append(d.booking, demoBooking(&f.NewBookings[i]))
	}
	return d
}

// reopenSince opens the present rows of people and covers that were closed after the claim
// was processed.
func reopenSince(t *testing.T, x *persistence.Session, claim *persistence.Claim) {
	t.Helper()
	for table, model := range map[string]any{
		"tblInsuree": &persistence.Insuree{}, "tblFamilies": &persistence.Family{},
		"tblPolicy": &persistence.Policy{}, "tblInsureePolicy": &persistence.InsureePolicy{},
	} {
		must(t, x.DB().Model(model).Where(persistence.IsNull(column(table, "LegacyID"))).
			Where(persistence.Compare(column(table, "ValidityTo"), ">", *claim.ProcessStamp)).Update("ValidityTo", nil).Error)
	}
}

// movePoliciesBack gives each policy the first and last day of its memberships.
func movePoliciesBack(t *testing.T, x *persistence.Session) {
	t.Helper()
	var members []persistence.InsureePolicy
	must(t, x.DB().Where(persistence.IsNull(column("tblInsureePolicy", "LegacyID"))).
		Order(clause.OrderByColumn{Column: column("tblInsureePolicy", "InsureePolicyID")}).Find(&members).Error)
	moved := map[int]bool{}
	for _, m := range members {
		if moved[m.PolicyID] || m.EffectiveDate == nil {
			continue
		}
		moved[m.PolicyID] = true
		must(t, x.DB().Model(&persistence.Policy{}).Where(persistence.Compare(column("tblPolicy", "PolicyID"), "=", m.PolicyID)).
			Updates(map[string]any{"StartDate": *m.StartDate, "EffectiveDate": *m.EffectiveDate, "ExpiryDate": *m.ExpiryDate}).Error)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// wantRejected requires that every line that had passed is rejected for the reason, with
// no amount, and that nothing is booked.
func (d *demoClaim) wantRejected(t *testing.T, reason int, why string) {
	t.Helper()
	if d.status != StatusRejected || len(d.booking) != 0 {
		t.Errorf("%s with %d bookings, want rejected: %s", StatusName(d.status), len(d.booking), why)
	}
	for i, row := range d.stored {
		want := row.columns
		if want[0].value == fmt.Sprint(linePassed) {
			want = demoLine(&Line{Status: lineRejected, Reason: &reason}).columns
		}
		if !slices.Equal(d.again[i].columns, want) {
			t.Errorf("%s: %v, want %v: %s", row.name, d.again[i].columns, want, why)
		}
	}
}

// wantSame requires that everything is as stored.
func (d *demoClaim) wantSame(t *testing.T) {
	t.Helper()
	if d.status != d.claim.ClaimStatus || len(d.booking) != len(d.booked) {
		t.Fatalf("%s with %d bookings, stored %s with %d", StatusName(d.status), len(d.booking), StatusName(d.claim.ClaimStatus), len(d.booked))
	}
	again := slices.Concat(d.again, d.booking)
	for i, row := range slices.Concat(d.stored, d.booked) {
		for j, c := range row.columns {
			if got := again[i].columns[j].value; got != c.value {
				t.Errorf("%s, %s: %s, stored %s", row.name, c.name, got, c.value)
			}
		}
	}
}

// values counts the columns that are compared.
func (d *demoClaim) values() (n int) {
	for _, row := range slices.Concat(d.stored, d.booked) {
		n += len(row.columns)
	}
	return n
}

// takeBack empties what processing writes; what the checks and the review wrote stays.
func takeBack(l *Line) {
	l.ProdID, l.PolicyID, l.Origin, l.Limitation, l.LimitationValue = nil, nil, nil, nil, nil
	l.PriceAdjusted, l.Valuated, l.Deductible, l.Exceeded, l.CategoryCut, l.Remunerated = nil, nil, nil, nil, nil, nil
}

func demoLine(l *Line) demoRow {
	name := fmt.Sprintf("service line %d", l.ID)
	if l.Kind == ItemKind {
		name = fmt.Sprintf("item line %d", l.ID)
	}
	return demoRow{name, []demoColumn{
		{"Status", fmt.Sprint(l.Status)}, {"RejectionReason", fmt.Sprint(l.reason())},
		{"ProdID", keyText(l.ProdID)}, {"PolicyID", keyText(l.PolicyID)}, {"PriceOrigin", text(l.Origin)},
		{"Limitation", text(l.Limitation)}, {"LimitationValue", exactly(l.LimitationValue)},
		{"PriceAdjusted", exactly(l.PriceAdjusted)}, {"PriceValuated", exactly(l.Valuated)},
		{"DeductableAmount", exactly(l.Deductible)}, {"ExceedCeilingAmount", exactly(l.Exceeded)},
		{"ExceedCeilingAmountCategory", exactly(l.CategoryCut)}, {"RemuneratedAmount", exactly(l.Remunerated)},
	}}
}

func demoBooking(b *persistence.ClaimDedRem) demoRow {
	return demoRow{"booking", []demoColumn{
		{"PolicyID", keyText(b.PolicyID)}, {"InsureeID", keyText(b.InsureeID)},
		{"DedG", exactly(b.DedG)}, {"DedOP", exactly(b.DedOP)}, {"DedIP", exactly(b.DedIP)},
		{"RemG", exactly(b.RemG)}, {"RemOP", exactly(b.RemOP)}, {"RemIP", exactly(b.RemIP)},
		{"RemConsult", exactly(b.RemConsult)}, {"RemSurgery", exactly(b.RemSurgery)}, {"RemDelivery", exactly(b.RemDelivery)},
		{"RemHospitalization", exactly(b.RemHospitalization)}, {"RemAntenatal", exactly(b.RemAntenatal)},
	}}
}

func keyText(n *int) string {
	if n == nil {
		return "NULL"
	}
	return fmt.Sprint(*n)
}

func exactly(d *decimal.Decimal) string {
	if d == nil {
		return "NULL"
	}
	return d.StringFixed(2)
}
