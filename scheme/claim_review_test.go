package scheme

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

// underReview gives a checked claim of an item (2 of 10) and a service (1 of 400) that is
// selected for review.
func underReview() *ClaimOutcome {
	return &ClaimOutcome{
		Claim:    persistence.Claim{ClaimStatus: StatusChecked, ReviewStatus: ptr(StepSelected)},
		Items:    []persistence.ClaimItem{{ClaimItemID: 1, ClaimItemStatus: linePassed, RejectionReason: ptr(0), QtyProvided: money("2"), PriceAsked: money("10")}},
		Services: []persistence.ClaimService{{ClaimServiceID: 1, ClaimServiceStatus: linePassed, RejectionReason: ptr(0), QtyProvided: money("1"), PriceAsked: money("400")}},
	}
}

func TestReviewClaim(t *testing.T) {
	item := func(quantity, price string) LineReview {
		l := LineReview{Kind: ItemKind, ID: 1}
		if quantity != "" {
			l.Quantity = ptr(money(quantity))
		}
		if price != "" {
			l.Price = ptr(money(price))
		}
		return l
	}
	for _, c := range []struct {
		name   string
		change func(out *ClaimOutcome)
		review ClaimReview
		want   string // claim status, review status, approved, item status and reason; or the error
	}{
		{"nothing said", nil, ClaimReview{}, "4 4 420.00 1 0"},
		{"less of it", nil, ClaimReview{Lines: []LineReview{item("1", "")}}, "4 4 410.00 1 0"},
		{"none of it", nil, ClaimReview{Lines: []LineReview{item("0", "")}}, "4 4 400.00 1 0"},
		{"cheaper", nil, ClaimReview{Lines: []LineReview{item("", "7.25")}}, "4 4 414.50 1 0"},
		{"as claimed", nil, ClaimReview{Lines: []LineReview{item("2", "10")}}, "4 4 420.00 1 0"},
		{"delivered", nil, ClaimReview{Deliver: true}, "4 8 420.00 1 0"},
		{"rejected by hand", nil, ClaimReview{Lines: []LineReview{{Kind: ItemKind, ID: 1, Rejected: true}}, Deliver: true}, "4 8 400.00 2 -1"},
		{"all rejected", nil, ClaimReview{Lines: []LineReview{{Kind: ItemKind, ID: 1, Rejected: true}, {Kind: ServiceKind, ID: 1, Rejected: true}}, Deliver: true}, "1 8 0.00 2 -1"},
		{"taken back", func(o *ClaimOutcome) { o.Items[0].ClaimItemStatus, o.Items[0].RejectionReason = linePassed+1, ptr(-1) }, ClaimReview{Lines: []LineReview{item("", "")}}, "4 4 420.00 1 0"},
		{"rejected by the checks", func(o *ClaimOutcome) { o.Items[0].ClaimItemStatus, o.Items[0].RejectionReason = lineRejected, ptr(4) },
			ClaimReview{Lines: []LineReview{item("", "")}}, "lines[0]: the checks rejected the line with the reason 4"},
		{"rejected by the checks, and left so", func(o *ClaimOutcome) { o.Items[0].ClaimItemStatus, o.Items[0].RejectionReason = lineRejected, ptr(4) },
			ClaimReview{Lines: []LineReview{{Kind: ItemKind, ID: 1, Rejected: true}}}, "4 4 400.00 2 4"},
		{"more than claimed", nil, ClaimReview{Lines: []LineReview{item("2.01", "")}}, "lines[0].quantity: the quantity 2.01 is above 2"},
		{"dearer than claimed", nil, ClaimReview{Lines: []LineReview{item("", "10.01")}}, "lines[0].price: the price 10.01 is above 10"},
		{"below 0", nil, ClaimReview{Lines: []LineReview{item("-1", "")}}, "lines[0].quantity: -1 is no quantity"},
		{"too many digits", nil, ClaimReview{Lines: []LineReview{item("", "1.001")}}, "lines[0].price: 1.001 is no price"},
		{"no such line", nil, ClaimReview{Lines: []LineReview{{Kind: ItemKind, ID: 9}}}, "lines[0]: the claim has no such line"},
		{"entered", func(o *ClaimOutcome) { o.Claim.ClaimStatus = StatusEntered }, ClaimReview{}, "the claim is entered (2); only a claim that is checked (4) can be reviewed"},
		{"processed", func(o *ClaimOutcome) { o.Claim.ClaimStatus = StatusValuated }, ClaimReview{}, "the claim is valuated (16)"},
		{"not selected", func(o *ClaimOutcome) { o.Claim.ReviewStatus = ptr(StepNotSelected) }, ClaimReview{}, "the review is not selected (2); only one that is selected (4)"},
		{"never thought of", func(o *ClaimOutcome) { o.Claim.ReviewStatus = nil }, ClaimReview{}, "the review is idle (1)"},
		{"delivered before", func(o *ClaimOutcome) { o.Claim.ReviewStatus = ptr(StepDelivered) }, ClaimReview{}, "the review is delivered (8)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			out := underReview()
			if c.change != nil {
				c.change(out)
			}
			err := ReviewClaim(out, &c.review, goldenNow, 7)
			if err != nil {
				if !strings.Contains(err.Error(), c.want) {
					t.Errorf("got %v, want %s", err, c.want)
				}
				return
			}
			got := fmt.Sprint(out.Claim.ClaimStatus, " ", *out.Claim.ReviewStatus, " ", out.Claim.Approved.StringFixed(2), " ", out.Items[0].ClaimItemStatus, " ", *out.Items[0].RejectionReason)
			if got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
			if *out.Claim.AuditUserIDReview != 7 || out.Claim.ValidityFromReview.String() != goldenNow.String() {
				t.Errorf("reviewed by %d at %s", *out.Claim.AuditUserIDReview, out.Claim.ValidityFromReview)
			}
		})
	}
}

