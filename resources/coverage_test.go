package resources

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/fhir/rest"
	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

// names gives the covers of the world by id.
func (w *schemeWorld) names() map[string]string {
	uuids := map[int]persistence.UUID{}
	for _, p := range w.policies {
		uuids[p.PolicyID] = p.PolicyUUID
	}
	all := map[string]string{}
	for name, c := range w.covers {
		all[mapping.CoverageID(uuids[c.PolicyID], c.InsureeID)] = name
	}
	for name, p := range w.policies {
		all[string(p.PolicyUUID)] = name
	}
	return all
}

// covered gives the names of the covers a search finds.
func (w *schemeWorld) covered(t *testing.T, typ rest.Type, query string) string {
	t.Helper()
	page, err := ask(t, persistencetest.System(t), typ, query)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	names := w.names()
	var list []string
	for _, entry := range page.Entries {
		list = append(list, names[entry.ID])
	}
	slices.Sort(list)
	return strings.Join(list, ", ")
}

func (w *schemeWorld) coverID(name string) string {
	for id, n := range w.names() {
		if n == name && strings.Count(id, "-") == 5 {
			return id
		}
	}
	return ""
}

func TestCoverageSearch(t *testing.T) {
	eachScheme(t, func(t *testing.T, w *schemeWorld) {
		typ := Coverage(w.strict)
		everything := "active, boy, expired, head, idle, last day, over, ready, suspended, unknown"
		head, wife := "Patient/"+string(w.head.InsureeUUID), "Patient/"+string(w.wife.InsureeUUID)
		for _, c := range []struct{ query, want string }{
			{"", everything},
			{"_id=" + w.coverID("boy") + "," + w.coverID("idle") + ",nonsense", "boy, idle"},
			{"_id=" + string(w.policies["active"].PolicyUUID), ""},
			{"_id:not=" + w.coverID("boy") + "&identifier=" + string(w.policies["active"].PolicyUUID), "active, head"},
			{"identifier=" + string(w.policies["active"].PolicyUUID), "active, boy, head"},
			{"patient=" + head, "head"},
			{"beneficiary=" + string(w.boy.InsureeUUID), "boy"},
			{"beneficiary:Patient=" + string(w.boy.InsureeUUID), "boy"},
			{"policy-holder=" + head, everything},
			{"policy-holder=" + wife, ""},
			{"payor=" + head + "&status=active", "active, head, last day"},
			{"patient=" + wife + "&status=active", "active, last day"},
			{"status=cancelled", "boy, expired, over, suspended"},
			{"status=draft", "idle, ready, unknown"},
			{"status=draft,active", "active, head, idle, last day, ready, unknown"},
			{"status:not=cancelled", "active, head, idle, last day, ready, unknown"},
			{"status=http://hl7.org/fhir/fm-status|cancelled", "boy, expired, over, suspended"},
			{"status=entered-in-error", ""},
			{"status=nonsense", ""},
			{"class-type=plan&class-value=bc", everything},
			{"class-value:exact=bc1", ""},
			{"class-type=group", ""},
			{"period=2024", "active, boy, idle, last day, over, ready, suspended, head"},
			{"period=eb2024", "expired"},
			{"period=eb2024-06-01", "boy, expired"},
			{"period=ge2024-06-15", "active, head, idle, last day, ready, suspended, unknown"},
			{"period=gt2024-06-15", "active, head, idle, ready, suspended, unknown"},
			{"period=ap2024-06-15", "active, head, idle, last day, ready, suspended, unknown"},
			{"period=lt2024-01-01", "expired"},
			{"_lastUpdated=2024-06-15", everything},
			{"_lastUpdated=ge2024-06-15", everything},
			{"_lastUpdated=gt2024-06-15", ""},
			{"_lastUpdated=lt2024-06-15", ""},
			{"_lastUpdated=ne2024-06-15", ""},
		} {
			want := strings.Split(c.want, ", ")
			slices.Sort(want)
			if got := w.covered(t, typ, c.query); got != strings.Join(want, ", ") {
				t.Errorf("%s: %q, not %q", c.query, got, strings.Join(want, ", "))
			}
		}
		for _, query := range []string{"_sort=_id", "_sort=_lastUpdated", "patient=Organization/1", "refDate=2024-01-01", "status:contains=a", "subscriber=x"} {
			if _, err := ask(t, persistencetest.System(t), typ, query); core.CodeOf(err) != core.Invalid {
				t.Errorf("%s: %v", query, err)
			}
		}
		for count := 1; count <= 11; count++ {
			there, back := walk(t, typ, fmt.Sprintf("_count=%d", count))
			if len(there) != 10 || len(slices.Compact(slices.Sorted(slices.Values(there)))) != 10 || !slices.Equal(there, back) {
				t.Errorf("pages of %d: %v there, %v back", count, there, back)
			}
		}
	})
}

