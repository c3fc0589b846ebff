package cmd_test

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme"
)

// Who subscribed to a topic is told of what was deleted, as far as he saw it and it met his
// filter; who subscribed to a search is not.
func TestDeletionsAreTold(t *testing.T) {
	eachNotified(t, func(t *testing.T, n *notified) {
		n.subscribe("Admin:admin123", "Location?identifier=GONE", "")
		id := n.subscribeTopic("location-changed", "Location?identifier=GONE", "full-resource", `,"extension":[{"url":"`+backport+`backport-max-count","valuePositiveInt":10}]`)
		n.run()
		place, other := n.village("GONE"), n.village("STAYS")
		n.run()
		n.receiver.answers(200)
		n.do("DELETE", other, "Admin:admin123", "", 204)
		n.do("DELETE", place, "Admin:admin123", "", 204)
		n.clock.pass(time.Second)
		n.run()
		heard := n.receiver.heard()
		if len(heard) != 1 || !strings.Contains(heard[0].body, `"request":{"method":"DELETE","url":"`+place+`"},"response":{"status":"204"}`) {
			t.Fatalf("%+v", heard)
		}
		n.expectNotice("deletion", notice{Type: "history", Kind: "event-notification", Status: "active", Topic: "location-changed", Since: "2",
			Numbers: []string{"2"}, Focus: []string{place}, Entries: []string{place}})
		again := noticeOf(t, n.do("GET", "Subscription/"+id+"/$events", "Admin:admin123", "", 200))
		if strings.Join(again.Numbers, " ") != "1 2" || strings.Join(again.Focus, " ") != place || again.Resources != 0 {
			t.Errorf("$events: %+v", again)
		}
	})
}

// A deleted person is told to those who saw him, not to the officer of another district.
func TestDeletionsAreToldInTheDistrict(t *testing.T) {
	eachNotified(t, func(t *testing.T, n *notified) {
		people := map[string]string{}
		for _, officer := range []string{"EO001", "EO004"} {
			people[officer] = n.enrol(officer + ":officer123")
		}
		n.run()
		n.subscribeTopic("patient-changed", "", "id-only", "")
		n.run()
		n.receiver.answers(200)
		n.handTo("EO001")
		for _, person := range people {
			n.do("DELETE", "Patient/"+person, "Admin:admin123", "", 204)
		}
		n.clock.pass(time.Second)
		n.run()
		n.expectNotice("deletion", notice{Type: "history", Kind: "event-notification", Status: "active", Topic: "patient-changed", Since: "1",
			Numbers: []string{"1"}, Focus: []string{"Patient/" + people["EO001"]}, Entries: []string{"Patient/" + people["EO001"]}})
	})
}