// What a review approves is never more than was claimed.
func TestApprovedNeverExceedsClaimed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		out := underReview()
		number := rapid.IntRange(0, 50000)
		cent := func(label string) *decimal.Decimal {
			if rapid.Bool().Draw(t, label+" given") {
				return ptr(decimal.New(int64(number.Draw(t, label)), -2))
			}
			return nil
		}
		r := ClaimReview{Lines: []LineReview{
			{Kind: ItemKind, ID: 1, Quantity: cent("quantity"), Price: cent("price"), Rejected: rapid.Bool().Draw(t, "rejected")},
			{Kind: ServiceKind, ID: 1, Quantity: cent("quantity"), Price: cent("price")},
		}}
		if err := ReviewClaim(out, &r, goldenNow, 1); err != nil {
			return
		}
		if out.Claim.Approved.GreaterThan(money("420")) || out.Claim.Approved.IsNegative() {
			t.Fatalf("approved %s of 420", out.Claim.Approved)
		}
	})
}

// selected gives a claim checked and selected for review.
func (w *claimScheme) selected(t *testing.T, code string) *ClaimOutcome {
	t.Helper()
	out := w.enter(t, code, true)
	err := w.store.Tx(persistencetest.System(t), func(x *persistence.Session) error {
		return Claims{}.Mark(x, []persistence.UUID{out.Claim.ClaimUUID}, ReviewTrack, StepSelected)
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func (w *claimScheme) load(t *testing.T, id persistence.UUID) (out *ClaimOutcome, version string) {
	t.Helper()
	out, err := w.run(t, func(x *persistence.Session) (*ClaimOutcome, error) {
		out, err := Claims{}.load(x, id)
		if err == nil {
			version = x.Store().VersionOf(&out.Claim, out.Items, out.Services).ID
		}
		return out, err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out, version
}

func (w *claimScheme) bookings(t *testing.T) (open []persistence.ClaimDedRem) {
	t.Helper()
	if err := w.store.Read(persistencetest.System(t)).DB().Where(persistence.IsNull(column("tblClaimDedRem", "ValidityTo"))).Find(&open).Error; err != nil {
		t.Fatal(err)
	}
	return open
}

func TestReviewReservesWhatIsLeftAndProcessingKeepsIt(t *testing.T) {
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		w := newClaimScheme(t, s, func(w *claimScheme) { w.product.MaxInsuree = ptr(money("1000")) })
		first := w.selected(t, "A")
		out, err := w.run(t, func(x *persistence.Session) (*ClaimOutcome, error) {
			return Claims{}.Review(x, first.Claim.ClaimUUID, ClaimReview{Adjustment: ptr("half is enough"), Deliver: true,
				Lines: []LineReview{{Kind: ServiceKind, ID: first.Services[0].ClaimServiceID, Price: ptr(money("200")), Justification: ptr("list of 2020")}}})
		})
		if err != nil {
			t.Fatal(err)
		}
		if *out.Claim.ReviewStatus != StepDelivered || out.Claim.ClaimStatus != StatusChecked || out.Claim.Approved.StringFixed(2) != "220.00" || text(out.Claim.Adjustment) != "half is enough" {
			t.Errorf("reviewed: %d %d %s", *out.Claim.ReviewStatus, out.Claim.ClaimStatus, out.Claim.Approved)
		}
		booked := w.bookings(t)
		if len(booked) != 1 || booked[0].RemG.StringFixed(2) != "220.00" {
			t.Fatalf("reserved %+v, want 220.00 once", booked)
		}
		stored, _ := w.load(t, first.Claim.ClaimUUID)
		if l := stored.Services[0]; l.ProdID != nil || l.PriceApproved.StringFixed(2) != "200.00" || text(l.Justification) != "list of 2020" {
			t.Errorf("the line is %+v", l)
		}
		processed, err := w.run(t, func(x *persistence.Session) (*ClaimOutcome, error) { return Claims{}.Process(x, first.Claim.ClaimUUID) })
		if err != nil || processed.Claim.ClaimStatus != StatusValuated || *processed.Claim.ReviewStatus != StepDelivered {
			t.Fatalf("processed: %v", err)
		}
		wantValues(t, processed, "20.00", "200.00")
		if booked = w.bookings(t); len(booked) != 1 || booked[0].RemG.StringFixed(2) != "220.00" {
			t.Errorf("booked %+v, want 220.00 once", booked)
		}
	})
}

func TestReviewUnderTheLegacyBookReservesNothingUnassigned(t *testing.T) {
	w := newClaimScheme(t, persistencetest.SQLite(t), nil)
	first := w.selected(t, "A")
	if _, err := w.run(t, func(x *persistence.Session) (*ClaimOutcome, error) {
		return Claims{Rules: LegacyRules}.Review(x, first.Claim.ClaimUUID, ClaimReview{Deliver: true})
	}); err != nil {
		t.Fatal(err)
	}
	if booked := w.bookings(t); len(booked) != 0 {
		t.Errorf("reserved %+v", booked)
	}
}

// events gives the names of what was published, in order.
func (w *claimScheme) events(t *testing.T) (names []string) {
	t.Helper()
	var rows []persistence.Outbox
	if err := w.store.Read(persistencetest.System(t)).DB().Order("id").Find(&rows).Error; err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		names = append(names, row.Name)
	}
	return names
}

// A review that goes on reserves nothing, and leaves what is reserved; one that rejects
// everything frees it at once.
func TestReviewThatGoesOn(t *testing.T) {
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		w := newClaimScheme(t, s, nil)
		first := w.selected(t, "A")
		all := []LineReview{{Kind: ItemKind, ID: first.Items[0].ClaimItemID, Rejected: true}, {Kind: ServiceKind, ID: first.Services[0].ClaimServiceID, Rejected: true}}
		for i, step := range []struct {
			lines    []LineReview
			bookings int
		}{{all[:1], 0}, {all[:1], 1}, {all, 0}} {
			if i == 1 { // what another application reserved
				w.run(t, func(x *persistence.Session) (*ClaimOutcome, error) {
					put(t, x, &persistence.ClaimDedRem{ClaimID: first.Claim.ClaimID, PolicyID: &w.policy.PolicyID, InsureeID: &w.insuree.InsureeID})
					return nil, nil
				})
			}
			if _, err := w.run(t, func(x *persistence.Session) (*ClaimOutcome, error) {
				return Claims{}.Review(x, first.Claim.ClaimUUID, ClaimReview{Lines: step.lines})
			}); err != nil {
				t.Fatal(err)
			}
			if got := len(w.bookings(t)); got != step.bookings {
				t.Errorf("step %d: %d bookings, want %d", i, got, step.bookings)
			}
		}
		if names := w.events(t); names[len(names)-1] != "claim.review" {
			t.Errorf("events %v", names)
		}
	})
}

