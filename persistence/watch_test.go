package persistence_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

// watching is a database others write to, and a watch on it.
type watching struct {
	*world
	t     *testing.T
	s     *persistence.Store
	clock *stepClock
	watch *persistence.Watch
	seen  map[string]bool
}

func eachWatching(t *testing.T, test func(t *testing.T, w *watching)) {
	clock := &stepClock{now: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)}
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		w := &watching{world: newWorld(t, s), t: t, s: s, clock: clock, watch: persistence.NewWatch(s), seen: map[string]bool{}}
		clock.step(time.Hour)
		if told := w.look(); len(told) > 0 {
			t.Fatalf("what was there before is told: %q", told)
		}
		clock.step(time.Minute)
		test(t, w)
	}, persistencetest.WithClock(clock))
}

// legacy does what the legacy application does: it writes without this program.
func (w *watching) legacy(statement string, args ...any) {
	w.t.Helper()
	if err := w.s.Tx(persistencetest.System(w.t), func(x *persistence.Session) error { return x.DB().Exec(statement, args...).Error }); err != nil {
		w.t.Fatal(err)
	}
}

// now is what the legacy application writes for the present moment.
func (w *watching) now() persistence.DateTime { return w.s.Wall(w.clock.Now()) }

// look has the watch look, and gives what it told of since, as "name key key …".
func (w *watching) look() []string {
	w.t.Helper()
	if _, err := w.watch.Once(persistencetest.System(w.t)); err != nil {
		w.t.Fatal(err)
	}
	return w.told()
}

func (w *watching) told() []string {
	w.t.Helper()
	var rows []persistence.Outbox
	if err := w.s.Read(persistencetest.System(w.t)).DB().Order("id").Find(&rows).Error; err != nil {
		w.t.Fatal(err)
	}
	var told []string
	for _, row := range rows {
		var payload struct {
			IDs     []string
			Foreign bool
		}
		if err := json.Unmarshal([]byte(row.Payload), &payload); err != nil || !payload.Foreign || w.seen[row.EventID] {
			continue
		}
		w.seen[row.EventID] = true
		word, _, _ := strings.Cut(row.EventKey, "/")
		for _, id := range payload.IDs {
			told = append(told, row.Name+" "+word+"/"+id)
		}
	}
	return told
}

func (w *watching) expect(what string, got []string, want ...string) {
	w.t.Helper()
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		w.t.Errorf("%s: told %q, want %q", what, got, want)
	}
}

// copyInsuree makes the history row the legacy application makes before a change.
func (w *watching) copyInsuree(id int) {
	w.t.Helper()
	w.legacy(`INSERT INTO "tblInsuree" ("InsureeUUID", "FamilyID", "CHFID", "LastName", "OtherNames", "DOB", "IsHead", "CardIssued", "ValidityFrom", "ValidityTo", "LegacyID", "AuditUserID")`+
		` SELECT ?, "FamilyID", "CHFID", "LastName", "OtherNames", "DOB", "IsHead", "CardIssued", "ValidityFrom", ?, "InsureeID", 1 FROM "tblInsuree" WHERE "InsureeID" = ?`,
		persistence.NewUUID(), w.now(), id)
}

func (w *watching) addInsuree(uuid persistence.UUID, from persistence.DateTime) {
	w.t.Helper()
	w.legacy(`INSERT INTO "tblInsuree" ("InsureeUUID", "FamilyID", "CHFID", "LastName", "OtherNames", "DOB", "IsHead", "CardIssued", "ValidityFrom", "AuditUserID")`+
		` VALUES (?, ?, 'L1', 'Legacy', 'Person', '1990-01-01', ?, ?, ?, 1)`, uuid, w.sides[0].family.FamilyID, false, false, from)
}