// TestCoverageStatusAsSearched renders every cover and looks for it by what it shows.
func TestCoverageStatusAsSearched(t *testing.T) {
	eachScheme(t, func(t *testing.T, w *schemeWorld) {
		for _, typ := range []rest.Type{Coverage(w.strict), Coverage(w.habitual)} {
			page, err := ask(t, persistencetest.System(t), typ, "")
			if err != nil {
				t.Fatal(err)
			}
			for _, entry := range page.Entries {
				object := tree(t, entry)
				patient := object["beneficiary"].(map[string]any)["reference"].(string)
				query := fmt.Sprintf("_id=%s&status=%s&patient=%s", entry.ID, object["status"], patient)
				if again, err := ask(t, persistencetest.System(t), typ, query); err != nil || len(again.Entries) != 1 {
					t.Errorf("%s finds %v, %v", query, again, err)
				}
			}
		}
	})
}

func TestCoverageOnTheCompatibleBase(t *testing.T) {
	eachScheme(t, func(t *testing.T, w *schemeWorld) {
		typ := Coverage(w.habitual)
		everything := "active, expired, idle, last day, over, ready, suspended, unknown"
		for _, c := range []struct{ query, want string }{
			{"", everything},
			{"patient=" + string(w.head.InsureeUUID), everything},
			{"patient=" + string(w.wife.InsureeUUID), ""},
			{"status=active", "active, last day"},
			{"status=cancelled", "expired, over, suspended"},
			{"refDate=2024-06-15", everything},
			{"refDate=2024-06-16", ""},
			{"refEndDate=2024-06-15", ""},
			{"refEndDate=2024-06-16", everything},
		} {
			if got := w.covered(t, typ, c.query); got != c.want {
				t.Errorf("%s: %q, not %q", c.query, got, c.want)
			}
		}
		for _, query := range []string{"refDate=ge2024-01-01", "refDate=2024-01-01T10:00:00Z", "refDate=x"} {
			if _, err := ask(t, persistencetest.System(t), typ, query); core.CodeOf(err) != core.Invalid {
				t.Errorf("%s: %v", query, err)
			}
		}
	})
}

func TestCoverageRead(t *testing.T) {
	eachScheme(t, func(t *testing.T, w *schemeWorld) {
		ctx := persistencetest.System(t)
		typ := Coverage(w.strict)
		read := typ.(rest.Reader).Read
		for name := range w.covers {
			entry, err := read(ctx, w.coverID(name))
			if name == "gone" {
				if core.CodeOf(err) != core.Gone {
					t.Errorf("the deleted one: %v", err)
				}
				continue
			}
			if err != nil || entry.ID != w.coverID(name) {
				t.Errorf("%s: %v, %v", name, entry, err)
			}
		}
		policy := string(w.policies["active"].PolicyUUID)
		for _, id := range []string{policy, policy + "-", policy + "-0", policy + "-01", policy + "-99999999999", policy + "-999999", "x", "", policy + "-+1",
			"00000000-0000-4000-8000-00000000ffff-1"} {
			if _, err := read(ctx, id); core.CodeOf(err) != core.NotFound {
				t.Errorf("%q: %v", id, err)
			}
		}
		all, err := typ.(rest.BatchReader).ReadAll(ctx, []string{w.coverID("boy"), w.coverID("idle"), w.coverID("gone"), "x"})
		if err != nil || len(all) != 2 {
			t.Errorf("%d of 2, %v", len(all), err)
		}
		if entry, err := Coverage(w.habitual).(rest.Reader).Read(ctx, policy); err != nil || entry.ID != policy {
			t.Errorf("%v, %v", entry, err)
		}
	})
}

