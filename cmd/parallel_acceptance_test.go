package cmd_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/openimis/openimis-go/persistence"
)

// parallel sends the requests all at once.
func parallel(h http.Handler, calls []call) []*httptest.ResponseRecorder {
	answers := make([]*httptest.ResponseRecorder, len(calls))
	var ready, done sync.WaitGroup
	ready.Add(1)
	for i := range calls {
		done.Go(func() {
			ready.Wait()
			answers[i] = calls[i].on(h)
		})
	}
	ready.Done()
	done.Wait()
	return answers
}

// A claim that is sent twenty times at once, on either base, is one claim, and everybody is
// told of it.
func TestTwentyIdenticalClaims(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, nil)
		known := readSeeds(t, s)
		for i, target := range []string{"/fhir/Claim", "/api/api_fhir_r4/Claim/"} {
			before := rowCounts(t, store)
			calls := make([]call, 20)
			for n := range calls {
				calls[n] = call{method: "POST", target: target, user: admin, body: known.new("Claim active", fmt.Sprint("P000", i)), header: map[string]string{"Content-Type": "application/fhir+json"}}
			}
			ids := map[string]int{}
			for _, w := range parallel(s, calls) {
				if w.Code != 200 && w.Code != 201 {
					t.Errorf("%s: %d %.500s", target, w.Code, w.Body)
					continue
				}
				var resource struct{ ID string }
				unmarshal(t, w, &resource)
				ids[resource.ID]++
			}
			if len(ids) != 1 {
				t.Errorf("%s: answered with %v", target, ids)
			}
			after := rowCounts(t, store)
			for _, table := range []string{"tblClaim", "tblClaimItems", "tblClaimServices", "claim_ClaimAttachment", "openimis_outbox", "openimis_idempotency"} {
				t.Logf("%s %s: %d more rows", target, table, after[table]-before[table])
			}
			live := 0
			for id := range ids {
				w := call{target: "/fhir/Claim/" + id, user: admin}.on(s)
				if w.Code == 200 {
					live++
				}
				b := readBundle(t, call{target: "/fhir/Claim?_total=accurate&identifier=P000" + fmt.Sprint(i), user: admin}.on(s))
				if b.Total != 1 || len(b.Entry) != 1 || b.Entry[0].Resource.ID != id {
					t.Errorf("%s: found %+v, want %s alone", target, b, id)
				}
			}
			if live != 1 {
				t.Errorf("%s: %d can be read", target, live)
			}
		}
	})
}

// Of twenty who change the same version at once one does, and the others are told that it
// is no longer the one they read.
func TestTwentyChangesOfOneVersion(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, nil)
		known := readSeeds(t, s)
		for i, kind := range []string{"Patient", "Organization", "Location", "Claim"} {
			code := fmt.Sprint("Q000", i)
			id := known.create(t, s, kind, code)
			target := "/fhir/" + kind + "/" + id
			version := call{target: target, user: admin}.on(s).Header().Get("ETag")
			calls := make([]call, 20)
			for n := range calls {
				body := strings.Replace(known.same(kind, id, code), `"resourceType"`, fmt.Sprintf(`"language":"x-%d","resourceType"`, n), 1)
				calls[n] = call{method: "PUT", target: target, user: admin, body: body, header: map[string]string{"Content-Type": "application/fhir+json", "If-Match": version}}
			}
			statuses, won := map[int]int{}, ""
			for _, w := range parallel(s, calls) {
				statuses[w.Code]++
				if w.Code == 200 {
					won = w.Header().Get("ETag")
				} else if fault := refusal(call{}, w); fault != "" {
					t.Errorf("%s: %s", kind, fault)
				}
			}
			if statuses[200] != 1 || statuses[412] != 19 {
				t.Errorf("%s: %v, want one 200 and nineteen 412; %s", kind, statuses, calls[0].on(s).Body)
			}
			if now := (call{target: target, user: admin}).on(s).Header().Get("ETag"); now != won {
				t.Errorf("%s is at %s, the winner was told %s", kind, now, won)
			}
			if b := readBundle(t, call{target: target + "/_history", user: admin}.on(s)); len(b.Entry) != 2 {
				t.Errorf("%s: %d versions, want 2", kind, len(b.Entry))
			}
		}
	})
}