func TestWatchTellsOfWritesByOthers(t *testing.T) {
	eachWatching(t, func(t *testing.T, w *watching) {
		member, claim, policy := w.sides[0].member, w.sides[0].claim, w.sides[0].policy
		fresh := persistence.NewUUID()
		for _, step := range []struct {
			what string
			do   func()
			want []string
		}{
			{"nothing", func() {}, nil},
			{"insert", func() { w.addInsuree(fresh, w.now()) }, []string{"insuree.changed Insuree/" + string(fresh)}},
			{"update with a copy", func() {
				w.copyInsuree(member.InsureeID)
				w.legacy(`UPDATE "tblInsuree" SET "OtherNames" = 'Changed', "ValidityFrom" = ? WHERE "InsureeID" = ?`, w.now(), member.InsureeID)
			}, []string{"insuree.changed Insuree/" + string(member.InsureeUUID)}},
			{"submission in place", func() {
				w.legacy(`UPDATE "tblClaim" SET "ClaimStatus" = 4, "SubmitStamp" = ? WHERE "ClaimID" = ?`, w.now(), claim.ClaimID)
			}, []string{"claim.submitted Claim/" + string(claim.ClaimUUID)}},
			{"processing in place", func() {
				w.legacy(`UPDATE "tblClaim" SET "ClaimStatus" = 8, "ProcessStamp" = ? WHERE "ClaimID" = ?`, w.now(), claim.ClaimID)
			}, []string{"claim.processed Claim/" + string(claim.ClaimUUID)}},
			{"a member of a policy", func() {
				w.legacy(`UPDATE "tblInsureePolicy" SET "ValidityFrom" = ? WHERE "PolicyId" = ?`, w.now(), policy.PolicyID)
			}, []string{"policy.changed Policy/" + string(policy.PolicyUUID)}},
			{"a cover", func() {
				w.legacy(`UPDATE "tblInsureePolicy" SET "ValidityTo" = ? WHERE "PolicyId" = ?`, w.now(), policy.PolicyID)
			}, []string{"cover.deleted InsureePolicy/" + strconv.Itoa(w.sides[0].cover.InsureePolicyID), "policy.changed Policy/" + string(policy.PolicyUUID)}},
			{"deletion", func() {
				w.copyInsuree(member.InsureeID)
				w.legacy(`UPDATE "tblInsuree" SET "ValidityTo" = ? WHERE "InsureeID" = ?`, w.now(), member.InsureeID)
			}, []string{"insuree.deleted Insuree/" + string(member.InsureeUUID)}},
			{"a place", func() {
				w.legacy(`UPDATE "tblLocations" SET "LocationName" = 'Moved', "ValidityFrom" = ? WHERE "LocationId" = ?`, w.now(), w.sides[0].village.LocationID)
			}, []string{"location.changed Location/" + string(w.sides[0].village.LocationUUID)}},
		} {
			step.do()
			w.expect(step.what, w.look(), step.want...)
			w.expect(step.what+", again", w.look())
			w.clock.step(5 * time.Second)
		}
		w.clock.step(24 * time.Hour) // past the overlap and what is kept
		w.expect("a day later", w.look())
	})
}

// What this program writes is told of by itself; what somebody else makes of it is told.
func TestWatchLeavesOwnWritesAlone(t *testing.T) {
	eachWatching(t, func(t *testing.T, w *watching) {
		head := w.sides[0].head
		tx(t, w.s, func(x *persistence.Session) error {
			if err := persistence.Insert(x, &persistence.Insuree{CHFID: ptr("OWN"), LastName: "Own", OtherNames: "Own", FamilyID: &w.sides[0].family.FamilyID}); err != nil {
				return err
			}
			head.OtherNames = "Own"
			if err := persistence.Update(x, &head); err != nil {
				return err
			}
			head.OtherNames = "Own again"
			return persistence.Update(x, &head)
		})
		w.expect("own", w.look())
		w.clock.step(time.Second)
		claim := w.sides[0].claim
		tx(t, w.s, func(x *persistence.Session) error { return persistence.Delete(x, &claim) })
		w.expect("own deletion", w.look())
		w.clock.step(time.Second)
		w.copyInsuree(head.InsureeID)
		w.legacy(`UPDATE "tblInsuree" SET "OtherNames" = 'Theirs', "ValidityFrom" = ? WHERE "InsureeID" = ?`, w.now(), head.InsureeID)
		w.expect("theirs", w.look(), "insuree.changed Insuree/"+string(head.InsureeUUID))
	})
}

// A transaction that is committed long after its moment is told of when it is.
func TestWatchTellsOfLateCommits(t *testing.T) {
	eachWatching(t, func(t *testing.T, w *watching) {
		slow, quick := w.sides[0].head, persistence.NewUUID()
		began := w.now()
		w.look() // the lease is fresh: with SQLite nobody else can write in a transaction
		tx(t, w.s, func(x *persistence.Session) error {
			if err := x.DB().Exec(`UPDATE "tblInsuree" SET "ValidityFrom" = ? WHERE "InsureeID" = ?`, began, slow.InsureeID).Error; err != nil {
				return err
			}
			w.expect("not committed", w.look())
			return nil
		})
		for range 8 {
			w.clock.step(time.Minute)
		}
		w.addInsuree(quick, w.now())
		w.expect("committed", w.look(), "insuree.changed Insuree/"+string(slow.InsureeUUID), "insuree.changed Insuree/"+string(quick))
		w.addInsuree(persistence.NewUUID(), began)
		w.expect("a moment from before the last look", w.look()[:1], w.lastKey())
	})
}

// lastKey is what is told of the newest person.
func (w *watching) lastKey() string {
	var row persistence.Insuree
	if err := w.s.Read(persistencetest.System(w.t)).DB().Order(`"InsureeID" DESC`).Limit(1).Find(&row).Error; err != nil {
		w.t.Fatal(err)
	}
	return "insuree.changed Insuree/" + string(row.InsureeUUID)
}

