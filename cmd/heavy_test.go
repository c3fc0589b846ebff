package cmd_test

import (
	"net/url"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/openimis/openimis-go/cmd"
	"github.com/openimis/openimis-go/cmd/server"
	"github.com/openimis/openimis-go/core"
	"github.com/openimis/openimis-go/persistence"
)

// The commands of docs/export.md do what the page says.
func TestExportPage(t *testing.T) {
	text, err := os.ReadFile("../docs/export.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```console\n\\$ (.*?)\n(.*?)```").FindAllStringSubmatch(string(text), -1)
	if len(blocks) == 0 {
		t.Fatal("docs/export.md has no command")
	}
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, nil)
		for _, block := range blocks {
			if got := curl(t, s, block[1], time.Now()); !showsAs(block[2], got) {
				t.Errorf("$ %s\nprinted\n%s\ndocs/export.md shows\n%s", block[1], got, block[2])
			}
		}
	})
}

// stuck makes reading people take long while during runs.
func stuck(t *testing.T, store *persistence.Store, during func()) {
	t.Helper()
	system := core.WithPrincipal(t.Context(), core.SystemPrincipal)
	do := func(then func(), statements ...string) {
		err := store.Tx(system, func(x *persistence.Session) error {
			for _, text := range statements {
				if err := x.DB().Exec(text).Error; err != nil {
					return err
				}
			}
			if then != nil {
				then()
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if !strings.HasSuffix(t.Name(), "/sqlite") {
		do(during, `LOCK TABLE "tblInsuree" IN ACCESS EXCLUSIVE MODE`)
		return
	}
	do(nil, `ALTER TABLE "tblInsuree" RENAME TO "slow"`, // nobody waits for a lock there: a view that takes seconds, and not for ever, since the driver can lose an interrupt
		`CREATE VIEW "tblInsuree" AS SELECT * FROM "slow" WHERE (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 5000000) SELECT max(i) FROM n) > 0`)
	during()
	do(nil, `DROP VIEW "tblInsuree"`, `ALTER TABLE "slow" RENAME TO "tblInsuree"`)
}

// A search over its time is answered 503 too-costly and leaves no connection behind: in all
// more of them come than there are connections.
func TestTooCostly(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, func(p *cmd.Parts) { p.Config.QueryTimeout, p.Config.Audit = 300*time.Millisecond, "off" })
		for _, format := range []string{"application/fhir+json", "application/fhir+xml"} {
			stuck(t, store, func() {
				for range 5 {
					together(40, func(int) {
						w := call{target: "/fhir/Patient?family=a", user: admin, header: map[string]string{"Accept": format}}.on(s)
						if w.Code != 503 || w.Header().Get("Retry-After") == "" || !strings.Contains(w.Body.String(), "too-costly") {
							t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
						}
					})
				}
			})
		}
		patient := assemble(t, store, nil)
		together(80, func(int) {
			if w := (call{target: "/fhir/Patient?_count=1", user: admin}).on(patient); w.Code != 200 {
				t.Errorf("afterwards: %d %s", w.Code, w.Body)
			}
		})
	})
}

// together calls do so often at the same time.
func together(times int, do func(n int)) {
	var all sync.WaitGroup
	for n := range times {
		all.Go(func() { do(n) })
	}
	all.Wait()
}

// Four times as many searches as there are connections, each of several statements, are all
// answered.
func TestMoreSearchesThanConnections(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, func(p *cmd.Parts) { p.Config.RequestTimeout, p.Config.QueryTimeout = 5*time.Minute, 5*time.Minute })
		together(80, func(n int) {
			w := call{target: "/fhir/Claim?_include=Claim:*&_revinclude=ClaimResponse:request&_include:iterate=Patient:*&_count=10&_total=none", user: admin}.on(s)
			if w.Code != 200 || !strings.Contains(w.Body.String(), `"include"`) {
				t.Errorf("search %d: %d %.200s", n, w.Code, w.Body)
			}
		})
	})
}

