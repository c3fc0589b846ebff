package cmd_test

import (
	"fmt"
	"net/url"
	"testing"
	"time"

	"github.com/openimis/openimis-go/cmd"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/persistence/persistencetest"
)

// What is written while the database is away is refused with 503 and not written later;
// sent again when it is back, it is written once.
func TestWritesWhileAway(t *testing.T) {
	server := persistencetest.EmptyPostgres(t)
	direct := openMutated(t, server)
	dsn, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	line, through := newCable(t, dsn)
	store, err := persistence.Open(t.Context(), persistence.Options{DSN: through, Timezone: persistencetest.Zone})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	s := assemble(t, store, func(p *cmd.Parts) { p.Config.RequestTimeout, p.Config.IdentityCache = 3*time.Second, 5*time.Second })
	known := readSeeds(t, s)
	patient, claim := known.create(t, s, "Patient", "W00001"), known.create(t, s, "Claim", "W00002")
	header := map[string]string{"Content-Type": "application/fhir+json"}
	calls := []call{
		{method: "POST", target: "/fhir/Claim", body: known.new("Claim active", "W00003"), user: admin, header: header},
		{method: "POST", target: "/api/api_fhir_r4/Claim/", body: known.new("Claim active", "W00004"), user: admin, header: header},
		{method: "POST", target: "/fhir/Patient", body: known.new("Patient", "W00005"), user: admin, header: header},
		{method: "PUT", target: "/fhir/Patient/" + patient, body: known.same("Patient", patient, "W00001"), user: admin, header: header},
		{method: "DELETE", target: "/fhir/Claim/" + claim, user: admin},
	}
	before := fmt.Sprint(rowCounts(t, direct))
	line.pull()
	for _, c := range calls {
		if w := c.on(s); w.Code != 503 || w.Header().Get("Retry-After") == "" {
			t.Errorf("%s %s while it is away: %d, Retry-After %q, %.300s", c.method, c.target, w.Code, w.Header().Get("Retry-After"), w.Body)
		}
	}
	line.plug(t)
	if after := fmt.Sprint(rowCounts(t, direct)); after != before {
		t.Errorf("something was written:\n%s\n%s", before, after)
	}
	for i, c := range calls {
		w := c.on(s)
		for tries := 0; w.Code == 503 && tries < 50; tries++ {
			time.Sleep(100 * time.Millisecond)
			w = c.on(s)
		}
		if want := []int{201, 201, 201, 200, 204}[i]; w.Code != want {
			t.Errorf("%s %s when it is back: %d %.300s, want %d", c.method, c.target, w.Code, w.Body, want)
		}
	}
	for _, code := range []string{"W00003", "W00004"} {
		if b := readBundle(t, call{target: "/fhir/Claim?_total=accurate&identifier=" + code, user: admin}.on(s)); b.Total != 1 {
			t.Errorf("%d claims %s, want one", b.Total, code)
		}
	}
}