// TestCoverageHistory changes the policy and the member's row in turn.
func TestCoverageHistory(t *testing.T) {
	now := time.Date(2024, 6, 15, 6, 0, 0, 0, time.UTC)
	clock := &movingClock{now}
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		clock.at = now
		w := newSchemeWorld(t, s)
		ctx := persistencetest.System(t)
		typ := Coverage(w.strict)
		id := w.coverID("boy")
		change := func(edit func(x *persistence.Session) error) {
			t.Helper()
			clock.at = clock.at.Add(time.Hour)
			if err := s.Tx(ctx, edit); err != nil {
				t.Fatal(err)
			}
		}
		effective := func(x *persistence.Session) error {
			row, err := persistence.OneByKey[persistence.InsureePolicy](x, w.covers["boy"].InsureePolicyID)
			if err != nil {
				return err
			}
			row.EffectiveDate = of(date("2024-04-01"))
			return persistence.Update(x, row)
		}
		suspend := func(x *persistence.Session) error {
			row, err := persistence.One[persistence.Policy](x, w.policies["active"].PolicyUUID)
			if err != nil {
				return err
			}
			row.PolicyStatus = of(4)
			return persistence.Update(x, row)
		}
		end := func(x *persistence.Session) error {
			row, err := persistence.OneByKey[persistence.InsureePolicy](x, w.covers["boy"].InsureePolicyID)
			if err != nil {
				return err
			}
			return persistence.Delete(x, row)
		}
		seen := map[string]string{}
		look := func() {
			t.Helper()
			entry, err := typ.(rest.Reader).Read(ctx, id)
			if err != nil {
				t.Fatal(err)
			}
			if !entry.LastUpdated.Equal(clock.at) {
				t.Errorf("last updated %v, not %v", entry.LastUpdated, clock.at)
			}
			text, _ := entry.AppendJSON(nil, noOptions)
			seen[entry.VersionID] = string(text)
		}
		look()
		change(effective)
		look()
		change(suspend)
		look()
		if len(seen) != 3 {
			t.Errorf("%d versions after two changes", len(seen))
		}
		page, err := typ.(rest.Historian).History(ctx, id, rest.HistoryQuery{Count: 10})
		if err != nil || len(page.Entries) != 3 {
			t.Fatalf("%v, %v", page, err)
		}
		for i, entry := range page.Entries {
			text, _ := entry.AppendJSON(nil, noOptions)
			if seen[entry.VersionID] != string(text) {
				t.Errorf("version %s was\n%s\nand is remembered as\n%s", entry.VersionID, seen[entry.VersionID], text)
			}
			if entry.Created != (i == 2) || i > 0 && !entry.LastUpdated.Before(page.Entries[i-1].LastUpdated) {
				t.Errorf("entry %d: created %v, at %v", i, entry.Created, entry.LastUpdated)
			}
			one, err := typ.(rest.VersionReader).ReadVersion(ctx, id, entry.VersionID)
			if err != nil || one.VersionID != entry.VersionID {
				t.Errorf("version %s: %v, %v", entry.VersionID, one, err)
			}
		}
		if _, err := typ.(rest.VersionReader).ReadVersion(ctx, id, "1.00000000"); core.CodeOf(err) != core.NotFound {
			t.Errorf("an unknown version: %v", err)
		}
		change(end) // the member's second row, entered by mistake, lives on
		if w.covered(t, typ, "patient="+string(w.boy.InsureeUUID)) == "" {
			t.Error("the other row of the member is lost with the first")
		}
		change(func(x *persistence.Session) error {
			row, err := persistence.One[persistence.Policy](x, w.policies["active"].PolicyUUID)
			if err != nil {
				return err
			}
			return persistence.Delete(x, row)
		})
		if _, err := typ.(rest.Reader).Read(ctx, id); core.CodeOf(err) != core.Gone {
			t.Errorf("after the deletion: %v", err)
		}
		page, err = typ.(rest.Historian).History(ctx, id, rest.HistoryQuery{Count: 10})
		if err != nil || len(page.Entries) == 0 || !page.Entries[0].Deleted || !page.Entries[0].LastUpdated.Equal(clock.at) {
			t.Errorf("history after the deletion: %v, %v", page, err)
		}
	}, persistencetest.WithClock(clock))
}

type movingClock struct{ at time.Time }

func (c *movingClock) Now() time.Time { return c.at }
