package cmd_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
)

const asFHIR = "application/fhir+json"

// village, family and drug are entries of a Bundle that belong together: the person lives
// in the village that the same transaction makes.
const (
	village = `{"fullUrl":"urn:uuid:7d7a5ac0-0f43-4a4c-8b0e-3f6a6c1f0a01","resource":{"resourceType":"Location","identifier":[{"type":{"coding":[{"system":"CS/openimis-identifiers","code":"Code"}]},"value":"TXV1"}],
		"name":"Newly","status":"active","mode":"instance","physicalType":{"coding":[{"system":"CS/location-type","code":"V"}]},"partOf":{"identifier":{"value":"WARD"}}},"request":{"method":"POST","url":"Location"}}`
	person = `{"fullUrl":"urn:uuid:7d7a5ac0-0f43-4a4c-8b0e-3f6a6c1f0a02","resource":{"resourceType":"Patient","identifier":[{"type":{"coding":[{"system":"CS/openimis-identifiers","code":"Code"}]},"value":"900000001"}],
		"name":[{"use":"usual","family":"Newman","given":["Ann"]}],"gender":"female","birthDate":"DAY","extension":[{"url":"SD/patient-is-head","valueBoolean":true}],
		"address":[{"use":"home","type":"physical","text":"House 1","extension":[{"url":"SD/address-location-reference","valueReference":{"reference":"urn:uuid:7d7a5ac0-0f43-4a4c-8b0e-3f6a6c1f0a01"}}]}]},
		"request":{"method":"POST","url":"Patient"}}`
	lookUp = `{"request":{"method":"GET","url":"Patient?identifier=900000001"}}`
)

// A transaction writes all of its entries or none, what they refer to first, on every
// database.
func TestTransactionsWriteAllOrNothing(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, nil)
		filled := strings.NewReplacer("SD/", mapping.Guide+"StructureDefinition/", "CS/", mapping.Guide+"CodeSystem/", "WARD", codeOfWard(t, store))
		post := func(day string) (int, string) {
			body := `{"resourceType":"Bundle","type":"transaction","entry":[` + strings.Join([]string{lookUp, strings.Replace(person, "DAY", day, 1), village}, ",") + `]}`
			w := call{method: "POST", target: "/fhir", body: filled.Replace(body), header: map[string]string{"Content-Type": asFHIR}, user: "Admin:admin123"}.on(s)
			return w.Code, w.Body.String()
		}
		total := func(search string) int {
			return readBundle(t, call{target: "/fhir/" + search, user: "Admin:admin123"}.on(s)).Total
		}
		if code, body := post("2999-01-01"); code != 422 || !strings.Contains(body, "Bundle.entry[1].resource.birthDate") {
			t.Fatalf("a person of the future: %d %s", code, body)
		}
		if total("Location?identifier=TXV1") != 0 || total("Patient?identifier=900000001") != 0 {
			t.Fatal("a transaction that failed has left something")
		}
		code, body := post("1980-02-03")
		if code != 200 || !strings.Contains(body, `"status":"201 Created"`) || !strings.Contains(body, "Newly") {
			t.Fatalf("%d %s", code, body)
		}
		if strings.Contains(body, "urn:uuid") || !strings.Contains(body, `"type":"searchset","total":1`) {
			t.Errorf("the search of the transaction does not see what it wrote: %s", body)
		}
		if total("Location?identifier=TXV1") != 1 || total("Patient?identifier=900000001") != 1 {
			t.Error("not everything was written")
		}
	})
}

