package persistence_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

// orders are ways to sort insured persons, with ties and NULLs in each column.
var orders = map[string][]persistence.Order{
	"by key":                nil,
	"by name":               {{Column: persistence.Column("", "LastName")}},
	"by name down":          {{Column: persistence.Column("tblInsuree", "LastName"), Desc: true}},
	"by nullable":           {{Column: persistence.Column("", "Phone")}},
	"by nullable down":      {{Column: persistence.Column("", "Phone"), Desc: true}},
	"by two":                {{Column: persistence.Column("", "Phone"), Desc: true}, {Column: persistence.Column("", "DOB")}},
	"by a moment":           {{Column: persistence.Column("", "ValidityFrom"), Desc: true}},
	"by a joined column":    {{Column: persistence.Column("Family", "FamilyAddress")}},
	"by a joined join down": {{Column: persistence.Column("Family__Head", "Phone"), Desc: true}},
}

func people(t *testing.T, s *persistence.Store, w *world, n int) {
	t.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	tx(t, s, func(x *persistence.Session) error {
		var rows []persistence.Insuree
		for i := range n {
			row := persistence.Insuree{CHFID: ptr(fmt.Sprint(1000 + i)), LastName: []string{"Abel", "abel", "Émile", "Zoe"}[random.IntN(4)], DOB: persistence.DateOf(2000, 1, 1+random.IntN(5))}
			if random.IntN(2) == 0 {
				row.Phone = ptr(fmt.Sprint(random.IntN(5)))
			}
			if random.IntN(2) == 0 {
				row.FamilyID = &w.sides[random.IntN(2)].family.FamilyID
			}
			rows = append(rows, row)
		}
		return persistence.InsertMany(x, rows)
	})
}

func TestPagingBothWays(t *testing.T) {
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		w := newWorld(t, s)
		people(t, s, w, 57)
		x := s.Read(persistencetest.System(t))
		for name, order := range orders {
			t.Run(name, func(t *testing.T) {
				q := persistence.Query{Order: order, Join: []string{"Family.Head"}, Total: true}
				whole, err := persistence.Select[persistence.Insuree](x, q)
				if err != nil {
					t.Fatal(err)
				}
				want := keys(whole.Rows)
				if whole.Total != 61 || len(want) != 61 {
					t.Fatalf("%d rows, total %d, want 61", len(want), whole.Total)
				}
				q.Limit, q.Total = 7, false
				var forward []int
				var last *persistence.Rows[persistence.Insuree]
				for {
					page, err := persistence.Select[persistence.Insuree](x, q)
					if err != nil {
						t.Fatal(err)
					}
					forward, last = append(forward, keys(page.Rows)...), page
					if page.Next == "" {
						break
					}
					q.Cursor = page.Next
				}
				if !slices.Equal(forward, want) {
					t.Errorf("paged forward %v, want %v", forward, want)
				}
				backward := keys(last.Rows)
				for q.Cursor = last.Prev; q.Cursor != ""; {
					page, err := persistence.Select[persistence.Insuree](x, q)
					if err != nil {
						t.Fatal(err)
					}
					if page.Next == "" {
						t.Error("a page reached backwards has no next")
					}
					backward = append(keys(page.Rows), backward...)
					q.Cursor = page.Prev
				}
				if !slices.Equal(backward, want) {
					t.Errorf("paged backward %v, want %v", backward, want)
				}
			})
		}
	})
}

func keys(rows []persistence.Insuree) []int {
	list := make([]int, len(rows))
	for i, row := range rows {
		list[i] = row.InsureeID
	}
	return list
}

func TestPagingUnderInserts(t *testing.T) {
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		w := newWorld(t, s)
		people(t, s, w, 30)
		x := s.Read(persistencetest.System(t))
		q := persistence.Query{Order: []persistence.Order{{Column: persistence.Column("", "LastName")}}, Limit: 5}
		seen := map[int]int{}
		for {
			page, err := persistence.Select[persistence.Insuree](x, q)
			if err != nil {
				t.Fatal(err)
			}
			for _, row := range page.Rows {
				seen[row.InsureeID]++
			}
			if q.Cursor = page.Next; q.Cursor == "" {
				break
			}
			if len(seen) < 30 {
				people(t, s, w, 3)
			}
		}
		for key, times := range seen {
			if times != 1 {
				t.Errorf("row %d was on %d pages", key, times)
			}
		}
		for key := 1; key <= 34; key++ { // the rows that were there from the start
			if seen[key] == 0 {
				t.Errorf("row %d was on no page", key)
			}
		}
	})
}

