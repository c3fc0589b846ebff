package rest

import (
	"slices"
	"strings"
	"testing"
)

// walkHistory follows the links to the end and gives the requests that made the versions.
func walkHistory(t *testing.T, w *world, url string, h headers) []string {
	t.Helper()
	var made []string
	for pages := 0; url != ""; pages++ {
		if pages > 50 {
			t.Fatal("the pages do not end")
		}
		rec := w.do("GET", url, h, "")
		checkBody(t, rec, "GET")
		b := bundleOf(t, rec)
		if b.Type != "history" {
			t.Fatalf("%s", rec.Body)
		}
		for _, e := range b.Entry {
			made = append(made, e.Request.Method+" "+strings.TrimPrefix(e.FullURL, "https://example.org/fhir/"))
		}
		url = ""
		for _, l := range b.Link {
			if l.Relation == "next" {
				url = l.URL
			}
		}
	}
	return made
}

// The history of the system is that of all its types, the newest first, whatever the size
// of the pages; of types whose moments are the same the earlier registered comes first.
func TestHistoryOfTypesAndSystem(t *testing.T) {
	w := newWorld(t, nil)
	w.do("PUT", "/fhir/Patient/"+boris, asJSON, `{"resourceType":"Patient","id":"`+boris+`","active":true}`)
	w.do("DELETE", "/fhir/Claim/c1", nil, "")
	w.do("POST", "/fhir/Location", asJSON, `{"resourceType":"Location","name":"New"}`)
	patients := []string{"PUT Patient/" + boris, "POST Patient/" + boris, "POST Patient/" + anna}
	all := []string{
		"PUT Patient/" + boris, "DELETE Claim/c1", // 10:00:03.5
		"POST Patient/" + boris, "POST Claim/c2", "POST Location/new2", // 10:00:02.5
		"POST Patient/" + anna, "POST Claim/c1", "POST Organization/org1", "POST Location/loc1",
	}
	for _, count := range []string{"1", "2", "3", "50"} {
		if got := walkHistory(t, w, "/fhir/Patient/_history?_count="+count, nil); !slices.Equal(got, patients) {
			t.Errorf("patients by %s: %q", count, got)
		}
		if got := walkHistory(t, w, "/fhir/_history?_count="+count, nil); !slices.Equal(got, all) {
			t.Errorf("system by %s:\n%q, want\n%q", count, got, all)
		}
	}
	clerk := slices.DeleteFunc(slices.Clone(all), func(one string) bool { return strings.Contains(one, "Location") })
	if got := walkHistory(t, w, "/fhir/_history", headers{"X-User": "clerk"}); !slices.Equal(got, clerk) {
		t.Errorf("a clerk: %q", got)
	}
	if got := walkHistory(t, w, "/fhir/_history?_since=2024-03-01T10:00:03Z", nil); !slices.Equal(got, all[:2]) {
		t.Errorf("since: %q", got)
	}
	if got := walkHistory(t, w, "/fhir/Patient/_history?_at=2024-03-01T10:00:02Z", nil); !slices.Equal(got, patients[1:]) {
		t.Errorf("at: %q", got)
	}
}

func TestHistoryOfTypesRefuses(t *testing.T) {
	run(t, nil, []scenario{
		{name: "xml", method: "GET", url: "/fhir/Patient/_history", headers: headers{"Accept": "application/fhir+xml"}, status: 200, contains: []string{`<type value="history"/>`}},
		{name: "only links", method: "GET", url: "/fhir/_history?_count=0", status: 200, absent: []string{"entry"}},
		{name: "unknown parameter", method: "GET", url: "/fhir/_history?x=1", status: 400},
		{name: "a time that is none", method: "GET", url: "/fhir/_history?_at=soon", status: 400, contains: []string{`"_at"`}},
		{name: "a cursor nobody wrote", method: "GET", url: "/fhir/Patient/_history?_cursor=5", status: 400, contains: []string{"_cursor"}},
		{name: "a cursor of another type", method: "GET", url: "/fhir/Patient/_history?_cursor=5.Claim-0.7", status: 400},
		{name: "a type without one", method: "GET", url: "/fhir/ClaimResponse/_history", status: 404},
		{name: "not signed in", method: "GET", url: "/fhir/_history", headers: headers{"X-User": "nobody"}, status: 401},
		{name: "the instance at a moment", method: "GET", url: "/fhir/Patient/" + anna + "/_history?_at=2024", status: 200},
	})
}