// codeOfWard gives the code of a ward of the demo.
func codeOfWard(t *testing.T, store *persistence.Store) string {
	t.Helper()
	registers, err := store.Registers(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for key := range 200 {
		if place := registers.Locations.ByID(key); place != nil && place.LocationType == "W" {
			return *place.LocationCode
		}
	}
	t.Fatal("the demo has no ward")
	return ""
}

// Of many conditional creates with the same criteria at the same time one creates.
func TestConditionalCreatesAtOnce(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, nil)
		body := strings.NewReplacer("SD/", mapping.Guide+"StructureDefinition/", "CS/", mapping.Guide+"CodeSystem/").Replace(
			`{"resourceType":"Medication","extension":[{"url":"SD/unit-price","valueMoney":{"value":1}},{"url":"SD/medication-type","valueCodeableConcept":{"coding":[{"system":"CS/medication-item-type","code":"D"}]}},
			{"url":"SD/medication-usage-context","extension":[{"url":"CareType","valueUsageContext":{"code":{"system":"http://terminology.hl7.org/CodeSystem/usage-context-type","code":"venue"},"valueCodeableConcept":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"AMB"}]}}}]}],
			"identifier":[{"type":{"coding":[{"system":"CS/openimis-identifiers","code":"Code"}]},"value":"ATONCE"}],"code":{"text":"One"}}`)
		var group sync.WaitGroup
		var mu sync.Mutex
		codes := map[int]int{}
		for range 8 {
			group.Go(func() {
				w := call{method: "POST", target: "/fhir/Medication", body: body, user: "Admin:admin123",
					header: map[string]string{"Content-Type": asFHIR, "If-None-Exist": "identifier=ATONCE"}}.on(s)
				mu.Lock()
				codes[w.Code]++
				mu.Unlock()
			})
		}
		group.Wait()
		if codes[201] != 1 || codes[200] != 7 {
			t.Errorf("%v", codes)
		}
		w := call{method: "PATCH", target: "/fhir/Medication?identifier=ATONCE", body: `{"code":{"text":"Two"}}`, user: "Admin:admin123", header: map[string]string{"Content-Type": "application/merge-patch+json"}}.on(s)
		if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "Two") {
			t.Errorf("patch: %d %s", w.Code, w.Body)
		}
		if w = (call{method: "DELETE", target: "/fhir/Medication?identifier=ATONCE", user: "Admin:admin123"}).on(s); w.Code != http.StatusNoContent {
			t.Errorf("delete: %d %s", w.Code, w.Body)
		}
		if total := readBundle(t, call{target: fmt.Sprintf("/fhir/Medication?identifier=%s", "ATONCE"), user: "Admin:admin123"}.on(s)).Total; total != 0 {
			t.Errorf("%d are left", total)
		}
	})
}

// An identifier that no column holds keeps twenty who enrol the same person at once, and
// whoever comes later, to one row; what replaces it is found in its place.
func TestConditionalOnForeignIdentifiers(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, nil)
		person := func(value string) string {
			return `{"resourceType":"Patient","meta":{"tag":[{"system":"urn:tags","code":"twenty"}]},"identifier":[{"system":"urn:cards","value":"` + value + `"}],
				"name":[{"family":"Mensah","given":["Ama"]}],"birthDate":"1990-02-28","gender":"female"}`
		}
		ask := func(method, query, body, condition string) *httptest.ResponseRecorder {
			c := call{method: method, target: "/fhir/Patient" + query, body: body, user: "Admin:admin123", header: map[string]string{"Content-Type": asFHIR}}
			if condition != "" {
				c.header["If-None-Exist"] = condition
			}
			return c.on(s)
		}
		var group sync.WaitGroup
		var mu sync.Mutex
		codes := map[int]int{}
		for range 20 {
			group.Go(func() {
				w := ask("POST", "", person("C-1"), "identifier=urn:cards|C-1")
				mu.Lock()
				codes[w.Code]++
				mu.Unlock()
			})
		}
		group.Wait()
		if codes[201] != 1 || codes[200] != 19 {
			t.Errorf("%v", codes)
		}
		found := func(query string) int {
			t.Helper()
			return readBundle(t, call{target: "/fhir/Patient" + query, user: "Admin:admin123"}.on(s)).Total
		}
		if n := found("?identifier=urn:cards|C-1&_total=accurate"); n != 1 {
			t.Errorf("%d rows", n)
		}
		if w := ask("PUT", "?identifier=urn:cards|C-1", person("C-2"), ""); w.Code != http.StatusOK {
			t.Errorf("update: %d %s", w.Code, w.Body)
		}
		if old, now := found("?identifier=urn:cards|C-1&_total=accurate"), found("?_tag=urn:tags|twenty&_total=accurate"); old != 0 || now != 1 {
			t.Errorf("%d by what it was, %d by its tag", old, now)
		}
		w := call{method: "PATCH", target: "/fhir/Patient?identifier=C-2", body: `[{"op":"replace","path":"/identifier/0/value","value":"C-3"}]`, user: "Admin:admin123",
			header: map[string]string{"Content-Type": "application/json-patch+json"}}.on(s)
		if w.Code != http.StatusOK || found("?identifier=C-3&_total=accurate") != 1 {
			t.Errorf("patch: %d %s", w.Code, w.Body)
		}
		if w := ask("DELETE", "?identifier=urn:cards|C-3", "", ""); w.Code != http.StatusNoContent || found("?identifier=urn:cards|&_total=accurate") != 0 {
			t.Errorf("delete: %d %s", w.Code, w.Body)
		}
	})
}

