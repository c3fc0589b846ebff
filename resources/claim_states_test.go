package resources_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme"
)

func TestClaimMayChangeWhileEntered(t *testing.T) {
	eachClaim(t, func(t *testing.T, w *claimWorld) {
		ctx, typ := w.claimant(t), w.claims()
		entry := create(t, ctx, typ, w.draft())
		changed := strings.Replace(w.draft(), `"value": 2}`, `"value": 5}`, 1)
		changed = strings.Replace(changed, `"value": 420`, `"value": 450`, 1)
		_, err := typ.(rest.Updater).Update(ctx, entry.ID, decode(t, changed), rest.Match("1.deadbeef"))
		fails(t, err, core.PreconditionFailed, entry.ID)
		second, err := typ.(rest.Updater).Update(ctx, entry.ID, decode(t, changed), rest.Match(entry.VersionID))
		if err != nil {
			t.Fatal(err)
		}
		sameResource(t, changed, show(t, second))
		submitted, err := typ.(rest.Updater).Update(ctx, entry.ID, decode(t, strings.Replace(changed, `"draft"`, `"active"`, 1)), "")
		if err != nil {
			t.Fatal(err)
		}
		if got := show(t, submitted)["status"]; got != "active" {
			t.Errorf("status is %v", got)
		}
		_, err = typ.(rest.Updater).Update(ctx, entry.ID, decode(t, changed), "")
		fails(t, err, core.Conflict, "entered (2)")
		fails(t, typ.(rest.Deleter).Delete(ctx, entry.ID, ""), core.Conflict, "checked (4)")

		page, err := typ.(rest.Historian).History(ctx, entry.ID, rest.HistoryQuery{})
		if err != nil {
			t.Fatal(err)
		}
		if len(page.Entries) != 3 || page.Entries[2].VersionID != entry.VersionID || page.Entries[1].VersionID != second.VersionID {
			t.Fatalf("%d versions, want %s, %s and the present one", len(page.Entries), entry.VersionID, second.VersionID)
		}
		sameResource(t, w.draft(), show(t, page.Entries[2]))
		old, err := typ.(rest.VersionReader).ReadVersion(ctx, entry.ID, second.VersionID)
		if err != nil {
			t.Fatal(err)
		}
		sameResource(t, changed, show(t, old))
	})
}

func TestClaimIsDeletedWithItsLines(t *testing.T) {
	eachClaim(t, func(t *testing.T, w *claimWorld) {
		ctx, typ := w.claimant(t), w.claims()
		entry := create(t, ctx, typ, w.draft())
		for range 2 { // the second finds it gone and is content
			if err := typ.(rest.Deleter).Delete(ctx, entry.ID, ""); err != nil {
				t.Fatal(err)
			}
		}
		_, err := typ.(rest.Reader).Read(ctx, entry.ID)
		fails(t, err, core.Gone, "")
		var live int64
		x := w.Store.Read(w.system(t))
		if err := x.DB().Model(&persistence.ClaimItem{}).Where(persistence.IsNull(persistence.Column("", "ValidityTo"))).Count(&live).Error; err != nil || live != 0 {
			t.Errorf("%d live lines, %v", live, err)
		}
		again := create(t, ctx, typ, w.draft()) // the code is free again
		if again.ID == entry.ID {
			t.Error("the deleted claim came back")
		}
	})
}

func TestClaimsKeepToTheirFacility(t *testing.T) {
	eachClaim(t, func(t *testing.T, w *claimWorld) {
		_, err := w.claims().(rest.Creator).Create(w.clerk(t, 1, 111002, 111007), decode(t, w.active()))
		fails(t, err, core.Unprocessable, "Claim.provider")
		if n := w.count(t, &persistence.Claim{}); n != 0 {
			t.Errorf("%d claims were written", n)
		}
		elsewhere := strings.Replace(w.active(), string(w.sides[0].member.InsureeUUID), string(w.sides[1].member.InsureeUUID), 1)
		entry := create(t, w.claimant(t), w.claims(), elsewhere) // patients seek care elsewhere
		_, err = w.claims().(rest.Reader).Read(w.as(t, 1), entry.ID)
		fails(t, err, core.NotFound, "")
		bound := core.WithPrincipal(t.Context(), core.Principal{UserID: w.sides[0].user.UserID, Facility: w.sides[1].facility.HFID, Rights: map[int]bool{111007: true}})
		_, err = w.claims().(rest.Creator).Create(bound, decode(t, strings.Replace(w.active(), "CODE1", "CODE7", 1)))
		fails(t, err, core.Forbidden, "Claim.provider")
	})
}

func TestContributorsMayNotSubmit(t *testing.T) {
	eachClaim(t, func(t *testing.T, w *claimWorld) {
		contributor := w.clerk(t, 0, 111001, 111002)
		_, err := w.claims().(rest.Creator).Create(contributor, decode(t, w.active()))
		fails(t, err, core.Forbidden, "Claim.status")
		if n := w.count(t, &persistence.Claim{}); n != 0 {
			t.Errorf("%d claims were written", n)
		}
		create(t, contributor, w.claims(), w.draft())
	})
}

// TestValuatedClaimShowsEveryStage follows the plain claim to its end: two tablets of 10
// paid in full and a consultation of 400 paid at 80 per cent are worth 340.
func TestValuatedClaimShowsEveryStage(t *testing.T) {
	eachClaim(t, func(t *testing.T, w *claimWorld) {
		entry := create(t, w.claimant(t), w.claims(), w.active())
		w.seed(t, func(x *persistence.Session) {
			if _, err := (scheme.Claims{}).Process(x, persistence.UUID(entry.ID)); err != nil {
				t.Fatal(err)
			}
		})
		answer := show(t, read(t, w.claimant(t), w.answers(), entry.ID))
		if answer["outcome"] != "complete" {
			t.Errorf("outcome is %v", answer["outcome"])
		}
		var totals, stages []string
		for _, one := range answer["total"].([]any) {
			totals = append(totals, stageOf(one)+" "+amountOf(one))
		}
		for _, item := range answer["item"].([]any) {
			for _, one := range item.(map[string]any)["adjudication"].([]any) {
				stages = append(stages, fmt.Sprintf("%s %v x %s", stageOf(one), one.(map[string]any)["value"], amountOf(one)))
			}
		}
		want := []string{"Entered 420", "Checked 420", "Processed 420", "Valuated 340"}
		if !slices.Equal(totals, want) {
			t.Errorf("totals are %v, want %v", totals, want)
		}
		want = []string{"Entered 1 x 400", "Checked 1 x 400", "Processed 1 x 400", "Valuated 1 x 320", "Entered 2 x 10", "Checked 2 x 10", "Processed 2 x 10", "Valuated 1 x 20"}
		if !slices.Equal(stages, want) {
			t.Errorf("stages are %v, want %v", stages, want)
		}
		claim := encode(t, show(t, read(t, w.claimant(t), w.claims(), entry.ID)))
		if !strings.Contains(claim, "the family's policy") {
			t.Errorf("the cover as sent is lost:\n%s", claim)
		}
	})
}

func stageOf(one any) string {
	return one.(map[string]any)["category"].(map[string]any)["coding"].([]any)[0].(map[string]any)["display"].(string)
}

func amountOf(one any) string {
	return fmt.Sprint(one.(map[string]any)["amount"].(map[string]any)["value"])
}