// TestPagingByFineMoments has rows whose moments differ in microseconds only, as the Django
// application writes them.
func TestPagingByFineMoments(t *testing.T) {
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		w := newWorld(t, s)
		people(t, s, w, 20)
		var rows []persistence.Insuree
		if err := persistence.Writer(s).Find(&rows).Error; err != nil {
			t.Fatal(err)
		}
		for i := range rows {
			rows[i].ValidityFrom.Time = rows[i].ValidityFrom.Add(time.Duration(i) * time.Microsecond)
			if err := persistence.Writer(s).Model(&rows[i]).Select("ValidityFrom").Updates(&rows[i]).Error; err != nil {
				t.Fatal(err)
			}
		}
		q := persistence.Query{Order: orders["by a moment"], Limit: 3}
		seen := map[int]bool{}
		for range 20 {
			page, err := persistence.Select[persistence.Insuree](s.Read(persistencetest.System(t)), q)
			if err != nil {
				t.Fatal(err)
			}
			for _, key := range keys(page.Rows) {
				if seen[key] {
					t.Errorf("row %d is on two pages", key)
				}
				seen[key] = true
			}
			if q.Cursor = page.Next; q.Cursor == "" {
				break
			}
		}
		if len(seen) != len(rows) {
			t.Errorf("%d of %d rows were paged", len(seen), len(rows))
		}
	}, persistencetest.WithClock(core.FixedClock(noon.Time)))
}

func TestForeignCursorsAreRefused(t *testing.T) {
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		w := newWorld(t, s)
		people(t, s, w, 5)
		x := s.Read(persistencetest.System(t))
		byName := persistence.Query{Order: orders["by name"], Limit: 2}
		page, err := persistence.Select[persistence.Insuree](x, byName)
		if err != nil {
			t.Fatal(err)
		}
		for _, cursor := range []string{"x", "%%%", page.Next + "A", page.Next, strings.Repeat("A", 10000), "eyJvIjoiMCIsInYiOltudWxsXX0"} {
			_, err := persistence.Select[persistence.Insuree](x, persistence.Query{Limit: 2, Cursor: cursor})
			if core.CodeOf(err) != core.Invalid {
				t.Errorf("cursor %.20q gives %v, want invalid", cursor, err)
			}
		}
	})
}

func TestJoinsLoadEveryRelation(t *testing.T) {
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		w := newWorld(t, s)
		ctx, counter := persistence.CountStatements(persistencetest.System(t))
		page, err := persistence.Select[persistence.Claim](s.Read(ctx), persistence.Query{Join: []string{"Insuree", "Insuree.Family", "Insuree.Family.Head", "HF", "ClaimAdmin"}, Order: []persistence.Order{{Column: persistence.Column("HF", "HFCode")}}, Limit: 10})
		if err != nil {
			t.Fatal(err)
		}
		if counter.Count() != 1 {
			t.Errorf("%d statements, want 1", counter.Count())
		}
		for i, claim := range page.Rows {
			want := w.sides[i]
			if claim.Insuree.LastName != want.member.LastName || claim.HF.HFCode != want.facility.HFCode || *claim.ClaimAdmin.ClaimAdminCode != *want.admin.ClaimAdminCode || claim.Insuree.Family.Head.LastName != want.head.LastName {
				t.Errorf("claim %d carries insuree %v, facility %v, admin %v, head %v", i, claim.Insuree.LastName, claim.HF.HFCode, *claim.ClaimAdmin.ClaimAdminCode, claim.Insuree.Family.Head.LastName)
			}
		}
		covers, err := persistence.Select[persistence.InsureePolicy](s.Read(ctx), persistence.Query{Join: []string{"Policy", "Policy.Product", "Policy.Officer", "Policy.Family", "Insuree"}, Limit: 10})
		if err != nil {
			t.Fatal(err)
		}
		for i, cover := range covers.Rows {
			if cover.Policy.PolicyID != w.sides[i].policy.PolicyID || cover.Policy.Product.ProductCode != "P1" || cover.Policy.Officer.Code != "O1" || cover.Insuree.LastName != w.sides[i].member.LastName || cover.Policy.Family.FamilyID != w.sides[i].family.FamilyID {
				t.Errorf("cover %d carries %+v", i, cover)
			}
		}
	})
}