func TestReviewThatRejectsEverything(t *testing.T) {
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		w := newClaimScheme(t, s, nil)
		first := w.selected(t, "A")
		all := ClaimReview{Deliver: true, Lines: []LineReview{
			{Kind: ItemKind, ID: first.Items[0].ClaimItemID, Rejected: true}, {Kind: ServiceKind, ID: first.Services[0].ClaimServiceID, Rejected: true}}}
		out, err := w.run(t, func(x *persistence.Session) (*ClaimOutcome, error) {
			return Claims{}.Review(x, first.Claim.ClaimUUID, all)
		})
		if err != nil {
			t.Fatal(err)
		}
		if out.Claim.ClaimStatus != StatusRejected || *out.Items[0].RejectionReason != ReasonByHand || len(w.bookings(t)) != 0 {
			t.Errorf("status %d, reason %d, %d bookings", out.Claim.ClaimStatus, *out.Items[0].RejectionReason, len(w.bookings(t)))
		}
		if names := w.events(t); names[len(names)-1] != "claim.reviewed" {
			t.Errorf("events %v", names)
		}
		_, err = w.run(t, func(x *persistence.Session) (*ClaimOutcome, error) { return Claims{}.Process(x, first.Claim.ClaimUUID) })
		if core.CodeOf(err) != core.Conflict {
			t.Errorf("a rejected claim was processed: %v", err)
		}
	})
}