// Bombs of includes, values and filters are refused where they stand, or bounded.
func TestBombs(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, nil)
		long := strings.Repeat("a", 1<<20)
		for _, c := range []struct {
			query  string
			status int
			place  string
		}{
			{"Claim?_include:iterate=*&_revinclude:iterate=*&_count=5", 0, ""},
			{"Claim?_include:iterate=Claim:*&_revinclude:iterate=Claim:patient&_include:iterate=Patient:*&_count=5", 200, ""},
			{"Patient?family=" + long, 400, "family"},
			{"Patient?family=" + strings.Repeat("a,", 1<<19), 400, "family"},
			{"Patient?_filter=" + url.QueryEscape(strings.Repeat("(", 1<<19)+"gender eq male"), 400, "_filter"},
			{"Patient?_filter=" + url.QueryEscape(strings.Repeat("gender eq male or ", 1<<15)+"gender eq male"), 400, "_filter"},
			{"Patient?_filter=" + url.QueryEscape(strings.Repeat("not (", 300)+"gender eq male"+strings.Repeat(")", 300)), 400, "_filter"},
		} {
			w := call{target: "/fhir/" + c.query, user: admin}.on(s)
			if c.status == 0 && w.Code >= 500 || c.status != 0 && w.Code != c.status || c.place != "" && !strings.Contains(w.Body.String(), `"expression":["`+c.place) {
				t.Errorf("%.60s: %d %.300s", c.query, w.Code, w.Body)
			}
			path, query, _ := strings.Cut(c.query, "?")
			posted := call{method: "POST", target: "/fhir/" + path + "/_search", body: query, user: admin, header: map[string]string{"Content-Type": "application/x-www-form-urlencoded"}}.on(s)
			if posted.Code != w.Code {
				t.Errorf("%.60s posted: %d %.300s", c.query, posted.Code, posted.Body)
			}
		}
	})
}

// copies adds claims like one that is there and gives their ids.
func copies(t *testing.T, store *persistence.Store, n int) ([]string, error) {
	system := core.WithPrincipal(t.Context(), core.SystemPrincipal)
	ids := make([]string, 0, n)
	for len(ids) < n {
		err := store.Tx(system, func(x *persistence.Session) error {
			page, err := persistence.Select[persistence.Claim](x, persistence.Query{Limit: 1})
			if err != nil {
				return err
			}
			rows := make([]persistence.Claim, min(1000, n-len(ids)))
			for i := range rows {
				rows[i] = page.Rows[0]
				rows[i].ClaimID, rows[i].ClaimUUID = 0, persistence.NewUUID()
			}
			if err := x.DB().CreateInBatches(rows, 200).Error; err != nil {
				return err
			}
			for i := range rows {
				ids = append(ids, string(rows[i].ClaimUUID))
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return ids, nil
}

// Whoever follows the next links finds each claim that was there once, whatever is added
// meanwhile. OPENIMIS_TEST_PAGING is how many claims there are, 3000 when it says nothing.
func TestPagingWhileClaimsCome(t *testing.T) {
	n := 3000
	if text := os.Getenv("OPENIMIS_TEST_PAGING"); text != "" {
		n, _ = strconv.Atoi(text)
	}
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		there, err := copies(t, store, n)
		if err != nil {
			t.Fatal(err)
		}
		s := assemble(t, store, func(p *cmd.Parts) { p.Config.Audit = "off" })
		end, ended := make(chan struct{}), make(chan struct{})
		go func() {
			defer close(ended)
			for {
				select {
				case <-end:
					return
				case <-time.After(20 * time.Millisecond):
					if _, err := copies(t, store, 5); err != nil {
						t.Error(err)
						return
					}
				}
			}
		}()
		began := time.Now()
		seen, pages := followed(t, s, "/fhir/Claim?_count=200&_total=none&_elements=id")
		t.Logf("%d pages, %d claims in %s", pages, len(seen), time.Since(began).Round(time.Millisecond))
		close(end)
		<-ended
		for _, id := range there {
			if seen[id] != 1 {
				t.Fatalf("claim %s is there %d times", id, seen[id])
			}
		}
		for id, times := range seen {
			if times != 1 {
				t.Errorf("claim %s is there %d times", id, times)
			}
		}
	})
}

// followed counts how often each id is on the pages of a search.
func followed(t *testing.T, s *server.Server, target string) (seen map[string]int, pages int) {
	t.Helper()
	seen = map[string]int{}
	for ; target != ""; pages++ {
		b := readBundle(t, call{target: target, user: admin}.on(s))
		target = ""
		for _, e := range b.Entry {
			seen[e.Resource.ID]++
		}
		for _, l := range b.Link {
			if l.Relation == "next" {
				target = local(t, l.URL)
			}
		}
	}
	return seen, pages
}