// A cover is gone by itself, with a person, or with its policy, whoever ended it.
func TestDeletedCoversAreTold(t *testing.T) {
	deleted := regexp.MustCompile(`"request":\{"method":"DELETE","url":"(Coverage/[^"]+)"\}`)
	eachNotified(t, func(t *testing.T, n *notified) {
		covers := func(query string) []string {
			var ids []string
			for _, entry := range readBundle(t, call{target: "/fhir/Coverage?" + query, user: admin}.on(n.server)).Entry {
				ids = append(ids, "Coverage/"+entry.Resource.ID)
			}
			slices.Sort(ids)
			return ids
		}
		expect := func(what string, want []string) {
			t.Helper()
			n.clock.pass(time.Second)
			n.run()
			var gone []string
			for _, heard := range n.receiver.heard() {
				for _, found := range deleted.FindAllStringSubmatch(heard.body, -1) {
					gone = append(gone, found[1])
				}
			}
			slices.Sort(gone)
			if len(want) == 0 || !slices.Equal(gone, want) {
				t.Errorf("%s: told of %q, want %q", what, gone, want)
			}
			n.receiver.answers(200)
		}
		first, second, third := n.enrol("EO001:officer123"), n.enrol("EO001:officer123"), n.enrol("EO001:officer123")
		watch := persistence.NewWatch(n.store)
		if _, err := watch.Once(system()); err != nil {
			t.Fatal(err)
		}
		n.run()
		n.subscribeTopic("coverage-changed", "", "id-only", "")
		n.run()
		n.receiver.answers(200)
		alone := covers("beneficiary=Patient/" + first)
		for _, one := range alone {
			n.do("DELETE", one, admin, "", 204)
		}
		expect("a cover", alone)
		with := covers("beneficiary=Patient/" + second)
		n.do("DELETE", "Patient/"+second, admin, "", 204)
		expect("a person", with)
		closed := covers("beneficiary=Patient/" + third)
		n.clock.pass(time.Minute)
		_, insuree, _ := mapping.ParseCoverageID(strings.TrimPrefix(closed[0], "Coverage/"))
		if err := n.store.Tx(system(), func(x *persistence.Session) error {
			return x.DB().Exec(`UPDATE "tblInsureePolicy" SET "ValidityTo" = ? WHERE "InsureeID" = ? AND "ValidityTo" IS NULL`, x.Now(), insuree).Error
		}); err != nil {
			t.Fatal(err)
		}
		if _, err := watch.Once(system()); err != nil {
			t.Fatal(err)
		}
		expect("by another program", closed)
		for _, entry := range readBundle(t, call{target: "/fhir/Contract?_count=100", user: admin}.on(n.server)).Entry {
			under := covers("identifier=" + entry.Resource.ID)
			if len(under) == 0 || (call{method: "DELETE", target: "/fhir/Contract/" + entry.Resource.ID, user: admin}).on(n.server).Code != 204 {
				continue // claims were charged to it
			}
			expect("a policy", under)
			return
		}
		t.Error("no policy could be deleted")
	})
}

// An upload is one event, which tells of all the rows it wrote and closed.
func TestUploadsAreTold(t *testing.T) {
	eachNotified(t, func(t *testing.T, n *notified) {
		n.subscribeTopic("location-changed", "Location?identifier=UP1,UP2,GONE", "id-only", "")
		n.run()
		gone := n.village("GONE")
		n.run()
		n.receiver.answers(200)
		upload := func(strategy scheme.UploadStrategy, codes ...string) {
			t.Helper()
			var rows []scheme.LocationRow
			for _, code := range codes {
				rows = append(rows, scheme.LocationRow{Level: "V", Code: code, Name: "Newly", Parent: codeOfWard(t, n.store)})
			}
			if err := n.store.Tx(system(), func(x *persistence.Session) error {
				_, err := scheme.Uploads{Strategy: strategy}.Locations(x, rows)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			n.clock.pass(time.Second)
			n.run()
		}
		if upload(scheme.UploadInsert, "UP1", "UP2", "UP3"); len(n.receiver.heard()) != 2 {
			t.Errorf("%+v", n.receiver.heard())
		}
		n.receiver.answers(200)
		upload(scheme.UploadReplace, "UP1", "UP2")
		n.expectNotice("deletion", notice{Type: "history", Kind: "event-notification", Status: "active", Topic: "location-changed", Since: "4",
			Numbers: []string{"4"}, Focus: []string{gone}, Entries: []string{gone}})
	})
}

// An endpoint that does not answer keeps no other waiting, however many subscriptions lead
// to it.
func TestSlowEndpointDelaysNobodyElse(t *testing.T) {
	eachNotified(t, func(t *testing.T, n *notified) {
		var held, most, given atomic.Int32
		slow := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
			if now := held.Add(1); now > most.Load() {
				most.Store(now)
			}
			<-q.Context().Done() // until the caller gives up
			held.Add(-1)
			given.Add(1)
		}))
		t.Cleanup(slow.Close)
		wish := n.wish("Location", "")
		for range 70 {
			n.do("POST", "Subscription", "Admin:admin123", strings.Replace(wish, n.receiver.URL, slow.URL, 1), 201)
		}
		id := n.subscribe("Admin:admin123", "Location", "")
		n.running(func() {
			for n.status(id) != "active" {
				time.Sleep(10 * time.Millisecond)
			}
			if given.Load() > 0 || most.Load() > 4 {
				t.Errorf("%d calls to the slow endpoint ended before the other was called, %d went on at once", given.Load(), most.Load())
			}
		})
	})
}