// One process watches at a time; what was written while none did is told by the next.
func TestWatchIsOneOfMany(t *testing.T) {
	eachWatching(t, func(t *testing.T, w *watching) {
		other := persistence.NewWatch(w.s)
		uuid := persistence.NewUUID()
		w.addInsuree(uuid, w.now())
		w.look()
		first := w.watch
		w.watch = other
		w.expect("another watches", w.look())
		gone := persistence.NewUUID()
		w.addInsuree(gone, w.now())
		w.clock.step(time.Hour) // the first has died long ago
		w.expect("taken over", w.look(), "insuree.changed Insuree/"+string(gone))
		if n, err := first.Once(persistencetest.System(t)); n != 0 || err != nil {
			t.Errorf("the first goes on and tells of %d, %v", n, err)
		}
		other.Release(persistencetest.System(t))
		w.watch = first
		w.addInsuree(persistence.NewUUID(), w.now())
		w.expect("given back", w.look(), w.lastKey())
	})
}

func TestWatchPages(t *testing.T) {
	eachWatching(t, func(t *testing.T, w *watching) {
		const many = 10_000
		w.legacy(fmt.Sprintf(`INSERT INTO "tblItems" ("ItemUUID", "ItemCode", "ItemName", "ItemType", "ItemPrice", "ItemCareType", "ItemPatCat", "ValidityFrom", "AuditUserID")`+
			` WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) SELECT %s, CAST(i AS text), 'Item', 'D', 1, 'B', 15, ?, 1 FROM n`, many, w.uuidOf("i")), w.now())
		ctx, statements := persistence.CountStatements(persistencetest.System(t))
		n, err := w.watch.Once(ctx)
		if err != nil || n != many {
			t.Fatalf("told of %d, %v", n, err)
		}
		if each := statements.Count() / (many / 500); each > 12 {
			t.Errorf("%d statements for 500 rows", each)
		}
		told := w.told()
		slices.Sort(told)
		if len(slices.Compact(told)) != many {
			t.Errorf("told of %d rows", len(told))
		}
		statements.Reset()
		if n, err := w.watch.Once(ctx); n != 0 || err != nil || statements.Count() != 1 {
			t.Errorf("an idle look tells of %d, %v, with %d statements", n, err, statements.Count())
		}
	})
}

// uuidOf writes a UUID made of a number in SQL.
func (w *watching) uuidOf(number string) string {
	if w.s.Read(context.Background()).DB().Name() == "postgres" {
		return `CAST('00000000-0000-4000-8000-' || lpad(CAST(` + number + ` AS text), 12, '0') AS uuid)`
	}
	return `'00000000-0000-4000-8000-' || printf('%012d', ` + number + `)`
}

// The check finds what leaves no moment behind, and nothing else.
func TestWatchChecks(t *testing.T) {
	eachWatching(t, func(t *testing.T, w *watching) {
		check := func(what string, want ...string) {
			t.Helper()
			n, err := w.watch.Check(persistencetest.System(t))
			if err != nil || n != len(want) {
				t.Errorf("%s: %d rows, %v", what, n, err)
			}
			w.expect(what, w.told(), want...)
			w.clock.step(24 * time.Hour)
			w.look()
		}
		head, member, policy := w.sides[0].head, w.sides[0].member, w.sides[0].policy
		check("the first")
		check("nothing happened")
		w.legacy(`UPDATE "tblInsuree" SET "OtherNames" = 'Silently' WHERE "InsureeID" = ?`, head.InsureeID)
		w.legacy(`UPDATE "tblPolicy" SET "PolicyStatus" = 8 WHERE "PolicyID" = ?`, policy.PolicyID)
		check("in place", "insuree.changed Insuree/"+string(head.InsureeUUID), "policy.changed Policy/"+string(policy.PolicyUUID))
		check("told already")

		tx(t, w.s, func(x *persistence.Session) error {
			member.OtherNames = "Own"
			if err := persistence.Update(x, &member); err != nil {
				return err
			}
			return persistence.Insert(x, &persistence.Item{ItemCode: "OWN"})
		})
		w.addInsuree(persistence.NewUUID(), w.now())
		w.look()
		check("own writes and what was told")
		tx(t, w.s, func(x *persistence.Session) error {
			member.OtherNames = "Own again"
			return persistence.Update(x, &member)
		})
		w.legacy(`UPDATE "tblInsuree" SET "OtherNames" = 'On top of it' WHERE "InsureeID" = ?`, member.InsureeID)
		w.addInsuree(persistence.NewUUID(), w.now()) // not looked for yet
		check("in place on top of an own write", "insuree.changed Insuree/"+string(member.InsureeUUID))

		late := w.now()
		w.clock.step(time.Hour)
		w.look()
		w.addInsuree(persistence.NewUUID(), late)
		w.expect("later than the overlap", w.look())
		check("later than the overlap", w.lastKey())
		check("at last")
	})
}
