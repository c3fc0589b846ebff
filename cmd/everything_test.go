package cmd_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/openimis/openimis-go/cmd"
	"github.com/openimis/openimis-go/cmd/server"
	"github.com/openimis/openimis-go/fhir"
	"github.com/openimis/openimis-go/persistence"
)

// everythingOf pages through a $everything and gives its resources as Type/id.
func everythingOf(t *testing.T, s *server.Server, target, user string) []string {
	t.Helper()
	var list []string
	for pages := 0; target != ""; pages++ {
		w := call{target: target, user: user}.on(s)
		b := readBundle(t, w)
		if pages > 300 || len(b.Entry) == 0 {
			t.Fatalf("page %d of %s has %d entries", pages, target, len(b.Entry))
		}
		for _, e := range b.Entry {
			if key := e.Resource.ResourceType + "/" + e.Resource.ID; !slices.Contains(list, key) && e.Resource.ID != "" {
				list = append(list, key)
			}
		}
		target = ""
		for _, l := range b.Link {
			if next, err := url.Parse(l.URL); l.Relation == "next" && err == nil {
				target = next.RequestURI()
			}
		}
	}
	slices.Sort(list)
	return list
}

// busyPatient gives the id of the person most claims of the demo are about.
func busyPatient(t *testing.T, s *server.Server, user string) string {
	t.Helper()
	w := call{target: "/fhir/Claim?_count=1000", user: user}.on(s)
	var claims struct {
		Entry []struct {
			Resource struct{ Patient struct{ Reference string } }
		}
	}
	if err := json.Unmarshal(w.Body.Bytes(), &claims); err != nil {
		t.Fatal(err)
	}
	times, most := map[string]int{}, ""
	for _, e := range claims.Entry {
		id := strings.TrimPrefix(e.Resource.Patient.Reference, "Patient/")
		if times[id]++; times[id] > times[most] {
			most = id
		}
	}
	if most == "" {
		t.Fatal("the demo has no claims")
	}
	return most
}

// What $everything gives is what the searches of the single types find, with what it refers
// to, page by page and in both formats.
func TestEverythingAboutAPerson(t *testing.T) {
	const admin = "Admin:admin123"
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, func(p *cmd.Parts) { p.Config.PageSize = 100 })
		id := busyPatient(t, s, admin)
		at := "/fhir/Patient/" + id + "/$everything"
		want := []string{"Patient/" + id}
		for _, query := range []string{
			"Group?member=Patient/%s", "Contract?patient=Patient/%s", "Coverage?beneficiary=Patient/%s", "Coverage?policy-holder=Patient/%s", "Claim?patient=Patient/%s",
			"ClaimResponse?patient=Patient/%s", "Communication?subject=Patient/%s", "CommunicationRequest?subject=Patient/%s", "Invoice?recipient=Patient/%s", "Invoice?subject=Patient/%s",
		} {
			for _, e := range readBundle(t, call{target: "/fhir/" + fmt.Sprintf(query, id) + "&_count=1000", user: admin}.on(s)).Entry {
				if key := e.Resource.ResourceType + "/" + e.Resource.ID; !slices.Contains(want, key) {
					want = append(want, key)
				}
			}
		}
		kinds := "Patient,Group,Contract,Coverage,Claim,ClaimResponse,Communication,CommunicationRequest,Invoice"
		slices.Sort(want)
		for _, count := range []int{1, 3, 100} {
			if got := everythingOf(t, s, fmt.Sprintf("%s?_type=%s&_count=%d", at, kinds, count), admin); !slices.Equal(got, want) {
				t.Errorf("by %d: %v, want %v", count, got, want)
			}
		}
		all := everythingOf(t, s, at, admin)
		for _, typ := range []string{"Organization/", "Practitioner/", "Location/", "Claim/", "Coverage/"} {
			if !slices.ContainsFunc(all, func(key string) bool { return strings.HasPrefix(key, typ) }) {
				t.Errorf("no %s in %v", typ, all)
			}
		}
		for _, key := range all {
			if strings.HasPrefix(key, "Patient/") && key != "Patient/"+id {
				t.Errorf("another person is in it: %s", key)
			}
		}
		whole := call{target: at, user: admin, header: map[string]string{"Accept": "application/fhir+xml"}}.on(s)
		if _, err := fhir.DecodeXML(whole.Body.Bytes(), fhir.DecodeOptions{}); whole.Code != 200 || err != nil {
			t.Errorf("in XML: %d %v", whole.Code, err)
		}
		if old := everythingOf(t, s, at+"?_type=Patient,Claim,ClaimResponse,Invoice&end=1990-01-01", admin); !slices.Equal(old, []string{"Patient/" + id}) {
			t.Errorf("care before 1990: %v", old)
		}
		if got := everythingOf(t, s, at+"?_type="+kinds+"&start=1990-01-01", admin); !slices.Equal(got, want) {
			t.Errorf("care since 1990: %v, want %v", got, want)
		}
		if w := (call{target: at + "?_since=2999-01-01T00:00:00Z", user: admin}).on(s); w.Code != 200 || strings.Contains(w.Body.String(), `"entry"`) {
			t.Errorf("what changes in the future: %d %s", w.Code, w.Body)
		}
	})
}

// The rights of each type and the districts of the caller hold, and whole types are asked
// for as one instance is.
func TestEverythingInTheRightsOfTheCaller(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, nil)
		id := busyPatient(t, s, "CA001:claims123")
		w := call{target: "/fhir/Patient/" + id + "/$everything", user: "reception:reception123"}.on(s)
		if body := w.Body.String(); w.Code != 200 || strings.Contains(body, `"resourceType":"Claim"`) || !strings.Contains(body, "resources of the type Claim are left out") {
			t.Errorf("a receptionist sees claims, or is not told of them: %d %s", w.Code, body)
		}
		for _, c := range []struct {
			target, user string
			status       int
			says         string
		}{
			{"/fhir/Patient/" + id + "/$everything", "", 401, ""},
			{"/fhir/Patient/00000000-0000-4000-8000-000000000000/$everything", "Admin:admin123", 404, "not-found"},
			{"/fhir/Patient/x/$everything", "Admin:admin123", 404, "not-found"},
			{"/fhir/Patient/" + id + "/$everything?start=soon", "Admin:admin123", 400, "start"},
			{"/fhir/Patient/$everything?_cursor=Claim.nonsense", "Admin:admin123", 400, "_cursor"},
			{"/api/api_fhir_r4/Patient/" + id + "/$everything", "CA001:claims123", 200, "searchset"},
		} {
			if w := (call{target: c.target, user: c.user}).on(s); w.Code != c.status || !strings.Contains(w.Body.String(), c.says) {
				t.Errorf("%s by %q: %d %s", c.target, c.user, w.Code, w.Body)
			}
		}
		total := 0
		for _, typ := range []string{"Patient", "Group", "Contract", "Coverage", "Claim", "ClaimResponse"} {
			total += readBundle(t, call{target: "/fhir/" + typ + "?_count=1", user: "CA001:claims123"}.on(s)).Total
		}
		all := everythingOf(t, s, "/fhir/Patient/$everything?_type=Patient,Group,Contract,Coverage,Claim,ClaimResponse&_count=200", "CA001:claims123")
		if len(all) != total || total == 0 {
			t.Errorf("%d resources about all people, %d are found", len(all), total)
		}
	})
}
