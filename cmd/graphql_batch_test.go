package cmd_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/openimis/openimis-go/persistence"
)

// A batch is run once for a place and month; the run is offered to the list of claims, and
// the indexes it drew are found by place, product and period.
func TestBatchForms(t *testing.T) {
	const admin = "Admin:admin123"
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, unlimited)
		done, refused := forms(t, s, admin)
		run := at(asked(t, s, admin, `{ batchRuns(orderBy: "-runDate", location_Isnull: false, first: 1) { totalCount edges { node { id runDate runYear runMonth location { id uuid code } } } } }`, nil), "batchRuns", "edges", "node")
		place := at(run, "location")
		if at(place, "code") == nil || at(run, "runDate") == nil {
			t.Fatalf("the runs of the demo: %v", run)
		}
		count := func(list, arguments string) float64 {
			t.Helper()
			return at(asked(t, s, admin, fmt.Sprintf(`{ %s(%s) { totalCount } }`, list, arguments), nil), list, "totalCount").(float64)
		}
		here := fmt.Sprintf("location_Uuid: %q", at(place, "uuid"))
		before := count("batchRuns", here)
		if paid := count("claims", fmt.Sprintf("batchRun_Id: %q", at(run, "id"))); before == 0 || paid == 0 {
			t.Errorf("%v runs, the last paid %v claims", before, paid)
		}
		summary := at(asked(t, s, admin, `{ batchRunsSummaries(first: 1) { totalCount edges { node { id runYear runMonth productLabel careType calcDate index } } } }`, nil), "batchRunsSummaries", "edges", "node")
		if label, _ := at(summary, "productLabel").(string); label == "" || at(summary, "index") != 0.85 {
			t.Errorf("the indexes of the demo: %v", summary)
		}
		region := number(t, at(place, "id"))
		period := fmt.Sprintf("accountYear: %v, accountMonth: %v", at(summary, "runYear"), at(summary, "runMonth"))
		for arguments, want := range map[string]bool{
			period: true, period + fmt.Sprintf(`, accountType: 12, accountRegion: %d, accountCareType: "B"`, region): true,
			period + ", accountType: 1": false, period + ", accountDistrict: 999999": false, period + ", accountProduct: 999999": false, `accountCareType: "I"`: false, "accountRegion: 999999": false,
		} {
			if found := count("batchRunsSummaries", arguments); found > 0 != want {
				t.Errorf("%s: %v", arguments, found)
			}
		}

		now := time.Now()
		form := func() map[string]any {
			return map[string]any{"locationId": region, "year": now.Year(), "month": int(now.Month())}
		}
		refused("doctor:doctor123", "processBatch", form(), "right")
		for member, value := range map[string]any{"month": 13, "year": 0, "locationId": 999999} {
			bad := form()
			bad[member] = value
			refused(admin, "processBatch", bad, "")
		}
		done("processBatch", form())
		refused(admin, "processBatch", form(), "already run")
		if after := count("batchRuns", here); after != before+1 {
			t.Errorf("%v runs after %v", after, before)
		}
		if runs := at(asked(t, s, "doctor:doctor123", "{ batchRuns { totalCount } }", nil), "batchRuns", "totalCount"); runs == 0.0 {
			t.Error("the list of claims offers no run to who may see claims only")
		}
		out := decoded(t, ask(s, call{user: "reception:reception123"}, `{ batchRuns { totalCount } }`, nil))
		if at(out, "errors") == nil || at(out, "data", "batchRuns") != nil {
			t.Errorf("without the right: %v", out)
		}
	})
}