// Two officers look at the same version: one review is stored, the other is a conflict,
// one after the other as well as at the same moment.
func TestSecondReviewerGetsAConflict(t *testing.T) {
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		w := newClaimScheme(t, s, nil)
		claim := w.selected(t, "A")
		_, version := w.load(t, claim.Claim.ClaimUUID)
		review := func(words string) error {
			_, err := w.run(t, func(x *persistence.Session) (*ClaimOutcome, error) {
				return Claims{}.Review(x, claim.Claim.ClaimUUID, ClaimReview{Adjustment: &words, Version: version})
			})
			return err
		}
		if err := review("first"); err != nil {
			t.Fatal(err)
		}
		if err := review("second"); core.CodeOf(err) != core.Conflict || !strings.Contains(err.Error(), version) {
			t.Errorf("the second review: %v", err)
		}
		out, now := w.load(t, claim.Claim.ClaimUUID)
		if text(out.Claim.Adjustment) != "first" {
			t.Errorf("stored %q", text(out.Claim.Adjustment))
		}
		version = now
		errs := make([]error, 6)
		var running sync.WaitGroup
		for i := range errs {
			running.Add(1)
			go func() {
				defer running.Done()
				errs[i] = review(fmt.Sprint("at once ", i))
			}()
		}
		running.Wait()
		stored := 0
		for _, err := range errs {
			switch core.CodeOf(err) {
			case core.Conflict:
			default:
				if err != nil {
					t.Errorf("got %v", err)
				}
				stored++
			}
		}
		if stored != 1 {
			t.Errorf("%d of 6 reviews at once were stored", stored)
		}
	})
}

func TestSelectIsOneSetOfStatementsHoweverLongTheList(t *testing.T) {
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		w := newClaimScheme(t, s, nil)
		reads := func(n int) int {
			var ids []persistence.UUID
			for i := range n {
				ids = append(ids, w.enter(t, fmt.Sprint("S", n, "-", i), true).Claim.ClaimUUID)
			}
			ctx, statements := persistence.CountStatements(persistencetest.System(t))
			err := s.Tx(ctx, func(x *persistence.Session) error {
				counts, err := Claims{}.Select(x, ids, Selection{Track: ReviewTrack, Mode: SelectVariance, Percent: money("10")}, rand.New(rand.NewPCG(1, 2)))
				if counts != (SelectionCounts{n, 0, n}) {
					t.Errorf("counts %+v of %d", counts, n)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return statements.Count()
		}
		if few, many := reads(1), reads(6); many > few+5 { // an update each, at most
			t.Errorf("%d statements for one claim, %d for six", few, many)
		}
	})
}
