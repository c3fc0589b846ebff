package scheme

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/openimis/openimis-go/persistence"
)

// book puts the new bookings of the file in place of the claim's old ones.
func (r *ClaimRows) book(f *ClaimFile) {
	kept := r.Bookings[:0:0]
	for _, b := range r.Bookings {
		if b.ClaimID != f.Claim.ClaimID || len(f.NewBookings) == 0 {
			kept = append(kept, b)
		}
	}
	r.Bookings = append(kept, f.NewBookings...)
}

// goldenBookings compares the bookings of the claims of the call; the cases list new and
// changed rows only.
func goldenBookings(t *testing.T, c *goldenCase, rows []persistence.ClaimDedRem) []string {
	t.Helper()
	var want []map[string]any
	if err := json.Unmarshal(c.Then["tblClaimDedRem"], &want); err != nil {
		t.Fatal(err)
	}
	var fresh []persistence.ClaimDedRem
	for _, b := range rows {
		if b.ExpenditureID == 0 {
			fresh = append(fresh, b)
		}
	}
	for i := len(want) - 1; i >= 0; i-- {
		if want[i]["ExpenditureID"] != "<new>" {
			want = append(want[:i], want[i+1:]...)
		} else {
			delete(want[i], "ExpenditureID")
		}
	}
	if len(want) != len(fresh) {
		return []string{fmt.Sprintf("%d new bookings, expected %d", len(fresh), len(want))}
	}
	raw, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	copied := *c
	copied.Then = map[string]json.RawMessage{"tblClaimDedRem": raw}
	return goldenDiff(t, &copied, "ClaimID", fresh)
}

// goldenProcess processes the claims of a case under the legacy book.
func goldenProcess(t *testing.T, c *goldenCase, r *ClaimRows) map[string]int {
	t.Helper()
	counts := map[string]int{}
	for _, id := range c.Call.Claims {
		f, ok := r.File(id, goldenNow)
		if !ok {
			t.Fatalf("claim %d is not given", id)
		}
		counts["Submitted"]++
		if f.Claim.ClaimStatus == StatusRejected {
			counts["Rejected"]++
			continue
		}
		if err := ProcessClaim(f, LegacyRules, 8); err != nil {
			counts["Failed"]++
			continue
		}
		r.store(f)
		r.book(f)
		switch f.Claim.ClaimStatus {
		case StatusValuated:
			counts["Valuated"]++
		case StatusProcessed:
			counts["Processed"]++
		case StatusRejected:
			counts["Rejected"]++
		}
	}
	return counts
}

// goldenReserve books the amounts of a reviewed claim without valuing it.
func goldenReserve(t *testing.T, c *goldenCase) []string {
	t.Helper()
	r := goldenWorld(t, c)
	f, ok := r.File(c.Call.ClaimID, goldenNow)
	if !ok {
		t.Fatalf("claim %d is not given", c.Call.ClaimID)
	}
	if err := ReserveClaim(f, LegacyRules, 8); err != nil {
		t.Fatal(err)
	}
	r.store(f)
	r.Bookings = append(r.Bookings, f.NewBookings...)
	return append(goldenClaimDiff(t, c, r), goldenBookings(t, c, r.Bookings)...)
}

var processCounters = []string{"Submitted", "Processed", "Valuated", "Rejected", "Failed"}

func TestGoldenClaimProcessing(t *testing.T) {
	for _, file := range []string{"claim_processing", "claim_processing_random"} {
		t.Run(file, func(t *testing.T) {
			goldenRun(t, file, func(t *testing.T, c *goldenCase) []string {
				if c.Call.Procedure == "uspProcessSingleClaimStep2" {
					return goldenReserve(t, c)
				}
				r := goldenWorld(t, c)
				counts := goldenProcess(t, c, r)
				diffs := append(goldenClaimDiff(t, c, r), goldenBookings(t, c, r.Bookings)...)
				return append(diffs, goldenCounts(t, c.Then["result"], counts, processCounters...)...)
			})
		})
	}
}

func TestGoldenClaimSubmitThenProcess(t *testing.T) {
	for _, file := range []string{"claim_submit_process_random", "claim_demo_random"} {
		t.Run(file, func(t *testing.T) {
			goldenRun(t, file, func(t *testing.T, c *goldenCase) []string {
				r := goldenWorld(t, c)
				goldenSubmit(t, c, r)
				goldenProcess(t, c, r)
				return append(goldenClaimDiff(t, c, r), goldenBookings(t, c, r.Bookings)...)
			})
		})
	}
}

// TestGoldenTitlesAreNamed keeps the list of never reproduced cases honest.
func TestGoldenTitlesAreNamed(t *testing.T) {
	for id, why := range goldenNever {
		if strings.TrimSpace(why) == "" {
			t.Errorf("case %s has no reason", id)
		}
	}
}