// The history of claims and of the whole system is walked to its end without gap or
// repetition, and shows a user of one district what is his.
func TestHistoryOfTypeAndSystem(t *testing.T) {
	eachDemo(t, func(t *testing.T, store *persistence.Store) {
		s := assemble(t, store, nil)
		walk := func(url, user string) map[string]int {
			t.Helper()
			seen, last := map[string]int{}, ""
			for url != "" {
				w := call{target: url, user: user}.on(s)
				var page struct {
					Link  []struct{ Relation, URL string }
					Entry []struct {
						FullURL  string
						Response struct{ Etag, LastModified string }
					}
				}
				if err := json.Unmarshal(w.Body.Bytes(), &page); err != nil || w.Code != 200 {
					t.Fatalf("%s: %d %v %s", url, w.Code, err, w.Body)
				}
				for _, e := range page.Entry {
					seen[e.FullURL+" "+e.Response.Etag]++
					if last != "" && e.Response.LastModified > last {
						t.Errorf("%s after %s", e.Response.LastModified, last)
					}
					last = e.Response.LastModified
				}
				url = ""
				for _, l := range page.Link {
					if l.Relation == "next" {
						url = l.URL
					}
				}
			}
			return seen
		}
		claims := readBundle(t, call{target: "/fhir/Claim?_summary=count", user: "Admin:admin123"}.on(s)).Total
		small, large := walk("/fhir/Claim/_history?_count=37", "Admin:admin123"), walk("/fhir/Claim/_history?_count=200", "Admin:admin123")
		if len(small) < claims || len(small) != len(large) {
			t.Errorf("%d and %d versions of %d claims", len(small), len(large), claims)
		}
		for version, times := range small {
			if times != 1 || large[version] != 1 {
				t.Errorf("%s is listed %d and %d times", version, times, large[version])
			}
		}
		if mine := walk("/fhir/Claim/_history?_count=200", "CA001:claims123"); len(mine) == 0 || len(mine) >= len(large) {
			t.Errorf("a claim administrator sees %d of %d versions", len(mine), len(large))
		}
		whole := walk("/fhir/_history?_count=200", "Admin:admin123")
		if len(whole) <= len(large) {
			t.Errorf("the system has %d versions, its claims %d", len(whole), len(large))
		}
		for version, times := range whole {
			if times != 1 {
				t.Errorf("%s is listed %d times", version, times)
			}
		}
		if people := walk("/fhir/_history?_count=200", "reception:reception123"); len(people) == 0 || len(people) >= len(whole) {
			t.Errorf("a receptionist sees %d of %d versions", len(people), len(whole))
		}
	})
}