func TestPredicates(t *testing.T) {
	name := persistence.Column("", "LastName")
	persistencetest.Each(t, func(t *testing.T, s *persistence.Store) {
		w := newWorld(t, s)
		tx(t, s, func(x *persistence.Session) error {
			for _, text := range []string{"Müller", "MÜLLER", "Mu%ler", "Mu_ler", `back\slash`, "[brackets]", "o'hara"} {
				insert(write{t, x}, &persistence.Insuree{LastName: text, DOB: day})
			}
			return nil
		})
		x := s.Read(persistencetest.System(t))
		from := w.sides[0].member.ValidityFrom
		instant := s.Instant(from)
		moment := persistence.Column("", "ValidityFrom")
		tests := []struct {
			name string
			has  clause.Expression
			want int
		}{
			{"same minds case", persistence.Text(name, persistence.Same, "Müller"), 1},
			{"fold ignores case beyond ASCII", persistence.Text(name, persistence.SameFold, "müller"), 2},
			{"starts with", persistence.Text(name, persistence.StartsWith, "MÜ"), 2},
			{"includes", persistence.Text(name, persistence.Includes, "ÜLLE"), 2},
			{"a per cent sign is plain", persistence.Text(name, persistence.StartsWith, "mu%"), 1},
			{"an underscore is plain", persistence.Text(name, persistence.Includes, "_"), 1},
			{"a backslash is plain", persistence.Text(name, persistence.Includes, `\`), 1},
			{"brackets are plain", persistence.Text(name, persistence.StartsWith, "[b"), 1},
			{"an apostrophe is plain", persistence.Text(name, persistence.SameFold, "O'HARA"), 1},
			{"SQL is plain", persistence.Text(name, persistence.Same, "' OR 1=1 --"), 0},
			{"a NUL matches nothing", persistence.Text(name, persistence.Same, "a\x00b"), 0},
			{"broken UTF-8 matches nothing", persistence.Text(name, persistence.Includes, "\xff\xfe"), 0},
			{"this instant", persistence.Instant(moment, "=", instant), 11},
			{"before this instant", persistence.Instant(moment, "<", instant), 0},
			{"the end of time", persistence.Instant(moment, "<", instant.AddDate(90000, 0, 0)), 11},
			{"the beginning", persistence.Instant(moment, ">", instant.AddDate(-5000, 0, 0)), 11},
			{"a day", persistence.Compare(persistence.Column("", "DOB"), "=", day), 11},
			{"in nothing", persistence.In[int](persistence.Column("", "InsureeID"), nil), 0},
			{"in three", persistence.In(persistence.Column("", "InsureeID"), []int{1, 2, 3}), 3},
			{"upper-case UUID", persistence.In(persistence.Column("", "InsureeUUID"), []persistence.UUID{w.sides[0].head.InsureeUUID, "x"}), 1},
			{"null", persistence.IsNull(persistence.Column("", "CHFID")), 7},
			{"has a claim", persistence.Exists("tblClaim", "InsureeID", persistence.Column("", "InsureeID"), persistence.Compare(persistence.Column("tblClaim", "ClaimStatus"), "=", 2)), 2},
			{"has no such claim", persistence.Exists("tblClaim", "InsureeID", persistence.Column("", "InsureeID"), persistence.Compare(persistence.Column("tblClaim", "ClaimStatus"), "=", 16)), 0},
			{"not", clause.Not(persistence.IsNull(persistence.Column("", "CHFID"))), 4},
			{"or", clause.Or(persistence.Text(name, persistence.Same, "Müller"), persistence.Text(name, persistence.Same, "Head1")), 2},
		}
		for _, test := range tests {
			// The columns must stay unambiguous with joins to the same table.
			page, err := persistence.Select[persistence.Insuree](x, persistence.Query{Where: []clause.Expression{test.has}, Join: []string{"Family.Head"}, Total: true})
			if err != nil {
				t.Errorf("%s: %v", test.name, err)
			} else if len(page.Rows) != test.want || page.Total != int64(test.want) {
				t.Errorf("%s: %d rows, total %d, want %d", test.name, len(page.Rows), page.Total, test.want)
			}
		}
	}, persistencetest.WithClock(core.FixedClock(noon.Time)))
}
